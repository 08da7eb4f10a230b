// SPDX-License-Identifier: GPL-2.0
/*
 * Routing tables: adding and removing routes, as rtnetlink(7) demands.
 *
 * Lifetimes.  A route and its info are taken out of the table first, then the
 * generation is bumped, so that no path looked up through them passes
 * inetx_path_valid() again; readers inside a section keep what they found until
 * its end, because freeing is by kfree_rcu().  That runs no code of ours.
 */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "route/balance.h"
#include "route/exception.h"
#include "route/nexthop.h"
#include "route/rule.h"
#include "route/table.h"

/**
 * inetx_fib_find_table - the table of this number
 * @xnet: the namespace
 * @id: RT_TABLE_*, 0 for main
 *
 * Context: RTNL or RCU read side.
 * Return: the table or NULL.
 */
struct inetx_fib_table *inetx_fib_find_table(struct inetx_net *xnet, u32 id)
{
	struct inetx_fib_table *table;

	if (!id)
		id = RT_TABLE_MAIN;
	hlist_for_each_entry_rcu(table,
				 &xnet->route.tables[id % INETX_FIB_HASH_SIZE],
				 link, lockdep_rtnl_is_held())
		if (table->id == id)
			return table;
	return NULL;
}

/**
 * inetx_fib_get_table - the table of this number, made if need be
 * @xnet: the namespace
 * @id: RT_TABLE_*, 0 for main
 *
 * Context: RTNL, may sleep.
 * Return: the table or NULL when there is no memory.
 */
struct inetx_fib_table *inetx_fib_get_table(struct inetx_net *xnet, u32 id)
{
	struct inetx_fib_table *table;

	if (!id)
		id = RT_TABLE_MAIN;
	table = inetx_fib_find_table(xnet, id);
	if (table)
		return table;
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->id = id;
	hlist_add_head_rcu(&table->link,
			   &xnet->route.tables[id % INETX_FIB_HASH_SIZE]);
	if (id == RT_TABLE_DEFAULT)
		rcu_assign_pointer(xnet->route.dflt, table);
	return table;
}

/*
 * The place of (tos, priority) in a list: the first route that comes not before
 * it.  At the start of the list @prev is NULL.
 */
static struct inetx_route *route_place(struct inetx_route *head, u8 tos,
				       u32 priority, struct inetx_route **prev)
{
	struct inetx_route *route = head;

	*prev = NULL;
	while (route && (route->tos > tos ||
			 (route->tos == tos &&
			  route->info->priority < priority))) {
		*prev = route;
		route = rtnl_dereference(route->next);
	}
	return route;
}

static bool route_same_place(const struct inetx_route *route, u8 tos,
			     u32 priority)
{
	return route && route->tos == tos && route->info->priority == priority;
}

/* Make @next follow @prev, or begin the list of the prefix. */
static int route_link(struct inetx_fib_table *table, u32 key, u8 len,
		      struct inetx_route *prev, struct inetx_route *next)
{
	if (prev) {
		rcu_assign_pointer(prev->next, next);
		return 0;
	}
	if (next)
		return inetx_trie_set(&table->trie, key, len, next);
	inetx_trie_remove(&table->trie, key, len);
	return 0;
}

static bool is_sole(const struct inetx_route *route)
{
	return route == &route->info->sole;
}

/* After the route has been unlinked: drop what it holds. */
static void route_free(struct inetx_net *xnet, struct inetx_route *route)
{
	struct inetx_rtinfo *info = route->info;

	if (!is_sole(route))
		kfree_rcu(route, rcu);
	inetx_rtinfo_put(xnet, info);
}

static struct inetx_route *route_alloc(struct inetx_rtinfo *info, u8 tos)
{
	struct inetx_route *route = kzalloc(sizeof(*route), GFP_KERNEL_ACCOUNT);

	if (!route)
		return NULL;
	route->info = info;
	route->tos = tos;
	return route;
}

/*
 * The only route of a prefix, which is in its info, as one of its own: there will
 * be others.  It takes the place of the former one at once.
 */
static struct inetx_route *route_unshare(struct inetx_fib_table *table, u32 key,
					 u8 len, struct inetx_route *sole)
{
	struct inetx_route *route = route_alloc(sole->info, 0);

	if (route && inetx_trie_set(&table->trie, key, len, route)) {
		kfree(route);
		return NULL;
	}
	return route;
}

/* What belongs between @prev and @next, NULL without memory. */
static struct inetx_route *route_make(const struct inetx_route *prev,
				      struct inetx_route *next,
				      struct inetx_rtinfo *info, u8 tos)
{
	struct inetx_route *route;

	if (!prev && !next && !tos) {
		info->sole.info = info;
		return &info->sole;
	}
	route = route_alloc(info, tos);
	if (route)
		RCU_INIT_POINTER(route->next, next);
	return route;
}

/**
 * struct place - where a new route goes
 * @prev: the route before it or NULL
 * @next: the route behind it or NULL
 * @first: the first route of the same TOS and metric or NULL
 * @first_prev: the route before @first or NULL
 * @same: a route that says exactly the same, or NULL
 */
struct place {
	struct inetx_route *prev;
	struct inetx_route *next;
	struct inetx_route *first;
	struct inetx_route *first_prev;
	struct inetx_route *same;
};

static void find_place(struct inetx_route *head, u8 tos,
		       const struct inetx_rtinfo *info, bool append,
		       struct place *p)
{
	struct inetx_route *route, *prev;

	memset(p, 0, sizeof(*p));
	route = route_place(head, tos, info->priority, &prev);
	p->prev = prev;
	p->next = route;
	if (!route_same_place(route, tos, info->priority))
		return;
	p->first = route;
	p->first_prev = prev;
	while (route_same_place(route, tos, info->priority)) {
		if (route->info == info)
			p->same = route;
		prev = route;
		route = rtnl_dereference(route->next);
	}
	if (append) {
		p->prev = prev;
		p->next = route;
	}
}

/*
 * Whether the request may go on, by what is there and NLM_F_*.  Returns 1 to
 * add, 2 to replace @p->first, 0 when all is as it should be, or an errno.
 */
static int decide(const struct inetx_route_config *cfg, const struct place *p)
{
	if (p->first) {
		if (cfg->nlflags & NLM_F_EXCL)
			return -EEXIST;
		if (cfg->nlflags & NLM_F_REPLACE) {
			if (!p->same)
				return 2;
			return p->same == p->first ? 0 : -EEXIST;
		}
		if (p->same)
			return -EEXIST;
	}
	return cfg->nlflags & NLM_F_CREATE ? 1 : -ENOENT;
}

/**
 * inetx_route_insert - add, replace or append a route
 * @xnet: the namespace
 * @cfg: what to add; @cfg->nlflags with the meaning of rtnetlink(7)
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: RTNL, may sleep.
 * Return: 0; -EEXIST, -ENOENT, -ENOBUFS, or what the next hop check found:
 * -EINVAL, -ENODEV, -ENETDOWN, -ENETUNREACH.
 */
int inetx_route_insert(struct inetx_net *xnet,
		       const struct inetx_route_config *cfg,
		       struct netlink_ext_ack *extack)
{
	struct inetx_fib_table *table;
	struct inetx_route *route, *head;
	u32 key = ntohl(cfg->dst), nlflags = NLM_F_EXCL;
	struct inetx_rtinfo *info;
	struct place p;
	int err;

	table = inetx_fib_get_table(xnet, cfg->table);
	if (!table)
		return -ENOBUFS;
	table->used = true;
	info = inetx_rtinfo_get(xnet, cfg, extack);
	if (IS_ERR(info))
		return PTR_ERR(info);

	head = inetx_trie_find(&table->trie, key, cfg->dst_len);
	find_place(head, cfg->tos, info, cfg->nlflags & NLM_F_APPEND, &p);
	err = decide(cfg, &p);
	if (err <= 0)
		goto drop;

	if (err == 1 && head && is_sole(head)) {
		struct inetx_route *own;

		own = route_unshare(table, key, cfg->dst_len, head);
		if (!own)
			goto nobufs;
		p.prev = p.prev ? own : NULL;
		p.next = p.next ? own : NULL;
	}
	if (err == 2) {
		nlflags = NLM_F_REPLACE;
		p.prev = p.first_prev;
		p.next = rtnl_dereference(p.first->next);
	} else {
		if (p.first)
			nlflags = cfg->nlflags & NLM_F_APPEND;
		nlflags |= NLM_F_CREATE;
		p.first = NULL;
	}
	route = route_make(p.prev, p.next, info, cfg->tos);
	if (!route)
		goto nobufs;
	if (route_link(table, key, cfg->dst_len, p.prev, route)) {
		if (!is_sole(route))
			kfree(route);
		goto nobufs;
	}
	inetx_route_bump(xnet);
	inetx_nl_route_notify(RTM_NEWROUTE, xnet, table->id, cfg->dst,
			      cfg->dst_len, route, cfg, nlflags);
	if (p.first)
		route_free(xnet, p.first);
	return 0;

nobufs:
	err = -ENOBUFS;
drop:
	inetx_rtinfo_put(xnet, info);
	return err;
}

/**
 * inetx_route_delete - remove the first route that matches
 * @xnet: the namespace
 * @cfg: prefix, TOS and table must match; the others where not 0, the scope
 *	where not RT_SCOPE_NOWHERE
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: RTNL.
 * Return: 0 or -ESRCH.
 */
int inetx_route_delete(struct inetx_net *xnet,
		       const struct inetx_route_config *cfg,
		       struct netlink_ext_ack *extack)
{
	struct inetx_fib_table *table = inetx_fib_find_table(xnet, cfg->table);
	struct inetx_route *route, *prev;
	u32 key = ntohl(cfg->dst);

	if (!table || !table->used) {
		NL_SET_ERR_MSG(extack, "FIB table does not exist");
		return -ESRCH;
	}
	route = inetx_trie_find(&table->trie, key, cfg->dst_len);
	route = route_place(route, cfg->tos, 0, &prev);
	for (; route && route->tos == cfg->tos;
	     prev = route, route = rtnl_dereference(route->next)) {
		if (!inetx_rtinfo_match(route->info, cfg))
			continue;
		inetx_nl_route_notify(RTM_DELROUTE, xnet, table->id, cfg->dst,
				      cfg->dst_len, route, cfg, 0);
		route_link(table, key, cfg->dst_len, prev,
			   rtnl_dereference(route->next));
		inetx_route_bump(xnet);
		route_free(xnet, route);
		return 0;
	}
	return -ESRCH;
}

static void flush_prefix(struct inetx_net *xnet, struct inetx_fib_table *table,
			 const struct inetx_trie_cursor *at,
			 struct inetx_route *route, bool all)
{
	struct inetx_route *prev = NULL, *next;

	for (; route; route = next) {
		next = rtnl_dereference(route->next);
		if (!all && !(route->info->flags & RTNH_F_DEAD)) {
			prev = route;
			continue;
		}
		/* Like AF_INET: who took the device down knows, who took the
		 * address away may not know what else went.
		 */
		if (!all && route->info->prefsrc_gone)
			inetx_nl_route_notify(RTM_DELROUTE, xnet, table->id,
					      htonl(at->key), at->len, route,
					      NULL, 0);
		route_link(table, at->key, at->len, prev, next);
		inetx_route_bump(xnet);
		route_free(xnet, route);
	}
}

static void flush_tables(struct inetx_net *xnet, bool all)
{
	struct inetx_fib_table *table;
	int i;

	for (i = 0; i < INETX_FIB_HASH_SIZE; i++) {
		hlist_for_each_entry(table, &xnet->route.tables[i], link) {
			struct inetx_trie_cursor at = { 0, INETX_TRIE_START };
			struct inetx_route *route;

			while ((route = inetx_trie_next(&table->trie, &at)))
				flush_prefix(xnet, table, &at, route, all);
		}
	}
}

/**
 * inetx_route_flush_dead - remove all routes whose info is marked RTNH_F_DEAD
 * @xnet: the namespace
 *
 * Context: RTNL.
 */
void inetx_route_flush_dead(struct inetx_net *xnet)
{
	flush_tables(xnet, false);
}

static void renew_list(struct inetx_fib_table *table, struct inetx_route *route)
{
	struct inetx_rtinfo *twin;

	if (is_sole(route)) {
		twin = route->info->twin;
		if (!twin)
			return;
		twin->sole.info = twin;
		inetx_trie_swap(&table->trie, route, &twin->sole);
		return;
	}
	for (; route; route = rtnl_dereference(route->next)) {
		twin = route->info->twin;
		if (!twin)
			continue;
		/* After what it says; readers depend on the pointer. */
		smp_store_release(&route->info, twin);
	}
}

/**
 * inetx_route_renew - let routes say what the twin of their info says
 * @xnet: the namespace
 *
 * Context: RTNL; the caller bumps the generation.
 */
void inetx_route_renew(struct inetx_net *xnet)
{
	struct inetx_fib_table *table;
	int i;

	for (i = 0; i < INETX_FIB_HASH_SIZE; i++) {
		hlist_for_each_entry(table, &xnet->route.tables[i], link) {
			struct inetx_trie_cursor at = { 0, INETX_TRIE_START };
			struct inetx_route *route;

			while ((route = inetx_trie_next(&table->trie, &at)))
				renew_list(table, route);
		}
	}
}

/**
 * inetx_route_net_init - empty tables for a namespace
 * @xnet: the namespace
 *
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_route_net_init(struct inetx_net *xnet)
{
	struct inetx_route_net *rt = &xnet->route;
	int err;

	atomic_set(&rt->genid, 1);
	inetx_exception_net_init(xnet);
	rt->sysctl_min_pmtu = 552;
	rt->sysctl_mtu_expires = 600 * HZ;
	rt->sysctl_min_adv_mss = 256;
	rt->sysctl_nexthop_compat = 1;
	rt->sysctl_hash_fields = INETX_HASH_DEFAULT;
	err = inetx_rtinfo_net_init(xnet);
	if (err)
		return err;
	inetx_nhobj_net_init(xnet);
	err = inetx_rule_net_init(xnet);
	if (err) {
		inetx_rtinfo_net_exit(xnet);
		return err;
	}
	rtnl_lock();
	rt->local = inetx_fib_get_table(xnet, RT_TABLE_LOCAL);
	rt->main = inetx_fib_get_table(xnet, RT_TABLE_MAIN);
	rtnl_unlock();
	if (rt->local && rt->main)
		return 0;
	inetx_route_net_exit(xnet);
	return -ENOMEM;
}

/**
 * inetx_route_net_exit - free the tables of a namespace
 * @xnet: the namespace
 *
 * Context: process; the namespace has no device, socket or packet any more, so
 * nobody looks anything up.
 */
void inetx_route_net_exit(struct inetx_net *xnet)
{
	struct inetx_fib_table *table;
	struct hlist_node *next;
	int i;

	inetx_rule_net_exit(xnet);
	rtnl_lock();
	/* Routes without a device are still there: unreachable and the like. */
	flush_tables(xnet, true);
	inetx_nhobj_net_exit(xnet);
	for (i = 0; i < INETX_FIB_HASH_SIZE; i++) {
		hlist_for_each_entry_safe(table, next, &xnet->route.tables[i],
					  link) {
			hlist_del(&table->link);
			inetx_trie_clear(&table->trie);
			kfree(table);
		}
	}
	rtnl_unlock();
	inetx_exception_net_exit(xnet);
	inetx_rtinfo_net_exit(xnet);
}

/**
 * inetx_route_init - module load
 *
 * Return: 0.
 */
int inetx_route_init(void)
{
	return 0;
}

/**
 * inetx_route_exit - module unload; all state went with the namespaces
 */
void inetx_route_exit(void)
{
}
