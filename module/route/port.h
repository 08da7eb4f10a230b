/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What trie.c needs of its surroundings, so that the same source runs in the
 * kernel under RCU and in a user program under a sanitizer.
 */
#ifndef _INETX_ROUTE_PORT_H
#define _INETX_ROUTE_PORT_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/types.h>

#define inetx_trie_alloc()	\
	kzalloc(sizeof(struct inetx_trie_node), GFP_KERNEL_ACCOUNT)
#define inetx_trie_free(n)	kfree_rcu(n, rcu)

#else

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef uint8_t u8;
typedef uint32_t u32;

struct rcu_head {
	void *unused;
};

#define __rcu
#define likely(x)			(x)
#define unlikely(x)			(x)
#define fls(x)				((x) ? 32 - __builtin_clz(x) : 0)
#define rcu_dereference(p)		(p)
#define rtnl_dereference(p)		(p)
#define rcu_dereference_rtnl(p)		(p)
#define rcu_assign_pointer(p, v)	((p) = (v))
#define RCU_INIT_POINTER(p, v)		((p) = (v))
#define inetx_trie_alloc()		calloc(1, sizeof(struct inetx_trie_node))
#define inetx_trie_free(n)		free(n)

#endif /* __KERNEL__ */
#endif /* _INETX_ROUTE_PORT_H */
