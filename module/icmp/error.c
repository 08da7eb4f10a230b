// SPDX-License-Identifier: GPL-2.0
/* ICMP errors on their way up: from the message to the socket (RFC 1122 4). */

#include <linux/errno.h>

#include "icmp/icmp.h"
#include "ping/ping.h"
#include "raw/raw.h"
#include "route/exception.h"
#include "tcp/tcp.h"
#include "udp/udp.h"

/* RFC 1122 3.2.2.1, RFC 1812 5.2.7.1: what each code of an unreachable means to
 * a socket, by icmp(7) and udp(7).
 */
const struct inetx_icmp_error inetx_icmp_errors[16] = {
	[ICMP_NET_UNREACH] = { ENETUNREACH, false },
	[ICMP_HOST_UNREACH] = { EHOSTUNREACH, false },
	[ICMP_PROT_UNREACH] = { ENOPROTOOPT, true },
	[ICMP_PORT_UNREACH] = { ECONNREFUSED, true },
	[ICMP_FRAG_NEEDED] = { EMSGSIZE, false },
	[ICMP_SR_FAILED] = { EOPNOTSUPP, false },
	[ICMP_NET_UNKNOWN] = { ENETUNREACH, true },
	[ICMP_HOST_UNKNOWN] = { EHOSTDOWN, true },
	[ICMP_HOST_ISOLATED] = { ENONET, true },
	[ICMP_NET_ANO] = { ENETUNREACH, true },
	[ICMP_HOST_ANO] = { EHOSTUNREACH, true },
	[ICMP_NET_UNR_TOS] = { ENETUNREACH, false },
	[ICMP_HOST_UNR_TOS] = { EHOSTUNREACH, false },
	[ICMP_PKT_FILTERED] = { EHOSTUNREACH, true },
	[ICMP_PREC_VIOLATION] = { EHOSTUNREACH, true },
	[ICMP_PREC_CUTOFF] = { EHOSTUNREACH, true },
};

/* Echo replies are the kernel's own: no socket would learn from the error. */
static bool quotes_echo_reply(const struct sk_buff *skb)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct icmphdr *icmph = (const void *)iph + iph->ihl * 4;

	return icmph->type == ICMP_ECHOREPLY;
}

/**
 * inetx_icmp_notify - hand an error to the transport of the packet it is about
 * @xnet: the namespace
 * @skb: at the IP header of the packet that the error is about; not taken
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order: MTU, pointer, gateway of a redirect, or 0
 *
 * Transports find their first eight octets behind the IP header in the linear
 * part (RFC 792); who quotes less is not believed.
 *
 * Context: softirq, RCU read side.
 */
void inetx_icmp_notify(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		       u8 code, u32 info)
{
	const struct iphdr *iph = (struct iphdr *)skb->data;
	u8 protocol = iph->protocol;

	if (!pskb_may_pull(skb, iph->ihl * 4 + 8)) {
		INETX_ICMP_INC(xnet, ICMP_MIB_INERRORS);
		return;
	}

	inetx_raw_err(xnet, skb, protocol, type, code, info);
	switch (protocol) {
	case IPPROTO_TCP:
		inetx_tcp_err(xnet, skb, type, code, info);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		inetx_exception_quoted(xnet, skb, type, code, info);
		inetx_udp_err(xnet, skb, type, code, info);
		break;
	case IPPROTO_ICMP:
		if (quotes_echo_reply(skb))
			inetx_exception_quoted(xnet, skb, type, code, info);
		inetx_ping_err(xnet, skb, type, code, info);
		break;
	default:
		break;
	}
}

/**
 * inetx_icmp_local_unreach - a neighbour does not answer
 * @xnet: the namespace
 * @skb: a packet of ours that waited for it, its network header set; not taken
 *
 * The sender learns it as from a router: by a message, over lo, so that no lock
 * of a socket that is just sending is in the way.
 *
 * Context: RCU read side.
 */
void inetx_icmp_local_unreach(struct inetx_net *xnet, struct sk_buff *skb)
{
	inetx_icmp_send(xnet, skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
}
