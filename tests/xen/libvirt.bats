#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a subshell
# libvirt - libvirtd boots the domain of docs/xen.md unchanged, and reports a failure
# (run it with: tests/xen/run libvirt)

bats_require_minimum_version 1.5.0
load ../lib/world
load ../lib/guest
load dom0
load pages

CPUS=/usr/share/libvirt/cpu_map

# The processor that is emulated is like none in libvirt's list, and libvirtd wants to know it.
any_processor() {
	cat >"$CPUS/x86_any.xml" <<-'EOF'
		<cpus>
		  <model name='any'><decode host='on' guest='on'/><feature name='fpu'/></model>
		</cpus>
	EOF
	grep -q x86_any "$CPUS/index.xml" ||
		sed -i "s,\(.*\)<include filename='x86_486.xml'/>,\1<include filename='x86_any.xml'/>\n&," "$CPUS/index.xml"
}

setup_file() {
	in_dom0 && command -v libvirtd >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return
	mkdir -p tree/boot
	install -m600 "$TINY/one" tree/boot/vmlinuz
	guest_random tree/boot/initrd.img 70001
	guest_fs ext4 root.fs 4 tree
	guest_disk gpt /srv/guest.img root.fs
	# Those of other hypervisors need what the machine has not.
	find /usr/lib/*/libvirt/connection-driver -type f ! -name '*_libxl.so' -delete
	any_processor
}

teardown_file() {
	! in_dom0 || rm -f /srv/guest.img
}

setup() {
	dom0_need
	command -v libvirtd >/dev/null || skip 'the machine has no libvirtd'
	dom0_save
	I=$BATS_FILE_TMPDIR
	config guest # its console's log is a new one
	libvirtd </dev/null >"$T/libvirtd.log" 2>&1 3>&- &
	daemon=$!
	await_libvirt
}

await_libvirt() {
	local limit=$((SECONDS + WAIT))

	until virsh -q -c xen:///system version >/dev/null 2>&1; do
		if [ "$SECONDS" -ge "$limit" ] || ! kill -0 "$daemon"; then
			cat "$T/libvirtd.log"
			return 1
		fi
		sleep 1
	done
}

teardown() {
	local same=0

	dom0_assert || same=$?
	if [ -n "${daemon-}" ]; then
		try_kill "$daemon"
		wait "$daemon" || true # lint: it was killed
	fi
	return "$same"
}

create_domain() { # FILE
	status=0
	virsh -c xen:///system create "$1" >"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
}

@test "libvirt: the domain boots its own kernel and initrd" {
	example libvirt >"$T/guest.xml"
	create_domain "$T/guest.xml"
	assert_tiny guest one 'root=/dev/xvda1 ro console=hvc0' "$I/tree/boot/initrd.img"
}

@test "libvirt: a missing kernel: the domain does not start, and the log says why" {
	example libvirt | sed 's,:/boot/vmlinuz,:/boot/missing,' >"$T/guest.xml"
	create_domain "$T/guest.xml"
	[ "$status" = 1 ]
	grep -F 'libxenlight failed to create new domain' "$STDERR"
	grep -F "domUloader error: cannot find the file in the guest: '/boot/missing'" "$(bootloader_log)"
}
