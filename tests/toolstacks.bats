#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC1003,SC2016,SC2030,SC2031 # nasty strings; each test is a subshell
# toolstacks - drivers that call the program like libxl, xend and xenopsd, and fail where these would fail

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

# A disk with /boot on its first partition and the root on its second.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_boot_tree boot
	ln -s initrd.img-6.1.0 boot/initrd.img
	guest_fs ext4 boot.fs 8 boot -L boot
	mkdir -p root/boot root/etc
	ln -s boot/vmlinuz-6.1.0 root/vmlinuz
	ln -s /boot/initrd.img-6.1.0 root/initrd.img
	echo 'LABEL=boot /boot ext4 defaults 0 2' >root/etc/fstab
	guest_fs ext4 root.fs 8 root
	guest_disk dos guest.img boot.fs root.fs
	head -c 8M /dev/zero >broken.img
	# A program of any other name is not what xenopsd starts.
	ln -s "$DOMU" pygrub
	ln -s "$DOMU" eliloader
}

setup() {
	world_need_root
	[ -x "$TOP/build/tools/as_libxl" ] || skip 'no build/tools/as_libxl: make tools'
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=boot/vmlinuz-6.1.0 R=boot/initrd.img-6.1.0
	XEN=$BATS_TEST_TMPDIR/xen # where a toolstack has its files
	mkdir "$XEN"
}

teardown() {
	world_assert
}

# ---- the toolstacks ----------------------------------------------------------------

# Options that separate a test from this host; they stand where the caller's own do.
ours() {
	OURS=(--config="$CONF" --mapper="${DOMU_MAPPER:-loop}" "$@")
}

# driver NAME ARG...: sets $status; what the driver itself says is in $STDERR
driver() {
	status=0
	_world_images >"$BATS_TEST_TMPDIR/images.before"
	"$TOP/build/tools/$1" "${@:2}" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
	_world_images >"$BATS_TEST_TMPDIR/images.after"
	_world_same "$BATS_TEST_TMPDIR/images.before" "$BATS_TEST_TMPDIR/images.after"
}

# hand_over DRIVER [DRIVER-OPTION]... -- [ARGUMENT]... DISK
hand_over() {
	local name=$1 options=()

	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	rm -f "$XEN"/*
	driver "$name" "${options[@]}" "$XEN" "$DOMU" "${OURS[@]}" "$@"
}

libxl() {
	ours
	hand_over as_libxl "$@"
}

xend() {
	ours --tmpdir="$OUT"
	hand_over as_xend "$@"
}

# In a /run of its own, since the copies go to a fixed place; $RUN_AS pygrub or eliloader.
# xenopsd [-u UID] ARGUMENTS IMAGE
xenopsd() {
	local options=()

	[ "$1" != -u ] || { options=(-u "$2") && shift 2; }
	rm -f "$XEN"/*
	ours
	status=0
	unshare --mount bash -euc '
		mount -t tmpfs none "$(realpath /var/run)"
		mkdir -p /var/run/xen /var/run/xend/boot
		status=0
		"$@" || status=$?
		find /var/run/xen /var/run/xend ! -type d
		[ ! -d /var/run/xen/pygrub ] || stat -c "%a %U" /var/run/xen/pygrub >>"$0"
		exit "$status"
	' "$XEN/directory" "$TOP/build/tools/as_xenopsd" "${options[@]}" "$XEN" \
		"$PWD/${RUN_AS:-pygrub}" "${OURS[*]} $1" "$2" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
	assert_no_stdout # nothing was left there
}

# The driver's files are those of the guest; the driver itself found no fault.
assert_booted() { # KERNEL [RAMDISK] [ARGS]
	assert_status 0
	cmp "$XEN/kernel" "$1"
	if [ -n "${2-}" ]; then
		cmp "$XEN/ramdisk" "$2"
	else
		[ ! -e "$XEN/ramdisk" ]
	fi
	printf %s "${3-}" | cmp - "$XEN/args"
}

# One error, which says TEXT, where the administrator looks for it; and nothing to boot.
assert_refused() { # FILE TEXT
	assert_status 1
	[ "$(grep -c '^domUloader error: ' "$1")" = 1 ] || _fail "not one error line: $(cat "$1")"
	grep -qF -- "$2" "$1" || _fail "it does not say '$2': $(cat "$1")"
	[ ! -e "$XEN/kernel" ]
	[ ! -e "$XEN/ramdisk" ]
	assert_no_copies
}

# ---- the drivers themselves ----------------------------------------------------------

# bad_program SCRIPT: a bootloader program that gets it wrong; $answer is its --output
bad_program() {
	printf '%s\n' '#!/bin/bash' 'for a; do case $a in --output=*) answer=${a#*=} ;; esac; done' \
		'dir=${answer%.out}.d' "$1" >"$BATS_TEST_TMPDIR/pygrub"
	chmod 755 "$BATS_TEST_TMPDIR/pygrub"
}

@test "the libxl driver rejects what would harm libxl" {
	local script

	for script in 'exit 0' 'echo "args x" >"$answer"' \
		'touch /tmp; printf "kernel /etc/hostname\0" >"$answer"' \
		'printf "kernel $dir/missing\0" >"$answer"' \
		': >"$dir/k"; chmod 600 "$dir/k"; printf "kernel $dir/k\0" >"$answer"' \
		'echo >"$dir/k"; chmod 644 "$dir/k"; printf "kernel $dir/k\0" >"$answer"' \
		'ln -s /etc/hostname "$dir/k"; printf "kernel $dir/k\0" >"$answer"' \
		'umask 77; echo >"$dir/k"; echo >"$dir/x"; printf "kernel $dir/k\0" >"$answer"' \
		'touch "$dir/left"; exit 1'; do
		bad_program "$script"
		rm -rf "${XEN:?}"/*
		driver as_libxl "$XEN" "$BATS_TEST_TMPDIR/pygrub" guest.img
		assert_status 3 || _fail "$script"
		[ -s "$STDERR" ]
	done
	bad_program 'umask 77; echo >"$dir/k"; printf "kernel $dir/k\0other x\0" >"$answer"'
	driver as_libxl "$XEN" "$BATS_TEST_TMPDIR/pygrub" guest.img
	assert_status 0
	assert_hint 'unexpected output'
	bad_program 'umask 77; echo >"$dir/k"; exec >/dev/null 2>&1 </dev/null; sleep 5'
	driver as_libxl "$XEN" "$BATS_TEST_TMPDIR/pygrub" guest.img
	[ "$status" != 0 ]
}

@test "the xend driver detects that xend would hang" {
	bad_program 'exit 1'
	driver as_xend -t 1 "$XEN" "$BATS_TEST_TMPDIR/pygrub" guest.img
	assert_status 3
	assert_hint 'would hang'
	rm -f "$XEN"/*
	bad_program ': >"$answer"'
	driver as_xend "$XEN" "$BATS_TEST_TMPDIR/pygrub" guest.img
	assert_status 1
	assert_hint "didn't return any data"
}

@test "the xenopsd driver rejects what xenopsd refuses" {
	local script

	for script in 'exit 0' 'echo why >&2; exit 1' 'echo "kernel /etc/hostname"' \
		'echo "kernel /run/xen/pygrub/k"' 'echo "root x"' 'printf "args a\nargs b\n"'; do
		bad_program "$script"
		driver as_xenopsd "$XEN" "$BATS_TEST_TMPDIR/pygrub" '' guest.img
		assert_status 3 || _fail "$script"
	done
}

# ---- xl and libvirt, through libxl ---------------------------------------------------

@test "libxl: kernel, initrd and command line arrive; no other output, and nothing is left behind" {
	libxl -a 'root=/dev/xvda2 ro' -- --entry=xvda1:/vmlinuz,/initrd guest.img
	assert_booted "$K" "$R" 'root=/dev/xvda2 ro'
	[ ! -s "$XEN/console" ] || _fail "$(cat "$XEN/console")"
	[ ! -s "$STDERR" ]
	libxl -- --entry=xvda1:/vmlinuz guest.img
	assert_booted "$K"
	[ "$(find "$XEN" -printf '%f\n' | sort | xargs)" = 'args console kernel xen' ]
}

@test "libxl: the guest's fstab is used with root= of the configuration" {
	libxl -a 'root=/dev/xvda2 ro quiet' -- --entry=/vmlinuz,/initrd.img guest.img
	assert_booted "$K" "$R" 'root=/dev/xvda2 ro quiet'
}

@test "libxl: kernel= and ramdisk= of the configuration are paths in the guest; an entry wins" {
	libxl -k /boot/vmlinuz -r /boot/initrd -a root=/dev/xvda2 -- guest.img
	assert_booted "$K" "$R" root=/dev/xvda2
	libxl -k /boot/vmlinuz -a root=/dev/xvda2 -- guest.img
	assert_booted "$K" '' root=/dev/xvda2
	libxl -k /nowhere/vmlinuz -r /nowhere/initrd -- --entry=xvda1:/vmlinuz,/initrd guest.img
	assert_booted "$K" "$R"
}

@test "libxl, bootloader_restrict=1: --runas and --quiet" {
	libxl -u 65531 -a root=/dev/xvda2 -- --entry=/vmlinuz,/initrd.img guest.img
	assert_booted "$K" "$R" root=/dev/xvda2
	[ ! -s "$XEN/console" ]
	libxl -u 65531 -- --entry=xvda1:/nowhere guest.img
	assert_refused "$XEN/console" /nowhere
	libxl -u 0 -- --entry=xvda1:/vmlinuz guest.img
	assert_refused "$XEN/console" root
}

@test "libxl: leftovers of an earlier guest in the directory do no harm" {
	rm -rf "${XEN:?}"/*
	mkdir -p "$XEN/bootloader.7.d/sub/dir" # libxl finds it there, and takes it away afterwards
	echo old | tee "$XEN/bootloader.7.d/kernel.AbCdEf" "$XEN/bootloader.7.d/sub/dir/file" >"$XEN/bootloader.7.out"
	ours --entry=xvda1:/vmlinuz,/initrd
	driver as_libxl "$XEN" "$DOMU" "${OURS[@]}" guest.img
	assert_booted "$K" "$R"
}

@test "libxl: a command line arrives byte for byte; one that libxl would lose is refused" {
	local line

	for line in "it's" '"a" \n \\ %s $(id)' $'two\nlines' $'tab\tand\xff' ' # (kernel x)' 'kernel /etc/shadow'; do
		libxl -a "x$line" -- --entry=xvda1:/vmlinuz guest.img
		assert_booted "$K" '' "x$line"
		[ ! -s "$STDERR" ]
	done
	libxl -a "$(printf 'x%.0s' {1..8187})" -- --entry=xvda1:/vmlinuz guest.img
	assert_refused "$XEN/console" 'too long for this format'
}

@test "libxl: a failed bootloader logs one error, and nothing is left behind" {
	local arguments what

	while IFS='|' read -r what arguments; do
		# shellcheck disable=SC2086 # several arguments
		libxl -- $arguments
		assert_refused "$XEN/console" "$what" || _fail "$arguments"
	done <<-'END'
		no --entry|guest.img
		/missing|--entry=xvda1:/missing,/initrd guest.img
		/missing|--entry=xvda1:/vmlinuz,/missing guest.img
		xvda7|--entry=xvda7:/vmlinuz guest.img
		not a kernel|--entry=xvda1:/initrd guest.img
		missing.img|--entry=xvda1:/vmlinuz missing.img
		broken.img|--entry=xvda1:/vmlinuz broken.img --mapper=nonsense
		no filesystem|--entry=xvda1:/vmlinuz broken.img
		command line|--no-such-option guest.img
		allowed|--entry=xvda1:/vmlinuz --max-kernel-size=1K guest.img
		format|--entry=xvda1:/vmlinuz --output-format=xml guest.img
	END
}

@test "libxl: xl is killed: the terminal hangs up, and everything is undone" {
	local log=$BATS_TEST_TMPDIR/steps stopped

	[ -x "$FAULTY" ] || skip "no $FAULTY: make FAULTS=1"
	ours --entry=xvda1:/vmlinuz,/initrd
	ASAN_OPTIONS=detect_leaks=0 DOMU_FAULT=copy.send=STOP DOMU_FAULT_LOG=$log \
		"$TOP/build/tools/as_libxl" "$XEN" "$FAULTY" "${OURS[@]}" guest.img 3>&- &
	pid=$!
	eventually stops_in "$log"
	kill -KILL "$pid"
	domu_wait
	try_kill -CONT "$stopped"
	world_assert
	[ -z "$(ls -A "$XEN/bootloader.7.d")" ]
	[ ! -s "$XEN/bootloader.7.out" ]
}

@test "libvirt: all of <bootloader_args> in one argument" {
	libxl -- '--entry=xvda1:/vmlinuz,/initrd -q' guest.img
	assert_booted "$K" "$R"
	libxl -- '-q --entry=xvda1:/vmlinuz,/initrd' guest.img
	assert_booted "$K" "$R"
	libxl -a 'ro -q root=/dev/xvda2' -- $'-q\t--root=/dev/xvda2 ro  --entry=/vmlinuz,/initrd.img --timeout=60 ' guest.img
	assert_booted "$K" "$R" 'ro -q root=/dev/xvda2'
	libxl -- $'\n    --entry=xvda1:/vmlinuz,/initrd\n    -q\n  ' guest.img
	assert_booted "$K" "$R"
	libxl -- "-q --disks=['file:broken.img,xvdb,w', 'file:guest.img,xvda,w'] --entry=xvda1:/vmlinuz" guest.img
	assert_booted "$K"
}

@test "pygrub's arguments work unchanged" {
	libxl -a quiet -- -q --kernel=/boot/vmlinuz --ramdisk=/boot/initrd --args='root=/dev/xvda2 ro' guest.img
	assert_booted "$K" "$R" 'root=/dev/xvda2 ro'
	libxl -- --quiet --runas=65531 --entry=xvda1:/vmlinuz --debug guest.img
	assert_booted "$K"
	domu -q -n --output-format=simple --output=- --kernel=/boot/vmlinuz --ramdisk=/boot/initrd --root=xvda2 guest.img
	assert_status 0
	[ "$(cat "$STDOUT")" = $'kernel <kernel:/boot/vmlinuz-6.1.0>\nramdisk <ramdisk:/boot/initrd.img-6.1.0>' ]
	domu -q --not-really --kernel=/boot/missing --root=xvda2 guest.img
	assert_status 3
	assert_error /boot/missing
}

@test "empty arguments from a configuration are not a disk" {
	libxl -- '' --entry=xvda1:/vmlinuz '' '' guest.img
	assert_booted "$K"
	libxl -- --entry=xvda1:/vmlinuz ''
	assert_refused "$XEN/console" 'no disk'
}

# ---- xend ----------------------------------------------------------------------------

# What xend would build the guest of; it removes the files afterwards.
xend_boots() { # KERNEL [RAMDISK] [ARGS]
	local read=$BATS_TEST_DIRNAME/lib/read-sxp key

	assert_status 0
	[ "$(cat "$XEN/status")" = 0 ]
	for key in kernel ramdisk args; do
		rm -f "$XEN/$key"
		"$read" $key <"$XEN/answer" >"$XEN/$key" || [ $? = 1 ]
	done
	_xend_copy kernel "$1"
	_xend_copy ramdisk "${2-}"
	printf %s "${3-}" | cmp - "$XEN/args"
	[ -z "$(find "$XEN" -type p)" ]
	assert_no_copies
}

_xend_copy() { # KEY FILE
	local path

	path=$(cat "$XEN/$1")
	if [ -z "${2-}" ]; then
		[ -z "$path" ]
		return
	fi
	[[ $path == "$OUT"/* && -f $path && ! -L $path ]] || _fail "the answer names $path"
	cmp "$path" "$2" && rm "$path"
}

@test "xend: the result arrives through the FIFO, with the arguments in xend's order" {
	xend -q -a 'root=/dev/xvda2 ro' -- --entry=xvda1:/vmlinuz,/initrd guest.img
	xend_boots "$K" "$R" 'root=/dev/xvda2 ro'
	[ ! -s "$XEN/console" ]
	xend -- --entry=xvda1:/vmlinuz guest.img
	xend_boots "$K"
	xend -k /boot/vmlinuz -r /boot/initrd -a root=/dev/hda2 -- guest.img
	xend_boots "$K" "$R" root=/dev/hda2
}

@test "xend: the forms of bootentry, both forms of --disks, --root with ' ro'" {
	local entry disks

	for entry in hda1:/vmlinuz,/initrd /dev/hda1:/vmlinuz,/initrd hda1:vmlinuz,initrd; do
		xend -a 'root=/dev/hda2 ro' -- --entry=$entry guest.img
		xend_boots "$K" "$R" 'root=/dev/hda2 ro'
	done
	for disks in "['file:guest.img,hda,w']" "[['file:guest.img', 'hda', 'w', None]]" \
		"[['file:broken.img', 'hdb', 'w', None], ['file:guest.img', 'ioemu:hda:disk', 'w', None]]"; do
		xend -- --disks="$disks" --root='/dev/hda2 ro' --entry=/vmlinuz,/initrd.img guest.img
		xend_boots "$K" "$R"
		xend -- --disks="$disks" --entry=hda1:/vmlinuz, guest.img
		xend_boots "$K"
	done
}

@test "xend: does not hang on an error, and gets nothing; the console shows the error" {
	local arguments what

	while IFS='|' read -r what arguments; do
		# shellcheck disable=SC2086 # several arguments
		xend -- $arguments
		assert_refused "$XEN/console" "$what" || _fail "$arguments"
		[ ! -s "$XEN/answer" ]
		[ "$(cat "$XEN/status")" -gt 0 ]
	done <<-'END'
		command line|--no-such-option --entry=xvda1:/vmlinuz guest.img
		command line|--entry=xvda1:/vmlinuz --entry guest.img --output
		no --entry|guest.img
		no disk|--entry=xvda1:/vmlinuz
		missing.img|--entry=xvda1:/vmlinuz missing.img
		neither a file|--entry=xvda1:/vmlinuz /dev/zero
		no filesystem|--entry=xvda1:/vmlinuz broken.img
		/missing|--entry=xvda1:/missing guest.img
		number|--entry=xvda1:/vmlinuz --timeout=soon guest.img
		/nowhere|--entry=xvda1:/vmlinuz --config=/nowhere guest.img
		nonsense|--entry=xvda1:/vmlinuz --disks=nonsense guest.img
		/nowhere/out|--entry=xvda1:/vmlinuz --output-directory=/nowhere/out guest.img
	END
	echo nonsense = 1 >"$CONF"
	xend -- --entry=xvda1:/vmlinuz guest.img
	assert_refused "$XEN/console" nonsense
}

@test "xend: its parser returns each command line unchanged" {
	local line

	for line in "it's" "'" '"' '\' '\\' "\\'" '\x41 \101 \q \n' "a 'b' \"c\"" 'ends in \' \
		'(kernel /etc/shadow)' "x')(kernel /etc/shadow)(args '" '# {a}<b>[c];!' $'two\nlines' \
		$'\t\v\f\r\a\b\e\x7f' $'gr\xc3\xbc\xc3\x9fe \xff' ' blanks  ' '%s%n $(id) `id`' \
		"$(printf '\\%.0s' {1..500})"; do
		xend -a "$line" -- --entry=xvda1:/vmlinuz guest.img
		xend_boots "$K" '' "$line" || _fail "$line"
	done
}

# ---- xenopsd -------------------------------------------------------------------------

@test "xenopsd: as pygrub, the copies are where xenopsd expects them, in a new directory" {
	xenopsd '--entry=xvda1:/vmlinuz,/initrd' guest.img
	assert_booted "$K" "$R"
	[ "$(cat "$XEN/directory")" = '700 root' ]
	xenopsd -u 65531 '--entry=/vmlinuz,/initrd.img --root=/dev/xvda2 --args=quiet' guest.img
	assert_booted "$K" "$R" quiet
}

@test "xenopsd: as eliloader, with the guest's UUID and without a format" {
	RUN_AS=eliloader xenopsd '--entry=xvda1:/vmlinuz,/initrd --args=quiet' guest.img
	assert_booted "$K" "$R" quiet
}

@test "xenopsd: several blanks between the guest's PV-bootloader-args" {
	xenopsd ' --entry=xvda1:/vmlinuz,/initrd  -q ' guest.img
	assert_booted "$K" "$R"
}

@test "xenopsd: a configuration file cannot move the copies; an option can" {
	printf '%s\n' "tmpdir = $OUT" "output-directory = $OUT" 'output-format = json' >"$CONF"
	xenopsd --entry=xvda1:/vmlinuz guest.img
	assert_booted "$K"
	RUN_AS=eliloader xenopsd --entry=xvda1:/vmlinuz guest.img
	assert_booted "$K"
	xenopsd "--entry=xvda1:/vmlinuz --output-directory=$OUT" guest.img
	assert_status 3
	assert_hint 'which is not in'
	rm "$OUT"/kernel.*
}

@test "xenopsd: the administrator sees the error as one line" {
	local program

	for program in pygrub eliloader; do
		RUN_AS=$program xenopsd '--entry=xvda1:/missing' guest.img
		assert_refused "$STDERR" /missing
		[ "$(wc -l <"$XEN/error")" = 1 ]
		[[ $(cat "$XEN/error") == 'cannot find the file in the guest: '*/missing*'[openin.walk]; '* ]]
	done
	xenopsd --no-such-option guest.img
	assert_refused "$STDERR" no-such-option
	xenopsd $'--args=a\nkernel\t/etc/shadow --entry=xvda1:/vmlinuz' guest.img
	assert_refused "$STDERR" "cannot express the result in this format"
	echo nonsense = 1 >"$CONF"
	xenopsd --entry=xvda1:/vmlinuz guest.img
	assert_refused "$STDERR" nonsense
}

@test "under its own name: no RuntimeError as for pygrub, and its own directory" {
	domu --entry=xvda1:/missing guest.img
	assert_error /missing
	run ! grep RuntimeError "$STDERR"
}

# ---- what the documentation says ---------------------------------------------------------

# The N-th block of docs/interface.md that holds a text.
block() { # N TEXT
	awk -v n="$1" -v text="$2" '
		/^```/ { if (inside && index(block, text) && ++found == n) printf "%s", block
			inside = !inside; block = ""; next }
		inside { block = block $0 "\n" }
	' "$TOP/docs/interface.md"
}

# A configuration's lines, as the shell writes them: name="text", name=("text" "text")
as_shell() {
	sed 's/^\([a-z_]*\) *= */\1=/; s/=\[\(.*\)\]$/=(\1)/; s/", *"/" "/g'
}

@test "xl's configurations in docs/interface.md work" {
	local n bootloader bootloader_args root cmdline kernel ramdisk options

	for n in 1 2 3; do
		bootloader='' bootloader_args=() root='' cmdline='' kernel='' ramdisk='' options=()
		eval "$(block $n bootloader | as_shell)"
		[ "$bootloader" = domUloader ]
		[ -z "$root" ] || cmdline="root=$root"
		[ -z "$kernel" ] || options=(-k "$kernel" -r "$ramdisk")
		libxl "${options[@]}" -a "$cmdline" -- "${bootloader_args[@]}" guest.img
		assert_booted "$K" "$R" "$cmdline"
	done
}

element() { # NAME
	block 1 '<bootloader>' | sed -n "s,.*<$1>\(.*\)</$1>.*,\1,p"
}

@test "libvirt's configuration in docs/interface.md works" {
	[[ $(element bootloader) == */domUloader ]]
	libxl -a "$(element cmdline)" -- "$(element bootloader_args)" guest.img
	assert_booted "$K" "$R" 'root=/dev/xvda2 ro'
}

@test "xend's configuration in docs/interface.md works, with the program's old name" {
	local bootloader bootargs root

	eval "$(block 1 bootargs | as_shell)"
	ln -s "$DOMU" "$BATS_TEST_TMPDIR/${bootloader##*/}"
	# shellcheck disable=SC2086 # several arguments
	DOMU=$BATS_TEST_TMPDIR/domUloader.py xend -a "root=$root" -- $bootargs guest.img
	xend_boots "$K" "$R" "root=$root"
}

@test "xenopsd's configuration in docs/interface.md works" {
	local arguments

	arguments=$(block 1 PV-bootloader= | sed 's/.*PV-bootloader-args="\(.*\)"$/\1/')
	xenopsd "$arguments" guest.img
	assert_booted "$K" "$R"
}

# ---- a command line that is longer than a PV guest can see ------------------------------

@test "a command line of more than 1023 bytes: one warning, and it arrives complete" {
	local line

	line=$(printf 'x%.0s' {1..1023})
	libxl -a "$line" -- --entry=xvda1:/vmlinuz guest.img
	assert_booted "$K" '' "$line"
	[ ! -s "$XEN/console" ]
	libxl -a "${line}y" -- --entry=xvda1:/vmlinuz guest.img
	assert_booted "$K" '' "${line}y"
	[ "$(grep -c 'domUloader: warning: .*1024 bytes' "$XEN/console")" = 1 ]
	libxl -a "${line}y" -- -q --entry=xvda1:/vmlinuz guest.img
	assert_booted "$K" '' "${line}y"
	[ ! -s "$XEN/console" ]
}

@test "a command line that is too long, and a disk in use: the warning is printed once" {
	local line

	line=$(printf 'x%.0s' {1..2000})
	exec 7<>guest.img
	libxl -a "$line" -- --entry=xvda1:/vmlinuz guest.img
	exec 7>&-
	assert_booted "$K" '' "$line"
	grep -q 'in use' "$XEN/console"
	[ "$(grep -c '2000 bytes' "$XEN/console")" = 1 ]
}

# ---- where the copies are --------------------------------------------------------------

@test "the result names the directory as the caller did, with symlinks" {
	ln -s out "$BATS_TEST_TMPDIR/link"
	domu --entry=xvda1:/vmlinuz --output-directory="$BATS_TEST_TMPDIR/link//" guest.img
	[[ $(answer kernel) == "$BATS_TEST_TMPDIR/link/kernel."?????? ]] || _fail "$(answer kernel)"
	assert_copies "$K"
}
