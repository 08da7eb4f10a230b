#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Configuration by iproute2: the same commands in two namespaces, on AF_INET in
# one and on AF_INETX in the other. AF_INET's answer must be the expected one,
# AF_INETX's must be the same text and status.
# timeout: 600
#
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# step NAME STATUS PATTERN ARGUMENT...: ip(8) with these arguments; STATUS and
# PATTERN are for AF_INET. In a pattern ^ and $ stand for the ends of the whole output.
step()
{
	local name=$1 want=$2 pattern=$3 family status output first=
	shift 3
	for family in $(families); do
		status=0
		output=$(on "$family" ip -n "$family" "$@" 2>&1) || status=$?
		# times run on
		[[ $output != *[0-9]sec* ]] ||
			output=$(sed -E 's/[0-9]+(\.[0-9]+)?sec/Nsec/g' \
				<<< "$output")
		# neighbours are listed as their hash has them
		[[ $* != *"neigh show"* ]] || output=$(sort <<< "$output")
		if [ "$family" = inet ]; then
			first="$status: $output"
			if [ $status != "$want" ] || ! [[ $output =~ $pattern ]]
			then
				nok "inet: $name"
				note "$*: status $status, not $want, or not: $pattern"
				note "$output"
			else
				ok "inet: $name"
			fi
		else
			is "$status: $output" "$first" "$family: $name"
		fi
	done
}

# quiet NAME ARGUMENT...: it succeeds and says nothing
quiet()
{
	local name=$1
	shift
	step "$name" 0 '^$' "$@"
}

# refused NAME WORDS ARGUMENT...: iproute2's status for an error of the kernel
refused()
{
	local name=$1 words=$2
	shift 2
	step "$name" 2 "$words" "$@"
}

setup()
{
	local family
	for family in $(families); do
		ns_add "$family"
		ip -n "$family" link add d0 address 02:00:00:00:00:01 type veth \
			peer name d1 address 02:00:00:00:00:02
		ip -n "$family" link set d0 up
		ip -n "$family" link set d1 up
	done
}

addresses()
{
	step "lo has its address" 0 'inet 127.0.0.1/8 scope host lo' \
		-4 addr show dev lo
	quiet "an address is added" addr add 10.1.0.1/24 dev d0
	step "it is shown" 0 'inet 10.1.0.1/24 scope global d0' \
		-4 addr show dev d0
	refused "a second time" "File exists|already assigned" \
		addr add 10.1.0.1/24 dev d0
	quiet "the same with another prefix" addr add 10.1.0.1/16 dev d0
	refused "one that is not there is deleted" \
		"Cannot assign requested address|not found" \
		addr del 10.9.9.9/24 dev d0
	refused "or has another prefix length" \
		"Cannot assign requested address|not found" \
		addr del 10.1.0.1/20 dev d0
	quiet "a second of the network, labelled, with broadcast" \
		addr add 10.1.0.5/24 brd + dev d0 label d0:1
	step "it is secondary" 0 'brd 10.1.0.255 scope global secondary d0:1' \
		-4 addr show dev d0
	quiet "one with a peer" addr add 10.2.0.1 peer 10.2.0.2 dev d0
	quiet "one with a lifetime" addr add 10.3.0.1/24 dev d0 \
		valid_lft 1000 preferred_lft 500
	step "which is dynamic" 0 'global dynamic d0.*valid_lft Nsec' \
		-4 addr show to 10.3.0.1
	quiet "changed to last forever" addr change 10.3.0.1/24 dev d0 \
		valid_lft forever preferred_lft forever
	step "which it then does" 0 'global d0.*valid_lft forever' \
		-4 addr show to 10.3.0.1
	quiet "replace adds" addr replace 10.4.0.1/24 dev d0
	quiet "replace replaces" addr replace 10.4.0.1/24 dev d0
	quiet "scope link" addr add 10.5.0.1/24 dev d1 scope link
	quiet "with a metric" addr add 10.6.0.1/24 dev d1 metric 77
	quiet "without a route" addr add 10.7.0.1/24 dev d1 noprefixroute
	quiet "a host address" addr add 10.8.0.1/32 dev lo
	step "on a device that is not" 1 'Cannot find device' \
		addr add 10.1.0.1/24 dev nope
}

address_listings()
{
	step "the whole list" 0 '10.1.0.1/16' -4 addr show
	step "one line each" 0 '10.1.0.1/24' -o -4 addr show
	step "brief" 0 'd1@d0 .*10.5.0.1/24' -br -4 addr show
	step "JSON" 0 '"local":"10.1.0.5"' -j -4 addr show
	step "by network" 0 'inet 10.1.0.5/24' -4 addr show to 10.1.0.0/24
	step "by label" 0 'inet 10.1.0.5/24' -4 addr show label d0:1
	step "by scope" 0 'inet 10.5.0.1/24' -4 addr show scope link
	step "secondaries" 0 'inet 10.1.0.5/24' -4 addr show secondary
	step "in detail" 0 'inet 10.2.0.1 peer 10.2.0.2/32' \
		-d -4 addr show dev d0
}

# The routes that came with the addresses.
connected_routes()
{
	step "connected routes" 0 '10.1.0.0/24 dev d0 proto kernel scope link src 10.1.0.1' \
		route show
	step "the local table" 0 'local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1' \
		route show table local
	step "all tables" 0 'broadcast 10.1.0.255' -4 route show table all
	step "the metric of an address" 0 '10.6.0.0/24 .* metric 77' \
		route show dev d1
	step "none without a route" 0 '^$' route show 10.7.0.0/24
}

routes()
{
	quiet "a route by a gateway" route add 20.0.0.0/8 via 10.1.0.2
	refused "a second time" "RTNETLINK answers: File exists" \
		route add 20.0.0.0/8 via 10.1.0.3
	quiet "with another metric" \
		route add 20.0.0.0/8 via 10.1.0.3 metric 5
	quiet "appended" route append 20.0.0.0/8 via 10.1.0.4
	quiet "prepended" route prepend 20.0.0.0/8 via 10.1.0.9
	quiet "replaced" route replace 20.0.0.0/8 via 10.1.0.6
	quiet "replace adds" route replace 21.0.0.0/8 via 10.1.0.6
	quiet "changed" route change 21.0.0.0/8 via 10.1.0.7
	refused "a missing one changed" "No such file or directory" \
		route change 22.0.0.0/8 via 10.1.0.7
	refused "a gateway out of reach" "Nexthop has invalid gateway" \
		route add 23.0.0.0/8 via 99.1.1.1
	quiet "a gateway that is an own address" \
		route add 37.0.0.0/8 via 10.1.0.1
	refused "bits beyond the mask" "Invalid" \
		route add 23.0.0.1/8 via 10.1.0.2
	quiet "onlink" route add 24.0.0.0/8 via 99.1.1.1 dev d0 onlink
	quiet "by device" route add 25.0.0.0/8 dev d1
	quiet "with a source" route add 26.0.0.0/8 via 10.1.0.2 src 10.1.0.5
	refused "with a foreign source" "Invalid" \
		route add 27.0.0.0/8 via 10.1.0.2 src 9.9.9.9
	quiet "with an MTU" route add 28.0.0.0/8 via 10.1.0.2 mtu 1200
	quiet "with a protocol" \
		route add 29.0.0.0/8 via 10.1.0.2 proto static
	quiet "blackhole" route add blackhole 30.0.0.0/8
	quiet "unreachable" route add unreachable 31.0.0.0/8
	quiet "prohibit" route add prohibit 32.0.0.0/8
	quiet "in a table" route add 33.0.0.0/8 via 10.1.0.2 table 100
	quiet "in a table of a large number" \
		route add 33.0.0.0/8 via 10.1.0.2 table 100000
	quiet "the default" route add default via 10.1.0.8
	refused "a second default" "File exists" \
		route add default via 10.1.0.9
	quiet "host routes" route add 34.1.2.3 via 10.1.0.2
	quiet "scope link given" route add 35.0.0.0/8 dev d0 scope link
	quiet "a type of service" \
		route add 36.0.0.0/8 via 10.1.0.2 tos 0x10
	step "the list" 0 'default via 10.1.0.8 dev d0' route show
	step "JSON" 0 '"gateway":"10.1.0.8"' -j route show
	step "a table" 0 '33.0.0.0/8 via 10.1.0.2 dev d0' \
		route show table 100
	step "a table of a large number" 0 '33.0.0.0/8 via 10.1.0.2 dev d0' \
		route show table 100000
	step "by prefix" 0 '^20.0.0.0/8 via' route show 20.0.0.0/8
	step "what matches" 0 'default via' route show match 20.1.1.1
	step "below a root" 0 '10.1.0.0/24' route show root 10.0.0.0/8
	step "by type" 0 '^blackhole 30.0.0.0/8' route show type blackhole
	step "by gateway" 0 '28.0.0.0/8' route show via 10.1.0.2
}

route_get()
{
	step "the way to oneself" 0 '^local 127.0.0.1 dev lo.* src 127.0.0.1' \
		route get 127.0.0.1
	step "to an own address" 0 'local 10.1.0.1 dev lo.*src 10.1.0.1' \
		route get 10.1.0.1
	step "to a neighbour" 0 '^10.1.0.77 dev d0 src 10.1.0.1' \
		route get 10.1.0.77
	step "by a gateway" 0 '28.1.1.1 via 10.1.0.2 dev d0 src 10.1.0.1' \
		route get 28.1.1.1
	step "with the source of the route" 0 'src 10.1.0.5' \
		route get 26.1.1.1
	step "by default" 0 '8.8.8.8 via 10.1.0.8 dev d0' route get 8.8.8.8
	step "to a broadcast address" 0 'broadcast 10.1.0.255 dev d0' \
		route get 10.1.0.255
	step "from an own address" 0 'from 10.1.0.5 via 10.1.0.8' \
		route get 8.8.8.8 from 10.1.0.5
	step "over a device" 0 'dev d1' route get 10.5.0.9 oif d1
	refused "into a blackhole" "Invalid argument" route get 30.1.1.1
	refused "unreachable" "No route to host" route get 31.1.1.1
	refused "prohibited" "Permission denied" route get 32.1.1.1
}

route_removal()
{
	quiet "a route is deleted" route del 28.0.0.0/8
	refused "a second time" "No such process" route del 28.0.0.0/8
	refused "by a wrong gateway" "No such process" \
		route del 29.0.0.0/8 via 10.1.0.99
	quiet "of several, the one with the metric" \
		route del 20.0.0.0/8 metric 5
	quiet "the default" route del default
	refused "and then no way out" "Network is unreachable" \
		route get 8.8.8.8
	quiet "a table is flushed" route flush table 100
	quiet "and empty" route show table 100
	quiet "the primary address goes" addr del 10.1.0.1/24 dev d0
	step "its secondaries went too, or were promoted" 0 'inet 10.2.0.1' \
		-4 addr show dev d0
	step "the routes that are left" 0 '10.2.0.2 dev d0' route show
	step "the local table, too" 0 'local 10.2.0.1' \
		route show table local
	quiet "a device goes down" link set d1 down
	step "and its routes with it" 0 '10.2.0.2' route show
	quiet "and up again" link set d1 up
	step "its connected routes are back" 0 '10.6.0.0/24' route show
	quiet "addresses are flushed" -4 addr flush dev d0
	step "none is left" 0 '^$' -4 addr show dev d0
	step "nor a route" 0 '10.6.0.0/24' route show
}

neighbours()
{
	quiet "an address" addr add 10.1.0.1/24 dev d0
	quiet "a neighbour" \
		neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev d0
	refused "a second time" "File exists" \
		neigh add 10.1.0.9 lladdr 02:00:00:00:00:08 dev d0
	step "it is shown" 0 '^10.1.0.9 dev d0 lladdr 02:00:00:00:00:09 PERMANENT' \
		-4 neigh show
	quiet "replaced" \
		neigh replace 10.1.0.9 lladdr 02:00:00:00:00:07 dev d0
	quiet "replace adds" neigh replace 10.1.0.10 \
		lladdr 02:00:00:00:00:0a dev d0 nud stale
	quiet "changed" neigh change 10.1.0.10 \
		lladdr 02:00:00:00:00:0b dev d0 nud stale
	refused "a missing one changed" "No such file or directory" \
		neigh change 10.1.0.11 lladdr 02:00:00:00:00:0b dev d0
	step "the list" 0 '10.1.0.10 lladdr 02:00:00:00:00:0b STALE' \
		-4 neigh show dev d0
	step "by state" 0 '^10.1.0.9 ' -4 neigh show nud permanent
	step "one" 0 'lladdr 02:00:00:00:00:07' neigh get 10.1.0.9 dev d0
	refused "one that is not" "No such file or directory|not found" \
		neigh get 10.1.0.200 dev d0
	quiet "deleted" neigh del 10.1.0.9 dev d0
	refused "a missing one is deleted" "No such file or directory" \
		neigh del 10.1.0.77 dev d0
	step "flushed" 0 '^$' -4 neigh flush dev d0 nud stale
	step "the list after that" 0 '' -4 neigh show nud permanent nud stale
	quiet "one that does not answer" neigh add 10.7.0.255 dev d0 nud failed
	quiet "has an address that becomes a broadcast's" \
		addr add 10.7.0.1/24 dev d0
	refused "is gone" "No such file or directory|not found" \
		neigh get 10.7.0.255 dev d0
	quiet "which is no longer one" addr del 10.7.0.1/24 dev d0
	step "on a device that is not" 1 "Cannot find device" \
		neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev nope
}

# What is told to those who listen is the same, and the host's own listeners
# hear nothing of it.
# Addresses that are answered for.
proxies()
{
	quiet "a proxy entry" neigh add proxy 10.1.0.77 dev d0
	quiet "once more is no error" neigh add proxy 10.1.0.77 dev d0
	step "it is listed" 0 '^10.1.0.77 dev d0 +proxy $' neigh show proxy
	step "it is got" 0 '^10.1.0.77 dev d0 +proxy $' \
		neigh get proxy 10.1.0.77 dev d0
	refused "another is not" "No such file|not found" \
		neigh get proxy 10.1.0.78 dev d0
	step "not among neighbours" 0 '^$' neigh show 10.1.0.77
	quiet "one with its origin" \
		neigh add proxy 10.1.0.79 dev d0 protocol static
	step "which is shown" 0 'proto static' neigh show proxy
	quiet "it is deleted" neigh del proxy 10.1.0.77 dev d0
	refused "only once" "No such file" neigh del proxy 10.1.0.77 dev d0
	quiet "a device that goes down" link set d0 down
	step "takes its entries along" 0 '^$' neigh show proxy
	quiet "and up again" link set d0 up
}

# tool NAME PATTERN COMMAND...: a program of net-tools, the same on both
tool()
{
	local name=$1 pattern=$2 family output first=
	shift 2
	for family in $(families); do
		output=$(on_in "$family" "$family" "$@" 2>&1; echo "status $?")
		# devices count what they carry
		[[ $* != ifconfig* ]] ||
			output=$(grep -v 'packets\|errors' <<< "$output")
		if [ "$family" = inet ]; then
			first=$output
			like "$output" "$pattern" "inet: $name"
		else
			is "$output" "$first" "$family: $name"
		fi
	done
}

# The programs that speak in ioctls.
net_tools()
{
	tool "ifconfig sets an address" '^status 0$' \
		ifconfig d0:9 10.44.0.1 netmask 255.255.255.0
	tool "ifconfig shows it" 'inet 10.44.0.1 +netmask 255.255.255.0' \
		ifconfig d0:9
	tool "route adds a network" '^status 0$' \
		route add -net 20.0.0.0/8 gw 10.44.0.2
	tool "route adds a host" '^status 0$' \
		route add -host 30.1.2.3 metric 7 dev d0
	tool "route shows them" '20.0.0.0 +10.44.0.2 +255.0.0.0 +UG +0.*d0' \
		route -n
	tool "route refuses a gateway that is nowhere" 'unreachable' \
		route add -net 40.0.0.0/8 gw 9.9.9.9
	tool "route deletes" '^status 0$' route del -net 20.0.0.0/8
	tool "once" 'No such process' route del -net 20.0.0.0/8
	tool "arp sets an entry" '^status 0$' \
		arp -i d0 -s 10.44.0.7 02:00:00:00:00:07
	tool "arp shows it" '10.44.0.7 .*02:00:00:00:00:07 +CM +d0' \
		arp -n 10.44.0.7
	tool "arp publishes" '^status 0$' \
		arp -i d0 -s 10.44.0.8 02:00:00:00:00:01 pub
	tool "arp shows that" '10.44.0.8 .*MP +d0' arp -n
	tool "arp deletes" '^status 0$' arp -i d0 -d 10.44.0.7
	tool "ifconfig takes the address away" '^status 0$' ifconfig d0:9 down
}

monitor()
{
	local family text first

	for family in $(families); do
		start "$family" "$family" stdbuf -oL ip monitor address route \
			neigh > "$tmp/mon-$family"
		start inet "$family" stdbuf -oL ip monitor address route \
			> "$tmp/host-$family"
		sleep 1
		on_in "$family" "$family" sh -c '
			ip addr add 10.60.0.1/24 dev d0
			ip route add 61.0.0.0/8 via 10.60.0.2
			ip neigh add 10.60.0.9 lladdr 02:00:00:00:00:09 dev d0
			ip neigh del 10.60.0.9 dev d0
			ip route del 61.0.0.0/8
			ip addr del 10.60.0.1/24 dev d0'
		wait_for 10 grep -q '^Deleted .*10.60.0.1/24' "$tmp/mon-$family"
		sleep 0.5
		ns_kill "$family"
			# an entry that goes passes through states at its own pace
		text=$(sed -E 's/[0-9]+sec/Nsec/; s/ +$//' "$tmp/mon-$family" |
			grep -v '10.60.0.9.*FAILED')
		if [ "$family" = inet ]; then
			first=$text
			like "$text" 'Deleted 61.0.0.0/8 via 10.60.0.2 dev d0' \
				"inet: changes are announced"
		else
			is "$text" "$first" "$family: changes are announced"
			is "$(cat "$tmp/host-$family")" "" \
				"$family: and not to the host's listeners"
		fi
	done
}

# Dumps of many entries are whole while others come and go.
many()
{
	local family count=2000 shown routes
	slow && count=300

	for family in $(families); do
		awk -v n="$count" 'BEGIN {
			for (i = 0; i < n; i++)
				printf "addr add 10.%d.%d.1/32 dev d1\n",
					100 + i / 250, i % 250
		}' > "$tmp/batch"
		check "$family: $count addresses are added" \
			on "$family" ip -n "$family" -batch "$tmp/batch"
		sed -E 's/addr add (10[.0-9]*)\.1.32 dev d1/route add \1.128\/25 dev d1/' \
			"$tmp/batch" > "$tmp/batch-routes"
		check "$family: $count routes are added" \
			on "$family" ip -n "$family" -batch "$tmp/batch-routes"
		# shellcheck disable=SC2016 # the inner shell's variable
		start "$family" "$family" sh -c 'while :; do
			for i in 1 2 3 4 5 6 7 8; do
				echo "addr add 10.99.$i.1/32 dev d0"
				echo "route add 98.$i.0.0/16 dev d0"
			done | ip -batch -
			ip addr flush dev d0; done' > "$tmp/churn" 2>&1
		sleep 0.3
		shown=$(on "$family" ip -n "$family" -o -4 addr show dev d1 \
			2> /dev/null | grep -oE '10\.1[0-9]+\.[0-9]+\.1/32' |
			sort | uniq -c | awk '$1 == 1 { n++ } END { print n + 0 }')
		routes=$(on "$family" ip -n "$family" route show dev d1 \
			2> /dev/null | grep -oE '^10\.1[0-9]+\.[0-9]+\.128/25' |
			sort | uniq -c | awk '$1 == 1 { n++ } END { print n + 0 }')
		stop "$started" KILL
		ns_kill "$family"
		is "$shown" "$count" "$family: each is listed once amid changes"
		is "$routes" "$count" "$family: so are the routes"
		check "$family: all are flushed" \
			on "$family" ip -n "$family" -4 addr flush dev d1
		is "$(on "$family" ip -n "$family" -4 addr show dev d1)" "" \
			"$family: and gone"
		is "$(on "$family" ip -n "$family" route show dev d1)" "" \
			"$family: with their routes"
	done
}

# The files of the family begin as AF_INET's do.
proc_files()
{
	local file name
	[ -n "${INETX_ONLY_INET:-}" ] && return
	for name in snmp netstat sockstat; do
		check "inetx: /proc/net/inetx/$name is there" \
			in_ns inetx test -r "/proc/net/inetx/$name"
	done
	for file in $(in_ns inetx sh -c 'ls /proc/net/inetx'); do
		case $file in
		snmp|netstat)
			is "$(in_ns inetx awk '!(NR % 2) { next } 1' \
				"/proc/net/inetx/$file")" \
				"$(in_ns inet awk '!(NR % 2) { next } 1' \
				"/proc/net/$file" | grep -v MPTcpExt)" \
				"inetx: /proc/net/$file has the same names"
			;;
		sockstat)
			is "$(in_ns inetx sed 's/[0-9]\+/N/g' \
				"/proc/net/inetx/$file")" \
				"$(in_ns inet sed 's/[0-9]\+/N/g' \
				"/proc/net/$file")" \
				"inetx: /proc/net/$file has the same form"
			;;
		fib_trie*)
			# see proc.c
			;;
		*)
			is "$(in_ns inetx head -n 1 "/proc/net/inetx/$file")" \
				"$(in_ns inet head -n 1 "/proc/net/$file")" \
				"inetx: /proc/net/$file has the same head"
			;;
		esac
	done
}

# Every tunable of the family is one of AF_INET's, with its mode and default.
tunables()
{
	local bad name values=() dir
	[ -n "${INETX_ONLY_INET:-}" ] && return
	ns_add fresh
	# some of AF_INET's are of the initial namespace only
	find /proc/sys/net/ipv4 -type f -printf '%P\n' > "$tmp/initial"
	bad=$(in_ns fresh python3 "$here/unlike-inet.py" . "$tmp/initial")
	# a kernel may have more algorithms for AF_INET than inetx has built in
	bad=$(grep -v '^tcp_available_congestion_control: reno cubic where' \
		<<< "$bad")
	is "$bad" "" "inetx: tunables have AF_INET's names, modes and defaults"
	# shellcheck disable=SC2016 # the inner shell's variables
	check "inetx: its congestion controls are among AF_INET's" \
		in_ns fresh bash -c 'cd /proc/sys/net || exit
			for name in $(< inetx/tcp_available_congestion_control); do
				grep -qw "$name" ipv4/tcp_available_congestion_control ||
					exit
			done'
	for name in ip_forward ip_default_ttl ip_local_port_range \
		ip_local_reserved_ports ip_nonlocal_bind \
		ip_unprivileged_port_start ping_group_range \
		conf/all/forwarding conf/default/forwarding conf/lo/forwarding \
		neigh/lo/mcast_solicit; do
		check "inetx: there is $name" \
			in_ns fresh test -e "/proc/sys/net/inetx/$name"
	done
	is "$(python3 "$here/unlike-inet.py" neigh/default)" "" \
		"inetx: neigh/default in the initial namespace"
	dir=/proc/sys/net/inetx
	check_fails "inetx: ip_default_ttl above 255 is refused" \
		"Invalid argument" in_ns fresh bash -c "echo 256 > $dir/ip_default_ttl"
	check "inetx: ip_default_ttl is set" \
		in_ns fresh sh -c "echo 77 > $dir/ip_default_ttl"
	values=("$(in_ns fresh cat $dir/ip_default_ttl)"
		"$(in_ns inetx cat $dir/ip_default_ttl)"
		"$(in_ns fresh cat /proc/sys/net/ipv4/ip_default_ttl)")
	is "${values[*]}" "77 64 64" \
		"inetx: in this namespace and this family only"
	is "$(on_in inetx fresh sysctl -n net.ipv4.ip_default_ttl)" 77 \
		"inetx: sysctl of procps reads it"
	check "inetx: a device is renamed" sh -c '
		ip -n fresh link add r0 type veth peer name r1 &&
		ip -n fresh link set r0 name rr0'
	check "inetx: its directories are renamed" in_ns fresh sh -c "
		test -d $dir/conf/rr0 && test -d $dir/neigh/rr0 &&
		test ! -e $dir/conf/r0 && test ! -e $dir/neigh/r0"
	check "inetx: and go with it" sh -c "
		ip -n fresh link del rr0 &&
		ip netns exec fresh test ! -e $dir/conf/rr0"
}

# AF_INET in the namespace where all of this was done for AF_INETX.
host_untouched()
{
	[ -n "${INETX_ONLY_INET:-}" ] && return
	is "$(ip -n inetx -o -4 addr show | grep -v '127.0.0.1/8')" "" \
		"inetx: AF_INET got no address from all this"
	is "$(ip -n inetx -4 route show)" "" "inetx: nor a route"
}

setup
addresses
address_listings
connected_routes
routes
route_get
route_removal
neighbours
proxies
net_tools
host_untouched
monitor
many
proc_files
tunables
finish
