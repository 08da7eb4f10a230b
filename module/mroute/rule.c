// SPDX-License-Identifier: GPL-2.0
/*
 * Which table a packet to a group is routed by (ip-mroute(8), "ip mrule"): a list
 * of the core's rules, in a family of its own as in AF_INET.  By default all is for
 * RT_TABLE_DEFAULT, and as long as nobody has changed that the list is not asked.
 */

#include <linux/module.h>
#include <net/fib_rules.h>
#include <net/l3mdev.h>

#include "mroute/table.h"
#include "uapi/linux/inetx.h"

/* The preference of the rule that is there from the beginning. */
#define PREF_DEFAULT	32767

/* All selectors are the core's. */
static int rule_match(struct fib_rule *rule, struct flowi *fl, int flags)
{
	return 1;
}

/* -EAGAIN: go on with the next rule. */
static int rule_action(struct fib_rule *rule, struct flowi *fl, int flags,
		       struct fib_lookup_arg *arg)
{
	struct inetx_mr_table **found = arg->result;

	switch (rule->action) {
	case FR_ACT_TO_TBL:
		*found = inetx_mr_table_find(inetx_net(rule->fr_net),
					     fib_rule_get_table(rule, arg));
		return *found ? 0 : -EAGAIN;
	case FR_ACT_UNREACHABLE:
		return -ENETUNREACH;
	case FR_ACT_PROHIBIT:
		return -EACCES;
	default:
		return -EINVAL;
	}
}

static int rule_configure(struct fib_rule *rule, struct sk_buff *skb,
			  struct fib_rule_hdr *frh, struct nlattr **tb,
			  struct netlink_ext_ack *extack)
{
	WRITE_ONCE(inetx_net(rule->fr_net)->mroute.rules_used, true);
	return 0;
}

static int rule_delete(struct fib_rule *rule)
{
	WRITE_ONCE(inetx_net(rule->fr_net)->mroute.rules_used, true);
	return 0;
}

static int rule_compare(struct fib_rule *rule, struct fib_rule_hdr *frh,
			struct nlattr **tb)
{
	return 1;
}

static int rule_fill(struct fib_rule *rule, struct sk_buff *skb,
		     struct fib_rule_hdr *frh)
{
	frh->dst_len = 0;
	frh->src_len = 0;
	frh->tos = 0;
	return 0;
}

/**
 * inetx_mr_rule_lookup - the table that the rules give a packet to
 * @xnet: the namespace
 * @skb: the packet, with its device; one of our own is PACKET_LOOPBACK
 *
 * Context: RCU read side.
 * Return: the table, or NULL where no rule has one or a rule refuses.
 */
struct inetx_mr_table *inetx_mr_rule_lookup(struct inetx_net *xnet,
					    const struct sk_buff *skb)
{
	bool ours = skb->pkt_type == PACKET_LOOPBACK;
	struct inetx_mr_table *table = NULL;
	struct fib_lookup_arg arg = {
		.result = &table,
		.flags = FIB_LOOKUP_NOREF,
	};
	struct flowi4 fl4 = {
		.flowi4_oif = ours ? skb->dev->ifindex : 0,
		.flowi4_iif = ours ? LOOPBACK_IFINDEX : skb->dev->ifindex,
		.flowi4_mark = skb->mark,
	};

	l3mdev_update_flow(xnet->net, flowi4_to_flowi(&fl4));
	if (fib_rules_lookup(xnet->mroute.rules, flowi4_to_flowi(&fl4), 0,
			     &arg))
		return NULL;
	return table;
}

/**
 * inetx_mroute_net_init - the rules that a namespace begins with
 * @xnet: the namespace
 *
 * Context: process.
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_mroute_net_init(struct inetx_net *xnet)
{
	const struct fib_rules_ops ops = {
		.family = INETX_RTNL_FAMILY_IPMR,
		.rule_size = sizeof(struct fib_rule),
		.addr_size = sizeof(__be32),
		.action = rule_action,
		.match = rule_match,
		.configure = rule_configure,
		.delete = rule_delete,
		.compare = rule_compare,
		.fill = rule_fill,
		.nlgroup = INETX_RTNLGRP_RULE,
		.owner = THIS_MODULE,
	};
	struct fib_rules_ops *rules;
	int err;

	/* RTNL keeps requests away from a list that is not complete. */
	rtnl_lock();
	rules = fib_rules_register(&ops, xnet->net);
	err = PTR_ERR_OR_ZERO(rules);
	if (err)
		goto out;
	err = fib_default_rule_add(rules, PREF_DEFAULT, RT_TABLE_DEFAULT, 0);
	if (err)
		fib_rules_unregister(rules);
	else
		xnet->mroute.rules = rules;
out:
	rtnl_unlock();
	return err;
}

/**
 * inetx_mr_rules_exit - the end of a namespace's rules
 * @xnet: the namespace; no packet is routed in it any more
 *
 * Context: process.
 */
void inetx_mr_rules_exit(struct inetx_net *xnet)
{
	rtnl_lock();
	fib_rules_unregister(xnet->mroute.rules);
	rtnl_unlock();
}
