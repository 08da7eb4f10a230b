// SPDX-License-Identifier: GPL-2.0
/* Vifs: the devices among which multicast is routed. */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "link/address.h"
#include "mroute/table.h"
#include "netlink/netlink.h"

#define MC_FORWARDING(xdev)						\
	((xdev)->conf.data[IPV4_DEVCONF_MC_FORWARDING - 1])

/* Every multicast comes in, whether or not we are in its group, or no more. */
static int listen_to_all(struct inetx_dev *xdev, int more)
{
	int err = dev_set_allmulti(xdev->dev, more);

	if (err)
		return err;
	WRITE_ONCE(MC_FORWARDING(xdev), MC_FORWARDING(xdev) + more);
	err = inetx_dev_update_attach(xdev);
	if (err && more > 0) {
		WRITE_ONCE(MC_FORWARDING(xdev), MC_FORWARDING(xdev) - more);
		dev_set_allmulti(xdev->dev, -more);
		return err;
	}
	inetx_nl_netconf_changed(xdev->xnet, &xdev->conf,
				 IPV4_DEVCONF_MC_FORWARDING);
	return 0;
}

/* The device that a request means, or why there is none. */
static struct inetx_dev *device_of(struct inetx_mr_table *table,
				   const struct vifctl *ctl)
{
	struct net_device *dev;
	struct inetx_dev *xdev;

	switch (ctl->vifc_flags) {
	case VIFF_REGISTER:
		if (table->register_vif >= 0)
			return ERR_PTR(-EADDRINUSE);
		dev = inetx_mr_register_make(table);
		return dev ? inetx_dev_get(dev) : ERR_PTR(-ENOBUFS);
	case VIFF_TUNNEL:
		/* As for AF_INET where there is no tunl0: its tunnels are the
		 * host's, which would route what comes out of them.
		 */
		return ERR_PTR(-ENOBUFS);
	case VIFF_USE_IFINDEX:
		xdev = inetx_dev_by_index(table->xnet, ctl->vifc_lcl_ifindex);
		break;
	case 0:
		xdev = inetx_addr_find_dev(table->xnet,
					   ctl->vifc_lcl_addr.s_addr);
		break;
	default:
		return ERR_PTR(-EINVAL);
	}
	if (!xdev || xdev->dead)
		return ERR_PTR(-EADDRNOTAVAIL);
	return xdev;
}

static struct inetx_vif *vif_alloc(struct net_device *dev)
{
	struct inetx_vif *vif = kzalloc(sizeof(*vif), GFP_KERNEL_ACCOUNT);

	if (!vif)
		return NULL;
	vif->count = alloc_percpu_gfp(struct inetx_vif_count,
				      GFP_KERNEL_ACCOUNT);
	if (!vif->count) {
		kfree(vif);
		return NULL;
	}
	vif->dev = dev;
	netdev_hold(dev, &vif->tracker, GFP_KERNEL);
	return vif;
}

static void vif_free_rcu(struct rcu_head *head)
{
	struct inetx_vif *vif = container_of(head, struct inetx_vif, rcu);

	free_percpu(vif->count);
	kfree(vif);
}

/* Readers may still count; the device itself outlives their sections. */
static void vif_free(struct inetx_vif *vif)
{
	netdev_put(vif->dev, &vif->tracker);
	call_rcu(&vif->rcu, vif_free_rcu);
}

/**
 * inetx_vif_add - setsockopt(2) MRT_ADD_VIF
 * @table: the table
 * @ctl: the request, its number below MAXVIFS
 * @daemon: it comes from the daemon
 *
 * Context: process, RTNL.
 * Return: 0; -EADDRINUSE: there is such a vif; -EADDRNOTAVAIL: no such device;
 * -EINVAL: flags; -ENOBUFS: a tunnel, or no device for a register vif; -ENOMEM.
 */
int inetx_vif_add(struct inetx_mr_table *table, const struct vifctl *ctl,
		  bool daemon)
{
	unsigned int n = ctl->vifc_vifi;
	struct inetx_dev *xdev;
	struct inetx_vif *vif;
	int err;

	ASSERT_RTNL();
	if (rcu_access_pointer(table->vifs[n]))
		return -EADDRINUSE;
	xdev = device_of(table, ctl);
	if (IS_ERR(xdev))
		return PTR_ERR(xdev);
	vif = vif_alloc(xdev->dev);
	if (!vif) {
		err = -ENOMEM;
		goto err_device;
	}
	vif->flags = ctl->vifc_flags | (daemon ? 0 : VIFF_STATIC);
	vif->local = ctl->vifc_lcl_addr.s_addr;
	vif->remote = ctl->vifc_rmt_addr.s_addr;

	err = listen_to_all(xdev, 1);
	if (err)
		goto err_vif;
	rcu_assign_pointer(table->vifs[n], vif);
	WRITE_ONCE(table->used, table->used | BIT(n));
	if (vif->flags & VIFF_REGISTER) {
		WRITE_ONCE(table->register_vif, n);
		list_add(&table->registers, &inetx_mr_registers);
	}
	return 0;

err_vif:
	vif_free(vif);
err_device:
	if (ctl->vifc_flags == VIFF_REGISTER)
		unregister_netdevice(xdev->dev);
	return err;
}

/* The vif is no more; its device may be, too. */
static struct net_device *vif_unlink(struct inetx_mr_table *table,
				     unsigned int n)
{
	struct inetx_vif *vif = rtnl_dereference(table->vifs[n]);
	struct net_device *dev = vif->dev;
	struct inetx_dev *xdev;

	RCU_INIT_POINTER(table->vifs[n], NULL);
	WRITE_ONCE(table->used, table->used & ~BIT(n));
	if (vif->flags & VIFF_REGISTER) {
		WRITE_ONCE(table->register_vif, -1);
		list_del(&table->registers);
	}
	xdev = inetx_dev_get(dev);
	if (xdev)
		listen_to_all(xdev, -1);
	vif_free(vif);
	return dev;
}

/**
 * inetx_vif_delete - setsockopt(2) MRT_DEL_VIF
 * @table: the table
 * @n: which one
 *
 * Entries that name it stay, and mean the next one with its number.  The device of
 * the register vif goes with it.
 *
 * Context: process, RTNL.
 * Return: 0 or -EADDRNOTAVAIL.
 */
int inetx_vif_delete(struct inetx_mr_table *table, unsigned int n)
{
	struct net_device *dev;

	ASSERT_RTNL();
	if (n >= MAXVIFS || !rcu_access_pointer(table->vifs[n]))
		return -EADDRNOTAVAIL;
	if (n == table->register_vif) {
		dev = vif_unlink(table, n);
		unregister_netdevice(dev);
	} else {
		vif_unlink(table, n);
	}
	return 0;
}

/**
 * inetx_vif_dev_gone - a device goes, and the vifs that it is
 * @table: the table
 * @dev: the device
 *
 * Context: process, RTNL.
 */
void inetx_vif_dev_gone(struct inetx_mr_table *table,
			const struct net_device *dev)
{
	const struct inetx_vif *vif;
	unsigned int n;

	for (n = 0; n < MAXVIFS; n++) {
		vif = rtnl_dereference(table->vifs[n]);
		if (vif && vif->dev == dev)
			vif_unlink(table, n);
	}
}

/**
 * inetx_vif_find - which vif a device is
 * @table: the table
 * @dev: the device
 *
 * Context: RTNL or RCU read side.
 * Return: its number, the highest if it is several; -1: none.
 */
int inetx_vif_find(const struct inetx_mr_table *table,
		   const struct net_device *dev)
{
	const struct inetx_vif *vif;
	int n;

	for (n = inetx_vif_end(table) - 1; n >= 0; n--) {
		vif = rcu_dereference_rtnl(table->vifs[n]);
		if (vif && vif->dev == dev)
			break;
	}
	return n;
}

/**
 * inetx_vif_sum - what went through a vif
 * @vif: the vif
 * @sum: to be filled
 *
 * Context: RTNL or RCU read side.
 */
void inetx_vif_sum(const struct inetx_vif *vif, struct inetx_vif_count *sum)
{
	const struct inetx_vif_count *count;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		count = per_cpu_ptr(vif->count, cpu);
		sum->pkt_in += READ_ONCE(count->pkt_in);
		sum->bytes_in += READ_ONCE(count->bytes_in);
		sum->pkt_out += READ_ONCE(count->pkt_out);
		sum->bytes_out += READ_ONCE(count->bytes_out);
	}
}
