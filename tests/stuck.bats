#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
# stuck - a disk that does not respond: named within a time limit, exit code 4, undone when it responds
bats_require_minimum_version 1.5.0

load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	guest_tree "$BATS_FILE_TMPDIR/tree"
	guest_fs ext4 "$BATS_FILE_TMPDIR/root.fs" 32 "$BATS_FILE_TMPDIR/tree"
	guest_disk gpt "$BATS_FILE_TMPDIR/guest.img" "$BATS_FILE_TMPDIR/root.fs"
}

setup() {
	world_need_root
	T=$BATS_TEST_TMPDIR
	KERNEL=$BATS_FILE_TMPDIR/tree/boot/vmlinuz-6.1.0
	map='' loop='' daemon=''
	world_save
}

teardown() {
	if [ -n "$map" ]; then
		dmsetup resume "$map" || true # lint: cleanup
		eventually is_not keepers
		dmsetup remove --retry "$map"
	fi
	[ -z "$loop" ] || losetup -d "$loop"
	if [ -n "$daemon" ]; then
		try_kill -CONT "$daemon"
		eventually is_not keepers
		try_kill "$daemon"
		wait "$daemon" 2>/dev/null || true # lint: it was killed
	fi
	world_assert
}

keepers() {
	pgrep -f -- "--tmpdir=$OUT"
}

# The guest's disk as a file that a process of ours answers for.
serve_by_fuse() {
	command -v qemu-storage-daemon >/dev/null || skip 'no qemu-storage-daemon'
	[ -e /dev/fuse ] || modprobe fuse || skip 'no FUSE in this kernel'
	touch "$T/disk"
	qemu-storage-daemon \
		--blockdev "driver=file,node-name=f,filename=$BATS_FILE_TMPDIR/guest.img,read-only=on" \
		--blockdev driver=raw,node-name=r,file=f,read-only=on \
		--export "type=fuse,id=e,node-name=r,mountpoint=$T/disk" >/dev/null 2>&1 3>&- &
	daemon=$!
	eventually test -s "$T/disk"
}

# The run ended in time with the name of what is stuck; what it had is undone when the disk answers.
assert_stuck() { # NAME
	assert_status 4
	assert_error 'the kernel does not respond'
	grep -qF -- "$1" "$STDERR"
	assert_hint 'check the device'
	[ "$SECONDS" -lt 60 ]
	keepers
}

assert_undone() {
	eventually is_not keepers
	assert_no_copies
}

@test "a FUSE file that never responds" {
	serve_by_fuse
	domu --entry=xvda1:/vmlinuz "$T/disk"
	assert_copies "$KERNEL"

	kill -STOP "$daemon"
	SECONDS=0
	domu --timeout=1 --entry=xvda1:/vmlinuz "$T/disk"
	assert_stuck "$T/disk"
	kill -CONT "$daemon"
	assert_undone
}

@test "a suspended device-mapper table" {
	[ -e /dev/mapper/control ] && dmsetup version >/dev/null 2>&1 ||
		skip 'no device-mapper in this kernel; the virtual machine has it'
	cp --sparse=always "$BATS_FILE_TMPDIR/guest.img" "$T/slow"
	loop=$(losetup -f --show "$T/slow")
	map=slow$$
	dmsetup create "$map" --table "0 $(blockdev --getsz "$loop") linear $loop 0"
	domu --entry=xvda1:/vmlinuz "/dev/mapper/$map"
	assert_copies "$KERNEL"

	dmsetup suspend "$map"
	SECONDS=0
	domu --timeout=1 --entry=xvda1:/vmlinuz "/dev/mapper/$map"
	assert_stuck "/dev/mapper/$map"
	dmsetup resume "$map"
	assert_undone
}

@test "a stuck disk that responds before the run gives up: timed out, exit code 1" {
	serve_by_fuse
	kill -STOP "$daemon"
	(
		exec 3>&-
		sleep 3
		kill -CONT "$daemon"
	) &
	domu --timeout=1 --entry=xvda1:/vmlinuz "$T/disk"
	assert_status 1
	assert_error 'timed out'
	assert_undone
}
