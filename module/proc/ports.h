/* SPDX-License-Identifier: GPL-2.0 */
/* Files that list the sockets of a port table (proc(5)). */
#ifndef _INETX_PROC_PORTS_H
#define _INETX_PROC_PORTS_H

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "proc/proc.h"
#include "udp/table.h"

/* The columns after the number of the line, in all files of sockets. */
#define INETX_PROC_COLUMNS \
	"sl  local_address rem_address   st tx_queue rx_queue tr " \
	"tm->when retrnsmt   uid  timeout inode ref pointer drops"

/**
 * struct inetx_ports_seq - a reader's place in a port table
 * @p: namespace, for core code; must be first
 * @iter: the socket shown next
 * @pos: its number, from 1 on
 *
 * Protected by the seq_file's mutex.
 */
struct inetx_ports_seq {
	struct seq_net_private p;
	struct inetx_ports_iter iter;
	loff_t pos;
};

void *inetx_ports_seq_start(struct seq_file *seq, loff_t *pos,
			    const struct inetx_port_table *table)
	__acquires(RCU);
void *inetx_ports_seq_next(struct seq_file *seq, void *v, loff_t *pos,
			   const struct inetx_port_table *table);
void inetx_ports_seq_stop(struct seq_file *seq, void *v) __releases(RCU);
void inetx_ports_seq_line(struct seq_file *seq, struct sock *sk, int rqueue);
void inetx_ports_seq_head(struct seq_file *seq, const char *text);

#endif /* _INETX_PROC_PORTS_H */
