# SPDX-License-Identifier: GPL-2.0
"""Namespaces, sockets of any family and captures, all in one process.

A namespace is nameless and ends with the process. Sockets go by ctypes, because
Python's own know no addresses of a foreign family. Everything runs on one
processor, so that frames stay in order; settle() waits until all that follows
at once from what was sent has happened, by marker frames and not by time.
"""

import ctypes
import fcntl
import os
import select
import socket
import struct
import subprocess
import time

from wire import ETH_MARK, addr, eth, mac

INET = 2
CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE = 33
ETH_ALL = 3
SIOCETHTOOL, SIOCGIFHWADDR, SIOCSIFFLAGS = 0x8946, 0x8927, 0x8914
IFF_UP = 1
# ETHTOOL_STXCSUM, SSG, STSO, SGSO, SGRO
OFFLOADS = (0x17, 0x19, 0x1f, 0x24, 0x2c)
PATIENCE = 30

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *args):
    result = getattr(libc, function)(*args)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (function, os.strerror(number)))
    return result


class Namespace:
    """A network namespace, with FAMILY to be used in it."""

    def __init__(self, label, family):
        self.label, self.family = label, family
        self.devices = {}
        call("unshare", CLONE_NEWNET)
        self.file = open("/proc/thread-self/ns/net", "rb")
        self.path = "/proc/%d/fd/%d" % (os.getpid(), self.file.fileno())
        for which in ("all", "default"):
            path = "/proc/sys/net/ipv6/conf/%s/disable_ipv6" % which
            if os.path.exists(path):
                self.write(path, 1)
        self.sys = "/proc/sys/net/" + ("ipv4" if family == INET else "inetx")
        self.up("lo")

    def enter(self):
        call("setns", self.file.fileno(), CLONE_NEWNET)

    def up(self, device):
        self.enter()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            request = struct.pack("16sH22x", device.encode(), IFF_UP)
            fcntl.ioctl(s, SIOCSIFFLAGS, request)

    @staticmethod
    def write(path, value):
        with open(path, "w", encoding="ascii") as file:
            file.write(str(value))

    def set(self, **tunables):
        """Tunables by path, with __ for a slash."""
        self.enter()
        for key, value in tunables.items():
            self.write(os.path.join(self.sys, key.replace("__", "/")), value)

    def set_if_there(self, **tunables):
        """Those of them that the family has."""
        self.enter()
        for key, value in tunables.items():
            if os.path.exists(os.path.join(self.sys, key)):
                self.set(**{key: value})

    def ip(self, *commands, base=False):
        """ip(8) -batch on this namespace's family, or on AF_INET's base."""
        self.enter()
        words = ["ip", "-batch", "-"]
        if self.family != INET and not base:
            words.insert(0, "inetx-run")
        subprocess.run(words, input="\n".join(commands) + "\n", text=True,
                       check=True)

    def adopt(self, device, whole):
        """Know a device that is there: capture it, whole or markers alone, and
        switch its offloads off."""
        self.enter()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            request = struct.pack("16s24x", device.encode())
            answer = fcntl.ioctl(s, SIOCGIFHWADDR, request)
            for command in OFFLOADS:
                value = ctypes.create_string_buffer(
                    struct.pack("II", command, 0))
                request = struct.pack("16sQ16x", device.encode(),
                                      ctypes.addressof(value))
                fcntl.ioctl(s, SIOCETHTOOL, request)
        self.devices[device] = Capture(device, answer[18:24].hex(":"),
                                       whole)

    def socket(self, kind, proto=0, **options):
        self.enter()
        return Sock(self.family, kind, proto, **options)

    def udp(self, **options):
        return self.socket(socket.SOCK_DGRAM, **options)

    def tcp(self, **options):
        return self.socket(socket.SOCK_STREAM, **options)

    def inject(self, device, payload, dst=None, kind=0x0800, src=None):
        """Send a packet by hand, to the other end of the cable by default."""
        capture = self.devices[device]
        capture.send(eth(dst or capture.peer, src or capture.mac, kind,
                         payload))


def veth(one, dev1, two, dev2, mtu=1500):
    """A cable, captured at its first end; station addresses follow from labels."""
    mac1 = "02:00:00:%02x:%02x:01" % (ord(one.label[-1]), ord(two.label[-1]))
    mac2 = mac1[:-2] + "02"
    one.ip("link add %s address %s mtu %d type veth peer name %s address %s "
           "mtu %d netns %s" % (dev1, mac1, mtu, dev2, mac2, mtu, two.path),
           base=True)
    one.up(dev1)
    two.up(dev2)
    one.adopt(dev1, True)
    two.adopt(dev2, False)
    one.devices[dev1].peer, two.devices[dev2].peer = mac2, mac1


class Capture:
    """What passes a device, as seen by the taps: (b">" out or b"<" in, frame)."""

    def __init__(self, device, address, whole):
        kind = ETH_ALL if whole else ETH_MARK
        self.mac, self.peer, self.whole = address, None, whole
        self.frames = []
        self.mark = None
        self.s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
        self.s.bind((device, kind))
        # one of its own, because a socket is not shown what it has sent
        self.out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.out.bind((device, 0))
        self.s.setblocking(False)

    def send(self, frame):
        try:
            self.out.send(frame)
        except OSError as error:  # it was down in between, and says so once
            if error.errno != 100:
                raise
            self.out.send(frame)

    def poll(self):
        while True:
            try:
                frame, where = self.s.recvfrom(65535 + 14)
            except BlockingIOError:
                return
            except OSError as error:  # the device went down
                if error.errno != 100:
                    raise
                continue
            out = where[2] == socket.PACKET_OUTGOING
            if where[1] == ETH_MARK:
                if not out:
                    self.mark = frame[14:22]
            else:
                self.frames.append((">" if out else "<", frame))

    def take(self):
        self.poll()
        frames, self.frames = self.frames, []
        return frames


def wait(condition, why, patience=PATIENCE):
    """Until condition() is true; what a test waits for this way must come."""
    end = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise TimeoutError("waited in vain until " + why)
        time.sleep(0.002)


class Settler:
    """settle(): every frame that is on its way at once has arrived. Markers go
    twice, for cables that lose every second frame."""

    def __init__(self, namespaces):
        self.cables = [c for ns in namespaces for c in ns.devices.values()]
        self.rounds = len(namespaces) + 1
        self.number = 0

    def settle(self):
        for _ in range(self.rounds):
            self.number += 1
            mark = struct.pack("!Q", self.number)
            for cable in self.cables:
                frame = eth(cable.peer, cable.mac, ETH_MARK, mark + bytes(38))
                cable.send(frame)
                cable.send(frame)
            try:
                wait(lambda: self.all_have(mark), "markers arrive", 5)
            except TimeoutError:  # a link that is down or loses them
                pass

    def all_have(self, mark):
        for cable in self.cables:
            if cable.mark != mark:
                cable.poll()
        return all(cable.mark == mark for cable in self.cables)


class Sock:
    """A socket with addresses of its own family."""

    def __init__(self, family, kind, proto=0, fd=None, bind=None, connect=None):
        self.family = family
        self.fd = call("socket", family, kind, proto) if fd is None else fd
        self.closed = False
        if bind:
            self.bind(*bind)
        if connect:
            self.connect(*connect)

    def __del__(self):
        self.close()

    def address(self, host, port):
        return struct.pack("=HH4s8x", self.family, socket.htons(port),
                           addr(host))

    def bind(self, host, port=0):
        call("bind", self.fd, self.address(host, port), 16)
        return self

    def connect(self, host, port=0):
        call("connect", self.fd, self.address(host, port), 16)
        return self

    def try_connect(self, host, port):
        """The error number that connect() ends with, or 0."""
        try:
            self.connect(host, port)
        except OSError as error:
            return error.errno
        return 0

    def listen(self, backlog=5):
        call("listen", self.fd, backlog)
        return self

    def accept(self):
        self.readable()
        return Sock(self.family, 0,
                    fd=call("accept", self.fd, None, None))

    def set(self, level, option, value):
        if isinstance(value, int):
            value = struct.pack("=i", value)
        call("setsockopt", self.fd, level, option, value, len(value))
        return self

    def info(self, level, option, size=256):
        value = ctypes.create_string_buffer(size)
        length = ctypes.c_uint32(size)
        call("getsockopt", self.fd, level, option, value, ctypes.byref(length))
        return value.raw[:length.value]

    def send(self, data, flags=0, to=None):
        """As much as send() took, or minus the error number."""
        try:
            if to:
                return call("sendto", self.fd, data, len(data), flags,
                            self.address(*to), 16)
            return call("send", self.fd, data, len(data), flags)
        except OSError as error:
            return -error.errno

    def send_all(self, data):
        while data:
            data = data[os.write(self.fd, data):]

    def readable(self, patience=PATIENCE):
        poller = select.poll()
        poller.register(self.fd, select.POLLIN)
        if not poller.poll(patience * 1000):
            raise TimeoutError("nothing to read")

    def recv(self, size=65535):
        self.readable()
        return os.read(self.fd, size)

    def recv_exactly(self, size):
        data = b""
        while len(data) < size:
            part = self.recv(size - len(data))
            if not part:
                raise EOFError("%d of %d bytes" % (len(data), size))
            data += part
        return data

    def shutdown(self, how):
        call("shutdown", self.fd, how)

    def close(self):
        if not self.closed:
            self.closed = True
            os.close(self.fd)


__all__ = ["INET", "Namespace", "Settler", "Sock", "mac", "veth", "wait"]
