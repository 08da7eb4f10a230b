// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/sys/net/inetx/neigh/{default,DEV} (arp(7)).
 *
 * The values are those of struct neigh_parms, and the neighbour core has
 * handlers for them, but its own registration knows only two families.
 */

#include <linux/slab.h>
#include <linux/sysctl.h>

#include "arp/arp.h"
#include "sysctl/sysctl.h"

typedef int neigh_handler(struct ctl_table *ctl, int write, void *buffer,
			  size_t *lenp, loff_t *ppos);

/* Which value of neigh_parms an entry shows. */
static int var_of(const struct ctl_table *ctl, const struct neigh_parms *p)
{
	return (int *)ctl->data - p->data;
}

/*
 * After a write: the value is set by hand now.  A new default goes to every
 * device of the namespace that has none of its own; the core does that for its
 * two families only.
 */
static void neigh_written(struct ctl_table *ctl)
{
	struct neigh_parms *p = ctl->extra2, *other;
	int var = var_of(ctl, p);

	set_bit(var, p->data_state);
	if (var == NEIGH_VAR_BASE_REACHABLE_TIME)
		p->reachable_time =
			neigh_rand_reach_time(p->data[var]);
	if (p->dev)
		return;

	/* The list is RTNL-free: parms are added and removed under tbl->lock. */
	read_lock_bh(&inetx_arp_table.lock);
	list_for_each_entry(other, &inetx_arp_table.parms_list, list) {
		if (other == p || !net_eq(neigh_parms_net(other), &init_net) ||
		    test_bit(var, other->data_state))
			continue;
		other->data[var] = p->data[var];
		if (var == NEIGH_VAR_BASE_REACHABLE_TIME)
			other->reachable_time =
				neigh_rand_reach_time(other->data[var]);
	}
	read_unlock_bh(&inetx_arp_table.lock);
}

static int handle(neigh_handler *core, struct ctl_table *ctl, int write,
		  void *buffer, size_t *lenp, loff_t *ppos, int min)
{
	int *value = ctl->data, max = INT_MAX, tmp_value = READ_ONCE(*value);
	struct ctl_table tmp = {
		.data = &tmp_value,
		.maxlen = sizeof(int),
		.mode = ctl->mode,
		.extra1 = &min,
		.extra2 = &max,
	};
	int err;

	err = core(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	if (tmp_value < min)
		return -EINVAL;
	WRITE_ONCE(*value, tmp_value);
	neigh_written(ctl);
	return 0;
}

static int neigh_int(struct ctl_table *ctl, int write, void *buffer,
		     size_t *lenp, loff_t *ppos)
{
	return handle(proc_dointvec_minmax, ctl, write, buffer, lenp, ppos, 0);
}

static int neigh_seconds(struct ctl_table *ctl, int write, void *buffer,
			 size_t *lenp, loff_t *ppos)
{
	return handle(proc_dointvec_jiffies, ctl, write, buffer, lenp, ppos,
		      INT_MIN);
}

static int neigh_userhz(struct ctl_table *ctl, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	return handle(proc_dointvec_userhz_jiffies, ctl, write, buffer, lenp,
		      ppos, INT_MIN);
}

static int neigh_ms(struct ctl_table *ctl, int write, void *buffer,
		    size_t *lenp, loff_t *ppos)
{
	return handle(proc_dointvec_ms_jiffies, ctl, write, buffer, lenp, ppos,
		      INT_MIN);
}

static int neigh_ms_positive(struct ctl_table *ctl, int write, void *buffer,
			     size_t *lenp, loff_t *ppos)
{
	return handle(proc_dointvec_ms_jiffies, ctl, write, buffer, lenp, ppos,
		      max_t(int, msecs_to_jiffies(1), 1));
}

/* unres_qlen: packets, kept as bytes of full-size frames. */
static int neigh_unres_qlen(struct ctl_table *ctl, int write, void *buffer,
			    size_t *lenp, loff_t *ppos)
{
	int frame = SKB_TRUESIZE(ETH_FRAME_LEN);
	int *value = ctl->data, packets = READ_ONCE(*value) / frame;
	int max = INT_MAX / frame, err;
	struct ctl_table tmp = {
		.data = &packets,
		.maxlen = sizeof(int),
		.mode = ctl->mode,
		.extra1 = SYSCTL_ZERO,
		.extra2 = &max,
	};

	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	WRITE_ONCE(*value, packets * frame);
	neigh_written(ctl);
	return 0;
}

#define NEIGH_ENTRY(name, var, handler)					\
	{								\
		.procname = name,					\
		.data = (void *)offsetof(struct neigh_parms,		\
					 data[NEIGH_VAR_##var]),	\
		.maxlen = sizeof(int),					\
		.mode = 0644,						\
		.proc_handler = handler,				\
	}

/* Behind the values of struct neigh_parms, those of the table as a whole. */
enum { TABLE_ENTRIES = 4 };

static const struct ctl_table neigh_template[] = {
	NEIGH_ENTRY("mcast_solicit", MCAST_PROBES, neigh_int),
	NEIGH_ENTRY("ucast_solicit", UCAST_PROBES, neigh_int),
	NEIGH_ENTRY("app_solicit", APP_PROBES, neigh_int),
	NEIGH_ENTRY("mcast_resolicit", MCAST_REPROBES, neigh_int),
	NEIGH_ENTRY("retrans_time", RETRANS_TIME, neigh_userhz),
	NEIGH_ENTRY("retrans_time_ms", RETRANS_TIME, neigh_ms),
	NEIGH_ENTRY("base_reachable_time", BASE_REACHABLE_TIME, neigh_seconds),
	NEIGH_ENTRY("base_reachable_time_ms", BASE_REACHABLE_TIME, neigh_ms),
	NEIGH_ENTRY("delay_first_probe_time", DELAY_PROBE_TIME, neigh_seconds),
	NEIGH_ENTRY("interval_probe_time_ms", INTERVAL_PROBE_TIME_MS,
		    neigh_ms_positive),
	NEIGH_ENTRY("gc_stale_time", GC_STALETIME, neigh_seconds),
	NEIGH_ENTRY("unres_qlen_bytes", QUEUE_LEN_BYTES, neigh_int),
	NEIGH_ENTRY("unres_qlen", QUEUE_LEN_BYTES, neigh_unres_qlen),
	NEIGH_ENTRY("proxy_qlen", PROXY_QLEN, neigh_int),
	NEIGH_ENTRY("anycast_delay", ANYCAST_DELAY, neigh_userhz),
	NEIGH_ENTRY("proxy_delay", PROXY_DELAY, neigh_userhz),
	NEIGH_ENTRY("locktime", LOCKTIME, neigh_userhz),
};

static void table_entry(struct ctl_table *entry, const char *name, int *value,
			proc_handler *handler)
{
	entry->procname = name;
	entry->data = value;
	entry->maxlen = sizeof(int);
	entry->mode = 0644;
	entry->proc_handler = handler;
	entry->extra1 = SYSCTL_ZERO;
	entry->extra2 = SYSCTL_INT_MAX;
}

/**
 * inetx_sysctl_neigh - register neigh/default or neigh/DEV
 * @xnet: the namespace
 * @name: "default" or the device's name
 * @parms: the values; valid until the registration is withdrawn
 *
 * Context: process, RTNL held.
 * Return: the registration for inetx_sysctl_withdraw(), or NULL.
 */
struct ctl_table_header *inetx_sysctl_neigh(struct inetx_net *xnet,
					    const char *name,
					    struct neigh_parms *parms)
{
	const int n = ARRAY_SIZE(neigh_template);
	char path[sizeof("net/inetx/neigh/") + IFNAMSIZ];
	struct neigh_table *tbl = &inetx_arp_table;
	struct ctl_table_header *header;
	struct ctl_table *table;
	int i;

	table = kcalloc(n + TABLE_ENTRIES + 1, sizeof(*table),
			GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	memcpy(table, neigh_template, sizeof(neigh_template));
	for (i = 0; i < n; i++) {
		table[i].data = (void *)parms + (unsigned long)table[i].data;
		table[i].extra2 = parms;
	}
	if (!parms->dev) {
		table_entry(&table[n], "gc_interval", &tbl->gc_interval,
			    proc_dointvec_jiffies);
		table_entry(&table[n + 1], "gc_thresh1", &tbl->gc_thresh1,
			    proc_dointvec_minmax);
		table_entry(&table[n + 2], "gc_thresh2", &tbl->gc_thresh2,
			    proc_dointvec_minmax);
		table_entry(&table[n + 3], "gc_thresh3", &tbl->gc_thresh3,
			    proc_dointvec_minmax);
	}

	snprintf(path, sizeof(path), "net/inetx/neigh/%s", name);
	header = register_net_sysctl(xnet->net, path, table);
	if (!header)
		kfree(table);
	return header;
}
