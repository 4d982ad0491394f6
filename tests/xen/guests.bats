#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a subshell
# guests - xl boots a guest with the kernel and initrd that domUloader copied from its disk
# (run it with: tests/xen/run guests)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load dom0

BLOCK_SCRIPT=/etc/xen/scripts/block

# The kernel is root's alone, as distributions install it.
boot_tree() { # DIR KERNEL
	mkdir -p "$1"
	install -m600 "$TINY/$2" "$1/vmlinuz-$2"
	guest_random "$1/initrd-$2" 70001 "$2"
	ln -s "vmlinuz-$2" "$1/vmlinuz"
	ln -s "initrd-$2" "$1/initrd"
}

setup_file() {
	in_dom0 || return 0
	cd "$BATS_FILE_TMPDIR" || return
	boot_tree one/boot one
	guest_fs ext4 one.fs 4 one
	guest_disk gpt one.img one.fs
}

setup() {
	dom0_need
	dom0_save
	I=$BATS_FILE_TMPDIR
	group='' loops=()
}

teardown() {
	local same=0

	dom0_assert || same=$?
	! mountpoint -q "$BLOCK_SCRIPT" || umount "$BLOCK_SCRIPT"
	[ -z "${group-}" ] || vgremove -qyf "$group"
	[ -z "${loops[*]-}" ] || losetup --detach "${loops[@]}"
	return "$same"
}

@test "a partition by name: the guest boots its own kernel and initrd with the configured command line" {
	config story 'bootloader_args=["--entry=xvda1:/boot/vmlinuz,/boot/initrd"]' \
		"disk=[\"file:$I/one.img,xvda,r\"]" 'root="/dev/xvda1 ro"' "extra=\"a='b  c' \$d\""
	create story
	assert_tiny story one "root=/dev/xvda1 ro a='b  c' \$d" "$I/one/boot/initrd"
	await_end story
	[ "$(find /var/lib/xen/ -name 'bootloader.*' | wc -l)" = 0 ]
}

@test "a bootloader restricted to a user gets --runas, and copies a kernel that only root may read" {
	printf '%s\n' '#!/bin/sh' "printf '%s\\n' \"\$@\" >$T/arguments" 'exec domUloader "$@"' >"$T/watched"
	chmod 755 "$T/watched"
	config restrict "bootloader=\"$T/watched\"" "disk=[\"file:$I/one.img,xvda,r\"]" 'root="/dev/xvda1"' \
		'bootloader_args=["--entry=xvda1:/boot/vmlinuz,/boot/initrd"]'
	export LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=nobody
	create restrict
	assert_tiny restrict one root=/dev/xvda1 "$I/one/boot/initrd"
	grep -qx -- "--runas=$(id -u nobody)" "$T/arguments"
	grep -qx -- --quiet "$T/arguments"
	[ ! -s "$(bootloader_log)" ] # quiet
}

loop_device() { # FILE
	loops+=("$(losetup --find --show "$1")")
}

make_group() { # FILE: a volume group on a loop device, with a logical volume that holds FILE
	truncate -s 32M "$T/pv"
	loop_device "$T/pv"
	group=domu-$$
	vgcreate -q "$group" "${loops[0]}" && lvcreate -qy -Wn -L 16M -n guest "$group" &&
		dd if="$1" of="/dev/$group/guest" bs=1M conv=sparse status=none
}

@test "a guest whose disk is a logical volume boots" {
	make_group "$I/one.img" 3>&-
	dom0_save
	config volume 'bootloader_args=["--entry=xvda1:/boot/vmlinuz,/boot/initrd"]' \
		"disk=[\"phy:/dev/$group/guest,xvda,w\"]" 'root="/dev/xvda1"'
	create volume
	assert_tiny volume one root=/dev/xvda1 "$I/one/boot/initrd"
}

# libxl gives Xen's block script 40 seconds, and ten of them on one emulated processor take longer: here
# stands one that does no more than what a block device needs.
quick_block_script() {
	cat >"$T/block" <<-'EOF'
		#!/bin/sh
		[ "$1" = add ] || exit 0
		device=$(xenstore-read "$XENBUS_PATH/params")
		exec xenstore-write "$XENBUS_PATH/physical-device" "$(stat -Lc %t:%T "$device")" \
			"$XENBUS_PATH/hotplug-status" connected
	EOF
	chmod 755 "$T/block"
	mount --bind "$T/block" "$BLOCK_SCRIPT"
}

@test "ten guests boot at once" {
	local i creates=() failed=0

	for i in 0 1 2 3 4 5 6 7 8 9; do
		cp --sparse=always "$I/one.img" "$T/ten$i.img"
		loop_device "$T/ten$i.img"
	done
	quick_block_script
	dom0_save
	for i in 0 1 2 3 4 5 6 7 8 9; do
		config "ten$i" 'bootloader_args=["--entry=xvda1:/boot/vmlinuz,/boot/initrd"]' memory=16 \
			"disk=[\"phy:${loops[i]},xvda,r\"]" "extra=\"number=$i\""
		xl create -q "$T/ten$i.cfg" >"$T/ten$i.said" 2>&1 </dev/null 3>&- &
		creates+=($!)
	done
	for i in 0 1 2 3 4 5 6 7 8 9; do
		status=0
		wait "${creates[i]}" || status=$?
		STDERR=$T/ten$i.said
		assert_tiny "ten$i" one "number=$i" "$I/one/boot/initrd" || failed=1
	done
	[ "$failed" = 0 ]
}
