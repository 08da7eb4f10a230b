// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/udp and udplite: their sockets (proc(5)). */

#include "proc/ports.h"
#include "udp/local.h"

static const struct inetx_port_table *udp_table(struct seq_file *seq)
{
	const bool *lite = pde_data(file_inode(seq->file));

	return inetx_udp_table(inetx_net(seq_file_net(seq)), *lite);
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

/* What a file is of. */
static const bool of_udp, of_udplite = true;

static bool create(struct inetx_net *xnet, const char *name, const bool *lite)
{
	return proc_create_net_data(name, 0444, xnet->proc.dir, &udp_seq_ops,
				    sizeof(struct inetx_ports_seq),
				    (void *)lite);
}

/**
 * inetx_proc_udp - create the files of a namespace
 * @xnet: the namespace
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_udp(struct inetx_net *xnet)
{
	return create(xnet, "udp", &of_udp) &&
	       create(xnet, "udplite", &of_udplite) ? 0 : -ENOMEM;
}
