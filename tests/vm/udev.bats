#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2143,SC2154 # each test is a subshell
# udev - with udevd and the installed rule, the host does not react to a guest's disks
# (run it with: scripts/vm run bats tests/vm/udev.bats)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load machine

RULE=/etc/udev/rules.d/56-domUloader.rules
OTHER_UUID=0a0b0c0d-1111-4222-8333-444455556666

# The host's disk and the guest's have a filesystem of the same UUID and label, and partitions of the
# same PARTUUID; the guest's has one more of each, which the host must not get to know.
setup_file() {
	[ "${VM_UDEV-0}" = 1 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	mkdir empty
	guest_fs ext4 same.fs 8 empty -U "$GUEST_UUID" -L shared
	guest_fs ext4 root.fs 8 tree -U "$GUEST_UUID" -L shared
	guest_fs ext4 more.fs 8 tree -U "$OTHER_UUID" -L only-guest
	guest_disk gpt host.img same.fs:name=part-one:uuid=aaaaaaaa-1111-4222-8333-444455556666
	guest_disk gpt guest.img root.fs:name=part-one:uuid=aaaaaaaa-1111-4222-8333-444455556666 \
		more.fs:name=part-two
}

setup() {
	[ "${VM_UDEV-0}" = 1 ] || skip 'udevd does not run here'
	vm_setup
	K=tree/boot/vmlinuz-6.1.0
	with_rule
}

teardown() {
	[ "${VM_UDEV-0}" = 1 ] || return 0
	without_rule
	dmsetup remove --retry vg-hostlv 2>/dev/null || true # lint: the map may be gone
	vm_no_scsi
	vm_detach
	world_assert
}

with_rule() {
	cp "$TOP/scripts/udev/domUloader.rules" "$RULE"
	udevadm control --reload
}

without_rule() {
	rm -f "$RULE"
	udevadm control --reload
}

scsi_with() { # IMAGE
	vm_scsi dev_size_mb=24
	dd if="$1" of="$disk" bs=1M status=none conv=fsync
	eventually blockdev --rereadpt "$disk"
	vm_settle
}

host_disk() {
	scsi_with "$BATS_FILE_TMPDIR/host.img"
	[ "$(readlink -f "/dev/disk/by-uuid/$GUEST_UUID")" = "${disk}1" ]
}

udev_knows() { # /sys/block/MAP
	[ ! -d "$1" ] || grep -qs '^E:DM_NAME=' "/run/udev/data/b$(cat "$1/dev")"
}

# While a loop device is locked udevd puts its event off, and its queue is never empty: so of a run
# that is stopped only the maps' events are waited for.
udev_catches_up() {
	local map

	if [ -z "$pid" ]; then
		vm_settle
		return
	fi
	for map in /sys/block/dm-*; do
		eventually udev_knows "$map"
	done
	udevadm settle --timeout=4 || true # lint: what matters has been waited for
}

# udev's state of all devices: links, and what LVM has registered.
host_sees() { # FILE
	udev_catches_up
	{
		find /dev/disk -type l -printf '%p -> %l\n' | grep -v /by-diskseq/ | sort
		find /run/lvm/pvs_online /run/lvm/vgs_online -type f 2>/dev/null | sort
	} >"$1"
}

# Sets $T/before, during and after; the answer is right.
watch_a_run() { # MAPPER
	host_sees "$T/before"
	stop_at "$HELD" --mapper="$1" --entry=hda1:/vmlinuz "$BATS_FILE_TMPDIR/guest.img" hda
	host_sees "$T/during"
	[ "$1" = loop ] || dmsetup ls | grep -q -- -domu1
	udevadm info --export-db >"$T/db"
	go_on
	assert_copies "$K"
	host_sees "$T/after"
}

assert_unnoticed() {
	diff "$T/before" "$T/during"
	diff "$T/before" "$T/after"
	[ -z "$(grep -F "$OTHER_UUID" "$T/db")" ]
}

@test "kpartx: udev makes or moves no link for a guest's filesystem" {
	host_disk
	watch_a_run kpartx
	assert_unnoticed
	grep -q "by-uuid/$GUEST_UUID" "$T/during"
}

@test "loop: udev makes or moves no link for a guest's filesystem" {
	host_disk
	watch_a_run loop
	assert_unnoticed
}

@test "a block device as disk, phy: udev makes or moves no link, and keeps the device's own" {
	scsi_with "$BATS_FILE_TMPDIR/guest.img"
	host_sees "$T/before"
	for mapper in kpartx loop; do
		stop_at "$HELD" --mapper=$mapper --entry=hda1:/vmlinuz --disks="['phy:$disk,hda,w']"
		host_sees "$T/during"
		go_on
		assert_copies "$K"
		host_sees "$T/after"
		diff "$T/before" "$T/during"
		diff "$T/before" "$T/after"
	done
}

@test "without the rule, udev makes links: these tests can fail" {
	host_disk
	without_rule
	watch_a_run kpartx
	diff "$T/before" "$T/during" | grep "^> .*by-uuid/$OTHER_UUID"
}

# The guest's second partition is a PV, of a VG with the name of one of the host's.
volume_groups() {
	truncate -s 64M "$T/host-pv.img" "$T/guest-pv.img"
	udevadm control --stop-exec-queue # or it would activate what we make
	loop=$(losetup --find --show "$T/guest-pv.img")
	vm_lvm pvcreate -q "$loop"
	vm_lvm vgcreate -q vg "$loop"
	vm_lvm lvcreate -q -y -an -Zn -Wn -L 16M -n guestlv vg
	dd if="$BATS_FILE_TMPDIR/more.fs" of="$loop" bs=1M seek=1 conv=fsync status=none # where it begins
	losetup --detach "$loop"
	udevadm control --start-exec-queue
	vm_settle
	vm_attach "$T/host-pv.img"
	vm_lvm pvcreate -q "$loop"
	vm_lvm vgcreate -q vg "$loop"
	vm_lvm lvcreate -q -y -L 16M -n hostlv vg
	guest_disk gpt "$T/lvm.img" "$BATS_FILE_TMPDIR/root.fs" "$T/guest-pv.img"
	rm "$T/guest-pv.img"
}

# Next to the VG and in it: a partition, and its own volume.
@test "a guest's volume group is not activated or scanned; the host's group of the same name stays" {
	local entry mapper

	volume_groups
	host_sees "$T/before"
	vm_lvm vgs --noheadings -o vg_name,vg_uuid,lv_count vg >"$T/vgs.before"
	for entry in kpartx:hda1 kpartx:/dev/vg/guestlv loop:hda1; do
		mapper=${entry%%:*}
		stop_at "$HELD" --mapper="$mapper" --entry="${entry#*:}:/vmlinuz" "$T/lvm.img" hda
		host_sees "$T/during"
		dmsetup ls | cut -f1 | sort >"$T/maps"
		cat "$T/maps"
		[ -z "$(grep -v -e '^vg-hostlv$' -e '^loop[0-9]*-domu[12]$' -e '^loop[0-9]*-lv0-domu$' "$T/maps")" ]
		go_on
		assert_copies "$K"
		host_sees "$T/after"
		diff "$T/before" "$T/during"
		diff "$T/before" "$T/after"
	done
	vm_lvm vgs --noheadings -o vg_name,vg_uuid,lv_count vg >"$T/vgs.after"
	diff "$T/vgs.before" "$T/vgs.after"
	vm_lvm vgchange -q -an vg
	vm_lvm vgremove -q -f vg
}

@test "no udev rule adds partitions inside a partition" {
	guest_disk dos "$T/inner.img" "$BATS_FILE_TMPDIR/more.fs"
	guest_disk gpt "$T/outer.img" "$BATS_FILE_TMPDIR/root.fs" "$T/inner.img"
	stop_at "$HELD" --entry=hda1:/vmlinuz "$T/outer.img" hda
	udev_catches_up
	dmsetup ls | cut -f1 | sort >"$T/maps"
	go_on
	assert_copies "$K"
	cat "$T/maps"
	[ "$(sed 's/^loop[0-9]*//' "$T/maps" | tr '\n' ' ')" = '-domu1 -domu2 ' ]
}
