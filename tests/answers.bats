#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# shellcheck disable=SC1003,SC2016,SC2030,SC2031 # nasty strings; each test is a subshell
# answers - the result that toolstacks read: golden files, arbitrary command lines, exactly one write

bats_require_minimum_version 1.5.0
load lib/world
load lib/guest

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree tree
	guest_fs ext4 root.fs 8 tree
	guest_disk gpt guest.img root.fs
	mkdir nasty # byte strings, one a file, none with a NUL
	printf "it's" >nasty/quote
	printf '"double" and '\''single'\''' >nasty/quotes
	printf 'a\\b \\n \\\\ \\x41 \\101 \\q end\\' >nasty/backslashes
	printf "\\'" >nasty/backslash-quote
	printf '(kernel /etc/shadow)) (args x' >nasty/parentheses
	printf '# no comment; <a>[b]{c}!' >nasty/separators
	printf ' leading and trailing  ' >nasty/blanks
	printf 'tab\there' >nasty/tab
	printf 'Gr\xc3\xbc\xc3\x9fe \xe2\x82\xac \xf0\x9f\x90\xa7' >nasty/utf8
	printf '$(touch /tmp/x) `id` ${HOME} %%s %%n' >nasty/shell
	printf '1\xff\xfe \xc3 \xc0\x80 \xed\xa0\x80 \xe0\x80\x80 \xf5\x80\x80\x80 \xf4\x90\x80\x80 end' >nasty/no-utf8
	perl -e 'print map chr, grep $_ != 10, 1 .. 255' >nasty/all-bytes
	printf 'one\nkernel /etc/shadow\n' >nasty/newlines
	printf '\n' >nasty/newline
	perl -e 'print "x" x 100000' >nasty/long
}

setup() {
	world_need_root
	world_save
	cd "$BATS_FILE_TMPDIR" || return
	K=tree/boot/vmlinuz-6.1.0 R=tree/boot/initrd.img-6.1.0
}

teardown() {
	world_assert
}

text_of() { # FILE: sets text, a trailing newline kept
	text=$(cat "nasty/$1" && echo x)
	text=${text%x}
}

fetch() { # ARG...
	domu --entry=xvda1:/vmlinuz,/initrd.img "$@" guest.img
}

forget_copies() {
	assert_status 0
	rm "$OUT"/kernel.?????? "$OUT"/ramdisk.??????
}

normal() {
	sed -E "s#$OUT/(kernel|ramdisk)\.[A-Za-z0-9]{6}#/tmp/\1.XXXXXX#g; s#\"mapper\":\"[a-z]+\"#\"mapper\":\"MAPPER\"#"
}

# ---- golden files ------------------------------------------------------------------

@test "sxp, simple, simple0 and json match the golden files" {
	local format

	for format in sxp simple simple0 json; do
		fetch --output-format=$format --args="root=/dev/xvda1 ro console=hvc0 it's"
		assert_status 0
		normal <"$STDOUT" | cmp - "$BATS_TEST_DIRNAME/golden/answer.$format"
		assert_copies "$K" "$R"
	done
}

@test "without initrd and arguments, the output matches the golden files" {
	local format

	for format in sxp simple simple0 json; do
		domu --entry=xvda1:/vmlinuz --output-format=$format --args= guest.img
		assert_status 0
		normal <"$STDOUT" | cmp - "$BATS_TEST_DIRNAME/golden/kernel-only.$format"
		assert_copies "$K"
	done
}

@test "the output of a dry run matches the golden files" {
	local format

	for format in sxp simple simple0 json; do
		fetch --output-format=$format --args=quiet --dry-run
		assert_status 0
		normal <"$STDOUT" | cmp - "$BATS_TEST_DIRNAME/golden/dry-run.$format"
		assert_no_copies
	done
}

@test "on a terminal a newline follows the result, elsewhere not" {
	local format seen ends

	for format in sxp simple simple0 json; do
		script -qec "$DOMU --config=$CONF --tmpdir=$OUT --mapper=${DOMU_MAPPER:-loop} --dry-run --args=quiet \
			--output-format=$format --entry=xvda1:/vmlinuz,/initrd.img guest.img" /dev/null \
			</dev/null 3>&- | tr -d '\r' >"$BATS_TEST_TMPDIR/seen"
		seen=$(tail -c 2 "$BATS_TEST_TMPDIR/seen" | od -An -tx1)
		case $format in
		sxp) ends='29 0a' ;;
		simple) ends='74 0a' ;;
		simple0) ends='00 0a' ;;
		json) ends='7d 0a' ;;
		esac
		[ "$seen" = " $ends" ] || _fail "$format ends with$seen"
	done
	script -qec "$DOMU --config=$CONF --mapper=${DOMU_MAPPER:-loop} --dry-run --output=$BATS_TEST_TMPDIR/file \
		--entry=xvda1:/vmlinuz guest.img" /dev/null </dev/null 3>&-
	cmp "$BATS_TEST_TMPDIR/file" <(printf "linux (kernel '<kernel:/boot/vmlinuz-6.1.0>')")
}

# ---- command lines -----------------------------------------------------------------

@test "sxp: xend's parser returns every command line unchanged" {
	local name text kernel

	for name in nasty/*; do
		name=${name#*/}
		text_of "$name"
		fetch --args="$text"
		"$BATS_TEST_DIRNAME/lib/read-sxp" args <"$STDOUT" | cmp - "nasty/$name" || _fail "$name"
		kernel=$("$BATS_TEST_DIRNAME/lib/read-sxp" kernel <"$STDOUT")
		cmp "$kernel" "$K"
		forget_copies
	done
}

@test "sxp: has only printable characters and bytes above 0x7f" {
	local text

	text_of all-bytes
	fetch --args="$text"
	assert_without $'[\x01-\x1f\x7f]' "$STDOUT"
	[ "$(tail -c 1 "$STDOUT")" = ')' ]
	forget_copies
}

@test "simple: passes every command line without a newline, and refuses one with a newline" {
	local name text

	for name in nasty/*; do
		name=${name#*/}
		text_of "$name"
		fetch --args="$text" --output-format=simple
		if [[ $text == *$'\n'* ]]; then
			assert_status 1
			assert_error "cannot express the result in this format" || _fail "$name"
			continue
		fi
		[ "$(wc -l <"$STDOUT")" = 3 ]
		tail -n 1 "$STDOUT" | cmp - <(printf 'args %s\n' "$text") || _fail "$name"
		assert_copies "$K" "$R"
	done
}

@test "simple0: passes every command line except those that libxl would drop" {
	local name text

	for name in nasty/*; do
		name=${name#*/}
		text_of "$name"
		fetch --args="$text" --output-format=simple0
		if [ "$name" = long ]; then
			assert_status 1
			assert_error 'too long for this format'
			continue
		fi
		[ "$(tr -dc '\0' <"$STDOUT" | wc -c)" = 3 ]
		perl -0 -ne 'chomp; print $1 if /^args (.*)$/s' "$STDOUT" | cmp - "nasty/$name" || _fail "$name"
		forget_copies
	done
}

@test "simple0: an item of 8191 bytes is accepted, one of 8192 is refused" {
	fetch --output-format=simple0 --args="$(printf 'x%.0s' {1..8186})"
	[ "$(stat -c %s "$STDOUT")" -gt 8191 ]
	assert_copies "$K" "$R"
	fetch --output-format=simple0 --args="$(printf 'x%.0s' {1..8187})"
	assert_status 1
	assert_error 'too long for this format'
}

@test "json: valid for every command line, and UTF-8 is unchanged" {
	local name text

	for name in nasty/*; do
		name=${name#*/}
		text_of "$name"
		fetch --args="$text" --output-format=json
		iconv -f UTF-8 -t UTF-8 "$STDOUT" >/dev/null || _fail "no UTF-8: $name"
		jq -e . "$STDOUT" >/dev/null || _fail "no JSON: $name"
		if iconv -f UTF-8 -t UTF-8 "nasty/$name" >/dev/null 2>&1; then
			jq -j .args "$STDOUT" | cmp - "nasty/$name" || _fail "$name"
		fi
		[ "$(wc -l <"$STDOUT")" -le 1 ]
		assert_copies "$K" "$R"
	done
}

@test "json: bytes that are not UTF-8 are replaced, the rest is kept" {
	local text

	text_of no-utf8
	fetch --args="$text" --output-format=json
	jq -j .args "$STDOUT" | cmp - <(printf '1?? ? ?? ??? ??? ???? ???? end' | sed 's/?/\xef\xbf\xbd/g')
	forget_copies
}

# ---- paths -------------------------------------------------------------------------

@test "directories whose names need quoting: sxp and json name the copies correctly" {
	local name dir kernel

	for name in 'a b' "it's" 'a"b' '(x)' 'back\slash' 'a#b' 'ümlaut' 'semi;colon'; do
		dir=$BATS_TEST_TMPDIR/$name
		mkdir "$dir"
		fetch --output-directory="$dir"
		kernel=$("$BATS_TEST_DIRNAME/lib/read-sxp" kernel <"$STDOUT")
		cmp "$kernel" "$K"
		[ "${kernel%/*}" = "$dir" ]
		cmp "$("$BATS_TEST_DIRNAME/lib/read-sxp" ramdisk <"$STDOUT")" "$R"
		fetch --output-directory="$dir" --output-format=json
		cmp "$(jq -r .kernel.path "$STDOUT")" "$K"
		fetch --output-directory="$dir" --output-format=simple0
		assert_copies "$K" "$R"
	done
}

@test "a newline in the directory's name: simple refuses it, sxp and simple0 pass it" {
	local dir=$BATS_TEST_TMPDIR/$'new\nline'

	mkdir "$dir"
	fetch --output-directory="$dir" --output-format=simple
	assert_status 1
	assert_error "cannot express the result in this format"
	[ -z "$(ls -A "$dir")" ]
	fetch --output-directory="$dir"
	cmp "$("$BATS_TEST_DIRNAME/lib/read-sxp" kernel <"$STDOUT")" "$K"
}

@test "a kernel with a hostile version string: valid JSON, and no extra lines with -v" {
	local t=$BATS_TEST_TMPDIR version=$'6.1 "quoted" \\ \e[31m\a\n{"args":"x"}\xff\xc3'

	mkdir "$t/tree"
	guest_bzimage "$t/tree/vmlinuz" "$version"
	guest_fs ext4 "$t/version.img" 8 "$t/tree"
	domu --entry=xvda:/vmlinuz --output-format=json -v "$t/version.img"
	jq -e '.kernel.version | startswith("6.1 \"quoted\"")' "$STDOUT" >/dev/null
	[ "$(jq -r .args "$STDOUT")" = '' ]
	assert_without $'[\x01-\x08\x0b-\x1f\x7f-\xff]' "$STDERR"
	is_not grep -v '^domUloader: ' "$STDERR"
	assert_copies "$t/tree/vmlinuz"
}

# ---- when and how it is written ----------------------------------------------------

@test "the result is written with one write" {
	local log=$BATS_TEST_TMPDIR/strace

	strace -o /dev/null true 2>/dev/null || skip 'strace does not work here'
	: >"$BATS_TEST_TMPDIR/answer"
	strace -f -o "$log" -e trace=write,pwrite64,writev,sendfile -P "$BATS_TEST_TMPDIR/answer" \
		"$DOMU" --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --tmpdir="$OUT" \
		--entry=xvda1:/vmlinuz,/initrd.img --args="$(cat nasty/long)" \
		--output="$BATS_TEST_TMPDIR/answer" guest.img 3>&-
	grep -v '+++\|---' "$log"
	[ "$(grep -vc '+++\|---' "$log")" = 1 ]
	rm "$OUT"/*
}

@test "the copies are finished and the devices detached before the result is written" {
	local fifo=$BATS_TEST_TMPDIR/fifo left kernel

	mkfifo "$fifo"
	domu_start --entry=xvda1:/vmlinuz,/initrd.img --output="$fifo" --output-format=simple guest.img
	{
		read -r kernel
		left=$(_world_loops)$(_world_maps)
		cmp "${kernel#kernel }" "$K"
		cat >/dev/null
	} <"$fifo"
	domu_wait
	assert_status 0
	[ -z "$left" ]
	forget_copies
}

@test "a result larger than a pipe's buffer reaches a slow reader" {
	domu_start --entry=xvda1:/vmlinuz,/initrd.img --args="$(cat nasty/long)" \
		--output=/dev/fd/5 guest.img 5> >(sleep 0.3 && cat >"$BATS_TEST_TMPDIR/answer")
	domu_wait
	assert_status 0
	answered() { "$BATS_TEST_DIRNAME/lib/read-sxp" args <"$BATS_TEST_TMPDIR/answer" | cmp - nasty/long; }
	eventually answered
	forget_copies
}

@test "output appended to a file does not truncate the file" {
	echo before >"$STDOUT"
	"$DOMU" --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --tmpdir="$OUT" \
		--entry=xvda1:/vmlinuz guest.img >>"$STDOUT" 3>&-
	[ "$(head -n 1 "$STDOUT")" = before ]
	[[ $(tail -n 1 "$STDOUT") == 'linux (kernel '* ]]
	rm "$OUT"/kernel.*
}

@test "output to a full device or a closed standard output: an error, and no copies" {
	domu --entry=xvda1:/vmlinuz,/initrd.img --output=/dev/full guest.img
	assert_status 1
	assert_error 'cannot write the result'
	status=0
	"$DOMU" --config="$CONF" --mapper="${DOMU_MAPPER:-loop}" --tmpdir="$OUT" \
		--entry=xvda1:/vmlinuz guest.img >&- 2>"$STDERR" 3>&- || status=$?
	assert_status 1
	assert_error 'result'
}
