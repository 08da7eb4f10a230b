/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of route exceptions share: a router on the wire whose ICMP is
 * made by hand, and what the kernel shows of what it has learnt.
 *
 * v0 here has 10.9.0.1; v1 in the other namespace has GATEWAY, an AF_PACKET
 * socket, and leads to 10.77.0.0/16.  Include it after common.h.
 */
#ifndef SELFTESTS_EXCEPTION_H
#define SELFTESTS_EXCEPTION_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/rtnetlink.h>

#define HERE	"10.9.0.1"
#define GATEWAY	"10.9.0.2"
#define FAR	"10.77.0.5"
#define PORT	7000
#define FARPORT	9000

static struct wire {
	int here, there;		/* namespaces */
	int packet;			/* AF_PACKET socket on v1 */
	unsigned char dst[6], src[6];	/* v0, v1 */
} wire;

static inline void wire_down(void)
{
	close(wire.packet);
	close(wire.there);
	close(wire.here);
}

/* A packet to here from the wire: its header behind room for Ethernet's. */
static inline void wire_send(const char *from, const char *to, int proto,
			     int frag_off, const void *data, size_t len)
{
	unsigned char f[14 + 20 + 1500];
	struct iphdr *ip = (void *)(f + 14);

	memcpy(f, wire.dst, 6);
	memcpy(f + 6, wire.src, 6);
	f[12] = 8;
	f[13] = 0;
	*ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = proto,
		.id = htons(1), .tot_len = htons(20 + len),
		.frag_off = htons(frag_off),
		.saddr = inet_addr(from), .daddr = inet_addr(to),
	};
	ip->check = checksum(ip, 20, 0);
	memcpy(ip + 1, data, len);
	if (send(wire.packet, f, 34 + len, 0) != (ssize_t)(34 + len))
		perror("# send");
}

/* The packet that an error is about, as far as it is quoted. */
struct quote {
	struct iphdr ip;
	unsigned char data[8];
};

static inline struct quote quote_of(int proto, const char *to, const void *data)
{
	struct quote q = {
		.ip = {
			.version = 4, .ihl = 5, .ttl = 60, .protocol = proto,
			.tot_len = htons(1428), .frag_off = htons(IP_DF),
			.saddr = inet_addr(HERE), .daddr = inet_addr(to),
		},
	};

	memcpy(q.data, data, 8);
	return q;
}

static inline struct quote quote_ports(const char *to, int sport, int dport)
{
	const struct udphdr uh = {
		.source = htons(sport), .dest = htons(dport),
		.len = htons(1408),
	};

	return quote_of(IPPROTO_UDP, to, &uh);
}

static inline void icmp_send_from(const char *from, unsigned char *msg,
				  size_t len)
{
	uint16_t sum = checksum(msg, len, 0);

	memcpy(msg + 2, &sum, 2);
	wire_send(from, HERE, IPPROTO_ICMP, 0, msg, len);
}

/* Return when what has been sent was acted upon: an echo request behind it is
 * counted after that.  A device that has just come up may lose it.
 */
static inline bool wire_sync(void)
{
	long long before = snmp_get("Icmp", "InEchos"), end = now_ms() + 20000;
	unsigned char msg[8] = { ICMP_ECHO };
	int i;

	do {
		icmp_send_from(GATEWAY, msg, sizeof(msg));
		for (i = 0; i < 100; i++) {
			if (snmp_get("Icmp", "InEchos") > before)
				return true;
			usleep(1000);
		}
	} while (now_ms() < end);
	return false;
}

static inline int wire_up(void)
{
	struct sockaddr_ll sll = {
		/* For IP alone it would see what nobody there has taken. */
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
	};
	cpu_set_t cpu;
	int bad;

	/* Packets sent by one processor arrive in order. */
	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	wire.here = open("/proc/self/ns/net", O_RDONLY);
	wire.there = pair_setup();
	if (wire.there < 0 || get_mac("v0", wire.dst))
		return -1;
	setns(wire.there, CLONE_NEWNET);
	wire.packet = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
	sll.sll_ifindex = if_nametoindex("v1");
	bad = wire.packet < 0 || get_mac("v1", wire.src) ||
	      bind(wire.packet, (void *)&sll, sizeof(sll));
	setns(wire.here, CLONE_NEWNET);
	return bad || route_add("10.77.0.0", 16, GATEWAY, "v0") ||
	       !wire_sync() ? -1 : 0;
}

static inline struct quote quote_udp(const char *to)
{
	return quote_ports(to, PORT, FARPORT);
}

/* An ICMP error from a router; returns when it has been acted upon. */
static inline void tell_from(const char *from, int type, int code,
			     uint32_t word, const struct quote *q, size_t len)
{
	unsigned char msg[8 + sizeof(*q)] = { type, code };

	word = htonl(word);
	memcpy(msg + 4, &word, 4);
	memcpy(msg + 8, q, len);
	icmp_send_from(from, msg, 8 + len);
	wire_sync();
}

/* "Fragmentation needed, this is what I take." */
static inline void tell_mtu(const struct quote *q, int mtu)
{
	tell_from(GATEWAY, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu, q,
		  sizeof(*q));
}

/* What RTM_GETROUTE shows. */
struct shown {
	int err;		/* errno of the answer */
	char gw[16];		/* empty for none */
	int mtu;		/* metric, 0 for none */
	bool locked;
	bool redirected;
	int expires;		/* seconds, rounded up; 0 for never */
};

static inline void shown_metrics(struct rtattr *nest, struct shown *s)
{
	int left = RTA_PAYLOAD(nest);
	struct rtattr *a = RTA_DATA(nest);

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		uint32_t val = *(uint32_t *)RTA_DATA(a);

		if (a->rta_type == RTAX_MTU)
			s->mtu = val;
		if (a->rta_type == RTAX_LOCK)
			s->locked = val & 1 << RTAX_MTU;
	}
}

/* One message; its destination to *dst. */
static inline struct shown shown_parse(struct nlmsghdr *nh, in_addr_t *dst)
{
	struct rtmsg *rtm = NLMSG_DATA(nh);
	struct rtattr *a = RTM_RTA(rtm);
	int left = RTM_PAYLOAD(nh);
	struct shown s = { .redirected = rtm->rtm_flags & 0x40000 };

	*dst = 0;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		struct rta_cacheinfo *ci = RTA_DATA(a);

		if (a->rta_type == RTA_DST)
			memcpy(dst, RTA_DATA(a), 4);
		if (a->rta_type == RTA_GATEWAY)
			inet_ntop(AF_INET, RTA_DATA(a), s.gw, sizeof(s.gw));
		if (a->rta_type == RTA_METRICS)
			shown_metrics(a, &s);
		if (a->rta_type == RTA_CACHEINFO)
			s.expires = (ci->rta_expires + 99) / 100;
	}
	return s;
}

/* ip route get DST */
static inline struct shown route_get(const char *dst)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr nh;
		struct rtmsg rtm;
		struct rtattr a;
		in_addr_t dst;
	} req = {
		.nh = { sizeof(req), RTM_GETROUTE, NLM_F_REQUEST },
		.rtm = { .rtm_family = fam(), .rtm_dst_len = 32 },
		.a = { RTA_LENGTH(4), RTA_DST }, .dst = inet_addr(dst),
	};
	union {
		struct nlmsghdr nh;
		char room[4096];
	} ans;
	struct shown s = { .err = EIO };
	in_addr_t of;

	if (send(fd, &req, sizeof(req), 0) > 0 &&
	    recv(fd, &ans, sizeof(ans), 0) > 0) {
		if (ans.nh.nlmsg_type == NLMSG_ERROR)
			s.err = -((struct nlmsgerr *)NLMSG_DATA(&ans.nh))->error;
		else
			s = shown_parse(&ans.nh, &of);
	}
	close(fd);
	return s;
}

/* ip route show cache: how many there are, the one of DST to *s. */
static inline int route_cache(const char *dst, struct shown *s)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr nh;
		struct rtmsg rtm;
	} req = {
		.nh = { sizeof(req), RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP },
		.rtm = { .rtm_family = fam(), .rtm_flags = RTM_F_CLONED },
	};
	static char room[65536];
	int n = 0, len, done = 0;
	in_addr_t of;

	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &(int){ 1 }, 4);
	send(fd, &req, sizeof(req), 0);
	while (!done && (len = recv(fd, room, sizeof(room), 0)) > 0) {
		struct nlmsghdr *nh = (void *)room;

		for (; NLMSG_OK(nh, len); nh = NLMSG_NEXT(nh, len)) {
			struct shown one;

			done |= nh->nlmsg_type == NLMSG_DONE ||
				nh->nlmsg_type == NLMSG_ERROR;
			if (nh->nlmsg_type != RTM_NEWROUTE)
				continue;
			one = shown_parse(nh, &of);
			n++;
			if (dst && s && of == inet_addr(dst))
				*s = one;
		}
	}
	close(fd);
	return n;
}

/* Set or get a tunable that only the first namespace has. */
static inline int first_net(const char *name, const char *set, char *get,
			    size_t len)
{
	int first = open("/proc/1/ns/net", O_RDONLY), err;

	if (first < 0 || setns(first, CLONE_NEWNET))
		return -1;
	close(first);
	err = get ? sysctl_get(name, get, len) : sysctl_set(name, set);
	return setns(wire.here, CLONE_NEWNET) ? -1 : err;
}

static inline long first_net_get(const char *name)
{
	char val[32];

	return first_net(name, NULL, val, sizeof(val)) ? -1000 : atol(val);
}

static inline int first_net_set(const char *name, long to)
{
	char val[32];

	snprintf(val, sizeof(val), "%ld", to);
	return first_net(name, val, NULL, 0);
}

/* A UDP socket from PORT here, to FARPORT of DST unless that is NULL. */
static inline int udp_to(const char *dst)
{
	int fd = xsocket(SOCK_DGRAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || xbind(fd, HERE, PORT) ||
	    (dst && xconnect(fd, dst, FARPORT)))
		perror("# bind or connect");
	return fd;
}

#endif /* SELFTESTS_EXCEPTION_H */
