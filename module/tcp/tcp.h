/* SPDX-License-Identifier: GPL-2.0 */
/* TCP (RFC 9293, tcp(7)): what the other rooms see of it. */
#ifndef _INETX_TCP_H
#define _INETX_TCP_H

#include <linux/tcp.h>

#include "socket/socket.h"

extern struct proto inetx_tcp_prot;
/* tcp_mem, pages */
extern long inetx_tcp_sysctl_mem[3];

int inetx_tcp_init(void);
void inetx_tcp_exit(void);
int inetx_tcp_net_init(struct inetx_net *xnet);
void inetx_tcp_net_exit(struct inetx_net *xnet);

/* input: softirq, RCU; takes the skb, data at the TCP header */
void inetx_tcp_rcv(struct inetx_net *xnet, struct sk_buff *skb);
void inetx_tcp_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		   u8 code, u32 info);

/* IP options have changed, and with them what a segment can hold; locked. */
void inetx_tcp_sync_mss(struct sock *sk);

/* The stream operations that are TCP's alone, for inetx_stream_ops. */
int inetx_tcp_listen(struct socket *sock, int backlog);
int inetx_tcp_accept(struct socket *sock, struct socket *newsock, int flags,
		     bool kern);
int inetx_tcp_stream_connect(struct socket *sock, struct sockaddr *uaddr,
			     int len, int flags);
int inetx_tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size);
int inetx_tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len);
int inetx_tcp_shutdown(struct socket *sock, int how);
__poll_t inetx_tcp_poll(struct file *file, struct socket *sock,
			struct poll_table_struct *wait);
int inetx_tcp_ioctl(struct sock *sk, int cmd, unsigned long arg);
ssize_t inetx_tcp_sendpage(struct socket *sock, struct page *page, int offset,
			   size_t size, int flags);
ssize_t inetx_tcp_splice_read(struct socket *sock, loff_t *ppos,
			      struct pipe_inode_info *pipe, size_t len,
			      unsigned int flags);
int inetx_tcp_peek_len(struct socket *sock);
int inetx_tcp_set_rcvlowat(struct sock *sk, int val);

#endif /* _INETX_TCP_H */
