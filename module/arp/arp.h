/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARP (RFC 826, RFC 5227, arp(7)) on the kernel's neighbour core, in a table of
 * our own beside the host's.  It is one table for all namespaces, as entries
 * belong to devices; nothing of it is per namespace.
 */
#ifndef _INETX_ARP_H
#define _INETX_ARP_H

#include <net/neighbour.h>

#include "link/link.h"

extern struct neigh_table inetx_arp_table;

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

/* table.c: RCU read side; the entry is good inside that section.
 * -ENOBUFS when the table is full, -EINVAL when the device is going.
 */
struct neighbour *inetx_arp_lookup(struct net_device *dev, __be32 nexthop);

#endif /* _INETX_ARP_H */
