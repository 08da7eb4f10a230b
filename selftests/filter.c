// SPDX-License-Identifier: GPL-2.0
/* timeout: 400 */
/*
 * The host's packet filter and the packets of a family: the five points, verdicts,
 * counters, connection tracking, address translation, queues to user space. The
 * rules are the same for AF_INET and AF_INETX, and so is what they have to do.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include "kselftest_harness.h"
#include "common.h"

#define HERE	"10.9.0.1"
#define THERE	"10.9.0.2"
#define INSIDE	"10.8.0.2"

/* How long a packet may take, and how long one that was dropped is waited for. */
#define SOON	10000
#define NEVER	400

/* What addresses say is no business of the filter's: no inet view. */
FIXTURE(filter) { int unused; };
FIXTURE_VARIANT(filter) { enum flavour fl; };
FIXTURE_VARIANT_ADD(filter, inet) { .fl = FL_INET };
FIXTURE_VARIANT_ADD(filter, inetx) { .fl = FL_INETX };

FIXTURE_SETUP(filter)
{
	const char *why = flavour_enter(variant->fl);

	if (why)
		SKIP(_exit(255), "%s", why);
}

FIXTURE_TEARDOWN(filter)
{
}

/* Load rules in this namespace. */
static int load(const char *rules)
{
	FILE *f = popen("nft -f - 2>&1", "w");

	if (!f)
		return -1;
	fputs(rules, f);
	return pclose(f);
}

static int add_rule(const char *rule)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "iptables -A %s", rule);
	return system(cmd);
}

/* Packets that have met the rule of table ip t with this comment. */
static long long counted(const char *comment)
{
	FILE *f = popen("nft list table ip t", "r");
	long long packets = -1;
	char line[256], *at;
	char tag[32];

	if (!f)
		return -1;
	snprintf(tag, sizeof(tag), "comment \"%s\"", comment);
	while (fgets(line, sizeof(line), f)) {
		at = strstr(line, tag) ? strstr(line, "packets ") : NULL;
		if (at)
			packets = atoll(at + strlen("packets "));
	}
	pclose(f);
	return packets;
}

/* A socket, bound to ip:port and connected to peer:pport unless these are NULL. */
static int udp(int netns, const char *ip, int port, const char *peer, int pport)
{
	int fd = netns < 0 ? xsocket(SOCK_DGRAM, 0) :
			     xsocket_in(netns, SOCK_DGRAM, 0);

	if (fd < 0 || (ip && xbind(fd, ip, port)) ||
	    (peer && xconnect(fd, peer, pport)))
		abort();
	return fd;
}

static bool gets(int fd, int ms)
{
	char buf[16384];

	return poll_for(fd, POLLIN, ms) & POLLIN &&
	       recv(fd, buf, sizeof(buf), 0) >= 0;
}

static int listener(int netns, const char *ip, int port)
{
	int fd = netns < 0 ? xsocket(SOCK_STREAM, 0) :
			     xsocket_in(netns, SOCK_STREAM, 0);

	if (fd < 0 || xbind(fd, ip, port) || listen(fd, 8))
		abort();
	return fd;
}

/* The errno by which a connection fails, 0 if it does not. */
static int tcp_connect(int netns, const char *ip, int port, int *out)
{
	int fd = netns < 0 ? xsocket(SOCK_STREAM, 0) :
			     xsocket_in(netns, SOCK_STREAM, 0);
	struct timeval limit = { .tv_sec = SOON / 1000 };
	int err = 0;

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (xconnect(fd, ip, port))
		err = errno;
	if (!err && out)
		*out = fd;
	else
		close(fd);
	return err;
}

/* Does SO_ORIGINAL_DST say this address? */
static bool wanted(int fd, const char *ip, int port)
{
	struct sockaddr_in sin = { 0 };
	socklen_t len = sizeof(sin);

	return !getsockopt(fd, SOL_IP, SO_ORIGINAL_DST, &sin, &len) &&
	       len == sizeof(sin) && sin.sin_family == addr_fam() &&
	       sin.sin_addr.s_addr == inet_addr(ip) &&
	       sin.sin_port == htons(port);
}

TEST_F(filter, in)
{
	int there = pair_setup();
	int one, two, three, four, c;

	ASSERT_GE(there, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain pre { type filter hook prerouting priority -300;\n"
			  " udp dport 1003 iifname v0 counter drop comment \"p\"\n }\n"
			  "chain in { type filter hook input priority 0;\n"
			  " udp dport 1001 ip saddr " THERE " counter accept comment \"a\"\n"
			  " udp dport 1002 counter log prefix \"drop \" drop comment \"d\"\n"
			  " udp dport 1004 fib daddr type local\n }\n}\n"));
	one = udp(-1, HERE, 1001, NULL, 0);
	two = udp(-1, HERE, 1002, NULL, 0);
	three = udp(-1, HERE, 1003, NULL, 0);
	four = udp(-1, HERE, 1004, NULL, 0);
	c = udp(there, THERE, 2000, NULL, 0);
	EXPECT_EQ(1, xsendto(c, "x", 1, HERE, 1002));
	EXPECT_EQ(1, xsendto(c, "x", 1, HERE, 1003));
	EXPECT_EQ(1, xsendto(c, "x", 1, HERE, 1001));
	EXPECT_EQ(1, xsendto(c, "x", 1, HERE, 1004));
	EXPECT_TRUE(gets(four, SOON));
	EXPECT_TRUE(gets(one, SOON));
	EXPECT_FALSE(gets(two, NEVER));
	EXPECT_FALSE(gets(three, 0));
	EXPECT_EQ(1, counted("a"));
	EXPECT_EQ(1, counted("d"));
	EXPECT_EQ(1, counted("p"));
}

TEST_F(filter, out)
{
	int there = pair_setup();
	long long discards;
	int one, two, c;

	ASSERT_GE(there, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain out { type filter hook output priority 0;\n"
			  " udp dport 1002 oifname v0 counter drop comment \"o\"\n"
			  " meta skuid 0 udp dport 1001 counter comment \"s\"\n }\n"
			  "chain post { type filter hook postrouting priority 0;\n"
			  " udp dport 1003 oifname v0 rt nexthop " THERE
			  " counter drop comment \"p\"\n }\n}\n"));
	one = udp(there, THERE, 1001, NULL, 0);
	two = udp(there, THERE, 1002, NULL, 0);
	c = udp(-1, HERE, 2000, NULL, 0);
	discards = snmp_get("Ip", "OutDiscards");
	EXPECT_ERRNO(EPERM, xsendto(c, "x", 1, THERE, 1002));
	EXPECT_ERRNO(EPERM, xsendto(c, "x", 1, THERE, 1003));
	EXPECT_EQ(discards + 2, snmp_get("Ip", "OutDiscards"));
	EXPECT_ERRNO(0, xsendto(c, "x", 1, THERE, 1001));
	EXPECT_TRUE(gets(one, SOON));
	EXPECT_FALSE(gets(two, 0));
	EXPECT_EQ(1, counted("o"));
	EXPECT_EQ(1, counted("p"));
	EXPECT_EQ(1, counted("s"));
}

/* A rule on lo meets a packet at four points. */
TEST_F(filter, loopback)
{
	int s, c;

	ASSERT_EQ(0, load("table ip t {\n"
			  "chain out { type filter hook output priority 0;\n"
			  " udp dport 1001 oifname lo counter comment \"o\"\n }\n"
			  "chain in { type filter hook input priority 0;\n"
			  " udp dport 1001 iifname lo counter comment \"i\"\n"
			  " ct state established counter comment \"e\"\n"
			  " udp dport 1002 drop\n }\n}\n"));
	s = udp(-1, "127.0.0.1", 1001, NULL, 0);
	c = udp(-1, "127.0.0.1", 2000, NULL, 0);
	EXPECT_EQ(1, xsendto(c, "x", 1, "127.0.0.1", 1001));
	EXPECT_TRUE(gets(s, SOON));
	EXPECT_EQ(1, xsendto(s, "x", 1, "127.0.0.1", 2000));
	EXPECT_TRUE(gets(c, SOON));
	EXPECT_EQ(1, counted("o"));
	EXPECT_EQ(1, counted("i"));
	EXPECT_EQ(1, counted("e"));
}

/* A reset goes the way of the family, whatever routes the host has. */
TEST_F(filter, reject_reset)
{
	int there = pair_setup();

	ASSERT_GE(there, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain in { type filter hook input priority 0;\n"
			  " tcp dport 1001 reject with tcp reset\n }\n"
			  "chain out { type filter hook output priority 0;\n"
			  " tcp dport 1002 reject with tcp reset\n }\n}\n"));
	listener(-1, HERE, 1001);
	listener(there, THERE, 1002);
	EXPECT_EQ(ECONNREFUSED, tcp_connect(there, HERE, 1001, NULL));
	EXPECT_EQ(ECONNREFUSED, tcp_connect(-1, THERE, 1002, NULL));
}

/* An ICMP error is the host's, so the host needs an address. */
TEST_F(filter, reject_icmp)
{
	int there = pair_setup();
	int s, c;

	ASSERT_GE(there, 0);
	if (flavour != FL_INET)
		ASSERT_EQ(0, system("ip addr add 10.9.0.3/24 dev v0"));
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain in { type filter hook input priority 0;\n"
			  " udp dport 1001 reject with icmp type port-unreachable\n"
			  "}\n}\n"));
	s = udp(-1, HERE, 1001, NULL, 0);
	c = udp(there, THERE, 2000, HERE, 1001);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(c, POLLIN, SOON) & POLLERR);
	EXPECT_ERRNO(ECONNREFUSED, recv(c, &s, 1, 0));
	EXPECT_FALSE(gets(s, 0));
}

/* Rules that may change a packet's way, where only the family has a way. */
TEST_F(filter, reroute)
{
	int there = pair_setup();
	int s, c;

	ASSERT_GE(there, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain out { type route hook output priority -150;\n"
			  " udp dport 1001 meta mark set 7 ip dscp set cs1\n"
			  " udp dport 1002 ip daddr set " THERE "\n }\n}\n"));
	ASSERT_ERRNO(0, route_add("10.7.0.0", 16, NULL, "lo"));
	s = udp(there, THERE, 1001, NULL, 0);
	c = udp(-1, HERE, 2000, NULL, 0);
	EXPECT_EQ(1, xsendto(c, "x", 1, THERE, 1001));
	EXPECT_TRUE(gets(s, SOON));
	close(s);
	s = udp(there, THERE, 1002, NULL, 0);
	EXPECT_EQ(1, xsendto(c, "x", 1, "10.7.0.1", 1002));
	EXPECT_TRUE(gets(s, SOON));
}

/* The older tool; a mark set in its table mangle has packets routed anew, too. */
TEST_F(filter, iptables)
{
	int there = pair_setup();
	int s, t, c;

	ASSERT_GE(there, 0);
	ASSERT_EQ(0, add_rule("INPUT -p udp --dport 1002 -j DROP"));
	ASSERT_EQ(0, add_rule("OUTPUT -p udp --dport 1002 -m owner --uid-owner 0 -j REJECT"));
	ASSERT_EQ(0, add_rule("OUTPUT -t mangle -p udp --dport 1001 -j MARK --set-mark 9"));
	s = udp(-1, HERE, 1002, NULL, 0);
	t = udp(-1, HERE, 1001, NULL, 0);
	c = udp(there, THERE, 1001, NULL, 0);
	EXPECT_EQ(1, xsendto(c, "x", 1, HERE, 1002));
	EXPECT_EQ(1, xsendto(c, "x", 1, HERE, 1001));
	EXPECT_TRUE(gets(t, SOON));
	EXPECT_FALSE(gets(s, 0));
	EXPECT_ERRNO(EPERM, xsendto(t, "x", 1, THERE, 1002));
	EXPECT_EQ(1, xsendto(t, "x", 1, THERE, 1001));
	EXPECT_TRUE(gets(c, SOON));
}

TEST_F(filter, conntrack)
{
	int there = pair_setup();
	int s, c, fd = -1;

	ASSERT_GE(there, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain in { type filter hook input priority 0; policy drop;\n"
			  " ct state new udp dport 1001 counter accept comment \"n\"\n"
			  " ct state established counter accept comment \"e\"\n"
			  " ct state related counter accept comment \"r\"\n }\n}\n"));
	s = udp(-1, HERE, 1001, NULL, 0);
	c = udp(there, THERE, 2000, HERE, 1001);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(gets(s, SOON));
	EXPECT_EQ(1, xsendto(s, "x", 1, THERE, 2000));
	EXPECT_TRUE(gets(c, SOON));
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(gets(s, SOON));
	EXPECT_EQ(1, counted("n"));
	EXPECT_EQ(1, counted("e"));
	/* answers to what we ask come in, and errors about it */
	listener(there, THERE, 80);
	EXPECT_EQ(0, tcp_connect(-1, THERE, 80, &fd));
	close(s);
	s = udp(-1, HERE, 3000, THERE, 9);
	EXPECT_EQ(1, send(s, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(s, POLLIN, SOON) & POLLERR);
	EXPECT_EQ(1, counted("r"));
}

/* Destinations of our own packets: another host, and ourselves. */
TEST_F(filter, dnat_output)
{
	int there = pair_setup();
	int s, c, fd = -1;
	char buf[4];

	ASSERT_GE(there, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain out { type nat hook output priority -100;\n"
			  " ip daddr 10.9.0.77 tcp dport 80 dnat to " THERE ":81\n"
			  " ip daddr 10.9.0.77 udp dport 80 dnat to " THERE ":81\n"
			  " ip daddr 10.9.0.78 udp dport 80 dnat to " HERE ":82\n"
			  "}\n}\n"));
	s = udp(there, THERE, 81, NULL, 0);
	c = udp(-1, NULL, 0, "10.9.0.77", 80);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(gets(s, SOON));
	EXPECT_EQ(1, xsendto(s, "x", 1, HERE, local_port(c)));
	EXPECT_TRUE(gets(c, SOON));
	close(s);
	close(c);

	s = listener(there, THERE, 81);
	EXPECT_EQ(0, tcp_connect(-1, "10.9.0.77", 80, &fd));
	c = accept(s, NULL, NULL);
	EXPECT_EQ(4, send(fd, "ping", 4, 0));
	EXPECT_EQ(4, recv(c, buf, 4, MSG_WAITALL));
	EXPECT_TRUE(wanted(fd, "10.9.0.77", 80));
	close(c);
	close(fd);

	s = udp(-1, HERE, 82, NULL, 0);
	c = udp(-1, NULL, 0, "10.9.0.78", 80);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(gets(s, SOON));
	EXPECT_EQ(1, xsendto(s, "x", 1, HERE, local_port(c)));
	EXPECT_TRUE(gets(c, SOON));
}

/*
 * This namespace becomes a router between THERE and a host INSIDE.
 * Returns the namespace of that host.
 */
static int router(void)
{
	int here = open("/proc/self/ns/net", O_RDONLY), in = -1, ok;
	char cmd[160];

	if (here < 0 || unshare(CLONE_NEWNET))
		return -1;
	in = open("/proc/self/ns/net", O_RDONLY);
	snprintf(cmd, sizeof(cmd),
		 "ip link add w1 type veth peer name w0 netns /proc/%d/fd/%d",
		 getpid(), here);
	ok = in >= 0 && !system(cmd) && !link_up("lo") && !link_up("w1") &&
	     !addr_add("w1", INSIDE, 24) &&
	     !route_add("0.0.0.0", 0, "10.8.0.1", "w1");
	if (setns(here, CLONE_NEWNET))
		abort();
	close(here);
	ok = ok && !link_up("w0") && !addr_add("w0", "10.8.0.1", 24) &&
	     !sysctl_set("ip_forward", "1");
	if (ok && flavour != FL_INET)
		ok = !sysctl_set("conf/v0/claim", "all") &&
		     !sysctl_set("conf/w0/claim", "all");
	return ok ? in : -1;
}

TEST_F(filter, forward)
{
	int there = pair_setup(), in = router();
	int s, c;

	ASSERT_GE(there, 0);
	ASSERT_GE(in, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain fw { type filter hook forward priority 0;\n"
			  " iifname w0 oifname v0 udp dport 1001 counter comment \"f\"\n"
			  " tcp flags syn tcp option maxseg size set rt mtu\n"
			  " tcp dport 1003 reject with tcp reset\n"
			  " udp dport 1002 counter drop comment \"d\"\n }\n"
			  "chain post { type filter hook postrouting priority 0;\n"
			  " iifname w0 udp dport 1001 ip ttl 63 counter comment \"p\"\n"
			  "}\n}\n"));
	s = udp(there, THERE, 1001, NULL, 0);
	c = udp(in, INSIDE, 2000, NULL, 0);
	EXPECT_EQ(1, xsendto(c, "x", 1, THERE, 1002));
	EXPECT_EQ(1, xsendto(c, "x", 1, THERE, 1001));
	EXPECT_TRUE(gets(s, SOON));
	EXPECT_EQ(1, counted("f"));
	EXPECT_EQ(1, counted("d"));
	EXPECT_EQ(1, counted("p"));
	EXPECT_EQ(ECONNREFUSED, tcp_connect(in, THERE, 1003, NULL));
}

/* The world sees only the router. */
TEST_F(filter, masquerade)
{
	int there = pair_setup(), in = router();
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char buf[4096] = { 0 };
	int s, c, fd = -1;

	ASSERT_GE(there, 0);
	ASSERT_GE(in, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain post { type nat hook postrouting priority 100;\n"
			  " oifname v0 udp dport 1002 snat to " HERE ":5555\n"
			  " oifname v0 masquerade\n }\n}\n"));
	if (flavour != FL_INET)
		ASSERT_EQ(0, system("ip addr add " HERE "/32 dev v0"));
	s = udp(there, THERE, 1001, NULL, 0);
	c = udp(in, INSIDE, 2000, THERE, 1001);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	ASSERT_EQ(POLLIN, poll_for(s, POLLIN, SOON));
	EXPECT_EQ(1, recvfrom(s, buf, sizeof(buf), 0, (void *)&from, &len));
	EXPECT_EQ(inet_addr(HERE), from.sin_addr.s_addr);
	EXPECT_EQ(1, xsendto(s, "x", 1, HERE, ntohs(from.sin_port)));
	EXPECT_TRUE(gets(c, SOON));
	/* a datagram that travels in fragments */
	EXPECT_EQ(sizeof(buf), send(c, buf, sizeof(buf), 0));
	ASSERT_EQ(POLLIN, poll_for(s, POLLIN, SOON));
	EXPECT_EQ(sizeof(buf), recv(s, buf, sizeof(buf), 0));
	close(s);
	close(c);

	s = udp(there, THERE, 1002, NULL, 0);
	c = udp(in, INSIDE, 2000, THERE, 1002);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	ASSERT_EQ(POLLIN, poll_for(s, POLLIN, SOON));
	EXPECT_EQ(1, recvfrom(s, buf, sizeof(buf), 0, (void *)&from, &len));
	EXPECT_EQ(htons(5555), from.sin_port);

	s = listener(there, THERE, 81);
	EXPECT_EQ(0, tcp_connect(in, THERE, 81, &fd));
	c = accept(s, (void *)&from, &len);
	EXPECT_EQ(inet_addr(HERE), from.sin_addr.s_addr);
	EXPECT_EQ(4, send(fd, "ping", 4, 0));
	EXPECT_EQ(4, recv(c, buf, 4, MSG_WAITALL));
}

/* A service inside is reached at the router's address. */
TEST_F(filter, dnat)
{
	int there = pair_setup(), in = router();
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int s, c, fd = -1;
	char buf[4];

	ASSERT_GE(there, 0);
	ASSERT_GE(in, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain pre { type nat hook prerouting priority -100;\n"
			  " iifname v0 tcp dport 8080 dnat to " INSIDE ":80\n"
			  " iifname v0 udp dport 8080 dnat to " INSIDE ":80\n"
			  " iifname v0 tcp dport 8081 dnat to " HERE ":82\n"
			  " }\n}\n"));
	s = listener(in, INSIDE, 80);
	EXPECT_EQ(0, tcp_connect(there, HERE, 8080, &fd));
	c = accept(s, (void *)&from, &len);
	EXPECT_EQ(inet_addr(THERE), from.sin_addr.s_addr);
	EXPECT_EQ(4, send(c, "pong", 4, 0));
	EXPECT_EQ(4, recv(fd, buf, 4, MSG_WAITALL));
	close(c);
	close(fd);
	close(s);

	s = udp(in, INSIDE, 80, NULL, 0);
	c = udp(there, THERE, 2000, HERE, 8080);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(gets(s, SOON));
	EXPECT_EQ(1, xsendto(s, "x", 1, THERE, 2000));
	EXPECT_TRUE(gets(c, SOON));
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(c, SOL_IP, SO_ORIGINAL_DST, &from,
					     &len));

	/* who was redirected to the router itself may ask where it wanted to go */
	s = listener(-1, HERE, 82);
	EXPECT_EQ(0, tcp_connect(there, HERE, 8081, &fd));
	c = accept(s, NULL, NULL);
	EXPECT_TRUE(wanted(c, HERE, 8081));
	len = 4;
	EXPECT_ERRNO(EINVAL, getsockopt(c, SOL_IP, SO_ORIGINAL_DST, &from,
					&len));
	EXPECT_ERRNO(ENOENT, getsockopt(s, SOL_IP, SO_ORIGINAL_DST, &from,
					&(socklen_t){ sizeof(from) }));
}

/* ---- packets that wait in user space (nfqueue) */

/* One attribute at the end of a message. */
static void put_attr(struct nlmsghdr *nlh, int type, const void *data, int len)
{
	struct nlattr *nla = (void *)((char *)nlh + NLMSG_ALIGN(nlh->nlmsg_len));

	nla->nla_type = type;
	nla->nla_len = NLA_HDRLEN + len;
	memcpy((char *)nla + NLA_HDRLEN, data, len);
	nlh->nlmsg_len = NLMSG_ALIGN(nlh->nlmsg_len) + NLA_ALIGN(nla->nla_len);
}

/* A message about queue 5 with one attribute, and the kernel's answer. */
static int queue_say(int fd, int type, int attr, const void *data, int len)
{
	struct {
		struct nlmsghdr nlh;
		struct nfgenmsg nfg;
		char room[256];
	} req = {
		.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(struct nfgenmsg)),
		.nlh.nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type,
		.nlh.nlmsg_flags = NLM_F_REQUEST,
		.nfg.res_id = htons(5),
	};

	put_attr(&req.nlh, attr, data, len);
	return send(fd, &req, req.nlh.nlmsg_len, 0) < 0 ? -1 : 0;
}

/* A program's end of queue 5. */
static int queue_open(void)
{
	struct nfqnl_msg_config_cmd bind_cmd = {
		.command = NFQNL_CFG_CMD_BIND,
		.pf = htons(AF_INET),
	};
	struct nfqnl_msg_config_params params = {
		.copy_range = htonl(0xffff),
		.copy_mode = NFQNL_COPY_PACKET,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (fd < 0 ||
	    queue_say(fd, NFQNL_MSG_CONFIG, NFQA_CFG_CMD, &bind_cmd,
		      sizeof(bind_cmd)) ||
	    queue_say(fd, NFQNL_MSG_CONFIG, NFQA_CFG_PARAMS, &params,
		      sizeof(params)))
		return -1;
	return fd;
}

/* The id of the next packet in the queue, in network order; 0 if none comes. */
static uint32_t queue_next(int fd)
{
	char buf[8192] __aligned(8);
	struct nlmsghdr *nlh = (void *)buf;
	struct nlattr *nla;
	ssize_t len;

	for (;;) {
		if (!(poll_for(fd, POLLIN, SOON) & POLLIN))
			return 0;
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0)
			return 0;
		if (nlh->nlmsg_type ==
		    (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET))
			break;
	}
	nla = (void *)(buf + NLMSG_LENGTH(sizeof(struct nfgenmsg)));
	while ((char *)nla < buf + len) {
		if ((nla->nla_type & NLA_TYPE_MASK) == NFQA_PACKET_HDR)
			return ((struct nfqnl_msg_packet_hdr *)
				((char *)nla + NLA_HDRLEN))->packet_id;
		nla = (void *)((char *)nla + NLA_ALIGN(nla->nla_len));
	}
	return 0;
}

static int queue_verdict(int fd, uint32_t id, int verdict)
{
	struct nfqnl_msg_verdict_hdr hdr = {
		.verdict = htonl(verdict),
		.id = id,
	};

	return queue_say(fd, NFQNL_MSG_VERDICT, NFQA_VERDICT_HDR, &hdr,
			 sizeof(hdr));
}

/* Let the next packet pass. */
static bool queue_pass(int fd)
{
	uint32_t id = queue_next(fd);

	return id && !queue_verdict(fd, id, NF_ACCEPT);
}

/* Each point, on the way to us and from us. */
TEST_F(filter, queue)
{
	int there = pair_setup();
	int s, c, q;
	uint32_t id;

	ASSERT_GE(there, 0);
	q = queue_open();
	ASSERT_GE(q, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain pre { type filter hook prerouting priority 0;\n"
			  " iifname v0 meta l4proto udp queue num 5\n }\n"
			  "chain in { type filter hook input priority 0;\n"
			  " iifname v0 meta l4proto udp queue num 5\n }\n"
			  "chain out { type filter hook output priority 0;\n"
			  " oifname v0 meta l4proto udp queue num 5\n }\n"
			  "chain post { type filter hook postrouting priority 0;\n"
			  " oifname v0 meta l4proto udp queue num 5\n }\n}\n"));
	s = udp(-1, HERE, 1001, NULL, 0);
	c = udp(there, THERE, 2000, HERE, 1001);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(queue_pass(q));
	EXPECT_TRUE(queue_pass(q));
	EXPECT_TRUE(gets(s, SOON));

	EXPECT_EQ(1, xsendto(s, "x", 1, THERE, 2000));
	EXPECT_TRUE(queue_pass(q));
	EXPECT_TRUE(queue_pass(q));
	EXPECT_TRUE(gets(c, SOON));

	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(queue_pass(q));
	id = queue_next(q);
	EXPECT_NE(0, id);
	EXPECT_EQ(0, queue_verdict(q, id, NF_DROP));
	EXPECT_FALSE(gets(s, NEVER));

	/* what waits when the device goes */
	EXPECT_EQ(1, xsendto(s, "x", 1, THERE, 2000));
	EXPECT_NE(0, queue_next(q));
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_NE(0, queue_next(q));
	EXPECT_EQ(0, system("ip link del v0"));
}

TEST_F(filter, queue_forward)
{
	int there = pair_setup(), in = router();
	int s, c, q;

	ASSERT_GE(there, 0);
	ASSERT_GE(in, 0);
	q = queue_open();
	ASSERT_GE(q, 0);
	ASSERT_EQ(0, load("table ip t {\n"
			  "chain fw { type filter hook forward priority 0;\n"
			  " meta l4proto udp queue num 5\n }\n"
			  "chain post { type nat hook postrouting priority 100;\n"
			  " oifname v0 snat to " HERE "\n }\n}\n"));
	s = udp(there, THERE, 1001, NULL, 0);
	c = udp(in, INSIDE, 2000, THERE, 1001);
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(queue_pass(q));
	EXPECT_TRUE(gets(s, SOON));
}

TEST_HARNESS_MAIN
