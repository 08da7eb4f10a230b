// SPDX-License-Identifier: GPL-2.0
/* timeout: 300 */
/*
 * setsockopt(2) and getsockopt(2) of AF_INET and of AF_INETX in inet view, side
 * by side: for sockets of each kind every option number of every level, with
 * many values of many lengths, with privileges and without, first each option
 * by itself, then at random among each other. What the calls return, the errno
 * and what is read back must be AF_INET's; sockopt.known has what differs by
 * intent.
 *
 * $SOCKOPT_SEED repeats a run; $INETX_LONG tries every value with every length.
 * Arguments are patterns of kinds, to try these alone.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "kselftest.h"
#include "common.h"
#include "known.h"

#define AREA 320	/* bytes of a value; no option here has more */
#define OPTIONS 256
#define NOWHERE ((void *)8)

enum state { PLAIN, BOUND, LISTENING, CONNECTED };

static const struct kind {
	const char *name;
	int type, proto;
	enum state state;
} kinds[] = {
	{ "tcp", SOCK_STREAM, 0, PLAIN },
	{ "tcp-listening", SOCK_STREAM, 0, LISTENING },
	{ "tcp-connected", SOCK_STREAM, 0, CONNECTED },
	{ "udp", SOCK_DGRAM, 0, PLAIN },
	{ "udp-bound", SOCK_DGRAM, 0, BOUND },
	{ "udp-connected", SOCK_DGRAM, 0, CONNECTED },
	{ "lite", SOCK_DGRAM, IPPROTO_UDPLITE, CONNECTED },
	{ "ping", SOCK_DGRAM, IPPROTO_ICMP, PLAIN },
	{ "raw-icmp", SOCK_RAW, IPPROTO_ICMP, PLAIN },
	{ "raw-igmp", SOCK_RAW, IPPROTO_IGMP, PLAIN },
	{ "raw-253", SOCK_RAW, 253, CONNECTED },
	{ "raw-raw", SOCK_RAW, IPPROTO_RAW, PLAIN },
};

static const struct level {
	const char *name;
	int number;
} levels[] = {
	{ "ip", SOL_IP }, { "socket", SOL_SOCKET }, { "tcp", SOL_TCP },
	{ "udp", IPPROTO_UDP }, { "udplite", IPPROTO_UDPLITE },
	{ "raw", SOL_RAW }, { "ipv6", SOL_IPV6 },
	{ "other", 77 },
};

/* Two sockets of one kind; peer is the other end of a connected one, or -1. */
struct twins {
	int inet, inetx;
	int peer_inet, peer_inetx;
};

struct call {
	const struct kind *kind;
	const struct level *level;
	int option;
	bool set, nobody;
	int len;
};

struct result {
	int err;
	socklen_t len;
	unsigned char data[AREA] __aligned(8);
};

static struct known known;
static bool is_long;
static unsigned int seed;
static long calls;
static long faults;	/* differences that no row covers */

static uint64_t rnd_state;

static unsigned int rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state >> 16;
}

/* ---- values */

static const int numbers[] = {
	0, 1, -1, 2, 3, 4, 5, 6, 7, 8, 16, 31, 32, 47, 64, 127, 128, 255, 256, 257,
	1000, 1023, 4096, 32767, 65535, 65536, 0x01000000, 0x7fffffff,
	-0x7fffffff - 1,
};

static const char *const names[] = { "lo", "reno", "cubic", "nosuch", "" };

/* Structures, as text: an address, or a number of 1, 2 or 4 bytes. */
static const char *const structures[] = {
	/* struct ip_mreqn, in_addr, ip_mreq */
	"224.1.2.3 127.0.0.1 l1", "224.1.2.3 0.0.0.0 l1", "224.1.2.3 127.0.0.1 l0",
	"224.1.2.3 10.1.1.1 l0", "10.0.0.1 127.0.0.1 l1", "127.0.0.1 0.0.0.0 l0",
	"224.1.2.3 0.0.0.0 l77", "0.0.0.0 127.0.0.1 l0", "0.0.0.0 0.0.0.0 l1",
	/* struct ip_mreq_source */
	"224.1.2.3 127.0.0.1 10.0.0.7", "224.1.2.3 127.0.0.1 224.0.0.1",
	/* struct ip_msfilter */
	"224.1.2.3 127.0.0.1 l0 l0", "224.1.2.3 127.0.0.1 l1 l1 10.0.0.7",
	"224.1.2.3 127.0.0.1 l0 l2 10.0.0.7 10.0.0.8",
	"224.1.2.3 127.0.0.1 l1 l0", "224.1.2.3 127.0.0.1 l2 l0",
	"224.1.2.3 127.0.0.1 l0 l999",
	/* struct group_req, group_source_req */
	"l1 l0 s2 s0 224.1.2.3", "l0 l0 s2 s0 224.1.2.3", "l1 l0 s10 s0 224.1.2.3",
	"l1 l0 s2 s0 10.0.0.1",
	/* IP options: record route, source route, router alert, timestamp */
	"b1 b1 b1 b0", "b7 b7 b4 b0 l0", "b131 b7 b4 127.0.0.1 b0",
	"b148 b4 s0", "b68 b8 b5 b0 l0",
	/* struct linger, timeval, sock_txtime, ucred */
	"l1 l0", "l0 l1", "l1 l1", "l1 l2", "l0 l0 l5 l0", "l11 l2", "l1 l0 l70000 l0",
	/* struct vifctl, mfcctl */
	"s0 b0 b1 l0 127.0.0.1 0.0.0.0", "s0 b8 b1 l0 l1 l0",
	"10.0.0.1 224.1.2.3 s0 b0 b1",
	/* struct sock_fprog without a program, tcp_repair_opt, window */
	"l1 l0 l0 l0", "l2 l1460", "l3 l7",
};

#define NUMBERS ARRAY_SIZE(numbers)
#define NAMES ARRAY_SIZE(names)
#define STRUCTURES ARRAY_SIZE(structures)
#define VALUES (NUMBERS + NAMES + STRUCTURES + 2)

static void put(unsigned char **to, const void *from, size_t len)
{
	memcpy(*to, from, len);
	*to += len;
}

static void structure(unsigned char *to, const char *text)
{
	char copy[200], *next = copy, *word;
	struct in_addr in;
	int n;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&next, " "))) {
		n = atoi(word + 1);
		if (inet_pton(AF_INET, word, &in) == 1)
			put(&to, &in, 4);
		else
			put(&to, &n, *word == 'b' ? 1 : *word == 's' ? 2 : 4);
	}
}

/* Fill @area by value number @v; what is to be passed. */
static void *value(unsigned char *area, unsigned int v)
{
	unsigned int i;

	memset(area, 0, AREA);
	if (v < NUMBERS) {
		memcpy(area, &numbers[v], 4);
	} else if (v < NUMBERS + NAMES) {
		strcpy((char *)area, names[v - NUMBERS]);
	} else if (v < NUMBERS + NAMES + STRUCTURES) {
		structure(area, structures[v - NUMBERS - NAMES]);
	} else {
		for (i = 0; i < AREA; i++)
			area[i] = rnd();
	}
	/* At last an address where nothing is. */
	return v == VALUES - 1 ? NOWHERE : area;
}

/* 0 to 64, then these. */
static const int more_lengths[] = { -1, 72, 100, 136, 144, 264, 272, 300 };

#define LENGTHS (65 + ARRAY_SIZE(more_lengths))

static int length(unsigned int i)
{
	return i <= 64 ? (int)i : more_lengths[i - 65];
}

/* One of how many values is tried with a length: more with those of options. */
static int one_of(int len)
{
	switch (len) {
	case 4:
		return slow() ? 2 : 1;
	case 0:
	case 1:
	case 8:
	case 12:
	case 16:
	case 20:
	case 24:
	case 136:
	case 264:
		return slow() ? 64 : 32;
	default:
		return slow() ? 1024 : 512;
	}
}

/* ---- sockets */

#define PORT 4000	/* of what is bound, and of the other end */

/* Connected to itself over lo; the port is the same for both families, as some
 * options tell it.
 */
static int connect_stream(int fd, int *peer)
{
	int l = xsocket(SOCK_STREAM, 0), err;

	err = set_int(l, SOL_SOCKET, SO_REUSEADDR, 1) || xbind(l, "127.0.0.1", PORT) ||
	      listen(l, 1) || xbind(fd, "127.0.0.1", PORT + 1) ||
	      xconnect(fd, "127.0.0.1", PORT);
	*peer = err ? -1 : accept(l, NULL, NULL);
	close(l);
	return *peer < 0 ? -1 : fd;
}

/* A socket of the kind, of the flavour that is on. */
static int open_one(const struct kind *kind, int *peer)
{
	int fd = xsocket(kind->type, kind->proto);

	*peer = -1;
	if (fd < 0 || kind->state == PLAIN)
		return fd;
	if (kind->state == CONNECTED && kind->type == SOCK_STREAM)
		return connect_stream(fd, peer);
	if (kind->type != SOCK_RAW && xbind(fd, "127.0.0.1", PORT))
		return -1;
	if (kind->state == LISTENING && listen(fd, 5))
		return -1;
	if (kind->state == CONNECTED && xconnect(fd, "127.0.0.1", 9))
		return -1;
	return fd;
}

static void twins_open(struct twins *t, const struct kind *kind)
{
	flavour = FL_INET;
	t->inet = open_one(kind, &t->peer_inet);
	flavour = FL_VIEW;
	t->inetx = open_one(kind, &t->peer_inetx);
	if (t->inet < 0 || t->inetx < 0)
		ksft_exit_fail_msg("%s: no sockets: %s\n", kind->name,
				   strerror(errno));
}

/* By a reset, which leaves nothing in TIME_WAIT. */
static void reset(int fd)
{
	static const struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void twins_close(struct twins *t)
{
	reset(t->inet);
	reset(t->inetx);
	if (t->peer_inet >= 0) {
		reset(t->peer_inet);
		reset(t->peer_inetx);
	}
}

/* ---- differences */

static const char *errno_name(int err)
{
	return err ? strerrorname_np(err) : "0";
}

/* What two results have from their first difference on. */
static void print_data(const struct result *a, const struct result *b)
{
	unsigned int from = 0, i;

	while (from < AREA - 1 && a->data[from] == b->data[from])
		from++;
	from &= ~3;
	printf("#   AF_INET : length %d, at %d:", (int)a->len, from);
	for (i = from; i < AREA && i < from + 16; i++)
		printf(" %02x", a->data[i]);
	printf("\n#   AF_INETX: length %d, at %d:", (int)b->len, from);
	for (i = from; i < AREA && i < from + 16; i++)
		printf(" %02x", b->data[i]);
	printf("\n");
}

/* One line for each kind of difference, with what came first. */
static bool is_new(const char *text)
{
	static char *seen[4000];
	static int n;
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(seen[i], text))
			return false;
	if (n < (int)ARRAY_SIZE(seen))
		seen[n++] = strdup(text);
	return true;
}

static void differ(const struct call *c, const struct result *a,
		   const struct result *b, const unsigned char *val)
{
	bool same_err = a->err == b->err;
	char number[12], text[200];
	const char *const field[] = {
		c->kind->name, c->level->name, number, c->set ? "set" : "get",
		same_err ? "value" : errno_name(a->err),
		same_err ? "value" : errno_name(b->err),
	};

	snprintf(number, sizeof(number), "%d", c->option);
	if (known_covers(&known, field))
		return;
	faults++;
	snprintf(text, sizeof(text), "%s %s %s %s%s: %s, here %s", field[0],
		 field[1], field[2], field[3], c->nobody ? " by nobody" : "",
		 field[4], field[5]);
	if (!is_new(text))
		return;
	printf("# %s (length %d", text, c->len);
	if (val && val != NOWHERE)
		printf(", value %02x %02x %02x %02x %02x %02x %02x %02x", val[0],
		       val[1], val[2], val[3], val[4], val[5], val[6], val[7]);
	printf(")\n");
	if (same_err)
		print_data(a, b);
}

/* ---- calls */

static void get_one(int fd, const struct call *c, struct result *r)
{
	memset(r->data, 0xa5, AREA);
	r->len = c->len;
	r->err = CALL_ERRNO(getsockopt(fd, c->level->number, c->option, r->data,
				       &r->len));
}

/* Times since something happened, which go on between the two calls; and the
 * MSS without a connection, which TCP_MAXSEG tells, too.
 */
static void forget_some(const struct call *c, struct result *r)
{
	struct tcp_info *ti = (void *)r->data;

	if (c->level->number != SOL_TCP || c->option != TCP_INFO)
		return;
	ti->tcpi_last_data_sent = 0;
	ti->tcpi_last_data_recv = 0;
	ti->tcpi_last_ack_recv = 0;
	if (c->kind->state != CONNECTED)
		ti->tcpi_snd_mss = 0;
}

/* Read on both, compare. */
static int get_both(const struct twins *t, struct call *c, int len)
{
	struct result a, b;

	c->set = false;
	c->len = len;
	get_one(t->inet, c, &a);
	get_one(t->inetx, c, &b);
	calls++;
	forget_some(c, &a);
	forget_some(c, &b);
	if (a.err != b.err || a.len != b.len || memcmp(a.data, b.data, AREA))
		differ(c, &a, &b, NULL);
	return a.err ?: b.err;
}

static int set_both(const struct twins *t, struct call *c, const void *val,
		    int len)
{
	struct result a = { 0 }, b = { 0 };

	c->set = true;
	c->len = len;
	a.err = CALL_ERRNO(setsockopt(t->inet, c->level->number, c->option, val,
				      len));
	b.err = CALL_ERRNO(setsockopt(t->inetx, c->level->number, c->option, val,
				      len));
	calls++;
	if (a.err != b.err)
		differ(c, &a, &b, val);
	return a.err ?: b.err;
}

static bool is_unknown(int err)
{
	return err == ENOPROTOOPT || err == EOPNOTSUPP;
}

/* Neither family has it; some levels look at the length first, though. */
static bool unknown(const struct twins *t, struct call *c)
{
	unsigned char area[AREA];
	void *one = value(area, 1);

	get_both(t, c, 0);
	set_both(t, c, one, 0);
	get_both(t, c, 16);
	set_both(t, c, one, 16);
	return is_unknown(get_both(t, c, 4)) & is_unknown(set_both(t, c, one, 4));
}

/* The options that a kind of socket has. */
struct option {
	const struct level *level;
	int number;
};

static struct option live[1000];
static unsigned int lives;

/* Every value with every length, or some of them. */
static void try_option(const struct twins *t, struct call *c)
{
	struct call other = *c;
	unsigned char area[AREA];
	unsigned int v, l;
	void *val;

	for (l = 0; l < LENGTHS; l++)
		get_both(t, c, length(l));
	for (v = 0; v < VALUES; v++) {
		for (l = 0; l < LENGTHS; l++) {
			if (!is_long && rnd() % one_of(length(l)))
				continue;
			val = value(area, v);
			set_both(t, c, val, length(l));
			get_both(t, c, AREA);
			get_both(t, c, length(rnd() % LENGTHS));
		}
	}
	/* What it does to the others, too; and a value that cannot be read. */
	set_both(t, c, value(area, 1), 4);
	set_both(t, c, NOWHERE, 4);
	for (v = 0; v < lives; v++) {
		other.level = live[v].level;
		other.option = live[v].number;
		get_both(t, &other, AREA);
	}
}

/* Each option by itself, on sockets that are new. */
static void each_option(const struct kind *kind, bool nobody)
{
	struct call c = { .kind = kind, .nobody = nobody };
	struct twins t;
	unsigned int i;

	lives = 0;
	twins_open(&t, kind);
	for (i = 0; i < ARRAY_SIZE(levels) * OPTIONS; i++) {
		c.level = &levels[i / OPTIONS];
		c.option = i % OPTIONS;
		if (nobody)
			drop_root();
		if (!unknown(&t, &c)) {
			if (lives < ARRAY_SIZE(live))
				live[lives++] = (struct option){ c.level, c.option };
			try_option(&t, &c);
			regain_root();
			twins_close(&t);
			twins_open(&t, kind);
		}
		regain_root();
	}
	twins_close(&t);
}

/* Options at random, then all of them read. */
static void mixed(const struct kind *kind, bool nobody)
{
	struct call c = { .kind = kind, .nobody = nobody };
	unsigned char area[AREA];
	struct twins t;
	unsigned int i;
	void *val;

	twins_open(&t, kind);
	if (nobody)
		drop_root();
	for (i = 0; i < 200; i++) {
		const struct option *o = &live[rnd() % lives];

		c.level = o->level;
		c.option = o->number;
		val = value(area, rnd() % VALUES);
		set_both(&t, &c, val, rnd() % 2 ? 4 : length(rnd() % LENGTHS));
		get_both(&t, &c, AREA);
	}
	for (i = 0; i < lives; i++) {
		c.level = live[i].level;
		c.option = live[i].number;
		get_both(&t, &c, AREA);
	}
	regain_root();
	twins_close(&t);
}

static void try_kind(const struct kind *kind)
{
	long before = calls, wrong = faults;
	int nobody, i;

	for (nobody = 0; nobody < 2; nobody++) {
		rnd_state = (seed + nobody) * 0x9e3779b97f4a7c15ull | 1;
		each_option(kind, nobody);
		for (i = 0; i < (is_long ? 1000 : 5); i++)
			mixed(kind, nobody);
	}
	printf("# %s: %ld pairs of calls\n", kind->name, calls - before);
	ksft_test_result(faults == wrong && lives > 20, "%s\n", kind->name);
}

static char modprobe[256] = "\n";

/* Write what is in modprobe, keep there what was set before. */
static void swap_modprobe(void)
{
	int fd = open("/proc/sys/kernel/modprobe", O_RDWR);
	char old[sizeof(modprobe)] = { 0 };

	if (fd < 0 || read(fd, old, sizeof(old) - 1) < 0 ||
	    lseek(fd, 0, SEEK_SET) ||
	    write(fd, modprobe, strlen(modprobe)) != (ssize_t)strlen(modprobe))
		abort();
	memcpy(modprobe, old, sizeof(old));
	close(fd);
}

static bool named(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!fnmatch(*names, name, 0))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const char *s = getenv("SOCKOPT_SEED"), *l = getenv("INETX_LONG");
	const char *why;
	unsigned int i;

	(void)argc;

	ksft_print_header();
	why = flavour_enter(FL_VIEW);
	if (why)
		ksft_exit_skip("%s\n", why);
	ksft_set_plan(ARRAY_SIZE(kinds) + 1);
	seed = s ? strtoul(s, NULL, 0) : (unsigned int)time(NULL);
	is_long = l && atoi(l);
	printf("# SOCKOPT_SEED=%u\n", seed);
	if (known_load(&known, "sockopt.known", 6))
		ksft_exit_fail_msg("no list of what is known\n");
	flavour = FL_INET;
	if (sysctl_set("ping_group_range", "0 2147483647"))
		ksft_exit_fail_msg("ping_group_range\n");
	flavour = FL_VIEW;
	if (sysctl_set("ping_group_range", "0 2147483647"))
		ksft_exit_fail_msg("ping_group_range\n");
	/* Its options, where it is not built in. */
	if (system("modprobe -q ip_tables"))
		printf("# no module ip_tables\n");
	/* Names that nobody has are asked for often: no program is to look. */
	swap_modprobe();
	atexit(swap_modprobe);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (named(kinds[i].name, argv + 1))
			try_kind(&kinds[i]);
		else
			ksft_test_result_skip("%s: not asked for\n", kinds[i].name);
	}
	if (argv[1])
		ksft_test_result_skip("the list: not all was tried\n");
	else
		ksft_test_result(!known_unmet(&known), "what is known is still so\n");
	ksft_finished();
}
