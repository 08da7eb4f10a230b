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

/* The third argument of open() is there only for these flags. */
static bool has_mode(int flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

#define MODE_ARGUMENT(mode, last) do {					\
	va_list args_;							\
									\
	if (has_mode(last)) {						\
		va_start(args_, last);					\
		mode = va_arg(args_, mode_t);				\
		va_end(args_);						\
	}								\
} while (0)

#define DEFINE_OPEN(name)						\
INETX_EXPORT int name(const char *path, int flags, ...)			\
{									\
	char buf[PATH_MAX];						\
	mode_t mode = 0;						\
									\
	MODE_ARGUMENT(mode, flags);					\
	return INETX_REAL(name)(map(path, buf), flags, mode);		\
}

#define DEFINE_OPENAT(name)						\
INETX_EXPORT int name(int dir, const char *path, int flags, ...)	\
{									\
	char buf[PATH_MAX];						\
	mode_t mode = 0;						\
									\
	MODE_ARGUMENT(mode, flags);					\
	return INETX_REAL(name)(dir, map(path, buf), flags, mode);	\
}

DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

/* Functions of one path, which is the first argument. */
#define DEFINE_PATH1(type, name)					\
INETX_EXPORT type name(const char *path)				\
{									\
	char buf[PATH_MAX];						\
									\
	return INETX_REAL(name)(map(path, buf));			\
}

#define DEFINE_PATH2(type, name, type2)					\
INETX_EXPORT type name(const char *path, type2 arg2)			\
{									\
	char buf[PATH_MAX];						\
									\
	return INETX_REAL(name)(map(path, buf), arg2);			\
}

#define DEFINE_PATH3(type, name, type2, type3)				\
INETX_EXPORT type name(const char *path, type2 arg2, type3 arg3)	\
{									\
	char buf[PATH_MAX];						\
									\
	return INETX_REAL(name)(map(path, buf), arg2, arg3);		\
}

/* Functions of a directory and a path. */
#define DEFINE_AT3(type, name, type3)					\
INETX_EXPORT type name(int dir, const char *path, type3 arg3)		\
{									\
	char buf[PATH_MAX];						\
									\
	return INETX_REAL(name)(dir, map(path, buf), arg3);		\
}

#define DEFINE_AT4(type, name, type3, type4)				\
INETX_EXPORT type name(int dir, const char *path, type3 arg3, type4 arg4) \
{									\
	char buf[PATH_MAX];						\
									\
	return INETX_REAL(name)(dir, map(path, buf), arg3, arg4);	\
}

/* What programs built with _FORTIFY_SOURCE call instead. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);
ssize_t __readlink_chk(const char *path, char *to, size_t len, size_t room);

DEFINE_PATH2(int, __open_2, int)
DEFINE_PATH2(int, __open64_2, int)
DEFINE_AT3(int, __openat_2, int)
DEFINE_AT3(int, __openat64_2, int)

DEFINE_PATH2(int, creat, mode_t)
DEFINE_PATH2(int, creat64, mode_t)
DEFINE_PATH2(FILE *, fopen, const char *)
DEFINE_PATH2(FILE *, fopen64, const char *)
DEFINE_PATH3(FILE *, freopen, const char *, FILE *)
DEFINE_PATH3(FILE *, freopen64, const char *, FILE *)

DEFINE_PATH2(int, access, int)
DEFINE_PATH2(int, euidaccess, int)
DEFINE_PATH2(int, eaccess, int)
DEFINE_AT4(int, faccessat, int, int)

DEFINE_PATH2(int, stat, struct stat *)
DEFINE_PATH2(int, stat64, struct stat64 *)
DEFINE_PATH2(int, lstat, struct stat *)
DEFINE_PATH2(int, lstat64, struct stat64 *)
DEFINE_AT4(int, fstatat, struct stat *, int)
DEFINE_AT4(int, fstatat64, struct stat64 *, int)

INETX_EXPORT int statx(int dir, const char *path, int flags, unsigned int mask,
		       struct statx *st)
{
	char buf[PATH_MAX];

	return INETX_REAL(statx)(dir, map(path, buf), flags, mask, st);
}

/* What programs built with a C library before 2.33 call instead. */
int __xstat(int version, const char *path, struct stat *st);
int __xstat64(int version, const char *path, struct stat64 *st);
int __lxstat(int version, const char *path, struct stat *st);
int __lxstat64(int version, const char *path, struct stat64 *st);

DEFINE_AT3(int, __xstat, struct stat *)
DEFINE_AT3(int, __xstat64, struct stat64 *)
DEFINE_AT3(int, __lxstat, struct stat *)
DEFINE_AT3(int, __lxstat64, struct stat64 *)

DEFINE_PATH1(DIR *, opendir)
DEFINE_PATH1(int, chdir)
DEFINE_PATH3(ssize_t, readlink, char *, size_t)
DEFINE_AT4(ssize_t, readlinkat, char *, size_t)

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
			 scan_filter *filter, scan_order *order)
{
	char buf[PATH_MAX];

	return INETX_REAL(scandir)(map(path, buf), list, filter, order);
}

INETX_EXPORT int scandir64(const char *path, struct dirent64 ***list,
			   scan_filter64 *filter, scan_order64 *order)
{
	char buf[PATH_MAX];

	return INETX_REAL(scandir64)(map(path, buf), list, filter, order);
}
