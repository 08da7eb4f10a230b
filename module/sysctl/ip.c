// SPDX-License-Identifier: GPL-2.0
/* /proc/sys/net/inetx: IP, ICMP, IGMP, UDP, ping and ports (ip(7), icmp(7), udp(7)). */

#include <linux/sysctl.h>

#include "route/balance.h"
#include "socket/socket.h"
#include "sysctl/sysctl.h"

static int max_255 = 255;
static int max_port = 65535;
static unsigned int max_hash_fields = INETX_HASH_ALL;

/* ip_local_port_range: "first last"; data is the struct inetx_socket_net. */
static int port_range_handler(struct ctl_table *ctl, int write, void *buffer,
			      size_t *lenp, loff_t *ppos)
{
	struct inetx_socket_net *socket = ctl->data;
	int range[2], min = 1, err;
	struct ctl_table tmp = {
		.data = range,
		.maxlen = sizeof(range),
		.mode = ctl->mode,
		.extra1 = &min,
		.extra2 = &max_port,
	};
	unsigned int seq;

	do {
		seq = read_seqbegin(&socket->range_lock);
		range[0] = socket->port_lo;
		range[1] = socket->port_hi;
	} while (read_seqretry(&socket->range_lock, seq));

	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;

	/* Ephemeral ports must be bindable by everybody. */
	if (range[1] < range[0] ||
	    range[0] < READ_ONCE(socket->sysctl_unprivileged_port_start))
		return -EINVAL;

	write_seqlock_bh(&socket->range_lock);
	socket->port_lo = range[0];
	socket->port_hi = range[1];
	write_sequnlock_bh(&socket->range_lock);
	return 0;
}

/* ip_unprivileged_port_start; data is the struct inetx_socket_net. */
static int unprivileged_handler(struct ctl_table *ctl, int write, void *buffer,
				size_t *lenp, loff_t *ppos)
{
	struct inetx_socket_net *socket = ctl->data;
	int start = READ_ONCE(socket->sysctl_unprivileged_port_start);
	struct ctl_table tmp = {
		.data = &start,
		.maxlen = sizeof(start),
		.mode = ctl->mode,
		.extra1 = SYSCTL_ZERO,
		.extra2 = &max_port,
	};
	int err;

	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	if (READ_ONCE(socket->port_lo) < start)
		return -EINVAL;
	WRITE_ONCE(socket->sysctl_unprivileged_port_start, start);
	return 0;
}

/* ping_group_range: "first last"; data is the struct inetx_ping_net. */
static int ping_group_handler(struct ctl_table *ctl, int write, void *buffer,
			      size_t *lenp, loff_t *ppos)
{
	struct user_namespace *ns = current_user_ns();
	struct inetx_ping_net *ping = ctl->data;
	unsigned long gid[2], min = 0, max = ((gid_t)~0U) >> 1;
	struct ctl_table tmp = {
		.data = gid,
		.maxlen = sizeof(gid),
		.mode = ctl->mode,
		.extra1 = &min,
		.extra2 = &max,
	};
	kgid_t low, high;
	unsigned int seq;
	int err;

	do {
		seq = read_seqbegin(&ping->group_lock);
		low = ping->group_range[0];
		high = ping->group_range[1];
	} while (read_seqretry(&ping->group_lock, seq));
	gid[0] = from_kgid_munged(ns, low);
	gid[1] = from_kgid_munged(ns, high);

	err = proc_doulongvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;

	low = make_kgid(ns, gid[0]);
	high = make_kgid(ns, gid[1]);
	if (!gid_valid(low) || !gid_valid(high))
		return -EINVAL;
	if (gid[1] < gid[0]) {
		/* An empty range: nobody.  Kept as AF_INET shows it. */
		low = make_kgid(&init_user_ns, 1);
		high = make_kgid(&init_user_ns, 0);
	}

	write_seqlock(&ping->group_lock);
	ping->group_range[0] = low;
	ping->group_range[1] = high;
	write_sequnlock(&ping->group_lock);
	return 0;
}

#define U8_ENTRY(name, member, lo, hi)					\
	{								\
		.procname = name,					\
		.data = INETX_SYSCTL_AT(member),			\
		.maxlen = sizeof(u8),					\
		.mode = 0644,						\
		.proc_handler = proc_dou8vec_minmax,			\
		.extra1 = lo,						\
		.extra2 = hi,						\
	}

#define INT_ENTRY(name, member, handler, lo, hi)			\
	{								\
		.procname = name,					\
		.data = INETX_SYSCTL_AT(member),			\
		.maxlen = sizeof(int),					\
		.mode = 0644,						\
		.proc_handler = handler,				\
		.extra1 = lo,						\
		.extra2 = hi,						\
	}

#define OWN_ENTRY(name, member, len, handler)				\
	{								\
		.procname = name,					\
		.data = INETX_SYSCTL_AT(member),			\
		.maxlen = len,						\
		.mode = 0644,						\
		.proc_handler = handler,				\
	}

const struct ctl_table inetx_sysctl_ip[] = {
	U8_ENTRY("ip_default_ttl", ip.sysctl_default_ttl, SYSCTL_ONE, &max_255),
	U8_ENTRY("ip_no_pmtu_disc", ip.sysctl_no_pmtu_disc, SYSCTL_ZERO,
		 SYSCTL_THREE),
	{
		.procname = "ip_forward",
		.data = INETX_SYSCTL_AT(link.conf_all.data[IPV4_DEVCONF_FORWARDING - 1]),
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = inetx_sysctl_ip_forward,
	},
	U8_ENTRY("ip_forward_use_pmtu", ip.sysctl_fwd_use_pmtu, NULL, NULL),
	U8_ENTRY("ip_forward_update_priority", ip.sysctl_fwd_update_priority,
		 SYSCTL_ZERO, SYSCTL_ONE),
	U8_ENTRY("fwmark_reflect", ip.sysctl_fwmark_reflect, NULL, NULL),
	U8_ENTRY("ip_early_demux", ip.sysctl_early_demux, NULL, NULL),
	U8_ENTRY("udp_early_demux", udp.sysctl_early_demux, NULL, NULL),
	U8_ENTRY("ip_dynaddr", ip.sysctl_dynaddr, NULL, NULL),
	U8_ENTRY("ip_nonlocal_bind", socket.sysctl_nonlocal_bind, SYSCTL_ZERO,
		 SYSCTL_ONE),
	U8_ENTRY("ip_autobind_reuse", socket.sysctl_autobind_reuse,
		 SYSCTL_ZERO, SYSCTL_ONE),
	OWN_ENTRY("ip_local_port_range", socket, sizeof(int) * 2,
		  port_range_handler),
	OWN_ENTRY("ip_local_reserved_ports", socket.reserved_ports, 65536,
		  proc_do_large_bitmap),
	OWN_ENTRY("ip_unprivileged_port_start", socket, sizeof(int),
		  unprivileged_handler),
	OWN_ENTRY("ping_group_range", ping, sizeof(gid_t) * 2,
		  ping_group_handler),
	U8_ENTRY("icmp_echo_ignore_all", icmp.sysctl_echo_ignore_all,
		 SYSCTL_ZERO, SYSCTL_ONE),
	U8_ENTRY("icmp_echo_ignore_broadcasts",
		 icmp.sysctl_echo_ignore_broadcasts, SYSCTL_ZERO, SYSCTL_ONE),
	U8_ENTRY("icmp_echo_enable_probe", icmp.sysctl_echo_enable_probe,
		 SYSCTL_ZERO, SYSCTL_ONE),
	U8_ENTRY("icmp_ignore_bogus_error_responses", icmp.sysctl_ignore_bogus,
		 SYSCTL_ZERO, SYSCTL_ONE),
	U8_ENTRY("icmp_errors_use_inbound_ifaddr",
		 icmp.sysctl_use_inbound_ifaddr, SYSCTL_ZERO, SYSCTL_ONE),
	INT_ENTRY("icmp_ratelimit", icmp.sysctl_ratelimit,
		  proc_dointvec_ms_jiffies, NULL, NULL),
	INT_ENTRY("icmp_ratemask", icmp.sysctl_ratemask, proc_dointvec, NULL,
		  NULL),
	INT_ENTRY("icmp_msgs_per_sec", icmp.sysctl_msgs_per_sec,
		  proc_dointvec_minmax, SYSCTL_ZERO, NULL),
	INT_ENTRY("icmp_msgs_burst", icmp.sysctl_msgs_burst,
		  proc_dointvec_minmax, SYSCTL_ZERO, NULL),
	U8_ENTRY("igmp_link_local_mcast_reports", igmp.sysctl_llm_reports,
		 NULL, NULL),
	INT_ENTRY("igmp_max_memberships", igmp.sysctl_max_memberships,
		  proc_dointvec, NULL, NULL),
	INT_ENTRY("igmp_max_msf", igmp.sysctl_max_msf, proc_dointvec, NULL,
		  NULL),
	INT_ENTRY("igmp_qrv", igmp.sysctl_qrv, proc_dointvec_minmax,
		  SYSCTL_ONE, NULL),
	U8_ENTRY("fib_multipath_use_neigh", route.sysctl_use_neigh, SYSCTL_ZERO,
		 SYSCTL_ONE),
	U8_ENTRY("fib_multipath_hash_policy", route.sysctl_hash_policy,
		 SYSCTL_ZERO, SYSCTL_THREE),
	INT_ENTRY("fib_multipath_hash_fields", route.sysctl_hash_fields,
		  proc_douintvec_minmax, SYSCTL_ONE, &max_hash_fields),
	U8_ENTRY("fib_notify_on_flag_change", route.sysctl_flag_notify,
		 SYSCTL_ZERO, SYSCTL_TWO),
	U8_ENTRY("nexthop_compat_mode", route.sysctl_nexthop_compat,
		 SYSCTL_ZERO, SYSCTL_ONE),
	U8_ENTRY("udp_l3mdev_accept", udp.sysctl_l3mdev_accept, SYSCTL_ZERO,
		 SYSCTL_ONE),
	U8_ENTRY("raw_l3mdev_accept", raw.sysctl_l3mdev_accept, SYSCTL_ZERO,
		 SYSCTL_ONE),
	INT_ENTRY("udp_rmem_min", udp.sysctl_rmem_min, proc_dointvec_minmax,
		  SYSCTL_ONE, NULL),
	INT_ENTRY("udp_wmem_min", udp.sysctl_wmem_min, proc_dointvec_minmax,
		  SYSCTL_ONE, NULL),
	{ }
};

const size_t inetx_sysctl_ip_size = sizeof(inetx_sysctl_ip);
