// SPDX-License-Identifier: GPL-2.0
/* timeout: 120 */
/*
 * What we answer by ourselves: by which mark it is routed, from which address it
 * comes, and which errors are believed.
 */
#include "kselftest_harness.h"
#include "common.h"
#include <netinet/tcp.h>
#include "exception.h"
#include "routing.h"

CONFIG_FIXTURE(icmp);

/* Somebody behind d1 whose packets come in by v0, marked 7; mark 7 leads to d4. */
#define STRANGER	"9.9.9.9"

static int up(void)
{
	FILE *f;

	if (wire_up() || ways_setup() || no_ipv6() ||
	    sysctl_set("icmp_ratemask", "0") ||
	    ip_batch("rule add fwmark 7 lookup 104\n"))
		return -1;
	f = popen("nft -f -", "w");
	if (!f)
		return -1;
	fputs("add table ip t\n"
	      "add chain ip t pre { type filter hook prerouting priority 0; }\n"
	      "add rule ip t pre ip saddr " STRANGER " meta mark set 7\n", f);
	return pclose(f);
}

static void echo(const char *from)
{
	unsigned char msg[8] = { ICMP_ECHO };
	uint16_t sum = checksum(msg, sizeof(msg), 0);

	memcpy(msg + 2, &sum, 2);
	wire_send(from, HERE, IPPROTO_ICMP, 0, msg, sizeof(msg));
}

static void datagram(const char *from)
{
	const struct udphdr uh = {
		.source = htons(1000), .dest = htons(PORT), .len = htons(8),
	};

	wire_send(from, HERE, IPPROTO_UDP, 0, &uh, sizeof(uh));
}

static void syn(const char *from)
{
	struct {
		struct {
			uint32_t saddr, daddr;
			uint16_t proto, len;
		} pseudo;
		struct tcphdr th;
	} s = {
		.pseudo = {
			inet_addr(from), inet_addr(HERE), htons(IPPROTO_TCP),
			htons(sizeof(s.th)),
		},
		.th = {
			.source = htons(1000), .dest = htons(PORT),
			.seq = htonl(1), .doff = 5, .syn = 1,
			.window = htons(1000),
		},
	};

	s.th.check = checksum(&s, sizeof(s), 0);
	wire_send(from, HERE, IPPROTO_TCP, 0, &s.th, sizeof(s.th));
}

/* By which of d1 and d4 the answer to a packet of the stranger goes: 1, 4; 0 none,
 * 5 both.
 */
static int way_of_answer(void (*ask)(const char *from))
{
	long long one = tx_packets("d1"), four = tx_packets("d4");

	ask(STRANGER);
	wire_sync();
	return (tx_packets("d1") > one ? 1 : 0) +
	       (tx_packets("d4") > four ? 4 : 0);
}

TEST_F(icmp, reflects_mark)
{
	char val[32];

	ASSERT_EQ(0, up());
	ASSERT_EQ(0, sysctl_get("fwmark_reflect", val, sizeof(val)));
	EXPECT_STREQ("0", val);
	EXPECT_EQ(1, way_of_answer(echo));
	EXPECT_EQ(1, way_of_answer(datagram));
	EXPECT_EQ(1, way_of_answer(syn));
	ASSERT_EQ(0, sysctl_set("fwmark_reflect", "1"));
	EXPECT_EQ(4, way_of_answer(echo));
	EXPECT_EQ(4, way_of_answer(datagram));
	EXPECT_EQ(4, way_of_answer(syn));
	EXPECT_ERRNO(0, sysctl_set("fwmark_reflect", "255"));
	EXPECT_ERRNO(EINVAL, sysctl_set("fwmark_reflect", "256"));
	wire_down();
}

/* tcp_fwmark_accept: a connection has the mark of its SYN. */
TEST_F(icmp, accepts_mark)
{
	int fd, mark;
	char val[32];

	ASSERT_EQ(0, up());
	ASSERT_EQ(0, sysctl_get("tcp_fwmark_accept", val, sizeof(val)));
	EXPECT_STREQ("0", val);
	for (mark = 0; mark < 2; mark++) {
		ASSERT_EQ(0, sysctl_set("tcp_fwmark_accept", mark ? "1" : "0"));
		fd = xsocket(SOCK_STREAM, 0);
		set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		ASSERT_ERRNO(0, xbind(fd, HERE, PORT));
		ASSERT_EQ(0, listen(fd, 1));
		EXPECT_EQ(mark ? 4 : 1, way_of_answer(syn));
		close(fd);
	}
	/* what the listener says goes before */
	fd = xsocket(SOCK_STREAM, 0);
	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	ASSERT_EQ(0, set_int(fd, SOL_SOCKET, SO_MARK, 1));
	ASSERT_ERRNO(0, xbind(fd, HERE, PORT));
	ASSERT_EQ(0, listen(fd, 1));
	EXPECT_EQ(1, way_of_answer(syn));
	close(fd);
	wire_down();
}

/* The TOS byte of the SYN-ACK that the wire has seen, or -1. */
static int synack_tos(void)
{
	unsigned char f[2000];
	const struct iphdr *ip = (void *)(f + 14);
	const struct tcphdr *th = (void *)(f + 34);
	int tos = -1;

	while (recv(wire.packet, f, sizeof(f), 0) > 0)
		if (f[12] == 8 && !f[13] && ip->protocol == IPPROTO_TCP &&
		    th->syn && th->ack)
			tos = ip->tos;
	return tos;
}

/* tcp_reflect_tos: a connection has the TOS of its SYN. */
TEST_F(icmp, reflects_tos)
{
	int listener, client, child, on;
	char val[32];

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, sysctl_get("tcp_reflect_tos", val, sizeof(val)));
	EXPECT_STREQ("0", val);
	EXPECT_ERRNO(EINVAL, sysctl_set("tcp_reflect_tos", "2"));
	listener = xsocket(SOCK_STREAM, 0);
	ASSERT_EQ(0, set_int(listener, SOL_IP, IP_TOS, 0x10));
	ASSERT_ERRNO(0, xbind(listener, HERE, PORT));
	ASSERT_EQ(0, listen(listener, 1));
	for (on = 0; on < 2; on++) {
		ASSERT_EQ(0, sysctl_set("tcp_reflect_tos", on ? "1" : "0"));
		client = xsocket_in(wire.there, SOCK_STREAM, 0);
		ASSERT_EQ(0, set_int(client, SOL_IP, IP_TOS, 0x48));
		ASSERT_ERRNO(0, xconnect(client, HERE, PORT));
		child = accept(listener, NULL, NULL);
		ASSERT_LE(0, child);
		EXPECT_EQ(on ? 0x48 : 0x10, get_int(child, SOL_IP, IP_TOS));
		EXPECT_EQ(on ? 0x48 : 0x10, synack_tos());
		close(client);
		close(child);
	}
	close(listener);
	wire_down();
}

/* Numbers that mean something to AF_INET alone are there for who sets them. */
TEST_F(icmp, without_effect)
{
	static const struct {
		const char *name, *val, *max, *beyond;
	} all[] = {
		{ "ip_early_demux", "1", "255", "256" },
		{ "tcp_early_demux", "1", "255", "256" },
		{ "udp_early_demux", "1", "255", "256" },
		{ "fib_notify_on_flag_change", "0", "2", "3" },
	};
	char val[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		ASSERT_EQ(0, sysctl_get(all[i].name, val, sizeof(val)));
		EXPECT_STREQ(all[i].val, val);
		EXPECT_ERRNO(0, sysctl_set(all[i].name, all[i].max));
		EXPECT_ERRNO(EINVAL, sysctl_set(all[i].name, all[i].beyond));
	}
}

/* The source of the ICMP error that leaves by d1, or -1. */
static int error_source(int packet, char *source, size_t len)
{
	long long end = now_ms() + 10000;
	struct iphdr *ip;
	unsigned char f[2000];

	while (now_ms() < end) {
		if (recv(packet, f, sizeof(f), 0) < 34) {
			usleep(1000);
			continue;
		}
		ip = (struct iphdr *)(f + 14);
		if (f[12] == 8 && !f[13] && ip->protocol == IPPROTO_ICMP &&
		    ((unsigned char *)ip)[ip->ihl * 4] == ICMP_DEST_UNREACH)
			return inet_ntop(AF_INET, &ip->saddr, source, len) ?
			       0 : -1;
	}
	return -1;
}

TEST_F(icmp, source_of_errors)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
	};
	struct udphdr uh = { .dest = htons(PORT), .len = htons(8) };
	char source[32], val[32];
	int packet, inbound;

	ASSERT_EQ(0, up());
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	ASSERT_EQ(0, variant->fl == FL_INET ? 0 :
		     sysctl_set("conf/v0/claim", "all"));
	ASSERT_EQ(0, ip_batch("route add unreachable 10.200.0.0/16\n"));
	ASSERT_EQ(0, sysctl_get("icmp_errors_use_inbound_ifaddr", val,
				sizeof(val)));
	EXPECT_STREQ("0", val);
	packet = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
	sll.sll_ifindex = if_nametoindex("d1");
	ASSERT_EQ(0, bind(packet, (void *)&sll, sizeof(sll)));

	for (inbound = 0; inbound < 2; inbound++) {
		ASSERT_EQ(0, sysctl_set("icmp_errors_use_inbound_ifaddr",
					inbound ? "1" : "0"));
		wire_send("9.9.9.8", "10.200.0.1", IPPROTO_UDP, 0, &uh,
			  sizeof(uh));
		ASSERT_EQ(0, error_source(packet, source, sizeof(source)));
		EXPECT_STREQ(inbound ? HERE : "10.1.0.1", source);
		/* what is ours answers for itself */
		wire_send("9.9.9.8", "10.3.0.1", IPPROTO_UDP, 0, &uh,
			  sizeof(uh));
		ASSERT_EQ(0, error_source(packet, source, sizeof(source)));
		EXPECT_STREQ("10.3.0.1", source);
	}
	close(packet);
	wire_down();
}

/* An error about a broadcast. */
TEST_F(icmp, bogus_errors)
{
	const struct quote q = quote_udp("10.9.0.255");
	char val[32];
	int fd;

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, sysctl_get("icmp_ignore_bogus_error_responses", val,
				sizeof(val)));
	EXPECT_STREQ("1", val);
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, set_int(fd, SOL_IP, IP_RECVERR, 1));
	ASSERT_ERRNO(0, xbind(fd, HERE, PORT));
	tell_from(GATEWAY, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0, &q,
		  sizeof(q));
	EXPECT_EQ(ECONNREFUSED, get_int(fd, SOL_SOCKET, SO_ERROR));
	ASSERT_EQ(0, sysctl_set("icmp_ignore_bogus_error_responses", "0"));
	tell_from(GATEWAY, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0, &q,
		  sizeof(q));
	EXPECT_EQ(0, get_int(fd, SOL_SOCKET, SO_ERROR));
	close(fd);
	wire_down();
}

/* How many of ten packets from @from to @to have an ICMP message sent back. */
static long long messages(const char *from, const char *to)
{
	const struct udphdr uh = { .dest = htons(PORT), .len = htons(8) };
	/* wire_sync() gets answers of its own */
	long long before = snmp_get("Icmp", "OutMsgs") -
			   snmp_get("Icmp", "OutEchoReps");
	int i;

	for (i = 0; i < 10; i++)
		wire_send(from, to, IPPROTO_UDP, 0, &uh, sizeof(uh));
	wire_sync();
	return snmp_get("Icmp", "OutMsgs") - snmp_get("Icmp", "OutEchoReps") -
	       before;
}

/* Unreachables by route/error_*, redirects by route/redirect_*. */
TEST_F(icmp, paces)
{
	static const char * const names[] = {
		"error_cost", "error_burst", "redirect_load",
		"redirect_number", "redirect_silence",
	};
	long was[5], hz, i;
	char file[64];

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, sysctl_set("ip_forward", "1"));
	ASSERT_EQ(0, variant->fl == FL_INET ? 0 :
		     sysctl_set("conf/v0/claim", "all"));
	ASSERT_EQ(0, sysctl_set("icmp_ratemask", "0"));
	ASSERT_EQ(0, ip_batch("route add unreachable 10.200.0.0/16\n"));
	for (i = 0; i < 5; i++) {
		snprintf(file, sizeof(file), "route/%s", names[i]);
		was[i] = first_net_get(file);
	}
	hz = was[0];
	ASSERT_LT(0, hz);
	EXPECT_EQ(5 * hz, was[1]);
	EXPECT_EQ(hz / 50, was[2]);
	EXPECT_EQ(9, was[3]);
	EXPECT_EQ((hz / 50) << 10, was[4]);

	/* three, and none for the next 19 seconds */
	EXPECT_EQ(0, first_net_set("route/error_cost", 19 * hz));
	EXPECT_EQ(0, first_net_set("route/error_burst", 57 * hz));
	EXPECT_EQ(3, messages("10.9.0.20", "10.200.0.1"));
	EXPECT_EQ(0, messages("10.9.0.20", "10.200.0.1"));
	EXPECT_EQ(3, messages("10.9.0.21", "10.200.0.1"));
	EXPECT_EQ(0, first_net_set("route/error_cost", 0));
	EXPECT_EQ(10, messages("10.9.0.20", "10.200.0.1"));

	/* the second in a minute; none at all; always the first of its kind */
	EXPECT_EQ(0, first_net_set("route/redirect_load", 30 * hz));
	EXPECT_EQ(0, first_net_set("route/redirect_silence", 600 * hz));
	EXPECT_EQ(1, messages("10.9.0.30", FAR));
	EXPECT_EQ(0, messages("10.9.0.30", FAR));
	EXPECT_EQ(0, first_net_set("route/redirect_number", 0));
	EXPECT_EQ(0, messages("10.9.0.31", FAR));

	for (i = 0; i < 5; i++) {
		snprintf(file, sizeof(file), "route/%s", names[i]);
		EXPECT_EQ(0, first_net_set(file, was[i]));
	}
	/* of no effect */
	EXPECT_EQ(-1, first_net_get("route/gc_thresh"));
	EXPECT_EQ(2147483647, first_net_get("route/max_size"));
	EXPECT_EQ(300, first_net_get("route/gc_timeout"));
	EXPECT_EQ(60, first_net_get("route/gc_interval"));
	EXPECT_EQ(0, first_net_get("route/gc_min_interval"));
	EXPECT_EQ(500, first_net_get("route/gc_min_interval_ms"));
	EXPECT_EQ(8, first_net_get("route/gc_elasticity"));
	EXPECT_ERRNO(ENOENT, sysctl_get("route/gc_elasticity", file,
					sizeof(file)));
	wire_down();
}

/* An Extended Echo Request (RFC 8335) and what comes back. */
struct probe {
	unsigned char head[8];
	unsigned char ext[4];
	uint16_t len;
	unsigned char class, type;
	unsigned char ident[24];
} __packed;

#define PROBE_NAME	1
#define PROBE_INDEX	2
#define PROBE_ADDR	3

#define SILENCE		-1
#define WRONG		-2
#define ANSWER(code, status)	((code) << 8 | (status))

/* What came back to the request @p of @len octets: code and status. */
static int probe_answer(const struct probe *p, size_t len)
{
	int res = SILENCE, got;
	unsigned char f[2000], *icmp;
	struct iphdr *ip = (struct iphdr *)(f + 14);

	while ((got = recv(wire.packet, f, sizeof(f), 0)) > 0) {
		if (got < 34 || f[12] != 8 || f[13] ||
		    ip->protocol != IPPROTO_ICMP ||
		    ip->saddr != inet_addr(HERE))
			continue;
		icmp = (unsigned char *)ip + ip->ihl * 4;
		if (icmp[0] != 43)
			continue;
		if (ntohs(ip->tot_len) != 20 + len ||
		    checksum(icmp, len, 0) ||
		    memcmp(icmp + 8, (char *)p + 8, len - 8) ||
		    memcmp(icmp + 4, p->head + 4, 3))
			return WRONG;
		res = ANSWER(icmp[1], icmp[7]);
	}
	return res;
}

static int probe_to(const char *dst, int type, const void *ident, size_t len,
		    bool local)
{
	struct probe p = {
		.head = { 42, 0, 0, 0, 0x12, 0x34, 0x56, local },
		.ext = { 0x20 },
		.len = htons(4 + len), .class = 3, .type = type,
	};
	size_t all = offsetof(struct probe, ident) + len;
	uint16_t sum;

	memcpy(p.ident, ident, len);
	sum = checksum(&p.ext, all - 8, 0);
	memcpy(p.ext + 2, &sum, 2);
	while (recv(wire.packet, &sum, sizeof(sum), 0) > 0)
		;
	sum = checksum(&p, all, 0);
	memcpy(p.head + 2, &sum, 2);
	wire_send(GATEWAY, dst, IPPROTO_ICMP, 0, &p, all);
	wire_sync();
	return probe_answer(&p, all);
}

static int probe_ident(int type, const void *ident, size_t len, bool local)
{
	return probe_to(HERE, type, ident, len, local);
}

static int probe_name(const char *dev)
{
	char name[16] = {};

	strncpy(name, dev, sizeof(name) - 1);
	return probe_ident(PROBE_NAME, name, (strlen(dev) + 3) & ~3, true);
}

static int probe_index(uint32_t index)
{
	index = htonl(index);
	return probe_ident(PROBE_INDEX, &index, 4, true);
}

static int probe_addr(int af, const char *text, size_t len)
{
	unsigned char ident[20] = { 0, af == AF_INET ? 1 : 2, len };

	inet_pton(af, text, ident + 4);
	return probe_ident(PROBE_ADDR, ident, 4 + len, true);
}

#define ACTIVE	4
#define IP4	2
#define IP6	1

TEST_F(icmp, probe)
{
	unsigned char ident[20] = { 0, 9, 4 };
	char val[8];

	ASSERT_EQ(0, wire_up());
	ASSERT_EQ(0, sysctl_get("icmp_echo_enable_probe", val, sizeof(val)));
	EXPECT_STREQ("0", val);
	EXPECT_EQ(SILENCE, probe_name("v0"));
	EXPECT_ERRNO(EINVAL, sysctl_set("icmp_echo_enable_probe", "2"));
	ASSERT_EQ(0, sysctl_set("icmp_echo_enable_probe", "1"));
	ASSERT_EQ(0, system("ip link add down0 type dummy"));

	EXPECT_EQ(ANSWER(0, ACTIVE | IP4), probe_name("v0") & ~IP6);
	EXPECT_EQ(ANSWER(0, 0), probe_name("down0"));
	EXPECT_EQ(ANSWER(2, 0), probe_name("none"));
	EXPECT_EQ(ANSWER(1, 0),
		  probe_ident(PROBE_NAME, "0123456789abcdef", 16, true));

	EXPECT_EQ(ANSWER(0, ACTIVE | IP4),
		  probe_index(if_nametoindex("v0")) & ~IP6);
	EXPECT_EQ(ANSWER(2, 0), probe_index(12345));
	EXPECT_EQ(ANSWER(1, 0), probe_ident(PROBE_INDEX, ident, 8, true));

	EXPECT_EQ(ANSWER(0, ACTIVE | IP4),
		  probe_addr(AF_INET, HERE, 4) & ~IP6);
	EXPECT_EQ(ANSWER(2, 0), probe_addr(AF_INET, "10.9.0.77", 4));
	EXPECT_EQ(ANSWER(1, 0), probe_addr(AF_INET, HERE, 8));
	EXPECT_EQ(ANSWER(0, ACTIVE | IP6),
		  probe_addr(AF_INET6, "::1", 16) & ~IP4);
	EXPECT_EQ(ANSWER(2, 0), probe_addr(AF_INET6, "2001:db8::1", 16));
	EXPECT_EQ(ANSWER(1, 0), probe_addr(AF_INET6, "::1", 4));
	EXPECT_EQ(ANSWER(1, 0), probe_ident(PROBE_ADDR, ident, 8, true));
	EXPECT_EQ(ANSWER(1, 0), probe_ident(PROBE_ADDR, ident, 2, true));

	EXPECT_EQ(ANSWER(1, 0), probe_ident(4, ident, 4, true));
	EXPECT_EQ(ANSWER(1, 0), probe_ident(PROBE_INDEX, ident, 0, true));
	/* asked of all at once, with icmp_echo_ignore_broadcasts */
	EXPECT_EQ(ANSWER(0, ACTIVE | IP4),
		  probe_to("10.9.0.255", PROBE_NAME, "v0\0", 4, true) & ~IP6);
	EXPECT_EQ(ANSWER(2, 0), probe_to("255.255.255.255", PROBE_NAME,
					 "none\0\0\0", 8, true));
	EXPECT_EQ(ANSWER(2, 0), probe_to("224.0.0.1", PROBE_NAME,
					 "none\0\0\0", 8, true));
	/* about an interface of somebody else */
	EXPECT_EQ(SILENCE, probe_ident(PROBE_NAME, "v0\0", 4, false));
	ASSERT_EQ(0, sysctl_set("icmp_echo_ignore_all", "1"));
	EXPECT_EQ(SILENCE, probe_name("v0"));
	wire_down();
}

TEST_HARNESS_MAIN
