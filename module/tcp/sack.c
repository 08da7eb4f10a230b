// SPDX-License-Identifier: GPL-2.0
/* Selective acknowledgment: sets of ranges.  Pure: no kernel state. */

#include "tcp/sack.h"

/**
 * inetx_sack_add - note a range that arrived out of order
 * @set: INETX_TCP_MAX_SACKS entries
 * @num: entries in use
 * @start: first sequence number
 * @end: one behind the last
 *
 * Entries that touch the range are merged with it; the result goes first (RFC
 * 2018 section 4), and the oldest entry is forgotten when there are too many.
 */
void inetx_sack_add(struct inetx_seq_range *set, u8 *num, u32 start, u32 end)
{
	int i, n = 0;

	for (i = 0; i < *num; i++) {
		if (inetx_seq_after(set[i].start, end) ||
		    inetx_seq_before(set[i].end, start)) {
			set[n++] = set[i];
			continue;
		}
		start = inetx_seq_min(start, set[i].start);
		end = inetx_seq_max(end, set[i].end);
	}
	if (n == INETX_TCP_MAX_SACKS)
		n--;
	memmove(&set[1], &set[0], n * sizeof(set[0]));
	set[0].start = start;
	set[0].end = end;
	*num = n + 1;
}

/**
 * inetx_sack_advance - forget what is in order by now
 * @set: the ranges
 * @num: entries in use
 * @rcv_nxt: next sequence number expected
 */
void inetx_sack_advance(struct inetx_seq_range *set, u8 *num, u32 rcv_nxt)
{
	int i, n = 0;

	for (i = 0; i < *num; i++)
		if (inetx_seq_after(set[i].start, rcv_nxt))
			set[n++] = set[i];
	*num = n;
}

/**
 * inetx_sack_valid - may a peer's block be believed
 * @r: the block
 * @snd_una: oldest unacknowledged
 * @snd_nxt: next to send
 *
 * Return: true for a non-empty block inside what is in flight.  A block at or
 * below @snd_una is a duplicate report (RFC 2883) and marks nothing.
 */
bool inetx_sack_valid(const struct inetx_seq_range *r, u32 snd_una,
		      u32 snd_nxt)
{
	return inetx_seq_before(r->start, r->end) &&
	       !inetx_seq_after(r->end, snd_nxt) &&
	       !inetx_seq_before(r->start, snd_una);
}

static void sort_ranges(struct inetx_seq_range *r, int n)
{
	int i, j;

	for (i = 1; i < n; i++) {
		struct inetx_seq_range x = r[i];

		for (j = i; j && inetx_seq_before(x.start, r[j - 1].start); j--)
			r[j] = r[j - 1];
		r[j] = x;
	}
}

/**
 * inetx_sack_diff - blocks that say something new
 * @seen: blocks of the acknowledgment before, any order
 * @num_seen: how many, 0..4
 * @now: blocks of this one, any order, each valid
 * @num_now: how many, 0..4
 * @out: room for INETX_SACK_DIFF_MAX ranges
 *
 * The ranges in @now without those in @seen, ascending: what has to be walked
 * in the retransmit queue, so that a block that grows by one segment with each
 * acknowledgment costs one step and not its whole length.
 *
 * Return: number of ranges in @out.
 */
int inetx_sack_diff(const struct inetx_seq_range *seen, int num_seen,
		    const struct inetx_seq_range *now, int num_now,
		    struct inetx_seq_range *out)
{
	struct inetx_seq_range old[INETX_TCP_MAX_SACKS];
	struct inetx_seq_range cur[INETX_TCP_MAX_SACKS];
	int i, j, n = 0;

	memcpy(old, seen, num_seen * sizeof(old[0]));
	memcpy(cur, now, num_now * sizeof(cur[0]));
	sort_ranges(old, num_seen);
	sort_ranges(cur, num_now);

	for (i = 0; i < num_now; i++) {
		u32 at = cur[i].start;

		for (j = 0; j < num_seen; j++) {
			if (!inetx_seq_after(old[j].end, at))
				continue;
			if (!inetx_seq_before(old[j].start, cur[i].end))
				break;
			if (inetx_seq_after(old[j].start, at) &&
			    n < INETX_SACK_DIFF_MAX) {
				out[n].start = at;
				out[n++].end = old[j].start;
			}
			at = inetx_seq_max(at, old[j].end);
		}
		if (inetx_seq_before(at, cur[i].end) &&
		    n < INETX_SACK_DIFF_MAX) {
			out[n].start = at;
			out[n++].end = cur[i].end;
		}
	}
	return n;
}
