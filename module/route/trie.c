// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match, the readers' side; see trie.h and trienode.h.  Also
 * compiled as a user program.
 */

#include "route/trienode.h"

/* The bits of all prefixes of 1..5 bits that begin these five bits. */
#define ABOVE(v)							\
	(1ULL << (32 + (v)) | 1ULL << ((32 + (v)) >> 1) |		\
	 1ULL << ((32 + (v)) >> 2) | 1ULL << ((32 + (v)) >> 3) |	\
	 1ULL << ((32 + (v)) >> 4))

static const u64 above[32] = {
	ABOVE(0), ABOVE(1), ABOVE(2), ABOVE(3),
	ABOVE(4), ABOVE(5), ABOVE(6), ABOVE(7),
	ABOVE(8), ABOVE(9), ABOVE(10), ABOVE(11),
	ABOVE(12), ABOVE(13), ABOVE(14), ABOVE(15),
	ABOVE(16), ABOVE(17), ABOVE(18), ABOVE(19),
	ABOVE(20), ABOVE(21), ABOVE(22), ABOVE(23),
	ABOVE(24), ABOVE(25), ABOVE(26), ABOVE(27),
	ABOVE(28), ABOVE(29), ABOVE(30), ABOVE(31),
};

/*
 * The item of a number, 0 is none.  A number is published after the array that
 * has it: the barrier is against the old array with the new number, and pairs
 * with the release of the node, pointer or number by the writer.
 */
static void *item_of(const struct inetx_trie *trie, u32 id)
{
	const struct inetx_trie_ids *ids;

	if (unlikely(!id))
		return NULL;
	/* The array after the number: pairs with node_put_id() and the like. */
	smp_rmb();
	ids = rcu_dereference_rtnl(trie->ids);
	return rcu_dereference_rtnl(ids->item[id]);
}

/*
 * Which item has the longest prefix of a byte, of at most @max > 0 bits, or -1.
 */
static inline int node_match(const struct inetx_trie_node *n, u8 byte, int max,
			     int *len)
{
	int rank, bit;
	u64 word, bits;

	if (!(n->present >> TRIE_WORD_ITEMS))
		return -1;
	switch (max) {
	default:
		rank = trie_rank(n, TRIE_WORD_8 + (byte >> 6), byte & 63);
		*len = 8;
		if (rank >= 0)
			return rank;
		fallthrough;
	case 7:
		rank = trie_rank(n, TRIE_WORD_7 + (byte >> 7),
				 (byte >> 1) & 63);
		*len = 7;
		if (rank >= 0)
			return rank;
		fallthrough;
	case 6:
		rank = trie_rank(n, TRIE_WORD_6, byte >> 2);
		*len = 6;
		if (rank >= 0)
			return rank;
		fallthrough;
	case 5:
		max = 5;
		fallthrough;
	case 4: case 3: case 2: case 1:
		break;
	}
	if (!(n->present & (1U << TRIE_WORD_5)))
		return -1;
	/* The first word of items, so there is none before it to count. */
	word = n->word[trie_index(n, TRIE_WORD_5)];
	bits = word & above[byte >> 3] & ((2ULL << ((2 << max) - 1)) - 1);
	if (!bits)
		return -1;
	bit = fls64(bits) - 1;
	*len = fls(bit) - 1;
	return hweight64(word & ((1ULL << bit) - 1));
}

/**
 * inetx_trie_match - the longest prefix of at most @maxlen bits that covers @key
 * @trie: the trie
 * @key: address, host order
 * @maxlen: 32 at first; to go on behind an item that did not suit, its prefix
 *	length minus one, which may be -1
 * @len: where the length of the prefix found is stored
 *
 * Context: RTNL or RCU read side.
 * Return: the item or NULL.
 */
void *inetx_trie_match(const struct inetx_trie *trie, u32 key, int maxlen,
		       u8 *len)
{
	const struct inetx_trie_node *n, *child;
	int depth, last, rank, bits;
	void *item;

	/* The deepest node mostly has it; else once more, to the one above. */
	while (maxlen > 0) {
		n = rcu_dereference_rtnl(trie->root);
		if (unlikely(!n))
			break;
		last = trie_depth(maxlen);
		for (depth = 0; depth < last; depth++) {
			child = trie_child(n, trie_byte(key, depth));
			if (!child)
				break;
			n = child;
		}
		rank = node_match(n, trie_byte(key, depth),
				  maxlen - INETX_TRIE_STRIDE * depth, &bits);
		if (rank < 0) {
			maxlen = INETX_TRIE_STRIDE * depth;
			continue;
		}
		item = item_of(trie, trie_id(n, rank));
		if (likely(item)) {
			*len = INETX_TRIE_STRIDE * depth + bits;
			return item;
		}
		maxlen = INETX_TRIE_STRIDE * depth + bits - 1;
	}
	if (maxlen < 0)
		return NULL;
	item = item_of(trie, READ_ONCE(trie->zero));
	if (item)
		*len = 0;
	return item;
}

/**
 * inetx_trie_find - the item of exactly this prefix
 * @trie: the trie
 * @key: prefix, host order
 * @len: prefix length
 *
 * Context: RTNL or RCU read side.
 * Return: the item or NULL.
 */
void *inetx_trie_find(const struct inetx_trie *trie, u32 key, u8 len)
{
	const struct inetx_trie_node *n;
	struct trie_place p;
	int depth = 0, rank;

	if (!len)
		return item_of(trie, READ_ONCE(trie->zero));
	n = rcu_dereference_rtnl(trie->root);
	while (n && depth < trie_depth(len))
		n = trie_child(n, trie_byte(key, depth++));
	if (!n)
		return NULL;
	p = trie_place(trie_byte(key, depth), len - INETX_TRIE_STRIDE * depth);
	rank = trie_rank(n, p.word, p.bit);
	return rank < 0 ? NULL : item_of(trie, trie_id(n, rank));
}

/* The first bit that is set in a word, from @bit on; 64 for none. */
static int word_next(u64 bits, int bit)
{
	if (bit > 63)
		return 64;
	bits &= ~0ULL << bit;
	return bits ? __ffs64(bits) : 64;
}

/* The first bit that is set in several words from @word on, or 256. */
static int words_next(const struct inetx_trie_node *n, int word, int words,
		      int bit)
{
	int i, found;

	for (i = bit / 64; i < words; i++) {
		found = word_next(trie_word(n, word + i),
				  i == bit / 64 ? bit % 64 : 0);
		if (found < 64)
			return 64 * i + found;
	}
	return 256;
}

/*
 * The first value of the byte, from @from on, where a prefix or a node begins,
 * 256 for none.  @prefix tells whether a prefix does.
 */
static int node_next(const struct inetx_trie_node *n, int from, bool *prefix)
{
	int len, at, best = 256;
	u64 bits;

	bits = trie_word(n, TRIE_WORD_5);
	for (len = 1; bits && len <= 5; len++) {
		at = (from + (1 << (8 - len)) - 1) >> (8 - len);
		if (at >= 1 << len)
			continue;
		at = word_next(bits, (1 << len) + at);
		if (at >= 2 << len)
			continue;
		at = (at - (1 << len)) << (8 - len);
		if (at < best)
			best = at;
	}
	at = words_next(n, TRIE_WORD_6, 1, (from + 3) >> 2) << 2;
	if (at < best)
		best = at;
	at = words_next(n, TRIE_WORD_7, 2, (from + 1) >> 1) << 1;
	if (at < best)
		best = at;
	at = words_next(n, TRIE_WORD_8, 4, from);
	if (at < best)
		best = at;
	at = words_next(n, TRIE_WORD_NODES, 4, from);
	*prefix = best <= at;
	return *prefix ? best : at;
}

/**
 * inetx_trie_next - walk over all prefixes in order
 * @trie: the trie
 * @cursor: moved to the prefix found; { 0, INETX_TRIE_START } to begin
 *
 * Every prefix that has an item during the whole walk is visited exactly once,
 * whatever comes and goes meanwhile, also between two RCU read sections.
 *
 * Context: RTNL or RCU read side.
 * Return: the next item, or NULL at the end.
 */
void *inetx_trie_next(const struct inetx_trie *trie,
		      struct inetx_trie_cursor *cursor)
{
	const struct inetx_trie_node *path[INETX_TRIE_PATH], *n;
	int depth = 0, from;
	u32 key = cursor->key;
	bool prefix;
	void *item;
	u8 len;

	/* Shorter ones with the same key; others that cover it were before. */
	item = inetx_trie_match(trie, key, cursor->len - 1, &len);
	if (item && (key & inetx_trie_mask(len)) == key)
		goto found;

	/* What is to the right of the way to the key, the deepest first. */
	n = rcu_dereference_rtnl(trie->root);
	if (!n)
		return NULL;
	for (;;) {
		path[depth] = n;
		if (depth == INETX_TRIE_PATH - 1)
			break;
		n = trie_child(n, trie_byte(key, depth));
		if (!n)
			break;
		depth++;
	}
	from = trie_byte(key, depth) + 1;
	while (depth >= 0) {
		from = node_next(path[depth], from, &prefix);
		if (from > 255) {
			if (--depth >= 0)
				from = trie_byte(key, depth) + 1;
			continue;
		}
		key &= inetx_trie_mask(INETX_TRIE_STRIDE * depth);
		key |= (u32)from << (24 - INETX_TRIE_STRIDE * depth);
		item = prefix ? inetx_trie_match(trie, key, 32, &len) : NULL;
		if (item && (key & inetx_trie_mask(len)) == key)
			goto found;
		n = depth < INETX_TRIE_PATH - 1 ? trie_child(path[depth], from) :
						  NULL;
		if (n) {
			path[++depth] = n;
			from = 0;
		} else {
			from++;
		}
	}
	return NULL;

found:
	cursor->key = key;
	cursor->len = len;
	return item;
}

static void node_tell(const struct inetx_trie_node *n,
		      struct inetx_trie_step *step)
{
	bool prefix;
	int at;

	step->children = trie_count(n, TRIE_WORD_NODES, TRIE_WORD_ITEMS);
	step->empty = 256;
	for (at = node_next(n, 0, &prefix); at < 256;
	     at = node_next(n, at + 1, &prefix))
		step->empty--;
	step->bytes = sizeof(*n) + n->items_at +
		      trie_count(n, TRIE_WORD_ITEMS, TRIE_WORDS) * (n->wide ? 4 : 2);
}

/**
 * inetx_trie_path - the way to a prefix
 * @trie: the trie
 * @key: prefix, host order
 * @len: prefix length
 * @path: filled with what is known of the nodes on it, from the root down; room
 *	for INETX_TRIE_PATH
 *
 * Context: RTNL or RCU read side.
 * Return: their number.
 */
int inetx_trie_path(const struct inetx_trie *trie, u32 key, u8 len,
		    struct inetx_trie_step *path)
{
	const struct inetx_trie_node *n = rcu_dereference_rtnl(trie->root);
	int depth;

	if (!len)
		return 0;
	for (depth = 0; n && depth <= trie_depth(len); depth++) {
		path[depth].len = INETX_TRIE_STRIDE * depth;
		path[depth].key = key & inetx_trie_mask(path[depth].len);
		node_tell(n, &path[depth]);
		n = depth < INETX_TRIE_PATH - 1 ?
		    trie_child(n, trie_byte(key, depth)) : NULL;
	}
	return depth;
}
