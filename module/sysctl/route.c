// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/inetx/route: what is learnt about destinations (ip-sysctl.rst). */

#include <linux/sysctl.h>

#include "icmp/icmp.h"
#include "route/exception.h"
#include "sysctl/sysctl.h"

static int min_mtu = 68;	/* RFC 791 3.1 */

/* Of the cache that AF_INET had before Linux 3.6: numbers that nothing reads,
 * kept because scripts set them.
 */
static int gc_thresh = -1;
static int max_size = INT_MAX;
static int gc_min_interval = HZ / 2;
static int gc_interval = 60 * HZ;
static int gc_elasticity = 8;

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

#define GLOBAL_ENTRY(name, where, handler)				\
	{								\
		.procname = name,					\
		.data = &(where),					\
		.maxlen = sizeof(int),					\
		.mode = 0644,						\
		.proc_handler = handler,				\
	}

/* Of all namespaces, to be set in the first, as in AF_INET. */
const struct ctl_table inetx_sysctl_route_init[] = {
	GLOBAL_ENTRY("redirect_load", inetx_icmp_pace.redirect_load,
		     proc_dointvec),
	GLOBAL_ENTRY("redirect_number", inetx_icmp_pace.redirect_number,
		     proc_dointvec),
	GLOBAL_ENTRY("redirect_silence", inetx_icmp_pace.redirect_silence,
		     proc_dointvec),
	GLOBAL_ENTRY("error_cost", inetx_icmp_pace.error_cost, proc_dointvec),
	GLOBAL_ENTRY("error_burst", inetx_icmp_pace.error_burst,
		     proc_dointvec),
	GLOBAL_ENTRY("gc_timeout", inetx_redirect_life,
		     proc_dointvec_jiffies),
	GLOBAL_ENTRY("gc_thresh", gc_thresh, proc_dointvec),
	GLOBAL_ENTRY("max_size", max_size, proc_dointvec),
	GLOBAL_ENTRY("gc_min_interval", gc_min_interval,
		     proc_dointvec_jiffies),
	GLOBAL_ENTRY("gc_min_interval_ms", gc_min_interval,
		     proc_dointvec_ms_jiffies),
	GLOBAL_ENTRY("gc_interval", gc_interval, proc_dointvec_jiffies),
	GLOBAL_ENTRY("gc_elasticity", gc_elasticity, proc_dointvec),
	{ }
};

const size_t inetx_sysctl_route_init_size = sizeof(inetx_sysctl_route_init);
