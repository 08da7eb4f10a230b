// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match, the writers' side; see trie.h and trienode.h.  Also
 * compiled as a user program.
 *
 * A node is never changed in a way that a reader could see halves of: a changed
 * copy takes its place by one pointer.  In place go single stores: the number of
 * an item, a pointer to a node where there is one or has its slot.
 */

#include "route/trienode.h"

/* From so many nodes on a node has a pointer for each value of its byte, and
 * below so many no more.
 */
#define DIRECT_FROM	64
#define DIRECT_TO	32

/**
 * struct change - one bit of a node, and what belongs to it
 * @word: its word
 * @bit: the bit
 * @set: it is set, not cleared
 * @id: the number of the item, if @word is one of items
 * @child: the node, if it is one of nodes
 */
struct change {
	u8 word;
	u8 bit;
	bool set;
	u32 id;
	struct inetx_trie_node *child;
};

/* ---- numbers of items */

/* Append list @from to the front of @to; both by number. */
static void ids_join(struct inetx_trie_ids *ids, u32 *to, u32 *from)
{
	u32 last = *from;

	if (!last)
		return;
	while (ids->next[last])
		last = ids->next[last];
	ids->next[last] = *to;
	*to = *from;
	*from = 0;
}

/* What has rested for a grace period may be used again; let the rest begin. */
static void ids_turn(struct inetx_trie *trie, struct inetx_trie_ids *ids)
{
	if (trie->resting && poll_state_synchronize_rcu(trie->grace))
		ids_join(ids, &trie->ready, &trie->resting);
	if (!trie->resting && trie->fresh) {
		trie->resting = trie->fresh;
		trie->fresh = 0;
		trie->grace = start_poll_synchronize_rcu();
	}
}

static struct inetx_trie_ids *ids_grow(struct inetx_trie *trie,
				       struct inetx_trie_ids *old)
{
	u32 size = old ? 2 * old->size : 8;
	struct inetx_trie_ids *ids;

	ids = inetx_trie_alloc(sizeof(*ids) +
			       (size_t)size * (sizeof(*ids->item) +
					       sizeof(*ids->next)));
	if (!ids)
		return NULL;
	ids->size = size;
	ids->next = (u32 *)(ids->item + size);
	if (old) {
		memcpy(ids->item, old->item, old->size * sizeof(*ids->item));
		memcpy(ids->next, old->next, old->size * sizeof(*ids->next));
	}
	rcu_assign_pointer(trie->ids, ids);
	if (old)
		inetx_trie_free(old);
	return ids;
}

/* A prefix more has the item: its number, 0 without memory. */
static u32 id_get(struct inetx_trie *trie, struct inetx_trie_item *item)
{
	struct inetx_trie_ids *ids = rtnl_dereference(trie->ids);
	u32 id;

	if (item->refs) {
		item->refs++;
		return item->id;
	}
	if (ids)
		ids_turn(trie, ids);
	id = trie->ready;
	if (id) {
		trie->ready = ids->next[id];
	} else {
		if (!ids || trie->used + 1 == ids->size)
			ids = ids_grow(trie, ids);
		if (!ids)
			return 0;
		id = ++trie->used;
	}
	rcu_assign_pointer(ids->item[id], item);
	item->id = id;
	item->refs = 1;
	return id;
}

static struct inetx_trie_item *id_item(struct inetx_trie *trie, u32 id)
{
	return rtnl_dereference(rtnl_dereference(trie->ids)->item[id]);
}

/* A prefix less has the item. */
static void id_put(struct inetx_trie *trie, u32 id)
{
	struct inetx_trie_ids *ids = rtnl_dereference(trie->ids);
	struct inetx_trie_item *item = id_item(trie, id);

	if (--item->refs)
		return;
	item->id = 0;
	ids->next[id] = trie->fresh;
	trie->fresh = id;
	ids_turn(trie, ids);
}

/* ---- nodes */

static struct inetx_trie_node *node_alloc(const u64 *words, bool wide,
					  bool direct)
{
	unsigned int i, items = 0, nodes = 0, count = 0, present = 0;
	size_t slots_at, items_at;
	struct inetx_trie_node *n;
	u16 *ranks;

	for (i = TRIE_WORD_NODES; i < TRIE_WORD_ITEMS; i++)
		nodes += hweight64(words[i]);
	for (i = 0; i < TRIE_WORDS; i++) {
		if (i < TRIE_WORD_ITEMS ? !nodes : !words[i])
			continue;
		present |= 1U << i;
		count++;
		if (i >= TRIE_WORD_ITEMS)
			items += hweight64(words[i]);
	}
	if (direct)
		nodes = 256;
	slots_at = ALIGN(count * (sizeof(u64) + sizeof(u16)),
			 nodes ? sizeof(void *) : sizeof(u32));
	items_at = slots_at + nodes * sizeof(struct inetx_trie_node *);
	n = inetx_trie_alloc(sizeof(*n) + items_at + items * (wide ? 4 : 2));
	if (!n)
		return NULL;
	n->present = present;
	n->slots_at = slots_at;
	n->items_at = items_at;
	n->words = count;
	n->wide = wide;
	n->direct = direct;

	ranks = trie_ranks(n);
	items = 0;
	nodes = 0;
	for (i = 0, count = 0; i < TRIE_WORDS; i++) {
		unsigned int *rank = i < TRIE_WORD_ITEMS ? &nodes : &items;

		if (!(present & 1U << i))
			continue;
		n->word[count] = words[i];
		ranks[count++] = *rank;
		*rank += hweight64(words[i]);
	}
	return n;
}

static void node_put_id(struct inetx_trie_node *n, int rank, u32 id)
{
	void *items = trie_items(n);

	if (n->wide)
		/* After the item; pairs with item_of(). */
		smp_store_release(&((u32 *)items)[rank], id);
	else
		/* Likewise. */
		smp_store_release(&((u16 *)items)[rank], (u16)id);
}

/* All items of @old, which are one more or less in @n, from @at on. */
static void copy_items(struct inetx_trie_node *n,
		       const struct inetx_trie_node *old, int at, bool set)
{
	int i, count = trie_count(old, TRIE_WORD_ITEMS, TRIE_WORDS);

	for (i = 0; i < count; i++) {
		if (i == at && !set)
			continue;
		node_put_id(n, i < at ? i : set ? i + 1 : i - 1,
			    trie_id(old, i));
	}
}

static void copy_nodes(struct inetx_trie_node *n,
		       const struct inetx_trie_node *old, int changed)
{
	struct inetx_trie_node __rcu **to, **from;
	int i;

	for (i = 0; i < 256; i++) {
		to = trie_slot(n, i);
		from = trie_slot(old, i);
		if (to && from && i != changed)
			RCU_INIT_POINTER(*to, rtnl_dereference(*from));
	}
}

/* A node as @old (NULL: an empty one) would be after a change; or NULL. */
static struct inetx_trie_node *node_make(const struct inetx_trie_node *old,
					 const struct change *c)
{
	bool is_item = c->word >= TRIE_WORD_ITEMS, wide, direct;
	struct inetx_trie_node *n;
	unsigned int i, nodes = 0;
	u64 words[TRIE_WORDS] = {};
	int rank = -1;

	if (old)
		for (i = 0; i < TRIE_WORDS; i++)
			words[i] = trie_word(old, i);
	if (is_item && old)
		rank = trie_rank(old, c->word, c->bit);
	if (c->set)
		words[c->word] |= 1ULL << c->bit;
	else
		words[c->word] &= ~(1ULL << c->bit);
	for (i = TRIE_WORD_NODES; i < TRIE_WORD_ITEMS; i++)
		nodes += hweight64(words[i]);
	wide = (old && old->wide) || (is_item && c->id > U16_MAX);
	direct = nodes >= (old && old->direct ? DIRECT_TO : DIRECT_FROM);

	n = node_alloc(words, wide, direct);
	if (!n)
		return NULL;
	if (old) {
		int at = trie_count(old, TRIE_WORD_ITEMS, TRIE_WORDS);
		int changed = is_item ? -1 :
			      64 * (c->word - TRIE_WORD_NODES) + c->bit;

		/* An item that is there already, for a wider number. */
		if (is_item && c->set && rank >= 0)
			copy_items(n, old, at, true);
		else if (is_item)
			copy_items(n, old, c->set ?
				   trie_rank(n, c->word, c->bit) : rank,
				   c->set);
		else
			copy_items(n, old, at, true);
		if (trie_room(old))
			copy_nodes(n, old, changed);
	}
	if (!c->set)
		return n;
	if (is_item)
		node_put_id(n, trie_rank(n, c->word, c->bit), c->id);
	else
		RCU_INIT_POINTER(*trie_slot(n, 64 * (c->word - TRIE_WORD_NODES) +
					       c->bit), c->child);
	return n;
}

/* Change the node at @pp.  Fails only without memory, and then it is as before. */
static int node_change(struct inetx_trie_node __rcu **pp,
		       const struct change *c)
{
	struct inetx_trie_node *old = rtnl_dereference(*pp), *n;

	n = node_make(old, c);
	if (!n)
		return -ENOMEM;
	if (n->present) {
		rcu_assign_pointer(*pp, n);
	} else {
		inetx_trie_drop(n);
		RCU_INIT_POINTER(*pp, NULL);
	}
	if (old)
		inetx_trie_free(old);
	return 0;
}

/* Whether a direct node has become one with few nodes below it. */
static bool node_thin(const struct inetx_trie_node *n)
{
	return trie_count(n, TRIE_WORD_NODES, TRIE_WORD_ITEMS) <= DIRECT_TO;
}

/* Hang @child, or with NULL nothing, under the node at @pp. */
static int node_link(struct inetx_trie_node __rcu **pp, u8 byte,
		     struct inetx_trie_node *child)
{
	struct change c = { .word = TRIE_WORD_NODES + (byte >> 6),
			    .bit = byte & 63, .set = child, .child = child };
	struct inetx_trie_node *n = rtnl_dereference(*pp);
	u64 *word;

	if (!n || !n->direct || (!child && node_thin(n)))
		return node_change(pp, &c);
	word = &n->word[trie_index(n, c.word)];
	WRITE_ONCE(*word, child ? *word | 1ULL << c.bit :
				  *word & ~(1ULL << c.bit));
	rcu_assign_pointer(trie_slots(n)[byte], child);
	return 0;
}

/* Nodes for @depth down to that of @len, with one item there; or NULL. */
static struct inetx_trie_node *chain_make(u32 key, u8 len, int depth, u32 id)
{
	int at = trie_depth(len);
	struct trie_place p = trie_place(trie_byte(key, at),
					 len - INETX_TRIE_STRIDE * at);
	struct change c = { .word = p.word, .bit = p.bit, .set = true,
			    .id = id };
	struct inetx_trie_node *n = node_make(NULL, &c), *below = NULL;

	while (n && at-- > depth) {
		u8 byte = trie_byte(key, at);

		below = n;
		c.word = TRIE_WORD_NODES + (byte >> 6);
		c.bit = byte & 63;
		c.child = below;
		n = node_make(NULL, &c);
	}
	if (n)
		return n;
	/* Nobody has seen them. */
	while (below) {
		n = trie_room(below) ? rtnl_dereference(*trie_slots(below)) : NULL;
		inetx_trie_drop(below);
		below = n;
	}
	return NULL;
}

/* A prefix that is not in the trie, nor a place that it has left. */
static int prefix_add(struct inetx_trie *trie, u32 key, u8 len, u32 id)
{
	struct inetx_trie_node __rcu **pp = &trie->root, **slot;
	struct inetx_trie_node *n, *chain;
	int depth;

	for (depth = 0; depth < trie_depth(len); depth++) {
		n = rtnl_dereference(*pp);
		slot = n ? trie_slot(n, trie_byte(key, depth)) : NULL;
		if (!slot || !rtnl_dereference(*slot))
			break;
		pp = slot;
	}
	n = rtnl_dereference(*pp);
	if (n && depth == trie_depth(len)) {
		struct trie_place p = trie_place(trie_byte(key, depth),
						 len - INETX_TRIE_STRIDE * depth);
		struct change c = { .word = p.word, .bit = p.bit, .set = true,
				    .id = id };

		return node_change(pp, &c);
	}
	chain = chain_make(key, len, n ? depth + 1 : depth, id);
	if (!chain)
		return -ENOMEM;
	if (!n) {
		rcu_assign_pointer(*pp, chain);
		return 0;
	}
	if (!node_link(pp, trie_byte(key, depth), chain))
		return 0;
	while (chain) {
		n = trie_room(chain) ? rtnl_dereference(*trie_slots(chain)) : NULL;
		inetx_trie_drop(chain);
		chain = n;
	}
	return -ENOMEM;
}

/* The slots of the nodes on the way to the one that holds a prefix; how many. */
static int way(struct inetx_trie *trie, u32 key, u8 len,
	       struct inetx_trie_node __rcu ***pp)
{
	struct inetx_trie_node __rcu **slot = &trie->root;
	struct inetx_trie_node *n;
	int depth;

	for (depth = 0; depth <= trie_depth(len); depth++) {
		n = slot ? rtnl_dereference(*slot) : NULL;
		if (!n)
			break;
		pp[depth] = slot;
		if (depth < trie_depth(len))
			slot = trie_slot(n, trie_byte(key, depth));
	}
	return depth;
}

/* Give a prefix that has a place in the node at @pp another item. */
static int place_set(struct inetx_trie_node __rcu **pp, struct trie_place p,
		     int rank, u32 id)
{
	struct change c = { .word = p.word, .bit = p.bit, .set = true,
			    .id = id };
	struct inetx_trie_node *n = rtnl_dereference(*pp);

	if (!n->wide && id > U16_MAX)
		return node_change(pp, &c);
	node_put_id(n, rank, id);
	return 0;
}

/* An item that no other prefix has gives its number to one that is new. */
static bool take_over(struct inetx_trie *trie, u32 id,
		      struct inetx_trie_item *item)
{
	if (item->refs || id_item(trie, id)->refs > 1)
		return false;
	inetx_trie_swap(trie, id_item(trie, id), item);
	return true;
}

/**
 * inetx_trie_set - give a prefix an item, or another one
 * @trie: the trie
 * @key: prefix, host order
 * @len: prefix length, 0..32
 * @ptr: the item, which begins with a struct inetx_trie_item; not NULL.  The
 *	former item, if any, is the caller's; where no prefix has it any more, to
 *	free after a grace period
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM with nothing changed; the latter not where a new item
 * takes the place of one that no other prefix has.
 */
int inetx_trie_set(struct inetx_trie *trie, u32 key, u8 len, void *ptr)
{
	struct inetx_trie_node __rcu **pp[INETX_TRIE_PATH];
	struct inetx_trie_item *item = ptr;
	struct trie_place p = {};
	u32 id, old = trie->zero;
	int rank = -1, err = 0;

	if (len) {
		int at = trie_depth(len);

		old = 0;
		p = trie_place(trie_byte(key, at), len - INETX_TRIE_STRIDE * at);
		if (way(trie, key, len, pp) == at + 1)
			rank = trie_rank(rtnl_dereference(*pp[at]), p.word,
					 p.bit);
		if (rank >= 0)
			old = trie_id(rtnl_dereference(*pp[at]), rank);
	}
	if (old && take_over(trie, old, item))
		return 0;
	id = id_get(trie, item);
	if (!id)
		return -ENOMEM;
	if (!len)
		/* After the item; pairs with item_of(). */
		smp_store_release(&trie->zero, id);
	else if (rank >= 0)
		err = place_set(pp[trie_depth(len)], p, rank, id);
	else
		err = prefix_add(trie, key, len, id);
	if (err) {
		id_put(trie, id);
		return err;
	}
	if (old)
		id_put(trie, old);
	else
		trie->count++;
	return 0;
}

/**
 * inetx_trie_remove - take the item from a prefix
 * @trie: the trie
 * @key: prefix, host order
 * @len: prefix length
 *
 * Where no prefix has the item any more, it is the caller's to free after a grace
 * period.  Nothing happens when the prefix has none.  Without memory a place
 * stays, empty, in a node.
 *
 * Context: RTNL, may sleep.
 */
void inetx_trie_remove(struct inetx_trie *trie, u32 key, u8 len)
{
	struct inetx_trie_node __rcu **pp[INETX_TRIE_PATH];
	struct change c = { .set = false };
	struct inetx_trie_node *n;
	struct trie_place p;
	int at, rank;
	u32 id;

	if (!len) {
		id = trie->zero;
		WRITE_ONCE(trie->zero, 0);
		if (id) {
			id_put(trie, id);
			trie->count--;
		}
		return;
	}
	at = trie_depth(len);
	if (way(trie, key, len, pp) != at + 1)
		return;
	n = rtnl_dereference(*pp[at]);
	p = trie_place(trie_byte(key, at), len - INETX_TRIE_STRIDE * at);
	rank = trie_rank(n, p.word, p.bit);
	id = rank < 0 ? 0 : trie_id(n, rank);
	if (!id)
		return;
	node_put_id(n, rank, 0);
	id_put(trie, id);
	trie->count--;

	c.word = p.word;
	c.bit = p.bit;
	if (trie_count(n, 0, TRIE_WORDS) > 1 || !at) {
		node_change(pp[at], &c);
		return;
	}
	/* The last of the node, and with it the nodes that lead only here. */
	while (at && trie_count(rtnl_dereference(*pp[at]), 0, TRIE_WORDS) <= 1)
		at--;
	n = rtnl_dereference(*trie_slot(rtnl_dereference(*pp[at]),
					trie_byte(key, at)));
	if (node_link(pp[at], trie_byte(key, at), NULL))
		return;
	while (n) {
		struct inetx_trie_node *below = NULL;
		int word;

		for (word = TRIE_WORD_NODES; word < TRIE_WORD_ITEMS; word++)
			if (trie_word(n, word))
				below = trie_child(n, 64 * (word - TRIE_WORD_NODES) +
						   __ffs64(trie_word(n, word)));
		inetx_trie_free(n);
		n = below;
	}
}

/**
 * inetx_trie_swap - let all prefixes that have an item have another one
 * @trie: the trie
 * @old: the item; of no prefix afterwards
 * @item: what takes its place; of no prefix before
 *
 * Context: RTNL.
 */
void inetx_trie_swap(struct inetx_trie *trie, void *old, void *item)
{
	struct inetx_trie_item *a = old, *b = item;

	if (!a->refs)
		return;
	*b = *a;
	a->id = 0;
	a->refs = 0;
	rcu_assign_pointer(rtnl_dereference(trie->ids)->item[b->id], b);
}

/**
 * inetx_trie_clear - free all memory
 * @trie: the trie; empty afterwards; the items have been taken care of
 *
 * Context: RTNL, or nobody else can reach the trie; may sleep.
 */
void inetx_trie_clear(struct inetx_trie *trie)
{
	struct inetx_trie_ids *ids = rtnl_dereference(trie->ids);
	struct inetx_trie_node *path[INETX_TRIE_PATH], *n;
	unsigned int slot[INETX_TRIE_PATH];
	int depth = 0;

	path[0] = rtnl_dereference(trie->root);
	slot[0] = 0;
	RCU_INIT_POINTER(trie->root, NULL);
	RCU_INIT_POINTER(trie->ids, NULL);
	/* No recursion. */
	while (path[0] && depth >= 0) {
		n = path[depth];
		if (slot[depth] == trie_room(n)) {
			inetx_trie_free(n);
			depth--;
			continue;
		}
		n = rtnl_dereference(trie_slots(n)[slot[depth]++]);
		if (n) {
			path[++depth] = n;
			slot[depth] = 0;
		}
	}
	if (ids)
		inetx_trie_free(ids);
	trie->zero = 0;
	trie->count = 0;
	trie->used = 0;
	trie->ready = 0;
	trie->resting = 0;
	trie->fresh = 0;
}
