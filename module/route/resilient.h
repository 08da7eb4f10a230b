/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resilient groups of next hops (Documentation/networking of the kernel,
 * nexthop-group-resilient.rst): the hash of a flow chooses a bucket, and the
 * bucket knows the next hop.  When the group changes, only as many buckets change
 * hands as have to; and but for those whose next hop is gone, they do so when
 * nobody has used them for a while.
 *
 * A table belongs to one list of members and is in the infos of all routes over
 * the group.  A group that is replaced gets a new table, as its routes get new
 * infos; one that loses a member keeps it, since the numbers in its buckets only
 * get smaller, so that readers of an old info find a next hop in it, too.
 */
#ifndef _INETX_ROUTE_RESILIENT_H
#define _INETX_ROUTE_RESILIENT_H

#include <linux/jiffies.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct inetx_net;
struct inetx_nhobj;

/**
 * struct inetx_res_bucket - a bucket
 * @used: jiffies of the last packet; written by any reader
 * @migrated: jiffies when it got its next hop; RTNL, or the upkeep
 * @hop: which of the next hops; written under RTNL or by the upkeep, read under
 *	RCU
 * @plan: what @hop shall be, INETX_RES_NONE for a next hop that is gone; RTNL,
 *	or the upkeep
 */
struct inetx_res_bucket {
	unsigned long used;
	unsigned long migrated;
	u16 hop;
	u16 plan;
};

/**
 * struct inetx_res_table - the buckets of a group.  What is changed under RTNL
 *	is so while the upkeep is stopped; so are the members of the group, and
 *	the upkeep needs no lock.
 * @group: whose; RTNL
 * @xnet: the namespace; set once
 * @idle_timer: jiffies without a packet that make a bucket idle; RTNL
 * @unbalanced_timer: jiffies after which busy buckets change hands, too; 0:
 *	never; RTNL
 * @unbalanced: a next hop has fewer buckets than it should; RTNL or the upkeep
 * @unbalanced_since: jiffies since when; likewise
 * @upkeep: runs while @unbalanced
 * @rcu: freeing waits for readers
 * @count: of buckets, 1..65535; set once
 * @bucket: all of them
 */
struct inetx_res_table {
	struct inetx_nhobj *group;
	struct inetx_net *xnet;
	unsigned long idle_timer;
	unsigned long unbalanced_timer;
	bool unbalanced;
	unsigned long unbalanced_since;
	struct delayed_work upkeep;
	struct rcu_head rcu;
	u16 count;
	struct inetx_res_bucket bucket[];
};

/**
 * struct inetx_res_config - what a request says of the table
 * @resilient: the group is of this kind
 * @buckets: how many, 0: not said
 * @has_idle: @idle_timer is said; else it is the default
 * @has_unbalanced: likewise
 * @idle_timer: jiffies
 * @unbalanced_timer: jiffies, 0: never
 */
struct inetx_res_config {
	bool resilient;
	u16 buckets;
	bool has_idle;
	bool has_unbalanced;
	unsigned long idle_timer;
	unsigned long unbalanced_timer;
};

#define INETX_RES_NONE		U16_MAX

/* Unless a request says otherwise; the other timer is 0. */
#define INETX_RES_IDLE_TIMER	(120 * HZ)

/* All but the last: RTNL, may sleep */
int inetx_res_create(struct inetx_net *xnet, struct inetx_nhobj *group,
		     const struct inetx_res_config *cfg);
int inetx_res_replace(struct inetx_nhobj *old, struct inetx_nhobj *new,
		      const struct inetx_res_config *cfg);
void inetx_res_member_gone(struct inetx_nhobj *group, u32 at);
void inetx_res_start(struct inetx_res_table *table);
void inetx_res_stop(struct inetx_res_table *table);
void inetx_res_free(struct inetx_res_table *table);

/**
 * inetx_res_take - the next hop of a packet
 * @table: the table in the info of its route
 * @hash: of its flow, 31 bits
 *
 * Context: RCU read side.
 * Return: an index into the next hops of that info.
 */
static inline u16 inetx_res_take(struct inetx_res_table *table, u32 hash)
{
	struct inetx_res_bucket *bucket = &table->bucket[hash % table->count];
	unsigned long now = jiffies;

	/* Busy buckets are read by all processors. */
	if (READ_ONCE(bucket->used) != now)
		WRITE_ONCE(bucket->used, now);
	return READ_ONCE(bucket->hop);
}

#endif /* _INETX_ROUTE_RESILIENT_H */
