// SPDX-License-Identifier: GPL-2.0
/* RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR (rtnetlink(7)). */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "link/address.h"
#include "netlink/netlink.h"
#include "uapi/linux/inetx.h"

static const struct nla_policy addr_policy[IFA_MAX + 1] = {
	[IFA_LOCAL]		= { .type = NLA_U32 },
	[IFA_ADDRESS]		= { .type = NLA_U32 },
	[IFA_BROADCAST]		= { .type = NLA_U32 },
	[IFA_LABEL]		= { .type = NLA_STRING, .len = IFNAMSIZ - 1 },
	[IFA_CACHEINFO]		= { .len = sizeof(struct ifa_cacheinfo) },
	[IFA_FLAGS]		= { .type = NLA_U32 },
	[IFA_RT_PRIORITY]	= { .type = NLA_U32 },
	[IFA_TARGET_NETNSID]	= { .type = NLA_S32 },
	[IFA_PROTO]		= { .type = NLA_U8 },
};

/**
 * struct fill - the header of the messages of one answer
 * @portid: receiver
 * @seq: sequence number of the request
 * @event: RTM_NEWADDR or RTM_DELADDR
 * @flags: NLM_F_*
 * @netnsid: IFA_TARGET_NETNSID or -1
 */
struct fill {
	u32 portid;
	u32 seq;
	int event;
	u32 flags;
	int netnsid;
};

/* Hundredths of a second since boot. */
static u32 stamp(unsigned long when)
{
	return (when - INITIAL_JIFFIES) * 100UL / HZ;
}

static u32 left(u32 lifetime, unsigned long age)
{
	return lifetime > age ? lifetime - age : 0;
}

static int put_cacheinfo(struct sk_buff *skb, const struct inetx_ifaddr *ifa)
{
	unsigned long age = (jiffies - ifa->tstamp) / HZ;
	struct ifa_cacheinfo ci = {
		.ifa_prefered = INFINITY_LIFE_TIME,
		.ifa_valid = INFINITY_LIFE_TIME,
		.cstamp = stamp(ifa->cstamp),
		.tstamp = stamp(ifa->tstamp),
	};

	if (!(ifa->flags & IFA_F_PERMANENT)) {
		ci.ifa_prefered = ifa->preferred_lft;
		ci.ifa_valid = ifa->valid_lft;
		if (ci.ifa_prefered != INFINITY_LIFE_TIME)
			ci.ifa_prefered = left(ci.ifa_prefered, age);
		if (ci.ifa_valid != INFINITY_LIFE_TIME)
			ci.ifa_valid = left(ci.ifa_valid, age);
	}
	return nla_put(skb, IFA_CACHEINFO, sizeof(ci), &ci);
}

static int fill_addr(struct sk_buff *skb, const struct inetx_ifaddr *ifa,
		     const struct fill *fill)
{
	struct ifaddrmsg *ifm;
	struct nlmsghdr *nlh;

	nlh = nlmsg_put(skb, fill->portid, fill->seq, fill->event,
			sizeof(*ifm), fill->flags);
	if (!nlh)
		return -EMSGSIZE;
	ifm = nlmsg_data(nlh);
	ifm->ifa_family = inetx_family;
	ifm->ifa_prefixlen = ifa->prefixlen;
	ifm->ifa_flags = ifa->flags;
	ifm->ifa_scope = ifa->scope;
	ifm->ifa_index = ifa->xdev->dev->ifindex;

	if ((fill->netnsid >= 0 &&
	     nla_put_s32(skb, IFA_TARGET_NETNSID, fill->netnsid)) ||
	    (ifa->address &&
	     nla_put_in_addr(skb, IFA_ADDRESS, ifa->address)) ||
	    nla_put_in_addr(skb, IFA_LOCAL, ifa->local) ||
	    (ifa->broadcast &&
	     nla_put_in_addr(skb, IFA_BROADCAST, ifa->broadcast)) ||
	    (ifa->label[0] && nla_put_string(skb, IFA_LABEL, ifa->label)) ||
	    (ifa->proto && nla_put_u8(skb, IFA_PROTO, ifa->proto)) ||
	    nla_put_u32(skb, IFA_FLAGS, ifa->flags) ||
	    (ifa->rt_priority &&
	     nla_put_u32(skb, IFA_RT_PRIORITY, ifa->rt_priority)) ||
	    put_cacheinfo(skb, ifa)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static size_t addr_msg_size(void)
{
	return NLMSG_ALIGN(sizeof(struct ifaddrmsg)) +
	       nla_total_size(4) +			/* IFA_ADDRESS */
	       nla_total_size(4) +			/* IFA_LOCAL */
	       nla_total_size(4) +			/* IFA_BROADCAST */
	       nla_total_size(IFNAMSIZ) +		/* IFA_LABEL */
	       nla_total_size(1) +			/* IFA_PROTO */
	       nla_total_size(4) +			/* IFA_FLAGS */
	       nla_total_size(4) +			/* IFA_RT_PRIORITY */
	       nla_total_size(sizeof(struct ifa_cacheinfo));
}

/**
 * inetx_nl_addr_notify - tell listeners about an address
 * @event: RTM_NEWADDR or RTM_DELADDR
 * @ifa: the address
 * @nlh: the request that led to this, or NULL
 * @portid: who sent it, or 0
 *
 * Context: RTNL, may sleep.
 */
void inetx_nl_addr_notify(int event, struct inetx_ifaddr *ifa,
			  const struct nlmsghdr *nlh, u32 portid)
{
	const struct fill fill = {
		.portid = portid,
		.seq = nlh ? nlh->nlmsg_seq : 0,
		.event = event,
		.netnsid = -1,
	};
	struct net *net = ifa->xdev->xnet->net;
	struct sk_buff *skb;
	int err;

	skb = nlmsg_new(addr_msg_size(), GFP_KERNEL);
	if (!skb) {
		rtnl_set_sk_err(net, INETX_RTNLGRP_IFADDR, -ENOBUFS);
		return;
	}
	err = fill_addr(skb, ifa, &fill);
	if (WARN_ON_ONCE(err)) {
		kfree_skb(skb);
		rtnl_set_sk_err(net, INETX_RTNLGRP_IFADDR, err);
		return;
	}
	rtnl_notify(skb, net, portid, INETX_RTNLGRP_IFADDR, nlh, GFP_KERNEL);
}

/* The address a request describes, not on a device yet, or an ERR_PTR. */
static struct inetx_ifaddr *parse_addr(const struct nlmsghdr *nlh,
				       struct nlattr **tb,
				       struct net_device *dev,
				       u32 *valid, u32 *preferred)
{
	const struct ifaddrmsg *ifm = nlmsg_data(nlh);
	const struct ifa_cacheinfo *ci;
	struct inetx_ifaddr *ifa;

	if (tb[IFA_CACHEINFO]) {
		ci = nla_data(tb[IFA_CACHEINFO]);
		if (!ci->ifa_valid || ci->ifa_prefered > ci->ifa_valid)
			return ERR_PTR(-EINVAL);
		*valid = ci->ifa_valid;
		*preferred = ci->ifa_prefered;
	}
	ifa = inetx_addr_alloc();
	if (!ifa)
		return ERR_PTR(-ENOBUFS);

	ifa->prefixlen = ifm->ifa_prefixlen;
	ifa->mask = inet_make_mask(ifm->ifa_prefixlen);
	ifa->scope = ifm->ifa_scope;
	ifa->flags = tb[IFA_FLAGS] ? nla_get_u32(tb[IFA_FLAGS]) :
				     ifm->ifa_flags;
	ifa->local = nla_get_in_addr(tb[IFA_LOCAL]);
	ifa->address = tb[IFA_ADDRESS] ? nla_get_in_addr(tb[IFA_ADDRESS]) :
					 ifa->local;
	if (tb[IFA_BROADCAST])
		ifa->broadcast = nla_get_in_addr(tb[IFA_BROADCAST]);
	if (tb[IFA_LABEL])
		nla_strscpy(ifa->label, tb[IFA_LABEL], IFNAMSIZ);
	else
		strscpy(ifa->label, dev->name, IFNAMSIZ);
	if (tb[IFA_RT_PRIORITY])
		ifa->rt_priority = nla_get_u32(tb[IFA_RT_PRIORITY]);
	if (tb[IFA_PROTO])
		ifa->proto = nla_get_u8(tb[IFA_PROTO]);
	return ifa;
}

/**
 * inetx_nl_newaddr - RTM_NEWADDR
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0; -EINVAL; -ENODEV; -ENOBUFS for a device that cannot carry IPv4 or
 * without memory; -EEXIST without NLM_F_REPLACE or with NLM_F_EXCL;
 * -EOPNOTSUPP for IFA_F_MCAUTOJOIN, as AF_INET without multicast.
 */
int inetx_nl_newaddr(struct sk_buff *skb, struct nlmsghdr *nlh,
		     struct netlink_ext_ack *extack)
{
	u32 valid = INFINITY_LIFE_TIME, preferred = INFINITY_LIFE_TIME;
	u32 portid = NETLINK_CB(skb).portid;
	struct nlattr *tb[IFA_MAX + 1];
	struct inetx_ifaddr *ifa, *old;
	struct ifaddrmsg *ifm;
	struct net_device *dev;
	struct inetx_dev *xdev;
	int err;

	err = nlmsg_parse_deprecated(nlh, sizeof(*ifm), tb, IFA_MAX,
				     addr_policy, extack);
	if (err < 0)
		return err;
	ifm = nlmsg_data(nlh);
	if (ifm->ifa_prefixlen > 32 || !tb[IFA_LOCAL])
		return -EINVAL;
	dev = __dev_get_by_index(sock_net(skb->sk), ifm->ifa_index);
	if (!dev)
		return -ENODEV;
	xdev = inetx_dev_get(dev);
	if (!xdev)
		return -ENOBUFS;
	ifa = parse_addr(nlh, tb, dev, &valid, &preferred);
	if (IS_ERR(ifa))
		return PTR_ERR(ifa);

	old = ifa->local ? inetx_addr_find(xdev, ifa->address, ifa->mask,
					   ifa->local) : NULL;
	if (!old) {
		if (ifa->flags & IFA_F_MCAUTOJOIN) {
			kfree(ifa);
			return -EOPNOTSUPP;
		}
		inetx_addr_set_lifetime(ifa, valid, preferred);
		return inetx_addr_insert(xdev, ifa, nlh, portid, extack);
	}
	err = -EEXIST;
	if (nlh->nlmsg_flags & NLM_F_REPLACE &&
	    !(nlh->nlmsg_flags & NLM_F_EXCL)) {
		inetx_addr_change(old, valid, preferred, ifa->rt_priority, nlh,
				  portid);
		err = 0;
	}
	kfree(ifa);
	return err;
}

/**
 * inetx_nl_deladdr - RTM_DELADDR
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * The first address that has the local address, label and subnet given.
 *
 * Context: RTNL.
 * Return: 0; -EINVAL; -ENODEV; -EADDRNOTAVAIL.
 */
int inetx_nl_deladdr(struct sk_buff *skb, struct nlmsghdr *nlh,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFA_MAX + 1];
	struct inetx_ifaddr *ifa;
	struct ifaddrmsg *ifm;
	struct inetx_dev *xdev;
	int err;

	err = nlmsg_parse_deprecated(nlh, sizeof(*ifm), tb, IFA_MAX,
				     addr_policy, extack);
	if (err < 0)
		return err;
	ifm = nlmsg_data(nlh);
	xdev = inetx_dev_by_index(inetx_net(sock_net(skb->sk)),
				  ifm->ifa_index);
	if (!xdev)
		return -ENODEV;

	inetx_for_each_ifaddr_rtnl(ifa, xdev) {
		if (tb[IFA_LOCAL] &&
		    ifa->local != nla_get_in_addr(tb[IFA_LOCAL]))
			continue;
		if (tb[IFA_LABEL] && nla_strcmp(tb[IFA_LABEL], ifa->label))
			continue;
		if (tb[IFA_ADDRESS] &&
		    (ifm->ifa_prefixlen != ifa->prefixlen ||
		     ((nla_get_in_addr(tb[IFA_ADDRESS]) ^ ifa->address) &
		      ifa->mask)))
			continue;
		inetx_addr_remove(ifa, nlh, NETLINK_CB(skb).portid);
		return 0;
	}
	return -EADDRNOTAVAIL;
}

/* A strict request: nothing in it that is not understood. */
static int check_dump(struct sk_buff *skb, struct netlink_callback *cb,
		      struct fill *fill, int *ifindex, struct net **net)
{
	struct netlink_ext_ack *extack = cb->extack;
	const struct nlmsghdr *nlh = cb->nlh;
	struct nlattr *tb[IFA_MAX + 1];
	struct ifaddrmsg *ifm;
	int i, err;

	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(*ifm))) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid header for address dump request");
		return -EINVAL;
	}
	ifm = nlmsg_data(nlh);
	if (ifm->ifa_prefixlen || ifm->ifa_flags || ifm->ifa_scope) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid values in header for address dump request");
		return -EINVAL;
	}
	*ifindex = ifm->ifa_index;
	if (*ifindex) {
		cb->answer_flags |= NLM_F_DUMP_FILTERED;
		fill->flags |= NLM_F_DUMP_FILTERED;
	}
	err = nlmsg_parse_deprecated_strict(nlh, sizeof(*ifm), tb, IFA_MAX,
					    addr_policy, extack);
	if (err < 0)
		return err;
	for (i = 0; i <= IFA_MAX; i++) {
		if (tb[i] && i != IFA_TARGET_NETNSID) {
			NL_SET_ERR_MSG(extack, "ipv4: Unsupported attribute in dump request");
			return -EINVAL;
		}
	}
	if (!tb[IFA_TARGET_NETNSID])
		return 0;
	*net = rtnl_get_net_ns_capable(skb->sk,
				       nla_get_s32(tb[IFA_TARGET_NETNSID]));
	if (IS_ERR(*net)) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid target network namespace id");
		return PTR_ERR(*net);
	}
	fill->netnsid = nla_get_s32(tb[IFA_TARGET_NETNSID]);
	return 0;
}

/* The addresses of one device from cb->args[1] on, which is kept up to date. */
static int dump_dev(struct sk_buff *skb, struct netlink_callback *cb,
		    struct inetx_dev *xdev, const struct fill *fill)
{
	struct inetx_ifaddr *ifa;
	int idx = 0, err;

	inetx_for_each_ifaddr_rtnl(ifa, xdev) {
		if (idx++ < cb->args[1])
			continue;
		err = fill_addr(skb, ifa, fill);
		if (err)
			return err;
		nl_dump_check_consistent(cb, nlmsg_hdr(skb));
		cb->args[1] = idx;
	}
	return 0;
}

/**
 * inetx_nl_dev_seq - what changes when devices or addresses do
 * @xnet: the namespace
 *
 * For nl_dump_check_consistent(): interrupted dumps are marked by it.
 *
 * Context: RTNL.
 * Return: not 0.
 */
u32 inetx_nl_dev_seq(const struct inetx_net *xnet)
{
	u32 seq = xnet->route.addr_seq + xnet->net->dev_base_seq;

	return seq ? seq : 0x80000000;
}

/**
 * inetx_nl_dumpaddr - RTM_GETADDR dump
 * @skb: answer to fill
 * @cb: the request; args[0] is the device to go on with, args[1] how many of
 *	its addresses have been sent
 *
 * Context: RTNL, which the dumps of rtnetlink hold.
 * Return: bytes in @skb, or a negative errno.
 */
int inetx_nl_dumpaddr(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct fill fill = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.event = RTM_NEWADDR,
		.flags = NLM_F_MULTI,
		.netnsid = -1,
	};
	struct net *net = sock_net(skb->sk);
	struct inetx_dev *xdev;
	struct inetx_net *xnet;
	unsigned long index;
	int only = 0, err = 0;

	if (cb->strict_check) {
		err = check_dump(skb, cb, &fill, &only, &net);
		if (err < 0)
			return err;
	}
	xnet = inetx_net(net);
	cb->seq = inetx_nl_dev_seq(xnet);
	if (only) {
		if (!__dev_get_by_index(net, only))
			err = -ENODEV;
		xdev = inetx_dev_by_index(xnet, only);
		if (!err && xdev)
			err = dump_dev(skb, cb, xdev, &fill);
		goto out;
	}
	xa_for_each_start(&xnet->link.devs, index, xdev, cb->args[0]) {
		if (index != cb->args[0]) {
			cb->args[0] = index;
			cb->args[1] = 0;
		}
		err = dump_dev(skb, cb, xdev, &fill);
		if (err)
			goto out;
	}
	/* Behind the last: the call that ends the dump finds nothing more. */
	cb->args[0] = INT_MAX;
out:
	if (fill.netnsid >= 0)
		put_net(net);
	return skb->len ? skb->len : err;
}
