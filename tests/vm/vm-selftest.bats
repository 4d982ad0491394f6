#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# vm-selftest - the virtual machine has what its tests need
# (run it with: scripts/vm run bats tests/vm/vm-selftest.bats, and with --no-udev)

load ../lib/world

setup() {
	[ -n "${VM_UDEV-}" ] || skip 'runs inside the machine of scripts/vm only'
	loops=() maps=() mounted=''
	before=$(world)
}

teardown() {
	[ -n "${VM_UDEV-}" ] || return 0
	[ -z "$mounted" ] || umount "$mounted"
	local map loop
	for map in "${maps[@]}"; do
		dmsetup remove "$map"
	done
	for loop in "${loops[@]}"; do
		losetup --detach "$loop"
	done
	settle
	[ "$(world)" = "$before" ]
}

settle() {
	[ "$VM_UDEV" = 0 ] || udevadm settle --timeout=30
}

world() {
	losetup --all --noheadings
	dmsetup ls | sort
	cut -d' ' -f5 /proc/self/mountinfo
}

node() { # MAP: the kernel's own node; /dev/mapper is filled by udevd, later
	echo "/dev/$(dmsetup info --columns --noheadings --options blkdevname "$1")"
}

attach() { # FILE: sets loop
	loop=$(losetup --find --show "$1")
	loops+=("$loop")
}

@test "the source tree is at its own path, and read-only" {
	[ -e "$BATS_TEST_FILENAME" ]
	run touch "$BATS_TEST_DIRNAME/written"
	[ "$status" -ne 0 ]
	[[ $output == *"Read-only file system"* ]]
}

@test "/tmp is writable, and /dev/stdin, stdout and stderr can be opened" {
	echo text >"$BATS_TEST_TMPDIR/file"
	[ "$(cat /dev/stdin <"$BATS_TEST_TMPDIR/file")" = text ]
	run bash -c 'echo one >/dev/stdout && echo two >/dev/stderr'
	[ "$output" = "one
two" ]
}

@test "udevd runs only if it was requested" {
	if [ "$VM_UDEV" = 1 ]; then
		pgrep -x systemd-udevd
		udevadm control --ping
	else
		run pgrep -x systemd-udevd
		[ "$status" -eq 1 ]
		[ ! -e /run/udev/control ]
	fi
}

@test "device-mapper: a map is made, read through and removed" {
	local disk=$BATS_TEST_TMPDIR/disk

	truncate -s 4M "$disk"
	printf 'found' | dd of="$disk" bs=512 seek=2048 conv=notrunc status=none
	attach "$disk"
	dmsetup create selftest --table "0 2048 linear $loop 2048"
	maps+=(selftest)
	[ "$(head -c 5 "$(node selftest)")" = found ]
}

@test "kpartx: the partitions of a GPT disk are mapped and unmapped, without waiting for udev" {
	local disk=$BATS_TEST_TMPDIR/disk

	truncate -s 40M "$disk"
	printf 'label: gpt\nsize=8M\nsize=8M\n' | sfdisk -q "$disk"
	attach "$disk"
	run kpartx -a -r -n -v -p -selftest "$loop"
	[ "$status" -eq 0 ]
	[ "$(dmsetup ls | grep -c -- -selftest)" -eq 2 ]
	[ -b "$(node "${loop##*/}-selftest1")" ]
	settle
	[ "$VM_UDEV" = 0 ] || [ -b "/dev/mapper/${loop##*/}-selftest1" ]
	run kpartx -d -n -v -p -selftest "$loop"
	[ "$status" -eq 0 ]
	[ "$(dmsetup ls | grep -c -- -selftest)" -eq 0 ]
}

# A filesystem is mounted without a modprobe before: the kernel asks for its module.
mounts() { # TYPE MEGABYTES MKFS...
	local type=$1 disk=$BATS_TEST_TMPDIR/disk

	truncate -s "$2M" "$disk"
	shift 2
	"$@" "$disk" >/dev/null
	attach "$disk"
	mounted=$BATS_TEST_TMPDIR/mounted
	mkdir "$mounted"
	mount -t "$type" "$loop" "$mounted" || { mounted='' && false; }
	grep -q " - $type /dev/loop" /proc/self/mountinfo
}

@test "ext4 mounts" {
	mounts ext4 16 mkfs.ext4 -q
}

@test "xfs mounts" {
	mounts xfs 320 mkfs.xfs -q
}

@test "btrfs mounts" {
	mounts btrfs 120 mkfs.btrfs -q
}

@test "vfat mounts" {
	mounts vfat 16 mkfs.vfat
}

@test "f2fs mounts" {
	mounts f2fs 64 mkfs.f2fs -q
}

@test "squashfs and erofs mount" {
	mkdir "$BATS_TEST_TMPDIR/tree"
	mksquashfs "$BATS_TEST_TMPDIR/tree" "$BATS_TEST_TMPDIR/squashfs" -quiet -no-progress
	mkfs.erofs "$BATS_TEST_TMPDIR/erofs" "$BATS_TEST_TMPDIR/tree" >/dev/null
	mounted=$BATS_TEST_TMPDIR/mounted
	mkdir "$mounted"
	mount -o loop "$BATS_TEST_TMPDIR/squashfs" "$mounted"
	umount "$mounted"
	mount -o loop "$BATS_TEST_TMPDIR/erofs" "$mounted"
}

@test "modules can be loaded: other filesystems, other types of disks, snapshots, Xen" {
	local name

	for name in dm-snapshot dm-mod exfat fuse isofs jfs loop nbd nls_ascii null_blk overlay \
		udf xen-blkback xen-blkfront xen-evtchn xen-gntalloc xen-gntdev xen-netback \
		xen-privcmd xenfs; do
		modprobe --dry-run "$name"
	done
	modprobe --all isofs udf exfat jfs dm-snapshot
}

@test "scsi_debug makes a disk with 4096-byte sectors" {
	modprobe sd_mod
	modprobe scsi_debug dev_size_mb=16 sector_size=4096
	settle
	cd /sys/bus/pseudo/drivers/scsi_debug/adapter0
	[ "$(cat host*/target*/*/block/*/queue/logical_block_size)" = 4096 ]
	cd /
	modprobe --remove scsi_debug
}

@test "a FUSE export of qemu-storage-daemon is a readable file" {
	local file=$BATS_TEST_TMPDIR/export pid

	truncate -s 4M "$BATS_TEST_TMPDIR/disk"
	: >"$file"
	qemu-storage-daemon --blockdev "file,node-name=disk,filename=$BATS_TEST_TMPDIR/disk" \
		--export "fuse,id=out,node-name=disk,mountpoint=$file" 3>&- &
	pid=$!
	eventually test -s "$file"
	[ "$(stat -c %s "$file")" -eq 4194304 ]
	kill "$pid"
	wait "$pid"
}
