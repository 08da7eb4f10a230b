// SPDX-License-Identifier: GPL-2.0
/* From the program into the send queue: send(2), sendfile(2), splice(2). */

#include "tcp/internal.h"

static void entail(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tcp_cb *cb = INETX_TCB(skb);

	cb->seq = tp->write_seq;
	cb->end_seq = tp->write_seq;
	cb->flags = INETX_TH_ACK;
	__skb_queue_tail(&sk->sk_write_queue, skb);
	sk_wmem_queued_add(sk, skb->truesize);
	sk_mem_charge(sk, skb->truesize);
	tp->nagle &= ~INETX_NAGLE_PUSH;
}

/* A packet at the tail that an error has left empty. */
static void drop_empty(struct sock *sk)
{
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);

	if (skb && !skb->len && INETX_TCB(skb)->seq == INETX_TCB(skb)->end_seq) {
		__skb_unlink(skb, &sk->sk_write_queue);
		inetx_tcp_wmem_free(sk, skb);
	}
}

static void mark_push(struct inetx_tcp_sock *tp, struct sk_buff *skb)
{
	INETX_TCB(skb)->flags |= INETX_TH_PSH;
	tp->pushed_seq = tp->write_seq;
}

/* A small packet, while earlier ones are still in a queue of this host: more
 * may be written before they have left.
 */
static bool autocork(struct sock *sk, const struct sk_buff *skb, u32 goal)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (skb->len >= goal || inetx_tcp_rtx_empty(sk) ||
	    !READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_autocorking) ||
	    refcount_read(&sk->sk_wmem_alloc) <= skb->truesize)
		return false;
	if (!test_bit(INETX_DEFER_THROTTLED, &tp->defer)) {
		INETX_LINUX_INC(inetx_sk_net(sk), LINUX_MIB_TCPAUTOCORKING);
		set_bit(INETX_DEFER_THROTTLED, &tp->defer);
		/* Pairs with inetx_tcp_tsq_wfree(). */
		smp_mb__after_atomic();
	}
	return refcount_read(&sk->sk_wmem_alloc) > skb->truesize;
}

/* The program has written what it wanted to. */
static void push_written(struct sock *sk, int flags, u32 goal)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);
	u8 nagle = tp->nagle;

	if (!skb)
		return;
	if (!(flags & MSG_MORE) ||
	    inetx_seq_after(tp->write_seq, tp->pushed_seq + (tp->max_wnd >> 1)))
		mark_push(tp, skb);
	if (flags & MSG_OOB) {
		tp->snd_up = tp->write_seq;
		tp->urg_mode = 1;
	}
	if (autocork(sk, skb, goal))
		return;
	if (flags & MSG_MORE)
		nagle |= INETX_NAGLE_CORK;
	inetx_tcp_clock(tp);
	if (inetx_tcp_write_xmit(sk, nagle, false, sk_gfp_mask(sk, GFP_ATOMIC)))
		inetx_tcp_check_probe(sk);
}

/* The packet to append to, with room for *@room bytes; NULL: wait for memory. */
static struct sk_buff *tail_for_write(struct sock *sk, u32 goal, u32 *room)
{
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);

	if (skb && skb->len < goal && !INETX_TCB(skb)->eor &&
	    !(INETX_TCB(skb)->flags & INETX_TH_FIN)) {
		*room = goal - skb->len;
		return skb;
	}
	if (!inetx_tcp_memory_free(sk, 0))
		return NULL;
	skb = inetx_tcp_alloc_skb(sk, sk->sk_allocation);
	if (!skb)
		return NULL;
	entail(sk, skb);
	*room = goal;
	return skb;
}

static void wrote(struct sock *sk, struct sk_buff *skb, u32 n, bool first)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (first)
		INETX_TCB(skb)->flags &= ~INETX_TH_PSH;
	WRITE_ONCE(tp->write_seq, tp->write_seq + n);
	INETX_TCB(skb)->end_seq += n;
	INETX_TCB(skb)->gso_segs = 0;
}

/* A packet has become full: enough to send? */
static void push_full(struct sock *sk, struct sk_buff *skb)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (inetx_seq_after(tp->write_seq,
			    tp->pushed_seq + (tp->max_wnd >> 1))) {
		mark_push(tp, skb);
		inetx_tcp_clock(tp);
		if (inetx_tcp_write_xmit(sk, tp->nagle | INETX_NAGLE_PUSH,
					 false, sk->sk_allocation))
			inetx_tcp_check_probe(sk);
	} else if (skb == inetx_tcp_send_head(sk)) {
		inetx_tcp_push_one(sk);
	}
}

/* Copy from the program into pages: bytes copied, 0 to wait for memory or to
 * take a new packet (*@full), negative errno.
 */
static int copy_in(struct sock *sk, struct sk_buff *skb, struct msghdr *msg,
		   u32 room, bool *full)
{
	struct page_frag *pfrag = sk_page_frag(sk);
	int i = skb_shinfo(skb)->nr_frags;
	u32 n = min_t(size_t, room, msg_data_left(msg));
	bool merge;
	int err;

	*full = false;
	if (!sk_page_frag_refill(sk, pfrag))
		return 0;
	merge = skb_can_coalesce(skb, i, pfrag->page, pfrag->offset);
	if (!merge && i >= MAX_SKB_FRAGS) {
		mark_push(inetx_tcp_sk(sk), skb);
		INETX_TCB(skb)->eor = true;
		*full = true;
		return 0;
	}
	n = min_t(u32, n, pfrag->size - pfrag->offset);
	if (!sk_wmem_schedule(sk, n))
		return 0;
	err = skb_copy_to_page_nocache(sk, &msg->msg_iter, skb, pfrag->page,
				       pfrag->offset, n);
	if (err)
		return err;
	if (merge) {
		skb_frag_size_add(&skb_shinfo(skb)->frags[i - 1], n);
	} else {
		skb_fill_page_desc(skb, i, pfrag->page, pfrag->offset, n);
		page_ref_inc(pfrag->page);
	}
	pfrag->offset += n;
	return n;
}

/* Before the first byte: may the program write at all? */
static int may_write(struct sock *sk, long *timeo)
{
	int err;

	if ((1 << sk->sk_state) & ~(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)) {
		err = sk_stream_wait_connect(sk, timeo);
		if (err)
			return err;
	}
	if (sk->sk_err || sk->sk_shutdown & SEND_SHUTDOWN)
		return -EPIPE;
	return 0;
}

/* Send what there is, then wait for room. */
static int wait_for_room(struct sock *sk, int flags, bool copied, u32 *goal,
			 long *timeo)
{
	int err;

	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	drop_empty(sk);
	if (copied)
		push_written(sk, flags & ~MSG_MORE, U32_MAX - 1);
	err = sk_stream_wait_memory(sk, timeo);
	if (err)
		return err;
	if (sk->sk_err || sk->sk_shutdown & SEND_SHUTDOWN)
		return -EPIPE;
	*goal = inetx_tcp_size_goal(sk);
	return 0;
}

/* What send(2) returns after an error that came before any byte. */
static int write_error(struct sock *sk, int flags, int err)
{
	err = sk_stream_error(sk, flags, err);
	/* An edge-triggered waiter must not wait for what cannot come. */
	if (err == -EAGAIN && skb_queue_empty(&sk->sk_write_queue) &&
	    inetx_tcp_rtx_empty(sk))
		sk->sk_write_space(sk);
	return err;
}

static int sendmsg_locked(struct sock *sk, struct msghdr *msg)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	int flags = msg->msg_flags;
	struct sockcm_cookie sockc;
	struct sk_buff *skb;
	int copied = 0;
	u32 goal, room;
	bool full;
	long timeo;
	int n, err;

	if (flags & MSG_FASTOPEN)
		return -EOPNOTSUPP;
	timeo = sock_sndtimeo(sk, flags & MSG_DONTWAIT);
	err = may_write(sk, &timeo);
	if (err)
		return write_error(sk, flags, err);
	sockcm_init(&sockc, sk);
	if (msg->msg_controllen) {
		err = sock_cmsg_send(sk, msg, &sockc);
		if (err)
			return -EINVAL;
	}
	sk_clear_bit(SOCKWQ_ASYNC_NOSPACE, sk);

	goal = inetx_tcp_size_goal(sk);
	while (msg_data_left(msg)) {
		if (READ_ONCE(sk->sk_backlog.tail) && copied)
			sk_flush_backlog(sk);
		err = -EPIPE;
		if (sk->sk_err || sk->sk_shutdown & SEND_SHUTDOWN)
			break;
		skb = tail_for_write(sk, goal, &room);
		full = false;
		n = skb ? copy_in(sk, skb, msg, room, &full) : 0;
		if (n < 0) {
			err = n;
			break;
		}
		if (!n) {
			if (full)
				continue;
			err = wait_for_room(sk, flags, copied, &goal, &timeo);
			if (err)
				break;
			continue;
		}
		wrote(sk, skb, n, !copied);
		copied += n;
		err = 0;
		if (!msg_data_left(msg)) {
			if (flags & MSG_EOR)
				INETX_TCB(skb)->eor = true;
			break;
		}
		if (skb->len >= goal && !(flags & MSG_OOB))
			push_full(sk, skb);
	}
	drop_empty(sk);
	if (copied) {
		push_written(sk, flags, goal);
		return copied;
	}
	if (err)
		return write_error(sk, flags, err);
	tp->nagle &= ~INETX_NAGLE_PUSH;
	return 0;
}

/**
 * inetx_tcp_sendmsg - prot->sendmsg
 * @sk: the socket
 * @msg: what to send
 * @size: bytes of it
 *
 * Context: process.
 * Return: bytes taken, or a negative errno.
 */
int inetx_tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size)
{
	int ret;

	lock_sock(sk);
	ret = sendmsg_locked(sk, msg);
	release_sock(sk);
	return ret;
}

/* Append a reference to a page: bytes taken, 0 as copy_in(). */
static int page_in(struct sock *sk, struct sk_buff *skb, struct page *page,
		   int offset, u32 n, bool *full)
{
	int i = skb_shinfo(skb)->nr_frags;
	bool merge = skb_can_coalesce(skb, i, page, offset);

	*full = false;
	if (!merge && i >= MAX_SKB_FRAGS) {
		mark_push(inetx_tcp_sk(sk), skb);
		INETX_TCB(skb)->eor = true;
		*full = true;
		return 0;
	}
	if (!sk_wmem_schedule(sk, n))
		return 0;
	if (merge) {
		skb_frag_size_add(&skb_shinfo(skb)->frags[i - 1], n);
	} else {
		get_page(page);
		skb_fill_page_desc_noacc(skb, i, page, offset, n);
	}
	skb->len += n;
	skb->data_len += n;
	skb->truesize += n;
	sk_wmem_queued_add(sk, n);
	sk_mem_charge(sk, n);
	return n;
}

static int sendpage_locked(struct sock *sk, struct page *page, int offset,
			   size_t size, int flags)
{
	struct sk_buff *skb;
	int copied = 0;
	u32 goal, room;
	bool full;
	long timeo;
	int n, err;

	timeo = sock_sndtimeo(sk, flags & MSG_DONTWAIT);
	err = may_write(sk, &timeo);
	if (err)
		return write_error(sk, flags, err);
	sk_clear_bit(SOCKWQ_ASYNC_NOSPACE, sk);

	goal = inetx_tcp_size_goal(sk);
	while (size) {
		err = -EPIPE;
		if (sk->sk_err || sk->sk_shutdown & SEND_SHUTDOWN)
			break;
		skb = tail_for_write(sk, goal, &room);
		full = false;
		n = skb ? page_in(sk, skb, page, offset,
				  min_t(size_t, room, size), &full) : 0;
		if (!n) {
			if (full)
				continue;
			err = wait_for_room(sk, flags, copied, &goal, &timeo);
			if (err)
				break;
			continue;
		}
		skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
		wrote(sk, skb, n, !copied);
		copied += n;
		offset += n;
		size -= n;
		err = 0;
		if (size && skb->len >= goal)
			push_full(sk, skb);
	}
	drop_empty(sk);
	if (copied) {
		if (!(flags & MSG_SENDPAGE_NOTLAST))
			push_written(sk, flags, goal);
		return copied;
	}
	return err ? write_error(sk, flags, err) : 0;
}

/**
 * inetx_tcp_prot_sendpage - prot->sendpage
 * @sk: the socket
 * @page: the page; referenced until it is acknowledged
 * @offset: first byte of it
 * @size: bytes
 * @flags: MSG_*
 *
 * Context: process.
 * Return: bytes taken, or a negative errno.
 */
int inetx_tcp_prot_sendpage(struct sock *sk, struct page *page, int offset,
			    size_t size, int flags)
{
	int ret;

	/* Without scatter-gather the device needs a copy anyhow; a page without
	 * a reference count must not be held by us.
	 */
	if (!sendpage_ok(page) || !(sk->sk_route_caps & NETIF_F_SG))
		return sock_no_sendpage(sk->sk_socket, page, offset, size,
					flags);
	lock_sock(sk);
	ret = sendpage_locked(sk, page, offset, size, flags);
	release_sock(sk);
	return ret;
}

/**
 * inetx_tcp_sendpage - proto_ops.sendpage
 * @sock: the socket
 * @page: as inetx_tcp_prot_sendpage()
 * @offset: likewise
 * @size: likewise
 * @flags: likewise
 *
 * Context: process.
 * Return: bytes taken, or a negative errno.
 */
ssize_t inetx_tcp_sendpage(struct socket *sock, struct page *page, int offset,
			   size_t size, int flags)
{
	return inetx_tcp_prot_sendpage(sock->sk, page, offset, size, flags);
}
