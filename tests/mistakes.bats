#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# mistakes - what somebody new may get wrong, and that the answer says what, where, and what to do

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

# xvda1 is /boot, xvda2 the root, whose symlinks lead into /boot, xvda3 swap.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_boot_tree boot
	mkdir -p root/boot root/etc
	ln -s boot/vmlinuz-6.1.0 root/vmlinuz
	ln -s boot/initrd.img-6.1.0 root/initrd.img
	echo 'LABEL=boot /boot ext4 defaults 0 2' >root/etc/fstab
	guest_fs ext4 boot.fs 4 boot -L boot
	guest_fs ext4 root.fs 4 root -L root
	mkdir home
	guest_fs ext4 home.fs 4 home -L home
	truncate -s 1M swap.fs
	mkswap --quiet swap.fs 2>/dev/null
	guest_disk gpt guest.img boot.fs root.fs swap.fs
	guest_disk gpt home.img home.fs swap.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	IMG=$BATS_TEST_TMPDIR/made.img
}

teardown() {
	world_assert
}

# says EXIT-CODE TEXT... -- ARGUMENT...: so it ends, and each text is there
says() {
	local code=$1 texts=()

	shift
	while [ "$1" != -- ]; do
		texts+=("$1")
		shift
	done
	shift
	domu "$@"
	assert_status "$code"
	assert_error ''
	for text in "${texts[@]}"; do
		assert_hint "$text"
	done
}

# ---- the entry ---------------------------------------------------------------------

@test "a path from the guest's root, on its /boot partition: the error gives the path there" {
	says 3 "it is '/vmlinuz' there" -- --entry=xvda1:/boot/vmlinuz,/boot/initrd guest.img
	says 3 "it is '/initrd' there" -- --entry=xvda1:/vmlinuz,/boot/initrd guest.img
}

@test "the root partition is named, but its symlinks lead to a /boot on another partition" {
	says 3 "'/boot' is empty" "leave the device in the entry away" -- --entry=xvda2:/vmlinuz,/initrd.img guest.img
	domu --entry=/vmlinuz,/initrd.img guest.img
	assert_copies boot/vmlinuz boot/initrd
}

@test "a misspelt path: the error does not mention mounts" {
	domu --entry=xvda2:/etc/fstub guest.img
	assert_status 3
	assert_hint 'fstab'
	run ! grep -q 'is empty\|leave the device' "$STDERR"
}

@test "a ':' between kernel and initrd, and a blank after the comma" {
	says 2 "a ',' goes between kernel and initrd" -- --entry=xvda1:/vmlinuz:/initrd guest.img
	says 2 'a blank before the path' -- '--entry=xvda1:/vmlinuz, /initrd' guest.img
	says 2 'a blank before the path' -- '--entry=xvda1: /vmlinuz,/initrd' guest.img
}

@test "no colon after the device; no entry; no disk" {
	says 2 "neither DEV: nor a leading '/'" -- --entry=xvda1/vmlinuz guest.img
	says 2 '--entry=xvda1:/boot/vmlinuz,/boot/initrd' 'domUloader --help' -- guest.img
	says 2 'domUloader --help' --
	says 2 'as the last argument' -- --entry=xvda1:/vmlinuz
}

@test "kernel and initrd swapped" {
	says 1 'specify the kernel before the initrds' -- --entry=xvda1:/initrd,/vmlinuz guest.img
}

# ---- the device --------------------------------------------------------------------

@test "the whole disk is named although it has partitions: the error lists them" {
	local name

	for name in xvda /dev/xvda /dev/loop0; do
		says 1 'it has a partition table' "${name#/dev/}" ' ext4 UUID=' "LABEL='boot'" -- --entry="$name:/vmlinuz" guest.img
	done
	says 1 'it has a partition table' 'hda1p2 ext4' -- --entry=hda1:/vmlinuz guest.img hda1
}

@test "a missing partition, a disk under another name: the error lists the existing ones" {
	says 3 'xvda1 ext4' "LABEL='root'" 'xvda3 swap' -- --entry=xvda4:/vmlinuz guest.img
	says 3 'xvdb1 ext4' -- --entry=xvda1:/vmlinuz guest.img xvdb
	says 3 'xvda2 ext4' -- --entry=/vmlinuz --root=UUID=0b7c1f8e-0000-4000-8000-000000000000 guest.img
}

@test "a device name that is too long or empty is refused, never replaced by another one" {
	says 2 'a device has at most 255 characters' -- --entry=/vmlinuz --root="UUID=$(printf %0300d 0)" guest.img
	says 2 "a disk's name has at most 63 characters" -- --entry=/vmlinuz --root="$(printf %0100d 0)" guest.img
	says 2 'no name after /dev/' -- --entry=/vmlinuz --root=/dev/ guest.img
}

@test "the swap partition" {
	says 1 'swap space' "usually the guest's /boot" -- --entry=xvda3:/vmlinuz guest.img
}

@test "the fstab names a missing device: the error says so, and for which mount point" {
	mkdir -p "$BATS_TEST_TMPDIR/root/etc" "$BATS_TEST_TMPDIR/root/boot"
	echo 'UUID=0b7c1f8e-0000-4000-8000-000000000000 /boot ext4 defaults 0 2' >"$BATS_TEST_TMPDIR/root/etc/fstab"
	guest_fs ext4 "$BATS_TEST_TMPDIR/root.fs" 4 "$BATS_TEST_TMPDIR/root"
	guest_disk gpt "$IMG" boot.fs "$BATS_TEST_TMPDIR/root.fs"
	says 3 "the guest's fstab mounts it on '/boot'" 'xvda1 ext4' 0b7c1f8e -- --entry=/boot/vmlinuz "$IMG"
	echo '/dev/xvda2 /boot ext4 defaults 0 2' >"$BATS_TEST_TMPDIR/root/etc/fstab"
	guest_fs ext4 "$BATS_TEST_TMPDIR/root.fs" 4 "$BATS_TEST_TMPDIR/root"
	guest_disk gpt "$IMG" "$BATS_TEST_TMPDIR/root.fs" swap.fs
	says 1 "the guest's fstab mounts it on '/boot'" 'swap space' -- --entry=/boot/vmlinuz "$IMG"
}

# ---- the disk ----------------------------------------------------------------------

@test "a disk without a root: the error lists what is on it" {
	says 3 "the disks hold: xvda1 ext4" "LABEL='home'" 'xvda2 swap' --root= -- --entry=/vmlinuz home.img
}

@test "a truncated image is detected by its partition table" {
	head -c 5M guest.img >"$IMG"
	says 3 'that ends before its GPT says' 'compare its size' -- --entry=/vmlinuz "$IMG"
	says 1 'that ends before its GPT says' -- --entry=xvda1:/vmlinuz "$IMG"
}

@test "an image of zeros, and an empty image" {
	truncate -s 8M "$IMG"
	says 3 'the disks hold: xvda (nothing that is known)' -- --entry=/vmlinuz "$IMG"
	says 1 'that the image is complete' -- --entry=xvda1:/vmlinuz "$IMG"
	: >"$IMG"
	says 1 'the disk is empty' 'the guest was installed' -- --entry=/vmlinuz "$IMG"
}

@test "a Windows disk: the error names its filesystems" {
	ntfs "$BATS_TEST_TMPDIR/windows.fs"
	guest_disk gpt "$IMG" "$BATS_TEST_TMPDIR/windows.fs"
	says 3 'xvda1 ntfs' -- --entry=/vmlinuz "$IMG"
	says 1 'it is ntfs' -- --entry=xvda1:/vmlinuz "$IMG"
}

# What libblkid takes for one: the boot sector, and two records of the table of files.
ntfs() { # FILE
	truncate -s 4M "$1"
	_poke "$1" 0 '\xeb\x52\x90NTFS    \x00\x02\x08'
	_poke "$1" 0x15 '\xf8'
	_poke "$1" 0x28 '\xff\x1f\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00'
	_poke "$1" 0x40 '\xf6\x00\x00\x00\x01\x00\x00\x00'
	_poke "$1" 0x1fe '\x55\xaa'
	_poke "$1" 0x4000 'FILE'
	_poke "$1" 0x4c00 'FILE'
}

@test "a misspelt command gets a suggestion; a disk of that name does not" {
	for words in 'list: lst guest.img' 'extract: extarct -o out guest.img'; do
		# shellcheck disable=SC2086 # words
		domu_bare ${words#*:}
		assert_status 2
		assert_error "did you mean domUloader ${words%%:*}?"
	done
	domu_bare ./lst guest.img
	assert_status 2
	assert_error 'no --entry'
	cp --sparse=always guest.img "$BATS_TEST_TMPDIR/lst"
	cd "$BATS_TEST_TMPDIR"
	domu_bare lst --entry=xvda1:/vmlinuz-6.1.0 --config="$CONF" --tmpdir="$OUT" --mapper=loop
	assert_copies "$BATS_FILE_TMPDIR/boot/vmlinuz-6.1.0"
	domu --args sync --entry=xvda1:/vmlinuz-6.1.0 lst
	assert_copies "$BATS_FILE_TMPDIR/boot/vmlinuz-6.1.0"
}

@test "an image instead of a list of guests" {
	for command in batch sync; do
		domu_bare "$command" --config="$CONF" --directory="$BATS_TEST_TMPDIR/out" --entry=/vmlinuz guest.img
		assert_status 2
		assert_error 'not a list of guests'
		assert_hint 'an image is given with --images='
	done
}

@test "a directory as disk, and a path that does not exist on this host" {
	says 1 'specify an image file, or a block device' -- --entry=/vmlinuz "$BATS_TEST_TMPDIR"
	says 1 'Not a directory' 'specify another directory' -- --tmpdir="$TOP/README.md" --entry=xvda1:/vmlinuz guest.img
	says 1 'No such file or directory' "the disk's path on this host" -- --entry=/vmlinuz no-such.img
}
