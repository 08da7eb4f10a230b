/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_ARP_NET_H
#define _INETX_ARP_NET_H

#include <linux/types.h>

/**
 * struct inetx_arp_net - ARP state of a namespace
 * @ready: the namespace's part of the neighbour table exists; set once
 */
struct inetx_arp_net {
	bool ready;
};

#endif /* _INETX_ARP_NET_H */
