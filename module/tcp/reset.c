// SPDX-License-Identifier: GPL-2.0
/* Segments that no socket sends, and limits of what is answered at all. */

#include <net/checksum.h>
#include <net/inet_ecn.h>
#include <net/ip.h>

#include "ip/options.h"
#include "tcp/internal.h"

static struct sk_buff *build_reply(const struct sk_buff *skb,
				   const struct inetx_tcp_reply *r)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *rth = tcp_hdr(skb);
	struct inetx_tcp_opts opts = {
		.has_ts = r->has_ts,
		.tsval = r->tsval,
		.tsecr = r->tsecr,
	};
	int len = sizeof(struct tcphdr) + inetx_tcp_opts_len(&opts);
	struct sk_buff *out;
	struct tcphdr *th;

	out = alloc_skb(INETX_TCP_HEADROOM + len, GFP_ATOMIC | __GFP_NOWARN);
	if (!out)
		return NULL;
	skb_reserve(out, INETX_TCP_HEADROOM);
	th = skb_put_zero(out, len);
	skb_reset_transport_header(out);
	memset(out->cb, 0, sizeof(out->cb));

	th->source = rth->dest;
	th->dest = rth->source;
	th->seq = htonl(r->seq);
	th->ack_seq = r->flags & INETX_TH_ACK ? htonl(r->ack) : 0;
	*((__be16 *)th + 6) = htons(len >> 2 << 12 | r->flags);
	th->window = htons(r->win);
	inetx_tcp_opts_write(&opts, (u8 *)(th + 1));
	th->check = csum_tcpudp_magic(iph->daddr, iph->saddr, len, IPPROTO_TCP,
				      csum_partial(th, len, 0));
	out->ip_summed = CHECKSUM_NONE;
	return out;
}

/**
 * inetx_tcp_send_reply - answer a segment without a socket
 * @xnet: the namespace
 * @skb: the segment, network and transport header set
 * @r: what to answer
 *
 * Context: any, RCU read side.
 */
void inetx_tcp_send_reply(struct inetx_net *xnet, const struct sk_buff *skb,
			  const struct inetx_tcp_reply *r)
{
	u32 mark = inetx_ip_reply_mark(xnet, skb) ?: r->mark;
	const struct iphdr *iph = ip_hdr(skb);
	struct inetx_flow flow = {
		.daddr = iph->saddr,
		.saddr = iph->daddr,
		.oif = r->oif ?: inetx_vrf_of(xnet, skb->dev),
		.mark = mark,
		.uid = inetx_rule_uid(xnet),
		.tos = r->tos,
		.scope = RT_SCOPE_UNIVERSE,
		.proto = IPPROTO_TCP,
		.any_src = true,
		.sport = tcp_hdr(skb)->dest,
		.dport = tcp_hdr(skb)->source,
	};
	struct inetx_ip_args args = {
		.saddr = iph->daddr,
		.daddr = iph->saddr,
		.protocol = IPPROTO_TCP,
		.tos = r->tos,
		.df = true,
		.mark = mark,
	};
	struct ip_options_data buf;
	struct inetx_path path;
	struct sk_buff *out;

	args.opt = inetx_ip_options_answer(xnet, skb, INETX_IPOPT_ALL, &buf);
	if (args.opt && args.opt->srr)
		flow.daddr = args.opt->faddr;
	if (inetx_route_output(xnet, &flow, &path))
		return;
	out = build_reply(skb, r);
	if (!out)
		return;
	args.ttl = inetx_ip_ttl(xnet, NULL, &path);
	INETX_TCP_INC(xnet, TCP_MIB_OUTSEGS);
	if (r->flags & INETX_TH_RST)
		INETX_TCP_INC(xnet, TCP_MIB_OUTRSTS);
	inetx_ip_send(xnet, NULL, out, &path, &args);
}

/**
 * inetx_tcp_send_reset - answer a segment that belongs to no connection
 * @xnet: the namespace
 * @sk: the socket that refuses it, or NULL
 * @skb: the segment, cb filled
 *
 * RFC 9293 section 3.5.2, group 1; never in answer to a reset, nor for what was
 * not sent to one host alone.
 *
 * Context: any, RCU read side.
 */
void inetx_tcp_send_reset(struct inetx_net *xnet, const struct sock *sk,
			  const struct sk_buff *skb)
{
	const struct inetx_tcp_cb *cb = INETX_TCB(skb);
	struct inetx_tcp_reply r = {
		.flags = INETX_TH_RST,
		.oif = sk ? sk->sk_bound_dev_if : 0,
		.mark = sk ? READ_ONCE(sk->sk_mark) : 0,
		.tos = ip_hdr(skb)->tos & ~INET_ECN_MASK,
	};

	if (cb->flags & INETX_TH_RST)
		return;
	if (inetx_route_addr_type_at(xnet, skb->dev, ip_hdr(skb)->daddr) !=
	    RTN_LOCAL)
		return;
	if (cb->flags & INETX_TH_ACK) {
		r.seq = cb->ack_seq;
	} else {
		r.flags |= INETX_TH_ACK;
		r.ack = cb->end_seq;
	}
	inetx_tcp_send_reply(xnet, skb, &r);
}

/**
 * inetx_tcp_oow_limited - has an invalid segment been answered recently
 * @xnet: the namespace
 * @skb: the segment, or NULL
 * @mib: counter of what is not answered
 * @last: time of the last answer, jiffies
 *
 * Two ends that disagree would otherwise answer each other for ever.  Data is
 * always answered: a lost acknowledgment makes it come again.
 *
 * Return: true not to answer; else @last is now.
 */
bool inetx_tcp_oow_limited(struct inetx_net *xnet, const struct sk_buff *skb,
			   int mib, u32 *last)
{
	const struct inetx_tcp_cb *cb = skb ? INETX_TCB(skb) : NULL;
	u32 now = (u32)jiffies;

	if (cb && cb->seq != cb->end_seq && !(cb->flags & INETX_TH_SYN))
		return false;
	if (*last && now - *last <
		     (u32)READ_ONCE(xnet->tcp.sysctl_tcp_invalid_ratelimit)) {
		INETX_LINUX_INC(xnet, mib);
		return true;
	}
	*last = now ? now : 1;
	return false;
}

/**
 * inetx_tcp_challenge_ok - the namespace's limit of challenge ACKs
 * @xnet: the namespace
 *
 * Without a limit, as by default, there is no counter that a third party could
 * watch; RFC 5961 section 7 asks for one, so it can be set.
 *
 * Return: true to send.
 */
bool inetx_tcp_challenge_ok(struct inetx_net *xnet)
{
	struct inetx_tcp_tables *t = xnet->tcp.tables;
	int limit = READ_ONCE(xnet->tcp.sysctl_tcp_challenge_ack_limit);
	u32 now, left;

	if (limit == INT_MAX)
		return true;
	now = jiffies / HZ;
	if (now != READ_ONCE(t->challenge_stamp)) {
		u32 half = (limit + 1) >> 1;

		WRITE_ONCE(t->challenge_stamp, now);
		/* The random half hides the count from an observer. */
		WRITE_ONCE(t->challenge_count,
			   half + (limit ? get_random_u32() % limit : 0));
	}
	left = READ_ONCE(t->challenge_count);
	if (!left)
		return false;
	WRITE_ONCE(t->challenge_count, left - 1);
	return true;
}

/**
 * inetx_tcp_challenge_ack - make the peer prove itself
 * @sk: synchronized
 *
 * RFC 5961: the true peer answers with what we can believe.
 *
 * Context: socket lock.
 */
void inetx_tcp_challenge_ack(struct sock *sk)
{
	struct inetx_net *xnet = inetx_sk_net(sk);

	if (inetx_tcp_oow_limited(xnet, NULL, LINUX_MIB_TCPACKSKIPPEDCHALLENGE,
				  &inetx_tcp_sk(sk)->challenge) ||
	    !inetx_tcp_challenge_ok(xnet))
		return;
	INETX_LINUX_INC(xnet, LINUX_MIB_TCPCHALLENGEACK);
	inetx_tcp_send_ack(sk);
}
