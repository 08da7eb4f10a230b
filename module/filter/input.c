// SPDX-License-Identifier: GPL-2.0
/* Received packets at PRE_ROUTING and LOCAL_IN. */

#include <net/dst.h>
#include <net/ip.h>
#include <net/route.h>

#include "filter/filter.h"
#include "ip/ip.h"

/*
 * What hooks leave on a packet besides what they are for: a transparent proxy has
 * assigned a socket of the host's, a reject has looked for a route.
 */
static void tidy(struct sk_buff *skb)
{
	skb_orphan(skb);
	skb_dst_drop(skb);
}

/* The device by which a packet came that has waited in a queue; it may be gone,
 * and with it what we know about it.
 */
static struct inetx_dev *come_back(struct sk_buff *skb)
{
	struct inetx_dev *xdev = inetx_dev_get(skb->dev);

	if (likely(xdev && !READ_ONCE(xdev->dead)))
		return xdev;
	kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	return NULL;
}

/* From a queue; nf_reinject() has bottom halves off. */
static int pre_routing_again(struct net *net, struct sock *sk,
			     struct sk_buff *skb)
{
	struct inetx_dev *xdev;

	rcu_read_lock();
	xdev = come_back(skb);
	if (xdev) {
		tidy(skb);
		inetx_ip_rcv_filtered(xdev, skb, RTN_UNSPEC);
	}
	rcu_read_unlock();
	return 0;
}

/**
 * inetx_filter_pre_routing - a packet that has come in, not yet looked at
 * @xdev: the device it came in by
 * @skb: the packet, its header well formed; taken
 * @type: as for inetx_ip_rcv()
 *
 * What has another destination afterwards is looked up anew, and may be for
 * others, whatever the link room took it for.
 *
 * Context: softirq, RCU read side.
 */
void inetx_filter_pre_routing(struct inetx_dev *xdev, struct sk_buff *skb,
			      u8 type)
{
	struct inetx_net *xnet = xdev->xnet;
	__be32 daddr = ip_hdr(skb)->daddr;

	if (nf_hook(NFPROTO_IPV4, NF_INET_PRE_ROUTING, xnet->net,
		    xnet->filter.standin, skb, xdev->dev, NULL,
		    pre_routing_again) != 1)
		return;
	tidy(skb);
	if (ip_hdr(skb)->daddr != daddr)
		type = RTN_UNSPEC;
	inetx_ip_rcv_filtered(xdev, skb, type);
}

static int local_in_again(struct net *net, struct sock *sk,
			  struct sk_buff *skb)
{
	struct inetx_dev *xdev;

	rcu_read_lock();
	xdev = come_back(skb);
	if (xdev) {
		INETX_CB(skb)->xdev = xdev;
		tidy(skb);
		inetx_ip_local_in(xdev->xnet, skb);
	}
	rcu_read_unlock();
	return 0;
}

/**
 * inetx_filter_local_in - a whole packet for us
 * @xdev: the device it came in by
 * @skb: the packet, INETX_CB() set; taken
 *
 * Context: softirq, RCU read side.
 */
void inetx_filter_local_in(struct inetx_dev *xdev, struct sk_buff *skb)
{
	struct inetx_net *xnet = xdev->xnet;

	if (unlikely(!inetx_filter_dst_in(skb, INETX_CB(skb)->rtype))) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INDISCARDS,
			      SKB_DROP_REASON_NOMEM);
		return;
	}
	if (nf_hook(NFPROTO_IPV4, NF_INET_LOCAL_IN, xnet->net,
		    xnet->filter.standin, skb, xdev->dev, NULL,
		    local_in_again) != 1)
		return;
	tidy(skb);
	inetx_ip_local_in(xnet, skb);
}
