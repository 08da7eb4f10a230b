// SPDX-License-Identifier: GPL-2.0
/*
 * Packets to others: the router's part (RFC 1812 5, RFC 1122 3.3.6).
 *
 * One lookup, no allocation unless a tap shares the header or the next device
 * wants more headroom, and packets that GRO has merged go on as they are: what
 * has to be sent in pieces is taken apart by the device, or just before it.
 */

#include <linux/inetdevice.h>
#include <net/ip.h>

#include "filter/filter.h"
#include "icmp/icmp.h"
#include "ip/ip.h"
#include "ip/options.h"
#include "link/address.h"
#include "route/rule.h"

static void report(struct inetx_net *xnet, struct sk_buff *skb, u8 code,
		   enum skb_drop_reason reason)
{
	if (inetx_icmp_rate_error(xnet, ip_hdr(skb)->saddr))
		inetx_icmp_send(xnet, skb, ICMP_DEST_UNREACH, code, 0);
	kfree_skb_reason(skb, reason);
}

/*
 * The packet cannot go on; the skb is taken.  @type: of the route that was
 * found, 0 for none.  Routes that say so count nothing, as for AF_INET: this is
 * what the administrator wanted.
 */
static void refuse(struct inetx_dev *xdev, struct sk_buff *skb, u8 type,
		   int err)
{
	struct inetx_net *xnet = xdev->xnet;

	switch (err) {
	case -EINVAL:
		if (type == RTN_BLACKHOLE) {
			kfree_skb_reason(skb, SKB_DROP_REASON_NOT_SPECIFIED);
			return;
		}
		fallthrough;
	case -EXDEV:
		inetx_ip_drop_source(xdev, skb, err);
		return;
	case -ENETUNREACH:
		INETX_IP_INC(xnet, IPSTATS_MIB_INNOROUTES);
		report(xnet, skb, ICMP_NET_UNREACH,
		       SKB_DROP_REASON_IP_INNOROUTES);
		return;
	case -EACCES:
		report(xnet, skb, ICMP_PKT_FILTERED,
		       SKB_DROP_REASON_NOT_SPECIFIED);
		return;
	default:
		/* RFC 1122 3.3.1.1: a host does not tell, it is not asked. */
		if (!INETX_CONF(&xdev->conf, FORWARDING)) {
			inetx_ip_drop(xnet, skb, IPSTATS_MIB_INADDRERRORS,
				      SKB_DROP_REASON_IP_INADDRERRORS);
			return;
		}
		report(xnet, skb, ICMP_HOST_UNREACH,
		       SKB_DROP_REASON_NOT_SPECIFIED);
	}
}

/*
 * The packet leaves the way it came, and its sender is a neighbour: tell it the
 * better way (RFC 1812 5.2.7.2), if that is a neighbour of it, too.  The route
 * for one host: by its mask the sender could take a network's for a host's.
 */
static void redirect(struct inetx_dev *xdev, struct sk_buff *skb,
		     const struct inetx_path *path)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (path->dev != xdev->dev || !INETX_CONF_OR(xdev, SEND_REDIRECTS))
		return;
	if (!INETX_CONF_OR(xdev, SHARED_MEDIA) &&
	    !inetx_addr_on_link(xdev, iph->saddr,
				path->gateway ? path->nexthop : 0))
		return;
	if (inetx_icmp_rate_redirect(xdev->xnet, iph->saddr))
		inetx_icmp_send(xdev->xnet, skb, ICMP_REDIRECT,
				ICMP_REDIR_HOST, path->nexthop);
}

/* Whether it may go on is decided; the skb is taken. */
static void forward(struct inetx_dev *xdev, struct sk_buff *skb,
		    struct inetx_path *path, bool neighbour)
{
	struct inetx_net *xnet = xdev->xnet;
	struct iphdr *iph = ip_hdr(skb);

	/* RFC 1812 5.3.4: everybody on the link has it already. */
	if (unlikely(skb->pkt_type != PACKET_HOST)) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INADDRERRORS,
			      SKB_DROP_REASON_IP_INADDRERRORS);
		return;
	}
	if (unlikely(skb_warn_if_lro(skb))) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INDISCARDS,
			      SKB_DROP_REASON_NOT_SPECIFIED);
		return;
	}

	if (unlikely(iph->ihl > 5) && inetx_ip_options_alert(xnet, skb))
		return;

	/* RFC 1812 5.3.1 */
	if (unlikely(iph->ttl <= 1)) {
		inetx_icmp_send(xnet, skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INHDRERRORS,
			      SKB_DROP_REASON_IP_INHDR);
		return;
	}
	if (unlikely(iph->ihl > 5) && inetx_ip_options_stop(xnet, skb, path))
		return;
	/* RFC 1191 4; what may be fragmented is, on output. */
	if (unlikely(!inetx_ip_fits(skb, path->mtu)) &&
	    !inetx_ip_may_fragment(skb, path->mtu)) {
		inetx_icmp_send(xnet, skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
				htonl(path->mtu));
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_FRAGFAILS,
			      SKB_DROP_REASON_PKT_TOO_BIG);
		return;
	}
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(path->dev)))) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INDISCARDS,
			      SKB_DROP_REASON_NOMEM);
		return;
	}
	iph = ip_hdr(skb);
	ip_decrease_ttl(iph);
	if (unlikely(neighbour) && !IPCB(skb)->opt.srr)
		redirect(xdev, skb, path);

	/* What has been summed up includes headers that change. */
	skb_forward_csum(skb);
	if (READ_ONCE(xnet->ip.sysctl_fwd_update_priority))
		skb->priority = inetx_tos_priority(iph->tos);

	if (inetx_filter_on(xnet, NF_INET_FORWARD))
		inetx_filter_forward(xdev, skb, path);
	else
		inetx_ip_forward_filtered(xnet, skb, xdev->dev, path);
}

/**
 * inetx_ip_forward_filtered - a packet to others behind the hooks of FORWARD
 * @xnet: the namespace
 * @skb: the packet as it is to leave, IPCB() valid; taken
 * @indev: the device it came in by
 * @path: a valid path
 *
 * Context: softirq, or bottom halves off; RCU read side.
 * Return: as inetx_ip_send().
 */
int inetx_ip_forward_filtered(struct inetx_net *xnet, struct sk_buff *skb,
			      struct net_device *indev,
			      struct inetx_path *path)
{
	/* When it came is not when it shall leave. */
	skb_clear_tstamp(skb);
	INETX_IP_INC(xnet, IPSTATS_MIB_OUTFORWDATAGRAMS);
	if (unlikely(ip_hdr(skb)->ihl > 5))
		inetx_ip_options_forward(xnet, skb, path);
	if (unlikely(path->type == RTN_BROADCAST)) {
		INETX_IP_PKT(xnet, IPSTATS_MIB_OUTBCAST, skb->len);
		/* To the link room, a broadcast is one that we hear, too. */
		path->type = RTN_UNICAST;
	} else if (unlikely(path->type == RTN_MULTICAST)) {
		inetx_ip_loop_routed(path->dev, skb);
	}
	return inetx_ip_transmit(xnet, NULL, skb, indev, path);
}

/**
 * inetx_ip_forward - a packet to an address that none of our devices has
 * @xdev: the device it came in by
 * @skb: the packet, header checked, both addresses possible ones for unicast
 *
 * Context: softirq, RCU read side.
 * Return: RTN_LOCAL or RTN_BROADCAST when it is for us after all and to be
 * delivered as that; RTN_UNSPEC when the skb has been taken.
 */
u8 inetx_ip_forward(struct inetx_dev *xdev, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct inetx_flow flow = {
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.iif = xdev->dev->ifindex,
		.mark = skb->mark,
		.tos = iph->tos,
		.skb = skb,
	};
	struct inetx_fib_result res;
	struct inetx_path path;
	int ret;

	if (unlikely(iph->ihl > 5) && IPCB(skb)->opt.srr_is_hit)
		flow.daddr = IPCB(skb)->opt.nexthop;
	if (inetx_rule_used(xdev->xnet))
		inetx_rule_flow(xdev->xnet, skb, &flow);
	ret = inetx_route_input(xdev, &flow, &path, &res);
	if (unlikely(ret < 0)) {
		refuse(xdev, skb, res.type, ret);
		return RTN_UNSPEC;
	}
	if (!path.dev)
		return path.type;
	forward(xdev, skb, &path, ret);
	return RTN_UNSPEC;
}
