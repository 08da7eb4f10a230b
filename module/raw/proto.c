// SPDX-License-Identifier: GPL-2.0
/* Raw sockets as core code sees them, and the table of a namespace. */

#include <linux/module.h>

#include "raw/raw.h"
#include "udp/dgram.h"

static int raw_hash(struct sock *sk)
{
	struct inetx_raw_net *rn = &inetx_sk_net(sk)->raw;

	/* Deliveries hold RCU only. */
	sock_set_flag(sk, SOCK_RCU_FREE);
	spin_lock(&rn->lock);
	sk_add_node_rcu(sk, &rn->table[inet_sk(sk)->inet_num & 0xff]);
	spin_unlock(&rn->lock);
	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
	return 0;
}

static void raw_unhash(struct sock *sk)
{
	struct inetx_raw_net *rn = &inetx_sk_net(sk)->raw;

	spin_lock(&rn->lock);
	if (sk_del_node_init_rcu(sk))
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
	spin_unlock(&rn->lock);
}

static int raw_init_sock(struct sock *sk)
{
	/* What SO_REUSEADDR says where there are no ports, as AF_INET's. */
	sk->sk_reuse = SK_CAN_REUSE;
	return 0;
}

static void raw_close(struct sock *sk, long timeout)
{
	sk_common_release(sk);
}

static void raw_destroy(struct sock *sk)
{
	struct inetx_raw_sock *rs = inetx_raw_sk(sk);

	if (!hlist_unhashed(&rs->alert))
		inetx_raw_alert_set(sk, false);
	lock_sock(sk);
	if (rs->cork) {
		inetx_cork_free(rs->cork);
		WRITE_ONCE(rs->cork, NULL);
	}
	release_sock(sk);
}

/* bind(2): to an address, there are no ports. */
static int raw_bind(struct sock *sk, struct sockaddr *uaddr, int len)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)uaddr;
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inet_sock *inet = inet_sk(sk);
	int err = -EINVAL;
	__be32 addr;
	u8 type;

	lock_sock(sk);
	if (sk->sk_state != TCP_CLOSE || len < sizeof(*sin))
		goto out;

	addr = sin->sin_addr.s_addr;
	type = inetx_sk_addr_type(sk, addr);
	err = -EADDRNOTAVAIL;
	if (addr && type != RTN_LOCAL && type != RTN_MULTICAST &&
	    type != RTN_BROADCAST && !inet->freebind && !inet->transparent &&
	    !READ_ONCE(xnet->socket.sysctl_nonlocal_bind))
		goto out;

	inet->inet_rcv_saddr = addr;
	/* Nobody may be the source of those: the route chooses. */
	inet->inet_saddr = type == RTN_MULTICAST || type == RTN_BROADCAST ?
			   0 : addr;
	inetx_sk_path_reset(sk);
	err = 0;
out:
	release_sock(sk);
	return err;
}

static int raw_setsockopt(struct sock *sk, int level, int name, sockptr_t val,
			  unsigned int len)
{
	struct inetx_raw_sock *rs = inetx_raw_sk(sk);
	struct icmp_filter filter;

	if (level != SOL_RAW)
		return inetx_setsockopt(sk, level, name, val, len);
	if (name != ICMP_FILTER)
		return -ENOPROTOOPT;
	if (inet_sk(sk)->inet_num != IPPROTO_ICMP)
		return -EOPNOTSUPP;

	/* What a short value leaves out stays as it is. */
	filter.data = rs->filter;
	if (copy_from_sockptr(&filter, val, min_t(unsigned int, len,
						  sizeof(filter))))
		return -EFAULT;
	WRITE_ONCE(rs->filter, filter.data);
	return 0;
}

static int raw_getsockopt(struct sock *sk, int level, int name,
			  char __user *val, int __user *len)
{
	struct icmp_filter filter = { READ_ONCE(inetx_raw_sk(sk)->filter) };
	int room;

	if (level != SOL_RAW)
		return inetx_getsockopt(sk, level, name, val, len);
	if (name != ICMP_FILTER)
		return -ENOPROTOOPT;
	if (inet_sk(sk)->inet_num != IPPROTO_ICMP)
		return -EOPNOTSUPP;

	if (get_user(room, len))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	room = min_t(int, room, sizeof(filter));
	if (put_user(room, len) || copy_to_user(val, &filter, room))
		return -EFAULT;
	return 0;
}

/* sock_diag: close it from outside (ss -K). */
static int raw_abort(struct sock *sk, int err)
{
	lock_sock(sk);
	sk->sk_err = err;
	sk_error_report(sk);
	release_sock(sk);
	return inetx_dgram_disconnect(sk, 0);
}

struct proto inetx_raw_prot = {
	.name		= "RAW-INETX",
	.owner		= THIS_MODULE,
	.close		= raw_close,
	.init		= raw_init_sock,
	.destroy	= raw_destroy,
	.connect	= inetx_dgram_set_peer,
	.disconnect	= inetx_dgram_disconnect,
	.ioctl		= inetx_raw_ioctl,
	.setsockopt	= raw_setsockopt,
	.getsockopt	= raw_getsockopt,
	.sendmsg	= inetx_raw_sendmsg,
	.recvmsg	= inetx_raw_recvmsg,
	.bind		= raw_bind,
	.hash		= raw_hash,
	.unhash		= raw_unhash,
	.obj_size	= sizeof(struct inetx_raw_sock),
	.diag_destroy	= raw_abort,
};

/**
 * inetx_raw_init - register the protocol
 *
 * Context: process, module load.
 * Return: 0 or a negative errno.
 */
int inetx_raw_init(void)
{
	return proto_register(&inetx_raw_prot, 1);
}

/**
 * inetx_raw_exit - undo inetx_raw_init()
 *
 * No socket is left: each holds the module until its memory is back in the slab
 * cache.
 *
 * Context: process, module unload.
 */
void inetx_raw_exit(void)
{
	proto_unregister(&inetx_raw_prot);
}

/**
 * inetx_raw_net_init - raw sockets of a new namespace
 * @xnet: its stack, zeroed
 *
 * Context: process.
 * Return: 0.
 */
int inetx_raw_net_init(struct inetx_net *xnet)
{
	spin_lock_init(&xnet->raw.lock);
	xnet->raw.sysctl_l3mdev_accept = 1;
	return 0;
}

/**
 * inetx_raw_net_exit - undo inetx_raw_net_init()
 * @xnet: the stack of a namespace without sockets
 *
 * Context: process.
 */
void inetx_raw_net_exit(struct inetx_net *xnet)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(xnet->raw.table); i++)
		WARN_ON_ONCE(!hlist_empty(&xnet->raw.table[i]));
	WARN_ON_ONCE(!hlist_empty(&xnet->raw.alerts));
}
