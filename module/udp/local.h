/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the UDP room share.  UDP-Lite is UDP with another checksum and
 * ports of its own: lite.h has what is its alone.
 */
#ifndef _INETX_UDP_LOCAL_H
#define _INETX_UDP_LOCAL_H

#include "udp/dgram.h"
#include "udp/match.h"
#include "udp/table.h"
#include "route/vrf.h"
#include "udp/udp.h"

/**
 * struct inetx_udp_sock - a UDP or UDP-Lite socket
 * @xsk: must be first
 * @cork: the datagram under construction, NULL for none; socket lock, a look
 *	without it
 * @gso_size: UDP_SEGMENT, bytes, 0 for off; socket lock, read anywhere
 * @send_cov: UDPLITE_SEND_CSCOV, bytes, 0 for all; likewise
 * @recv_cov: UDPLITE_RECV_CSCOV; likewise
 * @cork_opt: UDP_CORK; likewise
 * @gro_opt: UDP_GRO; likewise
 * @no_check6_tx: UDP_NO_CHECK6_TX, of no effect with IPv4; likewise
 * @no_check6_rx: UDP_NO_CHECK6_RX; likewise
 * @send_cov_set: @send_cov was asked for; likewise
 * @recv_cov_set: @recv_cov was; likewise
 * @reader: packets taken over from sk_receive_queue in one go, so that reader
 *	and softirq seldom meet at one lock; its own lock, which is taken
 *	before that of sk_receive_queue
 * @deficit: bytes of read packets that are not yet given back to sk_rmem_alloc;
 *	@reader.lock
 *
 * sk_forward_alloc and the growth of sk_rmem_alloc for packets are protected
 * by the lock of sk_receive_queue.
 */
struct inetx_udp_sock {
	struct inetx_sock xsk;
	struct inetx_cork *cork;
	u16 gso_size;
	u16 send_cov;
	u16 recv_cov;
	bool cork_opt;
	bool gro_opt;
	bool no_check6_tx;
	bool no_check6_rx;
	bool send_cov_set;
	bool recv_cov_set;
	struct sk_buff_head reader ____cacheline_aligned_in_smp;
	unsigned int deficit;
};

static inline struct inetx_udp_sock *inetx_udp_sk(const struct sock *sk)
{
	return (struct inetx_udp_sock *)sk;
}

/**
 * struct inetx_udp_cb - skb->cb of a packet in the queue of a UDP socket
 * @rx: see there
 * @peeked: someone has seen this empty datagram by MSG_PEEK; @reader.lock
 *
 * Ends before SOCK_SKB_CB(), where core code keeps its drop count.
 */
struct inetx_udp_cb {
	struct inetx_rx_info rx;
	bool peeked;
};

#define INETX_UDP_CB(skb)	((struct inetx_udp_cb *)(skb)->cb)

/* Of which protocol is it? */
static inline bool inetx_udp_is_lite(const struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_UDPLITE;
}

/* Likewise of a packet that has its network header. */
static inline bool inetx_udp_skb_is_lite(const struct sk_buff *skb)
{
	return ip_hdr(skb)->protocol == IPPROTO_UDPLITE;
}

/* The sockets of the protocol. */
static inline struct inetx_port_table *
inetx_udp_table(const struct inetx_net *xnet, bool lite)
{
	return lite ? xnet->udp.lite_table : xnet->udp.table;
}

/* Count for the protocol of a socket. */
#define INETX_UDP_SK_INC(sk, f) \
	INETX_UDP_INC(inetx_sk_net(sk), inetx_udp_is_lite(sk), f)

/* lookup.c: RCU read side */
struct sock *inetx_udp_lookup(const struct inetx_port_table *table,
			      __be32 laddr, __be16 lport, __be32 raddr,
			      __be16 rport, struct inetx_in_dev in,
			      struct sk_buff *skb);

/* queue.c */
int inetx_udp_enqueue(struct sock *sk, struct sk_buff *skb);
struct sk_buff *inetx_udp_dequeue(struct sock *sk, int flags, int *off,
				  int *err);
int inetx_udp_first_len(struct sock *sk);
void inetx_udp_purge(struct sock *sk);
void inetx_udp_count_bad_csum(struct sock *sk);
void inetx_udp_drop_bad(struct sock *sk, struct sk_buff *skb, bool peeked);

/* Does the checksum still have to be computed, and is it wrong then? */
static inline bool inetx_udp_csum_bad(struct sk_buff *skb)
{
	return !skb_csum_unnecessary(skb) && __skb_checksum_complete(skb);
}

/* Bytes of memory that wait to be read. */
static inline int inetx_udp_rqueue(const struct sock *sk)
{
	return sk_rmem_alloc_get(sk) - READ_ONCE(inetx_udp_sk(sk)->deficit);
}

/* output.c, recv.c, option.c: struct proto's operations; process context.  Two
 * more of them are in udp.h.
 */
int inetx_udp_push(struct sock *sk);
int inetx_udp_ioctl(struct sock *sk, int cmd, unsigned long arg);
int inetx_udp_setsockopt(struct sock *sk, int level, int name, sockptr_t val,
			 unsigned int len);
int inetx_udp_getsockopt(struct sock *sk, int level, int name,
			 char __user *val, int __user *len);

#endif /* _INETX_UDP_LOCAL_H */
