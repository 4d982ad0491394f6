#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# docs - what people read is true: manuals, example and README against the program's own tables

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/manual
load xen/pages

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_boot_tree boot
	ln -s initrd.img-6.1.0 boot/initrd.img
	mkdir -p root/boot root/etc
	ln -s boot/vmlinuz-6.1.0 root/vmlinuz
	ln -s boot/initrd.img-6.1.0 root/initrd.img
	echo 'LABEL=boot /boot ext4 defaults 0 2' >root/etc/fstab
	guest_fs ext4 boot.fs 8 boot -L boot
	guest_fs ext4 root.fs 8 root -L root
	guest_disk gpt guest.img boot.fs root.fs
	guest_tree one # that of docs/xen.md
	ln -sf vmlinuz-6.1.0 one/boot/vmlinuz
	ln -sf initrd.img-6.1.0 one/boot/initrd.img
	guest_fs ext4 one.fs 4 one
	guest_disk gpt one.img one.fs
}

setup() {
	cd "$TOP" || return
	world_save
	GUEST=$BATS_FILE_TMPDIR/guest.img
}

teardown() {
	world_assert
}

# ---- what there is -----------------------------------------------------------------

need_tables() {
	[ -x "$FAULTY" ] || skip "no $FAULTY: make FAULTS=1"
}

# same WHAT A B: both texts are the same; shows how they differ
same() {
	diff -u <(printf '%s\n' "$2") <(printf '%s\n' "$3") || {
		echo "$1 (-: first, +: second)"
		return 1
	}
}

# The options that may stand in the configuration, and work, in the table's order.
conf_keys() {
	"$FAULTY" --list-options | awk -F '\t' '$2 == "conf" && $3 == "now" { print $1 }'
}

# Steps that are recorded without a fault point, since nothing foreign is called: err_set(..., "step", ...)
plain_steps() {
	# shellcheck disable=SC2016 # perl's dollar
	find src -name '*.c' -print0 |
		xargs -0 perl -0777 -ne 'print "$1\n" while /\berr_set\(\s*\w+,[^"();]*"([a-z]+\.[a-z]+)"/g'
}

manual() { # FILE: as plain text
	mandoc -T ascii "$1" | sed 's/.\x08//g'
}

# ---- tables ------------------------------------------------------------------------

@test "each step has a phrase, and each phrase a step" {
	need_tables
	same 'steps, phrases' "$({ "$FAULTY" --list-steps; plain_steps; } | sort -u)" \
		"$("$FAULTY" --list-phrases | sort)"
}

@test "domUloader.8 names the first word of every step" {
	need_tables
	named=$(sed -n '/^\.\\" steps:/,/^\.El/s/^\.It Li //p' docs/domUloader.8 | sed 's/ , /\n/g' | sort)
	same 'program, manual' "$("$FAULTY" --list-phrases | cut -d. -f1 | sort -u)" "$named"
}

@test "domUloader.8 describes each option of the table, and no other" {
	need_tables
	described=$(sed -n '/^\.Sh OPTIONS/,/^\.Sh ENTRIES/s/^\.It //p' docs/domUloader.8 |
		grep -o '\\-[a-z][a-z\\-]*' | sed 's/^\\-//; s/\\//g' | sort)
	same 'table, manual' "$("$FAULTY" --list-options | cut -f1 | sort)" "$described"
}

@test "domUloader.8 lists the options that are not supported yet" {
	need_tables
	refused=$(sed -n '/^\.Ss Not supported yet/,/^\.Sh/s/^\.It //p' docs/domUloader.8 |
		grep -o '\\-[a-z][a-z\\-]*' | sed 's/^\\-//; s/\\//g' | sort)
	same 'table, manual' \
		"$("$FAULTY" --list-options | awk -F '\t' '$3 == "later" { print $1 }' | sort)" "$refused"
}

@test "domUloader.conf.5 describes each key, in the table's order" {
	need_tables
	described=$(sed -n '/^\.Sh KEYS/,/^\.Sh/s/^\.It Li //p' docs/domUloader.conf.5 |
		sed 's/ , /\n/g' | sed 's/\\//g')
	same 'table, manual' "$(conf_keys)" "$described"
}

@test "domUloader.conf.example has each key, in the table's order" {
	need_tables
	same 'table, example' "$(conf_keys)" \
		"$(sed -n 's/^#\([a-z-]*\) =.*/\1/p' domUloader.conf.example)"
}

# A macro's value in src/plan/options.h, without quotes.
macro() {
	sed -n "s/^#define $1[[:space:]]*\"\{0,1\}\([^\"]*[^\" ]\)\"\{0,1\}\( \/\*.*\)\{0,1\}\$/\1/p" src/plan/options.h
}

# The default of a key, from options_defaults(); what stands not there is zero: none, no, never.
default_of() {
	local value

	value=$(sed -n "/^void options_defaults/,/^}/s/^[[:space:]]*\.${1//-/_} = \(.*\),\$/\1/p" src/plan/options_parse.c)
	case $value in
	DEFAULT_FILESYSTEMS) macro DEFAULT_FILESYSTEMS ;;
	*GiB) value=${value/GiB/1G} && echo "${value##* }" ;;
	*' * MiB') echo "${value% \* MiB}M" ;;
	'"'*) tr -d '"' <<<"$value" ;;
	'') zero_of "$1" ;;
	*) echo "$value" ;;
	esac
}

zero_of() {
	case $1 in
	runas) macro NOBODY | cut -d' ' -f1 ;;
	timeout) echo 0 ;;
	*) [ -n "$("$FAULTY" --list-options | awk -F '\t' -v key="$1" '$1 == key { print $4 }')" ] || echo no ;;
	esac
}

@test "domUloader.conf.example and domUloader.conf.5 have the program's defaults" {
	need_tables
	for key in $(conf_keys); do
		default=$(default_of "$key")
		same "$key: program, example" "#$key =${default:+ $default}" \
			"$(grep "^#$key =" domUloader.conf.example)"
		[ -z "$default" ] || manual docs/domUloader.conf.5 | tr -s ' \n' ' ' | grep -qF -- "$default" ||
			{ echo "domUloader.conf.5 does not say $default, the default of $key"; return 1; }
	done
}

@test "the example, uncommented, is valid and changes nothing" {
	world_need_root
	sed -n 's/^#\([a-z-]* = .\)/\1/p' domUloader.conf.example >"$BATS_TEST_TMPDIR/all"
	: >"$BATS_TEST_TMPDIR/none"
	for conf in all none; do
		domu_bare --config="$BATS_TEST_TMPDIR/$conf" -nv --mapper=loop --entry=/vmlinuz "$GUEST"
		assert_status 0
		grep '^domUloader: plan: ' "$STDERR" >"$BATS_TEST_TMPDIR/$conf.plan"
	done
	diff -u "$BATS_TEST_TMPDIR/none.plan" "$BATS_TEST_TMPDIR/all.plan"
}

# ---- docs/xen.md ---------------------------------------------------------------------

# Its configurations boot guests on a real Xen in tests/xen/examples.bats.
@test "docs/xen.md: each configuration is used by a test" {
	for name in $(examples); do
		[ -n "$(example "$name")" ]
		grep -qE "(boots|example|element\(\)) .*\<$name\>|xm_value $name" tests/xen/examples.bats tests/docs.bats ||
			{ echo "$name"; return 1; }
	done
}

@test "docs/xen.md: a test on a real Xen waits for each message of xl" {
	[ "$(table xl | wc -l)" -gt 5 ]
	while read -r text; do
		grep -qF -- "$text" tests/xen/failures.bats || { echo "$text"; return 1; }
	done < <(table xl)
}

# The kernel's bytes change all the time; on a busy machine the writer may pause for two extractions.
unsteady() { # DISK
	local at writer i

	cp "$GUEST" "$1"
	at=$(LC_ALL=C grep -abo '6.1.0-guest' "$1" | head -n 1 | cut -d: -f1)
	# shellcheck disable=SC2016 # perl's dollars
	perl -e 'open(my $f, "+<", $ARGV[0]) or die; for (;;) { sysseek($f, $ARGV[1], 0); syswrite($f, ++$n); }' \
		"$1" $((at + 32768)) 3>&- &
	writer=$!
	for i in 1 2 3 4; do
		domu --entry=xvda1:/vmlinuz "$1"
		[ -s "$STDOUT" ] || break
		echo "try $i: two extractions agreed"
		rm "$(answer kernel)"
	done
	kill "$writer"
}

in_use() { # DISK
	local fd

	exec {fd}<>"$1"
	domu --entry=xvda1:/vmlinuz --not-in-use "$1"
	exec {fd}>&-
}

unclean() { # DISK
	cp "$BATS_FILE_TMPDIR/boot.fs" "$1.fs"
	debugfs -w -R 'feature needs_recovery' "$1.fs" >/dev/null 2>&1
	guest_disk gpt "$1" "$1.fs"
}

# What goes wrong so that the program says it: $GUEST has /boot and /, $M is made.
wrong() { # STEP
	local M=$BATS_TEST_TMPDIR/made F=$BATS_FILE_TMPDIR

	case $1 in
	options.unknown) domu --entry=xvda1:/vmlinuz --intird=/initrd "$GUEST" ;;
	plan.entry) domu "$GUEST" ;;
	entry.parse) domu --entry=:/vmlinuz "$GUEST" ;;
	attach.open) domu --entry=xvda1:/vmlinuz --disks="['file:$M.missing,xvda,w']" ;;
	attach.empty) : >"$M" && domu --entry=xvda1:/vmlinuz "$M" ;;
	attach.inuse) in_use "$GUEST" ;;
	consistent.unsteady) unsteady "$M" ;;
	find.none) domu --entry=xvda7:/vmlinuz "$GUEST" ;;
	openin.walk) domu --entry=xvda1:/boot/vmlinuz "$GUEST" ;;
	mount.unknown) truncate -s 8M "$M" && domu --entry=xvda1:/vmlinuz "$M" ;;
	mount.container) truncate -s 8M "$M" && _poke "$M" 0 'LUKS\xba\xbe\0\1aes' && domu --entry=xvda1:/vmlinuz "$M" ;;
	mount.dirty) unclean "$M" && domu --entry=xvda1:/vmlinuz --dirty=fail "$M" ;;
	resolve.noroot) guest_disk gpt "$M" "$F/boot.fs" && domu --entry=/vmlinuz "$M" ;;
	resolve.roots) guest_disk gpt "$M" "$F"/{root,root}.fs && domu --entry=/vmlinuz "$M" ;;
	fetch.kernel) domu --entry=xvda1:/initrd.img,/vmlinuz "$GUEST" ;;
	fetch.limit) domu --entry=xvda1:/vmlinuz,/initrd.img --max-initrd-size=1K "$GUEST" ;;
	*) echo "$1: what goes wrong then?" && return 1 ;;
	esac
}

@test "docs/xen.md: domUloader prints the errors in the table" {
	world_need_root
	[ "$(table domUloader | wc -l)" -gt 10 ]
	while IFS='[]' read -r text step _; do
		wrong "$step" </dev/null
		assert_error "${text% }"
		grep -qF "[$step]" "$STDERR"
		rm -f "$BATS_TEST_TMPDIR"/made*
	done < <(table domUloader)
}

@test "docs/xen.md: domUloader prints the warnings in the table" {
	world_need_root
	exec {fd}<>"$GUEST"
	domu --not-really --entry=/vmlinuz --args="$(printf '%1100s' x)" "$GUEST"
	exec {fd}>&-
	assert_status 0
	[ "$(table warnings | wc -l)" = 3 ]
	while read -r text; do
		grep "^domUloader: warning: " "$STDERR" | grep -qF -- "$text" || _fail "$text"
	done < <(table warnings)
}

# A value of libvirt's XML on the page, and of xm's configurations.
element() { # NAME
	example libvirt | sed -n "s,.*<$1>\(.*\)</$1>.*,\1,p"
}

xm_value() { # EXAMPLE KEY
	example "$1" | sed -n "s/^$2 *= *\"\(.*\)\"\$/\1/p"
}

# as_toolstack DRIVER ARGS ARGUMENT: what it would boot, by a driver that reads the answer as it does
as_toolstack() {
	local driver=$TOP/build/tools/as_$1

	[ -x "$driver" ] || skip "no $driver: make tools"
	mkdir "$BATS_TEST_TMPDIR/run"
	# shellcheck disable=SC2153 # world_save's CONF
	"$driver" -a "$2" "$BATS_TEST_TMPDIR/run" "$DOMU" --config="$CONF" --mapper=loop ${4+"$4"} "$3" \
		"$BATS_FILE_TMPDIR/one.img"
}

@test "docs/xen.md: libvirt's domain works as libvirt passes it" {
	world_need_root
	as_toolstack libxl "$(element cmdline)" "$(element bootloader_args)"
	cmp "$BATS_TEST_TMPDIR/run/kernel" "$BATS_FILE_TMPDIR/one/boot/vmlinuz"
	cmp "$BATS_TEST_TMPDIR/run/ramdisk" "$BATS_FILE_TMPDIR/one/boot/initrd.img"
	[ "$(<"$BATS_TEST_TMPDIR/run/args")" = 'root=/dev/xvda1 ro console=hvc0' ]
}

# xend makes --entry=... of bootentry, and one command line of root and extra.
xend_boots() { # EXAMPLE BOOTARGS
	world_need_root
	as_toolstack xend "root=$(xm_value "$1" root) $(xm_value "$1" extra)" "$2" --tmpdir="$OUT"
	STDOUT=$BATS_TEST_TMPDIR/run/answer STDERR=$BATS_TEST_TMPDIR/run/console status=0
	[ "$(answer args)" = 'root=/dev/xvda1 ro console=hvc0' ]
	assert_copies "$BATS_FILE_TMPDIR/one/boot/vmlinuz" "$BATS_FILE_TMPDIR/one/boot/initrd.img"
}

@test "docs/xen.md: SUSE's bootargs work as xend passes them" {
	xend_boots suse "$(xm_value suse bootargs)"
}

@test "docs/xen.md: SUSE's bootentry works as xend passes it" {
	xend_boots suse-bootentry "--entry=$(xm_value suse-bootentry bootentry)"
}

# ---- manuals and README ------------------------------------------------------------

@test "mandoc reports no problem in the manuals" {
	command -v mandoc >/dev/null || skip 'no mandoc'
	mandoc -T lint -W warning docs/*.[58]
}

pages() {
	basename -a docs/*.[58]
}

@test "every command has a manual of its own, which names the options that it takes" {
	for command in $("$DOMU" --help | sed -n '/^Commands/,/^Exit/s/^  \([a-z]*\) .*/\1/p'); do
		[ "$command" != help ] || continue
		page=docs/domUloader-$command.8
		grep -qx "\.Dt DOMULOADER-${command^^} 8" "$page"
		manual_links "domUloader-$command.8" 'SEE ALSO' | grep -qx 'domUloader 8'
		manual_links domUloader.8 'SEE ALSO' | grep -qx "domUloader-$command 8"
	done
	for command in reap doctor; do
		for option in $("$DOMU" $command --help | grep -oE -- '--[a-z][a-z-]+' | grep -vxE -- '--(config|quiet|verbose|debug|help|version)'); do
			manual "docs/domUloader-$command.8" | grep -q -- "$option\>" || _fail "$command: $option"
		done
	done
}

@test "SEE ALSO has each manual that the page refers to" {
	for page in $(pages); do
		same "$page: text, SEE ALSO" "$(manual_links "$page" | grep -vxF "${page%.*} ${page##*.}")" \
			"$(manual_links "$page" 'SEE ALSO')"
	done
}

@test "ENVIRONMENT has each variable that the program reads" {
	same 'sources, domUloader.8' \
		"$(grep -rhoE 'getenv\("[A-Z_]+"\)' src --exclude=fault.c | cut -d'"' -f2 | sort -u)" \
		"$(sed -n '/^\.Sh ENVIRONMENT/,/^\.Sh [^E]/s/^\.It Ev //p' docs/domUloader.8 | sort)"
	for page in domUloader-list.8 domUloader-doctor.8; do
		grep -qx '\.Sh ENVIRONMENT' "docs/$page"
	done
}

@test "the manuals name no file of the sources, and what they name of share/ is installed" {
	run ! grep -nE 'Pa (docs|scripts|src|tests)/' docs/*.[58]
	make -s -n install DESTDIR= XENBIN= | grep -o '/share/[^ ]*' >"$BATS_TEST_TMPDIR/installed"
	while read -r file; do
		grep -qF "/$file" "$BATS_TEST_TMPDIR/installed" || grep -qF "/${file%/*}" "$BATS_TEST_TMPDIR/installed" ||
			_fail "$file"
		[[ $file == share/doc/* ]] || [ -e "scripts/${file#share/domUloader/}" ]
	done < <(sed 's/\\//g' docs/*.[58] | grep -oE '(^|[ ])share/[^ ]+' | tr -d ' ')
}

@test "the examples of the manuals can be pasted, as mandoc and groff show them" {
	command -v mandoc >/dev/null || skip 'no mandoc'
	for page in docs/*.8; do
		page=${page#docs/}
		manual_examples "$page" >"$BATS_TEST_TMPDIR/examples"
		[ -s "$BATS_TEST_TMPDIR/examples" ] || _fail "$page has no examples"
		while read -r example; do
			[[ $example == domUloader* || $example == '# '* ]] || _fail "$page: a line of its own: $example"
			bash -n <<<"$example" || _fail "$page: $example"
			! LC_ALL=C grep -q '[^ -~]' <<<"$example" || _fail "$page: not ASCII: $example"
		done <"$BATS_TEST_TMPDIR/examples"
		command -v groff >/dev/null || continue
		diff "$BATS_TEST_TMPDIR/examples" <(manual_examples "$page" groff -mandoc -Tutf8 -P-c -rLL=78n) || _fail "$page"
	done
}

@test "the scripts and targets that the README names exist" {
	while read -r script; do
		[ -x "$script" ] || { echo "$script"; return 1; }
	done < <(grep -oE 'scripts/[a-z-]+' README.md | sort -u)
	make -n install uninstall check demo >/dev/null
}

# shellcheck disable=SC2016 # Markdown's quotes
@test "the manual's section that the README names exists" {
	while read -r section; do
		grep -qx "\.Sh $section" docs/domUloader.8 || { echo "$section"; return 1; }
	done < <(grep -oE '\(`[A-Z ]+`\)' README.md | tr -d '()`')
}

@test "relative links have a target" {
	bad=0
	for page in README.md docs/*.md; do
		while read -r link; do
			[ -e "$(dirname "$page")/$link" ] || { echo "$page: $link" && bad=1; }
		done < <(grep -oE '\]\([^)#:]+\)' "$page" | sed 's/^](//; s/)$//')
	done
	[ "$bad" = 0 ]
}

@test "the documents and the README name only existing source files" {
	bad=0
	for page in README.md docs/*.md; do
		while read -r file; do
			[ -e "$file" ] || { echo "$page: $file" && bad=1; }
		done < <(grep -oE '(^|[^./a-z])src/[a-z_/]+\.[ch]' "$page" | sed 's/^[^s]//')
	done
	[ "$bad" = 0 ]
}

# shellcheck disable=SC2016 # Markdown's quotes
@test "the tests in docs/architecture.md and the README's topics exist" {
	while read -r file; do
		[ -e "$file" ] || { echo "$file"; return 1; }
	done < <(grep -oE 'tests/[a-z/-]+\.bats' docs/architecture.md | sort -u)
	while read -r topic; do
		[ -e "tests/$topic.bats" ] || { echo "$topic"; return 1; }
	done < <(grep -ohE '`scripts/check( [a-z]+)+`' README.md docs/*.md | tr -d '`' | cut -d' ' -f2- | tr ' ' '\n')
}

# Whether a word stands in the manual's section.
in_section() { # SECTION WORD
	manual docs/domUloader.8 | awk -v section="$1" '/^[A-Z]/ { on = $0 == section } on' | grep -qw -- "$2"
}

# The rows of the tables that have a column for each mapper.
rows() {
	awk -F' *[|] *' '
		!/^[|]/ { told = 0; next }
		$2 == "what" { told = $3 == "loop"; next }
		told && $2 !~ /^-+$/ { print $2 }' docs/guests.md
}

stories_of() { # FILE...
	sed -n 's/^@test "\(.*\)" {$/\1/p' "$@" | sed 's/\\\\/\\/g'
}

@test "docs/guests.md: each row has a test of its name" {
	[ "$(rows | wc -l)" -gt 50 ]
	stories_of tests/*.bats >"$BATS_TEST_TMPDIR/stories"
	while read -r row; do
		grep -qxF -- "$row" "$BATS_TEST_TMPDIR/stories" || { echo "no story: $row"; return 1; }
	done < <(rows)
}

@test "docs/guests.md: each test of layouts, images, subvolumes and friends has a row" {
	while read -r story; do
		rows | grep -qxF -- "$story" || { echo "no row: $story"; return 1; }
	done < <(stories_of tests/{layouts,images,subvolumes,friends}.bats)
}

over_kpartx() {
	local list i

	eval "$(sed -n '/^[a-z_]*=($/,/^)$/p' tests/vm/run)"
	for list in {,more_}{with,without}_udev; do
		local -n stories=$list
		for ((i = 0; i < ${#stories[@]}; i += 2)); do
			stories_of "tests/${stories[i]}.bats" | grep -E -- "${stories[i + 1]}"
		done
	done
}

@test "docs/guests.md: each row is also tested over kpartx" {
	same 'rows, told' "$(rows | sort)" "$(over_kpartx | sort -u | comm -12 - <(rows | sort))"
}

@test "json: docs/interface.md and domUloader.8 describe each key" {
	command -v jq >/dev/null || skip 'no jq'
	while read -r key; do
		grep -qF "\`$key\`" docs/interface.md || { echo "interface.md: $key"; return 1; }
		in_section RESULT "$key" || { echo "domUloader.8: $key"; return 1; }
	done < <(jq -r '[paths | last | strings] | unique | .[]' tests/golden/answer.json)
}

@test "docs/install.md and the program name the same packages for a replay" {
	grep -qF 'qemu-system-common qemu-utils' docs/install.md
	grep -qF 's qemu-system-common, qemu-utils' src/block/qsd.c
}

# The tree in docs/architecture.md: "  LAYER/", and below it the names of its files.
named_files() {
	awk '
		/^src\/$/ { on = 1 }
		/^```/ && on { exit }
		on && /^  [a-z]+\// { layer = $1; sub("/.*", "", layer) }
		on && /^    [a-z]/ {
			sub(/^    /, "")
			sub(/  .*/, "")
			n = split($0, name, " ")
			for (i = 1; i <= n; i++) { sub(/\.h$/, "", name[i]); print layer "/" name[i] }
		}' docs/architecture.md | sort
}

@test "docs/architecture.md lists the source files" {
	same 'sources, architecture.md' \
		"$(find src -mindepth 2 -name '*.[ch]' | sed 's,^src/,,; s,\.[ch]$,,' | sort -u)" "$(named_files)"
}

@test "docs/architecture.md and scripts/layers allow the same includes between rooms" {
	same 'layers, architecture.md' \
		"$(sed -nE 's/^\t\[([a-z]+)\]="([a-z ]+)"$/\1 <- \2/p' scripts/layers)" \
		"$(sed -nE 's/^([a-z]+) +<- (base.*)$/\1 <- \2/p' docs/architecture.md)"
}
