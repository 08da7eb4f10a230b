// SPDX-License-Identifier: GPL-2.0
/* Resilient groups of next hops: who gets which bucket, see resilient.h. */

#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "netlink/nexthop.h"
#include "route/nexthop.h"
#include "route/resilient.h"

/* The upkeep does not run more often. */
#define UPKEEP_INTERVAL		(HZ / 2)

static void upkeep_work(struct work_struct *work);

static struct inetx_res_table *table_new(struct inetx_net *xnet,
					 struct inetx_nhobj *group, u16 count)
{
	struct inetx_res_table *table;

	table = kvzalloc(struct_size(table, bucket, count),
			 GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->xnet = xnet;
	table->group = group;
	table->count = count;
	INIT_DELAYED_WORK(&table->upkeep, upkeep_work);
	return table;
}

static bool lacks(const struct inetx_nhmember *m)
{
	return m->has < m->wants;
}

/* Buckets by weight; the parts are rounded so that they are all of them. */
static void work_out(struct inetx_res_table *table)
{
	struct inetx_nhobj *group = table->group;
	bool was = table->unbalanced;
	u32 i, total = 0, sum = 0, before = 0, upto;

	table->unbalanced = false;
	for (i = 0; i < group->count; i++) {
		group->members[i].has = 0;
		total += group->members[i].weight;
	}
	for (i = 0; i < table->count; i++)
		if (table->bucket[i].plan != INETX_RES_NONE)
			group->members[table->bucket[i].plan].has++;
	for (i = 0; i < group->count; i++) {
		struct inetx_nhmember *m = &group->members[i];

		sum += m->weight;
		upto = div_u64((u64)table->count * sum + total / 2, total);
		m->wants = upto - before;
		before = upto;
		table->unbalanced |= lacks(m);
	}
	if (table->unbalanced && !was)
		table->unbalanced_since = jiffies;
}

/* Shall a bucket get another next hop now?  If not, *@at is moved to when. */
static bool shall_migrate(const struct inetx_res_table *table,
			  const struct inetx_res_bucket *bucket,
			  unsigned long now, unsigned long *at)
{
	const struct inetx_nhmember *m;
	unsigned long used, when;

	if (bucket->plan == INETX_RES_NONE)
		return true;
	m = &table->group->members[bucket->plan];
	if (m->has <= m->wants)
		return false;

	used = READ_ONCE(bucket->used);
	when = used + table->idle_timer;
	if (used == bucket->migrated || time_after_eq(now, when))
		return true;
	if (time_before(when, *at))
		*at = when;
	if (!table->unbalanced_timer)
		return false;
	when = table->unbalanced_since + table->unbalanced_timer;
	if (time_after(now, when))
		return true;
	if (time_before(when, *at))
		*at = when;
	return false;
}

/*
 * Give away what can be given away now.  The last of the members that lack
 * buckets goes first, as in AF_INET.  @tell: announce each bucket.
 */
static void balance(struct inetx_res_table *table, bool tell,
		    unsigned long *at)
{
	struct inetx_nhmember *members = table->group->members;
	int to = table->group->count - 1;
	unsigned long now = jiffies;
	u32 i;

	*at = now + (table->unbalanced_timer ?: table->idle_timer);
	for (i = 0; i < table->count; i++) {
		struct inetx_res_bucket *bucket = &table->bucket[i];

		cond_resched();
		if (!shall_migrate(table, bucket, now, at))
			continue;
		while (to > 0 && !lacks(&members[to]))
			to--;
		if (bucket->plan != INETX_RES_NONE)
			members[bucket->plan].has--;
		members[to].has++;
		bucket->plan = to;
		bucket->migrated = jiffies;
		WRITE_ONCE(bucket->used, bucket->migrated);
		if (!tell)
			continue;
		WRITE_ONCE(bucket->hop, to);
		inetx_nl_bucket_notify(table, i);
	}
	while (to >= 0 && !lacks(&members[to]))
		to--;
	WRITE_ONCE(table->unbalanced, to >= 0);
}

static void publish(struct inetx_res_table *table)
{
	u32 i;

	for (i = 0; i < table->count; i++)
		WRITE_ONCE(table->bucket[i].hop, table->bucket[i].plan);
}

static void upkeep_later(struct inetx_res_table *table, unsigned long at)
{
	unsigned long now = jiffies;

	if (!table->unbalanced)
		return;
	if (time_before(at, now + UPKEEP_INTERVAL))
		at = now + UPKEEP_INTERVAL;
	queue_delayed_work(system_power_efficient_wq, &table->upkeep,
			   at - now);
}

static void upkeep_work(struct work_struct *work)
{
	struct inetx_res_table *table;
	unsigned long at;

	table = container_of(to_delayed_work(work), struct inetx_res_table,
			     upkeep);
	balance(table, true, &at);
	upkeep_later(table, at);
}

/**
 * inetx_res_start - go on balancing
 * @table: the table of a group as it is, or NULL
 *
 * Context: RTNL.
 */
void inetx_res_start(struct inetx_res_table *table)
{
	if (table)
		upkeep_later(table, jiffies);
}

/**
 * inetx_res_stop - the group may be changed from here on
 * @table: its table, or NULL
 *
 * Context: RTNL, may sleep.
 */
void inetx_res_stop(struct inetx_res_table *table)
{
	if (table)
		cancel_delayed_work_sync(&table->upkeep);
}

/**
 * inetx_res_free - a group is gone, or has another table
 * @table: in no info that can still be found, or NULL
 *
 * Context: RTNL, may sleep.
 */
void inetx_res_free(struct inetx_res_table *table)
{
	if (!table)
		return;
	inetx_res_stop(table);
	kvfree_rcu(table, rcu);
}

/**
 * inetx_res_create - buckets for a new group
 * @xnet: the namespace
 * @group: the group, its members there
 * @cfg: what the request says; @buckets is not 0
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int inetx_res_create(struct inetx_net *xnet, struct inetx_nhobj *group,
		     const struct inetx_res_config *cfg)
{
	struct inetx_res_table *table = table_new(xnet, group, cfg->buckets);
	unsigned long at;
	u32 i;

	if (!table)
		return -ENOMEM;
	table->idle_timer = cfg->idle_timer;
	table->unbalanced_timer = cfg->unbalanced_timer;
	for (i = 0; i < table->count; i++)
		table->bucket[i].plan = INETX_RES_NONE;
	group->res = table;
	work_out(table);
	balance(table, false, &at);
	publish(table);
	return 0;
}

/* Where the members of @old are in @new, by their numbers. */
static void map_members(const struct inetx_nhobj *old,
			const struct inetx_nhobj *new, u16 *map)
{
	u32 i, j;

	for (i = 0; i < old->count; i++) {
		map[i] = INETX_RES_NONE;
		for (j = 0; j < new->count; j++)
			if (new->members[j].obj == old->members[i].obj)
				map[i] = j;
	}
}

/**
 * inetx_res_replace - buckets for a group that takes the place of another
 * @old: the group as it was, with its table; its upkeep is stopped, and the
 *	caller starts it when the replacement fails later
 * @new: as it shall be
 * @cfg: what the request says
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int inetx_res_replace(struct inetx_nhobj *old, struct inetx_nhobj *new,
		      const struct inetx_res_config *cfg)
{
	struct inetx_res_table *from = old->res, *table;
	unsigned long at;
	u16 *map;
	u32 i;

	inetx_res_stop(from);
	map = kvmalloc_array(old->count, sizeof(*map), GFP_KERNEL);
	table = map ? table_new(from->xnet, new, from->count) : NULL;
	if (!table) {
		kvfree(map);
		return -ENOMEM;
	}
	map_members(old, new, map);
	table->idle_timer = cfg->has_idle ? cfg->idle_timer :
					    from->idle_timer;
	table->unbalanced_timer = cfg->has_unbalanced ?
				  cfg->unbalanced_timer :
				  from->unbalanced_timer;
	table->unbalanced = from->unbalanced;
	table->unbalanced_since = from->unbalanced_since;
	for (i = 0; i < table->count; i++) {
		struct inetx_res_bucket *bucket = &from->bucket[i];

		table->bucket[i].used = READ_ONCE(bucket->used);
		table->bucket[i].migrated = bucket->migrated;
		table->bucket[i].plan = map[bucket->plan];
	}
	kvfree(map);
	new->res = table;
	work_out(table);
	balance(table, false, &at);
	publish(table);
	return 0;
}

/**
 * inetx_res_member_gone - a group has lost a member, others are left
 * @group: the group, without it, its upkeep stopped
 * @at: where it was
 *
 * Context: RTNL.  Readers still have infos with that member.
 */
void inetx_res_member_gone(struct inetx_nhobj *group, u32 at)
{
	struct inetx_res_table *table = group->res;
	unsigned long when;
	u32 i;

	for (i = 0; i < table->count; i++) {
		struct inetx_res_bucket *bucket = &table->bucket[i];

		if (bucket->plan == at)
			bucket->plan = INETX_RES_NONE;
		else if (bucket->plan > at)
			bucket->plan--;
	}
	work_out(table);
	balance(table, false, &when);
	publish(table);
	upkeep_later(table, when);
}
