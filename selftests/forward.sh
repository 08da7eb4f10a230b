#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A router r between the hosts a and b: once AF_INET throughout, which shows
# that the expectations are right, then AF_INETX as router between AF_INET
# hosts, then AF_INETX hosts across an AF_INET router. With two arguments, the
# families of the router and of the hosts, only that.
# timeout: 600
#
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# What is the same in every run; filled by the first.
declare -A first

# set_r NAME VALUE: a tunable of the router
set_r()
{
	in_ns r busybox sh -c "echo $2 > $(sys_dir "$router")/$1"
}

get_r()
{
	in_ns r cat "$(sys_dir "$router")/$1"
}

count()
{
	counter "$router" r "$@"
}

# ping_from NAMESPACE ADDRESS [OPTION...]: what ping says about one echo
ping_from()
{
	local ns=$1 address=$2
	shift 2
	on_in "$hosts" "$ns" ping -n -c 1 -W 0.5 "$@" "$address" 2>&1
}

# shellcheck disable=SC2317 # called by counts and check
passes()
{
	ping_from "$@" > /dev/null
}

# counts GROUP COUNTER COMMAND...: by how much the command raises it
counts()
{
	local group=$1 name=$2 before
	shift 2
	before=$(count "$group" "$name")
	"$@" > /dev/null 2>&1
	echo $(($(count "$group" "$name") - before))
}

# frame DESTINATION-MAC SOURCE DESTINATION: an echo request made by hand, from a
frame()
{
	in_ns a python3 - "$1" "$2" "$3" << 'PYTHON'
import socket, struct, sys

def csum(data):
    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    s = (s >> 16) + (s & 0xffff)
    return ~(s + (s >> 16)) & 0xffff

mac, src, dst = sys.argv[1:]
icmp = struct.pack("!BBHHH", 8, 0, 0, 1, 1)
icmp = icmp[:2] + struct.pack("!H", csum(icmp)) + icmp[4:]
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, 1, 0,
                 socket.inet_aton(src), socket.inet_aton(dst))
ip = ip[:10] + struct.pack("!H", csum(ip)) + ip[12:]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("a0", 0))
s.send(bytes.fromhex(mac.replace(":", "")) +
       bytes.fromhex("02000000000a") + b"\x08\x00" + ip + icmp)
PYTHON
}

begin()
{
	router=$1
	hosts=$2
	part="$hosts across $router"
	ns_add a r b
	ip link add a0 netns a address 02:00:00:00:00:0a type veth \
		peer name ra netns r address 02:00:00:00:00:01
	veth r rb b b0
	ip -n a link set a0 up
	ip -n r link set ra up
	addr "$hosts" a a0 10.1.0.1/24
	addr "$hosts" b b0 10.2.0.2/24
	addr "$router" r ra 10.1.0.254/24
	addr "$router" r rb 10.2.0.254/24
	on "$hosts" ip -n a route add default via 10.1.0.254
	on "$hosts" ip -n b route add default via 10.2.0.254
	on "$router" ip -n r route add unreachable 10.3.0.0/24
	on "$router" ip -n r route add prohibit 10.4.0.0/24
	on "$router" ip -n r route add blackhole 10.5.0.0/24
	# an address of a that is on no link
	on "$hosts" ip -n a addr add 10.7.0.1/32 dev lo
	# what errors are sent is the question, not how many a second
	set_r icmp_ratemask 0
}

end()
{
	ns_kill a r b
	ns_del a r b
}

# AF_INETX takes packets to others only where it is told to, whatever it would
# do with them.
claim()
{
	set_r ip_forward 1
	check "$part: the router answers" comes_to_reach "$hosts" a 10.1.0.254
	[ "$router" = inetx ] || return
	check_fails "$part: not claimed: nothing passes" "" passes a 10.2.0.2
	is "$(counts Ip InReceives passes a 10.2.0.2)" 0 \
		"$part: not claimed: not seen"
	set_r conf/ra/claim all
	set_r conf/rb/claim all
}

# ip_forward is conf/all/forwarding, and sets default and every device.
switch()
{
	set_r ip_forward 0
	is "$(count Ip Forwarding)" 2 "$part: off: no router"
	check_fails "$part: off: nothing passes" "" passes a 10.2.0.2
	is "$(counts Ip InAddrErrors passes a 10.2.0.2)" 1 \
		"$part: off: it is counted as not ours"
	set_r ip_forward 1
	is "$(count Ip Forwarding)" 1 "$part: on: a router"
	is "$(get_r conf/all/forwarding) $(get_r conf/default/forwarding) \
$(get_r conf/ra/forwarding) $(get_r conf/rb/forwarding)" "1 1 1 1" \
		"$part: ip_forward sets all of them"
	check "$part: on: it passes" comes_to_reach "$hosts" a 10.2.0.2
	check "$part: and back" passes b 10.1.0.1
	like "$(ping_from a 10.2.0.2)" "from 10.2.0.2: .*ttl=63 " \
		"$part: one hop"
	is "$(counts Ip ForwDatagrams passes a 10.2.0.2)" 2 \
		"$part: request and reply are counted"
	is "$(counts Ip OutRequests passes a 10.2.0.2)" 2 \
		"$part: as sent, too"
	is "$(counts Ip InDelivers passes a 10.2.0.2)" 0 \
		"$part: not as delivered"

	set_r conf/ra/forwarding 0
	is "$(get_r ip_forward)" 1 "$part: a device off, others on"
	is "$(counts Ip InAddrErrors passes a 10.2.0.2)" 1 \
		"$part: nothing passes that comes in there"
	is "$(counts Ip ForwDatagrams passes b 10.1.0.1)" 1 \
		"$part: what goes out there does"
	set_r conf/default/forwarding 0
	is "$(get_r conf/rb/forwarding)" 1 \
		"$part: default is for new devices"
	ip -n r link add later type veth peer name later1
	is "$(get_r conf/later/forwarding)" 0 "$part: such as this one"
	ip -n r link del later
	set_r conf/all/forwarding 0
	is "$(get_r ip_forward) $(get_r conf/rb/forwarding)" "0 0" \
		"$part: all is ip_forward"
	set_r conf/all/forwarding 1
	check "$part: on again" passes a 10.2.0.2
}

ttl()
{
	like "$(ping_from a 10.2.0.2 -t 1)" \
		"From 10.1.0.254 .*Time to live exceeded" \
		"$part: TTL 1 ends here"
	is "$(counts Ip InHdrErrors passes a 10.2.0.2 -t 1)" 1 \
		"$part: it is counted"
	check "$part: TTL 2 arrives" passes a 10.2.0.2 -t 2
}

unreachable()
{
	like "$(ping_from a 10.3.0.1)" \
		"From 10.1.0.254 .*Destination Host Unreachable" \
		"$part: unreachable"
	like "$(ping_from a 10.4.0.1)" "From 10.1.0.254 .*Packet filtered" \
		"$part: prohibit"
	is "$(counts Icmp OutMsgs passes a 10.5.0.1)" 0 "$part: blackhole"
	like "$(ping_from a 10.6.0.1)" \
		"From 10.1.0.254 .*Destination Net Unreachable" \
		"$part: no route"
	# AF_INET has a limit of its own for these: five, then one a second
	sleep 2
	is "$(counts IpExt InNoRoutes passes a 10.6.0.1)" 1 \
		"$part: no route is counted"
	is "$(counts IpExt InNoRoutes passes a 10.3.0.1)" 0 \
		"$part: a route that says so is one"
	like "$(ping_from a 10.2.0.77 -W 5)" \
		"From 10.1.0.254 .*Destination Host Unreachable" \
		"$part: no neighbour"
}

mtu()
{
	ip -n r link set rb mtu 1400
	is "$(counts Ip FragFails passes a 10.2.0.2 -M "do" -s 1372)" 0 \
		"$part: a packet of the MTU passes"
	like "$(ping_from a 10.2.0.2 -M "do" -s 1373)" \
		"From 10.1.0.254 .*\(mtu = 1400\)" \
		"$part: one more, with DF, is told the MTU"
	ip -n r link set rb mtu 1300
	on "$hosts" ip -n a route flush cache 2> /dev/null
	is "$(counts Ip FragFails passes a 10.2.0.2 -M "do" -s 1300)" 1 \
		"$part: and counted"
	ip -n r link set rb mtu 1500
	on "$router" ip -n r route change 10.2.0.0/24 dev rb \
		src 10.2.0.254 mtu 1200
	on "$hosts" ip -n a route flush cache 2> /dev/null
	like "$(ping_from a 10.2.0.2 -M "do" -s 1250)" \
		"From 10.1.0.254 .*\(mtu = 1200\)" \
		"$part: the MTU of a route"
	on "$router" ip -n r route change 10.2.0.0/24 dev rb src 10.2.0.254
	on "$hosts" ip -n a route flush cache 2> /dev/null
}

# 10.9.0.0/24 is behind another router on a's link.
redirects()
{
	on "$router" ip -n r route add 10.9.0.0/24 via 10.1.0.9
	on "$router" ip -n r neigh add 10.1.0.9 dev ra \
		lladdr 02:00:00:00:00:99
	set_r conf/all/send_redirects 0
	set_r conf/ra/send_redirects 0
	is "$(counts Icmp OutRedirects passes a 10.9.0.1)" 0 \
		"$part: no redirect where they are off"
	is "$(counts Ip ForwDatagrams passes a 10.9.0.1)" 1 \
		"$part: it goes out where it came in"
	set_r conf/all/send_redirects 1
	like "$(ping_from a 10.9.0.1)" \
		"From 10.1.0.254:? icmp_seq=1 Redirect Host\(New nexthop: 10.1.0.9\)" \
		"$part: the host is told the better router"
	is "$(counts Icmp OutRedirects passes b 10.9.0.1)" 0 \
		"$part: no host of another link is"
	# a source that is not on the link
	on "$router" ip -n r route add 10.7.0.0/24 via 10.1.0.1
	is "$(counts Icmp OutRedirects passes a 10.9.0.1 -I 10.7.0.1)" 0 \
		"$part: none behind another router"
	on "$router" ip -n r route change 10.7.0.0/24 dev ra
	set_r conf/all/shared_media 0
	set_r conf/ra/shared_media 0
	is "$(counts Icmp OutRedirects passes a 10.9.0.1 -I 10.7.0.1)" 0 \
		"$part: none to another subnet of an unshared link"
	set_r conf/all/shared_media 1
	is "$(counts Icmp OutRedirects passes a 10.9.0.1 -I 10.7.0.1)" 1 \
		"$part: but of a shared one"
	like "$(counts Icmp OutRedirects on_in "$hosts" a \
		ping -n -q -c 20 -i 0.002 -W 1 10.9.0.1)" '^[0-4]$' \
		"$part: few of them in a short time"
	on "$router" ip -n r route del 10.9.0.0/24
	on "$router" ip -n r route del 10.7.0.0/24
	# what a has learnt
	on "$hosts" ip -n a route flush cache 2> /dev/null
}

# rp_filter NAME WANTED-FORWARDED WANTED-REFUSED
filtered()
{
	is "$(counts Ip ForwDatagrams passes a 10.2.0.2 -I 10.7.0.1)" "$2" \
		"$part: $1"
	is "$(counts TcpExt IPReversePathFilter \
		passes a 10.2.0.2 -I 10.7.0.1)" "$3" "$part: $1: counted"
}

rp_filter()
{
	on "$hosts" ip -n b route add blackhole 10.7.0.0/24
	set_r conf/all/rp_filter 0
	set_r conf/ra/rp_filter 0
	filtered "rp_filter 0, no way back" 1 0
	set_r conf/ra/rp_filter 2
	filtered "loose, no way back" 0 1
	set_r conf/ra/rp_filter 1
	filtered "strict, no way back" 0 1
	on "$router" ip -n r route add 10.7.0.0/24 dev rb
	filtered "strict, another way back" 0 1
	is "$(counts TcpExt IPReversePathFilter \
		passes a 10.1.0.254 -I 10.7.0.1)" 1 \
		"$part: strict: to the router itself"
	set_r conf/all/rp_filter 2
	filtered "the greater of device and all: loose, another way back" 1 0
	set_r conf/all/rp_filter 0
	on "$router" ip -n r route change 10.7.0.0/24 dev ra
	filtered "strict, the same way back" 1 0
	on "$router" ip -n r route del 10.7.0.0/24
	check "$part: strict: neighbours pass" passes a 10.2.0.2
	set_r conf/ra/rp_filter 0
}

martians_logged()
{
	dmesg | grep -c \
		"martian source 10.2.0.2 from 10.2.0.254, on dev ra"
}

martians()
{
	local dst src=10.1.0.1 mac=02:00:00:00:00:01 logged

	is "$(counts Ip ForwDatagrams frame $mac $src 10.2.0.2)" 2 \
		"$part: a frame made by hand passes"
	is "$(counts Ip ForwDatagrams frame ff:ff:ff:ff:ff:ff $src 10.2.0.2)" \
		0 "$part: not in a broadcast"
	for dst in 127.0.0.1 0.0.0.0 224.0.0.5 239.1.2.3 255.255.255.255; do
		is "$(counts Ip ForwDatagrams frame $mac $src $dst)" 0 \
			"$part: not to $dst"
	done
	for src in 127.0.0.1 0.0.0.0 224.0.0.5 255.255.255.255 10.2.0.254; do
		is "$(counts Ip ForwDatagrams frame $mac $src 10.2.0.2)" 0 \
			"$part: not from $src"
	done
	on "$router" ip -n r route add 240.1.0.0/16 via 10.2.0.2
	is "$(counts Ip ForwDatagrams frame $mac 10.1.0.1 240.1.0.1)" 1 \
		"$part: 240/4 is as good as any"

	logged=$(martians_logged)
	frame $mac 10.2.0.254 10.2.0.2
	is $(($(martians_logged) - logged)) 0 "$part: not logged"
	set_r conf/ra/log_martians 1
	frame $mac 10.2.0.254 10.2.0.2
	is $(($(martians_logged) - logged)) 1 "$part: log_martians"
	set_r conf/ra/log_martians 0
	set_r conf/ra/accept_local 1
	is "$(counts Ip ForwDatagrams frame $mac 10.2.0.254 10.2.0.2)" 1 \
		"$part: from the router's own address by accept_local"
	set_r conf/ra/accept_local 0
}

directed_broadcast()
{
	in_ns b sh -c "echo 0 > $(sys_dir "$hosts")/icmp_echo_ignore_broadcasts"
	is "$(counts Ip ForwDatagrams passes a 10.2.0.255)" 0 \
		"$part: no directed broadcast"
	set_r conf/ra/bc_forwarding 1
	is "$(counts Ip ForwDatagrams passes a 10.2.0.255)" 0 \
		"$part: nor with bc_forwarding of the device alone"
	set_r conf/all/bc_forwarding 1
	like "$(ping_from a 10.2.0.255 -b)" "from 10.2.0.2: " \
		"$part: but with that of all, too"
	is "$(counts IpExt OutBcastPkts passes a 10.2.0.255)" 1 \
		"$part: counted as a broadcast"
	set_r conf/all/bc_forwarding 0
	set_r conf/ra/bc_forwarding 0
}

# The same answer of AF_INET and AF_INETX, in their namespaces.
route_get()
{
	local what answer
	for what in "10.2.0.2 from 10.1.0.1 iif ra" \
		"10.3.0.1 from 10.1.0.1 iif ra" \
		"10.5.0.1 from 10.1.0.1 iif ra" \
		"10.6.0.1 from 10.1.0.1 iif ra" \
		"10.1.0.254 from 10.1.0.1 iif ra" \
		"10.2.0.2 from 10.2.0.254 iif ra"; do
		# shellcheck disable=SC2086 # words
		answer=$(on "$router" ip -n r route get $what 2>&1)
		if [ -z "${first[$what]:-}" ]; then
			first[$what]=$answer
			like "$answer" "iif ra|RTNETLINK answers: " \
				"$part: route get $what"
		else
			is "$answer" "${first[$what]}" \
				"$part: route get $what"
		fi
	done
}

tcp()
{
	local before bytes=30000000 n
	start "$hosts" b iperf3 -s -1 -p 5201
	wait_for 10 listens "$hosts" b 5201
	before=$(count Ip ForwDatagrams)
	check "$part: TCP" on_in "$hosts" a timeout 60 \
		iperf3 -c 10.2.0.2 -p 5201 -n $bytes
	n=$(($(count Ip ForwDatagrams) - before))
	note "$bytes bytes in $n packets"
	# both directions: 1448 bytes each would make more than 20000
	is $((n < 15000)) 1 "$part: in large packets, not split"
	stop "$started"
	start "$hosts" a iperf3 -s -1 -p 5201
	wait_for 10 listens "$hosts" a 5201
	ethtool -K ra tso off gso off gro off > /dev/null 2>&1
	check "$part: TCP, the other way, without offloads of a device" \
		on_in "$hosts" b timeout 60 \
		iperf3 -c 10.1.0.1 -p 5201 -n 3000000
	stop "$started"
}

run()
{
	begin "$1" "$2"
	claim
	# the router's own affairs are the same whoever the hosts are
	if [ "$hosts" = inet ]; then
		switch
		rp_filter
		martians
		route_get
	fi
	ttl
	unreachable
	mtu
	redirects
	directed_broadcast
	tcp
	end
}

if [ $# = 2 ]; then
	run "$1" "$2"
	finish
fi
run inet inet
if [ -z "${INETX_ONLY_INET:-}" ]; then
	run inetx inet
	run inet inetx
fi
finish
