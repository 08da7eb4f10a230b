// SPDX-License-Identifier: GPL-2.0
/* Congestion control.  Pure: no kernel state. */

#include "tcp/cong.h"

static const char * const names[__INETX_CONG_MAX] = {
	[INETX_CONG_RENO] = "reno",
	[INETX_CONG_CUBIC] = "cubic",
};

/**
 * inetx_cong_name - the name of an algorithm
 * @algo: enum inetx_cong_algo
 *
 * Return: what TCP_CONGESTION says.
 */
const char *inetx_cong_name(u8 algo)
{
	return names[algo];
}

/**
 * inetx_cong_find - an algorithm by name
 * @name: zero-terminated
 *
 * Return: enum inetx_cong_algo, or -1.
 */
int inetx_cong_find(const char *name)
{
	int i;

	for (i = 0; i < __INETX_CONG_MAX; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

/**
 * inetx_cong_init - a new connection
 * @c: the state
 * @algo: enum inetx_cong_algo
 */
void inetx_cong_init(struct inetx_tcp_cong *c, u8 algo)
{
	memset(c, 0, sizeof(*c));
	c->cwnd = INETX_CONG_INIT_CWND;
	c->init = INETX_CONG_INIT_CWND;
	c->clamp = INETX_CONG_INFINITE;
	c->ssthresh = INETX_CONG_INFINITE;
	c->algo = algo;
}

/**
 * inetx_cong_set_algo - change the algorithm of a connection
 * @c: the state; windows stay as they are
 * @algo: enum inetx_cong_algo
 */
void inetx_cong_set_algo(struct inetx_tcp_cong *c, u8 algo)
{
	c->algo = algo;
	c->cwnd_cnt = 0;
	c->w_max = 0;
	c->epoch_ms = 0;
}

/* One segment for each @per acked. */
static void additive(struct inetx_tcp_cong *c, u32 per, u32 acked)
{
	u32 n;

	per = max_t(u32, per, 1);
	c->cwnd_cnt += acked;
	n = c->cwnd_cnt / per;
	c->cwnd += n;
	c->cwnd_cnt -= n * per;
}

/* Integer cube root, by bits from the top. */
static u32 cube_root(u64 a)
{
	u64 x = 0;
	int bit;

	for (bit = 20; bit >= 0; bit--) {
		u64 t = x | 1ULL << bit;

		if (t * t * t <= a)
			x = t;
	}
	return x;
}

/* RFC 9438 section 4.2: K = cbrt((w_max - cwnd) / C) seconds, C = 0.4, which
 * is cbrt((w_max - cwnd) * 2.5 * 10^9) milliseconds.
 */
static void cubic_epoch(struct inetx_tcp_cong *c, u32 now_ms)
{
	c->epoch_ms = now_ms ? now_ms : 1;
	c->w_est1024 = c->cwnd << 10;
	c->cwnd_cnt = 0;
	if (c->cwnd < c->w_max) {
		c->k_ms = cube_root((u64)(c->w_max - c->cwnd) * 2500000000ULL);
		c->w_origin = c->w_max;
	} else {
		c->k_ms = 0;
		c->w_origin = c->cwnd;
	}
}

/* W(t) = 0.4 (t - K)^3 + w_origin, t in seconds. */
static u32 cubic_window(const struct inetx_tcp_cong *c, u32 t_ms)
{
	u64 d = t_ms < c->k_ms ? c->k_ms - t_ms : t_ms - c->k_ms;
	u64 delta;

	/* 2^20 ms are 17 minutes: beyond it the cube would overflow. */
	d = min_t(u64, d, 1 << 20);
	delta = div64_u64(d * d * d, 2500000000ULL);
	if (t_ms >= c->k_ms)
		return min_t(u64, c->w_origin + delta, INETX_CONG_INFINITE);
	return delta < c->w_origin ? c->w_origin - delta : 1;
}

static void cubic_acked(struct inetx_tcp_cong *c, u32 acked, u32 now_ms,
			u32 min_rtt_us)
{
	u32 target, est, per, rtt_ms = 0;

	if (!c->epoch_ms)
		cubic_epoch(c, now_ms);
	if (min_rtt_us != ~0U)
		rtt_ms = min_rtt_us / 1000;

	/* Section 4.3, Reno-friendly: alpha = 3 (1 - b) / (1 + b) = 0.53 until
	 * the old window is reached again, 1 from there.
	 */
	c->w_est1024 += div_u64((u64)acked * (c->w_est1024 >> 10 < c->w_max ?
					      542 : 1024), c->cwnd);
	est = c->w_est1024 >> 10;

	target = cubic_window(c, now_ms - c->epoch_ms + rtt_ms);
	/* Section 4.2: at most half the window more in a round trip. */
	target = min_t(u32, target, c->cwnd + (c->cwnd >> 1));
	target = max_t(u32, target, est);
	if (target > c->cwnd)
		per = c->cwnd / (target - c->cwnd);
	else
		per = 100 * c->cwnd;
	additive(c, max_t(u32, per, 2), acked);
}

/**
 * inetx_cong_acked - grow the window for delivered segments
 * @c: the state
 * @acked: segments newly acknowledged
 * @now_ms: a clock in milliseconds
 * @min_rtt_us: lowest round trip, microseconds, ~0 when unknown
 *
 * RFC 5681 section 3.1 with appropriate byte counting (RFC 3465).
 */
void inetx_cong_acked(struct inetx_tcp_cong *c, u32 acked, u32 now_ms,
		      u32 min_rtt_us)
{
	if (inetx_cong_slow_start(c)) {
		u32 grow = min_t(u32, acked, c->ssthresh - c->cwnd);

		c->cwnd = min_t(u32, c->cwnd + grow, c->clamp);
		acked -= grow;
		if (!acked)
			return;
	}
	switch (c->algo) {
	case INETX_CONG_CUBIC:
		cubic_acked(c, acked, now_ms, min_rtt_us);
		break;
	default:
		additive(c, c->cwnd, acked);
		break;
	}
	c->cwnd = min_t(u32, c->cwnd, c->clamp);
}

/**
 * inetx_cong_reduce - answer to congestion
 * @c: the state; @ssthresh is not changed here
 *
 * Return: the new slow start threshold, at least 2.
 */
u32 inetx_cong_reduce(struct inetx_tcp_cong *c)
{
	if (c->algo != INETX_CONG_CUBIC)
		return max_t(u32, c->cwnd >> 1, 2);
	/* RFC 9438 section 4.7, fast convergence: give room to newcomers. */
	if (c->cwnd < c->w_max)
		c->w_max = div_u64((u64)c->cwnd * 17, 20);
	else
		c->w_max = c->cwnd;
	c->epoch_ms = 0;
	return max_t(u32, div_u64((u64)c->cwnd * 7, 10), 2);
}

/**
 * inetx_cong_restart - the window's history says nothing any more
 * @c: the state
 */
void inetx_cong_restart(struct inetx_tcp_cong *c)
{
	c->epoch_ms = 0;
	c->cwnd_cnt = 0;
}
