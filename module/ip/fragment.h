/* SPDX-License-Identifier: GPL-2.0 */
/* Fragmentation (RFC 791 3.2, RFC 1122 3.3.3). */
#ifndef _INETX_IP_FRAGMENT_H
#define _INETX_IP_FRAGMENT_H

#include "ip/ip.h"

/* RCU read side, any context that may send; takes the skb, which may be a
 * fragment itself.  Sends what is too large for @mtu bytes in pieces by @path;
 * does not look at Don't Fragment, nor give ourselves a copy.  Returns 0, or what
 * the link said about the first piece that it did not take, or a negative errno.
 */
int inetx_ip_fragment(struct inetx_net *xnet, struct sk_buff *skb,
		      const struct inetx_path *path, unsigned int mtu);

#endif /* _INETX_IP_FRAGMENT_H */
