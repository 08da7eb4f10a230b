/* SPDX-License-Identifier: GPL-2.0 */
/* The vifs and the cache; for the room itself and those who show them. */
#ifndef _INETX_MROUTE_TABLE_H
#define _INETX_MROUTE_TABLE_H

#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/timer.h>

#include "mroute/mroute.h"

/* Groups that may wait for the daemon, and packets of each. */
#define INETX_MR_PENDING	1024
#define INETX_MR_PACKETS	4
#define INETX_MR_PATIENCE	(10 * HZ)

/**
 * struct inetx_vif_count - what went through a vif
 * @pkt_in: packets, on each CPU; likewise the others
 * @bytes_in: their octets
 * @pkt_out: packets
 * @bytes_out: their octets
 *
 * Added to with this_cpu_add(), summed by who shows them.
 */
struct inetx_vif_count {
	unsigned long pkt_in;
	unsigned long bytes_in;
	unsigned long pkt_out;
	unsigned long bytes_out;
};

/**
 * struct inetx_vif - a device that takes part
 * @dev: the device, a tracked reference; the vif goes before it
 * @tracker: that reference
 * @count: per CPU
 * @flags: VIFF_*
 * @local: as the daemon has given it, network order
 * @remote: likewise
 * @rcu: freeing waits for readers
 *
 * Nothing but the counters changes once it is in the table.
 */
struct inetx_vif {
	struct net_device *dev;
	netdevice_tracker tracker;
	struct inetx_vif_count __percpu *count;
	u16 flags;
	__be32 local;
	__be32 remote;
	struct rcu_head rcu;
};

/**
 * struct inetx_mfc_key - what the cache is asked for
 * @group: network order; 0 only with @origin 0, for all
 * @origin: source, network order; 0 any
 */
struct inetx_mfc_key {
	__be32 group;
	__be32 origin;
};

/**
 * struct inetx_mfc - an entry of the cache, or a group that waits for one
 * @node: in inetx_mr_table.hash, of an entry; RTNL, RCU
 * @list: in inetx_mr_table.cache (RTNL, RCU) or .pending (its lock, RCU)
 * @key: set once
 * @parent: vif that packets have to come from, 65535 while pending; written under
 *	RTNL, read anywhere
 * @is_static: made by somebody else than the daemon; RTNL, read anywhere
 * @oifs: vifs that packets go to, as bits; written under RTNL, read anywhere
 * @ttls: which TTL a packet has to exceed for that, 255 where the bit is clear;
 *	likewise
 * @packets: counter, and so are
 * @bytes: the octets of these, and
 * @wrong: packets that came from elsewhere
 * @lastuse: when the last one came, jiffies; written anywhere
 * @asserted: when the daemon was told of one that came from elsewhere, jiffies;
 *	changed by cmpxchg()
 * @queue: the packets that wait; the table's lock
 * @expires: until when they do, jiffies; set once
 * @rcu: freeing waits for readers
 */
struct inetx_mfc {
	struct rhlist_head node;
	struct list_head list;
	struct inetx_mfc_key key;
	u16 parent;
	bool is_static;
	u32 oifs;
	u8 ttls[MAXVIFS];
	atomic_long_t packets;
	atomic_long_t bytes;
	atomic_long_t wrong;
	unsigned long lastuse;
	unsigned long asserted;
	struct sk_buff_head queue;
	unsigned long expires;
	struct rcu_head rcu;
};

/**
 * struct inetx_mr_table - a table of a namespace in which multicast is routed
 * @next: of inetx_mroute_net.tables; RTNL, RCU
 * @xnet: the namespace; set once
 * @id: its number, RT_TABLE_DEFAULT for daemons that do not say; set once
 * @sk: the daemon's socket; written under RTNL, read under RCU, which its memory
 *	waits for
 * @vifs: written under RTNL, read under RCU
 * @used: which of them there are, as bits; written under RTNL, read anywhere
 * @pim: MRT_PIM; RTNL, read anywhere
 * @assert: MRT_ASSERT; likewise
 * @wrvifwhole: tell of packets from elsewhere with all of them; likewise
 * @register_vif: which of @vifs is the register vif, -1 none; likewise
 * @registers: in inetx_mr_registers, while there is one; RTNL
 * @hash: entries by key; RTNL, RCU
 * @cache: entries in the order in which they were made; RTNL, RCU
 * @lock: of what waits; softirqs disabled
 * @pending: groups that wait, newest first; @lock, RCU
 * @n_pending: how many; @lock, read anywhere
 * @timer: runs when the first of them has waited for long enough; @lock
 */
struct inetx_mr_table {
	struct inetx_mr_table __rcu *next;
	struct inetx_net *xnet;
	u32 id;
	struct sock __rcu *sk;
	struct inetx_vif __rcu *vifs[MAXVIFS];
	u32 used;
	bool assert;
	bool pim;
	bool wrvifwhole;
	int register_vif;
	struct list_head registers;
	struct rhltable hash;
	struct list_head cache;
	spinlock_t lock;	/* see above */
	struct list_head pending;
	unsigned int n_pending;
	struct timer_list timer;
};

/* table.c */
struct inetx_mr_table *inetx_mr_table_get(struct inetx_net *xnet, u32 id);
struct inetx_mr_table *inetx_mr_table_find(struct inetx_net *xnet, u32 id);
void inetx_mr_flush(struct inetx_mr_table *table, int what);
void inetx_mr_count_daemon(struct inetx_net *xnet, int more);

/* rule.c; RCU read side */
struct inetx_mr_table *inetx_mr_rule_lookup(struct inetx_net *xnet,
					    const struct sk_buff *skb);

/* All tables, by an iterator of the caller; RTNL or RCU read side. */
#define inetx_for_each_mr_table(table, xnet)				\
	for ((table) = rcu_dereference_rtnl((xnet)->mroute.tables); (table); \
	     (table) = rcu_dereference_rtnl((table)->next))

/**
 * inetx_mr_table - the table of a namespace that those use who name none
 * @xnet: the namespace
 *
 * Context: RTNL or RCU read side.
 * Return: the table, or NULL where it was never used.
 */
static inline struct inetx_mr_table *inetx_mr_table(struct inetx_net *xnet)
{
	return rcu_dereference_rtnl(xnet->mroute.table);
}

/**
 * inetx_mr_table_of - the table that is for a packet
 * @xnet: the namespace
 * @skb: the packet, with the device it came in by, or that our own was sent by
 *
 * Context: RCU read side.
 * Return: the table, or NULL: there is none, or a rule refuses the packet.
 */
static inline struct inetx_mr_table *
inetx_mr_table_of(struct inetx_net *xnet, const struct sk_buff *skb)
{
	if (unlikely(READ_ONCE(xnet->mroute.rules_used)))
		return inetx_mr_rule_lookup(xnet, skb);
	return inetx_mr_table(xnet);
}

/* vif.c: process context, RTNL */
int inetx_vif_add(struct inetx_mr_table *table, const struct vifctl *ctl,
		  bool daemon);
int inetx_vif_delete(struct inetx_mr_table *table, unsigned int n);
void inetx_vif_dev_gone(struct inetx_mr_table *table,
			const struct net_device *dev);
/* vif.c: any context, RCU read side */
int inetx_vif_find(const struct inetx_mr_table *table,
		   const struct net_device *dev);
void inetx_vif_sum(const struct inetx_vif *vif, struct inetx_vif_count *sum);

/* One more than the highest vif there is. */
static inline unsigned int inetx_vif_end(const struct inetx_mr_table *table)
{
	return fls(READ_ONCE(table->used));
}

/* cache.c: process context, RTNL */
int inetx_mfc_init(struct inetx_mr_table *table);
void inetx_mfc_exit(struct inetx_mr_table *table);
int inetx_mfc_add(struct inetx_mr_table *table, const struct mfcctl *ctl,
		  bool daemon, int parent);
int inetx_mfc_delete(struct inetx_mr_table *table, const struct mfcctl *ctl,
		     int parent);
void inetx_mfc_flush(struct inetx_mr_table *table, bool daemons, bool others);

/* cache.c: any context, RCU read side */
struct inetx_mfc *inetx_mfc_find(struct inetx_mr_table *table, __be32 origin,
				 __be32 group);
struct inetx_mfc *inetx_mfc_find_all(struct inetx_mr_table *table,
				     unsigned int vif);
struct inetx_mfc *inetx_mfc_lookup(struct inetx_mr_table *table, __be32 origin,
				   __be32 group, int vif);

/* pending.c: softirq, or bottom halves off; RCU read side; takes the skb */
void inetx_mr_wait(struct inetx_mr_table *table, unsigned int vif,
		   struct sk_buff *skb);
/* pending.c: process context, RTNL */
void inetx_mr_pending_init(struct inetx_mr_table *table);
void inetx_mr_resolve(struct inetx_mr_table *table, struct inetx_mfc *mfc);
void inetx_mr_pending_flush(struct inetx_mr_table *table);
void inetx_mr_pending_dev_gone(struct inetx_mr_table *table,
			       const struct net_device *dev);

/* forward.c: softirq, or bottom halves off; RCU read side */
void inetx_mr_forward(struct inetx_mr_table *table, struct inetx_dev *xdev,
		      struct sk_buff *skb, struct inetx_mfc *mfc, bool keep);

/* register.c: process context, RTNL */
extern struct list_head inetx_mr_registers;
struct net_device *inetx_mr_register_make(struct inetx_mr_table *table);
/* register.c: any context, RCU read side; does not take the skb */
void inetx_mr_register_send(struct inetx_mr_table *table,
			    struct net_device *dev, struct sk_buff *skb,
			    unsigned int vif);

/* upcall.c: any context, RCU read side; does not take the skb */
int inetx_mr_report(struct inetx_mr_table *table, struct sk_buff *skb,
		    unsigned int vif, u8 type);

#endif /* _INETX_MROUTE_TABLE_H */
