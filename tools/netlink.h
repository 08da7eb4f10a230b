/* SPDX-License-Identifier: GPL-2.0 */
/* The family byte of rtnetlink and sock_diag messages, in both directions. */
#ifndef INETX_RUN_NETLINK_H
#define INETX_RUN_NETLINK_H

#include <stddef.h>
#include <linux/types.h>

/**
 * enum inetx_nl - the netlink protocols whose messages carry a family
 * @INETX_NL_NONE: not one of them
 * @INETX_NL_ROUTE: NETLINK_ROUTE, rtnetlink(7)
 * @INETX_NL_DIAG: NETLINK_SOCK_DIAG, sock_diag(7)
 */
enum inetx_nl {
	INETX_NL_NONE,
	INETX_NL_ROUTE,
	INETX_NL_DIAG,
};

unsigned int inetx_nl_tx(enum inetx_nl kind, int family, void *buf, size_t len);
size_t inetx_nl_rx(enum inetx_nl kind, int family, void *buf, size_t len);
__u32 inetx_nl_groups(__u32 groups);
int inetx_nl_group(int group);
const char *inetx_nl_name(enum inetx_nl kind, __u16 type);

#endif /* INETX_RUN_NETLINK_H */
