# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# dirty - filesystems with dirty journals, as after a guest's crash
#
#   dirty_fs TYPE FILE MEGABYTES TREE CHANGES [MKFS-OPTION...]
#       makes FILE.clean from TREE and mounts it. The files below the directory CHANGES replace those of
#       the same names (each is written under another name, then renamed) and are fsynced. The disk is
#       copied to FILE while it is mounted: that is what a host sees of a crashed guest
#   dirty_while_mounted FROM TO SCRIPT [MOUNT-OPTIONS]
#       the same with any script, which runs in the mounted filesystem
#   dirty_holds FILE           whether there is something to replay: the kernel refuses a plain mount
#   dirty_needs TYPE...        skips the test if this kernel cannot mount one of the types
#   dirty_journal              "journal" of the kernel's copy in a JSON result
#   dirty_tree DIR WORD        a guest's tree whose kernel has WORD in its version
#
#   replay_learn ARG...        runs the program once; then replay_stop_at STEP K ARG... stops it when
#                              it reaches the step for the K-th time
#   replay_go_on               continues all stopped processes and waits until the keeper has ended
#   replay_assert_gone         the run has no process, device, map or copy after a second
#
# All mounts are made in a private namespace, and go with it. Needs world.bash, guest.bash.

# shellcheck disable=SC2034,SC2154 # shared with the tests

dirty_needs() { # TYPE...
	local type

	for type; do
		kernel_has "$type" || skip "this kernel has no $type"
	done
}

# ext3 is the ext4 driver's; a clone's UUID is no reason for XFS to refuse.
_dirty_options() { # FILE
	case $(blkid -p -s TYPE -o value "$1") in
	xfs) echo nouuid ;;
	*) echo defaults ;;
	esac
}

# In a namespace of its own; its descriptors, and bats', are closed before it ends.
_dirty_in_namespace() { # SCRIPT ARG...
	local script=$1

	shift
	unshare --mount bash -euc "$script" - "$@" 3>&-
}

dirty_while_mounted() { # FROM TO SCRIPT [MOUNT-OPTIONS]
	local loop status=0 options

	options=$(_dirty_options "$1"),${4-defaults}
	loop=$(losetup --find --show "$1")
	# shellcheck disable=SC2016 # it is another shell's
	_dirty_in_namespace '
		mount -t tmpfs none /mnt
		mkdir /mnt/fs
		mount -o "$5" "$1" /mnt/fs
		(cd /mnt/fs && eval "$4")
		cp --sparse=always "$2" "$3"
		umount /mnt/fs' "$loop" "$(realpath "$1")" "$(realpath "$2")" "$3" "$options" || status=$?
	_dirty_detach "$loop"
	return "$status"
}

# The kernel remembers a btrfs' device; that is not ours to leave.
_dirty_detach() { # LOOP
	[ ! -e /dev/btrfs-control ] || btrfs device scan --forget "$1" >/dev/null 2>&1 || true # lint: the kernel may know nothing of it
	losetup --detach "$1"
}

dirty_holds() { # FILE
	local loop clean=0

	loop=$(losetup --find --show --read-only "$1")
	# shellcheck disable=SC2016 # it is another shell's
	_dirty_in_namespace 'mount -o "ro,$2" "$1" /mnt' "$loop" "$(_dirty_options "$1")" 2>/dev/null && clean=1
	_dirty_detach "$loop"
	[ "$clean" = 0 ]
}

# Of a btrfs only the files are fsynced: a sync of the directory, or of anything else, commits.
_dirty_replace() { # TYPE CHANGES: the script
	local file

	(cd "$2" && find . -type f) | while read -r file; do
		printf 'cp %q/%q %q.new; mv %q.new %q; sync %q\n' "$2" "$file" "$file" "$file" "$file" "$file"
		[ "$1" = btrfs ] || printf 'sync %q\n' "${file%/*}"
	done
}

# A sync(2) by another process makes it clean: then try again.
dirty_fs() { # TYPE FILE MEGABYTES TREE CHANGES [OPTION...]
	local type=$1 file=$2 size=$3 tree=$4 changes tries

	changes=$(realpath "$5")
	shift 5
	for tries in 1 2 3; do
		guest_fs "$type" "$file.clean" "$size" "$tree" "$@"
		dirty_while_mounted "$file.clean" "$file" "$(_dirty_replace "$type" "$changes")"
		guest_fs "$type" "$file.clean" "$size" "$tree" "$@"
		dirty_holds "$file" && return
	done
	echo "the $type could not be made dirty in $tries tries"
	return 1
}

dirty_tree() { # DIR WORD
	guest_tree "$1"
	guest_bzimage "$1/boot/vmlinuz-6.1.0" "6.1.0-guest ($2@host) #1 SMP"
}

dirty_journal() {
	jq -r .kernel.journal "$STDOUT"
}

# ---- killing a replay --------------------------------------------------------------

# Starts the program that can be stopped; it stops at the K-th time that a process comes to a step
# ("copy.send 1"), or at the last time without K. Sets pid, keeper, reader, daemon (perhaps empty)
# and held: the loop devices and maps that the keeper has open.
replay_stop_at() { # STEP K ARG...
	local where log=$BATS_TEST_TMPDIR/steps

	where=$(_replay_where "$1" "$2")
	[ -n "$where" ] || _fail "the run never comes to $1 for the $2. time" || return
	shift 2
	rm -f "$log"
	# The search for leaks stops and continues processes, too.
	ASAN_OPTIONS=detect_leaks=0 DOMU=$FAULTY DOMU_FAULT=$where=STOP DOMU_FAULT_LOG=$log domu_start "$@"
	eventually stops_in "$log"
	keeper=$(_replay_process keeper)
	reader=$(_replay_process reader)
	daemon=$(pgrep -P "$keeper" | grep -vx "$reader" | head -n 1) || daemon=''
	held=$(find "/proc/$keeper/fd" -lname '/dev/loop[0-9]*' -printf '%l\n' -o -lname '/dev/dm-*' -printf '%l\n' | sort -u)
}

# The run without a fault, whose steps have the same numbers.
replay_learn() { # ARG...
	DOMU_FAULT_LOG=$BATS_TEST_TMPDIR/learned DOMU=$FAULTY domu "$@"
	assert_status 0
	rm -f "$OUT"/*
}

_replay_where() { # STEP K
	tr -d '\0' <"$BATS_TEST_TMPDIR/learned" |
		awk -v step="$1" -v k="$2" 'NR > 1 && $4 == step && ++n == k { print $1 "#" $2 }'
}

_replay_process() { # NAME
	tr -d '\0' <"$BATS_TEST_TMPDIR/steps" |
		awk -v name="$1" 'NR > 1 && $1 == name { print $3; exit }'
}

# Whoever is stopped goes on, until the keeper has ended or is only waiting to be buried.
replay_go_on() {
	eventually _replay_ends
}

_replay_ends() {
	kill -CONT "$pid" "$keeper" "$reader" 2>/dev/null
	has_ended "$keeper"
}

# What is there of the run that replay_stop_at began. Another check's run that has taken one of its loop devices
# since then holds that one's lock.
replay_left() {
	local process node name

	for process in pid keeper reader daemon; do
		has_ended "${!process}" || echo "$process $(grep ^State "/proc/${!process}/status")"
	done
	for node in $held; do
		name=${node#/dev/}
		case $name in
		loop*)
			name=$(cat "/sys/block/$name/loop/backing_file" 2>/dev/null) || continue
			flock -n "$node" true 2>/dev/null || continue ;;
		dm-*) name=$(cat "/sys/block/$name/dm/name" 2>/dev/null) || continue ;;
		esac
		case $name in
		*domu* | "$BATS_RUN_TMPDIR"/* | /proc/driver/export | /memfd:*) echo "$node: $name" ;;
		esac
	done
	_world_loops
	_world_maps
	_world_copies
}

replay_assert_gone() {
	eventually _replay_gone || _fail "there is: $(replay_left)"
}

_replay_gone() {
	[ -z "$(replay_left)" ]
}
