#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031 # scripts for other shells; each test is a subshell
# subvolumes - subvolumes, devices and compression of a btrfs

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	local k

	for k in top boot root old nested other; do
		guest_bzimage "$k" "6.1.0-in-$k"
	done
	guest_random initrd 200000
	mkdir empty dir
	kernel_has btrfs || return 0
	butter subvolumes.img "-U $GUEST_UUID -L butter" '
		subvolume @
		subvolume @boot
		subvolume "my kernels"
		subvolume 12:30
		subvolume 257
		mkdir @/etc @/boot @/.snapshots @/.snapshots/1
		subvolume @/.snapshots/1/snapshot
		cp $f/top vmlinuz
		cp $f/root @/vmlinuz
		cp $f/boot @boot/vmlinuz
		cp $f/other "my kernels/vmlinuz"
		cp $f/old 12:30/vmlinuz
		cp $f/nested @/.snapshots/1/snapshot/vmlinuz
		mkdir plain
		btrfs subvolume list . | sed -n "s/ID \([0-9]*\) .* @boot\$/\1/p" >$f/boot-id'
}

setup() {
	world_need_root
	kernel_has btrfs || skip 'this kernel has no btrfs'
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	T=$BATS_TEST_TMPDIR
	IMG=$T/disk.img
	stranger=''
}

teardown() {
	[ -z "$stranger" ] || losetup --detach "$stranger"
	world_assert
}

# Makes a btrfs and runs the script in it, mounted in a namespace that takes it away again.
butter() { # FILE MKFS-OPTIONS SCRIPT
	truncate -s 40M "$1"
	# shellcheck disable=SC2086 # options
	mkfs.btrfs -q -f --mixed $2 "$1" >/dev/null
	mounted_in "$3" "$1"
}

# In the script: $f is this file's directory, $uuid GUEST_UUID, "$@" the images.
mounted_in() { # SCRIPT IMAGE...
	local script=$1 loops=() image status=0

	shift
	export uuid=$GUEST_UUID images="$*"
	for image; do
		loops+=("$(losetup --find --show "$image")")
	done
	unshare --mount bash -euc '
		f=$1 script=$2
		shift 2
		btrfs device scan "$@" >/dev/null
		mount -o "${MOUNT:-defaults}" "$1" "$f/dir"
		subvolume() { btrfs subvolume create "$1" >/dev/null; }
		cd "$f/dir"
		eval "$script"
		cd /
		umount "$f/dir"
		btrfs device scan --forget "$@" 2>/dev/null || true' - "$BATS_FILE_TMPDIR" "$script" "${loops[@]}" || status=$? # lint: the kernel may know nothing of it
	losetup --detach "${loops[@]}"
	return "$status"
}

# ---- named by the guest's fstab ----------------------------------------------------

# A root on ext4 whose fstab mounts /boot from the btrfs with the given options.
with_options() { # OPTIONS
	rm -rf "$T/r"
	mkdir -p "$T/r/etc" "$T/r/boot"
	echo "LABEL=butter /boot btrfs $1 0 0" >"$T/r/etc/fstab"
	guest_fs ext4 "$IMG" 4 "$T/r"
	domu --entry=/boot/vmlinuz --root=xvda \
		--disks="['file:$IMG,xvda,w', 'file:subvolumes.img,xvdb,w']"
}

@test "fstab: subvol= and subvolid= select the subvolume, other options are ignored" {
	local options

	for options in subvol=@boot subvol=/@boot "subvolid=$(cat boot-id)" \
		rw,subvol=@boot,compress=zstd "subvol=@,subvol=@boot" "subvolid=9999,subvol=@boot" \
		suid,dev,exec,subvol=@boot,degraded,device=/dev/vda; do
		with_options "$options"
		assert_copies boot
	done
	with_options defaults
	assert_copies top
	with_options 'subvol=my\040kernels'
	assert_copies other
}

@test "fstab: a missing subvolume is exit code 3, and the error lists the existing ones" {
	local options

	for options in subvol=@gone subvolid=9999 subvol=@/../../@gone subvol=plain subvol=vmlinuz; do
		with_options $options
		assert_status 3
		assert_error 'no such subvolume'
		assert_hint "it has '12:30', '257', '@', '@boot', 'my kernels'"
	done
}

@test "one btrfs mounted three times: the root in @, /boot in @boot, /usr in another subvolume" {
	cp --sparse=always subvolumes.img "$IMG"
	mounted_in '
		printf "UUID=$uuid %s btrfs rw,subvol=%s 0 0\n" /boot @boot /usr 257 >@/etc/fstab
		mkdir @/usr
		mv @/vmlinuz 257/k
		cp $f/initrd 257/i
		ln -s ../usr/i @boot/initrd' "$IMG"
	domu --entry=/boot/vmlinuz,/boot/initrd --root='xvda[@]' "$IMG"
	assert_copies boot initrd
	domu --entry=/usr/k,/usr/i --root='xvda[@]' "$IMG"
	assert_copies root initrd
}

# ---- named by the operator ---------------------------------------------------------

@test "an entry names a subvolume: DEV[SUBVOLUME]:/PATH" {
	local pair

	for pair in '@ root' '/@ root' '@boot boot' '/ top' '@/.snapshots/1/snapshot nested' '12:30 old'; do
		domu --entry="xvda[${pair% *}]:/vmlinuz" subvolumes.img
		assert_copies "${pair#* }"
	done
	domu --entry="LABEL=butter[my kernels]:vmlinuz" subvolumes.img
	assert_copies other
	domu --entry="UUID=${GUEST_UUID}[@boot]:/vmlinuz" --args='rootflags=subvol=@' subvolumes.img
	assert_copies boot
}

@test "an entry names a missing subvolume: exit code 3, and the error lists the existing ones" {
	domu --entry='xvda[@gone]:/vmlinuz' subvolumes.img
	assert_status 3
	assert_error "'subvol=@gone' of xvda"
	assert_hint "it has '12:30', '257', '@', '@boot', 'my kernels'"
	domu --entry='xvda[../@boot]:/vmlinuz' subvolumes.img
	[ "$status" != 0 ] || assert_copies boot # ".." of its top is itself
}

@test "an entry names a subvolume of a filesystem without subvolumes: an error" {
	guest_fs ext2 "$IMG" 2 empty
	domu --entry='xvda[@]:/vmlinuz' "$IMG"
	assert_status 1
	assert_error 'it is ext2, which has no subvolumes'
	domu --entry=/vmlinuz --root='xvda[@]' "$IMG"
	assert_status 1
	assert_error 'it is ext2, which has no subvolumes'
}

@test "a subvolume's name that is not valid as one mount option is a usage error" {
	local name

	for name in '' 'a,b' '"a' $'a\x01'; do
		domu --entry=/vmlinuz --root="xvda[$name]" subvolumes.img
		assert_status 2
	done
	domu --entry=/vmlinuz --root=xvda --args='rootflags=subvol="@' subvolumes.img
	assert_status 2
	assert_error 'rootflags='
}

@test "the root's subvolume: --root=DEV[SUBVOLUME], otherwise rootflags= in --args, by name and by number" {
	domu --entry=/vmlinuz --root='xvda[@]' subvolumes.img
	assert_copies root
	domu --entry=/vmlinuz --root=xvda --args='ro rootflags=subvol=@boot,compress=zstd quiet' subvolumes.img
	assert_copies boot
	domu --entry=/vmlinuz --args='root=/dev/xvda ro rootflags=subvol=@' subvolumes.img
	assert_copies root
	domu --entry=/vmlinuz --args="root=LABEL=butter rootflags=subvolid=$(cat boot-id)" subvolumes.img
	assert_copies boot
	domu --entry=/vmlinuz --args='root=/dev/xvda rootflags=subvol=@boot rootflags=subvol=@' subvolumes.img
	assert_copies root
	domu --entry=/vmlinuz --root='xvda[@]' --args='root=/dev/xvda rootflags=subvol=@boot' subvolumes.img
	assert_copies root
	domu --entry=/vmlinuz --args='root=/dev/xvda' subvolumes.img
	assert_copies top
}

@test "rootflags= is ignored if the root has no subvolumes" {
	mkdir -p "$T/r/etc"
	cp top "$T/r/vmlinuz"
	guest_fs ext2 "$IMG" 2 "$T/r"
	domu --entry=/vmlinuz --args='root=/dev/xvda rootflags=subvol=@' "$IMG"
	assert_copies top
}

# ---- a root that is not specified ----------------------------------------------------

# A subvolume as a root, its kernel in /boot.
ROOT='root() { subvolume "$1"; mkdir "$1/etc" "$1/boot"; : >"$1/etc/fstab"; cp "$f/$2" "$1/boot/vmlinuz"; }; '

@test "root: the default subvolume, as set by btrfs subvolume set-default" {
	butter "$IMG" '' "$ROOT"'
		root @old old
		root @new root
		btrfs subvolume set-default @new'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_copies root
	domu --entry=xvda:/boot/vmlinuz "$IMG"
	assert_copies root
	domu --entry='xvda[/]:/@old/boot/vmlinuz' "$IMG"
	assert_copies old
}

@test "root: snapper's @/.snapshots/N/snapshot is the default, and its fstab mounts the rest from @" {
	butter "$IMG" "-U $GUEST_UUID" "$ROOT"'
		subvolume @
		subvolume @/opt
		subvolume @/boot
		cp $f/boot @/boot/vmlinuz
		mkdir -p @/.snapshots/1 @/.snapshots/2
		root @/.snapshots/1/snapshot old
		root @/.snapshots/2/snapshot root
		echo "UUID=$uuid /boot btrfs subvol=/@/boot 0 0" >@/.snapshots/2/snapshot/etc/fstab
		btrfs subvolume set-default @/.snapshots/2/snapshot'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_copies boot
	domu --entry=/boot/vmlinuz --root='xvda[@/.snapshots/1/snapshot]' "$IMG"
	assert_copies old
}

@test "root: no default: the only subvolume with /etc/fstab, as @, @rootfs and root" {
	local name

	for name in @ @rootfs root; do
		butter "$IMG" '' "$ROOT""root $name root; subvolume @home; subvolume home; mkdir home/etc"
		guest_disk gpt "$T/table.img" "$IMG"
		domu --entry=/boot/vmlinuz -v "$T/table.img"
		assert_copies root
		assert_hint "the guest's root is xvda1[$name]:"
	done
}

@test "root: several subvolumes with /etc/fstab: an error lists them, and --root=DEV[SUBVOLUME] selects one" {
	butter "$IMG" '' "$ROOT"'root @ root; root @backup old; mkdir etc; ln -s /@/etc/fstab etc/fstab_'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_status 1
	assert_error "xvda['@'], xvda['@backup']"
	assert_hint '--root=DEV[SUBVOLUME]'
	domu --entry=/boot/vmlinuz --root='xvda[@]' "$IMG"
	assert_copies root
}

@test "root: snapshots next to it are ignored, since their fstab mounts the original subvolume" {
	butter "$IMG" '' "$ROOT"'
		root @ root
		echo "/dev/xvda2 / btrfs rw,subvol=/@ 0 0" >@/etc/fstab
		subvolume @home
		for name in @apt-snapshot-2024-01-01 0; do
			btrfs subvolume snapshot @ $name >/dev/null
			cp $f/old $name/boot/vmlinuz
		done'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_copies root
	mounted_in 'echo "/dev/xvda2 / btrfs rw,subvol=0 0 0" >0/etc/fstab' "$IMG"
	domu --entry=/boot/vmlinuz "$IMG"
	assert_status 1
	assert_error "xvda['0'], xvda['@'], xvda['@apt-snapshot-2024-01-01']"
}

@test "root: an fstab that is a symlink out of its subvolume, and plain directories, are ignored" {
	butter "$IMG" '' "$ROOT"'
		root @ root
		subvolume @evil
		mkdir -p @evil/etc plain/etc
		ln -s ../../@/etc/fstab @evil/etc/fstab
		: >plain/etc/fstab
		ln -s @ link'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_copies root
}

@test "root: subvolumes whose names are not valid mount options are skipped, and quoted in errors" {
	butter "$IMG" '' "$ROOT"'root @ root; root a,b old; root $'"'a\\nb'"' old; root $'"'c\\033[1m'"' old'
	domu --entry=/boot/vmlinuz "$IMG"
	assert_copies root
	domu --entry='xvda[@gone]:/boot/vmlinuz' "$IMG"
	assert_status 3
	assert_error 'no such subvolume'
	assert_hint "'@', 'a\\x0ab', 'a,b', 'c\\x1b[1m'"
}

@test "hostile: 3,000 directories and 100 subvolumes at the top, and an fstab that tries to add mount options" {
	butter "$IMG" "-U $GUEST_UUID" "$ROOT"'
		mkdir $(seq 3000)
		for i in $(seq -f %03g 100); do subvolume s$i; done
		root @ root
		mkdir @/boot/boot
		echo "UUID=$uuid /boot btrfs subvol=@,rescue=all,device=/dev/sda 0 0" >@/etc/fstab
		printf "UUID=%s /boot/boot btrfs subvol=%0300d 0 0\\n" "$uuid" 1 >>@/etc/fstab'
	domu --entry=/boot/boot/vmlinuz --root='xvda[@]' -v "$IMG"
	assert_copies root
	domu --entry=/boot/boot/vmlinuz -v "$IMG"
	assert_copies root
	run ! grep -e rescue= -e device= "$STDERR"
}

# ---- several devices ---------------------------------------------------------------

# A btrfs of the images given, with a root in @ and the kernel in /boot of its own.
of_devices() { # PROFILE IMAGE...
	local profile=$1 loops=() image status=0

	shift
	for image; do
		truncate -s 126M "$image"
		loops+=("$(losetup --find --show "$image")")
	done
	mkfs.btrfs -q -f -U "$GUEST_UUID" -d "$profile" -m raid1 "${loops[@]}" || status=$?
	losetup --detach "${loops[@]}"
	[ $status = 0 ] || return 1
	mounted_in "$ROOT"'
		root @ root
		subvolume @boot
		cp $f/boot @boot/vmlinuz
		cp $f/initrd @boot/initrd
		echo "UUID=$uuid /boot btrfs subvol=@boot 0 0" >@/etc/fstab' "$@"
}

@test "several devices: two partitions of a disk, found by the search, by UUID= and by either name" {
	local root

	of_devices raid0 "$T/a.fs" "$T/b.fs"
	guest_disk gpt "$IMG" "$T/a.fs" "$T/b.fs"
	domu --entry=/boot/vmlinuz,/boot/initrd "$IMG"
	assert_copies boot initrd
	for root in xvda1 xvda2 UUID=$GUEST_UUID; do
		domu --entry=/boot/vmlinuz,/boot/initrd --root="${root}[@]" "$IMG"
		assert_copies boot initrd
		domu --entry="${root}[@boot]:/vmlinuz" "$IMG"
		assert_copies boot
	done
	domu_bare list --config="$CONF" --format=json "$IMG"
	[ "$(jq '[.disks[].volumes[] | select(.mounts != [])] | length' "$STDOUT")" = 1 ]
}

@test "several devices: two disks; an error says so if one is missing" {
	of_devices raid1 "$T/a.img" "$T/b.img"
	domu --entry=/boot/vmlinuz,/boot/initrd \
		--disks="['file:$T/a.img,xvda,w', 'file:$T/b.img,xvdb,w']"
	assert_copies boot initrd
	domu --entry='xvda[@boot]:/vmlinuz' "$T/a.img" xvda
	assert_status 1
	assert_error 'it is a btrfs of 2 devices'
	assert_hint 'specify all of the guest'
}

@test "several devices: a copy of one device among the disks is an error" {
	of_devices raid1 "$T/a.img" "$T/b.img"
	cp --sparse=always "$T/b.img" "$T/c.img"
	domu --entry='xvda[@boot]:/vmlinuz' \
		--disks="['file:$T/a.img,xvda,w', 'file:$T/b.img,xvdb,w', 'file:$T/c.img,xvdc,w']"
	assert_status 1
	assert_error 'have 3 with its UUID'
	assert_hint 'omit its disk'
}

# As udev may do it, between our telling the kernel of the devices and the mount.
@test "several devices: the kernel uses a device of the host as a member: an error" {
	local stopped

	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	of_devices raid1 "$T/a.img" "$T/b.img"
	cp --sparse=always "$T/b.img" "$T/stranger"
	stranger=$(losetup --find --show "$T/stranger")
	DOMU=$FAULTY DOMU_FAULT=mnt.mount=STOP DOMU_FAULT_LOG=$T/steps domu_start --entry='xvda[@boot]:/vmlinuz' \
		--disks="['file:$T/a.img,xvda,w', 'file:$T/b.img,xvdb,w']"
	eventually stops_in "$T/steps"
	btrfs device scan "$stranger" >/dev/null
	kill -CONT "$stopped"
	domu_wait
	btrfs device scan --forget "$stranger"
	assert_status 1
	assert_error "the kernel uses '$stranger' as its device, which is not one of the guest's disks"
}

@test "several devices: a dirty log is replayed over all of them" {
	of_devices raid1 "$T/a.img" "$T/b.img"
	mounted_in '
		cp $f/nested @boot/vmlinuz.new
		mv @boot/vmlinuz.new @boot/vmlinuz
		sync @boot/vmlinuz
		for image in $images; do cp --sparse=always $image ${image%.img}.dirty.img; done' "$T/a.img" "$T/b.img"
	domu --entry=/boot/vmlinuz,/boot/initrd --output-format=json \
		--disks="['file:$T/a.dirty.img,xvda,w', 'file:$T/b.dirty.img,xvdb,w']"
	[ "$(jq -r .kernel.journal "$STDOUT")" = replayed ]
	assert_copies nested initrd
	domu --entry=/boot/vmlinuz --dirty=fail --root='xvda[@]' \
		--disks="['file:$T/a.dirty.img,xvda,w', 'file:$T/b.dirty.img,xvdb,w']"
	assert_status 1
}

# ---- compression -------------------------------------------------------------------

@test "compressed extents: zlib, lzo and zstd" {
	local how

	for how in zlib lzo zstd; do
		rm -f "$IMG"
		MOUNT=compress-force=$how butter "$IMG" '' '
			cp $f/top vmlinuz
			head -c 300000 /dev/zero >>vmlinuz
			yes "a line as any other" | head -c 700000 >initrd
			cat $f/initrd >>initrd'
		cp top "$T/k"
		head -c 300000 /dev/zero >>"$T/k"
		{ yes 'a line as any other' | head -c 700000; cat initrd; } >"$T/i"
		domu --entry=xvda:/vmlinuz,/initrd "$IMG"
		assert_copies "$T/k" "$T/i"
	done
}
