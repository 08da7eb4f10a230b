// SPDX-License-Identifier: GPL-2.0
/* Datagrams from IP to sockets: RFC 768, RFC 1122 4.1, RFC 3828. */

#include <linux/filter.h>
#include <net/busy_poll.h>

#include "icmp/icmp.h"
#include "igmp/igmp.h"
#include "udp/lite.h"

/* Takes the skb: one datagram, data at the UDP header, for @sk. */
static void queue_one(struct inetx_net *xnet, struct sock *sk,
		      struct sk_buff *skb)
{
	int err;

	if (unlikely(inetx_udp_is_lite(sk)) && !inetx_udplite_covers(sk, skb)) {
		INETX_UDP_SK_INC(sk, UDP_MIB_INERRORS);
		atomic_inc(&sk->sk_drops);
		kfree_skb(skb);
		return;
	}
	/* A filter shall see only what is right, and may cut it. */
	if (rcu_access_pointer(sk->sk_filter) && inetx_udp_csum_bad(skb)) {
		inetx_udp_count_bad_csum(sk);
		kfree_skb_reason(skb, SKB_DROP_REASON_UDP_CSUM);
		return;
	}
	if (sk_filter_trim_cap(sk, skb, sizeof(struct udphdr))) {
		INETX_UDP_SK_INC(sk, UDP_MIB_INERRORS);
		atomic_inc(&sk->sk_drops);
		kfree_skb_reason(skb, SKB_DROP_REASON_SOCKET_FILTER);
		return;
	}

	/* The sum of the header stays in skb->csum for the check at the copy. */
	if (!skb->csum_valid && skb->ip_summed == CHECKSUM_NONE)
		skb->csum = csum_partial(skb->data, sizeof(struct udphdr),
					 skb->csum);
	skb_pull_rcsum(skb, sizeof(struct udphdr));

	inetx_rx_info_set(xnet, skb);
	INETX_UDP_CB(skb)->peeked = false;
	if (READ_ONCE(inet_sk(sk)->inet_daddr)) {
		sock_rps_save_rxhash(sk, skb);
		sk_mark_napi_id(sk, skb);
		sk_incoming_cpu_update(sk);
	} else {
		sk_mark_napi_id_once(sk, skb);
	}

	err = inetx_udp_enqueue(sk, skb);
	if (likely(!err))
		return;
	INETX_UDP_SK_INC(sk, UDP_MIB_INERRORS);
	if (err == -ENOMEM) {
		INETX_UDP_SK_INC(sk, UDP_MIB_RCVBUFERRORS);
		kfree_skb_reason(skb, SKB_DROP_REASON_SOCKET_RCVBUFF);
	} else {
		INETX_UDP_SK_INC(sk, UDP_MIB_MEMERRORS);
		kfree_skb_reason(skb, SKB_DROP_REASON_PROTO_MEM);
	}
}

/* Takes the skb: datagrams in one buffer, made so by GRO or never cut on lo,
 * for a socket that did not ask for that (UDP_GRO).
 */
static void queue_segments(struct inetx_net *xnet, struct sock *sk,
			   struct sk_buff *skb)
{
	/* The segments need no right checksum: the whole had one. */
	netdev_features_t features = NETIF_F_SG | NETIF_F_IP_CSUM |
				     NETIF_F_IPV6_CSUM;
	struct sk_buff *segs, *next;

	/* What follows is lost to GSO's own use of skb->cb. */
	BUILD_BUG_ON(offsetofend(struct inetx_skb_cb, xdev) >
		     SKB_GSO_CB_OFFSET);
	__skb_push(skb, -skb_mac_offset(skb));
	if (skb->pkt_type == PACKET_LOOPBACK)
		skb->ip_summed = CHECKSUM_PARTIAL;
	segs = __skb_gso_segment(skb, features, false);
	if (IS_ERR_OR_NULL(segs)) {
		INETX_UDP_SK_INC(sk, UDP_MIB_INERRORS);
		atomic_inc(&sk->sk_drops);
		kfree_skb(skb);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		__skb_pull(skb, skb_transport_offset(skb));
		if (skb->ip_summed == CHECKSUM_NONE)
			skb->csum_valid = 1;
		queue_one(xnet, sk, skb);
	}
}

/*
 * Takes the skb.  Pages that a sender on this host lent (MSG_ZEROCOPY) are
 * copied: he must not wait for a reader to get them back.
 */
static void queue_skb(struct inetx_net *xnet, struct sock *sk,
		      struct sk_buff *skb)
{
	if (unlikely(skb_orphan_frags_rx(skb, GFP_ATOMIC))) {
		INETX_UDP_SK_INC(sk, UDP_MIB_INERRORS);
		atomic_inc(&sk->sk_drops);
		kfree_skb_reason(skb, SKB_DROP_REASON_SKB_UCOPY_FAULT);
		return;
	}
	if (unlikely(skb_is_gso(skb)) &&
	    !((skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4) &&
	      READ_ONCE(inetx_udp_sk(sk)->gro_opt)))
		queue_segments(xnet, sk, skb);
	else
		queue_one(xnet, sk, skb);
}

/* Does the socket take part in a multicast or broadcast? */
static bool wants_multi(const struct sock *sk, const struct inetx_udp_packet *pkt)
{
	const struct inet_sock *inet = inet_sk(sk);
	const struct inetx_udp_key key = {
		.laddr = READ_ONCE(inet->inet_rcv_saddr),
		.raddr = READ_ONCE(inet->inet_daddr),
		.rport = READ_ONCE(inet->inet_dport),
		.dev = READ_ONCE(sk->sk_bound_dev_if),
	};

	if (inetx_udp_score(&key, pkt) < 0)
		return false;
	return !ipv4_is_multicast(pkt->laddr) ||
	       inetx_igmp_sk_wants(sk, pkt->laddr, pkt->raddr,
				   pkt->in.sdif ?: pkt->in.dif);
}

/*
 * Takes the skb: a copy to each socket.  A socket that is moved between chains
 * at this moment may miss it or get it twice, as the network may do to
 * broadcasts as well.
 */
static void deliver_multi(struct inetx_net *xnet, struct sk_buff *skb,
			  const struct inetx_udp_packet *pkt, __be16 lport)
{
	const bool lite = inetx_udp_skb_is_lite(skb);
	struct inetx_port *port = inetx_ports_get(inetx_udp_table(xnet, lite),
						  ntohs(lport));
	struct sock *sk, *first = NULL;
	struct hlist_head *chain;
	struct sk_buff *copy;
	unsigned int i;

	for (i = 0; port && (chain = inetx_port_chain(port, i)); i++) {
		sk_for_each_rcu(sk, chain) {
			if (!wants_multi(sk, pkt))
				continue;
			/* The original is for the last one. */
			if (!first) {
				first = sk;
				continue;
			}
			copy = skb_clone(skb, GFP_ATOMIC);
			if (copy) {
				queue_skb(xnet, sk, copy);
				continue;
			}
			atomic_inc(&sk->sk_drops);
			INETX_UDP_INC(xnet, lite, UDP_MIB_RCVBUFERRORS);
			INETX_UDP_INC(xnet, lite, UDP_MIB_INERRORS);
		}
	}
	if (first) {
		queue_skb(xnet, first, skb);
	} else {
		INETX_UDP_INC(xnet, lite, UDP_MIB_IGNOREDMULTI);
		consume_skb(skb);
	}
}

/* Nobody has the port: RFC 1122 4.1.3.1. */
static void no_port(struct inetx_net *xnet, struct sk_buff *skb)
{
	const bool lite = inetx_udp_skb_is_lite(skb);

	if (inetx_udp_csum_bad(skb)) {
		INETX_UDP_INC(xnet, lite, UDP_MIB_CSUMERRORS);
		INETX_UDP_INC(xnet, lite, UDP_MIB_INERRORS);
		kfree_skb_reason(skb, SKB_DROP_REASON_UDP_CSUM);
		return;
	}
	INETX_UDP_INC(xnet, lite, UDP_MIB_NOPORTS);
	inetx_icmp_send(xnet, skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
	kfree_skb_reason(skb, SKB_DROP_REASON_NO_SOCKET);
}

/*
 * Prepare the check of the checksum, which is made when the data is copied or
 * looked at.  Returns false when it is wrong, as known already.
 */
static bool csum_init(struct sk_buff *skb, const struct udphdr *uh, bool lite)
{
	if (unlikely(lite)) {
		if (!inetx_udplite_csum_ok(skb, uh))
			return false;
		if (inetx_udplite_part(uh, skb->len))
			return true;
	}
	if (skb_checksum_init_zero_check(skb, lite ? IPPROTO_UDPLITE :
						     IPPROTO_UDP,
					 uh->check, inet_compute_pseudo))
		return false;
	if (unlikely(skb->ip_summed == CHECKSUM_COMPLETE &&
		     !skb->csum_valid)) {
		if (skb->csum_complete_sw)
			return false;
		/* The device says it is wrong: believe our own sum only. */
		skb_checksum_complete_unset(skb);
	}
	return true;
}

/**
 * inetx_udp_rcv - a datagram of UDP or UDP-Lite from IP
 * @xnet: the namespace
 * @skb: taken; data at the UDP header, network header set, cut to the length
 *	IP says, struct inetx_skb_cb filled
 *
 * Context: softirq, RCU read side.
 */
void inetx_udp_rcv(struct inetx_net *xnet, struct sk_buff *skb)
{
	const bool lite = inetx_udp_skb_is_lite(skb);
	struct inetx_udp_packet pkt;
	struct udphdr *uh;
	struct sock *sk;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*uh)))
		goto bad_length;
	skb_reset_transport_header(skb);
	uh = udp_hdr(skb);
	len = ntohs(uh->len);
	if (len > skb->len)
		goto bad_length;
	/* UDP-Lite has something else there, its length is IP's. */
	if (likely(!lite) &&
	    (len < sizeof(*uh) || pskb_trim_rcsum(skb, len)))
		goto bad_length;

	uh = udp_hdr(skb);
	if (!csum_init(skb, uh, lite)) {
		INETX_UDP_INC(xnet, lite, UDP_MIB_CSUMERRORS);
		INETX_UDP_INC(xnet, lite, UDP_MIB_INERRORS);
		kfree_skb_reason(skb, SKB_DROP_REASON_UDP_CSUM);
		return;
	}

	pkt = (struct inetx_udp_packet) {
		.laddr = ip_hdr(skb)->daddr,
		.raddr = ip_hdr(skb)->saddr,
		.rport = uh->source,
		.in = inetx_in_dev(xnet, skb->dev,
				   &xnet->udp.sysctl_l3mdev_accept),
	};
	if (unlikely(INETX_CB(skb)->rtype != RTN_LOCAL)) {
		deliver_multi(xnet, skb, &pkt, uh->dest);
		return;
	}
	sk = inetx_udp_lookup(inetx_udp_table(xnet, lite), pkt.laddr, uh->dest,
			      pkt.raddr, pkt.rport, pkt.in, skb);
	if (likely(sk))
		queue_skb(xnet, sk, skb);
	else
		no_port(xnet, skb);
	return;

bad_length:
	INETX_UDP_INC(xnet, lite, UDP_MIB_INERRORS);
	kfree_skb_reason(skb, SKB_DROP_REASON_UDP_CSUM);
}
