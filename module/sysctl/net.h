/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_SYSCTL_NET_H
#define _INETX_SYSCTL_NET_H

#include <linux/types.h>

struct ctl_table_header;

/**
 * struct inetx_sysctl_net - /proc/sys/net/inetx of a namespace
 * @ip: registration of the files that are not TCP's
 * @frag: registration of ipfrag_*
 * @frag_init: registration of those that are of the first namespace only
 * @route: registration of route/
 * @route_init: registration of those in it that are of all namespaces and in the
 *	first namespace only
 * @first: registration of others that are likewise
 * @tcp: registration of tcp_*
 * @conf_all: registration of conf/all
 * @conf_default: registration of conf/default
 * @neigh_default: registration of neigh/default; the first namespace only, as
 *	AF_INET has it, because the values are the neighbour table's own
 *
 * All set once by inetx_sysctl_net_init().
 */
struct inetx_sysctl_net {
	struct ctl_table_header *ip;
	struct ctl_table_header *frag;
	struct ctl_table_header *frag_init;
	struct ctl_table_header *route;
	struct ctl_table_header *route_init;
	struct ctl_table_header *first;
	struct ctl_table_header *tcp;
	struct ctl_table_header *conf_all;
	struct ctl_table_header *conf_default;
	struct ctl_table_header *neigh_default;
};

#endif /* _INETX_SYSCTL_NET_H */
