// SPDX-License-Identifier: GPL-2.0
/*
 * What the route to the peer says about a connection: RTAX_*, ip-route(8).
 *
 * The metrics that are counted in windows and times begin with the connection;
 * what governs single segments follows a change of the route.  RTAX_RTTVAR
 * stands in the route for programs to see, as with AF_INET.
 */

#include "tcp/internal.h"

/**
 * inetx_tcp_metrics_follow - what holds as long as this is the path
 * @sk: connected or connecting
 * @path: the path
 *
 * RTAX_QUICKACK, and RTAX_RTO_MIN (milliseconds) where it is locked.
 *
 * Context: socket lock, RCU read side.
 */
void inetx_tcp_metrics_follow(struct sock *sk, const struct inetx_path *path)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 ms = inetx_path_metric(path, RTAX_RTO_MIN);

	tp->route_quickack = !!inetx_path_metric(path, RTAX_QUICKACK);
	tp->rtt.floor_us = INETX_RTO_MIN_US;
	if (unlikely(inetx_path_locked(path, RTAX_RTO_MIN)))
		tp->rtt.floor_us = min_t(u32, ms, INETX_RTO_MAX_US /
						  USEC_PER_MSEC) *
				   USEC_PER_MSEC;
}

/**
 * inetx_tcp_metrics_begin - what has to be known before the handshake is done
 * @sk: connecting, or the new socket of a request
 * @path: the path
 *
 * RTAX_CC_ALGO, before which TCP_CONGESTION gives way, and what
 * inetx_tcp_metrics_follow() does.
 *
 * Context: socket lock, RCU read side.
 */
void inetx_tcp_metrics_begin(struct sock *sk, const struct inetx_path *path)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 algo = inetx_path_metric(path, RTAX_CC_ALGO);

	inetx_tcp_metrics_follow(sk, path);
	if (likely(!algo))
		return;
	/* As inetx_rtinfo_get() has stored it: 0 is none. */
	inetx_cong_set_algo(&tp->cong, algo - 1);
	tp->cong_locked = inetx_path_locked(path, RTAX_CC_ALGO);
}

/* The first timeout: RTAX_RTT is in eighths of a millisecond.  It does not
 * count as a sample, so the first real one replaces it.
 */
static void first_timeout(struct inetx_tcp_sock *tp,
			  const struct inetx_path *path)
{
	u64 us = inetx_path_metric(path, RTAX_RTT) * 125ULL;

	if (unlikely(us > tp->rtt.srtt8 >> 3)) {
		us = min_t(u64, us, INETX_RTO_MAX_US);
		tp->rto = usecs_to_jiffies(inetx_rtt_rto_from(&tp->rtt, us));
	} else if (!tp->rtt.srtt8) {
		tp->rtt.var4 = INETX_RTO_LOST_US;
		tp->rto = usecs_to_jiffies(inetx_rtt_rto(&tp->rtt));
	}
}

/**
 * inetx_tcp_metrics_established - windows and timeout to transfer data with
 * @sk: about to be ESTABLISHED
 * @path: the path
 *
 * RTAX_INITCWND, RTAX_CWND (a limit, where it is locked), RTAX_SSTHRESH (where
 * tcp_no_ssthresh_metrics_save is off), RTAX_REORDERING, RTAX_RTT.
 *
 * Context: socket lock, RCU read side.
 */
void inetx_tcp_metrics_established(struct sock *sk,
				   const struct inetx_path *path)
{
	const struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_cong *c = &tp->cong;
	u32 val;

	val = inetx_path_metric(path, RTAX_CWND);
	c->clamp = INETX_CONG_INFINITE;
	/* A limit of 0 would be the end of all sending. */
	if (inetx_path_locked(path, RTAX_CWND) && val)
		c->clamp = min_t(u32, val, INETX_CONG_INFINITE);

	val = inetx_path_metric(path, RTAX_INITCWND) ?: INETX_CONG_INIT_CWND;
	c->init = min3(val, c->clamp, (u32)U16_MAX);
	c->cwnd = c->init;

	val = inetx_path_metric(path, RTAX_SSTHRESH);
	c->ssthresh = INETX_CONG_INFINITE;
	if (val && !READ_ONCE(tn->sysctl_tcp_no_ssthresh_metrics_save))
		c->ssthresh = min(val, c->clamp);

	val = inetx_path_metric(path, RTAX_REORDERING);
	if (val)
		tp->reordering = val;
	first_timeout(tp, path);
}
