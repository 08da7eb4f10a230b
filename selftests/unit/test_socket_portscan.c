// SPDX-License-Identifier: GPL-2.0
/*
 * The port search against the obvious loop: random maps, ranges and starting
 * points, seeded.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "socket/portscan.h"

#define WORD_BITS	(8 * sizeof(unsigned long))
#define WORDS		(65536 / WORD_BITS)
#define ROUNDS		4000

static unsigned long used[WORDS], reserved[WORDS];
static unsigned long long state = 0x9e3779b97f4a7c15ULL;
static int tests, failed;

static unsigned int rnd(unsigned int n)
{
	/* xorshift64* */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned int)((state * 0x2545f4914f6cdd1dULL) >> 32) % n;
}

static void ok(bool good, const char *what)
{
	tests++;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, what);
}

static bool bit(const unsigned long *map, unsigned int n)
{
	return map[n / WORD_BITS] >> (n % WORD_BITS) & 1;
}

static void set(unsigned long *map, unsigned int n)
{
	map[n / WORD_BITS] |= 1UL << (n % WORD_BITS);
}

static void clear(unsigned long *map, unsigned int n)
{
	map[n / WORD_BITS] &= ~(1UL << (n % WORD_BITS));
}

/* The same by trying each port of the range in turn. */
static unsigned int obvious(unsigned int lo, unsigned int hi,
			    unsigned int start, unsigned int step)
{
	unsigned int n = hi - lo + 1;
	unsigned int first = lo + start % n;
	unsigned int i, port;

	for (i = 0; i < n; i++) {
		port = lo + (first - lo + i) % n;
		if (step == 2 && (port ^ first) & 1)
			continue;
		if (!bit(used, port) && !bit(reserved, port))
			return port;
	}
	return 0;
}

static void fill(unsigned int density)
{
	unsigned int i;

	memset(used, 0, sizeof(used));
	memset(reserved, 0, sizeof(reserved));
	for (i = 0; i < 65536; i++) {
		if (rnd(1000) < density)
			set(used, i);
		if (rnd(1000) < density / 4)
			set(reserved, i);
	}
}

static bool random_maps(unsigned int density)
{
	unsigned int lo, hi, start, step, got, want;
	int i;

	fill(density);
	for (i = 0; i < ROUNDS; i++) {
		lo = 1 + rnd(65535);
		hi = lo + rnd(65536 - lo);
		if (i % 4 == 0 && hi > lo + 200)
			hi = lo + 200;
		start = i % 8 ? rnd(hi - lo + 1) : rnd(1u << 31);
		step = 1 + rnd(2);
		got = inetx_port_scan(used, reserved, lo, hi, start, step);
		want = obvious(lo, hi, start, step);
		if (got != want) {
			printf("# %u..%u start %u step %u: %u, not %u\n", lo,
			       hi, start, step, got, want);
			return false;
		}
	}
	return true;
}

int main(void)
{
	ok(inetx_port_scan(used, reserved, 32768, 60999, 0, 1) == 32768,
	   "an empty map: the start");
	ok(inetx_port_scan(used, reserved, 1, 65535, 65534, 1) == 65535,
	   "the last port of all");
	ok(inetx_port_scan(used, reserved, 7, 7, 0, 2) == 7,
	   "a range of one port");
	set(used, 7);
	ok(inetx_port_scan(used, reserved, 7, 7, 0, 1) == 0,
	   "which is in use");

	memset(used, 0xff, sizeof(used));
	ok(inetx_port_scan(used, reserved, 1024, 65535, 99, 1) == 0,
	   "a full map: none");
	clear(used, 1025);
	ok(inetx_port_scan(used, reserved, 1024, 65535, 5000, 1) == 1025,
	   "round the end to the only free port");
	ok(inetx_port_scan(used, reserved, 1024, 65535, 5000, 2) == 0,
	   "which has the other parity");
	ok(inetx_port_scan(used, reserved, 1024, 65535, 5001, 2) == 1025,
	   "and now the same");
	set(reserved, 1025);
	ok(inetx_port_scan(used, reserved, 1024, 65535, 5001, 1) == 0,
	   "a reserved port is not chosen");

	ok(random_maps(20), "against the obvious loop, sparse");
	ok(random_maps(500), "half full");
	ok(random_maps(990), "nearly full");
	ok(random_maps(1000), "full");
	printf("1..%d\n", tests);
	return failed ? 1 : 0;
}
