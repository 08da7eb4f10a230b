/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_ICMP_NET_H
#define _INETX_ICMP_NET_H

#include <linux/types.h>

struct sock;

/**
 * struct inetx_icmp_net - ICMP state of a namespace
 * @sysctl_echo_ignore_all: icmp_echo_ignore_all
 * @sysctl_echo_ignore_broadcasts: icmp_echo_ignore_broadcasts
 * @sysctl_ratelimit: icmp_ratelimit, ms
 * @sysctl_ratemask: icmp_ratemask, bit per type
 * @sysctl_msgs_per_sec: icmp_msgs_per_sec
 * @sysctl_msgs_burst: icmp_msgs_burst
 */
struct inetx_icmp_net {
	u8 sysctl_echo_ignore_all;
	u8 sysctl_echo_ignore_broadcasts;
	int sysctl_ratelimit;
	int sysctl_ratemask;
	int sysctl_msgs_per_sec;
	int sysctl_msgs_burst;
};

#endif /* _INETX_ICMP_NET_H */
