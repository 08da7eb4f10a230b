// SPDX-License-Identifier: GPL-2.0
/* From the receive queue to the program: recv(2). */

#include <net/busy_poll.h>

#include "tcp/internal.h"

/**
 * inetx_tcp_inq - bytes that can be read now
 * @sk: the socket
 *
 * The urgent byte, if not inline, counts as the mark: what is before it.
 *
 * Context: socket lock; without it a snapshot.
 * Return: bytes.
 */
int inetx_tcp_inq(struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 copied = READ_ONCE(tp->copied_seq);
	u32 rcv = READ_ONCE(tp->rcv_nxt);
	u32 urg = READ_ONCE(tp->urg_seq);
	int n;

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
		return 0;
	if (!sock_flag(sk, SOCK_URGINLINE) && tp->urg_data &&
	    !inetx_seq_before(urg, copied) && inetx_seq_before(urg, rcv))
		return urg - copied;
	n = rcv - copied;
	if (n && sock_flag(sk, SOCK_DONE))
		n--;
	return n;
}

static void eat(struct sock *sk, struct sk_buff *skb)
{
	__skb_unlink(skb, &sk->sk_receive_queue);
	kfree_skb(skb);
}

/**
 * inetx_tcp_recv_skb - the packet that holds a byte of the receive queue
 * @sk: the socket
 * @seq: the byte
 * @off: set to its place in the packet
 *
 * Context: socket lock.
 * Return: the packet, also one with a FIN at @seq, or NULL.
 */
struct sk_buff *inetx_tcp_recv_skb(struct sock *sk, u32 seq, u32 *off)
{
	struct sk_buff *skb;

	skb_queue_walk(&sk->sk_receive_queue, skb) {
		u32 at = seq - INETX_TCB(skb)->seq;

		if (inetx_seq_before(seq, INETX_TCB(skb)->seq))
			return NULL;
		if (at < skb->len || (INETX_TCB(skb)->flags & INETX_TH_FIN &&
				      at == skb->len)) {
			*off = at;
			return skb;
		}
	}
	return NULL;
}

/* recv() with MSG_OOB. */
static int recv_urgent(struct sock *sk, struct msghdr *msg, int len, int flags)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u16 urg = tp->urg_data;
	char byte = urg;

	if (sock_flag(sk, SOCK_URGINLINE) || !urg || urg == INETX_URG_READ)
		return -EINVAL;
	if (sk->sk_state == TCP_CLOSE && !sock_flag(sk, SOCK_DONE))
		return -ENOTCONN;
	if (urg & INETX_URG_VALID) {
		if (!(flags & MSG_PEEK))
			WRITE_ONCE(tp->urg_data, INETX_URG_READ);
		msg->msg_flags |= MSG_OOB;
		if (len <= 0) {
			msg->msg_flags |= MSG_TRUNC;
			return 0;
		}
		if (!(flags & MSG_TRUNC) && memcpy_to_msg(msg, &byte, 1))
			return -EFAULT;
		return 1;
	}
	if (sk->sk_state == TCP_CLOSE || sk->sk_shutdown & RCV_SHUTDOWN)
		return 0;
	/* Announced, but not here yet: even a blocking call does not wait. */
	return -EAGAIN;
}

/* Nothing to read, nothing read: what to return, or 1 to wait. */
static int empty_result(struct sock *sk, long timeo)
{
	if (sock_flag(sk, SOCK_DONE))
		return 0;
	if (sk->sk_err)
		return sock_error(sk);
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		return 0;
	if (sk->sk_state == TCP_CLOSE)
		return -ENOTCONN;
	if (!timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(timeo);
	return 1;
}

/* Something was read, but less than asked for: is that all? */
static bool stop_short(struct sock *sk, long timeo)
{
	return sk->sk_err || sk->sk_state == TCP_CLOSE ||
	       sk->sk_shutdown & RCV_SHUTDOWN || !timeo ||
	       signal_pending(current);
}

/**
 * struct reading - one call of recv()
 * @msg: where to
 * @flags: MSG_*
 * @seq: next byte; tp->copied_seq, or a copy of it with MSG_PEEK
 * @peeked: that copy
 * @left: bytes still asked for
 * @copied: bytes read
 * @target: bytes to wait for
 * @hole: urgent bytes stepped over
 * @timeo: jiffies to wait
 */
struct reading {
	struct msghdr *msg;
	int flags;
	u32 *seq;
	u32 peeked;
	size_t left;
	int copied;
	int target;
	int hole;
	long timeo;
};

/* How many bytes up to the urgent mark; false: the mark is the next byte, and
 * has been stepped over.
 */
static bool up_to_mark(struct sock *sk, struct reading *r, u32 *off, u32 *used)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 dist;

	if (likely(!tp->urg_data))
		return true;
	dist = tp->urg_seq - *r->seq;
	if (dist >= *used)
		return true;
	if (dist) {
		*used = dist;
		return true;
	}
	if (sock_flag(sk, SOCK_URGINLINE))
		return true;
	WRITE_ONCE(*r->seq, *r->seq + 1);
	r->hole++;
	(*off)++;
	(*used)--;
	return *used;
}

/* Copy from one packet.  Returns 0 to go on, 1 at the end, or an errno. */
static int read_skb(struct sock *sk, struct reading *r, struct sk_buff *skb,
		    u32 off)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 used = min_t(size_t, skb->len - off, r->left);

	if (used && up_to_mark(sk, r, &off, &used)) {
		if (!(r->flags & MSG_TRUNC) &&
		    skb_copy_datagram_msg(skb, off, r->msg, used))
			return -EFAULT;
		WRITE_ONCE(*r->seq, *r->seq + used);
		r->copied += used;
		r->left -= used;
		off += used;
		if (!(r->flags & MSG_PEEK))
			inetx_tcp_space_adjust(sk);
	}
	if (tp->urg_data && inetx_seq_after(tp->copied_seq, tp->urg_seq))
		WRITE_ONCE(tp->urg_data, 0);
	if (off < skb->len)
		return 0;
	if (INETX_TCB(skb)->flags & INETX_TH_FIN) {
		WRITE_ONCE(*r->seq, *r->seq + 1);
		if (!(r->flags & MSG_PEEK))
			eat(sk, skb);
		return 1;
	}
	if (!(r->flags & MSG_PEEK))
		eat(sk, skb);
	return 0;
}

/* Returns 0 to go on, 1 at the end with r->copied to return, or an errno. */
static int read_more(struct sock *sk, struct reading *r)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;
	int err;
	u32 off;

	/* The mark ends a read: what follows belongs to the next. */
	if (unlikely(tp->urg_data) && tp->urg_seq == *r->seq && r->copied)
		return 1;
	skb = inetx_tcp_recv_skb(sk, *r->seq, &off);
	if (skb)
		return read_skb(sk, r, skb, off);

	if (r->copied >= r->target && !READ_ONCE(sk->sk_backlog.tail))
		return 1;
	if (r->copied) {
		if (stop_short(sk, r->timeo))
			return 1;
	} else {
		err = empty_result(sk, r->timeo);
		if (err <= 0)
			return err ?: 1;
	}
	if (r->copied >= r->target) {
		sk_flush_backlog(sk);
	} else {
		inetx_tcp_cleanup_rbuf(sk, r->copied);
		err = sk_wait_data(sk, &r->timeo,
				   skb_peek_tail(&sk->sk_receive_queue));
		if (err < 0)
			return r->copied ? 1 : err;
	}
	/* Somebody else read what we had peeked at. */
	if (r->flags & MSG_PEEK &&
	    r->peeked - r->copied - r->hole != tp->copied_seq)
		r->peeked = tp->copied_seq;
	return 0;
}

static int recvmsg_locked(struct sock *sk, struct msghdr *msg, size_t len,
			  int flags)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct reading r = {
		.msg = msg,
		.flags = flags,
		.left = len,
	};
	int err = 0;

	if (sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	r.timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	if (flags & MSG_OOB)
		return recv_urgent(sk, msg, len, flags);

	r.peeked = tp->copied_seq;
	r.seq = flags & MSG_PEEK ? &r.peeked : &tp->copied_seq;
	r.target = sock_rcvlowat(sk, flags & MSG_WAITALL, len);
	do {
		err = read_more(sk, &r);
	} while (!err && r.left);
	if (err < 0 && !r.copied)
		r.copied = err;
	inetx_tcp_cleanup_rbuf(sk, r.copied);
	return r.copied;
}

/**
 * inetx_tcp_recvmsg - prot->recvmsg
 * @sk: the socket
 * @msg: where to
 * @len: bytes asked for
 * @flags: MSG_*
 * @addr_len: left as it is: a connection's peer is known
 *
 * Context: process.
 * Return: bytes read, 0 at the end of the stream, or a negative errno.
 */
int inetx_tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len)
{
	int inq = 0;
	bool tell;
	int ret;

	if (unlikely(flags & MSG_ERRQUEUE))
		return inetx_sock_recv_error(sk, msg, len, addr_len);
	if (sk_can_busy_loop(sk) &&
	    skb_queue_empty_lockless(&sk->sk_receive_queue) &&
	    sk->sk_state == TCP_ESTABLISHED)
		sk_busy_loop(sk, flags & MSG_DONTWAIT);

	lock_sock(sk);
	ret = recvmsg_locked(sk, msg, len, flags);
	tell = inetx_tcp_sk(sk)->recv_inq;
	if (tell || msg->msg_get_inq)
		inq = inetx_tcp_inq(sk);
	release_sock(sk);

	if (ret >= 0 && (tell || msg->msg_get_inq)) {
		if (msg->msg_get_inq)
			msg->msg_inq = inq;
		if (tell)
			put_cmsg(msg, SOL_TCP, TCP_CM_INQ, sizeof(inq), &inq);
	}
	return ret;
}
