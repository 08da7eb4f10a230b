// SPDX-License-Identifier: GPL-2.0
/* Longest-prefix match; see trie.h.  Also compiled as a user program. */

#include "route/trie.h"

/* The bit of @key behind a prefix of @len < 32 bits. */
static inline int trie_bit(u32 key, u8 len)
{
	return (key >> (31 - len)) & 1;
}

static inline bool trie_covers(const struct inetx_trie_node *n, u32 key)
{
	return !((n->key ^ key) & inetx_trie_mask(n->len));
}

/* How many leading bits two keys have in common, 0..32. */
static inline u8 trie_common(u32 a, u32 b)
{
	return 32 - fls(a ^ b);
}

static struct inetx_trie_node *trie_node(u32 key, u8 len, void *item)
{
	struct inetx_trie_node *n = inetx_trie_alloc();

	if (!n)
		return NULL;
	n->key = key & inetx_trie_mask(len);
	n->len = len;
	RCU_INIT_POINTER(n->item, item);
	return n;
}

/* Put a new prefix where @n hangs at @pp: above @n, or beside it at a fork. */
static int trie_split(struct inetx_trie_node __rcu **pp,
		      struct inetx_trie_node *n, u32 key, u8 len, void *item,
		      u8 common)
{
	struct inetx_trie_node *new = trie_node(key, len, item);
	struct inetx_trie_node *fork;

	if (!new)
		return -ENOMEM;
	if (common == len) {
		RCU_INIT_POINTER(new->child[trie_bit(n->key, len)], n);
		rcu_assign_pointer(*pp, new);
		return 0;
	}
	fork = trie_node(key, common, NULL);
	if (!fork) {
		/* Never published. */
		inetx_trie_free(new);
		return -ENOMEM;
	}
	RCU_INIT_POINTER(fork->child[trie_bit(key, common)], new);
	RCU_INIT_POINTER(fork->child[trie_bit(n->key, common)], n);
	rcu_assign_pointer(*pp, fork);
	return 0;
}

/**
 * inetx_trie_set - give a prefix an item, or another one
 * @trie: the trie
 * @key: prefix, host order
 * @len: prefix length, 0..32
 * @item: not NULL; the former item, if any, is the caller's to free after a
 *	grace period
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM; the latter only for a prefix that had no item.
 */
int inetx_trie_set(struct inetx_trie *trie, u32 key, u8 len, void *item)
{
	struct inetx_trie_node __rcu **pp = &trie->root;
	struct inetx_trie_node *n;
	u8 common;
	int err;

	for (;;) {
		n = rtnl_dereference(*pp);
		if (!n) {
			n = trie_node(key, len, item);
			if (!n)
				return -ENOMEM;
			rcu_assign_pointer(*pp, n);
			break;
		}
		common = trie_common(n->key, key);
		if (common > len)
			common = len;
		if (common < n->len) {
			err = trie_split(pp, n, key, len, item, common);
			if (err)
				return err;
			break;
		}
		if (n->len == len) {
			bool had = rtnl_dereference(n->item);

			rcu_assign_pointer(n->item, item);
			if (had)
				return 0;
			break;
		}
		pp = &n->child[trie_bit(key, n->len)];
	}
	trie->count++;
	return 0;
}

/*
 * Take the node at @pp out when it has no item and does not fork.  Readers
 * standing on it still find their way down: its pointers stay.
 */
static bool trie_prune(struct inetx_trie_node __rcu **pp)
{
	struct inetx_trie_node *n = rtnl_dereference(*pp);
	struct inetx_trie_node *a = rtnl_dereference(n->child[0]);
	struct inetx_trie_node *b = rtnl_dereference(n->child[1]);

	if (rtnl_dereference(n->item) || (a && b))
		return false;
	rcu_assign_pointer(*pp, a ? a : b);
	inetx_trie_free(n);
	return true;
}

/**
 * inetx_trie_remove - take the item from a prefix
 * @trie: the trie
 * @key: prefix, host order
 * @len: prefix length
 *
 * The item is the caller's to free after a grace period.  Nothing happens when
 * the prefix has none.
 *
 * Context: RTNL.
 */
void inetx_trie_remove(struct inetx_trie *trie, u32 key, u8 len)
{
	struct inetx_trie_node __rcu **pp = &trie->root, **parent = NULL;
	struct inetx_trie_node *n;

	while ((n = rtnl_dereference(*pp)) && n->len < len &&
	       trie_covers(n, key)) {
		parent = pp;
		pp = &n->child[trie_bit(key, n->len)];
	}
	if (!n || n->len != len || n->key != key || !rtnl_dereference(n->item))
		return;
	RCU_INIT_POINTER(n->item, NULL);
	trie->count--;
	if (trie_prune(pp) && parent)
		trie_prune(parent);
}

/**
 * inetx_trie_clear - free all nodes
 * @trie: the trie; empty afterwards; the items have been taken care of
 *
 * Context: RTNL, or nobody else can reach the trie.
 */
void inetx_trie_clear(struct inetx_trie *trie)
{
	struct inetx_trie_node *n;

	/* Always the leftmost leaf: no recursion, no memory. */
	while (rtnl_dereference(trie->root)) {
		struct inetx_trie_node __rcu **pp = &trie->root;

		for (;;) {
			n = rtnl_dereference(*pp);
			if (rtnl_dereference(n->child[0]))
				pp = &n->child[0];
			else if (rtnl_dereference(n->child[1]))
				pp = &n->child[1];
			else
				break;
		}
		RCU_INIT_POINTER(*pp, NULL);
		inetx_trie_free(n);
	}
	trie->count = 0;
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
	struct inetx_trie_node *n = rcu_dereference_rtnl(trie->root);

	while (n && n->len < len && trie_covers(n, key))
		n = rcu_dereference_rtnl(n->child[trie_bit(key, n->len)]);
	if (!n || n->len != len || n->key != key)
		return NULL;
	return rcu_dereference_rtnl(n->item);
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
	struct inetx_trie_node *n = rcu_dereference_rtnl(trie->root);
	void *item, *best = NULL;

	while (n && n->len <= maxlen && trie_covers(n, key)) {
		item = rcu_dereference_rtnl(n->item);
		if (item) {
			best = item;
			*len = n->len;
		}
		if (n->len == 32)
			break;
		n = rcu_dereference_rtnl(n->child[trie_bit(key, n->len)]);
	}
	return best;
}

/*
 * The first prefix of a subtree: smallest key, then longest.  Where a writer is
 * at work the way may end at a node that has just lost its item: that one is
 * returned then.
 */
static struct inetx_trie_node *trie_first(struct inetx_trie_node *n)
{
	struct inetx_trie_node *best = NULL, *last = n, *next;

	while (n && (!best || n->key == best->key)) {
		last = n;
		if (rcu_dereference_rtnl(n->item))
			best = n;
		next = rcu_dereference_rtnl(n->child[0]);
		if (!next && !best)
			next = rcu_dereference_rtnl(n->child[1]);
		n = next;
	}
	return best ? best : last;
}

/*
 * The first prefix behind the cursor.  Shorter prefixes with the cursor's key
 * lie on the way to it, greater keys in the last branch to the right of it.
 */
static struct inetx_trie_node *
trie_behind(const struct inetx_trie *trie,
	    const struct inetx_trie_cursor *cursor)
{
	struct inetx_trie_node *n = rcu_dereference_rtnl(trie->root);
	struct inetx_trie_node *same = NULL, *after = NULL, *right;
	u32 key = cursor->key;

	while (n) {
		if (!trie_covers(n, key)) {
			if (n->key > key)
				after = n;
			break;
		}
		if (n->key == key && n->len < cursor->len &&
		    rcu_dereference_rtnl(n->item))
			same = n;
		if (n->len == 32)
			break;
		right = rcu_dereference_rtnl(n->child[1]);
		if (trie_bit(key, n->len)) {
			n = right;
			continue;
		}
		if (right)
			after = right;
		n = rcu_dereference_rtnl(n->child[0]);
	}
	return same ? same : trie_first(after);
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
	struct inetx_trie_node *n;
	void *item;

	while ((n = trie_behind(trie, cursor))) {
		item = rcu_dereference_rtnl(n->item);
		cursor->key = n->key;
		cursor->len = n->len;
		if (item)
			return item;
		/* Just removed.  Behind a bare leaf goes on what is behind its
		 * whole range, for the way would end there again.
		 */
		if (!rcu_dereference_rtnl(n->child[0]) &&
		    !rcu_dereference_rtnl(n->child[1])) {
			cursor->key |= ~inetx_trie_mask(n->len);
			cursor->len = 0;
		}
	}
	return NULL;
}

/**
 * inetx_trie_path - the way to a prefix
 * @trie: the trie
 * @key: prefix, host order
 * @len: prefix length
 * @path: filled with the nodes that cover the prefix, its own included, from the
 *	root down; room for INETX_TRIE_PATH
 *
 * Context: RTNL or RCU read side.
 * Return: their number.
 */
int inetx_trie_path(const struct inetx_trie *trie, u32 key, u8 len,
		    const struct inetx_trie_node **path)
{
	const struct inetx_trie_node *n = rcu_dereference_rtnl(trie->root);
	int count = 0;

	while (n && n->len <= len && trie_covers(n, key)) {
		path[count++] = n;
		if (n->len == 32)
			break;
		n = rcu_dereference_rtnl(n->child[trie_bit(key, n->len)]);
	}
	return count;
}
