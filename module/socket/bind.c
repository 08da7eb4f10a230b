// SPDX-License-Identifier: GPL-2.0
/* bind(2), getsockname(2), getpeername(2), shutdown(2); ip(7). */

#include <linux/bpf-cgroup.h>

#include "socket/socket.h"

/**
 * inetx_autobind - give a socket without a port a free one
 * @sk: the socket, lock not held
 *
 * Context: process.
 * Return: 0, also when the socket got a port meanwhile; -EAGAIN: none is free.
 */
int inetx_autobind(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);
	int err = 0;

	lock_sock(sk);
	if (!inet->inet_num) {
		if (sk->sk_prot->get_port(sk, 0))
			err = -EAGAIN;
		else
			inet->inet_sport = htons(inet->inet_num);
	}
	release_sock(sk);
	return err;
}

/**
 * inetx_sk_addr_type - what kind of address this is to a socket
 * @sk: the socket; bound to a device of a VRF, it knows of that alone
 * @addr: network order
 *
 * Context: any.
 * Return: as inetx_route_addr_type().
 */
u8 inetx_sk_addr_type(const struct sock *sk, __be32 addr)
{
	int bound = READ_ONCE(sk->sk_bound_dev_if);
	struct net_device *dev = NULL;
	u8 type;

	rcu_read_lock();
	if (bound)
		dev = dev_get_by_index_rcu(sock_net(sk), bound);
	type = inetx_route_addr_type_at(inetx_sk_net(sk), dev, addr);
	rcu_read_unlock();
	return type;
}

/* May a socket be bound to this address?  @type: RTN_* of it. */
static bool inetx_bind_addr_ok(const struct sock *sk, __be32 addr, u8 type)
{
	const struct inet_sock *inet = inet_sk(sk);

	return READ_ONCE(inetx_sk_net(sk)->socket.sysctl_nonlocal_bind) ||
	       inet->freebind || inet->transparent ||
	       addr == htonl(INADDR_ANY) || type == RTN_LOCAL ||
	       type == RTN_MULTICAST || type == RTN_BROADCAST;
}

/* Socket locked: take the port, or leave the socket as it was. */
static int inetx_bind_port(struct sock *sk, u16 port)
{
	struct inet_sock *inet = inet_sk(sk);
	int err;

	/* IP_BIND_ADDRESS_NO_PORT: connect() will choose one. */
	if (!port && inet->bind_address_no_port)
		return 0;

	err = sk->sk_prot->get_port(sk, port);
	if (err)
		return err < 0 ? err : -EADDRINUSE;

	err = BPF_CGROUP_RUN_PROG_INET4_POST_BIND(sk);
	if (err && sk->sk_prot->put_port)
		sk->sk_prot->put_port(sk);
	return err;
}

/**
 * inetx_bind - bind(2)
 * @sock: the socket
 * @uaddr: a struct sockaddr_in in kernel memory
 * @len: bytes of it
 *
 * Context: process.
 * Return: 0, -EINVAL (short address, bound already), -EAFNOSUPPORT,
 * -EADDRNOTAVAIL (not our address), -EACCES (privileged port), -EADDRINUSE.
 */
int inetx_bind(struct socket *sock, struct sockaddr *uaddr, int len)
{
	struct sockaddr_in *addr = (struct sockaddr_in *)uaddr;
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	__be32 ip;
	u16 port;
	u8 type;
	int err;

	if (sk->sk_prot->bind)
		return sk->sk_prot->bind(sk, uaddr, len);

	if (len < sizeof(*addr))
		return -EINVAL;
	ip = addr->sin_addr.s_addr;
	/* Programs of old leave the family out when they mean any address. */
	if (!inetx_af_ok(addr->sin_family) &&
	    (addr->sin_family != AF_UNSPEC || ip != htonl(INADDR_ANY)))
		return -EAFNOSUPPORT;

	type = inetx_sk_addr_type(sk, ip);
	if (!inetx_bind_addr_ok(sk, ip, type))
		return -EADDRNOTAVAIL;

	port = ntohs(addr->sin_port);
	if (port &&
	    port < READ_ONCE(xnet->socket.sysctl_unprivileged_port_start) &&
	    !ns_capable(sock_net(sk)->user_ns, CAP_NET_BIND_SERVICE))
		return -EACCES;

	lock_sock(sk);
	err = -EINVAL;
	if (sk->sk_state != TCP_CLOSE || inet->inet_num)
		goto out;

	/* What we receive for, and what we send from: the same but where it
	 * would be illegal as a source, then the route chooses.
	 */
	inet->inet_rcv_saddr = ip;
	inet->inet_saddr = type == RTN_MULTICAST || type == RTN_BROADCAST ?
			   0 : ip;

	err = inetx_bind_port(sk, port);
	if (err) {
		inet->inet_saddr = 0;
		inet->inet_rcv_saddr = 0;
		goto out;
	}

	if (inet->inet_rcv_saddr)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	if (port)
		sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	inet->inet_sport = htons(inet->inet_num);
	inet->inet_daddr = 0;
	inet->inet_dport = 0;
	inetx_sk_path_reset(sk);
out:
	release_sock(sk);
	return err;
}

/**
 * inetx_getname - getsockname(2) and getpeername(2)
 * @sock: the socket
 * @uaddr: room for any address, in kernel memory
 * @peer: 0 for our end; 1 for the peer's; 2 for the peer's even where the
 *	socket is not connected yet or any more
 *
 * Context: process.
 * Return: the size of the address, or -ENOTCONN.
 */
int inetx_getname(struct socket *sock, struct sockaddr *uaddr, int peer)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, uaddr);
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	int err = sizeof(*sin);

	lock_sock(sk);
	if (!peer)
		inetx_sk_addr(sk, sin, inet->inet_rcv_saddr ?: inet->inet_saddr,
			      inet->inet_sport);
	else if (inet->inet_dport &&
		 (peer != 1 ||
		  !((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_SYN_SENT))))
		inetx_sk_addr(sk, sin, inet->inet_daddr, inet->inet_dport);
	else
		err = -ENOTCONN;
	release_sock(sk);
	return err;
}

/**
 * inetx_dgram_shutdown - shutdown(2) of UDP, raw and ping sockets
 * @sock: the socket
 * @how: SHUT_RD, SHUT_WR or SHUT_RDWR
 *
 * Context: process.
 * Return: 0, -EINVAL, or -ENOTCONN for an unconnected socket, which is shut
 * down nevertheless: who waits in poll(2) is woken.
 */
int inetx_dgram_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err;

	/* SHUT_* are 0, 1, 2; the mask has a bit each way. */
	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;

	lock_sock(sk);
	err = sk->sk_state == TCP_CLOSE ? -ENOTCONN : 0;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | (how + 1));
	if (sk->sk_prot->shutdown)
		sk->sk_prot->shutdown(sk, how + 1);
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}
