// SPDX-License-Identifier: GPL-2.0
/* timeout: 60 */
/* RTM_NEWNETCONF, RTM_DELNETCONF: who listens hears of changes of conf/... */
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/mroute.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "kselftest_harness.h"
#include "common.h"
#include "routing.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

FLAVOUR_FIXTURE(netconf);

static int listener(int group)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) ||
	    set_int(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group))
		return -1;
	return fd;
}

/* What a message is about, by name. */
static const char *subject(int ifindex)
{
	switch (ifindex) {
	case NETCONFA_IFINDEX_ALL:
		return "all";
	case NETCONFA_IFINDEX_DEFAULT:
		return "default";
	}
	return ifindex == 1 ? "lo" : "dev";
}

/* The next message: "new SUBJECT ATTR=VALUE ...", or "nothing"; static. */
static const char *next(int fd)
{
	static const char * const names[NETCONFA_MAX + 1] = {
		[NETCONFA_FORWARDING] = "forwarding",
		[NETCONFA_RP_FILTER] = "rp_filter",
		[NETCONFA_MC_FORWARDING] = "mc_forwarding",
		[NETCONFA_BC_FORWARDING] = "bc_forwarding",
		[NETCONFA_PROXY_NEIGH] = "proxy_neigh",
		[NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN] = "linkdown",
	};
	static char out[256];
	struct {
		struct nlmsghdr nh;
		struct netconfmsg ncm;
		char attrs[512];
	} msg;
	struct rtattr *a;
	int left, val;
	char *at;

	if (poll_for(fd, POLLIN, 0) <= 0 || recv(fd, &msg, sizeof(msg), 0) < 0)
		return "nothing";
	if (msg.ncm.ncm_family != fam())
		return "another family";
	at = out + sprintf(out, "%s", msg.nh.nlmsg_type == RTM_NEWNETCONF ?
			   "new" : "del");
	a = (void *)&msg + NLMSG_SPACE(sizeof(msg.ncm));
	left = msg.nh.nlmsg_len - NLMSG_SPACE(sizeof(msg.ncm));
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		memcpy(&val, RTA_DATA(a), sizeof(val));
		if (a->rta_type == NETCONFA_IFINDEX)
			at += sprintf(at, " %s", subject(val));
		else
			at += sprintf(at, " %s=%d", names[a->rta_type], val);
	}
	return out;
}

static int group(void)
{
	return flavour == FL_INET ? RTNLGRP_IPV4_NETCONF :
				    INETX_RTNLGRP_NETCONF;
}

/* A new device: forwarding, rp_filter, bc_forwarding, proxy_arp. */
#define ALL_OF(fwd, rp, bc, proxy)					\
	"new dev forwarding=" #fwd " rp_filter=" #rp " mc_forwarding=0"	\
	" bc_forwarding=" #bc " proxy_neigh=" #proxy " linkdown=0"

TEST_F(netconf, changes)
{
	int fd = listener(group());

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ip_batch("link add d0 type dummy\n"));
	EXPECT_STREQ(ALL_OF(0, 0, 0, 0), next(fd));
	ASSERT_EQ(0, sysctl_set("conf/d0/rp_filter", "2"));
	EXPECT_STREQ("new dev rp_filter=2", next(fd));
	/* not what was so before, and not all of what is shown */
	ASSERT_EQ(0, sysctl_set("conf/d0/rp_filter", "2"));
	ASSERT_EQ(0, sysctl_set("conf/d0/bc_forwarding", "1"));
	ASSERT_EQ(0, sysctl_set("conf/d0/arp_ignore", "1"));
	EXPECT_STREQ("nothing", next(fd));
	/* of a default, not the devices that follow it */
	ASSERT_EQ(0, sysctl_set("conf/default/proxy_arp", "1"));
	EXPECT_STREQ("new default proxy_neigh=1", next(fd));
	EXPECT_STREQ("nothing", next(fd));
	ASSERT_EQ(0, sysctl_set("conf/all/ignore_routes_with_linkdown", "1"));
	EXPECT_STREQ("new all linkdown=1", next(fd));
	ASSERT_EQ(0, sysctl_set("conf/d0/forwarding", "1"));
	EXPECT_STREQ("new dev forwarding=1", next(fd));
	ASSERT_EQ(0, sysctl_set("conf/d0/forwarding", "1"));
	EXPECT_STREQ("nothing", next(fd));
	ASSERT_EQ(0, sysctl_set("conf/default/forwarding", "1"));
	EXPECT_STREQ("new default forwarding=1", next(fd));
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	EXPECT_STREQ("new all forwarding=1", next(fd));
	EXPECT_STREQ("new default forwarding=1", next(fd));
	EXPECT_STREQ("new lo forwarding=1", next(fd));
	EXPECT_STREQ("new dev forwarding=1", next(fd));
	/* the files go, and come by the new name */
	ASSERT_EQ(0, ip_batch("link set d0 name d1\n"));
	EXPECT_STREQ("del dev", next(fd));
	EXPECT_STREQ(ALL_OF(1, 2, 1, 1), next(fd));
	ASSERT_EQ(0, ip_batch("link del d1\n"));
	EXPECT_STREQ("del dev", next(fd));
	EXPECT_STREQ("nothing", next(fd));
	close(fd);
}

TEST_F(netconf, multicast_routing)
{
	struct vifctl vif = { .vifc_flags = VIFF_USE_IFINDEX,
			      .vifc_threshold = 1 };
	int fd, daemon;

	ASSERT_EQ(0, ip_batch("link add d0 type dummy\n"
			      "link set d0 up\n"
			      "addr add 10.1.0.1/24 dev d0\n"));
	fd = listener(group());
	ASSERT_LE(0, fd);
	vif.vifc_lcl_ifindex = if_nametoindex("d0");
	daemon = xsocket(SOCK_RAW, IPPROTO_IGMP);
	ASSERT_EQ(0, set_int(daemon, SOL_IP, MRT_INIT, 1));
	EXPECT_STREQ("new all mc_forwarding=1", next(fd));
	ASSERT_EQ(0, setsockopt(daemon, SOL_IP, MRT_ADD_VIF, &vif,
				sizeof(vif)));
	EXPECT_STREQ("new dev mc_forwarding=1", next(fd));
	close(daemon);
	EXPECT_STREQ("new all mc_forwarding=0", next(fd));
	EXPECT_STREQ("new dev mc_forwarding=0", next(fd));
	EXPECT_STREQ("nothing", next(fd));
	close(fd);
}

/* Listeners to the host's conf hear of that alone. */
TEST_F(netconf, apart)
{
	int host = listener(RTNLGRP_IPV4_NETCONF);

	ASSERT_LE(0, host);
	ASSERT_EQ(0, sysctl_set("conf/lo/rp_filter", "2"));
	ASSERT_EQ(0, sysctl_set("conf/all/forwarding", "1"));
	EXPECT_STREQ(flavour == FL_INET ? "new lo rp_filter=2" : "nothing",
		     next(host));
	close(host);
}

TEST_HARNESS_MAIN
