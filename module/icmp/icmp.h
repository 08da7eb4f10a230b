/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP (RFC 792, 1122 section 3.2.2). */
#ifndef _INETX_ICMP_H
#define _INETX_ICMP_H

#include <linux/icmp.h>

#include "ip/ip.h"

/**
 * struct inetx_icmp_error - what a destination-unreachable code means to sockets
 * @err: errno, positive
 * @fatal: a connected socket gets it without IP_RECVERR
 */
struct inetx_icmp_error {
	int err;
	bool fatal;
};

extern const struct inetx_icmp_error inetx_icmp_errors[16];

/**
 * struct inetx_icmp_pace - how often routers tell of what they are asked in vain;
 *	of all namespaces, as in AF_INET.  Written by sysctl, read anywhere; every
 *	value is good at any time, a negative one is as 0.
 * @redirect_load: route/redirect_load, jiffies
 * @redirect_number: route/redirect_number
 * @redirect_silence: route/redirect_silence, jiffies
 * @error_cost: route/error_cost, jiffies; not positive: no limit
 * @error_burst: route/error_burst, jiffies
 */
struct inetx_icmp_pace {
	int redirect_load;
	int redirect_number;
	int redirect_silence;
	int error_cost;
	int error_burst;
};

extern struct inetx_icmp_pace inetx_icmp_pace;

int inetx_icmp_init(void);
void inetx_icmp_exit(void);
int inetx_icmp_net_init(struct inetx_net *xnet);
void inetx_icmp_net_exit(struct inetx_net *xnet);

/* input.c: softirq, RCU; takes the skb, data at the ICMP header */
void inetx_icmp_rcv(struct inetx_net *xnet, struct sk_buff *skb);

/* probe.c: softirq, RCU; @icmph: a copy of the header of the request @skb, made
 * the answer's but for the checksum.  False: no answer.
 */
bool inetx_icmp_probe(struct inetx_net *xnet, const struct sk_buff *skb,
		      struct icmphdr *icmph);

/* output.c: RCU read side; does not take @skb_in, whose network header is set.
 * Sends nothing where RFC 1122 3.2.2 forbids it, or when rate-limited.
 * @info in network order, goes into the second word of the ICMP header.
 */
void inetx_icmp_send(struct inetx_net *xnet, struct sk_buff *skb_in, u8 type,
		     u8 code, __be32 info);
/* The same for a Parameter Problem; what the packet has in the way of options is
 * not heeded from offset @end of its header on.
 */
void inetx_icmp_problem(struct inetx_net *xnet, struct sk_buff *skb_in,
			u8 pointer, unsigned int end);
/* Answer a query with @skb, which begins with the complete ICMP message and has
 * headroom for link and IP header; takes it.  It may be the query's own buffer,
 * hence the copy of its IP header and @opt, what becomes of its options.
 */
void inetx_icmp_reply(struct inetx_net *xnet, const struct iphdr *query,
		      u8 query_rtype, const struct ip_options *opt,
		      struct sk_buff *skb);

/**
 * inetx_icmp_is_error - is a message of this type about another packet?
 * @type: ICMP type
 *
 * Unknown types count as errors, so that nothing is ever sent about one.
 */
static inline bool inetx_icmp_is_error(u8 type)
{
	switch (type) {
	case ICMP_ECHOREPLY:
	case ICMP_ECHO:
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMPREPLY:
	case ICMP_INFO_REQUEST:
	case ICMP_INFO_REPLY:
	case ICMP_ADDRESS:
	case ICMP_ADDRESSREPLY:
		return false;
	default:
		return true;
	}
}

/* Count a sent message (RFC 4293: Icmp and IcmpMsg), also of raw and ping. */
static inline void inetx_icmp_count_out(struct inetx_net *xnet, u8 type)
{
	INETX_ICMPMSG_INC(xnet, 256 + type);
	INETX_ICMP_INC(xnet, ICMP_MIB_OUTMSGS);
}

/* ratelimit.c: RCU read side */
bool inetx_icmp_rate_global(struct inetx_net *xnet, u8 type, u8 code,
			    bool *limited);
bool inetx_icmp_rate_dest(struct inetx_net *xnet, __be32 daddr);
bool inetx_icmp_rate_error(struct inetx_net *xnet, __be32 saddr);
bool inetx_icmp_rate_redirect(struct inetx_net *xnet, __be32 host);
int inetx_icmp_rate_init(void);
void inetx_icmp_rate_exit(void);

/* error.c: hand an error about a packet of ours, whose IP header is at
 * skb->data, to its transport.  @info: host order, the MTU of a
 * fragmentation-needed, the pointer of a parameter problem, the gateway of a
 * redirect, else 0.
 */
void inetx_icmp_notify(struct inetx_net *xnet, struct sk_buff *skb, u8 type,
		       u8 code, u32 info);
/* A packet of ours could not be delivered to its neighbour (queue of ARP). */
void inetx_icmp_local_unreach(struct inetx_net *xnet, struct sk_buff *skb);

#endif /* _INETX_ICMP_H */
