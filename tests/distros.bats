#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts for other shells; each test is a subshell; lvm_pv is
# lvm.bash's
# distros - guests laid out like distributions: each test is a row of docs/guests.md and runs the
# entries of that row

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/packages
load lib/lvm

# Real trees where the archives can be reached, kept in build/distros; the kernel and the initrd of
# Debian's are in all that is laid by hand. Else made-up ones are.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	local real=$TOP/build/distros

	packages debian &
	packages ubuntu
	wait $!
	if [ -e debian.is-there ]; then
		cp "$real/debian/tree/boot/$(fact debian kernel)" kernel
		cp "$real/debian/tree/boot/$(fact debian initrd)" initrd
		fact debian kernel | sed 's/^vmlinuz-//' >release
	else
		echo 6.1.0-by-hand >release
		guest_bzimage kernel "$(<release)"
		guest_random initrd 3000000
	fi
}

packages() { # DISTRIBUTION
	! packages_tree "$1" "$1.log" || touch "$1.is-there"
}

fact() { # DISTRIBUTION KEY
	sed -n "s/^$2=//p" "$TOP/build/distros/$1/tree.txt"
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	T=$BATS_TEST_TMPDIR
	IMG=$T/disk.img
	KERNEL=$BATS_FILE_TMPDIR/kernel
	INITRD=$BATS_FILE_TMPDIR/initrd
	REL=$(<release)
	ROOT=$T/root
	BOOT=$T/boot
}

teardown() {
	world_assert
	rm -rf "${T:?}"/*.fs "$IMG" "$ROOT" "$BOOT"
}

need_packages() { # DISTRIBUTION
	[ -e "$1.is-there" ] || skip "no tree of $1's packages: $(tail -n 1 "$1.log")"
}

uuid() { # N
	printf '%08x-1a2b-4c3d-8e4f-0123456789ab' "$1"
}

# ---- trees and disks ---------------------------------------------------------------

# A root: directories, the kernel's modules, an fstab on standard input.
lay_root() {
	mkdir -p "$ROOT"/{boot,dev,etc,home,proc,sys,usr/bin,var} "$ROOT/usr/lib/modules/$REL/kernel"
	: >"$ROOT/usr/lib/modules/$REL/modules.dep"
	ln -s usr/lib "$ROOT/lib"
	cat >"$ROOT/etc/fstab"
}

lay_kernel() { # DIRECTORY KERNEL'S-NAME INITRD'S-NAME
	mkdir -p "$1"
	cp "$KERNEL" "$1/$2"
	cp "$INITRD" "$1/$3"
}

fs() { # TYPE FILE TREE MKFS-OPTION...: as large as is needed
	local type=$1 file=$2 tree=$3

	shift 3
	guest_fs "$type" "$file" $(($(du -sm "$tree" | cut -f1) * 5 / 4 + 24)) "$tree" "$@"
}

swap() { # FILE
	truncate -s 1M "$1"
	mkswap --quiet "$1" 2>/dev/null
}

small() { # FILE: a partition that holds no filesystem
	truncate -s 1M "$1"
}

# vfat FILE MEGABYTES ID [FILE...]: with these files, where the kernel can write it
vfat() {
	local file=$1 size=$2 id=$3

	shift 3
	truncate -s "${size}M" "$file"
	mkfs.vfat -i "$id" -n UEFI "$file" >/dev/null
	[ $# = 0 ] || mounted "$file" 'cp "$@" .' "$@"
}

# btrfs FILE SCRIPT ARG...: what the script makes in it
btrfs_of() {
	local file=$1

	shift
	truncate -s 256M "$file"
	mkfs.btrfs -q -f -U "$(uuid 1)" "$file"
	mounted "$file" "$@"
}

mounted() { # FILE SCRIPT ARG...
	local loop

	loop=$(losetup --find --show "$1")
	unshare --mount bash -euc '
		mount "$1" /mnt
		cd /mnt
		script=$2
		shift 2
		eval "$script"
		cd /
		umount /mnt' - "$loop" "${@:2}" 3>&-
	losetup --detach "$loop"
}

# ---- what the page says ------------------------------------------------------------

# The row of this test in docs/guests.md: the text in backquotes in its third column.
entries() {
	row=$BATS_TEST_DESCRIPTION awk -F ' *[|] *' '$2 == ENVIRON["row"] { print $4 }' "$TOP/docs/guests.md" |
		grep -o '`[^`]*`' | tr -d '`' | sed "s/REL/$REL/g"
}

# Each entry of the row extracts these files, without a warning.
entries_bring() { # KERNEL [INITRD]
	local entry all

	all=$(entries)
	while read -r entry; do
		echo "# $entry"
		eval "domu --output-format=json $entry \"\$IMG\""
		[ "$(jq -r .kernel.version "$STDOUT" | cut -d ' ' -f 1)" = "$REL" ] || _fail "the version is not $REL"
		assert_copies "$@"
		! grep '^domUloader: warning' "$STDERR" || return 1
	done <<<"${all:?the page has no entry}"
}

# The hook of the page, in the guest's /boot.
run_hook() {
	sed -n '/^```sh$/,/^```$/p' "$TOP/docs/guests.md" | sed '1d; $d' >"$T/hook"
	unshare --mount bash -euc 'mount --bind "$1" /boot; sh -eu "$2"' - "$BOOT" "$T/hook" 3>&-
}

# ---- Debian and Ubuntu -------------------------------------------------------------

# A new kernel comes: the distribution's own tool moves the symlinks.
new_kernel() {
	REL=9.9.9-new
	guest_bzimage "$T/kernel" "$REL"
	guest_random "$T/initrd" 200000 new
	cp "$T/kernel" "$ROOT/boot/vmlinuz-$REL"
	cp "$T/initrd" "$ROOT/boot/initrd.img-$REL"
	mkdir "$ROOT/usr/lib/modules/$REL"
	chroot "$ROOT" linux-update-symlinks install "$REL" "/boot/vmlinuz-$REL"
	rm -rf "${ROOT:?}"/usr/{bin,sbin,share} "${ROOT:?}/var" # the second disk can do without
}

# The tree as the packages left it, then with a new kernel.
real() { # DISTRIBUTION
	need_packages "$1"
	REL=$(fact "$1" kernel)
	REL=${REL#vmlinuz-}
	cp -a "$TOP/build/distros/$1/tree" "$ROOT"
	[ -d "$ROOT/lib/modules/$REL" ]
	echo '/dev/xvda1 / ext4 errors=remount-ro 0 1' >"$ROOT/etc/fstab"
	fs ext4 "$T/root.fs" "$ROOT"
	guest_disk gpt "$IMG" "$T/root.fs"
	entries_bring "$ROOT/boot/vmlinuz-$REL" "$ROOT/boot/initrd.img-$REL"
	new_kernel
	fs ext4 "$T/root.fs" "$ROOT"
	guest_disk gpt "$IMG" "$T/root.fs"
	entries_bring "$T/kernel" "$T/initrd"
}

@test "Debian, from its packages: one root, the kernel package makes symlinks in /" {
	real debian
}

@test "Ubuntu, from its packages: one root, the kernel package makes symlinks in /boot" {
	real ubuntu
}

@test "Debian: a separate /boot partition, symlinks in the root" {
	lay_root <<-END
		UUID=$(uuid 1) / ext4 errors=remount-ro 0 1
		UUID=$(uuid 2) /boot ext4 defaults 0 2
		UUID=$(uuid 3) none swap sw 0 0
	END
	ln -s "boot/vmlinuz-$REL" "$ROOT/vmlinuz"
	ln -s "boot/initrd.img-$REL" "$ROOT/initrd.img"
	lay_kernel "$BOOT" "vmlinuz-$REL" "initrd.img-$REL"
	fs ext4 "$T/root.fs" "$ROOT" -U "$(uuid 1)"
	fs ext4 "$T/boot.fs" "$BOOT" -U "$(uuid 2)"
	swap "$T/swap.fs"
	guest_disk dos "$IMG" "$T/boot.fs" "$T/root.fs" extended "$T/swap.fs:type=82"
	entries_bring "$KERNEL" "$INITRD"
}

@test "Debian: a cloud image, root on partition 1, the ESP on 15" {
	lay_root <<-END
		PARTUUID=$(uuid 1) / ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1
		PARTUUID=$(uuid 15) /boot/efi vfat defaults 0 0
	END
	lay_kernel "$ROOT/boot" "vmlinuz-$REL" "initrd.img-$REL"
	ln -s "boot/vmlinuz-$REL" "$ROOT/vmlinuz"
	ln -s "boot/initrd.img-$REL" "$ROOT/initrd.img"
	fs ext4 "$T/root.fs" "$ROOT"
	vfat "$T/esp.fs" 2 1a2b3c4d
	cloud_disk "$T/root.fs"
	entries_bring "$KERNEL" "$INITRD"
}

# Partitions 14 (BIOS), 15 (ESP), then 1, and 16 where there is one, as cloud images have them.
cloud_disk() { # ROOT [BOOT]
	local root=$1 boot=${2-} end=$((8 + $(_mebibytes "$1")))

	truncate -s $((end + 2 + $(_mebibytes "${boot:-$root}")))M "$IMG"
	sfdisk -q "$IMG" >/dev/null <<-END
		label: gpt
		14: start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649
		15: start=3MiB, size=2MiB, type=U
		${boot:+16: start=${end}MiB, size=$(_mebibytes "${boot:-$root}")MiB}
		1: start=8MiB, size=$(_mebibytes "$root")MiB, uuid=$(uuid 1)
	END
	dd if="$root" of="$IMG" bs=1M seek=8 conv=notrunc,sparse status=none
	dd if="$T/esp.fs" of="$IMG" bs=1M seek=3 conv=notrunc status=none
	[ -z "$boot" ] || dd if="$boot" of="$IMG" bs=1M seek="$end" conv=notrunc,sparse status=none
}

@test "Ubuntu: a cloud image, the labels cloudimg-rootfs, BOOT and UEFI" {
	lay_root <<-END
		LABEL=cloudimg-rootfs	/	 ext4	discard,commit=30,errors=remount-ro	0 1
		LABEL=BOOT	/boot	ext4	defaults	0 2
		LABEL=UEFI	/boot/efi	vfat	umask=0077	0 1
	END
	lay_kernel "$BOOT" "vmlinuz-$REL" "initrd.img-$REL"
	ln -s "vmlinuz-$REL" "$BOOT/vmlinuz"
	ln -s "initrd.img-$REL" "$BOOT/initrd.img"
	fs ext4 "$T/root.fs" "$ROOT" -L cloudimg-rootfs
	fs ext4 "$T/boot.fs" "$BOOT" -L BOOT
	vfat "$T/esp.fs" 2 1a2b3c4d
	cloud_disk "$T/root.fs" "$T/boot.fs"
	entries_bring "$KERNEL" "$INITRD"
}

# Only the root, in a subvolume that is not the default, next to another one.
in_subvolume() { # NAME
	btrfs_of "$T/root.fs" 'for v in "$2" @home; do btrfs -q subvolume create "$v"; done; cp -a "$1/." "$2"' \
		"$ROOT" "$1"
	guest_disk gpt "$IMG" "$T/root.fs"
}

@test "Debian on btrfs: the installer's subvolume @rootfs" {
	kernel_has btrfs || skip 'this kernel has no btrfs'
	lay_root <<<"UUID=$(uuid 1) / btrfs defaults,subvol=@rootfs 0 0"
	lay_kernel "$ROOT/boot" "vmlinuz-$REL" "initrd.img-$REL"
	ln -s "boot/vmlinuz-$REL" "$ROOT/vmlinuz"
	ln -s "boot/initrd.img-$REL" "$ROOT/initrd.img"
	in_subvolume @rootfs
	entries_bring "$KERNEL" "$INITRD"
}

# ---- SUSE --------------------------------------------------------------------------

suse_links() { # SUFFIX
	ln -s "vmlinuz-$REL" "$ROOT/boot/vmlinuz$1"
	ln -s "initrd-$REL" "$ROOT/boot/initrd$1"
}

@test "SLES 10 and 11: ext3, /boot/vmlinuz-xen and /boot/initrd-xen" {
	lay_root <<-END
		/dev/disk/by-id/scsi-SATA_QEMU_HARDDISK_QM00001-part2 / ext3 acl,user_xattr 1 1
		/dev/disk/by-id/scsi-SATA_QEMU_HARDDISK_QM00001-part1 swap swap defaults 0 0
		proc /proc proc defaults 0 0
		sysfs /sys sysfs noauto 0 0
		devpts /dev/pts devpts mode=0620,gid=5 0 0
	END
	lay_kernel "$ROOT/boot" "vmlinuz-$REL" "initrd-$REL"
	suse_links -xen
	fs ext3 "$T/root.fs" "$ROOT"
	swap "$T/swap.fs"
	guest_disk dos "$IMG" "$T/swap.fs:type=82" "$T/root.fs"
	entries_bring "$KERNEL" "$INITRD"
}

# @ with snapper's snapshots below it; the default subvolume is the one that is booted.
snapper() { # FILE
	btrfs_of "$1" '
		id() { btrfs subvolume show "$1" | sed -n "s/^\tSubvolume ID:[[:space:]]*//p"; }
		exec >/dev/null
		btrfs subvolume create @
		btrfs subvolume create @/var
		btrfs subvolume create @/.snapshots
		mkdir @/.snapshots/1 @/.snapshots/2
		btrfs subvolume create @/.snapshots/1/snapshot
		cp -a "$1/." @/.snapshots/1/snapshot
		btrfs subvolume snapshot @/.snapshots/1/snapshot @/.snapshots/2/snapshot
		rm @/.snapshots/1/snapshot/boot/vmlinuz* @/.snapshots/1/snapshot/boot/initrd*
		btrfs subvolume set-default "$(id @/.snapshots/2/snapshot)" .
		' "$ROOT"
}

suse_fstab() {
	cat <<-END
		UUID=$(uuid 1)  /                      btrfs  defaults                      0  0
		UUID=$(uuid 1)  /var                   btrfs  subvol=/@/var                 0  0
		UUID=$(uuid 1)  /.snapshots            btrfs  subvol=/@/.snapshots          0  0
		UUID=$(uuid 2)  swap                   swap   defaults                      0  0
	END
}

suse_disk() {
	snapper "$T/root.fs"
	small "$T/bios.fs"
	swap "$T/swap.fs"
	guest_disk gpt "$IMG" "$T/bios.fs" "$T/root.fs" "$T/swap.fs"
}

@test "SLES 12, 15 and openSUSE Leap: btrfs, the default subvolume is a snapper snapshot" {
	kernel_has btrfs || skip 'this kernel has no btrfs'
	suse_fstab | lay_root
	lay_kernel "$ROOT/boot" "vmlinuz-$REL" "initrd-$REL"
	suse_links ''
	suse_disk
	entries_bring "$KERNEL" "$INITRD"
}

@test "openSUSE Tumbleweed: like Leap, with usrmerge: /boot/vmlinuz-REL -> ../usr/lib/modules/REL/vmlinuz" {
	kernel_has btrfs || skip 'this kernel has no btrfs'
	suse_fstab | lay_root
	cp "$KERNEL" "$ROOT/usr/lib/modules/$REL/vmlinuz"
	cp "$INITRD" "$ROOT/boot/initrd-$REL"
	ln -s "../usr/lib/modules/$REL/vmlinuz" "$ROOT/boot/vmlinuz-$REL"
	suse_links ''
	suse_disk
	entries_bring "$KERNEL" "$INITRD"
}

# ---- Fedora and RHEL ---------------------------------------------------------------

# What the kernel's package and kernel-install leave on /boot, and the hook of the page.
bls_boot() {
	local id=0123456789abcdef0123456789abcdef

	lay_kernel "$BOOT" "vmlinuz-$REL" "initramfs-$REL.img"
	lay_kernel "$BOOT" vmlinuz-0-rescue-$id initramfs-0-rescue-$id.img
	guest_bzimage "$BOOT/vmlinuz-5.9.0-old"
	mkdir -p "$BOOT"/{grub2,efi,loader/entries}
	printf '%s\n' "title Linux ($REL)" "version $REL" "linux /vmlinuz-$REL" "initrd /initramfs-$REL.img" \
		>"$BOOT/loader/entries/$id-$REL.conf"
	run_hook
}

@test "Fedora: /boot on ext4 with BLS entries, the root in a subvolume of a btrfs" {
	kernel_has btrfs || skip 'this kernel has no btrfs'
	lay_root <<-END
		UUID=$(uuid 1) /         btrfs subvol=root,compress=zstd:1 0 0
		UUID=$(uuid 2) /boot     ext4  defaults                    1 2
		UUID=1A2B-3C4D /boot/efi vfat  umask=0077,shortname=winnt  0 2
		UUID=$(uuid 1) /home     btrfs subvol=home,compress=zstd:1 0 0
	END
	bls_boot
	btrfs_of "$T/root.fs" 'for v in root home; do btrfs -q subvolume create $v; done; cp -a "$1/." root' "$ROOT"
	fs ext4 "$T/boot.fs" "$BOOT" -U "$(uuid 2)"
	vfat "$T/esp.fs" 2 1a2b3c4d
	guest_disk gpt "$IMG" "$T/esp.fs:type=U" "$T/boot.fs" "$T/root.fs"
	entries_bring "$KERNEL" "$INITRD"
}

# The group rhel on one physical volume, as the installer makes it: swap, then root.
group_rhel() { # FILE ROOT
	truncate -s $(($(_mebibytes "$2") + 4))M "$1"
	lvm_begin "$1"
	lvm_do pvcreate "${lvm_pv[@]}" >/dev/null
	lvm_do vgcreate -s 1M rhel "${lvm_pv[@]}" >/dev/null
	lvm_create -n swap -l 1 rhel
	lvm_create -n root -l "$(_mebibytes "$2")" rhel
	lvm_fill rhel/root "$2"
	lvm_end
}

@test "RHEL, AlmaLinux, Rocky Linux: /boot on XFS, the root on LVM" {
	lay_root <<-END
		/dev/mapper/rhel-root /     xfs  defaults 0 0
		UUID=$(uuid 2)        /boot xfs  defaults 0 0
		/dev/mapper/rhel-swap none  swap defaults 0 0
	END
	bls_boot
	fs xfs "$T/boot.fs" "$BOOT" -m "uuid=$(uuid 2)"
	fs xfs "$T/root.fs" "$ROOT" -m "uuid=$(uuid 1)"
	group_rhel "$T/pv.fs" "$T/root.fs"
	guest_disk dos "$IMG" "$T/boot.fs" "$T/pv.fs:type=8e"
	entries_bring "$KERNEL" "$INITRD"
}

# ---- others ------------------------------------------------------------------------

@test "Arch Linux: one root on ext4" {
	lay_root <<<"UUID=$(uuid 1) / ext4 rw,relatime 0 1"
	lay_kernel "$ROOT/boot" vmlinuz-linux initramfs-linux.img
	fs ext4 "$T/root.fs" "$ROOT" -U "$(uuid 1)"
	guest_disk gpt "$IMG" "$T/root.fs"
	entries_bring "$KERNEL" "$INITRD"
}

@test "Arch Linux and Ubuntu on btrfs: the subvolume @" {
	kernel_has btrfs || skip 'this kernel has no btrfs'
	lay_root <<-END
		UUID=$(uuid 1) /     btrfs rw,relatime,subvolid=256,subvol=/@     0 0
		UUID=$(uuid 1) /home btrfs rw,relatime,subvolid=257,subvol=/@home 0 0
	END
	lay_kernel "$ROOT/boot" vmlinuz-linux initramfs-linux.img
	in_subvolume @
	entries_bring "$KERNEL" "$INITRD"
}

@test "Arch Linux: the ESP as /boot" {
	kernel_has vfat || skip 'this kernel has no vfat'
	lay_root <<-END
		UUID=$(uuid 1) /     ext4 rw,relatime            0 1
		UUID=1A2B-3C4D /boot vfat rw,relatime,fmask=0022 0 2
	END
	lay_kernel "$BOOT" vmlinuz-linux initramfs-linux.img
	vfat "$T/esp.fs" 40 1a2b3c4d "$BOOT"/*
	fs ext4 "$T/root.fs" "$ROOT" -U "$(uuid 1)"
	guest_disk gpt "$IMG" "$T/esp.fs:type=U" "$T/root.fs"
	entries_bring "$KERNEL" "$INITRD"
}

@test "Alpine Linux: a separate /boot partition, with a symlink boot -> ." {
	lay_root <<-END
		UUID=$(uuid 1) / ext4 rw,relatime 0 1
		UUID=$(uuid 2) /boot ext4 rw,relatime 0 2
		UUID=$(uuid 3) swap swap defaults 0 0
		tmpfs /tmp tmpfs nosuid,nodev 0 0
	END
	lay_kernel "$BOOT" vmlinuz-virt initramfs-virt
	ln -s . "$BOOT/boot"
	fs ext4 "$T/boot.fs" "$BOOT" -U "$(uuid 2)"
	swap "$T/swap.fs"
	fs ext4 "$T/root.fs" "$ROOT" -U "$(uuid 1)"
	guest_disk dos "$IMG" "$T/boot.fs" "$T/swap.fs:type=82" "$T/root.fs"
	entries_bring "$KERNEL" "$INITRD"
}

@test "Gentoo: /boot on ext2, noauto in the fstab" {
	lay_root <<-END
		/dev/xvda1 /boot ext2 noauto,noatime 1 2
		/dev/xvda2 none  swap sw             0 0
		/dev/xvda3 /     ext4 noatime        0 1
	END
	mkdir -p "$ROOT/usr/src/linux-$REL"
	ln -s "linux-$REL" "$ROOT/usr/src/linux"
	lay_kernel "$BOOT" "vmlinuz-$REL" "initramfs-$REL.img"
	run_hook
	fs ext2 "$T/boot.fs" "$BOOT"
	swap "$T/swap.fs"
	fs ext4 "$T/root.fs" "$ROOT"
	guest_disk dos "$IMG" "$T/boot.fs" "$T/swap.fs:type=82" "$T/root.fs"
	entries_bring "$KERNEL" "$INITRD"
}

@test "NetBSD: FFS is not read, and the error says so; a kernel on ext2 is read" {
	command -v makefs >/dev/null || skip 'no makefs'
	mkdir -p "$ROOT/etc"
	guest_elf "$ROOT/netbsd"
	echo '/dev/xbd0a / ffs rw 1 1' >"$ROOT/etc/fstab"
	makefs -t ffs -s 8m -o version=2 "$T/root.fs" "$ROOT" >/dev/null
	mkdir -p "$BOOT"
	guest_elf "$BOOT/netbsd-XEN3_DOMU"
	fs ext2 "$T/boot.fs" "$BOOT"
	guest_disk dos "$IMG" "$T/root.fs:type=a9" "$T/boot.fs"
	domu --entry=xvda1:/netbsd "$IMG"
	assert_status 1
	assert_error 'a UFS or FFS of BSD or Solaris'
	eval "domu $(entries) \"\$IMG\""
	assert_copies "$BOOT/netbsd-XEN3_DOMU"
}

# ---- the page that describes them ---------------------------------------------------

@test "docs/guests.md: each distribution has a row" {
	local name

	while read -r name; do
		grep -qF "| $name |" "$TOP/docs/guests.md" || { echo "$name"; return 1; }
	done < <(sed -n 's/^@test "\(.*\)" {$/\1/p' "$TOP/tests/distros.bats" | grep -v '^docs/guests.md: ')
}
