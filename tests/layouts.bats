#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031 # scripts for other shells; each test is a subshell
# layouts - partition tables, boot layouts and device names of guests: each test is a row of
# docs/guests.md

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

# Small filesystems of 4 KiB blocks, which fit on sectors of every size; each with its own kernel.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	local n

	for n in {1..10}; do
		mkdir "$n"
		guest_bzimage "$n/vmlinuz" "6.1.0-number-$n" 16384
		guest_fs ext2 "$n.fs" 1 "$n" -b 4096 -N 16 -U "$(uuid "$n")" -L "label-$n"
	done
	guest_random initrd 50000
	mkdir boot
	guest_bzimage boot/vmlinuz 6.1.0-boot 16384
	cp initrd boot/initrd
	guest_fs ext2 boot.fs 1 boot -b 4096 -N 16 -U "$(uuid 99)" -L 'the boot'
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

uuid() { # N
	printf '%08x-7b9d-4e2f-8a1c-0123456789ab' "$1"
}

# ---- disks -------------------------------------------------------------------------

table() { # MEBIBYTES, sfdisk's script on standard input
	SECTOR=512
	rm -f "$IMG"
	truncate -s "$1M" "$IMG"
	sfdisk -q "$IMG" >/dev/null
}

# A disk says itself how large its sectors are: for once it is a device.
table_4k() { # MEBIBYTES
	local loop

	SECTOR=4096
	rm -f "$IMG"
	truncate -s "$1M" "$IMG"
	loop=$(losetup --find --show --sector-size 4096 "$IMG")
	sfdisk -q --no-tell-kernel --no-reread "$loop" >/dev/null
	losetup --detach "$loop"
}

put() { # FILE MEBIBYTE...
	while [ $# -gt 0 ]; do
		dd if="$1" of="$IMG" bs=1M seek="$2" conv=notrunc status=none
		shift 2
	done
}

# kpartx reads the table by itself: what it would map it says without device-mapper, too. Logical partitions
# are counted from the extended one, of which a sector or two are mapped.
kpartx_starts() {
	local loop

	loop=$(losetup --find --show --read-only --sector-size "$SECTOR" "$IMG")
	kpartx -l "$loop" 2>/dev/null | awk '
		{ printf "%.0f\n", 512 * ($6 + ($5 ~ "^/dev/dm-" ? extended : 0)) }
		$4 <= 8 { extended = $6 }'
	losetup --detach "$loop"
}

kpartx_finds() { # N...
	local n start starts

	command -v kpartx >/dev/null || return 0
	mapfile -t starts < <(kpartx_starts)
	for n; do
		for start in "${starts[@]}"; do
			! cmp -s -n 1048576 -i "$start:0" "$IMG" "$n.fs" || continue 2
		done
		echo "kpartx does not map partition $n, but what begins at ${starts[*]}"
		return 1
	done
}

each_is_found() { # DISK N...: partition N holds kernel N
	local n disk=$1

	shift
	kpartx_finds "$@"
	for n; do
		domu --entry="$(part "$disk" "$n"):/vmlinuz" "$IMG" "$disk"
		assert_copies "$n/vmlinuz" || { echo "partition $n"; return 1; }
	done
}

part() { # DISK N
	case $1 in
	*[0-9]) echo "$1p$2" ;;
	*) echo "$1$2" ;;
	esac
}

is_missing() { # DEVICE
	domu --entry="$1:/vmlinuz" "$IMG" xvda
	assert_status 3
	assert_error 'the guest has no such device'
}

# As partx sees it, by the same libblkid: 2.41's ends where a chain of logical partitions goes back.
follows_back() {
	[ "$(partx --show --noheadings --output NR "$IMG" | tail -n 1)" -eq 10 ]
}

@test "MBR: primary, extended and logical partitions, with gaps, out of order, more than four logical" {
	local type n

	for type in 5 f 85; do
		table 40 <<-END
			label: dos
			label-id: 0x1234abcd
			1: start=30MiB, size=1MiB
			3: start=1MiB, size=1MiB
			4: start=4MiB, size=20MiB, type=$type
			5: start=16MiB, size=1MiB
			6: start=6MiB, size=1MiB
			7: start=12MiB, size=1MiB
			8: start=8MiB, size=1MiB
			9: start=20MiB, size=1MiB
			10: start=10MiB, size=1MiB
		END
		put 1.fs 30 3.fs 1 5.fs 16 6.fs 6 7.fs 12 8.fs 8 9.fs 20 10.fs 10
		each_is_found xvda 5 7
	done
	each_is_found xvda 1 3 6
	is_missing xvda2
	is_missing xvda11
	domu --entry=xvda4:/vmlinuz "$IMG"
	assert_status 1
	assert_error xvda4
	for n in 1 3 5 10; do
		((n < 10)) || follows_back || skip 'libblkid does not follow logical partitions back to an earlier place'
		domu --entry="PARTUUID=1234ABCD-$(printf %02x "$n"):/vmlinuz" "$IMG"
		assert_copies "$n/vmlinuz"
	done
	each_is_found xvda 8 9 10
}

@test "hybrid MBR: the GPT is used" {
	table 20 <<-END
		label: gpt
		1: start=1MiB, size=1MiB
		2: start=3MiB, size=1MiB
		3: start=5MiB, size=1MiB
	END
	sgdisk --hybrid=3:1 "$IMG" >/dev/null
	[ "$(sfdisk --dump --label-nested dos "$IMG" | grep -c 'type=ee')" = 1 ]
	put 1.fs 1 2.fs 3 3.fs 5
	each_is_found xvda 1 2 3
	is_missing xvda4
}

@test "GPT: gaps between the numbers, any order on the disk" {
	table 20 <<-END
		label: gpt
		7: start=1MiB, size=1MiB
		2: start=9MiB, size=1MiB
		10: start=5MiB, size=1MiB
	END
	put 7.fs 1 2.fs 9 10.fs 5
	each_is_found xvda 2 7 10
	is_missing xvda1
	is_missing xvda3
	table 20 <<<'label: gpt' # still empty, it is one all the same
	domu --entry=xvda1:/vmlinuz -v "$IMG"
	assert_hint 'gpt table, 0 partitions'
}

@test "GPT: a damaged primary table, an intact backup at the end" {
	local damage

	for damage in '1 33' '1 1' '2 1'; do
		table 20 <<<$'label: gpt\n1: start=1MiB, size=1MiB\n3: start=9MiB, size=1MiB'
		put 1.fs 1 3.fs 9
		# shellcheck disable=SC2086 # the first sector, and how many
		set -- $damage
		guest_random "$T/noise" $(($2 * 512)) "$damage"
		dd if="$T/noise" of="$IMG" bs=512 seek="$1" conv=notrunc status=none
		each_is_found xvda 1 3
	done
}

@test "GPT: an enlarged disk, whose backup table is in the middle" {
	table 20 <<<$'label: gpt\n1: start=1MiB, size=1MiB\n3: start=9MiB, size=1MiB'
	put 1.fs 1 3.fs 9
	truncate -s 30M "$IMG"
	each_is_found xvda 1 3
}

@test "4096-byte sectors: MBR, with logical partitions" {
	table_4k 30 <<-END
		label: dos
		1: start=1MiB, size=1MiB
		2: start=4MiB, size=20MiB, type=5
		5: start=6MiB, size=1MiB
		6: start=9MiB, size=1MiB
	END
	put 1.fs 1 5.fs 6 6.fs 9
	each_is_found xvda 1 5 6
}

@test "4096-byte sectors: GPT, also with a damaged primary table" {
	table_4k 20 <<<$'label: gpt\n1: start=1MiB, size=1MiB\n4: start=9MiB, size=1MiB'
	put 1.fs 1 4.fs 9
	each_is_found xvda 1 4
	dd if=/dev/zero of="$IMG" bs=4096 seek=1 count=1 conv=notrunc status=none
	each_is_found xvda 1 4
}

@test "protective MBR: never used as a partition, with or without a GPT" {
	table 20 <<<$'label: gpt\n2: start=1MiB, size=1MiB'
	put 2.fs 1
	each_is_found xvda 2
	is_missing xvda1
	dd if="$IMG" of="$T/first" bs=512 count=1 status=none
	rm "$IMG"
	truncate -s 20M "$IMG"
	dd if="$T/first" of="$IMG" conv=notrunc status=none
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'unrecognized filesystem'
}

@test "a whole disk without a partition table" {
	local name

	cp 1.fs "$IMG"
	for name in xvda xvda1 hda3 "UUID=$(uuid 1)" LABEL=label-1; do
		domu --entry="$name:/vmlinuz" "$IMG"
		assert_copies 1/vmlinuz
	done
}

@test "bare partitions exported as xvda1 and xvda2" {
	local device

	for device in /dev/xvda2 /dev/sda2 LABEL='the\040boot'; do
		root_with_fstab "$T/root.img" "$device /boot ext2 defaults 0 0"
		cp boot.fs "$T/boot.img"
		domu --entry=/boot/vmlinuz,/boot/initrd --root=/dev/xvda1 \
			--disks="['phy:$T/root.img,xvda1,w', 'phy:$T/boot.img,xvda2,w']"
		assert_copies boot/vmlinuz initrd
		domu --entry=xvda2:/vmlinuz \
			--disks="['phy:$T/root.img,xvda1,w', 'phy:$T/boot.img,xvda2,w']"
		assert_copies boot/vmlinuz
	done
	cp boot.fs "$IMG"
	domu --entry=xvda1:/vmlinuz "$IMG" xvda1
	assert_copies boot/vmlinuz
}

@test "a 3 TiB disk with a partition beyond 2 TiB: GPT, and MBR with 4096-byte sectors" {
	table 3145728 <<<$'label: gpt\n1: start=1MiB, size=1MiB\n2: start=2621440MiB, size=1MiB'
	put 1.fs 1 2.fs 2621440
	each_is_found xvda 1 2
	table_4k 3145728 <<-END
		label: dos
		label-id: 0x1234abcd
		1: start=1MiB, size=1MiB
		2: start=2097151MiB, size=1MiB
		3: start=2621440MiB, size=1MiB
	END
	put 1.fs 1 2.fs 2097151 3.fs 2621440
	each_is_found xvda 1 2 3
	domu --entry=PARTUUID=1234abcd-03:/vmlinuz "$IMG"
	assert_copies 3/vmlinuz
	table_4k 3145728 <<-END
		label: dos
		1: start=1MiB, size=1MiB
		2: start=10MiB, size=100MiB, type=5
		5: start=20MiB, size=1MiB
		3: start=2621440MiB, size=1MiB
		4: start=200MiB, size=2097152MiB
	END
	put 1.fs 1 5.fs 20 3.fs 2621440 4.fs 200
	each_is_found xvda 1 3 4 5
	table_4k 3145728 <<-END
		label: dos
		1: start=1MiB, size=1MiB
		2: start=10MiB, size=2621440MiB, type=5
		5: start=2621440MiB, size=1MiB
	END
	put 1.fs 1 5.fs 2621440
	each_is_found xvda 1
	is_missing xvda5
}

@test "an image whose size is not a multiple of the sector size" {
	local more

	for more in 1 513 4095; do
		table 20 <<<$'label: gpt\n1: start=1MiB, size=1MiB\n2: start=18MiB, size=1MiB'
		put 2.fs 18
		truncate -s +"$more" "$IMG"
		each_is_found xvda 2
		table 20 <<<$'label: dos\n1: start=1MiB, size=1MiB\n2: start=19MiB, size=1MiB'
		put 2.fs 19
		truncate -s +"$more" "$IMG"
		each_is_found xvda 2
		table_4k 20 <<<$'label: gpt\n1: start=1MiB, size=1MiB\n2: start=18MiB, size=1MiB'
		put 2.fs 18
		truncate -s +"$more" "$IMG"
		each_is_found xvda 2
		cp 1.fs "$IMG"
		truncate -s +"$more" "$IMG"
		domu --entry=xvda:/vmlinuz "$IMG"
		assert_copies 1/vmlinuz
	done
}

# ---- where the files lie -----------------------------------------------------------

root_with_fstab() { # FILE LINE...: what is in $T/root, and that fstab
	local file=$1

	shift
	mkdir -p "$T/root/etc" "$T/root/boot" "$T/root/usr"
	printf '%s\n' "$@" >"$T/root/etc/fstab"
	guest_fs ext2 "$file" 2 "$T/root" -b 4096 -U "$(uuid 0)" -L the-root
}

# A disk of the root and the filesystems given: xvda1 is the root.
guest_with() { # FILE... -- FSTAB-LINE...
	local files=()

	while [ "$1" != -- ]; do
		files+=("$1")
		shift
	done
	shift
	root_with_fstab "$T/root.fs" "$@"
	guest_disk gpt "$IMG" "$T/root.fs" "${files[@]}"
}

@test "/boot and the root on different disks" {
	local device

	guest_disk gpt "$T/boot.img" 1.fs boot.fs
	for device in /dev/xvdb2 /dev/sdb2 "UUID=$(uuid 99)" 'LABEL=the\040boot'; do
		guest_with -- "$device /boot ext2 defaults 0 0"
		domu --entry=/boot/vmlinuz,/boot/initrd \
			--disks="['file:$IMG,xvda,w', 'file:$T/boot.img,xvdb,w']"
		assert_copies boot/vmlinuz initrd
	done
}

@test "kernel and initrd on different filesystems, and on different disks" {
	mkdir -p "$T/data" "$T/root/srv/data"
	cp initrd "$T/data/initrd"
	guest_fs ext2 "$T/data.fs" 1 "$T/data" -b 4096
	ln -s srv/data/initrd "$T/root/initrd"
	guest_with boot.fs "$T/data.fs" -- '/dev/xvda2 /boot ext2 ro' '/dev/xvda3 /srv/data ext2 ro'
	domu --entry=/boot/vmlinuz,/initrd "$IMG"
	assert_copies boot/vmlinuz initrd
	guest_with boot.fs -- '/dev/xvda2 /boot ext2 ro' '/dev/xvdb /srv/data ext2 ro'
	cp "$T/data.fs" "$T/data.img"
	domu --entry=/boot/vmlinuz,/initrd --disk="file:$T/data.img,xvdb,r" "$IMG" xvda
	assert_copies boot/vmlinuz initrd
}

esp() { # FILE: a vfat of 2 MiB, its UUID is 1A2B-3C4D
	truncate -s 2M "$1"
	mkfs.vfat -i 1a2b3c4d -n ESP "$1" >/dev/null
}

@test "the ESP (vfat) as /boot" {
	local loop

	kernel_has vfat || skip 'this kernel has no vfat'
	esp "$T/esp.fs"
	loop=$(losetup --find --show "$T/esp.fs")
	unshare --mount bash -euc 'mount "$1" /mnt && cp boot/* /mnt && umount /mnt' - "$loop"
	losetup --detach "$loop"
	guest_with "$T/esp.fs" -- 'UUID=1A2B-3C4D /boot vfat umask=0077 0 2'
	domu --entry=/boot/vmlinuz,/boot/initrd "$IMG"
	assert_copies boot/vmlinuz initrd
	domu --entry=uuid=1a2b-3c4d:/vmlinuz,/initrd "$IMG"
	assert_copies boot/vmlinuz initrd
}

@test "separate /boot and /usr, usrmerge: /boot/vmlinuz-REL -> ../usr/lib/modules/REL/vmlinuz" {
	mkdir -p "$T/usr/lib/modules/6.1.0" "$T/boot" "$T/root"
	cp boot/vmlinuz "$T/usr/lib/modules/6.1.0/vmlinuz"
	ln -s ../usr/lib/modules/6.1.0/vmlinuz "$T/boot/vmlinuz-6.1.0"
	cp initrd "$T/boot/initrd-6.1.0"
	ln -s usr/lib "$T/root/lib"
	guest_fs ext2 "$T/usr.fs" 1 "$T/usr" -b 4096
	guest_fs ext2 "$T/boot.fs" 1 "$T/boot" -b 4096
	guest_with "$T/boot.fs" "$T/usr.fs" -- '/dev/xvda3 /usr ext2 ro' '/dev/xvda2 /boot ext2 ro'
	domu --entry=/boot/vmlinuz-6.1.0,/boot/initrd-6.1.0 "$IMG"
	assert_copies boot/vmlinuz initrd
	domu --entry=/lib/modules/6.1.0/vmlinuz "$IMG"
	assert_copies boot/vmlinuz
	domu --entry=xvda2:/vmlinuz-6.1.0 "$IMG"
	assert_status 3
	assert_error /vmlinuz-6.1.0
}

# $T/root, with $T/boot and $T/usr on partitions of their own.
three_filesystems() {
	mkdir -p "$T/root/usr" "$T/root/boot" "$T/boot" "$T/usr/share"
	guest_fs ext2 "$T/usr.fs" 1 "$T/usr" -b 4096
	guest_fs ext2 "$T/boot.fs" 1 "$T/boot" -b 4096
	guest_with "$T/boot.fs" "$T/usr.fs" -- '/dev/xvda2 /boot ext2 ro' '/dev/xvda3 /usr ext2 ro'
}

@test "chains of symlinks across three filesystems" {
	mkdir -p "$T/root" "$T/boot" "$T/usr/share"
	ln -s boot/current "$T/root/vmlinuz"
	ln -s /usr/share/../current "$T/boot/current"
	ln -s ../boot/real/../chosen "$T/usr/current"
	mkdir "$T/boot/real"
	ln -s ../srv/vmlinuz "$T/boot/chosen"
	mkdir -p "$T/root/srv"
	cp boot/vmlinuz "$T/root/srv/vmlinuz"
	three_filesystems
	domu --entry=/vmlinuz --root=xvda1 "$IMG"
	assert_copies boot/vmlinuz
}

@test "a loop of symlinks, also across three filesystems: one clear error" {
	mkdir -p "$T/root" "$T/boot" "$T/usr"
	ln -s /boot/a "$T/root/vmlinuz"
	ln -s ../usr/a "$T/boot/a"
	ln -s ../vmlinuz "$T/usr/a"
	ln -s self "$T/boot/self"
	three_filesystems
	for path in /vmlinuz /boot/self; do
		domu --entry=$path --root=xvda1 "$IMG"
		assert_status 1
		assert_error "$path"
		assert_hint 'its symlinks form a loop'
	done
}

# ---- names of devices --------------------------------------------------------------

# The same name in the entry, and in the fstab of the root, xvda1, that mounts /boot by it.
names_boot() { # NAME...
	local name fstab

	for name; do
		domu --entry="$name:/vmlinuz,/initrd" "$IMG" xvda
		assert_copies boot/vmlinuz initrd || { echo "in the entry: $name"; return 1; }
		fstab=${name// /\\040}
		root_with_fstab "$T/root.fs" "$fstab /boot ext2 defaults 0 2"
		put "$T/root.fs" 1
		domu --entry=/boot/vmlinuz,/boot/initrd --root=xvda1 "$IMG" xvda
		assert_copies boot/vmlinuz initrd || { echo "in the fstab: $name"; return 1; }
	done
}

gpt_with_boot() {
	root_with_fstab "$T/root.fs" ''
	guest_disk gpt "$IMG" "$T/root.fs" \
		"boot.fs:name=\"my boot\":uuid=$(uuid 77)"
}

mbr_with_boot() {
	root_with_fstab "$T/root.fs" ''
	guest_disk dos "$IMG" "$T/root.fs" boot.fs
	sfdisk -q --disk-id "$IMG" 0x89abcdef
}

@test "names: /dev/hda2, /dev/sda2, /dev/xvda2, /dev/vda2, with and without /dev/" {
	gpt_with_boot
	names_boot /dev/hda2 /dev/sda2 /dev/xvda2 /dev/vda2 hda2 xvda2
}

@test "names: /dev/nvme0n1p2" {
	local fstab='/dev/nvme0n1p2 /boot ext2 defaults 0 0'

	guest_with boot.fs -- "$fstab"
	domu --entry=/dev/nvme0n1p2:/vmlinuz,/initrd "$IMG"
	assert_copies boot/vmlinuz initrd
	domu --entry=/boot/vmlinuz,/boot/initrd --root=/dev/nvme0n1p1 --disk="vdev=nvme0n1,target=$IMG"
	assert_copies boot/vmlinuz initrd
	domu --entry=/boot/vmlinuz --root=/dev/xvda1 "$IMG" xvda
	assert_status 3
	assert_error nvme0n1p2
}

@test "names: UUID= in any case" {
	gpt_with_boot
	names_boot "UUID=$(uuid 99 | tr a-f A-F)" "uuid=$(uuid 99)"
}

# Found is what counts here: not every kernel can mount it.
@test "names: a vfat's short UUID, in any case" {
	local name

	esp "$T/esp.fs"
	for name in UUID=1A2B-3C4D UUID=1a2b-3c4d /dev/disk/by-uuid/1A2B-3C4D; do
		guest_with "$T/esp.fs" -- "$name /boot vfat defaults 0 2"
		domu --entry="$name:/vmlinuz" -v "$IMG"
		assert_hint "xvda2 on '$IMG' is /dev/"
		domu --entry=/boot/vmlinuz --root=xvda1 -v "$IMG"
		assert_hint "xvda2 on '$IMG' is /dev/"
	done
}

@test "names: LABEL= with blanks, as \\040, as \\x20 and in quotes" {
	gpt_with_boot
	names_boot 'LABEL=the boot' 'LABEL=the\040boot' 'LABEL=the\x20boot' 'LABEL="the boot"'
}

@test "names: PARTUUID= of an MBR and of a GPT" {
	mbr_with_boot
	names_boot PARTUUID=89abcdef-02 PARTUUID=89ABCDEF-02
	gpt_with_boot
	names_boot "PARTUUID=$(uuid 77)" "PARTUUID=$(uuid 77 | tr a-f A-F)"
}

@test "names: PARTLABEL=" {
	gpt_with_boot
	names_boot 'PARTLABEL=my boot' 'PARTLABEL=my\040boot' 'PARTLABEL="my boot"'
}

@test "names: /dev/disk/by-uuid, by-label, by-partuuid and by-partlabel" {
	gpt_with_boot
	names_boot "/dev/disk/by-uuid/$(uuid 99)" '/dev/disk/by-label/the\x20boot' \
		"/dev/disk/by-partuuid/$(uuid 77)" '/dev/disk/by-partlabel/my\x20boot'
	mbr_with_boot
	names_boot /dev/disk/by-partuuid/89abcdef-02
}

@test "names: /dev/disk/by-id, ID= and by-path, by the partition's number" {
	gpt_with_boot
	names_boot /dev/disk/by-id/ata-DISK_0123-part2 ID=ata-DISK_0123-part2 \
		/dev/disk/by-id/scsi-0QEMU-part1-part2 \
		/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part2 /dev/disk/by-path/xen-vbd-51712-part2
}

@test "names: with several disks, by-path identifies a Xen disk by its number, by-id is refused" {
	local name list

	gpt_with_boot
	guest_disk gpt "$T/other.img" 1.fs 2.fs
	list="['file:$T/other.img,xvda,w', 'file:$IMG,xvdb,w']"
	for name in xen-vbd-51728-part2 xen-vbd-268435712-part2; do
		domu --entry="/dev/disk/by-path/$name:/vmlinuz,/initrd" --disks="$list"
		assert_copies boot/vmlinuz initrd
	done
	for name in by-id/ata-DISK-part2 by-path/pci-0000:00:1f.2-ata-1-part2; do
		domu --entry="/dev/disk/$name:/vmlinuz" --disks="$list"
		assert_status 1
		assert_error 'cannot determine the disk'
		assert_hint 'or by UUID='
	done
}

@test "names: /dev/mapper/VG-LV and /dev/VG/LV on disks without LVM: not found" {
	local name

	for name in /dev/mapper/my--vg-boot--lv /dev/my-vg/boot-lv /dev/disk/by-id/dm-name-my--vg-boot--lv; do
		guest_with boot.fs -- "$name /boot ext2 defaults 0 2"
		domu --entry=/boot/vmlinuz --root=xvda1 "$IMG"
		assert_status 3
		assert_error "'my-vg/boot-lv'"
		domu --entry="$name:/vmlinuz" "$IMG"
		assert_status 3
	done
	guest_with boot.fs -- '/dev/my-vg/home /home ext2 defaults 0 2' '/dev/xvda2 /boot ext2 ro 0 2'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_copies boot/vmlinuz
}

@test "fstab: quoted values, tabs, comments, blank lines, no final newline" {
	local text

	for text in $'# /etc/fstab: "static"\n\n\t# indented\nUUID="'"$(uuid 99)"$'"\t/boot\text2\tro,noatime\t0\t2' \
		"LABEL=\"the\\040boot\" /boot ext2 defaults 0 0 # a comment" \
		"LABEL='the\\040boot'   /boot   ext2   defaults" \
		$'/dev/sr0 /media/cdrom udf\n  /dev/xvda2   /boot  ext2' \
		$'PARTLABEL="my\\040boot" /boot auto defaults 0 2\r'; do
		mkdir -p "$T/root/etc"
		gpt_with_boot
		printf '%s' "$text" >"$T/root/etc/fstab"
		guest_fs ext2 "$T/root.fs" 2 "$T/root" -b 4096
		put "$T/root.fs" 1
		domu --entry=/boot/vmlinuz,/boot/initrd --root=xvda1 "$IMG"
		assert_copies boot/vmlinuz initrd || { printf '%q\n' "$text"; return 1; }
	done
}

@test "fstab: 10,000 lines" {
	guest_with boot.fs -- "$(seq -f 'server:/export /srv/%.0f nfs defaults 0 0' 5000)" \
		"$(seq -f '# comment %.0f' 4999)" '/dev/xvda2 /boot ext2 defaults 0 0'
	[ "$(wc -l <"$T/root/etc/fstab")" = 10000 ]
	domu --entry=/boot/vmlinuz,/boot/initrd "$IMG"
	assert_copies boot/vmlinuz initrd
}

@test "two filesystems have the requested LABEL, UUID or PARTLABEL: an error that lists both" {
	local name

	guest_disk gpt "$T/other.img" 'boot.fs:name="my boot"'
	for name in 'LABEL=the\040boot' "UUID=$(uuid 99)" 'PARTLABEL=my\040boot'; do
		gpt_with_boot
		root_with_fstab "$T/root.fs" "$name /boot ext2 defaults 0 2"
		put "$T/root.fs" 1
		domu --entry=/boot/vmlinuz --root=xvda1 --disk="file:$T/other.img,xvdb,w" "$IMG" xvda
		assert_status 1
		assert_error 'the device name is ambiguous'
		assert_hint "xvda2 on '$IMG'"
		assert_hint "xvdb1 on '$T/other.img'"
		domu --entry="$name:/vmlinuz" --disk="file:$T/other.img,xvdb,w" "$IMG" xvda
		assert_status 1
		assert_error 'the device name is ambiguous'
	done
}

# ---- mount points behind symlinks --------------------------------------------------

@test "fstab: a symlink as mount point is followed, as mount does in the guest" {
	mkdir -p "$T/root/system/boot" "$T/root/etc"
	ln -s system/boot "$T/root/kernels"
	guest_with boot.fs -- '/dev/xvda2 /kernels ext2 ro'
	for path in /kernels /system/boot /system/../kernels; do
		domu --entry="$path/vmlinuz,/system/boot/initrd" --root=xvda1 "$IMG"
		assert_copies boot/vmlinuz initrd
	done
}

@test "fstab: a mount point below a symlink, and a symlink on a mounted filesystem as mount point" {
	mkdir -p "$T/root/usr" "$T/root/etc" "$T/usr/lib/kernels" "$T/usr/boot"
	ln -s usr/lib "$T/root/lib"
	ln -s /usr/boot "$T/usr/lib/link"
	guest_fs ext2 "$T/usr.fs" 1 "$T/usr" -b 4096
	guest_with "$T/usr.fs" boot.fs -- '/dev/xvda3 /lib/kernels ext2 ro' '/dev/xvda2 /usr ext2 ro'
	domu --entry=/usr/lib/kernels/vmlinuz,/lib/kernels/initrd --root=xvda1 "$IMG"
	assert_copies boot/vmlinuz initrd
	guest_with "$T/usr.fs" boot.fs -- '/dev/xvda2 /usr ext2 ro' '/dev/xvda3 /lib/link ext2 ro'
	for path in /usr/boot /lib/link; do
		domu --entry="$path/vmlinuz,/usr/boot/initrd" --root=xvda1 "$IMG"
		assert_copies boot/vmlinuz initrd
	done
}

@test "fstab: mount points that are symlink loops, or symlinks out of the guest, to a file or to nothing, are harmless" {
	mkdir -p "$T/root/etc" "$T/root/real"
	ln -s b "$T/root/a"
	ln -s a "$T/root/b"
	ln -s ../../../../proc/driver "$T/root/out"
	ln -s nowhere "$T/root/dangling"
	ln -s etc/fstab "$T/root/file"
	ln -s . "$T/root/dot"
	cp boot/vmlinuz "$T/root/real/vmlinuz"
	guest_with boot.fs -- '/dev/xvda2 /a ext2 ro' '/dev/xvda2 /out ext2 ro' \
		'/dev/xvda2 /dangling ext2 ro' '/dev/xvda2 /file ext2 ro' '/dev/xvda2 /dot ext2 ro'
	domu --entry=/real/vmlinuz --root=xvda1 "$IMG"
	assert_copies boot/vmlinuz
}

# ---- images that are not raw -------------------------------------------------------

@test "an unsupported image format: an error that says how to convert it, unless the disk is not needed" {
	local spec

	guest_with boot.fs -- '/dev/xvda2 /boot ext2 ro'
	for spec in "format=qcow,vdev=xvda,target=$IMG" "tap:qcow:$IMG,xvda,w" "$IMG,qcow,xvda,w" \
		"format=qed,vdev=xvda,target=$IMG"; do
		domu --entry=xvda2:/vmlinuz --disk="$spec"
		assert_status 2
		assert_error 'the image format is not supported'
		assert_error "$IMG"
		assert_hint 'qemu-img convert'
		assert_hint 'qemu-nbd'
		domu --entry=xvda2:/vmlinuz --disks="['file:$IMG,xvda,w', '${spec/xvda/xvdb}']"
		assert_copies boot/vmlinuz
	done
	for spec in "format=raw,vdev=xvda,target=$IMG" "tap:aio:$IMG,xvda,w" "$IMG,raw,xvda,w" \
		"$IMG,,xvda,w" "file:$IMG,xvda,w"; do
		domu --entry=xvda2:/vmlinuz --disk="$spec"
		assert_copies boot/vmlinuz
	done
}

looks_like() { # WHAT ADVICE
	local entry

	for entry in xvda1:/vmlinuz "UUID=$(uuid 99):/vmlinuz" /boot/vmlinuz; do
		domu --entry="$entry" "$IMG"
		[ "$status" = 1 ] || [ "$status" = 3 ] || _fail "exit code $status"
		assert_error "$1"
		assert_error "$2"
	done
}

@test "an image of another format given as raw: the error says what it looks like" {
	local format

	guest_with boot.fs -- '/dev/xvda2 /boot ext2 ro'
	mv "$IMG" "$T/raw"
	if command -v qemu-img >/dev/null; then
		for format in qcow qed; do
			qemu-img convert -O "$format" "$T/raw" "$IMG"
			looks_like "a $format image" 'qemu-img convert'
		done
	fi
	for format in gzip:'gzip -d' xz:'xz -d' zstd:'zstd -d'; do
		command -v "${format%%:*}" >/dev/null || continue
		"${format%%:*}" -c "$T/raw" >"$IMG"
		looks_like "compressed with ${format%%:*}" "unpack it first"
		assert_error "${format#*:}"
	done
}

@test "a raw disk that starts with a qcow2 header written by the guest is read as raw" {
	cp boot.fs "$IMG"
	_poke "$IMG" 0 'QFI\xfb\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x10/etc/shadow'
	domu --entry=xvda:/vmlinuz,/initrd "$IMG"
	assert_copies boot/vmlinuz initrd
	guest_with boot.fs -- '/dev/xvda2 /boot ext2 ro'
	_poke "$IMG" 0 'QFI\xfb\x00\x00\x00\x03'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_copies boot/vmlinuz
	domu --entry=xvda1:/no-such "$IMG"
	assert_status 3
	assert_without qcow "$STDERR"
}
