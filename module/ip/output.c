// SPDX-License-Identifier: GPL-2.0
/* A packet to send: its IP header, the checks before the link, the counters. */

#include <net/inet_sock.h>
#include <net/ip.h>

#include "filter/filter.h"
#include "icmp/icmp.h"
#include "ip/fragment.h"
#include "ip/ip.h"
#include "ip/options.h"
#include "ip/reassemble.h"

/*
 * Larger than the path takes, and not to be fragmented.  The sender is told by
 * the return value and, as by a router, by ICMP; TCP needs no second telling.
 */
static int refuse(struct inetx_net *xnet, const struct sock *sk,
		  struct sk_buff *skb, unsigned int mtu)
{
	INETX_IP_INC(xnet, IPSTATS_MIB_FRAGFAILS);
	if (sk && sk->sk_type != SOCK_STREAM)
		inetx_icmp_send(xnet, skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
				htonl(mtu));
	kfree_skb_reason(skb, SKB_DROP_REASON_PKT_TOO_BIG);
	return -EMSGSIZE;
}

/* Segments too large for the path, without Don't Fragment: TCP that was told not
 * to care, or a path that has just become narrower.
 */
static int send_segments(struct inetx_net *xnet, struct sk_buff *skb,
			 const struct inetx_path *path, unsigned int mtu)
{
	netdev_features_t features;
	struct sk_buff *segs, *next;
	int err, ret = 0;

	skb->protocol = htons(ETH_P_IP);
	skb->dev = path->dev;
	features = netif_skb_features(skb) & ~NETIF_F_GSO_MASK;
	segs = skb_gso_segment(skb, features);
	if (IS_ERR_OR_NULL(segs)) {
		INETX_IP_INC(xnet, IPSTATS_MIB_FRAGFAILS);
		kfree_skb(skb);
		return -ENOMEM;
	}
	consume_skb(skb);

	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		memset(IPCB(skb), 0, sizeof(struct inet_skb_parm));
		err = inetx_ip_fragment(xnet, skb, path, mtu);
		if (err && !ret)
			ret = err;
	}
	return ret;
}

/* Larger than @mtu: in pieces, if that is allowed. */
static int send_large(struct inetx_net *xnet, const struct sock *sk,
		      struct sk_buff *skb, const struct inetx_path *path,
		      unsigned int mtu)
{
	unsigned int largest = IPCB(skb)->frag_max_size;

	if (!inetx_ip_may_fragment(skb, mtu))
		return refuse(xnet, sk, skb, mtu);
	/* Fragments, whole for connection tracking: as they were. */
	if (largest)
		mtu = min(mtu, largest);
	if (!inetx_link_loop(xnet, skb, path)) {
		consume_skb(skb);
		return 0;
	}
	if (skb_is_gso(skb))
		return send_segments(xnet, skb, path, mtu);
	return inetx_ip_fragment(xnet, skb, path, mtu);
}

/* What a packet of @sk may have (ip(7), IP_MTU_DISCOVER): who does not believe in
 * path MTUs is bounded by the device's alone.
 */
static unsigned int mtu_for(const struct sock *sk,
			    const struct inetx_path *path)
{
	if (likely(!sk || !sk_fullsock(sk) || ip_sk_use_pmtu(sk)))
		return path->mtu;
	return min_t(unsigned int, READ_ONCE(path->dev->mtu), IP_MAX_MTU);
}

/**
 * inetx_ip_output - send a packet whose IP header is complete
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: at its IP header, network and transport header set; taken in any case
 * @path: a valid path
 *
 * Context: RCU read side, any context that may send.
 * Return: as inetx_ip_send().
 */
int inetx_ip_output(struct inetx_net *xnet, const struct sock *sk,
		    struct sk_buff *skb, const struct inetx_path *path)
{
	/* Tunnels and netfilter below take this for the options and flags of
	 * an IPv4 packet.
	 */
	memset(IPCB(skb), 0, sizeof(struct inet_skb_parm));
	if (inetx_filter_on(xnet, NF_INET_LOCAL_OUT))
		return inetx_filter_local_out(xnet, sk, skb, path);
	return inetx_ip_transmit(xnet, sk, skb, NULL, path);
}

/**
 * inetx_ip_transmit - inetx_ip_output() behind the hooks of LOCAL_OUT, and the end
 * of forwarding
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: as for inetx_ip_output(), IPCB() valid; taken
 * @indev: the device it came in by, or NULL
 * @path: a valid path
 *
 * Context: RCU read side, any context that may send.
 * Return: as inetx_ip_send().
 */
int inetx_ip_transmit(struct inetx_net *xnet, const struct sock *sk,
		      struct sk_buff *skb, struct net_device *indev,
		      const struct inetx_path *path)
{
	INETX_IP_PKT(xnet, IPSTATS_MIB_OUT, skb->len);
	if (inetx_filter_on(xnet, NF_INET_POST_ROUTING))
		return inetx_filter_post_routing(xnet, sk, skb, indev, path);
	return inetx_ip_finish(xnet, sk, skb, path);
}

/**
 * inetx_ip_finish - inetx_ip_output() behind the hooks of POST_ROUTING
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: as for inetx_ip_output(), IPCB() valid; taken
 * @path: a valid path
 *
 * Context: RCU read side, any context that may send.
 * Return: as inetx_ip_send().
 */
int inetx_ip_finish(struct inetx_net *xnet, const struct sock *sk,
		    struct sk_buff *skb, const struct inetx_path *path)
{
	unsigned int mtu = mtu_for(sk, path);

	if (unlikely(!inetx_ip_fits(skb, mtu)))
		return send_large(xnet, sk, skb, path, mtu);

	inetx_ip_count_multi(xnet, path, skb->len);
	return inetx_link_xmit(xnet, skb, path);
}

/**
 * inetx_ip_finish_pieces - send a packet in pieces as small as it came in
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: as for inetx_ip_finish(), IPCB()->frag_max_size set; taken
 * @path: a valid path
 *
 * Context: RCU read side, any context that may send.
 * Return: as inetx_ip_send().
 */
int inetx_ip_finish_pieces(struct inetx_net *xnet, const struct sock *sk,
			   struct sk_buff *skb, const struct inetx_path *path)
{
	return send_large(xnet, sk, skb, path, mtu_for(sk, path));
}

static int segments(const struct sk_buff *skb)
{
	return max_t(int, 1, skb_shinfo(skb)->gso_segs);
}

/**
 * inetx_ip_send - put an IP header on a packet and send it
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: at the transport header, which is complete; taken in any case
 * @path: a valid path
 * @args: the header fields
 *
 * Context: RCU read side, any context that may send; TCP holds its socket.
 * Return: 0, NET_XMIT_* > 0, or a negative errno; -EMSGSIZE when the packet is
 * larger than the path takes and must not be fragmented.
 */
int inetx_ip_send(struct inetx_net *xnet, struct sock *sk, struct sk_buff *skb,
		  const struct inetx_path *path,
		  const struct inetx_ip_args *args)
{
	unsigned int optlen = args->opt ? args->opt->optlen : 0;
	struct iphdr *iph;

	skb_reset_transport_header(skb);
	iph = skb_push(skb, sizeof(*iph) + optlen);
	skb_reset_network_header(skb);

	*((__be16 *)iph) = htons((4 << 12) | ((5 + optlen / 4) << 8) |
				 args->tos);
	iph->tot_len = htons(skb->len);
	iph->frag_off = args->df ? htons(IP_DF) : 0;
	iph->ttl = args->ttl;
	iph->protocol = args->protocol;
	iph->saddr = args->saddr;
	iph->daddr = args->daddr;
	if (unlikely(optlen)) {
		inetx_ip_options_build((u8 *)iph, args->opt, args->daddr,
				       args->saddr, inetx_ip_now());
		if (args->opt->srr)
			iph->daddr = args->opt->faddr;
	}
	inetx_ip_select_id(xnet, iph, sk, segments(skb));
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);

	skb->mark = args->mark;
	skb->priority = args->priority;
	return inetx_ip_output(xnet, sk, skb, path);
}

/**
 * inetx_ip_send_raw - send a packet that has its IP header
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: at the IP header, of which ihl is valid; taken in any case
 * @path: a valid path
 *
 * Length and checksum are filled in, and the identification when it is 0
 * (raw(7), IP_HDRINCL).
 *
 * Context: RCU read side, any context that may send.
 * Return: as inetx_ip_send().
 */
int inetx_ip_send_raw(struct inetx_net *xnet, struct sock *sk,
		      struct sk_buff *skb, const struct inetx_path *path)
{
	struct iphdr *iph;

	skb_reset_network_header(skb);
	iph = ip_hdr(skb);
	skb_set_transport_header(skb, iph->ihl * 4);

	iph->tot_len = htons(skb->len);
	if (!iph->id)
		inetx_ip_select_id(xnet, iph, NULL, segments(skb));
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
	return inetx_ip_output(xnet, sk, skb, path);
}

/**
 * inetx_ip_ttl - time to live of a packet (ip(7), IP_TTL, IP_MULTICAST_TTL)
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @path: its path
 *
 * Context: any.
 */
u8 inetx_ip_ttl(struct inetx_net *xnet, const struct sock *sk,
		const struct inetx_path *path)
{
	if (sk) {
		const struct inet_sock *inet = inet_sk(sk);
		int ttl = READ_ONCE(inet->uc_ttl);

		if (unlikely(path->type == RTN_MULTICAST))
			return READ_ONCE(inet->mc_ttl);
		if (ttl >= 0)
			return ttl;
	}
	return inetx_path_metric(path, RTAX_HOPLIMIT) ?:
	       READ_ONCE(xnet->ip.sysctl_default_ttl);
}

/**
 * inetx_ip_df - shall packets carry Don't Fragment (ip(7), IP_MTU_DISCOVER)?
 * @sk: the socket that sends, or NULL for a packet of the kernel's own
 * @path: its path
 *
 * Context: any.
 */
bool inetx_ip_df(const struct sock *sk, const struct inetx_path *path)
{
	if (!sk)
		return false;
	switch (READ_ONCE(inet_sk(sk)->pmtudisc)) {
	case IP_PMTUDISC_DO:
	case IP_PMTUDISC_PROBE:
		return true;
	case IP_PMTUDISC_WANT:
		return !path->mtu_locked;
	default:
		return false;
	}
}

/**
 * inetx_ip_init - set up what all namespaces share
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_ip_init(void)
{
	BUILD_BUG_ON(sizeof(struct inetx_skb_cb) >
		     sizeof_field(struct sk_buff, cb));
	return inetx_ip_ident_init();
}

/**
 * inetx_ip_exit - undo inetx_ip_init()
 *
 * Context: module exit, nobody sends any more.
 */
void inetx_ip_exit(void)
{
	inetx_ip_ident_exit();
}

/**
 * inetx_ip_net_init - IP tunables of a new namespace
 * @xnet: the namespace
 *
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_ip_net_init(struct inetx_net *xnet)
{
	xnet->ip.sysctl_default_ttl = IPDEFTTL;
	xnet->ip.sysctl_early_demux = 1;
	xnet->ip.sysctl_no_pmtu_disc = 0;
	xnet->ip.sysctl_fwd_update_priority = 1;
	return inetx_reasm_net_init(xnet);
}

/**
 * inetx_ip_net_pre_exit - a namespace is about to end
 * @xnet: the namespace
 *
 * Context: process; a grace period passes before inetx_ip_net_exit().
 */
void inetx_ip_net_pre_exit(struct inetx_net *xnet)
{
	inetx_reasm_net_pre_exit(xnet);
}

/**
 * inetx_ip_net_exit - the end of a namespace's IP layer
 * @xnet: the namespace
 */
void inetx_ip_net_exit(struct inetx_net *xnet)
{
	inetx_reasm_net_exit(xnet);
}
