// SPDX-License-Identifier: GPL-2.0
/* timeout: 600 */
/*
 * Multicast routing as a daemon sees it: MRT_* and the ioctls, what it reads from
 * its socket, and which packets come out where.
 */
#include <fcntl.h>
#include <sys/prctl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include "kselftest_harness.h"
#include "common.h"
#include "mroute.h"

FLAVOUR_FIXTURE(mroute);

/* Wait until a counter is @want, or more. */
static long long await(const char *group, const char *name, long long want)
{
	long long val, end = now_ms() + 5000;

	while ((val = snmp_get(group, name)) < want && now_ms() < end)
		usleep(1000);
	return val;
}

/* Is Ip InDiscards @n more than @before, which is moved on?  AF_INET's stays. */
static bool dropped(long long *before, int n)
{
	*before += flavour == FL_INET ? 0 : n;
	return await("Ip", "InDiscards", *before) == *before;
}

static const char *slurp(const char *name)
{
	static char buf[4096];
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/net/%s%s",
		 flavour == FL_INET ? "" : "inetx/", name);
	fd = open(path, O_RDONLY);
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

static bool forwards(const char *which)
{
	char name[64], val[16] = "";

	snprintf(name, sizeof(name), "conf/%s/mc_forwarding", which);
	return !sysctl_get(name, val, sizeof(val)) && atoi(val);
}

/* ---- tests */

TEST_F(mroute, who_may)
{
	int fd, other, on = 1, len = sizeof(on);
	int igmp = xsocket(SOCK_RAW, IPPROTO_IGMP);
	int udp = xsocket(SOCK_DGRAM, 0);
	int icmp = xsocket(SOCK_RAW, IPPROTO_ICMP);

	EXPECT_ERRNO(EOPNOTSUPP, setsockopt(udp, SOL_IP, MRT_INIT, &on, 4));
	EXPECT_ERRNO(EOPNOTSUPP, setsockopt(icmp, SOL_IP, MRT_INIT, &on, 4));
	EXPECT_ERRNO(EOPNOTSUPP,
		     getsockopt(udp, SOL_IP, MRT_VERSION, &on, (void *)&len));
	EXPECT_ERRNO(EOPNOTSUPP,
		     getsockopt(udp, SOL_IP, MRT_VERSION, &on, NULL));

	/* becoming one takes no more than the socket */
	ASSERT_EQ(0, drop_root());
	EXPECT_ERRNO(EACCES, setsockopt(igmp, SOL_IP, MRT_ASSERT, &on, 4));
	EXPECT_ERRNO(EACCES, setsockopt(igmp, SOL_IP, MRT_VERSION, &on, 4));
	EXPECT_ERRNO(EACCES, setsockopt(igmp, SOL_IP, MRT_DONE, NULL, 0));
	EXPECT_ERRNO(EINVAL, setsockopt(igmp, SOL_IP, MRT_INIT, &on, 3));
	EXPECT_ERRNO(0, setsockopt(igmp, SOL_IP, MRT_INIT, &on, 4));
	EXPECT_ERRNO(0, setsockopt(igmp, SOL_IP, MRT_ASSERT, &on, 4));
	EXPECT_ERRNO(0, setsockopt(igmp, SOL_IP, MRT_DONE, NULL, 0));
	ASSERT_EQ(0, regain_root());
	EXPECT_ERRNO(EACCES, setsockopt(igmp, SOL_IP, MRT_DONE, NULL, 0));

	/* one at a time */
	fd = daemon_open();
	ASSERT_LE(0, fd);
	EXPECT_TRUE(forwards("all"));
	EXPECT_ERRNO(EADDRINUSE, setsockopt(igmp, SOL_IP, MRT_INIT, &on, 4));
	EXPECT_ERRNO(EADDRINUSE, setsockopt(fd, SOL_IP, MRT_INIT, &on, 4));
	close(fd);
	EXPECT_FALSE(forwards("all"));
	other = daemon_open();
	EXPECT_LE(0, other);

	/* router alerts are the daemon's, and it is one as long as they are */
	EXPECT_ERRNO(EADDRINUSE,
		     setsockopt(other, SOL_IP, IP_ROUTER_ALERT, &on, 4));
	on = 0;
	EXPECT_ERRNO(0, setsockopt(other, SOL_IP, IP_ROUTER_ALERT, &on, 4));
	EXPECT_FALSE(forwards("all"));
	on = 1;
	EXPECT_ERRNO(0, setsockopt(other, SOL_IP, IP_ROUTER_ALERT, &on, 4));
	EXPECT_ERRNO(EADDRINUSE, setsockopt(other, SOL_IP, MRT_INIT, &on, 4));
	EXPECT_ERRNO(0, setsockopt(igmp, SOL_IP, MRT_INIT, &on, 4));
}

TEST_F(mroute, values)
{
	int fd = daemon_open(), val = 7;
	socklen_t len = sizeof(val);
	char byte = 0;

	ASSERT_LE(0, fd);
	EXPECT_EQ(0x0305, get_int(fd, SOL_IP, MRT_VERSION));
	EXPECT_ERRNO(ENOPROTOOPT, setsockopt(fd, SOL_IP, MRT_VERSION, &val, 4));
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, SOL_IP, MRT_INIT, &val, &len));
	EXPECT_ERRNO(ENOPROTOOPT, setsockopt(fd, SOL_IP, MRT_MAX + 1, &val, 4));
	EXPECT_ERRNO(EFAULT, getsockopt(fd, SOL_IP, MRT_VERSION, NULL, &len));
	len = -1;
	EXPECT_ERRNO(EINVAL, getsockopt(fd, SOL_IP, MRT_VERSION, &val, &len));
	len = 1;
	EXPECT_ERRNO(0, getsockopt(fd, SOL_IP, MRT_VERSION, &byte, &len));
	EXPECT_EQ(1, len);
	EXPECT_EQ(5, byte);

	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MRT_ASSERT, &val, 3));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MRT_ASSERT, &val, 5));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_IP, MRT_ASSERT, NULL, 4));
	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_ASSERT, 7));
	EXPECT_EQ(1, get_int(fd, SOL_IP, MRT_ASSERT));
	/* PIM brings asserts, and takes them away */
	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_PIM, 5));
	EXPECT_EQ(1, get_int(fd, SOL_IP, MRT_PIM));
	EXPECT_EQ(1, get_int(fd, SOL_IP, MRT_ASSERT));
	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_ASSERT, 0));
	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_PIM, 1));
	EXPECT_EQ(0, get_int(fd, SOL_IP, MRT_ASSERT));

	EXPECT_ERRNO(EBUSY, set_int(fd, SOL_IP, MRT_TABLE, 253));
	EXPECT_EQ(0, setsockopt(fd, SOL_IP, MRT_DONE, NULL, 0));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MRT_TABLE, &val, 2));
	EXPECT_ERRNO(EINVAL, set_int(fd, SOL_IP, MRT_TABLE, 1000000000));
	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_TABLE, 253));
	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_TABLE, 0));
}

TEST_F(mroute, vifs)
{
	struct vifctl v = { .vifc_flags = VIFF_SRCRT };
	struct sioc_vif_req req;
	int fd, udp;

	ASSERT_EQ(0, setup());
	fd = daemon_open();
	ASSERT_LE(0, fd);
	EXPECT_ERRNO(EADDRNOTAVAIL, set_vif(fd, MRT_DEL_VIF, 0, "0.0.0.0"));
	EXPECT_ERRNO(EINVAL, get_vif(fd, 0, &req));
	EXPECT_ERRNO(ENFILE, set_vif(fd, MRT_ADD_VIF, 32, "10.1.0.1"));
	EXPECT_ERRNO(ENFILE, set_vif(fd, MRT_DEL_VIF, 32, "10.1.0.1"));
	EXPECT_ERRNO(EADDRNOTAVAIL,
		     set_vif(fd, MRT_ADD_VIF, 0, "10.1.0.77"));
	EXPECT_ERRNO(EADDRNOTAVAIL, add_dev(fd, 0, "none"));
	EXPECT_ERRNO(EINVAL,
		     setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v, sizeof(v)));
	EXPECT_ERRNO(EINVAL,
		     setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v, sizeof(v) - 1));
	EXPECT_ERRNO(EFAULT,
		     setsockopt(fd, SOL_IP, MRT_ADD_VIF, NULL, sizeof(v)));
	v.vifc_flags = VIFF_TUNNEL;
	if (flavour != FL_INET)
		EXPECT_ERRNO(ENOBUFS, setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v,
						 sizeof(v)));

	EXPECT_EQ(0, set_vif(fd, MRT_ADD_VIF, 0, "10.1.0.1"));
	EXPECT_ERRNO(EADDRINUSE, set_vif(fd, MRT_ADD_VIF, 0, "10.2.0.1"));
	EXPECT_EQ(0, add_dev(fd, 2, "b0"));
	EXPECT_TRUE(forwards("a0"));
	EXPECT_TRUE(forwards("b0"));
	EXPECT_FALSE(forwards("b1"));
	EXPECT_EQ(0, get_vif(fd, 0, &req));
	EXPECT_ERRNO(EADDRNOTAVAIL, get_vif(fd, 1, &req));
	EXPECT_EQ(0, get_vif(fd, 2, &req));
	EXPECT_ERRNO(EINVAL, get_vif(fd, 3, &req));
	EXPECT_ERRNO(EFAULT, ioctl(fd, SIOCGETVIFCNT, NULL));
	EXPECT_ERRNO(ENOTTY, ioctl(fd, SIOCGETRPF, &req));
	udp = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(ENOTTY, get_vif(udp, 0, &req));

	EXPECT_EQ(0, set_vif(fd, MRT_DEL_VIF, 0, "0.0.0.0"));
	EXPECT_FALSE(forwards("a0"));
	/* a device that goes takes its vif along */
	ASSERT_EQ(0, system("ip link del b0"));
	EXPECT_ERRNO(EINVAL, get_vif(fd, 2, &req));
	close(fd);
}

TEST_F(mroute, forwards)
{
	struct sioc_vif_req va, vb;
	struct sioc_sg_req sg;
	long long sent, total;
	struct frame f;
	int fd = router();

	ASSERT_LE(0, fd);
	EXPECT_ERRNO(EADDRNOTAVAIL, get_sg(fd, SOURCE, &sg));
	EXPECT_ERRNO(ENOENT, set_mfc(fd, MRT_DEL_MFC, SOURCE, GROUP, 0, 0, 0));
	EXPECT_ERRNO(ENFILE, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, 32, 0, 0));
	EXPECT_ERRNO(EINVAL, set_mfc(fd, MRT_ADD_MFC, SOURCE, "10.1.1.1", VIF_A,
				     0, 1));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, MRT_ADD_MFC, &f, 4));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_IP, MRT_ADD_MFC, NULL,
					sizeof(struct mfcctl)));
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 4));

	sent = snmp_get("IpExt", "OutMcastPkts");
	total = snmp_get("Ip", "ForwDatagrams");
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 1));
	ASSERT_EQ(1, next_frame(b1, &f));
	EXPECT_EQ(8, f.ip.ttl);
	EXPECT_EQ(0, checksum(&f.ip, 20, 0));
	EXPECT_EQ(in4(SOURCE).s_addr, f.ip.saddr);
	EXPECT_EQ(0, memcmp(f.eth.ether_dhost, "\x01\x00\x5e\x01\x02\x03", 6));
	EXPECT_EQ(1, snmp_get("IpExt", "OutMcastPkts") - sent);
	EXPECT_EQ(1, snmp_get("Ip", "ForwDatagrams") - total);

	/* below the threshold, and above it */
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 4, 2));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 5, 3));
	EXPECT_EQ(3, next_id(b1));
	/* from elsewhere: dropped and counted */
	ASSERT_EQ(0, inject(b1, SOURCE, GROUP, 9, 4));
	/* groups of the link stay on it */
	ASSERT_EQ(0, inject(a1, SOURCE, "224.0.0.77", 9, 5));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 6));
	EXPECT_EQ(6, next_id(b1));
	EXPECT_TRUE(quiet(a1));
	EXPECT_TRUE(quiet(fd));

	ASSERT_EQ(0, get_sg(fd, SOURCE, &sg));
	EXPECT_EQ(5, sg.pktcnt);
	EXPECT_EQ(5 * 38, sg.bytecnt);
	EXPECT_EQ(1, sg.wrong_if);
	ASSERT_EQ(0, get_vif(fd, VIF_A, &va));
	ASSERT_EQ(0, get_vif(fd, VIF_B, &vb));
	EXPECT_EQ(4, va.icount);
	EXPECT_EQ(4 * 38, va.ibytes);
	EXPECT_EQ(0, va.ocount);
	EXPECT_EQ(3, vb.ocount);
	EXPECT_EQ(3 * 38, vb.obytes);

	/* changed in place, then gone */
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 2, 7));
	EXPECT_EQ(7, next_id(b1));
	EXPECT_EQ(0, set_mfc(fd, MRT_DEL_MFC, SOURCE, GROUP, 0, 0, 0));
	EXPECT_ERRNO(EADDRNOTAVAIL, get_sg(fd, SOURCE, &sg));
}

TEST_F(mroute, proc_files)
{
	char want[512];
	int fd = router();

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 4));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 1));
	ASSERT_EQ(1, next_id(b1));
	ASSERT_EQ(0, inject(a1, SOURCE, OTHER, 9, 2));
	snprintf(want, sizeof(want),
		 "Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote\n"
		 "%2d %-10s %8d %7d  %8d %7d %05X %08X %08X\n"
		 "%2d %-10s %8d %7d  %8d %7d %05X %08X %08X\n",
		 0, "a0", 38, 1, 0, 0, 0, in4("10.1.0.1").s_addr, 0,
		 1, "b0", 0, 0, 38, 1, 0, in4("10.2.0.1").s_addr, 0);
	EXPECT_STREQ(want, slurp("ip_mr_vif"));
	ASSERT_TRUE(poll_for(fd, POLLIN, 5000));
	snprintf(want, sizeof(want),
		 "Group    Origin   Iif     Pkts    Bytes    Wrong Oifs\n"
		 "%08X %08X %-3d %8d %8d %8d %2d:%-3d\n"
		 "%08X %08X %-3d %8d %8d %8d\n",
		 in4(GROUP).s_addr, in4(SOURCE).s_addr, 0, 1, 38, 0, 1, 4,
		 in4(OTHER).s_addr, in4(SOURCE).s_addr, -1, 0, 0, 0);
	EXPECT_STREQ(want, slurp("ip_mr_cache"));
	close(fd);
	EXPECT_STREQ("Group    Origin   Iif     Pkts    Bytes    Wrong Oifs\n",
		     slurp("ip_mr_cache"));
}

TEST_F(mroute, unresolved)
{
	struct igmpmsg m;
	int i, fd = router();
	long long come = snmp_get("IpExt", "InMcastPkts");
	long long drops = snmp_get("Ip", "InDiscards");

	ASSERT_LE(0, fd);
	for (i = 1; i <= 6; i++)
		ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, i));
	ASSERT_EQ(IGMPMSG_NOCACHE, upcall(fd, &m));
	await("IpExt", "InMcastPkts", come + 6);
	EXPECT_EQ(VIF_A, m.im_vif);
	EXPECT_EQ(0, m.im_vif_hi);
	EXPECT_EQ(in4(SOURCE).s_addr, m.im_src.s_addr);
	EXPECT_EQ(in4(GROUP).s_addr, m.im_dst.s_addr);
	/* told once, and four wait */
	EXPECT_TRUE(quiet(fd));
	EXPECT_TRUE(dropped(&drops, 2));
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	for (i = 1; i <= 4; i++)
		EXPECT_EQ(i, next_id(b1));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 7));
	EXPECT_EQ(7, next_id(b1));

	/* what waits goes with the vif's device, and with the cache */
	ASSERT_EQ(0, inject(a1, SOURCE, OTHER, 9, 8));
	ASSERT_EQ(IGMPMSG_NOCACHE, upcall(fd, &m));
	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_FLUSH, MRT_FLUSH_MFC));
	EXPECT_EQ(NULL, strstr(slurp("ip_mr_cache"), "-1"));
	EXPECT_TRUE(dropped(&drops, 1));
	ASSERT_EQ(0, inject(a1, SOURCE, OTHER, 9, 9));
	ASSERT_EQ(IGMPMSG_NOCACHE, upcall(fd, &m));
	ASSERT_EQ(0, system("ip link del a0"));
	EXPECT_TRUE(dropped(&drops, 1));
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, OTHER, VIF_A, 0, 1));
}

TEST_F(mroute, too_many)
{
	int i, told = 0, fd = router();
	long long come = snmp_get("IpExt", "InMcastPkts");
	long long drops = snmp_get("Ip", "InDiscards");
	struct igmpmsg m;
	char group[16];

	ASSERT_LE(0, fd);
	/* more groups than the daemon's buffer has room for */
	ASSERT_EQ(0, set_int(fd, SOL_SOCKET, SO_RCVBUF, 1));
	for (i = 0; i < 20; i++) {
		snprintf(group, sizeof(group), "239.8.0.%d", i);
		ASSERT_EQ(0, inject(a1, SOURCE, group, 9, i));
	}
	await("IpExt", "InMcastPkts", come + 20);
	for (; !quiet(fd); told++)
		ASSERT_EQ(IGMPMSG_NOCACHE, upcall(fd, &m));
	EXPECT_LE(1, told);
	EXPECT_TRUE(dropped(&drops, 20 - told));
	/* more than may wait; AF_INET has no limit */
	ASSERT_EQ(0, set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22));
	for (i = told; i < 1030; i++) {
		snprintf(group, sizeof(group), "239.9.%d.%d", i >> 8, i & 255);
		ASSERT_EQ(0, inject(a1, SOURCE, group, 9, i));
	}
	EXPECT_TRUE(dropped(&drops, 6));
}

TEST_F(mroute, wrong_vif)
{
	struct igmpmsg m;
	int fd = router();
	char buf[200];

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	ASSERT_EQ(0, set_int(fd, SOL_IP, MRT_ASSERT, 1));
	/* where the group goes to, another router may be */
	ASSERT_EQ(0, inject(b1, SOURCE, GROUP, 9, 1));
	ASSERT_EQ(IGMPMSG_WRONGVIF, upcall(fd, &m));
	EXPECT_EQ(VIF_B, m.im_vif);
	/* not for every packet */
	ASSERT_EQ(0, inject(b1, SOURCE, GROUP, 9, 2));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 3));
	ASSERT_EQ(3, next_id(b1));
	EXPECT_TRUE(quiet(fd));

	/* PIM hears of all, and may have all of them */
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, OTHER, VIF_A, 0, 0));
	ASSERT_EQ(0, set_int(fd, SOL_IP, MRT_PIM, IGMPMSG_WRVIFWHOLE));
	ASSERT_EQ(0, inject(b1, SOURCE, OTHER, 9, 4));
	ASSERT_EQ(IGMPMSG_WRONGVIF, upcall(fd, &m));
	ASSERT_TRUE(poll_for(fd, POLLIN, 5000));
	ASSERT_EQ(58, recv(fd, buf, sizeof(buf), 0));
	memcpy(&m, buf, sizeof(m));
	EXPECT_EQ(IGMPMSG_WRVIFWHOLE, m.im_msgtype);
	EXPECT_EQ(VIF_B, m.im_vif);
	EXPECT_EQ(0x45, buf[20]);
	EXPECT_EQ(4, buf[25]);
}

TEST_F(mroute, proxies)
{
	int fd = router();

	ASSERT_LE(0, fd);
	/* any source of the group, from one vif of the tree to the others */
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC_PROXY, "0.0.0.0", "0.0.0.0",
			     VIF_A, 1, 1));
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, "0.0.0.0", GROUP, VIF_A, 1, 1));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 1));
	EXPECT_EQ(1, next_id(b1));
	ASSERT_EQ(0, inject(b1, "10.2.0.2", GROUP, 9, 2));
	EXPECT_EQ(2, next_id(a1));
	/* any group: up the tree */
	ASSERT_EQ(0, inject(b1, "10.2.0.2", OTHER, 9, 3));
	EXPECT_EQ(3, next_id(a1));
	/* and not down */
	ASSERT_EQ(0, inject(a1, SOURCE, OTHER, 9, 4));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 5));
	EXPECT_EQ(5, next_id(b1));
	/* with the vif it comes from, an entry is another one */
	EXPECT_ERRNO(ENOENT, set_mfc(fd, MRT_DEL_MFC_PROXY, "0.0.0.0",
				     "0.0.0.0", VIF_B, 0, 0));
	EXPECT_EQ(0, set_mfc(fd, MRT_ADD_MFC_PROXY, "0.0.0.0", "0.0.0.0",
			     VIF_B, 1, 1));
	EXPECT_EQ(0, set_mfc(fd, MRT_DEL_MFC_PROXY, "0.0.0.0", "0.0.0.0",
			     VIF_B, 0, 0));
	EXPECT_EQ(0, set_mfc(fd, MRT_DEL_MFC_PROXY, "0.0.0.0", "0.0.0.0",
			     VIF_A, 0, 0));
	EXPECT_ERRNO(ENOENT, set_mfc(fd, MRT_DEL_MFC, "0.0.0.0", "0.0.0.0", 0,
				     0, 0));
}

static int member(const char *dev, const char *group)
{
	struct ip_mreqn m = { .imr_ifindex = if_nametoindex(dev) };
	int fd = xsocket(SOCK_DGRAM, 0);

	m.imr_multiaddr = in4(group);
	if (xbind(fd, "0.0.0.0", 5000) ||
	    set_int(fd, SOL_IP, IP_MULTICAST_ALL, 0) ||
	    setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, &m, sizeof(m)))
		return -1;
	return fd;
}

TEST_F(mroute, members_here)
{
	int in, out, fd = router();
	char buf[100];

	ASSERT_LE(0, fd);
	in = member("a0", GROUP);
	ASSERT_LE(0, in);
	/* known or not, a member has it */
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 1));
	EXPECT_EQ(10, xrecv(in, buf, sizeof(buf)));
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	EXPECT_EQ(1, next_id(b1));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 2));
	EXPECT_EQ(10, xrecv(in, buf, sizeof(buf)));
	EXPECT_EQ(2, next_id(b1));
	close(in);

	/* so has one where it is sent to, who hears it once */
	out = member("b0", GROUP);
	ASSERT_LE(0, out);
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 3));
	EXPECT_EQ(3, next_id(b1));
	EXPECT_EQ(10, xrecv(out, buf, sizeof(buf)));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 4));
	EXPECT_EQ(4, next_id(b1));
	EXPECT_EQ(10, xrecv(out, buf, sizeof(buf)));
	EXPECT_TRUE(quiet(out));
}

TEST_F(mroute, our_own)
{
	int fd = router(), s = xsocket(SOCK_DGRAM, 0);
	struct ip_mreqn m = { .imr_ifindex = if_nametoindex("a0") };
	struct sioc_sg_req sg;
	struct frame f;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, "10.1.0.1", GROUP, VIF_A, 0, 1));
	ASSERT_EQ(0, setsockopt(s, SOL_IP, IP_MULTICAST_IF, &m, sizeof(m)));
	ASSERT_EQ(0, set_int(s, SOL_IP, IP_MULTICAST_TTL, 5));
	EXPECT_EQ(3, xsendto(s, "abc", 3, GROUP, 5000));
	ASSERT_LE(0, next_frame(a1, &f));
	EXPECT_EQ(5, f.ip.ttl);
	ASSERT_LE(0, next_frame(b1, &f));
	EXPECT_EQ(4, f.ip.ttl);
	/* sent by another way than the tree's it stays there */
	m.imr_ifindex = if_nametoindex("b0");
	s = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, setsockopt(s, SOL_IP, IP_MULTICAST_IF, &m, sizeof(m)));
	ASSERT_EQ(0, set_int(s, SOL_IP, IP_MULTICAST_TTL, 5));
	ASSERT_EQ(0, xbind(s, "10.1.0.1", 0));
	EXPECT_EQ(3, xsendto(s, "abc", 3, GROUP, 5000));
	ASSERT_LE(0, next_frame(b1, &f));
	EXPECT_EQ(5, f.ip.ttl);
	ASSERT_EQ(0, get_sg(fd, "10.1.0.1", &sg));
	EXPECT_EQ(0, sg.wrong_if);
	EXPECT_TRUE(quiet(b1));
}

/* A report of version 1 or 2 for @group; with a router alert where asked for. */
static int report(int tap, const char *group, bool alert)
{
	unsigned char *p;
	struct frame f;
	int opt = alert ? 4 : 0;

	make(&f, SOURCE, group, 1, 1, 0);
	f.ip.protocol = IPPROTO_IGMP;
	f.ip.ihl = 5 + opt / 4;
	f.ip.tot_len = htons(28 + opt);
	p = (unsigned char *)&f.udp;
	if (alert)
		memcpy(p, "\x94\x04\x00\x00", 4);
	p += opt;
	memset(p, 0, 8);
	p[0] = alert ? 0x16 : 0x12;
	memcpy(p + 4, &f.ip.daddr, 4);
	*(uint16_t *)(p + 2) = checksum(p, 8, 0);
	f.ip.check = 0;
	f.ip.check = checksum(&f.ip, 20 + opt, 0);
	return put(tap, &f);
}

TEST_F(mroute, igmp_comes_up)
{
	int fd = router();
	char buf[100];

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, report(a1, GROUP, true));
	ASSERT_EQ(32, xrecv(fd, buf, sizeof(buf)));
	EXPECT_EQ(IPPROTO_IGMP, buf[9]);
	EXPECT_EQ(0x16, buf[24]);
	ASSERT_EQ(0, report(a1, GROUP, false));
	ASSERT_EQ(28, xrecv(fd, buf, sizeof(buf)));
	EXPECT_EQ(0x12, buf[20]);
	EXPECT_TRUE(quiet(fd));
}

/* Who hears of multicast routes. */
static int listener(int group)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (flavour != FL_INET)
		group = INETX_RTNLGRP_MROUTE;
	if (bind(fd, (struct sockaddr *)&nl, sizeof(nl)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)))
		return -1;
	return fd;
}

/* The type of the next message; -1 for none. */
static int heard(int fd, struct rtmsg *rtm)
{
	union {
		struct nlmsghdr nh;
		char room[4096];
	} buf;

	if (!poll_for(fd, POLLIN, 5000) || recv(fd, &buf, sizeof(buf), 0) < 0)
		return -1;
	memcpy(rtm, NLMSG_DATA(&buf.nh), sizeof(*rtm));
	return buf.nh.nlmsg_type;
}

/* What ip(8) prints, in one line, with single spaces. */
static const char *ip_prints(const char *args)
{
	static char out[4096];
	char line[128];
	size_t n = 0;
	FILE *ip;
	int c;

	snprintf(line, sizeof(line), "%sip -o %s 2>&1",
		 flavour == FL_INET ? "" : "inetx-run ", args);
	ip = popen(line, "r");
	while ((c = fgetc(ip)) != EOF && n < sizeof(out) - 1) {
		if (strchr(" \t\n\\", c))
			c = ' ';
		if (c != ' ' || (n && out[n - 1] != ' '))
			out[n++] = c;
	}
	pclose(ip);
	out[n] = '\0';
	return out;
}

TEST_F(mroute, netlink)
{
	int family = flavour == FL_INET ? RTNL_FAMILY_IPMR :
					  INETX_RTNL_FAMILY_IPMR;
	int routes, reports, fd = router();
	const char *shown;
	struct rtmsg rtm;

	ASSERT_LE(0, fd);
	routes = listener(RTNLGRP_IPV4_MROUTE);
	ASSERT_LE(0, routes);
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 4));
	ASSERT_EQ(RTM_NEWROUTE, heard(routes, &rtm));
	EXPECT_EQ(family, rtm.rtm_family);
	EXPECT_EQ(RTN_MULTICAST, rtm.rtm_type);
	EXPECT_EQ(RTPROT_MROUTED, rtm.rtm_protocol);
	EXPECT_EQ(253, rtm.rtm_table);
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 1));
	ASSERT_EQ(1, next_id(b1));

	reports = listener(RTNLGRP_IPV4_MROUTE_R);
	ASSERT_LE(0, reports);
	ASSERT_EQ(0, inject(a1, SOURCE, OTHER, 9, 2));
	ASSERT_EQ(RTM_NEWCACHEREPORT, heard(reports, &rtm));
	EXPECT_EQ(family, rtm.rtm_family);
	if (flavour != FL_INET)
		ASSERT_EQ(RTM_NEWCACHEREPORT, heard(routes, &rtm));
	ASSERT_EQ(RTM_NEWROUTE, heard(routes, &rtm));
	EXPECT_EQ(RTNH_F_UNRESOLVED, rtm.rtm_flags);

	shown = ip_prints("-s mroute show");
	EXPECT_NE(NULL, strstr(shown, "(10.1.0.2,239.1.2.3) Iif: a0 Oifs: b0"));
	EXPECT_NE(NULL, strstr(shown, "State: resolved"));
	EXPECT_NE(NULL, strstr(shown, "1 packets, 38 bytes"));
	EXPECT_NE(NULL, strstr(shown, "(10.1.0.2,239.1.2.4) Iif: unresolved"));
	shown = ip_prints("mroute show table 7");
	EXPECT_NE(NULL, strstr(shown, "does not exist"));

	EXPECT_EQ(0, set_int(fd, SOL_IP, MRT_FLUSH, MRT_FLUSH_MFC));
	ASSERT_EQ(RTM_DELROUTE, heard(routes, &rtm));
	ASSERT_EQ(RTM_DELROUTE, heard(routes, &rtm));
}

TEST_F(mroute, what_stays)
{
	int fd = router(), admin = xsocket(SOCK_RAW, IPPROTO_IGMP);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_vif(fd, MRT_DEL_VIF, VIF_B, "0.0.0.0"));
	ASSERT_EQ(0, set_vif(admin, MRT_ADD_VIF, VIF_B, "10.2.0.1"));
	ASSERT_EQ(0, set_mfc(admin, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, OTHER, VIF_A, 0, 1));
	close(fd);
	EXPECT_FALSE(forwards("a0"));
	EXPECT_TRUE(forwards("b0"));
	EXPECT_EQ(NULL, strstr(slurp("ip_mr_vif"), "a0"));
	EXPECT_NE(NULL, strstr(slurp("ip_mr_vif"), "08000"));
	EXPECT_NE(NULL, strstr(slurp("ip_mr_cache"), "030201EF"));
	EXPECT_EQ(NULL, strstr(slurp("ip_mr_cache"), "040201EF"));

	EXPECT_EQ(0, set_int(admin, SOL_IP, MRT_FLUSH, MRT_FLUSH_MFC |
						       MRT_FLUSH_VIFS));
	EXPECT_TRUE(forwards("b0"));
	EXPECT_NE(NULL, strstr(slurp("ip_mr_cache"), "030201EF"));
	EXPECT_EQ(0, set_int(admin, SOL_IP, MRT_FLUSH, MRT_FLUSH_MFC_STATIC));
	EXPECT_EQ(NULL, strstr(slurp("ip_mr_cache"), "030201EF"));
	EXPECT_EQ(0, set_int(admin, SOL_IP, MRT_FLUSH, MRT_FLUSH_VIFS_STATIC));
	EXPECT_FALSE(forwards("b0"));
}

enum content { WHOLE, CUT, NONE, BAD_SUM };

/* A packet in a Register message to the router. */
static int send_register(const char *group, int id, enum content how)
{
	struct frame outer, inner;
	unsigned char *p = (unsigned char *)&outer.udp;

	make(&inner, "10.7.0.1", group, 9, id, 10);
	inner.ip.tot_len = htons(38 + (how == CUT));
	make(&outer, SOURCE, "10.1.0.1", 9, 99, 38);
	get_mac("a0", outer.eth.ether_dhost);
	outer.ip.protocol = IPPROTO_PIM;
	outer.ip.check = 0;
	outer.ip.check = checksum(&outer.ip, 20, 0);
	memset(p, 0, 8);
	p[0] = 0x21;
	p[4] = how == NONE ? 0x40 : 0;
	*(uint16_t *)(p + 2) = checksum(p, 8, 0) + (how == BAD_SUM);
	memcpy(p + 8, &inner.ip, 38);
	return put(a1, &outer);
}

TEST_F(mroute, register_vif)
{
	struct vifctl v = { .vifc_vifi = 2, .vifc_flags = VIFF_REGISTER };
	struct mfcctl m = { .mfcc_parent = VIF_A, .mfcc_ttls[2] = 1 };
	struct sioc_vif_req req;
	int fd = router();
	struct igmpmsg up;
	char buf[200];

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v, sizeof(v)));
	EXPECT_NE(0, if_nametoindex("pimreg"));
	v.vifc_vifi = 3;
	EXPECT_ERRNO(EADDRINUSE,
		     setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v, sizeof(v)));

	/* what is routed to it comes to the daemon, whole */
	m.mfcc_origin = in4(SOURCE);
	m.mfcc_mcastgrp = in4(GROUP);
	ASSERT_EQ(0, setsockopt(fd, SOL_IP, MRT_ADD_MFC, &m, sizeof(m)));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 1));
	ASSERT_TRUE(poll_for(fd, POLLIN, 5000));
	ASSERT_EQ(58, recv(fd, buf, sizeof(buf), 0));
	memcpy(&up, buf, sizeof(up));
	EXPECT_EQ(IGMPMSG_WHOLEPKT, up.im_msgtype);
	EXPECT_EQ(2, up.im_vif);
	EXPECT_EQ(0x45, buf[20]);
	EXPECT_EQ(9, buf[28]);
	EXPECT_EQ(0, get_vif(fd, 2, &req));
	EXPECT_EQ(1, req.ocount);

	/* what comes in a Register message is routed from it */
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, "10.7.0.1", GROUP, 2, 0, 1));
	ASSERT_EQ(0, route_add("10.7.0.0", 16, "10.1.0.2", NULL));
	ASSERT_EQ(0, send_register(GROUP, 3, NONE));
	ASSERT_EQ(0, send_register("10.7.0.9", 4, WHOLE));
	ASSERT_EQ(0, send_register(GROUP, 5, CUT));
	ASSERT_EQ(0, send_register(GROUP, 6, BAD_SUM));
	ASSERT_EQ(0, send_register(GROUP, 7, WHOLE));
	EXPECT_EQ(7, next_id(b1));
	/* bytes, packets, errors: AF_INET drops in silence */
	EXPECT_NE(NULL, strstr(ip_prints("-s link show pimreg"),
			       flavour == FL_INET ? " 38 1 0 0" : " 38 1 3 0"));
	EXPECT_EQ(0, get_vif(fd, 2, &req));
	EXPECT_EQ(1, req.icount);

	EXPECT_EQ(0, set_vif(fd, MRT_DEL_VIF, 2, "0.0.0.0"));
	EXPECT_EQ(0, if_nametoindex("pimreg"));
	v.vifc_vifi = 2;
	ASSERT_EQ(0, setsockopt(fd, SOL_IP, MRT_ADD_VIF, &v, sizeof(v)));
	close(fd);
	EXPECT_EQ(0, if_nametoindex("pimreg"));
}

TEST_F(mroute, sizes)
{
	long long fails;
	struct frame f;
	int fd = router();

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	ASSERT_EQ(0, system("ip link set b0 mtu 600"));
	/* in pieces */
	make(&f, SOURCE, GROUP, 9, 1, 1000);
	ASSERT_EQ(0, put(a1, &f));
	ASSERT_EQ(1, next_frame(b1, &f));
	EXPECT_EQ(596, ntohs(f.ip.tot_len));
	EXPECT_EQ(IP_MF, ntohs(f.ip.frag_off));
	ASSERT_EQ(1, next_frame(b1, &f));
	EXPECT_EQ(452, ntohs(f.ip.tot_len));
	EXPECT_EQ(72, ntohs(f.ip.frag_off));
	/* not so with Don't Fragment, and nobody is told */
	fails = snmp_get("Ip", "FragFails");
	make(&f, SOURCE, GROUP, 9, 2, 1000);
	f.ip.frag_off = htons(IP_DF);
	f.ip.check = 0;
	f.ip.check = checksum(&f.ip, 20, 0);
	ASSERT_EQ(0, put(a1, &f));
	ASSERT_EQ(0, inject(a1, SOURCE, GROUP, 9, 3));
	EXPECT_EQ(3, next_id(b1));
	EXPECT_EQ(1, snmp_get("Ip", "FragFails") - fails);
	/* a fragment goes on as one */
	make(&f, SOURCE, GROUP, 9, 4, 16);
	f.ip.frag_off = htons(IP_MF | 8);
	f.ip.check = 0;
	f.ip.check = checksum(&f.ip, 20, 0);
	ASSERT_EQ(0, put(a1, &f));
	ASSERT_EQ(4, next_frame(b1, &f));
	EXPECT_EQ(IP_MF | 8, ntohs(f.ip.frag_off));
}

/* Become root of a namespace of users and of a network that they own. */
static int own_network(void)
{
	static const struct {
		const char *file, *text;
	} maps[] = {
		{ "/proc/self/setgroups", "deny" },
		{ "/proc/self/uid_map", "0 1000 1" },
		{ "/proc/self/gid_map", "0 1000 1" },
	};
	unsigned int i;
	int fd, bad;

	if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000) ||
	    unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -1;
	/* whose files in /proc a process may write that was root */
	prctl(PR_SET_DUMPABLE, 1);
	for (i = 0; i < 3; i++) {
		fd = open(maps[i].file, O_WRONLY);
		bad = write(fd, maps[i].text, strlen(maps[i].text)) < 0;
		close(fd);
		if (bad)
			return -1;
	}
	return 0;
}

/* What we send on is root's, who is not 0 everywhere: rules can tell. */
TEST_F(mroute, uid_rules)
{
	struct frame f;
	int fd;

	ASSERT_EQ(0, own_network());
	fd = router();
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set_mfc(fd, MRT_ADD_MFC, SOURCE, GROUP, VIF_A, 0, 1));
	EXPECT_STREQ("", ip_prints("rule add pref 5 uidrange 0-0 lookup 7"));
	EXPECT_STREQ("", ip_prints("route add 239.0.0.0/8 dev b0 mtu 600 table 7"));
	make(&f, SOURCE, GROUP, 9, 1, 1000);
	ASSERT_EQ(0, put(a1, &f));
	ASSERT_EQ(1, next_frame(b1, &f));
	EXPECT_EQ(596, ntohs(f.ip.tot_len));
}

TEST_HARNESS_MAIN
