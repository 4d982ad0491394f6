#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2034,SC2154 # world.bash's
# scripts - what the commands of the checkout have in common: help, refused arguments, a sign of life

bats_require_minimum_version 1.5.0
load lib/world

setup() {
	cd "$TOP" || return
	T=$BATS_TEST_TMPDIR
	pid='' watcher=''
}

teardown() {
	[ -z "$pid" ] || try_kill -KILL "$pid"
	[ -z "$watcher" ] || eventually has_ended "$watcher"
}

commands() {
	find scripts -maxdepth 1 -type f -perm -u+x
	printf '%s\n' tests/*/run
}

# A command that takes its argument for none, or for another one, begins its work; without root it does not get far.
unprivileged() { # COMMAND...
	status=0
	unshare --user timeout 20 "$@" >"$T/stdout" 2>"$T/stderr" </dev/null || status=$?
}

show() {
	echo "$1: exit code $status"
	cat "$T/stdout" "$T/stderr"
	return 1
}

@test "each command prints its help" {
	unshare --user true || skip 'no user namespaces'
	for command in $(commands); do
		for option in -h --help; do
			unprivileged "$command" "$option"
			[ "$status" = 0 ] && grep -qi "^usage: .*$command" "$T/stdout" || show "$command $option"
			[ ! -s "$T/stderr" ] || show "$command $option"
		done
	done
}

@test "each command refuses an argument that it does not know" {
	unshare --user true || skip 'no user namespaces'
	for command in $(commands); do
		for argument in --nonsense nonsense; do
			[ "$command $argument" != 'scripts/make-guest nonsense' ] || continue # a file's name
			unprivileged "$command" "$argument"
			grep -qiE 'usage: |nonsense' "$T/stderr" || show "$command $argument"
			[ "$status" != 0 ] && [ ! -s "$T/stdout" ] || show "$command $argument"
		done
	done
}
