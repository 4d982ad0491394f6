#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a subshell
# linux - guests with a distribution's kernel: PV and PVH; one selects another kernel and reboots
# (run it with: tests/xen/run linux)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load dom0

# The guest's initrd prints its version, mounts its root, and follows the command line.
guest_init() {
	cat <<-'EOF'
		#!/bin/busybox sh
		say() { echo "guest: $*" >/dev/console; }
		/bin/busybox --install -s /bin
		mount -t devtmpfs dev /dev
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		for module in /modules/*; do insmod "$module"; done
		say "command line: $(cat /proc/cmdline)"
		say "kernel $(uname -r) as $(cat /sys/hypervisor/type) $(cat /sys/hypervisor/guest_type)"
		while [ ! -b /dev/xvda1 ]; do sleep 0.1; done
		mount -t ext4 /dev/xvda1 /mnt && say "root: $(cat /mnt/etc/hostname)"
		if grep -q switch /proc/cmdline; then
			ln -sf vmlinuz-two /mnt/boot/vmlinuz
			ln -sf initrd-two /mnt/boot/initrd
			umount /mnt && say 'two it is' && reboot -f
		fi
		umount /mnt
		say done
		poweroff -f
	EOF
}

make_initrd() { # FILE
	local i=10 file

	mkdir -p ramdisk/{bin,dev,proc,sys,mnt,modules}
	cp /bin/busybox ramdisk/bin/
	modprobe --show-depends --all crc32c_generic xen-blkfront ext4 | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >list
	while read -r file; do
		cp "$file" "ramdisk/modules/$((i++)).${file##*/}"
	done <list
	guest_init >ramdisk/init
	chmod 755 ramdisk/init
	(cd ramdisk && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$1"
}

setup_file() {
	in_dom0 || return 0
	cd "$BATS_FILE_TMPDIR" || return
	mkdir -p tree/boot tree/etc
	echo tester >tree/etc/hostname
	cp "$VM_KERNEL" tree/boot/vmlinuz-debian
	make_initrd tree/boot/initrd-debian
	cp "$TINY/two" tree/boot/vmlinuz-two
	guest_random tree/boot/initrd-two 70001
	ln -s vmlinuz-debian tree/boot/vmlinuz
	ln -s initrd-debian tree/boot/initrd
	guest_fs ext4 root.fs 32 tree
	guest_disk gpt guest.img root.fs
	rm root.fs
}

setup() {
	dom0_need
	dom0_save
	I=$BATS_FILE_TMPDIR
}

teardown() {
	dom0_assert
}

linux() { # NAME LINE...
	local name=$1

	shift
	config "$name" memory=192 'bootloader_args=["--entry=xvda1:/boot/vmlinuz,/boot/initrd"]' \
		"disk=[\"file:$I/guest.img,xvda,w\"]" 'root="/dev/xvda1"' "$@"
	create "$name"
}

@test "PVH: a guest with Debian's kernel boots" {
	linux pvh 'type="pvh"' 'extra="console=hvc0 quiet"'
	await_console pvh 'guest: done'
	assert_console pvh 'guest: command line: root=/dev/xvda1 console=hvc0 quiet'
	assert_console pvh "guest: kernel $(uname -r) as xen PVH"
	assert_console pvh 'guest: root: tester'
}

@test "PV: a guest with Debian's kernel selects another one, reboots, and runs it" {
	linux switch 'extra="console=hvc0 quiet switch"' 'on_reboot="restart"'
	await_console switch 'guest: two it is'
	assert_console switch "guest: kernel $(uname -r) as xen PV"
	assert_tiny switch two 'root=/dev/xvda1 console=hvc0 quiet switch' "$I/tree/boot/initrd-two"
}
