// SPDX-License-Identifier: GPL-2.0
/* The error queue: ip(7), IP_RECVERR and IP_RECVERR_RFC4884. */

#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/netfilter.h>
#include <asm/unaligned.h>

#include "socket/icmpext.h"
#include "socket/socket.h"

/* SKB_EXT_ERR() begins with what INETX_RX() has, so control messages of an
 * error find the device.
 */
static_assert(offsetof(struct sock_exterr_skb, header.h4) ==
	      offsetof(struct inetx_rx_info, parm));

static void inetx_fill_serr(struct sk_buff *skb, int err, u8 origin, u8 type,
			    u8 code, u32 info, __be16 port, u16 addr_offset)
{
	struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);
	int iif = skb->dev ? skb->dev->ifindex : 0;

	memset(serr, 0, sizeof(*serr));
	serr->header.h4.iif = iif;
	serr->ee.ee_errno = err;
	serr->ee.ee_origin = origin;
	serr->ee.ee_type = type;
	serr->ee.ee_code = code;
	serr->ee.ee_info = info;
	serr->addr_offset = addr_offset;
	serr->port = port;
}

/* @skb: linear, data at the quoted payload; @words: the length field. */
static void inetx_fill_rfc4884(struct sk_buff *skb, u8 type, u8 words,
			       int headers)
{
	struct sock_ee_data_rfc4884 *out = &SKB_EXT_ERR(skb)->ee.ee_rfc4884;
	int off;

	if (type != ICMP_DEST_UNREACH && type != ICMP_TIME_EXCEEDED &&
	    type != ICMP_PARAMETERPROB)
		return;
	off = inetx_icmpext_offset(words * 4, headers, skb->len);
	if (off < 0)
		return;
	out->len = off;
	if (!inetx_icmpext_valid(skb->data + off, skb->len - off))
		out->flags = SO_EE_RFC4884_FLAG_INVALID;
}

/**
 * inetx_sock_icmp_error - queue an ICMP error for MSG_ERRQUEUE
 * @sk: the socket that sent the quoted packet, IP_RECVERR set
 * @skb: network header at the outer IP header, data at the quoted IP header;
 *	not taken, not changed
 * @err: errno, positive
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order; the MTU of a fragmentation-needed
 * @port: destination port of the quoted packet, network order
 * @payload_off: bytes from the quoted IP header to what the user sent
 *
 * Context: softirq, RCU read side.
 */
void inetx_sock_icmp_error(struct sock *sk, struct sk_buff *skb, int err,
			   u8 type, u8 code, u32 info, __be16 port,
			   int payload_off)
{
	const struct icmphdr *icmph;
	struct sk_buff *copy;
	int addr_offset;
	u8 words = 0;

	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy)
		return;

	addr_offset = skb->data - skb_network_header(skb) +
		      offsetof(struct iphdr, daddr);
	/* A local cause has no ICMP header in front of the quoted packet. */
	if (inet_sk(sk)->recverr_rfc4884 &&
	    skb_transport_offset(skb) == -(int)sizeof(*icmph)) {
		icmph = icmp_hdr(skb);
		words = icmph->un.reserved[1];
	}
	inetx_fill_serr(copy, err, SO_EE_ORIGIN_ICMP, type, code, info, port,
			addr_offset);

	if (!pskb_pull(copy, payload_off))
		goto drop;
	if (words) {
		if (skb_linearize(copy))
			goto drop;
		inetx_fill_rfc4884(copy, type, words, payload_off);
	}
	skb_reset_transport_header(copy);
	/* The queue may outlive what they point at. */
	skb_dst_drop(copy);
	nf_reset_ct(copy);
	if (!sock_queue_err_skb(sk, copy))
		return;
drop:
	kfree_skb(copy);
}

/**
 * inetx_sock_local_error - queue an error that we found ourselves
 * @sk: the socket; nothing happens without IP_RECVERR
 * @err: errno, positive
 * @daddr: where the packet was to go, network order
 * @dport: its port, network order
 * @info: host order; the MTU for EMSGSIZE
 *
 * Context: any.
 */
void inetx_sock_local_error(struct sock *sk, int err, __be32 daddr,
			    __be16 dport, u32 info)
{
	struct sk_buff *skb;
	struct iphdr *iph;

	if (!inet_sk(sk)->recverr)
		return;

	skb = alloc_skb(sizeof(*iph), GFP_ATOMIC);
	if (!skb)
		return;

	/* No payload; the header is there to hold the address. */
	iph = skb_put_zero(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph->daddr = daddr;
	inetx_fill_serr(skb, err, SO_EE_ORIGIN_LOCAL, 0, 0, info, dport,
			offsetof(struct iphdr, daddr));
	__skb_pull(skb, sizeof(*iph));
	skb_reset_transport_header(skb);
	if (sock_queue_err_skb(sk, skb))
		kfree_skb(skb);
}

/* The address in msg_name: of whom the packet in question was for. */
static void inetx_error_name(const struct sock *sk, struct msghdr *msg,
			     const struct sk_buff *skb, int *addr_len)
{
	DECLARE_SOCKADDR(struct sockaddr_in *, sin, msg->msg_name);
	const struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);

	if (!sin || (serr->ee.ee_origin != SO_EE_ORIGIN_ICMP &&
		     serr->ee.ee_origin != SO_EE_ORIGIN_LOCAL && !serr->port))
		return;
	inetx_sk_addr(sk, sin,
		      get_unaligned((__be32 *)(skb_network_header(skb) +
					       serr->addr_offset)),
		      serr->port);
	*addr_len = sizeof(*sin);
}

/* Does the skb have an IP header of a packet whose control messages and sender
 * mean something?  Of a timestamp it has when there is a packet and the user
 * wants to know by which device it left.
 */
static bool inetx_error_has_packet(const struct sock *sk,
				   const struct sk_buff *skb)
{
	const struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);

	switch (serr->ee.ee_origin) {
	case SO_EE_ORIGIN_ICMP:
		return true;
	case SO_EE_ORIGIN_LOCAL:
		return false;
	default:
		return READ_ONCE(sk->sk_tsflags) & SOF_TIMESTAMPING_OPT_CMSG &&
		       serr->header.h4.iif;
	}
}

/**
 * inetx_sock_recv_error - recvmsg(2) with MSG_ERRQUEUE
 * @sk: the socket
 * @msg: gets the payload, the destination as name, IP_RECVERR as control
 *	message
 * @len: bytes wanted
 * @addr_len: gets the size of the name, where there is one
 *
 * Context: process; the socket lock is not needed.
 * Return: bytes of payload, -EAGAIN when the queue is empty, -EFAULT.
 */
int inetx_sock_recv_error(struct sock *sk, struct msghdr *msg, int len,
			  int *addr_len)
{
	struct {
		struct sock_extended_err ee;
		struct sockaddr_in offender;
	} errhdr = {};
	struct sk_buff *skb;
	int copied, err;

	skb = sock_dequeue_err_skb(sk);
	if (!skb)
		return -EAGAIN;

	copied = skb->len;
	if (copied > len) {
		msg->msg_flags |= MSG_TRUNC;
		copied = len;
	}
	err = skb_copy_datagram_msg(skb, 0, msg, copied);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	sock_recv_timestamp(msg, sk, skb);
	inetx_error_name(sk, msg, skb, addr_len);

	errhdr.ee = SKB_EXT_ERR(skb)->ee;
	if (inetx_error_has_packet(sk, skb)) {
		inetx_sk_addr(sk, &errhdr.offender, ip_hdr(skb)->saddr, 0);
		inetx_cmsg_recv(sk, msg, skb, 0);
	}
	put_cmsg(msg, SOL_IP, IP_RECVERR, sizeof(errhdr), &errhdr);

	msg->msg_flags |= MSG_ERRQUEUE;
	consume_skb(skb);
	return copied;
}
