#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034 # scripts for other shells; each test is a subshell
# parallel - many runs at once: on one disk, on many, on clones, next to a noisy neighbour

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/dirty

MARK=number-0000

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_bzimage tree/boot/vmlinuz-6.1.0 "6.1.0-guest ($MARK@host) #1 SMP" 40000
	guest_random tree/boot/initrd.img-6.1.0 30000
	guest_fs ext4 root.fs 4 tree
	guest_disk gpt guest.img root.fs
}

# Emulation is slow.
setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
	T=$BATS_TEST_TMPDIR
	MANY=64 FEW=8
	[ -z "${VM_UDEV-}" ] || MANY=6 FEW=2
	pids=() neighbour='' stopped=''
}

teardown() {
	[ -z "$stopped" ] || ! is_stopped "$stopped" || kill -CONT "$stopped"
	[ -z "$neighbour" ] || neighbour_ends
	world_assert
}

# ---- many runs ---------------------------------------------------------------------

start() { # ARG...: one more; its answer, messages and status are kept under its number
	local n=${#pids[@]}

	"$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" "$@" \
		>"$T/$n.out" 2>"$T/$n.err" </dev/null 3>&- &
	pids+=($!)
}

# Sets STDOUT, STDERR and status as for a run of its own.
finish() { # NUMBER
	STDOUT=$T/$1.out STDERR=$T/$1.err
	status=0
	wait "${pids[$1]}" || status=$?
}

# The right copies, and not a word: the user sees nothing of the others.
all_right() { # KERNEL [RAMDISK]: "%" in the kernel's name is the run's number
	local n

	for n in "${!pids[@]}"; do
		finish "$n"
		assert_copies "${1//%/$n}" "${2-}" || _fail "run $n of ${#pids[@]}"
		[ ! -s "$STDERR" ] || _fail "run $n of ${#pids[@]} says something"
	done
	pids=()
	assert_no_copies
}

@test "64 runs at once on one image" {
	local n

	for ((n = 0; n < MANY; n++)); do
		start --entry=xvda1:/vmlinuz,/initrd.img guest.img
	done
	all_right "$K" "$R"
}

@test "more runs than processors on one image, with a root search" {
	local n

	for ((n = 0; n < FEW * 2; n++)); do
		start --entry=/vmlinuz,/initrd.img guest.img
	done
	all_right "$K" "$R"
}

# The images have different kernel versions.
numbered() { # N: N.img and N.kernel
	local mark file

	mark=$(printf 'number-%04d' "$1")
	for file in "guest.img:$T/$1.img" "$K:$T/$1.kernel"; do
		cp --sparse=always "${file%%:*}" "${file#*:}"
		printf %s "$mark" | dd of="${file#*:}" bs=1 conv=notrunc status=none \
			seek="$(LC_ALL=C grep -abo "$MARK" "${file#*:}" | head -1 | cut -d: -f1)"
	done
}

@test "64 runs at once on 64 images: each gets its own kernel" {
	local n

	for ((n = 0; n < MANY; n++)); do
		numbered "$n"
	done
	for ((n = 0; n < MANY; n++)); do
		start --entry=xvda1:/vmlinuz,/initrd.img "$T/$n.img"
	done
	all_right "$T/%.kernel" "$R"
}

@test "many runs that share their disks" {
	local n

	numbered 1
	numbered 2
	for ((n = 0; n < FEW * 2; n++)); do
		start --entry=xvdb1:/vmlinuz --disks="['file:$T/1.img,xvda,w', 'file:$T/2.img,xvdb,w']"
	done
	all_right "$T/2.kernel"
}

# ---- journals ----------------------------------------------------------------------

replays() { # TYPE MEGABYTES
	local n before

	dirty_needs "$1"
	mkdir -p "$T/new/boot"
	guest_bzimage "$T/new/boot/vmlinuz-6.1.0" '6.1.0-guest (new@host) #1 SMP' 40000
	dirty_fs "$1" "$T/$1.fs" "$2" tree "$T/new"
	guest_disk gpt "$T/$1.img" "$T/$1.fs"
	before=$(sha256sum <"$T/$1.img")
	for ((n = 0; n < FEW; n++)); do
		start --entry=xvda1:/vmlinuz,/initrd.img "$T/$1.img"
	done
	all_right "$T/new/boot/vmlinuz-6.1.0" "$R"
	[ "$(sha256sum <"$T/$1.img")" = "$before" ]
}

@test "8 runs at once replay the journal of one ext4" {
	replays ext4 16
}

@test "8 runs at once replay the journal of one xfs" {
	replays xfs 20
}

@test "8 runs at once replay the journal of one btrfs" {
	replays btrfs 24
}

# ---- clones ------------------------------------------------------------------------

# Two disks, whose filesystems bear one UUID, and different kernels: 1.img and 2.img.
clones() { # TYPE MEGABYTES
	local n tree

	dirty_needs "$1"
	for n in 1 2; do
		tree=$T/tree$n
		cp -a tree "$tree"
		guest_bzimage "$tree/boot/vmlinuz-6.1.0" "6.1.0-guest (clone-$n@host)" 40000
		cp "$tree/boot/vmlinuz-6.1.0" "$T/$n.kernel"
		case $1 in
		xfs) guest_fs xfs "$T/$n.fs" "$2" "$tree" -m "uuid=$GUEST_UUID" ;;
		*) guest_fs "$1" "$T/$n.fs" "$2" "$tree" -U "$GUEST_UUID" ;;
		esac
		guest_disk gpt "$T/$n.img" "$T/$n.fs"
	done
}

clones_in_parallel() { # TYPE MEGABYTES
	local n

	clones "$@"
	for ((n = 0; n < FEW * 2; n++)); do
		ln "$T/$((n % 2 + 1)).kernel" "$T/of-$n"
		start --entry=xvda1:/vmlinuz "$T/$((n % 2 + 1)).img"
	done
	all_right "$T/of-%"
}

@test "clones: two ext4 with the same UUID, in parallel runs" {
	clones_in_parallel ext4 4
}

@test "clones: two xfs with the same UUID, in parallel runs" {
	clones_in_parallel xfs 20
}

@test "clones: two btrfs with the same fsid, in parallel runs" {
	clones_in_parallel btrfs 24
}

is_last_of_keeper() { # STEP LOG
	[ "$(tr -d '\0' <"$2" | awk '$1 == "keeper" { step = $4 } END { print step }')" = "$1" ]
}

# In the time that a third run takes from beginning to end, the second one comes no further.
@test "clones: two btrfs with the same fsid are mounted in turn, another btrfs at the same time" {
	local DOMU=$FAULTY

	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	clones btrfs 24
	guest_fs btrfs "$T/other.fs" 24 tree
	DOMU_FAULT=mnt.mount=STOP DOMU_FAULT_LOG=$T/steps start --entry=xvda:/vmlinuz "$T/1.fs"
	eventually stops_in "$T/steps"
	DOMU_FAULT_LOG=$T/steps2 start --entry=xvda:/vmlinuz "$T/2.fs"
	eventually grep -qs ' btrfs\.lock ' "$T/steps2"
	domu --entry=xvda:/vmlinuz "$T/other.fs"
	assert_copies "$K"
	is_last_of_keeper btrfs.lock "$T/steps2" || _fail 'it did not wait'
	kill -CONT "$stopped"
	ln "$T/1.kernel" "$T/of-0"
	ln "$T/2.kernel" "$T/of-1"
	all_right "$T/of-%"
}

# The root's fstab names the other disk's filesystem by its place: the UUID is no use here.
clones_in_one_run() { # TYPE MEGABYTES
	local disks="['file:$T/1.img,xvda,w', 'file:$T/2.img,xvdb,w']" n

	clones "$@"
	start --entry=xvda1:/vmlinuz --disks="$disks"
	all_right "$T/1.kernel"
	start --entry=xvdb1:/vmlinuz --disks="$disks"
	all_right "$T/2.kernel"

	echo '/dev/xvdb1 /boot auto defaults 0 2' >"$T/tree1/etc/fstab"
	mv "$T/tree2/boot"/* "$T/tree2"
	rm -r "$T/tree1/boot"/* "$T/tree2/etc"
	guest_clone "$1" "$T/1.fs" "$2" "$T/tree1"
	guest_clone "$1" "$T/2.fs" "$2" "$T/tree2"
	guest_disk gpt "$T/1.img" "$T/1.fs"
	guest_disk gpt "$T/2.img" "$T/2.fs"
	for ((n = 0; n < FEW; n++)); do
		start --entry=/boot/vmlinuz-6.1.0 --root=/dev/xvda1 --disks="$disks"
	done
	if [ "$1" = btrfs ] && before_linux 6.7; then
		all_refused # before that one of an fsid is mounted at a time, and both are needed
	else
		all_right "$T/2.kernel"
	fi
}

before_linux() { # VERSION
	[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -1)" != "$1" ]
}

# Never the other clone's bytes.
all_refused() {
	local n

	for n in "${!pids[@]}"; do
		finish "$n"
		assert_status 1 || _fail "run $n"
		assert_error 'cannot mount' || _fail "run $n"
	done
	pids=()
}

guest_clone() { # TYPE FILE MEGABYTES TREE
	case $1 in
	xfs) guest_fs xfs "$2" "$3" "$4" -m "uuid=$GUEST_UUID" ;;
	*) guest_fs "$1" "$2" "$3" "$4" -U "$GUEST_UUID" ;;
	esac
}

@test "clones: / on one xfs and /boot on another with the same UUID, in one run" {
	clones_in_one_run xfs 20
}

@test "clones: / on one btrfs and /boot on another with the same fsid, in one run" {
	clones_in_one_run btrfs 24
}

# ---- a noisy neighbour -------------------------------------------------------------

# Attaches and detaches all the time, keeps one device throughout, and says what it misses.
neighbour_starts() {
	truncate -s 8M "$T/noise.img" "$T/quiet.img"
	cat >"$T/neighbour" <<-'SCRIPT'
		cd "$1"
		quiet=$(losetup --find --show quiet.img)
		is_on() { losetup --noheadings --output BACK-FILE "$1" | grep -q "/$2\$"; }
		complain() { echo "$*" >>complaints; }
		while [ ! -e enough ]; do
			loop=$(losetup --find --show noise.img 2>>losetup.err) || continue
			echo >>rounds
			if dmsetup version >/dev/null; then
				dmsetup create "noise-$$" --table "0 16 linear $loop 0" || complain "no map"
				dmsetup remove --retry "noise-$$" || complain "the map is gone"
			fi
			is_on "$loop" noise.img || complain "$loop is not on noise.img any more"
			losetup --detach "$loop" || complain "$loop is gone"
		done
		is_on "$quiet" quiet.img || complain "$quiet is not on quiet.img any more"
		losetup --detach "$quiet"
	SCRIPT
	bash "$T/neighbour" "$T" </dev/null >/dev/null 2>&1 3>&- &
	neighbour=$!
}

neighbour_ends() {
	: >"$T/enough"
	wait "$neighbour"
	neighbour=''
}

@test "a noisy neighbour: all results are correct, and its devices are never touched" {
	local n rounds=0

	neighbour_starts
	while [ $((rounds++)) -lt 3 ]; do
		for ((n = 0; n < FEW; n++)); do
			start --entry=xvda1:/vmlinuz,/initrd.img guest.img
		done
		all_right "$K" "$R"
	done
	neighbour_ends
	[ "$(wc -l <"$T/rounds")" -gt 3 ]
	[ ! -e "$T/complaints" ] || _fail "the neighbour: $(head -5 "$T/complaints")"
}

# Asks which loop device is free, and takes it a moment later, as Xen's block script does.
slow_neighbour_starts() {
	truncate -s 8M "$T/slow.img"
	cat >"$T/neighbour" <<-'SCRIPT'
		cd "$1"
		while [ ! -e enough ]; do
			loop=$(losetup --find)
			sleep 0.05
			if losetup "$loop" slow.img 2>>losetup.err; then
				echo >>rounds
				losetup --detach "$loop"
			else
				echo "$loop" >>lost
			fi
		done
	SCRIPT
	bash "$T/neighbour" "$T" </dev/null >/dev/null 2>&1 3>&- &
	neighbour=$!
}

# To others the neighbour may lose a device, too: the runs say which ones they had.
@test "a neighbour that is slow to attach its free loop device does not lose it" {
	local n rounds=0 device

	slow_neighbour_starts
	while [ $((rounds++)) -lt "$FEW" ]; do
		for ((n = 0; n < FEW; n++)); do
			start -v --entry=xvda1:/vmlinuz,/initrd.img guest.img
		done
		for n in "${!pids[@]}"; do
			finish "$n"
			assert_copies "$K" "$R"
			cat "$STDERR" >>"$T/said"
		done
		pids=()
	done
	neighbour_ends
	[ -s "$T/rounds" ]
	touch "$T/lost"
	while read -r device; do
		! grep -qE "(as|is) $device(,|\$)" "$T/said" || _fail "the neighbour was told $device, and we had it"
	done <"$T/lost"
}

# A container's /dev has only nodes that were created for it, and none with our numbers. The tests'
# own files may lie in /dev/shm.
few_nodes() { # ARG...: the program with such a /dev
	mkdir -p "$T/dev"
	unshare --mount --propagation slave sh -c '
		mount -t tmpfs dev "$1" || exit
		for node in null zero tty loop-control $(seq -f loop%g 0 255); do
			[ ! -e "/dev/$node" ] || cp -a "/dev/$node" "$1"
		done
		mkdir "$1/shm"
		mount --bind /dev/shm "$1/shm" || exit
		mount --move "$1" /dev
		shift
		exec "$@"' sh "$T/dev" "$PROGRAM" "$@"
}

@test "a /dev with only the lowest loop nodes works for many runs at once" {
	local n PROGRAM=$DOMU DOMU=few_nodes

	for ((n = 0; n < FEW; n++)); do
		start -v --entry=xvda1:/vmlinuz,/initrd.img guest.img
	done
	for n in "${!pids[@]}"; do
		finish "$n"
		assert_copies "$K" "$R"
		grep -qE ' is /dev/loop[0-9]{1,3}$' "$STDERR"
	done
}

@test "killed runs do not disturb other runs" {
	local n killed=0

	for ((n = 0; n < FEW * 2; n++)); do
		"$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" \
			--entry=xvda1:/vmlinuz guest.img >"$T/victim.$n" 2>/dev/null </dev/null 3>&- &
		victims[n]=$!
		start --entry=xvda1:/vmlinuz,/initrd.img guest.img
		try_kill -KILL "${victims[n]}"
	done
	for n in "${!pids[@]}"; do
		finish "$n"
		ANSWER=$STDOUT
		[ "$status" = 0 ] || _fail "run $n"
		cmp "$(answer kernel)" "$K"
		cmp "$(answer ramdisk)" "$R"
		rm "$(answer kernel)" "$(answer ramdisk)"
	done
	for n in "${!victims[@]}"; do
		wait "${victims[n]}" || killed=$((killed + 1))
		ANSWER=$T/victim.$n
		[ ! -s "$ANSWER" ] || rm "$(answer kernel)" # it was quicker
	done
	[ "$killed" -ge "$FEW" ]
}
