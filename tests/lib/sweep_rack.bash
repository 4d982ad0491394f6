# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# sweep_rack - sweeps of the commands for many guests: a guest's files are complete or absent
#
#   sweep_rack COMMAND faults       each step of the command itself fails once (SWEEP=full: each step of all
#                                   its processes)
#   sweep_rack COMMAND kills N      at every N-th step the process that takes it is killed, or the run's
#                                   first process, or all at once (KILL=full: all three at each step)
#
# Two guests, one at a time: a is updated, b is new. After each run nothing temporary is left, a is complete,
# b is complete or absent, and the next run succeeds. Needs sweep_guests, world.bash and sweep.bash.

# shellcheck disable=SC2154 # sweep.bash's

sweep_rack() {
	export OUT STDOUT STDERR CONF TOP
	export FAULTY=$BATS_FILE_TMPDIR/faulty/domUloader DOMU=$BATS_FILE_TMPDIR/plain/domUloader
	bash "$TOP/tests/lib/sweep_rack.bash" "$@"
}

_rack_use() { # COMMAND
	local name

	guest=$1
	rack=$BATS_TEST_TMPDIR/$1
	whole=$BATS_TEST_TMPDIR/$1.whole
	LOG=$BATS_TEST_TMPDIR/steps
	ANSWER_FILE=$BATS_TEST_TMPDIR/answer
	for name in a b; do
		printf '{"name": "%s", "disks": ["file:%s,hda,w"], "entry": "hda1:/boot/vmlinuz,/boot/initrd"}\n' \
			"$name" "$BATS_FILE_TMPDIR/one.img"
	done >"$BATS_TEST_TMPDIR/list"
	args=("$1" --config="$CONF" --mapper=loop -j 1 --modules -o "$rack" "$BATS_TEST_TMPDIR/list")
	goes_on=("${args[@]}")
	[ "$1" != batch ] || goes_on+=(--resume)
	"$DOMU" "${args[@]}" >"$STDOUT" 2>&1 3>&- && cp -rL "$rack/a" "$whole"
	{ cmp "$whole/vmlinuz" "$BATS_FILE_TMPDIR/guests/kernel" && cmp "$whole/initrd" "$BATS_FILE_TMPDIR/guests/ramdisk"; } ||
		complain 'no fault' 'the copies are not what the guest has'
	_rack_forget_b
	_sweep_begin
	_rack_forget_b
}

_rack_forget_b() {
	rm -rf "$rack/b" "$rack/.versions/b"
}

_rack_is_whole() { # NAME
	diff -qr -x MANIFEST.json "$rack/$1" "$whole" >/dev/null 2>&1 && [ -s "$rack/$1/MANIFEST.json" ]
}

_rack_is_own() { # STEP
	[[ $1 =~ ^(rack|roster|lines|pool|report|store|tree|remove|task|manifest)\. ]]
}

_rack_judge() { # FAULTS [later]
	[[ "${said[*]}" != *Sanitizer* && "${said[*]}" != *'runtime error:'* ]] || complain "$1" 'a sanitizer speaks'
	_rack_is_whole a || complain "$1" 'a is not whole'
	[ ! -e "$rack/b" ] || _rack_is_whole b || complain "$1" 'b is half there'
	[ "$status" != 0 ] || _rack_is_whole b || complain "$1" 'it succeeded without b'
	sweep_left "$1" ${2+"$2"}
	"$DOMU" "${goes_on[@]}" >"$STDOUT" 2>&1 </dev/null 3>&- || complain "$1" "the next run: $(<"$STDOUT")"
	_rack_is_whole b || complain "$1" 'the next run made no b'
	[ -z "$(compgen -G "$rack/.domUloader.*")" ] || complain "$1" 'the next run left what was half made'
	_rack_forget_b
}

# ---- a step fails ----------------------------------------------------------------

# By the labels of the log the run itself is the front: what fails in another process is one guest's failure.
_rack_judge_told() { # FAULTS
	local words

	read -ra words <<<"$fired"
	[ -e "$rack/b" ] || [ -z "$(ls -A "$rack/.versions/b" 2>/dev/null)" ] || complain "$1" 'a version without a name'
	[[ ${words[3]} == remove.* ]] || ! compgen -G "$rack/.domUloader.*" >/dev/null || complain "$1" 'half of it is left'
	[ "$status" != 0 ] || { ! _rack_is_own "${words[3]}" || complain "$1" 'nobody was told'; return; }
	[[ $status == [124] ]] || complain "$1" "exit code $status"
	! _rack_is_own "${words[3]}" || grep -qF "[${words[3]}]" "$STDOUT" "$STDERR" || complain "$1" 'it is not named'
	[ "${words[0]}" != front ] || return 0
	grep -qF '1 of 2 guests failed:' "$STDERR" || complain "$1" 'no table of one guest'
	[ "$(grep -cE '^[ab]: (done|unchanged)' "$STDOUT")" = 1 ] || complain "$1" 'the other guest is not done'
}

_rack_faults() {
	local n name

	for ((n = 1; ; n++)); do
		name=$(sed -n "${n}s/.* \([a-z]*\.[a-z_]*\).*/\1/p" <<<"$steps")
		if [ "${SWEEP-}" != full ]; then
			[ -n "$name" ] || break
			_rack_is_own "$name" || continue
			! grep -qxF "$name" "$BATS_FILE_TMPDIR/swept" 2>/dev/null || continue
		fi
		sweep_run "#$n=EIO"
		[ -n "$fired" ] || break
		_rack_judge_told "#$n=EIO"
		_rack_judge "#$n=EIO"
		echo "$name" >>"$BATS_FILE_TMPDIR/swept"
	done
}

# ---- a process is killed ---------------------------------------------------------

_rack_kill_at() { # N VICTIM
	local where="#$1, $2 killed" whom

	if [ "$2" = self ]; then
		sweep_run "#$1=KILL"
	else
		rm -f "$LOG"
		ASAN_OPTIONS=detect_leaks=0 DOMU_FAULT="#$1=STOP" DOMU_FAULT_LOG=$LOG \
			setsid "$FAULTY" "${args[@]}" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- &
		front=$! fired='' runs=$((runs + 1))
		whom=$front
		[ "$2" != all ] || whom=-$front
		if _sweep_wait_stop; then
			kill -KILL -- "$whom"
			kill -CONT "$stopped" 2>/dev/null
		fi
		_sweep_wait_end "$where"
		mapfile -t said <"$STDERR"
	fi
	_rack_judge "$where" later
}

_rack_kills() { # STRIDE
	local n victim victims=(self run all)

	[ "${KILL-}" != full ] || set -- 1
	for ((n = 1; n <= $(grep -c . <<<"$steps"); n += $1)); do
		for victim in "${victims[@]}"; do
			_rack_kill_at "$n" "$victim"
			[ "${KILL-}" = full ] || break
		done
		victims=("${victims[@]:1}" "${victims[0]}")
	done
}

[ "${BASH_SOURCE[0]}" = "$0" ] || return 0
# shellcheck source=tests/lib/world.bash
. "$TOP/tests/lib/world.bash"
# shellcheck source=tests/lib/sweep.bash
. "$TOP/tests/lib/sweep.bash"
set -uo pipefail
SECONDS=0
_rack_use "$1"
"_rack_$2" "${3-}"
sweep_verdict "$2"
