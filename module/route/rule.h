/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policy rules: which table a packet's route is looked for in (ip-rule(8)).
 *
 * The list, its netlink messages and the walk over it are the kernel's
 * fib_rules core; what is ours is the match of addresses and TOS, the lookup in
 * a table, and the flags below that keep all of it away from those who have no
 * rules.
 *
 * As long as a namespace has only the three rules that it begins with, lookups
 * do not ask them: local and main are searched as if they were one table, see
 * lookup.c.  The first request that changes the list ends that for the life of
 * the namespace, as it does for AF_INET.
 */
#ifndef _INETX_ROUTE_RULE_H
#define _INETX_ROUTE_RULE_H

#include <linux/jump_label.h>
#include <net/sock.h>

#include "route/table.h"

struct sk_buff;

/* Some namespace has rules of its own. */
DECLARE_STATIC_KEY_FALSE(inetx_rule_key);

/**
 * inetx_rule_used - whether lookups go by rules
 * @xnet: the namespace
 *
 * Context: any.
 * Return: false if the rules are those that every namespace begins with.
 */
static inline bool inetx_rule_used(const struct inetx_net *xnet)
{
	return static_branch_unlikely(&inetx_rule_key) &&
	       READ_ONCE(xnet->route.rules_used);
}

/**
 * inetx_rule_local_first - whether table local is asked before all others
 * @xnet: the namespace
 *
 * Then a packet to an address of a device is for us, without a lookup.
 *
 * Context: any.
 * Return: true if the first rule sends everything there.
 */
static inline bool inetx_rule_local_first(const struct inetx_net *xnet)
{
	return !static_branch_unlikely(&inetx_rule_key) ||
	       !READ_ONCE(xnet->route.local_late);
}

/**
 * inetx_rule_uid - whose packets are that no socket has sent
 * @xnet: the namespace
 *
 * Root's, whose number depends on who owns the namespace.  Only rules ask for it.
 *
 * Context: any.
 * Return: what struct inetx_flow shall have as @uid.
 */
static inline kuid_t inetx_rule_uid(const struct inetx_net *xnet)
{
	return inetx_rule_used(xnet) ? sock_net_uid(xnet->net, NULL) :
				       GLOBAL_ROOT_UID;
}

int inetx_rule_net_init(struct inetx_net *xnet);
void inetx_rule_net_exit(struct inetx_net *xnet);
int inetx_rule_lookup(struct inetx_net *xnet, const struct inetx_flow *flow,
		      int flags, struct inetx_fib_result *res);
void inetx_rule_ports(struct inetx_net *xnet, const struct sk_buff *skb,
		      struct inetx_flow *flow);
void inetx_rule_flow(struct inetx_net *xnet, const struct sk_buff *skb,
		     struct inetx_flow *flow);

#endif /* _INETX_ROUTE_RULE_H */
