// SPDX-License-Identifier: GPL-2.0
/* Sending one datagram; see dgram.h. */

#include <linux/slab.h>

#include "arp/arp.h"
#include "udp/dgram.h"

/* Datagrams that fit a page are not worth pieces. */
#define DGRAM_LINEAR_MAX	SKB_WITH_OVERHEAD(PAGE_SIZE)

/**
 * inetx_dest_name - the address a datagram is for
 * @sk: the socket; the lock is not needed
 * @msg: msg_name of it, or the socket's peer
 * @unspec: AF_UNSPEC is taken for our family
 * @dest: @daddr, @dport and @connected are filled
 *
 * Context: process.
 * Return: 0, -EINVAL, -EAFNOSUPPORT or -EDESTADDRREQ.
 */
int inetx_dest_name(const struct sock *sk, const struct msghdr *msg,
		    bool unspec, struct inetx_dest *dest)
{
	DECLARE_SOCKADDR(const struct sockaddr_in *, sin, msg->msg_name);
	const struct inet_sock *inet = inet_sk(sk);

	dest->connected = !sin;
	if (!sin) {
		if (sk->sk_state != TCP_ESTABLISHED)
			return -EDESTADDRREQ;
		dest->daddr = READ_ONCE(inet->inet_daddr);
		dest->dport = READ_ONCE(inet->inet_dport);
		return 0;
	}
	if (msg->msg_namelen < sizeof(*sin))
		return -EINVAL;
	if (!inetx_af_ok(sin->sin_family) &&
	    !(unspec && sin->sin_family == AF_UNSPEC))
		return -EAFNOSUPPORT;
	dest->daddr = sin->sin_addr.s_addr;
	dest->dport = sin->sin_port;
	return 0;
}

static void copy_options(struct inetx_dest *dest,
			 const struct ip_options_rcu *opt)
{
	memcpy(&dest->opts, opt, sizeof(*opt) + opt->opt.optlen);
}

/**
 * inetx_dest_cmsg - control messages and IP options of a datagram
 * @sk: the socket
 * @msg: the message
 * @dest: @cmsg, initialised by inetx_cmsg_init(), and @opts are filled
 *
 * Options in a control message (IP_RETOPTS) go before those of the socket.
 *
 * Context: process.
 * Return: 0, or the error of inetx_cmsg_send().
 */
int inetx_dest_cmsg(struct sock *sk, struct msghdr *msg,
		    struct inetx_dest *dest)
{
	const struct ip_options_rcu *opt;
	int err = 0;

	dest->opts.opt.opt.optlen = 0;
	if (msg && msg->msg_controllen) {
		err = inetx_cmsg_send(sk, msg, &dest->cmsg);
		if (!err && dest->cmsg.opt)
			copy_options(dest, dest->cmsg.opt);
		kfree(dest->cmsg.opt);
		dest->cmsg.opt = NULL;
		dest->connected = false;
	}
	if (!dest->opts.opt.opt.optlen &&
	    unlikely(rcu_access_pointer(inet_sk(sk)->inet_opt))) {
		rcu_read_lock();
		opt = rcu_dereference(inet_sk(sk)->inet_opt);
		if (opt)
			copy_options(dest, opt);
		rcu_read_unlock();
	}
	return err;
}

/* RCU read side: the path, from the socket or looked up. */
static int dest_lookup(struct sock *sk, struct inetx_dest *dest)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	int err;

	if (dest->connected)
		err = inetx_sk_path(sk, &dest->path);
	else
		err = inetx_route_output(xnet, &dest->flow, &dest->path);
	if (err) {
		if (err == -ENETUNREACH)
			INETX_IP_INC(xnet, IPSTATS_MIB_OUTNOROUTES);
		return err;
	}
	if (dest->path.type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	return 0;
}

/* RCU read side, MSG_CONFIRM: the peer has answered by means of its own, so
 * its neighbour entry is good (arp(7)).
 */
static void dest_confirm(const struct inetx_path *path)
{
	struct neighbour *n;

	if (path->type != RTN_UNICAST)
		return;
	rcu_read_lock_bh();
	n = inetx_arp_lookup(path->dev, path->nexthop);
	if (!IS_ERR_OR_NULL(n))
		neigh_confirm(n);
	rcu_read_unlock_bh();
}

/* What the buffer must be like for the path; RCU read side. */
static void dest_note_device(const struct sock *sk, struct inetx_dest *dest)
{
	const struct net_device *dev = dest->path.dev;

	dest->offload = dev->features & (NETIF_F_HW_CSUM | NETIF_F_IP_CSUM);
	dest->sg = dev->features & NETIF_F_SG;
	dest->mtu = ip_sk_use_pmtu(sk) ? dest->path.mtu :
		    min_t(unsigned int, READ_ONCE(dev->mtu), IP_MAX_MTU);
	dest->headroom = LL_RESERVED_SPACE(dev) + inetx_dest_iphlen(dest);
	dest->tailroom = dev->needed_tailroom;
}

/**
 * inetx_dest_route - the path of a datagram
 * @sk: the socket; the lock is not needed
 * @msg: its flags count: MSG_DONTROUTE, MSG_CONFIRM
 * @dest: @daddr, @dport, @cmsg and @opts are filled; the rest will be
 *
 * Context: process.
 * Return: 0; -EACCES: broadcast without SO_BROADCAST; -EINVAL: source route
 * without destination; or the error of the lookup.
 */
int inetx_dest_route(struct sock *sk, const struct msghdr *msg,
		     struct inetx_dest *dest)
{
	const struct ip_options *opt = inetx_dest_opt(dest);
	__be32 to = dest->daddr;
	int err;

	if (unlikely(opt && opt->srr)) {
		if (!dest->daddr)
			return -EINVAL;
		to = opt->faddr;
		dest->connected = false;
	}
	if ((msg->msg_flags & MSG_DONTROUTE) || ipv4_is_multicast(to))
		dest->connected = false;
	if (!dest->connected) {
		inetx_sk_flow_to(sk, &dest->flow, to, dest->dport,
				 &dest->cmsg);
		if ((msg->msg_flags & MSG_DONTROUTE) ||
		    (opt && opt->is_strictroute))
			dest->flow.scope = RT_SCOPE_LINK;
	}

	rcu_read_lock();
	err = dest_lookup(sk, dest);
	if (!err) {
		dest_note_device(sk, dest);
		if (unlikely(msg->msg_flags & MSG_CONFIRM))
			dest_confirm(&dest->path);
	}
	rcu_read_unlock();
	return err;
}

/**
 * inetx_dest_check_size - can a datagram be sent in one IP packet or in parts
 * @sk: the socket
 * @dest: its destination, with a path
 * @len: bytes behind the IP header
 * @segments: it will be cut to segments that fit (UDP_SEGMENT)
 *
 * Context: process.
 * Return: 0; -EMSGSIZE, which the error queue tells more of; -ENETUNREACH where
 * a route says less than any link takes (RFC 791 section 3.2).
 */
int inetx_dest_check_size(struct sock *sk, const struct inetx_dest *dest,
			  size_t len, bool segments)
{
	unsigned int max = segments || ip_sk_ignore_df(sk) ? IP_MAX_MTU :
							     dest->mtu;

	if (unlikely(dest->mtu < IPV4_MIN_MTU))
		return -ENETUNREACH;
	if (likely(len + inetx_dest_iphlen(dest) <= max))
		return 0;
	inetx_sock_local_error(sk, EMSGSIZE, dest->path.daddr,
			       READ_ONCE(inet_sk(sk)->inet_dport),
			       dest->mtu - dest->opts.opt.opt.optlen);
	return -EMSGSIZE;
}

/**
 * inetx_dest_renew - make sure of the path
 * @sk: the socket
 * @dest: its destination
 *
 * Context: RCU read side; the path is good in that section.
 * Return: 0 or the error of a lookup that became necessary.
 */
int inetx_dest_renew(struct sock *sk, struct inetx_dest *dest)
{
	if (likely(inetx_path_valid(inetx_sk_net(sk), &dest->path)))
		return 0;
	return dest_lookup(sk, dest);
}

/* Does a packet of @len bytes carry DF?  Discovery of the MTU that also fragments
 * (IP_PMTUDISC_WANT) discovers nothing by fragments.
 */
static bool datagram_df(const struct sock *sk, const struct inetx_dest *dest,
			unsigned int len)
{
	if (!inetx_ip_df(sk, &dest->path))
		return false;
	return len <= dest->path.mtu || dest->cmsg.gso_size ||
	       !ip_sk_ignore_df(sk);
}

/**
 * inetx_dest_args - the IP header of a datagram, and what goes with the buffer
 * @sk: the socket
 * @dest: its destination, path made sure of
 * @skb: the datagram; charged to @sk
 * @args: to fill, but for @protocol
 *
 * Context: RCU read side.
 */
void inetx_dest_args(struct sock *sk, const struct inetx_dest *dest,
		     struct sk_buff *skb, struct inetx_ip_args *args)
{
	const struct inetx_cmsg *cmsg = &dest->cmsg;

	args->saddr = dest->path.saddr;
	args->daddr = dest->daddr ? : dest->path.daddr;
	args->ttl = cmsg->ttl ? : inetx_ip_ttl(inetx_sk_net(sk), sk,
					       &dest->path);
	if (unlikely(cmsg->tos >= 0)) {
		args->tos = cmsg->tos;
		args->priority = inetx_tos_priority(cmsg->tos);
	} else {
		args->tos = READ_ONCE(inet_sk(sk)->tos);
		args->priority = READ_ONCE(sk->sk_priority);
	}
	args->df = datagram_df(sk, dest, skb->len + inetx_dest_iphlen(dest));
	args->mark = cmsg->sockc.mark;
	args->opt = inetx_dest_opt(dest);

	skb->tstamp = cmsg->sockc.transmit_time;
	skb_setup_tx_timestamp(skb, cmsg->sockc.tsflags);
}

/**
 * inetx_dgram_alloc - memory for a datagram, charged to SO_SNDBUF
 * @sk: the socket
 * @dest: its destination, with a path
 * @hdr: bytes of transport header
 * @len: bytes of payload
 * @flags: MSG_DONTWAIT
 * @err: why not
 *
 * Large ones come in pieces where the device can do that and the checksum,
 * too, so that no large contiguous memory is needed: then there is room for the
 * header alone, and inetx_dgram_copy() adds the rest.
 *
 * Context: process; may wait.
 * Return: a buffer of @hdr + @len, or @hdr, bytes, data at the transport header;
 * or NULL.
 */
struct sk_buff *inetx_dgram_alloc(struct sock *sk,
				  const struct inetx_dest *dest,
				  unsigned int hdr, size_t len, int flags,
				  int *err)
{
	unsigned int head = dest->headroom + hdr + dest->tailroom;
	struct sk_buff *skb;

	if (dest->sg && dest->offload && head + len > DGRAM_LINEAR_MAX)
		len = 0;
	skb = sock_alloc_send_skb(sk, head + len, flags & MSG_DONTWAIT, err);
	if (!skb)
		return NULL;
	skb_reserve(skb, dest->headroom);
	skb_put(skb, hdr + len);
	return skb;
}

/* Room for more in the task's page fragment, and in the buffer for it. */
static int pages_room(struct sock *sk, struct sk_buff *skb,
		      struct page_frag *pfrag)
{
	int frags;

	if (!sk_page_frag_refill(sk, pfrag))
		return -ENOBUFS;
	frags = skb_shinfo(skb)->nr_frags;
	if (frags < MAX_SKB_FRAGS ||
	    skb_can_coalesce(skb, frags, pfrag->page, pfrag->offset))
		return 0;
	/* Other sockets of the task took pages in between. */
	return skb_linearize(skb) ? -ENOBUFS : 0;
}

/* Append to a buffer.  Pages of the task's fragment are used again and again,
 * where fresh ones would have to be cleared each time (init_on_alloc).
 */
static int append_pages(struct sock *sk, struct sk_buff *skb,
			struct msghdr *msg, size_t len)
{
	struct page_frag *pfrag = sk_page_frag(sk);
	size_t copy;
	int frags;
	int err;

	for (; len; len -= copy) {
		err = pages_room(sk, skb, pfrag);
		if (err)
			return err;
		copy = min_t(size_t, len, pfrag->size - pfrag->offset);
		if (copy_page_from_iter(pfrag->page, pfrag->offset, copy,
					&msg->msg_iter) != copy)
			return -EFAULT;
		frags = skb_shinfo(skb)->nr_frags;
		if (skb_can_coalesce(skb, frags, pfrag->page, pfrag->offset)) {
			skb_frag_size_add(&skb_shinfo(skb)->frags[frags - 1],
					  copy);
		} else {
			get_page(pfrag->page);
			skb_fill_page_desc(skb, frags, pfrag->page,
					   pfrag->offset, copy);
		}
		pfrag->offset += copy;
		skb->len += copy;
		skb->data_len += copy;
		skb->truesize += copy;
		refcount_add(copy, &sk->sk_wmem_alloc);
	}
	return 0;
}

/**
 * inetx_dgram_copy - fill a buffer from user memory
 * @sk: the socket
 * @skb: from inetx_dgram_alloc()
 * @hdr: bytes of transport header
 * @msg: where from
 * @len: bytes of payload
 * @sum: leave the sum of the payload in @skb->csum
 *
 * Context: process; may fault.
 * Return: 0, -ENOBUFS or -EFAULT.
 */
int inetx_dgram_copy(struct sock *sk, struct sk_buff *skb, unsigned int hdr,
		     struct msghdr *msg, size_t len, bool sum)
{
	__wsum csum = 0;
	int err;

	if (unlikely(skb->len < hdr + len)) {
		err = append_pages(sk, skb, msg, len);
		if (!err && sum)
			skb->csum = skb_checksum(skb, hdr, len, 0);
		return err;
	}
	if (!sum)
		return copy_from_iter_full(skb->data + hdr, len,
					   &msg->msg_iter) ? 0 : -EFAULT;
	if (!csum_and_copy_from_iter_full(skb->data + hdr, len, &csum,
					  &msg->msg_iter))
		return -EFAULT;
	skb->csum = csum;
	return 0;
}

/**
 * inetx_cork_start - begin a datagram that several calls will fill
 * @sk: the socket
 * @dest: destination, with a path; copied
 * @hdr: bytes of transport header
 * @flags: MSG_DONTWAIT
 * @err: why not
 *
 * Context: process, socket locked.
 * Return: the cork or NULL.
 */
struct inetx_cork *inetx_cork_start(struct sock *sk,
				    const struct inetx_dest *dest,
				    unsigned int hdr, int flags, int *err)
{
	struct inetx_cork *cork = kmalloc(sizeof(*cork), GFP_KERNEL);

	if (!cork) {
		*err = -ENOBUFS;
		return NULL;
	}
	cork->dest = *dest;
	/* Piecewise data is summed up when it is complete. */
	cork->skb = inetx_dgram_alloc(sk, dest, hdr, 0, flags, err);
	if (!cork->skb) {
		kfree(cork);
		return NULL;
	}
	return cork;
}

/**
 * inetx_cork_append - add data to a datagram under construction
 * @sk: the socket
 * @cork: its cork
 * @msg: where from
 * @len: bytes
 *
 * Context: process, socket locked.
 * Return: 0, -EMSGSIZE, -ENOBUFS, -EFAULT; after an error the datagram is
 * useless.
 */
int inetx_cork_append(struct sock *sk, struct inetx_cork *cork,
		      struct msghdr *msg, size_t len)
{
	int err;

	err = inetx_dest_check_size(sk, &cork->dest, cork->skb->len + len,
				    cork->dest.cmsg.gso_size);
	return err ?: append_pages(sk, cork->skb, msg, len);
}

/**
 * inetx_cork_free - give a cork back
 * @cork: its @skb is freed with it, unless NULL
 */
void inetx_cork_free(struct inetx_cork *cork)
{
	kfree_skb(cork->skb);
	kfree(cork);
}

/**
 * inetx_dgram_error - what an ICMP error means to a socket
 * @sk: the socket
 * @type: ICMP type
 * @code: ICMP code
 * @error: to fill
 *
 * Context: any.
 * Return: false for what is of no concern: source quench, redirects.
 */
bool inetx_dgram_error(const struct sock *sk, u8 type, u8 code,
		       struct inetx_icmp_error *error)
{
	*error = (struct inetx_icmp_error) { .err = EHOSTUNREACH };
	switch (type) {
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
		return false;
	case ICMP_PARAMETERPROB:
		*error = (struct inetx_icmp_error) {
			.err = EPROTO, .fatal = true,
		};
		break;
	case ICMP_DEST_UNREACH:
		if (code < ARRAY_SIZE(inetx_icmp_errors))
			*error = inetx_icmp_errors[code];
		if (code == ICMP_FRAG_NEEDED)
			*error = (struct inetx_icmp_error) {
				.err = EMSGSIZE,
				.fatal = inet_sk(sk)->pmtudisc !=
					 IP_PMTUDISC_DONT,
			};
		break;
	}
	return true;
}
