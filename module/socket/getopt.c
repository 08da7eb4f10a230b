// SPDX-License-Identifier: GPL-2.0
/* getsockopt(2) at the levels SOL_IP (ip(7)) and SOL_INETX. */

#include <linux/compat.h>
#include <linux/netfilter.h>

#include "filter/filter.h"
#include "igmp/igmp.h"
#include "mroute/mroute.h"
#include "socket/option.h"
#include "socket/socket.h"

/* Hand out an int; into less than four bytes goes one, if it fits there. */
static int inetx_put_int(int val, int len, char __user *optval,
			 int __user *optlen)
{
	u8 byte = val;

	if (len > 0 && len < sizeof(val) && val >= 0 && val <= 255) {
		if (put_user(1, optlen) || copy_to_user(optval, &byte, 1))
			return -EFAULT;
		return 0;
	}
	len = min_t(int, len, sizeof(val));
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}

/* The MTU of the path to the peer, 0 where there is none. */
static int inetx_get_mtu(struct sock *sk)
{
	struct inetx_path path;
	int mtu = 0;

	rcu_read_lock();
	if (!inetx_sk_path(sk, &path))
		mtu = path.mtu;
	rcu_read_unlock();
	return mtu;
}

static int inetx_get_ttl(const struct sock *sk)
{
	int ttl = READ_ONCE(inet_sk(sk)->uc_ttl);

	return ttl >= 0 ? ttl :
			  READ_ONCE(inetx_sk_net(sk)->ip.sysctl_default_ttl);
}

/* The options that are one bit of struct inet_sock; -1 for another option. */
static int inetx_get_bit(const struct inet_sock *inet, int name)
{
	u16 flag = inetx_cmsg_flag(name);

	if (flag)
		return !!(inet->cmsg_flags & flag);
	switch (name) {
	case IP_HDRINCL:
		return inet->hdrincl;
	case IP_NODEFRAG:
		return inet->nodefrag;
	case IP_BIND_ADDRESS_NO_PORT:
		return inet->bind_address_no_port;
	case IP_RECVERR:
		return inet->recverr;
	case IP_RECVERR_RFC4884:
		return inet->recverr_rfc4884;
	case IP_MULTICAST_LOOP:
		return inet->mc_loop;
	case IP_MULTICAST_ALL:
		return inet->mc_all;
	case IP_FREEBIND:
		return inet->freebind;
	case IP_TRANSPARENT:
		return inet->transparent;
	default:
		return -1;
	}
}

/* Socket locked. */
static int inetx_get_int(struct sock *sk, int name, int *val)
{
	const struct inet_sock *inet = inet_sk(sk);
	int bit = inetx_get_bit(inet, name);

	if (bit >= 0) {
		*val = bit;
		return 0;
	}
	switch (name) {
	case IP_TOS:
		*val = inet->tos;
		return 0;
	case IP_TTL:
		*val = inetx_get_ttl(sk);
		return 0;
	case IP_MINTTL:
		*val = inet->min_ttl;
		return 0;
	case IP_MTU_DISCOVER:
		*val = inet->pmtudisc;
		return 0;
	case IP_MTU:
		*val = inetx_get_mtu(sk);
		return *val ? 0 : -ENOTCONN;
	case IP_MULTICAST_TTL:
		*val = inet->mc_ttl;
		return 0;
	case IP_UNICAST_IF:
		*val = (__force int)htonl(inet->uc_index);
		return 0;
	case IP_LOCAL_PORT_RANGE:
		*val = (u32)inetx_sk(sk)->port_hi << 16 |
		       inetx_sk(sk)->port_lo;
		return 0;
	case IP_PROTOCOL:
		*val = inet->inet_num;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int inetx_get_multicast_if(const struct sock *sk, int len,
				  char __user *optval, int __user *optlen)
{
	struct in_addr addr = { READ_ONCE(inet_sk(sk)->mc_addr) };

	len = min_t(int, len, sizeof(addr));
	if (put_user(len, optlen) || copy_to_user(optval, &addr, len))
		return -EFAULT;
	return 0;
}

/* What the options of control messages say of a connection, which has no
 * messages to carry them; TCP keeps them of the packet that opened it.
 */
static int inetx_get_pktoptions(const struct sock *sk, int len,
				char __user *optval, int __user *optlen)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct msghdr msg = {
		.msg_control_is_user = true,
		.msg_control_user = optval,
		.msg_controllen = len,
		.msg_flags = in_compat_syscall() ? MSG_CMSG_COMPAT : 0,
	};
	int val;

	if (sk->sk_type != SOCK_STREAM)
		return -ENOPROTOOPT;

	if (inet->cmsg_flags & IP_CMSG_PKTINFO) {
		struct in_pktinfo info = {
			.ipi_ifindex = inet->mc_index,
			.ipi_spec_dst.s_addr = inet->inet_rcv_saddr,
			.ipi_addr.s_addr = inet->inet_rcv_saddr,
		};

		put_cmsg(&msg, SOL_IP, IP_PKTINFO, sizeof(info), &info);
	}
	if (inet->cmsg_flags & IP_CMSG_TTL) {
		val = inet->mc_ttl;
		put_cmsg(&msg, SOL_IP, IP_TTL, sizeof(val), &val);
	}
	if (inet->cmsg_flags & IP_CMSG_TOS) {
		val = inet->rcv_tos;
		put_cmsg(&msg, SOL_IP, IP_TOS, sizeof(val), &val);
	}
	return put_user(len - (int)msg.msg_controllen, optlen);
}

static int inetx_get_original_dst(struct sock *sk, int len,
				  char __user *optval, int __user *optlen)
{
	struct sockaddr_in sin;
	int err = inetx_filter_original_dst(sk, &sin, len);

	if (err)
		return err;
	if (copy_to_user(optval, &sin, sizeof(sin)) || put_user(len, optlen))
		return -EFAULT;
	return 0;
}

/* iptables(8) and others: tables of the host, which govern our packets. */
static int inetx_get_filter(struct sock *sk, int name, int len,
			    char __user *optval, int __user *optlen)
{
	int err = nf_getsockopt(sk, PF_INET, name, optval, &len);

	if (err < 0)
		return err;
	return put_user(len, optlen) ? -EFAULT : err;
}

static int inetx_getsockopt_ip(struct sock *sk, int name, int len,
			       char __user *optval, int __user *optlen)
{
	int val, err;

	if (inetx_igmp_is_option(name))
		return inetx_igmp_getsockopt(sk, name, len, optval, optlen);
	switch (name) {
	case IP_MULTICAST_IF:
		return inetx_get_multicast_if(sk, len, optval, optlen);
	case IP_OPTIONS:
		return inetx_ipopt_read(sk, len, optval, optlen);
	case IP_PKTOPTIONS:
		return inetx_get_pktoptions(sk, len, optval, optlen);
	case SO_ORIGINAL_DST:
		return inetx_get_original_dst(sk, len, optval, optlen);
	default:
		lock_sock(sk);
		err = inetx_get_int(sk, name, &val);
		release_sock(sk);
		if (err == -ENOPROTOOPT)
			return inetx_get_filter(sk, name, len, optval, optlen);
		return err ?: inetx_put_int(val, len, optval, optlen);
	}
}

static int inetx_getsockopt_own(struct sock *sk, int name, int len,
				char __user *optval, int __user *optlen)
{
	int val;

	switch (name) {
	case INETX_VIEW:
		val = READ_ONCE(inetx_sk(sk)->view);
		break;
	case INETX_REUSEPORT:
		val = sk->sk_reuseport;
		break;
	case INETX_ZEROCOPY:
		val = sock_flag(sk, SOCK_ZEROCOPY);
		break;
	default:
		return -ENOPROTOOPT;
	}
	len = min_t(int, len, sizeof(val));
	if (copy_to_user(optval, &val, len) || put_user(len, optlen))
		return -EFAULT;
	return 0;
}

/**
 * inetx_getsockopt - getsockopt(2) at the levels that all protocols share
 * @sk: the socket, lock not held
 * @level: SOL_IP or SOL_INETX; a protocol handles its own and asks us else
 * @name: IP_* or INETX_*
 * @val: user's buffer
 * @len: its size, gets the bytes used
 *
 * Context: process.
 * Return: 0, -ENOPROTOOPT, -EOPNOTSUPP (unknown level), -EINVAL (negative
 * size), -ENOTCONN (IP_MTU without a peer), -EFAULT.
 */
int inetx_getsockopt(struct sock *sk, int level, int name, char __user *val,
		     int __user *len)
{
	int size;

	if (level != SOL_IP && level != SOL_INETX)
		return -EOPNOTSUPP;
	if (level == SOL_IP && inetx_mroute_is_option(name))
		return inetx_mroute_getsockopt(sk, name, val, len);
	if (get_user(size, len))
		return -EFAULT;
	if (size < 0)
		return -EINVAL;
	if (level == SOL_IP)
		return inetx_getsockopt_ip(sk, name, size, val, len);
	return inetx_getsockopt_own(sk, name, size, val, len);
}
