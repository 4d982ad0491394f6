/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk - the way to a file, in a tree that is mounted as far as it has to be */
#ifndef DOMU_RESOLVE_WALK_H
#define DOMU_RESOLVE_WALK_H

#include <limits.h>

#include "mount/tree.h"

/* A file that a walk found. */
struct walked {
	int fd;			   /* O_RDONLY; the caller's */
	uint64_t size;		   /* bytes */
	char guest_path[PATH_MAX]; /* canonical */
	const struct mounted *on;
};

/*
 * Follows @guest_path, mounting what the fstab says lies on the way, to a directory: its canonical
 * path in @ret_path[PATH_MAX], and an O_PATH descriptor, which the caller closes before the tree is
 * taken down. Without @follow the path is canonical already, and nothing is mounted.
 */
int walk_dir(struct tree *t, const char *guest_path, bool follow, char *ret_path, struct err *e);

/*
 * The same to a regular file, which is opened; with @follow one that is not empty. "resolve.*",
 * "openin.*"
 */
int walk_file(
	struct tree *t, const char *guest_path, bool follow, struct walked *ret, struct err *e);

#endif
