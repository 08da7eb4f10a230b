// SPDX-License-Identifier: GPL-2.0
/*
 * Next-hop objects, see nexthop.h.
 *
 * A change is made in three steps: what the objects say, with the former state
 * kept; then new infos for all routes concerned, which may fail and then brings
 * the former state back; then the new infos take their places, which cannot
 * fail.  Readers see an old info or a new one, and the generation moves after.
 */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "link/link.h"
#include "netlink/netlink.h"
#include "netlink/nexthop.h"
#include "route/nexthop.h"

/**
 * inetx_nhobj_net_init - no objects yet
 * @xnet: the namespace
 */
void inetx_nhobj_net_init(struct inetx_net *xnet)
{
	xa_init_flags(&xnet->route.nhobjs, XA_FLAGS_ALLOC1);
}

/**
 * inetx_nhobj_find - the object with this number
 * @xnet: the namespace
 * @id: its number
 *
 * Context: RTNL.
 * Return: the object or NULL.
 */
struct inetx_nhobj *inetx_nhobj_find(struct inetx_net *xnet, u32 id)
{
	return xa_load(&xnet->route.nhobjs, id);
}

/**
 * inetx_nhobj_hops - how many next hops a route over this object has
 * @obj: the object
 *
 * Context: RTNL.
 * Return: at least 1; a blackhole has one without a device.
 */
u32 inetx_nhobj_hops(const struct inetx_nhobj *obj)
{
	return obj->count ? obj->count : 1;
}

static void fill_one(const struct inetx_nhobj *obj, u16 weight,
		     struct inetx_nexthop *nh)
{
	nh->dev = obj->dev;
	nh->oif = obj->dev ? obj->dev->ifindex : 0;
	nh->gw = obj->gw;
	nh->scope = obj->scope;
	nh->flags = obj->flags;
	nh->weight = weight;
}

/**
 * inetx_nhobj_fill - the next hops of a route over this object
 * @obj: the object
 * @hop: inetx_nhobj_hops() of them, zeroed
 *
 * Context: RTNL.
 */
void inetx_nhobj_fill(const struct inetx_nhobj *obj, struct inetx_nexthop *hop)
{
	u32 i;

	if (!obj->count)
		fill_one(obj, 1, hop);
	for (i = 0; i < obj->count; i++)
		fill_one(obj->members[i].obj, obj->members[i].weight, &hop[i]);
}

/**
 * inetx_nhobj_check_scope - may a route of this scope lead over the object?
 * @obj: the object
 * @scope: of the route, RT_SCOPE_*
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: RTNL.
 * Return: 0 or -EINVAL.
 */
int inetx_nhobj_check_scope(const struct inetx_nhobj *obj, u8 scope,
			    struct netlink_ext_ack *extack)
{
	const struct inetx_nhobj *first = obj;

	if (obj->count) {
		if (scope == RT_SCOPE_HOST) {
			NL_SET_ERR_MSG(extack,
				       "Route with host scope can not have multiple nexthops");
			return -EINVAL;
		}
		/* What one can be used for, the others can: they are alike. */
		first = obj->members[0].obj;
	}
	if (scope == RT_SCOPE_HOST && first->gw) {
		NL_SET_ERR_MSG(extack,
			       "Route with host scope can not have a gateway");
		return -EINVAL;
	}
	if (first->flags & RTNH_F_ONLINK && scope >= RT_SCOPE_LINK) {
		NL_SET_ERR_MSG(extack, "Scope mismatch with nexthop");
		return -EINVAL;
	}
	return 0;
}

static int check_infos(const struct inetx_nhobj *users,
		       const struct inetx_nhobj *obj,
		       struct netlink_ext_ack *extack)
{
	const struct inetx_rtinfo *info;
	int err;

	list_for_each_entry(info, &users->infos, nhobj_list) {
		err = inetx_nhobj_check_scope(obj, info->scope, extack);
		if (err)
			return err;
	}
	return 0;
}

static void content_free(struct inetx_nhobj *obj)
{
	u32 i;

	inetx_res_free(obj->res);
	for (i = 0; i < obj->count; i++)
		list_del(&obj->members[i].list);
	kvfree(obj->members);
	netdev_put(obj->dev, &obj->tracker);
	kfree(obj);
}

static int fill_group(struct inetx_net *xnet, struct inetx_nhobj *obj,
		      const struct inetx_nhobj_config *cfg)
{
	u32 i;

	obj->members = kvcalloc(cfg->count, sizeof(*obj->members),
				GFP_KERNEL_ACCOUNT);
	if (!obj->members)
		return -ENOMEM;
	obj->count = cfg->count;
	for (i = 0; i < cfg->count; i++) {
		struct inetx_nhmember *m = &obj->members[i];

		m->obj = inetx_nhobj_find(xnet, cfg->group[i].id);
		m->weight = nexthop_grp_weight(&cfg->group[i]);
		m->group = obj;
		list_add_tail(&m->list, &m->obj->memberships);
	}
	return 0;
}

/* An object by itself, with nobody that uses it. */
static struct inetx_nhobj *content_new(struct inetx_net *xnet,
				       const struct inetx_nhobj_config *cfg,
				       struct netlink_ext_ack *extack)
{
	struct inetx_nexthop nh = {
		.oif = cfg->oif,
		.gw = cfg->gw,
		.flags = cfg->flags,
	};
	struct inetx_nhobj *obj;
	int err = 0;

	obj = kzalloc(sizeof(*obj), GFP_KERNEL_ACCOUNT);
	if (!obj)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&obj->memberships);
	INIT_LIST_HEAD(&obj->infos);
	obj->protocol = cfg->protocol;
	obj->blackhole = cfg->blackhole;
	obj->flags = cfg->flags;
	obj->gw = cfg->gw;
	obj->resilient = cfg->res.resilient;
	if (cfg->group) {
		err = fill_group(xnet, obj, cfg);
	} else {
		err = inetx_rtinfo_check_hop(xnet, &nh, extack);
		obj->scope = nh.scope;
		obj->dev = err ? NULL : nh.dev;
		netdev_hold(obj->dev, &obj->tracker, GFP_KERNEL);
	}
	if (!err)
		return obj;
	content_free(obj);
	return ERR_PTR(err);
}

/* Exchange what two objects say, not who uses them. */
static void content_swap(struct inetx_nhobj *a, struct inetx_nhobj *b)
{
	u32 i;

	swap(a->protocol, b->protocol);
	swap(a->blackhole, b->blackhole);
	swap(a->flags, b->flags);
	swap(a->scope, b->scope);
	swap(a->gw, b->gw);
	swap(a->dev, b->dev);
	swap(a->tracker, b->tracker);
	swap(a->count, b->count);
	swap(a->members, b->members);
	swap(a->resilient, b->resilient);
	swap(a->res, b->res);
	if (a->res)
		a->res->group = a;
	if (b->res)
		b->res->group = b;
	for (i = 0; i < a->count; i++)
		a->members[i].group = a;
	for (i = 0; i < b->count; i++)
		b->members[i].group = b;
}

/* New infos for the routes over an object and over the groups it is in. */
static int renew_users(struct inetx_net *xnet, struct inetx_nhobj *obj)
{
	struct inetx_nhmember *m;
	int err;

	err = inetx_rtinfo_renew(xnet, obj);
	list_for_each_entry(m, &obj->memberships, list)
		if (!err)
			err = inetx_rtinfo_renew(xnet, m->group);
	return err;
}

static int check_replace(const struct inetx_nhobj *old,
			 const struct inetx_nhobj *new,
			 const struct inetx_nhobj_config *cfg,
			 struct netlink_ext_ack *extack)
{
	const struct inetx_nhmember *m;
	int err;

	if (old->count && !new->count) {
		NL_SET_ERR_MSG(extack,
			       "Can not replace a nexthop group with a nexthop.");
		return -EINVAL;
	}
	if (!old->count && new->count) {
		NL_SET_ERR_MSG(extack,
			       "Can not replace a nexthop with a nexthop group.");
		return -EINVAL;
	}
	err = check_infos(old, new, extack);
	if (err)
		return err;
	if (old->resilient != new->resilient) {
		NL_SET_ERR_MSG(extack,
			       "Can not replace a nexthop group with one of a different type.");
		return -EINVAL;
	}
	if (old->resilient && cfg->res.buckets &&
	    cfg->res.buckets != old->res->count) {
		NL_SET_ERR_MSG(extack,
			       "Can not change number of buckets of a resilient nexthop group.");
		return -EINVAL;
	}
	list_for_each_entry(m, &old->memberships, list) {
		if (new->blackhole && m->group->count > 1) {
			NL_SET_ERR_MSG(extack,
				       "Blackhole nexthop can not be a member of a group with more than one path");
			return -EINVAL;
		}
		err = check_infos(m->group, new, extack);
		if (err)
			return err;
	}
	return 0;
}

static int nhobj_replace(struct inetx_net *xnet, struct inetx_nhobj *old,
			 struct inetx_nhobj *new,
			 const struct inetx_nhobj_config *cfg,
			 struct netlink_ext_ack *extack)
{
	int err;

	err = check_replace(old, new, cfg, extack);
	if (err)
		return err;
	if (old->resilient)
		err = inetx_res_replace(old, new, &cfg->res);
	if (err)
		goto out;
	content_swap(old, new);
	err = renew_users(xnet, old);
	if (err) {
		inetx_rtinfo_renew_abort(xnet);
		content_swap(old, new);
	} else {
		inetx_rtinfo_renew_commit(xnet);
	}
out:
	inetx_res_start(old->res);
	return err;
}

static int nhobj_insert(struct inetx_net *xnet, struct inetx_nhobj *obj,
			const struct inetx_nhobj_config *cfg,
			struct netlink_ext_ack *extack)
{
	u32 id = cfg->id;
	struct xarray *xa = &xnet->route.nhobjs;
	int err;

	if (cfg->res.resilient) {
		if (!cfg->res.buckets) {
			NL_SET_ERR_MSG(extack,
				       "Number of buckets not specified for nexthop group insertion");
			return -EINVAL;
		}
		err = inetx_res_create(xnet, obj, &cfg->res);
		if (err)
			return err;
	}
	if (id) {
		obj->id = id;
		return xa_insert(xa, id, obj, GFP_KERNEL_ACCOUNT);
	}
	err = xa_alloc_cyclic(xa, &obj->id, obj, XA_LIMIT(1, U32_MAX),
			      &xnet->route.nhobj_next, GFP_KERNEL_ACCOUNT);
	if (err != -EBUSY)
		return min(err, 0);
	NL_SET_ERR_MSG(extack, "No unused id");
	return -EINVAL;
}

/**
 * inetx_nhobj_set - add or replace an object
 * @xnet: the namespace
 * @cfg: what it says
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: RTNL, may sleep.
 * Return: the object, or an ERR_PTR: -EEXIST, -ENOENT, -ENOMEM, -EINVAL, or what
 * the check of the next hop found.
 */
struct inetx_nhobj *inetx_nhobj_set(struct inetx_net *xnet,
				    const struct inetx_nhobj_config *cfg,
				    struct netlink_ext_ack *extack)
{
	bool replace = cfg->nlflags & NLM_F_REPLACE;
	struct inetx_nhobj *obj, *old = NULL;
	int err;

	if (replace && !cfg->id) {
		NL_SET_ERR_MSG(extack, "Replace requires nexthop id");
		return ERR_PTR(-EINVAL);
	}
	xnet->route.nhobj_seq++;
	if (cfg->id)
		old = inetx_nhobj_find(xnet, cfg->id);
	obj = content_new(xnet, cfg, extack);
	if (IS_ERR(obj))
		return obj;
	if (old) {
		err = replace ? nhobj_replace(xnet, old, obj, cfg, extack) :
				-EEXIST;
		content_free(obj);
		return err ? ERR_PTR(err) : old;
	}
	if (replace && !(cfg->nlflags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG(extack,
			       "Replace specified without create and no entry exists");
		err = -ENOENT;
	} else {
		err = nhobj_insert(xnet, obj, cfg, extack);
	}
	if (!err)
		return obj;
	content_free(obj);
	return ERR_PTR(err);
}

/* Take one member out of a group that has others. */
static void group_shrink(struct inetx_nhmember *m)
{
	struct inetx_nhobj *group = m->group;
	u32 i, at = m - group->members;

	inetx_res_stop(group->res);
	list_del(&m->list);
	for (i = at; i + 1 < group->count; i++) {
		struct inetx_nhmember *to = &group->members[i];

		*to = group->members[i + 1];
		list_replace(&group->members[i + 1].list, &to->list);
	}
	group->count--;
	if (group->res)
		inetx_res_member_gone(group, at);
}

/**
 * inetx_nhobj_remove - remove an object, and with it the routes that name it
 * @xnet: the namespace
 * @obj: the object
 * @nlh: the request, or NULL: nothing is announced
 * @portid: who asked
 *
 * From groups it is taken out; a group that has no other member goes, too.
 *
 * Context: RTNL, may sleep.
 */
void inetx_nhobj_remove(struct inetx_net *xnet, struct inetx_nhobj *obj,
			const struct nlmsghdr *nlh, u32 portid)
{
	struct inetx_nhmember *m, *next;

	xa_erase(&xnet->route.nhobjs, obj->id);
	if (nlh)
		inetx_nl_nexthop_notify(xnet, obj, RTM_DELNEXTHOP, portid, nlh);
	list_for_each_entry_safe(m, next, &obj->memberships, list) {
		struct inetx_nhobj *group = m->group;

		if (group->count == 1) {
			inetx_nhobj_remove(xnet, group, nlh, portid);
			continue;
		}
		group_shrink(m);
		/* Without memory for fewer next hops: rather no route than one
		 * over an object that is gone.
		 */
		if (inetx_rtinfo_renew(xnet, group)) {
			inetx_rtinfo_renew_abort(xnet);
			inetx_rtinfo_nhobj_gone(xnet, group);
		} else {
			inetx_rtinfo_renew_commit(xnet);
		}
		if (nlh)
			inetx_nl_nexthop_notify(xnet, group, RTM_NEWNEXTHOP,
						portid, nlh);
	}
	inetx_rtinfo_nhobj_gone(xnet, obj);
	xnet->route.nhobj_seq++;
	content_free(obj);
}

/**
 * inetx_nhobj_dev_down - a device has gone down, lost its carrier, or goes away
 * @xdev: the device
 * @gone: it goes away: blackholes, which are said to be on lo, go with it
 *
 * Objects over it go without an announcement, as in AF_INET: who hears of the
 * device knows.
 *
 * Context: RTNL, may sleep.
 */
void inetx_nhobj_dev_down(struct inetx_dev *xdev, bool gone)
{
	struct inetx_net *xnet = xdev->xnet;
	struct inetx_nhobj *obj;
	unsigned long id;

	/* A group that goes with its last member was looked up by number, too. */
	xa_for_each(&xnet->route.nhobjs, id, obj)
		if (obj->dev == xdev->dev && (gone || !obj->blackhole))
			inetx_nhobj_remove(xnet, obj, NULL, 0);
}

/**
 * inetx_nhobj_net_exit - the last of a namespace
 * @xnet: the namespace; its routes are gone
 *
 * Context: RTNL.
 */
void inetx_nhobj_net_exit(struct inetx_net *xnet)
{
	struct inetx_nhobj *obj;
	unsigned long id;

	xa_for_each(&xnet->route.nhobjs, id, obj)
		inetx_nhobj_remove(xnet, obj, NULL, 0);
	xa_destroy(&xnet->route.nhobjs);
}
