// SPDX-License-Identifier: GPL-2.0
/* One segment: header, options, checksum, and down to the IP room. */

#include <net/checksum.h>

#include "tcp/internal.h"

/**
 * inetx_tcp_path - the route to the peer, looked up anew when stale
 * @sk: connected or connecting
 *
 * Context: socket lock, RCU read side, in which the path is good.
 * Return: the path in the socket, or NULL when there is none.
 */
const struct inetx_path *inetx_tcp_path(struct sock *sk)
{
	const struct inetx_path *path = &inetx_sk(sk)->path;
	struct inetx_flow flow;

	if (likely(inetx_sk_path_valid(sk)))
		return path;
	inetx_sk_flow(sk, &flow);
	if (inetx_sk_route(sk, &flow))
		return NULL;
	inetx_tcp_path_set(sk, path);
	return path;
}

/* SACK blocks, a duplicate first (RFC 2883). */
static void add_sacks(struct inetx_tcp_sock *tp, struct inetx_tcp_opts *o)
{
	int room = o->has_ts ? 3 : 4;
	int n = 0, i;

	if (tp->dup_sack) {
		o->sack[n++] = tp->dsack;
		tp->dup_sack = 0;
	}
	for (i = 0; i < tp->num_sacks && n < room; i++)
		o->sack[n++] = tp->sacks[i];
	o->num_sacks = n;
}

static void build_opts(struct sock *sk, const struct sk_buff *skb, u8 flags,
		       struct inetx_tcp_opts *o)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);

	o->mss = 0;
	o->num_sacks = 0;
	o->has_wscale = false;
	o->sack_perm = false;
	o->has_ts = tp->ts_ok;
	o->tsval = inetx_tcp_now_ms(tp) + tp->ts_off;
	o->tsecr = tp->ts_recent;

	if (unlikely(flags & INETX_TH_SYN)) {
		bool first = !(flags & INETX_TH_ACK);

		o->mss = tp->advmss;
		o->wscale = tp->rcv_wscale;
		if (first) {
			o->has_ts = READ_ONCE(tn->sysctl_tcp_timestamps);
			o->has_wscale = READ_ONCE(tn->sysctl_tcp_window_scaling);
			o->sack_perm = READ_ONCE(tn->sysctl_tcp_sack);
		} else {
			o->has_wscale = tp->wscale_ok;
			o->sack_perm = tp->sack_ok;
		}
		return;
	}
	/* SACK blocks go where they fit without making segments smaller. */
	if (unlikely(tp->num_sacks || tp->dup_sack) &&
	    skb->len + 4 + 8 * INETX_TCP_MAX_SACKS <= tp->mss)
		add_sacks(tp, o);
}

static void fill_urg(struct inetx_tcp_sock *tp, struct tcphdr *th, u32 seq)
{
	/* The pointer counts from this segment's sequence number, RFC 6093. */
	if (!inetx_seq_before(seq, tp->snd_up))
		return;
	th->urg = 1;
	th->urg_ptr = htons(min_t(u32, tp->snd_up - seq, 0xffff));
}

/* Anything that says ACK settles what we owe. */
static void ack_sent(struct sock *sk, u32 segs)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (tp->quick) {
		tp->quick = tp->quick > segs ? tp->quick - segs : 0;
		/* After the first acknowledgments, delay. */
	}
	tp->ack_sched = 0;
	if (timer_pending(&tp->delack_timer))
		sk_stop_timer(sk, &tp->delack_timer);
}

static struct tcphdr *push_header(struct sock *sk, struct sk_buff *skb,
				  const struct inetx_tcp_cb *cb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inet_sock *inet = inet_sk(sk);
	struct inetx_tcp_opts opts;
	u32 payload = skb->len;
	struct tcphdr *th;
	int len;

	build_opts(sk, skb, cb->flags, &opts);
	len = sizeof(*th) + inetx_tcp_opts_len(&opts);
	th = skb_push(skb, len);
	skb_reset_transport_header(skb);

	th->source = inet->inet_sport;
	th->dest = inet->inet_dport;
	th->seq = htonl(cb->seq);
	th->ack_seq = cb->flags & INETX_TH_ACK ? htonl(tp->rcv_nxt) : 0;
	*((__be16 *)th + 6) = htons(len >> 2 << 12 | cb->flags);
	th->window = htons(inetx_tcp_select_window(sk,
						   cb->flags & INETX_TH_SYN));
	th->check = 0;
	th->urg_ptr = 0;
	if (unlikely(tp->urg_mode))
		fill_urg(tp, th, cb->seq);
	inetx_tcp_opts_write(&opts, (u8 *)(th + 1));

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	th->check = ~csum_tcpudp_magic(inet->inet_saddr, inet->inet_daddr,
				       payload + len, IPPROTO_TCP, 0);
	return th;
}

/* A copy for the device, of a packet that stays in the retransmit queue. */
static struct sk_buff *copy_for_xmit(struct sk_buff *skb, gfp_t gfp)
{
	/* The place of the dst holds the link of tp->tsorted. */
	unsigned long link = skb->_skb_refdst;
	struct sk_buff *copy;

	skb->_skb_refdst = 0;
	/* While an earlier copy lives, headers in the shared head are in use. */
	copy = skb_cloned(skb) ? pskb_copy(skb, gfp) : skb_clone(skb, gfp);
	skb->_skb_refdst = link;
	return copy;
}

static int send_down(struct sock *sk, struct sk_buff *skb)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	const struct inetx_path *path;
	struct inetx_ip_args args;
	int err;

	rcu_read_lock();
	path = inetx_tcp_path(sk);
	if (unlikely(!path)) {
		INETX_IP_INC(xnet, IPSTATS_MIB_OUTNOROUTES);
		kfree_skb(skb);
		err = -EHOSTUNREACH;
		goto out;
	}
	args.saddr = inet->inet_saddr;
	args.daddr = inet->inet_daddr;
	args.protocol = IPPROTO_TCP;
	args.ttl = inetx_ip_ttl(xnet, sk, path);
	args.tos = inet->tos;
	args.df = inetx_ip_df(sk, path);
	args.mark = READ_ONCE(sk->sk_mark);
	args.priority = READ_ONCE(sk->sk_priority);
	args.opt = inet->inet_opt ?
		   &rcu_dereference(inet->inet_opt)->opt : NULL;
	err = inetx_ip_send(xnet, sk, skb, path, &args);
out:
	rcu_read_unlock();
	return err;
}

/**
 * inetx_tcp_transmit - send a segment
 * @sk: the socket
 * @skb: payload, with struct inetx_tcp_cb filled and room for the headers
 * @clone: it stays in a queue of the socket, a copy goes out; else it is taken
 * @gfp: how to allocate
 *
 * Context: socket lock.
 * Return: 0, -ENOBUFS when nothing was sent for lack of memory or room in the
 * queue below, or another negative errno.
 */
int inetx_tcp_transmit(struct sock *sk, struct sk_buff *skb, bool clone,
		       gfp_t gfp)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_tcp_cb cb = *INETX_TCB(skb);
	u32 len = skb->len;
	int err;

	if (clone) {
		skb->skb_mstamp_ns = tp->clock_us;
		skb = copy_for_xmit(skb, gfp);
		if (unlikely(!skb))
			return -ENOBUFS;
	}
	skb->tstamp = 0;

	push_header(sk, skb, &cb);
	if (likely(cb.flags & INETX_TH_ACK))
		ack_sent(sk, 1);
	if (len) {
		tp->last_send = (u32)jiffies;
		/* Data that answers data: the other way acknowledges it. */
		if (!tp->pingpong &&
		    (u32)jiffies - tp->last_recv < INETX_DELACK_MIN)
			tp->pingpong = 1;
	}
	tp->segs_out += max_t(u32, cb.gso_segs, 1);
	INETX_TCP_ADD(xnet, TCP_MIB_OUTSEGS, max_t(u32, cb.gso_segs, 1));

	skb_shinfo(skb)->gso_segs = cb.gso_segs;
	if (cb.gso_segs > 1) {
		skb_shinfo(skb)->gso_size = cb.gso_size;
		skb_shinfo(skb)->gso_type = sk->sk_gso_type;
	} else {
		skb_shinfo(skb)->gso_size = 0;
		skb_shinfo(skb)->gso_type = 0;
	}
	skb_set_owner_w(skb, sk);
	skb_set_hash_from_sk(skb, sk);
	memset(skb->cb, 0, sizeof(skb->cb));

	err = send_down(sk, skb);
	if (unlikely(err > 0)) {
		/* The queueing discipline is full, or close to. */
		inetx_tcp_enter_cwr(sk);
		err = err == NET_XMIT_CN ? 0 : -ENOBUFS;
	}
	return err;
}

/* A packet without payload. */
static struct sk_buff *bare_skb(struct sock *sk, u32 seq, u8 flags, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb(INETX_TCP_HEADROOM, gfp);
	struct inetx_tcp_cb *cb;

	if (!skb)
		return NULL;
	skb_reserve(skb, INETX_TCP_HEADROOM);
	cb = INETX_TCB(skb);
	memset(cb, 0, sizeof(*cb));
	cb->seq = seq;
	cb->flags = flags;
	cb->gso_segs = 1;
	return skb;
}

/* Sequence number of a segment without data: inside the peer's window even if
 * that has shrunk below what we have sent.
 */
static u32 acceptable_seq(const struct inetx_tcp_sock *tp)
{
	if (!inetx_seq_before(inetx_tcp_wnd_end(tp), tp->snd_nxt) ||
	    (tp->wscale_ok &&
	     tp->snd_nxt - inetx_tcp_wnd_end(tp) < (1 << tp->snd_wscale)))
		return tp->snd_nxt;
	return inetx_tcp_wnd_end(tp);
}

/**
 * inetx_tcp_send_ack - acknowledge what has been received
 * @sk: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_send_ack(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;

	if (sk->sk_state == TCP_CLOSE)
		return;
	skb = bare_skb(sk, acceptable_seq(tp), INETX_TH_ACK,
		       GFP_ATOMIC | __GFP_NOWARN);
	if (!skb) {
		/* Memory may come back by the time of a delayed one. */
		tp->ack_sched = 1;
		inetx_tcp_arm_delack(sk, INETX_DELACK_MAX);
		return;
	}
	inetx_tcp_transmit(sk, skb, false, GFP_ATOMIC);
}

/**
 * inetx_tcp_send_dupack - answer a segment outside of the window
 * @sk: the socket
 * @skb: the segment
 *
 * RFC 9293 section 3.10.7.4, first: an acknowledgment, with the range as a
 * duplicate (RFC 2883) when it is old data.
 *
 * Context: socket lock.
 */
void inetx_tcp_send_dupack(struct sock *sk, const struct sk_buff *skb)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (cb->end_seq != cb->seq &&
	    inetx_seq_before(cb->seq, tp->rcv_nxt)) {
		INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_DELAYEDACKLOST);
		inetx_tcp_enter_quickack(sk);
		if (tp->sack_ok &&
		    READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_dsack)) {
			tp->dup_sack = 1;
			tp->dsack.start = cb->seq;
			tp->dsack.end = inetx_seq_min(cb->end_seq, tp->rcv_nxt);
			INETX_LINUX_INC(inetx_sk_net(sk),
					LINUX_MIB_TCPDSACKOLDSENT);
		}
	}
	inetx_tcp_send_ack(sk);
}

/**
 * inetx_tcp_send_active_reset - abort the connection
 * @sk: the socket
 * @gfp: how to allocate
 *
 * Context: socket lock.
 */
void inetx_tcp_send_active_reset(struct sock *sk, gfp_t gfp)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct sk_buff *skb;

	INETX_TCP_INC(xnet, TCP_MIB_OUTRSTS);
	skb = bare_skb(sk, acceptable_seq(inetx_tcp_sk(sk)),
		       INETX_TH_ACK | INETX_TH_RST, gfp);
	if (!skb) {
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTFAILED);
		return;
	}
	inetx_tcp_clock(inetx_tcp_sk(sk));
	if (inetx_tcp_transmit(sk, skb, false, gfp))
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTFAILED);
}

/**
 * inetx_tcp_send_probe - make the peer acknowledge
 * @sk: the socket
 * @urgent: announce urgent data: the sequence number is SND.UNA, else the byte
 *	before it, which the peer has had
 *
 * Context: socket lock.
 * Return: as inetx_tcp_transmit().
 */
int inetx_tcp_send_probe(struct sock *sk, bool urgent)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;

	skb = bare_skb(sk, tp->snd_una - !urgent, INETX_TH_ACK,
		       GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return -ENOBUFS;
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPWINPROBE);
	return inetx_tcp_transmit(sk, skb, false, GFP_ATOMIC);
}

/**
 * inetx_tcp_wakeup_probe - probe a window, with data if there is room for some
 * @sk: the socket
 *
 * Context: socket lock.
 * Return: 0 or a negative errno: nothing went out.
 */
int inetx_tcp_wakeup_probe(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb = inetx_tcp_send_head(sk);
	u32 room;
	int err;

	if (sk->sk_state == TCP_CLOSE)
		return -EINVAL;
	if (skb && inetx_seq_before(INETX_TCB(skb)->seq,
				    inetx_tcp_wnd_end(tp))) {
		room = inetx_tcp_wnd_end(tp) - INETX_TCB(skb)->seq;
		room = min_t(u32, room, tp->mss);
		if (skb->len > room &&
		    inetx_tcp_fragment(sk, skb, room, false, GFP_ATOMIC))
			return -ENOBUFS;
		inetx_tcp_set_segs(tp, skb);
		INETX_TCB(skb)->flags |= INETX_TH_PSH;
		err = inetx_tcp_transmit(sk, skb, true, GFP_ATOMIC);
		if (!err)
			inetx_tcp_event_new_data(sk, skb);
		return err;
	}
	if (inetx_seq_between(tp->snd_up, tp->snd_una + 1,
			      tp->snd_una + 0xffff) && tp->urg_mode)
		inetx_tcp_send_probe(sk, true);
	return inetx_tcp_send_probe(sk, false);
}
