#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2314 # each story is a subshell; "! x" stands in conditions
# batch - many guests in one run: sources, results, resources

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 4 tree
	guest_disk gpt guest.img root.fs
}

setup() {
	world_need_root
	world_save
	cd "$BATS_TEST_TMPDIR" || return
	F=$BATS_FILE_TMPDIR
	K=$F/tree/boot/vmlinuz-6.1.0
	R=$F/tree/boot/initrd.img-6.1.0
	D=$BATS_TEST_TMPDIR/guests
	G=$F/guest.img
}

teardown() {
	world_assert
}

batch() {
	domu_bare batch --config="$CONF" --mapper=loop -o "$D" "$@"
}

line() { # NAME [IMAGE] [ENTRY]
	printf '{"name": "%s", "disks": ["file:%s,xvda,w"], "entry": "%s"}\n' "$1" "${2-$G}" \
		"${3-xvda1:/vmlinuz,/initrd.img}"
}

assert_guest() { # NAME...
	local name

	for name; do
		cmp "$D/$name/vmlinuz" "$K"
		cmp "$D/$name/initrd" "$R"
		jq -e --arg k "$(sha256sum <"$K" | cut -d' ' -f1)" --arg name "$name" '
			.kernel.sha256 == $k and .kernel.file == "vmlinuz" and .ramdisk.file == "initrd" and
			.kernel.guest_path == "/boot/vmlinuz-6.1.0" and .name == $name and
			(.kernel | has("path") | not)' "$D/$name/MANIFEST.json" >/dev/null
	done
}

assert_only() { # NAME...: these are in the directory, and nothing else
	diff <(printf '%s\n' "$@") <(find "$D" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)
}

assert_line() { # TEXT
	grep -qF -- "$1" "$STDOUT" || _fail "there is no line: $1"
}

# What is still there on the screen when it has ended, a line each: what was not overwritten.
on_screen() { # ARG...
	status=0
	script -qec "$DOMU batch --config=$CONF --mapper=loop -o $D $* 2>&1" screen >/dev/null </dev/null || status=$?
	sed '1d; $d; s/\r$//; s/.*\r//; s/\x1b\[K//g; /^$/d; /^\[/d' screen >"$STDOUT"
}

# ---- sources -------------------------------------------------------------------------

@test "JSON lines: each guest gets a complete directory" {
	{ line a; line b; } >list
	batch list
	assert_status 0
	assert_line 'a: done, kernel 6.1.0-guest, 0.4 MiB, '
	assert_guest a b
	assert_only a b
	[ "$(stat -c %a "$D/a/vmlinuz" "$D/a/initrd" "$D/a/MANIFEST.json" "$D/a" | paste -sd ' ')" = '600 600 600 755' ]
}

@test "standard input can be the list" {
	line a >list
	"$DOMU" batch --config="$CONF" --mapper=loop -o "$D" - <list
	assert_guest a
}

@test "an invalid line: the error names line and column, the other guests are done" {
	{ line a; echo '{"name": "b", "dsks": []}'; echo '{"name": '; line c; } >list
	batch list
	assert_status 1
	assert_guest a c
	assert_only a c
	assert_line "b: failed: cannot parse the line: 'list' line 2 [lines.parse]; column 15: unknown key"
	grep -qF "'list' line 3" "$STDERR"
	grep -qF '2 of 4 guests failed:' "$STDERR"
	grep -qE '^  b +cannot parse the line' "$STDERR"
}

@test "configurations for xl and xend are used as they boot; other files are skipped" {
	mkdir xl
	cat >xl/web.cfg <<-CFG
		name = "web1"
		disk = [ 'file:$G,xvda,w', # the root
		       ]
		bootloader = "domUloader"
		bootloader_args = [ "-q", "--entry=xvda1:/vmlinuz,/initrd.img" ]
		root = "/dev/xvda1 ro"
		extra = "console=hvc0"
	CFG
	printf "disk=['file:%s,hda,w']; bootloader='/usr/lib/xen/boot/domUloader.py'\nbootentry='hda1:/vmlinuz,/initrd.img'\n" \
		"$G" >xl/suse
	printf "disk=['file:%s,xvda,w']\nbootloader='pygrub'\nkernel='/vmlinuz'\nramdisk='/initrd.img'\n" "$G" >xl/kernel.cfg
	printf "disk=['file:%s,xvda,w']\nbootloader_args='--entry=xvda1:/vmlinuz'\n" "$G" >xl/forgot.cfg
	printf "disk=['file:%s,xvda,w']\nkernel='/boot/vmlinuz'\n" "$G" >xl/host.cfg
	printf "builder='hvm'\ndisk=['file:%s,xvda,w']\n" "$G" >xl/windows.cfg
	echo 'autoballoon = "off"' >xl/xl.conf
	printf "disk = [ 'x'\nname = 1\n" >xl/broken.cfg
	batch --xl-dir=xl
	assert_status 1
	assert_guest web1 suse kernel
	assert_only kernel suse web1
	[ "$(jq -r .args "$D/web1/MANIFEST.json")" = 'root=/dev/xvda1 ro console=hvc0' ]
	assert_line "broken: failed: cannot parse the guest's configuration: 'xl/broken.cfg'"
	assert_line "forgot: failed: cannot determine the kernel to boot: 'xl/forgot.cfg'"
	assert_line '[plan.entry]; it has bootloader arguments but no bootloader, such as domUloader'
	assert_line '[plan.entry]; without a bootloader its kernel is a file of this host'
	grep -qF '3 of 6 guests failed' "$STDERR"
}

@test "libvirt's domains: a file, a directory; an invalid file is reported" {
	mkdir xml
	cat >xml/a.xml <<-XML
		<domain type='xen'><name>a</name><bootloader>/usr/local/sbin/domUloader</bootloader>
		<bootloader_args>--entry=xvda1:/vmlinuz,/initrd.img --quiet</bootloader_args>
		<os><type>linux</type><cmdline>root=/dev/xvda1 &amp; ro</cmdline></os>
		<devices><disk type='file' device='disk'><source file='$G'/><target dev='xvda'/></disk></devices></domain>
	XML
	batch --libvirt-xml=xml/a.xml
	assert_status 0
	assert_guest a
	[ "$(jq -r .args "$D/a/MANIFEST.json")" = 'root=/dev/xvda1 & ro' ]
	printf '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<domain><name>&e;</name></domain>' >xml/evil.xml
	sed 's,<bootloader>.*</bootloader>,,; s,<name>a,<name>forgot,' xml/a.xml >xml/forgot.xml
	batch --libvirt-xml=xml
	assert_status 1
	assert_only a
	assert_line '[plan.entry]; it has bootloader arguments but no bootloader, such as domUloader'
	assert_line 'evil: failed: '
	assert_line 'a document type declaration, which libvirt never writes'
}

@test "images by glob; guests without an entry use the one on the command line" {
	ln "$G" one.img
	ln "$G" two.raw
	batch --images="$PWD/*.[ir]*" --entry=/vmlinuz,/initrd.img
	assert_status 0
	assert_guest one two
	assert_only one two
}

@test "no entry: the guest's default kernel as in list, and an error if there are two" {
	ln "$G" one.img
	guest_disk gpt two.img "$F/root.fs" "$F/root.fs"
	batch --images="$PWD/*.img" --modules
	assert_status 1
	assert_guest one
	assert_only one
	assert_line "two: failed: cannot choose one of the guest's kernels"
	rm -r "$D/one"
	batch --images="$PWD/two.img" --root=xvda2
	assert_status 0
	assert_guest two
	domu "$G"
	assert_status 2
}

@test "names cannot escape the directory; of two guests with the same name one fails" {
	{ line ../../etc; line .hidden; line 'a\n\u001b[2Jb'; line a; line a; line $'\xff'; } >list
	batch list
	assert_status 1
	assert_only $'_._.._etc' _hidden a 'a__[2Jb'
	assert_line "a: failed: two guests have the same output directory"
	assert_without '[^ -~]' "$STDOUT"
	assert_without '[^ -~]' "$STDERR"
}

@test "no guests, no directory, a missing directory: one clear error each" {
	batch
	assert_status 2
	assert_error '--xl-dir='
	domu_bare batch --config="$CONF" list
	assert_status 2
	assert_error 'specify -o DIR'
	batch list
	assert_status 2
	assert_error "cannot open the list of guests: 'list'"
	batch --images='*.none'
	assert_status 2
	line a >list
	domu_bare batch --config="$CONF" -o "$D/none/there" list
	assert_status 1
	assert_error "$D/none/there"
}

@test "no guests found is an error, wherever they were looked for; HVM guests are found, and left out" {
	mkdir none others
	: >empty
	printf '\n \n' >blank
	echo 'sxp = 1' >others/no-guest.cfg
	echo text >others/text
	for command in batch sync; do
		for source in --xl-dir=none --xl-dir=others --libvirt-xml=none empty blank - "--xl-dir=none --libvirt-xml=none empty"; do
			# shellcheck disable=SC2086 # several arguments
			domu_bare $command --config="$CONF" --mapper=loop -o "$D" $source
			assert_status 2
			assert_error 'no guests found'
			[ ! -e "$D" ]
		done
		assert_error "--xl-dir='none', --libvirt-xml='none', 'empty'"
	done
	printf '%s\n' 'builder = "hvm"' "disk = ['file:$G,xvda,w']" >others/windows.cfg
	batch --xl-dir=others
	assert_status 0
	[ ! -s "$STDERR" ]
	assert_no_stdout
	on_screen --xl-dir=others
	diff <(echo '0 guests') "$STDOUT"
	mkdir -p domains
	echo '<domain type="xen"><name>w</name><os><type>hvm</type></os></domain>' >domains/w.xml
	batch --libvirt-xml=domains
	assert_status 0
	line a >one
	batch --xl-dir=none one
	assert_status 0
	assert_guest a
}

# ---- what becomes of them ------------------------------------------------------------

@test "a guest's failure does not stop the others: as table and as json" {
	head -c 1M /dev/zero >blank.img
	{ line a; line blank "$PWD/blank.img"; line none "$PWD/none.img"; line nofile "$G" xvda1:/none; line b; } >list
	batch list
	assert_status 1
	assert_guest a b
	assert_only a b
	grep -qF '3 of 5 guests failed:' "$STDERR"
	grep -qE '^  none +cannot open the disk: .*\[attach.open\]' "$STDERR"
	batch --format=json list
	assert_status 1
	[ "$(jq -s length "$STDOUT")" = 5 ]
	jq -es 'map(select(.state == "done")) | map(.name) | sort == ["a", "b"]' "$STDOUT"
	jq -es --arg d "$D/a" '.[] | select(.name == "a") | .directory == $d and .version == "6.1.0-guest" and
		.bytes > 400000 and .seconds > 0 and .error == null' "$STDOUT"
	jq -es '.[] | select(.name == "nofile") | .error.step == "openin.walk" and .error.exit_code == 3 and
		.directory == null' "$STDOUT"
	# An errno's text only after a call that failed.
	jq -es '.[] | select(.name == "none") | .error.reason == "No such file or directory"' "$STDOUT"
	jq -es '.[] | select(.name == "blank") | .error.step == "mount.unknown" and .error.reason == null' "$STDOUT"
}

@test "a failed guest keeps its old directory; a new directory replaces the old one" {
	cp "$G" own.img
	line a "$PWD/own.img" >list
	batch list
	assert_status 0
	before=$(stat -c %i "$D/a")
	batch list
	assert_status 0
	[ "$(stat -c %i "$D/a")" != "$before" ]
	assert_guest a
	before=$(stat -c %i "$D/a")
	line a "$PWD/own.img" xvda1:/none >list
	batch list
	assert_status 1
	[ "$(stat -c %i "$D/a")" = "$before" ]
	assert_guest a
	assert_only a
}

@test "--resume does the missing guests" {
	{ line a; line b; line c; } >list
	batch list
	before=$(stat -c %i "$D/a" "$D/c")
	rm -r "$D/b"
	mkdir -p "$D/.domUloader.b/half" # what a killed run was making
	batch --resume list
	assert_status 0
	assert_line 'a: unchanged'
	assert_line 'b: done'
	[ "$(stat -c %i "$D/a" "$D/c")" = "$before" ]
	assert_guest a b c
	assert_only a b c
}

@test "only one run at a time can use the directory" {
	mkdir "$D"
	line a >list
	exec {fd}<"$D"
	flock "$fd"
	batch list
	assert_status 1
	assert_error 'another batch or sync is using it'
	exec {fd}<&-
	[ -z "$(ls -A "$D")" ]
}

# ---- the end before the end ----------------------------------------------------------

# Killed at each step: kill.bats.
@test "SIGTERM: running guests are undone, no other is started, and --resume does the rest" {
	local i name

	for i in $(seq 100); do line "g$i"; done >list
	setsid "$DOMU" batch --config="$CONF" --mapper=loop -j 2 -o "$D" list >"$STDOUT" 2>"$STDERR" 3>&- &
	pid=$!
	eventually test -e "$D/g3"
	kill -TERM "$pid"
	wait "$pid" && status=0 || status=$?
	assert_status 1
	grep -qF '[pool.signal]' "$STDERR"
	grep -qE 'of 100 guests were not processed' "$STDERR"
	eventually is_not pgrep -s "$pid"
	for name in "$D"/g*; do assert_guest "${name##*/}"; done
	[ -z "$(find "$D" -name '.domUloader.*')" ]
	batch --resume list
	assert_status 0
	[ "$(find "$D" -mindepth 1 -maxdepth 1 | wc -l)" = 100 ]
}

# ---- many ----------------------------------------------------------------------------

# What a hundred and more guests need at the most: descriptors of the run's own process, processes of it.
@test "many images need only the descriptors, processes and memory of -j 2" {
	local n=${BATCH_MANY:-150} i fds=0 procs=0 rss=0 now

	for i in $(seq "$n"); do line "g$i"; done >list
	setsid "$DOMU" batch --config="$CONF" --mapper=loop -j 2 -o "$D" list >"$STDOUT" 2>"$STDERR" 3>&- &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		now=$(find "/proc/$pid/fd" -mindepth 1 2>/dev/null | wc -l)
		fds=$((now > fds ? now : fds))
		now=$(pgrep -s "$pid" | wc -l)
		procs=$((now > procs ? now : procs))
		now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) || now=0
		rss=$((${now:-0} > rss ? now : rss))
		sleep 0.1
	done
	wait "$pid" && status=0 || status=$?
	assert_status 0
	echo "# $n guests: at most $fds descriptors, $procs processes, $rss KiB" | tee -a "$BATS_RUN_TMPDIR/many"
	[ "$(find "$D" -mindepth 1 -maxdepth 1 | wc -l)" = "$n" ]
	[ "$fds" -le 12 ]
	[ "$procs" -le 9 ]
	[ "$rss" -le 30000 ]
}

@test "a progress bar on a terminal: names, count, speed and time left; none elsewhere" {
	local i

	for i in $(seq 12); do line "guest$i"; done >list
	script -qec "stty cols 70; $DOMU batch --config=$CONF --mapper=loop -j 2 -o $D list" screen >/dev/null </dev/null
	tr '\r' '\n' <screen >lines
	grep -qE '\[=* *\] [0-9]+/12, [0-9.]+/s, [0-9]+ s left.* guest[0-9]+' lines
	[ "$(sed 's/\x1b\[K//g' lines | grep '^\[' | awk '{ print length }' | sort -n | tail -1)" -le 70 ]
	batch list
	assert_without '\[=' "$STDERR"
	batch -q list
	[ ! -s "$STDERR" ]
	assert_no_stdout
}

# shellcheck disable=SC2119
@test "a summary on a terminal, for each outcome of the guests; none in a pipe or with -q" {
	{ line a; line b; line c; } >list
	on_screen list
	[ "$status" = 0 ]
	diff <(echo '3 guests: 3 done') "$STDOUT"
	line d >>list
	on_screen --resume list
	diff <(echo '4 guests: 1 done, 3 unchanged') "$STDOUT"
	line bo3 "$PWD/none.img" >>list
	on_screen list
	[ "$status" = 1 ]
	grep -qx '1 of 5 guests failed:' "$STDOUT"
	[ "$(tail -n 1 "$STDOUT")" = '5 guests: 4 done, 1 failed: bo3' ]
	for i in $(seq 7); do line "bad$i" "$PWD/none.img"; done >bad
	on_screen -j 1 bad
	[ "$(tail -n 1 "$STDOUT")" = '7 guests: 7 failed: bad1, bad2, bad3, bad4, bad5 and 2 more' ]
	on_screen --images="$G" --entry=/vmlinuz
	diff <(echo '1 guest: 1 done') "$STDOUT"
	on_screen -q --images="$G" --entry=/vmlinuz
	[ ! -s "$STDOUT" ]
	batch --images="$G" --entry=/vmlinuz
	[ "$(wc -l <"$STDOUT")" = 1 ]
	assert_line 'guest: done'
	[ ! -s "$STDERR" ]
	batch list
	run ! grep -q ' guests: ' "$STDERR"
	[ "$(wc -l <"$STDERR")" = 2 ]
}

@test "only standard output is a terminal: the same lines as in a pipe" {
	line a >list
	script -qec "$DOMU batch --config=$CONF --mapper=loop -o $D list 2>errors" screen >/dev/null </dev/null
	grep -q '^a: done, kernel 6.1.0-guest' screen
	[ ! -s errors ]
}
