/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs_devices - the devices of a btrfs: all of them the guest's, and the kernel's only for a
 * while */
#ifndef DOMU_MOUNT_BTRFS_DEVICES_H
#define DOMU_MOUNT_BTRFS_DEVICES_H

#include "mount/filesystem.h"

/*
 * Finds and maps the other devices of a btrfs that has several, by its UUID among the guest's disks
 * and nowhere else. Fewer or more of them than it says, or more than MEMBERS_MAX, are an error:
 * step "btrfs.count".
 */
int btrfs_devices_gather(struct filesystem *c, struct err *e);

/*
 * Tells the kernel of the devices, in the order of @c; that it forgets each is pushed on @s, and
 * asked for before, too: what a killed run left is not to be taken for one of them.
 */
int btrfs_devices_register(struct scope *s, const struct filesystem *c, struct err *e);

/* Once it is mounted: that the kernel has taken no other device for one of them. */
int btrfs_devices_check(const struct filesystem *c, struct err *e);

#endif
