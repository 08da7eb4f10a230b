// SPDX-License-Identifier: GPL-2.0
/* The beginning and the end of a socket, whatever its protocol. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/random.h>

#include "socket/socket.h"

#define INETX_PORTS		65536
#define INETX_PORT_LO		32768
#define INETX_PORT_HI		60999
#define INETX_UNPRIVILEGED_PORT	1024

/**
 * inetx_socket_net_init - tunables of a new namespace
 * @xnet: its stack, zeroed
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_socket_net_init(struct inetx_net *xnet)
{
	struct inetx_socket_net *sn = &xnet->socket;

	seqlock_init(&sn->range_lock);
	sn->port_lo = INETX_PORT_LO;
	sn->port_hi = INETX_PORT_HI;
	sn->sysctl_unprivileged_port_start = INETX_UNPRIVILEGED_PORT;
	sn->reserved_ports = kvcalloc(BITS_TO_LONGS(INETX_PORTS),
				      sizeof(long), GFP_KERNEL_ACCOUNT);
	return sn->reserved_ports ? 0 : -ENOMEM;
}

/**
 * inetx_socket_net_exit - give back what inetx_socket_net_init() took
 * @xnet: the stack of a namespace that has no sockets any more
 *
 * Context: process.
 */
void inetx_socket_net_exit(struct inetx_net *xnet)
{
	kvfree(xnet->socket.reserved_ports);
}

/**
 * inetx_sock_init - defaults of a new socket
 * @sk: zeroed by sk_alloc(), then sock_init_data()
 * @protocol: IPPROTO_*, of a raw socket the protocol it is for
 *
 * Context: process; nobody else knows the socket yet.
 */
void inetx_sock_init(struct sock *sk, int protocol)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_sock *xsk = inetx_sk(sk);
	struct inet_sock *inet = &xsk->inet;

	if (sk->sk_type == SOCK_RAW) {
		inet->inet_num = protocol;
		inet->hdrincl = protocol == IPPROTO_RAW;
	}

	/* Core code would take a socket that says IPPROTO_TCP for a struct
	 * tcp_sock, see INETX_PROTO_BIT.
	 */
	if (sk->sk_type == SOCK_STREAM && protocol == IPPROTO_TCP)
		protocol |= INETX_PROTO_BIT;
	sk->sk_protocol = protocol;
	sk->sk_destruct = inetx_sock_destruct;
	sk->sk_backlog_rcv = sk->sk_prot->backlog_rcv;
	sk->sk_txrehash = READ_ONCE(sock_net(sk)->core.sysctl_txrehash);

	inet->pmtudisc = READ_ONCE(xnet->ip.sysctl_no_pmtu_disc) ?
			 IP_PMTUDISC_DONT : IP_PMTUDISC_WANT;
	inet->uc_ttl = -1;
	inet->mc_loop = 1;
	inet->mc_ttl = 1;
	inet->mc_all = 1;

	seqlock_init(&xsk->path_lock);
	sk_refcnt_debug_inc(sk);
}

/**
 * inetx_sock_clone_init - make a clone a socket of its own
 * @child: from sk_clone_lock(), which copied all of the parent
 *
 * Context: any, at once after sk_clone_lock(), before the child is hashed.
 */
void inetx_sock_clone_init(struct sock *child)
{
	struct inetx_sock *xsk = inetx_sk(child);
	struct inet_sock *inet = &xsk->inet;

	/* Belongs to the parent, or describes its peer. */
	RCU_INIT_POINTER(inet->inet_opt, NULL);
	RCU_INIT_POINTER(inet->mc_list, NULL);
	memset(&xsk->path, 0, sizeof(xsk->path));
	seqlock_init(&xsk->path_lock);
	atomic_set(&inet->inet_id, get_random_u16());
}

/**
 * inetx_sock_destruct - sk_destruct of every full socket of the family
 * @sk: nobody has a reference any more
 *
 * Context: any, also an RCU callback (SOCK_RCU_FREE).
 */
void inetx_sock_destruct(struct sock *sk)
{
	__skb_queue_purge(&sk->sk_receive_queue);
	__skb_queue_purge(&sk->sk_error_queue);
	sk_mem_reclaim_final(sk);
	kfree(rcu_dereference_protected(inet_sk(sk)->inet_opt, 1));

	/* A leak is better than memory that a timer or a table still knows. */
	if (WARN_ON_ONCE(sk->sk_type == SOCK_STREAM &&
			 sk->sk_state != TCP_CLOSE) ||
	    WARN_ON_ONCE(!sock_flag(sk, SOCK_DEAD)))
		return;

	WARN_ON_ONCE(atomic_read(&sk->sk_rmem_alloc));
	WARN_ON_ONCE(refcount_read(&sk->sk_wmem_alloc));
	WARN_ON_ONCE(sk->sk_wmem_queued);
	WARN_ON_ONCE(sk_forward_alloc_get(sk));
	sk_refcnt_debug_dec(sk);
}
