// SPDX-License-Identifier: GPL-2.0
/*
 * The rules that choose a UDP socket, over all keys of a small world: whether
 * two sockets overlap must agree with whether a datagram exists that both
 * would take, and the more specific of two takers must have the higher score.
 */
#include <stdbool.h>
#include <stdio.h>

#include "udp/match.h"

/* Values 0 (any), 1, 2 in each of four fields. */
#define VALUES	3
#define KEYS	(VALUES * VALUES * VALUES * VALUES)

static int tests, failed;

static void ok(bool good, const char *what)
{
	tests++;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, what);
}

static struct inetx_udp_key key(int n)
{
	struct inetx_udp_key k;

	k.laddr = n % VALUES;
	n /= VALUES;
	k.raddr = n % VALUES;
	n /= VALUES;
	k.rport = n % VALUES;
	n /= VALUES;
	k.dev = n;
	return k;
}

/* The datagram for which a socket has these values. */
static struct inetx_udp_packet packet(const struct inetx_udp_key *k)
{
	return (struct inetx_udp_packet) {
		.laddr = k->laddr,
		.raddr = k->raddr,
		.rport = k->rport,
		.in.dif = k->dev,
	};
}

/* A datagram has all fields. */
static bool is_pkt(const struct inetx_udp_key *k)
{
	return k->laddr && k->raddr && k->rport && k->dev;
}

static bool field(unsigned int want, unsigned int have)
{
	return !want || want == have;
}

static bool takes(const struct inetx_udp_key *s, const struct inetx_udp_key *p)
{
	return field(s->laddr, p->laddr) && field(s->raddr, p->raddr) &&
	       field(s->rport, p->rport) && field(s->dev, p->dev);
}

/* Has @a all that @b has, and more? */
static bool narrower(const struct inetx_udp_key *a,
		     const struct inetx_udp_key *b)
{
	return (a->laddr || !b->laddr) && (a->raddr || !b->raddr) &&
	       (a->rport || !b->rport) && (a->dev || !b->dev) &&
	       (!!a->laddr + !!a->raddr + !!a->rport + !!a->dev >
		!!b->laddr + !!b->raddr + !!b->rport + !!b->dev);
}

static bool is_connected(int score)
{
	return score >= INETX_UDP_SCORE_CONNECTED;
}

int main(void)
{
	bool match = true, order = true, address = true, overlap = true;
	bool connected = true;
	int i, j, k;

	for (i = 0; i < KEYS; i++) {
		struct inetx_udp_key a = key(i);

		for (j = 0; j < KEYS; j++) {
			struct inetx_udp_key b = key(j);
			struct inetx_udp_packet pb = packet(&b);
			bool common = false;

			if (is_pkt(&b) &&
			    (inetx_udp_score(&a, &pb) >= 0) != takes(&a, &b))
				match = false;

			for (k = 0; k < KEYS; k++) {
				struct inetx_udp_key from = key(k);
				struct inetx_udp_packet p = packet(&from);
				bool full;
				int sa, sb;

				if (!is_pkt(&from))
					continue;
				sa = inetx_udp_score(&a, &p);
				sb = inetx_udp_score(&b, &p);
				if (sa < 0 || sb < 0)
					continue;
				common = true;
				if (narrower(&a, &b) && sa <= sb)
					order = false;
				if (a.laddr && !b.laddr && sa <= sb)
					address = false;
				/* with and without SO_INCOMING_CPU's point */
				full = a.laddr && a.raddr && a.rport;
				if (full != is_connected(sa) ||
				    full != is_connected(sa + 1))
					connected = false;
			}
			/* Peers do not count: they may change. */
			if (!a.raddr && !a.rport && !b.raddr && !b.rport &&
			    common != inetx_udp_overlap(&a, &b))
				overlap = false;
		}
	}
	ok(match, "a socket takes what agrees in every field it names");
	ok(order, "the narrower of two sockets has the higher score");
	ok(address, "a local address outweighs everything else");
	ok(connected, "the score tells whether a socket is connected");
	ok(overlap, "sockets overlap where a datagram fits both");
	printf("1..%d\n", tests);
	return failed != 0;
}
