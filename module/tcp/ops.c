// SPDX-License-Identifier: GPL-2.0
/* The operations of a stream socket that wait and ask: connect(2), poll(2),
 * ioctl(2).
 */

#include <linux/sockios.h>
#include <asm/ioctls.h>

#include "tcp/internal.h"

/* Wait until the handshake is over.  Returns false when time is up or a signal
 * came, with what is left in @timeo.
 */
static bool wait_connected(struct sock *sk, long *timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(sk_sleep(sk), &wait);
	while ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		release_sock(sk);
		*timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, *timeo);
		lock_sock(sk);
		if (signal_pending(current) || !*timeo)
			break;
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return *timeo;
}

/* connect() with AF_UNSPEC. */
static int dissolve(struct socket *sock, int flags)
{
	struct sock *sk = sock->sk;
	int err;

	sk->sk_disconnects++;
	err = sk->sk_prot->disconnect(sk, flags);
	sock->state = err ? SS_DISCONNECTING : SS_UNCONNECTED;
	return err;
}

/* First call: send the SYN.  Returns what a caller who does not wait gets. */
static int start_connect(struct socket *sock, struct sockaddr *uaddr, int len)
{
	struct sock *sk = sock->sk;
	int err;

	switch (sock->state) {
	case SS_CONNECTED:
		return -EISCONN;
	case SS_CONNECTING:
		return -EALREADY;
	case SS_UNCONNECTED:
		if (sk->sk_state != TCP_CLOSE)
			return -EISCONN;
		err = sk->sk_prot->connect(sk, uaddr, len);
		if (err < 0)
			return err;
		sock->state = SS_CONNECTING;
		return -EINPROGRESS;
	default:
		return -EINVAL;
	}
}

static int connect_locked(struct socket *sock, struct sockaddr *uaddr, int len,
			  int flags)
{
	struct sock *sk = sock->sk;
	int dis, err;
	long timeo;

	if (len < sizeof(uaddr->sa_family))
		return -EINVAL;
	if (uaddr->sa_family == AF_UNSPEC)
		return dissolve(sock, flags);

	err = start_connect(sock, uaddr, len);
	if (err != -EINPROGRESS && err != -EALREADY)
		return err;

	timeo = sock_sndtimeo(sk, flags & O_NONBLOCK);
	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		dis = sk->sk_disconnects;
		if (!timeo || !wait_connected(sk, &timeo)) {
			if (!((1 << sk->sk_state) &
			      (TCPF_SYN_SENT | TCPF_SYN_RECV)))
				goto over;
			return signal_pending(current) && timeo ?
			       sock_intr_errno(timeo) : err;
		}
		if (signal_pending(current) &&
		    (1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
			return sock_intr_errno(timeo);
		if (dis != sk->sk_disconnects)
			return -EPIPE;
	}
over:
	if (sk->sk_state == TCP_CLOSE) {
		/* Refused, timed out, or ended by an ICMP error. */
		err = sock_error(sk) ?: -ECONNABORTED;
		sock->state = SS_UNCONNECTED;
		sk->sk_disconnects++;
		if (sk->sk_prot->disconnect(sk, flags))
			sock->state = SS_DISCONNECTING;
		return err;
	}
	sock->state = SS_CONNECTED;
	return 0;
}

/**
 * inetx_tcp_stream_connect - proto_ops.connect
 * @sock: the socket
 * @uaddr: address in kernel memory
 * @len: bytes of it
 * @flags: O_NONBLOCK
 *
 * Context: process.
 * Return: 0, -EINPROGRESS, -EALREADY, -EISCONN, -EINTR or -ERESTARTSYS, what
 * inetx_tcp_connect() returns, or the error the connection ended with.
 */
int inetx_tcp_stream_connect(struct socket *sock, struct sockaddr *uaddr,
			     int len, int flags)
{
	int err;

	lock_sock(sock->sk);
	err = connect_locked(sock, uaddr, len, flags);
	release_sock(sock->sk);
	return err;
}

/* Is there as much to read as @target, or as there will ever be? */
static bool readable(struct sock *sk, int target)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	int avail = READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq);

	if (avail <= 0)
		return false;
	return avail >= target ||
	       atomic_read(&sk->sk_rmem_alloc) >
	       READ_ONCE(sk->sk_rcvbuf) - (READ_ONCE(sk->sk_rcvbuf) >> 3) ||
	       inetx_tcp_rcv_window(tp) <= tp->rcv_mss;
}

static bool writable(const struct sock *sk)
{
	return sk_stream_wspace(sk) >= sk_stream_min_wspace(sk) &&
	       inetx_tcp_memory_free(sk, 1);
}

static __poll_t poll_write(struct sock *sk)
{
	if (sk->sk_shutdown & SEND_SHUTDOWN || writable(sk))
		return EPOLLOUT | EPOLLWRNORM;
	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	/* Room made before the bit was set woke nobody: look again.  Pairs
	 * with wake_writers().
	 */
	smp_mb__after_atomic();
	return writable(sk) ? EPOLLOUT | EPOLLWRNORM : 0;
}

/**
 * inetx_tcp_poll - proto_ops.poll
 * @file: of the socket
 * @sock: the socket
 * @wait: where to be woken
 *
 * Context: process, no lock: a snapshot.
 * Return: EPOLL* that hold.
 */
__poll_t inetx_tcp_poll(struct file *file, struct socket *sock,
			struct poll_table_struct *wait)
{
	struct sock *sk = sock->sk;
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	__poll_t mask = 0;
	int state, target;
	u8 shutdown;

	sock_poll_wait(file, sock, wait);
	/* Pairs with inetx_tcp_set_state(). */
	state = smp_load_acquire(&sk->sk_state);
	if (state == TCP_LISTEN)
		return READ_ONCE(tp->aq_head) ? EPOLLIN | EPOLLRDNORM : 0;

	shutdown = READ_ONCE(sk->sk_shutdown);
	if (shutdown == SHUTDOWN_MASK || state == TCP_CLOSE)
		mask |= EPOLLHUP;
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;

	if (state != TCP_SYN_SENT && state != TCP_SYN_RECV) {
		u16 urg = READ_ONCE(tp->urg_data);

		target = sock_rcvlowat(sk, 0, INT_MAX);
		if (urg && READ_ONCE(tp->urg_seq) == READ_ONCE(tp->copied_seq) &&
		    !sock_flag(sk, SOCK_URGINLINE))
			target++;
		if (readable(sk, target))
			mask |= EPOLLIN | EPOLLRDNORM;
		mask |= poll_write(sk);
		if (urg & INETX_URG_VALID)
			mask |= EPOLLPRI;
	}
	/* Pairs with the barrier between sk_err and sk_shutdown. */
	smp_rmb();
	if (READ_ONCE(sk->sk_err) ||
	    !skb_queue_empty_lockless(&sk->sk_error_queue))
		mask |= EPOLLERR;
	return mask;
}

/**
 * inetx_tcp_ioctl - prot->ioctl: tcp(7)
 * @sk: the socket
 * @cmd: SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK
 * @arg: an int in user memory
 *
 * Context: process.
 * Return: 0, -EINVAL for a listener, -EFAULT, -ENOIOCTLCMD.
 */
int inetx_tcp_ioctl(struct sock *sk, int cmd, unsigned long arg)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	bool early = (1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV);
	int val;

	switch (cmd) {
	case SIOCINQ:
		if (sk->sk_state == TCP_LISTEN)
			return -EINVAL;
		lock_sock(sk);
		val = inetx_tcp_inq(sk);
		release_sock(sk);
		break;
	case SIOCATMARK:
		val = READ_ONCE(tp->urg_data) &&
		      READ_ONCE(tp->urg_seq) == READ_ONCE(tp->copied_seq);
		break;
	case SIOCOUTQ:
		if (sk->sk_state == TCP_LISTEN)
			return -EINVAL;
		val = early ? 0 : READ_ONCE(tp->write_seq) -
				  READ_ONCE(tp->snd_una);
		break;
	case SIOCOUTQNSD:
		if (sk->sk_state == TCP_LISTEN)
			return -EINVAL;
		val = early ? 0 : READ_ONCE(tp->write_seq) -
				  READ_ONCE(tp->snd_nxt);
		break;
	default:
		return -ENOIOCTLCMD;
	}
	return put_user(val, (int __user *)arg);
}

/**
 * inetx_tcp_peek_len - proto_ops.peek_len
 * @sock: the socket
 *
 * Return: bytes that can be read.
 */
int inetx_tcp_peek_len(struct socket *sock)
{
	return inetx_tcp_inq(sock->sk);
}

/**
 * inetx_tcp_set_rcvlowat - proto_ops.set_rcvlowat: SO_RCVLOWAT
 * @sk: the socket
 * @val: bytes
 *
 * Context: process, socket lock.
 * Return: 0.
 */
int inetx_tcp_set_rcvlowat(struct sock *sk, int val)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 most;
	int need;

	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK)
		most = sk->sk_rcvbuf >> 1;
	else
		most = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_rmem[2]) >> 1;
	val = min_t(u32, val, most);
	WRITE_ONCE(sk->sk_rcvlowat, val ?: 1);

	/* Who waits for less may go on. */
	inetx_tcp_data_ready(sk);
	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK)
		return 0;
	/* The window has to let that much in. */
	need = val << 1;
	if (need > sk->sk_rcvbuf) {
		WRITE_ONCE(sk->sk_rcvbuf, need);
		tp->window_clamp = inetx_tcp_win_from_space(sk, need);
	}
	return 0;
}
