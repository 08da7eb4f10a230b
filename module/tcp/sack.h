/* SPDX-License-Identifier: GPL-2.0 */
/* Selective acknowledgment (RFC 2018, 2883): sets of ranges.  Pure. */
#ifndef _INETX_TCP_SACK_H
#define _INETX_TCP_SACK_H

#include "tcp/options.h"

/* What new blocks may leave when known ones are taken away. */
#define INETX_SACK_DIFF_MAX	(2 * INETX_TCP_MAX_SACKS)

/* Receiver: ranges held out of order, the latest first. */
void inetx_sack_add(struct inetx_seq_range *set, u8 *num, u32 start, u32 end);
void inetx_sack_advance(struct inetx_seq_range *set, u8 *num, u32 rcv_nxt);

/* Sender: what a SACK option says that the one before did not. */
int inetx_sack_diff(const struct inetx_seq_range *seen, int num_seen,
		    const struct inetx_seq_range *now, int num_now,
		    struct inetx_seq_range *out);
bool inetx_sack_valid(const struct inetx_seq_range *r, u32 snd_una,
		      u32 snd_nxt);

#endif /* _INETX_TCP_SACK_H */
