// SPDX-License-Identifier: GPL-2.0
/* From the receive queue into a pipe: splice(2). */

#include <linux/fs.h>
#include <linux/splice.h>

#include "tcp/internal.h"

/* Move what is there.  Returns bytes, 0 for none, or a negative errno. */
static int splice_queue(struct sock *sk, struct pipe_inode_info *pipe,
			size_t len, unsigned int flags)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;
	int total = 0;
	u32 off;

	while (len && (skb = inetx_tcp_recv_skb(sk, tp->copied_seq, &off))) {
		u32 n = min_t(size_t, skb->len - off, len);
		int done = 0;

		if (tp->urg_data) {
			u32 dist = tp->urg_seq - tp->copied_seq;

			n = min(n, dist);
			if (!n)
				break;
		}
		if (n) {
			done = skb_splice_bits(skb, sk, off, pipe, n, flags);
			if (done <= 0)
				return total ?: done;
		}
		WRITE_ONCE(tp->copied_seq, tp->copied_seq + done);
		total += done;
		len -= done;
		if (off + done < skb->len) {
			/* The pipe is full. */
			if (done < n)
				break;
			continue;
		}
		__skb_unlink(skb, &sk->sk_receive_queue);
		if (INETX_TCB(skb)->flags & INETX_TH_FIN) {
			WRITE_ONCE(tp->copied_seq, tp->copied_seq + 1);
			kfree_skb(skb);
			break;
		}
		kfree_skb(skb);
	}
	if (total) {
		inetx_tcp_space_adjust(sk);
		inetx_tcp_cleanup_rbuf(sk, total);
	}
	return total;
}

/* Nothing there: 1 after waiting, else what to return. */
static int wait_data(struct sock *sk, long *timeo)
{
	int err;

	if (sock_flag(sk, SOCK_DONE))
		return 0;
	if (sk->sk_err)
		return sock_error(sk);
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		return 0;
	if (sk->sk_state == TCP_CLOSE)
		return -ENOTCONN;
	if (!*timeo)
		return -EAGAIN;
	/* Data behind an urgent mark that only recv() can step over. */
	if (!skb_queue_empty(&sk->sk_receive_queue))
		return 0;
	err = sk_wait_data(sk, timeo, NULL);
	if (err < 0)
		return err;
	if (signal_pending(current))
		return sock_intr_errno(*timeo);
	return 1;
}

/**
 * inetx_tcp_splice_read - proto_ops.splice_read
 * @sock: the socket
 * @ppos: must be 0: a socket has no position
 * @pipe: where to
 * @len: bytes at most
 * @flags: SPLICE_F_*
 *
 * Context: process.
 * Return: bytes moved, or a negative errno.
 */
ssize_t inetx_tcp_splice_read(struct socket *sock, loff_t *ppos,
			      struct pipe_inode_info *pipe, size_t len,
			      unsigned int flags)
{
	struct sock *sk = sock->sk;
	ssize_t total = 0;
	long timeo;
	int n = 0;

	if (unlikely(*ppos))
		return -ESPIPE;
	sock_rps_record_flow(sk);
	lock_sock(sk);
	timeo = sock_rcvtimeo(sk, sock->file->f_flags & O_NONBLOCK);
	while (len) {
		n = splice_queue(sk, pipe, len, flags);
		if (n < 0)
			break;
		if (n) {
			total += n;
			len -= n;
			if (!len || !timeo)
				break;
			/* The pipe may be full: let its reader in. */
			release_sock(sk);
			lock_sock(sk);
			if (sk->sk_err || sk->sk_state == TCP_CLOSE ||
			    sk->sk_shutdown & RCV_SHUTDOWN ||
			    signal_pending(current))
				break;
			continue;
		}
		if (total)
			break;
		n = wait_data(sk, &timeo);
		if (n <= 0)
			break;
	}
	release_sock(sk);
	return total ?: n;
}
