# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# world - runs the program in a test, and checks that the machine is unchanged afterwards
#
#   world_need_root            skips the test if it cannot attach loop devices
#   kernel_has TYPE            whether the kernel can mount such a filesystem; loads the module
#   world_save, world_assert   in setup and teardown: loop devices, dm maps, mounts, processes,
#                              semaphores and the directory for the copies are unchanged
#   domu ARG...                runs the program with an empty configuration, copies in $OUT and the
#                              mapper $DOMU_MAPPER (loop); sets $status and writes the files $STDOUT and $STDERR;
#                              asserts that no image *.img of the test or its file was written to, and
#                              that nothing is left behind if the program ends by itself
#   domu_bare ARG...           the same without any additional option
#   domu_own ARG...            domu_bare for reap and doctor, which examine all loop devices: only those
#                              of this bats run look like a killed run's
#   domu_start ARG...          starts the program in the background: $pid; domu_wait waits: $status
#   assert_status N            the exit code; shows the output if it differs
#   assert_error TEXT          status not 0, exactly one error line, TEXT in it or in the lines after it
#   assert_hint TEXT           TEXT is somewhere on stderr
#   assert_no_stdout           standard output is empty
#   assert_without CLASS FILE  the file has no byte of the class (in grep's syntax)
#   assert_copies K [R]        the result's copies equal the files K (and R); they are removed, as
#                              a toolstack does; without R the result names no ramdisk
#   answer KEY                 kernel, ramdisk or args of the result, in any format
#   eventually COMMAND...      waits until the command succeeds, $PATIENCE seconds at most
#   is_not COMMAND...          the command fails
#   hold LOOP                  another process opens the loop device: sets $holder, its PID
#   no_loops                   no loop device of this test exists
#   kill_at_once PID...        SIGKILL; no process sees the end of another one
#   try_kill ARG...            kill, for processes that may have ended
#   is_stopped PID             SIGSTOP has stopped it; has_ended PID: it is gone or a zombie
#   stops_in LOG               a program started with DOMU_FAULT=STEP=STOP and DOMU_FAULT_LOG=LOG has
#                              stopped at STEP: sets $stopped, the PID of the stopped process
#
# Other users of the machine, such as another check, are ignored. A loop device belongs to this test if its
# file is below $BATS_RUN_TMPDIR or a process of the test has it open; a map if it is stacked on such a device;
# a process if it has the test's marker.

# shellcheck disable=SC2034 # used by the tests
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
DOMU=${DOMU:-$TOP/build/domUloader}
FAULTY=${FAULTY:-$TOP/build/faulty/domUloader}
OWN_LOOPS=$TOP/tests/lib/own-loops
# shellcheck source=scripts/lib/devices.sh
. "$TOP/scripts/lib/devices.sh"
mapfile -t WORLD_NAMES < <(names_of "$BATS_RUN_TMPDIR")

world_need_root() {
	[ "$(id -u)" = 0 ] || skip 'only root can attach loop devices'
}

kernel_has() { # TYPE
	grep -qw "$1" /proc/filesystems || modprobe -q "$1" 2>/dev/null
}

# ---- what comes in a moment --------------------------------------------------------

# A loaded machine is slow, not wrong: this is how long a moment may last there, in seconds.
PATIENCE=30

eventually() { # COMMAND...
	local end=$((EPOCHSECONDS + PATIENCE))

	until "$@"; do
		[ "$EPOCHSECONDS" -lt "$end" ] || _fail "not within $PATIENCE s: $*" || return
		sleep 0.02
	done
}

is_not() { # COMMAND...
	! "$@"
}

# A run's other processes would undo what they can.
kill_at_once() { # PID...
	kill -STOP "$@"
	kill -KILL "$@"
}

try_kill() { # ARG...
	kill "$@" 2>/dev/null || return 0
}

is_stopped() { # PID
	grep -qs '^State:.T' "/proc/$1/status"
}

has_ended() { # PID
	! grep -qs '^State:.[^ZX]' "/proc/$1/status"
}

stops_in() { # LOG
	stopped=$(awk 'NR == 1 && $1 == "fired" { print $4 }' "$1" 2>/dev/null | tr -d '\0')
	is_stopped "$stopped"
}

hold() { # LOOP
	# shellcheck disable=SC2217 # that it has it open is all
	sleep 1000 <"$1" >/dev/null 2>&1 3>&- &
	holder=$!
	eventually _world_has_open "$1"
}

_world_has_open() { # LOOP
	[ "$(readlink "/proc/$holder/fd/0")" = "$1" ]
}

# ---- what there is ---------------------------------------------------------------

# The virtual machine of scripts/vm has no other users.
_world_alone() {
	[ -n "${VM_UDEV-}" ]
}

# Every process of the tests inherits a limit that nothing needs, lowered to a number of this run of bats: a tool
# has an environment of its own, and other topics of the same check are in the same session.
_world_mark() {
	local half

	[ -z "${world_marked-}" ] || return 0
	half=$(($(ulimit -i) / 2))
	ulimit -i $((half + $(cksum <<<"$BATS_RUN_TMPDIR" | cut -d' ' -f1) % half))
	world_marked=1
}

# A process that has ended is not one: some machines' init does not reap an orphan.
_is_ours() { # PID
	local limits

	mapfile -t limits 2>/dev/null <"/proc/$1/limits"
	[[ "${limits[*]}" =~ 'Max pending signals '\ *"$(ulimit -i) " ]] && ! has_ended "$1"
}

# A layer's file has no name on the host. Such a device is ours if a process of ours holds its lock. If none
# does, its run was killed; that may be another check's, so it counts only with strays=too, for those who wait.
_is_our_loop() { # /dev/NODE FILE
	local inode lines line words

	! stands_below "/sys/block/${1#/dev/}" "${WORLD_NAMES[@]}" || return 0
	[[ $2 == */export* || $2 == /memfd:* ]] || return
	inode=$(stat -c '%Hd %Ld %i' "$1" 2>/dev/null) || return
	read -ra words <<<"$inode"
	printf -v inode '%02x:%02x:%d' "${words[@]}"
	mapfile -t lines </proc/locks
	for line in "${lines[@]}"; do
		[[ $line == *" FLOCK "*" $inode "* ]] || continue
		read -ra words <<<"$line"
		_is_ours "${words[4]}"
		return
	done
	[ "${strays-}" = too ]
}

# The lines FILE:TEXT of grep that are our processes and loop devices. The kernel keeps 15 letters of a name.
TOOLS='^(domUloader|kpartx|lvm|qemu-img|qemu-storage-da)$'

_ours() {
	local file text

	while IFS=: read -r file text; do
		if [[ $file == /proc/* ]]; then
			file=${file//[!0-9]/}
			! _world_alone && ! _is_ours "$file" || echo "process $file $text"
		else
			file=${file#/sys/block/} file=/dev/${file%%/*}
			! _world_alone && ! _is_our_loop "$file" "$text" || echo "loop device $file: $text"
		fi
	done
}

_world_loops() {
	grep -sH . /sys/block/loop*/loop/backing_file | _ours
}

_world_processes() {
	grep -sHE "$TOOLS" /proc/[0-9]*/comm | _ours
}

_world_is_ours() { # /sys/block/DEVICE
	_world_alone || stands_below "$1" "${WORLD_NAMES[@]}"
}

# The kernel takes a killed run's back as its processes end; reap may be quicker.
no_loops() {
	[ -z "$(_world_loops)" ]
}

_world_maps() {
	local file name

	for file in /sys/block/dm-*/dm/name; do
		{ read -r name <"$file"; } 2>/dev/null || continue
		! _world_is_ours "${file%/dm/*}" || echo "device-mapper map $name"
	done
}

_world_mounts() {
	local alone=0

	_world_alone && alone=1
	awk -v alone="$alone" -v below="$BATS_RUN_TMPDIR/" '
		alone || index($5, below) == 1 || index($5, "/proc/driver") == 1 {
			print "mount " $5
		}' /proc/self/mountinfo
}

# libdevmapper's cookies: keys that begin with 0x0d4d, which is 3405. Their owner is unknown.
_world_semaphores() {
	! _world_alone || awk 'int($1 / 65536) == 3405 { print "semaphore " $1 }' /proc/sysvipc/sem
}

_world_images() {
	find "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" -maxdepth 1 -name '*.img' -type f \
		-printf 'image %p %s bytes, changed %t\n' | sort
}

_world_copies() {
	[ ! -d "$OUT" ] || find "$OUT" -mindepth 1 -printf 'copy %p\n' | sort
}

_world() {
	_world_loops
	_world_maps
	_world_mounts
	_world_processes
	_world_semaphores
	_world_copies
}

# ---- as it was -------------------------------------------------------------------

world_save() {
	OUT=$BATS_TEST_TMPDIR/out
	STDOUT=$BATS_TEST_TMPDIR/stdout
	STDERR=$BATS_TEST_TMPDIR/stderr
	CONF=$BATS_TEST_TMPDIR/conf
	mkdir -p "$OUT"
	: >"$CONF"
	_world_mark
	_world >"$BATS_TEST_TMPDIR/world.before"
}

# What killed runs had is taken back a moment later. Other runs were looked at when they ended.
world_assert() {
	local strays=too

	[ -e "$BATS_TEST_TMPDIR/world.before" ] || return 0 # skipped
	eventually _world_as_before >/dev/null ||
		_world_same "$BATS_TEST_TMPDIR/world.before" "$BATS_TEST_TMPDIR/world.after"
}

_world_as_before() {
	_world >"$BATS_TEST_TMPDIR/world.after"
	cmp -s "$BATS_TEST_TMPDIR/world.before" "$BATS_TEST_TMPDIR/world.after"
}

_world_same() { # BEFORE AFTER
	diff -U0 "$1" "$2" >"$2.diff" && return
	echo 'The machine is not as it was (-: gone, +: left behind):'
	sed '1,2d; /^@@/d' "$2.diff"
	return 1
}

# ---- running it ------------------------------------------------------------------

# Everything on the machine: the owner is determined only for what is new after a run.
_world_seen() {
	grep -sHE "$TOOLS|^/" /proc/[0-9]*/comm /sys/block/loop*/loop/backing_file || return 0 # they come and go
}

# Nothing is left at the moment when a run ends by itself. Exit code 4 reports what is; what a killed run had is
# its keeper's or the kernel's to take back. In the virtual machine udev runs tools of its own.
_assert_undone() { # SEEN-BEFORE
	local late

	[[ $status != 4 && $status -lt 128 ]] && ! _world_alone || return 0
	late=$(_world_seen | grep -vxFf <(echo "$1") | _ours)
	[ -z "$late" ] || _fail "it has ended, and there is still: $late"
}

domu_bare() {
	local seen

	status=0
	seen=$(_world_seen)
	_world_images >"$BATS_TEST_TMPDIR/images.before"
	"$DOMU" "$@" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
	_assert_undone "$seen" || return
	_world_images >"$BATS_TEST_TMPDIR/images.after"
	_world_same "$BATS_TEST_TMPDIR/images.before" "$BATS_TEST_TMPDIR/images.after"
}

domu() {
	domu_bare --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" "$@"
}

domu_own() {
	local program=$DOMU

	DOMU=$OWN_LOOPS domu_bare "$program" "$@"
}

domu_start() {
	"$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" "$@" \
		>"$STDOUT" 2>"$STDERR" </dev/null 3>&- &
	pid=$!
}

domu_wait() {
	status=0
	wait "$pid" || status=$?
}

# ---- what it said ----------------------------------------------------------------

_fail() {
	echo "$*"
	if [ -e "$STDERR" ]; then
		echo "--- status ${status-none}, stderr:"
		head -c 4000 "$STDERR" | cat -v
		echo "--- stdout:"
		head -c 2000 "$STDOUT" | cat -v
		echo
	fi
	return 1
}

assert_status() {
	[ "$status" = "$1" ] || _fail "exit code $status, not $1"
}

# Nothing was copied and nothing answered, whatever the reason.
assert_error() {
	local n

	[ "$status" != 0 ] || _fail "it should have failed: $1" || return 1
	n=$(sed -n '/^domUloader error: /p' "$STDERR" | wc -l)
	[ "$n" = 1 ] || _fail "$n error lines, not one" || return 1
	grep -v '^  hint: ' "$STDERR" | grep -qF -- "$1" || _fail "the error does not say: $1" || return 1
	! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' "$STDERR" ||
		_fail 'the error holds control bytes' || return 1
	assert_no_stdout && assert_no_copies
}

assert_hint() {
	grep -qF -- "$1" "$STDERR" || _fail "stderr does not say: $1"
}

assert_without() {
	! LC_ALL=C grep -q "$1" "$2" || _fail "bytes that don't belong into $2"
}

assert_no_stdout() {
	[ ! -s "$STDOUT" ] || _fail 'there is something on stdout'
}

assert_no_copies() {
	[ -z "$(_world_copies)" ] || _fail "copies are left: $(_world_copies)"
}

# The first characters show the result's format.
_answer_format() {
	local begin

	begin=$(head -c 7 "$ANSWER" | tr '\0' '\n')
	case $begin in
	linux*) echo sxp ;;
	'{'*) echo json ;;
	kernel*) [ "$(tr -dc '\0' <"$ANSWER" | wc -c)" = 0 ] && echo simple || echo simple0 ;;
	*) echo none ;;
	esac
}

# Paths of the tests have no characters that sxp quotes; tests/answers.bats reads all of them.
answer() { # KEY
	local ANSWER=${ANSWER:-$STDOUT}

	case $(_answer_format) in
	sxp) sed -n "s/.*($1 \([^()]*\)).*/\1/p" "$ANSWER" | sed "s/^'\(.*\)'\$/\1/" ;;
	simple) sed -n "s/^$1 //p" "$ANSWER" ;;
	simple0) tr '\0' '\n' <"$ANSWER" | sed -n "s/^$1 //p" ;;
	json) jq -r ".$1 | if type == \"object\" then .path else . // empty end" "$ANSWER" ;;
	none) ;;
	esac
}

_assert_copy() { # KEY FILE
	local copy

	copy=$(answer "$1")
	if [ -z "${2-}" ]; then
		[ -z "$copy" ] || _fail "the answer names a $1: $copy"
		return
	fi
	[[ $copy == /* ]] || _fail "the answer names no $1 by an absolute path" || return 1
	[ -f "$copy" ] && [ ! -L "$copy" ] || _fail "no regular file: $copy" || return 1
	[ "$(stat -c '%a %u %h' "$copy")" = '600 0 1' ] ||
		_fail "mode, owner, links of $copy: $(stat -c '%a %u %h' "$copy")" || return 1
	cmp "$copy" "$2" || _fail "the $1's copy is not what is in the guest" || return 1
	rm "$copy"
}

assert_copies() { # KERNEL [RAMDISK]
	assert_status 0 && _assert_copy kernel "$1" && _assert_copy ramdisk "${2-}" || return 1
	! grep -q '^domUloader error' "$STDERR" || _fail 'an error, and exit code 0'
}
