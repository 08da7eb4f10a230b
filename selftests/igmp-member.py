#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""igmp-member.py DEVICE: be in multicast groups, as standard input says.

join|leave GROUP, allow|drop|block|unblock GROUP SOURCE, many GROUP MODE COUNT
(set a filter of COUNT sources, MODE 0 EXCLUDE, 1 INCLUDE; the device has
10.9.0.1), close; each is
answered with "ok" or the error. Groups each have a socket of their own.
"""

import os
import socket
import struct
import sys

SOL_IP = 0
IP_MSFILTER = 41

index = socket.if_nametoindex(sys.argv[1])
sockets = {}


def storage(addr):
    return struct.pack("=HH4s120x", socket.AF_INET, 0, socket.inet_aton(addr))


def mreqn(group):
    return struct.pack("=4s4si", socket.inet_aton(group), bytes(4), index)


def act(verb, group, *args):
    if group not in sockets:
        sockets[group] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s = sockets[group]
    if verb == "join":
        s.setsockopt(SOL_IP, socket.IP_ADD_MEMBERSHIP, mreqn(group))
    elif verb == "leave":
        s.setsockopt(SOL_IP, socket.IP_DROP_MEMBERSHIP, mreqn(group))
    elif verb == "many":
        mode, count = map(int, args)
        # the smaller of the two structures, for many sources
        s.setsockopt(SOL_IP, IP_MSFILTER, socket.inet_aton(group) +
                     socket.inet_aton("10.9.0.1") +
                     struct.pack("=II", mode, count) +
                     b"".join(struct.pack("!I", 0x0a000000 + i)
                              for i in range(1, count + 1)))
    else:
        # struct group_source_req, options MCAST_*
        name = {"block": 43, "unblock": 44, "allow": 46, "drop": 47}[verb]
        s.setsockopt(SOL_IP, name, struct.pack("=I4x", index) +
                     storage(group) + storage(args[0]))


for line in sys.stdin:
    words = line.split()
    try:
        if words[0] == "close":
            break
        act(*words)
        print("ok", flush=True)
    except OSError as e:
        print(os.strerror(e.errno), flush=True)
