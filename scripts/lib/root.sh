# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# root.sh - shared by scripts that make Debian roots: access to the archive, commands in a root

# apt_options: print this machine's proxies and similar settings as apt configuration.
apt_options()
{
	apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|ForceIP)' || true
}

# apt_sources SUITE: apt's Debian sources of that suite, as one-line entries; without those of other vendors.
apt_sources()
{
	local format="\$(ORIGIN)|\$(REPO_URI)|\$(RELEASE)|\$(COMPONENT)"

	apt-get indextargets --format "$format" 'Created-By: Packages' |
		awk -F'|' -v suite="$1" '
			$1 == "Debian" && index($3, suite) == 1 && $2 !~ /^cdrom:/ {
				print "deb " $2 " " $3 " " $4
			}' | sort -u
}

# in_root ROOT [--bind DIR PLACE]... COMMAND...: runs COMMAND in /src of the root, with DIR at PLACE in it. In
# namespaces of its own: no process and no mount can stay. The root is one that nsenter(1) finds again.
# shellcheck disable=SC2016 # expanded in the namespaces
in_root()
{
	unshare --mount --pid --fork --kill-child --propagation private -- bash -ec '
		mount --bind "$1" "$1" && cd "$1" && shift
		while [ "$1" = --bind ]; do
			mount --bind "$2" "./$3" && shift 3
		done
		mount -t proc proc proc
		mount --rbind /sys sys
		mount --rbind /dev dev
		mount -t tmpfs -o mode=1777 tmpfs dev/shm
		pivot_root . mnt && umount -l /mnt && cd /src
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "$@"' in_root "$@"
}
