/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fragments of one datagram as ranges of octets (RFC 791 3.2, RFC 815): what
 * has come, what is wrong with the next one, when all is there.
 *
 * Pure logic: it knows neither packets nor locks and compiles in user space, too.
 *
 * Ranges that came in order are one run, whatever their number, so that the usual
 * case costs no search and no node of the tree.  Runs that touch are not joined:
 * a fragment repeats what has come only if it lies in one run, as AF_INET has it.
 */
#ifndef _INETX_IP_TRAIN_H
#define _INETX_IP_TRAIN_H

#include <linux/rbtree.h>
#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint32_t u32;
#endif

/**
 * struct inetx_ip_run - octets that have come, without a gap
 * @node: in the tree of the train
 * @start: first octet
 * @end: the octet behind the last
 */
struct inetx_ip_run {
	struct rb_node node;
	u32 start;
	u32 end;
};

/**
 * struct inetx_ip_train - what has come of a datagram
 * @runs: the runs by their start; none overlap
 * @tail: the run that ends highest, or NULL
 * @end: octets of the datagram as far as is known
 * @have: octets that have come
 * @first: the first fragment has come
 * @last: the last fragment has come, so @end is final
 *
 * Protected by who owns it.  All zero: nothing has come.
 */
struct inetx_ip_train {
	struct rb_root runs;
	struct inetx_ip_run *tail;
	u32 end;
	u32 have;
	bool first;
	bool last;
};

/**
 * enum inetx_ip_verdict - what a train thinks of one more fragment
 * @INETX_IP_FRAG_JOINED: it continues the tail run
 * @INETX_IP_FRAG_NEW_RUN: it begins a run, whose node is now in the tree
 * @INETX_IP_FRAG_DUPLICATE: all of it is there: ignore it
 * @INETX_IP_FRAG_OVERLAP: part of it is there: the datagram is forged or broken
 *	(RFC 5722, 3128): drop all of it
 * @INETX_IP_FRAG_CORRUPT: the datagram cannot have such a fragment: drop all
 */
enum inetx_ip_verdict {
	INETX_IP_FRAG_JOINED,
	INETX_IP_FRAG_NEW_RUN,
	INETX_IP_FRAG_DUPLICATE,
	INETX_IP_FRAG_OVERLAP,
	INETX_IP_FRAG_CORRUPT,
};

/* What inetx_ip_ecn_combine() says of fragments that do not belong together. */
#define INETX_IP_ECN_DROP	0xff

enum inetx_ip_verdict inetx_ip_train_add(struct inetx_ip_train *train,
					 struct inetx_ip_run *run,
					 u32 start, u32 end, bool more);
u8 inetx_ip_ecn_combine(u8 seen);

/**
 * inetx_ip_train_complete - has the whole datagram come?
 * @train: the train
 *
 * Context: any.
 */
static inline bool inetx_ip_train_complete(const struct inetx_ip_train *train)
{
	return train->first && train->last && train->have == train->end;
}

#endif /* _INETX_IP_TRAIN_H */
