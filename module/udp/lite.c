// SPDX-License-Identifier: GPL-2.0
/*
 * The checksum of UDP-Lite: RFC 3828, udplite(7).  No device computes it, and few
 * use it, so what covers a part only is computed at once.
 */

#include <net/udplite.h>

#include "udp/lite.h"

/**
 * inetx_udplite_csum_ok - a datagram that came in
 * @skb: data at the header, cut to what IP says
 * @uh: the header, whose length field holds at most the bytes of the datagram
 *
 * A checksum over all of it is left to whoever handles UDP's.
 *
 * Context: softirq.
 * Return: false for one that is to be dropped: no checksum, coverage of less than
 * the header, or a sum over a part that is wrong.
 */
bool inetx_udplite_csum_ok(struct sk_buff *skb, const struct udphdr *uh)
{
	unsigned int cover = ntohs(uh->len);

	if (!uh->check)
		return false;
	if (!cover || cover == skb->len)
		return true;
	if (cover < sizeof(*uh))
		return false;
	/* What a device has added up is another part. */
	skb->ip_summed = CHECKSUM_NONE;
	skb->csum = inet_compute_pseudo(skb, IPPROTO_UDPLITE);
	if (__skb_checksum_complete_head(skb, cover))
		return false;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

/**
 * inetx_udplite_covers - does the checksum cover what the receiver asks for?
 * @sk: the receiver, of UDP-Lite
 * @skb: the datagram, data at its header
 *
 * Context: softirq.
 * Return: false for a datagram that the socket is not to get.
 */
bool inetx_udplite_covers(const struct sock *sk, const struct sk_buff *skb)
{
	const struct inetx_udp_sock *us = inetx_udp_sk(sk);
	unsigned int part = inetx_udplite_part(udp_hdr(skb), skb->len);
	unsigned int least = READ_ONCE(us->recv_cov);

	/* All of it is enough for everybody. */
	if (!READ_ONCE(us->recv_cov_set) || !part)
		return true;
	return least && part >= least;
}

/**
 * inetx_udplite_sum - the checksum of a datagram that goes out
 * @sk: the sender
 * @skb: the datagram, data at its header, which is complete but for this
 * @args: source and destination
 *
 * Context: process.
 */
void inetx_udplite_sum(const struct sock *sk, struct sk_buff *skb,
		       const struct inetx_ip_args *args)
{
	const struct inetx_udp_sock *us = inetx_udp_sk(sk);
	unsigned int cover = READ_ONCE(us->send_cov);
	struct udphdr *uh = udp_hdr(skb);
	unsigned int len = skb->len;

	if (READ_ONCE(us->send_cov_set) && cover < len)
		uh->len = htons(cover);
	else
		cover = 0;
	skb->ip_summed = CHECKSUM_NONE;
	uh->check = csum_tcpudp_magic(args->saddr, args->daddr, len,
				      IPPROTO_UDPLITE,
				      skb_checksum(skb, 0, cover ?: len, 0));
	if (!uh->check)
		uh->check = CSUM_MANGLED_0;
}

/**
 * inetx_udplite_set - UDPLITE_SEND_CSCOV, UDPLITE_RECV_CSCOV
 * @us: the socket
 * @name: which
 * @val: bytes; the header is the least, 0 means all
 *
 * Context: process.
 * Return: 0, or -ENOPROTOOPT for a socket of UDP.
 */
int inetx_udplite_set(struct inetx_udp_sock *us, int name, int val)
{
	if (!inetx_udp_is_lite((const struct sock *)us))
		return -ENOPROTOOPT;
	if (val)
		val = clamp_t(int, val, sizeof(struct udphdr), USHRT_MAX);
	if (name == UDPLITE_SEND_CSCOV) {
		WRITE_ONCE(us->send_cov, val);
		WRITE_ONCE(us->send_cov_set, true);
	} else {
		WRITE_ONCE(us->recv_cov, val);
		WRITE_ONCE(us->recv_cov_set, true);
	}
	return 0;
}
