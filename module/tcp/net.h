/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_TCP_NET_H
#define _INETX_TCP_NET_H

#include <linux/types.h>

struct inetx_tcp_tables;

/**
 * struct inetx_tcp_net - TCP state of a namespace; tunables are written by sysctl, read anywhere
 * @tables: connection, listener and bind tables; set once
 */
struct inetx_tcp_net {
	struct inetx_tcp_tables *tables;
};

#endif /* _INETX_TCP_NET_H */
