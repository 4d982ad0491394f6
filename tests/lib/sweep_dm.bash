# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# sweep_dm - SIGKILL at the system calls from kpartx's start to the mount, when each map is open
#
#   sweep_dm keeper     at the keeper's calls: only the keeper
#   sweep_dm all        at the keeper's calls: all processes at once
#   sweep_dm kpartx     at kpartx's calls to device-mapper (KILL=full: at each): all processes at once
#   sweep_dm every      at each call of each process: alone, and with all others
#
# In the virtual machine only. If one process is killed, nothing may be left behind. If all are killed at
# once, reap must find the leftovers; the sweep prints how often. Needs sweep_guests, world.bash and sweep.bash.

# shellcheck disable=SC2154 # sweep.bash's
IOCTL=16 MOUNT=165 # the machine is an x86-64
KEEPER=1 READER=2 KPARTX=3 # in the order in which the processes are forked
needed=0

sweep_dm() {
	export OUT STDOUT STDERR CONF TOP
	export FAULTY=$BATS_FILE_TMPDIR/faulty/domUloader DOMU=$BATS_FILE_TMPDIR/plain/domUloader
	bash "$TOP/tests/lib/sweep_dm.bash" "$@"
}

# Sets counts (the processes' numbers of calls, after a word) and forked (which call of the parent's).
_dm_begin() {
	killed=$BATS_TEST_TMPDIR/killed
	_sweep_begin
	_sweep_call 0 0 self
	rm -f "$OUT"/*
	read -ra forked < <(sed -n 2p "$killed")
	cp "$killed" "$killed.0"
	[ "${#counts[@]}" = $((KPARTX + 2)) ] || complain 'no fault' "processes: ${#counts[@]}"
}

_dm_numbers() { # PROCESS: sets numbers, those of its calls
	read -ra numbers < <(sed -n $((3 + $1))p "$killed.0")
}

# Sets first and last: the keeper's calls from kpartx's fork to the first mount after it.
_dm_window() {
	_dm_numbers $KEEPER
	first=${forked[KPARTX + 1]}
	for ((last = first; last < ${#numbers[@]}; last++)); do
		[ "${numbers[last]}" != $MOUNT ] || return 0
	done
	complain 'no fault' 'no mount after kpartx'
}

# A second after all were killed: 0 when a map is left, which reap has removed then.
_dm_reaped() {
	local until=$((${EPOCHREALTIME/[.,]/} + 1000000))

	while ((${EPOCHREALTIME/[.,]/} < until)); do
		_sweep_look
		[[ "${left[*]}" == *map* ]] || return 1
		sweep_nap 0.05
	done
	needed=$((needed + 1))
	"$DOMU" reap --config="$CONF" --tmpdir="$OUT" >/dev/null
}

_dm_kill() { # PROCESS CALL self|all
	local where="process $1, call $2, $3 killed"

	_sweep_call "$1" "$2" "$3"
	[ "$3" != all ] || ! _dm_reaped || sweep_left "$where, after reap" || return 0
	_sweep_judge_kill "$where" "$3"
}

_dm_keeper() { # self|all
	local call first last

	_dm_window
	for ((call = first; call <= last; call++)); do
		_dm_kill $KEEPER "$call" "$1"
	done
}

_dm_kpartx() {
	local call

	_dm_numbers $KPARTX
	for ((call = 1; call <= ${#numbers[@]}; call++)); do
		if [ "${KILL-}" = full ] || [ "${numbers[call - 1]}" = $IOCTL ]; then
			_dm_kill $KPARTX "$call" all
		fi
	done
}

_dm_every() {
	local process call

	for process in 0 $KEEPER $READER; do
		for ((call = 1; call <= counts[process + 1]; call++)); do
			_dm_kill "$process" "$call" self
			_dm_kill "$process" "$call" all
		done
	done
}

[ "${BASH_SOURCE[0]}" = "$0" ] || return 0
# shellcheck source=tests/lib/world.bash
. "$TOP/tests/lib/world.bash"
# shellcheck source=tests/lib/sweep.bash
. "$TOP/tests/lib/sweep.bash"
set -uo pipefail
SECONDS=0
sweep_use one
_dm_begin
case $1 in
keeper) _dm_keeper self ;;
all) _dm_keeper all ;;
*) "_dm_$1" ;;
esac
echo "# reap was needed $needed times" >&3
sweep_verdict "kills at system calls ($1)"
