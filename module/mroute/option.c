// SPDX-License-Identifier: GPL-2.0
/* MRT_* and the ioctls of a daemon, in the order of AF_INET's checks. */

#include <linux/compat.h>
#include <linux/nospec.h>
#include <linux/rtnetlink.h>

#include "mroute/table.h"
#include "raw/raw.h"

/* mrouted 3.5, which every daemon expects. */
#define VERSION_OF_API	0x0305

/* The table of a socket, by MRT_TABLE. */
static u32 table_id(const struct sock *sk)
{
	return READ_ONCE(inetx_raw_sk(sk)->mr_table) ?: RT_TABLE_DEFAULT;
}

/* RTNL or RCU read side. */
static struct inetx_mr_table *table_of(const struct sock *sk)
{
	return inetx_mr_table_find(inetx_sk_net(sk), table_id(sk));
}

static bool can_route(const struct sock *sk)
{
	return sk->sk_type == SOCK_RAW && inet_sk(sk)->inet_num == IPPROTO_IGMP;
}

/* A value of exactly this size. */
static int get_value(void *to, unsigned int size, sockptr_t val,
		     unsigned int len)
{
	if (len != size)
		return -EINVAL;
	return copy_from_sockptr(to, val, size) ? -EFAULT : 0;
}

static int init(struct inetx_mr_table *table, struct sock *sk,
		unsigned int len)
{
	int err;

	if (len != sizeof(int))
		return -EINVAL;
	if (rcu_access_pointer(table->sk))
		return -EADDRINUSE;
	/* Packets with a router alert are the daemon's. */
	err = inetx_raw_alert_set(sk, true);
	if (err)
		return err;
	rcu_assign_pointer(table->sk, sk);
	inetx_mr_count_daemon(table->xnet, 1);
	return 0;
}

static int set_vif(struct inetx_mr_table *table, int name, sockptr_t val,
		   unsigned int len, bool daemon)
{
	struct vifctl ctl;
	int err = get_value(&ctl, sizeof(ctl), val, len);

	if (err)
		return err;
	if (ctl.vifc_vifi >= MAXVIFS)
		return -ENFILE;
	if (name == MRT_DEL_VIF)
		return inetx_vif_delete(table, ctl.vifc_vifi);
	return inetx_vif_add(table, &ctl, daemon);
}

static int set_mfc(struct inetx_mr_table *table, int name, sockptr_t val,
		   unsigned int len, bool daemon)
{
	struct mfcctl ctl;
	int err = get_value(&ctl, sizeof(ctl), val, len);
	int parent = -1;

	if (err)
		return err;
	if (name == MRT_ADD_MFC_PROXY || name == MRT_DEL_MFC_PROXY)
		parent = ctl.mfcc_parent;
	if (name == MRT_DEL_MFC || name == MRT_DEL_MFC_PROXY)
		return inetx_mfc_delete(table, &ctl, parent);
	return inetx_mfc_add(table, &ctl, daemon, parent);
}

/* A change of the mode is one of asserts, too; the same mode again changes
 * nothing.
 */
static void set_pim(struct inetx_mr_table *table, int val)
{
	if (!!val == table->pim)
		return;
	WRITE_ONCE(table->pim, !!val);
	WRITE_ONCE(table->assert, !!val);
	WRITE_ONCE(table->wrvifwhole, val == IGMPMSG_WRVIFWHOLE);
}

/* 0 means the table of those who do not say. */
static int set_table(struct sock *sk, u32 id, bool daemon)
{
	if (daemon)
		return -EBUSY;
	/* The name of its register vif has to fit. */
	if (id >= 1000000000)
		return -EINVAL;
	if (id && !inetx_mr_table_get(inetx_sk_net(sk), id))
		return -ENOMEM;
	WRITE_ONCE(inetx_raw_sk(sk)->mr_table, id);
	return 0;
}

static int set_int(struct inetx_mr_table *table, struct sock *sk, int name,
		   sockptr_t val, unsigned int len)
{
	bool daemon = rcu_access_pointer(table->sk) == sk;
	int i, err = get_value(&i, sizeof(i), val, len);

	if (err)
		return err;
	switch (name) {
	case MRT_FLUSH:
		inetx_mr_flush(table, i);
		return 0;
	case MRT_ASSERT:
		WRITE_ONCE(table->assert, i);
		return 0;
	case MRT_PIM:
		set_pim(table, i);
		return 0;
	default:
		return set_table(sk, i, daemon);
	}
}

/* RTNL. */
static int set_locked(struct sock *sk, int name, sockptr_t val,
		      unsigned int len)
{
	struct inetx_mr_table *table = inetx_mr_table_get(inetx_sk_net(sk),
							  table_id(sk));
	bool daemon;

	if (!table)
		return -ENOMEM;
	daemon = rcu_access_pointer(table->sk) == sk;
	if (name != MRT_INIT && !daemon &&
	    !ns_capable(sock_net(sk)->user_ns, CAP_NET_ADMIN))
		return -EACCES;
	switch (name) {
	case MRT_INIT:
		return init(table, sk, len);
	case MRT_DONE:
		return daemon ? 0 : -EACCES;
	case MRT_ADD_VIF:
	case MRT_DEL_VIF:
		return set_vif(table, name, val, len, daemon);
	case MRT_ADD_MFC:
	case MRT_DEL_MFC:
	case MRT_ADD_MFC_PROXY:
	case MRT_DEL_MFC_PROXY:
		return set_mfc(table, name, val, len, daemon);
	case MRT_FLUSH:
	case MRT_ASSERT:
	case MRT_PIM:
	case MRT_TABLE:
		return set_int(table, sk, name, val, len);
	default:
		return -ENOPROTOOPT;
	}
}

/**
 * inetx_mroute_setsockopt - setsockopt(2) MRT_*
 * @sk: the socket, not locked
 * @name: the option
 * @val: its value
 * @len: bytes of it
 *
 * Whoever may open a raw socket may become the daemon; all else takes the daemon,
 * or CAP_NET_ADMIN.
 *
 * Context: process.
 * Return: 0; -EOPNOTSUPP: not a raw IGMP socket; -EACCES; -EINVAL: size;
 * -EADDRINUSE: there is a daemon, or such a vif; -ENOPROTOOPT: not to be set;
 * else as inetx_vif_add(), inetx_mfc_add() and their counterparts.
 */
int inetx_mroute_setsockopt(struct sock *sk, int name, sockptr_t val,
			    unsigned int len)
{
	int err;

	if (!can_route(sk))
		return -EOPNOTSUPP;
	rtnl_lock();
	err = set_locked(sk, name, val, len);
	rtnl_unlock();
	/* The end is that of its router alerts, which takes RTNL itself. */
	if (!err && name == MRT_DONE)
		err = inetx_raw_alert_set(sk, false);
	return err;
}

/**
 * inetx_mroute_getsockopt - getsockopt(2) MRT_*
 * @sk: the socket, not locked
 * @name: the option
 * @val: user's buffer
 * @optlen: its size, gets the bytes used
 *
 * Context: process.
 * Return: 0, -EOPNOTSUPP, -ENOPROTOOPT, -EINVAL (negative size), -EFAULT.
 */
int inetx_mroute_getsockopt(struct sock *sk, int name, char __user *val,
			    int __user *optlen)
{
	const struct inetx_mr_table *table;
	int size, i = 0;

	if (!can_route(sk))
		return -EOPNOTSUPP;
	rcu_read_lock();
	table = table_of(sk);
	switch (name) {
	case MRT_VERSION:
		i = VERSION_OF_API;
		break;
	case MRT_PIM:
		i = table && READ_ONCE(table->pim);
		break;
	case MRT_ASSERT:
		i = table && READ_ONCE(table->assert);
		break;
	default:
		rcu_read_unlock();
		return -ENOPROTOOPT;
	}
	rcu_read_unlock();

	if (get_user(size, optlen))
		return -EFAULT;
	if (size < 0)
		return -EINVAL;
	size = min_t(int, size, sizeof(i));
	if (put_user(size, optlen) || copy_to_user(val, &i, size))
		return -EFAULT;
	return 0;
}

/* Fills the counters of the request. */
static int count_vif(const struct sock *sk, struct sioc_vif_req *req)
{
	struct inetx_vif_count sum;
	struct inetx_mr_table *table;
	const struct inetx_vif *vif;
	int err = -EINVAL;

	rcu_read_lock();
	table = table_of(sk);
	if (table && req->vifi < inetx_vif_end(table)) {
		vif = rcu_dereference(table->vifs[array_index_nospec(req->vifi,
								     MAXVIFS)]);
		err = vif ? 0 : -EADDRNOTAVAIL;
		if (vif) {
			inetx_vif_sum(vif, &sum);
			req->icount = sum.pkt_in;
			req->ocount = sum.pkt_out;
			req->ibytes = sum.bytes_in;
			req->obytes = sum.bytes_out;
		}
	}
	rcu_read_unlock();
	return err;
}

static int count_mfc(const struct sock *sk, struct sioc_sg_req *req)
{
	struct inetx_mr_table *table;
	struct inetx_mfc *mfc = NULL;

	rcu_read_lock();
	table = table_of(sk);
	if (table)
		mfc = inetx_mfc_find(table, req->src.s_addr, req->grp.s_addr);
	if (mfc) {
		req->pktcnt = atomic_long_read(&mfc->packets);
		req->bytecnt = atomic_long_read(&mfc->bytes);
		req->wrong_if = atomic_long_read(&mfc->wrong);
	}
	rcu_read_unlock();
	return mfc ? 0 : -EADDRNOTAVAIL;
}

#ifdef CONFIG_COMPAT
struct compat_vif_req {
	vifi_t vifi;
	compat_ulong_t icount;
	compat_ulong_t ocount;
	compat_ulong_t ibytes;
	compat_ulong_t obytes;
};

struct compat_sg_req {
	struct in_addr src;
	struct in_addr grp;
	compat_ulong_t pktcnt;
	compat_ulong_t bytecnt;
	compat_ulong_t wrong_if;
};

static int vif_compat(const struct sock *sk, void __user *arg)
{
	struct compat_vif_req req;
	struct sioc_vif_req vif;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	vif.vifi = req.vifi;
	err = count_vif(sk, &vif);
	if (err)
		return err;
	req.icount = vif.icount;
	req.ocount = vif.ocount;
	req.ibytes = vif.ibytes;
	req.obytes = vif.obytes;
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

static int mfc_compat(const struct sock *sk, void __user *arg)
{
	struct compat_sg_req req;
	struct sioc_sg_req sg;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	sg.src = req.src;
	sg.grp = req.grp;
	err = count_mfc(sk, &sg);
	if (err)
		return err;
	req.pktcnt = sg.pktcnt;
	req.bytecnt = sg.bytecnt;
	req.wrong_if = sg.wrong_if;
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}
#else
static int vif_compat(const struct sock *sk, void __user *arg)
{
	return -ENOIOCTLCMD;
}

static int mfc_compat(const struct sock *sk, void __user *arg)
{
	return -ENOIOCTLCMD;
}
#endif

static int vif_ioctl(const struct sock *sk, void __user *arg)
{
	struct sioc_vif_req req;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	err = count_vif(sk, &req);
	if (err)
		return err;
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

static int mfc_ioctl(const struct sock *sk, void __user *arg)
{
	struct sioc_sg_req req;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	err = count_mfc(sk, &req);
	if (err)
		return err;
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

/**
 * inetx_mroute_ioctl - SIOCGETVIFCNT and SIOCGETSGCNT
 * @sk: a raw socket, of any protocol
 * @cmd: the request
 * @arg: struct sioc_vif_req or struct sioc_sg_req
 * @compat: of a 32-bit program
 *
 * Context: process.
 * Return: 0; -EADDRNOTAVAIL: no such vif or entry; -EINVAL: no vif has such a
 * number, nor a higher one; -EFAULT; -ENOIOCTLCMD.
 */
int inetx_mroute_ioctl(struct sock *sk, unsigned int cmd, void __user *arg,
		       bool compat)
{
	switch (cmd) {
	case SIOCGETVIFCNT:
		return compat ? vif_compat(sk, arg) : vif_ioctl(sk, arg);
	case SIOCGETSGCNT:
		return compat ? mfc_compat(sk, arg) : mfc_ioctl(sk, arg);
	default:
		return -ENOIOCTLCMD;
	}
}
