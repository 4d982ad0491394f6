#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2314 # each test is a subshell; "! x" stands in conditions
# signals - a run ended by a signal, SIGKILL, --timeout or a closed output: nothing is left behind

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	export BATS_TEST_TIMEOUT=120
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 8 tree
	guest_disk gpt guest.img root.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
	T=$BATS_TEST_TMPDIR
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	DOMU=$FAULTY
	pid='' keeper='' reader=''
}

teardown() {
	local process

	for process in ${pid-} ${keeper-} ${reader-}; do
		! is_stopped "$process" || kill -CONT "$process"
	done
	world_assert
}

# ---- stopping it at a step ---------------------------------------------------------

process_of() { # NAME: its number, from the log of the steps
	awk -v name="$1" '$1 == name { print $3; exit }' "$T/steps" 2>/dev/null
}

# Starts the program; front, keeper or reader stops when it comes to the step. Sets pid, keeper,
# reader and stopped.
stop_at() { # STEP [ARG...]
	local step=$1

	shift
	stopped=''
	rm -f "$T/steps"
	DOMU_FAULT=$step=STOP DOMU_FAULT_LOG=$T/steps \
		domu_start --entry=/vmlinuz,/initrd.img "$@" guest.img
	eventually stops_in "$T/steps"
	keeper=$(process_of keeper)
	reader=$(process_of reader)
}

# Continue the process until it has ended, even if it stops at the step again. It may have no parent that
# waits for it. Only a stopped process gets SIGCONT, which would disturb the leak sanitizer at the end.
go_on() { # PID
	while ! has_ended "$1"; do
		! is_stopped "$1" || kill -CONT "$1"
		sleep 0.02
	done
}

# To the same step once more.
stop_again() {
	kill -CONT "$stopped"
	eventually is_stopped "$stopped"
}

# A run that was not killed has undone what it did when it ends: nothing is left at the first look.
assert_gone() {
	nothing_there || _fail "there are: $(_world)"
}

# After the SIGKILL of a front its keeper undoes by itself, or the kernel: in a moment.
assert_gone_soon() {
	local strays=too

	eventually nothing_there || _fail "there are: $(_world)"
}

nothing_there() {
	[ -z "$(_world_processes)$(_world_loops)$(_world_maps)$(_world_copies)" ]
}

# The front has read its signal, and waits for what comes next.
has_heard() { # PID
	grep -qs '^ShdPnd:.0*$' "/proc/$1/status" && grep -qs '^State:.S' "/proc/$1/status"
}

# ---- signals to the front ----------------------------------------------------------

# A process that was started in the background ignores SIGINT: bash says so to its children.
@test "SIGTERM and SIGHUP during the copy: undone, exit code 1, one line" {
	local signal

	for signal in TERM HUP; do
		stop_at copy.send
		kill -$signal "$pid"
		domu_wait
		assert_status 1
		assert_error "interrupted by a signal: SIG$signal"
		assert_gone
	done
}

@test "SIGINT to all processes, as a terminal sends it: undone, exit code 1" {
	stop_at copy.send
	kill -INT "$pid" "$keeper" "$reader"
	domu_wait
	assert_status 1
	assert_error 'interrupted by a signal'
	assert_gone
}

@test "a signal while the keeper handles a device, a mount, a copy or an undo: undone, exit code 1" {
	local step

	for step in loop.configure mnt.mount publish.create loop.clear publish.link; do
		stop_at "$step"
		kill -TERM "$pid"
		eventually has_heard "$pid"
		go_on "$keeper"
		domu_wait
		assert_status 1 || _fail "$step"
		assert_error '' || _fail "$step"
		assert_gone || _fail "$step"
	done
}

@test "many signals at once: undone, exit code 1" {
	stop_at copy.send
	kill -TERM "$pid"
	try_kill -HUP "$pid"
	try_kill -TERM "$pid"
	try_kill -TERM "$keeper" "$reader"
	domu_wait
	assert_status 1
	assert_error 'interrupted by a signal'
	assert_gone
}

@test "a signal to only the keeper or the reader: exit code 1, and nothing is left behind" {
	stop_at copy.send
	kill -TERM "$keeper"
	domu_wait
	assert_status 1
	assert_error 'the keeper process was interrupted by a signal: SIGTERM'
	assert_gone
	stop_at copy.send
	kill -TERM "$reader"
	go_on "$reader"
	domu_wait
	assert_status 1
	assert_error 'no valid reply from the reader process'
	assert_hint 'killed by signal SIGTERM'
	assert_gone
}

# The front waits for the keeper's last word.
waits_again() {
	[ "$(tr -d '\0' <"$T/steps" | awk '$1 == "front" { step = $4 } END { print step }')" = front.poll ]
}

# The keeper is kept from its last word, so that the front still waits for it.
@test "a signal after the result is written: exit code 0, and the copies stay" {
	stop_at output.write
	kill -STOP "$keeper"
	eventually is_stopped "$keeper"
	kill -CONT "$pid"
	eventually waits_again
	kill -TERM "$pid"
	eventually has_heard "$pid"
	kill -CONT "$keeper"
	domu_wait
	assert_copies "$K" "$R"
	[ ! -s "$STDERR" ] || _fail 'there is something on stderr'
	assert_gone
}

@test "a run that is stopped and continued, as a shell does, succeeds" {
	stop_at mnt.mount
	kill -STOP "$pid" "$reader"
	sleep 0.1
	kill -CONT "$pid" "$reader"
	go_on "$keeper"
	domu_wait
	assert_copies "$K" "$R"
}

# ---- SIGKILL -----------------------------------------------------------------------

# Where each process can be met. The reader's steps come first: it does not need to go on.
STEPS=(probe.superblock copy.send reader.head loop.configure loop.check mnt.mount openin.open
	publish.create loop.clear mnt.umount)

@test "SIGKILL of the reader: exit code 1, and nothing is left behind" {
	local step

	for step in "${STEPS[@]}"; do
		stop_at "$step"
		kill -KILL "$reader"
		go_on "$keeper"
		domu_wait
		if [ "$status" = 0 ]; then # it was not needed any more
			assert_copies "$K" "$R" || _fail "$step"
		else
			assert_status 1 || _fail "$step"
			assert_error '' || _fail "$step"
			assert_hint 'killed by signal SIGKILL' || _fail "$step"
		fi
		assert_gone || _fail "$step"
	done
}

@test "SIGKILL of the keeper: exit code 1, and nothing is left behind" {
	local step

	for step in "${STEPS[@]}" publish.link; do
		stop_at "$step"
		kill -KILL "$keeper"
		domu_wait
		assert_status 1 || _fail "$step"
		assert_error 'the keeper process ended unexpectedly' || _fail "$step"
		assert_hint 'killed by signal SIGKILL' || _fail "$step"
		assert_gone || _fail "$step"
	done
}

@test "SIGKILL of the front, the other two running: nothing is left behind" {
	local step

	for step in "${STEPS[@]}" publish.link; do
		stop_at "$step"
		kill -KILL "$pid"
		go_on "$keeper"
		domu_wait
		assert_status 137
		assert_gone_soon || _fail "$step"
		assert_no_stdout
	done
}

@test "SIGKILL of the keeper with one of two copies published: both are removed" {
	stop_at publish.link
	stop_again
	kill -KILL "$keeper"
	domu_wait
	assert_status 1
	assert_error 'the keeper process'
	assert_gone
}

@test "SIGKILL of the front before it writes the result: the copies are removed" {
	local step

	for step in output.read output.write; do
		stop_at "$step"
		[ "$stopped" = "$pid" ]
		[ -n "$(_world_copies)" ]
		kill -KILL "$pid"
		domu_wait
		assert_gone_soon || _fail "$step"
		assert_no_stdout
	done
}

@test "SIGKILL of the keeper while the front writes the result: all copies or none" {
	stop_at output.write
	kill -KILL "$keeper"
	kill -CONT "$pid"
	domu_wait
	if [ "$status" = 0 ]; then
		assert_copies "$K" "$R"
	else
		assert_no_copies
	fi
	assert_gone
}

@test "SIGKILL of all three at once: the kernel frees everything" {
	local step

	for step in "${STEPS[@]}"; do
		stop_at "$step"
		kill_at_once "$pid" "$keeper" "$reader"
		domu_wait
		assert_status 137
		assert_gone_soon || _fail "$step"
	done
}

# ---- the clock ---------------------------------------------------------------------

@test "--timeout: a stopped reader is killed, exit code 1" {
	stop_at copy.send --timeout=1
	domu_wait
	assert_status 1
	assert_error 'timed out'
	assert_gone
}

@test "--timeout: a stuck step is named with exit code 4, and undone when it continues" {
	stop_at mnt.mount --timeout=1
	domu_wait
	assert_status 4
	assert_error 'cleanup follows when it does'
	assert_hint "$keeper"
	kill -CONT "$keeper"
	assert_gone_soon
}

# ---- the reader of the answer ------------------------------------------------------

@test "a pipe without a reader: exit code 1, no copies" {
	local fifo=$T/fifo

	mkfifo "$fifo"
	DOMU_FAULT=answer.render=STOP DOMU_FAULT_LOG=$T/steps \
		domu_start --entry=/vmlinuz,/initrd.img --output="$fifo" guest.img
	exec 9<"$fifo"
	eventually stops_in "$T/steps"
	exec 9<&-
	keeper=$stopped
	go_on "$keeper"
	domu_wait
	assert_status 1
	assert_error 'cannot write the result'
	assert_hint 'closed its end'
	assert_gone
}

@test "a FIFO that no process reads: the run waits before it does anything, and a signal ends it" {
	mkfifo "$T/fifo"
	domu_start --entry=/vmlinuz --output="$T/fifo" guest.img
	sleep 0.3
	[ -z "$(_world_loops)" ]
	kill -TERM "$pid"
	domu_wait
	[ "$status" -ne 0 ]
	assert_gone
}
