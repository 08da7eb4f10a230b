// SPDX-License-Identifier: GPL-2.0
/* Packets and ICMP errors to raw sockets: raw(7). */

#include "igmp/igmp.h"
#include "raw/raw.h"
#include "route/vrf.h"
#include "udp/dgram.h"
#include "udp/match.h"

/* Numbers above 255, which no packet carries, share the chains of others. */
static bool raw_wants(const struct sock *sk, u8 protocol,
		      const struct inetx_udp_packet *pkt)
{
	const struct inet_sock *inet = inet_sk(sk);
	const struct inetx_udp_key key = {
		.laddr = READ_ONCE(inet->inet_rcv_saddr),
		.raddr = READ_ONCE(inet->inet_daddr),
		.dev = READ_ONCE(sk->sk_bound_dev_if),
	};

	return inet->inet_num == protocol && inetx_udp_score(&key, pkt) >= 0;
}

/* ICMP_FILTER: one bit for each type below 32; the others always pass. */
static bool raw_icmp_filtered(const struct sock *sk, struct sk_buff *skb)
{
	struct icmphdr buf;
	const struct icmphdr *hdr;

	hdr = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (!hdr)
		return true;
	return hdr->type < 32 &&
	       (READ_ONCE(inetx_raw_sk(sk)->filter) & (1U << hdr->type));
}

/**
 * inetx_raw_queue - give a packet to a socket, whose user sees the IP header
 * @xnet: the namespace
 * @sk: the socket
 * @skb: its copy, network header set; taken
 *
 * Context: softirq, RCU read side.
 */
void inetx_raw_queue(struct inetx_net *xnet, struct sock *sk,
		     struct sk_buff *skb)
{
	inetx_rx_info_set(xnet, skb);
	skb_push(skb, -skb_network_offset(skb));
	if (sock_queue_rcv_skb(sk, skb))
		kfree_skb(skb);
}

/**
 * inetx_raw_deliver - a copy of a packet to each raw socket that matches
 * @xnet: the namespace
 * @skb: not taken; data at the transport header, network header set
 * @protocol: its protocol
 *
 * Context: softirq, RCU read side.
 * Return: whether there is such a socket, so that a protocol we do not know is
 * none that is unreachable.
 */
bool inetx_raw_deliver(struct inetx_net *xnet, struct sk_buff *skb,
		       u8 protocol)
{
	struct hlist_head *head = &xnet->raw.table[protocol];
	struct inetx_udp_packet pkt;
	struct sk_buff *copy;
	bool found = false;
	struct sock *sk;

	if (likely(hlist_empty(head)))
		return false;

	pkt = (struct inetx_udp_packet) {
		.laddr = ip_hdr(skb)->daddr,
		.raddr = ip_hdr(skb)->saddr,
		.in = inetx_in_dev(xnet, skb->dev,
				   &xnet->raw.sysctl_l3mdev_accept),
	};
	sk_for_each_rcu(sk, head) {
		if (!raw_wants(sk, protocol, &pkt))
			continue;
		found = true;
		if (protocol == IPPROTO_ICMP && raw_icmp_filtered(sk, skb))
			continue;
		if (ipv4_is_multicast(pkt.laddr) &&
		    !inetx_igmp_sk_wants(sk, pkt.laddr, pkt.raddr,
					 skb->dev->ifindex))
			continue;
		copy = skb_clone(skb, GFP_ATOMIC);
		if (copy)
			inetx_raw_queue(xnet, sk, copy);
	}
	return found;
}

static void raw_report(struct sock *sk, struct sk_buff *skb, u8 type, u8 code,
		       u32 info)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct inetx_icmp_error error;
	bool recverr = inet->recverr;

	inetx_sk_path_error(sk, skb, type, code, info);
	/* Who is not connected cannot tell what the error is about. */
	if (!recverr && sk->sk_state != TCP_ESTABLISHED)
		return;
	if (!inetx_dgram_error(sk, type, code, &error))
		return;

	if (recverr)
		inetx_sock_icmp_error(sk, skb, error.err, type, code, info, 0,
				      inet->hdrincl ? 0 :
				      ((struct iphdr *)skb->data)->ihl * 4);
	if (recverr || error.fatal) {
		WRITE_ONCE(sk->sk_err, error.err);
		sk_error_report(sk);
	}
}

/**
 * inetx_raw_err - an ICMP error about a packet of ours
 * @xnet: the namespace
 * @skb: not taken; data at the IP header of our packet
 * @protocol: its protocol
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order; the MTU of a fragmentation-needed
 *
 * Context: softirqs disabled, RCU read side.
 */
void inetx_raw_err(struct inetx_net *xnet, struct sk_buff *skb, u8 protocol,
		   u8 type, u8 code, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct inetx_udp_packet pkt = {
		.laddr = iph->saddr,
		.raddr = iph->daddr,
		.in = inetx_in_dev_err(xnet, skb),
	};
	struct sock *sk;

	sk_for_each_rcu(sk, &xnet->raw.table[protocol])
		if (raw_wants(sk, protocol, &pkt))
			raw_report(sk, skb, type, code, info);
}
