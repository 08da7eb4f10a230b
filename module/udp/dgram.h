/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending one datagram, as UDP, raw and ping sockets have it in common: where
 * to, memory, and the datagram that grows over several calls (MSG_MORE).
 *
 * User memory may have to be paged in, so copying cannot be inside the RCU
 * section in which a path is good.  Hence two sections: one that looks the path
 * up and notes what the buffer must be like, and one, after the copy, that
 * makes sure of the path and sends.
 */
#ifndef _INETX_UDP_DGRAM_H
#define _INETX_UDP_DGRAM_H

#include "icmp/icmp.h"
#include "socket/socket.h"

/**
 * struct inetx_dest - where one datagram goes, and how
 * @cmsg: what control messages ask for
 * @flow: what the route is asked for
 * @path: the answer; good while inetx_path_valid()
 * @opts: IP options, where @opts.opt.opt.optlen is not 0
 * @daddr: destination, network order; 0 for this host
 * @dport: its port, network order
 * @connected: @path is the socket's own
 * @offload: the device computes checksums
 * @sg: the device takes packets in pieces
 * @mtu: bytes of IP packet that may be sent without fragmentation
 * @headroom: bytes that link and IP headers take
 * @tailroom: bytes that the device wants behind the packet
 *
 * On the stack of one send, or in a struct inetx_cork.
 */
struct inetx_dest {
	struct inetx_cmsg cmsg;
	struct inetx_flow flow;
	struct inetx_path path;
	struct ip_options_data opts;
	__be32 daddr;
	__be16 dport;
	bool connected;
	bool offload;
	bool sg;
	unsigned int mtu;
	unsigned int headroom;
	unsigned int tailroom;
};

static inline const struct ip_options *
inetx_dest_opt(const struct inetx_dest *dest)
{
	return dest->opts.opt.opt.optlen ? &dest->opts.opt.opt : NULL;
}

/* Bytes of IP header. */
static inline unsigned int inetx_dest_iphlen(const struct inetx_dest *dest)
{
	return sizeof(struct iphdr) + dest->opts.opt.opt.optlen;
}

int inetx_dest_name(const struct sock *sk, const struct msghdr *msg,
		    bool unspec, struct inetx_dest *dest);
int inetx_dest_cmsg(struct sock *sk, struct msghdr *msg,
		    struct inetx_dest *dest);
int inetx_dest_route(struct sock *sk, const struct msghdr *msg,
		     struct inetx_dest *dest);
int inetx_dest_check_size(struct sock *sk, const struct inetx_dest *dest,
			  size_t len, bool segments);
int inetx_dest_renew(struct sock *sk, struct inetx_dest *dest);
void inetx_dest_args(struct sock *sk, const struct inetx_dest *dest,
		     struct sk_buff *skb, struct inetx_ip_args *args);

struct sk_buff *inetx_dgram_alloc(struct sock *sk,
				  const struct inetx_dest *dest,
				  unsigned int hdr, size_t len, int flags,
				  int *err);
int inetx_dgram_copy(struct sock *sk, struct sk_buff *skb, unsigned int hdr,
		     struct msghdr *msg, size_t len, bool sum);

/**
 * struct inetx_cork - a datagram under construction
 * @skb: transport header, then data in page fragments
 * @dest: as the first call determined it
 *
 * Protected by the socket lock.
 */
struct inetx_cork {
	struct sk_buff *skb;
	struct inetx_dest dest;
};

struct inetx_cork *inetx_cork_start(struct sock *sk,
				    const struct inetx_dest *dest,
				    unsigned int hdr, int flags, int *err);
int inetx_cork_append(struct sock *sk, struct inetx_cork *cork,
		      struct msghdr *msg, size_t len);
void inetx_cork_free(struct inetx_cork *cork);

bool inetx_dgram_error(const struct sock *sk, u8 type, u8 code,
		       struct inetx_icmp_error *error);

/* The ICMP counters of a message that a socket sends. */
static inline void inetx_count_icmp_out(struct inetx_net *xnet, u8 type)
{
	INETX_ICMPMSG_INC(xnet, 256 + type);
	INETX_ICMP_INC(xnet, ICMP_MIB_OUTMSGS);
}

#endif /* _INETX_UDP_DGRAM_H */
