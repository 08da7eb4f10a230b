/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the compiled tests share: one test body runs on AF_INET, on AF_INETX
 * and on AF_INETX in inet view, each in a network namespace of its own.
 *
 * Include it after kselftest_harness.h.
 */
#ifndef SELFTESTS_COMMON_H
#define SELFTESTS_COMMON_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <linux/inetx.h>

enum flavour {
	FL_INET,	/* the reference: AF_INET */
	FL_INETX,	/* AF_INETX, addresses say AF_INETX */
	FL_VIEW,	/* AF_INETX in inet view, addresses say AF_INET */
};

/* The flavour that the helpers below act on. */
extern enum flavour flavour;

/* AF_INETX's number: $INETX_FAMILY, else 18. */
int inetx_family(void);

/* The family that socket() and netlink messages of this flavour take. */
int fam(void);

/* The family that a program of this flavour writes and reads in addresses. */
int addr_fam(void);

/* True where the run is some ten times slower than usual ($INETX_SLOW). */
bool slow(void);

/*
 * flavour_enter - switch to @fl and to a new network namespace with lo up
 *
 * Return: NULL, or why the flavour cannot run here ($INETX_ONLY_INET).
 */
const char *flavour_enter(enum flavour fl);

/* socket() of the flavour, in inet view where the flavour asks for it. */
int xsocket(int type, int proto);

/* An address of the flavour; @port in host byte order. */
struct sockaddr_in xaddr(const char *ip, int port);

/* bind(), connect(), sendto() to ip:port; port in host byte order. */
int xbind(int fd, const char *ip, int port);
int xconnect(int fd, const char *ip, int port);
ssize_t xsendto(int fd, const void *buf, size_t len, const char *ip, int port);

/* The local port in host byte order, or -1. */
int local_port(int fd);

/* SO_REUSEPORT by the name that the flavour has for it. */
int set_reuseport(int fd, int on);

/* Boolean and integer options. */
int set_int(int fd, int level, int name, int val);
int get_int(int fd, int level, int name);

/* poll() for @events; returns revents, 0 after @ms, -1 on error. */
int poll_for(int fd, int events, int ms);

/* poll() until revents holds all of @events or @ms passed; last revents. */
int poll_until(int fd, int events, int ms);

/* recv() of what was sent a moment ago: it may take a moment to arrive. */
ssize_t xrecv(int fd, void *buf, size_t len);

/* fcntl(O_NONBLOCK). */
int set_nonblock(int fd, bool on);

/* The flavour's tunable under /proc/sys/net; 0 or -1 with errno. */
int sysctl_set(const char *name, const char *val);
int sysctl_get(const char *name, char *val, size_t len);

/* The flavour's counter, e.g. ("Udp", "NoPorts"), ("IpExt", "InOctets"); or -1. */
long long snmp_get(const char *group, const char *name);

/* Addresses and routes of the flavour; 0 or -1 with errno. */
int addr_add(const char *dev, const char *ip, int plen);
int addr_del(const char *dev, const char *ip, int plen);
int route_add(const char *dst, int plen, const char *gw, const char *dev);

/* The same in another namespace, by a gateway. */
int route_add_in(int netns, const char *dst, int plen, const char *gw);

/* ip link set DEV up. */
int link_up(const char *dev);

/*
 * peer_setup - cable device @here, which stays down, to a new namespace
 *
 * There it is @there, up, with @ip/24.
 *
 * Return: a descriptor of the other namespace, or -1.
 */
int peer_setup(const char *here, const char *there, const char *ip);

/*
 * pair_setup - cable this namespace to a new one
 *
 * v0 with 10.9.0.1/24 here, v1 with 10.9.0.2/24 there, both up.
 *
 * Return: a descriptor of the other namespace, or -1.
 */
int pair_setup(void);

/* xsocket() in another namespace. */
int xsocket_in(int netns, int type, int proto);

/* Drop to nobody (uid and gid 65534), capabilities with it; undo. */
int drop_root(void);
int regain_root(void);

/* CLOCK_MONOTONIC in milliseconds. */
long long now_ms(void);

/*
 * The same as of the last tick, to measure time-outs: these are counted in
 * jiffies, and those that an emulated processor has missed while its host was
 * busy are made up for in one go, by which a time-out seems to end early.
 */
long long tick_ms(void);

/* The link address of a device; 0 or -1 with errno. */
int get_mac(const char *dev, unsigned char *mac);

/* The Internet checksum (RFC 1071), network order; @sum is added to it. */
uint16_t checksum(const void *data, size_t len, uint32_t sum);

/* The errno of a call that failed, 0 of one that did not. */
#define CALL_ERRNO(call) ((call) < 0 ? errno : 0)

/* EXPECT that @call fails with @want, or succeeds where @want is 0. */
#define EXPECT_ERRNO(want, call) EXPECT_EQ(want, CALL_ERRNO(call))
#define ASSERT_ERRNO(want, call) ASSERT_EQ(want, CALL_ERRNO(call))

/*
 * A fixture for what is configured, which is the same for all views;
 * self->unused is never read.
 */
#define CONFIG_FIXTURE(name)						\
	FIXTURE(name) { int unused; };					\
	FIXTURE_VARIANT(name) { enum flavour fl; };			\
	FIXTURE_VARIANT_ADD(name, inet) { .fl = FL_INET };		\
	FIXTURE_VARIANT_ADD(name, inetx) { .fl = FL_INETX };		\
	FIXTURE_SETUP(name)						\
	{								\
		const char *why = flavour_enter(variant->fl);		\
									\
		if (why)						\
			SKIP(_exit(255), "%s", why);			\
	}								\
	FIXTURE_TEARDOWN(name)						\
	{								\
	}

/* A fixture with the three flavours. */
#define FLAVOUR_FIXTURE(name)						\
	CONFIG_FIXTURE(name);						\
	FIXTURE_VARIANT_ADD(name, view) { .fl = FL_VIEW }

/* The attributes, by the kernel's names. */
#ifndef __aligned
#define __aligned(x) __attribute__((__aligned__(x)))
#endif
#ifndef __packed
#define __packed __attribute__((__packed__))
#endif

/* The debug kernel is slow and the machine shared: a limit against hangs. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

#endif /* SELFTESTS_COMMON_H */
