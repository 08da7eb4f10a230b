// SPDX-License-Identifier: GPL-2.0
/* Where a connection that was redirected to us wanted to go. */

#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack_tuple.h>

#include "filter/filter.h"
#include "socket/socket.h"

/* The first bytes of a packet that a socket would send. */
struct question {
	struct iphdr iph;
	__be16 sport;
	__be16 dport;
};

/*
 * Netfilter's core answers only questions about packets: what is the tuple of the
 * other direction?  That of a reply's is the one that came.  When the connection
 * is one that we have begun, the question itself holds the answer.
 */
static int lookup(struct net *net, const struct question *question,
		  __be32 *addr, __be16 *port)
{
	struct nf_conntrack_tuple tuple;
	struct sk_buff *skb;
	bool found;

	skb = alloc_skb(sizeof(*question), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	skb_put_data(skb, question, sizeof(*question));
	skb_reset_network_header(skb);
	skb->protocol = htons(ETH_P_IP);
	skb->dev = net->loopback_dev;
	found = nf_ct_get_tuple_skb(&tuple, skb);
	kfree_skb(skb);
	if (!found)
		return -ENOENT;

	if (tuple.dst.dir == IP_CT_DIR_ORIGINAL) {
		*addr = tuple.dst.u3.ip;
		*port = tuple.dst.u.all;
	} else {
		*addr = question->iph.daddr;
		*port = question->dport;
	}
	return 0;
}

/**
 * inetx_filter_original_dst - getsockopt(2) of SO_ORIGINAL_DST
 * @sk: the socket, lock not held
 * @sin: the address, before a rule has translated it
 * @len: bytes that the caller has room for
 *
 * Context: process.
 * Return: 0; -ENOPROTOOPT not TCP, or nothing tracks connections; -ENOENT this one
 * is not tracked; -EINVAL @len is too small; -ENOMEM.
 */
int inetx_filter_original_dst(struct sock *sk, struct sockaddr_in *sin, int len)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct question question = {
		.iph.version = 4,
		.iph.ihl = sizeof(struct iphdr) / 4,
		.iph.protocol = IPPROTO_TCP,
		.iph.tot_len = htons(sizeof(struct question)),
	};
	__be32 addr;
	__be16 port;
	int err;

	if (sk->sk_type != SOCK_STREAM || !rcu_access_pointer(nf_ct_hook))
		return -ENOPROTOOPT;
	if (len < (int)sizeof(*sin))
		return -EINVAL;
	lock_sock(sk);
	question.iph.saddr = inet->inet_rcv_saddr;
	question.iph.daddr = inet->inet_daddr;
	question.sport = inet->inet_sport;
	question.dport = inet->inet_dport;
	release_sock(sk);

	err = lookup(sock_net(sk), &question, &addr, &port);
	if (!err)
		inetx_sk_addr(sk, sin, addr, port);
	return err;
}
