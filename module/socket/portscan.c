// SPDX-License-Identifier: GPL-2.0
/*
 * Search of a free port, a word of the bitmaps at a time: at 28000 ports in
 * use, 440 loads instead of 28000 lookups in hash chains.
 */

#ifdef __KERNEL__
#include <linux/bits.h>
#include <linux/compiler.h>
#else
#define BITS_PER_LONG	(8 * (unsigned int)sizeof(long))
#define READ_ONCE(x)	__atomic_load_n(&(x), __ATOMIC_RELAXED)
#endif

#include "portscan.h"

/* The first clear bit of both bitmaps in first..last, inclusive, that is also
 * set in @parity; 0 when there is none.
 */
static unsigned int scan(const unsigned long *used,
			 const unsigned long *reserved, unsigned int first,
			 unsigned int last, unsigned long parity)
{
	unsigned long mask = ~0UL << (first % BITS_PER_LONG);
	unsigned int word;

	for (word = first / BITS_PER_LONG; word <= last / BITS_PER_LONG;
	     word++) {
		unsigned long free = ~(READ_ONCE(used[word]) |
				       READ_ONCE(reserved[word]));

		free &= mask & parity;
		mask = ~0UL;
		if (free) {
			unsigned int port = word * BITS_PER_LONG +
					    __builtin_ctzl(free);

			return port <= last ? port : 0;
		}
	}
	return 0;
}

/**
 * inetx_port_scan - the first free port from a starting point on
 * @used: 65536 bits, set where a port is in use
 * @reserved: 65536 bits, set where a port may not be chosen
 * @lo: first port of the range, 1..65535, host order
 * @hi: last port, at least @lo
 * @start: where to begin, an offset into the range, taken modulo its size
 * @step: 1 for any port, 2 for those of the parity of @lo + @start only
 *
 * Goes up from @lo + @start to @hi, then from @lo to the start.
 *
 * Context: any; bits may change meanwhile, so the answer is a hint.
 * Return: the port, or 0 when none is free.
 */
unsigned int inetx_port_scan(const unsigned long *used,
			     const unsigned long *reserved, unsigned int lo,
			     unsigned int hi, unsigned int start,
			     unsigned int step)
{
	unsigned int first = lo + start % (hi - lo + 1);
	unsigned long parity = ~0UL;
	unsigned int port;

	/* ~0 / 3 is 0101..., the even bits. */
	if (step == 2)
		parity = first & 1 ? ~(~0UL / 3) : ~0UL / 3;

	port = scan(used, reserved, first, hi, parity);
	if (!port && first > lo)
		port = scan(used, reserved, lo, first - 1, parity);
	return port;
}
