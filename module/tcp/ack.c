// SPDX-License-Identifier: GPL-2.0
/* What a segment's acknowledgment says: RFC 9293 section 3.10.7.4, fifth. */

#include "tcp/internal.h"

/**
 * inetx_tcp_set_rto - the timeout for the present round trip, without back-off
 * @tp: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_set_rto(struct inetx_tcp_sock *tp)
{
	tp->rto = usecs_to_jiffies(inetx_rtt_rto(&tp->rtt));
	tp->backoff = 0;
}

/**
 * inetx_tcp_rearm_rto - start or stop the retransmission timer
 * @sk: the socket
 *
 * RFC 6298 sections 5.1 to 5.3.
 *
 * Context: socket lock.
 */
void inetx_tcp_rearm_rto(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (tp->packets_out)
		inetx_tcp_arm(sk, INETX_TIMER_RTO, tp->rto);
	else
		inetx_tcp_disarm(sk);
}

static void rtt_sample(struct inetx_tcp_sock *tp, u32 us)
{
	inetx_rtt_sample(&tp->rtt, us, (u32)ktime_get_seconds());
	inetx_tcp_set_rto(tp);
}

/**
 * inetx_tcp_rtt_from_opts - a round trip from an echoed timestamp
 * @sk: the socket
 * @o: options of an acknowledgment of new data
 *
 * RFC 7323 section 4.  The clock of timestamps is milliseconds.
 *
 * Context: socket lock, tp->clock_us current.
 */
void inetx_tcp_rtt_from_opts(struct sock *sk, const struct inetx_tcp_opts *o)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 ms;

	if (!o->has_ts || !o->tsecr)
		return;
	ms = inetx_tcp_now_ms(tp) + tp->ts_off - o->tsecr;
	if (ms < INETX_RTO_MAX_US / USEC_PER_MSEC)
		rtt_sample(tp, max_t(u32, ms, 1) * USEC_PER_MSEC);
}

/* Karn's rule: nothing is learnt from what was sent twice, unless a timestamp
 * tells which one it was.
 */
static void update_rtt(struct sock *sk, const struct inetx_tcp_opts *o,
		       const struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (a->first_us && !a->repeated)
		rtt_sample(tp, tp->clock_us - a->first_us);
	else if (a->sack_us)
		rtt_sample(tp, tp->clock_us - a->sack_us);
	else if (a->una_moved)
		inetx_tcp_rtt_from_opts(sk, o);
}

/* Part of a packet of many segments is acknowledged.  The payload stays until
 * the packet has to be sent again; counting is by segments.
 */
static void ack_part(struct inetx_tcp_sock *tp, struct sk_buff *skb,
		     struct inetx_tcp_acked *a)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	u32 n;

	if (cb->gso_segs < 2 || !inetx_seq_after(tp->snd_una, cb->seq))
		return;
	n = min_t(u32, (tp->snd_una - cb->seq) / cb->gso_size,
		  cb->gso_segs - 1);
	if (!n)
		return;
	cb->seq += n * cb->gso_size;
	cb->gso_segs -= n;
	tp->packets_out -= n;
	if (cb->sacked & INETX_TX_SACKED)
		tp->sacked_out -= n;
	else
		a->delivered += n;
	if (cb->sacked & INETX_TX_RETRANS)
		tp->retrans_out -= n;
	if (cb->sacked & INETX_TX_LOST)
		tp->lost_out -= n;
	if (cb->sacked & INETX_TX_EVER)
		a->repeated = true;
	else if (!a->first_us)
		a->first_us = skb->skb_mstamp_ns;
	a->acked += n;
}

/* A packet is acknowledged whole. */
static void ack_whole(struct sock *sk, struct sk_buff *skb,
		      struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);

	if (cb->sacked & INETX_TX_SACKED) {
		tp->sacked_out -= cb->gso_segs;
	} else {
		a->delivered += cb->gso_segs;
		if (tp->sack_ok)
			inetx_tcp_rack_advance(tp, skb);
		if (!(cb->sacked & INETX_TX_EVER) && !a->first_us)
			a->first_us = skb->skb_mstamp_ns;
	}
	if (cb->sacked & INETX_TX_EVER)
		a->repeated = true;
	if (cb->sacked & INETX_TX_RETRANS)
		tp->retrans_out -= cb->gso_segs;
	if (cb->sacked & INETX_TX_LOST)
		tp->lost_out -= cb->gso_segs;
	tp->packets_out -= cb->gso_segs;
	/* A SYN does not count for the window. */
	if (!(cb->flags & INETX_TH_SYN))
		a->acked += cb->gso_segs;
	else
		tp->retrans_stamp = 0;
	inetx_tcp_rtx_unlink(sk, skb);
	inetx_tcp_wmem_free(sk, skb);
}

static void clean_rtx_queue(struct sock *sk, struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = inetx_tcp_rtx_head(sk))) {
		if (inetx_seq_after(INETX_TCB(skb)->end_seq, tp->snd_una)) {
			ack_part(tp, skb, a);
			break;
		}
		ack_whole(sk, skb, a);
	}
	/* Without SACK, duplicates are a guess that must not exceed facts. */
	if (!tp->sack_ok && tp->sacked_out > tp->packets_out)
		tp->sacked_out = tp->packets_out;
}

/* RFC 9293 section 3.10.7.4: SND.WL1; RFC 7323 section 2.3. */
static void update_window(struct sock *sk, const struct sk_buff *skb, u32 ack)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct tcphdr *th = tcp_hdr(skb);
	u32 seq = INETX_TCB(skb)->seq;
	u32 win = ntohs(th->window);

	if (!th->syn)
		win <<= tp->snd_wscale;
	if (!inetx_seq_after(ack, tp->snd_una) &&
	    !inetx_seq_after(seq, tp->snd_wl1) &&
	    !(seq == tp->snd_wl1 && (win > tp->snd_wnd || !win)))
		return;
	tp->snd_wl1 = seq;
	if (tp->snd_wnd == win)
		return;
	tp->snd_wnd = win;
	if (win > tp->max_wnd) {
		tp->max_wnd = win;
		inetx_tcp_sync_mss(sk);
	}
}

/* Nothing was in flight: this answers a probe, or says nothing. */
static void ack_of_probe(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct sk_buff *head = inetx_tcp_send_head(sk);
	u32 need, most, when;

	if (!head || tp->rto_mode != INETX_TIMER_PROBE)
		return;
	need = INETX_TCB(head)->seq + min_t(u32, head->len, tp->mss);
	if (!inetx_seq_after(need, inetx_tcp_wnd_end(tp))) {
		tp->backoff = 0;
		inetx_tcp_disarm(sk);
		return;
	}
	/* As long as it answers, the peer is probed at the same pace. */
	most = usecs_to_jiffies(INETX_RTO_MAX_US);
	when = min_t(u64, (u64)usecs_to_jiffies(inetx_rtt_rto(&tp->rtt)) <<
		     min_t(u32, tp->backoff, 20), most);
	inetx_tcp_arm(sk, INETX_TIMER_PROBE, when);
}

/* For fq, and for the sizing of packets: twice the window per round trip in
 * slow start, 1.2 times later.
 */
static void update_pacing_rate(struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u64 rate = (u64)tp->mss * (USEC_PER_SEC / 100 << 3);

	if (tp->cong.cwnd < tp->cong.ssthresh / 2)
		rate *= 200;
	else
		rate *= 120;
	rate *= max(tp->cong.cwnd, tp->packets_out);
	if (likely(tp->rtt.srtt8))
		rate = div_u64(rate, tp->rtt.srtt8);
	WRITE_ONCE(sk->sk_pacing_rate,
		   min_t(u64, rate, READ_ONCE(sk->sk_max_pacing_rate)));
}

/* RFC 5961 section 5.2: older than anything the peer can mean. */
static bool too_old(const struct inetx_tcp_sock *tp, u32 ack)
{
	return inetx_seq_before(ack, tp->snd_una -
				min_t(u64, tp->max_wnd, tp->bytes_acked));
}

/**
 * inetx_tcp_ack - take the acknowledgment of a segment in
 * @sk: synchronized, tp->clock_us current
 * @skb: the segment, acceptable, with ACK
 * @opts: its options
 *
 * Context: socket lock.
 * Return: INETX_ACK_OK, INETX_ACK_OLD, or INETX_ACK_BAD: drop the segment.
 */
int inetx_tcp_ack(struct sock *sk, struct sk_buff *skb,
		  const struct inetx_tcp_opts *opts)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_acked a = {};
	u32 ack = INETX_TCB(skb)->ack_seq;
	bool had_window = tp->snd_wnd;
	u32 before = tp->packets_out;
	u32 old_wnd = tp->snd_wnd;

	if (inetx_seq_after(ack, tp->snd_nxt)) {
		INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPACKSKIPPEDSEQ);
		inetx_tcp_challenge_ack(sk);
		return INETX_ACK_BAD;
	}
	if (inetx_seq_before(ack, tp->snd_una)) {
		if (too_old(tp, ack)) {
			inetx_tcp_challenge_ack(sk);
			return INETX_ACK_BAD;
		}
		if (before && tp->sack_ok && opts->num_sacks) {
			inetx_tcp_sacked(sk, opts, ack, &a);
			a.delivered = a.sacked;
			inetx_tcp_recover(sk, opts, &a);
		}
		return INETX_ACK_OLD;
	}

	a.una_moved = ack != tp->snd_una;
	update_window(sk, skb, ack);
	tp->bytes_acked += ack - tp->snd_una;
	WRITE_ONCE(tp->snd_una, ack);
	tp->last_ack = (u32)jiffies;
	tp->probes = 0;
	WRITE_ONCE(sk->sk_err_soft, 0);
	if (unlikely(tp->urg_mode) && !inetx_seq_before(ack, tp->snd_up))
		tp->urg_mode = 0;
	if (!before) {
		ack_of_probe(sk);
		return INETX_ACK_OK;
	}

	/* RFC 5681 section 2, a duplicate: nothing new at all in it. */
	a.dup = !a.una_moved && INETX_TCB(skb)->seq == INETX_TCB(skb)->end_seq &&
		tp->snd_wnd == old_wnd && had_window;
	if (tp->sack_ok && opts->num_sacks)
		inetx_tcp_sacked(sk, opts, ack, &a);
	else
		tp->num_seen = 0;
	a.delivered = a.sacked;
	if (a.una_moved) {
		tp->retransmits = 0;
		clean_rtx_queue(sk, &a);
		tp->rto_since = (u32)jiffies;
		if (INETX_TCB(skb)->seq == INETX_TCB(skb)->end_seq)
			INETX_LINUX_INC(inetx_sk_net(sk),
					LINUX_MIB_TCPPUREACKS);
	}
	tp->delivered += a.delivered;
	update_rtt(sk, opts, &a);
	if (a.una_moved)
		inetx_tcp_rearm_rto(sk);
	inetx_tcp_recover(sk, opts, &a);
	update_pacing_rate(sk);
	return INETX_ACK_OK;
}
