// SPDX-License-Identifier: GPL-2.0
/*
 * What routes say: checked when they are added, shared between all that say the
 * same, marked when a device or an address goes away.
 *
 * The scope of a route is the distance of its destination: HOST for an address
 * of ours, LINK for a neighbour, UNIVERSE beyond a gateway.  A gateway has to
 * be nearer than what is reached through it, which keeps chains of gateways
 * finite.
 */

#include <linux/inetdevice.h>
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/nospec.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netlink.h>

#include "link/link.h"
#include "route/nexthop.h"
#include "tcp/cong.h"

/* Flags that say how a next hop fares, not what it is. */
#define STATE_FLAGS	(RTNH_F_DEAD | RTNH_F_LINKDOWN)

/* Type of route: what a lookup that ends there returns, least scope allowed. */
static const struct {
	s16 error;
	u8 scope;
} props[RTN_MAX + 1] = {
	[RTN_UNSPEC]	  = { 0, RT_SCOPE_NOWHERE },
	[RTN_UNICAST]	  = { 0, RT_SCOPE_UNIVERSE },
	[RTN_LOCAL]	  = { 0, RT_SCOPE_HOST },
	[RTN_BROADCAST]	  = { 0, RT_SCOPE_LINK },
	[RTN_ANYCAST]	  = { 0, RT_SCOPE_LINK },
	[RTN_MULTICAST]	  = { 0, RT_SCOPE_UNIVERSE },
	[RTN_BLACKHOLE]	  = { -EINVAL, RT_SCOPE_UNIVERSE },
	[RTN_UNREACHABLE] = { -EHOSTUNREACH, RT_SCOPE_UNIVERSE },
	[RTN_PROHIBIT]	  = { -EACCES, RT_SCOPE_UNIVERSE },
	[RTN_THROW]	  = { -EAGAIN, RT_SCOPE_UNIVERSE },
	[RTN_NAT]	  = { -EINVAL, RT_SCOPE_NOWHERE },
	[RTN_XRESOLVE]	  = { -EINVAL, RT_SCOPE_NOWHERE },
};

/**
 * inetx_rtn_error - what a lookup that ends at a route of this type returns
 * @type: RTN_*, <= RTN_MAX
 *
 * Return: 0, or a negative errno; -EAGAIN: go on in the next table.
 */
int inetx_rtn_error(u8 type)
{
	return props[type].error;
}

static u32 info_hash(const void *data, u32 len, u32 seed)
{
	const struct inetx_rtinfo *info = data;
	u32 kind = info->asked | info->scope << 8 | info->protocol << 16;

	seed = jhash_3words(kind, info->priority, info->table, seed);
	/* Its next hops change. */
	if (info->nhobj)
		return jhash_2words((__force u32)info->prefsrc,
				    hash_ptr(info->nhobj, 32), seed);
	return jhash_3words((__force u32)info->prefsrc,
			    (__force u32)info->nh.gw, info->nh.oif, seed);
}

static bool same_hop(const struct inetx_nexthop *a,
		     const struct inetx_nexthop *b)
{
	return a->oif == b->oif && a->gw == b->gw && a->scope == b->scope &&
	       a->weight == b->weight && !((a->flags ^ b->flags) & ~STATE_FLAGS);
}

static int info_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct inetx_rtinfo *a = arg->key, *b = obj;
	u32 i;

	if (a->asked != b->asked || a->nhobj != b->nhobj ||
	    a->scope != b->scope ||
	    a->protocol != b->protocol || a->prefsrc != b->prefsrc ||
	    a->priority != b->priority || a->table != b->table ||
	    (a->flags ^ b->flags) & ~STATE_FLAGS)
		return 1;
	if (!a->nhobj && a->nhs != b->nhs)
		return 1;
	for (i = 0; i < a->nhs && !a->nhobj; i++)
		if (!same_hop(&a->hop[i], &b->hop[i]))
			return 1;
	if (!a->metrics || !b->metrics)
		return a->metrics != b->metrics;
	return memcmp(a->metrics, b->metrics, RTAX_MAX * sizeof(u32));
}

/* The whole info is its key. */
static u32 info_obj_hash(const void *data, u32 len, u32 seed)
{
	return info_hash(data, len, seed);
}

static const struct rhashtable_params info_params = {
	.head_offset = offsetof(struct inetx_rtinfo, hash),
	.key_len = sizeof(struct inetx_rtinfo),
	.hashfn = info_hash,
	.obj_hashfn = info_obj_hash,
	.obj_cmpfn = info_cmp,
	.automatic_shrinking = true,
};

/**
 * inetx_rtinfo_net_init - no infos yet
 * @xnet: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int inetx_rtinfo_net_init(struct inetx_net *xnet)
{
	INIT_LIST_HEAD(&xnet->route.info_list);
	INIT_LIST_HEAD(&xnet->route.renewed);
	return rhashtable_init(&xnet->route.infos, &info_params);
}

/**
 * inetx_rtinfo_net_exit - the last of a namespace
 * @xnet: the namespace; all routes are gone, so all infos are
 */
void inetx_rtinfo_net_exit(struct inetx_net *xnet)
{
	WARN_ON_ONCE(!list_empty(&xnet->route.info_list));
	rhashtable_destroy(&xnet->route.infos);
}

/*
 * One metric within the bounds of the field it ends up in: the maximum segment
 * size behind 40 bytes of headers, the largest MTU, an 8-bit TTL.
 */
static u32 metric_bound(int type, u32 val)
{
	switch (type) {
	case RTAX_ADVMSS:
		return min_t(u32, val, 65535 - 40);
	case RTAX_MTU:
		return min_t(u32, val, 65535 - 15);
	case RTAX_HOPLIMIT:
		return min_t(u32, val, 255);
	}
	return val;
}

/* RTAX_CC_ALGO is a name there and here one more than its number; 0: unknown. */
static u32 cong_value(const struct nlattr *attr)
{
	char name[INETX_CONG_NAME_MAX];

	nla_strscpy(name, attr, sizeof(name));
	return inetx_cong_find(name) + 1;
}

static int parse_metrics(const struct nlattr *nest, u32 *metrics,
			 struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int left, type;

	nla_for_each_nested(attr, nest, left) {
		type = nla_type(attr);
		if (!type)
			continue;
		if (type > RTAX_MAX) {
			NL_SET_ERR_MSG(extack, "Invalid metric type");
			return -EINVAL;
		}
		type = array_index_nospec(type, RTAX_MAX + 1);
		if (type == RTAX_CC_ALGO) {
			metrics[type - 1] = cong_value(attr);
			if (metrics[type - 1])
				continue;
			NL_SET_ERR_MSG(extack,
				       "Unknown tcp congestion algorithm");
			return -EINVAL;
		}
		if (nla_len(attr) != sizeof(u32)) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "Invalid attribute in metrics");
			return -EINVAL;
		}
		metrics[type - 1] = metric_bound(type, nla_get_u32(attr));
	}
	if (metrics[RTAX_FEATURES - 1] & ~RTAX_FEATURE_MASK) {
		NL_SET_ERR_MSG(extack, "Unknown flag set in feature mask in metrics attribute");
		return -EINVAL;
	}
	return 0;
}

/* RTNH_F_ONLINK: the user says that the gateway is a neighbour on the link. */
static int check_onlink(struct inetx_net *xnet, struct inetx_nexthop *nh,
			u8 scope, struct netlink_ext_ack *extack)
{
	struct net_device *dev;

	if (scope >= RT_SCOPE_LINK) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid scope");
		return -EINVAL;
	}
	dev = __dev_get_by_index(xnet->net, nh->oif);
	if (!dev || !inetx_dev_get(dev)) {
		NL_SET_ERR_MSG(extack, "Nexthop device required for onlink");
		return -ENODEV;
	}
	if (!(dev->flags & IFF_UP)) {
		NL_SET_ERR_MSG(extack, "Nexthop device is not up");
		return -ENETDOWN;
	}
	if (inetx_route_addr_type_at(xnet, dev, nh->gw) != RTN_UNICAST) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
		return -EINVAL;
	}
	nh->dev = dev;
	nh->scope = RT_SCOPE_LINK;
	return 0;
}

/* The gateway must be reachable by a route of a smaller scope. */
static int check_gateway(struct inetx_net *xnet, struct inetx_nexthop *nh,
			 const struct inetx_route_config *cfg,
			 struct netlink_ext_ack *extack)
{
	struct inetx_flow flow = {
		.daddr = nh->gw,
		.oif = nh->oif,
		.scope = max_t(u8, cfg->scope + 1, RT_SCOPE_LINK),
	};
	struct inetx_fib_table *table = NULL;
	struct inetx_fib_result res;
	int err = -EAGAIN;

	rcu_read_lock();
	if (cfg->table != RT_TABLE_MAIN)
		table = inetx_fib_find_table(xnet, cfg->table);
	if (table)
		err = inetx_fib_table_lookup(table, &flow,
					     INETX_FIB_ANY_LINKSTATE, &res);
	if (err)
		err = inetx_fib_lookup(xnet, &flow, INETX_FIB_ANY_LINKSTATE,
				       &res);
	if (!err && res.type != RTN_UNICAST && res.type != RTN_LOCAL)
		err = -EINVAL;
	if (err) {
		NL_SET_ERR_MSG(extack, "Nexthop has invalid gateway");
		goto out;
	}
	nh->scope = res.route->info->scope;
	nh->oif = res.nh->oif;
	nh->dev = res.nh->dev;
	if (!nh->dev) {
		NL_SET_ERR_MSG(extack,
			       "No egress device for nexthop gateway");
		err = -EINVAL;
	} else if (!(nh->dev->flags & IFF_UP)) {
		err = -ENETDOWN;
	}
out:
	rcu_read_unlock();
	return err;
}

static int check_direct(struct inetx_net *xnet, struct inetx_nexthop *nh,
			struct netlink_ext_ack *extack)
{
	struct net_device *dev;

	if (nh->flags & (RTNH_F_PERVASIVE | RTNH_F_ONLINK)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
		return -EINVAL;
	}
	dev = __dev_get_by_index(xnet->net, nh->oif);
	if (!dev || !inetx_dev_get(dev))
		return -ENODEV;
	if (!(dev->flags & IFF_UP)) {
		NL_SET_ERR_MSG(extack, "Device for nexthop is not up");
		return -ENETDOWN;
	}
	nh->dev = dev;
	nh->scope = RT_SCOPE_HOST;
	return 0;
}

static int check_nexthop(struct inetx_net *xnet, struct inetx_nexthop *nh,
			 const struct inetx_route_config *cfg,
			 struct netlink_ext_ack *extack)
{
	int err;

	if (cfg->scope == RT_SCOPE_HOST) {
		/* An address of ours: no packet goes out there. */
		if (cfg->nhs > 1) {
			NL_SET_ERR_MSG(extack,
				       "Route with host scope can not have multiple nexthops");
			return -EINVAL;
		}
		if (nh->gw) {
			NL_SET_ERR_MSG(extack,
				       "Route with host scope can not have a gateway");
			return -EINVAL;
		}
		nh->scope = RT_SCOPE_NOWHERE;
		nh->dev = __dev_get_by_index(xnet->net, nh->oif);
		return nh->dev && inetx_dev_get(nh->dev) ? 0 : -ENODEV;
	}
	if (nh->gw && nh->flags & RTNH_F_ONLINK)
		err = check_onlink(xnet, nh, cfg->scope, extack);
	else if (nh->gw)
		err = check_gateway(xnet, nh, cfg, extack);
	else
		err = check_direct(xnet, nh, extack);
	if (!err && !netif_carrier_ok(nh->dev))
		nh->flags |= RTNH_F_LINKDOWN;
	return err;
}

/* A preferred source has to be one of our addresses, or the route's own. */
static bool prefsrc_ok(struct inetx_net *xnet,
		       const struct inetx_route_config *cfg)
{
	struct inetx_flow flow = { .daddr = cfg->prefsrc };
	struct inetx_fib_table *table;
	struct inetx_fib_result res;
	bool ok;

	if (cfg->type == RTN_LOCAL && cfg->dst && cfg->dst == cfg->prefsrc)
		return true;
	if (inetx_route_addr_type(xnet, NULL, cfg->prefsrc) == RTN_LOCAL)
		return true;
	if (cfg->table == RT_TABLE_MAIN || cfg->table == RT_TABLE_LOCAL ||
	    ipv4_is_multicast(cfg->prefsrc))
		return false;
	rcu_read_lock();
	table = inetx_fib_find_table(xnet, cfg->table);
	ok = table && !inetx_fib_table_lookup(table, &flow, 0, &res) &&
	     res.type == RTN_LOCAL;
	rcu_read_unlock();
	return ok;
}

static int check_config(const struct inetx_route_config *cfg,
			struct netlink_ext_ack *extack)
{
	if (props[cfg->type].scope > cfg->scope) {
		NL_SET_ERR_MSG(extack, "Invalid scope");
		return -EINVAL;
	}
	if (cfg->flags & STATE_FLAGS) {
		NL_SET_ERR_MSG(extack,
			       "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
		return -EINVAL;
	}
	if (!props[cfg->type].error) {
		if (cfg->type < RTN_UNICAST || cfg->type > RTN_MULTICAST) {
			NL_SET_ERR_MSG(extack, "Invalid route type");
			return -EINVAL;
		}
		if (cfg->scope > RT_SCOPE_HOST) {
			NL_SET_ERR_MSG(extack, "Invalid scope");
			return -EINVAL;
		}
	} else if (cfg->gw || cfg->oif || cfg->nhs || cfg->nhid) {
		NL_SET_ERR_MSG(extack,
			       "Gateway, device and multipath can not be specified for this route type");
		return -EINVAL;
	}
	return 0;
}

/* The first of several next hops may be named a second time, by @gw and @oif. */
static int check_first(const struct inetx_route_config *cfg,
		       struct netlink_ext_ack *extack)
{
	if (cfg->oif && cfg->hops->oif != cfg->oif) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop device index does not match RTA_OIF");
		return -EINVAL;
	}
	if (cfg->gw && cfg->hops->gw != cfg->gw) {
		NL_SET_ERR_MSG(extack,
			       "Nexthop gateway does not match RTA_GATEWAY or RTA_VIA");
		return -EINVAL;
	}
	return 0;
}

/* Next hops as the request has them, not checked yet. */
static int fill_hops(struct inetx_rtinfo *info,
		     const struct inetx_route_config *cfg,
		     struct netlink_ext_ack *extack)
{
	u32 i;

	if (!cfg->nhs) {
		info->nh.gw = cfg->gw;
		info->nh.oif = cfg->oif;
		info->nh.flags = cfg->flags;
		info->nh.weight = 1;
		return 0;
	}
	for (i = 0; i < cfg->nhs; i++) {
		info->hop[i].gw = cfg->hops[i].gw;
		info->hop[i].oif = cfg->hops[i].oif;
		info->hop[i].flags = cfg->hops[i].flags;
		info->hop[i].weight = cfg->hops[i].weight;
	}
	return check_first(cfg, extack);
}

/* The object has been checked, not that the route may use it. */
static int use_nhobj(struct inetx_rtinfo *info, struct netlink_ext_ack *extack)
{
	int err = inetx_nhobj_check_scope(info->nhobj, info->scope, extack);

	if (err)
		return err;
	info->res = info->nhobj->res;
	inetx_nhobj_fill(info->nhobj, info->hop);
	if (info->nhobj->blackhole)
		info->type = RTN_BLACKHOLE;
	return 0;
}

/* RTNH_F_LINKDOWN of a route: of all its next hops.  RTNL. */
static void update_linkdown(struct inetx_rtinfo *info)
{
	struct inetx_nexthop *nh;
	u32 flag = RTNH_F_LINKDOWN;

	inetx_for_each_hop(nh, info)
		flag &= nh->flags;
	WRITE_ONCE(info->flags, (info->flags & ~RTNH_F_LINKDOWN) | flag);
}

static int info_fill(struct inetx_net *xnet, struct inetx_rtinfo *info,
		     const struct inetx_route_config *cfg,
		     struct netlink_ext_ack *extack)
{
	struct inetx_nexthop *nh;
	int err;

	info->type = cfg->type;
	info->asked = cfg->type;
	info->scope = cfg->scope;
	info->protocol = cfg->protocol;
	info->flags = cfg->flags;
	info->prefsrc = cfg->prefsrc;
	info->priority = cfg->priority;
	info->table = cfg->table;
	err = check_config(cfg, extack);
	if (err)
		return err;
	err = info->nhobj ? use_nhobj(info, extack) :
			    fill_hops(info, cfg, extack);
	if (err || props[cfg->type].error)
		return err;
	inetx_for_each_hop(nh, info) {
		err = info->nhobj ? 0 : check_nexthop(xnet, nh, cfg, extack);
		if (err)
			return err;
	}
	update_linkdown(info);
	if (cfg->prefsrc && !prefsrc_ok(xnet, cfg)) {
		NL_SET_ERR_MSG(extack, "Invalid prefsrc address");
		return -EINVAL;
	}
	return 0;
}

/**
 * inetx_rtinfo_get - check a request and make, or find, what it says
 * @xnet: the namespace
 * @cfg: the request, @cfg->type <= RTN_MAX
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: RTNL, may sleep.
 * Return: an info to be given back with inetx_rtinfo_put(), or an ERR_PTR:
 * -ENOBUFS, -ENOMEM (metrics), -EINVAL, -ENODEV, -ENETDOWN, -ENETUNREACH, or
 * what the route to the gateway says.
 */
struct inetx_rtinfo *inetx_rtinfo_get(struct inetx_net *xnet,
				      const struct inetx_route_config *cfg,
				      struct netlink_ext_ack *extack)
{
	struct inetx_route_net *rt = &xnet->route;
	struct inetx_rtinfo *info, *old;
	struct inetx_nhobj *obj = NULL;
	u32 nhs = max(cfg->nhs, 1U);
	struct inetx_nexthop *nh;
	size_t size;
	int err;

	if (cfg->nhid) {
		obj = inetx_nhobj_find(xnet, cfg->nhid);
		if (!obj) {
			NL_SET_ERR_MSG(extack, "Nexthop id does not exist");
			return ERR_PTR(-EINVAL);
		}
		nhs = inetx_nhobj_hops(obj);
	}
	size = offsetof(struct inetx_rtinfo, hop) + nhs * sizeof(*nh);

	if (cfg->metrics)
		size += RTAX_MAX * sizeof(u32);
	info = kzalloc(size, GFP_KERNEL_ACCOUNT);
	if (!info)
		return ERR_PTR(-ENOBUFS);
	info->nhs = nhs;
	info->nhobj = obj;
	if (cfg->metrics) {
		info->metrics = (u32 *)(info->hop + nhs);
		err = parse_metrics(cfg->metrics, info->metrics, extack);
		if (err)
			goto free;
		if (!memchr_inv(info->metrics, 0, RTAX_MAX * sizeof(u32)))
			info->metrics = NULL;
	}
	err = info_fill(xnet, info, cfg, extack);
	if (err)
		goto free;

	old = rhashtable_lookup_fast(&rt->infos, info, info_params);
	if (old) {
		kfree(info);
		old->refs++;
		return old;
	}
	err = -ENOBUFS;
	if (rhashtable_insert_fast(&rt->infos, &info->hash, info_params))
		goto free;
	info->refs = 1;
	list_add_tail_rcu(&info->list, &rt->info_list);
	if (obj)
		list_add_tail(&info->nhobj_list, &obj->infos);
	inetx_rtinfo_hold_devs(info);
	inetx_multipath_rebalance(info);
	return info;

free:
	kfree(info);
	return ERR_PTR(err);
}

/**
 * inetx_rtinfo_put - a route that pointed here is gone
 * @xnet: the namespace
 * @info: the info; the route has been unlinked
 *
 * The device reference is dropped at once: a reader that still stands here
 * keeps the device by its RCU section, for a device waits, after
 * NETDEV_UNREGISTER, for a grace period before it is freed.
 *
 * Context: RTNL.
 */
void inetx_rtinfo_put(struct inetx_net *xnet, struct inetx_rtinfo *info)
{
	if (--info->refs)
		return;
	rhashtable_remove_fast(&xnet->route.infos, &info->hash, info_params);
	list_del_rcu(&info->list);
	if (info->nhobj)
		list_del(&info->nhobj_list);
	inetx_rtinfo_free(info);
}

/**
 * inetx_rtinfo_hold_devs - the references that an info holds while it is found
 * @info: the info
 *
 * Context: RTNL.
 */
void inetx_rtinfo_hold_devs(struct inetx_rtinfo *info)
{
	struct inetx_nexthop *nh;

	inetx_for_each_hop(nh, info)
		netdev_hold(nh->dev, &nh->tracker, GFP_KERNEL);
}

/**
 * inetx_rtinfo_free - drop these references, free it after a grace period
 * @info: the info; no new reader finds it
 *
 * Context: RTNL.
 */
void inetx_rtinfo_free(struct inetx_rtinfo *info)
{
	struct inetx_nexthop *nh;

	inetx_for_each_hop(nh, info)
		netdev_put(nh->dev, &nh->tracker);
	kfree_rcu(info, rcu);
}

/**
 * inetx_rtinfo_rehash - put an info in the place of another that is as it was
 *	but for its next hops
 * @xnet: the namespace
 * @old: the other
 * @info: the info
 *
 * Context: RTNL.
 * Return: 0, for both belong to the same next-hop object.
 */
int inetx_rtinfo_rehash(struct inetx_net *xnet, struct inetx_rtinfo *old,
			struct inetx_rtinfo *info)
{
	return rhashtable_replace_fast(&xnet->route.infos, &old->hash,
				       &info->hash, info_params);
}

/**
 * inetx_rtinfo_check_hop - check a next hop by itself
 * @xnet: the namespace
 * @nh: @oif, @gw and @flags are set, @dev and @scope are afterwards
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: RTNL.
 * Return: 0 or as inetx_rtinfo_get().
 */
int inetx_rtinfo_check_hop(struct inetx_net *xnet, struct inetx_nexthop *nh,
			   struct netlink_ext_ack *extack)
{
	const struct inetx_route_config cfg = {
		.scope = RT_SCOPE_UNIVERSE,
		.table = RT_TABLE_MAIN,
	};

	return check_nexthop(xnet, nh, &cfg, extack);
}

static bool metrics_match(const struct nlattr *nest,
			  const struct inetx_rtinfo *info)
{
	const struct nlattr *attr;
	int left, type;
	u32 val;

	if (!nest)
		return true;
	nla_for_each_nested(attr, nest, left) {
		type = nla_type(attr);
		if (!type)
			continue;
		if (type > RTAX_MAX)
			return false;
		type = array_index_nospec(type, RTAX_MAX + 1);
		if (type == RTAX_CC_ALGO)
			val = cong_value(attr);
		else if (nla_len(attr) == sizeof(u32))
			val = nla_get_u32(attr);
		else
			return false;
		if (val != (info->metrics ? info->metrics[type - 1] : 0))
			return false;
	}
	return true;
}

/* What a next hop of the request leaves open matches anything, and so do next
 * hops beyond those of the route.
 */
static bool hops_match(const struct inetx_rtinfo *info,
		       const struct inetx_route_config *cfg)
{
	u32 i;

	if (!cfg->nhs)
		return true;
	if (cfg->nhs < info->nhs)
		return false;
	for (i = 0; i < info->nhs; i++) {
		const struct inetx_hop_config *want = &cfg->hops[i];

		if ((want->oif && want->oif != info->hop[i].oif) ||
		    (want->gw && want->gw != info->hop[i].gw))
			return false;
	}
	return true;
}

/**
 * inetx_rtinfo_match - whether a request to delete means this
 * @info: of a route
 * @cfg: the request; what is 0 there matches anything
 *
 * Context: RTNL.
 * Return: true if it does.
 */
bool inetx_rtinfo_match(const struct inetx_rtinfo *info,
			const struct inetx_route_config *cfg)
{
	if (cfg->type && info->asked != cfg->type)
		return false;
	if (cfg->scope != RT_SCOPE_NOWHERE && info->scope != cfg->scope)
		return false;
	if (cfg->prefsrc && info->prefsrc != cfg->prefsrc)
		return false;
	if (cfg->protocol && info->protocol != cfg->protocol)
		return false;
	if (cfg->priority && info->priority != cfg->priority)
		return false;
	if (cfg->nhid && (!info->nhobj || info->nhobj->id != cfg->nhid))
		return false;
	if (!cfg->nhid && info->nhobj && (cfg->oif || cfg->gw || cfg->nhs))
		return false;
	if (cfg->oif && info->nh.oif != cfg->oif)
		return false;
	if (cfg->gw && info->nh.gw != cfg->gw)
		return false;
	if (!cfg->oif && !cfg->gw && !hops_match(info, cfg))
		return false;
	return metrics_match(cfg->metrics, info);
}

static void hop_flag(struct inetx_nexthop *nh, u8 set, u8 clear)
{
	WRITE_ONCE(nh->flags, (nh->flags | set) & ~clear);
}

/*
 * Mark the next hops over a device dead.  Returns how many of the route's are
 * dead now, 0 if none has become so.
 */
static u32 hops_down(struct inetx_rtinfo *info, const struct net_device *dev,
		     bool all)
{
	struct inetx_nexthop *nh;
	bool changed = false;
	u32 dead = 0;

	inetx_for_each_hop(nh, info) {
		if (!(nh->flags & RTNH_F_DEAD)) {
			if (nh->dev != dev ||
			    (!all && nh->scope == RT_SCOPE_NOWHERE))
				continue;
			hop_flag(nh, RTNH_F_DEAD | RTNH_F_LINKDOWN, 0);
			changed = true;
		}
		dead++;
	}
	return changed ? dead : 0;
}

/**
 * inetx_rtinfo_dev_down - mark the routes over a device dead
 * @xdev: the device
 * @all: also those of our own addresses, which outlive a mere down
 * @gone: the device goes away for good: also those with other next hops besides
 *
 * Context: RTNL; the caller flushes.
 * Return: whether there were any.
 */
bool inetx_rtinfo_dev_down(struct inetx_dev *xdev, bool all, bool gone)
{
	struct inetx_rtinfo *info;
	bool any = false;
	u32 dead;

	list_for_each_entry(info, &xdev->xnet->route.info_list, list) {
		/* These go with their object. */
		if (info->nhobj)
			continue;
		dead = hops_down(info, xdev->dev, all);
		if (gone && inetx_multipath_uses(info, xdev->dev))
			dead = info->nhs;
		if (!dead)
			continue;
		if (dead == info->nhs) {
			WRITE_ONCE(info->flags, info->flags | RTNH_F_DEAD);
			any = true;
		}
		update_linkdown(info);
		inetx_multipath_rebalance(info);
	}
	return any;
}

/**
 * inetx_rtinfo_dev_up - next hops over a device live again
 * @xdev: the device; up
 *
 * Only a route that had other next hops besides is still there.
 *
 * Context: RTNL; the caller looks at the carrier and bumps the generation.
 */
void inetx_rtinfo_dev_up(struct inetx_dev *xdev)
{
	u8 clear = RTNH_F_DEAD;
	struct inetx_rtinfo *info;
	struct inetx_nexthop *nh;

	if (netif_carrier_ok(xdev->dev))
		clear |= RTNH_F_LINKDOWN;
	list_for_each_entry(info, &xdev->xnet->route.info_list, list) {
		if (info->nhs == 1 || info->nhobj ||
		    !inetx_multipath_uses(info, xdev->dev))
			continue;
		inetx_for_each_hop(nh, info)
			if (nh->dev == xdev->dev && nh->flags & RTNH_F_DEAD)
				hop_flag(nh, 0, clear);
		update_linkdown(info);
		inetx_multipath_rebalance(info);
	}
}

/**
 * inetx_rtinfo_dev_linkdown - mark the routes over a device by its carrier
 * @xdev: the device
 * @down: the carrier is lost
 *
 * Context: RTNL; the caller bumps the generation.
 */
void inetx_rtinfo_dev_linkdown(struct inetx_dev *xdev, bool down)
{
	struct inetx_rtinfo *info;
	struct inetx_nexthop *nh;

	list_for_each_entry(info, &xdev->xnet->route.info_list, list) {
		if (info->nhobj || !inetx_multipath_uses(info, xdev->dev))
			continue;
		inetx_for_each_hop(nh, info) {
			if (nh->dev != xdev->dev)
				continue;
			if (!down)
				hop_flag(nh, 0, RTNH_F_LINKDOWN);
			else if (nh->scope != RT_SCOPE_NOWHERE)
				hop_flag(nh, RTNH_F_LINKDOWN, 0);
		}
		update_linkdown(info);
		inetx_multipath_rebalance(info);
	}
}

/**
 * inetx_rtinfo_addr_gone - mark the routes of a table that prefer a source which
 *	is ours no longer
 * @xnet: the namespace
 * @addr: the address, network order
 * @table: the table
 *
 * Context: RTNL; the caller flushes.
 * Return: whether there were any.
 */
bool inetx_rtinfo_addr_gone(struct inetx_net *xnet, __be32 addr, u32 table)
{
	struct inetx_rtinfo *info;
	bool any = false;

	if (!addr)
		return false;
	list_for_each_entry(info, &xnet->route.info_list, list) {
		if (info->prefsrc != addr || info->table != table)
			continue;
		info->prefsrc_gone = true;
		WRITE_ONCE(info->flags, info->flags | RTNH_F_DEAD);
		any = true;
	}
	return any;
}

/**
 * inetx_rtinfo_is_gateway - whether a route goes by this gateway
 * @xdev: over this device
 * @gw: the gateway, network order
 *
 * Context: RTNL or RCU read side.
 * Return: true if there is one.
 */
bool inetx_rtinfo_is_gateway(const struct inetx_dev *xdev, __be32 gw)
{
	const struct inetx_rtinfo *info;
	const struct inetx_nexthop *nh;

	list_for_each_entry_rcu(info, &xdev->xnet->route.info_list, list,
				lockdep_rtnl_is_held())
		inetx_for_each_hop(nh, info)
			if (nh->dev == xdev->dev && nh->gw == gw &&
			    !(READ_ONCE(nh->flags) & RTNH_F_DEAD))
				return true;
	return false;
}
