/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount - identify a guest's filesystem and mount it read-only */
#ifndef DOMU_MOUNT_MOUNT_H
#define DOMU_MOUNT_MOUNT_H

#include "mount/filesystem.h"

/*
 * Identify a filesystem and mount it read-only.
 * If the kernel refuses it because of a dirty journal, --dirty decides: replay it in a
 * copy-on-write layer in memory, mount it without the changes, or fail. The disk is never written
 * to.
 * @s: gets the undo of the mount; loop devices and maps belong to the world scope
 * @ret: filled except for guest_dir
 * Errors: steps "mount.*", "mnt.*", "btrfs.*", "layer.*"; those of fstype_check()
 */
int mount_volume(struct guest *g, struct scope *s, const struct mount_request *rq,
	struct mounted *ret, struct err *e);

/*
 * Mount a filesystem in the guest's tree and add it to g->tree->mount.
 * @guest_dir: "/" or a directory of the tree; rq.path is derived from it
 * Errors: -ELOOP, step "mount.many", if MOUNTS_MAX is reached; those of mount_volume()
 */
int mount_in_tree(struct guest *g, struct mount_request rq, const char *guest_dir, struct err *e);

#endif
