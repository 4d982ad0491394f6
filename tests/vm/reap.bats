#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2314 # each test is a subshell; "! x" stands in conditions
# reap - maps of a killed run are removed by reap and by the next run, other maps are not
# (run it with: scripts/vm run bats tests/vm/reap.bats, and with --no-udev)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest

setup_file() {
	[ -n "${VM_UDEV-}" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 8 tree
	guest_disk gpt guest.img root.fs
}

setup() {
	[ -n "${VM_UDEV-}" ] || skip 'runs inside the machine of scripts/vm only'
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	T=$BATS_TEST_TMPDIR
	DOMU=$FAULTY
	DOMU_MAPPER=kpartx
	pid='' keeper='' maps=() others=()
}

teardown() {
	[ -n "${VM_UDEV-}" ] || return 0
	local each

	[ -z "$keeper" ] || try_kill -KILL "$pid" "$keeper"

	for each in "${maps[@]}"; do
		dmsetup remove --retry "$each"
	done
	for each in "${others[@]}"; do
		losetup -d "$each"
	done
	settle
	world_assert
}

# Not while a run lives: udev leaves its loop devices alone, and waits.
settle() {
	[ "$VM_UDEV" = 0 ] || udevadm settle --timeout=30
}

reap() {
	domu_bare reap --config="$CONF" --tmpdir="$OUT" "$@"
}

assert_said() { # TEXT
	grep -qF -- "$1" "$STDOUT" || _fail "it did not say: $1"
}

# A run whose keeper stops at STEP, which it comes to once: sets pid, keeper and loop.
stop_at() { # STEP
	local stopped

	DOMU_FAULT=$1=STOP DOMU_FAULT_LOG=$T/steps domu_start --entry=/vmlinuz guest.img
	eventually stops_in "$T/steps"
	keeper=$stopped
	loop=$(losetup --noheadings --output NAME --associated guest.img)
}

# Kill all at once, after kpartx has made the maps and before their removal is deferred.
leave_maps() {
	stop_at dm.defer
	kill_at_once "$pid" "$keeper"
	domu_wait
	settle
	map=${loop#/dev/}-domu1
	dmsetup info "$map" >/dev/null
}

is_bound() { # LOOP
	[ -e "/sys/block/${1#/dev/}/loop/backing_file" ]
}

@test "maps that the kernel does not remove: reap reports and removes them and the loop device" {
	leave_maps
	reap --dry-run
	assert_status 0
	assert_said "would remove the device-mapper map $map"
	assert_said "would remove the loop device $loop"
	dmsetup info "$map" >/dev/null
	reap
	assert_status 0
	assert_said "removed the device-mapper map $map"
	assert_said "removed the loop device $loop"
	run ! dmsetup info "$map"
	run ! is_bound "$loop"
	reap
	assert_said 'nothing to remove'
}

@test "the next run removes them as well" {
	leave_maps
	domu --entry=/vmlinuz,/initrd.img guest.img
	assert_copies tree/boot/vmlinuz-6.1.0 tree/boot/initrd.img-6.1.0
	run ! dmsetup info "$map"
}

@test "stacked maps are removed in order" {
	leave_maps
	dmsetup create "${loop#/dev/}-domu-layer" --readonly \
		--table "0 2048 linear $(dmsetup info -c --noheadings -o major,minor --separator : "$map") 0"
	reap
	assert_status 0
	[ "$(head -n 1 "$STDOUT")" = "removed the device-mapper map ${loop#/dev/}-domu-layer" ]
	[ "$(sed -n 2p "$STDOUT")" = "removed the device-mapper map $map" ]
}

@test "a live run keeps its maps and succeeds" {
	stop_at resolve.tree
	reap
	assert_status 0
	assert_said 'nothing to remove'
	dmsetup info "${loop#/dev/}-domu1" >/dev/null
	kill -CONT "$keeper"
	domu_wait
	assert_copies tree/boot/vmlinuz-6.1.0
}

@test "maps of other users are not touched, whatever their names" {
	local other

	other=$(losetup --find --show --read-only guest.img)
	others=("$other")
	dmsetup create "${other#/dev/}-domu1" --readonly --table "0 2048 linear $other 0"
	maps=("${other#/dev/}-domu1")
	dmsetup create vg-domu1 --readonly --table "0 2048 linear $other 2048"
	maps+=(vg-domu1)
	reap
	assert_status 0
	assert_said 'nothing to remove'
	dmsetup info vg-domu1 >/dev/null
	dmsetup info "${other#/dev/}-domu1" >/dev/null
}

@test "a killed run's map that is open or has a map stacked on it: reported, and kept" {
	leave_maps
	dmsetup create somebodys --readonly \
		--table "0 2048 linear $(dmsetup info -c --noheadings -o major,minor --separator : "$map") 0"
	maps=(somebodys)
	reap
	assert_status 4
	grep -q "^domUloader cleanup: $map: .*\[dm.remove\]; by hand: dmsetup remove $map\$" "$STDERR"
	assert_hint 'when that'
	dmsetup info somebodys >/dev/null
	dmsetup info "$map" >/dev/null
	settle
	dmsetup remove somebodys
	maps=()
	eventually is_not dmsetup info "$map" 2>&1
}

@test "doctor reports device-mapper, its snapshot target and leftovers" {
	leave_maps
	domu_bare doctor --config="$CONF" --tmpdir="$OUT" --format=json
	assert_status 0
	grep -q '"name":"device-mapper","state":"ok"' "$STDOUT"
	grep -q '"name":"snapshot target","state":"ok"' "$STDOUT"
	grep -q '"name":"leftovers","state":"lacks","found":"2 of killed runs"' "$STDOUT"
	grep -q '"name":"vfat","state":"ok"' "$STDOUT"
	reap
	assert_status 0
}
