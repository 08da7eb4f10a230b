/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_IP_NET_H
#define _INETX_IP_NET_H

#include <linux/types.h>

/**
 * struct inetx_ip_net - IP-layer state of a namespace; tunables are written by
 *	sysctl, read anywhere
 * @sysctl_default_ttl: ip_default_ttl, 1..255
 * @sysctl_no_pmtu_disc: ip_no_pmtu_disc, 0..3
 * @sysctl_forward: ip_forward as last written, conf/all/forwarding
 */
struct inetx_ip_net {
	u8 sysctl_default_ttl;
	u8 sysctl_no_pmtu_disc;
	int sysctl_forward;
};

#endif /* _INETX_IP_NET_H */
