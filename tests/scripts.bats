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

@test "each script prints its help" {
	unshare --user true || skip 'no user namespaces'
	for command in $(commands); do
		for option in -h --help; do
			unprivileged "$command" "$option"
			[ "$status" = 0 ] && grep -qi "^usage: .*$command" "$T/stdout" || show "$command $option"
			[ ! -s "$T/stderr" ] || show "$command $option"
		done
	done
}

@test "each script refuses unknown arguments" {
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

# ---- a sign of life ------------------------------------------------------------------

# As setup, demo and check do it. It works until there is the file "go".
write_script() { # WORK
	cat >"$T/script" <<-SCRIPT
		set -euo pipefail
		. $TOP/scripts/lib/common.sh
		SILENCE=2
		progress_begin
		$1
		step working
		while [ ! -e $T/go ]; do sleep 0.1; done
	SCRIPT
}

start() {
	bash "$T/script" >"$T/stdout" 2>&1 3>&- &
	pid=$!
}

told() { # N: so many lines of what is under way
	[ "$(grep -cE '^\[ *[0-9]+s\] working, since [0-9]+ s$' "$T/stdout")" -ge "$1" ]
}

# The one that writes these lines: a child of the script's that is called like it.
find_watcher() {
	watcher=$(pgrep -P "$pid" -f "$T/script")
}

@test "without output for a while, a line says what runs, and since when" {
	write_script :
	echo progress_end >>"$T/script"
	start
	eventually told 2
	run ! grep -E 'since [01] s' "$T/stdout"
	eventually find_watcher
	touch "$T/go"
	wait "$pid"
	has_ended "$watcher"
	run ! compgen -G "${TMPDIR:-/tmp}/progress.$pid.*"
}

@test "the watcher ends with a script that fails or is killed" {
	for end in 'kill -KILL $$' 'exit 3' 'kill -TERM $$'; do
		rm -f "$T/go"
		write_script "trap 'true' EXIT"
		echo "$end" >>"$T/script"
		start
		eventually told 1
		eventually find_watcher
		touch "$T/go"
		wait "$pid" && return 1
		eventually has_ended "$watcher"
		eventually is_not compgen -G "${TMPDIR:-/tmp}/progress.$pid.*"
	done
}

@test "the steps of started scripts are printed as well" {
	write_script "bash -c '. scripts/lib/common.sh; progress_begin; step inner; until grep -q inner,.since $T/stdout; do sleep 0.1; done'"
	start
	eventually told 1
	touch "$T/go"
	wait "$pid"
	[ "$(grep -c 'inner, since' "$T/stdout")" = 1 ]
}

@test "each output of a script counts as activity" {
	. scripts/lib/common.sh
	PROGRESS=$T
	for how in say step title good bad; do
		echo 0 >"$T/said"
		"$how" word 2>&1
		[ "$(<"$T/said")" -gt 0 ]
	done
}

@test "check prints how many topics are done, and which ones run" {
	eval "$(sed -n '/^under_way()$/,/^}$/p' scripts/check)"
	. scripts/lib/common.sh
	log=$T topics=(style faults vm)
	for topic in build:200 style:180 faults:70 vm:0; do
		echo $((EPOCHSECONDS - ${topic#*:})) >"$T/${topic%:*}.begun"
	done
	touch "$T/build.count" "$T/style.count"
	[[ $(under_way) =~ ^'1 of 3 topics, faults since '[12]' min, vm since '[0-9]+' s'$ ]] || { under_way && return 1; }
}
