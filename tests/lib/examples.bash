# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# examples - what pages and manuals show, found and run as it stands there
#
#   examples_of PAGE DIR      the page's examples as files DIR/NNNN, in order; the first line of each is PAGE:LINE
#   example_kind TEXT         what it is: console, sh, script, xl, xml, json, conf or text
#   host_make GUEST           makes $HOST, the root directory of a host that has domUloader, a checkout (/src) and
#                             guests: GUEST, as scripts/demo makes one, and those of docs/xen.md
#   host_begin PAGE           what that page's examples expect in /srv and /etc/xen
#   $HOST/guests/sums         the SHA-256 of their kernels and initrds, a line each
#   host_run SCRIPT           runs the text in /src there, as root: $status; $STDOUT holds stdout and stderr
#
# Of the machine it has /usr, read-only. What can't be run there has a stand-in in /stand-ins, before all else in
# PATH:
#   make        installs below /dest
#   sudo        runs the command
#   xe          runs domUloader with the arguments of a guest's bootloader, which are the last
#   scripts/*   take their arguments and do nothing: each has tests of its own
#
# Needs world.bash and guest.bash.

# shellcheck disable=SC2034 # used by the tests

# ---- finding them ------------------------------------------------------------------

# Fenced and indented blocks of Markdown; .Dl and .Bd of mdoc, without its escapes.
examples_of() { # PAGE DIR
	mkdir -p "$2"
	awk -v page="$1" -v dir="$2" -v mdoc="$([[ $1 == *.md ]] || echo 1)" '
		function begin() { file = sprintf("%s/%04d", dir, ++n); print page ":" FNR > file; on = 1 }
		function end() { if (on) close(file); on = 0 }
		function plain(s) {
			gsub(/\\\(dq/, "\"", s); gsub(/\\\(aq/, "\047", s); gsub(/\\-/, "-", s); gsub(/\\e/, "\\", s)
			return s
		}
		mdoc && /^\.Dl / { begin(); print plain(substr($0, 5)) > file; end(); next }
		mdoc && /^\.Bd -literal/ { begin(); next }
		mdoc && /^\.Ed/ { end(); next }
		mdoc { if (on) print plain($0) > file; next }
		/^```/ { if (fenced) end(); else begin(); fenced = !fenced; next }
		fenced { print > file; next }
		/^    / { if (!on) begin(); print substr($0, 5) > file; next }
		{ end() }' "$1"
}

example_kind() { # TEXT
	local first=${1%%$'\n'*}

	case $first in
	'# '* | '$ '*) echo console ;;
	'#!'*) echo script ;;
	'<'*) echo xml ;;
	'{'*) echo json ;;
	bootloader*=* | name*=*) echo xl ;;
	*' = '*) [[ $first =~ ^[a-z-]+\ =\  ]] && echo conf || echo text ;;
	'domUloader [OPTION]'* | 'domUloader error: '*) echo text ;;
	'domUloader '* | 'sudo '* | 'make' | 'make '* | 'mkdir '* | 'ln '* | 'xl '* | 'xe '* | 'git '* | 'virsh '*) echo sh ;;
	*) echo text ;;
	esac
}

# ---- the host ----------------------------------------------------------------------

host_make() { # GUEST
	local dir

	mkdir -p "$HOST"/{proc,sys,dev,usr,etc/xen,var/lib,src,dest,guests,stand-ins} "$HOST"/mnt
	mkdir -m 1777 "$HOST/tmp"
	for dir in bin sbin lib lib64; do
		[ ! -e "/$dir" ] || ln -s "usr/$dir" "$HOST/$dir"
	done
	cp -a /etc/{passwd,group,ld.so.cache,alternatives} "$HOST/etc"
	cp -a "$TOP"/{Makefile,README.md,domUloader.conf.example,LICENSE,src,scripts,tests,docs} "$HOST/src"
	mkdir -p "$HOST"/src/build/{demo,tools}
	cp -a "$TOP"/build/{domUloader,plain,completion} "$HOST/src/build"
	cp "$TOP"/build/tools/as_{libxl,xend} "$HOST/stand-ins"
	install -D -t "$HOST/local/sbin" "$DOMU"
	mkdir "$HOST/local/lib"
	touch "$HOST/guests/demo.img" "$HOST/src/build/demo/guest.img"
	_host_guests
	_host_stand_ins
	_host_begin_script
	demo_guest=$1
	host_run 'make -s install' || cat "$STDOUT"
}

# The guests of docs/xen.md: one partition; /boot and / on two; both on two disks.
_host_guests() (
	cd "$BATS_FILE_TMPDIR" || return
	guest_tree one
	ln -s initrd.img-6.1.0 one/boot/initrd.img
	mkdir two
	cp -a one/etc two
	mv one/boot boot
	mkdir one/boot two/boot
	echo 'LABEL=boot /boot ext4 defaults 0 2' >two/etc/fstab
	guest_fs ext4 boot.fs 8 boot -L boot
	guest_fs ext4 two.fs 8 two -L root
	guest_disk gpt "$HOST/guests/split.img" boot.fs two.fs
	guest_disk gpt "$HOST/guests/boot.img" boot.fs
	guest_disk gpt "$HOST/guests/system.img" two.fs
	cp -aT boot one/boot
	sha256sum boot/* | cut -d' ' -f1 >"$HOST/guests/sums"
	guest_fs ext4 one.fs 8 one
	guest_disk gpt "$HOST/guests/one.img" one.fs
)

_host_stand_in() { # NAME COMMAND
	printf '#!/bin/bash\n%s\n' "$2" >"$HOST/$1"
	chmod 755 "$HOST/$1"
}

# shellcheck disable=SC2016 # theirs
_host_stand_ins() {
	local command

	_host_stand_in stand-ins/sudo 'exec "$@"'
	_host_stand_in stand-ins/make 'exec /usr/bin/make --no-print-directory DESTDIR=/dest XENBIN=/usr/lib/xen/bin "$@"'
	_host_stand_in stand-ins/xe 'last=${@: -1}; domUloader --not-really ${last#*-args=} /srv/guest.img'
	for command in demo check bench setup mutants; do
		mv "$HOST/src/scripts/$command" "$HOST/src/scripts/.$command"
		_host_stand_in "src/scripts/$command" "exec scripts/.$command \"\$@\" --help >/dev/null"
	done
}

# Nothing is left of a run. From outside the images of that namespace have other names.
_host_begin_script() {
	cat >"$HOST/begin" <<-'BEGIN'
		cd /src
		bash /script
		status=$?
		for ((i = 0; i < 100; i++)); do
			grep -sx '/guests/.*\.img' /sys/block/loop*/loop/backing_file >/tmp/left || exit $status
			sleep 0.1
		done
		cat /tmp/left
		exit 99
	BEGIN
}

# The pages agree in what lies where, but for docs/xen.md, whose guest has one partition. README.md is to be followed
# on a host without Xen, too.
host_begin() { # PAGE
	local name

	rm -rf "$HOST/srv" "$HOST/etc/xen" "$HOST"/tmp/*
	mkdir -p "$HOST"/srv/{guests,images,tftp} "$HOST/etc/xen"
	for name in split system boot; do
		ln -s "/guests/$name.img" "$HOST/srv/"
	done
	name=demo
	[[ $1 != */xen.md ]] || name=one
	ln -s "/guests/$name.img" "$HOST/srv/guest.img"
	ln -s /guests/demo.img "$HOST/srv/web1.img"
	ln -s /guests/demo.img "$HOST/srv/images/web2.img"
	ln -s /guests/demo.img "$HOST/srv/guests/web4.img"
	printf '%s\n' 'name = "web1"' 'bootloader = "domUloader"' 'bootloader_args = [ "--entry=/vmlinuz,/initrd.img" ]' \
		'disk = [ "file:/srv/web1.img,xvda,w" ]' >"$HOST/etc/xen/web1.cfg"
	printf '{"name": "web3", "disks": ["file:/srv/web1.img,xvda,w"], "entry": "/vmlinuz,/initrd.img"}\n' \
		>"$HOST/srv/guests.json"
	rm -rf "$HOST/var/lib/xen"
	[[ ${1##*/} == README.md ]] || mkdir -p "$HOST/var/lib/xen"
}

# A namespace of its own, so that nothing stays mounted.
# shellcheck disable=SC2016 # the other shell's
host_run() { # SCRIPT
	status=0
	printf '%s\n' "$1" >"$HOST/script"
	unshare --mount bash -euc '
		mount --bind "$1" "$1"
		cd "$1"
		mount --rbind /proc proc
		mount --rbind /sys sys
		mount --rbind /dev dev
		mount --bind /usr usr
		mount -o remount,bind,ro usr
		mount --bind local usr/local
		mount --bind "$2" guests/demo.img
		mount --bind "$2" src/build/demo/guest.img
		exec env -i PATH=/stand-ins:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
			chroot . bash /begin' - "$HOST" "$demo_guest" >"$STDOUT" 2>&1 </dev/null 3>&- || status=$?
}
