// SPDX-License-Identifier: GPL-2.0
/* Sharing out packets between next hops, see balance.h. */

#include "route/balance.h"

/**
 * inetx_balance_bound - where the part of a next hop ends
 * @sum: the weights of the live next hops up to it, its own included
 * @total: the weights of all live next hops, not 0 and not below @sum
 *
 * Context: any.
 * Return: the greatest hash that is its, 0..2^31 - 1; of the last next hop that
 * is the greatest of all.
 */
s32 inetx_balance_bound(u32 sum, u32 total)
{
	return div_u64(((u64)sum << 31) + total / 2, total) - 1;
}

/**
 * inetx_balance_fields - what of a packet outside any tunnel makes its hash
 * @policy: enum inetx_hash_policy
 * @custom: INETX_HASH_*, for INETX_HASH_CUSTOM
 *
 * Context: any.
 * Return: INETX_HASH_* of the outer header.
 */
u32 inetx_balance_fields(u32 policy, u32 custom)
{
	switch (policy) {
	case INETX_HASH_L4:
		return INETX_HASH_SRC_IP | INETX_HASH_DST_IP |
		       INETX_HASH_IP_PROTO | INETX_HASH_SRC_PORT |
		       INETX_HASH_DST_PORT;
	case INETX_HASH_CUSTOM:
		return custom & INETX_HASH_OUTER;
	default:
		return INETX_HASH_SRC_IP | INETX_HASH_DST_IP;
	}
}
