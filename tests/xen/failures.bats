#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034 # each story is a subshell
# failures - what an administrator sees when a guest can't boot, and that nothing of it stays
# (run it with: tests/xen/run failures)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load dom0

setup_file() {
	in_dom0 || return 0
	cd "$BATS_FILE_TMPDIR" || return
	mkdir -p tree/boot
	cp "$TINY/one" tree/boot/vmlinuz
	guest_random tree/boot/initrd 70001
	guest_fs ext4 root.fs 4 tree
	guest_disk gpt guest.img root.fs
	cp guest.img corrupt.img
	guest_random noise 65536 noise
	dd if=noise of=corrupt.img bs=1M seek=1 conv=notrunc status=none
}

setup() {
	dom0_need
	dom0_save
	I=$BATS_FILE_TMPDIR
}

teardown() {
	dom0_assert
}

entry() { # NAME ENTRY [IMAGE]
	config "$1" "bootloader_args=[\"--entry=$2\"]" "disk=[\"file:$I/${3-guest.img},xvda,r\"]"
}

@test "a kernel that is not there: the log says what is" {
	entry missing xvda1:/boot/vmlinux,/boot/initrd
	create missing
	assert_refused "'/boot/vmlinux'" 'give one of the names'
	grep -qF "'vmlinuz'" "$(bootloader_log)"
	grep -qF "consult logfile $(bootloader_log)" "$STDERR"
}

@test "an entry for a partition that is not there: the log says which there are" {
	entry wrong xvda2:/boot/vmlinuz
	create wrong
	assert_refused "'xvda2'" 'name one of these'
	grep -qF 'the disks hold: xvda1 ext4' "$(bootloader_log)"
}

@test "a disk whose filesystem is destroyed" {
	entry corrupt xvda1:/boot/vmlinuz corrupt.img
	create corrupt
	assert_refused "xvda1 on '$I/corrupt.img'" 'is this the right partition'
}

# The reader process stops itself in the middle of the guest, and so the bootloader runs until it is ended.
stuck() { # NAME
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	entry "$1" xvda1:/boot/vmlinuz,/boot/initrd
	echo "bootloader=\"$FAULTY\"" >>"$T/$1.cfg"
	export DOMU_FAULT=reader#2=STOP DOMU_FAULT_LOG=$T/steps
}

reader_is_stopped() {
	local pid

	pid=$(awk '$1 == "reader" { print $3; exit }' "$T/steps" 2>/dev/null) &&
		grep -q '^State:.T' "/proc/$pid/status" 2>/dev/null
}

@test "xl destroy while the bootloader runs" {
	local limit=$((SECONDS + WAIT)) creating

	stuck destroyed
	{ create destroyed && echo "$status" >"$T/status"; } &
	creating=$!
	until reader_is_stopped; do
		[ "$SECONDS" -lt "$limit" ] || _tell 'the bootloader did not get there' destroyed
		sleep 0.3
	done
	xl destroy destroyed
	wait "$creating"
	[ "$(<"$T/status")" != 0 ]
}

@test "libxl's time is up, and it kills the bootloader with SIGKILL" {
	export LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=nobody LIBXL_BOOTLOADER_TIMEOUT=20
	stuck late
	create late
	[ "$status" != 0 ]
	grep -qF 'killing bootloader because of timeout' "$STDERR"
	[ -s "$T/steps" ]
}
