#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # jq's dollars; each story is a subshell
# list - what is on a guest's disks, for people and for scripts

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

BOOT_UUID=11111111-aaaa-4bbb-8ccc-222222222222
ROOT_UUID=33333333-dddd-4eee-8fff-444444444444

# One tidy guest: /boot on its first partition, the root on its second, swap, and a LUKS.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_boot_tree boot
	mkdir -p root/{boot,etc,home,lib/modules/6.1.0-guest}
	ln -s boot/vmlinuz root/vmlinuz
	printf '%s\n' "UUID=$BOOT_UUID /boot ext4 defaults 0 2" 'LABEL=none /home ext4 nofail' \
		'UUID=22222222-aaaa-4bbb-8ccc-222222222222 none swap sw' >root/etc/fstab
	guest_fs ext4 boot.fs 4 boot -U "$BOOT_UUID" -L boot
	guest_fs ext4 root.fs 4 root -U "$ROOT_UUID" -L 'the root'
	truncate -s 2M swap.fs luks.fs
	mkswap -q -U 22222222-aaaa-4bbb-8ccc-222222222222 swap.fs
	printf 'LUKS\xba\xbe\0\1aes' | dd of=luks.fs conv=notrunc status=none
	guest_disk gpt guest.img boot.fs:uuid=55555555-0123-4567-89ab-666666666601:name=boot \
		root.fs:uuid=55555555-0123-4567-89ab-666666666602 \
		swap.fs:uuid=55555555-0123-4567-89ab-666666666603 \
		luks.fs:uuid=55555555-0123-4567-89ab-666666666604
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

list() {
	domu_bare list --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" "$@"
}

list_json() {
	list --format=json "$@"
	assert_status 0
}

json() { # JQ-EXPRESSION: of the answer
	jq -r "$1" "$STDOUT"
}

# What a page of the tests says and what comes; UPDATE=1 writes the page.
golden() { # NAME
	[ -z "${UPDATE-}" ] || cp "$STDOUT" "$TOP/tests/golden/$1"
	diff -u "$TOP/tests/golden/$1" "$STDOUT"
}

need_jq() {
	command -v jq >/dev/null || skip 'no jq'
}

# ---- what is there -----------------------------------------------------------------

@test "a tidy guest as text" {
	list guest.img
	assert_status 0
	[ ! -s "$STDERR" ] || _fail 'there is something on stderr'
	golden list.text
}

@test "a tidy guest as JSON" {
	need_jq
	list_json guest.img
	jq . "$STDOUT" >"$T/pretty"
	sed -i 's/"mapper": "[a-z]*"/"mapper": "loop"/' "$T/pretty"
	cp "$T/pretty" "$STDOUT"
	golden list.json
}

@test "json: docs/interface.md names each key" {
	need_jq
	while read -r key; do
		grep -qF "\`$key\`" "$TOP/docs/interface.md" || { echo "$key"; return 1; }
	done < <(jq -r '[paths | .[] | strings] | unique | .[]' "$TOP/tests/golden/list.json")
}

@test "the entry of each kernel works, with its initrd" {
	need_jq
	list_json guest.img
	[ "$(json '.kernels | length')" = 1 ]
	domu --entry="$(json '.kernels[0].entry')" guest.img
	assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
}

@test "two roots: each kernel's entry has the --root that it needs, and both boot" {
	local line

	need_jq
	guest_tree "$T/tree"
	guest_bzimage "$T/tree/boot/vmlinuz-6.1.0" 6.6.6-other
	guest_fs ext4 "$T/other.fs" 4 "$T/tree"
	guest_disk gpt "$IMG" boot.fs root.fs "$T/other.fs"
	list "$IMG"
	assert_status 0
	grep -- '--root=.*--entry=' "$STDOUT" >"$T/lines"
	[ "$(wc -l <"$T/lines")" = 2 ]
	! grep -q default "$STDOUT" || _fail 'there is no default among two guests'
	read -r line <"$T/lines"
	eval "domu $line $IMG"
	assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
	list "$IMG"
	line=$(grep -- '--root=.*--entry=' "$STDOUT" | tail -n 1)
	eval "domu $line $IMG"
	assert_copies "$T/tree/boot/vmlinuz-6.1.0" "$T/tree/boot/initrd.img-6.1.0"
}

@test "no fstab: the kernels of each filesystem, with the partition's name" {
	need_jq
	guest_disk dos "$IMG" boot.fs
	list_json "$IMG"
	[ "$(json '.kernels[0] | "\(.root) \(.source) \(.entry) \(.default)"')" = \
		'null xvda1 xvda1:/vmlinuz-6.1.0,/initrd.img-6.1.0 true' ]
	domu --entry="$(json '.kernels[0].entry')" "$IMG"
	assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
}

@test "two disks, a disk without a partition table, 4096-byte sectors" {
	need_jq
	list_json boot.fs root.fs
	[ "$(json '[.disks[] | .name, .table, (.volumes | length), .volumes[0].number] | @csv')" = \
		'"xvda",,1,0,"xvdb",,1,0' ]
	[ "$(json '.kernels[0].root')" = xvdb ]
	domu --disk="file:boot.fs,xvda,w" --disk="file:root.fs,xvdb,w" --entry="$(json '.kernels[0].entry')"
	assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
}

@test "several images with a root each: each is listed like a single one" {
	need_jq
	cp --sparse=always guest.img "$T/clone.img"
	guest_tree "$T/tree"
	guest_fs ext4 "$T/data.fs" 4 "$T/tree/lib"
	list guest.img && cp "$STDOUT" "$T/1"
	list "$T/clone.img" && cp "$STDOUT" "$T/2"
	list "$T/data.fs" && cp "$STDOUT" "$T/3"
	list guest.img "$T/clone.img" "$T/data.fs"
	assert_status 0
	[ ! -s "$STDERR" ] || _fail 'there is something on stderr'
	diff <(cat "$T/1" <(echo) "$T/2" <(echo) "$T/3") "$STDOUT"
	list_json guest.img && cp "$STDOUT" "$T/1"
	list_json "$T/clone.img" && cp "$STDOUT" "$T/2"
	list_json guest.img "$T/clone.img"
	cat "$T/1" "$T/2" | cmp - "$STDOUT"
	domu --entry="$(jq -r 'select(.disks[0].path | endswith("clone.img")) | .kernels[0].entry' "$STDOUT")" "$T/clone.img"
	assert_copies boot/vmlinuz-6.1.0 boot/initrd.img-6.1.0
}

@test "several images with one root, and disks from options, are listed as one guest" {
	need_jq
	cp --sparse=always guest.img "$T/clone.img"
	guest_tree "$T/tree"
	guest_fs ext4 "$T/data.fs" 4 "$T/tree/lib"
	list_json guest.img "$T/data.fs"
	[ "$(wc -l <"$STDOUT")" = 1 ]
	[ "$(json '[.disks[].name] | join(" ")')" = 'xvda xvdb' ]
	list_json --disk="file:guest.img,xvda,w" --disk="file:$T/clone.img,xvdb,w"
	[ "$(wc -l <"$STDOUT")" = 1 ]
	[ "$(json '[.disks[].name] | join(" ")')" = 'xvda xvdb' ]
	list_json --disk="file:guest.img,xvda,w" "$T/clone.img"
	[ "$(json '.disks | length')" = 2 ]
	list guest.img "$T/data.fs"
	grep -q '^xvdb  *no table .*/data.fs$' "$STDOUT"
}

@test "in use and the journal are listed for each image" {
	need_jq
	cp --sparse=always guest.img "$IMG"
	cp --sparse=always guest.img "$T/clone.img"
	exec {fd}<>"$T/clone.img"
	list_json "$IMG" "$T/clone.img"
	exec {fd}>&-
	[ "$(json .in_use | tr '\n' ' ')" = 'false true ' ]
	[ "$(json '.disks[0].in_use' | tr '\n' ' ')" = 'false true ' ]
}

@test "the disks with the names of a configuration" {
	need_jq
	list_json --disks="['file:boot.fs,hda,w', 'file:root.fs,hdb,w']"
	[ "$(json '.kernels[0].root')" = hdb ]
	[ "$(json '.disks[0].volumes[0].mounts[0].target')" = /boot ]
}

@test "a btrfs whose root is a subvolume: the subvolume is listed, and the entry boots" {
	need_jq
	command -v mkfs.btrfs >/dev/null || skip 'no mkfs.btrfs'
	kernel_has btrfs || skip 'this kernel has no btrfs'
	local loop

	guest_tree "$T/tree"
	mkdir "$T/empty"
	guest_fs btrfs "$IMG" 40 "$T/empty"
	loop=$(losetup --find --show "$IMG")
	unshare --mount bash -euc '
		mount "$1" "$2/empty"
		btrfs subvolume create "$2/empty/@" >/dev/null
		cp -a "$2/tree/." "$2/empty/@"
		umount "$2/empty"' - "$loop" "$T"
	losetup --detach "$loop"
	list_json "$IMG"
	[ "$(json '.kernels[0].root')" = 'xvda[@]' ]
	domu --entry="$(json '.kernels[0].entry')" "$IMG"
	assert_copies "$T/tree/boot/vmlinuz-6.1.0" "$T/tree/boot/initrd.img-6.1.0"
}

@test "a kernel is recognized by its header, not by its name; its links are listed with it" {
	need_jq
	guest_tree "$T/tree"
	echo 'no kernel' >"$T/tree/boot/vmlinuz-text"
	guest_random "$T/tree/boot/Image-random" 5000
	guest_arm64 "$T/tree/boot/Image-5.10-arm"
	guest_elf "$T/tree/boot/vmlinux-elf"
	mkdir "$T/tree/boot/linux"
	mkfifo "$T/tree/boot/kernel"
	ln -s nowhere "$T/tree/boot/bzImage"
	ln -s vmlinuz-6.1.0 "$T/tree/boot/bzImage-link"
	ln -s . "$T/tree/boot/boot"
	guest_fs ext4 "$IMG" 8 "$T/tree"
	list_json "$IMG"
	[ ! -s "$STDERR" ] || _fail 'what is no kernel is not worth a word'
	[ "$(json '[.kernels[] | .path + " " + .kind] | sort | join(", ")')" = \
		'/boot/Image-5.10-arm arm64 Image, /boot/vmlinux-elf ELF, /boot/vmlinuz-6.1.0 bzImage' ]
	[ "$(json '.kernels[] | select(.kind == "bzImage") | .links | sort | join(" ")')" = \
		'/boot/bzImage-link /boot/vmlinuz /vmlinuz' ]
	[ "$(json '[.kernels[] | select(.default).path] | join(" ")')" = /boot/vmlinuz-6.1.0 ]
}

@test "a link to a kernel outside /boot: its target and its other names are listed" {
	mkdir -p "$T/tree"/{boot,etc,usr/lib/modules/6.1.0}
	: >"$T/tree/etc/fstab"
	guest_bzimage "$T/tree/usr/lib/modules/6.1.0/vmlinuz" '6.1.0 (x)' 8192
	ln -s ../usr/lib/modules/6.1.0/vmlinuz "$T/tree/boot/vmlinuz"
	guest_fs ext4 "$IMG" 4 "$T/tree"
	list "$IMG"
	grep -qx '  /boot/vmlinuz  bzImage  6.1.0 .*' "$STDOUT"
	grep -qx '      is /usr/lib/modules/6.1.0/vmlinuz' "$STDOUT"
	ln -s boot/vmlinuz "$T/tree/vmlinuz"
	guest_fs ext4 "$IMG" 4 "$T/tree"
	list "$IMG"
	grep -qx '      is /usr/lib/modules/6.1.0/vmlinuz  also /vmlinuz' "$STDOUT"
}

@test "no link to a kernel: the newest is the default; conflicting links: there is no default" {
	need_jq
	mkdir -p "$T/tree/boot" "$T/tree/etc"
	: >"$T/tree/etc/fstab"
	guest_bzimage "$T/tree/boot/vmlinuz-6.9.1" '6.9.1 (x)' 8192
	guest_bzimage "$T/tree/boot/vmlinuz-6.10.0" '6.10.0 (x)' 8192
	guest_fs ext4 "$IMG" 4 "$T/tree"
	list_json "$IMG"
	[ "$(json '.kernels[] | select(.default).release')" = 6.10.0 ]
	ln -s vmlinuz-6.9.1 "$T/tree/boot/vmlinuz"
	guest_fs ext4 "$IMG" 4 "$T/tree"
	list_json "$IMG"
	[ "$(json '.kernels[] | select(.default).release')" = 6.9.1 ]
	ln -s boot/vmlinuz-6.10.0 "$T/tree/vmlinuz"
	guest_fs ext4 "$IMG" 4 "$T/tree"
	list_json "$IMG"
	[ "$(json '[.kernels[] | select(.default)] | length')" = 0 ]
}

# ---- what can't be read ------------------------------------------------------------

@test "a filesystem that is not in --filesystems is not mounted, and a damaged one is reported" {
	need_jq
	cp boot.fs "$T/broken.fs"
	dd if=/dev/zero of="$T/broken.fs" bs=1024 seek=2 count=60 conv=notrunc status=none
	guest_disk gpt "$IMG" "$T/broken.fs" root.fs
	list_json "$IMG"
	[ "$(json '.disks[0].volumes[0].journal')" = null ]
	[[ "$(json '.disks[0].volumes[0].problem')" == *'cannot mount'* ]]
	[[ "$(json '.disks[0].volumes[1].problem')" == '/boot cannot be read'* ]]
	list_json --filesystems=xfs guest.img
	[ "$(json '[.disks[].volumes[] | select(.journal)] | length')" = 0 ]
	[[ "$(json '.disks[0].volumes[1].problem')" == *'--filesystems=+ext4'* ]]
	[ "$(json '.kernels | length')" = 0 ]
	list --filesystems=xfs guest.img
	grep -qx 'No kernels found.' "$STDOUT"
}

@test "a dirty journal: replayed in memory, stale or refused, and listed as dirty" {
	need_jq
	cp root.fs "$T/dirty.fs"
	debugfs -w -R 'feature needs_recovery' "$T/dirty.fs" >/dev/null 2>&1
	guest_disk gpt "$IMG" boot.fs "$T/dirty.fs"
	list_json --dirty=stale "$IMG"
	[ "$(json '.disks[0].volumes[1].journal')" = stale ]
	list --dirty=stale "$IMG"
	grep -q 'xvda2  ext4  4 MiB  *dirty  /' "$STDOUT"
	list_json --dirty=fail "$IMG"
	[[ "$(json '.disks[0].volumes[1].problem')" == *'is dirty'* ]]
}

@test "a disk that is missing, in use, or not a disk" {
	local fd

	list none.img
	assert_status 1
	assert_error 'cannot open the disk'
	list
	assert_status 2
	assert_error 'no disk'
	list --format=xml guest.img
	assert_status 2
	assert_error 'valid values: text, json'
	cp guest.img "$IMG"
	exec {fd}<>"$IMG"
	list "$IMG"
	assert_status 0
	grep -q '^xvda  .* in use  .*/disk.img$' "$STDOUT"
	list --not-in-use "$IMG"
	exec {fd}>&-
	assert_status 1
	assert_error 'the disk is in use'
	gzip -c boot.fs >"$T/boot.img"
	truncate -s 1M "$T/boot.img"
	list "$T/boot.img"
	assert_status 0
	grep -qF 'looks like a file compressed with gzip' "$STDOUT"
}

# ---- hostile names -----------------------------------------------------------------

hostile_guest() {
	local name

	mkdir -p "$T/tree/boot" "$T/tree/etc"
	: >"$T/tree/etc/fstab"
	for name in $'vmlinuz-\e[31mred' $'vmlinuz-two\nlines' $'vmlinuz-\xff\xfe' 'vmlinuz-a,b' \
		$'vmlinuz-\'quo"te' 'vmlinuz-$(touch x)`y`' $'vmlinuz-\xe2\x80\xaertl' 'vmlinuz-a:/b c'; do
		guest_bzimage "$T/tree/boot/${name//\//_}" '6.1.0 (x)' 8192
	done
	guest_fs ext4 "$IMG" 8 "$T/tree" -L $'\e]0;x\a\xff'
}

@test "hostile names: none of their bytes reach the terminal, and pasted entries name the file" {
	local line n=0

	hostile_guest
	list "$IMG"
	assert_status 0
	! LC_ALL=C grep -q '[^[:print:]]' "$STDOUT" || _fail 'there is a byte that is not printable ASCII'
	[ "$(grep -c "its path cannot be written as an entry" "$STDOUT")" = 4 ]
	grep -- '--entry=' "$STDOUT" >"$T/lines"
	while read -r line; do
		sh -c "printf %s $line" >"$T/option"
		domu "$(<"$T/option")" "$IMG"
		[ "$status" = 0 ] || _fail "$line"
		rm -f "$OUT"/*
		n=$((n + 1))
	done <"$T/lines"
	[ "$n" = 4 ]
	[ ! -e x ]
}

@test "hostile names: the JSON is one line of UTF-8, and no entry names another file" {
	need_jq
	hostile_guest
	list_json "$IMG"
	[ "$(wc -l <"$STDOUT")" = 1 ]
	iconv -f UTF-8 -t UTF-8 "$STDOUT" >/dev/null
	! LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f]' "$STDOUT" || _fail 'control bytes'
	[ "$(json '[.kernels[] | select(.path | contains(","))][0].entry')" = null ]
	[ "$(json '[.kernels[] | select(.path | contains("\ufffd"))][0].entry')" = null ]
	[ "$(json '.kernels | length')" = 8 ]
}

@test "a directory with ten thousand names, and more kernels than are listed" {
	local i

	need_jq
	mkdir -p "$T/tree/boot"
	guest_bzimage "$T/kernel" '6.1.0 (x)' 8192
	for ((i = 1000; i < 1100; i++)); do
		ln "$T/kernel" "$T/tree/boot/vmlinuz-$i"
	done
	(cd "$T/tree/boot" && touch {a..z}{0..299})
	guest_fs ext4 "$IMG" 16 "$T/tree" -N 9000
	list_json "$IMG"
	[ "$(json .more)" = true ]
	[ "$(json '.kernels | length')" = 64 ]
}

# ---- eyes --------------------------------------------------------------------------

on_terminal() { # ENVIRONMENT...
	env "$@" script -qec "$DOMU list --config=$CONF --mapper=${DOMU_MAPPER:-loop} guest.img" "$T/typescript" \
		>"$T/terminal" </dev/null
	tr -d '\r' <"$T/terminal" >"$T/seen"
}

@test "colours on a terminal; none in a pipe, with NO_COLOR or on a dumb terminal" {
	list guest.img
	! grep -q $'\e' "$STDOUT" || _fail 'colours in a pipe'
	on_terminal TERM=xterm COLUMNS=100
	grep -q $'^\e\\[1mxvda\e\\[0m  .*  guest.img' "$T/seen"
	on_terminal TERM=xterm NO_COLOR=1 COLUMNS=200
	diff "$STDOUT" "$T/seen"
	on_terminal TERM=dumb COLUMNS=100
	! grep -q $'\e' "$T/seen" || _fail 'colours on a dumb terminal'
}

@test "a narrow window: no line is wider, except lines to paste" {
	on_terminal TERM=dumb COLUMNS=44
	grep -v -- '--entry=' "$T/seen" | awk 'length($0) > 44 { print; bad = 1 } END { exit bad }'
	grep -qx ' *--entry=/boot/vmlinuz-6.1.0,/boot/initrd.img-6.1.0' "$T/seen"
}
