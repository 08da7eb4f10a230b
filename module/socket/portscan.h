/* SPDX-License-Identifier: GPL-2.0 */
/* Search of a free port in bitmaps; also compiles in user space. */
#ifndef _INETX_PORTSCAN_H
#define _INETX_PORTSCAN_H

unsigned int inetx_port_scan(const unsigned long *used,
			     const unsigned long *reserved, unsigned int lo,
			     unsigned int hi, unsigned int start,
			     unsigned int step);

#endif /* _INETX_PORTSCAN_H */
