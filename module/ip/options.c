// SPDX-License-Identifier: GPL-2.0
/* Checks of the options area of a received IP header (RFC 791, 1108, 2113). */

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "options.h"

/* RFC 791: the options begin behind 20 octets of fixed header. */
#define OPT_START	20

/* Option type octets. */
#define OPT_END		0
#define OPT_NOOP	1
#define OPT_RR		7
#define OPT_TIMESTAMP	68
#define OPT_LSRR	131
#define OPT_SSRR	137
#define OPT_RA		148

/* RFC 791 3.1: the option goes into all fragments. */
#define OPT_COPIED	128

/* What each option may be there once for. */
#define SEEN_SRR	1
#define SEEN_RR		2
#define SEEN_TIMESTAMP	4
#define SEEN_RA		8

/*
 * One option with a length octet: @opt with @optlen octets, all of them there.
 * Returns the index of the wrong octet in it, or -1.
 */
static int check_one(const u8 *opt, unsigned int optlen, unsigned int *seen,
		     struct inetx_ip_optinfo *info)
{
	unsigned int kind, min_len, min_ptr;

	switch (opt[0]) {
	case OPT_LSRR:
	case OPT_SSRR:
		kind = SEEN_SRR;
		min_len = 3;
		min_ptr = 4;
		info->source_route = true;
		break;
	case OPT_RR:
		kind = SEEN_RR;
		min_len = 3;
		min_ptr = 4;
		break;
	case OPT_TIMESTAMP:
		kind = SEEN_TIMESTAMP;
		min_len = 4;
		min_ptr = 5;
		break;
	case OPT_RA:
		if (optlen < 4)
			return 1;
		if (!opt[2] && !opt[3])
			info->router_alert = true;
		return -1;
	default:
		/* RFC 1122 3.2.1.8: unknown options are passed over. */
		return -1;
	}

	if (*seen & kind)
		return 0;
	*seen |= kind;
	if (optlen < min_len)
		return 1;
	if (opt[2] < min_ptr)
		return 2;
	return -1;
}

/**
 * inetx_ip_options_scan - check the options area of an IP header
 * @opt: the area, behind the fixed header
 * @len: its length, 0..40
 * @info: is filled
 *
 * Context: any.
 */
void inetx_ip_options_scan(const u8 *opt, unsigned int len,
			   struct inetx_ip_optinfo *info)
{
	unsigned int seen = 0;
	unsigned int i = 0;

	memset(info, 0, sizeof(*info));
	while (i < len) {
		unsigned int optlen;
		int bad;

		if (opt[i] == OPT_END)
			return;
		if (opt[i] == OPT_NOOP) {
			i++;
			continue;
		}
		if (len - i < 2) {
			info->bad = OPT_START + i;
			return;
		}
		optlen = opt[i + 1];
		if (optlen < 2 || optlen > len - i) {
			info->bad = OPT_START + i + 1;
			return;
		}
		bad = check_one(opt + i, optlen, &seen, info);
		if (bad >= 0) {
			info->bad = OPT_START + i + bad;
			return;
		}
		i += optlen;
	}
}

/**
 * inetx_ip_options_later - options of the fragments behind the first
 * @opt: the options area of the first, right; those that stay with it become
 *	no-operations
 * @len: its length, 0..40
 *
 * RFC 791 3.2 would have them left out.  That all fragments have a header of one
 * length is as good, and the pieces are of one length, too.
 *
 * Context: any.
 */
void inetx_ip_options_later(u8 *opt, unsigned int len)
{
	unsigned int i = 0;

	while (i < len && opt[i] != OPT_END) {
		unsigned int optlen = 1;

		if (opt[i] != OPT_NOOP) {
			if (len - i < 2 || opt[i + 1] < 2 ||
			    opt[i + 1] > len - i)
				return;
			optlen = opt[i + 1];
			if (!(opt[i] & OPT_COPIED))
				memset(opt + i, OPT_NOOP, optlen);
		}
		i += optlen;
	}
}
