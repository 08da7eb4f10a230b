// SPDX-License-Identifier: GPL-2.0
/*
 * TIME_WAIT, and FIN_WAIT2 of a socket that nobody has open any more, as a
 * record of 96 bytes (RFC 9293 section 3.6.1, 3.10.7.4; RFC 6191, 1337).
 */

#include "tcp/internal.h"

static struct inetx_tcp_tw *tw_of(struct inetx_tcp_mini *mini)
{
	return container_of(mini, struct inetx_tcp_tw, mini);
}

static struct inetx_tcp_mini *make_tw(struct sock *sk, u8 state)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_tcp_mini *mini;
	struct inetx_tcp_tw *tw;

	if (atomic_read(&xnet->tcp.tables->tw.count) >=
	    READ_ONCE(xnet->tcp.sysctl_tcp_max_tw_buckets))
		return NULL;
	mini = inetx_tcp_mini_alloc(INETX_MINI_TIMEWAIT);
	if (!mini)
		return NULL;

	tw = tw_of(mini);
	inetx_tcp_sk_tuple(sk, &mini->tuple);
	mini->ifindex = sk->sk_bound_dev_if;
	mini->mark = READ_ONCE(sk->sk_mark);
	mini->tos = inet_sk(sk)->tos;
	mini->state = state;
	mini->rcv_wscale = tp->rcv_wscale;
	mini->ts_ok = tp->ts_ok;
	mini->reuse = !!sk->sk_reuse;
	mini->reuseport = sk->sk_reuseport;
	tw->rcv_nxt = tp->rcv_nxt;
	tw->snd_nxt = tp->snd_nxt;
	tw->ts_recent = tp->ts_recent;
	tw->ts_stamp = tp->ts_stamp;
	tw->ts_off = tp->ts_off;
	tw->rcv_wnd = inetx_tcp_rcv_window(tp) >> tp->rcv_wscale;
	tw->answered = 0;
	return mini;
}

/**
 * inetx_tcp_time_wait - a record takes the socket's place
 * @sk: the socket; closed by this, an orphan is gone but for the caller's
 *	reference
 * @state: TCP_TIME_WAIT or TCP_FIN_WAIT2
 * @delay: of FIN_WAIT2, jiffies it may last
 *
 * Context: socket lock.
 */
void inetx_tcp_time_wait(struct sock *sk, u8 state, u32 delay)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_tcp_mini *mini;

	if (state == TCP_TIME_WAIT)
		delay = INETX_TCP_TW_LEN;
	else
		delay = max_t(u32, delay, (tp->rto << 2) - (tp->rto >> 1));

	local_bh_disable();
	mini = tp->bind && sk_hashed(sk) ? make_tw(sk, state) : NULL;
	if (mini) {
		inetx_tcp_bind_tw(sk, tw_of(mini));
		inetx_tcp_hash_tw(sk, mini);
		inetx_tcp_wheel_add(&xnet->tcp.tables->tw, mini, delay);
		inetx_tcp_mini_put(mini);
	} else {
		/* Memory is short: better no TIME_WAIT than no service. */
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPTIMEWAITOVERFLOW);
	}
	inetx_tcp_done(sk);
	local_bh_enable();
}

/**
 * inetx_tcp_tw_kill - a record's time is over
 * @xnet: the namespace
 * @mini: the record; the caller holds a reference
 *
 * Context: any.
 */
void inetx_tcp_tw_kill(struct inetx_net *xnet, struct inetx_tcp_mini *mini)
{
	/* Who takes it out of the table also lets the port go. */
	if (inetx_tcp_mini_unhash(xnet, mini)) {
		inetx_tcp_unbind_tw(xnet, tw_of(mini));
		INETX_LINUX_INC(xnet, LINUX_MIB_TIMEWAITED);
	}
	inetx_tcp_wheel_del(&xnet->tcp.tables->tw, mini);
}

/**
 * inetx_tcp_tw_replaced - a connecting socket has taken a record's place
 * @xnet: the namespace
 * @mini: the record, out of the table; its reference comes with it
 *
 * Context: any.
 */
void inetx_tcp_tw_replaced(struct inetx_net *xnet, struct inetx_tcp_mini *mini)
{
	inetx_tcp_wheel_del(&xnet->tcp.tables->tw, mini);
	inetx_tcp_mini_put(mini);
}

static bool on_loopback(const struct inetx_tcp_mini *mini)
{
	return ipv4_is_loopback(mini->tuple.local) ||
	       ipv4_is_loopback(mini->tuple.peer) ||
	       mini->ifindex == LOOPBACK_IFINDEX;
}

/**
 * inetx_tcp_tw_reusable - may connect() use the tuple of a record again
 * @sk: connecting; takes over what has to go on
 * @mini: a record with its tuple
 *
 * RFC 6191: timestamps, which go on rising, tell the new connection's segments
 * from the old one's.
 *
 * Context: socket lock, bucket lock.
 * Return: true, and the socket begins where the record ended.
 */
bool inetx_tcp_tw_reusable(struct sock *sk, struct inetx_tcp_mini *mini)
{
	int how = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_tw_reuse);
	const struct inetx_tcp_tw *tw = tw_of(mini);
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!how || (how == 2 && !on_loopback(mini)) || !mini->ts_ok ||
	    !tw->ts_recent ||
	    (u32)ktime_get_seconds() - tw->ts_stamp <= 1)
		return false;
	tp->write_seq = tw->snd_nxt + 65535 + 2;
	if (!tp->write_seq)
		tp->write_seq = 1;
	tp->ts_recent = tw->ts_recent;
	tp->ts_stamp = tw->ts_stamp;
	return true;
}

static void restart(struct inetx_net *xnet, struct inetx_tcp_mini *mini)
{
	struct inetx_tcp_wheel *w = &xnet->tcp.tables->tw;

	if (inetx_tcp_wheel_del(w, mini))
		inetx_tcp_wheel_add(w, mini, INETX_TCP_TW_LEN);
}

static void store_ts(struct inetx_tcp_tw *tw, const struct inetx_tcp_opts *opts)
{
	if (!tw->mini.ts_ok || !opts->has_ts)
		return;
	tw->ts_recent = opts->tsval;
	tw->ts_stamp = (u32)ktime_get_seconds();
}

static void send_ack(struct inetx_net *xnet, const struct inetx_tcp_tw *tw,
		     const struct sk_buff *skb)
{
	struct inetx_tcp_reply r = {
		.seq = tw->snd_nxt,
		.ack = tw->rcv_nxt,
		.flags = INETX_TH_ACK,
		.win = tw->rcv_wnd,
		.has_ts = tw->mini.ts_ok,
		.tsval = (u32)div_u64(ktime_get_ns(), NSEC_PER_MSEC) +
			 tw->ts_off,
		.tsecr = tw->ts_recent,
		.mark = tw->mini.mark,
		.oif = tw->mini.ifindex,
		.tos = tw->mini.tos,
	};

	inetx_tcp_send_reply(xnet, skb, &r);
}

/* Acknowledge a segment that does not fit, but not too often. */
static void answer(struct inetx_net *xnet, struct inetx_tcp_tw *tw,
		   const struct sk_buff *skb, int mib)
{
	u16 now = (u16)jiffies;
	u16 since = now - tw->answered;

	/* What carries something is no part of a loop of acknowledgments. */
	if (INETX_TCB(skb)->seq == INETX_TCB(skb)->end_seq) {
		if (tw->answered && since <
		    (u32)READ_ONCE(xnet->tcp.sysctl_tcp_invalid_ratelimit)) {
			INETX_LINUX_INC(xnet, mib);
			return;
		}
		tw->answered = now ? now : 1;
	}
	send_ack(xnet, tw, skb);
}

static enum inetx_tw_verdict fin_wait2(struct inetx_net *xnet,
				       struct inetx_tcp_tw *tw,
				       const struct sk_buff *skb,
				       const struct inetx_tcp_opts *opts,
				       bool paws)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);

	if (paws || !inetx_tcp_in_window(cb->seq, cb->end_seq, tw->rcv_nxt,
					 tw->rcv_nxt + ((u32)tw->rcv_wnd <<
							tw->mini.rcv_wscale))) {
		if (!(cb->flags & INETX_TH_RST))
			answer(xnet, tw, skb,
			       LINUX_MIB_TCPACKSKIPPEDFINWAIT2);
		return INETX_TW_DROP;
	}
	if (cb->flags & INETX_TH_RST) {
		inetx_tcp_tw_kill(xnet, &tw->mini);
		return INETX_TW_DROP;
	}
	if (cb->flags & INETX_TH_SYN &&
	    !inetx_seq_before(cb->seq, tw->rcv_nxt)) {
		inetx_tcp_send_reset(xnet, NULL, skb);
		return INETX_TW_DROP;
	}
	if (!(cb->flags & INETX_TH_ACK) || cb->end_seq == cb->seq ||
	    !inetx_seq_after(cb->end_seq, tw->rcv_nxt))
		return INETX_TW_DROP;
	/* Text for a program that is gone. */
	if (!(cb->flags & INETX_TH_FIN) || cb->end_seq != tw->rcv_nxt + 1) {
		inetx_tcp_send_reset(xnet, NULL, skb);
		inetx_tcp_tw_kill(xnet, &tw->mini);
		return INETX_TW_DROP;
	}
	tw->mini.state = TCP_TIME_WAIT;
	tw->rcv_nxt = cb->end_seq;
	store_ts(tw, opts);
	restart(xnet, &tw->mini);
	send_ack(xnet, tw, skb);
	return INETX_TW_DROP;
}

/**
 * inetx_tcp_tw_rcv - a segment for a record
 * @xnet: the namespace
 * @mini: the record; the reference stays the caller's
 * @skb: the segment, cb filled; stays the caller's
 * @isn: set to our sequence number for a new connection, with INETX_TW_SYN
 *
 * Context: softirq, RCU read side.
 * Return: what to do with the segment.
 */
enum inetx_tw_verdict inetx_tcp_tw_rcv(struct inetx_net *xnet,
				       struct inetx_tcp_mini *mini,
				       struct sk_buff *skb, u32 *isn)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	struct inetx_tcp_tw *tw = tw_of(mini);
	struct inetx_tcp_opts opts;
	bool paws;

	inetx_tcp_parse(skb, &opts);
	paws = mini->ts_ok &&
	       inetx_tcp_paws_reject(tw->ts_recent, tw->ts_stamp, &opts);
	if (mini->state == TCP_FIN_WAIT2)
		return fin_wait2(xnet, tw, skb, &opts, paws);

	if (!paws && cb->seq == tw->rcv_nxt &&
	    (cb->seq == cb->end_seq || cb->flags & INETX_TH_RST)) {
		/* RFC 1337: a reset could end TIME_WAIT too early. */
		if (cb->flags & INETX_TH_RST &&
		    !READ_ONCE(xnet->tcp.sysctl_tcp_rfc1337)) {
			inetx_tcp_tw_kill(xnet, mini);
			return INETX_TW_DROP;
		}
		restart(xnet, mini);
		store_ts(tw, &opts);
		return INETX_TW_DROP;
	}

	/* RFC 1122 section 4.2.2.13, RFC 6191: a new connection. */
	if ((cb->flags & (INETX_TH_SYN | INETX_TH_RST | INETX_TH_ACK)) ==
	    INETX_TH_SYN && !paws &&
	    (inetx_seq_after(cb->seq, tw->rcv_nxt) ||
	     (mini->ts_ok && opts.has_ts &&
	      inetx_seq_before(tw->ts_recent, opts.tsval))) &&
	    inetx_tcp_lookup_listener(xnet->tcp.tables, &mini->tuple,
				      inetx_tcp_in_dev(xnet, skb))) {
		*isn = tw->snd_nxt + 65535 + 2;
		if (!*isn)
			*isn = 1;
		inetx_tcp_tw_kill(xnet, mini);
		return INETX_TW_SYN;
	}

	if (paws)
		INETX_LINUX_INC(xnet, LINUX_MIB_PAWSESTABREJECTED);
	if (!(cb->flags & INETX_TH_RST)) {
		/* The peer missed our last acknowledgment. */
		if (paws || cb->flags & INETX_TH_ACK)
			restart(xnet, mini);
		answer(xnet, tw, skb, LINUX_MIB_TCPACKSKIPPEDTIMEWAIT);
	}
	return INETX_TW_DROP;
}
