// SPDX-License-Identifier: GPL-2.0
/* timeout: 200 */
/* TCP's options that need a peer or a clock to be seen: tcp(7). */
#include <netinet/ip.h>
#include <linux/if_ether.h>
#include "tcp.h"

#define TCP_SAVED_LINK 2	/* TCP_SAVE_SYN: from the link's header on */

/* A connection to a listener with TCP_SAVE_SYN; what was accepted. */
static int accept_saved(int how, int *port)
{
	int l = listener("127.0.0.1", port, 8), c, s;

	if (set_int(l, SOL_TCP, TCP_SAVE_SYN, how))
		die("TCP_SAVE_SYN");
	c = xsocket(SOCK_STREAM, 0);
	if (xconnect(c, "127.0.0.1", *port))
		die("connect");
	s = accept(l, NULL, NULL);
	close(l);
	close(c);
	return s;
}

/* The SYN's headers, from IP's on, are those of a SYN to this port. */
static bool is_syn(const unsigned char *data, int len, int port)
{
	const struct iphdr *ip = (const void *)data;
	const struct tcphdr *th = (const void *)(data + ip->ihl * 4);

	return len == ip->ihl * 4 + th->doff * 4 && ip->version == 4 &&
	       ip->protocol == IPPROTO_TCP && ntohs(ip->tot_len) == len &&
	       ip->daddr == htonl(INADDR_LOOPBACK) && th->syn && !th->ack &&
	       ntohs(th->dest) == port;
}

TEST_F(tcp, saved_syn)
{
	unsigned char data[200];
	socklen_t len = 10;
	int port, s;

	s = accept_saved(1, &port);
	ASSERT_GE(s, 0);
	EXPECT_EQ(1, get_int(s, SOL_TCP, TCP_SAVE_SYN));
	/* Whole or not at all; the size is told. */
	EXPECT_ERRNO(EINVAL, getsockopt(s, SOL_TCP, TCP_SAVED_SYN, data, &len));
	EXPECT_GE(len, 40);
	EXPECT_EQ(0, getsockopt(s, SOL_TCP, TCP_SAVED_SYN, data, &len));
	EXPECT_TRUE(is_syn(data, len, port));
	/* Once. */
	len = sizeof(data);
	EXPECT_EQ(0, getsockopt(s, SOL_TCP, TCP_SAVED_SYN, data, &len));
	EXPECT_EQ(0, len);
	close(s);

	s = accept_saved(TCP_SAVED_LINK, &port);
	ASSERT_GE(s, 0);
	len = sizeof(data);
	EXPECT_EQ(0, getsockopt(s, SOL_TCP, TCP_SAVED_SYN, data, &len));
	ASSERT_GE(len, ETH_HLEN + 40);
	EXPECT_EQ(htons(ETH_P_IP), *(uint16_t *)(data + ETH_HLEN - 2));
	EXPECT_TRUE(is_syn(data + ETH_HLEN, len - ETH_HLEN, port));
	close(s);

	/* Never asked for, and never read: nothing is lost by it. */
	s = accept_saved(0, &port);
	len = sizeof(data);
	EXPECT_EQ(0, getsockopt(s, SOL_TCP, TCP_SAVED_SYN, data, &len));
	EXPECT_EQ(0, len);
	close(s);
	close(accept_saved(1, &port));
}

/*
 * A byte that finds nobody: how far it had backed off after three timeouts, or -1.
 * The first of them ends the slow start, so there is a threshold for the others.
 */
static int backoff_after_timeouts(int c)
{
	struct tcp_info ti = { 0 };
	socklen_t len = sizeof(ti);
	long long end = now_ms() + 60000;

	if (send(c, "x", 1, 0) != 1)
		die("send");
	do {
		usleep(20000);
		if (getsockopt(c, SOL_TCP, TCP_INFO, &ti, &len))
			die("TCP_INFO");
	} while (ti.tcpi_retransmits < 3 && now_ms() < end);
	return ti.tcpi_retransmits < 3 ? -1 : ti.tcpi_backoff;
}

/* Connections to the other namespace, which then has no address any more. */
static void lonely(int netns, int *c, int n)
{
	int l = xsocket_in(netns, SOCK_STREAM, 0);
	int here = open("/proc/self/ns/net", O_RDONLY), i;

	if (l < 0 || xbind(l, "10.9.0.2", 8000) || listen(l, n))
		die("listen");
	for (i = 0; i < n; i++) {
		c[i] = xsocket(SOCK_STREAM, 0);
		if (xconnect(c[i], "10.9.0.2", 8000))
			die("connect");
	}
	if (setns(netns, CLONE_NEWNET) || addr_del("v1", "10.9.0.2", 24) ||
	    setns(here, CLONE_NEWNET))
		die("addr_del");
	close(here);
	close(l);
}

/* Few segments in flight: no back-off where an option or the tunable says so. */
TEST_F(tcp, thin_streams)
{
	int netns = pair_setup(), c[3];

	ASSERT_GE(netns, 0);
	lonely(netns, c, 3);
	EXPECT_EQ(0, get_int(c[0], SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS));
	EXPECT_EQ(0, set_int(c[0], SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1));
	EXPECT_EQ(1, get_int(c[0], SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS));
	EXPECT_EQ(0, backoff_after_timeouts(c[0]));
	EXPECT_GE(backoff_after_timeouts(c[1]), 2);
	ASSERT_EQ(0, sysctl_set("tcp_thin_linear_timeouts", "1"));
	EXPECT_EQ(0, get_int(c[2], SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS));
	EXPECT_EQ(0, backoff_after_timeouts(c[2]));
	close(c[0]);
	close(c[1]);
	close(c[2]);
}

/* No modules for these names; the errors of empty and unreadable ones. */
TEST_F(tcp, upper_layer)
{
	int fd = xsocket(SOCK_STREAM, 0);
	socklen_t len = 16;
	char name[16];

	EXPECT_ERRNO(ENOENT, setsockopt(fd, SOL_TCP, TCP_ULP, "none", 4));
	EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_TCP, TCP_ULP, "none", 0));
	EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_TCP, TCP_ULP, (void *)8, 4));
	EXPECT_EQ(0, getsockopt(fd, SOL_TCP, TCP_ULP, name, &len));
	EXPECT_EQ(0, len);
	close(fd);
}

TEST_HARNESS_MAIN
