#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# kernels - what kinds of kernels and initrds there are, what is told of them, and unpacking them

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	initrds
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
}

teardown() {
	world_assert
}

# ---- initrds ---------------------------------------------------------------------

# /boot with microcode, two initrds whose lengths are no multiples of four, and a kernel.
initrds() {
	guest_boot_tree boot
	guest_random boot/ucode 8192 microcode
	guest_random boot/one 300001 one
	guest_random boot/two 70002 two
	mkdir -p root/boot root/etc
	guest_random root/three 5000 three
	echo 'LABEL=boot /boot ext4 defaults 0 2' >root/etc/fstab
	guest_fs ext4 boot.fs 8 boot -L boot
	guest_fs ext4 root.fs 8 root -L root
	guest_disk gpt initrds.img boot.fs root.fs
}

# laid_out FILE...: one after the other, each at a multiple of four
laid_out() {
	local file

	for file; do
		cat "$file"
		head -c $((-$(stat -c %s "$file") & 3)) /dev/zero
	done
}

# What lies behind the last one is none of ours.
assert_ramdisk_of() { # FILE...
	local ramdisk

	ramdisk=$(answer ramdisk)
	laid_out "$@" | head -c "$(stat -c %s "$ramdisk")" | cmp - "$ramdisk"
	[ "$(($(stat -c %s "$ramdisk") + 3 & ~3))" = "$(laid_out "$@" | wc -c)" ]
	assert_copies boot/vmlinuz-6.1.0 "$ramdisk"
}

@test "several initrds become one ramdisk, each at a multiple of four bytes" {
	domu --entry=xvda1:vmlinuz,ucode,one,two initrds.img
	assert_ramdisk_of boot/ucode boot/one boot/two
	domu --entry=xvda1:vmlinuz,two,one,ucode,two initrds.img
	assert_ramdisk_of boot/two boot/one boot/ucode boot/two
}

@test "initrds of an entry without a device, on two filesystems: JSON lists the parts" {
	domu --checksum --output-format=json --entry=/boot/vmlinuz,/boot/one,/three,/boot/ucode initrds.img
	assert_status 0
	[ "$(jq -r '.ramdisk.parts[] | "\(.guest_path) \(.source) \(.size)"' "$STDOUT")" = "/boot/one xvda1 300001
/three xvda2 5000
/boot/ucode xvda1 8192" ]
	[ "$(jq .ramdisk.size "$STDOUT")" = $((300004 + 5000 + 8192)) ]
	laid_out boot/one root/three boot/ucode | cmp - "$(jq -r .ramdisk.path "$STDOUT")"
	sha256sum -c <(jq -r '"\(.ramdisk.sha256)  \(.ramdisk.path)", "\(.kernel.sha256)  \(.kernel.path)"' "$STDOUT")
	rm "$OUT"/*
	domu -n --output-format=simple --entry=/boot/vmlinuz,/boot/one,/three initrds.img
	assert_status 0
	grep -qx 'ramdisk <ramdisk:/boot/one,/three>' "$STDOUT"
}

@test "initrds: --max-initrd-size counts for all together" {
	domu --entry=xvda1:vmlinuz,ucode,one --max-initrd-size=308193 initrds.img
	assert_ramdisk_of boot/ucode boot/one
	domu --entry=xvda1:vmlinuz,ucode,one --max-initrd-size=308192 initrds.img
	assert_error 'the file is larger than is allowed'
	assert_hint 'it has 300001 bytes behind 8192 others, --max-initrd-size is 308192'
	assert_no_copies
}

@test "initrds: one that is missing, one without a name, too many, and a comma in --ramdisk" {
	domu --entry=xvda1:vmlinuz,one,none initrds.img
	assert_status 3
	domu --entry=xvda1:vmlinuz,one,,two initrds.img
	assert_status 2
	assert_hint 'an initrd without a name: a path holds no comma'
	domu --entry=xvda1:vmlinuz,1,2,3,4,5,6,7,8,9 initrds.img
	assert_status 2
	domu --kernel=/boot/vmlinuz --ramdisk=/boot/one,/boot/two initrds.img
	assert_status 2
	assert_hint 'a path holds no comma; --entry takes several initrds'
}

@test "several initrds of a disk in use are proved" {
	exec {fd}<>initrds.img
	domu --entry=xvda1:vmlinuz,one,two -v initrds.img
	exec {fd}>&-
	assert_ramdisk_of boot/one boot/two
	[ "$(grep -c 'copied .*/two' "$STDERR")" = 1 ]
}
