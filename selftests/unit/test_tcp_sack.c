// SPDX-License-Identifier: GPL-2.0
/* Sets of ranges, against a bitmap that cannot be wrong. */
#include <stdlib.h>
#include "tcp/sack.h"
#include "kselftest_harness.h"

#define SPACE	64

TEST(merge_and_order)
{
	struct inetx_seq_range s[INETX_TCP_MAX_SACKS];
	u8 n = 0;

	inetx_sack_add(s, &n, 10, 20);
	inetx_sack_add(s, &n, 40, 50);
	ASSERT_EQ(2, n);
	EXPECT_EQ(40, s[0].start);
	/* It touches the older one, which comes to the front. */
	inetx_sack_add(s, &n, 20, 30);
	ASSERT_EQ(2, n);
	EXPECT_EQ(10, s[0].start);
	EXPECT_EQ(30, s[0].end);
	inetx_sack_add(s, &n, 30, 40);
	ASSERT_EQ(1, n);
	EXPECT_EQ(10, s[0].start);
	EXPECT_EQ(50, s[0].end);
}

TEST(oldest_is_forgotten)
{
	struct inetx_seq_range s[INETX_TCP_MAX_SACKS];
	u8 n = 0;
	u32 i;

	for (i = 0; i < 6; i++)
		inetx_sack_add(s, &n, 100 * i, 100 * i + 10);
	ASSERT_EQ(INETX_TCP_MAX_SACKS, n);
	EXPECT_EQ(500, s[0].start);
	EXPECT_EQ(200, s[3].start);
	inetx_sack_advance(s, &n, 310);
	ASSERT_EQ(2, n);
	EXPECT_EQ(500, s[0].start);
	EXPECT_EQ(400, s[1].start);
}

TEST(wraps)
{
	struct inetx_seq_range s[INETX_TCP_MAX_SACKS];
	u8 n = 0;

	inetx_sack_add(s, &n, 0xfffffff0, 0x10);
	inetx_sack_add(s, &n, 0x10, 0x20);
	ASSERT_EQ(1, n);
	EXPECT_EQ(0xfffffff0, s[0].start);
	EXPECT_EQ(0x20, s[0].end);
	EXPECT_TRUE(inetx_sack_valid(s, 0xffffff00, 0x100));
	EXPECT_FALSE(inetx_sack_valid(s, 0xffffff00, 0x10));
	EXPECT_FALSE(inetx_sack_valid(s, 0, 0x100));
}

static u64 bits(const struct inetx_seq_range *r, int n, u32 base)
{
	u64 map = 0;
	u32 i;
	int k;

	for (k = 0; k < n; k++)
		for (i = r[k].start; i != r[k].end; i++)
			map |= 1ULL << (i - base);
	return map;
}

static int random_ranges(struct inetx_seq_range *r, u32 base)
{
	int n = random() % (INETX_TCP_MAX_SACKS + 1), i;

	for (i = 0; i < n; i++) {
		u32 a = random() % SPACE, b = random() % SPACE;

		r[i].start = base + (a < b ? a : b);
		r[i].end = base + (a < b ? b : a) + 1;
		if (r[i].end - base > SPACE - 1)
			r[i].end = base + SPACE - 1;
		if (r[i].start == r[i].end)
			r[i].start--;
	}
	return n;
}

TEST(difference)
{
	struct inetx_seq_range old[INETX_TCP_MAX_SACKS];
	struct inetx_seq_range now[INETX_TCP_MAX_SACKS];
	struct inetx_seq_range out[INETX_SACK_DIFF_MAX];
	int i, j, nold, nnow, n;

	srandom(3);
	for (i = 0; i < 200000; i++) {
		u32 base = random() & 1 ? 0xffffffe0 : 1000;
		u64 want;

		nold = random_ranges(old, base);
		nnow = random_ranges(now, base);
		n = inetx_sack_diff(old, nold, now, nnow, out);
		ASSERT_LE(n, INETX_SACK_DIFF_MAX);
		want = bits(now, nnow, base) & ~bits(old, nold, base);
		/* Overlapping blocks of one option may repeat a part; what is
		 * new must be there, what is known must not.
		 */
		ASSERT_EQ(want, bits(out, n, base) | want);
		if (n < INETX_SACK_DIFF_MAX)
			ASSERT_EQ(want, bits(out, n, base));
		for (j = 0; j < n; j++)
			ASSERT_TRUE(inetx_seq_before(out[j].start, out[j].end));
	}
}

TEST_HARNESS_MAIN
