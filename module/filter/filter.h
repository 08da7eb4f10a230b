/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The filter room: inetx's packets at the five points of the host's IPv4 packet
 * filter (NFPROTO_IPV4), so that nftables and iptables, connection tracking and
 * address translation govern them as they govern the host's own.
 *
 * The IP room asks inetx_filter_on() at each point: one patched branch while
 * nobody on the machine has a hook there.  Only then it comes in here, and goes
 * on by the function of the IP room that is named with each point below, at
 * once, or later when the packet was queued for user space.
 */
#ifndef _INETX_FILTER_H
#define _INETX_FILTER_H

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>

#include "netns.h"

struct inetx_dev;
struct inetx_path;
struct net_device;
struct sock;
struct sockaddr_in;

/**
 * inetx_filter_on - has anybody a hook at this point?
 * @xnet: the namespace
 * @point: NF_INET_*, a constant
 *
 * Context: any.
 */
static __always_inline bool inetx_filter_on(const struct inetx_net *xnet,
					    unsigned int point)
{
#ifdef CONFIG_JUMP_LABEL
	if (!static_key_false(&nf_hooks_needed[NFPROTO_IPV4][point]))
		return false;
#endif
	return rcu_access_pointer(xnet->net->nf.hooks_ipv4[point]);
}

/* input.c: softirq, RCU read side; the skb is at its IP header, and taken.
 * Then inetx_ip_rcv_filtered() and inetx_ip_local_in().
 */
void inetx_filter_pre_routing(struct inetx_dev *xdev, struct sk_buff *skb,
			      u8 type);
void inetx_filter_local_in(struct inetx_dev *xdev, struct sk_buff *skb);

/* output.c: RCU read side, any context that may send; the skb is at its IP
 * header, which is complete, and taken.  Return 0, NET_XMIT_* > 0 or a negative
 * errno; -EPERM when a rule has dropped it.  Then inetx_ip_forward_filtered(),
 * inetx_ip_transmit() and inetx_ip_finish().
 */
void inetx_filter_forward(struct inetx_dev *xdev, struct sk_buff *skb,
			  struct inetx_path *path);
int inetx_filter_local_out(struct inetx_net *xnet, const struct sock *sk,
			   struct sk_buff *skb, const struct inetx_path *path);
int inetx_filter_post_routing(struct inetx_net *xnet, const struct sock *sk,
			      struct sk_buff *skb, struct net_device *indev,
			      const struct inetx_path *path);

/* answer.c: softirq, RCU read side */
bool inetx_filter_is_answer(const struct sk_buff *skb);
void inetx_filter_answer(struct inetx_dev *xdev, struct sk_buff *skb);

/* origdst.c: process context */
int inetx_filter_original_dst(struct sock *sk, struct sockaddr_in *sin, int len);

/* dst.c */
bool inetx_filter_dst_in(struct sk_buff *skb, u8 rtype);
bool inetx_filter_dst_out(struct sk_buff *skb, const struct inetx_path *path,
			  bool forwarded);
bool inetx_filter_dst_is_ours(const struct sk_buff *skb);
bool inetx_filter_dst_path(const struct sk_buff *skb, struct inetx_path *path);
void inetx_filter_dev_gone(const struct net_device *dev);
int inetx_filter_init(void);
void inetx_filter_exit(void);

/* net.c */
int inetx_filter_net_init(struct inetx_net *xnet);
void inetx_filter_net_pre_exit(struct inetx_net *xnet);
void inetx_filter_net_exit(struct inetx_net *xnet);

/* Of netfilter's core, exported, but in none of its public headers: drop what
 * waits in queues to user space.
 */
void nf_queue_nf_hook_drop(struct net *net);

#endif /* _INETX_FILTER_H */
