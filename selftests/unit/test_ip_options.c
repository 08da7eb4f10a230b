// SPDX-License-Identifier: GPL-2.0
/* The options area of received IP headers: what is right, where it is wrong. */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"
#include "ip/options.h"

/* In a buffer of just the right size, so that reading past it is seen. */
static struct inetx_ip_optinfo scan(const void *opt, unsigned int len)
{
	struct inetx_ip_optinfo info;
	u8 *copy = malloc(len ?: 1);

	memcpy(copy, opt, len);
	inetx_ip_options_scan(copy, len, &info);
	free(copy);
	return info;
}

#define SCAN(...) \
	scan((const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ }))

TEST(nothing_there)
{
	EXPECT_EQ(0, scan("", 0).bad);
	EXPECT_EQ(0, SCAN(0, 0, 0, 0).bad);
	EXPECT_EQ(0, SCAN(1, 1, 1, 1).bad);
}

TEST(end_hides_the_rest)
{
	EXPECT_EQ(0, SCAN(1, 0, 7, 0).bad);
	EXPECT_FALSE(SCAN(0, 131, 7, 4).source_route);
}

TEST(lengths)
{
	/* No room for the length octet: the type octet is wrong. */
	EXPECT_EQ(23, SCAN(1, 1, 1, 7).bad);
	/* Lengths 0 and 1 would never end, one too long runs out. */
	EXPECT_EQ(21, SCAN(130, 0, 0, 0).bad);
	EXPECT_EQ(21, SCAN(130, 1, 0, 0).bad);
	EXPECT_EQ(21, SCAN(130, 5, 0, 0).bad);
	EXPECT_EQ(22, SCAN(1, 130, 4, 0).bad);
	EXPECT_EQ(0, SCAN(130, 4, 0, 0).bad);
}

TEST(unknown_is_passed_over)
{
	EXPECT_EQ(0, SCAN(222, 4, 255, 255).bad);
	EXPECT_EQ(0, SCAN(222, 2, 222, 2).bad);
}

TEST(record_route)
{
	EXPECT_EQ(0, SCAN(7, 7, 4, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(0, SCAN(7, 7, 8, 1, 2, 3, 4, 0).bad);
	EXPECT_EQ(22, SCAN(7, 7, 3, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(21, SCAN(7, 2, 0, 0).bad);
	/* Only once. */
	EXPECT_EQ(23, SCAN(7, 3, 4, 7, 3, 4, 0, 0).bad);
}

TEST(timestamp)
{
	EXPECT_EQ(0, SCAN(68, 8, 5, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(22, SCAN(68, 8, 4, 0, 0, 0, 0, 0).bad);
	EXPECT_EQ(21, SCAN(68, 3, 5, 0).bad);
	EXPECT_EQ(24, SCAN(68, 4, 5, 0, 68, 4, 5, 0).bad);
}

TEST(source_route)
{
	struct inetx_ip_optinfo info;

	info = SCAN(1, 131, 7, 4, 10, 0, 0, 1);
	EXPECT_EQ(0, info.bad);
	EXPECT_TRUE(info.source_route);
	info = SCAN(1, 137, 7, 4, 10, 0, 0, 1);
	EXPECT_EQ(0, info.bad);
	EXPECT_TRUE(info.source_route);
	/* A loose and a strict one are two source routes (RFC 791). */
	EXPECT_EQ(23, SCAN(131, 3, 4, 137, 3, 4, 0, 0).bad);
	EXPECT_FALSE(SCAN(7, 7, 4, 0, 0, 0, 0, 0).source_route);
}

TEST(router_alert)
{
	EXPECT_TRUE(SCAN(148, 4, 0, 0).router_alert);
	EXPECT_FALSE(SCAN(148, 4, 0, 1).router_alert);
	EXPECT_EQ(21, SCAN(148, 3, 0, 0).bad);
}

/* Any 40 octets end, without reading outside, and name an octet inside. */
TEST(random_octets)
{
	u8 opt[40];
	unsigned int len, j;
	int i;

	srandom(1);
	for (i = 0; i < 200000; i++) {
		struct inetx_ip_optinfo info;

		len = 4 * (random() % 11);
		for (j = 0; j < len; j++)
			opt[j] = random() % 3 ? random() % 12 : random();
		info = scan(opt, len);
		if (info.bad)
			ASSERT_TRUE(info.bad >= 20 && info.bad < 20 + len);
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
