#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; lvm_pv is lvm.bash's
# lvm - LVM inside guests: what each mapper reads and what is an error; most tests are rows of
# docs/guests.md

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/dirty
load lib/lvm

BOOT=6f1a3c5e-7b9d-4e2f-8a1c-000000000001
ROOT=6f1a3c5e-7b9d-4e2f-8a1c-000000000002

# Two physical volumes of the group vg-a. lin is one segment with the root, two-seg one on each with the
# same, str is striped and holds the boot. one.img has both as partitions; a.img and b.img are disks.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree root
	guest_boot_tree boot
	guest_bzimage boot/vmlinuz-6.1.0 6.1.0-boot
	guest_fs ext4 boot.fs 4 boot -U "$BOOT" -L boot
	guest_fs ext4 root.fs 4 root -U "$ROOT" -L 'the root'
	truncate -s 16M a.img b.img
	lvm_begin a.img b.img
	group_of_two
	lvm_end
	guest_disk gpt one.img a.img b.img
}

group_of_two() {
	lvm_do pvcreate "${lvm_pv[@]}" >/dev/null
	lvm_do vgcreate -s 1M vg-a "${lvm_pv[@]}" >/dev/null
	lvm_create -n lin -l 4 vg-a "${lvm_pv[0]}"
	lvm_create -n two-seg -l 2 vg-a "${lvm_pv[0]}"
	lvm_do lvextend -l +2 vg-a/two-seg "${lvm_pv[1]}" >/dev/null
	lvm_create -n str -i 2 -I 64k -l 4 vg-a
	lvm_fill vg-a/lin root.fs
	lvm_fill vg-a/two-seg root.fs
	lvm_fill vg-a/str boot.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	T=$BATS_TEST_TMPDIR
	IMG=$T/disk.img
}

teardown() {
	world_assert
}

# A disk for one test: the group vg with one linear volume for each file.
disk_with() { # NAME=FILE...
	local volume

	rm -f "$IMG"
	truncate -s "${DISK-32M}" "$IMG"
	lvm_begin "$IMG"
	lvm_do pvcreate "${lvm_pv[@]}" >/dev/null
	lvm_do vgcreate -s 1M "${VG-vg}" "${lvm_pv[@]}" >/dev/null
	for volume; do
		lvm_create -n "${volume%%=*}" -L "$(stat -c %s "${volume#*=}")b" "${VG-vg}"
		lvm_fill "${VG-vg}/${volume%%=*}" "${volume#*=}"
	done
	lvm_end
}

root_with_fstab() { # LINE...: root.fs of this test, with an empty /boot
	rm -rf "$T/root"
	mkdir -p "$T/root/etc" "$T/root/boot"
	printf '%s\n' "$@" >"$T/root/etc/fstab"
	guest_fs ext4 "$T/root.fs" 4 "$T/root"
}

over_loop() {
	[ "${DOMU_MAPPER:-loop}" = loop ]
}

needs_device_mapper() { # WHAT the error counts
	assert_status 1
	assert_error "cannot map the logical volume"
	assert_error "$1"
	assert_hint --mapper=kpartx
}

is_root() {
	assert_copies root/boot/vmlinuz-6.1.0 root/boot/initrd.img-6.1.0
}

# ---- what is read ------------------------------------------------------------------

@test "LVM: a linear volume in one segment, on a partition" {
	domu --entry=/dev/vg-a/lin:/boot/vmlinuz,/boot/initrd --output-format=json one.img xvda
	[ "$(jq -r .kernel.source "$STDOUT")" = vg-a/lin ]
	is_root
}

@test "LVM: a physical volume on a whole disk" {
	disk_with root=root.fs
	domu --entry=/dev/vg/root:/boot/vmlinuz,/boot/initrd "$IMG"
	is_root
}

@test "LVM: names: /dev/VG/LV, /dev/mapper/VG-LV with doubled hyphens, dm-name and dm-uuid links" {
	local name uuid

	lvm_begin a.img
	uuid=$(lvm_do lvs --noheadings --separator '' -o vg_uuid,lv_uuid vg-a/lin | tr -d ' -')
	lvm_end
	for name in /dev/vg-a/lin /dev/mapper/vg--a-lin /dev/disk/by-id/dm-name-vg--a-lin \
		"/dev/disk/by-id/dm-uuid-LVM-$uuid"; do
		domu --entry="$name:/boot/vmlinuz,/boot/initrd" one.img
		is_root
		domu --root="$name" --entry=/vmlinuz,/initrd.img one.img
		is_root
	done
	domu --entry=/dev/vg/lin:/vmlinuz one.img
	assert_status 3
	assert_error vg-a/lin
}

@test "LVM: UUID= and LABEL= of a filesystem on a logical volume" {
	disk_with boot=boot.fs root=root.fs
	for name in "UUID=$ROOT" 'LABEL=the root'; do
		domu --entry="$name:/boot/vmlinuz,/boot/initrd" "$IMG"
		is_root
	done
	domu --entry=LABEL=another:/vmlinuz "$IMG"
	assert_status 3
	assert_error "vg/root ext4 UUID=$ROOT"
	over_loop || return 0
	domu --entry=LABEL=another:/vmlinuz one.img # what could not be looked into is said
	assert_error "vg-a/str (the mapper cannot map the logical volume)"
}

@test "LVM: the root search includes logical volumes" {
	disk_with boot=boot.fs root=root.fs
	guest_disk gpt "$T/two.img" boot.fs "$IMG"
	domu --entry=/vmlinuz,/initrd.img "$T/two.img"
	is_root
	disk_with one=root.fs two=root.fs
	domu --entry=/vmlinuz "$IMG"
	assert_status 1
	assert_error 'vg/one, vg/two'
}

@test "LVM: /boot on a logical volume that the fstab names" {
	local name

	for name in /dev/mapper/my--vg-the--boot /dev/my-vg/the-boot LABEL=boot; do
		root_with_fstab "$name /boot ext4 defaults 0 2"
		VG=my-vg disk_with the-boot=boot.fs root="$T/root.fs"
		domu --entry=/boot/vmlinuz,/boot/initrd "$IMG"
		assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
	done
}

@test "LVM: the root on a logical volume, /boot on a partition" {
	root_with_fstab "UUID=$BOOT /boot ext4 defaults 0 2"
	disk_with root="$T/root.fs"
	guest_disk gpt "$T/two.img" boot.fs "$IMG"
	domu --entry=/boot/vmlinuz,/boot/initrd --root=/dev/vg/root "$T/two.img"
	assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
}

@test "LVM: several segments, with physical volumes on two partitions and on two disks" {
	local disks

	for disks in "['one.img,xvda,r']" "['a.img,xvda,r', 'b.img,xvdb,r']" "['b.img,xvda,r', 'a.img,xvdb,r']"; do
		domu --entry=/dev/vg-a/two-seg:/boot/vmlinuz,/boot/initrd --disks="$disks"
		if over_loop; then needs_device_mapper '2 segments'; else is_root; fi
	done
}

@test "LVM: a striped volume, with physical volumes on two partitions and on two disks" {
	local disks

	for disks in "['one.img,xvda,r']" "['a.img,xvda,r', 'b.img,xvdb,r']"; do
		domu --entry=/dev/vg-a/str:/vmlinuz,/initrd --disks="$disks"
		if over_loop; then
			needs_device_mapper '2 stripes'
		else
			assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
		fi
	done
}

@test "LVM: a dirty journal is replayed in memory, and the disk is not written to" {
	local before type types=(ext4 xfs)

	[ -z "${VM_UDEV-}" ] || types=(ext4) # it is slow there
	dirty_needs "${types[@]}"
	dirty_tree old old
	mkdir -p new/boot
	guest_bzimage new/boot/vmlinuz-6.1.0 '6.1.0-guest (new@host) #1 SMP'
	for type in "${types[@]}"; do
		dirty_fs "$type" "$T/dirty.fs" 20 old new
		disk_with root="$T/dirty.fs"
		before=$(sha256sum <"$IMG")
		domu --entry=/vmlinuz --output-format=json "$IMG"
		[ "$(dirty_journal)" = replayed ]
		assert_copies new/boot/vmlinuz-6.1.0
		[ "$(sha256sum <"$IMG")" = "$before" ]
	done
}

@test "LVM: a partition of a disk with 4096-byte sectors" {
	local loop

	guest_fs ext4 "$T/root.fs" 8 root -b 4096 # smaller blocks no map of such sectors takes
	disk_with root="$T/root.fs"
	truncate -s 40M "$T/4k.img"
	loop=$(losetup --find --show --sector-size 4096 "$T/4k.img")
	sfdisk -q --no-tell-kernel --no-reread "$loop" <<<$'label: gpt\n2: start=1MiB, size=32MiB' >/dev/null
	dd if="$IMG" of="$loop" bs=1M seek=1 conv=fsync,sparse status=none
	losetup --detach "$loop"
	domu --entry=/dev/vg/root:/boot/vmlinuz,/boot/initrd "$T/4k.img"
	is_root
}

@test "LVM: a btrfs of two devices, both logical volumes, and a subvolume of one" {
	dirty_needs btrfs
	truncate -s 130M "$T/1.fs" "$T/2.fs"
	attached=("$(losetup --find --show "$T/1.fs")" "$(losetup --find --show "$T/2.fs")")
	mkfs.btrfs -q -f -d raid0 -m raid1 "${attached[@]}"
	btrfs device scan "${attached[@]}" >/dev/null
	# shellcheck disable=SC2016 # it is another shell's
	unshare --mount bash -euc 'mount "$1" /mnt; btrfs -q subvolume create /mnt/@; cp -a root/. /mnt/@/; umount /mnt' - \
		"${attached[0]}" 3>&-
	btrfs device scan --forget "${attached[@]}" >/dev/null
	losetup --detach "${attached[@]}"
	DISK=300M disk_with one="$T/1.fs" two="$T/2.fs"
	domu --entry='/dev/vg/two[@]:/boot/vmlinuz,/boot/initrd' "$IMG"
	is_root
	domu --entry=/vmlinuz,/initrd.img "$IMG"
	is_root
}

@test "LVM: a volume group with the system ID of another machine" {
	disk_with root=root.fs
	lvm_begin "$IMG"
	lvm_do vgchange -y --systemid another vg >/dev/null
	lvm_end
	domu --entry=/dev/vg/root:/boot/vmlinuz,/boot/initrd "$IMG"
	is_root
}

@test "LVM: parallel runs on guests whose volume groups have the same name and UUID" {
	local n pids=()

	disk_with root=root.fs
	for n in {1..6}; do
		cp --sparse=always "$IMG" "$T/$n.img"
		mkdir "$T/$n"
		"$DOMU" --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --output-directory="$T/$n" --output="$T/$n.answer" \
			--entry=/vmlinuz,/initrd.img "$T/$n.img" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	status=0
	for n in {1..6}; do
		ANSWER=$T/$n.answer is_root
	done
}

# ---- what is refused ------------------------------------------------------

@test "LVM: raid, mirror, thin, cache and snapshot volumes: an error that names the type" {
	local volume

	truncate -s 32M "$IMG"
	lvm_begin "$IMG"
	lvm_do pvcreate "${lvm_pv[@]}" >/dev/null
	lvm_do vgcreate -s 1M vg "${lvm_pv[@]}" >/dev/null
	lvm_kinds vg
	lvm_fill vg/origin <(head -c 1M root.fs)
	lvm_end
	for volume in raid:raid1 mirror:mirror thin:thin pool:thin-pool cached:cache snap:snapshot; do
		domu --entry="/dev/vg/${volume%:*}:/vmlinuz" "$IMG"
		assert_status 1
		assert_error "its type is ${volume#*:};"
		assert_hint --entry=DEV:/KERNEL
	done
	domu --entry=/vmlinuz "$IMG"
	assert_status 3
	assert_error 'vg/cached: this kind of logical volume is not supported'
}

@test "LVM: a missing physical volume: an error that names its UUID" {
	local uuid

	uuid=$(blkid -p -s UUID -o value b.img)
	domu --entry=/dev/vg-a/two-seg:/vmlinuz a.img
	assert_status 1
	assert_error "$uuid"
	assert_hint --disks
	domu --entry=/dev/vg-a/lin:/boot/vmlinuz,/boot/initrd a.img
	is_root # all of it is there
}

@test "LVM: two disks with the same physical volume: an error that names both" {
	cp --sparse=always a.img "$IMG"
	domu --entry=/dev/vg-a/lin:/vmlinuz --disks="['a.img,xvda,r', '$IMG,xvdb,r']"
	assert_status 1
	assert_error 'xvda and xvdb'
	assert_error "$(blkid -p -s UUID -o value a.img)"
}

@test "LVM: an image truncated inside a logical volume: an error that says so" {
	disk_with root=root.fs
	truncate -s 3M "$IMG"
	domu --entry=/dev/vg/root:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'extends beyond the disk'
	assert_hint 'truncated'
}

@test "LVM: damaged metadata: an error that the volume is not found" {
	disk_with root=root.fs
	dd if=/dev/urandom of="$IMG" bs=1 seek=5632 count=300 conv=notrunc status=none
	domu --timeout=20 --entry=/dev/vg/root:/vmlinuz "$IMG"
	assert_status 3
	assert_error 'xvda LVM2_member'
}

# ---- lvm itself --------------------------------------------------------------------

@test "lvm is not run if the request needs no logical volume, or no disk has a physical volume" {
	domu_without_lvm --entry=xvda1:/vmlinuz,/initrd --disks="['boot.fs,xvda,r', 'a.img,xvdb,r']"
	assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
	domu_without_lvm --entry="UUID=$BOOT:/vmlinuz" --disks="['boot.fs,xvda,r', 'a.img,xvdb,r']"
	assert_copies boot/vmlinuz-6.1.0
	domu_without_lvm --entry=/dev/vg/root:/vmlinuz boot.fs
	assert_status 3
}

domu_without_lvm() { # ARG...
	status=0
	# shellcheck disable=SC2016 # it is another shell's
	unshare --mount bash -euc '
		mount -t tmpfs none /mnt
		cp -a /usr/sbin/. /mnt
		rm -f /mnt/lvm
		mount --move /mnt /usr/sbin
		exec "$@"' - "$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" "$@" \
		>"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
}

@test "LVM: lvm is not installed on this host: an error that names the package" {
	domu_without_lvm --entry=/dev/vg-a/lin:/vmlinuz one.img
	assert_status 1
	assert_error 'lvm is not installed'
	assert_hint 'package lvm2'
	domu_without_lvm --entry=/vmlinuz one.img
	assert_status 1
	assert_hint 'package lvm2'
}

@test "lvm runs as nobody, without capabilities, and sees only the guest's devices" {
	local fake=$T/lvm limit

	cat >"$fake" <<-'END'
		#!/usr/bin/perl
		open my $status, "<", "/proc/self/status" or die;
		open my $limits, "<", "/proc/self/limits" or die;
		print STDERR "uid $> ", grep({ /^(Cap(Eff|Prm|Bnd)|NoNewPrivs)/ } <$status>),
			map({ /^Max (.*?)  +(\d+) +\2 / ? "$1 $2; " : () } <$limits>), "sees",
			map({ " $_" } glob "/proc/driver/* /sys/*"), "; ", join " ", sort %ENV;
		exit 3;
	END
	chmod 755 "$fake"
	chmod 711 "$T"
	status=0
	# shellcheck disable=SC2016 # it is another shell's
	unshare --mount bash -euc 'mount --bind "$1" /usr/sbin/lvm; shift; exec "$@"' - "$fake" \
		"$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper=loop --entry=/dev/vg-a/lin:/vmlinuz one.img \
		>"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
	assert_status 1
	assert_error 'exit code 3'
	run ! grep -E 'Cap[A-Z][a-z]+: 0*[1-9a-f]' "$STDERR"
	assert_hint 'NoNewPrivs: 1'
	for limit in "address space $((512 << 20))" 'core file size 0' 'processes 0' 'open files 256' \
		"file size $((1 << 20))"; do
		assert_hint "$limit; "
	done
	assert_hint 'sees /proc/driver/pv0 /proc/driver/pv1;'
	run ! grep -E 'uid 0|BATS|HOME' "$STDERR"
}

@test "a hanging lvm ends with the run, and endless output of lvm is cut off" {
	local fake=$T/lvm script

	chmod 711 "$T"
	for script in 'sleep 60' 'exec yes'; do
		printf '#!/bin/bash\n%s\n' "$script" >"$fake"
		chmod 755 "$fake"
		status=0
		# shellcheck disable=SC2016 # it is another shell's
		unshare --mount bash -euc 'mount --bind "$1" /usr/sbin/lvm; shift; exec "$@"' - "$fake" \
			"$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper=loop --timeout=2 --entry=/dev/vg-a/lin:/vmlinuz \
			one.img >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
		assert_status 1
	done
	assert_error 'killed by signal SIGXFSZ'
}
