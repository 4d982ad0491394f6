#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a subshell
# soak - thousands of runs in random order, many of them killed: the machine is unchanged
#
# The environment sets SOAK_RUNS (2000), SOAK_AT_ONCE (6) and SOAK_SEED (the time). The seed is printed;
# the same seed gives the same runs.

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/dirty

GUESTS=(plain way xfs btrfs ext4-dirty xfs-dirty btrfs-dirty cut)
VICTIMS=(nobody nobody nobody nobody front keeper reader tool all term)

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree old
	mkdir -p new/boot
	guest_bzimage new/boot/vmlinuz-6.1.0 '6.1.0-guest (new@host) #1 SMP'
	for type in ext4 xfs btrfs; do
		kernel_has "$type" || continue
		dirty_fs "$type" dirty.fs 24 old new
		guest_disk gpt "$type-dirty.img" dirty.fs
		guest_disk gpt "$type.img" dirty.fs.clean
	done
	mv ext4.img plain.img
	guest_boot_tree boot
	guest_fs ext4 boot.fs 8 boot -U "$GUEST_UUID"
	rm -r old/boot
	mkdir old/boot
	echo "UUID=$GUEST_UUID /boot ext4 defaults 0 2" >old/etc/fstab
	guest_fs ext4 root.fs 8 old
	guest_disk gpt way.img boot.fs root.fs
	head -c 3M plain.img >cut.img
	rm ./*.fs ./*.fs.clean
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	T=$BATS_TEST_TMPDIR
	R=boot/initrd.img-6.1.0
}

teardown() {
	world_assert
}

complain() { # RUN TEXT
	{
		echo "$1: $2"
		head -c 1000 "$T/$n.err"
	} >>"$T/complaints"
}

# ---- one run -------------------------------------------------------------------------

# The processes as they are at this moment; none of them may be there any more.
victims_of() { # FRONT VICTIM
	local keeper children

	keeper=$(pgrep -P "$1") || keeper=''
	children=${keeper:+$(pgrep -P "$keeper")} || children=''
	case $2 in
	front) echo "$1" ;;
	keeper) echo "$keeper" ;;
	reader) head -1 <<<"$children" ;;
	tool) tail -1 <<<"$children" ;;
	all) echo "$1 $keeper $children" ;;
	esac
}

murder() { # FRONT VICTIM SECONDS
	local victims

	[ "$2" != nobody ] || return 0
	sleep "$3"
	if [ "$2" = term ]; then
		try_kill -TERM "$1"
		return
	fi
	victims=$(victims_of "$1" "$2")
	# shellcheck disable=SC2086 # numbers
	[ -z "$victims" ] || try_kill -KILL $victims
}

judge() { # RUN GUEST VICTIM STATUS
	local ANSWER=$T/$n.out kernel ramdisk expected=boot/vmlinuz-6.1.0

	[[ $2 != *-dirty ]] || expected=new/boot/vmlinuz-6.1.0
	if [ "$4" != 0 ]; then
		[[ $3 != nobody || $2 == cut ]] || complain "$1" "exit code $4"
		return
	fi
	kernel=$(answer kernel) ramdisk=$(answer ramdisk)
	if ! cmp -s "$kernel" "$expected" || ! cmp -s "$ramdisk" "$R"; then
		complain "$1" 'wrong bytes'
	fi
	rm -f "$kernel" "$ramdisk"
}

life() { # N GUEST VICTIM SECONDS
	local n=$1 status=0 run="run $1, $2, killed: $3 after $4 s" front

	"$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" \
		--entry=/vmlinuz,/initrd.img "$2.img" >"$T/$n.out" 2>"$T/$n.err" </dev/null &
	front=$!
	murder "$front" "$3" "$4"
	wait "$front" 2>/dev/null || status=$?
	judge "$run" "$2" "$3" "$status"
	[ -s "$T/$n.out" ] || rm -f "$T/$n.out"
	rm -f "$T/$n.err"
}

# ---- the soak ------------------------------------------------------------------------

# If a front was killed after it wrote the result, the toolstack owns the copies.
remove_answered() {
	local out

	for out in "$T"/*.out; do
		[ -e "$out" ] || continue
		ANSWER=$out
		rm -f "$(answer kernel)" "$(answer ramdisk)" "$out"
	done
}

# With device-mapper alone a run that was killed altogether may need the next one's help.
settle() {
	local tries=0

	[ "${DOMU_MAPPER-}" != kpartx ] || "$DOMU" reap --config="$CONF" >>"$T/reaped" 2>&1 || true # lint: what it leaves is seen below
	while _world >"$T/now" && ! cmp -s "$BATS_TEST_TMPDIR/world.before" "$T/now"; do
		[ $((tries++)) -lt 40 ] || return 0
		sleep 0.05
	done
}

dead_exports() {
	local loop

	for loop in /sys/block/loop*; do
		! is_dead_export "$loop" || return 0
	done
	return 1
}

assert_no_layers() {
	eventually is_not dead_exports
}

# Must not grow: counts of the whole machine, which include other users' objects.
sample() { # RUNS
	local files shmem

	read -r files _ </proc/sys/fs/file-nr
	shmem=$(awk '$1 == "Shmem:" { print $2 }' /proc/meminfo)
	echo "$1 $(_world | wc -l) $files $shmem $(find /sys/block -name 'loop*' | wc -l)" >>"$T/samples"
	echo "# after $1 runs: files, kB of shared memory, loop nodes: $files $shmem $(tail -1 "$T/samples" | cut -d' ' -f5)" >&3
}

# One is allowed for each run at a time and what it maps; the rest was not given back.
assert_flat() {
	awk 'NR == 1 { world = $2 } $2 != world { exit 1 }' "$T/samples" ||
		_fail "something stays: $(cat "$T/samples")"
	[ -n "${VM_UDEV-}" ] || return 0
	awk 'NR == 2 { files = $3; kB = $4; nodes = $5 }
		END { exit !($3 < files + 200 && $4 < kB + 20000 && $5 < nodes + 64) }' "$T/samples" ||
		_fail "something grows: $(cat "$T/samples")"
}

@test "thousands of runs in random order, with random kills: nothing is left behind or grows" {
	local runs=${SOAK_RUNS:-2000} width=${SOAK_AT_ONCE:-6} n every guest victim

	RANDOM=${SOAK_SEED:=$(($(date +%s) % 32768))}
	echo "# $runs runs, SOAK_SEED=$SOAK_SEED" >&3
	every=$(((runs + 9) / 10))
	sample 0
	for ((n = 1; n <= runs; n++)); do
		guest=${GUESTS[RANDOM % ${#GUESTS[@]}]}
		victim=${VICTIMS[RANDOM % ${#VICTIMS[@]}]}
		[ -e "$guest.img" ] || guest=plain
		life "$n" "$guest" "$victim" "0.$(printf %03d $((RANDOM % ${SOAK_DELAY:-300})))" 3>&- &
		((n % width)) || wait
		if ((n % every == 0)); then
			wait
			remove_answered
			settle
			sample "$n"
		fi
	done
	wait
	remove_answered
	settle
	[ ! -e "$T/complaints" ] || _fail "$(head -c 4000 "$T/complaints")"
	assert_no_layers
	assert_flat
}
