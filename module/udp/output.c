// SPDX-License-Identifier: GPL-2.0
/* sendmsg(2) of UDP and UDP-Lite: RFC 768, RFC 3828, udp(7). */

#include "udp/lite.h"

/* Control messages at our level; @ip: there are others. */
static int parse_cmsg(struct msghdr *msg, struct inetx_cmsg *out, bool *ip)
{
	struct cmsghdr *cmsg;

	*ip = false;
	for_each_cmsghdr(cmsg, msg) {
		if (!CMSG_OK(msg, cmsg))
			return -EINVAL;
		if (cmsg->cmsg_level != SOL_UDP) {
			*ip = true;
			continue;
		}
		if (cmsg->cmsg_type != UDP_SEGMENT ||
		    cmsg->cmsg_len != CMSG_LEN(sizeof(u16)))
			return -EINVAL;
		out->gso_size = *(u16 *)CMSG_DATA(cmsg);
	}
	return 0;
}

/* Where does it go: name, control messages, path. */
static int find_dest(struct sock *sk, struct msghdr *msg,
		     struct inetx_dest *dest)
{
	bool ip = false;
	int err;

	err = inetx_dest_name(sk, msg, true, dest);
	if (err)
		return err;
	if (!dest->dport)
		return -EINVAL;

	inetx_cmsg_init(&dest->cmsg, sk);
	dest->cmsg.gso_size = READ_ONCE(inetx_udp_sk(sk)->gso_size);
	if (unlikely(msg->msg_controllen)) {
		err = parse_cmsg(msg, &dest->cmsg, &ip);
		if (err)
			return err;
	}
	err = inetx_dest_cmsg(sk, ip ? msg : NULL, dest);
	if (err)
		return err;
	return inetx_dest_route(sk, msg, dest);
}

/* UDP_SEGMENT: let the device, or core code, cut @len bytes of payload. */
static int set_segments(const struct sock *sk, const struct inetx_dest *dest,
			struct sk_buff *skb, unsigned int len)
{
	unsigned int size = dest->cmsg.gso_size;

	if (inetx_dest_iphlen(dest) + sizeof(struct udphdr) + size > dest->mtu)
		return -EMSGSIZE;
	if (len > size * UDP_MAX_SEGMENTS || sk->sk_no_check_tx)
		return -EINVAL;
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return -EIO;
	if (len > size) {
		skb_shinfo(skb)->gso_size = size;
		skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
		skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(len, size);
	}
	return 0;
}

/* Header and checksum; addresses are known. */
static void fill_header(const struct sock *sk, struct sk_buff *skb,
			const struct inetx_ip_args *args, __be16 dport)
{
	unsigned int len = skb->len;
	struct udphdr *uh;

	skb_reset_transport_header(skb);
	uh = udp_hdr(skb);
	uh->source = inet_sk(sk)->inet_sport;
	uh->dest = dport;
	uh->len = htons(len);
	uh->check = 0;

	if (unlikely(inetx_udp_is_lite(sk))) {
		inetx_udplite_sum(sk, skb, args);
		return;
	}
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		skb->csum_start = skb_transport_header(skb) - skb->head;
		skb->csum_offset = offsetof(struct udphdr, check);
		uh->check = ~csum_tcpudp_magic(args->saddr, args->daddr, len,
					       IPPROTO_UDP, 0);
		return;
	}
	if (sk->sk_no_check_tx)
		return;
	uh->check = csum_tcpudp_magic(args->saddr, args->daddr, len,
				      IPPROTO_UDP,
				      csum_partial(uh, sizeof(*uh), skb->csum));
	/* 0 says that there is no checksum. */
	if (!uh->check)
		uh->check = CSUM_MANGLED_0;
}

/* Send what is complete but for the header; takes the skb. */
static int send_skb(struct sock *sk, struct sk_buff *skb,
		    struct inetx_dest *dest)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_ip_args args = { .protocol = sk->sk_protocol };
	int err;

	if (unlikely(dest->cmsg.gso_size)) {
		err = set_segments(sk, dest, skb,
				   skb->len - sizeof(struct udphdr));
		if (err) {
			kfree_skb(skb);
			return err;
		}
	}

	rcu_read_lock();
	err = inetx_dest_renew(sk, dest);
	if (unlikely(err)) {
		kfree_skb(skb);
	} else {
		inetx_dest_args(sk, dest, skb, &args);
		fill_header(sk, skb, &args, dest->dport);
		err = inetx_ip_send(xnet, sk, skb, &dest->path, &args);
	}
	rcu_read_unlock();

	if (err > 0)
		err = net_xmit_errno(err);
	if (likely(!err)) {
		INETX_UDP_SK_INC(sk, UDP_MIB_OUTDATAGRAMS);
	} else if (err == -ENOBUFS && !inet_sk(sk)->recverr) {
		/* A full queue is as good as a loss on the way (ip(7)). */
		INETX_UDP_SK_INC(sk, UDP_MIB_SNDBUFERRORS);
		err = 0;
	}
	return err;
}

/* Does the device compute the checksum of @len bytes behind the IP header?  Not
 * for packets that will be fragmented, and not UDP-Lite's.
 */
static bool device_sums(const struct sock *sk, const struct inetx_dest *dest,
			size_t len)
{
	return dest->offload && !sk->sk_no_check_tx && !inetx_udp_is_lite(sk) &&
	       (len + inetx_dest_iphlen(dest) <= dest->mtu ||
		dest->cmsg.gso_size);
}

static void choose_csum(const struct sock *sk, const struct inetx_dest *dest,
			struct sk_buff *skb, size_t len)
{
	skb->ip_summed = device_sums(sk, dest, len) ? CHECKSUM_PARTIAL :
						      CHECKSUM_NONE;
}

/*
 * The whole datagram by one call, no lock.  @uarg: MSG_ZEROCOPY, the pages of
 * the user are taken instead of a copy where the device computes the checksum;
 * or NULL.
 */
static int send_once(struct sock *sk, struct msghdr *msg, size_t len,
		     struct inetx_dest *dest, struct ubuf_info *uarg)
{
	const unsigned int hdr = sizeof(struct udphdr);
	struct sk_buff *skb;
	bool map;
	int err;

	err = inetx_dest_check_size(sk, dest, hdr + len, dest->cmsg.gso_size);
	if (err)
		return err;
	map = uarg && dest->sg && device_sums(sk, dest, hdr + len);
	skb = inetx_dgram_alloc(sk, dest, hdr, map ? 0 : len, msg->msg_flags,
				&err);
	if (!skb)
		return err;
	choose_csum(sk, dest, skb, hdr + len);
	if (map) {
		skb_zcopy_set(skb, uarg, NULL);
		err = __zerocopy_sg_from_iter(msg, NULL, skb, &msg->msg_iter,
					      len);
	} else {
		if (uarg)
			uarg_to_msgzc(uarg)->zerocopy = 0;
		err = inetx_dgram_copy(sk, skb, hdr, msg, len,
				       skb->ip_summed == CHECKSUM_NONE &&
				       !sk->sk_no_check_tx);
	}
	if (unlikely(err)) {
		kfree_skb(skb);
		return err;
	}
	return send_skb(sk, skb, dest);
}

/**
 * inetx_udp_push - send the datagram under construction, if there is one
 * @sk: the socket, locked
 *
 * Context: process.
 * Return: 0 or a negative errno.
 */
int inetx_udp_push(struct sock *sk)
{
	const unsigned int hdr = sizeof(struct udphdr);
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	struct inetx_cork *cork = us->cork;
	struct sk_buff *skb;
	int err;

	if (!cork)
		return 0;
	WRITE_ONCE(us->cork, NULL);
	skb = cork->skb;
	cork->skb = NULL;

	choose_csum(sk, &cork->dest, skb, skb->len);
	if (skb->ip_summed == CHECKSUM_NONE && !sk->sk_no_check_tx)
		skb->csum = skb_checksum(skb, hdr, skb->len - hdr, 0);
	err = send_skb(sk, skb, &cork->dest);
	inetx_cork_free(cork);
	return err;
}

/* Socket locked: add to the datagram under construction; the last part sends
 * it, an error throws it away.
 */
static int append(struct sock *sk, struct msghdr *msg, size_t len, bool more)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	struct inetx_cork *cork = us->cork;
	int err;

	err = inetx_cork_append(sk, cork, msg, len);
	if (err) {
		WRITE_ONCE(us->cork, NULL);
		inetx_cork_free(cork);
		return err;
	}
	return more ? 0 : inetx_udp_push(sk);
}

static int send_corked(struct sock *sk, struct msghdr *msg, size_t len,
		       const struct inetx_dest *dest)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	struct inetx_cork *cork;
	int err;

	lock_sock(sk);
	if (us->cork) {
		/* Two threads began a datagram at once. */
		err = -EINVAL;
	} else {
		cork = inetx_cork_start(sk, dest, sizeof(struct udphdr),
					msg->msg_flags, &err);
		if (cork) {
			WRITE_ONCE(us->cork, cork);
			err = append(sk, msg, len, true);
		}
	}
	release_sock(sk);
	return err;
}

/* A datagram is under construction: the address is known already.  Returns 1
 * when it was sent by another thread meanwhile.
 */
static int send_more(struct sock *sk, struct msghdr *msg, size_t len, bool more)
{
	int err = 1;

	lock_sock(sk);
	if (inetx_udp_sk(sk)->cork)
		err = append(sk, msg, len, more);
	release_sock(sk);
	return err;
}

/* To the address of the message or of the socket. */
static int send_to(struct sock *sk, struct msghdr *msg, size_t len, bool more,
		   struct ubuf_info *uarg)
{
	struct inetx_dest dest;
	int err;

	err = find_dest(sk, msg, &dest);
	if (err)
		return err;
	/* Only the path was to be probed (MSG_PROBE). */
	if ((msg->msg_flags & MSG_CONFIRM) && (msg->msg_flags & MSG_PROBE) &&
	    !len)
		return 0;
	if (likely(!more))
		return send_once(sk, msg, len, &dest, uarg);
	if (uarg)
		uarg_to_msgzc(uarg)->zerocopy = 0;
	return send_corked(sk, msg, len, &dest);
}

/* Tell the user when his pages are free again, unless nothing was sent. */
static void finish_zerocopy(struct ubuf_info *uarg, int err)
{
	if (err)
		net_zcopy_put_abort(uarg, true);
	else
		net_zcopy_put(uarg);
}

/**
 * inetx_udp_sendmsg - sendmsg(2)
 * @sk: the socket, bound, not locked
 * @msg: the message
 * @len: bytes of payload
 *
 * The socket lock is taken only for MSG_MORE and UDP_CORK.
 *
 * Context: process.
 * Return: @len or a negative errno: udp(7), ip(7).
 */
int inetx_udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);
	bool more = READ_ONCE(us->cork_opt) || (msg->msg_flags & MSG_MORE);
	struct ubuf_info *uarg = NULL;
	int err = 1;

	if (len > 0xffff)
		return -EMSGSIZE;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;

	/* An empty datagram has a number as well: its header counts. */
	if (unlikely(msg->msg_flags & MSG_ZEROCOPY) &&
	    sock_flag(sk, SOCK_ZEROCOPY)) {
		uarg = msg_zerocopy_realloc(sk, len + sizeof(struct udphdr),
					    NULL);
		if (!uarg)
			return -ENOBUFS;
	}
	if (unlikely(READ_ONCE(us->cork))) {
		if (uarg)
			uarg_to_msgzc(uarg)->zerocopy = 0;
		err = send_more(sk, msg, len, more);
	}
	if (err > 0)
		err = send_to(sk, msg, len, more, uarg);
	if (unlikely(uarg))
		finish_zerocopy(uarg, err);
	if (likely(!err))
		return len;

	if (err == -ENOBUFS || test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		INETX_UDP_SK_INC(sk, UDP_MIB_SNDBUFERRORS);
	return err;
}
