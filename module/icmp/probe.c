// SPDX-License-Identifier: GPL-2.0
/* PROBE (RFC 8335): somebody asks how one of our interfaces does. */

#include <linux/err.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/ipv6_stubs.h>

#include "icmp/icmp.h"
#include "link/address.h"

/* RFC 8335 2.1: the interface is to be found by the interface identification
 * object, which is the only one in the extension structure.
 */
#define OBJECT_OFFSET	(sizeof(struct icmphdr) + sizeof(struct icmp_ext_hdr))

/* What the identification says. */
enum probe_answer {
	PROBE_FOUND,
	PROBE_NO_IF,
	PROBE_MALFORMED,
	PROBE_SILENCE,		/* we cannot tell */
};

static enum probe_answer found(struct net_device *dev, struct net_device **to)
{
	*to = dev;
	return dev ? PROBE_FOUND : PROBE_NO_IF;
}

static enum probe_answer by_name(struct inetx_net *xnet,
				 const struct icmp_ext_echo_iio *iio,
				 unsigned int len, struct net_device **to)
{
	char name[IFNAMSIZ] = {};

	if (len >= sizeof(name))
		return PROBE_MALFORMED;
	memcpy(name, iio->ident.name, len);
	return found(dev_get_by_name_rcu(xnet->net, name), to);
}

static enum probe_answer by_index(struct inetx_net *xnet,
				  const struct icmp_ext_echo_iio *iio,
				  unsigned int len, struct net_device **to)
{
	if (len != sizeof(iio->ident.ifindex))
		return PROBE_MALFORMED;
	return found(dev_get_by_index_rcu(xnet->net,
					  ntohl(iio->ident.ifindex)), to);
}

static enum probe_answer by_ip6(struct inetx_net *xnet,
				const struct in6_addr *addr,
				struct net_device **to)
{
#if IS_ENABLED(CONFIG_IPV6)
	struct net_device *dev;

	dev = ipv6_stub->ipv6_dev_find(xnet->net, addr, NULL);
	/* The module of IPv6 may not be there. */
	return IS_ERR(dev) ? PROBE_SILENCE : found(dev, to);
#else
	return PROBE_MALFORMED;
#endif
}

static enum probe_answer by_address(struct inetx_net *xnet,
				    const struct icmp_ext_echo_iio *iio,
				    unsigned int len, struct net_device **to)
{
	const struct icmp_ext_echo_ctype3_hdr *hdr = &iio->ident.addr.ctype3_hdr;
	struct inetx_dev *xdev;

	if (len < sizeof(*hdr) || len != sizeof(*hdr) + hdr->addrlen)
		return PROBE_MALFORMED;
	switch (ntohs(hdr->afi)) {
	case ICMP_AFI_IP:
		if (hdr->addrlen != sizeof(struct in_addr))
			return PROBE_MALFORMED;
		xdev = inetx_addr_find_dev(xnet,
					   iio->ident.addr.ip_addr.ipv4_addr);
		return found(xdev ? xdev->dev : NULL, to);
	case ICMP_AFI_IP6:
		if (hdr->addrlen != sizeof(struct in6_addr))
			return PROBE_MALFORMED;
		return by_ip6(xnet, &iio->ident.addr.ip_addr.ipv6_addr, to);
	default:
		return PROBE_MALFORMED;
	}
}

/* Find the interface that a request is about. */
static enum probe_answer identify(struct inetx_net *xnet,
				  const struct sk_buff *skb,
				  struct net_device **to)
{
	const unsigned int hlen = sizeof(struct icmp_extobj_hdr);
	const struct icmp_ext_echo_iio *iio;
	struct icmp_ext_echo_iio buf;
	unsigned int len;

	iio = skb_header_pointer(skb, OBJECT_OFFSET, hlen, &buf);
	if (!iio)
		return PROBE_MALFORMED;
	len = ntohs(iio->extobj_hdr.length);
	if (len <= hlen || len > sizeof(buf))
		return PROBE_MALFORMED;
	iio = skb_header_pointer(skb, OBJECT_OFFSET, len, &buf);
	if (!iio)
		return PROBE_MALFORMED;
	len -= hlen;

	switch (iio->extobj_hdr.class_type) {
	case ICMP_EXT_ECHO_CTYPE_NAME:
		return by_name(xnet, iio, len, to);
	case ICMP_EXT_ECHO_CTYPE_INDEX:
		return by_index(xnet, iio, len, to);
	case ICMP_EXT_ECHO_CTYPE_ADDR:
		return by_address(xnet, iio, len, to);
	default:
		return PROBE_MALFORMED;
	}
}

/* RFC 8335 3: is it up, and which protocols does it run? */
static u8 status(const struct net_device *dev)
{
	const struct inetx_dev *xdev = inetx_dev_get(dev);
	const struct inet6_dev *in6 = __in6_dev_get(dev);
	u8 bits = 0;

	if (dev->flags & IFF_UP)
		bits |= ICMP_EXT_ECHOREPLY_ACTIVE;
	if (xdev && rcu_access_pointer(xdev->addrs))
		bits |= ICMP_EXT_ECHOREPLY_IPV4;
	if (in6 && !list_empty(&in6->addr_list))
		bits |= ICMP_EXT_ECHOREPLY_IPV6;
	return bits;
}

/**
 * inetx_icmp_probe - make the head of an answer to an Extended Echo Request
 * @xnet: the namespace
 * @skb: the request, data at the ICMP header; not changed
 * @icmph: a copy of that header, to become the answer's, all but its checksum
 *
 * Only what is asked about interfaces of this node (the L-bit) is answered, and
 * only where icmp_echo_enable_probe allows to tell (RFC 8335 4, 8).
 *
 * Context: softirq, RCU read side.
 * Return: whether to answer.
 */
bool inetx_icmp_probe(struct inetx_net *xnet, const struct sk_buff *skb,
		      struct icmphdr *icmph)
{
	struct net_device *dev = NULL;

	if (!READ_ONCE(xnet->icmp.sysctl_echo_enable_probe) ||
	    !(icmph->un.echo.sequence & htons(1)))
		return false;

	icmph->type = ICMP_EXT_ECHOREPLY;
	icmph->un.echo.sequence &= htons(0xff00);
	switch (identify(xnet, skb, &dev)) {
	case PROBE_FOUND:
		icmph->un.echo.sequence |= htons(status(dev));
		return true;
	case PROBE_NO_IF:
		icmph->code = ICMP_EXT_CODE_NO_IF;
		return true;
	case PROBE_MALFORMED:
		icmph->code = ICMP_EXT_CODE_MAL_QUERY;
		return true;
	case PROBE_SILENCE:
		break;
	}
	return false;
}
