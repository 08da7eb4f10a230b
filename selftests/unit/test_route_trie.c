// SPDX-License-Identifier: GPL-2.0
/*
 * The longest-prefix structure against a brute-force twin: random inserts,
 * removals, lookups and resumed walks, with memory that fails and grace periods
 * that last, seeded; and a full Internet table against another twin, how large it
 * is and how long it takes.
 *
 *	test_route_trie [SEED [KEYS]]
 *
 * KEYS random ones are looked up in the full table, 200 000 if not said.
 */
#include <stdio.h>
#include <string.h>
#include <malloc.h>
#include <time.h>

#include "route/trie.h"
#include "selftests/prefixes.h"

#define PREFIXES	512
#define OPERATIONS	1000000
#define FULL		1000000

struct twin {
	u32 key;
	u8 len;
	void *item;
};

static struct inetx_trie trie;
static struct twin twin[PREFIXES];
static struct inetx_trie_item items[OPERATIONS];
static uint64_t state;
static int tests, failed;

/* How many in 256 allocations fail, and whether one has. */
static int failing;
static bool failed_alloc;

/* Bytes in use, as the kernel's kmalloc() rounds them. */
static size_t allocated;

static u32 rnd(void);

static size_t rounded(size_t size)
{
	size_t power = 8;

	while (power < size)
		power *= 2;
	if (size <= power * 3 / 4 && (power == 128 || power == 256))
		return power * 3 / 4;
	return power;
}

void *inetx_trie_alloc(size_t size)
{
	if (failing && (int)(rnd() % 256) < failing) {
		failed_alloc = true;
		return NULL;
	}
	allocated += rounded(size);
	return calloc(1, size);
}

void inetx_trie_free(void *p)
{
	allocated -= rounded(malloc_usable_size(p));
	free(p);
}

/* A grace period ends now and then; what was freed is freed at once. */
unsigned long start_poll_synchronize_rcu(void)
{
	return rnd();
}

bool poll_state_synchronize_rcu(unsigned long old)
{
	return rnd() % 4 == 0;
}

static u32 rnd(void)
{
	/* xorshift64* */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL) >> 32;
}

static void ok(bool good, const char *what)
{
	tests++;
	if (!good)
		failed++;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, what);
}

/* Few distinct bits, so that prefixes nest, meet and share keys. */
static u32 random_key(void)
{
	switch (rnd() % 4) {
	case 0:
		return rnd();
	case 1:
		return 0x0a000000 | (rnd() & 0x00030303);
	case 2:
		return rnd() % 4 ? ~0U << (rnd() % 32) : 0;
	default:
		return twin[rnd() % PREFIXES].key ^ (1U << (rnd() % 32));
	}
}

static struct twin *twin_find(u32 key, u8 len)
{
	int i;

	for (i = 0; i < PREFIXES; i++)
		if (twin[i].item && twin[i].key == key && twin[i].len == len)
			return &twin[i];
	return NULL;
}

static void *twin_match(u32 key, int maxlen, u8 *len)
{
	struct twin *best = NULL;
	int i;

	for (i = 0; i < PREFIXES; i++) {
		struct twin *t = &twin[i];

		if (!t->item || t->len > maxlen ||
		    ((t->key ^ key) & inetx_trie_mask(t->len)))
			continue;
		if (!best || t->len > best->len)
			best = t;
	}
	if (best)
		*len = best->len;
	return best ? best->item : NULL;
}

/* The first in order behind the cursor. */
static struct twin *twin_next(const struct inetx_trie_cursor *c)
{
	struct twin *best = NULL;
	int i;

	for (i = 0; i < PREFIXES; i++) {
		struct twin *t = &twin[i];

		if (!t->item || t->key < c->key ||
		    (t->key == c->key && t->len >= c->len))
			continue;
		if (!best || t->key < best->key ||
		    (t->key == best->key && t->len > best->len))
			best = t;
	}
	return best;
}

/* Some prefixes have an item in common; sometimes another takes its place. */
static struct inetx_trie_item *common[8];

static struct inetx_trie_item *choose(int op)
{
	int i = rnd() % 64, j;

	if (i >= 8 || !common[i])
		return &items[op];
	if (rnd() % 4 || items[op].refs)
		return common[i];
	inetx_trie_swap(&trie, common[i], &items[op]);
	for (j = 0; j < PREFIXES; j++)
		if (twin[j].item == common[i])
			twin[j].item = &items[op];
	common[i] = &items[op];
	return common[i];
}

static bool change(int op)
{
	struct twin *slot = &twin[rnd() % PREFIXES];
	bool alone;
	void *item;
	u32 key;
	u8 len;

	if (slot->item && rnd() % 2) {
		inetx_trie_remove(&trie, slot->key, slot->len);
		slot->item = NULL;
		return true;
	}
	len = rnd() % 33;
	key = random_key() & inetx_trie_mask(len);
	if (twin_find(key, len))
		slot = twin_find(key, len);
	else if (slot->item)
		inetx_trie_remove(&trie, slot->key, slot->len);
	if (!slot->item || slot->key != key || slot->len != len)
		slot->item = NULL;
	item = choose(op);
	/* What never fails. */
	alone = slot->item && !((struct inetx_trie_item *)item)->refs &&
		((struct inetx_trie_item *)slot->item)->refs == 1;
	failed_alloc = false;
	if (inetx_trie_set(&trie, key, len, item))
		return failed_alloc && !alone;
	slot->key = key;
	slot->len = len;
	slot->item = item;
	if (item == &items[op] && op % 16 < 8)
		common[op % 8] = item;
	return true;
}

/* Each item is told how many prefixes have it. */
static bool references(void)
{
	int i, j;

	for (i = 0; i < PREFIXES; i++) {
		u32 refs = 0;

		if (!twin[i].item)
			continue;
		for (j = 0; j < PREFIXES; j++)
			refs += twin[j].item == twin[i].item;
		if (((struct inetx_trie_item *)twin[i].item)->refs != refs)
			return false;
	}
	return true;
}

static bool look(void)
{
	u32 key = random_key();
	int maxlen = rnd() % 4 ? 32 : (int)(rnd() % 34) - 1;
	u8 a = 99, b = 99, len = rnd() % 33;
	struct twin *t;

	if (inetx_trie_match(&trie, key, maxlen, &a) !=
	    twin_match(key, maxlen, &b) || a != b)
		return false;
	key &= inetx_trie_mask(len);
	t = twin_find(key, len);
	return inetx_trie_find(&trie, key, len) == (t ? t->item : NULL);
}

static bool step(struct inetx_trie_cursor *c)
{
	struct twin *t = twin_next(c);
	void *item = inetx_trie_next(&trie, c);

	if (item != (t ? t->item : NULL))
		return false;
	if (item && (c->key != t->key || c->len != t->len))
		return false;
	if (!item)
		*c = (struct inetx_trie_cursor){ 0, INETX_TRIE_START };
	return true;
}

/* The way to a prefix that there is has a node for each byte of it. */
static bool way(void)
{
	struct twin *t = &twin[rnd() % PREFIXES];
	struct inetx_trie_step path[INETX_TRIE_PATH];
	int n, i;

	if (!t->item)
		return true;
	n = inetx_trie_path(&trie, t->key, t->len, path);
	if (n != (t->len + 7) / 8)
		return false;
	for (i = 0; i < n; i++)
		if (path[i].len != 8 * i ||
		    path[i].key != (t->key & inetx_trie_mask(8 * i)) ||
		    path[i].empty + path[i].children > 256 ||
		    path[i].empty > 255)
			return false;
	return true;
}

static u32 count(void)
{
	u32 n = 0;
	int i;

	for (i = 0; i < PREFIXES; i++)
		n += !!twin[i].item;
	return n;
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * The full table's twin: for each address the best prefix, by painting the
 * longer over the shorter; the last byte does not matter.
 */
static u32 *paint(const struct prefix *p, size_t n)
{
	u32 *best = calloc(1 << 24, sizeof(*best)), at;
	size_t i;
	int len;

	for (len = 8; best && len <= 24; len++)
		for (i = 0; i < n; i++)
			for (at = 0; p[i].len == len && at < 1U << (24 - len);
			     at++)
				best[(p[i].key >> 8) + at] = i + 1;
	return best;
}

static bool agree(const struct prefix *p, const u32 *best, u32 key)
{
	u32 i = best[key >> 8];
	u8 len = 99;
	void *item = inetx_trie_match(&trie, key, 32, &len);

	if (!i)
		return !item;
	return item == &items[i % 256] && len == p[i - 1].len;
}

static bool agree_all(const struct prefix *p, size_t n, long keys)
{
	u32 *best = paint(p, n);
	bool good = best;

	while (good && keys--)
		good = agree(p, best, rnd());
	free(best);
	return good;
}

static void full_table(long keys)
{
	struct prefix *p = calloc(FULL, sizeof(*p));
	struct inetx_trie_cursor c = { 0, INETX_TRIE_START };
	bool good = p && !prefixes_make(p, FULL, 1);
	size_t i, n;
	double begun = seconds();

	memset(items, 0, sizeof(items));
	for (i = 0; good && i < FULL; i++)
		good = !inetx_trie_set(&trie, p[i].key, p[i].len,
				       &items[(i + 1) % 256]);
	printf("# %d prefixes: %.1f s, %zu bytes\n", FULL, seconds() - begun,
	       allocated);
	ok(good && trie.count == FULL, "a full table is built");
	ok(agree_all(p, FULL, keys), "random keys find in it what they should");
	for (n = 0; inetx_trie_next(&trie, &c); n++)
		;
	ok(n == FULL, "a walk sees each prefix once");
	/* Every other goes. */
	for (i = 0; i < FULL / 2; i++)
		inetx_trie_remove(&trie, p[i].key, p[i].len);
	for (i = FULL / 2; i < FULL; i++)
		p[i - FULL / 2] = p[i];
	for (i = 0; good && i < FULL / 2; i++)
		good = !inetx_trie_set(&trie, p[i].key, p[i].len,
				       &items[(i + 1) % 256]);
	ok(good && agree_all(p, FULL / 2, keys / 4),
	   "half of it is removed, the rest gets other items");
	inetx_trie_clear(&trie);
	free(p);
}

int main(int argc, char **argv)
{
	struct inetx_trie_cursor c = { 0, INETX_TRIE_START };
	bool changed = true, looked = true, walked = true, ways = true;
	bool referred = true;
	int op;

	state = argc > 1 ? strtoull(argv[1], NULL, 0) : 20240229;
	printf("# seed %llu\n", (unsigned long long)state);
	printf("1..11\n");
	for (op = 0; op < OPERATIONS; op++) {
		/* Memory is short for a while, now and then. */
		failing = op % 65536 < 16384 ? op % 128 : 0;
		if (rnd() % 4 == 0)
			changed &= change(op);
		else if (rnd() % 4 == 0)
			walked &= step(&c);
		else if (rnd() % 4 == 0)
			ways &= way();
		else
			looked &= look();
		if (op % 4096 == 0)
			referred &= references();
	}
	failing = 0;
	ok(changed, "prefixes are added, replaced and removed");
	ok(looked, "a million operations find what brute force finds");
	ok(walked, "a walk interrupted by changes visits what it must");
	ok(ways, "the way to a prefix has a node for each byte");
	ok(referred, "items know how many prefixes have them");
	ok(trie.count == count(), "the count is right");
	inetx_trie_clear(&trie);
	ok(!trie.root && !trie.count && !allocated, "clearing leaves nothing");
	full_table(argc > 2 ? atol(argv[2]) : 200000);
	return failed != 0;
}
