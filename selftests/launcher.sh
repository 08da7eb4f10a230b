#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# inetx-run: unmodified programs on the new family, iproute2 and ss included.
# timeout: 400
#
# Namespace la has inetx on eth0, lb has AF_INET on eth1; la's eth0 has an
# address and a route of AF_INET besides, which nobody may see under the
# launcher.

set -u
self=$(readlink -f "$0")
here=${self%/*}
tools=${INETX_TOOLS:-$here/../tools}
tmp=$(mktemp -d)
jobs_started=()
number=0
failed=0

PATH=$tools:$PATH

finish()
{
	local job

	for job in "${jobs_started[@]}"; do
		kill "$job" 2>/dev/null
	done
	wait
	ip netns del la 2>/dev/null
	ip netns del lb 2>/dev/null
	rm -rf "$tmp"
}
trap finish EXIT

# is NAME WANT GOT: both texts are the same.
is()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $number - $1"
	awk '{ print "# want: " $0 }' <<<"$2"
	awk '{ print "# got:  " $0 }' <<<"$3"
}

# matching PATTERN TEXT: the lines that match the extended expression; the shell's
# own, as starting a program is what costs most in an emulated guest.
matching()
{
	local line

	while IFS= read -r line; do
		[[ ! $line =~ $1 ]] || printf '%s\n' "$line"
	done <<<"$2"
}

# has NAME PATTERN TEXT: a line of the text matches the extended expression.
has()
{
	local line

	while IFS= read -r line; do
		if [[ $line =~ $2 ]]; then
			is "$1" "" ""
			return
		fi
	done <<<"$3"
	is "$1" "a line like $2" "$3"
}

# lacks NAME PATTERN TEXT
lacks()
{
	is "$1" "" "$(matching "$2" "$3")"
}

# wait_for SECONDS COMMAND...: until it succeeds, tried ten times a second.
wait_for()
{
	local left=$(($1 * 10))

	shift
	until "$@" >"$tmp/wait" 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 0.1
	done
}

la()
{
	ip netns exec la "$@"
}

lb()
{
	ip netns exec lb "$@"
}

setup()
{
	ip netns add la || return
	ip netns add lb || return
	ip link set eth0 netns la || return
	ip link set eth1 netns lb || return
	la ip link set lo up
	lb ip link set lo up
	la ip link set eth0 up
	lb ip link set eth1 up
	lb ip addr add 192.0.2.2/24 dev eth1 || return
	la ip addr add 198.51.100.1/24 dev eth0 || return
	la ip route add 203.0.113.0/25 via 198.51.100.9 || return
	la ip neigh add 198.51.100.7 lladdr 02:00:00:00:00:07 dev eth0 || return
	la ip -6 addr add 2001:db8::1/64 dev eth0 nodad || return
}

# The launcher itself: nothing between the caller and the program.
test_launcher()
{
	local out status

	inetx-run sh -c 'exit 7'
	is "exit status of the command" 7 $?
	out=$(inetx-run printf '%s|' "a b" -v -- '' '*')
	is "arguments untouched" "a b|-v|--||*|" "$out"
	out=$(echo through | inetx-run cat)
	is "standard input" through "$out"
	out=$(inetx-run -- sh -c 'echo $$' &
	      echo $!
	      wait)
	is "no process in between" 1 "$(sort -u <<<"$out" | wc -l)"
	inetx-run /nowhere/x 2>"$tmp/err"
	is "status of a missing command" 127 $?
	inetx-run /etc/passwd 2>"$tmp/err"
	is "status of a file that is no program" 126 $?
	inetx-run -v 2>"$tmp/err"
	is "status without a command" 2 $?
	out=$(LD_PRELOAD=libm.so.6 inetx-run printenv LD_PRELOAD)
	has "an LD_PRELOAD already set is kept" '/libinetx-run.so:libm.so.6$' \
		"$out"
	out=$(inetx-run inetx-run printenv LD_PRELOAD)
	lacks "the library is named once" : "$out"

	out=$(unshare -m sh -c 'mount -t tmpfs none /sys/module &&
		exec inetx-run true' 2>&1)
	status=$?
	is "status without the module" 1 $status
	has "message without the module" 'inetx is not loaded' "$out"

	printf '\177ELF\2%059d' 0 | tr 0 '\0' >"$tmp/static"
	chmod +x "$tmp/static"
	out=$(inetx-run "$tmp/static" 2>&1)
	has "warning of a static program" 'statically linked' "$out"
}

test_sockets()
{
	local out

	out=$(la inetx-run python3 - <<'PY' 2>&1
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
print("domain", s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN))
print("protocol", s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL))
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
print("reuseport", s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT))
s.bind(("127.0.0.1", 0))
print("name", socket.socket(fileno=s.detach()).family.name)
try:
    socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
except OSError as e:
    print("v6", e.errno)
print("info", *{a[0].name for a in socket.getaddrinfo(
    "localhost", 80, flags=socket.AI_ADDRCONFIG)})
PY
)
	is "socket options and IPv6" "domain 2
protocol 6
reuseport 1
name AF_INET
v6 97
info AF_INET" "$out"
	out=$(la inetx-run -6 python3 -c 'import socket
print(socket.socket(socket.AF_INET6, socket.SOCK_STREAM).family.name)' 2>&1)
	is "IPv6 with -6" AF_INET6 "$out"
	out=$(la inetx-run -v python3 -c 'import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM)' 2>&1)
	has "-v names the socket" \
	    '^inetx-run: python3\[[0-9]+\]: socket\(AF_INET, SOCK_DGRAM.*, 0\) = [0-9]+ on AF_INETX$' \
	    "$out"
	# Descriptors that another program made.
	out=$(la inetx-run python3 -c 'import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
os.dup2(s.fileno(), 9)
os.execvp("python3", ["python3", "-c", """import socket
print(socket.socket(fileno=9).family.name)"""])' 2>&1)
	is "a socket kept over dup and exec" AF_INET "$out"
}

test_addresses()
{
	local out

	out=$(la inetx-run ip addr add 192.0.2.1/24 dev eth0 2>&1)
	is "address added" "" "$out"
	out=$(la inetx-run ip addr add 192.0.2.1/24 dev eth0 2>&1)
	is "address there already" "RTNETLINK answers: File exists" "$out"
	out=$(la inetx-run ip -o addr show dev eth0)
	has "address shown" 'inet 192\.0\.2\.1/24' "$out"
	has "IPv6 address shown" 'inet6 2001:db8::1/64' "$out"
	lacks "the host's address hidden" 198.51.100 "$out"
	out=$(la inetx-run ip -4 -o addr show dev eth0)
	has "address shown by ip -4" 'inet 192\.0\.2\.1/24' "$out"
	lacks "the host's address hidden by ip -4" 198.51.100 "$out"
	out=$(la ip -4 -o addr show dev eth0)
	has "the host's address is the host's" 'inet 198\.51\.100\.1/24' "$out"
	lacks "ours is not the host's" 192.0.2 "$out"
	is "getifaddrs" "192.0.2.1 2001:db8::1" \
		"$(la inetx-run hostname -I | xargs)"
	out=$(la inetx-run bash -c 'ip -br -4 addr show dev eth0 | cat')
	has "what a shell starts is mapped" 192.0.2.1/24 "$out"
}

test_routes()
{
	local out

	out=$(la inetx-run ip route)
	has "connected route shown" '^192\.0\.2\.0/24 dev eth0' "$out"
	lacks "the host's routes hidden" '203\.0\.113|198\.51' "$out"
	out=$(la inetx-run ip route add 203.0.113.0/24 via 192.0.2.2 2>&1)
	is "route added" "" "$out"
	out=$(la inetx-run ip route get 203.0.113.5 2>&1)
	has "route looked up" \
	    '^203\.0\.113\.5 via 192\.0\.2\.2 dev eth0 src 192\.0\.2\.1' "$out"
	out=$(la inetx-run ip route show table all)
	has "IPv6 routes shown" '^2001:db8::/64' "$out"
	lacks "no message that ip does not know" 'Not a route' "$out"
	lacks "no route of the host's in all tables" '203\.0\.113\.0/25' "$out"
	lacks "ours is not the host's" '203\.0\.113\.0/24' "$(la ip -4 route)"
	out=$(la inetx-run ip route del 203.0.113.0/24 2>&1)
	is "route deleted" "" "$out"
	has "the host's route is still there" '203\.0\.113\.0/25' \
		"$(la ip route)"
}

test_neighbours()
{
	local out

	out=$(la inetx-run ip neigh add 192.0.2.7 dev eth0 \
		lladdr 02:00:00:00:00:08 2>&1)
	is "neighbour added" "" "$out"
	out=$(la inetx-run ip neigh show dev eth0)
	has "neighbour shown" '^192\.0\.2\.7 lladdr 02:00:00:00:00:08' "$out"
	lacks "the host's neighbour hidden" '198\.51\.100\.7' "$out"
	lacks "ours is not the host's" '192\.0\.2\.7' "$(la ip -4 neigh)"
	out=$(la inetx-run ip neigh del 192.0.2.7 dev eth0 2>&1)
	is "neighbour deleted" "" "$out"
	lacks "neighbour gone" '192\.0\.2\.7 .*PERMANENT' \
		"$(la inetx-run ip neigh)"
}

# The program has joined its groups: nobody else listens in this namespace.
monitor_listens()
{
	# shellcheck disable=SC2016 # awk's own fields
	la awk '$2 == 0 && $4 != "00000000" { found = 1 }
		END { exit !found }' /proc/net/netlink
}

monitor_saw_end()
{
	grep -q 192.0.2.100 "$tmp/monitor"
}

test_monitor()
{
	local out

	ip netns exec la timeout 120 inetx-run stdbuf -oL ip monitor address \
		route >"$tmp/monitor" 2>&1 &
	jobs_started+=($!)
	wait_for 20 monitor_listens
	la ip addr add 198.51.100.33/32 dev eth0
	la ip route add 203.0.113.128/26 via 198.51.100.9
	la inetx-run ip addr add 192.0.2.99/24 dev eth0
	la inetx-run ip route add 203.0.113.192/26 via 192.0.2.2
	la inetx-run ip route del 203.0.113.192/26
	la inetx-run ip addr del 192.0.2.99/24 dev eth0
	la inetx-run ip addr add 192.0.2.100/24 dev eth0
	la inetx-run ip addr del 192.0.2.100/24 dev eth0
	wait_for 10 monitor_saw_end
	out=$(cat "$tmp/monitor")
	has "monitor shows a new address" '^[0-9]+: eth0 +inet 192\.0\.2\.99/24' \
		"$out"
	has "monitor shows it go" '^Deleted .*inet 192\.0\.2\.99/24' "$out"
	has "monitor shows a new route" '^203\.0\.113\.192/26 via 192\.0\.2\.2' \
		"$out"
	has "monitor shows it go too" '^Deleted 203\.0\.113\.192/26' "$out"
	lacks "monitor hides the host's" '198\.51|113\.128/26' "$out"
	la ip addr del 198.51.100.33/32 dev eth0
}

# The rules of recvmsg() on what has been rewritten, in a small program.
test_receive()
{
	local out

	out=$(la timeout 60 inetx-run python3 - <<'PY' 2>&1
import socket, struct
MSG_TRUNC = socket.MSG_TRUNC
MSG_PEEK = socket.MSG_PEEK
def dump():
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.bind((0, 0))
    # RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, AF_INET
    s.send(struct.pack("=IHHIIBBBBI", 24, 22, 0x301, 1, 0, 2, 0, 0, 0, 0))
    return s
s = dump()
size = s.recv_into(bytearray(1), 1, MSG_PEEK | MSG_TRUNC)
ahead = s.recv(65536, MSG_PEEK)
data = s.recv(65536)
print("peek", size == len(ahead) == len(data), ahead == data)
print("family", data[16], "type", struct.unpack_from("=H", data, 4)[0])
s = dump()
part, _, flags, addr = s.recvmsg(20)
# Up to the port number, which is the socket's.
print("cut", len(part), part[:12] == data[:12], bool(flags & MSG_TRUNC), addr)
s = dump()
one, two = bytearray(10), bytearray(65536)
n, _, flags, addr = s.recvmsg_into([one, two])
print("scattered", n == len(data), (one + two)[16], bool(flags & MSG_TRUNC))
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.setblocking(False)
try:
    s.recv(100)
except BlockingIOError:
    print("again")
PY
)
	is "receiving from netlink" "peek True True
family 2 type 20
cut 20 True True (0, 0)
scattered True 2 False
again" "$out"
}

test_files()
{
	local out before tree=/proc/sys/net

	is "a file under /proc/net" "$(la head -n 1 /proc/net/inetx/route)" \
		"$(la inetx-run head -n 1 /proc/net/route)"
	out=$(la inetx-run cat /proc/net/route)
	has "routes in /proc/net/route" '^eth0.000200C0' "$out"
	lacks "none of the host's" '006433C6' "$out"
	has "/proc/self/net" '^eth0.000200C0' \
		"$(la inetx-run cat /proc/self/net/route)"
	out=$(la inetx-run head -n 2 /proc/net/dev)
	has "other files as they are" '^Inter-' "$out"

	before=$(la cat $tree/ipv4/ip_default_ttl)
	out=$(la inetx-run sysctl net.ipv4.ip_default_ttl=99 2>&1)
	is "a tunable set" "net.ipv4.ip_default_ttl = 99" "$out"
	is "it is ours" 99 "$(la cat $tree/inetx/ip_default_ttl)"
	is "and not the host's" "$before" "$(la cat $tree/ipv4/ip_default_ttl)"
	la inetx-run sh -c "echo 64 >$tree/ipv4/ip_default_ttl"
	is "a tunable written by a shell" 64 \
		"$(la cat $tree/inetx/ip_default_ttl)"
	la inetx-run test -e $tree/ipv4/no_such
	is "no such tunable" 1 $?
	out=$(la inetx-run ls $tree/ipv4/conf | xargs)
	is "a directory of tunables" "$(la ls $tree/inetx/conf | xargs)" "$out"
}

curl_works()
{
	la inetx-run curl -sf -m 2 -o "$tmp/got" http://192.0.2.2:8000/file
}

test_traffic()
{
	local out

	out=$(la inetx-run ping -c 2 -w 20 192.0.2.2 2>&1)
	has "ping" ' 0% packet loss' "$out"

	head -c 300000 /dev/urandom >"$tmp/file"
	ip netns exec lb python3 -m http.server -d "$tmp" 8000 \
		>"$tmp/http" 2>&1 &
	jobs_started+=($!)
	wait_for 30 curl_works
	is "curl" "$(md5sum <"$tmp/file")" "$(md5sum <"$tmp/got")"

	ip netns exec la inetx-run python3 -m http.server -d "$tmp" 8001 \
		>"$tmp/http" 2>&1 &
	jobs_started+=($!)
	wait_for 30 lb curl -sf -m 2 -o "$tmp/back" http://192.0.2.1:8001/file
	is "a server" "$(md5sum <"$tmp/file")" "$(md5sum <"$tmp/back")"

	ip netns exec la python3 -c 'import socket, time
s = socket.create_server(("", 8002))
time.sleep(60)' &
	jobs_started+=($!)
	wait_for 30 sh -c 'ip netns exec la ss -Htln | grep -q :8002'
	out=$(la inetx-run ss -Htln)
	has "ss shows the listener" '^LISTEN .*:8001 ' "$out"
	lacks "ss hides the host's" ':8002 ' "$out"
	out=$(la ss -Htln)
	has "ss of the host shows the host's" ':8002 ' "$out"
	lacks "ss of the host hides ours" ':8001 ' "$out"
	out=$(la inetx-run ss -Htlnp 'sport = :8001')
	has "ss filters, and names the process" 'python3' "$out"
	is "ss filters it out" "" "$(la inetx-run ss -Htln 'sport = :8003')"
}

if ! setup; then
	echo "Bail out! no namespaces on eth0 and eth1"
	exit 1
fi
test_launcher
test_sockets
test_addresses
test_routes
test_neighbours
test_monitor
test_receive
test_files
test_traffic
echo "1..$number"
[ $failed = 0 ]
