// SPDX-License-Identifier: GPL-2.0
/*
 * How many ICMP messages we send (RFC 1812 4.3.2.8, icmp(7)): a bucket of
 * credits for the namespace, and one for each destination.
 *
 * Destinations are told apart by a keyed hash, into an array of buckets without
 * addresses in them: those that share one, which nobody can arrange, share its
 * rate.  The namespace's limit spread over the buckets is below the rate of any
 * of them, so a flood from forged addresses does not silence us towards others.
 */

#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "icmp/icmp.h"

#define BUCKET_BITS	12
#define BUCKET_BURST	6

#define REDIRECT_BITS		10
#define REDIRECT_NUMBER		9

struct inetx_icmp_pace inetx_icmp_pace __read_mostly = {
	.redirect_load = HZ / 50,
	.redirect_number = REDIRECT_NUMBER,
	.redirect_silence = (HZ / 50) << (REDIRECT_NUMBER + 1),
	.error_cost = HZ,
	.error_burst = 5 * HZ,
};

/* Hosts that were sent redirects: how many in the upper half, jiffies of the
 * last one in the lower; cmpxchg.
 */
static atomic64_t redirects[1 << REDIRECT_BITS];

/* A bucket: tokens (jiffies) in the upper half, jiffies of the last change in
 * the lower; cmpxchg.  The second half of them is for unreachable destinations.
 */
static atomic64_t *buckets __read_mostly;
static atomic64_t *error_buckets __read_mostly;
static siphash_aligned_key_t buckets_key __read_mostly;

/**
 * inetx_icmp_rate_init - allocate the buckets
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_icmp_rate_init(void)
{
	buckets = kvcalloc(2 << BUCKET_BITS, sizeof(*buckets), GFP_KERNEL);
	if (!buckets)
		return -ENOMEM;
	error_buckets = buckets + (1 << BUCKET_BITS);
	get_random_bytes(&buckets_key, sizeof(buckets_key));
	return 0;
}

/**
 * inetx_icmp_rate_exit - free the buckets
 *
 * Context: module exit, nobody sends any more.
 */
void inetx_icmp_rate_exit(void)
{
	kvfree(buckets);
}

/**
 * inetx_icmp_rate_global - may the namespace send one more message?
 * @xnet: the namespace
 * @type: ICMP type of the message
 * @code: its code
 * @limited: set when the message is subject to limits, so that
 *	inetx_icmp_rate_dest() is to be asked, too
 *
 * Several CPUs may find the last credit; that is one or two messages more.
 *
 * Context: any.
 */
bool inetx_icmp_rate_global(struct inetx_net *xnet, u8 type, u8 code,
			    bool *limited)
{
	struct inetx_icmp_net *icmp = &xnet->icmp;
	u32 now = jiffies;
	u32 stamp, delta;
	int old, new, more;

	*limited = false;
	/* Path MTU discovery fails without these (RFC 1191). */
	if (type > NR_ICMP_TYPES ||
	    (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED))
		return true;
	if (!(BIT(type) & READ_ONCE(icmp->sysctl_ratemask)))
		return true;

	*limited = true;
	if (atomic_read(&icmp->credit) > 0)
		return true;

	stamp = READ_ONCE(icmp->credit_stamp);
	delta = min_t(u32, now - stamp, HZ);
	/* Small steps would round to nothing for ever. */
	if (delta < HZ / 50)
		goto refuse;
	more = div_u64((u64)READ_ONCE(icmp->sysctl_msgs_per_sec) * delta, HZ);
	if (!more)
		goto refuse;
	if (cmpxchg(&icmp->credit_stamp, stamp, now) == stamp) {
		old = atomic_read(&icmp->credit);
		do {
			new = min(old + more,
				  READ_ONCE(icmp->sysctl_msgs_burst));
		} while (!atomic_try_cmpxchg(&icmp->credit, &old, new));
	}
	return true;

refuse:
	INETX_ICMP_INC(xnet, ICMP_MIB_RATELIMITGLOBAL);
	return false;
}

static u32 host_hash(const struct inetx_net *xnet, __be32 addr)
{
	return siphash_2u32((__force u32)addr, net_hash_mix(xnet->net),
			    &buckets_key);
}

/* Take @cost tokens from a bucket that holds up to @burst, one for each jiffy. */
static bool bucket_take(atomic64_t *bucket, u32 cost, u64 burst)
{
	u32 now = jiffies;
	s64 old = atomic64_read(bucket);
	u64 tokens;
	bool ok;

	do {
		tokens = ((u64)old >> 32) + (u32)(now - (u32)old);
		/* Nobody has taken from it yet. */
		if (!old)
			tokens = U32_MAX;
		tokens = min3(tokens, burst, (u64)U32_MAX);
		ok = tokens >= cost;
		if (ok)
			tokens -= cost;
	} while (!atomic64_try_cmpxchg(bucket, &old, tokens << 32 | now));
	return ok;
}

/**
 * inetx_icmp_rate_dest - may one more limited message go to a destination?
 * @xnet: the namespace
 * @daddr: the destination, network order
 *
 * Charges the namespace's credit when it may: by a random amount, as from the
 * exact amount an outsider could tell which of our ports have been asked
 * (CVE-2020-25705).
 *
 * Context: any.
 */
bool inetx_icmp_rate_dest(struct inetx_net *xnet, __be32 daddr)
{
	int cost = READ_ONCE(xnet->icmp.sysctl_ratelimit);
	u32 hash;
	int charge;

	if (cost > 0) {
		hash = host_hash(xnet, daddr);
		if (!bucket_take(&buckets[hash >> (32 - BUCKET_BITS)], cost,
				 (u64)cost * BUCKET_BURST)) {
			INETX_ICMP_INC(xnet, ICMP_MIB_RATELIMITHOST);
			return false;
		}
	}
	charge = get_random_u32_below(3);
	if (charge)
		atomic_sub(charge, &xnet->icmp.credit);
	return true;
}

/**
 * inetx_icmp_rate_error - may one more sender be told that there is no way?
 * @xnet: the namespace
 * @saddr: who sent the packet that cannot go on, network order
 *
 * A limit besides those of all messages (RFC 1812 4.3.2.8), by
 * route/error_cost and route/error_burst.
 *
 * Context: any.
 */
bool inetx_icmp_rate_error(struct inetx_net *xnet, __be32 saddr)
{
	int cost = READ_ONCE(inetx_icmp_pace.error_cost);
	int burst = READ_ONCE(inetx_icmp_pace.error_burst);
	u32 hash;

	if (cost <= 0)
		return true;
	hash = host_hash(xnet, saddr);
	return bucket_take(&error_buckets[hash >> (32 - BUCKET_BITS)], cost,
			   max(burst, 0));
}

/**
 * inetx_icmp_rate_redirect - may one more redirect go to a host?
 * @xnet: the namespace
 * @host: the host, network order
 *
 * Time passes before the second to a host, twice that before the third, and so
 * on (route/redirect_load).  One that does not follow gets no more after
 * route/redirect_number of them, until it has been silent for
 * route/redirect_silence (RFC 1812 5.2.7.2).
 *
 * Context: any.
 */
bool inetx_icmp_rate_redirect(struct inetx_net *xnet, __be32 host)
{
	u64 load = max(READ_ONCE(inetx_icmp_pace.redirect_load), 0);
	u32 number = max(READ_ONCE(inetx_icmp_pace.redirect_number), 0);
	u32 silence = max(READ_ONCE(inetx_icmp_pace.redirect_silence), 0);
	u32 hash = host_hash(xnet, host), now = jiffies, sent, age;
	atomic64_t *slot = &redirects[hash >> (32 - REDIRECT_BITS)];
	s64 old = atomic64_read(slot);
	bool ok;

	do {
		sent = (u64)old >> 32;
		age = now - (u32)old;
		if (age > silence)
			sent = 0;
		ok = sent < number &&
		     (!sent || age > load << min(sent, 32U));
		if (!ok && sent < number)
			return false;
		/* Who never listens is silent only when it stops to ask. */
		if (ok)
			sent++;
	} while (!atomic64_try_cmpxchg(slot, &old, (u64)sent << 32 | now));
	return ok;
}
