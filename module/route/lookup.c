// SPDX-License-Identifier: GPL-2.0
/*
 * Route lookup: from a flow to a path (RFC 1122 3.3.1, 3.3.4).
 *
 * Everything here runs in the caller's RCU read section and takes no reference
 * and no lock.  The generation is read before anything else: a change that
 * comes in the middle makes the path stale at once, never wrongly valid.
 */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "link/address.h"
#include "link/link.h"
#include "route/exception.h"
#include "route/rule.h"
#include "route/table.h"
#include "route/vrf.h"

/* Multicast has 4 bits: a shorter prefix is no route for it in particular. */
#define MULTICAST_LEN	4

/* Largest IP packet (RFC 791 3.1, Total Length). */
#define IP_MAX		65535

/**
 * inetx_nexthop_ignored - whether its link is down and that matters
 * @nh: a next hop with a device
 *
 * conf/{all,DEV}/ignore_routes_with_linkdown.
 *
 * Context: RTNL or RCU read side.
 * Return: true if no packet shall be sent that way.
 */
bool inetx_nexthop_ignored(const struct inetx_nexthop *nh)
{
	struct inetx_dev *xdev;

	if (likely(!(READ_ONCE(nh->flags) & RTNH_F_LINKDOWN)))
		return false;
	xdev = inetx_dev_get(nh->dev);
	return xdev && INETX_CONF_OR(xdev, IGNORE_ROUTES_WITH_LINKDOWN);
}

static bool nexthop_good(const struct inetx_nexthop *nh,
			 const struct inetx_flow *flow, int flags)
{
	if (READ_ONCE(nh->flags) & RTNH_F_DEAD)
		return false;
	if (flow->oif && flow->oif != nh->oif)
		return false;
	return flags & INETX_FIB_ANY_LINKSTATE || !inetx_nexthop_ignored(nh);
}

/* The first next hop of a route that will do; which one it shall be of several
 * is up to inetx_multipath_select().
 */
static const struct inetx_nexthop *hop_choose(const struct inetx_rtinfo *info,
					      const struct inetx_flow *flow,
					      int flags)
{
	const struct inetx_nexthop *nh;

	inetx_for_each_hop(nh, info)
		if (nexthop_good(nh, flow, flags))
			return nh;
	return NULL;
}

/*
 * The first route of a list that serves the flow.  Returns 0 with it in @res,
 * an errno that ends the lookup, or 1 when there is none.
 */
static int route_choose(const struct inetx_route *route,
			const struct inetx_flow *flow, int flags,
			struct inetx_fib_result *res)
{
	u8 tos = flow->tos & IPTOS_RT_MASK;

	for (; route; route = rcu_dereference_rtnl(route->next)) {
		const struct inetx_rtinfo *info = READ_ONCE(route->info);
		const struct inetx_nexthop *nh;
		int err;

		if (route->tos && route->tos != tos)
			continue;
		if (info->scope < flow->scope)
			continue;
		err = inetx_rtn_error(info->type);
		if (unlikely(err)) {
			res->route = route;
			res->type = info->type;
			return err;
		}
		if (READ_ONCE(info->flags) & RTNH_F_DEAD)
			continue;
		nh = hop_choose(info, flow, flags);
		if (!nh)
			continue;
		res->route = route;
		res->nh = nh;
		res->type = info->type;
		return 0;
	}
	return 1;
}

static int result_in(struct inetx_fib_result *res,
		     const struct inetx_fib_table *table, u32 key, u8 len,
		     int err)
{
	res->table = table;
	res->prefix = htonl(key & inetx_trie_mask(len));
	res->plen = len;
	return err;
}

/**
 * inetx_fib_table_lookup - the best route of one table
 * @table: the table
 * @flow: @daddr, @oif, @tos and @scope count
 * @flags: INETX_FIB_*
 * @res: the route found
 *
 * A prefix none of whose routes serves the flow gives way to the next shorter.
 *
 * Context: RTNL or RCU read side.
 * Return: 0, -EAGAIN when the table has none, or the errno of the route.
 */
int inetx_fib_table_lookup(const struct inetx_fib_table *table,
			   const struct inetx_flow *flow, int flags,
			   struct inetx_fib_result *res)
{
	u32 key = ntohl(flow->daddr);
	struct inetx_route *route;
	int maxlen = 32, err;
	u8 len = 0;

	while ((route = inetx_trie_match(&table->trie, key, maxlen, &len))) {
		err = route_choose(route, flow, flags, res);
		if (err <= 0)
			return result_in(res, table, key, len, err);
		if (!len)
			break;
		maxlen = len - 1;
	}
	return -EAGAIN;
}

/*
 * The tables local and main as if they were one: the longer prefix wins, local
 * where they are equally long.  This is what AF_INET does for as long as it has
 * no policy rules, and it shows: a route in main takes a part out of a prefix
 * that is local as a whole.
 */
static int lookup_merged(struct inetx_net *xnet, const struct inetx_flow *flow,
			 int flags, struct inetx_fib_result *res)
{
	const struct inetx_fib_table *tables[] = {
		xnet->route.local, xnet->route.main
	};
	u32 key = ntohl(flow->daddr);
	int maxlen = 32;

	while (maxlen >= 0) {
		struct inetx_route *route[2];
		u8 len[2] = {}, longest;
		int i, err;

		for (i = 0; i < 2; i++)
			route[i] = inetx_trie_match(&tables[i]->trie, key,
						    maxlen, &len[i]);
		if (!route[0] && !route[1])
			break;
		longest = max(len[0], len[1]);
		for (i = 0; i < 2; i++) {
			if (!route[i] || len[i] != longest)
				continue;
			err = route_choose(route[i], flow, flags, res);
			if (err <= 0)
				return result_in(res, tables[i], key, longest,
						 err);
		}
		maxlen = longest - 1;
	}
	return -EAGAIN;
}

/**
 * inetx_fib_lookup - the best route of a namespace
 * @xnet: the namespace
 * @flow: what for
 * @flags: INETX_FIB_*
 * @res: the route found
 *
 * The tables local and main, then default, or as the policy rules say.
 *
 * Context: RTNL or RCU read side.
 * Return: 0, -ENETUNREACH without a route, or the errno of the route or rule.
 */
int inetx_fib_lookup(struct inetx_net *xnet, const struct inetx_flow *flow,
		     int flags, struct inetx_fib_result *res)
{
	struct inetx_fib_table *dflt;
	int err;

	if (inetx_rule_used(xnet))
		return inetx_rule_lookup(xnet, flow, flags, res);
	err = lookup_merged(xnet, flow, flags, res);
	if (err == -EAGAIN) {
		dflt = rcu_dereference_rtnl(xnet->route.dflt);
		if (dflt)
			err = inetx_fib_table_lookup(dflt, flow, flags, res);
	}
	return err == -EAGAIN ? -ENETUNREACH : err;
}

/*
 * What a table, local or that of a VRF, says about an address, and where:
 * RTN_UNICAST if nothing.  Only a prefix can have had a part taken out of it in
 * table main.  RCU read side.
 */
static u8 local_type(struct inetx_net *xnet, const struct net_device *dev,
		     __be32 addr, struct inetx_fib_result *res)
{
	const struct inetx_fib_table *table = xnet->route.local;
	struct inetx_flow flow = { .daddr = addr };

	if (dev && inetx_rule_used(xnet)) {
		u32 id = l3mdev_fib_table_rcu(dev);

		table = id ? inetx_fib_find_table(xnet, id) : table;
	}
	if (!table || inetx_fib_table_lookup(table, &flow, 0, res))
		return RTN_UNICAST;
	if (res->plen < 32 && !inetx_rule_used(xnet) &&
	    lookup_merged(xnet, &flow, 0, res))
		return RTN_UNICAST;
	return res->type;
}

static u8 addr_type(struct inetx_net *xnet, const struct net_device *at,
		    const struct net_device *on, __be32 addr)
{
	struct inetx_fib_result res;
	u8 type;

	if (ipv4_is_zeronet(addr) || ipv4_is_lbcast(addr))
		return RTN_BROADCAST;
	if (ipv4_is_multicast(addr))
		return RTN_MULTICAST;
	rcu_read_lock();
	type = local_type(xnet, at, addr, &res);
	if (type != RTN_UNICAST && on && on != res.nh->dev)
		type = RTN_UNICAST;
	rcu_read_unlock();
	return type;
}

/**
 * inetx_route_addr_type - what kind of address this is to us
 * @xnet: the namespace
 * @dev: count only what is on this device, or NULL
 * @addr: network order
 *
 * Context: RTNL or any RCU read section.
 * Return: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST or RTN_UNICAST.
 */
u8 inetx_route_addr_type(struct inetx_net *xnet, const struct net_device *dev,
			 __be32 addr)
{
	return addr_type(xnet, dev, dev, addr);
}

/**
 * inetx_route_addr_type_at - what kind of address this is in the VRF of a device
 * @xnet: the namespace
 * @dev: the device; of no VRF, or NULL: what it is outside of any
 * @addr: network order
 *
 * Context: RTNL or any RCU read section.
 * Return: as inetx_route_addr_type().
 */
u8 inetx_route_addr_type_at(struct inetx_net *xnet,
			    const struct net_device *dev, __be32 addr)
{
	return addr_type(xnet, dev, NULL, addr);
}

/* Where a source is ours: its device.  RCU read side. */
static struct net_device *source_dev(struct inetx_net *xnet, __be32 addr)
{
	struct inetx_fib_result res;

	return local_type(xnet, NULL, addr, &res) == RTN_LOCAL ? res.nh->dev : NULL;
}

/* Bytes of IP packet that fit a route, at most the device's MTU. */
static u32 path_mtu(const struct net_device *dev,
		    const struct inetx_rtinfo *info, bool gateway)
{
	u32 mtu = min_t(u32, READ_ONCE(dev->mtu), IP_MAX);
	u32 metric = info && info->metrics ? info->metrics[RTAX_MTU - 1] : 0;

	if (metric)
		return min(mtu, metric);
	/* A locked MTU without a value: what each gateway must take, RFC 791
	 * 3.1, since nothing will be learnt about the way behind it.
	 */
	if (info && info->metrics && gateway &&
	    info->metrics[RTAX_LOCK - 1] & BIT(RTAX_MTU))
		return min_t(u32, mtu, 576);
	return mtu;
}

/**
 * inetx_path_follow - the next hop of a path, and the MTU on the way to it
 * @path: @dev and @daddr are set, the rest zero
 * @info: what the route says, or NULL
 * @nh: its next hop that was chosen
 *
 * Context: RCU read side.
 */
void inetx_path_follow(struct inetx_path *path, const struct inetx_rtinfo *info,
		       const struct inetx_nexthop *nh)
{
	path->nexthop = path->daddr;
	if (info && nh->gw && nh->scope == RT_SCOPE_LINK) {
		path->nexthop = nh->gw;
		path->gateway = true;
	}
	path->mtu = path_mtu(path->dev, info, path->gateway);
	if (info && info->metrics)
		path->mtu_locked = !!(info->metrics[RTAX_LOCK - 1] &
				      BIT(RTAX_MTU));
}

/*
 * The answer: @dev, @path->daddr and @path->saddr are decided.  The route's
 * next hop and metrics count for what is routed, not for a broadcast, nor for
 * multicast by a route that is not for multicast in particular.
 */
static int path_fill(struct inetx_path *path, struct net_device *dev,
		     const struct inetx_fib_result *res, int oif)
{
	const struct inetx_rtinfo *info = res->route ? res->route->info : NULL;
	struct inetx_dev *xdev = inetx_dev_get(dev);

	if (!xdev)
		return -EINVAL;
	/* What is sent by the device of a VRF, the host's stack would route. */
	if (unlikely(netif_is_l3_master(dev)) && res->type != RTN_LOCAL)
		return -ENETUNREACH;
	if (ipv4_is_loopback(path->saddr) && !(dev->flags & IFF_LOOPBACK) &&
	    !netif_is_l3_master(dev) &&
	    !INETX_CONF_OR(xdev, ROUTE_LOCALNET))
		return -EINVAL;

	path->type = res->type;
	if (ipv4_is_lbcast(path->daddr)) {
		path->type = RTN_BROADCAST;
		info = NULL;
	} else if (ipv4_is_multicast(path->daddr)) {
		path->type = RTN_MULTICAST;
		if (res->plen < MULTICAST_LEN)
			info = NULL;
	} else if (ipv4_is_zeronet(path->daddr)) {
		return -EINVAL;
	}

	path->dev = dev;
	path->oif = oif ? oif : dev->ifindex;
	inetx_path_follow(path, info, res->nh);
	if (info && unlikely(READ_ONCE(res->nh->exceptions)))
		inetx_exception_apply(xdev->xnet, res->nh, path, false);
	if (info)
		path->metrics = info->metrics;
	return 0;
}

/* The rules for a source the caller has chosen. */
static int check_source(struct inetx_net *xnet, const struct inetx_flow *flow,
			struct net_device **dev)
{
	__be32 saddr = flow->saddr;

	if (ipv4_is_multicast(saddr) || ipv4_is_lbcast(saddr) ||
	    ipv4_is_zeronet(saddr))
		return -EINVAL;
	/* Multicast and limited broadcast leave by the source's device. */
	if (!flow->oif && (ipv4_is_multicast(flow->daddr) ||
			   ipv4_is_lbcast(flow->daddr))) {
		*dev = source_dev(xnet, saddr);
		return *dev ? 0 : -ENETUNREACH;
	}
	if (!flow->any_src && !inetx_addr_is_ours(xnet, saddr))
		return -ENETUNREACH;
	return 0;
}

/*
 * The device that the caller demands.  @direct is set where no route is needed:
 * what never goes beyond the link.
 */
static int check_oif(struct inetx_net *xnet, const struct inetx_flow *flow,
		     struct inetx_path *path, struct net_device **dev,
		     bool *direct)
{
	struct inetx_dev *xdev;

	*dev = dev_get_by_index_rcu(xnet->net, flow->oif);
	if (!*dev)
		return -ENODEV;
	xdev = inetx_dev_get(*dev);
	if (!((*dev)->flags & IFF_UP) || !xdev)
		return -ENETUNREACH;
	/* A VRF is no link. */
	*direct = !netif_is_l3_master(*dev) &&
		  (ipv4_is_local_multicast(flow->daddr) ||
		   ipv4_is_lbcast(flow->daddr) || flow->proto == IPPROTO_IGMP);
	if (path->saddr)
		return 0;
	if (*direct)
		path->saddr = inetx_addr_select(xnet, xdev, 0, RT_SCOPE_LINK);
	else if (ipv4_is_multicast(flow->daddr))
		path->saddr = inetx_addr_select(xnet, xdev, 0, flow->scope);
	else if (!flow->daddr)
		path->saddr = inetx_addr_select(xnet, xdev, 0, RT_SCOPE_HOST);
	return 0;
}

/* Without a destination the packet is for ourselves (RFC 1122 3.2.1.3). */
static int resolve_self(struct inetx_net *xnet, struct inetx_path *path,
			struct inetx_fib_result *res, int oif)
{
	path->daddr = path->saddr;
	if (!path->daddr) {
		path->daddr = htonl(INADDR_LOOPBACK);
		path->saddr = path->daddr;
	}
	res->type = RTN_LOCAL;
	return path_fill(path, xnet->net->loopback_dev, res, oif);
}

/* Where packets to an address of @dev come back: its VRF, or lo. */
static struct net_device *loopback_of(struct inetx_net *xnet,
				      struct net_device *dev)
{
	struct net_device *vrf;

	vrf = inetx_rule_used(xnet) ? l3mdev_master_dev_rcu(dev) : NULL;
	return vrf ? vrf : xnet->net->loopback_dev;
}

/* The source of a packet that leaves by @nh.  From a VRF to a device outside of
 * it, that is an address of the VRF.
 */
static __be32 source_for(struct inetx_net *xnet, const struct net_device *asked,
			 const struct inetx_rtinfo *info,
			 const struct inetx_nexthop *nh)
{
	int vrf = inetx_vrf_of(xnet, asked);

	if (unlikely(vrf) && vrf != inetx_vrf_master(nh->dev))
		return inetx_addr_select(xnet, inetx_dev_by_index(xnet, vrf),
					 0, RT_SCOPE_LINK);
	if (info->prefsrc)
		return info->prefsrc;
	return inetx_addr_select(xnet, inetx_dev_get(nh->dev), nh->gw,
				 info->scope);
}

/* A route leads to the device of a VRF: its table knows the way from there. */
static int resolve_in_vrf(struct inetx_net *xnet, const struct inetx_flow *flow,
			  struct inetx_path *path, struct inetx_fib_result *res)
{
	const struct net_device *vrf = res->nh->dev;
	struct inetx_flow into = *flow;
	int err;

	into.oif = res->nh->oif;
	err = inetx_fib_lookup(xnet, &into, 0, res);
	if (err)
		return err;
	if (!path->saddr)
		path->saddr = source_for(xnet, vrf, res->route->info, res->nh);
	if (res->type == RTN_LOCAL)
		return path_fill(path, loopback_of(xnet, res->nh->dev), res,
				 res->nh->oif);
	return path_fill(path, res->nh->dev, res, res->nh->oif);
}

/* By the tables. */
static int resolve_route(struct inetx_net *xnet, const struct inetx_flow *flow,
			 struct inetx_path *path, struct inetx_fib_result *res,
			 struct net_device *dev)
{
	const struct inetx_rtinfo *info;
	int err;

	err = inetx_fib_lookup(xnet, flow, 0, res);
	if (err) {
		/* Who names a device may send to it without a route; in a VRF
		 * the table has the last word.
		 */
		if (!dev || netif_is_l3_master(dev) ||
		    (netif_is_l3_slave(dev) &&
		     !ipv4_is_multicast(flow->daddr)))
			return err;
		memset(res, 0, sizeof(*res));
		res->type = RTN_UNICAST;
		if (!path->saddr)
			path->saddr = inetx_addr_select(xnet,
							inetx_dev_get(dev), 0,
							RT_SCOPE_LINK);
		return path_fill(path, dev, res, flow->oif);
	}

	info = res->route->info;
	if (res->type == RTN_LOCAL) {
		if (!path->saddr)
			path->saddr = info->prefsrc ? info->prefsrc :
						      flow->daddr;
		return path_fill(path, loopback_of(xnet, res->nh->dev), res,
				 res->nh->oif);
	}
	if (inetx_rule_used(xnet) && netif_is_l3_master(res->nh->dev))
		return resolve_in_vrf(xnet, flow, path, res);
	if (unlikely(info->nhs > 1) && !flow->oif)
		inetx_multipath_select(xnet, flow, res);
	else if (!res->plen && !flow->oif && res->type == RTN_UNICAST &&
		 rcu_access_pointer(res->route->next))
		inetx_default_select(flow, res);
	if (!path->saddr)
		path->saddr = source_for(xnet, dev, res->route->info, res->nh);
	return path_fill(path, res->nh->dev, res, res->nh->oif);
}

/**
 * inetx_route_resolve - inetx_route_output(), and by which route
 * @xnet: the namespace
 * @flow: what is to be sent
 * @path: the path
 * @res: the route; @res->route is NULL where none was needed or, with the
 *	errno of a route, that route
 *
 * Context: RCU read side, any context.
 * Return: as inetx_route_output().
 */
int inetx_route_resolve(struct inetx_net *xnet, const struct inetx_flow *flow,
			struct inetx_path *path, struct inetx_fib_result *res)
{
	struct net_device *dev = NULL;
	bool direct = false;
	u32 gen;
	int err;

	/* Before anything is looked up; pairs with inetx_route_bump(). */
	gen = atomic_read_acquire(&xnet->route.genid);
	memset(res, 0, sizeof(*res));
	memset(path, 0, sizeof(*path));
	path->daddr = flow->daddr;
	path->saddr = flow->saddr;

	if (flow->saddr) {
		err = check_source(xnet, flow, &dev);
		if (err)
			return err;
		direct = dev;
	}
	if (flow->oif) {
		err = check_oif(xnet, flow, path, &dev, &direct);
		if (err)
			return err;
	}

	if (direct) {
		res->type = RTN_UNICAST;
		err = path_fill(path, dev, res, dev->ifindex);
	} else if (!flow->daddr) {
		err = resolve_self(xnet, path, res, flow->oif);
	} else {
		err = resolve_route(xnet, flow, path, res, dev);
	}
	if (!err)
		path->gen = gen;
	return err;
}

/**
 * inetx_route_output - how to send what we make ourselves
 * @xnet: the namespace
 * @flow: what is to be sent
 * @path: the path; good inside the caller's RCU read section, and later as
 *	inetx_path_valid() says.  Undefined on error
 *
 * Context: RCU read side, any context.
 * Return: 0; -ENETUNREACH no route, or @flow->saddr is not ours; -EINVAL an
 * impossible address, or a blackhole; -EHOSTUNREACH, -EACCES routes of these
 * types; -ENODEV no such device as @flow->oif.
 */
int inetx_route_output(struct inetx_net *xnet, const struct inetx_flow *flow,
		       struct inetx_path *path)
{
	struct inetx_fib_result res;

	return inetx_route_resolve(xnet, flow, path, &res);
}

/**
 * inetx_route_connect - how to send to one peer from now on
 * @xnet: the namespace
 * @flow: what is to be sent; where the source was open, it is the chosen one
 *	afterwards
 * @path: as for inetx_route_output()
 *
 * A source that was chosen by the route may itself lead elsewhere, by policy
 * rules or to another of several next hops: then that way is taken from the
 * first packet on.
 *
 * Context: RCU read side, any context.
 * Return: as inetx_route_output().
 */
int inetx_route_connect(struct inetx_net *xnet, struct inetx_flow *flow,
			struct inetx_path *path)
{
	struct inetx_fib_result res;
	bool open = !flow->saddr;
	int err;

	err = inetx_route_resolve(xnet, flow, path, &res);
	if (err || !open)
		return err;
	if (!inetx_rule_used(xnet) &&
	    (!res.route || res.route->info->nhs <= 1))
		return 0;
	flow->saddr = path->saddr;
	flow->daddr = path->daddr;
	return inetx_route_output(xnet, flow, path);
}
