// SPDX-License-Identifier: GPL-2.0
/*
 * Policy rules, see rule.h.
 *
 * fib_rules core serves RTM_NEWRULE, RTM_DELRULE and RTM_GETRULE for all
 * families: it finds our operations by the family of the message, holds the
 * module while it uses them, and changes the list under RTNL.  Lookups walk it
 * under RCU.
 */

#include <linux/inetdevice.h>
#include <linux/module.h>
#include <net/fib_rules.h>
#include <net/flow_dissector.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "route/rule.h"
#include "uapi/linux/inetx.h"

/* The rules that a namespace begins with, by preference. */
#define PREF_LOCAL	0
#define PREF_MAIN	32766
#define PREF_DEFAULT	32767

/* Where a rule without a table looks for one that is free. */
#define AUTO_TABLE_MAX	4096

DEFINE_STATIC_KEY_FALSE(inetx_rule_key);

/**
 * struct inetx_rule - a rule
 * @common: the core's part; must be first
 * @src: source prefix, network order; like all below set before it is linked
 * @srcmask: its mask
 * @dst: destination prefix, network order
 * @dstmask: its mask
 * @src_len: length of the source prefix
 * @dst_len: length of the destination prefix
 * @tos: DSCP byte, 0 for any
 */
struct inetx_rule {
	struct fib_rule common;
	__be32 src;
	__be32 srcmask;
	__be32 dst;
	__be32 dstmask;
	u8 src_len;
	u8 dst_len;
	u8 tos;
};

static struct inetx_rule *to_rule(struct fib_rule *rule)
{
	return container_of(rule, struct inetx_rule, common);
}

static bool port_ok(const struct fib_rule_port_range *range, __be16 port)
{
	return !fib_rule_port_range_set(range) ||
	       fib_rule_port_inrange(range, port);
}

/* Beyond what the core has compared: does the rule speak of this packet? */
static int rule_match(struct fib_rule *common, struct flowi *fl, int flags)
{
	const struct inetx_rule *rule = to_rule(common);
	const struct flowi4 *fl4 = &fl->u.ip4;

	return !((fl4->saddr ^ rule->src) & rule->srcmask) &&
	       !((fl4->daddr ^ rule->dst) & rule->dstmask) &&
	       (!rule->tos || rule->tos == fl4->flowi4_tos) &&
	       (!common->ip_proto || common->ip_proto == fl4->flowi4_proto) &&
	       port_ok(&common->sport_range, fl4->fl4_sport) &&
	       port_ok(&common->dport_range, fl4->fl4_dport);
}

/* -EAGAIN: go on with the next rule. */
static int rule_action(struct fib_rule *rule, struct flowi *fl, int flags,
		       struct fib_lookup_arg *arg)
{
	struct inetx_fib_result *res = arg->result;
	struct inetx_fib_table *table;

	switch (rule->action) {
	case FR_ACT_TO_TBL:
		table = inetx_fib_find_table(inetx_net(rule->fr_net),
					     fib_rule_get_table(rule, arg));
		if (!table)
			return -EAGAIN;
		return inetx_fib_table_lookup(table, arg->lookup_data, flags,
					      res);
	case FR_ACT_UNREACHABLE:
		return -ENETUNREACH;
	case FR_ACT_PROHIBIT:
		return -EACCES;
	default:
		res->type = RTN_BLACKHOLE;
		return -EINVAL;
	}
}

/* suppress_prefixlength, suppress_ifgroup: as if the table had no such route. */
static bool rule_suppress(struct fib_rule *rule, int flags,
			  struct fib_lookup_arg *arg)
{
	struct inetx_fib_result *res = arg->result;

	if (res->plen > rule->suppress_prefixlen &&
	    (rule->suppress_ifgroup == -1 || !res->nh->dev ||
	     res->nh->dev->group != rule->suppress_ifgroup))
		return false;
	memset(res, 0, sizeof(*res));
	return true;
}

/**
 * inetx_rule_lookup - the best route of a namespace, by its rules
 * @xnet: the namespace
 * @flow: what for; @iif 0 is a packet of ours and matches "iif lo"
 * @flags: INETX_FIB_*
 * @res: the route found
 *
 * A device that belongs to a VRF, given as @oif or @iif, leads rules of type
 * l3mdev to the table of the VRF.
 *
 * Context: RTNL or RCU read side.
 * Return: 0, -ENETUNREACH without a route, or the errno of the rule or route.
 */
int inetx_rule_lookup(struct inetx_net *xnet, const struct inetx_flow *flow,
		      int flags, struct inetx_fib_result *res)
{
	struct inetx_flow key = *flow;
	struct fib_lookup_arg arg = {
		.lookup_data = &key,
		.result = res,
		.flags = FIB_LOOKUP_NOREF,
	};
	struct flowi4 fl4 = {
		.flowi4_oif = flow->oif,
		.flowi4_iif = flow->iif ? flow->iif : LOOPBACK_IFINDEX,
		.flowi4_mark = flow->mark,
		.flowi4_tos = flow->tos & IPTOS_RT_MASK,
		.flowi4_scope = flow->scope,
		.flowi4_proto = flow->proto,
		.flowi4_uid = flow->uid,
		.saddr = flow->saddr,
		.daddr = flow->daddr,
		.fl4_sport = flow->sport,
		.fl4_dport = flow->dport,
	};
	int err;

	memset(res, 0, sizeof(*res));
	l3mdev_update_flow(xnet->net, flowi4_to_flowi(&fl4));
	/* The VRF itself names a table, no route leads out by it. */
	key.oif = fl4.flowi4_oif;
	err = fib_rules_lookup(xnet->route.rules, flowi4_to_flowi(&fl4), flags,
			       &arg);
	return err == -ESRCH ? -ENETUNREACH : err;
}

/**
 * inetx_rule_ports - complete a flow by what is not in the header of IP
 * @xnet: the namespace
 * @skb: the packet, network header set
 * @flow: @proto, @sport and @dport are set, if some rule wants them
 *
 * Context: any; where inetx_rule_used().
 */
void inetx_rule_ports(struct inetx_net *xnet, const struct sk_buff *skb,
		      struct inetx_flow *flow)
{
	struct flow_keys keys;

	if (!READ_ONCE(xnet->route.rules_ports))
		return;
	memset(&keys, 0, sizeof(keys));
	__skb_flow_dissect(xnet->net, skb, &flow_keys_dissector, &keys, NULL,
			   htons(ETH_P_IP), skb_network_offset(skb),
			   skb_headlen(skb),
			   FLOW_DISSECTOR_F_STOP_AT_ENCAP);
	flow->proto = keys.basic.ip_proto;
	flow->sport = keys.ports.src;
	flow->dport = keys.ports.dst;
}

/**
 * inetx_rule_flow - complete what the route of a received packet is asked for
 * @xnet: the namespace
 * @skb: the packet, network header set
 * @flow: @uid is set, and what inetx_rule_ports() sets
 *
 * Context: any; where inetx_rule_used().
 */
void inetx_rule_flow(struct inetx_net *xnet, const struct sk_buff *skb,
		     struct inetx_flow *flow)
{
	flow->uid = inetx_rule_uid(xnet);
	inetx_rule_ports(xnet, skb, flow);
}

/* A number that no table has; it is made, so that the next rule gets another. */
static u32 free_table(struct inetx_net *xnet)
{
	struct inetx_fib_table *table;
	u32 id = 1;

	while (inetx_fib_find_table(xnet, id))
		if (id++ == AUTO_TABLE_MAX)
			return 0;
	table = inetx_fib_get_table(xnet, id);
	if (!table)
		return 0;
	table->used = true;
	return id;
}

/* From now on lookups go by rules.  RTNL. */
static void begin_rules(struct inetx_net *xnet)
{
	if (xnet->route.rules_used)
		return;
	static_branch_inc(&inetx_rule_key);
	WRITE_ONCE(xnet->route.rules_used, true);
}

static int rule_configure(struct fib_rule *common, struct sk_buff *skb,
			  struct fib_rule_hdr *frh, struct nlattr **tb,
			  struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(common->fr_net);
	struct inetx_rule *rule = to_rule(common);

	if (!inet_validate_dscp(frh->tos)) {
		NL_SET_ERR_MSG(extack,
			       "Invalid dsfield (tos): ECN bits must be 0");
		return -EINVAL;
	}
	/* Lookups see the four bits of RFC 1349, as AF_INET's do. */
	if (frh->tos & ~IPTOS_TOS_MASK) {
		NL_SET_ERR_MSG(extack, "Invalid tos");
		return -EINVAL;
	}
	if (tb[FRA_FLOW] && nla_get_u32(tb[FRA_FLOW])) {
		NL_SET_ERR_MSG(extack, "Realms are not supported");
		return -EOPNOTSUPP;
	}
	if (common->action == FR_ACT_TO_TBL && !common->table &&
	    !common->l3mdev) {
		common->table = free_table(xnet);
		if (!common->table)
			return -ENOBUFS;
	}

	rule->tos = frh->tos;
	rule->src_len = frh->src_len;
	rule->dst_len = frh->dst_len;
	rule->srcmask = inet_make_mask(frh->src_len);
	rule->dstmask = inet_make_mask(frh->dst_len);
	if (frh->src_len)
		rule->src = nla_get_in_addr(tb[FRA_SRC]);
	if (frh->dst_len)
		rule->dst = nla_get_in_addr(tb[FRA_DST]);

	if (fib_rule_requires_fldissect(common))
		WRITE_ONCE(xnet->route.rules_ports,
			   xnet->route.rules_ports + 1);
	begin_rules(xnet);
	return 0;
}

static int rule_delete(struct fib_rule *rule)
{
	struct inetx_net *xnet = inetx_net(rule->fr_net);

	/* The end of the namespace is no change. */
	if (!xnet->route.rules)
		return 0;
	begin_rules(xnet);
	/* The device it names may have changed since: never below 0. */
	if (xnet->route.rules_ports && fib_rule_requires_fldissect(rule))
		WRITE_ONCE(xnet->route.rules_ports,
			   xnet->route.rules_ports - 1);
	return 0;
}

/* What the request does not mention matches any rule. */
static int rule_compare(struct fib_rule *common, struct fib_rule_hdr *frh,
			struct nlattr **tb)
{
	const struct inetx_rule *rule = to_rule(common);

	if (frh->src_len && (rule->src_len != frh->src_len ||
			     rule->src != nla_get_in_addr(tb[FRA_SRC])))
		return 0;
	if (frh->dst_len && (rule->dst_len != frh->dst_len ||
			     rule->dst != nla_get_in_addr(tb[FRA_DST])))
		return 0;
	return !frh->tos || rule->tos == frh->tos;
}

static int rule_fill(struct fib_rule *common, struct sk_buff *skb,
		     struct fib_rule_hdr *frh)
{
	const struct inetx_rule *rule = to_rule(common);

	frh->src_len = rule->src_len;
	frh->dst_len = rule->dst_len;
	frh->tos = rule->tos;
	if ((rule->dst_len && nla_put_in_addr(skb, FRA_DST, rule->dst)) ||
	    (rule->src_len && nla_put_in_addr(skb, FRA_SRC, rule->src)))
		return -ENOBUFS;
	return 0;
}

static size_t rule_payload(struct fib_rule *rule)
{
	return nla_total_size(4) +	/* FRA_DST */
	       nla_total_size(4);	/* FRA_SRC */
}

static bool to_local(struct fib_rule *common)
{
	const struct inetx_rule *rule = to_rule(common);

	return fib_rule_matchall(common) && !rule->src_len && !rule->dst_len &&
	       !rule->tos && !common->ip_proto && !common->l3mdev &&
	       common->action == FR_ACT_TO_TBL &&
	       common->table == RT_TABLE_LOCAL;
}

/* The list has changed; RTNL. */
static void rules_changed(struct fib_rules_ops *ops)
{
	struct inetx_net *xnet = inetx_net(ops->fro_net);
	struct fib_rule *first;

	first = list_first_entry_or_null(&ops->rules_list, struct fib_rule,
					 list);
	WRITE_ONCE(xnet->route.local_late,
		   xnet->route.vrf || !first || !to_local(first));
	inetx_route_bump(xnet);
}

/**
 * inetx_rule_net_init - the rules that a namespace begins with
 * @xnet: the namespace
 *
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_rule_net_init(struct inetx_net *xnet)
{
	const struct fib_rules_ops ops = {
		.family = inetx_family,
		.rule_size = sizeof(struct inetx_rule),
		.addr_size = sizeof(__be32),
		.action = rule_action,
		.suppress = rule_suppress,
		.match = rule_match,
		.configure = rule_configure,
		.delete = rule_delete,
		.compare = rule_compare,
		.fill = rule_fill,
		.nlmsg_payload = rule_payload,
		.flush_cache = rules_changed,
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
	err = fib_default_rule_add(rules, PREF_LOCAL, RT_TABLE_LOCAL, 0);
	if (!err)
		err = fib_default_rule_add(rules, PREF_MAIN, RT_TABLE_MAIN, 0);
	if (!err)
		err = fib_default_rule_add(rules, PREF_DEFAULT,
					   RT_TABLE_DEFAULT, 0);
	if (err)
		fib_rules_unregister(rules);
	else
		xnet->route.rules = rules;
out:
	rtnl_unlock();
	return err;
}

/**
 * inetx_rule_net_exit - the end of a namespace
 * @xnet: the namespace; nobody looks anything up in it
 *
 * Context: process, RTNL not held.
 */
void inetx_rule_net_exit(struct inetx_net *xnet)
{
	struct fib_rules_ops *rules = xnet->route.rules;

	rtnl_lock();
	xnet->route.rules = NULL;
	fib_rules_unregister(rules);
	rtnl_unlock();
	if (xnet->route.rules_used)
		static_branch_dec(&inetx_rule_key);
}
