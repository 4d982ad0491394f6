#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a subshell
# examples - the configurations of docs/xen.md boot guests unchanged
# (run it with: tests/xen/run examples)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load dom0
load pages

# The kernel is root's alone, as distributions install it.
boot_tree() { # DIR KERNEL
	mkdir -p "$1"
	install -m600 "$TINY/$2" "$1/vmlinuz-$2"
	guest_random "$1/initrd-$2" 70001 "$2"
	ln -s "vmlinuz-$2" "$1/vmlinuz"
	ln -s "initrd-$2" "$1/initrd.img"
}

# The disks of the page, where it has them.
setup_file() {
	in_dom0 || return 0
	cd "$BATS_FILE_TMPDIR" || return
	mkdir -p all/etc root/etc root/boot
	boot_tree all/boot one
	: >all/etc/fstab
	guest_fs ext4 all.fs 4 all
	guest_disk gpt /srv/guest.img all.fs
	boot_tree boot two
	echo 'LABEL=boot /boot ext4 ro 0 2' >root/etc/fstab
	guest_fs ext4 root.fs 4 root
	guest_fs ext4 boot.fs 4 boot -L boot
	guest_disk dos /srv/split.img boot.fs root.fs
	guest_disk gpt /srv/system.img root.fs
	guest_disk gpt /srv/boot.img boot.fs
}

teardown_file() {
	! in_dom0 || rm -f /srv/{guest,split,system,boot}.img
}

setup() {
	dom0_need
	dom0_save
	I=$BATS_FILE_TMPDIR
}

teardown() {
	dom0_assert
}

# The page's guest is called that in all of its configurations.
boots() { # EXAMPLE ROOT KERNEL DIR
	config guest
	example "$1" >"$T/guest.cfg"
	create guest
	assert_tiny guest "$3" "root=$2 ro console=hvc0" "$I/$4/initrd.img"
}

@test "the trial command before anything is changed works" {
	bash -euc "$(example try)" >"$T/said"
	[ "$(<"$T/said")" = "linux (kernel '<kernel:/boot/vmlinuz-one>')(ramdisk '<ramdisk:/boot/initrd-one>')" ]
}

@test "xl: a guest that used pygrub boots" {
	boots xl /dev/xvda1 one all/boot
}

@test "xl: a guest with pygrub's arguments boots" {
	boots xl-pygrub /dev/xvda1 one all/boot
}

@test "xl: a guest whose kernel was on the host boots" {
	boots xl-kernel /dev/xvda1 one all/boot
}

@test "xl: a guest with a separate /boot in its fstab boots" {
	boots xl-boot /dev/xvda2 two boot
}

@test "xl: a guest with two disks and /boot on the second boots" {
	boots xl-disks /dev/xvda1 two boot
}

@test "xl: a guest with SUSE's configuration boots" {
	boots suse-xl /dev/xvda1 one all/boot
}
