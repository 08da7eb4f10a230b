/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside the trie: its nodes.  For trie.c and trieset.c only.
 *
 * A node stands for a byte of the key.  It holds the prefixes that end in this
 * byte, 1 to 8 bits long here, and the nodes for the next one.  Each has a bit in
 * one of twelve words, of which only those exist that are not zero:
 *
 *	words 0..3	nodes for the next byte: all of them or none
 *	word 4		prefixes of 1..5 bits: bit 2^length + value
 *	word 5		prefixes of 6 bits
 *	words 6, 7	prefixes of 7 bits
 *	words 8..11	prefixes of 8 bits
 *
 * The numbers of the items, and the pointers to nodes, are stored without gaps in
 * the order of these bits.  A node with many nodes below it has a pointer for
 * each value instead.
 */
#ifndef _INETX_ROUTE_TRIENODE_H
#define _INETX_ROUTE_TRIENODE_H

#include "route/trie.h"

enum {
	TRIE_WORD_NODES = 0,
	TRIE_WORD_ITEMS = 4,
	TRIE_WORD_5 = TRIE_WORD_ITEMS,
	TRIE_WORD_6,
	TRIE_WORD_7,
	TRIE_WORD_8 = TRIE_WORD_7 + 2,
	TRIE_WORDS = TRIE_WORD_8 + 4,
};

/**
 * struct inetx_trie_node - a node
 * @present: a bit for each word there is; like all but pointers, item numbers
 *	and words 0..3 set before the node is published
 * @slots_at: where the pointers to nodes begin, in bytes from @word
 * @items_at: where they end and the item numbers begin, likewise
 * @words: number of words
 * @wide: item numbers have four bytes, not two
 * @direct: a pointer for each value of the byte
 * @word: the words; behind them for each word how many bits of its kind are set
 *	in the words before it (u16), then the pointers to nodes (RTNL, RCU), then
 *	the item numbers (written under RTNL; 0 where an item was removed and there
 *	was no memory for a smaller node)
 */
struct inetx_trie_node {
	u16 present;
	u16 slots_at;
	u16 items_at;
	u8 words;
	u8 wide : 1;
	u8 direct : 1;
	u64 word[];
};

/* Place of a prefix in a node. */
struct trie_place {
	u8 word;
	u8 bit;
};

static inline u8 trie_byte(u32 key, int depth)
{
	return key >> (24 - 8 * depth);
}

/* The depth of the node that holds prefixes of @len > 0 bits. */
static inline int trie_depth(unsigned int len)
{
	return (len - 1) / INETX_TRIE_STRIDE;
}

static inline struct inetx_trie_node __rcu **
trie_slots(const struct inetx_trie_node *n)
{
	return (struct inetx_trie_node __rcu **)((u8 *)n->word + n->slots_at);
}

/* How many pointers to nodes there is room for. */
static inline unsigned int trie_room(const struct inetx_trie_node *n)
{
	return (n->items_at - n->slots_at) / sizeof(*trie_slots(n));
}

static inline u16 *trie_ranks(const struct inetx_trie_node *n)
{
	return (u16 *)(n->word + n->words);
}

static inline void *trie_items(const struct inetx_trie_node *n)
{
	return (u8 *)n->word + n->items_at;
}

/* The place of the prefix of the first @len bits (1..8) of a byte. */
static inline struct trie_place trie_place(u8 byte, int len)
{
	switch (len) {
	case 8:
		return (struct trie_place){ TRIE_WORD_8 + (byte >> 6),
					    byte & 63 };
	case 7:
		return (struct trie_place){ TRIE_WORD_7 + (byte >> 7),
					    (byte >> 1) & 63 };
	case 6:
		return (struct trie_place){ TRIE_WORD_6, byte >> 2 };
	default:
		return (struct trie_place){ TRIE_WORD_5,
					    (0x100 | byte) >> (8 - len) };
	}
}

/* How many words a node has before @word. */
static __always_inline unsigned int
trie_index(const struct inetx_trie_node *n, unsigned int word)
{
	return hweight16(n->present & ((1U << word) - 1));
}

/* The bits of a word, which need not be there. */
static inline u64 trie_word(const struct inetx_trie_node *n, unsigned int word)
{
	if (!(n->present & (1U << word)))
		return 0;
	return READ_ONCE(n->word[trie_index(n, word)]);
}

/* Which of the items or nodes has this bit, or -1.  In each lookup several times,
 * mostly to find nothing: not worth a call.
 */
static __always_inline int trie_rank(const struct inetx_trie_node *n,
				     unsigned int word, unsigned int bit)
{
	unsigned int i;
	u64 bits;

	if (!(n->present & (1U << word)))
		return -1;
	i = trie_index(n, word);
	bits = n->word[i];
	if (!(bits >> bit & 1))
		return -1;
	return trie_ranks(n)[i] + hweight64(bits & ((1ULL << bit) - 1));
}

/* The number of an item. */
static inline u32 trie_id(const struct inetx_trie_node *n, int rank)
{
	const void *items = trie_items(n);

	return n->wide ? READ_ONCE(((u32 *)items)[rank]) :
			 READ_ONCE(((u16 *)items)[rank]);
}

/* Where the pointer to the node for the next byte is, or NULL. */
static __always_inline struct inetx_trie_node __rcu **
trie_slot(const struct inetx_trie_node *n, u8 byte)
{
	unsigned int word = TRIE_WORD_NODES + (byte >> 6);
	unsigned int bit = byte & 63;
	u64 bits;

	if (!(n->present & (1U << TRIE_WORD_NODES)))
		return NULL;
	if (n->direct)
		return trie_slots(n) + byte;
	bits = n->word[word];
	if (!(bits >> bit & 1))
		return NULL;
	return trie_slots(n) + trie_ranks(n)[word] +
	       hweight64(bits & ((1ULL << bit) - 1));
}

/* The node for the next byte of the key, or NULL. */
static __always_inline struct inetx_trie_node *
trie_child(const struct inetx_trie_node *n, u8 byte)
{
	struct inetx_trie_node __rcu **slot = trie_slot(n, byte);

	return slot ? rcu_dereference_rtnl(*slot) : NULL;
}

/* Words of a kind from @first on: how many bits are set. */
static inline unsigned int trie_count(const struct inetx_trie_node *n,
				      unsigned int first, unsigned int end)
{
	unsigned int i, bits = 0;

	for (i = first; i < end; i++)
		bits += hweight64(trie_word(n, i));
	return bits;
}

#endif /* _INETX_ROUTE_TRIENODE_H */
