#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# kill - SIGKILL at the system calls from kpartx's start to the mount, when each map is open
# (run it with: scripts/vm run bats tests/vm/kill.bats; KILL=full: at each call of each process)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load ../lib/sweep
load ../lib/sweep_dm
load machine

setup_file() {
	[ -n "${VM_UDEV-}" ] || return 0
	sweep_guests
}

setup() {
	vm_setup
}

teardown() {
	[ -n "${VM_UDEV-}" ] || return 0
	world_assert
}

@test "killed from kpartx's start to the mount: only the keeper, and nothing is left behind" {
	sweep_dm keeper
}

@test "killed from kpartx's start to the mount: all at once, and reap finds the leftovers" {
	sweep_dm all
}

@test "killed while kpartx maps: all at once, and reap finds the leftovers" {
	sweep_dm kpartx
}

@test "killed at each call of each process, over kpartx" {
	[ "${KILL-}" = full ] || skip 'with KILL=full only'
	sweep_dm every
}
