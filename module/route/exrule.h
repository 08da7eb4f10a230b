/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of route exceptions: what of a message is believed, how long it
 * counts, who gives way in a full bucket.  Pure: also compiles in user space.
 */
#ifndef _INETX_ROUTE_EXRULE_H
#define _INETX_ROUTE_EXRULE_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stdbool.h>
#endif

/* Entries of a bucket.  A full one gives a random entry away, so that nobody
 * can tell from what is forgotten which addresses share a bucket.
 */
#define INETX_EX_WAYS	8

/**
 * struct inetx_ex_entry - what has been learnt about a destination
 * @nexthop: identity of the next hop that leads there
 * @daddr: the destination, network order
 * @gw: a better gateway, network order, 0 for none
 * @mtu: bytes of the largest IP packet that passes, 0 when not known
 * @locked: @mtu is our own floor, not what the path takes: packets are to be
 *	fragmented on the way, so Don't Fragment is not set
 * @expires: jiffies from which on it does not count
 */
struct inetx_ex_entry {
	unsigned long nexthop;
	__be32 daddr;
	__be32 gw;
	__u32 mtu;
	bool locked;
	unsigned long expires;
};

/**
 * inetx_ex_expired - does an entry count no longer
 * @e: the entry
 * @now: jiffies
 */
static inline bool inetx_ex_expired(const struct inetx_ex_entry *e,
				    unsigned long now)
{
	return (long)(now - e->expires) >= 0;
}

unsigned int inetx_ex_place(const struct inetx_ex_entry *const bucket[],
			    unsigned long nexthop, __be32 daddr,
			    unsigned long now, __u32 random);
bool inetx_ex_reduce(__u32 *mtu, bool *locked, __u32 told, __u32 min);
bool inetx_ex_fresh(const struct inetx_ex_entry *e, __u32 mtu,
		    unsigned long now, unsigned long lifetime);
void inetx_ex_resize(struct inetx_ex_entry *e, __u32 mtu, __u32 old);

#endif /* _INETX_ROUTE_EXRULE_H */
