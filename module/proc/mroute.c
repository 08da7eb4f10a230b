// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/ip_mr_vif and ip_mr_cache. */

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "mroute/table.h"
#include "proc/proc.h"

static struct inetx_mr_table *table_of(struct seq_file *seq)
{
	return inetx_mr_table(inetx_net(seq_file_net(seq)));
}

/* The first vif from here on; *pos is its number and 1, as 0 is the headline. */
static void *vif_from(struct seq_file *seq, loff_t *pos)
{
	struct inetx_mr_table *table = table_of(seq);

	if (!*pos)
		return SEQ_START_TOKEN;
	for (; table && *pos <= inetx_vif_end(table); ++*pos) {
		struct inetx_vif *vif = rcu_dereference(table->vifs[*pos - 1]);

		if (vif)
			return vif;
	}
	return NULL;
}

static void *vif_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	return vif_from(seq, pos);
}

static void *vif_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return vif_from(seq, pos);
}

static void stop(struct seq_file *seq, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static unsigned int number_of(const struct inetx_mr_table *table,
			      const struct inetx_vif *vif)
{
	unsigned int n;

	for (n = 0; n < MAXVIFS - 1; n++)
		if (rcu_access_pointer(table->vifs[n]) == vif)
			break;
	return n;
}

static int vif_show(struct seq_file *seq, void *v)
{
	const struct inetx_vif *vif = v;
	struct inetx_vif_count sum;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq,
			 "Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote\n");
		return 0;
	}
	inetx_vif_sum(vif, &sum);
	seq_printf(seq, "%2u %-10s %8ld %7ld  %8ld %7ld %05X %08X %08X\n",
		   number_of(table_of(seq), vif), vif->dev->name, sum.bytes_in,
		   sum.pkt_in, sum.bytes_out, sum.pkt_out, vif->flags,
		   (__force u32)vif->local, (__force u32)vif->remote);
	return 0;
}

static const struct seq_operations vif_ops = {
	.start = vif_start,
	.next = vif_next,
	.stop = stop,
	.show = vif_show,
};

/* First the entries, then what waits for one. */
static void *mfc_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	struct inetx_mr_table *table;
	struct inetx_mfc *mfc;
	loff_t n = *pos;

	rcu_read_lock();
	if (!n)
		return SEQ_START_TOKEN;
	table = table_of(seq);
	if (!table)
		return NULL;
	list_for_each_entry_rcu(mfc, &table->cache, list)
		if (!--n)
			return mfc;
	list_for_each_entry_rcu(mfc, &table->pending, list)
		if (!--n)
			return mfc;
	return NULL;
}

static void *mfc_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct inetx_mr_table *table = table_of(seq);
	struct list_head *next;

	++*pos;
	if (!table)
		return NULL;
	if (v == SEQ_START_TOKEN)
		next = rcu_dereference(list_next_rcu(&table->cache));
	else
		next = rcu_dereference(list_next_rcu(&((struct inetx_mfc *)
						       v)->list));
	if (next == &table->cache)
		next = rcu_dereference(list_next_rcu(&table->pending));
	if (next == &table->pending)
		return NULL;
	return list_entry(next, struct inetx_mfc, list);
}

static int mfc_show(struct seq_file *seq, void *v)
{
	const struct inetx_mr_table *table = table_of(seq);
	struct inetx_mfc *mfc = v;
	unsigned int n;
	u32 oifs;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq,
			 "Group    Origin   Iif     Pkts    Bytes    Wrong Oifs\n");
		return 0;
	}
	seq_printf(seq, "%08X %08X %-3hd %8lu %8lu %8lu",
		   (__force u32)mfc->key.group, (__force u32)mfc->key.origin,
		   (short)READ_ONCE(mfc->parent),
		   (unsigned long)atomic_long_read(&mfc->packets),
		   (unsigned long)atomic_long_read(&mfc->bytes),
		   (unsigned long)atomic_long_read(&mfc->wrong));
	oifs = READ_ONCE(mfc->oifs) & READ_ONCE(table->used);
	for (n = 0; n < MAXVIFS; n++)
		if (oifs & BIT(n))
			seq_printf(seq, " %2d:%-3d", n,
				   READ_ONCE(mfc->ttls[n]));
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations mfc_ops = {
	.start = mfc_start,
	.next = mfc_next,
	.stop = stop,
	.show = mfc_show,
};

/**
 * inetx_proc_mroute - create ip_mr_vif and ip_mr_cache
 * @xnet: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_mroute(struct inetx_net *xnet)
{
	struct proc_dir_entry *dir = xnet->proc.dir;

	if (!proc_create_net("ip_mr_vif", 0444, dir, &vif_ops,
			     sizeof(struct seq_net_private)) ||
	    !proc_create_net("ip_mr_cache", 0444, dir, &mfc_ops,
			     sizeof(struct seq_net_private)))
		return -ENOMEM;
	return 0;
}
