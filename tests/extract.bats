#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2314 # jq's dollars; each test is a subshell
# extract - copies files of a guest into a directory, completely or not at all

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

# /boot on its own partition, modules with all that may not leave the guest.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_boot_tree boot
	echo 'CONFIG_XEN=y' >boot/config-6.1.0
	mkdir -p root/{boot,etc}
	ln -s boot/vmlinuz root/vmlinuz
	echo "UUID=$GUEST_UUID /boot ext4 defaults 0 2" >root/etc/fstab
	nasty_modules root/lib/modules/6.1.0-guest
	guest_fs ext4 boot.fs 4 boot -U "$GUEST_UUID" -L boot
	guest_fs ext4 root.fs 4 root -L root
	guest_disk gpt guest.img boot.fs root.fs
}

nasty_modules() { # DIR
	local n

	mkdir -p "$1/kernel"/{fs,net}
	for n in 1 2 3; do
		guest_random "$1/kernel/fs/$n.ko" $((n * 3000)) "$n"
	done
	: >"$1/modules.dep"
	ln "$1/kernel/fs/1.ko" "$1/hard"
	ln -s kernel/fs/1.ko "$1/in"
	ln -s ../fs "$1/kernel/net/up"
	ln -s /usr/src/linux "$1/build"
	ln -s ../../../../etc/passwd "$1/out"
	ln -s up/../../.. "$1/kernel/net/tricky"
	ln -s "$BATS_FILE_TMPDIR" "$1/host"
	mkfifo "$1/fifo"
	mknod "$1/null" c 1 3
	mknod "$1/disk" b 7 0
	chmod 6755 "$1/kernel/fs/2.ko"
	: >"$1/"$'two\nlines'
	: >"$1/"$'red\e[31m'
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=boot/vmlinuz-6.1.0 R=boot/initrd.img-6.1.0
	T=$BATS_TEST_TMPDIR
	IMG=$T/disk.img
	D=$T/dir
	umask 022
}

teardown() {
	world_assert
	[ -z "$(find "$T" -maxdepth 1 -name '.*.part')" ]
}

extract() {
	domu_bare extract --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" "$@"
}

manifest() { # JQ-EXPRESSION
	jq -r "$1" "$D/MANIFEST.json"
}

assert_nothing() {
	[ ! -e "$D" ] || _fail "$D is there"
	[ -z "$(find "$T" -maxdepth 1 -name '.*.part')" ] || _fail 'an unfinished directory is left'
}

need_jq() {
	command -v jq >/dev/null || skip 'no jq'
}

need_faulty() {
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	DOMU=$FAULTY
}

# ---- what comes --------------------------------------------------------------------

@test "the guest's default kernel and its initrd, under their own names, and a manifest" {
	need_jq
	extract -o "$D" guest.img
	assert_status 0
	cmp "$D/vmlinuz-6.1.0" "$K"
	cmp "$D/initrd.img-6.1.0" "$R"
	[ "$(find "$D" -mindepth 1 | wc -l)" = 3 ]
	diff - "$STDOUT" <<<"$D/vmlinuz-6.1.0
$D/initrd.img-6.1.0
$D/MANIFEST.json"
	[ "$(manifest '.kernel.release')" = 6.1.0-guest ]
	[ "$(manifest '[.files[] | .what, .guest_path, .source, .filesystem, .journal] | join(" ")')" = \
		'kernel /boot/vmlinuz-6.1.0 xvda1 ext4 clean initrd /boot/initrd.img-6.1.0 xvda1 ext4 clean' ]
	[ "$(manifest '.files[0].sha256')" = "$(sha256sum <"$K" | cut -d' ' -f1)" ]
	[ "$(manifest '.files[1].size')" = 300000 ]
	[ "$(manifest '.in_use')" = false ]
	[ "$(manifest '.modules')" = null ]
}

@test "an entry as for a toolstack; the JSON result is the manifest" {
	need_jq
	extract -o "$D" --entry=xvda1:/vmlinuz --format=json guest.img
	assert_status 0
	cmp "$STDOUT" "$D/MANIFEST.json"
	[ "$(manifest '.files | length')" = 1 ]
	cmp "$D/vmlinuz-6.1.0" "$K"
}

@test "other files, under their own or a given name" {
	need_jq
	extract -o "$D" --file=/boot/config-6.1.0 --file=/etc/fstab:mounts guest.img
	assert_status 0
	cmp "$D/config-6.1.0" boot/config-6.1.0
	cmp "$D/mounts" root/etc/fstab
	[ "$(manifest '[.files[] | select(.what == "file").source] | join(" ")')" = 'xvda1 xvda2' ]
}

@test "one file on standard output, and nothing else" {
	extract --stdout guest.img
	assert_status 0
	cmp "$STDOUT" "$K"
	extract --stdout --file=/boot/config-6.1.0 guest.img
	assert_status 0
	cmp "$STDOUT" boot/config-6.1.0
	extract --stdout --entry=xvda1:/initrd.img-6.1.0 --any-kernel guest.img
	cmp "$STDOUT" "$R"
}

@test "json: docs/interface.md names each key" {
	need_jq
	extract -o "$D" --modules guest.img
	while read -r key; do
		grep -qF "\`$key\`" "$TOP/docs/interface.md" || { echo "$key"; return 1; }
	done < <(manifest '[paths | .[] | strings] | unique | .[]')
}

@test "files on a disk in use are extracted when two attempts agree" {
	local fd

	need_jq
	cp guest.img "$IMG"
	exec {fd}<>"$IMG"
	extract -v -o "$D" --modules "$IMG"
	exec {fd}>&-
	assert_status 0
	grep -q 'extraction 1: done' "$STDERR"
	[ "$(manifest '.in_use')" = true ]
	cmp "$D/vmlinuz-6.1.0" "$K"
}

# ---- modules -----------------------------------------------------------------------

@test "modules: files are complete, and nothing leads out of the directory" {
	local m=$D/modules/6.1.0-guest n

	need_jq
	extract -o "$D" --modules guest.img
	assert_status 0
	for n in 1 2 3; do
		cmp "$m/kernel/fs/$n.ko" "root/lib/modules/6.1.0-guest/kernel/fs/$n.ko"
	done
	[ "$(readlink "$m/in")" = kernel/fs/1.ko ]
	[ "$(readlink "$m/kernel/net/up")" = ../fs ]
	[ "$(stat -c %h "$m/hard")" = 1 ]
	[ "$(find "$m" ! -type f ! -type d ! -type l | wc -l)" = 0 ]
	[ "$(find "$m" -perm /7022 ! -type l | wc -l)" = 0 ]
	[ "$(find "$m" ! -user 0 | wc -l)" = 0 ]
	while read -r n; do
		[[ $(realpath "$n") == "$(realpath "$m")"/* ]] || _fail "$n leads out"
	done < <(find "$m" -type l)
	[ "$(find "$m" -type l | wc -l)" = 2 ]
	[ "$(manifest '.modules | .files, .left_out' | tr '\n' ' ')" = '5 9 ' ]
	assert_hint 'modules/6.1.0-guest: 9 entries were skipped for safety'
	[ "$(manifest '.modules.sha256')" = "$(cd "$m" && find . -type f -printf '%P\n' | LC_ALL=C sort |
		xargs sha256sum | sha256sum | cut -d' ' -f1)" ]
}

@test "modules that are missing or nested too deep: an error, and nothing is made" {
	local deep=root/lib/modules/6.1.0-guest _

	extract -o "$D" --modules --entry=xvda1:/vmlinuz guest.img
	assert_status 3
	assert_error 'omit it to follow the root'
	assert_nothing
	guest_disk gpt "$IMG" boot.fs
	extract -o "$D" --modules "$IMG"
	assert_status 3
	assert_error 'cannot find the file in the guest'
	assert_nothing
	cp -a root "$T/root"
	deep=$T/$deep
	for _ in {1..40}; do
		deep+=/d && mkdir "$deep"
	done
	guest_fs ext4 "$T/root.fs" 4 "$T/root"
	guest_disk gpt "$IMG" boot.fs "$T/root.fs"
	extract -o "$D" --modules "$IMG"
	assert_status 1
	assert_error 'larger than allowed'
	assert_nothing
}

# The second file alone is as much as is allowed. Neither has any data.
@test "modules: the size limit applies to all files together" {
	local m=$T/root/lib/modules/6.1.0-guest

	cp -a root "$T/root"
	rm -r "$m"
	mkdir "$m"
	truncate -s 1 "$m/a.ko"
	truncate -s 4G "$m/b.ko"
	guest_fs ext4 "$T/root.fs" 4 "$T/root"
	guest_disk gpt "$IMG" boot.fs "$T/root.fs"
	extract -o "$D" --modules "$IMG"
	assert_status 1
	assert_error 'larger than allowed'
	assert_hint 'b.ko'
	assert_nothing
}

# ---- names, choices ----------------------------------------------------------------

@test "hostile names become safe file names" {
	local name=$'vmlinuz-\e[31m;`rm -rf x`\n'

	need_jq
	mkdir -p "$T/tree/etc" "$T/tree/boot"
	: >"$T/tree/etc/fstab"
	echo x >"$T/tree/etc/..x"
	guest_bzimage "$T/tree/boot/$name" '../../etc (x)' 8192
	ln -s "$name" "$T/tree/boot/vmlinuz"
	guest_fs ext4 "$IMG" 4 "$T/tree"
	extract -o "$D" --entry=xvda:/boot/vmlinuz --file=/etc/..x "$IMG"
	assert_status 0
	! LC_ALL=C grep -q '[^[:print:]]' "$STDOUT" || _fail 'bytes of the guest on stdout'
	[ -z "$(find "$D" -mindepth 1 -name '*[^a-zA-Z0-9._-]*')" ]
	[ "$(find "$D" -type f | wc -l)" = 3 ]
	[ "$(manifest '.kernel.release')" = null ]
	extract -o "$D.2" --entry=xvda:/boot/vmlinuz --modules "$IMG"
	assert_status 1
	assert_error "the kernel's release"
}

@test "two files of the same name: an error that names them, and nothing is made" {
	extract -o "$D" --file=/etc/fstab:x --file=/boot/config-6.1.0:x guest.img
	assert_status 2
	assert_error 'two files have the same name'
	extract -o "$D" --file=/etc/fstab:MANIFEST.json guest.img
	assert_status 2
	assert_nothing
}

@test "several guests and no --entry: the error lists options to paste" {
	guest_tree "$T/tree"
	guest_fs ext4 "$T/other.fs" 4 "$T/tree"
	guest_disk gpt "$IMG" boot.fs root.fs "$T/other.fs"
	extract -o "$D" "$IMG"
	assert_status 1
	assert_error 'cannot choose one'
	assert_hint '--root=xvda3 --entry=/boot/vmlinuz-6.1.0,/boot/initrd.img-6.1.0'
	extract -o "$D" --root=xvda1 "$IMG"
	assert_error 'cannot choose one'
	assert_nothing
	extract -o "$D" --root=xvda3 "$IMG"
	assert_status 0
	cmp "$D/vmlinuz-6.1.0" "$T/tree/boot/vmlinuz-6.1.0"
	rm -r "$D"
	guest_disk gpt "$IMG" root.fs
	extract -o "$D" --file=/etc/nothing "$IMG"
	assert_status 3
	assert_nothing
}

@test "the target directory: required, new or empty, in an existing directory" {
	local n

	: >"$IMG"
	extract guest.img
	assert_status 2
	assert_error 'specify -o DIR'
	extract --stdout --modules guest.img
	assert_status 2
	extract --stdout -o "$D" guest.img
	assert_status 2
	for n in "$T/none/dir" "$IMG/dir" . /; do
		extract -o "$n" guest.img
		assert_status 1
		assert_error 'cannot open the parent directory'
		! grep -q warning "$STDERR" || _fail "a warning beside the error of $n"
	done
	mkdir "$D"
	extract -o "$D/" guest.img
	assert_status 0
	extract -o "$D" guest.img
	assert_status 1
	grep -q 'a file or a non-empty directory has this name' "$STDERR"
	cmp "$D/vmlinuz-6.1.0" "$K"
	extract -o "$T/file" --file=boot/x guest.img
	assert_status 2
}

# ---- nothing or all ----------------------------------------------------------------

@test "a missing file, a result that cannot be written: nothing is made" {
	extract -o "$D" --file=/boot/config-6.0.1 guest.img
	assert_status 3
	assert_error "did you mean '/boot/config-6.1.0'?"
	assert_nothing
	status=0
	"$DOMU" extract --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" -o "$D" guest.img \
		>/dev/full 2>"$STDERR" || status=$?
	: >"$STDOUT"
	assert_status 1
	assert_error 'cannot write the result'
	assert_nothing
}

@test "one process killed: the other one removes everything" {
	need_faulty
	for step in tree.create stage.mark stage.publish; do
		DOMU_FAULT=$step=KILL extract -o "$D" --modules guest.img
		assert_status 1 || _fail "$step"
		assert_nothing || _fail "$step"
	done
}

# A run that stops at STEP: pid and keeper.
stop_at() { # STEP
	DOMU_FAULT=$1=STOP DOMU_FAULT_LOG=$T/log \
		"$DOMU" extract --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --modules -o "$D" \
		guest.img >"$STDOUT" 2>"$STDERR" </dev/null 3>&- &
	pid=$!
	eventually stops_in "$T/log"
	keeper=$(awk '$1 == "keeper" { print $3; exit }' "$T/log")
	rm "$T/log"
}

kill_all() { # DIR: the kernel takes its lock and its loop devices away
	kill_at_once "$pid" "$keeper"
	domu_wait
	flock -w "$PATIENCE" "$1" true
	eventually no_loops
}

reap() {
	domu_own reap --config="$CONF" --tmpdir="$OUT" -o "$D/" "$@"
}

parts() {
	find "$T" -maxdepth 1 -name '.dir.*.part'
}

@test "Ctrl-C during an extraction: everything is removed" {
	need_faulty
	stop_at tree.create
	kill -INT "$pid"
	while kill -CONT "$keeper" 2>/dev/null; do # it stops at each file
		sleep 0.05
	done
	domu_wait
	assert_status 1
	assert_error 'interrupted by a signal'
	assert_nothing
}

@test "all processes killed: the next run or reap removes the files a minute later, not those of a live run" {
	need_faulty
	stop_at tree.create
	touch -d '2 minutes ago' "$(parts)"
	extract -o "$D" guest.img
	assert_status 0
	rm -r "$D"
	[ -d "$(parts)" ] || _fail 'a living run lost its own'
	kill_all "$(parts)"
	touch "$(parts)"
	reap
	grep -q 'nothing to remove' "$STDOUT"
	touch -d '2 minutes ago' "$(parts)"
	reap --dry-run
	grep -qxF "would remove the unfinished directory '$(parts)'" "$STDOUT"
	reap
	assert_status 0
	assert_nothing

	stop_at tree.create
	kill_all "$(parts)"
	touch -d '2 minutes ago' "$(parts)"
	extract -v -o "$D" guest.img
	assert_status 0
	grep -q 'removed 1 directories of killed runs' "$STDERR"
}

@test "all processes killed before the result is written: reported, and reap removes the directory" {
	need_faulty
	stop_at output.write
	kill_all "$D"
	touch -d '2 minutes ago' "$D"
	extract -o "$D" guest.img
	assert_status 1
	assert_error 'domUloader reap --directory=DIR removes it'
	reap
	assert_status 0
	grep -qxF "removed the unfinished directory '$D'" "$STDOUT"
	assert_nothing
	extract -o "$D" guest.img
	touch -d '2 minutes ago' "$D"
	reap
	cmp "$D/vmlinuz-6.1.0" "$K"
}
