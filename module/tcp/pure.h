/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pure files of this room need, in the kernel and in a user program:
 * options.c, rtt.c, cong.c and sack.c hold logic only and are compiled by the
 * unit tests as they are.
 */
#ifndef _INETX_TCP_PURE_H
#define _INETX_TCP_PURE_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/math64.h>
#include <asm/unaligned.h>
#else
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#define min_t(type, a, b) ({					\
	type a_ = (a);						\
	type b_ = (b);						\
								\
	a_ < b_ ? a_ : b_;					\
})
#define max_t(type, a, b) ({					\
	type a_ = (a);						\
	type b_ = (b);						\
								\
	a_ > b_ ? a_ : b_;					\
})
#define div_u64(a, b) ((u64)(a) / (u32)(b))
#define div64_u64(a, b) ((u64)(a) / (u64)(b))

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return b[0] << 8 | b[1];
}

static inline u32 get_unaligned_be32(const void *p)
{
	const u8 *b = p;

	return (u32)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

static inline void put_unaligned_be16(u16 v, void *p)
{
	u8 *b = p;

	b[0] = v >> 8;
	b[1] = v;
}

static inline void put_unaligned_be32(u32 v, void *p)
{
	u8 *b = p;

	b[0] = v >> 24;
	b[1] = v >> 16;
	b[2] = v >> 8;
	b[3] = v;
}
#endif

#endif /* _INETX_TCP_PURE_H */
