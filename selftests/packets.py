#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every packet of AF_INETX beside the same of AF_INET.

Topologies (topo_*.py) are built twice in one guest, with the stack under test
once of AF_INET and once of AF_INETX, and driven in the same way; the captures
of all cables must have the same packets, in the same order within each flow,
equal in every field. wire.py says what is random by design and how that is
taken out, packets.known what is different by intent; what that names and does
not happen is a failure. about_neighbours() and loose() say what is left out of
some steps because time decides it; what differs is tried again, twice.

INETX_PACKETS_SPOIL=TUNABLE=VALUE sets a tunable for the second stack alone, to
see the test fail. INETX_ONLY_INET=1 compares AF_INET with itself.
INETX_PACKETS_ONLY=TEXT runs the steps whose name begins so.
"""

import fnmatch
import json
import os
import signal
import sys
import time
import traceback

import topo_host
import topo_path
import topo_tcp
from wire import Reader, brief
from wirenet import INET, Settler

HERE = os.path.dirname(os.path.abspath(__file__))
FAMILIES = (INET, INET if os.environ.get("INETX_ONLY_INET") else
            int(os.environ.get("INETX_FAMILY", "18")))
TOPOLOGIES = topo_host.TOPOLOGIES + topo_tcp.TOPOLOGIES + topo_path.TOPOLOGIES
ONLY = os.environ.get("INETX_PACKETS_ONLY", "")
LIMIT = 900
DEBUG = "INETX_PACKETS_TIMES" in os.environ


class Topology:
    """What a topology's build() and steps work on."""

    def __init__(self, name, family):
        self.name, self.family = name, family
        self.spaces = {}
        self.settler = None
        self.number = 0
        self.keep = {}

    def __getattr__(self, label):
        try:
            return self.spaces[label]
        except KeyError:
            raise AttributeError(label) from None

    def settle(self):
        self.settler.settle()

    def take(self):
        """Frames of each cable end since the last time."""
        return {"%s.%s" % (label, device): capture.take()
                for label, space in self.spaces.items()
                for device, capture in space.devices.items()
                if capture.whole}


def run_topology(name, build, steps, family, wanted, put):
    t = Topology(name, family)
    build(t)
    t.settler = Settler(list(t.spaces.values()))
    spoil = os.environ.get("INETX_PACKETS_SPOIL")
    if spoil and family == FAMILIES[1]:
        key, value = spoil.split("=")
        for space in t.spaces.values():
            if space.family == family:
                space.set(**{key: value})
    t.settle()
    t.take()
    for title, step in steps:
        whole = "%s: %s" % (name, title)
        if not whole.startswith(ONLY) or wanted and whole not in wanted:
            continue
        error, begun = None, time.monotonic()
        t.number += 1
        try:
            step(t)
            t.settle()
        except (OSError, EOFError) as caught:
            where = traceback.extract_tb(caught.__traceback__)[-1]
            error = "%s (%s:%d)" % (caught, os.path.basename(where.filename),
                                    where.lineno)
            where = [f for f in traceback.extract_tb(caught.__traceback__)
                     if "topo_" in f.filename]
            if where:
                error += " from %s:%d" % (os.path.basename(where[-1].filename),
                                          where[-1].lineno)
        put({"step": whole, "error": error,
             "seconds": time.monotonic() - begun,
             "frames": {point: [(way, frame.hex()) for way, frame in frames]
                        for point, frames in t.take().items()}})


def worker(index, pipe, wanted):
    """One stack, in a process and on a processor of its own."""
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processors[index % len(processors)]})
    signal.alarm(LIMIT)
    with os.fdopen(pipe, "w") as out:
        for name, build, steps in TOPOLOGIES:
            titles = wanted or ["%s: %s" % (name, step[0]) for step in steps]
            if not any(title.startswith(name + ": ") and
                       title.startswith(ONLY) for title in titles):
                continue
            try:
                run_topology(name, build, steps, FAMILIES[index], wanted,
                             lambda record: print(json.dumps(record),
                                                  file=out, flush=True))
            except Exception:  # pylint: disable=broad-except
                print(json.dumps({"step": name + ": built", "frames": {},
                                  "error": traceback.format_exc()}),
                      file=out, flush=True)


def start(index, wanted):
    readable, writable = os.pipe()
    if os.fork() == 0:
        os.close(readable)
        status = 1
        try:
            worker(index, writable, wanted)
            status = 0
        finally:
            os._exit(status)
    os.close(writable)
    return os.fdopen(readable)


# ---- comparison

class Known:
    """Intended differences, from packets.known."""

    def __init__(self):
        self.rows, self.used = [], set()
        with open(os.path.join(HERE, "packets.known"),
                  encoding="ascii") as file:
            for line in file:
                line = line.rstrip("\n")
                if line and not line.startswith("#"):
                    row = [field for field in line.split("\t") if field]
                    if len(row) != 6:
                        raise ValueError("packets.known: not six fields: " +
                                         line)
                    self.rows.append(row)

    def covers(self, step, field, one, two):
        for row in self.rows:
            if all(fnmatch.fnmatchcase(value, pattern) for value, pattern in
                   zip((step, field, one, two), row[1:5])):
                self.used.add(row[0])
                return True
        return False


def about_neighbours(step):
    """Elsewhere, when a neighbour is asked again is a matter of time."""
    return step.startswith("ARP") or "neighbour" in step


def loose(step):
    """Several segments in a row, or each twice: when the other side reads is in
    between decides about acknowledgements without data, and when the writer gets
    on about PSH. They are left out, and each direction is compared by itself."""
    return step.startswith("bad cable") or "several segments" in step or \
        ("connection" in step and not step.startswith("TCP"))


def pure_ack(fields):
    f = dict(fields)
    return f.get("tcp.flags") == "A" and f["tcp.data"] == "0:"


def without_time(field, value):
    if field == "tcp.flags":
        value = value.replace("P", "")
    elif field == "ip.id" and value.startswith("+"):  # it counts those left out
        value = "+"
    return field, value


class Side:
    """The captures of one stack: a Reader for each, over all steps."""

    def __init__(self):
        self.readers, self.common = {}, {}

    def flows(self, record):
        """{(point, flow): packets as lists of fields} of a step."""
        out = {}
        topology = record["step"].split(":")[0]
        for point, frames in record["frames"].items():
            common = self.common.setdefault(topology, ({}, {}))
            reader = self.readers.setdefault((topology, point),
                                             Reader(*common))
            reader.begin()
            for _, frame in frames:
                reader.learn(bytes.fromhex(frame))
        for point, frames in record["frames"].items():
            reader = self.readers[topology, point]
            for way, frame in frames:
                fields = [("way", way)] + reader.fields(bytes.fromhex(frame))
                flow = reader.flow(fields)
                if flow == "ARP" and not about_neighbours(record["step"]):
                    continue
                if loose(record["step"]):
                    if pure_ack(fields):
                        continue
                    fields = [without_time(*field) for field in fields]
                    flow += " " + way
                out.setdefault((point, flow), []).append(fields)
        return out


def differences(one, two):
    """(field, value, value, packet) of two packets, or of what replaces one."""
    first, second = dict(one), dict(two)
    for field in list(first) + [f for f in second if f not in first]:
        values = first.get(field, "absent"), second.get(field, "absent")
        if values[0] != values[1]:
            yield (field,) + values


def compare(step, flows, known):
    """Lines of what differs and is not known."""
    out = []
    for key in list(flows[0]) + [k for k in flows[1] if k not in flows[0]]:
        one, two = (f.get(key, []) for f in flows)
        where = "%s, %s" % key
        if len(one) != len(two):
            if known.covers(step, "packets", str(len(one)), str(len(two))):
                continue
            out.append("%s: %d packets, %d packets" %
                       (where, len(one), len(two)))
            for label, packets in (("first", one), ("second", two)):
                out.extend("  %s: %s %s" % (label, p[0][1], brief(p))
                           for p in packets[:12])
            continue
        for number, (a, b) in enumerate(zip(one, two)):
            for field, left, right in differences(a, b):
                if not known.covers(step, field, left, right):
                    out.append("%s, packet %d (%s): %s: %s, %s" % (
                        where, number, brief(a), field, left, right))
    return out


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, title, notes=()):
        self.count += 1
        self.failed += not good
        for line in list(notes)[:40]:
            print("# " + line.replace("\n", "\n# "))
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, title),
              flush=True)


def attempt(known, wanted):
    """{step: what differs} of all steps, or of those wanted."""
    sides = Side(), Side()
    pipes = [start(0, wanted), start(1, wanted)]
    out = {}
    for lines in zip(*pipes):
        records = [json.loads(line) for line in lines]
        step = records[0]["step"]
        flows = [side.flows(r) for side, r in zip(sides, records)]
        notes = ["%s: %s" % (which, r["error"]) for which, r in
                 zip(("first", "second"), records) if r["error"]]
        if records[1]["step"] != step:
            notes.append("steps are out of step: " + records[1]["step"])
        if not flows[0]:
            notes.append("no packets")
        notes += compare(step, flows, known)
        if DEBUG:
            print("# %.2f %.2f %s" % (records[0]["seconds"],
                                      records[1]["seconds"], step))
        out[step] = notes
    for pipe in pipes:
        pipe.close()
    status = [os.wait()[1], os.wait()[1]]
    if any(status):
        out["both came to their end"] = ["exit statuses %s" % status]
    return out


def main():
    tap, known = Tap(), Known()
    first = attempt(known, None)
    bad = {step: notes for step, notes in first.items() if notes}
    # A processor that stands still for a while sends a segment twice, or an
    # acknowledgement late. What differs three times has another reason.
    for _ in range(2):
        if bad:
            again = attempt(known, set(bad))
            bad = {step: again.get(step, notes)
                   for step, notes in bad.items() if again.get(step, notes)}
    for step, notes in first.items():
        if step in bad:
            tap.result(False, step, bad[step])
        else:
            tap.result(True, step, ["equal at a later attempt; at first: " +
                                    notes[0]] if notes else [])
    if not ONLY and FAMILIES[0] != FAMILIES[1]:
        for row in known.rows:
            tap.result(row[0] in known.used, "known difference: " + row[0],
                       [] if row[0] in known.used else ["it is not there"])
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


sys.exit(main())
