// SPDX-License-Identifier: GPL-2.0
/*
 * Routes of received packets: where they go, and whether they may come from
 * where they do (RFC 1812 5.2, 5.3.7, 5.3.8; RFC 3704).
 */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/flow.h>
#include <net/l3mdev.h>

#include "link/address.h"
#include "link/link.h"
#include "route/exception.h"
#include "route/rule.h"
#include "route/table.h"

/* Where the way back to a source begins: the VRF, where the device is in one. */
static int back_iif(const struct inetx_dev *xdev, int oif)
{
	int vrf = inetx_rule_used(xdev->xnet) ?
		  l3mdev_master_ifindex_rcu(xdev->dev) : 0;

	if (vrf)
		return vrf;
	return oif ? oif : LOOPBACK_IFINDEX;
}

/**
 * inetx_route_check_source - may a packet with this source come in here?
 * @xdev: the device it came in by
 * @flow: the packet's; @mark counts only with conf/DEV/src_valid_mark
 * @oif: index of the device it goes out by, 0 when it is for us
 *
 * The filter of RFC 3704 as conf/{all,DEV}/rp_filter demand it, the greater of
 * the two: 1, the way back to the source is by the same device (2.2); 2, there
 * is a way back at all (2.4).  The tables are asked only where that is on, or
 * where the answer may have to be a redirect.  With policy rules they always are:
 * these say whether a source is one of our own.
 *
 * Context: RCU read side.
 * Return: 1 when the source is a neighbour of ours on @xdev, 0 when it is not or
 * was not looked for; -EXDEV when the filter refuses it, -EINVAL when nothing
 * can come from there.
 */
int inetx_route_check_source(struct inetx_dev *xdev,
			     const struct inetx_flow *flow, int oif)
{
	int filter = INETX_CONF_MAX(xdev, RP_FILTER);
	struct net_device *dev = xdev->dev;
	struct inetx_fib_result res;
	struct inetx_flow back;
	bool local;

	if (likely(!filter && !inetx_rule_used(xdev->xnet) &&
		   (oif != dev->ifindex ||
		    !INETX_CONF_OR(xdev, SEND_REDIRECTS))))
		return 0;

	back = (struct inetx_flow){
		.daddr = flow->saddr,
		.saddr = flow->daddr,
		.iif = back_iif(xdev, oif),
		.mark = INETX_CONF_OR(xdev, SRC_VMARK) ? flow->mark : 0,
		.uid = flow->uid,
		.tos = flow->tos,
		.proto = flow->proto,
		.sport = flow->dport,
		.dport = flow->sport,
	};
	if (inetx_fib_lookup(xdev->xnet, &back, 0, &res))
		return filter ? -EXDEV : 0;
	local = res.type == RTN_LOCAL;
	if (local ? !INETX_CONF_OR(xdev, ACCEPT_LOCAL) :
		    res.type != RTN_UNICAST)
		return -EINVAL;
	if (inetx_multipath_uses(res.route->info, dev) ||
	    (local && dev->flags & IFF_LOOPBACK))
		return res.nh->scope >= RT_SCOPE_HOST;

	/* A device without an address has no subnet to come from. */
	if (!rcu_access_pointer(xdev->addrs))
		return filter ? -EXDEV : 0;
	if (filter == 1)
		return -EXDEV;
	back.oif = dev->ifindex;
	if (!inetx_fib_lookup(xdev->xnet, &back, INETX_FIB_ANY_LINKSTATE,
			      &res) && res.type == RTN_UNICAST)
		return res.nh->scope >= RT_SCOPE_HOST;
	return 0;
}

/* RFC 1812 5.3.5.2; what is broadcast on the link it came by has arrived. */
static bool directed_broadcast(const struct inetx_dev *xdev,
			       const struct inetx_fib_result *res)
{
	return res->nh->dev != xdev->dev && INETX_CONF_AND(xdev, BC_FORWARDING);
}

/**
 * inetx_route_input - what becomes of a packet to an address that no device has
 * @xdev: the device it came in by
 * @flow: the packet's; its addresses can be those of a unicast packet
 * @path: where it is to be sent; @path->dev is NULL when it is for us, and
 *	@path->type says as what: RTN_LOCAL or RTN_BROADCAST.  Not to be kept
 * @res: the route; with an error, @res->type is the type of the route that the
 *	lookup ended with, 0 for none
 *
 * Context: RCU read side.
 * Return: as inetx_route_check_source(), or -ENETUNREACH no route,
 * -EHOSTUNREACH, -EACCES, -EINVAL routes of these types; -EHOSTUNREACH also for
 * everything that is not for us where conf/DEV/forwarding is off.
 */
int inetx_route_input(struct inetx_dev *xdev, const struct inetx_flow *flow,
		      struct inetx_path *path, struct inetx_fib_result *res)
{
	bool forwarding = INETX_CONF(&xdev->conf, FORWARDING);
	int err;

	memset(path, 0, sizeof(*path));
	memset(res, 0, sizeof(*res));
	path->daddr = flow->daddr;
	path->saddr = flow->saddr;

	err = inetx_fib_lookup(xdev->xnet, flow, 0, res);
	if (unlikely(err))
		return forwarding ? err : -EHOSTUNREACH;

	path->type = res->type;
	if (res->type == RTN_LOCAL ||
	    (res->type == RTN_BROADCAST && !directed_broadcast(xdev, res)))
		return inetx_route_check_source(xdev, flow, 0);
	if (res->type == RTN_UNICAST && !forwarding)
		return -EHOSTUNREACH;
	if (res->type != RTN_UNICAST && res->type != RTN_BROADCAST)
		return forwarding ? -EINVAL : -EHOSTUNREACH;
	/* A packet of others on lo would come back as if it were our own. */
	if (unlikely(res->nh->dev->flags & IFF_LOOPBACK))
		return -EHOSTUNREACH;
	/* From here into a VRF: its table knows the way from there. */
	if (unlikely(netif_is_l3_master(res->nh->dev))) {
		struct inetx_flow into = *flow;

		into.oif = res->nh->oif;
		err = inetx_fib_lookup(xdev->xnet, &into, 0, res);
		if (err || res->type != RTN_UNICAST ||
		    netif_is_l3_master(res->nh->dev))
			return -EHOSTUNREACH;
	}
	if (unlikely(res->route->info->nhs > 1))
		inetx_multipath_select(xdev->xnet, flow, res);

	path->dev = res->nh->dev;
	path->oif = res->nh->oif;
	inetx_path_follow(path, res->route->info, res->nh);
	if (unlikely(READ_ONCE(res->nh->exceptions)))
		inetx_exception_apply(xdev->xnet, res->nh, path, true);
	return inetx_route_check_source(xdev, flow, path->oif);
}
