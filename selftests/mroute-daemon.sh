#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Debian's smcroute as multicast routing daemon of a router between two hosts,
# once on AF_INET and once on AF_INETX: routes of its configuration, routes that
# it makes when a packet comes, routes that come and go, and its end.
# timeout: 300
#
# shellcheck disable=SC2317 # functions are called by their names
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

command -v smcrouted > /dev/null || skip_all "no smcroute: run scripts/deps"

# hears GROUP WORD: host b is sent it by host a, within some tries
hears()
{
	in_ns b timeout 20 python3 - "$1" "$2" << 'PYTHON' &
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 5000))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
             socket.inet_aton(sys.argv[1]) + socket.inet_aton("10.2.0.2"))
while s.recv(100).decode() != sys.argv[2]:
    pass
PYTHON
	in_ns a python3 - "$1" "$2" $! << 'PYTHON'
import os, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 4)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
             socket.inet_aton("10.1.0.1"))
for i in range(80):
    if not os.path.exists("/proc/" + sys.argv[3]):
        break
    s.sendto(sys.argv[2].encode(), (sys.argv[1], 5000))
    time.sleep(0.25)
PYTHON
	wait $!
}

# says GROUP: host a sends one packet to it
says()
{
	in_ns a python3 - "$1" << 'PYTHON'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 4)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
             socket.inet_aton("10.1.0.1"))
s.sendto(b"x", (sys.argv[1], 5000))
PYTHON
}

show()
{
	in_ns r cat "$(proc_dir "$family")/$1"
}

# has FILE PATTERN: some line of it matches
has()
{
	show "$1" | grep -Eq "$2"
}

has_not()
{
	! has "$@"
}

ctl()
{
	on_in "$family" r smcroutectl -u "$tmp/sock" "$@"
}

setup()
{
	ns_add a r b
	veth a a0 r ra
	veth r rb b b0
	addr inet a a0 10.1.0.1/24
	addr inet b b0 10.2.0.2/24
	addr "$family" r ra 10.1.0.254/24
	addr "$family" r rb 10.2.0.254/24
	cat > "$tmp/conf" <<- END
		phyint ra enable ttl-threshold 1
		phyint rb enable ttl-threshold 1
		mroute from ra group 239.1.1.1 source 10.1.0.1 to rb
		mroute from ra group 239.2.0.0/16 to rb
	END
}

# A daemon that does not answer; ten seconds are enough on one family.
patience()
{
	kill -STOP "$daemon"
	says 239.8.8.8
	check "$family: a packet waits for the daemon" \
		wait_for 5 has ip_mr_cache '^080808EF 0100010A -1'
	check "$family: but not for ever" \
		wait_for 30 has_not ip_mr_cache '^080808EF'
	kill -CONT "$daemon"
}

for family in $(families); do
	setup
	start "$family" r smcrouted -n -N -f "$tmp/conf" -u "$tmp/sock" \
		-P "$tmp/pid" -l debug > "$tmp/log" 2>&1
	daemon=$started
	check "$family: the daemon has two vifs" \
		wait_for 20 has ip_mr_vif ' rb '
	is "$(in_ns r cat "$(sys_dir "$family")/conf/ra/mc_forwarding")" 1 \
		"$family: mc_forwarding says so"
	check "$family: a route of its configuration" \
		wait_for 20 has ip_mr_cache '^010101EF 0100010A 0 .* 1:1'
	check "$family: by which packets go" hears 239.1.1.1 one
	says 239.7.7.7
	check "$family: a group without a route goes nowhere" \
		wait_for 10 has ip_mr_cache '^070707EF 0100010A 0 +1 [^:]*$'
	check "$family: a route that it makes for a packet that comes" \
		hears 239.2.3.4 two
	check "$family: which is in the cache" \
		has ip_mr_cache '^040302EF 0100010A 0 .* 1:1'
	check "$family: a route comes" ctl add ra 10.1.0.1 239.3.3.3 rb
	check "$family: by which packets go" hears 239.3.3.3 three
	check "$family: the daemon knows its counters" \
		eval "ctl show routes | grep -q 239.3.3.3"
	check "$family: and goes" ctl remove ra 10.1.0.1 239.3.3.3
	check "$family: from the cache, too" \
		wait_for 5 has_not ip_mr_cache '^030303EF.* 0 .* 1:1'
	[ "$family" = inet ] || patience
	stop "$daemon"
	check "$family: without the daemon there are no vifs" \
		wait_for 5 has_not ip_mr_vif ' r[ab] '
	is "$(in_ns r cat "$(sys_dir "$family")/conf/ra/mc_forwarding")" 0 \
		"$family: nor does anything go on"
	check "$family: nor is anything in the cache" has_not ip_mr_cache EF
	ns_kill a r b
	ns_del a r b
done
finish
