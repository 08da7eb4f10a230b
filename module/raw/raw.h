/* SPDX-License-Identifier: GPL-2.0 */
/* Raw sockets (raw(7)). */
#ifndef _INETX_RAW_H
#define _INETX_RAW_H

#include <linux/icmp.h>

#include "socket/socket.h"

struct inetx_cork;

/**
 * struct inetx_raw_sock - a raw socket
 * @xsk: must be first
 * @cork: the packet under construction (MSG_MORE), NULL for none; socket lock
 * @filter: ICMP_FILTER, types that are not wanted, of a socket for IPPROTO_ICMP;
 *	written by setsockopt, read anywhere
 * @mr_table: MRT_TABLE, 0 for RT_TABLE_DEFAULT; written under RTNL, read anywhere
 * @alert: in the namespace's list of IP_ROUTER_ALERT; under its lock, RCU
 */
struct inetx_raw_sock {
	struct inetx_sock xsk;
	struct inetx_cork *cork;
	u32 filter;
	u32 mr_table;
	struct hlist_node alert;
};

static inline struct inetx_raw_sock *inetx_raw_sk(const struct sock *sk)
{
	return (struct inetx_raw_sock *)sk;
}

extern struct proto inetx_raw_prot;

int inetx_raw_init(void);
void inetx_raw_exit(void);
int inetx_raw_net_init(struct inetx_net *xnet);
void inetx_raw_net_exit(struct inetx_net *xnet);

/* input.c: softirq, RCU; a copy to every matching socket, does not take the
 * skb, whose data is at the transport header.  True if some socket wanted it.
 */
bool inetx_raw_deliver(struct inetx_net *xnet, struct sk_buff *skb,
		       u8 protocol);
/* Takes the skb, which is at its transport or IP header, for one socket. */
void inetx_raw_queue(struct inetx_net *xnet, struct sock *sk,
		     struct sk_buff *skb);
void inetx_raw_err(struct inetx_net *xnet, struct sk_buff *skb, u8 protocol,
		   u8 type, u8 code, u32 info);

/* alert.c: softirq, RCU; true if a socket wanted it and the skb is taken */
bool inetx_raw_alert(struct inetx_net *xnet, struct sk_buff *skb);
/* process context */
int inetx_raw_alert_set(struct sock *sk, bool on);

/* output.c, recv.c: process context */
int inetx_raw_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int inetx_raw_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		      int flags, int *addr_len);
int inetx_raw_ioctl(struct sock *sk, int cmd, unsigned long arg);

#endif /* _INETX_RAW_H */
