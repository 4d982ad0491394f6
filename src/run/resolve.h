/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve - from the entry to the two open files, as the guest itself would find them */
#ifndef DOMU_RUN_RESOLVE_H
#define DOMU_RUN_RESOLVE_H

#include <limits.h>

#include "run/guest.h"

struct resolved {
	int fd;			   /* O_RDONLY; owned by the world scope */
	uint64_t size;		   /* bytes, never 0 */
	char guest_path[PATH_MAX]; /* canonical */
	const struct mounted *on;
};

/*
 * Mounts the filesystem that the entry names, or the guest's root, whose fstab is read then. With
 * --root or a root= that is the root; without, it is the one filesystem among the disks that holds
 * an /etc/fstab.
 */
int resolve_tree(struct guest *g, struct err *e);

/*
 * Follows @guest_path, mounting what the fstab says lies on the way, and opens what is there: a
 * regular file that is not empty. "resolve.*", "openin.*"
 */
int resolve_file(struct guest *g, const char *guest_path, struct resolved **ret, struct err *e);

#endif
