// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/{snmp,netstat,sockstat}: the counters of a namespace. */

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "ip/reassemble.h"
#include "link/link.h"
#include "proc/counter_names.h"
#include "proc/proc.h"
#include "raw/raw.h"
#include "tcp/internal.h"
#include "udp/udp.h"

static void put_columns(struct seq_file *seq, const struct snmp_mib *names)
{
	for (; names->name; names++)
		seq_printf(seq, " %s", names->name);
}

static void put_values(struct seq_file *seq, const struct snmp_mib *names,
		       const void __percpu *mib)
{
	for (; names->name; names++)
		seq_printf(seq, " %llu", inetx_counter_fold(mib, names->entry));
	seq_putc(seq, '\n');
}

static void put_group(struct seq_file *seq, const char *group,
		      const struct snmp_mib *names, const void __percpu *mib)
{
	seq_printf(seq, "%s:", group);
	put_columns(seq, names);
	seq_printf(seq, "\n%s:", group);
	put_values(seq, names, mib);
}

static void put_ip(struct seq_file *seq, struct inetx_net *xnet)
{
	/* RFC 4293 ipForwarding: 1 forwarding, 2 notForwarding */
	int forwarding = INETX_CONF(&xnet->link.conf_all, FORWARDING) ? 1 : 2;

	seq_puts(seq, "Ip: Forwarding DefaultTTL");
	put_columns(seq, ip_names);
	seq_printf(seq, "\nIp: %d %d", forwarding,
		   READ_ONCE(xnet->ip.sysctl_default_ttl));
	put_values(seq, ip_names, xnet->mib.ip);
}

/* The per-type columns, in (0) or out (256), come from the IcmpMsg counters. */
static void put_icmp_types(struct seq_file *seq, struct inetx_net *xnet,
			   int direction)
{
	const struct snmp_mib *type;

	for (type = icmp_types; type->name; type++) {
		int index = type->entry + direction;

		seq_printf(seq, " %lu",
			   atomic_long_read(&xnet->mib.icmpmsg->mibs[index]));
	}
}

static void put_icmp(struct seq_file *seq, struct inetx_net *xnet)
{
	const void __percpu *mib = xnet->mib.icmp;
	const struct snmp_mib *type;

	seq_puts(seq, "Icmp: InMsgs InErrors InCsumErrors");
	for (type = icmp_types; type->name; type++)
		seq_printf(seq, " In%s", type->name);
	seq_puts(seq, " OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost");
	for (type = icmp_types; type->name; type++)
		seq_printf(seq, " Out%s", type->name);

	seq_printf(seq, "\nIcmp: %llu %llu %llu",
		   inetx_counter_fold(mib, ICMP_MIB_INMSGS),
		   inetx_counter_fold(mib, ICMP_MIB_INERRORS),
		   inetx_counter_fold(mib, ICMP_MIB_CSUMERRORS));
	put_icmp_types(seq, xnet, 0);
	seq_printf(seq, " %llu %llu %llu %llu",
		   inetx_counter_fold(mib, ICMP_MIB_OUTMSGS),
		   inetx_counter_fold(mib, ICMP_MIB_OUTERRORS),
		   inetx_counter_fold(mib, ICMP_MIB_RATELIMITGLOBAL),
		   inetx_counter_fold(mib, ICMP_MIB_RATELIMITHOST));
	put_icmp_types(seq, xnet, 256);
	seq_putc(seq, '\n');
}

/* IcmpMsg names only the types that were seen, sixteen to a line. */
static void put_icmpmsg(struct seq_file *seq, struct inetx_net *xnet)
{
	enum { PER_LINE = 16 };
	int type[PER_LINE], i, j, n = 0;
	unsigned long val[PER_LINE];

	for (i = 0; i < ICMPMSG_MIB_MAX; i++) {
		val[n] = atomic_long_read(&xnet->mib.icmpmsg->mibs[i]);
		type[n] = i;
		if (val[n])
			n++;
		if (!n || (n < PER_LINE && i < ICMPMSG_MIB_MAX - 1))
			continue;
		seq_puts(seq, "IcmpMsg:");
		for (j = 0; j < n; j++)
			seq_printf(seq, " %sType%d",
				   type[j] & 256 ? "Out" : "In",
				   type[j] & 255);
		seq_puts(seq, "\nIcmpMsg:");
		for (j = 0; j < n; j++)
			seq_printf(seq, " %lu", val[j]);
		seq_putc(seq, '\n');
		n = 0;
	}
}

/* RFC 4022: -1 in MaxConn says that the limit is dynamic. */
static void put_tcp(struct seq_file *seq, struct inetx_net *xnet)
{
	const struct snmp_mib *name;

	seq_puts(seq, "Tcp:");
	put_columns(seq, tcp_names);
	seq_puts(seq, "\nTcp:");
	for (name = tcp_names; name->name; name++)
		seq_printf(seq, name->entry == TCP_MIB_MAXCONN ? " %lld" : " %llu",
			   inetx_counter_fold(xnet->mib.tcp, name->entry));
	seq_putc(seq, '\n');
}

static int snmp_show(struct seq_file *seq, void *v)
{
	struct inetx_net *xnet = inetx_net(seq->private);

	put_ip(seq, xnet);
	put_icmp(seq, xnet);
	put_icmpmsg(seq, xnet);
	put_tcp(seq, xnet);
	put_group(seq, "Udp", udp_names, xnet->mib.udp);
	put_group(seq, "UdpLite", udp_names, xnet->mib.udplite);
	return 0;
}

static int netstat_show(struct seq_file *seq, void *v)
{
	struct inetx_net *xnet = inetx_net(seq->private);

	put_group(seq, "TcpExt", tcpext_names, xnet->mib.linux_mib);
	put_group(seq, "IpExt", ipext_names, xnet->mib.ip);
	return 0;
}

static int sockstat_show(struct seq_file *seq, void *v)
{
	struct net *net = seq->private;
	struct inetx_net *xnet = inetx_net(net);

	/* All families of the namespace, as AF_INET's file has it. */
	seq_printf(seq, "sockets: used %d\n", sock_inuse_get(net));
	seq_printf(seq, "TCP: inuse %d orphan %d tw %d alloc %lld mem %ld\n",
		   sock_prot_inuse_get(net, &inetx_tcp_prot),
		   inetx_tcp_orphans(),
		   atomic_read(&xnet->tcp.tables->tw.count),
		   percpu_counter_sum_positive(inetx_tcp_prot.sockets_allocated),
		   proto_memory_allocated(&inetx_tcp_prot));
	seq_printf(seq, "UDP: inuse %d mem %ld\n",
		   sock_prot_inuse_get(net, &inetx_udp_prot),
		   proto_memory_allocated(&inetx_udp_prot));
	seq_printf(seq, "UDPLITE: inuse %d\n",
		   sock_prot_inuse_get(net, &inetx_udplite_prot));
	seq_printf(seq, "RAW: inuse %d\n",
		   sock_prot_inuse_get(net, &inetx_raw_prot));
	seq_printf(seq, "FRAG: inuse %u memory %lu\n",
		   inetx_reasm_queues(xnet), inetx_reasm_memory(xnet));
	return 0;
}

/**
 * inetx_proc_snmp - create snmp, netstat and sockstat
 * @xnet: the namespace, whose directory exists
 *
 * Return: 0 or -ENOMEM; removal is by the directory.
 */
int inetx_proc_snmp(struct inetx_net *xnet)
{
	struct proc_dir_entry *dir = xnet->proc.dir;

	if (!proc_create_net_single("snmp", 0444, dir, snmp_show, NULL) ||
	    !proc_create_net_single("netstat", 0444, dir, netstat_show, NULL) ||
	    !proc_create_net_single("sockstat", 0444, dir, sockstat_show, NULL))
		return -ENOMEM;
	return 0;
}
