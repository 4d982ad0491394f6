#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# faults - each step fails, alone and with each undo: the exit code, one error that names a step, and
# nothing left (SWEEP=full: each of them, and every pair)
# shellcheck disable=SC2034,SC2154 # sweep.bash has args, steps and unmounts
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
	world_save
}

stride() { # N: every N-th, or every one
	[ "${SWEEP-}" = full ] && echo 1 || echo "$1"
}

teardown() {
	world_assert
}

# ---- single tests --------------------------------------------------------------

faulty() { # FAULTS GUEST: DOMU_FAULT=FAULTS on that guest, whose answer goes to stdout
	local args

	sweep_use "$2"
	status=0
	ASAN_OPTIONS=detect_leaks=1 DOMU_FAULT=$1 DOMU_FAULT_LOG=$LOG "$FAULTY" "${args[@]}" >"$STDOUT" 2>"$STDERR" \
		</dev/null 3>&- || status=$?
	tr -d '\0' <"$LOG" | awk 'NR > 1 { print $4 }' >>"$BATS_FILE_TMPDIR/reached"
}

assert_said() { # TEXT
	grep -qF -- "$1" "$STDERR" || {
		cat "$STDERR"
		return 1
	}
}

assert_answered() {
	cat "$STDERR"
	[ "$status" = 0 ]
	[ -f "$(answer kernel)" ]
	rm -f "$OUT"/*
}

@test "no memory leaks, with and without a failure" {
	faulty '' one
	assert_answered
	[ ! -s "$STDERR" ]
	faulty mnt.mount=EIO one
	[ "$status" = 1 ]
	run ! grep Sanitizer "$STDERR"
}

@test "an undo that is busy for a second is retried" {
	faulty mnt.umount=EBUSYx10,loop.clear=EAGAINx2 one
	assert_answered
	[ ! -s "$STDERR" ]
}

@test "an undo that stays busy is reported with the command to run by hand, exit code 4" {
	faulty loop.clear=EBUSY one
	[ "$status" = 4 ]
	[ "$(grep -c '^domUloader cleanup: /dev/loop.*by hand: losetup -d /dev/loop' "$STDERR")" = 1 ]
	[ "$(grep -c '^domUloader error: .*\[loop.clear\]' "$STDERR")" = 1 ]
	[ ! -s "$STDOUT" ]
}

@test "the error is the first failure, not a failed undo" {
	faulty publish.create=EROFS,undo#1=EIO one
	[ "$status" = 4 ]
	assert_said '[publish.create]'
	assert_said 'cleanup: '
	assert_said 'specify a writable directory'
}

@test "if sendfile fails, bytes are copied with read and write" {
	faulty copy.send=EOPNOTSUPP one
	assert_answered
}

@test "copying with read and write names the side that failed" {
	faulty copy.send=EIO,copy.read=EIO one
	[ "$status" = 1 ]
	assert_said '[copy.read]'
	assert_said 'the image is truncated or damaged'
	faulty copy.send=EIO,copy.write=ENOSPC one
	[ "$status" = 1 ]
	assert_said '[copy.write]'
	assert_said 'free some space'
	[ -z "$(ls -A "$OUT")" ]
}

@test "only a missing file gives exit code 3" {
	faulty openin.walk=ENOENT one
	[ "$status" = 3 ]
	faulty openin.walk=EACCES one
	[ "$status" = 1 ]
}

@test "the error says what an image looks like; if it cannot be read, that is the error" {
	local img=$BATS_FILE_TMPDIR/strange.img

	printf 'QED\0\0\0\0\3' >"$img"
	truncate -s 1M "$img"
	faulty '' strange
	[ "$status" = 1 ]
	assert_said 'looks like a qed image'
	faulty reader.image=EIO strange
	[ "$status" = 1 ]
	assert_said '[reader.image]'
	run ! grep qed "$STDERR"
}

@test "a reader that cannot confine itself or receive a question reports it" {
	local step number

	for step in reader.{parent,descriptors,chroot,limits} caps.uid; do
		faulty "$step=EPERM" one
		[ "$status" = 1 ]
		assert_said "[$step]"
	done
	faulty '' one
	assert_answered
	number=$(tr -d '\0' <"$LOG" | awk '$1 == "reader" && $4 == "wire.receive" { print $2; exit }')
	faulty "reader#$number=EMSGSIZE" one
	[ "$status" = 1 ]
	assert_said '[wire.receive]'
}

@test "no loop device left: the error does not claim that the guest has no root" {
	faulty loop.free=ENOSPC search
	[ "$status" = 1 ]
	assert_said '[loop.free]'
}

@test "a lost race for a loop device is retried" {
	local call trace=$BATS_TEST_TMPDIR/trace

	command -v strace >/dev/null || skip 'strace is missing'
	sweep_use one
	strace -f -qq -e trace=ioctl -o "$trace" "$DOMU" "${args[@]}" >"$STDOUT"
	rm -f "$OUT"/*
	call=$(awk '/LOOP_CTL_GET_FREE/ && !pid { pid = $1 } { n[$1]++ }
		pid && $1 == pid && /LOOP_CONFIGURE/ { print n[$1]; exit }' "$trace")
	strace -f -qq -e trace=ioctl -e "inject=ioctl:error=EBUSY:when=$call" -o "$trace" \
		"$DOMU" "${args[@]}" >"$STDOUT" 2>"$STDERR"
	grep -q 'LOOP_CONFIGURE.*EBUSY.*INJECTED' "$trace"
	[ -f "$(answer kernel)" ]
	rm -f "$OUT"/*
}

@test "without O_TMPFILE, copies are hidden files until they are renamed at the end" {
	[ -x "$TOP/build/tools/without" ] || skip 'build/tools/without is missing: make tools'
	sweep_use one
	status=0
	DOMU_FAULT=publish.mode=EIO,publish.discard=EIO "$TOP/build/tools/without" O_TMPFILE "$FAULTY" "${args[@]}" \
		>"$STDOUT" 2>"$STDERR" || status=$?
	[ "$status" = 4 ]
	assert_said "by hand: rm '$OUT/.kernel."
	rm "$OUT"/.kernel.*.part
	"$TOP/build/tools/without" O_TMPFILE "$FAULTY" "${args[@]}" >"$STDOUT" 2>"$STDERR"
	[ -f "$(answer kernel)" ]
	[ "$(stat -c '%a %h' "$(answer kernel)")" = '600 1' ]
	rm -f "$OUT"/*
	[ -z "$(ls -A "$OUT")" ]
}

@test "an extraction that cannot be undone is reported with a command; --stdout may run out of memory" {
	faulty stage.publish=EIO,stage.remove=EBUSY extract
	[ "$status" = 4 ]
	assert_said "[stage.publish]"
	assert_said 'cleanup: '
	assert_said 'by hand: rm -r'
	rm -rf "${OUT:?}"/.[!.]*
	faulty extract.memory=EMFILE stdout
	[ "$status" = 1 ]
	assert_said '[extract.memory]'
	[ ! -s "$STDOUT" ]
}

@test "the leftover check sees this test's tools and loop devices, not those of another check" {
	sweep_use image
	ASAN_OPTIONS=detect_leaks=0 DOMU_FAULT=mnt.mount=STOP DOMU_FAULT_LOG=$LOG \
		"$FAULTY" "${args[@]}" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- &
	pid=$!
	eventually stops_in "$LOG"
	_world_processes >"$BATS_TEST_TMPDIR/processes"
	_world_loops >"$BATS_TEST_TMPDIR/loops"
	(ulimit -i 1000 && _world_processes && _world_loops) >"$BATS_TEST_TMPDIR/others"
	# shellcheck disable=SC2154 # stops_in sets it
	kill_at_once "$pid" "$stopped"
	domu_wait
	grep -q qemu-storage-da "$BATS_TEST_TMPDIR/processes"
	grep -q /export "$BATS_TEST_TMPDIR/loops"
	[ ! -s "$BATS_TEST_TMPDIR/others" ]
}

@test "a step that fails before an undo is checked by its name in that run, not in the first run" {
	local args runs=0 complaints=() unmounts n

	sweep_use one
	sweep_run ''
	assert_answered
	n=$(tr -d '\0' <"$LOG" | awk '$1 == "keeper" && $4 == "wire.receive" { n = $2 } END { print n }')
	steps="keeper $n 1 publish.link" # the first run lost a race: it came to this step later
	unmounts=' 1 ' # what lies under it is busy then, and takes steps
	_sweep_pairs_of keeper "$n" $((n + 1))
	printf '%s\n' "${complaints[@]}"
	[ "$runs" -gt 4 ]
	[ "${#complaints[@]}" = 0 ]
}

# ---- all of them -----------------------------------------------------------------

@test "each step fails: a named partition" {
	sweep one numbers "$(stride 1)"
}

@test "each step fails: the way through the guest's fstab" {
	sweep way numbers "$(stride 1)"
}

@test "each step fails: a btrfs of two members" {
	sweep members numbers "$(stride 3)"
}

@test "each step fails: a root search" {
	sweep search numbers "$(stride 3)"
}

@test "each step fails: a journal replayed in memory" {
	sweep replay numbers "$(stride 1)"
}

@test "each step fails: a logical volume reported by lvm" {
	sweep lvm numbers "$(stride 3)"
}

@test "each step fails: an extraction into a directory" {
	sweep extract numbers "$(stride 3)"
}

@test "each step fails: the list command" {
	sweep list numbers "$(stride 3)"
}

@test "each step fails: a non-raw image of several files" {
	sweep image numbers "$(stride 3)"
}

@test "each step fails: an image in use" {
	sweep busy numbers "$(stride 3)"
}

@test "each step fails: many guests, in batch and sync" {
	sweep_rack batch faults
	sweep_rack sync faults
}

@test "each step fails, then each undo: a named partition" {
	sweep one pairs "$(stride 16)"
}

@test "each step fails, then each undo: the way through the guest's fstab" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep way pairs 1
}

@test "each step fails, then each undo: a btrfs" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep members pairs 1
}

@test "each step fails, then each undo: a root search" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep search pairs 1
}

@test "each step fails, then each undo: a logical volume" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep lvm pairs 1
}

@test "each step fails, then each undo: a non-raw image" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep image pairs 1
}

@test "each step fails, then each undo: a journal replayed in memory" {
	[ "${SWEEP-}" = full ] || skip 'with SWEEP=full only'
	sweep replay pairs 1
}

# Device-mapper, its way of a replay, and its tools are in the virtual machine; those
# of commands for many guests that need more than a list of two good ones have their own tests.
@test "each step is reached, except those of another machine or command" {
	sweep_never >"$BATS_TEST_TMPDIR/never"
	[ -s "$BATS_TEST_TMPDIR/never" ]
	is_not grep -vE -e '^(dm|tool|doctor|loop.seize|loopscan|unfinished|layer.store)' \
		-e '^(roster\.|report\.keep|manifest\.renew|task\.make)' "$BATS_TEST_TMPDIR/never"
}
