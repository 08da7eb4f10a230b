// SPDX-License-Identifier: GPL-2.0
/* Packets that leave, at FORWARD, LOCAL_OUT and POST_ROUTING. */

#include <net/dst.h>
#include <net/ip.h>
#include <net/sock.h>

#include "filter/filter.h"
#include "ip/ip.h"
#include "route/route.h"
#include "route/rule.h"

/* What nf_hook() returned, if that is not 1; as for AF_INET, a datagram of our own
 * that a rule has dropped counts as discarded, a segment does not.
 */
static int taken(struct inetx_net *xnet, const struct sock *sk, int ret)
{
	if (ret < 0 && !(sk && sk->sk_type == SOCK_STREAM))
		INETX_IP_INC(xnet, IPSTATS_MIB_OUTDISCARDS);
	return ret;
}

static int drop(struct inetx_net *xnet, struct sk_buff *skb, int err)
{
	INETX_IP_INC(xnet, IPSTATS_MIB_OUTDISCARDS);
	kfree_skb(skb);
	return err;
}

/* Who sent a packet that comes back from a queue. */
static const struct sock *owner(const struct sk_buff *skb)
{
	return skb->sk && sk_fullsock(skb->sk) ? skb->sk : NULL;
}

/* The way of a packet that hooks have changed, by what it says now. */
static int reroute(struct inetx_net *xnet, const struct sock *sk,
		   const struct sk_buff *skb, struct inetx_path *path)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct inetx_flow flow = {
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.oif = sk ? READ_ONCE(sk->sk_bound_dev_if) : 0,
		.mark = skb->mark,
		.uid = sk ? sk->sk_uid : GLOBAL_ROOT_UID,
		.tos = iph->tos,
		.proto = iph->protocol,
		.any_src = true,
	};

	if (inetx_rule_used(xnet))
		inetx_rule_ports(xnet, skb, &flow);
	return inetx_route_output(xnet, &flow, path);
}

/*
 * A packet comes back from a queue, with the path that it had: the caller's
 * @path, in whose RCU section it goes on.  That path may have ceased meanwhile.
 */
static bool resume(struct inetx_net *xnet, struct sk_buff *skb,
		   struct inetx_path *path)
{
	if (!inetx_filter_dst_path(skb, path)) {
		drop(xnet, skb, -ENETDOWN);
		return false;
	}
	skb_dst_drop(skb);
	return true;
}

/* From a queue; the caller holds no RCU read section. */
static int forward_again(struct net *net, struct sock *sk,
			 struct sk_buff *skb)
{
	struct inetx_net *xnet = inetx_net(net);
	struct inetx_path path;
	int err = -ENETDOWN;

	rcu_read_lock();
	if (resume(xnet, skb, &path))
		err = inetx_ip_forward_filtered(xnet, skb, skb->dev, &path);
	rcu_read_unlock();
	return err;
}

/**
 * inetx_filter_forward - a packet from others to others
 * @xdev: the device it came in by
 * @skb: the packet, as it is to leave; taken
 * @path: its path
 *
 * Context: softirq, RCU read side.
 */
void inetx_filter_forward(struct inetx_dev *xdev, struct sk_buff *skb,
			  struct inetx_path *path)
{
	struct inetx_net *xnet = xdev->xnet;

	IPCB(skb)->flags |= IPSKB_FORWARDED;
	if (unlikely(!inetx_filter_dst_out(skb, path, true))) {
		drop(xnet, skb, -ENOMEM);
		return;
	}
	if (nf_hook(NFPROTO_IPV4, NF_INET_FORWARD, xnet->net,
		    xnet->filter.standin, skb, xdev->dev, path->dev,
		    forward_again) != 1)
		return;
	skb_dst_drop(skb);
	inetx_ip_forward_filtered(xnet, skb, xdev->dev, path);
}

static int local_out_again(struct net *net, struct sock *unused,
			   struct sk_buff *skb)
{
	struct inetx_net *xnet = inetx_net(net);
	const struct sock *sk = owner(skb);
	struct inetx_path path;
	int err = 0;

	rcu_read_lock();
	if (!inetx_filter_dst_path(skb, &path))
		err = reroute(xnet, sk, skb, &path);
	if (err) {
		drop(xnet, skb, err);
	} else {
		skb_dst_drop(skb);
		err = inetx_ip_transmit(xnet, sk, skb, NULL, &path);
	}
	rcu_read_unlock();
	return err;
}

/**
 * inetx_filter_local_out - a packet of our own making
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: the packet, IPCB() clean; taken
 * @path: a valid path
 *
 * Netfilter puts a route of the host's on a packet whose destination it has
 * translated, or whose mark a rule that may re-route has changed.  That route is
 * none of ours, but it tells us to look for one of ours.
 *
 * Context: RCU read side, any context that may send.
 * Return: 0, NET_XMIT_* > 0 or a negative errno.
 */
int inetx_filter_local_out(struct inetx_net *xnet, const struct sock *sk,
			   struct sk_buff *skb, const struct inetx_path *path)
{
	struct inetx_path other;
	int ret;

	skb->protocol = htons(ETH_P_IP);
	skb->dev = NULL;
	if (unlikely(!inetx_filter_dst_out(skb, path, false)))
		return drop(xnet, skb, -ENOBUFS);
	ret = nf_hook(NFPROTO_IPV4, NF_INET_LOCAL_OUT, xnet->net,
		      xnet->filter.standin, skb, NULL, path->dev,
		      local_out_again);
	if (ret != 1)
		return taken(xnet, sk, ret);
	if (unlikely(!inetx_filter_dst_is_ours(skb))) {
		ret = reroute(xnet, sk, skb, &other);
		if (ret)
			return drop(xnet, skb, ret);
		path = &other;
	}
	skb_dst_drop(skb);
	return inetx_ip_transmit(xnet, sk, skb, NULL, path);
}

/*
 * What connection tracking has put together from fragments leaves in pieces no
 * larger than these, even where the path takes the whole.
 */
static int finish(struct inetx_net *xnet, const struct sock *sk,
		  struct sk_buff *skb, const struct inetx_path *path)
{
	if (unlikely(IPCB(skb)->frag_max_size))
		return inetx_ip_finish_pieces(xnet, sk, skb, path);
	return inetx_ip_finish(xnet, sk, skb, path);
}

static int post_routing_again(struct net *net, struct sock *unused,
			      struct sk_buff *skb)
{
	struct inetx_net *xnet = inetx_net(net);
	struct inetx_path path;
	int err = -ENETDOWN;

	rcu_read_lock();
	if (resume(xnet, skb, &path))
		err = finish(xnet, owner(skb), skb, &path);
	rcu_read_unlock();
	return err;
}

/**
 * inetx_filter_post_routing - a packet about to leave, not yet in pieces
 * @xnet: the namespace
 * @sk: the socket that sends, or NULL
 * @skb: the packet; taken
 * @indev: the device it came in by, or NULL
 * @path: a valid path
 *
 * Context: RCU read side, any context that may send.
 * Return: 0, NET_XMIT_* > 0 or a negative errno.
 */
int inetx_filter_post_routing(struct inetx_net *xnet, const struct sock *sk,
			      struct sk_buff *skb, struct net_device *indev,
			      const struct inetx_path *path)
{
	int ret;

	skb->protocol = htons(ETH_P_IP);
	skb->dev = path->dev;
	if (unlikely(!inetx_filter_dst_out(skb, path, indev)))
		return drop(xnet, skb, -ENOBUFS);
	ret = nf_hook(NFPROTO_IPV4, NF_INET_POST_ROUTING, xnet->net,
		      xnet->filter.standin, skb, indev, path->dev,
		      post_routing_again);
	if (ret != 1)
		return indev ? ret : taken(xnet, sk, ret);
	skb_dst_drop(skb);
	return finish(xnet, sk, skb, path);
}
