# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# common.sh - shared by the scripts: output, progress, users, and comparing the machine before and after

# shellcheck source=scripts/lib/devices.sh
. "${BASH_SOURCE[0]%/*}/devices.sh"

# The start time of the outermost script: the steps of inner scripts continue to count from it.
: "${STEP_CLOCK:=$EPOCHSECONDS}"
export STEP_CLOCK

if [[ -t 1 && -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
	bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
	bold='' green='' red='' plain=''
fi

say() { printf '%s\n' "$*" && progress_note said; }
clock() { printf '%s[%3ds]%s %s\n' "$bold" "$((EPOCHSECONDS - STEP_CLOCK))" "$plain" "$*"; }
step() { clock "$@" && progress_note said && progress_note step "$@"; }
title() { say "$bold$*$plain"; }
good() { say "$green$*$plain"; }
bad() { say "$red$*$plain" >&2; }

die()
{
	bad "${0##*/}: $*"
	exit 1
}

need_root()
{
	((EUID == 0)) || die "$1 needs root: sudo scripts/${0##*/}"
}

# as_owner COMMAND...: run it as the owner of the checkout, who can then rebuild and remove the result.
as_owner()
{
	local uid gid

	uid=$(stat -c %u .)
	gid=$(stat -c %g .)
	if ((EUID != 0 || uid == 0)); then
		"$@"
	else
		setpriv --reuid="$uid" --regid="$gid" --clear-groups -- "$@"
	fi
}

# ---- progress ----

: "${SILENCE:=10}" # seconds without a line

# progress_begin [FUNCTION]: after $SILENCE seconds without output, print the last step, or the output of FUNCTION. This
# ends with progress_end, or when the script ends in any way. Scripts started by this one inherit $PROGRESS: their
# output counts, and they do not start a second watcher.
progress_begin()
{
	local parent=$BASHPID

	[[ -z ${PROGRESS-} ]] || return 0
	PROGRESS=$(mktemp -d "${TMPDIR:-/tmp}/progress.$$.XXXXXX")
	export PROGRESS
	mkfifo "$PROGRESS/nap" # never written to: read with a timeout, it replaces a sleep(1) process
	progress_note said
	progress_note step starting
	progress_watch "$parent" "${1-last_step}" &
	progress_pid=$!
}

progress_end()
{
	[[ -n ${progress_pid-} ]] || return 0
	kill "$progress_pid" 2>/dev/null || true
	wait "$progress_pid" 2>/dev/null || true
	unset PROGRESS progress_pid
}

# progress_note said|step [TEXT...]: record the time, and the step, for other processes
progress_note() { [[ -z ${PROGRESS-} ]] || { echo "$EPOCHSECONDS ${*:2}" >"$PROGRESS/$1"; } 2>/dev/null || true; }

# since SECONDS: print the duration in words
since()
{
	local seconds=$((EPOCHSECONDS - $1))

	if ((seconds < 60)); then
		echo "since $seconds s"
	else
		echo "since $((seconds / 60)) min"
	fi
}

last_step()
{
	local since text

	read -r since text <"$PROGRESS/step"
	echo "${text:0:80}, $(since "$since")"
}

# Runs as its own process. It ends when its parent process changes, that is, when the script has ended.
progress_watch() # PARENT FUNCTION
{
	local parent nap said

	trap 'rm -rf "$PROGRESS"' EXIT
	trap 'exit 0' TERM
	exec {nap}<>"$PROGRESS/nap"
	while read -r _ _ _ parent _ <"/proc/$BASHPID/stat" && [[ $parent == "$1" ]]; do
		read -rt 1 -u "$nap" || true
		read -r said _ <"$PROGRESS/said"
		if ((EPOCHSECONDS - said >= SILENCE)); then
			clock "$("$2")"
			progress_note said
		fi
	done
}

# world_state DIR...: what a run could leave behind in the kernel: loop devices and device-mapper maps over files
# below the directories, mounts there, and what only a run makes, whoever's it was. The rest is other users'.
world_state()
{
	local device words dir names

	mapfile -t names < <(names_of "$@")
	for device in /sys/block/{loop,dm-}*; do
		if stands_below "$device" "${names[@]}" || is_dead_export "$device"; then
			say "device ${device##*/}: $(cat "$device"/{loop/offset,loop/backing_file,dm/name} 2>/dev/null | paste -sd ' ')"
		fi
	done
	while read -ra words; do
		for dir in "$@" /proc/driver; do
			[[ ${words[1]}/ != "$dir"/* ]] || say "mount ${words[*]:0:3}"
		done
	done </proc/self/mounts
}

# world_added BEFORE DIR...: print what was added. Waits a moment, because udev may still use a device.
world_added()
{
	local before=$1 added try

	shift
	for try in 1 2 3 4 5 6; do
		((try == 1)) || sleep 0.5
		added=$(comm -13 <(sort -u <<<"$before") <(world_state "$@" | sort -u))
		[[ -n $added ]] || return 0
	done
	printf '%s\n' "$added"
}
