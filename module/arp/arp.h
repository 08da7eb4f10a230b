/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARP (RFC 826, RFC 1027, RFC 5227, arp(7)) on the kernel's neighbour core, in a
 * table of our own beside the host's.  It is one table for all namespaces, as
 * entries belong to devices.
 */
#ifndef _INETX_ARP_H
#define _INETX_ARP_H

#include <net/neighbour.h>

#include "link/link.h"

extern struct neigh_table inetx_arp_table;

/**
 * struct inetx_arp_packet - the fields of a received packet
 * @op: ARPOP_*, host order
 * @sip: sender's protocol address, network order
 * @tip: target's protocol address, network order
 * @sha: sender's hardware address
 * @tha: target's hardware address, NULL where the link's packets have none
 * @to_us: sent to our hardware address
 *
 * Lives on the stack of the one who looks at it.
 */
struct inetx_arp_packet {
	u16 op;
	__be32 sip;
	__be32 tip;
	const u8 *sha;
	const u8 *tha;
	bool to_us;
};

int inetx_arp_init(void);
void inetx_arp_exit(void);

/* input.c, softirq: looks at the frame, does not take or change the skb.
 * Returns true when the frame concerns us alone and the host shall not see it.
 */
bool inetx_arp_rx(struct inetx_dev *xdev, struct sk_buff *skb);

/* output.c: RCU read side */
void inetx_arp_send(struct inetx_dev *xdev, u16 op, __be32 sip, __be32 tip,
		    const u8 *sha, const u8 *tha, const u8 *eth_dst);
void inetx_arp_announce(struct inetx_dev *xdev, __be32 addr);

/* proxy.c.  Softirq: answer a request for an address behind us, if we shall;
 * false if not.
 */
bool inetx_arp_proxy(struct inetx_dev *xdev,
		     const struct inetx_arp_packet *pkt);
/* Process context, RTNL held; @dev NULL stands for any device. */
int inetx_arp_proxy_add(struct inetx_net *xnet, struct net_device *dev,
			__be32 addr, u32 flags, u8 protocol, bool permanent);
int inetx_arp_proxy_del(struct inetx_net *xnet, struct net_device *dev,
			__be32 addr);
void inetx_arp_dev_init(struct inetx_dev *xdev);
void inetx_arp_dev_exit(struct inetx_dev *xdev);
void inetx_arp_net_exit(struct inetx_net *xnet);

/* table.c: RCU read side; the entry is good inside that section.
 * -ENOBUFS when the table is full, -EINVAL when the device is going.
 */
struct neighbour *inetx_arp_lookup(struct net_device *dev, __be32 nexthop);
/* any context */
unsigned int inetx_arp_flags(const struct neighbour *neigh);
/* RTNL held */
int inetx_arp_delete(struct neighbour *neigh, u32 portid);
void inetx_arp_outdate(struct net_device *dev, __be32 addr);

/* ioctl.c: process context */
int inetx_arp_ioctl(struct net *net, unsigned int cmd, void __user *arg);

#endif /* _INETX_ARP_H */
