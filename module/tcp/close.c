// SPDX-License-Identifier: GPL-2.0
/* close(2), shutdown(2) and SO_LINGER: RFC 9293 section 3.10.4, 3.10.5. */

#include "tcp/internal.h"

/* The state after we have no more to say.  Returns whether a FIN is due. */
static bool close_state(struct sock *sk)
{
	switch (sk->sk_state) {
	case TCP_ESTABLISHED:
	case TCP_SYN_RECV:
		inetx_tcp_set_state(sk, TCP_FIN_WAIT1);
		return true;
	case TCP_CLOSE_WAIT:
		inetx_tcp_set_state(sk, TCP_LAST_ACK);
		return true;
	case TCP_SYN_SENT:
		inetx_tcp_set_state(sk, TCP_CLOSE);
		return false;
	default:
		return false;
	}
}

/**
 * inetx_tcp_prot_shutdown - prot->shutdown: the sending side ends
 * @sk: the socket
 * @how: RCV_SHUTDOWN, SEND_SHUTDOWN
 *
 * Context: process, socket lock.
 */
void inetx_tcp_prot_shutdown(struct sock *sk, int how)
{
	if (!(how & SEND_SHUTDOWN))
		return;
	if ((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_SYN_SENT |
				   TCPF_CLOSE_WAIT) &&
	    close_state(sk))
		inetx_tcp_send_fin(sk);
}

/**
 * inetx_tcp_shutdown - proto_ops.shutdown
 * @sock: the socket
 * @how: SHUT_RD, SHUT_WR or SHUT_RDWR
 *
 * Context: process.
 * Return: 0, -EINVAL, -ENOTCONN.
 */
int inetx_tcp_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err = 0;

	/* 0, 1, 2 become the bits RCV_SHUTDOWN, SEND_SHUTDOWN, both. */
	how++;
	if (how & ~SHUTDOWN_MASK || !how)
		return -EINVAL;

	lock_sock(sk);
	if (sock->state == SS_CONNECTING) {
		sock->state = (1 << sk->sk_state) &
			      (TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE) ?
			      SS_DISCONNECTING : SS_CONNECTED;
	}
	switch (sk->sk_state) {
	case TCP_CLOSE:
		err = -ENOTCONN;
		/* Who waits in poll() is woken all the same. */
		fallthrough;
	default:
		WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | how);
		inetx_tcp_prot_shutdown(sk, how);
		break;
	case TCP_LISTEN:
		if (!(how & RCV_SHUTDOWN))
			break;
		fallthrough;
	case TCP_SYN_SENT:
		err = inetx_tcp_disconnect(sk, O_NONBLOCK);
		sock->state = err ? SS_DISCONNECTING : SS_UNCONNECTED;
		break;
	}
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

/**
 * inetx_tcp_destroy_sock - an orphan is over
 * @sk: in TCP_CLOSE, SOCK_DEAD; the reference of its former owner is dropped
 *
 * Context: socket lock.
 */
void inetx_tcp_destroy_sock(struct sock *sk)
{
	sk->sk_prot->destroy(sk);
	sk_stream_kill_queues(sk);
	inetx_tcp_orphan_dec();
	sock_put(sk);
}

/**
 * inetx_tcp_disconnect_child - reset a connection that nobody accepted
 * @sk: dead, counted as an orphan
 *
 * Context: socket lock by bh_lock_sock_nested().
 */
void inetx_tcp_disconnect_child(struct sock *sk)
{
	if (sk->sk_state != TCP_CLOSE) {
		inetx_tcp_clock(inetx_tcp_sk(sk));
		inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
		inetx_tcp_purge_write(sk);
		inetx_tcp_done(sk);
	} else {
		/* It came to its end in the queue. */
		inetx_tcp_destroy_sock(sk);
	}
}

/* Throw away what was not read; how much it was. */
static u32 discard_unread(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;
	u32 unread = 0;

	while ((skb = __skb_dequeue(&sk->sk_receive_queue))) {
		u32 end = INETX_TCB(skb)->end_seq;

		if (INETX_TCB(skb)->flags & INETX_TH_FIN)
			end--;
		if (inetx_seq_after(end, tp->copied_seq))
			unread = end - tp->copied_seq;
		kfree_skb(skb);
	}
	return unread;
}

/* First half, as the owner: say goodbye in the way that is due. */
static void say_goodbye(struct sock *sk, long timeout)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	u32 unread = discard_unread(sk);

	inetx_tcp_purge_ofo(sk);
	sk_mem_reclaim(sk);
	if (sk->sk_state == TCP_CLOSE)
		return;
	if (unread) {
		/* RFC 1122 section 4.2.2.13: the peer has to know that its data
		 * was not taken.
		 */
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTONCLOSE);
		inetx_tcp_set_state(sk, TCP_CLOSE);
		inetx_tcp_send_active_reset(sk, sk->sk_allocation);
	} else if (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime) {
		inetx_tcp_disconnect(sk, 0);
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTONDATA);
	} else if (close_state(sk)) {
		inetx_tcp_send_fin(sk);
	}
	sk_stream_wait_close(sk, timeout);
}

/* Second half: nobody owns it any more, the timers and the peer decide. */
static void settle(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	u32 wait;

	if (sk->sk_state == TCP_FIN_WAIT2 && tp->linger2 < 0) {
		inetx_tcp_set_state(sk, TCP_CLOSE);
		inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTONLINGER);
	} else if (sk->sk_state == TCP_FIN_WAIT2) {
		wait = inetx_tcp_fin_time(sk);
		if (wait <= INETX_TCP_TW_LEN) {
			inetx_tcp_time_wait(sk, TCP_FIN_WAIT2, wait);
			return;
		}
		inetx_tcp_arm_keepalive(sk, wait - INETX_TCP_TW_LEN);
	}
	if (sk->sk_state != TCP_CLOSE && inetx_tcp_out_of_memory(sk, true)) {
		inetx_tcp_set_state(sk, TCP_CLOSE);
		inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTONMEMORY);
	}
	if (sk->sk_state == TCP_CLOSE)
		inetx_tcp_destroy_sock(sk);
}

/**
 * inetx_tcp_close - prot->close
 * @sk: the socket
 * @timeout: jiffies to wait for unsent data, SO_LINGER
 *
 * Context: process.
 */
void inetx_tcp_close(struct sock *sk, long timeout)
{
	int before;

	lock_sock(sk);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	if (sk->sk_state == TCP_LISTEN) {
		inetx_tcp_unhash(sk);
		inetx_tcp_set_state(sk, TCP_CLOSE);
		inetx_tcp_listen_stop(sk);
	} else {
		say_goodbye(sk, timeout);
	}

	before = sk->sk_state;
	sock_hold(sk);
	sock_orphan(sk);
	inetx_tcp_orphan_inc();
	/* Works the backlog off; from here on nobody can be the owner. */
	release_sock(sk);

	local_bh_disable();
	bh_lock_sock(sk);
	/* A segment or a timer may have ended, and then destroyed, it. */
	if (before == TCP_CLOSE || sk->sk_state != TCP_CLOSE)
		settle(sk);
	bh_unlock_sock(sk);
	local_bh_enable();
	sock_put(sk);
}

/**
 * inetx_tcp_abort - end a connection from outside: sock_diag
 * @sk: the socket
 * @err: what its owner finds, positive
 *
 * Context: process.
 * Return: 0.
 */
int inetx_tcp_abort(struct sock *sk, int err)
{
	lock_sock(sk);
	if (sk->sk_state == TCP_LISTEN) {
		inetx_tcp_unhash(sk);
		inetx_tcp_set_state(sk, TCP_CLOSE);
		inetx_tcp_listen_stop(sk);
	}
	local_bh_disable();
	bh_lock_sock(sk);
	if (!sock_flag(sk, SOCK_DEAD)) {
		if ((1 << sk->sk_state) &
		    (TCPF_ESTABLISHED | TCPF_SYN_RECV | TCPF_FIN_WAIT1 |
		     TCPF_FIN_WAIT2 | TCPF_CLOSE_WAIT))
			inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
		inetx_tcp_purge_write(sk);
		inetx_tcp_done(sk);
		WRITE_ONCE(sk->sk_err, err);
		sk_error_report(sk);
	}
	bh_unlock_sock(sk);
	local_bh_enable();
	release_sock(sk);
	return 0;
}
