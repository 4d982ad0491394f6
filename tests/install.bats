#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bats
# install - make install puts files where other programs look for them, make uninstall removes only those

bats_require_minimum_version 1.5.0
load lib/world

setup() {
	cd "$TOP" || return
	[ -x build/domUloader ] || skip 'no build/domUloader: make'
	D=$BATS_TEST_TMPDIR/root
	XEN=/usr/lib/xen-4.17/bin
	RULES=/usr/lib/udev/rules.d
}

# Without making anything: what is tested is where it goes.
make_quiet() { # ARG...
	make -s -o build/domUloader "$@" DESTDIR="$D" UNITDIR=/usr/lib/systemd/system >"$BATS_TEST_TMPDIR/make.log" 2>&1 || {
		cat "$BATS_TEST_TMPDIR/make.log"
		return 1
	}
}

installed() {
	find "$D" ! -type d \( -type l -printf '/%P -> %l\n' -o -printf '/%P %m\n' \) | sort
}

# expect FILE-LIST: the files that were installed, and no other
expect() {
	diff -u <(printf '%s\n' "$@" | sort) <(installed)
}

@test "the program, the manuals, the example, the completions, the rule and the links" {
	make_quiet install XENBIN="$XEN" UDEVDIR="$RULES" UDEVRULE=56-domUloader.rules
	expect \
		"/usr/lib/xen-4.17/bin/domUloader -> /usr/local/sbin/domUloader" \
		"/usr/lib/xen/boot/domUloader.py -> /usr/local/sbin/domUloader" \
		"$RULES/56-domUloader.rules 644" \
		"/usr/local/sbin/domUloader 755" \
		"/usr/local/share/bash-completion/completions/domUloader 644" \
		"/usr/local/share/doc/domUloader/domUloader.conf.example 644" \
		"/usr/local/share/doc/domUloader/interface.md 644" \
		"/usr/local/share/domUloader/examples/check-guests 755" \
		"/usr/local/share/domUloader/examples/nightly-tftp 755" \
		"/usr/local/share/domUloader/hooks/libxl 755" \
		"/usr/local/share/domUloader/hooks/xl-start 755" \
		"/usr/lib/systemd/system/domUloader-sync.service 644" \
		"/usr/lib/systemd/system/domUloader-sync.timer 644" \
		"/usr/local/share/fish/vendor_completions.d/domUloader.fish 644" \
		"/usr/local/share/man/man5/domUloader.conf.5 644" \
		"/usr/local/share/man/man8/domUloader-extract.8 644" \
		"/usr/local/share/man/man8/domUloader-list.8 644" \
		"/usr/local/share/man/man8/domUloader-batch.8 644" \
		"/usr/local/share/man/man8/domUloader-sync.8 644" \
		"/usr/local/share/man/man8/domUloader-reap.8 644" \
		"/usr/local/share/man/man8/domUloader-doctor.8 644" \
		"/usr/local/share/man/man8/domUloader.8 644" \
		"/usr/local/share/zsh/site-functions/_domUloader 644"
}

@test "PREFIX moves the installed files, and the links follow" {
	make_quiet install PREFIX=/usr XENBIN="$XEN" UDEVDIR="$RULES" UDEVRULE=12-domUloader.rules
	expect \
		"/usr/lib/xen-4.17/bin/domUloader -> /usr/sbin/domUloader" \
		"/usr/lib/xen/boot/domUloader.py -> /usr/sbin/domUloader" \
		"$RULES/12-domUloader.rules 644" \
		"/usr/sbin/domUloader 755" \
		"/usr/share/bash-completion/completions/domUloader 644" \
		"/usr/share/doc/domUloader/domUloader.conf.example 644" \
		"/usr/share/doc/domUloader/interface.md 644" \
		"/usr/share/domUloader/examples/check-guests 755" \
		"/usr/share/domUloader/examples/nightly-tftp 755" \
		"/usr/share/domUloader/hooks/libxl 755" \
		"/usr/share/domUloader/hooks/xl-start 755" \
		"/usr/lib/systemd/system/domUloader-sync.service 644" \
		"/usr/lib/systemd/system/domUloader-sync.timer 644" \
		"/usr/share/fish/vendor_completions.d/domUloader.fish 644" \
		"/usr/share/man/man5/domUloader.conf.5 644" \
		"/usr/share/man/man8/domUloader-extract.8 644" \
		"/usr/share/man/man8/domUloader-list.8 644" \
		"/usr/share/man/man8/domUloader-batch.8 644" \
		"/usr/share/man/man8/domUloader-sync.8 644" \
		"/usr/share/man/man8/domUloader-reap.8 644" \
		"/usr/share/man/man8/domUloader-doctor.8 644" \
		"/usr/share/man/man8/domUloader.8 644" \
		"/usr/share/zsh/site-functions/_domUloader 644"
}

@test "make help names the targets, the variables, and where PREFIX does not reach" {
	make -s help >"$BATS_TEST_TMPDIR/help"
	awk 'length > 80' "$BATS_TEST_TMPDIR/help" | diff /dev/null -
	while read -r target; do
		grep -qw "make $target" "$BATS_TEST_TMPDIR/help" || _fail "$target"
	done < <(sed -n 's/^\.PHONY: //p' Makefile | tr ' ' '\n' | grep -vx force)
	while read -r variable; do
		grep -qwF "$variable" "$BATS_TEST_TMPDIR/help" || _fail "$variable"
	done < <(sed -nE 's/^([A-Z_]+) *\?=.*/\1/p; s/^ifdef //p' Makefile)
	make_quiet install PREFIX=/prefix XENBIN="$XEN" UDEVDIR="$RULES"
	make -s help PREFIX=/prefix XENBIN="$XEN" UDEVDIR="$RULES" UNITDIR=/usr/lib/systemd/system |
		sed -n '/not below PREFIX/,$s/^  [A-Z]* *= *//p' >"$BATS_TEST_TMPDIR/elsewhere"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/elsewhere")" = 4 ]
	while read -r file; do
		grep -qxF "${file%/*}" "$BATS_TEST_TMPDIR/elsewhere" || _fail "$file"
	done < <(installed | grep -v '^/prefix/' | cut -d' ' -f1)
}

@test "uninstall removes the installed files, and nothing else" {
	for prefix in /usr/local /usr; do
		mkdir -p "$D$RULES" "$D/usr/lib/xen/boot" "$D/etc/xen"
		echo theirs | tee "$D$RULES/55-dm.rules" "$D/usr/lib/xen/boot/hvmloader" >"$D/etc/xen/domUloader.conf"
		installed >"$BATS_TEST_TMPDIR/before"
		make_quiet install PREFIX=$prefix XENBIN="$XEN" UDEVDIR="$RULES"
		make_quiet install PREFIX=$prefix XENBIN="$XEN" UDEVDIR="$RULES"
		make_quiet uninstall PREFIX=$prefix XENBIN="$XEN" UDEVDIR="$RULES"
		diff -u "$BATS_TEST_TMPDIR/before" <(installed)
		[ ! -e "$D$prefix/share/doc/domUloader" ]
	done
	make_quiet uninstall XENBIN="$XEN" UDEVDIR="$RULES" # once more does no harm
	diff -u "$BATS_TEST_TMPDIR/before" <(installed)
}

@test "a package's file where a link would go is kept" {
	mkdir -p "$D/usr/lib/xen/boot"
	echo theirs >"$D/usr/lib/xen/boot/domUloader.py"
	make_quiet install XENBIN="$XEN" UDEVDIR="$RULES"
	grep -q "domUloader.py is somebody else's file" "$BATS_TEST_TMPDIR/make.log"
	make_quiet uninstall XENBIN="$XEN" UDEVDIR="$RULES"
	[ "$(cat "$D/usr/lib/xen/boot/domUloader.py")" = theirs ]
}

@test "without Xen no link is made, and install says so" {
	make_quiet install XENBIN= XENBOOT= UDEVDIR="$RULES"
	grep -q 'no Xen found' "$BATS_TEST_TMPDIR/make.log"
	run ! grep -e '->' <(installed)
}

@test "several Xen versions get a link each" {
	make_quiet install XENBIN="$XEN /usr/libexec/xen/bin" UDEVDIR="$RULES"
	[ "$(installed | grep -c '/bin/domUloader -> /usr/local/sbin/domUloader$')" = 2 ]
	make_quiet uninstall XENBIN="$XEN /usr/libexec/xen/bin" UDEVDIR="$RULES"
	[ -z "$(installed)" ]
}

@test "the installed program has no fault points, and works without the build tree" {
	make_quiet install XENBIN= UDEVDIR="$RULES"
	cmp build/domUloader "$D/usr/local/sbin/domUloader"
	"$D/usr/local/sbin/domUloader" --version
	run ! grep -E 'RPATH|RUNPATH|domu_steps' <(readelf -dSW "$D/usr/local/sbin/domUloader")
}

# The version that make would build into main.c, in the directory.
version_in() { # DIRECTORY
	make -s -n -C "$1" -W src/main.c build/plain/main.o | sed -n "s/.*DOMU_VERSION='\"\([^\"]*\)\"'.*/\1/p"
}

@test "the version has the commit in a checkout, and is plain in a tarball" {
	cp -r Makefile src "$BATS_TEST_TMPDIR"
	number=$(version_in "$BATS_TEST_TMPDIR")
	[[ $number =~ ^[0-9.]+$ ]]
	git init -q "$BATS_TEST_TMPDIR/.."
	[ "$(version_in "$BATS_TEST_TMPDIR")" = "$number" ]
	git init -q "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	git add Makefile && git -c user.name=a -c user.email=a@b commit -qm first
	[ "$(version_in .)" = "$number ($(git rev-parse --short HEAD))" ]
	echo >>Makefile
	[ "$(version_in .)" = "$number ($(git rev-parse --short HEAD)-dirty)" ]
	git checkout -q Makefile
	git -c user.name=a -c user.email=a@b tag -am one v1
	[ "$(version_in .)" = "$number (v1)" ]
}

# ---- the udev rule -----------------------------------------------------------------

@test "the udev rule sorts between device-mapper's rules, on this host and under both names" {
	LC_ALL=C sort -c <(printf '%s\n' 55-dm.rules 56-dm-parts.rules 56-domUloader.rules \
		60-persistent-storage-dm.rules)
	LC_ALL=C sort -c <(printf '%s\n' 10-dm.rules 11-dm-parts.rules 12-domUloader.rules 13-dm-disk.rules)
	make_quiet install XENBIN= UDEVDIR="$RULES"
	rule=$(basename "$D$RULES"/*)
	for dir in /lib/udev/rules.d /usr/lib/udev/rules.d; do
		[ -e $dir/10-dm.rules ] || [ -e $dir/55-dm.rules ] || continue
		if [ -e $dir/10-dm.rules ]; then
			[ "$rule" = 12-domUloader.rules ]
		else
			[ "$rule" = 56-domUloader.rules ]
		fi
	done
}

@test "the udev rule matches the maps that map_kpartx makes" {
	delimiter=$(sed -n 's/^#define DELIMITER "\(.*\)"/\1/p' src/map/map_kpartx.c)
	[ -n "$delimiter" ]
	pattern=$(sed -n 's/.*ATTR{dm\/name}=="\([^"]*\)".*/\1/p' scripts/udev/domUloader.rules)
	# shellcheck disable=SC2053 # it is a pattern
	[[ loop0${delimiter}1 == $pattern && loop31${delimiter}12 == $pattern ]]
	# shellcheck disable=SC2053
	for other in vg-lv mpatha-part1 loop0p1 sda-domu1 my-loop0-domu1; do
		[[ $other != $pattern ]]
	done
}

@test "each label that the udev rule jumps to exists" {
	diff <(grep -o 'GOTO="[^"]*"' scripts/udev/domUloader.rules | cut -d'"' -f2 | sort -u) \
		<(grep -o 'LABEL="[^"]*"' scripts/udev/domUloader.rules | cut -d'"' -f2 | sort -u)
	! command -v udevadm >/dev/null || ! udevadm verify --help >/dev/null 2>&1 ||
		udevadm verify --no-style scripts/udev/domUloader.rules
}
