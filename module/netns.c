// SPDX-License-Identifier: GPL-2.0
/*
 * Per-namespace set-up and tear-down: one staircase for every room, mirrored on
 * the way down.
 */

#include "arp/arp.h"
#include "filter/filter.h"
#include "icmp/icmp.h"
#include "igmp/igmp.h"
#include "ip/ip.h"
#include "link/address.h"
#include "link/link.h"
#include "mroute/mroute.h"
#include "netns.h"
#include "ping/ping.h"
#include "proc/proc.h"
#include "raw/raw.h"
#include "route/route.h"
#include "socket/socket.h"
#include "sysctl/sysctl.h"
#include "tcp/tcp.h"
#include "udp/udp.h"

unsigned int inetx_net_id __read_mostly;

/* A step of the staircase: how a room comes up, if that takes anything, and
 * goes down.
 */
struct inetx_net_step {
	int (*init)(struct inetx_net *xnet);
	void (*exit)(struct inetx_net *xnet);
};

static int counters_net_init(struct inetx_net *xnet)
{
	return inetx_counters_init(&xnet->mib);
}

static void counters_net_exit(struct inetx_net *xnet)
{
	inetx_counters_exit(&xnet->mib);
}

/*
 * Lower rooms first.  On the way down, proc and sysctl go before what they
 * show, and sockets' tables before the routes and devices they use; by then no
 * socket is left, since each holds its namespace.
 */
static const struct inetx_net_step steps[] = {
	{ counters_net_init, counters_net_exit },
	{ inetx_filter_net_init, inetx_filter_net_exit },
	{ inetx_ip_net_init, inetx_ip_net_exit },
	{ inetx_route_net_init, inetx_route_net_exit },
	{ inetx_addr_net_init, inetx_addr_net_exit },
	{ NULL, inetx_arp_net_exit },
	{ inetx_igmp_net_init, inetx_igmp_net_exit },
	{ inetx_link_net_init, inetx_link_net_exit },
	{ inetx_icmp_net_init, inetx_icmp_net_exit },
	{ inetx_socket_net_init, inetx_socket_net_exit },
	{ inetx_udp_net_init, inetx_udp_net_exit },
	{ inetx_raw_net_init, inetx_raw_net_exit },
	{ inetx_mroute_net_init, inetx_mroute_net_exit },
	{ inetx_ping_net_init, inetx_ping_net_exit },
	{ inetx_tcp_net_init, inetx_tcp_net_exit },
	{ inetx_proc_net_init, inetx_proc_net_exit },
	{ inetx_sysctl_net_init, inetx_sysctl_net_exit },
};

static void inetx_net_down(struct inetx_net *xnet, int step)
{
	while (step-- > 0)
		steps[step].exit(xnet);
}

static int __net_init inetx_net_up(struct net *net)
{
	struct inetx_net *xnet = inetx_net(net);
	int i, err;

	xnet->net = net;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		err = steps[i].init ? steps[i].init(xnet) : 0;
		if (err) {
			inetx_net_down(xnet, i);
			return err;
		}
	}
	return 0;
}

/* Between this and inetx_net_exit() the core waits for a grace period. */
static void __net_exit inetx_net_pre_exit(struct net *net)
{
	inetx_filter_net_pre_exit(inetx_net(net));
	inetx_ip_net_pre_exit(inetx_net(net));
}

static void __net_exit inetx_net_exit(struct net *net)
{
	inetx_net_down(inetx_net(net), ARRAY_SIZE(steps));
}

static struct pernet_operations inetx_net_ops = {
	.init = inetx_net_up,
	.pre_exit = inetx_net_pre_exit,
	.exit = inetx_net_exit,
	.id = &inetx_net_id,
	.size = sizeof(struct inetx_net),
};

/**
 * inetx_netns_init - give every namespace, present and future, its stack
 *
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_netns_init(void)
{
	return register_pernet_subsys(&inetx_net_ops);
}

/**
 * inetx_netns_exit - take the stack from every namespace
 *
 * Context: module exit, when no socket is left and the devices are detached.
 */
void inetx_netns_exit(void)
{
	unregister_pernet_subsys(&inetx_net_ops);
}
