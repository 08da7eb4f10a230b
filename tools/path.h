/* SPDX-License-Identifier: GPL-2.0 */
/* Which files of the host's IPv4 have a counterpart of inetx's own. */
#ifndef INETX_RUN_PATH_H
#define INETX_RUN_PATH_H

#include <stddef.h>

/**
 * enum inetx_path - what a path names
 * @INETX_PATH_OTHER: nothing of IPv4's; use the path as it is
 * @INETX_PATH_NET: a file under /proc/net, which inetx may or may not have:
 *	use the mapped path where it exists, else the path as it is
 * @INETX_PATH_SYSCTL: a tunable under /proc/sys/net/ipv4: use the mapped path
 *	whether it exists or not, so that nobody tunes the host by mistake
 */
enum inetx_path {
	INETX_PATH_OTHER,
	INETX_PATH_NET,
	INETX_PATH_SYSCTL,
};

enum inetx_path inetx_path_map(const char *path, char *out, size_t size);

#endif /* INETX_RUN_PATH_H */
