// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdlib.h>
#include "prefixes.h"

/* /16s that anybody has announced something of. */
#define BLOCKS		40000

#define HASH_BITS	22

/*
 * Prefixes of each length from 8 on, among 100 000: the IPv4 table of 2024 as
 * seen at route collectors, rounded.
 */
static const uint32_t lengths[] = {
	2, 1, 4, 10, 31, 61, 125, 214, 1410, 880, 1460, 2670, 4650, 5390,
	11400, 10250, 61443,
};

static uint8_t random_length(uint64_t *state)
{
	uint32_t at = prefixes_random(state) % 100000;
	size_t i;

	for (i = 0; i < 24 - 8; i++) {
		if (at < lengths[i])
			break;
		at -= lengths[i];
	}
	return 8 + i;
}

static uint16_t random_block(uint64_t *state)
{
	uint8_t first;

	do {
		first = 1 + prefixes_random(state) % 223;
	} while (first == 10 || first == 127);
	return first << 8 | (prefixes_random(state) & 255);
}

/* Whether a prefix is new; it is not the next time. */
static bool take(uint64_t *seen, uint32_t key, uint8_t len)
{
	uint64_t entry = (uint64_t)key << 8 | len;
	uint32_t at = entry * 0x9e3779b97f4a7c15ULL >> (64 - HASH_BITS);

	for (; seen[at]; at = (at + 1) & ((1U << HASH_BITS) - 1))
		if (seen[at] == entry)
			return false;
	seen[at] = entry;
	return true;
}

int prefixes_make(struct prefix *out, size_t n, uint64_t seed)
{
	uint64_t *seen = calloc(1U << HASH_BITS, sizeof(*seen));
	uint16_t *blocks = calloc(BLOCKS, sizeof(*blocks));
	size_t i, have = 0;
	uint32_t key, mask;
	uint64_t r;
	uint8_t len;

	if (!seen || !blocks || n > 2000000) {
		free(seen);
		free(blocks);
		return -1;
	}
	for (i = 0; i < BLOCKS; i++)
		blocks[i] = random_block(&seed);
	while (have < n) {
		len = random_length(&seed);
		mask = ~0U << (32 - len);
		/* The square: some blocks are cut up more than others. */
		r = prefixes_random(&seed) & 0xffff;
		key = (uint32_t)blocks[(r * r * BLOCKS) >> 32] << 16 |
		      (prefixes_random(&seed) & 0xffff);
		if (have && out[have - 1].len == len &&
		    prefixes_random(&seed) % 2)
			key = out[have - 1].key + ~mask + 1;
		if (len < 16)
			key = (uint32_t)random_block(&seed) << 16;
		key &= mask;
		if (key >> 24 < 1 || key >> 24 > 223 || key >> 24 == 10 ||
		    key >> 24 == 127 || !take(seen, key, len))
			continue;
		out[have].key = key;
		out[have++].len = len;
	}
	/* A run is together in the address space, not in time. */
	for (i = n; i > 1; i--) {
		size_t j = prefixes_random(&seed) % i;
		struct prefix swap = out[i - 1];

		out[i - 1] = out[j];
		out[j] = swap;
	}
	free(seen);
	free(blocks);
	return 0;
}
