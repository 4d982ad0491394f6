/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount - one of the guest's filesystems, mapped, recognised, allowed and mounted read-only */
#ifndef DOMU_RUN_MOUNT_H
#define DOMU_RUN_MOUNT_H

#include "run/guest.h"

/*
 * Mounts what @v holds on the directory @path, reached by @target (the same, or a descriptor of it
 * in /proc): ro,nosuid,nodev,noexec and what its type needs; @subvol is "" or one "subvol=..." or
 * "subvolid=..." for a btrfs (ignored for others). The mount goes with @s, the loop device and the
 * map with the world. *ret_fstype is the type. A container (LUKS, LVM, RAID ...), what nobody
 * knows, what is not on the list of filesystems and what the kernel can't mount are errors that say
 * so and what to do.
 */
int mount_volume(struct guest *g, struct scope *s, const struct volume *v, const char *target,
	const char *path, const char *subvol, char ret_fstype[32], struct err *e);

/*
 * The same in the guest's tree, noted in g->mount: @guest_dir is "/" or a directory of the tree,
 * canonical; @target is how we reach it.
 */
int mount_in_tree(struct guest *g, const struct volume *v, const char *target,
	const char *guest_dir, const char *subvol, struct err *e);

/* The mount that holds the canonical @guest_path; never NULL once "/" is mounted. */
const struct mounted *mount_holding(const struct guest *g, const char *guest_path);

#endif
