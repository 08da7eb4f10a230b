/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The IGMP room: who is in which multicast group, and telling the routers
 * (RFC 1112, 2236, 3376).
 *
 * A socket's memberships (member.c) are counted in the group of the device
 * (group.c), whose merged filter (filter.c) decides which packets the link and IP
 * rooms take, and which the hardware passes.  Each socket has its own filter on
 * top of that.  report.c and input.c speak the protocol.
 */
#ifndef _INETX_IGMP_H
#define _INETX_IGMP_H

#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/sockptr.h>
#include <net/sock.h>

#include "igmp/filter.h"
#include "link/link.h"

/**
 * struct inetx_group - a multicast group on a device
 * @list: in inetx_igmp_dev.groups or .departed; the device's igmp.lock, of the
 *	former the namespace's, too
 * @hash: in inetx_igmp_net.hash while it has users; namespace's lock, RCU
 * @xdev: its device; set once, outlives the group
 * @addr: network order; set once
 * @users: memberships; namespace's lock
 * @filter: theirs merged; replaced under both locks, read under RCU
 * @due: when to report, jiffies, while @running; the device's lock
 * @loaded: the hardware filter has it; namespace's lock
 * @running: a report is due; the device's lock
 * @reporter: the last report of this group on the link was ours, RFC 2236 3;
 *	the device's lock
 * @unsolicited: reports still to be sent unasked (v1, v2); the device's lock
 * @by_source: only marked sources are to be reported; the device's lock
 * @mode_left: how often the change of the mode is still to be reported; the
 *	device's lock
 * @rcu: freeing waits for readers
 */
struct inetx_group {
	struct list_head list;
	struct hlist_node hash;
	struct inetx_dev *xdev;
	__be32 addr;
	unsigned int users;
	struct inetx_mc_filter __rcu *filter;
	unsigned long due;
	bool loaded;
	bool running;
	bool reporter;
	u8 unsolicited;
	bool by_source;
	u8 mode_left;
	struct rcu_head rcu;
};

/* group.c: devices; process context, RTNL held */
void inetx_igmp_dev_init(struct inetx_dev *xdev);
void inetx_igmp_dev_up(struct inetx_dev *xdev);
void inetx_igmp_dev_down(struct inetx_dev *xdev);
void inetx_igmp_dev_exit(struct inetx_dev *xdev);
/* The hardware type changes: addresses out of the filter, and in again. */
void inetx_igmp_dev_unmap(struct inetx_dev *xdev);
void inetx_igmp_dev_remap(struct inetx_dev *xdev);
/* Tell the routers of all groups anew: the way to them has changed. */
void inetx_igmp_dev_rejoin(struct inetx_dev *xdev);
int inetx_igmp_net_init(struct inetx_net *xnet);
void inetx_igmp_net_exit(struct inetx_net *xnet);

/* group.c: is a packet for a group that @xdev is in?  Any context, RCU. */
bool inetx_igmp_wants(const struct inetx_dev *xdev, __be32 group, __be32 saddr,
		      u8 protocol);

/* member.c: does a socket want it?  Any context, RCU. */
bool inetx_igmp_sk_wants(const struct sock *sk, __be32 group, __be32 saddr,
			 int ifindex);
/* member.c: close(2) ends all memberships; process context, not locked. */
void inetx_igmp_sk_close(struct sock *sk);

/* input.c: softirq, RCU; takes the skb, at the IGMP header */
void inetx_igmp_rcv(struct inetx_net *xnet, struct sk_buff *skb);

/* option.c: process context, socket not locked */
bool inetx_igmp_is_option(int name);
int inetx_igmp_setsockopt(struct sock *sk, int name, sockptr_t val,
			  unsigned int len);
int inetx_igmp_getsockopt(struct sock *sk, int name, int len, char __user *val,
			  int __user *optlen);

/* Do reports go out for this group (RFC 3376 6, igmp_link_local_mcast_reports)? */
bool inetx_igmp_reported(const struct inetx_dev *xdev, __be32 group);
/* The version spoken on a device, 1..3. */
int inetx_igmp_version(const struct inetx_dev *xdev);

#endif /* _INETX_IGMP_H */
