// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/igmp and mcfilter (proc(5)). */

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "igmp/igmp.h"
#include "proc/proc.h"

/**
 * struct walk - a reader of one of the files
 * @p: must be first: the namespace
 * @xdev: the device of @group
 * @group: the group shown last, or whose source was
 * @i: index of that source
 *
 * The reader's file lock protects it; what it points to is good from start to
 * stop, which hold the namespace's igmp.lock.
 */
struct walk {
	struct seq_net_private p;
	struct inetx_dev *xdev;
	struct inetx_group *group;
	u32 i;
};

/* The first group of the next device, behind @dev or from the beginning. */
static struct inetx_group *next_device(struct seq_file *seq,
				       struct net_device *dev)
{
	struct walk *walk = seq->private;
	struct inetx_dev *xdev;

	dev = dev ? next_net_device_rcu(dev) :
		    first_net_device_rcu(seq_file_net(seq));
	for (; dev; dev = next_net_device_rcu(dev)) {
		xdev = inetx_dev_get(dev);
		if (!xdev || list_empty(&xdev->igmp.groups))
			continue;
		walk->xdev = xdev;
		walk->group = list_first_entry(&xdev->igmp.groups,
					       struct inetx_group, list);
		return walk->group;
	}
	walk->group = NULL;
	return NULL;
}

static struct inetx_group *next_group(struct seq_file *seq)
{
	struct walk *walk = seq->private;

	if (!walk->group || list_is_last(&walk->group->list,
					 &walk->xdev->igmp.groups))
		return next_device(seq, walk->group ? walk->xdev->dev : NULL);
	walk->group = list_next_entry(walk->group, list);
	return walk->group;
}

/* The next source that some membership names. */
static struct inetx_mc_source *next_source(struct seq_file *seq)
{
	struct walk *walk = seq->private;
	struct inetx_mc_filter *filter;

	while (walk->group) {
		filter = rcu_dereference(walk->group->filter);
		for (; walk->i < filter->n; walk->i++)
			if (filter->src[walk->i].inc ||
			    filter->src[walk->i].exc)
				return &filter->src[walk->i];
		next_group(seq);
		walk->i = 0;
	}
	return NULL;
}

static void lock(struct seq_file *seq)
	__acquires(RCU)
{
	struct walk *walk = seq->private;

	mutex_lock(&inetx_net(seq_file_net(seq))->igmp.lock);
	/* for the list of devices */
	rcu_read_lock();
	walk->group = NULL;
	walk->i = 0;
}

static void unlock(struct seq_file *seq, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
	mutex_unlock(&inetx_net(seq_file_net(seq))->igmp.lock);
}

static void *igmp_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	void *v = SEQ_START_TOKEN;
	loff_t i;

	lock(seq);
	for (i = 0; v && i < *pos; i++)
		v = next_group(seq);
	return v;
}

static void *igmp_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return next_group(seq);
}

static int igmp_show(struct seq_file *seq, void *v)
{
	const struct walk *walk = seq->private;
	struct inetx_igmp_dev *id;
	struct inetx_group *group = v;
	bool running, reporter;
	long delta;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n");
		return 0;
	}

	id = &walk->xdev->igmp;
	if (list_is_first(&group->list, &id->groups))
		seq_printf(seq, "%d\t%-10s: %5d      V%d\n",
			   walk->xdev->dev->ifindex, walk->xdev->dev->name,
			   id->count, inetx_igmp_version(walk->xdev));

	spin_lock_bh(&id->lock);
	running = group->running;
	reporter = group->reporter;
	delta = group->due - jiffies;
	spin_unlock_bh(&id->lock);
	seq_printf(seq, "\t\t\t\t%08X %5d %d:%08lX\t\t%d\n",
		   (__force u32)group->addr, group->users, running,
		   running ? (long)jiffies_delta_to_clock_t(delta) : 0,
		   reporter);
	return 0;
}

static const struct seq_operations igmp_seq_ops = {
	.start = igmp_start,
	.next = igmp_next,
	.stop = unlock,
	.show = igmp_show,
};

static void *mcfilter_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	struct walk *walk = seq->private;
	void *v = SEQ_START_TOKEN;
	loff_t i;

	lock(seq);
	if (!*pos)
		return v;
	next_group(seq);
	v = next_source(seq);
	for (i = 1; v && i < *pos; i++) {
		walk->i++;
		v = next_source(seq);
	}
	return v;
}

static void *mcfilter_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct walk *walk = seq->private;

	++*pos;
	if (v == SEQ_START_TOKEN)
		next_group(seq);
	else
		walk->i++;
	return next_source(seq);
}

static int mcfilter_show(struct seq_file *seq, void *v)
{
	const struct walk *walk = seq->private;
	const struct inetx_mc_source *src = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "Idx Device        MCA        SRC    INC    EXC\n");
		return 0;
	}
	seq_printf(seq, "%3d %6.6s 0x%08x 0x%08x %6u %6u\n",
		   walk->xdev->dev->ifindex, walk->xdev->dev->name,
		   ntohl(walk->group->addr), ntohl(src->addr), src->inc,
		   src->exc);
	return 0;
}

static const struct seq_operations mcfilter_seq_ops = {
	.start = mcfilter_start,
	.next = mcfilter_next,
	.stop = unlock,
	.show = mcfilter_show,
};

/**
 * inetx_proc_igmp - create both files
 * @xnet: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_igmp(struct inetx_net *xnet)
{
	if (!proc_create_net("igmp", 0444, xnet->proc.dir, &igmp_seq_ops,
			     sizeof(struct walk)) ||
	    !proc_create_net("mcfilter", 0444, xnet->proc.dir,
			     &mcfilter_seq_ops, sizeof(struct walk)))
		return -ENOMEM;
	return 0;
}
