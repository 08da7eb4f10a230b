// SPDX-License-Identifier: GPL-2.0
/* timeout: 480 */
/*
 * Path MTU exceptions (RFC 1191): what is believed of a router on the wire, what
 * sockets, lookups and packets make of it, how it is forgotten.
 */
#include "kselftest_harness.h"
#include "common.h"
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include "exception.h"

FLAVOUR_FIXTURE(exception);

static char data[3000];

static int mtu_of(int fd)
{
	return get_int(fd, SOL_IP, IP_MTU);
}

/* The same when a packet has made the socket look at what has changed. */
static int mtu_now(int fd)
{
	get_int(fd, SOL_SOCKET, SO_ERROR);
	send(fd, data, 1, 0);
	return mtu_of(fd);
}

TEST_F(exception, learnt)
{
	const struct quote q = quote_udp(FAR);
	int fd, other, loose;
	struct shown s;

	ASSERT_EQ(0, wire_up());
	fd = udp_to(FAR);
	EXPECT_EQ(1500, mtu_of(fd));
	s = route_get(FAR);
	EXPECT_EQ(0, s.mtu);
	EXPECT_EQ(0, s.expires);
	EXPECT_EQ(0, route_cache(NULL, NULL));

	tell_mtu(&q, 1200);
	EXPECT_EQ(EMSGSIZE, get_int(fd, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(1200, mtu_of(fd));
	s = route_get(FAR);
	EXPECT_EQ(1200, s.mtu);
	EXPECT_FALSE(s.locked);
	EXPECT_FALSE(s.redirected);
	EXPECT_STREQ(GATEWAY, s.gw);
	EXPECT_LT(590, s.expires);
	EXPECT_GE(600, s.expires);
	memset(&s, 0, sizeof(s));
	EXPECT_EQ(1, route_cache(FAR, &s));
	EXPECT_EQ(1200, s.mtu);
	EXPECT_STREQ(GATEWAY, s.gw);
	EXPECT_LT(590, s.expires);

	/* it is the destination's, whoever sends */
	other = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(0, xconnect(other, FAR, 1));
	EXPECT_EQ(1200, mtu_of(other));
	EXPECT_ERRNO(0, xconnect(other, "10.77.0.6", 1));
	EXPECT_EQ(1500, mtu_of(other));
	loose = xsocket(SOCK_DGRAM, 0);
	EXPECT_EQ(0, set_int(loose, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO));
	EXPECT_EQ(1172, xsendto(loose, data, 1172, FAR, 1));
	EXPECT_ERRNO(EMSGSIZE, xsendto(loose, data, 1173, FAR, 1));
	EXPECT_EQ(1472, xsendto(loose, data, 1472, "10.77.0.6", 1));

	/* only narrower */
	tell_mtu(&q, 1300);
	EXPECT_EQ(1200, mtu_of(fd));
	tell_mtu(&q, 1100);
	EXPECT_EQ(1100, mtu_of(fd));
	EXPECT_EQ(1, route_cache(FAR, &s));
	EXPECT_EQ(1100, s.mtu);

	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	EXPECT_EQ(1500, mtu_now(fd));
	EXPECT_EQ(0, route_get(FAR).mtu);
	memset(&s, 0, sizeof(s));
	route_cache(FAR, &s);
	EXPECT_EQ(0, s.mtu);
	EXPECT_EQ(1472, xsendto(loose, data, 1472, FAR, 1));
	close(fd);
	close(other);
	close(loose);
	wire_down();
}

/*
 * Who quotes a UDP packet with a source of ours is believed, as a datagram may
 * outlive its socket; of other protocols somebody has to be there.
 */
TEST_F(exception, not_believed)
{
	struct quote q = quote_udp(FAR);

	ASSERT_EQ(0, wire_up());
	q.ip.saddr = inet_addr("10.9.0.99");
	tell_mtu(&q, 1200);
	EXPECT_EQ(0, route_get(FAR).mtu);
	q.ip.saddr = inet_addr(HERE);
	q.ip.protocol = 200;
	tell_mtu(&q, 1200);
	EXPECT_EQ(0, route_get(FAR).mtu);
	q.ip.protocol = IPPROTO_TCP;
	tell_mtu(&q, 1200);
	EXPECT_EQ(0, route_get(FAR).mtu);
	q.ip.protocol = IPPROTO_UDP;
	/* too short a quotation */
	tell_from(GATEWAY, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1200, &q,
		  sizeof(q) - 1);
	EXPECT_EQ(0, route_get(FAR).mtu);
	tell_mtu(&q, 1600);
	EXPECT_EQ(0, route_get(FAR).mtu);
	/* any router on the way may say so */
	tell_from("10.50.0.1", ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1200, &q,
		  sizeof(q));
	EXPECT_EQ(1200, route_get(FAR).mtu);
	wire_down();
}

/* The Don't Fragment bits of the packets of this length to FAR, or -1. */
static int df_on_wire(int len)
{
	long long end = now_ms() + 5000;
	unsigned char f[2000];
	struct iphdr *ip = (void *)(f + 14);

	while (now_ms() < end) {
		if (recv(wire.packet, f, sizeof(f), 0) < 0)
			usleep(1000);
		else if (ip->daddr == inet_addr(FAR) &&
			 ntohs(ip->tot_len) == len)
			return ntohs(ip->frag_off) & IP_DF;
	}
	return -1;
}

/* A path below route/min_pmtu is locked there: no Don't Fragment. */
TEST_F(exception, locked)
{
	const struct quote q = quote_udp(FAR);
	struct shown s;
	int fd;

	ASSERT_EQ(0, wire_up());
	fd = udp_to(FAR);
	EXPECT_EQ(100, send(fd, data, 100, 0));
	EXPECT_EQ(IP_DF, df_on_wire(128));
	tell_mtu(&q, 400);
	EXPECT_EQ(EMSGSIZE, get_int(fd, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(552, mtu_of(fd));
	s = route_get(FAR);
	EXPECT_EQ(552, s.mtu);
	EXPECT_TRUE(s.locked);
	EXPECT_EQ(101, send(fd, data, 101, 0));
	EXPECT_EQ(0, df_on_wire(129));
	/* until it expires */
	tell_mtu(&q, 200);
	EXPECT_EQ(552, mtu_of(fd));
	get_int(fd, SOL_SOCKET, SO_ERROR);
	EXPECT_EQ(0, set_int(fd, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO));
	EXPECT_EQ(102, send(fd, data, 102, 0));
	EXPECT_EQ(IP_DF, df_on_wire(130));
	EXPECT_EQ(0, set_int(fd, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT));

	/* a router that does not say (RFC 792) */
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	tell_mtu(&q, 0);
	EXPECT_EQ(552, mtu_of(fd));
	EXPECT_TRUE(route_get(FAR).locked);

	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	EXPECT_EQ(0, sysctl_set("route/min_pmtu", "300"));
	EXPECT_ERRNO(EINVAL, sysctl_set("route/min_pmtu", "67"));
	tell_mtu(&q, 400);
	EXPECT_EQ(400, mtu_of(fd));
	EXPECT_FALSE(route_get(FAR).locked);
	close(fd);
	wire_down();
}

TEST_F(exception, expires)
{
	const struct quote q = quote_udp(FAR);
	char val[32];
	int fd, i;

	ASSERT_EQ(0, wire_up());
	EXPECT_EQ(0, sysctl_get("route/mtu_expires", val, sizeof(val)));
	EXPECT_EQ(600, atoi(val));
	EXPECT_EQ(0, sysctl_get("route/min_pmtu", val, sizeof(val)));
	EXPECT_EQ(552, atoi(val));
	EXPECT_EQ(0, sysctl_get("route/min_adv_mss", val, sizeof(val)));
	EXPECT_EQ(256, atoi(val));

	EXPECT_EQ(0, sysctl_set("route/mtu_expires", "3"));
	fd = udp_to(FAR);
	tell_mtu(&q, 1200);
	EXPECT_EQ(1200, mtu_of(fd));
	EXPECT_GE(3, route_get(FAR).expires);
	for (i = 0; i < 80 && mtu_of(fd) == 1200; i++)
		usleep(100000);
	EXPECT_LE(10, i);
	EXPECT_EQ(1500, mtu_of(fd));
	EXPECT_EQ(0, route_get(FAR).mtu);
	EXPECT_EQ(0, route_cache(NULL, NULL));
	/* and again */
	tell_mtu(&q, 1300);
	EXPECT_EQ(1300, mtu_of(fd));
	close(fd);
	wire_down();
}

/* The six modes: who is told, who heeds it. */
TEST_F(exception, modes)
{
	static const struct {
		int mode, err, big;	/* big: errno of 1400 octets */
	} m[] = {
		{ IP_PMTUDISC_DONT, 0, 0 },
		{ IP_PMTUDISC_WANT, EMSGSIZE, 0 },
		{ IP_PMTUDISC_DO, EMSGSIZE, EMSGSIZE },
		{ IP_PMTUDISC_PROBE, EMSGSIZE, 0 },
		{ IP_PMTUDISC_INTERFACE, EMSGSIZE, 0 },
		{ IP_PMTUDISC_OMIT, EMSGSIZE, 0 },
	};
	const struct quote q = quote_udp(FAR);
	unsigned int i;
	int fd;

	ASSERT_EQ(0, wire_up());
	for (i = 0; i < ARRAY_SIZE(m); i++) {
		fd = udp_to(FAR);
		EXPECT_EQ(0, set_int(fd, SOL_IP, IP_MTU_DISCOVER, m[i].mode));
		tell_mtu(&q, 1200);
		EXPECT_EQ(m[i].err, get_int(fd, SOL_SOCKET, SO_ERROR));
		EXPECT_EQ(1200, mtu_now(fd));
		EXPECT_ERRNO(m[i].big, send(fd, data, 1400, 0)) {
			TH_LOG("mode %d", m[i].mode);
		}
		close(fd);
		EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	}
	wire_down();
}

/* ip_no_pmtu_disc: 1 the floor at once, 2 nothing, 3 only what checks. */
TEST_F(exception, tunable)
{
	const struct quote q = quote_udp(FAR);
	int fd;

	ASSERT_EQ(0, wire_up());
	fd = udp_to(FAR);
	EXPECT_EQ(0, sysctl_set("ip_no_pmtu_disc", "2"));
	tell_mtu(&q, 1200);
	EXPECT_EQ(1500, mtu_of(fd));
	EXPECT_EQ(0, sysctl_set("ip_no_pmtu_disc", "3"));
	tell_mtu(&q, 1200);
	EXPECT_EQ(1500, mtu_of(fd));
	EXPECT_EQ(0, get_int(fd, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(0, sysctl_set("ip_no_pmtu_disc", "1"));
	tell_mtu(&q, 1200);
	EXPECT_EQ(552, mtu_of(fd));
	EXPECT_TRUE(route_get(FAR).locked);
	close(fd);
	wire_down();
}

/* Sockets that a datagram does not name, and an echo reply of the kernel's. */
TEST_F(exception, others)
{
	const struct icmphdr reply = { .type = ICMP_ECHOREPLY };
	struct icmphdr echo = { .type = ICMP_ECHO };
	unsigned char body[8] = {};
	struct quote q;
	int fd;

	ASSERT_EQ(0, wire_up());
	/* nobody has sent that */
	q = quote_of(200, "10.77.0.1", body);
	tell_mtu(&q, 1200);
	EXPECT_EQ(0, route_get("10.77.0.1").mtu);
	fd = xsocket(SOCK_RAW, 200);
	tell_mtu(&q, 1201);
	EXPECT_EQ(1201, route_get("10.77.0.1").mtu);
	close(fd);

	q = quote_of(IPPROTO_ICMP, "10.77.0.2", &echo);
	tell_mtu(&q, 1200);
	EXPECT_EQ(0, route_get("10.77.0.2").mtu);
	ASSERT_EQ(0, sysctl_set("ping_group_range", "0 0"));
	fd = xsocket(SOCK_DGRAM, IPPROTO_ICMP);
	ASSERT_ERRNO(0, xbind(fd, HERE, 77));
	echo.un.echo.id = htons(77);
	q = quote_of(IPPROTO_ICMP, "10.77.0.2", &echo);
	tell_mtu(&q, 1202);
	EXPECT_EQ(1202, route_get("10.77.0.2").mtu);
	close(fd);

	q = quote_of(IPPROTO_ICMP, "10.77.0.3", &reply);
	tell_mtu(&q, 1203);
	EXPECT_EQ(1203, route_get("10.77.0.3").mtu);

	/* an unconnected UDP socket */
	fd = udp_to(NULL);
	q = quote_udp("10.77.0.4");
	tell_mtu(&q, 1204);
	EXPECT_EQ(1204, route_get("10.77.0.4").mtu);
	EXPECT_EQ(0, route_get(FAR).mtu);
	/* and a neighbour */
	q = quote_udp("10.9.0.7");
	tell_mtu(&q, 1205);
	EXPECT_EQ(1205, route_get("10.9.0.7").mtu);
	close(fd);
	wire_down();
}

static int set_mtu(const char *dev, int mtu)
{
	struct ifreq ifr = { .ifr_mtu = mtu };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), ret;

	strcpy(ifr.ifr_name, dev);
	ret = ioctl(fd, SIOCSIFMTU, &ifr);
	close(fd);
	return ret;
}

/* A device and a route that change. */
TEST_F(exception, device)
{
	const struct quote q = quote_udp(FAR);
	int fd;

	ASSERT_EQ(0, wire_up());
	fd = udp_to(FAR);
	tell_mtu(&q, 1200);
	EXPECT_EQ(0, set_mtu("v0", 1300));
	EXPECT_EQ(1200, mtu_now(fd));
	EXPECT_EQ(0, set_mtu("v0", 1100));
	EXPECT_EQ(1100, mtu_now(fd));
	/* as large as the device: it grows with it */
	EXPECT_EQ(0, set_mtu("v0", 1400));
	EXPECT_EQ(1400, mtu_now(fd));
	EXPECT_EQ(1400, route_get(FAR).mtu);
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	tell_mtu(&q, 100);
	EXPECT_EQ(552, mtu_now(fd));
	EXPECT_EQ(0, set_mtu("v0", 500));
	EXPECT_EQ(500, mtu_now(fd));
	EXPECT_FALSE(route_get(FAR).locked);
	EXPECT_EQ(0, set_mtu("v0", 1500));
	EXPECT_EQ(1500, mtu_now(fd));

	/* by another next hop nothing is known */
	tell_mtu(&q, 1000);
	EXPECT_EQ(1000, mtu_now(fd));
	EXPECT_ERRNO(0, route_add("10.77.0.0", 24, "10.9.0.3", "v0"));
	EXPECT_EQ(1500, mtu_now(fd));
	close(fd);
	wire_down();
}

/* More than are kept: neither memory nor the lookup suffers. */
TEST_F(exception, many)
{
	struct quote q;
	char to[16];
	int fd, i;

	ASSERT_EQ(0, wire_up());
	fd = udp_to(NULL);
	for (i = 0; i < 300; i++) {
		unsigned char msg[8 + sizeof(q)] = {
			ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
		};
		uint16_t mtu = htons(1200);

		snprintf(to, sizeof(to), "10.77.%d.%d", 1 + i / 250, i % 250);
		q = quote_udp(to);
		memcpy(msg + 6, &mtu, 2);
		memcpy(msg + 8, &q, sizeof(q));
		icmp_send_from(GATEWAY, msg, sizeof(msg));
	}
	q = quote_udp(FAR);
	tell_mtu(&q, 1250);
	for (i = 0; i < 300; i++) {
		snprintf(to, sizeof(to), "10.77.%d.%d", 1 + i / 250, i % 250);
		EXPECT_EQ(1200, route_get(to).mtu);
	}
	EXPECT_EQ(1250, route_get(FAR).mtu);
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	EXPECT_EQ(0, route_get("10.77.2.49").mtu);
	EXPECT_EQ(0, route_get("10.77.1.0").mtu);
	close(fd);
	wire_down();
}

/* A segment of the connection from PORT: its sequence number, what it brings. */
static bool segment(uint32_t *seq, int *len)
{
	long long end = now_ms() + 5000;
	unsigned char f[66000];
	struct iphdr *ip = (void *)(f + 14);

	while (now_ms() < end) {
		struct tcphdr *th = (void *)(f + 34);

		if (recv(wire.packet, f, sizeof(f), 0) < 54) {
			usleep(1000);
			continue;
		}
		*len = ntohs(ip->tot_len) - 20 - th->doff * 4;
		*seq = ntohl(th->seq);
		if (ip->protocol == IPPROTO_TCP &&
		    ip->saddr == inet_addr(HERE) && *len > 0)
			return true;
	}
	return false;
}

TEST_F(exception, tcp)
{
	struct sockaddr_in at = xaddr(GATEWAY, FARPORT);
	struct tcp_info ti;
	socklen_t len = sizeof(ti);
	uint32_t head[2];
	int lfd, fd, peer, n;
	struct quote q;
	uint32_t seq;

	ASSERT_EQ(0, wire_up());
	lfd = xsocket_in(wire.there, SOCK_STREAM, 0);
	ASSERT_ERRNO(0, bind(lfd, (void *)&at, sizeof(at)));
	ASSERT_ERRNO(0, listen(lfd, 5));
	fd = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xbind(fd, HERE, PORT));
	ASSERT_ERRNO(0, xconnect(fd, GATEWAY, FARPORT));
	peer = accept(lfd, NULL, NULL);
	ASSERT_LE(0, peer);
	EXPECT_EQ(1000, send(fd, data, 1000, 0));
	ASSERT_TRUE(segment(&seq, &n));
	EXPECT_EQ(1000, recv(peer, data, 1000, MSG_WAITALL));
	/* let the acknowledgment come */
	usleep(200000);

	head[0] = htonl(PORT << 16 | FARPORT);
	head[1] = htonl(seq - 1000000);
	q = quote_of(IPPROTO_TCP, GATEWAY, head);
	tell_mtu(&q, 1200);
	EXPECT_EQ(1500, mtu_of(fd));
	head[1] = htonl(seq + n);
	q = quote_of(IPPROTO_TCP, GATEWAY, head);
	tell_mtu(&q, 1200);
	EXPECT_EQ(1200, mtu_of(fd));
	EXPECT_EQ(0, getsockopt(fd, SOL_TCP, TCP_INFO, &ti, &len));
	EXPECT_EQ(1200, ti.tcpi_pmtu);
	EXPECT_EQ(1148, ti.tcpi_snd_mss);
	EXPECT_EQ(1200, route_get(GATEWAY).mtu);
	EXPECT_EQ(3000, send(fd, data, 3000, 0));
	EXPECT_EQ(3000, recv(peer, data, 3000, MSG_WAITALL));

	/* the next connection knows */
	close(fd);
	fd = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, xconnect(fd, GATEWAY, FARPORT));
	EXPECT_EQ(1200, mtu_of(fd));
	EXPECT_EQ(0, getsockopt(fd, SOL_TCP, TCP_INFO, &ti, &len));
	EXPECT_EQ(1148, ti.tcpi_snd_mss);
	EXPECT_EQ(1148, ti.tcpi_advmss);
	/* and finds out when it is over */
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	EXPECT_EQ(10, send(fd, data, 10, 0));
	usleep(100000);
	EXPECT_EQ(10, send(fd, data, 10, 0));
	EXPECT_EQ(0, getsockopt(fd, SOL_TCP, TCP_INFO, &ti, &len));
	EXPECT_EQ(1500, ti.tcpi_pmtu);
	EXPECT_EQ(1448, ti.tcpi_snd_mss);
	close(fd);
	close(peer);
	close(lfd);
	wire_down();
}

/* A packet of 1400 octets to FAR through us: 1 it is sent on, 0 it does not fit,
 * -1 nothing came.
 */
static int passes(int id)
{
	unsigned char msg[1380] = {}, f[2000];
	struct iphdr *ip = (void *)(f + 14);
	long long end = now_ms() + 5000;

	msg[0] = id;
	while (recv(wire.packet, f, sizeof(f), 0) >= 0)
		;
	wire_send(GATEWAY, FAR, 200, IP_DF, msg, sizeof(msg));
	while (now_ms() < end) {
		struct icmphdr *icmp = (void *)(f + 34);

		if (recv(wire.packet, f, sizeof(f), 0) < 0) {
			usleep(1000);
			continue;
		}
		if (ip->protocol == 200 && !memcmp(f, wire.src, 6) &&
		    f[34] == id)
			return 1;
		if (ip->protocol == IPPROTO_ICMP &&
		    ip->saddr == inet_addr(HERE) &&
		    icmp->type == ICMP_DEST_UNREACH &&
		    icmp->code == ICMP_FRAG_NEEDED)
			return 0;
	}
	return -1;
}

/* What others send through us is believed the device's MTU, unless told so. */
TEST_F(exception, forward)
{
	const struct quote q = quote_udp(FAR);
	int fd;

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	if (flavour != FL_INET)
		ASSERT_EQ(0, sysctl_set("conf/v0/claim", "all"));
	/* Redirects would be in the way. */
	ASSERT_EQ(0, sysctl_set("conf/all/send_redirects", "0"));
	ASSERT_EQ(0, sysctl_set("conf/v0/send_redirects", "0"));
	ASSERT_EQ(0, sysctl_set("conf/all/rp_filter", "0"));
	ASSERT_EQ(0, sysctl_set("icmp_ratelimit", "0"));
	fd = udp_to(FAR);
	EXPECT_EQ(1, passes(1));
	tell_mtu(&q, 1200);
	EXPECT_EQ(1200, mtu_of(fd));
	EXPECT_EQ(1, passes(2));
	EXPECT_EQ(0, sysctl_set("ip_forward_use_pmtu", "1"));
	EXPECT_EQ(0, passes(3));
	EXPECT_EQ(0, sysctl_set("ip_forward_use_pmtu", "0"));
	EXPECT_EQ(1, passes(4));
	/* a locked one counts for everybody */
	EXPECT_EQ(0, sysctl_set("route/flush", "1"));
	tell_mtu(&q, 100);
	EXPECT_EQ(0, passes(5));
	close(fd);
	wire_down();
}

TEST_HARNESS_MAIN
