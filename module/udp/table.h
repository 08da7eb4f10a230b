/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets by local port: UDP's ports and the identifiers of ping sockets.
 *
 * A port has a struct inetx_port of its own, so no two ports ever share a chain
 * and nothing has to be resized when ports become many.  They come in pages
 * made when first needed, since a namespace seldom uses more than a few.
 *
 * The sockets of one port are on one chain while they are few.  A port that
 * has many (one server's connected sockets, a name server with a socket for
 * each address) gets a fan: chains by (local address, peer), which doubles as
 * the sockets do.  A lookup probes three of them: connected, bound to the
 * address, bound to any.
 *
 * Readers hold RCU and no lock.  Writers hold the lock of the port.  A socket
 * moves to another chain only inside the port's sequence counter, so a reader
 * who was led astray looks again.
 */
#ifndef _INETX_UDP_TABLE_H
#define _INETX_UDP_TABLE_H

#include <linux/rculist.h>
#include <linux/seqlock.h>

#include "socket/socket.h"

#define INETX_PORT_PAGE_BITS	7
#define INETX_PORT_PAGE_SIZE	BIT(INETX_PORT_PAGE_BITS)
#define INETX_PORT_PAGES	(65536 >> INETX_PORT_PAGE_BITS)

/**
 * struct inetx_port_fan - the chains of a port with many sockets
 * @rcu: freeing waits for readers
 * @mask: number of chains minus 1
 * @chain: sockets by hash of local address and peer
 */
struct inetx_port_fan {
	struct rcu_head rcu;
	unsigned int mask;
	struct hlist_head chain[];
};

/**
 * struct inetx_port - the sockets of a port
 * @lock: serialises writers; softirqs disabled, since readers in softirq wait
 *	for @seq
 * @seq: odd while a socket moves between chains; written under @lock
 * @count: number of sockets; written under @lock
 * @fan: chains, NULL while @one does; written under @lock, read under RCU
 * @one: the only chain while there is no fan; written under @lock, read under
 *	RCU
 */
struct inetx_port {
	spinlock_t lock; /* writers */
	seqcount_spinlock_t seq;
	unsigned int count;
	struct inetx_port_fan __rcu *fan;
	struct hlist_head one;
};

/**
 * struct inetx_port_table - all ports of a protocol in a namespace
 * @map: ports that have a socket
 * @by_number: a port belongs to one socket whatever the addresses (ping)
 * @page: INETX_PORT_PAGE_SIZE struct inetx_port each; set once by cmpxchg,
 *	freed with the table
 */
struct inetx_port_table {
	struct inetx_portmap map;
	bool by_number;
	struct inetx_port *page[INETX_PORT_PAGES];
};

struct inetx_port_table *inetx_ports_alloc(bool by_number);
void inetx_ports_free(struct inetx_port_table *table);

/* Process context, socket locked. */
int inetx_ports_bind(struct inetx_port_table *table, struct sock *sk, u16 num);
void inetx_ports_unhash(struct inetx_port_table *table, struct sock *sk);
void inetx_ports_move(struct inetx_port_table *table, struct sock *sk);

/**
 * inetx_ports_get - the sockets of a port
 * @table: the table
 * @num: host order
 *
 * Context: any; the result lives as long as the table.
 * Return: NULL when the port never had a socket.
 */
static inline struct inetx_port *
inetx_ports_get(const struct inetx_port_table *table, u16 num)
{
	struct inetx_port *page;

	/* Pairs with the cmpxchg() that publishes the page. */
	page = smp_load_acquire(&table->page[num >> INETX_PORT_PAGE_BITS]);
	return page ? page + (num & (INETX_PORT_PAGE_SIZE - 1)) : NULL;
}

/* The number of a chain in a fan, for a socket or for what is looked for. */
unsigned int inetx_port_hash(__be32 laddr, __be32 raddr, __be16 rport);

/**
 * inetx_port_chain - walk over all chains of a port
 * @port: the port
 * @i: 0 and up
 *
 * Context: RCU read side.
 * Return: the chain, or NULL after the last one.
 */
static inline struct hlist_head *inetx_port_chain(struct inetx_port *port,
						  unsigned int i)
{
	struct inetx_port_fan *fan = rcu_dereference(port->fan);

	if (!fan)
		return i ? NULL : &port->one;
	return i <= fan->mask ? &fan->chain[i] : NULL;
}

/**
 * struct inetx_ports_iter - a place in a walk over all sockets of a table
 * @port: port, host order
 * @chain: chain of it
 * @nth: socket of that
 *
 * Numbers only, so that it outlives RCU sections; sockets that come and go
 * meanwhile may be missed or seen twice.
 */
struct inetx_ports_iter {
	unsigned int port;
	unsigned int chain;
	unsigned int nth;
};

struct sock *inetx_ports_at(const struct inetx_port_table *table,
			    struct inetx_ports_iter *iter);

#endif /* _INETX_UDP_TABLE_H */
