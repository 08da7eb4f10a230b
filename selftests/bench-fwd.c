// SPDX-License-Identifier: GPL-2.0
/*
 * What "scripts/bench routes" runs in the guest: a full Internet table in AF_INET
 * and in AF_INETX, in one boot, by the same code.
 *
 *	bench-routes [-n ROUTES]
 *
 * Under "scripts/vm --icount" a nanosecond is two instructions.  A lookup cannot
 * be timed from user space, but a policy rule can have any number of them made:
 * a rule whose result is suppressed looks a table up and goes on.  What such
 * rules cost with a table, less what they cost without one, is the lookups.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include "common.h"
#include "bulk.h"

#define FEW		10000
#define PACKETS		20000
#define UPDATES		50000
#define RULES		16
#define KEYS		4096

static const char * const rows[][2] = {
	{ "route/build", "ns" },
	{ "route/memory", "bytes" },
	{ "route/replace", "ns" },
	{ "route/delete+insert", "ns" },
	{ "route/get", "ns" },
	{ "route/forward 1", "ns" },
	{ "route/forward 10000", "ns" },
	{ "route/forward all", "ns" },
	{ "route/lookup random", "ns" },
	{ "route/lookup repeated", "ns" },
	{ "route/rule without table", "ns" },
};

enum {
	BUILD, MEMORY, REPLACE, DELETE, GET,
	FORWARD_1, FORWARD_FEW, FORWARD_ALL,
	RANDOM, REPEATED, RULE,
	FIGURES
};

static struct prefix *prefixes;
static size_t routes = 1000000;
static uint32_t keys[KEYS];

#define MUST(call) ({						\
	__typeof__(call) must_ = (call);			\
	if (must_ < 0) {					\
		perror(#call);					\
		_exit(2);					\
	}							\
	must_; })

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/* Kernel memory: slabs, large pieces of kmalloc() with them, and vmalloc(). */
static double memory(void)
{
	double total = 0, kib;
	char line[128];
	FILE *f;

	/* What was freed waits for RCU, and for company. */
	sleep(12);
	f = fopen("/proc/meminfo", "r");
	if (!f)
		_exit(2);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "SUnreclaim: %lf", &kib) == 1 ||
		    sscanf(line, "VmallocUsed: %lf", &kib) == 1)
			total += kib * 1024;
	fclose(f);
	return total;
}

static void configure(const char *what)
{
	char command[256];

	snprintf(command, sizeof(command), "%s ip %s",
		 flavour == FL_INET ? "" : "inetx-run", what);
	if (system(command))
		_exit(2);
}

/* ---- forwarding: frames from the other end of v0, out by d0 */

static int sender = -1;
static char frame[60];

static void forward_setup(void)
{
	struct ether_header *eth = (void *)frame;
	struct iphdr *iph = (void *)(eth + 1);
	struct udphdr *udp = (void *)(iph + 1);
	struct sockaddr_ll ll = { .sll_family = AF_PACKET };
	int here = MUST(open("/proc/self/ns/net", O_RDONLY));
	int there = MUST(pair_setup());

	MUST(sysctl_set("ip_forward", "1"));
	if (flavour != FL_INET)
		MUST(sysctl_set("conf/v0/claim", "all"));
	MUST(setns(there, CLONE_NEWNET));
	sender = MUST(socket(AF_PACKET, SOCK_RAW, 0));
	ll.sll_ifindex = if_nametoindex("v1");
	MUST(bind(sender, (void *)&ll, sizeof(ll)));
	MUST(setns(here, CLONE_NEWNET));

	MUST(get_mac("v0", eth->ether_dhost));
	eth->ether_type = htons(ETHERTYPE_IP);
	iph->version = 4;
	iph->ihl = 5;
	iph->tot_len = htons(sizeof(frame) - sizeof(*eth));
	iph->ttl = 64;
	iph->protocol = IPPROTO_UDP;
	inet_pton(AF_INET, "10.9.0.2", &iph->saddr);
	/* Devices that are new have no queue for a moment. */
	sleep(2);
	udp->dest = htons(9);
	udp->len = htons(sizeof(frame) - sizeof(*eth) - sizeof(*iph));
}

static void forward_one(uint32_t to)
{
	struct iphdr *iph = (void *)(frame + sizeof(struct ether_header));

	iph->daddr = htonl(to);
	iph->check = 0;
	iph->check = checksum(iph, sizeof(*iph), 0);
	MUST(send(sender, frame, sizeof(frame), 0));
}

static long long sent(void)
{
	char line[512];
	long long n = -1;
	FILE *f = fopen("/proc/net/dev", "r");

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, " d0: %*u %*u %*u %*u %*u %*u %*u %*u %*u %lld",
		       &n);
	if (f)
		fclose(f);
	return n;
}

static double forward(void)
{
	double begun, best = 0, each;
	long long before = sent();
	int i, r;

	for (r = 0; r < 4; r++) {
		begun = now();
		for (i = 0; i < PACKETS; i++)
			forward_one(keys[i % KEYS]);
		each = (now() - begun) / PACKETS;
		if (!best || each < best)
			best = each;
	}
	/* What is left to ksoftirqd. */
	usleep(200000);
	if (sent() - before != 4 * PACKETS) {
		fprintf(stderr, "bench-routes: %lld of %d packets forwarded\n",
			sent() - before, 4 * PACKETS);
		_exit(2);
	}
	return best;
}

/* ---- lookups, by rules */

static double sends(bool random)
{
	int fd = MUST(xsocket(SOCK_DGRAM, 0)), i, r;
	struct sockaddr_in to = xaddr("1.1.1.1", 9);
	double begun, best = 0, each;

	for (r = 0; r < 4; r++) {
		begun = now();
		for (i = 0; i < PACKETS; i++) {
			to.sin_addr.s_addr = htonl(keys[random ? i % KEYS : 0]);
			MUST(sendto(fd, frame, 18, 0, (void *)&to, sizeof(to)));
		}
		each = (now() - begun) / PACKETS;
		if (!best || each < best)
			best = each;
	}
	close(fd);
	return best;
}

static void rules(const char *table)
{
	char what[128];
	int i;

	for (i = 0; i < RULES; i++) {
		snprintf(what, sizeof(what),
			 "rule add pref %d lookup %s suppress_prefixlength 32",
			 100 + i, table);
		configure(what);
	}
}

static void lookups(double *figures)
{
	double none, with[2], without[2];
	char what[64];
	int i;

	/* From here on tables are apart. */
	configure("rule add pref 99 from 192.0.2.1 lookup 77");
	none = sends(true);
	rules("77");
	without[0] = sends(false);
	without[1] = sends(true);
	for (i = 0; i < RULES; i++) {
		snprintf(what, sizeof(what), "rule del pref %d", 100 + i);
		configure(what);
	}
	rules("main");
	with[0] = sends(false);
	with[1] = sends(true);
	figures[RULE] = (without[1] - none) / RULES;
	figures[REPEATED] = (with[0] - without[0]) / RULES;
	figures[RANDOM] = (with[1] - without[1]) / RULES;
}

/* ---- all of it */

static void load(size_t from, size_t to)
{
	if (bulk_routes(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
			prefixes + from, to - from, 0))
		_exit(2);
}

static void measure(double *figures)
{
	size_t updates = routes < UPDATES ? routes : UPDATES;
	double begun, before;
	uint8_t plen;
	int i;

	MUST(bulk_device());
	MUST(route_add("0.0.0.0", 0, "10.200.0.2", "d0"));
	forward_setup();
	figures[FORWARD_1] = forward(); return;
	before = memory();
	begun = now();
	load(0, FEW);
	figures[BUILD] = now() - begun;
	figures[FORWARD_FEW] = forward();
	begun = now();
	load(FEW, routes);
	figures[BUILD] = (figures[BUILD] + now() - begun) / routes;
	figures[MEMORY] = (memory() - before) / routes;
	figures[FORWARD_ALL] = forward();

	begun = now();
	for (i = 0; i < KEYS; i++)
		if (bulk_ask(fam(), keys[i], &plen) <= 0)
			_exit(2);
	figures[GET] = (now() - begun) / KEYS;

	begun = now();
	if (bulk_routes(RTM_NEWROUTE, NLM_F_REPLACE, prefixes, updates, 1))
		_exit(2);
	figures[REPLACE] = (now() - begun) / updates;
	begun = now();
	if (bulk_routes(RTM_DELROUTE, 0, prefixes, updates, 1) ||
	    bulk_routes(RTM_NEWROUTE, NLM_F_CREATE, prefixes, updates, 0))
		_exit(2);
	figures[DELETE] = (now() - begun) / updates;
	lookups(figures);
}

static int child(enum flavour fl, double *figures)
{
	pid_t pid = MUST(fork());
	int status;

	if (!pid) {
		if (flavour_enter(fl))
			_exit(2);
		measure(figures);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	/* What it left is freed. */
	sleep(10);
	return status;
}

int main(int argc, char **argv)
{
	double (*figures)[FIGURES];
	uint64_t state = 7;
	int i, opt;

	while ((opt = getopt(argc, argv, "n:")) != -1) {
		if (opt != 'n')
			return 2;
		routes = atol(optarg);
	}
	figures = mmap(NULL, 2 * sizeof(*figures), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prefixes = calloc(routes, sizeof(*prefixes));
	if (routes < FEW || !prefixes || figures == MAP_FAILED ||
	    prefixes_make(prefixes, routes, 1))
		return 2;
	for (i = 0; i < KEYS; i++) {
		const struct prefix *p =
			&prefixes[prefixes_random(&state) % routes];

		keys[i] = p->key | (prefixes_random(&state) & (~0U >> p->len));
	}
	if (child(FL_INET, figures[0]) || child(FL_INETX, figures[1]))
		return 2;
	printf("%-24s %-7s %12s %12s %7s\n", "row", "unit", "AF_INET",
	       "AF_INETX", "ratio");
	for (i = 0; i < FIGURES; i++)
		printf("%-24s %-7s %12.1f %12.1f %7.2f\n", rows[i][0],
		       rows[i][1], figures[0][i], figures[1][i],
		       figures[0][i] / figures[1][i]);
	return 0;
}
