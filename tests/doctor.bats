#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2314 # each test is a subshell; "! x" stands in conditions
# doctor - what this host supports and what is missing, as text and as JSON

bats_require_minimum_version 1.5.0
load lib/world

setup() {
	world_need_root
	world_save
	T=$BATS_TEST_TMPDIR
	holder=''
}

teardown() {
	[ -z "$holder" ] || try_kill "$holder"
	world_assert
}

doctor() {
	domu_own doctor --config="$CONF" --tmpdir="$OUT" "$@"
}

# The program in a place that the user nobody can access, run as nobody.
doctor_as_nobody() {
	local dir

	dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$TOP/build/domUloader" "$dir/"
	DOMU=setpriv domu_bare --reuid=65534 --regid=65534 --clear-groups \
		"$dir/domUloader" doctor "$@"
	rm -r "$dir"
}

assert_row() { # STATE NAME TEXT
	grep -qE "^$1 +$2 .*$3" "$STDOUT" || _fail "there is no row: $1 $2 $3"
}

need_faulty() {
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	DOMU=$FAULTY
}

@test "root: the main job can run, and each check has a row" {
	doctor
	assert_status 0
	[ ! -s "$STDERR" ] || _fail 'there is something on stderr'
	assert_row ok kernel "$(uname -r)"
	assert_row ok privileges 'all that are needed'
	assert_row ok 'loop devices' 'attached read-only, and detached'
	assert_row ok filesystem '(ext4|xfs|btrfs)'
	assert_row ok 'directory of copies' "$OUT"
	assert_row ok leftovers none
	tail -n 1 "$STDOUT" | grep -qF "can extract guests"
}

@test "a kernel without device-mapper: doctor reports it and the fix, and the main job works" {
	[ ! -e /sys/class/misc/device-mapper ] || skip 'this kernel has device-mapper'
	doctor
	assert_status 0
	assert_row lacks device-mapper 'mapped by loop devices'
	grep -qF -- '-> the kernel'\''s option CONFIG_BLK_DEV_DM' "$STDOUT"
	assert_row lacks 'snapshot target' 'not there'
}

@test "nobody: the main job cannot run, and doctor says what is missing" {
	doctor_as_nobody
	assert_status 1
	assert_row missing privileges 'CAP_SYS_ADMIN'
	assert_row lacks 'loop devices' "can't be asked without root"
	tail -n 1 "$STDOUT" | grep -qF "cannot extract guests"
}

@test "json: one object with each row and the verdict" {
	local name

	doctor --format=json
	assert_status 0
	jq -e '.ready == true' "$STDOUT"
	jq -e '.checks | length >= 13 and all(
		(.name | length > 0) and (.found | length > 0) and (.fix == null or .fix != "") and
		(.state | IN("ok", "lacks", "missing")))' "$STDOUT"
	jq -e '[.checks[] | select(.state != "ok" and .fix == null)] == []' "$STDOUT"
	for name in kernel privileges 'loop devices' device-mapper 'snapshot target' kpartx lvm FUSE \
		qemu-storage-daemon qemu-img openat2 ext4 xfs btrfs vfat 'directory of copies' 'udev rule' \
		leftovers; do
		jq -e --arg name "$name" 'any(.checks[]; .name == $name)' "$STDOUT" ||
			_fail "no row $name"
	done
	doctor_as_nobody --format=json
	assert_status 1
	jq -e '.ready == false and any(.checks[]; .state == "missing")' "$STDOUT"
}

@test "each listed filesystem has a row; with none of them the main job cannot run" {
	doctor --filesystems=+nosuchfs --format=json
	assert_status 0
	jq -e '.checks[] | select(.name == "nosuchfs") | .state == "lacks" and .group == "filesystem"' \
		"$STDOUT"
	doctor --filesystems=nosuchfs
	assert_status 1
	assert_row missing nosuchfs 'not in this kernel'
	echo 'filesystems = ext4' >"$CONF"
	doctor --format=json
	jq -e '[.checks[] | select(.group == "filesystem") | .name] == ["ext4"]' "$STDOUT"
}

# A host whose modules for this kernel are those of $T/lib, laid over the host's own.
on_modules() { # PROGRAM ARG...
	# shellcheck disable=SC2016 # it is another shell's
	unshare --mount bash -euc '
		lib=$(realpath /lib)
		mount -t overlay -o "lowerdir=$1:$lib" modules "$lib"
		shift
		exec "$@"' - "$T/lib" "$@"
}

doctor_on_modules() { # DOCTOR's ARG...
	local program=$DOMU

	DOMU=on_modules domu_bare "$OWN_LOOPS" "$program" doctor --config="$CONF" --tmpdir="$OUT" "$@"
}

@test "loadable modules are found by file name with '-' or '_', compressed or not, and by alias" {
	local modules name

	kernel_has overlay || skip 'this kernel has no overlay'
	modules=$T/lib/modules/$(uname -r)
	mkdir -p "$modules"
	cat >"$modules/modules.dep" <<-'DEP'
		kernel/fs/zz/packed.ko.xz: kernel/fs/zz/needed.ko kernel/lib/also-needed.ko
		kernel/fs/plain.ko:
		kernel/fs/longer-name.ko:
		kernel/fs/not-a-module.txt:
		kernel/drivers/md/dm_mod.ko.zst:
		bare.ko:
	DEP
	echo kernel/fs/builtin.ko >"$modules/modules.builtin"
	echo 'alias fs-aliased other' >"$modules/modules.alias"
	doctor_on_modules --filesystems='packed plain builtin aliased bare needed longer not-a-module name'
	assert_status 0
	assert_row ok filesystem 'packed plain builtin aliased bare: a module, loaded by its first mount'
	for name in needed longer not-a-module name; do
		assert_row lacks $name 'not in this kernel'
	done
	[ -e /sys/class/misc/device-mapper ] || grep -qF -- '-> modprobe dm-mod' "$STDOUT"
}

@test "the directory for the copies: existing, to be created, or missing" {
	doctor --tmpdir="$T/made"
	assert_row ok 'directory of copies' 'is made by the first run'
	[ ! -e "$T/made" ]
	doctor --tmpdir="$T/none/made"
	assert_status 1
	assert_row missing 'directory of copies' 'No such file or directory'
	grep -qF -- "-> mkdir -p '$T/none', or specify another one with --tmpdir=" "$STDOUT"
	tail -n 1 "$STDOUT" | grep -qF "cannot extract guests"
	doctor --tmpdir="$T/none/made/"
	grep -qF -- "-> mkdir -p '$T/none', or" "$STDOUT"
	doctor --output-directory="$T/made"
	assert_status 1
	assert_row missing 'directory of copies' 'No such file or directory'
	grep -qF -- "-> mkdir -p '$T/made', or specify another one with --output-directory=" "$STDOUT"
}

@test "a directory for the copies that is a file, or below a file" {
	: >"$T/file"
	for dir in file file/new; do
		doctor --tmpdir="$T/$dir"
		assert_status 1
		assert_row missing 'directory of copies' 'Not a directory'
		grep -qF -- '-> specify another one with --tmpdir=' "$STDOUT"
	done
}

@test "doctor and the main job agree about the directory for the copies" {
	local dir

	mkdir "$T/tree"
	echo kernel >"$T/tree/k"
	mke2fs -q -d "$T/tree" "$T/disk.img" 1M 2>/dev/null
	: >"$T/file"
	for dir in none/made file; do
		domu --tmpdir="$T/$dir" --any-kernel --entry=xvda:/k "$T/disk.img"
		assert_status 1
		assert_hint '--tmpdir'
	done
}

@test "loop devices cannot be attached: the main job cannot run" {
	need_faulty
	DOMU_FAULT=loop.control=ENOENT doctor
	assert_status 1
	assert_row missing 'loop devices' 'loop.control'
	grep -qF -- '-> the kernel'\''s loop driver is missing: modprobe loop' "$STDOUT"
	DOMU_FAULT=loop.clear=EIO doctor
	assert_status 1
	assert_row missing 'loop devices' 'loop.clear'
}

@test "leftovers of a killed run are counted, and not removed" {
	local pid loop stopped

	need_faulty
	mkfs.ext2 -q "$T/disk.img" 1M
	DOMU_FAULT=loop.check=STOP DOMU_FAULT_LOG=$T/steps domu_start --entry=xvda:/k "$T/disk.img"
	eventually stops_in "$T/steps"
	loop=$(losetup -n -O NAME -j "$T/disk.img")
	hold "$loop"
	kill_at_once "$pid" "$stopped"
	domu_wait
	doctor
	assert_status 0
	assert_row lacks leftovers '1 of killed runs -> domUloader reap'
	[ -e "/sys/block/${loop#/dev/}/loop/backing_file" ]
}

@test "colours on a terminal, none elsewhere" {
	doctor
	run ! grep -q $'\033' "$STDOUT"
	script -qec "$OWN_LOOPS $DOMU doctor --config=$CONF --tmpdir=$OUT" "$T/typescript" >"$T/terminal" </dev/null
	grep -q $'^\033\\[32mok ' "$T/terminal"
}

@test "an unknown format, an extra argument: usage errors" {
	doctor --format=xml
	assert_status 2
	assert_error 'valid values: text, json'
	doctor more
	assert_status 2
	assert_error 'only options are accepted here'
	doctor --help
	assert_status 0
	grep -qF -- '--format=FORMAT' "$STDOUT"
}
