#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2143,SC2154 # each test is a subshell
# trouble - kpartx missing, failing, stuck; no device-mapper; a guest with errors=panic; killed at
# each step over kpartx
# (run it with: scripts/vm run bats tests/vm/trouble.bats, and with --no-udev)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load ../lib/sweep
load machine

setup_file() {
	[ -n "${VM_UDEV-}" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 8 tree
	guest_disk gpt guest.img root.fs root.fs
	sweep_guests
}

setup() {
	vm_setup
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
	ENTRY=--entry=hda1:/vmlinuz,/initrd.img
	IMG=$BATS_FILE_TMPDIR/guest.img
}

teardown() {
	[ -n "${VM_UDEV-}" ] || return 0
	vm_restore_kpartx
	rm -f /etc/modprobe.d/domu.conf
	modprobe dm_mod
	world_assert
}

seconds_of() { # COMMAND...
	local start=$SECONDS

	"$@"
	took=$((SECONDS - start))
}

# ---- tools that fail ---------------------------------------------------------------

@test "no kpartx: auto uses loop and says why; --mapper=kpartx says what to install" {
	vm_replace_kpartx </dev/null
	domu --mapper=auto -v "$ENTRY" "$IMG" hda
	assert_copies "$K" "$R"
	assert_hint 'kpartx is not installed'
	domu --mapper=kpartx "$ENTRY" "$IMG" hda
	assert_status 1
	assert_error 'kpartx is not installed (package kpartx or multipath-tools)'
	assert_hint --mapper=loop
}

@test "no device-mapper: auto uses loop and says why; --mapper=kpartx is one error" {
	echo 'install dm_mod /bin/false' >/etc/modprobe.d/domu.conf
	modprobe -r dm_snapshot dm_bufio 2>/dev/null || true # lint: they may not be loaded
	vm_unload dm_mod
	domu --mapper=auto -v "$ENTRY" "$IMG" hda
	assert_copies "$K" "$R"
	assert_hint 'the kernel has no device-mapper'
	domu --mapper=kpartx "$ENTRY" "$IMG" hda
	assert_status 1
	assert_error device-mapper
}

@test "auto uses kpartx if everything is available, and says so" {
	domu --mapper=auto -v "$ENTRY" "$IMG" hda
	assert_copies "$K" "$R"
	assert_hint 'mapper: kpartx'
}

@test "a kpartx that fails: its stderr is printed, and its maps are removed" {
	vm_replace_kpartx <<-'END'
		#!/bin/bash
		kpartx.away "$@"
		dmsetup remove --retry "$(basename "${!#}")-domu1"
		echo 'these are my words' >&2
		exit 9
	END
	domu "$ENTRY" "$IMG" hda
	assert_status 1
	assert_error 'exit code 9: these are my words'
	vm_assert_no_maps
}

@test "a kpartx that fails on another partition: the requested one is read" {
	vm_replace_kpartx <<-'END'
		#!/bin/bash
		kpartx.away "$@"
		echo 'these are my words' >&2
		exit 9
	END
	domu "$ENTRY" "$IMG" hda
	assert_copies "$K" "$R"
	assert_hint 'these are my words'
}

@test "a kpartx that maps nothing" {
	vm_replace_kpartx <<<'#!/bin/true'
	domu "$ENTRY" "$IMG" hda
	assert_status 1
	assert_error 'did not map'
	assert_hint --mapper=loop
}

@test "a stuck kpartx, before and after mapping: --timeout ends it, and nothing is left behind" {
	local first

	for first in true 'kpartx.away "$@"'; do
		printf '%s\n' '#!/bin/bash' "$first" 'sleep 1000' >"$T/stuck"
		vm_replace_kpartx <"$T/stuck"
		seconds_of domu --timeout=2 "$ENTRY" "$IMG" hda
		assert_status 1
		assert_error 'timed out'
		[ "$took" -lt "$PATIENCE" ]
		[ -z "$(pgrep -x sleep -a | grep 'sleep 1000')" ]
		vm_assert_no_maps
	done
}

@test "a stuck kpartx: SIGTERM to the front ends it, and nothing is left behind" {
	vm_replace_kpartx <<-'END'
		#!/bin/bash
		kpartx.away "$@"
		sleep 1000
	END
	domu_start "$ENTRY" "$IMG" hda
	eventually pgrep -f 'sleep 1000'
	kill -TERM "$pid"
	seconds_of domu_wait
	assert_status 1
	assert_error 'interrupted by a signal'
	[ "$took" -lt "$PATIENCE" ]
	[ -z "$(pgrep -f 'sleep 1000')" ]
}

# ---- a guest that asks for a panic ---------------------------------------------------

@test "a guest with errors=panic and a damaged directory: the machine does not panic" {
	cp -r tree damaged
	cp "$K" damaged/vmlinuz.good
	damaged_fs "$T/damaged.fs" damaged
	rm -r damaged
	guest_disk gpt "$T/damaged.img" "$T/damaged.fs"
	for mapper in kpartx loop; do
		domu --mapper=$mapper "$ENTRY" "$T/damaged.img" hda
		assert_status 1
		assert_error openin
		domu --mapper=$mapper --entry=hda1:/vmlinuz.good "$T/damaged.img" hda
		assert_copies "$K"
	done
}

# ---- killed ------------------------------------------------------------------------

# The rest of the program goes on, as it would have.
killed_at() { # STEP VICTIM
	local victim=$2

	stop_at "$1" "$ENTRY" "$IMG" hda
	kill -KILL "${!victim}"
	go_on 2>/dev/null
	rm -f "$OUT"/*
	world_assert || _fail "at $1, $victim killed"
}

@test "killed: keeper, reader or front, before and after the maps are open" {
	killed_at tool.wait keeper
	killed_at tool.wait pid
	killed_at dm.defer keeper
	killed_at dm.defer reader
	killed_at dm.defer pid
	killed_at mnt.mount keeper
}

@test "killed: the keeper at other steps over device-mapper" {
	local step

	for step in tool.start dm.list dm.info dm.remove; do
		killed_at $step keeper
	done
}

@test "killed, all at once: nothing is left behind after the maps are open; before, reap finds the leftovers" {
	local step

	for step in dm.defer "$HELD" dm.remove; do
		stop_at "$step" "$ENTRY" "$IMG" hda
		kill_at_once "$pid" "$keeper" "$reader"
		domu_wait 2>/dev/null
		rm -f "$OUT"/*
		if [ "$step" = dm.defer ]; then
			"$DOMU" reap --tmpdir="$OUT"
		fi
		world_assert || _fail "at $step"
	done
}

@test "killed over a logical volume's map: nothing is left behind, or reap finds it" {
	ENTRY=--entry=/dev/vg/kpartx:/vmlinuz IMG=$BATS_FILE_TMPDIR/lvm.img

	killed_at tool.wait keeper
	killed_at dm.defer keeper
	stop_at dm.defer "$ENTRY" "$IMG" hda
	[[ $(dmsetup ls) == loop*-lv1-domu* ]]
	kill_at_once "$pid" "$keeper" "$reader"
	domu_wait 2>/dev/null
	[[ $(dmsetup ls) == loop*-lv1-domu* ]]
	"$DOMU" reap --tmpdir="$OUT"
}

# ---- each step fails -----------------------------------------------------------------

# dm.stack is used to find what killed runs left: if it fails, a warning.
@test "each step over device-mapper and kpartx fails once: one error, and nothing is left behind" {
	each_step_fails one 'tool|map|dm'
}

@test "each step over device-mapper and lvm fails once: one error, and nothing is left behind" {
	each_step_fails lvm 'lvm|dm'
}

each_step_fails() { # GUEST FIRST-WORDS
	local name

	sweep_use "$1"
	_sweep_begin
	grep -oE " ($2)\.[a-z]+" <<<"$steps" | sort -u >"$T/names"
	[ "$(grep -c . "$T/names")" -gt 5 ]
	while read -r name; do
		[ "$name" != dm.stack ] || continue
		sweep_run "$name=EIOx1"
		sweep_judge "$name=EIOx1"
	done <"$T/names"
	sweep_verdict
}
