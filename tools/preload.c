// SPDX-License-Identifier: GPL-2.0
/* The library's settings, its messages, and its way to the C library. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../uapi/linux/inetx.h"
#include "preload.h"

static struct inetx_run settings = { .family = AF_INETX };
static pthread_once_t settings_once = PTHREAD_ONCE_INIT;

/* INETX_RUN_CONF=FAMILY[,verbose][,ipv6], written by the launcher. */
static void read_settings(void)
{
	const char *conf = getenv("INETX_RUN_CONF");
	char *end;
	long family;

	if (!conf)
		return;
	family = strtol(conf, &end, 10);
	if (end != conf && family > 0 && family < 128)
		settings.family = family;
	settings.verbose = strstr(end, ",verbose");
	settings.ipv6 = strstr(end, ",ipv6");
}

/**
 * inetx_run() - the launcher's decisions
 *
 * Read on first use, which may come before this library's own constructors:
 * those of other libraries open files and sockets too.
 */
const struct inetx_run *inetx_run(void)
{
	pthread_once(&settings_once, read_settings);
	return &settings;
}

/**
 * inetx_run_next() - look up the function that ours stands in front of
 * @slot: remembers the answer; racing look-ups find the same
 * @name: symbol
 *
 * A program that calls a function which no library has cannot have been
 * linked, so a failure is a broken installation and ends the program.
 */
void *inetx_run_next(void **slot, const char *name)
{
	void *fn = __atomic_load_n(slot, __ATOMIC_RELAXED);

	if (fn)
		return fn;
	fn = dlsym(RTLD_NEXT, name);
	if (!fn) {
		inetx_run_say("the C library has no %s()", name);
		abort();
	}
	__atomic_store_n(slot, fn, __ATOMIC_RELAXED);
	return fn;
}

/**
 * inetx_run_say() - one line to standard error, "inetx-run: NAME[PID]: ..."
 * @format: as printf's, without the end of the line
 *
 * Goes out in one write, past our own interposed functions.  errno stays.
 */
void inetx_run_say(const char *format, ...)
{
	int saved = errno;
	char line[512];
	va_list args;
	size_t used;
	int n;

	n = snprintf(line, sizeof(line), "inetx-run: %.64s[%d]: ",
		     program_invocation_short_name, (int)getpid());
	used = n < 0 ? 0 : n;
	va_start(args, format);
	n = vsnprintf(line + used, sizeof(line) - used, format, args);
	va_end(args);
	if (n > 0)
		used += n;
	if (used > sizeof(line) - 1)
		used = sizeof(line) - 1;
	line[used++] = '\n';
	syscall(SYS_write, STDERR_FILENO, line, used);
	errno = saved;
}
