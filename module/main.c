// SPDX-License-Identifier: GPL-2.0
/*
 * inetx - IPv4 as a loadable protocol family beside the kernel's own.
 *
 * Load is a staircase, unload its mirror.  Each step comes after what it calls
 * and before what calls it.  The family number is claimed first, so that a taken
 * one is found before the tables it indexes are touched; sockets can be made
 * only after the last step.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/socket.h>

#include "arp/arp.h"
#include "diag/diag.h"
#include "filter/filter.h"
#include "icmp/icmp.h"
#include "ip/ip.h"
#include "link/link.h"
#include "mroute/mroute.h"
#include "netlink/netlink.h"
#include "netns.h"
#include "ping/ping.h"
#include "raw/raw.h"
#include "route/route.h"
#include "socket/socket.h"
#include "tcp/tcp.h"
#include "udp/udp.h"

int inetx_family __read_mostly = AF_INETX;
module_param_named(family, inetx_family, int, 0444);
MODULE_PARM_DESC(family, "protocol family number to register (default 18)");

struct inetx_step {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
};

static const struct inetx_step steps[] = {
	{ "family", inetx_family_claim, inetx_family_release },
	{ "route", inetx_route_init, inetx_route_exit },
	{ "ip", inetx_ip_init, inetx_ip_exit },
	{ "arp", inetx_arp_init, inetx_arp_exit },
	{ "icmp", inetx_icmp_init, inetx_icmp_exit },
	{ "loopback", inetx_loopback_init, inetx_loopback_exit },
	{ "filter", inetx_filter_init, inetx_filter_exit },
	{ "udp", inetx_udp_init, inetx_udp_exit },
	{ "raw", inetx_raw_init, inetx_raw_exit },
	{ "ping", inetx_ping_init, inetx_ping_exit },
	{ "tcp", inetx_tcp_init, inetx_tcp_exit },
	{ "netns", inetx_netns_init, inetx_netns_exit },
	{ "link", inetx_link_init, inetx_link_exit },
	{ "mroute", NULL, inetx_mroute_exit },
	{ "netlink", inetx_netlink_init, inetx_netlink_exit },
	{ "diag", inetx_diag_init, inetx_diag_exit },
	{ "socket", inetx_socket_init, inetx_socket_exit },
};

static void inetx_down(int step)
{
	while (step-- > 0)
		steps[step].exit();
}

static int __init inetx_init(void)
{
	int i, err;

	/* Every table of core code that a family number indexes ends at
	 * NPROTO; 0 is AF_UNSPEC.
	 */
	if (inetx_family <= AF_UNSPEC || inetx_family >= NPROTO) {
		pr_err("family %d is impossible, the range is 1..%d\n",
		       inetx_family, NPROTO - 1);
		return -EINVAL;
	}

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		err = steps[i].init ? steps[i].init() : 0;
		if (err) {
			pr_err("%s: cannot start: error %d\n", steps[i].name,
			       err);
			inetx_down(i);
			rcu_barrier();
			return err;
		}
	}
	return 0;
}

static void __exit inetx_exit(void)
{
	inetx_down(ARRAY_SIZE(steps));
	/* Callbacks queued by the rooms run our code or free into our slabs. */
	rcu_barrier();
}

module_init(inetx_init);
module_exit(inetx_exit);

MODULE_DESCRIPTION("IPv4 as a loadable protocol family");
MODULE_AUTHOR("The inetx authors");
MODULE_LICENSE("GPL");
MODULE_ALIAS_NETPROTO(AF_INETX);
MODULE_ALIAS_NET_PF_PROTO_TYPE(PF_NETLINK, NETLINK_SOCK_DIAG, AF_INETX);
