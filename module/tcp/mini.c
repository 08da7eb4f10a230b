// SPDX-License-Identifier: GPL-2.0
/*
 * Records in place of sockets, and the wheels that expire them.
 *
 * A record is hashed, on its wheel, or both; each place holds a reference, and
 * whoever takes it out of a place, seen under that place's lock, drops the
 * reference.  The last one frees.
 */

#include <linux/mm.h>
#include <linux/slab.h>

#include "tcp/internal.h"
#include "tcp/table.h"

static struct kmem_cache *request_cache __read_mostly;
static struct kmem_cache *tw_cache __read_mostly;

/**
 * inetx_tcp_mini_init - slabs of the records
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_mini_init(void)
{
	request_cache = kmem_cache_create("inetx_tcp_request",
					  sizeof(struct inetx_tcp_request), 0,
					  SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT |
					  SLAB_TYPESAFE_BY_RCU, NULL);
	tw_cache = kmem_cache_create("inetx_tcp_tw",
				     sizeof(struct inetx_tcp_tw), 0,
				     SLAB_ACCOUNT | SLAB_TYPESAFE_BY_RCU, NULL);
	if (request_cache && tw_cache)
		return 0;
	inetx_tcp_mini_exit();
	return -ENOMEM;
}

/**
 * inetx_tcp_mini_exit - free the slabs
 *
 * Context: module exit; every namespace has purged its wheels.
 */
void inetx_tcp_mini_exit(void)
{
	kmem_cache_destroy(request_cache);
	kmem_cache_destroy(tw_cache);
	request_cache = NULL;
	tw_cache = NULL;
}

/**
 * inetx_tcp_mini_alloc - a new record
 * @kind: enum inetx_tcp_mini_kind
 *
 * Context: any.
 * Return: the record with one reference, in no table, or NULL.  Only @mini is
 * initialised; the links to the next record stay as they are, since a reader
 * may be on them.
 */
struct inetx_tcp_mini *inetx_tcp_mini_alloc(u8 kind)
{
	struct inetx_tcp_mini *mini;

	mini = kmem_cache_alloc(kind == INETX_MINI_REQUEST ? request_cache :
				tw_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!mini)
		return NULL;
	mini->kind = kind;
	mini->node.pprev = NULL;
	INIT_HLIST_NODE(&mini->wheel);
	/* Addresses first: a reader compares again once it has a reference. */
	refcount_set(&mini->refcnt, 1);
	return mini;
}

/**
 * inetx_tcp_mini_put - drop a reference
 * @mini: the record
 *
 * Context: any.
 */
void inetx_tcp_mini_put(struct inetx_tcp_mini *mini)
{
	struct inetx_tcp_request *req;

	if (!refcount_dec_and_test(&mini->refcnt))
		return;
	if (mini->kind == INETX_MINI_REQUEST) {
		req = container_of(mini, struct inetx_tcp_request, mini);
		if (req->listener)
			sock_put(req->listener);
		kfree(req->opt);
		kfree(req->saved_syn);
		kmem_cache_free(request_cache, req);
	} else {
		kmem_cache_free(tw_cache,
				container_of(mini, struct inetx_tcp_tw, mini));
	}
}

/**
 * inetx_tcp_mini_unhash - take a record out of the connection table
 * @xnet: the namespace
 * @mini: the record, the caller holds a reference
 *
 * Context: any.
 * Return: true when it was there; its reference has been dropped.
 */
bool inetx_tcp_mini_unhash(struct inetx_net *xnet, struct inetx_tcp_mini *mini)
{
	struct inetx_tcp_tables *t = xnet->tcp.tables;
	struct inetx_tcp_bucket *b;
	bool done = false;

	b = inetx_tcp_bucket(t, inetx_tcp_hash(t, &mini->tuple));
	spin_lock_bh(&b->lock);
	if (!hlist_nulls_unhashed(&mini->node)) {
		hlist_nulls_del_init_rcu(&mini->node);
		done = true;
	}
	spin_unlock_bh(&b->lock);
	if (done)
		inetx_tcp_mini_put(mini);
	return done;
}

static u32 wheel_tick(u32 when)
{
	return when / INETX_WHEEL_TICK;
}

static struct inetx_tcp_slot *wheel_slot(struct inetx_tcp_wheel *w, u32 expires)
{
	/* Round up: never early. */
	return &w->slots[(wheel_tick(expires) + 1) & w->mask];
}

/**
 * inetx_tcp_wheel_add - let a record expire
 * @w: the wheel of its kind
 * @mini: the record, on no wheel; the wheel takes a reference
 * @delay: jiffies from now
 *
 * Context: any.
 */
void inetx_tcp_wheel_add(struct inetx_tcp_wheel *w,
			 struct inetx_tcp_mini *mini, u32 delay)
{
	struct inetx_tcp_slot *slot;

	refcount_inc(&mini->refcnt);
	mini->expires = (u32)jiffies + delay;
	slot = wheel_slot(w, mini->expires);
	if (atomic_inc_return(&w->count) == 1 || !timer_pending(&w->timer))
		mod_timer(&w->timer, jiffies + INETX_WHEEL_TICK);
	spin_lock_bh(&slot->lock);
	hlist_add_head(&mini->wheel, &slot->head);
	spin_unlock_bh(&slot->lock);
}

/**
 * inetx_tcp_wheel_del - a record shall not expire
 * @w: the wheel of its kind
 * @mini: the record, the caller holds a reference
 *
 * Context: any.
 * Return: true when it was on the wheel; its reference has been dropped.
 */
bool inetx_tcp_wheel_del(struct inetx_tcp_wheel *w,
			 struct inetx_tcp_mini *mini)
{
	struct inetx_tcp_slot *slot = wheel_slot(w, mini->expires);
	bool done = false;

	spin_lock_bh(&slot->lock);
	if (!hlist_unhashed(&mini->wheel)) {
		hlist_del_init(&mini->wheel);
		done = true;
	}
	spin_unlock_bh(&slot->lock);
	if (done) {
		atomic_dec(&w->count);
		inetx_tcp_mini_put(mini);
	}
	return done;
}

/* Ours is the wheel's reference. */
static void wheel_expire(struct inetx_tcp_wheel *w, struct inetx_tcp_mini *mini)
{
	if (mini->kind == INETX_MINI_REQUEST)
		inetx_tcp_request_expired(w->xnet,
					  container_of(mini,
						       struct inetx_tcp_request,
						       mini));
	else
		inetx_tcp_tw_kill(w->xnet, mini);
	inetx_tcp_mini_put(mini);
}

/* Take one record of the slot that is due, or any with @all. */
static struct inetx_tcp_mini *slot_take(struct inetx_tcp_slot *slot, u32 now,
					bool all)
{
	struct inetx_tcp_mini *mini, *found = NULL;

	spin_lock(&slot->lock);
	hlist_for_each_entry(mini, &slot->head, wheel) {
		if (all || (s32)(mini->expires - now) <= 0) {
			hlist_del_init(&mini->wheel);
			found = mini;
			break;
		}
	}
	spin_unlock(&slot->lock);
	return found;
}

static void wheel_turn(struct timer_list *timer)
{
	struct inetx_tcp_wheel *w = from_timer(w, timer, timer);
	u32 now = (u32)jiffies;
	u32 target = wheel_tick(now);
	struct inetx_tcp_mini *mini;

	/* After a rest one turn of the wheel covers everything. */
	if (target - w->clock > w->mask)
		w->clock = target - w->mask - 1;
	while (w->clock != target) {
		struct inetx_tcp_slot *slot;

		slot = &w->slots[++w->clock & w->mask];
		while ((mini = slot_take(slot, now, false))) {
			atomic_dec(&w->count);
			wheel_expire(w, mini);
		}
	}
	if (atomic_read(&w->count))
		mod_timer(&w->timer, jiffies + INETX_WHEEL_TICK);
}

/**
 * inetx_tcp_wheel_init - a wheel
 * @w: the wheel
 * @xnet: its namespace
 * @slots: number of slots, a power of two
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_wheel_init(struct inetx_tcp_wheel *w, struct inetx_net *xnet,
			 u32 slots)
{
	u32 i;

	w->slots = kvmalloc_array(slots, sizeof(*w->slots), GFP_KERNEL_ACCOUNT);
	if (!w->slots)
		return -ENOMEM;
	for (i = 0; i < slots; i++) {
		INIT_HLIST_HEAD(&w->slots[i].head);
		spin_lock_init(&w->slots[i].lock);
	}
	w->xnet = xnet;
	w->mask = slots - 1;
	w->clock = wheel_tick((u32)jiffies);
	atomic_set(&w->count, 0);
	timer_setup(&w->timer, wheel_turn, 0);
	return 0;
}

/**
 * inetx_tcp_wheel_exit - expire all that is left, and free the wheel
 * @w: the wheel; nobody adds to it any more
 *
 * Context: process.
 */
void inetx_tcp_wheel_exit(struct inetx_tcp_wheel *w)
{
	struct inetx_tcp_mini *mini;
	u32 i;

	del_timer_sync(&w->timer);
	local_bh_disable();
	for (i = 0; i <= w->mask; i++) {
		while ((mini = slot_take(&w->slots[i], 0, true))) {
			atomic_dec(&w->count);
			if (mini->kind == INETX_MINI_TIMEWAIT)
				inetx_tcp_tw_kill(w->xnet, mini);
			else
				inetx_tcp_mini_unhash(w->xnet, mini);
			inetx_tcp_mini_put(mini);
		}
	}
	local_bh_enable();
	kvfree(w->slots);
}

/* Take one request of this listener. */
static struct inetx_tcp_mini *slot_take_of(struct inetx_tcp_slot *slot,
					   const struct sock *listener)
{
	struct inetx_tcp_mini *mini, *found = NULL;

	spin_lock_bh(&slot->lock);
	hlist_for_each_entry(mini, &slot->head, wheel) {
		if (container_of(mini, struct inetx_tcp_request,
				 mini)->listener == listener) {
			hlist_del_init(&mini->wheel);
			found = mini;
			break;
		}
	}
	spin_unlock_bh(&slot->lock);
	return found;
}

/**
 * inetx_tcp_wheel_drop_listener - forget the requests of a listener
 * @w: the wheel of requests
 * @listener: not listening any more, so that no request can be added
 *
 * A request that another CPU is just making escapes and goes with its timer.
 *
 * Context: process, listener's socket lock.
 */
void inetx_tcp_wheel_drop_listener(struct inetx_tcp_wheel *w,
				   struct sock *listener)
{
	struct inetx_tcp_mini *mini;
	u32 i;

	for (i = 0; i <= w->mask; i++) {
		while ((mini = slot_take_of(&w->slots[i], listener))) {
			atomic_dec(&w->count);
			inetx_tcp_request_drop(w->xnet,
					       container_of(mini,
							    struct inetx_tcp_request,
							    mini));
			inetx_tcp_mini_put(mini);
		}
	}
}
