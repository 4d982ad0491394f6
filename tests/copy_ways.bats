#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# copy_ways - copies are correct for each layout on the guest's disk and for each way to read it

load lib/world.bash
load lib/guest.bash
load lib/dirty.bash

LAYOUTS=(tiny byte pages unaligned sparse hole fragmented preallocated tail)

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	mkdir -p "$BATS_FILE_TMPDIR/tree"
	guest_random "$BATS_FILE_TMPDIR/tree/pages" $((1048576 * 3))
}

setup() {
	world_need_root
	world_save
	cd "$BATS_TEST_TMPDIR" || return
	TREE=$BATS_FILE_TMPDIR/tree
}

teardown() {
	cd /
	! mountpoint -q "$BATS_TEST_TMPDIR/host" || umount "$BATS_TEST_TMPDIR/host"
	world_assert
}

# Runs in the mounted filesystem: lays the files out, and keeps what they hold in $KEPT.
lay_out() {
	cat <<-'SCRIPT'
	printf 'hello' >tiny
	head -c 1 pages >byte
	head -c 1500001 pages >unaligned
	truncate -s 5M sparse
	dd if=pages of=sparse bs=4096 count=3 seek=700 conv=notrunc status=none
	truncate -s 1234567 hole
	for i in $(seq 0 2 60); do
		dd if=pages of=fragmented bs=7000 count=1 skip=$i seek=$i conv=notrunc,fsync status=none
		dd if=pages of=between bs=7000 count=1 oflag=append conv=notrunc,fsync status=none
	done
	fallocate -l 2M preallocated
	dd if=pages of=preallocated bs=4096 count=100 seek=50 conv=notrunc status=none
	head -c 0 pages >tail
	fallocate --keep-size -l 4M tail
	head -c 524289 pages >>tail
	sync
	for i in *; do
		[ ! -f "$i" ] || cp "$i" "$KEPT/$i"
	done
	SCRIPT
}

# guest_of TYPE MIB [MOUNT-OPTIONS] [MKFS-OPTION...]: guest.img, and the files as they were in kept/
guest_of() {
	mkdir -p kept
	export KEPT=$PWD/kept
	guest_fs "$1" fresh "$2" "$TREE" "${@:4}"
	cp --sparse=always fresh laid
	loop=$(losetup --find --show laid)
	# shellcheck disable=SC2016 # the dollars are the other shell's
	unshare --mount bash -euc 'mount -o "$3" "$1" /mnt; cd /mnt; eval "$2"; cd /; umount /mnt' \
		- "$loop" "$(lay_out)" "${3:-defaults}" 3>&- || status=$?
	losetup --detach "$loop"
	[ "${status:-0}" = 0 ]
	guest_disk gpt guest.img laid
}

# As a kernel, which is looked at first, and as an initrd.
same_bytes() { # PROGRAM
	local layout DOMU=$1

	for layout in "${LAYOUTS[@]}"; do
		[ -s "$BATS_TEST_TMPDIR/kept/$layout" ]
		domu --any-kernel --entry="xvda1:/$layout,/$layout" guest.img xvda
		assert_status 0
		assert_copies "$BATS_TEST_TMPDIR/kept/$layout" "$BATS_TEST_TMPDIR/kept/$layout"
	done
}

# The answer's sums and the copies' own, which have the file's bytes, are the same.
same_sums() { # PROGRAM
	local layout file want DOMU=$1

	for layout in "${LAYOUTS[@]}"; do
		domu --any-kernel --checksum --output-format=json --entry="xvda1:/$layout,/$layout" guest.img xvda
		assert_status 0
		want=$(sha256sum <"$BATS_TEST_TMPDIR/kept/$layout")
		for file in kernel ramdisk; do
			[ "$(jq -r ".$file.sha256" "$STDOUT")  -" = "$want" ]
			[ "$(sha256sum <"$(jq -r ".$file.path" "$STDOUT")")" = "$want" ]
			rm "$(jq -r ".$file.path" "$STDOUT")"
		done
	done
}

@test "ext4" {
	dirty_needs ext4
	guest_of ext4 64
	same_bytes "$DOMU"
}

@test "--checksum: json has the SHA-256 of each copy, for each way to read; without it, none" {
	dirty_needs ext4
	guest_of ext4 64
	same_sums "$DOMU"
	DOMU_FAULT=copy.direct=EINVAL same_sums "$FAULTY"
	domu -v --any-kernel --checksum --entry=xvda1:/pages guest.img xvda
	assert_copies kept/pages
	grep -F "SHA-256 $(sha256sum <kept/pages | cut -d' ' -f1)" "$STDERR"
	domu --any-kernel --output-format=json --entry=xvda1:/pages guest.img xvda
	[ "$(jq '.kernel | has("sha256")' "$STDOUT")" = false ]
	rm "$(jq -r .kernel.path "$STDOUT")"
}

@test "ext4 with blocks of 1 KiB and small files inside their inodes" {
	dirty_needs ext4
	guest_of ext4 64 '' -b 1024 -O inline_data -I 256
	same_bytes "$DOMU"
}

@test "XFS" {
	dirty_needs xfs
	guest_of xfs 320
	same_bytes "$DOMU"
}

@test "btrfs" {
	dirty_needs btrfs
	guest_of btrfs 128
	same_bytes "$DOMU"
}

@test "btrfs, compressed" {
	dirty_needs btrfs
	guest_of btrfs 128 compress-force=zstd
	same_bytes "$DOMU"
}

@test "squashfs, which does not support direct I/O" {
	dirty_needs squashfs
	mkdir -p tree kept
	(cd tree && cp "$TREE/pages" . && KEPT=$PWD/../kept bash -euc "$(lay_out)")
	guest_fs squashfs laid 16 tree
	guest_disk gpt guest.img laid
	same_bytes "$DOMU"
}

@test "a way that fails falls back to the next: image, direct I/O, sendfile, read and write" {
	dirty_needs ext4
	guest_of ext4 64
	for fault in copy.extents=EINVAL hostfs.extents=EINVAL copy.image=EIO copy.extents=EINVAL,copy.direct=EINVAL \
		copy.image=EIO,copy.direct=EINVAL,copy.send=EINVAL; do
		echo "$fault"
		DOMU_FAULT=$fault same_bytes "$FAULTY"
	done
}

# steps_of ARG...: the steps that copying took, each once
steps_of() {
	ASAN_OPTIONS=detect_leaks=0 DOMU_FAULT_LOG=$BATS_TEST_TMPDIR/steps DOMU=$FAULTY domu "$@"
	assert_status 0
	steps=$(tr -d '\0' <steps | grep -o 'copy\.[a-z]*' | sort -u | paste -sd ' ')
}

@test "read from the image itself: a raw file with ext2, ext3, ext4 or XFS" {
	dirty_needs ext4 xfs
	for type in ext2 ext3 ext4 xfs; do
		size=16
		[ "$type" != xfs ] || size=320
		guest_fs "$type" "$type" "$size" "$TREE"
		guest_disk gpt guest.img "$type"
		for image in guest.img:1 "$type":; do
			steps_of --any-kernel --entry="xvda${image#*:}:/pages" "${image%:*}"
			[[ " $steps " == *" copy.extents copy.image "* ]]
			assert_copies "$TREE/pages"
		done
	done
}

@test "never read from the image: a block device, a replayed journal, btrfs" {
	dirty_needs ext4 btrfs
	guest_fs btrfs btrfs 128 "$TREE"
	steps_of --any-kernel --entry=xvda:/pages btrfs
	[[ $steps != *copy.extents* && $steps == *copy.direct* ]]
	assert_copies "$TREE/pages"

	guest_fs ext4 ext4 32 "$TREE"
	loop=$(losetup --find --show ext4)
	steps_of --any-kernel --entry=xvda:/pages "$loop"
	losetup --detach "$loop"
	[[ $steps != *copy.extents* ]]
	assert_copies "$TREE/pages"

	dirty_while_mounted ext4 dirty 'echo changed >changed; sync changed'
	steps_of --dirty=replay --any-kernel --entry=xvda:/pages dirty
	[[ $steps != *copy.extents* ]]
	assert_copies "$TREE/pages"
	steps_of --dirty=stale --any-kernel --entry=xvda:/pages dirty
	[[ $steps == *copy.image* ]]
	assert_copies "$TREE/pages"
}

# ---- one filesystem for image and copies ----

# on_host TYPE: a filesystem of the host's that can share blocks, mounted at host/, the copies go there
on_host() {
	truncate -s 512M host.fs
	case $1 in
	xfs) mkfs.xfs -q -m reflink=1 host.fs ;;
	btrfs) mkfs.btrfs -q host.fs ;;
	esac
	mkdir host
	mount -o loop host.fs host || skip "this kernel can't mount such a $1"
	OUT=$PWD/host/out
	mkdir "$OUT"
}

# shares COPY: some of its blocks are another file's, too
shares() {
	sync "$1"
	filefrag -v "$1" | grep shared
}

no_sharing() { # ARG...
	domu --any-kernel --entry=xvda1:/pages,/unaligned "$@"
	assert_status 0
	is_not shares "$(answer kernel)"
	is_not shares "$(answer ramdisk)"
	assert_copies kept/pages kept/unaligned
}

share_on() { # TYPE
	dirty_needs "$1" ext4
	guest_of ext4 64 '' -b 4096
	on_host "$1"
	cp --sparse=always guest.img host/guest.img
	domu --any-kernel --checksum --output-format=json --entry=xvda1:/pages,/unaligned host/guest.img
	assert_status 0
	shares "$(answer kernel)"
	shares "$(answer ramdisk)"
	[ "$(jq -r .ramdisk.sha256 "$STDOUT")" = "$(sha256sum <kept/unaligned | cut -d' ' -f1)" ]

	# What the guest writes later is not the copy's.
	cp "$(answer kernel)" before
	dd if=/dev/zero of=host/guest.img bs=1M seek=1 count=63 conv=notrunc,fsync status=none
	cmp before "$(answer kernel)"
	assert_copies kept/pages kept/unaligned
	cp --sparse=always guest.img host/guest.img
	cd host || return
	same_bytes "$DOMU"
	DOMU_FAULT=copy.share=EINVAL same_bytes "$FAULTY"
}

@test "XFS: copies on the image's filesystem share its blocks; later writes do not change the copies" {
	share_on xfs
}

@test "btrfs: copies on the image's filesystem share its blocks" {
	share_on btrfs
}

@test "no sharing: --reflink=never, an image in use, unaligned blocks, another filesystem" {
	dirty_needs xfs ext4
	guest_of ext4 64 '' -b 4096
	on_host xfs
	cp --sparse=always guest.img host/guest.img
	no_sharing --reflink=never host/guest.img
	exec {writer}>>host/guest.img
	no_sharing host/guest.img
	exec {writer}>&-
	no_sharing guest.img
	dd if=laid of=host/odd.img bs=512 seek=2049 conv=sparse status=none
	sfdisk -q host/odd.img <<<'start=2049, size=131072' >/dev/null
	no_sharing host/odd.img
	domu --any-kernel --reflink=always --entry=xvda1:/pages host/guest.img
	assert_status 2
	assert_error 'valid values: auto, never'
}
