// SPDX-License-Identifier: GPL-2.0
/* UDP and UDP-Lite sockets for sock_diag(7). */

#include "diag/diag.h"
#include "udp/local.h"

/**
 * inetx_udp_diag_dump - the UDP sockets that a request asks for
 * @skb: where to append
 * @cb: the dump; args[0..2] hold the place in the table
 * @req: the request
 * @bytecode: checked filter, or NULL
 * @lite: UDP-Lite's
 *
 * Context: process.
 * Return: 0; the dump is at its end when nothing was appended.
 */
int inetx_udp_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct inet_diag_req_v2 *req,
			const struct nlattr *bytecode, bool lite)
{
	struct inetx_net *xnet = inetx_net(sock_net(cb->skb->sk));
	struct inetx_ports_iter iter = {
		cb->args[0], cb->args[1], cb->args[2],
	};
	struct sock *sk;

	rcu_read_lock();
	while ((sk = inetx_ports_at(inetx_udp_table(xnet, lite), &iter))) {
		if (inetx_diag_match(req, bytecode, sk) &&
		    inetx_diag_fill(sk, skb, cb, req, NLM_F_MULTI))
			break;
		iter.nth++;
	}
	rcu_read_unlock();

	cb->args[0] = iter.port;
	cb->args[1] = iter.chain;
	cb->args[2] = iter.nth;
	return 0;
}

/**
 * inetx_udp_diag_find - the UDP socket that a request names
 * @xnet: the namespace
 * @req: the request: addresses, ports, device
 * @lite: of UDP-Lite's
 *
 * Context: process.
 * Return: the socket with a reference, or NULL.
 */
struct sock *inetx_udp_diag_find(struct inetx_net *xnet,
				 const struct inet_diag_req_v2 *req, bool lite)
{
	struct sock *sk;

	rcu_read_lock();
	sk = inetx_udp_lookup(inetx_udp_table(xnet, lite),
			      req->id.idiag_src[0], req->id.idiag_sport,
			      req->id.idiag_dst[0], req->id.idiag_dport,
			      (struct inetx_in_dev){ .dif = req->id.idiag_if },
			      NULL);
	if (sk && !refcount_inc_not_zero(&sk->sk_refcnt))
		sk = NULL;
	rcu_read_unlock();
	return sk;
}
