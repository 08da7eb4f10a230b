/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_IGMP_NET_H
#define _INETX_IGMP_NET_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>

#define INETX_IGMP_HASH_BITS	8

/**
 * struct inetx_igmp_net - groups of a namespace
 * @lock: protects who is in which group: all changes of lists of groups, users
 *	and filters; taken inside RTNL and socket locks, never the other way
 * @hash: struct inetx_group by address; written under @lock, read under RCU
 * @serial: serial number of the last device; @lock
 * @sysctl_max_memberships: igmp_max_memberships, of a socket
 * @sysctl_max_msf: igmp_max_msf, sources of a membership
 * @sysctl_qrv: igmp_qrv, 1 and up
 * @sysctl_llm_reports: igmp_link_local_mcast_reports
 *
 * Tunables are written by sysctl, read anywhere.
 */
struct inetx_igmp_net {
	struct mutex lock; /* who is in which group */
	struct hlist_head hash[1 << INETX_IGMP_HASH_BITS];
	u32 serial;
	int sysctl_max_memberships;
	int sysctl_max_msf;
	int sysctl_qrv;
	u8 sysctl_llm_reports;
};

/**
 * struct inetx_igmp_dev - groups of a device and the state of its protocol
 * @lock: protects what the timer and received queries use, softirqs disabled
 * @groups: struct inetx_group with users, newest first; changed under @lock and
 *	the namespace's lock, so either is enough to read
 * @departed: groups without users that are still to be reported; @lock
 * @count: groups in @groups; the namespace's lock
 * @joined: those other than 224.0.0.1; written under the namespace's lock, read
 *	anywhere
 * @serial: tells this device from an earlier one with its index; set once
 * @gone: the device is being destroyed; changed under both locks
 * @timer: runs out at the first of all that is due; @lock
 * @v1_until: until when there is a querier of version 1, jiffies, 0 never;
 *	written under @lock, read anywhere
 * @v2_until: the same of version 2
 * @qi: query interval of the querier, jiffies; @lock
 * @qri: query response interval, jiffies; @lock
 * @qrv: robustness of the querier, 0 if it has not said; @lock
 * @general: a general query is to be answered at @general_due; @lock
 * @changes: how often changes are still to be reported, next at @change_due;
 *	@lock
 * @general_due: jiffies; @lock
 * @change_due: jiffies; @lock
 */
struct inetx_igmp_dev {
	spinlock_t lock; /* timer and queries */
	struct list_head groups;
	struct list_head departed;
	unsigned int count;
	unsigned int joined;
	u32 serial;
	bool gone;
	struct timer_list timer;
	unsigned long v1_until;
	unsigned long v2_until;
	unsigned long qi;
	unsigned long qri;
	u8 qrv;
	bool general;
	u8 changes;
	unsigned long general_due;
	unsigned long change_due;
};

#endif /* _INETX_IGMP_NET_H */
