#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# mistakes - beginners' mistakes: the error says what failed, where, and how to fix it

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

# xvda1 is /boot, xvda2 the root, whose symlinks lead into /boot, xvda3 swap.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_boot_tree boot
	mkdir -p root/boot root/etc
	ln -s boot/vmlinuz-6.1.0 root/vmlinuz
	ln -s boot/initrd.img-6.1.0 root/initrd.img
	echo 'LABEL=boot /boot ext4 defaults 0 2' >root/etc/fstab
	guest_fs ext4 boot.fs 4 boot -L boot
	guest_fs ext4 root.fs 4 root -L root
	mkdir home
	guest_fs ext4 home.fs 4 home -L home
	truncate -s 1M swap.fs
	mkswap --quiet swap.fs 2>/dev/null
	guest_disk gpt guest.img boot.fs root.fs swap.fs
	guest_disk gpt home.img home.fs swap.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	IMG=$BATS_TEST_TMPDIR/made.img
}

teardown() {
	world_assert
}

# says EXIT-CODE TEXT... -- ARGUMENT...: so it ends, and each text is there
says() {
	local code=$1 texts=()

	shift
	while [ "$1" != -- ]; do
		texts+=("$1")
		shift
	done
	shift
	domu "$@"
	assert_status "$code"
	assert_error ''
	for text in "${texts[@]}"; do
		assert_hint "$text"
	done
}

# ---- the entry ---------------------------------------------------------------------

@test "a path from the guest's root, on its /boot partition: the error gives the path there" {
	says 3 "there it is '/vmlinuz'" -- --entry=xvda1:/boot/vmlinuz,/boot/initrd guest.img
	says 3 "there it is '/initrd'" -- --entry=xvda1:/vmlinuz,/boot/initrd guest.img
}

@test "the root partition is named, but its symlinks lead to a /boot on another partition" {
	says 3 "'/boot' is empty" "omit 'xvda2:' from --entry" -- --entry=xvda2:/vmlinuz,/initrd.img guest.img
	domu --entry=/vmlinuz,/initrd.img guest.img
	assert_copies boot/vmlinuz boot/initrd
}

@test "the partition of /boot is named for a file that is only in the root: the error says to omit it" {
	says 3 "omit 'xvda1:' from --entry" -- --entry=xvda1:/vmlinuz,/initrd.img guest.img
	says 3 "omit 'xvda1:' from --entry" -- --args='root=/dev/xvda2 ro' --entry=xvda1:/vmlinuz,/initrd.img guest.img
	domu --entry=xvda1:/vmlinuz,/no-such guest.img
	assert_status 3
	run ! grep -q omit "$STDERR"
}

@test "two roots: the named root finds the file through its fstab: the error says so" {
	guest_tree "$BATS_TEST_TMPDIR/tree"
	guest_fs ext4 "$BATS_TEST_TMPDIR/other.fs" 4 "$BATS_TEST_TMPDIR/tree"
	guest_disk gpt "$IMG" boot.fs root.fs "$BATS_TEST_TMPDIR/other.fs"
	says 3 "omit 'xvda2:' from --entry, and use --root='xvda2'" -- --entry=xvda2:/boot/vmlinuz "$IMG"
	domu --entry=/boot/vmlinuz --root=xvda2 "$IMG"
	assert_copies boot/vmlinuz
}

@test "--root names the partition of /boot; a path in /boot without its device" {
	says 3 "xvda1 has no /etc/fstab; the root looks like 'xvda2': use that for --root=" -- \
		--entry=/boot/vmlinuz --root=xvda1 guest.img
	says 3 "did you mean '/boot/vmlinuz-6.1.0'?" -- --entry=/vmlinuz-6.1.0 guest.img
	says 3 "did you mean '/boot/vmlinuz-6.1.0'?" -- --entry=/vmlinuz-6.1.0 --root=xvda2 guest.img
}

@test "the search for the file elsewhere prints no lines of its own" {
	domu -v --entry=xvda1:/vmlinuz,/initrd.img guest.img
	assert_status 3
	[ "$(grep -c 'partition.*sectors of' "$STDERR")" = 1 ]
}

@test "a misspelt path: the error does not mention mounts" {
	domu --entry=xvda2:/etc/fstub guest.img
	assert_status 3
	assert_hint 'fstab'
	run ! grep -q 'is empty\|omit' "$STDERR"
}

@test "a ':' between kernel and initrd, and a blank after the comma" {
	says 2 "use ',' between kernel and initrd" -- --entry=xvda1:/vmlinuz:/initrd guest.img
	says 2 'a space before the path' -- '--entry=xvda1:/vmlinuz, /initrd' guest.img
	says 2 'a space before the path' -- '--entry=xvda1: /vmlinuz,/initrd' guest.img
}

@test "no colon after the device; no entry; no disk" {
	says 2 "missing ':' after xvda1; did you mean 'xvda1:/vmlinuz,/initrd'?" -- --entry=xvda1/vmlinuz,initrd guest.img
	says 2 '--entry=xvda1:/boot/vmlinuz,/boot/initrd' 'domUloader --help' -- guest.img
	says 2 'domUloader --help' --
	says 2 'as the last argument' -- --entry=xvda1:/vmlinuz
}

@test "no leading slash, an extra slash, a blank instead of a comma, the device twice" {
	says 2 "did you mean '/vmlinuz,/initrd.img'?" -- --entry=vmlinuz,initrd.img guest.img
	says 3 "omit the '/' at the end" -- --entry=/vmlinuz/ guest.img
	says 3 "use ',' between kernel and initrd" -- '--entry=/vmlinuz /initrd.img' guest.img
	says 2 "did you mean 'xvda1:/vmlinuz,/initrd'?" -- --entry=xvda1:/vmlinuz,xvda1:/initrd guest.img
}

@test "no colon after a device of /dev; a wildcard" {
	says 3 "is the ':' missing after '/dev/xvda1'?" -- --entry=/dev/xvda1/vmlinuz guest.img
	says 3 "'*' is not expanded" -- '--entry=xvda1:/vmlinuz-*' guest.img
}

@test "kernel and initrd swapped" {
	says 1 'specify the kernel before the initrds' -- --entry=xvda1:/initrd,/vmlinuz guest.img
}

# ---- the device --------------------------------------------------------------------

@test "the whole disk is named although it has partitions: the error lists them" {
	local name

	for name in xvda /dev/xvda /dev/loop0; do
		says 1 'a whole disk with a partition table' "${name#/dev/}" ' ext4 UUID=' "LABEL='boot'" -- --entry="$name:/vmlinuz" guest.img
	done
	says 1 'a whole disk with a partition table' 'hda1p2 ext4' -- --entry=hda1:/vmlinuz guest.img hda1
}

@test "a missing partition, a disk under another name: the error lists the existing ones" {
	says 3 'xvda1 ext4' "LABEL='root'" 'xvda3 swap' -- --entry=xvda4:/vmlinuz guest.img
	says 3 'xvdb1 ext4' "no disk is named 'xvda'" -- --entry=xvda1:/vmlinuz guest.img xvdb
	says 3 'xvda1 ext4' "no disk is named 'xvdb'" -- --entry=xvdb1:/vmlinuz guest.img xvda
	says 3 'xvda2 ext4' -- --entry=/vmlinuz --root=UUID=0b7c1f8e-0000-4000-8000-000000000000 guest.img
}

@test "a device name that is too long or empty is refused, never replaced by another one" {
	says 2 'a device has at most 255 characters' -- --entry=/vmlinuz --root="UUID=$(printf %0300d 0)" guest.img
	says 2 "a disk's name has at most 63 characters" -- --entry=/vmlinuz --root="$(printf %0100d 0)" guest.img
	says 2 'no name after /dev/' -- --entry=/vmlinuz --root=/dev/ guest.img
}

@test "the swap partition" {
	says 1 'swap space' "usually the guest's /boot" -- --entry=xvda3:/vmlinuz guest.img
}

@test "the fstab names a missing device: the error says so, and for which mount point" {
	mkdir -p "$BATS_TEST_TMPDIR/root/etc" "$BATS_TEST_TMPDIR/root/boot"
	echo 'UUID=0b7c1f8e-0000-4000-8000-000000000000 /boot ext4 defaults 0 2' >"$BATS_TEST_TMPDIR/root/etc/fstab"
	guest_fs ext4 "$BATS_TEST_TMPDIR/root.fs" 4 "$BATS_TEST_TMPDIR/root"
	guest_disk gpt "$IMG" boot.fs "$BATS_TEST_TMPDIR/root.fs"
	says 3 "the guest's fstab mounts it on '/boot'" 'xvda1 ext4' 0b7c1f8e -- --entry=/boot/vmlinuz "$IMG"
	echo '/dev/xvda2 /boot ext4 defaults 0 2' >"$BATS_TEST_TMPDIR/root/etc/fstab"
	guest_fs ext4 "$BATS_TEST_TMPDIR/root.fs" 4 "$BATS_TEST_TMPDIR/root"
	guest_disk gpt "$IMG" "$BATS_TEST_TMPDIR/root.fs" swap.fs
	says 1 "the guest's fstab mounts it on '/boot'" 'swap space' -- --entry=/boot/vmlinuz "$IMG"
}

@test "one disk instead of a list, a list instead of one disk, a list whose quotes the shell removed" {
	says 2 "for one disk, use --disk='file:guest.img,xvda,w'" -- --disks=file:guest.img,xvda,w --entry=/vmlinuz
	domu --disk=file:guest.img,xvda,w --entry=/vmlinuz
	assert_copies boot/vmlinuz
	says 2 'use --disks= for a list of disks' -- "--disk=['file:guest.img,xvda,w']" --entry=/vmlinuz
	says 2 'put the whole list in double quotes' -- '--disks=[file:guest.img,xvda,w]' --entry=/vmlinuz
}

# ---- the disk ----------------------------------------------------------------------

@test "a disk without a root: the error lists what is on it" {
	says 3 "the disks hold: xvda1 ext4" "LABEL='home'" 'xvda2 swap' --root= -- --entry=/vmlinuz home.img
}

@test "a truncated image is detected by its partition table" {
	head -c 5M guest.img >"$IMG"
	says 3 'extends beyond its end' 'compare its size' -- --entry=/vmlinuz "$IMG"
	says 1 'extends beyond its end' -- --entry=xvda1:/vmlinuz "$IMG"
}

@test "an image of zeros, and an empty image" {
	truncate -s 8M "$IMG"
	says 3 'the disks hold: xvda (unknown content)' -- --entry=/vmlinuz "$IMG"
	says 1 'that the image is complete' -- --entry=xvda1:/vmlinuz "$IMG"
	: >"$IMG"
	says 1 'the disk is empty' 'the guest was installed' -- --entry=/vmlinuz "$IMG"
}

@test "a Windows disk: the error names its filesystems" {
	ntfs "$BATS_TEST_TMPDIR/windows.fs"
	guest_disk gpt "$IMG" "$BATS_TEST_TMPDIR/windows.fs"
	says 3 'xvda1 ntfs' -- --entry=/vmlinuz "$IMG"
	says 1 'it is ntfs' -- --entry=xvda1:/vmlinuz "$IMG"
}

# What libblkid takes for one: the boot sector, and two records of the table of files.
ntfs() { # FILE
	truncate -s 4M "$1"
	_poke "$1" 0 '\xeb\x52\x90NTFS    \x00\x02\x08'
	_poke "$1" 0x15 '\xf8'
	_poke "$1" 0x28 '\xff\x1f\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00'
	_poke "$1" 0x40 '\xf6\x00\x00\x00\x01\x00\x00\x00'
	_poke "$1" 0x1fe '\x55\xaa'
	_poke "$1" 0x4000 'FILE'
	_poke "$1" 0x4c00 'FILE'
}

@test "a misspelt command gets a suggestion; a disk of that name does not" {
	for words in 'list: lst guest.img' 'extract: extarct -o out guest.img'; do
		# shellcheck disable=SC2086 # words
		domu_bare ${words#*:}
		assert_status 2
		assert_error "did you mean domUloader ${words%%:*}?"
	done
	domu_bare ./lst guest.img
	assert_status 2
	assert_error 'no --entry'
	cp --sparse=always guest.img "$BATS_TEST_TMPDIR/lst"
	cd "$BATS_TEST_TMPDIR"
	domu_bare lst --entry=xvda1:/vmlinuz-6.1.0 --config="$CONF" --tmpdir="$OUT" --mapper=loop
	assert_copies "$BATS_FILE_TMPDIR/boot/vmlinuz-6.1.0"
	domu --args sync --entry=xvda1:/vmlinuz-6.1.0 lst
	assert_copies "$BATS_FILE_TMPDIR/boot/vmlinuz-6.1.0"
}

@test "an image instead of a list of guests" {
	for command in batch sync; do
		domu_bare "$command" --config="$CONF" --directory="$BATS_TEST_TMPDIR/out" --entry=/vmlinuz guest.img
		assert_status 2
		assert_error 'not a list of guests'
		assert_hint 'use --images= for an image'
	done
}

@test "a directory as disk, and a path that does not exist on this host" {
	says 1 'specify an image file, or a block device' -- --entry=/vmlinuz "$BATS_TEST_TMPDIR"
	says 1 'Not a directory' 'specify another directory' -- --tmpdir="$TOP/README.md" --entry=xvda1:/vmlinuz guest.img
	says 1 'No such file or directory' "the disk's path on this host" -- --entry=/vmlinuz no-such.img
}

# ---- the configuration -------------------------------------------------------------

# wrong_line LINE TEXT: as the third one of a configuration it is refused with file and line, and TEXT
wrong_line() {
	printf '%s\n' '# a comment' 'quiet = no' "$1" 'debug = no' >"$CONF"
	domu --entry=xvda1:/vmlinuz guest.img
	assert_status 2 || _fail "$1"
	assert_error "$CONF' line 3: ${1%% *} = " || _fail "$1"
	assert_hint "$2" || _fail "$1"
}

@test "an invalid value in a configuration file: the error names file, line and expected value" {
	wrong_line 'timeout = 5s' 'expected a number of seconds without a unit'
	wrong_line 'runas = root' 'expected the user ID of a user other than root'
	wrong_line 'max-kernel-size = much' 'with K, M, G or T'
	wrong_line 'replay-limit = 0' 'with K, M, G or T'
	wrong_line 'verbose = perhaps' 'yes or no'
	wrong_line 'mapper = kpart' 'valid values: auto, kpartx, loop'
	wrong_line 'dirty = perhaps' 'valid values: replay, stale, fail'
	wrong_line 'reflink = always' 'valid values: auto, never'
	wrong_line 'output-format = xml' 'valid values: sxp, simple, simple0, json'
	wrong_line 'allow-backing = here' 'expected an absolute directory'
	wrong_line 'filesystems = ext4 xsf' "unknown filesystem 'xsf'; did you mean xfs?"
	wrong_line 'filesystems = +nosuchfs' "unknown filesystem 'nosuchfs'"
	wrong_line 'filesystems = ,' 'names of filesystems'
	wrong_line 'entry = :/vmlinuz' "no device before the ':'"
	wrong_line 'root = /dev/' 'no name after /dev/'
	wrong_line 'tmpdir = ' 'expected a directory'
}

@test "an unknown key and an invalid line in a configuration file: the error names file and line" {
	printf '%s\n' '' 'tiemout = 5' >"$CONF"
	says 2 "'tiemout' in '$CONF' line 2" 'did you mean timeout?' -- --entry=xvda1:/vmlinuz guest.img
	printf '%s\n' 'quiet = no' '' 'verbose' >"$CONF"
	says 2 "'$CONF' line 3" -- --entry=xvda1:/vmlinuz guest.img
	printf '%s\n' 'args = x' '[a section]' 'quiet = no' >"$CONF"
	says 2 "section 'a section' in '$CONF'" -- --entry=xvda1:/vmlinuz guest.img
}

@test "keys that have no default may be left empty" {
	printf '%s =\n' entry root args output-directory allow-backing >"$CONF"
	domu --entry=xvda1:/vmlinuz guest.img
	assert_copies boot/vmlinuz
}

# The program, with this test's /etc/xen.
in_etc() { # ARG...
	local program=$DOMU

	DOMU=$BATS_TEST_TMPDIR/run domu_bare "$program" --mapper=loop "$@" "$BATS_FILE_TMPDIR/guest.img"
}

@test "several configuration files: the error names the one with the mistake; the last value wins" {
	[ -d /etc/xen ] || skip 'no /etc/xen'
	printf '%s\n' '#!/bin/sh' "exec unshare --mount -- sh -c 'mount --bind . /etc/xen && exec \"\$@\"' - \"\$@\"" \
		>"$BATS_TEST_TMPDIR/run"
	chmod +x "$BATS_TEST_TMPDIR/run"
	mkdir -p "$BATS_TEST_TMPDIR/etc/domUloader.conf.d"
	cd "$BATS_TEST_TMPDIR/etc" || return
	printf '%s\n' 'dirty = fail' 'args = main' "tmpdir = $OUT" >domUloader.conf
	printf '%s\n' '# more' 'args = first' >domUloader.conf.d/10.conf
	printf '%s\n' 'args = second' >domUloader.conf.d/20.conf
	in_etc --entry=xvda1:/vmlinuz
	[ "$(answer args)" = second ]
	assert_copies "$BATS_FILE_TMPDIR/boot/vmlinuz"
	echo 'dirty = perhaps' >>domUloader.conf.d/10.conf
	in_etc --entry=xvda1:/vmlinuz
	assert_status 2
	assert_error "'/etc/xen/domUloader.conf.d/10.conf' line 3: dirty = 'perhaps'"
	echo 'no key and no value' >domUloader.conf.d/20.conf
	in_etc --entry=xvda1:/vmlinuz
	assert_status 2
	assert_error "'/etc/xen/domUloader.conf.d/20.conf' line 1"
}

# ---- options -----------------------------------------------------------------------

@test "a number with a unit, and no number: the error names the expected value" {
	for value in 5s 1m '' -1 99999999999; do
		says 2 'expected a number of seconds without a unit' -- --timeout="$value" --entry=xvda1:/vmlinuz guest.img
	done
	says 2 'expected the user ID of a user other than root' -- --runas=root --entry=xvda1:/vmlinuz guest.img
	for value in many 0 1025; do
		domu_bare batch -j "$value" -o out list
		assert_status 2
		assert_error 'expected a number from 1 to 1024'
	done
}

@test "values that would do nothing are refused" {
	for option in max-kernel-size max-initrd-size replay-limit; do
		says 2 'above 0' -- --$option=0 --entry=xvda1:/vmlinuz guest.img
	done
	for option in tmpdir output-directory; do
		says 2 'expected a directory' -- --$option= --entry=xvda1:/vmlinuz guest.img
	done
	says 2 'names of filesystems' -- --filesystems= --entry=xvda1:/vmlinuz guest.img
	says 2 "unknown filesystem 'xsf'; did you mean xfs?" -- --filesystems=+xsf --entry=xvda1:/vmlinuz guest.img
	domu_bare batch --xl-dir= -o out
	assert_status 2
	assert_error 'expected a directory'
	domu_bare sync --xl-dir=. -o ''
	assert_status 2
	assert_error 'expected a directory'
}

@test "unknown short options: the error suggests the nearest one" {
	says 2 "unknown option '-e'; did you mean --entry?" -- -e xvda1:/vmlinuz guest.img
	says 2 "unknown option '-Q'; did you mean -q?" -- -Q --entry=xvda1:/vmlinuz guest.img
	says 2 "unknown option '-z'" -- -vz --entry=xvda1:/vmlinuz guest.img
	run ! grep 'did you mean' "$STDERR"
	says 2 'did you mean --entry?' -- -entry=xvda1:/vmlinuz guest.img
}

@test "each mistake with an option has its own error" {
	says 2 'it accepts no value' -- --quiet=1 guest.img
	says 2 'a value is missing: --entry=[DEV:]KERNEL[,INITRD]...' -- guest.img --entry
	says 2 'it is ambiguous: --max-kernel-size, --max-initrd-size' -- --max=1 guest.img
	says 2 'unknown option; did you mean --output?' -- --out-put=x guest.img
	says 2 'only commands accept it: domUloader COMMAND --directory=DIR' -- -o out guest.img
	says 2 'only commands accept it: domUloader COMMAND --format=FORMAT' -- --format=json guest.img
	domu_bare list --entry=xvda1:/vmlinuz guest.img
	assert_status 2
	assert_error 'this command does not accept it'
}

@test "--json and --json=pretty mean --format=json or --output-format=json" {
	for json in --json --json=pretty; do
		domu --entry=xvda1:/vmlinuz --output-format=sxp "$json" guest.img
		[ "$(answer args)" = '' ]
		[ "$(head -c 1 "$STDOUT")" = '{' ]
		assert_copies boot/vmlinuz
		domu_bare list --mapper=loop --config="$CONF" "$json" guest.img
		[ "$(jq -r '.disks[0].path' "$STDOUT")" = guest.img ]
	done
	domu --entry=xvda1:/vmlinuz --json --output-format=simple guest.img
	[ "$(head -c 6 "$STDOUT")" = kernel ]
	assert_copies boot/vmlinuz
	says 2 'expected --json or --json=pretty' -- --json=xml --entry=xvda1:/vmlinuz guest.img
	says 2 'unknown option; did you mean --json?' -- --jsn --entry=xvda1:/vmlinuz guest.img
	domu_bare reap --json
	assert_status 2
	assert_error 'this command does not accept it'
}
