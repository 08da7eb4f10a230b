// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/route (proc(5)): the main table for route(8) and its like. */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/proc_fs.h>
#include <linux/route.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "proc/proc.h"
#include "route/table.h"

/* Each line is filled up to this, so that readers can seek by lines. */
#define LINE	127

/**
 * struct walk - a reader of the file
 * @p: must be first: the namespace
 * @at: the prefix shown last
 * @pos: position that @at belongs to, 0 for none
 * @end: @pos is behind the last prefix
 *
 * The reader's file lock protects it.
 */
struct walk {
	struct seq_net_private p;
	struct inetx_trie_cursor at;
	loff_t pos;
	bool end;
};

static void *walk_next(struct seq_file *seq)
{
	struct inetx_net *xnet = inetx_net(seq_file_net(seq));
	struct walk *walk = seq->private;
	void *v = inetx_trie_next(&xnet->route.main->trie, &walk->at);

	walk->end = !v;
	return v;
}

static void *route_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	struct walk *walk = seq->private;
	void *v = SEQ_START_TOKEN;
	loff_t i;

	rcu_read_lock();
	if (!*pos) {
		walk->pos = 0;
		walk->at = (struct inetx_trie_cursor){ 0, INETX_TRIE_START };
		return v;
	}
	/* Mostly the prefix that did not fit the reader's buffer. */
	if (*pos == walk->pos) {
		if (walk->end)
			return NULL;
		v = inetx_trie_find(&inetx_net(seq_file_net(seq))->route.main->trie,
				    walk->at.key, walk->at.len);
		return v ? v : walk_next(seq);
	}
	walk->at = (struct inetx_trie_cursor){ 0, INETX_TRIE_START };
	for (i = 0; v && i < *pos; i++)
		v = walk_next(seq);
	walk->pos = *pos;
	return v;
}

static void *route_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct walk *walk = seq->private;

	walk->pos = ++*pos;
	return walk_next(seq);
}

static void route_stop(struct seq_file *seq, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static unsigned int route_flags(const struct inetx_rtinfo *info, u8 len)
{
	unsigned int flags = RTF_UP;

	if (info->type == RTN_UNREACHABLE || info->type == RTN_PROHIBIT)
		flags |= RTF_REJECT;
	if (info->nh.gw)
		flags |= RTF_GATEWAY;
	if (len == 32)
		flags |= RTF_HOST;
	return flags;
}

static u32 metric(const struct inetx_rtinfo *info, int index)
{
	return info->metrics ? info->metrics[index - 1] : 0;
}

static int route_show(struct seq_file *seq, void *v)
{
	const struct walk *walk = seq->private;
	const struct inetx_route *route = v;

	if (v == SEQ_START_TOKEN) {
		seq_printf(seq, "%-127s\n",
			   "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT");
		return 0;
	}
	for (; route; route = rcu_dereference(route->next)) {
		const struct inetx_rtinfo *info = route->info;
		u32 mss = metric(info, RTAX_ADVMSS);

		if (info->type == RTN_BROADCAST || info->type == RTN_MULTICAST)
			continue;
		seq_setwidth(seq, LINE);
		seq_printf(seq, "%s\t%08X\t%08X\t%04X\t%d\t%u\t%d\t%08X\t%d\t%u\t%u",
			   info->nh.dev ? info->nh.dev->name : "*",
			   (__force u32)htonl(walk->at.key),
			   (__force u32)info->nh.gw,
			   route_flags(info, walk->at.len), 0, 0,
			   info->priority,
			   (__force u32)inet_make_mask(walk->at.len),
			   mss ? mss + 40 : 0, metric(info, RTAX_WINDOW),
			   metric(info, RTAX_RTT) >> 3);
		seq_pad(seq, '\n');
	}
	return 0;
}

static const struct seq_operations route_seq_ops = {
	.start = route_start,
	.next = route_next,
	.stop = route_stop,
	.show = route_show,
};

/**
 * inetx_proc_route - create the file
 * @xnet: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_route(struct inetx_net *xnet)
{
	if (!proc_create_net("route", 0444, xnet->proc.dir, &route_seq_ops,
			     sizeof(struct walk)))
		return -ENOMEM;
	return 0;
}
