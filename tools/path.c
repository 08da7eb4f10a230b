// SPDX-License-Identifier: GPL-2.0
/* Pure path arithmetic: no system call is made here. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "path.h"

#define SYSCTL_ROOT	"/proc/sys"
#define SYSCTL_IPV4	"/proc/sys/net/ipv4"
#define SYSCTL_INETX	"/proc/sys/net/inetx"

/* "/PREFIX" or "/PREFIX/..." but not "/PREFIXES". */
static bool under(const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	return !strncmp(path, prefix, n) && (!path[n] || path[n] == '/');
}

/*
 * Write @path without doubled slashes, "." and "..".  ".." is only resolved
 * below /proc/sys, where no component is a symbolic link.  A trailing slash
 * stays, it has a meaning.  False: relative, too long or not to be resolved.
 */
static bool normalise(const char *path, char *out, size_t size)
{
	size_t used = 0;

	if (*path != '/')
		return false;
	*out = '\0';
	while (*path) {
		const char *part;
		size_t n;

		path += strspn(path, "/");
		part = path;
		n = strcspn(path, "/");
		path += n;
		if (n == 1 && part[0] == '.')
			continue;
		if (n == 2 && part[0] == '.' && part[1] == '.') {
			if (!under(out, SYSCTL_ROOT))
				return false;
			while (out[--used] != '/')
				;
			out[used] = '\0';
			continue;
		}
		if (used + n + 2 > size)
			return false;
		out[used++] = '/';
		memcpy(out + used, part, n);
		used += n;
		out[used] = '\0';
	}
	return used > 0;
}

/* The length of a leading "/123", "/self" or "/thread-self", else 0. */
static size_t process_part(const char *s)
{
	size_t digits;

	if (*s != '/')
		return 0;
	if (under(s, "/self"))
		return strlen("/self");
	if (under(s, "/thread-self"))
		return strlen("/thread-self");
	digits = strspn(s + 1, "0123456789");
	if (digits && (!s[1 + digits] || s[1 + digits] == '/'))
		return 1 + digits;
	return 0;
}

/*
 * The length of the leading "/proc/net/", "/proc/PID/net/" or
 * "/proc/PID/task/TID/net/", else 0.  Another process may live in another
 * network namespace, so its number has to stay in the mapped path.
 */
static size_t net_part(const char *path)
{
	size_t n = strlen("/proc");
	size_t pid;

	if (!under(path, "/proc"))
		return 0;
	pid = process_part(path + n);
	n += pid;
	if (pid && under(path + n, "/task")) {
		size_t tid = process_part(path + n + strlen("/task"));

		if (!tid)
			return 0;
		n += strlen("/task") + tid;
	}
	if (strncmp(path + n, "/net/", strlen("/net/")))
		return 0;
	return n + strlen("/net/");
}

/**
 * inetx_path_map() - find the counterpart of one of IPv4's files
 * @path: path as the program gave it
 * @out: receives the mapped path, unless INETX_PATH_OTHER is returned
 * @size: bytes at @out
 *
 * Relative paths are INETX_PATH_OTHER: so are paths too long for @out.
 *
 * Return: what @path names, see &enum inetx_path.
 */
enum inetx_path inetx_path_map(const char *path, char *out, size_t size)
{
	char clean[4096];
	const char *rest;
	size_t n;
	int len;

	if (!path || path[0] != '/' ||
	    strncmp(path + strspn(path, "/"), "proc", strlen("proc")))
		return INETX_PATH_OTHER;
	if (!normalise(path, clean, sizeof(clean)))
		return INETX_PATH_OTHER;

	if (under(clean, SYSCTL_IPV4)) {
		rest = clean + strlen(SYSCTL_IPV4);
		len = snprintf(out, size, "%s%s", SYSCTL_INETX, rest);
		if (len < 0 || (size_t)len >= size)
			return INETX_PATH_OTHER;
		return INETX_PATH_SYSCTL;
	}

	n = net_part(clean);
	if (!n || !clean[n] || under(clean + n, "inetx"))
		return INETX_PATH_OTHER;
	len = snprintf(out, size, "%.*sinetx/%s", (int)n, clean, clean + n);
	if (len < 0 || (size_t)len >= size)
		return INETX_PATH_OTHER;
	return INETX_PATH_NET;
}
