#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2143,SC2154 # each test is a subshell
# kpartx - the main job over kpartx: tables, filesystems, types of disks; the same results as over loop
# (run it with: scripts/vm run bats tests/vm/kpartx.bats, and with --no-udev)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load machine

setup_file() {
	[ -n "${VM_UDEV-}" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 8 tree -b 4096
	numbered 1 2 5 6
}

setup() {
	vm_setup
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
	IMG=$T/disk.img
}

teardown() {
	[ -n "${VM_UDEV-}" ] || return 0
	vm_no_scsi
	vm_detach
	world_assert
}

# Filesystems of 4 KiB blocks, which fit on sectors of every size; each with a kernel of its own.
numbered() { # N...
	local n

	for n; do
		mkdir "$n"
		guest_bzimage "$n/vmlinuz" "6.1.0-number-$n"
		guest_fs ext4 "$n.fs" 2 "$n" -b 4096 -O ^has_journal
	done
}

# The answer over both mappers, but for the mapper's and the copies' names.
same_over_both() { # KERNEL RAMDISK ARG...
	local mapper kernel=$1 ramdisk=$2

	shift 2
	for mapper in kpartx loop; do
		domu --mapper=$mapper --output-format=json "$@"
		jq -S 'del(.. | .path?) | del(.mapper?)' "$STDOUT" >"$T/$mapper.json" || true # lint: what has failed is judged below
		assert_copies "$kernel" "$ramdisk" || return
	done
	diff "$T/kpartx.json" "$T/loop.json"
}

filesystem() { # TYPE MEGABYTES
	vm_fs "$1" "$T/part.fs" "$2" tree
	guest_disk gpt "$IMG" 1.fs "$T/part.fs"
	rm "$T/part.fs"
	same_over_both "$K" "$R" --entry=xvda2:/boot/vmlinuz-6.1.0,/boot/initrd.img-6.1.0 "$IMG"
	[ "$(jq -r .kernel.filesystem "$T/kpartx.json")" = "$1" ]
}

same_kernels() { # NAME N...: each is found by its own name
	local n

	for n in "${@:2}"; do
		same_over_both "$n/vmlinuz" '' --entry="$1$n:/vmlinuz" --disks="['$target,$1,w']"
	done
}

@test "ext4, and xfs" {
	filesystem ext4 8
	filesystem xfs 32
}

@test "btrfs" {
	filesystem btrfs 64
}

@test "vfat, whose module is loaded by the mount" {
	filesystem vfat 8
	modprobe -r vfat
	[ -z "$(grep -w vfat /proc/filesystems)" ]
	domu --entry=xvda2:/boot/vmlinuz-6.1.0,/boot/initrd.img-6.1.0 "$IMG"
	assert_copies "$K" "$R"
	grep -qw vfat /proc/filesystems
}

@test "f2fs" {
	filesystem f2fs 64
}

@test "iso9660, squashfs and erofs" {
	filesystem iso9660 0
	filesystem squashfs 0
	filesystem erofs 0
}

@test "MBR: primary and logical partitions have the same names over both mappers" {
	guest_disk dos "$IMG" 1.fs 2.fs extended 5.fs 6.fs
	target=file:$IMG
	same_kernels hda 2 5 6
}

@test "GPT: numbers with gaps, in any order on the disk" {
	truncate -s 20M "$IMG"
	sfdisk -q "$IMG" <<-'END'
		label: gpt
		6: start=2048, size=4096
		1: start=8192, size=4096
		5: start=16384, size=4096
	END
	dd if=6.fs of="$IMG" seek=2048 conv=notrunc status=none
	dd if=1.fs of="$IMG" seek=8192 conv=notrunc status=none
	dd if=5.fs of="$IMG" seek=16384 conv=notrunc status=none
	target=file:$IMG
	same_kernels xvda 1 6
}

@test "more partitions than kpartx numbers correctly: an empty extended one, and one of another type" {
	guest_disk dos "$IMG" 1.fs:type=a5 2.fs extended 5.fs
	target=$IMG
	same_kernels sda 1 5
}

@test "all partitions of a disk are read-only maps with deferred removal, and gone after the run" {
	guest_disk dos "$IMG" 1.fs 2.fs extended 5.fs 6.fs
	stop_at "$HELD" --entry=hda5:/vmlinuz "$IMG" hda
	dmsetup info | awk '/^Name:/ { name = $2 } /^State:/ { print name, $0 }' >"$T/maps"
	cat "$T/maps"
	[ "$(grep -c '^loop[0-9]*-domu[1256] .*(READ-ONLY) (DEFERRED REMOVE)' "$T/maps")" = 4 ]
	[ -z "$(grep -v -- -domu "$T/maps")" ]
	go_on
	assert_copies 5/vmlinuz
	vm_assert_no_maps
}

@test "the fstab leads to another disk" {
	cp -r tree T
	mkdir T/empty
	rm -r T/boot/*
	echo 'LABEL=boot /boot ext4 defaults 0 2' >T/etc/fstab
	guest_fs ext4 "$T/root.fs" 8 T
	guest_fs ext4 "$T/boot.fs" 8 tree/boot -L boot
	rm -r T
	guest_disk gpt "$T/a.img" 1.fs "$T/root.fs"
	guest_disk dos "$T/b.img" extended "$T/boot.fs"
	rm "$T"/*.fs
	same_over_both "$K" "$R" --entry=/vmlinuz,/boot/initrd --disks="['file:$T/a.img,hda,w','file:$T/b.img,hdb,w']"
	same_over_both "$K" "$R" --entry=/boot/vmlinuz,/initrd.img --root=/dev/hda2 --disk="$T/a.img,hda" --disk="$T/b.img,hdb"
}

# The table is written for sectors of 4096 bytes. (The kernel may be unable to read it again: no matter.)
wide_disk() { # LABEL
	rm -f "$IMG"
	truncate -s 20M "$IMG"
	vm_attach "$IMG" --sector-size 4096
	sfdisk -q "$loop" <<<"label: $1"$'\nstart=256, size=512\nstart=1024, size=512' || true # lint: the kernel may be unable to read it again
	vm_detach
	dd if=1.fs of="$IMG" bs=1M seek=1 conv=notrunc status=none
	dd if=2.fs of="$IMG" bs=1M seek=4 conv=notrunc status=none
}

@test "an image written for 4096-byte sectors, GPT and MBR" {
	target=file:$IMG
	for label in gpt dos; do
		wide_disk $label
		same_kernels xvda 2
	done
}

@test "phy: a disk with 512-byte sectors, GPT and MBR with logical partitions" {
	vm_scsi dev_size_mb=24
	target=phy:$disk
	guest_disk gpt "$T/gpt.img" 1.fs 2.fs
	guest_disk dos "$T/dos.img" 1.fs 2.fs extended 5.fs
	for part in gpt:2 dos:5; do
		dd if=/dev/zero of="$disk" bs=1M count=24 status=none conv=fsync
		dd if="$T/${part%:*}.img" of="$disk" bs=1M status=none conv=fsync
		same_kernels hda ${part#*:}
	done
}

@test "phy: a disk with 4096-byte sectors, GPT and MBR" {
	vm_scsi dev_size_mb=20 sector_size=4096
	target=phy:$disk
	for label in gpt dos; do
		wide_disk $label
		dd if="$IMG" of="$disk" bs=1M status=none conv=fsync
		same_kernels sda 2
	done
}

@test "phy: a logical volume of the host, by VG/LV and by its path" {
	truncate -s 64M "$T/pv.img"
	vm_attach "$T/pv.img"
	vm_lvm pvcreate -q "$loop"
	vm_lvm vgcreate -q VG_Xen "$loop"
	vm_lvm lvcreate -q -y -L 24M -n LV_dom5 VG_Xen
	guest_disk gpt "$IMG" 1.fs 2.fs
	dd if="$IMG" of=/dev/VG_Xen/LV_dom5 bs=1M status=none conv=fsync
	target=phy:VG_Xen/LV_dom5
	same_kernels hda 1
	target=phy:/dev/VG_Xen/LV_dom5
	same_kernels hda 2
	vm_settle
	vm_lvm vgchange -q -an VG_Xen
	vm_lvm vgremove -q -f VG_Xen
}
