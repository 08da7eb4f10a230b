// SPDX-License-Identifier: GPL-2.0
/* Echo replies and ICMP errors to ping sockets: icmp(7). */

#include "ping/ping.h"
#include "route/vrf.h"
#include "udp/dgram.h"
#include "udp/table.h"

/* RCU read side: the socket with this identifier, address and device. */
static struct sock *ping_lookup(struct inetx_net *xnet, u16 ident,
				__be32 laddr, struct inetx_in_dev in)
{
	struct inetx_port *port = inetx_ports_get(xnet->ping.table, ident);
	struct hlist_head *chain;
	struct sock *sk;
	unsigned int i;

	for (i = 0; port && (chain = inetx_port_chain(port, i)); i++) {
		sk_for_each_rcu(sk, chain) {
			__be32 bound = READ_ONCE(inet_sk(sk)->inet_rcv_saddr);
			int bound_dev = READ_ONCE(sk->sk_bound_dev_if);

			if ((!bound || bound == laddr) &&
			    inetx_in_dev_eq(in, bound_dev))
				return sk;
		}
	}
	return NULL;
}

/**
 * inetx_ping_rcv - an echo reply
 * @xnet: the namespace
 * @skb: not taken; data at the ICMP header, checksum right, network header set
 *
 * Context: softirq, RCU read side.
 * Return: whether a socket took a copy.
 */
bool inetx_ping_rcv(struct inetx_net *xnet, struct sk_buff *skb)
{
	const struct icmphdr *hdr;
	struct icmphdr buf;
	struct sk_buff *copy;
	struct sock *sk;

	hdr = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (!hdr)
		return false;
	sk = ping_lookup(xnet, ntohs(hdr->un.echo.id), ip_hdr(skb)->daddr,
			 inetx_in_dev_err(xnet, skb));
	if (!sk)
		return false;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy)
		return false;
	inetx_rx_info_set(xnet, copy);
	if (sock_queue_rcv_skb(sk, copy)) {
		kfree_skb(copy);
		return false;
	}
	return true;
}

/**
 * inetx_ping_err - an ICMP error about an echo request
 * @xnet: the namespace
 * @skb: not taken; data at the IP header of our packet
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order; the MTU of a fragmentation-needed
 *
 * Context: softirqs disabled, RCU read side.
 */
void inetx_ping_err(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		    u8 code, u32 info)
{
	const unsigned int hlen = ((struct iphdr *)skb->data)->ihl * 4;
	struct inetx_icmp_error error;
	const struct icmphdr *hdr;
	struct icmphdr buf;
	struct sock *sk;

	hdr = skb_header_pointer(skb, hlen, sizeof(buf), &buf);
	if (!hdr || (hdr->type != ICMP_ECHO && hdr->type != ICMP_EXT_ECHO))
		return;
	sk = ping_lookup(xnet, ntohs(hdr->un.echo.id),
			 ((struct iphdr *)skb->data)->saddr,
			 inetx_in_dev_err(xnet, skb));
	if (!sk)
		return;

	inetx_sk_path_error(sk, skb, type, code, info);
	if (!inetx_dgram_error(sk, type, code, &error))
		error = (struct inetx_icmp_error) { .err = EREMOTEIO };
	/* Who does not care for the path's MTU is not told of it. */
	if (error.err == EMSGSIZE && !error.fatal)
		return;

	/* What the user sent begins with the ICMP header; there is no port. */
	if (inet_sk(sk)->recverr)
		inetx_sock_icmp_error(sk, skb, error.err, type, code, info, 0,
				      hlen);
	else if (!error.fatal || sk->sk_state != TCP_ESTABLISHED)
		return;
	WRITE_ONCE(sk->sk_err, error.err);
	sk_error_report(sk);
}
