/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SNMP counters, per namespace and per CPU (RFC 4293, 4022, 4113).
 *
 * The indices (IPSTATS_MIB_*, ICMP_MIB_*, TCP_MIB_*, UDP_MIB_*, LINUX_MIB_*)
 * are the kernel's own, from linux/snmp.h, so names and order in
 * /proc/net/inetx/{snmp,netstat} equal AF_INET's.
 */
#ifndef _INETX_COUNTERS_H
#define _INETX_COUNTERS_H

#include <linux/percpu.h>
#include <linux/snmp.h>
#include <net/snmp.h>

/**
 * struct inetx_mib - the counters of one namespace
 * @ip: Ip and IpExt
 * @icmp: Icmp
 * @icmpmsg: IcmpMsg; in: index type, out: 256 + type
 * @tcp: Tcp
 * @udp: Udp
 * @udplite: UdpLite
 * @linux_mib: TcpExt
 *
 * The pointers are set once by inetx_counters_init(); the values are written
 * with this_cpu operations from any context.
 */
struct inetx_mib {
	DEFINE_SNMP_STAT(struct ipstats_mib, ip);
	DEFINE_SNMP_STAT(struct icmp_mib, icmp);
	DEFINE_SNMP_STAT_ATOMIC(struct icmpmsg_mib, icmpmsg);
	DEFINE_SNMP_STAT(struct tcp_mib, tcp);
	DEFINE_SNMP_STAT(struct udp_mib, udp);
	DEFINE_SNMP_STAT(struct udp_mib, udplite);
	DEFINE_SNMP_STAT(struct linux_mib, linux_mib);
};

/* Add one, or n, to a counter; any context. @xnet is a struct inetx_net. */
#define INETX_IP_INC(xnet, f)		SNMP_INC_STATS64((xnet)->mib.ip, f)
#define INETX_IP_ADD(xnet, f, n)	SNMP_ADD_STATS64((xnet)->mib.ip, f, n)
/* One packet of @n bytes: f is IPSTATS_MIB_IN, _OUT, _INMCAST, ... */
#define INETX_IP_PKT(xnet, f, n)	SNMP_UPD_PO_STATS64((xnet)->mib.ip, f, n)
#define INETX_ICMP_INC(xnet, f)		SNMP_INC_STATS((xnet)->mib.icmp, f)
#define INETX_ICMPMSG_INC(xnet, i) \
	SNMP_INC_STATS_ATOMIC_LONG((xnet)->mib.icmpmsg, i)
#define INETX_TCP_INC(xnet, f)		SNMP_INC_STATS((xnet)->mib.tcp, f)
#define INETX_TCP_DEC(xnet, f)		SNMP_DEC_STATS((xnet)->mib.tcp, f)
#define INETX_TCP_ADD(xnet, f, n)	SNMP_ADD_STATS((xnet)->mib.tcp, f, n)
#define INETX_UDP_INC(xnet, lite, f)					\
	do {								\
		if (unlikely(lite))					\
			SNMP_INC_STATS((xnet)->mib.udplite, f);		\
		else							\
			SNMP_INC_STATS((xnet)->mib.udp, f);		\
	} while (0)
#define INETX_LINUX_INC(xnet, f)	SNMP_INC_STATS((xnet)->mib.linux_mib, f)
#define INETX_LINUX_ADD(xnet, f, n)	SNMP_ADD_STATS((xnet)->mib.linux_mib, f, n)

int inetx_counters_init(struct inetx_mib *mib);
void inetx_counters_exit(struct inetx_mib *mib);
u64 inetx_counter_fold(const void __percpu *mib, int index);

#endif /* _INETX_COUNTERS_H */
