/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP extensions (RFC 4884); also compiles in user space. */
#ifndef _INETX_ICMPEXT_H
#define _INETX_ICMPEXT_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

bool inetx_icmpext_valid(const unsigned char *ext, size_t len);
int inetx_icmpext_offset(size_t orig, size_t headers, size_t payload);

#endif /* _INETX_ICMPEXT_H */
