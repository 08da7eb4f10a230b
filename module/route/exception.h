/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Route exceptions: what ICMP has told about single destinations.  A path MTU
 * (RFC 1191) or a better gateway (RFC 1122 3.2.2.2), for a while.
 *
 * They are kept in one hash per namespace, by destination and next hop of the
 * route.  Entries never change: a new one takes the place of the old.  So
 * readers need RCU alone, and a path that was found with an exception is stale
 * when that changes or expires, because the generation moves.
 *
 * A next hop has an identity once something was learnt about a destination
 * behind it; a lookup that finds none looks no further.  Identities are not
 * used twice, so exceptions need not be looked for when a route goes: nobody
 * finds them any more, and they expire.
 *
 * Memory is bounded by the buckets, whoever sends the messages; see exrule.h.
 */
#ifndef _INETX_ROUTE_EXCEPTION_H
#define _INETX_ROUTE_EXCEPTION_H

#include "route/exrule.h"
#include "route/route.h"

struct inetx_fib_result;
struct inetx_nexthop;
struct sk_buff;

/**
 * struct inetx_exception - an entry of the hash
 * @node: in its bucket; changed under route.ex.lock, read under RCU
 * @e: what it says; set once
 * @oif: index of the device that leads there; set once
 * @table: number of the table of the route; set once
 * @rcu: freeing waits for readers
 */
struct inetx_exception {
	struct hlist_node node;
	struct inetx_ex_entry e;
	int oif;
	u32 table;
	struct rcu_head rcu;
};

/**
 * struct inetx_exception_cursor - where a walk stands; begins as zeros
 * @bucket: which bucket
 * @skip: how many entries of it have been seen
 */
struct inetx_exception_cursor {
	long bucket;
	long skip;
};

/* RCU read side, any context */
const struct inetx_exception *
inetx_exception_find(struct inetx_net *xnet, const struct inetx_nexthop *nh,
		     __be32 daddr);
void inetx_exception_apply(struct inetx_net *xnet,
			   const struct inetx_nexthop *nh,
			   struct inetx_path *path, bool forward);
const struct inetx_exception *
inetx_exception_next(struct inetx_net *xnet,
		     struct inetx_exception_cursor *cur);

/* RCU read side, any context: what an ICMP error says about the path of a packet
 * of ours, whose IP header is at skb->data; as inetx_icmp_notify() has it
 */
void inetx_exception_quoted(struct inetx_net *xnet, const struct sk_buff *skb,
			    u8 type, u8 code, u32 info);
void inetx_exception_error(struct inetx_net *xnet,
			   const struct inetx_flow *flow,
			   const struct sk_buff *skb, u8 type, u8 code,
			   u32 info);
void inetx_exception_mtu(struct inetx_net *xnet, const struct inetx_flow *flow,
			 u32 mtu);
/* redirect.c: likewise */
void inetx_exception_redirect(struct inetx_net *xnet,
			      const struct inetx_flow *flow,
			      const struct sk_buff *skb, u8 code, __be32 gw);
/* How long a redirect counts, route/gc_timeout, jiffies; of all namespaces;
 * written by sysctl, read anywhere.
 */
extern int inetx_redirect_life;

/* exception.c, for redirect.c: RCU read side */
void inetx_exception_learn(struct inetx_net *xnet,
			   const struct inetx_fib_result *res,
			   struct inetx_ex_entry *say);

/* Any context */
void inetx_exception_flush(struct inetx_net *xnet);
/* RTNL; the caller bumps the generation */
void inetx_exception_dev_mtu(struct inetx_net *xnet,
			     const struct net_device *dev, u32 old);

void inetx_exception_net_init(struct inetx_net *xnet);
void inetx_exception_net_exit(struct inetx_net *xnet);

#endif /* _INETX_ROUTE_EXCEPTION_H */
