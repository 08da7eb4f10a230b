# SPDX-License-Identifier: GPL-2.0
"""A host h on a cable with a peer p of AF_INET: ARP, UDP, ICMP, options, IGMP."""

import socket
import struct

from wire import DF, ICMP, IGMP, MF, UDP, addr, arp, icmp, igmp, ip, udp
from wirenet import INET, Namespace, veth, wait

H, P, FAR, GHOST = "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9"
ZERO = "00:00:00:00:00:00"
ALL = "ff:ff:ff:ff:ff:ff"
SOL_IP, SO_DONTROUTE = 0, 5
IP_TOS, IP_TTL, IP_HDRINCL, IP_OPTIONS, IP_MTU_DISCOVER = 1, 2, 3, 4, 10
IP_RECVERR = 11
IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP = 35, 36
IP_UNBLOCK_SOURCE, IP_BLOCK_SOURCE, IP_ADD_SOURCE_MEMBERSHIP = 37, 38, 39
UDP_CORK = 1
MSG_MORE = 0x8000
NO_PATIENCE = dict(neigh__e0__retrans_time_ms=100, neigh__e0__locktime=0)


def cable(t, peer_family=INET):
    """The two namespaces; t.spaces in the order in which things are settled."""
    t.spaces["h"] = Namespace("h", t.family)
    t.spaces["p"] = Namespace("p", peer_family)
    veth(t.h, "e0", t.p, "e0")
    t.p.ip("addr add %s/24 dev e0" % P)
    t.h.ip("addr add %s/24 dev e0" % H,
           "neigh add %s lladdr %s dev e0 nud permanent" %
           (FAR, t.h.devices["e0"].peer))
    for space in (t.h, t.p):
        space.set(icmp_ratemask=0, **NO_PATIENCE)


def acquaint(t):
    """No ARP in what follows."""
    cable(t)
    t.h.ip("neigh replace %s lladdr %s dev e0 nud permanent" %
           (P, t.h.devices["e0"].peer))
    t.p.ip("neigh replace %s lladdr %s dev e0 nud permanent" %
           (H, t.p.devices["e0"].peer))


def say(t, payload, **kinds):
    """The peer sends by hand."""
    t.p.inject("e0", payload, **kinds)


def say_udp(t, data=b"", dport=9, src=FAR, **head):
    say(t, ip(src, H, UDP, udp(src, H, 1000, dport, data), **head))


# ---- ARP

def with_second_address(t):
    cable(t)
    t.h.ip("addr add 10.9.9.1/32 dev lo")


def arp_resolve(t):
    s = t.h.udp(bind=(H, 1001))
    s.send(b"one", to=(P, 9))
    t.settle()


def arp_nobody(t):
    """Three questions, then nothing; what waited goes with them."""
    unanswered(t, H, GHOST)


def unanswered(t, source, there):
    s = t.h.udp(bind=(source, 1001))
    s.set(SOL_IP, IP_RECVERR, 1)
    for _ in range(3):
        s.send(b"nobody", to=(there, 9))
    wait(lambda: any(s.info(1, 4, 4)), "it is told that nobody is there")


def arp_ask(spa, tpa, tha=ZERO, dst=ALL, op=1):
    def step(t):
        mine = t.p.devices["e0"].mac
        say(t, arp(op, mine, spa, tha, tpa), dst=dst, kind=0x0806)
    return step


def arp_ask_unicast(t):
    pair = t.p.devices["e0"]
    say(t, arp(1, pair.mac, P, pair.peer, H), kind=0x0806)


def arp_with(tunable, value, step):
    def run(t):
        t.h.set(**{"conf__e0__" + tunable: value})
        try:
            step(t)
            t.settle()
        finally:
            t.h.set(**{"conf__e0__" + tunable: 0})
    return run


def arp_host_scope(localnet):
    """arp_ignore 3: what is valid on the host alone, and where 127/8 is routed."""
    def run(t):
        t.h.ip("addr add 10.0.0.77/32 dev e0 scope host")
        t.h.set(conf__e0__route_localnet=localnet)
        arp_with("arp_ignore", 3, arp_ask(P, "10.0.0.77"))(t)
        t.h.set(conf__e0__route_localnet=0)
        t.h.ip("addr del 10.0.0.77/32 dev e0")
    return run


def arp_announced(t):
    """arp_notify: a device with a new address says so."""
    cable = t.h.devices["e0"]
    t.h.set(conf__e0__arp_notify=1)
    t.h.ip("link set e0 address 02:00:00:00:00:99",
           "link set e0 address " + cable.mac, base=True)
    t.settle()
    t.h.set(conf__e0__arp_notify=0)


def arp_from_lo(t):
    """Whose address is in the question."""
    unanswered(t, "10.9.9.1", "10.0.0.%d" % (100 + t.number))


def arp_moved(t):
    """The peer seems to have another station; where is it sent to?"""
    s = t.h.udp(bind=(H, 1001))
    s.send(b"one", to=(P, 9))
    say(t, arp(2, "02:00:00:00:00:55", P, "02:00:00:00:00:55", P), dst=ALL,
        kind=0x0806)
    t.settle()
    s.send(b"two", to=(P, 9))
    t.settle()


ARP_STEPS = [
    ("resolves", arp_resolve),
    ("nobody answers", arp_nobody),
    ("asked by broadcast", arp_ask(P, H)),
    ("asked by unicast", arp_ask_unicast),
    ("asked for another", arp_ask(P, GHOST)),
    ("a probe", arp_ask("0.0.0.0", H)),
    ("a probe for another", arp_ask("0.0.0.0", GHOST)),
    ("gratuitous request", arp_ask(GHOST, GHOST)),
    ("gratuitous reply", arp_ask(GHOST, GHOST, op=2)),
    ("gratuitous for our own address", arp_ask(H, H)),
    ("from a foreign network", arp_ask("172.16.0.1", H)),
    ("RARP's operation", arp_ask(P, H, op=3)),
    ("an address of lo", arp_ask(P, "10.9.9.1")),
    ("an address of lo, arp_ignore 1",
     arp_with("arp_ignore", 1, arp_ask(P, "10.9.9.1"))),
    ("a foreign sender, arp_ignore 2",
     arp_with("arp_ignore", 2, arp_ask("172.16.0.1", H))),
    ("arp_ignore 3, scope host", arp_host_scope(0)),
    ("arp_ignore 3, scope host, route_localnet", arp_host_scope(1)),
    ("arp_ignore 8", arp_with("arp_ignore", 8, arp_ask(P, H))),
    ("arp_filter", arp_with("arp_filter", 1, arp_ask(P, H))),
    ("gratuitous, arp_accept 1",
     arp_with("arp_accept", 1, arp_ask(GHOST, GHOST, op=2))),
    ("announced", arp_announced),
    ("from an address of lo", arp_from_lo),
    ("from an address of lo, arp_announce 1",
     arp_with("arp_announce", 1, arp_from_lo)),
    ("from an address of lo, arp_announce 2",
     arp_with("arp_announce", 2, arp_from_lo)),
    ("another station of a neighbour, drop_gratuitous_arp",
     arp_with("drop_gratuitous_arp", 1, arp_moved)),
]


# ---- UDP and raw, out

def udp_out(size, connected=False, ports=1002, to=P, **options):
    def step(t):
        s = t.h.udp(bind=(H, ports) if ports else None,
                    connect=(to, 9) if connected else None)
        for (level, option), value in options.get("set", {}).items():
            s.set(level, option, value)
        for _ in range(options.get("times", 2)):
            s.send(bytes(i & 0xff for i in range(size)),
                   to=None if connected else (to, 9))
            t.settle()
    return step


def sopt(**values):
    names = {"ttl": (SOL_IP, IP_TTL), "tos": (SOL_IP, IP_TOS),
             "pmtu": (SOL_IP, IP_MTU_DISCOVER), "nocheck": (1, 11),
             "opts": (SOL_IP, IP_OPTIONS), "broadcast": (1, 6),
             "mttl": (SOL_IP, 33)}
    return {names[key]: value for key, value in values.items()}


def udp_corked(t):
    s = t.h.udp(bind=(H, 1002), connect=(P, 9))
    s.send(b"a" * 100, MSG_MORE)
    s.send(b"b" * 2000, MSG_MORE)
    s.send(b"c" * 3)
    s.set(UDP, UDP_CORK, 1)
    s.send(b"d" * 1472)
    s.send(b"e")
    s.set(UDP, UDP_CORK, 0)


def not_routed(t):
    t.h.ip("route add 10.51.0.0/16 via " + P)
    udp_out(9, to="10.51.0.1")(t)
    udp_out(9, to="10.51.0.1", set={(1, SO_DONTROUTE): 1})(t)
    t.h.ip("route del 10.51.0.0/16 via " + P)


def udp_pmtu(mode):
    """The peer says that it cannot take so much: what is sent after that."""
    def step(t):
        s = t.h.udp(bind=(H, 1002), connect=(P, 9))
        s.set(SOL_IP, IP_MTU_DISCOVER, mode)
        s.send(b"x" * 1400)
        quoted = ip(H, P, UDP, udp(H, P, 1002, 9, b"x" * 1400), frag=DF)
        say(t, ip(P, H, ICMP, icmp(3, 4, struct.pack("!HH", 0, 800),
                                   quoted[:36])))
        t.settle()
        for size in (1400, 772, 773, 300):
            s.send(b"x" * size)
            s.send(b"x" * size)
        t.settle()
        t.h.set(route__flush=1)
    return step


def raw_out(t):
    s = t.h.socket(socket.SOCK_RAW, 253)
    s.send(b"raw", to=(P, 0))
    s.send(b"r" * 3000, to=(P, 0))
    s = t.h.socket(socket.SOCK_RAW, 255)
    for ident, length in ((0, 0), (7, 0), (7, 24)):
        s.send(ip("0.0.0.0", P, 253, b"made", ident=ident, length=length,
                  frag=DF if length else 0, tos=8, ttl=3), to=(P, 0))
    s.send(ip(GHOST, P, 253, b"made", opts=b"\x07\x07\x04\0\0\0\0"), to=(P, 0))


def ping_out(t):
    t.h.set(ping_group_range="0 2147483647")
    s = t.h.socket(socket.SOCK_DGRAM, ICMP, bind=("0.0.0.0", 77))
    for size in (0, 1, 56, 1472, 1473, 5000):
        s.send(icmp(8, 0, struct.pack("!HH", 0, size), b"p" * size),
               to=(P, 0))
        s.recv()
    s.set(SOL_IP, IP_OPTIONS, record_route(9))
    s.send(icmp(8, 0, struct.pack("!HH", 0, 1), b"p" * 56), to=(P, 0))
    s.recv()
    s.set(SOL_IP, IP_OPTIONS, stamps(1, 4))
    s.set(SOL_IP, IP_TTL, 5)
    s.send(icmp(8, 0, struct.pack("!HH", 0, 2), b"p" * 56), to=(P, 0))
    s.recv()


def record_route(entries):
    return bytes((7, 3 + 4 * entries, 4)) + bytes(4 * entries) + b"\0"


def stamps(flag, entries, addresses=()):
    body = b"".join(addr(a) + bytes(4) for a in addresses)
    body += bytes(entries * (8 if flag else 4) - len(body))
    return bytes((68, 4 + len(body), 5, flag)) + body


def source_route(kind, *via, pointer=4):
    return bytes((kind, 3 + 4 * len(via), pointer)) + \
        b"".join(addr(a) for a in via) + b"\0"


MODES = (("DONT", 0), ("WANT", 1), ("DO", 2), ("PROBE", 3), ("INTERFACE", 4),
         ("OMIT", 5))

OUT_STEPS = [("UDP of %d bytes%s" % (size, how), udp_out(size, connected))
             for connected, how in ((False, ""), (True, ", connected"))
             for size in (0, 1, 1472, 1473, 8000)] + [
    ("UDP of 65507 bytes", udp_out(65507, times=1)),
    ("UDP of 65508 bytes and of 1", lambda t: (udp_out(65508)(t),
                                               udp_out(1)(t))),
    ("UDP from an ephemeral port", udp_out(100, ports=0)),
] + [
    ("UDP, path MTU discovery %s%s" % (word, how),
     udp_out(size, connected, set=sopt(pmtu=mode)) if size < 1473 else
     (lambda t, c=connected, m=mode: (udp_out(1473, c, set=sopt(pmtu=m))(t),
                                      udp_out(1, c)(t))))
    for word, mode in MODES
    for connected, size, how in ((False, 10, ""), (True, 10, ", connected"),
                                 (False, 1473, ", too large"))
] + [
    ("UDP after fragmentation needed, %s" % word, udp_pmtu(mode))
    for word, mode in MODES
] + [
    ("UDP with TTL and TOS", udp_out(9, set=sopt(ttl=3, tos=0xb8))),
    ("UDP without checksum", udp_out(9, set=sopt(nocheck=1))),
    ("UDP with record route", udp_out(9, set=sopt(opts=record_route(9)))),
    ("UDP with timestamps", udp_out(9, set=sopt(opts=stamps(0, 9)))),
    ("UDP with timestamps and addresses",
     udp_out(9, set=sopt(opts=stamps(1, 4)))),
    ("UDP with timestamps that are asked for",
     udp_out(9, set=sopt(opts=stamps(3, 4, (P, H, P))))),
    ("UDP with a source route",
     udp_out(9, to=P, set=sopt(opts=source_route(131, FAR, P)))),
    ("UDP with a strict source route",
     udp_out(9, to=P, set=sopt(opts=source_route(137, FAR, P)))),
    ("UDP with router alert", udp_out(9, set=sopt(opts=b"\x94\x04\0\0"))),
    ("UDP in fragments with options",
     udp_out(3000, set=sopt(opts=source_route(131, FAR, P) +
                            record_route(3)))),
    ("UDP to the limited broadcast",
     udp_out(2000, to="255.255.255.255", set=sopt(broadcast=1))),
    ("UDP to the network's broadcast",
     udp_out(9, to="10.0.0.255", set=sopt(broadcast=1))),
    ("UDP to a group", udp_out(9, to="224.1.2.3")),
    ("UDP to a group with TTL 7", udp_out(2000, to="239.255.1.1",
                                          set=sopt(mttl=7))),
    ("UDP without routing, to a neighbour",
     udp_out(9, set={(1, SO_DONTROUTE): 1})),
    ("without routing, to a gateway's network", not_routed),
    ("UDP, corked", udp_corked),
    ("raw", raw_out),
    ("ping", ping_out),
]


# ---- ICMP, in and out

def closed(size, **head):
    return lambda t: say_udp(t, b"u" * size, **head)


def echo(size=56, data=None, code=0, **head):
    def step(t):
        request = icmp(8, code, struct.pack("!HH", 3, 4),
                       data or bytes(i & 0xff for i in range(size)))
        say(t, ip(head.pop("src", FAR), head.pop("dst", H), ICMP, request,
                  **head))
    return step


def echo_in_fragments(size):
    def step(t):
        s = t.p.socket(socket.SOCK_RAW, ICMP, bind=(P, 0))
        s.send(icmp(8, 0, struct.pack("!HH", 5, 6), b"e" * size), to=(H, 0))
        t.settle()
    return step


def icmp_in(kind, code=0, rest=bytes(4), data=b"", **head):
    return lambda t: say(t, ip(FAR, H, ICMP, icmp(kind, code, rest, data),
                               **head))


def bad_echo(at, value):
    """One byte of an echo request is wrong; the header's checksum is right
    unless that byte is it."""
    def step(t):
        packet = bytearray(ip(FAR, H, ICMP, icmp(8, 0, bytes(4), b"x" * 20)))
        packet[at] ^= value
        say(t, bytes(packet))
        say_udp(t)
    return step


def fragments(*parts, proto=UDP):
    """Fragments of a datagram to a closed port, at these (from, to)."""
    def step(t):
        data = udp(FAR, H, 1000, 9, b"f" * 2000)
        for first, last in parts:
            more = MF if last < len(data) else 0
            say(t, ip(FAR, H, proto, data[first:last],
                      ident=0x4000 + t.number, frag=first >> 3 | more))
    return step


def reassembly_times_out(t):
    t.h.set(ipfrag_time=1)
    fragments((0, 1000))(t)
    capture = t.h.devices["e0"]

    def said():
        capture.poll()
        return any(way == ">" for way, _ in capture.frames)
    wait(said, "the time is exceeded")
    t.h.set(ipfrag_time=30)


def quoting(kind, code, rest=bytes(4)):
    """An error about a connected socket: what the socket does after that."""
    def step(t):
        s = t.h.udp(bind=(H, 1003), connect=(P, 7))
        s.send(b"first")
        quoted = ip(H, P, UDP, udp(H, P, 1003, 7, b"first"))
        say(t, ip(P, H, ICMP, icmp(kind, code, rest, quoted)))
        t.settle()
        s.send(b"second")
        s.send(b"third")
    return step


def redirected(t):
    s = t.h.udp(bind=(H, 1004))
    t.h.ip("route add 10.50.0.0/16 via " + P)
    s.send(b"before", to=("10.50.0.1", 9))
    quoted = ip(H, "10.50.0.1", UDP, udp(H, "10.50.0.1", 1004, 9, b"before"))
    say(t, ip(P, H, ICMP, icmp(5, 1, addr(FAR), quoted)))
    t.settle()
    s.send(b"after", to=("10.50.0.1", 9))
    s.send(b"after", to=("10.50.0.2", 9))
    t.settle()
    t.h.ip("route del 10.50.0.0/16 via " + P)


def with_tunables(step, **values):
    def run(t):
        t.h.enter()
        before = {}
        for key in values:
            path = "%s/%s" % (t.h.sys, key.replace("__", "/"))
            with open(path, encoding="ascii") as file:
                before[key] = file.read().strip()
        t.h.set(**values)
        try:
            step(t)
            t.settle()
        finally:
            t.h.set(**before)
    return run


SOURCE_ROUTED = dict(conf__all__accept_source_route=1)
OPTIONS = [
    ("record route", record_route(3)),
    ("record route, full", bytes((7, 7, 8)) + addr(P) + b"\0"),
    ("record route, pointer too small", bytes((7, 7, 3)) + bytes(5)),
    ("record route, pointer off by one", bytes((7, 7, 5)) + bytes(5)),
    ("record route, too short", bytes((7, 2, 4, 0))),
    ("timestamps", stamps(0, 4)),
    ("timestamps, full", bytes((68, 8, 9, 0)) + bytes(4)),
    ("timestamps, overflow full", bytes((68, 8, 9, 0xf0)) + bytes(4)),
    ("timestamps and addresses", stamps(1, 3)),
    ("timestamps of those named", stamps(3, 3, (H, P))),
    ("timestamps of others", stamps(3, 3, (P, H))),
    ("timestamps, odd flag", stamps(2, 3)),
    ("source route that is at its end", source_route(131, P, pointer=8)),
    ("source route to go on", source_route(131, P)),
    ("strict source route to go on", source_route(137, P)),
    ("two source routes", source_route(131, P, pointer=8)[:-1] +
     source_route(137, P, pointer=8)),
    ("security", bytes((130, 11)) + bytes(10)),
    ("stream identifier", bytes((136, 4, 1, 2))),
    ("router alert", bytes((148, 4, 0, 0))),
    ("router alert, wrong length", bytes((148, 3, 0, 0))),
    ("unknown option", bytes((0x9e, 4, 1, 2))),
    ("option without length", bytes((1, 1, 1, 7))),
    ("option of length 0", bytes((7, 0, 4, 0))),
    ("option beyond the header", bytes((7, 11, 4, 0))),
    ("end of list before more", bytes((0, 7, 7, 4))),
    ("NOPs", bytes((1, 1, 1, 1))),
]

IN_STEPS = [
    ("port unreachable, %d bytes" % size, closed(size))
    for size in (0, 1, 8, 100, 520, 528, 529, 600, 1472)
] + [
    ("port unreachable, fragments",
     fragments((0, 1000), (1000, 1600), (1600, 2008))),
    ("port unreachable, fragments in reverse",
     fragments((1600, 2008), (1000, 1600), (0, 1000))),
    ("port unreachable, DF and TOS", closed(9, frag=DF, tos=0x2c, ttl=1)),
    ("port unreachable, options", closed(9, opts=record_route(3))),
    ("port unreachable, timestamps and room for no more",
     closed(600, opts=stamps(0, 9))),
    ("port unreachable: not to broadcasts",
     lambda t: (say(t, ip(FAR, "10.0.0.255", UDP,
                          udp(FAR, "10.0.0.255", 1000, 9)), dst=ALL),
                say(t, ip(FAR, H, UDP, udp(FAR, H, 1000, 9)), dst=ALL))),
    ("port unreachable: not from nobody",
     lambda t: say(t, ip("0.0.0.0", H, UDP, udp("0.0.0.0", H, 1000, 9)))),
    ("protocol unreachable",
     lambda t: say(t, ip(FAR, H, 254, b"p" * 30))),
    ("protocol unreachable, in fragments",
     fragments((0, 1000), (1000, 2008), proto=254)),
] + [
    ("echo of %d bytes" % size, echo(size))
    for size in (0, 1, 8, 56, 1471, 1472)
] + [
    ("echo in fragments of %d bytes" % size, echo_in_fragments(size))
    for size in (1473, 4000, 60000)
] + [
    ("echo with DF, TOS and TTL 1", echo(frag=DF, tos=0x1e, ttl=1)),
    ("echo with identification 0", echo(ident=0)),
    ("echo with a code", echo(code=7)),
    ("echo to broadcast, ignored", echo(dst="10.0.0.255")),
    ("echo to broadcast, answered",
     with_tunables(echo(dst="10.0.0.255"), icmp_echo_ignore_broadcasts=0)),
    ("echo, ignored", with_tunables(echo(), icmp_echo_ignore_all=1)),
    ("echoes, limited",
     with_tunables(lambda t: [echo()(t) for _ in range(10)],
                   icmp_ratemask=1, icmp_ratelimit=10000)),
    ("echo with longer frame",
     lambda t: say(t, ip(FAR, H, ICMP, icmp(8, 0, bytes(4), b"short")) +
                   b"\xee" * 30)),
    ("echo, wrong version", bad_echo(0, 0x10)),
    ("echo, header too short", bad_echo(0, 1)),
    ("echo, wrong header checksum", bad_echo(10, 1)),
    ("echo, wrong checksum", bad_echo(30, 1)),
    ("echo, length beyond the frame",
     lambda t: say(t, ip(FAR, H, ICMP, icmp(8, 0, bytes(4), b"x"),
                         length=200))),
] + [
    ("echo from %s" % src, echo(src=src))
    for src in ("0.0.0.0", "127.0.0.1", "10.0.0.1", "224.0.0.1",
                "255.255.255.255", "240.0.0.1", "10.0.0.255", "0.1.2.3")
] + [
    ("echo to %s" % dst, echo(dst=dst))
    for dst in ("127.0.0.1", "10.0.0.0", "10.0.0.77", "224.0.0.1",
                "255.255.255.255", "240.0.0.1", "0.0.0.0")
] + [
    ("timestamp request", icmp_in(13, 0, b"\0\1\0\2", bytes(12))),
    ("timestamp request, short", icmp_in(13, 0, b"\0\1\0\2", bytes(8))),
    ("address mask request", icmp_in(17, 0, bytes(4), bytes(4))),
    ("information request", icmp_in(15)),
    ("router solicitation", icmp_in(10)),
    ("extended echo", icmp_in(42, 0, b"\0\1\1\1", bytes(8))),
    ("unknown ICMP type", icmp_in(200)),
    ("unsolicited reply", icmp_in(0)),
    ("reassembly time exceeded", reassembly_times_out),
    ("no time exceeded without the first fragment",
     with_tunables(fragments((1000, 2008)), ipfrag_time=0)),
    ("fragments that overlap",
     fragments((0, 1000), (800, 1600), (1600, 2008))),
    ("a fragment twice", fragments((0, 1000), (0, 1000), (1000, 2008))),
    ("a fragment of a length not of eight",
     fragments((0, 1001), (1000, 2008))),
    ("errors: port unreachable", quoting(3, 3)),
    ("errors: host unreachable", quoting(3, 1)),
    ("errors: source quench", quoting(4, 0)),
    ("errors: parameter problem", quoting(12, 0)),
    ("errors: time exceeded", quoting(11, 0)),
    ("redirect", redirected),
] + [
    ("echo with %s" % word, echo(opts=opts)) for word, opts in OPTIONS
] + [
    ("echo with %s, accepted" % word,
     with_tunables(echo(opts=opts), **SOURCE_ROUTED))
    for word, opts in OPTIONS if "source route" in word
] + [
    ("port unreachable with %s" % word, closed(9, opts=opts))
    for word, opts in OPTIONS
]


# ---- IGMP

def reports(t, count, kinds=(0x12, 0x16, 0x17, 0x22)):
    capture = t.h.devices["e0"]

    def sent():
        capture.poll()
        found = [f for way, f in capture.frames if way == ">" and
                 f[12:14] == b"\x08\0" and f[23] == IGMP and
                 f[14 + 4 * (f[14] & 15)] in kinds]
        return len(found) >= count
    wait(sent, "%d reports are sent" % count)


def request(group, source=None):
    if source:  # struct ip_mreq_source
        return addr(group) + addr(H) + addr(source)
    return addr(group) + addr(H)


def joined(version):
    """A group comes and goes."""
    def step(t):
        t.h.set(conf__e0__force_igmp_version=version)
        s = t.h.udp()
        s.set(SOL_IP, IP_ADD_MEMBERSHIP, request("239.1.1.1"))
        reports(t, 2)
        s.set(SOL_IP, IP_DROP_MEMBERSHIP, request("239.1.1.1"))
        reports(t, {1: 2, 2: 3, 3: 4}[version])
        t.h.set(conf__e0__force_igmp_version=0)
    return step


def sources(t):
    s = t.h.udp()
    for source, count in ((FAR, 2), (P, 4)):
        s.set(SOL_IP, IP_ADD_SOURCE_MEMBERSHIP, request("232.1.1.1", source))
        reports(t, count)
    s.close()
    reports(t, 6)
    s = t.h.udp()
    s.set(SOL_IP, IP_ADD_MEMBERSHIP, request("239.1.1.2"))
    reports(t, 8)
    s.set(SOL_IP, IP_BLOCK_SOURCE, request("239.1.1.2", FAR))
    reports(t, 10)
    s.set(SOL_IP, IP_UNBLOCK_SOURCE, request("239.1.1.2", FAR))
    reports(t, 12)
    s.close()
    reports(t, 14)


def queried(version, group="0.0.0.0", extra=b"", code=1, **head):
    """A query, with one group joined."""
    def step(t):
        s = t.h.udp()
        s.set(SOL_IP, IP_ADD_MEMBERSHIP, request("239.1.1.3"))
        reports(t, 2)
        rest = struct.pack("!BBH", 2, 125, len(extra) // 4) + extra \
            if version == 3 else b""
        to = "224.0.0.1" if group == "0.0.0.0" else group
        message = igmp(0x11, code if version > 1 else 0, group, rest)
        options = head.get("opts", b"\x94\x04\0\0")
        say(t, ip(P, to, IGMP, message, ttl=head.get("ttl", 1), opts=options),
            dst="01:00:5e" + "".join(":%02x" % b for b in addr(to)[1:]))
        reports(t, 3)
        s.close()
        reports(t, 5)
    return step


IGMP_STEPS = [
    ("version 3", joined(3)),
    ("version 2", joined(2)),
    ("version 1", joined(1)),
    ("source filters", sources),
    ("general query", queried(3)),
    ("query for the group", queried(3, "239.1.1.3")),
    ("query for sources", queried(3, "239.1.1.3", addr(FAR))),
]


def igmp_build(t):
    acquaint(t)
    t.h.set(conf__e0__igmpv2_unsolicited_report_interval=100,
            conf__e0__igmpv3_unsolicited_report_interval=100)


TOPOLOGIES = [
    ("ARP", with_second_address, ARP_STEPS),
    ("host sends", acquaint, OUT_STEPS),
    ("host receives", acquaint, IN_STEPS),
    ("group member", igmp_build, IGMP_STEPS),
]
