#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031 # scripts for other shells; each test is a subshell
# friends - other filesystems, recent features, and containers without a readable filesystem, made
# with the tools that guests use

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	mkdir empty
	mkdir -p cd/install
	guest_bzimage cd/install/vmlinuz 6.1.0-installer
	guest_random cd/install/initrd.gz 300000
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
	T=$BATS_TEST_TMPDIR
	IMG=$T/disk.img
}

teardown() {
	world_assert
}

needs() { # TOOL...: what is not here is in the virtual machine
	local tool

	for tool; do
		command -v "$tool" >/dev/null || skip "no $tool here"
	done
}

# Alone and in the second partition, by name and searched for.
is_read() { # TYPE
	domu --entry=xvda1:/vmlinuz,/initrd.img --output-format=json "$IMG"
	[ "$(jq -r .kernel.filesystem "$STDOUT")" = "$1" ]
	assert_copies "$K" "$R"
	[ -e small.fs ] || guest_fs ext2 small.fs 1 empty
	guest_disk gpt "$T/table.img" small.fs "$IMG"
	domu --entry=/vmlinuz,/initrd.img "$T/table.img"
	assert_copies "$K" "$R"
}

# Runs the script in the filesystem, mounted in a namespace that takes it away.
mounted_in() { # SCRIPT
	local loop status=0

	loop=$(losetup --find --show "$IMG")
	unshare --mount bash -euc '
		mount "$1" empty
		here=$PWD
		cd empty
		eval "$2"
		cd /
		umount "$here/empty"' - "$loop" "$1" || status=$?
	losetup --detach "$loop"
	return "$status"
}

# ---- what a kernel of today reads --------------------------------------------------

@test "ext4: 64bit, metadata_csum_seed, orphan_file" {
	guest_fs ext4 "$IMG" 16 tree -O 64bit,metadata_csum,metadata_csum_seed,orphan_file
	dumpe2fs -h "$IMG" 2>/dev/null | grep 'metadata_csum_seed' | grep -q orphan_file
	is_read ext4
}

@test "ext4: casefold" {
	kernel_has ext4 && [ -e /sys/fs/ext4/features/casefold ] || skip 'this kernel knows no casefold'
	guest_fs ext4 "$IMG" 16 tree -O casefold -E root_owner=0:0,encoding=utf8
	mounted_in '
		mkdir folded
		chattr +F folded
		cp boot/vmlinuz folded/VmLinuz'
	domu --entry=xvda1:/folded/vmlinuz "$IMG"
	assert_copies "$K"
}

@test "ext4: an encrypted directory next to the kernel; its files are not found" {
	kernel_has ext4 && [ -e /sys/fs/ext4/features/encryption ] || skip 'this kernel knows no encryption'
	guest_fs ext4 "$IMG" 16 tree -O encrypt
	mounted_in '
		e4crypt new_session
		mkdir private
		echo "a passphrase" | e4crypt add_key -S 0x0123456789abcdef private
		cp boot/vmlinuz private/vmlinuz
		sync -f .' >/dev/null
	is_read ext4
	domu --entry=xvda1:/private/vmlinuz "$IMG"
	assert_status 3
	assert_error "the guest's '/private' holds"
}

@test "xfs: version 5 with bigtime, inobtcount and nrext64" {
	kernel_has xfs || skip 'this kernel has no xfs'
	[[ $(uname -r) =~ ^([0-9]+)\.([0-9]+) ]]
	guest_fs xfs "$IMG" 20 tree -m bigtime=1,inobtcount=1 -i nrext64=1
	xfs_db -r -c version "$IMG" | grep BIGTIME | grep -q NREXT64
	is_read xfs
}

@test "squashfs: gzip, xz, zstd, lz4 and lzo, if the kernel has them" {
	local how told=0

	for how in gzip xz zstd lz4 lzo; do
		guest_fs squashfs "$IMG" 0 tree -comp $how
		domu --entry=xvda1:/vmlinuz,/initrd.img "$IMG"
		if [ "$status" = 0 ]; then
			assert_copies "$K" "$R"
			told=$((told + 1))
		else
			assert_error 'cannot mount'
		fi
	done
	[ $told -ge 2 ]
}

@test "erofs: plain and lz4" {
	kernel_has erofs || skip 'this kernel has no erofs'
	guest_fs erofs "$IMG" 0 tree
	is_read erofs
	guest_fs erofs "$IMG" 0 tree -zlz4hc
	is_read erofs
}

@test "f2fs: also with compression and inode checksums" {
	needs mkfs.f2fs
	kernel_has f2fs || skip 'this kernel has no f2fs'
	guest_fs f2fs "$IMG" 64 tree
	domu --entry=/vmlinuz,/initrd.img --output-format=json "$IMG"
	[ "$(jq -r .kernel.filesystem "$STDOUT")" = f2fs ]
	assert_copies "$K" "$R"
	guest_fs f2fs "$IMG" 64 tree -O extra_attr,inode_checksum,sb_checksum,compression
	domu --entry=xvda:/vmlinuz,/initrd.img "$IMG"
	assert_copies "$K" "$R"
}

# ---- install disks -----------------------------------------------------------------

# Hybrids begin where the disk begins, hold an ESP, and their tables overlap the filesystem.
install_disk() { # plain|mbr|gpt
	local esp=(-append_partition 2 0xef "$T/esp.fs")

	truncate -s 1M "$T/esp.fs"
	mkfs.vfat "$T/esp.fs" >/dev/null
	case $1 in
	plain) guest_fs iso9660 "$IMG" 0 cd ;;
	mbr) guest_fs iso9660 "$IMG" 0 cd -partition_offset 16 "${esp[@]}" ;;
	gpt) guest_fs iso9660 "$IMG" 0 cd "${esp[@]}" -appended_part_as_gpt ;;
	esac
}

@test "iso9660: an install disk, plain, with an overlapping MBR and with an overlapping GPT" {
	local how

	needs xorriso
	kernel_has iso9660 || kernel_has isofs || skip 'this kernel has no iso9660'
	for how in plain mbr gpt; do
		install_disk $how
		domu --entry=/install/vmlinuz,/install/initrd.gz "$IMG"
		assert_copies cd/install/vmlinuz cd/install/initrd.gz
	done
	domu --entry=hdc:/install/vmlinuz,/install/initrd.gz --disks="['file:$IMG,hdc:cdrom,r']"
	assert_copies cd/install/vmlinuz cd/install/initrd.gz
}

@test "iso9660: an install disk next to an empty disk; a disk with a root wins" {
	needs xorriso
	kernel_has iso9660 || kernel_has isofs || skip 'this kernel has no iso9660'
	install_disk mbr
	truncate -s 8M "$T/hd.img"
	domu --entry=/install/vmlinuz --disks="['file:$T/hd.img,xvda,w', 'file:$IMG,xvdb:cdrom,r']"
	assert_copies cd/install/vmlinuz
	guest_fs ext4 "$T/hd.img" 8 tree
	domu --entry=/boot/vmlinuz --disks="['file:$T/hd.img,xvda,w', 'file:$IMG,xvdb:cdrom,r']"
	assert_copies "$K"
	cp "$IMG" "$T/hd.img"
	domu --entry=/install/vmlinuz --disks="['file:$T/hd.img,xvda,w', 'file:$IMG,xvdb:cdrom,r']"
	assert_status 1
	assert_error 'each of these has one: xvda, xvdb'
}

# ---- recognised, named, with the way out -------------------------------------------

refused() { # TEXT...
	local text

	domu --entry=xvda1:/vmlinuz "${IMAGE-$IMG}"
	assert_status 1
	for text; do
		assert_error "$text"
	done
}

@test "LUKS 1 and 2" {
	local type

	needs cryptsetup
	for type in luks1 luks2; do
		rm -f "$IMG"
		truncate -s 20M "$IMG"
		cryptsetup luksFormat -q --type $type --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$IMG" - <<<pw
		refused crypto_LUKS 'only the guest has its key'
	done
	domu --entry=/vmlinuz "$IMG"
	assert_status 3
	assert_error 'not searched: xvda: crypto_LUKS is an encrypted LUKS volume'
}

@test "BitLocker" {
	truncate -s 4M "$IMG"
	_poke "$IMG" 0 '\xeb\x58\x90-FVE-FS-'
	_poke "$IMG" 176 '\x00\x00\x01'
	_poke "$IMG" 65536 '\x2dFVE-FS-\x48\x00\x02\x00'
	refused BitLocker 'only the guest has its key'
}

@test "md: a member with metadata 0.90, 1.0, 1.1 and 1.2, also if it begins like a plain filesystem" {
	local version loops=() i

	needs mdadm
	modprobe -q raid1 || skip 'this kernel has no md'
	for version in 0.90 1.0 1.1 1.2; do
		rm -f "$T/a.img" "$T/b.img"
		truncate -s 16M "$T/a.img" "$T/b.img"
		loops=()
		for i in a b; do
			loops+=("$(losetup --find --show "$T/$i.img")")
		done
		mdadm --create /dev/md/domu-test --run --homehost=any --level=1 --raid-devices=2 \
			--metadata=$version "${loops[@]}" 2>/dev/null
		mke2fs -q -t ext2 -d tree /dev/md/domu-test
		mdadm --stop /dev/md/domu-test 2>/dev/null
		losetup --detach "${loops[@]}"
		IMAGE=$T/a.img refused linux_raid_member 'md RAID' mdadm\ --assemble
	done
}

# What `mdadm --create` writes at the end of each half of a RAID 1, by hand: few kernels have md.
md_superblock() { # VERSION FILE
	perl -e '
		my ($version, $file) = @ARGV;
		my $end = -s $file;
		my ($sb, $at);
		if ($version eq "1.0") {
			$at = $end - 8192;
			$sb = pack("L3x4a16a32QlLQLL", 0xa92b4efc, 1, 0, "0123456789abcdef", "guest:0", 0, 1, 0, $at / 512, 0, 2);
			$sb .= "\0" x (128 - length $sb) . pack("QQQQLLa16x8QQQLL", 0, $at / 512, $at / 512, 0, 0, 0,
				"fedcba9876543210", 0, 1, -1, 0, 2) . "\0" x 32 . pack("SS", 0, 1);
			my $sum = unpack("%64L*", $sb);
			substr($sb, 216, 4) = pack("L", ($sum & 0xffffffff) + ($sum >> 32));
		} else {
			$at = int($end / 65536) * 65536 - 65536;
			$sb = pack("L12", 0xa92b4efc, 0, 90, 0, 0, 1, 0, 1, $at / 1024, 2, 2, 0) . pack("LLLL", 0, 2, 3, 4);
			$sb .= "\0" x (4096 - length $sb);
			substr($sb, 152, 4) = pack("L", unpack("%32L*", $sb));
		}
		open(my $f, "+<", $file) or die;
		seek($f, $at, 0);
		print $f $sb;
	' "$1" "$2"
}

@test "md: a partitioned whole-disk member with metadata 0.90 and 1.0 is refused" {
	local version

	guest_fs ext4 "$T/root.fs" 4 tree
	for version in 0.90 1.0; do
		guest_disk dos "$IMG" "$T/root.fs"
		truncate -s 8M "$IMG"
		md_superblock $version "$IMG"
		refused 'mountable filesystem: xvda on' linux_raid_member mdadm\ --assemble
		domu --entry=/vmlinuz "$IMG"
		assert_status 3
		assert_error 'not searched: xvda: linux_raid_member is a member of an md RAID: assemble it'
	done
	domu --entry=/vmlinuz --disks="['$IMG,xvda,r', '$IMG,xvdb,r']"
	assert_error 'use that device; xvdb: the same;'
	sfdisk -q --append "$IMG" <<<'start=6MiB'
	for version in 0.90 1.0; do # within the last partition: what was there before the table
		md_superblock $version "$IMG"
		domu --entry=/vmlinuz "$IMG"
		assert_copies "$K"
	done
}

# libblkid looks for uberblocks, since 2.41 for the label: a list of numbers, XDR-encoded, each with its size twice,
# its name, its type and how many they are.
@test "ZFS" {
	local i

	truncate -s 80M "$IMG"
	_poke "$IMG" 16384 '\x01\x01\0\0\0\0\0\0\0\0\0\x01'
	_poke "$IMG" 16396 '\0\0\0\x24\0\0\0\x24\0\0\0\x05state\0\0\0\0\0\0\x08\0\0\0\x01\0\0\0\0\0\0\0\0'
	_poke "$IMG" 16432 '\0\0\0\x20\0\0\0\x20\0\0\0\x03txg\0\0\0\0\x08\0\0\0\x01\0\0\0\0\0\0\0\x01'
	_poke "$IMG" 16464 '\0\0\0\x20\0\0\0\x20\0\0\0\x04guid\0\0\0\x08\0\0\0\x01\0\0\0\0\0\0\0\x01'
	for ((i = 0; i < 16; i++)); do
		_poke "$IMG" $((131072 + i * 1024)) '\x0c\xb1\xba\x00\x00\x00\x00\x00'
	done
	refused zfs_member 'ZFS pool'
}

@test "bcache" {
	needs make-bcache
	truncate -s 20M "$IMG"
	make-bcache -B "$IMG" >/dev/null
	refused bcache 'on the cache only'
}

@test "DRBD" {
	needs drbdmeta
	truncate -s 40M "$IMG"
	drbdmeta --force 0 v08 "$IMG" internal create-md >/dev/null 2>&1
	refused drbd '/dev/drbdN'
	sfdisk -q "$IMG" <<<'size=8MiB' # on the device itself
	refused 'mountable filesystem: xvda on' '/dev/drbdN'
}

@test "swap" {
	truncate -s 4M "$IMG"
	mkswap "$IMG" >/dev/null 2>&1
	refused swap 'swap space'
}

# A filesystem that is not on the list: with it, the kernel is asked.
added() { # TYPE TEXT
	refused "it is $1; --filesystems=+$1 adds it$2"
	if kernel_has "$1"; then
		mounted_in 'cp -a ../tree/. .'
		domu --entry=/vmlinuz,/initrd.img --filesystems="+$1" "$IMG"
		assert_copies "$K" "$R"
	else
		domu --entry=xvda:/vmlinuz --filesystems="+$1" "$IMG"
		assert_status 1
		assert_hint "this host's kernel lacks"
	fi
}

@test "reiserfs, as in SLES 10: an error that names it; read if added to the list and the kernel has it" {
	needs mkfs.reiserfs
	truncate -s 40M "$IMG"
	mkfs.reiserfs -q -f -f "$IMG" >/dev/null 2>&1
	added reiserfs ', if'
}

@test "JFS: an error that names it; read if added to the list and the kernel has it" {
	needs mkfs.jfs
	truncate -s 20M "$IMG"
	mkfs.jfs -q "$IMG" >/dev/null
	added jfs ', if'
}
