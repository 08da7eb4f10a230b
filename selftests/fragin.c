// SPDX-License-Identifier: GPL-2.0
/* timeout: 240 */
/*
 * Received fragments: what becomes of trains that a peer on the wire made by
 * hand, by what a socket gets, the counters and the ICMP that goes back.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "kselftest_harness.h"
#include "common.h"

#ifndef IP_RECVFRAGSIZE
#define IP_RECVFRAGSIZE 25
#endif

#define HERE "10.9.0.1"
#define THERE "10.9.0.2"
#define PORT 7000

/* What is sent: a datagram of this many octets, UDP header included. */
#define WHOLE 4000

static struct wire {
	int there;			/* namespace of v1 */
	int packet;			/* AF_PACKET socket on v1 */
	int udp;			/* UDP socket here */
	unsigned char dst[6], src[6];
} wire;

static unsigned char whole[70000];

FLAVOUR_FIXTURE(in);

/* A UDP datagram of len octets with a right checksum in whole[]. */
static void make_whole(unsigned int len)
{
	struct udphdr *uh = (void *)whole;
	uint32_t a = ntohl(inet_addr(HERE)), b = ntohl(inet_addr(THERE));
	unsigned int i;

	for (i = sizeof(*uh); i < len; i++)
		whole[i] = i * 7 + (i >> 8);
	*uh = (struct udphdr) {
		.source = htons(4000), .dest = htons(PORT), .len = htons(len),
	};
	uh->check = checksum(whole, len, (a >> 16) + (a & 0xffff) + (b >> 16) +
			     (b & 0xffff) + IPPROTO_UDP + len);
}

static void wire_down(void)
{
	close(wire.udp);
	close(wire.packet);
	close(wire.there);
}

/* One fragment of what is in whole[]. */
struct piece {
	unsigned int off, len;
	bool more;
	int tos;
	bool df;
	int id;			/* 0: as the others */
	unsigned int from;	/* other than 0: this is the source, host order */
};

static void send_piece(const struct piece *p, int id)
{
	unsigned char f[14 + 20 + 1480];
	struct iphdr *ip = (void *)(f + 14);

	memcpy(f, wire.dst, 6);
	memcpy(f + 6, wire.src, 6);
	f[12] = 8;
	f[13] = 0;
	*ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
		.tos = p->tos,
		.id = htons(p->id ? p->id : id),
		.tot_len = htons(20 + p->len),
		.frag_off = htons(p->off / 8 | (p->more ? IP_MF : 0) |
				  (p->df ? IP_DF : 0)),
		.saddr = p->from ? htonl(p->from) : inet_addr(THERE),
		.daddr = inet_addr(HERE),
	};
	ip->check = checksum(ip, 20, 0);
	memcpy(ip + 1, whole + p->off, p->len);
	if (send(wire.packet, f, 34 + p->len, 0) != (ssize_t)(34 + p->len))
		perror("# send");
}

/* A device that has just come up may still drop what it is given. */
static int wire_wait(void)
{
	static const struct piece p = { 0, 64, false };
	long long end = now_ms() + 20000;
	char b;

	make_whole(p.len);
	do {
		send_piece(&p, 1);
		if (poll_for(wire.udp, POLLIN, 50) == POLLIN) {
			while (recv(wire.udp, &b, 1, MSG_DONTWAIT) >= 0)
				;
			return 0;
		}
	} while (now_ms() < end);
	return -1;
}

/* v0 here has a UDP socket, v1 there an AF_PACKET socket. */
static int wire_up(void)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };
	int here = open("/proc/self/ns/net", O_RDONLY), bad;

	wire.there = pair_setup();
	if (wire.there < 0 || get_mac("v0", wire.dst))
		return -1;
	setns(wire.there, CLONE_NEWNET);
	wire.packet = socket(AF_PACKET, SOCK_RAW, 0);
	sll.sll_ifindex = if_nametoindex("v1");
	bad = wire.packet < 0 || get_mac("v1", wire.src) ||
	      bind(wire.packet, (void *)&sll, sizeof(sll));
	setns(here, CLONE_NEWNET);
	close(here);
	wire.udp = xsocket(SOCK_DGRAM, 0);
	bad = bad || set_int(wire.udp, SOL_IP, IP_RECVTOS, 1) ||
	      set_int(wire.udp, SOL_IP, IP_RECVFRAGSIZE, 1) ||
	      xbind(wire.udp, HERE, PORT);
	if (bad || wire_wait())
		return -1;
	make_whole(WHOLE);
	return 0;
}

/* The counters that tell of it. */
struct count {
	long long reqds, oks, fails, timeouts, overlaps, exceeded;
};

static struct count count(void)
{
	return (struct count) {
		.reqds = snmp_get("Ip", "ReasmReqds"),
		.oks = snmp_get("Ip", "ReasmOKs"),
		.fails = snmp_get("Ip", "ReasmFails"),
		.timeouts = snmp_get("Ip", "ReasmTimeout"),
		.overlaps = snmp_get("IpExt", "ReasmOverlaps"),
		.exceeded = snmp_get("Icmp", "OutTimeExcds"),
	};
}

/* Wait until n fragments more than before have been looked at. */
static void arrived(const struct count *before, int n)
{
	long long end = now_ms() + 5000;

	while (snmp_get("Ip", "ReasmReqds") < before->reqds + n &&
	       now_ms() < end)
		usleep(2000);
	/* they are counted before it is seen what becomes of them */
	usleep(slow() ? 50000 : 5000);
}

struct got {
	ssize_t len;
	int tos, fragsize;
};

/* The datagram, or len -1. */
static struct got receive(void *buf, size_t len)
{
	char control[256];
	struct iovec iov = { buf, len };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct got got = { .tos = -1, .fragsize = -1 };
	struct cmsghdr *c;

	got.len = recvmsg(wire.udp, &msg, MSG_DONTWAIT);
	if (got.len < 0)
		return got;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_type == IP_TOS)
			got.tos = *CMSG_DATA(c);
		if (c->cmsg_type == IP_RECVFRAGSIZE)
			memcpy(&got.fragsize, CMSG_DATA(c), 4);
	}
	return got;
}

/* A train and what shall become of it; the last fields as in struct count. */
struct train {
	const char *name;
	bool delivered;
	int fails, overlaps;
	int n;
	struct piece piece[8];
};

static void run_train(struct __test_metadata *_metadata,
		      const struct train *t, int id)
{
	static unsigned char in[70000];
	struct count before = count(), after;
	struct got got;
	int i;

	for (i = 0; i < t->n; i++)
		send_piece(&t->piece[i], id);
	arrived(&before, t->n);
	got = receive(in, sizeof(in));
	after = count();
	EXPECT_EQ(t->n, after.reqds - before.reqds) {
		TH_LOG("%s", t->name);
	}
	EXPECT_EQ(t->delivered, after.oks - before.oks) {
		TH_LOG("%s", t->name);
	}
	EXPECT_EQ(t->fails, after.fails - before.fails) {
		TH_LOG("%s", t->name);
	}
	EXPECT_EQ(t->overlaps, after.overlaps - before.overlaps) {
		TH_LOG("%s", t->name);
	}
	EXPECT_EQ(t->delivered ? WHOLE - 8 : -1, got.len) {
		TH_LOG("%s", t->name);
	}
	if (got.len > 0)
		EXPECT_EQ(0, memcmp(in, whole + 8, got.len)) {
			TH_LOG("%s", t->name);
		}
}

/* Three fragments that make the datagram, and two of another cut. */
#define A { 0, 1400, true }
#define B { 1400, 1400, true }
#define C { 2800, 1200, false }
#define TRAIN(...) .n = sizeof((struct piece[]){ __VA_ARGS__ }) /	\
			sizeof(struct piece), .piece = { __VA_ARGS__ }

static const struct train trains[] = {
	{ "in order", true, 0, 0, TRAIN(A, B, C) },
	{ "reversed", true, 0, 0, TRAIN(C, B, A) },
	{ "last first", true, 0, 0, TRAIN(C, A, B) },
	{ "middle first", true, 0, 0, TRAIN(B, C, A) },
	{ "middle last", true, 0, 0, TRAIN(A, C, B) },
	{ "duplicates", true, 0, 0, TRAIN(A, A, B, B, A, C) },
	{ "duplicates, reversed", true, 0, 0, TRAIN(C, C, B, B, C, A) },
	{ "a duplicate of two in one", true, 0, 0,
	  TRAIN({ 0, 64, true }, { 64, 64, true }, { 0, 128, true },
		{ 128, 1272, true }, B, C) },
	{ "a duplicate of part of one", true, 0, 0,
	  TRAIN(A, { 8, 16, true }, B, C) },
	{ "two that touch out of order are not one", false, 1, 1,
	  TRAIN({ 64, 64, true }, { 0, 64, true }, { 0, 128, true }) },
	{ "overlap at the end", false, 1, 1, TRAIN(A, { 1392, 1400, true }) },
	{ "overlap at the beginning", false, 1, 1,
	  TRAIN(B, { 800, 608, true }) },
	{ "overlap by more than all", false, 1, 1,
	  TRAIN({ 800, 16, true }, { 792, 32, true }) },
	{ "overlap of two", false, 1, 1,
	  TRAIN({ 0, 64, true }, { 128, 64, true }, { 56, 80, true }) },
	{ "overlap of the last", false, 1, 1,
	  TRAIN(C, { 2000, 1208, true }) },
	{ "overlap, then all anew", true, 1, 1,
	  TRAIN(A, { 1392, 1400, true }, A, B, C) },
	{ "two lasts that differ", false, 1, 0,
	  TRAIN(C, { 2800, 1208, false }) },
	{ "a last before data", false, 1, 0,
	  TRAIN(B, { 8, 1000, false }) },
	{ "data behind the last", false, 1, 0,
	  TRAIN(B, { 2800, 8, false }, { 2808, 8, true }) },
	{ "an empty one", false, 1, 0, TRAIN(A, { 1400, 0, true }) },
	{ "an empty last one", false, 1, 0, TRAIN(A, { 1400, 0, false }) },
	{ "less than a unit", false, 1, 0, TRAIN({ 0, 7, true }) },
	{ "a middle not in units", true, 0, 0,
	  TRAIN({ 0, 1405, true }, B, C) },
	{ "tiny ones", true, 0, 0,
	  TRAIN({ 0, 8, true }, { 8, 8, true }, { 16, 8, true },
		{ 24, 1376, true }, B, C) },
	{ "other identifications, sources between", true, 0, 0,
	  TRAIN(A, { 1400, 1400, true, .id = 999 },
		{ 1400, 1400, true, .from = 0x0a090003 }, B, C) },
	{ "never the first", false, 0, 0, TRAIN(B, C) },
	{ "never the last", false, 0, 0, TRAIN(A, B) },
	{ "offset beyond all datagrams", false, 0, 0,
	  TRAIN({ 65528, 1000, false }) },
};

TEST_F(in, trains)
{
	unsigned int i;

	ASSERT_EQ(0, wire_up());
	for (i = 0; i < ARRAY_SIZE(trains); i++)
		run_train(_metadata, &trains[i], 1000 + i);
	wire_down();
}

/* More octets than the length field can say: dropped when all are there. */
TEST_F(in, beyond_65535)
{
	struct piece p = { .len = 1480, .more = true };
	struct count before, after;
	char b;
	int n = 0;

	ASSERT_EQ(0, wire_up());
	before = count();
	for (p.off = 0; p.off < 65528 - 1480; p.off += 1480, n++)
		send_piece(&p, 1);
	p.len = 65528 - p.off + 64;
	p.more = false;
	send_piece(&p, 1);
	arrived(&before, ++n);
	after = count();
	EXPECT_EQ(0, after.oks - before.oks);
	EXPECT_EQ(1, after.fails - before.fails);
	EXPECT_ERRNO(EAGAIN, recv(wire.udp, &b, 1, MSG_DONTWAIT));
	wire_down();
}

/* The largest datagram there is, in order and backwards, by small fragments. */
TEST_F(in, largest)
{
	static unsigned char in[70000];
	struct piece p = { .len = 200 };
	struct count before, after;
	int n, i, back;

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, set_int(wire.udp, SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20));
	make_whole(65515);
	n = 65515 / 200 + 1;
	for (back = 0; back < 2; back++) {
		before = count();
		for (i = 0; i < n; i++) {
			p.off = (back ? n - 1 - i : i) * 200;
			p.more = p.off + 200 < 65515;
			p.len = p.more ? 200 : 65515 - p.off;
			send_piece(&p, 10 + back);
		}
		arrived(&before, n);
		after = count();
		EXPECT_EQ(1, after.oks - before.oks);
		EXPECT_EQ(0, after.fails - before.fails);
		EXPECT_EQ(65507, xrecv(wire.udp, in, sizeof(in)));
		EXPECT_EQ(0, memcmp(in, whole + 8, 65507));
	}
	wire_down();
}

/* ---- time */

/* The ICMP messages of a type that the peer has got, waited for. */
static int messages(int icmp, int type, int want, unsigned char *last)
{
	unsigned char in[2048];
	int n = 0;
	ssize_t len;

	while (poll_for(icmp, POLLIN, n < want ? 3000 : 100) == POLLIN) {
		len = recv(icmp, in, sizeof(in), MSG_DONTWAIT);
		if (len < 28 || in[20] != type)
			continue;
		n++;
		memcpy(last, in + 20, 200);
	}
	return n;
}

TEST_F(in, timeout)
{
	static const struct piece a = A, b = B, c = C;
	struct count before, after;
	long long begun, end;
	unsigned char icmp[200];
	int fd;

	ASSERT_EQ(0, wire_up());
	/* more than sending takes, whatever else the machine does */
	ASSERT_EQ(0, sysctl_set("ipfrag_time", slow() ? "5" : "1"));
	fd = xsocket_in(wire.there, SOCK_RAW, IPPROTO_ICMP);
	before = count();
	begun = now_ms();
	/* one with its first fragment, which had two more before; one without */
	send_piece(&c, 1);
	send_piece(&b, 2);
	send_piece(&a, 1);
	send_piece(&c, 2);
	ASSERT_GT(slow() ? 4500 : 900, now_ms() - begun);
	end = begun + 20000;
	do {
		usleep(10000);
		after = count();
	} while (after.timeouts < before.timeouts + 2 && now_ms() < end);
	usleep(100000);
	after = count();
	EXPECT_GT(now_ms() - begun, 900);
	EXPECT_EQ(2, after.timeouts - before.timeouts);
	EXPECT_EQ(2, after.fails - before.fails);
	EXPECT_EQ(1, messages(fd, ICMP_TIME_EXCEEDED, 1, icmp));
	EXPECT_EQ(1, count().exceeded - before.exceeded);
	EXPECT_EQ(ICMP_EXC_FRAGTIME, icmp[1]);
	/* it quotes the first fragment: header, then what was in it */
	EXPECT_EQ(htons(1), *(uint16_t *)(icmp + 8 + 4));
	EXPECT_EQ(htons(IP_MF), *(uint16_t *)(icmp + 8 + 6));
	EXPECT_EQ(htons(1420), *(uint16_t *)(icmp + 8 + 2));
	EXPECT_EQ(0, memcmp(icmp + 28, whole, 64));
	/* too late */
	send_piece(&b, 1);
	send_piece(&a, 2);
	arrived(&before, 6);
	EXPECT_ERRNO(EAGAIN, recv(wire.udp, icmp, 1, MSG_DONTWAIT));
	close(fd);
	wire_down();
}

/* A namespace ends with queues in it, whose timers must not fire. */
TEST_F(in, left_over)
{
	struct piece p = A;
	struct count before;
	int i;

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, sysctl_set("ipfrag_time", "1"));
	before = count();
	for (i = 1; i < 200; i++) {
		p.from = 0x0a090002 + i % 50;
		send_piece(&p, i);
	}
	arrived(&before, 199);
	EXPECT_EQ(199, count().reqds - before.reqds);
	wire_down();
}

/* ---- marks and sizes */

TEST_F(in, ecn)
{
	static const struct {
		unsigned char tos[3];
		int want;	/* TOS of the whole, -1: dropped */
	} mix[] = {
		{ { 0, 0, 0 }, 0 },
		{ { 2, 2, 2 }, 2 }, { { 1, 1, 1 }, 1 }, { { 3, 3, 3 }, 3 },
		{ { 2, 3, 2 }, 3 }, { { 1, 1, 3 }, 3 }, { { 3, 2, 2 }, 3 },
		{ { 2, 1, 2 }, 2 }, { { 1, 2, 3 }, 3 },
		{ { 0, 2, 2 }, -1 }, { { 1, 1, 0 }, -1 }, { { 0, 3, 0 }, -1 },
		{ { 2, 3, 0 }, -1 },
		/* the other bits are the first one's */
		{ { 0x28, 0x50, 0 }, 0x28 }, { { 0x2a, 0x53, 2 }, 0x2b },
	};
	struct piece p[3] = { A, B, C };
	struct count before, after;
	unsigned int i, j, back;
	struct got got;
	char in[8];

	ASSERT_EQ(0, wire_up());
	for (i = 0; i < 2 * ARRAY_SIZE(mix); i++) {
		back = i & 1;
		before = count();
		for (j = 0; j < 3; j++) {
			struct piece *q = &p[back ? 2 - j : j];

			q->tos = mix[i / 2].tos[q - p];
			send_piece(q, 100 + i);
		}
		arrived(&before, 3);
		got = receive(in, sizeof(in));
		after = count();
		EXPECT_EQ(mix[i / 2].want, got.tos) {
			TH_LOG("mix %u", i / 2);
		}
		EXPECT_EQ(mix[i / 2].want < 0, after.fails - before.fails);
		EXPECT_EQ(mix[i / 2].want >= 0, after.oks - before.oks);
	}
	wire_down();
}

TEST_F(in, fragsize)
{
	struct piece p[4] = {
		{ 0, 400, true }, { 400, 1200, true }, { 1600, 1200, true }, C,
	};
	struct count before;
	struct got got;
	char in[8];
	int i, df;

	ASSERT_EQ(0, wire_up());
	for (df = 0; df < 2; df++) {
		before = count();
		for (i = 0; i < 4; i++) {
			p[i].df = df;
			send_piece(&p[i], 1 + df);
		}
		arrived(&before, 4);
		got = receive(in, sizeof(in));
		EXPECT_EQ(1220, got.fragsize);
	}
	/* a datagram that came whole has none */
	make_whole(100);
	p[0] = (struct piece) { 0, 100, false };
	send_piece(&p[0], 3);
	EXPECT_EQ(POLLIN, poll_for(wire.udp, POLLIN, 5000));
	got = receive(in, sizeof(in));
	EXPECT_EQ(-1, got.fragsize);
	wire_down();
}

/* ---- limits */

/* A value of sockstat's line FRAG. */
static long long frag_stat(const char *name)
{
	char line[256], *at;
	long long val = -1;
	FILE *f;

	f = fopen(flavour == FL_INET ? "/proc/self/net/sockstat" :
		  "/proc/self/net/inetx/sockstat", "r");
	while (f && fgets(line, sizeof(line), f)) {
		at = strstr(line, name);
		if (!strncmp(line, "FRAG:", 5) && at)
			val = strtoll(at + strlen(name), NULL, 10);
	}
	if (f)
		fclose(f);
	return val;
}

TEST_F(in, memory)
{
	static const struct piece a = A, b = B, c = C;
	struct count before, after;
	long long end;
	char in[8];
	int i, n;

	ASSERT_EQ(0, wire_up());
	EXPECT_EQ(0, frag_stat("inuse"));
	EXPECT_EQ(0, frag_stat("memory"));
	ASSERT_EQ(0, sysctl_set("ipfrag_low_thresh", "50000"));
	ASSERT_EQ(0, sysctl_set("ipfrag_high_thresh", "100000"));
	/* no less than all of this takes */
	ASSERT_EQ(0, sysctl_set("ipfrag_time", slow() ? "30" : "3"));
	before = count();
	for (i = 1; i <= 500; i++)
		send_piece(&a, i);
	arrived(&before, 500);
	after = count();
	n = frag_stat("inuse");
	/* up to the first fragment beyond, and no more */
	EXPECT_GT(n, 10);
	EXPECT_LT(n, 100);
	EXPECT_GT(frag_stat("memory"), 100000);
	EXPECT_LT(frag_stat("memory"), 110000);
	EXPECT_EQ(500 - n, after.fails - before.fails);
	/* not even a datagram that had a place is completed */
	send_piece(&b, 1);
	send_piece(&c, 1);
	arrived(&before, 502);
	EXPECT_EQ(502 - n, count().fails - before.fails);
	/* but after a time all is as before */
	end = now_ms() + (slow() ? 60000 : 10000);
	while (frag_stat("inuse") && now_ms() < end)
		usleep(20000);
	EXPECT_EQ(0, frag_stat("inuse"));
	EXPECT_EQ(0, frag_stat("memory"));
	EXPECT_EQ(n, count().timeouts - before.timeouts);
	send_piece(&b, 1);
	send_piece(&c, 1);
	send_piece(&a, 1);
	EXPECT_EQ(WHOLE - 8, recv(wire.udp, in, sizeof(in), MSG_TRUNC));
	EXPECT_EQ(0, frag_stat("memory"));
	/* 0: none at all */
	ASSERT_EQ(0, sysctl_set("ipfrag_low_thresh", "0"));
	ASSERT_EQ(0, sysctl_set("ipfrag_high_thresh", "0"));
	before = count();
	send_piece(&a, 2);
	arrived(&before, 1);
	EXPECT_EQ(1, count().fails - before.fails);
	EXPECT_EQ(0, frag_stat("inuse"));
	wire_down();
}

/* ipfrag_max_dist: a source that has sent that many others meanwhile. */
TEST_F(in, distance)
{
	static const struct piece a = A, b = B, c = C;
	static const struct {
		const char *max;
		int between;
		unsigned int from;
		bool delivered;
	} step[] = {
		{ "64", 63, 0, true },
		{ "64", 64, 0, false },
		{ "10", 10, 0, false },
		{ "10", 9, 0, true },
		{ "10", 30, 0x0a090007, true },	/* another source */
		{ "0", 100, 0, true },		/* no limit */
	};
	struct count before, after;
	struct piece p = B;
	unsigned int i;
	ssize_t len;
	char in[8];
	int j;

	ASSERT_EQ(0, wire_up());
	for (i = 0; i < ARRAY_SIZE(step); i++) {
		ASSERT_EQ(0, sysctl_set("ipfrag_max_dist", step[i].max));
		before = count();
		send_piece(&a, 10 + i);
		p.from = step[i].from;
		for (j = 0; j < step[i].between; j++)
			send_piece(&p, 1000 * (i + 1) + j);
		send_piece(&b, 10 + i);
		send_piece(&c, 10 + i);
		arrived(&before, step[i].between + 3);
		len = recv(wire.udp, in, sizeof(in), MSG_TRUNC | MSG_DONTWAIT);
		after = count();
		EXPECT_EQ(step[i].delivered ? WHOLE - 8 : -1, len) {
			TH_LOG("step %u", i);
		}
		EXPECT_EQ(step[i].delivered, after.oks - before.oks);
		EXPECT_EQ(!step[i].delivered, after.fails - before.fails);
	}
	wire_down();
}

TEST_F(in, tunables)
{
	static const struct {
		const char *name, *val;
	} def[] = {
		{ "ipfrag_high_thresh", "4194304" },
		{ "ipfrag_low_thresh", "3145728" },
		{ "ipfrag_time", "30" },
		{ "ipfrag_max_dist", "64" },
	};
	unsigned int i;
	char val[32];

	for (i = 0; i < ARRAY_SIZE(def); i++) {
		ASSERT_EQ(0, sysctl_get(def[i].name, val, sizeof(val)));
		EXPECT_STREQ(def[i].val, val);
	}
	EXPECT_ERRNO(ENOENT, sysctl_get("ipfrag_secret_interval", val,
					sizeof(val)));
	EXPECT_ERRNO(EINVAL, sysctl_set("ipfrag_high_thresh", "3145727"));
	EXPECT_ERRNO(EINVAL, sysctl_set("ipfrag_low_thresh", "4194305"));
	EXPECT_ERRNO(0, sysctl_set("ipfrag_high_thresh", "3145728"));
	EXPECT_ERRNO(0, sysctl_set("ipfrag_low_thresh", "0"));
	EXPECT_ERRNO(EINVAL, sysctl_set("ipfrag_max_dist", "-1"));
	EXPECT_ERRNO(0, sysctl_set("ipfrag_max_dist", "0"));
	EXPECT_ERRNO(EINVAL, sysctl_set("ipfrag_time", "x"));
	EXPECT_ERRNO(0, sysctl_set("ipfrag_time", "60"));
	ASSERT_EQ(0, sysctl_get("ipfrag_time", val, sizeof(val)));
	EXPECT_STREQ("60", val);
}

TEST_HARNESS_MAIN
