// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/inetx/ipfrag_*: reassembly (ip(7)). */

#include <linux/sysctl.h>

#include "sysctl/sysctl.h"

/* The two thresholds bound each other; @ctl->data is one of them. */
static int threshold(struct ctl_table *ctl, int write, void *buffer,
		     size_t *lenp, loff_t *ppos, unsigned long *min,
		     unsigned long *max)
{
	struct ctl_table tmp = *ctl;

	tmp.extra1 = min;
	tmp.extra2 = max;
	return proc_doulongvec_minmax(&tmp, write, buffer, lenp, ppos);
}

static int high_handler(struct ctl_table *ctl, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	struct inetx_reasm_net *reasm =
		container_of(ctl->data, struct inetx_reasm_net, sysctl_high);

	return threshold(ctl, write, buffer, lenp, ppos, &reasm->sysctl_low,
			 NULL);
}

static int low_handler(struct ctl_table *ctl, int write, void *buffer,
		       size_t *lenp, loff_t *ppos)
{
	struct inetx_reasm_net *reasm =
		container_of(ctl->data, struct inetx_reasm_net, sysctl_low);

	return threshold(ctl, write, buffer, lenp, ppos, NULL,
			 &reasm->sysctl_high);
}

const struct ctl_table inetx_sysctl_frag[] = {
	{
		.procname = "ipfrag_high_thresh",
		.data = INETX_SYSCTL_AT(ip.reasm.sysctl_high),
		.maxlen = sizeof(unsigned long),
		.mode = 0644,
		.proc_handler = high_handler,
	},
	{
		.procname = "ipfrag_low_thresh",
		.data = INETX_SYSCTL_AT(ip.reasm.sysctl_low),
		.maxlen = sizeof(unsigned long),
		.mode = 0644,
		.proc_handler = low_handler,
	},
	{
		.procname = "ipfrag_time",
		.data = INETX_SYSCTL_AT(ip.reasm.sysctl_time),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_jiffies,
	},
	{
		.procname = "ipfrag_max_dist",
		.data = INETX_SYSCTL_AT(ip.reasm.sysctl_max_dist),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = SYSCTL_ZERO,
	},
	{ }
};

const size_t inetx_sysctl_frag_size = sizeof(inetx_sysctl_frag);

/* Without effect, and of the first namespace only, as in AF_INET. */
const struct ctl_table inetx_sysctl_frag_init[] = {
	{
		.procname = "ipfrag_secret_interval",
		.data = INETX_SYSCTL_AT(ip.reasm.sysctl_secret_interval),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_jiffies,
	},
	{ }
};

const size_t inetx_sysctl_frag_init_size = sizeof(inetx_sysctl_frag_init);
