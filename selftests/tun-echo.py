#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""tun-echo.py DEVICE: make a tun device whose far end answers ICMP echo."""

import fcntl
import os
import struct
import sys

TUNSETIFF = 0x400454ca
IFF_TUN = 1
IFF_NO_PI = 0x1000


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, TUNSETIFF,
            struct.pack("16sH", sys.argv[1].encode(), IFF_TUN | IFF_NO_PI))
while True:
    p = bytearray(os.read(tun, 2048))
    if len(p) < 28 or p[0] != 0x45 or p[9] != 1 or p[20] != 8:
        continue
    p[12:16], p[16:20] = p[16:20], p[12:16]
    p[20] = 0
    p[22:24] = b"\0\0"
    icmp = bytes(p[20:]) + b"\0" * (len(p) % 2)
    p[22:24] = struct.pack("!H", checksum(icmp))
    os.write(tun, p)
