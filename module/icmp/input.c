// SPDX-License-Identifier: GPL-2.0
/* Received ICMP messages (RFC 792, RFC 1122 3.2.2). */

#include <net/ip.h>

#include "icmp/icmp.h"
#include "ip/options.h"
#include "ping/ping.h"

/* RFC 792: the three times of a timestamp message. */
struct icmp_times {
	__be32 originate;
	__be32 receive;
	__be32 transmit;
};

/* What became of a message. */
enum icmp_fate {
	ICMP_DONE,		/* acted upon; the skb is still there */
	ICMP_TAKEN,		/* acted upon; the skb is gone */
	ICMP_BAD,		/* malformed or not allowed */
};

/*
 * The echo goes back in the buffer it came in: only the header and, by that
 * difference, the checksum change (RFC 1122 3.2.2.6 and RFC 8335 3 want all data
 * back).
 */
static enum icmp_fate echo(struct inetx_net *xnet, struct sk_buff *skb)
{
	u8 rtype = INETX_CB(skb)->rtype;
	struct iphdr query = *ip_hdr(skb);
	const struct ip_options *opt;
	struct ip_options_data buf;
	struct icmphdr answer;
	__wsum change;

	if (READ_ONCE(xnet->icmp.sysctl_echo_ignore_all))
		return ICMP_DONE;

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return ICMP_DONE;
	answer = *icmp_hdr(skb);
	if (likely(answer.type == ICMP_ECHO))
		answer.type = ICMP_ECHOREPLY;
	else if (!inetx_icmp_probe(xnet, skb, &answer))
		return ICMP_DONE;
	opt = inetx_ip_options_answer(xnet, skb, INETX_IPOPT_ALL, &buf);
	/* A tap may look at the same header.  The link room makes more room
	 * where a device wants it.
	 */
	if (skb_cow(skb, LL_RESERVED_SPACE(skb->dev) + query.ihl * 4))
		return ICMP_DONE;
	if (skb_is_gso(skb))
		skb_gso_reset(skb);
	/* Lose all that tells where it has been. */
	skb_scrub_packet(skb, false);
	skb_clear_tstamp(skb);
	skb_clear_hash(skb);
	skb->ip_summed = CHECKSUM_NONE;

	change = csum_sub(csum_partial(&answer, sizeof(answer), 0),
			  csum_partial(icmp_hdr(skb), sizeof(answer), 0));
	csum_replace_by_diff(&answer.checksum, change);
	*icmp_hdr(skb) = answer;
	inetx_icmp_reply(xnet, &query, rtype, opt, skb);
	return ICMP_TAKEN;
}

static enum icmp_fate timestamp(struct inetx_net *xnet, struct sk_buff *skb)
{
	const unsigned int len = sizeof(struct icmphdr) +
				 sizeof(struct icmp_times);
	const unsigned int asked = sizeof(struct icmphdr) +
				   sizeof_field(struct icmp_times, originate);
	unsigned int hlen = LL_MAX_HEADER + sizeof(struct iphdr) +
			    INETX_IPOPT_MAX;
	const struct ip_options *opt;
	struct ip_options_data buf;
	struct icmp_times *times;
	struct icmphdr *icmph;
	struct sk_buff *reply;

	/* The two that we fill in need not be there. */
	if (!pskb_may_pull(skb, asked))
		return ICMP_BAD;
	reply = alloc_skb(hlen + len, GFP_ATOMIC);
	if (!reply) {
		INETX_ICMP_INC(xnet, ICMP_MIB_OUTERRORS);
		return ICMP_DONE;
	}
	reply->dev = skb->dev;
	reply->mark = skb->mark;
	skb_reserve(reply, hlen);
	skb_reset_transport_header(reply);
	icmph = skb_put_data(reply, icmp_hdr(skb), asked);
	skb_put(reply, len - asked);
	icmph->type = ICMP_TIMESTAMPREPLY;
	icmph->code = 0;
	icmph->checksum = 0;
	times = (struct icmp_times *)(icmph + 1);
	times->receive = inetx_ip_now();
	times->transmit = times->receive;
	icmph->checksum = csum_fold(csum_partial(icmph, len, 0));
	opt = inetx_ip_options_answer(xnet, skb, INETX_IPOPT_ALL, &buf);
	inetx_icmp_reply(xnet, ip_hdr(skb), INETX_CB(skb)->rtype, opt, reply);
	return ICMP_DONE;
}

/*
 * An error about a broadcast (RFC 1122 3.2.2): by default it is believed, as some
 * router may mean well; else whoever runs this host is told of the router.
 */
static bool is_bogus(struct inetx_net *xnet, const struct sk_buff *skb,
		     const struct icmphdr *icmph, const struct iphdr *about)
{
	if (likely(READ_ONCE(xnet->icmp.sysctl_ignore_bogus)) ||
	    inetx_route_addr_type_at(xnet, skb->dev, about->daddr) !=
	    RTN_BROADCAST)
		return false;
	net_warn_ratelimited("inetx: %pI4 sent an ICMP error, type %u, code %u, about a broadcast to %pI4 on %s\n",
			     &ip_hdr(skb)->saddr, icmph->type, icmph->code,
			     &about->daddr, skb->dev->name);
	return true;
}

/* An error about a packet that claims to be ours: whose, its transport knows. */
static enum icmp_fate error(struct inetx_net *xnet, struct sk_buff *skb)
{
	struct icmphdr icmph = *icmp_hdr(skb);
	const struct iphdr *iph;
	u32 info = 0;

	if (!pskb_may_pull(skb, sizeof(icmph) + sizeof(struct iphdr)))
		return ICMP_BAD;
	iph = (const struct iphdr *)(skb->data + sizeof(icmph));
	if (iph->ihl < 5)
		return ICMP_BAD;

	switch (icmph.type) {
	case ICMP_DEST_UNREACH:
		if (icmph.code > NR_ICMP_UNREACH)
			return ICMP_DONE;
		if (icmph.code == ICMP_FRAG_NEEDED) {
			switch (READ_ONCE(xnet->ip.sysctl_no_pmtu_disc)) {
			case 3:
				/* Only TCP can tell what it has sent. */
				if (iph->protocol != IPPROTO_TCP)
					return ICMP_DONE;
				fallthrough;
			case 0:
				info = ntohs(icmph.un.frag.mtu);
				break;
			case 2:
				return ICMP_DONE;
			}
		}
		break;
	case ICMP_TIME_EXCEEDED:
		INETX_ICMP_INC(xnet, ICMP_MIB_INTIMEEXCDS);
		/* Its reassembly, not its delivery failed. */
		if (icmph.code == ICMP_EXC_FRAGTIME)
			return ICMP_DONE;
		break;
	case ICMP_PARAMETERPROB:
		info = ntohl(icmph.un.gateway) >> 24;
		break;
	case ICMP_REDIRECT:
		info = ntohl(icmph.un.gateway);
		break;
	}

	if (unlikely(is_bogus(xnet, skb, &icmph, iph)))
		return ICMP_DONE;
	__skb_pull(skb, sizeof(icmph));
	inetx_icmp_notify(xnet, skb, icmph.type, icmph.code, info);
	return ICMP_DONE;
}

/*
 * RFC 1122 3.2.2.6, 3.2.2.8: what may be asked of many at once.  PROBE is against
 * RFC 8335 4, but as AF_INET has it, whatever icmp_echo_ignore_broadcasts says.
 */
static bool allowed_to_many(struct inetx_net *xnet, u8 type)
{
	switch (type) {
	case ICMP_ECHO:
	case ICMP_TIMESTAMP:
		return !READ_ONCE(xnet->icmp.sysctl_echo_ignore_broadcasts);
	case ICMP_ADDRESS:
	case ICMP_ADDRESSREPLY:
	case ICMP_EXT_ECHO:
	case ICMP_EXT_ECHOREPLY:
		return true;
	default:
		return false;
	}
}

static enum icmp_fate dispatch(struct inetx_net *xnet, struct sk_buff *skb,
			       u8 type)
{
	switch (type) {
	case ICMP_ECHOREPLY:
	case ICMP_EXT_ECHOREPLY:
		inetx_ping_rcv(xnet, skb);
		return ICMP_DONE;
	case ICMP_ECHO:
	case ICMP_EXT_ECHO:
		return echo(xnet, skb);
	case ICMP_TIMESTAMP:
		return timestamp(xnet, skb);
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return error(xnet, skb);
	default:
		/* RFC 1122 3.2.2: unknown types are silently discarded. */
		return type > NR_ICMP_TYPES ? ICMP_BAD : ICMP_DONE;
	}
}

/**
 * inetx_icmp_rcv - an ICMP message has come in
 * @xnet: the namespace
 * @skb: at the ICMP header, after raw sockets have had their copies; taken
 *
 * Context: softirq, RCU read side.
 */
void inetx_icmp_rcv(struct inetx_net *xnet, struct sk_buff *skb)
{
	u8 type;

	INETX_ICMP_INC(xnet, ICMP_MIB_INMSGS);

	if (skb_checksum_simple_validate(skb)) {
		INETX_ICMP_INC(xnet, ICMP_MIB_CSUMERRORS);
		INETX_ICMP_INC(xnet, ICMP_MIB_INERRORS);
		kfree_skb_reason(skb, SKB_DROP_REASON_ICMP_CSUM);
		return;
	}
	if (!pskb_may_pull(skb, sizeof(struct icmphdr)))
		goto bad;

	type = icmp_hdr(skb)->type;
	INETX_ICMPMSG_INC(xnet, type);
	if (INETX_CB(skb)->rtype != RTN_LOCAL && !allowed_to_many(xnet, type))
		goto bad;

	switch (dispatch(xnet, skb, type)) {
	case ICMP_DONE:
		consume_skb(skb);
		return;
	case ICMP_TAKEN:
		return;
	case ICMP_BAD:
		break;
	}
bad:
	INETX_ICMP_INC(xnet, ICMP_MIB_INERRORS);
	kfree_skb(skb);
}
