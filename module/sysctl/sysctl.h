/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/sys/net/inetx, with the names, ranges and defaults of net/ipv4. */
#ifndef _INETX_SYSCTL_H
#define _INETX_SYSCTL_H

#include <linux/sysctl.h>

#include "link/link.h"

/* Where a template's entry finds its value: an offset into struct inetx_net,
 * made an address by inetx_sysctl_publish().
 */
#define INETX_SYSCTL_AT(member)	((void *)offsetof(struct inetx_net, member))

/* sysctl.c: the files directly in the directory */
int inetx_sysctl_net_init(struct inetx_net *xnet);
void inetx_sysctl_net_exit(struct inetx_net *xnet);
struct ctl_table_header *
inetx_sysctl_publish(struct inetx_net *xnet, const char *path,
		     const struct ctl_table *template, size_t size);
void inetx_sysctl_withdraw(struct ctl_table_header *header);

/* ip.c, frag.c, route.c, first.c, tcp.c: templates, ended by an empty entry */
extern const struct ctl_table inetx_sysctl_ip[];
extern const size_t inetx_sysctl_ip_size;
extern const struct ctl_table inetx_sysctl_frag[];
extern const size_t inetx_sysctl_frag_size;
/* ... and for the first namespace only */
extern const struct ctl_table inetx_sysctl_frag_init[];
extern const size_t inetx_sysctl_frag_init_size;
extern const struct ctl_table inetx_sysctl_route[];
extern const size_t inetx_sysctl_route_size;
/* ... and of all namespaces: their data are addresses */
extern const struct ctl_table inetx_sysctl_route_init[];
extern const size_t inetx_sysctl_route_init_size;
extern const struct ctl_table inetx_sysctl_first[];
extern const size_t inetx_sysctl_first_size;
void inetx_sysctl_first_init(void);
extern const struct ctl_table inetx_sysctl_tcp[];
extern const size_t inetx_sysctl_tcp_size;

/* devconf.c, neigh.c: conf/DEV and neigh/DEV; RTNL held.  Called by the link
 * room when a device comes, goes or is renamed: the one call upwards, because
 * these files live and die with the device.
 */
int inetx_sysctl_dev_register(struct inetx_dev *xdev);
void inetx_sysctl_dev_unregister(struct inetx_dev *xdev);

/* conf/all and conf/default, neigh/default of a namespace */
int inetx_sysctl_ip_forward(struct ctl_table *ctl, int write, void *buffer,
			    size_t *lenp, loff_t *ppos);
int inetx_sysctl_conf_init(struct inetx_net *xnet);
void inetx_sysctl_conf_exit(struct inetx_net *xnet);
struct ctl_table_header *inetx_sysctl_neigh(struct inetx_net *xnet,
					    const char *name,
					    struct neigh_parms *parms);

#endif /* _INETX_SYSCTL_H */
