/* SPDX-License-Identifier: GPL-2.0 */
/* Reading IP options (RFC 791 3.1).  Pure logic: compiles in user space, too. */
#ifndef _INETX_IP_OPTIONS_H
#define _INETX_IP_OPTIONS_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
typedef uint8_t u8;
#endif

/**
 * struct inetx_ip_optinfo - what a look at the options of a packet found
 * @bad: offset of the first wrong octet from the start of the IP header, as the
 *	pointer of a Parameter Problem (RFC 792); 0 when all are right
 * @source_route: there is a loose or strict source route
 * @router_alert: there is a router alert (RFC 2113) with value 0
 */
struct inetx_ip_optinfo {
	u8 bad;
	bool source_route;
	bool router_alert;
};

void inetx_ip_options_scan(const u8 *opt, unsigned int len,
			   struct inetx_ip_optinfo *info);

void inetx_ip_options_later(u8 *opt, unsigned int len);

#endif /* _INETX_IP_OPTIONS_H */
