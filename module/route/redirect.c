// SPDX-License-Identifier: GPL-2.0
/*
 * Redirects received: a router knows a better first hop to a destination (RFC 792,
 * RFC 1122 3.2.2.2).
 */

#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "arp/arp.h"
#include "link/address.h"
#include "link/link.h"
#include "route/exception.h"
#include "route/table.h"

int inetx_redirect_life __read_mostly = 300 * HZ;

/* conf/DEV/accept_redirects: a host needs it from one of both, a router, which
 * has better sources, from both.
 */
static bool accepts_redirects(const struct inetx_dev *xdev)
{
	return INETX_CONF(&xdev->conf, FORWARDING) ?
	       INETX_CONF_AND(xdev, ACCEPT_REDIRECTS) :
	       INETX_CONF_OR(xdev, ACCEPT_REDIRECTS);
}

/* May @gw be a better gateway than @old, which says so and came in by @xdev? */
static bool believable(struct inetx_dev *xdev, __be32 old, __be32 gw)
{
	if (gw == old || ipv4_is_multicast(gw) || ipv4_is_lbcast(gw) ||
	    ipv4_is_zeronet(gw) || !accepts_redirects(xdev))
		return false;
	if (INETX_CONF_OR(xdev, SHARED_MEDIA))
		return inetx_route_addr_type(xdev->xnet, NULL, gw) ==
		       RTN_UNICAST;
	if (!inetx_addr_on_link(xdev, gw, old))
		return false;
	return !INETX_CONF_OR(xdev, SECURE_REDIRECTS) ||
	       inetx_rtinfo_is_gateway(xdev, gw);
}

/* Is it there?  If that is not known, it is looked for, and another redirect,
 * which the next packet will bring, finds it known.
 */
static bool reachable(struct net_device *dev, __be32 gw)
{
	struct neighbour *n;
	bool valid = false;

	rcu_read_lock_bh();
	n = inetx_arp_lookup(dev, gw);
	if (!IS_ERR(n)) {
		valid = READ_ONCE(n->nud_state) & NUD_VALID;
		if (!valid)
			neigh_event_send(n, NULL);
	}
	rcu_read_unlock_bh();
	return valid;
}

/**
 * inetx_exception_redirect - a router tells a better one for a destination
 * @xnet: the namespace
 * @flow: as the route of a packet to it is looked up
 * @skb: the message, its network header set
 * @code: ICMP_REDIR_*; networks are taken for the one host, as nobody can know
 *	their masks
 * @gw: the better one, network order
 *
 * Believed is only the router that we use for the destination, and only a
 * neighbour that answers.  The caller has seen to it that a packet of ours is
 * meant.
 *
 * Context: RCU read side, any context.
 */
void inetx_exception_redirect(struct inetx_net *xnet,
			      const struct inetx_flow *flow,
			      const struct sk_buff *skb, u8 code, __be32 gw)
{
	struct inetx_dev *xdev = skb->dev ? inetx_dev_get(skb->dev) : NULL;
	__be32 old = ip_hdr(skb)->saddr;
	struct inetx_ex_entry say = {};
	struct inetx_fib_result res;
	struct inetx_path path;

	if (code > ICMP_REDIR_HOSTTOS || !xdev)
		return;
	if (inetx_route_resolve(xnet, flow, &path, &res) || !res.route ||
	    !path.gateway || path.nexthop != old)
		return;
	if (!believable(xdev, old, gw)) {
		if (INETX_CONF_OR(xdev, LOG_MARTIANS))
			net_info_ratelimited("inetx: redirect from %pI4 on %s to %pI4 for %pI4 ignored\n",
					     &old, xdev->dev->name, &gw,
					     &path.daddr);
		return;
	}
	if (!reachable(path.dev, gw))
		return;
	say.daddr = path.daddr;
	say.gw = gw;
	say.expires = jiffies + READ_ONCE(inetx_redirect_life);
	inetx_exception_learn(xnet, &res, &say);
}
