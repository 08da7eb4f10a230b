// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/*
 * Policy rules (ip-rule(8)): what they select, what they do, what listeners are
 * told, and that sockets and received packets go by them.
 */
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/fib_rules.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "kselftest_harness.h"
#include "common.h"
#include "routing.h"

CONFIG_FIXTURE(rules);
FLAVOUR_FIXTURE(rules_packets);

TEST_F(rules, defaults)
{
	EXPECT_STREQ("0: from all lookup local\n"
		     "32766: from all lookup main\n"
		     "32767: from all lookup default\n", ip_show("rule show"));
	/* a rule for each of them may go */
	EXPECT_EQ(0, ip_batch("rule del pref 32767\n"
			      "rule add pref 32767 lookup default\n"));
}

/* In the words and the order in which ip(8) shows them. */
#define SELECT_A	"from 10.1.0.0/16 to 9.0.0.0/8 tos 0x10 "	\
			"fwmark 0x5/0x7 iif d1 oif d2"
#define SELECT_B	"uidrange 5-6 ipproto udp sport 1-9 dport 53"
#define SUPPRESS	"suppress_prefixlength 3 suppress_ifgroup 7"

TEST_F(rules, shown)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("rule add pref 10 " SELECT_A " lookup 102\n"
			      "rule add pref 11 " SELECT_B " lookup 102\n"
			      "rule add pref 12 not from 1.2.3.4 lookup 103 " SUPPRESS "\n"
			      "rule add pref 13 goto 100\n"
			      "rule add pref 14 nop\n"
			      "rule add pref 15 iif gone prohibit protocol 98\n"
			      "rule add pref 16 from 1.1.1.1 lookup 5000\n"));
	EXPECT_STREQ("0: from all lookup local\n"
		     "10: " SELECT_A " lookup 102\n"
		     "11: from all " SELECT_B " lookup 102\n"
		     "12: not from 1.2.3.4 lookup 103 " SUPPRESS "\n"
		     "13: from all goto 100 [unresolved]\n"
		     "14: from all nop\n"
		     "15: from all iif gone [detached] prohibit proto 98\n"
		     "16: from 1.1.1.1 lookup 5000\n"
		     "32766: from all lookup main\n"
		     "32767: from all lookup default\n", ip_show("rule show"));
	/* a request names what it wants: the first that fits goes */
	EXPECT_EQ(0, ip_batch("rule del from 1.1.1.1\n"
			      "rule del tos 0x10\n"));
	EXPECT_NE(0, ip_batch("rule del to 9.0.0.0/8\n"));
	EXPECT_STREQ("", ip_show("rule show from 1.1.1.1"));
	EXPECT_STREQ("", ip_show("rule show pref 10"));
}

TEST_F(rules, selectors)
{
	ASSERT_EQ(0, ways_setup());
	EXPECT_STREQ("d1", WAY("9.9.9.9"));
	ASSERT_EQ(0, ip_batch("rule add pref 10 from 10.2.0.0/24 lookup 102\n"
			      "rule add pref 11 to 9.2.0.0/16 lookup 102\n"
			      "rule add pref 12 tos 0x08 lookup 103\n"
			      "rule add pref 13 fwmark 0x10/0xf0 lookup 102\n"
			      "rule add pref 14 uidrange 500-600 lookup 103\n"
			      "rule add pref 15 ipproto tcp lookup 104\n"
			      "rule add pref 16 sport 100-200 lookup 103\n"
			      "rule add pref 17 dport 53 lookup 102\n"
			      "rule add pref 18 iif lo to 9.3.0.0/16 lookup 103\n"
			      "rule add pref 19 oif d4 lookup 104\n"
			      "rule add pref 20 not to 9.0.0.0/8 lookup 104\n"));
	EXPECT_STREQ("d1", WAY("9.9.9.9"));
	EXPECT_STREQ("d2", WAY("9.9.9.9", .src = "10.2.0.1"));
	EXPECT_STREQ("d1", WAY("9.9.9.9", .src = "10.1.0.1"));
	EXPECT_STREQ("d2", WAY("9.2.9.9"));
	EXPECT_STREQ("d3", WAY("9.9.9.9", .tos = 0x08));
	EXPECT_STREQ("d1", WAY("9.9.9.9", .tos = 0x10));
	EXPECT_STREQ("d2", WAY("9.9.9.9", .mark = 0x91d));
	EXPECT_STREQ("d1", WAY("9.9.9.9", .mark = 0x92d));
	EXPECT_STREQ("d3", WAY("9.9.9.9", .uid = 500));
	EXPECT_STREQ("d3", WAY("9.9.9.9", .uid = 600));
	EXPECT_STREQ("d1", WAY("9.9.9.9", .uid = 601));
	EXPECT_STREQ("d4", WAY("9.9.9.9", .proto = IPPROTO_TCP));
	EXPECT_STREQ("d1", WAY("9.9.9.9", .proto = IPPROTO_UDP));
	EXPECT_STREQ("d3", WAY("9.9.9.9", .sport = 200));
	EXPECT_STREQ("d1", WAY("9.9.9.9", .sport = 201));
	EXPECT_STREQ("d2", WAY("9.9.9.9", .dport = 53));
	EXPECT_STREQ("d1", WAY("9.9.9.9", .dport = 54));
	EXPECT_STREQ("d3", WAY("9.3.9.9"));
	EXPECT_STREQ("d4", WAY("9.9.9.9", .oif = "d4"));
	EXPECT_STREQ("d4", WAY("8.8.8.8"));
	/* what is ours comes before all of them */
	EXPECT_STREQ("lo", WAY("10.2.0.1"));
	EXPECT_STREQ("lo", WAY("127.0.0.9"));
}

TEST_F(rules, actions)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("rule add pref 10 to 9.1.0.0/16 blackhole\n"
			      "rule add pref 11 to 9.2.0.0/16 unreachable\n"
			      "rule add pref 12 to 9.3.0.0/16 prohibit\n"
			      "rule add pref 13 to 9.4.0.0/16 goto 100\n"
			      "rule add pref 14 to 9.5.0.0/16 goto 200\n"
			      "rule add pref 15 to 9.6.0.0/16 nop\n"
			      "rule add pref 16 to 9.7.0.0/16 lookup 77\n"
			      "rule add pref 50 to 9.4.0.0/15 lookup 102\n"
			      "rule add pref 100 lookup 103\n"));
	EXPECT_STREQ("EINVAL", WAY("9.1.0.1"));
	EXPECT_STREQ("ENETUNREACH", WAY("9.2.0.1"));
	EXPECT_STREQ("EACCES", WAY("9.3.0.1"));
	EXPECT_STREQ("d3", WAY("9.4.0.1"));
	/* a target that is not there */
	EXPECT_STREQ("d2", WAY("9.5.0.1"));
	EXPECT_STREQ("d3", WAY("9.6.0.1"));
	/* a table that is not there */
	EXPECT_STREQ("d3", WAY("9.7.0.1"));
	/* the target comes, goes, and comes again */
	ASSERT_EQ(0, ip_batch("rule add pref 200 lookup 104\n"));
	EXPECT_STREQ("d4", WAY("9.5.0.1"));
	ASSERT_EQ(0, ip_batch("rule del pref 200\n"));
	EXPECT_STREQ("d2", WAY("9.5.0.1"));
	/* throw: the next rule */
	ASSERT_EQ(0, ip_batch("route add throw 9.8.0.0/16 table 103\n"
			      "route add prohibit 9.9.0.0/16 table 103\n"));
	EXPECT_STREQ("d1", WAY("9.8.0.1"));
	EXPECT_STREQ("EACCES", WAY("9.9.0.1"));
	/* no rule says anything */
	ASSERT_EQ(0, ip_batch("rule del pref 100\n"
			      "rule del pref 32766\n"));
	EXPECT_STREQ("ENETUNREACH", WAY("9.9.0.1"));
}

TEST_F(rules, suppress)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("rule add pref 10 lookup main suppress_prefixlength 0\n"
			      "rule add pref 20 lookup 102\n"
			      "route add 9.1.0.0/16 via 10.3.0.254\n"));
	EXPECT_STREQ("d3", WAY("9.1.0.1"));
	EXPECT_STREQ("d2", WAY("9.2.0.1"));
	ASSERT_EQ(0, ip_batch("rule del pref 10\n"
			      "link set d3 group 7\n"
			      "rule add pref 10 lookup main suppress_ifgroup 7\n"));
	EXPECT_STREQ("d2", WAY("9.1.0.1"));
	EXPECT_STREQ("d1", WAY("9.2.0.1"));
	/* a route without a device is nobody's */
	ASSERT_EQ(0, ip_batch("route add unreachable 9.3.0.0/16\n"));
	EXPECT_STREQ("EHOSTUNREACH", WAY("9.3.0.1"));
}

/* As soon as there are rules, local and main are two tables for good. */
TEST_F(rules, local_apart)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch("route add local 9.0.0.0/8 dev lo\n"
			      "route add 9.1.0.0/16 via 10.1.0.254\n"));
	EXPECT_STREQ("lo", WAY("9.2.0.1"));
	EXPECT_STREQ("d1", WAY("9.1.0.1"));
	ASSERT_EQ(0, ip_batch("rule add pref 10 from 1.2.3.4 lookup 102\n"));
	EXPECT_STREQ("lo", WAY("9.1.0.1"));
	ASSERT_EQ(0, ip_batch("rule del pref 10\n"));
	EXPECT_STREQ("lo", WAY("9.1.0.1"));
}

struct rule_req {
	struct nlmsghdr nh;
	struct fib_rule_hdr frh;
	char attrs[128];
};

static void put(struct rule_req *r, int type, const void *data, int len)
{
	struct rtattr *a = (void *)r + NLMSG_ALIGN(r->nh.nlmsg_len);

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	r->nh.nlmsg_len = NLMSG_ALIGN(r->nh.nlmsg_len) + RTA_SPACE(len);
}

/* errno and, if there is one, the sentence. */
static const char *talk(struct rule_req *r)
{
	static char out[512];
	union {
		struct {
			struct nlmsghdr nh;
			struct nlmsgerr err;
		};
		char buf[4096];
	} ack;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct rtattr *a;
	int left, skip;

	set_int(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	set_int(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
	out[0] = '\0';
	if (send(fd, r, r->nh.nlmsg_len, 0) < 0 ||
	    recv(fd, &ack, sizeof(ack), 0) < 0)
		goto out;
	snprintf(out, sizeof(out), "%s", ack.err.error ?
		 strerrorname_np(-ack.err.error) : "ok");
	skip = NLMSG_LENGTH(sizeof(ack.err));
	left = ack.nh.nlmsg_len - skip;
	for (a = (void *)ack.buf + skip; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == NLMSGERR_ATTR_MSG)
			snprintf(out + strlen(out), sizeof(out) - strlen(out),
				 ": %s", (char *)RTA_DATA(a));
out:
	close(fd);
	return out;
}

static struct rule_req new_rule(int type, int flags)
{
	return (struct rule_req){
		.nh.nlmsg_len = NLMSG_LENGTH(sizeof(struct fib_rule_hdr)),
		.nh.nlmsg_type = type,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
		.frh.family = fam(),
		.frh.table = RT_TABLE_MAIN,
		.frh.action = FR_ACT_TO_TBL,
	};
}

TEST_F(rules, errors)
{
	uint32_t pref = 10, ip = 0x04030201, low = 5;
	struct rule_req r = new_rule(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL);

	put(&r, FRA_PRIORITY, &pref, sizeof(pref));
	EXPECT_STREQ("ok", talk(&r));
	EXPECT_STREQ("EEXIST", talk(&r));

	r = new_rule(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL);
	r.frh.tos = 0x11;
	EXPECT_STREQ("EINVAL: Invalid dsfield (tos): ECN bits must be 0",
		     talk(&r));
	r.frh.tos = 0x40;
	EXPECT_STREQ("EINVAL: Invalid tos", talk(&r));

	r = new_rule(RTM_NEWRULE, NLM_F_CREATE);
	r.frh.src_len = 33;
	put(&r, FRA_SRC, &ip, sizeof(ip));
	EXPECT_STREQ("EINVAL: Invalid source address", talk(&r));
	r = new_rule(RTM_NEWRULE, NLM_F_CREATE);
	r.frh.dst_len = 8;
	EXPECT_STREQ("EINVAL: Invalid dst address", talk(&r));

	r = new_rule(RTM_NEWRULE, NLM_F_CREATE);
	r.frh.action = FR_ACT_GOTO;
	put(&r, FRA_PRIORITY, &pref, sizeof(pref));
	put(&r, FRA_GOTO, &low, sizeof(low));
	EXPECT_STREQ("EINVAL: Backward goto not supported", talk(&r));

	r = new_rule(RTM_DELRULE, 0);
	r.frh.src_len = 8;
	put(&r, FRA_SRC, &ip, sizeof(ip));
	EXPECT_STREQ("ENOENT", talk(&r));
	r = new_rule(RTM_DELRULE, 0);
	put(&r, FRA_PRIORITY, &pref, sizeof(pref));
	EXPECT_STREQ("ok", talk(&r));
	EXPECT_STREQ("ENOENT", talk(&r));

	/* without a table: one that nobody has */
	r = new_rule(RTM_NEWRULE, NLM_F_CREATE);
	r.frh.table = RT_TABLE_UNSPEC;
	put(&r, FRA_PRIORITY, &pref, sizeof(pref));
	EXPECT_STREQ("ok", talk(&r));
	EXPECT_STREQ("10: from all lookup 1\n", ip_show("rule show pref 10"));

	ASSERT_EQ(0, drop_root());
	EXPECT_STREQ("EPERM", talk(&r));
	ASSERT_EQ(0, regain_root());
}

/* The message that a listener gets next, or 0. */
static int next_rule(int fd, uint32_t *pref, int *family)
{
	char buf[4096];
	struct nlmsghdr *nh = (void *)buf;
	struct fib_rule_hdr *frh = NLMSG_DATA(nh);
	struct rtattr *a = (void *)(frh + 1);
	int left;

	if (xrecv(fd, buf, sizeof(buf)) <= 0)
		return 0;
	*family = frh->family;
	*pref = 0;
	left = nh->nlmsg_len - NLMSG_LENGTH(sizeof(*frh));
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == FRA_PRIORITY)
			*pref = *(uint32_t *)RTA_DATA(a);
	return nh->nlmsg_type;
}

TEST_F(rules, notifications)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	uint32_t pref;
	int family;

	ASSERT_EQ(0, bind(fd, (struct sockaddr *)&any, sizeof(any)));
	ASSERT_EQ(0, set_int(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			     flavour == FL_INET ? RTNLGRP_IPV4_RULE :
						  INETX_RTNLGRP_RULE));
	ASSERT_EQ(0, ip_batch("rule add pref 10 lookup main\n"
			      "rule del pref 10\n"));
	EXPECT_EQ(RTM_NEWRULE, next_rule(fd, &pref, &family));
	EXPECT_EQ(10, pref);
	EXPECT_EQ(fam(), family);
	EXPECT_EQ(RTM_DELRULE, next_rule(fd, &pref, &family));
	EXPECT_EQ(10, pref);
	close(fd);
}

/* Which device has sent since the last call: for one packet. */
static const char *sent_by(void)
{
	static const char * const name[] = { "d1", "d2", "d3", "d4" };
	static long long before[4];
	const char *dev = "none";
	int i;

	for (i = 0; i < 4; i++) {
		long long now = tx_packets(name[i]);

		if (now != before[i])
			dev = name[i];
		before[i] = now;
	}
	return dev;
}

/* A connected socket keeps its path no longer than the rules stay. */
TEST_F(rules_packets, sockets)
{
	int fd;

	ASSERT_EQ(0, ways_setup());
	/* dummies speak of themselves when they come up, later by MLD, too */
	EXPECT_EQ(0, no_ipv6());
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, xconnect(fd, "9.9.9.9", 53));
	sent_by();
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_STREQ("d1", sent_by());
	ASSERT_EQ(0, ip_batch("rule add pref 10 dport 53 ipproto udp lookup 102\n"));
	sent_by();
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_STREQ("d2", sent_by());
	ASSERT_EQ(0, ip_batch("rule add pref 9 fwmark 1 lookup 103\n"));
	ASSERT_EQ(0, set_int(fd, SOL_SOCKET, SO_MARK, 1));
	sent_by();
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_STREQ("d3", sent_by());
	ASSERT_EQ(0, ip_batch("rule add pref 8 to 9.9.9.9 prohibit\n"));
	EXPECT_ERRNO(EACCES, send(fd, "x", 1, 0));
	ASSERT_EQ(0, ip_batch("rule del pref 8\nrule del pref 9\n"
			      "rule del pref 10\n"));
	sent_by();
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_STREQ("d1", sent_by());
	close(fd);

	/* the source that the route has chosen leads elsewhere */
	ASSERT_EQ(0, ip_batch("rule add pref 10 from 10.1.0.1 to 9.9.9.9 lookup 104\n"));
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, xconnect(fd, "9.9.9.9", 53));
	sent_by();
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_STREQ("d4", sent_by());
	close(fd);
}

/* RTM_GETROUTE for packets that come in. */
TEST_F(rules, input)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	ASSERT_EQ(0, sysctl_set("conf/all/rp_filter", "0"));
	ASSERT_EQ(0, sysctl_set("conf/d1/rp_filter", "0"));
	ASSERT_EQ(0, ip_batch("rule add pref 10 iif d1 lookup 102\n"
			      "rule add pref 9 iif d1 ipproto udp dport 7 lookup 103\n"
			      "rule add pref 8 iif d1 to 9.1.0.0/16 blackhole\n"
			      "rule add pref 7 iif d1 to 9.2.0.0/16 prohibit\n"
			      "rule add pref 6 iif d1 uidrange 1-9 lookup 104\n"));
	EXPECT_STREQ("d1", WAY("9.9.9.9"));
	EXPECT_STREQ("d2", WAY("9.9.9.9", "10.1.0.7", .iif = "d1"));
	EXPECT_STREQ("d3", WAY("9.9.9.9", "10.1.0.7", .iif = "d1",
			       .proto = IPPROTO_UDP, .dport = 7));
	EXPECT_STREQ("d2", WAY("9.9.9.9", "10.1.0.7", .iif = "d1",
			       .proto = IPPROTO_TCP, .dport = 7));
	EXPECT_STREQ("EINVAL", WAY("9.1.9.9", "10.1.0.7", .iif = "d1"));
	EXPECT_STREQ("EACCES", WAY("9.2.9.9", "10.1.0.7", .iif = "d1"));
	/* the way back goes by rules, too */
	ASSERT_EQ(0, sysctl_set("conf/all/rp_filter", "1"));
	EXPECT_STREQ("d2", WAY("9.9.9.9", "10.1.0.7", .iif = "d1"));
	ASSERT_EQ(0, ip_batch("rule add pref 5 to 10.1.0.7 lookup 104\n"));
	EXPECT_STREQ("EXDEV", WAY("9.9.9.9", "10.1.0.7", .iif = "d1"));
	EXPECT_STREQ("d2", WAY("9.9.9.9", "10.1.0.8", .iif = "d1"));
}

/* Packets to our own address, where another rule comes before table local. */
TEST_F(rules_packets, late_local)
{
	int there = pair_setup(), a, b, from;
	char buf[8];

	ASSERT_GE(there, 0);
	a = xsocket(SOCK_DGRAM, 0);
	b = xsocket(SOCK_DGRAM, 0);
	from = xsocket_in(there, SOCK_DGRAM, 0);
	ASSERT_EQ(0, xbind(a, "10.9.0.1", 5000));
	ASSERT_EQ(0, xbind(b, "10.9.0.1", 5001));
	ASSERT_EQ(0, ip_batch("rule add pref 100 lookup local\n"
			      "rule del pref 0\n"
			      "rule add pref 50 from 10.9.0.2 ipproto udp dport 5000 blackhole\n"));
	EXPECT_EQ(1, xsendto(from, "a", 1, "10.9.0.1", 5000));
	EXPECT_EQ(1, xsendto(from, "b", 1, "10.9.0.1", 5001));
	EXPECT_EQ(1, xrecv(b, buf, sizeof(buf)));
	EXPECT_ERRNO(EAGAIN, recv(a, buf, sizeof(buf), MSG_DONTWAIT));
	ASSERT_EQ(0, ip_batch("rule del pref 50\n"));
	EXPECT_EQ(1, xsendto(from, "a", 1, "10.9.0.1", 5000));
	EXPECT_EQ(1, xrecv(a, buf, sizeof(buf)));
	close(a);
	close(b);
	close(from);
	close(there);
}

/* A device of a VRF leads to the table of the VRF. */
TEST_F(rules, l3mdev)
{
	ASSERT_EQ(0, ways_setup());
	if (system("ip link add vrf1 type vrf table 110 2>/dev/null"))
		SKIP(return, "no vrf");
	ASSERT_EQ(0, ip_batch("link set vrf1 up\n"
			      "link set d3 master vrf1\n"
			      "route add 9.0.0.0/8 via 10.3.0.254 dev d3 onlink table 110\n"
			      "rule add pref 10 l3mdev\n"));
	EXPECT_STREQ("d1", WAY("9.9.9.9"));
	EXPECT_STREQ("d3", WAY("9.9.9.9", .oif = "vrf1"));
	EXPECT_STREQ("d3", WAY("9.9.9.9", .oif = "d3"));
	EXPECT_STREQ("10: from all lookup [l3mdev-table]\n",
		     ip_show("rule show pref 10"));
}

TEST_HARNESS_MAIN
