// SPDX-License-Identifier: GPL-2.0
/*
 * A part of an Internet table: AF_INET and AF_INETX find the same, and lookups go
 * on while routes come, change and go.
 *
 * $FULLTABLE_KEYS: how many random keys, 4000 if not said.
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/rtnetlink.h>
#include "kselftest_harness.h"
#include "common.h"
#include "bulk.h"

#define SEED		42

FIXTURE(fulltable)
{
	struct prefix *p;
	size_t n;
};

FIXTURE_SETUP(fulltable)
{
	const char *why = flavour_enter(FL_INETX);

	if (why)
		SKIP(_exit(255), "%s", why);
	self->n = slow() ? 600 : 8000;
	self->p = calloc(self->n, sizeof(*self->p));
	ASSERT_NE(NULL, self->p);
	ASSERT_EQ(0, prefixes_make(self->p, self->n, SEED));
	ASSERT_EQ(0, bulk_device());
	flavour = FL_INET;
	ASSERT_EQ(0, addr_add("d0", "10.200.0.1", 24));
}

FIXTURE_TEARDOWN(fulltable)
{
	free(self->p);
}

/* In both families. */
static long both(int type, int flags, const struct prefix *p, size_t n,
		 uint32_t shift)
{
	long failed;

	flavour = FL_INET;
	failed = bulk_routes(type, flags, p, n, shift);
	flavour = FL_INETX;
	return failed ? failed : bulk_routes(type, flags, p, n, shift);
}

/* Keys that differ; half of them in the neighbourhood of prefixes. */
static long differ(const struct prefix *p, size_t n, long keys)
{
	uint64_t state = SEED;
	long bad = 0;

	while (keys--) {
		uint32_t key = prefixes_random(&state);
		uint8_t a = 0, b = 0;

		if (keys % 2)
			key = p[key % n].key + (int)(key >> 16) % 512 - 128;
		bad += bulk_ask(AF_INET, key, &a) !=
		       bulk_ask(inetx_family(), key, &b) || a != b;
	}
	return bad;
}

TEST_F(fulltable, same)
{
	const char *s = getenv("FULLTABLE_KEYS");
	long keys = s ? atol(s) : slow() ? 400 : 4000;

	ASSERT_EQ(0, both(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, self->p,
			  self->n, 0));
	EXPECT_EQ(0, differ(self->p, self->n, keys));
	/* some get another gateway, some a second route, some go */
	ASSERT_EQ(0, both(RTM_NEWROUTE, NLM_F_REPLACE, self->p, self->n / 4,
			  1));
	ASSERT_EQ(0, both(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND,
			  self->p + self->n / 4, self->n / 4, 2));
	ASSERT_EQ(0, both(RTM_DELROUTE, 0, self->p + self->n / 4, self->n / 8,
			  0));
	ASSERT_EQ(0, both(RTM_DELROUTE, 0, self->p + self->n / 2, self->n / 4,
			  0));
	EXPECT_EQ(0, differ(self->p, self->n, keys));
	/* gone with the device, and the memory with them */
	ASSERT_EQ(0, system("ip link del d0"));
	EXPECT_EQ(0, differ(self->p, self->n, 100));
}

static bool stop;

struct sender {
	const struct prefix *p;
	size_t n;
	long sent;
	int error;
};

/* Each datagram looks its destination up: there is always the default route. */
static void *send_all(void *arg)
{
	struct sender *s = arg;
	int fd = xsocket(SOCK_DGRAM, 0);
	struct sockaddr_in to = xaddr("1.1.1.1", 9);
	size_t i;

	for (i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++) {
		to.sin_addr.s_addr = htonl(s->p[i % s->n].key | 1);
		if (sendto(fd, "x", 1, 0, (void *)&to, sizeof(to)) != 1)
			s->error = errno;
		s->sent++;
	}
	close(fd);
	return NULL;
}

TEST_F(fulltable, concurrent)
{
	struct sender s = { self->p, self->n };
	long long end = now_ms() + 3000;
	pthread_t thread;
	long rounds;

	flavour = FL_INETX;
	ASSERT_EQ(0, route_add("0.0.0.0", 0, "10.200.0.2", "d0"));
	ASSERT_EQ(0, pthread_create(&thread, NULL, send_all, &s));
	for (rounds = 0; !rounds || now_ms() < end; rounds++) {
		size_t n = self->n / 8;

		EXPECT_EQ(0, bulk_routes(RTM_NEWROUTE, NLM_F_CREATE, self->p,
					 n, 0));
		EXPECT_EQ(0, bulk_routes(RTM_NEWROUTE, NLM_F_REPLACE, self->p,
					 n, 1));
		EXPECT_EQ(0, bulk_routes(RTM_NEWROUTE,
					 NLM_F_CREATE | NLM_F_APPEND, self->p,
					 n, 2));
		EXPECT_EQ(0, bulk_routes(RTM_DELROUTE, 0, self->p, n, 1));
		EXPECT_EQ(0, bulk_routes(RTM_DELROUTE, 0, self->p, n, 2));
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	EXPECT_LT(0, s.sent);
	EXPECT_EQ(0, s.error);
	TH_LOG("%ld datagrams, %ld rounds", s.sent, rounds);
}

TEST_HARNESS_MAIN
