// SPDX-License-Identifier: GPL-2.0
/* TCP options: what is written is read back, and garbage does no harm. */
#include <stdlib.h>
#include "tcp/options.h"
#include "kselftest_harness.h"

TEST(round_trip)
{
	struct inetx_tcp_opts in = {
		.tsval = 0x12345678, .tsecr = 0x9abcdef0, .mss = 1460,
		.wscale = 7, .has_ts = true, .has_wscale = true,
		.sack_perm = true,
	};
	struct inetx_tcp_opts out;
	u8 buf[INETX_TCP_MAX_OPTIONS];
	int len = inetx_tcp_opts_write(&in, buf);

	ASSERT_EQ(20, len);
	ASSERT_EQ(len, inetx_tcp_opts_len(&in));
	inetx_tcp_opts_parse(&out, buf, len, true);
	EXPECT_EQ(in.tsval, out.tsval);
	EXPECT_EQ(in.tsecr, out.tsecr);
	EXPECT_EQ(in.mss, out.mss);
	EXPECT_EQ(in.wscale, out.wscale);
	EXPECT_TRUE(out.has_ts && out.has_wscale && out.sack_perm);
	EXPECT_EQ(0, out.num_sacks);

	/* Outside of a SYN only the timestamp counts. */
	inetx_tcp_opts_parse(&out, buf, len, false);
	EXPECT_TRUE(out.has_ts);
	EXPECT_FALSE(out.has_wscale || out.sack_perm);
	EXPECT_EQ(0, out.mss);
}

TEST(sack_blocks)
{
	struct inetx_tcp_opts in = {
		.has_ts = true, .num_sacks = 3,
		.sack = { { 10, 20 }, { 30, 40 }, { 0xfffffff0, 5 } },
	};
	struct inetx_tcp_opts out;
	u8 buf[INETX_TCP_MAX_OPTIONS];
	int i, len = inetx_tcp_opts_write(&in, buf);

	ASSERT_EQ(40, len);
	inetx_tcp_opts_parse(&out, buf, len, false);
	ASSERT_EQ(3, out.num_sacks);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(in.sack[i].start, out.sack[i].start);
		EXPECT_EQ(in.sack[i].end, out.sack[i].end);
	}
}

TEST(sack_permitted_alone)
{
	struct inetx_tcp_opts in = { .sack_perm = true }, out;
	u8 buf[INETX_TCP_MAX_OPTIONS];

	ASSERT_EQ(4, inetx_tcp_opts_write(&in, buf));
	inetx_tcp_opts_parse(&out, buf, 4, true);
	EXPECT_TRUE(out.sack_perm);
}

TEST(malformed)
{
	static const u8 zero_len[] = { 2, 0, 1, 1 };
	static const u8 too_long[] = { 8, 10, 1, 1 };
	static const u8 cut[] = { 1, 1, 1, 2 };
	static const u8 big_scale[] = { 3, 3, 200, 0 };
	static const u8 odd_sack[] = { 5, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct inetx_tcp_opts o;

	inetx_tcp_opts_parse(&o, zero_len, sizeof(zero_len), true);
	EXPECT_EQ(0, o.mss);
	inetx_tcp_opts_parse(&o, too_long, sizeof(too_long), true);
	EXPECT_FALSE(o.has_ts);
	inetx_tcp_opts_parse(&o, cut, sizeof(cut), true);
	EXPECT_EQ(0, o.mss);
	/* RFC 7323 section 2.3: more than 14 means 14. */
	inetx_tcp_opts_parse(&o, big_scale, sizeof(big_scale), true);
	EXPECT_TRUE(o.has_wscale);
	EXPECT_EQ(14, o.wscale);
	inetx_tcp_opts_parse(&o, odd_sack, sizeof(odd_sack), false);
	EXPECT_EQ(0, o.num_sacks);
}

/* Under the address sanitizer: never a byte outside. */
TEST(random_bytes)
{
	struct inetx_tcp_opts o;
	int i, j, len;

	srandom(1);
	for (i = 0; i < 200000; i++) {
		u8 *p;

		len = (random() % 11) * 4;
		p = malloc(len ? len : 1);
		for (j = 0; j < len; j++)
			p[j] = random() % 4 ? random() % 12 : random();
		inetx_tcp_opts_parse(&o, p, len, random() & 1);
		EXPECT_LE(o.num_sacks, INETX_TCP_MAX_SACKS);
		free(p);
	}
}

TEST_HARNESS_MAIN
