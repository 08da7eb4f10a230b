// SPDX-License-Identifier: GPL-2.0
/* Buffers of a TCP socket and their accounting; orphans. */

#include <linux/mm.h>
#include <linux/swap.h>

#include "tcp/internal.h"

/* All TCP sockets, of all namespaces; struct proto's sockets_allocated. */
struct percpu_counter inetx_tcp_sockets;
/* Sockets that no file descriptor belongs to any more. */
static struct percpu_counter orphans;

/* Pages: below the first there is no pressure, above the last no memory. */
long inetx_tcp_sysctl_mem[3] __read_mostly;

/**
 * inetx_tcp_mem_init - counters, and limits by the memory of the machine
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_mem_init(void)
{
	unsigned long limit = max(nr_free_buffer_pages() / 16, 128UL);
	int err;

	/* 4.7 %, 6.25 % and 9.4 % of the memory that buffers may use. */
	inetx_tcp_sysctl_mem[0] = limit / 4 * 3;
	inetx_tcp_sysctl_mem[1] = limit;
	inetx_tcp_sysctl_mem[2] = inetx_tcp_sysctl_mem[0] * 2;

	err = percpu_counter_init(&inetx_tcp_sockets, 0, GFP_KERNEL);
	if (err)
		return err;
	err = percpu_counter_init(&orphans, 0, GFP_KERNEL);
	if (err)
		percpu_counter_destroy(&inetx_tcp_sockets);
	return err;
}

/**
 * inetx_tcp_mem_exit - mirror of inetx_tcp_mem_init()
 */
void inetx_tcp_mem_exit(void)
{
	percpu_counter_destroy(&orphans);
	percpu_counter_destroy(&inetx_tcp_sockets);
}

/**
 * inetx_tcp_memory_free - may more be written
 * @sk: the socket
 * @wake: 1: is it worth waking a writer; 0: may one that runs go on
 *
 * Context: any; prot->stream_memory_free too.
 * Return: whether the send buffer and TCP_NOTSENT_LOWAT have room.
 */
bool inetx_tcp_memory_free(const struct sock *sk, int wake)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 unsent = READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_nxt);

	if (READ_ONCE(sk->sk_wmem_queued) >= READ_ONCE(sk->sk_sndbuf))
		return false;
	return unsent << !!wake < inetx_tcp_notsent_lowat(tp) ||
	       unsent > INT_MAX;
}

/**
 * inetx_tcp_alloc_skb - an empty packet for the send queue
 * @sk: the socket
 * @gfp: how to allocate
 *
 * Context: socket lock.
 * Return: the packet, its memory reserved but not charged, or NULL.
 */
struct sk_buff *inetx_tcp_alloc_skb(struct sock *sk, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb_fclone(INETX_TCP_HEADROOM, gfp);

	if (unlikely(!skb)) {
		if (sk->sk_prot->enter_memory_pressure)
			sk->sk_prot->enter_memory_pressure(sk);
		return NULL;
	}
	if (unlikely(!sk_wmem_schedule(sk, skb->truesize))) {
		__kfree_skb(skb);
		return NULL;
	}
	skb_reserve(skb, INETX_TCP_HEADROOM);
	skb->ip_summed = CHECKSUM_PARTIAL;
	INIT_LIST_HEAD(&skb->tcp_tsorted_anchor);
	memset(skb->cb, 0, sizeof(skb->cb));
	return skb;
}

/**
 * inetx_tcp_wmem_free - free a packet of the send or retransmit queue
 * @sk: the socket
 * @skb: the packet, in no queue
 *
 * Context: socket lock.
 */
void inetx_tcp_wmem_free(struct sock *sk, struct sk_buff *skb)
{
	/* The list's link lies over these two. */
	skb->destructor = NULL;
	skb->_skb_refdst = 0;
	sk_wmem_queued_add(sk, -skb->truesize);
	sk_mem_uncharge(sk, skb->truesize);
	__kfree_skb(skb);
}

/**
 * inetx_tcp_purge_write - throw away all that was to be sent
 * @sk: the socket
 *
 * Context: socket lock.
 */
void inetx_tcp_purge_write(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = inetx_tcp_rtx_head(sk))) {
		inetx_tcp_rtx_unlink(sk, skb);
		inetx_tcp_wmem_free(sk, skb);
	}
	while ((skb = __skb_dequeue(&sk->sk_write_queue)))
		inetx_tcp_wmem_free(sk, skb);
	INIT_LIST_HEAD(&tp->tsorted);
	tp->retransmit_from = NULL;
	tp->packets_out = 0;
	tp->retrans_out = 0;
	tp->sacked_out = 0;
	tp->lost_out = 0;
	sk_mem_reclaim(sk);
}

/**
 * inetx_tcp_orphan_inc - a socket lost its last file descriptor
 */
void inetx_tcp_orphan_inc(void)
{
	percpu_counter_inc(&orphans);
}

/**
 * inetx_tcp_orphan_dec - an orphan is gone
 */
void inetx_tcp_orphan_dec(void)
{
	percpu_counter_dec(&orphans);
}

/**
 * inetx_tcp_orphans - how many orphans there are
 *
 * Return: their number, exact but slow to find.
 */
int inetx_tcp_orphans(void)
{
	return percpu_counter_sum_positive(&orphans);
}

/**
 * inetx_tcp_out_of_memory - should an orphan be given up
 * @sk: the socket
 * @orphan: count the limit of orphans too
 *
 * Context: any.
 * Return: true when there are too many orphans, or TCP has no memory left and
 * this socket holds more than its due.
 */
bool inetx_tcp_out_of_memory(struct sock *sk, bool orphan)
{
	struct inetx_net *xnet = inetx_sk_net(sk);

	if (orphan && percpu_counter_read_positive(&orphans) >
		      READ_ONCE(xnet->tcp.sysctl_tcp_max_orphans))
		return true;
	if (sk->sk_wmem_queued > SOCK_MIN_SNDBUF &&
	    sk_memory_allocated(sk) > sk_prot_mem_limits(sk, 2)) {
		INETX_LINUX_INC(xnet, LINUX_MIB_TCPABORTONMEMORY);
		return true;
	}
	return false;
}

/* Wake writers who found no room, when a third of the buffer is free. */
static void wake_writers(struct sock *sk)
{
	struct socket_wq *wq;
	struct socket *sock;

	/* The struct socket may go at any time, but not in this section. */
	rcu_read_lock();
	sock = READ_ONCE(sk->sk_socket);
	if (!sock || !test_bit(SOCK_NOSPACE, &sock->flags) ||
	    sk_stream_wspace(sk) < sk_stream_min_wspace(sk) ||
	    !inetx_tcp_memory_free(sk, 1))
		goto out;
	clear_bit(SOCK_NOSPACE, &sock->flags);
	wq = rcu_dereference(sk->sk_wq);
	if (skwq_has_sleeper(wq))
		wake_up_interruptible_poll(&wq->wait, EPOLLOUT |
					   EPOLLWRNORM | EPOLLWRBAND);
	if (wq && wq->fasync_list && !(sk->sk_shutdown & SEND_SHUTDOWN))
		sock_wake_async(wq, SOCK_WAKE_SPACE, POLL_OUT);
out:
	rcu_read_unlock();
}

/**
 * inetx_tcp_write_space - sk->sk_write_space
 * @sk: the socket
 *
 * Called by sock_wfree() for every packet that leaves the device, by core code
 * after SO_SNDBUF, and by us when acknowledged data has made room.  Nothing
 * here may need the socket lock.
 *
 * Context: any.
 */
void inetx_tcp_write_space(struct sock *sk)
{
	inetx_tcp_tsq_wfree(sk);
	wake_writers(sk);
}

/**
 * inetx_tcp_grow_sndbuf - let the send buffer follow the congestion window
 * @sk: connected
 *
 * Context: socket lock.
 */
void inetx_tcp_grow_sndbuf(struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	u32 segs, per, want;

	if (sk->sk_userlocks & SOCK_SNDBUF_LOCK)
		return;
	/* Twice the window, so that recovery has data to send. */
	segs = max_t(u32, tp->cong.cwnd, INETX_CONG_INIT_CWND);
	per = roundup_pow_of_two(max_t(u32, tp->mss_clamp == 0xffff ?
				       tp->mss : tp->mss_clamp, tp->mss) +
				 INETX_TCP_HEADROOM +
				 SKB_DATA_ALIGN(sizeof(struct skb_shared_info))) +
	      SKB_DATA_ALIGN(sizeof(struct sk_buff));
	want = min_t(u64, 2ULL * segs * per,
		     READ_ONCE(inetx_tcp_sk_net(sk)->sysctl_tcp_wmem[2]));
	if (sk->sk_sndbuf < want)
		WRITE_ONCE(sk->sk_sndbuf, want);
}

/**
 * inetx_tcp_new_space - acknowledged data has made room in the send buffer
 * @sk: connected
 *
 * Context: socket lock.
 */
void inetx_tcp_new_space(struct sock *sk)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!sk->sk_socket || !test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		return;
	if (!sk_under_memory_pressure(sk) && tp->packets_out < tp->cong.cwnd)
		inetx_tcp_grow_sndbuf(sk);
	wake_writers(sk);
}
