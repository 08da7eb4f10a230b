// SPDX-License-Identifier: GPL-2.0
/* ICMP extensions behind the packet that an error quotes (RFC 4884). */

#include "icmpext.h"

#define EXT_VERSION	2	/* upper four bits of the first byte */
#define EXT_HEADER	4	/* version, reserved, checksum */
#define EXT_OBJECT	4	/* header of an object: length, class, type */
#define EXT_MIN_ORIG	128	/* least size of the quoted packet */

/* The Internet checksum (RFC 1071) of @len bytes, big endian. */
static unsigned int checksum(const unsigned char *p, size_t len)
{
	unsigned long sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (i < len)
		sum += p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/**
 * inetx_icmpext_valid - is an extension structure well formed
 * @ext: it, to the end of the ICMP message
 * @len: bytes of it
 *
 * Version, checksum where there is one, and a chain of objects that ends where
 * the message does.
 *
 * Context: any.
 */
bool inetx_icmpext_valid(const unsigned char *ext, size_t len)
{
	size_t pos, size;

	if (len < EXT_HEADER || ext[0] >> 4 != EXT_VERSION)
		return false;
	if ((ext[2] || ext[3]) && checksum(ext, len))
		return false;

	for (pos = EXT_HEADER; pos < len; pos += size) {
		if (len - pos < EXT_OBJECT)
			return false;
		size = ext[pos] << 8 | ext[pos + 1];
		if (size < EXT_OBJECT || size > len - pos)
			return false;
	}
	return true;
}

/**
 * inetx_icmpext_offset - where in the quoted payload the extensions begin
 * @orig: bytes of the quoted packet, from the length field of the ICMP header
 * @headers: bytes of its IP and transport headers
 * @payload: bytes behind those headers, to the end of the ICMP message
 *
 * Context: any.
 * Return: the offset behind the headers, or -1 when there are no extensions.
 */
int inetx_icmpext_offset(size_t orig, size_t headers, size_t payload)
{
	if (orig < EXT_MIN_ORIG || orig < headers ||
	    orig - headers + EXT_HEADER > payload)
		return -1;
	return orig - headers;
}
