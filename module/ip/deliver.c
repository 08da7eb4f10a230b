// SPDX-License-Identifier: GPL-2.0
/* From the IP room to the transports: one switch (RFC 1122 3.2.1, 3.2.2.1). */

#include <linux/in.h>

#include "icmp/icmp.h"
#include "igmp/igmp.h"
#include "ip/ip.h"
#include "mroute/mroute.h"
#include "raw/raw.h"
#include "tcp/tcp.h"
#include "udp/udp.h"

/**
 * inetx_ip_deliver - hand a packet to its transport protocol
 * @xnet: the namespace
 * @skb: the packet, at its transport header; taken
 *
 * Raw sockets get their copies first; a packet that only they wanted is not
 * answered with an ICMP error.
 *
 * Context: softirq, RCU read side.
 */
void inetx_ip_deliver(struct inetx_net *xnet, struct sk_buff *skb)
{
	u8 protocol = ip_hdr(skb)->protocol;
	bool wanted = inetx_raw_deliver(xnet, skb, protocol);

	switch (protocol) {
	case IPPROTO_TCP:
		INETX_IP_INC(xnet, IPSTATS_MIB_INDELIVERS);
		inetx_tcp_rcv(xnet, skb);
		return;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		INETX_IP_INC(xnet, IPSTATS_MIB_INDELIVERS);
		inetx_udp_rcv(xnet, skb);
		return;
	case IPPROTO_ICMP:
		INETX_IP_INC(xnet, IPSTATS_MIB_INDELIVERS);
		inetx_icmp_rcv(xnet, skb);
		return;
	case IPPROTO_IGMP:
		INETX_IP_INC(xnet, IPSTATS_MIB_INDELIVERS);
		inetx_igmp_rcv(xnet, skb);
		return;
	case IPPROTO_PIM:
		INETX_IP_INC(xnet, IPSTATS_MIB_INDELIVERS);
		inetx_mroute_pim_rcv(xnet, skb);
		return;
	default:
		break;
	}

	if (wanted) {
		INETX_IP_INC(xnet, IPSTATS_MIB_INDELIVERS);
		consume_skb(skb);
		return;
	}
	INETX_IP_INC(xnet, IPSTATS_MIB_INUNKNOWNPROTOS);
	inetx_icmp_send(xnet, skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
	kfree_skb_reason(skb, SKB_DROP_REASON_IP_NOPROTO);
}
