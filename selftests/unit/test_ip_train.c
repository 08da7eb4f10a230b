// SPDX-License-Identifier: GPL-2.0
/* Trains of fragments, against a map of octets that cannot be wrong. */
#include <stdlib.h>
#include <string.h>
#include "module/ip/train.h"
#include "kselftest_harness.h"

#define UNITS	8192		/* 8 octets each: what the offset field can name */

struct piece {
	u32 start, end;
	bool more;
	enum inetx_ip_verdict verdict;
};

static void run_pieces(struct __test_metadata *_metadata,
		       const struct piece *piece, int n, bool complete)
{
	struct inetx_ip_train train = { 0 };
	struct inetx_ip_run run[16];
	int i;

	for (i = 0; i < n; i++)
		EXPECT_EQ(piece[i].verdict,
			  inetx_ip_train_add(&train, &run[i], piece[i].start,
					     piece[i].end, piece[i].more)) {
			TH_LOG("piece %d: %u..%u", i, piece[i].start,
			       piece[i].end);
		}
	EXPECT_EQ(complete, inetx_ip_train_complete(&train));
}

#define RUN(complete, ...) do {						\
	const struct piece p_[] = { __VA_ARGS__ };			\
									\
	run_pieces(_metadata, p_, sizeof(p_) / sizeof(*p_), complete);	\
} while (0)

#define JOINED	INETX_IP_FRAG_JOINED
#define RUN_NEW	INETX_IP_FRAG_NEW_RUN
#define DUP	INETX_IP_FRAG_DUPLICATE
#define OVERLAP	INETX_IP_FRAG_OVERLAP
#define CORRUPT	INETX_IP_FRAG_CORRUPT

TEST(orders)
{
	RUN(true, { 0, 8, true, RUN_NEW }, { 8, 16, true, JOINED },
	    { 16, 17, false, JOINED });
	RUN(true, { 16, 17, false, RUN_NEW }, { 8, 16, true, RUN_NEW },
	    { 0, 8, true, RUN_NEW });
	RUN(true, { 8, 16, true, RUN_NEW }, { 0, 8, true, RUN_NEW },
	    { 16, 17, false, JOINED });
	RUN(false, { 0, 8, true, RUN_NEW }, { 16, 17, false, RUN_NEW });
	RUN(false, { 8, 16, true, RUN_NEW }, { 16, 17, false, JOINED });
	RUN(false, { 0, 8, true, RUN_NEW }, { 8, 16, true, JOINED });
}

TEST(duplicates)
{
	/* of one fragment, of a run, of part of a run */
	RUN(true, { 0, 8, true, RUN_NEW }, { 0, 8, true, DUP },
	    { 8, 16, true, JOINED }, { 0, 16, true, DUP },
	    { 8, 16, true, DUP }, { 16, 24, false, JOINED });
	/* two runs that touch are not one */
	RUN(false, { 8, 16, true, RUN_NEW }, { 0, 8, true, RUN_NEW },
	    { 0, 16, true, OVERLAP });
}

TEST(overlaps)
{
	RUN(false, { 0, 16, true, RUN_NEW }, { 8, 24, true, OVERLAP });
	RUN(false, { 16, 32, true, RUN_NEW }, { 8, 24, true, OVERLAP });
	RUN(false, { 16, 32, true, RUN_NEW }, { 8, 40, true, OVERLAP });
	RUN(false, { 8, 16, true, RUN_NEW }, { 24, 32, true, RUN_NEW },
	    { 8, 32, true, OVERLAP });
}

TEST(impossible)
{
	RUN(false, { 8, 8, true, CORRUPT });
	/* two ends, data behind the end, an end before data */
	RUN(false, { 8, 16, false, RUN_NEW }, { 8, 24, false, CORRUPT });
	RUN(false, { 8, 16, false, RUN_NEW }, { 16, 24, true, CORRUPT });
	RUN(false, { 8, 16, true, RUN_NEW }, { 0, 8, false, CORRUPT });
	/* the same end twice, and said by another fragment than before */
	RUN(false, { 8, 16, false, RUN_NEW }, { 8, 16, false, DUP });
	RUN(false, { 8, 16, true, RUN_NEW }, { 8, 16, false, DUP });
	/* an offset and a length that no datagram can have are taken here */
	RUN(false, { 65528, 131043, false, RUN_NEW });
}

/* All fragments of 8 octets, in several orders, each of them twice. */
TEST(many)
{
	struct inetx_ip_run *run = calloc(UNITS, sizeof(*run));
	u32 i, at, step;

	ASSERT_NE(NULL, run);
	for (step = 1; step < UNITS; step += 1246) {
		struct inetx_ip_train train = { 0 };

		for (i = 0; i < UNITS; i++) {
			enum inetx_ip_verdict v;

			/* @step is odd: all are met */
			at = (i * step + UNITS - 1) % UNITS;
			ASSERT_FALSE(inetx_ip_train_complete(&train));
			v = inetx_ip_train_add(&train, &run[i], at * 8,
					       at * 8 + 8, at < UNITS - 1);
			ASSERT_TRUE(v == JOINED || v == RUN_NEW);
			ASSERT_EQ(DUP, inetx_ip_train_add(&train, NULL, at * 8,
							  at * 8 + 8,
							  at < UNITS - 1));
		}
		ASSERT_TRUE(inetx_ip_train_complete(&train));
	}
	free(run);
}

/* Random pieces: what is said agrees with the map. */
TEST(random_pieces)
{
	static unsigned char map[64];
	struct inetx_ip_run run[64];
	u32 start, end, i, n, have, round, set;

	srand(4711);
	for (round = 0; round < 20000; round++) {
		struct inetx_ip_train train = { 0 };
		enum inetx_ip_verdict v;

		memset(map, 0, sizeof(map));
		have = 0;
		for (n = 0; n < 64; n++) {
			start = rand() % 63;
			end = start + 1 + rand() % (rand() % 8 + 1);
			if (end > 64)
				end = 64;
			set = 0;
			for (i = start; i < end; i++)
				set += map[i];
			v = inetx_ip_train_add(&train, &run[n], start * 8,
					       end * 8, true);
			ASSERT_EQ(!set, v == JOINED || v == RUN_NEW);
			/* what is all there is a duplicate, if of one run */
			ASSERT_TRUE(!set || v == OVERLAP ||
				    (v == DUP && set == end - start));
			if (v == OVERLAP)
				break;
			if (set)
				continue;
			memset(map + start, 1, end - start);
			have += end - start;
			ASSERT_EQ(have * 8, train.have);
		}
	}
}

/* RFC 3168 5.3, all sets of codepoints: Not-ECT 1, ECT(1) 2, ECT(0) 4, CE 8. */
TEST(ecn)
{
	u8 seen;

	for (seen = 1; seen < 16; seen++) {
		u8 want = 0;

		if ((seen & 1) && seen != 1)
			want = INETX_IP_ECN_DROP;
		else if ((seen & 8) && seen != 8)
			want = 3;
		EXPECT_EQ(want, inetx_ip_ecn_combine(seen));
	}
}

TEST_HARNESS_MAIN
