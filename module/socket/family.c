// SPDX-License-Identifier: GPL-2.0
/*
 * The family: its number, socket(2), close(2), and the operations by which
 * core code reaches a socket.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bpf-cgroup.h>
#include <linux/module.h>
#include <net/busy_poll.h>

#include "igmp/igmp.h"
#include "ping/ping.h"
#include "raw/raw.h"
#include "socket/socket.h"
#include "tcp/tcp.h"
#include "udp/udp.h"

/*
 * Whether socket(2) may succeed: not before the last room is up.  Set once by
 * inetx_socket_init(), cleared by inetx_socket_exit(), where no create() can
 * run any more: core code takes a reference to the module around it, which it
 * does not get from a module on its way out.
 */
static bool inetx_ready;

static int inetx_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	long timeout = 0;

	/* Core code releases what accept() failed to fill. */
	if (!sk)
		return 0;

	if (!sk->sk_kern_sock)
		BPF_CGROUP_RUN_PROG_INET_SOCK_RELEASE(sk);
	inetx_igmp_sk_close(sk);

	/* close() waits for unsent data where SO_LINGER says so, but an exiting
	 * process has nobody who could interrupt the wait.
	 */
	if (sock_flag(sk, SOCK_LINGER) && !(current->flags & PF_EXITING))
		timeout = sk->sk_lingertime;
	sk->sk_prot->close(sk, timeout);
	sock->sk = NULL;
	return 0;
}

/*
 * sendmsg(2) and recvmsg(2) of a stream, of UDP, and of what goes by sk_prot:
 * an indirect call is dear where branch predictors are fenced, and the two that
 * matter have one protocol each.
 */
static int inetx_stream_sendmsg(struct socket *sock, struct msghdr *msg,
				size_t size)
{
	struct sock *sk = sock->sk;

	sock_rps_record_flow(sk);
	return inetx_tcp_sendmsg(sk, msg, size);
}

static int inetx_stream_recvmsg(struct socket *sock, struct msghdr *msg,
				size_t size, int flags)
{
	struct sock *sk = sock->sk;
	int addr_len = 0;
	int err;

	if (likely(!(flags & MSG_ERRQUEUE)))
		sock_rps_record_flow(sk);
	err = inetx_tcp_recvmsg(sk, msg, size, flags, &addr_len);
	if (err >= 0)
		msg->msg_namelen = addr_len;
	return err;
}

static int inetx_send_prepare(struct sock *sk)
{
	sock_rps_record_flow(sk);
	/* A number that appears meanwhile is as good as ours. */
	if (data_race(!inet_sk(sk)->inet_num))
		return inetx_autobind(sk);
	return 0;
}

static int inetx_dgram_sendmsg(struct socket *sock, struct msghdr *msg,
			       size_t size)
{
	int err = inetx_send_prepare(sock->sk);

	return err ?: inetx_udp_sendmsg(sock->sk, msg, size);
}

static int inetx_dgram_recvmsg(struct socket *sock, struct msghdr *msg,
			       size_t size, int flags)
{
	struct sock *sk = sock->sk;
	int addr_len = 0;
	int err;

	if (likely(!(flags & MSG_ERRQUEUE)))
		sock_rps_record_flow(sk);
	err = inetx_udp_recvmsg(sk, msg, size, flags, &addr_len);
	if (err >= 0)
		msg->msg_namelen = addr_len;
	return err;
}

static int inetx_sendmsg(struct socket *sock, struct msghdr *msg, size_t size)
{
	struct sock *sk = sock->sk;
	int err = inetx_send_prepare(sk);

	return err ?: sk->sk_prot->sendmsg(sk, msg, size);
}

static int inetx_recvmsg(struct socket *sock, struct msghdr *msg, size_t size,
			 int flags)
{
	struct sock *sk = sock->sk;
	int addr_len = 0;
	int err;

	if (likely(!(flags & MSG_ERRQUEUE)))
		sock_rps_record_flow(sk);
	err = sk->sk_prot->recvmsg(sk, msg, size, flags, &addr_len);
	if (err >= 0)
		msg->msg_namelen = addr_len;
	return err;
}

/* Not constant only because the family number is a module parameter. */
struct proto_ops inetx_stream_ops __ro_after_init = {
	.family		= PF_INETX,
	.owner		= THIS_MODULE,
	.release	= inetx_release,
	.bind		= inetx_bind,
	.connect	= inetx_tcp_stream_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= inetx_tcp_accept,
	.getname	= inetx_getname,
	.poll		= inetx_tcp_poll,
	.ioctl		= inetx_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= inetx_compat_ioctl,
#endif
	.gettstamp	= sock_gettstamp,
	.listen		= inetx_tcp_listen,
	.shutdown	= inetx_tcp_shutdown,
	.setsockopt	= sock_common_setsockopt,
	.getsockopt	= sock_common_getsockopt,
	.sendmsg	= inetx_stream_sendmsg,
	.recvmsg	= inetx_stream_recvmsg,
	.mmap		= sock_no_mmap,
	.sendpage	= inetx_tcp_sendpage,
	.splice_read	= inetx_tcp_splice_read,
	.peek_len	= inetx_tcp_peek_len,
	.set_rcvlowat	= inetx_tcp_set_rcvlowat,
};

/* UDP */
struct proto_ops inetx_dgram_ops __ro_after_init = {
	.family		= PF_INETX,
	.owner		= THIS_MODULE,
	.release	= inetx_release,
	.bind		= inetx_bind,
	.connect	= inetx_dgram_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= sock_no_accept,
	.getname	= inetx_getname,
	.poll		= inetx_udp_poll,
	.ioctl		= inetx_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= inetx_compat_ioctl,
#endif
	.gettstamp	= sock_gettstamp,
	.listen		= sock_no_listen,
	.shutdown	= inetx_dgram_shutdown,
	.setsockopt	= sock_common_setsockopt,
	.getsockopt	= sock_common_getsockopt,
	.sendmsg	= inetx_dgram_sendmsg,
	.recvmsg	= inetx_dgram_recvmsg,
	.mmap		= sock_no_mmap,
	.sendpage	= sock_no_sendpage,
	.set_peek_off	= sk_set_peek_off,
};

/* Raw and ping sockets, which have no SO_PEEK_OFF. */
struct proto_ops inetx_raw_ops __ro_after_init = {
	.family		= PF_INETX,
	.owner		= THIS_MODULE,
	.release	= inetx_release,
	.bind		= inetx_bind,
	.connect	= inetx_dgram_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= sock_no_accept,
	.getname	= inetx_getname,
	.poll		= datagram_poll,
	.ioctl		= inetx_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl	= inetx_compat_ioctl,
#endif
	.gettstamp	= sock_gettstamp,
	.listen		= sock_no_listen,
	.shutdown	= inetx_dgram_shutdown,
	.setsockopt	= sock_common_setsockopt,
	.getsockopt	= sock_common_getsockopt,
	.sendmsg	= inetx_sendmsg,
	.recvmsg	= inetx_recvmsg,
	.mmap		= sock_no_mmap,
	.sendpage	= sock_no_sendpage,
};

/*
 * The protocol of a type and number, socket(2).  @protocol becomes the default
 * of the type where it is 0.
 */
static int inetx_find_prot(int type, int *protocol, struct proto **prot,
			   const struct proto_ops **ops)
{
	switch (type) {
	case SOCK_STREAM:
		if (!*protocol)
			*protocol = IPPROTO_TCP;
		if (*protocol != IPPROTO_TCP)
			return -EPROTONOSUPPORT;
		*prot = &inetx_tcp_prot;
		*ops = &inetx_stream_ops;
		return 0;
	case SOCK_DGRAM:
		if (!*protocol)
			*protocol = IPPROTO_UDP;
		if (*protocol == IPPROTO_UDP) {
			*prot = &inetx_udp_prot;
			*ops = &inetx_dgram_ops;
		} else if (*protocol == IPPROTO_UDPLITE) {
			*prot = &inetx_udplite_prot;
			*ops = &inetx_dgram_ops;
		} else if (*protocol == IPPROTO_ICMP) {
			*prot = &inetx_ping_prot;
			*ops = &inetx_raw_ops;
		} else {
			return -EPROTONOSUPPORT;
		}
		return 0;
	case SOCK_RAW:
		if (!*protocol)
			return -EPROTONOSUPPORT;
		*prot = &inetx_raw_prot;
		*ops = &inetx_raw_ops;
		return 0;
	default:
		return -ESOCKTNOSUPPORT;
	}
}

static int inetx_create(struct net *net, struct socket *sock, int protocol,
			int kern)
{
	const struct proto_ops *ops;
	struct proto *prot;
	struct sock *sk;
	int err;

	/* Pairs with inetx_socket_init(). */
	if (!smp_load_acquire(&inetx_ready))
		return -EAFNOSUPPORT;

	if (protocol < 0 || protocol >= IPPROTO_MAX)
		return -EINVAL;

	sock->state = SS_UNCONNECTED;

	err = inetx_find_prot(sock->type, &protocol, &prot, &ops);
	if (err)
		return err;

	if (sock->type == SOCK_RAW && !kern &&
	    !ns_capable(net->user_ns, CAP_NET_RAW))
		return -EPERM;

	sk = sk_alloc(net, inetx_family, GFP_KERNEL, prot, kern);
	if (!sk)
		return -ENOMEM;

	sock->ops = ops;
	sock_init_data(sock, sk);
	inetx_sock_init(sk, protocol);

	/* Raw sockets have a number from the beginning, hence may receive. */
	if (inet_sk(sk)->inet_num) {
		inet_sk(sk)->inet_sport = htons(inet_sk(sk)->inet_num);
		err = prot->hash(sk);
		if (err)
			goto release;
	}

	if (prot->init) {
		err = prot->init(sk);
		if (err)
			goto release;
	}

	if (!kern) {
		err = BPF_CGROUP_RUN_PROG_INET_SOCK(sk);
		if (err)
			goto release;
	}
	return 0;

release:
	sk_common_release(sk);
	sock->sk = NULL;
	return err;
}

static struct net_proto_family inetx_proto_family __ro_after_init = {
	.family	= PF_INETX,
	.create	= inetx_create,
	.owner	= THIS_MODULE,
};

/**
 * inetx_family_claim - register the family number
 *
 * Context: process, module load.  socket(2) answers EAFNOSUPPORT, as if the
 * family were not there, until inetx_socket_init().
 * Return: 0, or -EEXIST when another family has the number.
 */
int inetx_family_claim(void)
{
	int err;

	inetx_proto_family.family = inetx_family;
	inetx_stream_ops.family = inetx_family;
	inetx_dgram_ops.family = inetx_family;
	inetx_raw_ops.family = inetx_family;

	err = sock_register(&inetx_proto_family);
	if (err == -EEXIST)
		pr_err("family %d is taken, choose another with family=\n",
		       inetx_family);
	return err;
}

/**
 * inetx_family_release - give the family number back
 *
 * Context: process, module unload; waits for an RCU grace period.
 */
void inetx_family_release(void)
{
	sock_unregister(inetx_family);
}

/**
 * inetx_socket_init - from here on socket(2) succeeds
 *
 * Context: process, last step of module load.
 * Return: 0.
 */
int inetx_socket_init(void)
{
	/* All that create() uses is in place before it sees the flag. */
	smp_store_release(&inetx_ready, true);
	return 0;
}

/**
 * inetx_socket_exit - no more sockets
 *
 * Context: process, first step of module unload, which no socket has outlived:
 * each holds the module by its struct proto.
 */
void inetx_socket_exit(void)
{
	WRITE_ONCE(inetx_ready, false);
}
