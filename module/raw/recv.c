// SPDX-License-Identifier: GPL-2.0
/* recvmsg(2) and the queue ioctls of raw sockets: raw(7). */

#include <linux/sockios.h>
#include <asm/ioctls.h>

#include "mroute/mroute.h"
#include "raw/raw.h"

/**
 * inetx_raw_recvmsg - recvmsg(2)
 * @sk: the socket, not locked
 * @msg: where to
 * @len: room for the packet
 * @flags: MSG_*
 * @addr_len: bytes of address, set where there is one
 *
 * The packet begins with its IP header.
 *
 * Context: process.
 * Return: bytes copied, with MSG_TRUNC bytes of the packet; or a negative
 * errno.
 */
int inetx_raw_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	struct sk_buff *skb;
	size_t copied;
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (flags & MSG_ERRQUEUE)
		return inetx_sock_recv_error(sk, msg, len, addr_len);

	skb = skb_recv_datagram(sk, flags, &err);
	if (!skb)
		return err;

	copied = skb->len;
	if (len < copied) {
		msg->msg_flags |= MSG_TRUNC;
		copied = len;
	}
	err = skb_copy_datagram_msg(skb, 0, msg, copied);
	if (err)
		goto out;

	sock_recv_cmsgs(msg, sk, skb);
	if (sin) {
		inetx_sk_addr(sk, sin, ip_hdr(skb)->saddr, 0);
		*addr_len = sizeof(*sin);
	}
	if (inet_sk(sk)->cmsg_flags)
		inetx_cmsg_recv(sk, msg, skb, 0);
	err = flags & MSG_TRUNC ? skb->len : copied;
out:
	skb_free_datagram(sk, skb);
	return err;
}

/**
 * inetx_raw_ioctl - SIOCINQ, SIOCOUTQ, and those of multicast routing
 * @sk: the socket
 * @cmd: the request
 * @arg: address of an int in user space; else as inetx_mroute_ioctl()
 *
 * Context: process.
 * Return: 0, -EFAULT, or as inetx_mroute_ioctl() for other requests.
 */
int inetx_raw_ioctl(struct sock *sk, int cmd, unsigned long arg)
{
	struct sk_buff *skb;
	int len = 0;

	switch (cmd) {
	case SIOCOUTQ:
		return put_user(sk_wmem_alloc_get(sk), (int __user *)arg);
	case SIOCINQ:
		spin_lock_bh(&sk->sk_receive_queue.lock);
		skb = skb_peek(&sk->sk_receive_queue);
		if (skb)
			len = skb->len;
		spin_unlock_bh(&sk->sk_receive_queue.lock);
		return put_user(len, (int __user *)arg);
	default:
		return inetx_mroute_ioctl(sk, cmd, (void __user *)arg, false);
	}
}
