/* SPDX-License-Identifier: GPL-2.0 */
/* Announcements of the multicast routing room. */
#ifndef _INETX_NETLINK_MROUTE_H
#define _INETX_NETLINK_MROUTE_H

#include <linux/types.h>

struct inetx_mfc;
struct inetx_mr_table;
struct sk_buff;

/* mroute.c: any context that @gfp says; any */
void inetx_nl_mfc_notify(const struct inetx_mr_table *table,
			 const struct inetx_mfc *mfc, int event, gfp_t gfp);
void inetx_nl_mroute_report(const struct inetx_mr_table *table,
			    const struct sk_buff *up);

#endif /* _INETX_NETLINK_MROUTE_H */
