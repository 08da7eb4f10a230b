// SPDX-License-Identifier: GPL-2.0
/* States of a connection and how it ends by itself. */

#include "tcp/internal.h"

/**
 * inetx_tcp_set_state - change the state, and what hangs on it
 * @sk: the socket
 * @state: TCP_*
 *
 * RFC 4022 counters; a closed socket leaves the tables.
 *
 * Context: socket lock.
 */
void inetx_tcp_set_state(struct sock *sk, int state)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	int old = sk->sk_state;

	switch (state) {
	case TCP_ESTABLISHED:
		if (old != TCP_ESTABLISHED)
			INETX_TCP_INC(xnet, TCP_MIB_CURRESTAB);
		break;
	case TCP_CLOSE:
		if (old == TCP_CLOSE_WAIT || old == TCP_ESTABLISHED)
			INETX_TCP_INC(xnet, TCP_MIB_ESTABRESETS);
		inetx_tcp_unhash(sk);
		if (inetx_tcp_sk(sk)->bind &&
		    !(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
			inetx_tcp_put_port(sk);
		fallthrough;
	default:
		if (old == TCP_ESTABLISHED)
			INETX_TCP_DEC(xnet, TCP_MIB_CURRESTAB);
	}
	/* Pairs with lockless readers: poll, lookups. */
	smp_store_release(&sk->sk_state, state);
}

/**
 * inetx_tcp_done - the connection is over
 * @sk: the socket; an orphan is gone after this, but for the caller's reference
 *
 * Context: socket lock, BH disabled.
 */
void inetx_tcp_done(struct sock *sk)
{
	if (sk->sk_state == TCP_SYN_SENT || sk->sk_state == TCP_SYN_RECV)
		INETX_TCP_INC(inetx_sk_net(sk), TCP_MIB_ATTEMPTFAILS);

	inetx_tcp_set_state(sk, TCP_CLOSE);
	inetx_tcp_timers_stop(sk);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);

	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_state_change(sk);
	else
		inetx_tcp_destroy_sock(sk);
}

/**
 * inetx_tcp_reset_received - the peer aborted the connection
 * @sk: the socket
 *
 * Context: socket lock, BH disabled.
 */
void inetx_tcp_reset_received(struct sock *sk)
{
	int err = ECONNRESET;

	switch (sk->sk_state) {
	case TCP_SYN_SENT:
		err = ECONNREFUSED;
		break;
	case TCP_CLOSE_WAIT:
		err = EPIPE;
		break;
	case TCP_CLOSE:
		return;
	}
	WRITE_ONCE(sk->sk_err, err);
	/* Pairs with poll: who sees the shutdown sees the error. */
	smp_wmb();
	inetx_tcp_purge_write(sk);
	inetx_tcp_done(sk);
	if (!sock_flag(sk, SOCK_DEAD))
		sk_error_report(sk);
}

/**
 * inetx_tcp_write_err - the peer does not answer any more
 * @sk: the socket
 *
 * Context: socket lock, BH disabled.
 */
void inetx_tcp_write_err(struct sock *sk)
{
	WRITE_ONCE(sk->sk_err, READ_ONCE(sk->sk_err_soft) ?: ETIMEDOUT);
	sk_error_report(sk);
	inetx_tcp_purge_write(sk);
	inetx_tcp_done(sk);
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPABORTONTIMEOUT);
}

/**
 * inetx_tcp_init_xmit - transfer state of a new connection
 * @sk: new, or about to connect again
 *
 * Context: socket lock.
 */
void inetx_tcp_init_xmit(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	sk->tcp_rtx_queue = RB_ROOT;
	tp->ofo = RB_ROOT;
	tp->ofo_last = NULL;
	INIT_LIST_HEAD(&tp->tsorted);
	tp->retransmit_from = NULL;
	tp->packets_out = 0;
	tp->retrans_out = 0;
	tp->sacked_out = 0;
	tp->lost_out = 0;
	tp->delivered = 0;
	tp->num_sacks = 0;
	tp->num_seen = 0;
	tp->dup_sack = 0;
	tp->ca_state = TCP_CA_Open;
	tp->undo = 0;
	tp->retrans_stamp = 0;
	tp->backoff = 0;
	tp->retransmits = 0;
	tp->probes = 0;
	tp->pingpong = 0;
	tp->ack_sched = 0;
	tp->quick = 0;
	tp->urg_data = 0;
	tp->urg_mode = 0;
	tp->fin_sent = 0;
	tp->total_retrans = 0;
	tp->segs_in = 0;
	tp->segs_out = 0;
	tp->bytes_acked = 0;
	tp->bytes_received = 0;
	tp->last_send = 0;
	tp->max_wnd = 0;
	tp->max_out = 0;
	tp->cwnd_limited = 0;
	tp->rcv_rtt_us = 0;
	tp->rcv_rtt_stamp = 0;
	memset(&tp->rack, 0, sizeof(tp->rack));
	tp->rack.steps = 1;
	inetx_rtt_init(&tp->rtt);
	inetx_tcp_set_rto(tp);
	inetx_cong_init(&tp->cong, tp->cong.algo);
	tp->cong_locked = 0;
	tp->reordering = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_reordering);
	tp->rcv_mss = INETX_TCP_MIN_RCVMSS;
	tp->mss_clamp = 0xffff;
	tp->hdr_len = sizeof(struct tcphdr);
}

/**
 * inetx_tcp_init_established - the handshake is done
 * @sk: about to be ESTABLISHED, options agreed, windows known
 *
 * Context: socket lock.
 */
void inetx_tcp_init_established(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_path *path;

	tp->hdr_len = sizeof(struct tcphdr) +
		      (tp->ts_ok ? INETX_TCPOLEN_TS_ALIGNED : 0);
	rcu_read_lock();
	path = inetx_tcp_path(sk);
	if (path)
		inetx_tcp_metrics_established(sk, path);
	rcu_read_unlock();
	inetx_tcp_sync_mss(sk);

	tp->cwnd_seq = tp->snd_nxt;
	tp->high_seq = tp->snd_nxt;
	tp->rack.fack = tp->snd_una;
	tp->last_send = (u32)jiffies;
	tp->last_recv = (u32)jiffies;
	tp->last_ack = (u32)jiffies;
	/* RFC 6298 section 5.7, RFC 5681 section 3.1: a lost SYN. */
	if (tp->total_retrans > 1 && tp->retrans_stamp)
		tp->cong.cwnd = 1;
	tp->retrans_stamp = 0;
	inetx_tcp_init_buffers(sk);
	inetx_tcp_enter_quickack(sk);
}
