#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034 # scripts for other shells; each test is a subshell
# images - disks that are not raw, made by qemu-img: each format, which files an image may refer to,
# and a raw disk whose guest pretends that it is an image

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/dirty
load lib/sweep

# One guest, from which each test makes its image: a partition with a kernel.
setup_file() {
	[ "$(id -u)" = 0 ] && command -v qemu-img >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return
	mkdir tree
	guest_bzimage tree/vmlinuz 6.1.0-image 65536
	guest_random tree/initrd 100000
	guest_fs ext4 fs 8 tree
	guest_disk dos raw.img fs
}

setup() {
	world_need_root
	local tool

	for tool in qemu-img qemu-storage-daemon /dev/fuse; do
		[ -e "$tool" ] || command -v "$tool" >/dev/null || skip "there is no $tool"
	done
	world_save
	T=$BATS_TEST_TMPDIR
	RAW=$BATS_FILE_TMPDIR/raw.img
	KERNEL=$BATS_FILE_TMPDIR/tree/vmlinuz
	INITRD=$BATS_FILE_TMPDIR/tree/initrd
	cd "$T" || return
}

teardown() {
	world_assert
}

# ---- tools -------------------------------------------------------------------------

make_image() { # FILE FORMAT [OPTIONS]
	qemu-img convert -O "$2" ${3:+-o "$3"} "$RAW" "$1"
}

probed() { # FILE: nobody says what it is
	domu --entry=xvda1:/vmlinuz,/initrd "${@:2}" "$1"
}

told() { # FORMAT FILE [OPTION...]
	domu --entry=xvda1:/vmlinuz,/initrd "${@:3}" --disk="format=$1,vdev=xvda,target=$2"
}

both_ways() { # FORMAT FILE
	local before

	before=$(sha256sum "$2")
	probed "$2"
	assert_copies "$KERNEL" "$INITRD"
	told "$1" "$2"
	assert_copies "$KERNEL" "$INITRD"
	[ "$(sha256sum "$2")" = "$before" ] || _fail "$2 was written to"
}

refused() { # TEXT...
	local text

	assert_status 1
	for text; do
		assert_error "$text"
	done
	assert_no_stdout
}

# ---- formats -----------------------------------------------------------------------

@test "qcow2: default options, version 2, small clusters, extended L2 entries" {
	local options

	for options in compat=v3 compat=0.10 cluster_size=512 cluster_size=2M extended_l2=on \
		lazy_refcounts=on,preallocation=metadata; do
		make_image guest.qcow2 qcow2 "$options"
		both_ways qcow2 guest.qcow2
	done
}

@test "qcow2: compressed clusters, deflate and zstd" {
	local kind

	for kind in zlib zstd; do
		qemu-img convert -c -O qcow2 -o compression_type="$kind" "$RAW" guest.qcow2
		both_ways qcow2 guest.qcow2
	done
}

@test "qcow2: internal snapshots are ignored, the current state is read" {
	make_image guest.qcow2 qcow2
	qemu-img snapshot -c first guest.qcow2
	qemu-io -f qcow2 -c 'write -P 0 0 4M' guest.qcow2 >/dev/null
	qemu-img snapshot -c second guest.qcow2
	qemu-img snapshot -a first guest.qcow2
	both_ways qcow2 guest.qcow2
}

@test "vmdk: monolithicSparse and streamOptimized" {
	local kind

	for kind in monolithicSparse streamOptimized; do
		make_image guest.vmdk vmdk subformat="$kind"
		both_ways vmdk guest.vmdk
	done
}

@test "vmdk: several files, sparse and flat, if the format is specified" {
	local kind

	for kind in twoGbMaxExtentSparse twoGbMaxExtentFlat monolithicFlat; do
		rm -f ./*.vmdk
		make_image guest.vmdk vmdk subformat="$kind"
		told vmdk guest.vmdk
		assert_copies "$KERNEL" "$INITRD"
		probed guest.vmdk
		refused 'refers to a file outside its backing policy' 'its extent is'
	done
}

@test "vhd: dynamic and fixed" {
	make_image guest.vhd vpc
	both_ways vhd guest.vhd
	make_image guest.vhd vpc subformat=fixed
	both_ways vhd guest.vhd
}

@test "vhdx: dynamic and fixed" {
	make_image guest.vhdx vhdx
	both_ways vhdx guest.vhdx
	make_image guest.vhdx vhdx subformat=fixed
	both_ways vhdx guest.vhdx
}

@test "vdi: dynamic and static" {
	make_image guest.vdi vdi
	both_ways vdi guest.vdi
	make_image guest.vdi vdi static=on
	both_ways vdi guest.vdi
}

@test "the format is specified with tap:, xl's second field or format=, also for an image on a block device" {
	local loop spec

	make_image guest.qcow2 qcow2
	for spec in "tap:qcow2:$T/guest.qcow2,xvda,w" "$T/guest.qcow2,qcow2,xvda,w" \
		"format=qcow2,vdev=xvda,target=$T/guest.qcow2"; do
		domu --entry=xvda1:/vmlinuz,/initrd --disk="$spec"
		assert_copies "$KERNEL" "$INITRD"
	done
	loop=$(losetup --find --show --read-only guest.qcow2)
	told qcow2 "$loop"
	losetup --detach "$loop"
	assert_copies "$KERNEL" "$INITRD"
}

# ---- what is raw -------------------------------------------------------------------

@test "the header is never probed on a block device, after phy: or tap:aio:, or if raw is specified" {
	local loop spec

	make_image guest.qcow2 qcow2
	for spec in "tap:aio:$T/guest.qcow2,xvda,w" "$T/guest.qcow2,raw,xvda,w" "phy:$T/guest.qcow2,xvda,w"; do
		domu --entry=xvda1:/vmlinuz --disk="$spec"
		refused 'looks like a qcow2 image' 'was read as raw'
	done
	loop=$(losetup --find --show --read-only guest.qcow2)
	probed "$loop"
	losetup --detach "$loop"
	refused 'unrecognized filesystem'
}

@test "the file name is ignored: qcow2 in guest.vmdk, raw in guest.qcow2" {
	make_image guest.vmdk qcow2
	probed guest.vmdk
	assert_copies "$KERNEL" "$INITRD"
	cp "$RAW" guest.qcow2
	probed guest.qcow2
	assert_copies "$KERNEL" "$INITRD"
	told qcow2 guest.qcow2
	refused 'the image is not in the expected format'
}

# ---- what an image refers to -------------------------------------------------------

@test "qcow2: a backing file in the same directory, if the format is specified" {
	make_image base.qcow2 qcow2
	qemu-img create -q -f qcow2 -F qcow2 -b base.qcow2 middle.qcow2
	qemu-img create -q -f qcow2 -F qcow2 -b "$T/middle.qcow2" guest.qcow2
	told qcow2 guest.qcow2 -v
	assert_copies "$KERNEL" "$INITRD"
	grep -q 'a qcow2 image of 3 files' "$STDERR"
	cp "$RAW" base.raw
	qemu-img create -q -f qcow2 -F raw -b base.raw guest.qcow2
	told qcow2 guest.qcow2
	assert_copies "$KERNEL" "$INITRD"
}

@test "qcow2: an external data file in the same directory, if the format is specified" {
	qemu-img create -q -f qcow2 -o data_file=data.raw,data_file_raw=on guest.qcow2 10M
	qemu-img convert -n -O qcow2 "$RAW" guest.qcow2
	told qcow2 guest.qcow2
	assert_copies "$KERNEL" "$INITRD"
	probed guest.qcow2
	refused 'refers to a file outside its backing policy' 'its data file is'
	mkdir here
	qemu-img create -q -f qcow2 -o data_file="$T/data.raw",data_file_raw=on here/guest.qcow2 10M
	told qcow2 here/guest.qcow2
	refused "its data file is '$T/data.raw'" "outside the image's own directory"
}

@test "without a specified format, an image's references are refused: the guest may have written them" {
	make_image base.qcow2 qcow2
	qemu-img create -q -f qcow2 -F qcow2 -b base.qcow2 guest.qcow2
	probed guest.qcow2
	refused 'refers to a file outside its backing policy' "its backing file is '$T/base.qcow2'"
	assert_hint 'format=qcow2'
	assert_hint '--allow-backing'
	probed guest.qcow2 --allow-backing="$T"
	assert_copies "$KERNEL" "$INITRD"
}

@test "a backing file elsewhere is refused, also through a symlink, unless below --allow-backing" {
	mkdir here bases
	make_image bases/base.qcow2 qcow2
	qemu-img create -q -f qcow2 -F qcow2 -b ../bases/base.qcow2 here/guest.qcow2
	told qcow2 here/guest.qcow2
	refused 'refers to a file outside its backing policy' "$T/bases/base.qcow2" "outside the image's own directory"
	ln -s ../bases/base.qcow2 here/base.qcow2
	qemu-img create -q -f qcow2 -F qcow2 -b base.qcow2 here/link.qcow2
	told qcow2 here/link.qcow2
	refused "$T/bases/base.qcow2"
	told qcow2 here/link.qcow2 --allow-backing=/nowhere --allow-backing="$T/bases"
	assert_copies "$KERNEL" "$INITRD"
	told qcow2 here/guest.qcow2 --allow-backing="/nowhere:$T/here/../bases"
	assert_copies "$KERNEL" "$INITRD"
	told qcow2 here/guest.qcow2 --allow-backing="$T/base"
	refused "$T/bases/base.qcow2"
}

@test "a backing file that is a protocol, json:, a FIFO, a device or a directory is refused" {
	local name

	mkfifo fifo
	mkdir dir
	for name in nbd://127.0.0.1:10809/x ssh://host/x 'json:{"driver":"null-co"}' fifo dir /dev/null \
		file:/etc/passwd; do
		qemu-img create -q -u -f qcow2 -F raw -b "$name" guest.qcow2 10M
		told qcow2 guest.qcow2 --allow-backing=/
		assert_status 1
		assert_no_stdout
		grep -qE '\[backing\.(name|type|find|open)\]' "$STDERR" || _fail "$name"
	done
}

@test "backing files that form a loop, are missing, or are too many: one clear error" {
	local i

	qemu-img create -q -u -f qcow2 -F qcow2 -b a.qcow2 b.qcow2 10M
	qemu-img create -q -u -f qcow2 -F qcow2 -b b.qcow2 a.qcow2 10M
	told qcow2 a.qcow2
	refused 'the image refers to itself'
	qemu-img create -q -u -f qcow2 -F qcow2 -b nowhere.qcow2 a.qcow2 10M
	told qcow2 a.qcow2
	refused 'cannot find a file that the image refers to' nowhere.qcow2
	make_image 0.qcow2 qcow2
	for i in {1..16}; do
		qemu-img create -q -u -f qcow2 -F qcow2 -b $((i - 1)).qcow2 "$i.qcow2" 10M
	done
	told qcow2 15.qcow2
	assert_copies "$KERNEL" "$INITRD"
	told qcow2 16.qcow2
	refused 'has too many backing files'
}

# ---- what is refused ---------------------------------------------------------------

@test "unsupported images: the error names the format and the solution" {
	local format

	for format in qcow qed parallels; do
		make_image guest "$format"
		probed guest
		refused "looks like a $format image" 'qemu-img convert'
	done
	make_image guest.qcow2 qcow2
	_poke guest.qcow2 32 '\x00\x00\x00\x02'
	probed guest.qcow2
	refused 'it is encrypted'
	assert_hint 'qemu-img convert'
	rm -f ./*.vmdk
	make_image guest.vmdk vmdk subformat=twoGbMaxExtentSparse
	probed guest-s001.vmdk
	refused 'one of several files'
	make_image base.vmdk vmdk
	qemu-img create -q -f vmdk -F vmdk -b base.vmdk delta.vmdk
	told vmdk delta.vmdk
	refused 'a differencing image'
}

@test "qcow2: a size too large for its tables, and a truncated image: one clear error" {
	make_image guest.qcow2 qcow2
	_poke guest.qcow2 24 '\x00\x00\x10\x00\x00\x00\x00\x00'
	probed guest.qcow2
	refused "the image's header is invalid" 'its table covers'
	make_image guest.qcow2 qcow2
	truncate -s 150K guest.qcow2
	probed guest.qcow2
	refused 'cut off'
}

@test "no qemu-storage-daemon: an error that names the package" {
	make_image guest.qcow2 qcow2
	unshare -m sh -c 'mount --bind /dev/null /usr/bin/qemu-storage-daemon && exec "$@"' sh \
		"$DOMU" --config="$CONF" --tmpdir="$OUT" --entry=xvda1:/vmlinuz guest.qcow2 \
		>"$STDOUT" 2>"$STDERR" && status=0 || status=$?
	refused 'it is a qcow2 image, and there is no qemu-storage-daemon' 'qemu-system-common'
}

# ---- the daemon --------------------------------------------------------------------

@test "the daemon fails: its first line is printed, safe for a terminal" {
	kernel_has overlay || skip 'this kernel has no overlay'
	make_image guest.qcow2 qcow2
	mkdir -p usr/bin
	printf '%s\n' '#!/bin/sh' "printf 'b\\033ell\\nmore\\n' >&2; exit 3" >usr/bin/qemu-storage-daemon
	chmod 755 usr/bin/qemu-storage-daemon
	unshare -m sh -c 'mount -t overlay -o lowerdir=usr:/usr usr /usr && exec "$@"' sh \
		"$DOMU" --config="$CONF" --tmpdir="$OUT" --entry=xvda1:/vmlinuz guest.qcow2 \
		>"$STDOUT" 2>"$STDERR" && status=0 || status=$?
	refused 'exit code 3: b?ell'
	run ! grep more "$STDERR"
}

@test "the daemon has two capabilities, no network, and of the host only its programs" {
	local caps no_new root net memory

	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	make_image guest.qcow2 qcow2
	replay_learn --entry=xvda1:/vmlinuz guest.qcow2
	replay_stop_at loop.configure 1 --entry=xvda1:/vmlinuz guest.qcow2
	[ -n "$daemon" ] || _fail 'there is no daemon'
	caps=$(sed -n 's/^CapEff:[[:space:]]*//p' "/proc/$daemon/status")
	no_new=$(sed -n 's/^NoNewPrivs:[[:space:]]*//p' "/proc/$daemon/status")
	root=$(cd "/proc/$daemon/root" && echo *)
	memory=$(awk '/^Max data size/ { print $4, $5 }' "/proc/$daemon/limits")
	net=$(sed '1,2d; /^ *lo:/d' "/proc/$daemon/net/dev")
	replay_go_on
	domu_wait
	assert_status 0
	rm -f "$OUT"/*
	[ $((0x$caps)) = $((1 << 21 | 1 << 1)) ] || _fail "its capabilities: $caps"
	[ "$no_new" = 1 ] || _fail "no_new_privs: $no_new"
	[ "$memory" = "$((768 << 20)) $((768 << 20))" ] || _fail "its memory: $memory"
	[ -z "$net" ] || _fail "its network: $net"
	[[ " $root " != *' home '* && " $root " != *' root '* && " $root " != *' tmp '* ]] || _fail "its root: $root"
}

@test "the daemon is killed: an error, and nothing is left behind" {
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	make_image guest.qcow2 qcow2
	replay_learn --entry=xvda1:/vmlinuz guest.qcow2
	replay_stop_at mnt.mount 1 --entry=xvda1:/vmlinuz guest.qcow2
	kill -KILL "$daemon"
	eventually has_ended "$daemon"
	replay_go_on
	domu_wait
	refused 'qemu-storage-daemon ended while it served the disk'
	assert_hint 'killed by signal SIGKILL'
	assert_hint 'try again'
	replay_assert_gone
}

# ---- in use, dirty -----------------------------------------------------------------

@test "a dirty journal in a qcow2 is replayed" {
	dirty_needs ext4
	dirty_tree old old
	mkdir -p new/boot
	guest_bzimage new/boot/vmlinuz-6.1.0 '6.1.0-guest (new@host) #1 SMP'
	dirty_fs ext4 dirty.fs 16 old new
	guest_disk gpt dirty.raw dirty.fs
	qemu-img convert -O qcow2 dirty.raw guest.qcow2
	domu --entry=xvda1:/vmlinuz,/initrd.img --output-format=json guest.qcow2
	assert_status 0
	[ "$(dirty_journal)" = replayed ]
	assert_copies new/boot/vmlinuz-6.1.0 old/boot/initrd.img-6.1.0
	domu --entry=xvda1:/vmlinuz --dirty=fail guest.qcow2
	refused 'is dirty'
}

@test "a qcow2 that a running qemu has open and locked: a warning, and it is read without disturbing qemu" {
	make_image guest.qcow2 qcow2
	mkfifo commands
	qemu-io -f qcow2 guest.qcow2 <commands >qemu.out 2>&1 3>&- &
	local qemu=$!

	exec 9>commands
	echo 'write -P 7 9M 64k' >&9
	eventually grep -q wrote qemu.out
	told qcow2 guest.qcow2
	echo 'read -P 7 9M 64k' >&9
	exec 9>&-
	wait "$qemu"
	assert_copies "$KERNEL" "$INITRD"
	grep -q 'is in use' "$STDERR"
	grep -q 'read 65536/65536' qemu.out
	! grep -qi 'lock\|error\|fail' qemu.out || _fail "$(cat qemu.out)"
}

@test "an image or its backing file open for writing: a warning, an error with --not-in-use" {
	make_image base.qcow2 qcow2
	qemu-img create -q -f qcow2 -F qcow2 -b base.qcow2 guest.qcow2
	local file

	for file in base.qcow2 guest.qcow2; do
		exec 8>>"$file"
		told qcow2 guest.qcow2 --output-format=json
		exec 8>&-
		assert_copies "$KERNEL" "$INITRD"
		grep -q 'is in use' "$STDERR"
		exec 8>>"$file"
		told qcow2 guest.qcow2 --not-in-use
		exec 8>&-
		refused 'the disk is in use'
	done
}

@test "script=, drbd:, iscsi:, nbd:, nbd+unix:, rbd: and http: are refused, and the error says what to pass instead" {
	make_image guest.img raw
	local disk instead

	while read -r disk instead; do
		domu --entry=xvda1:/vmlinuz --disks="['file:guest.img,xvda,w', '$disk']"
		assert_status 2
		assert_no_stdout
		assert_error 'cannot parse the disk'
		assert_hint "$instead"
	done <<-'DISKS'
		script=block-drbd,vdev=xvdb,target=res use the block device that the script makes
		drbd:res,xvdb,w use its device, /dev/drbd/by-res/
		iscsi:iqn.2001-05.com.example:disk,xvdb,w iscsiadm
		nbd:127.0.0.1:10809,xvdb,w /dev/nbdN
		nbd+unix:///disk?socket=/run/nbd,xvdb,w /dev/nbdN
		rbd:pool/image,xvdb,w 'rbd map'
		http://127.0.0.1/disk.img,xvdb,w download the image
	DISKS
}
