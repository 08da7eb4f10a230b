/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Longest-prefix match over 32-bit keys: the lookup structure of a routing
 * table and nothing else.  It maps a prefix to one item of the caller; what an
 * item is, and what to do when the best one does not suit, is the caller's.
 *
 * A tree of at most four nodes on each way, one for each byte of the key: a
 * compressed one, see trienode.h.  A prefix costs two bytes and its part of a
 * node, for items are named in nodes by small numbers: many prefixes may have
 * the same item.
 *
 * Keys are in host order, prefix lengths 0..32, and the bits of a key behind its
 * length are zero.  Writers hold RTNL, readers an RCU read section; a reader
 * sees each single change whole or not at all.
 */
#ifndef _INETX_ROUTE_TRIE_H
#define _INETX_ROUTE_TRIE_H

#include "route/port.h"

struct inetx_trie_node;

/**
 * struct inetx_trie_item - the beginning of each item; zeros when it is new
 * @id: its number in the one trie that it is in; RTNL
 * @refs: prefixes that have it; RTNL
 */
struct inetx_trie_item {
	u32 id;
	u32 refs;
};

/**
 * struct inetx_trie_ids - the items by their numbers; 0 is none
 * @size: how many there is room for; set once
 * @item: by number; written under RTNL, read under RCU.  That of a number given
 *	back stays until the number is used again, a grace period later
 * @next: of a number not in use: the next such one; RTNL; behind @item
 */
struct inetx_trie_ids {
	u32 size;
	u32 *next;
	struct inetx_trie_item __rcu *item[];
};

/**
 * struct inetx_trie - the structure; all zeros is an empty one
 * @root: node for the first byte of the key; RTNL, RCU
 * @ids: items by number, NULL as long as there was none; RTNL, RCU
 * @zero: number of the item of the prefix of length 0; written under RTNL
 * @count: prefixes that have an item; RTNL
 * @used: numbers up to this one have been in use; RTNL
 * @ready: list of numbers that no reader knows any more; RTNL
 * @resting: list of numbers that some reader may know until @grace has passed;
 *	RTNL
 * @fresh: list of numbers given back since; RTNL
 * @grace: state of RCU when @resting was begun; RTNL
 */
struct inetx_trie {
	struct inetx_trie_node __rcu *root;
	struct inetx_trie_ids __rcu *ids;
	u32 zero;
	u32 count;
	u32 used;
	u32 ready;
	u32 resting;
	u32 fresh;
	unsigned long grace;
};

/**
 * struct inetx_trie_cursor - a place in the order of all prefixes
 * @key: of the prefix visited last
 * @len: its length; INETX_TRIE_START before the first
 *
 * The order is by key, and the longer prefix first where keys are the same.
 * A cursor holds no pointer: it may be kept while the trie changes.
 */
struct inetx_trie_cursor {
	u32 key;
	u8 len;
};

#define INETX_TRIE_START	33

/* Nodes on one way at most, and the bits that each decides by. */
#define INETX_TRIE_PATH		4
#define INETX_TRIE_STRIDE	8

/**
 * struct inetx_trie_step - what can be told about a node on a way
 * @key: what all below it begin with, host order
 * @len: how many bits of it
 * @children: nodes below it
 * @empty: values of the next byte that lead nowhere
 * @bytes: its size
 */
struct inetx_trie_step {
	u32 key;
	u8 len;
	u16 children;
	u16 empty;
	u32 bytes;
};

/* trieset.c */
int inetx_trie_set(struct inetx_trie *trie, u32 key, u8 len, void *item);
void inetx_trie_remove(struct inetx_trie *trie, u32 key, u8 len);
void inetx_trie_swap(struct inetx_trie *trie, void *old, void *item);
void inetx_trie_clear(struct inetx_trie *trie);

/* trie.c */
void *inetx_trie_find(const struct inetx_trie *trie, u32 key, u8 len);
void *inetx_trie_match(const struct inetx_trie *trie, u32 key, int maxlen,
		       u8 *len);
void *inetx_trie_next(const struct inetx_trie *trie,
		      struct inetx_trie_cursor *cursor);
int inetx_trie_path(const struct inetx_trie *trie, u32 key, u8 len,
		    struct inetx_trie_step *path);

/* The network mask of a prefix length, host order. */
static inline u32 inetx_trie_mask(u8 len)
{
	return len ? ~0U << (32 - len) : 0;
}

#endif /* _INETX_ROUTE_TRIE_H */
