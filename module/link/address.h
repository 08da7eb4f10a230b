/* SPDX-License-Identifier: GPL-2.0 */
/* Interface addresses: the list of each device and the hash of a namespace. */
#ifndef _INETX_ADDRESS_H
#define _INETX_ADDRESS_H

#include "link/link.h"

/* ifa_valid and ifa_preferred of an address that stays (struct ifa_cacheinfo) */
#define INFINITY_LIFE_TIME	0xffffffffu

struct netlink_ext_ack;
struct nlmsghdr;

/**
 * struct inetx_ifaddr - an address on a device
 * @next: next address of the device; RTNL, RCU
 * @hash: chain in route.addr_hash; RTNL, RCU
 * @xdev: its device; set once, valid while the address is linked
 * @local: our address, network order
 * @address: the peer on a point-to-point link, else @local; network order
 * @mask: from @prefixlen
 * @broadcast: broadcast address, 0 for none
 * @rt_priority: metric of the connected route
 * @flags: IFA_F_*; written under RTNL, read under RCU
 * @prefixlen: 0..32
 * @scope: RT_SCOPE_*
 * @proto: IFAPROT_*
 * @label: alias name, as "eth0:1"
 * @valid_lft: seconds, INFINITY_LIFE_TIME; RTNL
 * @preferred_lft: likewise; RTNL
 * @cstamp: jiffies at creation
 * @tstamp: jiffies at the last change; RTNL
 * @rcu: freeing waits for readers
 */
struct inetx_ifaddr {
	struct inetx_ifaddr __rcu *next;
	struct hlist_node hash;
	struct inetx_dev *xdev;
	__be32 local;
	__be32 address;
	__be32 mask;
	__be32 broadcast;
	u32 rt_priority;
	u32 flags;
	u8 prefixlen;
	u8 scope;
	u8 proto;
	char label[IFNAMSIZ];
	u32 valid_lft;
	u32 preferred_lft;
	unsigned long cstamp;
	unsigned long tstamp;
	struct rcu_head rcu;
};

/* Changes: process context, RTNL held.  They keep the FIB in step, attach and
 * detach the device, bump the generation and notify listeners.
 */
struct inetx_ifaddr *inetx_addr_alloc(void);
void inetx_addr_set_lifetime(struct inetx_ifaddr *ifa, u32 valid,
			     u32 preferred);
int inetx_addr_insert(struct inetx_dev *xdev, struct inetx_ifaddr *ifa,
		      const struct nlmsghdr *nlh, u32 portid,
		      struct netlink_ext_ack *extack);
void inetx_addr_change(struct inetx_ifaddr *ifa, u32 valid, u32 preferred,
		       u32 rt_priority, const struct nlmsghdr *nlh,
		       u32 portid);
void inetx_addr_remove(struct inetx_ifaddr *ifa, const struct nlmsghdr *nlh,
		       u32 portid);
void inetx_addr_flush_dev(struct inetx_dev *xdev);
void inetx_addr_dev_up(struct inetx_dev *xdev);
void inetx_addr_dev_down(struct inetx_dev *xdev);
void inetx_addr_dev_rename(struct inetx_dev *xdev);
int inetx_addr_net_init(struct inetx_net *xnet);
void inetx_addr_net_exit(struct inetx_net *xnet);

/* Questions: RTNL or RCU read side. */
bool inetx_addr_is_ours(struct inetx_net *xnet, __be32 addr);
bool inetx_addr_is_ours_at(struct inetx_dev *xdev, __be32 addr);
bool inetx_addr_is_configured(struct inetx_net *xnet, __be32 addr);
bool inetx_addr_on_link(struct inetx_dev *xdev, __be32 a, __be32 b);
bool inetx_addr_is_broadcast(struct inetx_dev *xdev, __be32 addr);
struct inetx_ifaddr *inetx_addr_on_dev(struct inetx_dev *xdev, __be32 addr);
struct inetx_dev *inetx_addr_find_dev(struct inetx_net *xnet, __be32 addr);
struct inetx_ifaddr *inetx_addr_find(struct inetx_dev *xdev, __be32 address,
				     __be32 mask, __be32 local);
__be32 inetx_addr_select(struct inetx_net *xnet, struct inetx_dev *xdev,
			 __be32 dst, u8 scope);

#define inetx_for_each_ifaddr_rcu(ifa, xdev)				\
	for (ifa = rcu_dereference((xdev)->addrs); ifa;			\
	     ifa = rcu_dereference(ifa->next))
#define inetx_for_each_ifaddr_rtnl(ifa, xdev)				\
	for (ifa = rtnl_dereference((xdev)->addrs); ifa;		\
	     ifa = rtnl_dereference(ifa->next))

#endif /* _INETX_ADDRESS_H */
