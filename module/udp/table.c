// SPDX-License-Identifier: GPL-2.0
/* Sockets by local port; see table.h. */

#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/once.h>
#include <linux/random.h>
#include <net/sock_reuseport.h>

#include "udp/match.h"
#include "udp/table.h"

/* Sockets on one chain before a port gets a fan. */
#define PORT_CHAIN_MAX	8

/**
 * inetx_ports_alloc - an empty table
 * @by_number: see struct inetx_port_table
 *
 * Context: process.
 * Return: the table or NULL.
 */
struct inetx_port_table *inetx_ports_alloc(bool by_number)
{
	struct inetx_port_table *table;

	table = kvzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->by_number = by_number;
	if (inetx_portmap_init(&table->map)) {
		kvfree(table);
		return NULL;
	}
	return table;
}

/**
 * inetx_ports_free - give a table back
 * @table: without sockets and without readers
 *
 * Context: process.
 */
void inetx_ports_free(struct inetx_port_table *table)
{
	int i;

	for (i = 0; i < INETX_PORT_PAGES; i++)
		kvfree(table->page[i]);
	inetx_portmap_exit(&table->map);
	kvfree(table);
}

/* The port, with its page made where it is missing; may sleep. */
static struct inetx_port *port_make(struct inetx_port_table *table, u16 num)
{
	struct inetx_port **slot = &table->page[num >> INETX_PORT_PAGE_BITS];
	struct inetx_port *page;
	int i;

	/* Pairs with the cmpxchg(). */
	if (!smp_load_acquire(slot)) {
		page = kvcalloc(INETX_PORT_PAGE_SIZE, sizeof(*page),
				GFP_KERNEL_ACCOUNT);
		if (!page)
			return NULL;
		for (i = 0; i < INETX_PORT_PAGE_SIZE; i++) {
			spin_lock_init(&page[i].lock);
			seqcount_spinlock_init(&page[i].seq, &page[i].lock);
		}
		/* A full barrier: whoever sees the page sees its locks. */
		if (cmpxchg(slot, NULL, page))
			kvfree(page);
	}
	return inetx_ports_get(table, num);
}

/**
 * inetx_port_hash - hash of what tells the sockets of one port apart
 * @laddr: local address, network order, 0 for any
 * @raddr: remote address, network order, 0 for any
 * @rport: remote port, network order, 0 for any
 *
 * Keyed, so that nobody can make chains long on purpose.
 */
unsigned int inetx_port_hash(__be32 laddr, __be32 raddr, __be16 rport)
{
	static u32 secret __read_mostly;

	net_get_random_once(&secret, sizeof(secret));
	return jhash_3words((__force u32)laddr, (__force u32)raddr,
			    (__force u32)rport, secret);
}

static struct inetx_port_fan *port_fan(struct inetx_port *port)
{
	return rcu_dereference_protected(port->fan,
					 lockdep_is_held(&port->lock));
}

static void key_of(const struct sock *sk, struct inetx_udp_key *key)
{
	const struct inet_sock *inet = inet_sk(sk);

	key->laddr = inet->inet_rcv_saddr;
	key->raddr = inet->inet_daddr;
	key->rport = inet->inet_dport;
	key->dev = READ_ONCE(sk->sk_bound_dev_if);
}

static struct hlist_head *chain_of(struct inetx_port *port,
				   struct inetx_port_fan *fan,
				   const struct sock *sk)
{
	struct inetx_udp_key key;

	if (!fan)
		return &port->one;
	key_of(sk, &key);
	/* Connected to a host but no port of it: found by our address. */
	if (!key.rport)
		key.raddr = 0;
	return &fan->chain[inetx_port_hash(key.laddr, key.raddr, key.rport) &
			   fan->mask];
}

/* A fan for a port that is about to get one more socket; NULL: not needed, or
 * no memory, then chains are longer.
 */
static struct inetx_port_fan *fan_make(struct inetx_port *port)
{
	struct inetx_port_fan *fan;
	unsigned int count = READ_ONCE(port->count);
	unsigned int size;
	bool enough;

	if (count < PORT_CHAIN_MAX)
		return NULL;
	rcu_read_lock();
	fan = rcu_dereference(port->fan);
	enough = fan && count <= 2 * fan->mask;
	rcu_read_unlock();
	if (enough)
		return NULL;

	size = roundup_pow_of_two(count) * 2;
	fan = kvzalloc(struct_size(fan, chain, size),
		       GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (fan)
		fan->mask = size - 1;
	return fan;
}

/* Port locked: chain number @i, NULL after the last one. */
static struct hlist_head *chain_at(struct inetx_port *port, unsigned int i)
{
	struct inetx_port_fan *fan = port_fan(port);

	if (!fan)
		return i ? NULL : &port->one;
	return i <= fan->mask ? &fan->chain[i] : NULL;
}

/* Port locked: spread the sockets of @port over @fan; takes it. */
static void fan_install(struct inetx_port *port, struct inetx_port_fan *fan)
{
	struct inetx_port_fan *old = port_fan(port);
	struct hlist_head *chain;
	struct hlist_node *next;
	unsigned int i;
	struct sock *sk;

	if (old && old->mask >= fan->mask) {
		kvfree(fan);
		return;
	}

	write_seqcount_begin(&port->seq);
	for (i = 0; (chain = chain_at(port, i)); i++) {
		sk_for_each_safe(sk, next, chain) {
			hlist_del_rcu(&sk->sk_node);
			hlist_add_head_rcu(&sk->sk_node,
					   chain_of(port, fan, sk));
		}
	}
	rcu_assign_pointer(port->fan, fan);
	write_seqcount_end(&port->seq);
	if (old)
		kvfree_rcu(old, rcu);
}

/* May two sockets have the port together?  ip(7) SO_REUSEADDR, socket(7)
 * SO_REUSEPORT.
 */
static bool may_share(const struct inetx_port_table *table, struct sock *sk,
		      struct sock *other)
{
	struct inetx_udp_key a, b;

	if (sk->sk_reuse && other->sk_reuse)
		return true;
	if (table->by_number)
		return false;

	key_of(sk, &a);
	key_of(other, &b);
	if (!inetx_udp_overlap(&a, &b))
		return true;
	/* A socket that is in a group already cannot join another. */
	return sk->sk_reuseport && other->sk_reuseport &&
	       !rcu_access_pointer(sk->sk_reuseport_cb) &&
	       uid_eq(sock_i_uid(sk), sock_i_uid(other));
}

/* Port locked. */
static bool port_conflict(const struct inetx_port_table *table,
			  struct inetx_port *port, struct sock *sk)
{
	struct hlist_head *chain;
	struct sock *other;
	unsigned int i;

	for (i = 0; (chain = chain_at(port, i)); i++)
		sk_for_each(other, chain)
			if (other != sk && !may_share(table, sk, other))
				return true;
	return false;
}

/* Port locked: the SO_REUSEPORT group of a socket about to be hashed. */
static int port_join_group(struct inetx_port *port, struct sock *sk)
{
	__be32 laddr = inet_sk(sk)->inet_rcv_saddr;
	struct hlist_head *chain;
	struct sock *other;
	unsigned int i;

	for (i = 0; (chain = chain_at(port, i)); i++)
		sk_for_each(other, chain)
			if (other != sk && other->sk_reuseport &&
			    other->sk_bound_dev_if == sk->sk_bound_dev_if &&
			    inet_sk(other)->inet_rcv_saddr == laddr &&
			    uid_eq(sock_i_uid(sk), sock_i_uid(other)))
				return reuseport_add_sock(sk, other, !laddr);
	return reuseport_alloc(sk, !laddr);
}

/* Port locked: make the socket known by its number. */
static int port_insert(struct inetx_port_table *table, struct inetx_port *port,
		       struct sock *sk, u16 num)
{
	int err;

	if (sk->sk_reuseport && !table->by_number) {
		err = port_join_group(port, sk);
		if (err)
			return err;
	}
	inet_sk(sk)->inet_num = num;
	sk_add_node_rcu(sk, chain_of(port, port_fan(port), sk));
	WRITE_ONCE(port->count, port->count + 1);
	/* Neighbouring ports have other locks. */
	set_bit(num, table->map.used);
	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
	return 0;
}

/*
 * Take a port for a socket.  @alone: only if it has none yet.
 * Returns 0, -EADDRINUSE, -ENOMEM or an error of the reuseport group.
 */
static int port_take(struct inetx_port_table *table, struct sock *sk, u16 num,
		     bool alone)
{
	struct inetx_port *port = port_make(table, num);
	struct inetx_port_fan *fan;
	int err;

	if (!port)
		return -ENOMEM;
	fan = alone ? NULL : fan_make(port);

	spin_lock_bh(&port->lock);
	if (alone ? port->count : port_conflict(table, port, sk))
		err = -EADDRINUSE;
	else
		err = port_insert(table, port, sk, num);
	if (fan)
		fan_install(port, fan);
	spin_unlock_bh(&port->lock);
	return err;
}

/* The numbers to choose from; every identifier of ping is as good. */
static void port_range(const struct inetx_port_table *table,
		       const struct sock *sk, int *lo, int *hi)
{
	if (table->by_number) {
		*lo = 1;
		*hi = 65535;
	} else {
		inetx_port_range(sk, lo, hi);
	}
}

/*
 * A port for a socket that does not care (RFC 6056, 3.3.1): first one that
 * nobody has, found in the bitmap without a lock; when there is none, one that
 * can be shared, by another local address for instance.
 */
static int port_choose(struct inetx_port_table *table, struct sock *sk)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	int lo, hi, size, start, tries, i, err;
	u16 num;

	port_range(table, sk, &lo, &hi);
	size = hi - lo + 1;
	start = prandom_u32_max(size);

	for (tries = 0; tries < size; tries++) {
		num = inetx_portmap_next(xnet, &table->map, lo, hi, start, 1);
		if (!num)
			break;
		err = port_take(table, sk, num, true);
		if (err != -EADDRINUSE)
			return err;
		start = (num - lo + 1) % size;
	}

	for (i = 0; i < size; i++) {
		num = lo + (start + i) % size;
		if (inetx_port_reserved(xnet, num))
			continue;
		err = port_take(table, sk, num, false);
		if (err != -EADDRINUSE)
			return err;
		cond_resched();
	}
	return -EADDRINUSE;
}

/**
 * inetx_ports_bind - give a socket a local port
 * @table: the table of its protocol
 * @sk: the socket; its address, device and SO_REUSE* as they shall be
 * @num: the port, host order, or 0 for any free one
 *
 * Sets inet_num.  From here on the socket receives.
 *
 * Context: process, socket locked.
 * Return: 0, -EADDRINUSE, or -ENOMEM.
 */
int inetx_ports_bind(struct inetx_port_table *table, struct sock *sk, u16 num)
{
	/* Lookups hold RCU only; nothing else needs the grace period. */
	sock_set_flag(sk, SOCK_RCU_FREE);
	return num ? port_take(table, sk, num, false) : port_choose(table, sk);
}

/**
 * inetx_ports_unhash - take the port from a socket
 * @table: the table of its protocol
 * @sk: the socket, with or without a port
 *
 * Readers under RCU may still find it; it is freed after they are done
 * (SOCK_RCU_FREE).
 *
 * Context: process; socket locked, or nobody else knows it any more.
 */
void inetx_ports_unhash(struct inetx_port_table *table, struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);
	struct inetx_port_fan *fan;
	struct inetx_port *port;
	u16 num;

	/* close(2) and sock_diag may both be here; whoever is second finds it
	 * done, at the latest under the lock.
	 */
	num = READ_ONCE(inet->inet_num);
	port = inetx_ports_get(table, num);
	if (!port || !sk_hashed(sk))
		return;
	if (rcu_access_pointer(sk->sk_reuseport_cb))
		reuseport_detach_sock(sk);

	spin_lock_bh(&port->lock);
	if (sk_del_node_init_rcu(sk)) {
		WRITE_ONCE(port->count, port->count - 1);
		if (!port->count) {
			clear_bit(num, table->map.used);
			/* The single chain is empty as well, so the readers
			 * lose nothing.
			 */
			fan = port_fan(port);
			RCU_INIT_POINTER(port->fan, NULL);
			if (fan)
				kvfree_rcu(fan, rcu);
		}
		WRITE_ONCE(inet->inet_num, 0);
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
	}
	spin_unlock_bh(&port->lock);
}

/**
 * inetx_ports_move - a socket's local address or peer has changed
 * @table: the table of its protocol
 * @sk: the socket, with or without a port
 *
 * Context: process, socket locked.
 */
void inetx_ports_move(struct inetx_port_table *table, struct sock *sk)
{
	struct inetx_port_fan *fan;
	struct inetx_port *port;

	/* close(2) unhashes without the socket lock, hence two looks. */
	port = inetx_ports_get(table, READ_ONCE(inet_sk(sk)->inet_num));
	if (!port || !sk_hashed(sk))
		return;

	spin_lock_bh(&port->lock);
	fan = port_fan(port);
	if (fan && sk_hashed(sk)) {
		write_seqcount_begin(&port->seq);
		hlist_del_rcu(&sk->sk_node);
		hlist_add_head_rcu(&sk->sk_node, chain_of(port, fan, sk));
		write_seqcount_end(&port->seq);
	}
	spin_unlock_bh(&port->lock);
}

/**
 * inetx_ports_at - the socket at a place of a walk, or the next one after it
 * @table: the table
 * @iter: the place; zeroed at the start; moved on to the socket returned.  Add
 *	one to @iter->nth to go on.
 *
 * Context: RCU read side.
 * Return: NULL when there are no more.
 */
struct sock *inetx_ports_at(const struct inetx_port_table *table,
			    struct inetx_ports_iter *iter)
{
	struct hlist_head *head;
	struct inetx_port *port;
	unsigned int n, num;
	struct sock *sk;

	for (;;) {
		num = find_next_bit(table->map.used, 65536, iter->port);
		if (num >= 65536)
			return NULL;
		if (num != iter->port)
			*iter = (struct inetx_ports_iter) { .port = num };

		port = inetx_ports_get(table, num);
		for (; (head = inetx_port_chain(port, iter->chain));
		     iter->chain++, iter->nth = 0) {
			n = 0;
			sk_for_each_rcu(sk, head)
				if (n++ == iter->nth)
					return sk;
		}
		*iter = (struct inetx_ports_iter) { .port = num + 1 };
	}
}
