/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/sys/net/inetx, with the names, ranges and defaults of net/ipv4. */
#ifndef _INETX_SYSCTL_H
#define _INETX_SYSCTL_H

#include "link/link.h"

int inetx_sysctl_net_init(struct inetx_net *xnet);
void inetx_sysctl_net_exit(struct inetx_net *xnet);

/* devconf.c, neigh.c: conf/DEV and neigh/DEV; RTNL held.  Called by the link
 * room when a device comes, goes or is renamed: the one call upwards, because
 * these files live and die with the device.
 */
int inetx_sysctl_dev_register(struct inetx_dev *xdev);
void inetx_sysctl_dev_unregister(struct inetx_dev *xdev);

#endif /* _INETX_SYSCTL_H */
