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

/* Ask for the conf of @ifindex, or for all; a socket to read the answer from. */
static int ask(int flags, int ifindex, int attr, size_t len, bool strict)
{
	struct {
		struct nlmsghdr nh;
		struct netconfmsg ncm;
		char pad[NLMSG_ALIGN(sizeof(struct netconfmsg)) -
			 sizeof(struct netconfmsg)];
		struct rtattr a;
		int val;
	} req = {
		.nh = { .nlmsg_len = len, .nlmsg_type = RTM_GETNETCONF,
			.nlmsg_flags = NLM_F_REQUEST | flags },
		.ncm = { .ncm_family = fam() },
		.a = { .rta_len = RTA_LENGTH(sizeof(int)), .rta_type = attr },
		.val = ifindex,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	set_int(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, strict);
	if (send(fd, &req, len, 0) < 0)
		abort();
	return fd;
}

#define BARE	NLMSG_SPACE(sizeof(struct netconfmsg))
#define WHOLE	(NLMSG_SPACE(sizeof(struct netconfmsg)) + \
		 RTA_LENGTH(sizeof(int)))

/* What a request gets: the conf, or "error N"; static. */
static const char *got(int fd)
{
	static char out[32];
	struct {
		struct nlmsghdr nh;
		struct nlmsgerr err;
	} msg;
	const char *answer;

	if (recv(fd, &msg, sizeof(msg), MSG_PEEK) < (ssize_t)sizeof(msg.nh))
		answer = "too short";
	else if (msg.nh.nlmsg_type != NLMSG_ERROR)
		answer = next(fd);
	else
		sprintf(out, "error %d", msg.err.error), answer = out;
	close(fd);
	return answer;
}

static const char *conf_of(int ifindex)
{
	return got(ask(0, ifindex, NETCONFA_IFINDEX, WHOLE, false));
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

#define CONF(subject, rp)						\
	"new " subject " forwarding=0 rp_filter=" #rp			\
	" mc_forwarding=0 bc_forwarding=0 proxy_neigh=0 linkdown=0"

TEST_F(netconf, get)
{
	char einval[16];
	int lo = if_nametoindex("lo");

	sprintf(einval, "error %d", -EINVAL);
	EXPECT_STREQ(CONF("all", 0), conf_of(NETCONFA_IFINDEX_ALL));
	EXPECT_STREQ(CONF("default", 0), conf_of(NETCONFA_IFINDEX_DEFAULT));
	ASSERT_EQ(0, sysctl_set("conf/lo/rp_filter", "1"));
	EXPECT_STREQ(CONF("lo", 1), conf_of(lo));
	EXPECT_STREQ(einval, conf_of(12345));
	EXPECT_STREQ(einval, conf_of(0));
	EXPECT_STREQ(einval, conf_of(-3));
	/* without a subject */
	EXPECT_STREQ(einval, got(ask(0, 0, 0, BARE, false)));
	/* another attribute counts only with strict checks */
	EXPECT_STREQ(einval, got(ask(0, lo, NETCONFA_RP_FILTER, WHOLE, false)));
	EXPECT_STREQ(einval, got(ask(0, lo, NETCONFA_RP_FILTER, WHOLE, true)));
	EXPECT_STREQ(CONF("all", 0),
		     got(ask(0, NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX, WHOLE,
			     true)));
}

/* All subjects of a dump in one word each, static. */
static const char *dump(int fd)
{
	static char out[256], buf[8192];
	struct nlmsghdr *nh;
	struct rtattr *a;
	ssize_t len;
	int val;

	out[0] = '\0';
	while ((len = recv(fd, buf, sizeof(buf), 0)) > 0) {
		for (nh = (void *)buf; NLMSG_OK(nh, len);
		     nh = NLMSG_NEXT(nh, len)) {
			memcpy(&val, NLMSG_DATA(nh), sizeof(val));
			if (nh->nlmsg_type == NLMSG_DONE && val)
				sprintf(out, "error %d", val);
			if (nh->nlmsg_type == NLMSG_ERROR)
				sprintf(out, "error %d", val);
			if (nh->nlmsg_type != RTM_NEWNETCONF)
				goto done;
			a = (void *)nh + NLMSG_SPACE(sizeof(struct netconfmsg));
			memcpy(&val, RTA_DATA(a), sizeof(val));
			strcat(out, subject(val));
			strcat(out, nh->nlmsg_flags & NLM_F_MULTI ? " " : "? ");
		}
	}
done:
	close(fd);
	return out;
}

TEST_F(netconf, dump)
{
	char einval[16];

	sprintf(einval, "error %d", -EINVAL);
	ASSERT_EQ(0, ip_batch("link add d0 type dummy\n"));
	EXPECT_STREQ("lo dev all default ",
		     dump(ask(NLM_F_DUMP, 0, 0, BARE, false)));
	EXPECT_STREQ("lo dev all default ",
		     dump(ask(NLM_F_DUMP, 0, 0, BARE, true)));
	/* strictly the header is padded */
	EXPECT_STREQ(einval,
		     dump(ask(NLM_F_DUMP, 0, 0,
			      NLMSG_LENGTH(sizeof(struct netconfmsg)), true)));
	/* an attribute selects nothing, and strictly there must be none */
	EXPECT_STREQ("lo dev all default ",
		     dump(ask(NLM_F_DUMP, 1, NETCONFA_IFINDEX, WHOLE, false)));
	EXPECT_STREQ(einval,
		     dump(ask(NLM_F_DUMP, 1, NETCONFA_IFINDEX, WHOLE, true)));
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
