// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of route exceptions: a bucket as it fills, ages and overflows; all
 * small MTUs against what the rules say in words.
 */
#include <stdio.h>
#include <string.h>

#include "route/exrule.h"

static int tests, failed;

static void ok(bool good, const char *what)
{
	tests++;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, what);
}

static struct inetx_ex_entry entry[INETX_EX_WAYS];
static const struct inetx_ex_entry *bucket[INETX_EX_WAYS];

static unsigned int place(unsigned long nh, __be32 daddr, unsigned long now,
			  __u32 random)
{
	return inetx_ex_place(bucket, nh, daddr, now, random);
}

static void test_place(void)
{
	const unsigned long now = -3UL;		/* jiffies wrap on the way */
	unsigned int i, seen = 0;
	bool good = true;

	for (i = 0; i < INETX_EX_WAYS; i++) {
		unsigned int at = place(1, 100 + i, now, 77);

		good &= at < INETX_EX_WAYS && !bucket[at];
		entry[at] = (struct inetx_ex_entry) {
			.nexthop = 1, .daddr = 100 + i, .expires = now + 10,
		};
		bucket[at] = &entry[at];
	}
	ok(good, "free places are taken first");

	good = true;
	for (i = 0; i < INETX_EX_WAYS; i++) {
		unsigned int at = place(1, 100 + i, now, i);

		good &= bucket[at]->daddr == 100 + i;
	}
	ok(good, "an entry is found again");
	ok(place(2, 100, now, 5) == 5, "by another next hop it is another");

	for (i = 0; i < 4 * INETX_EX_WAYS; i++)
		seen |= 1U << place(1, 7, now, i * 3);
	ok(seen == (1U << INETX_EX_WAYS) - 1, "anybody may have to give way");

	entry[3].expires = now;
	good = true;
	for (i = 0; i < 4 * INETX_EX_WAYS; i++)
		good &= place(1, 7, now, i) == 3;
	ok(good, "who has expired goes first");
	ok(place(1, entry[5].daddr, now, 0) == 5, "but not before the same");

	ok(!inetx_ex_expired(&entry[0], now + 9) &&
	   inetx_ex_expired(&entry[0], now + 10) &&
	   inetx_ex_expired(&entry[0], now + 1000), "expiry across the wrap");
}

static void test_reduce(void)
{
	__u32 is, told, min;
	bool good = true;

	for (is = 60; is < 80; is++)
		for (told = 0; told < 90; told++)
			for (min = 68; min < 85; min++) {
				__u32 mtu = is;
				bool locked = false, any;

				any = inetx_ex_reduce(&mtu, &locked, told, min);
				good &= any == (told <= is);
				good &= any || (mtu == is && !locked);
				if (!any)
					continue;
				good &= mtu <= is && locked == (told < min);
				good &= mtu == (told >= min ? told :
						min < is ? min : is);
				/* a floor stays until it expires */
				if (locked)
					good &= !inetx_ex_reduce(&mtu, &locked,
								 told, min);
			}
	ok(good, "a path becomes narrower, never below the floor");
}

static void test_fresh(void)
{
	struct inetx_ex_entry e = { .mtu = 1200, .expires = 50 };

	/* made at -50 to last for 100 */
	ok(inetx_ex_fresh(&e, 1200, -10UL, 100), "the same again is no news");
	ok(!inetx_ex_fresh(&e, 1200, 10, 100), "but is in the second half");
	ok(!inetx_ex_fresh(&e, 1199, -10UL, 100), "nor is it another MTU");
	e.locked = true;
	ok(!inetx_ex_fresh(&e, 1200, -10UL, 100), "nor a floor");
}

static __u32 resized(__u32 is, bool *locked, __u32 mtu, __u32 old)
{
	struct inetx_ex_entry e = { .mtu = is, .locked = *locked };

	inetx_ex_resize(&e, mtu, old);
	*locked = e.locked;
	return e.mtu;
}

static void test_resize(void)
{
	bool no = false, yes = true;

	ok(resized(1200, &no, 1300, 1500) == 1200, "the device is wide enough");
	ok(resized(1200, &no, 1100, 1500) == 1100, "it is not");
	ok(resized(1500, &no, 9000, 1500) == 9000, "it was what limited");
	ok(resized(552, &yes, 600, 1500) == 552 && yes, "a floor stays");
	ok(resized(552, &yes, 552, 1500) == 552 && !yes,
	   "unless the device is as low");
}

int main(void)
{
	test_place();
	test_reduce();
	test_fresh();
	test_resize();
	printf("1..%d\n", tests);
	return failed != 0;
}
