// SPDX-License-Identifier: GPL-2.0
/* The family byte of netlink messages, as inetx-run rewrites it. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/inetx.h>

#include "kselftest_harness.h"
#include "tools/netlink.h"

#define FAMILY	AF_INETX

/**
 * struct build - messages being put together
 * @len: bytes used; the last message is not padded
 * @data: the messages, aligned by what is before them
 */
struct build {
	size_t len;
	char data[1024];
};

static struct nlmsghdr *add(struct build *b, int type, int flags,
			    const void *payload, size_t len)
{
	struct nlmsghdr *nlh;

	b->len = NLMSG_ALIGN(b->len);
	nlh = (struct nlmsghdr *)(b->data + b->len);
	memset(nlh, 0, NLMSG_SPACE(len));
	nlh->nlmsg_len = NLMSG_LENGTH(len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	memcpy(NLMSG_DATA(nlh), payload, len);
	b->len += nlh->nlmsg_len;
	return nlh;
}

/* A header of @len bytes that begins with @family. */
static struct nlmsghdr *add_family(struct build *b, int type, int flags,
				   int family, size_t len)
{
	char payload[64] = { family };

	return add(b, type, flags, payload, len);
}

static int family_of(struct nlmsghdr *nlh)
{
	return *(unsigned char *)NLMSG_DATA(nlh);
}

static unsigned int tx(enum inetx_nl kind, struct build *b)
{
	return inetx_nl_tx(kind, FAMILY, b->data, b->len);
}

static size_t rx(enum inetx_nl kind, struct build *b)
{
	return inetx_nl_rx(kind, FAMILY, b->data, b->len);
}

static const int route_types[] = {
	RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR,
	RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE,
	RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH,
	RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE,
	RTM_NEWNEIGHTBL, RTM_GETNEIGHTBL, RTM_SETNEIGHTBL,
	RTM_NEWNETCONF, RTM_GETNETCONF,
	RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP,
	RTM_GETMULTICAST,
};

static const int other_types[] = {
	RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK,
	RTM_NEWQDISC, RTM_GETTCLASS, RTM_NEWTFILTER, RTM_NEWPREFIX,
	RTM_NEWNSID, RTM_GETSTATS, RTM_NEWADDRLABEL, RTM_GETANYCAST,
};

TEST(tx_route_types)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(route_types); i++) {
		struct build b = { .len = 0 };
		struct nlmsghdr *nlh;

		nlh = add_family(&b, route_types[i], NLM_F_REQUEST, AF_INET, 12);
		EXPECT_EQ(1, tx(INETX_NL_ROUTE, &b))
			TH_LOG("type %d", route_types[i]);
		EXPECT_EQ(FAMILY, family_of(nlh));
	}
}

TEST(tx_leaves_others)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(other_types); i++) {
		struct build b = { .len = 0 };
		struct nlmsghdr *nlh;

		nlh = add_family(&b, other_types[i], NLM_F_REQUEST, AF_INET, 16);
		EXPECT_EQ(0, tx(INETX_NL_ROUTE, &b))
			TH_LOG("type %d", other_types[i]);
		EXPECT_EQ(AF_INET, family_of(nlh));
	}
}

TEST(tx_leaves_other_families)
{
	static const int families[] = {
		AF_UNSPEC, AF_INET6, AF_BRIDGE, AF_MPLS, AF_PACKET, FAMILY,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		struct build b = { .len = 0 };
		struct nlmsghdr *nlh;

		nlh = add_family(&b, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP,
				 families[i], 12);
		EXPECT_EQ(0, tx(INETX_NL_ROUTE, &b));
		EXPECT_EQ(families[i], family_of(nlh));
	}
}

/* "ip -batch" and "ip addr flush" send several at once. */
TEST(tx_several)
{
	struct build b = { .len = 0 };
	struct nlmsghdr *one, *two, *three;

	one = add_family(&b, RTM_DELADDR, NLM_F_REQUEST, AF_INET, 9);
	two = add_family(&b, RTM_GETLINK, NLM_F_REQUEST, AF_INET, 16);
	three = add_family(&b, RTM_DELADDR, NLM_F_REQUEST, AF_INET, 8);
	EXPECT_EQ(2, tx(INETX_NL_ROUTE, &b));
	EXPECT_EQ(FAMILY, family_of(one));
	EXPECT_EQ(AF_INET, family_of(two));
	EXPECT_EQ(FAMILY, family_of(three));
}

static int unspec_neigh(int type, int flags, size_t addrlen)
{
	struct {
		struct ndmsg ndm;
		struct rtattr lladdr;
		char mac[8];
		struct rtattr dst;
		char addr[16];
	} req = {
		.lladdr = { RTA_LENGTH(6), NDA_LLADDR },
		.dst = { RTA_LENGTH(addrlen), NDA_DST },
	};
	struct build b = { .len = 0 };
	struct nlmsghdr *nlh;

	nlh = add(&b, type, flags, &req,
		  offsetof(typeof(req), addr) + addrlen);
	tx(INETX_NL_ROUTE, &b);
	return family_of(nlh);
}

TEST(tx_unspec_neighbour)
{
	EXPECT_EQ(FAMILY, unspec_neigh(RTM_NEWNEIGH, NLM_F_REQUEST, 4));
	EXPECT_EQ(FAMILY, unspec_neigh(RTM_GETNEIGH, NLM_F_REQUEST, 4));
	EXPECT_EQ(AF_UNSPEC, unspec_neigh(RTM_NEWNEIGH, NLM_F_REQUEST, 16));
	EXPECT_EQ(AF_UNSPEC, unspec_neigh(RTM_NEWNEIGH, NLM_F_REQUEST, 0));
}

TEST(tx_unspec_nexthop)
{
	struct build b = { .len = 0 };
	struct nlmsghdr *nlh;

	nlh = add_family(&b, RTM_DELNEXTHOP, NLM_F_REQUEST, AF_UNSPEC, 8);
	EXPECT_EQ(1, tx(INETX_NL_ROUTE, &b));
	EXPECT_EQ(FAMILY, family_of(nlh));
}

TEST(diag)
{
	struct build b = { .len = 0 };
	struct nlmsghdr *four, *six, *local;

	four = add_family(&b, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP,
			  AF_INET, sizeof(struct inet_diag_req_v2));
	six = add_family(&b, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP,
			 AF_INET6, sizeof(struct inet_diag_req_v2));
	local = add_family(&b, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP,
			   AF_UNIX, 24);
	add_family(&b, SOCK_DESTROY, NLM_F_REQUEST, AF_INET,
		   sizeof(struct inet_diag_req_v2));
	EXPECT_EQ(2, tx(INETX_NL_DIAG, &b));
	EXPECT_EQ(FAMILY, family_of(four));
	EXPECT_EQ(AF_INET6, family_of(six));
	EXPECT_EQ(AF_UNIX, family_of(local));
	/* 20 is RTM_NEWADDR too, but the other way round there is no mixing. */
	EXPECT_EQ(0, inetx_nl_tx(INETX_NL_NONE, FAMILY, b.data, 0));

	EXPECT_EQ(b.len, rx(INETX_NL_DIAG, &b));
	EXPECT_EQ(AF_INET, family_of(four));
	EXPECT_EQ(AF_INET6, family_of(six));
	EXPECT_EQ(AF_UNIX, family_of(local));
}

TEST(rx_route)
{
	struct build b = { .len = 0 };
	struct nlmsghdr *nlh;

	add_family(&b, RTM_NEWADDR, NLM_F_MULTI, AF_INET, 17);
	nlh = add_family(&b, RTM_NEWADDR, NLM_F_MULTI, FAMILY, 13);
	nlh->nlmsg_seq = 1;
	add_family(&b, RTM_NEWADDR, NLM_F_MULTI, AF_INET, 8);
	nlh = add_family(&b, RTM_NEWADDR, NLM_F_MULTI, AF_INET6, 40);
	nlh->nlmsg_seq = 2;
	nlh = add_family(&b, NLMSG_DONE, NLM_F_MULTI, 0, 4);
	nlh->nlmsg_seq = 3;

	ASSERT_EQ(NLMSG_SPACE(13) + NLMSG_SPACE(40) + NLMSG_LENGTH(4),
		  rx(INETX_NL_ROUTE, &b));
	nlh = (struct nlmsghdr *)b.data;
	EXPECT_EQ(1, nlh->nlmsg_seq);
	EXPECT_EQ(NLMSG_LENGTH(13), nlh->nlmsg_len);
	EXPECT_EQ(AF_INET, family_of(nlh));
	nlh = (struct nlmsghdr *)(b.data + NLMSG_SPACE(13));
	EXPECT_EQ(2, nlh->nlmsg_seq);
	EXPECT_EQ(AF_INET6, family_of(nlh));
	nlh = (struct nlmsghdr *)(b.data + NLMSG_SPACE(13) + NLMSG_SPACE(40));
	EXPECT_EQ(3, nlh->nlmsg_seq);
	EXPECT_EQ(NLMSG_DONE, nlh->nlmsg_type);
}

TEST(multicast_routes)
{
	struct build b = { .len = 0 };
	struct nlmsghdr *nlh;

	nlh = add_family(&b, RTM_GETROUTE, NLM_F_DUMP, RTNL_FAMILY_IPMR, 12);
	EXPECT_EQ(1, tx(INETX_NL_ROUTE, &b));
	EXPECT_EQ(INETX_RTNL_FAMILY_IPMR, family_of(nlh));
	EXPECT_EQ(b.len, rx(INETX_NL_ROUTE, &b));
	EXPECT_EQ(RTNL_FAMILY_IPMR, family_of(nlh));
	/* the host's */
	EXPECT_EQ(0, rx(INETX_NL_ROUTE, &b));
}

TEST(rx_nothing_left)
{
	struct build b = { .len = 0 };

	add_family(&b, RTM_NEWROUTE, 0, AF_INET, 12);
	add_family(&b, RTM_DELNEIGH, 0, AF_INET, 13);
	EXPECT_EQ(0, rx(INETX_NL_ROUTE, &b));
}

TEST(rx_links_stay)
{
	struct build b = { .len = 0 };

	add_family(&b, RTM_NEWLINK, NLM_F_MULTI, AF_INET, 16);
	EXPECT_EQ(b.len, rx(INETX_NL_ROUTE, &b));
}

static int echoed(int flags, int family, size_t len)
{
	struct {
		struct nlmsgerr err;
		struct rtmsg rtm;
	} error = {
		.err.error = -17,
		.err.msg.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
		.err.msg.nlmsg_type = RTM_NEWROUTE,
		.rtm.rtm_family = family,
	};
	struct build b = { .len = 0 };
	struct nlmsghdr *nlh;

	nlh = add(&b, NLMSG_ERROR, flags, &error, len);
	if (rx(INETX_NL_ROUTE, &b) != b.len)
		return -1;
	return ((unsigned char *)NLMSG_DATA(nlh))[sizeof(struct nlmsgerr)];
}

TEST(rx_error_echo)
{
	size_t all = sizeof(struct nlmsgerr) + sizeof(struct rtmsg);

	EXPECT_EQ(AF_INET, echoed(0, FAMILY, all));
	EXPECT_EQ(AF_INET, echoed(0, AF_INET, all));
	EXPECT_EQ(AF_INET6, echoed(0, AF_INET6, all));
	/* Behind a capped echo there may be anything. */
	EXPECT_EQ(FAMILY, echoed(NLM_F_CAPPED, FAMILY, all));
	EXPECT_EQ(0, echoed(0, FAMILY, sizeof(struct nlmsgerr)));
	EXPECT_NE(-1, echoed(0, FAMILY, 4));
}

/* For tests of the launcher itself, AF_INET stands for AF_INETX. */
TEST(identity)
{
	struct build b = { .len = 0 };
	struct build before;

	add_family(&b, RTM_NEWROUTE, 0, AF_INET, 12);
	add_family(&b, RTM_NEWNEXTHOP, 0, AF_UNSPEC, 8);
	before = b;
	EXPECT_EQ(0, inetx_nl_tx(INETX_NL_ROUTE, AF_INET, b.data, b.len));
	EXPECT_EQ(b.len, inetx_nl_rx(INETX_NL_ROUTE, AF_INET, b.data, b.len));
	EXPECT_EQ(0, memcmp(before.data, b.data, b.len));
}

TEST(groups)
{
	unsigned int ours = 1U << (INETX_RTNLGRP_IFADDR - 1) |
			    1U << (INETX_RTNLGRP_ROUTE - 1) |
			    1U << (INETX_RTNLGRP_RULE - 1);
	unsigned int theirs = RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
			      RTMGRP_IPV4_RULE;

	EXPECT_EQ(theirs | ours, inetx_nl_groups(theirs));
	EXPECT_EQ(RTMGRP_LINK | RTMGRP_IPV6_ROUTE,
		  inetx_nl_groups(RTMGRP_LINK | RTMGRP_IPV6_ROUTE));
	EXPECT_EQ(~0U, inetx_nl_groups(~0U));
	EXPECT_EQ(0, inetx_nl_groups(0));
	EXPECT_EQ(INETX_RTNLGRP_IFADDR, inetx_nl_group(RTNLGRP_IPV4_IFADDR));
	EXPECT_EQ(INETX_RTNLGRP_ROUTE, inetx_nl_group(RTNLGRP_IPV4_ROUTE));
	EXPECT_EQ(INETX_RTNLGRP_RULE, inetx_nl_group(RTNLGRP_IPV4_RULE));
	EXPECT_EQ(INETX_RTNLGRP_NETCONF, inetx_nl_group(RTNLGRP_IPV4_NETCONF));
	EXPECT_EQ(INETX_RTNLGRP_NEXTHOP, inetx_nl_group(RTNLGRP_NEXTHOP));
	EXPECT_EQ(INETX_RTNLGRP_MROUTE, inetx_nl_group(RTNLGRP_IPV4_MROUTE));
	EXPECT_EQ(INETX_RTNLGRP_MROUTE, inetx_nl_group(RTNLGRP_IPV4_MROUTE_R));
	EXPECT_EQ(0, inetx_nl_group(RTNLGRP_LINK));
	EXPECT_EQ(0, inetx_nl_group(-1));
}

TEST(names)
{
	EXPECT_STREQ("ROUTE", inetx_nl_name(INETX_NL_ROUTE, RTM_GETROUTE));
	EXPECT_STREQ("ADDR", inetx_nl_name(INETX_NL_ROUTE, RTM_NEWADDR));
	EXPECT_STREQ("SOCK_DIAG",
		     inetx_nl_name(INETX_NL_DIAG, SOCK_DIAG_BY_FAMILY));
	EXPECT_STREQ("message", inetx_nl_name(INETX_NL_ROUTE, NLMSG_DONE));
}

/* Truncated and random bytes: nothing outside of the buffer is touched. */
TEST(random_bytes)
{
	int round;

	srandom(1);
	for (round = 0; round < 300000; round++) {
		size_t len = random() % 120, i;
		enum inetx_nl kind = 1 + random() % 2;
		char *buf = malloc(len ? len : 1);
		size_t left;

		for (i = 0; i < len; i++)
			buf[i] = random() % 4 ? 0 : random();
		/* Now and then a length that makes sense. */
		for (i = 0; i + 16 <= len; i += 4 * (4 + random() % 8)) {
			struct nlmsghdr *nlh = (struct nlmsghdr *)(buf + i);

			nlh->nlmsg_len = random() % 48;
			nlh->nlmsg_type = random() % 8 ? random() % 120 :
							 NLMSG_ERROR;
		}
		inetx_nl_tx(kind, FAMILY, buf, len);
		left = inetx_nl_rx(kind, FAMILY, buf, len);
		ASSERT_LE(left, len);
		free(buf);
	}
}

TEST_HARNESS_MAIN
