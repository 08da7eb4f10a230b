// SPDX-License-Identifier: GPL-2.0
/* timeout: 240 */
/*
 * UDP, the rest: segmentation and aggregation, corking, looking ahead,
 * checksums, ports with many sockets, memory that is given back.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <linux/errqueue.h>
#include <linux/sockios.h>
#include "kselftest_harness.h"
#include "common.h"

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
#define MEMINFO_RMEM	0
#define MEMINFO_FWD	4
#define MEMINFO_COUNT	9

FLAVOUR_FIXTURE(udpopt);

static int server(const char *ip, int *port)
{
	int fd = xsocket(SOCK_DGRAM, 0);

	if (fd < 0 || xbind(fd, ip, *port)) {
		perror("# bound socket");
		abort();
	}
	*port = local_port(fd);
	return fd;
}

/* A connected pair over 127.0.0.1. */
static void connected_pair(int *a, int *b)
{
	int pa = 0, pb = 0;

	*a = server("127.0.0.1", &pa);
	*b = server("127.0.0.1", &pb);
	if (xconnect(*a, "127.0.0.1", pb) || xconnect(*b, "127.0.0.1", pa)) {
		perror("# pair");
		abort();
	}
}

/* Softirqs may be late on a busy machine. */
static ssize_t take(int fd, void *buf, size_t len)
{
	if (poll_for(fd, POLLIN, 5000) != POLLIN)
		return -1;
	return recv(fd, buf, len, MSG_DONTWAIT);
}

static void fill(unsigned char *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = i * 7 + (i >> 8);
}

TEST_F(udpopt, values)
{
	int fd = xsocket(SOCK_DGRAM, 0), n;
	socklen_t len;

	EXPECT_EQ(0, get_int(fd, SOL_UDP, UDP_CORK));
	EXPECT_ERRNO(0, set_int(fd, SOL_UDP, UDP_CORK, 7));
	EXPECT_EQ(1, get_int(fd, SOL_UDP, UDP_CORK));
	EXPECT_EQ(0, get_int(fd, SOL_UDP, UDP_SEGMENT));
	EXPECT_ERRNO(0, set_int(fd, SOL_UDP, UDP_SEGMENT, 65535));
	EXPECT_EQ(65535, get_int(fd, SOL_UDP, UDP_SEGMENT));
	EXPECT_ERRNO(EINVAL, set_int(fd, SOL_UDP, UDP_SEGMENT, 65536));
	EXPECT_ERRNO(EINVAL, set_int(fd, SOL_UDP, UDP_SEGMENT, -1));
	EXPECT_ERRNO(0, set_int(fd, SOL_UDP, UDP_GRO, 1));
	EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, SOL_UDP, UDP_ENCAP, 77));
	EXPECT_EQ(0, get_int(fd, SOL_UDP, UDP_ENCAP));
	EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, SOL_UDP, 99, 1));
	n = 1;
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_UDP, UDP_CORK, &n, 3));
	len = 1;
	EXPECT_ERRNO(0, getsockopt(fd, SOL_UDP, UDP_CORK, &n, &len));
	EXPECT_EQ(1, len);
	len = sizeof(n);
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, SOL_UDP, 99, &n, &len));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_UDP, UDP_CORK, (void *)1, 4));
	close(fd);
}

/* A socket that did not ask for aggregates gets the segments. */
TEST_F(udpopt, segments)
{
	static unsigned char out[10000], in[2000];
	int a, b, i;

	connected_pair(&a, &b);
	fill(out, sizeof(out));
	ASSERT_ERRNO(0, set_int(a, SOL_UDP, UDP_SEGMENT, 999));
	ASSERT_EQ(10000, send(a, out, 10000, 0));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(999, take(b, in, sizeof(in)));
		ASSERT_EQ(0, memcmp(in, out + 999 * i, 999));
	}
	ASSERT_EQ(10, take(b, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out + 9990, 10));
	EXPECT_ERRNO(EAGAIN, recv(b, in, 1, MSG_DONTWAIT));
	/* what fits is one datagram */
	EXPECT_EQ(999, send(a, out, 999, 0));
	EXPECT_EQ(999, take(b, in, sizeof(in)));
	/* too many, and not with a checksum turned off */
	ASSERT_ERRNO(0, set_int(a, SOL_UDP, UDP_SEGMENT, 10));
	EXPECT_ERRNO(EINVAL, send(a, out, 1281, 0));
	EXPECT_EQ(1280, send(a, out, 1280, 0));
	ASSERT_ERRNO(0, set_int(a, SOL_SOCKET, SO_NO_CHECK, 1));
	EXPECT_ERRNO(EINVAL, send(a, out, 100, 0));
	close(a);
	close(b);
}

/* UDP_SEGMENT by control message, UDP_GRO's tells the size. */
TEST_F(udpopt, aggregate)
{
	static unsigned char out[5000], in[65536];
	union {
		char buf[CMSG_SPACE(sizeof(uint16_t))];
		struct cmsghdr align;
	} u = { 0 };
	union {
		char buf[256];
		struct cmsghdr align;
	} got;
	struct iovec iov = { out, sizeof(out) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = u.buf, .msg_controllen = sizeof(u.buf),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	uint16_t size = 1400;
	int a, b, gro;

	connected_pair(&a, &b);
	fill(out, sizeof(out));
	c->cmsg_level = SOL_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(size));
	memcpy(CMSG_DATA(c), &size, sizeof(size));
	ASSERT_ERRNO(0, set_int(b, SOL_UDP, UDP_GRO, 1));
	ASSERT_EQ(5000, sendmsg(a, &msg, 0));
	ASSERT_EQ(POLLIN, poll_for(b, POLLIN, 5000));
	iov = (struct iovec){ in, sizeof(in) };
	msg.msg_control = got.buf;
	msg.msg_controllen = sizeof(got.buf);
	ASSERT_EQ(5000, recvmsg(b, &msg, MSG_DONTWAIT));
	EXPECT_EQ(0, memcmp(in, out, 5000));
	c = CMSG_FIRSTHDR(&msg);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(SOL_UDP, c->cmsg_level);
	EXPECT_EQ(UDP_GRO, c->cmsg_type);
	memcpy(&gro, CMSG_DATA(c), sizeof(gro));
	EXPECT_EQ(1400, gro);
	/* control messages of this level are checked */
	iov.iov_len = 5000;
	msg.msg_control = u.buf;
	msg.msg_controllen = sizeof(u.buf);
	c = CMSG_FIRSTHDR(&msg);
	c->cmsg_len = CMSG_LEN(1);
	EXPECT_ERRNO(EINVAL, sendmsg(a, &msg, 0));
	c->cmsg_len = CMSG_LEN(sizeof(size));
	c->cmsg_type = UDP_CORK;
	EXPECT_ERRNO(EINVAL, sendmsg(a, &msg, 0));
	close(a);
	close(b);
}

/* Over a device: a segment has to fit it, the whole has not. */
TEST_F(udpopt, segments_between_namespaces)
{
	static unsigned char out[12000], in[2000];
	int there, s, c, i;

	there = pair_setup();
	ASSERT_GE(there, 0);
	s = xsocket_in(there, SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xbind(s, "10.9.0.2", 7100));
	c = xsocket(SOCK_DGRAM, 0);
	fill(out, sizeof(out));
	ASSERT_ERRNO(0, set_int(c, SOL_UDP, UDP_SEGMENT, 1473));
	EXPECT_ERRNO(EMSGSIZE, xsendto(c, out, 12000, "10.9.0.2", 7100));
	ASSERT_ERRNO(0, set_int(c, SOL_UDP, UDP_SEGMENT, 1200));
	ASSERT_EQ(12000, xsendto(c, out, 12000, "10.9.0.2", 7100));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(1200, take(s, in, sizeof(in)));
		ASSERT_EQ(0, memcmp(in, out + 1200 * i, 1200));
	}
	close(s);
	close(c);
	close(there);
}

TEST_F(udpopt, cork)
{
	static unsigned char out[65507], in[65536];
	int a, b, i;

	connected_pair(&a, &b);
	fill(out, sizeof(out));
	ASSERT_ERRNO(0, set_int(a, SOL_UDP, UDP_CORK, 1));
	EXPECT_EQ(3, send(a, "abc", 3, 0));
	EXPECT_EQ(2, send(a, "de", 2, 0));
	EXPECT_ERRNO(EAGAIN, recv(b, in, 1, MSG_DONTWAIT));
	ASSERT_ERRNO(0, set_int(a, SOL_UDP, UDP_CORK, 0));
	EXPECT_EQ(5, take(b, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, "abcde", 5));

	/* byte by byte, and the most that a datagram holds */
	for (i = 0; i < 999; i++)
		ASSERT_EQ(1, send(a, out + i, 1, MSG_MORE));
	ASSERT_EQ(1, send(a, out + i, 1, 0));
	ASSERT_EQ(1000, take(b, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 1000));
	for (i = 0; i + 4096 < 65507; i += 4096)
		ASSERT_EQ(4096, send(a, out + i, 4096, MSG_MORE));
	ASSERT_EQ(65507 - i, send(a, out + i, 65507 - i, 0));
	ASSERT_EQ(65507, take(b, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 65507));

	/* one byte too many loses all */
	EXPECT_EQ(60000, send(a, out, 60000, MSG_MORE));
	EXPECT_ERRNO(EMSGSIZE, send(a, out, 5508, 0));
	EXPECT_EQ(1, send(a, "x", 1, 0));
	EXPECT_EQ(1, take(b, in, sizeof(in)));

	/* an empty one, and one that nobody ends */
	EXPECT_EQ(0, send(a, "", 0, MSG_MORE));
	EXPECT_EQ(0, send(a, "", 0, 0));
	EXPECT_EQ(0, take(b, in, sizeof(in)));
	EXPECT_EQ(60000, send(a, out, 60000, MSG_MORE));
	close(a);
	EXPECT_ERRNO(EAGAIN, recv(b, in, 1, MSG_DONTWAIT));
	close(b);
}

/* The address of the first call is the one that counts. */
TEST_F(udpopt, cork_address)
{
	int s1, s2, k, p1 = 0, p2 = 0;
	char in[16];

	s1 = server("127.0.0.1", &p1);
	s2 = server("127.0.0.1", &p2);
	k = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, set_int(k, SOL_UDP, UDP_CORK, 1));
	EXPECT_EQ(2, xsendto(k, "ab", 2, "127.0.0.1", p1));
	EXPECT_EQ(2, xsendto(k, "cd", 2, "127.0.0.1", p2));
	ASSERT_ERRNO(0, set_int(k, SOL_UDP, UDP_CORK, 0));
	EXPECT_EQ(4, take(s1, in, sizeof(in)));
	EXPECT_ERRNO(EAGAIN, recv(s2, in, 1, MSG_DONTWAIT));
	close(s1);
	close(s2);
	close(k);
}

TEST_F(udpopt, peek_offset)
{
	char in[16] = "";
	int a, b, n;

	connected_pair(&a, &b);
	EXPECT_EQ(-1, get_int(b, SOL_SOCKET, SO_PEEK_OFF));
	ASSERT_ERRNO(0, set_int(b, SOL_SOCKET, SO_PEEK_OFF, 0));
	ASSERT_EQ(4, send(a, "abcd", 4, 0));
	ASSERT_EQ(0, send(a, "", 0, 0));
	ASSERT_EQ(4, send(a, "efgh", 4, 0));
	ASSERT_EQ(POLLIN, poll_for(b, POLLIN, 5000));
	usleep(50000);
	EXPECT_EQ(2, recv(b, in, 2, MSG_PEEK));
	EXPECT_EQ('a', in[0]);
	EXPECT_EQ(2, recv(b, in, 4, MSG_PEEK));
	EXPECT_EQ('c', in[0]);
	n = recv(b, in, 4, MSG_PEEK);
	EXPECT_EQ(0, n);
	EXPECT_EQ(4, recv(b, in, 4, MSG_PEEK));
	EXPECT_EQ('e', in[0]);
	EXPECT_ERRNO(EAGAIN, recv(b, in, 4, MSG_PEEK | MSG_DONTWAIT));
	EXPECT_EQ(4, recv(b, in, 4, 0));
	EXPECT_EQ('a', in[0]);
	EXPECT_EQ(4, get_int(b, SOL_SOCKET, SO_PEEK_OFF));
	EXPECT_EQ(0, recv(b, in, 4, 0));
	EXPECT_EQ(4, recv(b, in, 4, 0));
	EXPECT_EQ('e', in[0]);
	EXPECT_EQ(0, get_int(b, SOL_SOCKET, SO_PEEK_OFF));
	close(a);
	close(b);
}

/* A raw socket sends datagrams with this checksum to 127.0.0.1. */
static void send_with_check(int port, uint16_t check)
{
	struct {
		uint16_t source, dest, len, check;
		char data[100];
	} pkt = { htons(9), htons(port), htons(108), check, "data" };
	int raw = xsocket(SOCK_RAW, IPPROTO_UDP);

	if (raw < 0 ||
	    xsendto(raw, &pkt, sizeof(pkt), "127.0.0.1", 0) != sizeof(pkt)) {
		perror("# raw send");
		abort();
	}
	close(raw);
}

TEST_F(udpopt, bad_checksum)
{
	long long csum = snmp_get("Udp", "InCsumErrors");
	long long errors = snmp_get("Udp", "InErrors");
	int fd, port = 0, n;
	char in[128];

	fd = server("127.0.0.1", &port);
	send_with_check(port, htons(0x1234));
	usleep(100000);
	/* poll() and the ioctl do not promise what recv() will not give */
	EXPECT_EQ(0, poll_for(fd, POLLIN, 100));
	send_with_check(port, htons(0x1234));
	usleep(100000);
	EXPECT_ERRNO(0, ioctl(fd, SIOCINQ, &n));
	EXPECT_EQ(0, n);
	send_with_check(port, htons(0x1234));
	usleep(100000);
	EXPECT_ERRNO(EAGAIN, recv(fd, in, sizeof(in), MSG_DONTWAIT));
	send_with_check(port, htons(0x1234));
	usleep(100000);
	EXPECT_ERRNO(EAGAIN,
		     recv(fd, in, sizeof(in), MSG_DONTWAIT | MSG_PEEK));
	EXPECT_EQ(csum + 4, snmp_get("Udp", "InCsumErrors"));
	EXPECT_EQ(errors + 4, snmp_get("Udp", "InErrors"));

	/* 0 says that there is none */
	send_with_check(port, 0);
	EXPECT_EQ(100, take(fd, in, sizeof(in)));
	close(fd);
}

TEST_F(udpopt, no_checksum)
{
	char in[16];
	int a, b;

	connected_pair(&a, &b);
	ASSERT_ERRNO(0, set_int(a, SOL_SOCKET, SO_NO_CHECK, 1));
	EXPECT_EQ(4, send(a, "abcd", 4, 0));
	EXPECT_EQ(4, take(b, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, "abcd", 4));
	close(a);
	close(b);
}

static unsigned int meminfo(int fd, int what)
{
	unsigned int info[MEMINFO_COUNT] = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len))
		return -1;
	return info[what];
}

/* What is read is given back, at most a page stays. */
TEST_F(udpopt, memory_is_given_back)
{
	static char buf[2000];
	int a, b, i, round;

	connected_pair(&a, &b);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 30; i++)
			ASSERT_EQ(2000, send(a, buf, 2000, 0));
		for (i = 0; i < 500 &&
		     meminfo(b, MEMINFO_RMEM) <= 30 * 2000; i++)
			usleep(10000);
		EXPECT_GT(meminfo(b, MEMINFO_RMEM), 30 * 2000);
		for (i = 0; i < 30; i++)
			ASSERT_EQ(2000, take(b, buf, sizeof(buf)));
		EXPECT_EQ(0, meminfo(b, MEMINFO_RMEM));
		EXPECT_LE(meminfo(b, MEMINFO_FWD), 4096);
	}
	/* unread datagrams go with the socket */
	for (i = 0; i < 30; i++)
		ASSERT_EQ(2000, send(a, buf, 2000, 0));
	EXPECT_EQ(2000, take(b, buf, sizeof(buf)));
	close(b);
	close(a);
}

#define MANY	500

/* One port, many sockets: each datagram finds its own. */
TEST_F(udpopt, many_sockets_on_a_port)
{
	struct rlimit rl = { 4096, 4096 };
	static int peer[MANY], conn[MANY];
	int i, j, any, port, c;
	char ip[32], in[16];

	setrlimit(RLIMIT_NOFILE, &rl);
	any = xsocket(SOCK_DGRAM, 0);
	set_int(any, SOL_SOCKET, SO_REUSEADDR, 1);
	ASSERT_ERRNO(0, xbind(any, "0.0.0.0", 7200));
	for (i = 0; i < MANY; i++) {
		port = 0;
		peer[i] = server("127.0.0.1", &port);
		conn[i] = xsocket(SOCK_DGRAM, 0);
		ASSERT_GE(conn[i], 0);
		set_int(conn[i], SOL_SOCKET, SO_REUSEADDR, 1);
		/* half of them connected, half by address */
		snprintf(ip, sizeof(ip), "127.1.%d.%d", i >> 8, i & 255);
		if (i & 1) {
			ASSERT_ERRNO(0, xbind(conn[i], ip, 7200));
		} else {
			ASSERT_ERRNO(0, xbind(conn[i], "127.0.0.1", 7200));
			ASSERT_ERRNO(0, xconnect(conn[i], "127.0.0.1", port));
		}
	}
	for (j = 0; j < 2; j++) {
		for (i = 0; i < MANY; i++) {
			snprintf(ip, sizeof(ip), "127.1.%d.%d", i >> 8,
				 i & 255);
			c = i;
			ASSERT_EQ(sizeof(c),
				  xsendto(peer[i], &c, sizeof(c),
					  i & 1 ? ip : "127.0.0.1", 7200));
		}
		for (i = j; i < MANY; i++) {
			ASSERT_EQ(sizeof(c), take(conn[i], &c, sizeof(c)));
			ASSERT_EQ(i, c);
		}
		/* without its connection a peer is heard by the other */
		c = j ? take(any, in, sizeof(in)) : close(conn[0]);
		EXPECT_EQ(j ? 4 : 0, c);
		EXPECT_ERRNO(EAGAIN, recv(any, in, 1, MSG_DONTWAIT));
	}
	/* whom nobody is connected to is for the one that takes all */
	ASSERT_EQ(1, xsendto(peer[1], "x", 1, "127.3.3.3", 7200));
	EXPECT_EQ(1, take(any, in, sizeof(in)));

	/* a peer that changes: found there, no more here */
	ASSERT_ERRNO(0, xconnect(conn[2], "127.0.0.1", local_port(peer[3])));
	ASSERT_EQ(1, xsendto(peer[3], "y", 1, "127.0.0.1", 7200));
	EXPECT_EQ(1, take(conn[2], in, sizeof(in)));

	for (i = 0; i < MANY; i++) {
		close(peer[i]);
		if (i)
			close(conn[i]);
	}
	/* the port lives on with the last one */
	c = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(1, xsendto(c, "z", 1, "127.0.0.1", 7200));
	EXPECT_EQ(1, take(any, in, sizeof(in)));
	close(c);
	close(any);
}

/* Larger than the MTU: told where fragments are not allowed. */
TEST_F(udpopt, path_mtu)
{
	static char buf[2000];
	int there, fd;

	there = pair_setup();
	ASSERT_GE(there, 0);
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO));
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_RECVERR, 1));
	EXPECT_EQ(1472, xsendto(fd, buf, 1472, "10.9.0.2", 7300));
	EXPECT_ERRNO(EMSGSIZE, xsendto(fd, buf, 1473, "10.9.0.2", 7300));
	EXPECT_EQ(POLLERR, poll_for(fd, 0, 1000));
	close(fd);
	close(there);
}

/* One completion from the error queue: its range and code. */
static int completion(int fd, struct sock_extended_err *ee)
{
	union {
		char buf[256];
		struct cmsghdr align;
	} u;
	struct msghdr msg = {
		.msg_control = u.buf, .msg_controllen = sizeof(u.buf),
	};
	struct cmsghdr *c;

	if (poll_for(fd, 0, 5000) != POLLERR ||
	    recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return -1;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_level != SOL_IP || c->cmsg_type != IP_RECVERR)
		return -1;
	memcpy(ee, CMSG_DATA(c), sizeof(*ee));
	return 0;
}

static int set_zerocopy(int fd)
{
	return flavour == FL_INET ? set_int(fd, SOL_SOCKET, SO_ZEROCOPY, 1) :
				    set_int(fd, SOL_INETX, INETX_ZEROCOPY, 1);
}

TEST_F(udpopt, zerocopy)
{
	static unsigned char out[40000], in[65536];
	struct sock_extended_err ee;
	int a, b, i;

	connected_pair(&a, &b);
	fill(out, sizeof(out));
	/* no more than a hint before it is turned on */
	EXPECT_EQ(1, send(a, out, 1, MSG_ZEROCOPY));
	EXPECT_EQ(1, take(b, in, sizeof(in)));
	EXPECT_EQ(0, poll_for(a, 0, 50));
	ASSERT_ERRNO(0, set_zerocopy(a));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(40000, send(a, out, 40000, MSG_ZEROCOPY));
		ASSERT_ERRNO(0, completion(a, &ee));
		EXPECT_EQ(SO_EE_ORIGIN_ZEROCOPY, ee.ee_origin);
		EXPECT_EQ(0, ee.ee_errno);
		EXPECT_EQ(i, (int)ee.ee_info);
		EXPECT_EQ(i, (int)ee.ee_data);
		ASSERT_EQ(40000, take(b, in, sizeof(in)));
		EXPECT_EQ(0, memcmp(in, out, 40000));
	}
	/* what fails has no number, what is empty has */
	EXPECT_ERRNO(EMSGSIZE, send(a, in, 65508, MSG_ZEROCOPY));
	EXPECT_EQ(0, send(a, in, 0, MSG_ZEROCOPY));
	ASSERT_ERRNO(0, completion(a, &ee));
	EXPECT_EQ(3, (int)ee.ee_data);
	EXPECT_EQ(2, send(a, out, 2, MSG_ZEROCOPY | MSG_MORE));
	EXPECT_EQ(3, send(a, out + 2, 3, 0));
	ASSERT_ERRNO(0, completion(a, &ee));
	EXPECT_EQ(4, (int)ee.ee_data);
	EXPECT_EQ(0, take(b, in, sizeof(in)));
	EXPECT_EQ(5, take(b, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, 5));
	close(a);
	close(b);
}

TEST_HARNESS_MAIN
