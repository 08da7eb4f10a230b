// SPDX-License-Identifier: GPL-2.0
/*
 * Options of level SOL_IP about memberships (ip(7), RFC 3678): from the
 * structures of user space, those of 32-bit programs among them, to member.c.
 */

#include <linux/compat.h>
#include <linux/slab.h>
#include <net/compat.h>

#include "igmp/internal.h"
#include "socket/socket.h"

/**
 * inetx_igmp_is_option - is this option about memberships?
 * @name: IP_* or MCAST_*
 */
bool inetx_igmp_is_option(int name)
{
	switch (name) {
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
	case IP_MSFILTER:
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
	case MCAST_JOIN_SOURCE_GROUP:
	case MCAST_LEAVE_SOURCE_GROUP:
	case MCAST_BLOCK_SOURCE:
	case MCAST_UNBLOCK_SOURCE:
	case MCAST_MSFILTER:
		return true;
	default:
		return false;
	}
}

static bool get_addr(const struct __kernel_sockaddr_storage *ss, __be32 *addr)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)ss;

	if (!inetx_af_ok(sin->sin_family))
		return false;
	*addr = sin->sin_addr.s_addr;
	return true;
}

static int join_leave(struct sock *sk, bool join, struct ip_mreqn *mreq)
{
	int err;

	lock_sock(sk);
	err = join ? inetx_member_join(sk, mreq, true) :
		     inetx_member_leave(sk, mreq);
	release_sock(sk);
	return err;
}

/* IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP */
static int set_membership(struct sock *sk, int name, sockptr_t val,
			  unsigned int len, struct ip_mreqn *mreq)
{
	unsigned int size = len >= sizeof(*mreq) ? sizeof(*mreq) :
						   sizeof(struct ip_mreq);

	if (sk->sk_type == SOCK_STREAM)
		return -EPROTO;
	if (len < size)
		return -EINVAL;
	if (copy_from_sockptr(mreq, val, size))
		return -EFAULT;
	return join_leave(sk, name == IP_ADD_MEMBERSHIP, mreq);
}

/* MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP */
static int set_group(struct sock *sk, int name, sockptr_t val,
		     unsigned int len, struct ip_mreqn *mreq)
{
	struct compat_group_req compat;
	bool is_compat = in_compat_syscall();
	struct group_req req;

	if (len < (is_compat ? sizeof(compat) : sizeof(req)))
		return -EINVAL;
	if (is_compat) {
		if (copy_from_sockptr(&compat, val, sizeof(compat)))
			return -EFAULT;
		req.gr_interface = compat.gr_interface;
		req.gr_group = compat.gr_group;
	} else if (copy_from_sockptr(&req, val, sizeof(req))) {
		return -EFAULT;
	}
	if (!get_addr(&req.gr_group, &mreq->imr_multiaddr.s_addr))
		return -EINVAL;
	mreq->imr_ifindex = req.gr_interface;
	return join_leave(sk, name == MCAST_JOIN_GROUP, mreq);
}

/* What an option about one source does; the socket is not locked. */
static int change_source(struct sock *sk, int name, struct ip_mreqn *mreq,
			 __be32 source)
{
	bool exclude = false, add = false;
	int err = 0;

	lock_sock(sk);
	switch (name) {
	case IP_BLOCK_SOURCE:
	case MCAST_BLOCK_SOURCE:
		exclude = true;
		add = true;
		break;
	case IP_UNBLOCK_SOURCE:
	case MCAST_UNBLOCK_SOURCE:
		exclude = true;
		break;
	case IP_ADD_SOURCE_MEMBERSHIP:
	case MCAST_JOIN_SOURCE_GROUP:
		add = true;
		/* The first source joins the group. */
		err = inetx_member_join(sk, mreq, false);
		if (err == -EADDRINUSE)
			err = 0;
		break;
	}
	if (!err)
		err = inetx_member_source(sk, mreq, source, exclude, add);
	release_sock(sk);
	return err;
}

/* IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE and their opposites */
static int set_source(struct sock *sk, int name, sockptr_t val,
		      unsigned int len, struct ip_mreqn *mreq)
{
	struct ip_mreq_source req;

	if (len != sizeof(req))
		return -EINVAL;
	if (copy_from_sockptr(&req, val, sizeof(req)))
		return -EFAULT;
	mreq->imr_multiaddr.s_addr = req.imr_multiaddr;
	mreq->imr_address.s_addr = req.imr_interface;
	return change_source(sk, name, mreq, req.imr_sourceaddr);
}

/* MCAST_JOIN_SOURCE_GROUP, MCAST_BLOCK_SOURCE and their opposites */
static int set_group_source(struct sock *sk, int name, sockptr_t val,
			    unsigned int len, struct ip_mreqn *mreq)
{
	struct compat_group_source_req compat;
	bool is_compat = in_compat_syscall();
	struct group_source_req req;
	__be32 source;

	if (len != (is_compat ? sizeof(compat) : sizeof(req)))
		return -EINVAL;
	if (is_compat) {
		if (copy_from_sockptr(&compat, val, sizeof(compat)))
			return -EFAULT;
		req.gsr_interface = compat.gsr_interface;
		req.gsr_group = compat.gsr_group;
		req.gsr_source = compat.gsr_source;
	} else if (copy_from_sockptr(&req, val, sizeof(req))) {
		return -EFAULT;
	}
	if (!get_addr(&req.gsr_group, &mreq->imr_multiaddr.s_addr) ||
	    !get_addr(&req.gsr_source, &source))
		return -EADDRNOTAVAIL;
	mreq->imr_ifindex = req.gsr_interface;
	return change_source(sk, name, mreq, source);
}

static int apply_filter(struct sock *sk, struct ip_mreqn *mreq, u32 mode,
			const __be32 *sources, u32 n)
{
	int err;

	if (!ipv4_is_multicast(mreq->imr_multiaddr.s_addr) ||
	    (mode != MCAST_INCLUDE && mode != MCAST_EXCLUDE))
		return -EINVAL;
	lock_sock(sk);
	err = inetx_member_filter(sk, mreq, mode == MCAST_EXCLUDE, sources, n);
	release_sock(sk);
	return err;
}

static bool too_many(const struct sock *sk, u32 n)
{
	int max = READ_ONCE(inetx_sk_net(sk)->igmp.sysctl_max_msf);

	return n > (u32)max;
}

/* IP_MSFILTER */
static int set_msfilter(struct sock *sk, sockptr_t val, unsigned int len,
			struct ip_mreqn *mreq)
{
	struct ip_msfilter *msf;
	int err;

	if (len < IP_MSFILTER_SIZE(0))
		return -EINVAL;
	if (len > READ_ONCE(sysctl_optmem_max))
		return -ENOBUFS;
	msf = memdup_sockptr(val, len);
	if (IS_ERR(msf))
		return PTR_ERR(msf);

	mreq->imr_multiaddr.s_addr = msf->imsf_multiaddr;
	mreq->imr_address.s_addr = msf->imsf_interface;
	if (too_many(sk, msf->imsf_numsrc))
		err = -ENOBUFS;
	else if (IP_MSFILTER_SIZE((size_t)msf->imsf_numsrc) > len)
		err = -EINVAL;
	else
		err = apply_filter(sk, mreq, msf->imsf_fmode,
				   msf->imsf_slist_flex, msf->imsf_numsrc);
	kfree(msf);
	return err;
}

/* The end of MCAST_MSFILTER, after what differs for 32-bit programs. */
static int apply_group_filter(struct sock *sk, struct ip_mreqn *mreq,
			      const struct __kernel_sockaddr_storage *group,
			      u32 mode,
			      const struct __kernel_sockaddr_storage *list,
			      u32 n)
{
	__be32 *sources;
	int err = 0;
	u32 i;

	sources = kmalloc_array(n, sizeof(*sources), GFP_KERNEL);
	if (!sources)
		return -ENOBUFS;
	if (!get_addr(group, &mreq->imr_multiaddr.s_addr))
		err = -EADDRNOTAVAIL;
	for (i = 0; i < n && !err; i++)
		if (!get_addr(&list[i], &sources[i]))
			err = -EADDRNOTAVAIL;
	if (!err)
		err = apply_filter(sk, mreq, mode, sources, n);
	kfree(sources);
	return err;
}

/* MCAST_MSFILTER */
static int set_group_filter(struct sock *sk, sockptr_t val, unsigned int len,
			    struct ip_mreqn *mreq)
{
	struct group_filter *gf;
	int err;

	if (len < GROUP_FILTER_SIZE(0))
		return -EINVAL;
	if (len > READ_ONCE(sysctl_optmem_max))
		return -ENOBUFS;
	gf = memdup_sockptr(val, len);
	if (IS_ERR(gf))
		return PTR_ERR(gf);

	mreq->imr_ifindex = gf->gf_interface;
	if (too_many(sk, gf->gf_numsrc))
		err = -ENOBUFS;
	else if (GROUP_FILTER_SIZE((size_t)gf->gf_numsrc) > len)
		err = -EINVAL;
	else
		err = apply_group_filter(sk, mreq, &gf->gf_group, gf->gf_fmode,
					 gf->gf_slist_flex, gf->gf_numsrc);
	kfree(gf);
	return err;
}

/* The same of a 32-bit program, whose addresses are not where ours are. */
static int set_group_filter32(struct sock *sk, sockptr_t val,
			      unsigned int len, struct ip_mreqn *mreq)
{
	const size_t head = offsetof(struct compat_group_filter,
				     gf_slist_flex);
	const size_t shift = sizeof(u64) - head % sizeof(u64);
	struct compat_group_filter *gf;
	size_t need;
	void *buf;
	int err;

	if (len < head)
		return -EINVAL;
	if (len > READ_ONCE(sysctl_optmem_max) - shift)
		return -ENOBUFS;
	buf = kmalloc(len + shift, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	/* Such that the lists of addresses are aligned as ours. */
	gf = buf + shift;
	if (copy_from_sockptr(gf, val, len)) {
		kfree(buf);
		return -EFAULT;
	}

	mreq->imr_ifindex = gf->gf_interface;
	need = head + (size_t)gf->gf_numsrc * sizeof(gf->gf_slist_flex[0]);
	if (need > len)
		err = -EINVAL;
	else if (too_many(sk, gf->gf_numsrc))
		err = -ENOBUFS;
	else
		err = apply_group_filter(sk, mreq, &gf->gf_group, gf->gf_fmode,
					 gf->gf_slist_flex, gf->gf_numsrc);
	kfree(buf);
	return err;
}

/**
 * inetx_igmp_setsockopt - an option about memberships
 * @sk: the socket, not locked
 * @name: for which inetx_igmp_is_option() holds
 * @val: in user or kernel memory
 * @len: bytes of it
 *
 * Addresses in it may be of either family.
 *
 * Context: process, no lock held.
 * Return: 0, -EPROTO on a stream, -EINVAL size, no multicast address, mode, or
 * not joined; -ENODEV, -EADDRINUSE, -EADDRNOTAVAIL, -ENOBUFS, -ENOMEM, -EFAULT;
 * see inetx_member_join() and its neighbours.
 */
int inetx_igmp_setsockopt(struct sock *sk, int name, sockptr_t val,
			  unsigned int len)
{
	struct ip_mreqn mreq = {};
	int err;

	switch (name) {
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		err = set_membership(sk, name, val, len, &mreq);
		break;
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
		err = set_group(sk, name, val, len, &mreq);
		break;
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
		err = set_source(sk, name, val, len, &mreq);
		break;
	case IP_MSFILTER:
		err = set_msfilter(sk, val, len, &mreq);
		break;
	case MCAST_MSFILTER:
		err = in_compat_syscall() ?
		      set_group_filter32(sk, val, len, &mreq) :
		      set_group_filter(sk, val, len, &mreq);
		break;
	default:
		err = set_group_source(sk, name, val, len, &mreq);
		break;
	}
	/* Also after an error: of two steps the first may have been made. */
	inetx_group_settle(inetx_sk_net(sk), mreq.imr_ifindex);
	return err;
}

/* Socket locked.  A copy of the list, so that it can be handed out unlocked. */
static int filter_copy(struct sock *sk, struct ip_mreqn *mreq, bool by_index,
		       u32 *mode, struct ip_sf_socklist **copy)
{
	const struct ip_mc_socklist *member;
	const struct ip_sf_socklist *sources;
	int err;

	err = inetx_member_find(sk, mreq, by_index, &member);
	if (err)
		return err;
	*mode = member->sfmode;
	sources = rcu_dereference_protected(member->sflist,
					    lockdep_sock_is_held(sk));
	*copy = kzalloc(struct_size(sources, sl_addr,
				    sources ? sources->sl_count : 0),
			GFP_KERNEL);
	if (!*copy)
		return -ENOMEM;
	if (sources) {
		(*copy)->sl_count = sources->sl_count;
		memcpy((*copy)->sl_addr, sources->sl_addr,
		       flex_array_size(sources, sl_addr, sources->sl_count));
	}
	return 0;
}

static int filter_get(struct sock *sk, struct ip_mreqn *mreq, bool by_index,
		      u32 *mode, struct ip_sf_socklist **copy)
{
	int err;

	lock_sock(sk);
	err = filter_copy(sk, mreq, by_index, mode, copy);
	release_sock(sk);
	return err;
}

/* IP_MSFILTER */
static int get_msfilter(struct sock *sk, int len, char __user *val,
			int __user *optlen)
{
	struct ip_msfilter __user *user = (struct ip_msfilter __user *)val;
	const size_t head = IP_MSFILTER_SIZE(0);
	struct ip_sf_socklist *sources;
	struct ip_mreqn mreq = {};
	struct ip_msfilter msf;
	int err;
	u32 n;

	if (len < head)
		return -EINVAL;
	if (copy_from_user(&msf, val, head))
		return -EFAULT;
	mreq.imr_multiaddr.s_addr = msf.imsf_multiaddr;
	mreq.imr_address.s_addr = msf.imsf_interface;
	err = filter_get(sk, &mreq, false, &msf.imsf_fmode, &sources);
	if (err)
		return err;

	n = min(sources->sl_count, msf.imsf_numsrc);
	msf.imsf_numsrc = sources->sl_count;
	if (put_user((int)IP_MSFILTER_SIZE(n), optlen) ||
	    copy_to_user(val, &msf, head) ||
	    copy_to_user(user->imsf_slist_flex, sources->sl_addr,
			 n * sizeof(__be32)))
		err = -EFAULT;
	kfree(sources);
	return err;
}

static int put_sources(const struct sock *sk, char __user *val,
		       const struct ip_sf_socklist *sources, u32 n)
{
	struct __kernel_sockaddr_storage ss = {};
	u32 i;

	for (i = 0; i < n; i++) {
		inetx_sk_addr(sk, (struct sockaddr_in *)&ss,
			      sources->sl_addr[i], 0);
		if (copy_to_user(val + i * sizeof(ss), &ss, sizeof(ss)))
			return -EFAULT;
	}
	return 0;
}

/* MCAST_MSFILTER; the head of the structure is read and written by callers. */
static int get_sources(struct sock *sk, struct group_filter *gf,
		       char __user *list, u32 *n)
{
	struct ip_mreqn mreq = { .imr_ifindex = gf->gf_interface };
	struct ip_sf_socklist *sources;
	int err;

	if (!get_addr(&gf->gf_group, &mreq.imr_multiaddr.s_addr))
		return -EINVAL;
	err = filter_get(sk, &mreq, true, &gf->gf_fmode, &sources);
	if (err)
		return err;
	*n = min(sources->sl_count, gf->gf_numsrc);
	gf->gf_numsrc = sources->sl_count;
	err = put_sources(sk, list, sources, *n);
	kfree(sources);
	return err;
}

static int get_group_filter(struct sock *sk, int len, char __user *val,
			    int __user *optlen)
{
	const size_t head = offsetof(struct group_filter, gf_slist_flex);
	struct group_filter gf;
	int err;
	u32 n;

	if (len < head)
		return -EINVAL;
	if (copy_from_user(&gf, val, head))
		return -EFAULT;
	err = get_sources(sk, &gf, val + head, &n);
	if (err)
		return err;
	if (put_user((int)GROUP_FILTER_SIZE(n), optlen) ||
	    copy_to_user(val, &gf, head))
		return -EFAULT;
	return 0;
}

static int get_group_filter32(struct sock *sk, int len, char __user *val,
			      int __user *optlen)
{
	const size_t head = offsetof(struct compat_group_filter,
				     gf_slist_flex);
	struct compat_group_filter gf32;
	struct group_filter gf;
	int err;
	u32 n;

	if (len < head)
		return -EINVAL;
	if (copy_from_user(&gf32, val, head))
		return -EFAULT;
	gf.gf_interface = gf32.gf_interface;
	gf.gf_group = gf32.gf_group;
	gf.gf_numsrc = gf32.gf_numsrc;
	err = get_sources(sk, &gf, val + head, &n);
	if (err)
		return err;
	gf32.gf_fmode = gf.gf_fmode;
	gf32.gf_numsrc = gf.gf_numsrc;
	if (put_user((int)(head + n * sizeof(gf32.gf_slist_flex[0])), optlen) ||
	    copy_to_user(val, &gf32, head))
		return -EFAULT;
	return 0;
}

/**
 * inetx_igmp_getsockopt - the filter of a membership
 * @sk: the socket, not locked
 * @name: IP_MSFILTER or MCAST_MSFILTER; of others there is nothing to get
 * @len: bytes of room
 * @val: names the group on the way in
 * @optlen: gets the bytes used
 *
 * Context: process.
 * Return: 0, -ENOPROTOOPT, -EINVAL size or no multicast address, -ENODEV,
 * -EADDRNOTAVAIL not joined, -EFAULT, -ENOMEM.
 */
int inetx_igmp_getsockopt(struct sock *sk, int name, int len, char __user *val,
			  int __user *optlen)
{
	if (name == IP_MSFILTER)
		return get_msfilter(sk, len, val, optlen);
	if (name != MCAST_MSFILTER)
		return -ENOPROTOOPT;
	if (in_compat_syscall())
		return get_group_filter32(sk, len, val, optlen);
	return get_group_filter(sk, len, val, optlen);
}
