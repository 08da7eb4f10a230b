// SPDX-License-Identifier: GPL-2.0
/* timeout: 60 */
/* /proc/net/fib_trie, fib_triestat and stat/arp_cache. */
#include <ctype.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kselftest_harness.h"
#include "common.h"
#include "routing.h"

CONFIG_FIXTURE(proc);

#define MANY	(slow() ? 200 : 1000)

static char text[4 << 20];

static int file_open(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/net/%s%s",
		 flavour == FL_INET ? "" : "inetx/", name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The rest of a file into text, @chunk bytes at a time; its length. */
static size_t slurp(int fd, size_t chunk)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text + len, chunk)) > 0 &&
	       len + n + chunk < sizeof(text))
		len += n;
	text[len] = '\0';
	return n ? 0 : len;
}

static const char *file(const char *name)
{
	int fd = file_open(name);

	slurp(fd, 4096);
	close(fd);
	return text;
}

/* Tables, leaves and what they hold, one after the other. */
static const char *leaves(void)
{
	static char out[4096];
	char *line, *save;

	file("fib_trie");
	*out = '\0';
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		line += strspn(line, " ");
		if (!strncmp(line, "+--", 3))
			continue;
		strcat(out, line);
		strcat(out, *line == '/' ? ";" : " ");
	}
	return out;
}

/* A heading, as leaves() gives it. */
#define TABLE(name)	name ": "

/* From then on, AF_INET's tables local and main are apart. */
static int setup(void)
{
	return ip_batch("link add d0 type dummy\n"
			"link set d0 up\n"
			"addr add 10.1.0.1/24 dev d0\n"
			"rule add pref 10 from 9.9.9.9 lookup main\n");
}

TEST_F(proc, leaves)
{
	ASSERT_EQ(0, setup());
	ASSERT_EQ(0, ip_batch("route add default via 10.1.0.254\n"
			      "route add unreachable 10.0.0.0/8\n"
			      "route add blackhole 20.0.0.0/8\n"
			      "route add 20.0.0.0/24 via 10.1.0.254\n"
			      "route add 30.0.0.0/8 dev d0\n"
			      "route add 30.0.0.0/8 tos 0x10 via 10.1.0.254\n"
			      "route add 30.0.0.0/8 metric 5 via 10.1.0.254\n"
			      "route add prohibit 40.0.0.0/8 table 100\n"
			      "route add throw 40.0.0.0/9 table 100\n"));
	EXPECT_STREQ(TABLE("Id 100")
		     "|-- 40.0.0.0 /9 universe THROW;/8 universe PROHIBIT;"
		     TABLE("Main")
		     "|-- 0.0.0.0 /0 universe UNICAST;"
		     "|-- 10.0.0.0 /8 universe UNREACHABLE;"
		     "|-- 10.1.0.0 /24 link UNICAST;"
		     "|-- 20.0.0.0 /24 universe UNICAST;/8 universe BLACKHOLE;"
		     "|-- 30.0.0.0 /8 universe UNICAST tos=16;"
		     "/8 link UNICAST;/8 universe UNICAST;"
		     TABLE("Local")
		     "|-- 10.1.0.1 /32 host LOCAL;"
		     "|-- 10.1.0.255 /32 link BROADCAST;"
		     "|-- 127.0.0.0 /8 host LOCAL;"
		     "|-- 127.0.0.1 /32 host LOCAL;"
		     "|-- 127.255.255.255 /32 link BROADCAST;", leaves());
}

/* What a line names: its depth, prefix (of a leaf: the address) and kind. */
struct line {
	int depth;
	char kind;
	uint32_t key;
	int len;
};

static bool parse(const char *at, struct line *line)
{
	unsigned int a, b, c, d, bits, full, empty;
	int spaces = strspn(at, " ");

	at += spaces;
	line->depth = (spaces - 2) / 3;
	line->len = 32;
	line->kind = *at;
	if (line->kind == '+' &&
	    sscanf(at, "+-- %u.%u.%u.%u/%d %u %u %u", &a, &b, &c, &d,
		   &line->len, &bits, &full, &empty) != 8)
		return false;
	if (line->kind == '|' &&
	    sscanf(at, "|-- %u.%u.%u.%u", &a, &b, &c, &d) != 4)
		return false;
	if (line->kind == '/')
		return spaces >= 5 && (spaces - 2) % 3 == 0;
	line->key = a << 24 | b << 16 | c << 8 | d;
	return (line->kind == '+' || line->kind == '|') &&
	       (spaces - 2) % 3 == 0;
}

static bool below(const struct line *line, const struct line *up)
{
	return up->kind == '+' &&
	       (!up->len || !((line->key ^ up->key) >> (32 - up->len)));
}

/*
 * Is text a tree: whatever stands below a node begins with its prefix, and each
 * leaf is in order?  Counts the nodes and leaves of a table.
 */
static bool is_tree(const char *table, int *nodes, int *leaf_count)
{
	struct line up[40], line;
	char *at, *save;
	int64_t last = -1;
	int depth = -1;

	*nodes = 0;
	*leaf_count = 0;
	at = strstr(text, table);
	if (!at)
		return false;
	strtok_r(at, "\n", &save);
	while ((at = strtok_r(NULL, "\n", &save)) && *at == ' ') {
		if (!parse(at, &line))
			return false;
		if (line.kind == '/') {
			if (line.depth != depth + 1)
				return false;
			continue;
		}
		if (line.depth > depth + (depth < 0 || up[depth].kind == '+'))
			return false;
		depth = line.depth;
		up[depth] = line;
		if (depth && !below(&line, &up[depth - 1]))
			return false;
		if (line.kind == '+') {
			++*nodes;
			continue;
		}
		++*leaf_count;
		if (line.key <= last)
			return false;
		last = line.key;
	}
	return true;
}

/* "Leaves: 3" of a table, by fib_triestat. */
static long stat_of(const char *table, const char *name)
{
	const char *at = strstr(file("fib_triestat"), table);

	at = at ? strstr(at, name) : NULL;
	return at ? atol(at + strlen(name)) : -1;
}

/* Add or delete routes, not in order, from the @from-th on. */
static int many(const char *verb, int from)
{
	char lines[200 * 36], *at = lines;
	int i, n, err = 0;

	for (i = from; i < MANY && !err; i++) {
		n = i * 7919 % MANY;
		at += sprintf(at, "route %s 50.%d.%d.0/%d dev d0\n", verb,
			      n / 100, n % 100, 24 + i % 3);
		if (i % 150 && i < MANY - 1)
			continue;
		err = ip_batch(lines);
		at = lines;
	}
	return err;
}

TEST_F(proc, many)
{
	int nodes, count, fd;
	size_t len;
	char *once;

	ASSERT_EQ(0, setup());
	ASSERT_EQ(0, ip_batch("route add 50.0.0.0/8 dev d0\n"));
	ASSERT_EQ(0, many("add", 0));
	file("fib_trie");
	len = strlen(text);
	once = strdup(text);
	EXPECT_TRUE(is_tree("Main:\n", &nodes, &count));
	/* 50.0.0.0 is the address of two prefixes */
	EXPECT_EQ(MANY + 1, count);
	EXPECT_LT(0, nodes);
	EXPECT_EQ(count, stat_of("Main:\n", "Leaves:"));
	EXPECT_EQ(MANY + 2, stat_of("Main:\n", "Prefixes:"));
	EXPECT_EQ(nodes, stat_of("Main:\n", "Internal nodes:"));
	EXPECT_LT(0, stat_of("Main:\n", "Max depth:"));
	EXPECT_LT(0, stat_of("Main:\n", "Pointers:"));
	EXPECT_LT(0, stat_of("Main:\n", "Total size:"));
	EXPECT_EQ(5, stat_of("Local:\n", "Leaves:"));

	/* by small pieces, from the middle, and while routes go */
	fd = file_open("fib_trie");
	EXPECT_EQ(len, slurp(fd, 61));
	EXPECT_STREQ(once, text);
	EXPECT_EQ(64, pread(fd, text, 64, len / 2));
	EXPECT_EQ(0, memcmp(once + len / 2, text, 64));
	EXPECT_EQ(0, lseek(fd, 0, SEEK_SET));
	EXPECT_LT(0, read(fd, text, 4000));
	ASSERT_EQ(0, many("del", 1));
	len = slurp(fd, 4096);
	EXPECT_LT(0, len);
	/* AF_INET counts from the beginning, and is behind the end now */
	EXPECT_TRUE(flavour == FL_INET || strstr(text, "Local:\n"));
	close(fd);
	free(once);
	EXPECT_EQ(2, stat_of("Main:\n", "Leaves:"));
}

/* Of the whole machine: only the initial namespace has it. */
static int initial_namespace(void)
{
	int fd = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);
	int err = setns(fd, CLONE_NEWNET);

	close(fd);
	return err;
}

/* The entries as lnstat(8) shows them. */
static int shown_entries(void)
{
	FILE *f = popen(flavour == FL_INET ?
			"lnstat -c 1 -f arp_cache -k arp_cache:entries" :
			"inetx-run lnstat -c 1 -f arp_cache -k arp_cache:entries",
			"r");
	char line[256];
	int n = -1;

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "%d", &n);
	if (f)
		pclose(f);
	return n;
}

#define ARP_CACHE_HEAD "entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls"
#define X "xxxxxxxx"

TEST_F(proc, arp_cache)
{
	static const char form[] =
		X " " X " " X " " X "   " X " " X " " X "   " X "         " X
		"         " X "         " X "       " X "            " X;
	char *line, *save, *c;
	int cpus = 0;

	ASSERT_EQ(0, ip_batch("link add d0 type dummy\n"
			      "link set d0 up\n"
			      "neigh add 10.1.0.7 lladdr 02:00:00:00:00:07 dev d0\n"
			      "neigh add 10.1.0.8 lladdr 02:00:00:00:00:08 dev d0\n"));
	EXPECT_EQ(-1, file_open("stat/arp_cache"));
	ASSERT_EQ(0, initial_namespace());
	file("stat/arp_cache");
	EXPECT_STREQ(ARP_CACHE_HEAD, strtok_r(text, "\n", &save));
	while ((line = strtok_r(NULL, "\n", &save))) {
		EXPECT_LE(2, strtoul(line, NULL, 16));
		for (c = line; *c; c++)
			if (isxdigit(*c))
				*c = 'x';
		EXPECT_STREQ(form, line);
		cpus++;
	}
	EXPECT_LE(sysconf(_SC_NPROCESSORS_CONF), cpus);
	EXPECT_LE(2, shown_entries());
}

TEST_HARNESS_MAIN
