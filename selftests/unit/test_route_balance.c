// SPDX-License-Identifier: GPL-2.0
/* Sharing out the hash space between next hops. */
#include <limits.h>
#include <stdlib.h>
#include "route/balance.h"
#include "kselftest_harness.h"

TEST(one_takes_all)
{
	EXPECT_EQ(INT_MAX, inetx_balance_bound(1, 1));
	EXPECT_EQ(INT_MAX, inetx_balance_bound(256, 256));
}

TEST(halves)
{
	EXPECT_EQ((1 << 30) - 1, inetx_balance_bound(1, 2));
	EXPECT_EQ(INT_MAX, inetx_balance_bound(2, 2));
}

/* Rounded to the nearest, not down: the thirds differ by one at most. */
TEST(thirds)
{
	EXPECT_EQ(715827883 - 1, inetx_balance_bound(1, 3));
	EXPECT_EQ(1431655765 - 1, inetx_balance_bound(2, 3));
	EXPECT_EQ(INT_MAX, inetx_balance_bound(3, 3));
}

/* Bounds rise, the last is the end, each part is as large as its weight says. */
TEST(any_weights)
{
	uint32_t weight[300], total, sum;
	int round, i, n;
	int64_t last, part, want;
	s32 bound;

	srand(1);
	for (round = 0; round < 2000; round++) {
		n = 1 + rand() % 300;
		total = 0;
		for (i = 0; i < n; i++) {
			weight[i] = 1 + rand() % 256;
			total += weight[i];
		}
		last = -1;
		sum = 0;
		for (i = 0; i < n; i++) {
			sum += weight[i];
			bound = inetx_balance_bound(sum, total);
			part = bound - last;
			want = ((int64_t)weight[i] << 31) / total;
			ASSERT_LE(want - 1, part);
			ASSERT_GE(want + 2, part);
			last = bound;
		}
		ASSERT_EQ(INT_MAX, last);
	}
}

/* The heaviest route that a message can hold. */
TEST(extremes)
{
	uint32_t total = 8191 * 256;

	EXPECT_EQ(INT_MAX, inetx_balance_bound(total, total));
	EXPECT_EQ(1023, inetx_balance_bound(1, total));
}

TEST(fields)
{
	uint32_t l3 = INETX_HASH_SRC_IP | INETX_HASH_DST_IP;

	EXPECT_EQ(l3, inetx_balance_fields(INETX_HASH_L3, ~0U));
	EXPECT_EQ(l3, inetx_balance_fields(INETX_HASH_L3_INNER, ~0U));
	EXPECT_EQ(l3 | INETX_HASH_IP_PROTO | INETX_HASH_SRC_PORT |
		  INETX_HASH_DST_PORT, inetx_balance_fields(INETX_HASH_L4, 0));
	EXPECT_EQ(INETX_HASH_DST_PORT,
		  inetx_balance_fields(INETX_HASH_CUSTOM, INETX_HASH_DST_PORT |
				       INETX_HASH_INNER_SRC_IP));
	EXPECT_EQ(0, inetx_balance_fields(INETX_HASH_CUSTOM,
					  INETX_HASH_INNER));
	EXPECT_EQ(INETX_HASH_ALL, INETX_HASH_OUTER | INETX_HASH_INNER);
}

TEST_HARNESS_MAIN
