// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/sys/net/inetx: what counts for all namespaces and is in the first one
 * only, as in AF_INET (tcp(7), udp(7), ip-sysctl.rst).
 */

#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/sysctl.h>
#include <net/inetpeer.h>

#include "sysctl/sysctl.h"
#include "tcp/tcp.h"
#include "udp/udp.h"

static unsigned int sync_mem_min = SZ_64K;
static unsigned int sync_mem_max = SZ_64M;

/* Numbers that nothing reads, kept because scripts set them: nodes of tables are
 * freed one by one, and limits of ICMP remember no addresses (icmp/ratelimit.c).
 */
static unsigned int fib_sync_mem = SZ_512K;
static int peer_threshold;
static int peer_minttl = 120 * HZ;
static int peer_maxttl = 600 * HZ;

#define PEERS_MIN	4096
#define PEERS_MAX	(SZ_64K + 128)

#define ENTRY(name, where, handler)					\
	{								\
		.procname = name,					\
		.data = &(where),					\
		.maxlen = sizeof(where),				\
		.mode = 0644,						\
		.proc_handler = handler,				\
	}

const struct ctl_table inetx_sysctl_first[] = {
	ENTRY("tcp_mem", inetx_tcp_sysctl_mem, proc_doulongvec_minmax),
	ENTRY("udp_mem", inetx_udp_mem, proc_doulongvec_minmax),
	{
		.procname = "fib_sync_mem",
		.data = &fib_sync_mem,
		.maxlen = sizeof(fib_sync_mem),
		.mode = 0644,
		.proc_handler = proc_douintvec_minmax,
		.extra1 = &sync_mem_min,
		.extra2 = &sync_mem_max,
	},
	ENTRY("inet_peer_threshold", peer_threshold, proc_dointvec),
	ENTRY("inet_peer_minttl", peer_minttl, proc_dointvec_jiffies),
	ENTRY("inet_peer_maxttl", peer_maxttl, proc_dointvec_jiffies),
	{ }
};

const size_t inetx_sysctl_first_size = sizeof(inetx_sysctl_first);

/**
 * inetx_sysctl_first_init - defaults that depend on the memory of the machine
 *
 * inet_peer_threshold is how many of AF_INET's records of peers a hundredth of
 * the memory holds.
 *
 * Context: process, before the first namespace's files are there.
 */
void inetx_sysctl_first_init(void)
{
	u64 share = div_u64((u64)totalram_pages() << PAGE_SHIFT, 100);

	peer_threshold = clamp_t(u64, div_u64(share,
					      L1_CACHE_ALIGN(sizeof(struct inet_peer))),
				 PEERS_MIN, PEERS_MAX);
}
