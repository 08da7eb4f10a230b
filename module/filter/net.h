/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_FILTER_NET_H
#define _INETX_FILTER_NET_H

struct sock;

/**
 * struct inetx_filter_net - what a namespace has for its packet filter
 * @standin: the socket that hooks see in place of the sender's, see
 *	inetx_filter_net_init(); set once, holds no reference on the namespace
 */
struct inetx_filter_net {
	struct sock *standin;
};

#endif /* _INETX_FILTER_NET_H */
