#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC1003,SC2016,SC2030,SC2031 # nasty strings; each test is a subshell
# hostile - guests that try to escape, damaged disks, hosts without space or privileges

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

# The host's secret is a kernel that would be recognised: only its place keeps it from the guest.
setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	export BATS_TEST_TIMEOUT=120
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 8 tree
	guest_disk gpt guest.img root.fs
	guest_bzimage host-secret 0.0.0-of-the-host
	guest_bzimage inside 1.1.1-of-the-guest
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
	SECRET=$BATS_FILE_TMPDIR/host-secret
	T=$BATS_TEST_TMPDIR
	IMG=$T/disk.img
}

teardown() {
	world_assert
}

need_faulty() {
	[ -x "$FAULTY" ] || skip 'build/faulty/domUloader is missing: make FAULTS=1'
	DOMU=$FAULTY
}

make_img() { # TREE [OPTION...]
	local tree=$1

	shift
	guest_fs ext4 "$IMG" 8 "$tree" "$@"
}

# ---- symlinks that want out --------------------------------------------------------

# Symlinks to the host's secret in many shapes, in a guest that has no such file.
leaving_tree() { # DIR
	mkdir -p "$1/etc" "$1/proc/self" "$1/a/b/c" "$1/dev"
	: >"$1/etc/fstab"
	ln -s "$SECRET" "$1/absolute"
	ln -s "../../../../../../../../../../../../$SECRET" "$1/a/b/c/dots"
	ln -s "/..//../.././/../$SECRET" "$1/absolute-dots"
	ln -s / "$1/proc/self/root"
	ln -s "/proc/self/root/$SECRET" "$1/through-root"
	ln -s "/proc/1/root/$SECRET" "$1/through-init"
	ln -s "/proc/self/cwd/host-secret" "$1/through-cwd"
	ln -s /proc/self/exe "$1/through-exe"
	ln -s /proc/self/fd/0 "$1/through-fd"
	ln -s "${SECRET%/*}" "$1/directory"
	ln -s ../../../../../../.. "$1/up"
	ln -s absolute "$1/chain"
}

LEAVING=(/absolute /a/b/c/dots /absolute-dots /through-root /through-init /through-cwd
	/through-exe /through-fd /directory/host-secret /chain)

@test "symlinks never lead to the host's files: exit code 3" {
	local path

	leaving_tree "$T/tree"
	make_img "$T/tree"
	for path in "${LEAVING[@]}" "/up$SECRET" "/../../../..$SECRET" "$SECRET"; do
		domu --entry="xvda:$path" "$IMG" <"$SECRET"
		assert_status 3 || _fail "$path"
		assert_error "$path"
		domu --entry="$path" --root=xvda "$IMG"
		assert_status 3 || _fail "$path"
		assert_error "$path"
	done
}

@test "the same symlinks lead to the guest's own file of that name, if there is one" {
	local path

	leaving_tree "$T/tree"
	mkdir -p "$T/tree${SECRET%/*}"
	cp inside "$T/tree$SECRET"
	make_img "$T/tree"
	for path in /absolute /a/b/c/dots /absolute-dots /directory/host-secret /chain "/up$SECRET" \
		"/../../..$SECRET" /through-root; do
		domu --entry="xvda:$path" "$IMG"
		assert_copies inside || _fail "$path"
	done
}

@test "without openat2, symlinks never lead to the host's files either" {
	local path

	[ -x "$TOP/build/tools/without" ] || skip 'build/tools/without is missing: make tools'
	printf '#!/bin/sh\nexec %q openat2 %q "$@"\n' "$TOP/build/tools/without" "$DOMU" >"$T/domu"
	chmod +x "$T/domu"
	DOMU=$T/domu
	leaving_tree "$T/tree"
	make_img "$T/tree"
	for path in "${LEAVING[@]}" "/up$SECRET" "/../../../..$SECRET"; do
		domu --entry="xvda:$path" "$IMG"
		assert_status 3 || _fail "$path"
		assert_error "$path"
	done
	domu --entry=/vmlinuz,/initrd.img guest.img
	assert_copies "$K" "$R"
}

@test "symlink loops and a chain that is too long: an error; a chain of thirty is followed" {
	local i

	mkdir "$T/tree"
	cp inside "$T/tree/l0"
	for i in {1..60}; do
		ln -s "l$((i - 1))" "$T/tree/l$i"
	done
	ln -s circle "$T/tree/circle"
	ln -s b "$T/tree/a"
	ln -s a "$T/tree/b"
	make_img "$T/tree"
	domu --entry=xvda:/l30 "$IMG"
	assert_copies inside
	for i in l60 circle a; do
		domu --entry=xvda:/$i "$IMG"
		assert_status 1
		assert_error "/$i"
		assert_hint loop
	done
}

@test "an fstab that is a symlink out of the guest is ignored" {
	cp -a tree "$T/tree"
	echo "LABEL=absent /boot ext4 defaults" >"$T/host-fstab"
	rm "$T/tree/etc/fstab"
	ln -s "$T/host-fstab" "$T/tree/etc/fstab"
	make_img "$T/tree"
	domu --entry=/vmlinuz,/initrd.img --root=xvda "$IMG"
	assert_copies "$K" "$R"
}

@test "an fstab never mounts the host's devices, directories and UUIDs" {
	local loop line bad='' uuid=99999999-1111-4222-8333-444444444444

	mkdir -p "$T/host" "$T/tree/etc" "$T/tree/boot"
	cp host-secret "$T/host/vmlinuz"
	guest_fs ext4 "$T/host.img" 8 "$T/host" -U $uuid -L host-label
	loop=$(losetup --find --show --read-only "$T/host.img")
	for line in "$loop /boot ext4 defaults" "UUID=$uuid /boot ext4 defaults" \
		"LABEL=host-label /boot ext4 defaults" "$T/host /boot none bind" \
		"$T/host.img /boot ext4 loop" "/dev/disk/by-uuid/$uuid /boot ext4 nofail" \
		"overlay /boot overlay lowerdir=$T/host" "/dev/root /boot auto" \
		"/proc/self/fd/3 /boot auto"; do
		echo "$line" >"$T/tree/etc/fstab"
		make_img "$T/tree"
		domu --entry=/boot/vmlinuz --root=xvda "$IMG" xvda && assert_status 3 && assert_error '' || { bad=$line; break; }
	done
	losetup --detach "$loop"
	[ -z "$bad" ] || _fail "$bad"
}

# ---- what is no ordinary file ------------------------------------------------------

@test "a FIFO, devices, a socket and a directory are refused at once" {
	local name

	mkdir -p "$T/tree/directory"
	mkfifo "$T/tree/fifo"
	mknod "$T/tree/zero" c 1 5
	mknod "$T/tree/tty" c 5 0
	mknod "$T/tree/block" b 7 0
	perl -MSocket -e 'socket S, PF_UNIX, SOCK_STREAM, 0; bind S, sockaddr_un "$ARGV[0]"' "$T/tree/socket"
	ln -s fifo "$T/tree/link"
	make_img "$T/tree"
	for name in directory directory/ fifo zero tty block socket link .; do
		domu --entry="xvda:/$name" --any-kernel "$IMG"
		assert_status 1 || _fail "$name"
		assert_error 'not a regular file'
	done
	domu --entry=xvda:/fifo/x "$IMG"
	assert_status 3
	assert_error 'not a directory'
}

@test "an empty file is refused, as kernel and as initrd" {
	mkdir "$T/tree"
	cp inside "$T/tree/vmlinuz"
	: >"$T/tree/empty"
	make_img "$T/tree"
	domu --entry=xvda:/empty --any-kernel "$IMG"
	assert_status 1
	assert_error 'the file is empty'
	domu --entry=xvda:/vmlinuz,/empty "$IMG"
	assert_status 1
	assert_error /empty
}

@test "a sparse file of 1 TiB is refused, by its size or the available space" {
	mkdir "$T/tree"
	cp inside "$T/tree/vmlinuz"
	truncate -s 1T "$T/tree/sparse"
	make_img "$T/tree"
	domu --entry=xvda:/vmlinuz,/sparse "$IMG"
	assert_status 1
	assert_error 'larger than allowed'
	assert_hint --max-initrd-size
	domu --entry=xvda:/sparse --any-kernel "$IMG"
	assert_status 1
	assert_error 'larger than allowed'
	assert_hint --max-kernel-size
	domu --entry=xvda:/vmlinuz,/sparse --max-initrd-size=2T "$IMG"
	assert_status 1
	assert_error 'not enough space'
}

@test "size limits: a file of exactly the limit is copied, one byte more is refused" {
	domu --entry=xvda1:/vmlinuz,/initrd.img --max-kernel-size=128K --max-initrd-size=300000 guest.img
	assert_copies "$K" "$R"
	domu --entry=xvda1:/vmlinuz,/initrd.img --max-kernel-size=131071 guest.img
	assert_status 1
	assert_error /vmlinuz
	domu --entry=xvda1:/vmlinuz,/initrd.img --max-initrd-size=299999 guest.img
	assert_status 1
	assert_error /initrd.img
	echo 'max-initrd-size = 1K' >"$CONF"
	domu --entry=xvda1:/vmlinuz,/initrd.img guest.img
	assert_status 1
	assert_error /initrd.img
}

@test "holes in a file are zeros in the copy" {
	mkdir "$T/tree"
	guest_random "$T/tree/holes" 100000
	truncate -s 5M "$T/tree/holes"
	make_img "$T/tree"
	domu --entry=xvda:/holes --any-kernel "$IMG"
	assert_copies "$T/tree/holes"
}

# ---- names -------------------------------------------------------------------------

@test "a missing file: exit code 3, and the error lists the existing files" {
	domu --entry=xvda1:/boot/vmlinux guest.img
	assert_status 3
	assert_error /boot/vmlinux
	assert_hint vmlinuz-6.1.0
	assert_hint initrd.img-6.1.0
	domu --entry=xvda1:/vmlinuz,/boot/nothing guest.img
	assert_status 3
	assert_error /boot/nothing
	domu --entry=xvda1:/nowhere/vmlinuz guest.img
	assert_status 3
	assert_hint "'etc'"
	domu --entry=/var/vmlinuz --root=xvda1 guest.img
	assert_status 3
	assert_hint 'empty'
}

@test "a dangling symlink: exit code 3, and the error lists the directory it leads to" {
	mkdir -p "$T/tree/boot"
	ln -s boot/vmlinuz-6.1.0 "$T/tree/vmlinuz"
	: >"$T/tree/boot/vmlinuz-6.2.0"
	make_img "$T/tree"
	domu --entry=xvda:/vmlinuz "$IMG"
	assert_status 3
	assert_error /vmlinuz
	assert_hint vmlinuz-6.2.0
}

@test "names with newlines, escape codes, quotes and invalid UTF-8 are harmless in the error" {
	mkdir "$T/tree"
	: >"$T/tree/"$'new\nline'
	: >"$T/tree/"$'\e[31mred\e[0m'
	: >"$T/tree/"$'\r\b\x7f'
	: >"$T/tree/it's"
	: >"$T/tree/"$'\xff\xfe\xc3'
	: >"$T/tree/%s%n"
	ln -s $'no\nwhere\e[5m' "$T/tree/link"
	make_img "$T/tree"
	domu --entry=xvda:/vmlinuz -v "$IMG"
	assert_status 3
	assert_error /vmlinuz
	assert_hint 'red'
	assert_hint '%s%n'
	assert_without $'[\x80-\xff]' "$STDERR"
	[ "$(grep -c '^domUloader\|^  ' "$STDERR")" = "$(wc -l <"$STDERR")" ]
	domu --entry=xvda:/link "$IMG"
	assert_status 3
	assert_error /link
	domu --entry=$'xvda:/asked\nfor\e[1m' "$IMG"
	assert_status 2
	assert_error asked
}

@test "a directory with 3,000 names: the error is short" {
	mkdir "$T/tree"
	(cd "$T/tree" && seq -f 'name-%.0f' 3000 | xargs touch)
	guest_fs ext4 "$IMG" 16 "$T/tree" -N 4000
	domu --entry=xvda:/vmlinuz "$IMG"
	assert_status 3
	assert_error /vmlinuz
	assert_hint '...'
	[ "$(wc -c <"$STDERR")" -lt 1500 ]
}

@test "long paths and long names: found, or one clear error" {
	local long deep='' i

	long=$(printf 'x%.0s' {1..255})
	for i in {1..15}; do
		deep+=/$long
	done
	mkdir -p "$T/tree"
	cp inside "$T/tree/$long"
	make_img "$T/tree"
	domu --entry="xvda:/$long" "$IMG"
	assert_copies inside
	for i in "/$long$long" "$deep" "$deep$deep" "$(printf '/.%.0s' {1..3000})"; do
		domu --entry="xvda:$i" "$IMG"
		[ "$status" -ge 1 ] && [ "$status" -le 3 ]
		assert_error ''
		[ "$(wc -c <"$STDERR")" -lt 1500 ]
	done
}

@test "labels with quotes, blanks, slashes and escape codes are listed safely, and work" {
	make_img tree -L "it's \"a\" b/c"
	guest_disk gpt "$T/labels.img" "$IMG"
	sfdisk -q --part-label "$T/labels.img" 1 'p/t "x" (kernel)'
	domu --entry="LABEL=it's \"a\" b/c:/vmlinuz" "$T/labels.img"
	assert_copies "$K"
	domu --entry='PARTLABEL=p/t "x" (kernel):/vmlinuz' "$T/labels.img"
	assert_copies "$K"
	_poke "$IMG" $((1024 + 120)) 'evil\x1b[2J\x0aX\x00'
	domu --entry=LABEL=none:/vmlinuz "$IMG"
	assert_status 3
	assert_error evil
	[ "$(wc -l <"$STDERR")" -le 3 ]
}

# ---- fstabs ------------------------------------------------------------------------

with_fstab() { # FILE
	cp -a tree "$T/tree"
	cp "$1" "$T/tree/etc/fstab"
	make_img "$T/tree"
	rm -r "$T/tree"
}

@test "an fstab with 10,000 lines is read" {
	{
		seq -f '# comment %.0f' 5000
		seq -f 'server:/export /srv/%.0f nfs defaults 0 0' 4999
		echo '/dev/xvdb /boot ext4 defaults 0 0'
	} >"$T/fstab"
	with_fstab "$T/fstab"
	mkdir "$T/boot"
	cp inside "$T/boot/vmlinuz"
	guest_fs ext4 "$T/boot.img" 8 "$T/boot"
	domu --entry=/boot/vmlinuz --root=xvda --disk="file:$IMG,xvda,w" --disk="file:$T/boot.img,xvdb,w"
	assert_copies inside
}

@test "an fstab with 10,000 filesystems: those that fit are used, and a warning says so" {
	{
		echo '/dev/xvdb /boot ext4 defaults 0 0'
		seq -f '/dev/xvdc1 /mnt/%.0f ext4 defaults 0 0' 9999
	} >"$T/fstab"
	with_fstab "$T/fstab"
	mkdir "$T/boot"
	cp inside "$T/boot/vmlinuz"
	guest_fs ext4 "$T/boot.img" 8 "$T/boot"
	domu --entry=/boot/vmlinuz --root=xvda --disk="file:$IMG,xvda,w" --disk="file:$T/boot.img,xvdb,w" -v
	assert_copies inside
	assert_hint 'too many'
}

@test "an fstab of 2 MiB is refused; naming the partition avoids it" {
	yes '/dev/xvda1 / ext4 defaults 0 0' | head -c 2097152 >"$T/fstab"
	with_fstab "$T/fstab"
	domu --entry=/boot/vmlinuz --root=xvda "$IMG"
	assert_status 1
	assert_error /etc/fstab
	domu --entry=xvda:/boot/vmlinuz "$IMG"
	assert_copies "$K"
}

@test "an fstab of random bytes, of zeros, with one huge line, without a final newline" {
	local kind

	need_faulty
	guest_random "$T/random" 500000
	head -c 500000 /dev/zero >"$T/zeros"
	perl -e 'print "x" x 500000, " ", "y" x 1000' >"$T/endless"
	printf '/dev/xvda1 /boot/no ext4 defaults\\\\' >"$T/open"
	printf 'LABEL=\\777\\0\\x /\\040\\ ext4 %s 1 1\n' "$(printf 'o,%.0s' {1..5000})" >"$T/escapes"
	for kind in random zeros endless open escapes; do
		with_fstab "$T/$kind"
		domu --entry=/boot/vmlinuz --root=xvda "$IMG"
		assert_copies "$K" || _fail "$kind"
	done
}

@test "an fstab that is a FIFO, a directory or a device" {
	local kind

	cp -a tree "$T/tree"
	for kind in 'mkfifo' 'mkdir' 'mknod -m 644'; do
		rm -rf "$T/tree/etc/fstab"
		# shellcheck disable=SC2046,SC2086 # words
		$kind "$T/tree/etc/fstab" $([ "$kind" != 'mknod -m 644' ] || echo c 1 5)
		make_img "$T/tree"
		domu --entry=/boot/vmlinuz --root=xvda "$IMG"
		assert_status 1 || _fail "$kind"
		assert_error fstab
		domu --entry=/boot/vmlinuz "$IMG"
		[ "$status" -ne 0 ]
		assert_error ''
	done
}

# ---- broken disks ------------------------------------------------------------------

@test "random bytes as the disk, and as the first megabyte of each filesystem" {
	guest_random "$IMG" 2000000
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'filesystem'
	domu --entry=/vmlinuz "$IMG"
	assert_status 3
	assert_error root
	cp guest.img "$IMG"
	dd if=/dev/urandom of="$IMG" bs=1M seek=1 count=1 conv=notrunc status=none
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error xvda1
}

@test "an empty image, an image of one byte, of 511 and of 513 bytes" {
	local bytes

	for bytes in 0 1 511 513; do
		: >"$IMG"
		truncate -s $bytes "$IMG"
		domu --entry=xvda1:/vmlinuz "$IMG"
		assert_status 1 || _fail "$bytes bytes"
		assert_error 'disk.img'
	done
}

@test "an image truncated inside the partition, before it, and inside the table" {
	local size

	for size in 5M 1M 17K 1025; do
		cp guest.img "$IMG"
		truncate -s $size "$IMG"
		domu --entry=xvda1:/vmlinuz "$IMG"
		[ "$status" = 1 ] || [ "$status" = 3 ] || _fail "$size"
		assert_error ''
	done
	cp root.fs "$IMG"
	truncate -s 5M "$IMG"
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_status 1
	assert_error 'cannot mount'
}

@test "not a disk: a directory, a FIFO, a character device, a missing path" {
	mkfifo "$T/fifo"
	mkdir "$T/directory"
	for disk in "$T/fifo" "$T/directory" /dev/null /dev/zero "$T/nowhere" "$T/fifo/x"; do
		domu --entry=xvda1:/vmlinuz "$disk"
		assert_status 1 || _fail "$disk"
		assert_error "${disk##*/}"
	done
}

@test "partitions that overlap, and that are beyond the disk's end" {
	guest_disk dos "$IMG" root.fs root.fs
	_poke "$IMG" $((446 + 16 + 8)) '\x00\x08\x00\x00\x00\x40\x00\x00' # 2: the same sectors
	domu --entry=xvda2:/vmlinuz "$IMG"
	assert_copies "$K"
	_poke "$IMG" $((446 + 16 + 4)) '\x83\x00\x00\x00\x00\x08\x00\xff\xff' # 2: far out
	domu --entry=xvda2:/vmlinuz "$IMG"
	[ "$status" = 1 ] || [ "$status" = 3 ]
	assert_error xvda2
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_copies "$K"
}

@test "logical partitions that form a loop, and an extended partition in itself: no hang" {
	need_faulty
	guest_disk dos "$IMG" extended root.fs root.fs
	domu --entry=xvda6:/vmlinuz "$IMG"
	assert_copies "$K"
	# The first link of the chain leads to itself.
	_poke "$IMG" $((1048576 + 446 + 16 + 4)) '\x05\x00\x00\x00\x00\x00\x00\x00'
	domu --entry=xvda5:/vmlinuz --timeout=20 "$IMG"
	[ "$status" != 0 ] || rm "$OUT"/kernel.*
	[ "$status" -le 3 ]
	assert_without 'timed out' "$STDERR"
}

@test "GPT: if the primary table is damaged, the backup is read" {
	cp guest.img "$IMG"
	dd if=/dev/zero of="$IMG" bs=512 seek=1 count=1 conv=notrunc status=none
	domu --entry=xvda1:/vmlinuz "$IMG"
	assert_copies "$K"
}

@test "GPT with 200 partitions: the last is found; with 300: an error says why" {
	local i script=$'label: gpt\ntable-length: 304\n'

	for ((i = 1; i <= 300; i++)); do
		script+="$i: start=$((2048 * (i + 7 * (i > 200)))), size=$((i == 200 ? 16384 : 2048))"$'\n'
	done
	truncate -s 320M "$IMG"
	sfdisk -q --force --no-tell-kernel "$IMG" <<<"$script"
	dd if=root.fs of="$IMG" bs=1M seek=200 conv=notrunc,sparse status=none
	domu --entry=xvda200:/vmlinuz "$IMG"
	assert_copies "$K"
	domu --entry=xvda300:/vmlinuz "$IMG"
	[ "$status" = 1 ] || [ "$status" = 3 ]
	assert_error xvda300
	domu --entry=/vmlinuz,/initrd.img --timeout=60 "$IMG"
	assert_copies "$K" "$R"
}

# Four bytes of the table become something else; the same ones for the same number.
damage() { # IMG TABLE NUMBER
	perl -e '
		my ($img, $table, $number) = @ARGV;
		srand $number;
		open my $file, "+<", $img or die;
		for (1 .. 4) {
			seek $file, $table eq "dos" ? 446 + int rand 66 : int rand 17408, 0;
			print $file chr int rand 256;
		}
	' "$@"
}

@test "damaged partition tables: each gives a result or one error, and no sanitizer report" {
	local i

	need_faulty
	guest_disk dos "$T/dos" root.fs extended root.fs
	cp --sparse=always guest.img "$T/gpt"
	for i in {1..16}; do
		for table in dos gpt; do
			cp --sparse=always "$T/$table" "$IMG"
			damage "$IMG" $table "$i"
			domu --entry=xvda1:/vmlinuz --dry-run "$IMG"
			[ "$status" -le 3 ] || _fail "$table $i"
			[ "$status" = 0 ] || assert_error '' || _fail "$table $i"
			assert_without Sanitizer "$STDERR"
		done
	done
}

# ---- images that change while they are read ----------------------------------------

# Stops the reader before the first byte is copied; $pid goes on after go_on.
stop_at_copy() { # ARG...
	need_faulty
	local stopped

	DOMU_FAULT=copy.extents=STOP DOMU_FAULT_LOG=$T/steps domu_start "$@"
	eventually stops_in "$T/steps"
	reader=$stopped
}

# It stops at each piece of the copy. Only what stopped is sent SIGCONT: it would upset the
# sanitizer's look for leaks at the end.
go_on() {
	while ! has_ended "$reader"; do
		! is_stopped "$reader" || kill -CONT "$reader"
		sleep 0.02
	done
	domu_wait
}

@test "an image deleted during the run is read to its end" {
	cp guest.img "$T/gone.image"
	stop_at_copy --entry=xvda1:/vmlinuz,/initrd.img "$T/gone.image"
	rm "$T/gone.image"
	go_on
	assert_copies "$K" "$R"
}

@test "an image truncated during the run: an error, and nothing is left behind" {
	mkdir "$T/tree"
	cp inside "$T/tree/vmlinuz"
	guest_random "$T/tree/initrd" 6000000
	guest_fs ext4 "$T/cut.image" 16 "$T/tree"
	stop_at_copy --entry=xvda1:/vmlinuz,/initrd "$T/cut.image"
	truncate -s 300K "$T/cut.image"
	go_on
	assert_status 1
	assert_error 'cannot'
}

# ---- the directory for the copies --------------------------------------------------

# The same as domu, but in a mount namespace in which COMMAND was run before.
domu_after() { # COMMAND ARG...
	local command=$1

	shift
	status=0
	unshare --mount bash -c "$command"' && shift && exec "$@"' - "$OUT" "$DOMU" \
		--config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" "$@" \
		>"$STDOUT" 2>"$STDERR" </dev/null 3>&- || status=$?
}

@test "a full directory for the copies is detected before anything is copied" {
	domu_after 'mount -t tmpfs -o size=64k none "$1"' --entry=xvda1:/vmlinuz,/initrd.img guest.img
	assert_status 1
	assert_error 'not enough space'
	assert_hint --output-directory
	domu_after 'mount -t tmpfs -o size=4m,nr_inodes=1 none "$1"' --entry=xvda1:/vmlinuz guest.img
	assert_status 1
	assert_error "$OUT"
}

@test "a directory for the copies that fills up during the run" {
	need_faulty
	DOMU_FAULT=copy.send=EINVAL,copy.write=ENOSPC domu --entry=xvda1:/vmlinuz,/initrd.img guest.img
	assert_status 1
	assert_error 'cannot write the copy'
	assert_hint 'free some space'
}

@test "a read-only directory for the copies" {
	domu_after 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"' \
		--entry=xvda1:/vmlinuz,/initrd.img guest.img
	assert_status 1
	assert_error "$OUT"
	assert_hint 'specify a writable directory'
}

@test "a directory for the copies that is a file, or below a file" {
	: >"$T/file"
	for dir in "$T/file" "$T/file/x"; do
		domu --entry=xvda1:/vmlinuz --output-directory="$dir" guest.img
		assert_status 1
		assert_error "$T/file"
		domu --entry=xvda1:/vmlinuz --tmpdir="$dir" guest.img
		assert_status 1
		assert_error "$T/file"
	done
}

@test "copies have mode 0600 whatever the umask" {
	(umask 000 && domu --entry=xvda1:/vmlinuz guest.img && assert_copies "$K")
	(umask 777 && domu --entry=xvda1:/vmlinuz guest.img && chmod 600 "$STDOUT" && assert_copies "$K")
}

# ---- rights ------------------------------------------------------------------------

# The user nobody needs search permission for the whole path.
for_nobody() {
	cp "$DOMU" guest.img "$T/"
	chmod 755 "$T/domUloader"
	chmod 644 "$T/guest.img"
	chmod 777 "$OUT"
	chmod 755 "$BATS_RUN_TMPDIR" "$T"
	setpriv --reuid=65534 --regid=65534 --clear-groups test -r "$T/guest.img" ||
		skip "nobody can't reach $T"
}

@test "an ordinary user gets one clear error" {
	for_nobody
	status=0
	setpriv --reuid=65534 --regid=65534 --clear-groups "$T/domUloader" --config="$CONF" \
		--tmpdir="$OUT" --entry=xvda1:/vmlinuz "$T/guest.img" >"$STDOUT" 2>"$STDERR" || status=$?
	assert_status 1
	assert_error 'a capability is missing'
	assert_hint 'run it as root'
}

@test "root without a required capability: the error names it" {
	status=0
	setpriv --bounding-set=-sys_admin --inh-caps=-all "$DOMU" --config="$CONF" \
		--tmpdir="$OUT" --entry=xvda1:/vmlinuz guest.img >"$STDOUT" 2>"$STDERR" || status=$?
	assert_status 1
	assert_error CAP_SYS_ADMIN
}

@test "files that only the guest's root may read are copied" {
	mkdir -m 700 "$T/tree" "$T/tree/boot"
	install -m 000 inside "$T/tree/boot/vmlinuz"
	make_img "$T/tree"
	domu --entry=xvda1:/boot/vmlinuz "$IMG"
	assert_copies inside
	domu --entry=xvda1:/boot/vmlinuz --runas=12345 "$IMG"
	assert_copies inside
}

@test "an empty environment, a removed working directory, closed descriptors" {
	status=0
	env -i "$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" \
		--entry=xvda1:/vmlinuz guest.img >"$STDOUT" 2>"$STDERR" || status=$?
	assert_copies "$K"
	mkdir "$T/gone"
	(cd "$T/gone" && rmdir "$T/gone" &&
		domu --entry=xvda1:/vmlinuz "$BATS_FILE_TMPDIR/guest.img" && cd / &&
		assert_copies "$BATS_FILE_TMPDIR/$K")
	status=0
	"$DOMU" --config="$CONF" --tmpdir="$OUT" --mapper="${DOMU_MAPPER:-loop}" --entry=xvda1:/vmlinuz \
		--output="$T/answer" guest.img <&- >&- 2>&- || status=$?
	: >"$STDERR"
	ANSWER=$T/answer assert_copies "$K"
}

@test "hundreds of descriptors left open by a toolstack, and a low descriptor limit" {
	(
		for ((i = 20; i < 220; i++)); do
			eval "exec $i</dev/null"
		done
		domu --entry=/vmlinuz,/initrd.img guest.img
		assert_copies "$K" "$R"
	)
	(
		ulimit -n 24
		domu --entry=/vmlinuz,/initrd.img guest.img
		[ "$status" = 0 ] && assert_copies "$K" "$R" || assert_error ''
	)
}
