// SPDX-License-Identifier: GPL-2.0
/*
 * Merging source filters: random memberships come, change and go; after each
 * step the counts must say what RFC 3376 3.2 computes from the memberships, and
 * the marks for reports must tell the change from the state before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/igmp.h>

#include "igmp/filter.h"

#define SOURCES	6
#define MEMBERS	4
#define QRV	3

/* A membership: its mode and the sources it names. */
struct member {
	bool used;
	bool exclude;
	__be32 src[SOURCES];
	u32 n;
};

static struct member members[MEMBERS];
static struct inetx_mc_filter *filter;
static int tests, failed;

static void ok(bool good, const char *what)
{
	tests++;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, what);
}

static bool names(const struct member *m, __be32 addr)
{
	u32 i;

	for (i = 0; i < m->n; i++)
		if (m->src[i] == addr)
			return true;
	return false;
}

/* RFC 3376 3.2 by the book. */
static bool model_exclude(void)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		if (members[i].used && members[i].exclude)
			return true;
	return false;
}

static bool model_passes(__be32 addr)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		if (members[i].used &&
		    names(&members[i], addr) != members[i].exclude)
			return true;
	return false;
}

/* Replace the filter by a copy with more room, as the kernel does. */
static void grow(u32 more)
{
	struct inetx_mc_filter *to;

	to = calloc(1, sizeof(*to) +
		    (filter->n + more) * sizeof(to->src[0]));
	to->room = filter->n + more;
	inetx_mc_copy(to, filter);
	free(filter);
	filter = to;
}

static enum inetx_mc_effect apply(const struct inetx_mc_delta *delta)
{
	u32 missing = inetx_mc_missing(filter, delta);

	if (missing)
		grow(missing);
	return inetx_mc_apply(filter, delta, QRV);
}

static struct member random_member(void)
{
	struct member m = { .used = true, .exclude = rand() % 2 };
	int i;

	for (i = 1; i <= SOURCES; i++)
		if (rand() % 3 == 0)
			m.src[m.n++] = i;
	return m;
}

static u8 left_of(__be32 addr)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		if (filter->src[i].addr == addr)
			return filter->src[i].left;
	return 0;
}

static bool in_record(__be32 addr, u8 type)
{
	u32 i;

	for (i = 0; i < filter->n; i++)
		if (filter->src[i].addr == addr)
			return inetx_mc_in_record(filter, i, type);
	return false;
}

static void fuzz(void)
{
	bool state = true, mode = true, marks = true, records = true;
	bool room = true;
	int step, a;

	for (step = 0; step < 20000; step++) {
		struct member *m = &members[rand() % MEMBERS];
		bool was_exclude = model_exclude(), was[SOURCES + 1];
		struct inetx_mc_delta delta = {};
		struct member old = *m;
		enum inetx_mc_effect effect;

		for (a = 1; a <= SOURCES; a++)
			was[a] = model_passes(a);
		if (old.used) {
			delta.del = old.src;
			delta.ndel = old.n;
			delta.del_exclude = old.exclude;
			delta.exclude -= old.exclude;
		}
		if (!old.used || rand() % 2) {
			*m = random_member();
			delta.add = m->src;
			delta.nadd = m->n;
			delta.add_exclude = m->exclude;
			delta.exclude += m->exclude;
		} else {
			m->used = false;
			m->n = 0;
		}
		inetx_mc_forget(filter);
		effect = apply(&delta);
		room = room && filter->n <= filter->room;

		mode = mode && !!filter->exclude == model_exclude() &&
		       (effect == INETX_MC_MODE) ==
		       (was_exclude != model_exclude());
		for (a = 1; a <= SOURCES; a++) {
			bool now = model_passes(a);
			bool changed = now != was[a];

			state = state && inetx_mc_passes(filter, a) == now;
			if (effect == INETX_MC_MODE) {
				marks = marks && !left_of(a);
				continue;
			}
			marks = marks && (left_of(a) == QRV) == changed;
			records = records &&
				  in_record(a, IGMPV3_ALLOW_NEW_SOURCES) ==
				  (changed && now) &&
				  in_record(a, IGMPV3_BLOCK_OLD_SOURCES) ==
				  (changed && !now);
		}
		state = state && inetx_mc_passes(filter, 99) ==
				 model_passes(99);
		if (effect == INETX_MC_SAME && inetx_mc_pending(filter))
			marks = false;
	}
	ok(state, "an interface wants what some membership wants");
	ok(mode, "it excludes where some membership does, and tells changes");
	ok(marks, "sources that changed are marked, and no others");
	ok(records, "ALLOW and BLOCK records have them");
	ok(room, "the room asked for is enough");
}

static void reset(void)
{
	free(filter);
	filter = calloc(1, sizeof(*filter));
}

static void retransmissions(void)
{
	const __be32 src[] = { 1 };
	const struct inetx_mc_delta add = { .add = src, .nadd = 1 };
	const struct inetx_mc_delta del = { .del = src, .ndel = 1 };
	int i;

	reset();
	apply(&add);
	ok(left_of(1) == QRV, "an included source is to be reported");
	inetx_mc_sent(filter);
	apply(&del);
	ok(left_of(1) == QRV, "so it is when it is not included any more");
	grow(0);
	ok(filter->n == 1, "a copy keeps it until it was reported");
	for (i = 0; i < QRV; i++)
		inetx_mc_sent(filter);
	ok(!inetx_mc_pending(filter), "which happens as often as asked for");
	grow(0);
	ok(!filter->n, "and then no longer");
	ok(inetx_mc_apply(filter, &del, QRV) == INETX_MC_SAME,
	   "a source that is not there can be taken away");
}

static void queries(void)
{
	const __be32 src[] = { 1, 2 }, asked[] = { 2, 3 }, other[] = { 4 };
	const struct inetx_mc_delta inc = { .add = src, .nadd = 2 };
	const struct inetx_mc_delta exc = { .exclude = 1, .add = src,
					    .nadd = 2, .add_exclude = true };
	bool all;

	reset();
	apply(&inc);
	ok(!inetx_mc_mark(filter, other, 1, &all) && !all,
	   "INCLUDE: a query for others needs no answer");
	ok(inetx_mc_mark(filter, asked, 2, &all) && !all && in_record(2, 0) &&
	   !in_record(1, 0), "INCLUDE: the sources asked for are the answer");
	inetx_mc_unmark(filter);
	ok(!in_record(2, 0), "once");

	reset();
	apply(&exc);
	ok(!inetx_mc_mark(filter, src, 2, &all),
	   "EXCLUDE: a query for what is excluded needs no answer");
	ok(inetx_mc_mark(filter, asked, 2, &all) && all,
	   "EXCLUDE: any other is answered in full");
}

static void renewal(void)
{
	const __be32 src[] = { 1 };
	const struct inetx_mc_delta inc = { .add = src, .nadd = 1 };
	const struct inetx_mc_delta exc = { .exclude = 1 };

	reset();
	apply(&inc);
	inetx_mc_forget(filter);
	ok(!inetx_mc_renew(filter, QRV) && left_of(1) == QRV,
	   "INCLUDE: to tell all anew is to allow the sources");
	ok(apply(&exc) == INETX_MC_MODE && !left_of(1),
	   "a new mode makes reports of sources unnecessary");
	ok(inetx_mc_renew(filter, QRV) && !left_of(1),
	   "EXCLUDE: to tell all anew is to tell the mode");
}

int main(void)
{
	srand(1);
	reset();
	fuzz();
	retransmissions();
	queries();
	renewal();
	free(filter);
	printf("1..%d\n", tests);
	return failed != 0;
}
