// SPDX-License-Identifier: GPL-2.0
/* ICMP extensions (RFC 4884): well-formed ones, and every way to be not. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "socket/icmpext.h"

static int tests, failed;

static void ok(bool good, const char *what)
{
	tests++;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, what);
}

static void seal(unsigned char *p, size_t len)
{
	unsigned int sum = 0;
	size_t i;

	p[2] = 0;
	p[3] = 0;
	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	p[2] = sum >> 8;
	p[3] = sum;
}

/* A copy of exactly @len bytes, so that the sanitizer sees one read too far. */
static bool valid(const unsigned char *p, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1);
	bool good;

	memcpy(copy, p, len);
	good = inetx_icmpext_valid(copy, len);
	free(copy);
	return good;
}

static void structure(void)
{
	/* One MPLS label (RFC 4950), one empty object of a class of its own. */
	unsigned char ext[] = {
		0x20, 0, 0, 0,
		0, 8, 1, 1, 0x12, 0x34, 0x51, 0xff,
		0, 4, 247, 0,
	};
	unsigned char bad[sizeof(ext)];
	size_t len;
	int cut = 0;

	ok(valid(ext, sizeof(ext)), "no checksum");
	seal(ext, sizeof(ext));
	ok(valid(ext, sizeof(ext)), "with checksum");
	ok(valid(ext, 4) == false, "the checksum covers the objects");

	memcpy(bad, ext, sizeof(ext));
	bad[9] ^= 1;
	ok(!valid(bad, sizeof(bad)), "a wrong checksum");

	memcpy(bad, ext, sizeof(ext));
	bad[0] = 0x10;
	seal(bad, sizeof(bad));
	ok(!valid(bad, sizeof(bad)), "version 1");

	memcpy(bad, ext, sizeof(ext));
	bad[5] = 3;
	seal(bad, sizeof(bad));
	ok(!valid(bad, sizeof(bad)), "an object shorter than its header");

	memcpy(bad, ext, sizeof(ext));
	bad[4] = 0xff;
	seal(bad, sizeof(bad));
	ok(!valid(bad, sizeof(bad)), "an object longer than the message");

	ext[2] = 0;
	ext[3] = 0;
	for (len = 0; len < sizeof(ext); len++)
		cut += valid(ext, len);
	/* The header alone, and the header with the first object. */
	ok(cut == 2, "cut short: only where an object ends");
}

static void offset(void)
{
	ok(inetx_icmpext_offset(0, 28, 1000) == -1, "no length, no extensions");
	ok(inetx_icmpext_offset(124, 28, 1000) == -1, "less than 128 bytes");
	ok(inetx_icmpext_offset(128, 28, 104) == 100, "behind 128 bytes");
	ok(inetx_icmpext_offset(128, 28, 103) == -1, "no room for the header");
	ok(inetx_icmpext_offset(128, 200, 1000) == -1, "inside the headers");
	ok(inetx_icmpext_offset(255 * 4, 28, 996) == 992, "the most words");
}

static void noise(void)
{
	unsigned char buf[64];
	int i, j;

	srand(1);
	for (i = 0; i < 200000; i++) {
		size_t len = rand() % sizeof(buf);

		for (j = 0; j < (int)len; j++)
			buf[j] = rand() % 4 ? rand() : 0;
		if (len)
			buf[0] = 0x20;
		valid(buf, len);
	}
	ok(true, "random bytes are read within bounds");
}

int main(void)
{
	structure();
	offset();
	noise();
	printf("1..%d\n", tests);
	return failed ? 1 : 0;
}
