// SPDX-License-Identifier: GPL-2.0
/*
 * The receiver's window: what is announced, how buffers grow, when reading
 * makes an update due.
 */

#include <linux/log2.h>

#include "tcp/internal.h"

static int full_space(const struct sock *sk)
{
	return inetx_tcp_win_from_space(sk, READ_ONCE(sk->sk_rcvbuf));
}

static int free_space(const struct sock *sk)
{
	int used = READ_ONCE(sk->sk_backlog.len) +
		   atomic_read(&sk->sk_rmem_alloc);

	return inetx_tcp_win_from_space(sk, READ_ONCE(sk->sk_rcvbuf) - used);
}

/**
 * inetx_tcp_new_window - the window that could be announced now
 * @sk: connected
 *
 * RFC 9293 section 3.8.6.2.2: no small windows; and none beyond rcv_ssthresh,
 * which grows as the peer proves to fill its segments.
 *
 * Context: socket lock.
 * Return: bytes.
 */
u32 inetx_tcp_new_window(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	int space = free_space(sk);
	int full = min_t(int, tp->window_clamp, full_space(sk));
	int mss = min_t(int, tp->rcv_mss, full);
	u32 win, unit = 1U << tp->rcv_wscale;

	if (mss <= 0)
		return 0;
	if (space < full >> 1) {
		tp->quick = 0;
		if (sk_under_memory_pressure(sk))
			tp->rcv_ssthresh = min_t(u32, tp->rcv_ssthresh,
						 4U * tp->advmss);
		/* What is left is too little to be told. */
		if (space < full_space(sk) >> 4 || space < mss)
			return 0;
	}
	space = min_t(int, space, tp->rcv_ssthresh);
	if (space <= 0)
		return 0;

	if (tp->rcv_wscale)
		return roundup(space, unit);
	win = tp->rcv_wnd;
	if ((int)win <= space - mss || (int)win > space)
		win = rounddown(space, mss);
	else if (mss == full && space > (int)win + (full >> 1))
		win = space;
	return win;
}

/**
 * inetx_tcp_select_window - the window field of the next segment
 * @sk: the socket
 * @syn: it has SYN: no scaling
 *
 * What was promised is not taken back (RFC 9293 section 3.8.6.2.1).
 *
 * Context: socket lock.
 * Return: host order.
 */
u16 inetx_tcp_select_window(struct sock *sk, bool syn)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 promised, win;

	if (syn)
		return min_t(u32, tp->rcv_wnd, INETX_TCP_MAX_WINDOW);
	promised = inetx_tcp_rcv_window(tp);
	win = inetx_tcp_new_window(sk);
	if (win < promised)
		win = roundup(promised, 1U << tp->rcv_wscale);
	win = min_t(u32, win, INETX_TCP_MAX_WINDOW << tp->rcv_wscale);
	tp->rcv_wnd = win;
	tp->rcv_wup = tp->rcv_nxt;
	win >>= tp->rcv_wscale;
	if (!win && promised)
		INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPTOZEROWINDOWADV);
	else if (win && !promised)
		INETX_LINUX_INC(inetx_sk_net(sk),
				LINUX_MIB_TCPFROMZEROWINDOWADV);
	return win;
}

/**
 * inetx_tcp_first_window - windows to begin a connection with
 * @sk: the socket, or the listener of it
 * @f: what they follow from; the windows
 */
void inetx_tcp_first_window(const struct sock *sk, struct inetx_tcp_first *f)
{
	const struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);
	u32 space, most;

	if (!f->clamp)
		f->clamp = INETX_TCP_MAX_WINDOW << INETX_TCP_MAX_WSCALE;
	/* A buffer that the program has chosen will not grow. */
	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK)
		f->clamp = min(f->clamp, f->space);
	space = min(f->space, f->clamp);
	if (f->mss && space > f->mss)
		space = rounddown(space, f->mss);
	f->rcv_wnd = min_t(u32, space, INETX_TCP_MAX_WINDOW);
	if (f->segs)
		f->rcv_wnd = min_t(u64, f->rcv_wnd, (u64)f->segs * f->mss);

	f->wscale = 0;
	if (f->wscale_ok) {
		most = max3(space, READ_ONCE(sysctl_rmem_max),
			    (u32)READ_ONCE(tn->sysctl_tcp_rmem[2]));
		most = min(most, f->clamp);
		f->wscale = clamp_t(int, ilog2(max(most, 1U)) - 15, 0,
				    INETX_TCP_MAX_WSCALE);
	}
	f->clamp = min_t(u32, INETX_TCP_MAX_WINDOW << f->wscale, f->clamp);
}

/**
 * inetx_tcp_init_buffers - buffers of a connection that has just begun
 * @sk: windows and scaling known
 *
 * Context: socket lock.
 */
void inetx_tcp_init_buffers(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 full = full_space(sk);

	inetx_tcp_grow_sndbuf(sk);
	tp->rcvq_space = min3(tp->rcv_ssthresh, tp->rcv_wnd,
			      (u32)INETX_CONG_INIT_CWND * tp->advmss);
	tp->rcvq_seq = tp->copied_seq;
	tp->rcvq_stamp = (u32)tp->clock_us;
	tp->window_clamp = min(tp->window_clamp, full);
	tp->rcv_ssthresh = min(tp->rcv_ssthresh, tp->window_clamp);
}

/**
 * inetx_tcp_measure_rcv_mss - learn how large the peer's segments are
 * @tp: the socket
 * @skb: a segment with data, headers gone
 *
 * Context: socket lock.
 */
void inetx_tcp_measure_rcv_mss(struct inetx_tcp_sock *tp,
			       const struct sk_buff *skb)
{
	u32 len = skb_shinfo(skb)->gso_size ?: skb->len;

	if (len >= tp->rcv_mss)
		tp->rcv_mss = min_t(u32, len, max_t(u32, tp->advmss,
						    INETX_TCP_MIN_RCVMSS));
}

/**
 * inetx_tcp_grow_window - let the window open as data arrives
 * @sk: connected
 * @skb: data in order
 *
 * Only as far as the memory that such packets take stays within the buffer.
 *
 * Context: socket lock.
 */
void inetx_tcp_grow_window(struct sock *sk, const struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	int room = min_t(int, tp->window_clamp, full_space(sk)) -
		   (int)tp->rcv_ssthresh;
	u32 incr;

	if (room <= 0 || sk_under_memory_pressure(sk))
		return;
	if (inetx_tcp_win_from_space(sk, skb->truesize) <= skb->len)
		incr = 2 * tp->advmss;
	else if (skb->len >= skb->truesize >> 2)
		incr = 2 * tp->rcv_mss;
	else
		return;
	incr = max_t(u32, incr, 2 * skb->len);
	tp->rcv_ssthresh += min_t(u32, room, incr);
	tp->quick |= 1;
}

/**
 * inetx_tcp_rcv_rtt - the round trip of a connection that only receives
 * @tp: the socket, tp->clock_us current
 *
 * The time that a full window takes is an upper bound.
 *
 * Context: socket lock.
 */
void inetx_tcp_rcv_rtt(struct inetx_tcp_sock *tp)
{
	u32 now = (u32)tp->clock_us;
	u32 us;

	if (tp->rcv_rtt_stamp) {
		if (inetx_seq_before(tp->rcv_nxt, tp->rcv_rtt_seq))
			return;
		us = max_t(u32, now - tp->rcv_rtt_stamp, 1);
		tp->rcv_rtt_us = tp->rcv_rtt_us ? min(tp->rcv_rtt_us, us) : us;
	}
	tp->rcv_rtt_seq = tp->rcv_nxt + tp->rcv_wnd;
	tp->rcv_rtt_stamp = now ? now : 1;
}

/**
 * inetx_tcp_space_adjust - dynamic right-sizing of the receive buffer
 * @sk: the program has just read
 *
 * What it reads in a round trip is at least what the peer's congestion window
 * is; the buffer has to hold twice of it, so that it is never the limit.
 *
 * Context: process, socket lock.
 */
void inetx_tcp_space_adjust(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);
	u32 copied, per, buf;
	u64 win;

	inetx_tcp_clock(tp);
	if (!tp->rcv_rtt_us ||
	    (u32)tp->clock_us - tp->rcvq_stamp < tp->rcv_rtt_us)
		return;
	copied = tp->copied_seq - tp->rcvq_seq;
	if (copied <= tp->rcvq_space)
		goto again;

	if (READ_ONCE(tn->sysctl_tcp_moderate_rcvbuf) &&
	    !(sk->sk_userlocks & SOCK_RCVBUF_LOCK)) {
		win = 2ULL * copied + 16 * tp->advmss;
		/* Follow slow start, which doubles. */
		win += 2 * div64_u64(win * (copied - tp->rcvq_space),
				     max_t(u32, tp->rcvq_space, 1));
		per = SKB_TRUESIZE(tp->advmss + MAX_HEADER);
		while (inetx_tcp_win_from_space(sk, per) < tp->advmss)
			per += 128;
		win = div_u64(win, max_t(u16, tp->advmss, 1));
		buf = min_t(u64, win * per, READ_ONCE(tn->sysctl_tcp_rmem[2]));
		if (buf > sk->sk_rcvbuf) {
			WRITE_ONCE(sk->sk_rcvbuf, buf);
			tp->window_clamp = inetx_tcp_win_from_space(sk, buf);
		}
	}
	tp->rcvq_space = copied;
again:
	tp->rcvq_seq = tp->copied_seq;
	tp->rcvq_stamp = (u32)tp->clock_us;
}

/**
 * inetx_tcp_cleanup_rbuf - the program has read: is an acknowledgment due
 * @sk: the socket
 * @copied: bytes read, 0 when none
 *
 * Context: process, socket lock.
 */
void inetx_tcp_cleanup_rbuf(struct sock *sk, int copied)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	bool now = false;
	u32 win, could;

	if (sk->sk_state == TCP_CLOSE || sk->sk_state == TCP_LISTEN)
		return;
	if (tp->ack_sched) {
		/* Two segments have come since the last, or everything is read
		 * of a burst that the program will not answer at once.
		 */
		if (tp->rcv_nxt - tp->rcv_wup > tp->rcv_mss ||
		    (copied > 0 && !tp->pingpong &&
		     !atomic_read(&sk->sk_rmem_alloc)))
			now = true;
	}
	if (!now && copied > 0 && !(sk->sk_shutdown & RCV_SHUTDOWN)) {
		/* A window that can at least double is news. */
		win = inetx_tcp_rcv_window(tp);
		if (2 * win <= tp->window_clamp) {
			could = inetx_tcp_new_window(sk);
			now = could && could >= 2 * win;
		}
	}
	if (now) {
		inetx_tcp_clock(tp);
		inetx_tcp_send_ack(sk);
	}
}
