// SPDX-License-Identifier: GPL-2.0
/*
 * Received ARP packets (RFC 826 "packet reception", RFC 5227, arp(7)).
 *
 * On a shared device the host sees them, too, except requests for an address of
 * ours, which it could only misunderstand.
 */

#include <linux/if_arp.h>
#include <net/ip.h>

#include "arp/arp.h"
#include "link/address.h"
#include "route/route.h"
#include "route/vrf.h"

/* Room for the longest packet: two hardware and two protocol addresses. */
#define ARP_LEN_MAX	(sizeof(struct arphdr) + 2 * (MAX_ADDR_LEN + 4))

static bool hw_type_ok(const struct net_device *dev, __be16 hrd)
{
	switch (dev->type) {
	case ARPHRD_ETHER:
	case ARPHRD_FDDI:
	case ARPHRD_IEEE802:
		/* RFC 1390, RFC 2625: either of the two numbers. */
		return hrd == htons(ARPHRD_ETHER) ||
		       hrd == htons(ARPHRD_IEEE802);
	default:
		return hrd == htons(dev->type);
	}
}

/* Pick the packet apart; false when it is malformed or not for IPv4. */
static bool arp_parse(const struct net_device *dev, const struct sk_buff *skb,
		      void *buf, struct inetx_arp_packet *pkt)
{
	const struct arphdr *arp;
	const u8 *p;

	arp = skb_header_pointer(skb, 0, arp_hdr_len(dev), buf);
	if (!arp || arp->ar_hln != dev->addr_len || arp->ar_pln != 4 ||
	    arp->ar_pro != htons(ETH_P_IP) || !hw_type_ok(dev, arp->ar_hrd))
		return false;

	pkt->to_us = skb->pkt_type == PACKET_HOST;
	pkt->op = ntohs(arp->ar_op);
	if (pkt->op != ARPOP_REQUEST && pkt->op != ARPOP_REPLY)
		return false;

	p = (const u8 *)(arp + 1);
	pkt->sha = p;
	p += dev->addr_len;
	memcpy(&pkt->sip, p, sizeof(pkt->sip));
	p += sizeof(pkt->sip);
	pkt->tha = NULL;
	if (dev->type != ARPHRD_IEEE1394) {
		pkt->tha = p;
		p += dev->addr_len;
	}
	memcpy(&pkt->tip, p, sizeof(pkt->tip));
	return true;
}

/*
 * Is @addr on the device, with a scope of at most @scope, in one subnet with
 * @peer?  0 as @addr or @peer stands for any.  Where 127/8 is routed, addresses
 * of the host are good on the link.
 */
static bool confirm(struct inetx_dev *xdev, __be32 peer, __be32 addr, u8 scope)
{
	u8 host = RT_SCOPE_HOST;
	struct inetx_ifaddr *ifa;

	if (INETX_CONF_OR(xdev, ROUTE_LOCALNET))
		host = RT_SCOPE_LINK;
	inetx_for_each_ifaddr_rcu(ifa, xdev) {
		if (addr && ifa->local != addr)
			continue;
		if (min(ifa->scope, host) > scope)
			continue;
		if (!peer || !((peer ^ ifa->address) & ifa->mask))
			return true;
	}
	return false;
}

/* arp_ignore 3: not for addresses that are valid on this host only. */
static bool confirm_any(struct inetx_net *xnet, __be32 addr, u8 scope)
{
	struct inetx_dev *xdev;
	unsigned long i;

	xa_for_each(&xnet->link.devs, i, xdev) {
		if (confirm(xdev, 0, addr, scope))
			return true;
	}
	return false;
}

static bool ignored(struct inetx_dev *xdev,
		    const struct inetx_arp_packet *pkt)
{
	switch (INETX_CONF_MAX(xdev, ARP_IGNORE)) {
	case 1:
		return !confirm(xdev, 0, pkt->tip, RT_SCOPE_HOST);
	case 2:
		return !confirm(xdev, pkt->sip, pkt->tip, RT_SCOPE_HOST);
	case 3:
		return !confirm_any(xdev->xnet, pkt->tip, RT_SCOPE_LINK);
	case 8:
		return true;
	default:
		return false;
	}
}

/* arp_filter: answer only where we would send to the asker. */
static bool filtered(struct inetx_dev *xdev,
		     const struct inetx_arp_packet *pkt)
{
	struct inetx_flow flow = {
		.daddr = pkt->sip,
		.saddr = pkt->tip,
		.oif = inetx_vrf_of(xdev->xnet, xdev->dev),
		.uid = GLOBAL_ROOT_UID,
	};
	struct inetx_path path;

	if (!INETX_CONF_MAX(xdev, ARPFILTER))
		return false;
	if (inetx_route_output(xdev->xnet, &flow, &path))
		return true;
	if (path.dev == xdev->dev)
		return false;
	INETX_LINUX_INC(xdev->xnet, LINUX_MIB_ARPFILTER);
	return true;
}

/* A request for an address of ours. */
static void answer(struct inetx_dev *xdev, const struct inetx_arp_packet *pkt)
{
	struct neighbour *neigh;

	if (ignored(xdev, pkt))
		return;

	/* RFC 5227 2.1.1: a probe wants an answer, its sender has no address. */
	if (pkt->sip) {
		if (filtered(xdev, pkt))
			return;
		/* Who asks for us is likely to talk to us (RFC 826). */
		neigh = neigh_event_ns(&inetx_arp_table, (u8 *)pkt->sha,
				       (void *)&pkt->sip, xdev->dev);
		if (!neigh)
			return;
		neigh_release(neigh);
	}
	inetx_arp_send(xdev, ARPOP_REPLY, pkt->tip, pkt->sip, NULL, pkt->sha,
		       pkt->sha);
}

static bool sender_is_host(struct inetx_dev *xdev, __be32 sip)
{
	return inetx_route_addr_type_at(xdev->xnet, xdev->dev, sip) ==
	       RTN_UNICAST;
}

/* Somebody tells about itself unasked (RFC 5227 3, RFC 5944 4.6). */
static bool gratuitous(struct inetx_dev *xdev,
		       const struct inetx_arp_packet *pkt)
{
	bool garp = pkt->tip == pkt->sip;

	/* In a reply, both hardware addresses are the sender's. */
	if (garp && pkt->op == ARPOP_REPLY)
		garp = pkt->tha &&
		       !memcmp(pkt->tha, pkt->sha, xdev->dev->addr_len);
	return garp && sender_is_host(xdev, pkt->sip);
}

static bool accepts_unknown(struct inetx_dev *xdev,
			    const struct inetx_arp_packet *pkt)
{
	switch (INETX_CONF_MAX(xdev, ARP_ACCEPT)) {
	case 1:
		return true;
	case 2:
		return confirm(xdev, pkt->sip, 0, RT_SCOPE_LINK);
	default:
		return false;
	}
}

/* RFC 826's merge: renew an entry we have, make one only where told to. */
static void learn(struct inetx_dev *xdev, const struct inetx_arp_packet *pkt)
{
	struct neighbour *neigh;
	bool accept, garp, override;
	u8 state = NUD_REACHABLE;

	neigh = neigh_lookup(&inetx_arp_table, &pkt->sip, xdev->dev);
	accept = accepts_unknown(xdev, pkt);
	if (!neigh && !accept)
		return;
	garp = gratuitous(xdev, pkt);
	if (!neigh) {
		if (!garp && !(pkt->op == ARPOP_REPLY &&
			       sender_is_host(xdev, pkt->sip)))
			return;
		neigh = neigh_create(&inetx_arp_table, &pkt->sip, xdev->dev);
		if (IS_ERR(neigh))
			return;
	}

	/* Of several answers the first counts: it is the nearest, and a
	 * burst of them shall not move the entry to and fro.
	 */
	override = garp ||
		   time_after(jiffies, neigh->updated +
			      NEIGH_VAR(neigh->parms, LOCKTIME));
	/* Only an answer to us alone shows that the way back works. */
	if (pkt->op != ARPOP_REPLY || !pkt->to_us)
		state = NUD_STALE;
	neigh_update(neigh, pkt->sha, state,
		     override ? NEIGH_UPDATE_F_OVERRIDE : 0, 0);
	neigh_release(neigh);
}

/**
 * inetx_arp_rx - look at a received ARP frame
 * @xdev: the device it came in by
 * @skb: the frame, at the ARP header; neither taken nor changed
 *
 * Context: softirq, RCU read side.
 * Return: true when it concerns us alone: a request for an address of ours, or
 * for one that we answer for.
 */
bool inetx_arp_rx(struct inetx_dev *xdev, struct sk_buff *skb)
{
	const struct net_device *dev = xdev->dev;
	u8 buf[ARP_LEN_MAX] __aligned(__alignof__(struct arphdr));
	struct inetx_arp_packet pkt;

	if (dev->flags & IFF_NOARP || skb->pkt_type == PACKET_OTHERHOST ||
	    skb->pkt_type == PACKET_LOOPBACK)
		return false;
	if (!arp_parse(dev, skb, buf, &pkt))
		return false;

	if (ipv4_is_multicast(pkt.tip))
		return false;
	if (ipv4_is_loopback(pkt.tip) &&
	    !INETX_CONF_MAX(xdev, ROUTE_LOCALNET))
		return false;
	if (pkt.sip == pkt.tip &&
	    INETX_CONF_MAX(xdev, DROP_GRATUITOUS_ARP))
		return false;

	if (pkt.op == ARPOP_REQUEST && pkt.sip != pkt.tip &&
	    inetx_addr_is_ours_at(xdev, pkt.tip)) {
		/* RFC 5227 2.4: one that claims our own address asks for no
		 * answer, and a multicast or broadcast sender deserves none.
		 */
		if (!pkt.sip || sender_is_host(xdev, pkt.sip))
			answer(xdev, &pkt);
		return true;
	}

	/* Only a device that is claimed forwards. */
	if (pkt.op == ARPOP_REQUEST && pkt.sip && pkt.sip != pkt.tip &&
	    INETX_CONF(&xdev->conf, FORWARDING) && inetx_dev_claimed(xdev) &&
	    inetx_arp_proxy(xdev, &pkt))
		return true;

	if (pkt.sip && !inetx_addr_is_ours_at(xdev, pkt.sip))
		learn(xdev, &pkt);
	return false;
}
