/* SPDX-License-Identifier: GPL-2.0 */
/* The IP room (RFC 791, 1122): from the link to the transports and back. */
#ifndef _INETX_IP_H
#define _INETX_IP_H

#include <linux/ip.h>
#include <linux/pkt_sched.h>
#include <linux/skbuff.h>
#include <net/ip.h>

#include "link/link.h"
#include "route/route.h"

struct inetx_sock;

/**
 * struct inetx_skb_cb - what skb->cb holds between the IP room and a transport
 * @parm: what foreign code (netfilter, tunnels, LSMs) takes skb->cb of an
 *	ETH_P_IP packet for; zeroed first thing on input, and before output
 * @xdev: the device the packet came in by; RCU read side of the receive path
 * @rtype: what the destination is to us: RTN_LOCAL, RTN_BROADCAST or
 *	RTN_MULTICAST
 *
 * The skb belongs to one context at a time, which also owns this.
 */
struct inetx_skb_cb {
	struct inet_skb_parm parm;
	struct inetx_dev *xdev;
	u8 rtype;
};

#define INETX_CB(skb)	((struct inetx_skb_cb *)(skb)->cb)

/* input.c: softirq, RCU read side; takes the skb, skb->data at the IP header,
 * dev set, not shared.  Header checks of RFC 1122 3.2.1, then local delivery.
 */
void inetx_ip_rcv(struct inetx_dev *xdev, struct sk_buff *skb, u8 type);
/* The same behind the hooks of PRE_ROUTING, of LOCAL_IN. */
void inetx_ip_rcv_filtered(struct inetx_dev *xdev, struct sk_buff *skb,
			   u8 type);
void inetx_ip_local_in(struct inetx_net *xnet, struct sk_buff *skb);
/* To members here, a copy of a multicast that leaves by @dev. */
void inetx_ip_loop_routed(struct net_device *dev, struct sk_buff *skb);

/* A packet whose source may not be: counted, logged if conf/DEV/log_martians
 * says so, and dropped.  @err: from inetx_route_check_source().
 */
void inetx_ip_drop_source(struct inetx_dev *xdev, struct sk_buff *skb, int err);

/* forward.c: as inetx_ip_rcv(), with a checked header, for a destination that
 * is none of our addresses.  Return RTN_LOCAL or RTN_BROADCAST when the packet
 * is for us after all, as which it is to be delivered; RTN_UNSPEC when it has
 * been taken: sent on, refused or dropped.
 */
u8 inetx_ip_forward(struct inetx_dev *xdev, struct sk_buff *skb);
/* The same behind the hooks of FORWARD; as inetx_ip_transmit(). */
int inetx_ip_forward_filtered(struct inetx_net *xnet, struct sk_buff *skb,
			      struct net_device *indev,
			      struct inetx_path *path);

/* deliver.c: transport header set and pulled to; raw sockets first. */
void inetx_ip_deliver(struct inetx_net *xnet, struct sk_buff *skb);

/**
 * struct inetx_ip_args - header fields of a packet to send
 * @saddr: source, network order
 * @daddr: destination, network order; with a source route in @opt the last one,
 *	and the path is to its first hop
 * @protocol: IPPROTO_*
 * @ttl: time to live, 1..255
 * @tos: DSCP and ECN byte
 * @df: set Don't Fragment
 * @mark: skb->mark
 * @priority: skb->priority
 * @opt: IP options to insert or NULL
 */
struct inetx_ip_args {
	__be32 saddr;
	__be32 daddr;
	u8 protocol;
	u8 ttl;
	u8 tos;
	bool df;
	u32 mark;
	u32 priority;
	const struct ip_options *opt;
};

/**
 * inetx_ip_reply_mark - the mark of what we answer by ourselves
 * @xnet: the namespace
 * @skb: what is answered
 *
 * Context: any.
 * Return: that of the packet with fwmark_reflect, else 0.
 */
static inline u32 inetx_ip_reply_mark(const struct inetx_net *xnet,
				      const struct sk_buff *skb)
{
	return READ_ONCE(xnet->ip.sysctl_fwmark_reflect) ? skb->mark : 0;
}

/* output.c: RCU read side, any context; all take the skb whatever they return.
 * skb->data is at the transport header with LL_RESERVED_SPACE + sizeof(iphdr)
 * (+ options) of headroom.  Return 0, NET_XMIT_* > 0, or a negative errno
 * (-EMSGSIZE: larger than the path's MTU, and not to be fragmented).
 */
int inetx_ip_send(struct inetx_net *xnet, struct sock *sk, struct sk_buff *skb,
		  const struct inetx_path *path,
		  const struct inetx_ip_args *args);
/* The IP header is there already and complete but for id and checksum. */
int inetx_ip_send_raw(struct inetx_net *xnet, struct sock *sk,
		      struct sk_buff *skb, const struct inetx_path *path);
/* The IP header is there already and complete; network header set. */
int inetx_ip_output(struct inetx_net *xnet, const struct sock *sk,
		    struct sk_buff *skb, const struct inetx_path *path);
/* Behind the hooks of LOCAL_OUT or FORWARD: counts, then those of POST_ROUTING.
 * @indev: the device it came in by, or NULL.  IPCB() valid.
 */
int inetx_ip_transmit(struct inetx_net *xnet, const struct sock *sk,
		      struct sk_buff *skb, struct net_device *indev,
		      const struct inetx_path *path);
/* Behind those, whole if it fits the path; in pieces, if it may. */
int inetx_ip_finish(struct inetx_net *xnet, const struct sock *sk,
		    struct sk_buff *skb, const struct inetx_path *path);
int inetx_ip_finish_pieces(struct inetx_net *xnet, const struct sock *sk,
			   struct sk_buff *skb, const struct inetx_path *path);
/* TTL of a packet: socket's choice, route's hop limit, namespace's default. */
u8 inetx_ip_ttl(struct inetx_net *xnet, const struct sock *sk,
		const struct inetx_path *path);
/* Whether packets of this socket on this path carry DF (IP_MTU_DISCOVER). */
bool inetx_ip_df(const struct sock *sk, const struct inetx_path *path);

/**
 * inetx_ip_fits - does a packet, or each segment made of it, fit an MTU?
 * @skb: at its IP header, network and transport header set
 * @mtu: bytes of IP packet
 */
static inline bool inetx_ip_fits(const struct sk_buff *skb, unsigned int mtu)
{
	if (likely(skb->len <= mtu))
		return true;
	return skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu);
}

/**
 * inetx_ip_may_fragment - may a packet be sent in pieces?
 * @skb: at its IP header, network header set, IPCB valid
 * @mtu: bytes that a piece may have
 *
 * What connection tracking has put together from fragments may be taken apart
 * again, with Don't Fragment, too, if none of them was larger (RFC 791 3.2).
 */
static inline bool inetx_ip_may_fragment(const struct sk_buff *skb,
					 unsigned int mtu)
{
	unsigned int largest = IPCB(skb)->frag_max_size;

	if (!(ip_hdr(skb)->frag_off & htons(IP_DF)))
		return true;
	return skb->ignore_df && largest && largest <= mtu;
}

/**
 * inetx_ip_drop - drop a packet, which a counter explains
 * @xnet: the namespace
 * @skb: the packet
 * @counter: IPSTATS_MIB_*
 * @reason: for the tracepoint
 */
static inline void inetx_ip_drop(struct inetx_net *xnet, struct sk_buff *skb,
				 int counter, enum skb_drop_reason reason)
{
	INETX_IP_INC(xnet, counter);
	kfree_skb_reason(skb, reason);
}

/* ident.c: RFC 6864 */
void inetx_ip_select_id(struct inetx_net *xnet, struct iphdr *iph,
			struct sock *sk, int segs);
int inetx_ip_ident_init(void);
void inetx_ip_ident_exit(void);

/**
 * inetx_tos_priority - skb->priority that a TOS byte stands for
 * @tos: DSCP and ECN byte, RFC 1349 meaning
 *
 * The bits "low delay" and "throughput" choose the band of the default qdisc
 * (tc-prio(8)), as for AF_INET.
 */
static inline u32 inetx_tos_priority(u8 tos)
{
	switch (tos & (IPTOS_LOWDELAY | IPTOS_THROUGHPUT)) {
	case IPTOS_THROUGHPUT:
		return TC_PRIO_BULK;
	case IPTOS_LOWDELAY:
		return TC_PRIO_INTERACTIVE;
	case IPTOS_LOWDELAY | IPTOS_THROUGHPUT:
		return TC_PRIO_INTERACTIVE_BULK;
	default:
		return TC_PRIO_BESTEFFORT;
	}
}

/**
 * inetx_ip_count_multi - count a packet, or fragment, that leaves for many
 * @xnet: the namespace
 * @path: its path
 * @len: bytes of it
 *
 * RFC 4293: ipSystemStatsOutMcastPkts and its kin; nothing for one receiver.
 */
static inline void inetx_ip_count_multi(struct inetx_net *xnet,
					const struct inetx_path *path,
					unsigned int len)
{
	if (unlikely(path->type == RTN_MULTICAST))
		INETX_IP_PKT(xnet, IPSTATS_MIB_OUTMCAST, len);
	else if (unlikely(path->type == RTN_BROADCAST))
		INETX_IP_PKT(xnet, IPSTATS_MIB_OUTBCAST, len);
}

int inetx_ip_init(void);
void inetx_ip_exit(void);
int inetx_ip_net_init(struct inetx_net *xnet);
void inetx_ip_net_pre_exit(struct inetx_net *xnet);
void inetx_ip_net_exit(struct inetx_net *xnet);

#endif /* _INETX_IP_H */
