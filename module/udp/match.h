/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which socket a datagram is for, and which sockets may share a port: pure
 * rules on addresses, which also compile in user space.
 */
#ifndef _INETX_UDP_MATCH_H
#define _INETX_UDP_MATCH_H

#include <linux/types.h>

#include "route/indev.h"

/**
 * struct inetx_udp_key - what a socket is bound and connected to
 * @laddr: local address, network order, 0 for any
 * @raddr: remote address, network order, 0 for any
 * @rport: remote port, network order, 0 for any
 * @dev: device it is bound to, 0 for any
 */
struct inetx_udp_key {
	__be32 laddr;
	__be32 raddr;
	__be16 rport;
	int dev;
};

/**
 * struct inetx_udp_packet - what a datagram is, for that
 * @laddr: destination, network order
 * @raddr: source, network order
 * @rport: source port, network order
 * @in: by what it came in
 */
struct inetx_udp_packet {
	__be32 laddr;
	__be32 raddr;
	__be16 rport;
	struct inetx_in_dev in;
};

/*
 * An exact local address outweighs all else together, as AF_INET looks for
 * such a socket first.  What is connected in full, which takes all three,
 * scores higher than whatever is not; the device and SO_INCOMING_CPU, which
 * adds 1, do not change that.
 */
#define INETX_UDP_SCORE_LADDR		32
#define INETX_UDP_SCORE_RPORT		8
#define INETX_UDP_SCORE_RADDR		8
#define INETX_UDP_SCORE_DEV		4
#define INETX_UDP_SCORE_CONNECTED	48

/**
 * inetx_udp_score - how well a socket fits a datagram
 * @sock: what the socket wants
 * @pkt: what the datagram is
 *
 * Return: -1 when the datagram is not for the socket, else the higher the more
 * specific.
 */
static inline int inetx_udp_score(const struct inetx_udp_key *sock,
				  const struct inetx_udp_packet *pkt)
{
	int score = 0;

	if (sock->laddr) {
		if (sock->laddr != pkt->laddr)
			return -1;
		score += INETX_UDP_SCORE_LADDR;
	}
	if (sock->raddr) {
		if (sock->raddr != pkt->raddr)
			return -1;
		score += INETX_UDP_SCORE_RADDR;
	}
	if (sock->rport) {
		if (sock->rport != pkt->rport)
			return -1;
		score += INETX_UDP_SCORE_RPORT;
	}
	if (!inetx_in_dev_eq(pkt->in, sock->dev))
		return -1;
	if (sock->dev)
		score += INETX_UDP_SCORE_DEV;
	return score;
}

/**
 * inetx_udp_overlap - could two sockets want the same datagram
 * @a: one, as bound
 * @b: the other
 *
 * What they are connected to does not matter: it may change at any time.
 */
static inline bool inetx_udp_overlap(const struct inetx_udp_key *a,
				     const struct inetx_udp_key *b)
{
	if (a->dev && b->dev && a->dev != b->dev)
		return false;
	return !a->laddr || !b->laddr || a->laddr == b->laddr;
}

#endif /* _INETX_UDP_MATCH_H */
