// SPDX-License-Identifier: GPL-2.0
/* timeout: 240 */
/*
 * Multicast as programs see it: memberships and their filters by every option
 * there is, errors and limits, and which socket gets which packet.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(multicast);

#define GROUP	"239.1.2.3"
#define OTHER	"239.1.2.4"
#define PORT	5000

static struct in_addr in4(const char *ip)
{
	struct in_addr a;

	if (inet_pton(AF_INET, ip, &a) != 1)
		abort();
	return a;
}

static struct ip_mreqn mreqn(const char *group, const char *addr,
			     const char *dev)
{
	struct ip_mreqn m = {
		.imr_multiaddr = in4(group),
		.imr_address = in4(addr),
		.imr_ifindex = dev ? if_nametoindex(dev) : 0,
	};

	return m;
}

static int member(int fd, int name, const char *group, const char *addr,
		  const char *dev)
{
	struct ip_mreqn m = mreqn(group, addr, dev);

	return setsockopt(fd, SOL_IP, name, &m, sizeof(m));
}

static int join(int fd, const char *group, const char *dev)
{
	return member(fd, IP_ADD_MEMBERSHIP, group, "0.0.0.0", dev);
}

static int leave(int fd, const char *group, const char *dev)
{
	return member(fd, IP_DROP_MEMBERSHIP, group, "0.0.0.0", dev);
}

static int source(int fd, int name, const char *group, const char *addr,
		  const char *src)
{
	struct ip_mreq_source m = {
		.imr_multiaddr.s_addr = in4(group).s_addr,
		.imr_interface.s_addr = in4(addr).s_addr,
		.imr_sourceaddr.s_addr = in4(src).s_addr,
	};

	return setsockopt(fd, SOL_IP, name, &m, sizeof(m));
}

static void put_addr(struct sockaddr_storage *ss, int family, const char *ip)
{
	struct sockaddr_in *sin = (void *)ss;

	memset(ss, 0, sizeof(*ss));
	sin->sin_family = family;
	sin->sin_addr = in4(ip);
}

static int group_req(int fd, int name, const char *group, const char *dev)
{
	struct group_req g = { .gr_interface = if_nametoindex(dev) };

	put_addr(&g.gr_group, addr_fam(), group);
	return setsockopt(fd, SOL_IP, name, &g, sizeof(g));
}

static int group_source(int fd, int name, const char *group, const char *src,
			const char *dev)
{
	struct group_source_req g = { .gsr_interface = if_nametoindex(dev) };

	put_addr(&g.gsr_group, addr_fam(), group);
	put_addr(&g.gsr_source, addr_fam(), src);
	return setsockopt(fd, SOL_IP, name, &g, sizeof(g));
}

/* Room for many sources. */
union msf {
	struct ip_msfilter msf;
	char room[IP_MSFILTER_SIZE(64)];
};

union gf {
	struct group_filter gf;
	char room[GROUP_FILTER_SIZE(64)];
};

/* Sources 10.0.0.1 and up. */
static void fill(union msf *m, const char *group, const char *addr, int mode,
		 unsigned int n)
{
	unsigned int i;

	memset(m, 0, sizeof(*m));
	m->msf.imsf_multiaddr.s_addr = in4(group).s_addr;
	m->msf.imsf_interface.s_addr = in4(addr).s_addr;
	m->msf.imsf_fmode = mode;
	m->msf.imsf_numsrc = n;
	for (i = 0; i < n && i < 64; i++)
		((struct in_addr *)m->msf.imsf_slist)[i].s_addr =
			htonl(0x0a000001 + i);
}

static int msfilter(int fd, const char *group, const char *addr, int mode,
		    unsigned int n)
{
	union msf m;

	fill(&m, group, addr, mode, n);
	return setsockopt(fd, SOL_IP, IP_MSFILTER, &m, IP_MSFILTER_SIZE(n));
}

static void gfill(union gf *g, const char *group, const char *dev, int mode,
		  unsigned int n)
{
	char src[16];
	unsigned int i;

	memset(g, 0, sizeof(*g));
	g->gf.gf_interface = if_nametoindex(dev);
	put_addr(&g->gf.gf_group, addr_fam(), group);
	g->gf.gf_fmode = mode;
	g->gf.gf_numsrc = n;
	for (i = 0; i < n && i < 64; i++) {
		snprintf(src, sizeof(src), "10.0.0.%u", i + 1);
		put_addr((void *)(g->room + GROUP_FILTER_SIZE(i)), addr_fam(),
			 src);
	}
}

/* IP_MSFILTER: mode and number of sources, or -1. */
static int get_filter(int fd, const char *group, const char *addr,
		      unsigned int room, union msf *m)
{
	socklen_t len = sizeof(*m);

	fill(m, group, addr, 7, 0);
	m->msf.imsf_numsrc = room;
	if (getsockopt(fd, SOL_IP, IP_MSFILTER, m, &len))
		return -1;
	return len;
}

/* A UDP socket on the port, with SO_REUSEADDR. */
static int receiver(const char *ip, int port)
{
	int fd = xsocket(SOCK_DGRAM, 0);

	if (set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) || xbind(fd, ip, port))
		return -1;
	return fd;
}

/* How many datagrams wait, after what was sent has arrived. */
static int waiting(int fd)
{
	char buf[64];
	int n = 0;

	poll_for(fd, POLLIN, 300);
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
		n++;
	return n;
}

/* A sender on the device with this address. */
static int sender(const char *dev)
{
	struct ip_mreqn m = mreqn("0.0.0.0", "0.0.0.0", dev);
	int fd = xsocket(SOCK_DGRAM, 0);

	if (setsockopt(fd, SOL_IP, IP_MULTICAST_IF, &m, sizeof(m)))
		return -1;
	return fd;
}

TEST_F(multicast, join_errors)
{
	struct ip_mreq old = { .imr_multiaddr = in4(GROUP),
			       .imr_interface = in4("127.0.0.1") };
	struct ip_mreqn m = mreqn(GROUP, "0.0.0.0", "lo");
	int fd = xsocket(SOCK_DGRAM, 0);
	int tcp = xsocket(SOCK_STREAM, 0);

	EXPECT_ERRNO(EINVAL, join(fd, "10.0.0.1", "lo"));
	EXPECT_ERRNO(EINVAL, join(fd, "0.0.0.0", "lo"));
	EXPECT_ERRNO(ENODEV, join(fd, GROUP, NULL));
	EXPECT_ERRNO(ENODEV, member(fd, IP_ADD_MEMBERSHIP, GROUP, "10.7.7.7",
				    NULL));
	m.imr_ifindex = 4711;
	EXPECT_ERRNO(ENODEV, setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, &m,
					sizeof(m)));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, &m, 7));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, IP_DROP_MEMBERSHIP, &m, 0));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP,
					(void *)1, sizeof(m)));
	EXPECT_ERRNO(EPROTO, join(tcp, GROUP, "lo"));
	EXPECT_ERRNO(EPROTO, leave(tcp, GROUP, "lo"));
	EXPECT_ERRNO(EADDRNOTAVAIL, leave(fd, GROUP, "lo"));
	EXPECT_ERRNO(ENODEV, leave(fd, GROUP, NULL));

	/* by index, by address, and by the structure without an index */
	EXPECT_ERRNO(0, join(fd, GROUP, "lo"));
	EXPECT_ERRNO(EADDRINUSE, join(fd, GROUP, "lo"));
	EXPECT_ERRNO(EADDRINUSE, member(fd, IP_ADD_MEMBERSHIP, GROUP,
					"127.0.0.1", NULL));
	EXPECT_ERRNO(EADDRINUSE, setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, &old,
					    sizeof(old)));
	EXPECT_ERRNO(0, setsockopt(fd, SOL_IP, IP_DROP_MEMBERSHIP, &old,
				   sizeof(old)));
	EXPECT_ERRNO(EADDRNOTAVAIL, leave(fd, GROUP, "lo"));
	/* more bytes than the structure has are none of our business */
	EXPECT_ERRNO(0, member(fd, IP_ADD_MEMBERSHIP, GROUP, "127.0.0.1",
			       NULL));
	EXPECT_ERRNO(EADDRNOTAVAIL, leave(fd, OTHER, "lo"));
	EXPECT_ERRNO(0, leave(fd, GROUP, "lo"));
	/* an address that lo has by table local */
	EXPECT_ERRNO(0, member(fd, IP_ADD_MEMBERSHIP, GROUP, "127.0.0.5",
			       NULL));
	EXPECT_ERRNO(0, leave(fd, GROUP, "lo"));
	/* there is nothing to get */
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, &m,
					     &(socklen_t){ sizeof(m) }));
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, SOL_IP, MCAST_JOIN_GROUP, &m,
					     &(socklen_t){ sizeof(m) }));
	close(fd);
	close(tcp);
}

/* Without a device, the route to the group decides. */
TEST_F(multicast, join_by_route)
{
	int fd = xsocket(SOCK_DGRAM, 0);
	union msf m;

	EXPECT_ERRNO(ENODEV, join(fd, GROUP, NULL));
	EXPECT_ERRNO(0, route_add("224.0.0.0", 4, NULL, "lo"));
	EXPECT_ERRNO(0, join(fd, GROUP, NULL));
	EXPECT_ERRNO(EADDRINUSE, join(fd, GROUP, "lo"));
	EXPECT_EQ((int)IP_MSFILTER_SIZE(0),
		  get_filter(fd, GROUP, "0.0.0.0", 0, &m));
	EXPECT_ERRNO(0, leave(fd, GROUP, NULL));
	close(fd);
}

TEST_F(multicast, max_memberships)
{
	int fd = xsocket(SOCK_DGRAM, 0), i;
	char group[16], val[16];

	EXPECT_EQ(0, sysctl_get("igmp_max_memberships", val, sizeof(val)));
	EXPECT_STREQ("20", val);
	for (i = 0; i < 20; i++) {
		snprintf(group, sizeof(group), "239.2.0.%d", i);
		EXPECT_ERRNO(0, join(fd, group, "lo"));
	}
	EXPECT_ERRNO(ENOBUFS, join(fd, GROUP, "lo"));
	EXPECT_ERRNO(EADDRINUSE, join(fd, "239.2.0.0", "lo"));
	EXPECT_ERRNO(0, leave(fd, "239.2.0.7", "lo"));
	EXPECT_ERRNO(0, join(fd, GROUP, "lo"));
	EXPECT_EQ(0, sysctl_set("igmp_max_memberships", "25"));
	EXPECT_ERRNO(0, join(fd, OTHER, "lo"));
	close(fd);
}

TEST_F(multicast, sysctls)
{
	char val[16];

	EXPECT_EQ(0, sysctl_get("igmp_max_msf", val, sizeof(val)));
	EXPECT_STREQ("10", val);
	EXPECT_EQ(0, sysctl_get("igmp_qrv", val, sizeof(val)));
	EXPECT_STREQ("2", val);
	EXPECT_ERRNO(EINVAL, sysctl_set("igmp_qrv", "0"));
	EXPECT_EQ(0, sysctl_set("igmp_qrv", "3"));
	EXPECT_EQ(0, sysctl_get("igmp_link_local_mcast_reports", val,
				sizeof(val)));
	EXPECT_STREQ("1", val);
	EXPECT_ERRNO(EINVAL, sysctl_set("igmp_link_local_mcast_reports",
					"256"));
	EXPECT_EQ(0, sysctl_set("igmp_link_local_mcast_reports", "0"));
	EXPECT_EQ(0, sysctl_get("conf/lo/force_igmp_version", val,
				sizeof(val)));
	EXPECT_STREQ("0", val);
	EXPECT_EQ(0, sysctl_get("conf/lo/igmpv2_unsolicited_report_interval",
				val, sizeof(val)));
	EXPECT_STREQ("10000", val);
	EXPECT_EQ(0, sysctl_get("conf/lo/igmpv3_unsolicited_report_interval",
				val, sizeof(val)));
	EXPECT_STREQ("1000", val);
}

TEST_F(multicast, source_errors)
{
	struct ip_mreq_source m = {};
	int fd = xsocket(SOCK_DGRAM, 0), i;
	char src[16];

	/* sizes */
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, IP_ADD_SOURCE_MEMBERSHIP,
					&m, sizeof(m) - 1));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, IP_BLOCK_SOURCE, &m,
					sizeof(m) + 1));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_IP, IP_BLOCK_SOURCE, (void *)1,
					sizeof(m)));
	/* address, device, a join before */
	EXPECT_ERRNO(EINVAL, source(fd, IP_BLOCK_SOURCE, "10.0.0.9",
				    "127.0.0.1", "10.0.0.1"));
	EXPECT_ERRNO(EINVAL, source(fd, IP_ADD_SOURCE_MEMBERSHIP, "10.0.0.9",
				    "127.0.0.1", "10.0.0.1"));
	EXPECT_ERRNO(ENODEV, source(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP,
				    "10.7.7.7", "10.0.0.1"));
	EXPECT_ERRNO(ENODEV, source(fd, IP_BLOCK_SOURCE, GROUP, "0.0.0.0",
				    "10.0.0.1"));
	EXPECT_ERRNO(EINVAL, source(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
				    "10.0.0.1"));
	EXPECT_ERRNO(EINVAL, source(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP,
				    "127.0.0.1", "10.0.0.1"));

	/* exclude */
	EXPECT_ERRNO(0, join(fd, GROUP, "lo"));
	EXPECT_ERRNO(EADDRNOTAVAIL, source(fd, IP_UNBLOCK_SOURCE, GROUP,
					   "127.0.0.1", "10.0.0.1"));
	EXPECT_ERRNO(0, source(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
			       "10.0.0.1"));
	EXPECT_ERRNO(EADDRNOTAVAIL, source(fd, IP_BLOCK_SOURCE, GROUP,
					   "127.0.0.1", "10.0.0.1"));
	/* the other mode is refused as long as there is a list */
	EXPECT_ERRNO(EINVAL, source(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP,
				    "127.0.0.1", "10.0.0.2"));
	EXPECT_ERRNO(EINVAL, source(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP,
				    "127.0.0.1", "10.0.0.1"));
	for (i = 2; i <= 10; i++) {
		snprintf(src, sizeof(src), "10.0.0.%d", i);
		EXPECT_ERRNO(0, source(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
				       src));
	}
	EXPECT_ERRNO(ENOBUFS, source(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
				     "10.0.0.11"));
	EXPECT_EQ(0, sysctl_set("igmp_max_msf", "11"));
	EXPECT_ERRNO(0, source(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
			       "10.0.0.11"));
	EXPECT_ERRNO(0, source(fd, IP_UNBLOCK_SOURCE, GROUP, "127.0.0.1",
			       "10.0.0.1"));
	EXPECT_ERRNO(0, leave(fd, GROUP, "lo"));

	/* include: the first joins, the last leaves */
	EXPECT_ERRNO(0, source(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP,
			       "127.0.0.1", "10.0.0.1"));
	EXPECT_ERRNO(EADDRINUSE, join(fd, GROUP, "lo"));
	EXPECT_ERRNO(EADDRNOTAVAIL, source(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP,
					   "127.0.0.1", "10.0.0.1"));
	EXPECT_ERRNO(EINVAL, source(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
				    "10.0.0.1"));
	EXPECT_ERRNO(0, source(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP,
			       "127.0.0.1", "10.0.0.2"));
	EXPECT_ERRNO(0, source(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP,
			       "127.0.0.1", "10.0.0.1"));
	EXPECT_ERRNO(EADDRNOTAVAIL, source(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP,
					   "127.0.0.1", "10.0.0.1"));
	EXPECT_ERRNO(0, source(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP,
			       "127.0.0.1", "10.0.0.2"));
	EXPECT_ERRNO(EADDRNOTAVAIL, leave(fd, GROUP, "lo"));
	close(fd);
}

TEST_F(multicast, msfilter_set_get)
{
	int fd = xsocket(SOCK_DGRAM, 0);
	socklen_t len;
	union msf m;

	EXPECT_ERRNO(EINVAL, msfilter(fd, GROUP, "127.0.0.1", MCAST_EXCLUDE,
				      1));
	EXPECT_ERRNO(EADDRNOTAVAIL, msfilter(fd, GROUP, "127.0.0.1",
					     MCAST_INCLUDE, 0));
	EXPECT_ERRNO(EINVAL, msfilter(fd, "10.0.0.9", "127.0.0.1",
				      MCAST_INCLUDE, 0));
	EXPECT_ERRNO(EINVAL, msfilter(fd, GROUP, "127.0.0.1", 2, 0));
	EXPECT_ERRNO(ENODEV, msfilter(fd, GROUP, "10.7.7.7", MCAST_EXCLUDE,
				      0));
	EXPECT_ERRNO(ENOBUFS, msfilter(fd, GROUP, "127.0.0.1", MCAST_EXCLUDE,
				       11));
	fill(&m, GROUP, "127.0.0.1", MCAST_EXCLUDE, 2);
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, IP_MSFILTER, &m,
					IP_MSFILTER_SIZE(0) - 1));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, IP_MSFILTER, &m,
					IP_MSFILTER_SIZE(1)));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_IP, IP_MSFILTER, (void *)1,
					IP_MSFILTER_SIZE(1)));
	EXPECT_ERRNO(ENOBUFS, setsockopt(fd, SOL_IP, IP_MSFILTER, (void *)1,
					 1 << 20));
	/* getting one that is not there */
	EXPECT_ERRNO(EADDRNOTAVAIL, get_filter(fd, GROUP, "127.0.0.1", 0, &m));
	EXPECT_ERRNO(EINVAL, get_filter(fd, "10.0.0.9", "127.0.0.1", 0, &m));
	EXPECT_ERRNO(ENODEV, get_filter(fd, GROUP, "10.7.7.7", 0, &m));

	EXPECT_ERRNO(0, join(fd, GROUP, "lo"));
	EXPECT_EQ((int)IP_MSFILTER_SIZE(0),
		  get_filter(fd, GROUP, "127.0.0.1", 5, &m));
	EXPECT_EQ(MCAST_EXCLUDE, (int)m.msf.imsf_fmode);
	EXPECT_EQ(0, (int)m.msf.imsf_numsrc);
	EXPECT_ERRNO(0, msfilter(fd, GROUP, "127.0.0.1", MCAST_INCLUDE, 3));
	EXPECT_EQ((int)IP_MSFILTER_SIZE(3),
		  get_filter(fd, GROUP, "127.0.0.1", 5, &m));
	EXPECT_EQ(MCAST_INCLUDE, (int)m.msf.imsf_fmode);
	EXPECT_EQ(3, (int)m.msf.imsf_numsrc);
	EXPECT_EQ(htonl(0x0a000003),
		  ((struct in_addr *)m.msf.imsf_slist)[2].s_addr);
	/* less room than sources: the number is told all the same */
	EXPECT_EQ((int)IP_MSFILTER_SIZE(2),
		  get_filter(fd, GROUP, "127.0.0.1", 2, &m));
	EXPECT_EQ(3, (int)m.msf.imsf_numsrc);
	EXPECT_ERRNO(0, msfilter(fd, GROUP, "127.0.0.1", MCAST_EXCLUDE, 10));
	EXPECT_ERRNO(0, msfilter(fd, GROUP, "127.0.0.1", MCAST_EXCLUDE, 0));
	EXPECT_EQ((int)IP_MSFILTER_SIZE(0),
		  get_filter(fd, GROUP, "127.0.0.1", 2, &m));
	len = IP_MSFILTER_SIZE(0) - 1;
	EXPECT_ERRNO(EINVAL, getsockopt(fd, SOL_IP, IP_MSFILTER, &m, &len));
	/* to include nothing is to leave */
	EXPECT_ERRNO(0, msfilter(fd, GROUP, "127.0.0.1", MCAST_INCLUDE, 0));
	EXPECT_ERRNO(EADDRNOTAVAIL, leave(fd, GROUP, "lo"));
	close(fd);
}

TEST_F(multicast, group_options)
{
	struct group_source_req s = { 0 };
	struct group_req g = { 0 };
	int fd = xsocket(SOCK_DGRAM, 0);

	put_addr(&g.gr_group, AF_INET6, GROUP);
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MCAST_JOIN_GROUP, &g,
					sizeof(g)));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MCAST_JOIN_GROUP, &g,
					sizeof(g) - 1));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_IP, MCAST_LEAVE_GROUP,
					(void *)1, sizeof(g)));
	EXPECT_ERRNO(EADDRNOTAVAIL, setsockopt(fd, SOL_IP, MCAST_BLOCK_SOURCE,
					       &s, sizeof(s)));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MCAST_JOIN_SOURCE_GROUP, &s,
					sizeof(s) + 1));
	/* both families are good where a program may know either */
	put_addr(&g.gr_group, AF_INET, GROUP);
	g.gr_interface = if_nametoindex("lo");
	EXPECT_ERRNO(0, setsockopt(fd, SOL_IP, MCAST_JOIN_GROUP, &g,
				   sizeof(g)));
	EXPECT_ERRNO(EADDRINUSE, group_req(fd, MCAST_JOIN_GROUP, GROUP, "lo"));
	EXPECT_ERRNO(0, group_source(fd, MCAST_BLOCK_SOURCE, GROUP, "10.0.0.1",
				     "lo"));
	EXPECT_ERRNO(EADDRNOTAVAIL, group_source(fd, MCAST_BLOCK_SOURCE, GROUP,
						 "10.0.0.1", "lo"));
	EXPECT_ERRNO(EINVAL, group_source(fd, MCAST_JOIN_SOURCE_GROUP, GROUP,
					  "10.0.0.1", "lo"));
	EXPECT_ERRNO(0, group_source(fd, MCAST_UNBLOCK_SOURCE, GROUP,
				     "10.0.0.1", "lo"));
	EXPECT_ERRNO(EADDRNOTAVAIL, group_source(fd, MCAST_UNBLOCK_SOURCE,
						 GROUP, "10.0.0.1", "lo"));
	EXPECT_ERRNO(0, group_req(fd, MCAST_LEAVE_GROUP, GROUP, "lo"));
	EXPECT_ERRNO(EADDRNOTAVAIL, group_req(fd, MCAST_LEAVE_GROUP, GROUP,
					      "lo"));
	EXPECT_ERRNO(EINVAL, group_req(fd, MCAST_JOIN_GROUP, "10.1.1.1", "lo"));
	EXPECT_ERRNO(0, group_source(fd, MCAST_JOIN_SOURCE_GROUP, GROUP,
				     "10.0.0.1", "lo"));
	EXPECT_ERRNO(0, group_source(fd, MCAST_LEAVE_SOURCE_GROUP, GROUP,
				     "10.0.0.1", "lo"));
	EXPECT_ERRNO(EADDRNOTAVAIL, group_req(fd, MCAST_LEAVE_GROUP, GROUP,
					      "lo"));
	close(fd);
}

TEST_F(multicast, group_filter_set_get)
{
	int fd = xsocket(SOCK_DGRAM, 0);
	struct sockaddr_in *sin;
	socklen_t len;
	union gf g;

	gfill(&g, GROUP, "lo", MCAST_EXCLUDE, 2);
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MCAST_MSFILTER, &g,
					GROUP_FILTER_SIZE(2)));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MCAST_MSFILTER, &g,
					GROUP_FILTER_SIZE(1)));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MCAST_MSFILTER, &g,
					GROUP_FILTER_SIZE(0) - 1));
	EXPECT_ERRNO(ENOBUFS, setsockopt(fd, SOL_IP, MCAST_MSFILTER, (void *)1,
					 1 << 20));
	EXPECT_ERRNO(0, join(fd, GROUP, "lo"));
	EXPECT_ERRNO(0, setsockopt(fd, SOL_IP, MCAST_MSFILTER, &g,
				   GROUP_FILTER_SIZE(2)));
	gfill(&g, GROUP, "lo", MCAST_EXCLUDE, 11);
	EXPECT_ERRNO(ENOBUFS, setsockopt(fd, SOL_IP, MCAST_MSFILTER, &g,
					 GROUP_FILTER_SIZE(11)));
	gfill(&g, GROUP, "lo", MCAST_EXCLUDE, 2);
	put_addr((void *)(g.room + GROUP_FILTER_SIZE(1)), AF_INET6, OTHER);
	EXPECT_ERRNO(EADDRNOTAVAIL, setsockopt(fd, SOL_IP, MCAST_MSFILTER, &g,
					       GROUP_FILTER_SIZE(2)));

	gfill(&g, GROUP, "lo", 7, 0);
	g.gf.gf_numsrc = 64;
	len = sizeof(g);
	EXPECT_ERRNO(0, getsockopt(fd, SOL_IP, MCAST_MSFILTER, &g, &len));
	EXPECT_EQ(GROUP_FILTER_SIZE(2), len);
	EXPECT_EQ(MCAST_EXCLUDE, (int)g.gf.gf_fmode);
	EXPECT_EQ(2, (int)g.gf.gf_numsrc);
	sin = (void *)(g.room + GROUP_FILTER_SIZE(1));
	EXPECT_EQ(addr_fam(), sin->sin_family);
	EXPECT_EQ(htonl(0x0a000002), sin->sin_addr.s_addr);

	gfill(&g, OTHER, "lo", 7, 0);
	EXPECT_ERRNO(EADDRNOTAVAIL, getsockopt(fd, SOL_IP, MCAST_MSFILTER, &g,
					       &len));
	gfill(&g, "10.0.0.1", "lo", 7, 0);
	EXPECT_ERRNO(EINVAL, getsockopt(fd, SOL_IP, MCAST_MSFILTER, &g, &len));
	len = GROUP_FILTER_SIZE(0) - 1;
	EXPECT_ERRNO(EINVAL, getsockopt(fd, SOL_IP, MCAST_MSFILTER, &g, &len));
	close(fd);
}

/* A socket's filters are charged to it (net.core.optmem_max). */
TEST_F(multicast, optmem)
{
	int fd = xsocket(SOCK_DGRAM, 0), i, err = 0;
	char group[16];
	union msf m;

	EXPECT_EQ(0, sysctl_set("igmp_max_memberships", "1000"));
	EXPECT_EQ(0, sysctl_set("igmp_max_msf", "60"));
	for (i = 0; i < 200 && !err; i++) {
		snprintf(group, sizeof(group), "239.3.0.%d", i);
		err = CALL_ERRNO(join(fd, group, "lo"));
		if (err)
			break;
		fill(&m, group, "127.0.0.1", MCAST_EXCLUDE, 60);
		err = CALL_ERRNO(setsockopt(fd, SOL_IP, IP_MSFILTER, &m,
					    IP_MSFILTER_SIZE(60)));
	}
	EXPECT_EQ(ENOBUFS, err);
	/* 20480 bytes by default */
	EXPECT_GT(i, 50);
	EXPECT_LT(i, 100);
	close(fd);
}

/* Who gets what, over lo. */
TEST_F(multicast, delivery_lo)
{
	int in = receiver("0.0.0.0", PORT), bound = receiver(GROUP, PORT);
	int none = receiver("0.0.0.0", PORT), out = sender("lo");

	ASSERT_GE(in, 0);
	ASSERT_GE(bound, 0);
	ASSERT_GE(out, 0);
	/* nobody is in the group */
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(in));
	EXPECT_EQ(0, waiting(bound));

	EXPECT_ERRNO(0, join(in, GROUP, "lo"));
	EXPECT_ERRNO(0, set_int(none, SOL_IP, IP_MULTICAST_ALL, 0));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(in));
	/* IP_MULTICAST_ALL: as soon as somebody is in the group */
	EXPECT_EQ(1, waiting(bound));
	EXPECT_EQ(0, waiting(none));
	/* the other group */
	EXPECT_ERRNO(0, join(bound, OTHER, "lo"));
	EXPECT_EQ(1, xsendto(out, "x", 1, OTHER, PORT));
	EXPECT_EQ(1, waiting(in));
	EXPECT_EQ(0, waiting(bound));
	EXPECT_ERRNO(0, set_int(in, SOL_IP, IP_MULTICAST_ALL, 0));
	EXPECT_EQ(1, xsendto(out, "x", 1, OTHER, PORT));
	EXPECT_EQ(0, waiting(in));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(in));
	EXPECT_EQ(1, waiting(bound));
	/* close leaves */
	close(in);
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(bound));
	close(bound);
	close(none);
	close(out);
}

/* Two sockets, two sources, both kinds of filters, over lo. */
TEST_F(multicast, delivery_filters)
{
	int a = receiver("0.0.0.0", PORT), b = receiver("0.0.0.0", PORT);
	int one = sender("lo"), two = sender("lo");

	EXPECT_ERRNO(0, xbind(one, "127.0.0.1", 0));
	EXPECT_ERRNO(0, addr_add("lo", "10.1.0.1", 32));
	EXPECT_ERRNO(0, xbind(two, "10.1.0.1", 0));

	/* a: only one; b: all but one */
	EXPECT_ERRNO(0, source(a, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "127.0.0.1",
			       "127.0.0.1"));
	EXPECT_EQ(1, xsendto(one, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, xsendto(two, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(a));
	/* b is in no group: what comes in comes in */
	EXPECT_EQ(1, waiting(b));
	EXPECT_ERRNO(0, join(b, GROUP, "lo"));
	EXPECT_ERRNO(0, source(b, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
			       "127.0.0.1"));
	EXPECT_EQ(1, xsendto(one, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(a));
	EXPECT_EQ(0, waiting(b));
	EXPECT_EQ(1, xsendto(two, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(a));
	EXPECT_EQ(1, waiting(b));
	EXPECT_ERRNO(0, source(b, IP_UNBLOCK_SOURCE, GROUP, "127.0.0.1",
			       "127.0.0.1"));
	EXPECT_EQ(1, xsendto(one, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(a));
	EXPECT_EQ(1, waiting(b));
	EXPECT_ERRNO(0, source(a, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "127.0.0.1",
			       "10.1.0.1"));
	EXPECT_EQ(1, xsendto(two, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(a));
	close(a);
	close(b);
	close(one);
	close(two);
}

/* Raw sockets have the same filters. */
TEST_F(multicast, delivery_raw)
{
	int a = xsocket(SOCK_RAW, 253), b = xsocket(SOCK_RAW, 253);
	int out = xsocket(SOCK_RAW, 253);
	struct ip_mreqn m = mreqn("0.0.0.0", "0.0.0.0", "lo");

	EXPECT_ERRNO(0, setsockopt(out, SOL_IP, IP_MULTICAST_IF, &m,
				   sizeof(m)));
	EXPECT_ERRNO(0, xbind(out, "127.0.0.1", 0));
	EXPECT_ERRNO(0, join(a, GROUP, "lo"));
	EXPECT_ERRNO(0, join(b, GROUP, "lo"));
	EXPECT_ERRNO(0, source(b, IP_BLOCK_SOURCE, GROUP, "127.0.0.1",
			       "127.0.0.1"));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, 0));
	EXPECT_EQ(1, waiting(a));
	EXPECT_EQ(0, waiting(b));
	close(a);
	close(b);
	close(out);
}

/* From one namespace to another, and back to ourselves (IP_MULTICAST_LOOP). */
TEST_F(multicast, delivery_veth)
{
	int there, in, out, loop;
	struct ip_mreqn m;

	there = pair_setup();
	ASSERT_GE(there, 0);
	in = xsocket_in(there, SOCK_DGRAM, 0);
	EXPECT_ERRNO(0, xbind(in, "0.0.0.0", PORT));
	loop = receiver("0.0.0.0", PORT);
	out = sender("v0");
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(in));

	m = mreqn(GROUP, "10.9.0.2", NULL);
	EXPECT_ERRNO(0, setsockopt(in, SOL_IP, IP_ADD_MEMBERSHIP, &m,
				   sizeof(m)));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(in));
	EXPECT_EQ(0, waiting(loop));
	EXPECT_ERRNO(0, join(loop, GROUP, "v0"));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(in));
	EXPECT_EQ(1, waiting(loop));
	/* the sender decides */
	EXPECT_ERRNO(0, set_int(out, SOL_IP, IP_MULTICAST_LOOP, 0));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(in));
	EXPECT_EQ(0, waiting(loop));
	/* TTL 0 does not leave the host */
	EXPECT_ERRNO(0, set_int(out, SOL_IP, IP_MULTICAST_LOOP, 1));
	EXPECT_ERRNO(0, set_int(out, SOL_IP, IP_MULTICAST_TTL, 0));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(in));
	EXPECT_EQ(1, waiting(loop));
	EXPECT_ERRNO(0, set_int(out, SOL_IP, IP_MULTICAST_TTL, 1));
	/* the filter of the interface */
	EXPECT_ERRNO(0, source(in, IP_BLOCK_SOURCE, GROUP, "10.9.0.2",
			       "10.9.0.1"));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(in));
	EXPECT_ERRNO(0, source(in, IP_UNBLOCK_SOURCE, GROUP, "10.9.0.2",
			       "10.9.0.1"));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(in));
	EXPECT_EQ(2, waiting(loop));
	EXPECT_ERRNO(0, setsockopt(in, SOL_IP, IP_DROP_MEMBERSHIP, &m,
				   sizeof(m)));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(in));
	close(in);
	close(loop);
	close(out);
	close(there);
}

/* A device without any address receives for its groups all the same. */
TEST_F(multicast, device_without_address)
{
	int there, in, out;

	there = pair_setup();
	ASSERT_GE(there, 0);
	EXPECT_ERRNO(0, addr_del("v0", "10.9.0.1", 24));
	in = receiver("0.0.0.0", PORT);
	out = xsocket_in(there, SOCK_DGRAM, 0);
	EXPECT_ERRNO(0, xbind(out, "10.9.0.2", 0));
	/* also gives a link that has just come up its time */
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(in));
	EXPECT_ERRNO(0, join(in, GROUP, "v0"));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(1, waiting(in));
	EXPECT_ERRNO(0, leave(in, GROUP, "v0"));
	EXPECT_EQ(1, xsendto(out, "x", 1, GROUP, PORT));
	EXPECT_EQ(0, waiting(in));
	close(in);
	close(out);
	close(there);
}

/* The device goes and comes; the socket stays. */
TEST_F(multicast, device_goes)
{
	int fd = xsocket(SOCK_DGRAM, 0), there;

	there = pair_setup();
	ASSERT_GE(there, 0);
	EXPECT_ERRNO(0, join(fd, GROUP, "v0"));
	EXPECT_ERRNO(0, source(fd, IP_BLOCK_SOURCE, GROUP, "10.9.0.1",
			       "10.0.0.1"));
	EXPECT_EQ(0, system("ip link set v0 down"));
	EXPECT_ERRNO(EADDRINUSE, join(fd, GROUP, "v0"));
	EXPECT_EQ(0, system("ip link set v0 up"));
	EXPECT_ERRNO(0, join(fd, OTHER, "v0"));
	EXPECT_ERRNO(0, leave(fd, OTHER, "v0"));
	EXPECT_EQ(0, system("ip link del v0"));
	EXPECT_ERRNO(0, join(fd, GROUP, "lo"));
	EXPECT_ERRNO(0, leave(fd, GROUP, "lo"));
	close(fd);
	close(there);
}

/* The options of senders. */
TEST_F(multicast, sender_options)
{
	int fd = xsocket(SOCK_DGRAM, 0), tcp = xsocket(SOCK_STREAM, 0);
	struct in_addr addr = in4("127.0.0.1");
	struct ip_mreqn m = mreqn("0.0.0.0", "10.7.7.7", NULL);
	socklen_t len = sizeof(addr);

	EXPECT_EQ(1, get_int(fd, SOL_IP, IP_MULTICAST_TTL));
	EXPECT_EQ(1, get_int(fd, SOL_IP, IP_MULTICAST_LOOP));
	EXPECT_EQ(1, get_int(fd, SOL_IP, IP_MULTICAST_ALL));
	EXPECT_ERRNO(0, set_int(fd, SOL_IP, IP_MULTICAST_TTL, 255));
	EXPECT_ERRNO(EINVAL, set_int(fd, SOL_IP, IP_MULTICAST_TTL, 256));
	EXPECT_ERRNO(0, set_int(fd, SOL_IP, IP_MULTICAST_TTL, -1));
	EXPECT_EQ(1, get_int(fd, SOL_IP, IP_MULTICAST_TTL));
	EXPECT_ERRNO(EINVAL, set_int(fd, SOL_IP, IP_MULTICAST_ALL, 2));
	EXPECT_ERRNO(EINVAL, set_int(tcp, SOL_IP, IP_MULTICAST_TTL, 3));
	EXPECT_ERRNO(EINVAL, setsockopt(tcp, SOL_IP, IP_MULTICAST_IF, &addr,
					sizeof(addr)));
	EXPECT_ERRNO(EADDRNOTAVAIL, setsockopt(fd, SOL_IP, IP_MULTICAST_IF, &m,
					       sizeof(m)));
	EXPECT_ERRNO(0, setsockopt(fd, SOL_IP, IP_MULTICAST_IF, &addr,
				   sizeof(addr)));
	addr.s_addr = 0;
	EXPECT_ERRNO(0, getsockopt(fd, SOL_IP, IP_MULTICAST_IF, &addr, &len));
	EXPECT_EQ(htonl(INADDR_LOOPBACK), addr.s_addr);
	close(fd);
	close(tcp);
}

TEST_HARNESS_MAIN
