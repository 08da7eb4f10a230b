// SPDX-License-Identifier: GPL-2.0
/* Which paths inetx-run maps, and to what. */
#include <limits.h>
#include <string.h>

#include "kselftest_harness.h"
#include "tools/path.h"

#define SYSCTL	"/proc/sys/net/inetx"

static const struct {
	const char *path;
	enum inetx_path kind;
	const char *mapped;
} cases[] = {
	{ "/proc/net/tcp", INETX_PATH_NET, "/proc/net/inetx/tcp" },
	{ "//proc///net/./tcp", INETX_PATH_NET, "/proc/net/inetx/tcp" },
	{ "/proc/self/net/arp", INETX_PATH_NET, "/proc/self/net/inetx/arp" },
	{ "/proc/thread-self/net/udp", INETX_PATH_NET,
	  "/proc/thread-self/net/inetx/udp" },
	{ "/proc/42/net/snmp", INETX_PATH_NET, "/proc/42/net/inetx/snmp" },
	{ "/proc/42/task/43/net/raw", INETX_PATH_NET,
	  "/proc/42/task/43/net/inetx/raw" },
	{ "/proc/net/stat/arp_cache", INETX_PATH_NET,
	  "/proc/net/inetx/stat/arp_cache" },
	{ "/proc/sys/net/ipv4/ip_forward", INETX_PATH_SYSCTL,
	  SYSCTL "/ip_forward" },
	{ "/proc/sys/net/ipv4", INETX_PATH_SYSCTL, SYSCTL },
	{ "/proc/sys/net/ipv4/", INETX_PATH_SYSCTL, SYSCTL "/" },
	{ "/proc/sys/net/ipv4/conf/../ip_forward", INETX_PATH_SYSCTL,
	  SYSCTL "/ip_forward" },
	{ "/proc/sys/net/ipv6/../ipv4/ip_forward", INETX_PATH_SYSCTL,
	  SYSCTL "/ip_forward" },
	{ "/proc/sys/net/ipv4/../core/somaxconn", INETX_PATH_OTHER, NULL },
	{ "/proc/sys/net/ipv4/../../../sys/net/ipv4/tcp_rmem",
	  INETX_PATH_SYSCTL, SYSCTL "/tcp_rmem" },
	{ "/proc/sys/net/inetx/ip_forward", INETX_PATH_OTHER, NULL },
	{ "/proc/sys/net/ipv4x/ip_forward", INETX_PATH_OTHER, NULL },
	{ "/proc/sys/net", INETX_PATH_OTHER, NULL },
	{ "/proc/net", INETX_PATH_OTHER, NULL },
	{ "/proc/net/", INETX_PATH_OTHER, NULL },
	{ "/proc/net/inetx", INETX_PATH_OTHER, NULL },
	{ "/proc/net/inetx/tcp", INETX_PATH_OTHER, NULL },
	{ "/proc/self/cwd/../net/tcp", INETX_PATH_OTHER, NULL },
	{ "/proc/net/../tcp", INETX_PATH_OTHER, NULL },
	{ "/proc/42x/net/tcp", INETX_PATH_OTHER, NULL },
	{ "/proc/42/task/net/tcp", INETX_PATH_OTHER, NULL },
	{ "/proc/task/42/net/tcp", INETX_PATH_OTHER, NULL },
	{ "/proc/selfish/net/tcp", INETX_PATH_OTHER, NULL },
	{ "/procnet/tcp", INETX_PATH_OTHER, NULL },
	{ "/tmp/proc/net/tcp", INETX_PATH_OTHER, NULL },
	{ "proc/net/tcp", INETX_PATH_OTHER, NULL },
	{ "/proc/..", INETX_PATH_OTHER, NULL },
	{ "/proc/sys/../../..", INETX_PATH_OTHER, NULL },
	{ "/", INETX_PATH_OTHER, NULL },
	{ "", INETX_PATH_OTHER, NULL },
};

TEST(table)
{
	char out[PATH_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		enum inetx_path kind;

		kind = inetx_path_map(cases[i].path, out, sizeof(out));
		EXPECT_EQ(cases[i].kind, kind)
			TH_LOG("%s", cases[i].path);
		if (cases[i].mapped && kind != INETX_PATH_OTHER)
			EXPECT_STREQ(cases[i].mapped, out);
	}
}

TEST(no_path)
{
	char out[PATH_MAX];

	EXPECT_EQ(INETX_PATH_OTHER, inetx_path_map(NULL, out, sizeof(out)));
}

/* Whatever the room, nothing is written past it and nothing is cut short. */
TEST(room)
{
	static const char path[] = "/proc/sys/net/ipv4/ip_forward";
	static const char mapped[] = SYSCTL "/ip_forward";
	size_t size;

	for (size = 1; size <= sizeof(mapped) + 1; size++) {
		char *out = malloc(size);
		enum inetx_path kind = inetx_path_map(path, out, size);

		EXPECT_EQ(size >= sizeof(mapped) ? INETX_PATH_SYSCTL :
						   INETX_PATH_OTHER, kind);
		free(out);
	}
}

TEST(long_path)
{
	char path[2 * PATH_MAX] = "/proc/sys/net/ipv4/";
	char out[PATH_MAX];
	size_t used = strlen(path);

	memset(path + used, 'x', sizeof(path) - used - 1);
	path[sizeof(path) - 1] = '\0';
	EXPECT_EQ(INETX_PATH_OTHER, inetx_path_map(path, out, sizeof(out)));
}

/* Paths from a few parts at random: no crash, and a mapped path is ours. */
TEST(random_paths)
{
	static const char * const part[] = {
		"/", "//", ".", "..", "proc", "/proc", "/sys", "/net", "/ipv4",
		"/self", "/42", "/task", "/inetx", "/tcp", "x", "/..", "/.",
	};
	char path[PATH_MAX], out[PATH_MAX];
	int round, n;

	srandom(1);
	for (round = 0; round < 200000; round++) {
		strcpy(path, random() % 4 ? "/proc" : "");
		for (n = random() % 10; n; n--)
			strcat(path, part[random() % ARRAY_SIZE(part)]);
		switch (inetx_path_map(path, out, sizeof(out))) {
		case INETX_PATH_SYSCTL:
			ASSERT_EQ(0, strncmp(out, SYSCTL, strlen(SYSCTL)))
				TH_LOG("%s", path);
			ASSERT_EQ(NULL, strstr(out, "/../"));
			break;
		case INETX_PATH_NET:
			ASSERT_NE(NULL, strstr(out, "/net/inetx/"))
				TH_LOG("%s", path);
			ASSERT_EQ(NULL, strstr(out, "/../"));
			break;
		case INETX_PATH_OTHER:
			break;
		}
	}
}

TEST_HARNESS_MAIN
