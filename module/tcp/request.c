// SPDX-License-Identifier: GPL-2.0
/*
 * Connections half open: made by a SYN without any lock of the listener, become
 * a socket with the handshake's last segment, or expire.
 */

#include <net/secure_seq.h>
#include <net/inet_ecn.h>

#include "ip/options.h"
#include "tcp/internal.h"

/* First timeout of a SYN-ACK, and the longest; jiffies. */
#define SYNACK_TIMEOUT		HZ
#define SYNACK_TIMEOUT_MAX	(120 * HZ)

static u32 now_us(void)
{
	return (u32)div_u64(ktime_get_ns(), NSEC_PER_USEC);
}

/* Room for one more? tcp(7), listen(2). */
static bool backlog_full(struct inetx_net *xnet, struct sock *listener)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(listener);
	int most = READ_ONCE(xnet->tcp.sysctl_tcp_max_syn_backlog);

	if (sk_acceptq_is_full(listener)) {
		INETX_LINUX_INC(xnet, LINUX_MIB_LISTENOVERFLOWS);
		return true;
	}
	most = min_t(u32, most, max_t(u32, 8,
				      READ_ONCE(listener->sk_max_ack_backlog)));
	if (atomic_read(&tp->requests) >= most) {
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPREQQFULLDROP);
		return true;
	}
	return false;
}

/* The window that the SYN-ACK offers. */
static void first_window(struct sock *listener, struct inetx_tcp_request *req,
			 const struct inetx_path *path)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(listener);
	struct inetx_tcp_first f = {
		.space = inetx_tcp_win_from_space(listener,
						  READ_ONCE(listener->sk_rcvbuf)),
		.mss = inetx_tcp_advmss(listener, path) -
		       (req->mini.ts_ok ? INETX_TCPOLEN_TS_ALIGNED : 0),
		.segs = inetx_path_metric(path, RTAX_INITRWND),
		.clamp = tp->window_clamp ?:
			 inetx_path_metric(path, RTAX_WINDOW),
		.wscale_ok = req->wscale_ok,
	};

	/* Who asks for more than the buffer is believed. */
	f.space = max_t(u64, f.space,
			min_t(u64, (u64)f.segs * f.mss, S32_MAX));
	inetx_tcp_first_window(listener, &f);
	req->window_clamp = f.clamp;
	req->rcv_wnd = f.rcv_wnd;
	req->mini.rcv_wscale = f.wscale;
}

/* What both ends agree upon. */
static void agree(struct inetx_net *xnet, struct sock *listener,
		  struct inetx_tcp_request *req,
		  const struct inetx_tcp_opts *opts)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(listener);

	req->mss = opts->mss ?: TCP_MSS_DEFAULT;
	if (tp->user_mss)
		req->mss = min_t(u16, req->mss, tp->user_mss);
	req->mini.ts_ok = opts->has_ts &&
			  READ_ONCE(xnet->tcp.sysctl_tcp_timestamps);
	req->ts_recent = opts->has_ts ? opts->tsval : 0;
	req->sack_ok = opts->sack_perm && READ_ONCE(xnet->tcp.sysctl_tcp_sack);
	req->wscale_ok = opts->has_wscale &&
			 READ_ONCE(xnet->tcp.sysctl_tcp_window_scaling);
	req->snd_wscale = opts->has_wscale ? opts->wscale : 0;
	if (!req->wscale_ok)
		req->snd_wscale = 0;
}

/* Our initial sequence number and the offset of timestamps, RFC 6528. */
static void choose_isn(struct inetx_net *xnet, struct inetx_tcp_request *req,
		       u32 isn)
{
	const struct inetx_tcp_tuple *t = &req->mini.tuple;
	union tcp_seq_and_ts_off st;

	st = secure_tcp_seq_and_ts_off(xnet->net, t->local, t->peer,
				       t->local_port, t->peer_port);
	req->snt_isn = isn ?: st.seq;
	req->ts_off = READ_ONCE(xnet->tcp.sysctl_tcp_timestamps) == 1 ?
		      st.ts_off : 0;
}

/* ip(7): the options of the SYN go back, and stay those of the connection.
 * Without memory they do not; that is no reason to refuse it.
 */
static void save_options(struct inetx_net *xnet, struct inetx_tcp_request *req,
			 const struct sk_buff *skb)
{
	const struct ip_options *opt;
	struct ip_options_data buf;

	opt = inetx_ip_options_answer(xnet, skb, INETX_IPOPT_ALL, &buf);
	if (opt)
		req->opt = kmemdup(&buf.opt, sizeof(buf.opt) + opt->optlen,
				   GFP_ATOMIC | __GFP_NOWARN);
}

/* TCP_SAVE_SYN: the headers, for a program that will ask for them. */
static void save_syn(struct inetx_tcp_request *req, const struct sk_buff *skb,
		     bool link)
{
	u32 ip = skb_network_header_len(skb), tcp = tcp_hdrlen(skb);
	u32 mac = link ? skb_mac_header_len(skb) : 0;
	struct saved_syn *s;

	s = kmalloc(struct_size(s, data, mac + ip + tcp),
		    GFP_ATOMIC | __GFP_NOWARN);
	if (!s)
		return;
	s->mac_hdrlen = mac;
	s->network_hdrlen = ip;
	s->tcp_hdrlen = tcp;
	memcpy(s->data, link ? skb_mac_header(skb) : skb_network_header(skb),
	       mac + ip + tcp);
	req->saved_syn = s;
}

/* tcp_l3mdev_accept: what comes in by a VRF stays there. */
static int bound_dev(const struct inetx_net *xnet, const struct sock *listener,
		     const struct sk_buff *skb)
{
	int bound = READ_ONCE(listener->sk_bound_dev_if);

	if (bound || !READ_ONCE(xnet->tcp.sysctl_tcp_l3mdev_accept))
		return bound;
	return inetx_vrf_of(xnet, skb->dev);
}

/* A request and, in @path, the way of its answer. */
static struct inetx_tcp_request *make_request(struct inetx_net *xnet,
					      struct sock *listener,
					      const struct sk_buff *skb,
					      u32 isn, struct inetx_path *path)
{
	struct inetx_tcp_request *req;
	struct inetx_tcp_mini *mini;
	struct inetx_tcp_opts opts;

	mini = inetx_tcp_mini_alloc(INETX_MINI_REQUEST);
	if (!mini)
		return NULL;
	req = container_of(mini, struct inetx_tcp_request, mini);
	req->opt = NULL;
	req->saved_syn = NULL;
	/* The lookup took none; it may be on its way out. */
	if (!refcount_inc_not_zero(&listener->sk_refcnt)) {
		req->listener = NULL;
		inetx_tcp_mini_put(mini);
		return NULL;
	}
	req->listener = listener;
	inetx_tcp_tuple_of(skb, &mini->tuple);
	mini->ifindex = bound_dev(xnet, listener, skb);
	mini->mark = READ_ONCE(listener->sk_mark);
	if (!mini->mark && READ_ONCE(xnet->tcp.sysctl_tcp_fwmark_accept))
		mini->mark = skb->mark;
	mini->tos = inet_sk(listener)->tos;
	if (READ_ONCE(xnet->tcp.sysctl_tcp_reflect_tos))
		mini->tos = (ip_hdr(skb)->tos & ~INET_ECN_MASK) |
			    (mini->tos & INET_ECN_MASK);
	req->num_timeout = 0;
	req->num_retrans = 0;
	req->acked = false;
	req->iif = INETX_TCB(skb)->ifindex;
	req->rcv_isn = INETX_TCB(skb)->seq;
	req->sent_us = now_us();
	if (unlikely(ip_hdr(skb)->ihl > 5))
		save_options(xnet, req, skb);
	if (unlikely(inetx_tcp_sk(listener)->save_syn))
		save_syn(req, skb, inetx_tcp_sk(listener)->save_syn == 2);
	inetx_tcp_parse(skb, &opts);
	agree(xnet, listener, req, &opts);
	if (inetx_tcp_synack_route(xnet, req, path)) {
		inetx_tcp_mini_put(mini);
		return NULL;
	}
	first_window(listener, req, path);
	choose_isn(xnet, req, isn);
	return req;
}

/**
 * inetx_tcp_syn_rcv - a SYN for a listener
 * @xnet: the namespace
 * @listener: found under RCU, no reference held
 * @skb: the SYN, cb filled; stays the caller's
 * @isn: sequence number to begin with, or 0 to choose one
 *
 * Context: softirq, RCU read side.
 */
void inetx_tcp_syn_rcv(struct inetx_net *xnet, struct sock *listener,
		       struct sk_buff *skb, u32 isn)
{
	struct inetx_tcp_request *req;
	struct inetx_path path;

	if (backlog_full(xnet, listener))
		goto drop;
	req = make_request(xnet, listener, skb, isn, &path);
	if (!req)
		goto drop;
	/* Hashed before the answer goes out, which may come back at once. */
	if (!inetx_tcp_hash_request(xnet, &req->mini)) {
		inetx_tcp_mini_put(&req->mini);
		return;
	}
	atomic_inc(&inetx_tcp_sk(listener)->requests);
	inetx_tcp_wheel_add(&xnet->tcp.tables->requests, &req->mini,
			    SYNACK_TIMEOUT);
	/* Pairs with inetx_tcp_listen_stop(), which may have looked for
	 * requests before this one was there.
	 */
	smp_mb();
	if (READ_ONCE(listener->sk_state) != TCP_LISTEN ||
	    inetx_tcp_send_synack(xnet, req, &path))
		inetx_tcp_request_drop(xnet, req);
	inetx_tcp_mini_put(&req->mini);
	return;
drop:
	INETX_LINUX_INC(xnet, LINUX_MIB_LISTENDROPS);
	sk_drops_add(listener, skb);
}

/**
 * inetx_tcp_request_drop - give a request up
 * @xnet: the namespace
 * @req: the request; the caller holds a reference
 *
 * Context: any.
 */
void inetx_tcp_request_drop(struct inetx_net *xnet,
			    struct inetx_tcp_request *req)
{
	if (inetx_tcp_mini_unhash(xnet, &req->mini))
		atomic_dec(&inetx_tcp_sk(req->listener)->requests);
	inetx_tcp_wheel_del(&xnet->tcp.tables->requests, &req->mini);
}

/* Send the SYN-ACK again. */
static void resend(struct inetx_net *xnet, struct inetx_tcp_request *req)
{
	struct inetx_path path;

	if (inetx_tcp_synack_route(xnet, req, &path) ||
	    inetx_tcp_send_synack(xnet, req, &path))
		return;
	INETX_TCP_INC(xnet, TCP_MIB_RETRANSSEGS);
	INETX_LINUX_INC(xnet, LINUX_MIB_TCPSYNRETRANS);
	if (req->num_retrans < U8_MAX)
		req->num_retrans++;
	inetx_tcp_sk(req->listener)->total_retrans++;
}

/**
 * inetx_tcp_request_expired - the SYN-ACK's timeout
 * @xnet: the namespace
 * @req: the request, off the wheel; the reference stays the caller's
 *
 * Context: softirq.
 */
void inetx_tcp_request_expired(struct inetx_net *xnet,
			       struct inetx_tcp_request *req)
{
	struct sock *sk = req->listener;
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 most = tp->syn_retries ?:
		   READ_ONCE(xnet->tcp.sysctl_tcp_synack_retries);
	u8 defer = tp->defer_accept;
	u32 delay;

	/* Converted meanwhile? */
	if (hlist_nulls_unhashed(&req->mini.node))
		return;
	/* One whose data is waited for may stay that long. */
	if (req->acked && defer > most)
		most = defer;
	if (READ_ONCE(sk->sk_state) != TCP_LISTEN || req->num_timeout >= most) {
		inetx_tcp_request_drop(xnet, req);
		return;
	}
	if (!req->acked || !defer || req->num_timeout + 1 >= defer) {
		rcu_read_lock();
		resend(xnet, req);
		rcu_read_unlock();
	}
	req->num_timeout++;
	delay = min_t(u64, (u64)SYNACK_TIMEOUT << min(req->num_timeout, 16),
		      SYNACK_TIMEOUT_MAX);
	inetx_tcp_wheel_add(&xnet->tcp.tables->requests, &req->mini, delay);
	/* Gone while it was on no wheel: not to come back. */
	if (hlist_nulls_unhashed(&req->mini.node))
		inetx_tcp_wheel_del(&xnet->tcp.tables->requests, &req->mini);
}

static void send_ack(struct inetx_net *xnet,
		     const struct inetx_tcp_request *req,
		     const struct sk_buff *skb)
{
	struct inetx_tcp_reply r = {
		.seq = req->snt_isn + 1,
		.ack = req->rcv_isn + 1,
		.flags = INETX_TH_ACK,
		.win = req->rcv_wnd >> req->mini.rcv_wscale,
		.has_ts = req->mini.ts_ok,
		.tsval = (u32)div_u64(ktime_get_ns(), NSEC_PER_MSEC) +
			 req->ts_off,
		.tsecr = req->ts_recent,
		.mark = req->mini.mark,
		.oif = req->mini.ifindex,
		.tos = req->mini.tos,
	};

	inetx_tcp_send_reply(xnet, skb, &r);
}

/* The ACK is right: make the connection, if its time has come. */
static struct sock *handshake_done(struct inetx_net *xnet,
				   struct inetx_tcp_request *req,
				   struct sk_buff *skb, bool *reset)
{
	struct sock *listener = req->listener;
	struct sock *child;

	/* TCP_DEFER_ACCEPT: not before there is data. */
	if (inetx_tcp_sk(listener)->defer_accept > req->num_timeout &&
	    INETX_TCB(skb)->end_seq == req->rcv_isn + 1) {
		req->acked = true;
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPDEFERACCEPTDROP);
		return NULL;
	}
	child = inetx_tcp_child(xnet, req, skb);
	if (child)
		return child;
	if (READ_ONCE(xnet->tcp.sysctl_tcp_abort_on_overflow)) {
		INETX_LINUX_INC(xnet, LINUX_MIB_EMBRYONICRSTS);
		inetx_tcp_request_drop(xnet, req);
		*reset = true;
	} else {
		/* The SYN-ACK, sent again, asks for the ACK again. */
		req->acked = true;
	}
	return NULL;
}

/**
 * inetx_tcp_request_rcv - a segment for a connection half open
 * @xnet: the namespace
 * @req: the request; the reference stays the caller's
 * @skb: the segment, cb filled; stays the caller's
 * @reset: set to true to answer with a reset
 *
 * RFC 9293 section 3.10.7.4 for SYN-RECEIVED.
 *
 * Context: softirq, RCU read side.
 * Return: the new socket, locked and with a reference, in SYN_RECV, which has
 * to process @skb; or NULL.
 */
struct sock *inetx_tcp_request_rcv(struct inetx_net *xnet,
				   struct inetx_tcp_request *req,
				   struct sk_buff *skb, bool *reset)
{
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	u32 start = req->rcv_isn + 1;
	struct inetx_tcp_opts opts;
	u8 flags = cb->flags;
	bool paws;

	inetx_tcp_parse(skb, &opts);
	paws = req->mini.ts_ok && opts.has_ts && req->ts_recent &&
	       inetx_seq_before(opts.tsval, req->ts_recent);

	/* The same SYN again: our answer was lost. */
	if (cb->seq == req->rcv_isn && !paws &&
	    (flags & (INETX_TH_RST | INETX_TH_SYN | INETX_TH_ACK)) ==
	    INETX_TH_SYN) {
		resend(xnet, req);
		return NULL;
	}
	if (flags & INETX_TH_ACK && cb->ack_seq != req->snt_isn + 1) {
		*reset = true;
		return NULL;
	}
	if (paws || !inetx_tcp_in_window(cb->seq, cb->end_seq, start,
					 start + req->rcv_wnd)) {
		if (!(flags & INETX_TH_RST))
			send_ack(xnet, req, skb);
		if (paws)
			INETX_LINUX_INC(xnet, LINUX_MIB_PAWSESTABREJECTED);
		return NULL;
	}
	if (req->mini.ts_ok && opts.has_ts && !inetx_seq_after(cb->seq, start))
		req->ts_recent = opts.tsval;
	if (cb->seq == req->rcv_isn)
		flags &= ~INETX_TH_SYN;
	if (flags & (INETX_TH_RST | INETX_TH_SYN)) {
		INETX_TCP_INC(xnet, TCP_MIB_ATTEMPTFAILS);
		INETX_LINUX_INC(xnet, LINUX_MIB_EMBRYONICRSTS);
		inetx_tcp_request_drop(xnet, req);
		*reset = !(flags & INETX_TH_RST);
		return NULL;
	}
	if (!(flags & INETX_TH_ACK))
		return NULL;
	return handshake_done(xnet, req, skb, reset);
}
