// SPDX-License-Identifier: GPL-2.0
/* Allocation and summing of the SNMP counters; see counters.h. */

#include <linux/slab.h>

#include "counters.h"

/**
 * inetx_counters_init - allocate the counters of a namespace
 * @mib: zeroed struct to fill
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM, with nothing left allocated.
 */
int inetx_counters_init(struct inetx_mib *mib)
{
	mib->ip = alloc_percpu(struct ipstats_mib);
	mib->icmp = alloc_percpu(struct icmp_mib);
	mib->icmpmsg = kzalloc(sizeof(*mib->icmpmsg), GFP_KERNEL);
	mib->tcp = alloc_percpu(struct tcp_mib);
	mib->udp = alloc_percpu(struct udp_mib);
	mib->udplite = alloc_percpu(struct udp_mib);
	mib->linux_mib = alloc_percpu(struct linux_mib);

	if (mib->ip && mib->icmp && mib->icmpmsg && mib->tcp && mib->udp &&
	    mib->udplite && mib->linux_mib) {
		int cpu;

		for_each_possible_cpu(cpu)
			u64_stats_init(&per_cpu_ptr(mib->ip, cpu)->syncp);
		return 0;
	}
	inetx_counters_exit(mib);
	return -ENOMEM;
}

/**
 * inetx_counters_exit - free the counters of a namespace
 * @mib: as filled by inetx_counters_init(), also partly
 *
 * Context: process, when no packet, timer or socket of the namespace is left.
 */
void inetx_counters_exit(struct inetx_mib *mib)
{
	free_percpu(mib->linux_mib);
	free_percpu(mib->udplite);
	free_percpu(mib->udp);
	free_percpu(mib->tcp);
	kfree(mib->icmpmsg);
	free_percpu(mib->icmp);
	free_percpu(mib->ip);
}

/**
 * inetx_counter_fold - sum a counter over all CPUs
 * @mib: one of the per-CPU members of struct inetx_mib
 * @index: the counter, < the number of its kind
 *
 * The two word sizes meet here: struct ipstats_mib holds u64, the others
 * unsigned long; on the 64-bit machines inetx is built for they are the same.
 *
 * Context: any.
 */
u64 inetx_counter_fold(const void __percpu *mib, int index)
{
	u64 sum = 0;
	int cpu;

	BUILD_BUG_ON(sizeof(u64) != sizeof(unsigned long));
	for_each_possible_cpu(cpu)
		sum += *((const u64 *)per_cpu_ptr(mib, cpu) + index);
	return sum;
}
