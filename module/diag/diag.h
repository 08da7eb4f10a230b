/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sock_diag of the family (sock_diag(7)): requests with the layout of
 * struct inet_diag_req_v2, answers with struct inet_diag_msg, so that ss(8)
 * under the launcher sees our sockets.
 */
#ifndef _INETX_DIAG_H
#define _INETX_DIAG_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include "socket/socket.h"

int inetx_diag_init(void);
void inetx_diag_exit(void);

/**
 * struct inetx_diag_entry - what a filter looks at, for a socket of any size
 * @saddr: local address, network order
 * @daddr: remote address, network order
 * @sport: local port, host order
 * @dport: remote port, host order
 * @ifindex: bound device or 0
 * @userlocks: sk_userlocks
 * @mark: sk_mark
 * @cgroup_id: 0 when unknown
 */
struct inetx_diag_entry {
	__be32 saddr;
	__be32 daddr;
	u16 sport;
	u16 dport;
	int ifindex;
	u8 userlocks;
	u32 mark;
	u64 cgroup_id;
};

/* filter.c: the bytecode that ss(8) compiles its filter expressions to */
int inetx_diag_bytecode_check(const struct nlattr *bytecode, bool net_admin);
bool inetx_diag_bytecode_run(const struct nlattr *bytecode,
			     const struct inetx_diag_entry *entry);

/* diag.c, for the protocols' dumpers */
/* The same as inetx_diag_match() for records that are no full sockets. */
bool inetx_diag_match_entry(const struct inet_diag_req_v2 *req,
			    const struct nlattr *bytecode,
			    const struct inetx_diag_entry *entry, int state);
/* Does the socket pass state mask, ports, device and the bytecode filter? */
bool inetx_diag_match(const struct inet_diag_req_v2 *req,
		      const struct nlattr *bytecode, struct sock *sk);
/* Append one full socket to a dump or answer; -EMSGSIZE when it does not fit. */
int inetx_diag_fill(struct sock *sk, struct sk_buff *skb,
		    struct netlink_callback *cb,
		    const struct inet_diag_req_v2 *req, u16 nlmsg_flags);

/* tcp.c */
int inetx_tcp_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct inet_diag_req_v2 *req,
			const struct nlattr *bytecode);
struct sock *inetx_tcp_diag_find(struct inetx_net *xnet,
				 const struct inet_diag_req_v2 *req);
/* TCP's part of an answer: queue lengths and INET_DIAG_INFO. */
int inetx_tcp_diag_info(struct sock *sk, struct inet_diag_msg *msg,
			struct sk_buff *skb, u8 ext);
/* udp.c, raw.c */
int inetx_udp_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct inet_diag_req_v2 *req,
			const struct nlattr *bytecode, bool lite);
struct sock *inetx_udp_diag_find(struct inetx_net *xnet,
				 const struct inet_diag_req_v2 *req, bool lite);
int inetx_raw_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct inet_diag_req_v2 *req,
			const struct nlattr *bytecode);
struct sock *inetx_raw_diag_find(struct inetx_net *xnet,
				 const struct inet_diag_req_v2 *req);

#endif /* _INETX_DIAG_H */
