// SPDX-License-Identifier: GPL-2.0
/* timeout: 60 */
/*
 * Several tables of multicast routing (MRT_TABLE), each with its daemon, and the
 * rules by which packets get to them.
 */
#include "kselftest_harness.h"
#include "common.h"
#include "mroute.h"
#include "routing.h"

FLAVOUR_FIXTURE(mrtable);

#define TABLE	7
#define BIG	100000

/* A socket of a table, not yet its daemon. */
static int of_table(int table)
{
	int fd = xsocket(SOCK_RAW, IPPROTO_IGMP);

	return fd < 0 || set_int(fd, SOL_IP, MRT_TABLE, table) ? -1 : fd;
}

static int daemon_of(int table)
{
	int fd = of_table(table);

	if (fd < 0 || set_int(fd, SOL_IP, MRT_INIT, 1) ||
	    set_vif(fd, MRT_ADD_VIF, VIF_A, "10.1.0.1") ||
	    set_vif(fd, MRT_ADD_VIF, VIF_B, "10.2.0.1"))
		return -1;
	return fd;
}

static int all_forwarding(void)
{
	char val[16];

	return sysctl_get("conf/all/mc_forwarding", val, sizeof(val)) ? -1 :
	       atoi(val);
}

static bool shows(const char *args, const char *what)
{
	return strstr(ip_show(args), what);
}

/* Each has a daemon, modes, vifs and a cache of its own. */
TEST_F(mrtable, apart)
{
	int fd = router(), seven, big, other;
	struct sioc_vif_req req;

	ASSERT_LE(0, fd);
	EXPECT_EQ(1, all_forwarding());
	seven = daemon_of(TABLE);
	ASSERT_LE(0, seven);
	big = daemon_of(BIG);
	ASSERT_LE(0, big);
	EXPECT_EQ(3, all_forwarding());
	other = of_table(TABLE);
	EXPECT_ERRNO(EADDRINUSE, set_int(other, SOL_IP, MRT_INIT, 1));
	/* a daemon keeps to its table */
	EXPECT_ERRNO(EBUSY, set_int(seven, SOL_IP, MRT_TABLE, 8));
	EXPECT_ERRNO(EINVAL, set_int(other, SOL_IP, MRT_TABLE, 1000000000));

	EXPECT_EQ(0, set_int(seven, SOL_IP, MRT_PIM, 1));
	EXPECT_EQ(1, get_int(seven, SOL_IP, MRT_PIM));
	EXPECT_EQ(1, get_int(other, SOL_IP, MRT_PIM));
	EXPECT_EQ(0, get_int(fd, SOL_IP, MRT_PIM));

	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	ASSERT_EQ(0, set_mfc(seven, MRT_ADD_MFC, SOURCE, OTHER, VIF_A, 0, 1));
	ASSERT_EQ(0, set_mfc(big, MRT_ADD_MFC, SOURCE, OTHER, VIF_B, 1, 0));
	EXPECT_TRUE(shows("mroute show table 7",
			  "(10.1.0.2,239.1.2.4) Iif: a0 Oifs: b0"));
	EXPECT_FALSE(shows("mroute show table 7", GROUP));
	EXPECT_TRUE(shows("mroute show table 100000", "Iif: b0 Oifs: a0"));
	EXPECT_TRUE(shows("mroute show table default", GROUP));
	EXPECT_FALSE(shows("mroute show table default", OTHER));
	EXPECT_TRUE(shows("mroute show table all", GROUP));
	EXPECT_TRUE(shows("mroute show table all", OTHER));

	/* deleting a vif is that of one table */
	EXPECT_EQ(0, set_vif(seven, MRT_DEL_VIF, VIF_B, "0.0.0.0"));
	EXPECT_EQ(0, get_vif(fd, VIF_B, &req));
	EXPECT_ERRNO(EINVAL, get_vif(other, VIF_B, &req));
	EXPECT_EQ(0, get_vif(other, VIF_A, &req));
	/* so is flushing */
	EXPECT_EQ(0, set_int(other, SOL_IP, MRT_FLUSH, MRT_FLUSH_MFC));
	EXPECT_FALSE(shows("mroute show table 7", OTHER));
	EXPECT_TRUE(shows("mroute show table 100000", OTHER));
	/* and the end of a daemon */
	EXPECT_EQ(0, setsockopt(big, SOL_IP, MRT_DONE, NULL, 0));
	EXPECT_EQ(2, all_forwarding());
	EXPECT_FALSE(shows("mroute show table 100000", OTHER));
	EXPECT_TRUE(shows("mroute show table default", GROUP));
	EXPECT_EQ(0, setsockopt(seven, SOL_IP, MRT_DONE, NULL, 0));
	/* who is none may take another */
	EXPECT_EQ(0, set_int(seven, SOL_IP, MRT_TABLE, BIG));
	EXPECT_EQ(0, set_int(seven, SOL_IP, MRT_INIT, 1));
	EXPECT_EQ(0, set_int(other, SOL_IP, MRT_INIT, 1));
	/* what is left goes with the namespace */
	EXPECT_EQ(0, set_mfc(other, MRT_ADD_MFC, SOURCE, OTHER, VIF_A, 0, 1));
}

/* A datagram of ours to a group, by a0. */
static int send_own(const char *group)
{
	struct in_addr via = in4("10.1.0.1");
	int fd = xsocket(SOCK_DGRAM, 0), err;

	err = setsockopt(fd, SOL_IP, IP_MULTICAST_IF, &via, sizeof(via)) ||
	      set_int(fd, SOL_IP, IP_MULTICAST_TTL, 5) ||
	      xsendto(fd, "x", 1, group, 5000) != 1;
	close(fd);
	return err;
}

/* Which table a packet is for. */
TEST_F(mrtable, rules)
{
	int fd = router(), seven;
	struct igmpmsg up;

	ASSERT_LE(0, fd);
	seven = daemon_of(TABLE);
	ASSERT_LE(0, seven);
	EXPECT_TRUE(shows("mrule show", "32767: from all lookup default"));

	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 1));
	EXPECT_EQ(IGMPMSG_NOCACHE, upcall(fd, &up));
	EXPECT_TRUE(quiet(seven));

	ASSERT_EQ(0, ip_batch("mrule add iif a0 table 7 pref 100\n"));
	EXPECT_TRUE(shows("mrule show", "100: from all iif a0 lookup 7"));
	EXPECT_TRUE(ip_says("mrule add iif a0 table 7 pref 100",
			    "RTNETLINK answers: File exists"));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 2));
	EXPECT_EQ(IGMPMSG_NOCACHE, upcall(seven, &up));
	EXPECT_EQ(in4(GROUP).s_addr, up.im_dst.s_addr);
	EXPECT_TRUE(shows("mroute show table 7", "Iif: unresolved"));
	ASSERT_EQ(0, set_mfc(seven, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	EXPECT_EQ(2, next_id(b1));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 3));
	EXPECT_EQ(3, next_id(b1));
	/* by another device as before */
	ASSERT_EQ(0, inject(b1, "10.2.0.2", OTHER, 9, 4));
	EXPECT_EQ(IGMPMSG_NOCACHE, upcall(fd, &up));
	EXPECT_EQ(in4(OTHER).s_addr, up.im_dst.s_addr);

	/* what we send ourselves is from lo, and for a device */
	ASSERT_EQ(0, send_own("239.1.2.8"));
	EXPECT_EQ(IGMPMSG_NOCACHE, upcall(fd, &up));
	EXPECT_EQ(in4("239.1.2.8").s_addr, up.im_dst.s_addr);
	ASSERT_EQ(0, ip_batch("mrule add oif a0 table 7 pref 60\n"));
	ASSERT_EQ(0, send_own("239.1.2.7"));
	EXPECT_EQ(IGMPMSG_NOCACHE, upcall(seven, &up));
	EXPECT_EQ(in4("239.1.2.7").s_addr, up.im_dst.s_addr);

	/* a table that is not: the next rule; one that refuses: nobody */
	ASSERT_EQ(0, ip_batch("mrule add iif a0 table 9 pref 50\n"));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 5));
	EXPECT_EQ(5, next_id(b1));
	ASSERT_EQ(0, ip_batch("mrule add prohibit iif a0 pref 40\n"));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 6));
	ASSERT_EQ(0, ip_batch("mrule del pref 40\n"));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 7));
	EXPECT_EQ(7, next_id(b1));

	/* without the rule, the default table again */
	ASSERT_EQ(0, ip_batch("mrule del iif a0 table 7\n"));
	ASSERT_EQ(0, inject(a1, SOURCE, "239.1.2.9", 9, 8));
	EXPECT_EQ(IGMPMSG_NOCACHE, upcall(fd, &up));
	EXPECT_EQ(in4("239.1.2.9").s_addr, up.im_dst.s_addr);
	EXPECT_TRUE(quiet(seven));
	/* these are not the rules of unicast */
	EXPECT_FALSE(shows("rule show", "iif a0"));
}

/* Each may have a device of the register vif. */
TEST_F(mrtable, register_vif)
{
	struct vifctl v = { .vifc_vifi = 2, .vifc_flags = VIFF_REGISTER };
	int fd = router(), seven;

	ASSERT_LE(0, fd);
	seven = daemon_of(TABLE);
	ASSERT_LE(0, seven);
	ASSERT_EQ(0, setsockopt(seven, SOL_IP, MRT_ADD_VIF, &v, sizeof(v)));
	EXPECT_NE(0, if_nametoindex("pimreg7"));
	EXPECT_EQ(0, if_nametoindex("pimreg"));
	ASSERT_EQ(0, setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v, sizeof(v)));
	EXPECT_NE(0, if_nametoindex("pimreg"));
	close(seven);
	EXPECT_EQ(0, if_nametoindex("pimreg7"));
	EXPECT_NE(0, if_nametoindex("pimreg"));
	/* one goes with the namespace */
}

TEST_HARNESS_MAIN
