/* SPDX-License-Identifier: GPL-2.0 */
/* What UDP-Lite has of its own: the checksum (RFC 3828, udplite(7)). */
#ifndef _INETX_UDP_LITE_H
#define _INETX_UDP_LITE_H

#include "udp/local.h"

bool inetx_udplite_csum_ok(struct sk_buff *skb, const struct udphdr *uh);
bool inetx_udplite_covers(const struct sock *sk, const struct sk_buff *skb);
void inetx_udplite_sum(const struct sock *sk, struct sk_buff *skb,
		       const struct inetx_ip_args *args);
int inetx_udplite_set(struct inetx_udp_sock *us, int name, int val);

/**
 * inetx_udplite_part - how much of a datagram its checksum covers
 * @uh: the header, where UDP has a length
 * @len: bytes of the datagram, header included
 *
 * Return: bytes, where that is not all of it; else 0.
 */
static inline unsigned int inetx_udplite_part(const struct udphdr *uh,
					      unsigned int len)
{
	unsigned int cover = ntohs(uh->len);

	return cover < len ? cover : 0;
}

#endif /* _INETX_UDP_LITE_H */
