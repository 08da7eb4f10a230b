// SPDX-License-Identifier: GPL-2.0
/* The protocols as core code sees them, and what exists once or per namespace. */

#include <linux/module.h>
#include <linux/swap.h>
#include <net/sock_reuseport.h>

#include "udp/local.h"

/* The packets of all sockets of all namespaces together, in pages. */
static atomic_long_t memory_allocated;
static DEFINE_PER_CPU(int, memory_per_cpu_fw_alloc);
long inetx_udp_mem[3] __read_mostly;

/*
 * What a socket may always have under memory pressure.  Core code takes one
 * number for the protocol; the namespace's is applied in queue.c.
 */
static int mem_min;

static struct inetx_port_table *table_of(const struct sock *sk)
{
	return inetx_udp_table(inetx_sk_net(sk), inetx_udp_is_lite(sk));
}

static void udp_destruct(struct sock *sk)
{
	inetx_udp_purge(sk);
	inetx_sock_destruct(sk);
}

static int udp_init_sock(struct sock *sk)
{
	skb_queue_head_init(&inetx_udp_sk(sk)->reader);
	sk->sk_destruct = udp_destruct;
	return 0;
}

static void udp_destroy_sock(struct sock *sk)
{
	struct inetx_udp_sock *us = inetx_udp_sk(sk);

	lock_sock(sk);
	sock_set_flag(sk, SOCK_DEAD);
	if (us->cork) {
		inetx_cork_free(us->cork);
		WRITE_ONCE(us->cork, NULL);
	}
	release_sock(sk);
}

static void udp_close(struct sock *sk, long timeout)
{
	sk_common_release(sk);
}

static int udp_get_port(struct sock *sk, unsigned short num)
{
	return inetx_ports_bind(table_of(sk), sk, num);
}

static void udp_unhash(struct sock *sk)
{
	inetx_ports_unhash(table_of(sk), sk);
}

/* Our address or device is another one: no member of the group any more. */
static void udp_rehash(struct sock *sk)
{
	if (!sk_hashed(sk))
		return;
	if (rcu_access_pointer(sk->sk_reuseport_cb))
		reuseport_detach_sock(sk);
	inetx_ports_move(table_of(sk), sk);
}

/* The peer is part of where a socket is found. */
static void move(struct sock *sk)
{
	lock_sock(sk);
	inetx_ports_move(table_of(sk), sk);
	release_sock(sk);
}

static int udp_connect(struct sock *sk, struct sockaddr *uaddr, int len)
{
	int err = inetx_dgram_set_peer(sk, uaddr, len);

	move(sk);
	return err;
}

static int udp_disconnect(struct sock *sk, int flags)
{
	int err = inetx_dgram_disconnect(sk, flags);

	move(sk);
	return err;
}

/* sock_diag: close it from outside (ss -K). */
static int udp_abort(struct sock *sk, int err)
{
	bool dead;

	lock_sock(sk);
	dead = sock_flag(sk, SOCK_DEAD);
	if (!dead) {
		sk->sk_err = err;
		sk_error_report(sk);
	}
	release_sock(sk);
	return dead ? 0 : udp_disconnect(sk, 0);
}

/* All that both protocols have in common. */
#define UDP_OPERATIONS							\
	.owner			= THIS_MODULE,				\
	.close			= udp_close,				\
	.connect		= udp_connect,				\
	.disconnect		= udp_disconnect,			\
	.ioctl			= inetx_udp_ioctl,			\
	.init			= udp_init_sock,			\
	.destroy		= udp_destroy_sock,			\
	.setsockopt		= inetx_udp_setsockopt,			\
	.getsockopt		= inetx_udp_getsockopt,			\
	.sendmsg		= inetx_udp_sendmsg,			\
	.recvmsg		= inetx_udp_recvmsg,			\
	.unhash			= udp_unhash,				\
	.rehash			= udp_rehash,				\
	.get_port		= udp_get_port,				\
	.put_port		= udp_unhash,				\
	.memory_allocated	= &memory_allocated,			\
	.per_cpu_fw_alloc	= &memory_per_cpu_fw_alloc,		\
	.sysctl_mem		= inetx_udp_mem,			\
	.sysctl_rmem		= &mem_min,				\
	.sysctl_wmem		= &mem_min,				\
	.obj_size		= sizeof(struct inetx_udp_sock),	\
	.diag_destroy		= udp_abort

struct proto inetx_udp_prot = {
	.name = "UDP-INETX",
	UDP_OPERATIONS,
};

struct proto inetx_udplite_prot = {
	.name = "UDPLITE-INETX",
	UDP_OPERATIONS,
};

/**
 * inetx_udp_init - register the protocols
 *
 * udp_mem is an eighth of the memory as the limit, as AF_INET's.
 *
 * Context: process, module load.
 * Return: 0 or a negative errno.
 */
int inetx_udp_init(void)
{
	unsigned long limit = max(nr_free_buffer_pages() / 8, 128UL);
	int err;

	inetx_udp_mem[0] = limit / 4 * 3;
	inetx_udp_mem[1] = limit;
	inetx_udp_mem[2] = inetx_udp_mem[0] * 2;
	err = proto_register(&inetx_udp_prot, 1);
	if (err)
		return err;
	err = proto_register(&inetx_udplite_prot, 1);
	if (err)
		proto_unregister(&inetx_udp_prot);
	return err;
}

/**
 * inetx_udp_exit - undo inetx_udp_init()
 *
 * No socket is left: each holds the module until its memory is back in the slab
 * cache.
 *
 * Context: process, module unload.
 */
void inetx_udp_exit(void)
{
	proto_unregister(&inetx_udplite_prot);
	proto_unregister(&inetx_udp_prot);
}

/**
 * inetx_udp_net_init - UDP of a new namespace
 * @xnet: its stack
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_udp_net_init(struct inetx_net *xnet)
{
	xnet->udp.sysctl_rmem_min = PAGE_SIZE;
	xnet->udp.sysctl_early_demux = 1;
	xnet->udp.sysctl_wmem_min = PAGE_SIZE;
	xnet->udp.table = inetx_ports_alloc(false);
	if (!xnet->udp.table)
		return -ENOMEM;
	xnet->udp.lite_table = inetx_ports_alloc(false);
	if (!xnet->udp.lite_table) {
		inetx_ports_free(xnet->udp.table);
		return -ENOMEM;
	}
	return 0;
}

/**
 * inetx_udp_net_exit - undo inetx_udp_net_init()
 * @xnet: the stack of a namespace that nothing holds any more
 *
 * Sockets hold their namespace and packets come from its devices, which are
 * detached, a grace period ago, before this runs.
 *
 * Context: process.
 */
void inetx_udp_net_exit(struct inetx_net *xnet)
{
	inetx_ports_free(xnet->udp.lite_table);
	inetx_ports_free(xnet->udp.table);
}
