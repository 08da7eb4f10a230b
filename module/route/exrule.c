// SPDX-License-Identifier: GPL-2.0
/* The rules of route exceptions.  Pure: no kernel state. */

#include "route/exrule.h"

/**
 * inetx_ex_place - where in a bucket an entry belongs
 * @bucket: INETX_EX_WAYS entries, NULL where there is none
 * @nexthop: half of the key
 * @daddr: the other half, network order
 * @now: jiffies
 * @random: picks who gives way in a bucket without a better place
 *
 * Return: the index of the entry with this key, else of a free place, else of
 * an entry that has expired, else of any.
 */
unsigned int inetx_ex_place(const struct inetx_ex_entry *const bucket[],
			    unsigned long nexthop, __be32 daddr,
			    unsigned long now, __u32 random)
{
	unsigned int i, unused = INETX_EX_WAYS, expired = INETX_EX_WAYS;

	for (i = 0; i < INETX_EX_WAYS; i++) {
		const struct inetx_ex_entry *e = bucket[i];

		if (!e)
			unused = i;
		else if (e->nexthop == nexthop && e->daddr == daddr)
			return i;
		else if (inetx_ex_expired(e, now))
			expired = i;
	}
	if (unused < INETX_EX_WAYS)
		return unused;
	return expired < INETX_EX_WAYS ? expired : random % INETX_EX_WAYS;
}

/**
 * inetx_ex_reduce - what a router's word does to the MTU of a path
 * @mtu: bytes; as it is, then as it shall be
 * @locked: likewise whether it is a floor of our own
 * @told: what the router says that it takes, 0 when it does not say (RFC 792)
 * @min: route/min_pmtu: less is not believed, for the smallest MTUs serve
 *	attacks and not paths
 *
 * RFC 1191 section 3: a path only becomes narrower by a message.  On a path
 * below the floor packets as large as the floor are sent without Don't
 * Fragment; that holds until it expires.
 *
 * Return: whether anything is to be remembered.
 */
bool inetx_ex_reduce(__u32 *mtu, bool *locked, __u32 told, __u32 min)
{
	if (*locked || told > *mtu)
		return false;
	if (told < min) {
		*locked = true;
		if (min < *mtu)
			*mtu = min;
	} else {
		*mtu = told;
	}
	return true;
}

/**
 * inetx_ex_fresh - may a message that says nothing new be left alone
 * @e: what is known
 * @mtu: bytes, of the message
 * @now: jiffies
 * @lifetime: route/mtu_expires, jiffies
 *
 * Return: true when the entry says the same and has half of its life to come.
 */
bool inetx_ex_fresh(const struct inetx_ex_entry *e, __u32 mtu,
		    unsigned long now, unsigned long lifetime)
{
	return e->mtu == mtu && !e->locked &&
	       (long)(e->expires - lifetime / 2 - now) > 0;
}

/**
 * inetx_ex_resize - the MTU of the device has changed
 * @e: an entry with an MTU
 * @mtu: the device's now, bytes
 * @old: before
 *
 * What was as large as the device took grows with it; nothing is larger than
 * the device.  A floor that the device does not reach any more is none.
 */
void inetx_ex_resize(struct inetx_ex_entry *e, __u32 mtu, __u32 old)
{
	if (e->locked) {
		if (mtu > e->mtu)
			return;
		e->locked = false;
		e->mtu = mtu;
	} else if (mtu < e->mtu || old == e->mtu) {
		e->mtu = mtu;
	}
}
