/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket room: the family, what all its sockets share, and the answers to
 * system calls that do not depend on the protocol.
 */
#ifndef _INETX_SOCKET_H
#define _INETX_SOCKET_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/net.h>
#include <linux/seqlock.h>
#include <net/sock.h>
#include <net/inet_sock.h>

#include "ip/ip.h"
#include "route/route.h"
#include "uapi/linux/inetx.h"

/**
 * struct inetx_path_key - what else of the socket a cached path depends on
 * @mark: SO_MARK
 * @oif: SO_BINDTODEVICE
 * @tos: IP_TOS
 * @direct: SO_DONTROUTE
 *
 * Core code changes all but @tos without telling us, so the values that the
 * lookup saw are kept and compared.
 */
struct inetx_path_key {
	u32 mark;
	int oif;
	u8 tos;
	bool direct;
};

/**
 * struct inetx_sock - head of every socket of the family
 * @inet: must be first: core code and BPF, netfilter and LSM modules that meet
 *	one of our sockets behind skb->sk read it as a struct inet_sock ("shadow
 *	prefix", Documentation/architecture.rst), so it is a real one, and its
 *	fields are our working state: addresses, ports, tos, ttl, cmsg flags
 * @prefix: all of @inet before its cork, which nobody but net/ipv4 reads, nor
 *	the range of ports behind it: in their place is what follows, and beyond
 *	where lock debugging makes it longer
 * @path_lock: protects @path and @key; senders of UDP, raw and ping packets
 *	read them without the socket lock
 * @path: route of the connected peer, see inetx_sk_path_valid()
 * @key: the settings @path was looked up with
 * @port_lo: IP_LOCAL_PORT_RANGE, first port, 0 for the namespace's; written under
 *	the socket lock, read anywhere
 * @port_hi: last port, likewise
 * @view: the inet view: addresses handed out say AF_INET; written under the
 *	socket lock, read anywhere
 */
struct inetx_sock {
	union {
		struct inet_sock inet;
		struct {
			u8 prefix[offsetof(struct inet_sock, cork)];
			seqlock_t path_lock;
			struct inetx_path path;
			struct inetx_path_key key;
			u16 port_lo;
			u16 port_hi;
			bool view;
		};
	};
};

static inline struct inetx_sock *inetx_sk(const struct sock *sk)
{
	return (struct inetx_sock *)sk;
}

static inline struct inetx_net *inetx_sk_net(const struct sock *sk)
{
	return inetx_net(sock_net(sk));
}

/* The family that addresses handed out by this socket carry. */
static inline int inetx_sk_af(const struct sock *sk)
{
	return READ_ONCE(inetx_sk(sk)->view) ? AF_INET : inetx_family;
}

/* Is this a family that addresses handed to us may carry? */
static inline bool inetx_af_ok(int family)
{
	return family == inetx_family || family == AF_INET;
}

/* Fill a struct sockaddr_in for user space, sin_zero included. */
static inline void inetx_sk_addr(const struct sock *sk, struct sockaddr_in *sin,
				 __be32 addr, __be16 port)
{
	sin->sin_family = inetx_sk_af(sk);
	sin->sin_port = port;
	sin->sin_addr.s_addr = addr;
	memset(sin->sin_zero, 0, sizeof(sin->sin_zero));
}

/* family.c */
extern struct proto_ops inetx_stream_ops;
extern struct proto_ops inetx_dgram_ops;
extern struct proto_ops inetx_raw_ops;	/* raw and ping */

/* The number: sock_register(), EEXIST and a message when it is taken. */
int inetx_family_claim(void);
void inetx_family_release(void);
/* From here on, until exit, socket() succeeds. */
int inetx_socket_init(void);
void inetx_socket_exit(void);
int inetx_socket_net_init(struct inetx_net *xnet);
void inetx_socket_net_exit(struct inetx_net *xnet);
/* Defaults of a new struct inetx_sock, after sock_init_data(). */
void inetx_sock_init(struct sock *sk, int protocol);
/* A child from sk_clone_lock(), at once after it: what it must not share with
 * its parent (path, IP options, groups, cork) starts anew; options, flags and
 * the inet view are inherited.
 */
void inetx_sock_clone_init(struct sock *child);
/* sk_destruct of every full socket of the family. */
void inetx_sock_destruct(struct sock *sk);

/* bind.c: the socket operations; process context */
u8 inetx_sk_addr_type(const struct sock *sk, __be32 addr);
int inetx_bind(struct socket *sock, struct sockaddr *uaddr, int len);
int inetx_autobind(struct sock *sk);
int inetx_dgram_connect(struct socket *sock, struct sockaddr *uaddr, int len,
			int flags);
int inetx_getname(struct socket *sock, struct sockaddr *uaddr, int peer);
int inetx_dgram_shutdown(struct socket *sock, int how);

/* peer.c: prot->connect and prot->disconnect of UDP, raw and ping; both take
 * the socket lock themselves.
 */
int inetx_dgram_set_peer(struct sock *sk, struct sockaddr *uaddr, int len);
int inetx_dgram_disconnect(struct sock *sk, int flags);

/* path.c: any context; what looks up needs the RCU read side */
struct inetx_cmsg;

/* Fill @flow for a connection to @daddr:@dport, by the socket's source route. */
void inetx_sk_flow_peer(const struct sock *sk, struct inetx_flow *flow,
			__be32 daddr, __be16 dport);
/* Fill @flow from the socket: peer, source, device, mark, uid, tos. */
void inetx_sk_flow(const struct sock *sk, struct inetx_flow *flow);
/* The same for one packet to @daddr:@dport; what @cmsg (or NULL) asks for goes
 * before what the socket says, IP_MULTICAST_IF and IP_UNICAST_IF come last.
 */
void inetx_sk_flow_to(const struct sock *sk, struct inetx_flow *flow,
		      __be32 daddr, __be16 dport,
		      const struct inetx_cmsg *cmsg);
/* Look a route up and remember it in the socket; takes path_lock itself. */
int inetx_sk_route(struct sock *sk, const struct inetx_flow *flow);
/* Remember a path that was looked up just now; takes path_lock itself. */
void inetx_sk_path_set(struct sock *sk, const struct inetx_path *path);
/* A copy of the cached path of the connected peer, looked up anew when stale;
 * no lock needed.
 */
int inetx_sk_path(struct sock *sk, struct inetx_path *path);
/* Forget the cached path. */
void inetx_sk_path_reset(struct sock *sk);
/* For who holds the socket lock, as TCP does: inetx_sk(sk)->path may be used. */
bool inetx_sk_path_valid(const struct sock *sk);
void inetx_sk_path_error(const struct sock *sk, const struct sk_buff *skb,
			 u8 type, u8 code, u32 info);

/* option.c: level SOL_IP and SOL_INETX for every protocol */
int inetx_setsockopt(struct sock *sk, int level, int name, sockptr_t val,
		     unsigned int len);
int inetx_getsockopt(struct sock *sk, int level, int name, char __user *val,
		     int __user *len);

/**
 * struct inetx_cmsg - what the control messages of one send ask for
 * @flow: oif, source and tos may be replaced by IP_PKTINFO and IP_TOS
 * @sockc: core's part: mark, transmit time, timestamp flags
 * @opt: IP_RETOPTS
 * @ttl: IP_TTL, 0 when not given
 * @tos: IP_TOS, -1 when not given
 * @oif: IP_PKTINFO ipi_ifindex, 0 when not given
 * @saddr: IP_PKTINFO ipi_spec_dst, 0 when not given
 * @protocol: IP_PROTOCOL, 0 when not given
 * @gso_size: UDP_SEGMENT, for UDP to fill
 *
 * Lives on the stack of one send.  inetx_cmsg_init() first, then
 * inetx_cmsg_send() where there are control messages.
 */
struct inetx_cmsg {
	struct sockcm_cookie sockc;
	struct ip_options_rcu *opt;
	int ttl;
	int tos;
	int oif;
	__be32 saddr;
	int protocol;
	u16 gso_size;
};

static inline void inetx_cmsg_init(struct inetx_cmsg *cmsg,
				   const struct sock *sk)
{
	memset(cmsg, 0, sizeof(*cmsg));
	sockcm_init(&cmsg->sockc, sk);
	cmsg->tos = -1;
}

/* cmsg.c */
int inetx_cmsg_send(struct sock *sk, struct msghdr *msg,
		    struct inetx_cmsg *cmsg);
/* IP_PKTINFO, IP_TTL, IP_TOS, ... of a received packet whose network and
 * transport headers are set and for which inetx_rx_info_set() was called.
 * @csum_extra: bytes at skb->data that skb->csum still covers but the user did
 * not get, 0 where they were pulled with skb_pull_rcsum().
 */
void inetx_cmsg_recv(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		     int csum_extra);

/**
 * struct inetx_rx_info - skb->cb of a packet in a datagram receive queue
 * @parm: shadow, as in struct inetx_skb_cb; iif: the device it came in by
 *
 * A protocol may keep more behind it, up to the end of skb->cb.  Packets in an
 * error queue carry a struct sock_exterr_skb there, which begins the same way.
 */
struct inetx_rx_info {
	struct inet_skb_parm parm;
};

#define INETX_RX(skb)	((struct inetx_rx_info *)(skb)->cb)

/* Called before queueing, RCU: turns struct inetx_skb_cb into inetx_rx_info. */
void inetx_rx_info_set(struct inetx_net *xnet, struct sk_buff *skb);

/* errqueue.c (ip(7), IP_RECVERR) */
/* An ICMP error about a packet of this socket; skb->data at the embedded IP
 * header, @payload_off from there to the payload the user sent.
 */
void inetx_sock_icmp_error(struct sock *sk, struct sk_buff *skb, int err,
			   u8 type, u8 code, u32 info, __be16 port,
			   int payload_off);
void inetx_sock_local_error(struct sock *sk, int err, __be32 daddr,
			    __be16 dport, u32 info);
int inetx_sock_recv_error(struct sock *sk, struct msghdr *msg, int len,
			  int *addr_len);

/* ioctl.c: SIOC* of the IP layer; core code gets what ends in -ENOIOCTLCMD */
int inetx_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);
int inetx_compat_ioctl(struct socket *sock, unsigned int cmd,
		       unsigned long arg);

/* port.c: ephemeral ports */
void inetx_port_range(const struct sock *sk, int *lo, int *hi);
bool inetx_port_reserved(struct inetx_net *xnet, u16 port);

/**
 * struct inetx_portmap - which ports of a protocol are in use, one bit each
 * @used: 65536 bits, set and cleared under the lock of the port's bucket, read
 *	without one: a look before any lock is taken (RFC 6056)
 */
struct inetx_portmap {
	unsigned long *used;
};

int inetx_portmap_init(struct inetx_portmap *map);
void inetx_portmap_exit(struct inetx_portmap *map);
/* The first candidate from @start (an offset into lo..hi, wrapping round) whose
 * bit is clear and which is not reserved; @step 1, or 2 for one parity.
 * Returns the port or 0 when there is none.
 */
u16 inetx_portmap_next(struct inetx_net *xnet, const struct inetx_portmap *map,
		       int lo, int hi, int start, int step);

#endif /* _INETX_SOCKET_H */
