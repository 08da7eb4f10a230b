#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Large packets between inetx and AF_INET on two ends of a wire, by unmodified
# programs, both ways. fragin and fragout test each end alone.
# timeout: 180
#
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# The far end is AF_INET's whatever is tested.
world()
{
	ns_add A B
	veth A a0 B b0
	addr "$family" A a0 10.1.0.1/24
	addr inet B b0 10.1.0.2/24
	comes_to_reach "$family" A 10.1.0.2
}

pings()
{
	local size
	for size in 1472 1473 2952 8000 60000 65507; do
		check "$family: ping -s $size there" \
			reaches "$family" A 10.1.0.2 -s $size
		check "$family: ping -s $size and back" \
			reaches inet B 10.1.0.1 -s $size
	done
	check "$family: ping -M dont" reaches "$family" A 10.1.0.2 -s 8000 -M dont
	check_fails "$family: ping -M do" "too long|Too large|100% packet loss" \
		reaches "$family" A 10.1.0.2 -s 8000 -M "do"
	# the least that a device with IP can have, and one that is not of eights
	for size in 68 1285; do
		ip -n A link set a0 mtu $size
		ip -n B link set b0 mtu $size
		check "$family: an MTU of $size, there" \
			reaches "$family" A 10.1.0.2 -s $((size * 7))
		check "$family: an MTU of $size, and back" \
			reaches inet B 10.1.0.1 -s $((size * 7))
	done
	ip -n A link set a0 mtu 1500
	ip -n B link set b0 mtu 1500
}

# What has to be in balance after all that.
counters()
{
	local fails creates
	fails=$(counter "$family" A Ip ReasmFails)
	is "$fails" 0 "$family: no reassembly failed"
	creates=$(counter "$family" A Ip FragCreates)
	check "$family: fragments were made: $creates" [ "$creates" -gt 100 ]
	like "$(in_ns A grep FRAG "$(proc_dir "$family")/sockstat")" \
		'^FRAG: inuse 0 memory 0$' "$family: nothing is left behind"
}

# One fragment in five is lost, others overtake each other: datagrams are lost
# whole, what arrives is right, memory comes back when their time is up.
losses()
{
	local got
	if ! in_ns A tc qdisc add dev a0 root netem loss 5% delay 2ms \
		reorder 25% limit 10000 2> /dev/null; then
		skip "$family: loss and reordering" "no netem here"
		return
	fi
	in_ns A sh -c "echo 1 > $(sys_dir "$family")/ipfrag_time"
	in_ns B sh -c 'echo 1 > /proc/sys/net/ipv4/ipfrag_time'
	got=$(on_in "$family" A ping -n -c 60 -i 0.02 -W 2 -s 6000 10.1.0.2 \
		2>&1)
	like "$got" ' [1-9][0-9]* received' "$family: some come through losses"
	check "$family: none came wrong" [ "${got/wrong data/}" = "$got" ]
	check "$family: memory comes back" wait_for 10 idle
	in_ns A tc qdisc del dev a0 root
}

# shellcheck disable=SC2317 # wait_for calls it
idle()
{
	in_ns A grep -q 'FRAG: inuse 0 memory 0' "$(proc_dir "$family")/sockstat"
}

# ipfrag_secret_interval is of the first namespace only.
tunables()
{
	local dir name
	dir=$(sys_dir "$family")
	is "$(cat "$dir/ipfrag_secret_interval")" 0 \
		"$family: ipfrag_secret_interval"
	for name in high_thresh low_thresh time max_dist; do
		is "$(cat "$dir/ipfrag_$name")" \
			"$(cat "/proc/sys/net/ipv4/ipfrag_$name")" \
			"$family: ipfrag_$name"
	done
}

for family in $(families); do
	world
	pings
	counters
	losses
	tunables
	ns_del A B
done
finish
