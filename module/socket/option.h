/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of the options at level SOL_IP; private to the socket room. */
#ifndef _INETX_OPTION_H
#define _INETX_OPTION_H

#include <linux/in.h>
#include <net/inet_sock.h>

/* ipopt.c: process context */
int inetx_ipopt_get(struct net *net, sockptr_t val, unsigned int len,
		    struct ip_options_rcu **out);
int inetx_ipopt_set(struct sock *sk, sockptr_t val, unsigned int len);
int inetx_ipopt_read(struct sock *sk, int len, char __user *val,
		     int __user *optlen);
void inetx_ipopt_recv(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		      unsigned int flags);

/**
 * inetx_cmsg_flag - the control message that an option asks for
 * @name: IP_*
 *
 * Return: IP_CMSG_*, 0 for another option.
 */
static inline u16 inetx_cmsg_flag(int name)
{
	switch (name) {
	case IP_PKTINFO:
		return IP_CMSG_PKTINFO;
	case IP_RECVTTL:
		return IP_CMSG_TTL;
	case IP_RECVTOS:
		return IP_CMSG_TOS;
	case IP_RECVOPTS:
		return IP_CMSG_RECVOPTS;
	case IP_RETOPTS:
		return IP_CMSG_RETOPTS;
	case IP_PASSSEC:
		return IP_CMSG_PASSSEC;
	case IP_RECVORIGDSTADDR:
		return IP_CMSG_ORIGDSTADDR;
	case IP_CHECKSUM:
		return IP_CMSG_CHECKSUM;
	case IP_RECVFRAGSIZE:
		return IP_CMSG_RECVFRAGSIZE;
	default:
		return 0;
	}
}

/**
 * inetx_opt_known - can an option be set
 * @name: IP_*
 */
static inline bool inetx_opt_known(int name)
{
	switch (name) {
	case IP_TOS:
	case IP_TTL:
	case IP_HDRINCL:
	case IP_ROUTER_ALERT:
	case IP_MTU_DISCOVER:
	case IP_RECVERR:
	case IP_RECVERR_RFC4884:
	case IP_FREEBIND:
	case IP_TRANSPARENT:
	case IP_MINTTL:
	case IP_NODEFRAG:
	case IP_BIND_ADDRESS_NO_PORT:
	case IP_LOCAL_PORT_RANGE:
	case IP_UNICAST_IF:
	case IP_MULTICAST_IF:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_MULTICAST_ALL:
		return true;
	default:
		return inetx_cmsg_flag(name);
	}
}

#endif /* _INETX_OPTION_H */
