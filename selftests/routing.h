/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of routing share: ip(8) in batches, RTM_GETROUTE, and a host
 * with several ways out.
 *
 * Include it after common.h.
 */
#ifndef SELFTESTS_ROUTING_H
#define SELFTESTS_ROUTING_H

#include <stdint.h>

/* Commands of ip(8) for the flavour, one in each line; 0 if all succeeded. */
int ip_batch(const char *lines);

/*
 * What ip(8) prints, all white space in a line made single spaces, none at its
 * end; static, to be used before the next call.
 */
const char *ip_show(const char *args);

/* Whether ip(8) prints this, which is usually an error. */
bool ip_says(const char *args, const char *what);

/* What a route is asked for; what is 0 or NULL is not in the request. */
struct query {
	const char *dst;
	const char *src;
	const char *iif;
	const char *oif;
	uint32_t mark;
	int uid;
	uint8_t tos;
	uint8_t proto;
	uint16_t sport;
	uint16_t dport;
};

/*
 * The name of the egress device, or of the errno; static.  Always asked in the
 * namespace of the first call.
 */
const char *way_to(const struct query *q);

#define WAY(...) way_to(&(struct query){ __VA_ARGS__ })

/*
 * Devices d1 to d4 with 10.N.0.1/24, whose neighbours take every packet.  Table
 * main leads to all by 10.1.0.254, table 10N by 10.N.0.254.
 */
int ways_setup(void);

/* No packets of the host's own accord on d1 to d4. */
int no_ipv6(void);

/* Packets that a device has sent. */
long long tx_packets(const char *dev);

#endif /* SELFTESTS_ROUTING_H */
