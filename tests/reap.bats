#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2314 # each test is a subshell; "! x" stands in conditions
# reap - leftovers of killed runs are removed; live runs and other users are not touched

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 8 tree
	guest_disk gpt guest.img root.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	T=$BATS_TEST_TMPDIR
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	DOMU=$FAULTY
	holder='' pid='' keeper='' other='' mounted=''
}

teardown() {
	let_go
	[ -z "$mounted" ] || umount "$mounted"
	[ -z "$keeper" ] || try_kill -KILL "$pid" "$keeper"
	[ -z "$other" ] || losetup -d "$other" 2>/dev/null || true # lint: the test may have detached it
	world_assert
}

reap() {
	domu_own reap --config="$CONF" --tmpdir="$OUT" "$@"
}

assert_said() { # TEXT
	grep -qF -- "$1" "$STDOUT" || _fail "it did not say: $1"
}

assert_silent_about() { # TEXT
	! grep -qF -- "$1" "$STDOUT" "$STDERR" || _fail "it spoke of $1"
}

# The loop devices of this test's image, the whole disk's first.
loops() {
	losetup --noheadings --output NAME --associated "${guest:-guest.img}" | sort -V
}

let_go() {
	[ -z "$holder" ] || try_kill "$holder"
	holder=''
}

# A run whose keeper stops at STEP, which it comes to once: sets pid, keeper and loop.
stop_at() { # STEP
	local stopped

	DOMU_FAULT=$1=STOP DOMU_FAULT_LOG=$T/steps domu_start --entry=/vmlinuz "${guest:-guest.img}"
	eventually stops_in "$T/steps"
	keeper=$stopped
	loop=$(loops | head -n 1)
}

# Kill all processes of a run while another process has its loop device open: the device stays.
leave_loop() {
	stop_at outdir.open
	hold "$loop"
	kill_at_once "$pid" "$keeper"
	domu_wait
	keeper=''
	eventually is_the_last
}

# The kernel takes the others back as the processes end; reap may be quicker.
is_the_last() {
	[ "$(loops)" = "$loop" ]
}

is_bound() { # LOOP
	[ -e "/sys/block/${1#/dev/}/loop/backing_file" ]
}

# ---- loop devices ------------------------------------------------------------------

@test "nothing to remove: reap prints that" {
	reap
	assert_status 0
	assert_said 'nothing to remove'
	reap --dry-run
	assert_status 0
	assert_said 'nothing to remove'
	reap -q
	assert_status 0
	assert_no_stdout
}

@test "all processes of a run are killed at once: there is nothing to reap" {
	local step

	for step in loop.check resolve.tree outdir.open publish.create answer.render; do
		stop_at "$step"
		kill_at_once "$pid" "$keeper"
		domu_wait
		keeper=''
		eventually no_loops
		reap
		assert_status 0
		assert_said 'nothing to remove'
	done
}

@test "a live run keeps its loop device and succeeds" {
	stop_at resolve.tree
	[ "$(loops | wc -l)" = 1 ]
	reap --dry-run
	assert_said 'nothing to remove'
	reap
	assert_status 0
	assert_said 'nothing to remove'
	[ "$(loops | wc -l)" = 1 ]
	kill -CONT "$keeper"
	domu_wait
	keeper=''
	assert_copies tree/boot/vmlinuz-6.1.0
}

@test "a killed run's loop device that another process has open: reported, and detached when it is closed" {
	leave_loop
	reap --dry-run
	assert_status 0
	assert_said "would remove the loop device $loop"
	is_bound "$loop"
	reap
	assert_status 4
	grep -q "^domUloader cleanup: $loop: .*\[loop.clear\]; by hand: losetup -d $loop\$" "$STDERR"
	assert_hint 'it is detached when that closes it'
	assert_silent_about removed
	let_go
	eventually is_not is_bound "$loop"
}

has_open() { # PID FILE
	find "/proc/$1/fd" -lname "$2" 2>/dev/null | grep -q .
}

@test "a killed run's loop device that udevd looks at is removed: reap waits until udevd lets go" {
	local looking

	leave_loop
	exec {looking}<"$loop"
	flock --shared "$looking"
	let_go
	"$OWN_LOOPS" "$DOMU" reap --config="$CONF" --tmpdir="$OUT" >"$STDOUT" 2>"$STDERR" 3>&- {looking}<&- &
	pid=$!
	eventually has_open "$pid" "$loop"
	exec {looking}<&-
	domu_wait
	assert_status 0
	assert_said "removed the loop device $loop"
}

@test "a killed run's loop device that is mounted stays mounted" {
	stop_at resolve.tree
	loop=$(loops | tail -n 1)
	mounted=$T/mounted
	mkdir "$mounted"
	mount -o ro "$loop" "$mounted"
	kill_at_once "$pid" "$keeper"
	domu_wait
	keeper=''
	reap
	assert_status 4
	assert_hint "cleanup: $loop"
	cmp "$mounted/boot/vmlinuz-6.1.0" tree/boot/vmlinuz-6.1.0
	umount "$mounted"
	mounted=''
}

@test "another user's loop device is not touched, even one with autoclear" {
	other=$(losetup --find --show --read-only guest.img)
	reap
	assert_status 0
	assert_silent_about "$other"
	is_bound "$other"
	hold "$other"
	losetup -d "$other"
	[ "$(cat "/sys/block/${other#/dev/}/loop/autoclear")" = 1 ]
	reap
	assert_status 0
	assert_silent_about "$other"
	is_bound "$other"
}

@test "several runs at once: only the killed run's device is found" {
	local dead

	leave_loop
	dead=$loop
	stop_at resolve.tree
	reap --dry-run
	assert_said "would remove the loop device $dead"
	[ "$(wc -l <"$STDOUT")" = 1 ] || _fail 'it would remove more'
	kill -CONT "$keeper"
	domu_wait
	keeper=''
	assert_copies tree/boot/vmlinuz-6.1.0
}

# The kernel remembers what was on the device, and mounts the new one for that, where the new one's
# fsid is mounted elsewhere: Linux 6.7 and newer.
@test "a btrfs on a loop device that held a killed run's other btrfs" {
	local guest

	for guest in first second; do
		guest_fs btrfs $guest.fs 24 tree
		guest_disk gpt $guest.img $guest.fs
	done
	guest=first.img
	stop_at mnt.mount
	mkdir "$T/at"
	run ! mount -w "$(loops | tail -n 1)" "$T/at" # what is remembered of a mount that is killed
	kill_at_once "$pid" "$keeper"
	domu_wait
	keeper=''
	eventually no_loops
	other=$(losetup --find --show --read-only second.fs)
	mounted=$T/at
	mount -o ro "$other" "$mounted"
	domu --entry=/vmlinuz second.img
	assert_copies tree/boot/vmlinuz-6.1.0
}

# ---- unfinished copies -------------------------------------------------------------

old() { # FILE...
	touch -d '2 minutes ago' "$@"
}

@test "an unfinished copy that no process writes is removed" {
	echo half >"$OUT/.kernel.AbCdEf.part"
	echo half >"$OUT/.ramdisk.AbCd12.part"
	old "$OUT"/.*.part
	reap --dry-run
	assert_said "would remove the unfinished copy '$OUT/.kernel.AbCdEf.part'"
	[ -e "$OUT/.kernel.AbCdEf.part" ]
	reap
	assert_status 0
	assert_said "removed the unfinished copy '$OUT/.ramdisk.AbCd12.part'"
	assert_no_copies
}

# Every process of a run is killed after the copies have their names and before the result is sent.
leave_copies() {
	DOMU_FAULT=output.write=STOP DOMU_FAULT_LOG=$T/steps domu_start --entry=/vmlinuz,/initrd.img guest.img
	eventually is_stopped "$pid"
	keeper=$(awk '$1 == "keeper" { print $3; exit }' "$T/steps")
	kill_at_once "$pid" "$keeper"
	domu_wait
	keeper=''
	[ "$(stat -c %a "$OUT"/* | sort -u)" = 1600 ]
}

@test "copies of a run that printed no result are removed a minute later, by reap or the next run" {
	local how

	for how in reap run; do
		leave_copies
		reap
		assert_said 'nothing to remove'
		old "$OUT"/*
		case $how in
		reap)
			reap
			assert_said "removed the unfinished copy '$OUT/kernel."
			;;
		run)
			domu -v --entry=/vmlinuz guest.img
			assert_hint 'removed 2 copies of killed runs'
			assert_copies tree/boot/vmlinuz-6.1.0
			;;
		esac
		assert_no_copies
	done
}

@test "copies being written, new or finished, and other files are not touched" {
	local file

	echo half >"$OUT/.kernel.Locked.part"
	echo half >"$OUT/.kernel.Young1.part"
	echo all >"$OUT/kernel.AbCdEf"
	echo text >"$OUT/.kernel.AbCdEf.part~"
	echo text >"$OUT/.kernel.AbC-Ef.part"
	echo text >"$OUT/.initrd.AbCdEf.part"
	echo text >"$T/elsewhere"
	ln -s "$T/elsewhere" "$OUT/.kernel.Symlnk.part"
	echo text >"$OUT/.kernel.Linked.part"
	ln "$OUT/.kernel.Linked.part" "$OUT/link"
	echo text >"$OUT/.kernel.Nobody.part"
	chown 65534 "$OUT/.kernel.Nobody.part"
	mkdir "$OUT/.kernel.Direct.part"
	mkfifo "$OUT/.kernel.Fifo12.part"
	old "$OUT"/.??* "$OUT"/* "$T/elsewhere"
	echo more >"$OUT/.kernel.Young1.part"
	_world_copies >"$T/copies.before"
	exec 8<"$OUT/.kernel.Locked.part"
	flock -n 8
	reap
	exec 8<&-
	assert_status 0
	assert_said 'nothing to remove'
	_world_copies >"$T/copies.after"
	cmp "$T/copies.before" "$T/copies.after"
	[ -s "$T/elsewhere" ]
	rm -r "${OUT:?}"
	mkdir "$OUT"
}

# A filesystem without O_TMPFILE: the copy has a name while it is written.
through_without() { # ARG...
	exec "$TOP/build/tools/without" O_TMPFILE "$FAULTY" "$@"
}

@test "a copy that a live run is writing is kept, however long it stalls" {
	local part reader

	[ -x "$TOP/build/tools/without" ] || skip 'build/tools/without is missing: make tools'
	DOMU=through_without stop_at copy.send
	reader=$keeper
	keeper=$(awk '$1 == "keeper" { print $3; exit }' "$T/steps")
	part=$(echo "$OUT"/.kernel.*.part)
	old "$part"
	reap
	assert_status 0
	assert_said 'nothing to remove'
	[ -e "$part" ] || _fail 'a run that lives lost its copy'
	kill -CONT "$reader"
	domu_wait
	keeper=''
	assert_copies tree/boot/vmlinuz-6.1.0
}

@test "leftovers that cannot be removed are reported with the command, exit code 4" {
	echo half >"$OUT/.kernel.AbCdEf.part"
	old "$OUT/.kernel.AbCdEf.part"
	DOMU_FAULT=unfinished.remove=EIO reap
	assert_status 4
	assert_hint "[unfinished.remove]; by hand: rm '$OUT/.kernel.AbCdEf.part'"
	reap
	assert_status 0
}

@test "each search for leftovers fails: an error, and nothing is touched" {
	local step

	echo half >"$OUT/.kernel.AbCdEf.part"
	old "$OUT/.kernel.AbCdEf.part"
	for step in caps.read loopscan.list unfinished.list; do
		DOMU_FAULT=$step=EIO reap
		assert_status 1
		grep -q "^domUloader error: .*\[$step\]\$" "$STDERR" || _fail "no error of $step"
		[ -e "$OUT/.kernel.AbCdEf.part" ]
	done
	rm "$OUT/.kernel.AbCdEf.part"
	leave_loop
	DOMU_FAULT=loop.seize=EIO reap
	assert_status 1
	is_bound "$loop"
}

# ---- the word ----------------------------------------------------------------------

@test "only root can run reap" {
	local dir

	dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$TOP/build/domUloader" "$dir/"
	DOMU=setpriv domu_bare --reuid=65534 --regid=65534 --clear-groups "$dir/domUloader" reap
	rm -r "$dir"
	assert_status 1
	assert_error 'a capability is missing: CAP_SYS_ADMIN'
}

@test "a command accepts only its own options, not those of the main job" {
	reap --entry=/vmlinuz
	assert_status 2
	assert_error 'cannot parse the command line'
	reap guest.img
	assert_status 2
	assert_error 'only options are accepted here'
	domu_bare --format=json --entry=/vmlinuz guest.img
	assert_status 2
	assert_error 'cannot parse the command line'
}

@test "a disk with the name of a command can be given as ./reap" {
	cd "$T"
	cp --sparse=always "$BATS_FILE_TMPDIR/guest.img" reap
	domu --entry=/vmlinuz,/initrd.img ./reap
	cd "$BATS_FILE_TMPDIR"
	assert_copies tree/boot/vmlinuz-6.1.0 tree/boot/initrd.img-6.1.0
}
