#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Linux's own tests of IPv4 routing, on AF_INET and on AF_INETX.

Scripts of the kernel's tools/testing/selftests/net run as they are, side by
side: plainly, and under inetx-run. Each result that a script prints has to be
the same on both. kernel.scripts lists them, in pieces where a script has parts;
kernel.known is what differs by intent, and what that names and does not happen
is a failure. What differs is tried again, twice, since many tests watch a clock.

In "make check-long" (INETX_LONG=1) all pieces run. Otherwise as many as take
INETX_KERNEL_SECONDS (60), drawn by INETX_KERNEL_SEED, which is printed.
INETX_KERNEL_ONLY=PATTERN[|...] runs the pieces whose name matches, INETX_KERNEL_TRIES
(3) says how often; INETX_ONLY_INET=1 compares AF_INET with itself. INETX_SOURCE is the kernel's source.
"""

import fnmatch
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(os.path.dirname(HERE), "tools")
NET = os.path.join(os.environ.get("INETX_SOURCE", ""),
                   "tools/testing/selftests/net")
LONG = os.environ.get("INETX_LONG", "0") != "0"
SLOW = os.environ.get("INETX_SLOW", "0") != "0"
ONLY = os.environ.get("INETX_KERNEL_ONLY", "")
BUDGET = int(os.environ.get("INETX_KERNEL_SECONDS", "60"))
FAMILIES = ("inet", "inet" if os.environ.get("INETX_ONLY_INET") else "inetx")
INHERIT = "/proc/sys/net/core/devconf_inherit_init_net"
TRIES = int(os.environ.get("INETX_KERNEL_TRIES", "3"))
LIMIT = 600

# Namespaces of its own, so that both sides may use the same names. A test that
# forwards needs the devices to itself on AF_INETX: see "claim" in sysctl.rst.
PRELUDE = """
mount --make-rprivate / && mount -t tmpfs netns /run/netns && ip link set lo up
if [ "$1" = inetx ]; then
	echo all > /proc/sys/net/inetx/conf/default/claim
	echo all > /proc/sys/net/inetx/conf/lo/claim
	set -- "$@" inetx-run -6
fi
words=$2
shift 2
eval "exec $* ./$words"
"""


def rows(name, fields):
    """Lines of a table whose fields are divided by tabs."""
    with open(os.path.join(HERE, name), encoding="ascii") as file:
        for line in file:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            row = [field for field in line.split("\t") if field]
            if len(row) != fields:
                raise ValueError("%s: not %d fields: %s" %
                                 (name, fields, line))
            yield row


class Piece:
    """A script with its arguments, and the seconds that it takes on stock."""

    def __init__(self, seconds, words):
        self.seconds, self.words = int(seconds), words
        self.script = words.split()[0]
        self.name = words.replace('"', "")

    def start(self, family, top):
        """Run it in the copy of the scripts below top, its output to a file."""
        path = os.path.join(top, family, self.script)
        base = os.path.basename(self.script)
        words = base + self.words[len(self.script):]
        env = {key: value for key, value in os.environ.items()
               if key not in ("ROUNDS", "LD_PRELOAD")}
        env["PATH"] = ":".join([TOOLS, os.path.join(top, family),
                                env["PATH"]])
        out = tempfile.TemporaryFile()
        run = subprocess.Popen(
            ["unshare", "-mnpf", "--mount-proc", "--kill-child",
             "bash", "-c", PRELUDE, "kernel", family, words],
            cwd=os.path.dirname(path), env=env, stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        return run, out

    def run(self, top):
        """Both families at once: for each, its results and its output."""
        begun, sides = time.monotonic(), []
        started = [self.start(family, top) for family in FAMILIES]
        for run, out in started:
            left = LIMIT - (time.monotonic() - begun)
            try:
                status = run.wait(timeout=max(left, 1))
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()
                status = "time limit passed"
            out.seek(0)
            text = out.read().decode(errors="replace")
            out.close()
            sides.append((results(text) + [("exit status", str(status))],
                          text))
        return sides, time.monotonic() - begun


# ---- what a script says

RESULTS = (
    re.compile(r"^\s*TEST: *(?P<name>.*?)\s*\[\s*(?P<result>[A-Z]+)\s*\]"),
    re.compile(r"^(?P<result>PASS|FAIL|SKIP|XFAIL): (?P<name>.*\S)"),
    re.compile(r"^(?P<name>\S.*?)\s+\[(?P<result>PASS|FAIL|SKIP)\]\s*$"),
)
SECTION = re.compile(r"^run (.*\S) test$")
VERDICTS = {"ok": "OK", "OK": "OK", "failed": "FAIL", "FAIL": "FAIL"}


def results(text):
    """Names and results, in their order; a name's second is "NAME (2)"."""
    out, seen, section = [], {}, "the test"
    for line in text.splitlines():
        match = next((m for m in (r.match(line) for r in RESULTS) if m), None)
        if match:
            name, result = match["name"], match["result"]
        elif line.strip() in VERDICTS:
            name, result = section, VERDICTS[line.strip()]
        else:
            match = SECTION.match(line)
            section = match[1] if match else section
            continue
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name = "%s (%d)" % (name, seen[name])
        out.append((name, result))
    return out


def differences(sides):
    """{result line: (AF_INET's, AF_INETX's)} where the two are not the same."""
    one, two = (dict(side[0]) for side in sides)
    return {name: (one.get(name, "absent"), two.get(name, "absent"))
            for name in list(one) + [n for n in two if n not in one]
            if one.get(name) != two.get(name)}


class Known:
    """Intended differences, from kernel.known."""

    def __init__(self):
        self.rows, self.used = list(rows("kernel.known", 5)), set()

    def covers(self, piece, line, values):
        for number, row in enumerate(self.rows):
            if fnmatch.fnmatchcase(piece.name, row[0]) and \
               fnmatch.fnmatchcase(line, row[1]) and \
               list(values) == row[2:4]:
                self.used.add(number)
                return True
        return False

    def unused(self, ran, pieces):
        """Rows that were to come true in what ran, and did not."""
        for number, row in enumerate(self.rows):
            about = [p for p in pieces if fnmatch.fnmatchcase(p.name, row[0])]
            if number not in self.used and all(p in ran for p in about):
                yield row


# ---- the run

def copies(top):
    """The scripts, for each family, and what they need."""
    for family in set(FAMILIES):
        to = os.path.join(top, family)
        os.makedirs(os.path.join(to, "forwarding"))
        for part in ("", "forwarding"):
            for name in os.listdir(os.path.join(NET, part)):
                if name.endswith(".sh") or name == "settings":
                    shutil.copy(os.path.join(NET, part, name),
                                os.path.join(to, part, name))
        shutil.copy(os.path.join(HERE, "nettest"), to)


def drawn(pieces):
    """The pieces to run."""
    if ONLY:
        return [p for p in pieces if any(fnmatch.fnmatchcase(p.name, only)
                                         for only in ONLY.split("|"))]
    if LONG:
        return pieces
    seed = os.environ.get("INETX_KERNEL_SEED") or str(random.getrandbits(32))
    print("# INETX_KERNEL_SEED=%s" % seed)
    order, left, out = list(pieces), BUDGET, []
    random.Random(seed).shuffle(order)
    for piece in order:
        if piece.seconds <= left:
            left -= piece.seconds
            out.append(piece)
    return [p for p in pieces if p in out]


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, title, notes=()):
        self.count += 1
        self.failed += not good
        for note in notes:
            print("# " + note.replace("\n", "\n# "))
        print("%s %d - %s" % ("ok" if good else "not ok", self.count,
                              title.replace("#", "no.")), flush=True)


def compare(piece, top, known, tap):
    """Run a piece until it is as it should be, TRIES times at most."""
    for _ in range(TRIES):
        sides, seconds = piece.run(top)
        differ = differences(sides)
        bad = {line for line, values in differ.items()
               if not known.covers(piece, line, values)}
        if not bad:
            break
    counts = ["%d of %d" % (sum(r in ("OK", "PASS") for _, r in side[0]),
                            len(side[0]) - 1) for side in sides]
    notes = ["%s: %d s; good: %s, %s" % (piece.name, seconds, *counts)]
    if bad:
        for family, side in zip(FAMILIES, sides):
            notes.append("%s: the end of its output:" % family)
            notes += side[1].splitlines()[-25:]
    tap.result(len(sides[0][0]) > 1, piece.name + " has results", notes)
    lines = [line for line, _ in sides[0][0]]
    for line in lines + [line for line in differ if line not in lines]:
        was = dict(sides[0][0]).get(line, "absent")
        notes = ["AF_INET's: %s, AF_INETX's: %s" % differ[line]] \
            if line in differ else []
        tap.result(line not in bad, "%s: %s: %s" % (piece.name, line, was),
                   notes)


def main():
    if SLOW and not (LONG or ONLY):
        print("1..0 # SKIP scripts of thousands of processes: "
              "too slow for this kernel but in make check-long")
        return 4
    pieces = [Piece(*row) for row in rows("kernel.scripts", 2)]
    ran, known, tap = drawn(pieces), Known(), Tap()
    with open(INHERIT, encoding="ascii") as file:
        inherit = file.read()
    with tempfile.TemporaryDirectory() as top:
        copies(top)
        try:
            # a new namespace has the switches of the one that makes it
            with open(INHERIT, "w", encoding="ascii") as file:
                file.write("3")
            for piece in ran:
                compare(piece, top, known, tap)
        finally:
            with open(INHERIT, "w", encoding="ascii") as file:
                file.write(inherit)
    if FAMILIES[0] != FAMILIES[1]:
        for row in known.unused(ran, pieces):
            tap.result(False, "known difference: %s: %s" % tuple(row[:2]),
                       ["it is not there"])
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


sys.exit(main())
