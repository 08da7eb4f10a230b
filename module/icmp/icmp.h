/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP (RFC 792, 1122 section 3.2.2). */
#ifndef _INETX_ICMP_H
#define _INETX_ICMP_H

#include <linux/icmp.h>

#include "ip/ip.h"

/**
 * struct inetx_icmp_error - what a destination-unreachable code means to sockets
 * @err: errno, positive
 * @fatal: a connected socket gets it without IP_RECVERR
 */
struct inetx_icmp_error {
	int err;
	bool fatal;
};

extern const struct inetx_icmp_error inetx_icmp_errors[16];

int inetx_icmp_init(void);
void inetx_icmp_exit(void);
int inetx_icmp_net_init(struct inetx_net *xnet);
void inetx_icmp_net_exit(struct inetx_net *xnet);

/* input.c: softirq, RCU; takes the skb, data at the ICMP header */
void inetx_icmp_rcv(struct inetx_net *xnet, struct sk_buff *skb);

/* output.c: RCU read side; does not take @skb_in, whose network header is set.
 * Sends nothing where RFC 1122 3.2.2 forbids it, or when rate-limited.
 * @info in network order, goes into the second word of the ICMP header.
 */
void inetx_icmp_send(struct inetx_net *xnet, struct sk_buff *skb_in, u8 type,
		     u8 code, __be32 info);

/* error.c: hand an error about a packet of ours, whose IP header is at
 * skb->data, to its transport.  @info: host order, the MTU of a
 * fragmentation-needed, else 0.  From icmp_rcv, skb's transport header is the
 * ICMP header; from a local cause it is not used beyond (type, code).
 */
void inetx_icmp_notify(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		       u8 code, u32 info);
/* A packet of ours could not be delivered to its neighbour (queue of ARP). */
void inetx_icmp_local_unreach(struct inetx_net *xnet, struct sk_buff *skb);

#endif /* _INETX_ICMP_H */
