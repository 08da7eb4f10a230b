// SPDX-License-Identifier: GPL-2.0
/*
 * The groups of each device: who is in them, what the hardware passes, what the
 * receive path takes.
 *
 * All that changes a group does it under the namespace's igmp.lock, so that it
 * can sleep for memory, and takes the device's igmp.lock for the moment of the
 * change, because the timer and queries use the group at the same time.  The
 * receive path finds groups and their filters under RCU.
 */

#include <linux/hash.h>
#include <linux/if_arp.h>
#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ip.h>

#include "igmp/internal.h"

static struct hlist_head *bucket(struct inetx_net *xnet, __be32 addr)
{
	return &xnet->igmp.hash[hash_32((__force u32)addr,
					INETX_IGMP_HASH_BITS)];
}

/* Namespace's lock or RCU read side. */
static struct inetx_group *find(const struct inetx_dev *xdev, __be32 addr)
{
	struct inetx_net *xnet = xdev->xnet;
	struct inetx_group *group;

	hlist_for_each_entry_rcu(group, bucket(xnet, addr), hash,
				 lockdep_is_held(&xnet->igmp.lock))
		if (group->addr == addr && group->xdev == xdev)
			return group;
	return NULL;
}

/**
 * inetx_igmp_wants - is a packet for a group that the device is in?
 * @xdev: the device it came in by, or leaves by
 * @group: its destination, a multicast address, network order
 * @saddr: its source, network order
 * @protocol: IPPROTO_*; the source filters of a group do not concern IGMP
 *
 * Context: any, RCU read side.
 */
bool inetx_igmp_wants(const struct inetx_dev *xdev, __be32 group, __be32 saddr,
		      u8 protocol)
{
	const struct inetx_group *found = find(xdev, group);

	return found && (protocol == IPPROTO_IGMP ||
			 inetx_mc_passes(rcu_dereference(found->filter),
					 saddr));
}

/* The link address of a group, where the hardware has a filter for them. */
static bool hw_addr(const struct inetx_group *group, u8 *addr)
{
	const struct net_device *dev = group->xdev->dev;

	switch (dev->type) {
	case ARPHRD_ETHER:
	case ARPHRD_FDDI:
		ip_eth_mc_map(group->addr, addr);
		return true;
	case ARPHRD_INFINIBAND:
		ip_ib_mc_map(group->addr, dev->broadcast, addr);
		return true;
	case ARPHRD_IPGRE:
		ip_ipgre_mc_map(group->addr, dev->broadcast, addr);
		return true;
	default:
		return false;
	}
}

static void hw_load(struct inetx_group *group)
{
	u8 addr[MAX_ADDR_LEN] = {};

	if (group->loaded)
		return;
	group->loaded = true;
	if (hw_addr(group, addr))
		dev_mc_add(group->xdev->dev, addr);
}

static void hw_unload(struct inetx_group *group)
{
	u8 addr[MAX_ADDR_LEN] = {};

	if (!group->loaded)
		return;
	group->loaded = false;
	if (hw_addr(group, addr))
		dev_mc_del(group->xdev->dev, addr);
}

static struct inetx_mc_filter *filter_alloc(u32 room)
{
	struct inetx_mc_filter *filter;

	filter = kvzalloc(struct_size(filter, src, room), GFP_KERNEL_ACCOUNT);
	if (filter)
		filter->room = room;
	return filter;
}

/* Nobody but readers in RCU sections knows it any more. */
static void group_free(struct inetx_group *group)
{
	struct inetx_mc_filter *filter;

	filter = rcu_dereference_protected(group->filter, true);
	kvfree_rcu(filter, rcu);
	kfree_rcu(group, rcu);
}

/* A group that was left a moment ago, of which the reports are not over. */
static struct inetx_group *take_departed(struct inetx_dev *xdev, __be32 addr)
{
	struct inetx_group *group, *found = NULL;

	spin_lock_bh(&xdev->igmp.lock);
	list_for_each_entry(group, &xdev->igmp.departed, list)
		if (group->addr == addr) {
			list_del(&group->list);
			found = group;
			break;
		}
	spin_unlock_bh(&xdev->igmp.lock);
	return found;
}

static struct inetx_group *group_alloc(struct inetx_dev *xdev, __be32 addr)
{
	struct inetx_mc_filter *filter;
	struct inetx_group *group;

	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	filter = filter_alloc(0);
	if (!group || !filter) {
		kfree(group);
		kvfree(filter);
		return NULL;
	}
	group->xdev = xdev;
	group->addr = addr;
	RCU_INIT_POINTER(group->filter, filter);
	return group;
}

/* The first membership; the device's lock is not held. */
static void group_link(struct inetx_group *group)
{
	struct inetx_dev *xdev = group->xdev;
	struct inetx_igmp_dev *id = &xdev->igmp;

	spin_lock_bh(&id->lock);
	list_add(&group->list, &id->groups);
	spin_unlock_bh(&id->lock);
	hlist_add_head_rcu(&group->hash, bucket(xdev->xnet, group->addr));
	id->count++;
	if (group->addr != IGMP_ALL_HOSTS)
		WRITE_ONCE(id->joined, id->joined + 1);
	hw_load(group);
}

/* The last membership is over; the filter says so already. */
static void group_unlink(struct inetx_group *group)
{
	struct inetx_dev *xdev = group->xdev;
	struct inetx_igmp_dev *id = &xdev->igmp;
	bool pending;

	hw_unload(group);
	hlist_del_init_rcu(&group->hash);
	id->count--;
	if (group->addr != IGMP_ALL_HOSTS)
		WRITE_ONCE(id->joined, id->joined - 1);

	spin_lock_bh(&id->lock);
	list_del(&group->list);
	inetx_igmp_group_stop(group);
	group->by_source = false;
	pending = group->mode_left ||
		  inetx_mc_pending(inetx_group_filter(group));
	if (pending)
		list_add(&group->list, &id->departed);
	spin_unlock_bh(&id->lock);
	if (!pending)
		group_free(group);
}

/* Under the device's lock: what the change has to do with the routers. */
static void tell(struct inetx_group *group, enum inetx_mc_effect effect,
		 int users, struct sk_buff_head *out)
{
	struct inetx_dev *xdev = group->xdev;

	if (!inetx_igmp_reported(xdev, group->addr) ||
	    !(xdev->dev->flags & IFF_UP))
		return;
	if (inetx_igmp_version(xdev) < 3) {
		if (users > 0 && group->users == users)
			inetx_igmp_unsolicited(group);
		else if (users < 0 && !group->users)
			inetx_report_leave(group, out);
		return;
	}
	if (effect == INETX_MC_MODE)
		group->mode_left = inetx_igmp_robustness(xdev);
	if (effect != INETX_MC_SAME)
		inetx_igmp_changed(xdev);
}

/* Count a change; @fresh is a filter with more room, or NULL. */
static void group_apply(struct inetx_group *group, int users,
			const struct inetx_mc_delta *delta,
			struct inetx_mc_filter *fresh)
{
	struct inetx_dev *xdev = group->xdev;
	struct inetx_mc_filter *filter;
	enum inetx_mc_effect effect;
	struct sk_buff_head out;
	u8 robustness = 0;

	__skb_queue_head_init(&out);
	spin_lock_bh(&xdev->igmp.lock);
	if (inetx_igmp_reported(xdev, group->addr) &&
	    xdev->dev->flags & IFF_UP && inetx_igmp_version(xdev) == 3)
		robustness = inetx_igmp_robustness(xdev);

	filter = inetx_group_filter(group);
	if (fresh)
		inetx_mc_copy(fresh, filter);
	effect = inetx_mc_apply(fresh ? fresh : filter, delta, robustness);
	if (fresh) {
		rcu_assign_pointer(group->filter, fresh);
		kvfree_rcu(filter, rcu);
	}
	group->users += users;
	tell(group, effect, users, &out);
	spin_unlock_bh(&xdev->igmp.lock);

	inetx_report_send(xdev, &out);
}

/**
 * inetx_group_change - memberships of a group come, go or change their filters
 * @xdev: from inetx_group_dev()
 * @addr: the group, network order
 * @users: memberships more, or fewer if negative
 * @delta: what that means to the filter
 *
 * Context: process, may sleep, the namespace's igmp.lock held.
 * Return: 0, or -ENOMEM with nothing changed; a change that adds no source and
 * no user cannot fail.
 */
int inetx_group_change(struct inetx_dev *xdev, __be32 addr, int users,
		       const struct inetx_mc_delta *delta)
{
	struct inetx_group *group = find(xdev, addr);
	struct inetx_mc_filter *filter, *fresh = NULL;
	bool first = false;
	u32 missing;

	lockdep_assert_held(&xdev->xnet->igmp.lock);
	if (!group) {
		/* A membership from before the device came back. */
		if (users <= 0)
			return 0;
		group = take_departed(xdev, addr);
		if (!group)
			group = group_alloc(xdev, addr);
		if (!group)
			return -ENOMEM;
		first = true;
	}

	filter = rcu_dereference_protected(group->filter, true);
	missing = inetx_mc_missing(filter, delta);
	if (missing) {
		fresh = filter_alloc(filter->n + missing);
		if (!fresh) {
			if (first)
				group_free(group);
			return -ENOMEM;
		}
	}
	if (first)
		group_link(group);
	group_apply(group, users, delta, fresh);
	if (!group->users)
		group_unlink(group);
	return 0;
}

/**
 * inetx_group_dev - a device whose groups may be changed
 * @xnet: the namespace
 * @ifindex: its index
 *
 * Context: process, the namespace's igmp.lock held, until it is released the
 * device stays.
 * Return: the device or NULL.
 */
struct inetx_dev *inetx_group_dev(struct inetx_net *xnet, int ifindex)
{
	struct inetx_dev *xdev;

	lockdep_assert_held(&xnet->igmp.lock);
	rcu_read_lock();
	xdev = inetx_dev_by_index(xnet, ifindex);
	/* Not dead yet, it has to wait for our lock before it goes. */
	if (xdev && xdev->igmp.gone)
		xdev = NULL;
	rcu_read_unlock();
	return xdev;
}

/**
 * inetx_group_settle - receive on a device for the sake of its groups, or not
 * @xnet: the namespace
 * @ifindex: the device
 *
 * Only a device that has no address of ours needs it.
 *
 * Context: process, no lock held.
 */
void inetx_group_settle(struct inetx_net *xnet, int ifindex)
{
	struct inetx_dev *xdev;
	bool needed;

	rcu_read_lock();
	xdev = inetx_dev_by_index(xnet, ifindex);
	needed = xdev && !rcu_access_pointer(xdev->addrs) &&
		 READ_ONCE(xdev->attached) != !!READ_ONCE(xdev->igmp.joined);
	rcu_read_unlock();
	if (likely(!needed))
		return;

	rtnl_lock();
	xdev = inetx_dev_by_index(xnet, ifindex);
	if (xdev && inetx_dev_update_attach(xdev))
		netdev_warn(xdev->dev, "inetx: cannot receive multicast\n");
	rtnl_unlock();
}

/**
 * inetx_igmp_dev_init - a device without groups
 * @xdev: zeroed
 *
 * Context: process, RTNL; nobody knows the device yet.
 */
void inetx_igmp_dev_init(struct inetx_dev *xdev)
{
	struct inetx_igmp_net *in = &xdev->xnet->igmp;
	struct inetx_igmp_dev *id = &xdev->igmp;

	spin_lock_init(&id->lock);
	INIT_LIST_HEAD(&id->groups);
	INIT_LIST_HEAD(&id->departed);
	timer_setup(&id->timer, inetx_igmp_timer, 0);
	id->qi = INETX_IGMP_QI;
	id->qri = INETX_IGMP_QRI;
	mutex_lock(&in->lock);
	id->serial = ++in->serial;
	mutex_unlock(&in->lock);
}

/* Report a group as if it were new; the device's lock is held. */
static void renew(struct inetx_group *group)
{
	struct inetx_dev *xdev = group->xdev;
	u8 robustness = inetx_igmp_robustness(xdev);

	if (!inetx_igmp_reported(xdev, group->addr))
		return;
	if (inetx_igmp_version(xdev) < 3) {
		inetx_igmp_unsolicited(group);
		return;
	}
	group->mode_left = 0;
	if (inetx_mc_renew(inetx_group_filter(group), robustness))
		group->mode_left = robustness;
	inetx_igmp_changed(xdev);
}

static const struct inetx_mc_delta asm_join = { .exclude = 1 };
static const struct inetx_mc_delta asm_leave = { .exclude = -1 };

/**
 * inetx_igmp_dev_up - NETDEV_UP: join 224.0.0.1, tell of the other groups
 * @xdev: the device
 *
 * Context: process, RTNL.
 */
void inetx_igmp_dev_up(struct inetx_dev *xdev)
{
	struct inetx_igmp_net *in = &xdev->xnet->igmp;
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct inetx_group *group;

	mutex_lock(&in->lock);
	if (inetx_group_change(xdev, IGMP_ALL_HOSTS, 1, &asm_join))
		netdev_warn(xdev->dev, "inetx: no memory for 224.0.0.1\n");
	list_for_each_entry(group, &id->groups, list)
		hw_load(group);
	spin_lock_bh(&id->lock);
	id->qi = INETX_IGMP_QI;
	id->qri = INETX_IGMP_QRI;
	id->qrv = 0;
	list_for_each_entry(group, &id->groups, list)
		renew(group);
	spin_unlock_bh(&id->lock);
	mutex_unlock(&in->lock);
}

/* No more reports, also of groups that were left; both locks held. */
static void quiet(struct inetx_dev *xdev)
{
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct inetx_group *group;

	id->general = false;
	inetx_igmp_forget_changes(xdev);
	list_for_each_entry(group, &id->groups, list)
		inetx_igmp_group_stop(group);
	del_timer(&id->timer);
}

/**
 * inetx_igmp_dev_down - NETDEV_DOWN: memberships stay, nothing is sent
 * @xdev: the device
 *
 * Context: process, RTNL.
 */
void inetx_igmp_dev_down(struct inetx_dev *xdev)
{
	struct inetx_igmp_net *in = &xdev->xnet->igmp;
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct inetx_group *group;

	mutex_lock(&in->lock);
	spin_lock_bh(&id->lock);
	quiet(xdev);
	spin_unlock_bh(&id->lock);
	list_for_each_entry(group, &id->groups, list)
		hw_unload(group);
	inetx_group_change(xdev, IGMP_ALL_HOSTS, -1, &asm_leave);
	mutex_unlock(&in->lock);
}

/**
 * inetx_igmp_dev_exit - all groups of a device end
 * @xdev: the device; packets may still be under way in RCU sections
 *
 * When it returns, the timer does not run and never will.  Sockets keep their
 * memberships, which have no effect any more.
 *
 * Context: process, RTNL.
 */
void inetx_igmp_dev_exit(struct inetx_dev *xdev)
{
	struct inetx_igmp_net *in = &xdev->xnet->igmp;
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct inetx_group *group, *next;

	mutex_lock(&in->lock);
	spin_lock_bh(&id->lock);
	id->gone = true;
	quiet(xdev);
	spin_unlock_bh(&id->lock);
	list_for_each_entry_safe(group, next, &id->groups, list)
		group_unlink(group);
	mutex_unlock(&in->lock);
	del_timer_sync(&id->timer);
}

/**
 * inetx_igmp_dev_unmap - the type of the hardware is about to change
 * @xdev: the device
 *
 * Context: process, RTNL.
 */
void inetx_igmp_dev_unmap(struct inetx_dev *xdev)
{
	struct inetx_igmp_net *in = &xdev->xnet->igmp;
	struct inetx_group *group;

	mutex_lock(&in->lock);
	list_for_each_entry(group, &xdev->igmp.groups, list)
		hw_unload(group);
	mutex_unlock(&in->lock);
}

/**
 * inetx_igmp_dev_remap - the type of the hardware has changed
 * @xdev: the device
 *
 * Context: process, RTNL.
 */
void inetx_igmp_dev_remap(struct inetx_dev *xdev)
{
	struct inetx_igmp_net *in = &xdev->xnet->igmp;
	struct inetx_group *group;

	mutex_lock(&in->lock);
	list_for_each_entry(group, &xdev->igmp.groups, list)
		hw_load(group);
	mutex_unlock(&in->lock);
}

/**
 * inetx_igmp_dev_rejoin - the way to the routers has changed (bonding)
 * @xdev: the device
 *
 * Context: process, RTNL.
 */
void inetx_igmp_dev_rejoin(struct inetx_dev *xdev)
{
	struct inetx_igmp_dev *id = &xdev->igmp;
	struct inetx_group *group;

	spin_lock_bh(&id->lock);
	list_for_each_entry(group, &id->groups, list)
		renew(group);
	spin_unlock_bh(&id->lock);
}

/**
 * inetx_igmp_net_init - groups of a new namespace
 * @xnet: its stack, zeroed
 *
 * Context: process.
 * Return: 0.
 */
int inetx_igmp_net_init(struct inetx_net *xnet)
{
	struct inetx_igmp_net *in = &xnet->igmp;

	mutex_init(&in->lock);
	in->sysctl_max_memberships = 20;
	in->sysctl_max_msf = 10;
	in->sysctl_qrv = 2;
	in->sysctl_llm_reports = 1;
	return 0;
}

/**
 * inetx_igmp_net_exit - the end of a namespace's groups
 * @xnet: its stack; the devices are gone
 *
 * Context: process.
 */
void inetx_igmp_net_exit(struct inetx_net *xnet)
{
	mutex_destroy(&xnet->igmp.lock);
}
