// SPDX-License-Identifier: GPL-2.0
/* What the options of a received packet make us do; see options.h. */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/timekeeping.h>
#include <net/ip.h>

#include "icmp/icmp.h"
#include "ip/ip.h"
#include "ip/options.h"
#include "link/address.h"
#include "raw/raw.h"
#include "route/rule.h"

#define SECS_PER_DAY	(24 * 3600)

/**
 * inetx_ip_now - the time as packets carry it
 *
 * Context: any.
 * Return: milliseconds since midnight UT (RFC 791, RFC 792), network order.
 */
__be32 inetx_ip_now(void)
{
	struct timespec64 ts;
	u32 secs;

	ktime_get_real_ts64(&ts);
	div_u64_rem(ts.tv_sec, SECS_PER_DAY, &secs);
	return htonl(secs * MSEC_PER_SEC + ts.tv_nsec / NSEC_PER_MSEC);
}

/**
 * inetx_ip_options_ours - is an address in an option ours?
 * @xnet: the namespace
 * @addr: network order
 *
 * Context: RTNL or RCU read side.
 */
bool inetx_ip_options_ours(struct inetx_net *xnet, __be32 addr)
{
	return inetx_addr_is_ours(xnet, addr);
}

/* Our address as the sender knows it: the one that he has written to, or that
 * our way to him begins with.  @type: as inetx_ip_options_rcv().
 */
static __be32 address_here(struct inetx_dev *xdev, const struct sk_buff *skb,
			   u8 type)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct inetx_flow flow = {
		.daddr = iph->saddr,
		.mark = INETX_CONF_OR(xdev, SRC_VMARK) ? skb->mark : 0,
		.uid = GLOBAL_ROOT_UID,
		.tos = iph->tos,
	};
	struct inetx_path path;

	if (type == RTN_LOCAL ||
	    (type == RTN_UNSPEC && inetx_addr_is_ours(xdev->xnet, iph->daddr)))
		return iph->daddr;
	if (ipv4_is_zeronet(iph->saddr))
		return inetx_addr_select(xdev->xnet, xdev, 0, RT_SCOPE_LINK);
	if (!inetx_route_output(xdev->xnet, &flow, &path))
		return path.saddr;
	return inetx_addr_select(xdev->xnet, xdev, iph->saddr,
				 RT_SCOPE_UNIVERSE);
}

/* What a hop of a source route is: RTN_LOCAL, RTN_UNICAST where the packet can
 * be sent to it, RTN_UNREACHABLE.
 */
static u8 hop_type(struct inetx_dev *xdev, const struct sk_buff *skb,
		   __be32 hop)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct inetx_flow flow = {
		.daddr = hop,
		.saddr = iph->saddr,
		.iif = xdev->dev->ifindex,
		.mark = skb->mark,
		.uid = inetx_rule_uid(xdev->xnet),
		.tos = iph->tos,
	};
	struct inetx_fib_result res;
	struct inetx_path path;

	/* What we have sent ourselves comes from an address of ours. */
	if (xdev->dev->flags & IFF_LOOPBACK)
		return RTN_UNREACHABLE;
	if (ipv4_is_multicast(hop) || ipv4_is_lbcast(hop) ||
	    ipv4_is_zeronet(hop) ||
	    (ipv4_is_loopback(hop) && !INETX_CONF_OR(xdev, ROUTE_LOCALNET)))
		return RTN_UNREACHABLE;
	if (inetx_route_input(xdev, &flow, &path, &res) < 0)
		return RTN_UNREACHABLE;
	if (path.type != RTN_LOCAL && path.type != RTN_UNICAST)
		return RTN_UNREACHABLE;
	return path.type;
}

/* Well formed, but not to be sent on.  AF_INET does not count these; but each
 * packet that came in shall be found in some counter.
 */
static void discard(struct inetx_net *xnet, struct sk_buff *skb)
{
	inetx_ip_drop(xnet, skb, IPSTATS_MIB_INDISCARDS,
		      SKB_DROP_REASON_NOT_SPECIFIED);
}

/*
 * We are a hop of a source route, RFC 1122 3.3.5, RFC 1812 5.3.13.4.  Returns as
 * inetx_ip_options_rcv().
 */
static int visit(struct inetx_dev *xdev, struct sk_buff *skb)
{
	struct ip_options *opt = &IPCB(skb)->opt;
	unsigned int skip = 0;
	__be32 hop;
	int more;

	while ((more = inetx_ip_options_hop(skb_network_header(skb), opt, skip,
					    &hop)) > 0) {
		switch (hop_type(xdev, skb, hop)) {
		case RTN_UNICAST:
			opt->srr_is_hit = 1;
			opt->nexthop = hop;
			return RTN_UNSPEC;
		case RTN_LOCAL:
			/* As good as sent to ourselves. */
			ip_hdr(skb)->daddr = hop;
			skip++;
			break;
		default:
			discard(xdev->xnet, skb);
			return -1;
		}
	}
	if (more < 0) {
		inetx_icmp_problem(xdev->xnet, skb, opt->srr + 2,
				   INETX_IPOPT_ALL);
		discard(xdev->xnet, skb);
		return -1;
	}
	return RTN_LOCAL;
}

static int source_route(struct inetx_dev *xdev, struct sk_buff *skb, u8 type)
{
	const struct ip_options *opt = &IPCB(skb)->opt;
	const struct iphdr *iph = ip_hdr(skb);

	if (!INETX_CONF_AND(xdev, ACCEPT_SOURCE_ROUTE)) {
		if (INETX_CONF_OR(xdev, LOG_MARTIANS))
			net_info_ratelimited("source route option %pI4 -> %pI4\n",
					     &iph->saddr, &iph->daddr);
		goto drop;
	}
	if (skb->pkt_type != PACKET_HOST)
		goto drop;
	if (type == RTN_UNSPEC && inetx_addr_is_ours(xdev->xnet, iph->daddr))
		type = RTN_LOCAL;
	if (type == RTN_LOCAL)
		return visit(xdev, skb);
	if (type != RTN_UNSPEC)
		goto drop;
	/* For the next hop of a route that names each one it came too far. */
	if (opt->is_strictroute && INETX_CONF(&xdev->conf, FORWARDING)) {
		inetx_icmp_problem(xdev->xnet, skb,
				   offsetof(struct iphdr, daddr),
				   INETX_IPOPT_ALL);
		goto drop;
	}
	return RTN_UNSPEC;

drop:
	discard(xdev->xnet, skb);
	return -1;
}

/**
 * inetx_ip_options_rcv - act on the options of a packet that has come in
 * @xdev: the device it came in by
 * @skb: at its IP header, which is right, has options, and is linear; IPCB is
 *	zeroed but for iif.  Taken where -1 is returned
 * @type: what its destination is to us, RTN_UNSPEC if not known yet
 *
 * Record route and timestamp get our entry.  Options that are wrong are answered
 * with a Parameter Problem (RFC 1122 3.2.2.5) and counted in InHdrErrors.  Fills
 * IPCB(skb)->opt; its @srr_is_hit says that @nexthop is where the packet has to
 * be sent on.
 *
 * Context: softirq, RCU read side.
 * Return: @type, RTN_LOCAL or RTN_UNSPEC, as what it is to be treated from here
 * on; or -1.
 */
int inetx_ip_options_rcv(struct inetx_dev *xdev, struct sk_buff *skb, u8 type)
{
	struct ip_options *opt = &IPCB(skb)->opt;
	struct inetx_net *xnet = xdev->xnet;
	unsigned int hlen = ip_hdrlen(skb);
	int bad;

	if (unlikely(skb_ensure_writable(skb, hlen))) {
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INDISCARDS,
			      SKB_DROP_REASON_NOMEM);
		return -1;
	}
	opt->optlen = hlen - sizeof(struct iphdr);
	bad = inetx_ip_options_parse(xnet, (u8 *)(ip_hdr(skb) + 1), opt,
				     INETX_IPOPT_RECEIVED);
	if (opt->rr_needaddr || opt->ts_needaddr || opt->ts_needtime)
		inetx_ip_options_stamp(skb_network_header(skb), opt,
				       address_here(xdev, skb, type),
				       inetx_ip_now());
	if (unlikely(bad)) {
		inetx_icmp_problem(xnet, skb, bad, bad);
		inetx_ip_drop(xnet, skb, IPSTATS_MIB_INHDRERRORS,
			      SKB_DROP_REASON_IP_INHDR);
		return -1;
	}
	return opt->srr ? source_route(xdev, skb, type) : type;
}

/**
 * inetx_ip_options_alert - does somebody here look at it instead (RFC 2113)?
 * @xnet: the namespace
 * @skb: a packet to others, after inetx_ip_options_rcv(); taken if so
 *
 * Context: softirq, RCU read side.
 */
bool inetx_ip_options_alert(struct inetx_net *xnet, struct sk_buff *skb)
{
	return IPCB(skb)->opt.router_alert && inetx_raw_alert(xnet, skb);
}

/**
 * inetx_ip_options_stop - is this the end of a packet on its way?
 * @xnet: the namespace
 * @skb: a packet to others, after inetx_ip_options_rcv(); taken if it is
 * @path: where it would go next
 *
 * RFC 1812 5.2.7.1: the next hop of a strict source route is a neighbour.
 *
 * Context: softirq, RCU read side.
 */
bool inetx_ip_options_stop(struct inetx_net *xnet, struct sk_buff *skb,
			   const struct inetx_path *path)
{
	if (!IPCB(skb)->opt.is_strictroute || !path->gateway)
		return false;
	inetx_icmp_send(xnet, skb, ICMP_DEST_UNREACH, ICMP_SR_FAILED, 0);
	discard(xnet, skb);
	return true;
}

/**
 * inetx_ip_options_forward - the options of a packet that goes on
 * @xnet: the namespace
 * @skb: at its IP header, which may be written to, after inetx_ip_options_rcv()
 * @path: where it goes
 *
 * Makes the checksum right.
 *
 * Context: softirq, RCU read side.
 */
void inetx_ip_options_forward(struct inetx_net *xnet, struct sk_buff *skb,
			      const struct inetx_path *path)
{
	const struct ip_options *opt = &IPCB(skb)->opt;
	const struct inetx_flow flow = {
		.daddr = path->daddr,
		.oif = path->dev->ifindex,
		.mark = skb->mark,
		.uid = GLOBAL_ROOT_UID,
		.tos = ip_hdr(skb)->tos,
	};
	struct iphdr *iph = ip_hdr(skb);
	struct inetx_path out;
	__be32 addr = 0;

	if (opt->rr_needaddr || opt->srr_is_hit) {
		if (!inetx_route_output(xnet, &flow, &out))
			addr = out.saddr;
		inetx_ip_options_pass((u8 *)iph, opt, addr);
	}
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

/**
 * inetx_ip_options_answer - the options of an answer to a packet
 * @xnet: the namespace
 * @skb: the packet, network header set; all of it that is looked at was checked
 *	when it came in, or is ours
 * @end: as inetx_ip_options_echo()
 * @buf: room for them
 *
 * Context: RCU read side.
 * Return: @buf's options, or NULL when there are none.
 */
const struct ip_options *
inetx_ip_options_answer(struct inetx_net *xnet, const struct sk_buff *skb,
			unsigned int end, struct ip_options_data *buf)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct ip_options *opt = &buf->opt.opt;

	if (likely(iph->ihl <= 5) ||
	    (u8 *)iph + iph->ihl * 4 > skb_tail_pointer(skb))
		return NULL;
	inetx_ip_options_echo(xnet, (const u8 *)iph, end, opt);
	return opt->optlen ? opt : NULL;
}
