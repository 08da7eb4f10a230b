// SPDX-License-Identifier: GPL-2.0
/*
 * The longest-prefix structure against a brute-force twin: random inserts,
 * removals, lookups and resumed walks, seeded.
 */
#include <stdio.h>
#include <string.h>

#include "route/trie.h"

#define PREFIXES	512
#define OPERATIONS	1000000

struct twin {
	u32 key;
	u8 len;
	void *item;
};

static struct inetx_trie trie;
static struct twin twin[PREFIXES];
static int items[OPERATIONS];
static uint64_t state;
static int tests, failed;

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

static bool change(int op)
{
	struct twin *slot = &twin[rnd() % PREFIXES];
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
	slot->key = key;
	slot->len = len;
	slot->item = &items[op];
	return inetx_trie_set(&trie, key, len, slot->item) == 0;
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

/* The way to a prefix passes all that cover it, and nothing else. */
static bool way(u32 key, u8 len)
{
	const struct inetx_trie_node *path[INETX_TRIE_PATH];
	int n, i, items_on = 0, covering = 0;

	key &= inetx_trie_mask(len);
	n = inetx_trie_path(&trie, key, len, path);
	for (i = 0; i < n; i++) {
		if (path[i]->len > len || (i && path[i]->len <= path[i - 1]->len) ||
		    (path[i]->key ^ key) & inetx_trie_mask(path[i]->len))
			return false;
		items_on += !!path[i]->item;
	}
	for (i = 0; i < PREFIXES; i++)
		covering += twin[i].item && twin[i].len <= len &&
			    !((twin[i].key ^ key) & inetx_trie_mask(twin[i].len));
	return items_on == covering;
}

static u32 count(void)
{
	u32 n = 0;
	int i;

	for (i = 0; i < PREFIXES; i++)
		n += !!twin[i].item;
	return n;
}

int main(int argc, char **argv)
{
	struct inetx_trie_cursor c = { 0, INETX_TRIE_START };
	bool changed = true, looked = true, walked = true, ways = true;
	int op;

	state = argc > 1 ? strtoull(argv[1], NULL, 0) : 20240229;
	printf("# seed %llu\n", (unsigned long long)state);
	printf("1..6\n");
	for (op = 0; op < OPERATIONS; op++) {
		if (rnd() % 4 == 0)
			changed &= change(op);
		else if (rnd() % 4 == 0)
			walked &= step(&c);
		else if (rnd() % 4 == 0)
			ways &= way(random_key(), rnd() % 33);
		else
			looked &= look();
	}
	ok(changed, "prefixes are added, replaced and removed");
	ok(looked, "a million operations find what brute force finds");
	ok(walked, "a walk interrupted by changes visits what it must");
	ok(ways, "the way to a prefix passes what covers it");
	ok(trie.count == count(), "the count is right");
	inetx_trie_clear(&trie);
	ok(!trie.root && !trie.count, "clearing leaves nothing");
	return failed != 0;
}
