// SPDX-License-Identifier: GPL-2.0
/*
 * What "make bench" runs in the guest: the cost of one operation on AF_INET and
 * on AF_INETX, in the same boot, by the same code.
 *
 *	bench [-r REPEATS] [-t SECONDS] [PATTERN...]
 *
 * A row's cost is the least of REPEATS runs, each of as many operations as fill
 * SECONDS / 10 after a warm-up; under "scripts/vm --icount" a nanosecond is two
 * instructions, so that figures repeat.  The ratio is AF_INET's cost by
 * AF_INETX's: above 1, AF_INETX is cheaper.  Both ends of each row are in one
 * thread, so nothing but the stack is measured.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <unistd.h>
#include "common.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define PORT		9000
#define BATCH		16
#define LARGEST		65536

static int repeats = 3;
static double seconds = 1;
static char buf[LARGEST];

static void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

#define MUST(call) ({						\
	__typeof__(call) must_ = (call);			\
	if (must_ < 0)						\
		die(#call);					\
	must_; })

/* What the rows work on; set up anew for each of them and each family. */
static struct {
	const char *ip;		/* where the peer listens */
	int netns;		/* namespace of the peer, -1 for our own */
	int listener;
	int a;			/* our end */
	int b;			/* the peer's */
} env;

static int peer_socket(int type, int proto)
{
	if (env.netns < 0)
		return MUST(xsocket(type, proto));
	return MUST(xsocket_in(env.netns, type, proto));
}

static void place(bool veth)
{
	env.ip = veth ? "10.9.0.2" : "127.0.0.1";
	env.netns = veth ? MUST(pair_setup()) : -1;
}

/* ---- UDP */

static void udp_pair(bool veth)
{
	place(veth);
	env.b = peer_socket(SOCK_DGRAM, 0);
	MUST(xbind(env.b, env.ip, PORT));
	env.a = MUST(xsocket(SOCK_DGRAM, 0));
	MUST(xbind(env.a, veth ? "10.9.0.1" : "127.0.0.1", PORT + 1));
	MUST(xconnect(env.a, env.ip, PORT));
}

static void udp_lo(void)
{
	udp_pair(false);
}

static void udp_veth(void)
{
	udp_pair(true);
}

static void udp_many(void)
{
	int i;

	udp_lo();
	for (i = 0; i < 1000; i++)
		MUST(xbind(MUST(xsocket(SOCK_DGRAM, 0)), "127.0.0.1",
			   20000 + i));
}

static void udp_reuseport(void)
{
	int i, fd;

	place(false);
	env.a = MUST(xsocket(SOCK_DGRAM, 0));
	for (i = 0; i < 64; i++) {
		fd = MUST(xsocket(SOCK_DGRAM, 0));
		MUST(set_reuseport(fd, 1));
		MUST(xbind(fd, "127.0.0.1", PORT));
	}
	MUST(xconnect(env.a, env.ip, PORT));
}

/* A batch is sent before it is read: neither side waits. */
static void udp_stream(size_t len, int n)
{
	int i;

	for (i = 0; i < n; i++)
		MUST(send(env.a, buf, len, 0));
	for (i = 0; i < n; i++)
		MUST(recv(env.b, buf, sizeof(buf), 0));
}

static void udp_small(void)
{
	udp_stream(32, BATCH);
}

static void udp_full(void)
{
	udp_stream(1472, BATCH);
}

static void udp_sendto(void)
{
	int i;

	for (i = 0; i < BATCH; i++)
		MUST(xsendto(env.b, buf, 32, "127.0.0.1", PORT + 1));
	for (i = 0; i < BATCH; i++)
		MUST(recv(env.a, buf, sizeof(buf), 0));
}

static void udp_send_only(void)
{
	int i;

	for (i = 0; i < BATCH; i++)
		MUST(send(env.a, buf, 32, 0));
}

static void udp_gso_lo(void)
{
	udp_lo();
	MUST(set_int(env.a, SOL_UDP, UDP_SEGMENT, 1400));
	MUST(set_int(env.b, SOL_SOCKET, SO_RCVBUF, 1 << 20));
}

static void udp_gso(void)
{
	int i;

	MUST(send(env.a, buf, 1400 * BATCH, 0));
	for (i = 0; i < BATCH; i++)
		MUST(recv(env.b, buf, sizeof(buf), 0));
}

static void udp_pingpong(void)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	MUST(send(env.a, buf, 1, 0));
	MUST(recvfrom(env.b, buf, sizeof(buf), 0, (void *)&sin, &len));
	MUST(sendto(env.b, buf, 1, 0, (void *)&sin, len));
	MUST(recv(env.a, buf, sizeof(buf), 0));
}

/* ---- TCP */

static void tcp_listen(void)
{
	env.listener = peer_socket(SOCK_STREAM, 0);
	MUST(set_int(env.listener, SOL_SOCKET, SO_REUSEADDR, 1));
	MUST(xbind(env.listener, env.ip, PORT));
	MUST(listen(env.listener, 1024));
}

static void tcp_open(int *a, int *b)
{
	*a = MUST(xsocket(SOCK_STREAM, 0));
	MUST(xconnect(*a, env.ip, PORT));
	*b = MUST(accept(env.listener, NULL, NULL));
}

static void tcp_pair(bool veth)
{
	place(veth);
	tcp_listen();
	tcp_open(&env.a, &env.b);
	MUST(set_int(env.a, SOL_TCP, TCP_NODELAY, 1));
	MUST(set_int(env.b, SOL_TCP, TCP_NODELAY, 1));
	MUST(set_nonblock(env.a, true));
}

static void tcp_lo(void)
{
	tcp_pair(false);
}

static void tcp_veth(void)
{
	tcp_pair(true);
}

static void tcp_listen_lo(void)
{
	place(false);
	tcp_listen();
}

static void tcp_listen_veth(void)
{
	place(true);
	tcp_listen();
}

static void exchange(size_t len)
{
	size_t n;

	MUST(send(env.a, buf, len, 0));
	for (n = 0; n < len; n += MUST(recv(env.b, buf, sizeof(buf), 0)))
		;
	MUST(send(env.b, buf, len, 0));
	while (n) {
		MUST(poll_for(env.a, POLLIN, 5000));
		n -= MUST(recv(env.a, buf, sizeof(buf), 0));
	}
}

static void tcp_rr_1(void)
{
	exchange(1);
}

static void tcp_rr_4k(void)
{
	exchange(4096);
}

/* One megabyte, in whatever pieces the buffers allow. */
static void tcp_stream(void)
{
	size_t sent = 0, got = 0;
	ssize_t n;

	while (got < 1 << 20) {
		while (sent < 1 << 20) {
			n = send(env.a, buf, sizeof(buf), 0);
			if (n < 0 && errno == EAGAIN)
				break;
			sent += MUST(n);
		}
		n = recv(env.b, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN) {
			MUST(poll_for(env.b, POLLIN, 5000));
			continue;
		}
		got += MUST(n);
	}
	/* What the last send() wrote beyond the megabyte. */
	while (got < sent)
		got += MUST(recv(env.b, buf, sizeof(buf), 0));
}

static void reset_on_close(int fd)
{
	struct linger l = { .l_onoff = 1 };

	MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	close(fd);
}

/* Connect, a request, an answer, close; the client aborts so that no port of its
 * stays busy.
 */
static void tcp_crr(void)
{
	int a, b;

	tcp_open(&a, &b);
	MUST(send(a, buf, 64, 0));
	MUST(recv(b, buf, sizeof(buf), 0));
	MUST(send(b, buf, 64, 0));
	MUST(recv(a, buf, sizeof(buf), 0));
	reset_on_close(a);
	close(b);
}

/* Close in order, the client first: a TIME_WAIT record for each, whose port is
 * used again.
 */
static void tcp_close(void)
{
	int a, b;

	tcp_open(&a, &b);
	close(a);
	MUST(recv(b, buf, 1, 0));
	close(b);
}

/* Take @percent of the ephemeral ports, by listeners on the same address: a
 * connection cannot share them.
 */
static void tcp_ports(int percent)
{
	struct rlimit limit = { 70000, 70000 };
	int i, n = 20000;

	setrlimit(RLIMIT_NOFILE, &limit);
	tcp_listen_lo();
	MUST(sysctl_set("ip_local_port_range", "20000 39999"));
	for (i = 0; i < n; i++) {
		if (i * 7919 % 100 >= percent)
			continue;
		MUST(xbind(MUST(xsocket(SOCK_STREAM, 0)), "0.0.0.0",
			   20000 + i));
	}
}

static void tcp_ports_50(void)
{
	tcp_ports(50);
}

static void tcp_ports_95(void)
{
	tcp_ports(95);
}

static void tcp_connect(void)
{
	int a, b;

	tcp_open(&a, &b);
	reset_on_close(a);
	close(b);
}

/* ---- sockets */

static void nothing(void)
{
}

static void socket_close(int type)
{
	close(MUST(xsocket(type, 0)));
}

static void udp_socket(void)
{
	socket_close(SOCK_DGRAM);
}

static void tcp_socket(void)
{
	socket_close(SOCK_STREAM);
}

/* ---- memory: the growth of all slabs */

static double slab_bytes(void)
{
	double total = 0, pages, slabs;
	char line[512];
	FILE *f = fopen("/proc/slabinfo", "r");

	if (!f)
		die("/proc/slabinfo");
	while (fgets(line, sizeof(line), f)) {
		char *data = strstr(line, ": slabdata");

		if (data && sscanf(line, "%*s %*u %*u %*u %*u %lf", &pages) == 1 &&
		    sscanf(data, ": slabdata %*u %lf", &slabs) == 1)
			total += pages * slabs * sysconf(_SC_PAGESIZE);
	}
	fclose(f);
	return total;
}

/* Slab bytes of one connection, both ends. */
static double tcp_memory(void)
{
	struct rlimit limit = { 70000, 70000 };
	int i, a, b, n = 5000;
	double before;

	setrlimit(RLIMIT_NOFILE, &limit);
	tcp_listen_lo();
	tcp_open(&a, &b);
	before = slab_bytes();
	for (i = 0; i < n; i++)
		tcp_open(&a, &b);
	return (slab_bytes() - before) / n;
}

static double time_wait_memory(void)
{
	int i, a, b, n = 10000;
	double before;

	tcp_listen_lo();
	for (i = 0; i < 100; i++)
		tcp_close();
	before = slab_bytes();
	for (i = 0; i < n; i++) {
		tcp_open(&a, &b);
		close(a);
		MUST(recv(b, buf, 1, 0));
		close(b);
	}
	/* Sockets that close() has freed are given back by RCU. */
	usleep(500000);
	return (slab_bytes() - before) / n;
}

static double udp_memory(void)
{
	struct rlimit limit = { 70000, 70000 };
	int i, n = 10000;
	double before;

	setrlimit(RLIMIT_NOFILE, &limit);
	before = slab_bytes();
	for (i = 0; i < n; i++)
		MUST(xbind(MUST(xsocket(SOCK_DGRAM, 0)), "127.0.0.1",
			   10000 + i));
	return (slab_bytes() - before) / n;
}

/* ---- rows */

static const struct row {
	const char *name;
	const char *unit;
	void (*setup)(void);
	void (*run)(void);
	int ops;			/* operations in a run */
	double (*measure)(void);	/* instead of setup and run */
} rows[] = {
	{ "udp/socket+close", "ns", nothing, udp_socket, 1 },
	{ "udp/32B lo", "ns", udp_lo, udp_small, BATCH },
	{ "udp/32B veth", "ns", udp_veth, udp_small, BATCH },
	{ "udp/1472B lo", "ns", udp_lo, udp_full, BATCH },
	{ "udp/1472B veth", "ns", udp_veth, udp_full, BATCH },
	{ "udp/sendto lo", "ns", udp_lo, udp_sendto, BATCH },
	{ "udp/1000 sockets lo", "ns", udp_many, udp_small, BATCH },
	{ "udp/reuseport 64 lo", "ns", udp_reuseport, udp_send_only, BATCH },
	{ "udp/gso 1400B lo", "ns", udp_gso_lo, udp_gso, BATCH },
	{ "udp/ping-pong lo", "ns", udp_lo, udp_pingpong, 1 },
	{ "udp/ping-pong veth", "ns", udp_veth, udp_pingpong, 1 },
	{ "udp/memory", "bytes", NULL, NULL, 1, udp_memory },
	{ "tcp/socket+close", "ns", nothing, tcp_socket, 1 },
	{ "tcp/stream lo", "ns/MiB", tcp_lo, tcp_stream, 1 },
	{ "tcp/stream veth", "ns/MiB", tcp_veth, tcp_stream, 1 },
	{ "tcp/rr 1B lo", "ns", tcp_lo, tcp_rr_1, 1 },
	{ "tcp/rr 1B veth", "ns", tcp_veth, tcp_rr_1, 1 },
	{ "tcp/rr 4KiB lo", "ns", tcp_lo, tcp_rr_4k, 1 },
	{ "tcp/rr 4KiB veth", "ns", tcp_veth, tcp_rr_4k, 1 },
	{ "tcp/crr lo", "ns", tcp_listen_lo, tcp_crr, 1 },
	{ "tcp/crr veth", "ns", tcp_listen_veth, tcp_crr, 1 },
	{ "tcp/connect+close lo", "ns", tcp_listen_lo, tcp_close, 1 },
	{ "tcp/connect 0% ports", "ns", tcp_listen_lo, tcp_connect, 1 },
	{ "tcp/connect 50% ports", "ns", tcp_ports_50, tcp_connect, 1 },
	{ "tcp/connect 95% ports", "ns", tcp_ports_95, tcp_connect, 1 },
	{ "tcp/connection memory", "bytes", NULL, NULL, 1, tcp_memory },
	{ "tcp/TIME_WAIT memory", "bytes", NULL, NULL, 1, time_wait_memory },
	{ NULL }
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static double cost(const struct row *row)
{
	double begun, best = 0, each;
	long i, n = 1;
	int r;

	if (row->measure)
		return row->measure();
	row->setup();
	/* Warm caches, windows and paths; learn how long a run takes. */
	for (;;) {
		begun = now();
		for (i = 0; i < n; i++)
			row->run();
		if (now() - begun > seconds * 1e8)
			break;
		n *= 2;
	}
	for (r = 0; r < repeats; r++) {
		begun = now();
		for (i = 0; i < n; i++)
			row->run();
		each = (now() - begun) / n / row->ops;
		if (!r || each < best)
			best = each;
	}
	return best;
}

/* In a process and a namespace of its own; negative where it failed. */
static double cost_of(const struct row *row, enum flavour fl)
{
	double *result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double out;
	pid_t pid;

	if (result == MAP_FAILED)
		die("mmap");
	*result = -1;
	pid = MUST(fork());
	if (!pid) {
		alarm(300);
		if (flavour_enter(fl))
			_exit(2);
		*result = cost(row);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	out = *result;
	munmap(result, sizeof(*result));
	/* What the last one left is freed by RCU and work queues. */
	usleep(200000);
	return out;
}

static bool wanted(const char *name, char **patterns)
{
	if (!*patterns)
		return true;
	for (; *patterns; patterns++) {
		if (!fnmatch(*patterns, name, 0))
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	const struct row *row;
	int opt, bad = 0;

	while ((opt = getopt(argc, argv, "r:t:")) != -1) {
		if (opt == 'r')
			repeats = atoi(optarg);
		else if (opt == 't')
			seconds = atof(optarg);
		else
			return 2;
	}
	if (repeats < 1 || seconds <= 0)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("%-24s %-7s %12s %12s %7s\n", "row", "unit", "AF_INET",
	       "AF_INETX", "ratio");
	for (row = rows; row->name; row++) {
		double inet, inetx;

		if (!wanted(row->name, argv + optind))
			continue;
		inet = cost_of(row, FL_INET);
		inetx = cost_of(row, FL_INETX);
		if (inet < 0 || inetx < 0) {
			printf("%-24s %-7s failed\n", row->name, row->unit);
			bad = 1;
			continue;
		}
		printf("%-24s %-7s %12.0f %12.0f %7.2f\n", row->name,
		       row->unit, inet, inetx, inet / inetx);
	}
	return bad;
}
