// SPDX-License-Identifier: GPL-2.0
/*
 * From a complete IP packet to the queue of a device.
 *
 * Packets leave without a dst (drivers, tc and tunnels would take it for a
 * native route), except those to ourselves, see loopback.c.
 */

#include <linux/etherdevice.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include <net/sock.h>

#include "arp/arp.h"
#include "igmp/igmp.h"
#include "link/link.h"
#include "mroute/mroute.h"
#include "route/route.h"
#include "route/rule.h"

/* Is a copy of a multicast due to us?  Where multicast is routed, we are in every
 * group; what has been routed already is given to members by who has done it.
 */
static bool copy_due(const struct inetx_dev *xdev, const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (IPCB(skb)->flags & IPSKB_FORWARDED)
		return false;
	return inetx_igmp_wants(xdev, iph->daddr, iph->saddr, iph->protocol) ||
	       inetx_mroute_on(xdev, iph->daddr);
}

/*
 * A broadcast, or a multicast to a group that we are in, comes back to us on the
 * device it leaves by (RFC 1112 6.1).  The copy goes in as if received, its dst
 * telling the hook that it is ours.
 */
static void loop_copy(struct inetx_net *xnet, struct sk_buff *skb,
		      const struct inetx_path *path)
{
	const struct sock *sk = skb->sk;
	struct inetx_dev *xdev;
	struct sk_buff *copy;

	if (path->type == RTN_MULTICAST) {
		xdev = inetx_dev_get(path->dev);
		if (!xdev || !copy_due(xdev, skb))
			return;
		if (sk && sk_fullsock(sk) && !inet_sk(sk)->mc_loop)
			return;
	}

	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy || !inetx_loopback_mark(xnet, copy)) {
		INETX_IP_INC(xnet, IPSTATS_MIB_OUTDISCARDS);
		kfree_skb(copy);
		return;
	}
	dev_loopback_xmit(xnet->net, NULL, copy);
}

/**
 * inetx_link_loop - give ourselves the copy of a packet to many that we are due
 * @xnet: the namespace
 * @skb: the packet, at its IP header, which is complete; not taken
 * @path: a valid path
 *
 * Context: RCU read side, any context that may send.
 * Return: whether the packet may leave: RFC 1112 6.1, TTL 0 restricts a
 * multicast to this host.
 */
bool inetx_link_loop(struct inetx_net *xnet, struct sk_buff *skb,
		     const struct inetx_path *path)
{
	/* On lo all that is sent comes back. */
	if (path->dev->flags & IFF_LOOPBACK ||
	    (path->type != RTN_BROADCAST && path->type != RTN_MULTICAST))
		return true;
	skb->protocol = htons(ETH_P_IP);
	skb->dev = path->dev;
	loop_copy(xnet, skb, path);
	return path->type != RTN_MULTICAST || ip_hdr(skb)->ttl;
}

/**
 * inetx_link_tap - show a packet to the taps of a VRF
 * @skb: the packet that leaves by or comes in by a slave of it, at its IP
 *	header; not taken
 * @vrf: the device of the VRF
 *
 * Context: RCU read side, softirqs on or off.
 */
void inetx_link_tap(struct sk_buff *skb, struct net_device *vrf)
{
	struct net_device *dev = skb->dev;
	struct ethhdr *eth;

	if (likely(!dev_nit_active(vrf)) || skb_headroom(skb) < ETH_HLEN)
		return;
	/* Of a packet that is sent: one that came in has its own. */
	eth = skb_push(skb, ETH_HLEN);
	if (!skb_mac_header_was_set(skb) ||
	    skb_mac_header(skb) != (u8 *)eth) {
		ether_addr_copy(eth->h_source, vrf->dev_addr);
		eth_zero_addr(eth->h_dest);
		eth->h_proto = htons(ETH_P_IP);
	}
	skb->dev = vrf;
	rcu_read_lock_bh();
	dev_queue_xmit_nit(skb, vrf);
	rcu_read_unlock_bh();
	skb->dev = dev;
	skb_pull(skb, ETH_HLEN);
}

/* Of a VRF: packets to one host pass its device, as its own taps see it. */
static void tap_slave(struct sk_buff *skb, const struct inetx_path *path)
{
	struct net_device *vrf = netdev_master_upper_dev_get_rcu(path->dev);

	if (vrf && unlikely(!list_empty(&vrf->ptype_all)) &&
	    path->type == RTN_UNICAST)
		inetx_link_tap(skb, vrf);
}

/**
 * inetx_link_send - hand a packet to the device of its path, without copies
 * @xnet: the namespace
 * @skb: the packet, at its IP header, which is complete; taken in any case
 * @path: a valid path
 *
 * Resolving the neighbour may queue the packet; errors then come as an ICMP
 * host unreachable to ourselves (RFC 1122 2.3.2.2).
 *
 * Context: RCU read side, any context that may send.
 * Return: 0, NET_XMIT_* of the qdisc, or a negative errno.
 */
int inetx_link_send(struct inetx_net *xnet, struct sk_buff *skb,
		    const struct inetx_path *path)
{
	struct net_device *dev = path->dev;
	unsigned int hh_len = LL_RESERVED_SPACE(dev);
	struct neighbour *neigh;

	if (path->type == RTN_LOCAL || (dev->flags & IFF_LOOPBACK))
		return likely(dev->flags & IFF_LOOPBACK) ?
		       inetx_loopback_xmit(xnet, skb, dev) :
		       inetx_loopback_vrf(xnet, skb, dev);

	skb->protocol = htons(ETH_P_IP);
	skb->dev = dev;

	if (unlikely(skb_headroom(skb) < hh_len) && dev->header_ops) {
		skb = skb_expand_head(skb, hh_len);
		if (!skb)
			return -ENOMEM;
	}

	if (inetx_rule_used(xnet) && netif_is_l3_slave(dev))
		tap_slave(skb, path);
	neigh = inetx_arp_lookup(dev, path->nexthop);
	if (IS_ERR(neigh)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NEIGH_CREATEFAIL);
		return PTR_ERR(neigh);
	}
	sock_confirm_neigh(skb, neigh);
	return neigh_output(neigh, skb, false);
}

/**
 * inetx_link_xmit - send a packet, and to ourselves the copy that we are due
 * @xnet: the namespace
 * @skb: the packet, at its IP header, which is complete; taken in any case
 * @path: a valid path
 *
 * Context: RCU read side, any context that may send.
 * Return: as inetx_link_send().
 */
int inetx_link_xmit(struct inetx_net *xnet, struct sk_buff *skb,
		    const struct inetx_path *path)
{
	if (unlikely(path->type != RTN_UNICAST) &&
	    !inetx_link_loop(xnet, skb, path)) {
		consume_skb(skb);
		return 0;
	}
	return inetx_link_send(xnet, skb, path);
}
