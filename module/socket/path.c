// SPDX-License-Identifier: GPL-2.0
/*
 * From a socket to a path: what a route is asked for, and the path that a
 * connected socket keeps.
 *
 * The kept path is a plain copy, see route.h.  It is used only while the
 * generation it was looked up in is the current one and while the socket still
 * has the settings it was looked up with.
 */

#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <net/ip.h>
#include <net/l3mdev.h>

#include "route/exception.h"
#include "socket/socket.h"

static void inetx_path_key_get(const struct sock *sk,
			       struct inetx_path_key *key)
{
	key->mark = READ_ONCE(sk->sk_mark);
	key->oif = READ_ONCE(sk->sk_bound_dev_if);
	key->tos = READ_ONCE(inet_sk(sk)->tos);
	key->direct = sock_flag(sk, SOCK_LOCALROUTE);
}

/*
 * Where packets to the socket's peer go first: by a source route to its first hop.
 * @strict: that has to be a neighbour.
 */
static __be32 inetx_first_hop(const struct sock *sk, __be32 daddr, bool *strict)
{
	const struct ip_options_rcu *opt;

	*strict = false;
	if (likely(!rcu_access_pointer(inet_sk(sk)->inet_opt)) || !daddr)
		return daddr;
	rcu_read_lock();
	opt = rcu_dereference(inet_sk(sk)->inet_opt);
	if (opt && opt->opt.srr) {
		daddr = opt->opt.faddr;
		*strict = opt->opt.is_strictroute;
	}
	rcu_read_unlock();
	return daddr;
}

/* Is it the way to the peer?  A change of options makes any path stale. */
static bool inetx_path_leads(const struct sock *sk,
			     const struct inetx_path *path)
{
	__be32 daddr = READ_ONCE(inet_sk(sk)->inet_daddr);
	bool strict;

	return likely(path->daddr == daddr) ||
	       path->daddr == inetx_first_hop(sk, daddr, &strict);
}

/* Does a path with this key still fit the socket? */
static bool inetx_path_fits(const struct sock *sk,
			    const struct inetx_path *path,
			    const struct inetx_path_key *key)
{
	const struct inet_sock *inet = inet_sk(sk);
	__be32 saddr = READ_ONCE(inet->inet_saddr);

	return inetx_path_valid(inetx_sk_net(sk), path) &&
	       inetx_path_leads(sk, path) &&
	       (path->saddr == saddr || !saddr) &&
	       key->mark == READ_ONCE(sk->sk_mark) &&
	       key->oif == READ_ONCE(sk->sk_bound_dev_if) &&
	       key->tos == READ_ONCE(inet->tos) &&
	       key->direct == sock_flag(sk, SOCK_LOCALROUTE);
}

/* The device and source of the socket's choice for this kind of destination,
 * where neither a control message nor bind(2) has chosen.
 */
static void inetx_flow_interface(const struct sock *sk, struct inetx_flow *flow)
{
	const struct inet_sock *inet = inet_sk(sk);

	/* IP_UNICAST_IF and IP_MULTICAST_IF do not concern connections. */
	if (sk->sk_type == SOCK_STREAM)
		return;

	if (ipv4_is_multicast(flow->daddr)) {
		if (!flow->oif ||
		    netif_index_is_l3_master(sock_net(sk), flow->oif))
			flow->oif = READ_ONCE(inet->mc_index);
		if (!flow->saddr)
			flow->saddr = READ_ONCE(inet->mc_addr);
	} else if (!flow->oif) {
		flow->oif = READ_ONCE(inet->uc_index);
	}
}

/**
 * inetx_sk_flow_to - what a route for one packet is asked for
 * @sk: the socket it is sent by
 * @flow: to fill
 * @daddr: destination, network order
 * @dport: its port, network order, 0 where the protocol has none
 * @cmsg: what control messages ask for, or NULL
 *
 * Context: any; the socket lock is not needed.
 */
void inetx_sk_flow_to(const struct sock *sk, struct inetx_flow *flow,
		      __be32 daddr, __be16 dport,
		      const struct inetx_cmsg *cmsg)
{
	const struct inet_sock *inet = inet_sk(sk);

	*flow = (struct inetx_flow) {
		.daddr = daddr,
		.saddr = READ_ONCE(inet->inet_saddr),
		.oif = READ_ONCE(sk->sk_bound_dev_if),
		.mark = READ_ONCE(sk->sk_mark),
		.uid = sk->sk_uid,
		.tos = READ_ONCE(inet->tos),
		.scope = sock_flag(sk, SOCK_LOCALROUTE) ? RT_SCOPE_LINK :
							  RT_SCOPE_UNIVERSE,
		.proto = sk->sk_protocol & ~INETX_PROTO_BIT,
		.any_src = inet->transparent || inet->hdrincl,
		.sport = READ_ONCE(inet->inet_sport),
		.dport = dport,
	};
	if (cmsg) {
		flow->mark = cmsg->sockc.mark;
		if (cmsg->oif)
			flow->oif = cmsg->oif;
		if (cmsg->saddr)
			flow->saddr = cmsg->saddr;
		if (cmsg->tos >= 0)
			flow->tos = cmsg->tos;
	}
	inetx_flow_interface(sk, flow);
}

/**
 * inetx_sk_flow_peer - what a route to a peer is asked for
 * @sk: the socket, whose source route counts (IP_OPTIONS)
 * @flow: to fill
 * @daddr: the peer, network order
 * @dport: its port, network order
 *
 * Context: any; the socket lock is not needed.
 */
void inetx_sk_flow_peer(const struct sock *sk, struct inetx_flow *flow,
			__be32 daddr, __be16 dport)
{
	bool strict;
	__be32 hop = inetx_first_hop(sk, daddr, &strict);

	inetx_sk_flow_to(sk, flow, hop, dport, NULL);
	if (unlikely(strict))
		flow->scope = RT_SCOPE_LINK;
}

/**
 * inetx_sk_flow - what a route to the socket's peer is asked for
 * @sk: a connected or connecting socket
 * @flow: to fill
 *
 * Context: any; the socket lock is not needed.
 */
void inetx_sk_flow(const struct sock *sk, struct inetx_flow *flow)
{
	const struct inet_sock *inet = inet_sk(sk);

	inetx_sk_flow_peer(sk, flow, READ_ONCE(inet->inet_daddr),
			   READ_ONCE(inet->inet_dport));
}

/**
 * inetx_sk_path_error - learn from an ICMP error about a packet of the socket
 * @sk: the socket; the lock is not needed
 * @skb: at the IP header of that packet
 * @type: ICMP type
 * @code: ICMP code
 * @info: host order; the MTU of a fragmentation-needed, the gateway of a redirect
 *
 * IP_PMTUDISC_INTERFACE and IP_PMTUDISC_OMIT: the socket believes no MTU.
 *
 * Context: any, RCU read side.
 */
void inetx_sk_path_error(const struct sock *sk, const struct sk_buff *skb,
			 u8 type, u8 code, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct inet_sock *inet = inet_sk(sk);
	const struct inetx_flow flow = {
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.oif = READ_ONCE(sk->sk_bound_dev_if),
		.mark = READ_ONCE(sk->sk_mark),
		.uid = sk->sk_uid,
		.tos = iph->tos,
		.proto = iph->protocol,
		.any_src = inet->transparent || inet->hdrincl,
	};

	if (type != ICMP_REDIRECT && !ip_sk_accept_pmtu(sk))
		return;
	inetx_exception_error(inetx_sk_net(sk), &flow, skb, type, code, info);
}

static void inetx_path_store(struct sock *sk, const struct inetx_path *path,
			     const struct inetx_path_key *key)
{
	struct inetx_sock *xsk = inetx_sk(sk);

	write_seqlock_bh(&xsk->path_lock);
	xsk->path = *path;
	xsk->key = *key;
	write_sequnlock_bh(&xsk->path_lock);
}

/**
 * inetx_sk_path_set - remember a path in the socket
 * @sk: the socket
 * @path: a path to its peer, looked up in this section
 *
 * Context: any, RCU read side.
 */
void inetx_sk_path_set(struct sock *sk, const struct inetx_path *path)
{
	struct inetx_path_key key;

	inetx_path_key_get(sk, &key);
	inetx_path_store(sk, path, &key);
}

/**
 * inetx_sk_route - look a route up and remember it in the socket
 * @sk: the socket
 * @flow: from inetx_sk_flow() or inetx_sk_flow_to()
 *
 * Context: any, RCU read side; inetx_sk(sk)->path is good in that section for
 * a caller who holds the socket lock.
 * Return: 0, or the error of inetx_route_output(), then no path is kept.
 */
int inetx_sk_route(struct sock *sk, const struct inetx_flow *flow)
{
	struct inetx_path_key key;
	struct inetx_path path;
	int err;

	/* The key first: a setting that changes meanwhile makes it stale. */
	inetx_path_key_get(sk, &key);
	err = inetx_route_output(inetx_sk_net(sk), flow, &path);
	if (err)
		inetx_sk_path_reset(sk);
	else
		inetx_path_store(sk, &path, &key);
	return err;
}

/**
 * inetx_sk_path - the path to the peer of a connected socket
 * @sk: the socket; the lock is not needed
 * @path: to fill with a copy
 *
 * The cached path costs a few loads and no shared write.
 *
 * Context: any, RCU read side; @path is good in that section.
 * Return: 0, -EDESTADDRREQ when there is no peer, or the error of the lookup.
 */
int inetx_sk_path(struct sock *sk, struct inetx_path *path)
{
	struct inetx_sock *xsk = inetx_sk(sk);
	struct inetx_path_key key;
	struct inetx_flow flow;
	unsigned int seq;
	int err;

	do {
		seq = read_seqbegin(&xsk->path_lock);
		*path = xsk->path;
		key = xsk->key;
	} while (read_seqretry(&xsk->path_lock, seq));
	if (likely(inetx_path_fits(sk, path, &key)))
		return 0;

	inetx_path_key_get(sk, &key);
	inetx_sk_flow(sk, &flow);
	if (!flow.daddr)
		return -EDESTADDRREQ;
	err = inetx_route_output(inetx_sk_net(sk), &flow, path);
	if (!err)
		inetx_path_store(sk, path, &key);
	return err;
}

/**
 * inetx_sk_path_reset - forget the cached path
 * @sk: the socket
 *
 * Context: any.
 */
void inetx_sk_path_reset(struct sock *sk)
{
	struct inetx_sock *xsk = inetx_sk(sk);

	write_seqlock_bh(&xsk->path_lock);
	xsk->path.gen = 0;
	write_sequnlock_bh(&xsk->path_lock);
}

/**
 * inetx_sk_path_valid - may inetx_sk(sk)->path be used
 * @sk: a socket whose path only the holder of the socket lock changes, as TCP's
 *
 * Context: socket lock; inside the RCU read section in which the path is going
 * to be used.
 */
bool inetx_sk_path_valid(const struct sock *sk)
{
	const struct inetx_sock *xsk = inetx_sk(sk);

	return inetx_path_fits(sk, &xsk->path, &xsk->key);
}
