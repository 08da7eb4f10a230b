// SPDX-License-Identifier: GPL-2.0
/* Pure rewriting of buffers: no system call is made here. */
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

#include "../uapi/linux/inetx.h"
#include "netlink.h"

/* rtnetlink's types come in fours: NEW, DEL, GET, SET of one object. */
#define RTM_OBJECT(type)	((type) & ~3)

static const char *object_name(__u16 type)
{
	switch (RTM_OBJECT(type)) {
	case RTM_NEWADDR:	return "ADDR";
	case RTM_NEWROUTE:	return "ROUTE";
	case RTM_NEWNEIGH:	return "NEIGH";
	case RTM_NEWRULE:	return "RULE";
	case RTM_NEWNEIGHTBL:	return "NEIGHTBL";
	case RTM_NEWNETCONF:	return "NETCONF";
	case RTM_NEWNEXTHOP:	return "NEXTHOP";
	case RTM_NEWCACHEREPORT: return "CACHEREPORT";
	case RTM_NEWNEXTHOPBUCKET: return "NEXTHOPBUCKET";
	/* 56 has no name of its own: only RTM_GETMULTICAST exists. */
	case RTM_OBJECT(RTM_GETMULTICAST): return "MULTICAST";
	}
	return NULL;
}

static bool has_family(enum inetx_nl kind, __u16 type)
{
	if (kind == INETX_NL_ROUTE)
		return object_name(type);
	return type == SOCK_DIAG_BY_FAMILY || type == SOCK_DESTROY ||
	       type == TCPDIAG_GETSOCK || type == DCCPDIAG_GETSOCK;
}

/* struct rtgenmsg heads every rtnetlink and sock_diag header. */
static __u8 *family_of(struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtgenmsg)))
		return NULL;
	return &((struct rtgenmsg *)NLMSG_DATA(nlh))->rtgen_family;
}

static bool neigh_is_ipv4(struct nlmsghdr *nlh)
{
	struct ndmsg *ndm = NLMSG_DATA(nlh);
	struct rtattr *rta;
	int left;

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*ndm)))
		return false;
	left = nlh->nlmsg_len - NLMSG_SPACE(sizeof(*ndm));
	rta = (struct rtattr *)((char *)ndm + NLMSG_ALIGN(sizeof(*ndm)));
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left))
		if (rta->rta_type == NDA_DST && RTA_PAYLOAD(rta) == 4)
			return true;
	return false;
}

/*
 * An AF_UNSPEC dump brings every family's objects, ours among them, so it goes
 * out as it is.  Other requests of AF_UNSPEC are answered by core code, which
 * takes a neighbour of four bytes for AF_INET's, and keeps the host's next hops
 * under numbers that have no family.
 */
static bool unspec_is_ours(struct nlmsghdr *nlh)
{
	switch (RTM_OBJECT(nlh->nlmsg_type)) {
	case RTM_NEWNEIGH:
		return neigh_is_ipv4(nlh);
	case RTM_NEWNEXTHOP:
	case RTM_NEWNEXTHOPBUCKET:
		return true;
	}
	return false;
}

/**
 * inetx_nl_tx() - address the messages of a program to inetx
 * @kind: protocol of the socket
 * @family: the number of AF_INETX in force
 * @buf: one or more netlink messages, aligned to 4 bytes, changed in place
 * @len: bytes at @buf; a message that does not fit ends the walk
 *
 * AF_INET becomes @family.  So does AF_UNSPEC where only core code would
 * answer, see above; and RTNL_FAMILY_IPMR becomes INETX_RTNL_FAMILY_IPMR.
 *
 * Return: how many messages were changed.
 */
unsigned int inetx_nl_tx(enum inetx_nl kind, int family, void *buf, size_t len)
{
	struct nlmsghdr *nlh = buf;
	unsigned int changed = 0;
	int left = len;

	if (family == AF_INET)
		return 0;
	for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left)) {
		__u8 *af = family_of(nlh);

		if (!af || !has_family(kind, nlh->nlmsg_type))
			continue;
		if (kind == INETX_NL_ROUTE && *af == RTNL_FAMILY_IPMR) {
			*af = INETX_RTNL_FAMILY_IPMR;
			changed++;
		} else if (*af == AF_INET ||
			   (*af == AF_UNSPEC && kind == INETX_NL_ROUTE &&
			    unspec_is_ours(nlh))) {
			*af = family;
			changed++;
		}
	}
	return changed;
}

/* An error message carries the request back, unless it was capped. */
static void rx_error(enum inetx_nl kind, int family, struct nlmsghdr *nlh)
{
	struct nlmsgerr *err = NLMSG_DATA(nlh);
	struct rtgenmsg *gen = (struct rtgenmsg *)(err + 1);

	if (nlh->nlmsg_flags & NLM_F_CAPPED ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*err) + sizeof(*gen)) ||
	    err->msg.nlmsg_len < NLMSG_LENGTH(sizeof(*gen)))
		return;
	if (!has_family(kind, err->msg.nlmsg_type))
		return;
	if (gen->rtgen_family == family)
		gen->rtgen_family = AF_INET;
	else if (kind == INETX_NL_ROUTE &&
		 gen->rtgen_family == INETX_RTNL_FAMILY_IPMR)
		gen->rtgen_family = RTNL_FAMILY_IPMR;
}

/* False: the message is about the host's IPv4, the program shall not see it. */
static bool rx_one(enum inetx_nl kind, int family, struct nlmsghdr *nlh)
{
	__u8 *af = family_of(nlh);

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		rx_error(kind, family, nlh);
		return true;
	}
	if (!af || !has_family(kind, nlh->nlmsg_type))
		return true;
	if (*af == AF_INET ||
	    (kind == INETX_NL_ROUTE && *af == RTNL_FAMILY_IPMR))
		return false;
	if (*af == family)
		*af = AF_INET;
	else if (kind == INETX_NL_ROUTE && *af == INETX_RTNL_FAMILY_IPMR)
		*af = RTNL_FAMILY_IPMR;
	return true;
}

/**
 * inetx_nl_rx() - show a program inetx as if it were IPv4
 * @kind: protocol of the socket
 * @family: the number of AF_INETX in force
 * @buf: one datagram of netlink messages, aligned to 4 bytes, changed in place
 * @len: bytes at @buf
 *
 * Messages of @family say AF_INET afterwards, those of its multicast routes
 * RTNL_FAMILY_IPMR; those of the host's are cut out, the following ones move up.
 * All others stay as they are, and so does whatever does not look like a message.
 *
 * Return: bytes left at @buf; 0 when nothing is left to be shown.
 */
size_t inetx_nl_rx(enum inetx_nl kind, int family, void *buf, size_t len)
{
	char *from = buf, *to = buf;
	size_t left = len;

	if (family == AF_INET)
		return len;
	while (left >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr *nlh = (struct nlmsghdr *)from;
		size_t n = nlh->nlmsg_len;
		bool keep;

		if (n < sizeof(*nlh) || n > left)
			break;
		n = NLMSG_ALIGN(n) < left ? NLMSG_ALIGN(n) : left;
		keep = rx_one(kind, family, nlh);
		if (keep) {
			memmove(to, from, n);
			to += n;
		}
		from += n;
		left -= n;
	}
	memmove(to, from, left);
	return to + left - (char *)buf;
}

/**
 * inetx_nl_group() - the group on which inetx announces what another carries
 * @group: multicast group of NETLINK_ROUTE (RTNLGRP_*)
 *
 * Return: the group to be joined or left besides @group, or 0.
 */
int inetx_nl_group(int group)
{
	switch (group) {
	case RTNLGRP_IPV4_IFADDR:	return INETX_RTNLGRP_IFADDR;
	case RTNLGRP_IPV4_ROUTE:	return INETX_RTNLGRP_ROUTE;
	case RTNLGRP_IPV4_RULE:		return INETX_RTNLGRP_RULE;
	case RTNLGRP_IPV4_NETCONF:	return INETX_RTNLGRP_NETCONF;
	case RTNLGRP_NEXTHOP:		return INETX_RTNLGRP_NEXTHOP;
	case RTNLGRP_IPV4_MROUTE:
	case RTNLGRP_IPV4_MROUTE_R:	return INETX_RTNLGRP_MROUTE;
	}
	return 0;
}

/**
 * inetx_nl_groups() - add inetx's groups to a bind address's mask
 * @groups: nl_groups of a struct sockaddr_nl for NETLINK_ROUTE, bit n - 1 for
 *	group n
 *
 * Return: @groups and the bits of what inetx_nl_group() answers for each.
 */
__u32 inetx_nl_groups(__u32 groups)
{
	__u32 out = groups;
	int i;

	for (i = 0; i < 32; i++) {
		int more = groups & 1U << i ? inetx_nl_group(i + 1) : 0;

		if (more)
			out |= 1U << (more - 1);
	}
	return out;
}

/**
 * inetx_nl_name() - name the object of a message, to be shown to a reader
 * @kind: protocol of the socket
 * @type: nlmsg_type
 *
 * Return: "ROUTE" for RTM_NEWROUTE and so on, or "message".
 */
const char *inetx_nl_name(enum inetx_nl kind, __u16 type)
{
	const char *name = kind == INETX_NL_ROUTE ? object_name(type) :
			   has_family(kind, type) ? "SOCK_DIAG" : NULL;

	return name ? name : "message";
}
