// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that the cache knows no way for, until the daemon has made an entry:
 * of so many groups at most, so many packets of each, for ten seconds.
 *
 * AF_INET does not count those that it gives up.  Here they are in InNoRoutes when
 * the daemon has not answered in time, and else in InDiscards.
 */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "ip/ip.h"
#include "mroute/table.h"
#include "netlink/mroute.h"

/* The lock is held: nobody waits for the group any more, whose packets are left to
 * the caller.
 */
static void unlink_group(struct inetx_mr_table *table, struct inetx_mfc *group)
{
	list_del_rcu(&group->list);
	WRITE_ONCE(table->n_pending, table->n_pending - 1);
	kfree_rcu(group, rcu);
}

/* No room for a packet, no memory, or what it waits for has gone. */
static void drop(struct inetx_mr_table *table, struct sk_buff *skb)
{
	inetx_ip_drop(table->xnet, skb, IPSTATS_MIB_INDISCARDS,
		      SKB_DROP_REASON_NOT_SPECIFIED);
}

/* The daemon has not answered in time, which is an answer, too. */
static void drop_late(struct inetx_mr_table *table, struct sk_buff *skb)
{
	inetx_ip_drop(table->xnet, skb, IPSTATS_MIB_INNOROUTES,
		      SKB_DROP_REASON_IP_INNOROUTES);
}

/* The oldest are last. */
static void expire(struct timer_list *timer)
{
	struct inetx_mr_table *table = from_timer(table, timer, timer);
	struct inetx_mfc *group, *next;
	struct sk_buff *skb;

	spin_lock(&table->lock);
	list_for_each_entry_safe_reverse(group, next, &table->pending, list) {
		if (time_after(group->expires, jiffies)) {
			mod_timer(&table->timer, group->expires);
			break;
		}
		inetx_nl_mfc_notify(table, group, RTM_DELROUTE, GFP_ATOMIC);
		while ((skb = __skb_dequeue(&group->queue)))
			drop_late(table, skb);
		unlink_group(table, group);
	}
	spin_unlock(&table->lock);
}

/**
 * inetx_mr_pending_init - nothing waits
 * @table: zeroed
 *
 * Context: process.
 */
void inetx_mr_pending_init(struct inetx_mr_table *table)
{
	spin_lock_init(&table->lock);
	INIT_LIST_HEAD(&table->pending);
	timer_setup(&table->timer, expire, 0);
}

/* The lock is held. */
static struct inetx_mfc *find(struct inetx_mr_table *table,
			      const struct inetx_mfc_key *key)
{
	struct inetx_mfc *group;

	list_for_each_entry(group, &table->pending, list)
		if (group->key.group == key->group &&
		    group->key.origin == key->origin)
			return group;
	return NULL;
}

/* The first packet of a group that the cache does not know: the daemon hears of
 * it, else it would wait for nothing.  The lock is held.
 */
static struct inetx_mfc *begin(struct inetx_mr_table *table, unsigned int vif,
			       struct sk_buff *skb,
			       const struct inetx_mfc_key *key)
{
	struct inetx_mfc *group;

	if (table->n_pending >= INETX_MR_PENDING)
		return NULL;
	group = kzalloc(sizeof(*group), GFP_ATOMIC);
	if (!group)
		return NULL;
	if (inetx_mr_report(table, skb, vif, IGMPMSG_NOCACHE) < 0) {
		kfree(group);
		return NULL;
	}
	group->key = *key;
	group->parent = ALL_VIFS;
	group->expires = jiffies + INETX_MR_PATIENCE;
	__skb_queue_head_init(&group->queue);
	if (list_empty(&table->pending))
		mod_timer(&table->timer, group->expires);
	list_add_rcu(&group->list, &table->pending);
	WRITE_ONCE(table->n_pending, table->n_pending + 1);
	inetx_nl_mfc_notify(table, group, RTM_NEWROUTE, GFP_ATOMIC);
	return group;
}

/**
 * inetx_mr_wait - a packet for which there is no entry
 * @table: the table
 * @vif: where it has come from
 * @skb: the packet, at its IP header, dev set; taken
 *
 * Context: softirq, or bottom halves off; RCU read side.
 */
void inetx_mr_wait(struct inetx_mr_table *table, unsigned int vif,
		   struct sk_buff *skb)
{
	const struct inetx_mfc_key key = {
		.group = ip_hdr(skb)->daddr,
		.origin = ip_hdr(skb)->saddr,
	};
	struct inetx_mfc *group;

	spin_lock(&table->lock);
	group = find(table, &key);
	if (!group)
		group = begin(table, vif, skb, &key);
	if (group && skb_queue_len(&group->queue) < INETX_MR_PACKETS) {
		__skb_queue_tail(&group->queue, skb);
		skb = NULL;
	}
	spin_unlock(&table->lock);
	if (unlikely(skb))
		drop(table, skb);
}

/**
 * inetx_mr_resolve - packets may have waited for this entry
 * @table: the table
 * @mfc: the entry
 *
 * Context: process, RTNL.
 */
void inetx_mr_resolve(struct inetx_mr_table *table, struct inetx_mfc *mfc)
{
	struct sk_buff_head queue;
	struct inetx_mfc *group;
	struct inetx_dev *xdev;
	struct sk_buff *skb;

	__skb_queue_head_init(&queue);
	spin_lock_bh(&table->lock);
	group = find(table, &mfc->key);
	if (group) {
		skb_queue_splice_init(&group->queue, &queue);
		unlink_group(table, group);
	}
	spin_unlock_bh(&table->lock);

	local_bh_disable();
	rcu_read_lock();
	while ((skb = __skb_dequeue(&queue))) {
		/* As long as it waits its device is there. */
		xdev = inetx_dev_get(skb->dev);
		if (xdev)
			inetx_mr_forward(table, xdev, skb, mfc, false);
		else
			drop(table, skb);
	}
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * inetx_mr_pending_flush - nothing waits any more
 * @table: the table
 *
 * Context: process, RTNL.
 */
void inetx_mr_pending_flush(struct inetx_mr_table *table)
{
	struct inetx_mfc *group, *next;
	struct sk_buff *skb;

	spin_lock_bh(&table->lock);
	list_for_each_entry_safe(group, next, &table->pending, list) {
		inetx_nl_mfc_notify(table, group, RTM_DELROUTE, GFP_ATOMIC);
		while ((skb = __skb_dequeue(&group->queue)))
			drop(table, skb);
		unlink_group(table, group);
	}
	spin_unlock_bh(&table->lock);
}

/**
 * inetx_mr_pending_dev_gone - drop what has come from a device that goes
 * @table: the table
 * @dev: the device, which is no vif any more
 *
 * Context: process, RTNL.
 */
void inetx_mr_pending_dev_gone(struct inetx_mr_table *table,
			       const struct net_device *dev)
{
	struct inetx_mfc *group;
	struct sk_buff *skb, *next;

	spin_lock_bh(&table->lock);
	list_for_each_entry(group, &table->pending, list)
		skb_queue_walk_safe(&group->queue, skb, next)
			if (skb->dev == dev) {
				__skb_unlink(skb, &group->queue);
				drop(table, skb);
			}
	spin_unlock_bh(&table->lock);
}
