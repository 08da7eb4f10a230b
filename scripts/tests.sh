# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # $repo is the caller's
# The contract between a test and what runs it, for scripts/check on the host
# and selftests/run in the guest. Sourced, never run; $repo must be set.
#
# A test is an executable selftests/NAME.sh, or a program NAME that
# "make -s -C selftests list" names, built from selftests/NAME.c. It prints TAP
# and exits with 0 (good), 1 (failed) or 4 (skipped). Comments among the first
# lines of its source say what it needs:
#
#	timeout: SECONDS	its time limit, 60 otherwise; four times that on
#				the debug kernel
#	vm: OPTION...		a guest started with these options of scripts/vm
#	alone			a guest of its own
#	kernel: stock|debug	only on this kernel
#	long			only in "make check-long"

# Names of all tests, one a line.
test_names()
{
	local file
	make -s -C "$repo/selftests" list | tr -s ' ' '\n'
	for file in "$repo"/selftests/*.sh; do
		[ -x "$file" ] || continue
		file=${file##*/}
		echo "${file%.sh}"
	done
}

# Source of test NAME; the executable is the same or lacks the ".c".
test_source()
{
	if [ -e "$repo/selftests/$1.sh" ]; then
		echo "$repo/selftests/$1.sh"
	else
		echo "$repo/selftests/$1.c"
	fi
}

# Value that test NAME's comments give for KEY, or nothing.
test_header()
{
	sed -n -E "1,40s,^[ /*#]+$2: *([^*]*[^* ]) *(\*/)?\$,\1,p" \
		"$(test_source "$1")" | head -n 1
}

# Whether test NAME's comments hold the single word FLAG.
test_flag()
{
	sed -n 1,40p "$(test_source "$1")" |
		grep -qE "^[ /*#]+$2 *(\*/)?\$"
}

# Seconds that test NAME may take here.
test_timeout()
{
	local limit
	limit=$(test_header "$1" timeout)
	[[ $limit =~ ^[1-9][0-9]*$ ]] || limit=60
	[ "${INETX_SLOW:-0}" = 0 ] || limit=$((limit * 4))
	[ "${INETX_LONG:-0}" = 0 ] || limit=$((limit * 10))
	echo "$limit"
}

# Count the results in FILE, the output of a test that exited with STATUS,
# into tap_passed, tap_failed, tap_skipped; tap_why holds what is wrong beyond
# a "not ok": a bad exit, or another number of results than planned.
tap_count()
{
	local file=$1 status=$2 plan total

	tap_why=
	tap_skipped=$(grep -cE '^(not )?ok\b.*# *(SKIP|skip)' "$file") || true
	tap_failed=$(grep -E '^not ok\b' "$file" |
		grep -cvE '# *(SKIP|skip|TODO|todo)') || true
	tap_passed=$(grep -E '^ok\b' "$file" | grep -cvE '# *(SKIP|skip)') || true
	total=$((tap_passed + tap_failed + tap_skipped))
	plan=$(sed -n -E 's/^1\.\.([0-9]+).*/\1/p' "$file" | tail -n 1)

	if [ "$status" = 4 ] && [ "$total" = 0 ]; then
		tap_skipped=1
	elif [ "$status" = 124 ] || [ "$status" = 137 ]; then
		tap_why="time limit passed"
	elif [ "$status" != 0 ] && [ "$status" != 4 ] && [ "$tap_failed" = 0 ]
	then
		tap_why="exit status $status"
	elif [ "$total" = 0 ]; then
		tap_why="printed no result"
	elif [ -n "$plan" ] && [ "$plan" != "$total" ]; then
		tap_why="$total results where $plan were planned"
	fi
	[ -z "$tap_why" ] || tap_failed=$((tap_failed + 1))
}
