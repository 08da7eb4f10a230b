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

# These are built-ins of the shell only: starting programs is what costs most
# in an emulated guest.

# Value that test NAME's comments give for KEY, or nothing.
test_header()
{
	local line lines pattern="^[ /*#]+$2: *([^*]*[^* ]) *(\\*/)?\$"
	mapfile -n 40 -t lines < "$(test_source "$1")"
	for line in "${lines[@]}"; do
		if [[ $line =~ $pattern ]]; then
			echo "${BASH_REMATCH[1]}"
			return
		fi
	done
}

# Whether test NAME's comments hold the single word FLAG.
test_flag()
{
	local line lines pattern="^[ /*#]+$2 *(\\*/)?\$"
	mapfile -n 40 -t lines < "$(test_source "$1")"
	for line in "${lines[@]}"; do
		[[ ! $line =~ $pattern ]] || return 0
	done
	return 1
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
	local file=$1 status=$2 plan='' total line

	tap_passed=0
	tap_failed=0
	tap_skipped=0
	tap_why=
	while IFS= read -r line || [ -n "$line" ]; do
		if [[ $line =~ ^(not )?ok( .*)?#\ *(SKIP|skip) ]]; then
			tap_skipped=$((tap_skipped + 1))
		elif [[ $line =~ ^ok($|[^a-zA-Z]) ]]; then
			tap_passed=$((tap_passed + 1))
		elif [[ $line =~ ^not\ ok($|[^a-zA-Z]) ]]; then
			tap_failed=$((tap_failed + 1))
		elif [[ $line =~ ^1\.\.([0-9]+) ]]; then
			plan=${BASH_REMATCH[1]}
		fi
	done < "$file"
	total=$((tap_passed + tap_failed + tap_skipped))

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

# Print FILE indented, as the results below a test's own line: all of it, or
# with "results" the lines of TAP alone.
tap_indent()
{
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		if [ "${2:-}" = results ]; then
			[[ $line =~ ^(ok|1\.\.)[^a-zA-Z] ]] || continue
		fi
		printf '    %s\n' "$line"
	done < "$1"
}
