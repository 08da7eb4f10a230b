#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module as a module: what it imports, which family numbers it takes, when
# it can be removed, and that nothing is left when it is gone.
# $ROUNDS sets the number of rounds of insmod, traffic, rmmod.
# timeout: 600
# vm: --cpus 2
# alone
#
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# The object that this kernel takes: scripts/vm knows.
# shellcheck source=/dev/null # written by scripts/vm
module=${INETX_MODULE:-$(. /run/inetx-vm/env 2> /dev/null && echo "$module")}
module=${module:-$repo/inetx.ko}
rounds=${ROUNDS:-20}

[ -z "${INETX_ONLY_INET:-}" ] || skip_all "there is no module for AF_INET"

loaded()
{
	[ -e /sys/module/inetx ]
}

# What net/ipv4 exports, by the source of this kernel.
exported_by_ipv4()
{
	grep -rhoE '^[ 	]*EXPORT_(PER_CPU_)?SYMBOL(_NS)?(_GPL)?\(([A-Za-z0-9_]+)' \
		--include='*.c' --include='*.h' "$1/net/ipv4" |
		sed 's/.*(//' | sort -u
}

symbols()
{
	local source=${INETX_SOURCE:-} candidate

	for candidate in "$source" "${HOME:-/root}"/.cache/inetx/source-* \
		/usr/src/linux-source-6.1; do
		[ -n "$source" ] && [ -d "$source/net/ipv4" ] && break
		source=$candidate
	done
	if [ ! -d "$source/net/ipv4" ]; then
		nok "the kernel's source is there to compare with"
		return
	fi
	exported_by_ipv4 "$source" > "$tmp/ipv4"
	like "$(wc -l < "$tmp/ipv4")" '^[3-9][0-9][0-9]$' \
		"net/ipv4's exports are known"
	check "tcp_sendmsg is among them" grep -qx tcp_sendmsg "$tmp/ipv4"
	nm -u "$module" | awk '{ print $2 }' | sort -u > "$tmp/undefined"
	check "the module's imports are known" grep -qx dev_queue_xmit \
		<(sed s/__dev_queue_xmit/dev_queue_xmit/ "$tmp/undefined")
	is "$(comm -12 "$tmp/ipv4" "$tmp/undefined" | xargs)" "" \
		"it imports nothing that net/ipv4 exports"
}

# The slab caches that a load leaves behind. Links do not count: a cache that
# SLUB merged into another of its size is one, and outlives what it names.
caches()
{
	local cache
	for cache in /sys/kernel/slab/*inetx*; do
		[ -e "$cache" ] && [ ! -L "$cache" ] && echo "${cache##*/}"
	done
	awk '/inetx/ { print $1 }' /proc/slabinfo
}

traces()
{
	caches
	grep -o 'inetx' /proc/net/protocols
	ls -d /proc/net/inetx /proc/sys/net/inetx 2> /dev/null
}

# Counts of modules that others use, which a leaked reference would raise.
references()
{
	awk '$1 != "inetx" { print $1, $3 }' /proc/modules | sort
}

remove()
{
	rmmod inetx 2>&1 || return
	! loaded
}

numbers()
{
	local number
	loaded && check "it can be removed" wait_for 10 remove
	for number in 2 10; do
		check_fails "family $number is taken" "File exists" \
			insmod "$module" family=$number
	done
	for number in 0 -1 46 1000; do
		check_fails "family $number is impossible" \
			"Invalid parameters|Numerical result|No buffer space" \
			insmod "$module" family=$number
	done
	is "$(traces)" "" "nothing is left of the attempts"
	check "family 22 is free" insmod "$module" family=22
	is "$(cat /sys/module/inetx/parameters/family)" 22 "and is told"
	check "sockets are of family 22" python3 -c '
import socket
socket.socket(22, socket.SOCK_DGRAM)'
	check_fails "and not of 18" "not supported" python3 -c '
import socket
socket.socket(18, socket.SOCK_DGRAM)'
	check "removed again" wait_for 10 remove
}

# A socket of each kind in turn holds the module.
busy()
{
	local kind
	insmod "$module" || return
	for kind in "SOCK_STREAM, 0" "SOCK_DGRAM, 0" "SOCK_RAW, 1"; do
		start inet H python3 -c "
import signal, socket
s = socket.socket($INETX_FAMILY, socket.${kind})
open('$tmp/open', 'w')
signal.pause()"
		wait_for 20 test -e "$tmp/open"
		check_fails "rmmod with a socket of $kind" "in use|busy" \
			rmmod inetx
		check "and nothing is harmed" reaches inetx H 127.0.0.1
		stop "$started" KILL
		rm -f "$tmp/open"
		ip -n H addr flush dev lo
		check "it works when the socket is closed" wait_for 10 remove
		insmod "$module"
	done
	remove
}

# Load, talk by TCP, UDP and ICMP over a device, leave addresses, routes and
# neighbours behind, unload: closed sockets that readers under RCU may still see
# hold the module for a grace period, so that the first attempt may be too early.
round()
{
	# shellcheck disable=SC2016 # the inner shell's variable
	insmod "$module" &&
		addr inetx H h0 10.1.0.1/24 &&
		on inetx ip -n H route add default via 10.1.0.2 &&
		wait_for 10 reaches inetx H 10.1.0.2 &&
		wait_for 5 reaches inet P 10.1.0.1 &&
		on_in inetx H bash -c '
			exec 3<> /dev/tcp/10.1.0.2/7000 && echo hello >&3 &&
			read -r -t 5 line <&3 && [ "$line" = hello ] &&
			echo x > /dev/udp/10.1.0.2/9' &&
		wait_for 10 remove
}

repeated()
{
	local n before after done=0

	start inet P python3 -c '
import socket
l = socket.create_server(("10.1.0.2", 7000))
while True:
    c, _ = l.accept()
    c.send(c.recv(100))
    c.close()'
	wait_for 20 listens inet P 7000
	round > "$tmp/round" 2>&1
	before=$(references)
	for ((n = 1; n <= rounds; n++)); do
		if round > "$tmp/round" 2>&1; then
			done=$((done + 1))
		else
			note "round $n: $(cat "$tmp/round")"
			rmmod inetx 2> /dev/null
			loaded && break
		fi
	done
	after=$(references)
	is "$done" "$rounds" "$rounds rounds of insmod, traffic, rmmod"
	is "$after" "$before" "other modules are held as before"
	is "$(traces)" "" "no slab cache, protocol or directory is left"
	stop "$started" KILL
}

# A packet that waits in user space would go on by a function of the module.
queued()
{
	insmod "$module" || return
	addr inetx H h0 10.1.0.1/24
	printf '%s\n' "table ip t {" "chain pre {" \
		"type filter hook prerouting priority 0;" \
		"iifname h0 meta l4proto icmp queue num 5" "}" "}" > "$tmp/rules"
	check "rules that queue" in_ns H nft -f "$tmp/rules"
	start inet H python3 -c "
import signal, socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
def say(attr, data):
    nla = struct.pack('=HH', 4 + len(data), attr) + data
    nla += bytes(-len(nla) % 4)
    s.send(struct.pack('=LHHLL', 20 + len(nla), 3 << 8 | 2, 1, 0, 0) +
           struct.pack('!BBH', 0, 0, 5) + nla)
say(1, struct.pack('!BxH', 1, 2))
say(2, struct.pack('!LB', 65535, 2))
open('$tmp/bound', 'w')
s.recv(65536)
open('$tmp/queued', 'w')
signal.pause()"
	wait_for 20 test -e "$tmp/bound"
	reaches inet P 10.1.0.1 > /dev/null
	check "a packet waits in user space" wait_for 20 test -e "$tmp/queued"
	check "rmmod while it does" wait_for 20 remove
	stop "$started" KILL
	in_ns H nft flush ruleset
}

# A round beside a namespace that is just being deleted.
with_namespaces()
{
	local n done=0
	for n in 1 2 3 4 5; do
		insmod "$module"
		ns_add "dying$n"
		addr inetx "dying$n" lo 10.9.0.1/32
		reaches inetx "dying$n" 10.9.0.1 > /dev/null
		ip netns del "dying$n"
		wait_for 10 remove && done=$((done + 1))
	done
	is "$done" 5 "rmmod while namespaces are deleted"
}

check "the module is there" test -r "$module"
symbols
# Forty megabytes of debugging information would be read each time.
strip -g -o "$tmp/inetx.ko" "$module" && module=$tmp/inetx.ko
ns_add H P
veth H h0 P p0
addr inet P p0 10.1.0.2/24
numbers
busy
repeated
queued
with_namespaces
is "$(traces)" "" "nothing is left at the end"
check "and it can be inserted again" insmod "$module"
finish
