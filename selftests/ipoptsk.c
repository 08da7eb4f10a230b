// SPDX-License-Identifier: GPL-2.0
/* timeout: 400 */
/* IP options of sockets: IP_OPTIONS, IP_RECVOPTS, IP_RETOPTS (ip(7)). */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "kselftest_harness.h"
#include "common.h"
#include "ipopt.h"

#define PORT 7000

FLAVOUR_FIXTURE(sk);

static int set_options(int fd, const char *text)
{
	struct area a = octets(text);

	return setsockopt(fd, SOL_IP, IP_OPTIONS, a.octet, a.len);
}

/* getsockopt() IP_OPTIONS gives this. */
static bool get_is(int fd, const char *text)
{
	struct area want = area(text);
	unsigned char buf[60];
	socklen_t len = sizeof(buf);
	unsigned int i;

	if (getsockopt(fd, SOL_IP, IP_OPTIONS, buf, &len))
		return false;
	if (len == want.len && !memcmp(buf, want.octet, len))
		return true;
	fprintf(stderr, "# got %u:", len);
	for (i = 0; i < len; i++)
		fprintf(stderr, " %d", buf[i]);
	fprintf(stderr, "\n");
	return false;
}

/* ---- setting and getting */

static const struct {
	const char *in;
	int err, err_nobody;
	const char *out;	/* NULL: as it was set */
} settings[] = {
	{ "1 1 1 1", 0, 0 },
	{ "0 7 7 7", 0, 0, "0 0 0 0" },
	{ "7 11 4 - -", 0, 0 },
	{ "7 7 4 -", 0, 0 },
	{ "7 39 4 - - - - - - - - -", 0, 0 },
	{ "7 7 8 hop", 0, 0 },
	{ "68 12 5 0 - -", 0, 0 },
	{ "68 20 5 1 - - - -", 0, 0 },
	{ "68 12 5 3 hop -", 0, 0 },
	{ "68 12 5 3 us -", 0, 0 },
	{ "68 12 13 0x20 - -", 0, 0 },
	{ "131 7 4 hop", 0, EPERM },
	{ "137 11 4 hop next", 0, EPERM },
	{ "1 131 11 4 hop next 7 7 4 -", 0, EPERM },
	{ "148 4 0 0", 0, 0 },
	{ "148 4 0 1", 0, 0 },
	{ "68 8 5 2 -", 0, EINVAL },
	{ "130 11 0 0 - -", 0, EINVAL },
	{ "136 4 0 1", 0, EINVAL },
	{ "222 4 1 2", 0, EINVAL },
	{ "7", EINVAL, EINVAL },
	{ "7 0 0 0", EINVAL, EINVAL },
	{ "7 7 3 -", EINVAL, EINVAL },
	{ "7 7 5 -", EINVAL, EINVAL },
	{ "7 3 4 7 3 4", EINVAL, EINVAL },
	{ "131 3 4", EINVAL, EINVAL },
	{ "131 7 8 hop", EINVAL, EINVAL },
	{ "131 8 4 hop 0", EINVAL, EINVAL },
	{ "131 7 4 hop 137 7 4 hop", EINVAL, EINVAL },
	{ "68 4 5 0 68 4 5 0", EINVAL, EINVAL },
	{ "68 8 9 0xf0 -", EINVAL, EINVAL },
	{ "68 8 5 1 -", EINVAL, EINVAL },
	{ "148 3 0", EINVAL, EINVAL },
	{ "134 8 0 0 0 1 0 0", EINVAL, EINVAL },
};

static void set_all(struct __test_metadata *_metadata, int fd, bool nobody)
{
	unsigned int i;
	int want;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		EXPECT_EQ(0, set_options(fd, "1 1 1 0"));
		want = nobody ? settings[i].err_nobody : settings[i].err;
		EXPECT_ERRNO(want, set_options(fd, settings[i].in)) {
			TH_LOG("%s", settings[i].in);
		}
		EXPECT_TRUE(get_is(fd, want ? "1 1 1 0" : settings[i].out ?:
				       settings[i].in)) {
			TH_LOG("%s", settings[i].in);
		}
	}
}

TEST_F(sk, set_and_get)
{
	static const int kind[][2] = {
		{ SOCK_DGRAM, 0 }, { SOCK_STREAM, 0 }, { SOCK_RAW, 253 },
	};
	unsigned char buf[44] = { 1 };
	unsigned int i;
	socklen_t len;
	int fd;

	ASSERT_EQ(0, world_up());
	for (i = 0; i < ARRAY_SIZE(kind); i++) {
		fd = xsocket(kind[i][0], kind[i][1]);
		ASSERT_GE(fd, 0);
		EXPECT_TRUE(get_is(fd, NULL));
		set_all(_metadata, fd, false);
		ASSERT_EQ(0, drop_root());
		set_all(_metadata, fd, true);
		ASSERT_EQ(0, regain_root());
		EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_IP, IP_OPTIONS, buf,
						41));
		EXPECT_ERRNO(0, setsockopt(fd, SOL_IP, IP_OPTIONS, buf, 40));
		EXPECT_ERRNO(EFAULT, setsockopt(fd, SOL_IP, IP_OPTIONS, NULL,
						4));
		len = 3;
		EXPECT_ERRNO(0, getsockopt(fd, SOL_IP, IP_OPTIONS, buf, &len));
		EXPECT_EQ(3, len);
		EXPECT_ERRNO(0, setsockopt(fd, SOL_IP, IP_OPTIONS, NULL, 0));
		EXPECT_TRUE(get_is(fd, NULL));
		EXPECT_ERRNO(0, set_int(fd, SOL_IP, IP_RECVOPTS, 1));
		EXPECT_EQ(1, get_int(fd, SOL_IP, IP_RECVOPTS));
		EXPECT_ERRNO(0, set_int(fd, SOL_IP, IP_RETOPTS, 1));
		EXPECT_EQ(1, get_int(fd, SOL_IP, IP_RETOPTS));
		close(fd);
	}
}

/* ---- on the wire */

static const struct sent {
	const char *in, *to, *hop, *out;
	int err;
} sent[] = {
	{ "7 11 4 - -", PEER, PEER, "7 11 8 us -" },
	{ "68 12 5 0 - -", PEER, PEER, "68 12 9 0 time -" },
	{ "68 20 5 1 - - - -", PEER, PEER, "68 20 13 1 us time - -" },
	{ "68 20 5 3 us - peer -", PEER, PEER, "68 20 13 3 us time peer -" },
	{ "68 12 5 3 peer -", PEER, PEER, "68 12 5 3 peer -" },
	{ "131 7 4 hop", PEER, "10.1.0.7", "131 7 4 peer" },
	{ "131 11 4 hop behind", NEXT, "10.1.0.7", "131 11 4 behind next" },
	{ "7 7 4 - 137 7 4 hop", NEXT, "10.1.0.7", "7 7 8 us 137 7 4 next" },
	{ "148 4 0 0", PEER, PEER, "148 4 0 0" },
	{ "131 7 4 behind", PEER, BEHIND, "131 7 4 peer" },
	{ "137 7 4 behind", PEER, .err = ENETUNREACH },
	{ "131 7 4 nowhere", PEER, .err = ENETUNREACH },
	{ "131 7 4 hop", "0.0.0.0", .err = EINVAL },
};

static void check_sent(struct __test_metadata *_metadata, const struct sent *s,
		       ssize_t n)
{
	struct packet p;
	bool got;

	EXPECT_ERRNO(s->err, n) {
		TH_LOG("%s", s->in);
	}
	got = answer(&p);
	EXPECT_EQ(!s->err, got) {
		TH_LOG("%s", s->in);
	}
	if (!got || s->err)
		return;
	EXPECT_TRUE(options_are(&p, s->out)) {
		TH_LOG("%s", s->in);
		dump(&p);
	}
	EXPECT_EQ(inet_addr(s->hop), ip_of(&p)->daddr) {
		TH_LOG("%s", s->in);
	}
	EXPECT_EQ(0, checksum(p.octet, ip_of(&p)->ihl * 4, 0));
}

TEST_F(sk, send)
{
	static const int kind[][2] = { { SOCK_DGRAM, 0 }, { SOCK_RAW, 253 } };
	unsigned int i, k;
	int fd;

	ASSERT_EQ(0, world_up());
	for (k = 0; k < ARRAY_SIZE(kind); k++) {
		fd = xsocket(kind[k][0], kind[k][1]);
		ASSERT_EQ(0, xbind(fd, US, 0));
		for (i = 0; i < ARRAY_SIZE(sent); i++) {
			/* AF_INET's raw sockets do not mind a gateway */
			if (k && sent[i].err == ENETUNREACH)
				continue;
			ASSERT_EQ(0, set_options(fd, sent[i].in));
			check_sent(_metadata, &sent[i],
				   xsendto(fd, "hallo", 6, sent[i].to, PORT));
		}
		close(fd);
	}
}

/* The same where the socket has a peer, which a source route does not change. */
TEST_F(sk, send_connected)
{
	unsigned int i;
	int fd;

	ASSERT_EQ(0, world_up());
	for (i = 0; i < ARRAY_SIZE(sent); i++) {
		if (sent[i].err == EINVAL)
			continue;
		fd = xsocket(SOCK_DGRAM, 0);
		ASSERT_EQ(0, xbind(fd, US, 0));
		ASSERT_EQ(0, xconnect(fd, sent[i].to, PORT));
		ASSERT_EQ(0, set_options(fd, sent[i].in));
		check_sent(_metadata, &sent[i], send(fd, "hallo", 6, 0));
		close(fd);
	}
}

static ssize_t send_with(int fd, const char *text, unsigned int len,
			 const char *to)
{
	struct sockaddr_in sin = xaddr(to, PORT);
	struct iovec iov = { "hallo", 6 };
	struct area a = octets(text);
	char control[128] = { 0 };
	struct msghdr msg = {
		.msg_name = &sin, .msg_namelen = sizeof(sin),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = CMSG_SPACE(len ?: a.len),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_IP;
	c->cmsg_type = IP_RETOPTS;
	c->cmsg_len = CMSG_LEN(len ?: a.len);
	memcpy(CMSG_DATA(c), a.octet, a.len);
	return sendmsg(fd, &msg, 0);
}

/* IP_RETOPTS goes before what the socket has. */
TEST_F(sk, send_retopts)
{
	struct packet p;
	unsigned int i;
	int fd;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, xbind(fd, US, 0));
	ASSERT_EQ(0, set_options(fd, "148 4 0 0"));
	for (i = 0; i < ARRAY_SIZE(sent); i++)
		check_sent(_metadata, &sent[i],
			   send_with(fd, sent[i].in, 0, sent[i].to));
	EXPECT_ERRNO(EINVAL, send_with(fd, "7 7 3 -", 0, PEER));
	ASSERT_EQ(0, drop_root());
	EXPECT_ERRNO(EINVAL, send_with(fd, "222 4 1 2", 0, PEER));
	EXPECT_ERRNO(EPERM, send_with(fd, "131 7 4 hop", 0, PEER));
	ASSERT_EQ(0, regain_root());
	/* of more than 40 octets the first 40 */
	EXPECT_EQ(6, send_with(fd, "7 11 4 - -", 44, PEER));
	ASSERT_TRUE(answer(&p));
	EXPECT_TRUE(options_are(&p, "7 11 8 us - - - - - - - -"));
	close(fd);
}

TEST_F(sk, header_included)
{
	struct packet p = { .len = 20 + 8 + 6 }, seen;
	struct iphdr *ip = ip_of(&p);
	struct area a = area("7 7 4 -");
	int fd;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_RAW, IPPROTO_RAW);
	*ip = (struct iphdr) {
		.version = 4, .ihl = 7, .ttl = 64, .protocol = 253,
		.saddr = inet_addr(US), .daddr = inet_addr(PEER),
	};
	memcpy(ip + 1, a.octet, a.len);
	EXPECT_EQ(p.len, xsendto(fd, p.octet, p.len, PEER, 0));
	ASSERT_TRUE(answer(&seen));
	/* the user's options are as he has made them */
	EXPECT_TRUE(options_are(&seen, "7 7 4 -"));
	EXPECT_EQ(0, checksum(seen.octet, 28, 0));
	ASSERT_EQ(0, set_options(fd, "7 7 4 -"));
	EXPECT_ERRNO(EINVAL, xsendto(fd, p.octet, p.len, PEER, 0));
	close(fd);
}

/* RFC 791: only some options go into the fragments behind the first. */
TEST_F(sk, fragments)
{
	static const struct {
		int frag;
		const char *opt;
	} want[] = {
		{ 0, "7 7 8 us 1 131 7 4 peer 148 4 0 0" },
		{ 1, "1 1 1 1 1 1 1 1 131 7 4 peer 148 4 0 0" },
		{ 1, "1 1 1 1 1 1 1 1 131 7 4 peer 148 4 0 0" },
	};
	static char big[4000];
	struct packet p;
	unsigned int i;
	int fd;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_DGRAM, 0);
	ASSERT_EQ(0, set_options(fd, "7 7 4 - 1 131 7 4 hop 148 4 0 0"));
	ASSERT_EQ(4000, xsendto(fd, big, sizeof(big), PEER, PORT));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		ASSERT_TRUE(next_packet(&p, 5000));
		EXPECT_EQ(want[i].frag, !!(ntohs(ip_of(&p)->frag_off) & 0x1fff));
		EXPECT_TRUE(options_are(&p, want[i].opt)) {
			dump(&p);
		}
	}
	close(fd);
}

/* ---- what has come in */

static const struct {
	const char *in, *recv, *ret;	/* ret NULL: no octets */
} comes[] = {
	{ "1 1 1 1", "1 1 1 1" },
	{ "7 11 4 - -", "7 11 8 us -", "7 11 8 us -" },
	{ "7 7 4 -", "7 7 8 us", "7 7 8 us" },
	{ "148 4 0 0 7 7 4 -", "148 4 0 0 7 7 8 us", "7 7 8 us" },
	{ "68 8 9 0x10 hop", "68 8 9 0x20 hop", "68 8 9 0x20 hop" },
	{ "131 11 12 hop next", "131 11 12 hop next", "131 11 4 next hop" },
	{ "137 7 8 hop", "137 7 8 hop", "137 7 4 hop" },
	{ "131 7 8 peer", "131 7 8 peer" },
};

static bool control_is(struct cmsghdr *c, const char *text)
{
	struct area want = area(text);

	return c->cmsg_len == CMSG_LEN(want.len) &&
	       !memcmp(CMSG_DATA(c), want.octet, want.len);
}

TEST_F(sk, receive)
{
	char control[256], buf[256];
	struct iovec iov = { buf, sizeof(buf) };
	struct cmsghdr *c;
	unsigned int i;
	int fd, n;

	ASSERT_EQ(0, world_up());
	ASSERT_EQ(0, accept_routes("1"));
	fd = xsocket(SOCK_RAW, 253);
	ASSERT_EQ(0, set_int(fd, SOL_IP, IP_RECVOPTS, 1));
	ASSERT_EQ(0, set_int(fd, SOL_IP, IP_RETOPTS, 1));
	for (i = 0; i < ARRAY_SIZE(comes); i++) {
		struct msghdr msg = {
			.msg_iov = &iov, .msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};

		send_packet(US, comes[i].in, 253, 1, 64);
		poll_for(fd, POLLIN, 5000);
		ASSERT_GT(recvmsg(fd, &msg, MSG_DONTWAIT), 0) {
			TH_LOG("%s", comes[i].in);
		}
		n = 0;
		for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
			EXPECT_EQ(SOL_IP, c->cmsg_level);
			EXPECT_EQ(n ? IP_RETOPTS : IP_RECVOPTS, c->cmsg_type);
			EXPECT_TRUE(control_is(c, n ? comes[i].ret :
						  comes[i].recv)) {
				TH_LOG("%s: %d", comes[i].in, n);
			}
			n++;
		}
		EXPECT_EQ(2, n);
	}
	close(fd);
}

/* ---- TCP */

static void tcp_segment(const char *text, int port, uint32_t seq)
{
	struct packet p = { 0 };
	struct iphdr *ip = ip_of(&p);
	struct area a = area(text);
	uint32_t here = ntohl(inet_addr(US)), there = ntohl(inet_addr(PEER));
	struct tcphdr *th;

	p.len = 40 + a.len;
	*ip = (struct iphdr) {
		.version = 4, .ihl = 5 + a.len / 4, .ttl = 64,
		.protocol = IPPROTO_TCP, .tot_len = htons(p.len),
		.saddr = inet_addr(PEER), .daddr = inet_addr(US),
	};
	memcpy(ip + 1, a.octet, a.len);
	ip->check = checksum(ip, ip->ihl * 4, 0);
	th = (void *)(p.octet + ip->ihl * 4);
	th->source = htons(4000);
	th->dest = htons(port);
	th->seq = htonl(seq);
	th->doff = 5;
	th->syn = 1;
	th->window = htons(1000);
	th->check = checksum(th, 20, (here >> 16) + (here & 0xffff) +
			     (there >> 16) + (there & 0xffff) + IPPROTO_TCP +
			     20);
	if (write(tun[0], p.octet, p.len) != p.len)
		perror("# write");
}

/* A SYN's options come back, with the SYN-ACK and with a reset. */
TEST_F(sk, tcp_answers)
{
	static const struct {
		const char *in, *hop, *out;
	} cases[] = {
		{ "7 11 4 - -", PEER, "7 11 12 us us" },
		{ "131 7 8 hop", "10.1.0.7", "131 7 4 peer" },
		{ "148 4 0 0", PEER, NULL },
	};
	unsigned int i, port, to;
	struct packet p;
	int fd;

	ASSERT_EQ(0, world_up());
	ASSERT_EQ(0, accept_routes("1"));
	for (port = PORT; port < PORT + 2; port++) {
		for (i = 0; i < ARRAY_SIZE(cases); i++) {
			fd = xsocket(SOCK_STREAM, 0);
			ASSERT_EQ(0, xbind(fd, US, PORT + 2 + i));
			ASSERT_EQ(0, listen(fd, 5));
			/* to the listener, then to nobody */
			to = port == PORT ? PORT + 2 + i : PORT;
			tcp_segment(cases[i].in, to, 1000);
			ASSERT_TRUE(answer(&p)) {
				TH_LOG("%s", cases[i].in);
			}
			EXPECT_EQ(inet_addr(cases[i].hop), ip_of(&p)->daddr);
			EXPECT_TRUE(options_are(&p, cases[i].out)) {
				dump(&p);
			}
			close(fd);
		}
	}
}

TEST_F(sk, tcp_connect)
{
	struct packet p;
	int fd;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_STREAM, 0);
	ASSERT_EQ(0, set_options(fd, "131 7 4 hop 7 7 4 -"));
	EXPECT_ERRNO(EINVAL, xconnect(fd, "0.0.0.0", PORT));
	set_nonblock(fd, true);
	EXPECT_ERRNO(EINPROGRESS, xconnect(fd, NEXT, PORT));
	ASSERT_TRUE(answer(&p));
	EXPECT_EQ(0, p.dev);
	EXPECT_EQ(inet_addr("10.1.0.7"), ip_of(&p)->daddr);
	EXPECT_EQ(inet_addr(US), ip_of(&p)->saddr);
	EXPECT_TRUE(options_are(&p, "131 7 4 next 7 7 8 us")) {
		dump(&p);
	}
	close(fd);
}

static void exchange(struct __test_metadata *_metadata, int a, int b)
{
	static char out[100000], in[100000];
	size_t got = 0;
	ssize_t n;

	set_nonblock(a, true);
	n = send(a, out, sizeof(out), 0);
	ASSERT_GT(n, 0);
	while (got < (size_t)n) {
		ssize_t m = xrecv(b, in, sizeof(in));

		ASSERT_GT(m, 0);
		got += m;
	}
}

/* A connection to ourselves: both ends have options, and smaller segments. */
TEST_F(sk, tcp_segments)
{
	int listener = xsocket(SOCK_STREAM, 0), c[2], a[2], i, mss[2];

	ASSERT_EQ(0, world_up());
	ASSERT_EQ(0, system("ip link set lo mtu 1500"));
	ASSERT_EQ(0, xbind(listener, US, PORT));
	ASSERT_EQ(0, listen(listener, 5));
	for (i = 0; i < 2; i++) {
		c[i] = xsocket(SOCK_STREAM, 0);
		if (i)
			ASSERT_EQ(0, set_options(c[i], "7 11 4 - -"));
		ASSERT_EQ(0, xconnect(c[i], US, PORT));
		a[i] = accept(listener, NULL, NULL);
		ASSERT_GE(a[i], 0);
		exchange(_metadata, c[i], a[i]);
		exchange(_metadata, a[i], c[i]);
		mss[i] = get_int(c[i], SOL_TCP, TCP_MAXSEG);
	}
	EXPECT_EQ(12, mss[0] - mss[1]);
	EXPECT_EQ(mss[1], get_int(a[1], SOL_TCP, TCP_MAXSEG));
	/* what the listener's child has goes back as it came */
	EXPECT_TRUE(get_is(a[0], NULL));
	EXPECT_TRUE(get_is(a[1], "7 11 12 us us"));
	EXPECT_TRUE(get_is(c[1], "7 11 4 - -"));
	/* from now on without, or with others */
	ASSERT_EQ(0, setsockopt(c[1], SOL_IP, IP_OPTIONS, NULL, 0));
	EXPECT_EQ(mss[0], get_int(c[1], SOL_TCP, TCP_MAXSEG));
	ASSERT_EQ(0, set_options(c[0], "148 4 0 0"));
	EXPECT_EQ(mss[0] - 4, get_int(c[0], SOL_TCP, TCP_MAXSEG));
	for (i = 0; i < 2; i++) {
		exchange(_metadata, c[i], a[i]);
		exchange(_metadata, a[i], c[i]);
		close(c[i]);
		close(a[i]);
	}
	close(listener);
}

/* ---- router alert */

TEST_F(sk, router_alert_option)
{
	int fd = xsocket(SOCK_RAW, 253), other = xsocket(SOCK_DGRAM, 0), val;
	socklen_t len = sizeof(val);

	EXPECT_ERRNO(EINVAL, set_int(other, SOL_IP, IP_ROUTER_ALERT, 1));
	close(other);
	other = xsocket(SOCK_RAW, IPPROTO_RAW);
	EXPECT_ERRNO(EINVAL, set_int(other, SOL_IP, IP_ROUTER_ALERT, 1));
	EXPECT_ERRNO(ENOBUFS, set_int(fd, SOL_IP, IP_ROUTER_ALERT, 0));
	EXPECT_ERRNO(0, set_int(fd, SOL_IP, IP_ROUTER_ALERT, 1));
	EXPECT_ERRNO(EADDRINUSE, set_int(fd, SOL_IP, IP_ROUTER_ALERT, 1));
	EXPECT_ERRNO(0, setsockopt(fd, SOL_IP, IP_ROUTER_ALERT, NULL, 0));
	EXPECT_ERRNO(0, set_int(fd, SOL_IP, IP_ROUTER_ALERT, 1));
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, SOL_IP, IP_ROUTER_ALERT, &val,
					     &len));
	close(other);
	close(fd);
}

/* Two fragments to NEXT with a router alert. */
static void send_fragments(void)
{
	struct area a = area("148 4 0 0");
	struct packet p;
	struct iphdr *ip = ip_of(&p);
	int i;

	for (i = 0; i < 2; i++) {
		memset(&p, 0, sizeof(p));
		p.len = 24 + 16;
		*ip = (struct iphdr) {
			.version = 4, .ihl = 6, .ttl = 64, .protocol = 253,
			.id = htons(77), .tot_len = htons(p.len),
			.frag_off = htons(i ? 2 : IP_MF),
			.saddr = inet_addr(PEER), .daddr = inet_addr(NEXT),
		};
		memcpy(ip + 1, a.octet, a.len);
		ip->check = checksum(ip, 24, 0);
		if (write(tun[0], p.octet, p.len) != p.len)
			perror("# write");
	}
}

TEST_F(sk, router_alert)
{
	int fd, twin, other, bound;
	struct packet p;
	char b;

	ASSERT_EQ(0, world_up());
	fd = xsocket(SOCK_RAW, 253);
	twin = xsocket(SOCK_RAW, 253);
	other = xsocket(SOCK_RAW, 252);
	bound = xsocket(SOCK_RAW, 253);
	ASSERT_EQ(0, setsockopt(bound, SOL_SOCKET, SO_BINDTODEVICE, "t1", 3));
	/* nobody asks: it goes on */
	send_packet(NEXT, "148 4 0 0", 253, 1, 64);
	ASSERT_TRUE(answer(&p));
	EXPECT_EQ(1, p.dev);
	ASSERT_EQ(0, set_int(fd, SOL_IP, IP_ROUTER_ALERT, 1));
	ASSERT_EQ(0, set_int(twin, SOL_IP, IP_ROUTER_ALERT, 1));
	ASSERT_EQ(0, set_int(other, SOL_IP, IP_ROUTER_ALERT, 1));
	ASSERT_EQ(0, set_int(bound, SOL_IP, IP_ROUTER_ALERT, 1));
	/* an address does not matter */
	ASSERT_EQ(0, xbind(twin, US1, 0));
	send_packet(NEXT, "148 4 0 0", 253, 1, 1);
	EXPECT_FALSE(answer(&p));
	EXPECT_EQ(40, xrecv(fd, p.octet, sizeof(p.octet)));
	EXPECT_EQ(inet_addr(NEXT), ip_of(&p)->daddr);
	EXPECT_EQ(1, ip_of(&p)->ttl);
	EXPECT_TRUE(options_are(&p, "148 4 0 0"));
	EXPECT_EQ(40, xrecv(twin, p.octet, sizeof(p.octet)));
	EXPECT_ERRNO(EAGAIN, recv(other, &b, 1, MSG_DONTWAIT));
	EXPECT_ERRNO(EAGAIN, recv(bound, &b, 1, MSG_DONTWAIT));
	/* other values of it, other protocols, and packets without it */
	send_packet(NEXT, "148 4 0 1", 253, 1, 64);
	EXPECT_TRUE(answer(&p));
	send_packet(NEXT, "148 4 0 0", 251, 1, 64);
	EXPECT_TRUE(answer(&p));
	send_packet(NEXT, NULL, 253, 1, 64);
	EXPECT_TRUE(answer(&p));
	EXPECT_ERRNO(EAGAIN, recv(fd, &b, 1, MSG_DONTWAIT));
	/* fragments when all are there */
	send_fragments();
	EXPECT_FALSE(answer(&p));
	EXPECT_EQ(24 + 32, xrecv(fd, p.octet, sizeof(p.octet)));
	EXPECT_EQ(24 + 32, xrecv(twin, p.octet, sizeof(p.octet)));
	EXPECT_ERRNO(EAGAIN, recv(fd, &b, 1, MSG_DONTWAIT));
	/* off, and gone */
	ASSERT_EQ(0, set_int(fd, SOL_IP, IP_ROUTER_ALERT, 0));
	close(twin);
	close(bound);
	send_packet(NEXT, "148 4 0 0", 253, 1, 64);
	EXPECT_TRUE(answer(&p));
	close(fd);
	close(other);
}

TEST_HARNESS_MAIN
