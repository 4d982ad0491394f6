# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# sweep - makes the program fail, or kills it, at one point after the other, and checks each run
#
#   sweep_guests          in setup_file: the images that the sweeps run on
#   sweep GUEST HOW...    in a test, after world_save: a sweep on that guest (one, way, members, search,
#                         replay, busy, lvm, list, extract; strange, which the test makes). Fails with a list
#                         of problems, and prints the figures. HOW is
#     numbers STRIDE      every STRIDE-th step of each process fails once, until none is left
#     pairs STRIDE        each step fails, and then each undo. Of the unmounts, which delay the undos
#                         after them, only every STRIDE-th fails
#     kills STRIDE        at every STRIDE-th step of each process, each process and then all are killed
#     calls STRIDE        the same at system calls: the process that makes the call, and all
#   sweep_never           in a test: the steps that no sweep of this file has reached
#
# A sweep runs in its own process, because bats traces each command of a test, which is slow.
# Needs world.bash and guest.bash.

# shellcheck disable=SC2034,SC2054,SC2154 # entries hold commas; OUT, STDOUT and the like are world.bash's
complaints=() absorbed=() orphans=() runs=0 longest=0

# ---- guests ----------------------------------------------------------------------

sweep_guests() {
	local dir=$BATS_FILE_TMPDIR boot=9d1c6b0e-55c1-4b5e-9c39-5b5f0e5d6a01

	# The same ones to the end: a make meanwhile does no harm.
	install -D -t "$dir/faulty" "$FAULTY"
	install -D -t "$dir/plain" "$DOMU"

	guest_tree "$dir/root"
	mkdir -p "$dir/root/lib/modules/6.1.0-guest/kernel"
	echo modules >"$dir/root/lib/modules/6.1.0-guest/kernel/one.ko"
	ln -s kernel/one.ko "$dir/root/lib/modules/6.1.0-guest/link"
	guest_boot_tree "$dir/boot"
	guest_fs ext4 "$dir/root.fs" 8 "$dir/root"
	guest_disk gpt "$dir/one.img" "$dir/root.fs"
	guest_vmlinux "$dir/vmlinux" PV
	guest_pack zstd "$dir/vmlinux" "$dir/packed"
	guest_bzimage_of "$dir/packed" "$dir/root/boot/packed"
	mkdir "$dir/wanted"
	cp "$dir/root/boot/vmlinuz-6.1.0" "$dir/wanted/kernel"
	cp "$dir/root/boot/initrd.img-6.1.0" "$dir/wanted/ramdisk"
	cp "$dir/vmlinux" "$dir/wanted/busy"
	guest_fs ext4 "$dir/root.fs" 8 "$dir/root"
	guest_disk gpt "$dir/busy.img" "$dir/root.fs"
	mkdir "$dir/guests"
	cp "$dir/boot/vmlinuz-6.1.0" "$dir/guests/kernel"
	cp "$dir/boot/initrd.img-6.1.0" "$dir/guests/ramdisk"
	mv "$dir/vmlinux" "$dir/guests/unpacked"
	rm "$dir/packed" "$dir/root/boot/packed"

	guest_fs ext4 "$dir/boot.fs" 8 "$dir/boot" -U "$boot"
	echo "UUID=$boot /boot ext4 defaults 0 2" >"$dir/root/etc/fstab"
	guest_fs ext4 "$dir/root.fs" 8 "$dir/root"
	guest_disk gpt "$dir/way.img" "$dir/boot.fs" "$dir/root.fs"
	cp --sparse=always "$dir/way.img" "$dir/list.img"
	cp --sparse=always "$dir/way.img" "$dir/extract.img"
	guest_disk dos "$dir/search.img" extended "$dir/boot.fs" "$dir/root.fs"

	# A journal that says it holds something: the kernel wants to write.
	debugfs -w -R 'feature needs_recovery' "$dir/root.fs" >/dev/null 2>&1
	guest_disk gpt "$dir/replay.img" "$dir/root.fs"

	_sweep_members
	_sweep_lvm
	_sweep_image
	rm -r "$dir"/*.fs "${dir:?}/root" "${dir:?}/boot"
}

# A btrfs over two partitions, the kernel in a subvolume.
_sweep_members() {
	local loops

	truncate -s 126M "$dir/a.fs" "$dir/b.fs"
	loops=("$(losetup --find --show "$dir/a.fs")" "$(losetup --find --show "$dir/b.fs")")
	mkfs.btrfs -q -f -d raid1 -m raid1 "${loops[@]}" 2>/dev/null
	# shellcheck disable=SC2016 # the other shell's
	unshare --mount bash -euc '
		btrfs device scan "${@:2}" >/dev/null
		mount "$2" /mnt
		btrfs subvolume create /mnt/@ >/dev/null
		cp -a "$1/." /mnt/@
		umount /mnt
		btrfs device scan --forget "${@:2}" 2>/dev/null || true' - "$dir/root" "${loops[@]}" # lint: the kernel may know nothing of it
	losetup --detach "${loops[@]}"
	guest_disk gpt "$dir/members.img" "$dir/a.fs" "$dir/b.fs"
}

# A qcow2 over a vmdk in several files.
_sweep_image() {
	qemu-img convert -O vmdk -o subformat=twoGbMaxExtentSparse "$dir/one.img" "$dir/image.vmdk"
	qemu-img create -q -f qcow2 -F vmdk -b image.vmdk "$dir/image.img"
}

# One logical volume for each mapper: a loop device is one piece.
_sweep_lvm() {
	local lvm_pv

	# shellcheck source=/dev/null
	. "$TOP/tests/lib/lvm.bash"
	truncate -s 16M "$dir/lvm.img"
	guest_fs ext4 "$dir/small.fs" 4 "$dir/boot"
	lvm_begin "$dir/lvm.img"
	lvm_do pvcreate "${lvm_pv[@]}" >/dev/null
	lvm_do vgcreate -s 1M vg "${lvm_pv[@]}" >/dev/null
	lvm_create -n loop -l 4 vg
	lvm_create -n kpartx -l 2 vg
	lvm_create -n between -l 1 vg
	lvm_do lvextend -l +2 vg/kpartx >/dev/null
	lvm_fill vg/loop "$dir/small.fs"
	lvm_fill vg/kpartx "$dir/small.fs"
	lvm_end
	cp --sparse=always "$dir/lvm.img" "$dir/small.fs"
	guest_disk gpt "$dir/lvm.img" "$dir/small.fs"
}

sweep_use() { # NAME
	local img=$BATS_FILE_TMPDIR/$1.img

	guest=$1
	LOG=$BATS_TEST_TMPDIR/steps
	ANSWER_FILE=$BATS_TEST_TMPDIR/answer
	case $1 in
	one) args=(--entry=hda1:/boot/vmlinuz,/boot/initrd "$img" hda) ;;
	way)
		args=(--entry=/vmlinuz,/initrd.img --root=/dev/hda2 --disks="['file:$img,hda,w']"
			--timeout=60 --output="$ANSWER_FILE" --output-format=json) ;;
	replay) args=(--entry=hda1:/boot/vmlinuz --dirty=replay "$img" hda) ;;
	busy)
		args=(--entry=hda1:/boot/packed,/boot/initrd --decompress "$img" hda)
		exec {writer_fd}<>"$img" ;; # somebody who may be writing
	image) args=(--entry=hda1:/boot/vmlinuz,/boot/initrd --disk="format=qcow2,vdev=hda,target=$img") ;;
	members) args=(--entry='hda1[@]:/vmlinuz' --output-format=simple "$img" hda) ;;
	lvm) args=(--entry="/dev/vg/${DOMU_MAPPER:-loop}:/vmlinuz" "$img" hda) ;;
	search) args=(--entry=/vmlinuz,/initrd.img "$img" xvda) ;;
	strange) args=(--entry=hda1:/vmlinuz "$img" hda) ;;
	extract)
		args=(extract --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --modules -o "$OUT/dir"
			--root=xvda2 --entry=/vmlinuz,/initrd.img "$img")
		return ;;
	stdout)
		args=(extract --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --stdout --file=/etc/fstab
			--root=xvda2 "$BATS_FILE_TMPDIR/extract.img")
		return ;;
	list)
		args=(list --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" "$img")
		return ;;
	esac
	args=(--config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" "${args[@]}")
}

# ---- one run ---------------------------------------------------------------------

sweep_run() { # FAULTS
	local first

	status=0
	rm -f "$ANSWER_FILE"
	ASAN_OPTIONS=detect_leaks=${LEAKS-0} DOMU_FAULT=$1 DOMU_FAULT_LOG=$LOG \
		timeout --foreground -s KILL 20 "$FAULTY" "${args[@]}" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
	runs=$((runs + 1))
	read -r first <"$LOG"
	fired=''
	[[ $first != fired* ]] || fired=${first#fired }
	mapfile -t said <"$STDERR"
}

complain() { # FAULTS TEXT
	complaints+=("$guest, $1: $2${fired:+ (fired: $fired)}")
	complaints+=("${said[@]/#/	}")
}

# The answer, wherever it goes.
sweep_answered() {
	[[ -s $STDOUT || -s $ANSWER_FILE ]]
}

# ---- the guest's bytes -----------------------------------------------------------

# Sets published: the results that have their names. _sweep_kind FILE sets kind: kernel, ramdisk or dir.
_sweep_published() {
	shopt -s nullglob
	published=("$OUT"/kernel.* "$OUT"/ramdisk.* "$OUT"/di[r])
	shopt -u nullglob
}

_sweep_kind() { # FILE
	kind=${1##*/} kind=${kind%%.*}
}

# The results of the run without a fault, which are what the guest has, are kept in $expected.
_sweep_expect() {
	local file kind published guests=$BATS_FILE_TMPDIR/guests kernel=kernel

	expected=$BATS_TEST_TMPDIR/expected.$guest
	mkdir -p "$expected"
	[ "$guest" != list ] || cp "$STDOUT" "$expected/list"
	_sweep_published
	for file in "${published[@]}"; do
		_sweep_kind "$file"
		mv "$file" "$expected/$kind"
	done
	[ "$guest" != busy ] || kernel=unpacked
	case ${published[*]} in
	*/dir) cmp "$expected/dir/vmlinuz-6.1.0" "$guests/kernel" && cmp "$expected/dir/initrd.img-6.1.0" "$guests/ramdisk" ;;
	*/ramdisk.*) cmp "$expected/kernel" "$guests/$kernel" && cmp "$expected/ramdisk" "$guests/ramdisk" ;;
	*/kernel.*) cmp "$expected/kernel" "$guests/$kernel" ;;
	esac || complain 'no fault' 'the copies are not what the guest has'
}

# A copy that has its name is identical, even if the result was not sent.
_sweep_compare() { # WHERE
	local file kind

	_sweep_published
	for file in "${published[@]}"; do
		_sweep_kind "$file"
		diff -r -q --no-dereference -x '.unconfirmed.*' "$file" "$expected/$kind" >/dev/null || complain "$1" "the $kind is not the guest's"
	done
}

# Everything exists, and the result names it. A list lacks what it skips.
_sweep_compare_all() { # WHERE
	local file published text=$STDOUT

	_sweep_compare "$1"
	if [ "$guest" = list ]; then
		_sweep_may_pass_over "$fired" || cmp -s "$STDOUT" "$expected/list" || complain "$1" 'it lists something else'
		return
	fi
	[ ! -e "$ANSWER_FILE" ] || text=$ANSWER_FILE
	[ "$(printf '%s\n' "${published[@]##*/}" | sed 's/\..*//')" = "$(ls "$expected")" ] || complain "$1" 'a copy is missing'
	for file in "${published[@]}"; do
		grep -qF "$file" "$text" || complain "$1" "the answer does not name $file"
	done
}

# ---- nothing left ----------------------------------------------------------------

_sweep_look() { # sets left
	mapfile -t left < <(_world | grep -vxFf "$BATS_TEST_TMPDIR/world.before")
}

# Waits without starting a sleep(1).
sweep_nap() { # SECONDS
	[ -n "${nap_fd-}" ] || exec {nap_fd}<> <(:)
	read -rt "$1" -u "$nap_fd" _
}

# Nothing is left at the first look: the front ends last. It waits for the keeper, which undoes what was done, and
# for what a killed keeper leaves running. Later, by design, is only what an undo that failed leaves to the kernel
# (exit code 4), and what follows the SIGKILL of the front: the keeper undoes by itself, or, when all are killed,
# reader and tools end by PDEATHSIG, loop devices go with their last descriptor, mounts with the last process of
# the namespace, FUSE with its daemon.
sweep_left() { # FAULTS [later]
	local began=${EPOCHREALTIME/[.,]/} waited=0 strays=${2+too}

	_sweep_look
	[ "${#left[@]}" = 0 ] || [ "${2-}" = later ] || complain "$1" "it has ended, and there is still: ${left[*]}"
	while [ "${#left[@]}" != 0 ] && [ "$waited" -lt $((PATIENCE * 1000000)) ]; do
		sweep_nap 0.01
		_sweep_look
		waited=$((${EPOCHREALTIME/[.,]/} - began))
	done
	[ "$waited" -le "$longest" ] || longest=$waited
	[ "${#left[@]}" != 0 ] || return 0
	complain "$1" "left behind: ${left[*]}"
	rm -rf "${OUT:?}"/* "$OUT"/.[!.]*
	return 1
}

# ---- by the book -----------------------------------------------------------------

# How many steps of the keeper's it is after the last copy got its name (or, without any, after the
# answer was made): 1 sends the result, 2 receives
# that it is out, 3 is the last word. By this run's own log: a race for a loop device takes steps.
_sweep_after_names() { # STEP
	local number

	[[ $1 == keeper\ * ]] || return 0
	number=${1#keeper } number=${number%% *}
	tr -d '\0' <"$LOG" | awk -v n="$number" '
		$1 == "keeper" && ($4 == "publish.link" || $4 == "stage.publish" || $4 == "answer.render") { last = $2 }
		END { if (last) print n - last }'
}

# Whether it belongs to the look for modules, which may fail: by this run's own log, again.
_sweep_is_look() { # STEP
	local number=${1#keeper }

	tr -d '\0' <"$LOG" | awk -v n="${number%% *}" '
		$1 == "keeper" && $4 == "modules.look" { look = $2 } END { exit !look || n < look }'
}

# What may fail while the run succeeds, and why. STEP is "PROCESS N PID NAME", and perhaps undo#M.
_sweep_may_absorb() { # STEP
	case $1 in
	*\ undo#*) return 1 ;;
	*\ copy.extents | *\ hostfs.extents | reader\ *\ copy.image) ;; # its own filesystem can be read
	reader\ *\ copy.share) ;; # what can't be shared is copied
	reader\ *\ unpack.read) ;; # what a kernel's inside says is not needed
	reader\ *\ copy.direct | reader\ *\ copy.send) ;; # reading and writing does what they do not
	keeper\ *\ modules.look) ;; # nothing of the answer depends on it
	keeper\ *\ openin.*) _sweep_is_look "$1" || _sweep_may_pass_over "$1" ;;
	keeper\ *\ unfinished.list) ;;	# another run's leftovers
	"reader $last_of_reader "*) ;;	# it waits for a question, and its end has come
	front\ *\ wire.receive | front\ *\ front.poll) sweep_answered ;; # the same, for the front
	front\ *) return 1 ;;
	keeper\ *\ wire.send) [ "$(_sweep_after_names "$1")" = 3 ] || _sweep_may_pass_over "$1" ;;
	*) _sweep_may_pass_over "$1" ;;
	esac
}

# way, search: a partition that can't be read is not the one that is looked for.
# busy: a failure while the disk is written to is retried.
_sweep_may_pass_over() { # STEP
	case $guest:$1 in
	way:reader\ *\ probe.* | search:reader\ *\ probe.*) ;;
	extract:reader\ *\ probe.*) ;;
	extract:keeper\ *\ openin.open | extract:keeper\ *\ openin.stat) ;; # where a fstab's target leads
	extract:keeper\ *\ stage.parent) ;; # another run's leftovers
	list:reader\ *\ probe.* | list:keeper\ *\ mnt.mount | list:*\ openin.* | list:*\ hostfs.list) ;;
	list:reader\ *\ reader.head | list:reader\ *\ reader.superblock) ;;
	search:*\ mnt.mount | search:*\ openin.*) ;;
	busy:*) ;;
	*) return 1 ;;
	esac
}

# An answer that is out can't be taken back but by the exit code: when the acknowledgement fails.
_sweep_may_answer() { # STEP
	case $1 in
	front*wire.send | front*publish.confirm | front*stage.confirm) ;;
	keeper*wire.receive) [ "$(_sweep_after_names "$1")" = 2 ] ;;
	*) return 1 ;;
	esac
}

_sweep_count_said() { # FAULTS
	local line

	errors=0 cleanups=0 named=''
	for line in "${said[@]}"; do
		case $line in
		'domUloader error: '*)
			errors=$((errors + 1))
			named=${line##*\[} named=${named%]} ;;
		'domUloader cleanup: '*) cleanups=$((cleanups + 1)) ;;
		*Sanitizer* | *'runtime error:'*) complain "$1" 'a sanitizer speaks' ;;
		esac
	done
}

# An error that names a process which ended says how it did.
_sweep_tells_how() { # FAULTS
	[[ ${said[*]} != *'['@(front.keeper|reader.answer|qsd.gone|pool.killed)']'* ||
		${said[*]} == *@('exit code '|'killed by signal SIG'|'its socket failed: ')* ]] || complain "$1" 'how did the process end?'
}

_sweep_judge_success() { # FAULTS
	_sweep_may_absorb "$fired" || complain "$1" 'it succeeded all the same'
	[ "$errors$cleanups" = 00 ] || complain "$1" 'it succeeded with an error'
	sweep_answered || complain "$1" 'it succeeded without an answer'
	_sweep_compare_all "$1"
	absorbed+=("$guest: $fired")
	rm -rf "$OUT"/kernel.* "$OUT"/ramdisk.* "$OUT"/dir
}

_sweep_judge_failure() { # FAULTS
	[[ $status == [1-4] ]] || complain "$1" "exit code $status"
	[ "$errors" = 1 ] || complain "$1" "$errors error lines"
	[[ $named == *.* ]] || complain "$1" 'the error names no step'
	_sweep_tells_how "$1"
	! sweep_answered || _sweep_may_answer "${story-$fired}" || complain "$1" 'it failed with an answer'
	if [ "$status" = 4 ]; then
		[ "$cleanups" -gt 0 ] || complain "$1" 'exit code 4, but no cleanup line'
	else
		[ "$cleanups" = 0 ] || complain "$1" "a cleanup line, but exit code $status"
	fi
}

sweep_judge() { # FAULTS
	local errors cleanups named

	_sweep_count_said "$1"
	if [ "$status" = 0 ]; then
		_sweep_judge_success "$1"
	else
		_sweep_judge_failure "$1"
	fi
	if [ "$status" = 4 ]; then
		sweep_left "$1" later
	else
		sweep_left "$1"
	fi
}

# ---- the sweeps ------------------------------------------------------------------

# The run without a fault; what it takes is what can fail.
_sweep_begin() {
	sweep_run ''
	[ "$status" = 0 ] || complain 'no fault' "exit code $status"
	_sweep_expect
	steps=$(tr -d '\0' <"$LOG" | sed '1d; s/ *$//')
	awk '{ print $4 }' <<<"$steps" >>"$BATS_FILE_TMPDIR/reached"
	last_of_reader=$(awk '$1 == "reader" { n = $2 } END { print n }' <<<"$steps")
	unmounts=" $(sed -n 's/.* mnt.umount undo#//p' <<<"$steps" | tr '\n' ' ')"
}

_sweep_steps_of() { # PROCESS
	grep -c "^$1 " <<<"$steps"
}

# A race for a loop device, which is the keeper's, may have made the first run longer.
_sweep_must_reach() { # PROCESS N
	local spare=0

	[ "$1" != keeper ] || spare=10
	[ $(($2 + spare)) -gt "$(_sweep_steps_of "$1")" ] || complain "$1#$2" 'not reached'
}

# Until a run in which nothing fired.
sweep_numbers() {
	local process n words

	_sweep_begin
	for process in front keeper reader tool; do
		for ((n = 1; ; n += $1)); do
			sweep_run "$process#$n=EIO"
			[ -n "$fired" ] || break
			read -ra words <<<"$fired"
			echo "${words[3]}" >>"$BATS_FILE_TMPDIR/reached"
			sweep_judge "$process#$n=EIO"
		done
		_sweep_must_reach "$process" "$n"
		rm -rf "${OUT:?}"/*
	done
}

# What could not be undone is named, with the command where there is one; a copy that is left then is
# removed by that very command.
_sweep_judge_pair() { # FAULTS
	local line

	for line in "${said[@]}"; do
		[[ $line == 'domUloader cleanup: '*'by hand: rm '* ]] || continue
		eval "${line##*by hand: }" || complain "$1" 'the command by hand does not work'
	done
	[ "$status" = 4 ] || complain "$1" "exit code $status after an undo failed"
	sweep_judge "$1"
}

# What the N-th step of the process was in this run. The first run's may have been another one: a race for a loop
# device takes steps.
_sweep_step() { # PROCESS N
	tr -d '\0' <"$LOG" | sed -n "2,\$s/^\($1 $2 .*[^ ]\) *\$/\1/p"
}

# That step fails, and then each undo. The M-th undo of a successful run shows what unmounts.
_sweep_pairs_of() { # PROCESS N STRIDE
	local m fault story words

	for ((m = 1; m <= 20; m++)); do
		! (($2 % $3)) || ! [[ $unmounts == *" $m "* ]] || continue
		fault="$1#$2=EIO,undo#$m=EIO"
		sweep_run "$fault"
		[[ $fired == *" undo#$m" ]] || break
		story=$(_sweep_step "$1" "$2")
		read -ra words <<<"$fired"
		echo "${words[3]}" >>"$BATS_FILE_TMPDIR/reached"
		_sweep_judge_pair "$fault"
	done
	rm -rf "${OUT:?}"/*
}

sweep_pairs() { # STRIDE
	local process n steps_of

	_sweep_begin
	for process in front keeper reader tool; do
		steps_of=$(_sweep_steps_of "$process")
		for ((n = 1; n <= steps_of; n++)); do
			_sweep_pairs_of "$process" "$n" "$1"
		done
	done
}

# ---- killing ---------------------------------------------------------------------

_sweep_are_marked() { # FILE...
	if [ "$guest" = extract ]; then
		[ $# = 1 ] && [[ $1 == */.dir.*.part || -n $(find "$1" -name '.unconfirmed.*') ]]
		return
	fi
	[ -z "$(find "$@" ! -perm 1600)" ]
}

# Without its front a keeper goes on, and takes its copies back.
_sweep_wait_all() {
	local tries

	for ((tries = 0; tries < 4000; tries++)); do
		[ -n "$(_world_processes)" ] || return 0
		sweep_nap 0.005
	done
}

# After the result is written, the copies belong to the toolstack. If all processes are killed between the
# first copy's name and the result, no process can remove the copies: these cases are counted. The next run
# removes them by their marker, a minute later (tests/reap.bats).
_sweep_judge_kill() { # WHERE VICTIM
	local copies published

	[[ $2 == @(keeper|reader|tool) ]] || _sweep_wait_all
	mapfile -t said <"$STDERR"
	[[ "${said[*]}" != *Sanitizer* ]] || complain "$1" 'a sanitizer speaks'
	_sweep_tells_how "$1"
	shopt -s nullglob dotglob
	copies=("$OUT"/*)
	shopt -u nullglob dotglob
	_sweep_compare "$1"
	[ "$status" != 0 ] || _sweep_compare_all "$1"
	if sweep_answered; then
		[[ $status == 0 || $status == 137 ]] || complain "$1" "an answer, but exit code $status"
		rm -rf "${OUT:?}"/*
	elif [ "$2" = all ] && [ "${#copies[@]}" != 0 ]; then
		orphans+=("$1")
		_sweep_are_marked "${copies[@]}" || complain "$1" 'copies without the mark'
		rm -rf "${copies[@]}"
	fi
	[ "$status" != 0 ] || sweep_answered || complain "$1" 'exit code 0 without an answer'
	if [[ $2 == @(keeper|reader|tool) ]]; then
		sweep_left "$1"
	else
		sweep_left "$1" later
	fi
}

_sweep_start() { # FAULTS
	rm -f "$LOG" "$ANSWER_FILE"
	ASAN_OPTIONS=detect_leaks=0 DOMU_FAULT=$1 DOMU_FAULT_LOG=$LOG \
		"$FAULTY" "${args[@]}" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- &
	front=$!
	runs=$((runs + 1))
}

_sweep_state() { # PID: sets state, Z for one that is gone
	local stat

	state=Z
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	stat=${stat##*) }
	state=${stat%% *}
}

# Until the process stands still at the step that was asked for: sets stopped, its PID.
_sweep_wait_stop() {
	local words tries

	for ((tries = 0; tries < 4000; tries++)); do
		if { read -ra words <"$LOG"; } 2>/dev/null && [ "${words[0]-}" = fired ]; then
			fired=${words[*]:1} stopped=${words[3]}
			_sweep_state "$stopped"
			[ "$state" != T ] || return 0
		fi
		_sweep_state "$front"
		[ "$state" != Z ] || return 1
		sweep_nap 0.005
	done
	return 1
}

_sweep_children() { # PID: sets children
	children=()
	[ -z "$1" ] || { read -ra children <"/proc/$1/task/$1/children"; } 2>/dev/null
}

# Sets the names of the processes that there are, and all: tools of the tools, too.
_sweep_find_processes() {
	_sweep_children "$front"
	keeper=${children[0]-}
	_sweep_children "$keeper"
	reader=${children[0]-} tool=${children[1]-}
	_sweep_children "$tool"
	all="$front $keeper $reader $tool ${children[*]}"
}

_sweep_wait_end() { # WHERE
	local tries

	for ((tries = 0; tries < 4000; tries++)); do
		_sweep_state "$front"
		[ "$state" != Z ] || break
		sweep_nap 0.005
	done
	[ "$state" = Z ] || complain "$1" 'it does not end'
	[ "$state" = Z ] || kill -KILL "$front"
	status=0
	wait "$front" 2>/dev/null || status=$?
}

# 1: it has ended before that step.
_sweep_kill_at() { # PROCESS N VICTIM
	local where="$1#$2, $3 killed" keeper reader tool all children

	_sweep_start "$1#$2=STOP"
	if ! _sweep_wait_stop; then
		_sweep_wait_end "$where"
		rm -rf "${OUT:?}"/*
		return 1
	fi
	_sweep_find_processes
	# shellcheck disable=SC2086 # one word each
	kill -KILL ${!3} 2>/dev/null
	kill -CONT "$stopped" 2>/dev/null
	_sweep_wait_end "$where"
	_sweep_judge_kill "$where" "$3"
}

sweep_kills() { # STRIDE
	local process victim n steps_of

	_sweep_begin
	for process in front keeper reader tool; do
		steps_of=$(_sweep_steps_of "$process")
		for victim in front keeper reader tool all; do
			[[ $victim != tool || $guest == replay || $guest == lvm ]] || continue
			for ((n = 1; n <= steps_of; n += $1)); do
				_sweep_kill_at "$process" "$n" "$victim" ||
					_sweep_must_reach "$process" $((n - 1))
			done
		done
	done
}

sweep_calls() { # STRIDE
	local process whom victim call counts said fired='' killed=$BATS_TEST_TMPDIR/killed
	local processes=(front keeper reader)

	_sweep_begin
	_sweep_call 0 0 self
	rm -rf "${OUT:?}"/*
	for ((process = 0; process < ${#counts[@]} - 1; process++)); do
		for whom in self all; do
			victim=${processes[process]-tool}
			[ "$whom" = self ] || victim=all
			for ((call = 1; call <= counts[process + 1]; call += $1)); do
				_sweep_call "$process" "$call" "$whom"
				_sweep_judge_kill "process $process, call $call, $whom killed" "$victim"
			done
		done
	done
}

_sweep_call() { # PROCESS CALL self|all
	status=0
	rm -f "$ANSWER_FILE"
	timeout --foreground -s KILL 20 "$TOP/build/tools/killat" "$1" "$2" "$3" "$killed" "$DOMU" \
		"${args[@]}" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
	runs=$((runs + 1))
	[ "$2" != 0 ] || read -ra counts <"$killed"
}

sweep_verdict() { # HOW
	local line

	for line in "${absorbed[@]}"; do
		echo "absorbed: $line"
	done
	for line in "${orphans[@]}"; do
		echo "copies without an answer: $guest, $line"
		echo "# copies without an answer: $guest, $line" >&3
	done
	echo "# $1 on $guest: $runs runs, $(grep -c . <<<"$steps") steps, $SECONDS s${longest:+, longest wait $((longest / 1000)) ms}" >&3
	[ "${#complaints[@]}" = 0 ] && return
	printf '%s\n' "${complaints[@]}"
	return 1
}

# ---- from a test -----------------------------------------------------------------

sweep() { # GUEST HOW...
	export OUT STDOUT STDERR CONF TOP
	export FAULTY=$BATS_FILE_TMPDIR/faulty/domUloader DOMU=$BATS_FILE_TMPDIR/plain/domUloader
	bash "$TOP/tests/lib/sweep.bash" "$@"
}

# Steps by their place in the source: a judgement of ours, FAIL(), is none that could be made to fail.
sweep_never() {
	grep -hozP 'STEP(_OURS)?\(\s*[^",]+,\s*"\K[a-z]+\.[a-z]+' "$TOP"/src/*/*.c | tr '\0' '\n' |
		sort -u | grep -vxFf <(sort -u "$BATS_FILE_TMPDIR/reached")
}

[[ $0 == *.bash ]] || return 0
# shellcheck source=tests/lib/world.bash
. "$TOP/tests/lib/world.bash"
set -uo pipefail
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0
SECONDS=0
sweep_use "$1"
case $2 in
numbers) sweep_numbers "$3" ;;
pairs) sweep_pairs "$3" ;;
kills) sweep_kills "$3" ;;
calls) sweep_calls "$3" ;;
esac
sweep_verdict "$2"
