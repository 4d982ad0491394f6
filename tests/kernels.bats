#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# kernels - types of kernels and initrds, what is reported about them, and unpacking

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/packages

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	initrds
	kernels
	modules
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
}

teardown() {
	world_assert
}

# ---- initrds ---------------------------------------------------------------------

# /boot with microcode, two initrds whose lengths are no multiples of four, and a kernel.
initrds() {
	guest_boot_tree boot
	guest_random boot/ucode 8192 microcode
	guest_random boot/one 300001 one
	guest_random boot/two 70002 two
	mkdir -p root/boot root/etc
	guest_random root/three 5000 three
	echo 'LABEL=boot /boot ext4 defaults 0 2' >root/etc/fstab
	guest_fs ext4 boot.fs 8 boot -L boot
	guest_fs ext4 root.fs 8 root -L root
	guest_disk gpt initrds.img boot.fs root.fs
}

# laid_out FILE...: one after the other, each at a multiple of four
laid_out() {
	local file

	for file; do
		cat "$file"
		head -c $((-$(stat -c %s "$file") & 3)) /dev/zero
	done
}

# What lies behind the last one is none of ours.
assert_ramdisk_of() { # FILE...
	local ramdisk

	ramdisk=$(answer ramdisk)
	laid_out "$@" | head -c "$(stat -c %s "$ramdisk")" | cmp - "$ramdisk"
	[ "$(($(stat -c %s "$ramdisk") + 3 & ~3))" = "$(laid_out "$@" | wc -c)" ]
	assert_copies boot/vmlinuz-6.1.0 "$ramdisk"
}

@test "several initrds become one ramdisk, each aligned to four bytes" {
	domu --entry=xvda1:vmlinuz,ucode,one,two initrds.img
	assert_ramdisk_of boot/ucode boot/one boot/two
	domu --entry=xvda1:vmlinuz,two,one,ucode,two initrds.img
	assert_ramdisk_of boot/two boot/one boot/ucode boot/two
}

@test "initrds on two filesystems, in an entry without a device: JSON lists the parts" {
	domu --checksum --output-format=json --entry=/boot/vmlinuz,/boot/one,/three,/boot/ucode initrds.img
	assert_status 0
	[ "$(jq -r '.ramdisk.parts[] | "\(.guest_path) \(.source) \(.size)"' "$STDOUT")" = "/boot/one xvda1 300001
/three xvda2 5000
/boot/ucode xvda1 8192" ]
	[ "$(jq .ramdisk.size "$STDOUT")" = $((300004 + 5000 + 8192)) ]
	laid_out boot/one root/three boot/ucode | cmp - "$(jq -r .ramdisk.path "$STDOUT")"
	sha256sum -c <(jq -r '"\(.ramdisk.sha256)  \(.ramdisk.path)", "\(.kernel.sha256)  \(.kernel.path)"' "$STDOUT")
	rm "$OUT"/*
	domu -n --output-format=simple --entry=/boot/vmlinuz,/boot/one,/three initrds.img
	assert_status 0
	grep -qx 'ramdisk <ramdisk:/boot/one,/three>' "$STDOUT"
}

@test "initrds: --max-initrd-size limits their total size" {
	domu --entry=xvda1:vmlinuz,ucode,one --max-initrd-size=308193 initrds.img
	assert_ramdisk_of boot/ucode boot/one
	domu --entry=xvda1:vmlinuz,ucode,one --max-initrd-size=308192 initrds.img
	assert_error 'the file is larger than allowed'
	assert_hint 'it has 300001 bytes after 8192 others, --max-initrd-size is 308192'
	assert_no_copies
}

@test "initrds: a missing one, one without a name, too many, and a comma in --ramdisk" {
	domu --entry=xvda1:vmlinuz,one,none initrds.img
	assert_status 3
	domu --entry=xvda1:vmlinuz,one,,two initrds.img
	assert_status 2
	assert_hint 'an initrd without a name: a path cannot have a comma'
	domu --entry=xvda1:vmlinuz,1,2,3,4,5,6,7,8,9 initrds.img
	assert_status 2
	domu --kernel=/boot/vmlinuz --ramdisk=/boot/one,/boot/two initrds.img
	assert_status 2
	assert_hint 'a path cannot have a comma; --entry accepts several initrds'
	domu --kernel=/boot/vmlinuz,/boot/one --ramdisk=/boot/two initrds.img
	assert_status 2
	assert_hint '--kernel='
	domu --entry=xvda1:vmlinuz --ramdisk=/boot/one,/boot/two initrds.img # it is not used
	assert_status 0
	rm "$(answer kernel)"
}

@test "several initrds on a disk in use are read until stable" {
	exec {fd}<>initrds.img
	domu --entry=xvda1:vmlinuz,one,two -v initrds.img
	exec {fd}>&-
	assert_ramdisk_of boot/one boot/two
	[ "$(grep -c 'copied .*/two' "$STDERR")" = 1 ]
}

# ---- kernels ---------------------------------------------------------------------

FORMATS='gzip xz zstd lz4 bzip2 lzma lzo'

# Each format as a bzImage's payload, bz.FORMAT, and as a file of its own, vm.FORMAT.
kernels() {
	local format

	mkdir k
	guest_vmlinux vmlinux PV PVH
	for format in $FORMATS; do
		guest_pack "$format" vmlinux "k/vm.$format"
		guest_bzimage_of "k/vm.$format" "k/bz.$format"
	done
	cp vmlinux k/vm
	guest_vmlinux k/pv PV
	guest_vmlinux k/pvh PVH
	guest_vmlinux k/none
	guest_vmlinux k/old old
	lz4 -q -c vmlinux >k/vm.lz4frame
	guest_arm64 image
	cp image k/image
	guest_pack gzip image k/image.gz
	guest_zboot_of k/image.gz k/zboot
	hostile
	guest_fs ext4 k.img 16 k
}

# Nothing of these is a kernel in the end, or not one that can be unpacked.
hostile() {
	head -c $(($(stat -c %s k/bz.xz) / 2)) k/bz.xz >k/cut
	cp k/bz.zstd k/long
	_poke k/long 0x24c '\xff\xff\xff\x7f'
	cp k/bz.zstd k/far
	_poke k/far 0x248 '\xf0\xff\xff\xff'
	cp k/bz.gzip k/damaged
	_poke k/damaged 20000 'damaged'
	truncate -s 200M bomb
	dd if=vmlinux of=bomb conv=notrunc status=none
	zstd -q -1 -c bomb >bomb.zst
	guest_bzimage_of bomb.zst k/bomb
	gzip -1nc bomb >k/bomb.gz
	rm bomb bomb.zst
	printf '\xfd7zXZ\0' >none.xz
	guest_bzimage_of none.xz k/empty
	head -c 100000 /dev/zero | gzip -nc >zeros.gz
	guest_bzimage_of zeros.gz k/zeros
	head -c 300000 /dev/urandom >random
	zstd -q -1 --long=28 -c <random >wide.zst
	guest_bzimage_of wide.zst k/wide
	guest_bzimage k/old-protocol
	_poke k/old-protocol 0x206 '\x07\x02'
	gzip -nc k/bz.xz >k/twice
}

ask() { # FILTER ARG...
	local filter=$1

	shift
	domu --output-format=json "$@" k.img
	assert_status 0
	jq -r ".kernel | $filter" "$STDOUT"
	rm "$OUT"/*
}

@test "a kernel's payload is identified and examined: gzip, xz, zstd, lz4, bzip2, lzma; lzo is only identified" {
	local format notes

	for format in $FORMATS; do
		notes='["PV","PVH"]'
		[ "$format" != lzo ] || notes=null
		[ "$(ask '"\(.kind) \(.compression) \(.architecture) \(.xen_notes) \(.version)"' --entry="xvda:bz.$format")" = \
			"bzImage $format x86_64 $notes 6.9.0-outside (me@here) #1 SMP" ]
	done
}

@test "JSON reports Xen's notes: PV, PVH, none, the old section of 2006" {
	[ "$(ask '.xen_notes | tostring' --entry=xvda:pv)" = '["PV"]' ]
	[ "$(ask '.xen_notes | tostring' --entry=xvda:pvh)" = '["PVH"]' ]
	[ "$(ask '.xen_notes | tostring' --entry=xvda:none)" = '[]' ]
	[ "$(ask '.xen_notes | tostring' --entry=xvda:old)" = '["PV"]' ]
	[ "$(ask '.xen_notes | tostring' --entry=xvda:image)" = null ]
}

@test "an ELF and a file compressed as a whole: JSON says what it contains" {
	local name

	for name in vm vm.gzip vm.xz vm.zstd vm.lz4 vm.lz4frame vm.bzip2 vm.lzma; do
		[ "$(ask '"\(.kind) \(.architecture) \(.version) \(.unpacked)"' --entry="xvda:$name")" = \
			'ELF x86_64 6.9.0-inside (me@here) #1 SMP false' ]
	done
	[ "$(ask '"\(.kind) \(.compression) \(.architecture)"' --entry=xvda:zboot)" = 'EFI zboot gzip arm64' ]
	[ "$(ask '"\(.kind) \(.compression) \(.architecture)"' --entry=xvda:image.gz)" = 'arm64 Image gzip arm64' ]
	domu --entry=xvda:vm.lzo k.img
	assert_error 'not a kernel in a known format'
}

unpacks() { # NAME FILE
	domu --decompress --entry="xvda:$1" k.img
	assert_copies "$2"
}

@test "--decompress returns the ELF of a bzImage and of a compressed ELF" {
	local format

	for format in gzip xz zstd lz4 bzip2 lzma; do
		unpacks "bz.$format" vmlinux
		unpacks "vm.$format" vmlinux
	done
	unpacks vm.lz4frame vmlinux
	unpacks vm vmlinux
}

@test "--decompress returns the Image of an arm64 Image.gz and of an EFI zboot" {
	unpacks image.gz image
	unpacks zboot image
	unpacks image image
}

@test "--decompress: JSON reports it, with the ELF's size and checksum; a dry run unpacks nothing" {
	domu --decompress --checksum --output-format=json --entry=xvda:bz.xz k.img
	assert_status 0
	[ "$(jq -c '.kernel | [.kind, .compression, .unpacked, .size, .xen_notes]' "$STDOUT")" = \
		"[\"bzImage\",\"xz\",true,$(stat -c %s vmlinux),[\"PV\",\"PVH\"]]" ]
	[ "$(jq -r .kernel.sha256 "$STDOUT")" = "$(sha256sum <vmlinux | cut -d' ' -f1)" ]
	rm "$OUT"/*
	domu -n --decompress --output-format=json --entry=xvda:bz.xz k.img
	assert_status 0
	[ "$(jq -c '.kernel | [.path, .unpacked]' "$STDOUT")" = '["<kernel:/bz.xz>",false]' ]
}

@test "--decompress: set in the configuration file" {
	echo 'decompress = yes' >"$CONF"
	domu --entry=xvda:bz.lz4 k.img
	assert_copies vmlinux
}

refuses() { # NAME TEXT
	local name=$1 text=$2

	domu --decompress --max-kernel-size=64M --entry="xvda:$name" k.img
	assert_status 1
	assert_error "$text"
	assert_no_copies
}

@test "--decompress: one clear error for data that is truncated, damaged, too large or not a kernel" {
	refuses bz.lzo 'cannot unpack the kernel'
	assert_hint 'it is compressed with lzo; supported formats: gzip, xz, zstd, lz4, bzip2, lzma'
	refuses cut 'no payload in a known format'
	refuses long 'no payload in a known format'
	refuses far 'no payload in a known format'
	refuses damaged 'gzip: it is damaged'
	refuses bomb 'the unpacked size exceeds the limit of 67108864 bytes'
	refuses bomb.gz 'the unpacked size exceeds the limit of 67108864 bytes'
	refuses empty 'xz: it '
	refuses zeros 'the unpacked data is not a kernel'
	refuses wide 'zstd: its window exceeds 128 MiB'
	refuses old-protocol 'no payload in a known format'
	refuses twice 'neither an ELF nor an arm64 Image: bzImage'
}

@test "a kernel that cannot be unpacked: unknown values are null in JSON, and the copy is made" {
	local name

	for name in cut long far damaged bomb empty zeros wide; do
		domu --output-format=json --max-kernel-size=64M --entry="xvda:$name" k.img
		assert_status 0
		jq -c '.kernel.xen_notes' "$STDOUT"
		cmp "$(jq -r .kernel.path "$STDOUT")" "k/$name"
		rm "$OUT"/*
	done
	domu --output-format=json --entry=xvda:bomb --max-kernel-size=64M k.img
	[ "$(jq -c .kernel.xen_notes "$STDOUT")" = '["PV","PVH"]' ]
	rm "$OUT"/*
}

@test "--decompress: a kernel on a disk in use is read until stable" {
	exec {fd}<>k.img
	domu -v --decompress --output-format=json --entry=xvda:bz.zstd k.img
	exec {fd}>&-
	assert_status 0
	cmp vmlinux "$(jq -r .kernel.path "$STDOUT")"
	[ "$(jq -c '[.in_use, .kernel.unpacked, .kernel.size, .kernel.xen_notes]' "$STDOUT")" = \
		"[true,true,$(stat -c %s vmlinux),[\"PV\",\"PVH\"]]" ]
	rm "$OUT"/*
	[ "$(grep -c 'copied ' "$STDERR")" = 1 ]
}

# In the virtual machine those that are there.
@test "--decompress: kernels of Debian and Ubuntu become complete ELFs" {
	local distribution log=$BATS_TEST_TMPDIR/log kernel n=0

	for distribution in debian ubuntu; do
		[ -n "${VM_UDEV-}" ] || packages_tree $distribution "$log" || skip "no packages here: $(tail -n 1 "$log")"
	done
	for kernel in "$TOP"/build/distros/*/tree/boot/vmlinuz-*; do
		[ -e "$kernel" ] || continue
		n=$((n + 1))
		mkdir "$BATS_TEST_TMPDIR/d$n"
		cp "$kernel" "$BATS_TEST_TMPDIR/d$n/vmlinuz"
		guest_fs ext4 "$BATS_TEST_TMPDIR/d$n.img" 32 "$BATS_TEST_TMPDIR/d$n"
		domu --decompress --output-format=json --entry=xvda:vmlinuz "$BATS_TEST_TMPDIR/d$n.img"
		assert_status 0
		[ "$(jq -c .kernel.xen_notes "$STDOUT")" = '["PV","PVH"]' ]
		[ -n "${VM_UDEV-}" ] || # which has no readelf
			readelf -lW "$(jq -r .kernel.path "$STDOUT")" 2>&1 | grep -q NOTE
		rm "$OUT"/*
	done
	[ "$n" != 0 ] || skip 'no kernels of packages here'
}

# ---- modules ---------------------------------------------------------------------

REL=6.9.0-outside

# m.img: a /boot (1), a root over the fstab (2), whose /lib is on its own /usr (3), and roots with
# other modules, links in a circle, and a fstab that names a device that isn't there (4 to 6).
modules() {
	mkdir -p m/boot m/root/{boot,etc,usr} m/usr/lib/modules/$REL m/other/{etc,lib/modules/6.1.0} \
		m/circle/{etc,boot} m/lost/{etc,boot,usr}
	cp k/bz.xz m/boot/vmlinuz
	cp k/vm m/boot/vmlinux
	guest_bzimage m/boot/nasty '../../../etc (me@here) #1 SMP'
	cp m/boot/* m/other
	cp m/boot/* m/circle/boot
	cp m/boot/* m/lost/boot
	ln -s usr/lib m/root/lib
	printf 'LABEL=boot /boot ext4 defaults 0 2\nLABEL=usr /usr ext4 defaults 0 2\n' >m/root/etc/fstab
	ln -s lib m/circle/lib
	: >m/circle/etc/fstab
	ln -s usr/lib m/lost/lib
	echo 'LABEL=nobody /usr ext4 defaults 0 2' >m/lost/etc/fstab
	for tree in boot root usr other circle lost; do
		guest_fs ext4 m/$tree.fs 4 m/$tree -L $tree
	done
	guest_disk gpt m.img m/{boot,root,usr,other,circle,lost}.fs
}

# told RESULT ARG...: modules in JSON, and the warning only with false
told() {
	local answer=$1

	shift
	domu --output-format=json "$@" m.img
	assert_status 0
	[ "$(jq .kernel.modules "$STDOUT")" = "$answer" ]
	if [ "$answer" = false ]; then
		assert_hint "the guest has no /lib/modules/"
	else
		[ ! -s "$STDERR" ]
	fi
	[ ! -e "$(jq -r .kernel.path "$STDOUT")" ] || rm "$OUT"/*
}

@test "modules are found through /lib -> usr/lib and a /usr from the fstab" {
	told true --entry=/boot/vmlinuz --root=xvda2
	told true --entry=/boot/vmlinuz --root=xvda2 --dry-run
	domu -v --entry=/vmlinuz --root=xvda4 m.img
	[ "$(grep -c 'ext4 mounted' "$STDERR")" = 1 ]
	rm "$OUT"/*
}

@test "modules only of another kernel: a warning, and false in JSON" {
	told false --entry=xvda4:/vmlinuz
	assert_hint "the guest has no /lib/modules/$REL, so its kernel has no modules"
	told false --entry=/vmlinuz --root=xvda4
	told false --entry=xvda4:/vmlinux
	assert_hint 'no /lib/modules/6.9.0-inside'
	told false --entry=xvda4:/vmlinuz --dry-run
	domu -q --entry=xvda4:/vmlinuz m.img
	[ ! -s "$STDERR" ]
	rm "$OUT"/*
}

@test "modules are not checked for a /boot alone, or if the search fails: no warning, and null in JSON" {
	told null --entry=xvda1:/vmlinuz
	told null --entry=/boot/vmlinuz --root=xvda5
	told null --entry=/boot/vmlinuz --root=xvda6
	told null --entry=xvda4:/nasty
	told null --entry=/boot/nasty --root=xvda2
}

# ---- Xen -------------------------------------------------------------------------

# With a /sys that says so; all else in it is the machine's.
on_xen() { # VERSION ARG...
	local version=$1 sys=$BATS_TEST_TMPDIR/sys

	shift
	mkdir -p "$sys"
	cat >"$BATS_TEST_TMPDIR/on-xen" <<-END
		set -e
		mount --make-rprivate /
		mount --rbind /sys "$sys"
		mount -t tmpfs sys /sys
		for dir in "$sys"/*; do
			[ ! -d "\$dir" ] || [ "\${dir##*/}" = hypervisor ] ||
				{ mkdir "/sys/\${dir##*/}" && mount --rbind "\$dir" "/sys/\${dir##*/}"; }
		done
		mkdir -p /sys/hypervisor/version
		echo xen >/sys/hypervisor/type
		echo ${version%.*} >/sys/hypervisor/version/major
		echo ${version#*.} >/sys/hypervisor/version/minor
		exec "$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper=loop "\$@"
	END
	status=0
	unshare -m bash "$BATS_TEST_TMPDIR/on-xen" "$@" >"$STDOUT" 2>"$STDERR" 3>&- || status=$?
	assert_status 0
	rm -f "$OUT"/*
}

warned() { # TEXT
	grep -F "$1" "$STDERR" | grep -q '^domUloader: warning: ' || _fail "no warning: $1"
}

@test "a kernel that this host's Xen cannot unpack: a warning with the solution" {
	on_xen 4.14 --entry=xvda:bz.zstd k.img
	warned "Xen 4.14 cannot unpack a kernel compressed with zstd, 4.15 and newer can: use --decompress"
	on_xen 4.3 --entry=xvda:bz.lz4 k.img
	warned "Xen 4.3 cannot unpack a kernel compressed with lz4"
	on_xen 4.19 --entry=xvda:vm.zstd k.img
	warned "Xen cannot unpack an ELF compressed with 'zstd': use --decompress"
	on_xen 4.19 --entry=xvda:zboot k.img
	warned "Xen cannot boot an EFI zboot kernel"
	on_xen 4.19 --output-format=json --entry=xvda:none k.img
	warned 'the kernel has no Xen notes'
}

@test "a kernel that this host's Xen can unpack, or that is unpacked for it: no warning" {
	local arguments

	for arguments in '4.15 --entry=xvda:bz.zstd' '4.4 --entry=xvda:bz.lz4' '5.0 --entry=xvda:bz.zstd' \
		'4.2 --entry=xvda:bz.xz' '4.2 --entry=xvda:vm.gzip' '4.2 --decompress --entry=xvda:bz.zstd' \
		'4.2 --decompress --entry=xvda:vm.lz4' '4.2 --output-format=json --entry=xvda:old'; do
		# shellcheck disable=SC2086 # words
		on_xen $arguments k.img
		[ ! -s "$STDERR" ] || _fail "$arguments"
	done
}
