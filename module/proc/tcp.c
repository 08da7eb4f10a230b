// SPDX-License-Identifier: GPL-2.0
/* /proc/net/inetx/tcp: TCP sockets (proc(5)). */

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "proc/proc.h"
#include "tcp/internal.h"

#define COLUMNS	149

/**
 * struct tcp_seq - a reader's place
 * @p: namespace, for core code; must be first
 * @place: behind @entry
 * @entry: what is shown now
 * @pos: its line
 *
 * Protected by the seq_file's mutex.
 */
struct tcp_seq {
	struct seq_net_private p;
	struct inetx_tcp_place place;
	struct inetx_tcp_entry entry;
	loff_t pos;
};

static const struct inetx_tcp_tables *tables(struct seq_file *seq)
{
	return inetx_net(seq_file_net(seq))->tcp.tables;
}

static void *advance(struct seq_file *seq)
{
	struct tcp_seq *ts = seq->private;

	inetx_tcp_entry_put(&ts->entry);
	if (!inetx_tcp_walk(tables(seq), &ts->place, &ts->entry))
		return NULL;
	ts->pos++;
	return &ts->entry;
}

static void *tcp_seq_start(struct seq_file *seq, loff_t *pos)
{
	struct tcp_seq *ts = seq->private;
	void *v;

	if (!*pos)
		return SEQ_START_TOKEN;
	/* The next read goes on where the last one ended, with the line that
	 * did not fit; lseek(2) does not.
	 */
	if (*pos == ts->pos && ts->place.nth) {
		ts->place.nth--;
		ts->pos--;
	} else if (*pos != ts->pos + 1) {
		memset(&ts->place, 0, sizeof(ts->place));
		ts->pos = 0;
	}
	do {
		v = advance(seq);
	} while (v && ts->pos < *pos);
	return v;
}

static void *tcp_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct tcp_seq *ts = seq->private;

	if (v == SEQ_START_TOKEN) {
		memset(&ts->place, 0, sizeof(ts->place));
		ts->pos = 0;
	}
	v = advance(seq);
	++*pos;
	return v;
}

/* A file that stays open must not keep a socket. */
static void tcp_seq_stop(struct seq_file *seq, void *v)
{
	struct tcp_seq *ts = seq->private;

	inetx_tcp_entry_put(&ts->entry);
}

/* Which timer runs: 0 none, 1 retransmission, 2 keepalive, 4 window probe. */
static int timer_of(const struct sock *sk, unsigned long *when)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (timer_pending(&tp->rto_timer)) {
		*when = tp->rto_timer.expires;
		return tp->rto_mode == INETX_TIMER_PROBE ? 4 : 1;
	}
	if (timer_pending(&sk->sk_timer)) {
		*when = sk->sk_timer.expires;
		return 2;
	}
	*when = jiffies;
	return 0;
}

static void show_sock(struct seq_file *seq, struct sock *sk, int line)
{
	const struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	const struct inet_sock *inet = inet_sk(sk);
	int state = READ_ONCE(sk->sk_state);
	bool listens = state == TCP_LISTEN;
	unsigned long when;
	int timer, rx;

	timer = timer_of(sk, &when);
	if (listens)
		rx = READ_ONCE(sk->sk_ack_backlog);
	else
		rx = max_t(int, READ_ONCE(tp->rcv_nxt) -
				READ_ONCE(tp->copied_seq), 0);
	seq_printf(seq, "%4d: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %lu %d %pK %lu %lu %u %u %d",
		   line, (__force u32)inet->inet_rcv_saddr,
		   ntohs(inet->inet_sport), (__force u32)inet->inet_daddr,
		   ntohs(inet->inet_dport), state,
		   READ_ONCE(tp->write_seq) - READ_ONCE(tp->snd_una), rx,
		   timer, jiffies_delta_to_clock_t(when - jiffies),
		   tp->retransmits,
		   from_kuid_munged(seq_user_ns(seq), sock_i_uid(sk)),
		   tp->probes, sock_i_ino(sk),
		   refcount_read(&sk->sk_refcnt) - 1, sk,
		   jiffies_to_clock_t(tp->rto),
		   jiffies_to_clock_t(listens ? 0 : INETX_DELACK_MIN),
		   tp->quick << 1 | tp->pingpong, tp->cong.cwnd,
		   listens ? 0 : tp->cong.ssthresh == INETX_CONG_INFINITE ?
				 -1 : (int)tp->cong.ssthresh);
}

static void show_mini(struct seq_file *seq, struct inetx_tcp_mini *mini,
		      int line)
{
	const struct inetx_tcp_tuple *t = &mini->tuple;
	bool request = mini->kind == INETX_MINI_REQUEST;
	struct inetx_tcp_request *req;
	u32 uid = 0, timeouts = 0;
	s32 left = mini->expires - (u32)jiffies;

	if (request) {
		req = container_of(mini, struct inetx_tcp_request, mini);
		uid = from_kuid_munged(seq_user_ns(seq),
				       sock_i_uid(req->listener));
		timeouts = req->num_timeout;
	}
	seq_printf(seq, "%4d: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %u %d %pK",
		   line, (__force u32)t->local, ntohs(t->local_port),
		   (__force u32)t->peer, ntohs(t->peer_port),
		   request ? TCP_SYN_RECV : mini->state, 0, 0,
		   request ? 1 : 3, jiffies_delta_to_clock_t(left), timeouts,
		   uid, 0, 0, refcount_read(&mini->refcnt) - 1, mini);
}

static int tcp_seq_show(struct seq_file *seq, void *v)
{
	struct tcp_seq *ts = seq->private;

	seq_setwidth(seq, COLUMNS);
	if (v == SEQ_START_TOKEN)
		seq_puts(seq, "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode");
	else if (ts->entry.sk)
		show_sock(seq, ts->entry.sk, ts->pos - 1);
	else
		show_mini(seq, ts->entry.mini, ts->pos - 1);
	seq_pad(seq, '\n');
	return 0;
}

static const struct seq_operations tcp_seq_ops = {
	.start	= tcp_seq_start,
	.next	= tcp_seq_next,
	.stop	= tcp_seq_stop,
	.show	= tcp_seq_show,
};

/**
 * inetx_proc_tcp - create the file of a namespace
 * @xnet: the namespace
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_proc_tcp(struct inetx_net *xnet)
{
	if (!proc_create_net("tcp", 0444, xnet->proc.dir, &tcp_seq_ops,
			     sizeof(struct tcp_seq)))
		return -ENOMEM;
	return 0;
}
