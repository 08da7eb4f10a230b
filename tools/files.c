// SPDX-License-Identifier: GPL-2.0
/* Opening and examining files: /proc/net and /proc/sys/net/ipv4 are ours. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fortify.h"
#include "path.h"
#include "preload.h"

/*
 * The path to use in place of @path: @path itself, or the mapped one, which
 * is written to @buf (PATH_MAX bytes).  errno stays.
 */
static const char *map(const char *path, char *buf)
{
	const struct inetx_run *run;
	int saved = errno;
	const char *use = path;

	if (!path || path[0] != '/' || (path[1] != 'p' && path[1] != '/'))
		return path;
	run = inetx_run();
	if (run->family == AF_INET)
		return path;
	switch (inetx_path_map(path, buf, PATH_MAX)) {
	case INETX_PATH_OTHER:
		break;
	case INETX_PATH_NET:
		if (!INETX_REAL(faccessat)(AT_FDCWD, buf, F_OK, 0))
			use = buf;
		break;
	case INETX_PATH_SYSCTL:
		use = buf;
		break;
	}
	if (use != path && run->verbose)
		inetx_run_say("%s is %s", path, use);
	errno = saved;
	return use;
}

/* open() has a third argument only with these flags. */
static bool has_mode(int flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

INETX_EXPORT int open(const char *path, int flags, ...)
{
	char buf[PATH_MAX];
	mode_t mode = 0;
	va_list args;

	if (has_mode(flags)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return INETX_REAL(open)(map(path, buf), flags, mode);
}

INETX_EXPORT int open64(const char *path, int flags, ...)
{
	char buf[PATH_MAX];
	mode_t mode = 0;
	va_list args;

	if (has_mode(flags)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return INETX_REAL(open64)(map(path, buf), flags, mode);
}

INETX_EXPORT int openat(int dir, const char *path, int flags, ...)
{
	char buf[PATH_MAX];
	mode_t mode = 0;
	va_list args;

	if (has_mode(flags)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return INETX_REAL(openat)(dir, map(path, buf), flags, mode);
}

INETX_EXPORT int openat64(int dir, const char *path, int flags, ...)
{
	char buf[PATH_MAX];
	mode_t mode = 0;
	va_list args;

	if (has_mode(flags)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return INETX_REAL(openat64)(dir, map(path, buf), flags, mode);
}

INETX_EXPORT int __open_2(const char *path, int flags)
{
	char buf[PATH_MAX];

	return INETX_REAL(__open_2)(map(path, buf), flags);
}

INETX_EXPORT int __open64_2(const char *path, int flags)
{
	char buf[PATH_MAX];

	return INETX_REAL(__open64_2)(map(path, buf), flags);
}

INETX_EXPORT int __openat_2(int dir, const char *path, int flags)
{
	char buf[PATH_MAX];

	return INETX_REAL(__openat_2)(dir, map(path, buf), flags);
}

INETX_EXPORT int __openat64_2(int dir, const char *path, int flags)
{
	char buf[PATH_MAX];

	return INETX_REAL(__openat64_2)(dir, map(path, buf), flags);
}

INETX_EXPORT int creat(const char *path, mode_t mode)
{
	char buf[PATH_MAX];

	return INETX_REAL(creat)(map(path, buf), mode);
}

INETX_EXPORT int creat64(const char *path, mode_t mode)
{
	char buf[PATH_MAX];

	return INETX_REAL(creat64)(map(path, buf), mode);
}

INETX_EXPORT FILE *fopen(const char *path, const char *mode)
{
	char buf[PATH_MAX];

	return INETX_REAL(fopen)(map(path, buf), mode);
}

INETX_EXPORT FILE *fopen64(const char *path, const char *mode)
{
	char buf[PATH_MAX];

	return INETX_REAL(fopen64)(map(path, buf), mode);
}

INETX_EXPORT FILE *freopen(const char *path, const char *mode, FILE *file)
{
	char buf[PATH_MAX];

	return INETX_REAL(freopen)(map(path, buf), mode, file);
}

INETX_EXPORT FILE *freopen64(const char *path, const char *mode, FILE *file)
{
	char buf[PATH_MAX];

	return INETX_REAL(freopen64)(map(path, buf), mode, file);
}

INETX_EXPORT int access(const char *path, int mode)
{
	char buf[PATH_MAX];

	return INETX_REAL(access)(map(path, buf), mode);
}

INETX_EXPORT int euidaccess(const char *path, int mode)
{
	char buf[PATH_MAX];

	return INETX_REAL(euidaccess)(map(path, buf), mode);
}

INETX_EXPORT int eaccess(const char *path, int mode)
{
	char buf[PATH_MAX];

	return INETX_REAL(eaccess)(map(path, buf), mode);
}

INETX_EXPORT int faccessat(int dir, const char *path, int mode, int flags)
{
	char buf[PATH_MAX];

	return INETX_REAL(faccessat)(dir, map(path, buf), mode, flags);
}

INETX_EXPORT int stat(const char *path, struct stat *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(stat)(map(path, buf), st);
}

INETX_EXPORT int stat64(const char *path, struct stat64 *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(stat64)(map(path, buf), st);
}

INETX_EXPORT int lstat(const char *path, struct stat *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(lstat)(map(path, buf), st);
}

INETX_EXPORT int lstat64(const char *path, struct stat64 *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(lstat64)(map(path, buf), st);
}

INETX_EXPORT int fstatat(int dir, const char *path, struct stat *st, int flags)
{
	char buf[PATH_MAX];

	return INETX_REAL(fstatat)(dir, map(path, buf), st, flags);
}

INETX_EXPORT int fstatat64(int dir, const char *path, struct stat64 *st,
			   int flags)
{
	char buf[PATH_MAX];

	return INETX_REAL(fstatat64)(dir, map(path, buf), st, flags);
}

INETX_EXPORT int statx(int dir, const char *path, int flags, unsigned int mask,
		       struct statx *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(statx)(dir, map(path, buf), flags, mask, st);
}

INETX_EXPORT int __xstat(int version, const char *path, struct stat *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(__xstat)(version, map(path, buf), st);
}

INETX_EXPORT int __xstat64(int version, const char *path, struct stat64 *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(__xstat64)(version, map(path, buf), st);
}

INETX_EXPORT int __lxstat(int version, const char *path, struct stat *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(__lxstat)(version, map(path, buf), st);
}

INETX_EXPORT int __lxstat64(int version, const char *path, struct stat64 *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(__lxstat64)(version, map(path, buf), st);
}

INETX_EXPORT DIR *opendir(const char *path)
{
	char buf[PATH_MAX];

	return INETX_REAL(opendir)(map(path, buf));
}

INETX_EXPORT int chdir(const char *path)
{
	char buf[PATH_MAX];

	return INETX_REAL(chdir)(map(path, buf));
}

INETX_EXPORT ssize_t readlink(const char *path, char *to, size_t len)
{
	char buf[PATH_MAX];

	return INETX_REAL(readlink)(map(path, buf), to, len);
}

INETX_EXPORT ssize_t readlinkat(int dir, const char *path, char *to, size_t len)
{
	char buf[PATH_MAX];

	return INETX_REAL(readlinkat)(dir, map(path, buf), to, len);
}

INETX_EXPORT ssize_t __readlink_chk(const char *path, char *to, size_t len,
				    size_t room)
{
	char buf[PATH_MAX];

	return INETX_REAL(__readlink_chk)(map(path, buf), to, len, room);
}

typedef int scan_filter(const struct dirent *entry);
typedef int scan_order(const struct dirent **a, const struct dirent **b);
typedef int scan_filter64(const struct dirent64 *entry);
typedef int scan_order64(const struct dirent64 **a, const struct dirent64 **b);

INETX_EXPORT int scandir(const char *path, struct dirent ***list,
			 scan_filter filter, scan_order order)
{
	char buf[PATH_MAX];

	return INETX_REAL(scandir)(map(path, buf), list, filter, order);
}

INETX_EXPORT int scandir64(const char *path, struct dirent64 ***list,
			   scan_filter64 filter, scan_order64 order)
{
	char buf[PATH_MAX];

	return INETX_REAL(scandir64)(map(path, buf), list, filter, order);
}
