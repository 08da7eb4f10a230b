// SPDX-License-Identifier: GPL-2.0
/*
 * One of several default routes (RFC 1122 section 3.3.1.3): of those that are
 * equally good, the first whose gateway is not known to be dead.
 */

#include <linux/inetdevice.h>
#include <net/neighbour.h>
#include <net/route.h>

#include "arp/arp.h"
#include "route/table.h"

/**
 * struct choice - what has been seen of the gateways so far
 * @usual: the number of the one that was chosen last, -1 for none
 * @resort: one that may do if none answers, or NULL
 * @order: its number, -1 without one
 */
struct choice {
	int usual;
	const struct inetx_route *resort;
	int order;
};

/* What is known of a gateway: NUD_*, or -1 where nobody has asked for it. */
static int gateway_state(const struct inetx_nexthop *nh)
{
	struct neighbour *n;
	int state = -1;

	rcu_read_lock_bh();
	n = __neigh_lookup_noref(&inetx_arp_table, &nh->gw, nh->dev);
	if (n)
		state = READ_ONCE(n->nud_state);
	rcu_read_unlock_bh();
	return state;
}

/*
 * Whether a gateway will do.  The usual one has to have answered lately, else
 * another gets its turn; one about which nothing is known is tried.
 */
static bool answers(const struct inetx_route *route, int order,
		    struct choice *c)
{
	int state = gateway_state(&READ_ONCE(route->info)->nh);

	if (state == -1 || state == NUD_REACHABLE)
		return true;
	if (state & NUD_VALID && order != c->usual)
		return true;
	if (state & NUD_VALID || (c->order < 0 && order > c->usual &&
				  state != NUD_INCOMPLETE)) {
		c->resort = route;
		c->order = order;
	}
	return false;
}

static bool is_candidate(const struct inetx_rtinfo *info,
			 const struct inetx_rtinfo *first)
{
	return info->type == RTN_UNICAST && info->scope == first->scope &&
	       info->nh.gw && info->nh.scope == RT_SCOPE_LINK &&
	       !(READ_ONCE(info->flags) & RTNH_F_DEAD);
}

/* The next as good as @route, for packets of this TOS; RCU read side. */
static const struct inetx_route *next_candidate(const struct inetx_route *route,
						u8 tos)
{
	const struct inetx_rtinfo *first = READ_ONCE(route->info);
	const struct inetx_route *r = route;

	while ((r = rcu_dereference(r->next))) {
		const struct inetx_rtinfo *info = READ_ONCE(r->info);

		if (r->tos && r->tos != tos)
			continue;
		/* Those of a TOS of their own come first, then the others. */
		if (r->tos == route->tos && info->priority > first->priority) {
			if (r->tos)
				continue;
			break;
		}
		if (is_candidate(info, first))
			return r;
	}
	return NULL;
}

/**
 * inetx_default_select - which of several default routes a packet takes
 * @flow: the packet
 * @res: the first of them, of type RTN_UNICAST, which a lookup has found; the
 *	chosen one afterwards
 *
 * Context: RCU read side.
 */
void inetx_default_select(const struct inetx_flow *flow,
			  struct inetx_fib_result *res)
{
	/* To write the hint; the rest of a route is not the lookup's. */
	struct inetx_route *first = (struct inetx_route *)res->route;
	const struct inetx_route *r = first;
	u8 tos = flow->tos & IPTOS_RT_MASK;
	struct choice c = {
		.usual = READ_ONCE(first->usual) - 1,
		.order = -1,
	};
	int order = 0;

	if (!is_candidate(first->info, first->info) ||
	    !next_candidate(first, tos))
		return;
	while (r && !answers(r, order, &c)) {
		r = next_candidate(r, tos);
		order++;
	}
	if (!r) {
		r = c.resort;
		order = c.order;
	}
	if (order != c.usual)
		WRITE_ONCE(first->usual, order + 1);
	if (!r)
		return;
	res->route = r;
	res->nh = &READ_ONCE(r->info)->nh;
}
