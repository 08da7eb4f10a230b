# SPDX-License-Identifier: GPL-2.0
"""Frames as lists of named fields, with what is random by design taken out.

build: ip(), udp(), icmp(), tcp(), igmp(), arp() make what a test sends by hand.
read:  Reader().fields(frame) names every field of a frame; Reader().flow()
       says which frames have an order among them.

What Reader takes out, and nothing else:

- IP identification. Fragments: "F" and the number of their datagram in order of
  appearance in the step. Zero: 0. Of TCP with DF, not zero: by how much it is
  above that of the flow's last packet ("+1"), "+" for the first of a flow and
  for more than 64. Else, not zero: "+", as it may come from a shared, hashed
  generator.
- Ports of 32768 and above: "eph".
- TCP sequence numbers: relative to the SYN's, of a direction that had a SYN.
- TCP timestamps: "v" for a value that is not zero; the echo is "echo" where the
  other side has sent it, 0, or "?".
- Times in IP timestamp options and ICMP timestamp messages: "T", not zero.
- A checksum: "ok" or "bad" (UDP also "none"). The UDP checksum of a datagram in
  fragments, and of one quoted in part by an ICMP error: left out if its ports
  are "eph", else its value.
"""

import hashlib
import socket
import struct

ETH_IP, ETH_ARP, ETH_MARK = 0x0800, 0x0806, 0x88b5
ICMP, IGMP, TCP, UDP = 1, 2, 6, 17
DF, MF = 0x4000, 0x2000
EPHEMERAL = 32768
ICMP_ERRORS = (3, 4, 5, 11, 12)


def csum(data):
    """The Internet checksum (RFC 1071): what the words add up to is, but for
    the two zeros, the number that they are together, modulo 65535."""
    total = int.from_bytes(data + b"\0" * (len(data) & 1), "big")
    if total:
        total = total % 0xffff or 0xffff
    return ~total & 0xffff


def addr(text):
    return socket.inet_aton(text)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


# ---- build

def put_csum(data, at, pseudo=b""):
    value = csum(pseudo + data)
    return data[:at] + struct.pack("!H", value) + data[at + 2:]


def pseudo(src, dst, proto, length):
    return addr(src) + addr(dst) + struct.pack("!BBH", 0, proto, length)


def ip(src, dst, proto, payload=b"", ttl=64, ident=0x1234, frag=0, opts=b"",
       tos=0, length=None, version=4, ihl=None):
    opts += b"\0" * (-len(opts) % 4)
    if ihl is None:
        ihl = 5 + len(opts) // 4
    if length is None:
        length = 20 + len(opts) + len(payload)
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | ihl, tos, length, ident,
                       frag, ttl, proto, 0, addr(src), addr(dst)) + opts
    return put_csum(head, 10) + payload


def udp(src, dst, sport, dport, data=b""):
    head = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    return put_csum(head, 6, pseudo(src, dst, UDP, len(head)))


def icmp(kind, code=0, rest=bytes(4), data=b""):
    return put_csum(struct.pack("!BBH", kind, code, 0) + rest + data, 2)


def igmp(kind, code, group, rest=b""):
    return put_csum(struct.pack("!BBH4s", kind, code, 0, addr(group)) + rest, 2)


def tcp(src, dst, sport, dport, seq, ack, flags, window=1000, opts=b"",
        data=b"", urg=0):
    opts += b"\0" * (-len(opts) % 4)
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack,
                       (5 + len(opts) // 4) << 4, flags, window, 0, urg)
    head += opts + data
    return put_csum(head, 16, pseudo(src, dst, TCP, len(head)))


def arp(op, sha, spa, tha, tpa):
    return struct.pack("!HHBBH", 1, ETH_IP, 6, 4, op) + mac(sha) + addr(spa) + \
        mac(tha) + addr(tpa)


def eth(dst, src, kind, payload):
    return mac(dst) + mac(src) + struct.pack("!H", kind) + payload


# ---- read

def name(address):
    return socket.inet_ntoa(address)


def port(number):
    return "eph" if number >= EPHEMERAL else str(number)


def blob(data):
    """Data short enough to look at, or its length and a digest."""
    if len(data) <= 24:
        return "%d:%s" % (len(data), data.hex())
    return "%d:%s" % (len(data), hashlib.md5(data).hexdigest()[:12])


def options(data):
    """Yield what both IP and TCP options are: (kind, whole option, None) of
    each that has a length, (kind or None, None, text) of each that has none."""
    at = 0
    while at < len(data):
        kind = data[at]
        if kind < 2:
            yield kind, None, "nop" if kind else "end"
            at += 1
            continue
        length = data[at + 1] if at + 1 < len(data) else 0
        if length < 2 or at + length > len(data):
            yield None, None, "malformed:" + data[at:].hex()
            return
        yield kind, data[at:at + length], None
        at += length


def ip_options(data):
    """Each option as text, with times taken out of timestamps."""
    out = []
    for kind, body, text in options(data):
        if kind == 68 and len(body) >= 4:
            text = timestamp_option(body)
        out.append(text or body.hex())
    return ",".join(out)


def timestamp_option(body):
    flag, at, out = body[3] & 15, 4, []
    while at + 4 <= len(body):
        if flag and at + 8 <= len(body):
            out.append(name(body[at:at + 4]))
            at += 4
        out.append("T" if any(body[at:at + 4]) else "0")
        at += 4
    return "ts(len %d ptr %d oflw %d flag %d %s)" % (
        body[1], body[2], body[3] >> 4, flag, " ".join(out))


class Reader:
    """State of one capture: what relative values are relative to."""

    def __init__(self, isn, stamps):
        """isn and stamps are common to the captures of a topology, because each
        may see one direction of a connection alone."""
        self.datagrams = {}
        self.last_id = {}
        self.isn = isn
        self.stamps = stamps

    def begin(self):
        """A new step: datagrams of the last are through."""
        self.datagrams.clear()

    def learn(self, frame):
        """Know where a connection's sequence numbers begin, if this says it."""
        at = 14 + 4 * (frame[14] & 15)
        if frame[12:14] == b"\x08\0" and frame[23] == TCP and \
                len(frame) >= at + 20 and frame[at + 13] & 2 and \
                not struct.unpack("!H", frame[20:22])[0] & 0x1fff:
            self.isn.setdefault(frame[26:34] + frame[at:at + 4],
                                struct.unpack("!I", frame[at + 4:at + 8])[0])

    def fields(self, frame):
        """List of (name, value) of a frame, outermost first."""
        dst, src, kind = frame[:6], frame[6:12], frame[12:14]
        out = [("eth.dst", dst.hex(":")), ("eth.src", src.hex(":")),
               ("eth.type", kind.hex())]
        kind, data = struct.unpack("!H", kind)[0], frame[14:]
        if kind == ETH_ARP and len(data) >= 28:
            self.arp(out, data)
        elif kind == ETH_IP and len(data) >= 20:
            self.ip(out, data, "", False)
        else:
            out.append(("data", blob(data)))
        return out

    @staticmethod
    def arp(out, data):
        head = struct.unpack("!HHBBH", data[:8])
        for key, value in zip(("hrd", "pro", "hln", "pln", "op"), head):
            out.append(("arp." + key, str(value)))
        out.append(("arp.sha", data[8:14].hex(":")))
        out.append(("arp.spa", name(data[14:18])))
        out.append(("arp.tha", data[18:24].hex(":")))
        out.append(("arp.tpa", name(data[24:28])))
        out.append(("arp.pad", blob(data[28:])))

    def ip(self, out, data, prefix, quoted):
        """An IP packet; quoted: part of one, in an ICMP error."""
        (first, tos, length, ident, frag, ttl, proto, check,
         src, dst) = struct.unpack("!BBHHHBBH4s4s", data[:20])
        head = 4 * (first & 15)

        def put(key, value):
            out.append((prefix + "ip." + key, str(value)))

        put("version", first >> 4)
        put("ihl", first & 15)
        put("tos", "%#x" % tos)
        put("len", length)
        put("id", self.ident(data, ident, frag, quoted))
        put("flags", "".join(flag for flag, bit in
                             (("R", 0x8000), ("D", DF), ("M", MF))
                             if frag & bit) or "-")
        put("offset", 8 * (frag & 0x1fff))
        put("ttl", ttl)
        put("proto", proto)
        put("csum", "bad" if csum(data[:head]) else "ok")
        put("src", name(src))
        put("dst", name(dst))
        put("options", ip_options(data[20:head]))
        end = len(data) if quoted else length
        if end < len(data):
            put("trailer", blob(data[end:]))
        payload = data[head:end]
        whole = head + len(payload) == length and not frag & 0x3fff
        addresses = src + dst
        if frag & 0x1fff:
            put("data", blob(payload))
        elif proto == UDP and len(payload) >= 8:
            self.udp(out, payload, prefix, addresses, whole)
        elif proto == TCP and len(payload) >= (8 if quoted else 20):
            self.tcp(out, payload, prefix, addresses, whole, quoted)
        elif proto == ICMP and len(payload) >= 8:
            self.icmp(out, payload, prefix, whole)
        elif proto == IGMP and len(payload) >= 8:
            self.igmp(out, payload, prefix)
        else:
            put("data", blob(payload))

    def ident(self, data, ident, frag, quoted):
        key = data[12:20] + data[9:10]
        if frag & 0x3fff:
            numbers = self.datagrams
            return "F%d" % numbers.setdefault((key, ident), len(numbers))
        if quoted and (key, ident) in self.datagrams:
            return "F%d" % self.datagrams[key, ident]
        if ident == 0 or quoted or not frag & DF or data[9] != TCP:
            return "+" if ident else "0"
        key += data[4 * (data[0] & 15):][:4]
        last = self.last_id.get(key)
        self.last_id[key] = ident
        above = (ident - last) & 0xffff if last is not None else 0xffff
        return "+%d" % above if above <= 64 else "+"

    @staticmethod
    def udp(out, data, prefix, addresses, whole):
        sport, dport, length, check = struct.unpack("!HHHH", data[:8])

        def put(key, value):
            out.append((prefix + "udp." + key, str(value)))

        put("sport", port(sport))
        put("dport", port(dport))
        put("len", length)
        if not check:
            put("csum", "none")
        elif whole:
            fake = addresses + struct.pack("!BBH", 0, UDP, length)
            put("csum", "bad" if csum(fake + data[:length]) else "ok")
        elif max(sport, dport) < EPHEMERAL:
            put("csum", "%#x" % check)
        put("data", blob(data[8:]))

    def tcp(self, out, data, prefix, addresses, whole, quoted):
        sport, dport, seq = struct.unpack("!HHI", data[:8])
        key = addresses + data[:4]
        back = addresses[4:] + addresses[:4] + data[2:4] + data[:2]

        def put(field, value):
            out.append((prefix + "tcp." + field, str(value)))

        put("sport", port(sport))
        put("dport", port(dport))
        if len(data) < 20:
            put("seq", (seq - self.isn.get(key, 0)) & 0xffffffff)
            put("data", blob(data[8:]))
            return
        ack, off, flags, window, check, urg = struct.unpack("!IBBHHH",
                                                            data[8:20])
        if flags & 2 and not quoted:
            self.isn[key] = seq
        put("seq", (seq - self.isn.get(key, 0)) & 0xffffffff)
        if flags & 16 or ack:
            ack = (ack - self.isn.get(back, 0)) & 0xffffffff
        put("ack", ack)
        put("doff", off >> 4)
        put("flags", "".join(c for i, c in enumerate("FSRPAUEC")
                             if flags >> i & 1) + ("" if not off & 15 else "!"))
        put("window" if flags & 2 else "window.later", window)
        if whole:
            fake = addresses + struct.pack("!BBH", 0, TCP, len(data))
            put("csum", "bad" if csum(fake + data) else "ok")
        put("urg", urg)
        head = 4 * (off >> 4)
        put("options", self.tcp_options(data[20:head], key, back))
        put("data", blob(data[head:]))

    def tcp_options(self, data, key, back):
        names = {2: "mss", 3: "wscale", 4: "sackok", 5: "sack", 8: "ts"}
        out = []
        for kind, body, text in options(data):
            if body:
                text = names.get(kind, "opt%d" % kind)
                body = body[2:]
            if kind == 8 and len(body) == 8:
                text += self.stamp(body, key, back)
            elif kind == 5:
                base = self.isn.get(back, 0)
                edges = struct.unpack("!%dI" % (len(body) // 4), body)
                text += "(%s)" % ",".join(str((e - base) & 0xffffffff)
                                          for e in edges)
            elif body:
                text += "(%d)" % int.from_bytes(body, "big")
            out.append(text)
        return " ".join(out)

    def stamp(self, body, key, back):
        value, echo = struct.unpack("!II", body)
        self.stamps.setdefault(key, set()).add(value)
        if not echo:
            answer = "0"
        else:
            answer = "echo" if echo in self.stamps.get(back, ()) else "?"
        return "(%s,%s)" % ("v" if value else "0", answer)

    def icmp(self, out, data, prefix, whole):
        kind, code = data[:2]

        def put(key, value):
            out.append((prefix + "icmp." + key, str(value)))

        put("type", kind)
        put("code", code)
        if whole:
            put("csum", "bad" if csum(data) else "ok")
        put("rest", data[4:8].hex())
        if kind in ICMP_ERRORS and len(data) >= 28 and not prefix:
            put("quoted", len(data) - 8)
            self.ip(out, data[8:], prefix + "quoted.", True)
        elif kind in (13, 14) and len(data) >= 20:
            put("times", " ".join("T" if any(data[at:at + 4]) else "0"
                                  for at in (8, 12, 16)))
            put("data", blob(data[20:]))
        else:
            put("data", blob(data[8:]))

    @staticmethod
    def igmp(out, data, prefix):
        def put(key, value):
            out.append((prefix + "igmp." + key, str(value)))

        put("type", "%#x" % data[0])
        put("code", data[1])
        put("csum", "bad" if csum(data) else "ok")
        put("group", name(data[4:8]))
        put("data", blob(data[8:]))

    @staticmethod
    def flow(fields):
        """Key of the frames among which this one has its place: the frames of
        one pair of addresses, protocol and ports, in both directions. An ICMP
        error is a flow of its own beside what it is about."""
        f = dict(fields)
        if "arp.op" in f:
            return "ARP"
        if "ip.src" not in f:
            return f["eth.type"]
        ends = sorted((f["ip.src"], f["ip.dst"]))
        if f["ip.proto"] == str(UDP):
            return " ".join(["UDP"] + ends)
        if f["ip.proto"] == str(TCP) and "tcp.sport" in f:
            return " ".join(["TCP"] + ends +
                            sorted((f["tcp.sport"], f["tcp.dport"])))
        kind = "IP %s" % f["ip.proto"]
        if f["ip.proto"] == str(ICMP):
            kind = "ICMP"
            if "icmp.type" in f and int(f["icmp.type"]) in ICMP_ERRORS:
                kind = "ICMP error"
        if f["ip.proto"] == str(IGMP):
            return "IGMP"
        return " ".join([kind] + ends)


def brief(fields):
    """A packet in one line, for a report."""
    f = dict(fields)
    if "arp.op" in f:
        return "ARP %(arp.op)s %(arp.spa)s asks %(arp.tpa)s" % f
    if "ip.src" not in f:
        return "frame " + f["eth.type"]
    keep = ("ip.len", "ip.offset", "icmp.type", "icmp.code", "udp.dport",
            "tcp.flags", "tcp.seq", "tcp.ack", "tcp.data", "igmp.type",
            "igmp.group")
    return "%s > %s proto %s " % (f["ip.src"], f["ip.dst"], f["ip.proto"]) + \
        " ".join("%s=%s" % (key.split(".")[1], f[key])
                 for key in keep if key in f)
