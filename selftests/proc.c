// SPDX-License-Identifier: GPL-2.0
/* timeout: 60 */
/* /proc/net/stat/arp_cache. */
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

#define X "xxxxxxxx"

TEST_F(proc, arp_cache)
{
	static const char head[] =
		"entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls";
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
	EXPECT_STREQ(head, strtok_r(text, "\n", &save));
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
