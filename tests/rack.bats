#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2314 # each test is a subshell; "! x" stands in conditions
# rack - example scripts and hooks with twenty guests: they run twice, one guest changes, one is damaged

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree old
	guest_fs ext4 old.fs 4 old
	guest_fs ext2 ext2.fs 4 old
	cp -r old new
	guest_bzimage new/boot/vmlinuz-6.1.1 '6.1.1-guest (builder@host) #2'
	ln -sfn boot/vmlinuz-6.1.1 new/vmlinuz
	guest_fs ext4 new.fs 4 new
	guest_disk gpt old.img old.fs
	guest_disk dos ext2.img ext2.fs
	guest_disk gpt new.img new.fs
}

# Twenty guests of xl: g1 to g20, tables and filesystems of two kinds.
setup() {
	local i image

	world_need_root
	world_save
	cd "$BATS_TEST_TMPDIR" || return
	F=$BATS_FILE_TMPDIR
	TREE=$BATS_TEST_TMPDIR/tree
	mkdir xen
	for i in $(seq 20); do
		image=old && [ $((i % 3)) != 0 ] || image=ext2
		cp --sparse=always "$F/$image.img" "g$i.img"
		printf 'name = "g%s"\ndisk = [ "file:%s,xvda,w" ]\nroot = "/dev/xvda1 ro"\n' "$i" "$PWD/g$i.img" \
			>"xen/g$i.cfg"
	done
	: >"$CONF"
	printf '#!/bin/bash\nexec "%s" "$@" --config="%s" --mapper=loop --tmpdir="%s"\n' "$DOMU" "$CONF" \
		"$PWD/tmp" >program
	chmod +x program
	export DOMULOADER=$PWD/program
}

teardown() {
	world_assert
}

# One installs a kernel, one's disk is overwritten.
time_goes_by() {
	cp --sparse=always "$F/new.img" g5.img
	head -c 64K /dev/zero | dd of=g7.img conv=notrunc status=none
}

nightly() {
	run "$TOP/scripts/examples/nightly-tftp" xen "$TREE"
}

@test "nightly-tftp copies all guests into a TFTP tree" {
	nightly
	[ "$status" = 0 ]
	[ "$(grep -c ': done, kernel 6.1.0-guest' <<<"$output")" = 20 ]
	[ "$(find "$TREE/" -maxdepth 1 -type l | wc -l)" = 20 ]
	setpriv --reuid=65534 --clear-groups cat "$TREE/g20/vmlinuz" 2>/dev/null | cmp - "$F/old/boot/vmlinuz-6.1.0" ||
		[ "$(stat -Lc %a "$TREE/g20/vmlinuz")" = 604 ]
	time_goes_by
	nightly
	[ "$status" = 1 ]
	[ "$(grep -c ': unchanged' <<<"$output")" = 18 ]
	grep -q '^g5: done, kernel 6.1.1-guest' <<<"$output"
	grep -q '^g7: failed: ' <<<"$output"
	grep -q '^1 of 20 guests failed:' <<<"$output"
	cmp "$TREE/g5/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	cmp "$TREE/g7/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
}

@test "check-guests is a check for monitoring" {
	check() { run "$TOP/scripts/examples/check-guests" xen "$TREE"; }
	nightly
	check
	[ "$status" = 0 ]
	[ "$output" = 'OK - 20 guests in step' ]
	time_goes_by
	check
	[ "$status" = 2 ]
	[ "${lines[0]}" = 'CRITICAL - 2 guests out of date or failed' ]
	[ "${#lines[@]}" = 3 ]
	grep -q '^g5: out of date, kernel 6.1.1-guest' <<<"$output"
	grep -q '^g7: failed: ' <<<"$output"
}

@test "xl-start updates a guest's files before xl starts it" {
	printf '#!/bin/bash\necho "xl $*"\n' >xl
	chmod +x xl
	start() { run env XL="$PWD/xl" DOMULOADER_DIR="$TREE" "$TOP/scripts/hooks/xl-start" "$@"; }
	start xen/g5.cfg -c
	[ "$status" = 0 ]
	[ "${lines[-1]}" = 'xl create xen/g5.cfg -c' ]
	cmp "$TREE/g5/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
	time_goes_by
	start xen/g5.cfg
	cmp "$TREE/g5/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	start xen/g7.cfg
	[ "$status" = 1 ]
	run ! grep '^xl' <<<"$output"
	printf '%s\n' 'type = "hvm"' "disk = ['file:$PWD/g5.img,xvda,w']" >windows.cfg
	start windows.cfg
	[ "$status" = 0 ]
	[ "$output" = 'xl create windows.cfg' ]
	start
	[ "$status" = 2 ]
}

@test "the libxl hook updates a guest's files before libvirt starts it" {
	hook() { # NAME OPERATION SUBOPERATION
		run env DOMULOADER_DIR="$TREE" "$TOP/scripts/hooks/libxl" "$@" - <<-XML
			<domain type='xen'><name>$1</name><os><type>linux</type></os><devices><disk type='file'>
			<source file='$PWD/$1.img'/><target dev='xvda'/></disk></devices></domain>
		XML
	}
	hook g5 prepare begin
	[ "$status" = 0 ]
	[ ! -e "$TREE" ] # nobody asked for it
	mkdir -p "$TREE/g5"
	flock "$TREE" sleep 1 3>&- & # the nightly run
	eventually is_not flock -n "$TREE" true
	hook g5 prepare begin
	[ "$status" = 0 ]
	cmp "$TREE/g5/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
	time_goes_by
	hook g5 start begin
	cmp "$TREE/g5/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
	hook g5 prepare begin
	cmp "$TREE/g5/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	ln -s .versions/g5/2 "$TREE/g7"
	hook g7 prepare begin
	[ "$status" = 1 ]
	grep -qF '1 of 1 guests failed' <<<"$output"
}

@test "systemd accepts the service and the timer" {
	sed 's,@SBINDIR@,/usr/bin,' "$TOP/scripts/systemd/domUloader-sync.service" >domUloader-sync.service
	cp "$TOP/scripts/systemd/domUloader-sync.timer" .
	command -v systemd-analyze >/dev/null || skip 'no systemd-analyze'
	sed -i 's,/usr/bin/domUloader,/bin/true,' domUloader-sync.service
	run systemd-analyze verify --man=no "$PWD/domUloader-sync.service" "$PWD/domUloader-sync.timer"
	[ "$status" = 0 ]
	run ! grep domUloader-sync <<<"$output"
}
