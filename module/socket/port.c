// SPDX-License-Identifier: GPL-2.0
/* Ephemeral ports: ip(7), ip_local_port_range; RFC 6056. */

#include <linux/mm.h>

#include "socket/portscan.h"
#include "socket/socket.h"

#define INETX_PORTS	65536

/**
 * inetx_port_range - the ports that may be chosen for a socket
 * @sk: the socket
 * @lo: first port, host order
 * @hi: last port, host order, at least @lo
 *
 * ip_local_port_range, narrowed by IP_LOCAL_PORT_RANGE: an end of the latter
 * that is outside of the former has no effect.
 *
 * Context: any.
 */
void inetx_port_range(const struct sock *sk, int *lo, int *hi)
{
	struct inetx_socket_net *sn = &inetx_sk_net(sk)->socket;
	int sk_lo = READ_ONCE(inetx_sk(sk)->port_lo);
	int sk_hi = READ_ONCE(inetx_sk(sk)->port_hi);
	unsigned int seq;

	do {
		seq = read_seqbegin(&sn->range_lock);
		*lo = sn->port_lo;
		*hi = sn->port_hi;
	} while (read_seqretry(&sn->range_lock, seq));

	if (unlikely(sk_lo >= *lo && sk_lo <= *hi))
		*lo = sk_lo;
	if (unlikely(sk_hi >= *lo && sk_hi <= *hi))
		*hi = sk_hi;
}

/**
 * inetx_port_reserved - is a port in ip_local_reserved_ports
 * @xnet: the namespace
 * @port: host order
 *
 * Such ports are not chosen, but may be asked for.
 *
 * Context: any.
 */
bool inetx_port_reserved(struct inetx_net *xnet, u16 port)
{
	return test_bit(port, xnet->socket.reserved_ports);
}

/**
 * inetx_portmap_init - a map with no port in use
 * @map: to initialise
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_portmap_init(struct inetx_portmap *map)
{
	map->used = kvcalloc(BITS_TO_LONGS(INETX_PORTS), sizeof(long),
			     GFP_KERNEL_ACCOUNT);
	return map->used ? 0 : -ENOMEM;
}

/**
 * inetx_portmap_exit - give the map back
 * @map: with no users any more
 *
 * Context: process.
 */
void inetx_portmap_exit(struct inetx_portmap *map)
{
	kvfree(map->used);
	map->used = NULL;
}

/**
 * inetx_portmap_next - a port that seems free
 * @xnet: the namespace, for the reserved ports
 * @map: ports in use
 * @lo: first port of the range, host order
 * @hi: last port, at least @lo
 * @start: where to begin, an offset into the range
 * @step: 1, or 2 for the ports of the parity of @lo + @start only
 *
 * Context: any; no lock, so the caller has to look again under its own.
 * Return: the port in host order, or 0 when there is none.
 */
u16 inetx_portmap_next(struct inetx_net *xnet, const struct inetx_portmap *map,
		       int lo, int hi, int start, int step)
{
	return inetx_port_scan(map->used, xnet->socket.reserved_ports, lo, hi,
			       start, step);
}
