/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk - the way to a file, in a tree that is mounted as far as it has to be */
#ifndef DOMU_RESOLVE_WALK_H
#define DOMU_RESOLVE_WALK_H

#include <limits.h>

#include "mount/tree.h"

struct resolved {
	int fd;			   /* O_RDONLY; owned by the tree's scope */
	uint64_t size;		   /* bytes, never 0 */
	char guest_path[PATH_MAX]; /* canonical */
	const struct mounted *on;
};

/*
 * Follows @guest_path, mounting what the fstab says lies on the way, to a directory: its canonical
 * path, and an O_PATH descriptor, which the caller closes before the tree is taken down.
 */
int walk_dir(struct tree *t, const char *guest_path, char *ret_path, size_t size, struct err *e);

/*
 * Follows @guest_path, mounting what the fstab says lies on the way, and opens what is there: a
 * regular file that is not empty. "resolve.*", "openin.*"
 */
int walk_file(struct tree *t, const char *guest_path, struct resolved **ret, struct err *e);

#endif
