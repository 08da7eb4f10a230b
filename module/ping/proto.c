// SPDX-License-Identifier: GPL-2.0
/* Ping sockets as core code sees them, and the table of a namespace. */

#include <linux/cred.h>
#include <linux/module.h>

#include "ping/ping.h"
#include "udp/table.h"

static struct inetx_port_table *table_of(const struct sock *sk)
{
	return inetx_sk_net(sk)->ping.table;
}

/* May one of the groups of the caller open ping sockets (icmp(7),
 * ping_group_range)?
 */
static bool ping_allowed(struct inetx_net *xnet)
{
	struct inetx_ping_net *pn = &xnet->ping;
	struct group_info *groups;
	kgid_t low, high;
	unsigned int seq;
	bool ok;
	int i;

	do {
		seq = read_seqbegin(&pn->group_lock);
		low = pn->group_range[0];
		high = pn->group_range[1];
	} while (read_seqretry(&pn->group_lock, seq));

	ok = gid_lte(low, current_egid()) && gid_lte(current_egid(), high);
	if (ok)
		return true;
	groups = get_current_groups();
	for (i = 0; i < groups->ngroups && !ok; i++)
		ok = gid_lte(low, groups->gid[i]) &&
		     gid_lte(groups->gid[i], high);
	put_group_info(groups);
	return ok;
}

static int ping_init_sock(struct sock *sk)
{
	/* An identifier may be shared unless somebody minds. */
	sk->sk_reuse = SK_CAN_REUSE;
	return ping_allowed(inetx_sk_net(sk)) ? 0 : -EACCES;
}

static void ping_close(struct sock *sk, long timeout)
{
	sk_common_release(sk);
}

static int ping_get_port(struct sock *sk, unsigned short ident)
{
	return inetx_ports_bind(table_of(sk), sk, ident);
}

static void ping_unhash(struct sock *sk)
{
	inetx_ports_unhash(table_of(sk), sk);
}

/* Our own address only; multicast and broadcast are no sources. */
static bool ping_addr_ok(struct sock *sk, __be32 addr)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct inetx_net *xnet = inetx_sk_net(sk);
	u8 type;

	if (!addr)
		return true;
	type = inetx_sk_addr_type(sk, addr);
	if (type == RTN_MULTICAST || type == RTN_BROADCAST)
		return false;
	return type == RTN_LOCAL || inet->freebind || inet->transparent ||
	       READ_ONCE(xnet->socket.sysctl_nonlocal_bind);
}

/* bind(2): the port is the identifier, none of which is privileged. */
static int ping_bind(struct sock *sk, struct sockaddr *uaddr, int len)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)uaddr;
	struct inet_sock *inet = inet_sk(sk);
	__be32 addr;
	int err;

	if (len < sizeof(*sin))
		return -EINVAL;
	addr = sin->sin_addr.s_addr;
	if (!inetx_af_ok(sin->sin_family) &&
	    (sin->sin_family != AF_UNSPEC || addr))
		return -EAFNOSUPPORT;
	if (!ping_addr_ok(sk, addr))
		return -EADDRNOTAVAIL;

	lock_sock(sk);
	err = -EINVAL;
	if (inet->inet_num)
		goto out;

	inet->inet_rcv_saddr = addr;
	inet->inet_saddr = addr;
	err = inetx_ports_bind(table_of(sk), sk, ntohs(sin->sin_port));
	if (err) {
		inet->inet_rcv_saddr = 0;
		inet->inet_saddr = 0;
		goto out;
	}
	if (addr)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	if (sin->sin_port)
		sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	inet->inet_sport = htons(inet->inet_num);
	inet->inet_daddr = 0;
	inet->inet_dport = 0;
	inetx_sk_path_reset(sk);
out:
	release_sock(sk);
	return err;
}

/* sock_diag: close it from outside (ss -K). */
static int ping_abort(struct sock *sk, int err)
{
	lock_sock(sk);
	sk->sk_err = err;
	sk_error_report(sk);
	release_sock(sk);
	return inetx_dgram_disconnect(sk, 0);
}

struct proto inetx_ping_prot = {
	.name		= "PING-INETX",
	.owner		= THIS_MODULE,
	.init		= ping_init_sock,
	.close		= ping_close,
	.connect	= inetx_dgram_set_peer,
	.disconnect	= inetx_dgram_disconnect,
	.setsockopt	= inetx_setsockopt,
	.getsockopt	= inetx_getsockopt,
	.sendmsg	= inetx_ping_sendmsg,
	.recvmsg	= inetx_ping_recvmsg,
	.bind		= ping_bind,
	.unhash		= ping_unhash,
	.get_port	= ping_get_port,
	.put_port	= ping_unhash,
	.obj_size	= sizeof(struct inetx_ping_sock),
	.diag_destroy	= ping_abort,
};

/**
 * inetx_ping_init - register the protocol
 *
 * Context: process, module load.
 * Return: 0 or a negative errno.
 */
int inetx_ping_init(void)
{
	return proto_register(&inetx_ping_prot, 1);
}

/**
 * inetx_ping_exit - undo inetx_ping_init()
 *
 * No socket is left: each holds the module until its memory is back in the slab
 * cache.
 *
 * Context: process, module unload.
 */
void inetx_ping_exit(void)
{
	proto_unregister(&inetx_ping_prot);
}

/**
 * inetx_ping_net_init - ping sockets of a new namespace
 * @xnet: its stack
 *
 * ping_group_range begins as the empty range "1 0": nobody.
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int inetx_ping_net_init(struct inetx_net *xnet)
{
	struct inetx_ping_net *pn = &xnet->ping;

	seqlock_init(&pn->group_lock);
	pn->group_range[0] = make_kgid(&init_user_ns, 1);
	pn->group_range[1] = make_kgid(&init_user_ns, 0);
	pn->table = inetx_ports_alloc(true);
	return pn->table ? 0 : -ENOMEM;
}

/**
 * inetx_ping_net_exit - undo inetx_ping_net_init()
 * @xnet: the stack of a namespace without sockets and packets
 *
 * Context: process.
 */
void inetx_ping_net_exit(struct inetx_net *xnet)
{
	inetx_ports_free(xnet->ping.table);
}
