/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefixes as a full Internet table has them: the lengths of today's table, most
 * of them more-specifics in runs within few allocations.
 */
#ifndef SELFTESTS_PREFIXES_H
#define SELFTESTS_PREFIXES_H

#include <stddef.h>
#include <stdint.h>

/* A prefix, host order. */
struct prefix {
	uint32_t key;
	uint8_t len;
};

/**
 * prefixes_make - different prefixes in random order
 * @out: where to
 * @n: how many, at most two million
 * @seed: not 0; the same one makes the same prefixes
 *
 * None is in 0/8, 10/8, 127/8 or behind 223/8, none is shorter than 8 bits or
 * longer than 24.
 *
 * Return: 0, or -1 without memory.
 */
int prefixes_make(struct prefix *out, size_t n, uint64_t seed);

/* The next of a sequence of random numbers (xorshift64*); *state is not 0. */
static inline uint32_t prefixes_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * 0x2545f4914f6cdd1dULL) >> 32;
}

#endif /* SELFTESTS_PREFIXES_H */
