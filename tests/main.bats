#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
# main - the main job: both forms of the command line, all names of disks and partitions, the options

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

BOOT_UUID=11111111-aaaa-4bbb-8ccc-222222222222
ROOT_UUID=33333333-dddd-4eee-8fff-444444444444
BOOT_PART=55555555-0123-4567-89ab-666666666666
ROOT_PART=77777777-0123-4567-89ab-888888888888

# A disk with /boot on its first partition and the root on its second; a disk with another kernel.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_boot_tree boot
	guest_fs ext4 boot.fs 8 boot -U "$BOOT_UUID" -L boot-label
	mkdir -p root/boot root/etc root/usr other
	ln -s boot/vmlinuz-6.1.0 root/vmlinuz
	ln -s /boot/initrd.img-6.1.0 root/initrd.img
	disk_with_fstab guest.img "UUID=$BOOT_UUID /boot ext4 defaults 0 2"
	guest_bzimage other/vmlinuz 6.6.6-other
	guest_random other/initrd 200000 other
	guest_fs ext4 other.fs 8 other
	guest_disk dos other.img other.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=boot/vmlinuz-6.1.0 R=boot/initrd.img-6.1.0
	OTHER_K=other/vmlinuz OTHER_R=other/initrd
}

teardown() {
	world_assert
}

root_with_fstab() { # FILE TEXT
	rm -rf "$1.tree"
	cp -a root "$1.tree"
	printf '%s\n' "$2" >"$1.tree/etc/fstab"
	guest_fs ext4 "$1" 8 "$1.tree" -U "$ROOT_UUID" -L root-label
}

disk_with_fstab() { # IMG TEXT
	root_with_fstab "$1.root" "$2"
	guest_disk gpt "$1" "boot.fs:name=boot-part:uuid=$BOOT_PART" \
		"$1.root:name=root-part:uuid=$ROOT_PART"
}

# ---- the entry names the partition -------------------------------------------------

@test "the entry names the partition, and its paths are relative to that filesystem" {
	domu --entry=xvda1:/vmlinuz-6.1.0,/initrd.img-6.1.0 guest.img
	assert_copies "$K" "$R"
}

@test "symlinks on that filesystem are followed, and a missing leading / is added" {
	domu --entry=xvda1:vmlinuz,initrd guest.img
	assert_copies "$K" "$R"
}

@test "no initrd: 'KERNEL,' and 'KERNEL' alone" {
	local entry

	for entry in "xvda1:/vmlinuz," xvda1:/vmlinuz; do
		domu --entry="$entry" guest.img
		assert_copies "$K"
	done
}

@test "one disk has the names xvda1, hda1, sda1, vda1, d0p1, with and without /dev/, with and without a name for DISK" {
	local name

	for name in xvda1 hda1 sda1 vda1 d0p1 /dev/xvda1 /dev/hda1; do
		domu --entry=$name:/vmlinuz,/initrd guest.img
		assert_copies "$K" "$R"
		domu --entry=$name:/vmlinuz,/initrd guest.img xvda
		assert_copies "$K" "$R"
		domu --entry=$name:/vmlinuz,/initrd guest.img /dev/hda
		assert_copies "$K" "$R"
	done
}

@test "a named DISK is not found by another name" {
	domu --entry=xvdb1:/vmlinuz guest.img xvda
	assert_status 3
	assert_error "no such device"
	assert_hint xvda1
}

@test "disk names that end in a digit get pN" {
	domu --entry=nvme0n1p1:/vmlinuz,/initrd guest.img nvme0n1
	assert_copies "$K" "$R"
	domu --entry=/dev/nvme0n1p1:/vmlinuz,/initrd guest.img
	assert_copies "$K" "$R"
}

@test "the entry names the partition by UUID, LABEL, PARTUUID, PARTLABEL and /dev/disk/by-* links" {
	local name

	for name in "UUID=$BOOT_UUID" LABEL=boot-label "PARTUUID=$BOOT_PART" PARTLABEL=boot-part \
		"/dev/disk/by-uuid/$BOOT_UUID" /dev/disk/by-label/boot-label \
		"/dev/disk/by-partuuid/$BOOT_PART" /dev/disk/by-partlabel/boot-part \
		/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part1 /dev/disk/by-id/ata-DISK_123-part1; do
		domu --entry="$name:/vmlinuz,/initrd" guest.img
		assert_copies "$K" "$R"
	done
}

@test "a UUID is not case-sensitive, a label is" {
	domu --entry="UUID=${BOOT_UUID^^}:/vmlinuz,/initrd" guest.img
	assert_copies "$K" "$R"
	domu --entry=LABEL=BOOT-LABEL:/vmlinuz guest.img
	assert_status 3
	assert_error LABEL=
}

@test "a device that is on no disk: exit code 3, and the error lists the existing ones" {
	local name

	for name in xvda3 UUID=00000000-0000-4000-8000-000000000000 LABEL=none PARTLABEL=none; do
		domu --entry="$name:/vmlinuz" guest.img
		assert_status 3
		assert_error "the guest has no such device"
		assert_hint "$BOOT_UUID"
		assert_hint "$ROOT_UUID"
		assert_hint xvda1
		assert_hint xvda2
	done
}

@test "a label on two partitions: an error that lists both" {
	guest_disk gpt "$BATS_TEST_TMPDIR/twice.img" boot.fs boot.fs
	domu --entry=LABEL=boot-label:/vmlinuz "$BATS_TEST_TMPDIR/twice.img"
	assert_status 1
	assert_error "the device name is ambiguous"
	assert_hint xvda1
	assert_hint xvda2
}

@test "MBR: primary and logical partitions have the guest's numbers" {
	local img=$BATS_TEST_TMPDIR/mbr.img n

	for n in 1 2 5 6; do
		mkdir "$BATS_TEST_TMPDIR/$n"
		guest_bzimage "$BATS_TEST_TMPDIR/$n/vmlinuz" "6.1.0-number-$n"
		guest_fs ext2 "$BATS_TEST_TMPDIR/$n.fs" 2 "$BATS_TEST_TMPDIR/$n"
	done
	(cd "$BATS_TEST_TMPDIR" && guest_disk dos "$img" 1.fs 2.fs extended 5.fs 6.fs)
	for n in 1 2 5 6; do
		domu --entry=hda$n:/vmlinuz "$img" hda
		assert_copies "$BATS_TEST_TMPDIR/$n/vmlinuz"
	done
	domu --entry=hda3:/vmlinuz "$img" hda
	assert_status 1
	assert_error hda3
	domu --entry=hda4:/vmlinuz "$img" hda
	assert_status 3
	assert_error hda4
}

@test "MBR: PARTUUID is the disk's signature and the number" {
	local id

	id=$(sfdisk --disk-id other.img)
	domu --entry="PARTUUID=${id#0x}-01:/vmlinuz,/initrd" other.img
	assert_copies "$OTHER_K" "$OTHER_R"
}

@test "GPT: numbers with gaps are kept" {
	local img=$BATS_TEST_TMPDIR/gaps.img

	truncate -s 20M "$img"
	sfdisk -q "$img" <<-'END'
		label: gpt
		2: start=1MiB, size=8MiB
		7: start=9MiB, size=8MiB
	END
	guest_fs ext4 "$BATS_TEST_TMPDIR/boot.fs" 8 boot -b 4096 # smaller blocks no map of such sectors takes
	guest_fs ext4 "$BATS_TEST_TMPDIR/other.fs" 8 other -b 4096
	dd if="$BATS_TEST_TMPDIR/boot.fs" of="$img" bs=1M seek=1 conv=notrunc,sparse status=none
	dd if="$BATS_TEST_TMPDIR/other.fs" of="$img" bs=1M seek=9 conv=notrunc,sparse status=none
	domu --entry=xvda2:/vmlinuz,/initrd "$img"
	assert_copies "$K" "$R"
	domu --entry=xvda7:/vmlinuz,/initrd "$img"
	assert_copies "$OTHER_K" "$OTHER_R"
	domu --entry=xvda1:/vmlinuz "$img"
	assert_status 3
	assert_error xvda1
}

@test "GPT for 4096-byte sectors, in an image file" {
	local img=$BATS_TEST_TMPDIR/4k.img loop

	truncate -s 20M "$img"
	loop=$(losetup --find --show --sector-size 4096 "$img")
	sfdisk -q --no-tell-kernel --no-reread "$loop" <<<$'label: gpt\nstart=1MiB, size=8MiB\nstart=9MiB, size=8MiB'
	losetup --detach "$loop"
	guest_fs ext4 "$BATS_TEST_TMPDIR/boot.fs" 8 boot -b 4096 # smaller blocks no map of such sectors takes
	guest_fs ext4 "$BATS_TEST_TMPDIR/other.fs" 8 other -b 4096
	dd if="$BATS_TEST_TMPDIR/boot.fs" of="$img" bs=1M seek=1 conv=notrunc,sparse status=none
	dd if="$BATS_TEST_TMPDIR/other.fs" of="$img" bs=1M seek=9 conv=notrunc,sparse status=none
	domu --entry=xvda2:/vmlinuz,/initrd "$img"
	assert_copies "$OTHER_K" "$OTHER_R"
	domu --entry=xvda1:/vmlinuz,/initrd "$img"
	assert_copies "$K" "$R"
}

@test "a disk without a partition table is its own partition, whatever the number" {
	local name

	cp --sparse=always boot.fs "$BATS_TEST_TMPDIR/bare.img"
	for name in xvda1 hda7 xvda; do
		domu --entry=$name:/vmlinuz,/initrd "$BATS_TEST_TMPDIR/bare.img"
		assert_copies "$K" "$R"
	done
	domu --entry=xvda2:/vmlinuz,/initrd "$BATS_TEST_TMPDIR/bare.img" xvda2
	assert_copies "$K" "$R"
	domu --entry=xvda2:/vmlinuz,/initrd --disks="['file:$BATS_TEST_TMPDIR/bare.img,xvda2,w']"
	assert_copies "$K" "$R"
}

@test "a block device can be the disk" {
	local loop

	cp --sparse=always guest.img "$BATS_TEST_TMPDIR/device.img"
	loop=$(losetup --find --show --read-only "$BATS_TEST_TMPDIR/device.img")
	domu --entry=xvda1:/vmlinuz,/initrd "$loop"
	losetup --detach "$loop"
	assert_copies "$K" "$R"
}

@test "paths of images with blanks, commas, colons and quotes" {
	local name

	for name in 'a b' 'a,b' a:b:c "a'b" 'a"b' 'file:x' -- $'new\nline'; do
		cp --sparse=always other.img "$BATS_TEST_TMPDIR/$name"
		domu --entry=xvda1:/vmlinuz,/initrd "$BATS_TEST_TMPDIR/$name"
		assert_copies "$OTHER_K" "$OTHER_R"
	done
}

# ---- the guest's fstab says where --------------------------------------------------

@test "without a device, the guest's fstab gives /boot, and absolute and relative symlinks lead there" {
	domu --entry=/vmlinuz,/initrd.img --root=/dev/xvda2 guest.img
	assert_copies "$K" "$R"
}

@test "the root device has any kind of name, with or without ' ro'" {
	local name

	for name in xvda2 hda2 /dev/sda2 '/dev/xvda2 ro' "UUID=$ROOT_UUID" "UUID=$ROOT_UUID ro" \
		LABEL=root-label "PARTUUID=$ROOT_PART" PARTLABEL=root-part \
		"/dev/disk/by-uuid/$ROOT_UUID" /dev/disk/by-label/root-label; do
		domu --entry=/boot/vmlinuz,/boot/initrd --root="$name" guest.img
		assert_copies "$K" "$R"
	done
}

@test "root= in the kernel's command line replaces --root; the last root= counts, and --root wins" {
	domu --entry=/vmlinuz,/initrd.img --args='quiet root=/dev/xvda2 ro' guest.img
	[ "$(answer args)" = 'quiet root=/dev/xvda2 ro' ]
	assert_copies "$K" "$R"
	domu --entry=/vmlinuz,/initrd.img --args="root=/dev/xvda1 root=UUID=$ROOT_UUID" guest.img
	assert_copies "$K" "$R"
	domu --entry=/vmlinuz,/initrd.img --args=root=/dev/xvda1 --root=xvda2 guest.img
	assert_copies "$K" "$R"
}

@test "root search: the only filesystem with an /etc/fstab is the root" {
	domu --entry=/vmlinuz,/initrd.img -v guest.img
	assert_copies "$K" "$R"
	assert_hint "the guest's root is xvda2"
}

@test "no root: exit code 3" {
	domu --entry=/vmlinuz,/initrd other.img
	assert_status 3
	assert_error "no filesystem on the guest's disks is a root"
}

@test "no root: the error lists what could not be examined, with the reason" {
	truncate -s 1M swap.fs
	mkswap swap.fs >/dev/null 2>&1
	guest_disk dos "$BATS_TEST_TMPDIR/noroot.img" boot.fs swap.fs
	domu --entry=/vmlinuz,/initrd "$BATS_TEST_TMPDIR/noroot.img"
	assert_status 3
	assert_error 'not searched: xvda2: '
}

@test "two roots: an error that lists both" {
	guest_disk dos "$BATS_TEST_TMPDIR/two.img" guest.img.root boot.fs guest.img.root
	domu --entry=/vmlinuz,/initrd.img "$BATS_TEST_TMPDIR/two.img"
	assert_status 1
	assert_error "more than one filesystem could be the guest's root"
	assert_hint xvda1
	assert_hint xvda3
	assert_hint --root=
}

@test "a root without an fstab: only that filesystem is read" {
	domu --entry=/vmlinuz,/initrd --root=xvda1 other.img
	assert_copies "$OTHER_K" "$OTHER_R"
}

@test "fstab: /boot by every kind of name" {
	local name img=$BATS_TEST_TMPDIR/disk.img

	for name in "UUID=$BOOT_UUID" "UUID=\"$BOOT_UUID\"" LABEL=boot-label "PARTUUID=$BOOT_PART" \
		PARTLABEL=boot-part /dev/xvda1 /dev/sda1 "/dev/disk/by-uuid/$BOOT_UUID" \
		/dev/disk/by-label/boot-label "/dev/disk/by-partuuid/$BOOT_PART" \
		/dev/disk/by-partlabel/boot-part /dev/disk/by-path/virtio-pci-0000:04:00.0-part1; do
		disk_with_fstab "$img" "$name /boot ext4 defaults 0 2"
		domu --entry=/vmlinuz,/initrd.img --root=xvda2 "$img"
		assert_copies "$K" "$R"
	done
}

@test "fstab: harmless lines: swap, nfs, bind, overlay, noauto, nofail, comments, nonsense" {
	local img=$BATS_TEST_TMPDIR/disk.img

	disk_with_fstab "$img" "# a comment
UUID=00000000-0000-4000-8000-000000000000 none swap sw 0 0
/dev/xvda2 / ext4 errors=remount-ro 0 1
server:/export /srv nfs rw 0 0
/srv/x /boot none bind 0 0
/swapfile swap swap defaults 0 0
tmpfs /tmp tmpfs size=1G 0 0
overlay /etc overlay lowerdir=/a 0 0
LABEL=absent /boot ext4 noauto,nofail 0 0
UUID=$BOOT_UUID /boot ext4 defaults 0 2
//server/share /mnt cifs guest 0 0
proc /proc proc
/dev/cdrom /media/cdrom0 udf,iso9660 user,noauto 0 0
one-field

	  	"
	domu --entry=/vmlinuz,/initrd.img --root=xvda2 "$img"
	assert_copies "$K" "$R"
}

@test "fstab: a /boot that is noauto or nofail is mounted if it exists" {
	local option img=$BATS_TEST_TMPDIR/disk.img

	for option in noauto nofail defaults,noauto,x-systemd.automount ro,user; do
		disk_with_fstab "$img" "UUID=$BOOT_UUID /boot ext4 $option 0 2"
		domu --entry=/vmlinuz,/initrd.img --root=xvda2 "$img"
		assert_copies "$K" "$R"
	done
}

@test "fstab: a missing filesystem that is not on the path to the file is ignored" {
	local img=$BATS_TEST_TMPDIR/disk.img

	disk_with_fstab "$img" "UUID=$BOOT_UUID /boot ext4 defaults 0 2
/dev/xvdz1 /home ext4 defaults 0 2
/dev/mapper/vg-var /var ext4 defaults 0 2
UUID=00000000-0000-4000-8000-000000000000 /usr ext4 defaults 0 2"
	domu --entry=/vmlinuz,/initrd.img --root=xvda2 "$img"
	assert_copies "$K" "$R"
}

@test "fstab: /boot on a missing device: an error that names the device" {
	local img=$BATS_TEST_TMPDIR/disk.img

	disk_with_fstab "$img" 'LABEL=absent /boot ext4 defaults 0 2'
	domu --entry=/vmlinuz,/initrd.img --root=xvda2 "$img"
	assert_status 3
	assert_error absent
}

@test "fstab: /boot on the other disk, for each syntax of the disks" {
	local a=$BATS_TEST_TMPDIR/a.img b=$BATS_TEST_TMPDIR/b.img list

	root_with_fstab "$BATS_TEST_TMPDIR/root.fs" '/dev/hdb1 /boot ext4 defaults 0 2'
	guest_disk dos "$a" "$BATS_TEST_TMPDIR/root.fs"
	guest_disk dos "$b" boot.fs
	for list in "['file:$a,hda,w', 'file:$b,hdb,w']" "['file:$b,hdb,w', 'file:$a,hda,w']" \
		"[['file:$a', 'hda', 'w', None], ['file:$b', 'hdb', 'w', None]]" \
		"['tap:aio:$a,ioemu:hda,w', 'phy:$b,hdb:disk,r']" \
		"[ \"file:$a,hda,w\", \"file:$b,hdb,w\", ]"; do
		domu --entry=/vmlinuz,/initrd.img --root=/dev/hda1 --disks="$list"
		assert_copies "$K" "$R"
	done
	domu --entry=/vmlinuz,/initrd.img --root=/dev/hda1 --disk="file:$a,hda,w" --disk="vdev=hdb,access=ro,target=$b"
	assert_copies "$K" "$R"
	domu --entry=/vmlinuz,/initrd.img --root=/dev/hda1 --disk="file:$b,hdb,w" "$a" hda
	assert_copies "$K" "$R"
	domu --entry=/vmlinuz,/initrd.img --disks="['file:$a,hda,w', 'file:$b,hdb,w']"
	assert_copies "$K" "$R"
}

@test "fstab: /boot by UUID on the other disk; a disk that is not needed may be missing" {
	local a=$BATS_TEST_TMPDIR/a.img b=$BATS_TEST_TMPDIR/b.img

	root_with_fstab "$BATS_TEST_TMPDIR/root.fs" "UUID=$BOOT_UUID /boot ext4 defaults 0 2"
	guest_disk dos "$a" "$BATS_TEST_TMPDIR/root.fs"
	guest_disk dos "$b" boot.fs
	domu --entry=/vmlinuz,/initrd.img --root=xvda1 --disks="['file:$a,xvda,w', 'file:$b,xvdb,w']"
	assert_copies "$K" "$R"
	domu --entry=hda1:/vmlinuz,/initrd --disks="['file:/nowhere/at-all,hdc,w', 'file:other.img,hda,w']"
	assert_copies "$OTHER_K" "$OTHER_R"
}

@test "with disks hda and sda, hda1 is on the first and sda1 on the second" {
	local list="['file:guest.img,hda,w', 'file:other.img,sda,w']"

	domu --entry=hda1:/vmlinuz,/initrd --disks="$list"
	assert_copies "$K" "$R"
	domu --entry=sda1:/vmlinuz,/initrd --disks="$list"
	assert_copies "$OTHER_K" "$OTHER_R"
	domu --entry=xvda1:/vmlinuz,/initrd --disks="$list"
	assert_status 1
	assert_error "the device name is ambiguous"
	assert_hint guest.img
	assert_hint other.img
}

@test "two disks with the same name: exit code 2" {
	domu --entry=hda1:/vmlinuz --disks="['file:guest.img,hda,w', 'file:other.img,hda,w']"
	assert_status 2
	assert_error hda
	assert_hint other.img
}

@test "DISK together with --disks is the first disk, or the disk in --disks with the same path" {
	domu --entry=xvda1:/vmlinuz,/initrd --disks="['file:other.img,xvdb,w']" guest.img
	assert_copies "$K" "$R"
	domu --entry=xvdb1:/vmlinuz,/initrd --disks="['file:other.img,xvdb,w']" guest.img
	assert_copies "$OTHER_K" "$OTHER_R"
	domu --entry=xvdb1:/vmlinuz,/initrd --disks="['file:guest.img,xvda,w', 'file:other.img,xvdb,w']" other.img
	assert_copies "$OTHER_K" "$OTHER_R"
}

@test "a separate /usr, usrmerge and a chain of symlinks across three filesystems" {
	local img=$BATS_TEST_TMPDIR/usr.img t=$BATS_TEST_TMPDIR

	mkdir -p "$t/usr/lib/modules/6.1.0" "$t/r/usr" "$t/r/boot" "$t/r/etc" "$t/b"
	guest_bzimage "$t/usr/lib/modules/6.1.0/vmlinuz" 6.1.0-usr
	ln -s ../lib/modules/6.1.0/vmlinuz "$t/b/vmlinuz-6.1.0"
	ln -s /boot/vmlinuz-6.1.0 "$t/b/vmlinuz"
	guest_random "$t/b/initrd-6.1.0" 123457
	ln -s usr/lib "$t/r/lib"
	ln -s boot/../boot/vmlinuz "$t/r/vmlinuz"
	printf '%s\n' 'LABEL=usr /usr ext4 ro' 'LABEL=boot /boot ext2 ro' >"$t/r/etc/fstab"
	guest_fs ext4 "$t/usr.fs" 8 "$t/usr" -L usr
	guest_fs ext2 "$t/b.fs" 8 "$t/b" -L boot
	guest_fs ext4 "$t/r.fs" 8 "$t/r"
	guest_disk gpt "$img" "$t/r.fs" "$t/b.fs" "$t/usr.fs"
	domu --entry=/vmlinuz,/boot/initrd-6.1.0 --root=xvda1 -v "$img"
	assert_copies "$t/usr/lib/modules/6.1.0/vmlinuz" "$t/b/initrd-6.1.0"
	assert_hint 'on xvda3'
}

@test "fstab: nested mounts, at a path with blanks, listed in any order" {
	local img=$BATS_TEST_TMPDIR/nested.img t=$BATS_TEST_TMPDIR

	mkdir -p "$t/r/etc" "$t/r/boot" "$t/outer/my kernels" "$t/inner"
	guest_bzimage "$t/inner/vmlinuz" 6.1.0-inner
	printf '%s\n' 'LABEL=inner /boot/my\040kernels/ ext4 ro' 'LABEL=outer //boot/. ext2 ro' >"$t/r/etc/fstab"
	guest_fs ext4 "$t/inner.fs" 8 "$t/inner" -L inner
	guest_fs ext2 "$t/outer.fs" 8 "$t/outer" -L outer
	guest_fs ext4 "$t/r.fs" 8 "$t/r"
	guest_disk gpt "$img" "$t/r.fs" "$t/outer.fs" "$t/inner.fs"
	domu --entry='/boot/my kernels/vmlinuz' --root=xvda1 "$img"
	assert_copies "$t/inner/vmlinuz"
}

@test "an fstab that is a symlink inside the guest is read" {
	local t=$BATS_TEST_TMPDIR

	cp -a root "$t/r"
	rm -f "$t/r/etc/fstab"
	ln -s /usr/fstab.real "$t/r/etc/fstab"
	echo "UUID=$BOOT_UUID /boot ext4 defaults" >"$t/r/usr/fstab.real"
	guest_fs ext4 "$t/r.fs" 8 "$t/r"
	guest_disk gpt "$t/link.img" boot.fs "$t/r.fs"
	domu --entry=/vmlinuz,/initrd.img --root=xvda2 "$t/link.img"
	assert_copies "$K" "$R"
}

# ---- what toolstacks pass ----------------------------------------------------------

@test "libxl: --kernel and --ramdisk are an entry without a device; an --entry wins" {
	domu --kernel=/boot/vmlinuz --ramdisk=/boot/initrd --args='root=/dev/xvda2 ro' \
		--runas=65533 --quiet --output-format=simple0 --output-directory="$OUT" guest.img
	[ "$(answer args)" = 'root=/dev/xvda2 ro' ]
	assert_copies "$K" "$R"
	[ ! -s "$STDERR" ]
	domu --kernel=/boot/vmlinuz --root=xvda2 guest.img
	assert_copies "$K"
	domu --kernel=/nowhere --ramdisk=/nowhere --entry=xvda1:/vmlinuz guest.img
	assert_copies "$K"
}

@test "libvirt: all arguments in one argument" {
	domu "--root=xvda2 --entry=/vmlinuz,/initrd.img -v" guest.img
	assert_copies "$K" "$R"
	assert_hint plan
	domu "--entry=xvda1:/vmlinuz,/initrd --output-format=simple --args=a -b  c" guest.img
	[ "$(answer args)" = 'a -b  c' ]
	assert_copies "$K" "$R"
}

@test "libxl's empty 0600 file for the result is written in place and keeps its mode" {
	: >"$BATS_TEST_TMPDIR/answer"
	chmod 600 "$BATS_TEST_TMPDIR/answer"
	domu --entry=xvda1:/vmlinuz,/initrd --output="$BATS_TEST_TMPDIR/answer" guest.img
	assert_no_stdout
	[ "$(stat -c '%a %h' "$BATS_TEST_TMPDIR/answer")" = '600 1' ]
	ANSWER=$BATS_TEST_TMPDIR/answer assert_copies "$K" "$R"
}

@test "a longer old result in that file is replaced" {
	head -c 10000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/answer"
	domu --entry=xvda1:/vmlinuz --output="$BATS_TEST_TMPDIR/answer" guest.img
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/answer")" -lt 200 ]
	[[ $(cat "$BATS_TEST_TMPDIR/answer") == "linux (kernel $OUT/kernel."??????')' ]]
	ANSWER=$BATS_TEST_TMPDIR/answer assert_copies "$K"
}

@test "a failure does not change an existing result file, and creates none" {
	local arguments

	echo precious >"$BATS_TEST_TMPDIR/answer"
	chmod 600 "$BATS_TEST_TMPDIR/answer"
	for arguments in --entry=xvda1:/nothing --entry=xvda9:/vmlinuz --no-such-option --entry=; do
		domu "$arguments" --output="$BATS_TEST_TMPDIR/answer" guest.img
		[ "$status" -ne 0 ]
		[ "$(cat "$BATS_TEST_TMPDIR/answer")" = precious ]
		[ "$(stat -c %a "$BATS_TEST_TMPDIR/answer")" = 600 ]
		domu "$arguments" --output="$BATS_TEST_TMPDIR/new" guest.img
		[ "$status" -ne 0 ]
		[ ! -e "$BATS_TEST_TMPDIR/new" ]
	done
}

@test "a new result file is created, accessible only to its owner" {
	domu --entry=xvda1:/vmlinuz --output="$BATS_TEST_TMPDIR/new" guest.img
	[ "$(stat -c '%a %h' "$BATS_TEST_TMPDIR/new")" = '600 1' ]
	ANSWER=$BATS_TEST_TMPDIR/new assert_copies "$K"
}

@test "--output=- is standard output" {
	domu --entry=xvda1:/vmlinuz --output=- guest.img
	assert_copies "$K"
}

@test "xend's FIFO: the reader gets the result and end of file" {
	local fifo=$BATS_TEST_TMPDIR/fifo reader

	mkfifo -m 600 "$fifo"
	timeout 20 cat "$fifo" >"$BATS_TEST_TMPDIR/answer" 3>&- &
	reader=$!
	domu --entry=xvda1:/vmlinuz,/initrd --output="$fifo" guest.img
	wait "$reader"
	assert_no_stdout
	ANSWER=$BATS_TEST_TMPDIR/answer assert_copies "$K" "$R"
}

@test "xend's FIFO: the reader never hangs, whatever fails" {
	local fifo=$BATS_TEST_TMPDIR/fifo reader arguments

	mkfifo -m 600 "$fifo"
	for arguments in --no-such-option --entry= --entry=xvda1:/vmlinuz\ -i --isconfig \
		--entry=xvda1:/nothing --mapper=none --max-kernel-size=x --config=/nowhere \
		--disks=nonsense --output-format=none; do
		timeout 20 cat "$fifo" >"$BATS_TEST_TMPDIR/answer" 3>&- &
		reader=$!
		# shellcheck disable=SC2086 # several arguments
		domu guest.img $arguments --output="$fifo"
		wait "$reader"
		[ "$status" -ne 0 ]
		[ ! -s "$BATS_TEST_TMPDIR/answer" ]
		assert_no_stdout
		timeout 20 cat "$fifo" >"$BATS_TEST_TMPDIR/answer" 3>&- &
		reader=$!
		# shellcheck disable=SC2086
		domu --output="$fifo" $arguments guest.img
		wait "$reader"
		[ "$status" -ne 0 ]
		[ ! -s "$BATS_TEST_TMPDIR/answer" ]
	done
}

@test "xend's FIFO: the reader does not hang if the configuration file is invalid" {
	local fifo=$BATS_TEST_TMPDIR/fifo reader

	mkfifo -m 600 "$fifo"
	echo 'no-such-key = 1' >"$CONF"
	timeout 20 cat "$fifo" >"$BATS_TEST_TMPDIR/answer" 3>&- &
	reader=$!
	domu --entry=xvda1:/vmlinuz --output="$fifo" guest.img
	wait "$reader"
	[ ! -s "$BATS_TEST_TMPDIR/answer" ]
	assert_status 2
	assert_error no-such-key
}

@test "a result file that cannot be opened: one error, and nothing else is done" {
	domu --entry=xvda1:/vmlinuz --output=/nowhere/answer guest.img
	assert_status 1
	assert_error /nowhere/answer
}

# ---- the options -------------------------------------------------------------------

@test "a dry run prints the result without copying, with each of its four option names" {
	local option

	for option in -n --dryrun --dry-run --not-really; do
		domu --entry=/vmlinuz,/initrd.img --root=xvda2 --args=quiet $option guest.img
		assert_status 0
		[ "$(cat "$STDOUT")" = "linux (kernel '<kernel:/boot/vmlinuz-6.1.0>')(ramdisk '<ramdisk:/boot/initrd.img-6.1.0>')(args 'quiet')" ]
		assert_no_copies
	done
	domu --entry=xvda1:/nothing -n guest.img
	assert_status 3
	assert_error /nothing
}

@test "-v prints the plan and each action, on stderr only; -q prints nothing" {
	domu --entry=/vmlinuz,/initrd.img --root=xvda2 -v guest.img
	assert_hint "plan: kernel '/vmlinuz'"
	assert_hint "plan: initrd '/initrd.img'"
	assert_hint "plan: disk 'xvda' is 'guest.img'"
	assert_hint 'ro,nosuid,nodev,noexec,errors=remount-ro'
	[[ $(cat "$STDOUT") == 'linux (kernel '* ]]
	assert_copies "$K" "$R"
	domu --entry=xvda1:/vmlinuz -q guest.img
	[ ! -s "$STDERR" ]
	assert_copies "$K"
}

# Runs it with -v: no line is printed twice, and none with facts that were known before the run.
told_once() { # ARG...
	domu_bare "$@" -v --config="$CONF" --mapper="${DOMU_MAPPER:-loop}"
	assert_status 0
	[ -z "$(sort "$STDERR" | uniq -d)" ] || _fail "told twice: $(sort "$STDERR" | uniq -d)"
	run ! grep -E 'mapper auto|searched for|0 lines too long|: Wrong medium type|  |xvda2 :|is skipped: .*No such' "$STDERR"
	[ "$(grep -c "ext[0-9] mounted with" "$STDERR")" = "${mounts-2}" ] || _fail 'the mounts'
	# The two runs of a sync may get other devices.
	[ "$1" = sync ] || [ "$(grep -cE "(is|as) /dev/" "$STDERR")" = "${mounts-2}" ] || _fail 'the devices'
}

@test "-v prints each fact once, with each command" {
	local T=$BATS_TEST_TMPDIR mounts

	told_once --entry=/vmlinuz,/initrd.img --tmpdir="$OUT" guest.img
	assert_hint "the guest's root is xvda2: it has /etc/fstab"
	assert_hint "'/vmlinuz' is '/boot/vmlinuz-6.1.0' on xvda1"
	rm "$OUT"/*
	told_once list guest.img
	assert_hint "'/boot/vmlinuz-6.1.0' is on xvda1"
	told_once extract -o "$T/out1" guest.img
	printf '{"name": "g", "disks": ["%s"]}\n' "$PWD/guest.img" >"$T/guests"
	told_once batch -o "$T/out2" "$T/guests"
	told_once sync --tmpdir="$OUT" -o "$T/out3" "$T/guests"
	told_once sync --tmpdir="$OUT" -o "$T/out3" "$T/guests"
	mounts=1
	told_once extract -o "$T/out4" boot.fs
	assert_hint "disk 'boot.fs': no table, sectors of 512 bytes"
}

@test "batch -v prints all lines for each of two guests" {
	printf '{"name": "%s", "disks": ["%s"]}\n' a "$PWD/guest.img" b "$PWD/guest.img" >"$BATS_TEST_TMPDIR/guests"
	domu_bare batch -v --config="$CONF" --mapper=loop -o "$BATS_TEST_TMPDIR/both" "$BATS_TEST_TMPDIR/guests"
	assert_status 0
	[ "$(grep -c "^a: .*ext4 mounted with" "$STDERR")" = 2 ]
	[ "$(grep -c "^b: .*ext4 mounted with" "$STDERR")" = 2 ]
}

@test "options and positional arguments may be in any order, repeated and abbreviated" {
	domu guest.img --ent=xvda1:/nothing hda --output-f=json --entry=hda1:/vmlinuz,/initrd --output-format=simple
	[ "$(head -c 7 "$STDOUT")" = 'kernel ' ]
	assert_copies "$K" "$R"
	domu --en=xvda1:/vmlinuz -- guest.img
	assert_copies "$K"
}

@test "the configuration file sets defaults; the command line wins; command-line-only keys are refused" {
	printf '%s\n' '# a comment' 'output-format = simple' 'args = from the file' \
		'entry = xvda1:/vmlinuz,/initrd' >"$CONF"
	domu guest.img
	[ "$(tail -n 1 "$STDOUT")" = 'args from the file' ]
	assert_copies "$K" "$R"
	domu --output-format=json --args=line --entry=xvda1:/vmlinuz guest.img
	[ "$(answer args)" = line ]
	[ "$(head -c 1 "$STDOUT")" = '{' ]
	assert_copies "$K"
	echo 'verbose = yes' >"$CONF"
	domu --entry=xvda1:/vmlinuz guest.img
	assert_hint plan:
	assert_copies "$K"
	for key in 'disks = x' 'config = /x' 'dry-run = yes' 'verbose = perhaps' 'max-kernel-size = much' 'nonsense = 1'; do
		echo "$key" >"$CONF"
		domu --entry=xvda1:/vmlinuz guest.img
		assert_status 2
		assert_error "${key%% *}"
	done
	printf '%s\n' '[a section]' 'args = unheard' >"$CONF"
	domu --entry=xvda1:/vmlinuz guest.img
	assert_status 2
	assert_error "'a section'"
}

@test "a missing configuration file that is named is an error" {
	domu --entry=xvda1:/vmlinuz --config=/nowhere/conf guest.img
	assert_status 2
	assert_error /nowhere/conf
}

@test "the command line is accepted, or refused with exit code 2 and one line" {
	local arguments

	for arguments in '' 'guest.img' '--entry=xvda1:/vmlinuz' '--entry=:/vmlinuz guest.img' \
		'--entry=xvda1: guest.img' '--entry=xvda1:,/initrd guest.img' '--entry=3 guest.img' \
		'--entry=Title guest.img' '--entry=xvda1:/vmlinuz guest.img hda extra' \
		'--entry=xvda1:/vmlinuz --mapper=none guest.img' \
		'--entry=xvda1:/vmlinuz --output-format=xml guest.img' \
		'--entry=xvda1:/vmlinuz --dirty=perhaps guest.img' \
		'--entry=xvda1:/vmlinuz --runas=0 guest.img' \
		'--entry=xvda1:/vmlinuz --runas=root guest.img' \
		'--entry=xvda1:/vmlinuz --timeout=-1 guest.img' \
		'--entry=xvda1:/vmlinuz --allow-backing=here guest.img' \
		'--entry=xvda1:/vmlinuz --allow-backing=/there:here guest.img' \
		'--entry=xvda1:/vmlinuz --allow-backing=/there: guest.img' \
		'--entry=xvda1:/vmlinuz --max-initrd-size=1X guest.img' \
		'--entry=xvda1:/vmlinuz --disks=guest.img,hda,w guest.img' \
		'--entry=xvda1:/vmlinuz --entr guest.img --no-such' \
		'--entry=xvda1:/vmlinuz -z guest.img' '--quiet=1 guest.img'; do
		# shellcheck disable=SC2086 # several arguments
		domu $arguments
		assert_status 2 || _fail "arguments: $arguments"
		assert_error '' || _fail "arguments: $arguments"
	done
}

@test "a misspelt word: the error suggests the nearest one" {
	domu --entry=/vmlinus --root=xvda2 guest.img
	assert_status 3
	assert_error "did you mean '/vmlinuz'?"
	domu --entry=xvda1:/vmlinuz-6.0.1 guest.img
	assert_error "did you mean '/vmlinuz-6.1.0'?"
	domu --entry=xvda1:/nothing-like-it guest.img
	assert_error "the guest's '/' holds"
	! grep -q 'did you mean' "$STDERR" || _fail 'nothing there is near'
	domu --entry=xvda1:/vmlinuz --out-put=x guest.img
	assert_status 2
	assert_error 'did you mean --output?'
}

@test "options that are not supported yet: exit code 2, and the error says so" {
	local option

	for option in -i -l --list-entries --isconfig --offset=512; do
		domu --entry=xvda1:/vmlinuz $option guest.img
		assert_status 2
		assert_error 'is not supported yet'
	done
}

@test "--help and --version go to stdout, exit code 0" {
	domu_bare --help
	assert_status 0
	grep -q '^Usage: domUloader' "$STDOUT"
	domu_bare -h
	assert_status 0
	domu_bare --version
	assert_status 0
	grep -qE '^domUloader [0-9.]+( \([0-9a-z.-]+\))?$' "$STDOUT"
	cp "$STDOUT" "$BATS_TEST_TMPDIR/version"
	for words in -V 'list -V' '-v --version list' 'extract --vers'; do
		# shellcheck disable=SC2086 # words
		domu_bare $words
		cmp "$STDOUT" "$BATS_TEST_TMPDIR/version"
	done
}

# shows AS WORD...: the words print what --help prints behind AS ('': of the program)
shows() {
	"$DOMU" ${1:+"$1"} --help >"$BATS_TEST_TMPDIR/help"
	shift
	domu_bare "$@"
	assert_status 0
	diff "$BATS_TEST_TMPDIR/help" "$STDOUT"
	[ ! -s "$STDERR" ]
}

@test "help, help COMMAND, and --help before a command" {
	echo nonsense >"$BATS_TEST_TMPDIR/broken"
	shows '' help
	shows list help list
	shows list --help list
	shows list -q -h list
	shows help help help
	shows list help list --config="$BATS_TEST_TMPDIR/broken"
	domu_bare help lst
	assert_status 2
	assert_error 'did you mean domUloader help list?'
	domu_bare help nothing
	assert_status 2
	assert_error 'domUloader help lists the commands'
	domu_bare help list sync
	assert_status 2
	assert_error 'one command at a time'
}

@test "--help=all prints one line for each option" {
	for command in '' list extract batch sync reap doctor; do
		"$DOMU" ${command:+"$command"} --help | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$BATS_TEST_TMPDIR/named"
		domu_bare ${command:+"$command"} --help=all
		assert_status 0
		awk 'length > 80' "$STDOUT" | diff /dev/null -
		while read -r option; do
			grep -qE -- "^  (-.,|   ) $option([=[]| |\$)|\(.*$option" "$STDOUT" || _fail "$command: $option"
		done <"$BATS_TEST_TMPDIR/named"
	done
	domu_bare --help=none
	assert_status 2
	assert_error 'expected --help or --help=all'
}

@test "common options may also be before the command" {
	domu_bare list -v --mapper=loop --config="$CONF" guest.img
	assert_status 0
	assert_hint 'plan: disk'
	cp "$STDOUT" "$BATS_TEST_TMPDIR/list"
	for words in "-v --config=$CONF list" "--verb --config $CONF list" "-qv --config=$CONF list"; do
		# shellcheck disable=SC2086 # words
		domu_bare $words --mapper=loop guest.img
		assert_status 0
		assert_hint 'plan: disk'
		cmp "$STDOUT" "$BATS_TEST_TMPDIR/list"
	done
	domu_bare -v extract --config="$CONF" --mapper=loop --entry=xvda1:/vmlinuz -o "$BATS_TEST_TMPDIR/taken" guest.img
	assert_status 0
	cmp "$BATS_TEST_TMPDIR"/taken/vmlinuz* "$K"
	domu_bare -v lst guest.img
	assert_status 2
	assert_error 'did you mean domUloader list?'
}

@test "a disk with the name of a command works after another option, after -- and with its directory" {
	printf '%s\n' 'entry = xvda1:/vmlinuz' 'mapper = loop' "tmpdir = $OUT" >"$CONF"
	cp --sparse=always guest.img "$BATS_TEST_TMPDIR/list"
	cd "$BATS_TEST_TMPDIR"
	for words in '--mapper=loop list' '-- list' './list'; do
		# shellcheck disable=SC2086 # words
		domu_bare --config="$CONF" -q $words
		assert_copies "$BATS_FILE_TMPDIR/$K"
	done
}

@test "the default directory for copies is created if missing, with mode 0750; a named one must exist" {
	domu --entry=xvda1:/vmlinuz --tmpdir="$OUT/made" guest.img
	[ "$(stat -c %a "$OUT/made")" = 750 ]
	assert_copies "$K"
	rmdir "$OUT/made"
	domu --entry=xvda1:/vmlinuz --output-directory="$OUT/missing" guest.img
	assert_status 1
	assert_error "$OUT/missing"
	mkdir "$BATS_TEST_TMPDIR/named"
	domu --entry=xvda1:/vmlinuz --output-directory="$BATS_TEST_TMPDIR/named" guest.img
	[[ $(answer kernel) == "$BATS_TEST_TMPDIR/named/kernel."?????? ]]
	assert_copies "$K"
}

@test "the result has absolute paths if the directory is relative" {
	cd "$BATS_TEST_TMPDIR"
	domu --entry=xvda1:/vmlinuz --tmpdir=out "$BATS_FILE_TMPDIR/guest.img"
	assert_copies "$BATS_FILE_TMPDIR/$K"
}

@test "--any-kernel passes a file that is not a kernel; without it the file is refused" {
	domu --entry=xvda1:/initrd guest.img
	assert_status 1
	assert_error /initrd
	assert_hint --any-kernel
	domu --entry=xvda1:/initrd --any-kernel guest.img
	assert_copies "$R"
}

@test "each type of kernel is recognized: ELF, arm64 Image, bzImage, and a gzipped one" {
	local t=$BATS_TEST_TMPDIR kind compression

	mkdir "$t/k"
	guest_elf "$t/k/elf"
	guest_arm64 "$t/k/arm64"
	guest_bzimage "$t/k/bzImage" 5.10.0-test
	gzip -c "$t/k/elf" >"$t/k/elf.gz"
	gzip -c "$t/k/arm64" >"$t/k/arm64.gz"
	gzip -c "$t/k/bzImage" >"$t/k/bzImage.gz"
	guest_random "$t/k/random" 70000
	gzip -c "$t/k/random" >"$t/k/random.gz"
	guest_fs ext4 "$t/k.img" 8 "$t/k"
	for kind in elf:ELF arm64:'arm64 Image' bzImage:bzImage elf.gz:ELF arm64.gz:'arm64 Image' bzImage.gz:bzImage; do
		domu --entry="xvda1:/${kind%%:*}" --output-format=json "$t/k.img"
		[ "$(jq -r .kernel.kind "$STDOUT")" = "${kind#*:}" ]
		compression=$(jq -r .kernel.compression "$STDOUT")
		[[ $kind != *.gz:* || $compression = gzip ]]
		assert_copies "$t/k/${kind%%:*}"
	done
	for kind in random random.gz; do
		domu --entry="xvda1:/$kind" "$t/k.img"
		assert_status 1
		assert_error "$kind"
	done
}

@test "an image with mode 0400 and a name of 201 letters" {
	local long

	long=$BATS_TEST_TMPDIR/$(printf 'x%.0s' {1..200})
	cp --sparse=always other.img "$long"
	chmod 400 "$long"
	domu --entry=xvda1:/vmlinuz,/initrd "$long"
	assert_copies "$OTHER_K" "$OTHER_R"
}

@test "sixteen runs at once on one image: all succeed, and nothing is left behind" {
	local i pids=() failed=0

	for i in {1..16}; do
		mkdir "$BATS_TEST_TMPDIR/out.$i"
		"$DOMU" --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --entry=/vmlinuz,/initrd.img \
			--tmpdir="$BATS_TEST_TMPDIR/out.$i" --output-format=simple guest.img \
			>"$BATS_TEST_TMPDIR/answer.$i" 2>>"$STDERR" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || failed=$((failed + 1))
	done
	cat "$STDERR"
	[ "$failed" = 0 ]
	status=0
	for i in {1..16}; do
		ANSWER=$BATS_TEST_TMPDIR/answer.$i assert_copies "$K" "$R"
		rmdir "$BATS_TEST_TMPDIR/out.$i"
	done
}

@test "the images are unchanged after all tests" {
	cmp <(sha256sum boot.fs guest.img.root | cut -d' ' -f1) <(
		dd if=guest.img bs=1M skip=1 count=8 status=none | sha256sum | cut -d' ' -f1
		dd if=guest.img bs=1M skip=9 count=8 status=none | sha256sum | cut -d' ' -f1
	)
}

@test "--debug prints each step as it is taken, and -v does not" {
	domu -v --entry=xvda1:/vmlinuz-6.1.0 guest.img
	assert_copies "$K"
	[ "$(grep -c '^domUloader: step ' "$STDERR")" = 0 ]
	domu --debug --entry=xvda1:/vmlinuz-6.1.0 guest.img
	assert_copies "$K"
	grep -q '^domUloader: step loop.configure: ' "$STDERR"
	grep -q '^domUloader: step fetch.truncate: ' "$STDERR"
}
