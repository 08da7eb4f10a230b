// SPDX-License-Identifier: GPL-2.0
/* Ranges of octets that the fragments of a datagram bring; see train.h. */

#ifndef __KERNEL__
#include <stddef.h>
#endif

#include "train.h"

static struct inetx_ip_run *to_run(struct rb_node *node)
{
	return rb_entry(node, struct inetx_ip_run, node);
}

/*
 * Find the place of start..end among the runs and put @run there.  The tree is
 * balanced, so a peer who sends fragments in the worst order gains nothing.
 */
static enum inetx_ip_verdict insert(struct inetx_ip_train *train,
				    struct inetx_ip_run *run, u32 start, u32 end)
{
	struct rb_node **link = &train->runs.rb_node;
	struct rb_node *parent = NULL;

	while (*link) {
		const struct inetx_ip_run *other;

		parent = *link;
		other = to_run(parent);
		if (end <= other->start)
			link = &parent->rb_left;
		else if (start >= other->end)
			link = &parent->rb_right;
		else if (start >= other->start && end <= other->end)
			return INETX_IP_FRAG_DUPLICATE;
		else
			return INETX_IP_FRAG_OVERLAP;
	}
	run->start = start;
	run->end = end;
	rb_link_node(&run->node, parent, link);
	rb_insert_color(&run->node, &train->runs);
	return INETX_IP_FRAG_NEW_RUN;
}

static enum inetx_ip_verdict place(struct inetx_ip_train *train,
				   struct inetx_ip_run *run, u32 start, u32 end)
{
	struct inetx_ip_run *tail = train->tail;
	enum inetx_ip_verdict verdict;

	if (tail && start == tail->end) {
		tail->end = end;
		return INETX_IP_FRAG_JOINED;
	}
	verdict = insert(train, run, start, end);
	if (verdict == INETX_IP_FRAG_NEW_RUN && (!tail || end > tail->end))
		train->tail = run;
	return verdict;
}

/**
 * inetx_ip_train_add - one more fragment
 * @train: what has come before
 * @run: a node for a new run; used if the verdict is INETX_IP_FRAG_NEW_RUN, and
 *	then part of the train
 * @start: offset of its first octet in the datagram, behind the IP header
 * @end: the offset behind its last; a multiple of 8 if @more (RFC 791)
 * @more: the flag More Fragments
 *
 * After INETX_IP_FRAG_OVERLAP and INETX_IP_FRAG_CORRUPT the train is of no use.
 *
 * Context: any; the caller owns @train.
 * Return: the verdict.
 */
enum inetx_ip_verdict inetx_ip_train_add(struct inetx_ip_train *train,
					 struct inetx_ip_run *run,
					 u32 start, u32 end, bool more)
{
	enum inetx_ip_verdict verdict;

	if (end <= start)
		return INETX_IP_FRAG_CORRUPT;
	if (!more) {
		if (end < train->end || (train->last && end != train->end))
			return INETX_IP_FRAG_CORRUPT;
		train->last = true;
		train->end = end;
	} else if (end > train->end) {
		if (train->last)
			return INETX_IP_FRAG_CORRUPT;
		train->end = end;
	}

	verdict = place(train, run, start, end);
	if (verdict == INETX_IP_FRAG_JOINED ||
	    verdict == INETX_IP_FRAG_NEW_RUN) {
		train->have += end - start;
		if (!start)
			train->first = true;
	}
	return verdict;
}

/**
 * inetx_ip_ecn_combine - the congestion mark of a reassembled datagram
 * @seen: bit 1 << codepoint (RFC 3168 5) for each that its fragments carried
 *
 * RFC 3168 5.3: congestion met by one fragment is met by the datagram, but a mark
 * on some fragments and none on others is no sender's doing.
 *
 * Context: any.
 * Return: bits to set in the first fragment's TOS byte, or INETX_IP_ECN_DROP.
 */
u8 inetx_ip_ecn_combine(u8 seen)
{
	enum { NOT_ECT = 1, CE = 8 };

	if (seen & NOT_ECT)
		return seen == NOT_ECT ? 0 : INETX_IP_ECN_DROP;
	return seen & CE && seen != CE ? 3 : 0;
}
