// SPDX-License-Identifier: GPL-2.0
/* setsockopt(2) at the levels SOL_IP (ip(7)) and SOL_INETX. */

#include <linux/inetdevice.h>
#include <linux/netfilter.h>
#include <net/inet_ecn.h>
#include <net/l3mdev.h>
#include <net/xfrm.h>

#include "igmp/igmp.h"
#include "link/address.h"
#include "mroute/mroute.h"
#include "raw/raw.h"
#include "socket/option.h"
#include "socket/socket.h"

/* An int, of which short buffers hold the lowest byte and empty ones 0. */
static int inetx_opt_int(sockptr_t optval, unsigned int len, int *val)
{
	u8 byte;

	*val = 0;
	if (len >= sizeof(*val))
		return copy_from_sockptr(val, optval, sizeof(*val)) ?
		       -EFAULT : 0;
	if (len) {
		if (copy_from_sockptr(&byte, optval, sizeof(byte)))
			return -EFAULT;
		*val = byte;
	}
	return 0;
}

static void inetx_set_tos(struct sock *sk, int val)
{
	struct inet_sock *inet = inet_sk(sk);

	/* The ECN bits of a connection belong to TCP (RFC 3168). */
	if (sk->sk_type == SOCK_STREAM) {
		val &= ~INET_ECN_MASK;
		val |= inet->tos & INET_ECN_MASK;
	}
	/* Of a value beyond 8 bits the rest sets the priority anew, too. */
	if (inet->tos == val)
		return;
	val &= 0xff;
	WRITE_ONCE(inet->tos, val);
	WRITE_ONCE(sk->sk_priority, inetx_tos_priority(val));
	inetx_sk_path_reset(sk);
}

/* The options that ask for a control message, one bit each. */
static int inetx_set_cmsg_flag(struct sock *sk, int name, int val)
{
	struct inet_sock *inet = inet_sk(sk);
	u16 flag = inetx_cmsg_flag(name);

	if (name == IP_RECVFRAGSIZE && sk->sk_type != SOCK_RAW &&
	    sk->sk_type != SOCK_DGRAM)
		return -EINVAL;
	if (!val == !(inet->cmsg_flags & flag))
		return 0;

	/* Receivers then keep the sum that the device has computed. */
	if (name == IP_CHECKSUM && val)
		inet_inc_convert_csum(sk);
	else if (name == IP_CHECKSUM)
		inet_dec_convert_csum(sk);
	WRITE_ONCE(inet->cmsg_flags, inet->cmsg_flags ^ flag);
	return 0;
}

static int inetx_set_recverr(struct sock *sk, int val)
{
	inet_sk(sk)->recverr = !!val;
	if (!val)
		skb_queue_purge(&sk->sk_error_queue);
	return 0;
}

static int inetx_set_transparent(struct sock *sk, int val)
{
	struct user_namespace *ns = sock_net(sk)->user_ns;

	if (val && !ns_capable(ns, CAP_NET_RAW) &&
	    !ns_capable(ns, CAP_NET_ADMIN))
		return -EPERM;
	inet_sk(sk)->transparent = !!val;
	return 0;
}

/* Whether SO_BINDTODEVICE leaves this device to choose. */
static bool inetx_bound_allows(struct sock *sk, struct net_device *dev,
			       bool itself)
{
	int bound = sk->sk_bound_dev_if;

	return !bound || (itself && dev->ifindex == bound) ||
	       l3mdev_master_ifindex_rcu(dev) == bound;
}

static int inetx_set_unicast_if(struct sock *sk, int val)
{
	int ifindex = ntohl((__force __be32)val);
	struct net_device *dev;
	int err = 0;

	if (ifindex) {
		rcu_read_lock();
		dev = dev_get_by_index_rcu(sock_net(sk), ifindex);
		if (!dev)
			err = -EADDRNOTAVAIL;
		else if (!inetx_bound_allows(sk, dev, false))
			err = -EINVAL;
		rcu_read_unlock();
	}
	if (!err)
		WRITE_ONCE(inet_sk(sk)->uc_index, ifindex);
	return err;
}

static int inetx_set_multicast_if(struct sock *sk, sockptr_t optval,
				  unsigned int len)
{
	struct inet_sock *inet = inet_sk(sk);
	struct ip_mreqn mreq = {};
	struct net_device *dev;
	struct inetx_dev *xdev;
	int err = 0;

	if (sk->sk_type == SOCK_STREAM || len < sizeof(struct in_addr))
		return -EINVAL;

	/* Three structures, told apart by their size. */
	if (len >= sizeof(struct ip_mreqn))
		err = copy_from_sockptr(&mreq, optval, sizeof(mreq));
	else if (len >= sizeof(struct ip_mreq))
		err = copy_from_sockptr(&mreq, optval, sizeof(struct ip_mreq));
	else
		err = copy_from_sockptr(&mreq.imr_address, optval,
					sizeof(struct in_addr));
	if (err)
		return -EFAULT;

	if (mreq.imr_ifindex || mreq.imr_address.s_addr) {
		rcu_read_lock();
		if (mreq.imr_ifindex) {
			dev = dev_get_by_index_rcu(sock_net(sk),
						   mreq.imr_ifindex);
		} else {
			xdev = inetx_addr_find_dev(inetx_sk_net(sk),
						   mreq.imr_address.s_addr);
			dev = xdev ? xdev->dev : NULL;
		}
		if (!dev)
			err = -EADDRNOTAVAIL;
		else if (!inetx_bound_allows(sk, dev, true))
			err = -EINVAL;
		else
			mreq.imr_ifindex = dev->ifindex;
		rcu_read_unlock();
	}
	if (err)
		return err;
	WRITE_ONCE(inet->mc_index, mreq.imr_ifindex);
	WRITE_ONCE(inet->mc_addr, mreq.imr_address.s_addr);
	return 0;
}

static int inetx_set_port_range(struct sock *sk, int val)
{
	u16 lo = val;
	u16 hi = (u32)val >> 16;

	if (lo && hi && lo > hi)
		return -EINVAL;
	WRITE_ONCE(inetx_sk(sk)->port_lo, lo);
	WRITE_ONCE(inetx_sk(sk)->port_hi, hi);
	return 0;
}

/* Socket locked: the options that must have a value in a range. */
static int inetx_set_ranged(struct sock *sk, int name, int val)
{
	struct inet_sock *inet = inet_sk(sk);

	switch (name) {
	case IP_TTL:
		if (val != -1 && (val < 1 || val > 255))
			return -EINVAL;
		WRITE_ONCE(inet->uc_ttl, val);
		return 0;
	case IP_MINTTL:
		if (val < 0 || val > 255)
			return -EINVAL;
		WRITE_ONCE(inet->min_ttl, val);
		return 0;
	case IP_MTU_DISCOVER:
		if (val < IP_PMTUDISC_DONT || val > IP_PMTUDISC_OMIT)
			return -EINVAL;
		WRITE_ONCE(inet->pmtudisc, val);
		return 0;
	case IP_RECVERR_RFC4884:
		if (val < 0 || val > 1)
			return -EINVAL;
		inet->recverr_rfc4884 = val;
		return 0;
	case IP_MULTICAST_TTL:
		if (val == -1)
			val = 1;
		if (sk->sk_type == SOCK_STREAM || val < 0 || val > 255)
			return -EINVAL;
		WRITE_ONCE(inet->mc_ttl, val);
		return 0;
	case IP_MULTICAST_ALL:
		if (val < 0 || val > 1)
			return -EINVAL;
		inet->mc_all = val;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* Socket locked: every option whose value is an int. */
static int inetx_set_int(struct sock *sk, int name, int val)
{
	struct inet_sock *inet = inet_sk(sk);

	switch (name) {
	case IP_TOS:
		inetx_set_tos(sk, val);
		return 0;
	case IP_HDRINCL:
		if (sk->sk_type != SOCK_RAW)
			return -ENOPROTOOPT;
		inet->hdrincl = !!val;
		return 0;
	case IP_NODEFRAG:
		if (sk->sk_type != SOCK_RAW)
			return -ENOPROTOOPT;
		inet->nodefrag = !!val;
		return 0;
	case IP_RECVERR:
		return inetx_set_recverr(sk, val);
	case IP_FREEBIND:
		inet->freebind = !!val;
		return 0;
	case IP_TRANSPARENT:
		return inetx_set_transparent(sk, val);
	case IP_BIND_ADDRESS_NO_PORT:
		inet->bind_address_no_port = !!val;
		return 0;
	case IP_MULTICAST_LOOP:
		inet->mc_loop = !!val;
		return 0;
	case IP_UNICAST_IF:
		return inetx_set_unicast_if(sk, val);
	case IP_LOCAL_PORT_RANGE:
		return inetx_set_port_range(sk, val);
	default:
		if (inetx_cmsg_flag(name))
			return inetx_set_cmsg_flag(sk, name, val);
		return inetx_set_ranged(sk, name, val);
	}
}

/* What is wrong with the size alone. */
static int inetx_set_check_len(struct sock *sk, int name, unsigned int len)
{
	switch (name) {
	case IP_UNICAST_IF:
	case IP_LOCAL_PORT_RANGE:
		return len != sizeof(int) ? -EINVAL : 0;
	case IP_TTL:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_MULTICAST_ALL:
	case IP_FREEBIND:
	case IP_TRANSPARENT:
	case IP_MINTTL:
		return len < 1 ? -EINVAL : 0;
	default:
		return 0;
	}
}

/* IPsec policies of sockets are core code's, which keeps none for a family that
 * it does not know: this gives its errors.
 */
static int inetx_set_xfrm_policy(struct sock *sk, int name, sockptr_t optval,
				 unsigned int len)
{
	int err;

	if (!ns_capable(sock_net(sk)->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	lock_sock(sk);
	err = xfrm_user_policy(sk, name, optval, len);
	release_sock(sk);
	return err;
}

static int inetx_setsockopt_ip(struct sock *sk, int name, sockptr_t optval,
			       unsigned int len)
{
	int val = 0;
	int err;

	if (inetx_igmp_is_option(name))
		return inetx_igmp_setsockopt(sk, name, optval, len);
	if (inetx_mroute_is_option(name))
		return inetx_mroute_setsockopt(sk, name, optval, len);
	if (name == IP_OPTIONS)
		return inetx_ipopt_set(sk, optval, len);
	if (name == IP_IPSEC_POLICY || name == IP_XFRM_POLICY)
		return inetx_set_xfrm_policy(sk, name, optval, len);
	/* iptables(8) and others: tables of the host, which govern our packets. */
	if (!inetx_opt_known(name))
		return nf_setsockopt(sk, PF_INET, name, optval, len);
	if (name != IP_MULTICAST_IF) {
		err = inetx_opt_int(optval, len, &val);
		if (err)
			return err;
		err = inetx_set_check_len(sk, name, len);
		if (err)
			return err;
	}

	if (name == IP_ROUTER_ALERT)
		return inetx_raw_alert_set(sk, val);

	lock_sock(sk);
	if (name == IP_MULTICAST_IF)
		err = inetx_set_multicast_if(sk, optval, len);
	else
		err = inetx_set_int(sk, name, val);
	release_sock(sk);
	return err;
}

static int inetx_set_zerocopy(struct sock *sk, int val)
{
	if (sk->sk_type != SOCK_STREAM && sk->sk_protocol != IPPROTO_UDP)
		return -EOPNOTSUPP;
	if (val < 0 || val > 1)
		return -EINVAL;
	sock_valbool_flag(sk, SOCK_ZEROCOPY, val);
	return 0;
}

static int inetx_setsockopt_own(struct sock *sk, int name, sockptr_t optval,
				unsigned int len)
{
	int err = 0;
	int val;

	if (name != INETX_VIEW && name != INETX_REUSEPORT &&
	    name != INETX_ZEROCOPY)
		return -ENOPROTOOPT;
	if (len < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;

	lock_sock(sk);
	if (name == INETX_VIEW)
		WRITE_ONCE(inetx_sk(sk)->view, !!val);
	else if (name == INETX_REUSEPORT)
		sk->sk_reuseport = !!val;
	else
		err = inetx_set_zerocopy(sk, val);
	release_sock(sk);
	return err;
}

/**
 * inetx_setsockopt - setsockopt(2) at the levels that all protocols share
 * @sk: the socket, lock not held
 * @level: SOL_IP or SOL_INETX; a protocol handles its own and asks us else
 * @name: IP_* or INETX_*
 * @val: in user or kernel memory
 * @len: bytes of it
 *
 * Context: process.
 * Return: 0, -ENOPROTOOPT (unknown, or not for this type), -EINVAL (size or
 * range), -EFAULT, -EPERM, -EADDRNOTAVAIL (no such device), -EOPNOTSUPP.
 */
int inetx_setsockopt(struct sock *sk, int level, int name, sockptr_t val,
		     unsigned int len)
{
	switch (level) {
	case SOL_IP:
		return inetx_setsockopt_ip(sk, name, val, len);
	case SOL_INETX:
		return inetx_setsockopt_own(sk, name, val, len);
	default:
		return -ENOPROTOOPT;
	}
}
