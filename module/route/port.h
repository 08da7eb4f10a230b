/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What trie.c and trieset.c need of their surroundings, so that the same source
 * runs in the kernel under RCU and in a user program under a sanitizer.
 */
#ifndef _INETX_ROUTE_PORT_H
#define _INETX_ROUTE_PORT_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/types.h>

#include "compat.h"

#define inetx_trie_alloc(size)		kvzalloc(size, GFP_KERNEL_ACCOUNT)
/* What readers may see; it need not be early: they come and go. */
#define inetx_trie_free(p)		inetx_kvfree_rcu(p)
/* What nobody else has seen. */
#define inetx_trie_drop(p)		kvfree(p)

#else

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define __rcu
#define fallthrough			__attribute__((__fallthrough__))
#define likely(x)			(x)
#define unlikely(x)			(x)
#define U16_MAX				0xffff
#define READ_ONCE(x)			(x)
#define WRITE_ONCE(x, v)		((x) = (v))
#define fls(x)				((x) ? 32 - __builtin_clz(x) : 0)
#define fls64(x)			((x) ? 64 - __builtin_clzll(x) : 0)
#define __ffs64(x)			__builtin_ctzll(x)
#define hweight16(x)			__builtin_popcount(x)
#define hweight64(x)			__builtin_popcountll(x)
#define ALIGN(x, a)			(((x) + (a) - 1) & ~((a) - 1))
/* One thread. */
#define smp_rmb()			do { } while (0)
/* Likewise. */
#define smp_store_release(p, v)		(*(p) = (v))
#define rcu_dereference(p)		(p)
#define rtnl_dereference(p)		(p)
#define rcu_dereference_rtnl(p)		(p)
#define rcu_assign_pointer(p, v)	((p) = (v))
#define RCU_INIT_POINTER(p, v)		((p) = (v))
#define inetx_trie_drop(p)		inetx_trie_free(p)

/* The test's: it can fail, and it knows when a grace period has passed. */
void *inetx_trie_alloc(size_t size);
void inetx_trie_free(void *p);
unsigned long start_poll_synchronize_rcu(void);
bool poll_state_synchronize_rcu(unsigned long state);

#endif /* __KERNEL__ */
#endif /* _INETX_ROUTE_PORT_H */
