// SPDX-License-Identifier: GPL-2.0
/* sendmsg(2) and recvmsg(2) of ping sockets: icmp(7), RFC 792. */

#include "ping/ping.h"
#include "udp/dgram.h"

/* Identifier and checksum are ours, the rest is the user's. */
static void fill_header(const struct sock *sk, struct sk_buff *skb,
			const struct icmphdr *user)
{
	const unsigned int hdr = sizeof(struct icmphdr);
	struct icmphdr *icmph;

	skb_reset_transport_header(skb);
	icmph = icmp_hdr(skb);
	icmph->type = user->type;
	icmph->code = user->code;
	icmph->checksum = 0;
	icmph->un.echo.id = inet_sk(sk)->inet_sport;
	icmph->un.echo.sequence = user->un.echo.sequence;
	icmph->checksum = csum_fold(csum_partial(icmph, hdr, skb->csum));
}

/* Takes the skb, payload copied and summed up. */
static int ping_xmit(struct sock *sk, struct sk_buff *skb,
		     struct inetx_dest *dest, const struct icmphdr *user)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_ip_args args = { .protocol = IPPROTO_ICMP };
	int err;

	rcu_read_lock();
	err = inetx_dest_renew(sk, dest);
	if (err) {
		kfree_skb(skb);
	} else {
		inetx_dest_args(sk, dest, skb, &args);
		fill_header(sk, skb, user);
		inetx_count_icmp_out(xnet, user->type);
		err = inetx_ip_send(xnet, sk, skb, &dest->path, &args);
	}
	rcu_read_unlock();
	return err > 0 ? net_xmit_errno(err) : err;
}

static int ping_send(struct sock *sk, struct msghdr *msg, size_t len,
		     struct inetx_dest *dest, const struct icmphdr *user)
{
	const unsigned int hdr = sizeof(*user);
	struct sk_buff *skb;
	int err;

	err = inetx_dest_check_size(sk, dest, hdr + len, false);
	if (err)
		return err;
	skb = inetx_dgram_alloc(sk, dest, hdr, len, msg->msg_flags, &err);
	if (!skb)
		return err;
	err = inetx_dgram_copy(sk, skb, hdr, msg, len, true);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	return ping_xmit(sk, skb, dest, user);
}

/**
 * inetx_ping_sendmsg - sendmsg(2): an echo request
 * @sk: the socket, with an identifier, not locked
 * @msg: the message, an ICMP header first
 * @len: bytes of it
 *
 * Context: process.
 * Return: @len or a negative errno; -EINVAL for any other ICMP message.
 */
int inetx_ping_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct inetx_dest dest;
	struct icmphdr user;
	int err;

	if (len > 0xffff)
		return -EMSGSIZE;
	if (len < sizeof(user))
		return -EINVAL;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (memcpy_from_msg(&user, msg, sizeof(user)))
		return -EFAULT;
	if ((user.type != ICMP_ECHO && user.type != ICMP_EXT_ECHO) ||
	    user.code)
		return -EINVAL;

	err = inetx_dest_name(sk, msg, false, &dest);
	if (err)
		return err;
	dest.dport = 0;
	inetx_cmsg_init(&dest.cmsg, sk);
	err = inetx_dest_cmsg(sk, msg, &dest);
	if (err)
		return err;
	err = inetx_dest_route(sk, msg, &dest);
	if (err)
		return err;

	err = ping_send(sk, msg, len - sizeof(user), &dest, &user);
	return err ? : len;
}

/**
 * inetx_ping_recvmsg - recvmsg(2)
 * @sk: the socket, not locked
 * @msg: where to
 * @len: room for the message
 * @flags: MSG_*
 * @addr_len: bytes of address, set where there is one
 *
 * The message begins with its ICMP header.
 *
 * Context: process.
 * Return: bytes copied, with MSG_TRUNC bytes of the message; or a negative
 * errno.
 */
int inetx_ping_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
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
	if (copied > len) {
		msg->msg_flags |= MSG_TRUNC;
		copied = len;
	}
	/* The checksum was checked before. */
	err = skb_copy_datagram_msg(skb, 0, msg, copied);
	if (err)
		goto out;

	sock_recv_timestamp(msg, sk, skb);
	if (sin) {
		inetx_sk_addr(sk, sin, ip_hdr(skb)->saddr, 0);
		*addr_len = sizeof(*sin);
	}
	if (inet_sk(sk)->cmsg_flags)
		inetx_cmsg_recv(sk, msg, skb, 0);
	err = copied;
out:
	skb_free_datagram(sk, skb);
	return err;
}
