// SPDX-License-Identifier: GPL-2.0
/*
 * A received packet, from its first byte to local delivery: the checks of
 * RFC 1122 3.2.1, each with the counter that explains the drop.
 */

#include <linux/inetdevice.h>
#include <net/inet_ecn.h>
#include <net/ip.h>

#include "icmp/icmp.h"
#include "igmp/igmp.h"
#include "ip/ip.h"
#include "ip/options.h"
#include "ip/reassemble.h"
#include "link/address.h"

static void drop(struct inetx_net *xnet, struct sk_buff *skb, int counter,
		 enum skb_drop_reason reason)
{
	INETX_IP_INC(xnet, counter);
	kfree_skb_reason(skb, reason);
}

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
		drop(xnet, skb, IPSTATS_MIB_INHDRERRORS,
		     SKB_DROP_REASON_IP_CSUM);
		return false;
	}

	len = ntohs(iph->tot_len);
	if (unlikely(skb->len < len)) {
		drop(xnet, skb, IPSTATS_MIB_INTRUNCATEDPKTS,
		     SKB_DROP_REASON_PKT_TOO_SMALL);
		return false;
	}
	if (unlikely(len < iph->ihl * 4))
		goto bad_header;
	if (unlikely(pskb_trim_rcsum(skb, len))) {
		drop(xnet, skb, IPSTATS_MIB_INDISCARDS, SKB_DROP_REASON_NOMEM);
		return false;
	}

	iph = ip_hdr(skb);
	skb_set_transport_header(skb, iph->ihl * 4);
	return true;

bad_header:
	drop(xnet, skb, IPSTATS_MIB_INHDRERRORS, SKB_DROP_REASON_IP_INHDR);
	return false;
}

/* What a destination is to us, RTN_UNICAST when nothing. */
static u8 destination_type(struct inetx_dev *xdev, __be32 daddr)
{
	struct inetx_net *xnet = xdev->xnet;
	u8 type;

	if (ipv4_is_multicast(daddr))
		return RTN_MULTICAST;
	if (ipv4_is_lbcast(daddr))
		return RTN_BROADCAST;
	if (likely(inetx_addr_is_ours(xnet, daddr)))
		return RTN_LOCAL;
	if (inetx_addr_is_broadcast(xdev, daddr))
		return RTN_BROADCAST;
	type = inetx_route_addr_type(xnet, NULL, daddr);
	return type == RTN_LOCAL ? RTN_LOCAL : RTN_UNICAST;
}

/*
 * May a packet from outside carry these addresses (RFC 1122 3.2.1.3, RFC 1812
 * 5.3.7)?  What we sent to ourselves has been checked as it was made.
 */
static bool addresses_ok(struct inetx_dev *xdev, const struct iphdr *iph,
			 u8 type)
{
	const struct inetx_devconf *all = &xdev->xnet->link.conf_all;
	bool localnet = INETX_CONF(&xdev->conf, ROUTE_LOCALNET) ||
			INETX_CONF(all, ROUTE_LOCALNET);

	if (ipv4_is_multicast(iph->saddr) || ipv4_is_lbcast(iph->saddr))
		return false;
	if (!localnet && (ipv4_is_loopback(iph->saddr) ||
			  ipv4_is_loopback(iph->daddr)))
		return false;
	if (ipv4_is_zeronet(iph->daddr))
		return false;
	/* A host that does not know its address yet (RFC 1122 3.2.1.3 a). */
	if (ipv4_is_zeronet(iph->saddr))
		return !iph->saddr &&
		       (type == RTN_BROADCAST ||
			ipv4_is_local_multicast(iph->daddr));
	if (inetx_addr_is_broadcast(xdev, iph->saddr))
		return false;
	if (inetx_addr_is_ours(xdev->xnet, iph->saddr))
		return INETX_CONF(&xdev->conf, ACCEPT_LOCAL) ||
		       INETX_CONF(all, ACCEPT_LOCAL);
	return true;
}

/* Options we do not act on are passed over; wrong ones are reported. */
static bool options_ok(struct inetx_net *xnet, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct inetx_ip_optinfo info;

	inetx_ip_options_scan((const u8 *)(iph + 1),
			      iph->ihl * 4 - sizeof(*iph), &info);
	if (unlikely(info.bad)) {
		inetx_icmp_send(xnet, skb, ICMP_PARAMETERPROB, 0,
				htonl(info.bad << 24));
		drop(xnet, skb, IPSTATS_MIB_INHDRERRORS,
		     SKB_DROP_REASON_IP_INHDR);
		return false;
	}
	/* A source route has a host act as a router; this one is none. */
	if (info.source_route) {
		drop(xnet, skb, IPSTATS_MIB_INADDRERRORS,
		     SKB_DROP_REASON_IP_INHDR);
		return false;
	}
	return true;
}

/**
 * inetx_ip_rcv - a packet has come in
 * @xdev: the device it came in by
 * @skb: the packet, at its IP header, not shared, without socket and dst; taken
 * @type: what its destination is to us, RTN_LOCAL, RTN_BROADCAST or
 *	RTN_MULTICAST, if the link room knows, else RTN_UNSPEC
 *
 * Context: softirq, RCU read side.
 */
void inetx_ip_rcv(struct inetx_dev *xdev, struct sk_buff *skb, u8 type)
{
	struct inetx_net *xnet = xdev->xnet;
	const struct iphdr *iph;

	INETX_IP_PKT(xnet, IPSTATS_MIB_IN, skb->len);

	if (unlikely(!header_ok(xnet, skb)))
		return;

	/* Qdiscs, GRO and tc have left their things in it. */
	memset(INETX_CB(skb), 0, sizeof(struct inetx_skb_cb));
	IPCB(skb)->iif = skb->skb_iif;
	INETX_CB(skb)->xdev = xdev;

	iph = ip_hdr(skb);
	if (type == RTN_UNSPEC)
		type = destination_type(xdev, iph->daddr);

	/* Only our own packets come in here by lo or as loop copies. */
	if (xdev->dev->flags & IFF_LOOPBACK) {
		if (type == RTN_UNICAST)
			type = RTN_LOCAL;
	} else if (skb->pkt_type != PACKET_LOOPBACK) {
		if (unlikely(!addresses_ok(xdev, iph, type)))
			goto bad_address;
	}
	INETX_CB(skb)->rtype = type;

	if (unlikely(iph->ihl > 5)) {
		if (!options_ok(xnet, skb))
			return;
		iph = ip_hdr(skb);
	}

	switch (type) {
	case RTN_LOCAL:
		/* RFC 1122 3.3.6; optional, as hosts do send such packets. */
		if (unlikely(skb->pkt_type == PACKET_BROADCAST ||
			     skb->pkt_type == PACKET_MULTICAST) &&
		    (INETX_CONF(&xdev->conf, DROP_UNICAST_IN_L2_MULTICAST) ||
		     INETX_CONF(&xnet->link.conf_all,
				DROP_UNICAST_IN_L2_MULTICAST)))
			goto bad_address;
		break;
	case RTN_BROADCAST:
		INETX_IP_PKT(xnet, IPSTATS_MIB_INBCAST, skb->len);
		break;
	case RTN_MULTICAST:
		INETX_IP_PKT(xnet, IPSTATS_MIB_INMCAST, skb->len);
		if (!inetx_igmp_wants(xdev, iph->daddr, iph->saddr,
				      iph->protocol))
			goto bad_address;
		break;
	default:
		goto bad_address;
	}

	if (unlikely(ip_is_fragment(iph))) {
		skb = inetx_ip_reassemble(xnet, skb, IP_DEFRAG_LOCAL_DELIVER);
		if (!skb)
			return;
	}

	/* A departure time that a pacing qdisc has set is no arrival time. */
	skb_clear_delivery_time(skb);
	__skb_pull(skb, skb_network_header_len(skb));
	inetx_ip_deliver(xnet, skb);
	return;

bad_address:
	drop(xnet, skb, IPSTATS_MIB_INADDRERRORS,
	     SKB_DROP_REASON_IP_INADDRERRORS);
}
