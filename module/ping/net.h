/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_PING_NET_H
#define _INETX_PING_NET_H

#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/seqlock.h>

struct inetx_port_table;

/**
 * struct inetx_ping_net - ping sockets of a namespace
 * @table: sockets by identifier; set once
 * @group_lock: protects @group_range
 * @group_range: ping_group_range: first and last group that may open one
 */
struct inetx_ping_net {
	struct inetx_port_table *table;
	seqlock_t group_lock;
	kgid_t group_range[2];
};

#endif /* _INETX_PING_NET_H */
