// SPDX-License-Identifier: GPL-2.0
/* IP options of sockets: ip(7), IP_OPTIONS, IP_RECVOPTS, IP_RETOPTS. */

#include <linux/errqueue.h>
#include <linux/slab.h>

#include "ip/options.h"
#include "socket/option.h"
#include "socket/socket.h"
#include "tcp/tcp.h"

/**
 * inetx_ipopt_get - IP options that a user wants to send
 * @net: the namespace, whose CAP_NET_RAW allows what RFC 791 leaves to others
 * @val: RFC 791's octets, but for a source route, which begins with the first hop
 * @len: bytes of them, at most 40
 * @out: the options, for kfree(); NULL for none
 *
 * Context: process.
 * Return: 0, -EINVAL, -EPERM (a source route without CAP_NET_RAW), -EFAULT or
 * -ENOMEM.
 */
int inetx_ipopt_get(struct net *net, sockptr_t val, unsigned int len,
		    struct ip_options_rcu **out)
{
	unsigned int room = round_up(len, 4);
	enum inetx_ipopt_maker maker;
	struct ip_options_rcu *opt;
	int err = -EINVAL;

	*out = NULL;
	if (len > INETX_IPOPT_MAX)
		return -EINVAL;
	if (!len)
		return 0;
	/* Zeroed: an end of options fills the last word. */
	opt = kzalloc(sizeof(*opt) + room, GFP_KERNEL_ACCOUNT);
	if (!opt)
		return -ENOMEM;
	if (copy_from_sockptr(opt->opt.__data, val, len)) {
		err = -EFAULT;
		goto free;
	}
	opt->opt.optlen = room;
	maker = ns_capable(net->user_ns, CAP_NET_RAW) ? INETX_IPOPT_PRIVILEGED :
							INETX_IPOPT_USER;
	rcu_read_lock();
	if (!inetx_ip_options_parse(inetx_net(net), opt->opt.__data, &opt->opt,
				    maker))
		err = 0;
	rcu_read_unlock();
	/* Who chooses the way may come in by where nobody is expected. */
	if (!err && opt->opt.srr && maker == INETX_IPOPT_USER)
		err = -EPERM;
	if (err)
		goto free;
	*out = opt;
	return 0;

free:
	kfree(opt);
	return err;
}

/**
 * inetx_ipopt_set - setsockopt(2) IP_OPTIONS
 * @sk: the socket, lock not held
 * @val: as inetx_ipopt_get()
 * @len: bytes of them; 0: none any more
 *
 * Context: process.
 * Return: as inetx_ipopt_get().
 */
int inetx_ipopt_set(struct sock *sk, sockptr_t val, unsigned int len)
{
	struct inet_sock *inet = inet_sk(sk);
	struct ip_options_rcu *opt, *old;
	int err;

	err = inetx_ipopt_get(sock_net(sk), val, len, &opt);
	if (err)
		return err;
	lock_sock(sk);
	old = rcu_replace_pointer(inet->inet_opt, opt,
				  lockdep_sock_is_held(sk));
	/* A source route changes the way, any option the size of segments. */
	inetx_sk_path_reset(sk);
	if (sk->sk_type == SOCK_STREAM)
		inetx_tcp_sync_mss(sk);
	release_sock(sk);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

/**
 * inetx_ipopt_read - getsockopt(2) IP_OPTIONS
 * @sk: the socket, lock not held
 * @len: room
 * @val: gets the options that are sent, as a user would give them
 * @optlen: gets their size
 *
 * Context: process.
 * Return: 0 or -EFAULT.
 */
int inetx_ipopt_read(struct sock *sk, int len, char __user *val,
		     int __user *optlen)
{
	struct ip_options_data buf = {};
	const struct ip_options_rcu *opt;

	rcu_read_lock();
	opt = rcu_dereference(inet_sk(sk)->inet_opt);
	if (opt)
		memcpy(&buf, opt, sizeof(*opt) + opt->opt.optlen);
	rcu_read_unlock();
	inetx_ip_options_undo(&buf.opt.opt);
	len = min_t(int, len, buf.opt.opt.optlen);
	if (put_user(len, optlen) || copy_to_user(val, buf.opt.opt.__data, len))
		return -EFAULT;
	return 0;
}

/**
 * inetx_ipopt_recv - control messages with the options of a received packet
 * @sk: the socket
 * @msg: of recvmsg(2)
 * @skb: the packet, see INETX_RX(); network header set
 * @flags: IP_CMSG_RECVOPTS: as they are; IP_CMSG_RETOPTS: in the form in which
 *	they can be set to go back
 *
 * Context: process.
 */
void inetx_ipopt_recv(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		      unsigned int flags)
{
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int len = iph->ihl * 4 - sizeof(*iph);
	struct ip_options_data buf;
	u8 octets[INETX_IPOPT_MAX];

	if (likely(!len))
		return;
	/* Of a packet of ours that is back with its timestamp they are known. */
	if (skb->pkt_type == PACKET_OUTGOING &&
	    SKB_EXT_ERR(skb)->ee.ee_origin != SO_EE_ORIGIN_ICMP)
		return;
	if (flags & IP_CMSG_RECVOPTS) {
		/* Slab memory must not be copied to users. */
		memcpy(octets, iph + 1, len);
		put_cmsg(msg, SOL_IP, IP_RECVOPTS, len, octets);
	}
	if (flags & IP_CMSG_RETOPTS) {
		rcu_read_lock();
		inetx_ip_options_echo(inetx_sk_net(sk), (const u8 *)iph,
				      INETX_IPOPT_ALL, &buf.opt.opt);
		rcu_read_unlock();
		inetx_ip_options_undo(&buf.opt.opt);
		put_cmsg(msg, SOL_IP, IP_RETOPTS, buf.opt.opt.optlen,
			 buf.opt.opt.__data);
	}
}
