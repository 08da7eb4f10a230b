// SPDX-License-Identifier: GPL-2.0
/*
 * Which net devices we know, and on which our hook sits.
 *
 * Device events drive everything here; they come under RTNL.  Registering the
 * notifier replays REGISTER and UP for all devices of all namespaces, removing
 * it replays DOWN and UNREGISTER, so load and unload need no code of their own.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/inetdevice.h>
#include <linux/netfilter_netdev.h>
#include <linux/nsproxy.h>
#include <linux/slab.h>
#include <net/ip.h>

#include "arp/arp.h"
#include "filter/filter.h"
#include "igmp/igmp.h"
#include "link/address.h"
#include "link/link.h"
#include "mroute/mroute.h"
#include "route/exception.h"
#include "route/route.h"
#include "route/vrf.h"
#include "sysctl/sysctl.h"

#define CONF_INDEX(attr)	(IPV4_DEVCONF_##attr - 1)

/* AF_INET's defaults (Documentation/networking/ip-sysctl.rst). */
static const struct inetx_devconf devconf_init = {
	.data = {
		[CONF_INDEX(ACCEPT_REDIRECTS)] = 1,
		[CONF_INDEX(SEND_REDIRECTS)] = 1,
		[CONF_INDEX(SECURE_REDIRECTS)] = 1,
		[CONF_INDEX(SHARED_MEDIA)] = 1,
		[CONF_INDEX(IGMPV2_UNSOLICITED_REPORT_INTERVAL)] = 10000,
		[CONF_INDEX(IGMPV3_UNSOLICITED_REPORT_INTERVAL)] = 1000,
		[CONF_INDEX(ARP_EVICT_NOCARRIER)] = 1,
	},
};

static bool mtu_ok(const struct net_device *dev)
{
	return dev->mtu >= IPV4_MIN_MTU;
}

/**
 * inetx_dev_attach - put our hook on a device
 * @xdev: the device; nothing happens when the hook is there
 *
 * The hook is the last of the device's ingress hooks: what the administrator
 * filters there is filtered for us, too.
 *
 * Context: process, RTNL held.
 * Return: 0 or a negative errno.
 */
int inetx_dev_attach(struct inetx_dev *xdev)
{
	int err;

	ASSERT_RTNL();
	if (xdev->attached)
		return 0;

	xdev->hook = (struct nf_hook_ops) {
		.hook = inetx_link_rx,
		.priv = xdev,
		.dev = xdev->dev,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		.priority = INT_MAX,
	};
	err = nf_register_net_hook(xdev->xnet->net, &xdev->hook);
	if (err)
		return err;
	WRITE_ONCE(xdev->attached, true);
	return 0;
}

/**
 * inetx_dev_detach - take our hook off a device
 * @xdev: the device; nothing happens when the hook is not there
 *
 * Until a grace period has passed the hook may still run.
 *
 * Context: process, RTNL held.
 */
void inetx_dev_detach(struct inetx_dev *xdev)
{
	ASSERT_RTNL();
	if (!xdev->attached)
		return;
	WRITE_ONCE(xdev->attached, false);
	nf_unregister_net_hook(xdev->xnet->net, &xdev->hook);
}

/*
 * Whether the frames of a device are its master's, before any protocol sees
 * them: the port of a bridge, a bond, a team, an Open vSwitch.
 */
static bool is_port(struct net_device *dev)
{
	const struct net_device *master = netdev_master_upper_dev_get(dev);

	return master && (netif_is_bridge_master(master) ||
			  netif_is_lag_master(master) ||
			  netif_is_ovs_master(master));
}

/**
 * inetx_dev_update_attach - put the hook on or off as is now needed
 * @xdev: the device
 *
 * Needed on a device with an address of ours or a multicast group that a socket
 * has joined, on one that multicast is routed by, on one that is claimed, on a
 * VRF, and on lo as soon as it is up, since we may route any address to ourselves.
 * Never on a port, whose frames we get from its master: taken from the port, they
 * would not be forwarded by it, and answered with the port's address.
 *
 * Context: process, RTNL held; call after each change of these.
 * Return: 0 or a negative errno; the device is unchanged then.
 */
int inetx_dev_update_attach(struct inetx_dev *xdev)
{
	struct net_device *dev = xdev->dev;

	ASSERT_RTNL();
	if (!xdev->dead && !is_port(dev) &&
	    (rtnl_dereference(xdev->addrs) ||
	     READ_ONCE(xdev->igmp.joined) ||
	     INETX_CONF(&xdev->conf, MC_FORWARDING) ||
	     inetx_dev_claimed(xdev) ||
	     netif_is_l3_master(dev) ||
	     (dev->flags & IFF_LOOPBACK && dev->flags & IFF_UP)))
		return inetx_dev_attach(xdev);
	inetx_dev_detach(xdev);
	return 0;
}

/**
 * inetx_dev_by_index - our state of the device with an index
 * @xnet: the namespace
 * @ifindex: the index
 *
 * Context: RTNL or RCU read side.
 * Return: the inetx_dev or NULL.
 */
struct inetx_dev *inetx_dev_by_index(struct inetx_net *xnet, int ifindex)
{
	return ifindex > 0 ? xa_load(&xnet->link.devs, ifindex) : NULL;
}

static int dev_create(struct inetx_net *xnet, struct net_device *dev)
{
	struct inetx_dev *xdev;
	int err;

	xdev = kzalloc(sizeof(*xdev), GFP_KERNEL);
	if (!xdev)
		return -ENOMEM;

	xdev->dev = dev;
	xdev->xnet = xnet;
	xdev->conf = xnet->link.conf_default;
	if (dev->flags & IFF_LOOPBACK) {
		xdev->conf.data[CONF_INDEX(NOXFRM)] = 1;
		xdev->conf.data[CONF_INDEX(NOPOLICY)] = 1;
	}
	netdev_hold(dev, &xdev->dev_tracker, GFP_KERNEL);
	inetx_arp_dev_init(xdev);
	inetx_igmp_dev_init(xdev);

	err = -ENOMEM;
	xdev->arp_parms = neigh_parms_alloc(dev, &inetx_arp_table);
	if (!xdev->arp_parms)
		goto err_put;
	if (dev->flags & IFF_LOOPBACK) {
		err = inetx_loopback_up(xnet, dev);
		if (err)
			goto err_parms;
	}
	err = xa_err(xa_store(&xnet->link.devs, dev->ifindex, xdev,
			      GFP_KERNEL));
	if (err)
		goto err_loopback;
	err = inetx_sysctl_dev_register(xdev);
	if (err)
		goto err_unpublish;
	err = inetx_dev_update_attach(xdev);
	if (err)
		goto err_sysctl;
	/* Packets merged by LRO cannot be taken apart again as they were. */
	if (INETX_CONF(&xdev->conf, FORWARDING))
		dev_disable_lro(dev);
	if (netif_is_l3_master(dev))
		inetx_vrf_register(xdev);
	return 0;

err_sysctl:
	inetx_sysctl_dev_unregister(xdev);
err_unpublish:
	xdev->dead = true;
	xa_erase(&xnet->link.devs, dev->ifindex);
err_loopback:
	if (dev->flags & IFF_LOOPBACK)
		inetx_loopback_down(xnet);
err_parms:
	neigh_parms_release(&inetx_arp_table, xdev->arp_parms);
err_put:
	netdev_put(dev, &xdev->dev_tracker);
	kfree_rcu(xdev, rcu);
	return err;
}

/*
 * The device goes, or its MTU has become too small for IPv4, or the module goes.
 *
 * Step by step: who finds the inetx_dev from now on sees it dead; the hook goes,
 * so no more packets are let in (those inside run in RCU sections), before it the
 * vif that needs it; groups end,
 * and the timer that reports them; addresses and routes go, with them the
 * generation, so no sender starts to use the device once it looks; neighbour
 * entries go with the packets they queue and their references on the device;
 * then files, the index, and the loopback dsts.  What is left to readers of RCU
 * sections is the memory, and @dev, which core code keeps for a grace period
 * after the notifiers.
 */
static void dev_destroy(struct inetx_dev *xdev)
{
	struct inetx_net *xnet = xdev->xnet;
	struct net_device *dev = xdev->dev;

	WRITE_ONCE(xdev->dead, true);
	inetx_mroute_dev_gone(xdev);
	inetx_dev_detach(xdev);
	inetx_arp_dev_exit(xdev);
	inetx_igmp_dev_exit(xdev);
	inetx_addr_flush_dev(xdev);
	inetx_route_dev_down(xdev, true);
	inetx_route_bump(xnet);
	inetx_sysctl_dev_unregister(xdev);
	xa_erase(&xnet->link.devs, dev->ifindex);
	if (dev->flags & IFF_LOOPBACK)
		inetx_loopback_down(xnet);
	/* First the parameters, so that no entry is made behind the flush. */
	neigh_parms_release(&inetx_arp_table, xdev->arp_parms);
	neigh_ifdown(&inetx_arp_table, dev);
	netdev_put(dev, &xdev->dev_tracker);
	kfree_rcu(xdev, rcu);
}

/* 127.0.0.1/8, as AF_INET has it, on a loopback device that comes up. */
static void lo_address(struct inetx_dev *xdev)
{
	struct inetx_ifaddr *ifa;
	int err;

	if (rtnl_dereference(xdev->addrs))
		return;

	ifa = inetx_addr_alloc();
	if (!ifa) {
		err = -ENOMEM;
		goto out;
	}
	ifa->local = htonl(INADDR_LOOPBACK);
	ifa->address = ifa->local;
	ifa->prefixlen = 8;
	ifa->mask = inet_make_mask(8);
	ifa->scope = RT_SCOPE_HOST;
	inetx_addr_set_lifetime(ifa, INFINITY_LIFE_TIME, INFINITY_LIFE_TIME);
	strscpy(ifa->label, xdev->dev->name, sizeof(ifa->label));

	err = inetx_addr_insert(xdev, ifa, NULL, 0, NULL);
out:
	if (err)
		pr_warn_ratelimited("%s: no loopback address: error %d\n",
				    xdev->dev->name, err);
}

static void dev_announce(struct inetx_dev *xdev)
{
	struct inetx_ifaddr *ifa;

	rcu_read_lock();
	inetx_for_each_ifaddr_rcu(ifa, xdev)
		inetx_arp_announce(xdev, ifa->local);
	rcu_read_unlock();
}

static void dev_attach(struct inetx_dev *xdev)
{
	int err = inetx_dev_update_attach(xdev);

	if (err)
		pr_warn_ratelimited("%s: cannot attach: error %d\n",
				    xdev->dev->name, err);
}

static void dev_up(struct inetx_dev *xdev)
{
	dev_attach(xdev);
	inetx_addr_dev_up(xdev);
	if (xdev->dev->flags & IFF_LOOPBACK)
		lo_address(xdev);
	inetx_route_bump(xdev->xnet);
	inetx_igmp_dev_up(xdev);
	if (INETX_CONF_OR(xdev, ARP_NOTIFY))
		dev_announce(xdev);
}

static void dev_down(struct inetx_dev *xdev)
{
	inetx_igmp_dev_down(xdev);
	inetx_addr_dev_down(xdev);
	inetx_route_bump(xdev->xnet);
	neigh_ifdown(&inetx_arp_table, xdev->dev);
}

static void dev_rename(struct inetx_dev *xdev)
{
	int err;

	inetx_addr_dev_rename(xdev);
	inetx_sysctl_dev_unregister(xdev);
	err = inetx_sysctl_dev_register(xdev);
	if (err)
		pr_warn_ratelimited("%s: no sysctls: error %d\n",
				    xdev->dev->name, err);
}

static void dev_change(struct inetx_dev *xdev,
		       const struct netdev_notifier_change_info *info)
{
	struct net_device *dev = xdev->dev;

	if (info->flags_changed & IFF_NOARP)
		neigh_changeaddr(&inetx_arp_table, dev);
	if (!netif_carrier_ok(dev) &&
	    INETX_CONF_AND(xdev, ARP_EVICT_NOCARRIER))
		neigh_carrier_down(&inetx_arp_table, dev);
	inetx_route_dev_carrier(xdev);
	inetx_route_bump(xdev->xnet);
}

static void dev_upper(struct inetx_dev *xdev,
		      const struct netdev_notifier_changeupper_info *info)
{
	dev_attach(xdev);
	if (netif_is_l3_master(info->upper_dev))
		inetx_route_dev_vrf(xdev);
}

static void dev_mtu(struct inetx_dev *xdev,
		    const struct netdev_notifier_info_ext *info)
{
	if (!mtu_ok(xdev->dev)) {
		dev_destroy(xdev);
		return;
	}
	inetx_exception_dev_mtu(xdev->xnet, xdev->dev, info->ext.mtu);
	inetx_route_bump(xdev->xnet);
}

static int link_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct inetx_net *xnet = inetx_net(dev_net(dev));
	struct inetx_dev *xdev = inetx_dev_get(dev);

	ASSERT_RTNL();
	if (event == NETDEV_UNREGISTER)
		inetx_filter_dev_gone(dev);
	if (!xdev) {
		int err = 0;

		/* A device with a small MTU gets its state when that grows. */
		if ((event == NETDEV_REGISTER || event == NETDEV_CHANGEMTU) &&
		    mtu_ok(dev) && dev->reg_state <= NETREG_REGISTERED) {
			err = dev_create(xnet, dev);
			if (!err && event == NETDEV_CHANGEMTU &&
			    dev->flags & IFF_UP)
				dev_up(inetx_dev_get(dev));
		}
		return event == NETDEV_REGISTER ? notifier_from_errno(err) :
						  NOTIFY_DONE;
	}

	switch (event) {
	case NETDEV_UP:
		dev_up(xdev);
		break;
	case NETDEV_DOWN:
		dev_down(xdev);
		break;
	case NETDEV_CHANGE:
		dev_change(xdev, ptr);
		break;
	case NETDEV_CHANGEMTU:
		dev_mtu(xdev, ptr);
		break;
	case NETDEV_CHANGEUPPER:
		dev_upper(xdev, ptr);
		break;
	case NETDEV_CHANGEADDR:
		neigh_changeaddr(&inetx_arp_table, dev);
		if (INETX_CONF_OR(xdev, ARP_NOTIFY))
			dev_announce(xdev);
		break;
	case NETDEV_NOTIFY_PEERS:
		dev_announce(xdev);
		break;
	case NETDEV_CHANGENAME:
		dev_rename(xdev);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		inetx_igmp_dev_unmap(xdev);
		break;
	case NETDEV_POST_TYPE_CHANGE:
		inetx_igmp_dev_remap(xdev);
		break;
	case NETDEV_RESEND_IGMP:
		inetx_igmp_dev_rejoin(xdev);
		break;
	case NETDEV_UNREGISTER:
		dev_destroy(xdev);
		break;
	default:
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block link_notifier = {
	.notifier_call = link_event,
};

/**
 * inetx_link_init - meet all devices, present and future
 *
 * Context: module init, after every namespace has its stack.
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_link_init(void)
{
	return register_netdevice_notifier(&link_notifier);
}

/**
 * inetx_link_exit - let go of all devices
 *
 * When it returns, no hook of ours runs and none will.
 *
 * Context: module exit.
 */
void inetx_link_exit(void)
{
	unregister_netdevice_notifier(&link_notifier);
	synchronize_net();
}

/**
 * inetx_link_net_init - switches of a new namespace
 * @xnet: the namespace
 *
 * Whose values they start with is said by net.core.devconf_inherit_init_net.
 *
 * Return: 0 or -ENOMEM.
 */
int inetx_link_net_init(struct inetx_net *xnet)
{
	const struct net *from = NULL;

	xa_init(&xnet->link.devs);
	xnet->link.lo_dst = alloc_percpu(struct rtable __rcu *);
	if (!xnet->link.lo_dst)
		return -ENOMEM;

	if (!net_eq(xnet->net, &init_net)) {
		switch (net_inherit_devconf()) {
		case 0:
		case 1:
			from = &init_net;
			break;
		case 3:
			from = current->nsproxy->net_ns;
			break;
		}
		/* At module load, older namespaces are met in any order. */
		if (from && inetx_net(from)->link.ready) {
			xnet->link.conf_all = inetx_net(from)->link.conf_all;
			xnet->link.conf_default =
				inetx_net(from)->link.conf_default;
			/* Not a choice, but that a daemon runs there. */
			xnet->link.conf_all.data[CONF_INDEX(MC_FORWARDING)] = 0;
			xnet->link.ready = true;
			return 0;
		}
	}

	xnet->link.conf_all = devconf_init;
	xnet->link.conf_default = devconf_init;
	xnet->link.conf_default.data[CONF_INDEX(ACCEPT_SOURCE_ROUTE)] = 1;
	xnet->link.ready = true;
	return 0;
}

/**
 * inetx_link_net_exit - the end of a namespace's devices
 * @xnet: the namespace; its devices are unregistered or moved by now, and
 *	nobody sends
 */
void inetx_link_net_exit(struct inetx_net *xnet)
{
	WARN_ON_ONCE(!xa_empty(&xnet->link.devs));
	xa_destroy(&xnet->link.devs);
	free_percpu(xnet->link.lo_dst);
}
