#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# bench - scripts/bench measures each bootloader that works here, compares each copy, and cleans up

load lib/world.bash

setup() {
	world_need_root
	world_save
	BENCH=$TOP/build/bench
	[ ! -e "$BENCH/bench.json" ] || cp -p "$BENCH/bench.json" "$BATS_TEST_TMPDIR/bench.json"
	in_memory >"$BATS_TEST_TMPDIR/shm"
}

# What the person who runs the tests has measured stays.
teardown() {
	[ ! -e "$BATS_TEST_TMPDIR/shm" ] || assert_as_before
	world_assert
}

# The directories for copies of this checkout's bench; their names have its path.
in_memory() {
	find /dev/shm -maxdepth 1 -name "domUloader-bench.$(stat -c %i "$BENCH").*" | sort
}

assert_as_before() {
	rm -f "$BENCH/bench.json"
	[ ! -e "$BATS_TEST_TMPDIR/bench.json" ] || mv "$BATS_TEST_TMPDIR/bench.json" "$BENCH/bench.json"
	in_memory | diff "$BATS_TEST_TMPDIR/shm" -
	[ ! -e "$BENCH/work" ]
	is_not grep -F "$BENCH/" <(losetup --list --noheadings --raw --output BACK-FILE)
	is_not grep -F "$BENCH/" /proc/self/mounts
}

contestants() { # CASE: those of the JSON, sorted
	jq -r --arg case "$1" '.cases[] | select(.name == $case) | .contestants[].name' "$BENCH/bench.json" | sort
}

@test "a small case in two rounds: a table, and the same in JSON" {
	run "$TOP/scripts/bench" --rounds=2 small
	echo "$output"
	[ "$status" = 0 ]
	for name in cp debugfs domUloader shell; do
		grep -qE "^  $name +[0-9.]+ " <<<"$output"
		contestants small | grep -qx "$name"
	done
	jq -e '.mapper == "loop" and (.kernel | length > 0) and .versions.domUloader' "$BENCH/bench.json"
	jq -e '[.cases[].contestants[].ms | select(.rounds == 2 and (.samples | length) == 2 and .min > 0
		and .lower_quartile <= .median and .median <= .upper_quartile)] | length >= 4' "$BENCH/bench.json"
}

@test "each installed bootloader takes part, or is listed with the reason why not" {
	run "$TOP/scripts/bench" --rounds=1 small
	[ "$status" = 0 ]
	there=$(jq -r '.versions | keys[]' "$BENCH/bench.json" | sort)
	told=$( (contestants small; jq -r '.left_out[].name' "$BENCH/bench.json") | sort)
	[ "$there" = "$told" ]
}

@test "memory: the largest process uses less than 5 MB, whatever the size" {
	run "$TOP/scripts/bench" --rounds=1 memory
	echo "$output"
	[ "$status" = 0 ]
	jq -e '.peak_kib | .true > 0 and ."domUloader-large" - ."domUloader-small" < 1024
		and ."domUloader-large" < 5 * 1024' "$BENCH/bench.json"
}

@test "shared: copies on the same XFS are instant, and the mount is gone afterwards" {
	run "$TOP/scripts/bench" --rounds=1 shared
	echo "$output"
	[ "$status" = 0 ]
	[[ $output != *'shared is left out'* ]] || skip "this kernel has no XFS that shares blocks"
	for name in cp cp-reflink domUloader domUloader-never; do
		contestants shared-large | grep -qx "$name"
	done
}

@test "an interrupted benchmark removes what it made" {
	"$TOP/scripts/bench" --rounds=1000 small >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
	bench=$!
	eventually test -s "$BENCH/work/samples"
	kill -TERM "$bench"
	status=0
	wait "$bench" || status=$?
	[ "$status" = 130 ]
}

@test "an unknown case is refused before anything is made" {
	run "$TOP/scripts/bench" nothing
	[ "$status" = 1 ]
	[[ $output == *"no case 'nothing'"* ]]
}
