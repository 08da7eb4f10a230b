// SPDX-License-Identifier: GPL-2.0
/*
 * The register vif of PIM-SM (RFC 7761 4.4): what is routed to it the daemon gets
 * whole, and sends in Register messages to the rendezvous point; what is in those
 * that come in arrives by the device of this vif, and is routed as any other.
 *
 * The device is pimreg, or pimregN of table N, as of AF_INET.  It lives as long as
 * its vif.
 */

#include <linux/if_arp.h>
#include <linux/igmp.h>
#include <linux/pim.h>
#include <linux/rtnetlink.h>
#include <net/checksum.h>
#include <net/dst_metadata.h>
#include <net/ip_tunnels.h>

#include "ip/ip.h"
#include "mroute/table.h"

/* Tables with a register vif; RTNL. */
LIST_HEAD(inetx_mr_registers);

/* Whose register vif a device is; set once. */
static struct inetx_mr_table **owner(struct net_device *dev)
{
	return netdev_priv(dev);
}

static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct inetx_mr_table *table = *owner(dev);
	int vif;

	/* Anybody may send by a device, anything. */
	if (!pskb_network_may_pull(skb, sizeof(struct iphdr)) ||
	    !pskb_network_may_pull(skb, ip_hdrlen(skb))) {
		DEV_STATS_INC(dev, tx_errors);
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	rcu_read_lock();
	vif = READ_ONCE(table->register_vif);
	if (vif >= 0)
		inetx_mr_register_send(table, dev, skb, vif);
	rcu_read_unlock();
	consume_skb(skb);
	return NETDEV_TX_OK;
}

static int no_link(const struct net_device *dev)
{
	return 0;
}

static const struct net_device_ops register_ops = {
	.ndo_start_xmit = xmit,
	.ndo_get_iflink = no_link,
};

static void setup(struct net_device *dev)
{
	dev->type = ARPHRD_PIMREG;
	/* Room for the header of IP and of the Register message. */
	dev->mtu = ETH_DATA_LEN - sizeof(struct iphdr) -
		   sizeof(struct pimreghdr);
	dev->flags = IFF_NOARP;
	dev->netdev_ops = &register_ops;
	dev->needs_free_netdev = true;
	dev->features |= NETIF_F_NETNS_LOCAL;
}

/**
 * inetx_mr_register_make - the device of the register vif
 * @table: whose: "pimreg", or with the number of the table where daemons name one
 *
 * Context: process, RTNL.
 * Return: the device, up; or NULL: no memory, or the host has a pimreg there.
 */
struct net_device *inetx_mr_register_make(struct inetx_mr_table *table)
{
	char name[IFNAMSIZ] = "pimreg";
	struct net_device *dev;
	struct inetx_dev *xdev;

	if (table->id != RT_TABLE_DEFAULT)
		snprintf(name, sizeof(name), "pimreg%u", table->id);
	dev = alloc_netdev(sizeof(table), name, NET_NAME_UNKNOWN, setup);
	if (!dev)
		return NULL;
	*owner(dev) = table;
	dev_net_set(dev, table->xnet->net);
	if (register_netdevice(dev)) {
		free_netdev(dev);
		return NULL;
	}
	xdev = inetx_dev_get(dev);
	if (!xdev || dev_open(dev, NULL)) {
		unregister_netdevice(dev);
		return NULL;
	}
	/* What comes in by it is never where the way back leads. */
	WRITE_ONCE(xdev->conf.data[IPV4_DEVCONF_RP_FILTER - 1], 0);
	bitmap_fill(xdev->conf.set, __INETX_DEVCONF_MAX);
	return dev;
}

/**
 * inetx_mr_register_send - a packet for the rendezvous point
 * @table: the table
 * @dev: the device of the register vif
 * @skb: the packet, at its IP header; not taken
 * @vif: the register vif
 *
 * Context: any, RCU read side.
 */
void inetx_mr_register_send(struct inetx_mr_table *table,
			    struct net_device *dev, struct sk_buff *skb,
			    unsigned int vif)
{
	DEV_STATS_INC(dev, tx_packets);
	DEV_STATS_ADD(dev, tx_bytes, skb->len);
	inetx_mr_report(table, skb, vif, IGMPMSG_WHOLEPKT);
}

/* The device of the register vif, NULL without one. */
static struct net_device *register_dev(const struct inetx_mr_table *table)
{
	const struct inetx_vif *vif = NULL;
	int n = table ? READ_ONCE(table->register_vif) : -1;

	if (n >= 0)
		vif = rcu_dereference(table->vifs[n]);
	return vif ? vif->dev : NULL;
}

/* A malformed Register message: an error of the device that its packet would have
 * come in by.
 */
static void drop_bad(const struct inetx_mr_table *table, struct sk_buff *skb)
{
	struct net_device *dev = register_dev(table);

	if (dev)
		DEV_STATS_INC(dev, rx_errors);
	kfree_skb(skb);
}

/* What is in a Register message comes in by the device of the vif; takes the skb,
 * which is at the message with its header of @hlen bytes.
 */
static void decapsulate(const struct inetx_mr_table *table, struct sk_buff *skb,
			unsigned int hlen)
{
	struct net_device *dev = register_dev(table);
	const struct iphdr *inner;

	if (!dev) {
		kfree_skb(skb);
		return;
	}
	if (!pskb_may_pull(skb, hlen + sizeof(*inner))) {
		drop_bad(table, skb);
		return;
	}
	inner = (const struct iphdr *)(skb->data + hlen);
	/* A message without a packet asks whether we are still there. */
	if (!inner->tot_len) {
		consume_skb(skb);
		return;
	}
	if (!ipv4_is_multicast(inner->daddr) ||
	    ntohs(inner->tot_len) + hlen > skb->len) {
		drop_bad(table, skb);
		return;
	}
	skb->mac_header = skb->network_header;
	skb_pull(skb, hlen);
	skb_reset_network_header(skb);
	skb->protocol = htons(ETH_P_IP);
	skb->ip_summed = CHECKSUM_NONE;
	skb_tunnel_rx(skb, dev, table->xnet->net);
	netif_rx(skb);
}

/* RFC 7761 4.9: of the header alone; older routers sum up all. */
static bool checksum_ok(const struct sk_buff *skb)
{
	return !ip_compute_csum(skb->data, sizeof(struct pimreghdr)) ||
	       !csum_fold(skb_checksum(skb, 0, skb->len, 0));
}

/**
 * inetx_mroute_pim_rcv - a PIM message from IP
 * @xnet: the namespace
 * @skb: taken; data at the PIM header
 *
 * Raw sockets have got their copies; all but Register messages are for them alone.
 *
 * Context: softirq, RCU read side.
 */
void inetx_mroute_pim_rcv(struct inetx_net *xnet, struct sk_buff *skb)
{
	const struct inetx_mr_table *table;
	const struct pimreghdr *pim;

	if (!pskb_may_pull(skb, 1) ||
	    *skb->data != (PIM_VERSION << 4 | PIM_TYPE_REGISTER)) {
		consume_skb(skb);
		return;
	}
	table = inetx_mr_table_of(xnet, skb);
	if (!pskb_may_pull(skb, sizeof(*pim)) || !checksum_ok(skb)) {
		drop_bad(table, skb);
		return;
	}
	pim = (const struct pimreghdr *)skb->data;
	if (pim->flags & PIM_NULL_REGISTER)
		consume_skb(skb);
	else
		decapsulate(table, skb, sizeof(*pim));
}

/**
 * inetx_mroute_pim_v1_rcv - a message of PIM version 1, which came as IGMP
 * @xnet: the namespace
 * @skb: taken; data at the IGMP header, which is linear
 *
 * Context: softirq, RCU read side.
 */
void inetx_mroute_pim_v1_rcv(struct inetx_net *xnet, struct sk_buff *skb)
{
	const struct inetx_mr_table *table = inetx_mr_table_of(xnet, skb);
	const struct igmphdr *pim = (const struct igmphdr *)skb->data;

	if (!table || !READ_ONCE(table->pim) || pim->group != PIM_V1_VERSION ||
	    pim->code != PIM_V1_REGISTER)
		consume_skb(skb);
	else
		decapsulate(table, skb, sizeof(*pim));
}

/**
 * inetx_mroute_exit - no device of ours is left
 *
 * Sockets hold the module, and what they have made goes with them; but what was
 * made beside the daemon is there still.
 *
 * Context: module exit.
 */
void inetx_mroute_exit(void)
{
	struct inetx_mr_table *table, *next;

	rtnl_lock();
	list_for_each_entry_safe(table, next, &inetx_mr_registers, registers)
		inetx_vif_delete(table, table->register_vif);
	rtnl_unlock();
}
