// SPDX-License-Identifier: GPL-2.0
/* RTM_NEWROUTE, RTM_DELROUTE and the dump of RTM_GETROUTE (rtnetlink(7)). */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/inet_dscp.h>
#include <net/ip.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "netlink/netlink.h"
#include "netlink/route.h"
#include "route/nexthop.h"
#include "tcp/cong.h"
#include "uapi/linux/inetx.h"

const struct nla_policy inetx_nl_route_policy[RTA_MAX + 1] = {
	[RTA_UNSPEC]		= { .strict_start_type = RTA_DPORT + 1 },
	[RTA_DST]		= { .type = NLA_U32 },
	[RTA_SRC]		= { .type = NLA_U32 },
	[RTA_IIF]		= { .type = NLA_U32 },
	[RTA_OIF]		= { .type = NLA_U32 },
	[RTA_GATEWAY]		= { .type = NLA_U32 },
	[RTA_PRIORITY]		= { .type = NLA_U32 },
	[RTA_PREFSRC]		= { .type = NLA_U32 },
	[RTA_METRICS]		= { .type = NLA_NESTED },
	[RTA_MULTIPATH]		= { .len = sizeof(struct rtnexthop) },
	[RTA_FLOW]		= { .type = NLA_U32 },
	[RTA_ENCAP_TYPE]	= { .type = NLA_U16 },
	[RTA_ENCAP]		= { .type = NLA_NESTED },
	[RTA_UID]		= { .type = NLA_U32 },
	[RTA_MARK]		= { .type = NLA_U32 },
	[RTA_TABLE]		= { .type = NLA_U32 },
	[RTA_IP_PROTO]		= { .type = NLA_U8 },
	[RTA_SPORT]		= { .type = NLA_U16 },
	[RTA_DPORT]		= { .type = NLA_U16 },
	[RTA_NH_ID]		= { .type = NLA_U32 },
};

static int put_nexthop(struct sk_buff *skb, const struct inetx_nexthop *nh,
		       bool oif, u32 *flags)
{
	u8 state = READ_ONCE(nh->flags);

	*flags = state & (RTNH_F_DEAD | RTNH_F_LINKDOWN | RTNH_F_ONLINK);
	if (state & RTNH_F_LINKDOWN && nh->dev && inetx_nexthop_ignored(nh))
		*flags |= RTNH_F_DEAD;
	if (nh->gw && nla_put_in_addr(skb, RTA_GATEWAY, nh->gw))
		return -EMSGSIZE;
	if (oif && nh->dev && nla_put_u32(skb, RTA_OIF, nh->dev->ifindex))
		return -EMSGSIZE;
	return 0;
}

/* One next hop of several: a struct rtnexthop with attributes of its own. */
static int put_hop(struct sk_buff *skb, const struct inetx_nexthop *nh)
{
	struct rtnexthop *rtnh = nla_reserve_nohdr(skb, sizeof(*rtnh));
	u32 flags;

	if (!rtnh)
		return -EMSGSIZE;
	rtnh->rtnh_hops = nh->weight - 1;
	rtnh->rtnh_ifindex = nh->oif;
	if (put_nexthop(skb, nh, false, &flags))
		return -EMSGSIZE;
	rtnh->rtnh_flags = flags;
	rtnh->rtnh_len = nlmsg_get_pos(skb) - (void *)rtnh;
	return 0;
}

/* @compat: show the next hops of an object that the route names, too. */
static int put_nexthops(struct sk_buff *skb, const struct inetx_rtinfo *info,
			bool compat, u32 *flags)
{
	const struct inetx_nexthop *nh;
	struct nlattr *nest;

	*flags = READ_ONCE(info->flags);
	if (info->nhobj && nla_put_u32(skb, RTA_NH_ID, info->nhobj->id))
		return -EMSGSIZE;
	if (info->nhobj && !compat)
		return 0;
	if (info->nhs == 1)
		return put_nexthop(skb, &info->nh, true, flags);
	nest = nla_nest_start_noflag(skb, RTA_MULTIPATH);
	if (!nest)
		return -EMSGSIZE;
	inetx_for_each_hop(nh, info)
		if (put_hop(skb, nh))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_metric(struct sk_buff *skb, int type, u32 val)
{
	switch (type) {
	case RTAX_CC_ALGO:
		return nla_put_string(skb, type, inetx_cong_name(val - 1));
	case RTAX_FEATURES:
		return nla_put_u32(skb, type, val & RTAX_FEATURE_MASK);
	default:
		return nla_put_u32(skb, type, val);
	}
}

/**
 * inetx_nl_put_metrics - RTA_METRICS
 * @skb: message to add to
 * @metrics: RTAX_MAX values, index RTAX_x - 1
 *
 * rtnetlink_put_metrics() knows the host's congestion control only.
 *
 * Context: any.
 * Return: 0, also where there is nothing to say, or -EMSGSIZE.
 */
int inetx_nl_put_metrics(struct sk_buff *skb, const u32 *metrics)
{
	struct nlattr *nest;
	int type;

	if (!memchr_inv(metrics, 0, RTAX_MAX * sizeof(*metrics)))
		return 0;
	nest = nla_nest_start_noflag(skb, RTA_METRICS);
	if (!nest)
		return -EMSGSIZE;
	for (type = 1; type <= RTAX_MAX; type++)
		if (metrics[type - 1] &&
		    put_metric(skb, type, metrics[type - 1])) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * inetx_nl_fill_route - one route as a message
 * @skb: message to add to
 * @fill: header, prefix and table
 * @route: the route
 *
 * Context: RTNL or RCU read side.
 * Return: 0 or -EMSGSIZE with nothing added.
 */
int inetx_nl_fill_route(struct sk_buff *skb, const struct inetx_nl_fill *fill,
			const struct inetx_route *route)
{
	const struct inetx_rtinfo *info = route->info;
	struct nlmsghdr *nlh;
	struct rtmsg *rtm;

	nlh = nlmsg_put(skb, fill->portid, fill->seq, fill->event,
			sizeof(*rtm), fill->flags);
	if (!nlh)
		return -EMSGSIZE;
	rtm = nlmsg_data(nlh);
	memset(rtm, 0, sizeof(*rtm));
	rtm->rtm_family = inetx_family;
	rtm->rtm_dst_len = fill->dst_len;
	rtm->rtm_tos = route->tos;
	rtm->rtm_table = fill->table < 256 ? fill->table : RT_TABLE_COMPAT;
	rtm->rtm_type = info->type;
	rtm->rtm_scope = info->scope;
	rtm->rtm_protocol = info->protocol;

	if (nla_put_u32(skb, RTA_TABLE, fill->table) ||
	    (fill->dst_len && nla_put_in_addr(skb, RTA_DST, fill->dst)) ||
	    (info->priority &&
	     nla_put_u32(skb, RTA_PRIORITY, info->priority)) ||
	    (info->metrics && inetx_nl_put_metrics(skb, info->metrics)) ||
	    (info->prefsrc &&
	     nla_put_in_addr(skb, RTA_PREFSRC, info->prefsrc)) ||
	    put_nexthops(skb, info, fill->compat, &rtm->rtm_flags)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static size_t route_msg_size(const struct inetx_rtinfo *info)
{
	size_t size = NLMSG_ALIGN(sizeof(struct rtmsg)) +
		      nla_total_size(4) +	/* RTA_TABLE */
		      nla_total_size(4) +	/* RTA_DST */
		      nla_total_size(4) +	/* RTA_PRIORITY */
		      nla_total_size(4) +	/* RTA_PREFSRC */
		      nla_total_size(4) +	/* RTA_NH_ID */
		      nla_total_size(4) +	/* RTA_GATEWAY */
		      nla_total_size(4);	/* RTA_OIF */

	if (info->nhs > 1)
		size += nla_total_size(info->nhs * (sizeof(struct rtnexthop) +
						    nla_total_size(4)));
	if (info->metrics)
		size += nla_total_size(RTAX_MAX * nla_total_size(4) +
				       nla_total_size(INETX_CONG_NAME_MAX));
	return size;
}

/**
 * inetx_nl_route_notify - tell listeners about a route
 * @event: RTM_NEWROUTE or RTM_DELROUTE
 * @xnet: the namespace
 * @table: RT_TABLE_*
 * @dst: prefix, network order
 * @dst_len: its length
 * @route: the route
 * @cfg: the request that led to this, or NULL
 * @nlflags: NLM_F_* of the message
 *
 * Context: RTNL, may sleep.
 */
void inetx_nl_route_notify(int event, struct inetx_net *xnet, u32 table,
			   __be32 dst, u8 dst_len,
			   const struct inetx_route *route,
			   const struct inetx_route_config *cfg, u32 nlflags)
{
	const struct nlmsghdr *nlh = cfg ? cfg->nlh : NULL;
	const struct inetx_nl_fill fill = {
		.portid = cfg ? cfg->portid : 0,
		.seq = nlh ? nlh->nlmsg_seq : 0,
		.event = event,
		.flags = nlflags,
		.compat = READ_ONCE(xnet->route.sysctl_nexthop_compat),
		.table = table,
		.dst = dst,
		.dst_len = dst_len,
	};
	struct sk_buff *skb;
	int err;

	skb = nlmsg_new(route_msg_size(route->info), GFP_KERNEL);
	if (!skb) {
		rtnl_set_sk_err(xnet->net, INETX_RTNLGRP_ROUTE, -ENOBUFS);
		return;
	}
	err = inetx_nl_fill_route(skb, &fill, route);
	if (WARN_ON_ONCE(err)) {
		kfree_skb(skb);
		rtnl_set_sk_err(xnet->net, INETX_RTNLGRP_ROUTE, err);
		return;
	}
	rtnl_notify(skb, xnet->net, fill.portid, INETX_RTNLGRP_ROUTE, nlh,
		    GFP_KERNEL);
}

/**
 * inetx_nl_parse_via - RTA_VIA: a gateway that says its family
 * @attr: the attribute
 * @gw: to be filled, network order
 * @extack: for the reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int inetx_nl_parse_via(const struct nlattr *attr, __be32 *gw,
		       struct netlink_ext_ack *extack)
{
	int alen = nla_len(attr) - offsetof(struct rtvia, rtvia_addr);
	const struct rtvia *via = nla_data(attr);

	if (alen < 0) {
		NL_SET_ERR_MSG(extack, "Invalid attribute length for RTA_VIA");
		return -EINVAL;
	}
	if (via->rtvia_family != AF_INET &&
	    via->rtvia_family != inetx_family) {
		NL_SET_ERR_MSG(extack, "Unsupported address family in RTA_VIA");
		return -EINVAL;
	}
	if (alen != sizeof(*gw)) {
		NL_SET_ERR_MSG(extack, "Invalid IPv4 address in RTA_VIA");
		return -EINVAL;
	}
	memcpy(gw, via->rtvia_addr, sizeof(*gw));
	return 0;
}

/* What there is no facility for in this stack. */
static int unsupported(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (tb[RTA_FLOW] && nla_get_u32(tb[RTA_FLOW])) {
		NL_SET_ERR_MSG(extack, "Realms are not supported");
		return -EOPNOTSUPP;
	}
	if (tb[RTA_ENCAP] || (tb[RTA_ENCAP_TYPE] &&
			      nla_get_u16(tb[RTA_ENCAP_TYPE]))) {
		NL_SET_ERR_MSG(extack, "Encapsulation is not supported");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int check_prefix(const struct inetx_route_config *cfg,
			struct netlink_ext_ack *extack)
{
	if (cfg->dst_len > 32) {
		NL_SET_ERR_MSG(extack, "Invalid prefix length");
		return -EINVAL;
	}
	if (ntohl(cfg->dst) & ~inetx_trie_mask(cfg->dst_len)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid prefix for given prefix length");
		return -EINVAL;
	}
	return 0;
}

/* What is in @cfg->hops afterwards is the caller's to free. */
static int parse_route(struct sk_buff *skb, struct nlmsghdr *nlh,
		       struct inetx_route_config *cfg,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[RTA_MAX + 1];
	struct rtmsg *rtm;
	int err;

	err = nlmsg_parse_deprecated(nlh, sizeof(*rtm), tb, RTA_MAX,
				     inetx_nl_route_policy, extack);
	if (err < 0)
		return err;
	rtm = nlmsg_data(nlh);
	if (!inet_validate_dscp(rtm->rtm_tos)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid dsfield (tos): ECN bits must be 0");
		return -EINVAL;
	}
	if (rtm->rtm_type > RTN_MAX) {
		NL_SET_ERR_MSG(extack, "Invalid route type");
		return -EINVAL;
	}
	*cfg = (struct inetx_route_config){
		.dst_len = rtm->rtm_dst_len,
		.tos = rtm->rtm_tos,
		.type = rtm->rtm_type,
		.scope = rtm->rtm_scope,
		.protocol = rtm->rtm_protocol,
		.table = rtm->rtm_table,
		.flags = rtm->rtm_flags,
		.metrics = tb[RTA_METRICS],
		.nlflags = nlh->nlmsg_flags,
		.nlh = nlh,
		.portid = NETLINK_CB(skb).portid,
	};
	if (tb[RTA_DST])
		cfg->dst = nla_get_in_addr(tb[RTA_DST]);
	if (tb[RTA_OIF])
		cfg->oif = nla_get_u32(tb[RTA_OIF]);
	if (tb[RTA_GATEWAY])
		cfg->gw = nla_get_in_addr(tb[RTA_GATEWAY]);
	if (tb[RTA_PRIORITY])
		cfg->priority = nla_get_u32(tb[RTA_PRIORITY]);
	if (tb[RTA_PREFSRC])
		cfg->prefsrc = nla_get_in_addr(tb[RTA_PREFSRC]);
	if (tb[RTA_TABLE])
		cfg->table = nla_get_u32(tb[RTA_TABLE]);
	if (!cfg->table)
		cfg->table = RT_TABLE_MAIN;
	if (tb[RTA_VIA]) {
		err = inetx_nl_parse_via(tb[RTA_VIA], &cfg->gw, extack);
		if (err)
			return err;
	}
	err = check_prefix(cfg, extack);
	if (err)
		return err;
	if (tb[RTA_GATEWAY] && tb[RTA_VIA]) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop configuration can not contain both GATEWAY and VIA");
		return -EINVAL;
	}
	if (tb[RTA_NH_ID])
		cfg->nhid = nla_get_u32(tb[RTA_NH_ID]);
	if (cfg->nhid && (cfg->oif || cfg->gw || tb[RTA_MULTIPATH])) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop specification and nexthop id are mutually exclusive");
		return -EINVAL;
	}
	err = unsupported(tb, extack);
	if (!err && tb[RTA_MULTIPATH])
		err = inetx_nl_parse_hops(tb[RTA_MULTIPATH], cfg, extack);
	return err;
}

/**
 * inetx_nl_newroute - RTM_NEWROUTE
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: -EOPNOTSUPP for realms and encapsulation; else as
 * inetx_route_insert().
 */
int inetx_nl_newroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	struct inetx_route_config cfg;
	int err;

	err = parse_route(skb, nlh, &cfg, extack);
	if (err < 0)
		return err;
	err = inetx_route_insert(xnet, &cfg, extack);
	if (!err && cfg.type == RTN_LOCAL)
		WRITE_ONCE(xnet->route.custom_local, true);
	kvfree(cfg.hops);
	return err;
}

/**
 * inetx_nl_delroute - RTM_DELROUTE
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0, -ESRCH, or for a request that makes no sense as
 * inetx_nl_newroute().
 */
int inetx_nl_delroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack)
{
	struct inetx_route_config cfg;
	int err;

	err = parse_route(skb, nlh, &cfg, extack);
	if (err < 0)
		return err;
	err = inetx_route_delete(inetx_net(sock_net(skb->sk)), &cfg, extack);
	kvfree(cfg.hops);
	return err;
}

/**
 * struct filter - which routes a dump is about; 0 or NULL: all
 * @table: RT_TABLE_*
 * @flags: RTM_F_*
 * @protocol: RTPROT_*
 * @type: RTN_*
 * @dev: egress device
 * @routes: routes are wanted
 * @exceptions: so is what was learnt about destinations
 * @nlflags: NLM_F_* of the messages
 */
struct filter {
	u32 table;
	u32 flags;
	u8 protocol;
	u8 type;
	struct net_device *dev;
	bool routes;
	bool exceptions;
	u32 nlflags;
};

static int check_dump(struct net *net, struct netlink_callback *cb,
		      struct filter *filter)
{
	struct netlink_ext_ack *extack = cb->extack;
	const struct nlmsghdr *nlh = cb->nlh;
	struct nlattr *tb[RTA_MAX + 1];
	struct rtmsg *rtm;
	int i, err;

	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(*rtm))) {
		NL_SET_ERR_MSG(extack, "Invalid header for FIB dump request");
		return -EINVAL;
	}
	rtm = nlmsg_data(nlh);
	if (rtm->rtm_dst_len || rtm->rtm_src_len || rtm->rtm_tos ||
	    rtm->rtm_scope) {
		NL_SET_ERR_MSG(extack, "Invalid values in header for FIB dump request");
		return -EINVAL;
	}
	if (rtm->rtm_flags & ~(RTM_F_CLONED | RTM_F_PREFIX)) {
		NL_SET_ERR_MSG(extack, "Invalid flags for FIB dump request");
		return -EINVAL;
	}
	filter->routes = !(rtm->rtm_flags & RTM_F_CLONED);
	filter->exceptions = !filter->routes;
	filter->flags = rtm->rtm_flags;
	filter->protocol = rtm->rtm_protocol;
	filter->type = rtm->rtm_type;
	filter->table = rtm->rtm_table;

	err = nlmsg_parse_deprecated_strict(nlh, sizeof(*rtm), tb, RTA_MAX,
					    inetx_nl_route_policy, extack);
	if (err < 0)
		return err;
	for (i = 0; i <= RTA_MAX; i++) {
		if (tb[i] && i != RTA_TABLE && i != RTA_OIF) {
			NL_SET_ERR_MSG(extack, "Unsupported attribute in dump request");
			return -EINVAL;
		}
	}
	if (tb[RTA_TABLE])
		filter->table = nla_get_u32(tb[RTA_TABLE]);
	if (tb[RTA_OIF]) {
		filter->dev = __dev_get_by_index(net,
						 nla_get_u32(tb[RTA_OIF]));
		if (!filter->dev)
			return -ENODEV;
	}
	/* A strict request is about routes or about exceptions: a part. */
	filter->nlflags |= NLM_F_DUMP_FILTERED;
	if (filter->flags || filter->protocol || filter->type ||
	    filter->table || filter->dev)
		cb->answer_flags = NLM_F_DUMP_FILTERED;
	return 0;
}

static bool wanted(const struct filter *filter, const struct inetx_rtinfo *info)
{
	return (!filter->type || filter->type == info->type) &&
	       (!filter->protocol || filter->protocol == info->protocol) &&
	       (!filter->dev || inetx_multipath_uses(info, filter->dev));
}

/**
 * struct cursor - cb->args of a dump: what has been sent last
 * @bucket: of route.tables
 * @done: the last table in it that has been sent whole, 0 for none yet; new
 *	ones come before it
 * @key: prefix in the table; a struct inetx_trie_cursor, from here on
 * @len: its length + 1, so that zeros are the beginning
 * @in_prefix: routes of the prefix that have been sent, while that is not over
 * @exceptions: the routes are done: @key and @len are a struct
 *	inetx_exception_cursor
 */
struct cursor {
	long bucket;
	unsigned long done;
	unsigned long key;
	long len;
	long in_prefix;
	long exceptions;
};

/*
 * One prefix.  The cursor stands on it only when it has been sent whole; until
 * then @in_prefix counts.
 */
static int dump_prefix(struct sk_buff *skb, struct inetx_nl_fill *fill,
		       const struct inetx_route *route,
		       const struct filter *filter, struct cursor *cur)
{
	long n = 0;
	int err;

	for (; route; route = rtnl_dereference(route->next)) {
		if (n++ < cur->in_prefix || !wanted(filter, route->info))
			continue;
		err = inetx_nl_fill_route(skb, fill, route);
		if (err) {
			cur->in_prefix = n - 1;
			return err;
		}
	}
	cur->in_prefix = 0;
	return 0;
}

static int dump_table(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct inetx_fib_table *table,
		      const struct filter *filter)
{
	struct cursor *cur = (struct cursor *)cb->args;
	struct inetx_trie_cursor at = { cur->key, cur->len - 1 };
	struct inetx_nl_fill fill = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.event = RTM_NEWROUTE,
		.flags = filter->nlflags,
		.compat = READ_ONCE(inetx_net(sock_net(skb->sk))->route.sysctl_nexthop_compat),
		.table = table->id,
	};
	struct inetx_route *route;
	int err;

	if (!cur->len)
		at.len = INETX_TRIE_START;
	while ((route = inetx_trie_next(&table->trie, &at))) {
		fill.dst = htonl(at.key);
		fill.dst_len = at.len;
		err = dump_prefix(skb, &fill, route, filter, cur);
		if (err)
			return err;
		cur->key = at.key;
		cur->len = at.len + 1;
	}
	return 0;
}

static int dump_all(struct sk_buff *skb, struct netlink_callback *cb,
		    struct inetx_net *xnet, const struct filter *filter)
{
	struct cursor *cur = (struct cursor *)cb->args;
	struct inetx_fib_table *table;
	int err;

	for (; cur->bucket < INETX_FIB_HASH_SIZE;
	     cur->bucket++, cur->done = 0) {
		bool behind = !cur->done;

		hlist_for_each_entry(table, &xnet->route.tables[cur->bucket],
				     link) {
			if (!behind) {
				behind = table->id == cur->done;
				continue;
			}
			err = dump_table(skb, cb, table, filter);
			if (err)
				return err;
			cur->done = table->id;
			cur->key = 0;
			cur->len = 0;
			cur->in_prefix = 0;
		}
	}
	return 0;
}

/* The route that an exception is one to; false when it has gone or is not asked
 * for.  RTNL, RCU read side.
 */
static bool exception_route(struct inetx_net *xnet,
			    const struct inetx_exception *e,
			    const struct filter *filter,
			    struct inetx_fib_result *res)
{
	const struct inetx_flow flow = {
		.daddr = e->e.daddr,
		.oif = e->oif,
	};
	const struct inetx_fib_table *table;

	if (filter->table && filter->table != e->table)
		return false;
	table = inetx_fib_find_table(xnet, e->table);
	if (!table || inetx_fib_table_lookup(table, &flow, 0, res) ||
	    READ_ONCE(res->nh->exceptions) != e->e.nexthop)
		return false;
	return (!filter->protocol ||
		filter->protocol == res->route->info->protocol) &&
	       (!filter->dev || filter->dev == res->nh->dev);
}

static int dump_exceptions(struct sk_buff *skb, struct netlink_callback *cb,
			   struct inetx_net *xnet, const struct filter *filter)
{
	struct cursor *cur = (struct cursor *)cb->args;
	struct inetx_exception_cursor at = { cur->key, cur->len };
	struct inetx_nl_fill fill = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.event = RTM_NEWROUTE,
		.flags = filter->nlflags,
	};
	const struct inetx_exception *e;
	struct inetx_fib_result res;
	int err = 0;

	rcu_read_lock();
	while ((e = inetx_exception_next(xnet, &at))) {
		fill.table = e->table;
		if (exception_route(xnet, e, filter, &res)) {
			err = inetx_nl_fill_exception(skb, &fill, xnet, e,
						      &res);
			if (err)
				break;
		}
		cur->key = at.bucket;
		cur->len = at.skip;
	}
	rcu_read_unlock();
	return err;
}

/* The routes; with a table in the filter, its. */
static int dump_routes(struct sk_buff *skb, struct netlink_callback *cb,
		       struct inetx_net *xnet, const struct filter *filter,
		       const struct inetx_fib_table *table)
{
	struct cursor *cur = (struct cursor *)cb->args;
	int err;

	if (cur->exceptions)
		return 0;
	if (filter->routes) {
		err = table ? dump_table(skb, cb, table, filter) :
			      dump_all(skb, cb, xnet, filter);
		if (err)
			return err;
	}
	*cur = (struct cursor){ .exceptions = 1 };
	return 0;
}

/**
 * inetx_nl_dumproute - RTM_GETROUTE dump
 * @skb: answer to fill
 * @cb: the request; args is a struct cursor
 *
 * Context: RTNL, which the dumps of rtnetlink hold.
 * Return: bytes in @skb, or a negative errno.
 */
int inetx_nl_dumproute(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct filter filter = {
		.routes = true, .exceptions = true, .nlflags = NLM_F_MULTI,
	};
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	struct inetx_fib_table *table = NULL;
	int err;

	BUILD_BUG_ON(sizeof(struct cursor) > sizeof(cb->args));
	if (cb->strict_check) {
		err = check_dump(sock_net(skb->sk), cb, &filter);
		if (err < 0)
			return err;
	} else if (nlmsg_len(cb->nlh) >= sizeof(struct rtmsg)) {
		const struct rtmsg *rtm = nlmsg_data(cb->nlh);

		filter.flags = rtm->rtm_flags & (RTM_F_PREFIX | RTM_F_CLONED);
	}
	/* RTM_F_PREFIX asks for what only IPv6 has. */
	if (filter.flags & RTM_F_PREFIX)
		return skb->len;

	if (filter.table) {
		table = inetx_fib_find_table(xnet, filter.table);
		if (!table || !table->used) {
			if (rtnl_msg_family(cb->nlh) != inetx_family)
				return skb->len;
			NL_SET_ERR_MSG(cb->extack,
				       "ipv4: FIB table does not exist");
			return -ENOENT;
		}
	}
	err = dump_routes(skb, cb, xnet, &filter, table);
	if (!err && filter.exceptions)
		err = dump_exceptions(skb, cb, xnet, &filter);
	return skb->len ? skb->len : err;
}
