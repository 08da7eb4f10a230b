// SPDX-License-Identifier: GPL-2.0
/* timeout: 240 */
/*
 * bind(): which addresses and ports it takes, who may share them, and what
 * getsockname() says afterwards.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <stddef.h>
#include <sys/un.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(bind);

/* Each test of ports runs for both protocols. */
static const int types[] = { SOCK_DGRAM, SOCK_STREAM };

#define for_each_type(i) for (i = 0; i < ARRAY_SIZE(types); i++)

/* The errno of bind() of a new socket, which is closed again. */
static int bind_errno(int type, const char *ip, int port)
{
	int fd = xsocket(type, 0), ret;

	if (fd < 0)
		abort();
	ret = CALL_ERRNO(xbind(fd, ip, port));
	close(fd);
	return ret;
}

/* A new bound socket or -1; listening where it is a stream. */
static int bound(int type, const char *ip, int port)
{
	int fd = xsocket(type, 0);

	if (fd < 0)
		return -1;
	if (xbind(fd, ip, port) || (type == SOCK_STREAM && listen(fd, 8))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int bind_family(int type, int family, const char *ip)
{
	struct sockaddr_in sin = xaddr(ip, 0);
	int fd = xsocket(type, 0), ret;

	sin.sin_family = family;
	ret = CALL_ERRNO(bind(fd, (void *)&sin, sizeof(sin)));
	close(fd);
	return ret;
}

TEST_F(bind, families)
{
	unsigned int i;

	for_each_type(i) {
		EXPECT_EQ(0, bind_family(types[i], AF_INET, "127.0.0.1"));
		EXPECT_EQ(0, bind_family(types[i], fam(), "127.0.0.1"));
		EXPECT_EQ(0, bind_family(types[i], AF_UNSPEC, "0.0.0.0"));
		EXPECT_EQ(EAFNOSUPPORT,
			  bind_family(types[i], AF_UNSPEC, "127.0.0.1"));
		EXPECT_EQ(EAFNOSUPPORT,
			  bind_family(types[i], AF_INET6, "127.0.0.1"));
		EXPECT_EQ(EAFNOSUPPORT,
			  bind_family(types[i], AF_UNIX, "0.0.0.0"));
	}
}

TEST_F(bind, lengths)
{
	struct sockaddr_storage ss = { 0 };
	struct sockaddr_in sin = xaddr("127.0.0.1", 0);
	unsigned int i;
	int fd;

	memcpy(&ss, &sin, sizeof(sin));
	for_each_type(i) {
		fd = xsocket(types[i], 0);
		ASSERT_GE(fd, 0);
		EXPECT_ERRNO(EINVAL, bind(fd, (void *)&ss, 0));
		EXPECT_ERRNO(EINVAL, bind(fd, (void *)&ss, 2));
		EXPECT_ERRNO(EINVAL, bind(fd, (void *)&ss, sizeof(sin) - 1));
		EXPECT_ERRNO(EINVAL, bind(fd, (void *)&ss, sizeof(ss) + 1));
		EXPECT_ERRNO(EINVAL, bind(fd, (void *)&ss, -1));
		EXPECT_ERRNO(EFAULT, bind(fd, (void *)8, sizeof(sin)));
		EXPECT_ERRNO(0, bind(fd, (void *)&ss, sizeof(ss)));
		close(fd);
	}
}

TEST_F(bind, addresses)
{
	unsigned int i;

	ASSERT_EQ(0, system("ip link add d0 type veth peer name d1"));
	ASSERT_EQ(0, link_up("d0"));
	ASSERT_ERRNO(0, addr_add("d0", "10.1.2.3", 24));
	for_each_type(i) {
		EXPECT_EQ(0, bind_errno(types[i], "0.0.0.0", 0));
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.1", 0));
		EXPECT_EQ(0, bind_errno(types[i], "127.255.255.254", 0));
		EXPECT_EQ(0, bind_errno(types[i], "10.1.2.3", 0));
		EXPECT_EQ(EADDRNOTAVAIL, bind_errno(types[i], "10.1.2.4", 0));
		EXPECT_EQ(EADDRNOTAVAIL, bind_errno(types[i], "8.8.8.8", 0));
		/* broadcast and multicast: bind takes them on any type */
		EXPECT_EQ(0, bind_errno(types[i], "10.1.2.255", 0));
		EXPECT_EQ(0, bind_errno(types[i], "255.255.255.255", 0));
		EXPECT_EQ(0, bind_errno(types[i], "224.1.2.3", 0));
		EXPECT_EQ(0, bind_errno(types[i], "239.255.255.255", 0));
		EXPECT_EQ(EADDRNOTAVAIL, bind_errno(types[i], "240.0.0.1", 0));
	}
}

TEST_F(bind, getsockname)
{
	struct sockaddr_in sin;
	unsigned int i;
	socklen_t len;
	int fd;

	for_each_type(i) {
		fd = bound(types[i], "127.0.0.1", 5001);
		ASSERT_GE(fd, 0);
		memset(&sin, 0xff, sizeof(sin));
		len = sizeof(sin);
		EXPECT_ERRNO(0, getsockname(fd, (void *)&sin, &len));
		EXPECT_EQ(sizeof(sin), len);
		EXPECT_EQ(addr_fam(), sin.sin_family);
		EXPECT_EQ(htons(5001), sin.sin_port);
		EXPECT_EQ(htonl(INADDR_LOOPBACK), sin.sin_addr.s_addr);
		EXPECT_EQ(0, *(long long *)sin.sin_zero);
		close(fd);
	}
}

TEST_F(bind, twice)
{
	unsigned int i;
	int fd;

	for_each_type(i) {
		fd = bound(types[i], "127.0.0.1", 0);
		ASSERT_GE(fd, 0);
		EXPECT_ERRNO(EINVAL, xbind(fd, "127.0.0.1", 0));
		EXPECT_ERRNO(EINVAL, xbind(fd, "0.0.0.0", 5002));
		close(fd);
	}
}

/* A bind that failed leaves the socket unbound. */
TEST_F(bind, again_after_failure)
{
	unsigned int i;
	int fd, other;

	for_each_type(i) {
		other = bound(types[i], "127.0.0.1", 5003);
		ASSERT_GE(other, 0);
		fd = xsocket(types[i], 0);
		EXPECT_ERRNO(EADDRINUSE, xbind(fd, "127.0.0.1", 5003));
		EXPECT_EQ(0, local_port(fd));
		EXPECT_ERRNO(EADDRNOTAVAIL, xbind(fd, "8.8.8.8", 5004));
		EXPECT_ERRNO(0, xbind(fd, "127.0.0.1", 5004));
		EXPECT_EQ(5004, local_port(fd));
		close(fd);
		close(other);
	}
}

TEST_F(bind, in_use)
{
	unsigned int i;
	int fd;

	for_each_type(i) {
		fd = bound(types[i], "127.0.0.1", 5005);
		ASSERT_GE(fd, 0);
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "127.0.0.1", 5005));
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "0.0.0.0", 5005));
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.2", 5005));
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.1", 5006));
		/* the other protocol has ports of its own */
		EXPECT_EQ(0, bind_errno(types[!i], "127.0.0.1", 5005));
		close(fd);
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.1", 5005));

		fd = bound(types[i], "0.0.0.0", 5005);
		ASSERT_GE(fd, 0);
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "127.0.0.1", 5005));
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "127.0.0.2", 5005));
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "0.0.0.0", 5005));
		close(fd);
	}
}

/* The two families have ports of their own. */
TEST_F(bind, other_family)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(5007),
	};
	unsigned int i;
	int fd, in;

	for_each_type(i) {
		in = socket(AF_INET, types[i], 0);
		ASSERT_ERRNO(0, bind(in, (void *)&sin, sizeof(sin)));
		fd = xsocket(types[i], 0);
		EXPECT_ERRNO(flavour == FL_INET ? EADDRINUSE : 0,
			     xbind(fd, "0.0.0.0", 5007));
		close(in);
		close(fd);
	}
}

TEST_F(bind, privileged_ports)
{
	unsigned int i;

	for_each_type(i) {
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.1", 1));
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.1", 1023));
		ASSERT_EQ(0, drop_root());
		EXPECT_EQ(EACCES, bind_errno(types[i], "127.0.0.1", 1));
		EXPECT_EQ(EACCES, bind_errno(types[i], "127.0.0.1", 1023));
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.1", 1024));
		ASSERT_EQ(0, regain_root());
		ASSERT_EQ(0, sysctl_set("ip_unprivileged_port_start", "80"));
		ASSERT_EQ(0, drop_root());
		EXPECT_EQ(0, bind_errno(types[i], "127.0.0.1", 80));
		EXPECT_EQ(EACCES, bind_errno(types[i], "127.0.0.1", 79));
		ASSERT_EQ(0, regain_root());
		ASSERT_EQ(0, sysctl_set("ip_unprivileged_port_start", "1024"));
	}
}

TEST_F(bind, ephemeral_range)
{
	int fds[8], n, port;
	char val[64];
	unsigned int i;

	ASSERT_EQ(0, sysctl_get("ip_local_port_range", val, sizeof(val)));
	EXPECT_STREQ("32768\t60999", val);
	for_each_type(i) {
		fds[0] = bound(types[i], "127.0.0.1", 0);
		ASSERT_GE(fds[0], 0);
		port = local_port(fds[0]);
		EXPECT_GE(port, 32768);
		EXPECT_LE(port, 60999);
		close(fds[0]);
	}
	ASSERT_EQ(0, sysctl_set("ip_local_port_range", "40000 40003"));
	for_each_type(i) {
		for (n = 0; n < 4; n++) {
			fds[n] = bound(types[i], "0.0.0.0", 0);
			ASSERT_GE(fds[n], 0);
			port = local_port(fds[n]);
			EXPECT_GE(port, 40000);
			EXPECT_LE(port, 40003);
		}
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "0.0.0.0", 0));
		for (n = 0; n < 4; n++)
			close(fds[n]);
	}
	EXPECT_EQ(-1, sysctl_set("ip_local_port_range", "50000 40000"));
	EXPECT_EQ(EINVAL, errno);
}

static int tcp_bound(const char *ip, bool reuse, bool port)
{
	int fd = xsocket(SOCK_STREAM, 0);

	if (set_int(fd, SOL_SOCKET, SO_REUSEADDR, reuse) ||
	    (port && set_reuseport(fd, 1)) || xbind(fd, ip, 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* bind() to port 0 of TCP when every port of the range has somebody. */
TEST_F(bind, autobind_reuse)
{
	char val[8];
	int fds[4];

	ASSERT_EQ(0, sysctl_get("ip_autobind_reuse", val, sizeof(val)));
	EXPECT_STREQ("0", val);
	EXPECT_ERRNO(EINVAL, sysctl_set("ip_autobind_reuse", "2"));
	ASSERT_EQ(0, sysctl_set("ip_local_port_range", "40000 40001"));
	fds[0] = tcp_bound("127.0.0.1", true, false);
	fds[1] = tcp_bound("127.0.0.1", true, true);
	ASSERT_LE(0, fds[0]);
	ASSERT_LE(0, fds[1]);
	EXPECT_ERRNO(EADDRINUSE, tcp_bound("127.0.0.1", true, true));
	EXPECT_ERRNO(EADDRINUSE, tcp_bound("0.0.0.0", true, false));
	/* another address, whatever the options */
	fds[2] = tcp_bound("127.0.0.2", false, false);
	EXPECT_LE(0, fds[2]);
	close(fds[2]);

	ASSERT_EQ(0, sysctl_set("ip_autobind_reuse", "1"));
	EXPECT_ERRNO(EADDRINUSE, tcp_bound("127.0.0.1", false, false));
	EXPECT_ERRNO(EADDRINUSE, tcp_bound("127.0.0.1", false, true));
	fds[2] = tcp_bound("127.0.0.1", true, false);
	EXPECT_LE(0, fds[2]);
	/* not a port whose holder would be in one group with it */
	fds[3] = tcp_bound("127.0.0.1", true, true);
	ASSERT_LE(0, fds[3]);
	EXPECT_EQ(local_port(fds[0]), local_port(fds[3]));
	EXPECT_ERRNO(EADDRINUSE, tcp_bound("127.0.0.1", true, true));
	close(fds[2]);
	close(fds[3]);

	/* nor that of a listener */
	ASSERT_ERRNO(0, listen(fds[0], 1));
	fds[2] = tcp_bound("127.0.0.1", true, false);
	ASSERT_LE(0, fds[2]);
	EXPECT_EQ(local_port(fds[1]), local_port(fds[2]));
	close(fds[2]);
	ASSERT_ERRNO(0, listen(fds[1], 1));
	EXPECT_ERRNO(EADDRINUSE, tcp_bound("127.0.0.1", true, false));
	close(fds[0]);
	close(fds[1]);
}

/* The ports of ip_local_reserved_ports are not chosen, but may be asked for. */
TEST_F(bind, reserved_ports)
{
	unsigned int i;
	int fd;

	ASSERT_EQ(0, sysctl_set("ip_local_port_range", "40000 40003"));
	ASSERT_EQ(0, sysctl_set("ip_local_reserved_ports", "40000-40002"));
	for_each_type(i) {
		fd = bound(types[i], "0.0.0.0", 0);
		ASSERT_GE(fd, 0);
		EXPECT_EQ(40003, local_port(fd));
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "0.0.0.0", 0));
		EXPECT_EQ(0, bind_errno(types[i], "0.0.0.0", 40001));
		close(fd);
	}
}

TEST_F(bind, freebind)
{
	unsigned int i;
	int fd;

	for_each_type(i) {
		fd = xsocket(types[i], 0);
		EXPECT_EQ(0, get_int(fd, SOL_IP, IP_FREEBIND));
		EXPECT_ERRNO(0, set_int(fd, SOL_IP, IP_FREEBIND, 1));
		EXPECT_EQ(1, get_int(fd, SOL_IP, IP_FREEBIND));
		EXPECT_ERRNO(0, xbind(fd, "8.8.8.8", 5008));
		close(fd);
		ASSERT_EQ(0, sysctl_set("ip_nonlocal_bind", "1"));
		EXPECT_EQ(0, bind_errno(types[i], "8.8.8.8", 5008));
		ASSERT_EQ(0, sysctl_set("ip_nonlocal_bind", "0"));
		EXPECT_EQ(EADDRNOTAVAIL, bind_errno(types[i], "8.8.8.8", 5008));
	}
}

/* A freebound listener serves an address that comes later. */
TEST_F(bind, freebind_before_address)
{
	int l, c;

	l = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, set_int(l, SOL_IP, IP_FREEBIND, 1));
	ASSERT_ERRNO(0, xbind(l, "10.3.3.3", 5009));
	ASSERT_ERRNO(0, listen(l, 1));
	ASSERT_ERRNO(0, addr_add("lo", "10.3.3.3", 32));
	c = xsocket(SOCK_STREAM, 0);
	EXPECT_ERRNO(0, xconnect(c, "10.3.3.3", 5009));
	close(c);
	close(l);
}

/* Two sockets with SO_REUSEADDR a and b: the errno of the second bind. */
static int reuse_errno(int type, bool a, bool b, bool listening,
		       const char *ip_a, const char *ip_b)
{
	int one, two, ret;

	one = xsocket(type, 0);
	two = xsocket(type, 0);
	if (set_int(one, SOL_SOCKET, SO_REUSEADDR, a) ||
	    set_int(two, SOL_SOCKET, SO_REUSEADDR, b) ||
	    xbind(one, ip_a, 5010) || (listening && listen(one, 1)))
		abort();
	ret = CALL_ERRNO(xbind(two, ip_b, 5010));
	close(one);
	close(two);
	return ret;
}

TEST_F(bind, reuseaddr)
{
	static const char lo[] = "127.0.0.1", any[] = "0.0.0.0";
	const char * const first[] = { lo, any, lo, any };
	const char * const second[] = { lo, any, any, lo };
	int i, udp = SOCK_DGRAM, tcp = SOCK_STREAM;

	for (i = 0; i < 4; i++) {
		const char *a = first[i], *b = second[i];

		EXPECT_EQ(0, reuse_errno(udp, 1, 1, 0, a, b));
		EXPECT_EQ(EADDRINUSE, reuse_errno(udp, 1, 0, 0, a, b));
		EXPECT_EQ(EADDRINUSE, reuse_errno(udp, 0, 1, 0, a, b));
		EXPECT_EQ(0, reuse_errno(tcp, 1, 1, 0, a, b));
		EXPECT_EQ(EADDRINUSE, reuse_errno(tcp, 1, 0, 0, a, b));
		EXPECT_EQ(EADDRINUSE, reuse_errno(tcp, 0, 1, 0, a, b));
		/* a listener does not share */
		EXPECT_EQ(EADDRINUSE, reuse_errno(tcp, 1, 1, 1, a, b));
	}
}

TEST_F(bind, reuseaddr_listen_conflict)
{
	int a, b;

	a = xsocket(SOCK_STREAM, 0);
	b = xsocket(SOCK_STREAM, 0);
	ASSERT_ERRNO(0, set_int(a, SOL_SOCKET, SO_REUSEADDR, 1));
	ASSERT_ERRNO(0, set_int(b, SOL_SOCKET, SO_REUSEADDR, 1));
	ASSERT_ERRNO(0, xbind(a, "127.0.0.1", 5011));
	ASSERT_ERRNO(0, xbind(b, "127.0.0.1", 5011));
	EXPECT_ERRNO(0, listen(a, 1));
	EXPECT_ERRNO(EADDRINUSE, listen(b, 1));
	close(a);
	EXPECT_ERRNO(0, listen(b, 1));
	close(b);
}

/* Two sockets with SO_REUSEPORT a and b: the errno of the second bind. */
static int reuseport_errno(int type, bool a, bool b, int uid_b)
{
	int one, two, ret;

	one = xsocket(type, 0);
	if (set_reuseport(one, a) || xbind(one, "127.0.0.1", 5012) ||
	    (type == SOCK_STREAM && listen(one, 1)))
		abort();
	if (uid_b && seteuid(uid_b))
		abort();
	two = xsocket(type, 0);
	if (set_reuseport(two, b))
		abort();
	ret = CALL_ERRNO(xbind(two, "127.0.0.1", 5012));
	if (!ret && type == SOCK_STREAM)
		ret = CALL_ERRNO(listen(two, 1));
	if (seteuid(0))
		abort();
	close(one);
	close(two);
	return ret;
}

TEST_F(bind, reuseport)
{
	unsigned int i;

	for_each_type(i) {
		EXPECT_EQ(0, reuseport_errno(types[i], 1, 1, 0));
		EXPECT_EQ(EADDRINUSE, reuseport_errno(types[i], 1, 0, 0));
		EXPECT_EQ(EADDRINUSE, reuseport_errno(types[i], 0, 1, 0));
		/* only the same user may share */
		EXPECT_EQ(EADDRINUSE, reuseport_errno(types[i], 1, 1, 65534));
	}
}

TEST_F(bind, bindtodevice)
{
	char name[IFNAMSIZ];
	socklen_t len;
	unsigned int i;
	int a, b;

	ASSERT_EQ(0, system("ip link add d0 type veth peer name d1"));
	ASSERT_EQ(0, link_up("d0"));
	for_each_type(i) {
		a = xsocket(types[i], 0);
		b = xsocket(types[i], 0);
		EXPECT_ERRNO(0, setsockopt(a, SOL_SOCKET, SO_BINDTODEVICE,
					   "lo", 3));
		EXPECT_ERRNO(0, setsockopt(b, SOL_SOCKET, SO_BINDTODEVICE,
					   "d0", 3));
		len = sizeof(name);
		EXPECT_ERRNO(0, getsockopt(a, SOL_SOCKET, SO_BINDTODEVICE,
					   name, &len));
		EXPECT_STREQ("lo", name);
		EXPECT_ERRNO(ENODEV, setsockopt(a, SOL_SOCKET, SO_BINDTODEVICE,
						"nope", 5));
		/* different devices do not collide */
		EXPECT_ERRNO(0, xbind(a, "0.0.0.0", 5013));
		EXPECT_ERRNO(0, xbind(b, "0.0.0.0", 5013));
		EXPECT_EQ(EADDRINUSE, bind_errno(types[i], "0.0.0.0", 5013));
		close(a);
		close(b);
	}
}

TEST_F(bind, raw)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	int fd;

	fd = xsocket(SOCK_RAW, 253);
	ASSERT_GE(fd, 0);
	EXPECT_ERRNO(EADDRNOTAVAIL, xbind(fd, "8.8.8.8", 0));
	EXPECT_ERRNO(0, xbind(fd, "127.0.0.1", 0));
	/* no ports: a raw socket may be bound again and share its address */
	EXPECT_ERRNO(0, getsockname(fd, (void *)&sin, &len));
	EXPECT_EQ(htonl(INADDR_LOOPBACK), sin.sin_addr.s_addr);
	EXPECT_ERRNO(0, xbind(fd, "127.0.0.2", 0));
	EXPECT_ERRNO(EINVAL, bind(fd, (void *)&sin, 8));
	close(fd);
}

/* listen() and connect() and sendto() of an unbound socket bind it. */
TEST_F(bind, autobind)
{
	int l, c, u;

	l = xsocket(SOCK_STREAM, 0);
	EXPECT_ERRNO(0, listen(l, 4));
	EXPECT_GE(local_port(l), 32768);
	EXPECT_ERRNO(EINVAL, xbind(l, "127.0.0.1", 5014));

	c = xsocket(SOCK_STREAM, 0);
	EXPECT_ERRNO(0, xconnect(c, "127.0.0.1", local_port(l)));
	EXPECT_GE(local_port(c), 32768);

	u = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(0, xconnect(u, "127.0.0.1", 5015));
	EXPECT_GE(local_port(u), 32768);
	close(u);
	u = xsocket(SOCK_DGRAM, 0);
	EXPECT_EQ(1, xsendto(u, "x", 1, "127.0.0.1", 5015));
	EXPECT_GE(local_port(u), 32768);
	EXPECT_ERRNO(EINVAL, xbind(u, "127.0.0.1", 5016));
	close(l);
	close(c);
	close(u);
}

/* Many sockets: every port of a range is found, and freed by close. */
TEST_F(bind, fill_range)
{
	int fds[300], n, round;
	unsigned int i;

	ASSERT_EQ(0, sysctl_set("ip_local_port_range", "20000 20299"));
	for_each_type(i) {
		for (round = 0; round < 2; round++) {
			for (n = 0; n < 300; n++) {
				fds[n] = xsocket(types[i], 0);
				ASSERT_GE(fds[n], 0);
				ASSERT_ERRNO(0, xbind(fds[n], "0.0.0.0", 0));
			}
			EXPECT_EQ(EADDRINUSE,
				  bind_errno(types[i], "0.0.0.0", 0));
			for (n = 0; n < 300; n++)
				close(fds[n]);
		}
	}
}

TEST_HARNESS_MAIN
