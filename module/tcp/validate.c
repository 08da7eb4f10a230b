// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a segment may be believed: RFC 9293 section 3.10.7.4, first to
 * fourth; PAWS (RFC 7323); blind attacks (RFC 5961).
 */

#include "tcp/internal.h"

/**
 * inetx_tcp_paws_reject - is the segment an old duplicate by its timestamp
 * @ts_recent: the newest timestamp of the connection
 * @ts_stamp: when it was stored, seconds
 * @opts: the segment's options
 *
 * RFC 7323 section 5.3: a connection that idled for 24 days has no say.
 *
 * Return: true to reject it, unless it is a reset.
 */
bool inetx_tcp_paws_reject(u32 ts_recent, u32 ts_stamp,
			   const struct inetx_tcp_opts *opts)
{
	if (!opts->has_ts || !inetx_seq_before(opts->tsval, ts_recent) ||
	    !ts_recent)
		return false;
	return (u32)ktime_get_seconds() - ts_stamp < INETX_TCP_PAWS_24DAYS;
}

/**
 * inetx_tcp_in_window - does any of a segment lie in a window
 * @seq: first sequence number of the segment
 * @end_seq: one behind the last
 * @start: left edge
 * @end: right edge
 *
 * Return: true when acceptable; at a closed window, what begins right there is.
 */
bool inetx_tcp_in_window(u32 seq, u32 end_seq, u32 start, u32 end)
{
	return !inetx_seq_before(end_seq, start) && !inetx_seq_after(seq, end);
}

/* A pure acknowledgment that was overtaken by a few milliseconds says nothing
 * and deserves no answer that would count as a duplicate.
 */
static bool disordered_ack(const struct inetx_tcp_sock *tp,
			   const struct sk_buff *skb,
			   const struct inetx_tcp_opts *opts)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);

	return cb->flags & INETX_TH_ACK && cb->seq == cb->end_seq &&
	       cb->seq == tp->rcv_nxt && cb->ack_seq == tp->snd_una &&
	       tp->ts_recent - opts->tsval <= jiffies_to_msecs(tp->rto);
}

/* A reset in answer to data that came after our peer had closed both ways. */
static bool reset_after_fin(const struct sock *sk, u32 seq)
{
	return seq == inetx_tcp_sk(sk)->rcv_nxt - 1 &&
	       (1 << sk->sk_state) & (TCPF_CLOSE_WAIT | TCPF_LAST_ACK |
				      TCPF_CLOSING);
}

/* RFC 5961 section 3.2: a reset counts if its sequence number is exact.  The
 * peer may also take the highest that we have SACKed for it.
 */
static bool reset_exact(const struct sock *sk, u32 seq)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 high;
	int i;

	if (seq == tp->rcv_nxt || reset_after_fin(sk, seq))
		return true;
	if (!tp->num_sacks)
		return false;
	high = tp->sacks[0].end;
	for (i = 1; i < tp->num_sacks; i++)
		high = inetx_seq_max(high, tp->sacks[i].end);
	return seq == high;
}

/* The SYN-ACK of a simultaneous open, RFC 9293 figure 8. */
static bool simultaneous(const struct sock *sk, const struct sk_buff *skb)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);

	return sk->sk_state == TCP_SYN_RECV && sk->sk_socket &&
	       cb->flags & INETX_TH_ACK && cb->seq + 1 == cb->end_seq &&
	       cb->seq + 1 == tp->rcv_nxt && cb->ack_seq == tp->snd_nxt;
}

static void answer(struct sock *sk, const struct sk_buff *skb, int mib)
{
	if (!inetx_tcp_oow_limited(inetx_sk_net(sk), skb, mib,
				   &inetx_tcp_sk(sk)->challenge))
		inetx_tcp_send_dupack(sk, skb);
}

static int oow_mib(const struct sock *sk, int other)
{
	return sk->sk_state == TCP_SYN_RECV ? LINUX_MIB_TCPACKSKIPPEDSYNRECV :
	       other;
}

/**
 * inetx_tcp_validate - may a segment be processed further
 * @sk: synchronized
 * @skb: the segment; stays the caller's
 * @opts: its options
 *
 * What has to be answered is answered here, and a reset is obeyed.
 *
 * Context: socket lock, tp->clock_us current.
 * Return: false to drop it.
 */
bool inetx_tcp_validate(struct sock *sk, struct sk_buff *skb,
			const struct inetx_tcp_opts *opts)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	struct inetx_net *xnet = inetx_sk_net(sk);

	if (unlikely(tp->ts_ok &&
		     inetx_tcp_paws_reject(tp->ts_recent, tp->ts_stamp, opts) &&
		     !(cb->flags & INETX_TH_RST) &&
		     !disordered_ack(tp, skb, opts))) {
		INETX_LINUX_INC(xnet, LINUX_MIB_PAWSESTABREJECTED);
		answer(sk, skb, oow_mib(sk, LINUX_MIB_TCPACKSKIPPEDPAWS));
		return false;
	}

	if (unlikely(!inetx_tcp_in_window(cb->seq, cb->end_seq, tp->rcv_wup,
					  tp->rcv_nxt +
					  inetx_tcp_rcv_window(tp)))) {
		if (cb->flags & INETX_TH_RST) {
			if (reset_after_fin(sk, cb->seq))
				inetx_tcp_reset_received(sk);
		} else if (cb->flags & INETX_TH_SYN) {
			goto syn;
		} else {
			answer(sk, skb,
			       oow_mib(sk, LINUX_MIB_TCPACKSKIPPEDSEQ));
		}
		return false;
	}

	if (unlikely(cb->flags & INETX_TH_RST)) {
		if (reset_exact(sk, cb->seq))
			inetx_tcp_reset_received(sk);
		else
			inetx_tcp_challenge_ack(sk);
		return false;
	}
	if (likely(!(cb->flags & INETX_TH_SYN)) || simultaneous(sk, skb))
		return true;
syn:
	INETX_TCP_INC(xnet, TCP_MIB_INERRS);
	INETX_LINUX_INC(xnet, LINUX_MIB_TCPSYNCHALLENGE);
	inetx_tcp_challenge_ack(sk);
	return false;
}
