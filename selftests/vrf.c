// SPDX-License-Identifier: GPL-2.0
/* timeout: 150 */
/*
 * VRF: devices whose addresses, routes and sockets keep to themselves.
 *
 * The namespace here has the devices a0 and b0, each with 10.9.0.1/24, in the
 * VRFs "red" (table 100) and "blue" (table 200); each leads to a namespace of its
 * own, where the other end has 10.9.0.2.
 */
#include "tcp.h"
#include <netinet/ip_icmp.h>
#include <net/ethernet.h>
#include <netpacket/packet.h>
#include "routing.h"

CONFIG_FIXTURE(vrf);

#define HERE	"10.9.0.1"
#define THERE	"10.9.0.2"

static int red_end, blue_end;

static int setup(void)
{
	red_end = peer_setup("a0", "a1", THERE);
	blue_end = peer_setup("b0", "b1", THERE);
	if (red_end < 0 || blue_end < 0)
		return -1;
	return ip_batch("link add red type vrf table 100\n"
			"link add blue type vrf table 200\n"
			"link set red up\n"
			"link set blue up\n"
			"link set a0 master red\n"
			"link set a0 up\n"
			"addr add " HERE "/24 dev a0\n"
			/* into the VRF with the address */
			"link set b0 up\n"
			"addr add " HERE "/24 dev b0\n"
			"link set b0 master blue\n"
			"route add default via " THERE " table 100\n");
}

static int bound(int type, int proto, const char *dev)
{
	int fd = xsocket(type, proto);

	if (fd < 0 || (dev && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, dev,
					 strlen(dev) + 1)))
		die(dev);
	return fd;
}

/* A bound datagram socket with a port. */
static int dgram(const char *dev, const char *ip, int port)
{
	int fd = bound(SOCK_DGRAM, 0, dev);

	/* A socket that is bound to no device has a part in all. */
	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (xbind(fd, ip, port))
		die("bind");
	return fd;
}

static int end_socket(int end, int type, int proto)
{
	struct timeval tv = { .tv_sec = 10 };
	int fd = xsocket_in(end, type, proto);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	return fd;
}

static int end_dgram(int end, int port)
{
	int fd = end_socket(end, SOCK_DGRAM, 0);

	if (xbind(fd, THERE, port))
		die("bind");
	return fd;
}

/* recv() on a socket with IP_PKTINFO alone. */
static ssize_t recv_info(int fd, void *data, size_t len,
			 struct in_pktinfo *info)
{
	char c[CMSG_SPACE(sizeof(*info))] __aligned(sizeof(long));
	struct iovec iov = { data, len };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = c, .msg_controllen = sizeof(c),
	};
	ssize_t n = recvmsg(fd, &msg, 0);

	if (n >= 0 && CMSG_FIRSTHDR(&msg))
		memcpy(info, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(*info));
	return n;
}

#define EXPECT_GOT(fd, what) do {					\
	char got_[16] = "";						\
									\
	EXPECT_EQ(1, xrecv(fd, got_, sizeof(got_)));			\
	EXPECT_STREQ(what, got_);					\
} while (0)

static bool nothing(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

#define EXPECT_NOTHING(fd) EXPECT_TRUE(nothing(fd))

TEST_F(vrf, rule_and_routes)
{
	ASSERT_EQ(0, setup());
	EXPECT_TRUE(ip_says("rule", "1000: from all lookup [l3mdev-table]"));
	EXPECT_STREQ("default via " THERE " dev a0\n"
		     "10.9.0.0/24 dev a0 proto kernel scope link src " HERE "\n"
		     "local " HERE " dev a0 proto kernel scope host src " HERE
		     "\n"
		     "broadcast 10.9.0.255 dev a0 proto kernel scope link src "
		     HERE "\n", ip_show("route show table 100"));
	EXPECT_STREQ("10.9.0.0/24 dev b0 proto kernel scope link src " HERE "\n"
		     "local " HERE " dev b0 proto kernel scope host src " HERE
		     "\n"
		     "broadcast 10.9.0.255 dev b0 proto kernel scope link src "
		     HERE "\n", ip_show("route show table 200"));
	EXPECT_STREQ("", ip_show("route show"));
	EXPECT_STREQ("", ip_show("route show table local dev b0"));

	EXPECT_STREQ("ENETUNREACH", WAY(.dst = THERE));
	EXPECT_STREQ("a0", WAY(.dst = THERE, .oif = "red"));
	EXPECT_STREQ("a0", WAY(.dst = THERE, .oif = "a0"));
	EXPECT_STREQ("b0", WAY(.dst = THERE, .oif = "blue"));
	EXPECT_STREQ("a0", WAY(.dst = "9.9.9.9", .oif = "red"));
	EXPECT_STREQ("ENETUNREACH", WAY(.dst = "9.9.9.9", .oif = "blue"));
	/* a device of a VRF is no way out by itself */
	EXPECT_STREQ("ENETUNREACH", WAY(.dst = "9.9.9.9", .oif = "b0"));
	EXPECT_STREQ("red", WAY(.dst = HERE, .oif = "red"));
	/* an own address is no gateway, and which those are, the VRF says */
	EXPECT_TRUE(ip_says("route add 8.8.8.8 via " HERE " dev a0 onlink table 100",
			    "Nexthop has invalid gateway"));

	/* and out of it again */
	ASSERT_EQ(0, ip_batch("link set b0 nomaster\n"));
	EXPECT_STREQ("", ip_show("route show table 200"));
	EXPECT_TRUE(ip_says("route show table local dev b0",
			    "local " HERE " proto kernel"));
	EXPECT_STREQ("b0", WAY(.dst = THERE));
	ASSERT_EQ(0, ip_batch("addr del " HERE "/24 dev a0\n"));
	EXPECT_STREQ("", ip_show("route show table 100"));
}

FLAVOUR_FIXTURE(vrf_sockets);

TEST_F(vrf_sockets, bind)
{
	int fd;

	ASSERT_EQ(0, setup());
	fd = bound(SOCK_DGRAM, 0, NULL);
	EXPECT_ERRNO(EADDRNOTAVAIL, xbind(fd, HERE, 7000));
	close(dgram("red", HERE, 7000));
	close(dgram("a0", HERE, 7000));
	fd = bound(SOCK_RAW, 253, NULL);
	EXPECT_ERRNO(EADDRNOTAVAIL, xbind(fd, HERE, 0));
	fd = bound(SOCK_RAW, 253, "blue");
	EXPECT_EQ(0, xbind(fd, HERE, 0));
}

/* The same addresses and ports in each: nothing gets mixed up. */
TEST_F(vrf_sockets, udp)
{
	int red, blue, slave, any, red1, blue1, on = 1;
	struct in_pktinfo info = { 0 };
	char data[16] = "";

	ASSERT_EQ(0, setup());
	red = dgram("red", "0.0.0.0", 7000);
	blue = dgram("blue", "0.0.0.0", 7000);
	any = dgram(NULL, "0.0.0.0", 7000);
	red1 = end_dgram(red_end, 7000);
	blue1 = end_dgram(blue_end, 7000);

	ASSERT_EQ(1, xsendto(red, "r", 1, THERE, 7000));
	EXPECT_GOT(red1, "r");
	ASSERT_EQ(1, xsendto(blue, "b", 1, THERE, 7000));
	EXPECT_GOT(blue1, "b");
	EXPECT_ERRNO(ENETUNREACH, xsendto(any, "x", 1, THERE, 7000));

	ASSERT_EQ(1, xsendto(blue1, "B", 1, HERE, 7000));
	EXPECT_GOT(blue, "B");
	EXPECT_NOTHING(red);
	EXPECT_NOTHING(any);
	setsockopt(red, SOL_IP, IP_PKTINFO, &on, sizeof(on));
	ASSERT_EQ(1, xsendto(red1, "R", 1, HERE, 7000));
	ASSERT_EQ(1, poll_for(red, POLLIN, 5000));
	ASSERT_EQ(1, recv_info(red, data, sizeof(data), &info));
	EXPECT_STREQ("R", data);
	EXPECT_EQ(if_nametoindex("a0"), info.ipi_ifindex);
	EXPECT_EQ(inet_addr(HERE), info.ipi_spec_dst.s_addr);

	/* a socket of the slave takes as much part as one of the VRF */
	close(red);
	slave = dgram("a0", "0.0.0.0", 7000);
	ASSERT_EQ(1, xsendto(red1, "S", 1, HERE, 7000));
	EXPECT_GOT(slave, "S");
	ASSERT_EQ(1, xsendto(slave, "s", 1, THERE, 7000));
	EXPECT_GOT(red1, "s");
	close(slave);

	/* who is bound to nothing gets it only where told so */
	ASSERT_EQ(0, sysctl_set("udp_l3mdev_accept", "1"));
	ASSERT_EQ(1, xsendto(red1, "A", 1, HERE, 7000));
	EXPECT_GOT(any, "A");
	EXPECT_NOTHING(blue);
}

/* A route outside of any VRF that leads into one. */
TEST_F(vrf_sockets, leak)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int any, red1;
	char c;

	ASSERT_EQ(0, setup());
	red1 = end_dgram(red_end, 7000);
	any = dgram(NULL, "0.0.0.0", 7000);
	ASSERT_EQ(0, ip_batch("route add 10.9.0.0/24 dev red\n"));
	ASSERT_EQ(1, xsendto(any, "x", 1, THERE, 7000));
	ASSERT_EQ(1, recvfrom(red1, &c, 1, 0, (void *)&from, &len));
	EXPECT_EQ(inet_addr(HERE), from.sin_addr.s_addr);
}

/* To ourselves, by the loopback of the VRF. */
TEST_F(vrf_sockets, udp_to_self)
{
	int red, other, blue, any, on = 1;
	struct in_pktinfo info = { 0 };
	char data[4000] = "";

	ASSERT_EQ(0, setup());
	red = dgram("red", HERE, 7000);
	other = dgram("red", HERE, 7001);
	blue = dgram("blue", HERE, 7000);
	any = dgram(NULL, "0.0.0.0", 7000);
	setsockopt(red, SOL_IP, IP_PKTINFO, &on, sizeof(on));
	ASSERT_EQ(3000, xsendto(other, data, 3000, HERE, 7000));
	ASSERT_EQ(1, poll_for(red, POLLIN, 5000));
	EXPECT_EQ(3000, recv_info(red, data, sizeof(data), &info));
	EXPECT_EQ(if_nametoindex("a0"), info.ipi_ifindex);
	EXPECT_NOTHING(blue);
	EXPECT_NOTHING(any);
	/* nobody there */
	ASSERT_EQ(0, xconnect(other, HERE, 7002));
	ASSERT_EQ(1, send(other, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(other, POLLERR, 5000) & POLLERR);
	EXPECT_ERRNO(ECONNREFUSED, send(other, "x", 1, 0));
}

static int connects(int fd, const char *ip, int port)
{
	return xconnect(fd, ip, port) ? errno : 0;
}

static void exchange(struct __test_metadata *_metadata, int c, int l)
{
	int s = accept(l, NULL, NULL);

	ASSERT_LE(0, s);
	ASSERT_EQ(1, send(c, "1", 1, 0));
	EXPECT_GOT(s, "1");
	ASSERT_EQ(1, send(s, "2", 1, 0));
	EXPECT_GOT(c, "2");
	close(s);
	close(c);
}

static int tcp_listen(int fd, const char *ip, int port)
{
	if (xbind(fd, ip, port) || listen(fd, 4))
		die("listen");
	return fd;
}

TEST_F(vrf_sockets, tcp)
{
	int l, c;

	ASSERT_EQ(0, setup());
	/* out */
	l = tcp_listen(end_socket(red_end, SOCK_STREAM, 0), THERE, 7000);
	c = bound(SOCK_STREAM, 0, "red");
	ASSERT_EQ(0, connects(c, THERE, 7000));
	exchange(_metadata, c, l);
	c = bound(SOCK_STREAM, 0, "a0");
	ASSERT_EQ(0, connects(c, THERE, 7000));
	exchange(_metadata, c, l);
	EXPECT_EQ(ENETUNREACH, connects(bound(SOCK_STREAM, 0, NULL), THERE,
					7000));
	EXPECT_EQ(ECONNREFUSED, connects(bound(SOCK_STREAM, 0, "blue"), THERE,
					 7000));
	close(l);
	/* in */
	l = tcp_listen(bound(SOCK_STREAM, 0, "red"), "0.0.0.0", 7000);
	c = end_socket(red_end, SOCK_STREAM, 0);
	ASSERT_EQ(0, connects(c, HERE, 7000));
	exchange(_metadata, c, l);
	c = end_socket(blue_end, SOCK_STREAM, 0);
	EXPECT_EQ(ECONNREFUSED, connects(c, HERE, 7000));
	/* to ourselves */
	c = bound(SOCK_STREAM, 0, "red");
	ASSERT_EQ(0, connects(c, HERE, 7000));
	exchange(_metadata, c, l);
	EXPECT_EQ(ECONNREFUSED, connects(bound(SOCK_STREAM, 0, "blue"), HERE,
					 7000));
}

/* A listener that is bound to nothing; its connections are the VRF's. */
TEST_F(vrf_sockets, tcp_accept_all)
{
	socklen_t len = IF_NAMESIZE;
	char name[IF_NAMESIZE] = "";
	int l, c, s;

	ASSERT_EQ(0, setup());
	l = tcp_listen(bound(SOCK_STREAM, 0, NULL), "0.0.0.0", 7000);
	c = end_socket(red_end, SOCK_STREAM, 0);
	EXPECT_EQ(ECONNREFUSED, connects(c, HERE, 7000));
	close(c);
	ASSERT_EQ(0, sysctl_set("tcp_l3mdev_accept", "1"));
	c = end_socket(red_end, SOCK_STREAM, 0);
	ASSERT_EQ(0, connects(c, HERE, 7000));
	s = accept(l, NULL, NULL);
	ASSERT_LE(0, s);
	ASSERT_EQ(0, getsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, name, &len));
	EXPECT_STREQ("red", name);
	ASSERT_EQ(1, send(s, "2", 1, 0));
	EXPECT_GOT(c, "2");
	close(s);
	c = end_socket(blue_end, SOCK_STREAM, 0);
	ASSERT_EQ(0, connects(c, HERE, 7000));
	exchange(_metadata, c, l);
}

static bool pings(int fd, const char *ip)
{
	struct icmphdr req = { .type = ICMP_ECHO };
	char buf[128];

	return xsendto(fd, &req, sizeof(req), ip, 0) == sizeof(req) &&
	       xrecv(fd, buf, sizeof(buf)) == sizeof(req);
}

TEST_F(vrf_sockets, icmp)
{
	/* with its checksum */
	const unsigned char echo[8] = { ICMP_ECHO, 0, 0xf7, 0xff };
	char buf[256];
	int fd, raw;

	ASSERT_EQ(0, setup());
	ASSERT_EQ(0, sysctl_set("ping_group_range", "0 0"));
	/* both ways, and to ourselves */
	EXPECT_TRUE(pings(bound(SOCK_DGRAM, IPPROTO_ICMP, "red"), THERE));
	EXPECT_TRUE(pings(bound(SOCK_DGRAM, IPPROTO_ICMP, "b0"), THERE));
	EXPECT_TRUE(pings(bound(SOCK_DGRAM, IPPROTO_ICMP, "blue"), HERE));
	fd = xsocket_in(blue_end, SOCK_RAW, IPPROTO_ICMP);
	raw = bound(SOCK_RAW, IPPROTO_ICMP, NULL);
	ASSERT_EQ(8, xsendto(fd, echo, sizeof(echo), HERE, 0));
	EXPECT_EQ(28, xrecv(fd, buf, sizeof(buf)));
	/* raw sockets that are bound to nothing see it */
	EXPECT_EQ(28, xrecv(raw, buf, sizeof(buf)));
	ASSERT_EQ(0, sysctl_set("raw_l3mdev_accept", "0"));
	ASSERT_EQ(8, xsendto(fd, echo, sizeof(echo), HERE, 0));
	EXPECT_EQ(28, xrecv(fd, buf, sizeof(buf)));
	EXPECT_NOTHING(raw);
	/* port unreachable goes back the same way */
	fd = end_dgram(red_end, 7000);
	ASSERT_EQ(0, xconnect(fd, HERE, 7009));
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(fd, POLLERR, 5000) & POLLERR);
	EXPECT_ERRNO(ECONNREFUSED, send(fd, "x", 1, 0));
}

/* What the VRF's device shows, as it is sent; returns the bytes of IP. */
static ssize_t seen(int tap)
{
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	char buf[2048];
	ssize_t n;

	do {
		n = recvfrom(tap, buf, sizeof(buf), MSG_DONTWAIT, (void *)&from,
			     &len);
		if (n < 0)
			return 0;
	} while (from.sll_protocol != htons(ETH_P_IP) ||
		 from.sll_pkttype != PACKET_OUTGOING);
	return n;
}

TEST_F(vrf_sockets, tap)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
	};
	int tap, red, red1;

	ASSERT_EQ(0, setup());
	tap = socket(AF_PACKET, SOCK_DGRAM, 0);
	to.sll_ifindex = if_nametoindex("red");
	ASSERT_EQ(0, bind(tap, (void *)&to, sizeof(to)));
	red = dgram("red", HERE, 7000);
	ASSERT_EQ(1, xsendto(red, "x", 1, HERE, 7000));
	EXPECT_GOT(red, "x");
	EXPECT_EQ(29, seen(tap));
	EXPECT_EQ(0, seen(tap));
	red1 = end_dgram(red_end, 7000);
	ASSERT_EQ(2, xsendto(red, "xy", 2, THERE, 7000));
	EXPECT_EQ(30, seen(tap));
	EXPECT_EQ(0, seen(tap));
	ASSERT_EQ(3, xsendto(red1, "xyz", 3, HERE, 7000));
	EXPECT_EQ(POLLIN, poll_for(red, POLLIN, 5000));
	EXPECT_EQ(31, seen(tap));
	EXPECT_EQ(0, seen(tap));
}

#define RED_ONLY	"10.8.0.1"

/*
 * To an address that is ours in red, from blue: as to any other host's.  On
 * AF_INETX the device has to be given to it, else it is the host's to forward;
 * and to take, where that has the address in blue.
 */
TEST_F(vrf_sockets, foreign)
{
	bool inetx = flavour != FL_INET;
	int red, fd, host;

	ASSERT_EQ(0, setup());
	ASSERT_EQ(0, ip_batch("addr add " RED_ONLY "/32 dev a0\n"));
	ASSERT_EQ(0, route_add_in(red_end, "10.8.0.0", 24, HERE));
	ASSERT_EQ(0, route_add_in(blue_end, "10.8.0.0", 24, HERE));
	red = dgram("red", RED_ONLY, 7000);
	fd = end_dgram(red_end, 7000);
	ASSERT_EQ(1, xsendto(fd, "r", 1, RED_ONLY, 7000));
	EXPECT_GOT(red, "r");

	if (inetx)
		ASSERT_EQ(0, sysctl_set("conf/b0/claim", "all"));
	ASSERT_EQ(0, sysctl_set("conf/b0/forwarding", "1"));
	fd = end_dgram(blue_end, 7000);
	ASSERT_EQ(0, xconnect(fd, RED_ONLY, 7000));
	ASSERT_EQ(0, set_int(fd, SOL_IP, IP_RECVERR, 1));
	ASSERT_EQ(1, send(fd, "b", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(fd, POLLERR, 5000) & POLLERR);
	EXPECT_EQ(ENETUNREACH, get_int(fd, SOL_SOCKET, SO_ERROR));
	EXPECT_NOTHING(red);

	if (inetx)
		ASSERT_EQ(0, sysctl_set("conf/b0/claim", "own"));
	ASSERT_EQ(0, system("ip addr add " RED_ONLY "/32 dev b0"));
	host = socket(AF_INET, SOCK_DGRAM, 0);
	ASSERT_EQ(0, setsockopt(host, SOL_SOCKET, SO_BINDTODEVICE, "blue", 5));
	ASSERT_EQ(0, bind(host, (void *)&(struct sockaddr_in){
				.sin_family = AF_INET, .sin_port = htons(7000) },
			  sizeof(struct sockaddr_in)));
	ASSERT_EQ(1, send(fd, "h", 1, 0));
	EXPECT_GOT(host, "h");
	EXPECT_NOTHING(red);
}

TEST_HARNESS_MAIN
