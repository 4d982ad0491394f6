# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# pages - the examples and tables of docs/xen.md, for the tests
#
#   example NAME        the text below <!-- example: NAME -->
#   examples            the names of all
#   table NAME          the first column of the table below <!-- table: NAME -->, without quotes

PAGE=$TOP/docs/xen.md

example() { # NAME
	awk -v mark="<!-- example: $1 -->" '
		$0 == mark { on = 1; next }
		on && /^```/ { if (inside++) exit; next }
		on { print }' "$PAGE"
}

examples() {
	sed -n 's/^<!-- example: \(.*\) -->$/\1/p' "$PAGE"
}

table() { # NAME
	awk -F ' *[|] *' -v mark="<!-- table: $1 -->" '
		$0 == mark { on = 1; next }
		on && !/^[|]/ { exit }
		on && $2 ~ /^`/ { gsub(/`/, "", $2); print $2 }' "$PAGE"
}
