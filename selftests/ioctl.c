// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/*
 * Requests of BSD about neighbours (arp(7)) and routes (struct rtentry), and
 * answers on behalf of others (RFC 1027), as a packet socket on the wire sees
 * them.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/if_tun.h>
#include "kselftest_harness.h"
#include "common.h"

FLAVOUR_FIXTURE(arp);
FLAVOUR_FIXTURE(rt);
FLAVOUR_FIXTURE(proxy);

/* A line of /proc/net/NAME of the flavour that begins with @begin; "" if none. */
static const char *proc_line(const char *name, const char *begin)
{
	static char line[300];
	char path[100];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/thread-self/net/%s%s",
		 flavour == FL_INET ? "" : "inetx/", name);
	f = fopen(path, "r");
	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, begin, strlen(begin));
	if (f)
		fclose(f);
	return found ? line : "";
}

static void put_addr(struct sockaddr *sa, const char *ip)
{
	struct sockaddr_in sin = xaddr(ip, 0);

	memcpy(sa, &sin, sizeof(sin));
}

static struct arpreq entry(const char *ip, int flags, const char *dev)
{
	static const unsigned char mac[6] = { 2, 0, 0, 0, 0, 7 };
	struct arpreq req = { .arp_flags = flags };

	put_addr(&req.arp_pa, ip);
	req.arp_ha.sa_family = ARPHRD_ETHER;
	memcpy(req.arp_ha.sa_data, mac, sizeof(mac));
	if (dev)
		strcpy(req.arp_dev, dev);
	return req;
}

static int arp_call(int cmd, struct arpreq *req)
{
	int fd = xsocket(SOCK_DGRAM, 0);
	int err = CALL_ERRNO(ioctl(fd, cmd, req));

	close(fd);
	return err;
}

static int arp_try(int cmd, const char *ip, int flags, const char *dev)
{
	struct arpreq req = entry(ip, flags, dev);

	return arp_call(cmd, &req);
}

TEST_F(arp, set_get_delete)
{
	struct arpreq req;
	int there = pair_setup();

	ASSERT_GE(there, 0);
	EXPECT_EQ(ENXIO, arp_try(SIOCGARP, "10.9.0.7", 0, "v0"));
	EXPECT_EQ(0, arp_try(SIOCSARP, "10.9.0.7", ATF_PERM | ATF_COM, "v0"));
	req = entry("10.9.0.7", 0, "v0");
	memset(&req.arp_ha, 0, sizeof(req.arp_ha));
	EXPECT_EQ(0, arp_call(SIOCGARP, &req));
	EXPECT_EQ(ATF_PERM | ATF_COM, req.arp_flags);
	EXPECT_EQ(ARPHRD_ETHER, req.arp_ha.sa_family);
	EXPECT_EQ(7, req.arp_ha.sa_data[5]);
	EXPECT_STREQ("v0", req.arp_dev);
	EXPECT_TRUE(strstr(proc_line("arp", "10.9.0.7 "), "0x6"));
	EXPECT_EQ(0, arp_try(SIOCDARP, "10.9.0.7", 0, "v0"));
	EXPECT_STREQ("", proc_line("arp", "10.9.0.7 "));
	EXPECT_EQ(ENXIO, arp_try(SIOCDARP, "10.9.0.7", 0, "v0"));

	/* one that ages, and the device by the route */
	EXPECT_EQ(0, arp_try(SIOCSARP, "10.9.0.8", ATF_COM, NULL));
	EXPECT_TRUE(strstr(proc_line("arp", "10.9.0.8 "), "0x2"));
	EXPECT_EQ(0, arp_try(SIOCDARP, "10.9.0.8", 0, NULL));
	EXPECT_STREQ("", proc_line("arp", "10.9.0.8 "));
	close(there);
}

TEST_F(arp, errors)
{
	struct arpreq req;
	int there = pair_setup();
	int fd = xsocket(SOCK_DGRAM, 0);

	ASSERT_GE(there, 0);
	EXPECT_ERRNO(EFAULT, ioctl(fd, SIOCSARP, NULL));
	EXPECT_ERRNO(EFAULT, ioctl(fd, SIOCGARP, NULL));
	EXPECT_EQ(ENODEV, arp_try(SIOCSARP, "10.9.0.7", ATF_COM, "nope"));
	EXPECT_EQ(ENODEV, arp_try(SIOCGARP, "10.9.0.7", 0, NULL));
	EXPECT_EQ(ENETUNREACH, arp_try(SIOCSARP, "99.9.9.9", ATF_COM, NULL));
	EXPECT_EQ(EINVAL, arp_try(SIOCSARP, "10.9.0.7", ATF_NETMASK, "v0"));
	EXPECT_EQ(EINVAL, arp_try(SIOCSARP, "10.9.0.7", ATF_DONTPUB, "v0"));

	req = entry("10.9.0.7", ATF_COM, "v0");
	req.arp_pa.sa_family = AF_UNIX;
	EXPECT_EQ(EPFNOSUPPORT, arp_call(SIOCSARP, &req));
	req = entry("10.9.0.7", ATF_COM, "v0");
	req.arp_ha.sa_family = ARPHRD_LOOPBACK;
	EXPECT_EQ(EINVAL, arp_call(SIOCSARP, &req));
	req = entry("10.9.0.7", ATF_COM, NULL);
	req.arp_ha.sa_family = ARPHRD_LOOPBACK;
	EXPECT_EQ(EINVAL, arp_call(SIOCSARP, &req));
	/* a link address that is not given where one is needed */
	EXPECT_EQ(EINVAL, arp_try(SIOCSARP, "10.9.0.7", 0, "v0"));

	ASSERT_EQ(0, drop_root());
	EXPECT_ERRNO(EPERM, ioctl(fd, SIOCSARP, NULL));
	EXPECT_ERRNO(EPERM, ioctl(fd, SIOCDARP, NULL));
	EXPECT_EQ(ENXIO, arp_try(SIOCGARP, "10.9.0.6", 0, "v0"));
	ASSERT_EQ(0, regain_root());
	close(fd);
	close(there);
}

TEST_F(arp, published)
{
	struct arpreq req;
	char val[20];
	int there = pair_setup();

	ASSERT_GE(there, 0);
	EXPECT_EQ(ENOENT, arp_try(SIOCDARP, "10.8.0.5", ATF_PUBL, "v0"));
	EXPECT_EQ(0, arp_try(SIOCSARP, "10.8.0.5", ATF_PUBL, "v0"));
	EXPECT_EQ(0, arp_try(SIOCSARP, "10.8.0.5", ATF_PUBL, "v0"));
	EXPECT_TRUE(strstr(proc_line("arp", "10.8.0.5 "), "0xc"));
	EXPECT_TRUE(strstr(proc_line("arp", "10.8.0.5 "), "v0"));
	EXPECT_EQ(0, arp_try(SIOCDARP, "10.8.0.5", ATF_PUBL, "v0"));
	EXPECT_STREQ("", proc_line("arp", "10.8.0.5 "));

	/* on no device in particular */
	EXPECT_EQ(0, arp_try(SIOCSARP, "10.8.0.6", ATF_PUBL, NULL));
	EXPECT_TRUE(strstr(proc_line("arp", "10.8.0.6 "), "*"));
	EXPECT_EQ(0, arp_try(SIOCDARP, "10.8.0.6", ATF_PUBL, NULL));
	EXPECT_EQ(ENODEV, arp_try(SIOCSARP, "10.8.0.6", ATF_PUBL | ATF_COM,
				  NULL));

	/* the netmask 0 stands for all that is routed */
	req = entry("0.0.0.0", ATF_PUBL | ATF_NETMASK, "v0");
	EXPECT_EQ(0, arp_call(SIOCSARP, &req));
	EXPECT_EQ(0, sysctl_get("conf/v0/proxy_arp", val, sizeof(val)));
	EXPECT_EQ('1', val[0]);
	req = entry("0.0.0.0", ATF_PUBL | ATF_NETMASK, "v0");
	EXPECT_EQ(0, arp_call(SIOCDARP, &req));
	EXPECT_EQ(0, sysctl_get("conf/v0/proxy_arp", val, sizeof(val)));
	EXPECT_EQ('0', val[0]);
	req = entry("0.0.0.0", ATF_PUBL | ATF_NETMASK, NULL);
	EXPECT_EQ(0, arp_call(SIOCSARP, &req));
	EXPECT_EQ(0, sysctl_get("conf/all/proxy_arp", val, sizeof(val)));
	EXPECT_EQ('1', val[0]);
	req = entry("0.0.0.0", ATF_PUBL | ATF_NETMASK, NULL);
	put_addr(&req.arp_netmask, "255.0.0.0");
	EXPECT_EQ(EINVAL, arp_call(SIOCSARP, &req));
	EXPECT_EQ(EINVAL, arp_call(SIOCDARP, &req));
	close(there);
}

static struct rtentry route(const char *dst, const char *mask, const char *gw,
			    int flags, const char *dev)
{
	struct rtentry rt = { .rt_flags = flags, .rt_dev = (char *)dev };

	put_addr(&rt.rt_dst, dst);
	if (mask)
		put_addr(&rt.rt_genmask, mask);
	if (gw)
		put_addr(&rt.rt_gateway, gw);
	return rt;
}

static int rt_call(int cmd, const struct rtentry *rt)
{
	int fd = xsocket(SOCK_DGRAM, 0);
	int err = CALL_ERRNO(ioctl(fd, cmd, rt));

	close(fd);
	return err;
}

static int rt_try(int cmd, const char *dst, const char *mask, const char *gw,
		  int flags, const char *dev)
{
	struct rtentry rt = route(dst, mask, gw, flags, dev);

	return rt_call(cmd, &rt);
}

TEST_F(rt, add_delete)
{
	struct rtentry rt;
	int there = pair_setup();

	ASSERT_GE(there, 0);
	EXPECT_EQ(0, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0", "10.9.0.2",
			    RTF_UP | RTF_GATEWAY, NULL));
	EXPECT_TRUE(strstr(proc_line("route", "v0\t00000014"),
			   "0200090A\t0003\t0\t0\t0\t000000FF\t0\t0\t0"));
	EXPECT_EQ(EEXIST, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0", "10.9.0.2",
				 RTF_UP | RTF_GATEWAY, NULL));
	EXPECT_EQ(0, rt_try(SIOCDELRT, "20.0.0.0", "255.0.0.0", NULL, 0, NULL));
	EXPECT_EQ(ESRCH, rt_try(SIOCDELRT, "20.0.0.0", "255.0.0.0", NULL, 0,
				NULL));

	/* a host, a device, a metric, which is one more than it says */
	rt = route("20.1.2.3", NULL, NULL, RTF_UP | RTF_HOST, "v0");
	rt.rt_metric = 6;
	EXPECT_EQ(0, rt_call(SIOCADDRT, &rt));
	EXPECT_TRUE(strstr(proc_line("route", "v0\t03020114"),
			   "00000000\t0005\t0\t0\t5\tFFFFFFFF\t0\t0\t0"));
	rt.rt_metric = 5;
	EXPECT_EQ(ESRCH, rt_call(SIOCDELRT, &rt));
	rt.rt_metric = 6;
	EXPECT_EQ(0, rt_call(SIOCDELRT, &rt));

	/* segment size, window, round-trip time */
	rt = route("20.0.0.0", "255.0.0.0", "10.9.0.2",
		   RTF_UP | RTF_GATEWAY | RTF_MSS | RTF_WINDOW | RTF_IRTT, NULL);
	rt.rt_mss = 1240;
	rt.rt_window = 5000;
	rt.rt_irtt = 300;
	EXPECT_EQ(0, rt_call(SIOCADDRT, &rt));
	EXPECT_TRUE(strstr(proc_line("route", "v0\t00000014"),
			   "000000FF\t1240\t5000\t300"));
	EXPECT_EQ(0, rt_call(SIOCDELRT, &rt));

	EXPECT_EQ(0, rt_try(SIOCADDRT, "30.0.0.0", "255.0.0.0", NULL,
			    RTF_UP | RTF_REJECT, NULL));
	EXPECT_TRUE(strstr(proc_line("route", "*\t0000001E"), "\t0201\t"));
	EXPECT_EQ(0, rt_try(SIOCDELRT, "30.0.0.0", "255.0.0.0", NULL,
			    RTF_REJECT, NULL));
	close(there);
}

TEST_F(rt, errors)
{
	struct rtentry rt;
	int there = pair_setup();
	int fd = xsocket(SOCK_STREAM, 0);

	ASSERT_GE(there, 0);
	EXPECT_ERRNO(EFAULT, ioctl(fd, SIOCADDRT, NULL));
	rt = route("20.0.0.0", "255.0.0.0", NULL, RTF_UP, "v0");
	rt.rt_dst.sa_family = AF_UNIX;
	EXPECT_EQ(EAFNOSUPPORT, rt_call(SIOCADDRT, &rt));
	rt = route("20.0.0.0", "255.0.0.0", NULL, RTF_UP, "v0");
	rt.rt_genmask.sa_family = AF_UNIX;
	EXPECT_EQ(EAFNOSUPPORT, rt_call(SIOCADDRT, &rt));
	/* not ones, then zeros; something behind the prefix */
	EXPECT_EQ(EINVAL, rt_try(SIOCADDRT, "20.0.0.0", "255.0.255.0", NULL,
				 RTF_UP, "v0"));
	EXPECT_EQ(EINVAL, rt_try(SIOCADDRT, "20.0.0.1", "255.0.0.0", NULL,
				 RTF_UP, "v0"));
	EXPECT_EQ(ENODEV, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0", NULL,
				 RTF_UP, "nope"));
	EXPECT_EQ(ENODEV, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0", NULL,
				 RTF_UP, "v0:nope"));
	EXPECT_EQ(EINVAL, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0", NULL,
				 RTF_UP | RTF_GATEWAY, "v0"));
	EXPECT_EQ(ENETUNREACH, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0",
				      "9.9.9.9", RTF_UP | RTF_GATEWAY, NULL));
	EXPECT_EQ(EFAULT, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0", NULL,
				 RTF_UP, (char *)8));

	ASSERT_EQ(0, drop_root());
	EXPECT_EQ(EPERM, rt_try(SIOCADDRT, "20.0.0.0", "255.0.0.0", NULL,
				RTF_UP, "v0"));
	EXPECT_EQ(EPERM, rt_try(SIOCDELRT, "20.0.0.0", "255.0.0.0", NULL,
				RTF_UP, "v0"));
	ASSERT_EQ(0, regain_root());
	close(fd);
	close(there);
}

/* A tun device "t0" with 10.8.0.1/24 that swallows what it gets. */
static int swallow(void)
{
	struct ifreq ifr = { .ifr_name = "t0", .ifr_flags = IFF_TUN };
	int fd;

	if (access("/dev/net/tun", F_OK) && system("modprobe tun"))
		return -1;
	fd = open("/dev/net/tun", O_RDWR);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) || link_up("t0") ||
	    addr_add("t0", "10.8.0.1", 24))
		return -1;
	return fd;
}

/*
 * Ask the wire who has @tip, as 10.9.0.2 on v1; everybody, or with @eth_dst only
 * that card. Whether the answer comes within @ms.
 */
static bool who_has(int wire, const unsigned char *mac, const char *tip,
		    const unsigned char *eth_dst, int ms)
{
	struct {
		struct ether_header eth;
		struct ether_arp arp;
	} frame = {
		.eth.ether_type = htons(ETH_P_ARP),
		.arp.ea_hdr.ar_hrd = htons(ARPHRD_ETHER),
		.arp.ea_hdr.ar_pro = htons(ETH_P_IP),
		.arp.ea_hdr.ar_hln = 6,
		.arp.ea_hdr.ar_pln = 4,
		.arp.ea_hdr.ar_op = htons(ARPOP_REQUEST),
		.arp.arp_spa = { 10, 9, 0, 2 },
	}, got;
	long long now = now_ms(), end = now + ms, again = now;
	in_addr_t target = inet_addr(tip);

	memset(frame.eth.ether_dhost, 0xff, 6);
	if (eth_dst)
		memcpy(frame.eth.ether_dhost, eth_dst, 6);
	memcpy(frame.eth.ether_shost, mac, 6);
	memcpy(frame.arp.arp_sha, mac, 6);
	memcpy(frame.arp.arp_tpa, &target, 4);
	do {
		/* one may be lost where many are on their way */
		if (now >= again) {
			if (send(wire, &frame, sizeof(frame), 0) < 0)
				perror("# send");
			again += 500;
		}
		if (poll_for(wire, POLLIN, ms < 20 ? ms : 20) != POLLIN ||
		    recv(wire, &got, sizeof(got), 0) != sizeof(got))
			continue;
		if (got.arp.ea_hdr.ar_op == htons(ARPOP_REPLY) &&
		    !memcmp(got.arp.arp_spa, &target, 4) &&
		    !memcmp(got.arp.arp_tha, mac, 6))
			return true;
	} while ((now = now_ms()) < end);
	return false;
}

static int wire_open(int there, unsigned char *mac)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
	};
	int here = open("/proc/thread-self/ns/net", O_RDONLY);
	int fd = -1;

	if (!setns(there, CLONE_NEWNET) && !get_mac("v1", mac)) {
		sll.sll_ifindex = if_nametoindex("v1");
		fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ARP));
		if (fd >= 0 && bind(fd, (void *)&sll, sizeof(sll))) {
			close(fd);
			fd = -1;
		}
	}
	if (setns(here, CLONE_NEWNET))
		perror("# setns");
	close(here);
	return fd;
}

/* Nobody answers, for as long as an answer would take. */
#define SILENCE_MS	400
#define ANSWER_MS	15000

TEST_F(proxy, answers)
{
	unsigned char mac[6], router[6];
	int there = pair_setup();
	int wire, tun;
	struct arpreq req;

	ASSERT_GE(there, 0);
	tun = swallow();
	ASSERT_GE(tun, 0);
	wire = wire_open(there, mac);
	ASSERT_GE(wire, 0);
	ASSERT_EQ(0, get_mac("v0", router));
	if (flavour != FL_INET)
		ASSERT_EQ(0, sysctl_set("conf/v0/claim", "all"));
	ASSERT_EQ(0, sysctl_set("neigh/v0/proxy_delay", "5"));

	/* our own addresses anyway, on whatever device */
	EXPECT_TRUE(who_has(wire, mac, "10.9.0.1", NULL, ANSWER_MS));
	EXPECT_TRUE(who_has(wire, mac, "10.8.0.1", NULL, ANSWER_MS));
	/* neither a host nor a router without the switch answers for others */
	ASSERT_EQ(0, sysctl_set("conf/v0/proxy_arp", "1"));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.5", NULL, SILENCE_MS));
	ASSERT_EQ(0, sysctl_set("conf/v0/proxy_arp", "0"));
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.5", NULL, SILENCE_MS));

	/* asked by broadcast, with a delay, or alone */
	ASSERT_EQ(0, sysctl_set("conf/v0/proxy_arp", "1"));
	EXPECT_TRUE(who_has(wire, mac, "10.8.0.5", NULL, ANSWER_MS));
	EXPECT_TRUE(who_has(wire, mac, "10.8.0.6", router, ANSWER_MS));
	ASSERT_EQ(0, sysctl_set("neigh/v0/proxy_delay", "0"));
	EXPECT_TRUE(who_has(wire, mac, "10.8.0.7", NULL, ANSWER_MS));
	/* not for the link it came from, nor for what has no route */
	EXPECT_FALSE(who_has(wire, mac, "10.9.0.9", NULL, SILENCE_MS));
	EXPECT_FALSE(who_has(wire, mac, "99.9.9.9", NULL, SILENCE_MS));

	/* one medium has no need of a proxy, -1 wants none */
	ASSERT_EQ(0, sysctl_set("conf/v0/medium_id", "3"));
	EXPECT_TRUE(who_has(wire, mac, "10.8.0.5", NULL, ANSWER_MS));
	ASSERT_EQ(0, sysctl_set("conf/t0/medium_id", "3"));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.5", NULL, SILENCE_MS));
	ASSERT_EQ(0, sysctl_set("conf/t0/medium_id", "-1"));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.5", NULL, SILENCE_MS));
	ASSERT_EQ(0, sysctl_set("conf/v0/medium_id", "-1"));
	ASSERT_EQ(0, sysctl_set("conf/t0/medium_id", "0"));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.5", NULL, SILENCE_MS));

	/* an entry for one address */
	ASSERT_EQ(0, sysctl_set("conf/v0/proxy_arp", "0"));
	req = entry("10.8.0.5", ATF_PUBL, "v0");
	ASSERT_EQ(0, arp_call(SIOCSARP, &req));
	EXPECT_TRUE(who_has(wire, mac, "10.8.0.5", NULL, ANSWER_MS));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.6", NULL, SILENCE_MS));
	req = entry("10.8.0.5", ATF_PUBL, "v0");
	ASSERT_EQ(0, arp_call(SIOCDARP, &req));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.5", NULL, SILENCE_MS));

	/* RFC 3069: hosts of the link that cannot talk to each other */
	ASSERT_EQ(0, sysctl_set("conf/v0/proxy_arp_pvlan", "1"));
	EXPECT_TRUE(who_has(wire, mac, "10.9.0.9", NULL, ANSWER_MS));
	EXPECT_FALSE(who_has(wire, mac, "10.8.0.5", NULL, SILENCE_MS));
	close(wire);
	close(tun);
	close(there);
}

/* More than may wait are dropped, and those that waited go with the device. */
TEST_F(proxy, flood)
{
	unsigned char mac[6];
	int there = pair_setup();
	int wire, tun, i;
	char ip[20];

	ASSERT_GE(there, 0);
	tun = swallow();
	ASSERT_GE(tun, 0);
	wire = wire_open(there, mac);
	ASSERT_GE(wire, 0);
	if (flavour != FL_INET)
		ASSERT_EQ(0, sysctl_set("conf/v0/claim", "all"));
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	ASSERT_EQ(0, sysctl_set("conf/v0/proxy_arp", "1"));
	ASSERT_EQ(0, sysctl_set("neigh/v0/proxy_delay", "10"));
	for (i = 0; i < 2000; i++) {
		snprintf(ip, sizeof(ip), "10.8.0.%d", 2 + i % 250);
		who_has(wire, mac, ip, NULL, 0);
	}
	EXPECT_TRUE(who_has(wire, mac, "10.8.0.5", NULL, ANSWER_MS));
	/* still there after ten times the queue */
	EXPECT_TRUE(who_has(wire, mac, "10.9.0.1", NULL, ANSWER_MS));
	ASSERT_EQ(0, sysctl_set("neigh/v0/proxy_delay", "1000"));
	for (i = 0; i < 200; i++)
		who_has(wire, mac, "10.8.0.9", NULL, 0);
	close(wire);
	close(tun);
	close(there);
}

/* A device too small for IPv4 takes no entry, which nobody would take back. */
TEST_F(proxy, small_device)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_mtu = 60 };
	int fd = xsocket(SOCK_DGRAM, 0);

	if (flavour == FL_INET)
		SKIP(return, "AF_INET takes it and never lets go of the device");
	ASSERT_EQ(0, arp_try(SIOCSARP, "10.8.0.5", ATF_PUBL, "lo"));
	ASSERT_EQ(0, ioctl(fd, SIOCSIFMTU, &ifr));
	EXPECT_EQ(EINVAL, arp_try(SIOCSARP, "10.8.0.5", ATF_PUBL, "lo"));
	ifr.ifr_mtu = 65536;
	ASSERT_EQ(0, ioctl(fd, SIOCSIFMTU, &ifr));
	EXPECT_EQ(0, arp_try(SIOCSARP, "10.8.0.5", ATF_PUBL, "lo"));
	close(fd);
}

TEST_HARNESS_MAIN
