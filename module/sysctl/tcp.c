// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/inetx/tcp_* (tcp(7)). */

#include <linux/sysctl.h>

#include "sysctl/sysctl.h"
#include "tcp/tcp.h"

static int max_127 = 127;
static int max_255 = 255;
static int min_win_scale = -31;
static int max_win_scale = 31;
static int min_mss = 48;
static int max_mss = 65535;

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
	U8_ENTRY(tw_reuse, SYSCTL_TWO),
	U8_ENTRY(rfc1337, &max_255),
	U8_ENTRY(abort_on_overflow, &max_255),
	U8_ENTRY(moderate_rcvbuf, &max_255),
	U8_ENTRY(slow_start_after_idle, &max_255),
	U8_ENTRY(autocorking, SYSCTL_ONE),
	{ }
};

const size_t inetx_sysctl_tcp_size = sizeof(inetx_sysctl_tcp);
