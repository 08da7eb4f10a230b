/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_ROUTE_NET_H
#define _INETX_ROUTE_NET_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rhashtable-types.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct fib_rules_ops;
struct inetx_fib_table;

/* Buckets of the local-address hash; chains grow, the table does not have to:
 * the hash is only a shortcut past the local table of the FIB.
 */
#define INETX_ADDR_HASH_BITS	8

/* Buckets of the table of routing tables, by the low bits of their number. */
#define INETX_FIB_HASH_SIZE	256

/* Buckets of the hash of exceptions; with INETX_EX_WAYS entries in each it is
 * room for what a busy server learns in route/mtu_expires, some 2 MB.
 */
#define INETX_EX_BITS		11
#define INETX_EX_BUCKETS	BIT(INETX_EX_BITS)

/**
 * struct inetx_exception_net - what ICMP has told about single destinations
 * @table: INETX_EX_BUCKETS lists of struct inetx_exception, NULL until there is
 *	one; set once under @lock, read under RCU
 * @count: entries in it; written under @lock, read anywhere
 * @lock: softirqs disabled; for all changes
 * @key: of the hash; set once
 * @last_id: the last struct inetx_nexthop.exceptions that was given away; @lock
 * @sweep_at: when @work runs, jiffies; @lock
 * @work: frees what has expired; queued only while there is something
 */
struct inetx_exception_net {
	struct hlist_head __rcu *table;
	unsigned int count;
	spinlock_t lock;	/* see above */
	siphash_key_t key;
	unsigned long last_id;
	unsigned long sweep_at;
	struct delayed_work work;
};

/**
 * struct inetx_route_net - addresses and routes of a namespace
 * @genid: changes whenever a cached path may have become wrong; moved
 *	by inetx_route_bump(), read anywhere; never 0
 * @tables: all routing tables, struct inetx_fib_table.link, found by number;
 *	written under RTNL, read under RCU
 * @local: RT_TABLE_LOCAL, created with the namespace, never replaced
 * @main: RT_TABLE_MAIN, likewise
 * @dflt: RT_TABLE_DEFAULT, NULL until a route is put there; written under RTNL,
 *	read under RCU
 * @rules: policy rules; set once, the list in it written under RTNL, read under
 *	RCU
 * @rules_used: they have been changed, so lookups ask them; written under RTNL,
 *	read anywhere; never false again
 * @local_late: the first rule does not lead to table local, or there has been a
 *	VRF; likewise, but for the last
 * @vrf: there has been a VRF; RTNL
 * @rules_ports: rules about protocol or ports of received packets; written under
 *	RTNL, read anywhere
 * @infos: struct inetx_rtinfo by what it says; RTNL
 * @info_list: all of them; written under RTNL, read under RCU
 * @nhobjs: struct inetx_nhobj by number; RTNL
 * @nhobj_next: where to look for a free number; RTNL
 * @nhobj_seq: counts changes of them, to mark interrupted dumps; RTNL
 * @renewed: new infos while an object changes, by their list; RTNL
 * @custom_local: a route of type local was once added by hand, so that more
 *	than the addresses of devices is ours; written under RTNL, read anywhere
 * @addr_hash: struct inetx_ifaddr by local address; written under RTNL, read
 *	under RCU
 * @addr_seq: counts the changes of addresses and of their switches, to mark
 *	interrupted dumps; RTNL
 * @addr_work: ends lifetimes of addresses; queued only while one is finite
 * @ex: exceptions
 * @sysctl_min_pmtu: route/min_pmtu, bytes
 * @sysctl_mtu_expires: route/mtu_expires, jiffies
 * @sysctl_min_adv_mss: route/min_adv_mss, bytes
 * @sysctl_hash_policy: fib_multipath_hash_policy, what the next hop of a packet
 *	is chosen by, 0..3; like the next two any value is good at any time
 * @sysctl_use_neigh: fib_multipath_use_neigh
 * @sysctl_hash_fields: fib_multipath_hash_fields, for policy 3
 * @sysctl_flag_notify: fib_notify_on_flag_change, of no effect
 * @sysctl_nexthop_compat: nexthop_compat_mode: show a route's next hops besides
 *	the number of its object; any value is good at any time
 */
struct inetx_route_net {
	atomic_t genid;
	struct hlist_head tables[INETX_FIB_HASH_SIZE];
	struct inetx_fib_table *local;
	struct inetx_fib_table *main;
	struct inetx_fib_table __rcu *dflt;
	struct fib_rules_ops *rules;
	bool rules_used;
	bool local_late;
	bool vrf;
	unsigned int rules_ports;
	struct rhashtable infos;
	struct list_head info_list;
	struct xarray nhobjs;
	u32 nhobj_next;
	u32 nhobj_seq;
	struct list_head renewed;
	bool custom_local;
	struct hlist_head addr_hash[1 << INETX_ADDR_HASH_BITS];
	u32 addr_seq;
	struct delayed_work addr_work;
	struct inetx_exception_net ex;
	u32 sysctl_min_pmtu;
	int sysctl_mtu_expires;
	int sysctl_min_adv_mss;
	u8 sysctl_hash_policy;
	u8 sysctl_use_neigh;
	u8 sysctl_nexthop_compat;
	u8 sysctl_flag_notify;
	u32 sysctl_hash_fields;
};

#endif /* _INETX_ROUTE_NET_H */
