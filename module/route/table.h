/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside the route room: tables, routes and what they say.  Shared with the
 * rtnetlink and proc files that show them.
 *
 * A table maps a prefix to a list of routes, by TOS (greater first) and metric
 * (smaller first).  All that many routes of a full Internet table say alike -
 * next hop, metrics, protocol - is in one struct inetx_rtinfo, which they share.
 * Where a prefix has one route only, and that without a TOS, as nearly all have,
 * even the route is shared: it is in the info.
 */
#ifndef _INETX_ROUTE_TABLE_H
#define _INETX_ROUTE_TABLE_H

#include <linux/rhashtable.h>
#include <net/inet_dscp.h>

#include "route/route.h"
#include "route/trie.h"

struct inetx_nhobj;
struct inetx_res_table;
struct netlink_ext_ack;
struct nlattr;
struct nlmsghdr;

/**
 * struct inetx_nexthop - where a route leads
 * @dev: egress device, NULL for unreachable and the like; set once.  A tracked
 *	reference is held as long as the info can be found by a lookup
 * @tracker: that reference
 * @oif: its index
 * @gw: gateway, network order, 0 for none; set once
 * @bound: of the part of the hash space that is its, see balance.h; -1: none.
 *	Written under RTNL, read anywhere; only where there are several next hops
 * @weight: its part in proportion, 1..256; set once
 * @scope: of what the gateway is reached by; RT_SCOPE_LINK: a real gateway
 * @flags: RTNH_F_*; DEAD and LINKDOWN written under RTNL, read anywhere
 * @exceptions: by which route.ex knows it, 0 as long as nothing was learnt about
 *	a destination behind it; set once under route.ex.lock, read anywhere
 */
struct inetx_nexthop {
	struct net_device *dev;
	netdevice_tracker tracker;
	int oif;
	__be32 gw;
	s32 bound;
	u16 weight;
	u8 scope;
	u8 flags;
	unsigned long exceptions;
};

/**
 * struct inetx_route - one route of a prefix
 * @item: where it is the first of a prefix; RTNL
 * @tos: only for packets of this TOS, 0 for any; set once
 * @usual: of the first of several default routes: one more than the number of the
 *	one in use, 0 for none; a hint that any reader writes
 * @next: next of the prefix; RTNL, RCU
 * @info: what it says; written under RTNL, read anywhere
 * @rcu: freeing waits for readers
 */
struct inetx_route {
	struct inetx_trie_item item;
	u8 tos;
	int usual;
	struct inetx_route __rcu *next;
	struct inetx_rtinfo *info;
	struct rcu_head rcu;
};

/**
 * struct inetx_rtinfo - what routes have in common
 * @hash: in route.infos; RTNL
 * @list: in route.info_list; written under RTNL, read under RCU
 * @refs: routes that point here; RTNL
 * @nhobj: the next-hop object that the next hops come from, or NULL; set once,
 *	to be looked into under RTNL
 * @nhobj_list: in its infos; RTNL
 * @twin: while an object changes, of an old info the new one and the reverse;
 *	RTNL
 * @asked: the type that was asked for: RTN_UNICAST where @type is RTN_BLACKHOLE
 *	for the sake of @nhobj
 * @type: RTN_*; like all below set once, but for @flags
 * @scope: RT_SCOPE_*
 * @protocol: RTPROT_*
 * @prefsrc_gone: removed for its preferred source went away; RTNL
 * @flags: RTNH_F_* of the route; written under RTNL, read anywhere
 * @prefsrc: preferred source, network order, or 0
 * @priority: metric
 * @table: number of the table
 * @metrics: RTAX_MAX values, index RTAX_x - 1, or NULL
 * @nhs: next hops
 * @res: the buckets by which one of them is chosen, where they come from a
 *	resilient group; freed a grace period after the info is found no more
 * @rcu: freeing waits for readers
 * @sole: the route of all prefixes that have no other, without a TOS; its @next
 *	is NULL, and @rcu is not used
 * @nh: the first next hop, mostly the only one
 * @hop: all of them; @metrics are behind
 */
struct inetx_rtinfo {
	struct rhash_head hash;
	struct list_head list;
	u32 refs;
	struct inetx_nhobj *nhobj;
	struct list_head nhobj_list;
	struct inetx_rtinfo *twin;
	u8 asked;
	u8 type;
	u8 scope;
	u8 protocol;
	bool prefsrc_gone;
	u32 flags;
	__be32 prefsrc;
	u32 priority;
	u32 table;
	u32 *metrics;
	u32 nhs;
	struct inetx_res_table *res;
	struct rcu_head rcu;
	struct inetx_route sole;
	union {
		struct inetx_nexthop nh;
		DECLARE_FLEX_ARRAY(struct inetx_nexthop, hop);
	};
};

/* All next hops of an info, by an iterator of the caller. */
#define inetx_for_each_hop(nh, info)					\
	for ((nh) = (info)->hop; (nh) < (info)->hop + (info)->nhs; (nh)++)

/**
 * struct inetx_fib_table - a routing table
 * @link: in route.tables; set once, for tables live as long as the namespace
 * @id: RT_TABLE_*
 * @used: a route has been in it: until then it does not exist to user space
 * @trie: struct inetx_route lists by prefix
 */
struct inetx_fib_table {
	struct hlist_node link;
	u32 id;
	bool used;
	struct inetx_trie trie;
};

/**
 * struct inetx_hop_config - a next hop of a request with several (RTA_MULTIPATH)
 * @oif: egress device or 0
 * @gw: gateway, network order, or 0
 * @weight: 1..256
 * @flags: RTNH_F_*
 */
struct inetx_hop_config {
	int oif;
	__be32 gw;
	u16 weight;
	u8 flags;
};

/**
 * struct inetx_route_config - a request to add or remove a route
 * @dst: prefix, network order
 * @dst_len: its length
 * @tos: DSCP byte
 * @type: RTN_*
 * @scope: RT_SCOPE_*
 * @protocol: RTPROT_*
 * @table: RT_TABLE_*
 * @flags: RTNH_F_*
 * @priority: metric
 * @gw: gateway, network order, or 0
 * @prefsrc: preferred source, network order, or 0
 * @oif: egress device or 0
 * @hops: next hops, or NULL where there is at most one, @gw and @oif
 * @nhs: how many
 * @nhid: number of a next-hop object, or 0
 * @metrics: nested RTAX_* attributes or NULL
 * @nlflags: NLM_F_*
 * @nlh: the request, for its sequence number, or NULL
 * @portid: who asked
 *
 * Lives on the stack of the one request.
 */
struct inetx_route_config {
	__be32 dst;
	u8 dst_len;
	u8 tos;
	u8 type;
	u8 scope;
	u8 protocol;
	u32 table;
	u32 flags;
	u32 priority;
	__be32 gw;
	__be32 prefsrc;
	int oif;
	const struct inetx_hop_config *hops;
	u32 nhs;
	u32 nhid;
	const struct nlattr *metrics;
	u16 nlflags;
	const struct nlmsghdr *nlh;
	u32 portid;
};

/**
 * struct inetx_fib_result - what a lookup found; RCU read section of the lookup
 * @table: in which table
 * @route: the route, whose @usual alone may be written; NULL where a path was found without one
 * @nh: its next hop
 * @prefix: the route's prefix, network order
 * @plen: its length
 * @type: RTN_*
 */
struct inetx_fib_result {
	const struct inetx_fib_table *table;
	const struct inetx_route *route;
	const struct inetx_nexthop *nh;
	__be32 prefix;
	u8 plen;
	u8 type;
};

/* Lookup: also take next hops whose link is down. */
#define INETX_FIB_ANY_LINKSTATE		1

/* The errno of a route type: 0, or what a lookup that ends there returns. */
int inetx_rtn_error(u8 type);

/* table.c: RTNL, the two finders also RCU read side */
struct inetx_fib_table *inetx_fib_find_table(struct inetx_net *xnet, u32 id);
struct inetx_fib_table *inetx_fib_get_table(struct inetx_net *xnet, u32 id);
int inetx_route_insert(struct inetx_net *xnet,
		       const struct inetx_route_config *cfg,
		       struct netlink_ext_ack *extack);
int inetx_route_delete(struct inetx_net *xnet,
		       const struct inetx_route_config *cfg,
		       struct netlink_ext_ack *extack);
void inetx_route_flush_dead(struct inetx_net *xnet);
void inetx_route_renew(struct inetx_net *xnet);

/* info.c: RTNL */
int inetx_rtinfo_net_init(struct inetx_net *xnet);
void inetx_rtinfo_net_exit(struct inetx_net *xnet);
struct inetx_rtinfo *inetx_rtinfo_get(struct inetx_net *xnet,
				      const struct inetx_route_config *cfg,
				      struct netlink_ext_ack *extack);
void inetx_rtinfo_put(struct inetx_net *xnet, struct inetx_rtinfo *info);
bool inetx_rtinfo_match(const struct inetx_rtinfo *info,
			const struct inetx_route_config *cfg);
bool inetx_rtinfo_dev_down(struct inetx_dev *xdev, bool all, bool gone);
void inetx_rtinfo_dev_up(struct inetx_dev *xdev);
void inetx_rtinfo_dev_linkdown(struct inetx_dev *xdev, bool down);
bool inetx_rtinfo_addr_gone(struct inetx_net *xnet, __be32 addr, u32 table);
int inetx_rtinfo_check_hop(struct inetx_net *xnet, struct inetx_nexthop *nh,
			   struct netlink_ext_ack *extack);

/* renew.c: RTNL */
int inetx_rtinfo_renew(struct inetx_net *xnet, struct inetx_nhobj *obj);
void inetx_rtinfo_renew_abort(struct inetx_net *xnet);
void inetx_rtinfo_renew_commit(struct inetx_net *xnet);
void inetx_rtinfo_nhobj_gone(struct inetx_net *xnet, struct inetx_nhobj *obj);
int inetx_rtinfo_rehash(struct inetx_net *xnet, struct inetx_rtinfo *old,
			struct inetx_rtinfo *info);
void inetx_rtinfo_hold_devs(struct inetx_rtinfo *info);
void inetx_rtinfo_free(struct inetx_rtinfo *info);
/* info.c, RTNL or RCU read side */
bool inetx_rtinfo_is_gateway(const struct inetx_dev *xdev, __be32 gw);

/* lookup.c: RCU read side */
int inetx_fib_table_lookup(const struct inetx_fib_table *table,
			   const struct inetx_flow *flow, int flags,
			   struct inetx_fib_result *res);
int inetx_fib_lookup(struct inetx_net *xnet, const struct inetx_flow *flow,
		     int flags, struct inetx_fib_result *res);
int inetx_route_resolve(struct inetx_net *xnet, const struct inetx_flow *flow,
			struct inetx_path *path, struct inetx_fib_result *res);
bool inetx_nexthop_ignored(const struct inetx_nexthop *nh);
void inetx_path_follow(struct inetx_path *path, const struct inetx_rtinfo *info,
		       const struct inetx_nexthop *nh);

/* multipath.c */
void inetx_multipath_rebalance(struct inetx_rtinfo *info);
bool inetx_multipath_uses(const struct inetx_rtinfo *info,
			  const struct net_device *dev);
void inetx_multipath_select(struct inetx_net *xnet,
			    const struct inetx_flow *flow,
			    struct inetx_fib_result *res);

/* default.c: RCU read side */
void inetx_default_select(const struct inetx_flow *flow,
			  struct inetx_fib_result *res);

/* input.c: RCU read side */
int inetx_route_input(struct inetx_dev *xdev, const struct inetx_flow *flow,
		      struct inetx_path *path, struct inetx_fib_result *res);

#endif /* _INETX_ROUTE_TABLE_H */
