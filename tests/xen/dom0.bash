# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# dom0 - guests of a real Xen, for tests that run inside `scripts/vm --xen`
#
#   in_dom0, dom0_need           whether this is a dom0 of scripts/vm; skip if it is not
#   dom0_save, dom0_assert       in setup and teardown: domains, libxl's leftovers, and everything
#                                that world_save and world_assert compare
#   config NAME LINE...          writes $T/NAME.cfg: a small PV guest with domUloader
#   create NAME [OPTION...]      xl create: $status, xl's messages in $STDERR
#   await_console NAME TEXT      waits until the guest prints TEXT
#   await_end NAME               waits until the guest is completely gone
#   bootloader_log NAME          the newest of /var/log/xen/bootloader.*.log
#   assert_console NAME TEXT     the guest printed that line
#   assert_tiny NAME KERNEL ARGS RAMDISK
#                                the guest was tinypv KERNEL, with that command line and that file
#   assert_xl_says TEXT          xl create printed TEXT
#   assert_refused TEXT HINT     xl create failed, and the log has one error line, with TEXT
#
# An emulated, shared machine is slow: each wait has a long limit and ends early. Starting a process is
# expensive under Xen, so waiting starts only sleep.

# shellcheck disable=SC2034 # used by the tests
TINY=$TOP/build/xen
CONSOLES=/var/log/xen/console
WAIT=${DOM0_WAIT:-240}

# Never use another dom0.
in_dom0() {
	[ -n "${VM_UDEV-}" ] && [ -e /proc/xen/capabilities ]
}

dom0_need() {
	in_dom0 || skip 'runs inside the machine of scripts/vm --xen only'
}

# ---- as it was -------------------------------------------------------------------

_dom0() {
	xl list | awk 'NR > 1 { print "domain " $1 }'
	find /var/lib/xen -mindepth 1 -name 'bootloader.*'
	find /var/lib/xen/tmp -mindepth 1 2>/dev/null || true # lint: there may be none
}

dom0_save() {
	T=$BATS_TEST_TMPDIR
	domains=()
	rm -f /var/log/xen/bootloader.*.log
	world_save
	_dom0 >"$T/dom0.before"
}

dom0_assert() {
	local name

	[ -e "${T-}/dom0.before" ] || return 0 # skipped
	for name in "${domains[@]}"; do
		! xl domid "$name" >/dev/null 2>&1 || xl destroy "$name" || true # lint: it may end meanwhile
	done
	for name in "${domains[@]}"; do
		await_end "$name" || return
	done
	_dom0 >"$T/dom0.after"
	_world_same "$T/dom0.before" "$T/dom0.after" && world_assert
}

# ---- guests ----------------------------------------------------------------------

# A later line of the same key wins.
config() { # NAME LINE...
	local name=$1

	shift
	printf '%s\n' "name=\"$name\"" 'type="pv"' 'memory=32' 'vcpus=1' \
		'bootloader="domUloader"' 'on_crash="destroy"' "$@" >"$T/$name.cfg"
	rm -f "$CONSOLES/guest-$name.log" "/var/log/xen/xl-$name.log"*
	domains+=("$name")
}

create() { # NAME [OPTION...]
	local name=$1

	shift
	status=0
	xl create "$@" "$T/$name.cfg" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
}

bootloader_log() {
	find /var/log/xen -name 'bootloader.*.log' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2
}

_tell() { # MESSAGE NAME
	local file

	echo "$1"
	for file in "$STDERR" /var/log/xen/bootloader.*.log "$CONSOLES/guest-$2.log" \
		"/var/log/xen/xl-$2.log"; do
		[ -s "$file" ] || continue
		echo "--- $file:"
		tail -n 25 "$file" | tr -d '\r' | cat -v
	done
	return 1
}

_holds() { # FILE REGEX
	local text=''

	{ IFS= read -rd '' text <"$1" || true; } 2>/dev/null # lint: no NUL ends it
	[[ $text =~ $2 ]]
}

# The xl that looks after a guest; its log says who it is.
_daemon() { # NAME
	_holds "/var/log/xen/xl-$1.log" '\[pid ([0-9]+)\]' && kill -0 "${BASH_REMATCH[1]}" 2>/dev/null
}

await_console() { # NAME TEXT
	local limit=$((SECONDS + WAIT)) ended=0

	[ "$status" = 0 ] || _tell "xl create ended with $status" "$1" || return
	until _holds "$CONSOLES/guest-$1.log" "$2"; do
		[ "$SECONDS" -lt "$limit" ] || _tell "guest $1 did not say within $WAIT s: $2" "$1" || return
		_daemon "$1" || ended=$((ended + 1))
		[ "$ended" -lt 10 ] || _tell "guest $1 ended, and did not say: $2" "$1" || return
		sleep 1
	done
}

# Its xl goes last: it has detached the disks then.
await_end() { # NAME
	local limit=$((SECONDS + WAIT))

	while _daemon "$1" || xl domid "$1" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$limit" ] || _tell "guest $1 is still there after $WAIT s" "$1" || return
		sleep 1
	done
}

assert_console() { # NAME LINE
	tr -d '\r' <"$CONSOLES/guest-$1.log" | grep -aqxF -- "$2" || _tell "guest $1 did not say: $2" "$1"
}

_crc32() { # FILE
	python3 -c 'import sys, zlib; print("%08x" % zlib.crc32(open(sys.argv[1], "rb").read()))' "$1"
}

assert_tiny() { # NAME KERNEL ARGS RAMDISK
	await_console "$1" 'tinypv done' &&
		assert_console "$1" "tinypv $2" &&
		assert_console "$1" "command line: [$3]" &&
		assert_console "$1" "ramdisk: $(stat -Lc %s "$4") bytes, crc32 $(_crc32 "$4")"
}

assert_xl_says() { # TEXT
	grep -qF -- "$1" "$STDERR" || _tell "xl does not say: $1" "${domains[-1]}"
}

assert_refused() { # TEXT HINT
	local log

	log=$(bootloader_log)
	[ "$status" = 3 ] || _tell "xl create ended with $status" "${domains[-1]}" || return
	if [ "$(grep -c '^domUloader error: ' "$log")" != 1 ] ||
		! grep -qF -- "$1" "$log" || ! grep -qF -- "hint: $2" "$log"; then
		_tell "the log does not say: $1, $2" "${domains[-1]}"
	fi
}
