// SPDX-License-Identifier: GPL-2.0
/*
 * Loss recovery: the scoreboard of SACK (RFC 2018, 6675), loss detection by
 * time (RACK, RFC 8985), NewReno where the peer has no SACK (RFC 6582),
 * proportional rate reduction (RFC 6937), and undo when a timestamp proves that
 * nothing was lost (RFC 3522).
 *
 * The scoreboard is in the packets themselves (INETX_TX_*), with four sums in
 * the socket.  tp->tsorted lists what is in flight, neither SACKed nor believed
 * lost, by time of sending; only its head has to be looked at to find losses.
 */

#include "tcp/internal.h"
#include "tcp/sack.h"

/* Recoveries without a duplicate report before reordering counts as past. */
#define REO_PERSIST	16
/* Jiffies more than the window: acknowledgments that are on their way through
 * this host shall win.
 */
#define REO_SLACK	2

/**
 * inetx_tcp_mark_lost - believe that a packet is lost
 * @tp: the socket
 * @skb: in the retransmit queue
 *
 * Context: socket lock.
 */
void inetx_tcp_mark_lost(struct inetx_tcp_sock *tp, struct sk_buff *skb)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);

	if (cb->sacked & INETX_TX_SACKED)
		return;
	list_del_init(&skb->tcp_tsorted_anchor);
	if (cb->sacked & INETX_TX_RETRANS) {
		cb->sacked &= ~INETX_TX_RETRANS;
		tp->retrans_out -= cb->gso_segs;
		INETX_LINUX_ADD(inetx_sk_net((struct sock *)tp),
				LINUX_MIB_TCPLOSTRETRANSMIT, cb->gso_segs);
	}
	if (!(cb->sacked & INETX_TX_LOST)) {
		cb->sacked |= INETX_TX_LOST;
		tp->lost_out += cb->gso_segs;
	}
	if (!tp->retransmit_from ||
	    inetx_seq_before(cb->seq, INETX_TCB(tp->retransmit_from)->seq))
		tp->retransmit_from = skb;
}

/**
 * inetx_tcp_rack_advance - a packet is known to have arrived
 * @tp: the socket
 * @skb: the packet, still with its send time
 *
 * RFC 8985 section 6.2, steps 2 and 3.
 *
 * Context: socket lock.
 */
void inetx_tcp_rack_advance(struct inetx_tcp_sock *tp,
			    const struct sk_buff *skb)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	struct inetx_tcp_rack *rack = &tp->rack;
	u64 sent = skb->skb_mstamp_ns;
	u32 rtt = tp->clock_us - sent;

	if (cb->sacked & INETX_TX_EVER) {
		/* Too soon to be the repeat: it was the original. */
		if (rtt < tp->rtt.min_us)
			return;
	} else if (inetx_seq_before(cb->end_seq, rack->fack)) {
		rack->reordered = true;
	}
	if (inetx_seq_after(cb->end_seq, rack->fack))
		rack->fack = cb->end_seq;
	if (sent > rack->stamp_us ||
	    (sent == rack->stamp_us &&
	     inetx_seq_after(cb->end_seq, rack->end_seq))) {
		rack->stamp_us = sent;
		rack->end_seq = cb->end_seq;
		rack->rtt_us = rtt;
	}
}

/* Section 6.2, step 4. */
static u32 reorder_window(const struct inetx_tcp_sock *tp)
{
	if (!tp->rack.reordered &&
	    (tp->ca_state >= TCP_CA_Recovery || tp->sacked_out >= tp->reordering))
		return 0;
	return min_t(u32, (tp->rtt.min_us >> 2) * tp->rack.steps,
		     tp->rtt.srtt8 >> 3);
}

/* A duplicate report says that a repeat was for nothing: wait longer, once in a
 * round trip.
 */
static void widen_window(struct inetx_tcp_sock *tp)
{
	struct inetx_tcp_rack *rack = &tp->rack;

	if ((s32)(tp->delivered - rack->round) < 0)
		return;
	rack->steps = min_t(u32, rack->steps + 1, U8_MAX);
	rack->persist = REO_PERSIST;
	rack->reordered = true;
	rack->round = tp->delivered + tp->packets_out;
}

static void narrow_window(struct inetx_tcp_rack *rack)
{
	if (rack->persist && !--rack->persist)
		rack->steps = 1;
}

/* Section 6.2, step 5.  Returns microseconds until more may be lost, or 0. */
static u32 rack_detect(struct inetx_tcp_sock *tp)
{
	const struct inetx_tcp_rack *rack = &tp->rack;
	u32 window = reorder_window(tp);
	struct sk_buff *skb, *next;
	u32 wait = 0;

	list_for_each_entry_safe(skb, next, &tp->tsorted, tcp_tsorted_anchor) {
		const struct inetx_tcp_cb *cb = INETX_TCB(skb);
		u64 sent = skb->skb_mstamp_ns;
		s64 left;

		if (sent > rack->stamp_us ||
		    (sent == rack->stamp_us &&
		     !inetx_seq_before(cb->end_seq, rack->end_seq)))
			break;
		left = (s64)(sent + rack->rtt_us + window - tp->clock_us);
		if (left <= 0)
			inetx_tcp_mark_lost(tp, skb);
		else
			wait = max_t(u32, wait, left);
	}
	return wait;
}

static void rack_losses(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 wait;

	if (!tp->rack.stamp_us)
		return;
	wait = rack_detect(tp);
	if (wait)
		inetx_tcp_arm(sk, INETX_TIMER_REO,
			      usecs_to_jiffies(wait) + REO_SLACK);
}

/* A packet is SACKed whole. */
static void take_sacked(struct inetx_tcp_sock *tp, struct sk_buff *skb,
			struct inetx_tcp_acked *a)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);

	inetx_tcp_rack_advance(tp, skb);
	if (cb->sacked & INETX_TX_RETRANS)
		tp->retrans_out -= cb->gso_segs;
	if (cb->sacked & INETX_TX_LOST)
		tp->lost_out -= cb->gso_segs;
	if (!(cb->sacked & INETX_TX_EVER))
		a->sack_us = skb->skb_mstamp_ns;
	cb->sacked &= ~(INETX_TX_RETRANS | INETX_TX_LOST);
	cb->sacked |= INETX_TX_SACKED;
	tp->sacked_out += cb->gso_segs;
	a->sacked += cb->gso_segs;
	list_del_init(&skb->tcp_tsorted_anchor);
}

/* Cut a packet in flight so that it, or what is behind it, is covered by the
 * block; blocks end where segments do.
 */
static void mark_block(struct sock *sk, struct sk_buff *skb,
		       const struct inetx_seq_range *b,
		       struct inetx_tcp_acked *a)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	u32 mss = cb->gso_size;
	u32 cut;

	if (cb->sacked & INETX_TX_SACKED ||
	    !inetx_seq_before(cb->seq, b->end) ||
	    !inetx_seq_before(b->start, cb->end_seq))
		return;
	if (!inetx_seq_before(cb->seq, b->start) &&
	    !inetx_seq_after(cb->end_seq, b->end)) {
		take_sacked(inetx_tcp_sk(sk), skb, a);
		return;
	}
	if (!mss)
		return;
	if (inetx_seq_before(cb->seq, b->start)) {
		/* The tail of it comes next in the walk. */
		cut = DIV_ROUND_UP(b->start - cb->seq, mss) * mss;
		if (inetx_seq_before(cb->seq + cut, cb->end_seq))
			inetx_tcp_fragment(sk, skb, cut, true, GFP_ATOMIC);
		return;
	}
	cut = (b->end - cb->seq) / mss * mss;
	if (cut && !inetx_tcp_fragment(sk, skb, cut, true, GFP_ATOMIC))
		take_sacked(inetx_tcp_sk(sk), skb, a);
}

/* The range is new; @now are all blocks of the acknowledgment. */
static void walk_range(struct sock *sk, const struct inetx_seq_range *range,
		       const struct inetx_seq_range *now, int num,
		       struct inetx_tcp_acked *a)
{
	struct sk_buff *skb = inetx_tcp_rtx_find(sk, range->start);
	int i;

	while (skb && inetx_seq_before(INETX_TCB(skb)->seq, range->end)) {
		for (i = 0; i < num; i++)
			mark_block(sk, skb, &now[i], a);
		skb = skb_rb_next(skb);
	}
}

/* RFC 2883 section 4: the first block is old, or inside the second. */
static bool is_dsack(const struct inetx_tcp_opts *o, u32 una)
{
	const struct inetx_seq_range *s = o->sack;

	if (!inetx_seq_after(s[0].end, una))
		return true;
	return o->num_sacks > 1 && !inetx_seq_before(s[0].start, s[1].start) &&
	       !inetx_seq_after(s[0].end, s[1].end);
}

/**
 * inetx_tcp_sacked - take the SACK blocks of an acknowledgment in
 * @sk: connected, with SACK
 * @opts: its options
 * @una: its acknowledgment field
 * @a: what it said, completed here
 *
 * Context: socket lock.
 */
void inetx_tcp_sacked(struct sock *sk, const struct inetx_tcp_opts *opts,
		      u32 una, struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_seq_range ranges[INETX_SACK_DIFF_MAX];
	struct inetx_seq_range now[INETX_TCP_MAX_SACKS];
	int i, n = 0, num;

	if (is_dsack(opts, una)) {
		a->dsack = true;
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPDSACKRECV);
	}
	for (i = a->dsack; i < opts->num_sacks; i++) {
		if (inetx_sack_valid(&opts->sack[i], tp->snd_una, tp->snd_nxt))
			now[n++] = opts->sack[i];
		else if (inetx_seq_after(opts->sack[i].end, tp->snd_nxt))
			INETX_LINUX_INC(xnet, LINUX_MIB_TCPSACKDISCARD);
	}
	num = inetx_sack_diff(tp->seen_sacks, tp->num_seen, now, n, ranges);
	for (i = 0; i < num; i++)
		walk_range(sk, &ranges[i], now, n, a);
	memcpy(tp->seen_sacks, now, n * sizeof(now[0]));
	tp->num_seen = n;
}

/**
 * inetx_tcp_clear_scoreboard - forget what the peer SACKed
 * @tp: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_clear_scoreboard(struct inetx_tcp_sock *tp)
{
	struct sock *sk = (struct sock *)tp;
	struct sk_buff *skb;

	skb_rbtree_walk(skb, &sk->tcp_rtx_queue)
		INETX_TCB(skb)->sacked &= ~INETX_TX_SACKED;
	tp->sacked_out = 0;
	tp->num_seen = 0;
}

static void begin_reduction(struct inetx_tcp_sock *tp)
{
	tp->high_seq = tp->snd_nxt;
	tp->prior_cwnd = tp->cong.cwnd;
	tp->prior_ssthresh = tp->cong.ssthresh;
	tp->prr_delivered = 0;
	tp->prr_out = 0;
	tp->cong.ssthresh = inetx_cong_reduce(&tp->cong);
}

static void enter_recovery(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	INETX_LINUX_INC(inetx_sk_net(sk), tp->sack_ok ?
			LINUX_MIB_TCPSACKRECOVERY : LINUX_MIB_TCPRENORECOVERY);
	if (tp->ca_state != TCP_CA_CWR)
		begin_reduction(tp);
	tp->high_seq = tp->snd_nxt;
	tp->undo = 1;
	tp->retrans_stamp = 0;
	tp->ca_state = TCP_CA_Recovery;
}

/**
 * inetx_tcp_enter_cwr - congestion in this host: send less
 * @sk: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_enter_cwr(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (tp->ca_state >= TCP_CA_CWR || sk->sk_state == TCP_SYN_SENT)
		return;
	begin_reduction(tp);
	tp->undo = 0;
	tp->ca_state = TCP_CA_CWR;
}

/**
 * inetx_tcp_enter_loss - the retransmission timer went off
 * @sk: connected or connecting, with packets in flight
 *
 * RFC 5681 section 3.1; which packets count as lost, RFC 8985 section 6.3.
 *
 * Context: socket lock, tp->clock_us current.
 */
void inetx_tcp_enter_loss(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct sk_buff *head = inetx_tcp_rtx_head(sk);
	struct sk_buff *skb;
	bool reneged;

	reneged = INETX_TCB(head)->sacked & INETX_TX_SACKED;
	if (reneged)
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPSACKRENEGING);
	else if (tp->ca_state == TCP_CA_Recovery)
		INETX_LINUX_INC(xnet, tp->sack_ok ?
				LINUX_MIB_TCPSACKRECOVERYFAIL :
				LINUX_MIB_TCPRENORECOVERYFAIL);
	else if (tp->ca_state < TCP_CA_Recovery && tp->sacked_out)
		INETX_LINUX_INC(xnet, tp->sack_ok ? LINUX_MIB_TCPSACKFAILURES :
				LINUX_MIB_TCPRENOFAILURES);
	if (reneged)
		inetx_tcp_clear_scoreboard(tp);
	if (!tp->sack_ok)
		tp->sacked_out = 0;

	if (tp->ca_state < TCP_CA_Recovery ||
	    !inetx_seq_before(tp->snd_una, tp->high_seq) ||
	    (tp->ca_state == TCP_CA_Loss && !tp->retransmits)) {
		begin_reduction(tp);
		tp->undo = 1;
		tp->retrans_stamp = 0;
	}
	skb_rbtree_walk(skb, &sk->tcp_rtx_queue) {
		if (skb == head || reneged || !tp->sack_ok ||
		    tp->clock_us - skb->skb_mstamp_ns >=
		    max_t(u32, tp->rack.rtt_us, tp->rtt.srtt8 >> 3))
			inetx_tcp_mark_lost(tp, skb);
	}
	tp->high_seq = tp->snd_nxt;
	tp->cong.cwnd = inetx_tcp_in_flight(tp) + 1;
	inetx_cong_restart(&tp->cong);
	tp->ca_state = TCP_CA_Loss;
}

/* What is not repeated yet is not lost after all: back into the time list, at
 * its old end.
 */
static void forget_losses(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;

	for (skb = skb_rb_last(&sk->tcp_rtx_queue); skb;
	     skb = skb_rb_prev(skb)) {
		struct inetx_tcp_cb *cb = INETX_TCB(skb);

		if (!(cb->sacked & INETX_TX_LOST))
			continue;
		cb->sacked &= ~INETX_TX_LOST;
		if (list_empty(&skb->tcp_tsorted_anchor))
			list_add(&skb->tcp_tsorted_anchor, &tp->tsorted);
	}
	tp->lost_out = 0;
	tp->retransmit_from = NULL;
}

/* Eifel, RFC 3522: the peer echoes a timestamp from before the first repeat, so
 * the original had arrived and the repeat was for nothing.
 */
static bool try_undo(struct sock *sk, const struct inetx_tcp_opts *o,
		     const struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!tp->undo || !tp->retrans_stamp || !a->repeated || !o->has_ts ||
	    !o->tsecr || !inetx_seq_before(o->tsecr, tp->retrans_stamp))
		return false;

	INETX_LINUX_INC(inetx_sk_net(sk), tp->ca_state == TCP_CA_Loss ?
			LINUX_MIB_TCPLOSSUNDO : LINUX_MIB_TCPFULLUNDO);
	forget_losses(sk);
	tp->cong.cwnd = max(tp->cong.cwnd, tp->prior_cwnd);
	tp->cong.ssthresh = max(tp->cong.ssthresh, tp->prior_ssthresh);
	tp->undo = 0;
	tp->retrans_stamp = 0;
	/* What looked like loss was delay or reordering. */
	tp->rack.reordered = true;
	tp->ca_state = TCP_CA_Open;
	return true;
}

/* Everything that was in flight at the beginning has been acknowledged. */
static void end_recovery(struct inetx_tcp_sock *tp)
{
	if (tp->ca_state != TCP_CA_Loss)
		tp->cong.cwnd = min(tp->cong.cwnd, tp->cong.ssthresh);
	if (tp->ca_state == TCP_CA_Recovery)
		tp->cong.cwnd = tp->cong.ssthresh;
	narrow_window(&tp->rack);
	if (!tp->sack_ok)
		tp->sacked_out = 0;
	tp->undo = 0;
	tp->retrans_stamp = 0;
	tp->ca_state = TCP_CA_Open;
}

/* RFC 6582: without SACK, duplicates count and a partial acknowledgment shows
 * the next hole.
 */
static void newreno(struct sock *sk, const struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *head;
	bool partial = a->una_moved && tp->ca_state == TCP_CA_Recovery;

	if (a->dup && tp->sacked_out + 1 < tp->packets_out)
		tp->sacked_out++;
	if (a->una_moved) {
		u32 gone = a->acked ? a->acked - 1 : 0;

		tp->sacked_out -= min(tp->sacked_out, gone);
	}
	if (tp->ca_state == TCP_CA_Loss)
		return;
	head = inetx_tcp_rtx_head(sk);
	if (!head || !(partial || (tp->ca_state < TCP_CA_Recovery &&
				   tp->sacked_out >= tp->reordering)))
		return;
	if (INETX_TCB(head)->gso_segs > 1 &&
	    inetx_tcp_fragment(sk, head, INETX_TCB(head)->gso_size, true,
			       GFP_ATOMIC))
		return;
	/* Half of the window may be duplicates of what is still counted. */
	if (tp->sacked_out + 1 > tp->packets_out)
		tp->sacked_out = tp->packets_out - 1;
	inetx_tcp_mark_lost(tp, head);
}

/* RFC 6937: bring the window to the threshold within a round trip, by sending
 * in proportion to what is delivered.
 */
static void prr(struct inetx_tcp_sock *tp, const struct inetx_tcp_acked *a)
{
	u32 flight = inetx_tcp_in_flight(tp);
	s32 delta = tp->cong.ssthresh - flight;
	s32 count;

	if (!a->delivered || !tp->prior_cwnd)
		return;
	tp->prr_delivered += a->delivered;
	if (delta < 0) {
		u64 due = (u64)tp->cong.ssthresh * tp->prr_delivered +
			  tp->prior_cwnd - 1;

		count = (s32)div_u64(due, tp->prior_cwnd) - (s32)tp->prr_out;
	} else {
		count = max_t(s32, tp->prr_delivered - tp->prr_out,
			      a->delivered);
		if (a->una_moved)
			count++;
		count = min(delta, count);
	}
	/* The first repeat goes at once. */
	count = max_t(s32, count, tp->prr_out ? 0 : 1);
	tp->cong.cwnd = flight + count;
}

static bool may_grow(const struct inetx_tcp_sock *tp)
{
	if (inetx_cong_slow_start(&tp->cong))
		return tp->cong.cwnd < 2 * tp->max_out || tp->cwnd_limited;
	return tp->cwnd_limited;
}

static void adjust_window(struct sock *sk, const struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (tp->ca_state == TCP_CA_Recovery || tp->ca_state == TCP_CA_CWR) {
		prr(tp, a);
		return;
	}
	if (a->acked && may_grow(tp))
		inetx_cong_acked(&tp->cong, a->acked, inetx_tcp_now_ms(tp),
				 tp->rtt.min_us);
}

/**
 * inetx_tcp_recover - draw the conclusions from an acknowledgment
 * @sk: connected
 * @opts: its options
 * @a: what it said
 *
 * Context: socket lock, tp->clock_us current.
 */
void inetx_tcp_recover(struct sock *sk, const struct inetx_tcp_opts *opts,
		       const struct inetx_tcp_acked *a)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (a->dsack)
		widen_window(tp);
	if (tp->ca_state > TCP_CA_Disorder && a->una_moved) {
		if (!try_undo(sk, opts, a) &&
		    !inetx_seq_before(tp->snd_una, tp->high_seq))
			end_recovery(tp);
	}
	if (tp->sack_ok)
		rack_losses(sk);
	else if (a->dup || a->una_moved)
		newreno(sk, a);

	if (tp->ca_state < TCP_CA_Recovery) {
		if (tp->lost_out)
			enter_recovery(sk);
		else if (tp->ca_state != TCP_CA_CWR)
			tp->ca_state = tp->sacked_out ? TCP_CA_Disorder :
							TCP_CA_Open;
	}
	adjust_window(sk, a);
	if (tp->lost_out > tp->retrans_out)
		inetx_tcp_retransmit_lost(sk);
}

/**
 * inetx_tcp_reo_timeout - the reordering window has passed
 * @sk: connected
 *
 * Context: socket lock, tp->clock_us current.
 */
void inetx_tcp_reo_timeout(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_acked none = { .delivered = 1 };

	rack_losses(sk);
	if (tp->lost_out > tp->retrans_out) {
		if (tp->ca_state < TCP_CA_Recovery) {
			enter_recovery(sk);
			prr(tp, &none);
		}
		inetx_tcp_retransmit_lost(sk);
	}
	if (tp->rto_mode == INETX_TIMER_NONE)
		inetx_tcp_rearm_rto(sk);
}
