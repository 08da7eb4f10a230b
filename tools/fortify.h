/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What programs call in place of the functions they name: those built with
 * _FORTIFY_SOURCE, and, for stat(), those built with a C library before 2.33.
 * The C library defines them and declares them nowhere.
 */
#ifndef INETX_RUN_FORTIFY_H
#define INETX_RUN_FORTIFY_H

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

void __chk_fail(void);

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);
ssize_t __readlink_chk(const char *path, char *to, size_t len, size_t room);

ssize_t __recv_chk(int fd, void *buf, size_t len, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t room, int flags,
		       struct sockaddr *addr, socklen_t *addrlen);
ssize_t __read_chk(int fd, void *buf, size_t len, size_t room);

int __xstat(int version, const char *path, struct stat *st);
int __xstat64(int version, const char *path, struct stat64 *st);
int __lxstat(int version, const char *path, struct stat *st);
int __lxstat64(int version, const char *path, struct stat64 *st);

#endif /* INETX_RUN_FORTIFY_H */
