/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Congestion control: Reno (RFC 5681) and CUBIC (RFC 9438).  Pure.
 *
 * The caller, recovery.c, says what happened to the connection; this file says
 * what the window becomes.  All windows are in segments.
 */
#ifndef _INETX_TCP_CONG_H
#define _INETX_TCP_CONG_H

#include "tcp/pure.h"

#define INETX_CONG_INIT_CWND	10	/* RFC 6928 */
#define INETX_CONG_INFINITE	0x7fffffff
#define INETX_CONG_NAME_MAX	16

enum inetx_cong_algo {
	INETX_CONG_RENO,
	INETX_CONG_CUBIC,
	__INETX_CONG_MAX
};

/**
 * struct inetx_tcp_cong - congestion state of a connection; socket lock
 * @cwnd: congestion window
 * @ssthresh: slow start threshold, INETX_CONG_INFINITE before the first loss
 * @cwnd_cnt: segments acked since @cwnd last grew in congestion avoidance
 * @clamp: most that @cwnd may become, INETX_CONG_INFINITE for no limit
 * @init: what @cwnd begins with, and begins with again after a pause
 * @algo: enum inetx_cong_algo
 * @w_max: CUBIC: window before the last reduction
 * @w_est1024: CUBIC: what Reno would have now, times 1024
 * @k_ms: CUBIC: time from the epoch to @w_origin
 * @w_origin: CUBIC: plateau of the current epoch
 * @epoch_ms: CUBIC: clock at the epoch's start, 0 before it
 */
struct inetx_tcp_cong {
	u32 cwnd;
	u32 ssthresh;
	u32 cwnd_cnt;
	u32 clamp;
	u16 init;
	u8 algo;
	u32 w_max;
	u32 w_est1024;
	u32 k_ms;
	u32 w_origin;
	u32 epoch_ms;
};

static inline bool inetx_cong_slow_start(const struct inetx_tcp_cong *c)
{
	return c->cwnd < c->ssthresh;
}

void inetx_cong_init(struct inetx_tcp_cong *c, u8 algo);
void inetx_cong_set_algo(struct inetx_tcp_cong *c, u8 algo);
/* Segments were acknowledged while the window was in full use. */
void inetx_cong_acked(struct inetx_tcp_cong *c, u32 acked, u32 now_ms,
		      u32 min_rtt_us);
/* Loss or mark: the new threshold; the caller moves cwnd towards it. */
u32 inetx_cong_reduce(struct inetx_tcp_cong *c);
/* The connection was idle or restarts after a timeout. */
void inetx_cong_restart(struct inetx_tcp_cong *c);
const char *inetx_cong_name(u8 algo);
int inetx_cong_find(const char *name);

#endif /* _INETX_TCP_CONG_H */
