#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# inuse - a disk that another process has open for writing: a warning, an error, stable copies
bats_require_minimum_version 1.5.0

load lib/world
load lib/guest

setup_file() {
	world_need_root
	guest_tree "$BATS_FILE_TMPDIR/tree"
	guest_fs ext4 "$BATS_FILE_TMPDIR/root.fs" 64 "$BATS_FILE_TMPDIR/tree"
	guest_disk gpt "$BATS_FILE_TMPDIR/guest.img" "$BATS_FILE_TMPDIR/root.fs"
}

setup() {
	T=$BATS_TEST_TMPDIR
	IMG=$BATS_FILE_TMPDIR/guest.img
	KERNEL=$BATS_FILE_TMPDIR/tree/boot/vmlinuz-6.1.0
	world_save
}

teardown() {
	[ -z "${writer:-}" ] || { touch "$T/stop"; wait "$writer"; }
	if [ -n "${mounted:-}" ]; then
		umount "$mounted"
	fi
	if [ -n "${loop:-}" ]; then
		losetup -d "$loop"
	fi
	world_assert
}

@test "a file that others only read is not in use" {
	exec 8<"$IMG"
	domu --entry=xvda1:/vmlinuz --not-in-use --output-format=json "$IMG"
	exec 8<&-
	assert_status 0
	[ "$(jq .in_use "$STDOUT")" = false ]
	assert_copies "$KERNEL"
}

@test "a file open for writing: a warning, in_use in JSON, and a correct copy" {
	exec 8>>"$IMG"
	domu --entry=xvda1:/vmlinuz --output-format=json "$IMG"
	exec 8>&-
	assert_status 0
	grep -q 'warning: disk .* is in use: another process has it open for writing' "$STDERR"
	[ "$(grep -c 'is in use' "$STDERR")" = 1 ]
	[ "$(jq .in_use "$STDOUT")" = true ]
	assert_copies "$KERNEL"
}

@test "--not-in-use refuses a file open for writing" {
	exec 8>>"$IMG"
	domu --entry=xvda1:/vmlinuz --not-in-use "$IMG"
	exec 8>&-
	assert_status 1
	assert_error 'the disk is in use'
	assert_hint 'shut the guest down'
}

@test "a file behind a writable loop device is in use, although no process has it open" {
	cp --sparse=always "$IMG" "$T/g.img"
	loop=$(losetup -f --show "$T/g.img")
	domu --entry=xvda1:/vmlinuz --not-in-use "$T/g.img"
	assert_status 1
	assert_error 'the disk is in use'
}

@test "a block device is in use if it is mounted, or open for writing" {
	cp --sparse=always "$BATS_FILE_TMPDIR/root.fs" "$T/g.img"
	loop=$(losetup -f --show "$T/g.img")
	domu --entry=xvda1:/vmlinuz --not-in-use "$loop" xvda1
	assert_status 0
	assert_copies "$KERNEL"
	rm -f "$OUT"/*

	exec 8>>"$loop"
	domu --entry=xvda1:/vmlinuz --not-in-use "$loop" xvda1
	exec 8>&-
	assert_status 1
	assert_error 'the disk is in use'
	grep -q "process $$ has it open\|process [0-9]* has it open" "$STDERR"

	mkdir "$T/mnt"
	mount -o ro "$loop" "$T/mnt"
	mounted=$T/mnt
	domu --entry=xvda1:/vmlinuz --not-in-use "$loop" xvda1
	assert_status 1
	grep -q 'it is mounted on' "$STDERR"
}

# A host on which xen-blkback has given the device of that number to a guest.
blkback_has() { # MAJOR:MINOR PROGRAM ARG...
	# shellcheck disable=SC2016 # it is another shell's
	unshare --mount bash -euc '
		mount -t tmpfs bus /sys/bus
		mkdir -p /sys/bus/xen-backend/devices/{vif-3-0,vbd-3-51712}
		printf "%x:%x\n" "${1%:*}" "${1#*:}" >/sys/bus/xen-backend/devices/vbd-3-51712/physical_device
		shift
		exec "$@"' - "$@"
}

domu_with_blkback() { # MAJOR:MINOR ARG...
	local program=$DOMU

	DOMU=blkback_has domu_bare "$1" "$program" --config="$CONF" --tmpdir="$OUT" \
		--mapper="${DOMU_MAPPER:-loop}" "${@:2}"
}

@test "a block device is in use if a guest has it or one of its partitions" {
	local device

	cp --sparse=always "$IMG" "$T/g.img"
	# Not every kernel knows the table; with --partscan the partition disappears with the device.
	loop=$(losetup --find --show --partscan "$T/g.img")
	[ -e "/sys/class/block/${loop#/dev/}p1" ] || addpart "$loop" 1 2048 2048
	domu_with_blkback 65000:1 --entry=xvda1:/vmlinuz --not-in-use "$loop"
	assert_copies "$KERNEL"
	for device in "/sys/class/block/${loop#/dev/}/dev" "/sys/class/block/${loop#/dev/}p1/dev"; do
		domu_with_blkback "$(cat "$device")" --entry=xvda1:/vmlinuz --not-in-use "$loop"
		assert_status 1
		assert_error 'the disk is in use'
		assert_hint 'a guest uses it (vbd-3-51712)'
	done
}

# A "guest" that puts a new kernel in the old one's place, over and over: each is of one repeated line.
start_writer() { # PAUSE-AFTER: how many kernels before it pauses for good; 0: never
	truncate -s 200M "$T/live"
	mkfs.ext4 -q "$T/live"
	loop=$(losetup -f --show "$T/live")
	mkdir "$T/mnt"
	mount "$loop" "$T/mnt"
	mounted=$T/mnt
	(
		exec 3>&-
		for ((i = 1; ; i++)); do
			[ ! -e "$T/stop" ] || exit 0
			if [ "$1" != 0 ] && [ "$i" -gt "$1" ]; then
				sleep 0.2
				continue
			fi
			yes "kernel $i" | head -c 12000000 >"$mounted/k.new"
			sync "$mounted/k.new"
			mv "$mounted/k.new" "$mounted/k"
			sync "$mounted"
		done
	) &
	writer=$!
	eventually test -e "$mounted/k"
}

newest_is() { # N
	[ "$(head -n 1 "$mounted/k" 2>/dev/null)" = "kernel $1" ]
}

is_one_kernel() { # FILE: 12,000,000 bytes of one line, the last one cut
	[ "$(stat -c %s "$1")" = 12000000 ]
	[ "$(head -c 11999980 "$1" | sort -u | grep -c '^kernel [0-9]*$')" = 1 ]
	[ "$(head -c 11000000 "$1" | sort -u | wc -l)" -le 2 ]
}

@test "a guest that never stops writing: correct bytes or an error, never wrong bytes" {
	local good=0

	start_writer 0
	for _ in $(seq 6); do
		rm -f "$OUT"/*
		domu --any-kernel --entry=xvda1:/k "$T/live"
		if [ "$status" = 0 ]; then
			good=$((good + 1))
			is_one_kernel "$OUT"/kernel.*
		else
			[ "$status" = 1 ]
			assert_no_stdout
			assert_no_copies
		fi
	done
	rm -f "$OUT"/*
	echo "# $good of 6 extractions were proved" >&3
}

@test "a guest that writes and pauses: the newest kernel is copied" {
	start_writer 3
	eventually newest_is 3
	sleep 0.5
	domu --any-kernel --entry=xvda1:/k "$T/live"
	assert_status 0
	[ "$(head -1 "$OUT"/kernel.*)" = "kernel 3" ]
	is_one_kernel "$OUT"/kernel.*
	rm -f "$OUT"/*
}
