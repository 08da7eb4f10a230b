// SPDX-License-Identifier: GPL-2.0
/* sendmsg(2) of raw sockets: raw(7), ip(7) IP_HDRINCL. */

#include "raw/raw.h"
#include "udp/dgram.h"

/* RCU read side: send with a header of our making; takes the skb. */
static int raw_send(struct sock *sk, struct sk_buff *skb,
		    struct inetx_dest *dest)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct inetx_ip_args args = { .protocol = sk->sk_protocol };

	skb_reset_transport_header(skb);
	inetx_dest_args(sk, dest, skb, &args);
	if (args.protocol == IPPROTO_ICMP &&
	    pskb_may_pull(skb, sizeof(struct icmphdr)))
		inetx_count_icmp_out(xnet, icmp_hdr(skb)->type);
	return inetx_ip_send(xnet, sk, skb, &dest->path, &args);
}

/* RCU read side: send with the user's header, which raw_check_header() has
 * seen; takes the skb.
 */
static int raw_send_hdrincl(struct sock *sk, struct sk_buff *skb,
			    struct inetx_dest *dest)
{
	struct inetx_net *xnet = inetx_sk_net(sk);
	struct iphdr *iph = ip_hdr(skb);
	unsigned int hlen = iph->ihl * 4;

	if (!iph->saddr)
		iph->saddr = dest->path.saddr;
	skb_set_transport_header(skb, hlen);
	skb->priority = READ_ONCE(sk->sk_priority);
	skb->mark = dest->cmsg.sockc.mark;
	skb->tstamp = dest->cmsg.sockc.transmit_time;
	skb_setup_tx_timestamp(skb, dest->cmsg.sockc.tsflags);
	if (iph->protocol == IPPROTO_ICMP &&
	    skb->len >= hlen + sizeof(struct icmphdr))
		inetx_count_icmp_out(xnet, icmp_hdr(skb)->type);
	return inetx_ip_send_raw(xnet, sk, skb, &dest->path);
}

/* Takes the skb. */
static int raw_xmit(struct sock *sk, struct sk_buff *skb,
		    struct inetx_dest *dest, bool hdrincl)
{
	int err;

	rcu_read_lock();
	err = inetx_dest_renew(sk, dest);
	if (err)
		kfree_skb(skb);
	else if (hdrincl)
		err = raw_send_hdrincl(sk, skb, dest);
	else
		err = raw_send(sk, skb, dest);
	rcu_read_unlock();

	if (err > 0)
		err = net_xmit_errno(err);
	/* A full queue is as good as a loss on the way (ip(7)). */
	if (err == -ENOBUFS && !inet_sk(sk)->recverr)
		err = 0;
	return err;
}

/* The user's header must not lead anybody beyond the packet. */
static bool raw_check_header(const struct iphdr *iph, size_t len)
{
	return iph->ihl >= 5 && iph->ihl * 4 <= len;
}

static int raw_sendmsg_hdrincl(struct sock *sk, struct msghdr *msg, size_t len,
			       struct inetx_dest *dest)
{
	unsigned int mtu;
	struct sk_buff *skb;
	int err;

	/* Who makes the header makes packets that the device takes; on a
	 * narrower path they are fragmented if their header allows it.
	 */
	rcu_read_lock();
	err = inetx_dest_renew(sk, dest);
	mtu = err ? 0 : READ_ONCE(dest->path.dev->mtu);
	rcu_read_unlock();
	if (err)
		return err;
	if (len > mtu) {
		inetx_sock_local_error(sk, EMSGSIZE, dest->path.daddr,
				       inet_sk(sk)->inet_dport, mtu);
		return -EMSGSIZE;
	}
	if (len < sizeof(struct iphdr))
		return -EINVAL;
	if (msg->msg_flags & MSG_PROBE)
		return 0;

	/* One piece, as the header has to be looked at. */
	dest->sg = false;
	skb = inetx_dgram_alloc(sk, dest, 0, len, msg->msg_flags, &err);
	if (!skb) {
		INETX_IP_INC(inetx_sk_net(sk), IPSTATS_MIB_OUTDISCARDS);
		return err;
	}
	skb_reset_network_header(skb);
	err = memcpy_from_msg(skb->data, msg, len);
	if (!err && !raw_check_header(ip_hdr(skb), len))
		err = -EINVAL;
	if (err) {
		INETX_IP_INC(inetx_sk_net(sk), IPSTATS_MIB_OUTDISCARDS);
		kfree_skb(skb);
		return err;
	}
	return raw_xmit(sk, skb, dest, true);
}

/* Several calls, one packet: MSG_MORE. */
static int raw_sendmsg_more(struct sock *sk, struct msghdr *msg, size_t len,
			    const struct inetx_dest *dest)
{
	bool more = msg->msg_flags & MSG_MORE;
	struct inetx_raw_sock *rs = inetx_raw_sk(sk);
	struct inetx_cork *cork;
	struct sk_buff *skb;
	int err = 0;

	lock_sock(sk);
	cork = rs->cork;
	if (!cork)
		cork = inetx_cork_start(sk, dest, 0, msg->msg_flags, &err);
	if (!cork)
		goto out;
	err = inetx_cork_append(sk, cork, msg, len);
	WRITE_ONCE(rs->cork, !err && more ? cork : NULL);
	if (rs->cork)
		goto out;
	if (!err) {
		skb = cork->skb;
		cork->skb = NULL;
		err = raw_xmit(sk, skb, &cork->dest, false);
	}
	inetx_cork_free(cork);
out:
	release_sock(sk);
	return err;
}

static int raw_sendmsg_once(struct sock *sk, struct msghdr *msg, size_t len,
			    struct inetx_dest *dest)
{
	struct sk_buff *skb;
	int err;

	err = inetx_dest_check_size(sk, dest, len, false);
	if (err)
		return err;
	skb = inetx_dgram_alloc(sk, dest, 0, len, msg->msg_flags, &err);
	if (!skb)
		return err;
	err = inetx_dgram_copy(sk, skb, 0, msg, len, false);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	return raw_xmit(sk, skb, dest, false);
}

/**
 * inetx_raw_sendmsg - sendmsg(2)
 * @sk: the socket, not locked
 * @msg: the message
 * @len: bytes of payload; with IP_HDRINCL of packet
 *
 * Context: process.
 * Return: @len or a negative errno: raw(7), ip(7).
 */
int inetx_raw_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	/* It may be changed at any time; one send is of one kind. */
	bool hdrincl = inet_sk(sk)->hdrincl;
	struct inetx_dest dest;
	int err;

	if (len > 0xffff)
		return -EMSGSIZE;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;

	if (!msg->msg_namelen)
		msg->msg_name = NULL;
	err = inetx_dest_name(sk, msg, true, &dest);
	if (err)
		return err;
	/* There are no ports; what is in sin_port means nothing. */
	dest.dport = 0;

	inetx_cmsg_init(&dest.cmsg, sk);
	err = inetx_dest_cmsg(sk, msg, &dest);
	if (err)
		return err;
	if (hdrincl && inetx_dest_opt(&dest))
		return -EINVAL;
	err = inetx_dest_route(sk, msg, &dest);
	if (err)
		return err;
	if ((msg->msg_flags & MSG_CONFIRM) && (msg->msg_flags & MSG_PROBE) &&
	    !len)
		return 0;

	if (hdrincl)
		err = raw_sendmsg_hdrincl(sk, msg, len, &dest);
	else if ((msg->msg_flags & MSG_MORE) ||
		 READ_ONCE(inetx_raw_sk(sk)->cork))
		err = raw_sendmsg_more(sk, msg, len, &dest);
	else
		err = raw_sendmsg_once(sk, msg, len, &dest);
	return err ? : len;
}
