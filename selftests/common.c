// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "common.h"

enum flavour flavour;

int inetx_family(void)
{
	static int family;
	const char *s;

	if (!family) {
		s = getenv("INETX_FAMILY");
		family = s ? atoi(s) : AF_INETX;
	}
	return family;
}

int fam(void)
{
	return flavour == FL_INET ? AF_INET : inetx_family();
}

int addr_fam(void)
{
	return flavour == FL_INETX ? inetx_family() : AF_INET;
}

bool slow(void)
{
	const char *s = getenv("INETX_SLOW");

	return s && *s && strcmp(s, "0");
}

const char *flavour_enter(enum flavour fl)
{
	const char *only = getenv("INETX_ONLY_INET");

	flavour = fl;
	if (fl != FL_INET && only && *only)
		return "INETX_ONLY_INET is set";
	if (unshare(CLONE_NEWNET) || link_up("lo")) {
		perror("# a new network namespace");
		abort();
	}
	return NULL;
}

int xsocket(int type, int proto)
{
	int fd = socket(fam(), type, proto), one = 1, err;

	if (fd < 0 || flavour != FL_VIEW)
		return fd;
	if (setsockopt(fd, SOL_INETX, INETX_VIEW, &one, sizeof(one))) {
		err = errno;
		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

struct sockaddr_in xaddr(const char *ip, int port)
{
	struct sockaddr_in sin = {
		.sin_family = addr_fam(),
		.sin_port = htons(port),
	};

	if (inet_pton(AF_INET, ip, &sin.sin_addr) != 1)
		abort();
	return sin;
}

int xbind(int fd, const char *ip, int port)
{
	struct sockaddr_in sin = xaddr(ip, port);

	return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
}

int xconnect(int fd, const char *ip, int port)
{
	struct sockaddr_in sin = xaddr(ip, port);

	return connect(fd, (struct sockaddr *)&sin, sizeof(sin));
}

ssize_t xsendto(int fd, const void *buf, size_t len, const char *ip, int port)
{
	struct sockaddr_in sin = xaddr(ip, port);

	return sendto(fd, buf, len, MSG_NOSIGNAL, (struct sockaddr *)&sin,
		      sizeof(sin));
}

int local_port(int fd)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	if (getsockname(fd, (struct sockaddr *)&sin, &len))
		return -1;
	return ntohs(sin.sin_port);
}

int set_int(int fd, int level, int name, int val)
{
	return setsockopt(fd, level, name, &val, sizeof(val));
}

int get_int(int fd, int level, int name)
{
	int val = -1;
	socklen_t len = sizeof(val);

	if (getsockopt(fd, level, name, &val, &len))
		return -1;
	return val;
}

int set_reuseport(int fd, int on)
{
	if (flavour == FL_INET)
		return set_int(fd, SOL_SOCKET, SO_REUSEPORT, on);
	return set_int(fd, SOL_INETX, INETX_REUSEPORT, on);
}

int poll_for(int fd, int events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (poll(&p, 1, ms) < 0)
		return -1;
	return p.revents;
}

int poll_until(int fd, int events, int ms)
{
	long long end = now_ms() + ms;
	int got;

	do {
		got = poll_for(fd, events, 0);
		if (got < 0 || (got & events) == events)
			return got;
		usleep(10000);
	} while (now_ms() < end);
	return got;
}

ssize_t xrecv(int fd, void *buf, size_t len)
{
	poll_for(fd, POLLIN, 5000);
	return recv(fd, buf, len, MSG_DONTWAIT);
}

int set_nonblock(int fd, bool on)
{
	int fl = fcntl(fd, F_GETFL);

	return fcntl(fd, F_SETFL, on ? fl | O_NONBLOCK : fl & ~O_NONBLOCK);
}

static int sysctl_open(const char *name, int mode)
{
	char path[256];

	snprintf(path, sizeof(path), "/proc/sys/net/%s/%s",
		 flavour == FL_INET ? "ipv4" : "inetx", name);
	return open(path, mode | O_CLOEXEC);
}

int sysctl_set(const char *name, const char *val)
{
	int fd = sysctl_open(name, O_WRONLY), err;
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, val, strlen(val));
	err = errno;
	close(fd);
	errno = err;
	return n == (ssize_t)strlen(val) ? 0 : -1;
}

int sysctl_get(const char *name, char *val, size_t len)
{
	int fd = sysctl_open(name, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, val, len - 1);
	close(fd);
	if (n < 0)
		return -1;
	val[n] = '\0';
	val[strcspn(val, "\n")] = '\0';
	return 0;
}

long long snmp_get(const char *group, const char *name)
{
	static char head[8192], vals[8192];
	char path[64], *h, *v, *hs, *vs;
	static const char sep[] = "\n ";
	long long ret = -1;
	FILE *f;

	/* TcpExt and IpExt live in a file of their own */
	snprintf(path, sizeof(path), "/proc/self/net/%s%s",
		 flavour == FL_INET ? "" : "inetx/",
		 strstr(group, "Ext") ? "netstat" : "snmp");
	f = fopen(path, "r");
	if (!f)
		return -1;
	while (fgets(head, sizeof(head), f) && fgets(vals, sizeof(vals), f)) {
		if (strncmp(head, group, strlen(group)) ||
		    head[strlen(group)] != ':')
			continue;
		h = strtok_r(head, sep, &hs);
		v = strtok_r(vals, sep, &vs);
		while (h && v && strcmp(h, name)) {
			h = strtok_r(NULL, sep, &hs);
			v = strtok_r(NULL, sep, &vs);
		}
		if (h && v)
			ret = strtoll(v, NULL, 10);
		break;
	}
	fclose(f);
	return ret;
}

struct rtnl_req {
	struct nlmsghdr nh;
	union {
		struct ifaddrmsg ifa;
		struct rtmsg rtm;
	};
	char attrs[256];
};

static void rtnl_attr(struct rtnl_req *r, int type, const void *data, int len)
{
	struct rtattr *a = (void *)r + NLMSG_ALIGN(r->nh.nlmsg_len);

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	r->nh.nlmsg_len = NLMSG_ALIGN(r->nh.nlmsg_len) + RTA_SPACE(len);
}

/* Send one request, return 0 or -1 with the errno that it was answered. */
static int rtnl_talk(struct rtnl_req *r)
{
	struct {
		struct nlmsghdr nh;
		struct nlmsgerr err;
		char rest[1024];
	} ack;
	int fd, ret = -1, err;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -1;
	if (send(fd, r, r->nh.nlmsg_len, 0) == (ssize_t)r->nh.nlmsg_len &&
	    recv(fd, &ack, sizeof(ack), 0) > 0) {
		errno = -ack.err.error;
		ret = ack.err.error ? -1 : 0;
	}
	err = errno;
	close(fd);
	errno = err;
	return ret;
}

static int addr_op(int type, int flags, const char *dev, const char *ip,
		   int plen)
{
	struct rtnl_req r = {
		.nh.nlmsg_len = NLMSG_LENGTH(sizeof(r.ifa)),
		.nh.nlmsg_type = type,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
		.ifa.ifa_family = fam(),
		.ifa.ifa_prefixlen = plen,
		.ifa.ifa_index = if_nametoindex(dev),
	};
	struct in_addr a;

	if (inet_pton(AF_INET, ip, &a) != 1)
		abort();
	rtnl_attr(&r, IFA_LOCAL, &a, sizeof(a));
	rtnl_attr(&r, IFA_ADDRESS, &a, sizeof(a));
	if (plen < 31) {
		a.s_addr |= htonl(0xffffffffu >> plen);
		rtnl_attr(&r, IFA_BROADCAST, &a, sizeof(a));
	}
	return rtnl_talk(&r);
}

int addr_add(const char *dev, const char *ip, int plen)
{
	return addr_op(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, dev, ip, plen);
}

int addr_del(const char *dev, const char *ip, int plen)
{
	return addr_op(RTM_DELADDR, 0, dev, ip, plen);
}

int route_add(const char *dst, int plen, const char *gw, const char *dev)
{
	struct rtnl_req r = {
		.nh.nlmsg_len = NLMSG_LENGTH(sizeof(r.rtm)),
		.nh.nlmsg_type = RTM_NEWROUTE,
		.nh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
				  NLM_F_EXCL,
		.rtm.rtm_family = fam(),
		.rtm.rtm_dst_len = plen,
		.rtm.rtm_table = RT_TABLE_MAIN,
		.rtm.rtm_protocol = RTPROT_BOOT,
		.rtm.rtm_scope = gw ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
		.rtm.rtm_type = RTN_UNICAST,
	};
	struct in_addr a;
	int ifindex;

	if (inet_pton(AF_INET, dst, &a) != 1)
		abort();
	if (plen)
		rtnl_attr(&r, RTA_DST, &a, sizeof(a));
	if (gw) {
		if (inet_pton(AF_INET, gw, &a) != 1)
			abort();
		rtnl_attr(&r, RTA_GATEWAY, &a, sizeof(a));
	}
	if (dev) {
		ifindex = if_nametoindex(dev);
		rtnl_attr(&r, RTA_OIF, &ifindex, sizeof(ifindex));
	}
	return rtnl_talk(&r);
}

int link_up(const char *dev)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;
	struct ifreq ifr = { 0 };

	if (fd < 0)
		return -1;
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", dev);
	ret = ioctl(fd, SIOCGIFFLAGS, &ifr);
	if (!ret) {
		ifr.ifr_flags |= IFF_UP;
		ret = ioctl(fd, SIOCSIFFLAGS, &ifr);
	}
	close(fd);
	return ret;
}

int peer_setup(const char *here, const char *there, const char *ip)
{
	int old, new = -1, ok;
	char cmd[128];

	old = open("/proc/self/ns/net", O_RDONLY);
	if (old < 0 || unshare(CLONE_NEWNET))
		return -1;
	new = open("/proc/self/ns/net", O_RDONLY);
	snprintf(cmd, sizeof(cmd),
		 "ip link add %s type veth peer name %s netns /proc/%d/fd/%d",
		 there, here, getpid(), old);
	ok = new >= 0 && !system(cmd) && !link_up("lo") && !link_up(there) &&
	     !addr_add(there, ip, 24);
	if (setns(old, CLONE_NEWNET))
		ok = 0;
	close(old);
	return ok ? new : -1;
}

int pair_setup(void)
{
	int there = peer_setup("v0", "v1", "10.9.0.2");

	if (there < 0 || link_up("v0") || addr_add("v0", "10.9.0.1", 24))
		return -1;
	return there;
}

int route_add_in(int netns, const char *dst, int plen, const char *gw)
{
	int here = open("/proc/self/ns/net", O_RDONLY), ret = -1;

	if (!setns(netns, CLONE_NEWNET))
		ret = route_add(dst, plen, gw, NULL);
	if (setns(here, CLONE_NEWNET))
		abort();
	close(here);
	return ret;
}

int xsocket_in(int netns, int type, int proto)
{
	int here = open("/proc/self/ns/net", O_RDONLY), fd = -1;

	if (here < 0)
		return -1;
	if (!setns(netns, CLONE_NEWNET))
		fd = xsocket(type, proto);
	if (setns(here, CLONE_NEWNET))
		abort();
	close(here);
	return fd;
}

int drop_root(void)
{
	return setgroups(0, NULL) || setegid(65534) || seteuid(65534);
}

int regain_root(void)
{
	return seteuid(0) || setegid(0);
}

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

long long tick_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

int get_mac(const char *dev, unsigned char *mac)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), ret;
	struct ifreq ifr = { 0 };

	strcpy(ifr.ifr_name, dev);
	ret = ioctl(fd, SIOCGIFHWADDR, &ifr);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, 6);
	close(fd);
	return ret;
}

uint16_t checksum(const void *data, size_t len, uint32_t sum)
{
	const unsigned char *p = data;

	for (; len > 1; p += 2, len -= 2)
		sum += p[0] << 8 | p[1];
	if (len)
		sum += p[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}
