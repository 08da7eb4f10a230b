// SPDX-License-Identifier: GPL-2.0
/*
 * From a device's ingress hook to the IP room, or back to the host.
 *
 * The hook sees each frame after the taps and tc, before rx_handlers and the
 * host's protocols.  What is not ours goes on unread and unchanged.  The rules:
 *
 *   carries our loopback dst		ours, on whatever device
 *   on a loopback device		otherwise the host's, but for what it
 *					answers for us, see filter/answer.c
 *   on a VRF				otherwise the host's
 *   to another host, or a native	the host's
 *     loop copy
 *   VLAN tag with an id		the VLAN device's, comes again on that
 *   conf/DEV/claim = all		ours, whatever the address
 *   unicast to an address of ours	ours
 *     in the VRF of the device
 *   broadcast, multicast we are	ours and the host's, by a clone
 *     in, or route
 *   everything else			the host's
 */

#include <linux/if_vlan.h>
#include <net/dst.h>
#include <net/ip.h>

#include "arp/arp.h"
#include "filter/filter.h"
#include "igmp/igmp.h"
#include "ip/ip.h"
#include "link/address.h"
#include "link/link.h"
#include "mroute/mroute.h"
#include "route/rule.h"

/*
 * From here on the skb is ours alone: a copy if others have it too, without what
 * tc or the host have put on it, a native socket or a tunnel's metadata.  The
 * connection that a packet to ourselves was tracked with stays: it is not
 * tracked again.  NULL: no memory, counted.
 */
static struct sk_buff *own(struct inetx_dev *xdev, struct sk_buff *skb)
{
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		INETX_IP_INC(xdev->xnet, IPSTATS_MIB_INDISCARDS);
		return NULL;
	}
	skb_orphan(skb);
	skb_dst_drop(skb);
	__vlan_hwaccel_clear_tag(skb);
	skb_reset_network_header(skb);
	return skb;
}

/* The VRF's device sees what its slaves get, but multicast, as AF_INET has it. */
static void show_vrf(struct inetx_dev *xdev, struct sk_buff *skb)
{
	struct net_device *vrf = netdev_master_upper_dev_get_rcu(xdev->dev);

	if (vrf && unlikely(!list_empty(&vrf->ptype_all)) &&
	    skb->mac_len == ETH_HLEN && !inetx_loopback_owns(skb) &&
	    skb->pkt_type != PACKET_MULTICAST)
		inetx_link_tap(skb, vrf);
}

/* @rtype: see inetx_ip_rcv(). */
static unsigned int take(struct inetx_dev *xdev, struct sk_buff *skb, u8 rtype)
{
	skb = own(xdev, skb);
	if (unlikely(!skb))
		return NF_STOLEN;
	if (inetx_rule_used(xdev->xnet) && netif_is_l3_slave(xdev->dev))
		show_vrf(xdev, skb);
	inetx_ip_rcv(xdev, skb, rtype);
	return NF_STOLEN;
}

static unsigned int take_copy(struct inetx_dev *xdev, struct sk_buff *skb,
			      u8 rtype)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (likely(copy))
		take(xdev, copy, rtype);
	else
		INETX_IP_INC(xdev->xnet, IPSTATS_MIB_INDISCARDS);
	return NF_ACCEPT;
}

/* A packet on lo that the host has sent. */
static unsigned int rx_host(struct inetx_dev *xdev, struct sk_buff *skb)
{
	if (likely(!inetx_filter_is_answer(skb)))
		return NF_ACCEPT;
	skb = own(xdev, skb);
	if (likely(skb))
		inetx_filter_answer(xdev, skb);
	return NF_STOLEN;
}

static unsigned int rx_ip(struct inetx_dev *xdev, struct sk_buff *skb)
{
	const struct iphdr *iph;
	struct iphdr buf;

	if (inetx_loopback_owns(skb))
		return take(xdev, skb, RTN_UNSPEC);

	if (xdev->dev->flags & IFF_LOOPBACK)
		return rx_host(xdev, skb);
	if (skb->pkt_type == PACKET_OTHERHOST ||
	    skb->pkt_type == PACKET_LOOPBACK ||
	    netif_is_l3_master(xdev->dev))
		return NF_ACCEPT;

	if (inetx_dev_claimed(xdev))
		return take(xdev, skb, RTN_UNSPEC);

	iph = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (!iph)
		return NF_ACCEPT;

	if (ipv4_is_multicast(iph->daddr)) {
		if (inetx_igmp_wants(xdev, iph->daddr, iph->saddr,
				     iph->protocol) ||
		    inetx_mroute_on(xdev, iph->daddr))
			return take_copy(xdev, skb, RTN_MULTICAST);
		return NF_ACCEPT;
	}
	if (ipv4_is_lbcast(iph->daddr))
		return take_copy(xdev, skb, RTN_BROADCAST);
	/* 127/8 is an address of ours, but not on a wire (RFC 1122 3.2.1.3). */
	if (ipv4_is_loopback(iph->daddr))
		return NF_ACCEPT;
	if (inetx_addr_is_ours_at(xdev, iph->daddr))
		return take(xdev, skb, inetx_rule_local_first(xdev->xnet) ?
				       RTN_LOCAL : RTN_UNSPEC);
	if (inetx_addr_is_broadcast(xdev, iph->daddr))
		return take_copy(xdev, skb, RTN_BROADCAST);
	return NF_ACCEPT;
}

static unsigned int rx_arp(struct inetx_dev *xdev, struct sk_buff *skb)
{
	if (xdev->dev->flags & IFF_LOOPBACK)
		return NF_ACCEPT;
	if (!inetx_arp_rx(xdev, skb) &&
	    !(inetx_dev_claimed(xdev) && skb->pkt_type != PACKET_OTHERHOST))
		return NF_ACCEPT;
	consume_skb(skb);
	return NF_STOLEN;
}

/**
 * inetx_link_rx - the ingress hook
 * @priv: the struct inetx_dev
 * @skb: a frame, at its network header
 * @state: unused
 *
 * Context: softirq, RCU read side.
 * Return: NF_ACCEPT with the skb untouched, or NF_STOLEN.
 */
unsigned int inetx_link_rx(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	struct inetx_dev *xdev = priv;

	if (unlikely(READ_ONCE(xdev->dead)))
		return NF_ACCEPT;
	if (unlikely(skb_vlan_tag_present(skb)) && skb_vlan_tag_get_id(skb))
		return NF_ACCEPT;

	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return rx_ip(xdev, skb);
	case htons(ETH_P_ARP):
		return rx_arp(xdev, skb);
	default:
		return NF_ACCEPT;
	}
}
