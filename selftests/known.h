/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences from AF_INET that are intended: rows of a file, each with a name,
 * patterns for what it covers, and the reason. A test that compares the two
 * families fails for a difference that no row covers, and for a row that covers
 * none: what is written there is still so. Only of a row whose name begins with ~
 * it depends on chance whether a run meets it.
 */
#ifndef SELFTESTS_KNOWN_H
#define SELFTESTS_KNOWN_H

#include <stdbool.h>

#define KNOWN_FIELDS 8	/* a row has no more patterns than this */

struct known_row {
	char *text;			/* the line, cut at its tabs */
	char *name;
	char *pattern[KNOWN_FIELDS];	/* of fnmatch(3) */
	bool met;			/* it has covered something */
};

struct known {
	struct known_row *row;
	int rows;
	int fields;
};

/*
 * known_load - read the rows of @file
 *
 * A row is its name, @fields patterns and a reason, by tabs. Lines that are
 * empty or begin with # are none.
 *
 * Return: 0, or -1 with the fault said on standard error.
 */
int known_load(struct known *k, const char *file, int fields);

/*
 * known_covers - whether a row covers this difference
 *
 * @field has as many texts as the rows have patterns; the first row all of
 * whose patterns fit is noted to be met.
 */
bool known_covers(struct known *k, const char *const *field);

/* How many rows have covered nothing; their names go to standard output. */
int known_unmet(const struct known *k);

#endif /* SELFTESTS_KNOWN_H */
