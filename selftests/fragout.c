// SPDX-License-Identifier: GPL-2.0
/* timeout: 240 */
/*
 * Datagrams larger than the MTU: which sockets may send them, what goes over the
 * wire, what arrives.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "kselftest_harness.h"
#include "common.h"

#define HERE "10.9.0.1"
#define THERE "10.9.0.2"
#define FAR "10.9.7.1"		/* of the peer, by a route with a smaller MTU */
#define FAR_MTU 1000
#define PORT 7000
#define PROTO 253	/* RFC 3692: for experiments */

FLAVOUR_FIXTURE(out);

static unsigned char out[70000], in[70000];

/* A route to FAR/32 by v0 with an MTU. */
static int far_route(void)
{
	struct {
		struct nlmsghdr nh;
		struct rtmsg rtm;
		struct rtattr dst;
		struct in_addr dst_val;
		struct rtattr gw;
		struct in_addr gw_val;
		struct rtattr metrics;
		struct rtattr mtu;
		uint32_t mtu_val;
	} r = {
		.nh.nlmsg_len = sizeof(r),
		.nh.nlmsg_type = RTM_NEWROUTE,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE,
		.rtm.rtm_family = fam(),
		.rtm.rtm_dst_len = 32,
		.rtm.rtm_table = RT_TABLE_MAIN,
		.rtm.rtm_protocol = RTPROT_BOOT,
		.rtm.rtm_type = RTN_UNICAST,
		.dst = { 8, RTA_DST },
		.dst_val.s_addr = inet_addr(FAR),
		.gw = { 8, RTA_GATEWAY },
		.gw_val.s_addr = inet_addr(THERE),
		.metrics = { 12, RTA_METRICS },
		.mtu = { 8, RTAX_MTU },
		.mtu_val = FAR_MTU,
	};
	struct {
		struct nlmsghdr nh;
		struct nlmsgerr err;
	} ack;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), err = -1;

	if (send(fd, &r, sizeof(r), 0) == sizeof(r) &&
	    recv(fd, &ack, sizeof(ack), 0) > 0)
		err = ack.err.error;
	close(fd);
	return err;
}

static struct world {
	int there;		/* the namespace of v1 */
	int udp;		/* a UDP socket there */
	int packet;		/* AF_PACKET socket there, sees what v1 gets */
} w;

/* A device that has just come up may still drop what it is given; and what waits
 * for ARP is bounded.
 */
static int world_wait(void)
{
	long long end = now_ms() + 20000;
	int fd = xsocket(SOCK_DGRAM, 0), ok = 0;
	char b;

	while (!ok && now_ms() < end) {
		xsendto(fd, "w", 1, THERE, PORT);
		ok = poll_for(w.udp, POLLIN, 50) == POLLIN;
	}
	/* What has waited for ARP may come in a moment. */
	while (poll_for(w.udp, POLLIN, 200) == POLLIN)
		recv(w.udp, &b, 1, MSG_DONTWAIT);
	close(fd);
	return ok ? 0 : -1;
}

static int world_up(void)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	int here = open("/proc/self/ns/net", O_RDONLY), bad, i;

	for (i = 0; i < (int)sizeof(out); i++)
		out[i] = i * 11 + (i >> 8);
	w.there = pair_setup();
	if (w.there < 0 || far_route())
		return -1;
	setns(w.there, CLONE_NEWNET);
	w.packet = socket(AF_PACKET, SOCK_DGRAM, 0);
	sll.sll_ifindex = if_nametoindex("v1");
	bad = addr_add("v1", FAR, 32) ||
	      set_int(w.packet, SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20) ||
	      bind(w.packet, (void *)&sll, sizeof(sll));
	setns(here, CLONE_NEWNET);
	close(here);
	w.udp = xsocket_in(w.there, SOCK_DGRAM, 0);
	bad = bad || set_int(w.udp, SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20) ||
	      xbind(w.udp, "0.0.0.0", PORT);
	return bad || world_wait();
}

static void world_down(void)
{
	close(w.udp);
	close(w.packet);
	close(w.there);
}

/* What AF_PACKET saw: packets, and something of the first and the last. */
struct seen {
	int packets, largest, frags;
	bool df, id_zero, id_differs, more_last, sums;
	unsigned char opts[2][40];	/* of the first, of the last */
	int ihl[2];
};

static struct seen look(int protocol)
{
	struct seen s = { .sums = true };
	struct iphdr *ip = (void *)in;
	struct sockaddr_ll sll;
	socklen_t sll_len;
	uint16_t id = 0;
	ssize_t len;

	while (poll_for(w.packet, POLLIN, s.packets ? 20 : 2000) == POLLIN) {
		sll_len = sizeof(sll);
		len = recvfrom(w.packet, in, sizeof(in), MSG_DONTWAIT,
			       (void *)&sll, &sll_len);
		if (len < 20 || sll.sll_protocol != htons(ETH_P_IP) ||
		    sll.sll_pkttype == PACKET_OUTGOING ||
		    ip->protocol != protocol)
			continue;
		if (s.packets && ip->id != id)
			s.id_differs = true;
		id = ip->id;
		s.id_zero = !id;
		if (len > s.largest)
			s.largest = len;
		if (ip->frag_off & htons(IP_DF))
			s.df = true;
		if (ip->frag_off & htons(0x3fff))
			s.frags++;
		s.more_last = ip->frag_off & htons(IP_MF);
		if (checksum(ip, ip->ihl * 4, 0))
			s.sums = false;
		memcpy(s.opts[!!s.packets], ip + 1, 40);
		s.ihl[!!s.packets] = ip->ihl;
		s.packets++;
	}
	return s;
}

static void forget(void)
{
	while (recv(w.packet, in, sizeof(in), MSG_DONTWAIT) > 0)
		;
}

/* IP packets that len octets behind a header of 20 become. */
static int pieces(int len, int mtu)
{
	int room = (mtu - 20) / 8 * 8;

	if (len + 20 <= mtu)
		return 1;
	return (len + room - 1) / room;
}

struct count {
	long long oks, fails, creates, requests;
};

static struct count count(void)
{
	return (struct count) {
		.oks = snmp_get("Ip", "FragOKs"),
		.fails = snmp_get("Ip", "FragFails"),
		.creates = snmp_get("Ip", "FragCreates"),
		.requests = snmp_get("Ip", "OutRequests"),
	};
}

TEST_F(out, sizes)
{
	static const int size[] = {
		1472, 1473, 1474, 1480, 2952, 2953, 8000, 20000, 65506, 65507,
	};
	struct count before, after;
	struct seen s;
	unsigned int i;
	int fd, n;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_DGRAM, 0);
	for (i = 0; i < ARRAY_SIZE(size); i++) {
		forget();
		n = pieces(size[i] + 8, 1500);
		before = count();
		ASSERT_EQ(size[i], xsendto(fd, out, size[i], THERE, PORT));
		ASSERT_EQ(size[i], xrecv(w.udp, in, sizeof(in)));
		EXPECT_EQ(0, memcmp(in, out, size[i]));
		after = count();
		s = look(IPPROTO_UDP);
		EXPECT_EQ(n, s.packets);
		EXPECT_EQ(n > 1 ? n : 0, s.frags);
		EXPECT_LE(s.largest, 1500);
		EXPECT_FALSE(s.more_last);
		EXPECT_TRUE(s.sums);
		EXPECT_FALSE(s.id_differs);
		EXPECT_EQ(n == 1, s.df);
		EXPECT_FALSE(n > 1 && s.id_zero);
		EXPECT_EQ(n > 1, after.oks - before.oks);
		EXPECT_EQ(n > 1 ? n : 0, after.creates - before.creates);
		EXPECT_EQ(1, after.requests - before.requests);
		EXPECT_EQ(0, after.fails - before.fails);
	}
	EXPECT_ERRNO(EMSGSIZE, xsendto(fd, out, 65508, THERE, PORT));
	close(fd);
	world_down();
}

/* IP_MTU_DISCOVER, for datagrams above the path's and the device's MTU. */
static const struct mode {
	int mode;
	int size;		/* of the IP packet */
	int err;
	int packets;
	bool df;
} modes[] = {
	{ IP_PMTUDISC_DONT, 900, 0, 1, false },
	{ IP_PMTUDISC_DONT, 1400, 0, 2, false },
	{ IP_PMTUDISC_DONT, 1600, 0, 2, false },
	{ IP_PMTUDISC_WANT, 900, 0, 1, true },
	{ IP_PMTUDISC_WANT, 1000, 0, 1, true },
	{ IP_PMTUDISC_WANT, 1001, 0, 2, false },
	{ IP_PMTUDISC_WANT, 1600, 0, 2, false },
	{ IP_PMTUDISC_DO, 1000, 0, 1, true },
	{ IP_PMTUDISC_DO, 1001, EMSGSIZE },
	{ IP_PMTUDISC_PROBE, 1400, 0, 1, true },
	{ IP_PMTUDISC_PROBE, 1500, 0, 1, true },
	{ IP_PMTUDISC_PROBE, 1501, EMSGSIZE },
	{ IP_PMTUDISC_INTERFACE, 1400, 0, 1, false },
	{ IP_PMTUDISC_INTERFACE, 1501, EMSGSIZE },
	{ IP_PMTUDISC_OMIT, 1400, 0, 1, false },
	{ IP_PMTUDISC_OMIT, 1600, 0, 2, false },
};

static void try_modes(struct __test_metadata *_metadata, int fd, int header,
		      int protocol)
{
	unsigned int i;
	struct seen s;
	int len;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		const struct mode *m = &modes[i];

		forget();
		ASSERT_EQ(0, set_int(fd, SOL_IP, IP_MTU_DISCOVER, m->mode));
		len = m->size - 20 - header;
		EXPECT_ERRNO(m->err, xsendto(fd, out, len, FAR, PORT)) {
			TH_LOG("mode %d, size %d", m->mode, m->size);
		}
		if (m->err)
			continue;
		s = look(protocol);
		EXPECT_EQ(m->packets, s.packets) {
			TH_LOG("mode %d, size %d", m->mode, m->size);
		}
		EXPECT_EQ(m->df, s.df) {
			TH_LOG("mode %d, size %d", m->mode, m->size);
		}
	}
}

TEST_F(out, discover)
{
	int udp, raw, t;

	ASSERT_EQ(0, world_up());
	udp = xsocket(SOCK_DGRAM, 0);
	try_modes(_metadata, udp, 8, IPPROTO_UDP);
	/* connected: the path is the socket's */
	t = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xconnect(t, FAR, PORT));
	ASSERT_EQ(1400, send(t, out, 1400, 0));
	forget();
	ASSERT_EQ(1400, send(t, out, 1400, 0));
	EXPECT_EQ(2, look(IPPROTO_UDP).packets);
	raw = xsocket(SOCK_RAW, PROTO);
	try_modes(_metadata, raw, 0, PROTO);
	close(t);
	close(udp);
	close(raw);
	world_down();
}

TEST_F(out, raw)
{
	int fd, r;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_RAW, PROTO);
	r = xsocket_in(w.there, SOCK_RAW, PROTO);
	ASSERT_EQ(0, set_int(r, SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20));
	ASSERT_EQ(8, xsendto(fd, out, 8, THERE, 0));
	ASSERT_EQ(28, xrecv(r, in, sizeof(in)));
	ASSERT_EQ(65515, xsendto(fd, out, 65515, THERE, 0));
	ASSERT_EQ(65535, xrecv(r, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in + 20, out, 65515));
	EXPECT_EQ(0, ((struct iphdr *)in)->frag_off);
	EXPECT_EQ(htons(65535), ((struct iphdr *)in)->tot_len);
	EXPECT_EQ(0, checksum(in, 20, 0));
	EXPECT_ERRNO(EMSGSIZE, xsendto(fd, out, 65516, THERE, 0));
	close(fd);
	close(r);
	world_down();
}

/* A header of the user's, on a path that is narrower than the device. */
TEST_F(out, header_included)
{
	struct {
		struct iphdr ip;
		unsigned char opt[12];
		unsigned char data[1400];
	} pkt = {
		.ip = {
			.version = 4, .ihl = 8, .ttl = 64, .protocol = PROTO,
			.daddr = inet_addr(FAR), .saddr = inet_addr(HERE),
			.id = htons(77),
		},
		/* record route, then security, which is to be copied */
		.opt = { 7, 7, 4, 0, 0, 0, 0, 1, 130, 3, 9, 0 },
	};
	static const unsigned char later[12] = {
		1, 1, 1, 1, 1, 1, 1, 1, 130, 3, 9, 0,
	};
	struct count before, after;
	struct seen s;
	int fd;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_RAW, PROTO);
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_HDRINCL, 1));
	before = count();
	ASSERT_EQ((ssize_t)sizeof(pkt),
		  xsendto(fd, &pkt, sizeof(pkt), FAR, 0));
	s = look(PROTO);
	after = count();
	EXPECT_EQ(2, s.packets);
	EXPECT_EQ(8, s.ihl[0]);
	EXPECT_EQ(8, s.ihl[1]);
	EXPECT_EQ(0, memcmp(s.opts[0], pkt.opt, 12));
	/* AF_INET knows nothing of the options in a header of the user's */
	EXPECT_EQ(0, memcmp(s.opts[1], flavour == FL_INET ? pkt.opt : later,
			    12));
	EXPECT_TRUE(s.sums);
	EXPECT_EQ(1, after.oks - before.oks);
	EXPECT_EQ(2, after.creates - before.creates);

	/* a fragment of the user's is cut as well, and stays one */
	pkt.ip.frag_off = htons(IP_MF | 100);
	ASSERT_EQ((ssize_t)sizeof(pkt),
		  xsendto(fd, &pkt, sizeof(pkt), FAR, 0));
	s = look(PROTO);
	EXPECT_EQ(2, s.packets);
	EXPECT_EQ(2, s.frags);
	EXPECT_TRUE(s.more_last);

	/* and one that must not be cut is not sent */
	pkt.ip.frag_off = htons(IP_DF);
	before = count();
	EXPECT_ERRNO(EMSGSIZE, xsendto(fd, &pkt, sizeof(pkt), FAR, 0));
	after = count();
	EXPECT_EQ(1, after.fails - before.fails);
	EXPECT_EQ(0, after.creates - before.creates);
	close(fd);
	world_down();
}

/* An echo request and its answer, both in fragments. */
TEST_F(out, echo)
{
	struct icmphdr *h = (void *)out;
	struct count before;
	long long end;
	int raw, ping;
	ssize_t len;

	ASSERT_EQ(0, world_up());
	ASSERT_EQ(0, sysctl_set("ping_group_range", "0 2147483647"));
	raw = xsocket(SOCK_RAW, IPPROTO_ICMP);
	ping = xsocket(SOCK_DGRAM, IPPROTO_ICMP);
	ASSERT_GE(ping, 0);
	ASSERT_EQ(0, set_int(raw, SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20));
	ASSERT_EQ(0, set_int(ping, SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20));
	memset(h, 0, sizeof(*h));
	h->type = ICMP_ECHO;
	h->un.echo.id = htons(5);
	ASSERT_EQ(64, xsendto(ping, out, 64, THERE, 0));
	ASSERT_EQ(64, xrecv(ping, in, sizeof(in)));
	before = count();
	ASSERT_EQ(60008, xsendto(ping, out, 60008, THERE, 0));
	ASSERT_EQ(60008, xrecv(ping, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in + 8, out + 8, 60000));
	EXPECT_EQ(ICMP_ECHOREPLY, in[0]);
	EXPECT_EQ(1, count().oks - before.oks);

	h->checksum = checksum(out, 60008, 0);
	ASSERT_EQ(60008, xsendto(raw, out, 60008, THERE, 0));
	end = now_ms() + 5000;
	do {
		len = xrecv(raw, in, sizeof(in));
	} while (len >= 0 && len != 60028 && now_ms() < end);
	EXPECT_EQ(60028, len);
	EXPECT_EQ(0, memcmp(in + 28, out + 8, 60000));
	close(raw);
	close(ping);
	world_down();
}

TEST_F(out, cork)
{
	int fd, i, one = 1;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xconnect(fd, THERE, PORT));
	ASSERT_ERRNO(0, setsockopt(fd, IPPROTO_UDP, UDP_CORK, &one,
				   sizeof(one)));
	for (i = 0; i < 60000; i += 1000)
		ASSERT_EQ(1000, send(fd, out + i, 1000, 0));
	one = 0;
	ASSERT_ERRNO(0, setsockopt(fd, IPPROTO_UDP, UDP_CORK, &one,
				   sizeof(one)));
	ASSERT_EQ(60000, xrecv(w.udp, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 60000));
	ASSERT_EQ(3001, send(fd, out, 3001, MSG_MORE));
	ASSERT_EQ(7, send(fd, out + 3001, 7, 0));
	ASSERT_EQ(3008, xrecv(w.udp, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 3008));
	close(fd);
	world_down();
}

/* To all: the peer and we get it, whole; our copy does not come in pieces. */
TEST_F(out, broadcast)
{
	long long bcast, reqds;
	struct count before;
	int fd, own;

	ASSERT_EQ(0, world_up());
	own = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xbind(own, "0.0.0.0", PORT));
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, set_int(fd, SOL_SOCKET, SO_BROADCAST, 1));
	before = count();
	bcast = snmp_get("IpExt", "OutBcastPkts");
	reqds = snmp_get("Ip", "ReasmReqds");
	ASSERT_EQ(5000, xsendto(fd, out, 5000, "10.9.0.255", PORT));
	EXPECT_EQ(5000, xrecv(w.udp, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 5000));
	EXPECT_EQ(5000, xrecv(own, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 5000));
	EXPECT_EQ(4, snmp_get("IpExt", "OutBcastPkts") - bcast);
	EXPECT_EQ(0, snmp_get("Ip", "ReasmReqds") - reqds);
	EXPECT_EQ(4, count().creates - before.creates);
	/* and to the group of all hosts, with TTL 0 not beyond this one */
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_MULTICAST_TTL, 0));
	ASSERT_ERRNO(0, set_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX,
				if_nametoindex("v0")));
	before = count();
	ASSERT_EQ(5000, xsendto(fd, out, 5000, "224.0.0.1", PORT));
	EXPECT_EQ(5000, xrecv(own, in, sizeof(in)));
	EXPECT_EQ(0, count().creates - before.creates);
	EXPECT_EQ(0, poll_for(w.udp, POLLIN, 100));
	close(fd);
	close(own);
	world_down();
}

/* Over a loopback device that is as narrow as others. */
TEST_F(out, loopback)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_mtu = 1500 };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), s, i;
	struct count before;

	ASSERT_EQ(0, ioctl(fd, SIOCSIFMTU, &ifr));
	close(fd);
	s = xsocket(SOCK_DGRAM, 0);
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xbind(s, "127.0.0.1", PORT));
	for (i = 0; i < 65507; i++)
		out[i] = i * 3 + (i >> 8);
	before = count();
	ASSERT_EQ(65507, xsendto(fd, out, 65507, "127.0.0.1", PORT));
	ASSERT_EQ(65507, xrecv(s, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 65507));
	EXPECT_EQ(pieces(65515, 1500), count().creates - before.creates);
	close(s);
	close(fd);
}

/* A send buffer that holds the datagram holds its fragments. */
TEST_F(out, send_buffer)
{
	int fd, i;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xconnect(fd, THERE, PORT));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(60000, send(fd, out, 60000, 0));
		ASSERT_EQ(60000, xrecv(w.udp, in, sizeof(in)));
	}
	/* nothing stays charged */
	for (i = 0; i < 100; i++) {
		int left = -1;

		ioctl(fd, TIOCOUTQ, &left);
		if (!left)
			break;
		usleep(20000);
	}
	EXPECT_LT(i, 100);
	close(fd);
	world_down();
}

#define INNER		"10.8.0.2"	/* behind a router with an MTU of NARROW */
#define NARROW		600
#define STREAM		(40 * 1448)

/* We are the router between v1 and w1.  Returns the namespace of w1. */
static int router(int there)
{
	int in = peer_setup("w0", "w1", INNER), ok;
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "ip link set w0 mtu %d", NARROW);
	ok = in >= 0 && !system(cmd) && !link_up("w0") &&
	     !addr_add("w0", "10.8.0.1", 24) &&
	     !route_add_in(in, "0.0.0.0", 0, "10.8.0.1") &&
	     !route_add_in(there, "0.0.0.0", 0, HERE) &&
	     !sysctl_set("ip_forward", "1");
	if (ok && flavour != FL_INET)
		ok = !sysctl_set("conf/v0/claim", "all") &&
		     !sysctl_set("conf/w0/claim", "all");
	return ok ? in : -1;
}

/* What a device has received: trains of segments are one packet each. */
static long long received(const char *dev)
{
	FILE *f = fopen("/proc/self/net/dev", "r");
	char line[256], name[IFNAMSIZ];
	long long n, packets = -1;

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, " %15[^:]: %*u %lld", name, &n) == 2 &&
		    !strcmp(name, dev))
			packets = n;
	fclose(f);
	return packets;
}

/* Segments that travel together, each too large for where they go to: TCP takes
 * the MTU of the other end, w1, for that of the path, and does not forbid
 * fragments.
 */
TEST_F(out, segments)
{
	int there = pair_setup(), inner = router(there), l, c, s;
	long long came, cut, made, end = now_ms() + 60000;
	int sent = 0, got = 0, i;
	ssize_t n;

	ASSERT_LE(0, there);
	ASSERT_LE(0, inner);
	for (i = 0; i < STREAM; i++)
		out[i] = i * 11 + (i >> 8);
	l = xsocket_in(inner, SOCK_STREAM, 0);
	ASSERT_EQ(0, xbind(l, INNER, PORT));
	ASSERT_EQ(0, listen(l, 1));
	c = xsocket_in(there, SOCK_STREAM, 0);
	ASSERT_EQ(0, set_int(c, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT));
	ASSERT_EQ(0, xconnect(c, INNER, PORT));
	s = accept(l, NULL, NULL);
	ASSERT_LE(0, s);
	ASSERT_EQ(0, set_nonblock(c, true));

	came = received("v0");
	cut = snmp_get("Ip", "FragOKs");
	made = snmp_get("Ip", "FragCreates");
	while (got < STREAM && now_ms() < end) {
		n = send(c, out + sent, STREAM - sent, 0);
		sent += n > 0 ? n : 0;
		if (poll_for(s, POLLIN, 1000) != POLLIN)
			continue;
		n = recv(s, in + got, STREAM - got, 0);
		if (n <= 0)
			break;
		got += n;
	}
	EXPECT_EQ(STREAM, got);
	EXPECT_EQ(0, memcmp(in, out, STREAM));
	/* more segments were cut than packets came, and each of them */
	cut = snmp_get("Ip", "FragOKs") - cut;
	EXPECT_GT(cut, received("v0") - came);
	EXPECT_LE(2 * cut, snmp_get("Ip", "FragCreates") - made);
	close(s);
	close(c);
	close(l);
	close(inner);
	close(there);
}

TEST_HARNESS_MAIN
