// SPDX-License-Identifier: GPL-2.0
/*
 * A received packet, from its first byte to local delivery: the checks of
 * RFC 1122 3.2.1, each with the counter that explains the drop.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/inetdevice.h>
#include <net/inet_ecn.h>
#include <net/ip.h>

#include "filter/filter.h"
#include "icmp/icmp.h"
#include "igmp/igmp.h"
#include "ip/ip.h"
#include "ip/options.h"
#include "ip/reassemble.h"
#include "link/address.h"
#include "mroute/mroute.h"
#include "route/rule.h"

/*
 * Is the header well formed and the packet all there?  On success the header is
 * in the linear part, padding of the link is cut off, and the cb is ours.
 */
static bool header_ok(struct inetx_net *xnet, struct sk_buff *skb)
{
	const struct iphdr *iph;
	unsigned int len;

	if (unlikely(!pskb_may_pull(skb, sizeof(*iph))))
		goto bad_header;
	iph = ip_hdr(skb);
	if (unlikely(iph->ihl < 5 || iph->version != 4))
		goto bad_header;

	INETX_IP_ADD(xnet, IPSTATS_MIB_NOECTPKTS + (iph->tos & INET_ECN_MASK),
		     max_t(unsigned short, 1, skb_shinfo(skb)->gso_segs));

	if (unlikely(!pskb_may_pull(skb, iph->ihl * 4)))
		goto bad_header;
	iph = ip_hdr(skb);
	if (unlikely(ip_fast_csum(iph, iph->ihl))) {
		INETX_IP_INC(xnet, IPSTATS_MIB_CSUMERRORS);
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INHDRERRORS,
			      SKB_DROP_REASON_IP_CSUM);
		return false;
	}

	len = ntohs(iph->tot_len);
	if (unlikely(skb->len < len)) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INTRUNCATEDPKTS,
			      SKB_DROP_REASON_PKT_TOO_SMALL);
		return false;
	}
	if (unlikely(len < iph->ihl * 4))
		goto bad_header;
	if (unlikely(pskb_trim_rcsum(skb, len))) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INDISCARDS,
			      SKB_DROP_REASON_NOMEM);
		return false;
	}

	iph = ip_hdr(skb);
	skb_set_transport_header(skb, iph->ihl * 4);
	return true;

bad_header:
	inetx_ip_drop(xnet, skb, IPSTATS_MIB_INHDRERRORS, SKB_DROP_REASON_IP_INHDR);
	return false;
}

/* What a destination is to us, RTN_UNSPEC when the tables have to be asked. */
static u8 destination_type(struct inetx_dev *xdev, __be32 daddr)
{
	if (ipv4_is_multicast(daddr))
		return RTN_MULTICAST;
	if (ipv4_is_lbcast(daddr))
		return RTN_BROADCAST;
	if (likely(inetx_addr_is_configured(xdev->xnet, daddr)))
		return inetx_rule_local_first(xdev->xnet) ? RTN_LOCAL :
							    RTN_UNSPEC;
	if (inetx_addr_is_broadcast(xdev, daddr))
		return RTN_BROADCAST;
	return RTN_UNSPEC;
}

/* Is a source our own?  What tables say beyond the addresses of devices is
 * looked up only where somebody has put it there.  Where rules do, it is left
 * to inetx_route_check_source().
 */
static bool source_is_ours(struct inetx_net *xnet, __be32 saddr)
{
	if (inetx_rule_used(xnet))
		return false;
	return inetx_addr_is_configured(xnet, saddr) ||
	       (unlikely(READ_ONCE(xnet->route.custom_local)) &&
		inetx_addr_is_ours(xnet, saddr));
}

/*
 * May a packet from outside have this source (RFC 1122 3.2.1.3, RFC 1812
 * 5.3.7)?  What we sent to ourselves has been checked as it was made.  Returns 0
 * or an error as inetx_route_check_source(); what that checks for a packet whose
 * destination is not known yet is left to inetx_ip_forward().
 */
static int check_source(struct inetx_dev *xdev, const struct sk_buff *skb,
			u8 type)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct inetx_flow flow;
	int err;

	if (ipv4_is_multicast(iph->saddr) || ipv4_is_lbcast(iph->saddr))
		return -EINVAL;
	if (ipv4_is_loopback(iph->saddr) &&
	    !INETX_CONF_OR(xdev, ROUTE_LOCALNET))
		return -EINVAL;
	/* A host that does not know its address yet (RFC 1122 3.2.1.3 a). */
	if (ipv4_is_zeronet(iph->saddr))
		return !iph->saddr &&
		       (type == RTN_BROADCAST ||
			ipv4_is_local_multicast(iph->daddr)) ? 0 : -EINVAL;
	if (inetx_addr_is_broadcast(xdev, iph->saddr))
		return -EINVAL;
	if (source_is_ours(xdev->xnet, iph->saddr) &&
	    !INETX_CONF_OR(xdev, ACCEPT_LOCAL))
		return -EINVAL;

	if (likely(!INETX_CONF_MAX(xdev, RP_FILTER) &&
		   !inetx_rule_used(xdev->xnet)) || type == RTN_UNSPEC)
		return 0;
	flow = (struct inetx_flow){
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.mark = skb->mark,
		.tos = iph->tos,
	};
	if (inetx_rule_used(xdev->xnet))
		inetx_rule_flow(xdev->xnet, skb, &flow);
	err = inetx_route_check_source(xdev, &flow, 0);
	return min(err, 0);
}

/* May a packet from outside have this destination (RFC 1812 5.3.7)? */
static bool destination_ok(const struct inetx_dev *xdev, __be32 daddr)
{
	if (ipv4_is_loopback(daddr))
		return INETX_CONF_OR(xdev, ROUTE_LOCALNET);
	return !ipv4_is_zeronet(daddr);
}

/* RFC 1812 5.3.8: the header of the link is all that tells who sent it. */
static void log_source(const struct inetx_dev *xdev, const struct sk_buff *skb)
{
	const struct net_device *dev = xdev->dev;

	if (!INETX_CONF_OR(xdev, LOG_MARTIANS) || !net_ratelimit())
		return;
	pr_warn("martian source %pI4 from %pI4, on dev %s\n",
		&ip_hdr(skb)->daddr, &ip_hdr(skb)->saddr, dev->name);
	if (dev->hard_header_len && skb_mac_header_was_set(skb))
		print_hex_dump(KERN_WARNING, "ll header: ", DUMP_PREFIX_OFFSET,
			       16, 1, skb_mac_header(skb),
			       dev->hard_header_len, false);
}

/**
 * inetx_ip_drop_source - drop a packet for its source
 * @xdev: the device it came in by
 * @skb: the packet, network header set; taken
 * @err: -EXDEV refused by rp_filter, else impossible
 *
 * Context: softirq, RCU read side.
 */
void inetx_ip_drop_source(struct inetx_dev *xdev, struct sk_buff *skb, int err)
{
	log_source(xdev, skb);
	if (err == -EXDEV) {
		INETX_LINUX_INC(xdev->xnet, LINUX_MIB_IPRPFILTER);
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_RPFILTER);
		return;
	}
	inetx_ip_drop(xdev->xnet, skb, IPSTATS_MIB_INADDRERRORS,
		      SKB_DROP_REASON_IP_INADDRERRORS);
}

static void drop_destination(struct inetx_dev *xdev, struct sk_buff *skb)
{
	if (INETX_CONF_OR(xdev, LOG_MARTIANS))
		net_warn_ratelimited("martian destination %pI4 from %pI4, dev %s\n",
				     &ip_hdr(skb)->daddr, &ip_hdr(skb)->saddr,
				     xdev->dev->name);
	inetx_ip_drop(xdev->xnet, skb, IPSTATS_MIB_INADDRERRORS,
		      SKB_DROP_REASON_IP_INADDRERRORS);
}

/* Addresses of a packet from outside; the skb is gone unless true. */
static bool addresses_ok(struct inetx_dev *xdev, struct sk_buff *skb, u8 type)
{
	int err = check_source(xdev, skb, type);

	if (unlikely(err)) {
		inetx_ip_drop_source(xdev, skb, err);
		return false;
	}
	if (unlikely(!destination_ok(xdev, ip_hdr(skb)->daddr))) {
		drop_destination(xdev, skb);
		return false;
	}
	return true;
}

/**
 * inetx_ip_rcv - a packet has come in
 * @xdev: the device it came in by
 * @skb: the packet, at its IP header, not shared, without socket and dst; taken
 * @type: what its destination is to us, RTN_LOCAL, RTN_BROADCAST or
 *	RTN_MULTICAST, if the link room knows, else RTN_UNSPEC: it may be for
 *	others
 *
 * Context: softirq, RCU read side.
 */
void inetx_ip_rcv(struct inetx_dev *xdev, struct sk_buff *skb, u8 type)
{
	struct inetx_net *xnet = xdev->xnet;

	INETX_IP_PKT(xnet, IPSTATS_MIB_IN, skb->len);

	if (unlikely(!header_ok(xnet, skb)))
		return;

	/* Qdiscs, GRO and tc have left their things in it. */
	memset(INETX_CB(skb), 0, sizeof(struct inetx_skb_cb));
	IPCB(skb)->iif = skb->skb_iif;

	if (inetx_filter_on(xnet, NF_INET_PRE_ROUTING))
		inetx_filter_pre_routing(xdev, skb, type);
	else
		inetx_ip_rcv_filtered(xdev, skb, type);
}

/* For us: whole, and past the hooks of LOCAL_IN. */
static void to_us(struct inetx_dev *xdev, struct sk_buff *skb)
{
	struct inetx_net *xnet = xdev->xnet;

	if (unlikely(ip_is_fragment(ip_hdr(skb)))) {
		skb = inetx_ip_reassemble(xnet, skb, IP_DEFRAG_LOCAL_DELIVER);
		if (!skb)
			return;
	}

	if (inetx_filter_on(xnet, NF_INET_LOCAL_IN))
		inetx_filter_local_in(xdev, skb);
	else
		inetx_ip_local_in(xnet, skb);
}

/**
 * inetx_ip_loop_routed - a multicast that is sent on is also for members here
 * @dev: the device that it leaves by
 * @skb: the packet, at its IP header, IPCB() valid; not taken
 *
 * A router that is a member of a group on a link hears what it sends there
 * (RFC 1112 6.1), as of every sender.
 *
 * Context: softirq, or bottom halves off; RCU read side.
 */
void inetx_ip_loop_routed(struct net_device *dev, struct sk_buff *skb)
{
	struct inetx_dev *xdev = inetx_dev_get(dev);
	const struct iphdr *iph = ip_hdr(skb);
	struct sk_buff *copy;

	if (!xdev || !inetx_igmp_wants(xdev, iph->daddr, iph->saddr,
				       iph->protocol))
		return;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy) {
		INETX_IP_INC(xdev->xnet, IPSTATS_MIB_INDISCARDS);
		return;
	}
	copy->dev = dev;
	copy->pkt_type = PACKET_LOOPBACK;
	INETX_CB(copy)->xdev = xdev;
	INETX_CB(copy)->rtype = RTN_MULTICAST;
	to_us(xdev, copy);
}

/**
 * inetx_ip_rcv_filtered - inetx_ip_rcv() behind the hooks of PRE_ROUTING
 * @xdev: the device it came in by
 * @skb: the packet, header well formed, IPCB() valid; taken
 * @type: as for inetx_ip_rcv()
 *
 * Context: softirq, or bottom halves off; RCU read side.
 */
void inetx_ip_rcv_filtered(struct inetx_dev *xdev, struct sk_buff *skb,
			   u8 type)
{
	struct inetx_net *xnet = xdev->xnet;
	const struct iphdr *iph = ip_hdr(skb);
	bool wanted;

	INETX_CB(skb)->xdev = xdev;
	if (type == RTN_UNSPEC)
		type = destination_type(xdev, iph->daddr);

	/* Only our own packets come in here by lo, by a VRF or as loop copies. */
	if (xdev->dev->flags & IFF_LOOPBACK ||
	    netif_is_l3_master(xdev->dev)) {
		skb->pkt_type = PACKET_HOST;
		if (type == RTN_UNSPEC)
			type = RTN_LOCAL;
	} else if (skb->pkt_type == PACKET_LOOPBACK) {
		if (unlikely(type == RTN_UNSPEC))
			goto bad_address;
	} else if (!addresses_ok(xdev, skb, type)) {
		return;
	}

	if (unlikely(iph->ihl > 5)) {
		int changed = inetx_ip_options_rcv(xdev, skb, type);

		if (changed < 0)
			return;
		type = changed;
	}

	if (type == RTN_UNSPEC) {
		type = inetx_ip_forward(xdev, skb);
		if (type == RTN_UNSPEC)
			return;
	}
	iph = ip_hdr(skb);
	INETX_CB(skb)->rtype = type;

	switch (type) {
	case RTN_LOCAL:
		/* RFC 1122 3.3.6; optional, as hosts do send such packets. */
		if (unlikely(skb->pkt_type == PACKET_BROADCAST ||
			     skb->pkt_type == PACKET_MULTICAST) &&
		    INETX_CONF_OR(xdev, DROP_UNICAST_IN_L2_MULTICAST))
			goto bad_address;
		break;
	case RTN_BROADCAST:
		INETX_IP_PKT(xnet, IPSTATS_MIB_INBCAST, skb->len);
		break;
	case RTN_MULTICAST:
		INETX_IP_PKT(xnet, IPSTATS_MIB_INMCAST, skb->len);
		wanted = inetx_igmp_wants(xdev, iph->daddr, iph->saddr,
					  iph->protocol);
		if (inetx_mroute_on(xdev, iph->daddr)) {
			if (!inetx_mroute_input(xdev, skb, wanted))
				return;
		} else if (!wanted) {
			goto bad_address;
		}
		break;
	default:
		goto bad_address;
	}

	to_us(xdev, skb);
	return;

bad_address:
	inetx_ip_drop(xnet, skb, IPSTATS_MIB_INADDRERRORS,
		      SKB_DROP_REASON_IP_INADDRERRORS);
}

/**
 * inetx_ip_local_in - a whole packet for us, behind the hooks of LOCAL_IN
 * @xnet: the namespace
 * @skb: the packet, at its IP header, INETX_CB() set; taken
 *
 * Context: softirq, or bottom halves off; RCU read side.
 */
void inetx_ip_local_in(struct inetx_net *xnet, struct sk_buff *skb)
{
	/* Sockets keep packets for longer than a connection may be tracked. */
	nf_reset_ct(skb);
	/* A departure time that a pacing qdisc has set is no arrival time. */
	skb_clear_delivery_time(skb);
	__skb_pull(skb, skb_network_header_len(skb));
	inetx_ip_deliver(xnet, skb);
}
