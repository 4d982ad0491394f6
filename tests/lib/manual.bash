# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# manual - the examples of a manual, as who reads it would paste them
#
#   manual_examples PAGE [FORMATTER...]   the commands below EXAMPLES, a line each, continued ones joined; by
#                                         default mandoc formats them for a window of 78 columns
#   manual_links PAGE [SECTION]           which manuals the page refers to, "NAME SECTION" a line: all of it, or
#                                         of one section alone

manual_examples() { # PAGE [FORMATTER...]
	local page=$1

	shift
	(($#)) || set -- mandoc -T utf8 -O width=78
	"$@" "$TOP/docs/$page" | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' |
		awk '/^[A-Z]/ { on = $0 ~ /^EXAMPLES/ } on && /^       /' |
		sed -E 's/^[ \t]+//' | sed -E ':a; /\\$/ { N; s/\\\n[ \t]*//; ba }' | sed -E '/^[a-z_-]+ +=/d'
}

manual_links() { # PAGE [SECTION]
	awk -v section="${2-}" '
		/^\.Sh / { on = !section || substr($0, 5) == section }
		on && /(^\.| )Xr / { sub(/.*Xr /, ""); gsub(/\\/, ""); print $1, $2 }' "$TOP/docs/$1" | sort -u
}
