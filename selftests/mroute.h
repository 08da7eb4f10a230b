/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tests of multicast routing work with: a router with the devices a0 and b0,
 * whose daemon the test is; what goes in and comes out is seen at the other ends
 * of their cables, a1 and b1, frame by frame.  Include it after common.h.
 */
#ifndef SELFTESTS_MROUTE_H
#define SELFTESTS_MROUTE_H

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/mroute.h>

#define SOURCE	"10.1.0.2"
#define GROUP	"239.1.2.3"
#define OTHER	"239.1.2.4"

enum { VIF_A, VIF_B };

static int a1, b1;	/* packet sockets */

static inline struct in_addr in4(const char *ip)
{
	struct in_addr a;

	if (inet_pton(AF_INET, ip, &a) != 1)
		abort();
	return a;
}

static inline int tap(const char *dev)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;

	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&ll, sizeof(ll)))
		return -1;
	return fd;
}

static inline int setup(void)
{
	FILE *ip = popen("ip -batch -", "w");
	cpu_set_t one;

	/* so that packets come in the order in which they were sent */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return -1;

	fputs("link add a0 type veth peer name a1\n"
	      "link add b0 type veth peer name b1\n"
	      "link set a0 up\nlink set a1 up\n"
	      "link set b0 up\nlink set b1 up\n", ip);
	if (pclose(ip))
		return -1;
	if (addr_add("a0", "10.1.0.1", 24) || addr_add("b0", "10.2.0.1", 24))
		return -1;
	a1 = tap("a1");
	b1 = tap("b1");
	return a1 < 0 || b1 < 0 ? -1 : 0;
}

/* ---- the daemon's calls */

static inline int daemon_open(void)
{
	int fd = xsocket(SOCK_RAW, IPPROTO_IGMP), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_IP, MRT_INIT, &on, sizeof(on)))
		return -1;
	return fd;
}

static inline int set_vif(int fd, int name, unsigned int n, const char *addr)
{
	struct vifctl v = { .vifc_vifi = n, .vifc_threshold = 1 };

	v.vifc_lcl_addr = in4(addr);
	return setsockopt(fd, SOL_IP, name, &v, sizeof(v));
}

static inline int add_dev(int fd, unsigned int n, const char *dev)
{
	struct vifctl v = {
		.vifc_vifi = n,
		.vifc_flags = VIFF_USE_IFINDEX,
		.vifc_lcl_ifindex = if_nametoindex(dev),
	};

	return setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v, sizeof(v));
}

/* @ttl_a, @ttl_b: 0 for vifs that packets do not go to. */
static inline int set_mfc(int fd, int name, const char *origin,
			  const char *group, unsigned int parent, int ttl_a,
			  int ttl_b)
{
	struct mfcctl m = { .mfcc_parent = parent };

	m.mfcc_origin = in4(origin);
	m.mfcc_mcastgrp = in4(group);
	m.mfcc_ttls[VIF_A] = ttl_a;
	m.mfcc_ttls[VIF_B] = ttl_b;
	return setsockopt(fd, SOL_IP, name, &m, sizeof(m));
}

/* A daemon with both vifs. */
static inline int router(void)
{
	int fd;

	if (setup())
		return -1;
	fd = daemon_open();
	if (fd < 0 || set_vif(fd, MRT_ADD_VIF, VIF_A, "10.1.0.1") ||
	    set_vif(fd, MRT_ADD_VIF, VIF_B, "10.2.0.1"))
		return -1;
	return fd;
}

static inline int get_sg(int fd, const char *origin, struct sioc_sg_req *sg)
{
	memset(sg, 0, sizeof(*sg));
	sg->src = in4(origin);
	sg->grp = in4(GROUP);
	return ioctl(fd, SIOCGETSGCNT, sg);
}

static inline int get_vif(int fd, unsigned int n, struct sioc_vif_req *v)
{
	memset(v, 0, sizeof(*v));
	v->vifi = n;
	return ioctl(fd, SIOCGETVIFCNT, v);
}

/* ---- frames */

struct frame {
	struct ether_header eth;
	struct iphdr ip;
	struct udphdr udp;
	char data[3000];
} __packed;

static inline void make(struct frame *f, const char *src, const char *group,
			int ttl, int id, size_t len)
{
	uint32_t dst = ntohl(in4(group).s_addr);

	memset(f, 0, sizeof(*f));
	f->eth.ether_type = htons(ETH_P_IP);
	memcpy(f->eth.ether_dhost, "\x01\x00\x5e", 3);
	f->eth.ether_dhost[3] = dst >> 16 & 0x7f;
	f->eth.ether_dhost[4] = dst >> 8;
	f->eth.ether_dhost[5] = dst;
	memcpy(f->eth.ether_shost, "\x02\x00\x00\x00\x00\x02", 6);
	f->ip.version = 4;
	f->ip.ihl = 5;
	f->ip.ttl = ttl;
	f->ip.id = htons(id);
	f->ip.protocol = IPPROTO_UDP;
	f->ip.tot_len = htons(28 + len);
	f->ip.saddr = in4(src).s_addr;
	f->ip.daddr = htonl(dst);
	f->udp.source = htons(5000);
	f->udp.dest = htons(5000);
	f->udp.len = htons(8 + len);
	f->ip.check = checksum(&f->ip, 20, 0);
}

static inline int put(int fd, const struct frame *f)
{
	size_t len = 14 + ntohs(f->ip.tot_len);

	return send(fd, f, len, 0) == (ssize_t)len ? 0 : -1;
}

static inline int inject(int fd, const char *src, const char *group, int ttl,
			 int id)
{
	struct frame f;

	make(&f, src, group, ttl, id, 10);
	return put(fd, &f);
}

/* The id of the next UDP packet to a group that comes out; -1 for none. */
static inline int next_frame(int fd, struct frame *f)
{
	for (;;) {
		if (!poll_for(fd, POLLIN, 5000) ||
		    recv(fd, f, sizeof(*f), 0) < 34)
			return -1;
		if (f->ip.protocol == IPPROTO_UDP &&
		    IN_MULTICAST(ntohl(f->ip.daddr)))
			return ntohs(f->ip.id);
	}
}

static inline int next_id(int fd)
{
	struct frame f;

	return next_frame(fd, &f);
}

/* The type of the next upcall; -1 for none, 0 for an IGMP message. */
static inline int upcall(int fd, struct igmpmsg *m)
{
	char buf[2000];

	if (!poll_for(fd, POLLIN, 5000) || recv(fd, buf, sizeof(buf), 0) < 20)
		return -1;
	memcpy(m, buf, sizeof(*m));
	return m->im_mbz ? 0 : m->im_msgtype;
}

static inline bool quiet(int fd)
{
	return !poll_for(fd, POLLIN, 0);
}

#endif /* SELFTESTS_MROUTE_H */
