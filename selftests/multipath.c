// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/*
 * Routes with several next hops: how they are shown, added and removed, how
 * flows are shared out, and what becomes of them when a device goes down.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kselftest_harness.h"
#include "common.h"
#include "exception.h"
#include "routing.h"

CONFIG_FIXTURE(multipath);
FLAVOUR_FIXTURE(multipath_packets);

/* What ip(8) takes and shows. */
#define NET		"9.0.0.0/8"
#define ADD		"route add " NET " "
#define VIA(n)		"nexthop via 10." #n ".0.254 "
#define HOP(n, w)	" nexthop via 10." #n ".0.254 dev d" #n " weight " #w

#define D3		" nexthop dev d3"
#define HOPS12		VIA(1) "weight 3 " VIA(2)
#define ADD12		ADD HOPS12 "\n"

#define EXPECT_REFUSED(line, why) EXPECT_TRUE(ip_says(line, why))

TEST_F(multipath, shown)
{
	static const char shown[] =
		NET HOP(1, 3) " nexthop via 10.77.0.1 dev d2 weight 1 onlink" D3
		" weight 1\n";

	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(ADD VIA(1)
			      "weight 3 nexthop dev d2 via 10.77.0.1 onlink" D3
			      "\n"));
	EXPECT_STREQ(shown, ip_show("route show " NET));
	EXPECT_STREQ(shown, ip_show("route get fibmatch 9.9.9.9"));
}

TEST_F(multipath, changes)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(ADD12));
	EXPECT_REFUSED(ADD12, "File exists");
	/* another weight, another route */
	ASSERT_EQ(0, ip_batch("route append " NET " " VIA(1) VIA(2) "\n"
			      "route append " NET " " VIA(3) VIA(4) "\n"
			      "route replace " NET " " VIA(2) VIA(3) "\n"));
	EXPECT_STREQ(NET HOP(2, 1) HOP(3, 1) "\n"
		     NET HOP(1, 1) HOP(2, 1) "\n"
		     NET HOP(3, 1) HOP(4, 1) "\n",
		     ip_show("route show 9.0.0.0/8"));
	/* the weight does not matter for what is to go */
	ASSERT_EQ(0, ip_batch("route del 9.0.0.0/8 " HOPS12 "\n"
			      "route del 9.0.0.0/8 via 10.3.0.254\n"));
	EXPECT_NE(0, ip_batch("route del 9.0.0.0/8 " HOPS12 "\n"));
	EXPECT_STREQ(NET HOP(2, 1) HOP(3, 1) "\n",
		     ip_show("route show 9.0.0.0/8"));
	EXPECT_EQ(0, ip_batch("route del 9.0.0.0/8\n"));
	/* one of one is nothing special */
	EXPECT_EQ(0, ip_batch(ADD VIA(3) "weight 9\n"));
	EXPECT_STREQ("9.0.0.0/8 via 10.3.0.254 dev d3\n",
		     ip_show("route show 9.0.0.0/8"));
}

TEST_F(multipath, errors)
{
	char many[4096];
	int i, n;

	ASSERT_EQ(0, ways_setup());
	EXPECT_REFUSED(ADD VIA(1) "nexthop via 77.0.0.1 dev d2",
		       "Nexthop has invalid gateway");
	EXPECT_REFUSED(ADD VIA(1) VIA(2) "dev lo",
		       "Nexthop has invalid gateway");
	EXPECT_REFUSED("route add blackhole 9.0.0.0/8 " HOPS12,
		       "Gateway, device and multipath can not be specified for this route type");
	EXPECT_REFUSED("route add local 9.0.0.0/8 nexthop dev d1 nexthop dev d2",
		       "Route with host scope can not have multiple nexthops");
	EXPECT_STREQ("", ip_show("route show 9.0.0.0/8"));
	/* a message to listeners that has to hold all of them */
	n = sprintf(many, "route add 9.0.0.0/8");
	for (i = 1; i <= 100; i++)
		n += sprintf(many + n, " nexthop via 10.%d.0.%d", i % 4 + 1, i + 1);
	EXPECT_STREQ("", ip_show(many));
	EXPECT_STREQ("", ip_show("route del 9.0.0.0/8"));
}

#define FLOWS	160

/* How many of these flows go by d1. */
static int by_d1(const struct query *q, int vary_dst, int vary_sport,
		 int vary_dport)
{
	struct query one = *q;
	int i, n = 0;
	char dst[32];

	for (i = 1; i <= FLOWS; i++) {
		snprintf(dst, sizeof(dst), "9.%d.%d.9", vary_dst ? i / 100 : 9,
			 vary_dst ? i % 100 : 9);
		one.dst = dst;
		one.sport = vary_sport ? 1000 + i : 1000;
		one.dport = vary_dport ? 2000 + i : 2000;
		n += !strcmp("d1", way_to(&one));
	}
	return n;
}

#define BY_D1(dst, sport, dport, ...)					\
	by_d1(&(struct query){ .proto = IPPROTO_UDP, __VA_ARGS__ },	\
	      dst, sport, dport)

/* Three of four; 40 are seven standard deviations. */
#define EXPECT_SHARED(n) do {						\
	int n_ = (n);							\
									\
	EXPECT_LE(80, n_);						\
	EXPECT_GE(159, n_);						\
} while (0)

#define EXPECT_FIXED(n) do {						\
	int n_ = (n);							\
									\
	EXPECT_TRUE(!n_ || n_ == FLOWS);				\
} while (0)

TEST_F(multipath, policies)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(ADD12));
	EXPECT_SHARED(BY_D1(1, 0, 0));
	EXPECT_FIXED(BY_D1(0, 1, 1));
	EXPECT_EQ(BY_D1(1, 0, 0), BY_D1(1, 1, 1));

	ASSERT_EQ(0, sysctl_set("fib_multipath_hash_policy", "1"));
	EXPECT_SHARED(BY_D1(1, 0, 0));
	EXPECT_SHARED(BY_D1(0, 1, 0));
	EXPECT_SHARED(BY_D1(0, 0, 1));
	EXPECT_FIXED(BY_D1(0, 0, 0));

	ASSERT_EQ(0, sysctl_set("fib_multipath_hash_policy", "2"));
	EXPECT_SHARED(BY_D1(1, 0, 0));
	EXPECT_FIXED(BY_D1(0, 1, 1));

	ASSERT_EQ(0, sysctl_set("fib_multipath_hash_policy", "3"));
	EXPECT_SHARED(BY_D1(1, 0, 0));
	EXPECT_FIXED(BY_D1(0, 1, 1));
	ASSERT_EQ(0, sysctl_set("fib_multipath_hash_fields", "32"));
	EXPECT_SHARED(BY_D1(0, 0, 1));
	EXPECT_FIXED(BY_D1(1, 1, 0));

	/* who names a device gets it */
	EXPECT_STREQ("d1", WAY("9.9.9.9", .oif = "d1"));
	EXPECT_STREQ("d2", WAY("9.9.9.9", .oif = "d2"));
}

TEST_F(multipath, tunables)
{
	char val[32];

	ASSERT_EQ(0, sysctl_get("fib_multipath_hash_policy", val, sizeof(val)));
	EXPECT_STREQ("0", val);
	ASSERT_EQ(0, sysctl_get("fib_multipath_hash_fields", val, sizeof(val)));
	EXPECT_STREQ("7", val);
	ASSERT_EQ(0, sysctl_get("fib_multipath_use_neigh", val, sizeof(val)));
	EXPECT_STREQ("0", val);
	EXPECT_ERRNO(EINVAL, sysctl_set("fib_multipath_hash_policy", "4"));
	EXPECT_ERRNO(EINVAL, sysctl_set("fib_multipath_hash_policy", "-1"));
	EXPECT_ERRNO(EINVAL, sysctl_set("fib_multipath_hash_fields", "0"));
	EXPECT_ERRNO(EINVAL, sysctl_set("fib_multipath_hash_fields", "4096"));
	EXPECT_ERRNO(0, sysctl_set("fib_multipath_hash_fields", "4095"));
	EXPECT_ERRNO(EINVAL, sysctl_set("fib_multipath_use_neigh", "2"));
}

TEST_F(multipath, input)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	ASSERT_EQ(0, ip_batch(ADD12));
	EXPECT_SHARED(BY_D1(1, 0, 0, .src = "10.4.0.7", .iif = "d4"));
	EXPECT_FIXED(BY_D1(0, 1, 1, .src = "10.4.0.7", .iif = "d4"));
	ASSERT_EQ(0, sysctl_set("fib_multipath_hash_policy", "1"));
	EXPECT_SHARED(BY_D1(0, 1, 0, .src = "10.4.0.7", .iif = "d4"));

	/* a source is good by each of the devices that lead to it */
	ASSERT_EQ(0, sysctl_set("conf/all/rp_filter", "1"));
	EXPECT_STREQ("d4", WAY("10.4.0.7", "9.9.9.9", .iif = "d1"));
	EXPECT_STREQ("d4", WAY("10.4.0.7", "9.9.9.9", .iif = "d2"));
	EXPECT_STREQ("EXDEV", WAY("10.4.0.7", "9.9.9.9", .iif = "d3"));
}

TEST_F(multipath, devices)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(ADD HOPS12 VIA(3) "\n"));
	ASSERT_EQ(0, ip_batch("link set d2 down\nlink set d3 down\n"));
	EXPECT_EQ(FLOWS, BY_D1(1, 0, 0));
	EXPECT_STREQ(NET HOP(1, 3) HOP(2, 1) " dead linkdown" HOP(3, 1) " dead linkdown\n",
		     ip_show("route show 9.0.0.0/8"));
	ASSERT_EQ(0, ip_batch("link set d2 up\n"));
	EXPECT_SHARED(BY_D1(1, 0, 0));
	EXPECT_STREQ(NET HOP(1, 3) HOP(2, 1) HOP(3, 1) " dead linkdown\n",
		     ip_show("route show 9.0.0.0/8"));
	ASSERT_EQ(0, ip_batch("link set d1 down\n"));
	EXPECT_EQ(0, BY_D1(1, 0, 0));
	EXPECT_STREQ("d2", WAY("9.9.9.9"));
	/* the last one takes the route with it */
	ASSERT_EQ(0, ip_batch("link set d2 down\n"));
	EXPECT_STREQ("", ip_show("route show 9.0.0.0/8"));

	/* and so does one that is no more */
	ASSERT_EQ(0, ip_batch("link set d1 up\nlink set d2 up\n"
			      ADD12
			      "link del d2\n"));
	EXPECT_STREQ("", ip_show("route show 9.0.0.0/8"));
}

/* conf/DEV/ignore_routes_with_linkdown; the carrier is noticed with a delay. */
TEST_F(multipath, carrier)
{
	long long end = now_ms() + 10000;
	int n;

	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, sysctl_set("conf/d2/ignore_routes_with_linkdown", "1"));
	ASSERT_EQ(0, ip_batch(ADD12
			      "link set d2 carrier off\n"));
	do {
		n = BY_D1(1, 0, 0);
		usleep(50000);
	} while (n != FLOWS && now_ms() < end);
	EXPECT_EQ(FLOWS, n);
	EXPECT_STREQ(NET HOP(1, 3) HOP(2, 1) " dead linkdown\n",
		     ip_show("route show 9.0.0.0/8"));
	ASSERT_EQ(0, ip_batch("link set d2 carrier on\n"));
	end = now_ms() + 10000;
	do {
		n = BY_D1(1, 0, 0);
		usleep(50000);
	} while (n == FLOWS && now_ms() < end);
	EXPECT_SHARED(n);
}

TEST_F(multipath, use_neigh)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(ADD12
			      "neigh replace 10.2.0.254 dev d2 nud failed\n"));
	EXPECT_SHARED(BY_D1(1, 0, 0));
	ASSERT_EQ(0, sysctl_set("fib_multipath_use_neigh", "1"));
	EXPECT_EQ(FLOWS, BY_D1(1, 0, 0));
	ASSERT_EQ(0, ip_batch("neigh replace 10.1.0.254 dev d1 nud failed\n"
			      "neigh replace 10.2.0.254 dev d2 lladdr 2:0:0:0:0:1\n"));
	EXPECT_EQ(0, BY_D1(1, 0, 0));
}

/* A flow of a socket stays where it is until it cannot. */
TEST_F(multipath_packets, sockets)
{
	static const char * const dev[] = { "d1", "d2" };
	long long tx[2];
	int fd, i, at;
	char cmd[64];

	ASSERT_EQ(0, ways_setup());
	/* nothing but what we send */
	EXPECT_EQ(0, no_ipv6());
	ASSERT_EQ(0, ip_batch(ADD VIA(1) VIA(2) "\n"));
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, xconnect(fd, "9.9.9.9", 53));
	for (i = 0; i < 2; i++)
		tx[i] = tx_packets(dev[i]);
	for (i = 0; i < 20; i++)
		ASSERT_EQ(1, send(fd, "x", 1, 0));
	at = tx_packets(dev[1]) != tx[1];
	EXPECT_EQ(tx[at] + 20, tx_packets(dev[at]));
	EXPECT_EQ(tx[!at], tx_packets(dev[!at]));
	snprintf(cmd, sizeof(cmd), "link set %s down\n", dev[at]);
	ASSERT_EQ(0, ip_batch(cmd));
	tx[!at] = tx_packets(dev[!at]);
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_EQ(tx[!at] + 1, tx_packets(dev[!at]));
	close(fd);
}

/* A router tells of the way by one of the next hops; all have it. */
TEST_F(multipath_packets, path_mtu)
{
	const struct quote q = quote_udp("9.9.9.9");

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(ADD VIA(1) VIA(2) "\n"));
	tell_mtu(&q, 1200);
	EXPECT_NE(NULL, strstr(ip_show("route get 9.9.9.9 oif d1"), "mtu 1200"));
	EXPECT_NE(NULL, strstr(ip_show("route get 9.9.9.9 oif d2"), "mtu 1200"));
	EXPECT_EQ(NULL, strstr(ip_show("route get 9.9.9.8 oif d1"), "mtu"));
	EXPECT_EQ(NULL, strstr(ip_show("route get 9.9.9.8 oif d2"), "mtu"));
	wire_down();
}

/* Errors are shared out by the packets that they are about, with their ports. */
TEST_F(multipath_packets, icmp_errors)
{
	struct udphdr uh = { .dest = htons(PORT), .len = htons(8) };
	long long tx[2];
	int i;

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, ways_setup());
	EXPECT_EQ(0, no_ipv6());
	ASSERT_EQ(0, sysctl_set("icmp_ratemask", "0"));
	ASSERT_EQ(0, sysctl_set("fib_multipath_hash_policy", "1"));
	ASSERT_EQ(0, ip_batch(ADD VIA(1) VIA(2) "\n"));
	tx[0] = tx_packets("d1");
	tx[1] = tx_packets("d2");
	for (i = 0; i < 64; i++) {
		uh.source = htons(1000 + i);
		wire_send("9.9.9.9", HERE, IPPROTO_UDP, 0, &uh, sizeof(uh));
	}
	wire_sync();
	tx[0] = tx_packets("d1") - tx[0];
	tx[1] = tx_packets("d2") - tx[1];
	EXPECT_EQ(64, tx[0] + tx[1]);
	EXPECT_LE(10, tx[0]);
	EXPECT_LE(10, tx[1]);
	wire_down();
}

TEST_HARNESS_MAIN
