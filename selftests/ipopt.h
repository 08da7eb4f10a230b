/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of IP options share: two tun devices, whose far ends the program
 * is, and options in words.  Include it after common.h.
 */
#ifndef SELFTESTS_IPOPT_H
#define SELFTESTS_IPOPT_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/if_tun.h>

#define US "10.1.0.1"		/* on t0, where packets come in */
#define PEER "10.1.0.2"
#define US1 "10.2.0.1"		/* on t1 */
#define NEXT "10.2.0.9"
#define GATEWAY "10.2.0.2"
#define BEHIND "10.3.0.9"	/* by that gateway */
#define NOWHERE "10.99.0.1"

#define MARK 0x4d4b		/* identifier of an echo that ends a wait */

static int tun[2];

struct area {
	unsigned char len, octet[40];
};

/* Words in the options below, each for four octets. */
#define ANY 0xee		/* is not compared */
static const struct {
	const char *word;
	unsigned char octet[4];
} words[] = {
	{ "us", { 10, 1, 0, 1 } },
	{ "us1", { 10, 2, 0, 1 } },
	{ "peer", { 10, 1, 0, 2 } },
	{ "hop", { 10, 1, 0, 7 } },
	{ "next", { 10, 2, 0, 9 } },
	{ "behind", { 10, 3, 0, 9 } },
	{ "nowhere", { 10, 99, 0, 1 } },
	{ "time", { ANY, ANY, ANY, ANY } },
	{ "-", { 0, 0, 0, 0 } },
};

/* From octets and words to octets; NULL: none. */
static inline struct area octets(const char *text)
{
	struct area a = { 0 };
	char copy[256], *word, *save;
	unsigned int i;

	snprintf(copy, sizeof(copy), "%s", text ?: "");
	for (word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (!strcmp(word, words[i].word))
				break;
		if (i == ARRAY_SIZE(words)) {
			a.octet[a.len++] = strtol(word, NULL, 0);
			continue;
		}
		memcpy(a.octet + a.len, words[i].octet, 4);
		a.len += 4;
	}
	return a;
}

/* The same, filled up to whole words by ends of options. */
static inline struct area area(const char *text)
{
	struct area a = octets(text);

	a.len = (a.len + 3) & ~3;
	return a;
}

struct packet {
	unsigned char octet[1600];
	ssize_t len;
	int dev;
};

static inline struct iphdr *ip_of(struct packet *p)
{
	return (struct iphdr *)p->octet;
}

static inline struct icmphdr *icmp_of(struct packet *p)
{
	return (struct icmphdr *)(p->octet + ip_of(p)->ihl * 4);
}

static inline int tun_open(const char *name, const char *addr)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	char claim[64];

	strcpy(ifr.ifr_name, name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) || link_up(name) ||
	    addr_add(name, addr, 24)) {
		perror("# tun");
		return -1;
	}
	snprintf(claim, sizeof(claim), "conf/%s/claim", name);
	if (flavour != FL_INET && sysctl_set(claim, "all"))
		return -1;
	return fd;
}

static inline int world_up(void)
{
	if (access("/dev/net/tun", F_OK) && system("modprobe tun"))
		return -1;
	tun[0] = tun_open("t0", US);
	tun[1] = tun_open("t1", US1);
	if (tun[0] < 0 || tun[1] < 0)
		return -1;
	if (!route_add("10.3.0.0", 24, GATEWAY, "t1") &&
	    !sysctl_set("ip_forward", "1") && !sysctl_set("icmp_ratemask", "0"))
		return 0;
	perror("# route, sysctl");
	return -1;
}

static inline int accept_routes(const char *all)
{
	return sysctl_set("conf/all/accept_source_route", all);
}

/* An echo request, or where @proto is another one, that; from PEER by t0. */
static inline void send_area(const char *daddr, const struct area *opt,
			     int proto, int id, int ttl)
{
	struct packet p = { .len = 20 + opt->len + 16 };
	struct iphdr *ip = ip_of(&p);
	struct icmphdr *icmp;

	*ip = (struct iphdr) {
		.version = 4, .ihl = 5 + opt->len / 4, .ttl = ttl,
		.protocol = proto, .id = htons(id), .tot_len = htons(p.len),
		.saddr = inet_addr(PEER), .daddr = inet_addr(daddr),
	};
	memcpy(ip + 1, opt->octet, opt->len);
	ip->check = checksum(ip, ip->ihl * 4, 0);
	icmp = icmp_of(&p);
	icmp->type = ICMP_ECHO;
	icmp->un.echo.id = htons(id);
	icmp->checksum = checksum(icmp, 16, 0);
	if (write(tun[0], p.octet, p.len) != p.len)
		perror("# write");
}

static inline void send_packet(const char *daddr, const char *text, int proto,
			       int id, int ttl)
{
	struct area a = area(text);

	send_area(daddr, &a, proto, id, ttl);
}

/* The next IPv4 packet that leaves, IGMP apart; false when there is none. */
static inline bool next_packet(struct packet *p, int ms)
{
	struct pollfd fds[2] = {
		{ .fd = tun[1], .events = POLLIN },
		{ .fd = tun[0], .events = POLLIN },
	};
	int i;

	while (poll(fds, 2, ms) > 0) {
		i = fds[0].revents ? 1 : 0;
		p->len = read(tun[i], p->octet, sizeof(p->octet));
		p->dev = i;
		if (p->len >= 20 && p->octet[0] >> 4 == 4 &&
		    ip_of(p)->protocol != IPPROTO_IGMP)
			return true;
	}
	return false;
}

static inline bool is_mark(struct packet *p)
{
	return ip_of(p)->ihl == 5 && ip_of(p)->protocol == IPPROTO_ICMP &&
	       icmp_of(p)->type == ICMP_ECHOREPLY &&
	       icmp_of(p)->un.echo.id == htons(MARK);
}

/* The first packet that leaves because of the last one sent; false: none. */
static inline bool answer(struct packet *p)
{
	struct packet more;
	bool got = false;

	send_packet(US, NULL, IPPROTO_ICMP, MARK, 64);
	while (next_packet(&more, 10000)) {
		if (is_mark(&more))
			return got;
		if (!got)
			*p = more;
		got = true;
	}
	return false;
}

static inline bool options_are(struct packet *p, const char *text)
{
	unsigned char *o = p->octet + 20;
	struct area want = area(text);
	int i, len = ip_of(p)->ihl * 4 - 20;

	if (len != want.len)
		return false;
	for (i = 0; i < len; i++)
		if (o[i] != want.octet[i] && want.octet[i] != ANY)
			return false;
	return true;
}

static inline void dump(struct packet *p)
{
	int i;

	fprintf(stderr, "# dev %d proto %d", p->dev, ip_of(p)->protocol);
	for (i = 0; i < p->len && i < 88; i++)
		fprintf(stderr, "%s%d", i % 4 ? "." : " ", p->octet[i]);
	fprintf(stderr, "\n");
}

#endif /* SELFTESTS_IPOPT_H */
