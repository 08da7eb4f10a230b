/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * AF_INETX: the user-space interface that AF_INET does not already define.
 *
 * Everything else, socket types, option levels and numbers, structures, ioctls
 * and netlink messages, is AF_INET's: include the C library's headers for it.
 */
#ifndef _UAPI_LINUX_INETX_H
#define _UAPI_LINUX_INETX_H

/*
 * The default family number.  The module parameter "family" may move it; the
 * number in force can be read from /sys/module/inetx/parameters/family.
 */
#ifndef AF_INETX
#define AF_INETX	18
#endif
#ifndef PF_INETX
#define PF_INETX	AF_INETX
#endif

/*
 * Socket option level of our own: for what core code refuses to a family it
 * does not know, and for what AF_INET does not have.  Every option is an int.
 */
#define SOL_INETX	1018

/*
 * INETX_VIEW - boolean, the "inet view": every address that the socket hands
 * out says AF_INET instead of AF_INETX.  Accepted sockets inherit it.
 */
#define INETX_VIEW	1

/* INETX_REUSEPORT - boolean: SO_REUSEPORT, which core code refuses to us. */
#define INETX_REUSEPORT	2

/* INETX_ZEROCOPY - boolean: SO_ZEROCOPY, which core code refuses to us. */
#define INETX_ZEROCOPY	3

/*
 * SO_PROTOCOL of an AF_INETX SOCK_STREAM/TCP socket.  Core code takes a socket
 * whose protocol is IPPROTO_TCP for its own struct tcp_sock, whatever its
 * family (see "shadow prefix" in Documentation/architecture.rst), so ours says
 * IPPROTO_TCP with this bit set.  The launcher removes the bit.
 */
#define INETX_PROTO_BIT	0x8000

/*
 * Multicast groups of NETLINK_ROUTE on which inetx announces its addresses,
 * routes, policy rules, netconf and next-hop objects (RTM_NEWADDR, RTM_DELADDR,
 * RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWRULE, RTM_DELRULE, RTM_NEWNETCONF,
 * RTM_DELNETCONF with family AF_INETX; RTM_NEWNEXTHOP, RTM_DELNEXTHOP,
 * RTM_NEWNEXTHOPBUCKET).  RTNLGRP_IPV4_* and RTNLGRP_NEXTHOP belong to listeners
 * that take every record for the host's own; these have no other sender, most
 * since DECnet left the kernel.  Neighbours are announced on
 * RTNLGRP_NEIGH.
 */
#define INETX_RTNLGRP_NETCONF	2	/* RTNLGRP_NOTIFY */
#define INETX_RTNLGRP_IFADDR	13	/* RTNLGRP_DECnet_IFADDR */
#define INETX_RTNLGRP_NEXTHOP	14	/* RTNLGRP_NOP2 */
#define INETX_RTNLGRP_ROUTE	15	/* RTNLGRP_DECnet_ROUTE */
#define INETX_RTNLGRP_RULE	16	/* RTNLGRP_DECnet_RULE */

/*
 * rtnetlink's family of multicast routes, RTM_GETROUTE, and of their rules,
 * RTM_*RULE, as RTNL_FAMILY_IPMR is the host's.  Routes are announced on this
 * group, RTM_NEWROUTE and RTM_DELROUTE as on RTNLGRP_IPV4_MROUTE,
 * RTM_NEWCACHEREPORT as on RTNLGRP_IPV4_MROUTE_R; rules with those of unicast.
 */
#define INETX_RTNL_FAMILY_IPMR	127
#define INETX_RTNLGRP_MROUTE	17	/* RTNLGRP_NOP4 */

#endif /* _UAPI_LINUX_INETX_H */
