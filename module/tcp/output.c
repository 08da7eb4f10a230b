// SPDX-License-Identifier: GPL-2.0
/*
 * From the send queue to the wire: what may go now, and in which pieces.
 *
 * sk->sk_write_queue holds what has never been sent, sk->tcp_rtx_queue what has
 * and is not acknowledged, by sequence number.
 */

#include "tcp/internal.h"

/**
 * inetx_tcp_set_segs - count the segments of a packet by the present MSS
 * @tp: the socket
 * @skb: a packet of its send or retransmit queue, with only its own payload
 *
 * Return: by how much the count changed.
 */
int inetx_tcp_set_segs(struct inetx_tcp_sock *tp, struct sk_buff *skb)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	int old = cb->gso_segs;

	if (skb->len <= tp->mss || !tp->mss) {
		cb->gso_segs = 1;
		cb->gso_size = 0;
	} else {
		cb->gso_segs = DIV_ROUND_UP(skb->len, tp->mss);
		cb->gso_size = tp->mss;
	}
	return cb->gso_segs - old;
}

/**
 * inetx_tcp_rtx_insert - enter a packet into the retransmit queue
 * @sk: the socket
 * @skb: the packet
 *
 * Context: socket lock.
 */
void inetx_tcp_rtx_insert(struct sock *sk, struct sk_buff *skb)
{
	struct rb_node **p = &sk->tcp_rtx_queue.rb_node;
	struct rb_node *parent = NULL;

	while (*p) {
		parent = *p;
		if (inetx_seq_before(INETX_TCB(skb)->seq,
				     INETX_TCB(rb_to_skb(parent))->seq))
			p = &parent->rb_left;
		else
			p = &parent->rb_right;
	}
	rb_link_node(&skb->rbnode, parent, p);
	rb_insert_color(&skb->rbnode, &sk->tcp_rtx_queue);
}

/**
 * inetx_tcp_rtx_find - the packet of the retransmit queue that holds a sequence
 * number, or the first behind it
 * @sk: the socket
 * @seq: the number
 *
 * Context: socket lock.
 * Return: the packet or NULL.
 */
struct sk_buff *inetx_tcp_rtx_find(struct sock *sk, u32 seq)
{
	struct rb_node *p = sk->tcp_rtx_queue.rb_node;
	struct sk_buff *found = NULL;

	while (p) {
		struct sk_buff *skb = rb_to_skb(p);

		if (inetx_seq_after(INETX_TCB(skb)->end_seq, seq)) {
			found = skb;
			p = p->rb_left;
		} else {
			p = p->rb_right;
		}
	}
	return found;
}

/**
 * inetx_tcp_rtx_unlink - take a packet out of the retransmit queue
 * @sk: the socket
 * @skb: the packet
 *
 * Context: socket lock.
 */
void inetx_tcp_rtx_unlink(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (tp->retransmit_from == skb)
		tp->retransmit_from = skb_rb_next(skb);
	list_del_init(&skb->tcp_tsorted_anchor);
	rb_erase(&skb->rbnode, &sk->tcp_rtx_queue);
	skb->dev = NULL;
}

/**
 * inetx_tcp_event_new_data - a packet of the send queue has been sent
 * @sk: the socket
 * @skb: the packet
 *
 * Context: socket lock.
 */
void inetx_tcp_event_new_data(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 before = tp->packets_out;

	WRITE_ONCE(tp->snd_nxt, INETX_TCB(skb)->end_seq);
	__skb_unlink(skb, &sk->sk_write_queue);
	inetx_tcp_rtx_insert(sk, skb);
	list_add_tail(&skb->tcp_tsorted_anchor, &tp->tsorted);

	tp->packets_out += INETX_TCB(skb)->gso_segs;
	if (tp->ca_state == TCP_CA_Recovery || tp->ca_state == TCP_CA_CWR)
		tp->prr_out += INETX_TCB(skb)->gso_segs;
	if (tp->packets_out > tp->max_out)
		tp->max_out = tp->packets_out;
	if (!before)
		tp->rto_since = (u32)jiffies;
	if (!before || tp->rto_mode == INETX_TIMER_PROBE ||
	    tp->rto_mode == INETX_TIMER_NONE)
		inetx_tcp_rearm_rto(sk);
}

/* Own the head of a packet before it is changed: a copy may be in a queue. */
static int unshare(struct sock *sk, struct sk_buff *skb, gfp_t gfp)
{
	unsigned int size = skb->truesize;
	unsigned long link = skb->_skb_refdst;
	int err;

	if (!skb_cloned(skb))
		return 0;
	skb->_skb_refdst = 0;
	err = pskb_expand_head(skb, 0, 0, gfp);
	skb->_skb_refdst = link;
	if (err)
		return err;
	if (skb->truesize != size) {
		sk_wmem_queued_add(sk, skb->truesize - size);
		sk_mem_charge(sk, skb->truesize - size);
	}
	return 0;
}

/* Remove bytes, fewer than there are, from the front of a paged packet. */
static void drop_front(struct sk_buff *skb, u32 off)
{
	struct skb_shared_info *info = skb_shinfo(skb);
	u32 left = off;
	int i, n = 0;

	for (i = 0; i < info->nr_frags; i++) {
		u32 size = skb_frag_size(&info->frags[i]);

		if (size <= left) {
			skb_frag_unref(skb, i);
			left -= size;
			continue;
		}
		info->frags[n] = info->frags[i];
		if (left) {
			skb_frag_off_add(&info->frags[n], left);
			skb_frag_size_sub(&info->frags[n], left);
			left = 0;
		}
		n++;
	}
	info->nr_frags = n;
	skb->data_len -= off;
	skb->len -= off;
}

/* Drop payload from the front that the peer has acknowledged: the sequence
 * number was moved on without touching the data.
 */
static int trim_front(struct sock *sk, struct sk_buff *skb, gfp_t gfp)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	u32 want = cb->end_seq - cb->seq;
	u32 off;

	if (cb->flags & (INETX_TH_SYN | INETX_TH_FIN))
		want--;
	if (skb->len <= want)
		return 0;
	off = skb->len - want;
	if (unshare(sk, skb, gfp))
		return -ENOMEM;
	drop_front(skb, off);
	return 0;
}

/* The second half of a split goes behind the first. */
static void link_split(struct sock *sk, struct sk_buff *skb,
		       struct sk_buff *tail, bool rtx)
{
	if (!rtx) {
		__skb_queue_after(&sk->sk_write_queue, skb, tail);
		return;
	}
	inetx_tcp_rtx_insert(sk, tail);
	if (!list_empty(&skb->tcp_tsorted_anchor))
		list_add(&tail->tcp_tsorted_anchor, &skb->tcp_tsorted_anchor);
}

/* Segment counts after a split of a packet in flight. */
static void recount_split(struct inetx_tcp_sock *tp, const struct sk_buff *skb,
			  int diff)
{
	u8 sacked = INETX_TCB(skb)->sacked;

	tp->packets_out += diff;
	if (sacked & INETX_TX_SACKED)
		tp->sacked_out += diff;
	if (sacked & INETX_TX_RETRANS)
		tp->retrans_out += diff;
	if (sacked & INETX_TX_LOST)
		tp->lost_out += diff;
}

/**
 * inetx_tcp_fragment - split a packet of the send or retransmit queue
 * @sk: the socket
 * @skb: the packet
 * @len: payload bytes that stay in it, 0 < @len < its payload
 * @rtx: it is in the retransmit queue
 * @gfp: how to allocate
 *
 * Context: socket lock.
 * Return: 0 or -ENOMEM with nothing changed.
 */
int inetx_tcp_fragment(struct sock *sk, struct sk_buff *skb, u32 len, bool rtx,
		       gfp_t gfp)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	struct inetx_tcp_cb *tcb;
	struct sk_buff *tail;
	u32 moved;
	int diff;

	if (rtx && trim_front(sk, skb, gfp))
		return -ENOMEM;
	if (WARN_ON_ONCE(!len || len >= skb->len))
		return -ENOMEM;
	if (unshare(sk, skb, gfp))
		return -ENOMEM;
	tail = inetx_tcp_alloc_skb(sk, gfp);
	if (!tail)
		return -ENOMEM;

	sk_wmem_queued_add(sk, tail->truesize);
	sk_mem_charge(sk, tail->truesize);
	moved = skb->len - len;
	tail->truesize += moved;
	skb->truesize -= moved;
	skb_split(skb, tail, len);

	tcb = INETX_TCB(tail);
	*tcb = *cb;
	tcb->seq = cb->seq + len;
	cb->end_seq = tcb->seq;
	cb->flags &= ~(INETX_TH_FIN | INETX_TH_PSH);
	cb->eor = false;
	tail->skb_mstamp_ns = skb->skb_mstamp_ns;
	tail->ip_summed = CHECKSUM_PARTIAL;

	diff = inetx_tcp_set_segs(tp, skb);
	inetx_tcp_set_segs(tp, tail);
	if (rtx)
		recount_split(tp, skb, diff + tcb->gso_segs);
	link_split(sk, skb, tail, rtx);
	return 0;
}

/**
 * inetx_tcp_rtx_prepare - make a packet fit to be sent again
 * @sk: the socket
 * @skb: in the retransmit queue
 *
 * Acknowledged payload is cut off and segments are counted by the present MSS.
 *
 * Context: socket lock.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_rtx_prepare(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (trim_front(sk, skb, GFP_ATOMIC))
		return -ENOMEM;
	recount_split(tp, skb, inetx_tcp_set_segs(tp, skb));
	return 0;
}

/* Small segments wait while there is one in flight: RFC 9293 3.7.4, with
 * Minshall's refinement.
 */
static bool nagle_holds(const struct inetx_tcp_sock *tp,
			const struct sk_buff *skb, u8 nagle)
{
	if (INETX_TCB(skb)->flags & INETX_TH_FIN || nagle & INETX_NAGLE_PUSH ||
	    tp->urg_mode)
		return false;
	if (nagle & INETX_NAGLE_CORK)
		return true;
	return !(nagle & INETX_NAGLE_OFF) && tp->packets_out &&
	       inetx_seq_after(tp->snd_sml, tp->snd_una);
}

/* The packet is smaller than it could be soon: wait for more window? */
static bool tso_waits(struct sock *sk, const struct sk_buff *skb, u32 quota,
		      u32 max_segs)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 room = inetx_tcp_wnd_end(tp) - INETX_TCB(skb)->seq;
	u32 limit = min_t(u32, room, quota * tp->mss);
	u32 window = min_t(u32, tp->snd_wnd, tp->cong.cwnd * tp->mss);

	if (!tp->packets_out || tp->ca_state >= TCP_CA_Recovery ||
	    INETX_TCB(skb)->flags & INETX_TH_FIN)
		return false;
	if (limit >= max_segs * tp->mss)
		return false;
	if (!skb_queue_is_last(&sk->sk_write_queue, skb) && limit >= skb->len)
		return false;
	if (limit >= window / 3 || limit > 3 * tp->mss)
		return false;
	/* Acknowledgments that let more go are on their way. */
	return skb->len > limit;
}

/* Segments of one packet at the present rate: about a millisecond's worth, but
 * as many as fit on a path so short that it does not matter.
 */
static u32 tso_segs(const struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u64 bytes = READ_ONCE(sk->sk_pacing_rate) >>
		    READ_ONCE(sk->sk_pacing_shift);
	u32 shift = min_t(u32, tp->rtt.min_us, 31 << 9) >> 9;

	bytes += sk->sk_gso_max_size >> shift;
	bytes = min_t(u64, bytes, sk->sk_gso_max_size);
	return clamp_t(u32, (u32)bytes / tp->mss, 2,
		       max_t(u32, sk->sk_gso_max_segs, 2));
}

/* Enough of ours is in the queues below: resume when some of it has left. */
static bool below_is_full(struct sock *sk, const struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	unsigned long limit;

	limit = max_t(unsigned long, 2 * skb->truesize,
		      READ_ONCE(sk->sk_pacing_rate) >>
		      READ_ONCE(sk->sk_pacing_shift));
	limit = min_t(unsigned long, limit,
		      READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_limit_output_bytes));
	if (refcount_read(&sk->sk_wmem_alloc) <= limit)
		return false;
	/* Nothing of ours in flight that could come back and resume us. */
	if (inetx_tcp_rtx_empty(sk))
		return false;
	set_bit(INETX_DEFER_THROTTLED, &tp->defer);
	/* Pairs with inetx_tcp_tsq_wfree(): either it sees the bit, or we see
	 * that it has freed enough.
	 */
	smp_mb__after_atomic();
	return refcount_read(&sk->sk_wmem_alloc) > limit;
}

/* How much of the packet may go: segments by the congestion window, bytes by
 * the peer's window; whole segments unless it is the tail.
 */
static u32 piece(const struct inetx_tcp_sock *tp, const struct sk_buff *skb,
		 u32 max_segs, u8 nagle)
{
	u32 room = inetx_tcp_wnd_end(tp) - INETX_TCB(skb)->seq;
	u32 most = max_segs * tp->mss;
	u32 len;

	if (most <= room && skb->len > most)
		return most;
	len = min_t(u32, skb->len, room);
	if (len < skb->len || max_segs > 1) {
		u32 partial = len % tp->mss;

		/* A small tail obeys Nagle even behind full segments. */
		if (partial && len > partial &&
		    (len < skb->len || nagle_holds(tp, skb, nagle)))
			len -= partial;
	}
	return len;
}

static void note_cwnd_use(struct inetx_tcp_sock *tp, bool limited)
{
	if (limited || !inetx_seq_before(tp->snd_una, tp->cwnd_seq)) {
		tp->cwnd_limited = limited;
		tp->cwnd_seq = tp->snd_nxt;
		tp->max_out = tp->packets_out;
	}
}

/* RFC 5681 section 4.1, RFC 2861: after idling the window is not known to be
 * right any more.
 */
static void restart_after_idle(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 idle = (u32)jiffies - tp->last_send;
	u32 cwnd = tp->cong.cwnd;

	if (tp->packets_out || idle <= tp->rto || !tp->last_send ||
	    !READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_slow_start_after_idle))
		return;
	if (tp->cong.ssthresh != INETX_CONG_INFINITE)
		tp->cong.ssthresh = max(tp->cong.ssthresh,
					(cwnd >> 1) + (cwnd >> 2));
	while (idle > tp->rto && cwnd > tp->cong.init) {
		idle -= tp->rto;
		cwnd >>= 1;
	}
	tp->cong.cwnd = max_t(u32, cwnd, min_t(u32, tp->cong.cwnd,
					       tp->cong.init));
	inetx_cong_restart(&tp->cong);
}

/**
 * inetx_tcp_write_xmit - send as much of the send queue as may go
 * @sk: connected
 * @nagle: INETX_NAGLE_*, usually the socket's
 * @one: send one packet at most, and do not split the hairs of Nagle
 * @gfp: how to allocate
 *
 * Context: socket lock; tp->clock_us current.
 * Return: true when nothing is in flight although there is something to send:
 * the peer's window has to be probed.
 */
bool inetx_tcp_write_xmit(struct sock *sk, u8 nagle, bool one, gfp_t gfp)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;
	bool limited = false;
	bool sent = false;
	u32 max_segs;

	if (unlikely(!tp->mss))
		return false;
	restart_after_idle(sk);
	max_segs = sk_can_gso(sk) ? tso_segs(sk) : 1;

	while ((skb = inetx_tcp_send_head(sk))) {
		u32 flight = inetx_tcp_in_flight(tp);
		u32 quota, len, segs;

		if (flight >= tp->cong.cwnd) {
			limited = true;
			break;
		}
		quota = tp->cong.cwnd - flight;
		if (!inetx_seq_before(INETX_TCB(skb)->seq,
				      inetx_tcp_wnd_end(tp)) && skb->len)
			break;
		/* The window takes less than a segment: wait for more of it
		 * unless the packet fits (SWS avoidance of the sender).
		 */
		if (inetx_seq_before(inetx_tcp_wnd_end(tp),
				     INETX_TCB(skb)->seq +
				     min_t(u32, skb->len, tp->mss)))
			break;
		if (skb->len <= tp->mss) {
			u8 how = skb_queue_is_last(&sk->sk_write_queue, skb) ?
				 nagle : INETX_NAGLE_PUSH;

			if (skb->len < tp->mss && nagle_holds(tp, skb, how))
				break;
		} else if (!one && tso_waits(sk, skb, quota, max_segs)) {
			limited = quota * tp->mss < skb->len;
			break;
		}
		if (below_is_full(sk, skb))
			break;

		segs = min(quota, max_segs);
		len = piece(tp, skb, segs, nagle);
		if (skb->len > len &&
		    inetx_tcp_fragment(sk, skb, len, false, gfp))
			break;
		inetx_tcp_set_segs(tp, skb);
		if (inetx_tcp_transmit(sk, skb, true, gfp))
			break;
		if (skb->len < INETX_TCB(skb)->gso_segs * tp->mss)
			tp->snd_sml = INETX_TCB(skb)->end_seq;
		inetx_tcp_event_new_data(sk, skb);
		sent = true;
		if (one)
			break;
	}
	if (sent || limited)
		note_cwnd_use(tp, limited ||
			      inetx_tcp_in_flight(tp) >= tp->cong.cwnd);
	return !tp->packets_out && inetx_tcp_send_head(sk);
}

/**
 * inetx_tcp_check_probe - begin to probe a closed window
 * @sk: connected
 *
 * Context: socket lock.
 */
void inetx_tcp_check_probe(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!tp->packets_out && inetx_tcp_send_head(sk) &&
	    tp->rto_mode == INETX_TIMER_NONE)
		inetx_tcp_arm(sk, INETX_TIMER_PROBE, tp->rto);
}

/**
 * inetx_tcp_push - send what may go
 * @sk: connected
 *
 * Context: socket lock.
 */
void inetx_tcp_push(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!inetx_tcp_send_head(sk) || sk->sk_state == TCP_CLOSE)
		return;
	inetx_tcp_clock(tp);
	if (inetx_tcp_write_xmit(sk, tp->nagle, false,
				 sk_gfp_mask(sk, GFP_ATOMIC)))
		inetx_tcp_check_probe(sk);
}

/**
 * inetx_tcp_push_one - send a single packet while the program writes on
 * @sk: connected
 *
 * Context: process, socket lock.
 */
void inetx_tcp_push_one(struct sock *sk)
{
	inetx_tcp_clock(inetx_tcp_sk(sk));
	inetx_tcp_write_xmit(sk, INETX_NAGLE_PUSH, true, sk->sk_allocation);
}

/**
 * inetx_tcp_send_fin - nothing more will be written
 * @sk: in a state that has just become one with our FIN
 *
 * The FIN rides on the last packet that waits, else on one of its own.
 *
 * Context: socket lock.
 */
void inetx_tcp_send_fin(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);
	struct inetx_tcp_cb *cb;

	if (!skb) {
		skb = alloc_skb_fclone(INETX_TCP_HEADROOM,
				       sk_gfp_mask(sk, GFP_ATOMIC |
						       __GFP_NOWARN));
		if (!skb) {
			/* Retransmission timer and orphan rules end it. */
			if (!inetx_tcp_rtx_empty(sk))
				return;
			inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
			return;
		}
		INIT_LIST_HEAD(&skb->tcp_tsorted_anchor);
		skb_reserve(skb, INETX_TCP_HEADROOM);
		cb = INETX_TCB(skb);
		memset(cb, 0, sizeof(*cb));
		cb->seq = tp->write_seq;
		cb->end_seq = tp->write_seq;
		cb->flags = INETX_TH_ACK;
		__skb_queue_tail(&sk->sk_write_queue, skb);
		/* A FIN has to go even when memory is scarce. */
		sk_wmem_queued_add(sk, skb->truesize);
		sk_mem_charge(sk, skb->truesize);
	}
	cb = INETX_TCB(skb);
	cb->flags |= INETX_TH_FIN;
	cb->end_seq++;
	WRITE_ONCE(tp->write_seq, tp->write_seq + 1);
	tp->fin_sent = 1;

	inetx_tcp_clock(tp);
	if (inetx_tcp_write_xmit(sk, INETX_NAGLE_OFF, false,
				 sk_gfp_mask(sk, GFP_ATOMIC)))
		inetx_tcp_check_probe(sk);
}
