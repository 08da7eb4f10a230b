// SPDX-License-Identifier: GPL-2.0
/* RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP (ip-nexthop(8)). */

#include <linux/netdevice.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/xarray.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#include "netlink/netlink.h"
#include "netlink/nexthop.h"
#include "route/nexthop.h"
#include "uapi/linux/inetx.h"

static const struct nla_policy new_policy[] = {
	[NHA_ID]		= { .type = NLA_U32 },
	[NHA_GROUP]		= { .type = NLA_BINARY },
	[NHA_GROUP_TYPE]	= { .type = NLA_U16 },
	[NHA_BLACKHOLE]		= { .type = NLA_FLAG },
	[NHA_OIF]		= { .type = NLA_U32 },
	[NHA_GATEWAY]		= { .type = NLA_BINARY },
	[NHA_ENCAP_TYPE]	= { .type = NLA_U16 },
	[NHA_ENCAP]		= { .type = NLA_NESTED },
	[NHA_FDB]		= { .type = NLA_FLAG },
	[NHA_RES_GROUP]		= { .type = NLA_NESTED },
};

static const struct nla_policy res_policy[] = {
	[NHA_RES_GROUP_BUCKETS]			= { .type = NLA_U16 },
	[NHA_RES_GROUP_IDLE_TIMER]		= { .type = NLA_U32 },
	[NHA_RES_GROUP_UNBALANCED_TIMER]	= { .type = NLA_U32 },
};

static const struct nla_policy get_policy[] = {
	[NHA_ID]		= { .type = NLA_U32 },
};

static const struct nla_policy dump_policy[] = {
	[NHA_OIF]		= { .type = NLA_U32 },
	[NHA_GROUPS]		= { .type = NLA_FLAG },
	[NHA_MASTER]		= { .type = NLA_U32 },
	[NHA_FDB]		= { .type = NLA_FLAG },
};

static int put_resilient(struct sk_buff *skb,
			 const struct inetx_res_table *table)
{
	unsigned long since = READ_ONCE(table->unbalanced_since);
	struct nlattr *nest = nla_nest_start(skb, NHA_RES_GROUP);
	u64 time = 0;

	if (READ_ONCE(table->unbalanced))
		time = jiffies_delta_to_clock_t(jiffies - since);
	if (!nest ||
	    nla_put_u16(skb, NHA_RES_GROUP_BUCKETS, table->count) ||
	    nla_put_u32(skb, NHA_RES_GROUP_IDLE_TIMER,
			jiffies_to_clock_t(table->idle_timer)) ||
	    nla_put_u32(skb, NHA_RES_GROUP_UNBALANCED_TIMER,
			jiffies_to_clock_t(table->unbalanced_timer)) ||
	    nla_put_u64_64bit(skb, NHA_RES_GROUP_UNBALANCED_TIME, time,
			      NHA_RES_GROUP_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_group(struct sk_buff *skb, const struct inetx_nhobj *obj)
{
	struct nexthop_grp *entry;
	struct nlattr *attr;
	u32 i;

	if (nla_put_u16(skb, NHA_GROUP_TYPE,
			obj->resilient ? NEXTHOP_GRP_TYPE_RES :
					 NEXTHOP_GRP_TYPE_MPATH))
		return -EMSGSIZE;
	attr = nla_reserve(skb, NHA_GROUP, obj->count * sizeof(*entry));
	if (!attr)
		return -EMSGSIZE;
	entry = nla_data(attr);
	for (i = 0; i < obj->count; i++) {
		u16 weight = obj->members[i].weight - 1;

		entry[i] = (struct nexthop_grp){
			.id = obj->members[i].obj->id,
			.weight = weight,
			.weight_high = weight >> 8,
		};
	}
	return obj->res ? put_resilient(skb, obj->res) : 0;
}

static int put_single(struct sk_buff *skb, const struct inetx_nhobj *obj)
{
	if (obj->blackhole)
		return nla_put_flag(skb, NHA_BLACKHOLE);
	if (nla_put_u32(skb, NHA_OIF, obj->dev->ifindex) ||
	    (obj->gw && nla_put_in_addr(skb, NHA_GATEWAY, obj->gw)))
		return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *skb, const struct inetx_nhobj *obj, int event,
		u32 portid, u32 seq, unsigned int nlflags)
{
	struct nlmsghdr *nlh;
	struct nhmsg *nhm;

	nlh = nlmsg_put(skb, portid, seq, event, sizeof(*nhm), nlflags);
	if (!nlh)
		return -EMSGSIZE;
	nhm = nlmsg_data(nlh);
	*nhm = (struct nhmsg){
		.nh_family = obj->count ? AF_UNSPEC : inetx_family,
		.nh_scope = obj->count || obj->blackhole ? 0 : obj->scope,
		.nh_protocol = obj->protocol,
		.nh_flags = obj->flags,
	};
	if (nla_put_u32(skb, NHA_ID, obj->id) ||
	    (obj->count ? put_group(skb, obj) : put_single(skb, obj))) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static struct sk_buff *message(const struct inetx_nhobj *obj, int event,
			       u32 portid, u32 seq)
{
	struct sk_buff *skb;

	skb = nlmsg_new(NLMSG_ALIGN(sizeof(struct nhmsg)) +
			nla_total_size(4) +	/* NHA_ID */
			nla_total_size(4) +	/* NHA_OIF, NHA_GROUP_TYPE */
			nla_total_size(4) +	/* NHA_GATEWAY */
			nla_total_size(obj->count *
				       sizeof(struct nexthop_grp)) +
			nla_total_size(0) +	/* NHA_RES_GROUP and in it: */
			nla_total_size(2) +	/* _BUCKETS */
			nla_total_size(4) +	/* _IDLE_TIMER */
			nla_total_size(4) +	/* _UNBALANCED_TIMER */
			nla_total_size_64bit(8), /* _UNBALANCED_TIME */
			GFP_KERNEL);
	if (skb && WARN_ON_ONCE(fill(skb, obj, event, portid, seq, 0))) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/**
 * inetx_nl_nexthop_notify - announce a change of an object
 * @xnet: the namespace
 * @obj: the object; new, changed, or about to go
 * @event: RTM_NEWNEXTHOP or RTM_DELNEXTHOP
 * @portid: who asked for it
 * @nlh: the request
 *
 * Context: RTNL, may sleep.
 */
void inetx_nl_nexthop_notify(struct inetx_net *xnet,
			     const struct inetx_nhobj *obj, int event,
			     u32 portid, const struct nlmsghdr *nlh)
{
	struct sk_buff *skb = message(obj, event, portid, nlh->nlmsg_seq);

	if (skb)
		rtnl_notify(skb, xnet->net, portid, INETX_RTNLGRP_NEXTHOP, nlh,
			    GFP_KERNEL);
	else
		rtnl_set_sk_err(xnet->net, INETX_RTNLGRP_NEXTHOP, -ENOBUFS);
}

static int check_member(struct inetx_net *xnet, u32 id, u32 count,
			struct netlink_ext_ack *extack)
{
	const struct inetx_nhobj *obj = inetx_nhobj_find(xnet, id);

	if (!obj) {
		NL_SET_ERR_MSG(extack, "Invalid nexthop id");
		return -EINVAL;
	}
	if (obj->resilient) {
		NL_SET_ERR_MSG(extack,
			       "Resilient group can not be a nexthop within a group");
		return -EINVAL;
	}
	if (obj->count) {
		NL_SET_ERR_MSG(extack,
			       "Hash-threshold group can not be a nexthop within a group");
		return -EINVAL;
	}
	if (obj->blackhole && count > 1) {
		NL_SET_ERR_MSG(extack,
			       "Blackhole nexthop can not be used in a group with more than 1 path");
		return -EINVAL;
	}
	return 0;
}

static int check_entries(const struct nexthop_grp *entry, u32 count,
			 struct netlink_ext_ack *extack)
{
	u32 i, j;

	for (i = 0; i < count; i++) {
		if (entry[i].resvd2) {
			NL_SET_ERR_MSG(extack,
				       "Reserved field in nexthop_grp must be 0");
			return -EINVAL;
		}
		/* 65536 does not fit. */
		if (!nexthop_grp_weight(&entry[i])) {
			NL_SET_ERR_MSG(extack, "Invalid value for weight");
			return -EINVAL;
		}
		for (j = i + 1; j < count; j++) {
			if (entry[i].id != entry[j].id)
				continue;
			NL_SET_ERR_MSG(extack,
				       "Nexthop id can not be used twice in a group");
			return -EINVAL;
		}
	}
	return 0;
}

static int parse_timer(const struct nlattr *attr, bool *has,
		       unsigned long *timer, struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	*timer = clock_t_to_jiffies(nla_get_u32(attr));
	if (*timer == ~0UL) {
		NL_SET_ERR_MSG(extack, "Timer value too large");
		return -EINVAL;
	}
	*has = true;
	return 0;
}

static int parse_resilient(const struct nlattr *nest,
			   struct inetx_res_config *res,
			   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(res_policy)] = {};
	int err;

	res->resilient = true;
	res->idle_timer = INETX_RES_IDLE_TIMER;
	if (!nest)
		return 0;
	err = nla_parse_nested(tb, ARRAY_SIZE(res_policy) - 1, nest,
			       res_policy, extack);
	if (err < 0)
		return err;
	if (tb[NHA_RES_GROUP_BUCKETS]) {
		res->buckets = nla_get_u16(tb[NHA_RES_GROUP_BUCKETS]);
		if (!res->buckets) {
			NL_SET_ERR_MSG(extack,
				       "Number of buckets needs to be non-0");
			return -EINVAL;
		}
	}
	err = parse_timer(tb[NHA_RES_GROUP_IDLE_TIMER], &res->has_idle,
			  &res->idle_timer, extack);
	if (err)
		return err;
	return parse_timer(tb[NHA_RES_GROUP_UNBALANCED_TIMER],
			   &res->has_unbalanced, &res->unbalanced_timer,
			   extack);
}

static int parse_group(struct inetx_net *xnet, struct nlattr **tb,
		       struct inetx_nhobj_config *cfg,
		       struct netlink_ext_ack *extack)
{
	u32 i, len = nla_len(tb[NHA_GROUP]);
	u16 type = NEXTHOP_GRP_TYPE_MPATH;
	int err;

	if (tb[NHA_GROUP_TYPE])
		type = nla_get_u16(tb[NHA_GROUP_TYPE]);
	if (type > NEXTHOP_GRP_TYPE_MAX) {
		NL_SET_ERR_MSG(extack, "Invalid group type");
		return -EINVAL;
	}
	if (!len || len % sizeof(*cfg->group)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid length for nexthop group attribute");
		return -EINVAL;
	}
	cfg->group = nla_data(tb[NHA_GROUP]);
	cfg->count = len / sizeof(*cfg->group);
	err = check_entries(cfg->group, cfg->count, extack);
	for (i = 0; i < cfg->count && !err; i++)
		err = check_member(xnet, cfg->group[i].id, cfg->count, extack);
	if (err)
		return err;
	for (i = NHA_GROUP_TYPE + 1; i < ARRAY_SIZE(new_policy); i++) {
		if (!tb[i] ||
		    (i == NHA_RES_GROUP && type == NEXTHOP_GRP_TYPE_RES))
			continue;
		NL_SET_ERR_MSG(extack,
			       "No other attributes can be set in nexthop groups");
		return -EINVAL;
	}
	if (type != NEXTHOP_GRP_TYPE_RES)
		return 0;
	return parse_resilient(tb[NHA_RES_GROUP], &cfg->res, extack);
}

static int parse_device(struct inetx_net *xnet, struct nlattr **tb,
			struct inetx_nhobj_config *cfg,
			struct netlink_ext_ack *extack)
{
	struct net_device *dev;

	if (!tb[NHA_OIF]) {
		NL_SET_ERR_MSG(extack,
			       "Device attribute required for non-blackhole and non-fdb nexthops");
		return -EINVAL;
	}
	cfg->oif = nla_get_u32(tb[NHA_OIF]);
	dev = __dev_get_by_index(xnet->net, cfg->oif);
	if (!dev) {
		NL_SET_ERR_MSG(extack, "Invalid device index");
		return -EINVAL;
	}
	if (!(dev->flags & IFF_UP)) {
		NL_SET_ERR_MSG(extack, "Nexthop device is not up");
		return -ENETDOWN;
	}
	if (!netif_carrier_ok(dev)) {
		NL_SET_ERR_MSG(extack, "Carrier for nexthop device is down");
		return -ENETDOWN;
	}
	return 0;
}

static int parse_single(struct inetx_net *xnet, struct nlattr **tb,
			struct inetx_nhobj_config *cfg,
			struct netlink_ext_ack *extack)
{
	int err;

	if (tb[NHA_BLACKHOLE]) {
		if (tb[NHA_GATEWAY] || tb[NHA_OIF] || tb[NHA_ENCAP] ||
		    tb[NHA_ENCAP_TYPE]) {
			NL_SET_ERR_MSG(extack,
				       "Blackhole attribute can not be used with gateway, oif, encap or fdb");
			return -EINVAL;
		}
		cfg->blackhole = true;
		cfg->oif = xnet->net->loopback_dev->ifindex;
		return 0;
	}
	err = parse_device(xnet, tb, cfg, extack);
	if (err)
		return err;
	if (!tb[NHA_GATEWAY] && cfg->flags & RTNH_F_ONLINK) {
		NL_SET_ERR_MSG(extack,
			       "ONLINK flag can not be set for nexthop without a gateway");
		return -EINVAL;
	}
	if (tb[NHA_GATEWAY]) {
		if (nla_len(tb[NHA_GATEWAY]) != sizeof(cfg->gw)) {
			NL_SET_ERR_MSG(extack, "Invalid gateway");
			return -EINVAL;
		}
		cfg->gw = nla_get_in_addr(tb[NHA_GATEWAY]);
	}
	if (tb[NHA_ENCAP] || tb[NHA_ENCAP_TYPE]) {
		NL_SET_ERR_MSG(extack, "Encapsulation is not supported");
		return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * inetx_nl_newnexthop - RTM_NEWNEXTHOP
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: -EOPNOTSUPP for bridges' next hops and encapsulation; else as
 * inetx_nhobj_set().
 */
int inetx_nl_newnexthop(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	struct nlattr *tb[ARRAY_SIZE(new_policy)];
	struct inetx_nhobj_config cfg = {};
	struct inetx_nhobj *obj;
	struct nhmsg *nhm;
	int err;

	err = nlmsg_parse(nlh, sizeof(*nhm), tb, ARRAY_SIZE(new_policy) - 1,
			  new_policy, extack);
	if (err < 0)
		return err;
	nhm = nlmsg_data(nlh);
	if (nhm->resvd || nhm->nh_scope) {
		NL_SET_ERR_MSG(extack, "Invalid values in ancillary header");
		return -EINVAL;
	}
	if (nhm->nh_flags & ~RTNH_F_ONLINK) {
		NL_SET_ERR_MSG(extack,
			       "Invalid nexthop flags in ancillary header");
		return -EINVAL;
	}
	if (tb[NHA_FDB]) {
		NL_SET_ERR_MSG(extack, "Next hops of bridges are not supported");
		return -EOPNOTSUPP;
	}
	cfg.flags = nhm->nh_flags;
	cfg.protocol = nhm->nh_protocol;
	cfg.nlflags = nlh->nlmsg_flags;
	if (tb[NHA_ID])
		cfg.id = nla_get_u32(tb[NHA_ID]);
	err = tb[NHA_GROUP] ? parse_group(xnet, tb, &cfg, extack) :
			      parse_single(xnet, tb, &cfg, extack);
	if (err)
		return err;
	obj = inetx_nhobj_set(xnet, &cfg, extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	inetx_nl_nexthop_notify(xnet, obj, RTM_NEWNEXTHOP,
				NETLINK_CB(skb).portid, nlh);
	return 0;
}

/**
 * inetx_nl_nexthop_id - which object a request names
 * @nlh: the request
 * @tb: its attributes
 * @id: to fill, not 0
 * @extack: for the reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int inetx_nl_nexthop_id(const struct nlmsghdr *nlh, struct nlattr **tb, u32 *id,
			struct netlink_ext_ack *extack)
{
	const struct nhmsg *nhm = nlmsg_data(nlh);

	if (nhm->nh_protocol || nhm->resvd || nhm->nh_scope || nhm->nh_flags) {
		NL_SET_ERR_MSG(extack, "Invalid values in header");
		return -EINVAL;
	}
	if (!tb[NHA_ID]) {
		NL_SET_ERR_MSG(extack, "Nexthop id is missing");
		return -EINVAL;
	}
	*id = nla_get_u32(tb[NHA_ID]);
	if (!*id) {
		NL_SET_ERR_MSG(extack, "Invalid nexthop id");
		return -EINVAL;
	}
	return 0;
}

/* The object that a request names. */
static struct inetx_nhobj *named(struct inetx_net *xnet,
				 const struct nlmsghdr *nlh,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(get_policy)];
	struct inetx_nhobj *obj;
	u32 id;
	int err;

	err = nlmsg_parse(nlh, sizeof(struct nhmsg), tb,
			  ARRAY_SIZE(get_policy) - 1, get_policy, extack);
	if (err < 0)
		return ERR_PTR(err);
	err = inetx_nl_nexthop_id(nlh, tb, &id, extack);
	if (err)
		return ERR_PTR(err);
	obj = inetx_nhobj_find(xnet, id);
	return obj ? obj : ERR_PTR(-ENOENT);
}

/**
 * inetx_nl_delnexthop - RTM_DELNEXTHOP
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0, -EINVAL, -ENOENT.
 */
int inetx_nl_delnexthop(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	struct inetx_nhobj *obj = named(xnet, nlh, extack);

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	inetx_nhobj_remove(xnet, obj, nlh, NETLINK_CB(skb).portid);
	return 0;
}

/**
 * inetx_nl_getnexthop - RTM_GETNEXTHOP
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0, -EINVAL, -ENOENT, -ENOBUFS.
 */
int inetx_nl_getnexthop(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	struct inetx_nhobj *obj = named(xnet, nlh, extack);
	u32 portid = NETLINK_CB(skb).portid;
	struct sk_buff *answer;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	answer = message(obj, RTM_NEWNEXTHOP, portid, nlh->nlmsg_seq);
	if (!answer)
		return -ENOBUFS;
	return rtnl_unicast(answer, xnet->net, portid);
}

/**
 * inetx_nl_nexthop_filter - which objects a dump is about
 * @nlh: the request
 * @tb: its attributes
 * @filter: to fill, zeroed
 * @extack: for the reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int inetx_nl_nexthop_filter(const struct nlmsghdr *nlh, struct nlattr **tb,
			    struct inetx_nl_nhfilter *filter,
			    struct netlink_ext_ack *extack)
{
	const struct nhmsg *nhm = nlmsg_data(nlh);

	if (tb[NHA_OIF])
		filter->oif = nla_get_u32(tb[NHA_OIF]);
	if (filter->oif > INT_MAX) {
		NL_SET_ERR_MSG(extack, "Invalid device index");
		return -EINVAL;
	}
	if (tb[NHA_MASTER])
		filter->master = nla_get_u32(tb[NHA_MASTER]);
	if (filter->master > INT_MAX) {
		NL_SET_ERR_MSG(extack, "Invalid master device index");
		return -EINVAL;
	}
	if (nhm->nh_protocol || nhm->resvd || nhm->nh_scope || nhm->nh_flags) {
		NL_SET_ERR_MSG(extack,
			       "Invalid values in header for nexthop dump request");
		return -EINVAL;
	}
	return 0;
}

/**
 * inetx_nl_nexthop_wanted - whether a dump is about an object
 * @filter: what it is about
 * @obj: the object
 *
 * Context: RTNL.
 */
bool inetx_nl_nexthop_wanted(const struct inetx_nl_nhfilter *filter,
			     const struct inetx_nhobj *obj)
{
	const struct net_device *master;

	if (filter->fdb || (filter->groups && !obj->count))
		return false;
	if (!filter->oif && !filter->master)
		return true;
	if (!obj->dev || (filter->oif && obj->dev->ifindex != filter->oif))
		return false;
	if (!filter->master)
		return true;
	master = netdev_master_upper_dev_get(obj->dev);
	return master && master->ifindex == filter->master;
}

/**
 * inetx_nl_dumpnexthop - RTM_GETNEXTHOP dump
 * @skb: answer to fill
 * @cb: the request; args[0] is the number to go on with
 *
 * Context: RTNL, which the dumps of rtnetlink hold.
 * Return: bytes in @skb, or a negative errno.
 */
int inetx_nl_dumpnexthop(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	unsigned long id = cb->args[0];
	struct nlattr *tb[ARRAY_SIZE(dump_policy)];
	struct inetx_nl_nhfilter filter = {};
	struct inetx_nhobj *obj;
	int err;

	err = nlmsg_parse(cb->nlh, sizeof(struct nhmsg), tb,
			  ARRAY_SIZE(dump_policy) - 1, dump_policy,
			  cb->extack);
	if (err < 0)
		return err;
	err = inetx_nl_nexthop_filter(cb->nlh, tb, &filter, cb->extack);
	if (err)
		return err;
	filter.groups = nla_get_flag(tb[NHA_GROUPS]);
	filter.fdb = nla_get_flag(tb[NHA_FDB]);
	xa_for_each_start(&xnet->route.nhobjs, id, obj, cb->args[0]) {
		if (!inetx_nl_nexthop_wanted(&filter, obj))
			continue;
		err = fill(skb, obj, RTM_NEWNEXTHOP, NETLINK_CB(cb->skb).portid,
			   cb->nlh->nlmsg_seq, NLM_F_MULTI);
		if (err)
			break;
	}
	cb->args[0] = err ? id : (long)U32_MAX + 1;
	cb->seq = xnet->route.nhobj_seq;
	nl_dump_check_consistent(cb, nlmsg_hdr(skb));
	return skb->len ? skb->len : err;
}
