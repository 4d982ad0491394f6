/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstype - which filesystem types may be mounted, and with which options */
#ifndef DOMU_MOUNT_FSTYPE_H
#define DOMU_MOUNT_FSTYPE_H

#include "block/probe.h"
#include "plan/plan.h"

/*
 * Check whether the type that was found may be mounted.
 * Errors: -ENODATA, step "mount.unknown", if it is unrecognized; -EMEDIUMTYPE, step
 * "mount.container", if it is a container (LUKS, LVM, RAID and the like); -EPERM, step
 * "mount.allowed", if it is not on the plan's list of filesystems
 */
int fstype_check(
	const struct plan *p, const struct superblock *sb, const char *subject, struct err *e);

/*
 * Whether file extents that the kernel reports (FIEMAP) are offsets on the filesystem's device. For
 * btrfs they are not: it has an address space of its own.
 */
bool fstype_tells_places(const char *type);

/*
 * Write all mount options into @to.
 * @subvol: "", or one "subvol=..." or "subvolid=..."; ignored unless btrfs
 * @stale: mount without replaying the journal
 */
void fstype_options(const char *type, const char *subvol, bool stale, char *to, size_t size);

#endif
