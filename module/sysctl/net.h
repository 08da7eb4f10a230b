/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_SYSCTL_NET_H
#define _INETX_SYSCTL_NET_H

#include <linux/types.h>

struct ctl_table_header;

/**
 * struct inetx_sysctl_net - /proc/sys/net/inetx of a namespace
 * @header: the top directory's registration; set once
 */
struct inetx_sysctl_net {
	struct ctl_table_header *header;
};

#endif /* _INETX_SYSCTL_NET_H */
