// SPDX-License-Identifier: GPL-2.0
/* From a request to a socket. */

#include <linux/memcontrol.h>
#include <net/inet_ecn.h>

#include "tcp/internal.h"

/* Memory of the connection belongs to the listener's control group: core code
 * would find out at accept(), by a function that modules cannot call.  Nothing
 * has been charged yet.
 */
static void inherit_memcg(struct sock *sk, const struct sock *listener)
{
#ifdef CONFIG_MEMCG
	struct mem_cgroup *memcg = listener->sk_memcg;

	if (mem_cgroup_sockets_enabled && memcg && css_tryget(&memcg->css))
		sk->sk_memcg = memcg;
#endif
}

static void set_addresses(struct sock *sk, const struct inetx_tcp_request *req)
{
	const struct inetx_tcp_tuple *t = &req->mini.tuple;
	struct inet_sock *inet = inet_sk(sk);

	inet->inet_daddr = t->peer;
	inet->inet_dport = t->peer_port;
	inet->inet_rcv_saddr = t->local;
	inet->inet_saddr = t->local;
	inet->inet_num = ntohs(t->local_port);
	inet->inet_sport = t->local_port;
	inet->mc_index = req->iif;
	if (READ_ONCE(inetx_sk_net(sk)->tcp.sysctl_tcp_reflect_tos))
		inet->tos = req->mini.tos & ~INET_ECN_MASK;
	sk->sk_bound_dev_if = req->mini.ifindex;
	sk->sk_mark = req->mini.mark;
}

static void set_sequence(struct inetx_tcp_sock *tp,
			 const struct inetx_tcp_request *req)
{
	tp->rcv_nxt = req->rcv_isn + 1;
	tp->rcv_wup = tp->rcv_nxt;
	tp->copied_seq = tp->rcv_nxt;
	tp->snd_una = req->snt_isn + 1;
	tp->snd_nxt = tp->snd_una;
	tp->snd_sml = tp->snd_una;
	tp->snd_up = tp->snd_una;
	tp->write_seq = tp->snd_una;
	tp->pushed_seq = tp->snd_una;
	tp->high_seq = tp->snd_una;

	tp->ts_ok = req->mini.ts_ok;
	tp->ts_off = req->ts_off;
	tp->ts_recent = req->ts_recent;
	tp->ts_stamp = (u32)ktime_get_seconds();
	tp->sack_ok = req->sack_ok;
	tp->wscale_ok = req->wscale_ok;
	tp->snd_wscale = req->snd_wscale;
	tp->rcv_wscale = req->mini.rcv_wscale;
	tp->rcv_wnd = req->rcv_wnd;
	tp->rcv_ssthresh = req->rcv_wnd;
	tp->window_clamp = req->window_clamp;
	tp->mss_clamp = req->mss;
	tp->hdr_len = sizeof(struct tcphdr) +
		      (tp->ts_ok ? INETX_TCPOLEN_TS_ALIGNED : 0);
}

/* What the clone copied from the listener and must not keep. */
static void reset_private(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	inetx_tcp_timers_init(sk);
	tp->defer = 0;
	tp->bind = NULL;
	tp->auto_port = 0;
	tp->from_listener = 1;
	tp->challenge = 0;
	tp->saved_syn = NULL;
	spin_lock_init(&tp->aq_lock);
	atomic_set(&tp->requests, 0);
	tp->aq_next = NULL;
	sk->sk_max_ack_backlog = 0;
	sk->sk_ack_backlog = 0;
	sock_reset_flag(sk, SOCK_RCU_FREE);
	inetx_tcp_init_xmit(sk);
}

/* A child that cannot live: locked, with both of its references. */
static void abandon(struct sock *sk)
	__releases(&sk->sk_lock.slock)
{
	sock_set_flag(sk, SOCK_DEAD);
	inetx_tcp_orphan_inc();
	inetx_tcp_done(sk);
	bh_unlock_sock(sk);
	sock_put(sk);
}

/* The options of the SYN-ACK, which may yet be sent again. */
static bool inherit_options(struct sock *sk,
			    const struct inetx_tcp_request *req)
{
	struct ip_options_rcu *opt;

	if (likely(!req->opt))
		return true;
	opt = kmemdup(req->opt, sizeof(*opt) + req->opt->opt.optlen,
		      GFP_ATOMIC | __GFP_NOWARN);
	rcu_assign_pointer(inet_sk(sk)->inet_opt, opt);
	return opt;
}

static struct sock *clone(struct sock *listener,
			  const struct inetx_tcp_request *req)
{
	struct sock *sk = sk_clone_lock(listener, GFP_ATOMIC);
	struct inetx_tcp_sock *tp;

	if (!sk)
		return NULL;
	tp = inetx_tcp_sk(sk);
	sk->sk_state = TCP_SYN_RECV;
	inherit_memcg(sk, listener);
	inetx_sock_clone_init(sk);
	reset_private(sk);
	set_addresses(sk, req);
	set_sequence(tp, req);
	inetx_tcp_clock(tp);
	return sk;
}

/* What follows from the way to the peer. */
static void use_path(struct sock *sk, const struct inetx_tcp_request *req,
		     const struct inetx_path *path)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	inetx_tcp_metrics_begin(sk, path);
	/* A round trip, unless the SYN-ACK went out twice. */
	if (!req->num_retrans) {
		inetx_rtt_sample(&tp->rtt, (u32)tp->clock_us - req->sent_us,
				 (u32)ktime_get_seconds());
		inetx_tcp_set_rto(tp);
	}
	tp->advmss = inetx_tcp_advmss(sk, path);
	inetx_tcp_sync_mss(sk);
}

/**
 * inetx_tcp_child - the socket of a request whose handshake is done
 * @xnet: the namespace
 * @req: the request; the reference stays the caller's
 * @skb: the handshake's last segment
 *
 * Context: softirq, RCU read side.
 * Return: the socket in SYN_RECV, hashed, in the listener's accept queue,
 * locked, with a reference for the caller; or NULL: no room, no memory, no
 * route, or another CPU was first.
 */
struct sock *inetx_tcp_child(struct inetx_net *xnet,
			     struct inetx_tcp_request *req,
			     struct sk_buff *skb)
{
	struct sock *listener = req->listener;
	const struct inetx_path *path;
	struct sock *sk;

	if (sk_acceptq_is_full(listener)) {
		INETX_LINUX_INC(xnet, LINUX_MIB_LISTENOVERFLOWS);
		goto drop;
	}
	sk = clone(listener, req);
	if (!sk)
		goto drop;
	/* For sparse, which does not see sk_clone_lock() take it. */
	__acquire(&sk->sk_lock.slock);
	path = inherit_options(sk, req) ? inetx_tcp_path(sk) : NULL;
	if (!path)
		goto abandon;
	use_path(sk, req, path);
	if (inetx_tcp_bind_child(sk, listener))
		goto abandon;
	if (inetx_tcp_hash_new(sk, &req->mini)) {
		abandon(sk);
		return NULL;
	}
	/* Only one CPU gets here with this request. */
	swap(inetx_tcp_sk(sk)->saved_syn, req->saved_syn);
	atomic_dec(&inetx_tcp_sk(listener)->requests);
	inetx_tcp_wheel_del(&xnet->tcp.tables->requests, &req->mini);
	INETX_TCP_INC(xnet, TCP_MIB_PASSIVEOPENS);
	if (sock_flag(sk, SOCK_KEEPOPEN))
		inetx_tcp_arm_keepalive(sk,
					inetx_tcp_keep_idle(inetx_tcp_sk(sk)));
	if (inetx_tcp_accept_add(listener, sk)) {
		__release(&sk->sk_lock.slock);
		return sk;
	}
	/* The listener was closed in between. */
	inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
	abandon(sk);
	return NULL;

abandon:
	abandon(sk);
drop:
	INETX_LINUX_INC(xnet, LINUX_MIB_LISTENDROPS);
	return NULL;
}
