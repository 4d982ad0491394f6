# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# packages - real kernels: trees of Debian's and Ubuntu's packages, made once and kept
#
#   packages_tree DISTRIBUTION LOG   makes build/distros/DISTRIBUTION/tree and its description tree.txt; if
#                                    that fails, the last line of LOG has the reason
#
# Needs world.bash.

# Two topics may want it at the same time: make-guest does not wait for the other one, this does.
packages_tree() { # DISTRIBUTION LOG
	local dir=$TOP/build/distros/$1

	mkdir -p "$dir"
	until timeout 300 "$TOP/scripts/make-guest" --tree --distribution="$1" "$dir/tree" >"$2" 2>&1 3>&- </dev/null; do
		grep -q 'another make-guest' "$2" || return
		flock --timeout 300 "$dir" true || return
	done
}
