// SPDX-License-Identifier: GPL-2.0
/*
 * The text of segments: into the receive queue when in order, into a tree when
 * not; FIN; urgent data; when to acknowledge.
 *
 * The receive queue holds packets whose cb.seq..end_seq may overlap: readers
 * begin at copied_seq whatever is in front of it.
 */

#include "tcp/internal.h"
#include "tcp/sack.h"

/**
 * inetx_tcp_enter_quickack - acknowledge the next segments at once
 * @sk: connected
 *
 * In slow start the peer depends on it, and after trouble too.
 *
 * Context: socket lock.
 */
void inetx_tcp_enter_quickack(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 n = tp->rcv_wnd / (2 * max_t(u32, tp->rcv_mss, 1));

	tp->quick = max_t(u32, tp->quick, clamp_t(u32, n, 2, INETX_QUICK_MAX));
	tp->pingpong = 0;
}

/**
 * inetx_tcp_ack_policy - acknowledge now or later
 * @sk: connected; what a segment brought has been dealt with
 *
 * RFC 1122 section 4.2.3.2: at least every second full segment, at the latest
 * after a while; RFC 5681 section 4.2: at once while there is a gap.
 *
 * Context: socket lock.
 */
void inetx_tcp_ack_policy(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 unread;

	if (!tp->ack_sched || sk->sk_state == TCP_CLOSE)
		return;
	unread = tp->rcv_nxt - tp->copied_seq;
	if ((tp->rcv_nxt - tp->rcv_wup > tp->rcv_mss &&
	     (unread < sk->sk_rcvlowat ||
	      inetx_tcp_new_window(sk) >= tp->rcv_wnd)) ||
	    (tp->quick && !tp->pingpong) || tp->route_quickack ||
	    !RB_EMPTY_ROOT(&tp->ofo)) {
		inetx_tcp_send_ack(sk);
		return;
	}
	inetx_tcp_arm_delack(sk, INETX_DELACK_MIN);
}

/**
 * inetx_tcp_data_ready - wake readers if there is enough for them
 * @sk: connected
 *
 * Context: socket lock.
 */
void inetx_tcp_data_ready(struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	int avail = tp->rcv_nxt - READ_ONCE(tp->copied_seq);

	/* SO_RCVLOWAT; but wake a reader when the buffer is nearly full. */
	if (avail < sk->sk_rcvlowat && !sock_flag(sk, SOCK_DONE) &&
	    atomic_read(&sk->sk_rmem_alloc) <
	    READ_ONCE(sk->sk_rcvbuf) - (READ_ONCE(sk->sk_rcvbuf) >> 3) &&
	    inetx_tcp_rcv_window(tp) > tp->rcv_mss)
		return;
	sk->sk_data_ready(sk);
}

static void rcv_nxt_set(struct inetx_tcp_sock *tp, u32 seq)
{
	tp->bytes_received += seq - tp->rcv_nxt;
	WRITE_ONCE(tp->rcv_nxt, seq);
}

/* Append @from to the packet @to; true when @from is gone, but for its head. */
static bool coalesce(struct sock *sk, struct sk_buff *to, struct sk_buff *from,
		     bool *stolen)
{
	int delta;

	*stolen = false;
	if (!to || INETX_TCB(to)->end_seq != INETX_TCB(from)->seq ||
	    INETX_TCB(to)->flags & INETX_TH_FIN)
		return false;
	if (!skb_try_coalesce(to, from, stolen, &delta))
		return false;
	atomic_add(delta, &sk->sk_rmem_alloc);
	sk_mem_charge(sk, delta);
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPRCVCOALESCE);
	INETX_TCB(to)->end_seq = INETX_TCB(from)->end_seq;
	INETX_TCB(to)->ack_seq = INETX_TCB(from)->ack_seq;
	INETX_TCB(to)->flags |= INETX_TCB(from)->flags;
	return true;
}

static void drop_ofo(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (tp->ofo_last == skb)
		tp->ofo_last = skb_rb_prev(skb);
	rb_erase(&skb->rbnode, &tp->ofo);
	skb->dev = NULL;
	sk_drops_add(sk, skb);
	kfree_skb(skb);
}

/**
 * inetx_tcp_purge_ofo - throw away what came out of order
 * @sk: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_purge_ofo(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = skb_rb_first(&tp->ofo))) {
		rb_erase(&skb->rbnode, &tp->ofo);
		skb->dev = NULL;
		kfree_skb(skb);
	}
	tp->ofo_last = NULL;
	tp->num_sacks = 0;
}

/* Memory is short: give up out-of-order data, the farthest first.  The peer
 * learns of it by SACK blocks that are gone (RFC 2018 section 8).
 */
static void prune_ofo(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!tp->ofo_last)
		return;
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_OFOPRUNED);
	while (tp->ofo_last &&
	       (atomic_read(&sk->sk_rmem_alloc) > sk->sk_rcvbuf >> 1 ||
		sk_under_memory_pressure(sk)))
		drop_ofo(sk, tp->ofo_last);
	tp->num_sacks = 0;
	sk_mem_reclaim(sk);
}

/* Reserve memory for a packet. */
static bool rmem_ok(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (likely(atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf &&
		   sk_rmem_schedule(sk, skb, skb->truesize)))
		return true;

	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_PRUNECALLED);
	if (sk_under_memory_pressure(sk))
		tp->rcv_ssthresh = min_t(u32, tp->rcv_ssthresh,
					 4U * tp->advmss);
	prune_ofo(sk);
	if (atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf &&
	    sk_rmem_schedule(sk, skb, skb->truesize))
		return true;
	/* Progress is possible as long as one packet is taken. */
	if (skb_queue_empty(&sk->sk_receive_queue) &&
	    INETX_TCB(skb)->seq == tp->rcv_nxt)
		return true;
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_RCVPRUNED);
	return false;
}

/* To the end of the receive queue; takes the packet. */
static void queue_tail(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff *tail = skb_peek_tail(&sk->sk_receive_queue);
	u32 end = INETX_TCB(skb)->end_seq;
	bool stolen;

	if (coalesce(sk, tail, skb, &stolen)) {
		kfree_skb_partial(skb, stolen);
	} else {
		/* From the tree it comes charged. */
		if (skb->sk != sk)
			skb_set_owner_r(skb, sk);
		__skb_queue_tail(&sk->sk_receive_queue, skb);
	}
	rcv_nxt_set(inetx_tcp_sk(sk), end);
}

static void note_dsack(struct sock *sk, u32 start, u32 end, int mib)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!tp->sack_ok || tp->dup_sack ||
	    !READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_dsack))
		return;
	INETX_LINUX_INC(inetx_sk_net(sk), mib);
	tp->dup_sack = 1;
	tp->dsack.start = start;
	tp->dsack.end = end;
}

/* What the packet just queued has made contiguous.  True when a FIN is in it. */
static bool drain_ofo(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 had = tp->rcv_nxt;
	struct sk_buff *skb;
	bool fin;

	while ((skb = skb_rb_first(&tp->ofo))) {
		if (inetx_seq_after(INETX_TCB(skb)->seq, tp->rcv_nxt))
			break;
		/* RFC 2883: it has come twice, before and with the last. */
		if (inetx_seq_before(INETX_TCB(skb)->seq, had))
			note_dsack(sk, INETX_TCB(skb)->seq,
				   inetx_seq_min(INETX_TCB(skb)->end_seq, had),
				   LINUX_MIB_TCPDSACKOLDSENT);
		if (!inetx_seq_after(INETX_TCB(skb)->end_seq, tp->rcv_nxt)) {
			drop_ofo(sk, skb);
			continue;
		}
		if (tp->ofo_last == skb)
			tp->ofo_last = NULL;
		rb_erase(&skb->rbnode, &tp->ofo);
		skb->dev = NULL;
		fin = INETX_TCB(skb)->flags & INETX_TH_FIN;
		queue_tail(sk, skb);
		if (fin)
			return true;
	}
	inetx_sack_advance(tp->sacks, &tp->num_sacks, tp->rcv_nxt);
	return false;
}

/* Packets behind @skb that it makes superfluous. */
static void trim_right(struct sock *sk, struct sk_buff *skb)
{
	u32 end = INETX_TCB(skb)->end_seq;
	struct sk_buff *next;

	while ((next = skb_rb_next(skb)) &&
	       !inetx_seq_before(end, INETX_TCB(next)->end_seq)) {
		note_dsack(sk, INETX_TCB(next)->seq, INETX_TCB(next)->end_seq,
			   LINUX_MIB_TCPDSACKOFOSENT);
		drop_ofo(sk, next);
	}
	if (!next)
		inetx_tcp_sk(sk)->ofo_last = skb;
}

/* Find the place of a packet in the tree; NULL when it was taken care of. */
static struct rb_node **ofo_place(struct sock *sk, struct sk_buff *skb,
				  struct rb_node **parent)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 seq = INETX_TCB(skb)->seq, end = INETX_TCB(skb)->end_seq;
	struct rb_node **p = &tp->ofo.rb_node;
	bool stolen;

	*parent = NULL;
	while (*p) {
		struct sk_buff *at = rb_to_skb(*p);

		*parent = *p;
		if (inetx_seq_before(seq, INETX_TCB(at)->seq)) {
			p = &(*p)->rb_left;
			continue;
		}
		if (inetx_seq_before(seq, INETX_TCB(at)->end_seq) &&
		    !inetx_seq_after(end, INETX_TCB(at)->end_seq)) {
			note_dsack(sk, seq, end, LINUX_MIB_TCPDSACKOFOSENT);
			INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPOFOMERGE);
			kfree_skb(skb);
			return NULL;
		}
		if (coalesce(sk, at, skb, &stolen)) {
			kfree_skb_partial(skb, stolen);
			trim_right(sk, at);
			return NULL;
		}
		p = &(*p)->rb_right;
	}
	return p;
}

/* A packet that is not the next; takes it. */
static void queue_ofo(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	u32 seq = INETX_TCB(skb)->seq, end = INETX_TCB(skb)->end_seq;
	struct rb_node **p, *parent;
	bool stolen;

	tp->ack_sched = 1;
	if (!rmem_ok(sk, skb)) {
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPOFODROP);
		sk_drops_add(sk, skb);
		kfree_skb(skb);
		return;
	}
	INETX_LINUX_INC(xnet, LINUX_MIB_TCPOFOQUEUE);
	if (tp->sack_ok)
		inetx_sack_add(tp->sacks, &tp->num_sacks, seq, end);

	/* Nearly always: it continues the last. */
	if (tp->ofo_last && coalesce(sk, tp->ofo_last, skb, &stolen)) {
		kfree_skb_partial(skb, stolen);
		return;
	}
	p = ofo_place(sk, skb, &parent);
	if (!p)
		return;
	skb_set_owner_r(skb, sk);
	rb_link_node(&skb->rbnode, parent, p);
	rb_insert_color(&skb->rbnode, &tp->ofo);
	trim_right(sk, skb);
}

/* Nothing in it that we can take. */
static void reject(struct sock *sk, struct sk_buff *skb)
{
	inetx_tcp_enter_quickack(sk);
	inetx_tcp_sk(sk)->ack_sched = 1;
	sk_drops_add(sk, skb);
	kfree_skb(skb);
}

/* The next data; takes the packet. */
static void queue_in_order(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	bool fin = INETX_TCB(skb)->flags & INETX_TH_FIN;
	bool text = skb->len;

	if (!rmem_ok(sk, skb)) {
		INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPRCVQDROP);
		/* Tell the peer that there is no room. */
		reject(sk, skb);
		return;
	}
	tp->ack_sched = 1;
	if (text) {
		tp->last_recv = (u32)jiffies;
		inetx_tcp_measure_rcv_mss(tp, skb);
		inetx_tcp_rcv_rtt(tp);
		if (skb->len >= 128)
			inetx_tcp_grow_window(sk, skb);
	}
	queue_tail(sk, skb);
	if (!fin && !RB_EMPTY_ROOT(&tp->ofo)) {
		fin = drain_ofo(sk);
		/* RFC 5681 section 4.2: when a gap is filled, at once. */
		if (RB_EMPTY_ROOT(&tp->ofo))
			tp->quick = max_t(u8, tp->quick, 1);
		text = true;
	}
	if (fin)
		inetx_tcp_fin(sk);
	if (text && !sock_flag(sk, SOCK_DEAD))
		inetx_tcp_data_ready(sk);
}

/**
 * inetx_tcp_data - the text of an acceptable segment
 * @sk: connected, tp->clock_us current
 * @skb: the segment, skb->data at the TCP header; taken
 *
 * RFC 9293 section 3.10.7.4, seventh and eighth.
 *
 * Context: socket lock.
 */
void inetx_tcp_data(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 seq = INETX_TCB(skb)->seq, end = INETX_TCB(skb)->end_seq;

	if (seq == end) {
		kfree_skb(skb);
		return;
	}
	__skb_pull(skb, tcp_hdr(skb)->doff * 4);
	/* Nobody needs the route or the device any more. */
	skb_dst_drop(skb);

	if (!inetx_seq_after(end, tp->rcv_nxt)) {
		INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_DELAYEDACKLOST);
		note_dsack(sk, seq, end, LINUX_MIB_TCPDSACKOLDSENT);
		reject(sk, skb);
		return;
	}
	if (!inetx_seq_before(seq, tp->rcv_nxt + inetx_tcp_rcv_window(tp))) {
		/* A FIN without text needs no room. */
		if (seq != tp->rcv_nxt || skb->len) {
			INETX_LINUX_INC(inetx_sk_net(sk),
					LINUX_MIB_TCPZEROWINDOWDROP);
			reject(sk, skb);
			return;
		}
	}
	if (inetx_seq_after(seq, tp->rcv_nxt)) {
		queue_ofo(sk, skb);
		return;
	}
	if (seq != tp->rcv_nxt)
		note_dsack(sk, seq, tp->rcv_nxt, LINUX_MIB_TCPDSACKOLDSENT);
	queue_in_order(sk, skb);
}

/**
 * inetx_tcp_fin - the peer will send no more
 * @sk: its FIN is in order
 *
 * RFC 9293 section 3.10.7.4, eighth.  An orphan may be gone after this, but for
 * the caller's reference.
 *
 * Context: socket lock.
 */
void inetx_tcp_fin(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	tp->ack_sched = 1;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
	sock_set_flag(sk, SOCK_DONE);
	inetx_tcp_purge_ofo(sk);

	switch (sk->sk_state) {
	case TCP_SYN_RECV:
	case TCP_ESTABLISHED:
		inetx_tcp_set_state(sk, TCP_CLOSE_WAIT);
		tp->pingpong = 1;
		break;
	case TCP_FIN_WAIT1:
		inetx_tcp_send_ack(sk);
		inetx_tcp_set_state(sk, TCP_CLOSING);
		break;
	case TCP_FIN_WAIT2:
		inetx_tcp_send_ack(sk);
		inetx_tcp_time_wait(sk, TCP_TIME_WAIT, 0);
		break;
	}
	sk_mem_reclaim(sk);

	if (sock_flag(sk, SOCK_DEAD))
		return;
	sk->sk_state_change(sk);
	if (sk->sk_shutdown == SHUTDOWN_MASK || sk->sk_state == TCP_CLOSE)
		sk_wake_async(sk, SOCK_WAKE_WAITD, POLL_HUP);
	else
		sk_wake_async(sk, SOCK_WAKE_WAITD, POLL_IN);
}

/* Where urgent data ends, RFC 6093: the last urgent byte is the one before the
 * pointer, as every stack has it.
 */
static void check_urg(struct sock *sk, const struct sk_buff *skb,
		      const struct tcphdr *th)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 at = ntohs(th->urg_ptr);

	if (at)
		at--;
	at += INETX_TCB(skb)->seq;
	if (inetx_seq_after(tp->copied_seq, at) ||
	    inetx_seq_before(at, tp->rcv_nxt) ||
	    (tp->urg_data && !inetx_seq_after(at, tp->urg_seq)))
		return;

	sk_send_sigurg(sk);
	/* An urgent byte that was read out of band, and that the reader has
	 * reached, is not part of the stream: step over it, for the new mark
	 * replaces the old.
	 */
	if (tp->urg_seq == tp->copied_seq && tp->urg_data &&
	    !sock_flag(sk, SOCK_URGINLINE) && tp->copied_seq != tp->rcv_nxt) {
		struct sk_buff *head = skb_peek(&sk->sk_receive_queue);

		WRITE_ONCE(tp->copied_seq, tp->copied_seq + 1);
		if (head && !inetx_seq_before(tp->copied_seq,
					      INETX_TCB(head)->end_seq)) {
			__skb_unlink(head, &sk->sk_receive_queue);
			kfree_skb(head);
		}
	}
	WRITE_ONCE(tp->urg_data, INETX_URG_NOTYET);
	WRITE_ONCE(tp->urg_seq, at);
}

/**
 * inetx_tcp_urg - urgent data
 * @sk: connected
 * @skb: an acceptable segment, skb->data at the TCP header
 * @th: its header
 *
 * Context: socket lock.
 */
void inetx_tcp_urg(struct sock *sk, struct sk_buff *skb,
		   const struct tcphdr *th)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 off;
	u8 byte;

	if (unlikely(th->urg))
		check_urg(sk, skb, th);
	if (likely(tp->urg_data != INETX_URG_NOTYET))
		return;
	off = tp->urg_seq - INETX_TCB(skb)->seq + th->doff * 4 - th->syn;
	if (off >= skb->len || skb_copy_bits(skb, off, &byte, 1))
		return;
	WRITE_ONCE(tp->urg_data, INETX_URG_VALID | byte);
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
}
