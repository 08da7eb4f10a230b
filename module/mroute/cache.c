// SPDX-License-Identifier: GPL-2.0
/* The multicast forwarding cache: from where, and to where, packets go. */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "mroute/table.h"
#include "netlink/mroute.h"

static const struct rhashtable_params params = {
	.head_offset = offsetof(struct inetx_mfc, node),
	.key_offset = offsetof(struct inetx_mfc, key),
	.key_len = sizeof(struct inetx_mfc_key),
	.nelem_hint = 3,
	.automatic_shrinking = true,
};

/**
 * inetx_mfc_init - an empty cache
 * @table: zeroed
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_mfc_init(struct inetx_mr_table *table)
{
	INIT_LIST_HEAD(&table->cache);
	return rhltable_init(&table->hash, &params);
}

/**
 * inetx_mfc_exit - undo inetx_mfc_init()
 * @table: the table, which has no entry
 *
 * Context: process.
 */
void inetx_mfc_exit(struct inetx_mr_table *table)
{
	rhltable_destroy(&table->hash);
}

static struct rhlist_head *entries(struct inetx_mr_table *table, __be32 origin,
				   __be32 group)
{
	const struct inetx_mfc_key key = { .group = group, .origin = origin };

	return rhltable_lookup(&table->hash, &key, params);
}

/**
 * inetx_mfc_find - the entry of a source and group
 * @table: the table
 * @origin: source, network order; 0 for the entry of any
 * @group: network order; 0 for the entry of all
 *
 * Context: RCU read side.
 * Return: the entry or NULL.
 */
struct inetx_mfc *inetx_mfc_find(struct inetx_mr_table *table, __be32 origin,
				 __be32 group)
{
	struct rhlist_head *pos, *list = entries(table, origin, group);
	struct inetx_mfc *mfc;

	rhl_for_each_entry_rcu(mfc, pos, list, node)
		return mfc;
	return NULL;
}

/* The same, with the vif that packets come from; -1 any. */
static struct inetx_mfc *find_parent(struct inetx_mr_table *table,
				     const struct mfcctl *ctl, int parent)
{
	struct rhlist_head *pos, *list;
	struct inetx_mfc *mfc, *found = NULL;

	rcu_read_lock();
	list = entries(table, ctl->mfcc_origin.s_addr,
		       ctl->mfcc_mcastgrp.s_addr);
	rhl_for_each_entry_rcu(mfc, pos, list, node)
		if (parent == -1 || parent == mfc->parent) {
			found = mfc;
			break;
		}
	rcu_read_unlock();
	/* Entries come and go under RTNL only. */
	return found;
}

static bool goes_to(const struct inetx_mfc *mfc, unsigned int vif)
{
	return READ_ONCE(mfc->oifs) & BIT(vif);
}

/**
 * inetx_mfc_find_all - the entry of all sources and groups that a vif is part of
 * @table: the table
 * @vif: the vif
 *
 * Context: RCU read side.
 * Return: the entry or NULL.
 */
struct inetx_mfc *inetx_mfc_find_all(struct inetx_mr_table *table,
				     unsigned int vif)
{
	struct rhlist_head *pos, *list = entries(table, 0, 0);
	struct inetx_mfc *mfc;

	rhl_for_each_entry_rcu(mfc, pos, list, node)
		if (goes_to(mfc, vif))
			return mfc;
	return NULL;
}

/**
 * inetx_mfc_lookup - the entry for a packet
 * @table: the table
 * @origin: its source, network order
 * @group: its destination, network order
 * @vif: where it has come from, -1 none of ours
 *
 * That of the source and group; else, if the vif is part of its tree, that of
 * the group; else that of all.
 *
 * Context: RCU read side.
 * Return: the entry or NULL.
 */
struct inetx_mfc *inetx_mfc_lookup(struct inetx_mr_table *table, __be32 origin,
				   __be32 group, int vif)
{
	struct rhlist_head *pos, *list;
	struct inetx_mfc *mfc, *tree;

	mfc = inetx_mfc_find(table, origin, group);
	if (mfc || vif < 0)
		return mfc;
	list = entries(table, 0, group);
	rhl_for_each_entry_rcu(mfc, pos, list, node) {
		if (goes_to(mfc, vif))
			return mfc;
		tree = inetx_mfc_find_all(table, READ_ONCE(mfc->parent));
		if (tree && goes_to(tree, vif))
			return mfc;
	}
	return inetx_mfc_find_all(table, vif);
}

/* A packet that comes meanwhile sees the old or the new of each vif. */
static void set_ways(const struct inetx_mr_table *table, struct inetx_mfc *mfc,
		     const struct mfcctl *ctl)
{
	u32 oifs = 0;
	u8 ttl;
	int i;

	for (i = 0; i < MAXVIFS; i++) {
		ttl = ctl->mfcc_ttls[i];
		if (ttl && ttl < 255 && table->used & BIT(i))
			oifs |= BIT(i);
		else
			ttl = 255;
		WRITE_ONCE(mfc->ttls[i], ttl);
	}
	WRITE_ONCE(mfc->oifs, oifs);
	WRITE_ONCE(mfc->parent, ctl->mfcc_parent);
	WRITE_ONCE(mfc->lastuse, jiffies);
}

static struct inetx_mfc *mfc_alloc(const struct mfcctl *ctl)
{
	struct inetx_mfc *mfc = kzalloc(sizeof(*mfc), GFP_KERNEL_ACCOUNT);

	if (!mfc)
		return NULL;
	mfc->key.group = ctl->mfcc_mcastgrp.s_addr;
	mfc->key.origin = ctl->mfcc_origin.s_addr;
	mfc->asserted = jiffies - MFC_ASSERT_THRESH - 1;
	return mfc;
}

/**
 * inetx_mfc_add - setsockopt(2) MRT_ADD_MFC, MRT_ADD_MFC_PROXY
 * @table: the table
 * @ctl: the request
 * @daemon: it comes from the daemon
 * @parent: of the entry that is changed, -1: whatever it is
 *
 * Changes the entry that there is.  Packets that have waited for a new one go on.
 *
 * Context: process, RTNL.
 * Return: 0; -ENFILE: no such vif is possible; -EINVAL: not a group; -ENOMEM.
 */
int inetx_mfc_add(struct inetx_mr_table *table, const struct mfcctl *ctl,
		  bool daemon, int parent)
{
	struct inetx_mfc *mfc;
	int err;

	ASSERT_RTNL();
	if (ctl->mfcc_parent >= MAXVIFS)
		return -ENFILE;
	mfc = find_parent(table, ctl, parent);
	if (mfc) {
		set_ways(table, mfc, ctl);
		if (!daemon)
			WRITE_ONCE(mfc->is_static, true);
		inetx_nl_mfc_notify(table, mfc, RTM_NEWROUTE, GFP_KERNEL);
		return 0;
	}

	if (ctl->mfcc_mcastgrp.s_addr &&
	    !ipv4_is_multicast(ctl->mfcc_mcastgrp.s_addr))
		return -EINVAL;
	mfc = mfc_alloc(ctl);
	if (!mfc)
		return -ENOMEM;
	set_ways(table, mfc, ctl);
	mfc->is_static = !daemon;
	err = rhltable_insert(&table->hash, &mfc->node, params);
	if (err) {
		kfree(mfc);
		return err;
	}
	list_add_tail_rcu(&mfc->list, &table->cache);
	inetx_mr_resolve(table, mfc);
	inetx_nl_mfc_notify(table, mfc, RTM_NEWROUTE, GFP_KERNEL);
	return 0;
}

static void mfc_remove(struct inetx_mr_table *table, struct inetx_mfc *mfc)
{
	rhltable_remove(&table->hash, &mfc->node, params);
	list_del_rcu(&mfc->list);
	inetx_nl_mfc_notify(table, mfc, RTM_DELROUTE, GFP_KERNEL);
	kfree_rcu(mfc, rcu);
}

/**
 * inetx_mfc_delete - setsockopt(2) MRT_DEL_MFC, MRT_DEL_MFC_PROXY
 * @table: the table
 * @ctl: the request
 * @parent: of the entry, -1: whatever it is
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOENT.
 */
int inetx_mfc_delete(struct inetx_mr_table *table, const struct mfcctl *ctl,
		     int parent)
{
	struct inetx_mfc *mfc = find_parent(table, ctl, parent);

	ASSERT_RTNL();
	if (!mfc)
		return -ENOENT;
	mfc_remove(table, mfc);
	return 0;
}

/**
 * inetx_mfc_flush - delete many entries
 * @table: the table
 * @daemons: those that the daemon has made
 * @others: those that others have made
 *
 * Context: process, RTNL.
 */
void inetx_mfc_flush(struct inetx_mr_table *table, bool daemons, bool others)
{
	struct inetx_mfc *mfc, *next;

	list_for_each_entry_safe(mfc, next, &table->cache, list)
		if (mfc->is_static ? others : daemons)
			mfc_remove(table, mfc);
}
