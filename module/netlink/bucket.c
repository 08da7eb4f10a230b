// SPDX-License-Identifier: GPL-2.0
/* RTM_GETNEXTHOPBUCKET: the buckets of resilient groups (ip-nexthop(8)). */

#include <linux/netdevice.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/xarray.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#include "netlink/netlink.h"
#include "netlink/nexthop.h"
#include "route/nexthop.h"
#include "uapi/linux/inetx.h"

/* A dump has no number below this to go on with. */
#define DUMP_END	((long)U32_MAX + 1)

static const struct nla_policy get_policy[] = {
	[NHA_ID]		= { .type = NLA_U32 },
	[NHA_RES_BUCKET]	= { .type = NLA_NESTED },
};

static const struct nla_policy get_nest_policy[] = {
	[NHA_RES_BUCKET_INDEX]	= { .type = NLA_U16 },
};

static const struct nla_policy dump_policy[] = {
	[NHA_ID]		= { .type = NLA_U32 },
	[NHA_OIF]		= { .type = NLA_U32 },
	[NHA_MASTER]		= { .type = NLA_U32 },
	[NHA_RES_BUCKET]	= { .type = NLA_NESTED },
};

static const struct nla_policy dump_nest_policy[] = {
	[NHA_RES_BUCKET_NH_ID]	= { .type = NLA_U32 },
};

/* RTNL, or the upkeep. */
static const struct inetx_nhobj *holder(const struct inetx_res_table *table,
					u16 index)
{
	u16 hop = READ_ONCE(table->bucket[index].hop);

	return table->group->members[hop].obj;
}

static int fill(struct sk_buff *skb, const struct inetx_res_table *table,
		u16 index, u32 portid, u32 seq, unsigned int nlflags)
{
	unsigned long used = READ_ONCE(table->bucket[index].used);
	struct nlmsghdr *nlh;
	struct nlattr *nest;
	struct nhmsg *nhm;

	nlh = nlmsg_put(skb, portid, seq, RTM_NEWNEXTHOPBUCKET, sizeof(*nhm),
			nlflags);
	if (!nlh)
		return -EMSGSIZE;
	nhm = nlmsg_data(nlh);
	*nhm = (struct nhmsg){
		.nh_family = AF_UNSPEC,
		.nh_protocol = table->group->protocol,
	};
	if (nla_put_u32(skb, NHA_ID, table->group->id))
		goto cancel;
	nest = nla_nest_start(skb, NHA_RES_BUCKET);
	if (!nest ||
	    nla_put_u16(skb, NHA_RES_BUCKET_INDEX, index) ||
	    nla_put_u32(skb, NHA_RES_BUCKET_NH_ID, holder(table, index)->id) ||
	    nla_put_u64_64bit(skb, NHA_RES_BUCKET_IDLE_TIME,
			      jiffies_delta_to_clock_t(jiffies - used),
			      NHA_RES_BUCKET_PAD))
		goto cancel;
	nla_nest_end(skb, nest);
	nlmsg_end(skb, nlh);
	return 0;

cancel:
	nlmsg_cancel(skb, nlh);
	return -EMSGSIZE;
}

static struct sk_buff *message(const struct inetx_res_table *table, u16 index,
			       u32 portid, u32 seq, unsigned int nlflags)
{
	struct sk_buff *skb;

	skb = nlmsg_new(NLMSG_ALIGN(sizeof(struct nhmsg)) +
			nla_total_size(4) +	/* NHA_ID */
			nla_total_size(0) +	/* NHA_RES_BUCKET and in it: */
			nla_total_size(2) +	/* _INDEX */
			nla_total_size(4) +	/* _NH_ID */
			nla_total_size_64bit(8), /* _IDLE_TIME */
			GFP_KERNEL);
	if (skb && WARN_ON_ONCE(fill(skb, table, index, portid, seq,
				     nlflags))) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/**
 * inetx_nl_bucket_notify - a bucket has got another next hop by itself
 * @table: its table
 * @index: which one
 *
 * Context: the upkeep of the table, may sleep.
 */
void inetx_nl_bucket_notify(const struct inetx_res_table *table, u16 index)
{
	struct net *net = table->xnet->net;
	struct sk_buff *skb = message(table, index, 0, 0, NLM_F_REPLACE);

	if (skb)
		rtnl_notify(skb, net, 0, INETX_RTNLGRP_NEXTHOP, NULL,
			    GFP_KERNEL);
	else
		rtnl_set_sk_err(net, INETX_RTNLGRP_NEXTHOP, -ENOBUFS);
}

static struct inetx_res_table *table_of(struct inetx_net *xnet, u32 id,
					struct netlink_ext_ack *extack)
{
	const struct inetx_nhobj *obj = inetx_nhobj_find(xnet, id);

	if (!obj)
		return ERR_PTR(-ENOENT);
	if (!obj->count) {
		NL_SET_ERR_MSG(extack, "Not a nexthop group");
		return ERR_PTR(-EINVAL);
	}
	if (!obj->res) {
		NL_SET_ERR_MSG(extack, "Nexthop group not of type resilient");
		return ERR_PTR(-EINVAL);
	}
	return obj->res;
}

static int parse_get(const struct nlmsghdr *nlh, u32 *id, u16 *index,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *nest[ARRAY_SIZE(get_nest_policy)];
	struct nlattr *tb[ARRAY_SIZE(get_policy)];
	int err;

	err = nlmsg_parse(nlh, sizeof(struct nhmsg), tb,
			  ARRAY_SIZE(get_policy) - 1, get_policy, extack);
	if (err < 0)
		return err;
	err = inetx_nl_nexthop_id(nlh, tb, id, extack);
	if (err)
		return err;
	if (!tb[NHA_RES_BUCKET]) {
		NL_SET_ERR_MSG(extack, "Bucket information is missing");
		return -EINVAL;
	}
	err = nla_parse_nested(nest, ARRAY_SIZE(get_nest_policy) - 1,
			       tb[NHA_RES_BUCKET], get_nest_policy, extack);
	if (err < 0)
		return err;
	if (!nest[NHA_RES_BUCKET_INDEX]) {
		NL_SET_ERR_MSG(extack, "Bucket index is missing");
		return -EINVAL;
	}
	*index = nla_get_u16(nest[NHA_RES_BUCKET_INDEX]);
	return 0;
}

/**
 * inetx_nl_getbucket - RTM_GETNEXTHOPBUCKET
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0, -EINVAL, -ENOENT, -ENOBUFS.
 */
int inetx_nl_getbucket(struct sk_buff *skb, struct nlmsghdr *nlh,
		       struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	u32 id, portid = NETLINK_CB(skb).portid;
	struct inetx_res_table *table;
	struct sk_buff *answer;
	u16 index;
	int err;

	err = parse_get(nlh, &id, &index, extack);
	if (err)
		return err;
	table = table_of(xnet, id, extack);
	if (IS_ERR(table))
		return PTR_ERR(table);
	if (index >= table->count) {
		NL_SET_ERR_MSG(extack, "Bucket index out of bounds");
		return -ENOENT;
	}
	answer = message(table, index, portid, nlh->nlmsg_seq, 0);
	if (!answer)
		return -ENOBUFS;
	return rtnl_unicast(answer, xnet->net, portid);
}

/* Which buckets a dump is about; 0: any. */
struct bucket_filter {
	struct inetx_nl_nhfilter hop;
	u32 group;
	u32 hop_id;
};

static int parse_id(const struct nlattr *attr, u32 *id,
		    struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	*id = nla_get_u32(attr);
	if (*id)
		return 0;
	NL_SET_ERR_MSG(extack, "Invalid nexthop id");
	return -EINVAL;
}

static int parse_dump(const struct netlink_callback *cb,
		      struct bucket_filter *filter)
{
	struct nlattr *nest[ARRAY_SIZE(dump_nest_policy)];
	struct nlattr *tb[ARRAY_SIZE(dump_policy)];
	int err;

	err = nlmsg_parse(cb->nlh, sizeof(struct nhmsg), tb,
			  ARRAY_SIZE(dump_policy) - 1, dump_policy,
			  cb->extack);
	if (err < 0)
		return err;
	err = parse_id(tb[NHA_ID], &filter->group, cb->extack);
	if (err)
		return err;
	if (tb[NHA_RES_BUCKET]) {
		err = nla_parse_nested(nest, ARRAY_SIZE(dump_nest_policy) - 1,
				       tb[NHA_RES_BUCKET], dump_nest_policy,
				       cb->extack);
		if (err < 0)
			return err;
		err = parse_id(nest[NHA_RES_BUCKET_NH_ID], &filter->hop_id,
			       cb->extack);
		if (err)
			return err;
	}
	return inetx_nl_nexthop_filter(cb->nlh, tb, &filter->hop, cb->extack);
}

/* The rest of a table, from bucket cb->args[1] on, to which it is moved. */
static int dump_table(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct inetx_res_table *table,
		      const struct bucket_filter *filter)
{
	const struct inetx_nhobj *obj;
	int err;

	for (; cb->args[1] < table->count; cb->args[1]++) {
		obj = holder(table, cb->args[1]);
		if ((filter->hop_id && filter->hop_id != obj->id) ||
		    !inetx_nl_nexthop_wanted(&filter->hop, obj))
			continue;
		err = fill(skb, table, cb->args[1],
			   NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   NLM_F_MULTI);
		if (err)
			return err;
	}
	cb->args[1] = 0;
	return 0;
}

/**
 * inetx_nl_dumpbucket - RTM_GETNEXTHOPBUCKET dump
 * @skb: answer to fill
 * @cb: the request; args[0] is the number of the group to go on with, args[1]
 *	the bucket of it
 *
 * Context: RTNL, which the dumps of rtnetlink hold.
 * Return: bytes in @skb, or a negative errno.
 */
int inetx_nl_dumpbucket(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	struct bucket_filter filter = {};
	struct inetx_res_table *table;
	struct inetx_nhobj *obj;
	unsigned long id;
	int err;

	err = parse_dump(cb, &filter);
	if (err)
		return err;
	if (cb->args[0] == DUMP_END)
		return skb->len;
	if (filter.group) {
		table = table_of(xnet, filter.group, cb->extack);
		if (IS_ERR(table))
			return PTR_ERR(table);
		err = dump_table(skb, cb, table, &filter);
		id = filter.group;
	} else {
		xa_for_each_start(&xnet->route.nhobjs, id, obj, cb->args[0]) {
			/* The group where it stood is gone. */
			if (id != cb->args[0])
				cb->args[1] = 0;
			if (obj->res)
				err = dump_table(skb, cb, obj->res, &filter);
			if (err)
				break;
		}
	}
	cb->args[0] = err ? id : DUMP_END;
	cb->seq = xnet->route.nhobj_seq;
	nl_dump_check_consistent(cb, nlmsg_hdr(skb));
	return skb->len ? skb->len : err;
}
