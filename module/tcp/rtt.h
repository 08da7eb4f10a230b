/* SPDX-License-Identifier: GPL-2.0 */
/* Round-trip time and retransmission timeout (RFC 6298).  Pure. */
#ifndef _INETX_TCP_RTT_H
#define _INETX_TCP_RTT_H

#include "tcp/pure.h"

/* Bounds of the timeout, microseconds.  The floor is below RFC 6298's second,
 * as in every current stack; it is applied to the variance term, so that the
 * timeout always leaves it as a margin above the round trip.
 */
#define INETX_RTO_MIN_US	200000U
#define INETX_RTO_MAX_US	120000000U
#define INETX_RTO_INIT_US	1000000U

/* RFC 6298 section 5.7: after a handshake that gave no sample. */
#define INETX_RTO_LOST_US	3000000U

/* A minimum older than this is replaced by the next sample; seconds. */
#define INETX_MIN_RTT_AGE	300U

/**
 * struct inetx_tcp_rtt - estimator of a connection; socket lock
 * @srtt8: smoothed round trip, microseconds times 8; 0 before the first sample
 * @var4: mean deviation, microseconds times 4; before the first sample the
 *	timeout instead, 0 for INETX_RTO_INIT_US
 * @min_us: lowest round trip of late, microseconds; ~0 before the first sample
 * @min_stamp: when @min_us was seen, seconds
 * @floor_us: least margin of the timeout above the round trip, microseconds
 */
struct inetx_tcp_rtt {
	u32 srtt8;
	u32 var4;
	u32 min_us;
	u32 min_stamp;
	u32 floor_us;
};

void inetx_rtt_init(struct inetx_tcp_rtt *r);
void inetx_rtt_sample(struct inetx_tcp_rtt *r, u32 us, u32 now_s);
u32 inetx_rtt_rto(const struct inetx_tcp_rtt *r);
u32 inetx_rtt_rto_from(const struct inetx_tcp_rtt *r, u32 us);

#endif /* _INETX_TCP_RTT_H */
