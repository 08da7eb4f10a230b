/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rtnetlink of the family: RTM_*ADDR (address.c), RTM_*ROUTE (route.c),
 * RTM_*NEXTHOP (nexthop.c), RTM_*NEIGH (neigh.c), RTM_*NETCONF (netconf.c);
 * RTM_GETROUTE of multicast routes (mroute.c).  Process context.
 */
#ifndef _INETX_NETLINK_H
#define _INETX_NETLINK_H

#include "netns.h"

struct inetx_dev;
struct inetx_devconf;
struct inetx_ifaddr;
struct inetx_route;
struct inetx_route_config;
struct sk_buff;
struct netlink_callback;
struct netlink_ext_ack;
struct nlmsghdr;

int inetx_netlink_init(void);
void inetx_netlink_exit(void);

/* address.c */
int inetx_nl_newaddr(struct sk_buff *skb, struct nlmsghdr *nlh,
		     struct netlink_ext_ack *extack);
int inetx_nl_deladdr(struct sk_buff *skb, struct nlmsghdr *nlh,
		     struct netlink_ext_ack *extack);
int inetx_nl_dumpaddr(struct sk_buff *skb, struct netlink_callback *cb);
void inetx_nl_addr_notify(int event, struct inetx_ifaddr *ifa,
			  const struct nlmsghdr *nlh, u32 portid);
u32 inetx_nl_dev_seq(const struct inetx_net *xnet);

/* route.c */
int inetx_nl_newroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack);
int inetx_nl_delroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack);
int inetx_nl_getroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack);
int inetx_nl_dumproute(struct sk_buff *skb, struct netlink_callback *cb);
void inetx_nl_route_notify(int event, struct inetx_net *xnet, u32 table,
			   __be32 dst, u8 dst_len,
			   const struct inetx_route *route,
			   const struct inetx_route_config *cfg, u32 nlflags);

/* mroute.c */
int inetx_nl_getmroute(struct sk_buff *skb, struct nlmsghdr *nlh,
		       struct netlink_ext_ack *extack);
int inetx_nl_dumpmroute(struct sk_buff *skb, struct netlink_callback *cb);

/* nexthop.c */
int inetx_nl_newnexthop(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack);
int inetx_nl_delnexthop(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack);
int inetx_nl_getnexthop(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack);
int inetx_nl_dumpnexthop(struct sk_buff *skb, struct netlink_callback *cb);
int inetx_nl_getbucket(struct sk_buff *skb, struct nlmsghdr *nlh,
		       struct netlink_ext_ack *extack);
int inetx_nl_dumpbucket(struct sk_buff *skb, struct netlink_callback *cb);

/* neigh.c; dumps are served by the neighbour core */
int inetx_nl_newneigh(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack);
int inetx_nl_delneigh(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack);
int inetx_nl_getneigh(struct sk_buff *skb, struct nlmsghdr *nlh,
		      struct netlink_ext_ack *extack);

/* netconf.c */
int inetx_nl_getnetconf(struct sk_buff *skb, struct nlmsghdr *nlh,
			struct netlink_ext_ack *extack);
int inetx_nl_dumpnetconf(struct sk_buff *skb, struct netlink_callback *cb);
void inetx_nl_netconf_changed(struct inetx_net *xnet,
			      const struct inetx_devconf *conf, int id);
void inetx_nl_netconf_dev(struct inetx_dev *xdev, bool there);

#endif /* _INETX_NETLINK_H */
