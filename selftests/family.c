// SPDX-License-Identifier: GPL-2.0
/* timeout: 180 */
/*
 * socket(): types, protocols, flags and errors; what every socket answers
 * before it is bound or connected.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <linux/sockios.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(family);

/* The errno of socket(), 0 if it worked. */
static int socket_errno(int type, int proto)
{
	int fd = xsocket(type, proto);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

TEST_F(family, types_and_protocols)
{
	int proto;

	EXPECT_EQ(0, socket_errno(SOCK_STREAM, 0));
	EXPECT_EQ(0, socket_errno(SOCK_STREAM, IPPROTO_TCP));
	EXPECT_EQ(0, socket_errno(SOCK_DGRAM, 0));
	EXPECT_EQ(0, socket_errno(SOCK_DGRAM, IPPROTO_UDP));
	for (proto = 1; proto < 256; proto++)
		EXPECT_EQ(0, socket_errno(SOCK_RAW, proto));
}

TEST_F(family, wrong_protocol)
{
	EXPECT_EQ(EPROTONOSUPPORT, socket_errno(SOCK_STREAM, IPPROTO_UDP));
	EXPECT_EQ(EPROTONOSUPPORT, socket_errno(SOCK_STREAM, IPPROTO_ICMP));
	EXPECT_EQ(EPROTONOSUPPORT, socket_errno(SOCK_STREAM, 77));
	EXPECT_EQ(EPROTONOSUPPORT, socket_errno(SOCK_DGRAM, IPPROTO_TCP));
	EXPECT_EQ(EPROTONOSUPPORT, socket_errno(SOCK_DGRAM, IPPROTO_RAW));
	EXPECT_EQ(EPROTONOSUPPORT, socket_errno(SOCK_RAW, 0));
	EXPECT_EQ(EINVAL, socket_errno(SOCK_RAW, -1));
	EXPECT_EQ(EINVAL, socket_errno(SOCK_STREAM, 10000));
	EXPECT_EQ(EINVAL, socket_errno(SOCK_RAW, 10000));
}

TEST_F(family, unknown_type)
{
	EXPECT_EQ(ESOCKTNOSUPPORT, socket_errno(0, 0));
	EXPECT_EQ(ESOCKTNOSUPPORT, socket_errno(SOCK_RDM, 0));
	EXPECT_EQ(ESOCKTNOSUPPORT, socket_errno(SOCK_SEQPACKET, 0));
	EXPECT_EQ(ESOCKTNOSUPPORT, socket_errno(7, 0));
	EXPECT_EQ(ESOCKTNOSUPPORT, socket_errno(9, IPPROTO_UDP));
	EXPECT_EQ(EINVAL, socket_errno(11, 0));
	EXPECT_EQ(EINVAL, socket_errno(SOCK_STREAM | 0x100, 0));
}

TEST_F(family, raw_needs_privilege)
{
	ASSERT_EQ(0, drop_root());
	EXPECT_EQ(EPERM, socket_errno(SOCK_RAW, IPPROTO_ICMP));
	EXPECT_EQ(EPERM, socket_errno(SOCK_RAW, IPPROTO_RAW));
	EXPECT_EQ(EPROTONOSUPPORT, socket_errno(SOCK_RAW, 0));
	EXPECT_EQ(0, socket_errno(SOCK_STREAM, 0));
	EXPECT_EQ(0, socket_errno(SOCK_DGRAM, 0));
	EXPECT_EQ(0, regain_root());
	EXPECT_EQ(0, socket_errno(SOCK_RAW, IPPROTO_ICMP));
}

/* The capability counts in the user namespace that owns the net namespace. */
TEST_F(family, raw_in_user_namespace)
{
	ASSERT_EQ(0, setgid(65534));
	ASSERT_EQ(0, setuid(65534));
	EXPECT_EQ(EPERM, socket_errno(SOCK_RAW, IPPROTO_ICMP));
	if (unshare(CLONE_NEWUSER))
		SKIP(return, "no unprivileged user namespaces: errno %d", errno);
	EXPECT_EQ(EPERM, socket_errno(SOCK_RAW, IPPROTO_ICMP));
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	EXPECT_EQ(0, socket_errno(SOCK_RAW, IPPROTO_ICMP));
}

TEST_F(family, ping_group_range)
{
	char val[64];

	ASSERT_EQ(0, sysctl_get("ping_group_range", val, sizeof(val)));
	EXPECT_STREQ("1\t0", val);
	EXPECT_EQ(EACCES, socket_errno(SOCK_DGRAM, IPPROTO_ICMP));

	ASSERT_EQ(0, sysctl_set("ping_group_range", "0 0"));
	EXPECT_EQ(0, socket_errno(SOCK_DGRAM, IPPROTO_ICMP));
	ASSERT_EQ(0, drop_root());
	EXPECT_EQ(EACCES, socket_errno(SOCK_DGRAM, IPPROTO_ICMP));
	ASSERT_EQ(0, regain_root());

	ASSERT_EQ(0, sysctl_set("ping_group_range", "65534 65534"));
	EXPECT_EQ(EACCES, socket_errno(SOCK_DGRAM, IPPROTO_ICMP));
	ASSERT_EQ(0, drop_root());
	EXPECT_EQ(0, socket_errno(SOCK_DGRAM, IPPROTO_ICMP));
	ASSERT_EQ(0, regain_root());

	EXPECT_EQ(-1, sysctl_set("ping_group_range", "-1 0"));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(family, type_flags)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	unsigned int i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		fd = xsocket(types[i], 0);
		ASSERT_GE(fd, 0);
		EXPECT_EQ(0, fcntl(fd, F_GETFD) & FD_CLOEXEC);
		EXPECT_EQ(0, fcntl(fd, F_GETFL) & O_NONBLOCK);
		close(fd);

		fd = xsocket(types[i] | SOCK_CLOEXEC, 0);
		ASSERT_GE(fd, 0);
		EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD) & FD_CLOEXEC);
		close(fd);

		fd = xsocket(types[i] | SOCK_NONBLOCK, 0);
		ASSERT_GE(fd, 0);
		EXPECT_EQ(O_NONBLOCK, fcntl(fd, F_GETFL) & O_NONBLOCK);
		close(fd);
	}
}

static const struct {
	int type, proto, so_proto;
} kinds[] = {
	{ SOCK_STREAM, 0, IPPROTO_TCP },
	{ SOCK_DGRAM, 0, IPPROTO_UDP },
	{ SOCK_RAW, IPPROTO_ICMP, IPPROTO_ICMP },
	{ SOCK_RAW, 253, 253 },
};

TEST_F(family, identity)
{
	unsigned int i;
	int fd, want;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fd = xsocket(kinds[i].type, kinds[i].proto);
		ASSERT_GE(fd, 0);
		want = kinds[i].so_proto;
		if (flavour != FL_INET && want == IPPROTO_TCP)
			want |= INETX_PROTO_BIT;
		EXPECT_EQ(want, get_int(fd, SOL_SOCKET, SO_PROTOCOL));
		EXPECT_EQ(kinds[i].type, get_int(fd, SOL_SOCKET, SO_TYPE));
		EXPECT_EQ(fam(), get_int(fd, SOL_SOCKET, SO_DOMAIN));
		EXPECT_EQ(0, get_int(fd, SOL_SOCKET, SO_ERROR));
		EXPECT_EQ(0, get_int(fd, SOL_SOCKET, SO_ACCEPTCONN));
		close(fd);
	}
}

TEST_F(family, names_before_bind)
{
	struct sockaddr_storage ss;
	struct sockaddr_in *sin = (void *)&ss;
	socklen_t len;
	unsigned int i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fd = xsocket(kinds[i].type, kinds[i].proto);
		ASSERT_GE(fd, 0);
		memset(&ss, 0xff, sizeof(ss));
		len = sizeof(ss);
		EXPECT_ERRNO(0, getsockname(fd, (void *)&ss, &len));
		EXPECT_EQ(sizeof(*sin), len);
		EXPECT_EQ(addr_fam(), sin->sin_family);
		EXPECT_EQ(0, sin->sin_addr.s_addr);
		if (kinds[i].type != SOCK_RAW)
			EXPECT_EQ(0, sin->sin_port);
		EXPECT_ERRNO(ENOTCONN, getpeername(fd, (void *)&ss, &len));

		/* a short buffer gets the start and the whole length */
		memset(&ss, 0xff, sizeof(ss));
		len = 4;
		EXPECT_ERRNO(0, getsockname(fd, (void *)&ss, &len));
		EXPECT_EQ(sizeof(*sin), len);
		EXPECT_EQ(addr_fam(), sin->sin_family);
		EXPECT_EQ(0xffffffff, sin->sin_addr.s_addr);
		len = -1;
		EXPECT_ERRNO(EINVAL, getsockname(fd, (void *)&ss, &len));
		len = sizeof(ss);
		EXPECT_ERRNO(EFAULT, getsockname(fd, (void *)8, &len));
		close(fd);
	}
}

TEST_F(family, socketpair)
{
	int sv[2];

	EXPECT_ERRNO(EOPNOTSUPP, socketpair(fam(), SOCK_STREAM, 0, sv));
	EXPECT_ERRNO(EOPNOTSUPP, socketpair(fam(), SOCK_DGRAM, 0, sv));
	EXPECT_ERRNO(EOPNOTSUPP, socketpair(fam(), SOCK_RAW, 1, sv));
}

TEST_F(family, wrong_calls)
{
	char c = 0;
	int tcp, udp, raw;

	tcp = xsocket(SOCK_STREAM, 0);
	udp = xsocket(SOCK_DGRAM, 0);
	raw = xsocket(SOCK_RAW, IPPROTO_ICMP);
	ASSERT_GE(tcp, 0);
	ASSERT_GE(udp, 0);
	ASSERT_GE(raw, 0);

	EXPECT_ERRNO(EOPNOTSUPP, listen(udp, 1));
	EXPECT_ERRNO(EOPNOTSUPP, listen(raw, 1));
	EXPECT_ERRNO(EOPNOTSUPP, accept(udp, NULL, NULL));
	EXPECT_ERRNO(EOPNOTSUPP, accept(raw, NULL, NULL));
	EXPECT_ERRNO(EINVAL, accept(tcp, NULL, NULL));

	EXPECT_ERRNO(ENOTCONN, shutdown(tcp, SHUT_WR));
	EXPECT_ERRNO(ENOTCONN, shutdown(udp, SHUT_WR));
	EXPECT_ERRNO(ENOTCONN, shutdown(raw, SHUT_RDWR));
	EXPECT_ERRNO(EINVAL, shutdown(tcp, 3));
	EXPECT_ERRNO(EINVAL, shutdown(udp, -1));

	EXPECT_ERRNO(ENOTCONN, recv(tcp, &c, 1, 0));
	EXPECT_ERRNO(EPIPE, send(tcp, &c, 1, MSG_NOSIGNAL));
	EXPECT_ERRNO(EDESTADDRREQ, send(udp, &c, 1, 0));
	EXPECT_ERRNO(EDESTADDRREQ, send(raw, &c, 1, 0));
	EXPECT_ERRNO(EAGAIN, recv(udp, &c, 1, MSG_DONTWAIT));
	EXPECT_ERRNO(EAGAIN, recv(raw, &c, 1, MSG_DONTWAIT));
	EXPECT_ERRNO(EOPNOTSUPP, send(udp, &c, 1, MSG_OOB));
	EXPECT_ERRNO(EOPNOTSUPP, send(raw, &c, 1, MSG_OOB));
	EXPECT_ERRNO(ESPIPE, lseek(tcp, 0, SEEK_SET));
	EXPECT_ERRNO(ESPIPE, pread(udp, &c, 1, 0));
	close(tcp);
	close(udp);
	close(raw);
}

TEST_F(family, mmap)
{
	unsigned int i;
	void *p;
	int fd;

	for (i = 1; i < ARRAY_SIZE(kinds); i++) {
		fd = xsocket(kinds[i].type, kinds[i].proto);
		ASSERT_GE(fd, 0);
		p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
		EXPECT_EQ(MAP_FAILED, p);
		EXPECT_EQ(ENODEV, errno);
		close(fd);
	}
}

TEST_F(family, ioctls)
{
	struct timeval tv;
	unsigned int i;
	int fd, val;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fd = xsocket(kinds[i].type, kinds[i].proto);
		ASSERT_GE(fd, 0);
		EXPECT_ERRNO(ENOTTY, ioctl(fd, 0x1234, &val));
		EXPECT_ERRNO(ENOTTY, ioctl(fd, TCGETS, &tv));
		EXPECT_ERRNO(ENOENT, ioctl(fd, SIOCGSTAMP, &tv));
		EXPECT_ERRNO(EFAULT, ioctl(fd, SIOCGIFFLAGS, NULL));

		val = getpid();
		EXPECT_ERRNO(0, ioctl(fd, SIOCSPGRP, &val));
		val = 0;
		EXPECT_ERRNO(0, ioctl(fd, SIOCGPGRP, &val));
		EXPECT_EQ(getpid(), val);
		val = 1;
		EXPECT_ERRNO(0, ioctl(fd, FIOASYNC, &val));
		EXPECT_EQ(O_ASYNC, fcntl(fd, F_GETFL) & O_ASYNC);
		EXPECT_ERRNO(0, ioctl(fd, FIONBIO, &val));
		EXPECT_EQ(O_NONBLOCK, fcntl(fd, F_GETFL) & O_NONBLOCK);
		close(fd);
	}
}

TEST_F(family, option_errors)
{
	unsigned int i;
	socklen_t len;
	int fd, val = 1;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fd = xsocket(kinds[i].type, kinds[i].proto);
		ASSERT_GE(fd, 0);
		EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, SOL_IP, 999, 1));
		len = sizeof(val);
		EXPECT_ERRNO(ENOPROTOOPT,
			     getsockopt(fd, SOL_IP, 999, &val, &len));
		EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, SOL_SOCKET, 9999, 1));
		EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, 777, 1, 1));
		EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_SOCKET, SO_RCVBUF,
						(void *)8, 4));
		EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_SOCKET, SO_RCVBUF,
						&val, 2));
		close(fd);
	}
}

TEST_F(family, own_options)
{
	char byte = 1;
	socklen_t len;
	int fd, val;

	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_GE(fd, 0);
	if (flavour == FL_INET) {
		EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, SOL_INETX, INETX_VIEW, 1));
		close(fd);
		return;
	}
	EXPECT_EQ(flavour == FL_VIEW, get_int(fd, SOL_INETX, INETX_VIEW));
	EXPECT_ERRNO(0, set_int(fd, SOL_INETX, INETX_VIEW, 1));
	EXPECT_EQ(1, get_int(fd, SOL_INETX, INETX_VIEW));
	EXPECT_ERRNO(0, set_int(fd, SOL_INETX, INETX_VIEW, 0));
	EXPECT_EQ(0, get_int(fd, SOL_INETX, INETX_VIEW));
	EXPECT_ERRNO(0, set_int(fd, SOL_INETX, INETX_REUSEPORT, 1));
	EXPECT_EQ(1, get_int(fd, SOL_INETX, INETX_REUSEPORT));
	EXPECT_EQ(1, get_int(fd, SOL_SOCKET, SO_REUSEPORT));
	EXPECT_ERRNO(ENOPROTOOPT, set_int(fd, SOL_INETX, 999, 1));
	EXPECT_ERRNO(EINVAL,
		     setsockopt(fd, SOL_INETX, INETX_VIEW, &byte, 0));
	EXPECT_ERRNO(EFAULT,
		     setsockopt(fd, SOL_INETX, INETX_VIEW, (void *)8, 4));
	len = sizeof(val);
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, SOL_INETX, 999, &val, &len));
	close(fd);
}

TEST_F(family, poll_unconnected)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT };
	int tcp, udp, ep;

	tcp = xsocket(SOCK_STREAM, 0);
	udp = xsocket(SOCK_DGRAM, 0);
	ASSERT_GE(tcp, 0);
	ASSERT_GE(udp, 0);
	EXPECT_EQ(POLLOUT | POLLHUP, poll_for(tcp, POLLIN | POLLOUT, 0));
	EXPECT_EQ(POLLOUT, poll_for(udp, POLLIN | POLLOUT, 0));
	ep = epoll_create1(EPOLL_CLOEXEC);
	ASSERT_GE(ep, 0);
	EXPECT_ERRNO(0, epoll_ctl(ep, EPOLL_CTL_ADD, udp, &ev));
	memset(&ev, 0, sizeof(ev));
	EXPECT_EQ(1, epoll_wait(ep, &ev, 1, 0));
	EXPECT_EQ(EPOLLOUT, ev.events);
	close(udp);
	close(tcp);
	close(ep);
}

/* A new namespace has its own 127.0.0.1 as soon as lo is up, and no more. */
TEST_F(family, loopback_address)
{
	int fd = xsocket(SOCK_DGRAM, 0);

	ASSERT_GE(fd, 0);
	EXPECT_ERRNO(0, xbind(fd, "127.0.0.1", 0));
	close(fd);
	fd = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(0, xbind(fd, "127.9.8.7", 0));
	close(fd);
	fd = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(EADDRNOTAVAIL, xbind(fd, "10.0.0.1", 0));
	close(fd);
	EXPECT_ERRNO(0, addr_add("lo", "10.0.0.1", 32));
	fd = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(0, xbind(fd, "10.0.0.1", 0));
	close(fd);
	EXPECT_ERRNO(0, addr_del("lo", "10.0.0.1", 32));
	fd = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(EADDRNOTAVAIL, xbind(fd, "10.0.0.1", 0));
	close(fd);
}

TEST_HARNESS_MAIN
