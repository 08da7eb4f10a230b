// SPDX-License-Identifier: GPL-2.0
/*
 * What routes say is made anew when their next-hop object changes, see nexthop.h.
 *
 * First all new infos are allocated, as twins of the old ones; then they take
 * their places, which cannot fail.
 */

#include <linux/slab.h>

#include "route/nexthop.h"

static struct inetx_rtinfo *renew_one(const struct inetx_rtinfo *old,
				      const struct inetx_nhobj *obj)
{
	u32 nhs = inetx_nhobj_hops(obj);
	struct inetx_rtinfo *info;
	size_t size;

	size = offsetof(struct inetx_rtinfo, hop) +
	       nhs * sizeof(struct inetx_nexthop);
	if (old->metrics)
		size += RTAX_MAX * sizeof(u32);
	info = kzalloc(size, GFP_KERNEL_ACCOUNT);
	if (!info)
		return NULL;
	info->refs = old->refs;
	info->nhobj = old->nhobj;
	info->asked = old->asked;
	info->type = obj->blackhole ? RTN_BLACKHOLE : old->asked;
	info->scope = old->scope;
	info->protocol = old->protocol;
	info->flags = old->flags;
	info->prefsrc = old->prefsrc;
	info->priority = old->priority;
	info->table = old->table;
	info->nhs = nhs;
	info->res = obj->res;
	inetx_nhobj_fill(obj, info->hop);
	if (old->metrics) {
		info->metrics = (u32 *)(info->hop + nhs);
		memcpy(info->metrics, old->metrics, RTAX_MAX * sizeof(u32));
	}
	inetx_multipath_rebalance(info);
	return info;
}

/**
 * inetx_rtinfo_renew - make the infos of an object anew, not used yet
 * @xnet: the namespace
 * @obj: the object, as it shall be
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM; in any case inetx_rtinfo_renew_commit() or
 * inetx_rtinfo_renew_abort() follows.
 */
int inetx_rtinfo_renew(struct inetx_net *xnet, struct inetx_nhobj *obj)
{
	struct inetx_rtinfo *old, *info;

	list_for_each_entry(old, &obj->infos, nhobj_list) {
		info = renew_one(old, obj);
		if (!info)
			return -ENOMEM;
		old->twin = info;
		info->twin = old;
		list_add_tail(&info->list, &xnet->route.renewed);
	}
	return 0;
}

/**
 * inetx_rtinfo_renew_abort - all stays as it was
 * @xnet: the namespace
 *
 * Context: RTNL.
 */
void inetx_rtinfo_renew_abort(struct inetx_net *xnet)
{
	struct inetx_rtinfo *info, *next;

	list_for_each_entry_safe(info, next, &xnet->route.renewed, list) {
		list_del(&info->list);
		info->twin->twin = NULL;
		kfree(info);
	}
}

/**
 * inetx_rtinfo_renew_commit - the new infos take their places
 * @xnet: the namespace
 *
 * Context: RTNL.
 */
void inetx_rtinfo_renew_commit(struct inetx_net *xnet)
{
	struct inetx_rtinfo *info, *next, *old;
	LIST_HEAD(gone);

	list_for_each_entry_safe(info, next, &xnet->route.renewed, list) {
		old = info->twin;
		info->twin = NULL;
		WARN_ON_ONCE(inetx_rtinfo_rehash(xnet, old, info));
		/* Readers may stand on the old one: its own list is theirs. */
		list_replace_rcu(&old->list, &info->list);
		list_replace(&old->nhobj_list, &info->nhobj_list);
		inetx_rtinfo_hold_devs(info);
		list_add(&old->nhobj_list, &gone);
	}
	INIT_LIST_HEAD(&xnet->route.renewed);
	if (list_empty(&gone))
		return;
	inetx_route_renew(xnet);
	inetx_route_bump(xnet);
	list_for_each_entry_safe(old, next, &gone, nhobj_list)
		inetx_rtinfo_free(old);
}

/**
 * inetx_rtinfo_nhobj_gone - remove the routes that name an object
 * @xnet: the namespace
 * @obj: the object
 *
 * Context: RTNL.
 */
void inetx_rtinfo_nhobj_gone(struct inetx_net *xnet, struct inetx_nhobj *obj)
{
	struct inetx_rtinfo *info;

	if (list_empty(&obj->infos))
		return;
	list_for_each_entry(info, &obj->infos, nhobj_list)
		WRITE_ONCE(info->flags, info->flags | RTNH_F_DEAD);
	inetx_route_flush_dead(xnet);
}
