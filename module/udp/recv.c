// SPDX-License-Identifier: GPL-2.0
/* recvmsg(2) and the queue ioctls of UDP: udp(7). */

#include <linux/sockios.h>
#include <asm/ioctls.h>

#include "udp/local.h"

/* Copy @copied bytes from @off on, and check the checksum if that was not yet
 * done: at the copy where all is copied, before it otherwise.
 * Returns 0, -EFAULT, or -EBADMSG for a wrong checksum.
 */
static int copy_payload(struct sk_buff *skb, struct msghdr *msg, int off,
			size_t copied, bool all)
{
	int err;

	if (!all && inetx_udp_csum_bad(skb))
		return -EBADMSG;
	if (!all || skb_csum_unnecessary(skb))
		return skb_copy_datagram_msg(skb, off, msg, copied);
	err = skb_copy_and_csum_datagram_msg(skb, off, msg);
	return err == -EINVAL ? -EBADMSG : err;
}

/* What comes with the data: address, control messages. */
static void tell_about(struct sock *sk, struct sk_buff *skb,
		       struct msghdr *msg, int *addr_len)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	int size;

	sock_recv_cmsgs(msg, sk, skb);
	if (sin) {
		inetx_sk_addr(sk, sin, ip_hdr(skb)->saddr,
			      udp_hdr(skb)->source);
		*addr_len = sizeof(*sin);
	}
	if (unlikely(READ_ONCE(inetx_udp_sk(sk)->gro_opt)) &&
	    (skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)) {
		size = skb_shinfo(skb)->gso_size;
		put_cmsg(msg, SOL_UDP, UDP_GRO, sizeof(size), &size);
	}
	if (inet_sk(sk)->cmsg_flags)
		inetx_cmsg_recv(sk, msg, skb, 0);
}

/* SO_PEEK_OFF moves on with what was looked at, back with what was read. */
static void move_peek_off(struct sock *sk, int len, bool peeking)
{
	bool slow;

	if (likely(READ_ONCE(sk->sk_peek_off) < 0))
		return;
	slow = lock_sock_fast(sk);
	if (peeking)
		sk_peek_offset_fwd(sk, len);
	else
		sk_peek_offset_bwd(sk, len);
	unlock_sock_fast(sk, slow);
}

/**
 * inetx_udp_recvmsg - recvmsg(2)
 * @sk: the socket, not locked
 * @msg: where to
 * @len: room for payload
 * @flags: MSG_*
 * @addr_len: bytes of address, set where there is one
 *
 * A datagram with a wrong checksum is dropped and the next one taken; nobody
 * gets to see its data as good.
 *
 * Context: process.
 * Return: bytes copied, with MSG_TRUNC bytes of the datagram; or a negative
 * errno.
 */
int inetx_udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len)
{
	const bool peeking = flags & MSG_PEEK;
	struct sk_buff *skb;
	size_t total, copied;
	int off, err;

	if (unlikely(flags & MSG_ERRQUEUE))
		return inetx_sock_recv_error(sk, msg, len, addr_len);

again:
	off = sk_peek_offset(sk, flags);
	skb = inetx_udp_dequeue(sk, flags, &off, &err);
	if (!skb)
		return err;

	total = skb->len;
	copied = len;
	if (copied > total - off)
		copied = total - off;
	else if (copied < total)
		msg->msg_flags |= MSG_TRUNC;

	err = copy_payload(skb, msg, off, copied, copied == total && !peeking);
	if (unlikely(err == -EBADMSG))
		goto bad_csum;
	if (unlikely(err)) {
		if (!peeking) {
			atomic_inc(&sk->sk_drops);
			INETX_UDP_SK_INC(sk, UDP_MIB_INERRORS);
		}
		kfree_skb(skb);
		return err;
	}
	if (!peeking)
		INETX_UDP_SK_INC(sk, UDP_MIB_INDATAGRAMS);
	tell_about(sk, skb, msg, addr_len);

	err = flags & MSG_TRUNC ? total : copied;
	move_peek_off(sk, err, peeking);
	consume_skb(skb);
	return err;

bad_csum:
	inetx_udp_drop_bad(sk, skb, peeking);
	cond_resched();
	msg->msg_flags &= ~MSG_TRUNC;
	goto again;
}

/**
 * inetx_udp_ioctl - SIOCINQ and SIOCOUTQ
 * @sk: the socket
 * @cmd: the request
 * @arg: address of an int in user space
 *
 * Context: process.
 * Return: 0, -EFAULT, or -ENOIOCTLCMD for other requests.
 */
int inetx_udp_ioctl(struct sock *sk, int cmd, unsigned long arg)
{
	switch (cmd) {
	case SIOCOUTQ:
		return put_user(sk_wmem_alloc_get(sk), (int __user *)arg);
	case SIOCINQ:
		return put_user(max(0, inetx_udp_first_len(sk)),
				(int __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}
