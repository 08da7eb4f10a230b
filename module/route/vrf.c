// SPDX-License-Identifier: GPL-2.0
/* VRF, see vrf.h. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/inetdevice.h>
#include <net/fib_rules.h>
#include <net/l3mdev.h>
#include <net/netlink.h>

#include "link/link.h"
#include "route/vrf.h"

/* Of the rule that the kernel makes for its own families. */
#define PREF_L3MDEV	1000

/**
 * inetx_in_dev_vrf - inetx_in_dev() where there may be a VRF
 * @dev: the device
 * @accept: for sockets that are bound to none, too
 * @in: @dif is set to the device
 *
 * Context: RCU read side.
 */
void inetx_in_dev_vrf(const struct net_device *dev, bool accept,
		      struct inetx_in_dev *in)
{
	int vrf = inetx_vrf_master(dev);

	if (!vrf)
		return;
	in->dif = vrf;
	in->sdif = dev->ifindex;
	in->bound_only = !accept;
}

/**
 * inetx_vrf_master - the VRF of a device
 * @dev: the device, or NULL
 *
 * Context: RCU read side.
 * Return: its index, 0 for none.
 */
int inetx_vrf_master(const struct net_device *dev)
{
	return dev ? l3mdev_master_ifindex_rcu(dev) : 0;
}

/**
 * inetx_vrf_table - where the routes of a device belong
 * @dev: the device, or NULL
 * @table: the table if it is in no VRF
 *
 * Context: any.
 * Return: the number of the table.
 */
u32 inetx_vrf_table(const struct net_device *dev, u32 table)
{
	u32 id = 0;

	if (dev)
		id = l3mdev_fib_table(dev);
	return id ? id : table;
}

static struct sk_buff *rule_request(void)
{
	struct fib_rule_hdr *frh;
	struct nlmsghdr *nlh;
	struct sk_buff *skb;

	skb = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return NULL;
	nlh = nlmsg_put(skb, 0, 0, RTM_NEWRULE, sizeof(*frh), NLM_F_EXCL);
	if (!nlh)
		goto free;
	frh = nlmsg_data(nlh);
	memset(frh, 0, sizeof(*frh));
	frh->family = inetx_family;
	frh->action = FR_ACT_TO_TBL;
	if (nla_put_u8(skb, FRA_PROTOCOL, RTPROT_KERNEL) ||
	    nla_put_u8(skb, FRA_L3MDEV, 1) ||
	    nla_put_u32(skb, FRA_PRIORITY, PREF_L3MDEV))
		goto free;
	nlmsg_end(skb, nlh);
	return skb;
free:
	nlmsg_free(skb);
	return NULL;
}

/**
 * inetx_vrf_register - a VRF has come to be
 * @xdev: its device
 *
 * With the first in a namespace comes the rule; whoever removes that means it.
 * From then on addresses of devices are found by the tables only, as there may
 * be the same in each VRF.
 *
 * Context: RTNL, may sleep.
 */
void inetx_vrf_register(struct inetx_dev *xdev)
{
	struct inetx_net *xnet = xdev->xnet;
	struct sk_buff *skb;
	int err = -ENOMEM;

	if (xnet->route.vrf)
		return;
	xnet->route.vrf = true;
	skb = rule_request();
	if (skb) {
		/* By it the core finds the namespace. */
		skb->sk = xnet->net->rtnl;
		err = fib_nl_newrule(skb, nlmsg_hdr(skb), NULL);
		skb->sk = NULL;
		nlmsg_free(skb);
	}
	if (err && err != -EEXIST)
		pr_warn_ratelimited("%s: no l3mdev rule: error %d\n",
				    xdev->dev->name, err);
}
