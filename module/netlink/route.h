/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of route messages, of unicast and of multicast. */
#ifndef _INETX_NETLINK_ROUTE_H
#define _INETX_NETLINK_ROUTE_H

#include <net/netlink.h>

#include "route/exception.h"
#include "route/table.h"

/**
 * struct inetx_nl_fill - what a route message says besides the route
 * @portid: receiver
 * @seq: sequence number of the request
 * @event: RTM_NEWROUTE or RTM_DELROUTE
 * @flags: NLM_F_*
 * @table: RT_TABLE_*
 * @compat: nexthop_compat_mode
 * @dst: prefix, network order
 * @dst_len: its length
 */
struct inetx_nl_fill {
	u32 portid;
	u32 seq;
	int event;
	u32 flags;
	u32 table;
	bool compat;
	__be32 dst;
	u8 dst_len;
};

extern const struct nla_policy inetx_nl_route_policy[RTA_MAX + 1];

int inetx_nl_fill_exception(struct sk_buff *skb,
			    const struct inetx_nl_fill *fill,
			    struct inetx_net *xnet,
			    const struct inetx_exception *e,
			    const struct inetx_fib_result *res);
int inetx_nl_fill_route(struct sk_buff *skb, const struct inetx_nl_fill *fill,
			const struct inetx_route *route);

int inetx_nl_put_metrics(struct sk_buff *skb, const u32 *metrics);
int inetx_nl_parse_via(const struct nlattr *attr, __be32 *gw,
		       struct netlink_ext_ack *extack);

/* Of addresses, a request for a route has all bits or none. */
static inline bool inetx_nl_get_lens_ok(const struct rtmsg *rtm)
{
	return (!rtm->rtm_src_len || rtm->rtm_src_len == 32) &&
	       (!rtm->rtm_dst_len || rtm->rtm_dst_len == 32);
}

/* getroute.c */
int inetx_nl_parse_get(const struct nlmsghdr *nlh, struct nlattr **tb,
		       struct netlink_ext_ack *extack);

/* multipath.c */
int inetx_nl_parse_hops(const struct nlattr *attr,
			struct inetx_route_config *cfg,
			struct netlink_ext_ack *extack);

#endif /* _INETX_NETLINK_ROUTE_H */
