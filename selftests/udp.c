// SPDX-License-Identifier: GPL-2.0
/* timeout: 240 */
/*
 * UDP: datagrams over lo and between namespaces, connected and not, errors,
 * control messages and the error queue.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <linux/errqueue.h>
#include <linux/sockios.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(udp);

/* A socket bound to ip and a free port, and that port. */
static int server(const char *ip, int *port)
{
	int fd = xsocket(SOCK_DGRAM, 0);

	if (fd < 0 || xbind(fd, ip, 0)) {
		perror("# bind");
		abort();
	}
	*port = local_port(fd);
	return fd;
}

/* A connected pair over 127.0.0.1. */
static void connected_pair(int *a, int *b)
{
	int pa, pb;

	*a = server("127.0.0.1", &pa);
	*b = server("127.0.0.1", &pb);
	if (xconnect(*a, "127.0.0.1", pb) || xconnect(*b, "127.0.0.1", pa)) {
		perror("# connect");
		abort();
	}
}

static void fill(unsigned char *buf, size_t len, unsigned int seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = (i * 7 + (i >> 8) + seed) & 0xff;
}

TEST_F(udp, sizes)
{
	static const int sizes[] = { 0, 1, 2, 3, 63, 1472, 1473, 8192, 65507 };
	static unsigned char out[65536], in[65536];
	struct sockaddr_in from;
	int s, c, port;
	socklen_t len;
	unsigned int i;

	s = server("127.0.0.1", &port);
	c = xsocket(SOCK_DGRAM, 0);
	ASSERT_GE(c, 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fill(out, sizes[i], i);
		ASSERT_EQ(sizes[i], xsendto(c, out, sizes[i], "127.0.0.1",
					    port));
		memset(in, 0, sizeof(in));
		memset(&from, 0xff, sizeof(from));
		len = sizeof(from);
		ASSERT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
		ASSERT_EQ(sizes[i], recvfrom(s, in, sizeof(in), MSG_DONTWAIT,
					     (void *)&from, &len));
		EXPECT_EQ(0, memcmp(in, out, sizes[i]));
		EXPECT_EQ(sizeof(from), len);
		EXPECT_EQ(addr_fam(), from.sin_family);
		EXPECT_EQ(htonl(INADDR_LOOPBACK), from.sin_addr.s_addr);
		EXPECT_EQ(local_port(c), ntohs(from.sin_port));
		EXPECT_EQ(0, *(long long *)from.sin_zero);
	}
	EXPECT_ERRNO(EMSGSIZE, xsendto(c, out, 65508, "127.0.0.1", port));
	EXPECT_ERRNO(EAGAIN, recv(s, in, 1, MSG_DONTWAIT));
	close(s);
	close(c);
}

TEST_F(udp, between_namespaces)
{
	static unsigned char out[1472], in[2048];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int there, s, c, i;

	there = pair_setup();
	ASSERT_GE(there, 0);
	s = xsocket_in(there, SOCK_DGRAM, 0);
	ASSERT_GE(s, 0);
	ASSERT_ERRNO(0, xbind(s, "10.9.0.2", 7000));
	c = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xbind(c, "10.9.0.1", 7001));
	for (i = 0; i < 100; i++) {
		fill(out, sizeof(out), i);
		ASSERT_EQ(1472, xsendto(c, out, 1472, "10.9.0.2", 7000));
		ASSERT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
		ASSERT_EQ(1472, recvfrom(s, in, sizeof(in), 0, (void *)&from,
					 &len));
		ASSERT_EQ(0, memcmp(in, out, 1472));
		ASSERT_EQ(htons(7001), from.sin_port);
		ASSERT_EQ(inet_addr("10.9.0.1"), from.sin_addr.s_addr);
		ASSERT_EQ(1, xsendto(s, in, 1, "10.9.0.1", 7001));
		ASSERT_EQ(POLLIN, poll_for(c, POLLIN, 5000));
		ASSERT_EQ(1, recv(c, in, sizeof(in), 0));
	}
	/* an unbound socket takes the route's source address */
	close(c);
	c = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(1, xsendto(c, out, 1, "10.9.0.2", 7000));
	ASSERT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	ASSERT_EQ(1, recvfrom(s, in, sizeof(in), 0, (void *)&from, &len));
	EXPECT_EQ(inet_addr("10.9.0.1"), from.sin_addr.s_addr);
	close(s);
	close(c);
	close(there);
}

TEST_F(udp, no_route)
{
	int fd = xsocket(SOCK_DGRAM, 0);

	EXPECT_ERRNO(ENETUNREACH, xsendto(fd, "x", 1, "10.1.1.1", 9));
	EXPECT_ERRNO(ENETUNREACH, xconnect(fd, "10.1.1.1", 9));
	close(fd);
}

TEST_F(udp, address_checks)
{
	struct sockaddr_in sin = xaddr("127.0.0.1", 7002);
	int fd = xsocket(SOCK_DGRAM, 0);

	EXPECT_ERRNO(EDESTADDRREQ, send(fd, "x", 1, 0));
	EXPECT_ERRNO(EINVAL, sendto(fd, "x", 1, 0, (void *)&sin, 15));
	EXPECT_ERRNO(EINVAL, connect(fd, (void *)&sin, 15));
	sin.sin_port = 0;
	EXPECT_ERRNO(EINVAL, sendto(fd, "x", 1, 0, (void *)&sin, sizeof(sin)));
	sin.sin_port = htons(7002);
	sin.sin_family = AF_INET6;
	EXPECT_ERRNO(EAFNOSUPPORT,
		     sendto(fd, "x", 1, 0, (void *)&sin, sizeof(sin)));
	EXPECT_ERRNO(EAFNOSUPPORT, connect(fd, (void *)&sin, sizeof(sin)));
	/* sendto() takes no family for ours */
	sin.sin_family = AF_UNSPEC;
	EXPECT_EQ(1, sendto(fd, "x", 1, 0, (void *)&sin, sizeof(sin)));
	sin.sin_family = AF_INET;
	EXPECT_EQ(1, sendto(fd, "x", 1, 0, (void *)&sin, sizeof(sin)));
	close(fd);
}

TEST_F(udp, connect)
{
	struct sockaddr_in sin, unspec = { .sin_family = AF_UNSPEC };
	socklen_t len = sizeof(sin);
	int s, c, other, port, oport;
	char buf[16];

	s = server("127.0.0.1", &port);
	other = server("127.0.0.1", &oport);
	c = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	memset(&sin, 0xff, sizeof(sin));
	EXPECT_ERRNO(0, getpeername(c, (void *)&sin, &len));
	EXPECT_EQ(addr_fam(), sin.sin_family);
	EXPECT_EQ(htons(port), sin.sin_port);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), sin.sin_addr.s_addr);
	EXPECT_EQ(2, send(c, "ab", 2, 0));
	EXPECT_EQ(2, xrecv(s, buf, sizeof(buf)));

	/* only the peer is heard */
	EXPECT_EQ(1, xsendto(other, "o", 1, "127.0.0.1", local_port(c)));
	EXPECT_ERRNO(EAGAIN, recv(c, buf, 1, MSG_DONTWAIT));
	EXPECT_EQ(3, xsendto(s, "abc", 3, "127.0.0.1", local_port(c)));
	EXPECT_EQ(3, xrecv(c, buf, sizeof(buf)));

	/* an address overrides the connection */
	EXPECT_EQ(1, xsendto(c, "z", 1, "127.0.0.1", oport));
	EXPECT_EQ(1, xrecv(other, buf, sizeof(buf)));

	/* a second connect replaces the first */
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", oport));
	EXPECT_EQ(1, send(c, "y", 1, 0));
	EXPECT_EQ(1, xrecv(other, buf, sizeof(buf)));

	/* and AF_UNSPEC dissolves it */
	EXPECT_ERRNO(0, connect(c, (void *)&unspec, sizeof(unspec)));
	EXPECT_ERRNO(ENOTCONN, getpeername(c, (void *)&sin, &len));
	EXPECT_ERRNO(EDESTADDRREQ, send(c, "x", 1, 0));
	EXPECT_ERRNO(0, getsockname(c, (void *)&sin, &len));
	EXPECT_EQ(0, sin.sin_addr.s_addr);
	close(s);
	close(c);
	close(other);
}

/* A disconnect gives back the port that bind() chose, not one asked for. */
TEST_F(udp, disconnect_and_binding)
{
	struct sockaddr_in sin, unspec = { .sin_family = AF_UNSPEC };
	static const int ports[] = { 7005, 0 };
	socklen_t len = sizeof(sin);
	unsigned int i;
	int c;

	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		c = xsocket(SOCK_DGRAM, 0);
		ASSERT_ERRNO(0, xbind(c, "127.0.0.1", ports[i]));
		ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", 7003));
		EXPECT_ERRNO(0, connect(c, (void *)&unspec, sizeof(unspec)));
		EXPECT_ERRNO(0, getsockname(c, (void *)&sin, &len));
		EXPECT_EQ(htonl(INADDR_LOOPBACK), sin.sin_addr.s_addr);
		EXPECT_EQ(htons(ports[i]), sin.sin_port);
		close(c);
	}
}

TEST_F(udp, refused)
{
	int c = xsocket(SOCK_DGRAM, 0), port, s;
	long long before = snmp_get("Udp", "NoPorts");
	char buf[4];

	s = server("127.0.0.1", &port);
	close(s);
	ASSERT_ERRNO(0, xconnect(c, "127.0.0.1", port));
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(c, 0, 5000));
	EXPECT_ERRNO(ECONNREFUSED, recv(c, buf, 1, MSG_DONTWAIT));
	EXPECT_ERRNO(EAGAIN, recv(c, buf, 1, MSG_DONTWAIT));
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(c, 0, 5000));
	EXPECT_EQ(ECONNREFUSED, get_int(c, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(0, get_int(c, SOL_SOCKET, SO_ERROR));
	EXPECT_EQ(1, send(c, "x", 1, 0));
	EXPECT_EQ(POLLERR, poll_for(c, 0, 5000));
	EXPECT_ERRNO(ECONNREFUSED, send(c, "x", 1, 0));
	EXPECT_EQ(before + 3, snmp_get("Udp", "NoPorts"));
	close(c);

	/* an unconnected socket does not hear of it */
	c = xsocket(SOCK_DGRAM, 0);
	EXPECT_EQ(1, xsendto(c, "x", 1, "127.0.0.1", port));
	EXPECT_EQ(0, poll_for(c, POLLIN, 50));
	close(c);
}

TEST_F(udp, peek_and_truncation)
{
	struct iovec iov;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	char buf[16];
	int a, b;

	connected_pair(&a, &b);
	ASSERT_EQ(10, send(a, "0123456789", 10, 0));
	EXPECT_EQ(10, recv(b, buf, sizeof(buf), MSG_PEEK));
	EXPECT_EQ(4, recv(b, buf, 4, MSG_PEEK));
	EXPECT_EQ(10, recv(b, buf, 4, MSG_PEEK | MSG_TRUNC));
	iov.iov_base = buf;
	iov.iov_len = 4;
	EXPECT_EQ(4, recvmsg(b, &msg, MSG_PEEK));
	EXPECT_EQ(MSG_TRUNC, msg.msg_flags & MSG_TRUNC);
	EXPECT_EQ(4, recvmsg(b, &msg, 0));
	EXPECT_EQ(MSG_TRUNC, msg.msg_flags & MSG_TRUNC);
	/* the rest of the datagram is gone */
	EXPECT_ERRNO(EAGAIN, recv(b, buf, sizeof(buf), MSG_DONTWAIT));
	ASSERT_EQ(4, send(a, "abcd", 4, 0));
	EXPECT_EQ(4, recvmsg(b, &msg, 0));
	EXPECT_EQ(0, msg.msg_flags & MSG_TRUNC);
	close(a);
	close(b);
}

TEST_F(udp, queue_ioctls)
{
	int a, b, n = -1;
	char buf[512];

	connected_pair(&a, &b);
	EXPECT_ERRNO(0, ioctl(b, SIOCINQ, &n));
	EXPECT_EQ(0, n);
	ASSERT_EQ(100, send(a, buf, 100, 0));
	ASSERT_EQ(200, send(a, buf, 200, 0));
	usleep(100000);
	EXPECT_ERRNO(0, ioctl(b, SIOCINQ, &n));
	EXPECT_EQ(100, n);
	EXPECT_EQ(100, recv(b, buf, sizeof(buf), 0));
	EXPECT_ERRNO(0, ioctl(b, SIOCINQ, &n));
	EXPECT_EQ(200, n);
	EXPECT_ERRNO(0, ioctl(a, SIOCOUTQ, &n));
	EXPECT_GE(n, 0);
	close(b);
	EXPECT_ERRNO(0, ioctl(a, SIOCOUTQ, &n));
	EXPECT_EQ(0, n);
	close(a);
}

TEST_F(udp, broadcast)
{
	int there, s, c;
	char buf[4];

	there = pair_setup();
	ASSERT_GE(there, 0);
	s = xsocket_in(there, SOCK_DGRAM, 0);
	c = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xbind(s, "0.0.0.0", 7004));
	EXPECT_ERRNO(EACCES, xsendto(c, "b", 1, "10.9.0.255", 7004));
	EXPECT_ERRNO(EACCES, xconnect(c, "10.9.0.255", 7004));
	ASSERT_ERRNO(0, set_int(c, SOL_SOCKET, SO_BROADCAST, 1));
	EXPECT_EQ(1, xsendto(c, "b", 1, "10.9.0.255", 7004));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(1, xrecv(s, buf, sizeof(buf)));
	/* 255.255.255.255 needs a device: by option here */
	ASSERT_ERRNO(0, setsockopt(c, SOL_SOCKET, SO_BINDTODEVICE, "v0", 3));
	EXPECT_EQ(1, xsendto(c, "b", 1, "255.255.255.255", 7004));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(1, xrecv(s, buf, sizeof(buf)));
	/* a socket bound to the address of the host gets no broadcast */
	close(s);
	s = xsocket_in(there, SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, xbind(s, "10.9.0.2", 7004));
	EXPECT_EQ(1, xsendto(c, "b", 1, "10.9.0.255", 7004));
	EXPECT_EQ(0, poll_for(s, POLLIN, 100));
	close(s);
	close(c);
	close(there);
}

TEST_F(udp, shutdown)
{
	char buf[4];
	int a, b;

	connected_pair(&a, &b);
	EXPECT_EQ(POLLOUT, poll_for(a, POLLIN | POLLOUT | POLLRDHUP, 0));
	ASSERT_EQ(1, send(b, "x", 1, 0));
	EXPECT_EQ(POLLIN, poll_for(a, POLLIN, 5000));
	EXPECT_EQ(POLLIN | POLLOUT, poll_for(a, POLLIN | POLLOUT, 0));
	EXPECT_ERRNO(0, shutdown(a, SHUT_RD));
	EXPECT_EQ(POLLIN | POLLOUT | POLLRDHUP,
		  poll_for(a, POLLIN | POLLOUT | POLLRDHUP, 0));
	EXPECT_EQ(1, recv(a, buf, sizeof(buf), 0));
	EXPECT_EQ(0, recv(a, buf, sizeof(buf), 0));
	EXPECT_ERRNO(0, shutdown(a, SHUT_WR));
	EXPECT_EQ(POLLHUP, poll_for(a, 0, 0));
	EXPECT_ERRNO(EPIPE, send(a, "x", 1, MSG_NOSIGNAL));
	close(a);
	close(b);
}

TEST_F(udp, receive_timeout)
{
	struct timeval tv = { .tv_usec = 100000 };
	int fd, port;
	long long t;
	char c;

	fd = server("127.0.0.1", &port);
	ASSERT_ERRNO(0, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv,
				   sizeof(tv)));
	t = tick_ms();
	EXPECT_ERRNO(EAGAIN, recv(fd, &c, 1, 0));
	EXPECT_GE(tick_ms() - t, 90);
	EXPECT_LT(tick_ms() - t, 5000);
	close(fd);
}

/* recvmsg() of one datagram; the cmsg of (level, type) or NULL. */
static struct cmsghdr *recv_cmsg(int fd, struct msghdr *msg, int flags,
				 int level, int type)
{
	static char data[4096], control[1024] __aligned(8);
	static struct iovec iov;
	struct cmsghdr *c;

	iov.iov_base = data;
	iov.iov_len = sizeof(data);
	msg->msg_iov = &iov;
	msg->msg_iovlen = 1;
	msg->msg_control = control;
	msg->msg_controllen = sizeof(control);
	if (!(flags & MSG_ERRQUEUE))
		poll_for(fd, POLLIN, 5000);
	if (recvmsg(fd, msg, flags | MSG_DONTWAIT) < 0)
		return NULL;
	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == level && c->cmsg_type == type)
			return c;
	return NULL;
}

TEST_F(udp, cmsg_pktinfo)
{
	struct msghdr msg = { 0 };
	struct in_pktinfo pi;
	struct cmsghdr *c;
	int s, k, port;

	s = server("0.0.0.0", &port);
	k = xsocket(SOCK_DGRAM, 0);
	EXPECT_EQ(0, get_int(s, SOL_IP, IP_PKTINFO));
	ASSERT_ERRNO(0, set_int(s, SOL_IP, IP_PKTINFO, 1));
	EXPECT_EQ(1, get_int(s, SOL_IP, IP_PKTINFO));
	ASSERT_EQ(1, xsendto(k, "x", 1, "127.0.0.2", port));
	c = recv_cmsg(s, &msg, 0, SOL_IP, IP_PKTINFO);
	ASSERT_NE(NULL, c);
	ASSERT_EQ(CMSG_LEN(sizeof(pi)), c->cmsg_len);
	memcpy(&pi, CMSG_DATA(c), sizeof(pi));
	EXPECT_EQ(if_nametoindex("lo"), (unsigned int)pi.ipi_ifindex);
	EXPECT_EQ(inet_addr("127.0.0.2"), pi.ipi_addr.s_addr);
	EXPECT_EQ(inet_addr("127.0.0.2"), pi.ipi_spec_dst.s_addr);
	close(s);
	close(k);
}

/* IP_PKTINFO on sendmsg() chooses the source address. */
TEST_F(udp, cmsg_pktinfo_send)
{
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 }, buf[4];
	struct in_pktinfo pi = { .ipi_spec_dst.s_addr = inet_addr("127.0.0.9") };
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct sockaddr_in sin, from;
	socklen_t len = sizeof(from);
	struct msghdr msg = {
		.msg_name = &sin, .msg_namelen = sizeof(sin),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int s, k, port;

	s = server("127.0.0.1", &port);
	sin = xaddr("127.0.0.1", port);
	k = xsocket(SOCK_DGRAM, 0);
	c->cmsg_level = SOL_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(pi));
	memcpy(CMSG_DATA(c), &pi, sizeof(pi));
	ASSERT_ERRNO(0, sendmsg(k, &msg, 0));
	EXPECT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(1, recvfrom(s, buf, 4, MSG_DONTWAIT, (void *)&from, &len));
	EXPECT_EQ(inet_addr("127.0.0.9"), from.sin_addr.s_addr);
	c->cmsg_len = CMSG_LEN(4);
	EXPECT_ERRNO(EINVAL, sendmsg(k, &msg, 0));
	close(s);
	close(k);
}

TEST_F(udp, cmsg_ttl_tos)
{
	struct msghdr msg = { 0 };
	struct cmsghdr *c;
	int s, k, port, ttl;

	s = server("127.0.0.1", &port);
	k = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, set_int(s, SOL_IP, IP_RECVTTL, 1));
	EXPECT_EQ(64, get_int(k, SOL_IP, IP_TTL));
	ASSERT_EQ(1, xsendto(k, "x", 1, "127.0.0.1", port));
	c = recv_cmsg(s, &msg, 0, SOL_IP, IP_TTL);
	ASSERT_NE(NULL, c);
	memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
	EXPECT_EQ(64, ttl);
	ASSERT_ERRNO(0, set_int(k, SOL_IP, IP_TTL, 7));
	EXPECT_EQ(7, get_int(k, SOL_IP, IP_TTL));
	EXPECT_ERRNO(EINVAL, set_int(k, SOL_IP, IP_TTL, 256));
	EXPECT_ERRNO(EINVAL, set_int(k, SOL_IP, IP_TTL, 0));
	ASSERT_EQ(1, xsendto(k, "x", 1, "127.0.0.1", port));
	c = recv_cmsg(s, &msg, 0, SOL_IP, IP_TTL);
	ASSERT_NE(NULL, c);
	memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
	EXPECT_EQ(7, ttl);

	ASSERT_ERRNO(0, set_int(s, SOL_IP, IP_RECVTTL, 0));
	ASSERT_ERRNO(0, set_int(s, SOL_IP, IP_RECVTOS, 1));
	ASSERT_ERRNO(0, set_int(k, SOL_IP, IP_TOS, 0x48));
	EXPECT_EQ(0x48, get_int(k, SOL_IP, IP_TOS));
	ASSERT_EQ(1, xsendto(k, "x", 1, "127.0.0.1", port));
	c = recv_cmsg(s, &msg, 0, SOL_IP, IP_TOS);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(CMSG_LEN(1), c->cmsg_len);
	EXPECT_EQ(0x48, *(unsigned char *)CMSG_DATA(c));
	close(s);
	close(k);
}

TEST_F(udp, cmsg_timestamp)
{
	struct timeval tv, now, stamp;
	struct msghdr msg = { 0 };
	struct cmsghdr *c;
	int s, k, port;

	s = server("127.0.0.1", &port);
	k = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, set_int(s, SOL_SOCKET, SO_TIMESTAMP, 1));
	ASSERT_EQ(1, xsendto(k, "x", 1, "127.0.0.1", port));
	c = recv_cmsg(s, &msg, 0, SOL_SOCKET, SCM_TIMESTAMP);
	ASSERT_NE(NULL, c);
	memcpy(&tv, CMSG_DATA(c), sizeof(tv));
	gettimeofday(&now, NULL);
	EXPECT_LE(tv.tv_sec, now.tv_sec);
	EXPECT_GE(tv.tv_sec, now.tv_sec - 10);
	ASSERT_ERRNO(0, set_int(s, SOL_SOCKET, SO_TIMESTAMP, 0));
	ASSERT_EQ(1, xsendto(k, "x", 1, "127.0.0.1", port));
	EXPECT_EQ(NULL, recv_cmsg(s, &msg, 0, SOL_SOCKET, SCM_TIMESTAMP));
	EXPECT_ERRNO(0, ioctl(s, SIOCGSTAMP, &stamp));
	EXPECT_GE(stamp.tv_sec, tv.tv_sec);
	close(s);
	close(k);
}

TEST_F(udp, error_queue)
{
	struct sock_extended_err ee;
	struct sockaddr_in name, off;
	struct msghdr msg = { .msg_name = &name, .msg_namelen = sizeof(name) };
	struct cmsghdr *c;
	int k, s, port;
	char buf[4];

	s = server("127.0.0.1", &port);
	close(s);
	k = xsocket(SOCK_DGRAM, 0);
	ASSERT_ERRNO(0, set_int(k, SOL_IP, IP_RECVERR, 1));
	EXPECT_EQ(1, get_int(k, SOL_IP, IP_RECVERR));
	EXPECT_ERRNO(EAGAIN, recv(k, buf, 1, MSG_ERRQUEUE));
	ASSERT_EQ(5, xsendto(k, "hello", 5, "127.0.0.1", port));
	ASSERT_EQ(POLLERR, poll_for(k, 0, 5000));
	/* the plain call tells once, then the queue has the story */
	EXPECT_ERRNO(ECONNREFUSED, recv(k, buf, 1, MSG_DONTWAIT));
	c = recv_cmsg(k, &msg, MSG_ERRQUEUE, SOL_IP, IP_RECVERR);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(MSG_ERRQUEUE, msg.msg_flags & MSG_ERRQUEUE);
	EXPECT_EQ(0, memcmp("hello", msg.msg_iov->iov_base, 5));
	EXPECT_EQ(addr_fam(), name.sin_family);
	EXPECT_EQ(htons(port), name.sin_port);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), name.sin_addr.s_addr);
	ASSERT_EQ(CMSG_LEN(sizeof(ee) + sizeof(off)), c->cmsg_len);
	memcpy(&ee, CMSG_DATA(c), sizeof(ee));
	memcpy(&off, CMSG_DATA(c) + sizeof(ee), sizeof(off));
	EXPECT_EQ(ECONNREFUSED, ee.ee_errno);
	EXPECT_EQ(SO_EE_ORIGIN_ICMP, ee.ee_origin);
	EXPECT_EQ(3, ee.ee_type);
	EXPECT_EQ(3, ee.ee_code);
	EXPECT_EQ(0, ee.ee_info);
	EXPECT_EQ(addr_fam(), off.sin_family);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), off.sin_addr.s_addr);
	EXPECT_ERRNO(EAGAIN, recv(k, buf, 1, MSG_ERRQUEUE));
	EXPECT_EQ(0, poll_for(k, 0, 0));
	close(k);
}

TEST_F(udp, many_messages)
{
	struct mmsghdr out[16] = { 0 }, in[16] = { 0 };
	struct iovec oiov[16], iiov[16];
	char obuf[16], ibuf[16][4];
	int a, b, i;

	connected_pair(&a, &b);
	for (i = 0; i < 16; i++) {
		obuf[i] = 'a' + i;
		oiov[i] = (struct iovec){ &obuf[i], 1 };
		iiov[i] = (struct iovec){ ibuf[i], 4 };
		out[i].msg_hdr.msg_iov = &oiov[i];
		out[i].msg_hdr.msg_iovlen = 1;
		in[i].msg_hdr.msg_iov = &iiov[i];
		in[i].msg_hdr.msg_iovlen = 1;
	}
	EXPECT_EQ(16, sendmmsg(a, out, 16, 0));
	usleep(200000);
	EXPECT_EQ(16, recvmmsg(b, in, 16, MSG_DONTWAIT, NULL));
	for (i = 0; i < 16; i++) {
		EXPECT_EQ(1, out[i].msg_len);
		EXPECT_EQ(1, in[i].msg_len);
		EXPECT_EQ(obuf[i], ibuf[i][0]);
	}
	EXPECT_ERRNO(EAGAIN, recvmmsg(b, in, 16, MSG_DONTWAIT, NULL));
	close(a);
	close(b);
}

/* Gathering and scattering, and MSG_MORE that joins sends to one datagram. */
TEST_F(udp, vectors_and_more)
{
	struct iovec o[3] = { { "ab", 2 }, { "", 0 }, { "cde", 3 } };
	char x[3], y[8];
	struct iovec i[2] = { { x, 3 }, { y, 8 } };
	int a, b;

	connected_pair(&a, &b);
	EXPECT_EQ(5, writev(a, o, 3));
	EXPECT_EQ(5, readv(b, i, 2));
	EXPECT_EQ(0, memcmp("abc", x, 3));
	EXPECT_EQ(0, memcmp("de", y, 2));
	EXPECT_EQ(2, send(a, "12", 2, MSG_MORE));
	EXPECT_ERRNO(EAGAIN, recv(b, y, 8, MSG_DONTWAIT));
	EXPECT_EQ(3, send(a, "345", 3, 0));
	EXPECT_EQ(5, xrecv(b, y, 8));
	EXPECT_EQ(0, memcmp("12345", y, 5));
	close(a);
	close(b);
}

/* What is sent beyond SO_RCVBUF is dropped and counted. */
TEST_F(udp, receive_buffer_limit)
{
	static char buf[1024];
	long long before = snmp_get("Udp", "RcvbufErrors");
	int a, b, sent, got = 0;

	connected_pair(&a, &b);
	ASSERT_ERRNO(0, set_int(b, SOL_SOCKET, SO_RCVBUF, 8192));
	for (sent = 0; sent < 200; sent++)
		ASSERT_EQ(1024, send(a, buf, 1024, 0));
	usleep(200000);
	while (recv(b, buf, sizeof(buf), MSG_DONTWAIT) == 1024)
		got++;
	EXPECT_GT(got, 2);
	EXPECT_LT(got, 100);
	EXPECT_EQ(before + sent - got, snmp_get("Udp", "RcvbufErrors"));
	ASSERT_EQ(1024, send(a, buf, 1024, 0));
	EXPECT_EQ(1024, xrecv(b, buf, sizeof(buf)));
	close(a);
	close(b);
}

/* The most specific socket gets the datagram. */
TEST_F(udp, lookup_order)
{
	int any, lo, conn, k;
	char buf[4];

	any = xsocket(SOCK_DGRAM, 0);
	lo = xsocket(SOCK_DGRAM, 0);
	conn = xsocket(SOCK_DGRAM, 0);
	k = xsocket(SOCK_DGRAM, 0);
	set_int(any, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int(lo, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int(conn, SOL_SOCKET, SO_REUSEADDR, 1);
	ASSERT_ERRNO(0, xbind(k, "127.0.0.1", 7010));
	ASSERT_ERRNO(0, xbind(any, "0.0.0.0", 7011));
	ASSERT_EQ(1, xsendto(k, "1", 1, "127.0.0.1", 7011));
	EXPECT_EQ(1, xrecv(any, buf, 4));
	ASSERT_ERRNO(0, xbind(lo, "127.0.0.1", 7011));
	ASSERT_EQ(1, xsendto(k, "2", 1, "127.0.0.1", 7011));
	EXPECT_EQ(1, xrecv(lo, buf, 4));
	EXPECT_ERRNO(EAGAIN, recv(any, buf, 4, MSG_DONTWAIT));
	ASSERT_EQ(1, xsendto(k, "3", 1, "127.0.0.2", 7011));
	EXPECT_EQ(1, xrecv(any, buf, 4));
	ASSERT_ERRNO(0, xbind(conn, "127.0.0.1", 7011));
	ASSERT_ERRNO(0, xconnect(conn, "127.0.0.1", 7010));
	ASSERT_EQ(1, xsendto(k, "4", 1, "127.0.0.1", 7011));
	EXPECT_EQ(1, xrecv(conn, buf, 4));
	EXPECT_ERRNO(EAGAIN, recv(lo, buf, 4, MSG_DONTWAIT));
	close(any);
	close(lo);
	close(conn);
	close(k);
}

/* SO_REUSEPORT spreads flows over the group and loses none. */
TEST_F(udp, reuseport_spread)
{
	int fd[4], k, i, j, got[4] = { 0 }, total = 0;
	long long end;
	char c;

	for (i = 0; i < 4; i++) {
		fd[i] = xsocket(SOCK_DGRAM, 0);
		ASSERT_ERRNO(0, set_reuseport(fd[i], 1));
		ASSERT_ERRNO(0, xbind(fd[i], "127.0.0.1", 7012));
	}
	for (i = 0; i < 200; i++) {
		k = xsocket(SOCK_DGRAM, 0);
		ASSERT_EQ(1, xsendto(k, "x", 1, "127.0.0.1", 7012));
		close(k);
	}
	for (end = now_ms() + 5000; total < 200 && now_ms() < end; )
		for (j = 0; j < 4; j++)
			while (recv(fd[j], &c, 1, MSG_DONTWAIT) == 1) {
				got[j]++;
				total++;
			}
	for (i = 0; i < 4; i++) {
		EXPECT_GT(got[i], 0);
		close(fd[i]);
	}
	EXPECT_EQ(200, total);
}

static void on_signal(int sig)
{
	(void)sig;
}

/* A blocked receive ends with EINTR, and by a datagram from elsewhere. */
TEST_F(udp, blocking_receive)
{
	struct sigaction sa = { .sa_handler = on_signal };
	int s, k, port;
	pid_t pid;
	char c;

	s = server("127.0.0.1", &port);
	sigaction(SIGUSR1, &sa, NULL);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		usleep(100000);
		kill(getppid(), SIGUSR1);
		usleep(100000);
		k = xsocket(SOCK_DGRAM, 0);
		_exit(xsendto(k, "x", 1, "127.0.0.1", port) != 1);
	}
	EXPECT_ERRNO(EINTR, recv(s, &c, 1, 0));
	EXPECT_EQ(1, recv(s, &c, 1, 0));
	waitpid(pid, NULL, 0);
	close(s);
}

TEST_HARNESS_MAIN
