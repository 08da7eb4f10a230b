/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Longest-prefix match over 32-bit keys: the lookup structure of a routing
 * table and nothing else.  It maps a prefix to one opaque item; what an item
 * is, and what to do when the best one does not suit, is the caller's.
 *
 * A path-compressed binary trie (Patricia).  Keys are in host order, prefix
 * lengths 0..32, and the bits of a key behind its length are zero.  Writers
 * hold RTNL, readers an RCU read section; a reader sees each single change
 * whole or not at all.
 */
#ifndef _INETX_ROUTE_TRIE_H
#define _INETX_ROUTE_TRIE_H

#include "route/port.h"

/**
 * struct inetx_trie_node - a prefix, or a fork between two of them
 * @child: subtrees by the bit behind the prefix; RTNL, RCU
 * @item: the caller's, NULL for a mere fork; RTNL, RCU
 * @key: the prefix, host order; set once
 * @len: its length in bits; set once
 * @rcu: freeing waits for readers
 */
struct inetx_trie_node {
	struct inetx_trie_node __rcu *child[2];
	void __rcu *item;
	u32 key;
	u8 len;
	struct rcu_head rcu;
};

/**
 * struct inetx_trie - the structure; all zeros is an empty one
 * @root: RTNL, RCU
 * @count: prefixes that have an item; RTNL
 */
struct inetx_trie {
	struct inetx_trie_node __rcu *root;
	u32 count;
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

/* Nodes on one way at most: one for each length. */
#define INETX_TRIE_PATH		33

int inetx_trie_set(struct inetx_trie *trie, u32 key, u8 len, void *item);
void inetx_trie_remove(struct inetx_trie *trie, u32 key, u8 len);
void inetx_trie_clear(struct inetx_trie *trie);
void *inetx_trie_find(const struct inetx_trie *trie, u32 key, u8 len);
void *inetx_trie_match(const struct inetx_trie *trie, u32 key, int maxlen,
		       u8 *len);
void *inetx_trie_next(const struct inetx_trie *trie,
		      struct inetx_trie_cursor *cursor);
int inetx_trie_path(const struct inetx_trie *trie, u32 key, u8 len,
		    const struct inetx_trie_node **path);

/* The network mask of a prefix length, host order. */
static inline u32 inetx_trie_mask(u8 len)
{
	return len ? ~0U << (32 - len) : 0;
}

#endif /* _INETX_ROUTE_TRIE_H */
