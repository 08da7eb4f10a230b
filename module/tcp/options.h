/* SPDX-License-Identifier: GPL-2.0 */
/* TCP options: parse and build (RFC 9293 3.1, 7323, 2018).  Pure. */
#ifndef _INETX_TCP_OPTIONS_H
#define _INETX_TCP_OPTIONS_H

#include "tcp/seq.h"

#define INETX_TCPOPT_EOL	0
#define INETX_TCPOPT_NOP	1
#define INETX_TCPOPT_MSS	2
#define INETX_TCPOPT_WSCALE	3
#define INETX_TCPOPT_SACK_PERM	4
#define INETX_TCPOPT_SACK	5
#define INETX_TCPOPT_TS		8

#define INETX_TCPOLEN_TS_ALIGNED	12
#define INETX_TCP_MAX_OPTIONS		40
#define INETX_TCP_MAX_WSCALE		14
#define INETX_TCP_MAX_SACKS		4

/**
 * struct inetx_tcp_opts - the options of one segment, received or to be sent
 * @tsval: timestamp value; with @has_ts
 * @tsecr: timestamp echo reply; with @has_ts
 * @mss: maximum segment size in bytes, 0 for none; SYN only
 * @wscale: window shift, 0..14; with @has_wscale, SYN only
 * @num_sacks: valid entries of @sack
 * @has_ts: timestamps option there
 * @has_wscale: window scale option there
 * @sack_perm: SACK-permitted there; SYN only
 * @sack: SACK blocks in the order of the option
 *
 * All in host byte order.
 */
struct inetx_tcp_opts {
	u32 tsval;
	u32 tsecr;
	u16 mss;
	u8 wscale;
	u8 num_sacks;
	bool has_ts;
	bool has_wscale;
	bool sack_perm;
	struct inetx_seq_range sack[INETX_TCP_MAX_SACKS];
};

void inetx_tcp_opts_parse(struct inetx_tcp_opts *o, const u8 *p, int len,
			  bool syn);
int inetx_tcp_opts_len(const struct inetx_tcp_opts *o);
int inetx_tcp_opts_write(const struct inetx_tcp_opts *o, u8 *p);

#endif /* _INETX_TCP_OPTIONS_H */
