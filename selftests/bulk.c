// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "common.h"
#include "bulk.h"

/* Requests in one message to the kernel. */
#define BUNCH		64

struct request {
	struct nlmsghdr nh;
	struct rtmsg rtm;
	struct rtattr dst_attr;
	uint32_t dst;
	struct rtattr gw_attr;
	uint32_t gw;
	struct rtattr oif_attr;
	uint32_t oif;
};

/* One for each process: namespaces belong to processes here. */
static int netlink(void)
{
	static pid_t owner;
	static int fd = -1;
	int size = 1 << 20;

	if (owner == getpid())
		return fd;
	owner = getpid();
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

int bulk_device(void)
{
	if (system("ip link add d0 type dummy && ip link set d0 up"))
		return -1;
	return addr_add("d0", "10.200.0.1", 24);
}

static void attr(struct rtattr *a, int type)
{
	a->rta_type = type;
	a->rta_len = RTA_LENGTH(sizeof(uint32_t));
}

static void fill(struct request *r, int type, int flags, const struct prefix *p,
		 uint32_t shift, uint32_t oif)
{
	uint32_t mix = (p->key >> 8) * 2654435761U + p->len;

	memset(r, 0, sizeof(*r));
	r->nh.nlmsg_len = sizeof(*r);
	r->nh.nlmsg_type = type;
	r->nh.nlmsg_flags = NLM_F_REQUEST | flags;
	r->rtm.rtm_family = fam();
	r->rtm.rtm_dst_len = p->len;
	r->rtm.rtm_table = RT_TABLE_MAIN;
	r->rtm.rtm_protocol = RTPROT_BGP;
	r->rtm.rtm_scope = RT_SCOPE_UNIVERSE;
	r->rtm.rtm_type = RTN_UNICAST;
	attr(&r->dst_attr, RTA_DST);
	r->dst = htonl(p->key);
	attr(&r->gw_attr, RTA_GATEWAY);
	r->gw = htonl(0x0ac80002 + ((mix >> 16) + shift) % BULK_GATEWAYS);
	attr(&r->oif_attr, RTA_OIF);
	r->oif = oif;
}

/* Read answers up to the one with the errno 0 that was asked for. */
static long answers(int fd, uint32_t last)
{
	static char buf[1 << 16];
	const struct nlmsgerr *err;
	struct nlmsghdr *nh;
	long failed = 0;
	int n;

	for (;;) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n < 0)
			return -1;
		for (nh = (void *)buf; NLMSG_OK(nh, (unsigned int)n);
		     nh = NLMSG_NEXT(nh, n)) {
			if (nh->nlmsg_type != NLMSG_ERROR)
				continue;
			err = NLMSG_DATA(nh);
			failed += !!err->error;
			if (nh->nlmsg_seq == last)
				return failed;
		}
	}
}

long bulk_routes(int type, int flags, const struct prefix *p, size_t n,
		 uint32_t shift)
{
	static struct request bunch[BUNCH];
	uint32_t oif = if_nametoindex("d0");
	int fd = netlink();
	long failed = 0, f;
	size_t i, j;

	for (i = 0; i < n; i += j) {
		for (j = 0; j < BUNCH && i + j < n; j++) {
			fill(&bunch[j], type, flags, &p[i + j], shift, oif);
			bunch[j].nh.nlmsg_seq = j + 1;
		}
		bunch[j - 1].nh.nlmsg_flags |= NLM_F_ACK;
		if (send(fd, bunch, j * sizeof(bunch[0]), 0) < 0)
			return -1;
		f = answers(fd, j);
		if (f < 0)
			return -1;
		failed += f;
	}
	return failed;
}

int64_t bulk_ask(int family, uint32_t key, uint8_t *plen)
{
	struct {
		struct nlmsghdr nh;
		struct rtmsg rtm;
		struct rtattr attr;
		uint32_t dst;
	} ask = {
		.nh.nlmsg_len = sizeof(ask),
		.nh.nlmsg_type = RTM_GETROUTE,
		.nh.nlmsg_flags = NLM_F_REQUEST,
		.rtm.rtm_family = family,
		.rtm.rtm_dst_len = 32,
		/* The route itself, not what became of it. */
		.rtm.rtm_flags = RTM_F_FIB_MATCH,
		.dst = htonl(key),
	};
	struct {
		struct nlmsghdr nh;
		struct rtmsg rtm;
		char attrs[1024];
	} got;
	const struct nlmsgerr *err;
	struct rtattr *a;
	int fd = netlink(), n;

	attr(&ask.attr, RTA_DST);
	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return -errno;
	n = recv(fd, &got, sizeof(got), 0);
	if (n < 0)
		return -errno;
	if (got.nh.nlmsg_type == NLMSG_ERROR) {
		err = NLMSG_DATA(&got.nh);
		return err->error;
	}
	*plen = got.rtm.rtm_dst_len;
	n = RTM_PAYLOAD(&got.nh);
	for (a = RTM_RTA(&got.rtm); RTA_OK(a, n); a = RTA_NEXT(a, n))
		if (a->rta_type == RTA_GATEWAY)
			return ntohl(*(uint32_t *)RTA_DATA(a));
	return 0;
}
