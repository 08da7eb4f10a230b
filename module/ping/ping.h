/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP echo sockets: SOCK_DGRAM, IPPROTO_ICMP (icmp(7)). */
#ifndef _INETX_PING_H
#define _INETX_PING_H

#include "socket/socket.h"

/* A ping socket: its port is the identifier of its echo requests. */
struct inetx_ping_sock {
	struct inetx_sock xsk;
};

extern struct proto inetx_ping_prot;

int inetx_ping_init(void);
void inetx_ping_exit(void);
int inetx_ping_net_init(struct inetx_net *xnet);
void inetx_ping_net_exit(struct inetx_net *xnet);

/* input.c: softirq, RCU: an echo reply, data at the ICMP header; does not take
 * the skb.  True if a socket took a copy.
 */
bool inetx_ping_rcv(struct inetx_net *xnet, struct sk_buff *skb);
void inetx_ping_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		    u8 code, u32 info);

/* io.c: process context */
int inetx_ping_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int inetx_ping_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		       int flags, int *addr_len);

#endif /* _INETX_PING_H */
