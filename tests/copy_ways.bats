#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# copy_ways - the same bytes come out however they lie on the guest's disk, and whichever way they are read

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
		[ -s "kept/$layout" ]
		domu --any-kernel --entry="xvda1:/$layout,/$layout" guest.img xvda
		assert_status 0
		assert_copies "kept/$layout" "kept/$layout"
	done
}

# The answer's sums and the copies' own, which have the file's bytes, are the same.
same_sums() { # PROGRAM
	local layout file want DOMU=$1

	for layout in "${LAYOUTS[@]}"; do
		domu --any-kernel --checksum --output-format=json --entry="xvda1:/$layout,/$layout" guest.img xvda
		assert_status 0
		want=$(sha256sum <"kept/$layout")
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

@test "--checksum: json has the SHA-256 of each copy, whichever way it is read; without it, none" {
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

@test "squashfs, which has no direct reading" {
	dirty_needs squashfs
	mkdir -p tree kept
	(cd tree && cp "$TREE/pages" . && KEPT=$PWD/../kept bash -euc "$(lay_out)")
	guest_fs squashfs laid 16 tree
	guest_disk gpt guest.img laid
	same_bytes "$DOMU"
}

@test "each way that fails leaves the rest to the next: direct, sendfile, by hand" {
	dirty_needs ext4
	guest_of ext4 64
	for fault in copy.direct=EINVAL copy.send=EINVAL copy.direct=EINVAL,copy.send=EINVAL; do
		echo "$fault"
		DOMU_FAULT=$fault same_bytes "$FAULTY"
	done
}
