// SPDX-License-Identifier: GPL-2.0
/* Socket options of level SOL_UDP: udp(7), udplite(7). */

#include <net/udplite.h>

#include "udp/lite.h"

/* UDP_CORK; the socket is not locked. */
static int set_cork(struct sock *sk, bool on)
{
	lock_sock(sk);
	WRITE_ONCE(inetx_udp_sk(sk)->cork_opt, on);
	if (!on)
		inetx_udp_push(sk);
	release_sock(sk);
	return 0;
}

/**
 * inetx_udp_setsockopt - setsockopt(2)
 * @sk: the socket, not locked
 * @level: SOL_UDP or SOL_UDPLITE here, others are for inetx_setsockopt()
 * @name: UDP_* or UDPLITE_*
 * @val: an int
 * @len: bytes of @val
 *
 * Context: process.
 * Return: 0, -EINVAL, -EFAULT, -ENOPROTOOPT.
 */
int inetx_udp_setsockopt(struct sock *sk, int level, int name, sockptr_t val,
			 unsigned int len)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	int n;

	if (level != SOL_UDP && level != SOL_UDPLITE)
		return inetx_setsockopt(sk, level, name, val, len);
	if (len < sizeof(n))
		return -EINVAL;
	if (copy_from_sockptr(&n, val, sizeof(n)))
		return -EFAULT;

	switch (name) {
	case UDP_CORK:
		return set_cork(sk, n);
	case UDP_ENCAP:
		/* Encapsulation is native UDP's; none is what we have. */
		return n ? -ENOPROTOOPT : 0;
	case UDPLITE_SEND_CSCOV:
	case UDPLITE_RECV_CSCOV:
		return inetx_udplite_set(us, name, n);
	case UDP_NO_CHECK6_TX:
		WRITE_ONCE(us->no_check6_tx, n);
		return 0;
	case UDP_NO_CHECK6_RX:
		WRITE_ONCE(us->no_check6_rx, n);
		return 0;
	case UDP_SEGMENT:
		if (n < 0 || n > USHRT_MAX)
			return -EINVAL;
		WRITE_ONCE(us->gso_size, n);
		return 0;
	case UDP_GRO:
		WRITE_ONCE(us->gro_opt, n);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/**
 * inetx_udp_getsockopt - getsockopt(2)
 * @sk: the socket, not locked
 * @level: SOL_UDP or SOL_UDPLITE here, others are for inetx_getsockopt()
 * @name: UDP_* or UDPLITE_*
 * @val: room for an int
 * @len: bytes of room, becomes bytes filled
 *
 * Context: process.
 * Return: 0, -EINVAL, -EFAULT, -ENOPROTOOPT.
 */
int inetx_udp_getsockopt(struct sock *sk, int level, int name,
			 char __user *val, int __user *len)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	int n, room;

	if (level != SOL_UDP && level != SOL_UDPLITE)
		return inetx_getsockopt(sk, level, name, val, len);
	if (get_user(room, len))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	room = min_t(int, room, sizeof(n));

	switch (name) {
	case UDP_CORK:
		n = READ_ONCE(us->cork_opt);
		break;
	case UDP_ENCAP:
		n = 0;
		break;
	case UDPLITE_SEND_CSCOV:
		n = READ_ONCE(us->send_cov);
		break;
	case UDPLITE_RECV_CSCOV:
		n = READ_ONCE(us->recv_cov);
		break;
	case UDP_NO_CHECK6_TX:
		n = READ_ONCE(us->no_check6_tx);
		break;
	case UDP_NO_CHECK6_RX:
		n = READ_ONCE(us->no_check6_rx);
		break;
	case UDP_SEGMENT:
		n = READ_ONCE(us->gso_size);
		break;
	case UDP_GRO:
		n = READ_ONCE(us->gro_opt);
		break;
	default:
		return -ENOPROTOOPT;
	}
	if (put_user(room, len) || copy_to_user(val, &n, room))
		return -EFAULT;
	return 0;
}
