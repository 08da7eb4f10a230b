// SPDX-License-Identifier: GPL-2.0
/* ICMP errors about our segments: RFC 1122 section 4.2.3.9, RFC 5927. */

#include <net/ip.h>

#include "icmp/icmp.h"
#include "route/exception.h"
#include "tcp/internal.h"

/* What the error means: a positive errno, 0 for nothing. */
static int convert(u8 type, u8 code)
{
	int err = 0;

	switch (type) {
	case ICMP_PARAMETERPROB:
		err = EPROTO;
		break;
	case ICMP_DEST_UNREACH:
		if (code < ARRAY_SIZE(inetx_icmp_errors))
			err = inetx_icmp_errors[code].err;
		break;
	case ICMP_TIME_EXCEEDED:
		err = EHOSTUNREACH;
		break;
	}
	return err;
}

/* A request is given up where its peer cannot be reached. */
static void err_request(struct inetx_net *xnet, struct inetx_tcp_mini *mini,
			u32 seq, u8 type, u8 code)
{
	struct inetx_tcp_request *req;

	if (mini->kind != INETX_MINI_REQUEST)
		return;
	req = container_of(mini, struct inetx_tcp_request, mini);
	if (seq != req->snt_isn)
		INETX_LINUX_INC(xnet, LINUX_MIB_OUTOFWINDOWICMPS);
	else if (type == ICMP_PARAMETERPROB || type == ICMP_TIME_EXCEEDED ||
		 (type == ICMP_DEST_UNREACH &&
		  (code == ICMP_NET_UNREACH || code == ICMP_HOST_UNREACH)))
		inetx_tcp_request_drop(xnet, req);
}

static void frag_needed(struct sock *sk, u32 mtu)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!sock_owned_by_user(sk)) {
		inetx_tcp_mtu_reduced(sk, mtu);
		return;
	}
	WRITE_ONCE(tp->mtu_info, min_t(u32, mtu, U16_MAX));
	if (!test_and_set_bit(INETX_DEFER_MTU, &tp->defer))
		sock_hold(sk);
}

/* A better first hop; the next one to tell comes if a program is at work now. */
static void redirect(struct sock *sk, const struct sk_buff *skb, u8 code,
		     u32 info)
{
	struct inetx_flow flow;

	if (sock_owned_by_user(sk))
		return;
	inetx_sk_flow(sk, &flow);
	inetx_exception_error(inetx_sk_net(sk), &flow, skb, ICMP_REDIRECT,
			      code, info);
}

/* Lock held. */
static void err_sock(struct sock *sk, struct sk_buff *skb, u32 seq, u8 type,
		     u8 code, u32 info)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	struct inetx_net *xnet = inetx_sk_net(sk);
	const struct tcphdr *th;
	int err;

	if (sk->sk_state == TCP_CLOSE || sk->sk_state == TCP_LISTEN)
		return;
	/* RFC 5927 section 4: the quoted segment must be in flight. */
	if (!inetx_seq_between(seq, tp->snd_una, tp->snd_nxt)) {
		INETX_LINUX_INC(xnet, LINUX_MIB_OUTOFWINDOWICMPS);
		return;
	}
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED) {
		frag_needed(sk, info);
		return;
	}
	if (sock_owned_by_user(sk))
		INETX_LINUX_INC(xnet, LINUX_MIB_LOCKDROPPEDICMPS);
	if (type == ICMP_REDIRECT) {
		redirect(sk, skb, code, info);
		return;
	}
	err = convert(type, code);
	if (!err)
		return;

	th = (const struct tcphdr *)(skb->data + iph->ihl * 4);
	if (inet_sk(sk)->recverr)
		inetx_sock_icmp_error(sk, skb, err, type, code, info, th->dest,
				      iph->ihl * 4 + sizeof(*th));
	if (sock_owned_by_user(sk)) {
		WRITE_ONCE(sk->sk_err_soft, err);
	} else if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		WRITE_ONCE(sk->sk_err, err);
		sk_error_report(sk);
		inetx_tcp_purge_write(sk);
		inetx_tcp_done(sk);
	} else if (inet_sk(sk)->recverr) {
		/* What a program has asked for; else it might be transient. */
		WRITE_ONCE(sk->sk_err, err);
		sk_error_report(sk);
	} else {
		WRITE_ONCE(sk->sk_err_soft, err);
	}
}

/**
 * inetx_tcp_err - an ICMP error about a segment of ours
 * @xnet: the namespace
 * @skb: skb->data at the quoted IP header, of which at least 8 bytes of TCP
 *	follow; stays the caller's
 * @type: ICMP_*
 * @code: its code
 * @info: MTU of a fragmentation-needed
 *
 * Context: softirq, RCU read side.
 */
void inetx_tcp_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		   u8 code, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct tcphdr *th;
	struct inetx_tcp_tuple tuple;
	struct inetx_tcp_mini *mini;
	struct sock *sk;
	u32 seq;

	th = (const struct tcphdr *)(skb->data + iph->ihl * 4);
	tuple.peer = iph->daddr;
	tuple.local = iph->saddr;
	tuple.peer_port = th->dest;
	tuple.local_port = th->source;
	seq = ntohl(th->seq);

	sk = inetx_tcp_lookup(xnet->tcp.tables, &tuple,
			      inetx_in_dev_err(xnet, skb), &mini);
	if (mini) {
		err_request(xnet, mini, seq, type, code);
		inetx_tcp_mini_put(mini);
		return;
	}
	if (!sk) {
		INETX_ICMP_INC(xnet, ICMP_MIB_INERRORS);
		return;
	}
	/* From a local cause this may be process context. */
	local_bh_disable();
	bh_lock_sock(sk);
	err_sock(sk, skb, seq, type, code, info);
	bh_unlock_sock(sk);
	local_bh_enable();
	sock_put(sk);
}
