/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IP options (RFC 791 3.1, RFC 1122 3.2.1.8, RFC 1812 5.3.13, RFC 2113): how they
 * are read, filled in, reversed and undone.
 *
 * options.c is pure logic and compiles in user space, too; what it knows of
 * options is in a struct ip_options, which other parts of the kernel expect at
 * the head of skb->cb.  rcvopt.c is what a received packet's options make us do.
 */
#ifndef _INETX_IP_OPTIONS_H
#define _INETX_IP_OPTIONS_H

#include <linux/types.h>

#ifdef __KERNEL__
#include <net/inet_sock.h>
#else
#include <stdbool.h>
typedef __u8 u8;

/* As in the kernel's net/inet_sock.h. */
struct ip_options {
	__be32 faddr;
	__be32 nexthop;
	unsigned char optlen;
	unsigned char srr;
	unsigned char rr;
	unsigned char ts;
	unsigned char is_strictroute:1,
		      srr_is_hit:1,
		      is_changed:1,
		      rr_needaddr:1,
		      ts_needtime:1,
		      ts_needaddr:1;
	unsigned char router_alert;
	unsigned char cipso;
	unsigned char __pad2;
	unsigned char __data[];
};
#endif

struct inetx_dev;
struct inetx_net;
struct inetx_path;
struct sk_buff;

/* RFC 791 3.1: ihl is at most 15 words, 5 of them fixed. */
#define INETX_IPOPT_MAX		40

/* For inetx_ip_options_echo(): all of them. */
#define INETX_IPOPT_ALL		60

/**
 * enum inetx_ipopt_maker - who made the options that are read
 * @INETX_IPOPT_RECEIVED: somebody else; they are in a packet that came in
 * @INETX_IPOPT_USER: a user, for packets to send
 * @INETX_IPOPT_PRIVILEGED: a user with CAP_NET_RAW
 */
enum inetx_ipopt_maker {
	INETX_IPOPT_RECEIVED,
	INETX_IPOPT_USER,
	INETX_IPOPT_PRIVILEGED,
};

/* options.c: any context */
int inetx_ip_options_parse(struct inetx_net *xnet, u8 *area,
			   struct ip_options *opt,
			   enum inetx_ipopt_maker maker);
void inetx_ip_options_stamp(u8 *iph, const struct ip_options *opt, __be32 addr,
			    __be32 time);
void inetx_ip_options_build(u8 *iph, const struct ip_options *opt,
			    __be32 daddr, __be32 saddr, __be32 time);
void inetx_ip_options_echo(struct inetx_net *xnet, const u8 *iph,
			   unsigned int end, struct ip_options *out);
void inetx_ip_options_undo(struct ip_options *opt);
int inetx_ip_options_hop(const u8 *iph, const struct ip_options *opt,
			 unsigned int skip, __be32 *hop);
void inetx_ip_options_pass(u8 *iph, const struct ip_options *opt, __be32 addr);
void inetx_ip_options_later(u8 *area, unsigned int len);

/* Is an address ours?  rcvopt.c has the answer, or a test. */
bool inetx_ip_options_ours(struct inetx_net *xnet, __be32 addr);

#ifdef __KERNEL__
/* rcvopt.c: RCU read side; these look at headers with options only */
int inetx_ip_options_rcv(struct inetx_dev *xdev, struct sk_buff *skb, u8 type);
bool inetx_ip_options_alert(struct inetx_net *xnet, struct sk_buff *skb);
bool inetx_ip_options_stop(struct inetx_net *xnet, struct sk_buff *skb,
			   const struct inetx_path *path);
void inetx_ip_options_forward(struct inetx_net *xnet, struct sk_buff *skb,
			      const struct inetx_path *path);
const struct ip_options *
inetx_ip_options_answer(struct inetx_net *xnet, const struct sk_buff *skb,
			unsigned int end, struct ip_options_data *buf);
__be32 inetx_ip_now(void);
#endif

#endif /* _INETX_IP_OPTIONS_H */
