/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_IP_NET_H
#define _INETX_IP_NET_H

#include <linux/atomic.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct inetx_reasm_net - reassembly in a namespace; tunables are written by
 *	sysctl, read anywhere
 * @sysctl_high: ipfrag_high_thresh, bytes; 0 forbids reassembly
 * @sysctl_low: ipfrag_low_thresh, bytes; of no effect but that @sysctl_high is
 *	not below it
 * @sysctl_time: ipfrag_time, set in seconds, held in jiffies
 * @sysctl_max_dist: ipfrag_max_dist, fragments; 0: no limit
 * @sysctl_secret_interval: ipfrag_secret_interval, of no effect
 * @memory: bytes that fragments and queues take; atomic
 * @dead: the namespace ends: queues must not be touched any more; RCU
 * @queues: datagrams under way; lock-free, removal under the queue's lock
 * @sources: who has queues here, if @sysctl_max_dist asks; under @sources_lock
 * @sources_lock: protects @sources and who counts in it
 */
struct inetx_reasm_net {
	unsigned long sysctl_high;
	unsigned long sysctl_low;
	int sysctl_time;
	int sysctl_max_dist;
	int sysctl_secret_interval;
	atomic_long_t memory;
	bool dead;
	struct rhashtable queues;
	struct rhashtable sources;
	spinlock_t sources_lock;	/* see above */
};

/**
 * struct inetx_ip_net - IP-layer state of a namespace; tunables are written by
 *	sysctl, read anywhere
 * @sysctl_default_ttl: ip_default_ttl, 1..255
 * @sysctl_no_pmtu_disc: ip_no_pmtu_disc, 0..3
 * @sysctl_fwd_update_priority: ip_forward_update_priority, 0 or 1
 * @sysctl_fwd_use_pmtu: ip_forward_use_pmtu, 0..255: whether not 0
 * @sysctl_fwmark_reflect: fwmark_reflect, 0..255: whether not 0
 * @sysctl_dynaddr: ip_dynaddr, 0..255: whether a connection that begins follows
 *	a change of address; above 1: and the log tells of it
 * @sysctl_early_demux: ip_early_demux, of no effect
 * @reasm: see there
 */
struct inetx_ip_net {
	u8 sysctl_default_ttl;
	u8 sysctl_no_pmtu_disc;
	u8 sysctl_fwd_update_priority;
	u8 sysctl_fwd_use_pmtu;
	u8 sysctl_fwmark_reflect;
	u8 sysctl_dynaddr;
	u8 sysctl_early_demux;
	struct inetx_reasm_net reasm;
};

#endif /* _INETX_IP_NET_H */
