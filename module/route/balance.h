/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the packets of a route with several next hops are shared out: pure logic,
 * compiled by the unit tests as it is.
 *
 * A flow has a hash of 31 bits.  Each next hop owns a part of these numbers in
 * proportion to its weight; the parts lie one after the other in the order of
 * the next hops, and each is known by its upper bound.  So a flow stays with its
 * next hop for as long as nothing changes, and when one of them dies, those
 * before it keep at least what they had.
 */
#ifndef _INETX_ROUTE_BALANCE_H
#define _INETX_ROUTE_BALANCE_H

#ifdef __KERNEL__
#include <linux/bits.h>
#include <linux/types.h>
#include <linux/math64.h>
#else
#include <stdint.h>

typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define BIT(n)			(1U << (n))
#define div_u64(a, b)		((u64)(a) / (u32)(b))
#endif

/* The bound of a next hop that gets nothing. */
#define INETX_BOUND_NONE	(-1)

/* What a hash is made of: the bits of the sysctl fib_multipath_hash_fields. */
#define INETX_HASH_SRC_IP		BIT(0)
#define INETX_HASH_DST_IP		BIT(1)
#define INETX_HASH_IP_PROTO		BIT(2)
#define INETX_HASH_FLOWLABEL		BIT(3)
#define INETX_HASH_SRC_PORT		BIT(4)
#define INETX_HASH_DST_PORT		BIT(5)
#define INETX_HASH_INNER_SRC_IP		BIT(6)
#define INETX_HASH_INNER_DST_IP		BIT(7)
#define INETX_HASH_INNER_IP_PROTO	BIT(8)
#define INETX_HASH_INNER_FLOWLABEL	BIT(9)
#define INETX_HASH_INNER_SRC_PORT	BIT(10)
#define INETX_HASH_INNER_DST_PORT	BIT(11)

#define INETX_HASH_OUTER	0x03fU
#define INETX_HASH_INNER	0xfc0U
#define INETX_HASH_ALL		0xfffU
#define INETX_HASH_DEFAULT	0x007U

/* The sysctl fib_multipath_hash_policy. */
enum inetx_hash_policy {
	INETX_HASH_L3,
	INETX_HASH_L4,
	INETX_HASH_L3_INNER,
	INETX_HASH_CUSTOM,
};

s32 inetx_balance_bound(u32 sum, u32 total);
u32 inetx_balance_fields(u32 policy, u32 custom);

#endif /* _INETX_ROUTE_BALANCE_H */
