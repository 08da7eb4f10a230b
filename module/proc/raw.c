// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/raw: raw sockets (proc(5)). */

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "proc/ports.h"
#include "raw/raw.h"

/**
 * struct raw_seq - a reader's place among the raw sockets
 * @p: namespace, for core code; must be first
 * @chain: number of the chain of the socket shown
 *
 * Protected by the seq_file's mutex.
 */
struct raw_seq {
	struct seq_net_private p;
	unsigned int chain;
};

static struct inetx_raw_net *raw_of(struct seq_file *seq)
{
	return &inetx_net(seq_file_net(seq))->raw;
}

/* The first socket in chain @chain or a later one. */
static struct sock *raw_first(struct seq_file *seq, unsigned int chain)
{
	struct inetx_raw_net *rn = raw_of(seq);
	struct raw_seq *rs = seq->private;
	struct sock *sk;

	for (; chain < ARRAY_SIZE(rn->table); chain++) {
		rs->chain = chain;
		sk_for_each(sk, &rn->table[chain])
			return sk;
	}
	return NULL;
}

static void *raw_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct raw_seq *rs = seq->private;
	struct sock *sk;

	++*pos;
	if (v == SEQ_START_TOKEN)
		return raw_first(seq, 0);
	sk = sk_next(v);
	return sk ? : raw_first(seq, rs->chain + 1);
}

static void *raw_seq_start(struct seq_file *seq, loff_t *pos)
	__acquires(&raw_of(seq)->lock)
{
	void *v = SEQ_START_TOKEN;
	loff_t n = 0;

	spin_lock(&raw_of(seq)->lock);
	while (v && n < *pos)
		v = raw_seq_next(seq, v, &n);
	return v;
}

static void raw_seq_stop(struct seq_file *seq, void *v)
	__releases(&raw_of(seq)->lock)
{
	spin_unlock(&raw_of(seq)->lock);
}

static int raw_seq_show(struct seq_file *seq, void *v)
{
	const struct raw_seq *rs = seq->private;
	const struct inet_sock *inet;
	struct sock *sk = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "  " INETX_PROC_COLUMNS "\n");
		return 0;
	}
	inet = inet_sk(sk);
	seq_printf(seq, "%4d: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %lu %d %pK %u\n",
		   rs->chain, (__force u32)inet->inet_rcv_saddr, inet->inet_num,
		   (__force u32)inet->inet_daddr, 0, sk->sk_state,
		   sk_wmem_alloc_get(sk), sk_rmem_alloc_get(sk), 0, 0L, 0,
		   from_kuid_munged(seq_user_ns(seq), sock_i_uid(sk)), 0,
		   sock_i_ino(sk), refcount_read(&sk->sk_refcnt), sk,
		   atomic_read(&sk->sk_drops));
	return 0;
}

static const struct seq_operations raw_seq_ops = {
	.start	= raw_seq_start,
	.next	= raw_seq_next,
	.stop	= raw_seq_stop,
	.show	= raw_seq_show,
};

/**
 * inetx_proc_raw - create the file of a namespace
 * @xnet: the namespace
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_raw(struct inetx_net *xnet)
{
	if (!proc_create_net("raw", 0444, xnet->proc.dir, &raw_seq_ops,
			     sizeof(struct raw_seq)))
		return -ENOMEM;
	return 0;
}
