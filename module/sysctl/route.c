// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/inetx/route: what is learnt about destinations (ip-sysctl.rst). */

#include <linux/sysctl.h>

#include "route/exception.h"
#include "sysctl/sysctl.h"

static int min_mtu = 68;	/* RFC 791 3.1 */

/* route/flush, for "ip route flush cache"; data is the struct inetx_route_net. */
static int flush_handler(struct ctl_table *ctl, int write, void *buffer,
			 size_t *lenp, loff_t *ppos)
{
	struct inetx_net *xnet = container_of(ctl->data, struct inetx_net,
					      route);

	if (!write)
		return -EINVAL;
	inetx_exception_flush(xnet);
	return 0;
}

const struct ctl_table inetx_sysctl_route[] = {
	{
		.procname = "flush",
		.data = INETX_SYSCTL_AT(route),
		.maxlen = sizeof(int),
		.mode = 0200,
		.proc_handler = flush_handler,
	},
	{
		.procname = "min_pmtu",
		.data = INETX_SYSCTL_AT(route.sysctl_min_pmtu),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_minmax,
		.extra1 = &min_mtu,
	},
	{
		.procname = "mtu_expires",
		.data = INETX_SYSCTL_AT(route.sysctl_mtu_expires),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec_jiffies,
	},
	{
		.procname = "min_adv_mss",
		.data = INETX_SYSCTL_AT(route.sysctl_min_adv_mss),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = proc_dointvec,
	},
	{ }
};

const size_t inetx_sysctl_route_size = sizeof(inetx_sysctl_route);
