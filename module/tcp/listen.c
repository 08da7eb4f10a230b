// SPDX-License-Identifier: GPL-2.0
/* Passive open: listen(2), accept(2), and the queue between handshake and
 * program.
 */

#include "tcp/internal.h"

/**
 * inetx_tcp_accept_add - a connection for the program to accept
 * @listener: the listener, not locked
 * @child: the connection, locked; one reference goes to the queue
 *
 * Context: softirq.
 * Return: false when the listener listens no more.
 */
bool inetx_tcp_accept_add(struct sock *listener, struct sock *child)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(listener);
	bool ok = false;

	spin_lock(&tp->aq_lock);
	if (listener->sk_state == TCP_LISTEN) {
		if (tp->aq_tail)
			inetx_tcp_sk(tp->aq_tail)->aq_next = child;
		else
			WRITE_ONCE(tp->aq_head, child);
		tp->aq_tail = child;
		sk_acceptq_added(listener);
		ok = true;
	}
	spin_unlock(&tp->aq_lock);
	return ok;
}

static struct sock *accept_take(struct sock *listener)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(listener);
	struct sock *child;

	spin_lock_bh(&tp->aq_lock);
	child = tp->aq_head;
	if (child) {
		WRITE_ONCE(tp->aq_head, inetx_tcp_sk(child)->aq_next);
		if (!tp->aq_head)
			tp->aq_tail = NULL;
		inetx_tcp_sk(child)->aq_next = NULL;
		sk_acceptq_removed(listener);
	}
	spin_unlock_bh(&tp->aq_lock);
	return child;
}

/* A connection that nobody will accept. */
static void drop_child(struct sock *sk)
{
	local_bh_disable();
	bh_lock_sock_nested(sk);
	sock_hold(sk);
	sock_set_flag(sk, SOCK_DEAD);
	inetx_tcp_orphan_inc();
	inetx_tcp_disconnect_child(sk);
	bh_unlock_sock(sk);
	local_bh_enable();
	sock_put(sk);
}

/**
 * inetx_tcp_listen_stop - a listener stops listening
 * @sk: in TCP_CLOSE by now, so that nothing is added any more
 *
 * Connections half open are forgotten, and those that wait to be accepted are
 * reset.
 *
 * Context: process, socket lock.
 */
void inetx_tcp_listen_stop(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sock *child;

	/* Pairs with inetx_tcp_syn_rcv(): whoever adds a request after we have
	 * looked sees the state.
	 */
	smp_mb();
	if (atomic_read(&tp->requests))
		inetx_tcp_wheel_drop_listener(&inetx_tcp_sk_net(sk)->tables->requests,
					      sk);
	while ((child = accept_take(sk))) {
		drop_child(child);
		cond_resched();
	}
}

static int listen_start(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inet_sock *inet = inet_sk(sk);
	int err;

	if (!inet->inet_num && inetx_tcp_get_port(sk, 0))
		return -EAGAIN;
	sk->sk_ack_backlog = 0;
	tp->ack_sched = 0;
	tp->pingpong = 0;
	tp->aq_head = NULL;
	tp->aq_tail = NULL;
	/* The state first: of two that want one port at most one may win. */
	inetx_tcp_set_state(sk, TCP_LISTEN);
	err = inetx_tcp_listen_conflict(sk);
	if (err) {
		inetx_tcp_set_state(sk, TCP_CLOSE);
		return err;
	}
	inet->inet_sport = htons(inet->inet_num);
	inetx_sk_path_reset(sk);
	inetx_tcp_hash_listener(sk);
	return 0;
}

/**
 * inetx_tcp_listen - proto_ops.listen
 * @sock: the socket
 * @backlog: connections that may wait, at most net.core.somaxconn by core code
 *
 * Context: process.
 * Return: 0, -EINVAL when connected, -EADDRINUSE, -EAGAIN when no port is free.
 */
int inetx_tcp_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int err = -EINVAL;

	lock_sock(sk);
	if (sock->state != SS_UNCONNECTED || sock->type != SOCK_STREAM ||
	    !((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		goto out;
	WRITE_ONCE(sk->sk_max_ack_backlog, backlog);
	err = sk->sk_state == TCP_LISTEN ? 0 : listen_start(sk);
out:
	release_sock(sk);
	return err;
}

static int wait_for_child(struct sock *sk, long timeo)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	DEFINE_WAIT(wait);
	int err;

	/* Exclusive: a connection wakes one of those who wait. */
	for (;;) {
		prepare_to_wait_exclusive(sk_sleep(sk), &wait,
					  TASK_INTERRUPTIBLE);
		release_sock(sk);
		if (!READ_ONCE(tp->aq_head))
			timeo = schedule_timeout(timeo);
		sched_annotate_sleep();
		lock_sock(sk);
		err = 0;
		if (READ_ONCE(tp->aq_head))
			break;
		err = -EINVAL;
		if (sk->sk_state != TCP_LISTEN)
			break;
		err = sock_intr_errno(timeo);
		if (signal_pending(current))
			break;
		err = -EAGAIN;
		if (!timeo)
			break;
	}
	finish_wait(sk_sleep(sk), &wait);
	return err;
}

/**
 * inetx_tcp_prot_accept - prot->accept
 * @sk: the listener
 * @flags: O_NONBLOCK
 * @err: set to the error
 * @kern: the new socket is for the kernel
 *
 * Context: process.
 * Return: the connection, with the queue's reference, or NULL.
 */
struct sock *inetx_tcp_prot_accept(struct sock *sk, int flags, int *err,
				   bool kern)
{
	struct sock *child = NULL;
	long timeo;

	lock_sock(sk);
	*err = -EINVAL;
	if (sk->sk_state != TCP_LISTEN)
		goto out;
	timeo = sock_rcvtimeo(sk, flags & O_NONBLOCK);
	while (!(child = accept_take(sk))) {
		*err = -EAGAIN;
		if (!timeo)
			goto out;
		*err = wait_for_child(sk, timeo);
		if (*err)
			goto out;
	}
	*err = 0;
	inetx_tcp_sk(child)->from_listener = 0;
out:
	release_sock(sk);
	return child;
}

/**
 * inetx_tcp_accept - proto_ops.accept
 * @sock: the listener
 * @newsock: to be filled
 * @flags: O_NONBLOCK
 * @kern: @newsock is for the kernel
 *
 * Context: process.
 * Return: 0, -EINVAL when not listening, -EAGAIN, -EINTR or -ERESTARTSYS.
 */
int inetx_tcp_accept(struct socket *sock, struct socket *newsock, int flags,
		     bool kern)
{
	struct sock *child;
	int err;

	child = inetx_tcp_prot_accept(sock->sk, flags, &err, kern);
	if (!child)
		return err;
	lock_sock(child);
	sock_rps_record_flow(child);
	set_bit(SOCK_SUPPORT_ZC, &newsock->flags);
	sock_graft(child, newsock);
	newsock->state = SS_CONNECTED;
	release_sock(child);
	return 0;
}
