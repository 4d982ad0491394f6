#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034 # scripts for other shells; each test is a subshell
# replay - a crashed guest: its newest kernel is copied, its disk is not written to, nothing is left behind

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/dirty

TYPES=(ext3 ext4 xfs btrfs)
RUN=('--entry=xvda2:/vmlinuz,/initrd.img')
declare -gA SIZES=([ext3]=16 [ext4]=16 [xfs]=20 [btrfs]=24)

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	dirty_tree old old
	mkdir -p new/boot
	guest_bzimage new/boot/vmlinuz-6.1.0 '6.1.0-guest (new@host) #1 SMP'
	guest_fs ext4 small.fs 1 new -O ^has_journal 2>/dev/null || truncate -s 1M small.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	OLD=old/boot/vmlinuz-6.1.0 NEW=new/boot/vmlinuz-6.1.0 R=old/boot/initrd.img-6.1.0
	T=$BATS_TEST_TMPDIR
	pid='' keeper='' reader='' daemon='' held='' attached=()
}

teardown() {
	local loop

	[ -z "$keeper" ] || try_kill -CONT "$pid" "$keeper" "$reader"
	for loop in "${attached[@]}"; do
		_dirty_detach "$loop"
	done
	world_assert
}

attach() { # FILE: a loop device of the host for this test; sets loop
	loop=$(losetup --find --show "$1")
	attached+=("$loop")
}

# Made once and used by several tests: TYPE.fs dirty, TYPE.fs.clean, and a disk of each.
disk_of() { # TYPE
	local type=$1

	dirty_needs "$type"
	[ ! -e "$type.img" ] || return 0
	dirty_fs "$type" "$type.fs" "${SIZES[$type]}" old new
	guest_disk gpt "$type.img" small.fs "$type.fs"
	guest_disk gpt "$type-clean.img" small.fs "$type.fs.clean"
}

# ---- as the host's kernel would have read it ---------------------------------------

unchanged() { # COMMAND... on $IMG
	local before after

	before=$(sha256sum <"$IMG")
	"$@"
	after=$(sha256sum <"$IMG")
	[ "$before" = "$after" ] || _fail "$IMG was written to"
}

assert_journal() { # WORD
	assert_status 0
	[ "$(dirty_journal)" = "$1" ] || _fail "the journal is not said to be $1"
}

matrix() { # TYPE
	disk_of "$1"
	IMG=$1-clean.img
	unchanged domu --entry=xvda2:/vmlinuz,/initrd.img --output-format=json "$IMG"
	assert_journal clean
	assert_copies "$OLD" "$R"

	for IMG in "$1.img" "$1.fs"; do
		unchanged domu --entry=xvda2:/vmlinuz,/initrd.img --output-format=json "$IMG"
		assert_journal replayed
		[ "$(jq -r .kernel.filesystem "$STDOUT")" = "$1" ]
		[ ! -s "$STDERR" ] || _fail 'it says something'
		assert_copies "$NEW" "$R"
	done
	IMG=$1.img # the root is searched for
	unchanged domu --entry=/vmlinuz,/initrd.img "$IMG"
	assert_copies "$NEW" "$R"
}

@test "ext3, clean and dirty: the newest kernel is copied, and the image is not written to" {
	matrix ext3
}

@test "ext4, clean and dirty: the newest kernel is copied, and the image is not written to" {
	matrix ext4
}

@test "xfs, clean and dirty: the newest kernel is copied, and the image is not written to" {
	matrix xfs
}

@test "btrfs, clean and dirty: the newest kernel is copied, and the image is not written to" {
	matrix btrfs
}

@test "xfs and btrfs of a common size, ext4 with data in its journal" {
	dirty_needs xfs btrfs ext4
	[ -z "${VM_UDEV-}" ] || skip 'the machine has too little room for it'
	local type

	for type in xfs btrfs ext4; do
		IMG=$T/big.img
		dirty_fs "$type" "$IMG" 400 old new
		unchanged domu --entry=xvda1:/vmlinuz,/initrd.img --output-format=json "$IMG"
		assert_journal replayed
		assert_copies "$NEW" "$R"
		rm "$IMG" "$IMG.clean"
	done
}

@test "--dirty=stale: the old state with a warning; --dirty=fail: an error that names the filesystem" {
	local type

	for type in "${TYPES[@]}"; do
		disk_of "$type"
		IMG=$type.img
		unchanged domu --dirty=stale --entry=xvda2:/vmlinuz --output-format=json "$IMG"
		assert_hint "its $type journal has changes, which are ignored (--dirty=stale)"
		if [ "$type" != xfs ] || [ "$status" = 0 ]; then
			assert_journal stale
			assert_copies "$OLD"
		else
			assert_status 3
			assert_error 'cannot find the file'
		fi
		unchanged domu --dirty=fail --entry=xvda2:/vmlinuz "$IMG"
		assert_status 1
		assert_error 'the filesystem is dirty'
		assert_hint "its $type journal"
		assert_hint '--dirty=replay'
		IMG=$type-clean.img
		domu --dirty=fail --entry=xvda2:/vmlinuz "$IMG"
		assert_copies "$OLD"
	done
}

@test "a dirty root and a dirty separate /boot: the root's newest fstab is used" {
	dirty_needs ext4 xfs
	local uuid=0d7e1a52-1f40-4c7e-9d1b-3a5f6c2b4e01 dir=$T

	guest_boot_tree "$dir/b"
	guest_tree "$dir/r"
	rm -r "$dir/r/boot"
	mkdir -p "$dir/r/boot" "$dir/changes-b" "$dir/changes-r/etc"
	cp "$NEW" "$dir/changes-b/vmlinuz-6.1.0"
	echo "UUID=$uuid /boot xfs defaults 0 2" >"$dir/changes-r/etc/fstab"
	dirty_fs xfs "$dir/b.fs" 20 "$dir/b" "$dir/changes-b" -m "uuid=$uuid"
	dirty_fs ext4 "$dir/r.fs" 16 "$dir/r" "$dir/changes-r"
	IMG=$dir/disk.img
	guest_disk gpt "$IMG" "$dir/b.fs" "$dir/r.fs"
	unchanged domu --entry=/vmlinuz,/initrd.img --output-format=json "$IMG"
	assert_journal replayed
	assert_copies "$NEW" "$R"
	unchanged domu --entry=/vmlinuz --root=/dev/xvda2 --disks="['file:$IMG,xvda,w']"
	assert_copies "$NEW"
}

# The same filesystem is mounted twice, and replayed once.
@test "a dirty btrfs with / in one subvolume and /boot in another" {
	dirty_needs btrfs
	local uuid=5b0c9a41-7f7e-4d35-8b2f-94c3a0d1e602 tries

	mkdir "$T/empty" "$T/r"
	guest_tree "$T/r"
	rm -r "$T/r/boot"/*
	echo "UUID=$uuid /boot btrfs subvol=@boot 0 0" >"$T/r/etc/fstab"
	IMG=$T/disk.img
	for tries in 1 2 3; do
		guest_fs btrfs "$T/base" 130 "$T/empty" -U "$uuid"
		dirty_while_mounted "$T/base" "$IMG" "
			btrfs subvolume create @ >/dev/null
			btrfs subvolume create @boot >/dev/null
			cp -a '$T/r/.' @/
			cp -a '$PWD/old/boot/.' @boot/
			btrfs subvolume set-default @
			btrfs filesystem sync .
			cp '$PWD/$NEW' @boot/new
			mv @boot/new @boot/vmlinuz-6.1.0
			sync @boot/vmlinuz-6.1.0"
		guest_fs btrfs "$T/base" 130 "$T/empty"
		! dirty_holds "$IMG" || break
	done
	unchanged domu --entry=/boot/vmlinuz-6.1.0,/boot/initrd.img-6.1.0 --output-format=json "$IMG"
	assert_journal replayed
	assert_copies "$NEW" "$R"
}

@test "a read-only block device is replayed: nothing is written to it" {
	disk_of ext4
	local loop

	loop=$(losetup --find --show --read-only ext4.img)
	attached+=("$loop")
	domu --entry=xvda2:/vmlinuz "$loop"
	assert_copies "$NEW"
}

# ---- limits ------------------------------------------------------------------------

# A journal of 24 MB of data: more than the daemon's own tables have room for. For a snapshot less
# is enough, and emulation is slow.
heavy_disk() {
	dirty_needs ext4
	[ ! -e heavy.fs ] || return 0
	local megabytes=24

	[ -z "${VM_UDEV-}" ] || megabytes=3
	guest_fs ext4 heavy.base $((megabytes * 4)) old -J size=$((megabytes * 5 / 3))
	dirty_while_mounted heavy.base heavy.fs "
		head -c ${megabytes}000000 /dev/urandom >big
		sync big
		sync ." data=journal
	rm heavy.base
	dirty_holds heavy.fs
}

@test "--replay-limit: an error says so if the journal needs more" {
	heavy_disk
	IMG=heavy.fs
	unchanged domu --entry=xvda1:/vmlinuz "$IMG"
	assert_copies "$OLD"
	unchanged domu --replay-limit=1M --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'the journal replay needs more memory than allowed'
	assert_hint '--replay-limit'
}

# XFS would try a failed write again for ever, in a mount(2) that nothing ends.
@test "a replayed xfs gives up at the first failed write" {
	disk_of xfs
	need_faulty
	local node error

	replay_learn "${RUN[@]}" xfs.img
	replay_stop_at copy.send 1 "${RUN[@]}" xfs.img
	node=$(awk '$9 == "xfs" { n = $10 } $8 == "xfs" { n = $9 } END { print n }' "/proc/$keeper/mountinfo")
	for error in EIO ENOSPC default; do
		[ "$(cat "/sys/fs/xfs/${node#/dev/}/error/metadata/$error/max_retries")" = 0 ] ||
			_fail "$node: $error is tried again"
	done
	replay_go_on
	domu_wait
	assert_copies "$NEW" "$R"
}

@test "--replay-limit: an xfs that needs more does not hang, and is an error" {
	dirty_needs xfs
	local files=60000

	[ -z "${VM_UDEV-}" ] || files=4000
	guest_fs xfs "$T/base" 300 old
	dirty_while_mounted "$T/base" "$T/disk.img" "
		mkdir many
		seq -f 'many/%g' $files | xargs touch
		sync many/1"
	rm "$T/base"
	domu --entry=xvda1:/vmlinuz "$T/disk.img"
	assert_copies "$OLD"
	domu_start --replay-limit=1M --timeout=20 --entry=xvda1:/vmlinuz "$T/disk.img"
	domu_wait
	xfs_unstick
	assert_status 1
	assert_error 'the journal replay needs more memory than allowed'
}

# So that a failed test does not cost the machine: a hanging process would hang for ever.
xfs_unstick() {
	local file

	[ "$status" = 4 ] || return 0
	for file in /sys/fs/xfs/*/error/metadata/*/max_retries; do
		echo 0 >"$file"
	done
}

@test "the memory of a replay is freed" {
	heavy_disk
	local kept

	for _ in {1..5}; do # somebody else may take some meanwhile
		kept=-$(shared_memory)
		domu --entry=xvda1:/vmlinuz heavy.fs
		assert_copies "$OLD"
		[ $((kept += $(shared_memory))) -ge 12000 ] || return 0
	done
	_fail "$kept KiB are kept"
}

shared_memory() { # of the whole machine, in KiB
	awk '$1 == "Shmem:" { print $2 }' /proc/meminfo
}

# ---- devices that are not the guest's ----------------------------------------------

@test "an external journal is refused before the mount, and that device is not written to" {
	dirty_needs ext4
	local loop journal=$T/journal base=$T/base before

	truncate -s 8M "$journal"
	mke2fs -q -F -b 1024 -O journal_dev "$journal"
	attach "$journal"
	guest_fs ext4 "$base" 16 old -b 1024 -J "device=$loop"
	IMG=$T/disk.img
	dirty_while_mounted "$base" "$IMG" "$(_dirty_replace ext4 "$PWD/new")"
	before=$(sha256sum <"$journal")
	unchanged domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error "the filesystem has an external journal"
	unchanged domu --dirty=stale --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	unchanged domu --entry=/vmlinuz "$IMG"
	[ "$status" -ne 0 ]
	sync "$journal"
	[ "$(sha256sum <"$journal")" = "$before" ]
}

two_members() { # A B: a btrfs of both, which the kernel has forgotten
	local loops=()

	truncate -s 130M "$1" "$2"
	loops=("$(losetup --find --show "$1")" "$(losetup --find --show "$2")")
	attached+=("${loops[@]}")
	mkfs.btrfs -q -f -m raid1 -d raid1 "${loops[@]}" 2>/dev/null
	btrfs device scan "${loops[@]}" >/dev/null
	_dirty_in_namespace '
		mount "$1" /mnt
		cp -a "$2/." /mnt/
		umount /mnt' "${loops[0]}" "$PWD/old"
	btrfs device scan --forget "${loops[0]}" "${loops[1]}" >/dev/null
}

# Does the kernel know its other member? The question itself makes this one known.
btrfs_complete() { # LOOP
	local complete=0

	btrfs device ready "$1" 2>/dev/null || complete=1
	btrfs device scan --forget "$1" >/dev/null
	return "$complete"
}

@test "a btrfs of two members, one attached on the host only: the host's device is never read" {
	dirty_needs btrfs
	local before

	two_members "$T/a.img" "$T/b.img"
	_dirty_detach "${attached[0]}"
	attached=("${attached[1]}")
	btrfs device scan "${attached[0]}" >/dev/null
	before=$(sha256sum <"$T/b.img")
	IMG=$T/a.img
	unchanged domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error "the guest's disks have 1 with its UUID"
	[ "$(sha256sum <"$T/b.img")" = "$before" ]
	is_not btrfs_complete "${attached[0]}"
}

@test "the kernel forgets a btrfs after the run, also if it was replayed or refused" {
	dirty_needs btrfs
	local loops

	two_members "$T/a.img" "$T/b.img"
	loops=("${attached[@]}")
	_dirty_in_namespace '
		cp --sparse=always "$4/a.img" "$4/a.clean"
		cp --sparse=always "$4/b.img" "$4/b.clean"
		btrfs device scan "$1" "$2" >/dev/null
		mount "$1" /mnt
		cp -a "$3/boot/vmlinuz-6.1.0" /mnt/new
		mv /mnt/new /mnt/boot/vmlinuz-6.1.0
		sync /mnt/boot/vmlinuz-6.1.0
		cp --sparse=always "$4/a.img" "$4/a.dirty"
		cp --sparse=always "$4/b.img" "$4/b.dirty"
		umount /mnt
		btrfs device scan --forget "$1" "$2"' "${loops[@]}" "$PWD/new" "$T"
	domu --entry=xvda:/vmlinuz --disks="['file:$T/a.clean,xvda,r', 'file:$T/b.clean,xvdb,r']"
	assert_copies "$OLD"
	is_not btrfs_complete "${loops[0]}"
	domu --entry=xvda:/vmlinuz --disks="['file:$T/a.dirty,xvda,r', 'file:$T/b.dirty,xvdb,r']"
	assert_copies "$NEW"
	is_not btrfs_complete "${loops[0]}"
	domu --dirty=fail --entry=xvda:/vmlinuz --disks="['file:$T/a.dirty,xvda,r', 'file:$T/b.dirty,xvdb,r']"
	assert_status 1
	is_not btrfs_complete "${loops[0]}"
}

# ---- what a layer needs ------------------------------------------------------------

# Runs it with the daemon, FUSE and device-mapper's control hidden.
domu_without() { # ARG...
	status=0
	unshare --mount bash -euc '
		for tool in /usr/bin/qemu-storage-daemon /dev/fuse; do
			[ ! -e "$tool" ] || mount --bind /dev/null "$tool"
		done
		if [ -d /dev/mapper ]; then
			mount -t tmpfs none /dev/mapper
			mount -o remount,ro /dev/mapper
		fi
		exec "$@"' - "$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper=loop "$@" \
		>"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
}

@test "no way to make a copy-on-write layer: the error says what each way needs" {
	disk_of ext4
	IMG=ext4.img
	unchanged domu_without --entry=xvda2:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'no copy-on-write layer is available'
	assert_hint 'device-mapper: the kernel has no device-mapper'
	assert_hint 'FUSE: '
	assert_hint 'qemu-storage-daemon'
	assert_hint '--dirty=stale'
	domu_without --dirty=stale --entry=xvda2:/vmlinuz "$IMG"
	assert_copies "$OLD"
	domu_without --entry=xvda2:/vmlinuz ext4-clean.img
	assert_copies "$OLD"
}

@test "device-mapper without its snapshot target: the daemon makes the layer" {
	disk_of ext4
	dmsetup version >/dev/null 2>&1 || skip 'this kernel has no device-mapper'
	modprobe -r dm_snapshot || skip 'the snapshot target is not a module here'
	modprobe -q fuse || skip 'this kernel has no FUSE'
	IMG=ext4.img status=0
	unshare --mount bash -euc '
		mount -t tmpfs none "/lib/modules/$(uname -r)"
		exec "$@"' - "$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper=loop -v --entry=xvda2:/vmlinuz \
		"$IMG" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
	assert_hint 'through FUSE'
	assert_copies "$NEW"
}

# ---- killed ------------------------------------------------------------------------

# Where the layer is being made, is there, is in use, and is being undone.
points() {
	if grep -q qsd.start "$T/learned"; then
		echo 'qsd.greeting 1:qsd.export 1'
	else
		echo 'dm.snapshot 1:dm.defer 2'
	fi
	echo 'mnt.mount 2'
	[ -n "${VM_UDEV-}" ] || echo 'openin.open 1:copy.send 2:mnt.umount 1'
	echo 'copy.send 1'
}

need_faulty() {
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
}

kill_at_points() { # IMG VICTIM...
	local img=$1 point victims

	shift
	need_faulty
	replay_learn "${RUN[@]}" "$img"
	points | tr ':' '\n' >"$T/points"
	while read -r point; do
		# shellcheck disable=SC2086 # a step and a number
		replay_stop_at $point "${RUN[@]}" "$img"
		victims=()
		for victim; do
			[ -z "${!victim}" ] || victims+=("${!victim}")
		done
		[ "${#victims[@]}" = 0 ] || try_kill -KILL "${victims[@]}"
		[[ " $* " == *' keeper '* ]] || replay_go_on
		domu_wait
		judge_killed "$point" "$@"
	done <"$T/points"
}

# All at once, with device-mapper: what the kernel can't end by itself is the next run's to remove.
judge_killed() { # POINT VICTIM...
	local point=$1

	shift
	if [ "$status" = 0 ]; then
		assert_copies "$NEW" "$R" || _fail "at $point, $* killed"
	elif [[ " $* " != *' pid '* ]]; then
		assert_error '' || _fail "at $point, $* killed"
	fi
	[[ "$* $point" != *pid*keeper*dm.* ]] || "$DOMU" reap --config="$CONF" >/dev/null
	replay_assert_gone || _fail "at $point, $* killed"
}

@test "SIGKILL of the reader during a replay: nothing is left behind" {
	disk_of ext4
	kill_at_points ext4.img reader
}

@test "SIGKILL of the keeper during a replay: nothing is left behind" {
	disk_of xfs
	kill_at_points xfs.img keeper
}

@test "SIGKILL of the front during a replay: nothing is left behind" {
	disk_of ext4
	kill_at_points ext4.img pid
}

@test "SIGKILL of all three during a replay: nothing is left behind" {
	disk_of ext4
	kill_at_points ext4.img pid keeper reader
}

@test "SIGKILL of all three and of the daemon during a replay: nothing is left behind" {
	disk_of btrfs
	kill_at_points btrfs.img pid keeper reader daemon
	disk_of xfs
	kill_at_points xfs.img pid keeper reader daemon
}

@test "SIGKILL of qemu-storage-daemon: an error or correct copies, and nothing is left behind" {
	local type

	need_faulty
	for type in ext4 xfs btrfs; do
		disk_of "$type"
		replay_learn "${RUN[@]}" "$type.img"
		grep -q qsd.start "$T/learned" || skip 'a device-mapper snapshot has no daemon'
		kill_at_points "$type.img" daemon
	done
}

@test "SIGTERM or --timeout during a replay: nothing is left behind" {
	disk_of ext4
	need_faulty
	replay_learn "${RUN[@]}" ext4.img
	replay_stop_at copy.send 1 "${RUN[@]}" ext4.img
	kill -TERM "$pid"
	domu_wait
	assert_status 1
	assert_error 'interrupted by a signal'
	replay_assert_gone
	replay_stop_at copy.send 1 --timeout=5 "${RUN[@]}" ext4.img
	domu_wait
	assert_status 1
	assert_error 'timed out'
	replay_assert_gone
}

# ---- hostile and broken --------------------------------------------------------------

@test "a truncated dirty image: an error, and nothing is left behind" {
	local type

	for type in "${TYPES[@]}"; do
		disk_of "$type"
		IMG=$T/cut.img
		head -c 4M "$type.fs" >"$IMG"
		unchanged domu --entry=xvda1:/vmlinuz "$IMG"
		assert_status 1
		assert_error ''
	done
}

@test "a dirty journal of random bytes: an error or a result, and the image is not written to" {
	local type

	for type in ext3 ext4; do
		disk_of "$type"
		IMG=$T/rubbish.img
		cp --sparse=always "$type.fs" "$IMG"
		# The journal's blocks follow its superblock, which stays.
		local block
		block=$(debugfs -R 'bmap <8> 1' "$IMG" 2>/dev/null)
		head -c 65536 /dev/urandom | dd of="$IMG" bs=1024 seek="$block" conv=notrunc status=none
		unchanged domu --entry=xvda1:/vmlinuz "$IMG"
		[[ $status == [013] ]]
		rm -f "$OUT"/*
	done
}
