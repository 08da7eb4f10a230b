// SPDX-License-Identifier: GPL-2.0
/* Segment sizes: from the path, the peer, the program and the device. */

#include <net/ip.h>

#include "route/exception.h"
#include "tcp/internal.h"

/* Features and limits of the device; see sk_setup_caps(), which needs a dst. */
static void set_caps(struct sock *sk, const struct net_device *dev)
{
	netdev_features_t caps = dev->features | NETIF_F_GSO;
	u32 max_size;

	sk->sk_gso_type = SKB_GSO_TCPV4;
	caps |= NETIF_F_GSO_SOFTWARE;
	if (unlikely(sk->sk_gso_disabled))
		caps &= ~NETIF_F_GSO_MASK;
	sk->sk_route_caps = caps;
	if (!sk_can_gso(sk)) {
		sk->sk_gso_max_segs = 1;
		return;
	}
	sk->sk_route_caps |= NETIF_F_SG | NETIF_F_HW_CSUM;
	max_size = min_t(u32, READ_ONCE(dev->gso_max_size),
			 GSO_LEGACY_MAX_SIZE);
	sk->sk_gso_max_size = max_size - (INETX_TCP_HEADROOM + 1);
	sk->sk_gso_max_segs = max_t(u32, READ_ONCE(dev->gso_max_segs), 1);
}

/**
 * inetx_tcp_advmss - the MSS to announce
 * @sk: connected or connecting
 * @path: the route to the peer
 *
 * RFC 9293 section 3.7.1: from the interface's MTU, unless the route says.
 *
 * Return: bytes.
 */
u16 inetx_tcp_advmss(const struct sock *sk, const struct inetx_path *path)
{
	const struct inetx_net *xnet = inetx_sk_net(sk);
	u32 mss = inetx_path_metric(path, RTAX_ADVMSS);

	if (!mss) {
		mss = min_t(u32, READ_ONCE(path->dev->mtu), path->mtu);
		mss = mss > 40 ? mss - 40 : 0;
		mss = max_t(u32, mss,
			    READ_ONCE(xnet->route.sysctl_min_adv_mss));
	}
	mss = min_t(u32, mss, 65535 - 40);
	if (inetx_tcp_sk(sk)->user_mss)
		mss = min_t(u32, mss, inetx_tcp_sk(sk)->user_mss);
	return mss;
}

/* One transmit queue for the connection: packets of two would overtake each
 * other.  Core code remembers the queue it chose only for sockets with a dst;
 * the CPU's own is what it would have chosen.
 */
static void set_queue(struct sock *sk, const struct net_device *dev)
{
	u32 queues = READ_ONCE(dev->real_num_tx_queues);

	if (queues > 1)
		sk_tx_queue_set(sk, raw_smp_processor_id() % queues);
	else
		sk_tx_queue_clear(sk);
}

/**
 * inetx_tcp_path_set - adapt to a new route
 * @sk: connected or connecting
 * @path: the route, kept in the socket
 *
 * Context: socket lock, RCU read side.
 */
void inetx_tcp_path_set(struct sock *sk, const struct inetx_path *path)
{
	set_caps(sk, path->dev);
	set_queue(sk, path->dev);
	inetx_tcp_metrics_follow(sk, path);
	inetx_tcp_sync_mss(sk);
}

/**
 * inetx_tcp_sync_mss - compute the size of a full segment anew
 * @sk: with a path
 *
 * RFC 9293 section 3.7.1, RFC 6691: the path's MTU without the IP header and
 * all options, at most what the peer takes, at most half of the largest window
 * it has ever offered.
 *
 * Context: socket lock.
 */
void inetx_tcp_sync_mss(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inet_sock *inet = inet_sk(sk);
	const struct ip_options_rcu *opt;
	u32 mtu = inetx_sk(sk)->path.mtu;
	u32 mss;

	if (!mtu)
		return;
	mss = mtu > 40 ? mtu - 40 : 0;
	mss = min_t(u32, mss, tp->mss_clamp);
	opt = rcu_dereference_protected(inet->inet_opt, 1);
	if (opt)
		mss -= min_t(u32, mss, opt->opt.optlen);
	mss = max_t(u32, mss,
		    READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_min_snd_mss));
	mss -= tp->hdr_len - sizeof(struct tcphdr);

	if (tp->max_wnd)
		mss = min_t(u32, mss,
			    max_t(u32, tp->max_wnd >> (tp->max_wnd > 536),
				  68 - tp->hdr_len));
	tp->mss = mss;
}

/**
 * inetx_tcp_mtu_reduced - a router wants smaller packets
 * @sk: connected
 * @mtu: what it can forward, bytes; 0 for a router that does not say
 *
 * RFC 1191.  What is in flight and too large is lost for certain: it goes out
 * again at once, and this is no congestion.
 *
 * Context: socket lock.
 */
void inetx_tcp_mtu_reduced(struct sock *sk, u32 mtu)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_path *path;
	struct inetx_flow flow;
	u16 old = tp->mss;
	struct sk_buff *skb;

	if ((1 << sk->sk_state) & (TCPF_LISTEN | TCPF_CLOSE))
		return;
	rcu_read_lock();
	inetx_sk_flow(sk, &flow);
	inetx_exception_mtu(inetx_sk_net(sk), &flow, mtu);
	/* What was learnt has made the path stale. */
	path = inetx_tcp_path(sk);
	if (path && mtu < path->mtu && inetx_ip_df(sk, path))
		WRITE_ONCE(sk->sk_err_soft, EMSGSIZE);
	rcu_read_unlock();

	if (tp->mss >= old || sk->sk_state == TCP_SYN_SENT ||
	    inet_sk(sk)->pmtudisc == IP_PMTUDISC_DONT ||
	    !ip_sk_accept_pmtu(sk))
		return;
	skb_rbtree_walk(skb, &sk->tcp_rtx_queue)
		if (INETX_TCB(skb)->gso_size > tp->mss || skb->len > tp->mss)
			inetx_tcp_mark_lost(tp, skb);
	inetx_tcp_clock(tp);
	inetx_tcp_retransmit_lost(sk);
}

/**
 * inetx_tcp_size_goal - how large a packet of the send queue shall become
 * @sk: connected
 *
 * A whole number of segments, such that a packet takes about a millisecond at
 * the present rate but never less than two segments.
 *
 * Context: socket lock.
 * Return: bytes.
 */
u32 inetx_tcp_size_goal(const struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 goal;

	if (!sk_can_gso(sk) || !tp->mss)
		return tp->mss;
	goal = min_t(u32, sk->sk_gso_max_size - 1 - INETX_TCP_HEADROOM,
		     MAX_SKB_FRAGS * PAGE_SIZE);
	goal = min_t(u32, goal, tp->max_wnd >> 1);
	goal = min_t(u32, goal, (u32)sk->sk_gso_max_segs * tp->mss);
	goal -= goal % tp->mss;
	return max_t(u32, goal, tp->mss);
}
