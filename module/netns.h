/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All state of one network namespace: a whole stack of its own.
 *
 * struct inetx_net embeds one struct per room, declared in that room's net.h
 * together with the note of who protects each field.  It is allocated, zeroed,
 * by the pernet core, lives until the namespace is gone, and is reached with
 * inetx_net(), which costs one array load.
 */
#ifndef _INETX_NETNS_H
#define _INETX_NETNS_H

#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "compat.h"
#include "counters.h"
#include "link/net.h"
#include "route/net.h"
#include "filter/net.h"
#include "ip/net.h"
#include "icmp/net.h"
#include "arp/net.h"
#include "igmp/net.h"
#include "mroute/net.h"
#include "socket/net.h"
#include "udp/net.h"
#include "raw/net.h"
#include "ping/net.h"
#include "tcp/net.h"
#include "proc/net.h"
#include "sysctl/net.h"

/**
 * struct inetx_net - the stack of one network namespace
 * @net: the namespace; set once, valid as long as this struct
 * @mib: SNMP counters, per CPU; written anywhere, summed by proc
 * @link: devices
 * @route: addresses, tables, rules and the generation number
 * @filter: what packet filters need
 * @ip: IP-layer tunables and identification state
 * @icmp: ICMP tunables and rate limit state
 * @igmp: multicast groups and their tunables
 * @mroute: multicast routing
 * @socket: tunables that all sockets share (port range, ...)
 * @udp: port tables and tunables
 * @raw: raw socket table
 * @ping: ping socket table
 * @tcp: connection, listener and bind tables, tunables
 * @proc: /proc/net/inetx
 * @sysctl: /proc/sys/net/inetx
 *
 * Each member is initialised by inetx_ROOM_net_init() and torn down by
 * inetx_ROOM_net_exit(), in the order of netns.c.
 */
struct inetx_net {
	struct net *net;
	struct inetx_mib mib;
	struct inetx_link_net link;
	struct inetx_route_net route;
	struct inetx_filter_net filter;
	struct inetx_ip_net ip;
	struct inetx_icmp_net icmp;
	struct inetx_igmp_net igmp;
	struct inetx_mroute_net mroute;
	struct inetx_socket_net socket;
	struct inetx_udp_net udp;
	struct inetx_raw_net raw;
	struct inetx_ping_net ping;
	struct inetx_tcp_net tcp;
	struct inetx_proc_net proc;
	struct inetx_sysctl_net sysctl;
};

extern unsigned int inetx_net_id;
extern int inetx_family;

/**
 * inetx_net - the inetx stack of a namespace
 * @net: the namespace
 *
 * Context: any, while @net is referenced or inside its pernet callbacks.
 */
static inline struct inetx_net *inetx_net(const struct net *net)
{
	return net_generic(net, inetx_net_id);
}

int inetx_netns_init(void);
void inetx_netns_exit(void);

#endif /* _INETX_NETNS_H */
