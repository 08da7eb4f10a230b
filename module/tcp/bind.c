// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: who holds which, what two sockets may share, and which one is free.
 *
 * A struct inetx_tcp_bind stands for one port on one local address (0 for any),
 * so that a bind to another address does not have to walk the sockets of this
 * one.  A clear bit in the port map says that a port has no record at all: the
 * look that comes before any lock.
 */

#include <linux/random.h>
#include <linux/slab.h>
#include <net/secure_seq.h>

#include "tcp/internal.h"
#include "tcp/table.h"

static struct kmem_cache *bind_cache __read_mostly;

/* With whom a socket takes a port. */
enum port_share {
	SHARE_NEVER,	/* nobody may have it in any way */
	SHARE_APART,	/* those whose address or device is another */
	SHARE_CHOSEN,	/* and for a port that we choose, SO_REUSEADDR */
	SHARE_ASKED,	/* and for one that was asked for, SO_REUSEPORT */
};

/**
 * inetx_tcp_bind_init - slab of the port records
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_bind_init(void)
{
	bind_cache = kmem_cache_create("inetx_tcp_bind",
				       sizeof(struct inetx_tcp_bind), 0,
				       SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT, NULL);
	return bind_cache ? 0 : -ENOMEM;
}

/**
 * inetx_tcp_bind_exit - free the slab
 *
 * Context: module exit; no socket and no TIME_WAIT record is left.
 */
void inetx_tcp_bind_exit(void)
{
	kmem_cache_destroy(bind_cache);
}

static struct inetx_tcp_tw *tw_of(struct inetx_tcp_mini *mini)
{
	return container_of(mini, struct inetx_tcp_tw, mini);
}

static struct inetx_tcp_bhead *bhead(struct inetx_tcp_tables *t, u16 port)
{
	return &t->bheads[port & t->bmask];
}

/* Bucket lock held: the record of a port and address, made if need be. */
static struct inetx_tcp_bind *bind_get(struct inetx_tcp_tables *t,
				       struct inetx_tcp_bhead *head,
				       __be32 addr, u16 port)
{
	struct inetx_tcp_bind *b;

	hlist_for_each_entry(b, &head->chain, node)
		if (b->port == port && b->addr == addr)
			return b;

	b = kmem_cache_zalloc(bind_cache, GFP_ATOMIC);
	if (!b)
		return NULL;
	b->port = port;
	b->addr = addr;
	b->head = head;
	hlist_add_head(&b->node, &head->chain);
	set_bit(port, t->ports.used);
	return b;
}

/* Bucket lock held: free a record that nobody uses. */
static void bind_trim(struct inetx_tcp_tables *t, struct inetx_tcp_bind *b)
{
	struct inetx_tcp_bind *other;

	if (!hlist_empty(&b->owners) || b->num_tw)
		return;
	hlist_del(&b->node);
	hlist_for_each_entry(other, &b->head->chain, node)
		if (other->port == b->port)
			goto free;
	clear_bit(b->port, t->ports.used);
free:
	kmem_cache_free(bind_cache, b);
}

/* Bucket lock held. */
static void bind_own(struct sock *sk, struct inetx_tcp_bind *b)
{
	inetx_tcp_sk(sk)->bind = b;
	sk_add_bind_node(sk, &b->owners);
}

static bool addrs_overlap(__be32 a, __be32 b)
{
	return !a || !b || a == b;
}

static bool uid_matches(const struct sock *a, const struct sock *b)
{
	return uid_eq(sock_i_uid((struct sock *)a), sock_i_uid((struct sock *)b));
}

/*
 * May two sockets whose addresses overlap share a port? socket(7).  One that we
 * choose must not make a socket join a group of listeners that it happens to
 * fit into.
 */
static bool may_share(const struct sock *sk, const struct sock *other,
		      enum port_share share)
{
	bool group;

	if (sk->sk_bound_dev_if && other->sk_bound_dev_if &&
	    sk->sk_bound_dev_if != other->sk_bound_dev_if)
		return true;
	if (share == SHARE_APART)
		return false;
	group = sk->sk_reuseport && other->sk_reuseport &&
		uid_matches(sk, other);
	if (sk->sk_reuse && other->sk_reuse && other->sk_state != TCP_LISTEN)
		return share == SHARE_ASKED || !group;
	return share == SHARE_ASKED && group;
}

/* The same for the TIME_WAIT records of a port. */
static bool may_share_tw(const struct sock *sk, const struct inetx_tcp_bind *b,
			 enum port_share share)
{
	bool reuse = sk->sk_reuse && b->num_tw_reuse == b->num_tw;

	switch (share) {
	case SHARE_ASKED:
		return reuse || (sk->sk_reuseport &&
				 b->num_tw_reuseport == b->num_tw);
	case SHARE_CHOSEN:
		return reuse && !(sk->sk_reuseport && b->num_tw_reuseport);
	default:
		return false;
	}
}

/* Bucket lock held: may @sk have @port beside those who hold it? */
static bool bind_conflict(const struct sock *sk, struct inetx_tcp_bhead *head,
			  u16 port, enum port_share share)
{
	__be32 addr = inet_sk(sk)->inet_rcv_saddr;
	struct inetx_tcp_bind *b;
	struct sock *other;

	hlist_for_each_entry(b, &head->chain, node) {
		if (b->port != port || !addrs_overlap(b->addr, addr))
			continue;
		if (b->num_tw && !may_share_tw(sk, b, share))
			return true;
		sk_for_each_bound(other, &b->owners)
			if (other != sk && !may_share(sk, other, share))
				return true;
	}
	return false;
}

static bool port_in_use(struct inetx_tcp_bhead *head, u16 port)
{
	struct inetx_tcp_bind *b;

	hlist_for_each_entry(b, &head->chain, node)
		if (b->port == port)
			return true;
	return false;
}

/* Take @port for bind(). */
static int take_port(struct sock *sk, u16 port, enum port_share share)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	struct inetx_tcp_bhead *head = bhead(t, port);
	struct inetx_tcp_bind *b;
	int err = -EADDRINUSE;

	spin_lock_bh(&head->lock);
	if (share == SHARE_NEVER ? port_in_use(head, port) :
	    bind_conflict(sk, head, port, share))
		goto out;
	if (inetx_tcp_sk(sk)->bind) {
		/* listen() looks again at a port that is ours already. */
		err = 0;
		goto out;
	}
	err = -ENOMEM;
	b = bind_get(t, head, inet_sk(sk)->inet_rcv_saddr, port);
	if (!b)
		goto out;
	bind_own(sk, b);
	inet_sk(sk)->inet_num = port;
	err = 0;
out:
	spin_unlock_bh(&head->lock);
	return err;
}

/* Any of @range ports from @lo on that may be shared so. */
static int take_shared_port(struct sock *sk, int lo, int range,
			    enum port_share share)
{
	int start = get_random_u32() % range;
	int port, i;

	for (i = 0; i < range; i++) {
		port = lo + (start + i) % range;
		if (!inetx_port_reserved(inetx_sk_net(sk), port) &&
		    !take_port(sk, port, share))
			return 0;
		cond_resched();
	}
	return -EADDRINUSE;
}

/* bind() to port 0: odd offsets first, connect() begins with the even ones. */
static int take_any_port(struct sock *sk)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	int lo, hi, range, start, step, port, parity, i;

	inetx_port_range(sk, &lo, &hi);
	range = hi - lo + 1;
	step = range > 1 ? 2 : 1;

	for (parity = 0; parity < step; parity++) {
		for (i = 0; i < range; i++) {
			start = get_random_u32() % range;
			if (step == 2)
				start = (start & ~1) + !parity;
			if (start >= range)
				start -= 2;
			port = inetx_portmap_next(xnet, &xnet->tcp.tables->ports,
						  lo, hi, max(start, 0), step);
			if (!port)
				break;
			if (!take_port(sk, port, SHARE_NEVER))
				return 0;
		}
	}

	/* All are in use; some may be shared. */
	if (!take_shared_port(sk, lo, range, SHARE_APART))
		return 0;
	if (sk->sk_reuse && READ_ONCE(xnet->socket.sysctl_autobind_reuse))
		return take_shared_port(sk, lo, range, SHARE_CHOSEN);
	return -EADDRINUSE;
}

/**
 * inetx_tcp_get_port - prot->get_port: give a socket a port
 * @sk: the socket, its local address is set
 * @port: host order, 0 to have one chosen
 *
 * Context: process, socket lock.
 * Return: 0 with inet_num set, or -EADDRINUSE or -ENOMEM.
 */
int inetx_tcp_get_port(struct sock *sk, unsigned short port)
{
	if (port)
		return take_port(sk, port, SHARE_ASKED);
	return take_any_port(sk);
}

/**
 * inetx_tcp_listen_conflict - may a bound socket become a listener
 * @sk: with a port
 *
 * Two sockets may be bound to one port with SO_REUSEADDR as long as neither
 * listens.
 *
 * Context: process, socket lock; the socket is in TCP_LISTEN, so that of two
 * that try at once at most one succeeds.
 * Return: 0 or -EADDRINUSE.
 */
int inetx_tcp_listen_conflict(struct sock *sk)
{
	return take_port(sk, inet_sk(sk)->inet_num, SHARE_ASKED);
}

/* Bucket lock held: are all holders of the port sockets whose port connect()
 * chose, so that other destinations may share it?
 */
static bool port_shareable(struct inetx_tcp_bhead *head, u16 port)
{
	struct inetx_tcp_bind *b;
	struct sock *sk;

	hlist_for_each_entry(b, &head->chain, node) {
		if (b->port != port)
			continue;
		/* Owners of one record came the same way: a port that bind()
		 * gave out is never joined by connect(), nor the reverse.
		 */
		sk = hlist_entry_safe(b->owners.first, struct sock,
				      sk_bind_node);
		if (sk && !inetx_tcp_sk(sk)->auto_port)
			return false;
	}
	return true;
}

/* Bucket lock held. */
static void unbind_tw_locked(struct inetx_tcp_tables *t,
			     struct inetx_tcp_tw *tw)
{
	struct inetx_tcp_bind *b = tw->bind;

	tw->bind = NULL;
	b->num_tw--;
	b->num_tw_reuse -= tw->mini.reuse;
	b->num_tw_reuseport -= tw->mini.reuseport;
	bind_trim(t, b);
}

/* Try one port for connect(). */
static int connect_port(struct sock *sk, u16 port, bool fresh)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	struct inetx_tcp_bhead *head = bhead(t, port);
	struct inetx_tcp_mini *old = NULL;
	struct inetx_tcp_bind *b;
	int err = -EADDRNOTAVAIL;

	spin_lock_bh(&head->lock);
	if (fresh ? port_in_use(head, port) : !port_shareable(head, port))
		goto out;
	b = bind_get(t, head, inet_sk(sk)->inet_rcv_saddr, port);
	if (!b) {
		err = -ENOMEM;
		goto out;
	}
	err = inetx_tcp_hash_connect(sk, port, &old);
	if (err) {
		bind_trim(t, b);
		goto out;
	}
	inetx_tcp_sk(sk)->auto_port = 1;
	bind_own(sk, b);
	if (old)
		unbind_tw_locked(t, tw_of(old));
out:
	spin_unlock_bh(&head->lock);
	if (old)
		inetx_tcp_tw_replaced(inetx_sk_net(sk), old);
	return err;
}

/* connect() of an unbound socket, RFC 6056: begin at a place that depends on a
 * secret and on the destination, move on from there.
 */
static int connect_any_port(struct sock *sk)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_tcp_tables *t = xnet->tcp.tables;
	const struct inet_sock *inet = inet_sk(sk);
	int lo, hi, range, start, step, port, parity, i, err;

	inetx_port_range(sk, &lo, &hi);
	range = hi - lo + 1;
	step = range > 1 ? 2 : 1;
	start = (u32)secure_ipv4_port_ephemeral(inet->inet_rcv_saddr,
						inet->inet_daddr,
						inet->inet_dport) % range;
	start = (start + get_random_u32()) % range & ~1;

	for (parity = 0; parity < step; parity++) {
		for (i = 0; i < range; i++) {
			port = inetx_portmap_next(xnet, &t->ports, lo, hi,
						  min(start + parity,
						      range - 1), step);
			if (!port)
				break;
			err = connect_port(sk, port, true);
			if (!err || err == -ENOMEM)
				return err;
		}
	}

	for (i = 0; i < range; i++) {
		port = lo + (start + i) % range;
		if (inetx_port_reserved(xnet, port))
			continue;
		err = connect_port(sk, port, false);
		if (!err || err == -ENOMEM)
			return err;
	}
	return -EADDRNOTAVAIL;
}

/**
 * inetx_tcp_bind_connect - enter a connecting socket into the table
 * @sk: peer and source address are set; a port may be
 *
 * Context: process, socket lock.
 * Return: 0, -EADDRNOTAVAIL when the connection exists or no port is left,
 * -ENOMEM.
 */
int inetx_tcp_bind_connect(struct sock *sk)
{
	struct inetx_tcp_bind *b = inetx_tcp_sk(sk)->bind;
	struct inetx_tcp_mini *old = NULL;
	int err;

	if (!b)
		return connect_any_port(sk);
	spin_lock_bh(&b->head->lock);
	err = inetx_tcp_hash_connect(sk, b->port, &old);
	if (old)
		unbind_tw_locked(inetx_tcp_sk_net(sk)->tables, tw_of(old));
	spin_unlock_bh(&b->head->lock);
	if (old)
		inetx_tcp_tw_replaced(inetx_sk_net(sk), old);
	return err;
}

/**
 * inetx_tcp_bind_rehash - follow a change of the local address
 * @sk: bound; inet_rcv_saddr has just changed
 *
 * When memory is short the old record stays, which only makes conflicts more
 * likely.
 *
 * Context: any, socket lock.
 */
void inetx_tcp_bind_rehash(struct sock *sk)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(sk)->tables;
	struct inetx_tcp_bind *old = inetx_tcp_sk(sk)->bind;
	struct inetx_tcp_bhead *head;
	struct inetx_tcp_bind *b;

	if (!old || old->addr == inet_sk(sk)->inet_rcv_saddr)
		return;
	head = old->head;
	spin_lock_bh(&head->lock);
	b = bind_get(t, head, inet_sk(sk)->inet_rcv_saddr, old->port);
	if (b) {
		__sk_del_bind_node(sk);
		bind_own(sk, b);
		bind_trim(t, old);
	}
	spin_unlock_bh(&head->lock);
}

/**
 * inetx_tcp_bind_child - a new connection holds its listener's port too
 * @child: its addresses are set
 * @listener: who it came to
 *
 * Context: softirq, socket lock of @child.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_bind_child(struct sock *child, const struct sock *listener)
{
	struct inetx_tcp_tables *t = inetx_tcp_sk_net(child)->tables;
	u16 port = inet_sk(child)->inet_num;
	struct inetx_tcp_bhead *head = bhead(t, port);
	struct inetx_tcp_bind *b;

	spin_lock(&head->lock);
	b = bind_get(t, head, inet_sk(child)->inet_rcv_saddr, port);
	if (b)
		bind_own(child, b);
	spin_unlock(&head->lock);
	return b ? 0 : -ENOMEM;
}

/**
 * inetx_tcp_put_port - prot->put_port: let the port go
 * @sk: the socket
 *
 * Context: any, socket lock.
 */
void inetx_tcp_put_port(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_bind *b = tp->bind;
	struct inetx_tcp_bhead *head;

	if (b) {
		head = b->head;
		spin_lock_bh(&head->lock);
		__sk_del_bind_node(sk);
		bind_trim(inetx_tcp_sk_net(sk)->tables, b);
		spin_unlock_bh(&head->lock);
		tp->bind = NULL;
	}
	tp->auto_port = 0;
	inet_sk(sk)->inet_num = 0;
}

/**
 * inetx_tcp_bind_tw - a TIME_WAIT record keeps the socket's port busy
 * @sk: the socket, bound
 * @tw: its record, with reuse and reuseport set
 *
 * Context: any, socket lock.
 */
void inetx_tcp_bind_tw(const struct sock *sk, struct inetx_tcp_tw *tw)
{
	struct inetx_tcp_bind *b = inetx_tcp_sk(sk)->bind;

	tw->bind = b;
	spin_lock_bh(&b->head->lock);
	b->num_tw++;
	b->num_tw_reuse += tw->mini.reuse;
	b->num_tw_reuseport += tw->mini.reuseport;
	spin_unlock_bh(&b->head->lock);
}

/**
 * inetx_tcp_unbind_tw - a TIME_WAIT record lets its port go
 * @xnet: the namespace
 * @tw: the record, not hashed any more
 *
 * Context: any.
 */
void inetx_tcp_unbind_tw(struct inetx_net *xnet, struct inetx_tcp_tw *tw)
{
	struct inetx_tcp_bhead *head = tw->bind->head;

	spin_lock_bh(&head->lock);
	unbind_tw_locked(xnet->tcp.tables, tw);
	spin_unlock_bh(&head->lock);
}
