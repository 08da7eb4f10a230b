// SPDX-License-Identifier: GPL-2.0
/*
 * Creating sockets, and the few options that core code does not leave to the
 * family.  There is no table of descriptors: whose socket it is, the kernel is
 * asked, so fork, exec, dup and descriptors passed between processes need no
 * care.  Data calls are not interposed for sockets of the new family at all.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "../uapi/linux/inetx.h"
#include "preload.h"

#define SOCK_TYPE_MASK	0xf
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static const char *type_name(int type, char *buf, size_t size)
{
	static const char * const name[] = {
		[SOCK_STREAM] = "SOCK_STREAM",
		[SOCK_DGRAM] = "SOCK_DGRAM",
		[SOCK_RAW] = "SOCK_RAW",
		[SOCK_SEQPACKET] = "SOCK_SEQPACKET",
		[SOCK_DCCP] = "SOCK_DCCP",
	};
	unsigned int base = type & SOCK_TYPE_MASK;
	const char *known = NULL;

	if (base < ARRAY_SIZE(name))
		known = name[base];
	if (known)
		snprintf(buf, size, "%s%s%s", known,
			 type & SOCK_NONBLOCK ? "|SOCK_NONBLOCK" : "",
			 type & SOCK_CLOEXEC ? "|SOCK_CLOEXEC" : "");
	else
		snprintf(buf, size, "%d", type);
	return buf;
}

/* One int of a socket's, or -1.  errno stays. */
static int ask(int fd, int option)
{
	int saved = errno;
	socklen_t len = sizeof(int);
	int value;

	if (INETX_REAL(getsockopt)(fd, SOL_SOCKET, option, &value, &len))
		value = -1;
	errno = saved;
	return value;
}

/**
 * inetx_run_is_ours() - is this a socket of the new family?
 * @fd: any descriptor
 */
bool inetx_run_is_ours(int fd)
{
	return ask(fd, SO_DOMAIN) == inetx_run()->family;
}

/**
 * inetx_run_nl_kind() - what a netlink socket speaks
 * @fd: any descriptor
 *
 * Return: INETX_NL_NONE also for whatever is no netlink socket.
 */
enum inetx_nl inetx_run_nl_kind(int fd)
{
	if (ask(fd, SO_DOMAIN) != AF_NETLINK)
		return INETX_NL_NONE;
	switch (ask(fd, SO_PROTOCOL)) {
	case NETLINK_ROUTE:
		return INETX_NL_ROUTE;
	case NETLINK_SOCK_DIAG:
		return INETX_NL_DIAG;
	}
	return INETX_NL_NONE;
}

/* A socket of the new family that speaks of itself as AF_INET. */
static int viewed_socket(int family, int type, int protocol)
{
	int fd = INETX_REAL(socket)(family, type, protocol);
	int on = 1;
	int error;

	if (fd < 0 || family == AF_INET)
		return fd;
	if (!INETX_REAL(setsockopt)(fd, SOL_INETX, INETX_VIEW, &on, sizeof(on)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

INETX_EXPORT int socket(int family, int type, int protocol)
{
	const struct inetx_run *run = inetx_run();
	char name[64], result[64];
	int fd;

	if (family == AF_INET6 && !run->ipv6) {
		if (run->verbose)
			inetx_run_say("%s(AF_INET6, %s, %d) refused, so that IPv4 is used",
				      __func__,
				      type_name(type, name, sizeof(name)), protocol);
		errno = EAFNOSUPPORT;
		return -1;
	}
	/* Packet sockets of Linux 2.0 are AF_PACKET's under a false name. */
	if (family != AF_INET || (type & SOCK_TYPE_MASK) == SOCK_PACKET) {
		fd = INETX_REAL(socket)(family, type, protocol);
		if (fd >= 0 && family == AF_NETLINK)
			inetx_run_nl_note(fd);
		return fd;
	}

	fd = viewed_socket(run->family, type, protocol);
	if (run->verbose) {
		if (fd < 0)
			snprintf(result, sizeof(result), "-1 %s",
				 strerrorname_np(errno));
		else
			snprintf(result, sizeof(result), "%d", fd);
		inetx_run_say("%s(AF_INET, %s, %d) = %s on AF_INETX", __func__,
			      type_name(type, name, sizeof(name)), protocol,
			      result);
	}
	return fd;
}

INETX_EXPORT int getsockopt(int fd, int level, int option, void *value,
			    socklen_t *len)
{
	int ret = INETX_REAL(getsockopt)(fd, level, option, value, len);
	int family = inetx_run()->family;
	int *number = value;

	if (ret || level != SOL_SOCKET || *len < sizeof(*number) ||
	    family == AF_INET)
		return ret;
	if (option == SO_DOMAIN && *number == family)
		*number = AF_INET;
	else if (option == SO_PROTOCOL && *number & INETX_PROTO_BIT &&
		 inetx_run_is_ours(fd))
		*number &= ~INETX_PROTO_BIT;
	return ret;
}

/* What core code refuses to us is an option of our own level. */
static bool option_is_moved(int fd, int *level, int *option)
{
	int moved;

	switch (*option) {
	case SO_REUSEPORT:
		moved = INETX_REUSEPORT;
		break;
	case SO_ZEROCOPY:
		moved = INETX_ZEROCOPY;
		break;
	default:
		return false;
	}
	if (inetx_run()->family == AF_INET || !inetx_run_is_ours(fd))
		return false;
	if (inetx_run()->verbose)
		inetx_run_say("setsockopt(%d, SOL_SOCKET, %s) on AF_INETX", fd,
			      moved == INETX_REUSEPORT ? "SO_REUSEPORT" :
							 "SO_ZEROCOPY");
	*level = SOL_INETX;
	*option = moved;
	return true;
}

/* Membership in a group of the host's IPv4 goes along with one in inetx's. */
static void join_ours(int fd, int option, const void *value, socklen_t len)
{
	int saved = errno;
	int group;

	if (len < sizeof(group) || inetx_run()->family == AF_INET)
		return;
	memcpy(&group, value, sizeof(group));
	group = inetx_nl_group(group);
	if (group && inetx_run_nl_kind(fd) == INETX_NL_ROUTE) {
		INETX_REAL(setsockopt)(fd, SOL_NETLINK, option, &group,
				       sizeof(group));
		if (inetx_run()->verbose)
			inetx_run_say("rtnetlink group %d too", group);
	}
	errno = saved;
}

INETX_EXPORT int setsockopt(int fd, int level, int option, const void *value,
			    socklen_t len)
{
	int ret;

	if (level == SOL_SOCKET)
		option_is_moved(fd, &level, &option);
	ret = INETX_REAL(setsockopt)(fd, level, option, value, len);
	if (!ret && level == SOL_NETLINK &&
	    (option == NETLINK_ADD_MEMBERSHIP ||
	     option == NETLINK_DROP_MEMBERSHIP))
		join_ours(fd, option, value, len);
	return ret;
}

INETX_EXPORT int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sockaddr_nl nl;

	if (addr && len == sizeof(nl) && addr->sa_family == AF_NETLINK &&
	    inetx_run()->family != AF_INET) {
		memcpy(&nl, addr, sizeof(nl));
		if (inetx_nl_groups(nl.nl_groups) != nl.nl_groups &&
		    inetx_run_nl_kind(fd) == INETX_NL_ROUTE) {
			nl.nl_groups = inetx_nl_groups(nl.nl_groups);
			if (inetx_run()->verbose)
				inetx_run_say("rtnetlink groups %#x",
					      nl.nl_groups);
			addr = (const struct sockaddr *)&nl;
		}
	}
	return INETX_REAL(bind)(fd, addr, len);
}

/*
 * AI_ADDRCONFIG asks the host's IPv4 for its addresses, by a socket inside the
 * C library that cannot be mapped, and would hide every IPv4 answer where only
 * inetx has addresses.  And where AF_INET6 sockets are refused, nobody is
 * served by the IPv6 half of an answer.
 */
INETX_EXPORT int getaddrinfo(const char *node, const char *service,
			     const struct addrinfo *hints,
			     struct addrinfo **res)
{
	const struct inetx_run *run = inetx_run();
	struct addrinfo ours = { .ai_family = AF_UNSPEC };

	if (run->family != AF_INET || !run->ipv6) {
		if (hints)
			ours = *hints;
		ours.ai_flags &= ~AI_ADDRCONFIG;
		if (!run->ipv6 && ours.ai_family == AF_UNSPEC)
			ours.ai_family = AF_INET;
		hints = &ours;
	}
	return INETX_REAL(getaddrinfo)(node, service, hints, res);
}
