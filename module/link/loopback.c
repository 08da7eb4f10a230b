// SPDX-License-Identifier: GPL-2.0
/*
 * Packets to ourselves: over the loopback device, marked by a dst of our own.
 *
 * A packet that we put on lo comes back through the ingress hook of lo, among
 * the host's own packets with the very same addresses.  What tells ours apart is
 * the dst: lo and the qdiscs in front of it keep it, and so does every clone.
 * It is one dst per CPU and namespace, so that its reference count is not a
 * cache line that all senders fight for.
 *
 * A dst of a foreign stack must not confuse the native code that may see it
 * (taps, tc, netfilter, and ip_rcv() when our hook has just been removed).  So
 * it is a real struct rtable, filled as that of a local route, whose input and
 * output functions drop: a packet of ours that is missed by the hook ends there
 * and never enters the host's stack.
 *
 * Lifetime: the namespace holds the first reference of each dst from
 * inetx_loopback_up() to inetx_loopback_down(); queued packets hold the others.
 * The array of pointers lives as long as the namespace.
 * The dst's reference on lo is given back in inetx_loopback_down(), so a packet
 * that is stuck in a queue does not delay the unregistering of lo.  Module exit
 * waits until the last dst is gone, since core code frees it by our dst_ops.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/dst_ops.h>
#include <net/ip.h>
#include <net/route.h>

#include "arp/arp.h"
#include "link/link.h"

/* How long exit waits between two looks, and between two complaints. */
#define DRAIN_POLL_MS	10
#define DRAIN_WARN_MS	10000

static struct dst_entry *lo_dst_check(struct dst_entry *dst, u32 cookie)
{
	return dst;
}

static unsigned int lo_dst_mtu(const struct dst_entry *dst)
{
	return READ_ONCE(dst->dev->mtu);
}

static unsigned int lo_dst_advmss(const struct dst_entry *dst)
{
	unsigned int mtu = min_t(unsigned int, lo_dst_mtu(dst), IP_MAX_MTU);

	return mtu - sizeof(struct iphdr) - sizeof(struct tcphdr);
}

static struct neighbour *lo_dst_neigh(const struct dst_entry *dst,
				      struct sk_buff *skb, const void *daddr)
{
	__be32 any = 0;

	return neigh_create(&inetx_arp_table, &any, dst->dev);
}

static void lo_dst_destroy(struct dst_entry *dst)
{
	dst_destroy_metrics_generic(dst);
}

/* family and kmem_cachep are set once, by inetx_loopback_init(). */
static struct dst_ops lo_dst_ops = {
	.check = lo_dst_check,
	.default_advmss = lo_dst_advmss,
	.mtu = lo_dst_mtu,
	.cow_metrics = dst_cow_metrics_generic,
	.destroy = lo_dst_destroy,
	.neigh_lookup = lo_dst_neigh,
};

/**
 * inetx_loopback_init - make what loopback dsts are allocated from
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_loopback_init(void)
{
	int err;

	lo_dst_ops.family = inetx_family;
	err = dst_entries_init(&lo_dst_ops);
	if (err)
		return err;
	lo_dst_ops.kmem_cachep = kmem_cache_create("inetx_lo_dst",
						   sizeof(struct rtable), 0,
						   SLAB_HWCACHE_ALIGN, NULL);
	if (!lo_dst_ops.kmem_cachep) {
		dst_entries_destroy(&lo_dst_ops);
		return -ENOMEM;
	}
	return 0;
}

/**
 * inetx_loopback_drain - wait for the last packet with a dst of ours
 * @ops: of these dsts, which nobody makes any more
 * @where: where such packets may be
 *
 * Packets in a qdisc on lo or in a backlog queue hold dsts.  They cannot be
 * called back, but they drain: the backlog at once, a qdisc at its pace.  There
 * is no way to fail here, and leaving one behind would have core code call freed
 * text, so this waits as long as it takes and says so.
 *
 * Context: module exit, all namespaces down.
 */
void inetx_loopback_drain(struct dst_ops *ops, const char *where)
{
	unsigned int waited = 0;

	/* Two steps: releasing the last reference queues an RCU callback, and
	 * that one takes the dst off the count and frees it.
	 */
	rcu_barrier();
	while (dst_entries_get_slow(ops)) {
		msleep(DRAIN_POLL_MS);
		waited += DRAIN_POLL_MS;
		if (waited % DRAIN_WARN_MS == 0)
			pr_warn("waiting for packets held by %s\n", where);
	}
	rcu_barrier();
}

/**
 * inetx_loopback_exit - undo inetx_loopback_init()
 *
 * Context: module exit, all namespaces down.
 */
void inetx_loopback_exit(void)
{
	inetx_loopback_drain(&lo_dst_ops, "a queue on lo");
	kmem_cache_destroy(lo_dst_ops.kmem_cachep);
	dst_entries_destroy(&lo_dst_ops);
}

static struct rtable *lo_dst_alloc(struct net_device *lo)
{
	struct rtable *rt;

	rt = dst_alloc(&lo_dst_ops, lo, 1, DST_OBSOLETE_NONE,
		       DST_NOXFRM | DST_NOPOLICY);
	if (!rt)
		return NULL;

	/* dst_alloc() fills the dst alone. */
	memset((u8 *)rt + sizeof(rt->dst), 0, sizeof(*rt) - sizeof(rt->dst));
	rt->rt_flags = RTCF_LOCAL;
	rt->rt_type = RTN_LOCAL;
	INIT_LIST_HEAD(&rt->rt_uncached);
	return rt;
}

/**
 * inetx_loopback_up - give a namespace the dsts of its loopback device
 * @xnet: the namespace
 * @lo: its loopback device, just registered
 *
 * Context: process, RTNL held.
 * Return: 0 or -ENOMEM.
 */
int inetx_loopback_up(struct inetx_net *xnet, struct net_device *lo)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtable *rt = lo_dst_alloc(lo);

		if (!rt) {
			inetx_loopback_down(xnet);
			return -ENOMEM;
		}
		rcu_assign_pointer(*per_cpu_ptr(xnet->link.lo_dst, cpu), rt);
	}
	return 0;
}

/**
 * inetx_loopback_down - give up the dsts, because lo goes
 * @xnet: the namespace
 *
 * Packets on their way keep theirs, now pointing to a device that is always
 * there; the core frees a dst after a grace period, so senders that have just
 * read the slot are safe, too.
 *
 * Context: process, RTNL held.
 */
void inetx_loopback_down(struct inetx_net *xnet)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct rtable __rcu **slot = per_cpu_ptr(xnet->link.lo_dst,
							 cpu);
		struct rtable *rt = rtnl_dereference(*slot);

		if (!rt)
			continue;
		RCU_INIT_POINTER(*slot, NULL);
		dst_dev_put(&rt->dst);
		dst_release(&rt->dst);
	}
}

/**
 * inetx_loopback_owns - was this packet sent by us to ourselves?
 * @skb: a packet
 *
 * Context: any.
 */
bool inetx_loopback_owns(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return dst && dst->ops == &lo_dst_ops;
}

/**
 * inetx_loopback_mark - make a packet recognisable to inetx_loopback_owns()
 * @xnet: the namespace
 * @skb: a packet without dst
 *
 * The mark holds no reference until a queue takes one (skb_dst_force()).
 *
 * Context: RCU read side.
 * Return: false when lo is not there, and the packet is not marked.
 */
bool inetx_loopback_mark(struct inetx_net *xnet, struct sk_buff *skb)
{
	struct rtable *rt;

	/* Whichever CPU's: only a matter of speed. */
	rt = rcu_dereference(*raw_cpu_ptr(xnet->link.lo_dst));
	if (unlikely(!rt))
		return false;
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, &rt->dst);
	return true;
}

/**
 * inetx_loopback_xmit - send a packet to ourselves
 * @xnet: the namespace
 * @skb: the packet, at its IP header, which is complete; taken in any case
 * @dev: the loopback device
 *
 * Context: RCU read side, any context that may send.
 * Return: as dev_queue_xmit(): 0, NET_XMIT_* or a negative errno.
 */
int inetx_loopback_xmit(struct inetx_net *xnet, struct sk_buff *skb,
			struct net_device *dev)
{
	struct ethhdr *eth;

	if (unlikely(skb_headroom(skb) < ETH_HLEN)) {
		skb = skb_expand_head(skb, LL_RESERVED_SPACE(dev));
		if (!skb)
			return -ENOMEM;
	}
	if (unlikely(!inetx_loopback_mark(xnet, skb))) {
		kfree_skb(skb);
		return -ENETDOWN;
	}

	/* From lo to itself, or lo's eth_type_trans() takes it for another's. */
	eth = skb_push(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, dev->dev_addr);
	ether_addr_copy(eth->h_source, dev->dev_addr);
	eth->h_proto = htons(ETH_P_IP);
	skb_reset_mac_header(skb);

	skb->protocol = htons(ETH_P_IP);
	skb->dev = dev;
	return dev_queue_xmit(skb);
}

/**
 * inetx_loopback_vrf - send a packet to ourselves inside of a VRF
 * @xnet: the namespace
 * @skb: the packet, at its IP header, which is complete; taken in any case
 * @vrf: the device of the VRF
 *
 * It comes in by that device.  What the device itself would do with it is to ask
 * the host's tables.
 *
 * Context: RCU read side, any context that may send.
 * Return: 0, NET_RX_DROP or a negative errno.
 */
int inetx_loopback_vrf(struct inetx_net *xnet, struct sk_buff *skb,
		       struct net_device *vrf)
{
	skb->protocol = htons(ETH_P_IP);
	skb->dev = vrf;
	inetx_link_tap(skb, vrf);
	if (unlikely(!(vrf->flags & IFF_UP) ||
		     !inetx_loopback_mark(xnet, skb))) {
		kfree_skb(skb);
		return -ENETDOWN;
	}
	skb_orphan(skb);
	skb_dst_force(skb);
	/* Taps have seen it. */
	skb->pkt_type = PACKET_LOOPBACK;
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	/* Nobody has touched it on its way. */
	if (skb->ip_summed == CHECKSUM_NONE)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	return netif_rx(skb);
}
