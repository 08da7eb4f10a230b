# SPDX-License-Identifier: GPL-2.0
"""TCP of the host h with a peer p of AF_INET, and by hand.

Step by step: each side goes on when the other has acknowledged, so that no timer
decides what is in which segment; delayed acknowledgements are waited for.
"""

import struct

from topo_host import FAR, H, P, acquaint, say, sopt, with_tunables
from wire import DF, ICMP, TCP, icmp, ip, tcp
from wirenet import wait

LISTEN, SECOND = 2000, 2001
CLIENT = 3000
MSG_OOB = 1
SOL_TCP = 6
NODELAY, MAXSEG, CORK, WINDOW_CLAMP, DEFER = 1, 2, 3, 10, 9
FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = (1 << i for i in range(8))


def segments(capture, seen):
    """Update {direction: (next sequence number, acknowledged, reset)}."""
    capture.poll()
    for _, frame in capture.frames:
        if frame[12:14] != b"\x08\0" or frame[23] != TCP:
            continue
        at = 14 + 4 * (frame[14] & 15)
        end = 14 + struct.unpack("!H", frame[16:18])[0]
        key = frame[26:34] + frame[at:at + 4]
        back = frame[30:34] + frame[26:30] + frame[at + 2:at + 4] + \
            frame[at:at + 2]
        seq, ack, off, flags = struct.unpack("!IIBB", frame[at + 4:at + 14])
        length = end - at - 4 * (off >> 4) + bool(flags & SYN) + \
            bool(flags & FIN)
        if flags & RST:
            seen[key] = seen[back] = None
            continue
        if length and seen.get(key, 0) is not None:
            after = (seq + length) & 0xffffffff
            last = seen.get(key, after)
            if (after - last) & 0xffffffff < 1 << 31:
                seen[key] = after
        if flags & ACK:
            seen["ack", back] = ack
    return seen


def settled(t, *captures):
    """Everything sent was acknowledged, in connections that were not reset."""
    captures = captures or (t.h.devices["e0"],)

    def acknowledged():
        seen = {}
        for capture in captures:
            segments(capture, seen)
        return all(seen.get(("ack", key)) == end
                   for key, end in seen.items()
                   if isinstance(key, bytes) and end is not None)
    t.settle()
    wait(acknowledged, "all is acknowledged")
    t.settle()


class Pair:
    """A connection: c has asked for it, s was asked."""

    def __init__(self, t, active, prepare=None, port=LISTEN):
        client, server = (t.h, t.p) if active else (t.p, t.h)
        there = P if active else H
        self.t, self.where = t, (there, port)
        self.listener = server.tcp().set(1, 2, 1)
        self.c = client.tcp().set(1, 2, 1)
        if prepare:
            prepare(self.listener, self.c)
        self.listener.bind("0.0.0.0", port).listen()
        self.c.bind("0.0.0.0", CLIENT + t.number)
        self.c.connect(there, port)
        self.s = self.listener.accept()
        settled(t)

    def say(self, one, other, data):
        one.send_all(data)
        other.recv_exactly(len(data))
        settled(self.t)

    def end(self, *sockets):
        for s in sockets or (self.c, self.s):
            s.close()
            settled(self.t)
        self.listener.close()


def both(step, **kwargs):
    """The step with h as the client, and as the server."""
    return [lambda t: step(t, True, **kwargs),
            lambda t: step(t, False, **kwargs)]


def talk(t, active, prepare=None, sizes=(1, 100, 1000)):
    pair = Pair(t, active, prepare)
    for size in sizes:
        pair.say(pair.c, pair.s, b"q" * size)
        pair.say(pair.s, pair.c, b"a" * size)
    pair.end()


def server_ends(t, active):
    pair = Pair(t, active)
    pair.say(pair.c, pair.s, b"hello")
    pair.end(pair.s, pair.c)


def half_closed(t, active):
    pair = Pair(t, active)
    pair.c.shutdown(1)
    settled(t)
    pair.say(pair.s, pair.c, b"still here")
    pair.end(pair.s, pair.c)


def ended_with_data(t, active):
    pair = Pair(t, active)
    pair.c.set(SOL_TCP, CORK, 1)
    pair.c.send_all(b"last words")
    pair.end(pair.c, pair.s)


def ended_unread(t, active):
    pair = Pair(t, active)
    pair.c.send_all(b"nobody reads this")
    settled(t)
    pair.end(pair.s, pair.c)


def data_after_close(t, active):
    pair = Pair(t, active)
    pair.s.close()
    settled(t)
    pair.c.send_all(b"to nobody")
    t.settle()
    pair.c.close()
    pair.listener.close()


def reset(t, active):
    pair = Pair(t, active)
    pair.say(pair.c, pair.s, b"hello")
    pair.c.set(1, 13, struct.pack("=ii", 1, 0))
    pair.end(pair.c, pair.s)


def urgent(t, active):
    pair = Pair(t, active)
    pair.c.send(b"abc", MSG_OOB)
    settled(t)
    pair.s.recv()
    pair.end()


def corked(t, active):
    pair = Pair(t, active)
    pair.c.set(SOL_TCP, CORK, 1)
    for part in (b"a" * 10, b"b" * 20, b"c" * 30):
        pair.c.send_all(part)
    pair.c.set(SOL_TCP, CORK, 0)
    settled(t)
    pair.end()


def refused(t, active):
    client, there = (t.h, P) if active else (t.p, H)
    s = client.tcp().set(1, 2, 1).bind("0.0.0.0", 3900 + active)
    s.try_connect(there, 9)


def ephemeral(t, active):
    client, there = (t.h, P) if active else (t.p, H)
    client.tcp().try_connect(there, 9)


def large(t, active, size=4380):
    """Full segments that go at once."""
    pair = Pair(t, active)
    pair.say(pair.c, pair.s, b"l" * size)
    pair.end()


def option(**values):
    def prepare(*sockets):
        for s in sockets:
            for (level, number), value in sopt(**{
                    k: v for k, v in values.items()
                    if k in ("ttl", "tos", "opts")}).items():
                s.set(level, number, value)
            for key, (level, number) in {
                    "mss": (SOL_TCP, MAXSEG), "rcvbuf": (1, 8),
                    "clamp": (SOL_TCP, WINDOW_CLAMP),
                    "keepalive": (1, 9)}.items():
                if key in values:
                    s.set(level, number, values[key])
    return prepare


def tuned(step, **values):
    """The tunables on both ends."""
    def run(t):
        for space in (t.h, t.p):
            space.enter()
        before = {}
        for key in values:
            t.p.enter()
            with open("%s/%s" % (t.p.sys, key), encoding="ascii") as file:
                before[key] = file.read().strip()
        for space in (t.h, t.p):
            space.set(**values)
        try:
            step(t)
            settled(t)
        finally:
            for space in (t.h, t.p):
                space.set(**before)
    return run


def one_ended(step, **values):
    return with_tunables(step, **values)


# ---- by hand: the far host has no stack

def hand(t, flags, seq=1000, ack=5000, sport=1500, dport=9, **more):
    if not flags & ACK:
        ack = 0
    head = {key: more.pop(key) for key in ("ttl", "tos", "frag") if key in more}
    say(t, ip(FAR, H, TCP, tcp(FAR, H, sport, dport, seq, ack, flags, **more),
              **head))
    t.settle()


def to_closed(flags, **more):
    return lambda t: hand(t, flags, **more)


class Handmade:
    """h listens, the far host connects by hand."""

    def __init__(self, t, sport, opts=b"\x02\x04\x05\xb4", window=4000):
        self.t, self.sport = t, sport
        self.listener = t.h.tcp().set(1, 2, 1).bind(H, LISTEN).listen()
        self.capture = t.h.devices["e0"]
        self.seq = 1000
        self.put(SYN, opts=opts, window=window, ack=0, raw=True)
        self.seq += 1
        self.peer = self.last()
        self.put(ACK)
        self.s = self.listener.accept()

    def last(self):
        """Sequence number after h's last segment."""
        self.capture.poll()
        for way, frame in reversed(self.capture.frames):
            at = 14 + 4 * (frame[14] & 15)
            if way == ">" and frame[23] == TCP:
                seq, _, off, flags = struct.unpack("!IIBB",
                                                   frame[at + 4:at + 14])
                end = 14 + struct.unpack("!H", frame[16:18])[0]
                return (seq + end - at - 4 * (off >> 4) +
                        bool(flags & SYN) + bool(flags & FIN)) & 0xffffffff
        raise OSError("h has sent nothing")

    def put(self, flags, seq=0, ack=0, raw=False, **more):
        """seq and ack relative to what is expected."""
        hand(self.t, flags, seq=(self.seq + seq) & 0xffffffff,
             ack=ack if raw else (self.peer + ack) & 0xffffffff,
             sport=self.sport, dport=LISTEN, **more)

    def end(self):
        self.put(RST)
        self.s.close()
        self.listener.close()
        self.t.settle()


def answers(*puts, opts=b"\x02\x04\x05\xb4"):
    """What h says to segments of an established connection."""
    def step(t):
        c = Handmade(t, CLIENT + t.number, opts=opts)
        for flags, more in puts:
            c.put(flags, **more)
        c.end()
    return step


def unanswered_fin(t):
    """Our FIN is acknowledged by hand; TIME_WAIT answers."""
    c = Handmade(t, CLIENT + t.number)
    c.s.close()
    c.peer = c.last()
    c.put(ACK)
    c.put(FIN | ACK)
    c.seq += 1
    c.put(FIN | ACK, seq=-1)
    c.put(ACK, seq=5)
    c.put(PSH | ACK, data=b"late")
    c.put(SYN, seq=100000, ack=0, raw=True, opts=b"\x02\x04\x05\xb4")
    c.put(RST, seq=100001)
    c.listener.close()


def syn_answers(opts, **more):
    def step(t):
        listener = t.h.tcp().set(1, 2, 1).bind(H, LISTEN).listen()
        hand(t, more.get("flags", SYN), ack=0, sport=CLIENT + t.number,
             dport=LISTEN, opts=opts, **{k: v for k, v in more.items() if k != "flags"})
        hand(t, RST, seq=1001, sport=CLIENT + t.number, dport=LISTEN)
        listener.close()
        t.settle()
    return step


def needs_smaller(t):
    """A router on the way to the far host wants smaller segments."""
    c = Handmade(t, CLIENT + t.number, window=60000)
    c.s.send_all(b"s" * 1400)
    t.settle()
    frame = [f for way, f in c.capture.frames if way == ">"][-1]
    say(t, ip(P, H, ICMP, icmp(3, 4, struct.pack("!HH", 0, 1000),
                               frame[14:14 + 28])))
    t.settle()
    c.peer = c.last()
    c.put(ACK)
    c.s.send_all(b"s" * 1400)
    t.settle()
    c.end()
    t.h.set(route__flush=1)


def stamp(value, echo=0):
    return b"\x01\x01\x08\x0a" + struct.pack("!II", value, echo)


MSS = b"\x02\x04\x05\xb4"
FULL = MSS + b"\x04\x02" + b"\x08\x0a" + struct.pack("!II", 77, 0) + \
    b"\x01\x03\x03\x07"


def pairs(title, step, **kwargs):
    one, other = both(step, **kwargs)
    return [(title + ", active", one), (title + ", passive", other)]


def tuned_pairs(title, step, **values):
    one, other = both(step)
    return [(title + ", active", tuned(one, **values)),
            (title + ", passive", tuned(other, **values))]


STEPS = pairs("talk", talk)
STEPS += pairs("the server ends", server_ends)
STEPS += pairs("half closed", half_closed)
STEPS += pairs("end with data", ended_with_data)
STEPS += pairs("end with data unread", ended_unread)
STEPS += pairs("data after the end", data_after_close)
STEPS += pairs("reset", reset)
STEPS += pairs("urgent", urgent)
STEPS += pairs("corked", corked)
STEPS += pairs("refused", refused)
STEPS += pairs("refused, ephemeral port", ephemeral)
STEPS += pairs("several segments", large)
STEPS += pairs("with TOS and TTL", talk, prepare=option(tos=0x48, ttl=9))
STEPS += pairs("MSS by the user", talk, prepare=option(mss=700),
               sizes=(1, 100, 600))
STEPS += pairs("small receive buffer", talk, prepare=option(rcvbuf=3000))
STEPS += pairs("window clamp", talk, prepare=option(clamp=4000))
STEPS += pairs("IP options", talk, prepare=option(
    opts=bytes((7, 15, 4)) + bytes(13)))
STEPS += tuned_pairs("no timestamps", talk, tcp_timestamps=0)
STEPS += tuned_pairs("no SACK", talk, tcp_sack=0)
STEPS += tuned_pairs("no window scaling", talk, tcp_window_scaling=0)
STEPS += tuned_pairs("no options", talk, tcp_timestamps=0, tcp_sack=0,
                     tcp_window_scaling=0)
STEPS += tuned_pairs("TTL of the system", talk, ip_default_ttl=33)
STEPS += tuned_pairs("no path MTU discovery", talk, ip_no_pmtu_disc=1)
STEPS += tuned_pairs("larger buffers", talk, tcp_rmem="4096 1000000 6291456")
STEPS += [
    ("to a closed port: %s" % word, to_closed(flags, **more))
    for word, flags, more in (
        ("SYN", SYN, dict(ack=0)), ("SYN with data", SYN, dict(data=b"four")),
        ("ACK", ACK, {}), ("SYN and ACK", SYN | ACK, {}), ("FIN", FIN, {}),
        ("FIN and ACK", FIN | ACK, dict(data=b"x")), ("RST", RST, {}),
        ("nothing", 0, {}), ("nothing, with data", 0, dict(data=b"data")),
        ("SYN and FIN", SYN | FIN, {}), ("all", 0xff, {}),
        ("TOS and TTL", SYN, dict(tos=0x1e, ttl=2)),
        ("DF", SYN, dict(frag=DF)), ("timestamps", ACK,
                                     dict(opts=stamp(5, 6))),
        ("urgent", SYN | URG, dict(urg=3)))
] + [
    ("to a listener: SYN with %s" % word, syn_answers(opts, **more))
    for word, opts, more in (
        ("nothing", b"", {}), ("MSS", MSS, {}), ("all options", FULL, {}),
        ("MSS of 20", b"\x02\x04\0\x14", {}),
        ("MSS of 65535", b"\x02\x04\xff\xff", {}),
        ("SACK alone", b"\x04\x02", {}),
        ("window scale 15", MSS + b"\x03\x03\x0f", {}),
        ("unknown option", MSS + b"\xfe\x04\1\2", {}),
        ("an option of length 0", MSS + b"\x08\0", {}),
        ("end of list first", b"\0\x02\x04\x05\xb4", {}),
        ("TOS", MSS, dict(tos=0xb8)), ("data", MSS, dict(data=b"early")),
        ("ECN", MSS, dict(flags=SYN | ECE | CWR)),
        ("FIN", MSS, dict(flags=SYN | FIN)),
        ("ACK", MSS, dict(flags=SYN | ACK)),
        ("RST", MSS, dict(flags=SYN | RST)))
] + [
    ("to a listener: %s" % word, syn_answers(b"", flags=flags))
    for word, flags in (("ACK", ACK), ("FIN", FIN), ("nothing", 0))
] + [
    ("established: %s" % word, answers(*puts))
    for word, puts in (
        ("data", [(PSH | ACK, dict(data=b"d" * 10))]),
        ("data out of order",
         [(PSH | ACK, dict(seq=10, data=b"e" * 10)),
          (PSH | ACK, dict(data=b"d" * 10))]),
        ("old data", [(PSH | ACK, dict(seq=-5, data=b"d" * 5))]),
        ("beyond the window",
         [(PSH | ACK, dict(seq=1 << 20, data=b"d"))]),
        ("acknowledgement of what was not sent", [(ACK, dict(ack=100))]),
        ("old acknowledgement", [(ACK, dict(ack=-1 << 20))]),
        ("SYN in the window", [(SYN, dict(seq=5))]),
        ("SYN at its place", [(SYN, {})]),
        ("RST in the window", [(RST, dict(seq=5))]),
        ("RST beyond the window", [(RST, dict(seq=1 << 20))]),
        ("RST before the window", [(RST, dict(seq=-1))]),
        ("no flags", [(0, dict(data=b"d"))]),
        ("FIN out of order", [(FIN | ACK, dict(seq=4))]),
        ("keepalive probe", [(ACK, dict(seq=-1))]),
        ("a window of nothing", [(ACK, dict(window=0))]))
] + [
    ("established with SACK: out of order",
     answers((PSH | ACK, dict(seq=10, data=b"e" * 10)),
             (PSH | ACK, dict(seq=40, data=b"f" * 10)),
             (PSH | ACK, dict(seq=10, data=b"e" * 10)),
             (PSH | ACK, dict(seq=80, data=b"h" * 10)),
             (PSH | ACK, dict(seq=60, data=b"g" * 10)),
             (PSH | ACK, dict(data=b"d" * 80)), opts=MSS + b"\x04\x02")),
    ("established with SACK: twice",
     answers((PSH | ACK, dict(data=b"d" * 10)),
             (PSH | ACK, dict(data=b"d" * 10)), opts=MSS + b"\x04\x02")),
    ("TIME_WAIT", unanswered_fin),
    ("smaller segments are needed", needs_smaller),
]

def untimed(space):
    """No packets by timers of some milliseconds: tail loss probes, selective
    acknowledgements held back."""
    space.set_if_there(tcp_early_retrans=0, tcp_comp_sack_nr=0)


def build(t):
    acquaint(t)
    for space in t.spaces.values():
        untimed(space)


TOPOLOGIES = [("TCP", build, STEPS)]
