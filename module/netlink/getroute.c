// SPDX-License-Identifier: GPL-2.0
/* RTM_GETROUTE of one destination: what a packet would do. */

#include <linux/in_route.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include <net/netlink.h>
#include <net/route.h>
#include <net/rtnetlink.h>

#include "link/address.h"
#include "netlink/netlink.h"
#include "netlink/route.h"
#include "route/exception.h"
#include "route/rule.h"

static bool attr_ok(int attr)
{
	switch (attr) {
	case RTA_IIF:
	case RTA_OIF:
	case RTA_SRC:
	case RTA_DST:
	case RTA_IP_PROTO:
	case RTA_SPORT:
	case RTA_DPORT:
	case RTA_MARK:
	case RTA_UID:
		return true;
	}
	return false;
}

/**
 * inetx_nl_parse_get - the attributes of a strict RTM_GETROUTE
 * @nlh: the request, whose header has been checked
 * @tb: gets them, RTA_MAX + 1
 * @extack: for the reason of a refusal
 *
 * Context: any.
 * Return: 0, or -EINVAL: unknown or malformed, or an address whose length in the
 * header says that there is none.
 */
int inetx_nl_parse_get(const struct nlmsghdr *nlh, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	const struct rtmsg *rtm = nlmsg_data(nlh);
	int err;

	err = nlmsg_parse_deprecated_strict(nlh, sizeof(*rtm), tb, RTA_MAX,
					    inetx_nl_route_policy, extack);
	if (err)
		return err;
	if ((tb[RTA_SRC] && !rtm->rtm_src_len) ||
	    (tb[RTA_DST] && !rtm->rtm_dst_len)) {
		NL_SET_ERR_MSG(extack, "ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4");
		return -EINVAL;
	}
	return 0;
}

static int check_get(struct sk_buff *skb, const struct nlmsghdr *nlh,
		     struct nlattr **tb, struct netlink_ext_ack *extack)
{
	struct rtmsg *rtm;
	int i, err;

	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(*rtm))) {
		NL_SET_ERR_MSG(extack,
			       "ipv4: Invalid header for route get request");
		return -EINVAL;
	}
	if (!netlink_strict_get_check(skb))
		return nlmsg_parse_deprecated(nlh, sizeof(*rtm), tb, RTA_MAX,
					      inetx_nl_route_policy, extack);
	rtm = nlmsg_data(nlh);
	if (!inetx_nl_get_lens_ok(rtm) || rtm->rtm_table ||
	    rtm->rtm_protocol || rtm->rtm_scope || rtm->rtm_type) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid values in header for route get request");
		return -EINVAL;
	}
	if (rtm->rtm_flags & ~(RTM_F_NOTIFY | RTM_F_LOOKUP_TABLE |
			       RTM_F_FIB_MATCH)) {
		NL_SET_ERR_MSG(extack, "ipv4: Unsupported rtm_flags for route get request");
		return -EINVAL;
	}
	err = inetx_nl_parse_get(nlh, tb, extack);
	if (err)
		return err;
	for (i = 0; i <= RTA_MAX; i++) {
		if (tb[i] && !attr_ok(i)) {
			NL_SET_ERR_MSG(extack, "ipv4: Unsupported attribute in route get request");
			return -EINVAL;
		}
	}
	return 0;
}

static int get_flow(struct nlattr **tb, const struct rtmsg *rtm,
		    struct inetx_flow *flow, struct netlink_ext_ack *extack)
{
	*flow = (struct inetx_flow){
		.tos = rtm->rtm_tos & IPTOS_RT_MASK,
		.proto = IPPROTO_UDP,
	};
	if (tb[RTA_DST])
		flow->daddr = nla_get_in_addr(tb[RTA_DST]);
	if (tb[RTA_SRC])
		flow->saddr = nla_get_in_addr(tb[RTA_SRC]);
	if (tb[RTA_OIF])
		flow->oif = nla_get_u32(tb[RTA_OIF]);
	if (tb[RTA_IIF])
		flow->iif = nla_get_u32(tb[RTA_IIF]);
	if (tb[RTA_MARK])
		flow->mark = nla_get_u32(tb[RTA_MARK]);
	if (tb[RTA_SPORT])
		flow->sport = nla_get_be16(tb[RTA_SPORT]);
	if (tb[RTA_DPORT])
		flow->dport = nla_get_be16(tb[RTA_DPORT]);
	if (tb[RTA_UID])
		flow->uid = make_kuid(current_user_ns(),
				      nla_get_u32(tb[RTA_UID]));
	else
		flow->uid = flow->iif ? INVALID_UID : current_uid();
	if (tb[RTA_IP_PROTO]) {
		flow->proto = nla_get_u8(tb[RTA_IP_PROTO]);
		if (flow->proto != IPPROTO_TCP && flow->proto != IPPROTO_UDP &&
		    flow->proto != IPPROTO_ICMP) {
			NL_SET_ERR_MSG(extack, "Unsupported ip proto");
			return -EOPNOTSUPP;
		}
	}
	return 0;
}

/* A packet that comes in: to us, to others by way of us, or to nobody.  RCU
 * read side.
 */
static int resolve_input(struct inetx_net *xnet, const struct inetx_flow *flow,
			 struct inetx_path *path, struct inetx_fib_result *res)
{
	struct net_device *dev = dev_get_by_index_rcu(xnet->net, flow->iif);
	struct inetx_flow in = *flow;
	struct inetx_dev *xdev;
	int err;

	/* As inetx_rule_flow() does it for a packet. */
	in.uid = inetx_rule_uid(xnet);
	memset(path, 0, sizeof(*path));
	memset(res, 0, sizeof(*res));
	if (!dev)
		return -ENODEV;
	xdev = inetx_dev_get(dev);
	if (!xdev || ipv4_is_multicast(flow->saddr) ||
	    ipv4_is_lbcast(flow->saddr) ||
	    (ipv4_is_zeronet(flow->saddr) && flow->saddr) ||
	    ipv4_is_loopback(flow->saddr) ||
	    (flow->saddr && inetx_addr_is_ours(xnet, flow->saddr)))
		return -EINVAL;
	path->dev = xnet->net->loopback_dev;
	if (ipv4_is_lbcast(flow->daddr) || (!flow->daddr && !flow->saddr)) {
		path->type = RTN_BROADCAST;
		return 0;
	}
	if (ipv4_is_zeronet(flow->daddr) || ipv4_is_multicast(flow->daddr))
		return -EINVAL;
	err = inetx_route_input(xdev, &in, path, res);
	if (err < 0)
		return err;
	if (!path->dev)
		path->dev = xnet->net->loopback_dev;
	return 0;
}

/* RTCF_*: how the packet is delivered. */
static u32 cache_flags(const struct inetx_flow *flow,
		       const struct inetx_path *path)
{
	u32 flags = 0;

	if (path->dev->flags & IFF_LOOPBACK)
		flags |= RTCF_LOCAL;
	if (path->type == RTN_BROADCAST)
		flags |= RTCF_BROADCAST | RTCF_LOCAL;
	if (path->type == RTN_MULTICAST) {
		flags |= RTCF_MULTICAST;
		/* RFC 1112 7.2: every host is in this group, on every link. */
		if (flow->daddr == htonl(INADDR_ALLHOSTS_GROUP))
			flags |= RTCF_LOCAL;
	}
	return flags;
}

static int put_flow(struct sk_buff *skb, const struct inetx_flow *flow,
		    const struct inetx_path *path)
{
	if (flow->saddr && nla_put_in_addr(skb, RTA_SRC, flow->saddr))
		return -EMSGSIZE;
	if (nla_put_u32(skb, RTA_OIF, path->dev->ifindex))
		return -EMSGSIZE;
	if (!flow->iif && path->saddr != flow->saddr &&
	    nla_put_in_addr(skb, RTA_PREFSRC, path->saddr))
		return -EMSGSIZE;
	if (path->gateway &&
	    nla_put_in_addr(skb, RTA_GATEWAY, path->nexthop))
		return -EMSGSIZE;
	return 0;
}

static int put_query(struct sk_buff *skb, const struct inetx_flow *flow)
{
	if (flow->mark && nla_put_u32(skb, RTA_MARK, flow->mark))
		return -EMSGSIZE;
	if (uid_valid(flow->uid) &&
	    nla_put_u32(skb, RTA_UID,
			from_kuid_munged(current_user_ns(), flow->uid)))
		return -EMSGSIZE;
	if (flow->iif && nla_put_u32(skb, RTA_IIF, flow->iif))
		return -EMSGSIZE;
	return 0;
}

/* The metrics of the route, on top of them what has been learnt, @e or NULL. */
static int put_metrics(struct sk_buff *skb, const struct inetx_rtinfo *info,
		       const struct inetx_exception *e)
{
	u32 metrics[RTAX_MAX] = {};

	if (info && info->metrics)
		memcpy(metrics, info->metrics, sizeof(metrics));
	if (e && e->e.mtu)
		metrics[RTAX_MTU - 1] = e->e.mtu;
	if (e && e->e.locked)
		metrics[RTAX_LOCK - 1] |= BIT(RTAX_MTU);
	return inetx_nl_put_metrics(skb, metrics);
}

/* Jiffies for which it still counts, 0 without one. */
static long expires_in(const struct inetx_exception *e)
{
	return e ? max(1L, (long)(e->e.expires - jiffies)) : 0;
}

/* The answer in form of a host route with RTM_F_CLONED. */
static int fill_path(struct sk_buff *skb, const struct inetx_nl_fill *fill,
		     const struct inetx_flow *flow,
		     const struct inetx_path *path,
		     const struct inetx_fib_result *res, u32 notify)
{
	const struct inetx_rtinfo *info = res->route ? res->route->info : NULL;
	const struct inetx_exception *e = NULL;
	struct nlmsghdr *nlh;
	struct rtmsg *rtm;

	if (info)
		e = inetx_exception_find(inetx_net(dev_net(path->dev)),
					 res->nh, path->daddr);

	nlh = nlmsg_put(skb, fill->portid, fill->seq, fill->event,
			sizeof(*rtm), fill->flags);
	if (!nlh)
		return -EMSGSIZE;
	rtm = nlmsg_data(nlh);
	memset(rtm, 0, sizeof(*rtm));
	rtm->rtm_family = inetx_family;
	rtm->rtm_dst_len = 32;
	rtm->rtm_src_len = flow->saddr ? 32 : 0;
	rtm->rtm_tos = res->route ? res->route->tos : 0;
	rtm->rtm_table = fill->table < 256 ? fill->table : RT_TABLE_COMPAT;
	rtm->rtm_type = path->type;
	rtm->rtm_flags = cache_flags(flow, path) | notify | RTM_F_CLONED;
	if (e && e->e.gw)
		rtm->rtm_flags |= RTCF_REDIRECTED;

	if (nla_put_u32(skb, RTA_TABLE, fill->table) ||
	    nla_put_in_addr(skb, RTA_DST, flow->daddr) ||
	    put_flow(skb, flow, path) ||
	    put_metrics(skb, info, e) || put_query(skb, flow) ||
	    rtnl_put_cacheinfo(skb, NULL, 0, expires_in(e), 0) < 0) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

/**
 * inetx_nl_fill_exception - a message about an exception, as of a cached route
 * @skb: to append to
 * @fill: what it says besides
 * @xnet: the namespace
 * @e: the exception
 * @res: the route that it is an exception to
 *
 * Context: RTNL and RCU read side.
 * Return: 0 or -EMSGSIZE.
 */
int inetx_nl_fill_exception(struct sk_buff *skb,
			    const struct inetx_nl_fill *fill,
			    struct inetx_net *xnet,
			    const struct inetx_exception *e,
			    const struct inetx_fib_result *res)
{
	const struct inetx_flow flow = {
		.daddr = e->e.daddr,
		.uid = INVALID_UID,
	};
	struct inetx_path path = {
		.daddr = e->e.daddr,
		.dev = res->nh->dev,
		.type = res->type,
	};

	inetx_path_follow(&path, res->route->info, res->nh);
	inetx_exception_apply(xnet, res->nh, &path, false);
	return fill_path(skb, fill, &flow, &path, res, 0);
}

/* Local and main are one as long as there are no rules, and it is called main. */
static u32 shown_table(const struct inetx_net *xnet,
		       const struct inetx_fib_result *res)
{
	if (!res->table)
		return 0;
	if (res->table->id == RT_TABLE_LOCAL && !inetx_rule_used(xnet))
		return RT_TABLE_MAIN;
	return res->table->id;
}

/* RTM_F_FIB_MATCH: the route itself. */
static int fill_match(struct sk_buff *skb, struct inetx_nl_fill *fill,
		      const struct inetx_fib_result *res)
{
	if (!res->route)
		return -EHOSTUNREACH;
	fill->dst = res->prefix;
	fill->dst_len = res->plen;
	return inetx_nl_fill_route(skb, fill, res->route);
}

/**
 * inetx_nl_getroute - RTM_GETROUTE
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0; -EINVAL, -EOPNOTSUPP for what is asked; as inetx_route_output()
 * for what is found; with RTA_IIF as inetx_route_input().
 */
int inetx_nl_getroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	struct inetx_nl_fill fill = {
		.portid = NETLINK_CB(skb).portid,
		.seq = nlh->nlmsg_seq,
		.event = RTM_NEWROUTE,
		.table = RT_TABLE_MAIN,
		.compat = READ_ONCE(xnet->route.sysctl_nexthop_compat),
	};
	struct nlattr *tb[RTA_MAX + 1];
	struct inetx_fib_result res;
	struct inetx_path path;
	struct inetx_flow flow;
	struct sk_buff *answer;
	struct rtmsg *rtm;
	u32 notify = 0;
	int err;

	err = check_get(skb, nlh, tb, extack);
	if (err < 0)
		return err;
	rtm = nlmsg_data(nlh);
	err = get_flow(tb, rtm, &flow, extack);
	if (err)
		return err;
	answer = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!answer)
		return -ENOBUFS;

	rcu_read_lock();
	if (flow.iif)
		err = resolve_input(xnet, &flow, &path, &res);
	else
		err = inetx_route_resolve(xnet, &flow, &path, &res);
	if (err)
		goto out;
	if (rtm->rtm_flags & RTM_F_LOOKUP_TABLE)
		fill.table = shown_table(xnet, &res);
	if (rtm->rtm_flags & RTM_F_NOTIFY)
		notify = RTCF_NOTIFY | RTM_F_NOTIFY;
	/* The destination that 0 stands for is shown as 0. */
	if (rtm->rtm_flags & RTM_F_FIB_MATCH)
		err = fill_match(answer, &fill, &res);
	else
		err = fill_path(answer, &fill, &flow, &path, &res, notify);
out:
	rcu_read_unlock();
	if (err) {
		kfree_skb(answer);
		return err;
	}
	return rtnl_unicast(answer, xnet->net, fill.portid);
}
