#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""unlike-inet.py DIRECTORY [FILE]: which tunables below it, in this network
namespace, differ from AF_INET's in mode or value, or are missing. With FILE, only
those that inetx has; it lists AF_INET's in the initial namespace, and one that is
there only is not compared."""

import os
import sys

OURS = "/proc/sys/net/inetx"
HOST = "/proc/sys/net/ipv4"


def mode(path):
    return os.stat(path).st_mode & 0o777


def value(path):
    try:
        with open(path) as file:
            return file.read().rstrip("\n")
    except OSError as error:
        return error.strerror


def names(root, directory):
    for top, _, files in os.walk(os.path.join(root, directory)):
        for file in files:
            yield os.path.relpath(os.path.join(top, file), root)


def compare(name, initial):
    ours, host = os.path.join(OURS, name), os.path.join(HOST, name)
    if not os.path.exists(ours):
        print(f"{name}: missing")
        return
    if not os.path.exists(host):
        # the one tunable that AF_INET has no use for
        if name not in initial and os.path.basename(name) != "claim":
            print(f"{name}: not of AF_INET")
        return
    if mode(ours) != mode(host):
        print(f"{name}: another mode")
    if mode(ours) != 0o200 and value(ours) != value(host):
        print(f"{name}: {value(ours)} where AF_INET has {value(host)}")


def main():
    initial = set()
    todo = set(names(OURS, sys.argv[1]))
    if len(sys.argv) > 2:
        with open(sys.argv[2]) as file:
            initial = set(file.read().split())
    else:
        todo.update(names(HOST, sys.argv[1]))
    for name in sorted(todo):
        compare(name, initial)


main()
