// SPDX-License-Identifier: GPL-2.0
/* timeout: 150 */
/*
 * Metrics of routes (RTAX_*): what TCP makes of them at both ends of a
 * connection, and the choice among several default routes.
 *
 * AF_INET takes the round trip, the windows and the reordering of a route over
 * into a cache when the first connection to a host ends, and begins to heed
 * them with the second: so each test makes one for nothing before.
 */
#include "tcp.h"
#include "routing.h"

CONFIG_FIXTURE(defaults);

#define HERE	"10.9.0.1"
#define THERE	"10.9.0.2"
#define MSEC	1000		/* tcp_info is in microseconds */
#define TICK	(20 * MSEC)	/* of rounding */

static int there = -1;

static struct tcp_info info(int fd)
{
	struct tcp_info ti = { 0 };
	socklen_t len = sizeof(ti);

	if (getsockopt(fd, SOL_TCP, TCP_INFO, &ti, &len))
		die("TCP_INFO");
	return ti;
}

/* From here to there or back; @ours is the end here, @theirs the other. */
static void conn(bool active, int *ours, int *theirs)
{
	const char *ip = active ? THERE : HERE;
	int l, c;

	l = active ? xsocket_in(there, SOCK_STREAM, 0) : xsocket(SOCK_STREAM, 0);
	c = active ? xsocket(SOCK_STREAM, 0) : xsocket_in(there, SOCK_STREAM, 0);
	if (l < 0 || c < 0 || xbind(l, ip, 0) || listen(l, 4) ||
	    xconnect(c, ip, local_port(l)))
		die("conn");
	*ours = active ? c : accept(l, NULL, NULL);
	*theirs = active ? accept(l, NULL, NULL) : c;
	if (*ours < 0 || *theirs < 0)
		die("accept");
	close(l);
}

static void end(int ours, int theirs)
{
	char c;

	shutdown(ours, SHUT_WR);
	if (read(theirs, &c, 1))
		die("end");
	close(theirs);
	await_state(ours, TCP_CLOSE);
	close(ours);
}

/* A route to the other end with these metrics, and one connection for nothing. */
static int metrics(const char *what)
{
	int ours, theirs;
	char line[256];

	there = pair_setup();
	snprintf(line, sizeof(line), "route add " THERE " dev v0 %s\n", what);
	if (there < 0 || ip_batch(line))
		return -1;
	conn(true, &ours, &theirs);
	end(ours, theirs);
	return 0;
}

TEST_F(tcp, initcwnd)
{
	int i, a, b;

	ASSERT_EQ(0, metrics("initcwnd 23"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_EQ(23, info(a).tcpi_snd_cwnd);
		EXPECT_EQ(10, info(b).tcpi_snd_cwnd);
		end(a, b);
	}
}

/* As much as goes in a while; returns what the other end has got. */
static long stream(int from, int to, long bytes)
{
	static char buf[65536];
	long done = 0;

	while (done < bytes) {
		ssize_t n = send(from, buf, sizeof(buf), MSG_DONTWAIT);

		if (n < 0 && errno != EAGAIN)
			return -1;
		if (poll_for(to, POLLIN, 5000) & POLLIN)
			done += recv(to, buf, sizeof(buf), MSG_DONTWAIT);
	}
	return done;
}

TEST_F(tcp, cwnd_limit)
{
	int i, a, b;

	ASSERT_EQ(0, metrics("cwnd lock 6 initcwnd 23"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_EQ(6, info(a).tcpi_snd_cwnd);
		EXPECT_LE(500000, stream(a, b, 500000));
		EXPECT_GE(6, info(a).tcpi_snd_cwnd);
		close(a);
		close(b);
	}
}

TEST_F(tcp, cwnd_not_locked)
{
	int a, b;

	ASSERT_EQ(0, metrics("cwnd 6"));
	conn(true, &a, &b);
	EXPECT_EQ(10, info(a).tcpi_snd_cwnd);
}

TEST_F(tcp, ssthresh)
{
	int i, a, b;

	ASSERT_EQ(0, sysctl_set("tcp_no_ssthresh_metrics_save", "0"));
	ASSERT_EQ(0, metrics("ssthresh lock 7"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_EQ(7, info(a).tcpi_snd_ssthresh);
		end(a, b);
	}
	ASSERT_EQ(0, sysctl_set("tcp_no_ssthresh_metrics_save", "1"));
	conn(true, &a, &b);
	EXPECT_EQ(0x7fffffff, info(a).tcpi_snd_ssthresh);
}

TEST_F(tcp, reordering)
{
	int i, a, b;

	ASSERT_EQ(0, metrics("reordering 9"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_EQ(9, info(a).tcpi_reordering);
		EXPECT_EQ(3, info(b).tcpi_reordering);
		end(a, b);
	}
}

TEST_F(tcp, first_timeout)
{
	int i, a, b;

	ASSERT_EQ(0, metrics("rtt lock 500ms rttvar lock 900ms"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_EQ(1500 * MSEC, info(a).tcpi_rto);
		/* it is no measurement */
		EXPECT_GT(500 * MSEC, info(a).tcpi_rtt);
		end(a, b);
	}
}

static void check_rto(struct __test_metadata *_metadata, int fd,
		      unsigned int least)
{
	struct tcp_info ti = info(fd);
	unsigned int margin = 4 * ti.tcpi_rttvar, rto;

	/* what has been measured in a slow guest counts, too */
	rto = ti.tcpi_rtt + (margin > least ? margin : least);
	EXPECT_LE(rto - TICK, ti.tcpi_rto);
	EXPECT_GE(rto + TICK, ti.tcpi_rto);
}

TEST_F(tcp, rto_min)
{
	int i, a, b;

	ASSERT_EQ(0, metrics("rto_min 3s"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_LE(3000 * MSEC, info(a).tcpi_rto);
		EXPECT_GT(3000 * MSEC, info(b).tcpi_rto);
		end(a, b);
	}
	ASSERT_EQ(0, ip_batch("route replace " THERE " dev v0 rto_min 20ms\n"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		check_rto(_metadata, a, 20 * MSEC);
		end(a, b);
	}
}

TEST_F(tcp, window)
{
	struct tcp_info ti;
	int i, a, b;

	ASSERT_EQ(0, metrics("window 8000"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_EQ(8000, get_int(a, SOL_TCP, TCP_WINDOW_CLAMP));
		EXPECT_GE(8000, info(a).tcpi_rcv_ssthresh);
		ti = info(a);
		EXPECT_TRUE(!ti.tcpi_rcv_wscale);
		EXPECT_LT(8000, get_int(b, SOL_TCP, TCP_WINDOW_CLAMP));
		end(a, b);
	}
}

TEST_F(tcp, window_of_the_program)
{
	int c, l;

	ASSERT_EQ(0, metrics("window 8000"));
	l = xsocket_in(there, SOCK_STREAM, 0);
	ASSERT_EQ(0, xbind(l, THERE, 0));
	ASSERT_EQ(0, listen(l, 1));
	c = xsocket(SOCK_STREAM, 0);
	ASSERT_EQ(0, set_int(c, SOL_TCP, TCP_WINDOW_CLAMP, 12000));
	ASSERT_EQ(0, xconnect(c, THERE, local_port(l)));
	EXPECT_EQ(12000, get_int(c, SOL_TCP, TCP_WINDOW_CLAMP));
}

TEST_F(tcp, initrwnd)
{
	int i, a, b;

	ASSERT_EQ(0, metrics("initrwnd 4"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		/* 1500 without headers and, once agreed, timestamps */
		EXPECT_EQ(4 * (i ? 1460 : 1448), info(a).tcpi_rcv_ssthresh);
		EXPECT_LT(4 * 1448, info(b).tcpi_rcv_ssthresh);
		end(a, b);
	}
}

/* What a program has switched off, the route has on. */
TEST_F(tcp, quickack)
{
	long long before;
	int i, a, b;

	ASSERT_EQ(0, metrics(""));
	for (i = 0; i < 2; i++) {
		conn(true, &a, &b);
		ASSERT_EQ(0, set_int(a, SOL_TCP, TCP_QUICKACK, 0));
		before = snmp_get("TcpExt", "DelayedACKs");
		ASSERT_EQ(1, send(b, "x", 1, 0));
		while (info(b).tcpi_unacked)
			usleep(2000);
		EXPECT_EQ(before + !i, snmp_get("TcpExt", "DelayedACKs"));
		end(a, b);
		ASSERT_EQ(0, ip_batch("route replace " THERE
				      " dev v0 quickack 1\n"));
	}
}

static const char *congestion(int fd)
{
	static char name[16];
	socklen_t len = sizeof(name);

	if (getsockopt(fd, SOL_TCP, TCP_CONGESTION, name, &len))
		die("TCP_CONGESTION");
	return name;
}

TEST_F(tcp, congctl)
{
	int i, a, b;

	ASSERT_EQ(0, metrics("congctl reno"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_STREQ("reno", congestion(a));
		EXPECT_STREQ("cubic", congestion(b));
		EXPECT_EQ(0, setsockopt(a, SOL_TCP, TCP_CONGESTION, "cubic", 5));
		EXPECT_STREQ("cubic", congestion(a));
		end(a, b);
	}
	ASSERT_EQ(0, ip_batch("route replace " THERE
			      " dev v0 congctl lock reno\n"));
	for (i = 0; i < 2; i++) {
		conn(i, &a, &b);
		EXPECT_STREQ("reno", congestion(a));
		EXPECT_ERRNO(EPERM, setsockopt(a, SOL_TCP, TCP_CONGESTION,
					       "cubic", 5));
		end(a, b);
	}
}

#define M1 "mtu lock 1400 window 9000 rtt 500ms rttvar 30ms ssthresh 7 "
#define M2 "cwnd lock 9 advmss 1200 reordering 5 hoplimit 9 initcwnd 11 "
#define M3 "features ecn rto_min %s20ms initrwnd 12 quickack 1 "
#define M4 "congctl lock reno fastopen_no_cookie 1"

TEST_F(defaults, shown)
{
	char add[512];

	ASSERT_EQ(0, ways_setup());
	snprintf(add, sizeof(add), "route add 9.9.9.9 dev d1 " M1 M2 M3 M4,
		 "");
	ASSERT_EQ(0, ip_batch(add));
	/* a minimum is locked without saying so */
	snprintf(add, sizeof(add),
		 "9.9.9.9 dev d1 scope link " M1 M2 M3 M4 "\n", "lock ");
	EXPECT_STREQ(add, ip_show("route show 9.9.9.9"));
	EXPECT_TRUE(ip_says("route get 9.9.9.9", "congctl lock reno"));
	EXPECT_TRUE(ip_says("route add 9.9.9.8 dev d1 congctl nonsense",
			    "nknown tcp congestion algorithm"));
	EXPECT_NE(0, ip_batch("route del 9.9.9.9 congctl cubic\n"));
	EXPECT_EQ(0, ip_batch("route del 9.9.9.9 congctl reno\n"));
}

/* Two or three equally good default routes, and what is known of their gateways. */
#define NEIGH(n, state) "neigh replace 10." #n ".0.254 dev d" #n \
	" lladdr 02:00:00:00:00:0" #n " nud " state "\n"
#define TWO "route append default via 10.2.0.254\n"
#define FAR "9.9.9.9"

TEST_F(defaults, live_gateway)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(TWO));
	EXPECT_STREQ("d1", WAY(.dst = FAR));
	ASSERT_EQ(0, ip_batch(NEIGH(1, "failed") NEIGH(2, "reachable")));
	EXPECT_STREQ("d2", WAY(.dst = FAR));
	EXPECT_STREQ("d2", WAY(.dst = FAR));
	/* who names a device means it */
	EXPECT_STREQ("d1", WAY(.dst = FAR, .oif = "d1"));
	ASSERT_EQ(0, ip_batch(NEIGH(1, "reachable")));
	EXPECT_STREQ("d1", WAY(.dst = FAR));
	/* none is better: not the one that has just failed */
	ASSERT_EQ(0, ip_batch(NEIGH(1, "failed") NEIGH(2, "failed")));
	EXPECT_STREQ("d2", WAY(.dst = FAR));
}

/* A gateway about which nothing is known is tried. */
TEST_F(defaults, unknown_gateway)
{
	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(TWO "route append default via 10.3.0.254\n"
			      NEIGH(1, "failed") NEIGH(3, "reachable")));
	EXPECT_STREQ("d2", WAY(.dst = FAR));
	ASSERT_EQ(0, ip_batch(NEIGH(2, "failed")));
	EXPECT_STREQ("d3", WAY(.dst = FAR));
}

/* One that has not answered lately gives way to the next, and so on. */
TEST_F(defaults, stale_gateways)
{
	int i;

	ASSERT_EQ(0, ways_setup());
	ASSERT_EQ(0, ip_batch(TWO NEIGH(1, "stale") NEIGH(2, "stale")));
	for (i = 0; i < 3; i++) {
		EXPECT_STREQ("d1", WAY(.dst = FAR));
		EXPECT_STREQ("d2", WAY(.dst = FAR));
	}
}

TEST_F(defaults, only_equals)
{
	ASSERT_EQ(0, ways_setup());
	/* another metric, another prefix, another table */
	ASSERT_EQ(0, ip_batch("route add default via 10.2.0.254 metric 5\n"
			      "route add 9.0.0.0/8 via 10.1.0.254\n"
			      "route append 9.0.0.0/8 via 10.2.0.254\n"
			      "route append default via 10.2.0.254 table 101\n"
			      NEIGH(1, "failed") NEIGH(2, "reachable")));
	EXPECT_STREQ("d1", WAY(.dst = "8.8.8.8"));
	EXPECT_STREQ("d1", WAY(.dst = FAR));
	ASSERT_EQ(0, ip_batch("rule add fwmark 1 table 101\n"));
	EXPECT_STREQ("d2", WAY(.dst = "8.8.8.8", .mark = 1));
	/* with a TOS of its own */
	ASSERT_EQ(0, ip_batch("route add default tos 4 via 10.1.0.254\n"
			      "route append default tos 4 via 10.3.0.254\n"));
	EXPECT_STREQ("d3", WAY(.dst = "8.8.8.8", .tos = 4));
}

FLAVOUR_FIXTURE(udp);

/* RFC 791 section 3.2: every link takes 68 bytes. */
TEST_F(udp, locked_mtu_too_small)
{
	char buf[200] = { 0 };
	long long before;
	int fd, raw, a, b;

	there = pair_setup();
	ASSERT_LE(0, there);
	ASSERT_EQ(0, ip_batch("route add " THERE " dev v0 mtu lock 67\n"));
	fd = xsocket_in(there, SOCK_DGRAM, 0);
	ASSERT_EQ(0, xbind(fd, THERE, 7000));
	a = xsocket(SOCK_DGRAM, 0);
	EXPECT_ERRNO(ENETUNREACH, xsendto(a, buf, 200, THERE, 7000));
	EXPECT_ERRNO(ENETUNREACH, xsendto(a, buf, 1, THERE, 7000));
	ASSERT_EQ(0, xconnect(a, THERE, 7000));
	EXPECT_ERRNO(ENETUNREACH, send(a, buf, 1, 0));
	EXPECT_ERRNO(ENETUNREACH, send(a, buf, 1, MSG_MORE));
	raw = xsocket(SOCK_RAW, 253);
	EXPECT_ERRNO(ENETUNREACH, xsendto(raw, buf, 1, THERE, 0));

	ASSERT_EQ(0, ip_batch("route replace " THERE " dev v0 mtu lock 68\n"));
	a = xsocket(SOCK_DGRAM, 0);
	before = snmp_get("Ip", "FragCreates");
	ASSERT_EQ(200, xsendto(a, buf, 200, THERE, 7000));
	EXPECT_EQ(200, xrecv(fd, buf, sizeof(buf)));
	/* 208 bytes, 48 in each */
	EXPECT_EQ(before + 5, snmp_get("Ip", "FragCreates"));

	/* TCP has a least size of its own */
	ASSERT_EQ(0, ip_batch("route replace " THERE " dev v0 mtu lock 67\n"));
	conn(true, &a, &b);
	EXPECT_EQ(67, info(a).tcpi_pmtu);
	EXPECT_EQ(36, info(a).tcpi_snd_mss);
	EXPECT_LE(500, stream(a, b, 500));
}

TEST_HARNESS_MAIN
