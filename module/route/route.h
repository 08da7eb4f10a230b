/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The route room: tables, lookup, and the paths that sockets cache.
 *
 * A lookup answers with a struct inetx_path by value.  Nothing in it is
 * reference counted: it is good inside the RCU read section of the lookup, and
 * may be kept across sections as long as inetx_path_valid() says so at the
 * start of the section it is used in.  That holds because whatever takes a
 * device, address or route away unlinks it, then bumps the generation, then
 * waits for a grace period before it frees.
 */
#ifndef _INETX_ROUTE_H
#define _INETX_ROUTE_H

#include <linux/rtnetlink.h>
#include <linux/uidgid.h>
#include <linux/netdevice.h>

#include "netns.h"

struct inetx_dev;
struct inetx_ifaddr;
struct rtentry;

/**
 * struct inetx_flow - what a route is asked for
 * @daddr: destination, network order
 * @saddr: source, or 0 to have one chosen
 * @oif: required output device, or 0
 * @iif: input device, or 0 for locally made packets
 * @mark: fwmark
 * @uid: owner; without a socket inetx_rule_uid(), but GLOBAL_ROOT_UID, which is
 *	0, in lookups for which AF_INET does not set one
 * @tos: DSCP and ECN byte; lookups mask it
 * @scope: RT_SCOPE_UNIVERSE, or RT_SCOPE_LINK for SO_DONTROUTE
 * @proto: IPPROTO_*
 * @any_src: INETX_FLOW_ANYSRC: @saddr need not be local (IP_TRANSPARENT,
 *	IP_FREEBIND, IP_HDRINCL)
 * @sport: network order, 0 where the protocol has none
 * @dport: likewise
 * @skb: the received packet that is routed, or that an error is sent about; by it
 *	one of several next hops is chosen.  NULL: by the fields above
 */
struct inetx_flow {
	__be32 daddr;
	__be32 saddr;
	int oif;
	int iif;
	u32 mark;
	kuid_t uid;
	u8 tos;
	u8 scope;
	u8 proto;
	bool any_src;
	__be16 sport;
	__be16 dport;
	const struct sk_buff *skb;
};

/**
 * struct inetx_path - how to reach a destination
 * @dev: egress device; lo for our own addresses
 * @metrics: the route's, RTAX_MAX values as inetx_path_metric() reads them, or
 *	NULL; as good as @dev
 * @gen: the generation it was looked up in; 0 marks an empty path
 * @daddr: the destination looked up, network order
 * @saddr: source address to use, network order
 * @nexthop: the neighbour to resolve: gateway or @daddr
 * @oif: the device of the route; differs from @dev only for local routes
 * @mtu: bytes of IP packet that fit the path
 * @type: RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST or RTN_MULTICAST
 * @gateway: @nexthop is a gateway
 * @mtu_locked: the MTU metric is locked: do not set DF
 */
struct inetx_path {
	struct net_device *dev;
	const u32 *metrics;
	u32 gen;
	__be32 daddr;
	__be32 saddr;
	__be32 nexthop;
	int oif;
	u16 mtu;
	u8 type;
	u8 gateway : 1;
	u8 mtu_locked : 1;
};

/* Every socket has one. */
static_assert(sizeof(struct inetx_path) <= 40);

/* The value of RTAX_@type, 0 where the route does not say. */
static inline u32 inetx_path_metric(const struct inetx_path *path, int type)
{
	return path->metrics ? path->metrics[type - 1] : 0;
}

/* Whether it is locked: not to be replaced by what is learnt. */
static inline bool inetx_path_locked(const struct inetx_path *path, int type)
{
	return inetx_path_metric(path, RTAX_LOCK) & BIT(type);
}

/* lookup.c: RCU read side, any context */
int inetx_route_output(struct inetx_net *xnet, const struct inetx_flow *flow,
		       struct inetx_path *path);
int inetx_route_connect(struct inetx_net *xnet, struct inetx_flow *flow,
			struct inetx_path *path);
/* input.c: RCU read side, any context */
int inetx_route_check_source(struct inetx_dev *xdev,
			     const struct inetx_flow *flow, int oif);
u8 inetx_route_addr_type(struct inetx_net *xnet, const struct net_device *dev,
			 __be32 addr);
u8 inetx_route_addr_type_at(struct inetx_net *xnet,
			    const struct net_device *dev, __be32 addr);

/**
 * inetx_path_valid - may a path kept from an earlier section still be used
 * @xnet: the namespace it was looked up in
 * @path: the path
 *
 * Context: inside the RCU read section in which @path is going to be used.
 * Return: false if it has to be looked up anew; always for an empty path.
 */
static inline bool inetx_path_valid(const struct inetx_net *xnet,
				    const struct inetx_path *path)
{
	/* Before what the path leads to is looked at; inetx_route_bump(). */
	return path->gen == atomic_read_acquire(&xnet->route.genid);
}

/* Make every cached path of the namespace stale; any context. */
static inline void inetx_route_bump(struct inetx_net *xnet)
{
	/* After what has become wrong was unlinked: who sees the new number
	 * does not find the old state.  Odd numbers only, so never 0.
	 */
	atomic_fetch_add_release(2, &xnet->route.genid);
}

/* table.c, auto.c: process context, RTNL held */
int inetx_route_init(void);
void inetx_route_exit(void);
int inetx_route_net_init(struct inetx_net *xnet);
void inetx_route_net_exit(struct inetx_net *xnet);
void inetx_route_ifaddr_add(struct inetx_ifaddr *ifa);
void inetx_route_ifaddr_del(struct inetx_ifaddr *ifa);
void inetx_route_ifaddr_metric(struct inetx_ifaddr *ifa, u32 priority);
void inetx_route_ifaddr_reprim(struct inetx_ifaddr *ifa,
			       struct inetx_ifaddr *prim);
void inetx_route_dev_up(struct inetx_dev *xdev);
void inetx_route_dev_down(struct inetx_dev *xdev, bool unregister);
void inetx_route_dev_carrier(struct inetx_dev *xdev);
void inetx_route_dev_vrf(struct inetx_dev *xdev);

/* ioctl.c: process context */
int inetx_route_ioctl(struct inetx_net *xnet, unsigned int cmd,
		      const struct rtentry *rt);
int inetx_route_get_rtentry(struct rtentry *rt, void __user *arg, bool compat);

#endif /* _INETX_ROUTE_H */
