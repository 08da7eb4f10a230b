// SPDX-License-Identifier: GPL-2.0
/*
 * What the daemon reads from its socket beside IGMP: struct igmpmsg, which looks
 * like an IP header of protocol 0 and carries in its place what has happened.
 */

#include <linux/igmp.h>
#include <net/sock.h>

#include "ip/ip.h"
#include "mroute/table.h"
#include "netlink/mroute.h"
#include "socket/socket.h"

/* The header of a packet as the message, and an IGMP header behind it. */
static struct sk_buff *make_short(const struct sk_buff *skb, unsigned int vif,
				  u8 type)
{
	unsigned int hlen = ip_hdrlen(skb);
	struct sk_buff *up;
	struct igmphdr *igmp;
	struct igmpmsg *msg;

	up = alloc_skb(hlen + sizeof(*igmp), GFP_ATOMIC);
	if (!up)
		return NULL;
	skb_reset_network_header(up);
	skb_reset_transport_header(up);
	skb_put_data(up, ip_hdr(skb), hlen);
	igmp = skb_put_zero(up, sizeof(*igmp));
	igmp->type = type;
	ip_hdr(up)->tot_len = htons(up->len);
	msg = (struct igmpmsg *)ip_hdr(up);
	msg->im_msgtype = type;
	msg->im_mbz = 0;
	msg->im_vif = vif;
	msg->im_vif_hi = vif >> 8;
	return up;
}

/* The message as a header of its own in front of the whole packet. */
static struct sk_buff *make_whole(struct sk_buff *skb, unsigned int vif,
				  u8 type)
{
	struct igmpmsg *msg;
	struct sk_buff *up;

	up = skb_realloc_headroom(skb, sizeof(*msg));
	if (!up)
		return NULL;
	skb_dst_drop(up);
	nf_reset_ct(up);
	msg = skb_push(up, sizeof(*msg));
	skb_reset_network_header(up);
	skb_reset_transport_header(up);
	memcpy(msg, ip_hdr(skb), sizeof(*msg));
	ip_hdr(up)->ihl = sizeof(struct iphdr) / 4;
	ip_hdr(up)->tot_len = htons(ntohs(ip_hdr(skb)->tot_len) +
				    sizeof(*msg));
	msg->im_msgtype = type;
	msg->im_mbz = 0;
	msg->im_vif = vif;
	msg->im_vif_hi = vif >> 8;
	return up;
}

/**
 * inetx_mr_report - tell the daemon of a packet
 * @table: the table
 * @skb: the packet, at its IP header, dev set; not taken
 * @vif: the vif that it is about
 * @type: IGMPMSG_*
 *
 * Context: any, RCU read side.
 * Return: 0; -EINVAL: there is no daemon; -ENOBUFS, -ENOMEM: it does not keep up.
 */
int inetx_mr_report(struct inetx_mr_table *table, struct sk_buff *skb,
		    unsigned int vif, u8 type)
{
	struct sock *sk = rcu_dereference(table->sk);
	struct sk_buff *up;
	int err;

	BUILD_BUG_ON(sizeof(struct igmpmsg) != sizeof(struct iphdr));
	if (!sk)
		return -EINVAL;
	if (type == IGMPMSG_WHOLEPKT || type == IGMPMSG_WRVIFWHOLE)
		up = make_whole(skb, vif, type);
	else
		up = make_short(skb, vif, type);
	if (!up)
		return -ENOBUFS;
	memset(up->cb, 0, sizeof(up->cb));
	if (skb->dev)
		INETX_RX(up)->parm.iif = skb->dev->ifindex;
	inetx_nl_mroute_report(table, up);
	err = sock_queue_rcv_skb(sk, up);
	if (err < 0) {
		net_warn_ratelimited("inetx: multicast routing daemon does not keep up\n");
		kfree_skb(up);
	}
	return err;
}
