/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The multicast routing room: packets to groups go on by the table of a daemon in
 * user space (mrouted(8), pimd(8), smcroute(8)).
 *
 * The daemon opens a raw IGMP socket and tells by the options MRT_* which devices
 * take part (vifs) and, for each source and group, where packets have to come
 * from and go to (the multicast forwarding cache, MFC).  What the cache does not
 * know waits, and the daemon reads of it from its socket (an upcall).  PIM has a
 * vif of its own, the daemon's (register.c).
 */
#ifndef _INETX_MROUTE_H
#define _INETX_MROUTE_H

#include <linux/inetdevice.h>
#include <linux/mroute.h>
#include <linux/sockptr.h>
#include <net/ip.h>

#include "link/link.h"

struct sock;

/**
 * inetx_mroute_on - are packets to a group routed that come in by a device?
 * @xdev: the device, or the one that a packet of ours leaves by
 * @group: its destination, a multicast address, network order
 *
 * While no daemon runs this is a look at a switch of the device.  Groups of the
 * link never leave it (RFC 5771 4).
 *
 * Context: any, while @xdev is good.
 */
static inline bool inetx_mroute_on(const struct inetx_dev *xdev, __be32 group)
{
	return unlikely(INETX_CONF_AND(xdev, MC_FORWARDING)) &&
	       !ipv4_is_local_multicast(group);
}

/* forward.c: softirq, or bottom halves off; RCU read side */
bool inetx_mroute_input(struct inetx_dev *xdev, struct sk_buff *skb,
			bool local);

/* register.c: softirq, RCU read side; take the skb, at its transport header */
void inetx_mroute_pim_rcv(struct inetx_net *xnet, struct sk_buff *skb);
void inetx_mroute_pim_v1_rcv(struct inetx_net *xnet, struct sk_buff *skb);
/* register.c: module unload, no lock held, after the last socket */
void inetx_mroute_exit(void);

/**
 * inetx_mroute_is_option - is an option of level SOL_IP ours?
 * @name: IP_* or MRT_*
 */
static inline bool inetx_mroute_is_option(int name)
{
	return name >= MRT_BASE && name <= MRT_MAX;
}

/* option.c: process context, socket not locked */
int inetx_mroute_setsockopt(struct sock *sk, int name, sockptr_t val,
			    unsigned int len);
int inetx_mroute_getsockopt(struct sock *sk, int name, char __user *val,
			    int __user *optlen);
int inetx_mroute_ioctl(struct sock *sk, unsigned int cmd, void __user *arg,
		       bool compat);

/* table.c: process context */
void inetx_mroute_release(struct sock *sk);
/* RTNL: the device goes, with it the vif that it is. */
void inetx_mroute_dev_gone(struct inetx_dev *xdev);
void inetx_mroute_net_exit(struct inetx_net *xnet);

/* rule.c: process context */
int inetx_mroute_net_init(struct inetx_net *xnet);
void inetx_mr_rules_exit(struct inetx_net *xnet);

#endif /* _INETX_MROUTE_H */
