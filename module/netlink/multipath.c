// SPDX-License-Identifier: GPL-2.0
/* RTA_MULTIPATH: the next hops of a route that has several (rtnetlink(7)). */

#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/rtnh.h>

#include "netlink/route.h"

/* How many there are, 0 where something is left over. */
static u32 count_hops(const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	const struct rtnexthop *rtnh = nla_data(attr);
	int left = nla_len(attr);
	u32 n = 0;

	while (rtnh_ok(rtnh, left)) {
		n++;
		rtnh = rtnh_next(rtnh, &left);
	}
	if (!left)
		return n;
	NL_SET_ERR_MSG(extack,
		       "Invalid nexthop configuration - extra data after nexthops");
	return 0;
}

static int parse_gateway(const struct rtnexthop *rtnh,
			 struct inetx_hop_config *hop,
			 struct netlink_ext_ack *extack)
{
	int len = rtnh_attrlen(rtnh);
	struct nlattr *attrs = rtnh_attrs(rtnh);
	const struct nlattr *gw, *via;

	gw = nla_find(attrs, len, RTA_GATEWAY);
	via = nla_find(attrs, len, RTA_VIA);
	if (gw && via) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop configuration can not contain both GATEWAY and VIA");
		return -EINVAL;
	}
	if (via)
		return inetx_nl_parse_via(via, &hop->gw, extack);
	if (!gw)
		return 0;
	if (nla_len(gw) < sizeof(hop->gw)) {
		NL_SET_ERR_MSG(extack, "Invalid IPv4 address in RTA_GATEWAY");
		return -EINVAL;
	}
	hop->gw = nla_get_in_addr(gw);
	return 0;
}

static int parse_hop(const struct rtnexthop *rtnh, struct inetx_hop_config *hop,
		     struct netlink_ext_ack *extack)
{
	int len = rtnh_attrlen(rtnh);
	struct nlattr *attrs = rtnh_attrs(rtnh);
	const struct nlattr *flow;

	if (rtnh->rtnh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
		return -EINVAL;
	}
	hop->oif = rtnh->rtnh_ifindex;
	hop->weight = rtnh->rtnh_hops + 1;
	hop->flags = rtnh->rtnh_flags;
	if (len <= 0)
		return 0;

	flow = nla_find(attrs, len, RTA_FLOW);
	if (flow && nla_len(flow) < sizeof(u32)) {
		NL_SET_ERR_MSG(extack, "Invalid RTA_FLOW");
		return -EINVAL;
	}
	if (flow && nla_get_u32(flow)) {
		NL_SET_ERR_MSG(extack, "Realms are not supported");
		return -EOPNOTSUPP;
	}
	if (nla_find(attrs, len, RTA_ENCAP)) {
		NL_SET_ERR_MSG(extack, "Encapsulation is not supported");
		return -EOPNOTSUPP;
	}
	return parse_gateway(rtnh, hop, extack);
}

/**
 * inetx_nl_parse_hops - the next hops of a request
 * @attr: RTA_MULTIPATH, which may be empty and then says nothing
 * @cfg: @hops and @nhs are set; the former is to be freed by kvfree()
 * @extack: for the reason of a refusal
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL, -EOPNOTSUPP, -ENOBUFS, with an error nothing to be freed.
 */
int inetx_nl_parse_hops(const struct nlattr *attr,
			struct inetx_route_config *cfg,
			struct netlink_ext_ack *extack)
{
	const struct rtnexthop *rtnh = nla_data(attr);
	int err = 0, left = nla_len(attr);
	struct inetx_hop_config *hops;
	u32 i, n;

	if (!left)
		return 0;
	n = count_hops(attr, extack);
	if (!n)
		return -EINVAL;
	hops = kvcalloc(n, sizeof(*hops), GFP_KERNEL_ACCOUNT);
	if (!hops)
		return -ENOBUFS;
	for (i = 0; i < n && !err; i++) {
		err = parse_hop(rtnh, &hops[i], extack);
		rtnh = rtnh_next(rtnh, &left);
	}
	if (err) {
		kvfree(hops);
		return err;
	}
	cfg->hops = hops;
	cfg->nhs = n;
	return 0;
}
