// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/*
 * Tunables of the first namespace, which count for all: their ranges, and what
 * the limits of memory do.  ip_dynaddr.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kselftest_harness.h"
#include "common.h"

FIXTURE(tunables)
{
	int dir;	/* of the family, in the first namespace */
	char tcp[96], udp[96];
};

FIXTURE_VARIANT(tunables)
{
	enum flavour fl;
};

FIXTURE_VARIANT_ADD(tunables, inet) { .fl = FL_INET };
FIXTURE_VARIANT_ADD(tunables, inetx) { .fl = FL_INETX };
FIXTURE_VARIANT_ADD(tunables, view) { .fl = FL_VIEW };

/* The value without its newline, static; or "" where there is none. */
static const char *value(int dir, const char *name)
{
	static char val[96];
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, val, sizeof(val) - 1);

	val[len > 0 ? len : 0] = '\0';
	val[strcspn(val, "\n")] = '\0';
	close(fd);
	return val;
}

/* Returns 0 or the errno. */
static int set(int dir, const char *name, const char *val)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || write(fd, val, strlen(val)) < 0)
		err = errno;
	close(fd);
	return err;
}

/* A directory of sysctls stays that of the namespace that it was opened in. */
FIXTURE_SETUP(tunables)
{
	const char *why;

	self->dir = open(variant->fl == FL_INET ? "/proc/sys/net/ipv4" :
			 "/proc/sys/net/inetx", O_RDONLY | O_CLOEXEC);
	strcpy(self->tcp, value(self->dir, "tcp_mem"));
	strcpy(self->udp, value(self->dir, "udp_mem"));
	why = flavour_enter(variant->fl);
	if (why)
		SKIP(_exit(255), "%s", why);
}

FIXTURE_TEARDOWN(tunables)
{
	set(self->dir, "tcp_mem", self->tcp);
	set(self->dir, "udp_mem", self->udp);
}

/* Three numbers that rise from a to b by half. */
static int is_limits(const char *text)
{
	unsigned long a, b, c;

	return sscanf(text, "%lu\t%lu\t%lu", &a, &b, &c) == 3 && a >= 96 &&
	       a <= b && c == 2 * a;
}

TEST_F(tunables, ranges)
{
	char val[96];

	/* the limits of memory: any numbers, in pages */
	EXPECT_TRUE(is_limits(self->tcp));
	EXPECT_TRUE(is_limits(self->udp));
	EXPECT_EQ(0, set(self->dir, "udp_mem", "5 4 3"));
	EXPECT_STREQ("5\t4\t3", value(self->dir, "udp_mem"));
	EXPECT_EQ(0, set(self->dir, "udp_mem", "7"));
	EXPECT_STREQ("7\t4\t3", value(self->dir, "udp_mem"));
	EXPECT_EQ(EINVAL, set(self->dir, "udp_mem", "many"));
	EXPECT_EQ(0, set(self->dir, "tcp_mem", "8 9 10"));
	EXPECT_STREQ("8\t9\t10", value(self->dir, "tcp_mem"));

	EXPECT_STREQ("524288", value(self->dir, "fib_sync_mem"));
	EXPECT_EQ(EINVAL, set(self->dir, "fib_sync_mem", "65535"));
	EXPECT_EQ(EINVAL, set(self->dir, "fib_sync_mem", "67108865"));
	EXPECT_EQ(0, set(self->dir, "fib_sync_mem", "65536"));
	EXPECT_EQ(0, set(self->dir, "fib_sync_mem", "524288"));

	strcpy(val, value(self->dir, "inet_peer_threshold"));
	EXPECT_LE(4096, atoi(val));
	EXPECT_EQ(0, set(self->dir, "inet_peer_threshold", "-1"));
	EXPECT_EQ(0, set(self->dir, "inet_peer_threshold", val));
	EXPECT_STREQ("120", value(self->dir, "inet_peer_minttl"));
	EXPECT_STREQ("600", value(self->dir, "inet_peer_maxttl"));
	EXPECT_EQ(EINVAL, set(self->dir, "inet_peer_minttl", "3000000000"));

	EXPECT_EQ(0, sysctl_set("ip_dynaddr", "255"));
	EXPECT_ERRNO(EINVAL, sysctl_set("ip_dynaddr", "256"));
	EXPECT_ERRNO(EINVAL, sysctl_set("ip_dynaddr", "-1"));
	/* a namespace has those of its own, and only these */
	EXPECT_STREQ("0", value(self->dir, "ip_dynaddr"));
	EXPECT_ERRNO(ENOENT, sysctl_get("udp_mem", val, sizeof(val)));
}

/* The pages that sockstat tells of for "UDP:" or "TCP:". */
static long pages(const char *proto)
{
	FILE *file = fopen(flavour == FL_INET ? "/proc/net/sockstat" :
			   "/proc/net/inetx/sockstat", "r");
	char line[128], *mem;
	long n = -1;

	while (file && fgets(line, sizeof(line), file)) {
		mem = strstr(line, " mem ");
		if (mem && !strncmp(line, proto, strlen(proto)))
			n = atol(mem + 5);
	}
	if (file)
		fclose(file);
	return n;
}

/* Datagrams of 1000 bytes until some are dropped for udp_mem; how many. */
static int flood(int from)
{
	static const char data[1000];
	int sent;

	for (sent = 0; sent < 20000; sent++) {
		if (send(from, data, sizeof(data), 0) < 0)
			return -1;
		if (sent % 100 == 99 && snmp_get("Udp", "MemErrors") > 0)
			break;
	}
	return sent;
}

TEST_F(tunables, udp_mem)
{
	int to = xsocket(SOCK_DGRAM, 0), from = xsocket(SOCK_DGRAM, 0);
	static char buf[1000];
	long long errors;
	long before;

	ASSERT_ERRNO(0, xbind(to, "127.0.0.1", 7000));
	ASSERT_EQ(0, set_int(to, SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20));
	ASSERT_ERRNO(0, xconnect(from, "127.0.0.1", 7000));
	before = pages("UDP:");
	ASSERT_EQ(0, set(self->dir, "udp_mem", "0 0 0"));
	/* before SO_RCVBUF is full: core code does not count to the page */
	EXPECT_GT(19999, flood(from));
	errors = snmp_get("Udp", "MemErrors");
	EXPECT_LT(0, errors);
	EXPECT_EQ(errors, snmp_get("Udp", "InErrors"));
	EXPECT_EQ(0, snmp_get("Udp", "RcvbufErrors"));
	EXPECT_LT(before + 100, pages("UDP:"));
	/* as soon as there is memory again, there is no other harm */
	ASSERT_EQ(0, set(self->dir, "udp_mem", self->udp));
	ASSERT_EQ(1, send(from, "x", 1, 0));
	while (poll_for(to, POLLIN, 1000) == POLLIN &&
	       recv(to, buf, sizeof(buf), 0) == sizeof(buf))
		;
	EXPECT_EQ('x', buf[0]);
	EXPECT_EQ(errors, snmp_get("Udp", "MemErrors"));
	/* udp_rmem_min: a socket has that in any case */
	ASSERT_EQ(0, set(self->dir, "udp_mem", "0 0 0"));
	ASSERT_EQ(1, send(from, "y", 1, 0));
	EXPECT_EQ(1, xrecv(to, buf, sizeof(buf)));
	close(from);
	close(to);
}

/* A connection, both ends; 0 or -1. */
static int connection(int listener, int *a, int *b)
{
	*a = xsocket(SOCK_STREAM, 0);
	if (xconnect(*a, "127.0.0.1", 7000))
		return -1;
	*b = accept(listener, NULL, NULL);
	return *b < 0 ? -1 : 0;
}

#define PAIRS 4

TEST_F(tunables, tcp_mem)
{
	int listener = xsocket(SOCK_STREAM, 0), a[PAIRS], b[PAIRS], i;
	static char buf[65536];
	long sent = 0, got = 0;
	ssize_t n;

	ASSERT_ERRNO(0, xbind(listener, "127.0.0.1", 7000));
	ASSERT_ERRNO(0, listen(listener, PAIRS));
	for (i = 0; i < PAIRS; i++) {
		ASSERT_EQ(0, connection(listener, &a[i], &b[i]));
		set_int(a[i], SOL_SOCKET, SO_SNDBUFFORCE, 4 << 20);
		set_nonblock(a[i], true);
	}
	ASSERT_EQ(0, set(self->dir, "tcp_mem", "1 1 1"));
	for (i = 0; i < PAIRS; i++)
		while ((n = send(a[i], buf, sizeof(buf), 0)) > 0)
			sent += n;
	EXPECT_LT(0, snmp_get("TcpExt", "TCPMemoryPressures"));
	EXPECT_LT(100, pages("TCP:"));
	ASSERT_EQ(0, set(self->dir, "tcp_mem", self->tcp));
	/* nothing of what was taken is lost */
	for (i = 0; i < PAIRS; i++) {
		shutdown(a[i], SHUT_WR);
		while ((n = recv(b[i], buf, sizeof(buf), 0)) > 0)
			got += n;
	}
	EXPECT_EQ(sent, got);
	for (i = 0; i < PAIRS; i++) {
		close(a[i]);
		close(b[i]);
	}
	close(listener);
}

/* The address of a socket, static. */
static const char *name(int fd)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	if (getsockname(fd, (struct sockaddr *)&sin, &len))
		return "";
	return inet_ntoa(sin.sin_addr);
}

/* One that connects to somebody who is not there yet. */
static int connecting(const char *from)
{
	int fd = xsocket(SOCK_STREAM, 0);

	set_nonblock(fd, true);
	if (from && xbind(fd, from, 0))
		return -1;
	return xconnect(fd, "10.77.0.1", 7000) && errno == EINPROGRESS ?
	       fd : -1;
}

/* The address that all of this goes by is exchanged. */
static int new_address(void)
{
	if (addr_del("v0", "10.9.0.1", 24) || addr_add("v0", "10.9.0.3", 24))
		return -1;
	route_add("10.77.0.0", 16, "10.9.0.2", NULL);
	return 0;
}

/* Let there be somebody in the other namespace; the listening socket. */
static int appear(int there)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd;

	if (setns(there, CLONE_NEWNET) || addr_add("v1", "10.77.0.1", 32))
		return -1;
	fd = xsocket(SOCK_STREAM, 0);
	if (xbind(fd, "10.77.0.1", 7000) || listen(fd, 5))
		return -1;
	if (setns(here, CLONE_NEWNET))
		abort();
	close(here);
	return fd;
}

/* Until the SYN that is sent next, by a timer of a second. */
TEST_F(tunables, dynaddr)
{
	int there = pair_setup(), listener, fd, bound, conn, i;
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	char buf[1];

	ASSERT_LE(0, there);
	ASSERT_EQ(0, route_add("10.77.0.0", 16, "10.9.0.2", NULL));
	ASSERT_EQ(0, sysctl_set("ip_dynaddr", "1"));
	fd = connecting(NULL);
	bound = connecting("10.9.0.1");
	ASSERT_LE(0, fd);
	ASSERT_LE(0, bound);
	EXPECT_STREQ("10.9.0.1", name(fd));
	ASSERT_EQ(0, new_address());
	listener = appear(there);
	ASSERT_LE(0, listener);
	for (i = 0; i < 200 && strcmp(name(fd), "10.9.0.3"); i++)
		usleep(50000);
	EXPECT_STREQ("10.9.0.3", name(fd));
	EXPECT_STREQ("10.9.0.1", name(bound));
	/* the connection is as any other */
	EXPECT_EQ(POLLOUT, poll_for(fd, POLLOUT, 10000));
	conn = accept(listener, (struct sockaddr *)&peer, &len);
	ASSERT_LE(0, conn);
	EXPECT_STREQ("10.9.0.3", inet_ntoa(peer.sin_addr));
	EXPECT_EQ(1, send(conn, "x", 1, 0));
	EXPECT_EQ(1, xrecv(fd, buf, sizeof(buf)));
	EXPECT_EQ(1, send(fd, "y", 1, 0));
	EXPECT_EQ(1, xrecv(conn, buf, sizeof(buf)));
	close(conn);
	close(fd);
	close(bound);
	close(listener);
}

TEST_F(tunables, no_dynaddr)
{
	int there = pair_setup(), fd, i;

	ASSERT_LE(0, there);
	ASSERT_EQ(0, route_add("10.77.0.0", 16, "10.9.0.2", NULL));
	fd = connecting(NULL);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, new_address());
	/* the SYN is repeated meanwhile, as far as that goes */
	for (i = 0; i < 40 && !strcmp(name(fd), "10.9.0.1"); i++)
		usleep(50000);
	EXPECT_STREQ("10.9.0.1", name(fd));
	close(fd);
}

TEST_HARNESS_MAIN
