// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/inetx/tcp_* (tcp(7)). */

#include <linux/sysctl.h>

#include "sysctl/sysctl.h"
#include "tcp/cong.h"
#include "tcp/tcp.h"

static int max_127 = 127;
static int max_255 = 255;
static int min_win_scale = -31;
static int max_win_scale = 31;
static int min_mss = 48;
static int max_mss = 65535;

/* tcp_congestion_control: a name; kept as its number. */
static int congestion_handler(struct ctl_table *ctl, int write, void *buffer,
			      size_t *lenp, loff_t *ppos)
{
	char name[INETX_CONG_NAME_MAX];
	struct ctl_table tmp = {
		.data = name,
		.maxlen = sizeof(name),
	};
	u8 *algo = ctl->data;
	int err, found;

	strscpy(name, inetx_cong_name(READ_ONCE(*algo)), sizeof(name));
	err = proc_dostring(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	found = inetx_cong_find(name);
	if (found < 0)
		return -ENOENT;
	WRITE_ONCE(*algo, found);
	return 0;
}

static int available_handler(struct ctl_table *ctl, int write, void *buffer,
			     size_t *lenp, loff_t *ppos)
{
	char names[__INETX_CONG_MAX * INETX_CONG_NAME_MAX];
	struct ctl_table tmp = {
		.data = names,
		.maxlen = sizeof(names),
	};
	int algo, len = 0;

	for (algo = 0; algo < __INETX_CONG_MAX; algo++)
		len += scnprintf(names + len, sizeof(names) - len, "%s%s",
				 algo ? " " : "", inetx_cong_name(algo));
	return proc_dostring(&tmp, write, buffer, lenp, ppos);
}

#define ENTRY(name, type, handler, lo, hi)				\
	{								\
		.procname = "tcp_" #name,				\
		.data = INETX_SYSCTL_AT(tcp.sysctl_tcp_##name),		\
		.maxlen = sizeof(type),					\
		.mode = 0644,						\
		.proc_handler = handler,				\
		.extra1 = lo,						\
		.extra2 = hi,						\
	}

#define U8_ENTRY(name, hi) \
	ENTRY(name, u8, proc_dou8vec_minmax, SYSCTL_ZERO, hi)
#define INT_ENTRY(name)		ENTRY(name, int, proc_dointvec, NULL, NULL)
#define SECONDS_ENTRY(name) \
	ENTRY(name, int, proc_dointvec_jiffies, NULL, NULL)

const struct ctl_table inetx_sysctl_tcp[] = {
	ENTRY(rmem, int[3], proc_dointvec_minmax, SYSCTL_ONE, NULL),
	ENTRY(wmem, int[3], proc_dointvec_minmax, SYSCTL_ONE, NULL),
	ENTRY(syn_retries, u8, proc_dou8vec_minmax, SYSCTL_ONE, &max_127),
	U8_ENTRY(synack_retries, &max_255),
	U8_ENTRY(retries1, &max_255),
	U8_ENTRY(retries2, &max_255),
	U8_ENTRY(orphan_retries, &max_255),
	SECONDS_ENTRY(fin_timeout),
	SECONDS_ENTRY(keepalive_time),
	SECONDS_ENTRY(keepalive_intvl),
	U8_ENTRY(keepalive_probes, &max_255),
	INT_ENTRY(max_syn_backlog),
	INT_ENTRY(max_tw_buckets),
	INT_ENTRY(max_orphans),
	INT_ENTRY(challenge_ack_limit),
	ENTRY(invalid_ratelimit, int, proc_dointvec_ms_jiffies, NULL, NULL),
	INT_ENTRY(limit_output_bytes),
	ENTRY(notsent_lowat, unsigned int, proc_douintvec, NULL, NULL),
	ENTRY(adv_win_scale, int, proc_dointvec_minmax, &min_win_scale,
	      &max_win_scale),
	INT_ENTRY(reordering),
	ENTRY(min_snd_mss, int, proc_dointvec_minmax, &min_mss, &max_mss),
	U8_ENTRY(sack, &max_255),
	U8_ENTRY(dsack, &max_255),
	U8_ENTRY(timestamps, &max_255),
	U8_ENTRY(window_scaling, &max_255),
	/* Not through U8_ENTRY: a header makes tw_reuse a macro. */
	ENTRY(tw_reuse, u8, proc_dou8vec_minmax, SYSCTL_ZERO, SYSCTL_TWO),
	U8_ENTRY(rfc1337, &max_255),
	U8_ENTRY(abort_on_overflow, &max_255),
	U8_ENTRY(moderate_rcvbuf, &max_255),
	U8_ENTRY(slow_start_after_idle, &max_255),
	ENTRY(thin_linear_timeouts, u8, proc_dou8vec_minmax, NULL, NULL),
	U8_ENTRY(autocorking, SYSCTL_ONE),
	U8_ENTRY(no_ssthresh_metrics_save, SYSCTL_ONE),
	U8_ENTRY(l3mdev_accept, SYSCTL_ONE),
	ENTRY(fwmark_accept, u8, proc_dou8vec_minmax, NULL, NULL),
	U8_ENTRY(reflect_tos, SYSCTL_ONE),
	ENTRY(early_demux, u8, proc_dou8vec_minmax, NULL, NULL),
	{
		.procname = "tcp_congestion_control",
		.data = INETX_SYSCTL_AT(tcp.sysctl_tcp_congestion),
		.maxlen = INETX_CONG_NAME_MAX,
		.mode = 0644,
		.proc_handler = congestion_handler,
	},
	{
		.procname = "tcp_available_congestion_control",
		.mode = 0444,
		.proc_handler = available_handler,
	},
	{ }
};

const size_t inetx_sysctl_tcp_size = sizeof(inetx_sysctl_tcp);
