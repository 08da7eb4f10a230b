// SPDX-License-Identifier: GPL-2.0
/*
 * The routes that follow from addresses and from the state of devices.
 *
 * An address of a device that is up stands for
 *
 *	local ADDRESS/32		in table local, host scope
 *	broadcast BROADCAST/32		in table local, link scope: the one that
 *					was given, and the last of the subnet
 *	PREFIX				in table main, link scope; on loopback
 *					devices as a local route
 *
 * with the primary address of the subnet as preferred source.  Of a device that
 * is down there is only the first, so that packets to our own address do not
 * leave by another way.
 *
 * What is to be removed with an address is found by asking the others: a route
 * that another address of the device stands for as well stays.
 */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>

#include "arp/arp.h"
#include "link/address.h"
#include "link/link.h"
#include "route/nexthop.h"
#include "route/vrf.h"

/* Most routes that one address stands for. */
#define AUTO_MAX	4

/**
 * struct auto_route - a route that an address stands for
 * @dst: prefix, network order
 * @len: its length
 * @type: RTN_*
 * @priority: metric
 * @prefsrc: the primary address, network order
 */
struct auto_route {
	__be32 dst;
	u8 len;
	u8 type;
	u32 priority;
	__be32 prefsrc;
};

static bool same_subnet(const struct inetx_ifaddr *a,
			const struct inetx_ifaddr *b)
{
	return a->mask == b->mask && !((a->address ^ b->address) & a->mask);
}

/* The primary address of the subnet of @ifa. */
static const struct inetx_ifaddr *primary_of(const struct inetx_ifaddr *ifa)
{
	const struct inetx_ifaddr *prim;

	if (!(ifa->flags & IFA_F_SECONDARY))
		return ifa;
	inetx_for_each_ifaddr_rtnl(prim, ifa->xdev)
		if (same_subnet(prim, ifa))
			return prim;
	return NULL;
}

/*
 * All routes that @ifa stands for on a device that is up, as a secondary of
 * @prim.  The local one is the first.
 */
static int auto_list(const struct inetx_ifaddr *ifa,
		     const struct inetx_ifaddr *prim, struct auto_route *r)
{
	bool loopback = ifa->xdev->dev->flags & IFF_LOOPBACK;
	__be32 prefix = ifa->address & ifa->mask;
	int n = 0, i;

	r[n++] = (struct auto_route){ ifa->local, 32, RTN_LOCAL };
	if (ifa->broadcast && !ipv4_is_lbcast(ifa->broadcast))
		r[n++] = (struct auto_route){ ifa->broadcast, 32,
					      RTN_BROADCAST };
	if (!ipv4_is_zeronet(prefix) && !(ifa->flags & IFA_F_SECONDARY) &&
	    (prefix != ifa->local || ifa->prefixlen < 32)) {
		if (!(ifa->flags & IFA_F_NOPREFIXROUTE))
			r[n++] = (struct auto_route){ prefix, ifa->prefixlen,
					loopback ? RTN_LOCAL : RTN_UNICAST,
					ifa->rt_priority };
		/* RFC 3021: two addresses have no broadcast. */
		if (ifa->prefixlen < 31)
			r[n++] = (struct auto_route){ prefix | ~ifa->mask, 32,
						      RTN_BROADCAST };
	}
	for (i = 0; i < n; i++)
		r[i].prefsrc = prim->local;
	return n;
}

static void auto_config(const struct inetx_dev *xdev,
			const struct auto_route *r,
			struct inetx_route_config *cfg)
{
	*cfg = (struct inetx_route_config){
		.dst = r->dst,
		.dst_len = r->len,
		.type = r->type,
		.scope = r->type == RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK,
		.protocol = RTPROT_KERNEL,
		.table = inetx_vrf_table(xdev->dev, r->type == RTN_UNICAST ?
						    RT_TABLE_MAIN :
						    RT_TABLE_LOCAL),
		.priority = r->priority,
		.prefsrc = r->prefsrc,
		.oif = xdev->dev->ifindex,
		.nlflags = NLM_F_CREATE | NLM_F_APPEND,
	};
}

static void auto_add(const struct inetx_dev *xdev, const struct auto_route *r)
{
	struct inetx_route_config cfg;

	auto_config(xdev, r, &cfg);
	/* -EEXIST where another address stands for it as well. */
	inetx_route_insert(xdev->xnet, &cfg, NULL);
	if (r->type == RTN_BROADCAST)
		inetx_arp_outdate(xdev->dev, r->dst);
}

static void auto_del(const struct inetx_dev *xdev, const struct auto_route *r)
{
	struct inetx_route_config cfg;

	auto_config(xdev, r, &cfg);
	/* Whatever its metric has become. */
	cfg.priority = 0;
	inetx_route_delete(xdev->xnet, &cfg, NULL);
}

/*
 * Whether another address than @ifa, and not of the subnet of @except, stands
 * for the route.
 */
static bool auto_needed(const struct inetx_ifaddr *ifa,
			const struct inetx_ifaddr *except,
			const struct auto_route *r)
{
	struct auto_route other[AUTO_MAX];
	const struct inetx_ifaddr *a, *prim;
	int i, n;

	inetx_for_each_ifaddr_rtnl(a, ifa->xdev) {
		if (a == ifa || (except && same_subnet(a, except)))
			continue;
		prim = primary_of(a);
		if (!prim)
			continue;
		n = auto_list(a, prim, other);
		for (i = 0; i < n; i++)
			if (other[i].dst == r->dst && other[i].len == r->len &&
			    other[i].type == r->type &&
			    other[i].prefsrc == r->prefsrc)
				return true;
	}
	return false;
}

static bool still_listed(const struct inetx_ifaddr *ifa)
{
	const struct inetx_ifaddr *a;

	inetx_for_each_ifaddr_rtnl(a, ifa->xdev)
		if (a == ifa)
			return true;
	return false;
}

/* In the order of AF_INET: prefix, broadcasts, local. */
static int removal_rank(const struct auto_route *r, int i)
{
	if (!i)
		return 2;
	return r[i].type == RTN_BROADCAST;
}

static void remove_routes(struct inetx_ifaddr *ifa,
			  const struct inetx_ifaddr *prim,
			  const struct inetx_ifaddr *except)
{
	struct inetx_net *xnet = ifa->xdev->xnet;
	struct auto_route r[AUTO_MAX];
	int i, n, rank;

	n = auto_list(ifa, prim, r);
	for (rank = 0; rank <= 2; rank++)
		for (i = 0; i < n; i++)
			if (removal_rank(r, i) == rank &&
			    !auto_needed(ifa, except, &r[i]))
				auto_del(ifa->xdev, &r[i]);
	if (!still_listed(ifa) &&
	    inetx_route_addr_type_at(xnet, ifa->xdev->dev, ifa->local) !=
	    RTN_LOCAL &&
	    inetx_rtinfo_addr_gone(xnet, ifa->local,
				   inetx_vrf_table(ifa->xdev->dev,
						   RT_TABLE_MAIN)))
		inetx_route_flush_dead(xnet);
}

static void add_routes(struct inetx_ifaddr *ifa)
{
	const struct inetx_ifaddr *prim = primary_of(ifa);
	struct auto_route r[AUTO_MAX];
	int i, n;

	if (WARN_ON_ONCE(!prim))
		return;
	n = auto_list(ifa, prim, r);
	if (!(ifa->xdev->dev->flags & IFF_UP))
		n = 1;
	for (i = 0; i < n; i++)
		auto_add(ifa->xdev, &r[i]);
}

/**
 * inetx_route_ifaddr_add - an address has been added
 * @ifa: the address, in the list of its device
 *
 * Context: RTNL, may sleep.
 */
void inetx_route_ifaddr_add(struct inetx_ifaddr *ifa)
{
	add_routes(ifa);
	if (ifa->xdev->dev->flags & IFF_UP)
		inetx_rtinfo_dev_up(ifa->xdev);
	inetx_route_bump(ifa->xdev->xnet);
}

/**
 * inetx_route_ifaddr_del - an address has been removed
 * @ifa: the address, out of the list of its device, in flags and subnet as it
 *	was.  Of a secondary address the primary is still there, or they all go
 *
 * With the last address go all routes over the device.
 *
 * Context: RTNL, may sleep.
 */
void inetx_route_ifaddr_del(struct inetx_ifaddr *ifa)
{
	struct inetx_dev *xdev = ifa->xdev;
	const struct inetx_ifaddr *prim = primary_of(ifa);

	/* Without it the device is being emptied, and its routes below. */
	if (prim)
		remove_routes(ifa, prim, NULL);
	if (!rtnl_dereference(xdev->addrs) &&
	    inetx_rtinfo_dev_down(xdev, true, false))
		inetx_route_flush_dead(xdev->xnet);
	inetx_route_bump(xdev->xnet);
}

/**
 * inetx_route_ifaddr_reprim - a secondary is about to get another primary
 * @ifa: the secondary, in the list of its device
 * @prim: the primary that leaves
 *
 * Takes the routes away that have @prim as source; inetx_route_ifaddr_add()
 * puts them back with the new one.
 *
 * Context: RTNL, may sleep.
 */
void inetx_route_ifaddr_reprim(struct inetx_ifaddr *ifa,
			       struct inetx_ifaddr *prim)
{
	remove_routes(ifa, prim, prim);
}

/**
 * inetx_route_ifaddr_metric - the metric of a connected route changes
 * @ifa: the address, still with the former metric
 * @priority: the new one
 *
 * Context: RTNL, may sleep.
 */
void inetx_route_ifaddr_metric(struct inetx_ifaddr *ifa, u32 priority)
{
	struct inetx_dev *xdev = ifa->xdev;
	struct auto_route r[AUTO_MAX];
	struct inetx_route_config cfg;
	int i, n;

	if (!(xdev->dev->flags & IFF_UP) || ifa->flags & IFA_F_SECONDARY)
		return;
	n = auto_list(ifa, ifa, r);
	/* The prefix route is the one that is neither local/32 nor broadcast. */
	for (i = 1; i < n; i++) {
		if (r[i].type == RTN_BROADCAST)
			continue;
		auto_config(xdev, &r[i], &cfg);
		cfg.priority = priority;
		inetx_route_insert(xdev->xnet, &cfg, NULL);
		cfg.priority = ifa->rt_priority;
		inetx_route_delete(xdev->xnet, &cfg, NULL);
	}
}

/**
 * inetx_route_dev_up - a device has come up: put back what its addresses mean
 * @xdev: the device
 *
 * Context: RTNL, may sleep.
 */
void inetx_route_dev_up(struct inetx_dev *xdev)
{
	struct inetx_ifaddr *ifa;

	inetx_for_each_ifaddr_rtnl(ifa, xdev)
		add_routes(ifa);
	inetx_rtinfo_dev_up(xdev);
	inetx_route_dev_carrier(xdev);
	inetx_route_bump(xdev->xnet);
}

/**
 * inetx_route_dev_down - a device has gone down, or goes away
 * @xdev: the device
 * @unregister: it goes away: take the routes of local addresses too, and those
 *	that have other next hops besides
 *
 * Context: RTNL.
 */
void inetx_route_dev_down(struct inetx_dev *xdev, bool unregister)
{
	inetx_nhobj_dev_down(xdev, unregister);
	if (inetx_rtinfo_dev_down(xdev, unregister, unregister))
		inetx_route_flush_dead(xdev->xnet);
	inetx_route_bump(xdev->xnet);
}

/**
 * inetx_route_dev_vrf - a device has entered or left a VRF
 * @xdev: the device
 *
 * Its routes, also those of local addresses, are in the wrong table.  The VRF
 * takes it down and up again, which brings those of its addresses back.
 *
 * Context: RTNL.
 */
void inetx_route_dev_vrf(struct inetx_dev *xdev)
{
	if (inetx_rtinfo_dev_down(xdev, true, false))
		inetx_route_flush_dead(xdev->xnet);
	inetx_route_bump(xdev->xnet);
}

/**
 * inetx_route_dev_carrier - a device that is up may have lost or found its carrier
 * @xdev: the device
 *
 * Context: RTNL.
 */
void inetx_route_dev_carrier(struct inetx_dev *xdev)
{
	unsigned int flags = dev_get_flags(xdev->dev);
	bool down;

	if (!(flags & IFF_UP))
		return;
	down = !(flags & (IFF_RUNNING | IFF_LOWER_UP));
	if (down)
		inetx_nhobj_dev_down(xdev, false);
	inetx_rtinfo_dev_linkdown(xdev, down);
	inetx_route_bump(xdev->xnet);
}
