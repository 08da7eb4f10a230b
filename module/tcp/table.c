// SPDX-License-Identifier: GPL-2.0
/* Connection and listener tables of a namespace. */

#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/random.h>

#include "tcp/internal.h"
#include "tcp/table.h"

/* Buckets of the first namespace: one for each 64 KiB of memory, in these
 * bounds.  A bucket is 24 bytes; the lower bound costs 384 KiB.
 */
#define BUCKETS_MIN	(16 * 1024)
#define BUCKETS_MAX	(512 * 1024)
/* Other namespaces are cheap to make. */
#define BUCKETS_CHILD	4096
#define LBUCKETS	1024
#define LBUCKETS_CHILD	128
#define TW_SLOTS	1024
#define REQUEST_SLOTS	256

static u32 table_size(const struct inetx_net *xnet)
{
	unsigned long n = totalram_pages() >> (16 - min(16, PAGE_SHIFT));

	if (!net_eq(xnet->net, &init_net))
		return BUCKETS_CHILD;
	return roundup_pow_of_two(clamp_t(unsigned long, n, BUCKETS_MIN,
					  BUCKETS_MAX));
}

static int alloc_buckets(struct inetx_tcp_tables *t, u32 size, u32 lsize)
{
	u32 i;

	t->buckets = kvmalloc_array(size, sizeof(*t->buckets),
				    GFP_KERNEL_ACCOUNT);
	t->lbuckets = kvmalloc_array(lsize, sizeof(*t->lbuckets),
				     GFP_KERNEL_ACCOUNT);
	t->bheads = kvmalloc_array(size, sizeof(*t->bheads),
				   GFP_KERNEL_ACCOUNT);
	if (!t->buckets || !t->lbuckets || !t->bheads)
		return -ENOMEM;

	t->mask = size - 1;
	t->lmask = lsize - 1;
	t->bmask = size - 1;
	for (i = 0; i < size; i++) {
		INIT_HLIST_NULLS_HEAD(&t->buckets[i].conns, i);
		INIT_HLIST_NULLS_HEAD(&t->buckets[i].minis, i);
		spin_lock_init(&t->buckets[i].lock);
		t->buckets[i].seq = 0;
		INIT_HLIST_HEAD(&t->bheads[i].chain);
		spin_lock_init(&t->bheads[i].lock);
	}
	for (i = 0; i < lsize; i++) {
		INIT_HLIST_NULLS_HEAD(&t->lbuckets[i].socks,
				      i + INETX_LISTEN_NULLS);
		spin_lock_init(&t->lbuckets[i].lock);
	}
	return 0;
}

static void tables_free(struct inetx_tcp_tables *t)
{
	inetx_portmap_exit(&t->ports);
	kvfree(t->buckets);
	kvfree(t->lbuckets);
	kvfree(t->bheads);
	kfree(t);
}

/**
 * inetx_tcp_tables_init - the tables of a new namespace
 * @xnet: its stack
 *
 * Context: process.
 * Return: 0 or -ENOMEM with nothing left behind.
 */
int inetx_tcp_tables_init(struct inetx_net *xnet)
{
	bool first = net_eq(xnet->net, &init_net);
	struct inetx_tcp_tables *t;
	int err;

	t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	if (!t)
		return -ENOMEM;
	t->seed = get_random_u32();

	err = alloc_buckets(t, table_size(xnet),
			    first ? LBUCKETS : LBUCKETS_CHILD);
	if (!err)
		err = inetx_portmap_init(&t->ports);
	if (err)
		goto fail;

	err = inetx_tcp_wheel_init(&t->tw, xnet, TW_SLOTS);
	if (err)
		goto fail;
	err = inetx_tcp_wheel_init(&t->requests, xnet, REQUEST_SLOTS);
	if (err)
		goto fail_tw;
	xnet->tcp.tables = t;
	return 0;

fail_tw:
	inetx_tcp_wheel_exit(&t->tw);
fail:
	tables_free(t);
	return err;
}

/**
 * inetx_tcp_tables_exit - free the tables
 * @xnet: the stack of a namespace that no packet and no socket can reach
 *
 * Sockets hold their namespace and requests hold their listener, so what is
 * left are TIME_WAIT records.  Nobody reads the tables: the namespace's devices
 * are gone, or ours are detached, and grace periods have passed since.
 *
 * Context: process.
 */
void inetx_tcp_tables_exit(struct inetx_net *xnet)
{
	struct inetx_tcp_tables *t = xnet->tcp.tables;

	inetx_tcp_wheel_exit(&t->requests);
	inetx_tcp_wheel_exit(&t->tw);
	xnet->tcp.tables = NULL;
	tables_free(t);
}

/**
 * inetx_tcp_hash - hash value of a connection
 * @t: the tables
 * @tuple: its addresses
 *
 * Return: the value; inetx_tcp_bucket() turns it into a bucket.
 */
u32 inetx_tcp_hash(const struct inetx_tcp_tables *t,
		   const struct inetx_tcp_tuple *tuple)
{
	return jhash_3words((__force u32)tuple->peer,
			    (__force u32)tuple->local,
			    (__force u32)tuple->peer_port << 16 |
			    (__force u16)tuple->local_port, t->seed);
}

/**
 * inetx_tcp_bucket - where connections of a hash value are
 * @t: the tables
 * @hash: from inetx_tcp_hash()
 *
 * Return: the bucket.
 */
struct inetx_tcp_bucket *inetx_tcp_bucket(const struct inetx_tcp_tables *t,
					  u32 hash)
{
	return &t->buckets[hash & t->mask];
}

/**
 * inetx_tcp_sk_tuple - the addresses of a socket
 * @sk: connected, or about to be
 * @tuple: filled in
 */
void inetx_tcp_sk_tuple(const struct sock *sk, struct inetx_tcp_tuple *tuple)
{
	const struct inet_sock *inet = inet_sk(sk);

	tuple->peer = inet->inet_daddr;
	tuple->local = inet->inet_rcv_saddr;
	tuple->peer_port = inet->inet_dport;
	tuple->local_port = htons(inet->inet_num);
}

static bool sk_matches(const struct sock *sk,
		       const struct inetx_tcp_tuple *tuple,
		       struct inetx_in_dev in)
{
	const struct inet_sock *inet = inet_sk(sk);
	int bound = READ_ONCE(sk->sk_bound_dev_if);

	return inet->inet_daddr == tuple->peer &&
	       inet->inet_rcv_saddr == tuple->local &&
	       inet->inet_dport == tuple->peer_port &&
	       inet->inet_num == ntohs(tuple->local_port) &&
	       inetx_in_dev_eq(in, bound);
}

static bool tuple_equal(const struct inetx_tcp_tuple *a,
			const struct inetx_tcp_tuple *b)
{
	return a->peer == b->peer && a->local == b->local &&
	       a->peer_port == b->peer_port && a->local_port == b->local_port;
}

static bool mini_matches(const struct inetx_tcp_mini *mini,
			 const struct inetx_tcp_tuple *tuple,
		       struct inetx_in_dev in)
{
	return tuple_equal(&mini->tuple, tuple) &&
	       inetx_in_dev_eq(in, mini->ifindex);
}

static struct sock *find_conn(struct inetx_tcp_bucket *b, u32 slot, u32 hash,
			      const struct inetx_tcp_tuple *tuple,
		       struct inetx_in_dev in)
{
	struct hlist_nulls_node *node;
	struct sock *sk;

begin:
	sk_nulls_for_each_rcu(sk, node, &b->conns) {
		if (sk->sk_hash != hash || !sk_matches(sk, tuple, in))
			continue;
		if (unlikely(!refcount_inc_not_zero(&sk->sk_refcnt)))
			return NULL;
		if (likely(sk_matches(sk, tuple, in)))
			return sk;
		/* It became another socket before we had the reference. */
		sock_put(sk);
		goto begin;
	}
	if (get_nulls_value(node) != slot)
		goto begin;
	return NULL;
}

static struct inetx_tcp_mini *find_mini(struct inetx_tcp_bucket *b, u32 slot,
					const struct inetx_tcp_tuple *tuple,
					struct inetx_in_dev in)
{
	struct hlist_nulls_node *node;
	struct inetx_tcp_mini *mini;

begin:
	hlist_nulls_for_each_entry_rcu(mini, node, &b->minis, node) {
		if (!mini_matches(mini, tuple, in))
			continue;
		if (unlikely(!refcount_inc_not_zero(&mini->refcnt)))
			return NULL;
		if (likely(mini_matches(mini, tuple, in)))
			return mini;
		inetx_tcp_mini_put(mini);
		goto begin;
	}
	if (get_nulls_value(node) != slot)
		goto begin;
	return NULL;
}

/**
 * inetx_tcp_lookup - the connection a segment belongs to
 * @t: the tables
 * @tuple: the segment's addresses
 * @in: by what it came in
 * @mini: set to a request or TIME_WAIT record if that is what there is
 *
 * Context: RCU read side.
 * Return: a socket with a reference, or NULL; then @mini may hold a record with
 * a reference.
 */
struct sock *inetx_tcp_lookup(struct inetx_tcp_tables *t,
			      const struct inetx_tcp_tuple *tuple,
			      struct inetx_in_dev in,
			      struct inetx_tcp_mini **mini)
{
	u32 hash = inetx_tcp_hash(t, tuple);
	u32 slot = hash & t->mask;
	struct inetx_tcp_bucket *b = &t->buckets[slot];
	struct sock *sk;
	u32 seq;

	*mini = NULL;
	do {
		seq = READ_ONCE(b->seq);
		/* Pairs with inetx_tcp_moved(). */
		smp_rmb();
		sk = find_conn(b, slot, hash, tuple, in);
		if (likely(sk))
			return sk;
		*mini = find_mini(b, slot, tuple, in);
		if (*mini)
			return NULL;
		/* Both chains were read before the counter is again. */
		smp_rmb();
	} while (unlikely(seq != READ_ONCE(b->seq)));
	return NULL;
}

/* Something changed chains: who missed it on both has to look again. */
static void inetx_tcp_moved(struct inetx_tcp_bucket *b)
{
	/* Pairs with inetx_tcp_lookup(). */
	smp_wmb();
	WRITE_ONCE(b->seq, b->seq + 1);
}

/* How well a listener suits: its address and device given; -1 not at all. */
static int listener_score(const struct sock *sk, __be32 local, u16 port,
			  struct inetx_in_dev in)
{
	const struct inet_sock *inet = inet_sk(sk);
	int bound = READ_ONCE(sk->sk_bound_dev_if);
	int score = 1;

	if (inet->inet_num != port || sk->sk_state != TCP_LISTEN)
		return -1;
	if (inet->inet_rcv_saddr) {
		if (inet->inet_rcv_saddr != local)
			return -1;
		score += 2;
	}
	if (!inetx_in_dev_eq(in, bound))
		return -1;
	if (bound)
		score += 4;
	return score;
}

/**
 * inetx_tcp_lookup_listener - who listens where a segment is addressed to
 * @t: the tables
 * @tuple: the segment's addresses
 * @in: by what it came in
 *
 * Among listeners that share a port (INETX_REUSEPORT) the hash of the
 * connection chooses.
 *
 * Context: RCU read side; the socket is good in that section.
 * Return: the listener or NULL.
 */
struct sock *inetx_tcp_lookup_listener(struct inetx_tcp_tables *t,
				       const struct inetx_tcp_tuple *tuple,
				       struct inetx_in_dev in)
{
	u16 port = ntohs(tuple->local_port);
	u32 slot = port & t->lmask;
	struct inetx_tcp_lbucket *b = &t->lbuckets[slot];
	struct hlist_nulls_node *node;
	struct sock *sk, *best;
	int score, high, equals;
	u32 hash = 0;

begin:
	best = NULL;
	high = 0;
	equals = 0;
	sk_nulls_for_each_rcu(sk, node, &b->socks) {
		score = listener_score(sk, tuple->local, port, in);
		if (score < high || score < 0)
			continue;
		if (score > high) {
			best = sk;
			high = score;
			equals = 1;
			hash = sk->sk_reuseport ? inetx_tcp_hash(t, tuple) : 0;
		} else if (sk->sk_reuseport) {
			equals++;
			if (!reciprocal_scale(hash, equals))
				best = sk;
			hash = hash * 1664525 + 1013904223;
		}
	}
	if (get_nulls_value(node) != slot + INETX_LISTEN_NULLS)
		goto begin;
	return best;
}

/* Bucket lock held: is there a socket with this tuple? */
static bool conn_taken(struct inetx_tcp_bucket *b, u32 hash,
		       const struct inetx_tcp_tuple *tuple, int ifindex)
{
	const struct hlist_nulls_node *node;
	struct sock *sk;

	sk_nulls_for_each(sk, node, &b->conns) {
		int bound = sk->sk_bound_dev_if;
		const struct inetx_in_dev any = { .dif = bound };

		if (sk->sk_hash == hash && sk_matches(sk, tuple, any) &&
		    (!bound || !ifindex || bound == ifindex))
			return true;
	}
	return false;
}

/* Bucket lock held: the record with this tuple. */
static struct inetx_tcp_mini *mini_taken(struct inetx_tcp_bucket *b,
					 const struct inetx_tcp_tuple *tuple,
					 int ifindex)
{
	struct hlist_nulls_node *node;
	struct inetx_tcp_mini *mini;

	hlist_nulls_for_each_entry(mini, node, &b->minis, node)
		if (tuple_equal(&mini->tuple, tuple) &&
		    (!mini->ifindex || !ifindex || mini->ifindex == ifindex))
			return mini;
	return NULL;
}

/**
 * inetx_tcp_hash_new - enter the socket that a request became
 * @sk: the new connection
 * @replaces: the request, taken out of the table at the same moment
 *
 * Context: softirq, socket lock of @sk.
 * Return: 0 and the table's reference to @replaces dropped; or -EEXIST: another
 * CPU was first.
 */
int inetx_tcp_hash_new(struct sock *sk, struct inetx_tcp_mini *replaces)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	struct inetx_tcp_bucket *b;
	struct inetx_tcp_tuple tuple;

	inetx_tcp_sk_tuple(sk, &tuple);
	sk->sk_hash = inetx_tcp_hash(t, &tuple);
	b = inetx_tcp_bucket(t, sk->sk_hash);

	spin_lock(&b->lock);
	if (hlist_nulls_unhashed(&replaces->node)) {
		spin_unlock(&b->lock);
		return -EEXIST;
	}
	__sk_nulls_add_node_rcu(sk, &b->conns);
	hlist_nulls_del_init_rcu(&replaces->node);
	inetx_tcp_moved(b);
	spin_unlock(&b->lock);

	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
	inetx_tcp_mini_put(replaces);
	return 0;
}

/**
 * inetx_tcp_hash_connect - enter a connecting socket, if its tuple is free
 * @sk: its addresses are set, its port is not
 * @port: local port to try, host order
 * @old: set to the TIME_WAIT record that tcp_tw_reuse let go, or NULL; the
 *	table's reference to it becomes the caller's
 *
 * Context: socket lock, BH disabled, lock of the port's bucket.
 * Return: 0 with inet_num and inet_sport set, or -EADDRNOTAVAIL.
 */
int inetx_tcp_hash_connect(struct sock *sk, u16 port,
			   struct inetx_tcp_mini **old)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_tcp_tables *t = xnet->tcp.tables;
	struct inet_sock *inet = inet_sk(sk);
	struct inetx_tcp_tuple tuple;
	struct inetx_tcp_mini *mini;
	struct inetx_tcp_bucket *b;
	u32 hash;

	inetx_tcp_sk_tuple(sk, &tuple);
	tuple.local_port = htons(port);
	hash = inetx_tcp_hash(t, &tuple);
	b = inetx_tcp_bucket(t, hash);

	spin_lock(&b->lock);
	if (conn_taken(b, hash, &tuple, sk->sk_bound_dev_if))
		goto taken;
	mini = mini_taken(b, &tuple, sk->sk_bound_dev_if);
	if (mini) {
		if (mini->kind != INETX_MINI_TIMEWAIT ||
		    !inetx_tcp_tw_reusable(sk, mini))
			goto taken;
		hlist_nulls_del_init_rcu(&mini->node);
		INETX_LINUX_INC(xnet, LINUX_MIB_TIMEWAITRECYCLED);
	}
	inet->inet_num = port;
	inet->inet_sport = htons(port);
	sk->sk_hash = hash;
	__sk_nulls_add_node_rcu(sk, &b->conns);
	inetx_tcp_moved(b);
	spin_unlock(&b->lock);

	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
	*old = mini;
	return 0;

taken:
	spin_unlock(&b->lock);
	return -EADDRNOTAVAIL;
}

/**
 * inetx_tcp_hash_move - give a connecting socket another address of its own
 * @sk: in the table, in TCP_SYN_SENT
 * @saddr: the address, network order
 *
 * Segments that come in between find no socket; none is due, as nothing has been
 * sent from the new address and nothing comes back to the old one.
 *
 * Context: socket lock.
 * Return: 0, or -EADDRNOTAVAIL when the connection exists; then the socket has the
 * new address but is in no table.
 */
int inetx_tcp_hash_move(struct sock *sk, __be32 saddr)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	struct inetx_tcp_tuple tuple;
	struct inetx_tcp_bucket *b;
	bool taken;
	u32 hash;

	inetx_tcp_unhash(sk);
	inet_sk(sk)->inet_saddr = saddr;
	inet_sk(sk)->inet_rcv_saddr = saddr;
	inetx_tcp_sk_tuple(sk, &tuple);
	hash = inetx_tcp_hash(t, &tuple);
	b = inetx_tcp_bucket(t, hash);

	spin_lock_bh(&b->lock);
	taken = conn_taken(b, hash, &tuple, sk->sk_bound_dev_if) ||
		mini_taken(b, &tuple, sk->sk_bound_dev_if);
	if (!taken) {
		sk->sk_hash = hash;
		__sk_nulls_add_node_rcu(sk, &b->conns);
		inetx_tcp_moved(b);
	}
	spin_unlock_bh(&b->lock);
	if (taken)
		return -EADDRNOTAVAIL;
	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
	return 0;
}

/**
 * inetx_tcp_hash_listener - let segments find a listener
 * @sk: in TCP_LISTEN, with a port
 *
 * Context: process, socket lock.
 */
void inetx_tcp_hash_listener(struct sock *sk)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	u32 slot = inet_sk(sk)->inet_num & t->lmask;
	struct inetx_tcp_lbucket *b = &t->lbuckets[slot];

	/* Readers take no reference. */
	sock_set_flag(sk, SOCK_RCU_FREE);
	sk->sk_hash = slot + INETX_LISTEN_NULLS;
	spin_lock_bh(&b->lock);
	__sk_nulls_add_node_rcu(sk, &b->socks);
	spin_unlock_bh(&b->lock);
	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
}

/**
 * inetx_tcp_unhash - take a socket out of its table, if it is in one
 * @sk: the socket
 *
 * Context: any, socket lock.
 */
void inetx_tcp_unhash(struct sock *sk)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	spinlock_t *lock; /* of the bucket it is in */
	bool done;

	if (sk_unhashed(sk))
		return;
	if (sk->sk_state == TCP_LISTEN)
		lock = &t->lbuckets[sk->sk_hash & t->lmask].lock;
	else
		lock = &inetx_tcp_bucket(t, sk->sk_hash)->lock;
	spin_lock_bh(lock);
	done = __sk_nulls_del_node_init_rcu(sk);
	spin_unlock_bh(lock);
	if (done)
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
}

/**
 * inetx_tcp_hash_request - enter a request
 * @xnet: the namespace
 * @mini: the request; on success the table holds a reference
 *
 * Context: softirq.
 * Return: false when the tuple is taken, by the same SYN on another CPU.
 */
bool inetx_tcp_hash_request(struct inetx_net *xnet,
			    struct inetx_tcp_mini *mini)
{
	struct inetx_tcp_tables *t = xnet->tcp.tables;
	u32 hash = inetx_tcp_hash(t, &mini->tuple);
	struct inetx_tcp_bucket *b = inetx_tcp_bucket(t, hash);
	bool ok = false;

	spin_lock(&b->lock);
	if (!conn_taken(b, hash, &mini->tuple, mini->ifindex) &&
	    !mini_taken(b, &mini->tuple, mini->ifindex)) {
		refcount_inc(&mini->refcnt);
		hlist_nulls_add_head_rcu(&mini->node, &b->minis);
		ok = true;
	}
	spin_unlock(&b->lock);
	return ok;
}

/**
 * inetx_tcp_hash_tw - put a record in the place of its socket
 * @sk: the socket, hashed
 * @mini: the record; the table takes a reference
 *
 * Context: BH disabled, socket lock.
 */
void inetx_tcp_hash_tw(struct sock *sk, struct inetx_tcp_mini *mini)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	struct inetx_tcp_bucket *b = inetx_tcp_bucket(t, sk->sk_hash);
	bool done;

	spin_lock(&b->lock);
	refcount_inc(&mini->refcnt);
	hlist_nulls_add_head_rcu(&mini->node, &b->minis);
	done = __sk_nulls_del_node_init_rcu(sk);
	inetx_tcp_moved(b);
	spin_unlock(&b->lock);
	if (done)
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
}
