/* SPDX-License-Identifier: GPL-2.0 */
/*
 * By what a packet came in, for sockets that are bound to devices; vrf.h says
 * what that is.  A pure rule, which also compiles in user space.
 */
#ifndef _INETX_ROUTE_INDEV_H
#define _INETX_ROUTE_INDEV_H

#include <linux/types.h>

/**
 * struct inetx_in_dev - by what a packet came in, for sockets that are bound
 * @dif: index of the device, or of its VRF
 * @sdif: index of the device if it is in a VRF, 0 if not
 * @bound_only: not for sockets that are bound to no device
 */
struct inetx_in_dev {
	int dif;
	int sdif;
	bool bound_only;
};

/* Is a packet for a socket that is bound to the device @bound, 0 for none? */
static inline bool inetx_in_dev_eq(struct inetx_in_dev in, int bound)
{
	if (!bound)
		return !in.bound_only;
	return bound == in.dif || bound == in.sdif;
}

#endif /* _INETX_ROUTE_INDEV_H */
