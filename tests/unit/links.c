/* SPDX-License-Identifier: GPL-2.0-or-later */
/* links - which symlinks stay inside an extracted directory, whatever is on their path */
#include "jobs/extract_tree.h"

#include "tap.h"

static const struct {
	const char *target;
	unsigned int depth;
	int stays;
} links[] = {
	{"kernel/fs/ext4.ko", 0, 1},
	{"./a", 0, 1},
	{".", 0, 1},
	{"..", 1, 1},
	{"../a", 1, 1},
	{"../../a/b", 2, 1},
	{".././../a", 2, 1},
	{"..//..//a", 2, 1},
	{"a..b", 0, 1},
	{"...", 0, 1},
	{"", 0, 0},
	{"/", 3, 0},
	{"/lib", 3, 0},
	{"//lib", 3, 0},
	{"..", 0, 0},
	{"../a", 0, 0},
	{"./../a", 0, 0},
	{"../../a", 1, 0},
	{"a/..", 3, 0},
	{"a/../b", 3, 0},
	{"../a/../..", 5, 0},
	{"a//..", 3, 0},
	{"a/./..", 3, 0},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		tap_ok(extract_link_stays(links[i].target, links[i].depth) == links[i].stays,
			"'%s', %u deep, %s", links[i].target, links[i].depth,
			links[i].stays ? "stays" : "may lead out");
	return tap_done();
}
