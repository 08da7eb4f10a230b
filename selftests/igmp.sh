#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# IGMP on the wire: joins, leaves, changes of filters, and the answers to
# queries of all three versions, as a packet socket on the other end of a veth
# sees them. AF_INET's messages must be the expected ones, AF_INETX's the same.
# timeout: 900
#
# shellcheck disable=SC2317 # functions are called by their names
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# conf FAMILY NAME VALUE: of the member's device
conf()
{
	in_ns "$1-a" sh -c "echo $3 > $(sys_dir "$1")/conf/v0/$2"
}

# tunable FAMILY NAME VALUE
tunable()
{
	in_ns "$1-a" sh -c "echo $3 > $(sys_dir "$1")/$2"
}

setup()
{
	local family
	for family in $(families); do
		ns_add "$family-a" "$family-b"
		veth "$family-a" v0 "$family-b" v1
		addr "$family" "$family-a" v0 10.9.0.1/24
		# repeats soon, so that the test does not take minutes
		conf "$family" igmpv3_unsolicited_report_interval 200
		conf "$family" igmpv2_unsolicited_report_interval 200
	done
	# a link is used when the kernel has noticed that it is up
	sleep 1.5
}

wire()
{
	in_ns "$1-b" "$here/igmp-wire.py" "${@:2}"
}

# begin FAMILY: a member without groups, and who listens on the other end
begin()
{
	start inet "$1-b" "$here/igmp-wire.py" listen v1 >> "$tmp/heard"
	listener=$started
	coproc MEMBER { on_in "$1" "$1-a" python3 "$here/igmp-member.py" v0; }
	member=$MEMBER_PID
	wait_for 10 grep -q listening "$tmp/heard"
}

# say WORD...: to the member; what it answers if that is not ok
say()
{
	local answer
	echo "$*" >&"${MEMBER[1]}"
	read -r -t 10 answer <&"${MEMBER[0]}"
	[ "$answer" = ok ] || echo "$*: $answer"
}

# heard [SORT]: what was heard since the last time, with the numbers of repeats
heard()
{
	sed 1d "$tmp/heard" | sort | uniq -c | sed 's/^ *//'
	echo listening > "$tmp/heard"
}

end()
{
	# gone already where a test has closed it
	[ -z "${MEMBER[1]:-}" ] || echo close >&"${MEMBER[1]}"
	wait "$member" 2> /dev/null
	stop "$listener"
}

# each NAME PATTERN FUNCTION: what FUNCTION FAMILY prints is, for AF_INET, like
# PATTERN, and for AF_INETX the same
each()
{
	local name=$1 pattern=$2 function=$3 family output first=
	for family in $(families); do
		: > "$tmp/heard"
		begin "$family"
		"$function" "$family" > "$tmp/said" 2>&1
		end
		output=$(< "$tmp/said")
		if [ "$family" = inet ]; then
			first=$output
			# braces stand for themselves
			pattern=${pattern//\{/\\\{}
			like "${output//$'\n'/ / }" "${pattern//\}/\\\}}" \
				"inet: $name"
		else
			is "$output" "$first" "$family: $name"
		fi
	done
}

asm()
{
	say join 239.1.1.1
	sleep 0.5
	heard
	say leave 239.1.1.1
	sleep 0.5
	heard
}

ssm()
{
	say allow 232.1.1.1 10.0.0.1
	sleep 0.5
	heard
	say allow 232.1.1.1 10.0.0.2
	sleep 0.5
	heard
	say drop 232.1.1.1 10.0.0.1
	sleep 0.5
	heard
	say drop 232.1.1.1 10.0.0.2
	sleep 0.5
	heard
}

blocking()
{
	say join 239.1.1.2
	sleep 0.5
	heard
	say block 239.1.1.2 10.0.0.1
	sleep 0.5
	heard
	say unblock 239.1.1.2 10.0.0.1
	sleep 0.5
	heard
	say many 239.1.1.2 1 2
	sleep 0.5
	heard
	say leave 239.1.1.2
	sleep 0.5
	heard
}

# close(2) leaves, too
closing()
{
	say join 239.1.1.3
	sleep 0.5
	heard
	echo close >&"${MEMBER[1]}"
	sleep 0.5
	heard
}

# 224.0.0.1 is never reported, other local groups are unless forbidden
local_groups()
{
	say join 224.0.0.251
	sleep 0.5
	heard
	tunable "$1" igmp_link_local_mcast_reports 0
	say join 224.0.0.252
	sleep 0.5
	heard
	tunable "$1" igmp_link_local_mcast_reports 1
}

general_query()
{
	say join 239.1.1.1
	say allow 232.1.1.1 10.0.0.1
	say join 224.0.0.251
	sleep 0.5
	heard > /dev/null
	wire "$1" query v1 3 2 0.0.0.0
	sleep 0.6
	# one report; the order of its records does not matter
	heard
}

group_query()
{
	say join 239.1.1.1
	say block 239.1.1.1 10.0.0.9
	say join 239.1.1.2
	sleep 0.5
	heard > /dev/null
	wire "$1" query v1 3 2 239.1.1.1
	sleep 0.6
	heard
	wire "$1" query v1 3 2 239.1.1.9
	sleep 0.6
	heard
}

source_query()
{
	say allow 232.1.1.1 10.0.0.1
	say allow 232.1.1.1 10.0.0.2
	say join 239.1.1.1
	say block 239.1.1.1 10.0.0.1
	sleep 0.5
	heard > /dev/null
	wire "$1" query v1 3 2 232.1.1.1 10.0.0.2 10.0.0.3
	sleep 0.6
	heard
	wire "$1" query v1 3 2 232.1.1.1 10.0.0.3
	sleep 0.6
	heard
	wire "$1" query v1 3 2 239.1.1.1 10.0.0.1
	sleep 0.6
	heard
	wire "$1" query v1 3 2 239.1.1.1 10.0.0.1 10.0.0.2
	sleep 0.6
	heard
}

# from here on to the end of the run a querier of version 2 is there
forced_v2()
{
	conf "$1" force_igmp_version 2
	say join 239.1.1.1
	sleep 0.5
	heard
	say allow 232.1.1.1 10.0.0.1
	sleep 0.5
	heard
	wire "$1" query v1 2 2 239.1.1.1
	sleep 0.6
	heard
	wire "$1" query v1 3 2 0.0.0.0
	sleep 0.6
	heard
	say leave 239.1.1.1
	sleep 0.5
	heard
	conf "$1" force_igmp_version 0
}

# who has heard another's report does not report, nor leave
suppressed()
{
	conf "$1" force_igmp_version 2
	say join 239.1.1.1
	sleep 0.5
	heard > /dev/null
	wire "$1" forestall v1 239.1.1.1
	sleep 3.2
	heard
	say leave 239.1.1.1
	sleep 0.5
	heard
	conf "$1" force_igmp_version 0
}

forced_v1()
{
	conf "$1" force_igmp_version 1
	say join 239.1.1.1
	sleep 0.5
	heard
	say leave 239.1.1.1
	sleep 0.5
	heard
	conf "$1" force_igmp_version 0
}

robust()
{
	wire "$1" query v1 3 2 0.0.0.0
	tunable "$1" igmp_qrv 4
	ip -n "$1-a" link set v0 down
	ip -n "$1-a" link set v0 up
	# the address of AF_INETX and that of AF_INET stay
	sleep 1.5
	heard > /dev/null
	say join 239.1.1.4
	sleep 1.4
	heard
	tunable "$1" igmp_qrv 2
}

# the device comes back: what was joined is reported again
down_up()
{
	say join 239.1.1.5
	sleep 0.5
	heard
	ip -n "$1-a" link set v0 down
	ip -n "$1-a" link set v0 up
	sleep 2
	heard | sed 's/^[0-9]* //'
}

# more sources than fit in a packet
large()
{
	tunable "$1" igmp_max_msf 1000
	ip -n "$1-a" link set v0 mtu 700
	say join 239.1.1.6
	sleep 0.5
	heard > /dev/null
	say many 239.1.1.6 1 400
	sleep 0.5
	heard
	say many 239.1.1.6 0 400
	sleep 0.5
	heard
	ip -n "$1-a" link set v0 mtu 1500
	tunable "$1" igmp_max_msf 10
}

# Both files, with the same devices and groups in them.
files()
{
	say join 239.1.1.1
	say allow 232.1.1.1 10.0.0.2
	say allow 232.1.1.1 10.0.0.1
	say join 239.1.1.2
	say block 239.1.1.2 10.0.0.1
	in_ns "$1-a" cat "$(proc_dir "$1")/igmp" "$(proc_dir "$1")/mcfilter"
	in_ns "$1-a" dd bs=40 status=none \
		if="$(proc_dir "$1")/mcfilter"
	say leave 239.1.1.1
	say drop 232.1.1.1 10.0.0.2
	conf "$1" force_igmp_version 1
	in_ns "$1-a" cat "$(proc_dir "$1")/igmp" "$(proc_dir "$1")/mcfilter"
	conf "$1" force_igmp_version 0
}

# the hardware's list
hardware()
{
	local groups='01:00:5e:01:01:0[0-9]'
	say join 239.1.1.7
	say join 224.129.1.7
	in_ns "$1-a" ip maddr show dev v0 | grep -o "$groups.*"
	say leave 239.1.1.7
	in_ns "$1-a" ip maddr show dev v0 | grep -o "$groups.*"
	say leave 224.129.1.7
	in_ns "$1-a" ip maddr show dev v0 | grep -o "$groups.*"
}

# while a querier of an old version is about; last, since it stays so
old_querier()
{
	say join 239.1.1.1
	sleep 0.5
	heard
	wire "$1" query v1 2 2 0.0.0.0
	sleep 0.6
	heard
	in_ns "$1-a" grep v0 "$(proc_dir "$1")/igmp"
	say join 239.1.1.2
	sleep 0.5
	heard
	wire "$1" query v1 1 0 0.0.0.0
	sleep 0.3
	in_ns "$1-a" grep v0 "$(proc_dir "$1")/igmp"
	say leave 239.1.1.1
	sleep 0.5
	heard | grep leave
}

setup
each "a group is joined and left" \
	'^2 10.9.0.1: v3 report TO_EX 239.1.1.1 {} to 224.0.0.22 / 2 .*TO_IN 239.1.1.1 {} to 224.0.0.22$' \
	asm
each "sources are joined and left" \
	'^2 .*ALLOW 232.1.1.1 {10.0.0.1}.* / 2 .*ALLOW 232.1.1.1 {10.0.0.2}.* / 2 .*BLOCK 232.1.1.1 {10.0.0.1}' \
	ssm
each "sources are blocked, the mode changes" 'BLOCK 239.1.1.2 {10.0.0.1}' \
	blocking
each "a socket is closed" 'TO_EX 239.1.1.3 .*TO_IN 239.1.1.3' closing
each "local groups" '^2 .*TO_EX 224.0.0.251[^/]*$' local_groups
each "a general query" \
	'^1 .*IS_EX 224.0.0.251 {}; IS_EX 239.1.1.1 {}; IS_IN 232.1.1.1 {10.0.0.1}' \
	general_query
each "a query for a group" '^1 .*IS_EX 239.1.1.1 {10.0.0.9} to[^/]*$' \
	group_query
each "a query for sources" \
	'^1 .*IS_IN 232.1.1.1 {10.0.0.2} to .* / 1 .*IS_EX 239.1.1.1' \
	source_query
each "the device goes down and up" 'TO_EX 239.1.1.5.* / .*TO_EX 239.1.1.5' \
	down_up
each "more sources than a packet holds" 'TO_IN 239.1.1.6 {165 sources} .*TO_EX 239.1.1.6 {165 sources}' \
	large
each "/proc/net/igmp and mcfilter" '020101EF .*0x0a000002 +1 +0' files
each "the hardware's filter" '01:00:5e:01:01:07 users 2' hardware
each "robustness" '^4 .*TO_EX 239.1.1.4' robust
each "version 2" \
	'^2 .*v2 report 239.1.1.1 to 239.1.1.1 .*leave 239.1.1.1 to 224.0.0.2' \
	forced_v2
each "a report of another host" '^$' suppressed
each "version 1" '^2 .*v1 report 239.1.1.1 to 239.1.1.1$' forced_v1
each "an old querier" 'V2.*v2 report 239.1.1.2.*V1' old_querier
finish
