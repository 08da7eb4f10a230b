// SPDX-License-Identifier: GPL-2.0
/* Packets on their way that ask for a look (RFC 2113): ip(7), IP_ROUTER_ALERT. */

#include "ip/reassemble.h"
#include "mroute/mroute.h"
#include "raw/raw.h"

/**
 * inetx_raw_alert_set - setsockopt(2) IP_ROUTER_ALERT
 * @sk: the socket
 * @on: whether it wants such packets of its protocol
 *
 * A multicast routing daemon that does not is one no more.
 *
 * Context: process, socket not locked.
 * Return: 0, -EINVAL: not a raw socket, or one that never receives; -EADDRINUSE:
 * it does already; -ENOBUFS: it does not.
 */
int inetx_raw_alert_set(struct sock *sk, bool on)
{
	struct inetx_raw_net *rn = &inetx_sk_net(sk)->raw;
	struct hlist_node *node;
	int err = 0;

	if (sk->sk_type != SOCK_RAW || inet_sk(sk)->inet_num == IPPROTO_RAW)
		return -EINVAL;
	node = &inetx_raw_sk(sk)->alert;
	spin_lock(&rn->lock);
	if (on && !hlist_unhashed(node))
		err = -EADDRINUSE;
	else if (!on && hlist_unhashed(node))
		err = -ENOBUFS;
	else if (on)
		hlist_add_head_rcu(node, &rn->alerts);
	else
		hlist_del_init_rcu(node);
	spin_unlock(&rn->lock);
	if (!on && !err)
		inetx_mroute_release(sk);
	return err;
}

static bool alert_wanted(const struct sock *sk, const struct sk_buff *skb)
{
	int bound = READ_ONCE(sk->sk_bound_dev_if);

	return inet_sk(sk)->inet_num == ip_hdr(skb)->protocol &&
	       (!bound || bound == skb->dev->ifindex);
}

/**
 * inetx_raw_alert - a packet to others that asks routers to look at it
 * @xnet: the namespace
 * @skb: at its IP header, with a router alert
 *
 * Each socket that wants it gets a copy, of fragments when all are there; the
 * packet goes no further.  Neither bind(2) nor connect(2) matters.
 *
 * Context: softirq, RCU read side.
 * Return: whether somebody wanted it; then @skb has been taken.
 */
bool inetx_raw_alert(struct inetx_net *xnet, struct sk_buff *skb)
{
	struct inetx_raw_sock *rs;
	struct sk_buff *copy;
	bool wanted = false;

	hlist_for_each_entry_rcu(rs, &xnet->raw.alerts, alert) {
		struct sock *sk = &rs->xsk.inet.sk;

		if (!alert_wanted(sk, skb))
			continue;
		if (ip_is_fragment(ip_hdr(skb))) {
			skb = inetx_ip_reassemble(xnet, skb,
						  IP_DEFRAG_CALL_RA_CHAIN);
			if (!skb)
				return true;
		}
		wanted = true;
		copy = skb_clone(skb, GFP_ATOMIC);
		if (copy)
			inetx_raw_queue(xnet, sk, copy);
	}
	if (wanted)
		consume_skb(skb);
	return wanted;
}
