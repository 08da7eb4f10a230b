# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the test scripts share: results in TAP, namespaces that go away again,
# waiting with a limit, the two families under one name. Sourced, never run.

set -u
export LC_ALL=C

INETX_FAMILY=${INETX_FAMILY:-18}
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
repo=$(dirname "$here")
PATH=$repo/tools:$PATH
tmp=$(mktemp -d)
tap_count=0
tap_failed=0

# ---- results

ok()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $*"
}

nok()
{
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $*"
}

skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

note()
{
	echo "# ${*//$'\n'/$'\n'# }"
}

# is GOT WANT NAME: two strings are the same
is()
{
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		nok "$3"
		note "got:    $1"
		note "wanted: $2"
	fi
}

# like GOT PATTERN NAME: a string matches an extended regular expression
like()
{
	if [[ $1 =~ $2 ]]; then
		ok "$3"
	else
		nok "$3"
		note "got:            $1"
		note "does not match: $2"
	fi
}

# check NAME COMMAND...: the command succeeds
check()
{
	local name=$1 output status=0
	shift
	output=$("$@" 2>&1) || status=$?
	if [ $status = 0 ]; then
		ok "$name"
	else
		nok "$name"
		note "$*: exit status $status"
		note "$output"
	fi
}

# check_fails NAME PATTERN COMMAND...: it fails, and says so in these words
check_fails()
{
	local name=$1 pattern=$2 output status=0
	shift 2
	output=$("$@" 2>&1) || status=$?
	if [ $status != 0 ] && [[ $output =~ $pattern ]]; then
		ok "$name"
	else
		nok "$name"
		note "$*: exit status $status, should fail with: $pattern"
		note "$output"
	fi
}

finish()
{
	echo "1..$tap_count"
	[ $tap_failed = 0 ]
	exit
}

# Leave, having skipped everything: for what the machine lacks.
skip_all()
{
	echo "1..0 # SKIP $*"
	exit 4
}

slow()
{
	[ "${INETX_SLOW:-0}" != 0 ]
}

# ---- families

# The families to run a body on: AF_INET first, which shows that it is right.
families()
{
	if [ -n "${INETX_ONLY_INET:-}" ]; then
		echo inet
	else
		echo inet inetx
	fi
}

# on FAMILY COMMAND...: run it on that family
on()
{
	local family=$1
	shift
	case $family in
	inet) "$@" ;;
	inetx) inetx-run "$@" ;;
	esac
}

# enter NAMESPACE COMMAND: sets $entry to the words that run it there. As "ip
# netns exec", without a namespace of mounts, and by a program that has no
# libraries to find: starting programs is what costs most in an emulated guest.
enter()
{
	# with its path, as busybox would take its own for a bare name
	[[ $2 == */* ]] || hash "$2" 2> /dev/null
	entry=(busybox nsenter --net="/run/netns/$1" "${BASH_CMDS[$2]:-$2}")
}

# in_ns NAMESPACE COMMAND...
in_ns()
{
	local entry
	enter "$1" "$2"
	shift 2
	"${entry[@]}" "$@"
}

# on_in FAMILY NAMESPACE COMMAND...; "ip -n" is cheaper where it will do
on_in()
{
	local family=$1 ns=$2
	shift 2
	case $family in
	inet) in_ns "$ns" "$@" ;;
	inetx) in_ns "$ns" inetx-run "$@" ;;
	esac
}

# start FAMILY NS COMMAND...: in the background; $started is its process
# shellcheck disable=SC2034 # for the caller
start()
{
	local family=$1 ns=$2 entry
	shift 2
	[ "$family" = inet ] || set -- inetx-run "$@"
	enter "$ns" "$1"
	shift
	"${entry[@]}" "$@" &
	started=$!
	# its end is no news
	disown "$started"
}

# stop PROCESS [SIGNAL]: end it and wait for it
stop()
{
	kill -"${2:-TERM}" "$1" 2> /dev/null
	wait_for 20 gone "$1"
}

gone()
{
	[ ! -e "/proc/$1" ]
}

# sys_dir FAMILY, proc_dir FAMILY: where its files are
sys_dir()
{
	case $1 in
	inet) echo /proc/sys/net/ipv4 ;;
	inetx) echo /proc/sys/net/inetx ;;
	esac
}

proc_dir()
{
	case $1 in
	inet) echo /proc/net ;;
	inetx) echo /proc/net/inetx ;;
	esac
}

# counter FAMILY NAMESPACE GROUP NAME: from snmp, or netstat for *Ext groups
counter()
{
	local file=snmp
	[[ $3 != *Ext ]] || file=netstat
	# shellcheck disable=SC2016 # awk's variables
	in_ns "$2" busybox awk -v group="$3:" -v name="$4" '
		$1 != group { next }
		!seen { for (i = 2; i <= NF; i++) if ($i == name) col = i
			seen = 1; next }
		{ print $col; exit }' "$(proc_dir "$1")/$file"
}

# ---- namespaces

namespaces=()

# A new namespace with lo up; IPv6 would only add noise.
ns_add()
{
	local ns
	for ns; do
		ip netns add "$ns" || return
		namespaces+=("$ns")
		in_ns "$ns" sh -c '
			cd /proc/sys/net/ipv6/conf 2> /dev/null || exit 0
			echo 1 > all/disable_ipv6
			echo 1 > default/disable_ipv6'
		ip -n "$ns" link set lo up
	done
}

ns_del()
{
	local ns
	for ns; do
		ip netns del "$ns" 2> /dev/null
	done
}

# End the processes that run in namespaces.
ns_kill()
{
	local ns pids
	for ns; do
		pids=$(ip netns pids "$ns" 2> /dev/null)
		[ -n "$pids" ] || continue
		# shellcheck disable=SC2086 # one word, one process
		kill -9 $pids 2> /dev/null
		wait_for 10 ns_idle "$ns"
	done
}

ns_idle()
{
	[ -z "$(ip netns pids "$1" 2> /dev/null)" ]
}

cleanup()
{
	[ ${#namespaces[@]} = 0 ] || {
		ns_kill "${namespaces[@]}"
		ns_del "${namespaces[@]}"
	}
	rm -rf "$tmp"
}
trap cleanup EXIT

# veth NS1 DEV1 NS2 DEV2: a cable between two namespaces, both ends up
veth()
{
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3" &&
		ip -n "$1" link set "$2" up && ip -n "$3" link set "$4" up
}

# addr FAMILY NS DEV ADDRESS/LEN
addr()
{
	on "$1" ip -n "$2" addr add "$4" dev "$3"
}

# ---- time

# wait_for SECONDS COMMAND...: until it succeeds
wait_for()
{
	local end=$((SECONDS + $1))
	shift
	until "$@" > /dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		pause 0.1
	done
}

# pause SECONDS: sleep, without a program
exec {nothing}<> <(:)
pause()
{
	read -rt "$1" -u "$nothing" || :
}

# reaches FAMILY NS ADDRESS [PING OPTION...]: one echo and its reply
reaches()
{
	local family=$1 ns=$2 address=$3
	shift 3
	on_in "$family" "$ns" ping -n -q -c 1 -W 2 "$@" "$address"
}

# The same, with time for a link to come up.
comes_to_reach()
{
	wait_for 20 reaches "$@"
}

# listens FAMILY NS PORT: a TCP socket listens there
listens()
{
	on "$1" ss -N "$2" -Htln "sport = :$3" | grep -q .
}
