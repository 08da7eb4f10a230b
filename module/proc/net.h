/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INETX_PROC_NET_H
#define _INETX_PROC_NET_H

#include <linux/types.h>

struct proc_dir_entry;

/**
 * struct inetx_proc_net - /proc/net/inetx of a namespace
 * @dir: the directory; set once
 */
struct inetx_proc_net {
	struct proc_dir_entry *dir;
};

#endif /* _INETX_PROC_NET_H */
