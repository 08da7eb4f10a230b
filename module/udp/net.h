/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_UDP_NET_H
#define _INETX_UDP_NET_H

#include <linux/types.h>

struct inetx_port_table;

/**
 * struct inetx_udp_net - UDP state of a namespace
 * @table: UDP's sockets by port; set once
 * @lite_table: UDP-Lite's; likewise
 * @sysctl_rmem_min: udp_rmem_min, bytes
 * @sysctl_l3mdev_accept: udp_l3mdev_accept, 0 or 1
 * @sysctl_early_demux: udp_early_demux, of no effect
 * @sysctl_wmem_min: udp_wmem_min, bytes; UDP does not charge what it sends to
 *	udp_mem, so there is nothing to guarantee
 */
struct inetx_udp_net {
	struct inetx_port_table *table;
	struct inetx_port_table *lite_table;
	int sysctl_rmem_min;
	int sysctl_wmem_min;
	u8 sysctl_l3mdev_accept;
	u8 sysctl_early_demux;
};

#endif /* _INETX_UDP_NET_H */
