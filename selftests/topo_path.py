# SPDX-License-Identifier: GPL-2.0
"""Routers: one between two hosts, three hops with a small MTU in the middle, two
ways there and back; and a host on a cable that loses, doubles and reorders."""

import socket
import struct
import subprocess

from topo_host import (ALL, H, OPTIONS, P, record_route, sopt,
                       source_route, udp_out)
from topo_tcp import build, settled, talk, untimed
from wire import DF, ICMP, IGMP, MF, TCP, UDP, icmp, igmp, ip, tcp, udp
from wirenet import INET, Namespace, veth, wait

A, B, RA, RB = "10.1.0.1", "10.2.0.2", "10.1.0.254", "10.2.0.254"
STRANGER, OTHER = "10.1.0.7", "10.1.0.9"
# what is sent to a host at most so often is no matter where each is asked once
CROWD = ["10.1.0.%d" % i for i in range(20, 220)]


def neighbour(space, device, address):
    return "neigh replace %s lladdr %s dev %s nud permanent" % (
        address, space.devices[device].peer, device)


def forwarding(space):
    """Make it a router; AF_INETX must be given the devices for that."""
    space.set(ip_forward=1, icmp_ratemask=0)
    for device in space.devices:
        if space.family != INET:
            space.set(**{"conf__%s__claim" % device: "all"})
        space.set(**{"conf__%s__rp_filter" % device: 0})
    space.set(conf__all__rp_filter=0)


def router(t):
    """a - r - b; r is under test. STRANGER is a host of a's cable, by hand."""
    for label, family in (("a", INET), ("r", t.family), ("b", INET)):
        t.spaces[label] = Namespace(label, family)
    veth(t.a, "e0", t.r, "e0")
    veth(t.r, "e1", t.b, "e0", 1000)
    t.a.ip("addr add %s/24 dev e0" % A, "route add default via " + RA,
           neighbour(t.a, "e0", RA))
    t.b.ip("addr add %s/24 dev e0" % B, "route add default via " + RB,
           neighbour(t.b, "e0", RB))
    forwarding(t.r)
    t.r.ip("addr add %s/24 dev e0" % RA, "addr add %s/24 dev e1" % RB,
           *[neighbour(t.r, "e0", x) for x in [A, STRANGER, OTHER] + CROWD],
           neighbour(t.r, "e1", B),
           "route add unreachable 10.3.0.0/24",
           "route add prohibit 10.4.0.0/24",
           "route add blackhole 10.5.0.0/24",
           "route add throw 10.6.0.0/24",
           "route add 10.7.0.0/24 via " + OTHER,
           "route add 10.8.0.0/24 via 10.2.0.2 mtu 700",
           "route add 10.9.0.0/24 dev e1")
    t.r.set(neigh__e1__retrans_time_ms=100)
    for space in (t.a, t.b):
        space.set(icmp_ratemask=0)
        untimed(space)


def via_r(data=b"d", dst=B, src=None, dport=9, mac=None, **head):
    """A UDP packet by hand to the router, from a host of its own."""
    def step(t, src=src):
        if not src:
            t.keep["crowd"] = t.keep.get("crowd", 0) + 1
            src = CROWD[t.keep["crowd"] % len(CROWD)]
        t.a.inject("e0", ip(src, dst, UDP, udp(src, dst, 1000, dport, data),
                            **head), dst=mac)
        t.settle()
    return step


def pass_proto(proto, payload, **head):
    return lambda t: t.a.inject("e0", ip(STRANGER, B, proto, payload, **head))


def pieces(t):
    data = udp(STRANGER, B, 1000, 9, b"f" * 2400)
    for first in range(0, len(data), 1200):
        more = MF if first + 1200 < len(data) else 0
        t.a.inject("e0", ip(STRANGER, B, UDP, data[first:first + 1200],
                            ident=0x777, frag=first >> 3 | more))


def from_b(size, frag=0):
    def step(t):
        t.b.inject("e0", ip(B, A, ICMP, icmp(8, 0, bytes(4), b"b" * size),
                            frag=frag))
        t.settle()
    return step


def unanswered(t):
    """A neighbour that is not there: the question, then host unreachable."""
    via_r(dst="10.2.0.77")(t)
    capture = t.a.devices["e0"]

    def told():
        capture.poll()
        return any(way == "<" and frame[23] == ICMP
                   for way, frame in capture.frames)
    wait(told, "the host is called unreachable")


def wrong_header(t):
    packet = bytearray(ip(STRANGER, B, UDP, udp(STRANGER, B, 1000, 9)))
    packet[10] ^= 1
    t.a.inject("e0", bytes(packet))
    packet = ip(STRANGER, B, UDP, udp(STRANGER, B, 1000, 9), length=300)
    t.a.inject("e0", packet)
    via_r()(t)


def tunables(step, **values):
    def run(t):
        t.r.enter()
        before = {}
        for key in values:
            with open("%s/%s" % (t.r.sys, key.replace("__", "/")),
                      encoding="ascii") as file:
                before[key] = file.read().strip()
        t.r.set(**values)
        try:
            step(t)
            t.settle()
        finally:
            t.r.set(**before)
    return run


def connection(one, other, there, *taps):
    """A connection through what is under test; the MSS is what the way takes."""
    def step(t):
        space, peer = t.spaces[one], t.spaces[other]
        cables = [t.a.devices[tap] for tap in taps or ("e0",)]
        listener = peer.tcp().set(1, 2, 1).bind("0.0.0.0", 2100).listen()
        c = space.tcp().bind("0.0.0.0", 3000 + t.number).connect(there, 2100)
        s = listener.accept()
        for size in (1, 500, 1448):
            c.send_all(b"c" * size)
            s.recv_exactly(size)
            settled(t, *cables)
            s.send_all(b"s" * size)
            c.recv_exactly(size)
            settled(t, *cables)
        c.close()
        settled(t, *cables)
        s.close()
        settled(t, *cables)
        listener.close()
    return step


def to_self(t):
    for src, dst in zip(CROWD, (RA, RB, "10.1.0.255", "10.2.0.255",
                                "255.255.255.255")):
        t.a.inject("e0", ip(src, dst, ICMP,
                            icmp(8, 0, bytes(4), b"self")))


ACCEPT = dict(conf__all__accept_source_route=1)
ROUTER_STEPS = [
    ("a packet", via_r()),
    ("with TOS", via_r(tos=0xb9)),
    ("with identification 0 and DF", via_r(ident=0, frag=DF)),
    ("with the reserved flag", via_r(frag=0x8000)),
    ("of another protocol", pass_proto(200, b"what is it")),
    ("with TTL 2", via_r(ttl=2)),
    ("with TTL 1", via_r(ttl=1)),
    ("with TTL 1 and much", via_r(b"m" * 900, ttl=1)),
    ("with TTL 0", via_r(ttl=0)),
    ("with TTL 1, an error",
     pass_proto(ICMP, icmp(3, 1, bytes(4), ip(B, STRANGER, UDP, bytes(8))),
                ttl=1)),
    ("with TTL 1, an echo", pass_proto(ICMP, icmp(8, 0), ttl=1)),
    ("with TTL 1, a segment",
     pass_proto(TCP, tcp(STRANGER, B, 1, 2, 3, 4, 2), ttl=1)),
    ("with TTL 1, a later fragment", via_r(frag=100, ttl=1)),
    ("with TTL 1, a first fragment", via_r(b"8" * 16, frag=MF, ttl=1)),
    ("too large, DF", via_r(b"l" * 1200, frag=DF)),
    ("too large by one, DF", via_r(b"l" * 973, frag=DF)),
    ("just small enough, DF", via_r(b"l" * 972, frag=DF)),
    ("too large", via_r(b"l" * 1400)),
    ("too large, with options", via_r(b"l" * 1400, opts=record_route(2) +
                                      b"\x94\x04\0\0")),
    ("too large, a fragment", via_r(b"l" * 1400, frag=MF)),
    ("too large, a last fragment", via_r(b"l" * 1400, frag=300)),
    ("fragments", pieces),
    ("fragments, TTL 1", via_r(b"l" * 1400, frag=MF, ttl=1)),
    ("large, the other way", from_b(900)),
    ("beyond the MTU of a route, DF",
     via_r(b"l" * 800, dst="10.8.0.1", frag=DF)),
    ("beyond the MTU of a route", via_r(b"l" * 800, dst="10.8.0.1")),
    ("no route", via_r(dst="10.99.0.1")),
    ("unreachable route", via_r(dst="10.3.0.1")),
    ("prohibit route", via_r(dst="10.4.0.1")),
    ("blackhole route", via_r(dst="10.5.0.1")),
    ("throw route", via_r(dst="10.6.0.1")),
    ("no route for an error",
     lambda t: t.a.inject("e0", ip(STRANGER, "10.99.0.1", ICMP, icmp(
         3, 1, bytes(4), ip("10.99.0.1", STRANGER, UDP, bytes(8)))))),
    ("no route for a fragment", via_r(dst="10.99.0.1", frag=100)),
    ("a neighbour that is not there", unanswered),
    ("redirect", via_r(dst="10.7.0.1")),
    ("no redirect, send_redirects 0",
     tunables(via_r(dst="10.7.0.2"), conf__all__send_redirects=0,
              conf__e0__send_redirects=0)),
    ("redirect to a host", via_r(dst=OTHER)),
    ("wrong headers", wrong_header),
    ("frame for another station", via_r(mac="02:00:00:99:99:99")),
    ("frame to all stations", via_r(mac=ALL)),
    ("from a source that is nobody", via_r(src="0.0.0.0")),
    ("from loopback", via_r(src="127.0.0.1")),
    ("from the router's own address", via_r(src=RB)),
    ("from a group", via_r(src="224.1.1.1")),
    ("from the broadcast", via_r(src="255.255.255.255")),
    ("from the other side", via_r(src=B)),
    ("from the other side, rp_filter 1",
     tunables(via_r(src="10.2.0.5"), conf__e0__rp_filter=1)),
    ("from the other side, rp_filter 2",
     tunables(via_r(src="10.2.0.5"), conf__e0__rp_filter=2)),
    ("from nowhere, rp_filter 2",
     tunables(via_r(src="99.1.1.1"), conf__e0__rp_filter=2)),
    ("to loopback", via_r(dst="127.0.0.1")),
    ("to class E", via_r(dst="240.0.0.1")),
    ("to network 0", via_r(dst="0.1.1.1")),
    ("to a group", via_r(dst="239.1.1.1",
                         mac="01:00:5e:01:01:01")),
    ("to the limited broadcast", via_r(dst="255.255.255.255", mac=ALL)),
    ("to the other network's broadcast", via_r(dst="10.2.0.255")),
    ("to the other network's broadcast, bc_forwarding",
     tunables(via_r(dst="10.2.0.255"), conf__all__bc_forwarding=1,
              conf__e0__bc_forwarding=1)),
    ("to itself", to_self),
    ("not forwarding", tunables(via_r(), conf__e0__forwarding=0)),
    ("not forwarding, TTL 1", tunables(via_r(ttl=1), conf__e0__forwarding=0)),
    ("a query of IGMP",
     lambda t: t.a.inject("e0", ip(STRANGER, "224.0.0.1", IGMP, igmp(
         0x11, 10, "0.0.0.0"), ttl=1), dst="01:00:5e:00:00:01")),
    ("connection", connection("a", "b", B)),
    ("connection, the other way", connection("b", "a", A)),
] + [
    ("with %s" % word, via_r(opts=opts)) for word, opts in OPTIONS
] + [
    ("by %s" % word, tunables(via_r(dst=RA, opts=source_route(
        kind, *hops)), **more))
    for kind, name in ((131, "loose"), (137, "strict"))
    for word, hops, more in (
        (name + " source route", (B,), ACCEPT),
        (name + " source route, not accepted", (B,), {}),
        (name + " source route on", (B, "10.99.0.1"), ACCEPT),
        (name + " source route back", (OTHER,), ACCEPT),
        (name + " source route to no route", ("10.99.0.1",), ACCEPT),
        (name + " source route behind a gateway", ("10.8.0.1",), ACCEPT))
]


# ---- three hops: a - r - s - b, all under test, 600 bytes between r and s

HOPS = (("10.1.0.1", "10.1.0.2"), ("10.12.0.1", "10.12.0.2"),
        ("10.2.0.1", "10.2.0.2"))


def path(t):
    for label in "arsb":
        t.spaces[label] = Namespace(label, t.family)
    for one, dev1, other, dev2, ends in (
            (t.a, "e0", t.r, "e0", HOPS[0]), (t.r, "e1", t.s, "e0", HOPS[1]),
            (t.s, "e1", t.b, "e0", HOPS[2])):
        veth(one, dev1, other, dev2, 600 if ends == HOPS[1] else 1500)
        one.ip("addr add %s/24 dev %s" % (ends[0], dev1),
               neighbour(one, dev1, ends[1]))
        other.ip("addr add %s/24 dev %s" % (ends[1], dev2),
                 neighbour(other, dev2, ends[0]))
    t.a.ip("route add default via 10.1.0.2")
    t.r.ip("route add 10.2.0.0/24 via 10.12.0.2")
    t.s.ip("route add 10.1.0.0/24 via 10.12.0.1")
    t.b.ip("route add default via 10.2.0.1")
    forwarding(t.r)
    forwarding(t.s)
    for space in (t.a, t.b):
        space.set(icmp_ratemask=0)
        untimed(space)


def datagrams(one, there, *sizes, **options):
    def step(t):
        s = t.spaces[one].udp(bind=("0.0.0.0", 1005))
        for (level, option), value in sopt(**options).items():
            s.set(level, option, value)
        for size in sizes:
            s.send(bytes(i & 0xff for i in range(size)), to=(there, 9))
            t.settle()
    return step


def conversation(one, other, there, size=3000):
    """Both ends of UDP, in fragments on the way."""
    def step(t):
        s = t.spaces[other].udp(bind=("0.0.0.0", 2200))
        c = t.spaces[one].udp(bind=("0.0.0.0", 1006), connect=(there, 2200))
        c.set(0, 10, 0)
        c.send(b"c" * size)
        t.settle()
        if len(s.recv()) != size:
            raise OSError("it is cut")
    return step


def forget(t):
    for space in t.spaces.values():
        space.set(route__flush=1)


def afresh(step):
    def run(t):
        forget(t)
        step(t)
    return run


def traced(t):
    """traceroute's datagrams."""
    s = t.a.udp(bind=("0.0.0.0", 1007))
    for ttl in range(1, 5):
        s.set(0, 2, ttl)
        for _ in range(2):
            s.send(b"trace", to=("10.2.0.2", 9))
            t.settle()


def pinged(size, pmtu):
    def step(t):
        for label in "ab":
            t.spaces[label].set(ping_group_range="0 2147483647")
        s = t.a.socket(socket.SOCK_DGRAM, ICMP, bind=("0.0.0.0", 78))
        s.set(0, 10, pmtu)
        for number in range(3):
            s.send(icmp(8, 0, struct.pack("!HH", 0, number), b"p" * size),
                   to=("10.2.0.2", 0))
            t.settle()
    return step


def long_way(one, other, there):
    """A connection whose first large segments are too large for the middle."""
    def step(t):
        listener = t.spaces[other].tcp().set(1, 2, 1)
        listener.bind("0.0.0.0", 2300).listen()
        c = t.spaces[one].tcp().bind("0.0.0.0", 3000 + t.number)
        c.connect(there, 2300)
        s = listener.accept()
        for size in (100, 1448, 1448):
            c.send_all(b"w" * size)
            s.recv_exactly(size)
            settled(t, t.a.devices["e0"])
        c.close()
        settled(t, t.a.devices["e0"])
        s.close()
        settled(t, t.a.devices["e0"])
        listener.close()
    return step


PATH_STEPS = [
    ("small datagrams", datagrams("a", "10.2.0.2", 0, 1, 500)),
    ("large datagrams, DF", afresh(datagrams("a", "10.2.0.2", 1000, 1000, 573,
                                             572, pmtu=2))),
    ("large datagrams, DF where it fits",
     afresh(datagrams("a", "10.2.0.2", 1400, 1400, 3000, pmtu=1))),
    ("large datagrams, no DF",
     afresh(datagrams("a", "10.2.0.2", 1400, 3000, pmtu=0))),
    ("large datagrams, probing",
     afresh(datagrams("a", "10.2.0.2", 1400, 1400, pmtu=3))),
    ("large datagrams, the other way",
     afresh(datagrams("b", "10.1.0.1", 1400, 1400, pmtu=1))),
    ("conversation in fragments", conversation("a", "b", "10.2.0.2")),
    ("conversation in fragments, back", conversation("b", "a", "10.1.0.1")),
    ("trace", traced),
    ("ping of 56", pinged(56, 0)), ("ping of 1400", afresh(pinged(1400, 0))),
    ("ping of 1400, DF", afresh(pinged(1400, 2))),
    ("ping of 4000", afresh(pinged(4000, 1))),
    ("record route", datagrams("a", "10.2.0.2", 9, opts=record_route(9))),
    ("record route in fragments",
     datagrams("a", "10.2.0.2", 1000, opts=record_route(5), pmtu=0)),
    ("connection", afresh(long_way("a", "b", "10.2.0.2"))),
    ("connection, the other way", afresh(long_way("b", "a", "10.1.0.1"))),
    ("connection, path known", long_way("a", "b", "10.2.0.2")),
]


# ---- two routers: there by r, back by s; b and both routers under test

def asymmetric(t):
    for label, family in (("a", INET), ("r", t.family), ("s", t.family),
                          ("b", t.family)):
        t.spaces[label] = Namespace(label, family)
    veth(t.a, "e0", t.r, "e0")
    veth(t.r, "e1", t.b, "e0")
    veth(t.a, "e1", t.s, "e0")
    veth(t.s, "e1", t.b, "e1")
    t.a.ip("addr add 10.1.0.1/24 dev e0", "addr add 10.3.0.1/24 dev e1",
           "addr add 10.9.0.1/32 dev lo", neighbour(t.a, "e0", "10.1.0.2"),
           neighbour(t.a, "e1", "10.3.0.2"),
           "route add 10.8.0.0/16 via 10.1.0.2 src 10.9.0.1")
    t.r.ip("addr add 10.1.0.2/24 dev e0", "addr add 10.2.0.1/24 dev e1",
           neighbour(t.r, "e0", "10.1.0.1"), neighbour(t.r, "e1", "10.2.0.2"),
           "route add 10.9.0.0/16 via 10.1.0.1",
           "route add 10.8.0.0/16 via 10.2.0.2")
    t.s.ip("addr add 10.3.0.2/24 dev e0", "addr add 10.4.0.1/24 dev e1",
           neighbour(t.s, "e0", "10.3.0.1"), neighbour(t.s, "e1", "10.4.0.2"),
           "route add 10.9.0.0/16 via 10.3.0.1",
           "route add 10.8.0.0/16 via 10.4.0.2")
    t.b.ip("addr add 10.2.0.2/24 dev e0", "addr add 10.4.0.2/24 dev e1",
           "addr add 10.8.0.1/32 dev lo", neighbour(t.b, "e0", "10.2.0.1"),
           neighbour(t.b, "e1", "10.4.0.1"),
           "route add 10.9.0.0/16 via 10.4.0.1 src 10.8.0.1")
    for space in (t.r, t.s):
        forwarding(space)
    for space in (t.a, t.b):
        space.set(conf__all__rp_filter=0, conf__e0__rp_filter=0,
                  conf__e1__rp_filter=0, icmp_ratemask=0)
        untimed(space)


def strict(label, device, value, step):
    def run(t):
        space = t.spaces[label]
        space.set(**{"conf__%s__rp_filter" % device: value})
        step(t)
        t.settle()
        space.set(**{"conf__%s__rp_filter" % device: 0})
    return run


def round_trip(t):
    t.a.set(ping_group_range="0 2147483647")
    s = t.a.socket(socket.SOCK_DGRAM, ICMP, bind=("10.9.0.1", 79))
    for size in (0, 2000):
        s.send(icmp(8, 0, struct.pack("!HH", 0, size), b"p" * size),
               to=("10.8.0.1", 0))
        t.settle()
    s = t.a.udp(bind=("10.9.0.1", 1008))
    s.send(b"closed", to=("10.8.0.1", 9))
    t.settle()


ASYMMETRIC_STEPS = [
    ("there and back", round_trip),
    ("there and back, rp_filter 1 at the end",
     strict("b", "e0", 1, round_trip)),
    ("there and back, rp_filter 2 at the end",
     strict("b", "e0", 2, round_trip)),
    ("there and back, rp_filter 1 on the way",
     strict("r", "e0", 1, round_trip)),
    ("connection", connection("a", "b", "10.8.0.1", "e0", "e1")),
    ("connection, the other way", connection("b", "a", "10.9.0.1", "e0", "e1")),
]


# ---- a cable that loses every second frame, doubles each, or turns them round

def bad_cable(t):
    build(t)
    for space in t.spaces.values():
        space.set(ipfrag_time=600)


LOSS = "loss state 100% 100% 0% 0%"


def netem(*places):
    """netem with a rule that leaves nothing to chance, on label.device."""
    def wrap(rule, step):
        def run(t):
            for label in places:
                tc(t.spaces[label], "replace", rule)
            try:
                step(t)
            finally:
                for label in places:
                    tc(t.spaces[label], "del")
        return run
    return wrap


def tc(space, verb, rule=""):
    space.enter()
    subprocess.run(["tc", "qdisc", verb, "dev", "e0", "root"] +
                   (["netem"] + rule.split() if rule else []), check=True)


def heard(size):
    """Datagrams of the peer to h, which answers from a socket."""
    def step(t):
        s = t.h.udp(bind=(H, 2400))
        c = t.p.udp(bind=(P, 1009), connect=(H, 2400))
        c.set(0, 10, 0)
        for _ in range(6):
            c.send(b"l" * size)
        t.settle()
        while True:
            try:
                s.readable(0)
            except TimeoutError:
                break
            s.send(b"%d" % len(s.recv()), to=(P, 1009))
        t.settle()
    return step


def asked(size):
    """Echo requests of the peer."""
    def step(t):
        s = t.p.socket(socket.SOCK_RAW, ICMP, bind=(P, 0))
        for number in range(6):
            s.send(icmp(8, 0, struct.pack("!HH", 5, number), b"e" * size),
                   to=(H, 0))
        t.settle()
    return step


OUT, IN = netem("h"), netem("p")
LOSSY_STEPS = [
    ("%s: %s" % (rule, word), way(rule, step))
    for rule in (LOSS, "duplicate 100%")
    for way, word, step in (
        (IN, "datagrams", heard(100)), (IN, "fragments", heard(4000)),
        (IN, "echoes", asked(100)), (IN, "echoes in fragments", asked(4000)),
        (OUT, "datagrams out", udp_out(3000)),
        (OUT, "echoes' replies", asked(4000)))
] + [
    ("%s: connection, %s" % (rule, who),
     way(rule, lambda t, active=active: talk(t, active)))
    for rule in ("duplicate 100%",)
    for way in (IN, OUT)
    for active, who in ((True, "active"), (False, "passive"))
]

TOPOLOGIES = [
    ("router", router, ROUTER_STEPS),
    ("path", path, PATH_STEPS),
    ("asymmetric", asymmetric, ASYMMETRIC_STEPS),
    ("bad cable", bad_cable, LOSSY_STEPS),
]
