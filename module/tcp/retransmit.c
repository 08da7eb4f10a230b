// SPDX-License-Identifier: GPL-2.0
/* Sending again what is believed to be lost. */

#include "tcp/internal.h"

/* A repeat must not go beyond what the peer may shrink its window to, except
 * for the first segment, which doubles as a probe.
 */
static bool window_takes(const struct inetx_tcp_sock *tp,
			 const struct sk_buff *skb)
{
	return inetx_seq_before(INETX_TCB(skb)->seq, inetx_tcp_wnd_end(tp)) ||
	       INETX_TCB(skb)->seq == tp->snd_una;
}

/* Is the copy that was sent last still in a queue of this host?  Then it is
 * late, not lost.
 */
static bool still_queued(struct sock *sk, const struct sk_buff *skb)
{
	if (!skb_fclone_busy(sk, skb))
		return false;
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPSPURIOUS_RTX_HOSTQUEUES);
	return true;
}

/**
 * inetx_tcp_retransmit - send a packet of the retransmit queue again
 * @sk: the socket
 * @skb: the packet
 * @segs: segments of it at most; the rest is split off
 *
 * Context: socket lock, tp->clock_us current.
 * Return: 0, -EBUSY when its last copy has not left, -EAGAIN when the window
 * forbids it, or another negative errno.
 */
int inetx_tcp_retransmit(struct sock *sk, struct sk_buff *skb, u32 segs)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_tcp_cb *cb = INETX_TCB(skb);
	u32 len = segs * tp->mss;
	int err;

	if (still_queued(sk, skb))
		return -EBUSY;
	if (!window_takes(tp, skb))
		return -EAGAIN;
	if (inetx_tcp_rtx_prepare(sk, skb))
		return -ENOMEM;
	if (sk->sk_state == TCP_SYN_SENT)
		inetx_tcp_follow_address(sk);
	if (!(cb->flags & INETX_TH_SYN) && skb->len > len &&
	    inetx_tcp_fragment(sk, skb, len, true, GFP_ATOMIC))
		return -ENOMEM;

	INETX_TCP_ADD(xnet, TCP_MIB_RETRANSSEGS, cb->gso_segs);
	if (cb->flags & INETX_TH_SYN)
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPSYNRETRANS);
	tp->total_retrans += cb->gso_segs;
	err = inetx_tcp_transmit(sk, skb, true, GFP_ATOMIC);
	if (err) {
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPRETRANSFAIL);
		return err;
	}

	if (!(cb->sacked & INETX_TX_RETRANS))
		tp->retrans_out += cb->gso_segs;
	cb->sacked |= INETX_TX_RETRANS | INETX_TX_EVER;
	if (!tp->retrans_stamp) {
		tp->retrans_stamp = inetx_tcp_now_ms(tp) + tp->ts_off;
		/* 0 says that nothing was repeated. */
		if (!tp->retrans_stamp)
			tp->retrans_stamp = 1;
	}
	/* In flight again, as the one sent last. */
	list_del_init(&skb->tcp_tsorted_anchor);
	list_add_tail(&skb->tcp_tsorted_anchor, &tp->tsorted);
	return 0;
}

/**
 * inetx_tcp_retransmit_lost - repeat lost segments as the window allows
 * @sk: connected
 *
 * Context: socket lock, tp->clock_us current.
 */
void inetx_tcp_retransmit_lost(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct sk_buff *skb, *next;
	bool first = false;

	if (!tp->lost_out || !tp->retransmit_from)
		return;

	for (skb = tp->retransmit_from; skb; skb = next) {
		struct inetx_tcp_cb *cb = INETX_TCB(skb);
		u32 flight = inetx_tcp_in_flight(tp);
		u8 sacked = cb->sacked;

		next = skb_rb_next(skb);
		tp->retransmit_from = skb;
		if ((sacked & (INETX_TX_LOST | INETX_TX_RETRANS |
			       INETX_TX_SACKED)) != INETX_TX_LOST)
			continue;
		if (flight >= tp->cong.cwnd)
			return;
		if (inetx_tcp_retransmit(sk, skb,
					 min_t(u32, tp->cong.cwnd - flight,
					       max_t(u32, sk->sk_gso_max_segs,
						     1))))
			return;
		/* What was split off comes next. */
		next = skb_rb_next(skb);
		INETX_LINUX_ADD(xnet, tp->ca_state == TCP_CA_Loss ?
				LINUX_MIB_TCPSLOWSTARTRETRANS :
				LINUX_MIB_TCPFASTRETRANS, cb->gso_segs);
		if (tp->ca_state == TCP_CA_Recovery)
			tp->prr_out += cb->gso_segs;
		if (skb == inetx_tcp_rtx_head(sk))
			first = true;
	}
	tp->retransmit_from = NULL;
	if (first && tp->rto_mode != INETX_TIMER_REO)
		inetx_tcp_rearm_rto(sk);
}
