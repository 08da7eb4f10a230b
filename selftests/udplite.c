// SPDX-License-Identifier: GPL-2.0
/* timeout: 100 */
/* UDP-Lite: RFC 3828, udplite(7). */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "kselftest_harness.h"
#include "common.h"

#define PORT 7100
#define SOL_UDPLITE IPPROTO_UDPLITE
#define UDPLITE_SEND_CSCOV 10
#define UDPLITE_RECV_CSCOV 11
#define HEADER 8		/* least coverage */

FLAVOUR_FIXTURE(lite);

static int lite_socket(void)
{
	return xsocket(SOCK_DGRAM, IPPROTO_UDPLITE);
}

static int receiver(int port)
{
	int fd = lite_socket();

	return fd < 0 || xbind(fd, "127.0.0.1", port) ? -1 : fd;
}

static long long count(const char *name)
{
	return snmp_get("UdpLite", name);
}

/* Nothing comes within a moment. */
static bool silent(int fd)
{
	return !poll_for(fd, POLLIN, 200);
}

TEST_F(lite, exchange)
{
	int r = receiver(PORT), s = lite_socket();
	struct sockaddr_in from = { 0 };
	socklen_t len = sizeof(from);
	long long in = count("InDatagrams"), out = count("OutDatagrams");
	char buf[16];

	ASSERT_GE(r, 0);
	ASSERT_GE(s, 0);
	EXPECT_EQ(IPPROTO_UDPLITE, get_int(r, SOL_SOCKET, SO_PROTOCOL));
	EXPECT_EQ(5, xsendto(s, "hello", 5, "127.0.0.1", PORT));
	EXPECT_EQ(POLLIN, poll_for(r, POLLIN, 5000));
	EXPECT_EQ(5, recvfrom(r, buf, sizeof(buf), 0, (void *)&from, &len));
	EXPECT_EQ(0, memcmp(buf, "hello", 5));
	EXPECT_EQ(addr_fam(), from.sin_family);
	EXPECT_EQ(local_port(s), ntohs(from.sin_port));
	EXPECT_EQ(in + 1, count("InDatagrams"));
	EXPECT_EQ(out + 1, count("OutDatagrams"));

	/* An empty one, and the largest that lo takes whole. */
	EXPECT_EQ(0, xsendto(s, "", 0, "127.0.0.1", PORT));
	EXPECT_EQ(0, xrecv(r, buf, sizeof(buf)));
	close(r);
	close(s);
}

/* Both protocols have ports of their own. */
TEST_F(lite, apart_from_udp)
{
	int u = xsocket(SOCK_DGRAM, 0), l = receiver(PORT), s = lite_socket();
	long long udp = snmp_get("Udp", "InDatagrams");
	char b;

	ASSERT_GE(l, 0);
	ASSERT_ERRNO(0, xbind(u, "127.0.0.1", PORT));
	EXPECT_EQ(1, xsendto(s, "x", 1, "127.0.0.1", PORT));
	EXPECT_EQ(1, xrecv(l, &b, 1));
	EXPECT_TRUE(silent(u));
	EXPECT_EQ(1, xsendto(u, "y", 1, "127.0.0.1", PORT));
	EXPECT_EQ(1, xrecv(u, &b, 1));
	EXPECT_TRUE(silent(l));
	EXPECT_EQ(udp + 1, snmp_get("Udp", "InDatagrams"));
	close(u);
	close(l);
	close(s);
}

/* A second socket on the port is refused; others' errors find a connected one. */
TEST_F(lite, errors)
{
	int a = receiver(PORT), b = lite_socket(), c = lite_socket();
	long long none = count("NoPorts");
	char x;

	ASSERT_GE(a, 0);
	EXPECT_ERRNO(EADDRINUSE, xbind(b, "127.0.0.1", PORT));
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", PORT + 1));
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(c, POLLIN, 5000) & POLLERR);
	EXPECT_ERRNO(ECONNREFUSED, recv(c, &x, 1, MSG_DONTWAIT));
	EXPECT_EQ(none + 1, count("NoPorts"));
	close(a);
	close(b);
	close(c);
}

TEST_F(lite, options)
{
	int s = lite_socket(), u = xsocket(SOCK_DGRAM, 0), name;

	for (name = UDPLITE_SEND_CSCOV; name <= UDPLITE_RECV_CSCOV; name++) {
		EXPECT_EQ(0, get_int(s, SOL_UDPLITE, name));
		EXPECT_EQ(0, set_int(s, SOL_UDPLITE, name, 20));
		EXPECT_EQ(20, get_int(s, SOL_UDPLITE, name));
		/* Never less than the header, never more than a datagram. */
		EXPECT_EQ(0, set_int(s, SOL_UDP, name, 1));
		EXPECT_EQ(HEADER, get_int(s, SOL_UDP, name));
		EXPECT_EQ(0, set_int(s, SOL_UDPLITE, name, -1));
		EXPECT_EQ(HEADER, get_int(s, SOL_UDPLITE, name));
		EXPECT_EQ(0, set_int(s, SOL_UDPLITE, name, 100000));
		EXPECT_EQ(65535, get_int(s, SOL_UDPLITE, name));
		EXPECT_EQ(0, set_int(s, SOL_UDPLITE, name, 0));
		EXPECT_EQ(0, get_int(s, SOL_UDPLITE, name));
		EXPECT_ERRNO(ENOPROTOOPT, set_int(u, SOL_UDP, name, 8));
		EXPECT_EQ(0, get_int(u, SOL_UDP, name));
	}
	/* UDP's are there by this level as well. */
	EXPECT_EQ(0, set_int(u, SOL_UDPLITE, UDP_CORK, 1));
	EXPECT_EQ(1, get_int(u, SOL_UDP, UDP_CORK));
	/* Segments have UDP's checksum. */
	EXPECT_EQ(0, set_int(s, SOL_UDP, UDP_SEGMENT, 100));
	EXPECT_ERRNO(EIO, xsendto(s, "x", 1, "127.0.0.1", PORT));
	close(s);
	close(u);
}

/* ---- on the wire */

struct packet {
	struct udphdr uh;
	char data[100];
} __packed;

/* The checksum over @cover bytes, with the pseudo-header of @len bytes. */
static uint16_t lite_checksum(const void *data, int len, int cover)
{
	struct {
		uint32_t src, dst;
		uint8_t zero, protocol;
		uint16_t len;
	} __packed pseudo = {
		htonl(INADDR_LOOPBACK), htonl(INADDR_LOOPBACK), 0,
		IPPROTO_UDPLITE, htons(len),
	};
	uint16_t head = ~ntohs(checksum(&pseudo, sizeof(pseudo), 0));

	return checksum(data, cover, head);
}

/* What a datagram of 100 bytes has for its coverage; -1: its sum is wrong. */
static int coverage_sent(int s, int raw)
{
	char data[100], buf[200];
	struct iphdr *ip = (void *)buf;
	struct udphdr *uh;
	int len, cover;

	memset(data, 'd', sizeof(data));
	xsendto(s, data, sizeof(data), "127.0.0.1", PORT);
	len = xrecv(raw, buf, sizeof(buf)) - ip->ihl * 4;
	uh = (void *)(buf + ip->ihl * 4);
	cover = ntohs(uh->len);
	if (len != (int)sizeof(struct packet) || !uh->check ||
	    lite_checksum(uh, len, cover ? cover : len))
		return -1;
	return cover;
}

TEST_F(lite, coverage_sent)
{
	int raw = xsocket(SOCK_RAW, IPPROTO_UDPLITE), s = lite_socket();
	int r = receiver(PORT);

	ASSERT_GE(raw, 0);
	ASSERT_GE(r, 0);
	EXPECT_EQ(108, coverage_sent(s, raw));
	set_int(s, SOL_UDPLITE, UDPLITE_SEND_CSCOV, 0);
	EXPECT_EQ(0, coverage_sent(s, raw));
	set_int(s, SOL_UDPLITE, UDPLITE_SEND_CSCOV, HEADER);
	EXPECT_EQ(HEADER, coverage_sent(s, raw));
	set_int(s, SOL_UDPLITE, UDPLITE_SEND_CSCOV, 21);
	EXPECT_EQ(21, coverage_sent(s, raw));
	set_int(s, SOL_UDPLITE, UDPLITE_SEND_CSCOV, 108);
	EXPECT_EQ(108, coverage_sent(s, raw));
	set_int(s, SOL_UDPLITE, UDPLITE_SEND_CSCOV, 5000);
	EXPECT_EQ(108, coverage_sent(s, raw));
	/* There is no datagram without a checksum. */
	set_int(s, SOL_SOCKET, SO_NO_CHECK, 1);
	EXPECT_EQ(108, coverage_sent(s, raw));
	close(raw);
	close(s);
	close(r);
}

/* Written in parts: the checksum is the whole's. */
TEST_F(lite, corked)
{
	int raw = xsocket(SOCK_RAW, IPPROTO_UDPLITE), s = lite_socket();
	int r = receiver(PORT);
	char buf[200];
	struct iphdr *ip = (void *)buf;
	ssize_t len;

	ASSERT_GE(r, 0);
	ASSERT_ERRNO(0, xconnect(s, "127.0.0.1", PORT));
	set_int(s, SOL_UDPLITE, UDPLITE_SEND_CSCOV, 11);
	EXPECT_EQ(2, send(s, "ab", 2, MSG_MORE));
	EXPECT_EQ(3, send(s, "cde", 3, 0));
	EXPECT_EQ(5, xrecv(r, buf, sizeof(buf)));
	EXPECT_EQ(0, memcmp(buf, "abcde", 5));
	len = xrecv(raw, buf, sizeof(buf));
	ASSERT_EQ(33, len);
	EXPECT_EQ(0, lite_checksum(buf + ip->ihl * 4, 13, 11));
	close(raw);
	close(s);
	close(r);
}

/*
 * Send a datagram of 108 bytes whose coverage field is @field, with the sum of
 * @cover bytes, and with byte @spoilt changed afterwards unless it is negative.
 */
static void inject(int raw, int field, int cover, int spoilt)
{
	struct packet p = {
		.uh.source = htons(9), .uh.dest = htons(PORT),
		.uh.len = htons(field),
	};

	memset(p.data, 'd', sizeof(p.data));
	p.uh.check = lite_checksum(&p, sizeof(p), cover);
	if (spoilt >= 0)
		((char *)&p)[spoilt] ^= 0x40;
	xsendto(raw, &p, sizeof(p), "127.0.0.1", 0);
}

static bool arrives(int r)
{
	char buf[200];

	return poll_for(r, POLLIN, 1000) == POLLIN &&
	       recv(r, buf, sizeof(buf), MSG_DONTWAIT) == 100;
}

TEST_F(lite, coverage_received)
{
	int raw = xsocket(SOCK_RAW, IPPROTO_UDPLITE), r = receiver(PORT);
	long long errors = count("InErrors"), sums = count("InCsumErrors");

	ASSERT_GE(raw, 0);
	ASSERT_GE(r, 0);
	inject(raw, 0, 108, -1);
	EXPECT_TRUE(arrives(r));
	inject(raw, 108, 108, -1);
	EXPECT_TRUE(arrives(r));
	inject(raw, HEADER, HEADER, -1);
	EXPECT_TRUE(arrives(r));
	/* What is not covered may be spoilt. */
	inject(raw, 20, 20, 20);
	EXPECT_TRUE(arrives(r));
	inject(raw, HEADER, HEADER, 107);
	EXPECT_TRUE(arrives(r));
	EXPECT_EQ(errors, count("InErrors"));

	inject(raw, 20, 20, 19);
	EXPECT_TRUE(silent(r));
	inject(raw, 0, 108, 107);
	EXPECT_TRUE(silent(r));
	EXPECT_EQ(errors + 2, count("InErrors"));
	/* Coverage of less than the header, or of more than there is. */
	inject(raw, 7, 7, -1);
	EXPECT_TRUE(silent(r));
	inject(raw, 109, 108, -1);
	EXPECT_TRUE(silent(r));
	EXPECT_EQ(errors + 4, count("InErrors"));
	/* The last is no matter of a sum. */
	EXPECT_EQ(sums + 3, count("InCsumErrors"));
	close(raw);
	close(r);
}

/* 0 is no checksum, and that is an error. */
TEST_F(lite, no_checksum)
{
	int raw = xsocket(SOCK_RAW, IPPROTO_UDPLITE), r = receiver(PORT);
	long long errors = count("InErrors");
	struct packet p = {
		.uh.dest = htons(PORT), .uh.len = htons(sizeof(p)),
	};

	ASSERT_GE(r, 0);
	xsendto(raw, &p, sizeof(p), "127.0.0.1", 0);
	EXPECT_TRUE(silent(r));
	EXPECT_EQ(errors + 1, count("InErrors"));
	/* Nor does a header that is not whole get anywhere. */
	xsendto(raw, &p, 7, "127.0.0.1", 0);
	EXPECT_TRUE(silent(r));
	EXPECT_EQ(errors + 2, count("InErrors"));
	close(raw);
	close(r);
}

/* A receiver may ask for more. */
TEST_F(lite, demanded)
{
	int raw = xsocket(SOCK_RAW, IPPROTO_UDPLITE), r = receiver(PORT);
	long long errors = count("InErrors");

	ASSERT_GE(r, 0);
	set_int(r, SOL_UDPLITE, UDPLITE_RECV_CSCOV, 20);
	inject(raw, 20, 20, 50);
	EXPECT_TRUE(arrives(r));
	inject(raw, 0, 108, -1);
	EXPECT_TRUE(arrives(r));
	inject(raw, 19, 19, -1);
	EXPECT_TRUE(silent(r));
	EXPECT_EQ(errors + 1, count("InErrors"));
	/* 0: all of it. */
	set_int(r, SOL_UDPLITE, UDPLITE_RECV_CSCOV, 0);
	inject(raw, 107, 107, -1);
	EXPECT_TRUE(silent(r));
	inject(raw, 108, 108, -1);
	EXPECT_TRUE(arrives(r));
	EXPECT_EQ(errors + 2, count("InErrors"));
	close(raw);
	close(r);
}

/* To a group, on this host: each member has a copy. */
TEST_F(lite, multicast)
{
	int a = lite_socket(), b = lite_socket(), s = lite_socket();
	struct ip_mreqn group = { .imr_ifindex = 1 };
	char x;

	inet_pton(AF_INET, "224.1.2.3", &group.imr_multiaddr);
	set_int(a, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int(b, SOL_SOCKET, SO_REUSEADDR, 1);
	ASSERT_ERRNO(0, xbind(a, "224.1.2.3", PORT));
	ASSERT_ERRNO(0, xbind(b, "224.1.2.3", PORT));
	ASSERT_ERRNO(0, setsockopt(a, SOL_IP, IP_ADD_MEMBERSHIP, &group,
				   sizeof(group)));
	ASSERT_ERRNO(0, setsockopt(s, SOL_IP, IP_MULTICAST_IF, &group,
				   sizeof(group)));
	EXPECT_EQ(1, xsendto(s, "m", 1, "224.1.2.3", PORT));
	EXPECT_EQ(1, xrecv(a, &x, 1));
	EXPECT_EQ(1, xrecv(b, &x, 1));
	close(a);
	close(b);
	close(s);
}

TEST_F(lite, listed)
{
	char want[64], path[64], line[256];
	int r = receiver(PORT), n = 0;
	FILE *f;

	ASSERT_GE(r, 0);
	snprintf(path, sizeof(path), "/proc/self/net/%sudplite",
		 flavour == FL_INET ? "" : "inetx/");
	snprintf(want, sizeof(want), "0100007F:%04X 00000000:0000 07", PORT);
	f = fopen(path, "r");
	ASSERT_NE(NULL, f);
	while (fgets(line, sizeof(line), f))
		n += !!strstr(line, want);
	fclose(f);
	EXPECT_EQ(1, n);
	close(r);
}

TEST_HARNESS_MAIN
