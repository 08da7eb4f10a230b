// SPDX-License-Identifier: GPL-2.0
/*
 * Routes with several next hops: which one a packet takes (RFC 2991, RFC 2992).
 *
 * The hash is the flow dissector's, keyed with its secret of this boot and the
 * same for both directions of a flow.  What goes into it is up to
 * fib_multipath_hash_policy.
 */

#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/jhash.h>
#include <net/flow_dissector.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/neighbour.h>

#include "arp/arp.h"
#include "route/balance.h"
#include "route/resilient.h"
#include "route/table.h"

/**
 * inetx_multipath_uses - whether a route leads over a device
 * @info: what the route says
 * @dev: the device
 *
 * Context: RTNL or RCU read side.
 * Return: true if one of its next hops is there.
 */
bool inetx_multipath_uses(const struct inetx_rtinfo *info,
			  const struct net_device *dev)
{
	const struct inetx_nexthop *nh;

	inetx_for_each_hop(nh, info)
		if (nh->dev == dev)
			return true;
	return false;
}

static bool hop_lives(const struct inetx_nexthop *nh)
{
	return !(nh->flags & RTNH_F_DEAD) && !inetx_nexthop_ignored(nh);
}

/**
 * inetx_multipath_rebalance - share the hash space out anew
 * @info: what a route says, the flags of its next hops up to date
 *
 * Next hops that are dead, or whose link is down where that matters, get none.
 *
 * Context: RTNL; the caller bumps the generation.
 */
void inetx_multipath_rebalance(struct inetx_rtinfo *info)
{
	u32 total = 0, sum = 0;
	struct inetx_nexthop *nh;

	if (info->nhs < 2)
		return;
	inetx_for_each_hop(nh, info)
		if (hop_lives(nh))
			total += nh->weight;
	inetx_for_each_hop(nh, info) {
		s32 bound = INETX_BOUND_NONE;

		if (hop_lives(nh)) {
			sum += nh->weight;
			bound = inetx_balance_bound(sum, total);
		}
		WRITE_ONCE(nh->bound, bound);
	}
}

/* Everything that a hash can be made of, of a packet that we make. */
static void flow_keys_of(const struct inetx_flow *flow, struct flow_keys *keys)
{
	memset(keys, 0, sizeof(*keys));
	keys->control.addr_type = FLOW_DISSECTOR_KEY_IPV4_ADDRS;
	keys->addrs.v4addrs.src = flow->saddr;
	keys->addrs.v4addrs.dst = flow->daddr;
	keys->basic.ip_proto = flow->proto;
	keys->ports.src = flow->sport;
	keys->ports.dst = flow->dport;
}

static u32 hash_keys(const struct flow_keys *all, u32 fields)
{
	struct flow_keys keys = {};

	if (!(fields & INETX_HASH_OUTER))
		return 0;
	keys.control.addr_type = FLOW_DISSECTOR_KEY_IPV4_ADDRS;
	if (fields & INETX_HASH_SRC_IP)
		keys.addrs.v4addrs.src = all->addrs.v4addrs.src;
	if (fields & INETX_HASH_DST_IP)
		keys.addrs.v4addrs.dst = all->addrs.v4addrs.dst;
	if (fields & INETX_HASH_IP_PROTO)
		keys.basic.ip_proto = all->basic.ip_proto;
	if (fields & INETX_HASH_SRC_PORT)
		keys.ports.src = all->ports.src;
	if (fields & INETX_HASH_DST_PORT)
		keys.ports.dst = all->ports.dst;
	return flow_hash_from_keys(&keys);
}

/*
 * The addresses of a packet; of an ICMP error those of the packet that it is
 * about, so that it takes the way of that flow (RFC 2992 leaves it open, but path
 * MTU discovery through a balancer depends on it).
 */
static u32 hash_l3(const struct sk_buff *skb)
{
	struct flow_keys keys = {};
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int offset = skb_network_offset(skb) + iph->ihl * 4;
	const struct icmphdr *icmph;
	struct icmphdr icmp_buf;
	struct iphdr buf;

	if (unlikely(iph->protocol == IPPROTO_ICMP) &&
	    !(iph->frag_off & htons(IP_OFFSET))) {
		const struct iphdr *inner = NULL;

		icmph = skb_header_pointer(skb, offset, sizeof(icmp_buf),
					   &icmp_buf);
		if (icmph && icmp_is_err(icmph->type))
			inner = skb_header_pointer(skb,
						   offset + sizeof(*icmph),
						   sizeof(buf), &buf);
		if (inner)
			iph = inner;
	}
	keys.addrs.v4addrs.src = iph->saddr;
	keys.addrs.v4addrs.dst = iph->daddr;
	return hash_keys(&keys, INETX_HASH_SRC_IP | INETX_HASH_DST_IP);
}

/* Addresses behind the last tunnel header, which may be IPv6. */
static u32 hash_l3_inner(const struct sk_buff *skb)
{
	struct flow_keys all, keys = {};

	skb_flow_dissect_flow_keys(skb, &all, 0);
	switch (all.control.addr_type) {
	case FLOW_DISSECTOR_KEY_IPV4_ADDRS:
		keys.addrs.v4addrs = all.addrs.v4addrs;
		break;
	case FLOW_DISSECTOR_KEY_IPV6_ADDRS:
		keys.addrs.v6addrs = all.addrs.v6addrs;
		keys.tags.flow_label = all.tags.flow_label;
		keys.basic.ip_proto = all.basic.ip_proto;
		break;
	default:
		return hash_l3(skb);
	}
	keys.control.addr_type = all.control.addr_type;
	return flow_hash_from_keys(&keys);
}

/* The fields of the innermost header that are asked for; 0 without a tunnel. */
static u32 hash_inner_fields(const struct sk_buff *skb, u32 fields)
{
	struct flow_keys all, keys = {};

	skb_flow_dissect_flow_keys(skb, &all, 0);
	if (!(all.control.flags & FLOW_DIS_ENCAPSULATION))
		return 0;
	keys.control.addr_type = all.control.addr_type;
	if (all.control.addr_type == FLOW_DISSECTOR_KEY_IPV6_ADDRS) {
		if (fields & INETX_HASH_INNER_SRC_IP)
			keys.addrs.v6addrs.src = all.addrs.v6addrs.src;
		if (fields & INETX_HASH_INNER_DST_IP)
			keys.addrs.v6addrs.dst = all.addrs.v6addrs.dst;
		if (fields & INETX_HASH_INNER_FLOWLABEL)
			keys.tags.flow_label = all.tags.flow_label;
	} else {
		if (fields & INETX_HASH_INNER_SRC_IP)
			keys.addrs.v4addrs.src = all.addrs.v4addrs.src;
		if (fields & INETX_HASH_INNER_DST_IP)
			keys.addrs.v4addrs.dst = all.addrs.v4addrs.dst;
	}
	if (fields & INETX_HASH_INNER_IP_PROTO)
		keys.basic.ip_proto = all.basic.ip_proto;
	if (fields & INETX_HASH_INNER_SRC_PORT)
		keys.ports.src = all.ports.src;
	if (fields & INETX_HASH_INNER_DST_PORT)
		keys.ports.dst = all.ports.dst;
	return flow_hash_from_keys(&keys);
}

static u32 hash_packet(const struct sk_buff *skb, u32 policy, u32 custom)
{
	struct flow_keys all;
	u32 hash, inner = 0;

	switch (policy) {
	case INETX_HASH_L3:
		return hash_l3(skb);
	case INETX_HASH_L3_INNER:
		return hash_l3_inner(skb);
	case INETX_HASH_L4:
		/* The card's, or a former one. */
		if (skb->l4_hash)
			return skb_get_hash_raw(skb);
		break;
	}
	skb_flow_dissect_flow_keys(skb, &all, FLOW_DISSECTOR_F_STOP_AT_ENCAP);
	hash = hash_keys(&all, inetx_balance_fields(policy, custom));
	if (policy != INETX_HASH_CUSTOM)
		return hash;
	if (custom & INETX_HASH_INNER &&
	    all.control.flags & FLOW_DIS_ENCAPSULATION)
		inner = hash_inner_fields(skb, custom);
	return jhash_2words(hash, inner, 0);
}

/* 31 bits, see balance.h. */
static s32 multipath_hash(const struct inetx_net *xnet,
			  const struct inetx_flow *flow)
{
	u32 policy = READ_ONCE(xnet->route.sysctl_hash_policy);
	u32 custom = READ_ONCE(xnet->route.sysctl_hash_fields);
	struct flow_keys keys;

	if (flow->skb)
		return hash_packet(flow->skb, policy, custom) >> 1;
	flow_keys_of(flow, &keys);
	return hash_keys(&keys, inetx_balance_fields(policy, custom)) >> 1;
}

/* fib_multipath_use_neigh: not known to be out of reach. */
static bool gateway_answers(const struct inetx_nexthop *nh)
{
	struct neighbour *n;
	bool good = true;

	if (!nh->gw || nh->scope != RT_SCOPE_LINK)
		return true;
	rcu_read_lock_bh();
	n = __neigh_lookup_noref(&inetx_arp_table, &nh->gw, nh->dev);
	if (n)
		good = READ_ONCE(n->nud_state) & NUD_VALID;
	rcu_read_unlock_bh();
	return good;
}

/**
 * inetx_multipath_select - which of several next hops a packet takes
 * @xnet: the namespace
 * @flow: the packet; @skb is the received one or NULL
 * @res: its route, which has several; @nh is one that is good, and the chosen
 *	one afterwards
 *
 * Context: RCU read side.
 */
void inetx_multipath_select(struct inetx_net *xnet,
			    const struct inetx_flow *flow,
			    struct inetx_fib_result *res)
{
	bool use_neigh = READ_ONCE(xnet->route.sysctl_use_neigh);
	const struct inetx_rtinfo *info = res->route->info;
	s32 bound, hash = multipath_hash(xnet, flow);
	const struct inetx_nexthop *nh;
	bool first = true;

	if (unlikely(info->res)) {
		res->nh = &info->hop[inetx_res_take(info->res, hash)];
		return;
	}
	inetx_for_each_hop(nh, info) {
		bound = READ_ONCE(nh->bound);
		if (bound == INETX_BOUND_NONE)
			continue;
		if (use_neigh && !gateway_answers(nh))
			continue;
		/* For the hashes behind the last that answers. */
		if (use_neigh && first)
			res->nh = nh;
		first = false;
		if (hash <= bound) {
			res->nh = nh;
			return;
		}
	}
}
