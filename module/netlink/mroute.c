// SPDX-License-Identifier: GPL-2.0
/*
 * The multicast forwarding cache by rtnetlink: RTM_GETROUTE, and announcements.
 *
 * AF_INET's has a family number of its own for it, RTNL_FAMILY_IPMR, and so has
 * ours, INETX_RTNL_FAMILY_IPMR; the messages are the same.
 */

#include <linux/mroute.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "mroute/table.h"
#include "netlink/mroute.h"
#include "netlink/netlink.h"
#include "netlink/route.h"
#include "uapi/linux/inetx.h"

/* One struct rtnexthop for each vif that packets go to.  RCU read side. */
static int put_oifs(struct sk_buff *skb, const struct inetx_mr_table *table,
		    const struct inetx_mfc *mfc)
{
	u32 oifs = READ_ONCE(mfc->oifs);
	const struct inetx_vif *vif;
	struct rtnexthop *hop;
	struct nlattr *nest;
	unsigned int n;

	nest = nla_nest_start_noflag(skb, RTA_MULTIPATH);
	if (!nest)
		return -EMSGSIZE;
	for (n = 0; n < MAXVIFS; n++) {
		vif = oifs & BIT(n) ? rcu_dereference(table->vifs[n]) : NULL;
		if (!vif)
			continue;
		hop = nla_reserve_nohdr(skb, sizeof(*hop));
		if (!hop)
			return -EMSGSIZE;
		hop->rtnh_len = sizeof(*hop);
		hop->rtnh_flags = 0;
		hop->rtnh_hops = READ_ONCE(mfc->ttls[n]);
		hop->rtnh_ifindex = vif->dev->ifindex;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_counts(struct sk_buff *skb, const struct inetx_mfc *mfc)
{
	const struct rta_mfc_stats stats = {
		.mfcs_packets = atomic_long_read(&mfc->packets),
		.mfcs_bytes = atomic_long_read(&mfc->bytes),
		.mfcs_wrong_if = atomic_long_read(&mfc->wrong),
	};
	unsigned long idle = jiffies - READ_ONCE(mfc->lastuse);

	if ((long)idle < 0)
		idle = 0;
	if (nla_put_64bit(skb, RTA_MFC_STATS, sizeof(stats), &stats, RTA_PAD) ||
	    nla_put_u64_64bit(skb, RTA_EXPIRES, jiffies_to_clock_t(idle),
			      RTA_PAD))
		return -EMSGSIZE;
	return 0;
}

/* From where and to where; what waits has neither.  RCU read side. */
static int put_ways(struct sk_buff *skb, const struct inetx_mr_table *table,
		    const struct inetx_mfc *mfc, struct rtmsg *rtm)
{
	unsigned int parent = READ_ONCE(mfc->parent);
	const struct inetx_vif *vif;
	int err;

	if (parent >= MAXVIFS) {
		rtm->rtm_flags |= RTNH_F_UNRESOLVED;
		return 0;
	}
	vif = rcu_dereference(table->vifs[parent]);
	if (vif && nla_put_u32(skb, RTA_IIF, vif->dev->ifindex))
		return -EMSGSIZE;
	err = put_oifs(skb, table, mfc);
	return err ?: put_counts(skb, mfc);
}

static int fill(struct sk_buff *skb, const struct inetx_mr_table *table,
		const struct inetx_mfc *mfc, const struct inetx_nl_fill *how)
{
	struct nlmsghdr *nlh;
	struct rtmsg *rtm;
	int err;

	nlh = nlmsg_put(skb, how->portid, how->seq, how->event, sizeof(*rtm),
			how->flags);
	if (!nlh)
		return -EMSGSIZE;
	rtm = nlmsg_data(nlh);
	*rtm = (struct rtmsg) {
		.rtm_family = INETX_RTNL_FAMILY_IPMR,
		.rtm_dst_len = 32,
		.rtm_src_len = 32,
		.rtm_table = table->id < 256 ? table->id : RT_TABLE_COMPAT,
		.rtm_protocol = READ_ONCE(mfc->is_static) ? RTPROT_STATIC :
							    RTPROT_MROUTED,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_MULTICAST,
	};
	err = nla_put_u32(skb, RTA_TABLE, table->id) ?:
	      nla_put_in_addr(skb, RTA_SRC, mfc->key.origin) ?:
	      nla_put_in_addr(skb, RTA_DST, mfc->key.group);
	if (!err) {
		rcu_read_lock();
		err = put_ways(skb, table, mfc, rtm);
		rcu_read_unlock();
	}
	if (err) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static size_t msg_size(void)
{
	return NLMSG_ALIGN(sizeof(struct rtmsg)) +
	       nla_total_size(4) +	/* RTA_TABLE */
	       nla_total_size(4) +	/* RTA_SRC */
	       nla_total_size(4) +	/* RTA_DST */
	       nla_total_size(4) +	/* RTA_IIF */
	       nla_total_size(MAXVIFS * sizeof(struct rtnexthop)) +
	       nla_total_size_64bit(sizeof(struct rta_mfc_stats)) +
	       nla_total_size_64bit(8);	/* RTA_EXPIRES */
}

/**
 * inetx_nl_mfc_notify - tell listeners about an entry, or what waits for one
 * @table: the table
 * @mfc: the entry
 * @event: RTM_NEWROUTE or RTM_DELROUTE
 * @gfp: how to find memory
 *
 * Context: any that @gfp says.
 */
void inetx_nl_mfc_notify(const struct inetx_mr_table *table,
			 const struct inetx_mfc *mfc, int event, gfp_t gfp)
{
	const struct inetx_nl_fill how = { .event = event };
	struct net *net = table->xnet->net;
	struct sk_buff *skb;
	int err = -ENOBUFS;

	if (!rtnl_has_listeners(net, INETX_RTNLGRP_MROUTE))
		return;
	skb = nlmsg_new(msg_size(), gfp);
	if (skb)
		err = fill(skb, table, mfc, &how);
	if (err) {
		kfree_skb(skb);
		rtnl_set_sk_err(net, INETX_RTNLGRP_MROUTE, err);
		return;
	}
	rtnl_notify(skb, net, 0, INETX_RTNLGRP_MROUTE, NULL, gfp);
}

/* struct igmpmsg in attributes, and what is behind it. */
static int fill_report(struct sk_buff *skb, const struct sk_buff *up, u32 id)
{
	const struct igmpmsg *msg = (const struct igmpmsg *)ip_hdr(up);
	unsigned int len = up->len - sizeof(*msg);
	struct rtgenmsg *gen;
	struct nlmsghdr *nlh;
	struct nlattr *packet;

	nlh = nlmsg_put(skb, 0, 0, RTM_NEWCACHEREPORT, sizeof(*gen), 0);
	if (!nlh)
		return -EMSGSIZE;
	gen = nlmsg_data(nlh);
	gen->rtgen_family = INETX_RTNL_FAMILY_IPMR;
	if (nla_put_u8(skb, IPMRA_CREPORT_MSGTYPE, msg->im_msgtype) ||
	    nla_put_u32(skb, IPMRA_CREPORT_VIF_ID,
			msg->im_vif | msg->im_vif_hi << 8) ||
	    nla_put_in_addr(skb, IPMRA_CREPORT_SRC_ADDR, msg->im_src.s_addr) ||
	    nla_put_in_addr(skb, IPMRA_CREPORT_DST_ADDR, msg->im_dst.s_addr) ||
	    nla_put_u32(skb, IPMRA_CREPORT_TABLE, id))
		return -EMSGSIZE;
	packet = nla_reserve(skb, IPMRA_CREPORT_PKT, len);
	if (!packet || skb_copy_bits(up, sizeof(*msg), nla_data(packet), len))
		return -EMSGSIZE;
	nlmsg_end(skb, nlh);
	return 0;
}

/**
 * inetx_nl_mroute_report - tell listeners what the daemon is told
 * @table: the table
 * @up: the message for the daemon, struct igmpmsg; not taken
 *
 * Context: any.
 */
void inetx_nl_mroute_report(const struct inetx_mr_table *table,
			    const struct sk_buff *up)
{
	struct net *net = table->xnet->net;
	struct sk_buff *skb;
	int err = -ENOBUFS;

	if (!rtnl_has_listeners(net, INETX_RTNLGRP_MROUTE))
		return;
	skb = nlmsg_new(NLMSG_ALIGN(sizeof(struct rtgenmsg)) +
			nla_total_size(1) + 4 * nla_total_size(4) +
			nla_total_size(up->len), GFP_ATOMIC);
	if (skb)
		err = fill_report(skb, up, table->id);
	if (err) {
		kfree_skb(skb);
		rtnl_set_sk_err(net, INETX_RTNLGRP_MROUTE, err);
		return;
	}
	rtnl_notify(skb, net, 0, INETX_RTNLGRP_MROUTE, NULL, GFP_ATOMIC);
}

/* Is there an attribute but the table and these two? */
static bool other_than(struct nlattr **tb, int one, int two)
{
	int i;

	for (i = 0; i <= RTA_MAX; i++)
		if (tb[i] && i != RTA_TABLE && i != one && i != two)
			return true;
	return false;
}

/* In a strict request, addresses and the table are all there may be. */
static int check_get(const struct nlmsghdr *nlh, struct nlattr **tb,
		     bool strict, struct netlink_ext_ack *extack)
{
	const struct rtmsg *rtm;
	int err;

	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(*rtm))) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid header for multicast route get request");
		return -EINVAL;
	}
	if (!strict)
		return nlmsg_parse_deprecated(nlh, sizeof(*rtm), tb, RTA_MAX,
					      inetx_nl_route_policy, extack);
	rtm = nlmsg_data(nlh);
	if (!inetx_nl_get_lens_ok(rtm) || rtm->rtm_tos || rtm->rtm_table ||
	    rtm->rtm_protocol || rtm->rtm_scope || rtm->rtm_type ||
	    rtm->rtm_flags) {
		NL_SET_ERR_MSG(extack,
			       "ipv4: Invalid values in header for multicast route get request");
		return -EINVAL;
	}
	err = inetx_nl_parse_get(nlh, tb, extack);
	if (err)
		return err;
	if (other_than(tb, RTA_SRC, RTA_DST)) {
		NL_SET_ERR_MSG(extack,
			       "ipv4: Unsupported attribute in multicast route get request");
		return -EINVAL;
	}
	return 0;
}

/**
 * inetx_nl_getmroute - RTM_GETROUTE of one entry
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0; -EINVAL; -ENOENT: no such entry, or table.
 */
int inetx_nl_getmroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		       struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	const struct inetx_nl_fill how = {
		.portid = NETLINK_CB(skb).portid,
		.seq = nlh->nlmsg_seq,
		.event = RTM_NEWROUTE,
	};
	struct nlattr *tb[RTA_MAX + 1];
	struct inetx_mr_table *table;
	struct inetx_mfc *mfc;
	struct sk_buff *answer;
	u32 id;
	int err;

	err = check_get(nlh, tb, netlink_strict_get_check(skb), extack);
	if (err < 0)
		return err;
	id = tb[RTA_TABLE] ? nla_get_u32(tb[RTA_TABLE]) : 0;
	table = inetx_mr_table_find(xnet, id ?: RT_TABLE_DEFAULT);
	if (!table)
		return -ENOENT;
	/* It stays as long as RTNL is held. */
	rcu_read_lock();
	mfc = inetx_mfc_find(table,
			     tb[RTA_SRC] ? nla_get_in_addr(tb[RTA_SRC]) : 0,
			     tb[RTA_DST] ? nla_get_in_addr(tb[RTA_DST]) : 0);
	rcu_read_unlock();
	if (!mfc)
		return -ENOENT;
	answer = nlmsg_new(msg_size(), GFP_KERNEL);
	if (!answer)
		return -ENOBUFS;
	err = fill(answer, table, mfc, &how);
	if (err) {
		kfree_skb(answer);
		return err;
	}
	return rtnl_unicast(answer, xnet->net, how.portid);
}

/**
 * struct filter - which entries a dump is about
 * @table: RT_TABLE_*, 0 for all
 * @dev: they send to this device, NULL for all
 */
struct filter {
	u32 table;
	const struct net_device *dev;
};

static int check_dump(struct net *net, struct netlink_callback *cb,
		      struct filter *filter)
{
	struct netlink_ext_ack *extack = cb->extack;
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rtm;
	int err;

	if (cb->nlh->nlmsg_len < nlmsg_msg_size(sizeof(*rtm))) {
		NL_SET_ERR_MSG(extack, "Invalid header for FIB dump request");
		return -EINVAL;
	}
	rtm = nlmsg_data(cb->nlh);
	if (rtm->rtm_dst_len || rtm->rtm_src_len || rtm->rtm_tos ||
	    rtm->rtm_scope) {
		NL_SET_ERR_MSG(extack, "Invalid values in header for FIB dump request");
		return -EINVAL;
	}
	err = nlmsg_parse_deprecated_strict(cb->nlh, sizeof(*rtm), tb, RTA_MAX,
					    inetx_nl_route_policy, extack);
	if (err < 0)
		return err;
	if (other_than(tb, RTA_OIF, RTA_OIF)) {
		NL_SET_ERR_MSG(extack, "Unsupported attribute in dump request");
		return -EINVAL;
	}
	filter->table = tb[RTA_TABLE] ? nla_get_u32(tb[RTA_TABLE]) :
					rtm->rtm_table;
	if (tb[RTA_OIF]) {
		filter->dev = __dev_get_by_index(net, nla_get_u32(tb[RTA_OIF]));
		if (!filter->dev)
			return -ENODEV;
	}
	if (filter->table || filter->dev)
		cb->answer_flags = NLM_F_DUMP_FILTERED;
	return 0;
}

/* RCU read side. */
static bool sends_to(const struct inetx_mr_table *table,
		     const struct inetx_mfc *mfc, const struct net_device *dev)
{
	const struct inetx_vif *vif;
	unsigned int n;

	for (n = 0; n < MAXVIFS; n++) {
		vif = rcu_dereference(table->vifs[n]);
		if (vif && vif->dev == dev && READ_ONCE(mfc->oifs) & BIT(n))
			return true;
	}
	return false;
}

/* One of the two lists; @n counts over both.  RCU read side. */
static int dump_list(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct inetx_mr_table *table,
		     const struct list_head *list, const struct filter *filter,
		     long *n)
{
	const struct inetx_nl_fill how = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.event = RTM_NEWROUTE,
		.flags = NLM_F_MULTI | cb->answer_flags,
	};
	const struct inetx_mfc *mfc;
	int err;

	list_for_each_entry_rcu(mfc, list, list) {
		if ((*n)++ < cb->args[0] ||
		    (filter->dev && !sends_to(table, mfc, filter->dev)))
			continue;
		err = fill(skb, table, mfc, &how);
		if (err)
			return err;
		cb->args[0] = *n;
	}
	return 0;
}

/* RCU read side. */
static int dump_table(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct inetx_mr_table *table,
		      const struct filter *filter, long *n)
{
	int err = dump_list(skb, cb, table, &table->cache, filter, n);

	return err ?: dump_list(skb, cb, table, &table->pending, filter, n);
}

/**
 * inetx_nl_dumpmroute - RTM_GETROUTE dump: entries, then what waits for one
 * @skb: answer to fill
 * @cb: the request; args[0] is how many have been looked at
 *
 * Table by table.
 *
 * Context: RTNL, which the dumps of rtnetlink hold.
 * Return: bytes in @skb, or a negative errno.
 */
int inetx_nl_dumpmroute(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	const struct inetx_mr_table *table;
	struct filter filter = {};
	int err = 0;
	long n = 0;

	if (cb->strict_check) {
		err = check_dump(xnet->net, cb, &filter);
		if (err < 0)
			return err;
	}
	/* AF_INET's default table is there from the beginning. */
	if (filter.table && filter.table != RT_TABLE_DEFAULT &&
	    !inetx_mr_table_find(xnet, filter.table)) {
		if (rtnl_msg_family(cb->nlh) != INETX_RTNL_FAMILY_IPMR)
			return skb->len;
		NL_SET_ERR_MSG(cb->extack, "ipv4: MR table does not exist");
		return -ENOENT;
	}
	rcu_read_lock();
	inetx_for_each_mr_table(table, xnet) {
		if (filter.table && filter.table != table->id)
			continue;
		err = dump_table(skb, cb, table, &filter, &n);
		if (err)
			break;
	}
	rcu_read_unlock();
	return skb->len ?: err;
}
