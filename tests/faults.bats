#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# faults - each step fails, alone and with each undo: the exit code, one error that names a step, and
# nothing left (SWEEP=full: every pair)
bats_require_minimum_version 1.5.0

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	load lib/world
	load lib/guest
	load lib/sweep
	sweep_guests
}

setup() {
	load lib/world
	load lib/guest
	load lib/sweep
	world_need_root
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	world_save
	stride=8
	[ "${SWEEP-}" != full ] || stride=1
}

teardown() {
	world_assert
}

@test "each step fails: a partition that is named" {
	sweep one numbers
}

@test "each step fails: the way through the guest's fstab" {
	sweep way numbers
}

@test "each step fails: a btrfs, whose members are checked" {
	sweep members numbers
}

@test "each step fails: the root is searched for" {
	sweep search numbers
}

@test "each step fails: a journal is replayed in memory" {
	sweep replay numbers
}

@test "each step fails, then each undo: a partition that is named" {
	sweep one pairs "$stride"
}

@test "each step fails, then each undo: the way through the guest's fstab" {
	sweep way pairs "$stride"
}

@test "each step fails, then each undo: a btrfs" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep members pairs 1
}

@test "each step fails, then each undo: the root is searched for" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep search pairs 1
}

@test "each step fails, then each undo: a journal is replayed in memory" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep replay pairs 1
}

@test "no step is out of reach, but those of device-mapper and of tools" {
	local never

	never=$(sweep_never | grep -vE '^(dm|run)\.' || true)
	[ -z "$never" ] || echo "never reached: $never"
	[ -z "$never" ]
}
