// SPDX-License-Identifier: GPL-2.0
/* The SYN-ACK of a request. */

#include <net/checksum.h>

#include "tcp/internal.h"

static void synack_opts(const struct inetx_tcp_request *req, u16 advmss,
			struct inetx_tcp_opts *o)
{
	memset(o, 0, sizeof(*o));
	o->mss = advmss;
	o->has_wscale = req->wscale_ok;
	o->wscale = req->mini.rcv_wscale;
	o->sack_perm = req->sack_ok;
	o->has_ts = req->mini.ts_ok;
	o->tsval = (u32)div_u64(ktime_get_ns(), NSEC_PER_MSEC) + req->ts_off;
	o->tsecr = req->ts_recent;
}

static struct sk_buff *build_synack(const struct inetx_tcp_request *req,
				    u16 advmss)
{
	const struct inetx_tcp_tuple *tuple = &req->mini.tuple;
	struct inetx_tcp_opts opts;
	struct sk_buff *skb;
	struct tcphdr *th;
	int len;

	synack_opts(req, advmss, &opts);
	len = sizeof(*th) + inetx_tcp_opts_len(&opts);
	skb = alloc_skb(INETX_TCP_HEADROOM + len, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, INETX_TCP_HEADROOM);
	th = skb_put_zero(skb, len);
	skb_reset_transport_header(skb);
	memset(skb->cb, 0, sizeof(skb->cb));

	th->source = tuple->local_port;
	th->dest = tuple->peer_port;
	th->seq = htonl(req->snt_isn);
	th->ack_seq = htonl(req->rcv_isn + 1);
	th->doff = len / 4;
	th->syn = 1;
	th->ack = 1;
	th->window = htons(min_t(u32, req->rcv_wnd, INETX_TCP_MAX_WINDOW));
	inetx_tcp_opts_write(&opts, (u8 *)(th + 1));

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	th->check = ~csum_tcpudp_magic(tuple->local, tuple->peer, len,
				       IPPROTO_TCP, 0);
	return skb;
}

/**
 * inetx_tcp_synack_route - the way to the peer of a request
 * @xnet: the namespace
 * @req: the request, @opt included
 * @path: to fill
 *
 * Context: softirq, RCU read side, in which @path is good.
 * Return: 0 or the error of inetx_route_output(), counted.
 */
int inetx_tcp_synack_route(struct inetx_net *xnet,
			   const struct inetx_tcp_request *req,
			   struct inetx_path *path)
{
	const struct ip_options *opt = req->opt ? &req->opt->opt : NULL;
	const struct inetx_tcp_tuple *tuple = &req->mini.tuple;
	struct sock *sk = req->listener;
	struct inetx_flow flow;
	int err;

	inetx_sk_flow_to(sk, &flow,
			 opt && opt->srr ? opt->faddr : tuple->peer,
			 tuple->peer_port, NULL);
	if (opt && opt->is_strictroute)
		flow.scope = RT_SCOPE_LINK;
	flow.saddr = tuple->local;
	flow.sport = tuple->local_port;
	flow.mark = req->mini.mark;
	flow.tos = req->mini.tos;
	if (!flow.oif)
		flow.oif = req->mini.ifindex;
	flow.any_src = inet_sk(sk)->transparent;
	err = inetx_route_output(xnet, &flow, path);
	if (err)
		INETX_IP_INC(xnet, IPSTATS_MIB_OUTNOROUTES);
	return err;
}

/**
 * inetx_tcp_send_synack - answer a SYN, for the first time or again
 * @xnet: the namespace
 * @req: the request
 * @path: from inetx_tcp_synack_route()
 *
 * The packet is the listener's: it can be, for the request holds a reference.
 *
 * Context: softirq, RCU read side.
 * Return: 0 or a negative errno: no memory, or why it could not be sent.
 */
int inetx_tcp_send_synack(struct inetx_net *xnet,
			  struct inetx_tcp_request *req,
			  const struct inetx_path *path)
{
	const struct inetx_tcp_tuple *tuple = &req->mini.tuple;
	struct sock *sk = req->listener;
	struct inetx_ip_args args = {
		.saddr = tuple->local,
		.daddr = tuple->peer,
		.protocol = IPPROTO_TCP,
		.ttl = inetx_ip_ttl(xnet, sk, path),
		/* Too small for any link to fragment: no identification. */
		.df = true,
		.tos = req->mini.tos,
		.mark = req->mini.mark,
		.priority = READ_ONCE(sk->sk_priority),
		.opt = req->opt ? &req->opt->opt : NULL,
	};
	struct sk_buff *skb;
	int err;

	skb = build_synack(req, inetx_tcp_advmss(sk, path));
	if (!skb)
		return -ENOBUFS;
	skb_set_owner_w(skb, sk);
	INETX_TCP_INC(xnet, TCP_MIB_OUTSEGS);
	err = inetx_ip_send(xnet, sk, skb, path, &args);
	return err < 0 ? err : 0;
}
