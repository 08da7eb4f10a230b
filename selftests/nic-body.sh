# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Real programs over the two cards of this guest: eth0 in namespace A, eth1 in
# namespace B. Sourced by nic-MODEL.sh, which say what cards the guest has.
#
# A and B speak the families of the scenario on 10.10.0.0/24. Both also speak
# AF_INET on 10.20.0.0/24 over the same cards, which must not notice anything.
#
# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

# 100 MB go once each way between inetx and AF_INET by e1000e; other cards and pairs
# make do with fewer.
megabytes=100
few=20
[ "${INETX_NIC:-e1000e}" = e1000e ] || [ "${INETX_LONG:-0}" != 0 ] ||
	megabytes=$few
slow && megabytes=8 few=4
port=8000

[ -e /sys/class/net/eth0 ] || [ -e /sys/class/net/eth1 ] ||
	skip_all "no eth0 and eth1 cabled to each other"

# shellcheck disable=SC2317 # called by check
move_cards()
{
	ip link set eth0 netns A && ip link set eth1 netns B &&
		ip -n A link set eth0 up && ip -n B link set eth1 up
}

# http FAMILY NS ADDRESS: a server of $tmp/NS there
http()
{
	mkdir -p "$tmp/$2"
	: > "$tmp/$2/ready"
	start "$1" "$2" python3 "$here/httpd.py" "$3" $port "$tmp/$2"
	wait_for 20 on_in "$1" "$2" curl -s -o /dev/null "http://$3:$port/ready"
}

# transfers FAMILY NS URL SERVED MB: both ways, compared byte by byte
transfers()
{
	local family=$1 ns=$2 url=$3 served=$4 mb=$5

	head -c "${mb}M" /dev/urandom > "$served/down"
	head -c "${mb}M" /dev/urandom > "$tmp/up"
	check "$label: curl gets $mb MB" \
		on_in "$family" "$ns" curl -sS -m 300 -o "$tmp/down" "$url/down"
	check "$label: they are what was served" cmp "$tmp/down" "$served/down"
	check "$label: curl puts $mb MB" \
		on_in "$family" "$ns" curl -sS -m 300 -T "$tmp/up" "$url/up"
	check "$label: they are what was sent" cmp "$tmp/up" "$served/up"
	rm -f "$tmp/down" "$tmp/up" "$served/up" "$served/down"
}

# iperf FAMILY_A FAMILY_B: from A to B, three seconds each
iperf()
{
	local output
	start "$2" B iperf3 -s -B 10.10.0.2 --logfile "$tmp/iperf"
	wait_for 10 listens "$2" B 5201
	check "$label: iperf3 TCP" \
		on_in "$1" A iperf3 -c 10.10.0.2 -t 3 --connect-timeout 5000
	check "$label: iperf3 TCP, the other way" \
		on_in "$1" A iperf3 -c 10.10.0.2 -t 3 -R --connect-timeout 5000
	output=$(on_in "$1" A iperf3 -c 10.10.0.2 -t 3 -u -b 5M -J 2>&1)
	like "$(awk '/"lost_percent"/ { p = $2 } END { print p + 0 < 20 }' \
		<<< "$output") $output" '^1 .*"packets":' \
		"$label: iperf3 UDP, 5 Mbit/s arrive"
	stop "$started"
}

# What tcpdump sees on eth0: both directions, right checksums, and nothing that
# the host itself would say about packets that are not for it.
capture()
{
	local a=$1 file=$tmp/capture count

	# the checksum that a card has yet to compute looks wrong in a capture,
	# and so does that of merged segments
	in_ns A ethtool -K eth0 tx off gro off gso off tso off 2> /dev/null \
		> /dev/null
	start inet A tcpdump -i eth0 -U -s 0 -w "$file" ip 2> "$tmp/tcpdump"
	wait_for 10 grep -q listening "$tmp/tcpdump"
	reaches "$a" A 10.10.0.2 > "$tmp/ping"
	head -c 1M /dev/urandom > "$tmp/B/small"
	on_in "$a" A curl -sS -m 60 -o "$tmp/small" \
		"http://10.10.0.2:$port/small"
	on_in "$a" A curl -sS -m 60 -T "$tmp/small" \
		"http://10.10.0.2:$port/small2"
	sleep 1
	stop "$started"
	in_ns A ethtool -K eth0 tx on gro on gso on 2> /dev/null \
		> /dev/null

	count=$(tcpdump -nr "$file" src 10.10.0.1 and dst 10.10.0.2 \
		2> /dev/null | wc -l)
	like "$((count > 300))" 1 "$label: tcpdump shows what is sent ($count)"
	count=$(tcpdump -nr "$file" src 10.10.0.2 and dst 10.10.0.1 \
		2> /dev/null | wc -l)
	like "$((count > 300))" 1 "$label: tcpdump shows what comes ($count)"
	is "$(tcpdump -nvvr "$file" host 10.10.0.1 2> /dev/null |
		grep -cE 'bad cksum|incorrect|wrong')" 0 \
		"$label: all checksums are valid"
	is "$(tcpdump -nr "$file" 'src 10.10.0.1 and
		(tcp[tcpflags] & tcp-rst != 0 or icmp[icmptype] = 3)' \
		2> /dev/null | wc -l)" 0 "$label: no reset and no ICMP error"
}

# The host's own traffic over the same cards, in the background.
neighbours_start()
{
	mkdir -p "$tmp/B"
	start inet B python3 "$here/httpd.py" 10.20.0.2 8080 "$tmp/B"
	start inet A ping -n -i 0.5 10.20.0.2 > "$tmp/neighbour"
	neighbour=$started
	host_resets=$(counter inet A Tcp OutRsts)
	host_errors=$(counter inet A Icmp OutDestUnreachs)
}

neighbours_end()
{
	local lost

	stop "$neighbour" INT
	lost=$(sed -n -E 's/.* ([0-9.]+)% packet loss.*/\1/p' "$tmp/neighbour")
	like "$(awk -v lost="${lost:-100}" -v most="${ring_loss:-0}" \
		'BEGIN { print lost <= most }') $lost %" \
		'^1 ' "$label: AF_INET's pings over the same card come back"
	head -c 4M /dev/urandom > "$tmp/B/host"
	check "$label: AF_INET's transfer over the same card" \
		in_ns A curl -sS -m 60 -o "$tmp/host" http://10.20.0.2:8080/host
	check "$label: and it is what was served" cmp "$tmp/host" "$tmp/B/host"
}

host_was_silent()
{
	is "$(counter inet A Tcp OutRsts)" "$host_resets" \
		"$label: the host's TCP sent no reset"
	is "$(counter inet A Icmp OutDestUnreachs)" "$host_errors" \
		"$label: the host sent no ICMP error"
}

# scenario FAMILY_A FAMILY_B MEGABYTES: the whole matrix between the cards
scenario()
{
	local a=$1 b=$2 mb=$3
	label="$a to $b"

	ns_add A B
	check "$label: the cards get their addresses" move_cards
	addr inet A eth0 10.20.0.1/24
	addr inet B eth1 10.20.0.2/24
	addr "$a" A eth0 10.10.0.1/24
	addr "$b" B eth1 10.10.0.2/24
	check "$label: the link comes up" comes_to_reach "$a" A 10.10.0.2
	comes_to_reach inet A 10.20.0.2
	neighbours_start
	check "$label: ping -c 5" on_in "$a" A ping -n -c 5 -i 0.3 10.10.0.2
	check "$label: ping -c 5, the other way" \
		on_in "$b" B ping -n -c 5 -i 0.3 10.10.0.1
	check "$label: ping -s 1472" on_in "$a" A ping -n -c 2 -i 0.3 -s 1472 \
		10.10.0.2
	http "$b" B 10.10.0.2
	transfers "$a" A http://10.10.0.2:$port "$tmp/B" "$mb"
	if [ "$a" = inetx ]; then
		http "$a" A 10.10.0.1
		transfers "$b" B http://10.10.0.1:$port "$tmp/A" $few
		iperf "$a" "$b"
	fi
	capture "$a"
	neighbours_end
	[ "$a" = inet ] || host_was_silent
	cards_back
}

# End everything in the namespaces and wait for the cards to come home.
cards_back()
{
	ns_kill A B
	ns_del A B
	check "$label: the cards come back" wait_for 30 \
		test -e /sys/class/net/eth0 -a -e /sys/class/net/eth1
}

# The same programs over lo of one namespace.
over_lo()
{
	local family=$1
	label="$family over lo"

	ns_add L
	check "$label: ping" on_in "$family" L ping -n -c 3 -i 0.3 127.0.0.1
	http "$family" L 127.0.0.1
	transfers "$family" L http://127.0.0.1:$port "$tmp/L" $megabytes
	start "$family" L iperf3 -s -B 127.0.0.1 --logfile "$tmp/iperf"
	wait_for 10 listens "$family" L 5201
	check "$label: iperf3 TCP" \
		on_in "$family" L iperf3 -c 127.0.0.1 -t 2 --connect-timeout 5000
	check "$label: iperf3 UDP" \
		on_in "$family" L iperf3 -c 127.0.0.1 -t 2 -u -b 5M
	ns_kill L
	ns_del L
}

# The reference is shorter: it is only to show that the script is right.
scenario inet inet 4
if [ -z "${INETX_ONLY_INET:-}" ]; then
	scenario inetx inet $megabytes
	scenario inetx inetx $few
	[ "${INETX_NIC:-e1000e}" != e1000e ] || over_lo inetx
fi
finish
