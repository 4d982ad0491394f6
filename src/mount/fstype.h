/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstype - what may be mounted, with which options, and what is no filesystem at all */
#ifndef DOMU_MOUNT_FSTYPE_H
#define DOMU_MOUNT_FSTYPE_H

#include "block/probe.h"
#include "plan/plan.h"

/*
 * Whether what was found may be mounted. Nothing known is "mount.unknown", a container (LUKS, LVM,
 * RAID ...) "mount.container", what is not on the plan's list of filesystems "mount.allowed".
 */
int fstype_check(
	const struct plan *p, const struct superblock *sb, const char *subject, struct err *e);

/*
 * Whether the places of its files that the kernel tells are bytes of the one device that it lies
 * on. btrfs counts in a space of its own.
 */
bool fstype_tells_places(const char *type);

/*
 * All options of a mount, into to[size]. @subvol is "", or one "subvol=..." or "subvolid=...",
 * which only a btrfs gets; @stale: without a replay of the journal.
 */
void fstype_options(const char *type, const char *subvol, bool stale, char *to, size_t size);

#endif
