/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve - from the entry to the two open files, as the guest itself would find them */
#ifndef DOMU_RUN_RESOLVE_H
#define DOMU_RUN_RESOLVE_H

#include <limits.h>

#include "run/guest.h"
#include "run/root.h"

struct resolved {
	int fd;			   /* O_RDONLY; owned by the tree's scope */
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
 * Has @look see another root's tree, for as long as it runs: mounted, its fstab read (one without
 * is just that filesystem), and taken down after it, also in the middle of a run whose tree is not
 * mounted yet. What it returns is returned.
 */
typedef int (*resolve_look_fn)(struct guest *g, void *arg, struct err *e);
int resolve_in_root(
	struct guest *g, const struct root *root, resolve_look_fn look, void *arg, struct err *e);

/*
 * Follows @guest_path, mounting what the fstab says lies on the way, to a directory: its canonical
 * path, and an O_PATH descriptor, which the caller closes before the tree is taken down.
 */
int resolve_dir(
	struct guest *g, const char *guest_path, char *ret_path, size_t size, struct err *e);

/*
 * Follows @guest_path, mounting what the fstab says lies on the way, and opens what is there: a
 * regular file that is not empty. "resolve.*", "openin.*"
 */
int resolve_file(struct guest *g, const char *guest_path, struct resolved **ret, struct err *e);

#endif
