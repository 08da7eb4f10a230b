/* SPDX-License-Identifier: GPL-2.0 */
/* UDP (RFC 768, udp(7)). */
#ifndef _INETX_UDP_H
#define _INETX_UDP_H

#include <linux/udp.h>

#include "socket/socket.h"

extern struct proto inetx_udp_prot;

int inetx_udp_init(void);
void inetx_udp_exit(void);
int inetx_udp_net_init(struct inetx_net *xnet);
void inetx_udp_net_exit(struct inetx_net *xnet);

/* input.c: softirq, RCU; takes the skb, data at the UDP header */
void inetx_udp_rcv(struct inetx_net *xnet, struct sk_buff *skb);
void inetx_udp_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		   u8 code, u32 info);

#endif /* _INETX_UDP_H */
