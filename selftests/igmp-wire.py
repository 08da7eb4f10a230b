#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The far end of an IGMP test, without a stack: packet sockets only.

igmp-wire.py listen DEVICE
    print each IGMP message that comes in, one line each
igmp-wire.py query DEVICE VERSION CODE GROUP [SOURCE...]
    send a query (version 3: robustness 2, query interval 125 s)
igmp-wire.py forestall DEVICE GROUP
    send a query of version 2 for a group and at once, as another host, a report
"""

import socket
import struct
import sys

RECORDS = ("", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK")
FAR = bytes.fromhex("0200000000fe")


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip4(data):
    return socket.inet_ntoa(data)


def records(igmp):
    at, out = 8, []
    for _ in range(struct.unpack("!H", igmp[6:8])[0]):
        kind, aux, count = struct.unpack("!BBH", igmp[at:at + 4])
        group = ip4(igmp[at + 4:at + 8])
        at += 8
        sources = sorted(ip4(igmp[at + 4 * i:at + 4 * i + 4])
                         for i in range(count))
        at += 4 * (count + aux)
        shown = ",".join(sources)
        if count > 8:
            shown = "%d sources" % count
        out.append("%s %s {%s}" % (RECORDS[kind], group, shown))
    if at != len(igmp):
        out.append("and %d bytes" % (len(igmp) - at))
    return "; ".join(sorted(out))


def describe(frame):
    ip = frame[14:]
    head = 4 * (ip[0] & 15)
    igmp = ip[head:struct.unpack("!H", ip[2:4])[0]]
    group = ip4(igmp[4:8])
    kind = igmp[0]
    if kind == 0x12:
        what = "v1 report " + group
    elif kind == 0x16:
        what = "v2 report " + group
    elif kind == 0x17:
        what = "leave " + group
    elif kind == 0x22:
        what = "v3 report " + records(igmp)
    else:
        what = "type %#x" % kind
    wrong = []
    dst = ip[16:20]
    mac = b"\x01\0\x5e" + bytes((dst[1] & 0x7f,)) + dst[2:]
    for good, name in (
            (frame[:6] == mac, "link address"),
            (ip[1] == 0xc0, "TOS"), (ip[8] == 1, "TTL"),
            (ip[6:8] == b"\x40\0", "fragment field"),
            (ip[20:head] == b"\x94\x04\0\0", "router alert"),
            (checksum(ip[:head]) == 0, "IP checksum"),
            (checksum(igmp) == 0, "IGMP checksum")):
        if not good:
            wrong.append("wrong " + name)
    return " ".join(["%s: %s to %s" % (ip4(ip[12:16]), what, ip4(dst))] +
                    wrong)


def listen(dev):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    s.bind((dev, 0x0800))
    print("listening", flush=True)
    while True:
        frame, addr = s.recvfrom(65535)
        if addr[2] != socket.PACKET_OUTGOING and frame[23] == 2:
            print(describe(frame), flush=True)


def send(dev, dst, igmp):
    igmp = igmp[:2] + struct.pack("!H", checksum(igmp)) + igmp[4:]
    ip = struct.pack("!BBHHHBBH4s4s4s", 0x46, 0xc0, 24 + len(igmp), 0, 0, 1, 2,
                     0, socket.inet_aton("10.9.0.2"), dst, b"\x94\x04\0\0")
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    mac = b"\x01\0\x5e" + bytes((dst[1] & 0x7f,)) + dst[2:]
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((dev, 0))
    s.send(mac + FAR + b"\x08\0" + ip + igmp)


def query(dev, version, code, group, *sources):
    addr = socket.inet_aton(group)
    igmp = struct.pack("!BBH4s", 0x11, int(code), 0, addr)
    if version == "3":
        igmp += struct.pack("!BBH", 2, 125, len(sources))
        igmp += b"".join(socket.inet_aton(s) for s in sources)
    dst = addr if addr != bytes(4) else socket.inet_aton("224.0.0.1")
    send(dev, dst, igmp)


def forestall(dev, group):
    addr = socket.inet_aton(group)
    query(dev, "2", 30, group)
    send(dev, addr, struct.pack("!BBH4s", 0x16, 0, 0, addr))


COMMANDS = {"listen": listen, "query": query, "forestall": forestall}
COMMANDS[sys.argv[1]](*sys.argv[2:])
