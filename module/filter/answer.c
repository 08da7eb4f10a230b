// SPDX-License-Identifier: GPL-2.0
/*
 * Resets that rules answer with, "reject with tcp reset".
 *
 * Netfilter makes them and sends them by the host's stack, whose tables know
 * nothing of our routes.  But as the hooks were told of a socket bound to lo (see
 * inetx_filter_net_init()), that is where the host sends them: to our hook on lo,
 * with the mark of a route that no packet otherwise has there, to a unicast
 * destination that is not local.  From there they go our way.
 */

#include <linux/tcp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/route.h>

#include "filter/filter.h"
#include "ip/ip.h"
#include "route/route.h"

/**
 * inetx_filter_is_answer - is a packet on lo the host's answer to one of ours?
 * @skb: a packet on lo that is not ours, at its IP header
 *
 * Context: softirq, RCU read side.
 */
bool inetx_filter_is_answer(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);
	const struct rtable *rt = skb_rtable(skb);
	const struct tcphdr *th;
	const struct iphdr *iph;
	struct iphdr iph_buf;
	struct tcphdr th_buf;

	if (!dst || dst->ops->family != AF_INET || dst->xfrm)
		return false;
	if (likely(rt->rt_type != RTN_UNICAST) ||
	    rt->rt_iif != LOOPBACK_IFINDEX)
		return false;
	iph = skb_header_pointer(skb, 0, sizeof(iph_buf), &iph_buf);
	if (!iph || iph->protocol != IPPROTO_TCP || ip_is_fragment(iph))
		return false;
	th = skb_header_pointer(skb, iph->ihl * 4, sizeof(th_buf), &th_buf);
	return th && th->rst;
}

/**
 * inetx_filter_answer - send on what inetx_filter_is_answer() has recognised
 * @xdev: lo
 * @skb: the packet, not shared, network header set; taken
 *
 * The host's hooks of LOCAL_OUT and POST_ROUTING have seen it.
 *
 * Context: softirq, RCU read side.
 */
void inetx_filter_answer(struct inetx_dev *xdev, struct sk_buff *skb)
{
	struct inetx_net *xnet = xdev->xnet;
	const struct iphdr *iph = ip_hdr(skb);
	const struct inetx_flow flow = {
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.mark = skb->mark,
		.uid = GLOBAL_ROOT_UID,
		.tos = iph->tos,
		.proto = iph->protocol,
		.any_src = true,
	};
	struct inetx_path path;

	if (inetx_route_output(xnet, &flow, &path)) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_OUTNOROUTES,
			      SKB_DROP_REASON_IP_OUTNOROUTES);
		return;
	}
	if (path.type == RTN_LOCAL) {
		inetx_ip_rcv(xdev, skb, RTN_LOCAL);
		return;
	}
	memset(IPCB(skb), 0, sizeof(struct inet_skb_parm));
	skb_set_transport_header(skb, iph->ihl * 4);
	skb_clear_tstamp(skb);
	inetx_ip_finish(xnet, NULL, skb, &path);
}
