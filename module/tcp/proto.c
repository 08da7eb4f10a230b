// SPDX-License-Identifier: GPL-2.0
/* struct proto of TCP, birth and death of its sockets, the room's staircase. */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/swap.h>

#include "tcp/internal.h"

static atomic_long_t memory_allocated ____cacheline_aligned_in_smp;
static DEFINE_PER_CPU(int, fw_alloc);
static unsigned long memory_pressure;

/* For core code under memory pressure; the namespace's sysctls rule. */
static int sysctl_wmem[3] = { 4096, 16384, 4 * 1024 * 1024 };
static int sysctl_rmem[3] = { 4096, 131072, 6 * 1024 * 1024 };

static void enter_memory_pressure(struct sock *sk)
{
	if (!READ_ONCE(memory_pressure) &&
	    !cmpxchg(&memory_pressure, 0, jiffies | 1))
		INETX_LINUX_INC(inetx_sk_net(sk),
				LINUX_MIB_TCPMEMORYPRESSURES);
}

static void leave_memory_pressure(struct sock *sk)
{
	if (READ_ONCE(memory_pressure))
		WRITE_ONCE(memory_pressure, 0);
}

static int init_sock(struct sock *sk)
{
	const struct inetx_tcp_net *tn = inetx_tcp_sk_net(sk);
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	tp->cong.algo = READ_ONCE(tn->sysctl_tcp_congestion);
	inetx_tcp_timers_init(sk);
	spin_lock_init(&tp->aq_lock);
	inetx_tcp_init_xmit(sk);

	sk->sk_state = TCP_CLOSE;
	sk->sk_write_space = inetx_tcp_write_space;
	WRITE_ONCE(sk->sk_sndbuf, READ_ONCE(tn->sysctl_tcp_wmem[1]));
	WRITE_ONCE(sk->sk_rcvbuf, READ_ONCE(tn->sysctl_tcp_rmem[1]));
	set_bit(SOCK_SUPPORT_ZC, &sk->sk_socket->flags);
	sk_sockets_allocated_inc(sk);
	return 0;
}

/* The socket will not be used any more; whatever it holds goes. */
static void destroy_sock(struct sock *sk)
{
	struct inetx_tcp_sock *tp = inetx_tcp_sk(sk);

	inetx_tcp_timers_stop(sk);
	inetx_tcp_purge_write(sk);
	inetx_tcp_purge_ofo(sk);
	if (tp->bind)
		inetx_tcp_put_port(sk);
	kfree(tp->saved_syn);
	tp->saved_syn = NULL;
	kfree_rcu(rcu_dereference_protected(inet_sk(sk)->inet_opt, 1), rcu);
	RCU_INIT_POINTER(inet_sk(sk)->inet_opt, NULL);
	sk_sockets_allocated_dec(sk);
}

struct proto inetx_tcp_prot = {
	.name			= "TCP-INETX",
	.owner			= THIS_MODULE,
	.close			= inetx_tcp_close,
	.connect		= inetx_tcp_connect,
	.disconnect		= inetx_tcp_disconnect,
	.accept			= inetx_tcp_prot_accept,
	.ioctl			= inetx_tcp_ioctl,
	.init			= init_sock,
	.destroy		= destroy_sock,
	.shutdown		= inetx_tcp_prot_shutdown,
	.setsockopt		= inetx_tcp_setsockopt,
	.getsockopt		= inetx_tcp_getsockopt,
	.keepalive		= inetx_tcp_keepalive_set,
	.sendmsg		= inetx_tcp_sendmsg,
	.recvmsg		= inetx_tcp_recvmsg,
	.sendpage		= inetx_tcp_prot_sendpage,
	.backlog_rcv		= inetx_tcp_do_rcv,
	.release_cb		= inetx_tcp_release_cb,
	.unhash			= inetx_tcp_unhash,
	.get_port		= inetx_tcp_get_port,
	.put_port		= inetx_tcp_put_port,
	.enter_memory_pressure	= enter_memory_pressure,
	.leave_memory_pressure	= leave_memory_pressure,
	.stream_memory_free	= inetx_tcp_memory_free,
	.sockets_allocated	= &inetx_tcp_sockets,
	.memory_allocated	= &memory_allocated,
	.per_cpu_fw_alloc	= &fw_alloc,
	.memory_pressure	= &memory_pressure,
	.sysctl_mem		= inetx_tcp_sysctl_mem,
	.sysctl_wmem		= sysctl_wmem,
	.sysctl_rmem		= sysctl_rmem,
	.max_header		= INETX_TCP_HEADROOM,
	.obj_size		= sizeof(struct inetx_tcp_sock),
	.slab_flags		= SLAB_TYPESAFE_BY_RCU,
	.diag_destroy		= inetx_tcp_abort,
	.no_autobind		= true,
};

/**
 * inetx_tcp_init - what all namespaces share
 *
 * Context: module init.
 * Return: 0 or a negative errno with nothing left behind.
 */
int inetx_tcp_init(void)
{
	int err;

	err = inetx_tcp_mem_init();
	if (err)
		return err;
	err = inetx_tcp_mini_init();
	if (err)
		goto mem;
	err = inetx_tcp_bind_init();
	if (err)
		goto mini;
	err = inetx_tcp_tsq_init();
	if (err)
		goto bind;
	err = proto_register(&inetx_tcp_prot, 1);
	if (err)
		goto tsq;
	return 0;

tsq:
	inetx_tcp_tsq_exit();
bind:
	inetx_tcp_bind_exit();
mini:
	inetx_tcp_mini_exit();
mem:
	inetx_tcp_mem_exit();
	return err;
}

/**
 * inetx_tcp_exit - mirror of inetx_tcp_init()
 *
 * Every socket is freed by now, since each holds the module; a listener's
 * memory by an RCU callback that gave the module back as its last act.
 *
 * Context: module exit.
 */
void inetx_tcp_exit(void)
{
	proto_unregister(&inetx_tcp_prot);
	inetx_tcp_tsq_exit();
	inetx_tcp_bind_exit();
	inetx_tcp_mini_exit();
	inetx_tcp_mem_exit();
}

static void init_buffers(struct inetx_tcp_net *tn)
{
	unsigned long limit = nr_free_buffer_pages() << (PAGE_SHIFT - 7);

	tn->sysctl_tcp_wmem[0] = PAGE_SIZE;
	tn->sysctl_tcp_wmem[1] = 16 * 1024;
	tn->sysctl_tcp_wmem[2] = clamp_t(unsigned long, limit, 64 * 1024,
					 4 * 1024 * 1024);
	tn->sysctl_tcp_rmem[0] = PAGE_SIZE;
	tn->sysctl_tcp_rmem[1] = 131072;
	tn->sysctl_tcp_rmem[2] = clamp_t(unsigned long, limit, 131072,
					 6 * 1024 * 1024);
}

/* Limits that AF_INET derives from the size of its one table of connections: a
 * bucket for each 128 KiB of memory, 512 Ki of them at most.
 */
static void init_limits(struct inetx_tcp_net *tn)
{
	unsigned long pages = round_up(totalram_pages(), SZ_1M / PAGE_SIZE);
	u32 size = min_t(unsigned long, 512 * 1024,
			 roundup_pow_of_two(pages >> (17 - PAGE_SHIFT)));

	tn->sysctl_tcp_max_syn_backlog = max_t(u32, 128, size / 128);
	tn->sysctl_tcp_max_tw_buckets = size / 2;
	tn->sysctl_tcp_max_orphans = size / 2;
}

/* AF_INET's defaults, tcp(7). */
static void init_sysctls(struct inetx_tcp_net *tn)
{
	init_limits(tn);
	init_buffers(tn);
	tn->sysctl_tcp_syn_retries = 6;
	tn->sysctl_tcp_synack_retries = 5;
	tn->sysctl_tcp_retries1 = 3;
	tn->sysctl_tcp_retries2 = 15;
	tn->sysctl_tcp_orphan_retries = 0;
	tn->sysctl_tcp_fin_timeout = 60 * HZ;
	tn->sysctl_tcp_keepalive_time = 7200 * HZ;
	tn->sysctl_tcp_keepalive_intvl = 75 * HZ;
	tn->sysctl_tcp_keepalive_probes = 9;
	tn->sysctl_tcp_challenge_ack_limit = INT_MAX;
	tn->sysctl_tcp_invalid_ratelimit = HZ / 2;
	tn->sysctl_tcp_limit_output_bytes = 16 * 65536;
	tn->sysctl_tcp_notsent_lowat = UINT_MAX;
	tn->sysctl_tcp_adv_win_scale = 1;
	tn->sysctl_tcp_reordering = 3;
	tn->sysctl_tcp_min_snd_mss = 48;
	tn->sysctl_tcp_sack = 1;
	tn->sysctl_tcp_dsack = 1;
	tn->sysctl_tcp_timestamps = 1;
	tn->sysctl_tcp_window_scaling = 1;
	tn->sysctl_tcp_tw_reuse = 2;
	tn->sysctl_tcp_rfc1337 = 0;
	tn->sysctl_tcp_abort_on_overflow = 0;
	tn->sysctl_tcp_moderate_rcvbuf = 1;
	tn->sysctl_tcp_slow_start_after_idle = 1;
	tn->sysctl_tcp_autocorking = 1;
	tn->sysctl_tcp_no_ssthresh_metrics_save = 1;
	tn->sysctl_tcp_early_demux = 1;
	tn->sysctl_tcp_congestion = INETX_CONG_CUBIC;
}

/**
 * inetx_tcp_net_init - TCP of a new namespace
 * @xnet: its stack, zeroed
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_tcp_net_init(struct inetx_net *xnet)
{
	int err = inetx_tcp_tables_init(xnet);

	if (err)
		return err;
	init_sysctls(&xnet->tcp);
	/* Counters that are constants, RFC 4022. */
	INETX_TCP_ADD(xnet, TCP_MIB_RTOALGORITHM, 1);
	INETX_TCP_ADD(xnet, TCP_MIB_RTOMIN, INETX_RTO_MIN_US / USEC_PER_MSEC);
	INETX_TCP_ADD(xnet, TCP_MIB_RTOMAX, INETX_RTO_MAX_US / USEC_PER_MSEC);
	INETX_TCP_ADD(xnet, TCP_MIB_MAXCONN, -1);
	return 0;
}

/**
 * inetx_tcp_net_exit - mirror of inetx_tcp_net_init()
 * @xnet: the stack of a namespace without sockets
 *
 * Context: process.
 */
void inetx_tcp_net_exit(struct inetx_net *xnet)
{
	inetx_tcp_tables_exit(xnet);
}
