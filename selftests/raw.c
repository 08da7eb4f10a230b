// SPDX-License-Identifier: GPL-2.0
/* timeout: 180 */
/*
 * Raw sockets: whole datagrams in, generated or own headers out, filters by
 * protocol, address, connection and ICMP type.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <linux/errqueue.h>
#include <linux/sockios.h>
#include "kselftest_harness.h"
#include "common.h"

/* <linux/icmp.h> has these, but fights with <netinet/ip_icmp.h>. */
#ifndef ICMP_FILTER
#define ICMP_FILTER 1
#endif

FLAVOUR_FIXTURE(raw);

#define PROTO 253	/* RFC 3692: for experiments */

/* An echo request of 8 + 16 bytes. */
static size_t echo_request(unsigned char *buf, int id, int seq)
{
	struct icmphdr *h = (void *)buf;
	int i;

	memset(h, 0, sizeof(*h));
	h->type = ICMP_ECHO;
	h->un.echo.id = htons(id);
	h->un.echo.sequence = htons(seq);
	for (i = 0; i < 16; i++)
		buf[8 + i] = i;
	h->checksum = checksum(buf, 24, 0);
	return 24;
}

/* Receive until an ICMP message of type comes; its length or -1. */
static ssize_t recv_icmp(int fd, unsigned char *buf, size_t len, int type)
{
	struct iphdr *ip = (void *)buf;
	ssize_t n;

	while (poll_for(fd, POLLIN, 5000) & POLLIN) {
		n = recv(fd, buf, len, MSG_DONTWAIT);
		if (n >= 28 && buf[ip->ihl * 4] == type)
			return n;
	}
	return -1;
}

TEST_F(raw, echo)
{
	unsigned char out[64], in[2048];
	struct iphdr *ip = (void *)in;
	struct icmphdr *h;
	int fd, seq;
	size_t len;

	fd = xsocket(SOCK_RAW, IPPROTO_ICMP);
	ASSERT_GE(fd, 0);
	for (seq = 1; seq <= 3; seq++) {
		len = echo_request(out, 0x1234, seq);
		ASSERT_EQ((ssize_t)len, xsendto(fd, out, len, "127.0.0.1", 0));
		ASSERT_EQ(44, recv_icmp(fd, in, sizeof(in), ICMP_ECHOREPLY));
		EXPECT_EQ(0x45, in[0]);
		EXPECT_EQ(htons(44), ip->tot_len);
		EXPECT_EQ(IPPROTO_ICMP, ip->protocol);
		EXPECT_EQ(64, ip->ttl);
		EXPECT_EQ(htonl(INADDR_LOOPBACK), ip->saddr);
		EXPECT_EQ(htonl(INADDR_LOOPBACK), ip->daddr);
		EXPECT_EQ(0, checksum(ip, 20, 0));
		h = (void *)(in + 20);
		EXPECT_EQ(htons(0x1234), h->un.echo.id);
		EXPECT_EQ(htons(seq), h->un.echo.sequence);
		EXPECT_EQ(0, checksum(h, 24, 0));
		EXPECT_EQ(0, memcmp(in + 28, out + 8, 16));
	}
	close(fd);
}

TEST_F(raw, echo_between_namespaces)
{
	unsigned char out[1600], in[2048];
	struct iphdr *ip = (void *)in;
	struct icmphdr *h = (void *)out;
	int there, fd;

	there = pair_setup();
	ASSERT_GE(there, 0);
	fd = xsocket(SOCK_RAW, IPPROTO_ICMP);
	echo_request(out, 7, 1);
	memset(out + 24, 0x5a, 1472 - 16);
	h->checksum = 0;
	h->checksum = checksum(out, 1480, 0);
	ASSERT_EQ(1480, xsendto(fd, out, 1480, "10.9.0.2", 0));
	ASSERT_EQ(1500, recv_icmp(fd, in, sizeof(in), ICMP_ECHOREPLY));
	EXPECT_EQ(inet_addr("10.9.0.2"), ip->saddr);
	EXPECT_EQ(inet_addr("10.9.0.1"), ip->daddr);
	EXPECT_EQ(0, memcmp(in + 28, out + 8, 1472));
	close(fd);
	close(there);
}

/* A bad checksum is counted and not answered. */
TEST_F(raw, echo_bad_checksum)
{
	long long before = snmp_get("Icmp", "InCsumErrors");
	unsigned char out[64], in[128];
	struct icmphdr *h = (void *)out;
	int fd;

	fd = xsocket(SOCK_RAW, IPPROTO_ICMP);
	echo_request(out, 1, 1);
	h->checksum ^= htons(1);
	ASSERT_EQ(24, xsendto(fd, out, 24, "127.0.0.1", 0));
	/* the raw socket sees the request itself all the same */
	EXPECT_EQ(44, recv_icmp(fd, in, sizeof(in), ICMP_ECHO));
	EXPECT_EQ(0, poll_for(fd, POLLIN, 100));
	EXPECT_EQ(before + 1, snmp_get("Icmp", "InCsumErrors"));
	close(fd);
}

TEST_F(raw, own_protocol)
{
	struct sockaddr_in from;
	socklen_t flen = sizeof(from);
	unsigned char in[256];
	struct iphdr *ip = (void *)in;
	int a, b, other, n;

	a = xsocket(SOCK_RAW, PROTO);
	b = xsocket(SOCK_RAW, PROTO);
	other = xsocket(SOCK_RAW, PROTO + 1);
	ASSERT_EQ(5, xsendto(a, "hello", 5, "127.0.0.1", 77));
	ASSERT_EQ(POLLIN, poll_for(b, POLLIN, 5000));
	n = -1;
	EXPECT_ERRNO(0, ioctl(b, SIOCINQ, &n));
	EXPECT_EQ(25, n);
	memset(&from, 0xff, sizeof(from));
	EXPECT_EQ(25, recvfrom(b, in, sizeof(in), 0, (void *)&from, &flen));
	EXPECT_EQ(PROTO, ip->protocol);
	EXPECT_EQ(htons(25), ip->tot_len);
	EXPECT_EQ(0, memcmp(in + 20, "hello", 5));
	EXPECT_EQ(sizeof(from), flen);
	EXPECT_EQ(addr_fam(), from.sin_family);
	EXPECT_EQ(0, from.sin_port);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), from.sin_addr.s_addr);
	/* each socket of the protocol gets a copy, the sender too */
	EXPECT_EQ(25, xrecv(a, in, sizeof(in)));
	EXPECT_ERRNO(EAGAIN, recv(other, in, sizeof(in), MSG_DONTWAIT));
	close(a);
	close(b);
	close(other);
}

TEST_F(raw, peek_and_truncation)
{
	char in[64];
	int a;

	a = xsocket(SOCK_RAW, PROTO);
	ASSERT_EQ(5, xsendto(a, "hello", 5, "127.0.0.1", 0));
	EXPECT_EQ(25, recv(a, in, sizeof(in), MSG_PEEK));
	EXPECT_EQ(22, recv(a, in, 22, MSG_PEEK));
	EXPECT_EQ(25, recv(a, in, 22, MSG_PEEK | MSG_TRUNC));
	EXPECT_EQ(22, recv(a, in, 22, 0));
	EXPECT_ERRNO(EAGAIN, recv(a, in, 22, MSG_DONTWAIT));
	close(a);
}

TEST_F(raw, filters)
{
	struct sockaddr_in unspec = { .sin_family = AF_UNSPEC };
	int bound, conn, src;
	char in[64];

	bound = xsocket(SOCK_RAW, PROTO);
	conn = xsocket(SOCK_RAW, PROTO);
	src = xsocket(SOCK_RAW, PROTO);
	ASSERT_ERRNO(0, xbind(bound, "127.0.0.2", 0));
	ASSERT_ERRNO(0, xconnect(conn, "127.0.0.3", 0));
	ASSERT_ERRNO(0, xbind(src, "127.0.0.4", 0));

	/* from 127.0.0.4 to 127.0.0.2: only the one bound there */
	ASSERT_EQ(1, xsendto(src, "a", 1, "127.0.0.2", 0));
	EXPECT_EQ(21, xrecv(bound, in, sizeof(in)));
	EXPECT_ERRNO(EAGAIN, recv(conn, in, sizeof(in), MSG_DONTWAIT));
	EXPECT_ERRNO(EAGAIN, recv(src, in, sizeof(in), MSG_DONTWAIT));

	/* the connected one hears its peer only, and needs no address */
	ASSERT_ERRNO(0, connect(src, (void *)&unspec, sizeof(unspec)));
	close(src);
	src = xsocket(SOCK_RAW, PROTO);
	ASSERT_ERRNO(0, xbind(src, "127.0.0.3", 0));
	EXPECT_EQ(1, send(conn, "b", 1, 0));
	EXPECT_EQ(21, xrecv(src, in, sizeof(in)));
	ASSERT_EQ(1, xsendto(src, "c", 1, "127.0.0.1", 0));
	EXPECT_EQ(21, xrecv(conn, in, sizeof(in)));
	EXPECT_ERRNO(0, connect(conn, (void *)&unspec, sizeof(unspec)));
	EXPECT_ERRNO(EDESTADDRREQ, send(conn, "d", 1, 0));
	close(bound);
	close(conn);
	close(src);
}

TEST_F(raw, icmp_filter)
{
	uint32_t mask = ~(1u << ICMP_ECHOREPLY);
	unsigned char out[64], in[128];
	socklen_t len = sizeof(mask);
	int fd;

	fd = xsocket(SOCK_RAW, IPPROTO_ICMP);
	ASSERT_ERRNO(0, setsockopt(fd, SOL_RAW, ICMP_FILTER, &mask,
				   sizeof(mask)));
	mask = 0;
	EXPECT_ERRNO(0, getsockopt(fd, SOL_RAW, ICMP_FILTER, &mask, &len));
	EXPECT_EQ(~(1u << ICMP_ECHOREPLY), mask);
	echo_request(out, 1, 1);
	ASSERT_EQ(24, xsendto(fd, out, 24, "127.0.0.1", 0));
	/* the request is filtered, the reply comes first */
	ASSERT_EQ(POLLIN, poll_for(fd, POLLIN, 5000));
	EXPECT_EQ(44, recv(fd, in, sizeof(in), 0));
	EXPECT_EQ(ICMP_ECHOREPLY, in[20]);
	EXPECT_ERRNO(EAGAIN, recv(fd, in, sizeof(in), MSG_DONTWAIT));
	close(fd);
	fd = xsocket(SOCK_RAW, PROTO);
	EXPECT_ERRNO(EOPNOTSUPP, setsockopt(fd, SOL_RAW, ICMP_FILTER, &mask,
					    sizeof(mask)));
	close(fd);
}

TEST_F(raw, header_included)
{
	struct {
		struct iphdr ip;
		char data[4];
	} pkt = {
		.ip = {
			.version = 4, .ihl = 5, .ttl = 33, .tos = 0x10,
			.protocol = PROTO, .id = 0,
			.daddr = htonl(INADDR_LOOPBACK),
		},
		.data = "abcd",
	};
	unsigned char in[128];
	struct iphdr *ip = (void *)in;
	int fd, r;

	fd = xsocket(SOCK_RAW, PROTO);
	r = xsocket(SOCK_RAW, PROTO);
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_HDRINCL, 1));
	EXPECT_EQ(1, get_int(fd, SOL_IP, IP_HDRINCL));
	ASSERT_EQ(24, xsendto(fd, &pkt, sizeof(pkt), "127.0.0.1", 0));
	ASSERT_EQ(POLLIN, poll_for(r, POLLIN, 5000));
	ASSERT_EQ(24, recv(r, in, sizeof(in), 0));
	/* filled in: checksum, total length, id, source */
	EXPECT_EQ(33, ip->ttl);
	EXPECT_EQ(0x10, ip->tos);
	EXPECT_EQ(htons(24), ip->tot_len);
	EXPECT_NE(0, ip->id);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), ip->saddr);
	EXPECT_EQ(0, checksum(ip, 20, 0));
	EXPECT_EQ(0, memcmp(in + 20, "abcd", 4));

	/* a source of one's own choice */
	pkt.ip.saddr = htonl(0x7f090909);
	pkt.ip.id = htons(4711);
	ASSERT_EQ(24, xsendto(fd, &pkt, sizeof(pkt), "127.0.0.1", 0));
	ASSERT_EQ(24, recv(r, in, sizeof(in), 0));
	EXPECT_EQ(htonl(0x7f090909), ip->saddr);
	EXPECT_EQ(htons(4711), ip->id);

	/* shorter than a header, or with a wrong header length */
	EXPECT_ERRNO(EINVAL, xsendto(fd, &pkt, 19, "127.0.0.1", 0));
	pkt.ip.ihl = 15;
	EXPECT_ERRNO(EINVAL, xsendto(fd, &pkt, sizeof(pkt), "127.0.0.1", 0));
	close(fd);
	close(r);
	fd = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, SOL_IP, IP_HDRINCL, 1));
	close(fd);
}

/* IPPROTO_RAW sends with headers included and never receives. */
TEST_F(raw, proto_raw)
{
	struct {
		struct iphdr ip;
		char data[4];
	} pkt = {
		.ip = {
			.version = 4, .ihl = 5, .ttl = 64, .protocol = PROTO,
			.daddr = htonl(INADDR_LOOPBACK),
		},
	};
	char in[64];
	int fd, r;

	fd = xsocket(SOCK_RAW, IPPROTO_RAW);
	r = xsocket(SOCK_RAW, PROTO);
	EXPECT_EQ(1, get_int(fd, SOL_IP, IP_HDRINCL));
	ASSERT_EQ(24, xsendto(fd, &pkt, sizeof(pkt), "127.0.0.1", 0));
	ASSERT_EQ(POLLIN, poll_for(r, POLLIN, 5000));
	EXPECT_EQ(24, recv(r, in, sizeof(in), 0));
	EXPECT_ERRNO(EAGAIN, recv(fd, in, sizeof(in), MSG_DONTWAIT));
	close(fd);
	close(r);
}

TEST_F(raw, errors)
{
	static char big[70000];
	struct sockaddr_in sin = xaddr("127.0.0.1", 0);
	int fd = xsocket(SOCK_RAW, PROTO), there;

	EXPECT_ERRNO(EDESTADDRREQ, send(fd, "x", 1, 0));
	EXPECT_ERRNO(EINVAL, sendto(fd, "x", 1, 0, (void *)&sin, 8));
	sin.sin_family = AF_INET6;
	EXPECT_ERRNO(EAFNOSUPPORT,
		     sendto(fd, "x", 1, 0, (void *)&sin, sizeof(sin)));
	EXPECT_ERRNO(ENETUNREACH, xsendto(fd, "x", 1, "10.1.1.1", 0));
	EXPECT_ERRNO(EMSGSIZE, xsendto(fd, big, 65536, "127.0.0.1", 0));
	there = pair_setup();
	ASSERT_GE(there, 0);
	EXPECT_ERRNO(EACCES, xsendto(fd, "x", 1, "10.9.0.255", 0));
	ASSERT_ERRNO(0, set_int(fd, SOL_SOCKET, SO_BROADCAST, 1));
	EXPECT_EQ(1, xsendto(fd, "x", 1, "10.9.0.255", 0));
	/* larger than the MTU with own header: not fragmented */
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_HDRINCL, 1));
	EXPECT_ERRNO(EMSGSIZE, xsendto(fd, big, 1501, "10.9.0.2", 0));
	close(fd);
	close(there);
}

/* ICMP "protocol unreachable": no one speaks it; told to connected sockets. */
TEST_F(raw, protocol_unreachable)
{
	char in[64];
	int fd, there;

	there = pair_setup();
	ASSERT_GE(there, 0);
	fd = xsocket(SOCK_RAW, PROTO);
	ASSERT_ERRNO(0, xconnect(fd, "10.9.0.2", 0));
	/* an error that quotes fewer than 8 bytes would not be passed on */
	EXPECT_EQ(8, send(fd, "12345678", 8, 0));
	EXPECT_EQ(POLLERR, poll_for(fd, 0, 5000));
	EXPECT_ERRNO(ENOPROTOOPT, recv(fd, in, 1, MSG_DONTWAIT));
	close(fd);
	close(there);
}

TEST_F(raw, recverr)
{
	struct sock_extended_err ee;
	char control[256], data[64];
	struct iovec iov = { data, sizeof(data) };
	struct sockaddr_in name;
	struct msghdr msg = {
		.msg_name = &name, .msg_namelen = sizeof(name),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	int fd, there;

	there = pair_setup();
	ASSERT_GE(there, 0);
	fd = xsocket(SOCK_RAW, PROTO);
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_RECVERR, 1));
	EXPECT_EQ(8, xsendto(fd, "12345678", 8, "10.9.0.2", 0));
	EXPECT_EQ(POLLERR, poll_for(fd, 0, 5000));
	ASSERT_ERRNO(0, recvmsg(fd, &msg, MSG_ERRQUEUE));
	EXPECT_EQ(MSG_ERRQUEUE, msg.msg_flags & MSG_ERRQUEUE);
	EXPECT_EQ(addr_fam(), name.sin_family);
	EXPECT_EQ(inet_addr("10.9.0.2"), name.sin_addr.s_addr);
	c = CMSG_FIRSTHDR(&msg);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(SOL_IP, c->cmsg_level);
	EXPECT_EQ(IP_RECVERR, c->cmsg_type);
	memcpy(&ee, CMSG_DATA(c), sizeof(ee));
	EXPECT_EQ(ENOPROTOOPT, ee.ee_errno);
	EXPECT_EQ(SO_EE_ORIGIN_ICMP, ee.ee_origin);
	EXPECT_EQ(ICMP_DEST_UNREACH, ee.ee_type);
	EXPECT_EQ(ICMP_PROT_UNREACH, ee.ee_code);
	close(fd);
	close(there);
}

/* Raw sockets see TCP and UDP without disturbing their owners. */
TEST_F(raw, beside_udp)
{
	char in[64], buf[4];
	int r, u, k;

	r = xsocket(SOCK_RAW, IPPROTO_UDP);
	u = xsocket(SOCK_DGRAM, 0);
	k = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xbind(u, "127.0.0.1", 7100));
	ASSERT_EQ(2, xsendto(k, "hi", 2, "127.0.0.1", 7100));
	EXPECT_EQ(2, xrecv(u, buf, 4));
	EXPECT_EQ(30, xrecv(r, in, sizeof(in)));
	EXPECT_EQ(IPPROTO_UDP, ((struct iphdr *)in)->protocol);
	close(r);
	close(u);
	close(k);
}

TEST_HARNESS_MAIN
