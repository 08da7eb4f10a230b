// SPDX-License-Identifier: GPL-2.0
/* ICMP errors about datagrams of ours: RFC 1122 4.1.3.3, ip(7) IP_RECVERR. */

#include "icmp/icmp.h"
#include "udp/local.h"

/**
 * inetx_udp_err - an error about a datagram of ours
 * @xnet: the namespace
 * @skb: not taken; data at the IP header of our datagram, whose UDP header is in
 *	the linear part
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order; the MTU of a fragmentation-needed
 *
 * A connected socket gets what is final; with IP_RECVERR any socket gets all.
 *
 * Context: softirqs disabled, RCU read side.
 */
void inetx_udp_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		   u8 code, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const bool lite = iph->protocol == IPPROTO_UDPLITE;
	const unsigned int hlen = iph->ihl * 4;
	const struct udphdr *uh = (const struct udphdr *)(skb->data + hlen);
	struct inetx_icmp_error error;
	struct sock *sk;

	sk = inetx_udp_lookup(inetx_udp_table(xnet, lite), iph->saddr,
			      uh->source, iph->daddr, uh->dest,
			      inetx_in_dev_err(xnet, skb), NULL);
	if (!sk) {
		INETX_ICMP_INC(xnet, ICMP_MIB_INERRORS);
		return;
	}
	inetx_sk_path_error(sk, skb, type, code, info);
	if (!inetx_dgram_error(sk, type, code, &error))
		return;
	/* Who does not care for the path's MTU is not told of it. */
	if (error.err == EMSGSIZE && !error.fatal)
		return;

	if (inet_sk(sk)->recverr)
		inetx_sock_icmp_error(sk, skb, error.err, type, code, info,
				      uh->dest, hlen + sizeof(*uh));
	else if (!error.fatal || sk->sk_state != TCP_ESTABLISHED)
		return;
	WRITE_ONCE(sk->sk_err, error.err);
	sk_error_report(sk);
}
