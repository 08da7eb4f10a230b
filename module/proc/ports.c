// SPDX-License-Identifier: GPL-2.0
/* What /proc/net/inetx/udp and /proc/net/inetx/icmp have in common (proc(5)). */

#include "proc/ports.h"

/**
 * inetx_ports_seq_start - go to a line of the file
 * @seq: the file
 * @pos: the line, 0 for the heading
 * @table: the sockets
 *
 * Context: process; enters an RCU read section that inetx_ports_seq_stop()
 * leaves.
 * Return: the socket, SEQ_START_TOKEN, or NULL behind the end.
 */
void *inetx_ports_seq_start(struct seq_file *seq, loff_t *pos,
			    const struct inetx_port_table *table)
	__acquires(RCU)
{
	struct inetx_ports_seq *ps = seq->private;
	struct sock *sk;

	rcu_read_lock();
	if (!*pos)
		return SEQ_START_TOKEN;
	/* The next read goes on where the last one ended; lseek(2) does not. */
	if (ps->pos != *pos) {
		memset(&ps->iter, 0, sizeof(ps->iter));
		ps->pos = 1;
	}
	while ((sk = inetx_ports_at(table, &ps->iter)) && ps->pos < *pos) {
		ps->iter.nth++;
		ps->pos++;
	}
	return sk;
}

/**
 * inetx_ports_seq_next - go to the next line
 * @seq: the file
 * @v: this line
 * @pos: its number, becomes that of the next
 * @table: the sockets
 *
 * Context: process, RCU read side.
 * Return: the socket or NULL.
 */
void *inetx_ports_seq_next(struct seq_file *seq, void *v, loff_t *pos,
			   const struct inetx_port_table *table)
{
	struct inetx_ports_seq *ps = seq->private;

	if (v == SEQ_START_TOKEN)
		memset(&ps->iter, 0, sizeof(ps->iter));
	else
		ps->iter.nth++;
	ps->pos = ++*pos;
	return inetx_ports_at(table, &ps->iter);
}

/**
 * inetx_ports_seq_stop - end a read
 * @seq: the file
 * @v: not used
 */
void inetx_ports_seq_stop(struct seq_file *seq, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

/**
 * inetx_ports_seq_line - a socket's line, padded to 128 columns as AF_INET's
 * @seq: the file
 * @sk: the socket
 * @rqueue: bytes in its receive queue
 *
 * Context: process, RCU read side.
 */
void inetx_ports_seq_line(struct seq_file *seq, struct sock *sk, int rqueue)
{
	const struct inetx_ports_seq *ps = seq->private;
	const struct inet_sock *inet = inet_sk(sk);

	seq_setwidth(seq, 127);
	seq_printf(seq, "%5d: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %lu %d %pK %u",
		   ps->iter.port, (__force u32)inet->inet_rcv_saddr,
		   ntohs(inet->inet_sport), (__force u32)inet->inet_daddr,
		   ntohs(inet->inet_dport), sk->sk_state,
		   sk_wmem_alloc_get(sk), rqueue, 0, 0L, 0,
		   from_kuid_munged(seq_user_ns(seq), sock_i_uid(sk)), 0,
		   sock_i_ino(sk), refcount_read(&sk->sk_refcnt), sk,
		   atomic_read(&sk->sk_drops));
	seq_pad(seq, '\n');
}

/**
 * inetx_ports_seq_head - the heading, padded likewise
 * @seq: the file
 * @text: the heading
 */
void inetx_ports_seq_head(struct seq_file *seq, const char *text)
{
	seq_setwidth(seq, 127);
	seq_puts(seq, text);
	seq_pad(seq, '\n');
}
