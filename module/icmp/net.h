/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_ICMP_NET_H
#define _INETX_ICMP_NET_H

#include <linux/atomic.h>
#include <linux/types.h>

/**
 * struct inetx_icmp_net - ICMP state of a namespace; tunables are written by
 *	sysctl, read anywhere
 * @sysctl_echo_ignore_all: icmp_echo_ignore_all
 * @sysctl_echo_ignore_broadcasts: icmp_echo_ignore_broadcasts
 * @sysctl_echo_enable_probe: icmp_echo_enable_probe, 0 or 1
 * @sysctl_ignore_bogus: icmp_ignore_bogus_error_responses, 0 or 1
 * @sysctl_use_inbound_ifaddr: icmp_errors_use_inbound_ifaddr, 0 or 1
 * @sysctl_ratelimit: icmp_ratelimit, set in ms, held in jiffies
 * @sysctl_ratemask: icmp_ratemask, bit per type
 * @sysctl_msgs_per_sec: icmp_msgs_per_sec
 * @sysctl_msgs_burst: icmp_msgs_burst
 * @credit: messages that the whole namespace may send at once; atomic
 * @credit_stamp: jiffies when @credit was last raised; cmpxchg
 */
struct inetx_icmp_net {
	u8 sysctl_echo_ignore_all;
	u8 sysctl_echo_ignore_broadcasts;
	u8 sysctl_echo_enable_probe;
	u8 sysctl_ignore_bogus;
	u8 sysctl_use_inbound_ifaddr;
	int sysctl_ratelimit;
	int sysctl_ratemask;
	int sysctl_msgs_per_sec;
	int sysctl_msgs_burst;
	atomic_t credit;
	u32 credit_stamp;
};

#endif /* _INETX_ICMP_NET_H */
