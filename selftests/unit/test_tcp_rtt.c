// SPDX-License-Identifier: GPL-2.0
/* The estimator of RFC 6298. */
#include "tcp/rtt.h"
#include "kselftest_harness.h"

TEST(before_a_sample)
{
	struct inetx_tcp_rtt r;

	inetx_rtt_init(&r);
	EXPECT_EQ(INETX_RTO_INIT_US, inetx_rtt_rto(&r));
}

TEST(first_sample)
{
	struct inetx_tcp_rtt r;

	/* Section 2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR. */
	inetx_rtt_init(&r);
	inetx_rtt_sample(&r, 400000, 1);
	EXPECT_EQ(400000, r.srtt8 >> 3);
	EXPECT_EQ(200000, r.var4 >> 2);
	EXPECT_EQ(1200000, inetx_rtt_rto(&r));
	EXPECT_EQ(400000, r.min_us);
}

TEST(steady)
{
	struct inetx_tcp_rtt r;
	int i;

	inetx_rtt_init(&r);
	for (i = 0; i < 100; i++)
		inetx_rtt_sample(&r, 50000, 1);
	EXPECT_EQ(50000, r.srtt8 >> 3);
	/* The variance is gone; its floor remains above the round trip. */
	EXPECT_EQ(50000 + INETX_RTO_MIN_US, inetx_rtt_rto(&r));
}

TEST(follows_a_step)
{
	struct inetx_tcp_rtt r;
	int i;

	inetx_rtt_init(&r);
	for (i = 0; i < 50; i++)
		inetx_rtt_sample(&r, 10000, 1);
	for (i = 0; i < 50; i++)
		inetx_rtt_sample(&r, 300000, 1);
	EXPECT_GE(r.srtt8 >> 3, 290000);
	EXPECT_LE(r.srtt8 >> 3, 300000);
	EXPECT_EQ(10000, r.min_us);
	/* An old minimum gives way. */
	inetx_rtt_sample(&r, 300000, 1 + INETX_MIN_RTT_AGE + 1);
	EXPECT_EQ(300000, r.min_us);
}

TEST(floor_of_the_route)
{
	struct inetx_tcp_rtt r;

	inetx_rtt_init(&r);
	r.floor_us = 50000;
	EXPECT_EQ(30000 + 60000, inetx_rtt_rto_from(&r, 30000));
	EXPECT_EQ(10000 + 50000, inetx_rtt_rto_from(&r, 10000));
	EXPECT_EQ(INETX_RTO_MAX_US, inetx_rtt_rto_from(&r, ~0U));
	inetx_rtt_sample(&r, 10000, 1);
	EXPECT_EQ(10000 + 50000, inetx_rtt_rto(&r));
	/* nothing is measured yet, but the SYN was lost */
	inetx_rtt_init(&r);
	r.var4 = INETX_RTO_LOST_US;
	EXPECT_EQ(INETX_RTO_LOST_US, inetx_rtt_rto(&r));
}

TEST(bounds)
{
	struct inetx_tcp_rtt r;

	inetx_rtt_init(&r);
	inetx_rtt_sample(&r, 0, 1);
	EXPECT_GE(r.srtt8, 1);
	inetx_rtt_sample(&r, ~0U, 1);
	EXPECT_LE(inetx_rtt_rto(&r), INETX_RTO_MAX_US);
	EXPECT_GE(inetx_rtt_rto(&r), INETX_RTO_MIN_US);
}

TEST_HARNESS_MAIN
