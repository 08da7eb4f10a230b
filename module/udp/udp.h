/* SPDX-License-Identifier: GPL-2.0 */
/* UDP (RFC 768, udp(7)) and UDP-Lite (RFC 3828, udplite(7)). */
#ifndef _INETX_UDP_H
#define _INETX_UDP_H

#include <linux/udp.h>

#include "socket/socket.h"

extern struct proto inetx_udp_prot;
extern struct proto inetx_udplite_prot;

/* udp_mem: pages; [0] low, [1] pressure, [2] the limit; sysctl writes them */
extern long inetx_udp_mem[3];

int inetx_udp_init(void);
void inetx_udp_exit(void);
int inetx_udp_net_init(struct inetx_net *xnet);
void inetx_udp_net_exit(struct inetx_net *xnet);

/* input.c: softirq, RCU; takes the skb, data at the UDP header */
void inetx_udp_rcv(struct inetx_net *xnet, struct sk_buff *skb);

/* err.c: softirq or softirqs disabled, RCU; see inetx_icmp_notify() */
void inetx_udp_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		   u8 code, u32 info);

/* output.c, recv.c, queue.c: for inetx_dgram_ops; process context */
int inetx_udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int inetx_udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len);
__poll_t inetx_udp_poll(struct file *file, struct socket *sock,
			struct poll_table_struct *wait);

#endif /* _INETX_UDP_H */
