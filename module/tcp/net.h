/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_TCP_NET_H
#define _INETX_TCP_NET_H

#include <linux/types.h>

struct inetx_tcp_tables;

/**
 * struct inetx_tcp_net - TCP state of a namespace; tunables are written by sysctl, read anywhere
 * @tables: connection, listener and bind tables; set once
 * @sysctl_tcp_rmem: tcp_rmem, bytes: least, first, most
 * @sysctl_tcp_wmem: tcp_wmem, likewise
 * @sysctl_tcp_syn_retries: tcp_syn_retries, 1..127
 * @sysctl_tcp_synack_retries: tcp_synack_retries
 * @sysctl_tcp_retries1: tcp_retries1
 * @sysctl_tcp_retries2: tcp_retries2
 * @sysctl_tcp_orphan_retries: tcp_orphan_retries, 0 means 8
 * @sysctl_tcp_fin_timeout: tcp_fin_timeout, jiffies
 * @sysctl_tcp_keepalive_time: tcp_keepalive_time, jiffies
 * @sysctl_tcp_keepalive_intvl: tcp_keepalive_intvl, jiffies
 * @sysctl_tcp_keepalive_probes: tcp_keepalive_probes
 * @sysctl_tcp_max_syn_backlog: tcp_max_syn_backlog, requests per listener
 * @sysctl_tcp_max_tw_buckets: tcp_max_tw_buckets, records per namespace
 * @sysctl_tcp_max_orphans: tcp_max_orphans
 * @sysctl_tcp_challenge_ack_limit: tcp_challenge_ack_limit, per second
 * @sysctl_tcp_invalid_ratelimit: tcp_invalid_ratelimit, jiffies
 * @sysctl_tcp_limit_output_bytes: tcp_limit_output_bytes, per socket
 * @sysctl_tcp_notsent_lowat: tcp_notsent_lowat, bytes
 * @sysctl_tcp_adv_win_scale: tcp_adv_win_scale, -31..31
 * @sysctl_tcp_reordering: tcp_reordering, segments
 * @sysctl_tcp_min_snd_mss: tcp_min_snd_mss, bytes
 * @sysctl_tcp_sack: tcp_sack, 0 or 1
 * @sysctl_tcp_dsack: tcp_dsack, 0 or 1
 * @sysctl_tcp_timestamps: tcp_timestamps, 0..2 (1: with a random offset)
 * @sysctl_tcp_window_scaling: tcp_window_scaling, 0 or 1
 * @sysctl_tcp_tw_reuse: tcp_tw_reuse, 0..2 (2: loopback only)
 * @sysctl_tcp_rfc1337: tcp_rfc1337, 0 or 1
 * @sysctl_tcp_abort_on_overflow: tcp_abort_on_overflow, 0 or 1
 * @sysctl_tcp_moderate_rcvbuf: tcp_moderate_rcvbuf, 0 or 1
 * @sysctl_tcp_slow_start_after_idle: tcp_slow_start_after_idle, 0 or 1
 * @sysctl_tcp_thin_linear_timeouts: tcp_thin_linear_timeouts
 * @sysctl_tcp_autocorking: tcp_autocorking, 0 or 1
 * @sysctl_tcp_no_ssthresh_metrics_save: tcp_no_ssthresh_metrics_save, 0 or 1
 * @sysctl_tcp_l3mdev_accept: tcp_l3mdev_accept, 0 or 1
 * @sysctl_tcp_fwmark_accept: tcp_fwmark_accept, 0 or 1
 * @sysctl_tcp_reflect_tos: tcp_reflect_tos, 0 or 1
 * @sysctl_tcp_early_demux: tcp_early_demux, of no effect
 * @sysctl_tcp_congestion: enum inetx_cong_algo of new sockets
 */
struct inetx_tcp_net {
	struct inetx_tcp_tables *tables;
	int sysctl_tcp_rmem[3];
	int sysctl_tcp_wmem[3];
	u8 sysctl_tcp_syn_retries;
	u8 sysctl_tcp_synack_retries;
	u8 sysctl_tcp_retries1;
	u8 sysctl_tcp_retries2;
	u8 sysctl_tcp_orphan_retries;
	int sysctl_tcp_fin_timeout;
	int sysctl_tcp_keepalive_time;
	int sysctl_tcp_keepalive_intvl;
	u8 sysctl_tcp_keepalive_probes;
	int sysctl_tcp_max_syn_backlog;
	int sysctl_tcp_max_tw_buckets;
	int sysctl_tcp_max_orphans;
	int sysctl_tcp_challenge_ack_limit;
	int sysctl_tcp_invalid_ratelimit;
	int sysctl_tcp_limit_output_bytes;
	unsigned int sysctl_tcp_notsent_lowat;
	int sysctl_tcp_adv_win_scale;
	int sysctl_tcp_reordering;
	int sysctl_tcp_min_snd_mss;
	u8 sysctl_tcp_sack;
	u8 sysctl_tcp_dsack;
	u8 sysctl_tcp_timestamps;
	u8 sysctl_tcp_window_scaling;
	u8 sysctl_tcp_tw_reuse;
	u8 sysctl_tcp_rfc1337;
	u8 sysctl_tcp_abort_on_overflow;
	u8 sysctl_tcp_moderate_rcvbuf;
	u8 sysctl_tcp_slow_start_after_idle;
	u8 sysctl_tcp_thin_linear_timeouts;
	u8 sysctl_tcp_autocorking;
	u8 sysctl_tcp_no_ssthresh_metrics_save;
	u8 sysctl_tcp_l3mdev_accept;
	u8 sysctl_tcp_fwmark_accept;
	u8 sysctl_tcp_reflect_tos;
	u8 sysctl_tcp_early_demux;
	u8 sysctl_tcp_congestion;
};

#endif /* _INETX_TCP_NET_H */
