/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Next-hop objects: next hops that have a number, so that many routes can name
 * one and a change of it changes them all (ip-nexthop(8)).
 *
 * An object is a next hop, a blackhole, or a group of other objects.  The routes
 * that name it have its next hops copied into their struct inetx_rtinfo, so that
 * a lookup does not know of objects at all; when an object changes, the infos of
 * its routes are made anew and take the place of the old ones.
 */
#ifndef _INETX_ROUTE_NEXTHOP_H
#define _INETX_ROUTE_NEXTHOP_H

#include "route/resilient.h"
#include "route/table.h"

struct inetx_nhobj;

/**
 * struct inetx_nhmember - an object's place in a group
 * @obj: the object, never a group; RTNL
 * @group: the group it is in; set once
 * @list: in @obj->memberships; RTNL
 * @weight: 1..65535; set once
 * @wants: in a resilient group, the buckets it should have; see resilient.h
 * @has: those it has; likewise
 */
struct inetx_nhmember {
	struct inetx_nhobj *obj;
	struct inetx_nhobj *group;
	struct list_head list;
	u16 weight;
	u16 wants;
	u16 has;
};

/**
 * struct inetx_nhobj - a next-hop object; everything in it: RTNL
 * @id: its number, the key in route.nhobjs
 * @protocol: RTPROT_*, for show
 * @blackhole: packets are dropped
 * @flags: RTNH_F_ONLINK
 * @scope: of what the gateway is reached by, as in struct inetx_nexthop
 * @gw: gateway, network order, or 0
 * @dev: egress device, lo for a blackhole, NULL for a group
 * @tracker: the reference on @dev
 * @count: members; not 0: this is a group
 * @members: of a group
 * @res: of a resilient group, its buckets
 * @resilient: it is one; set before @res
 * @memberships: struct inetx_nhmember of the groups this is in
 * @infos: struct inetx_rtinfo.nhobj_list of the routes that name it
 */
struct inetx_nhobj {
	u32 id;
	u8 protocol;
	bool blackhole;
	u8 flags;
	u8 scope;
	__be32 gw;
	struct net_device *dev;
	netdevice_tracker tracker;
	u32 count;
	struct inetx_nhmember *members;
	struct inetx_res_table *res;
	bool resilient;
	struct list_head memberships;
	struct list_head infos;
};

/**
 * struct inetx_nhobj_config - a request to add or replace an object
 * @id: its number, 0 for one that is free
 * @protocol: RTPROT_*
 * @blackhole: drop packets
 * @flags: RTNH_F_ONLINK
 * @gw: gateway, network order, or 0
 * @oif: egress device, of a blackhole lo
 * @group: struct nexthop_grp of the members, checked, or NULL
 * @count: how many
 * @res: whether the group is resilient, and what is said of its buckets
 * @nlflags: NLM_F_*
 *
 * Lives on the stack of the one request.
 */
struct inetx_nhobj_config {
	u32 id;
	u8 protocol;
	bool blackhole;
	u8 flags;
	__be32 gw;
	int oif;
	const struct nexthop_grp *group;
	u32 count;
	struct inetx_res_config res;
	u16 nlflags;
};

/* All: RTNL */
void inetx_nhobj_net_init(struct inetx_net *xnet);
void inetx_nhobj_net_exit(struct inetx_net *xnet);
struct inetx_nhobj *inetx_nhobj_find(struct inetx_net *xnet, u32 id);
struct inetx_nhobj *inetx_nhobj_set(struct inetx_net *xnet,
				    const struct inetx_nhobj_config *cfg,
				    struct netlink_ext_ack *extack);
void inetx_nhobj_remove(struct inetx_net *xnet, struct inetx_nhobj *obj,
			const struct nlmsghdr *nlh, u32 portid);
void inetx_nhobj_dev_down(struct inetx_dev *xdev, bool gone);

/* For info.c */
u32 inetx_nhobj_hops(const struct inetx_nhobj *obj);
void inetx_nhobj_fill(const struct inetx_nhobj *obj, struct inetx_nexthop *hop);
int inetx_nhobj_check_scope(const struct inetx_nhobj *obj, u8 scope,
			    struct netlink_ext_ack *extack);

#endif /* _INETX_ROUTE_NEXTHOP_H */
