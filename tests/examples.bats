#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC2034,SC2153 # examples.bash's and world.bash's
# examples - each command and configuration that the pages and manuals show works as it stands there

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest
load lib/examples

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	load lib/world
	load lib/guest
	load lib/examples
	HOST=$BATS_FILE_TMPDIR/host STDOUT=$BATS_FILE_TMPDIR/made
	cd "$BATS_FILE_TMPDIR" || return
	make_demo_guest
	host_make "$(demo_guest)"
	known_sums >>"$HOST/guests/sums"
	[ -e "$HOST/dest/usr/local/sbin/domUloader" ] || cat "$STDOUT"
}

setup() {
	world_need_root
	[ -x "$TOP/build/tools/as_libxl" ] || skip 'build/tools/as_libxl is missing: make tools'
	world_save
	cd "$TOP" || return
	HOST=$BATS_FILE_TMPDIR/host
	demo_guest=$(demo_guest)
	blocks=$BATS_TEST_TMPDIR/blocks
	failures=0 ran=0
}

teardown() {
	world_assert
}

# The guest of scripts/demo where it was made; else one with the same partitions, names and links.
demo_guest() {
	if [ -f "$TOP/build/demo/guest.img" ]; then
		echo "$TOP/build/demo/guest.img"
	else
		echo "$BATS_FILE_TMPDIR/demo.img"
	fi
}

RELEASE=6.1.0-56-amd64

make_demo_guest() {
	[ "$(demo_guest)" = "$BATS_FILE_TMPDIR/demo.img" ] || return 0
	mkdir -p demo-boot demo-root/{boot,etc} "demo-root/lib/modules/$RELEASE"
	guest_bzimage "demo-boot/vmlinuz-$RELEASE" "$RELEASE (demo@host) #1 SMP"
	guest_random "demo-boot/initrd.img-$RELEASE" 300000
	echo CONFIG_XEN=y >"demo-boot/config-$RELEASE"
	ln -s "boot/vmlinuz-$RELEASE" demo-root/vmlinuz
	ln -s "boot/initrd.img-$RELEASE" demo-root/initrd.img
	echo "UUID=$GUEST_UUID /boot ext4 defaults 0 2" >demo-root/etc/fstab
	echo 'NAME="Debian GNU/Linux"' >demo-root/etc/os-release
	guest_fs ext4 demo-boot.fs 8 demo-boot -L boot -U "$GUEST_UUID"
	guest_fs ext4 demo-root.fs 8 demo-root -L root
	guest_disk gpt demo.img demo-boot.fs demo-root.fs
}

known_sums() {
	if [ -f "$TOP/build/demo/guest.img.txt" ]; then
		sed -n 's/_sha256=/ /p' "$TOP/build/demo/guest.img.txt" | cut -d' ' -f2
	else
		sha256sum demo-boot/* | cut -d' ' -f1
	fi
}

# The version of the guest's kernel is another one than the pages' when Debian has a newer one.
as_written() {
	local facts=$TOP/build/demo/guest.img.txt release=$RELEASE

	[ ! -f "$facts" ] || release=$(sed -n 's/^kernel=vmlinuz-//p' "$facts")
	sed -E "s/6\.1\.0-[0-9]+-amd64/$release/g"
}

# ---- what each kind of example is ----------------------------------------------------

complain() { # TEXT
	echo "$where: $1"
	sed 's/^/    /' "$STDOUT"
	failures=$((failures + 1))
}

# Names of copies, UUIDs and versions are others each time.
shape() {
	sed -E 's/(kernel|ramdisk)\.[A-Za-z0-9]{6}/\1.XXXXXX/g; s/UUID=[0-9a-f-]+(\.\.\.)?/UUID=U/g;
		s/[0-9]+\.[0-9]+\.[0-9]+-[0-9]+-amd64/VERSION/g'
}

assert_known() { # FILE
	grep -qxF "$(sha256sum <"$1" | cut -d' ' -f1)" "$HOST/guests/sums" || complain "no kernel or initrd of a guest: $1"
}

# The copies that the answer names.
check_copies() {
	local copy

	while read -r copy; do
		assert_known "$HOST$copy"
	done < <(grep -oE '/[^ )"]*/(kernel|ramdisk)\.[A-Za-z0-9]{6}' "$STDOUT")
}

run_one() { # COMMAND [SHOWN]
	local shown=${2-}

	ran=$((ran + 1))
	host_run "$1"
	if [[ $shown == *'domUloader error: '* ]]; then
		[ "$status" != 0 ] || complain "it succeeds: $1"
	else
		[ "$status" = 0 ] || complain "exit code $status: $1"
	fi
	check_copies
	[ -z "$shown" ] || diff -u <(shape <<<"$shown") <(shape <<<"$(<"$STDOUT")") || complain "it prints something else: $1"
}

# Commands behind a prompt, and what they print.
run_console() { # TEXT
	local line command='' shown=''

	while IFS= read -r line; do
		if [[ $line == '# '* || $line == '$ '* ]]; then
			[ -z "$command" ] || run_one "$command" "$shown"
			command=${line#? } shown=''
		else
			shown+=${shown:+$'\n'}$line
		fi
	done <<<"$1"
	run_one "$command" "$shown"
}

# A line each, continued ones joined. Placeholders stand for the first of their kind.
run_sh() { # TEXT
	local line

	while IFS= read -r line; do
		[[ -z $line || $line =~ ^\ *# ]] || run_one "$line"
	done < <(sed -E ':a; /\\$/ { N; s/\\\n[ \t]*/ /; ba }; s/\<TOPIC\>/replay/g; s/\<uuid=UUID\>/uuid=0/' <<<"$1")
}

strings() { # TEXT: the strings of a list
	grep -oE "\"[^\"]*\"|'[^']*'" <<<"$1" | sed 's/^.//; s/.$//'
}

value() { # KEY TEXT: of xl's configuration, which may go on in the next line
	awk -v key="$1" '$1 == key { on = 1 } on { sub("^" key " *= *", ""); print } !/,$/ { on = 0 }' <<<"$2"
}

string() { # KEY TEXT
	strings "$(value "$1" "$2")" | head -n 1
}

# As that toolstack runs it: it has a kernel then. LOADER is where make install puts the program, or links to it.
boots() { # DRIVER LOADER DISK CMDLINE KERNEL RAMDISK ARGUMENT...
	local command options=(-a "$4")

	[ "$2" != domUloader ] || set -- "$1" "/usr/lib/xen/bin/$2" "${@:3}"
	[ -L "$HOST/dest$2" ] || [ -x "$HOST/dest$2" ] || complain "make install makes no $2"
	[ -z "$5" ] || options+=(-k "$5")
	[ -z "$6" ] || options+=(-r "$6")
	printf -v command ' %q' "${options[@]}" /tmp/run domUloader "${@:7}" "$3"
	run_one "rm -rf /tmp/run; mkdir /tmp/run; /stand-ins/as_$1$command || { cat /tmp/run/console; false; }"
	if [ "$1" = libxl ]; then
		assert_known "$HOST/tmp/run/kernel"
	elif [ "$status" = 0 ]; then
		cp "$HOST/tmp/run/answer" "$STDOUT"
		check_copies
	fi
}

# A configuration says which disk, or it is the pages' guest. A logical volume is an image here.
disk_of() { # TEXT
	local disk

	disk=$(string disk "$1")
	disk=${disk#*:} disk=${disk%%,*}
	[[ -n $disk && $disk != /dev/* ]] || disk=/srv/guest.img
	echo "$disk"
}

run_xl() { # TEXT
	local arguments cmdline root extra entry

	cmdline=$(string cmdline "$1") root=$(string root "$1") extra=$(string extra "$1")
	[ -n "$cmdline" ] || cmdline="${root:+root=$root}${extra:+ $extra}"
	entry=$(string bootentry "$1")
	if [ -n "$entry" ] || [ -n "$(string bootargs "$1")" ]; then
		boots xend "$(string bootloader "$1")" "$(disk_of "$1")" "$cmdline" '' '' \
			"${entry:+--entry=}${entry:-$(string bootargs "$1")}"
		return
	fi
	mapfile -t arguments < <(strings "$(value bootloader_args "$1")")
	boots libxl "$(string bootloader "$1")" "$(disk_of "$1")" "$cmdline" "$(string kernel "$1")" \
		"$(string ramdisk "$1")" "${arguments[@]}"
}

element() { # NAME TEXT
	sed -n "s,.*<$1>\(.*\)</$1>.*,\1,p" <<<"$2"
}

run_xml() { # TEXT
	local disk

	disk=$(sed -n "s/.*<source file='\(.*\)'.*/\1/p" <<<"$1")
	boots libxl "$(element bootloader "$1")" "${disk:-/srv/guest.img}" "$(element cmdline "$1")" '' '' \
		"$(element bootloader_args "$1")"
}

# A line of a manifest, as batch reads it.
run_json() { # TEXT
	run_one "domUloader batch -o /tmp/guests - <<<'$1'"
}

run_conf() { # TEXT
	printf '%s\n' "$1" >"$HOST/tmp/conf"
	run_one 'domUloader --config=/tmp/conf --not-really --entry=/vmlinuz /srv/guest.img'
}

# docs/guests.md's hook for a guest's /boot.
run_script() { # TEXT
	local boot=$BATS_TEST_TMPDIR/boot

	mkdir "$boot"
	touch "$boot"/initramfs-6.1.{2,10}.img "$boot"/vmlinuz-6.1.{2,10}
	printf '%s\n' "${1//\/boot/$boot}" >"$boot.sh"
	sh "$boot.sh" >"$STDOUT" 2>&1 || complain 'the script fails'
	[ "$(readlink "$boot/vmlinuz" "$boot/initramfs.img" | paste -sd ' ')" = 'vmlinuz-6.1.10 initramfs-6.1.10.img' ] ||
		complain 'the script makes other links'
	ran=$((ran + 1))
}

# What is no command and no configuration, by its beginning.
run_text() { # TEXT
	case $where:$1 in
	docs/architecture.md:*) ;; # diagrams, and C
	*:'linux (kernel /'* | *:'domUloader error: '*) ;; # the program's; docs.bats and toolstacks.bats have it
	*:'26 guests: '*) ;; # the program's; batch.bats has it
	*:'domUloader [OPTION]'* | *:'Oo Ar dev'*) ;; # a synopsis
	*) complain 'what kind of example is this?' ;;
	esac
}

examples() { # PAGE...
	local page file where text

	for page; do
		host_begin "$page"
		examples_of "$page" "$blocks/${page##*/}"
		for file in "$blocks/${page##*/}"/*; do
			[ -e "$file" ] || continue
			where=$(head -n 1 "$file")
			text=$(tail -n +2 "$file" | as_written)
			[[ $page != docs/architecture.md ]] || where=${where%:*}
			: >"$STDOUT"
			"run_$(example_kind "$text")" "$text"
		done
	done
	echo "# $ran examples of $*" >&3
	[ "$failures" = 0 ]
}

@test "the examples of README.md and CONTRIBUTING.md work" {
	examples README.md CONTRIBUTING.md
	[ "$ran" -ge 8 ]
}

@test "the examples of the pages in docs work" {
	examples docs/*.md
	[ "$ran" -ge 20 ]
}

@test "the examples of the manuals work" {
	examples docs/*.[58]
	[ "$ran" -ge 15 ]
}
