// SPDX-License-Identifier: GPL-2.0
/*
 * The identification field (RFC 6864, RFC 7739).
 *
 * It has to be unique only among packets that may be fragmented, per source,
 * destination and protocol, and nobody outside should learn from it how much we
 * send.  A connected socket counts for itself, from a random start.  Atomic
 * datagrams (DF set, and of a socket that never fragments) of others carry 0.
 * The rest shares an array of counters by a keyed hash of the triple; each goes
 * on by a random amount bounded by the time since its last use, so that even who
 * shares a counter with us learns little.
 */

#include <linux/mm.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/vmalloc.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/net_namespace.h>

#include "ip/ip.h"

/**
 * struct ident_counter - identifications of the triples of one hash value
 * @next: next to use; atomic
 * @stamp: jiffies of the last use; written by who wins the race for it
 */
struct ident_counter {
	atomic_t next;
	u32 stamp;
};

#define IDENT_BITS_MIN	11
#define IDENT_BITS_MAX	18

/* Set once at load. */
static struct ident_counter *counters __read_mostly;
static unsigned int counters_mask __read_mostly;
static siphash_aligned_key_t counters_key __read_mostly;

/**
 * inetx_ip_ident_init - allocate the shared counters
 *
 * One per 16 pages of memory, so that a large host, which talks to many, has
 * few collisions.
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_ip_ident_init(void)
{
	unsigned int bits = ilog2(totalram_pages()) - 4;
	size_t size;

	bits = clamp_t(unsigned int, bits, IDENT_BITS_MIN, IDENT_BITS_MAX);
	size = sizeof(*counters) << bits;
	counters = kvmalloc(size, GFP_KERNEL);
	if (!counters)
		return -ENOMEM;
	counters_mask = (1U << bits) - 1;
	get_random_bytes(counters, size);
	get_random_bytes(&counters_key, sizeof(counters_key));
	return 0;
}

/**
 * inetx_ip_ident_exit - free the shared counters
 *
 * Context: module exit, nobody sends any more.
 */
void inetx_ip_ident_exit(void)
{
	kvfree(counters);
}

static u32 shared_ident(const struct inetx_net *xnet, const struct iphdr *iph,
			int segs)
{
	struct ident_counter *c;
	u32 now = jiffies;
	u32 delta = 0;
	u32 hash, old;

	hash = siphash_3u32((__force u32)iph->daddr, (__force u32)iph->saddr,
			    iph->protocol ^ net_hash_mix(xnet->net),
			    &counters_key);
	c = &counters[hash & counters_mask];

	old = READ_ONCE(c->stamp);
	if (old != now && cmpxchg(&c->stamp, old, now) == old)
		delta = get_random_u32_below(now - old);
	return atomic_add_return(segs + delta, &c->next) - segs;
}

/* DF says that routers may not fragment; who sends datagrams by a socket that
 * fragments where it must (IP_PMTUDISC_WANT) may be told of a smaller MTU and
 * send the next in fragments: all of them are counted by one counter.
 */
static bool may_be_fragmented(const struct sock *sk)
{
	return sk && sk->sk_type != SOCK_STREAM && ip_sk_ignore_df(sk);
}

/**
 * inetx_ip_select_id - fill in the identification of a packet to send
 * @xnet: the namespace
 * @iph: the header, complete but for id and checksum
 * @sk: the socket that sends, or NULL; TCP's is locked by the caller
 * @segs: how many packets will be made of this one, each with its own id
 *
 * Context: any.
 */
void inetx_ip_select_id(struct inetx_net *xnet, struct iphdr *iph,
			struct sock *sk, int segs)
{
	if (sk && inet_sk(sk)->inet_daddr) {
		atomic_t *id = &inet_sk(sk)->inet_id;
		int val;

		if (sk->sk_type == SOCK_STREAM) {
			/* The socket lock spares the atomic operation. */
			val = atomic_read(id);
			atomic_set(id, val + segs);
		} else {
			val = atomic_add_return(segs, id);
		}
		iph->id = htons(val);
		return;
	}
	if (iph->frag_off & htons(IP_DF) && !may_be_fragmented(sk))
		iph->id = 0;
	else
		iph->id = htons(shared_ident(xnet, iph, segs));
}
