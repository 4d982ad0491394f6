/* SPDX-License-Identifier: GPL-2.0-or-later */
/* walk - follow a path in the guest's tree, mounting its filesystems on the way */
#ifndef DOMU_RESOLVE_WALK_H
#define DOMU_RESOLVE_WALK_H

#include <limits.h>

#include "mount/tree.h"

/* A file that was found. */
struct walked {
	int fd;			   /* O_RDONLY; owned by the caller */
	uint64_t size;		   /* bytes */
	char guest_path[PATH_MAX]; /* canonical */
	const struct mounted *on;
};

/*
 * Follow @guest_path to a directory, mounting filesystems of the fstab on the way.
 * @follow: false if @guest_path is canonical already; nothing is mounted then
 * @ret_path: the canonical path; PATH_MAX bytes
 * Returns: an O_PATH descriptor, which the caller must close before the tree is unmounted
 * Errors: steps "openin.*", those of mount.h
 */
int walk_dir(struct tree *t, const char *guest_path, bool follow, char *ret_path, struct err *e);

/*
 * Follow @guest_path to a regular file in the same way, and open it.
 * Errors: -ENODATA, step "resolve.empty", if @follow and the file is empty; steps "openin.*", those
 * of mount.h
 */
int walk_file(
	struct tree *t, const char *guest_path, bool follow, struct walked *ret, struct err *e);

#endif
