#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Kinds of devices, and what happens to them while addresses, routes and
# sockets are on them: A speaks the family under test, B and C plain AF_INET.
# timeout: 600
#
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# begin NAME: fresh namespaces A and B with a cable a0 - b0 between them
begin()
{
	part="$family: $1"
	ns_add A B
	veth A a0 B b0
}

# B's addresses are AF_INET's whatever is tested.
b_addr()
{
	addr inet B "$1" "$2"
}

a_addr()
{
	addr "$family" A "$1" "$2"
}

end()
{
	ns_kill A B C
	ns_del A B C
}

both_reach()
{
	check "$part: there" comes_to_reach "$family" A 10.1.0.2
	check "$part: and back" comes_to_reach inet B 10.1.0.1
}

plain()
{
	begin "veth"
	a_addr a0 10.1.0.1/24
	b_addr b0 10.1.0.2/24
	both_reach
	check "$part: 1472 bytes" reaches "$family" A 10.1.0.2 -s 1472
	end
}

vlan()
{
	begin "VLAN"
	ip -n A link add link a0 name a0.5 type vlan id 5
	ip -n B link add link b0 name b0.5 type vlan id 5
	ip -n A link set a0.5 up
	ip -n B link set b0.5 up
	a_addr a0.5 10.1.0.1/24
	b_addr b0.5 10.1.0.2/24
	both_reach
	# the device below it, too
	a_addr a0 10.2.0.1/24
	b_addr b0 10.2.0.2/24
	check "$part: beside its parent" comes_to_reach "$family" A 10.2.0.2
	check "$part: and still" reaches "$family" A 10.1.0.2
	ip -n A link del a0.5
	check "$part: the parent outlives it" reaches "$family" A 10.2.0.2
	end
}

# A is a bridge with an address; what B and C say to each other passes through.
bridge()
{
	begin "bridge"
	ns_add C
	veth A a1 C c0
	ip -n A link add br0 type bridge
	ip -n A link set a0 master br0
	ip -n A link set a1 master br0
	ip -n A link set br0 up
	a_addr br0 10.1.0.1/24
	b_addr b0 10.1.0.2/24
	addr inet C c0 10.1.0.3/24
	both_reach
	check "$part: the other port" comes_to_reach "$family" A 10.1.0.3
	check "$part: through it" comes_to_reach inet B 10.1.0.3
	# what comes in by a port is the bridge's, whoever has claimed the port
	[ "$family" = inet ] || in_ns A sh -c '
		cd /proc/sys/net/inetx/conf && echo all | tee a0/claim > a1/claim'
	check "$part: through claimed ports" reaches inet B 10.1.0.3
	check "$part: and from there" reaches inet C 10.1.0.1
	ip -n A link set a1 nomaster
	check "$part: a port leaves" reaches "$family" A 10.1.0.2
	end
}

bond()
{
	begin "bond"
	veth A a1 B b1
	if ! ip -n A link add bond0 type bond mode active-backup miimon 50
	then
		skip "$part" "no bonding driver"
		end
		return
	fi
	ip -n A link set a0 down
	ip -n A link set a1 down
	ip -n A link set a0 master bond0
	ip -n A link set a1 master bond0
	ip -n A link set bond0 up
	ip -n B link add br0 type bridge
	ip -n B link set b0 master br0
	ip -n B link set b1 master br0
	ip -n B link set br0 up
	a_addr bond0 10.1.0.1/24
	b_addr br0 10.1.0.2/24
	both_reach
	ip -n B link set b0 down
	check "$part: the active slave fails" comes_to_reach "$family" A 10.1.0.2
	ip -n B link set b0 up
	ip -n B link set b1 down
	check "$part: the other one fails" comes_to_reach "$family" A 10.1.0.2
	end
}

tun()
{
	part="$family: tun"
	ns_add A
	if [ ! -e /dev/net/tun ] && ! modprobe tun; then
		skip "$part" "no tun driver"
		return
	fi
	start inet A python3 "$here/tun-echo.py" t0
	wait_for 10 ip -n A link set t0 up
	on "$family" ip -n A addr add 10.1.0.1 peer 10.1.0.2 dev t0
	check "$part: its far end answers" comes_to_reach "$family" A 10.1.0.2
	stop "$started"
	check "$part: it is gone with its maker" \
		wait_for 10 sh -c '! ip -n A link show t0'
	end
}

changes()
{
	begin "carrier"
	a_addr a0 10.1.0.1/24
	b_addr b0 10.1.0.2/24
	both_reach
	ip -n B link set b0 down
	check_fails "$part: lost" "" reaches "$family" A 10.1.0.2
	ip -n B link set b0 up
	both_reach

	part="$family: MTU"
	ip -n A link set a0 mtu 1280
	ip -n B link set b0 mtu 1280
	check "$part: 1280" reaches "$family" A 10.1.0.2 -s 1252
	ip -n A link set a0 mtu 1500
	ip -n B link set b0 mtu 1500
	check "$part: 1500" reaches "$family" A 10.1.0.2 -s 1472
	check "$part: 60" ip -n A link set a0 mtu 68
	check "$part: the address survives the smallest one" \
		sh -c "$(typeset -f on); on $family ip -n A -4 addr show dev a0 |
			grep -q 10.1.0.1/24"
	ip -n A link set a0 mtu 1500

	part="$family: rename"
	ip -n A link set a0 down
	ip -n A link set a0 name renamed0
	ip -n A link set renamed0 up
	like "$(on "$family" ip -n A -4 addr show dev renamed0)" \
		'inet 10.1.0.1/24 scope global renamed0' \
		"$part: the address is on it, under its name"
	both_reach
	check "$part: its tunables" in_ns A test -d \
		"$(sys_dir "$family")/conf/renamed0"

	part="$family: down and up"
	ip -n A link set renamed0 down
	check_fails "$part: down" "" reaches "$family" A 10.1.0.2
	is "$(on "$family" ip -n A route show 10.1.0.0/24)" "" \
		"$part: its route is gone"
	ip -n A link set renamed0 up
	both_reach

	part="$family: MAC address"
	ip -n A link set renamed0 address 02:00:00:00:77:01
	both_reach
	end
}

# Sockets, routes and neighbours on a device that goes.
unregister()
{
	begin "unregister"
	a_addr a0 10.1.0.1/24
	b_addr b0 10.1.0.2/24
	both_reach
	on "$family" ip -n A route add default via 10.1.0.2
	start "$family" A python3 -c '
import socket, time
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.connect(("10.1.0.2", 9))
l = socket.create_server(("10.1.0.1", 7000))
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
b.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"a0")
b.bind(("0.0.0.0", 7001))
u.send(b"x")
while True:
    time.sleep(0.05)
    try:
        u.send(b"x")
    except OSError:
        pass'
	wait_for 10 listens "$family" A 7000
	check "$part: with sockets in use" timeout 30 ip -n A link del a0
	is "$(on "$family" ip -n A -4 addr show)" \
		"$(on "$family" ip -n A -4 addr show dev lo)" \
		"$part: its addresses are gone"
	is "$(on "$family" ip -n A route show)" "" "$part: and its routes"
	is "$(on "$family" ip -n A -4 neigh show)" "" "$part: and its neighbours"
	check "$part: the sockets are there still" listens "$family" A 7000
	end
}

move()
{
	begin "move"
	ns_add C
	a_addr a0 10.1.0.1/24
	b_addr b0 10.1.0.2/24
	both_reach
	check "$part: to another namespace" ip -n A link set a0 netns C
	is "$(on "$family" ip -n A route show)" "" "$part: no route is left"
	ip -n C link set a0 up
	is "$(on "$family" ip -n C -4 addr show dev a0)" "" \
		"$part: the address does not come along"
	addr "$family" C a0 10.1.0.1/24
	check "$part: there it takes one again" comes_to_reach "$family" C 10.1.0.2
	ip -n C link set a0 netns A
	ip -n A link set a0 up
	a_addr a0 10.1.0.1/24
	both_reach
	end
}

# A namespace ends when its last process does, with all that is in it.
namespace_deletion()
{
	local n rounds=3
	[ "$family" = inetx ] || rounds=1
	for ((n = 1; n <= rounds; n++)); do
		begin "deletion $n"
		a_addr a0 10.1.0.1/24
		b_addr b0 10.1.0.2/24
		on "$family" ip -n A route add default via 10.1.0.2
		comes_to_reach "$family" A 10.1.0.2
		start inet B python3 -c '
import socket
l = socket.create_server(("10.1.0.2", 7100))
while True:
    c, _ = l.accept()
    c.recv(1)'
		wait_for 10 listens inet B 7100
		start "$family" A python3 -c '
import socket, time
keep = [socket.create_server(("10.1.0.1", 7000))]
for i in range(50):
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.connect(("10.1.0.2", 9))
    u.send(b"x")
    keep.append(u)
for i in range(5):
    c = socket.create_connection(("10.1.0.2", 7100))
    c.send(b"x" * 10)
    keep.append(c)
keep.append(socket.create_connection(("10.1.0.1", 7000)))
open("'"$tmp/ready-$family-$n"'", "w")
time.sleep(1000)'
		check "$part: sockets of all kinds are open" \
			wait_for 90 test -e "$tmp/ready-$family-$n"
		ip netns del A
		check "$part: a live process keeps it" reaches inet B 10.1.0.1
		stop "$started" KILL
		check "$part: without it, its devices go" \
			wait_for 30 sh -c '! ip -n B link show b0'
		end
	done
}

# The first address attaches the device, the last detaches it; the host's own
# stack is on it all the time.
attach()
{
	local n
	begin "attach"
	addr inet A a0 10.2.0.1/24
	b_addr b0 10.1.0.2/24
	b_addr b0 10.2.0.2/24
	check "$part: the host before" comes_to_reach inet B 10.2.0.1
	check_fails "$part: no address, no answer" "" reaches inet B 10.1.0.1
	a_addr a0 10.1.0.1/24
	both_reach
	check "$part: the host meanwhile" reaches inet B 10.2.0.1
	on "$family" ip -n A addr del 10.1.0.1/24 dev a0
	check_fails "$part: gone" "" reaches inet B 10.1.0.1
	check "$part: the host afterwards" reaches inet B 10.2.0.1
	for ((n = 0; n < 20; n++)); do
		echo "addr add 10.1.0.1/24 dev a0"
		echo "addr add 10.1.1.1/24 dev a0"
		echo "addr del 10.1.0.1/24 dev a0"
		echo "addr del 10.1.1.1/24 dev a0"
	done > "$tmp/batch"
	check "$part: to and fro" on "$family" ip -n A -batch "$tmp/batch"
	a_addr a0 10.1.0.1/24
	both_reach
	check "$part: the host at last" reaches inet B 10.2.0.1
	end
}

# lo: both families have 127.0.0.1, and know nothing of each other.
loopback()
{
	part="$family: lo"
	ip netns add A
	namespaces+=(A)
	check_fails "$part: down, it leads nowhere" "" \
		reaches "$family" A 127.0.0.1
	ip -n A link set lo up
	check "$part: up, it does" reaches "$family" A 127.0.0.1
	check "$part: all of 127/8" reaches "$family" A 127.1.2.3
	check "$part: the host's works, too" reaches inet A 127.0.0.1
	[ "$family" = inet ] || two_loopbacks
	ip -n A link set lo down
	check_fails "$part: down again" "" reaches "$family" A 127.0.0.1
	ip -n A link set lo up
	check "$part: up again" reaches "$family" A 127.0.0.1
	end
}

two_loopbacks()
{
	local other
	for other in inet inetx; do
		start $other A python3 -c '
import socket
l = socket.create_server(("127.0.0.1", 7000))
while True:
    c, _ = l.accept()
    c.send(b"'$other'")
    c.close()'
		check "$part: $other listens on port 7000" \
			wait_for 10 listens $other A 7000
	done
	for other in inet inetx; do
		is "$(on_in $other A python3 -c '
import socket
print(socket.create_connection(("127.0.0.1", 7000)).recv(9).decode())')" \
			$other "$part: and is who answers there"
	done
}

for family in $(families); do
	loopback
	plain
	vlan
	bridge
	bond
	tun
	changes
	unregister
	move
	namespace_deletion
	attach
done
finish
