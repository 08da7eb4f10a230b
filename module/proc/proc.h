/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/net/inetx (proc(5)), in AF_INET's format. */
#ifndef _INETX_PROC_H
#define _INETX_PROC_H

#include "netns.h"

/* proc.c: the directory; then each file's own source */
int inetx_proc_net_init(struct inetx_net *xnet);
void inetx_proc_net_exit(struct inetx_net *xnet);

/* Each creates its files below xnet->proc.dir; removal is by the directory. */
int inetx_proc_tcp(struct inetx_net *xnet);
int inetx_proc_udp(struct inetx_net *xnet);
int inetx_proc_raw(struct inetx_net *xnet);
int inetx_proc_icmp(struct inetx_net *xnet);
int inetx_proc_snmp(struct inetx_net *xnet);
int inetx_proc_route(struct inetx_net *xnet);
int inetx_proc_fib(struct inetx_net *xnet);
int inetx_proc_arp(struct inetx_net *xnet);
int inetx_proc_igmp(struct inetx_net *xnet);
int inetx_proc_mroute(struct inetx_net *xnet);

#endif /* _INETX_PROC_H */
