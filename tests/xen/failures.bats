#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a subshell
# failures - what an administrator sees if a guest cannot boot, and that nothing is left behind
# (run it with: tests/xen/run failures)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load dom0

setup_file() {
	in_dom0 || return 0
	cd "$BATS_FILE_TMPDIR" || return
	mkdir -p tree/boot
	cp "$TINY/one" tree/boot/vmlinuz
	guest_random tree/boot/initrd 70001
	head -c 70001 /dev/zero | tr '\0' 'x' >tree/boot/text
	guest_fs ext4 root.fs 4 tree
	guest_disk gpt guest.img root.fs
	cp guest.img corrupt.img
	guest_random noise 65536 noise
	dd if=noise of=corrupt.img bs=1M seek=1 conv=notrunc status=none
}

setup() {
	dom0_need
	dom0_save
	I=$BATS_FILE_TMPDIR
}

teardown() {
	dom0_assert
}

entry() { # NAME ENTRY [IMAGE]
	config "$1" "bootloader_args=[\"--entry=$2\"]" "disk=[\"file:$I/${3-guest.img},xvda,r\"]"
}

@test "a missing kernel: the log lists the existing files" {
	entry missing xvda1:/boot/vmlinux,/boot/initrd
	create missing
	assert_refused "'/boot/vmlinux'" 'specify an existing file'
	grep -qF "'vmlinuz'" "$(bootloader_log)"
	assert_xl_says "bootloader failed - consult logfile $(bootloader_log)"
	assert_xl_says 'exited with error status 3'
}

@test "an entry with a missing partition: the log lists the existing ones" {
	entry wrong xvda2:/boot/vmlinuz
	create wrong
	assert_refused "'xvda2'" 'specify one of these'
	grep -qF 'the disks hold: xvda1 ext4' "$(bootloader_log)"
}

@test "a disk with a destroyed filesystem: the log names the partition" {
	entry corrupt xvda1:/boot/vmlinuz corrupt.img
	create corrupt
	assert_refused "xvda1 on '$I/corrupt.img'" 'this is the right partition'
	assert_xl_says 'exited with error status 1'
}

@test "a mistake in the arguments: the log names it" {
	entry mistake 'xvda1:/boot/vmlinuz", "--intird=/boot/initrd'
	create mistake
	assert_refused "'--intird=/boot/initrd'" 'domUloader --help lists the options'
	assert_xl_says 'exited with error status 2'
}

@test "a missing bootloader program: the log names it" {
	entry nothing xvda1:/boot/vmlinuz
	echo 'bootloader="/usr/lib/domUloader"' >>"$T/nothing.cfg"
	create nothing
	[ "$status" = 3 ]
	grep -F 'cannot execute /usr/lib/domUloader: No such file or directory' "$(bootloader_log)"
}

@test "a missing disk: xl names it" {
	entry nodisk xvda1:/boot/vmlinuz
	echo 'disk=["file:/srv/missing.img,xvda,r"]' >>"$T/nodisk.cfg"
	create nodisk
	[ "$status" != 0 ]
	assert_xl_says 'failed to stat: /srv/missing.img'
}

@test "a file that is not a kernel, passed with --any-kernel: xl refuses it" {
	entry text 'xvda1:/boot/text", "--any-kernel'
	create text
	[ "$status" = 3 ]
	assert_xl_says 'no loader found: Invalid kernel'
}

# The reader process stops before it looks at the first byte of the guest, and so the bootloader runs until it is ended.
stuck() { # NAME
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	entry "$1" xvda1:/boot/vmlinuz,/boot/initrd
	echo "bootloader=\"$FAULTY\"" >>"$T/$1.cfg"
	export DOMU_FAULT=probe.table=STOP DOMU_FAULT_LOG=$T/steps
}

# Until its reader stops; xl goes on waiting in the background.
create_until_stuck() { # NAME
	local limit=$((SECONDS + WAIT)) stopped

	stuck "$1"
	{ create "$1" && echo "$status" >"$T/status"; } &
	creating=$!
	until stops_in "$T/steps"; do
		[ "$SECONDS" -lt "$limit" ] || _tell 'the bootloader did not get there' "$1"
		sleep 0.3
	done
	pid=$stopped
}

all_of() { # KEY: its words in the status of $pid
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status" | tr '\t' ' '
}

# As that user, in that root: no name leads to a file of dom0's.
as_reader() { # FILE...
	python3 - "$pid" "$(id -u nobody)" "$@" <<-'EOF'
		import os, sys
		os.chdir(f"/proc/{sys.argv[1]}/root")
		os.chroot(".")
		os.setgroups([]), os.setgid(int(sys.argv[2])), os.setuid(int(sys.argv[2]))
		for name in sys.argv[3:]:
		    try:
		        os.open(name, os.O_RDONLY)
		    except OSError:
		        continue
		    sys.exit("the reader can open " + name)
	EOF
}

# Its open descriptors other than its socket to the keeper, the guest's console and the guest's disk.
foreign_files() {
	find "/proc/$pid/fd" -type l -printf '%l\n' |
		grep -v -e '^socket:' -e '^/dev/pts/' -e '^/dev/null$' -e "^$I/guest.img\$"
}

@test "a restricted bootloader: the reader process has no privileges" {
	local creating pid id

	id=$(id -u nobody)
	export LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=nobody
	create_until_stuck restricted
	[ "$(all_of Uid)" = "$id $id $id $id" ]
	[ "$(all_of Gid)" = "$id $id $id $id" ]
	[ "$(all_of Groups)" = '' ]
	[ "$(all_of Cap... | sort -u)" = 0000000000000000 ]
	[ "$(all_of NoNewPrivs)" = 1 ]
	[ -z "$(ls -A "/proc/$pid/root/")" ]
	[ -z "$(foreign_files)" ]
	as_reader /etc/passwd ../etc/passwd /proc/1/root/etc/passwd /dev/loop0 "$I/guest.img" /var/log/xen
	xl destroy restricted
	wait "$creating"
}

@test "xl destroy while the bootloader runs" {
	local creating pid

	create_until_stuck destroyed
	xl destroy destroyed
	wait "$creating"
	[ "$(<"$T/status")" != 0 ]
	assert_xl_says 'stopping bootloader: domain'
}

@test "libxl's timeout: it kills the bootloader with SIGKILL, and nothing is left behind" {
	local pid

	export LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=nobody LIBXL_BOOTLOADER_TIMEOUT=20
	stuck late
	create late
	[ "$status" != 0 ]
	assert_xl_says 'killing bootloader because of timeout'
	[ -s "$T/steps" ]
}
