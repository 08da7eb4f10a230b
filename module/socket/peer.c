// SPDX-License-Identifier: GPL-2.0
/* connect(2) of sockets without a connection: UDP, raw, ping; ip(7). */

#include <linux/random.h>
#include <net/sock_reuseport.h>

#include "socket/socket.h"

/**
 * inetx_dgram_connect - connect(2)
 * @sock: the socket
 * @uaddr: the peer, or an address of family AF_UNSPEC to have none any more
 * @len: bytes of it
 * @flags: O_NONBLOCK or 0
 *
 * Context: process.
 * Return: 0, -EINVAL, -EAGAIN (no free port), or what prot->connect says.
 */
int inetx_dgram_connect(struct socket *sock, struct sockaddr *uaddr, int len,
			int flags)
{
	struct sock *sk = sock->sk;

	if (len < sizeof(uaddr->sa_family))
		return -EINVAL;

	if (uaddr->sa_family == AF_UNSPEC)
		return sk->sk_prot->disconnect(sk, flags);

	/* A number that appears meanwhile is as good as ours. */
	if (data_race(!inet_sk(sk)->inet_num) && inetx_autobind(sk))
		return -EAGAIN;

	return sk->sk_prot->connect(sk, uaddr, len);
}

static int inetx_set_peer_locked(struct sock *sk, const struct sockaddr_in *sin)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inet_sock *inet = inet_sk(sk);
	struct inetx_flow flow;
	struct inetx_path path;
	int err;

	inetx_sk_path_reset(sk);
	inetx_sk_flow_to(sk, &flow, sin->sin_addr.s_addr, sin->sin_port, NULL);
	err = inetx_route_connect(xnet, &flow, &path);
	if (err) {
		if (err == -ENETUNREACH)
			INETX_IP_INC(xnet, IPSTATS_MIB_OUTNOROUTES);
		return err;
	}
	if (path.type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;

	/* Both ends were open: the route has chosen ours. */
	if (!inet->inet_saddr)
		inet->inet_saddr = path.saddr;
	if (!inet->inet_rcv_saddr) {
		inet->inet_rcv_saddr = path.saddr;
		if (sk->sk_prot->rehash)
			sk->sk_prot->rehash(sk);
	}
	WRITE_ONCE(inet->inet_daddr, path.daddr);
	WRITE_ONCE(inet->inet_dport, sin->sin_port);
	reuseport_has_conns_set(sk);
	sk->sk_state = TCP_ESTABLISHED;
	sk_set_txhash(sk);
	atomic_set(&inet->inet_id, get_random_u16());
	inetx_sk_path_set(sk, &path);
	return 0;
}

/**
 * inetx_dgram_set_peer - prot->connect of UDP, raw and ping
 * @sk: the socket, lock not held
 * @uaddr: the peer, a struct sockaddr_in
 * @len: bytes of it
 *
 * Looks the route up, which also chooses our address where the socket is not
 * bound to one; from then on the socket receives from this peer only.
 *
 * Context: process.
 * Return: 0, -EINVAL, -EAFNOSUPPORT, -EACCES (broadcast without SO_BROADCAST),
 * or the error of the lookup (-ENETUNREACH, ...).
 */
int inetx_dgram_set_peer(struct sock *sk, struct sockaddr *uaddr, int len)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)uaddr;
	int err;

	if (len < sizeof(*sin))
		return -EINVAL;
	if (!inetx_af_ok(sin->sin_family))
		return -EAFNOSUPPORT;

	lock_sock(sk);
	/* One section from the lookup to the last use of the path. */
	rcu_read_lock();
	err = inetx_set_peer_locked(sk, sin);
	rcu_read_unlock();
	release_sock(sk);
	return err;
}

/**
 * inetx_dgram_disconnect - prot->disconnect of UDP, raw and ping
 * @sk: the socket, lock not held
 * @flags: not used
 *
 * What bind(2) or SO_BINDTODEVICE did not fix is open again, the port included.
 *
 * Context: process.
 * Return: 0.
 */
int inetx_dgram_disconnect(struct sock *sk, int flags)
{
	struct inet_sock *inet = inet_sk(sk);

	lock_sock(sk);
	sk->sk_state = TCP_CLOSE;
	WRITE_ONCE(inet->inet_daddr, 0);
	WRITE_ONCE(inet->inet_dport, 0);
	sock_rps_reset_rxhash(sk);
	WRITE_ONCE(sk->sk_bound_dev_if, 0);
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK)) {
		inet->inet_rcv_saddr = 0;
		inet->inet_saddr = 0;
		if (sk->sk_prot->rehash &&
		    (sk->sk_userlocks & SOCK_BINDPORT_LOCK))
			sk->sk_prot->rehash(sk);
	}
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK)) {
		/* A raw socket's number is its protocol, which it keeps. */
		if (sk->sk_type != SOCK_RAW)
			sk->sk_prot->unhash(sk);
		inet->inet_sport = 0;
	}
	inetx_sk_path_reset(sk);
	release_sock(sk);
	return 0;
}
