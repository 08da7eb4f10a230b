// SPDX-License-Identifier: GPL-2.0
/* Options at level SOL_TCP: tcp(7). */

#include "tcp/internal.h"

#define MIN_MSS			88
#define MAX_MSS			32767
#define MAX_KEEPIDLE		32767
#define MAX_KEEPCNT		127
#define MAX_SYNCNT		127
#define ULP_NAME_MAX		16

/* TCP_DEFER_ACCEPT counts SYN-ACK timeouts, programs count seconds. */
static u8 secs_to_retrans(int secs)
{
	int period = 1, step = 1;
	u8 n = 0;

	if (secs <= 0)
		return 0;
	n = 1;
	while (secs > period && n < 255) {
		n++;
		step = min(step << 1, 120);
		period += step;
	}
	return n;
}

static int retrans_to_secs(u8 n)
{
	int period = 0, step = 1;

	while (n--) {
		period += step;
		step = min(step << 1, 120);
	}
	return period;
}

static void set_nodelay(struct sock *sk, bool on)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!on) {
		tp->nagle &= ~INETX_NAGLE_OFF;
		return;
	}
	tp->nagle |= INETX_NAGLE_OFF | INETX_NAGLE_PUSH;
	inetx_tcp_push(sk);
}

static void set_cork(struct sock *sk, bool on)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (on) {
		tp->nagle |= INETX_NAGLE_CORK;
		if (tp->nagle & INETX_NAGLE_OFF)
			tp->nagle &= ~INETX_NAGLE_PUSH;
		return;
	}
	tp->nagle &= ~INETX_NAGLE_CORK;
	if (tp->nagle & INETX_NAGLE_OFF)
		tp->nagle |= INETX_NAGLE_PUSH;
	inetx_tcp_push(sk);
}

static int set_keepidle(struct sock *sk, int val)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 idle;

	if (val < 1 || val > MAX_KEEPIDLE)
		return -EINVAL;
	tp->keep_idle = val * HZ;
	if (sock_flag(sk, SOCK_KEEPOPEN) &&
	    !((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN))) {
		idle = min((u32)jiffies - tp->last_recv,
			   (u32)jiffies - tp->last_ack);
		inetx_tcp_arm_keepalive(sk, tp->keep_idle > idle ?
					tp->keep_idle - idle : 0);
	}
	return 0;
}

static void set_linger2(struct inetx_tcp_sock *tp, int val)
{
	if (val < 0)
		tp->linger2 = -1;
	else if (val > INETX_TCP_MAX_LINGER2 / HZ)
		tp->linger2 = INETX_TCP_MAX_LINGER2;
	else
		tp->linger2 = val * HZ;
}

static int set_window_clamp(struct sock *sk, int val)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!val) {
		if (sk->sk_state != TCP_CLOSE)
			return -EINVAL;
		tp->window_clamp = 0;
		return 0;
	}
	tp->window_clamp = max_t(u32, val, SOCK_MIN_RCVBUF / 2);
	if (sk->sk_state != TCP_CLOSE)
		tp->rcv_ssthresh = min(tp->rcv_wnd, tp->window_clamp);
	return 0;
}

static void set_quickack(struct sock *sk, int val)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!val) {
		tp->pingpong = 1;
		return;
	}
	tp->pingpong = 0;
	if ((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT) &&
	    tp->ack_sched) {
		inetx_tcp_clock(tp);
		inetx_tcp_send_ack(sk);
		if (!(val & 1))
			tp->pingpong = 1;
	}
}

static int set_range(u8 *field, int val, int most)
{
	if (val < 1 || val > most)
		return -EINVAL;
	*field = val;
	return 0;
}

static int set_congestion(struct sock *sk, sockptr_t optval,
			  unsigned int len)
{
	char name[INETX_CONG_NAME_MAX];
	long n;
	int algo, err = 0;

	if (len < 1)
		return -EINVAL;
	n = strncpy_from_sockptr(name, optval, min_t(long, sizeof(name) - 1,
						     len));
	if (n < 0)
		return -EFAULT;
	name[n] = 0;
	algo = inetx_cong_find(name);
	if (algo < 0)
		return -ENOENT;
	lock_sock(sk);
	if (inetx_tcp_sk(sk)->cong_locked)
		err = -EPERM;
	else
		inetx_cong_set_algo(&inetx_tcp_sk(sk)->cong, algo);
	release_sock(sk);
	return err;
}

/* No upper layer protocol, such as TLS, is written for this family. */
static int set_ulp(sockptr_t optval, unsigned int len)
{
	char name[ULP_NAME_MAX];

	if (len < 1)
		return -EINVAL;
	if (strncpy_from_sockptr(name, optval,
				 min_t(long, sizeof(name) - 1, len)) < 0)
		return -EFAULT;
	return -ENOENT;
}

/* Options that are 0 or 1, or a little more, for later. */
static int set_small(struct inetx_tcp_sock *tp, int name, int val)
{
	if (val < 0 || val > (name == TCP_SAVE_SYN ? 2 : 1))
		return -EINVAL;
	switch (name) {
	case TCP_INQ:
		tp->recv_inq = val;
		break;
	case TCP_SAVE_SYN:
		tp->save_syn = val;
		break;
	case TCP_THIN_LINEAR_TIMEOUTS:
		tp->thin_lto = val;
		break;
	case TCP_THIN_DUPACK:
		/* RACK needs no such help: of no effect since Linux 4.20. */
		break;
	}
	return 0;
}

static int set_locked(struct sock *sk, int name, int val)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	switch (name) {
	case TCP_NODELAY:
		set_nodelay(sk, val);
		return 0;
	case TCP_MAXSEG:
		if (val && (val < MIN_MSS || val > MAX_MSS))
			return -EINVAL;
		tp->user_mss = val;
		return 0;
	case TCP_CORK:
		set_cork(sk, val);
		return 0;
	case TCP_KEEPIDLE:
		return set_keepidle(sk, val);
	case TCP_KEEPINTVL:
		if (val < 1 || val > MAX_KEEPIDLE)
			return -EINVAL;
		tp->keep_intvl = val * HZ;
		return 0;
	case TCP_KEEPCNT:
		return set_range(&tp->keep_cnt, val, MAX_KEEPCNT);
	case TCP_SYNCNT:
		return set_range(&tp->syn_retries, val, MAX_SYNCNT);
	case TCP_LINGER2:
		set_linger2(tp, val);
		return 0;
	case TCP_DEFER_ACCEPT:
		WRITE_ONCE(tp->defer_accept, secs_to_retrans(val));
		return 0;
	case TCP_WINDOW_CLAMP:
		return set_window_clamp(sk, val);
	case TCP_QUICKACK:
		set_quickack(sk, val);
		return 0;
	case TCP_USER_TIMEOUT:
		if (val < 0)
			return -EINVAL;
		tp->user_timeout = val;
		return 0;
	case TCP_NOTSENT_LOWAT:
		tp->notsent_lowat = val;
		sk->sk_write_space(sk);
		return 0;
	case TCP_TIMESTAMP:
		/* For sockets under repair alone. */
		return -EPERM;
	case TCP_INQ:
	case TCP_SAVE_SYN:
	case TCP_THIN_LINEAR_TIMEOUTS:
	case TCP_THIN_DUPACK:
		return set_small(tp, name, val);
	default:
		return -ENOPROTOOPT;
	}
}

/**
 * inetx_tcp_setsockopt - prot->setsockopt
 * @sk: the socket
 * @level: SOL_TCP, or a level of the socket room
 * @name: TCP_*
 * @optval: value
 * @len: bytes of it
 *
 * Context: process.
 * Return: 0, -EINVAL, -EFAULT, -ENOPROTOOPT, -ENOENT (no such congestion
 * control, no such upper layer), -EPERM.
 */
int inetx_tcp_setsockopt(struct sock *sk, int level, int name, sockptr_t optval,
			 unsigned int len)
{
	int val, err;

	if (level != SOL_TCP)
		return inetx_setsockopt(sk, level, name, optval, len);
	if (name == TCP_CONGESTION)
		return set_congestion(sk, optval, len);
	if (name == TCP_ULP)
		return set_ulp(optval, len);
	if (len < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	err = set_locked(sk, name, val);
	release_sock(sk);
	return err;
}

static int get_linger2(const struct sock *sk)
{
	int val = inetx_tcp_sk(sk)->linger2;

	if (val < 0)
		return val;
	return (val ?: READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_fin_timeout)) /
	       HZ;
}

static int get_maxseg(const struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (tp->user_mss && (1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN))
		return tp->user_mss;
	return tp->mss ?: TCP_MSS_DEFAULT;
}

/* Options that are an int. */
static int get_int(struct sock *sk, int name, int *val)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	switch (name) {
	case TCP_MAXSEG:
		*val = get_maxseg(sk);
		return 0;
	case TCP_NODELAY:
		*val = !!(tp->nagle & INETX_NAGLE_OFF);
		return 0;
	case TCP_CORK:
		*val = !!(tp->nagle & INETX_NAGLE_CORK);
		return 0;
	case TCP_KEEPIDLE:
		*val = inetx_tcp_keep_idle(tp) / HZ;
		return 0;
	case TCP_KEEPINTVL:
		*val = inetx_tcp_keep_intvl(tp) / HZ;
		return 0;
	case TCP_KEEPCNT:
		*val = inetx_tcp_keep_cnt(tp);
		return 0;
	case TCP_SYNCNT:
		*val = tp->syn_retries ?:
		       READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_syn_retries);
		return 0;
	case TCP_LINGER2:
		*val = get_linger2(sk);
		return 0;
	case TCP_DEFER_ACCEPT:
		*val = retrans_to_secs(tp->defer_accept);
		return 0;
	case TCP_WINDOW_CLAMP:
		*val = tp->window_clamp;
		return 0;
	case TCP_QUICKACK:
		*val = !tp->pingpong;
		return 0;
	case TCP_USER_TIMEOUT:
		*val = tp->user_timeout;
		return 0;
	case TCP_NOTSENT_LOWAT:
		*val = tp->notsent_lowat;
		return 0;
	case TCP_INQ:
		*val = tp->recv_inq;
		return 0;
	case TCP_SAVE_SYN:
		*val = tp->save_syn;
		return 0;
	case TCP_THIN_LINEAR_TIMEOUTS:
		*val = tp->thin_lto;
		return 0;
	case TCP_THIN_DUPACK:
		*val = 0;
		return 0;
	case TCP_TIMESTAMP:
		*val = (u32)div_u64(ktime_get_ns(), NSEC_PER_MSEC) + tp->ts_off;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* Hand @size bytes out, as many as the caller has room for. */
static int put_opt(const void *data, int size, int room, char __user *optval,
		   int __user *optlen)
{
	size = min(size, room);
	if (put_user(size, optlen) || copy_to_user(optval, data, size))
		return -EFAULT;
	return 0;
}

/* TCP_SAVED_SYN: once, and whole or not at all. */
static int get_saved_syn(struct sock *sk, int room, char __user *optval,
			 int __user *optlen)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct saved_syn *s;
	int size = 0, err;

	lock_sock(sk);
	s = tp->saved_syn;
	if (s)
		size = s->mac_hdrlen + s->network_hdrlen + s->tcp_hdrlen;
	if (size > room) {
		err = put_user(size, optlen) ? -EFAULT : -EINVAL;
	} else {
		err = put_opt(s ? s->data : NULL, size, size, optval, optlen);
		if (!err) {
			kfree(s);
			tp->saved_syn = NULL;
		}
	}
	release_sock(sk);
	return err;
}

/**
 * inetx_tcp_getsockopt - prot->getsockopt
 * @sk: the socket
 * @level: SOL_TCP, or a level of the socket room
 * @name: TCP_*
 * @optval: where to
 * @optlen: room there; set to what was put
 *
 * Context: process.
 * Return: 0, -EINVAL, -EFAULT, -ENOPROTOOPT.
 */
int inetx_tcp_getsockopt(struct sock *sk, int level, int name,
			 char __user *optval, int __user *optlen)
{
	char cong[INETX_CONG_NAME_MAX] = {};
	struct tcp_info info;
	int room, val, err;

	if (level != SOL_TCP)
		return inetx_getsockopt(sk, level, name, optval, optlen);
	if (get_user(room, optlen))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;

	switch (name) {
	case TCP_INFO:
		inetx_tcp_get_info(sk, &info);
		return put_opt(&info, sizeof(info), room, optval, optlen);
	case TCP_CONGESTION:
		strscpy(cong, inetx_cong_name(inetx_tcp_sk(sk)->cong.algo),
			sizeof(cong));
		return put_opt(cong, sizeof(cong), room, optval, optlen);
	case TCP_SAVED_SYN:
		return get_saved_syn(sk, room, optval, optlen);
	case TCP_CC_INFO:
	case TCP_ULP:
		/* Neither Reno nor CUBIC tells anything, there is no upper layer. */
		return put_opt(NULL, 0, 0, optval, optlen);
	}
	err = get_int(sk, name, &val);
	if (err)
		return err;
	return put_opt(&val, sizeof(val), room, optval, optlen);
}
