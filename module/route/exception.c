// SPDX-License-Identifier: GPL-2.0
/*
 * Route exceptions: kept, found, forgotten.  What a message is worth is said by
 * exrule.c, which sockets take it to us by socket/path.c.
 */

#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "link/link.h"
#include "route/exception.h"
#include "route/rule.h"

/* Sweeps come at least so far apart, jiffies. */
#define SWEEP_GAP	HZ

/* Off the path nobody shall know who shares a bucket with whom. */
static struct hlist_head *bucket_of(const struct inetx_exception_net *ex,
				    struct hlist_head *table,
				    unsigned long nexthop, __be32 daddr)
{
	u64 hash = siphash_2u64(nexthop, (__force u32)daddr, &ex->key);

	return &table[hash >> (64 - INETX_EX_BITS)];
}

/**
 * inetx_exception_find - what is known of a destination
 * @xnet: the namespace
 * @nh: next hop of the route to it
 * @daddr: the destination, network order
 *
 * Context: RCU read side.
 * Return: an exception that has not expired, or NULL.
 */
const struct inetx_exception *
inetx_exception_find(struct inetx_net *xnet, const struct inetx_nexthop *nh,
		     __be32 daddr)
{
	unsigned long id = READ_ONCE(nh->exceptions);
	struct inetx_exception_net *ex = &xnet->route.ex;
	struct inetx_exception *e;
	struct hlist_head *table;

	if (likely(!id) || !READ_ONCE(ex->count))
		return NULL;
	table = rcu_dereference(ex->table);
	if (!table)
		return NULL;
	hlist_for_each_entry_rcu(e, bucket_of(ex, table, id, daddr), node) {
		if (e->e.nexthop == id && e->e.daddr == daddr)
			return inetx_ex_expired(&e->e, jiffies) ? NULL : e;
	}
	return NULL;
}

/**
 * inetx_exception_apply - let a path follow what is known of its destination
 * @xnet: the namespace
 * @nh: next hop of its route
 * @path: by the route alone
 * @forward: it is for packets of others, which believe in the MTUs that our
 *	sockets have learnt only with ip_forward_use_pmtu; but what is too narrow
 *	for us is so for everybody
 *
 * Context: RCU read side.
 */
void inetx_exception_apply(struct inetx_net *xnet,
			   const struct inetx_nexthop *nh,
			   struct inetx_path *path, bool forward)
{
	const struct inetx_exception *e;

	e = inetx_exception_find(xnet, nh, path->daddr);
	if (!e)
		return;
	if (e->e.gw) {
		path->nexthop = e->e.gw;
		path->gateway = true;
	}
	if (!e->e.mtu || (forward && !e->e.locked &&
			  !READ_ONCE(xnet->ip.sysctl_fwd_use_pmtu)))
		return;
	path->mtu = min_t(u32, path->mtu, e->e.mtu);
	path->mtu_locked |= e->e.locked;
}

/**
 * inetx_exception_next - all that have not expired, one by one
 * @xnet: the namespace
 * @cur: where the walk stands, zeros to begin with; moved behind the answer
 *
 * What comes or goes meanwhile may be missed.
 *
 * Context: RCU read side; the walk may go on in another section.
 * Return: an exception, good in this section; NULL at the end.
 */
const struct inetx_exception *
inetx_exception_next(struct inetx_net *xnet, struct inetx_exception_cursor *cur)
{
	struct hlist_head *table = rcu_dereference(xnet->route.ex.table);
	struct inetx_exception *e;
	long n;

	if (!table)
		return NULL;
	for (; cur->bucket < INETX_EX_BUCKETS; cur->bucket++, cur->skip = 0) {
		n = 0;
		hlist_for_each_entry_rcu(e, &table[cur->bucket], node) {
			if (n++ < cur->skip)
				continue;
			cur->skip = n;
			if (!inetx_ex_expired(&e->e, jiffies))
				return e;
		}
	}
	return NULL;
}

/* Lock held. */
static void unlink_entry(struct inetx_exception_net *ex,
			 struct inetx_exception *e)
{
	hlist_del_rcu(&e->node);
	WRITE_ONCE(ex->count, ex->count - 1);
	kfree_rcu(e, rcu);
}

/*
 * Go through all.  With the lock held @heir says what shall stand in the place of
 * an entry: the entry itself, a copy of it that it has changed, or NULL.
 */
static void walk_locked(struct inetx_exception_net *ex, void *arg,
			struct inetx_exception *(*heir)(struct inetx_exception *e, void *arg))
{
	struct inetx_exception *e, *new;
	struct hlist_head *table;
	struct hlist_node *next;
	int i;

	rcu_read_lock();
	table = rcu_dereference(ex->table);
	for (i = 0; table && i < INETX_EX_BUCKETS; i++) {
		if (hlist_empty(&table[i]))
			continue;
		spin_lock_bh(&ex->lock);
		hlist_for_each_entry_safe(e, next, &table[i], node) {
			new = heir(e, arg);
			if (new == e)
				continue;
			if (new) {
				hlist_add_before_rcu(&new->node, &e->node);
				WRITE_ONCE(ex->count, ex->count + 1);
			}
			unlink_entry(ex, e);
		}
		spin_unlock_bh(&ex->lock);
	}
	rcu_read_unlock();
}

/* Lock held: be awake when the first of them expires. */
static void schedule_sweep(struct inetx_exception_net *ex,
			   unsigned long expires)
{
	long delay = expires - jiffies;

	if (delayed_work_pending(&ex->work) &&
	    !time_before(expires, ex->sweep_at))
		return;
	ex->sweep_at = expires;
	mod_delayed_work(system_power_efficient_wq, &ex->work,
			 max(delay, 0L));
}

/*
 * Lock held: what is known of the destination, else whom a new entry replaces;
 * NULL for nobody.
 */
static struct inetx_exception *find_place(struct hlist_head *bucket,
					  unsigned long nexthop, __be32 daddr)
{
	const struct inetx_ex_entry *way[INETX_EX_WAYS] = {};
	struct inetx_exception *entry[INETX_EX_WAYS] = {};
	struct inetx_exception *e;
	unsigned int n = 0;

	hlist_for_each_entry(e, bucket, node) {
		if (WARN_ON_ONCE(n == INETX_EX_WAYS))
			break;
		way[n] = &e->e;
		entry[n++] = e;
	}
	return entry[inetx_ex_place(way, nexthop, daddr, jiffies,
				    get_random_u32())];
}

/* Lock held: the table, made when the first exception is. */
static struct hlist_head *get_table(struct inetx_exception_net *ex)
{
	struct hlist_head *table;

	table = rcu_dereference_protected(ex->table,
					  lockdep_is_held(&ex->lock));
	if (likely(table))
		return table;
	table = kcalloc(INETX_EX_BUCKETS, sizeof(*table),
			GFP_ATOMIC | __GFP_NOWARN);
	if (table)
		rcu_assign_pointer(ex->table, table);
	return table;
}

/*
 * Lock held: the exception of a destination anew, with what @say says; the half
 * of it that is zero, gateway or MTU, stays as it was.
 */
static void learn(struct inetx_net *xnet, const struct inetx_fib_result *res,
		  struct inetx_ex_entry *say)
{
	/* Lookups do not change what they find; we write one word of it. */
	struct inetx_nexthop *nh = (struct inetx_nexthop *)res->nh;
	struct inetx_exception_net *ex = &xnet->route.ex;
	struct inetx_exception *e, *old;
	struct hlist_head *bucket;

	bucket = get_table(ex);
	if (!bucket)
		return;
	e = kmalloc(sizeof(*e), GFP_ATOMIC | __GFP_NOWARN);
	if (!e)
		return;
	/* Numbers are not used twice: see exception.h. */
	if (!nh->exceptions)
		WRITE_ONCE(nh->exceptions, ++ex->last_id);
	say->nexthop = nh->exceptions;
	e->e = *say;
	e->oif = nh->oif;
	e->table = res->route->info->table;

	bucket = bucket_of(ex, bucket, say->nexthop, say->daddr);
	old = find_place(bucket, say->nexthop, say->daddr);
	if (old && old->e.nexthop == say->nexthop &&
	    old->e.daddr == say->daddr &&
	    !inetx_ex_expired(&old->e, jiffies)) {
		if (!say->gw)
			e->e.gw = old->e.gw;
		if (!say->mtu) {
			e->e.mtu = old->e.mtu;
			e->e.locked = old->e.locked;
		}
	}
	hlist_add_head_rcu(&e->node, bucket);
	WRITE_ONCE(ex->count, ex->count + 1);
	if (old)
		unlink_entry(ex, old);
	schedule_sweep(ex, say->expires);
}

/**
 * inetx_exception_learn - take in what a message says of a destination
 * @xnet: the namespace
 * @res: the route to it, with a next hop
 * @say: the exception; @nexthop will be filled in, and an MTU or gateway that is
 *	zero stays what it was
 *
 * Without memory nothing is learnt: the next packet will bring the next message.
 *
 * Context: RCU read side, any context.
 */
void inetx_exception_learn(struct inetx_net *xnet,
			   const struct inetx_fib_result *res,
			   struct inetx_ex_entry *say)
{
	spin_lock_bh(&xnet->route.ex.lock);
	learn(xnet, res, say);
	spin_unlock_bh(&xnet->route.ex.lock);
	inetx_route_bump(xnet);
}

/*
 * The MTU of a path by any of the next hops of its route: which of them the
 * message is about cannot be told, for it need not hold all that their choice
 * depended on.
 */
static void learn_mtu(struct inetx_net *xnet, struct inetx_fib_result *res,
		      struct inetx_ex_entry *say)
{
	unsigned long lifetime = READ_ONCE(xnet->route.sysctl_mtu_expires);
	const struct inetx_rtinfo *info = res->route->info;
	const struct inetx_exception *e;
	bool learnt = false;

	say->expires = jiffies + lifetime;
	spin_lock_bh(&xnet->route.ex.lock);
	inetx_for_each_hop(res->nh, info) {
		e = inetx_exception_find(xnet, res->nh, say->daddr);
		if (!say->locked && e &&
		    inetx_ex_fresh(&e->e, say->mtu, jiffies, lifetime))
			continue;
		learn(xnet, res, say);
		learnt = true;
	}
	spin_unlock_bh(&xnet->route.ex.lock);
	if (learnt)
		inetx_route_bump(xnet);
}

/**
 * inetx_exception_mtu - a router cannot forward packets as large as ours
 * @xnet: the namespace
 * @flow: as such a packet's route is looked up
 * @mtu: what it can forward, bytes; 0 when it does not say
 *
 * RFC 1191 section 3, within the bounds of route/min_pmtu; see
 * inetx_ex_reduce().  The caller has seen to it that a packet of ours is meant.
 *
 * Context: RCU read side, any context.
 */
void inetx_exception_mtu(struct inetx_net *xnet, const struct inetx_flow *flow,
			 u32 mtu)
{
	struct inetx_ex_entry say = {};
	struct inetx_fib_result res;
	struct inetx_path path;

	if (inetx_route_resolve(xnet, flow, &path, &res) || !res.route)
		return;
	say.daddr = path.daddr;
	say.mtu = path.mtu;
	say.locked = path.mtu_locked;
	if (inetx_ex_reduce(&say.mtu, &say.locked, mtu,
			    READ_ONCE(xnet->route.sysctl_min_pmtu)))
		learn_mtu(xnet, &res, &say);
}

/**
 * inetx_exception_error - learn from an ICMP error, if it is one to learn from
 * @xnet: the namespace
 * @flow: as the route of the packet it is about is looked up
 * @skb: the message
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order; the MTU of a fragmentation-needed, the gateway of a redirect
 *
 * Context: RCU read side, any context.
 */
void inetx_exception_error(struct inetx_net *xnet,
			   const struct inetx_flow *flow,
			   const struct sk_buff *skb, u8 type, u8 code,
			   u32 info)
{
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
		inetx_exception_mtu(xnet, flow, info);
	else if (type == ICMP_REDIRECT)
		inetx_exception_redirect(xnet, flow, skb, code, htonl(info));
}

/**
 * inetx_exception_quoted - learn from an ICMP error for whose packet there may
 *	be no socket any more
 * @xnet: the namespace
 * @skb: at the IP header of that packet
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order; the MTU of a fragmentation-needed, the gateway of a redirect
 *
 * Its source has to be ours; as with AF_INET, nothing else can be checked.
 *
 * Context: RCU read side, any context.
 */
void inetx_exception_quoted(struct inetx_net *xnet, const struct sk_buff *skb,
			    u8 type, u8 code, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct inetx_flow flow = {
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.tos = iph->tos,
		.proto = iph->protocol,
		.uid = inetx_rule_uid(xnet),
	};

	inetx_exception_error(xnet, &flow, skb, type, code, info);
}

static struct inetx_exception *forget(struct inetx_exception *e, void *unused)
{
	return NULL;
}

/**
 * inetx_exception_flush - forget all (route/flush)
 * @xnet: the namespace
 *
 * Context: process or softirq.
 */
void inetx_exception_flush(struct inetx_net *xnet)
{
	walk_locked(&xnet->route.ex, NULL, forget);
	inetx_route_bump(xnet);
}

/* An MTU of a device: what inetx_exception_dev_mtu() tells. */
struct mtu_change {
	const struct net_device *dev;
	u32 old;
};

static struct inetx_exception *resize(struct inetx_exception *e, void *arg)
{
	const struct mtu_change *change = arg;
	struct inetx_ex_entry say = e->e;
	struct inetx_exception *new;

	if (e->oif != change->dev->ifindex || !say.mtu)
		return e;
	inetx_ex_resize(&say, change->dev->mtu, change->old);
	if (say.mtu == e->e.mtu && say.locked == e->e.locked)
		return e;
	new = kmemdup(e, sizeof(*e), GFP_ATOMIC | __GFP_NOWARN);
	if (new)
		new->e = say;
	return new;
}

/**
 * inetx_exception_dev_mtu - a device has got another MTU
 * @xnet: the namespace
 * @dev: the device
 * @old: its MTU before, bytes
 *
 * Context: RTNL; the caller bumps the generation.
 */
void inetx_exception_dev_mtu(struct inetx_net *xnet,
			     const struct net_device *dev, u32 old)
{
	struct mtu_change change = { .dev = dev, .old = old };

	walk_locked(&xnet->route.ex, &change, resize);
}

/* What a sweep has seen. */
struct swept {
	unsigned long now;	/* jiffies */
	unsigned long first;	/* jiffies: the next of those left expires */
	bool any;		/* some had expired */
	bool left;		/* some had not */
};

static struct inetx_exception *sweep_one(struct inetx_exception *e, void *arg)
{
	struct swept *swept = arg;

	if (inetx_ex_expired(&e->e, swept->now)) {
		swept->any = true;
		return NULL;
	}
	if (!swept->left || time_before(e->e.expires, swept->first)) {
		swept->first = e->e.expires;
		swept->left = true;
	}
	return e;
}

/*
 * Free what has expired.  That also tells the sockets whose paths were found
 * with it, for which nobody else looks at the clock.
 */
static void sweep(struct work_struct *work)
{
	struct inetx_exception_net *ex =
		container_of(to_delayed_work(work), struct inetx_exception_net,
			     work);
	struct inetx_net *xnet = container_of(ex, struct inetx_net, route.ex);
	struct swept swept = { .now = jiffies };

	walk_locked(ex, &swept, sweep_one);
	if (swept.any)
		inetx_route_bump(xnet);
	if (!swept.left)
		return;
	if (time_before(swept.first, swept.now + SWEEP_GAP))
		swept.first = swept.now + SWEEP_GAP;
	spin_lock_bh(&ex->lock);
	schedule_sweep(ex, swept.first);
	spin_unlock_bh(&ex->lock);
}

/**
 * inetx_exception_net_init - a namespace that has learnt nothing yet
 * @xnet: the namespace
 */
void inetx_exception_net_init(struct inetx_net *xnet)
{
	struct inetx_exception_net *ex = &xnet->route.ex;

	spin_lock_init(&ex->lock);
	get_random_bytes(&ex->key, sizeof(ex->key));
	INIT_DELAYED_WORK(&ex->work, sweep);
}

/**
 * inetx_exception_net_exit - forget and free all of a namespace
 * @xnet: the namespace; no packet and no socket is left
 *
 * Context: process.
 */
void inetx_exception_net_exit(struct inetx_net *xnet)
{
	struct inetx_exception_net *ex = &xnet->route.ex;

	inetx_exception_flush(xnet);
	cancel_delayed_work_sync(&ex->work);
	kfree(rcu_dereference_protected(ex->table, true));
}
