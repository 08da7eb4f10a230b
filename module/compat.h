/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions that inetx knows of, and nothing
 * else.  The code is written for the newest form; older kernels are mended here.
 */
#ifndef _INETX_COMPAT_H
#define _INETX_COMPAT_H

#include <linux/version.h>

#if KERNEL_VERSION(6, 1, 0) > LINUX_VERSION_CODE
#error "inetx needs Linux 6.1 or later"
#endif

/*
 * Buckets of struct neigh_table's phash_buckets: PNEIGH_HASHMASK + 1, which
 * net/core/neighbour.c keeps to itself, as it does its function to delete one.
 */
#define INETX_PNEIGH_BUCKETS	16

/* kvfree_rcu() with one argument has got another name, in 6.1.y too. */
#ifdef kvfree_rcu_mightsleep
#define inetx_kvfree_rcu(p)	kvfree_rcu_mightsleep(p)
#else
#define inetx_kvfree_rcu(p)	kvfree_rcu(p)
#endif

#endif /* _INETX_COMPAT_H */
