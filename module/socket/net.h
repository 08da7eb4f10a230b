/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_SOCKET_NET_H
#define _INETX_SOCKET_NET_H

#include <linux/types.h>
#include <linux/seqlock.h>

/**
 * struct inetx_socket_net - tunables that sockets of several protocols share
 * @range_lock: protects @port_lo and @port_hi
 * @port_lo: ip_local_port_range, first port, host order; @range_lock
 * @port_hi: ip_local_port_range, last port, host order; @range_lock
 * @reserved_ports: ip_local_reserved_ports, a bitmap of 65536 bits, allocated
 *	with the namespace; bits written by sysctl, read anywhere
 * @sysctl_unprivileged_port_start: ip_unprivileged_port_start
 * @sysctl_nonlocal_bind: ip_nonlocal_bind
 * @sysctl_autobind_reuse: ip_autobind_reuse, 0 or 1
 */
struct inetx_socket_net {
	seqlock_t range_lock;
	int port_lo;
	int port_hi;
	unsigned long *reserved_ports;
	int sysctl_unprivileged_port_start;
	u8 sysctl_nonlocal_bind;
	u8 sysctl_autobind_reuse;
};

#endif /* _INETX_SOCKET_NET_H */
