#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# completion - the shells complete what the program accepts

bats_require_minimum_version 1.5.0
load lib/world

setup() {
	cd "$TOP" || return
	FILES=$TOP/build/completion
	[ -s "$FILES/domUloader.bash" ] || skip 'no completions: make'
	mkdir "$BATS_TEST_TMPDIR/here" && cd "$BATS_TEST_TMPDIR/here" || return
	mkdir images
	: >guest.img
}

# bash_completes WORD...: what bash offers behind these words, split as readline splits them, at "="
bash_completes() {
	bash -c '
		. "$1"
		shift
		COMP_WORDS=("$@")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_domUloader
		printf "%s\n" "${COMPREPLY[@]}"' - "$FILES/domUloader.bash" domUloader "$@"
}

fish_completes() { # LINE
	HOME=$BATS_TEST_TMPDIR fish --no-config -c "source $FILES/domUloader.fish; complete -C '$1'" | cut -f1
}

need() { # SHELL
	command -v "$1" >/dev/null || skip "no $1"
}

commands() {
	"$DOMU" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

@test "each supported option is in each shell's file" {
	[ -x "$FAULTY" ] || skip "no $FAULTY: make FAULTS=1"
	while read -r name; do
		grep -qE -- "--${name}[= ']" "$FILES/domUloader.bash" || { echo "bash: $name"; return 1; }
		grep -qE -- "--${name}[=}[]" "$FILES/domUloader.zsh" || { echo "zsh: $name"; return 1; }
		grep -qE -- "-l $name( |\$)" "$FILES/domUloader.fish" || { echo "fish: $name"; return 1; }
	done < <("$FAULTY" --list-options | awk -F '\t' '$3 == "now" { print $1 }')
}

@test "no unsupported option is in any shell's file" {
	[ -x "$FAULTY" ] || skip "no $FAULTY: make FAULTS=1"
	while read -r name; do
		run ! grep -E -- "(--|-l )$name([= '}[]|\$)" "$FILES"/domUloader.*
	done < <("$FAULTY" --list-options | awk -F '\t' '$3 == "later" { print $1 }')
}

@test "the shells can load the files" {
	bash -n "$FILES/domUloader.bash"
	! command -v shellcheck >/dev/null || shellcheck -s bash "$FILES/domUloader.bash"
	! command -v zsh >/dev/null || zsh -n "$FILES/domUloader.zsh"
	! command -v fish >/dev/null || fish -n "$FILES/domUloader.fish"
}

@test "bash: the first word is a command, a file or an option" {
	for command in $(commands); do
		bash_completes '' | grep -qx "$command"
	done
	bash_completes gu | grep -qx guest.img
	[ "$(bash_completes --map)" = --mapper= ]
}

@test "bash, fish: options before the command, and the command after help" {
	[ "$(bash_completes -v doctor --format = j)" = json ]
	[ "$(bash_completes --config = conf -q doctor --format = j)" = json ]
	bash_completes -v '' | grep -qx list
	[ "$(bash_completes -v help re)" = reap ]
	need fish
	fish_completes 'domUloader -v ' | grep -qx list
	fish_completes 'domUloader -v reap --' | grep -qx -- --dry-run
	fish_completes 'domUloader help re' | grep -qx reap
}

@test "each --help fits on a screen, and has exactly the options that bash completes" {
	for command in '' $(commands); do
		"$DOMU" ${command:+"$command"} --help >help
		awk 'length > 80 { print; bad = 1 } END { exit bad || NR > 24 }' help
		# shellcheck disable=SC2086 # no command: no word
		diff <(bash_completes $command -- | grep -oE -- '--[a-z-]+' | sort) \
			<(grep -oE -- '--[a-z][a-z-]+' help | sort -u)
	done
	for command in pygrub eliloader; do
		(exec -a "$command" "$DOMU" --help) | cmp - <("$DOMU" --help)
	done
}

@test "bash: values for options with a few values, files and directories for paths" {
	[ "$(bash_completes --mapper = k)" = kpartx ]
	[ "$(bash_completes --dirty = '')" = $'replay\nstale\nfail' ]
	[ "$(bash_completes --dirty =)" = $'replay\nstale\nfail' ]
	[ "$(bash_completes doctor --format = j)" = json ]
	[ "$(bash_completes --output-directory = '')" = images ]
	[ "$(bash_completes --config = '' | sort)" = $'guest.img\nimages' ]
	[ -z "$(bash_completes --entry = '')" ]
	[ "$(bash_completes --dirty = fail g)" = guest.img ]
}

@test "the program accepts each value that is offered" {
	while read -r option values; do
		for value in $values; do
			case $option in
			--format) run "$DOMU" doctor "$option=$value" --tmpdir=/ --filesystems=ext4 ;;
			*) run "$DOMU" --entry=/k "$option=$value" /dev/null ;;
			esac
			[[ $output != *'valid values: '* ]] || { echo "$option=$value: $output"; return 1; }
		done
	done < <(sed -nE "s/.*(--[a-z-]+)\) _domUloader_reply -W '(.*)' ;;/\1 \2/p" "$FILES/domUloader.bash" | sort -u)
}

@test "each option whose error lists its values offers all of them" {
	local n=0

	for option in $("$DOMU" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u); do
		all=$("$DOMU" --entry=/k "$option=none" /dev/null 2>&1 | sed -n 's/.*valid values: //p' | tr -d , | tr ' ' '\n' | sort)
		[ -n "$all" ] || continue
		n=$((n + 1))
		[ "$(bash_completes "$option" = '' | sort)" = "$all" ] || { echo "$option: $all"; return 1; }
	done
	[ "$n" = 4 ]
}

@test "fish: commands, options of a command, values" {
	need fish
	for command in $(commands); do
		fish_completes 'domUloader ' | grep -qx "$command"
	done
	[ "$(fish_completes 'domUloader --mapper=k')" = --mapper=kpartx ]
	fish_completes 'domUloader reap --' | grep -qx -- --dry-run
	run ! grep -x -- --entry <(fish_completes 'domUloader reap --')
	fish_completes 'domUloader --' | grep -qx -- --entry
}

# zsh completes in its line editor only: so it gets a terminal, and what it shows is read from there.
@test "zsh: an option and its value, options before a command, the command after help" {
	need zsh
	mkdir "$BATS_TEST_TMPDIR/fpath"
	cp "$FILES/domUloader.zsh" "$BATS_TEST_TMPDIR/fpath/_domUloader"
	timeout 20 zsh -f <<-ZSH >"$BATS_TEST_TMPDIR/shown" 2>&1
		zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell 'PROMPT=; fpath=($BATS_TEST_TMPDIR/fpath \$fpath); autoload -Uz compinit; compinit -u -D; print rea''dy'
		zpty -r -m shell line '*ready*'
		zpty -w -n shell \$'domUloader --mapper=k\t'
		zpty -r -m shell line '*kpartx*' && print found
		zpty -w -n shell \$'\C-udomUloader -v reap --dry\t'
		zpty -r -m shell line '*dry-run*' && print found
		zpty -w -n shell \$'\C-udomUloader help do\t'
		zpty -r -m shell line '*doctor*' && print found
		zpty -d shell
	ZSH
	[ "$(grep -c found "$BATS_TEST_TMPDIR/shown")" = 3 ] || { cat "$BATS_TEST_TMPDIR/shown"; return 1; }
}
