// SPDX-License-Identifier: GPL-2.0
/* Raw sockets for sock_diag(7). */

#include <linux/sock_diag.h>

#include "diag/diag.h"
#include "raw/raw.h"

/**
 * inetx_raw_diag_dump - the raw sockets that a request asks for
 * @skb: where to append
 * @cb: the dump; args[0..1] hold the place in the table
 * @req: the request
 * @bytecode: checked filter, or NULL
 *
 * Context: process.
 * Return: 0; the dump is at its end when nothing was appended.
 */
int inetx_raw_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
			const struct inet_diag_req_v2 *req,
			const struct nlattr *bytecode)
{
	struct inetx_net *xnet = inetx_net(sock_net(cb->skb->sk));
	unsigned int chain = cb->args[0];
	long done = cb->args[1];
	struct sock *sk;
	long n = 0;

	rcu_read_lock();
	for (; chain < ARRAY_SIZE(xnet->raw.table); chain++) {
		n = 0;
		sk_for_each_rcu(sk, &xnet->raw.table[chain]) {
			if (n >= done && inetx_diag_match(req, bytecode, sk) &&
			    inetx_diag_fill(sk, skb, cb, req, NLM_F_MULTI))
				goto full;
			n++;
		}
		done = 0;
	}
	n = 0;
full:
	rcu_read_unlock();
	cb->args[0] = chain;
	cb->args[1] = n;
	return 0;
}

/* Are these the protocol, addresses and device of the socket? */
static bool raw_is(const struct sock *sk, const struct inet_diag_req_v2 *req)
{
	const struct inet_diag_req_raw *raw = (const void *)req;
	const struct inet_sock *inet = inet_sk(sk);

	return inet->inet_num == raw->sdiag_raw_protocol &&
	       inet->inet_rcv_saddr == raw->id.idiag_src[0] &&
	       inet->inet_daddr == raw->id.idiag_dst[0] &&
	       (!raw->id.idiag_if ||
		READ_ONCE(sk->sk_bound_dev_if) == raw->id.idiag_if);
}

/**
 * inetx_raw_diag_find - the raw socket that a request names
 * @xnet: the namespace
 * @req: in truth a struct inet_diag_req_raw of the same size
 *
 * Several sockets may be alike; the cookie, where there is one, decides.
 *
 * Context: process.
 * Return: the socket with a reference, or NULL.
 */
struct sock *inetx_raw_diag_find(struct inetx_net *xnet,
				 const struct inet_diag_req_v2 *req)
{
	const struct inet_diag_req_raw *raw = (const void *)req;
	struct sock *sk;

	BUILD_BUG_ON(sizeof(*raw) != sizeof(*req));
	rcu_read_lock();
	sk_for_each_rcu(sk, &xnet->raw.table[raw->sdiag_raw_protocol & 0xff])
		if (raw_is(sk, req) &&
		    !sock_diag_check_cookie(sk, req->id.idiag_cookie) &&
		    refcount_inc_not_zero(&sk->sk_refcnt))
			goto out;
	sk = NULL;
out:
	rcu_read_unlock();
	return sk;
}
