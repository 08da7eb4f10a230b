// SPDX-License-Identifier: GPL-2.0
/* Arrival of a segment: checks, the socket it is for, and ESTABLISHED. */

#include <linux/filter.h>
#include <net/busy_poll.h>
#include <net/ip.h>

#include "tcp/internal.h"

/**
 * inetx_tcp_fill_cb - struct inetx_tcp_cb of a received segment
 * @skb: skb->data at the TCP header, of which doff * 4 bytes are linear
 * @th: the header
 *
 * Context: softirq; overwrites struct inetx_skb_cb.
 */
void inetx_tcp_fill_cb(struct sk_buff *skb, const struct tcphdr *th)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	int ifindex = INETX_CB(skb)->xdev->dev->ifindex;

	memset(cb, 0, sizeof(*cb));
	cb->ifindex = ifindex;
	cb->seq = ntohl(th->seq);
	cb->end_seq = cb->seq + th->syn + th->fin + skb->len - th->doff * 4;
	cb->ack_seq = ntohl(th->ack_seq);
	cb->flags = ((const u8 *)th)[13] & 0x3f;
	cb->tos = ip_hdr(skb)->tos;
}

/**
 * inetx_tcp_tuple_of - the addresses of a received segment
 * @skb: network and transport header set
 * @tuple: filled in
 */
void inetx_tcp_tuple_of(const struct sk_buff *skb,
			struct inetx_tcp_tuple *tuple)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);

	tuple->peer = iph->saddr;
	tuple->local = iph->daddr;
	tuple->peer_port = th->source;
	tuple->local_port = th->dest;
}

/**
 * inetx_tcp_parse - read the options of a segment
 * @skb: transport header set, all of it linear
 * @opts: filled in
 */
void inetx_tcp_parse(const struct sk_buff *skb, struct inetx_tcp_opts *opts)
{
	const struct tcphdr *th = tcp_hdr(skb);

	inetx_tcp_opts_parse(opts, (const u8 *)(th + 1),
			     th->doff * 4 - sizeof(*th), th->syn);
}

/**
 * inetx_tcp_store_ts - remember the peer's timestamp
 * @tp: the socket
 * @opts: options of an acceptable segment
 * @seq: its sequence number
 *
 * RFC 7323 section 4.3: only from a segment at or before the last
 * acknowledgment sent.
 *
 * Context: socket lock.
 */
void inetx_tcp_store_ts(struct inetx_tcp_sock *tp,
			const struct inetx_tcp_opts *opts, u32 seq)
{
	if (!tp->ts_ok || !opts->has_ts || inetx_seq_after(seq, tp->rcv_wup))
		return;
	if (inetx_seq_before(opts->tsval, tp->ts_recent) &&
	    inetx_tcp_paws_reject(tp->ts_recent, tp->ts_stamp, opts))
		return;
	tp->ts_recent = opts->tsval;
	tp->ts_stamp = (u32)ktime_get_seconds();
}

/* A round trip as a receiver sees it: the peer echoes what we sent. */
static void rcv_rtt_ts(struct inetx_tcp_sock *tp, const struct sk_buff *skb,
		       const struct inetx_tcp_opts *o)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	u32 ms, us;

	if (!o->has_ts || !o->tsecr || cb->end_seq - cb->seq < tp->rcv_mss)
		return;
	ms = inetx_tcp_now_ms(tp) + tp->ts_off - o->tsecr;
	if (ms > 120000)
		return;
	us = max_t(u32, ms, 1) * USEC_PER_MSEC;
	tp->rcv_rtt_us = tp->rcv_rtt_us ?
			 tp->rcv_rtt_us - (tp->rcv_rtt_us >> 3) + (us >> 3) : us;
}

/**
 * inetx_tcp_after_ack - use what an acknowledgment has made possible
 * @sk: connected
 *
 * Context: socket lock, tp->clock_us current.
 */
void inetx_tcp_after_ack(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (inetx_tcp_send_head(sk) && sk->sk_state != TCP_CLOSE &&
	    inetx_tcp_write_xmit(sk, tp->nagle, false, GFP_ATOMIC))
		inetx_tcp_check_probe(sk);
	inetx_tcp_new_space(sk);
}

/* Takes the skb. */
static void rcv_established(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_opts opts;

	inetx_tcp_parse(skb, &opts);
	if (!inetx_tcp_validate(sk, skb, &opts))
		goto drop;
	if (unlikely(!(INETX_TCB(skb)->flags & INETX_TH_ACK)))
		goto drop;
	inetx_tcp_store_ts(tp, &opts, INETX_TCB(skb)->seq);
	if (unlikely(inetx_tcp_ack(sk, skb, &opts) == INETX_ACK_BAD))
		goto drop;
	rcv_rtt_ts(tp, skb, &opts);
	inetx_tcp_urg(sk, skb, tcp_hdr(skb));
	inetx_tcp_data(sk, skb);
	inetx_tcp_after_ack(sk);
	inetx_tcp_ack_policy(sk);
	return;
drop:
	sk_drops_add(sk, skb);
	kfree_skb(skb);
}

/**
 * inetx_tcp_do_rcv - prot->backlog_rcv: a segment for a socket
 * @sk: the socket
 * @skb: the segment, checksum verified, cb filled, skb->data at the TCP header;
 *	taken
 *
 * Context: socket lock: softirq with bh_lock_sock(), or the owner working its
 * backlog off.
 * Return: 0.
 */
int inetx_tcp_do_rcv(struct sock *sk, struct sk_buff *skb)
{
	inetx_tcp_clock(inetx_tcp_sk(sk));
	inetx_tcp_sk(sk)->segs_in += max_t(u32, 1, skb_shinfo(skb)->gso_segs);
	sock_rps_save_rxhash(sk, skb);
	if (likely(sk->sk_state == TCP_ESTABLISHED)) {
		rcv_established(sk, skb);
	} else if (inetx_tcp_rcv_state(sk, skb)) {
		rcu_read_lock();
		inetx_tcp_send_reset(inetx_sk_net(sk), sk, skb);
		rcu_read_unlock();
		kfree_skb(skb);
	}
	return 0;
}

/* Owner of the socket busy: leave it to them. */
static void add_backlog(struct sock *sk, struct sk_buff *skb)
{
	/* Room beyond the buffers, since what is in flight was promised. */
	u32 limit = (u32)READ_ONCE(sk->sk_rcvbuf) +
		    (u32)(READ_ONCE(sk->sk_sndbuf) >> 1) + 64 * 1024;

	skb_dst_drop(skb);
	if (likely(!sk_add_backlog(sk, skb, limit)))
		return;
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPBACKLOGDROP);
	sk_drops_add(sk, skb);
	kfree_skb(skb);
}

/* Hand a segment to a socket; takes the skb and the reference. */
static void deliver(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	const struct inet_sock *inet = inet_sk(sk);

	if (unlikely(inet->min_ttl && ip_hdr(skb)->ttl < inet->min_ttl)) {
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPMINTTLDROP);
		goto drop;
	}
	if (sk_filter_trim_cap(sk, skb, tcp_hdr(skb)->doff * 4))
		goto drop;
	/* A filter may have shortened it. */
	INETX_TCB(skb)->end_seq = INETX_TCB(skb)->seq + tcp_hdr(skb)->syn +
				  tcp_hdr(skb)->fin + skb->len -
				  tcp_hdr(skb)->doff * 4;
	skb->dev = NULL;

	sk_incoming_cpu_update(sk);
	sk_mark_napi_id(sk, skb);
	bh_lock_sock_nested(sk);
	if (!sock_owned_by_user(sk))
		inetx_tcp_do_rcv(sk, skb);
	else
		add_backlog(sk, skb);
	bh_unlock_sock(sk);
	sock_put(sk);
	return;
drop:
	sk_drops_add(sk, skb);
	kfree_skb(skb);
	sock_put(sk);
}

/* A new connection, locked by its making; takes the skb and the reference. */
static void deliver_child(struct sock *listener, struct sock *child,
			  struct sk_buff *skb)
	__releases(&child->sk_lock.slock)
{
	int state = child->sk_state;

	skb->dev = NULL;
	sk_mark_napi_id_set(child, skb);
	if (!sock_owned_by_user(child)) {
		inetx_tcp_do_rcv(child, skb);
		if (state == TCP_SYN_RECV && child->sk_state != state)
			listener->sk_data_ready(listener);
	} else {
		/* accept() was faster. */
		__sk_add_backlog(child, skb);
	}
	bh_unlock_sock(child);
	sock_put(child);
}

/* A segment for a connection half open; takes the skb and the reference. */
static void deliver_request(struct inetx_net *xnet,
			    struct inetx_tcp_mini *mini, struct sk_buff *skb)
{
	struct inetx_tcp_request *req =
		container_of(mini, struct inetx_tcp_request, mini);
	struct sock *listener = req->listener;
	bool reset = false;
	struct sock *child;

	if (READ_ONCE(listener->sk_state) != TCP_LISTEN) {
		inetx_tcp_request_drop(xnet, req);
		inetx_tcp_send_reset(xnet, NULL, skb);
		goto drop;
	}
	if (sk_filter_trim_cap(listener, skb, tcp_hdr(skb)->doff * 4)) {
		sk_drops_add(listener, skb);
		goto drop;
	}
	child = inetx_tcp_request_rcv(xnet, req, skb, &reset);
	if (child) {
		/* For sparse, which does not see sk_clone_lock() take it. */
		__acquire(&child->sk_lock.slock);
		deliver_child(listener, child, skb);
		inetx_tcp_mini_put(mini);
		return;
	}
	if (reset)
		inetx_tcp_send_reset(xnet, listener, skb);
drop:
	kfree_skb(skb);
	inetx_tcp_mini_put(mini);
}

/* Nobody knows the connection; the skb stays the caller's. */
static void rcv_listen(struct inetx_net *xnet, struct sk_buff *skb,
		       const struct inetx_tcp_tuple *tuple, u32 isn)
{
	u8 flags = INETX_TCB(skb)->flags;
	struct sock *sk;

	sk = inetx_tcp_lookup_listener(xnet->tcp.tables, tuple,
				       inetx_tcp_in_dev(xnet, skb));
	if (!sk) {
		inetx_tcp_send_reset(xnet, NULL, skb);
		return;
	}
	if (sk_filter_trim_cap(sk, skb, tcp_hdr(skb)->doff * 4)) {
		sk_drops_add(sk, skb);
		return;
	}
	/* RFC 9293 section 3.10.7.2. */
	if (flags & INETX_TH_RST)
		return;
	if (flags & INETX_TH_ACK)
		inetx_tcp_send_reset(xnet, sk, skb);
	else if (flags & INETX_TH_SYN && !(flags & INETX_TH_FIN))
		inetx_tcp_syn_rcv(xnet, sk, skb, isn);
}

/* Header there, sane, and the checksum right? */
static bool header_ok(struct inetx_net *xnet, struct sk_buff *skb)
{
	const struct tcphdr *th;

	if (!pskb_may_pull(skb, sizeof(*th)))
		goto bad;
	th = (const struct tcphdr *)skb->data;
	if (th->doff < sizeof(*th) / 4 || !pskb_may_pull(skb, th->doff * 4))
		goto bad;
	if (skb_checksum_init(skb, IPPROTO_TCP, inet_compute_pseudo) ||
	    skb_checksum_complete(skb)) {
		INETX_TCP_INC(xnet, TCP_MIB_CSUMERRORS);
		goto bad;
	}
	return true;
bad:
	INETX_TCP_INC(xnet, TCP_MIB_INERRS);
	return false;
}

/**
 * inetx_tcp_rcv - a TCP segment for an address of ours
 * @xnet: the namespace
 * @skb: skb->data at the TCP header, network header set, struct inetx_skb_cb
 *	valid; taken
 *
 * Context: softirq, RCU read side.
 */
void inetx_tcp_rcv(struct inetx_net *xnet, struct sk_buff *skb)
{
	struct inetx_tcp_tuple tuple;
	struct inetx_tcp_mini *mini;
	struct sock *sk;
	u32 isn = 0;

	/* RFC 1122 section 4.2.3.10. */
	if (skb->pkt_type != PACKET_HOST)
		goto drop;
	INETX_TCP_INC(xnet, TCP_MIB_INSEGS);
	skb_reset_transport_header(skb);
	if (!header_ok(xnet, skb))
		goto drop;

	inetx_tcp_fill_cb(skb, tcp_hdr(skb));
	inetx_tcp_tuple_of(skb, &tuple);
	sk = inetx_tcp_lookup(xnet->tcp.tables, &tuple,
			      inetx_tcp_in_dev(xnet, skb), &mini);
	if (likely(sk)) {
		deliver(sk, skb);
		return;
	}
	if (mini && mini->kind == INETX_MINI_REQUEST) {
		deliver_request(xnet, mini, skb);
		return;
	}
	if (mini) {
		enum inetx_tw_verdict what;

		what = inetx_tcp_tw_rcv(xnet, mini, skb, &isn);
		inetx_tcp_mini_put(mini);
		if (what == INETX_TW_DROP)
			goto drop;
	}
	rcv_listen(xnet, skb, &tuple, isn);
drop:
	kfree_skb(skb);
}
