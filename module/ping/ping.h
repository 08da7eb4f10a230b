/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP echo sockets: SOCK_DGRAM, IPPROTO_ICMP (icmp(7)). */
#ifndef _INETX_PING_H
#define _INETX_PING_H

#include "socket/socket.h"

extern struct proto inetx_ping_prot;

int inetx_ping_init(void);
void inetx_ping_exit(void);
int inetx_ping_net_init(struct inetx_net *xnet);
void inetx_ping_net_exit(struct inetx_net *xnet);

/* softirq, RCU: an echo reply, data at the ICMP header; does not take the skb.
 * True if a socket took a copy.
 */
bool inetx_ping_rcv(struct inetx_net *xnet, struct sk_buff *skb);
void inetx_ping_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		    u8 code, u32 info);

#endif /* _INETX_PING_H */
