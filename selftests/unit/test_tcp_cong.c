// SPDX-License-Identifier: GPL-2.0
/* Congestion windows: Reno (RFC 5681) and CUBIC (RFC 9438). */
#include <stdlib.h>
#include "tcp/cong.h"
#include "kselftest_harness.h"

TEST(names)
{
	int i;

	for (i = 0; i < __INETX_CONG_MAX; i++)
		EXPECT_EQ(i, inetx_cong_find(inetx_cong_name(i)));
	EXPECT_EQ(-1, inetx_cong_find("nonesuch"));
}

TEST(slow_start_doubles)
{
	struct inetx_tcp_cong c;

	inetx_cong_init(&c, INETX_CONG_RENO);
	EXPECT_EQ(INETX_CONG_INIT_CWND, c.cwnd);
	inetx_cong_acked(&c, c.cwnd, 0, 1000);
	EXPECT_EQ(2 * INETX_CONG_INIT_CWND, c.cwnd);
}

TEST(slow_start_ends_at_threshold)
{
	struct inetx_tcp_cong c;

	inetx_cong_init(&c, INETX_CONG_RENO);
	c.ssthresh = 15;
	inetx_cong_acked(&c, 10, 0, 1000);
	/* Five to the threshold, five count towards avoidance. */
	EXPECT_EQ(15, c.cwnd);
	EXPECT_EQ(5, c.cwnd_cnt);
}

TEST(reno_one_a_round_trip)
{
	struct inetx_tcp_cong c;
	int i;

	inetx_cong_init(&c, INETX_CONG_RENO);
	c.ssthresh = c.cwnd;
	for (i = 0; i < 10; i++)
		inetx_cong_acked(&c, 1, 0, 1000);
	EXPECT_EQ(11, c.cwnd);
	EXPECT_EQ(5, inetx_cong_reduce(&c));
	c.cwnd = 1;
	EXPECT_EQ(2, inetx_cong_reduce(&c));
}

/* From a loss at w_max, the window is back there after K seconds. */
TEST(cubic_returns_to_w_max)
{
	struct inetx_tcp_cong c;
	u32 ms, rtt = 100, start;

	inetx_cong_init(&c, INETX_CONG_CUBIC);
	c.cwnd = 1000;
	c.ssthresh = inetx_cong_reduce(&c);
	EXPECT_EQ(700, c.ssthresh);
	c.cwnd = 700;
	/* K = cbrt(300 / 0.4) = 9.08 s */
	start = 1000;
	for (ms = start; ms < start + 9000; ms += rtt)
		inetx_cong_acked(&c, c.cwnd, ms, rtt * 1000);
	EXPECT_GE(c.cwnd, 960);
	EXPECT_LE(c.cwnd, 1010);
	/* And goes beyond it later. */
	for (; ms < start + 20000; ms += rtt)
		inetx_cong_acked(&c, c.cwnd, ms, rtt * 1000);
	EXPECT_GE(c.cwnd, 1300);
}

/* With a short round trip it is no slower than Reno. */
TEST(cubic_friendly)
{
	struct inetx_tcp_cong c;
	u32 i;

	inetx_cong_init(&c, INETX_CONG_CUBIC);
	c.cwnd = 20;
	c.ssthresh = inetx_cong_reduce(&c);
	c.cwnd = c.ssthresh;
	for (i = 0; i < 100; i++)
		inetx_cong_acked(&c, c.cwnd, 1000 + i, 1000);
	EXPECT_GE(c.cwnd, 14 + 40);
}

TEST(fast_convergence)
{
	struct inetx_tcp_cong c;

	inetx_cong_init(&c, INETX_CONG_CUBIC);
	c.cwnd = 100;
	inetx_cong_reduce(&c);
	EXPECT_EQ(100, c.w_max);
	c.cwnd = 80;
	inetx_cong_reduce(&c);
	EXPECT_EQ(68, c.w_max);
}

TEST(any_sequence_is_sane)
{
	struct inetx_tcp_cong c;
	u32 now = 1;
	int i;

	srandom(2);
	inetx_cong_init(&c, INETX_CONG_CUBIC);
	for (i = 0; i < 300000; i++) {
		now += random() % 1000;
		switch (random() % 50) {
		case 0:
			c.ssthresh = inetx_cong_reduce(&c);
			c.cwnd = c.ssthresh;
			break;
		case 1:
			c.ssthresh = inetx_cong_reduce(&c);
			c.cwnd = 1;
			inetx_cong_restart(&c);
			break;
		case 2:
			inetx_cong_set_algo(&c, random() % __INETX_CONG_MAX);
			break;
		default:
			inetx_cong_acked(&c, 1 + random() % 64, now,
					 random() % 4 ? random() % 1000000 :
							~0U);
		}
		ASSERT_GE(c.cwnd, 1);
		ASSERT_LE(c.cwnd, INETX_CONG_INFINITE);
		if (c.cwnd > 100000)
			c.cwnd = 100;
	}
}

/* A limit of the route holds in slow start and after it, for both. */
TEST(limit)
{
	struct inetx_tcp_cong c;
	int algo, i;

	for (algo = 0; algo < __INETX_CONG_MAX; algo++) {
		inetx_cong_init(&c, algo);
		c.clamp = 13;
		inetx_cong_acked(&c, 10, 1, 1000);
		EXPECT_EQ(13, c.cwnd);
		c.ssthresh = 5;
		for (i = 0; i < 100; i++)
			inetx_cong_acked(&c, 13, 1 + i * 100, 1000);
		EXPECT_EQ(13, c.cwnd);
	}
}

TEST_HARNESS_MAIN
