/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolve - from the entry to the two open files, as the guest itself would find them */
#ifndef DOMU_RESOLVE_RESOLVE_H
#define DOMU_RESOLVE_RESOLVE_H

#include "disks/guest.h"
#include "resolve/root.h"
#include "resolve/walk.h"

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

#endif
