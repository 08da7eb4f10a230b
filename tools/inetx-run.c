// SPDX-License-Identifier: GPL-2.0
/*
 * inetx-run - run an unmodified program on AF_INETX.
 *
 * Only sets the environment and becomes the program: the work is done by
 * libinetx-run.so inside of it.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../uapi/linux/inetx.h"
#include "program.h"

#define VERSION		"1.0"
#define LIBRARY		"libinetx-run.so"
#define MODULE_DIR	"/sys/module/inetx"

/* As env(1), nice(1) and the shell have them. */
#define EXIT_CANNOT_RUN	126
#define EXIT_NOT_FOUND	127

static void complain(const char *format, ...) __printf(1, 2);

static void complain(const char *format, ...)
{
	va_list args;

	fputs("inetx-run: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void usage(FILE *to)
{
	fputs("Usage: inetx-run [-v] [-6] [--] COMMAND [ARGUMENT]...\n"
	      "Run COMMAND with its IPv4 sockets, tools and files on AF_INETX.\n"
	      "\n"
	      "  -v, --verbose  say on standard error what is mapped\n"
	      "  -6, --ipv6     leave IPv6 to the host instead of refusing it\n"
	      "      --help     show this and exit\n"
	      "      --version  show the version and exit\n"
	      "\n"
	      "The exit status is COMMAND's; 1 if the module is not loaded, 2 if the\n"
	      "options are wrong, 126 if COMMAND cannot be run, 127 if it is not found.\n",
	      to);
}

/* The number in force, or -1 and a message. */
static int family_in_force(void)
{
	const char *test = getenv("INETX_RUN_FAMILY");
	int family = AF_INETX;
	FILE *file;

	if (test) {
		char *end;
		long number = strtol(test, &end, 10);

		if (end == test || *end || number < 1 || number > 127) {
			complain("INETX_RUN_FAMILY=%s is not a family number",
				 test);
			return -1;
		}
		return number;
	}
	if (access(MODULE_DIR, F_OK)) {
		complain("the module inetx is not loaded");
		complain("as root: modprobe inetx, or insmod inetx.ko");
		return -1;
	}
	file = fopen(MODULE_DIR "/parameters/family", "re");
	if (!file || fscanf(file, "%d", &family) != 1 || family < 1 ||
	    family > 127) {
		complain("cannot read the family number from %s/parameters/family",
			 MODULE_DIR);
		family = -1;
	}
	if (file)
		fclose(file);
	return family;
}

/* Beside this program when run from the source tree, else where installed. */
static bool find_library(char *path, size_t size)
{
	char self[PATH_MAX];
	ssize_t n;
	int len;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		len = snprintf(path, size, "%s/%s", self, LIBRARY);
		if (len >= 0 && (size_t)len < size && !access(path, R_OK))
			return true;
	}
	len = snprintf(path, size, "%s/%s", INETX_LIBDIR, LIBRARY);
	if (len >= 0 && (size_t)len < size && !access(path, R_OK))
		return true;
	complain("%s is neither beside %s nor in %s", LIBRARY,
		 n > 0 ? "the program" : "/proc/self/exe", INETX_LIBDIR);
	return false;
}

static bool listed(const char *list, const char *path)
{
	size_t want = strlen(path);

	while (*list) {
		size_t n = strcspn(list, ": ");

		if (n == want && !strncmp(list, path, n))
			return true;
		list += n;
		list += strspn(list, ": ");
	}
	return false;
}

/*
 * Ours comes first and finds the others behind it.  A launcher inside a
 * launched shell finds the library there already.
 */
static bool set_preload(const char *path)
{
	const char *old = getenv("LD_PRELOAD");
	char *both;
	bool ok;

	/* ld.so(8) knows no way to quote its separators. */
	if (strpbrk(path, " :")) {
		complain("%s: LD_PRELOAD cannot carry a path with a space or a colon",
			 path);
		return false;
	}
	if (!old || !*old)
		return !setenv("LD_PRELOAD", path, 1);
	if (listed(old, path))
		return true;
	if (asprintf(&both, "%s:%s", path, old) < 0)
		return false;
	ok = !setenv("LD_PRELOAD", both, 1);
	free(both);
	return ok;
}

static bool set_conf(int family, bool verbose, bool ipv6)
{
	char conf[64];

	snprintf(conf, sizeof(conf), "%d%s%s", family,
		 verbose ? ",verbose" : "", ipv6 ? ",ipv6" : "");
	return !setenv("INETX_RUN_CONF", conf, 1);
}

static void warn_of(const char *command)
{
	char path[PATH_MAX];

	if (!inetx_program_find(command, path, sizeof(path)))
		return;
	switch (inetx_program_check(path)) {
	case INETX_PROGRAM_OK:
		break;
	case INETX_PROGRAM_STATIC:
		complain("warning: %s is statically linked and stays on the host's IPv4",
			 path);
		break;
	case INETX_PROGRAM_SECURE:
		complain("warning: %s gains privileges from its file, ignores LD_PRELOAD and so",
			 path);
		complain("stays on the host's IPv4; root can run it on AF_INETX");
		break;
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "verbose", no_argument, NULL, 'v' },
		{ "ipv6", no_argument, NULL, '6' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	char library[PATH_MAX];
	bool verbose = false;
	bool ipv6 = false;
	int family, error;
	int c;

	while ((c = getopt_long(argc, argv, "+v6", options, NULL)) != -1) {
		switch (c) {
		case 'v':
			verbose = true;
			break;
		case '6':
			ipv6 = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		case 'V':
			puts("inetx-run " VERSION);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind == argc) {
		complain("no command given");
		usage(stderr);
		return 2;
	}

	family = family_in_force();
	if (family < 0 || !find_library(library, sizeof(library)))
		return 1;
	if (!set_preload(library) || !set_conf(family, verbose, ipv6))
		return 1;
	warn_of(argv[optind]);

	execvp(argv[optind], argv + optind);
	error = errno;
	complain("%s: %s", argv[optind], strerror(error));
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}
