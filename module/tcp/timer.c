// SPDX-License-Identifier: GPL-2.0
/*
 * The timers of a connection: retransmission with its variants, delayed
 * acknowledgment, keepalive with the end of FIN_WAIT2.
 *
 * A timer that goes off while the program owns the socket leaves a bit, and the
 * owner does the work on release.  Each pending timer and each bit holds a
 * reference.
 */

#include <linux/log2.h>

#include "tcp/internal.h"

/* A thin stream has fewer in flight; so many timeouts come without back-off. */
#define THIN_SEGMENTS	4
#define THIN_TIMEOUTS	6

/**
 * inetx_tcp_arm - start the retransmission timer
 * @sk: the socket
 * @mode: enum inetx_rto_mode
 * @delay: jiffies
 *
 * Context: socket lock.
 */
void inetx_tcp_arm(struct sock *sk, u8 mode, u32 delay)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	tp->rto_mode = mode;
	delay = clamp_t(u32, delay, 1, usecs_to_jiffies(INETX_RTO_MAX_US));
	sk_reset_timer(sk, &tp->rto_timer, jiffies + delay);
}

/**
 * inetx_tcp_disarm - stop the retransmission timer
 * @sk: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_disarm(struct sock *sk)
{
	inetx_tcp_sk(sk)->rto_mode = INETX_TIMER_NONE;
	sk_stop_timer(sk, &inetx_tcp_sk(sk)->rto_timer);
}

/**
 * inetx_tcp_arm_delack - owe an acknowledgment
 * @sk: the socket
 * @delay: jiffies; a timer that goes off earlier stays as it is
 *
 * Context: socket lock.
 */
void inetx_tcp_arm_delack(struct sock *sk, u32 delay)
{
	struct timer_list *t = &inetx_tcp_sk(sk)->delack_timer;
	unsigned long when = jiffies + delay;

	if (timer_pending(t) && time_before(t->expires, when))
		return;
	sk_reset_timer(sk, t, when);
}

/**
 * inetx_tcp_arm_keepalive - start sk->sk_timer
 * @sk: the socket
 * @delay: jiffies
 *
 * Context: socket lock.
 */
void inetx_tcp_arm_keepalive(struct sock *sk, u32 delay)
{
	sk_reset_timer(sk, &sk->sk_timer, jiffies + delay);
}

/**
 * inetx_tcp_timers_stop - stop all timers
 * @sk: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_timers_stop(struct sock *sk)
{
	inetx_tcp_disarm(sk);
	sk_stop_timer(sk, &inetx_tcp_sk(sk)->delack_timer);
	sk_stop_timer(sk, &sk->sk_timer);
}

/**
 * inetx_tcp_keep_idle - how long a connection idles before it is probed
 * @tp: the socket
 *
 * Return: jiffies.
 */
u32 inetx_tcp_keep_idle(const struct inetx_tcp_sock *tp)
{
	return tp->keep_idle ?:
	       READ_ONCE(inetx_tcp_sk_net((struct sock *)tp)->sysctl_tcp_keepalive_time);
}

/**
 * inetx_tcp_keep_intvl - time between keepalive probes
 * @tp: the socket
 *
 * Return: jiffies.
 */
u32 inetx_tcp_keep_intvl(const struct inetx_tcp_sock *tp)
{
	return tp->keep_intvl ?:
	       READ_ONCE(inetx_tcp_sk_net((struct sock *)tp)->sysctl_tcp_keepalive_intvl);
}

/**
 * inetx_tcp_keep_cnt - keepalive probes before the end
 * @tp: the socket
 *
 * Return: their number.
 */
u32 inetx_tcp_keep_cnt(const struct inetx_tcp_sock *tp)
{
	return tp->keep_cnt ?:
	       READ_ONCE(inetx_tcp_sk_net((struct sock *)tp)->sysctl_tcp_keepalive_probes);
}

/**
 * inetx_tcp_fin_time - how long an orphan may stay in FIN_WAIT2
 * @sk: the socket
 *
 * Return: jiffies, at least 3.5 timeouts.
 */
u32 inetx_tcp_fin_time(const struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 time = tp->linger2 ?:
		   READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_fin_timeout);

	return max_t(u32, time, (tp->rto << 2) - (tp->rto >> 1));
}

/* Jiffies that @n timeouts take, each twice the one before, from 200 ms on. */
static u32 retries_to_time(u32 n, u32 base)
{
	u32 most = usecs_to_jiffies(INETX_RTO_MAX_US);
	u32 doublings = ilog2(most / base);

	if (n <= doublings)
		return ((2 << n) - 1) * base;
	return ((2 << doublings) - 1) * base + (n - doublings) * most;
}

/* How often an orphan tries: 8 times, about 100 s, by default. */
static u32 orphan_retries(struct sock *sk, bool alive)
{
	u32 n = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_orphan_retries);

	if (sk->sk_err_soft && !alive)
		return 0;
	return n || !alive ? n : 8;
}

static void give_up(struct sock *sk)
{
	inetx_tcp_write_err(sk);
}

/* An orphan that costs too much ends with a reset, tcp(7) tcp_max_orphans. */
static bool orphan_ends(struct sock *sk, bool reset)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!inetx_tcp_out_of_memory(sk, true))
		return false;
	if ((u32)jiffies - tp->last_send <= 2 * HZ && !tp->snd_wnd)
		reset = true;
	if (reset)
		inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
	inetx_tcp_done(sk);
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPABORTONMEMORY);
	return true;
}

/* RFC 1122 section 4.2.3.5: R2.  True when the socket is no more. */
static bool timed_out(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);
	u32 waited = (u32)jiffies - tp->rto_since;
	u32 limit, n;

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		n = tp->syn_retries ?: READ_ONCE(tn->sysctl_tcp_syn_retries);
		if (tp->user_timeout &&
		    waited >= msecs_to_jiffies(tp->user_timeout)) {
			give_up(sk);
			return true;
		}
		if (tp->retransmits < n)
			return false;
		give_up(sk);
		return true;
	}

	n = READ_ONCE(tn->sysctl_tcp_retries2);
	if (sock_flag(sk, SOCK_DEAD)) {
		bool alive = tp->rto < usecs_to_jiffies(INETX_RTO_MAX_US);

		n = orphan_retries(sk, alive);
		if (orphan_ends(sk, alive))
			return true;
	}
	limit = tp->user_timeout ? msecs_to_jiffies(tp->user_timeout) :
		retries_to_time(n, usecs_to_jiffies(INETX_RTO_MIN_US));
	if (!tp->retransmits || waited < limit)
		return false;
	give_up(sk);
	return true;
}

/* tcp_thin_linear_timeouts: of a thin stream, so few segments are in flight that
 * no duplicates will tell of a loss; its first timeouts do not back off.
 */
static bool linear(const struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	return (tp->thin_lto ||
		READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_thin_linear_timeouts)) &&
	       sk->sk_state == TCP_ESTABLISHED &&
	       tp->packets_out < THIN_SEGMENTS &&
	       tp->cong.ssthresh < INETX_CONG_INFINITE &&
	       tp->retransmits <= THIN_TIMEOUTS;
}

/* RFC 6298 section 5.4 to 5.7. */
static void retransmit_timeout(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb = inetx_tcp_rtx_head(sk);
	u32 most = usecs_to_jiffies(INETX_RTO_MAX_US);

	if (!tp->packets_out || !skb)
		return;
	/* A window that shrank to nothing is probed by the head for as long as
	 * the peer acknowledges.
	 */
	if (!tp->snd_wnd && !sock_flag(sk, SOCK_DEAD) &&
	    !((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))) {
		if ((u32)jiffies - tp->last_ack > most) {
			give_up(sk);
			return;
		}
	} else if (timed_out(sk)) {
		return;
	}

	if (!tp->retransmits)
		INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPTIMEOUTS);
	inetx_tcp_enter_loss(sk);
	tp->retransmits = min_t(u32, tp->retransmits + 1, U8_MAX);
	skb = inetx_tcp_rtx_head(sk);
	if (inetx_tcp_retransmit(sk, skb, 1)) {
		/* No memory, no route, or the first is still in a queue. */
		inetx_tcp_arm(sk, INETX_TIMER_RTO,
			      min_t(u32, tp->rto, INETX_TCP_RESOURCE_PROBE));
		return;
	}
	if (linear(sk)) {
		tp->backoff = 0;
		inetx_tcp_set_rto(tp);
	} else {
		tp->backoff = min_t(u32, tp->backoff + 1, U8_MAX);
		tp->rto = min_t(u32, tp->rto << 1, most);
	}
	inetx_tcp_arm(sk, INETX_TIMER_RTO, tp->rto);
}

/* RFC 9293 section 3.8.6.1. */
static void probe_timeout(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 most = usecs_to_jiffies(INETX_RTO_MAX_US);
	u32 base = usecs_to_jiffies(inetx_rtt_rto(&tp->rtt));
	u32 n = READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_retries2);
	u64 when;
	int err;

	if (tp->packets_out || !inetx_tcp_send_head(sk)) {
		tp->probes = 0;
		return;
	}
	if (tp->user_timeout && tp->probes &&
	    (u32)jiffies - tp->last_ack >= msecs_to_jiffies(tp->user_timeout)) {
		give_up(sk);
		return;
	}
	if (sock_flag(sk, SOCK_DEAD)) {
		bool alive = (u64)base << min_t(u32, tp->backoff, 20) < most;

		n = orphan_retries(sk, alive);
		if (!alive && tp->backoff >= n) {
			give_up(sk);
			return;
		}
		if (orphan_ends(sk, true))
			return;
	}
	if (tp->probes >= n && n) {
		give_up(sk);
		return;
	}

	err = inetx_tcp_wakeup_probe(sk);
	if (tp->packets_out)
		return;
	/* What could not be sent counts too: a peer without a route to it is
	 * as far away as one that does not answer.
	 */
	tp->probes = min_t(u32, tp->probes + 1, U8_MAX);
	if (err == -ENOBUFS) {
		inetx_tcp_arm(sk, INETX_TIMER_PROBE, INETX_TCP_RESOURCE_PROBE);
		return;
	}
	tp->backoff = min_t(u32, tp->backoff + 1, U8_MAX);
	when = (u64)base << min_t(u32, tp->backoff, 20);
	inetx_tcp_arm(sk, INETX_TIMER_PROBE, min_t(u64, when, most));
}

/**
 * inetx_tcp_rto_handler - the retransmission timer went off
 * @sk: the socket
 *
 * Context: socket lock, BH disabled.
 */
void inetx_tcp_rto_handler(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u8 mode = tp->rto_mode;

	/* It was started anew, or stopped, before we had the lock. */
	if (timer_pending(&tp->rto_timer) || mode == INETX_TIMER_NONE ||
	    (1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN))
		return;

	inetx_tcp_clock(tp);
	tp->rto_mode = INETX_TIMER_NONE;
	switch (mode) {
	case INETX_TIMER_RTO:
		retransmit_timeout(sk);
		break;
	case INETX_TIMER_PROBE:
		probe_timeout(sk);
		break;
	case INETX_TIMER_REO:
		inetx_tcp_reo_timeout(sk);
		break;
	}
}

/**
 * inetx_tcp_delack_handler - a delayed acknowledgment is due
 * @sk: the socket
 *
 * Context: socket lock, BH disabled.
 */
void inetx_tcp_delack_handler(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN) || !tp->ack_sched)
		return;
	/* The program did not answer: this is no dialogue. */
	tp->pingpong = 0;
	inetx_tcp_clock(tp);
	inetx_tcp_send_ack(sk);
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_DELAYEDACKS);
}

/* Run a handler now, or leave it to the owner. */
static void run(struct sock *sk, int bit, void (*handler)(struct sock *sk))
{
	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk)) {
		handler(sk);
	} else {
		if (bit == INETX_DEFER_DELACK)
			INETX_LINUX_INC(inetx_sk_net(sk),
					LINUX_MIB_DELAYEDACKLOCKED);
		if (!test_and_set_bit(bit, &inetx_tcp_sk(sk)->defer))
			sock_hold(sk);
	}
	bh_unlock_sock(sk);
	sock_put(sk);
}

static void rto_timer(struct timer_list *t)
{
	struct inetx_tcp_sock *tp = from_timer(tp, t, rto_timer);

	run((struct sock *)tp, INETX_DEFER_RTO, inetx_tcp_rto_handler);
}

static void delack_timer(struct timer_list *t)
{
	struct inetx_tcp_sock *tp = from_timer(tp, t, delack_timer);

	run((struct sock *)tp, INETX_DEFER_DELACK, inetx_tcp_delack_handler);
}

/* An orphan waits for the peer's FIN no longer. */
static void fin_wait2_over(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	int left = inetx_tcp_fin_time(sk) - INETX_TCP_TW_LEN;

	if (tp->linger2 >= 0 && left > 0) {
		inetx_tcp_time_wait(sk, TCP_FIN_WAIT2, left);
		return;
	}
	inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
	inetx_tcp_done(sk);
}

/* Returns jiffies until the next look, 0 when the connection is over. */
static u32 keepalive(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 now = (u32)jiffies;
	u32 idle = min_t(u32, now - tp->last_recv, now - tp->last_ack);
	u32 limit = inetx_tcp_keep_idle(tp);
	u32 user = msecs_to_jiffies(tp->user_timeout);

	/* Data in flight or waiting has timers of its own. */
	if (tp->packets_out || inetx_tcp_send_head(sk))
		return limit;
	if (idle < limit)
		return limit - idle;
	if (user ? idle >= user && tp->probes :
		   tp->probes >= inetx_tcp_keep_cnt(tp)) {
		inetx_tcp_send_active_reset(sk, GFP_ATOMIC);
		inetx_tcp_write_err(sk);
		return 0;
	}
	if (inetx_tcp_wakeup_probe(sk) == -ENOBUFS)
		return INETX_TCP_RESOURCE_PROBE;
	INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPKEEPALIVE);
	tp->probes = min_t(u32, tp->probes + 1, U8_MAX);
	return inetx_tcp_keep_intvl(tp);
}

static void keepalive_timer(struct timer_list *t)
{
	struct sock *sk = from_timer(sk, t, sk_timer);
	u32 again = 0;

	bh_lock_sock(sk);
	if (sock_owned_by_user(sk)) {
		inetx_tcp_arm_keepalive(sk, HZ / 20);
		goto out;
	}
	if (sk->sk_state == TCP_LISTEN)
		goto out;
	inetx_tcp_clock(inetx_tcp_sk(sk));
	if (sk->sk_state == TCP_FIN_WAIT2 && sock_flag(sk, SOCK_DEAD))
		fin_wait2_over(sk);
	else if (sock_flag(sk, SOCK_KEEPOPEN) &&
		 !((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_SYN_SENT)))
		again = keepalive(sk);
	if (again)
		inetx_tcp_arm_keepalive(sk, again);
out:
	bh_unlock_sock(sk);
	sock_put(sk);
}

/**
 * inetx_tcp_keepalive_set - prot->keepalive: SO_KEEPALIVE
 * @sk: the socket
 * @on: new value
 *
 * Context: process, socket lock.
 */
void inetx_tcp_keepalive_set(struct sock *sk, int on)
{
	if ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN))
		return;
	if (on && !sock_flag(sk, SOCK_KEEPOPEN))
		inetx_tcp_arm_keepalive(sk,
					inetx_tcp_keep_idle(inetx_tcp_sk(sk)));
	else if (!on)
		sk_stop_timer(sk, &sk->sk_timer);
}

/**
 * inetx_tcp_timers_init - set the timers of a new socket up
 * @sk: new, or a clone whose timers are copies
 *
 * Context: nobody else uses the timers.
 */
void inetx_tcp_timers_init(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	timer_setup(&tp->rto_timer, rto_timer, 0);
	timer_setup(&tp->delack_timer, delack_timer, 0);
	timer_setup(&sk->sk_timer, keepalive_timer, 0);
	tp->rto_mode = INETX_TIMER_NONE;
}
