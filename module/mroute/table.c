// SPDX-License-Identifier: GPL-2.0
/* The tables of a namespace, and whose they are. */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "mroute/table.h"
#include "netlink/netlink.h"
#include "raw/raw.h"

/**
 * inetx_mr_table_find - a table by its number
 * @xnet: the namespace
 * @id: the number
 *
 * Context: RTNL or RCU read side.
 * Return: the table or NULL.
 */
struct inetx_mr_table *inetx_mr_table_find(struct inetx_net *xnet, u32 id)
{
	struct inetx_mr_table *table;

	inetx_for_each_mr_table(table, xnet)
		if (table->id == id)
			break;
	return table;
}

/* The last of the list, so that dumps go on where they were. */
static void publish(struct inetx_net *xnet, struct inetx_mr_table *table)
{
	struct inetx_mr_table __rcu **link = &xnet->mroute.tables;
	struct inetx_mr_table *last;

	while ((last = rtnl_dereference(*link)))
		link = &last->next;
	rcu_assign_pointer(*link, table);
	if (table->id == RT_TABLE_DEFAULT)
		rcu_assign_pointer(xnet->mroute.table, table);
}

/**
 * inetx_mr_table_get - a table by its number, made if need be
 * @xnet: the namespace
 * @id: the number
 *
 * Context: process, RTNL.
 * Return: the table or NULL without memory.
 */
struct inetx_mr_table *inetx_mr_table_get(struct inetx_net *xnet, u32 id)
{
	struct inetx_mr_table *table = inetx_mr_table_find(xnet, id);

	ASSERT_RTNL();
	if (table)
		return table;
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->xnet = xnet;
	table->id = id;
	table->register_vif = -1;
	inetx_mr_pending_init(table);
	if (inetx_mfc_init(table)) {
		kfree(table);
		return NULL;
	}
	publish(xnet, table);
	return table;
}

/**
 * inetx_mr_flush - setsockopt(2) MRT_FLUSH
 * @table: the table
 * @what: MRT_FLUSH_*
 *
 * Context: process, RTNL.
 */
void inetx_mr_flush(struct inetx_mr_table *table, int what)
{
	const struct inetx_vif *vif;
	int i;

	for (i = 0; i < MAXVIFS; i++) {
		vif = rtnl_dereference(table->vifs[i]);
		if (vif && what & (vif->flags & VIFF_STATIC ?
				   MRT_FLUSH_VIFS_STATIC : MRT_FLUSH_VIFS))
			inetx_vif_delete(table, i);
	}
	inetx_mfc_flush(table, what & MRT_FLUSH_MFC,
			what & MRT_FLUSH_MFC_STATIC);
	if (what & MRT_FLUSH_MFC)
		inetx_mr_pending_flush(table);
}

/**
 * inetx_mr_count_daemon - conf/all/mc_forwarding, which counts daemons
 * @xnet: the namespace
 * @more: 1 for one that has come, -1 for one that goes
 *
 * Context: RTNL, may sleep.
 */
void inetx_mr_count_daemon(struct inetx_net *xnet, int more)
{
	struct inetx_devconf *conf = &xnet->link.conf_all;
	int *daemons = &conf->data[IPV4_DEVCONF_MC_FORWARDING - 1];

	WRITE_ONCE(*daemons, *daemons + more);
	inetx_nl_netconf_changed(xnet, conf, IPV4_DEVCONF_MC_FORWARDING);
}

/**
 * inetx_mroute_release - a socket is the daemon's no more, if it was
 * @sk: the socket, which does not ask for router alerts any more
 *
 * What the daemon has made goes with it; what others have made stays.
 *
 * Context: process, socket not locked.
 */
void inetx_mroute_release(struct sock *sk)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_mr_table *table;

	/* Tables stay as long as the namespace, which the socket holds. */
	rcu_read_lock();
	inetx_for_each_mr_table(table, xnet)
		if (rcu_access_pointer(table->sk) == sk)
			break;
	rcu_read_unlock();
	if (likely(!table))
		return;

	rtnl_lock();
	if (rcu_access_pointer(table->sk) == sk) {
		inetx_mr_count_daemon(xnet, -1);
		RCU_INIT_POINTER(table->sk, NULL);
		inetx_mr_flush(table, MRT_FLUSH_VIFS | MRT_FLUSH_MFC);
	}
	rtnl_unlock();
}

/**
 * inetx_mroute_dev_gone - a device goes, and the vif that it is
 * @xdev: the device
 *
 * Context: process, RTNL.
 */
void inetx_mroute_dev_gone(struct inetx_dev *xdev)
{
	struct inetx_mr_table *table;

	inetx_for_each_mr_table(table, xdev->xnet) {
		inetx_vif_dev_gone(table, xdev->dev);
		inetx_mr_pending_dev_gone(table, xdev->dev);
	}
}

static void table_free(struct inetx_mr_table *table)
{
	WARN_ON_ONCE(table->used || rcu_access_pointer(table->sk));
	rtnl_lock();
	inetx_mr_pending_flush(table);
	inetx_mfc_flush(table, true, true);
	rtnl_unlock();
	del_timer_sync(&table->timer);
	inetx_mfc_exit(table);
	kfree(table);
}

/**
 * inetx_mroute_net_exit - the end of a namespace's multicast routing
 * @xnet: the namespace; neither sockets nor devices are left
 *
 * Context: process.
 */
void inetx_mroute_net_exit(struct inetx_net *xnet)
{
	struct inetx_mr_table *table, *next;

	inetx_mr_rules_exit(xnet);
	table = rcu_dereference_protected(xnet->mroute.tables, true);
	RCU_INIT_POINTER(xnet->mroute.tables, NULL);
	RCU_INIT_POINTER(xnet->mroute.table, NULL);
	for (; table; table = next) {
		next = rcu_dereference_protected(table->next, true);
		table_free(table);
	}
}
