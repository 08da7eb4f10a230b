// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/* Resilient groups of next hops and their buckets (ip-nexthop(8)). */
#include <net/if.h>
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

CONFIG_FIXTURE(resilient);

#define RES	" type resilient buckets "

#define EXPECT_REFUSED(line, why) EXPECT_TRUE(ip_says(line, why))

static int hops_setup(void)
{
	return ways_setup() ||
	       ip_batch("nexthop add id 1 via 10.1.0.254 dev d1\n"
			"nexthop add id 2 via 10.2.0.254 dev d2\n"
			"nexthop add id 3 via 10.3.0.254 dev d3\n");
}

/* The next hops of the buckets that "ip nexthop bucket show @which" shows, by a
 * digit each; static.
 */
static const char *buckets(const char *which)
{
	static char map[512];
	const char *at;
	char cmd[128];
	size_t n = 0;

	snprintf(cmd, sizeof(cmd), "nexthop bucket show %s", which);
	for (at = ip_show(cmd); (at = strstr(at, " nhid ")); at++)
		if (n < sizeof(map) - 1)
			map[n++] = at[6];
	map[n] = '\0';
	return map;
}

/* How often a digit is among them. */
static int share(const char *map, char digit)
{
	int n = 0;

	for (; *map; map++)
		n += *map == digit;
	return n;
}

TEST_F(resilient, shown)
{
	ASSERT_EQ(0, hops_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 10 group 1/2" RES "8 unbalanced_timer 300\n"
			      "nexthop add id 11 group 1,3/3" RES "6 idle_timer 7 protocol 98\n"));
	EXPECT_TRUE(ip_says("nexthop get id 10",
			    "id 10 group 1/2 type resilient buckets 8 idle_timer 120 "));
	EXPECT_TRUE(ip_says("nexthop get id 10",
			    " unbalanced_timer 300 unbalanced_time 0\n"));
	EXPECT_TRUE(ip_says("nexthop get id 11",
			    "id 11 group 1,3/3 type resilient buckets 6 idle_timer 7 "));
	EXPECT_TRUE(ip_says("nexthop get id 11",
			    " unbalanced_timer 0 unbalanced_time 0 proto 98\n"));
	/* ip(8) does not forget what it has filtered by */
	EXPECT_STREQ("22221111311111", buckets(""));
	EXPECT_STREQ("2222", buckets("dev d2"));
	EXPECT_TRUE(ip_says("nexthop bucket get id 10 index 3",
			    "id 10 index 3 idle_time "));
	EXPECT_TRUE(ip_says("nexthop bucket get id 11 index 0",
			    "nhid 3"));
}

TEST_F(resilient, replaced)
{
	ASSERT_EQ(0, hops_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 10 group 1/2 type resilient buckets 8\n"
			      "nexthop replace id 10 group 1,3/2 type resilient\n"));
	/* nobody has used them: as few as have to change */
	EXPECT_STREQ("11221111", buckets("id 10"));
	ASSERT_EQ(0, ip_batch("nexthop replace id 10 group 3/1,3/2 type resilient idle_timer 9\n"));
	EXPECT_TRUE(ip_says("nexthop get id 10",
			    "buckets 8 idle_timer 9 unbalanced_timer 0"));
	EXPECT_EQ(4, share(buckets("id 10"), '1'));
	EXPECT_EQ(2, share(buckets("id 10"), '3'));
	/* a member goes, and another */
	ASSERT_EQ(0, ip_batch("nexthop del id 1\n"));
	EXPECT_EQ(4, share(buckets("id 10"), '3'));
	EXPECT_EQ(4, share(buckets("id 10"), '2'));
	ASSERT_EQ(0, ip_batch("nexthop del id 3\n"));
	EXPECT_STREQ("22222222", buckets("id 10"));
	/* what it leads to changes, not the table */
	ASSERT_EQ(0, ip_batch("route add 9.0.0.0/8 nhid 10\n"
			      "nexthop replace id 2 via 10.4.0.254 dev d4\n"));
	EXPECT_STREQ("22222222", buckets("id 10"));
	EXPECT_STREQ("d4", WAY("9.0.0.1"));
	ASSERT_EQ(0, ip_batch("nexthop del id 2\n"));
	EXPECT_STREQ("", ip_show("nexthop show"));
	EXPECT_STREQ("", buckets(""));
}

#define FLOWS	160

/* The devices of so many flows, by the last letter of each. */
static void ways(char *map)
{
	char dst[32];
	int i;

	for (i = 0; i < FLOWS; i++) {
		snprintf(dst, sizeof(dst), "9.0.%d.%d", i / 100, i % 100 + 1);
		map[i] = WAY(dst)[1];
	}
	map[FLOWS] = '\0';
}

TEST_F(resilient, flows)
{
	char before[FLOWS + 1], after[FLOWS + 1];
	int i;

	ASSERT_EQ(0, hops_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 10 group 1/2/3 type resilient buckets 24\n"
			      "route add 9.0.0.0/8 nhid 10\n"));
	ways(before);
	for (i = '1'; i <= '3'; i++)
		EXPECT_LT(20, share(before, i));
	/* busy buckets stay, whatever is wanted */
	ASSERT_EQ(0, ip_batch("nexthop replace id 10 group 1,14/2/3 type resilient\n"));
	ways(after);
	EXPECT_STREQ(before, after);
	EXPECT_FALSE(strstr(ip_show("nexthop get id 10"),
			    "unbalanced_time 0\n"));
	/* those of a next hop that goes do not */
	ASSERT_EQ(0, ip_batch("nexthop del id 3\n"));
	ways(after);
	for (i = 0; i < FLOWS; i++)
		if (before[i] != '3')
			EXPECT_EQ(before[i], after[i]);
	EXPECT_EQ(0, share(after, '3'));
	/* nor do they when its device goes */
	ASSERT_EQ(0, ip_batch("link del d2\n"));
	ways(after);
	EXPECT_EQ(FLOWS, share(after, '1'));
	EXPECT_EQ(24, share(buckets("id 10"), '1'));
}

static int listener(void)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) ||
	    set_int(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
		    flavour == FL_INET ? RTNLGRP_NEXTHOP :
					 INETX_RTNLGRP_NEXTHOP))
		return -1;
	return fd;
}

/* A table out of balance gets into it by itself, and tells of each bucket. */
TEST_F(resilient, upkeep)
{
	char map[FLOWS + 1], buf[4096];
	struct nlmsghdr *nh = (void *)buf;
	struct nhmsg *nhm = NLMSG_DATA(nh);
	long long end;
	int fd, told = 0;

	ASSERT_EQ(0, hops_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 10 group 1/2" RES "8 unbalanced_timer 1\n"
			      "route add 9.0.0.0/8 nhid 10\n"));
	ways(map);
	ASSERT_EQ(0, ip_batch("nexthop replace id 10 group 1,3/2 type resilient\n"));
	EXPECT_STREQ("22221111", buckets("id 10"));
	fd = listener();
	ASSERT_LE(0, fd);
	end = now_ms() + 20000;
	while (strcmp("11221111", buckets("id 10")) && now_ms() < end)
		usleep(100000);
	EXPECT_STREQ("11221111", buckets("id 10"));
	EXPECT_TRUE(ip_says("nexthop get id 10", "unbalanced_time 0\n"));
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0) {
		told++;
		EXPECT_EQ(RTM_NEWNEXTHOPBUCKET, nh->nlmsg_type);
		EXPECT_EQ(NLM_F_REPLACE, nh->nlmsg_flags);
		EXPECT_EQ(AF_UNSPEC, nhm->nh_family);
	}
	EXPECT_EQ(2, told);
	close(fd);
}

/* A dump of many in parts as small as they get; how many there are. */
TEST_F(resilient, dump)
{
	struct {
		struct nlmsghdr nh;
		struct nhmsg nhm;
	} req = {
		.nh = {
			sizeof(req), RTM_GETNEXTHOPBUCKET,
			NLM_F_REQUEST | NLM_F_DUMP,
		},
		.nhm = { .nh_family = flavour == FL_INET ? AF_UNSPEC : fam() },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int n = 0, parts = 0, len, done = 0;
	static char room[4096];

	ASSERT_EQ(0, hops_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 10 group 1/2 type resilient buckets 400\n"
			      "nexthop add id 11 group 1 type resilient buckets 200\n"
			      "nexthop add id 12 group 3\n"));
	ASSERT_LT(0, send(fd, &req, sizeof(req), 0));
	while (!done && (len = recv(fd, room, sizeof(room), 0)) > 0) {
		struct nlmsghdr *nh = (void *)room;

		parts++;
		for (; NLMSG_OK(nh, len); nh = NLMSG_NEXT(nh, len)) {
			done |= nh->nlmsg_type == NLMSG_DONE ||
				nh->nlmsg_type == NLMSG_ERROR;
			n += nh->nlmsg_type == RTM_NEWNEXTHOPBUCKET;
		}
	}
	EXPECT_EQ(600, n);
	EXPECT_LT(4, parts);
	close(fd);
}

TEST_F(resilient, errors)
{
	ASSERT_EQ(0, hops_setup());
	ASSERT_EQ(0, ip_batch("nexthop add id 10 group 1/2 type resilient buckets 8\n"
			      "nexthop add id 11 group 1/2\n"));
	EXPECT_REFUSED("nexthop add id 20 group 1/2 type resilient",
		       "Number of buckets not specified for nexthop group insertion");
	EXPECT_REFUSED("nexthop add id 10 group 1/2 type resilient",
		       "File exists");
	EXPECT_REFUSED("nexthop replace id 10 group 1/2 type resilient buckets 9",
		       "Can not change number of buckets of a resilient nexthop group.");
	EXPECT_REFUSED("nexthop replace id 10 group 1/2",
		       "Can not replace a nexthop group with one of a different type.");
	EXPECT_REFUSED("nexthop replace id 11 group 1/2 type resilient buckets 8",
		       "Can not replace a nexthop group with one of a different type.");
	EXPECT_REFUSED("nexthop add id 20 group 1/10",
		       "Resilient group can not be a nexthop within a group");
	EXPECT_REFUSED("nexthop bucket get id 10 index 8",
		       "Bucket index out of bounds");
	EXPECT_REFUSED("nexthop bucket get id 11 index 0",
		       "Nexthop group not of type resilient");
	EXPECT_REFUSED("nexthop bucket get id 1 index 0",
		       "Not a nexthop group");
	EXPECT_REFUSED("nexthop bucket get id 77 index 0",
		       "No such file or directory");
	EXPECT_STREQ("22221111", buckets("id 10"));
}

TEST_HARNESS_MAIN
