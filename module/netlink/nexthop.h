/* SPDX-License-Identifier: GPL-2.0 */
/* What the messages about next-hop objects and about buckets have in common. */
#ifndef _INETX_NETLINK_NEXTHOP_H
#define _INETX_NETLINK_NEXTHOP_H

#include <linux/types.h>

struct inetx_net;
struct inetx_nhobj;
struct inetx_res_table;
struct netlink_ext_ack;
struct nlattr;
struct nlmsghdr;

/**
 * struct inetx_nl_nhfilter - which objects a dump is about; 0: any
 * @oif: index of their device
 * @master: index of the device above that
 * @groups: groups only
 * @fdb: of bridges only
 */
struct inetx_nl_nhfilter {
	u32 oif;
	u32 master;
	bool groups;
	bool fdb;
};

/* nexthop.c: RTNL */
int inetx_nl_nexthop_id(const struct nlmsghdr *nlh, struct nlattr **tb, u32 *id,
			struct netlink_ext_ack *extack);
int inetx_nl_nexthop_filter(const struct nlmsghdr *nlh, struct nlattr **tb,
			    struct inetx_nl_nhfilter *filter,
			    struct netlink_ext_ack *extack);
bool inetx_nl_nexthop_wanted(const struct inetx_nl_nhfilter *filter,
			     const struct inetx_nhobj *obj);

void inetx_nl_nexthop_notify(struct inetx_net *xnet,
			     const struct inetx_nhobj *obj, int event,
			     u32 portid, const struct nlmsghdr *nlh);

/* bucket.c: the upkeep of the table, may sleep */
void inetx_nl_bucket_notify(const struct inetx_res_table *table, u16 index);

#endif /* _INETX_NETLINK_NEXTHOP_H */
