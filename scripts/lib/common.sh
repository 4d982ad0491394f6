# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# common.sh - what the scripts share: how they speak, whom they run as, how they know the machine is as before

# shellcheck source=scripts/lib/devices.sh
. "${BASH_SOURCE[0]%/*}/devices.sh"

# The clock of the outermost script, so that the steps of the inner ones go on counting.
: "${STEP_CLOCK:=$EPOCHSECONDS}"
export STEP_CLOCK

if [[ -t 1 && -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
	bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
	bold='' green='' red='' plain=''
fi

say() { printf '%s\n' "$*"; }
step() { printf '%s[%3ds]%s %s\n' "$bold" "$((EPOCHSECONDS - STEP_CLOCK))" "$plain" "$*"; }
title() { printf '%s%s%s\n' "$bold" "$*" "$plain"; }
good() { printf '%s%s%s\n' "$green" "$*" "$plain"; }
bad() { printf '%s%s%s\n' "$red" "$*" "$plain" >&2; }

die()
{
	bad "${0##*/}: $*"
	exit 1
}

need_root()
{
	((EUID == 0)) || die "$1 needs root: sudo scripts/${0##*/}"
}

# as_owner COMMAND...: as whoever owns the checkout, so that what is built can be rebuilt and removed without root.
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

# world_added BEFORE DIR...: what is there now and was not; waits a moment, since udev and others come and go.
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
