// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/inetx/fib_trie and fib_triestat (proc(5)): the tables as the trees
 * that they are.
 *
 * A leaf, as AF_INET has them, is an address with all prefixes that begin there,
 * the longest first.  What is above it is the tries': see route/trie.h.  A node
 * decides by eight bits.  Tables local and main are always shown apart.
 */

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "proc/proc.h"
#include "route/table.h"

/**
 * struct fib_walk - a reader of fib_trie
 * @p: must be first: the namespace
 * @table: the table of the leaf shown last, NULL before the first and behind the
 *	last; tables live as long as the namespace
 * @at: that leaf, by its longest prefix
 * @last: the leaf before it in the table
 * @pos: position that @at belongs to
 *
 * The reader's file lock protects it.
 */
struct fib_walk {
	struct seq_net_private p;
	struct inetx_fib_table *table;
	struct inetx_trie_cursor at;
	struct inetx_trie_cursor last;
	loff_t pos;
};

static const struct inetx_trie_cursor before_all = { 0, INETX_TRIE_START };

static bool is_first(const struct inetx_trie_cursor *leaf)
{
	return leaf->len == INETX_TRIE_START;
}

/* The table behind @table, or the first.  RCU read side. */
static struct inetx_fib_table *table_next(struct inetx_net *xnet,
					  struct inetx_fib_table *table)
{
	struct hlist_node *link = NULL;
	int i = 0;

	if (table) {
		link = rcu_dereference(hlist_next_rcu(&table->link));
		i = table->id % INETX_FIB_HASH_SIZE + 1;
	}
	for (; !link && i < INETX_FIB_HASH_SIZE; i++)
		link = rcu_dereference(hlist_first_rcu(&xnet->route.tables[i]));
	return hlist_entry_safe(link, struct inetx_fib_table, link);
}

/* The next leaf of a table: behind all that have the address of @leaf. */
static void *leaf_next(const struct inetx_fib_table *table,
		       struct inetx_trie_cursor *leaf)
{
	if (!is_first(leaf))
		leaf->len = 0;
	return inetx_trie_next(&table->trie, leaf);
}

/* Is a node on the way to a leaf, which is not before all? */
static bool is_above(const struct inetx_trie_step *n,
		     const struct inetx_trie_cursor *leaf)
{
	return !is_first(leaf) && n->len < leaf->len &&
	       !((n->key ^ leaf->key) & inetx_trie_mask(n->len));
}

static void *walk_next(struct fib_walk *walk, struct inetx_net *xnet)
{
	void *v;

	walk->last = walk->at;
	while (walk->table) {
		v = leaf_next(walk->table, &walk->at);
		if (v)
			return v;
		walk->table = table_next(xnet, walk->table);
		walk->at = before_all;
		walk->last = before_all;
	}
	return NULL;
}

static void *trie_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	struct inetx_net *xnet = inetx_net(seq_file_net(seq));
	struct fib_walk *walk = seq->private;
	loff_t i;
	void *v;

	rcu_read_lock();
	/* Mostly the leaf that did not fit the reader's buffer. */
	if (*pos && *pos == walk->pos) {
		if (!walk->table)
			return NULL;
		v = inetx_trie_find(&walk->table->trie, walk->at.key,
				    walk->at.len);
		return v ? v : walk_next(walk, xnet);
	}
	walk->table = table_next(xnet, NULL);
	walk->at = before_all;
	v = walk_next(walk, xnet);
	for (i = 0; v && i < *pos; i++)
		v = walk_next(walk, xnet);
	walk->pos = *pos;
	return v;
}

static void *trie_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct fib_walk *walk = seq->private;

	walk->pos = ++*pos;
	return walk_next(walk, inetx_net(seq_file_net(seq)));
}

static void trie_stop(struct seq_file *seq, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static void show_table(struct seq_file *seq, u32 id)
{
	if (id == RT_TABLE_LOCAL)
		seq_puts(seq, "Local:\n");
	else if (id == RT_TABLE_MAIN)
		seq_puts(seq, "Main:\n");
	else
		seq_printf(seq, "Id %u:\n", id);
}

static void indent(struct seq_file *seq, int depth)
{
	seq_printf(seq, "%*s", 3 * depth + 2, "");
}

static void show_scope(struct seq_file *seq, u8 scope)
{
	switch (scope) {
	case RT_SCOPE_UNIVERSE:
		seq_puts(seq, "universe");
		break;
	case RT_SCOPE_SITE:
		seq_puts(seq, "site");
		break;
	case RT_SCOPE_LINK:
		seq_puts(seq, "link");
		break;
	case RT_SCOPE_HOST:
		seq_puts(seq, "host");
		break;
	case RT_SCOPE_NOWHERE:
		seq_puts(seq, "nowhere");
		break;
	default:
		seq_printf(seq, "scope=%d", scope);
	}
}

static const char * const type_names[] = {
	[RTN_UNSPEC] = "UNSPEC",
	[RTN_UNICAST] = "UNICAST",
	[RTN_LOCAL] = "LOCAL",
	[RTN_BROADCAST] = "BROADCAST",
	[RTN_ANYCAST] = "ANYCAST",
	[RTN_MULTICAST] = "MULTICAST",
	[RTN_BLACKHOLE] = "BLACKHOLE",
	[RTN_UNREACHABLE] = "UNREACHABLE",
	[RTN_PROHIBIT] = "PROHIBIT",
	[RTN_THROW] = "THROW",
	[RTN_NAT] = "NAT",
	[RTN_XRESOLVE] = "XRESOLVE",
};

static void show_routes(struct seq_file *seq, int depth, u8 len,
			const struct inetx_route *route)
{
	for (; route; route = rcu_dereference(route->next)) {
		const struct inetx_rtinfo *info = READ_ONCE(route->info);

		indent(seq, depth);
		seq_printf(seq, "/%u ", len);
		show_scope(seq, info->scope);
		seq_printf(seq, " %s", type_names[info->asked]);
		if (route->tos)
			seq_printf(seq, " tos=%u", route->tos);
		seq_putc(seq, '\n');
	}
}

/* A leaf, before it the nodes that the one before it was not below. */
static int trie_show(struct seq_file *seq, void *v)
{
	struct inetx_trie_step path[INETX_TRIE_PATH];
	const struct fib_walk *walk = seq->private;
	struct inetx_trie_cursor at = walk->at;
	int i, n;
	__be32 addr;

	if (is_first(&walk->last))
		show_table(seq, walk->table->id);
	n = inetx_trie_path(&walk->table->trie, at.key, at.len, path);
	for (i = 0; i < n; i++) {
		if (is_above(&path[i], &walk->last))
			continue;
		addr = htonl(path[i].key);
		indent(seq, i);
		/* It skips no bits: all nodes below it are full. */
		seq_printf(seq, "+-- %pI4/%u %u %u %u\n", &addr, path[i].len,
			   INETX_TRIE_STRIDE, path[i].children, path[i].empty);
	}
	addr = htonl(at.key);
	indent(seq, n);
	seq_printf(seq, "|-- %pI4\n", &addr);
	do {
		show_routes(seq, n + 1, at.len, v);
		v = inetx_trie_next(&walk->table->trie, &at);
	} while (v && at.key == walk->at.key);
	return 0;
}

static const struct seq_operations trie_seq_ops = {
	.start = trie_start,
	.next = trie_next,
	.stop = trie_stop,
	.show = trie_show,
};

/**
 * struct fib_stat - what fib_triestat tells of a table
 * @depths: of all leaves, summed up
 * @max_depth: nodes above the deepest leaf
 * @leaves: addresses that prefixes begin at
 * @routes: routes
 * @own: those of them that are not in an info
 * @nodes: nodes
 * @bytes: their size
 * @empty: where they lead nowhere
 *
 * On the stack of the reader.
 */
struct fib_stat {
	u64 depths;
	u32 max_depth;
	u32 leaves;
	u32 routes;
	u32 own;
	u32 nodes;
	u32 empty;
	u64 bytes;
};

static void count_leaf(const struct inetx_fib_table *table,
		       const struct inetx_trie_cursor *last,
		       struct inetx_trie_cursor at, const struct inetx_route *v,
		       struct fib_stat *stat)
{
	struct inetx_trie_step path[INETX_TRIE_PATH];
	u32 i, depth, key = at.key;

	depth = inetx_trie_path(&table->trie, at.key, at.len, path);
	for (i = 0; i < depth; i++) {
		if (is_above(&path[i], last))
			continue;
		stat->nodes++;
		stat->empty += path[i].empty;
		stat->bytes += path[i].bytes;
	}
	stat->leaves++;
	stat->depths += depth;
	stat->max_depth = max(stat->max_depth, depth);
	do {
		for (; v; v = rcu_dereference(v->next)) {
			stat->routes++;
			stat->own += v != &READ_ONCE(v->info)->sole;
		}
		v = inetx_trie_next(&table->trie, &at);
	} while (v && at.key == key);
}

/* RCU read side, which may be left on the way. */
static void count_table(const struct inetx_fib_table *table,
			struct fib_stat *stat)
{
	struct inetx_trie_cursor at = before_all, last;
	void *v;

	memset(stat, 0, sizeof(*stat));
	for (;;) {
		last = at;
		v = leaf_next(table, &at);
		if (!v)
			break;
		count_leaf(table, &last, at, v, stat);
		if (stat->leaves % 256 == 0)
			cond_resched_rcu();
	}
}

static void show_stat(struct seq_file *seq, const struct fib_stat *stat)
{
	u32 depth = 0;
	u64 bytes;

	if (stat->leaves)
		depth = div_u64(stat->depths * 100, stat->leaves);
	seq_printf(seq, "\tAver depth:     %u.%02u\n", depth / 100, depth % 100);
	seq_printf(seq, "\tMax depth:      %u\n", stat->max_depth);
	seq_printf(seq, "\tLeaves:         %u\n", stat->leaves);
	seq_printf(seq, "\tPrefixes:       %u\n", stat->routes);
	seq_printf(seq, "\tInternal nodes: %u\n\t", stat->nodes);
	if (stat->nodes)
		seq_printf(seq, "  %u: %u", INETX_TRIE_STRIDE, stat->nodes);
	seq_printf(seq, "\n\tPointers: %u\n",
		   stat->nodes << INETX_TRIE_STRIDE);
	seq_printf(seq, "Null ptrs: %u\n", stat->empty);
	bytes = stat->bytes + (u64)sizeof(struct inetx_route) * stat->own;
	seq_printf(seq, "Total size: %llu  kB\n", DIV_ROUND_UP_ULL(bytes, 1024));
}

static int triestat_show(struct seq_file *seq, void *v)
{
	struct inetx_net *xnet = inetx_net(seq_file_single_net(seq));
	struct inetx_fib_table *table = NULL;
	struct fib_stat stat;

	/* Of a leaf with the only route of a prefix, and of a node without any. */
	seq_puts(seq, "Basic info: size of leaf: 2 bytes, size of tnode: 8 bytes.\n");
	rcu_read_lock();
	while ((table = table_next(xnet, table))) {
		if (!READ_ONCE(table->used))
			continue;
		count_table(table, &stat);
		show_table(seq, table->id);
		show_stat(seq, &stat);
	}
	rcu_read_unlock();
	return 0;
}

/**
 * inetx_proc_fib - create the files
 * @xnet: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_fib(struct inetx_net *xnet)
{
	struct proc_dir_entry *dir = xnet->proc.dir;

	if (!proc_create_net("fib_trie", 0444, dir, &trie_seq_ops,
			     sizeof(struct fib_walk)) ||
	    !proc_create_net_single("fib_triestat", 0444, dir, triestat_show,
				    NULL))
		return -ENOMEM;
	return 0;
}
