// SPDX-License-Identifier: GPL-2.0
/* What a namespace needs so that hooks work on its packets. */

#include <net/inet_sock.h>
#include <net/sock.h>

#include "filter/filter.h"

/* No slab, no list of protocols: only the size and the name count.  No owner
 * either, or the module would hold itself.
 */
static struct proto standin_proto = {
	.name = "INETX-FILTER",
	.obj_size = sizeof(struct inet_sock),
};

/**
 * inetx_filter_net_init - the stand-in socket of a namespace
 * @xnet: the namespace
 *
 * When a hook has translated the destination of a packet of ours, or a rule has
 * given it another mark, netfilter has the host route it anew, and drops it when
 * the host has no route, although the answer is of no use to us: we route it by
 * our own tables.  The only thing that the host's lookup takes from us is the
 * socket that the hooks are told of, and of that the device it is bound to, by
 * which a destination without a route is one on the link.  So hooks are told of
 * a socket bound to lo, in place of the sender's; who sent a packet, rules read
 * from skb->sk, which stays.
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_filter_net_init(struct inetx_net *xnet)
{
	struct sock *sk;

	sk = sk_alloc(xnet->net, inetx_family, GFP_KERNEL, &standin_proto, 1);
	if (!sk)
		return -ENOMEM;
	sock_init_data(NULL, sk);
	sk->sk_bound_dev_if = LOOPBACK_IFINDEX;
	xnet->filter.standin = sk;
	return 0;
}

/**
 * inetx_filter_net_pre_exit - call back what waits in queues to user space
 * @xnet: the namespace; nobody sends or receives any more
 *
 * Queued packets would go on by functions of this module.
 *
 * Context: process; a grace period passes before inetx_filter_net_exit(), in
 * which those that just come back find no device and are dropped.
 */
void inetx_filter_net_pre_exit(struct inetx_net *xnet)
{
	nf_queue_nf_hook_drop(xnet->net);
}

/**
 * inetx_filter_net_exit - undo inetx_filter_net_init()
 * @xnet: the namespace
 */
void inetx_filter_net_exit(struct inetx_net *xnet)
{
	sock_put(xnet->filter.standin);
}
