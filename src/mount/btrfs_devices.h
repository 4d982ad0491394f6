/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs_devices - find a btrfs's devices among the guest's, and register them only while mounted */
#ifndef DOMU_MOUNT_BTRFS_DEVICES_H
#define DOMU_MOUNT_BTRFS_DEVICES_H

#include "mount/filesystem.h"

/*
 * Find and map the other devices of a btrfs with several, by its UUID, among the guest's disks
 * only.
 * Errors: -ENXIO, -ENOTUNIQ or -E2BIG, step "btrfs.count", if fewer or more are found than the
 * superblock states, or more than MEMBERS_MAX
 */
int btrfs_devices_gather(struct filesystem *c, struct err *e);

/*
 * Register the devices with the kernel, in the order of @c. The undo on @s makes the kernel forget
 * them.
 * Each is first forgotten as well: the kernel may still know a killed run's device of the same
 * number, and would take it for a member.
 * Errors: steps "btrfs.forget", "btrfs.scan"
 */
int btrfs_devices_register(struct scope *s, const struct filesystem *c, struct err *e);

/*
 * Check, once it is mounted, that the kernel uses no device but these.
 * Errors: -EXDEV, step "btrfs.members"
 */
int btrfs_devices_check(const struct filesystem *c, struct err *e);

#endif
