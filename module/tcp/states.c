// SPDX-License-Identifier: GPL-2.0
/* Segments for a socket that is not ESTABLISHED: RFC 9293 section 3.10.7. */

#include "tcp/internal.h"

/* The handshake's last acknowledgment. */
static void enter_established(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	tp->copied_seq = tp->rcv_nxt;
	tp->snd_wl1 = INETX_TCB(skb)->seq;
	tp->snd_una = INETX_TCB(skb)->ack_seq;
	tp->snd_wnd = ntohs(tcp_hdr(skb)->window) << tp->snd_wscale;
	tp->max_wnd = max(tp->max_wnd, tp->snd_wnd);
	inetx_tcp_init_established(sk);
	inetx_tcp_set_state(sk, TCP_ESTABLISHED);
	sk->sk_state_change(sk);
	if (sk->sk_socket)
		sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
}

/* Did text arrive that nobody will read? */
static bool text_for_nobody(const struct sock *sk, const struct sk_buff *skb)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	u32 fin = !!(cb->flags & INETX_TH_FIN);

	return cb->end_seq != cb->seq &&
	       inetx_seq_after(cb->end_seq - fin, inetx_tcp_sk(sk)->rcv_nxt);
}

enum verdict {
	GO_ON,
	DISCARD,
	RESET,
};

/* Our FIN has been acknowledged in FIN_WAIT1. */
static enum verdict enter_fin_wait2(struct sock *sk, const struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	u32 wait;

	inetx_tcp_set_state(sk, TCP_FIN_WAIT2);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | SEND_SHUTDOWN);
	if (!sock_flag(sk, SOCK_DEAD)) {
		/* A close() that lingers waits for this. */
		sk->sk_state_change(sk);
		return GO_ON;
	}
	if (tp->linger2 < 0 || text_for_nobody(sk, skb)) {
		inetx_tcp_done(sk);
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTONDATA);
		return RESET;
	}
	wait = inetx_tcp_fin_time(sk);
	if (wait > INETX_TCP_TW_LEN) {
		inetx_tcp_arm_keepalive(sk, wait - INETX_TCP_TW_LEN);
	} else if (INETX_TCB(skb)->flags & INETX_TH_FIN ||
		   sock_owned_by_user(sk)) {
		/* The FIN is taken in below; or the program is in close(),
		 * which decides.
		 */
		inetx_tcp_arm_keepalive(sk, wait);
	} else {
		inetx_tcp_time_wait(sk, TCP_FIN_WAIT2, wait);
		return DISCARD;
	}
	return GO_ON;
}

/* Fifth, after the acknowledgment itself. */
static enum verdict acked(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	bool fin_acked = tp->snd_una == tp->write_seq;

	switch (sk->sk_state) {
	case TCP_SYN_RECV:
		enter_established(sk, skb);
		return GO_ON;
	case TCP_FIN_WAIT1:
		return fin_acked ? enter_fin_wait2(sk, skb) : GO_ON;
	case TCP_CLOSING:
		if (!fin_acked)
			return GO_ON;
		inetx_tcp_time_wait(sk, TCP_TIME_WAIT, 0);
		return DISCARD;
	case TCP_LAST_ACK:
		if (!fin_acked)
			return GO_ON;
		inetx_tcp_done(sk);
		return DISCARD;
	}
	return GO_ON;
}

/* Seventh: takes the skb, unless the connection is to be reset. */
static bool text(struct sock *sk, struct sk_buff *skb)
{
	switch (sk->sk_state) {
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		if (!inetx_seq_before(INETX_TCB(skb)->seq,
				      inetx_tcp_sk(sk)->rcv_nxt)) {
			kfree_skb(skb);
			return false;
		}
		fallthrough;
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
		/* RFC 1122 section 4.2.2.13. */
		if (sk->sk_shutdown & RCV_SHUTDOWN &&
		    text_for_nobody(sk, skb)) {
			INETX_LINUX_INC(inetx_sk_net(sk),
					LINUX_MIB_TCPABORTONDATA);
			inetx_tcp_reset_received(sk);
			return true;
		}
		fallthrough;
	case TCP_ESTABLISHED:
		inetx_tcp_data(sk, skb);
		return false;
	}
	kfree_skb(skb);
	return false;
}

/* SYN_RECV: an acknowledgment of anything but our SYN resets. */
static bool handshake_wrong(const struct sock *sk, const struct sk_buff *skb)
{
	return sk->sk_state == TCP_SYN_RECV &&
	       INETX_TCB(skb)->ack_seq != inetx_tcp_sk(sk)->snd_nxt;
}

/**
 * inetx_tcp_rcv_state - a segment outside of ESTABLISHED
 * @sk: the socket, tp->clock_us current
 * @skb: the segment
 *
 * Context: socket lock.
 * Return: true to answer with a reset, then @skb is still the caller's; else it
 * has been taken.
 */
bool inetx_tcp_rcv_state(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_opts opts;

	switch (sk->sk_state) {
	case TCP_CLOSE:
	case TCP_LISTEN:
		goto discard;
	case TCP_SYN_SENT:
		return inetx_tcp_rcv_syn_sent(sk, skb);
	}

	inetx_tcp_parse(skb, &opts);
	if (!inetx_tcp_validate(sk, skb, &opts) ||
	    !(INETX_TCB(skb)->flags & INETX_TH_ACK))
		goto discard;
	if (handshake_wrong(sk, skb))
		return true;
	inetx_tcp_store_ts(tp, &opts, INETX_TCB(skb)->seq);
	switch (inetx_tcp_ack(sk, skb, &opts)) {
	case INETX_ACK_OLD:
		inetx_tcp_challenge_ack(sk);
		goto discard;
	case INETX_ACK_BAD:
		goto discard;
	}

	switch (acked(sk, skb)) {
	case RESET:
		return true;
	case DISCARD:
		goto discard;
	default:
		break;
	}
	inetx_tcp_urg(sk, skb, tcp_hdr(skb));
	if (text(sk, skb))
		return true;
	if (sk->sk_state != TCP_CLOSE) {
		inetx_tcp_after_ack(sk);
		inetx_tcp_ack_policy(sk);
	}
	return false;

discard:
	kfree_skb(skb);
	return false;
}
