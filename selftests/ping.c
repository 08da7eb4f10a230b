// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/*
 * Ping sockets, SOCK_DGRAM of IPPROTO_ICMP: echo without privilege, the
 * identifier as the socket's port.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <netinet/ip_icmp.h>
#include <linux/errqueue.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(ping);

/* A ping socket, which the group range of a new namespace forbids at first. */
static int ping_socket(void)
{
	int fd;

	if (sysctl_set("ping_group_range", "0 2147483647"))
		return -1;
	fd = xsocket(SOCK_DGRAM, IPPROTO_ICMP);
	return fd;
}

static void echo_request(struct icmphdr *h, int seq)
{
	memset(h, 0, sizeof(*h));
	h->type = ICMP_ECHO;
	h->un.echo.id = htons(9);	/* the kernel writes its own */
	h->un.echo.sequence = htons(seq);
}

TEST_F(ping, echo)
{
	struct {
		struct icmphdr h;
		char data[56];
	} out, in;
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int fd, seq;

	fd = ping_socket();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, drop_root());
	memset(out.data, 0x42, sizeof(out.data));
	for (seq = 1; seq <= 3; seq++) {
		echo_request(&out.h, seq);
		ASSERT_EQ(sizeof(out), xsendto(fd, &out, sizeof(out),
					       "127.0.0.1", 0));
		ASSERT_EQ(POLLIN, poll_for(fd, POLLIN, 5000));
		memset(&from, 0xff, sizeof(from));
		ASSERT_EQ(sizeof(in), recvfrom(fd, &in, sizeof(in), 0,
					       (void *)&from, &len));
		EXPECT_EQ(ICMP_ECHOREPLY, in.h.type);
		EXPECT_EQ(0, in.h.code);
		EXPECT_EQ(htons(seq), in.h.un.echo.sequence);
		EXPECT_EQ(local_port(fd), ntohs(in.h.un.echo.id));
		EXPECT_EQ(0, memcmp(in.data, out.data, sizeof(in.data)));
		EXPECT_EQ(sizeof(from), len);
		EXPECT_EQ(addr_fam(), from.sin_family);
		EXPECT_EQ(htonl(INADDR_LOOPBACK), from.sin_addr.s_addr);
		EXPECT_EQ(0, from.sin_port);
	}
	ASSERT_EQ(0, regain_root());
	close(fd);
}

TEST_F(ping, between_namespaces)
{
	struct {
		struct icmphdr h;
		char data[1472];
	} out, in;
	int there, fd;

	there = pair_setup();
	ASSERT_GE(there, 0);
	fd = ping_socket();
	ASSERT_GE(fd, 0);
	memset(out.data, 0x5a, sizeof(out.data));
	echo_request(&out.h, 1);
	ASSERT_EQ(sizeof(out), xsendto(fd, &out, sizeof(out), "10.9.0.2", 0));
	ASSERT_EQ(POLLIN, poll_for(fd, POLLIN, 5000));
	ASSERT_EQ(sizeof(in), recv(fd, &in, sizeof(in), 0));
	EXPECT_EQ(ICMP_ECHOREPLY, in.h.type);
	EXPECT_EQ(0, memcmp(in.data, out.data, sizeof(in.data)));
	close(fd);
	close(there);
}

TEST_F(ping, identifiers)
{
	struct icmphdr h;
	int a, b;

	a = ping_socket();
	b = ping_socket();
	ASSERT_GE(a, 0);
	ASSERT_GE(b, 0);
	/* ping sockets share identifiers unless told not to */
	EXPECT_EQ(1, get_int(b, SOL_SOCKET, SO_REUSEADDR));
	EXPECT_ERRNO(0, set_int(b, SOL_SOCKET, SO_REUSEADDR, 0));
	EXPECT_ERRNO(0, xbind(a, "127.0.0.1", 777));
	EXPECT_EQ(777, local_port(a));
	EXPECT_ERRNO(EINVAL, xbind(a, "127.0.0.1", 778));
	EXPECT_ERRNO(EADDRINUSE, xbind(b, "127.0.0.1", 777));
	EXPECT_ERRNO(EADDRNOTAVAIL, xbind(b, "8.8.8.8", 0));
	EXPECT_ERRNO(0, xbind(b, "127.0.0.1", 0));
	EXPECT_NE(0, local_port(b));
	EXPECT_NE(777, local_port(b));

	/* a reply goes to the socket with its identifier only */
	echo_request(&h, 1);
	ASSERT_EQ(8, xsendto(a, &h, 8, "127.0.0.1", 0));
	EXPECT_EQ(POLLIN, poll_for(a, POLLIN, 5000));
	EXPECT_EQ(0, poll_for(b, POLLIN, 50));
	EXPECT_EQ(8, recv(a, &h, 8, 0));
	EXPECT_EQ(htons(777), h.un.echo.id);
	close(a);
	close(b);
}

TEST_F(ping, bind_errors)
{
	struct sockaddr_in sin = xaddr("127.0.0.1", 0);
	int fd = ping_socket();

	ASSERT_GE(fd, 0);
	EXPECT_ERRNO(EINVAL, bind(fd, (void *)&sin, 8));
	sin.sin_family = AF_INET6;
	EXPECT_ERRNO(EAFNOSUPPORT, bind(fd, (void *)&sin, sizeof(sin)));
	close(fd);
}

TEST_F(ping, send_errors)
{
	struct sockaddr_in sin = xaddr("127.0.0.1", 0);
	static char big[70000];
	struct icmphdr h;
	int fd = ping_socket();

	ASSERT_GE(fd, 0);
	echo_request(&h, 1);
	EXPECT_ERRNO(EDESTADDRREQ, send(fd, &h, 8, 0));
	EXPECT_ERRNO(EINVAL, xsendto(fd, &h, 7, "127.0.0.1", 0));
	EXPECT_ERRNO(EINVAL, sendto(fd, &h, 8, 0, (void *)&sin, 8));
	sin.sin_family = AF_INET6;
	EXPECT_ERRNO(EAFNOSUPPORT,
		     sendto(fd, &h, 8, 0, (void *)&sin, sizeof(sin)));
	h.type = ICMP_TIMESTAMP;
	EXPECT_ERRNO(EINVAL, xsendto(fd, &h, 8, "127.0.0.1", 0));
	h.type = ICMP_ECHOREPLY;
	EXPECT_ERRNO(EINVAL, xsendto(fd, &h, 8, "127.0.0.1", 0));
	h.type = ICMP_ECHO;
	h.code = 1;
	EXPECT_ERRNO(EINVAL, xsendto(fd, &h, 8, "127.0.0.1", 0));
	EXPECT_ERRNO(EMSGSIZE, xsendto(fd, big, 65536, "127.0.0.1", 0));
	echo_request(&h, 1);
	EXPECT_ERRNO(EOPNOTSUPP, send(fd, &h, 8, MSG_OOB));
	EXPECT_ERRNO(ENETUNREACH, xsendto(fd, &h, 8, "10.1.1.1", 0));
	close(fd);
}

TEST_F(ping, connected)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	struct icmphdr h;
	int fd = ping_socket();

	ASSERT_GE(fd, 0);
	ASSERT_ERRNO(0, xconnect(fd, "127.0.0.1", 0));
	/* without a port the connection has no name */
	EXPECT_ERRNO(ENOTCONN, getpeername(fd, (void *)&sin, &len));
	ASSERT_ERRNO(0, xconnect(fd, "127.0.0.1", 1));
	EXPECT_ERRNO(0, getpeername(fd, (void *)&sin, &len));
	EXPECT_EQ(addr_fam(), sin.sin_family);
	EXPECT_EQ(htonl(INADDR_LOOPBACK), sin.sin_addr.s_addr);
	echo_request(&h, 3);
	EXPECT_EQ(8, send(fd, &h, 8, 0));
	EXPECT_EQ(POLLIN, poll_for(fd, POLLIN, 5000));
	EXPECT_EQ(8, recv(fd, &h, 8, 0));
	EXPECT_EQ(htons(3), h.un.echo.sequence);
	close(fd);
}

/* Bytes beyond the buffer are cut off and said to be. */
TEST_F(ping, truncation)
{
	char out[64] = { ICMP_ECHO }, in[16];
	struct iovec iov = { in, sizeof(in) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = ping_socket();

	ASSERT_GE(fd, 0);
	ASSERT_EQ(64, xsendto(fd, out, sizeof(out), "127.0.0.1", 0));
	ASSERT_EQ(POLLIN, poll_for(fd, POLLIN, 5000));
	EXPECT_EQ(16, recvmsg(fd, &msg, MSG_PEEK));
	EXPECT_EQ(MSG_TRUNC, msg.msg_flags & MSG_TRUNC);
	EXPECT_EQ(16, recvmsg(fd, &msg, 0));
	EXPECT_EQ(MSG_TRUNC, msg.msg_flags & MSG_TRUNC);
	EXPECT_ERRNO(EAGAIN, recv(fd, in, 1, MSG_DONTWAIT));
	close(fd);
}

/* The address that is nobody's: the local stack itself gives the error. */
TEST_F(ping, host_unreachable)
{
	struct sock_extended_err ee;
	char control[256], data[64];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	struct icmphdr h;
	int there, fd;

	there = pair_setup();
	ASSERT_GE(there, 0);
	fd = ping_socket();
	ASSERT_GE(fd, 0);
	ASSERT_ERRNO(0, set_int(fd, SOL_IP, IP_RECVERR, 1));
	echo_request(&h, 1);
	ASSERT_EQ(8, xsendto(fd, &h, 8, "10.9.0.77", 0));
	/* ARP gives up after three probes of a second each */
	ASSERT_EQ(POLLERR, poll_for(fd, 0, 15000));
	ASSERT_ERRNO(0, recvmsg(fd, &msg, MSG_ERRQUEUE));
	c = CMSG_FIRSTHDR(&msg);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(SOL_IP, c->cmsg_level);
	EXPECT_EQ(IP_RECVERR, c->cmsg_type);
	memcpy(&ee, CMSG_DATA(c), sizeof(ee));
	EXPECT_EQ(EHOSTUNREACH, ee.ee_errno);
	EXPECT_EQ(SO_EE_ORIGIN_ICMP, ee.ee_origin);
	EXPECT_EQ(ICMP_DEST_UNREACH, ee.ee_type);
	EXPECT_EQ(ICMP_HOST_UNREACH, ee.ee_code);
	close(fd);
	close(there);
}

TEST_HARNESS_MAIN
