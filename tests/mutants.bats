#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# mutants - scripts/mutants kills mutants that a test notices, lists the others, and does not change the tree
bats_require_minimum_version 1.5.0

load lib/world

# A tree of one room and one unit. Each line of a body allows mutants of one outcome only.
setup_file() {
	[ "$(id -u)" = 0 ] && command -v python3 llvm-cov >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return
	mkdir -p tree/{scripts,src/room,tests/unit}
	cd tree || return
	cp "$TOP/scripts/mutants" scripts
	install -m 755 /dev/stdin scripts/setup <<<'#!/bin/sh'
	cat >Makefile <<'MAKE'
all: build/domUloader
units: build/unit/room
tools:
build/domUloader: src/main.c
build/unit/room: tests/unit/room.c
build/domUloader build/unit/room: src/room/room.c src/room/twice.c
	@mkdir -p $(@D)
	@$(CC) -O2 $(CFLAGS) -o $@ $^
MAKE
	cat >src/room/twice.c <<'C'
void twice(int *n)
{
	*n += *n; /* killed */
}
C
	cat >src/room/room.c <<'C'
struct pair {
	int a, b;
};
int last;

void twice(int *n);

static void remember(const int *n)
{
	last = *n; /* not asked for */
}

static void nothing(void)
{
}

void room_grow(int *n)
{
	static const int table[] = {1, 2, 3};
	const char *text = "if (a < b)";

	twice(n);
	remember(n);
	nothing();
	(void)text;
	(void)table;
}

void room_unreached(int *n)
{
	twice(n);
}

struct pair room_pair(struct pair p)
{
	return p;
}
C
	cat >tests/unit/room.c <<'C'
void room_grow(int *n);
int main(void)
{
	int n = 3;
	room_grow(&n);
	return n != 6;
}
C
	cat >src/main.c <<'C'
void room_grow(int *n);
void room_unreached(int *n);
int main(int argc, char **argv)
{
	(void)argv;
	room_grow(&argc);
	room_unreached(&argc);
	return argc;
}
C
	find . -type f -exec sha1sum {} + | sort >../before
	scripts/mutants -j 1 src/room >../report
}

setup() {
	world_need_root
	command -v python3 llvm-cov >/dev/null || skip 'scripts/setup mutants'
	world_save
	cd "$BATS_FILE_TMPDIR/tree" || return
	REPORT=$BATS_FILE_TMPDIR/report
}

teardown() {
	world_assert
}

is_judged() { # VERDICT LINE-OF-CODE
	local file=src/room/room.c

	[[ $2 != *killed* ]] || file=src/room/twice.c
	grep -qE "^[0-9a-f]+	$1	$file	$(grep -nxF "	$2" "$file" | head -n 1 | cut -d: -f1)	" build/mutants/1.tsv
}

@test "a mutant that a test notices is killed" {
	is_judged killed '*n += *n; /* killed */'
	is_judged killed 'twice(n);'
	grep -q 'killed .* call: unit/room' "$REPORT"
}

@test "a mutant that no test notices survives and is shown" {
	is_judged survived 'last = *n; /* not asked for */'
	is_judged survived 'remember(n);'
	grep -qxF '  - remember(n);' "$REPORT"
	grep -qE 'survived src/room/room.c:[0-9]+ call \(no test reaches it\)' "$REPORT"
}

@test "mutants with the same code, and those that do not compile, are not counted" {
	is_judged same 'nothing();'
	is_judged unbuilt 'return p;'
	grep -qx 'room  *2 of  *5 killed' "$REPORT"
}

@test "tables, text and comments are not mutated" {
	[ "$(wc -l <build/mutants/1.tsv)" = 8 ]
}

@test "the tree is unchanged, and a second run has nothing to do" {
	cp build/mutants/1.tsv "$BATS_TEST_TMPDIR"
	scripts/mutants -j 1 src/room >"$STDOUT"
	cmp build/mutants/1.tsv "$BATS_TEST_TMPDIR/1.tsv"
	find . -path ./build -prune -o -type f -exec sha1sum {} + | sort | cmp - "$BATS_FILE_TMPDIR/before"
}

@test "a seed selects the same mutants each time, --changed those of changed files" {
	scripts/mutants --list --seed=7 >"$STDOUT"
	scripts/mutants --list --seed=7 | cmp - "$STDOUT"
	git init -q .
	git add src
	git -c user.name=me -c user.email=me@here commit -q -m tree
	scripts/mutants --list --changed >"$STDOUT"
	assert_no_stdout
	echo >>src/main.c
	scripts/mutants --list --changed >"$STDOUT"
	grep -q src/main.c "$STDOUT"
	run ! grep src/room "$STDOUT"
	scripts/mutants --list --changed=HEAD src/room >"$STDOUT"
	assert_no_stdout
}

@test "--survivors runs the current tests on the survivors again" {
	sed -i 's/return n != 6/extern int last; return n != 6 || last != 6/' tests/unit/room.c
	scripts/mutants -j 1 --survivors src/room >"$REPORT"
	grep -qx '[[]3/3[]] .*' "$REPORT"
	grep -qx 'room  *4 of  *5 killed' "$REPORT"
	[ "$(grep -c 'survived' "$REPORT")" = 2 ]
	grep -q '^survived .*(no test reaches it)' "$REPORT"
}

@test "--keep-map finds the lines of an older map" {
	sed -i '1i /* one */\n/* two */\n/* three */' src/room/room.c
	scripts/mutants -j 1 --keep-map --seed=2 src/room >"$REPORT"
	run ! grep learning "$REPORT"
	grep -qx 'room  *4 of  *5 killed' "$REPORT"
}
