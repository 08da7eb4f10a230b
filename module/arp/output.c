// SPDX-License-Identifier: GPL-2.0
/* Building and sending ARP packets (RFC 826, RFC 5227). */

#include <linux/if_arp.h>

#include "arp/arp.h"

/**
 * inetx_arp_send - send an ARP packet
 * @xdev: the device to send by
 * @op: ARPOP_*, host order
 * @sip: sender's protocol address, network order
 * @tip: target's protocol address, network order
 * @sha: sender's hardware address, NULL for the device's
 * @tha: target's hardware address in the packet, NULL for zeros
 * @eth_dst: where to send the frame, NULL for the broadcast address
 *
 * Nothing is sent on a device without ARP, or without memory: ARP repeats.
 *
 * Context: RCU read side, any context that may send.
 */
void inetx_arp_send(struct inetx_dev *xdev, u16 op, __be32 sip, __be32 tip,
		    const u8 *sha, const u8 *tha, const u8 *eth_dst)
{
	struct net_device *dev = xdev->dev;
	unsigned int len = arp_hdr_len(dev);
	struct arphdr *arp;
	struct sk_buff *skb;
	u8 *p;

	if (dev->flags & IFF_NOARP)
		return;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + len + dev->needed_tailroom,
			GFP_ATOMIC);
	if (!skb)
		return;
	if (!sha)
		sha = dev->dev_addr;
	if (!eth_dst)
		eth_dst = dev->broadcast;

	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	arp = skb_put(skb, len);
	skb->dev = dev;
	skb->protocol = htons(ETH_P_ARP);
	if (dev_hard_header(skb, dev, ETH_P_ARP, eth_dst, sha, skb->len) < 0) {
		kfree_skb(skb);
		return;
	}

	switch (dev->type) {
	case ARPHRD_FDDI:
		/* RFC 1390 */
		arp->ar_hrd = htons(ARPHRD_ETHER);
		break;
	default:
		arp->ar_hrd = htons(dev->type);
		break;
	}
	arp->ar_pro = htons(ETH_P_IP);
	arp->ar_hln = dev->addr_len;
	arp->ar_pln = sizeof(__be32);
	arp->ar_op = htons(op);

	p = (u8 *)(arp + 1);
	memcpy(p, sha, dev->addr_len);
	p += dev->addr_len;
	memcpy(p, &sip, sizeof(sip));
	p += sizeof(sip);
	/* RFC 2734: FireWire's packet has no target hardware address. */
	if (dev->type != ARPHRD_IEEE1394) {
		if (tha)
			memcpy(p, tha, dev->addr_len);
		else
			memset(p, 0, dev->addr_len);
		p += dev->addr_len;
	}
	memcpy(p, &tip, sizeof(tip));

	dev_queue_xmit(skb);
}

/**
 * inetx_arp_announce - tell the link that an address is ours (RFC 5227 3)
 * @xdev: the device
 * @addr: the address, network order
 *
 * Context: RCU read side, any context that may send.
 */
void inetx_arp_announce(struct inetx_dev *xdev, __be32 addr)
{
	inetx_arp_send(xdev, ARPOP_REQUEST, addr, addr, NULL, NULL, NULL);
}
