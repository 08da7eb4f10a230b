// SPDX-License-Identifier: GPL-2.0
/*
 * The receive queue of a UDP socket: limits, memory accounting, waiting.
 *
 * Softirqs append to sk_receive_queue.  A reader takes all of it over into its
 * own queue at once when that is empty, and gives the memory of what it has
 * read back in one go as well, when the next batch is taken or a quarter of
 * SO_RCVBUF has come together.
 */

#include <linux/poll.h>
#include <net/busy_poll.h>

#include "udp/local.h"

/* udp_rmem_min: what a socket may have even if udp_mem is used up.  Its
 * sk_forward_alloc is overdrawn meanwhile, hence the sum does not know of it.
 */
static bool guaranteed(const struct sock *sk, unsigned int rmem)
{
	return rmem < READ_ONCE(inetx_sk_net(sk)->udp.sysctl_rmem_min);
}

/**
 * inetx_udp_enqueue - append a packet, data at the payload
 * @sk: the socket
 * @skb: the packet; taken only if the answer is 0
 *
 * At least one packet fits whatever SO_RCVBUF says.
 *
 * Context: softirqs disabled, RCU.
 * Return: 0, -ENOMEM (SO_RCVBUF is full) or -ENOBUFS (udp_mem is).
 */
int inetx_udp_enqueue(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff_head *queue = &sk->sk_receive_queue;
	unsigned int size = skb->truesize;
	unsigned int limit = READ_ONCE(sk->sk_rcvbuf);
	unsigned int rmem;
	int err = -ENOMEM;

	/* A flood shall not cost two atomic operations for each drop. */
	if ((unsigned int)atomic_read(&sk->sk_rmem_alloc) > limit)
		goto drop;
	rmem = atomic_add_return(size, &sk->sk_rmem_alloc);
	if (rmem > size + limit)
		goto uncharge;

	spin_lock(&queue->lock);
	if (!sk_rmem_schedule(sk, skb, size) && !guaranteed(sk, rmem)) {
		spin_unlock(&queue->lock);
		err = -ENOBUFS;
		goto uncharge;
	}
	sk_forward_alloc_add(sk, -size);
	sock_skb_set_dropcount(sk, skb);
	/* The device may go before the packet is read. */
	skb->dev = NULL;
	__skb_queue_tail(queue, skb);
	spin_unlock(&queue->lock);

	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
	return 0;

uncharge:
	atomic_sub(size, &sk->sk_rmem_alloc);
drop:
	atomic_inc(&sk->sk_drops);
	return err;
}

/* Both queues locked: give back @size bytes, and what was put off. */
static void release_locked(struct sock *sk, unsigned int size)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	int surplus;

	size += us->deficit;
	us->deficit = 0;
	if (!size)
		return;
	sk_forward_alloc_add(sk, size);
	/* Up to a page stays with the socket for the next packet. */
	surplus = (sk->sk_forward_alloc - 1) & ~(PAGE_SIZE - 1);
	if (surplus > 0)
		__sk_mem_reclaim(sk, surplus);
	atomic_sub(size, &sk->sk_rmem_alloc);
}

/* @reader locked: put @size bytes off to be given back, or do it. */
static void release_later(struct sock *sk, unsigned int size)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);

	us->deficit += size;
	if (!skb_queue_empty(&us->reader) &&
	    us->deficit < (unsigned int)READ_ONCE(sk->sk_rcvbuf) >> 2)
		return;
	spin_lock(&sk->sk_receive_queue.lock);
	release_locked(sk, 0);
	spin_unlock(&sk->sk_receive_queue.lock);
}

/* @reader locked: the packet to read, unlinked; or to look at, with a
 * reference, @off bytes into the data of the queue if that is not negative,
 * then @off becomes the offset inside the packet (socket(7) SO_PEEK_OFF).
 */
static struct sk_buff *reader_take(struct sk_buff_head *queue, int flags,
				   int *off)
{
	struct sk_buff *skb;
	int rest = max(*off, 0);

	if (!(flags & MSG_PEEK)) {
		skb = __skb_dequeue(queue);
		*off = 0;
		return skb;
	}
	skb_queue_walk(queue, skb) {
		/* An empty datagram is shown once. */
		if (*off >= 0 && rest >= skb->len &&
		    (rest || INETX_UDP_CB(skb)->peeked)) {
			rest -= skb->len;
			continue;
		}
		if (!skb->len)
			INETX_UDP_CB(skb)->peeked = true;
		refcount_inc(&skb->users);
		*off = rest;
		return skb;
	}
	return NULL;
}

/* A packet from either queue or NULL; never waits. */
static struct sk_buff *try_dequeue(struct sock *sk, int flags, int *off)
{
	struct sk_buff_head *reader = &inetx_udp_sk(sk)->reader;
	struct sk_buff_head *queue = &sk->sk_receive_queue;
	struct sk_buff *skb;

	spin_lock_bh(&reader->lock);
	skb = reader_take(reader, flags, off);
	if (skb) {
		if (!(flags & MSG_PEEK))
			release_later(sk, skb->truesize);
	} else if (!skb_queue_empty_lockless(queue)) {
		spin_lock(&queue->lock);
		skb_queue_splice_tail_init(queue, reader);
		skb = reader_take(reader, flags, off);
		if (skb && !(flags & MSG_PEEK))
			release_locked(sk, skb->truesize);
		spin_unlock(&queue->lock);
	}
	spin_unlock_bh(&reader->lock);
	return skb;
}

/**
 * inetx_udp_dequeue - wait for a packet
 * @sk: the socket
 * @flags: MSG_DONTWAIT, MSG_PEEK
 * @off: for MSG_PEEK: sk_peek_off, becomes the offset inside the packet
 * @err: why there is none: -EAGAIN, -EINTR, the socket's error, or 0 after
 *	shutdown(2)
 *
 * Context: process, socket not locked.
 * Return: the packet, of which the caller has a reference, or NULL.
 */
struct sk_buff *inetx_udp_dequeue(struct sock *sk, int flags, int *off,
				  int *err)
{
	struct sk_buff_head *queue = &sk->sk_receive_queue;
	long timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	const int start = *off;
	struct sk_buff *skb;

	do {
		*err = sock_error(sk);
		if (*err)
			return NULL;
		for (;;) {
			*off = start;
			skb = try_dequeue(sk, flags, off);
			if (skb)
				return skb;
			if (!sk_can_busy_loop(sk))
				break;
			sk_busy_loop(sk, flags & MSG_DONTWAIT);
			if (skb_queue_empty_lockless(queue))
				break;
		}
		*err = -EAGAIN;
		/* Until the queue is no more the empty one we saw. */
	} while (timeo &&
		 !__skb_wait_for_more_packets(sk, queue, err, &timeo,
					      (struct sk_buff *)queue));
	return NULL;
}

/**
 * inetx_udp_count_bad_csum - count a packet with a wrong checksum
 * @sk: the socket it was for
 *
 * Context: any.
 */
void inetx_udp_count_bad_csum(struct sock *sk)
{
	INETX_UDP_SK_INC(sk, UDP_MIB_CSUMERRORS);
	INETX_UDP_SK_INC(sk, UDP_MIB_INERRORS);
	atomic_inc(&sk->sk_drops);
}

/**
 * inetx_udp_drop_bad - drop a packet whose checksum turned out to be wrong
 * @sk: the socket
 * @skb: from inetx_udp_dequeue(); the reference is taken
 * @peeked: by MSG_PEEK, so it may be in the queue still
 *
 * Context: process.
 */
void inetx_udp_drop_bad(struct sock *sk, struct sk_buff *skb, bool peeked)
{
	struct sk_buff_head *reader = &inetx_udp_sk(sk)->reader;
	bool queued = false;

	if (peeked) {
		spin_lock_bh(&reader->lock);
		/* Another reader may have taken it meanwhile. */
		queued = skb->next;
		if (queued) {
			__skb_unlink(skb, reader);
			release_later(sk, skb->truesize);
		}
		spin_unlock_bh(&reader->lock);
	}
	if (queued || !peeked)
		inetx_udp_count_bad_csum(sk);
	if (queued)
		kfree_skb(skb);
	kfree_skb(skb);
}

/* @reader locked: the first packet whose checksum is right; those before it
 * are dropped, their memory added to @freed.
 */
static struct sk_buff *first_good(struct sock *sk, unsigned int *freed)
{
	struct sk_buff_head *reader = &inetx_udp_sk(sk)->reader;
	struct sk_buff *skb;

	while ((skb = skb_peek(reader)) && inetx_udp_csum_bad(skb)) {
		inetx_udp_count_bad_csum(sk);
		__skb_unlink(skb, reader);
		*freed += skb->truesize;
		kfree_skb(skb);
	}
	return skb;
}

/**
 * inetx_udp_first_len - bytes of the first datagram
 * @sk: the socket
 *
 * Drops what has a wrong checksum, so that nobody is told of data that the
 * read then does not find.
 *
 * Context: process.
 * Return: bytes of payload, or -1 when there is none.
 */
int inetx_udp_first_len(struct sock *sk)
{
	struct sk_buff_head *reader = &inetx_udp_sk(sk)->reader;
	struct sk_buff_head *queue = &sk->sk_receive_queue;
	unsigned int freed = 0;
	struct sk_buff *skb;
	int len;

	spin_lock_bh(&reader->lock);
	skb = first_good(sk, &freed);
	if (!skb && !skb_queue_empty_lockless(queue)) {
		spin_lock(&queue->lock);
		skb_queue_splice_tail_init(queue, reader);
		spin_unlock(&queue->lock);
		skb = first_good(sk, &freed);
	}
	len = skb ? skb->len : -1;
	if (freed)
		release_later(sk, freed);
	spin_unlock_bh(&reader->lock);
	return len;
}

/**
 * inetx_udp_purge - drop all packets and return all memory
 * @sk: a socket nobody has a reference to
 *
 * Context: sk_destruct.
 */
void inetx_udp_purge(struct sock *sk)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	unsigned int size = us->deficit;
	struct sk_buff *skb;

	us->deficit = 0;
	skb_queue_splice_tail_init(&sk->sk_receive_queue, &us->reader);
	while ((skb = __skb_dequeue(&us->reader))) {
		size += skb->truesize;
		kfree_skb(skb);
	}
	atomic_sub(size, &sk->sk_rmem_alloc);
	sk_forward_alloc_add(sk, size);
	/* The rest is for inetx_sock_destruct(). */
}

/**
 * inetx_udp_poll - poll(2)
 * @file: the file
 * @sock: the socket
 * @wait: whom to wake
 *
 * For who would block in the read that follows, a datagram counts only when
 * its checksum is right.
 *
 * Context: process.
 * Return: EPOLL* bits.
 */
__poll_t inetx_udp_poll(struct file *file, struct socket *sock,
			struct poll_table_struct *wait)
{
	__poll_t mask = datagram_poll(file, sock, wait);
	struct sock *sk = sock->sk;

	if (!skb_queue_empty_lockless(&inetx_udp_sk(sk)->reader))
		mask |= EPOLLIN | EPOLLRDNORM;
	if ((mask & EPOLLRDNORM) && !(file->f_flags & O_NONBLOCK) &&
	    !(sk->sk_shutdown & RCV_SHUTDOWN) && inetx_udp_first_len(sk) < 0)
		mask &= ~(EPOLLIN | EPOLLRDNORM);
	return mask;
}
