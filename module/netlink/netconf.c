// SPDX-License-Identifier: GPL-2.0
/* RTM_*NETCONF: some of conf/{all,default,DEV} by rtnetlink. */

#include <linux/netconf.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#include "link/link.h"
#include "netlink/netlink.h"
#include "uapi/linux/inetx.h"

static const struct nla_policy netconf_policy[NETCONFA_MAX + 1] = {
	[NETCONFA_IFINDEX]		= { .len = sizeof(int) },
	[NETCONFA_FORWARDING]		= { .len = sizeof(int) },
	[NETCONFA_RP_FILTER]		= { .len = sizeof(int) },
	[NETCONFA_PROXY_NEIGH]		= { .len = sizeof(int) },
	[NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN] = { .len = sizeof(int) },
};

/* What is shown, in AF_INET's order; announced: whose changes are told. */
static const struct {
	u8 attr;
	u8 conf;
	bool announced;
} shown[] = {
	{ NETCONFA_FORWARDING, IPV4_DEVCONF_FORWARDING, true },
	{ NETCONFA_RP_FILTER, IPV4_DEVCONF_RP_FILTER, true },
	{ NETCONFA_MC_FORWARDING, IPV4_DEVCONF_MC_FORWARDING, true },
	{ NETCONFA_BC_FORWARDING, IPV4_DEVCONF_BC_FORWARDING, false },
	{ NETCONFA_PROXY_NEIGH, IPV4_DEVCONF_PROXY_ARP, true },
	{ NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN,
	  IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN, true },
};

static size_t msg_size(void)
{
	return NLMSG_ALIGN(sizeof(struct netconfmsg)) +
	       nla_total_size(4) * (1 + ARRAY_SIZE(shown));
}

/* @only: IPV4_DEVCONF_*, or 0 for all that is shown; without @conf it is gone. */
static int fill_conf(struct sk_buff *skb, int ifindex,
		     const struct inetx_devconf *conf, int only, u32 portid,
		     u32 seq, u32 flags)
{
	int event = conf ? RTM_NEWNETCONF : RTM_DELNETCONF;
	struct netconfmsg *ncm;
	struct nlmsghdr *nlh;
	int i;

	nlh = nlmsg_put(skb, portid, seq, event, sizeof(*ncm), flags);
	if (!nlh)
		return -EMSGSIZE;
	ncm = nlmsg_data(nlh);
	ncm->ncm_family = inetx_family;
	if (nla_put_s32(skb, NETCONFA_IFINDEX, ifindex))
		goto full;
	for (i = 0; conf && i < ARRAY_SIZE(shown); i++) {
		if (only && only != shown[i].conf)
			continue;
		if (nla_put_s32(skb, shown[i].attr,
				READ_ONCE(conf->data[shown[i].conf - 1])))
			goto full;
	}
	nlmsg_end(skb, nlh);
	return 0;

full:
	nlmsg_cancel(skb, nlh);
	return -EMSGSIZE;
}

static void announce(struct inetx_net *xnet, int ifindex,
		     const struct inetx_devconf *conf, int only)
{
	struct net *net = xnet->net;
	struct sk_buff *skb;
	int err;

	if (!rtnl_has_listeners(net, INETX_RTNLGRP_NETCONF))
		return;
	skb = nlmsg_new(msg_size(), GFP_KERNEL);
	if (!skb) {
		rtnl_set_sk_err(net, INETX_RTNLGRP_NETCONF, -ENOBUFS);
		return;
	}
	err = fill_conf(skb, ifindex, conf, only, 0, 0, 0);
	if (WARN_ON_ONCE(err)) {
		kfree_skb(skb);
		rtnl_set_sk_err(net, INETX_RTNLGRP_NETCONF, err);
		return;
	}
	rtnl_notify(skb, net, 0, INETX_RTNLGRP_NETCONF, NULL, GFP_KERNEL);
}

/**
 * inetx_nl_netconf_changed - tell listeners of a value, if they care for it
 * @xnet: the namespace
 * @conf: of "all", "default" or a device; the value is in there already
 * @id: IPV4_DEVCONF_*
 *
 * Context: RTNL, may sleep.
 */
void inetx_nl_netconf_changed(struct inetx_net *xnet,
			      const struct inetx_devconf *conf, int id)
{
	int ifindex, i;

	for (i = 0; i < ARRAY_SIZE(shown); i++)
		if (shown[i].conf == id && shown[i].announced)
			break;
	if (i == ARRAY_SIZE(shown))
		return;
	if (conf == &xnet->link.conf_all)
		ifindex = NETCONFA_IFINDEX_ALL;
	else if (conf == &xnet->link.conf_default)
		ifindex = NETCONFA_IFINDEX_DEFAULT;
	else
		ifindex = container_of(conf, struct inetx_dev,
				       conf)->dev->ifindex;
	announce(xnet, ifindex, conf, id);
}

/**
 * inetx_nl_netconf_dev - tell listeners that conf/DEV has come or gone
 * @xdev: the device
 * @there: it has come
 *
 * Context: RTNL, may sleep.
 */
void inetx_nl_netconf_dev(struct inetx_dev *xdev, bool there)
{
	announce(xdev->xnet, xdev->dev->ifindex, there ? &xdev->conf : NULL, 0);
}

static int check_get(struct sk_buff *skb, const struct nlmsghdr *nlh,
		     struct nlattr **tb, struct netlink_ext_ack *extack)
{
	int i, err;

	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(struct netconfmsg))) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid header for netconf get request");
		return -EINVAL;
	}
	if (!netlink_strict_get_check(skb))
		return nlmsg_parse_deprecated(nlh, sizeof(struct netconfmsg),
					      tb, NETCONFA_MAX, netconf_policy,
					      extack);
	err = nlmsg_parse_deprecated_strict(nlh, sizeof(struct netconfmsg), tb,
					    NETCONFA_MAX, netconf_policy,
					    extack);
	if (err)
		return err;
	for (i = 0; i <= NETCONFA_MAX; i++) {
		if (tb[i] && i != NETCONFA_IFINDEX) {
			NL_SET_ERR_MSG(extack,
				       "ipv4: Unsupported attribute in netconf get request");
			return -EINVAL;
		}
	}
	return 0;
}

/**
 * inetx_nl_getnetconf - RTM_GETNETCONF of "all", "default" or a device
 * @skb: the request
 * @nlh: its header
 * @extack: for the reason of a refusal
 *
 * Context: RTNL.
 * Return: 0; -EINVAL, also for an unknown device; -ENOBUFS.
 */
int inetx_nl_getnetconf(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack)
{
	struct net *net = sock_net(skb->sk);
	struct inetx_net *xnet = inetx_net(net);
	struct nlattr *tb[NETCONFA_MAX + 1];
	const struct inetx_devconf *conf;
	struct inetx_dev *xdev;
	struct sk_buff *answer;
	int ifindex, err;

	err = check_get(skb, nlh, tb, extack);
	if (err)
		return err;
	if (!tb[NETCONFA_IFINDEX])
		return -EINVAL;
	ifindex = nla_get_s32(tb[NETCONFA_IFINDEX]);
	switch (ifindex) {
	case NETCONFA_IFINDEX_ALL:
		conf = &xnet->link.conf_all;
		break;
	case NETCONFA_IFINDEX_DEFAULT:
		conf = &xnet->link.conf_default;
		break;
	default:
		xdev = inetx_dev_by_index(xnet, ifindex);
		if (!xdev)
			return -EINVAL;
		conf = &xdev->conf;
	}
	answer = nlmsg_new(msg_size(), GFP_KERNEL);
	if (!answer)
		return -ENOBUFS;
	err = fill_conf(answer, ifindex, conf, 0, NETLINK_CB(skb).portid,
			nlh->nlmsg_seq, 0);
	if (WARN_ON_ONCE(err)) {
		kfree_skb(answer);
		return err;
	}
	return rtnl_unicast(answer, net, NETLINK_CB(skb).portid);
}

static int check_dump(const struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack)
{
	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(struct netconfmsg))) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid header for netconf dump request");
		return -EINVAL;
	}
	if (nlmsg_attrlen(nlh, sizeof(struct netconfmsg))) {
		NL_SET_ERR_MSG(extack, "ipv4: Invalid data after header in netconf dump request");
		return -EINVAL;
	}
	return 0;
}

/**
 * inetx_nl_dumpnetconf - RTM_GETNETCONF dump: devices, then "all", "default"
 * @skb: answer to fill
 * @cb: the request; args[0] counts the stages, args[1] is the next device
 *
 * Context: RTNL, which the dumps of rtnetlink hold.
 * Return: bytes in @skb, or a negative errno.
 */
int inetx_nl_dumpnetconf(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct inetx_net *xnet = inetx_net(sock_net(skb->sk));
	u32 portid = NETLINK_CB(cb->skb).portid, seq = cb->nlh->nlmsg_seq;
	struct inetx_dev *xdev;
	unsigned long index;
	int err;

	if (cb->strict_check) {
		err = check_dump(cb->nlh, cb->extack);
		if (err)
			return err;
	}
	cb->seq = inetx_nl_dev_seq(xnet);
	if (cb->args[0] == 0) {
		xa_for_each_start(&xnet->link.devs, index, xdev, cb->args[1]) {
			if (fill_conf(skb, index, &xdev->conf, 0, portid, seq,
				      NLM_F_MULTI))
				return skb->len;
			nl_dump_check_consistent(cb, nlmsg_hdr(skb));
			cb->args[1] = index + 1;
		}
		cb->args[0]++;
	}
	if (cb->args[0] == 1) {
		if (fill_conf(skb, NETCONFA_IFINDEX_ALL, &xnet->link.conf_all,
			      0, portid, seq, NLM_F_MULTI))
			return skb->len;
		cb->args[0]++;
	}
	if (cb->args[0] == 2) {
		if (fill_conf(skb, NETCONFA_IFINDEX_DEFAULT,
			      &xnet->link.conf_default, 0, portid, seq,
			      NLM_F_MULTI))
			return skb->len;
		cb->args[0]++;
	}
	return skb->len;
}
