#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # scripts for other shells; each test is a subshell
# filesystems - which filesystems are mounted, which are refused, and with which error

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/dirty

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_bzimage at-boot 6.1.0-at-boot
	mkdir empty
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
	IMG=$BATS_TEST_TMPDIR/disk.img
	MBR=$BATS_TEST_TMPDIR/mbr.img
}

teardown() {
	world_assert
}

# The filesystem alone, and in a partition after another.
both_ways() { # TYPE SIZE OPTION...
	local type=$1 size=$2

	shift 2
	kernel_has "$type" || skip "this kernel has no $type"
	guest_fs "$type" "$IMG" "$size" tree "$@"
	domu --entry=xvda1:/vmlinuz,/initrd.img --output-format=json "$IMG"
	[ "$(jq -r .kernel.filesystem "$STDOUT")" = "$type" ]
	assert_copies "$K" "$R"
	[ -e "$BATS_FILE_TMPDIR/small.fs" ] || guest_fs ext2 "$BATS_FILE_TMPDIR/small.fs" 1 empty
	guest_disk dos "$MBR" small.fs extended small.fs "$IMG"
	domu --entry=/vmlinuz,/initrd.img -v "$MBR"
	assert_copies "$K" "$R"
	assert_hint "$type mounted with ro,nosuid,nodev,noexec"
}

# The kernel's own words, while the run stands at the guest's first file: MOUNT are the filesystem's options.
is_mounted_as() { # TYPE MOUNT [ARG...]
	local type=$1 options=$2 line keeper stopped

	shift 2
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	rm -f "$BATS_TEST_TMPDIR/steps"
	ASAN_OPTIONS=detect_leaks=0 DOMU=$FAULTY DOMU_FAULT=openin.open=STOP DOMU_FAULT_LOG=$BATS_TEST_TMPDIR/steps \
		domu_start --entry=xvda1:/vmlinuz "$@" "$IMG"
	eventually stops_in "$BATS_TEST_TMPDIR/steps"
	keeper=$stopped
	line=$(awk '$5 ~ "^/proc/driver/" { print $6, $(NF - 2), $NF }' "/proc/$keeper/mountinfo")
	eventually goes_on
	domu_wait
	assert_copies "$K"
	grep -qE "^ro,nosuid,nodev,noexec(,[a-z]*time)? $type $options\$" <<<"$line" || _fail "it is mounted as: $line"
}

goes_on() { # it stops at each file
	kill -CONT "$keeper" 2>/dev/null
	has_ended "$keeper"
}

@test "ext2" {
	both_ways ext2 8
}

@test "ext3" {
	both_ways ext3 8
}

@test "ext4, also with blocks of 1 KiB and of 4 KiB, 128-byte inodes, no journal, inline data" {
	both_ways ext4 8
	both_ways ext4 16 -b 1024 -I 128
	both_ways ext4 16 -b 4096 -O ^has_journal,inline_data,64bit
}

@test "an ext4 with errors=panic is mounted with errors=remount-ro" {
	guest_fs ext4 "$IMG" 8 tree -e panic
	dumpe2fs -h "$IMG" 2>&1 | grep -q 'Errors behavior: *Panic'
	is_mounted_as ext4 'ro(,.*)?,errors=remount-ro(,.*)?'
}

@test "xfs, also in the old format without checksums" {
	both_ways xfs 20
	guest_fs xfs "$IMG" 20 tree -m crc=0
	domu --entry=xvda:/vmlinuz "$IMG"
	[ "$status" = 0 ] || skip 'this kernel has no xfs of the old format'
	assert_copies "$K"
}

@test "btrfs" {
	both_ways btrfs 20
}

# A read-only mount, nothing that is executed, no device, and what makes each of them harmless.
@test "each type is mounted read-only, nosuid, nodev, noexec and with its own options, according to the kernel" {
	local type options

	while read -r type options; do
		kernel_has "$type" || continue
		guest_fs "$type" "$IMG" 64 tree # f2fs needs as much
		is_mounted_as "$type" "$options" || _fail "$type"
	done <<-'TYPES'
		ext2 ro(,.*)?,errors=remount-ro(,.*)?
		ext3 ro(,.*)?,errors=remount-ro(,.*)?
		ext4 ro(,.*)?,errors=remount-ro(,.*)?
		xfs ro(,.*)?,nouuid(,.*)?
		btrfs ro,.*subvol=/
		squashfs ro(,.*)?
		erofs ro(,.*)?
		f2fs ro(,.*)?
		iso9660 ro(,.*)?
	TYPES
}

@test "--dirty=stale: nothing is replayed, according to the kernel" {
	local type options

	mkdir -p "$BATS_TEST_TMPDIR/changes/boot"
	guest_random "$BATS_TEST_TMPDIR/changes/boot/vmlinuz-6.1.0" 131072
	while read -r type options; do
		kernel_has "$type" || continue
		dirty_fs "$type" "$IMG" 64 tree "$BATS_TEST_TMPDIR/changes"
		is_mounted_as "$type" "$options" --dirty=stale || _fail "$type"
	done <<-'TYPES'
		ext4 ro(,.*)?,norecovery(,.*)?
		xfs ro(,.*)?,norecovery(,.*)?
		btrfs ro,(.*,)?rescue=nologreplay,.*
	TYPES
}

@test "squashfs, gzip and xz" {
	both_ways squashfs 0
	both_ways squashfs 0 -comp xz
}

@test "erofs" {
	both_ways erofs 0
}

@test "different filesystems on the path: an ext4 root, an xfs /boot, a squashfs /usr" {
	local t=$BATS_TEST_TMPDIR

	kernel_has xfs || skip 'this kernel has no xfs'
	mkdir -p "$t/r/etc" "$t/r/boot" "$t/r/usr" "$t/u"
	printf '%s\n' '/dev/xvda2 /boot xfs defaults' '/dev/xvda5 /usr squashfs defaults' >"$t/r/etc/fstab"
	ln -s usr/initrd "$t/r/initrd"
	guest_random "$t/u/initrd" 1000000
	guest_fs ext4 "$t/r.fs" 4 "$t/r"
	guest_fs xfs "$t/b.fs" 20 tree/boot
	guest_fs squashfs "$t/u.fs" 0 "$t/u"
	guest_disk dos "$IMG" "$t/r.fs" "$t/b.fs" extended "$t/u.fs"
	domu --entry=/boot/vmlinuz,/initrd "$IMG"
	assert_copies "$K" "$t/u/initrd"
}

# ---- the same UUID twice -----------------------------------------------------------

@test "clones: two disks with the same xfs, ext4 or btrfs in one guest" {
	local type size

	for type in xfs ext4 btrfs; do
		kernel_has $type || continue
		mkdir -p "$BATS_TEST_TMPDIR/r.$type/etc" "$BATS_TEST_TMPDIR/r.$type/boot"
		cp at-boot "$BATS_TEST_TMPDIR/r.$type/boot/vmlinuz"
		echo '/dev/xvdb /boot auto defaults' >"$BATS_TEST_TMPDIR/r.$type/etc/fstab"
		size=20
		case $type in
		xfs)
			guest_fs xfs "$BATS_TEST_TMPDIR/a.img" $size "$BATS_TEST_TMPDIR/r.xfs" -m "uuid=$GUEST_UUID"
			guest_fs xfs "$BATS_TEST_TMPDIR/b.img" $size tree/boot -m "uuid=$GUEST_UUID" ;;
		*)
			guest_fs $type "$BATS_TEST_TMPDIR/a.img" $size "$BATS_TEST_TMPDIR/r.$type" -U "$GUEST_UUID"
			guest_fs $type "$BATS_TEST_TMPDIR/b.img" $size tree/boot -U "$GUEST_UUID" ;;
		esac
		domu --entry=xvdb:/vmlinuz \
			--disks="['file:$BATS_TEST_TMPDIR/a.img,xvda,w', 'file:$BATS_TEST_TMPDIR/b.img,xvdb,w']"
		assert_copies "$K"
		[ $type != btrfs ] || continue # two of one fsid at once: Linux 6.7
		domu --entry=/boot/vmlinuz,/boot/initrd --root=xvda \
			--disks="['file:$BATS_TEST_TMPDIR/a.img,xvda,w', 'file:$BATS_TEST_TMPDIR/b.img,xvdb,w']"
		assert_copies "$K" "$R"
	done
}

# ---- who sees it -------------------------------------------------------------------

# A host as systemd makes it: what one process mounts, the others see. Only in a namespace of this
# test, though, and with another filesystem mounted in it.
on_shared_host() { # ARG...
	exec unshare --mount bash -euc '
		mount --make-rshared /
		mount -t tmpfs other "$1"
		shift
		exec "$@"' - "$BATS_TEST_TMPDIR/other" "$FAULTY" "$@"
}

mounts_of() { # PID
	awk '{ print $5 }' "/proc/$1/mountinfo"
}

@test "a host with shared mounts: it sees no mount of the run, and its unmounts reach the run" {
	local stopped outside before after

	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	guest_fs ext4 "$IMG" 8 tree
	mkdir "$BATS_TEST_TMPDIR/other"
	DOMU=on_shared_host DOMU_FAULT=publish.create=STOP DOMU_FAULT_LOG=$BATS_TEST_TMPDIR/steps \
		domu_start --entry=xvda:/vmlinuz "$IMG"
	eventually stops_in "$BATS_TEST_TMPDIR/steps"
	outside=$(mounts_of "$pid")
	before=$(mounts_of "$stopped")
	nsenter --mount --target="$pid" umount "$BATS_TEST_TMPDIR/other"
	after=$(mounts_of "$stopped")
	kill -CONT "$stopped"
	domu_wait
	assert_copies "$K"
	[[ $before == *$'\n/proc/driver\n/proc/driver/'* && $before == *"$BATS_TEST_TMPDIR/other"* ]]
	[[ $outside != *$'\n/proc/driver'* ]] || _fail "what others see: $outside"
	[[ $after != *"$BATS_TEST_TMPDIR/other"* ]] || _fail "what it keeps of others: $after"
}

# ---- what is refused ---------------------------------------------------------------

@test "a filesystem that is not in the list: the error names it and the option that adds it" {
	guest_fs ext4 "$IMG" 8 tree
	domu --entry=xvda:/vmlinuz --filesystems=xfs,btrfs "$IMG"
	assert_status 1
	assert_error 'not allowed'
	assert_hint '--filesystems=+ext4'
	domu --entry=xvda:/vmlinuz --filesystems='xfs ext4' "$IMG"
	assert_copies "$K"
	echo 'filesystems = xfs' >"$CONF"
	domu --entry=xvda:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'ext4'
	domu --entry=xvda:/vmlinuz --filesystems=+minix "$IMG"
	assert_copies "$K"
}

@test "minix, which is not in the default list: refused, and left to the kernel with +minix" {
	command -v mkfs.minix >/dev/null || skip 'no mkfs.minix here'
	truncate -s 2M "$IMG"
	mkfs.minix "$IMG" >/dev/null
	domu --entry=xvda:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'it is minix'
	assert_hint '--filesystems=+minix'
	domu --entry=xvda:/vmlinuz --filesystems=+minix "$IMG"
	if kernel_has minix; then
		assert_status 3
		assert_error /vmlinuz
	else
		assert_status 1
		assert_error 'unknown filesystem type'
		assert_hint "this host's kernel lacks"
	fi
}

@test "a filesystem that the kernel does not have: the error names it and what provides it" {
	local lacking=0

	truncate -s 8M "$IMG"
	if ! kernel_has vfat && command -v mkfs.vfat >/dev/null; then
		mkfs.vfat "$IMG" >/dev/null
		domu --entry=xvda:/vmlinuz "$IMG"
		assert_status 1
		assert_error vfat
		assert_hint "this host's kernel lacks"
		lacking=1
	fi
	if ! kernel_has iso9660; then
		truncate -s 0 "$IMG"
		truncate -s 8M "$IMG"
		_poke "$IMG" 32768 '\x01CD001\x01'
		_poke "$IMG" 34816 '\xffCD001\x01'
		domu --entry=xvda:/vmlinuz "$IMG"
		assert_status 1
		assert_error iso9660
		assert_hint "this host's kernel lacks"
		lacking=1
	fi
	[ $lacking = 1 ] || skip 'this kernel has vfat and iso9660'
}

refused() { # TEXT TYPE
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'not a mountable filesystem'
	assert_hint "$1"
	assert_hint "$2"
	assert_hint '--entry=DEV:/KERNEL'
}

# What we do wrong around the mount, and not what the kernel has against the filesystem.
assert_not_blamed() { # STEP
	assert_status 1
	assert_error "[$1]"
	run ! grep -E 'damaged|it has' "$STDERR"
}

@test "a mount that cannot be moved into the guest's tree: the error does not blame the guest" {
	local code

	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	export DOMU=$FAULTY
	guest_fs ext4 "$IMG" 8 tree
	for code in EINVAL EROFS; do # once: what is tried again would succeed
		DOMU_FAULT=mnt.move=${code}x1 domu --entry=xvda:/vmlinuz "$IMG"
		assert_not_blamed mnt.move
	done
	DOMU_FAULT=mnt.move=EINVAL domu_bare list --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" "$IMG"
	assert_not_blamed mnt.move
}

@test "a missing internal mount point: the error does not blame the guest" {
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	guest_fs ext4 "$IMG" 8 tree
	DOMU=$FAULTY DOMU_FAULT=mnt.mount=STOP DOMU_FAULT_LOG=$BATS_TEST_TMPDIR/steps domu_start --entry=xvda:/vmlinuz "$IMG"
	eventually stops_in "$BATS_TEST_TMPDIR/steps"
	nsenter --mount="/proc/$stopped/ns/mnt" rmdir /proc/driver/place
	kill -CONT "$stopped"
	domu_wait
	assert_not_blamed mnt.place
}

@test "an LVM physical volume: the error names it and the solution" {
	truncate -s 4M "$IMG"
	# The label in the second sector; its checksum begins after itself.
	perl -e '
		my $rest = pack("L a8 a32", 32, "LVM2 001", "0123456789abcdef" x 2);
		$rest .= "\0" x (492 - length $rest);
		my $crc = 0xf597a6cf;
		for my $byte (unpack "C*", $rest) {
			$crc ^= $byte;
			$crc = $crc & 1 ? $crc >> 1 ^ 0xedb88320 : $crc >> 1 for 1 .. 8;
		}
		print pack("a8 Q L", "LABELONE", 1, $crc), $rest;
	' | dd of="$IMG" bs=512 seek=1 conv=notrunc status=none
	refused LVM /dev/VG/LV
}

@test "an md member: the error names it and the solution" {
	truncate -s 4M "$IMG"
	_poke "$IMG" 4096 '\xfc\x4e\x2b\xa9\x01\x00\x00\x00'
	_poke "$IMG" $((4096 + 144)) '\x08'
	_poke "$IMG" $((4096 + 216)) '\x05\x4f\x2b\xa9' # the sum of these, which libblkid 2.41 looks at
	refused 'md RAID' linux_raid_member
}

@test "an external ext4 journal device: the error names it" {
	truncate -s 8M "$IMG"
	mke2fs -q -O journal_dev "$IMG"
	refused journal 'external journal'
}

@test "a LUKS root with a readable /boot: the error says to name the partition, and that works" {
	local t=$BATS_TEST_TMPDIR

	truncate -s 4M "$t/luks.fs"
	_poke "$t/luks.fs" 0 'LUKS\xba\xbe\x00\x01aes'
	guest_fs ext4 "$t/boot.fs" 8 tree/boot
	guest_disk gpt "$IMG" "$t/boot.fs" "$t/luks.fs"
	domu --entry=/boot/vmlinuz --root=xvda2 "$IMG"
	assert_status 1
	assert_error xvda2
	assert_hint '--entry=DEV:/KERNEL'
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_copies "$K"
}

@test "zeros and random bytes: an unrecognized filesystem" {
	truncate -s 4M "$IMG"
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'unrecognized filesystem'
	guest_random "$IMG" 4194304 anything
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'unrecognized filesystem'
}

@test "an ext4 with a LUKS signature in its first sector is refused" {
	guest_fs ext4 "$IMG" 8 tree
	_poke "$IMG" 0 'LUKS\xba\xbe\x00\x01aes'
	refused LUKS crypto_LUKS
}
