// SPDX-License-Identifier: GPL-2.0
/* IP options: what is right, where it is wrong, what is filled in and reversed. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "ip/options.h"

#define DADDR	inet_addr("10.0.0.9")
#define SADDR	inet_addr("10.0.0.8")
#define OURS	inet_addr("10.0.0.1")
#define TIME	htonl(0x01020304)

bool inetx_ip_options_ours(struct inetx_net *xnet, __be32 addr)
{
	return addr == OURS;
}

/* A header with its options, and what was found in them. */
struct header {
	u8 iph[60];
	union {
		struct ip_options opt;
		u8 room[sizeof(struct ip_options) + INETX_IPOPT_MAX];
	};
	int bad;
};

static void make(struct header *h, const u8 *area, unsigned int len)
{
	__be32 addr[2] = { SADDR, DADDR };

	memset(h, 0, sizeof(*h));
	h->iph[0] = 0x40 | (5 + len / 4);
	memcpy(h->iph + 12, addr, sizeof(addr));
	memcpy(h->iph + 20, area, len);
	h->opt.optlen = len;
}

/* In a buffer of just the right size, so that reading past it is seen. */
static struct header parse(const u8 *area, unsigned int len,
			   enum inetx_ipopt_maker maker)
{
	u8 *copy = malloc(len ?: 1);
	struct header h;

	make(&h, area, len);
	memcpy(copy, area, len);
	h.bad = inetx_ip_options_parse(NULL, copy, &h.opt, maker);
	memcpy(h.iph + 20, copy, len);
	free(copy);
	return h;
}

#define PARSE(maker, ...)						\
	parse((const u8[]){ __VA_ARGS__ },				\
	      sizeof((const u8[]){ __VA_ARGS__ }), maker)
#define RCV(...)	PARSE(INETX_IPOPT_RECEIVED, __VA_ARGS__)
#define USER(...)	PARSE(INETX_IPOPT_USER, __VA_ARGS__)
#define PRIV(...)	PARSE(INETX_IPOPT_PRIVILEGED, __VA_ARGS__)

/* The options area of @h is this. */
#define EXPECT_AREA(h, ...)						\
	EXPECT_EQ(0, memcmp((h).iph + 20, (const u8[]){ __VA_ARGS__ },	\
			    sizeof((const u8[]){ __VA_ARGS__ })))

TEST(nothing_there)
{
	EXPECT_EQ(0, parse((u8 *)"", 0, INETX_IPOPT_RECEIVED).bad);
	EXPECT_EQ(0, RCV(0, 0, 0, 0).bad);
	EXPECT_EQ(0, RCV(1, 1, 1, 1).bad);
}

TEST(end_hides_and_clears_the_rest)
{
	struct header h = RCV(1, 0, 7, 0);

	EXPECT_EQ(0, h.bad);
	EXPECT_AREA(h, 1, 0, 0, 0);
	EXPECT_EQ(0, RCV(0, 131, 7, 4).opt.srr);
}

/* The pointer is AF_INET's: the type octet of what is of no possible length. */
TEST(lengths)
{
	EXPECT_EQ(23, RCV(1, 1, 1, 7).bad);
	EXPECT_EQ(20, RCV(130, 0, 0, 0).bad);
	EXPECT_EQ(20, RCV(130, 1, 0, 0).bad);
	EXPECT_EQ(20, RCV(130, 5, 0, 0).bad);
	EXPECT_EQ(21, RCV(1, 130, 4, 0).bad);
	EXPECT_EQ(0, RCV(130, 4, 0, 0).bad);
}

TEST(unknown)
{
	EXPECT_EQ(0, RCV(222, 4, 255, 255).bad);
	EXPECT_EQ(0, PRIV(222, 2, 222, 2).bad);
	EXPECT_NE(0, USER(222, 4, 255, 255).bad);
	EXPECT_NE(0, USER(130, 4, 0, 0).bad);
	/* labels of nobody's */
	EXPECT_EQ(22, RCV(134, 8, 0, 0, 0, 1, 0, 0).bad);
	EXPECT_EQ(21, RCV(134, 4, 0, 0).bad);
}

TEST(record_route)
{
	struct header h = RCV(7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0);

	EXPECT_EQ(0, h.bad);
	EXPECT_EQ(20, h.opt.rr);
	EXPECT_EQ(1, !!h.opt.rr_needaddr);
	inetx_ip_options_stamp(h.iph, &h.opt, OURS, TIME);
	EXPECT_AREA(h, 7, 11, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0);
	/* in passing it is the address on the other side */
	inetx_ip_options_pass(h.iph, &h.opt, SADDR);
	EXPECT_AREA(h, 7, 11, 8, 10, 0, 0, 8, 0, 0, 0, 0, 0);

	h = RCV(7, 7, 8, 1, 2, 3, 4, 0);
	EXPECT_EQ(0, h.bad);
	EXPECT_EQ(0, !!h.opt.rr_needaddr);
	EXPECT_EQ(22, RCV(7, 7, 3, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(22, RCV(7, 7, 5, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(21, RCV(7, 2, 0, 0).bad);
	EXPECT_EQ(23, RCV(7, 3, 4, 7, 3, 4, 0, 0).bad);
}

TEST(timestamp)
{
	struct header h = RCV(68, 8, 5, 0, 0, 0, 0, 0);

	inetx_ip_options_stamp(h.iph, &h.opt, OURS, TIME);
	EXPECT_AREA(h, 68, 8, 9, 0, 1, 2, 3, 4);
	h = RCV(68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0);
	inetx_ip_options_stamp(h.iph, &h.opt, OURS, TIME);
	EXPECT_AREA(h, 68, 12, 13, 1, 10, 0, 0, 1, 1, 2, 3, 4);
	h = RCV(68, 12, 5, 3, 10, 0, 0, 1, 0, 0, 0, 0);
	inetx_ip_options_stamp(h.iph, &h.opt, SADDR, TIME);
	EXPECT_AREA(h, 68, 12, 13, 3, 10, 0, 0, 1, 1, 2, 3, 4);
	h = RCV(68, 12, 5, 3, 10, 0, 0, 2, 0, 0, 0, 0);
	inetx_ip_options_stamp(h.iph, &h.opt, SADDR, TIME);
	EXPECT_AREA(h, 68, 12, 5, 3, 10, 0, 0, 2, 0, 0, 0, 0);
	/* no room: counted, up to 15, but not of those named in advance */
	h = RCV(68, 8, 9, 0x20, 1, 1, 1, 1);
	EXPECT_AREA(h, 68, 8, 9, 0x30, 1, 1, 1, 1);
	EXPECT_EQ(23, RCV(68, 8, 9, 0xf0, 1, 1, 1, 1).bad);
	EXPECT_EQ(0, RCV(68, 12, 13, 0xf3, 1, 1, 1, 1, 1, 1, 1, 1).bad);
	EXPECT_AREA(USER(68, 8, 9, 0x20, 1, 1, 1, 1), 68, 8, 9, 0x20);

	EXPECT_EQ(22, RCV(68, 8, 4, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(22, RCV(68, 8, 6, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(22, RCV(68, 8, 5, 1, 0, 0, 0, 0).bad);
	EXPECT_EQ(22, RCV(68, 8, 5, 3, 0, 0, 0, 0).bad);
	EXPECT_EQ(21, RCV(68, 3, 5, 0).bad);
	EXPECT_EQ(24, RCV(68, 4, 5, 0, 68, 4, 5, 0).bad);
	EXPECT_EQ(0, RCV(68, 8, 5, 2, 0, 0, 0, 0).bad);
	EXPECT_EQ(0, PRIV(68, 8, 5, 2, 0, 0, 0, 0).bad);
	EXPECT_EQ(23, USER(68, 8, 5, 2, 0, 0, 0, 0).bad);
}

TEST(source_route)
{
	struct header h = RCV(1, 131, 11, 4, 10, 1, 1, 1, 10, 2, 2, 2);
	__be32 hop = 0;

	EXPECT_EQ(0, h.bad);
	EXPECT_EQ(21, h.opt.srr);
	EXPECT_EQ(0, !!h.opt.is_strictroute);
	EXPECT_EQ(1, inetx_ip_options_hop(h.iph, &h.opt, 0, &hop));
	EXPECT_EQ(inet_addr("10.1.1.1"), hop);
	EXPECT_EQ(1, inetx_ip_options_hop(h.iph, &h.opt, 1, &hop));
	EXPECT_EQ(inet_addr("10.2.2.2"), hop);
	EXPECT_EQ(0, inetx_ip_options_hop(h.iph, &h.opt, 2, &hop));
	/* to the second, as the first is us as well */
	h.opt.srr_is_hit = 1;
	h.opt.nexthop = hop;
	inetx_ip_options_pass(h.iph, &h.opt, OURS);
	EXPECT_EQ(0, memcmp(h.iph + 16, &hop, 4));
	EXPECT_AREA(h, 1, 131, 11, 12, 10, 1, 1, 1, 10, 0, 0, 1);

	h = RCV(137, 7, 4, 10, 0, 0, 1, 0);
	EXPECT_EQ(1, !!h.opt.is_strictroute);
	h = RCV(137, 7, 6, 10, 0, 0, 1, 0);
	EXPECT_EQ(0, h.bad);
	EXPECT_EQ(-1, inetx_ip_options_hop(h.iph, &h.opt, 0, &hop));
	EXPECT_EQ(21, RCV(131, 2, 0, 0).bad);
	EXPECT_EQ(22, RCV(131, 7, 3, 0, 0, 0, 0, 0).bad);
	/* A loose and a strict one are two source routes (RFC 791). */
	EXPECT_EQ(23, RCV(131, 3, 4, 137, 3, 4, 0, 0).bad);
}

/* What a user gives, what goes out, what he is given back. */
TEST(user_source_route)
{
	static const u8 given[] = {
		131, 11, 4, 10, 1, 1, 1, 10, 2, 2, 2, 0,
	};
	struct header h = parse(given, sizeof(given), INETX_IPOPT_USER);
	struct header out;

	EXPECT_EQ(0, h.bad);
	EXPECT_EQ(inet_addr("10.1.1.1"), h.opt.faddr);
	memcpy(h.opt.__data, h.iph + 20, h.opt.optlen);
	memset(&out, 0, sizeof(out));
	inetx_ip_options_build(out.iph, &h.opt, DADDR, SADDR, TIME);
	EXPECT_AREA(out, 131, 11, 4, 10, 2, 2, 2, 10, 0, 0, 9, 0);
	inetx_ip_options_undo(&h.opt);
	EXPECT_EQ(0, memcmp(given, h.opt.__data, sizeof(given)));

	EXPECT_NE(0, USER(131, 3, 4, 0).bad);
	EXPECT_NE(0, USER(131, 7, 8, 1, 2, 3, 4, 0).bad);
	EXPECT_NE(0, USER(131, 8, 4, 1, 2, 3, 4, 5).bad);
}

TEST(user_undo)
{
	static const u8 given[][16] = {
		{ 7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
		{ 68, 12, 5, 0 },
		{ 68, 12, 5, 1 },
		{ 68, 12, 5, 3, 10, 0, 0, 1 },
		{ 68, 12, 5, 3, 10, 0, 0, 2 },
		{ 68, 12, 13, 0, 1, 2, 3, 4 },
		{ 7, 7, 8, 9, 9, 9, 9, 68, 8, 9, 1, 1, 2, 3, 4 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(given); i++) {
		struct header h = parse(given[i], 16, INETX_IPOPT_USER);

		EXPECT_EQ(0, h.bad);
		memcpy(h.opt.__data, h.iph + 20, h.opt.optlen);
		inetx_ip_options_undo(&h.opt);
		EXPECT_EQ(0, memcmp(given[i], h.opt.__data, 16)) {
			TH_LOG("case %u", i);
		}
	}
}

TEST(router_alert)
{
	EXPECT_EQ(20, RCV(148, 4, 0, 0).opt.router_alert);
	EXPECT_EQ(0, RCV(148, 4, 0, 1).opt.router_alert);
	EXPECT_EQ(21, RCV(148, 3, 0, 0).bad);
	EXPECT_NE(0, USER(148, 3, 0, 0).bad);
	EXPECT_EQ(0, USER(148, 4, 0, 0).bad);
}

/* The answer to what is received: out.iph is the answer's header. */
static struct header answer(const u8 *area, unsigned int len)
{
	struct header h = parse(area, len, INETX_IPOPT_RECEIVED), out;

	inetx_ip_options_stamp(h.iph, &h.opt, OURS, TIME);
	memset(&out, 0, sizeof(out));
	inetx_ip_options_echo(NULL, h.iph, INETX_IPOPT_ALL, &out.opt);
	inetx_ip_options_build(out.iph, &out.opt, SADDR, OURS, TIME);
	return out;
}

#define ANSWER(...)							\
	answer((const u8[]){ __VA_ARGS__ },				\
	       sizeof((const u8[]){ __VA_ARGS__ }))

TEST(echo)
{
	struct header h;

	h = ANSWER(7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	EXPECT_AREA(h, 7, 11, 12, 10, 0, 0, 1, 10, 0, 0, 1, 0);
	h = ANSWER(7, 7, 4, 0, 0, 0, 0, 0);
	EXPECT_AREA(h, 7, 7, 8, 10, 0, 0, 1, 0);
	h = ANSWER(68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	EXPECT_AREA(h, 68, 12, 13, 0, 1, 2, 3, 4, 1, 2, 3, 4);
	/* record route first, the rest is not echoed */
	h = ANSWER(148, 4, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0, 1, 7, 7, 4, 0, 0, 0, 0);
	EXPECT_EQ(16, h.opt.optlen);
	EXPECT_AREA(h, 7, 7, 8, 10, 0, 0, 1, 68, 8, 9, 0, 1, 2, 3, 4, 0);
	EXPECT_EQ(0, ANSWER(148, 4, 0, 0).opt.optlen);

	/* R1, R2, then us: back by R2, R1 */
	h = ANSWER(131, 11, 12, 10, 1, 1, 1, 10, 2, 2, 2, 0);
	EXPECT_EQ(inet_addr("10.2.2.2"), h.opt.faddr);
	EXPECT_AREA(h, 131, 11, 4, 10, 1, 1, 1, 10, 0, 0, 8, 0);
	h = ANSWER(137, 7, 8, 10, 1, 1, 1, 0);
	EXPECT_EQ(inet_addr("10.1.1.1"), h.opt.faddr);
	EXPECT_EQ(1, !!h.opt.is_strictroute);
	EXPECT_AREA(h, 137, 7, 4, 10, 0, 0, 8, 0);
	/* nobody visited; the sender as the first hop */
	EXPECT_EQ(0, ANSWER(131, 7, 4, 10, 1, 1, 1, 0).opt.optlen);
	h = ANSWER(131, 11, 12, 10, 0, 0, 8, 10, 2, 2, 2, 0);
	EXPECT_EQ(inet_addr("10.2.2.2"), h.opt.faddr);
	EXPECT_AREA(h, 131, 7, 4, 10, 0, 0, 8, 0);
	EXPECT_EQ(0, ANSWER(131, 7, 8, 10, 0, 0, 8, 0).opt.optlen);
}

static unsigned int random_area(u8 *area)
{
	static const u8 kind[] = { 0, 1, 7, 68, 130, 131, 134, 137, 148, 222 };
	unsigned int len = 4 * (random() % 11), i;

	for (i = 0; i < len; i++)
		switch (random() % 4) {
		case 0:
			area[i] = kind[random() % sizeof(kind)];
			break;
		case 1:
			area[i] = random();
			break;
		default:
			area[i] = random() % 16;
		}
	return len;
}

/* Whatever was understood leaves options that are understood, too. */
static void check_answer(struct __test_metadata *_metadata, struct header *h)
{
	struct header out;
	unsigned int size;
	u8 area[40];

	memset(&out, 0, sizeof(out));
	inetx_ip_options_echo(NULL, h->iph, h->bad ?: INETX_IPOPT_ALL,
			      &out.opt);
	size = out.opt.optlen;
	ASSERT_EQ(0, size % 4);
	ASSERT_LE(size, (h->iph[0] & 15) * 4U - 20);
	inetx_ip_options_build(out.iph, &out.opt, SADDR, OURS, TIME);
	inetx_ip_options_undo(&out.opt);
	memcpy(area, out.opt.__data, size);
	ASSERT_LE(out.opt.optlen, 40);
	if (!h->bad) {
		struct header again = parse(out.iph + 20, size,
					    INETX_IPOPT_RECEIVED);
		/* but for a counter that was full, and what never had room */
		if (again.bad)
			ASSERT_TRUE(again.opt.ts || out.opt.ts ||
				    again.opt.rr || out.opt.rr);
	}
}

/* Any 40 octets end, without reading outside, and name an octet inside. */
TEST(random_octets)
{
	u8 area[40];
	int i;

	srandom(1);
	for (i = 0; i < 300000; i++) {
		unsigned int len = random_area(area);
		enum inetx_ipopt_maker maker = i % 3;
		struct header h = parse(area, len, maker);
		__be32 hop;

		if (h.bad)
			ASSERT_TRUE(h.bad >= 20 && h.bad < 20 + (int)len);
		inetx_ip_options_stamp(h.iph, &h.opt, OURS, TIME);
		if (maker == INETX_IPOPT_RECEIVED) {
			check_answer(_metadata, &h);
			if (!h.opt.srr)
				continue;
			if (inetx_ip_options_hop(h.iph, &h.opt, 0, &hop) > 0) {
				h.opt.srr_is_hit = 1;
				h.opt.nexthop = hop;
			}
			inetx_ip_options_pass(h.iph, &h.opt, OURS);
		} else if (!h.bad) {
			memcpy(h.opt.__data, h.iph + 20, len);
			inetx_ip_options_build(h.iph, &h.opt, DADDR, SADDR,
					       TIME);
			inetx_ip_options_undo(&h.opt);
		}
	}
}

TEST(later_fragments)
{
	/* record route, no-operation, security (copied), timestamp, end */
	u8 opt[] = {
		7, 7, 4, 1, 2, 3, 4, 1, 130, 3, 9, 68, 4, 5, 0, 0,
		7, 7, 4, 9,
	};
	static const u8 want[] = {
		1, 1, 1, 1, 1, 1, 1, 1, 130, 3, 9, 1, 1, 1, 1, 0,
		7, 7, 4, 9,
	};
	u8 cut[] = { 1, 7 }, odd[] = { 7, 9, 4, 0 };

	inetx_ip_options_later(opt, sizeof(opt));
	EXPECT_EQ(0, memcmp(opt, want, sizeof(opt)));
	/* what is not right stays */
	inetx_ip_options_later(cut, sizeof(cut));
	EXPECT_EQ(7, cut[1]);
	inetx_ip_options_later(odd, sizeof(odd));
	EXPECT_EQ(9, odd[1]);
}

TEST_HARNESS_MAIN
