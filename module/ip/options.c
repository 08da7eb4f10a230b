// SPDX-License-Identifier: GPL-2.0
/* Reading and writing the options of an IP header; see options.h. */

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "options.h"

/* RFC 791: the options begin behind 20 octets of fixed header. */
#define OPT_START	20
#define IPH_SADDR	12
#define IPH_DADDR	16

/* Option type octets. */
#define OPT_END		0
#define OPT_NOOP	1
#define OPT_RR		7
#define OPT_TIMESTAMP	68
#define OPT_LSRR	131
#define OPT_CIPSO	134
#define OPT_SSRR	137
#define OPT_RA		148

/* RFC 791 3.1: the option goes into all fragments. */
#define OPT_COPIED	128

/* Octets of an option: type, length, pointer (1 is the type), flags. */
#define O_LEN		1
#define O_PTR		2
#define O_FLAGS		3

/* What a timestamp option asks for, in the lower half of its flags octet; the
 * upper half counts hosts that found no room.
 */
#define TS_TIME		0
#define TS_ADDR		1
#define TS_PRESPEC	3
#define TS_KIND(o)	((o)[O_FLAGS] & 15)
#define TS_OVERFLOW_MAX	15

/* Nothing is wrong with an option; else, which octet of it is. */
#define RIGHT		-1

/*
 * How long is the option at @i of @len octets?  0 at the end, -1 when it is
 * malformed.
 */
static int option_len(const u8 *area, unsigned int i, unsigned int len)
{
	if (i >= len || area[i] == OPT_END)
		return 0;
	if (area[i] == OPT_NOOP)
		return 1;
	if (len - i < 2 || area[i + 1] < 2 || area[i + 1] > len - i)
		return -1;
	return area[i + 1];
}

/*
 * In a source route of a user's the first hop comes first (ip(7)).  It goes into
 * the header, and in the place that becomes free at the end the destination
 * will be.
 */
static int parse_route(u8 *o, int len, unsigned int at, struct ip_options *opt,
		       enum inetx_ipopt_maker maker)
{
	if (len < 3)
		return O_LEN;
	if (o[O_PTR] < 4)
		return O_PTR;
	/* RFC 1812 5.2.4.1: one of either kind. */
	if (opt->srr)
		return 0;
	if (maker != INETX_IPOPT_RECEIVED) {
		if (o[O_PTR] != 4 || len < 7 || (len - 3) % 4)
			return O_LEN;
		memcpy(&opt->faddr, o + 3, 4);
		memmove(o + 3, o + 7, len - 7);
	}
	opt->is_strictroute = o[0] == OPT_SSRR;
	opt->srr = at;
	return RIGHT;
}

static int parse_record(u8 *o, int len, unsigned int at, struct ip_options *opt)
{
	if (opt->rr)
		return 0;
	if (len < 3)
		return O_LEN;
	if (o[O_PTR] < 4)
		return O_PTR;
	if (o[O_PTR] <= len) {
		if (o[O_PTR] + 3 > len)
			return O_PTR;
		o[O_PTR] += 4;
		opt->rr_needaddr = 1;
	}
	opt->rr = at;
	return RIGHT;
}

/* There is no room: one host more that could not say when. */
static int parse_overflow(u8 *o, enum inetx_ipopt_maker maker)
{
	/* Those who are named in advance have their room. */
	if (TS_KIND(o) == TS_PRESPEC)
		return RIGHT;
	if (o[O_FLAGS] >> 4 == TS_OVERFLOW_MAX)
		return O_FLAGS;
	if (maker == INETX_IPOPT_RECEIVED)
		o[O_FLAGS] += 1 << 4;
	return RIGHT;
}

/* There is room behind the pointer, for an entry of the shorter kind at least. */
static int parse_room(struct inetx_net *xnet, u8 *o, int len,
		      struct ip_options *opt, enum inetx_ipopt_maker maker)
{
	__be32 addr;

	switch (TS_KIND(o)) {
	case TS_TIME:
		opt->ts_needtime = 1;
		o[O_PTR] += 4;
		return RIGHT;
	case TS_ADDR:
	case TS_PRESPEC:
		if (o[O_PTR] + 7 > len)
			return O_PTR;
		if (TS_KIND(o) == TS_ADDR) {
			opt->ts_needaddr = 1;
		} else {
			memcpy(&addr, o + o[O_PTR] - 1, 4);
			if (!inetx_ip_options_ours(xnet, addr))
				return RIGHT;
		}
		opt->ts_needtime = 1;
		o[O_PTR] += 8;
		return RIGHT;
	default:
		return maker == INETX_IPOPT_USER ? O_FLAGS : RIGHT;
	}
}

static int parse_timestamp(struct inetx_net *xnet, u8 *o, int len,
			   unsigned int at, struct ip_options *opt,
			   enum inetx_ipopt_maker maker)
{
	int bad;

	if (opt->ts)
		return 0;
	if (len < 4)
		return O_LEN;
	if (o[O_PTR] < 5)
		return O_PTR;
	if (o[O_PTR] > len)
		bad = parse_overflow(o, maker);
	else if (o[O_PTR] + 3 > len)
		bad = O_PTR;
	else
		bad = parse_room(xnet, o, len, opt, maker);
	if (bad == RIGHT)
		opt->ts = at;
	return bad;
}

/* One option with a length octet, all @len octets of it there. */
static int parse_one(struct inetx_net *xnet, u8 *o, int len, unsigned int at,
		     struct ip_options *opt, enum inetx_ipopt_maker maker)
{
	switch (o[0]) {
	case OPT_LSRR:
	case OPT_SSRR:
		return parse_route(o, len, at, opt, maker);
	case OPT_RR:
		return parse_record(o, len, at, opt);
	case OPT_TIMESTAMP:
		return parse_timestamp(xnet, o, len, at, opt, maker);
	case OPT_RA:
		if (len < 4)
			return O_LEN;
		if (!o[2] && !o[3])
			opt->router_alert = at;
		return RIGHT;
	case OPT_CIPSO:
		/* A label of a domain that nobody has told us about. */
		if (maker == INETX_IPOPT_USER)
			return 0;
		return len < 8 ? 1 : 2;
	default:
		/* RFC 1122 3.2.1.8: what is unknown is passed over. */
		return maker == INETX_IPOPT_USER ? 0 : RIGHT;
	}
}

/**
 * inetx_ip_options_parse - check the options area of a header and find its options
 * @xnet: the namespace, for inetx_ip_options_ours()
 * @area: the area, @opt->optlen octets, 0..40
 * @opt: zeroed but for @optlen; is filled
 * @maker: who made them
 *
 * Changes @area: pointers of record route and timestamp go on to behind the entry
 * that inetx_ip_options_stamp() has to write, where there is room and it is our
 * turn; a received timestamp without room counts its overflow; whatever is behind
 * an end of options becomes that, too; a user's source route loses its first hop
 * to @opt->faddr.
 *
 * Context: any; RCU read side for @INETX_IPOPT_RECEIVED.
 * Return: 0, or the offset of the first wrong octet from the start of the IP
 * header, as the pointer of a Parameter Problem (RFC 792); then @opt has what was
 * found before it.
 */
int inetx_ip_options_parse(struct inetx_net *xnet, u8 *area,
			   struct ip_options *opt, enum inetx_ipopt_maker maker)
{
	unsigned int i = 0;
	int len, bad;

	while ((len = option_len(area, i, opt->optlen))) {
		if (len < 0)
			return OPT_START + i;
		if (area[i] != OPT_NOOP) {
			bad = parse_one(xnet, area + i, len, OPT_START + i, opt,
					maker);
			if (bad != RIGHT)
				return OPT_START + i + bad;
		}
		i += len;
	}
	if (i < opt->optlen)
		memset(area + i, OPT_END, opt->optlen - i);
	return 0;
}

/**
 * inetx_ip_options_stamp - write our address and the time where they belong
 * @iph: the IP header with its options
 * @opt: what inetx_ip_options_parse() or inetx_ip_options_echo() found
 * @addr: our address, network order
 * @time: milliseconds since midnight UT, network order (RFC 791)
 *
 * Context: any; @iph may be written to.
 */
void inetx_ip_options_stamp(u8 *iph, const struct ip_options *opt, __be32 addr,
			    __be32 time)
{
	u8 *o = iph + opt->rr;

	if (opt->rr_needaddr)
		memcpy(o + o[O_PTR] - 5, &addr, 4);
	o = iph + opt->ts;
	if (opt->ts_needaddr)
		memcpy(o + o[O_PTR] - 9, &addr, 4);
	if (opt->ts_needtime)
		memcpy(o + o[O_PTR] - 5, &time, 4);
}

/**
 * inetx_ip_options_build - put options into a header that is made
 * @iph: the IP header, room for @opt->optlen octets behind it
 * @opt: the options, with their octets
 * @daddr: the destination, network order; at the end of a source route
 * @saddr: the source, network order
 * @time: as inetx_ip_options_stamp()
 *
 * With a source route the header's destination is @opt->faddr, which the caller
 * writes.
 *
 * Context: any.
 */
void inetx_ip_options_build(u8 *iph, const struct ip_options *opt,
			    __be32 daddr, __be32 saddr, __be32 time)
{
	u8 *o = iph + opt->srr;

	memcpy(iph + OPT_START, opt->__data, opt->optlen);
	if (opt->srr)
		memcpy(o + o[O_LEN] - 4, &daddr, 4);
	inetx_ip_options_stamp(iph, opt, saddr, time);
}

/* Append an option to those of an answer; returns it. */
static u8 *append(struct ip_options *out, const u8 *o, unsigned int len)
{
	u8 *to = out->__data + out->optlen;

	memcpy(to, o, len);
	out->optlen += len;
	return to;
}

static void echo_record(const u8 *o, struct ip_options *out)
{
	u8 *to;

	out->rr = OPT_START + out->optlen;
	to = append(out, o, o[O_LEN]);
	if (o[O_PTR] <= o[O_LEN] && o[O_PTR] + 3 <= o[O_LEN]) {
		to[O_PTR] += 4;
		out->rr_needaddr = 1;
	}
}

static void echo_timestamp(struct inetx_net *xnet, const u8 *o,
			   struct ip_options *out)
{
	unsigned int at = OPT_START + out->optlen;
	u8 *to = append(out, o, o[O_LEN]);

	out->ts = at;
	/* What has no room for one more goes back as it is. */
	if (o[O_PTR] <= o[O_LEN] && o[O_PTR] + 3 <= o[O_LEN])
		parse_room(xnet, to, o[O_LEN], out, INETX_IPOPT_RECEIVED);
}

/*
 * The way back (RFC 1122 3.2.1.8 c): the hops that have been visited, the last
 * one first.  It is the first hop of the answer and goes into the header; the
 * place of the first one is where the answer's destination will be.
 */
static void echo_route(const u8 *o, const u8 *saddr, struct ip_options *out)
{
	unsigned int end = o[O_PTR] > o[O_LEN] ? o[O_LEN] + 1U : o[O_PTR];
	unsigned int hops = (end - 4) / 4, i;
	u8 kind = o[0], *to;

	/* RFC 1812 5.2.4.1: some write down the sender as the first. */
	if (hops && !memcmp(o + 3, saddr, 4)) {
		o += 4;
		hops--;
	}
	if (!hops)
		return;
	out->srr = OPT_START + out->optlen;
	out->is_strictroute = kind == OPT_SSRR;
	to = out->__data + out->optlen;
	to[0] = kind;
	to[O_LEN] = 3 + 4 * hops;
	to[O_PTR] = 4;
	for (i = 1; i < hops; i++)
		memcpy(to + 4 * i - 1, o + 3 + 4 * (hops - 1 - i), 4);
	memset(to + 4 * hops - 1, 0, 4);
	memcpy(&out->faddr, o + 3 + 4 * (hops - 1), 4);
	out->optlen += 3 + 4 * hops;
}

/**
 * inetx_ip_options_echo - the options of an answer to a packet
 * @xnet: the namespace, for inetx_ip_options_ours()
 * @iph: the packet's header, ihl right and all of it there, as
 *	inetx_ip_options_parse() has left it
 * @end: what reaches beyond this offset is not looked at, as the pointer of a
 *	problem; INETX_IPOPT_ALL
 * @out: is filled; has room for 40 octets behind it
 *
 * RFC 1122 3.2.2: record route and timestamp go on, source routes are reversed;
 * nothing else is echoed.
 *
 * Context: any; RCU read side.
 */
void inetx_ip_options_echo(struct inetx_net *xnet, const u8 *iph,
			   unsigned int end, struct ip_options *out)
{
	unsigned int size = (iph[0] & 15) * 4 - OPT_START, i = 0;
	const u8 *record = NULL, *stamp = NULL, *route = NULL, *o;
	int len;

	memset(out, 0, sizeof(*out));
	for (; (len = option_len(iph + OPT_START, i, size)) > 0; i += len) {
		if (OPT_START + i + len > end)
			break;
		o = iph + OPT_START + i;
		if (o[0] == OPT_RR && len > 2 && o[O_PTR] > 3)
			record = record ?: o;
		else if (o[0] == OPT_TIMESTAMP && len > 3 && o[O_PTR] > 4)
			stamp = stamp ?: o;
		else if ((o[0] == OPT_LSRR || o[0] == OPT_SSRR) && len > 2 &&
			 o[O_PTR] > 3)
			route = route ?: o;
	}
	if (record)
		echo_record(record, out);
	if (stamp)
		echo_timestamp(xnet, stamp, out);
	if (route)
		echo_route(route, iph + IPH_SADDR, out);
	while (out->optlen & 3)
		out->__data[out->optlen++] = OPT_END;
}

/**
 * inetx_ip_options_undo - give options the form that a user gave, or would give
 * @opt: options to send, with their octets
 *
 * Context: any.
 */
void inetx_ip_options_undo(struct ip_options *opt)
{
	u8 *area = opt->__data, *o;

	if (opt->srr) {
		o = area + opt->srr - OPT_START;
		memmove(o + 7, o + 3, o[O_LEN] - 7);
		memcpy(o + 3, &opt->faddr, 4);
	}
	if (opt->rr_needaddr) {
		o = area + opt->rr - OPT_START;
		o[O_PTR] -= 4;
		memset(o + o[O_PTR] - 1, 0, 4);
	}
	if (opt->ts_needtime) {
		o = area + opt->ts - OPT_START;
		o[O_PTR] -= 4;
		memset(o + o[O_PTR] - 1, 0, 4);
		/* The address of an entry named in advance is the user's. */
		if (TS_KIND(o) == TS_PRESPEC)
			o[O_PTR] -= 4;
	}
	if (opt->ts_needaddr) {
		o = area + opt->ts - OPT_START;
		o[O_PTR] -= 4;
		memset(o + o[O_PTR] - 1, 0, 4);
	}
}

/**
 * inetx_ip_options_hop - a hop of a source route that is yet to be visited
 * @iph: the IP header
 * @opt: what inetx_ip_options_parse() found, @opt->srr is not 0
 * @skip: which one, 0 for the next
 * @hop: is filled, network order
 *
 * Context: any.
 * Return: 1; 0: there are not that many; -1: that is less than an address.
 */
int inetx_ip_options_hop(const u8 *iph, const struct ip_options *opt,
			 unsigned int skip, __be32 *hop)
{
	const u8 *o = iph + opt->srr;
	unsigned int ptr = o[O_PTR] + 4 * skip;

	if (ptr > o[O_LEN])
		return 0;
	if (ptr + 3 > o[O_LEN])
		return -1;
	memcpy(hop, o + ptr - 1, 4);
	return 1;
}

/**
 * inetx_ip_options_pass - what passing a packet on leaves in its options
 * @iph: the IP header, to be written to; its checksum is the caller's
 * @opt: what inetx_ip_options_parse() found
 * @addr: our address on the device it leaves by, network order
 *
 * RFC 791 3.1, RFC 1812 5.3.13: that address is recorded, also in place of the
 * hop of a source route that has been reached.
 *
 * Context: any.
 */
void inetx_ip_options_pass(u8 *iph, const struct ip_options *opt, __be32 addr)
{
	unsigned int skip;
	__be32 hop;
	u8 *o;

	if (opt->rr_needaddr) {
		o = iph + opt->rr;
		memcpy(o + o[O_PTR] - 5, &addr, 4);
	}
	if (!opt->srr_is_hit)
		return;
	o = iph + opt->srr;
	for (skip = 0; inetx_ip_options_hop(iph, opt, skip, &hop) > 0; skip++) {
		if (hop != opt->nexthop)
			continue;
		memcpy(iph + IPH_DADDR, &hop, 4);
		o[O_PTR] += 4 * skip;
		memcpy(o + o[O_PTR] - 1, &addr, 4);
		o[O_PTR] += 4;
		break;
	}
	/* As AF_INET has it: without a source route it stays the address that
	 * faces the sender.
	 */
	if (opt->ts_needaddr) {
		o = iph + opt->ts;
		memcpy(o + o[O_PTR] - 9, &addr, 4);
	}
}

/**
 * inetx_ip_options_later - options of the fragments behind the first
 * @area: the options area of the first, right; those that stay with it become
 *	no-operations
 * @len: its length, 0..40
 *
 * RFC 791 3.2 would have them left out.  That all fragments have a header of one
 * length is as good, and the pieces are of one length, too.
 *
 * Context: any.
 */
void inetx_ip_options_later(u8 *area, unsigned int len)
{
	unsigned int i = 0;
	int optlen;

	while ((optlen = option_len(area, i, len)) > 0) {
		if (area[i] != OPT_NOOP && !(area[i] & OPT_COPIED))
			memset(area + i, OPT_NOOP, optlen);
		i += optlen;
	}
}
