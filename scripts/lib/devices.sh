# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# devices.sh - find out to which run a block device belongs, by its backing file

# names_of DIR...: the names in which the directories begin the names of devices' files, a line each. A run opens its
# images in a mount namespace of its own; when that is gone, the kernel omits where their filesystem was mounted.
names_of()
{
	local dir at

	for dir; do
		at=$(stat -c %m "$dir")
		printf '%s\n' "$dir"
		[[ $at == / || $at == "$dir" ]] || printf '%s\n' "${dir#"$at"}"
	done
}

# stands_below /sys/block/DEVICE NAME...: whether it is a loop device over a file below a directory, which has those
# names, or a map over such a device. Starts no process: the sweeps ask it thousands of times.
stands_below()
{
	local device=$1 file name below

	shift
	if { read -r file <"$device/loop/backing_file"; } 2>/dev/null; then
		for name; do
			[[ $file != "$name"/* ]] || return 0
		done
	fi
	for below in "$device"/slaves/*; do
		[[ ! -e $below ]] || ! stands_below "$below" "$@" || return 0
	done
	return 1
}

# is_dead_export /sys/block/DEVICE: whether it is a loop device over what qemu-storage-daemon served to a run that has
# ended: nobody holds its lock. Its file has a name in the run's own namespace only, so that nothing tells whose it was;
# another check's is one for a moment, too, when its run is killed.
is_dead_export()
{
	local file

	{ read -r file <"$1/loop/backing_file"; } 2>/dev/null || return
	[[ $file == */export* ]] && flock -n "/dev/${1##*/}" true 2>/dev/null
}
