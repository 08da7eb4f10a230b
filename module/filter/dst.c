// SPDX-License-Identifier: GPL-2.0
/*
 * What hooks take for the route of a packet.
 *
 * Behind PRE_ROUTING, foreign code reads skb_dst() without a question, and takes
 * it for a struct rtable of net/ipv4.  So, while hooks run, a packet carries a
 * shadow: a real rtable that says of our path what the host's would say, and
 * whose input and output functions drop.  It is put on in front of the hooks and
 * taken off behind them; no shadow ever reaches a device.
 *
 * Shadows are kept, a few per CPU, as a flow has the same one for each packet: a
 * hit costs a comparison and no reference, because the RCU section of the packet
 * is enough until a hook takes a reference of its own (a queue to user space).
 *
 * Nobody may keep a shadow for later packets: dst_check() finds each stale.  That
 * keeps the host's flow tables (nft "flow add") from forwarding past us.
 *
 * Lifetime: a slot holds a reference, queued packets hold others.  Each shadow is
 * in a list, by which inetx_filter_dev_gone() finds those of a device that goes:
 * they give it back at once.  None is made for a device that is on its way out.
 */

#include <linux/hash.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/dst_ops.h>
#include <net/ip.h>
#include <net/route.h>

#include "arp/arp.h"
#include "filter/filter.h"
#include "link/link.h"
#include "route/route.h"

/* Two slots for each of more next hops than most routers have. */
#define SHADOW_BITS	9

/**
 * struct shadow_key - what tells shadows apart
 * @dev: the device it leaves by; of a packet to us, the one it came in by
 * @gateway: the next hop, network order, 0 where that is the destination
 * @mtu: bytes that fit the path
 * @type: RTN_*
 * @input: the packet came in from outside
 * @mtu_locked: the MTU is the administrator's
 *
 * On the stack of who looks one up.
 */
struct shadow_key {
	struct net_device *dev;
	__be32 gateway;
	u32 mtu;
	u8 type;
	bool input;
	bool mtu_locked;
};

struct shadow_slots {
	struct rtable __rcu *slot[1 << SHADOW_BITS];
};

/* Written by xchg(), read under RCU; set once, by inetx_filter_init(), as modules
 * have little memory of the other kind.
 */
static struct shadow_slots __percpu *shadow_slots __ro_after_init;

/* All shadows, by rt_uncached; both under the lock. */
static DEFINE_SPINLOCK(shadows_lock);
static LIST_HEAD(shadows);

static struct dst_entry *shadow_check(struct dst_entry *dst, u32 cookie)
{
	return NULL;
}

static unsigned int shadow_mtu(const struct dst_entry *dst)
{
	return container_of(dst, struct rtable, dst)->rt_pmtu;
}

static unsigned int shadow_advmss(const struct dst_entry *dst)
{
	return shadow_mtu(dst) - sizeof(struct iphdr) - sizeof(struct tcphdr);
}

static struct neighbour *shadow_neigh(const struct dst_entry *dst,
				      struct sk_buff *skb, const void *daddr)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);

	return neigh_create(&inetx_arp_table,
			    rt->rt_gw_family ? &rt->rt_gw4 : daddr, dst->dev);
}

static void shadow_destroy(struct dst_entry *dst)
{
	struct rtable *rt = container_of(dst, struct rtable, dst);

	spin_lock_bh(&shadows_lock);
	list_del(&rt->rt_uncached);
	spin_unlock_bh(&shadows_lock);
	dst_destroy_metrics_generic(dst);
}

/* family and kmem_cachep are set once, by inetx_filter_init(). */
static struct dst_ops shadow_ops = {
	.check = shadow_check,
	.default_advmss = shadow_advmss,
	.mtu = shadow_mtu,
	.cow_metrics = dst_cow_metrics_generic,
	.destroy = shadow_destroy,
	.neigh_lookup = shadow_neigh,
};

static bool shadow_is(const struct rtable *rt, const struct shadow_key *key)
{
	return READ_ONCE(rt->dst.dev) == key->dev &&
	       rt->rt_gw4 == key->gateway && rt->rt_type == key->type &&
	       rt->rt_is_input == key->input && rt->rt_pmtu == key->mtu &&
	       rt->rt_mtu_locked == key->mtu_locked;
}

/*
 * RTCF_LOCAL is not said of what we receive: nothing but the host's ICMP asks, when
 * a rule rejects a packet, and would then answer from the packet's destination,
 * which is no address of the host's.  So it answers from one that is.
 */
static unsigned int shadow_flags(const struct shadow_key *key)
{
	switch (key->type) {
	case RTN_BROADCAST:
		return RTCF_BROADCAST;
	case RTN_MULTICAST:
		return RTCF_MULTICAST;
	case RTN_LOCAL:
		return key->input ? 0 : RTCF_LOCAL;
	default:
		return 0;
	}
}

static void shadow_fill(struct rtable *rt, const struct shadow_key *key)
{
	/* dst_alloc() fills the dst alone. */
	memset((u8 *)rt + sizeof(rt->dst), 0, sizeof(*rt) - sizeof(rt->dst));
	rt->rt_flags = shadow_flags(key);
	rt->rt_type = key->type;
	rt->rt_is_input = key->input;
	rt->rt_pmtu = key->mtu;
	rt->rt_mtu_locked = key->mtu_locked;
	if (key->gateway) {
		rt->rt_uses_gateway = 1;
		rt->rt_gw_family = AF_INET;
		rt->rt_gw4 = key->gateway;
	}
}

static struct rtable *shadow_make(const struct shadow_key *key)
{
	struct rtable *rt;

	/* Between this state and NETDEV_UNREGISTER the core waits for readers:
	 * what is made now is found by inetx_filter_dev_gone().
	 */
	if (READ_ONCE(key->dev->reg_state) != NETREG_REGISTERED)
		return NULL;
	rt = dst_alloc(&shadow_ops, key->dev, 1, DST_OBSOLETE_FORCE_CHK,
		       DST_NOXFRM | DST_NOPOLICY);
	if (!rt)
		return NULL;
	shadow_fill(rt, key);
	spin_lock_bh(&shadows_lock);
	list_add(&rt->rt_uncached, &shadows);
	spin_unlock_bh(&shadows_lock);
	return rt;
}

/* The shadow of a path; good inside the caller's RCU read section.  A path has two
 * slots, the last one made is in the first: two paths that take turns, as those of
 * a connection do, must not drive each other out.
 */
static struct rtable *shadow_get(const struct shadow_key *key)
{
	u32 hash = hash_32(hash_ptr(key->dev, 32) ^
			   (__force u32)key->gateway ^ key->type << 16 ^
			   key->input << 24, SHADOW_BITS);
	struct rtable __rcu **slots, **first, **second;
	struct rtable *rt, *old;

	/* Whichever CPU's: only a matter of speed. */
	slots = raw_cpu_ptr(shadow_slots)->slot;
	first = &slots[hash];
	rt = rcu_dereference(*first);
	if (likely(rt && shadow_is(rt, key)))
		return rt;
	second = &slots[hash ^ 1];
	rt = rcu_dereference(*second);
	if (rt && shadow_is(rt, key))
		return rt;

	rt = shadow_make(key);
	if (!rt)
		return NULL;
	old = unrcu_pointer(xchg(first, RCU_INITIALIZER(rt)));
	old = unrcu_pointer(xchg(second, RCU_INITIALIZER(old)));
	if (old)
		dst_release(&old->dst);
	return rt;
}

static bool shadow_put_on(struct sk_buff *skb, const struct shadow_key *key)
{
	struct rtable *rt = shadow_get(key);

	if (unlikely(!rt))
		return false;
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, &rt->dst);
	return true;
}

/**
 * inetx_filter_dst_in - give a packet to us what hooks take for its route
 * @skb: the packet, dev set
 * @rtype: RTN_LOCAL, RTN_BROADCAST or RTN_MULTICAST
 *
 * Context: RCU read side.
 * Return: false when there is no memory, or the device goes.
 */
bool inetx_filter_dst_in(struct sk_buff *skb, u8 rtype)
{
	const struct shadow_key key = {
		.dev = skb->dev,
		.type = rtype,
		.input = true,
		.mtu = min_t(u32, READ_ONCE(skb->dev->mtu), IP_MAX_MTU),
	};

	return shadow_put_on(skb, &key);
}

/**
 * inetx_filter_dst_out - give a packet that leaves what hooks take for its route
 * @skb: the packet
 * @path: its path
 * @forwarded: it came in from outside
 *
 * Context: RCU read side.
 * Return: false when there is no memory, or the device goes.
 */
bool inetx_filter_dst_out(struct sk_buff *skb, const struct inetx_path *path,
			  bool forwarded)
{
	const struct shadow_key key = {
		.dev = path->dev,
		.gateway = path->gateway ? path->nexthop : 0,
		.type = path->type,
		.input = forwarded,
		.mtu = path->mtu,
		.mtu_locked = path->mtu_locked,
	};

	return shadow_put_on(skb, &key);
}

/**
 * inetx_filter_dst_is_ours - has no hook put another route on this packet?
 * @skb: a packet behind hooks
 *
 * Context: any.
 */
bool inetx_filter_dst_is_ours(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return dst && dst->ops == &shadow_ops;
}

/**
 * inetx_filter_dst_path - the path that a packet's shadow stands for
 * @skb: a packet that comes back from a queue
 * @path: the path; not for keeping
 *
 * Context: RCU read side.
 * Return: false when the packet carries no shadow, or the device is gone.
 */
bool inetx_filter_dst_path(const struct sk_buff *skb, struct inetx_path *path)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct rtable *rt = skb_rtable(skb);
	struct net_device *dev;

	if (!inetx_filter_dst_is_ours(skb))
		return false;
	dev = READ_ONCE(rt->dst.dev);
	if (!inetx_dev_get(dev))
		return false;
	*path = (struct inetx_path) {
		.dev = dev,
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.nexthop = rt->rt_gw_family ? rt->rt_gw4 : iph->daddr,
		.mtu = rt->rt_pmtu,
		.oif = dev->ifindex,
		.type = rt->rt_type,
		.gateway = rt->rt_uses_gateway,
		.mtu_locked = rt->rt_mtu_locked,
	};
	return true;
}

/**
 * inetx_filter_dev_gone - give back the references on a device
 * @dev: the device, on its way out
 *
 * Context: process, RTNL held.
 */
void inetx_filter_dev_gone(const struct net_device *dev)
{
	struct rtable *rt;

	spin_lock_bh(&shadows_lock);
	list_for_each_entry(rt, &shadows, rt_uncached)
		if (rt->dst.dev == dev)
			dst_dev_put(&rt->dst);
	spin_unlock_bh(&shadows_lock);
}

/**
 * inetx_filter_init - make what shadows are allocated from
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_filter_init(void)
{
	int err;

	shadow_ops.family = inetx_family;
	err = dst_entries_init(&shadow_ops);
	if (err)
		return err;
	shadow_ops.kmem_cachep = kmem_cache_create("inetx_filter_dst",
						   sizeof(struct rtable), 0,
						   SLAB_HWCACHE_ALIGN, NULL);
	if (!shadow_ops.kmem_cachep)
		goto no_cache;
	shadow_slots = alloc_percpu(struct shadow_slots);
	if (!shadow_slots)
		goto no_slots;
	return 0;

no_slots:
	kmem_cache_destroy(shadow_ops.kmem_cachep);
no_cache:
	dst_entries_destroy(&shadow_ops);
	return -ENOMEM;
}

/**
 * inetx_filter_exit - wait for the last shadow
 *
 * Context: module exit, all namespaces down.
 */
void inetx_filter_exit(void)
{
	int cpu, i;

	for_each_possible_cpu(cpu) {
		struct shadow_slots *slots = per_cpu_ptr(shadow_slots, cpu);

		for (i = 0; i < ARRAY_SIZE(slots->slot); i++) {
			struct rtable *rt;

			rt = unrcu_pointer(xchg(&slots->slot[i], NULL));
			if (rt)
				dst_release(&rt->dst);
		}
	}
	free_percpu(shadow_slots);
	inetx_loopback_drain(&shadow_ops, "a hook");
	kmem_cache_destroy(shadow_ops.kmem_cachep);
	dst_entries_destroy(&shadow_ops);
}
