// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/icmp: ping sockets (proc(5)). */

#include "proc/ports.h"

static const struct inetx_port_table *icmp_table(struct seq_file *seq)
{
	return inetx_net(seq_file_net(seq))->ping.table;
}

static void *icmp_seq_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	return inetx_ports_seq_start(seq, pos, icmp_table(seq));
}

static void *icmp_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	return inetx_ports_seq_next(seq, v, pos, icmp_table(seq));
}

static int icmp_seq_show(struct seq_file *seq, void *v)
{
	struct sock *sk = v;

	if (v == SEQ_START_TOKEN)
		inetx_ports_seq_head(seq, "  " INETX_PROC_COLUMNS);
	else
		inetx_ports_seq_line(seq, sk, sk_rmem_alloc_get(sk));
	return 0;
}

static const struct seq_operations icmp_seq_ops = {
	.start	= icmp_seq_start,
	.next	= icmp_seq_next,
	.stop	= inetx_ports_seq_stop,
	.show	= icmp_seq_show,
};

/**
 * inetx_proc_icmp - create the file of a namespace
 * @xnet: the namespace
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_icmp(struct inetx_net *xnet)
{
	if (!proc_create_net("icmp", 0444, xnet->proc.dir, &icmp_seq_ops,
			     sizeof(struct inetx_ports_seq)))
		return -ENOMEM;
	return 0;
}
