// SPDX-License-Identifier: GPL-2.0
/* Active open and disconnect: connect(2), tcp(7); RFC 9293 section 3.10.1. */

#include <net/secure_seq.h>

#include "tcp/internal.h"

static void choose_seq(struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	union tcp_seq_and_ts_off st;

	st = secure_tcp_seq_and_ts_off(sock_net(sk), inet->inet_saddr,
				       inet->inet_daddr, inet->inet_sport,
				       inet->inet_dport);
	/* A TIME_WAIT record whose place we took has left its own. */
	if (!tp->write_seq)
		tp->write_seq = st.seq;
	tp->ts_off = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_timestamps) ==
		     1 ? st.ts_off : 0;
}

/* The window that the SYN offers. */
static void first_window(struct sock *sk, u32 clamp, u32 segs)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_first f = {
		.space = inetx_tcp_win_from_space(sk, sk->sk_rcvbuf),
		/* Whether timestamps take their part is not known yet. */
		.mss = tp->advmss - (tp->ts_stamp ? INETX_TCPOLEN_TS_ALIGNED : 0),
		.segs = segs,
		.clamp = tp->window_clamp ?: clamp,
		.wscale_ok = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_window_scaling),
	};

	inetx_tcp_first_window(sk, &f);
	tp->window_clamp = f.clamp;
	tp->rcv_wnd = f.rcv_wnd;
	tp->rcv_ssthresh = f.rcv_wnd;
	tp->rcv_wscale = f.wscale;
}

/* Windows, segment sizes and sequence numbers to begin with. */
static int begin(struct sock *sk)
{
	const struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_path *path;
	u32 clamp = 0, segs = 0;

	inetx_tcp_init_xmit(sk);
	if (tp->user_mss)
		tp->mss_clamp = tp->user_mss;
	rcu_read_lock();
	path = inetx_tcp_path(sk);
	if (path) {
		tp->advmss = inetx_tcp_advmss(sk, path);
		clamp = inetx_path_metric(path, RTAX_WINDOW);
		segs = inetx_path_metric(path, RTAX_INITRWND);
		inetx_tcp_metrics_begin(sk, path);
	}
	rcu_read_unlock();
	if (!path)
		return -ENETUNREACH;
	if (READ_ONCE(tn->sysctl_tcp_timestamps))
		tp->hdr_len += INETX_TCPOLEN_TS_ALIGNED;
	inetx_tcp_sync_mss(sk);
	first_window(sk, clamp, segs);

	tp->ts_ok = 0;
	tp->sack_ok = 0;
	tp->wscale_ok = 0;
	tp->snd_wscale = 0;

	tp->snd_wnd = 0;
	tp->snd_wl1 = 0;
	tp->snd_una = tp->write_seq;
	tp->snd_sml = tp->write_seq;
	tp->snd_up = tp->write_seq;
	tp->snd_nxt = tp->write_seq;
	tp->high_seq = tp->write_seq;
	tp->rcv_nxt = 0;
	tp->rcv_wup = 0;
	tp->copied_seq = 0;
	WRITE_ONCE(sk->sk_err, 0);
	sock_reset_flag(sk, SOCK_DONE);
	return 0;
}

static int send_syn(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_cb *cb;
	struct sk_buff *skb;
	int err;

	skb = inetx_tcp_alloc_skb(sk, sk->sk_allocation);
	if (!skb)
		return -ENOBUFS;
	sk_wmem_queued_add(sk, skb->truesize);
	sk_mem_charge(sk, skb->truesize);
	cb = INETX_TCB(skb);
	cb->seq = tp->write_seq;
	WRITE_ONCE(tp->write_seq, tp->write_seq + 1);
	cb->end_seq = tp->write_seq;
	cb->flags = INETX_TH_SYN;
	cb->gso_segs = 1;

	inetx_tcp_clock(tp);
	__skb_queue_tail(&sk->sk_write_queue, skb);
	tp->pushed_seq = tp->write_seq;
	tp->rto_since = (u32)jiffies;
	/* The timer repeats what could not be sent now. */
	skb->skb_mstamp_ns = tp->clock_us;
	err = inetx_tcp_transmit(sk, skb, true, sk->sk_allocation);
	inetx_tcp_event_new_data(sk, skb);
	INETX_TCP_INC(inetx_sk_net(sk), TCP_MIB_ACTIVEOPENS);
	return err == -ECONNREFUSED ? err : 0;
}

/* The route and with it the source address. */
static int choose_route(struct sock *sk, const struct sockaddr_in *addr,
			__be32 *daddr)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	const struct ip_options_rcu *opt;
	struct inetx_path path;
	struct inetx_flow flow;
	int err;

	opt = rcu_dereference_protected(inet_sk(sk)->inet_opt,
					lockdep_sock_is_held(sk));
	if (opt && opt->opt.srr && !addr->sin_addr.s_addr)
		return -EINVAL;
	rcu_read_lock();
	inetx_sk_flow_peer(sk, &flow, addr->sin_addr.s_addr, addr->sin_port);
	err = inetx_route_output(xnet, &flow, &path);
	rcu_read_unlock();
	if (err) {
		if (err == -ENETUNREACH)
			INETX_IP_INC(xnet, IPSTATS_MIB_OUTNOROUTES);
		return err;
	}
	/* RFC 1122 section 4.2.3.10: one host only. */
	if (path.type == RTN_MULTICAST || path.type == RTN_BROADCAST)
		return -ENETUNREACH;
	*daddr = opt && opt->opt.srr ? addr->sin_addr.s_addr : path.daddr;
	if (!inet_sk(sk)->inet_saddr) {
		inet_sk(sk)->inet_saddr = path.saddr;
		inet_sk(sk)->inet_rcv_saddr = path.saddr;
		inetx_tcp_bind_rehash(sk);
	}
	return 0;
}

/* Source addresses that connect() had chosen go with the connection. */
static void forget_source(struct sock *sk)
{
	if (sk->sk_userlocks & SOCK_BINDADDR_LOCK)
		return;
	inet_sk(sk)->inet_rcv_saddr = 0;
	inet_sk(sk)->inet_saddr = 0;
	if (inetx_tcp_sk(sk)->bind)
		inetx_tcp_bind_rehash(sk);
}

/* The old address leads nowhere: the one that a new connection would have. */
static __be32 new_source(struct sock *sk)
{
	struct inetx_path path;
	struct inetx_flow flow;

	inetx_sk_flow(sk, &flow);
	flow.saddr = 0;
	return inetx_route_output(inetx_sk_net(sk), &flow, &path) ? 0 :
	       path.saddr;
}

/**
 * inetx_tcp_follow_address - ip_dynaddr: go on from the address we have now
 * @sk: in TCP_SYN_SENT, about to repeat its SYN
 *
 * A connection whose address went away while a dial-up link came up would never
 * begin (ip(7)).  Where bind(2) has chosen the address, it is the program's.
 *
 * Context: socket lock.
 */
void inetx_tcp_follow_address(struct sock *sk)
{
	u8 how = READ_ONCE(inetx_sk_net(sk)->ip.sysctl_dynaddr);
	__be32 old = inet_sk(sk)->inet_saddr;
	__be32 saddr = old;

	if (likely(!how) || sk->sk_userlocks & SOCK_BINDADDR_LOCK)
		return;
	rcu_read_lock();
	if (!inetx_tcp_path(sk))
		saddr = new_source(sk);
	rcu_read_unlock();
	if (!saddr || saddr == old)
		return;

	if (inetx_tcp_hash_move(sk, saddr)) {
		/* It had the old one until now. */
		inetx_tcp_hash_move(sk, old);
		return;
	}
	inetx_tcp_bind_rehash(sk);
	if (how > 1)
		net_info_ratelimited("inetx: a connection begins again from %pI4 instead of %pI4\n",
				     &saddr, &old);
}

/**
 * inetx_tcp_connect - prot->connect: begin to connect
 * @sk: in TCP_CLOSE
 * @uaddr: a struct sockaddr_in in kernel memory
 * @len: bytes of it
 *
 * Context: process, socket lock.
 * Return: 0 with the SYN on its way, -EINVAL, -EAFNOSUPPORT, -ENETUNREACH,
 * -EADDRNOTAVAIL, -ENOBUFS, or another error of the route.
 */
int inetx_tcp_connect(struct sock *sk, struct sockaddr *uaddr, int len)
{
	const struct sockaddr_in *addr = (struct sockaddr_in *)uaddr;
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inet_sock *inet = inet_sk(sk);
	__be32 daddr;
	int err;

	if (len < sizeof(*addr))
		return -EINVAL;
	if (!inetx_af_ok(addr->sin_family))
		return -EAFNOSUPPORT;
	err = choose_route(sk, addr, &daddr);
	if (err)
		return err;

	if (inet->inet_daddr != daddr) {
		/* What the last peer's timestamps said is void. */
		tp->ts_recent = 0;
		tp->ts_stamp = 0;
		WRITE_ONCE(tp->write_seq, 0);
	}
	inet->inet_dport = addr->sin_port;
	inet->inet_daddr = daddr;

	inetx_tcp_set_state(sk, TCP_SYN_SENT);
	err = inetx_tcp_bind_connect(sk);
	if (err)
		goto fail;
	choose_seq(sk);
	atomic_set(&inet->inet_id, get_random_u16());
	err = begin(sk);
	if (!err)
		err = send_syn(sk);
	if (!err)
		return 0;
fail:
	inetx_tcp_set_state(sk, TCP_CLOSE);
	forget_source(sk);
	inetx_sk_path_reset(sk);
	sk->sk_route_caps = 0;
	inet->inet_dport = 0;
	return err;
}

/**
 * inetx_tcp_disconnect - prot->disconnect: back to an unconnected socket
 * @sk: in any state
 * @flags: not used
 *
 * connect(2) with AF_UNSPEC, and the end of a connect that failed.  A listener
 * stops listening, a connection is aborted as RFC 9293 section 3.10.5 says.
 *
 * Context: process, socket lock.
 * Return: 0.
 */
int inetx_tcp_disconnect(struct sock *sk, int flags)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inet_sock *inet = inet_sk(sk);
	int old = sk->sk_state;

	/* A listener has to be taken out of its table before. */
	if (old == TCP_LISTEN) {
		inetx_tcp_set_state(sk, TCP_CLOSE);
		inetx_tcp_listen_stop(sk);
	} else if (old != TCP_CLOSE) {
		if ((1 << old) & (TCPF_ESTABLISHED | TCPF_SYN_RECV |
				  TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 |
				  TCPF_CLOSE_WAIT) ||
		    (tp->snd_nxt != tp->write_seq &&
		     (1 << old) & (TCPF_CLOSING | TCPF_LAST_ACK))) {
			inetx_tcp_send_active_reset(sk, gfp_any());
			WRITE_ONCE(sk->sk_err, ECONNRESET);
		} else if (old == TCP_SYN_SENT) {
			WRITE_ONCE(sk->sk_err, ECONNRESET);
		}
		inetx_tcp_set_state(sk, TCP_CLOSE);
	}

	inetx_tcp_timers_stop(sk);
	__skb_queue_purge(&sk->sk_receive_queue);
	WRITE_ONCE(tp->copied_seq, tp->rcv_nxt);
	WRITE_ONCE(tp->urg_data, 0);
	inetx_tcp_purge_write(sk);
	inetx_tcp_purge_ofo(sk);

	inet->inet_dport = 0;
	inet->inet_daddr = 0;
	forget_source(sk);
	WRITE_ONCE(sk->sk_shutdown, 0);
	sock_reset_flag(sk, SOCK_DONE);
	WRITE_ONCE(tp->write_seq, tp->write_seq + tp->max_wnd + 2);
	if (!tp->write_seq)
		WRITE_ONCE(tp->write_seq, 1);
	tp->ts_ok = 0;
	tp->window_clamp = 0;
	kfree(tp->saved_syn);
	tp->saved_syn = NULL;
	inetx_tcp_init_xmit(sk);
	inetx_sk_path_reset(sk);
	sk->sk_route_caps = 0;
	WARN_ON(inet->inet_num && !tp->bind);
	if (sk->sk_frag.page) {
		put_page(sk->sk_frag.page);
		sk->sk_frag.page = NULL;
		sk->sk_frag.offset = 0;
	}
	sk_error_report(sk);
	return 0;
}

static void take_options(struct sock *sk, const struct inetx_tcp_opts *o)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);

	tp->ts_ok = o->has_ts && READ_ONCE(tn->sysctl_tcp_timestamps);
	if (tp->ts_ok) {
		tp->ts_recent = o->tsval;
		tp->ts_stamp = (u32)ktime_get_seconds();
	}
	tp->sack_ok = o->sack_perm && READ_ONCE(tn->sysctl_tcp_sack);
	tp->wscale_ok = o->has_wscale &&
			READ_ONCE(tn->sysctl_tcp_window_scaling);
	tp->snd_wscale = tp->wscale_ok ? o->wscale : 0;
	if (!tp->wscale_ok) {
		tp->rcv_wscale = 0;
		tp->window_clamp = min_t(u32, tp->window_clamp,
					 INETX_TCP_MAX_WINDOW);
	}
	tp->mss_clamp = o->mss ?: TCP_MSS_DEFAULT;
	if (tp->user_mss)
		tp->mss_clamp = min(tp->mss_clamp, tp->user_mss);
	tp->hdr_len = sizeof(struct tcphdr) +
		      (tp->ts_ok ? INETX_TCPOLEN_TS_ALIGNED : 0);
}

static void take_sequence(struct inetx_tcp_sock *tp, const struct sk_buff *skb)
{
	WRITE_ONCE(tp->rcv_nxt, INETX_TCB(skb)->seq + 1);
	WRITE_ONCE(tp->copied_seq, tp->rcv_nxt);
	tp->rcv_wup = tp->rcv_nxt;
	tp->rcvq_seq = tp->rcv_nxt;
	tp->snd_wl1 = INETX_TCB(skb)->seq;
	tp->snd_wnd = ntohs(tcp_hdr(skb)->window);
	tp->max_wnd = tp->snd_wnd;
}

/**
 * inetx_tcp_finish_connect - the SYN-ACK is here: ESTABLISHED
 * @sk: in SYN_SENT
 * @skb: the SYN-ACK
 *
 * Context: socket lock.
 */
void inetx_tcp_finish_connect(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	inetx_tcp_init_established(sk);
	/* Pairs with lockless readers: all of the above before the state. */
	smp_mb();
	inetx_tcp_set_state(sk, TCP_ESTABLISHED);
	if (sock_flag(sk, SOCK_KEEPOPEN))
		inetx_tcp_arm_keepalive(sk, inetx_tcp_keep_idle(tp));
	if (!sock_flag(sk, SOCK_DEAD)) {
		sk->sk_state_change(sk);
		sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
	}
}

/* RFC 9293 figure 8: their SYN crossed ours. */
static void simultaneous_open(struct sock *sk, struct sk_buff *skb,
			      const struct inetx_tcp_opts *opts)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *syn = inetx_tcp_rtx_head(sk);

	inetx_tcp_set_state(sk, TCP_SYN_RECV);
	take_options(sk, opts);
	take_sequence(tp, skb);
	inetx_tcp_sync_mss(sk);
	if (!syn)
		return;
	/* Our SYN goes out again, with an acknowledgment. */
	INETX_TCB(syn)->flags |= INETX_TH_ACK;
	inetx_tcp_transmit(sk, syn, true, GFP_ATOMIC);
}

/* Our SYN is acknowledged. */
static void synack(struct sock *sk, struct sk_buff *skb,
		   const struct inetx_tcp_opts *opts)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	take_options(sk, opts);
	inetx_tcp_ack(sk, skb, opts);
	take_sequence(tp, skb);
	tp->rcv_rtt_seq = tp->rcv_nxt;
	inetx_tcp_sync_mss(sk);
	inetx_tcp_finish_connect(sk, skb);

	if (sk->sk_write_pending || tp->defer_accept) {
		/* Data that is about to go takes the acknowledgment along. */
		tp->ack_sched = 1;
		inetx_tcp_arm_delack(sk, INETX_DELACK_MAX);
	} else {
		inetx_tcp_send_ack(sk);
	}
}

/**
 * inetx_tcp_rcv_syn_sent - a segment in SYN_SENT
 * @sk: the socket, tp->clock_us current
 * @skb: the segment
 *
 * RFC 9293 section 3.10.7.3.
 *
 * Context: socket lock.
 * Return: true to answer with a reset, then @skb is still the caller's; else it
 * has been taken.
 */
bool inetx_tcp_rcv_syn_sent(struct sock *sk, struct sk_buff *skb)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_opts opts;

	inetx_tcp_parse(skb, &opts);
	if (cb->flags & INETX_TH_ACK) {
		if (!inetx_seq_after(cb->ack_seq, tp->snd_una) ||
		    inetx_seq_after(cb->ack_seq, tp->snd_nxt))
			return true;
		if (cb->flags & INETX_TH_RST)
			inetx_tcp_reset_received(sk);
		else if (cb->flags & INETX_TH_SYN)
			synack(sk, skb, &opts);
	} else if ((cb->flags & (INETX_TH_RST | INETX_TH_SYN)) ==
		   INETX_TH_SYN) {
		simultaneous_open(sk, skb, &opts);
	}
	kfree_skb(skb);
	return false;
}
