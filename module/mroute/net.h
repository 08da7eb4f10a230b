/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_MROUTE_NET_H
#define _INETX_MROUTE_NET_H

#include <linux/types.h>

struct inetx_mr_table;

/**
 * struct inetx_mroute_net - multicast routing of a namespace
 * @table: vifs, cache and daemon, or NULL where nobody has ever asked for it;
 *	set once, under RTNL, read under RCU; freed with the namespace
 */
struct inetx_mroute_net {
	struct inetx_mr_table __rcu *table;
};

#endif /* _INETX_MROUTE_NET_H */
