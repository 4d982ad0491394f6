/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount - one of the guest's filesystems, mapped, recognised, allowed and mounted read-only */
#ifndef DOMU_MOUNT_MOUNT_H
#define DOMU_MOUNT_MOUNT_H

#include "mount/filesystem.h"

/*
 * Mounts, with @s for its undo (loop devices and maps go with the world), and fills *ret but for
 * the directory. A container (LUKS, LVM, RAID ...), what nobody knows, what is not
 * on the list of filesystems and what the kernel can't mount are errors that say so and what to do.
 *
 * What the kernel refuses because its journal holds changes is treated as --dirty says: replayed in
 * a copy-on-write layer in memory (the disk itself is never written to, and never mounted instead),
 * mounted as it is on the disk, or refused.
 */
int mount_volume(struct guest *g, struct scope *s, const struct mount_request *rq,
	struct mounted *ret, struct err *e);

/*
 * The same in the guest's tree, noted in g->tree->mount: @guest_dir is "/" or a directory of the
 * tree;
 * @rq's path is made here.
 */
int mount_in_tree(struct guest *g, struct mount_request rq, const char *guest_dir, struct err *e);

#endif
