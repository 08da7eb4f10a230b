// SPDX-License-Identifier: GPL-2.0
/* Round-trip time and retransmission timeout.  Pure: no kernel state. */

#include "tcp/rtt.h"

/**
 * inetx_rtt_init - the state before any sample
 * @r: the estimator
 */
void inetx_rtt_init(struct inetx_tcp_rtt *r)
{
	r->srtt8 = 0;
	r->var4 = 0;
	r->min_us = ~0U;
	r->min_stamp = 0;
	r->floor_us = INETX_RTO_MIN_US;
}

/**
 * inetx_rtt_sample - take a measurement in
 * @r: the estimator
 * @us: measured round trip in microseconds, never of a retransmitted segment
 *	without a timestamp (Karn)
 * @now_s: a clock in seconds
 *
 * RFC 6298 section 2.2 and 2.3 with alpha 1/8 and beta 1/4.
 */
void inetx_rtt_sample(struct inetx_tcp_rtt *r, u32 us, u32 now_s)
{
	s32 err;

	us = min_t(u32, max_t(u32, us, 1), INETX_RTO_MAX_US);
	if (us <= r->min_us || now_s - r->min_stamp > INETX_MIN_RTT_AGE) {
		r->min_us = us;
		r->min_stamp = now_s;
	}
	if (!r->srtt8) {
		r->srtt8 = us << 3;
		r->var4 = us << 1;
		return;
	}
	err = (s32)us - (s32)(r->srtt8 >> 3);
	r->srtt8 = max_t(s32, (s32)r->srtt8 + err, 1);
	if (err < 0)
		err = -err;
	r->var4 = max_t(s32, (s32)r->var4 + err - (s32)(r->var4 >> 2), 0);
}

/**
 * inetx_rtt_rto - the retransmission timeout without back-off
 * @r: the estimator
 *
 * Return: microseconds.
 */
u32 inetx_rtt_rto(const struct inetx_tcp_rtt *r)
{
	u32 rto;

	if (!r->srtt8)
		return r->var4 ? r->var4 : INETX_RTO_INIT_US;
	rto = (r->srtt8 >> 3) + max_t(u32, r->var4, r->floor_us);
	return min_t(u32, rto, INETX_RTO_MAX_US);
}

/**
 * inetx_rtt_rto_from - the timeout that a first sample would give
 * @r: the estimator, whose @floor_us counts
 * @us: a round trip that is not measured but known, microseconds
 *
 * Return: microseconds.
 */
u32 inetx_rtt_rto_from(const struct inetx_tcp_rtt *r, u32 us)
{
	us = min_t(u32, us, INETX_RTO_MAX_US);
	return min_t(u32, us + max_t(u32, 2 * us, r->floor_us),
		     INETX_RTO_MAX_US);
}
