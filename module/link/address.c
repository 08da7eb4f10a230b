// SPDX-License-Identifier: GPL-2.0
/*
 * Interface addresses.
 *
 * The list of a device holds the primary addresses first, by scope, and then
 * the secondary ones: those in a subnet that has a primary already.  All
 * changes are made under RTNL, which also orders the messages about them; the
 * message about an address goes out before those about its routes.
 *
 * Lifetimes.  An address is unlinked from list and hash, its routes are taken
 * away, which bumps the generation, and kfree_rcu() frees it.  The one piece of
 * our code that runs later on behalf of addresses is the namespace's delayed
 * work, cancelled in inetx_addr_net_exit().
 */

#include <linux/hash.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/neighbour.h>

#include "arp/arp.h"
#include "link/address.h"
#include "netlink/netlink.h"
#include "route/route.h"
#include "route/vrf.h"

/* Events closer together than this are handled at once. */
#define LIFETIME_SLACK	(HZ / 2)

/* Flags that only mean something to IPv6. */
#define IPV6_FLAGS	(IFA_F_NODAD | IFA_F_OPTIMISTIC | IFA_F_DADFAILED | \
			 IFA_F_HOMEADDRESS | IFA_F_TENTATIVE | \
			 IFA_F_MANAGETEMPADDR | IFA_F_STABLE_PRIVACY)

static struct hlist_head *addr_bucket(struct inetx_net *xnet, __be32 addr)
{
	return &xnet->route.addr_hash[hash_32((__force u32)addr,
					      INETX_ADDR_HASH_BITS)];
}

static bool in_subnet(const struct inetx_ifaddr *ifa, __be32 addr)
{
	return !((addr ^ ifa->address) & ifa->mask);
}

static bool same_subnet(const struct inetx_ifaddr *a,
			const struct inetx_ifaddr *b)
{
	return a->mask == b->mask && in_subnet(a, b->address);
}

/**
 * inetx_addr_alloc - a zeroed address, to be filled and inserted
 *
 * Context: process, may sleep.
 * Return: the address, to be freed by kfree() if it is not inserted, or NULL.
 */
struct inetx_ifaddr *inetx_addr_alloc(void)
{
	struct inetx_ifaddr *ifa;

	ifa = kzalloc(sizeof(*ifa), GFP_KERNEL_ACCOUNT);
	if (ifa)
		INIT_HLIST_NODE(&ifa->hash);
	return ifa;
}

/**
 * inetx_addr_set_lifetime - how long an address is good for, from now on
 * @ifa: the address
 * @valid: seconds until it is removed, INFINITY_LIFE_TIME for never
 * @preferred: seconds until it is IFA_F_DEPRECATED, likewise
 *
 * Context: RTNL, or @ifa is not inserted yet.
 */
void inetx_addr_set_lifetime(struct inetx_ifaddr *ifa, u32 valid,
			     u32 preferred)
{
	unsigned long timeout;

	ifa->flags &= ~(IFA_F_PERMANENT | IFA_F_DEPRECATED);
	timeout = addrconf_timeout_fixup(valid, HZ);
	if (addrconf_finite_timeout(timeout))
		ifa->valid_lft = timeout;
	else
		ifa->flags |= IFA_F_PERMANENT;

	timeout = addrconf_timeout_fixup(preferred, HZ);
	if (addrconf_finite_timeout(timeout)) {
		if (!timeout)
			ifa->flags |= IFA_F_DEPRECATED;
		ifa->preferred_lft = timeout;
	}
	ifa->tstamp = jiffies;
	if (!ifa->cstamp)
		ifa->cstamp = ifa->tstamp;
}

static void addr_changed(struct inetx_net *xnet)
{
	xnet->route.addr_seq++;
	inetx_route_bump(xnet);
}

static void addr_unlink(struct inetx_ifaddr *ifa)
{
	struct inetx_ifaddr __rcu **pp = &ifa->xdev->addrs;

	while (rtnl_dereference(*pp) != ifa)
		pp = &rtnl_dereference(*pp)->next;
	rcu_assign_pointer(*pp, rtnl_dereference(ifa->next));
}

/* Before which link of the list a new primary of @scope belongs. */
static struct inetx_ifaddr __rcu **primary_slot(struct inetx_dev *xdev,
						u8 scope)
{
	struct inetx_ifaddr __rcu **slot = &xdev->addrs;
	struct inetx_ifaddr *ifa;

	inetx_for_each_ifaddr_rtnl(ifa, xdev)
		if (!(ifa->flags & IFA_F_SECONDARY) && scope <= ifa->scope)
			slot = &ifa->next;
	return slot;
}

/* Where @ifa belongs, and whether it may; sets IFA_F_SECONDARY. */
static int addr_place(struct inetx_dev *xdev, struct inetx_ifaddr *ifa,
		      struct inetx_ifaddr __rcu ***slot)
{
	struct inetx_ifaddr __rcu **end = &xdev->addrs;
	struct inetx_ifaddr *other;

	ifa->flags &= ~(IFA_F_SECONDARY | IPV6_FLAGS);
	inetx_for_each_ifaddr_rtnl(other, xdev) {
		end = &other->next;
		if (!same_subnet(other, ifa))
			continue;
		if (other->local == ifa->local)
			return -EEXIST;
		if (other->scope != ifa->scope)
			return -EINVAL;
		ifa->flags |= IFA_F_SECONDARY;
	}
	*slot = ifa->flags & IFA_F_SECONDARY ? end :
					       primary_slot(xdev, ifa->scope);
	return 0;
}

/**
 * inetx_addr_insert - give a device an address
 * @xdev: the device
 * @ifa: all set but @ifa->xdev; taken whatever is returned
 * @nlh: the request to answer, or NULL
 * @portid: who asked, or 0
 * @extack: for the reason of a refusal, or NULL
 *
 * An address of 0 is accepted and forgotten.
 *
 * Context: RTNL, may sleep.
 * Return: 0; -EEXIST; -EINVAL for another scope than that of the subnet; what
 * attaching to the device returned.
 */
int inetx_addr_insert(struct inetx_dev *xdev, struct inetx_ifaddr *ifa,
		      const struct nlmsghdr *nlh, u32 portid,
		      struct netlink_ext_ack *extack)
{
	struct inetx_net *xnet = xdev->xnet;
	struct inetx_ifaddr __rcu **slot;
	int err;

	ASSERT_RTNL();
	if (!ifa->local) {
		kfree(ifa);
		return 0;
	}
	err = addr_place(xdev, ifa, &slot);
	if (err) {
		kfree(ifa);
		return err;
	}

	/* From now on "default" does not change what is set here. */
	bitmap_fill(xdev->conf.set, __INETX_DEVCONF_MAX);
	neigh_parms_data_state_setall(xdev->arp_parms);

	ifa->xdev = xdev;
	RCU_INIT_POINTER(ifa->next, rtnl_dereference(*slot));
	rcu_assign_pointer(*slot, ifa);
	hlist_add_head_rcu(&ifa->hash, addr_bucket(xnet, ifa->local));
	err = inetx_dev_update_attach(xdev);
	if (err) {
		NL_SET_ERR_MSG(extack, "Cannot receive from the device");
		hlist_del_init_rcu(&ifa->hash);
		addr_unlink(ifa);
		addr_changed(xnet);
		kfree_rcu(ifa, rcu);
		return err;
	}
	addr_changed(xnet);
	if (!(ifa->flags & IFA_F_PERMANENT))
		mod_delayed_work(system_power_efficient_wq,
				 &xnet->route.addr_work, 0);
	inetx_nl_addr_notify(RTM_NEWADDR, ifa, nlh, portid);
	inetx_route_ifaddr_add(ifa);
	return 0;
}

/**
 * inetx_addr_change - NLM_F_REPLACE of an address
 * @ifa: the address
 * @valid: as in inetx_addr_set_lifetime()
 * @preferred: likewise
 * @rt_priority: metric of the connected route
 * @nlh: the request to answer, or NULL
 * @portid: who asked, or 0
 *
 * Context: RTNL, may sleep.
 */
void inetx_addr_change(struct inetx_ifaddr *ifa, u32 valid, u32 preferred,
		       u32 rt_priority, const struct nlmsghdr *nlh, u32 portid)
{
	struct inetx_net *xnet = ifa->xdev->xnet;

	if (ifa->rt_priority != rt_priority) {
		inetx_route_ifaddr_metric(ifa, rt_priority);
		ifa->rt_priority = rt_priority;
	}
	inetx_addr_set_lifetime(ifa, valid, preferred);
	if (!(ifa->flags & IFA_F_PERMANENT))
		mod_delayed_work(system_power_efficient_wq,
				 &xnet->route.addr_work, 0);
	addr_changed(xnet);
	inetx_nl_addr_notify(RTM_NEWADDR, ifa, nlh, portid);
}

/* Take an address out, tell, and take its routes out. */
static void addr_drop(struct inetx_ifaddr *ifa, const struct nlmsghdr *nlh,
		      u32 portid)
{
	addr_unlink(ifa);
	hlist_del_init_rcu(&ifa->hash);
	addr_changed(ifa->xdev->xnet);
	inetx_nl_addr_notify(RTM_DELADDR, ifa, nlh, portid);
	inetx_route_ifaddr_del(ifa);
	if (!rtnl_dereference(ifa->xdev->addrs))
		neigh_ifdown(&inetx_arp_table, ifa->xdev->dev);
	kfree_rcu(ifa, rcu);
}

/* The next secondary of the subnet of @prim, behind @from or the first. */
static struct inetx_ifaddr *next_secondary(const struct inetx_ifaddr *prim,
					   struct inetx_ifaddr *from)
{
	struct inetx_ifaddr *ifa = from ? rtnl_dereference(from->next) :
					  rtnl_dereference(prim->xdev->addrs);

	for (; ifa; ifa = rtnl_dereference(ifa->next))
		if (ifa->flags & IFA_F_SECONDARY && same_subnet(ifa, prim))
			return ifa;
	return NULL;
}

/* conf/DEV/promote_secondaries: the first secondary takes the place of @prim. */
static void remove_promoting(struct inetx_ifaddr *prim,
			     const struct nlmsghdr *nlh, u32 portid)
{
	struct inetx_ifaddr *heir = next_secondary(prim, NULL), *ifa;
	struct inetx_dev *xdev = prim->xdev;
	struct inetx_ifaddr __rcu **slot;

	for (ifa = heir; ifa; ifa = next_secondary(prim, ifa))
		inetx_route_ifaddr_reprim(ifa, prim);
	addr_unlink(prim);
	hlist_del_init_rcu(&prim->hash);
	addr_changed(xdev->xnet);
	inetx_nl_addr_notify(RTM_DELADDR, prim, nlh, portid);
	inetx_route_ifaddr_del(prim);

	/* A reader walking the list meanwhile may miss addresses, not the end:
	 * the hash, where being ours or not is decided, has them all the time.
	 */
	addr_unlink(heir);
	heir->flags &= ~IFA_F_SECONDARY;
	slot = primary_slot(xdev, heir->scope);
	rcu_assign_pointer(heir->next, rtnl_dereference(*slot));
	rcu_assign_pointer(*slot, heir);
	inetx_nl_addr_notify(RTM_NEWADDR, heir, nlh, portid);
	for (ifa = heir; ifa; ifa = next_secondary(heir, ifa))
		inetx_route_ifaddr_add(ifa);
	kfree_rcu(prim, rcu);
}

/**
 * inetx_addr_remove - take an address from its device
 * @ifa: the address; freed after a grace period
 * @nlh: the request to answer, or NULL
 * @portid: who asked, or 0
 *
 * With a primary go its secondaries, unless promote_secondaries is set.
 *
 * Context: RTNL, may sleep.
 */
void inetx_addr_remove(struct inetx_ifaddr *ifa, const struct nlmsghdr *nlh,
		       u32 portid)
{
	struct inetx_dev *xdev = ifa->xdev;
	struct inetx_ifaddr *sec;

	ASSERT_RTNL();
	if (!(ifa->flags & IFA_F_SECONDARY)) {
		if (INETX_CONF_OR(xdev, PROMOTE_SECONDARIES) && next_secondary(ifa, NULL)) {
			remove_promoting(ifa, nlh, portid);
			return;
		}
		while ((sec = next_secondary(ifa, NULL)))
			addr_drop(sec, nlh, portid);
	}
	addr_drop(ifa, nlh, portid);
	inetx_dev_update_attach(xdev);
}

/**
 * inetx_addr_flush_dev - a device goes away: remove its addresses and routes
 * @xdev: the device
 *
 * Context: RTNL, may sleep.
 */
void inetx_addr_flush_dev(struct inetx_dev *xdev)
{
	struct inetx_ifaddr *ifa;

	ASSERT_RTNL();
	while ((ifa = rtnl_dereference(xdev->addrs)))
		addr_drop(ifa, NULL, 0);
	inetx_route_dev_down(xdev, true);
	inetx_dev_update_attach(xdev);
}

/**
 * inetx_addr_dev_up - NETDEV_UP: the addresses mean something again
 * @xdev: the device
 *
 * Context: RTNL, may sleep.
 */
void inetx_addr_dev_up(struct inetx_dev *xdev)
{
	inetx_route_dev_up(xdev);
	xdev->xnet->route.addr_seq++;
}

/**
 * inetx_addr_dev_down - NETDEV_DOWN
 * @xdev: the device
 *
 * Context: RTNL.
 */
void inetx_addr_dev_down(struct inetx_dev *xdev)
{
	inetx_route_dev_down(xdev, false);
}

/**
 * inetx_addr_dev_rename - NETDEV_CHANGENAME: labels follow the name
 * @xdev: the device
 *
 * What comes behind the colon stays; a label other than the first that has none
 * gets its position.  A name too long for its suffix is cut, not the suffix.
 *
 * Context: RTNL.
 */
void inetx_addr_dev_rename(struct inetx_dev *xdev)
{
	char suffix[IFNAMSIZ], *colon;
	struct inetx_ifaddr *ifa;
	int n = 0;

	inetx_for_each_ifaddr_rtnl(ifa, xdev) {
		suffix[0] = '\0';
		if (n++) {
			colon = strchr(ifa->label, ':');
			if (colon)
				strscpy(suffix, colon, sizeof(suffix));
			else
				snprintf(suffix, sizeof(suffix), ":%d", n);
		}
		strscpy(ifa->label, xdev->dev->name, IFNAMSIZ -
			strlen(suffix));
		strlcat(ifa->label, suffix, IFNAMSIZ);
		inetx_nl_addr_notify(RTM_NEWADDR, ifa, NULL, 0);
	}
}

/* Seconds since the lifetime was set, with what is as good as over counted in. */
static unsigned long addr_age(const struct inetx_ifaddr *ifa,
			      unsigned long now)
{
	return (now - ifa->tstamp + LIFETIME_SLACK) / HZ;
}

/*
 * What has to be done about an address now: RTM_DELADDR, RTM_NEWADDR, or 0 with
 * @next brought forward to when something will have to be.
 */
static int addr_due(const struct inetx_ifaddr *ifa, unsigned long now,
		    unsigned long *next)
{
	unsigned long age = addr_age(ifa, now), at;

	if (ifa->flags & IFA_F_PERMANENT)
		return 0;
	if (ifa->valid_lft != INFINITY_LIFE_TIME && age >= ifa->valid_lft)
		return RTM_DELADDR;
	if (!(ifa->flags & IFA_F_DEPRECATED) &&
	    ifa->preferred_lft != INFINITY_LIFE_TIME) {
		if (age >= ifa->preferred_lft)
			return RTM_NEWADDR;
		at = ifa->tstamp + (unsigned long)ifa->preferred_lft * HZ;
		if (time_before(at, *next))
			*next = at;
	}
	at = ifa->tstamp + (unsigned long)ifa->valid_lft * HZ;
	if (ifa->valid_lft != INFINITY_LIFE_TIME && time_before(at, *next))
		*next = at;
	return 0;
}

static void addr_expire(struct work_struct *work)
{
	struct inetx_net *xnet = container_of(to_delayed_work(work),
					      struct inetx_net,
					      route.addr_work);
	unsigned long now = jiffies, far = now + MAX_JIFFY_OFFSET / 2;
	unsigned long next = far;
	struct inetx_ifaddr *ifa;
	int i, due;

	rtnl_lock();
	for (i = 0; i < ARRAY_SIZE(xnet->route.addr_hash); i++) {
again:
		hlist_for_each_entry(ifa, &xnet->route.addr_hash[i], hash) {
			due = addr_due(ifa, now, &next);
			if (due == RTM_DELADDR) {
				/* May take secondaries along. */
				inetx_addr_remove(ifa, NULL, 0);
				goto again;
			}
			if (due == RTM_NEWADDR) {
				ifa->flags |= IFA_F_DEPRECATED;
				inetx_nl_addr_notify(RTM_NEWADDR, ifa, NULL, 0);
				goto again;
			}
		}
	}
	rtnl_unlock();
	if (next != far)
		queue_delayed_work(system_power_efficient_wq,
				   &xnet->route.addr_work,
				   time_after(next, now + LIFETIME_SLACK) ?
				   next - now : LIFETIME_SLACK);
}

/**
 * inetx_addr_net_init - a namespace without addresses
 * @xnet: the namespace
 *
 * Return: 0.
 */
int inetx_addr_net_init(struct inetx_net *xnet)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(xnet->route.addr_hash); i++)
		INIT_HLIST_HEAD(&xnet->route.addr_hash[i]);
	INIT_DELAYED_WORK(&xnet->route.addr_work, addr_expire);
	return 0;
}

/**
 * inetx_addr_net_exit - stop the work of a namespace
 * @xnet: the namespace; its devices and so its addresses are gone, the work
 *	cannot be queued again by anybody but itself
 *
 * Context: process, without RTNL, which the work takes.
 */
void inetx_addr_net_exit(struct inetx_net *xnet)
{
	cancel_delayed_work_sync(&xnet->route.addr_work);
}

/**
 * inetx_addr_is_configured - whether this is an address of one of our devices
 * @xnet: the namespace
 * @addr: network order
 *
 * A look into a hash; see inetx_addr_is_ours() for all that table local holds.
 *
 * Context: RTNL or RCU read side.
 * Return: true if it is.
 */
bool inetx_addr_is_configured(struct inetx_net *xnet, __be32 addr)
{
	struct inetx_ifaddr *ifa;

	hlist_for_each_entry_rcu(ifa, addr_bucket(xnet, addr), hash,
				 lockdep_rtnl_is_held())
		if (ifa->local == addr)
			return true;
	return false;
}

/**
 * inetx_addr_on_link - whether two addresses are in one subnet of a device
 * @xdev: the device
 * @a: network order
 * @b: network order, or 0 for any
 *
 * Context: RCU read side.
 * Return: true if a primary address of the device has both in its subnet.
 */
bool inetx_addr_on_link(struct inetx_dev *xdev, __be32 a, __be32 b)
{
	struct inetx_ifaddr *ifa;

	inetx_for_each_ifaddr_rcu(ifa, xdev)
		if (!(ifa->flags & IFA_F_SECONDARY) && in_subnet(ifa, a) &&
		    (!b || in_subnet(ifa, b)))
			return true;
	return false;
}

/**
 * inetx_addr_is_ours - whether packets to this address are for this host
 * @xnet: the namespace
 * @addr: network order
 *
 * An interface address, or one that table local sends to ourselves, as all of
 * 127/8.
 *
 * Context: RTNL or RCU read side.
 * Return: true if they are.
 */
bool inetx_addr_is_ours(struct inetx_net *xnet, __be32 addr)
{
	return inetx_addr_is_configured(xnet, addr) ||
	       inetx_route_addr_type(xnet, NULL, addr) == RTN_LOCAL;
}

/**
 * inetx_addr_is_ours_at - inetx_addr_is_ours() for what comes in by a device
 * @xdev: the device
 * @addr: network order
 *
 * Ours is what table local says, or that of the VRF of the device, where the same
 * addresses may be.  While table local is asked first and there has been no VRF,
 * it holds all that devices have.
 *
 * Context: RTNL or RCU read side.
 * Return: true if they are.
 */
bool inetx_addr_is_ours_at(struct inetx_dev *xdev, __be32 addr)
{
	struct inetx_net *xnet = xdev->xnet;

	if (inetx_rule_local_first(xnet) &&
	    inetx_addr_is_configured(xnet, addr))
		return true;
	return inetx_route_addr_type(xnet, NULL, addr) == RTN_LOCAL ||
	       (inetx_rule_used(xnet) &&
		inetx_route_addr_type_at(xnet, xdev->dev, addr) == RTN_LOCAL);
}

/**
 * inetx_addr_is_broadcast - whether this is a broadcast address on the device
 * @xdev: the device
 * @addr: network order
 *
 * The limited one, one that was set, or the last address of a subnet (RFC 919).
 *
 * Context: RCU read side.
 * Return: true if it is.
 */
bool inetx_addr_is_broadcast(struct inetx_dev *xdev, __be32 addr)
{
	struct inetx_ifaddr *ifa;

	if (ipv4_is_lbcast(addr))
		return true;
	inetx_for_each_ifaddr_rcu(ifa, xdev) {
		if (addr == ifa->broadcast && addr)
			return true;
		if (ifa->prefixlen < 31 && in_subnet(ifa, addr) &&
		    addr == (ifa->address | ~ifa->mask) &&
		    !ipv4_is_zeronet(ifa->address & ifa->mask))
			return true;
	}
	return false;
}

/**
 * inetx_addr_on_dev - the address of a device that is this one
 * @xdev: the device
 * @addr: network order
 *
 * Context: RCU read side.
 * Return: the address or NULL.
 */
struct inetx_ifaddr *inetx_addr_on_dev(struct inetx_dev *xdev, __be32 addr)
{
	struct inetx_ifaddr *ifa;

	inetx_for_each_ifaddr_rcu(ifa, xdev)
		if (ifa->local == addr)
			return ifa;
	return NULL;
}

/**
 * inetx_addr_find_dev - the device that has an address
 * @xnet: the namespace
 * @addr: network order
 *
 * As an interface address, or by table local, as lo has 127.0.0.5.
 *
 * Context: RCU read side.
 * Return: the device or NULL.
 */
struct inetx_dev *inetx_addr_find_dev(struct inetx_net *xnet, __be32 addr)
{
	struct inetx_ifaddr *ifa;
	struct inetx_dev *xdev;
	unsigned long i;

	hlist_for_each_entry_rcu(ifa, addr_bucket(xnet, addr), hash)
		if (ifa->local == addr)
			return ifa->xdev;
	if (inetx_route_addr_type(xnet, NULL, addr) != RTN_LOCAL)
		return NULL;
	xa_for_each(&xnet->link.devs, i, xdev)
		if (inetx_route_addr_type(xnet, xdev->dev, addr) == RTN_LOCAL)
			return xdev;
	return NULL;
}

/**
 * inetx_addr_find - the address that a request to change means
 * @xdev: the device
 * @address: peer, or the address, network order
 * @mask: network order
 * @local: our address, network order
 *
 * Context: RTNL.
 * Return: the address or NULL.
 */
struct inetx_ifaddr *inetx_addr_find(struct inetx_dev *xdev, __be32 address,
				     __be32 mask, __be32 local)
{
	struct inetx_ifaddr *ifa;

	inetx_for_each_ifaddr_rtnl(ifa, xdev)
		if (ifa->local == local && ifa->mask == mask &&
		    in_subnet(ifa, address))
			return ifa;
	return NULL;
}

/* For another device's packets: no address that is good on its link only. */
static __be32 select_elsewhere(const struct inetx_dev *xdev, u8 scope)
{
	struct inetx_ifaddr *ifa;

	inetx_for_each_ifaddr_rcu(ifa, xdev)
		if (!(ifa->flags & IFA_F_SECONDARY) &&
		    ifa->scope != RT_SCOPE_LINK && ifa->scope <= scope)
			return ifa->local;
	return 0;
}

/**
 * inetx_addr_select - a source address for packets that leave by a device
 * @xnet: the namespace
 * @xdev: the device, or NULL
 * @dst: next hop, network order, or 0
 * @scope: how far they go; the address has to be good that far, RT_SCOPE_*
 *
 * A primary address of the device, in the subnet of @dst if there is one, or
 * the first; else one of another device, loopback first.
 *
 * Context: RCU read side.
 * Return: the address, network order, or 0.
 */
__be32 inetx_addr_select(struct inetx_net *xnet, struct inetx_dev *xdev,
			 __be32 dst, u8 scope)
{
	u8 host = RT_SCOPE_HOST;
	struct net_device *dev;
	struct inetx_ifaddr *ifa;
	__be32 addr = 0;
	int vrf;

	if (xdev) {
		if (INETX_CONF_OR(xdev, ROUTE_LOCALNET))
			host = RT_SCOPE_LINK;
		inetx_for_each_ifaddr_rcu(ifa, xdev) {
			if (ifa->flags & IFA_F_SECONDARY ||
			    min(ifa->scope, host) > scope)
				continue;
			if (!dst || in_subnet(ifa, dst))
				return ifa->local;
			if (!addr)
				addr = ifa->local;
		}
		if (addr)
			return addr;
	}
	/* A VRF takes the place of lo, and keeps to itself. */
	vrf = xdev ? inetx_vrf_of(xnet, xdev->dev) : 0;
	xdev = inetx_dev_by_index(xnet, vrf);
	if (unlikely(xdev))
		addr = select_elsewhere(xdev, scope);
	if (addr)
		return addr;
	for_each_netdev_rcu(xnet->net, dev) {
		xdev = inetx_dev_get(dev);
		if (xdev && inetx_vrf_of(xnet, dev) == vrf)
			addr = select_elsewhere(xdev, scope);
		if (addr)
			return addr;
	}
	return 0;
}
