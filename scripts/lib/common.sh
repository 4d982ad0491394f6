# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# common.sh - what the scripts share: how they speak, whom they run as, how they know the machine is as before

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

# What a run could leave behind in the kernel: loop devices, device-mapper maps, mounts.
world_state()
{
	local map

	losetup --list --noheadings --raw --output NAME,OFFSET,BACK-FILE | sed 's/^/loop device /'
	for map in /sys/block/dm-*/dm/name; do
		[[ ! -r $map ]] || sed 's/^/device-mapper map /' "$map"
	done
	cut -d' ' -f1-3 /proc/self/mounts | sed 's/^/mount /'
}

# world_added BEFORE: what is there now and was not; waits a moment, since udev and others come and go.
world_added()
{
	local added try

	for try in 1 2 3 4 5 6; do
		((try == 1)) || sleep 0.5
		added=$(comm -13 <(sort -u <<<"$1") <(world_state | sort -u))
		[[ -n $added ]] || return 0
	done
	printf '%s\n' "$added"
}
