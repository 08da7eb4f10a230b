/* SPDX-License-Identifier: GPL-2.0 */
/* Sequence number arithmetic, modulo 2^32 (RFC 9293 section 3.4). */
#ifndef _INETX_TCP_SEQ_H
#define _INETX_TCP_SEQ_H

#include "tcp/pure.h"

static inline bool inetx_seq_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static inline bool inetx_seq_after(u32 a, u32 b)
{
	return inetx_seq_before(b, a);
}

/* a <= x <= b */
static inline bool inetx_seq_between(u32 x, u32 a, u32 b)
{
	return b - a >= x - a;
}

static inline u32 inetx_seq_max(u32 a, u32 b)
{
	return inetx_seq_after(a, b) ? a : b;
}

static inline u32 inetx_seq_min(u32 a, u32 b)
{
	return inetx_seq_before(a, b) ? a : b;
}

/* A range of sequence space: start inclusive, end exclusive, host order. */
struct inetx_seq_range {
	u32 start;
	u32 end;
};

#endif /* _INETX_TCP_SEQ_H */
