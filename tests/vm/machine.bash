# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# machine - helpers of the tests in the virtual machine, which may change the whole machine
#
#   vm_setup                   in setup: skips outside of the machine; world_save
#   vm_settle                  waits for udevd, if it runs
#   vm_fs TYPE FILE MB TREE    guest_fs, and vfat, f2fs and iso9660
#   vm_attach FILE [OPTION...] a loop device of the host: sets loop; vm_detach detaches all of them
#   vm_scsi [PARAMETER...]     a disk of scsi_debug: sets disk; vm_no_scsi removes it
#   vm_unload MODULE           waits until the module is unused, and unloads it
#   vm_assert_no_maps          device-mapper has no map after udevd has settled
#   vm_lvm COMMAND...          lvm, quietly, with udevd and without
#   vm_replace_kpartx          standard input becomes kpartx; if it is empty, kpartx is removed
#   vm_restore_kpartx          undoes it, in teardown
#   stop_at STEP [ARG...]      starts the program, which stops at STEP: sets pid, keeper, reader, stopped
#   go_on                      continues all stopped processes until the program ends: sets status
#   damaged_fs FILE TREE       an ext4 with errors=panic and a damaged directory /boot
#
# Needs world.bash and guest.bash.

# shellcheck disable=SC2034,SC2154 # used by, and coming from, the tests
kpartx=/usr/sbin/kpartx
HELD=publish.new # a step at which everything is mapped, mounted and open

vm_setup() {
	[ -n "${VM_UDEV-}" ] || skip 'runs inside the machine of scripts/vm only'
	export DOMU_MAPPER=${DOMU_MAPPER:-kpartx}
	loops=() pid='' keeper='' reader=''
	T=$BATS_TEST_TMPDIR
	world_save
	cd "$BATS_FILE_TMPDIR" || return
}

vm_settle() {
	[ "$VM_UDEV" = 0 ] || udevadm settle --timeout=30
}

# ---- filesystems -----------------------------------------------------------------

# What has no tool that fills it is mounted and filled; what that loaded is unloaded again.
_vm_filled_by_mount() { # FILE TREE
	local at

	at=$(mktemp -d)
	mount -o loop "$1" "$at"
	cp -rL "$2/boot" "$at/"
	umount "$at"
	rmdir "$at"
}

vm_fs() { # TYPE FILE MEGABYTES TREE [OPTION...]
	local type=$1 file=$2 size=$3 tree=$4

	case $type in
	iso9660) xorriso -as mkisofs -quiet -R -o "$file" "$tree" ;;
	vfat | f2fs)
		rm -f "$file"
		truncate -s "${size}M" "$file"
		"mkfs.$type" "$file" >/dev/null 2>&1
		_vm_filled_by_mount "$file" "$tree" ;;
	*) guest_fs "$@" ;;
	esac
}

# An error in a mounted ext4 is what its superblock's panic is for: a directory without its sum.
damaged_fs() { # FILE TREE
	local block

	guest_fs ext4 "$1" 16 "$2"
	tune2fs -e panic "$1" >/dev/null
	block=$(debugfs -R 'blocks /boot' "$1" 2>/dev/null | awk '{ print $1 }')
	dd if=/dev/urandom of="$1" bs=1024 seek="$block" count=1 conv=notrunc status=none
}

# ---- disks of the host's -----------------------------------------------------------

vm_attach() { # FILE [OPTION...]
	local file=$1

	shift
	loop=$(losetup --find --show "$@" "$file")
	loops+=("$loop")
}

vm_detach() {
	local each

	vm_settle
	for each in "${loops[@]}"; do
		losetup --detach "$each"
	done
	loops=()
}

vm_scsi() { # [PARAMETER...]
	modprobe sd_mod
	modprobe scsi_debug "$@"
	eventually _scsi_is_there
	vm_settle
}

_scsi_is_there() {
	local node=(/sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*/block/sd*)

	disk=/dev/${node[0]##*/}
	[ -b "$disk" ]
}

vm_no_scsi() {
	[ -d /sys/module/scsi_debug ] || return 0
	vm_unload scsi_debug
	vm_settle
}

# A worker of udevd's that has a device open, or /dev/mapper/control, lets it go in a moment.
vm_unload() { # MODULE
	vm_settle
	eventually modprobe --remove "$1" 2>/dev/null || _tell_maps
}

# The same worker may hold a map, which goes as soon as it is closed.
vm_assert_no_maps() {
	vm_settle
	eventually _no_maps || _tell_maps
}

_tell_maps() {
	dmsetup info
	return 1
}

_no_maps() {
	[ "$(dmsetup ls)" = 'No devices found' ]
}

vm_lvm() { # COMMAND...
	local config='devices { use_devicesfile=0 } backup { backup=0 archive=0 }'

	[ "$VM_UDEV" = 1 ] ||
		config+=' activation { udev_sync=0 udev_rules=0 } devices { obtain_device_list_from_udev=0 }'
	LVM_SUPPRESS_FD_WARNINGS=1 lvm "$1" --config "$config" "${@:2}" 2>&1
}

# ---- kpartx as it should not be ----------------------------------------------------

vm_replace_kpartx() {
	[ -e $kpartx.away ] || mv $kpartx $kpartx.away
	cat >$kpartx
	[ -s $kpartx ] || rm $kpartx
	[ ! -e $kpartx ] || chmod 755 $kpartx
}

vm_restore_kpartx() {
	[ ! -e $kpartx.away ] || mv -f $kpartx.away $kpartx
}

# ---- a run that stops --------------------------------------------------------------

_process() { # NAME
	awk -v name="$1" '$1 == name { print $3; exit }' "$T/steps"
}

stop_at() { # STEP [ARG...]
	local step=$1

	shift
	rm -f "$T/steps"
	DOMU=$FAULTY DOMU_FAULT=$step=STOP DOMU_FAULT_LOG=$T/steps domu_start "$@"
	eventually stops_in "$T/steps"
	keeper=$(_process keeper)
	reader=$(_process reader)
}

# Whatever happened to one of them, the others end, too.
go_on() {
	eventually _have_ended
	domu_wait
	pid=''
}

_have_ended() {
	kill -CONT "$pid" "$keeper" "$reader" 2>/dev/null
	has_ended "$pid" && has_ended "$keeper" && has_ended "$reader"
}
