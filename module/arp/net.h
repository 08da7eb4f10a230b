/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_ARP_NET_H
#define _INETX_ARP_NET_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>

/**
 * struct inetx_arp_dev - answers on behalf of others that a device delays
 * @lock: protects all below, softirqs disabled
 * @delayed: the answers, in no order
 * @count: how many they are
 * @gone: the device is being destroyed, nothing is to be added
 * @timer: runs out at the first that is due
 */
struct inetx_arp_dev {
	spinlock_t lock; /* the answers */
	struct list_head delayed;
	unsigned int count;
	bool gone;
	struct timer_list timer;
};

#endif /* _INETX_ARP_NET_H */
