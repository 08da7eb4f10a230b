// SPDX-License-Identifier: GPL-2.0
/*
 * The memberships of a socket (RFC 1112 7.1, RFC 3376 3.1, RFC 3678 4, 5).
 *
 * The list hangs on inet_sock.mc_list, where code that knows struct inet_sock
 * looks for it.  It is changed under the socket lock and read under RCU by
 * deliveries.
 */

#include <linux/slab.h>

#include "igmp/internal.h"
#include "link/address.h"
#include "route/route.h"
#include "socket/socket.h"

/**
 * struct inetx_member - a socket is in a group
 * @list: must be first; group, device, filter; socket lock, RCU
 * @serial: of the device when it was joined; set once.  A device that has come
 *	since under the same index is another one
 */
struct inetx_member {
	struct ip_mc_socklist list;
	u32 serial;
};

static struct inetx_member *to_member(struct ip_mc_socklist *list)
{
	return container_of(list, struct inetx_member, list);
}

#define sk_dereference(sk, p) \
	rcu_dereference_protected(p, lockdep_sock_is_held(sk))

#define for_each_member(sk, pos)					\
	for (pos = sk_dereference(sk, inet_sk(sk)->mc_list); pos;	\
	     pos = sk_dereference(sk, (pos)->next_rcu))

/**
 * inetx_igmp_sk_wants - does a socket want a multicast packet?
 * @sk: the socket, of which address and port match
 * @group: destination of the packet, network order
 * @saddr: source of the packet, network order
 * @ifindex: the device it came in by
 *
 * As the filter of its membership says; without one, as IP_MULTICAST_ALL does.
 *
 * Context: any, RCU read side.
 */
bool inetx_igmp_sk_wants(const struct sock *sk, __be32 group, __be32 saddr,
			 int ifindex)
{
	const struct inet_sock *inet = inet_sk(sk);
	const struct ip_sf_socklist *sources;
	const struct ip_mc_socklist *pos;
	unsigned int i, n;
	bool exclude;

	for (pos = rcu_dereference(inet->mc_list); pos;
	     pos = rcu_dereference(pos->next_rcu))
		if (pos->multi.imr_multiaddr.s_addr == group &&
		    pos->multi.imr_ifindex == ifindex)
			break;
	if (!pos)
		return inet->mc_all;

	exclude = READ_ONCE(pos->sfmode) == MCAST_EXCLUDE;
	sources = rcu_dereference(pos->sflist);
	n = sources ? READ_ONCE(sources->sl_count) : 0;
	for (i = 0; i < n; i++)
		if (READ_ONCE(sources->sl_addr[i]) == saddr)
			return !exclude;
	return exclude;
}

/*
 * The device that a request means: by index, by an address of ours, or the one
 * by which packets to the group leave.  Fills in the index.
 */
static bool resolve(struct inetx_net *xnet, struct ip_mreqn *mreq)
{
	struct inetx_flow flow = {
		.daddr = mreq->imr_multiaddr.s_addr,
		.uid = GLOBAL_ROOT_UID,
	};
	struct inetx_dev *xdev = NULL;
	struct inetx_path path;

	rcu_read_lock();
	if (mreq->imr_ifindex)
		xdev = inetx_dev_by_index(xnet, mreq->imr_ifindex);
	else if (mreq->imr_address.s_addr)
		xdev = inetx_addr_find_dev(xnet, mreq->imr_address.s_addr);
	else if (!inetx_route_output(xnet, &flow, &path))
		xdev = inetx_dev_get(path.dev);
	if (xdev)
		mreq->imr_ifindex = xdev->dev->ifindex;
	rcu_read_unlock();
	return xdev;
}

static struct inetx_member *find(struct sock *sk, __be32 group, int ifindex)
{
	struct ip_mc_socklist *pos;

	for_each_member(sk, pos)
		if (pos->multi.imr_multiaddr.s_addr == group &&
		    pos->multi.imr_ifindex == ifindex)
			return to_member(pos);
	return NULL;
}

/* Tell the group of a change; nothing to do where the device is gone. */
static int change(struct sock *sk, const struct inetx_member *member,
		  int users, const struct inetx_mc_delta *delta)
{
	const struct ip_mreqn *multi = &member->list.multi;
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_dev *xdev;
	int err = 0;

	mutex_lock(&xnet->igmp.lock);
	xdev = inetx_group_dev(xnet, multi->imr_ifindex);
	if (xdev && xdev->igmp.serial == member->serial)
		err = inetx_group_change(xdev, multi->imr_multiaddr.s_addr,
					 users, delta);
	mutex_unlock(&xnet->igmp.lock);
	return err;
}

/* Join on behalf of a new member. */
static int enter(struct sock *sk, struct inetx_member *member,
		 const struct inetx_mc_delta *delta)
{
	const struct ip_mreqn *multi = &member->list.multi;
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_dev *xdev;
	int err = -ENODEV;

	mutex_lock(&xnet->igmp.lock);
	xdev = inetx_group_dev(xnet, multi->imr_ifindex);
	if (xdev) {
		member->serial = xdev->igmp.serial;
		err = inetx_group_change(xdev, multi->imr_multiaddr.s_addr, 1,
					 delta) ? -ENOBUFS : 0;
	}
	mutex_unlock(&xnet->igmp.lock);
	return err;
}

/**
 * inetx_member_join - join a group without sources
 * @sk: the socket
 * @mreq: group and device; gets the index of the device
 * @exclude: in EXCLUDE mode, else in INCLUDE mode, to which sources are added
 *
 * Context: process, socket lock held.
 * Return: 0, -EINVAL no multicast address, -ENODEV no such device,
 * -EADDRINUSE joined already, -ENOBUFS igmp_max_memberships or no memory.
 */
int inetx_member_join(struct sock *sk, struct ip_mreqn *mreq, bool exclude)
{
	const struct inetx_mc_delta delta = { .exclude = exclude };
	__be32 group = mreq->imr_multiaddr.s_addr;
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inet_sock *inet = inet_sk(sk);
	struct inetx_member *member;
	struct ip_mc_socklist *pos;
	int count = 0;
	int err;

	if (!ipv4_is_multicast(group))
		return -EINVAL;
	if (!resolve(xnet, mreq))
		return -ENODEV;
	if (find(sk, group, mreq->imr_ifindex))
		return -EADDRINUSE;
	for_each_member(sk, pos)
		count++;
	if (count >= READ_ONCE(xnet->igmp.sysctl_max_memberships))
		return -ENOBUFS;

	member = sock_kmalloc(sk, sizeof(*member), GFP_KERNEL);
	if (!member)
		return -ENOBUFS;
	member->list.multi = *mreq;
	member->list.sfmode = exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
	RCU_INIT_POINTER(member->list.sflist, NULL);
	err = enter(sk, member, &delta);
	if (err) {
		sock_kfree_s(sk, member, sizeof(*member));
		return err;
	}
	RCU_INIT_POINTER(member->list.next_rcu,
			 sk_dereference(sk, inet->mc_list));
	rcu_assign_pointer(inet->mc_list, &member->list);
	return 0;
}

static void sources_free(struct sock *sk, struct ip_sf_socklist *sources)
{
	if (!sources)
		return;
	atomic_sub(struct_size(sources, sl_addr, sources->sl_max),
		   &sk->sk_omem_alloc);
	kfree_rcu(sources, rcu);
}

/* Take a member off the list at @link, and out of the group. */
static void leave(struct sock *sk, struct ip_mc_socklist __rcu **link)
{
	struct ip_mc_socklist *pos = sk_dereference(sk, *link);
	struct ip_sf_socklist *sources = sk_dereference(sk, pos->sflist);
	bool exclude = pos->sfmode == MCAST_EXCLUDE;
	struct inetx_mc_delta delta = {
		.exclude = -exclude,
		.del_exclude = exclude,
	};
	struct inetx_member *member = to_member(pos);

	if (sources) {
		delta.del = sources->sl_addr;
		delta.ndel = sources->sl_count;
	}
	/* takes away only, so it cannot fail */
	change(sk, member, -1, &delta);
	rcu_assign_pointer(*link, sk_dereference(sk, pos->next_rcu));
	sources_free(sk, sources);
	atomic_sub(sizeof(*member), &sk->sk_omem_alloc);
	kfree_rcu(member, list.rcu);
}

/**
 * inetx_member_leave - leave a group
 * @sk: the socket
 * @mreq: group and device, or the address it was joined by; gets the index of
 *	the device
 *
 * Context: process, socket lock held.
 * Return: 0, -ENODEV no device named and none found, -EADDRNOTAVAIL not joined.
 */
int inetx_member_leave(struct sock *sk, struct ip_mreqn *mreq)
{
	struct ip_mc_socklist __rcu **link = &inet_sk(sk)->mc_list;
	__be32 address = mreq->imr_address.s_addr;
	struct ip_mc_socklist *pos;

	if (!resolve(inetx_sk_net(sk), mreq) && !mreq->imr_ifindex && !address)
		return -ENODEV;

	for (; (pos = sk_dereference(sk, *link)); link = &pos->next_rcu) {
		const struct ip_mreqn *multi = &pos->multi;

		if (multi->imr_multiaddr.s_addr != mreq->imr_multiaddr.s_addr)
			continue;
		if (mreq->imr_ifindex ?
		    multi->imr_ifindex != mreq->imr_ifindex :
		    address && multi->imr_address.s_addr != address)
			continue;
		mreq->imr_ifindex = multi->imr_ifindex;
		leave(sk, link);
		return 0;
	}
	return -EADDRNOTAVAIL;
}

/**
 * inetx_igmp_sk_close - a socket is closed: it leaves all groups
 * @sk: the socket, not locked
 *
 * Context: process, no lock held.
 */
void inetx_igmp_sk_close(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);
	struct ip_mc_socklist *pos;
	int ifindex = 0;

	if (likely(!rcu_access_pointer(inet->mc_list)))
		return;
	do {
		lock_sock(sk);
		pos = sk_dereference(sk, inet->mc_list);
		if (pos) {
			ifindex = pos->multi.imr_ifindex;
			leave(sk, &inet->mc_list);
		}
		release_sock(sk);
		inetx_group_settle(inetx_sk_net(sk), ifindex);
	} while (pos);
}

/* Room for one more source; the list may be another one afterwards. */
static struct ip_sf_socklist *sources_grow(struct sock *sk,
					   struct ip_mc_socklist *list)
{
	struct ip_sf_socklist *old = sk_dereference(sk, list->sflist);
	unsigned int count = IP_SFBLOCK + (old ? old->sl_max : 0);
	struct ip_sf_socklist *sources;

	if (old && old->sl_count < old->sl_max)
		return old;
	sources = sock_kmalloc(sk, struct_size(sources, sl_addr, count),
			       GFP_KERNEL);
	if (!sources)
		return NULL;
	sources->sl_max = count;
	sources->sl_count = old ? old->sl_count : 0;
	if (old)
		memcpy(sources->sl_addr, old->sl_addr,
		       flex_array_size(old, sl_addr, old->sl_count));
	rcu_assign_pointer(list->sflist, sources);
	sources_free(sk, old);
	return sources;
}

static unsigned int source_index(const struct ip_sf_socklist *sources,
				 __be32 source)
{
	unsigned int i;

	for (i = 0; sources && i < sources->sl_count; i++)
		if (sources->sl_addr[i] == source)
			break;
	return i;
}

static int source_add(struct sock *sk, struct inetx_member *member,
		      __be32 source)
{
	const struct inetx_mc_delta delta = {
		.add = &source,
		.nadd = 1,
		.add_exclude = member->list.sfmode == MCAST_EXCLUDE,
	};
	struct ip_sf_socklist *sources;
	unsigned int n;

	sources = sk_dereference(sk, member->list.sflist);
	n = sources ? sources->sl_count : 0;
	if (sources &&
	    (int)n >= READ_ONCE(inetx_sk_net(sk)->igmp.sysctl_max_msf))
		return -ENOBUFS;
	sources = sources_grow(sk, &member->list);
	if (!sources)
		return -ENOBUFS;
	if (source_index(sources, source) < n)
		return -EADDRNOTAVAIL;
	if (change(sk, member, 0, &delta))
		return -ENOBUFS;
	WRITE_ONCE(sources->sl_addr[n], source);
	WRITE_ONCE(sources->sl_count, n + 1);
	return 0;
}

static int source_del(struct sock *sk, struct inetx_member *member,
		      __be32 source)
{
	struct ip_mc_socklist *list = &member->list;
	const struct inetx_mc_delta delta = {
		.del = &source,
		.ndel = 1,
		.del_exclude = list->sfmode == MCAST_EXCLUDE,
	};
	struct ip_sf_socklist *sources = sk_dereference(sk, list->sflist);
	struct ip_mreqn mreq = list->multi;
	unsigned int i;

	i = source_index(sources, source);
	if (!sources || i == sources->sl_count)
		return -EADDRNOTAVAIL;
	/* RFC 3376 3.1: to include nothing is to leave. */
	if (sources->sl_count == 1 && list->sfmode == MCAST_INCLUDE)
		return inetx_member_leave(sk, &mreq);

	change(sk, member, 0, &delta);
	/* A packet that is looked at right now may miss the one that moves. */
	for (; i + 1 < sources->sl_count; i++)
		WRITE_ONCE(sources->sl_addr[i], sources->sl_addr[i + 1]);
	WRITE_ONCE(sources->sl_count, sources->sl_count - 1);
	return 0;
}

/**
 * inetx_member_source - add or remove a source of a membership
 * @sk: the socket
 * @mreq: group and device
 * @source: the source, network order
 * @exclude: it is to be blocked or unblocked, else to be received or no more
 * @add: add it to the list, else remove it
 *
 * Context: process, socket lock held.
 * Return: 0, -EINVAL no multicast address, not joined, or the mode is the other
 * one; -ENODEV no such device; -EADDRNOTAVAIL the source is, or is not, there;
 * -ENOBUFS igmp_max_msf or no memory.
 */
int inetx_member_source(struct sock *sk, const struct ip_mreqn *mreq,
			__be32 source, bool exclude, bool add)
{
	__be32 group = mreq->imr_multiaddr.s_addr;
	struct ip_mreqn resolved = *mreq;
	struct inetx_member *member;
	bool mode;

	if (!ipv4_is_multicast(group))
		return -EINVAL;
	if (!resolve(inetx_sk_net(sk), &resolved))
		return -ENODEV;
	member = find(sk, group, resolved.imr_ifindex);
	if (!member)
		return -EINVAL;

	mode = member->list.sfmode == MCAST_EXCLUDE;
	if (mode != exclude) {
		const struct inetx_mc_delta delta = {
			.exclude = exclude - mode,
		};

		if (rcu_access_pointer(member->list.sflist))
			return -EINVAL;
		/* Without sources yet, it takes the mode of the first one. */
		change(sk, member, 0, &delta);
		WRITE_ONCE(member->list.sfmode,
			   exclude ? MCAST_EXCLUDE : MCAST_INCLUDE);
	}
	return add ? source_add(sk, member, source) :
		     source_del(sk, member, source);
}

/**
 * inetx_member_filter - set the whole filter of a membership
 * @sk: the socket
 * @mreq: group and device
 * @exclude: EXCLUDE mode, else INCLUDE
 * @sources: network order
 * @n: how many; none in INCLUDE mode is to leave
 *
 * Context: process, socket lock held.
 * Return: 0, -EINVAL no multicast address or not joined, -ENODEV, -EADDRNOTAVAIL
 * not joined, to leave; -ENOBUFS no memory.
 */
int inetx_member_filter(struct sock *sk, const struct ip_mreqn *mreq,
			bool exclude, const __be32 *sources, u32 n)
{
	__be32 group = mreq->imr_multiaddr.s_addr;
	struct inetx_mc_delta delta = {
		.add = sources,
		.nadd = n,
		.add_exclude = exclude,
	};
	struct ip_sf_socklist *old, *new = NULL;
	struct ip_mreqn resolved = *mreq;
	struct inetx_member *member;

	if (!ipv4_is_multicast(group))
		return -EINVAL;
	if (!resolve(inetx_sk_net(sk), &resolved))
		return -ENODEV;
	if (!exclude && !n)
		return inetx_member_leave(sk, &resolved);
	member = find(sk, group, resolved.imr_ifindex);
	if (!member)
		return -EINVAL;

	if (n) {
		new = sock_kmalloc(sk, struct_size(new, sl_addr, n),
				   GFP_KERNEL);
		if (!new)
			return -ENOBUFS;
		new->sl_max = n;
		new->sl_count = n;
		memcpy(new->sl_addr, sources, flex_array_size(new, sl_addr, n));
	}
	old = sk_dereference(sk, member->list.sflist);
	if (old) {
		delta.del = old->sl_addr;
		delta.ndel = old->sl_count;
	}
	delta.del_exclude = member->list.sfmode == MCAST_EXCLUDE;
	delta.exclude = exclude - delta.del_exclude;
	if (change(sk, member, 0, &delta)) {
		if (new)
			sock_kfree_s(sk, new, struct_size(new, sl_addr, n));
		return -ENOBUFS;
	}
	rcu_assign_pointer(member->list.sflist, new);
	WRITE_ONCE(member->list.sfmode,
		   exclude ? MCAST_EXCLUDE : MCAST_INCLUDE);
	sources_free(sk, old);
	return 0;
}

/**
 * inetx_member_find - the membership that a question is about
 * @sk: the socket
 * @mreq: group and device
 * @by_index: the device is given by its index, and need not be there any more
 * @found: gets it
 *
 * Context: process, socket lock held.
 * Return: 0, -EINVAL no multicast address, -ENODEV no such device,
 * -EADDRNOTAVAIL not joined.
 */
int inetx_member_find(struct sock *sk, struct ip_mreqn *mreq, bool by_index,
		      const struct ip_mc_socklist **found)
{
	struct inetx_member *member;

	if (!ipv4_is_multicast(mreq->imr_multiaddr.s_addr))
		return -EINVAL;
	if (!by_index && !resolve(inetx_sk_net(sk), mreq))
		return -ENODEV;
	member = find(sk, mreq->imr_multiaddr.s_addr, mreq->imr_ifindex);
	if (!member)
		return -EADDRNOTAVAIL;
	*found = &member->list;
	return 0;
}
