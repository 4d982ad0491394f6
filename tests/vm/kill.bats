#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# kill - SIGKILL at the system calls from kpartx's start to the mount, by when each map is held
# (run it with: scripts/vm run bats tests/vm/kill.bats; KILL=full: at every call of every process)

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

@test "killed from kpartx's start to the mount: the keeper alone, nothing left" {
	sweep_dm keeper
}

@test "killed from kpartx's start to the mount: all at once, reap finds what is left" {
	sweep_dm all
}

@test "killed while kpartx maps: all at once, reap finds what is left" {
	sweep_dm kpartx
}

@test "killed at every call of every process, over kpartx" {
	[ "${KILL-}" = full ] || skip 'with KILL=full only'
	sweep_dm every
}
