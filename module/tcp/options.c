// SPDX-License-Identifier: GPL-2.0
/* TCP options: parse and build.  Pure: no kernel state. */

#include "tcp/options.h"

/* NOP NOP TS 10: how nearly every segment with timestamps begins. */
#define TS_ALIGNED	0x0101080a

static void opts_clear(struct inetx_tcp_opts *o)
{
	o->mss = 0;
	o->num_sacks = 0;
	o->has_ts = false;
	o->has_wscale = false;
	o->sack_perm = false;
}

static void parse_sack(struct inetx_tcp_opts *o, const u8 *p, int len)
{
	int n = (len - 2) / 8;
	int i;

	if (len < 10 || (len - 2) % 8 || n > INETX_TCP_MAX_SACKS)
		return;
	for (i = 0; i < n; i++) {
		o->sack[i].start = get_unaligned_be32(p + 2 + 8 * i);
		o->sack[i].end = get_unaligned_be32(p + 6 + 8 * i);
	}
	o->num_sacks = n;
}

static void parse_one(struct inetx_tcp_opts *o, const u8 *p, int len, bool syn)
{
	switch (p[0]) {
	case INETX_TCPOPT_MSS:
		if (len == 4 && syn)
			o->mss = get_unaligned_be16(p + 2);
		break;
	case INETX_TCPOPT_WSCALE:
		if (len == 3 && syn) {
			o->has_wscale = true;
			o->wscale = min_t(u8, p[2], INETX_TCP_MAX_WSCALE);
		}
		break;
	case INETX_TCPOPT_SACK_PERM:
		if (len == 2 && syn)
			o->sack_perm = true;
		break;
	case INETX_TCPOPT_SACK:
		parse_sack(o, p, len);
		break;
	case INETX_TCPOPT_TS:
		if (len == 10) {
			o->has_ts = true;
			o->tsval = get_unaligned_be32(p + 2);
			o->tsecr = get_unaligned_be32(p + 6);
		}
		break;
	}
}

/**
 * inetx_tcp_opts_parse - read the options of a received segment
 * @o: filled in
 * @p: first byte behind the fixed header
 * @len: bytes of options, 0..40
 * @syn: the segment has SYN: options that only a SYN may carry count
 *
 * A malformed option ends the parse; what came before it stays (RFC 9293
 * section 3.1: an unknown option is skipped by its length).
 */
void inetx_tcp_opts_parse(struct inetx_tcp_opts *o, const u8 *p, int len,
			  bool syn)
{
	opts_clear(o);
	if (len == INETX_TCPOLEN_TS_ALIGNED &&
	    get_unaligned_be32(p) == TS_ALIGNED) {
		o->has_ts = true;
		o->tsval = get_unaligned_be32(p + 4);
		o->tsecr = get_unaligned_be32(p + 8);
		return;
	}

	while (len > 0) {
		int olen;

		if (p[0] == INETX_TCPOPT_EOL)
			return;
		if (p[0] == INETX_TCPOPT_NOP) {
			p++;
			len--;
			continue;
		}
		if (len < 2)
			return;
		olen = p[1];
		if (olen < 2 || olen > len)
			return;
		parse_one(o, p, olen, syn);
		p += olen;
		len -= olen;
	}
}

/**
 * inetx_tcp_opts_len - bytes that inetx_tcp_opts_write() will write
 * @o: what to write
 *
 * Return: a multiple of 4, at most 40 when @num_sacks is at most 3 beside a
 * timestamp and 4 without.
 */
int inetx_tcp_opts_len(const struct inetx_tcp_opts *o)
{
	int len = 0;

	if (o->mss)
		len += 4;
	if (o->has_ts)
		len += INETX_TCPOLEN_TS_ALIGNED;
	else if (o->sack_perm)
		len += 4;
	if (o->has_wscale)
		len += 4;
	if (o->num_sacks)
		len += 4 + 8 * o->num_sacks;
	return len;
}

/**
 * inetx_tcp_opts_write - write the options of a segment
 * @o: what to write; a non-zero @mss asks for the MSS option
 * @p: room for inetx_tcp_opts_len() bytes
 *
 * SACK-permitted rides in the padding of the timestamps.
 *
 * Return: bytes written.
 */
int inetx_tcp_opts_write(const struct inetx_tcp_opts *o, u8 *p)
{
	u8 *start = p;
	int i;

	if (o->mss) {
		put_unaligned_be16(INETX_TCPOPT_MSS << 8 | 4, p);
		put_unaligned_be16(o->mss, p + 2);
		p += 4;
	}
	if (o->has_ts) {
		put_unaligned_be32(o->sack_perm ? 0x0402080a : TS_ALIGNED, p);
		put_unaligned_be32(o->tsval, p + 4);
		put_unaligned_be32(o->tsecr, p + 8);
		p += INETX_TCPOLEN_TS_ALIGNED;
	} else if (o->sack_perm) {
		put_unaligned_be32(0x01010402, p);
		p += 4;
	}
	if (o->has_wscale) {
		put_unaligned_be32(0x01030300 | o->wscale, p);
		p += 4;
	}
	if (o->num_sacks) {
		put_unaligned_be32(0x01010500 | (2 + 8 * o->num_sacks), p);
		p += 4;
		for (i = 0; i < o->num_sacks; i++) {
			put_unaligned_be32(o->sack[i].start, p);
			put_unaligned_be32(o->sack[i].end, p + 4);
			p += 8;
		}
	}
	return p - start;
}
