/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Many routes by rtnetlink, for the flavour: requests go in bunches, and errors
 * are counted.
 */
#ifndef SELFTESTS_BULK_H
#define SELFTESTS_BULK_H

#include <stddef.h>
#include <stdint.h>
#include "prefixes.h"

/* Gateways that the routes are spread over: 10.200.0.2 and what follows. */
#define BULK_GATEWAYS	64

/* Device d0 with 10.200.0.1/24, which swallows what it is given; 0 or -1. */
int bulk_device(void);

/*
 * bulk_routes - one request for each of @n prefixes in table main, by d0
 * @type: RTM_NEWROUTE or RTM_DELROUTE
 * @flags: NLM_F_CREATE and the like
 * @shift: the gateway is by the prefix and this number
 *
 * Return: how many requests failed, or -1.
 */
long bulk_routes(int type, int flags, const struct prefix *p, size_t n,
		 uint32_t shift);

/*
 * bulk_ask - the gateway to an address by RTM_GETROUTE
 * @family: AF_INET or AF_INETX's number
 * @key: the address, host order
 * @plen: the length of the prefix that it was found by
 *
 * Return: the gateway in host order, 0 for none, or a negative errno.
 */
int64_t bulk_ask(int family, uint32_t key, uint8_t *plen);

#endif /* SELFTESTS_BULK_H */
