// SPDX-License-Identifier: GPL-2.0
/* timeout: 480 */
/*
 * Redirects received (RFC 1122 3.2.2.2): which are believed, by lookups and by
 * whose packets; the tunables.
 */
#include "kselftest_harness.h"
#include "common.h"
#include <netinet/tcp.h>
#include "exception.h"

#define BETTER	"10.9.0.3"	/* the wire answers for it, too */
#define OTHER	"10.8.0.1"	/* likewise, in another subnet */

FLAVOUR_FIXTURE(redirect);

static int routers_up(void)
{
	int bad;

	if (wire_up())
		return -1;
	setns(wire.there, CLONE_NEWNET);
	bad = addr_add("v1", BETTER, 24) || addr_add("v1", OTHER, 24);
	setns(wire.here, CLONE_NEWNET);
	return bad ? -1 : 0;
}

static void set_conf(const char *name, int val)
{
	char file[64], text[8];

	snprintf(text, sizeof(text), "%d", val);
	snprintf(file, sizeof(file), "conf/all/%s", name);
	if (sysctl_set(file, text))
		perror("# conf/all");
	snprintf(file, sizeof(file), "conf/v0/%s", name);
	if (sysctl_set(file, text))
		perror("# conf/v0");
}

/*
 * Does a redirect have us go to DST by GW?  The first has the kernel look whether
 * GW is there at all; one of those that follow is believed.
 */
static bool heeded(const struct quote *q, const char *dst, const char *from,
		   int code, const char *gw)
{
	int i;

	for (i = 0; i < 12; i++) {
		tell_from(from, ICMP_REDIRECT, code, ntohl(inet_addr(gw)), q,
			  sizeof(*q));
		if (!strcmp(route_get(dst).gw, gw))
			return true;
		usleep(slow() ? 100000 : 20000);
	}
	return false;
}

static bool udp_heeded(const char *dst, const char *from, int code,
		       const char *gw)
{
	const struct quote q = quote_udp(dst);

	return heeded(&q, dst, from, code, gw);
}

TEST_F(redirect, learnt)
{
	const struct quote q = quote_udp(FAR);
	long long before;
	struct shown s;
	int code;

	ASSERT_EQ(0, routers_up());
	before = snmp_get("Icmp", "InRedirects");
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	EXPECT_LT(before, snmp_get("Icmp", "InRedirects"));
	s = route_get(FAR);
	EXPECT_TRUE(s.redirected);
	EXPECT_EQ(0, s.mtu);
	EXPECT_LT(290, s.expires);
	EXPECT_GE(300, s.expires);
	EXPECT_STREQ(GATEWAY, route_get("10.77.0.6").gw);
	EXPECT_FALSE(route_get("10.77.0.6").redirected);
	memset(&s, 0, sizeof(s));
	EXPECT_EQ(1, route_cache(FAR, &s));
	EXPECT_STREQ(BETTER, s.gw);
	EXPECT_TRUE(s.redirected);

	/* with an MTU */
	tell_mtu(&q, 1200);
	s = route_get(FAR);
	EXPECT_STREQ(BETTER, s.gw);
	EXPECT_EQ(1200, s.mtu);
	EXPECT_LT(300, s.expires);
	/* and back, by whom we go now */
	EXPECT_FALSE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, OTHER));
	EXPECT_TRUE(udp_heeded(FAR, BETTER, ICMP_REDIR_HOST, GATEWAY));
	EXPECT_EQ(1200, route_get(FAR).mtu);

	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	s = route_get(FAR);
	EXPECT_STREQ(GATEWAY, s.gw);
	EXPECT_FALSE(s.redirected);
	EXPECT_EQ(0, s.mtu);

	/* for a network it is for the one host, too */
	for (code = ICMP_REDIR_NET; code <= ICMP_REDIR_HOSTTOS; code++)
		EXPECT_TRUE(udp_heeded(code == 0 ? "10.77.1.0" :
				       code == 1 ? "10.77.1.1" :
				       code == 2 ? "10.77.1.2" : "10.77.1.3",
				       GATEWAY, code, BETTER));
	EXPECT_STREQ(GATEWAY, route_get("10.77.1.4").gw);
	wire_down();
}

/* route/gc_timeout: how long it counts. */
TEST_F(redirect, kept)
{
	struct shown s;

	ASSERT_EQ(0, routers_up());
	ASSERT_EQ(0, first_net_set("route/gc_timeout", 100));
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	s = route_get(FAR);
	EXPECT_LT(40, s.expires);
	EXPECT_GE(100, s.expires);
	EXPECT_EQ(0, first_net_set("route/gc_timeout", 300));
	wire_down();
}

TEST_F(redirect, not_believed)
{
	static const char *const bad[] = {
		GATEWAY, HERE, "10.9.0.255", "255.255.255.255", "224.0.0.1",
		"0.0.0.0", "0.0.0.7", "127.0.0.1",
		"10.9.0.99",	/* is not there */
	};
	unsigned int i;

	ASSERT_EQ(0, routers_up());
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, bad[i]);
		EXPECT_STREQ(GATEWAY, route_get(FAR).gw);
		EXPECT_FALSE(route_get(FAR).redirected);
	}
	/* only our router may say so */
	EXPECT_FALSE(udp_heeded(FAR, "10.9.0.9", ICMP_REDIR_HOST, BETTER));
	/* to a neighbour we need none */
	EXPECT_FALSE(udp_heeded("10.9.0.7", GATEWAY, ICMP_REDIR_HOST, BETTER));
	/* no such code */
	EXPECT_FALSE(udp_heeded(FAR, GATEWAY, 4, BETTER));
	EXPECT_FALSE(route_get(FAR).redirected);
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	wire_down();
}

TEST_F(redirect, accept)
{
	char val[8];

	ASSERT_EQ(0, routers_up());
	EXPECT_EQ(0, sysctl_get("conf/default/accept_redirects", val, 8));
	EXPECT_EQ(1, atoi(val));
	EXPECT_EQ(0, sysctl_get("conf/default/secure_redirects", val, 8));
	EXPECT_EQ(1, atoi(val));
	set_conf("accept_redirects", 0);
	EXPECT_FALSE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	/* on a host either is enough */
	EXPECT_EQ(0, sysctl_set("conf/v0/accept_redirects", "1"));
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));

	/* a router does not unless it is told to */
	set_conf("accept_redirects", 1);
	EXPECT_EQ(0, sysctl_set("ip_forward", "1"));
	EXPECT_EQ(0, sysctl_get("conf/all/accept_redirects", val, 8));
	EXPECT_EQ(0, atoi(val));
	EXPECT_FALSE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	set_conf("accept_redirects", 1);
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	EXPECT_EQ(0, sysctl_set("ip_forward", "0"));
	EXPECT_EQ(0, sysctl_get("conf/all/accept_redirects", val, 8));
	EXPECT_EQ(1, atoi(val));
	wire_down();
}

/* Without shared media a better router is in our subnet, and maybe known. */
TEST_F(redirect, secure)
{
	ASSERT_EQ(0, routers_up());
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, OTHER));
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	set_conf("shared_media", 0);
	EXPECT_FALSE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, OTHER));
	EXPECT_FALSE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	EXPECT_ERRNO(0, route_add("10.66.0.0", 16, BETTER, "v0"));
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));

	set_conf("secure_redirects", 0);
	setns(wire.there, CLONE_NEWNET);
	EXPECT_ERRNO(0, addr_add("v1", "10.9.0.4", 24));
	setns(wire.here, CLONE_NEWNET);
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, "10.9.0.4"));
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	EXPECT_FALSE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, OTHER));
	wire_down();
}

/* Of other protocols somebody has to have sent what is quoted. */
TEST_F(redirect, sockets)
{
	const struct icmphdr reply = { .type = ICMP_ECHOREPLY };
	unsigned char body[8] = {};
	struct quote q;
	int fd;

	ASSERT_EQ(0, routers_up());
	q = quote_of(200, "10.77.0.1", body);
	EXPECT_FALSE(heeded(&q, "10.77.0.1", GATEWAY, ICMP_REDIR_HOST, BETTER));
	fd = xsocket(SOCK_RAW, 200);
	EXPECT_TRUE(heeded(&q, "10.77.0.1", GATEWAY, ICMP_REDIR_HOST, BETTER));
	EXPECT_EQ(0, get_int(fd, SOL_SOCKET, SO_ERROR));
	close(fd);
	q = quote_of(IPPROTO_ICMP, "10.77.0.2", &reply);
	EXPECT_TRUE(heeded(&q, "10.77.0.2", GATEWAY, ICMP_REDIR_HOST, BETTER));
	q = quote_of(IPPROTO_TCP, "10.77.0.3", body);
	EXPECT_FALSE(heeded(&q, "10.77.0.3", GATEWAY, ICMP_REDIR_HOST, BETTER));

	/* a connected socket notices */
	fd = udp_to(FAR);
	EXPECT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_TRUE(udp_heeded(FAR, GATEWAY, ICMP_REDIR_HOST, BETTER));
	EXPECT_EQ(0, get_int(fd, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(1, send(fd, "x", 1, 0));
	close(fd);
	wire_down();
}

/*
 * Send an octet by fd and quote what comes behind it, @off octets off; it may be
 * that only a packet has the socket notice that its route has changed.
 */
static bool tcp_heeded(int fd, const char *dst, int off)
{
	unsigned char f[2000];
	struct iphdr *ip = (void *)(f + 14);
	struct tcphdr *th = (void *)(f + 34);
	uint32_t head[2] = { htonl(PORT << 16 | FARPORT) };
	struct quote q;
	int n;

	if (send(fd, "x", 1, 0) != 1)
		return false;
	usleep(slow() ? 200000 : 50000);
	while ((n = recv(wire.packet, f, sizeof(f), 0)) >= 0)
		if (n >= 54 && ip->protocol == IPPROTO_TCP &&
		    ip->saddr == inet_addr(HERE))
			head[1] = htonl(ntohl(th->seq) +
					ntohs(ip->tot_len) - 20 - th->doff * 4 +
					off);
	q = quote_of(IPPROTO_TCP, dst, head);
	tell_from(GATEWAY, ICMP_REDIRECT, ICMP_REDIR_HOST,
		  ntohl(inet_addr(BETTER)), &q, sizeof(q));
	return !strcmp(route_get(dst).gw, BETTER);
}

/* The quoted segment has to be one that is on its way. */
TEST_F(redirect, tcp)
{
	struct sockaddr_in at = xaddr("10.77.0.9", FARPORT);
	bool heeded = false;
	int lfd, fd, peer, i;
	char buf[100];

	ASSERT_EQ(0, routers_up());
	setns(wire.there, CLONE_NEWNET);
	EXPECT_ERRNO(0, addr_add("v1", "10.77.0.9", 32));
	setns(wire.here, CLONE_NEWNET);
	lfd = xsocket_in(wire.there, SOCK_STREAM, 0);
	ASSERT_ERRNO(0, bind(lfd, (void *)&at, sizeof(at)));
	ASSERT_ERRNO(0, listen(lfd, 5));
	fd = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(fd, HERE, PORT));
	ASSERT_ERRNO(0, xconnect(fd, "10.77.0.9", FARPORT));
	peer = accept(lfd, NULL, NULL);
	ASSERT_LE(0, peer);
	for (i = 0; i < 5; i++)
		EXPECT_FALSE(tcp_heeded(fd, "10.77.0.9", -1000000));
	for (i = 0; i < 20 && !heeded; i++)
		heeded = tcp_heeded(fd, "10.77.0.9", 0);
	EXPECT_TRUE(heeded);
	EXPECT_EQ(4, send(fd, "data", 4, 0));
	EXPECT_EQ(i + 9, recv(peer, buf, i + 9, MSG_WAITALL));
	EXPECT_EQ(0, get_int(fd, SOL_SOCKET, SO_ERROR));
	close(fd);
	close(peer);
	close(lfd);
	wire_down();
}

TEST_HARNESS_MAIN
