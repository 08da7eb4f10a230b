// SPDX-License-Identifier: GPL-2.0
/*
 * Small queues: a sender stops when enough of its packets are in the queues of
 * this host, and goes on when they have left.
 *
 * sock_wfree() tells us by sk_write_space, in whatever context the packet is
 * freed, possibly under this very socket's lock.  So the socket is only put on
 * a list of this CPU, and a tasklet resumes it.  On the list it is held by a
 * reference.
 */

#include <linux/interrupt.h>

#include "tcp/internal.h"

struct inetx_tsq {
	struct tasklet_struct tasklet;
	struct llist_head socks;
};

static struct inetx_tsq __percpu *tsq;

static void resume(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	clear_bit(INETX_DEFER_THROTTLED, &tp->defer);
	if (!((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 |
				     TCPF_CLOSING | TCPF_CLOSE_WAIT |
				     TCPF_LAST_ACK)))
		return;
	inetx_tcp_clock(tp);
	if (tp->lost_out > tp->retrans_out)
		inetx_tcp_retransmit_lost(sk);
	if (inetx_tcp_write_xmit(sk, tp->nagle, false, GFP_ATOMIC))
		inetx_tcp_check_probe(sk);
}

static void tsq_tasklet(struct tasklet_struct *t)
{
	struct inetx_tsq *q = from_tasklet(q, t, tasklet);
	struct llist_node *list = llist_del_all(&q->socks);
	struct inetx_tcp_sock *tp, *next;

	llist_for_each_entry_safe(tp, next, list, defer_node) {
		struct sock *sk = (struct sock *)tp;

		/* From here on it may be put on a list again. */
		clear_bit_unlock(INETX_DEFER_QUEUED, &tp->defer);
		bh_lock_sock(sk);
		if (!sock_owned_by_user(sk))
			resume(sk);
		else if (!test_and_set_bit(INETX_DEFER_WRITE, &tp->defer))
			sock_hold(sk);
		bh_unlock_sock(sk);
		sock_put(sk);
	}
}

/**
 * inetx_tcp_tsq_wfree - a packet of a socket has left
 * @sk: the socket; only its sk_wmem_alloc may keep it alive
 *
 * Context: any.
 */
void inetx_tcp_tsq_wfree(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);
	struct inetx_tsq *q;
	unsigned long flags;

	/* Pairs with below_is_full() in output.c: sk_wmem_alloc before this. */
	smp_mb__after_atomic();
	if (!test_bit(INETX_DEFER_THROTTLED, &tp->defer) ||
	    test_and_set_bit(INETX_DEFER_QUEUED, &tp->defer))
		return;
	if (!refcount_inc_not_zero(&sk->sk_refcnt)) {
		clear_bit(INETX_DEFER_QUEUED, &tp->defer);
		return;
	}
	local_irq_save(flags);
	q = this_cpu_ptr(tsq);
	if (llist_add(&tp->defer_node, &q->socks))
		tasklet_schedule(&q->tasklet);
	local_irq_restore(flags);
}

/**
 * inetx_tcp_release_cb - prot->release_cb: what softirq left to the owner
 * @sk: the socket
 *
 * Context: process, sk_lock.slock held, backlog done.
 */
void inetx_tcp_release_cb(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	if (!(READ_ONCE(tp->defer) &
	      (BIT(INETX_DEFER_WRITE) | BIT(INETX_DEFER_RTO) |
	       BIT(INETX_DEFER_DELACK) | BIT(INETX_DEFER_MTU))))
		return;

	/* The bits each hold a reference.  Waking others and running timers
	 * needs no owner, but the lock.
	 */
	sock_release_ownership(sk);
	if (test_and_clear_bit(INETX_DEFER_WRITE, &tp->defer)) {
		resume(sk);
		__sock_put(sk);
	}
	if (test_and_clear_bit(INETX_DEFER_RTO, &tp->defer)) {
		inetx_tcp_rto_handler(sk);
		__sock_put(sk);
	}
	if (test_and_clear_bit(INETX_DEFER_DELACK, &tp->defer)) {
		inetx_tcp_delack_handler(sk);
		__sock_put(sk);
	}
	if (test_and_clear_bit(INETX_DEFER_MTU, &tp->defer)) {
		inetx_tcp_mtu_reduced(sk, READ_ONCE(tp->mtu_info));
		__sock_put(sk);
	}
}

/**
 * inetx_tcp_tsq_init - the tasklets
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_tsq_init(void)
{
	int cpu;

	tsq = alloc_percpu(struct inetx_tsq);
	if (!tsq)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct inetx_tsq *q = per_cpu_ptr(tsq, cpu);

		init_llist_head(&q->socks);
		tasklet_setup(&q->tasklet, tsq_tasklet);
	}
	return 0;
}

/**
 * inetx_tcp_tsq_exit - mirror of inetx_tcp_tsq_init()
 *
 * A socket on a list holds the module, so the lists are empty; a tasklet that
 * has put its last socket may still be returning.
 *
 * Context: module exit.
 */
void inetx_tcp_tsq_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(tsq, cpu)->tasklet);
	free_percpu(tsq);
}
