// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/* Next-hop objects (ip-nexthop(8)) and the routes that name them. */
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/nexthop.h>
#include "kselftest_harness.h"
#include "common.h"
#include "routing.h"

CONFIG_FIXTURE(nexthop);

#define HOP(n, w)	" nexthop via 10." #n ".0.254 dev d" #n " weight " #w

#define EXPECT_REFUSED(line, why) EXPECT_TRUE(ip_says(line, why))

TEST_F(nexthop, shown)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 1 via 10.1.0.254 dev d1\n"
			      "nexthop add id 2 via 10.77.0.1 dev d2 onlink\n"
			      "nexthop add id 3 dev d3 protocol 98\n"
			      "nexthop add id 4 blackhole\n"
			      "nexthop add id 10 group 1,3/2\n"));
	EXPECT_STREQ("id 1 via 10.1.0.254 dev d1 scope link\n"
		     "id 2 via 10.77.0.1 dev d2 scope link onlink\n"
		     "id 3 dev d3 scope host proto 98\n"
		     "id 4 blackhole\n"
		     "id 10 group 1,3/2\n", ip_show("nexthop show"));
	EXPECT_STREQ("id 3 dev d3 scope host proto 98\n",
		     ip_show("nexthop show dev d3"));
	EXPECT_STREQ("id 2 via 10.77.0.1 dev d2 scope link onlink\n",
		     ip_show("nexthop get id 2"));
	/* a number that is free, and the group has one member less */
	ASSERT_EQ(0, ip_batch("nexthop del id 1\nnexthop add dev d4\n"));
	EXPECT_STREQ("id 1 dev d4 scope host\n", ip_show("nexthop get id 1"));
	EXPECT_STREQ("id 10 group 2\n", ip_show("nexthop get id 10"));
}

TEST_F(nexthop, errors)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 1 via 10.1.0.254 dev d1\n"
			      "nexthop add id 2 dev d2\n"
			      "nexthop add id 4 blackhole\n"
			      "nexthop add id 10 group 1/2\n"
			      "link set d3 down\n"));
	EXPECT_REFUSED("nexthop add id 1 dev d2",
		       "File exists");
	EXPECT_REFUSED("nexthop add id 5 via 77.0.0.1 dev d1",
		       "Nexthop has invalid gateway");
	EXPECT_REFUSED("nexthop add id 5 dev d3",
		       "Nexthop device is not up");
	EXPECT_REFUSED("nexthop add id 5 dev d1 onlink",
		       "ONLINK flag can not be set for nexthop without a gateway");
	EXPECT_REFUSED("nexthop add id 5 group 1/77",
		       "Invalid nexthop id");
	EXPECT_REFUSED("nexthop add id 5 group 1/1",
		       "Nexthop id can not be used twice in a group");
	EXPECT_REFUSED("nexthop add id 5 group 1/10",
		       "Hash-threshold group can not be a nexthop within a group");
	EXPECT_REFUSED("nexthop add id 5 group 1/4",
		       "Blackhole nexthop can not be used in a group with more than 1 path");
	EXPECT_REFUSED("nexthop replace id 10 dev d1",
		       "Can not replace a nexthop group with a nexthop.");
	EXPECT_REFUSED("nexthop replace id 1 group 2",
		       "Can not replace a nexthop with a nexthop group.");
	EXPECT_REFUSED("nexthop replace id 1 blackhole",
		       "Blackhole nexthop can not be a member of a group with more than one path");
	EXPECT_REFUSED("nexthop del id 77",
		       "No such file or directory");
	EXPECT_REFUSED("nexthop get id 77",
		       "No such file or directory");
	EXPECT_REFUSED("route add 9.0.0.0/8 nhid 77",
		       "Nexthop id does not exist");
	EXPECT_REFUSED("route add 9.0.0.0/8 nhid 1 dev d1",
		       "Nexthop specification and nexthop id are mutually exclusive");
	EXPECT_REFUSED("route add local 9.0.0.1 nhid 10",
		       "Route with host scope can not have multiple nexthops");
	EXPECT_REFUSED("route add local 9.0.0.1 nhid 1",
		       "Route with host scope can not have a gateway");
}

TEST_F(nexthop, routes)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 1 via 10.1.0.254 dev d1\n"
			      "nexthop add id 2 via 10.2.0.254 dev d2\n"
			      "nexthop add id 4 blackhole\n"
			      "route add 9.1.0.0/16 nhid 2\n"
			      "route add 9.2.0.0/16 nhid 2 metric 7\n"
			      "route add 9.4.0.0/16 nhid 4\n"));
	EXPECT_STREQ("9.1.0.0/16 nhid 2 via 10.2.0.254 dev d2\n",
		     ip_show("route show 9.1.0.0/16"));
	EXPECT_STREQ("blackhole 9.4.0.0/16 nhid 4 dev lo\n",
		     ip_show("route show 9.4.0.0/16"));
	EXPECT_STREQ("d2", WAY("9.1.0.1"));
	EXPECT_STREQ("EINVAL", WAY("9.4.0.1"));
	EXPECT_REFUSED("route add 9.1.0.0/16 nhid 2",
		       "File exists");

	/* all at once */
	ASSERT_EQ(0, ip_batch("nexthop replace id 2 via 10.3.0.254 dev d3\n"));
	EXPECT_STREQ("d3", WAY("9.1.0.1"));
	EXPECT_STREQ("d3", WAY("9.2.0.1"));
	EXPECT_STREQ("9.2.0.0/16 nhid 2 via 10.3.0.254 dev d3 metric 7\n",
		     ip_show("route show 9.2.0.0/16"));
	ASSERT_EQ(0, ip_batch("nexthop replace id 2 blackhole\n"));
	EXPECT_STREQ("EINVAL", WAY("9.1.0.1"));
	ASSERT_EQ(0, ip_batch("nexthop replace id 2 via 10.2.0.254 dev d2\n"));
	EXPECT_STREQ("d2", WAY("9.1.0.1"));
	EXPECT_STREQ("d2", WAY("9.2.0.1"));

	/* a route is found by its number, and goes with it */
	EXPECT_NE(0, ip_batch("route del 9.1.0.0/16 nhid 1\n"));
	EXPECT_NE(0, ip_batch("route del 9.1.0.0/16 dev d2\n"));
	EXPECT_EQ(0, ip_batch("route del 9.1.0.0/16 nhid 2\n"
			      "nexthop del id 2\n"));
	EXPECT_STREQ("", ip_show("route show 9.2.0.0/16"));
	EXPECT_STREQ("d1", WAY("9.2.0.1"));
}

#define FLOWS	160

/* How many of these destinations are reached by a device. */
static int by(const char *dev)
{
	char dst[32];
	int i, n = 0;

	for (i = 0; i < FLOWS; i++) {
		snprintf(dst, sizeof(dst), "9.0.%d.%d", i / 100, i % 100 + 1);
		n += !strcmp(dev, WAY(dst));
	}
	return n;
}

TEST_F(nexthop, groups)
{
	int n;

	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 1 via 10.1.0.254 dev d1\n"
			      "nexthop add id 2 via 10.2.0.254 dev d2\n"
			      "nexthop add id 3 via 10.3.0.254 dev d3\n"
			      "nexthop add id 10 group 2,3/3\n"
			      "route add 9.0.0.0/8 nhid 10\n"));
	EXPECT_STREQ("9.0.0.0/8 nhid 10" HOP(2, 3) HOP(3, 1) "\n",
		     ip_show("route show 9.0.0.0/8"));
	n = by("d2");
	EXPECT_LE(80, n);
	EXPECT_GE(159, n);
	EXPECT_EQ(FLOWS - n, by("d3"));
	ASSERT_EQ(0, ip_batch("nexthop replace id 10 group 2/3,3\n"));
	n = by("d3");
	EXPECT_LE(80, n);
	EXPECT_GE(159, n);
	/* a member changes, another goes, the last takes all with it */
	ASSERT_EQ(0, ip_batch("nexthop replace id 3 via 10.4.0.254 dev d4\n"));
	n = by("d4");
	EXPECT_LE(80, n);
	EXPECT_GE(159, n);
	ASSERT_EQ(0, ip_batch("nexthop del id 3\n"));
	EXPECT_EQ(FLOWS, by("d2"));
	EXPECT_STREQ("id 10 group 2\n", ip_show("nexthop get id 10"));
	ASSERT_EQ(0, ip_batch("nexthop del id 2\n"));
	EXPECT_STREQ("id 1 via 10.1.0.254 dev d1 scope link\n",
		     ip_show("nexthop show"));
	EXPECT_STREQ("", ip_show("route show 9.0.0.0/8"));
}

TEST_F(nexthop, devices)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 1 via 10.1.0.254 dev d1\n"
			      "nexthop add id 2 via 10.2.0.254 dev d2\n"
			      "nexthop add id 3 via 10.3.0.254 dev d3\n"
			      "nexthop add id 10 group 1/2/3\n"
			      "route add 9.0.0.0/8 nhid 10\n"
			      "route add 8.0.0.0/8 nhid 1\n"
			      "link set d1 down\n"
			      "link del d3\n"));
	EXPECT_STREQ("id 2 via 10.2.0.254 dev d2 scope link\n"
		     "id 10 group 2\n", ip_show("nexthop show"));
	EXPECT_EQ(FLOWS, by("d2"));
	EXPECT_STREQ("", ip_show("route show 8.0.0.0/8"));
	ASSERT_EQ(0, ip_batch("link set d2 down\n"));
	EXPECT_STREQ("", ip_show("nexthop show"));
	EXPECT_STREQ("", ip_show("route show 9.0.0.0/8"));
}

/* The message that a listener gets next, or 0. */
static int next_nexthop(int fd, uint32_t *id)
{
	char buf[4096];
	struct nlmsghdr *nh = (void *)buf;
	struct nhmsg *nhm = NLMSG_DATA(nh);
	struct rtattr *a = (void *)(nhm + 1);
	int left;

	*id = 0;
	if (xrecv(fd, buf, sizeof(buf)) <= 0)
		return 0;
	left = nh->nlmsg_len - NLMSG_LENGTH(sizeof(*nhm));
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == NHA_ID)
			*id = *(uint32_t *)RTA_DATA(a);
	return nh->nlmsg_type;
}

TEST_F(nexthop, notifications)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	uint32_t id;

	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, bind(fd, (struct sockaddr *)&any, sizeof(any)));
	ASSERT_EQ(0, set_int(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			     flavour == FL_INET ? RTNLGRP_NEXTHOP :
						  INETX_RTNLGRP_NEXTHOP));
	ASSERT_EQ(0, ip_batch("nexthop add id 1 dev d1\n"
			      "nexthop add id 2 group 1\n"
			      "nexthop replace id 1 dev d2\n"
			      "nexthop del id 2\n"
			      "nexthop add id 3 dev d3\n"
			      "nexthop add id 4 group 1/3\n"
			      "nexthop del id 1\n"
			      "nexthop del id 3\n"));
	EXPECT_EQ(RTM_NEWNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(1, id);
	EXPECT_EQ(RTM_NEWNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(2, id);
	EXPECT_EQ(RTM_NEWNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(1, id);
	EXPECT_EQ(RTM_DELNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(2, id);
	EXPECT_EQ(RTM_NEWNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(3, id);
	EXPECT_EQ(RTM_NEWNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(4, id);
	/* a group without its member, and one that goes with its last */
	EXPECT_EQ(RTM_DELNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(1, id);
	EXPECT_EQ(RTM_NEWNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(4, id);
	EXPECT_EQ(RTM_DELNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(3, id);
	EXPECT_EQ(RTM_DELNEXTHOP, next_nexthop(fd, &id));
	EXPECT_EQ(4, id);
	close(fd);
}

TEST_HARNESS_MAIN
