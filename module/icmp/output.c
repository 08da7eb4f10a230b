// SPDX-License-Identifier: GPL-2.0
/* Sending ICMP messages: errors about packets, answers to queries. */

#include <linux/inetdevice.h>
#include <net/ip.h>
#include <net/route.h>

#include "icmp/icmp.h"
#include "ip/options.h"
#include "link/address.h"
#include "route/route.h"
#include "route/vrf.h"

/* RFC 1122 3.2.2: an error message makes a packet of at most 576 octets. */
#define ERROR_LEN_MAX	576

/* Route a message and send it; takes @skb, at the complete ICMP message. */
static void icmp_xmit(struct inetx_net *xnet, struct sk_buff *skb,
		      const struct inetx_path *path, __be32 daddr,
		      __be32 saddr, u8 tos, u32 mark,
		      const struct ip_options *opt)
{
	struct inetx_ip_args args = {
		.saddr = saddr ?: path->saddr,
		.daddr = daddr,
		.protocol = IPPROTO_ICMP,
		.ttl = inetx_ip_ttl(xnet, NULL, path),
		.tos = tos,
		.mark = mark,
		.priority = inetx_tos_priority(tos),
		.opt = opt,
	};

	inetx_icmp_count_out(xnet, icmp_hdr(skb)->type);
	inetx_ip_send(xnet, NULL, skb, path, &args);
}

static int icmp_route(struct inetx_net *xnet, struct inetx_path *path,
		      __be32 daddr, __be32 saddr, u8 tos, u32 mark,
		      const struct ip_options *opt,
		      const struct net_device *dev,
		      const struct sk_buff *about)
{
	struct inetx_flow flow = {
		.daddr = opt && opt->srr ? opt->faddr : daddr,
		.saddr = saddr,
		.oif = inetx_vrf_of(xnet, dev),
		.mark = mark,
		.tos = tos,
		.uid = inetx_rule_uid(xnet),
		.proto = IPPROTO_ICMP,
		.skb = about,
	};

	return inetx_route_output(xnet, &flow, path);
}

/*
 * May an error be sent about this packet (RFC 1122 3.2.2)?  Not about one to
 * many, not about a later fragment, not about an error.
 */
static bool may_report(struct inetx_net *xnet, const struct sk_buff *skb,
		       const struct iphdr *iph)
{
	u8 buf;
	const u8 *type;

	if (skb->pkt_type != PACKET_HOST)
		return false;
	if (ipv4_is_multicast(iph->daddr) || ipv4_is_lbcast(iph->daddr) ||
	    inetx_route_addr_type(xnet, skb->dev, iph->daddr) == RTN_BROADCAST)
		return false;
	if (ipv4_is_zeronet(iph->saddr) || ipv4_is_multicast(iph->saddr) ||
	    ipv4_is_lbcast(iph->saddr))
		return false;
	if (iph->frag_off & htons(IP_OFFSET))
		return false;
	if (iph->protocol != IPPROTO_ICMP)
		return true;
	type = skb_header_pointer(skb, skb_network_offset(skb) + iph->ihl * 4,
				  sizeof(buf), &buf);
	return type && !inetx_icmp_is_error(*type);
}

/*
 * Whose address an error is from (RFC 1812 4.3.2.4): that which was asked, if it
 * is ours; else, by tunable, of the device that the packet came in by.  0: of the
 * device that the error leaves by.
 */
static __be32 error_source(struct inetx_net *xnet, const struct sk_buff *skb,
			   const struct iphdr *iph)
{
	struct inetx_dev *xdev;

	if (inetx_addr_is_ours(xnet, iph->daddr))
		return iph->daddr;
	if (likely(!READ_ONCE(xnet->icmp.sysctl_use_inbound_ifaddr)) ||
	    !skb->dev || inetx_addr_is_ours(xnet, iph->saddr))
		return 0;
	xdev = inetx_dev_get(skb->dev);
	return xdev ? inetx_addr_select(xnet, xdev, iph->saddr,
					RT_SCOPE_LINK) : 0;
}

/* inetx_icmp_send(); options of the packet count up to offset @end. */
static void send_error(struct inetx_net *xnet, struct sk_buff *skb_in, u8 type,
		       u8 code, __be32 info, unsigned int end)
{
	int offset = skb_network_offset(skb_in);
	const struct iphdr *iph = ip_hdr(skb_in);
	const struct ip_options *opt;
	struct ip_options_data buf;
	struct inetx_path path;
	struct icmphdr *icmph;
	struct sk_buff *skb;
	unsigned int len, hlen;
	bool limited = false;
	__be32 saddr;
	u32 mark;
	u8 tos;

	if ((u8 *)(iph + 1) > skb_tail_pointer(skb_in) ||
	    !may_report(xnet, skb_in, iph))
		return;
	if (!(skb_in->dev && skb_in->dev->flags & IFF_LOOPBACK) &&
	    !inetx_icmp_rate_global(xnet, type, code, &limited))
		return;

	saddr = error_source(xnet, skb_in, iph);
	mark = inetx_ip_reply_mark(xnet, skb_in);
	/* RFC 1812 4.3.2.5: precedence 6, internetwork control. */
	tos = (iph->tos & IPTOS_TOS_MASK) | IPTOS_PREC_INTERNETCONTROL;
	opt = inetx_ip_options_answer(xnet, skb_in, end, &buf);
	if (icmp_route(xnet, &path, iph->saddr, saddr, tos, mark, opt,
		       skb_in->dev, skb_in))
		return;
	if (limited && !(path.dev->flags & IFF_LOOPBACK) &&
	    !inetx_icmp_rate_dest(xnet, iph->saddr))
		return;

	hlen = sizeof(struct iphdr) + (opt ? opt->optlen : 0);
	len = min_t(unsigned int, path.mtu, ERROR_LEN_MAX) - hlen -
	      sizeof(*icmph);
	len = min_t(unsigned int, len, skb_in->len - offset);

	hlen += LL_RESERVED_SPACE(path.dev);
	skb = alloc_skb(hlen + sizeof(*icmph) + len, GFP_ATOMIC);
	if (!skb) {
		INETX_ICMP_INC(xnet, ICMP_MIB_OUTERRORS);
		return;
	}
	skb_reserve(skb, hlen);
	icmph = skb_put(skb, sizeof(*icmph));
	skb_reset_transport_header(skb);
	icmph->type = type;
	icmph->code = code;
	icmph->checksum = 0;
	icmph->un.gateway = info;
	if (skb_copy_bits(skb_in, offset, skb_put(skb, len), len)) {
		INETX_ICMP_INC(xnet, ICMP_MIB_OUTERRORS);
		kfree_skb(skb);
		return;
	}
	icmph->checksum = csum_fold(csum_partial(icmph, skb->len, 0));
	icmp_xmit(xnet, skb, &path, iph->saddr, saddr, tos, mark, opt);
}

/**
 * inetx_icmp_send - report an error about a packet to its sender
 * @xnet: the namespace
 * @skb_in: the packet, its network header set and in the linear part; not taken
 * @type: ICMP type
 * @code: ICMP code
 * @info: second word of the ICMP header, network order
 *
 * Sends nothing where RFC 1122 3.2.2 forbids it, or when rate-limited.
 *
 * Context: RCU read side, any context that may send.
 */
void inetx_icmp_send(struct inetx_net *xnet, struct sk_buff *skb_in, u8 type,
		     u8 code, __be32 info)
{
	send_error(xnet, skb_in, type, code, info, INETX_IPOPT_ALL);
}

/**
 * inetx_icmp_problem - report a Parameter Problem (RFC 792)
 * @xnet: the namespace
 * @skb_in: as inetx_icmp_send()
 * @pointer: offset of the wrong octet from the start of the IP header
 * @end: from this offset on, options are not understood
 *
 * Context: RCU read side, any context that may send.
 */
void inetx_icmp_problem(struct inetx_net *xnet, struct sk_buff *skb_in,
			u8 pointer, unsigned int end)
{
	send_error(xnet, skb_in, ICMP_PARAMETERPROB, 0, htonl(pointer << 24),
		   end);
}

/**
 * inetx_icmp_reply - answer a query
 * @xnet: the namespace
 * @query: a copy of the IP header of the query
 * @query_rtype: what its destination is to us, RTN_*
 * @opt: from inetx_ip_options_answer()
 * @skb: the answer, at its complete ICMP message, its device and mark those of
 *	the query; taken
 *
 * Context: softirq, RCU read side.
 */
void inetx_icmp_reply(struct inetx_net *xnet, const struct iphdr *query,
		      u8 query_rtype, const struct ip_options *opt,
		      struct sk_buff *skb)
{
	u32 mark = inetx_ip_reply_mark(xnet, skb);
	u8 type = icmp_hdr(skb)->type;
	struct inetx_path path;
	bool limited;
	__be32 saddr;

	if (!inetx_icmp_rate_global(xnet, type, 0, &limited))
		goto drop;
	/* RFC 1122 3.2.2.6: from the address asked, unless that is not one. */
	saddr = query_rtype == RTN_LOCAL ? query->daddr : 0;
	if (icmp_route(xnet, &path, query->saddr, saddr, query->tos, mark, opt,
		       skb->dev, NULL))
		goto drop;
	if (limited && !(path.dev->flags & IFF_LOOPBACK) &&
	    !inetx_icmp_rate_dest(xnet, query->saddr))
		goto drop;

	icmp_xmit(xnet, skb, &path, query->saddr, saddr, query->tos, mark,
		  opt);
	return;
drop:
	kfree_skb(skb);
}

/**
 * inetx_icmp_init - set up what all namespaces share
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_icmp_init(void)
{
	return inetx_icmp_rate_init();
}

/**
 * inetx_icmp_exit - undo inetx_icmp_init()
 *
 * Context: module exit, nobody sends any more.
 */
void inetx_icmp_exit(void)
{
	inetx_icmp_rate_exit();
}

/**
 * inetx_icmp_net_init - ICMP tunables of a new namespace
 * @xnet: the namespace
 *
 * Return: 0.
 */
int inetx_icmp_net_init(struct inetx_net *xnet)
{
	struct inetx_icmp_net *icmp = &xnet->icmp;

	icmp->sysctl_echo_ignore_broadcasts = 1;
	icmp->sysctl_ignore_bogus = 1;
	icmp->sysctl_ratelimit = 1 * HZ;
	icmp->sysctl_ratemask = BIT(ICMP_DEST_UNREACH) |
				BIT(ICMP_SOURCE_QUENCH) |
				BIT(ICMP_TIME_EXCEEDED) |
				BIT(ICMP_PARAMETERPROB);
	icmp->sysctl_msgs_per_sec = 1000;
	icmp->sysctl_msgs_burst = 50;
	atomic_set(&icmp->credit, icmp->sysctl_msgs_burst);
	icmp->credit_stamp = jiffies;
	return 0;
}

/**
 * inetx_icmp_net_exit - the end of a namespace's ICMP
 * @xnet: the namespace
 */
void inetx_icmp_net_exit(struct inetx_net *xnet)
{
}
