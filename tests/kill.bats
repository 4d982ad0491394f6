#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# kill - SIGKILL at each step and at each system call: nothing is left behind when the run has ended, or a moment
# later if its front was killed (KILL=full: at each one, on each guest)
bats_require_minimum_version 1.5.0

setup_file() {
	[ "$(id -u)" = 0 ] && [ -x "$BATS_TEST_DIRNAME/../build/faulty/domUloader" ] || return 0
	load lib/world
	load lib/guest
	load lib/sweep
	sweep_guests
}

setup() {
	load lib/world
	load lib/guest
	load lib/sweep
	load lib/sweep_rack
	world_need_root
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	[ -x "$TOP/build/tools/killat" ] || skip 'build/tools/killat is missing: make tools'
	world_save
}

teardown() {
	world_assert
}

stride() { # N: every N-th, or every one
	[ "${KILL-}" = full ] && echo 1 || echo "$1"
}

full_only() {
	[ "${KILL-}" = full ] || skip 'with KILL=full only'
}

@test "killed at each step: a named partition" {
	sweep one kills "$(stride 2)"
}

@test "killed at each step: the way through the guest's fstab" {
	sweep way kills "$(stride 8)"
}

@test "killed at each step: a btrfs" {
	full_only
	sweep members kills 1
}

@test "killed at each step: a root search" {
	full_only
	sweep search kills 1
}

@test "killed at each step: a journal replayed in memory" {
	sweep replay kills "$(stride 6)"
}

@test "killed at each step: a non-raw image of several files" {
	sweep image kills "$(stride 12)"
}

@test "killed at each step: a logical volume reported by lvm" {
	sweep lvm kills "$(stride 12)"
}

@test "killed at each step: an extraction into a directory" {
	sweep extract kills "$(stride 6)"
}

@test "killed at each step: the list command" {
	sweep list kills "$(stride 8)"
}

@test "killed at each step: many guests, in batch and sync" {
	sweep_rack batch kills 32
	sweep_rack sync kills 48
}

@test "killed at system calls: a named partition" {
	sweep one calls "$(stride 8)"
}

@test "killed at system calls: the way through the guest's fstab" {
	sweep way calls "$(stride 16)"
}
