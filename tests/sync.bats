#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2314 # each story is a subshell; "! x" stands in conditions
# sync - a directory of the host in step with guests: what is copied, what is seen, who is out of date

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree old
	guest_fs ext4 old.fs 4 old
	guest_disk gpt old.img old.fs
	# The same disk with another kernel installed; the initrd stays.
	cp -r old new
	guest_bzimage new/boot/vmlinuz-6.1.1 '6.1.1-guest (builder@host) #2'
	ln -sfn boot/vmlinuz-6.1.1 new/vmlinuz
	guest_fs ext4 new.fs 4 new
	guest_disk gpt new.img new.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_TEST_TMPDIR" || return
	F=$BATS_FILE_TMPDIR
	D=$BATS_TEST_TMPDIR/guests
	for name in a b; do
		cp --sparse=always "$F/old.img" "$name.img"
		printf '{"name": "%s", "disks": ["file:%s,xvda,w"], "entry": "/vmlinuz,/initrd.img"}\n' \
			"$name" "$PWD/$name.img"
	done >list
}

teardown() {
	world_assert
}

sync_guests() {
	domu_bare sync --config="$CONF" --mapper=loop -o "$D" --tmpdir="$BATS_TEST_TMPDIR/tmp" "$@"
}

another_kernel() { # NAME
	cp --sparse=always "$F/new.img" "$1.img"
}

assert_line() { # TEXT
	grep -qF -- "$1" "$STDOUT" || _fail "there is no line: $1"
}

# What is there, by inode and time: a copy would be another file.
seen() {
	find "$D/" -type f -printf '%P %i %T@ %C@\n' | sort
}

@test "no entry: the guest's default kernel, also after it changes" {
	sync_guests --images="$PWD/*.img"
	assert_status 0
	cmp "$D/a/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
	sync_guests --check --images="$PWD/*.img"
	assert_status 0
	cp -a "$F/new" new
	ln -sfn vmlinuz-6.1.1 new/boot/vmlinuz # as the root's does
	guest_fs ext4 new.fs 4 new
	guest_disk gpt a.img new.fs
	sync_guests --check --images="$PWD/*.img"
	assert_status 1
	sync_guests --images="$PWD/*.img"
	assert_status 0
	cmp "$D/a/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	assert_line 'b: unchanged'
}

@test "the first run copies everything, the second one nothing" {
	sync_guests list
	assert_status 0
	assert_line 'a: done, kernel 6.1.0-guest, 0.4 MiB, '
	[ "$(readlink "$D/a")" = .versions/a/1 ]
	cmp "$D/a/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
	cmp "$D/b/initrd" "$F/old/boot/initrd.img-6.1.0"
	[ "$(jq -r .kernel.stamp "$D/a/MANIFEST.json" | wc -w)" = 5 ]
	before=$(seen)
	sync_guests list
	assert_status 0
	assert_line 'a: unchanged, kernel 6.1.0-guest'
	[ "$(seen)" = "$before" ]
	sync_guests --checksum list
	assert_status 0
	assert_line 'b: unchanged'
	[ "$(find "$D/.versions" -mindepth 2 -maxdepth 2 | wc -l)" = 2 ]
	[ -z "$(find "$D" "$BATS_TEST_TMPDIR/tmp" -name '*domUloader*' 2>/dev/null)" ]
}

@test "a new kernel makes a new version; the other guest and the old version are unchanged" {
	sync_guests list
	old=$(sha256sum <"$D/a/vmlinuz")
	b=$(seen | grep /b/)
	another_kernel a
	sync_guests list
	assert_status 0
	assert_line "a: done, kernel 6.1.1-guest"
	assert_line "the guest's kernel is /boot/vmlinuz-6.1.1 (6.1.1-guest), here is /boot/vmlinuz-6.1.0 (6.1.0-guest)"
	[ "$(readlink "$D/a")" = .versions/a/2 ]
	cmp "$D/a/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	[ "$(sha256sum <"$D/.versions/a/1/vmlinuz")" = "$old" ]
	[ "$(seen | grep /b/)" = "$b" ]
}

@test "--keep: the newest versions are kept, the others removed" {
	sync_guests list
	for image in new old new; do
		cp --sparse=always "$F/$image.img" a.img
		sync_guests --keep=2 list
		assert_status 0
	done
	[ "$(find "$D/.versions/a" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | paste -sd ' ')" = '3 4' ]
	[ "$(readlink "$D/a")" = .versions/a/4 ]
	cp --sparse=always "$F/old.img" a.img
	sync_guests --keep=1 list
	[ "$(ls "$D/.versions/a")" = 5 ]
	sync_guests --keep=0 list
	assert_status 2
	assert_error 'expected a number from 1 to 1000'
}

@test "the same bytes with another stamp make no new version, and the new stamp is recorded" {
	sync_guests list

	guest_touch a.img
	stamp=$(jq .kernel.stamp "$D/a/MANIFEST.json")
	before=$(readlink "$D/a")
	sync_guests list
	assert_status 0
	grep -qx 'a: unchanged, kernel 6.1.0-guest' "$STDOUT"
	[ "$(jq .kernel.stamp "$D/a/MANIFEST.json")" != "$stamp" ]
	[ "$(readlink "$D/a")" = "$before" ]
	before=$(seen)
	sync_guests list
	[ "$(seen)" = "$before" ]
}

# The kernel's change time in the image, by debugfs: as touch would do in the guest.
guest_touch() { # IMAGE
	local start

	start=$(sfdisk -J "$1" | jq '.partitiontable.partitions[0].start * 512')
	dd if="$1" of=part.fs bs=512 skip=$((start / 512)) count=8192 status=none
	debugfs -w -R 'set_inode_field /boot/vmlinuz-6.1.0 ctime 20261120101010' part.fs >/dev/null 2>&1
	dd if=part.fs of="$1" bs=512 seek=$((start / 512)) conv=notrunc status=none
}

@test "another command line, also in the bootloader's arguments, makes a new version" {
	mkdir xl
	configure() { # ARGS
		printf "disk=['file:%s,xvda,w']\nbootloader='domUloader'\nbootloader_args=['--entry=/vmlinuz','--args=%s']\n" \
			"$PWD/a.img" "$1" >xl/a.cfg
	}
	configure 'ro quiet'
	sync_guests --xl-dir=xl
	assert_status 0
	[ "$(jq -r .args "$D/a/MANIFEST.json")" = 'ro quiet' ]
	configure ro
	sync_guests --check --xl-dir=xl
	assert_status 1
	assert_line 'a: out of date, kernel 6.1.0-guest: the command line has changed'
	sync_guests --xl-dir=xl
	assert_status 0
	[ "$(readlink "$D/a")" = .versions/a/2 ]
	[ "$(jq -r .args "$D/a/MANIFEST.json")" = ro ]
}

@test "a directory made by batch is replaced by versions" {
	domu_bare batch --config="$CONF" --mapper=loop -o "$D" list
	assert_status 0
	another_kernel a
	sync_guests list
	assert_status 0
	assert_line 'b: unchanged'
	[ "$(readlink "$D/a")" = .versions/a/1 ]
	cmp "$D/a/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	[ "$(ls -A "$D")" = $'.versions\na\nb' ]
}

@test "without renameat2, batch and sync can replace a directory" {
	local program=$DOMU without=$TOP/build/tools/without

	[ -x "$without" ] || skip 'build/tools/without is missing: make tools'
	sed -i 1q list
	domu_bare batch --config="$CONF" --mapper=loop -o "$D" list
	another_kernel a
	DOMU=$without domu_bare renameat2 "$program" batch --config="$CONF" --mapper=loop -o "$D" list
	assert_status 0
	cmp "$D/a/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	[ "$(ls -A "$D")" = a ]
	cp --sparse=always "$F/old.img" a.img
	DOMU=$without domu_bare renameat2 "$program" sync --config="$CONF" --mapper=loop -o "$D" --tmpdir="$PWD/tmp" list
	assert_status 0
	[ "$(readlink "$D/a")" = .versions/a/1 ]
	cmp "$D/a/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
	[ "$(ls -A "$D")" = $'.versions\na' ]
}

@test "a guest that does not reach the disk is not published" {
	local program=$DOMU without=$TOP/build/tools/without

	[ -x "$without" ] || skip 'build/tools/without is missing: make tools'
	DOMU=$without domu_bare fsync "$program" sync --config="$CONF" --mapper=loop -o "$D" --tmpdir="$PWD/tmp" list
	assert_status 1
	assert_line "a: failed: cannot fsync the guest's files"
	[ "$(ls -A "$D")" = .versions ]
}

@test "--check changes nothing and reports guests that are out of date" {
	sync_guests --check list
	assert_status 1
	assert_error "$D"
	sync_guests list
	before=$(seen)
	sync_guests --check list
	assert_status 0
	assert_line 'a: in step, kernel 6.1.0-guest'
	another_kernel b
	sync_guests --check list
	assert_status 1
	assert_line 'a: in step'
	assert_line 'b: out of date, kernel 6.1.1-guest: the guest'
	guest_touch a.img
	sync_guests --check --format=json list
	assert_status 1
	jq -es 'map({(.name): .state}) | add == {"a": "in step", "b": "out of date"}' "$STDOUT"
	[ "$(seen)" = "$before" ]
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/tmp")" ]
}

# The last line on a terminal.
last_seen() { # ARG...
	script -qec "$DOMU sync --config=$CONF --mapper=loop -o $D --tmpdir=$PWD/tmp $*" screen >/dev/null </dev/null
	sed '$d; s/\r$//; s/.*\r//; s/\x1b\[K//g; /^$/d' screen | tail -n 1
}

@test "on a terminal a run and a --check print a summary" {
	[ "$(last_seen list)" = '2 guests: 2 done' ]
	[ "$(last_seen --check list)" = '2 guests: 2 in step' ]
	another_kernel b
	[ "$(last_seen --check list)" = '2 guests: 1 in step, 1 out of date' ]
	[ "$(last_seen list)" = '2 guests: 1 done, 1 unchanged' ]
	rm b.img
	[ "$(last_seen --check list)" = '2 guests: 1 in step, 1 failed: b' ]
}

@test "--check removes the copies of a killed --check" {
	local tmp=$BATS_TEST_TMPDIR/tmp

	[ -x "$FAULTY" ] || skip "no $FAULTY: make FAULTS=1"
	sync_guests list
	guest_touch a.img
	DOMU=$FAULTY DOMU_FAULT=task.manifest=KILL sync_guests --check list
	assert_status 1
	assert_line 'a: failed'
	[ -n "$(ls -A "$tmp")" ]
	find "$tmp" -mindepth 1 -exec touch -d '2 minutes ago' {} +
	sync_guests --check list
	assert_status 0
	[ -z "$(ls -A "$tmp")" ]
}

@test "--check detects damaged copies, missing copies, and a guest that cannot be read" {
	sync_guests list
	truncate -s 100 "$D/a/vmlinuz"
	rm "$D/b"
	sync_guests --check list
	assert_status 1
	assert_line 'a: out of date, kernel 6.1.0-guest: vmlinuz here does not match its manifest'
	assert_line 'b: out of date, kernel 6.1.0-guest: not extracted yet'
	rm a.img
	sync_guests --check list
	assert_line 'a: failed: cannot open the disk'
	cp "$F/old.img" a.img
	sync_guests list
	assert_status 0
	cmp "$D/a/vmlinuz" "$F/old/boot/vmlinuz-6.1.0"
	sync_guests --check list
	assert_status 0
}

@test "--check detects a kernel without its modules" {
	cp -r "$F/old" root
	rm -rf root/lib/modules
	mkdir -p root/lib/modules/6.1.0-guest
	guest_fs ext4 root.fs 4 root
	guest_disk gpt a.img root.fs
	mv root/lib/modules/6.1.0-guest root/lib/modules/5.10.0-guest
	guest_fs ext4 root.fs 4 root
	guest_disk gpt b.img root.fs
	sync_guests list
	assert_status 0
	sync_guests --check list
	assert_status 1
	assert_line 'a: in step'
	assert_line 'b: out of date, kernel 6.1.0-guest: the guest has no modules for its kernel'
}

@test "--modules: the modules that match the kernel; nothing that leads out of the guest" {
	cp -r "$F/old" root
	rm -rf root/lib/modules
	mkdir -p root/lib/modules/6.1.0-guest/kernel
	echo module >root/lib/modules/6.1.0-guest/kernel/a.ko
	ln -s /etc/shadow root/lib/modules/6.1.0-guest/shadow
	guest_fs ext4 root.fs 4 root
	guest_disk gpt a.img root.fs
	sed -i 1q list
	sync_guests list
	[ ! -e "$D/a/modules" ]
	sync_guests --modules --debug list
	assert_status 0
	assert_line 'a: done'
	[ "$(grep -c "copy.stat: '/initrd" "$STDERR")" = 1 ]
	[ "$(cat "$D/a/modules/6.1.0-guest/kernel/a.ko")" = module ]
	[ ! -L "$D/a/modules/6.1.0-guest/shadow" ]
	[ "$(find "$D/a/" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | paste -sd ' ')" = 'MANIFEST.json initrd modules vmlinuz' ]
	[ "$(jq -r .modules.name "$D/a/MANIFEST.json")" = modules/6.1.0-guest ]
	sync_guests --modules list
	assert_line 'a: unchanged'
	sync_guests --modules --checksum list
	assert_line 'a: unchanged'
	echo changed >root/lib/modules/6.1.0-guest/kernel/a.ko
	guest_fs ext4 root.fs 4 root
	guest_disk gpt a.img root.fs
	sync_guests --modules --checksum list
	assert_line "a: done, kernel 6.1.0-guest"
	[ "$(cat "$D/a/modules/6.1.0-guest/kernel/a.ko")" = changed ]
}

@test "a reader always sees one complete version while versions change" {
	local reader n=0

	sync_guests list
	sha256sum "$F/old/boot/vmlinuz-6.1.0" "$F/new/boot/vmlinuz-6.1.1" | cut -d' ' -f1 | sort >known
	while [ ! -e stop ]; do sha256sum "$D/a/vmlinuz" || echo missing; done 2>&1 3>&- | cut -d' ' -f1 >seen &
	reader=$!
	for image in new old new old; do
		cp --sparse=always "$F/$image.img" a.img
		sync_guests list
		assert_status 0
	done
	: >stop
	wait "$reader"
	[ "$(sort -u seen)" = "$(cat known)" ]
}

@test "a failed guest keeps its files" {
	sync_guests list
	before=$(seen)
	head -c 1M /dev/zero >a.img
	sync_guests list
	assert_status 1
	assert_line 'a: failed'
	assert_line 'b: unchanged'
	[ "$(seen)" = "$before" ]
}

@test "two syncs never use a directory at the same time" {
	sync_guests list
	exec {fd}<"$D"
	flock "$fd"
	sync_guests list
	assert_status 1
	assert_error 'another batch or sync is using it'
	sync_guests --check list
	assert_status 0
	exec {fd}<&-
}

@test "files from a disk in use are read until stable" {
	sync_guests list
	another_kernel a
	exec {fd}<>a.img
	sync_guests list
	exec {fd}>&-
	assert_status 0
	grep -qE '^a: domUloader: warning: .*in use' "$STDERR"
	cmp "$D/a/vmlinuz" "$F/new/boot/vmlinuz-6.1.1"
	[ "$(jq .in_use "$D/a/MANIFEST.json")" = true ]
}
