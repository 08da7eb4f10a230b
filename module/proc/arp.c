// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/arp (arp(7), proc(5)) and stat/arp_cache (lnstat(8)). */

#include <linux/cpumask.h>
#include <linux/if_arp.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "arp/arp.h"
#include "proc/proc.h"

/* As much of a hardware address as AF_INET shows: ten octets. */
#define HBUFFER_LEN	30

static void show_proxy(struct seq_file *seq, const struct pneigh_entry *entry)
{
	const struct net_device *dev = entry->dev;
	char ip[16];

	snprintf(ip, sizeof(ip), "%pI4", entry->key);
	seq_printf(seq, "%-16s 0x%-10x0x%-10x%s     *        %s\n", ip,
		   dev ? dev->type : 0, ATF_PUBL | ATF_PERM,
		   "00:00:00:00:00:00", dev ? dev->name : "*");
}

static int arp_seq_show(struct seq_file *seq, void *v)
{
	const struct neigh_seq_state *state = seq->private;
	struct neighbour *neigh = v;
	struct net_device *dev;
	char hw[HBUFFER_LEN];
	char ip[16];
	int i, k = 0;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "IP address       HW type     Flags       HW address            Mask     Device\n");
		return 0;
	}
	if (state->flags & NEIGH_SEQ_IS_PNEIGH) {
		show_proxy(seq, v);
		return 0;
	}

	dev = neigh->dev;
	read_lock(&neigh->lock);
	for (i = 0; i < dev->addr_len && k < HBUFFER_LEN - 3; i++)
		k += snprintf(hw + k, sizeof(hw) - k, "%s%02x", i ? ":" : "",
			      neigh->ha[i]);
	hw[k] = '\0';
	snprintf(ip, sizeof(ip), "%pI4", neigh->primary_key);
	seq_printf(seq, "%-16s 0x%-10x0x%-10x%-17s     *        %s\n", ip,
		   dev->type, inetx_arp_flags(neigh), hw, dev->name);
	read_unlock(&neigh->lock);
	return 0;
}

static void *arp_seq_start(struct seq_file *seq, loff_t *pos)
{
	return neigh_seq_start(seq, pos, &inetx_arp_table,
			       NEIGH_SEQ_SKIP_NOARP);
}

static const struct seq_operations arp_seq_ops = {
	.start = arp_seq_start,
	.next = neigh_seq_next,
	.stop = neigh_seq_stop,
	.show = arp_seq_show,
};

/*
 * A line for each CPU.  The entries are not counted by CPU: all lines show their
 * number.  Hexadecimal throughout; lnstat(8) takes the names from the head.
 */
static int stat_show(struct seq_file *seq, void *v)
{
	const struct neigh_table *table = &inetx_arp_table;
	int cpu;

	seq_puts(seq, "entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls\n");
	for_each_possible_cpu(cpu) {
		const struct neigh_statistics *s = per_cpu_ptr(table->stats,
							       cpu);

		seq_printf(seq, "%08x %08lx %08lx %08lx   %08lx %08lx %08lx",
			   atomic_read(&table->entries), s->allocs, s->destroys,
			   s->hash_grows, s->lookups, s->hits, s->res_failed);
		seq_printf(seq, "   %08lx         %08lx         %08lx",
			   s->rcv_probes_mcast, s->rcv_probes_ucast,
			   s->periodic_gc_runs);
		seq_printf(seq, "         %08lx       %08lx            %08lx\n",
			   s->forced_gc_runs, s->unres_discards,
			   s->table_fulls);
	}
	return 0;
}

/**
 * inetx_proc_arp - create the files
 * @xnet: the namespace
 *
 * The statistics are the machine's, so only the initial namespace has them.  The
 * core shows them, too, below /proc/net/stat by the name of the table, where
 * those who look for arp_cache do not find them.
 *
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_arp(struct inetx_net *xnet)
{
	struct proc_dir_entry *stat;

	if (!proc_create_net("arp", 0444, xnet->proc.dir, &arp_seq_ops,
			     sizeof(struct neigh_seq_state)))
		return -ENOMEM;
	if (!net_eq(xnet->net, &init_net))
		return 0;
	stat = proc_net_mkdir(xnet->net, "stat", xnet->proc.dir);
	if (!stat || !proc_create_single("arp_cache", 0444, stat, stat_show))
		return -ENOMEM;
	return 0;
}
