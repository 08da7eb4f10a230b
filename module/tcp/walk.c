// SPDX-License-Identifier: GPL-2.0
/*
 * Everything in a namespace's tables, one by one, for proc and diag.
 *
 * No lock is held between two entries: each comes with a reference, and a place
 * is a number, so that a reader may take its time.  Chains are short.
 */

#include <linux/sched.h>

#include "tcp/internal.h"
#include "tcp/table.h"

/* The nth socket of a chain; @nth counts down to what is behind the chain. */
static struct sock *nth_sock(const struct hlist_nulls_head *head, u32 *nth)
{
	struct hlist_nulls_node *node;
	struct sock *sk;

	sk_nulls_for_each_rcu(sk, node, head) {
		if (*nth) {
			(*nth)--;
			continue;
		}
		if (refcount_inc_not_zero(&sk->sk_refcnt))
			return sk;
	}
	return NULL;
}

static struct inetx_tcp_mini *nth_mini(const struct hlist_nulls_head *head,
				       u32 nth)
{
	struct inetx_tcp_mini *mini;
	struct hlist_nulls_node *node;

	hlist_nulls_for_each_entry_rcu(mini, node, head, node) {
		if (nth) {
			nth--;
			continue;
		}
		if (refcount_inc_not_zero(&mini->refcnt))
			return mini;
	}
	return NULL;
}

/**
 * inetx_tcp_walk - the next entry
 * @t: the tables
 * @place: where to look; moved behind the entry
 * @entry: set to it, with a reference for inetx_tcp_entry_put()
 *
 * Entries that come or go meanwhile may be missed or seen twice.
 *
 * Context: process.
 * Return: false at the end.
 */
bool inetx_tcp_walk(const struct inetx_tcp_tables *t,
		    struct inetx_tcp_place *place,
		    struct inetx_tcp_entry *entry)
{
	u32 listeners = t->lmask + 1;
	u32 all = listeners + t->mask + 1;

	entry->sk = NULL;
	entry->mini = NULL;
	rcu_read_lock();
	for (; place->bucket < all; place->bucket++, place->nth = 0) {
		const struct inetx_tcp_bucket *b;
		u32 nth = place->nth;

		if (place->bucket < listeners) {
			entry->sk = nth_sock(&t->lbuckets[place->bucket].socks,
					     &nth);
		} else {
			b = &t->buckets[place->bucket - listeners];
			if (hlist_nulls_empty(&b->conns) &&
			    hlist_nulls_empty(&b->minis))
				continue;
			entry->sk = nth_sock(&b->conns, &nth);
			if (!entry->sk)
				entry->mini = nth_mini(&b->minis, nth);
		}
		if (entry->sk || entry->mini) {
			place->nth++;
			break;
		}
	}
	rcu_read_unlock();
	return entry->sk || entry->mini;
}

/**
 * inetx_tcp_entry_put - drop the reference of an entry
 * @entry: from inetx_tcp_walk(), or empty
 *
 * Context: process.
 */
void inetx_tcp_entry_put(struct inetx_tcp_entry *entry)
{
	if (entry->sk)
		sock_put(entry->sk);
	if (entry->mini)
		inetx_tcp_mini_put(entry->mini);
	entry->sk = NULL;
	entry->mini = NULL;
}
