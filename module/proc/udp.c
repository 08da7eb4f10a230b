// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/udp: UDP sockets (proc(5)). */

#include "proc/ports.h"
#include "udp/local.h"

static const struct inetx_port_table *udp_table(struct seq_file *seq)
{
	return inetx_net(seq_file_net(seq))->udp.table;
}

static void *udp_seq_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	return inetx_ports_seq_start(seq, pos, udp_table(seq));
}

static void *udp_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	return inetx_ports_seq_next(seq, v, pos, udp_table(seq));
}

static int udp_seq_show(struct seq_file *seq, void *v)
{
	struct sock *sk = v;

	if (v == SEQ_START_TOKEN)
		inetx_ports_seq_head(seq, "   " INETX_PROC_COLUMNS);
	else
		inetx_ports_seq_line(seq, sk, inetx_udp_rqueue(sk));
	return 0;
}

static const struct seq_operations udp_seq_ops = {
	.start	= udp_seq_start,
	.next	= udp_seq_next,
	.stop	= inetx_ports_seq_stop,
	.show	= udp_seq_show,
};

/**
 * inetx_proc_udp - create the file of a namespace
 * @xnet: the namespace
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_udp(struct inetx_net *xnet)
{
	if (!proc_create_net("udp", 0444, xnet->proc.dir, &udp_seq_ops,
			     sizeof(struct inetx_ports_seq)))
		return -ENOMEM;
	return 0;
}
