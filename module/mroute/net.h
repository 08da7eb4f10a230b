/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_MROUTE_NET_H
#define _INETX_MROUTE_NET_H

#include <linux/types.h>

struct fib_rules_ops;
struct inetx_mr_table;

/**
 * struct inetx_mroute_net - multicast routing of a namespace
 * @tables: each with vifs, cache and daemon, by struct inetx_mr_table.next in the
 *	order in which they were asked for; grows under RTNL, read under RCU; freed
 *	with the namespace
 * @table: of them RT_TABLE_DEFAULT, NULL where nobody has asked for it; likewise
 * @rules: which table is for which packet; set once, the list in it written under
 *	RTNL, read under RCU
 * @rules_used: they have been changed; written under RTNL, read anywhere; never
 *	false again
 */
struct inetx_mroute_net {
	struct inetx_mr_table __rcu *tables;
	struct inetx_mr_table __rcu *table;
	struct fib_rules_ops *rules;
	bool rules_used;
};

#endif /* _INETX_MROUTE_NET_H */
