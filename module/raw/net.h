/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_RAW_NET_H
#define _INETX_RAW_NET_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/spinlock.h>

/**
 * struct inetx_raw_net - raw sockets of a namespace
 * @lock: serialises writers of @table and @alerts
 * @table: sockets by protocol number (RFC 791: 8 bits, hence 256 chains);
 *	written under @lock, read under RCU
 * @alerts: those that want packets to others with a router alert; likewise
 * @sysctl_l3mdev_accept: raw_l3mdev_accept, 0 or 1; written by sysctl, read
 *	anywhere
 */
struct inetx_raw_net {
	spinlock_t lock; /* writers */
	struct hlist_head table[256];
	struct hlist_head alerts;
	u8 sysctl_l3mdev_accept;
};

#endif /* _INETX_RAW_NET_H */
