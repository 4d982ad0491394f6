/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search - find the guest's root filesystem if none is named */
#ifndef DOMU_SOURCE_SEARCH_H
#define DOMU_SOURCE_SEARCH_H

#include "disks/root.h"

/*
 * Find the only filesystem with an /etc/fstab on the guest's disks.
 * Of a btrfs, the default subvolume is examined. If it has no fstab, the top-level subvolumes are;
 * if several have one, the subvolume that its own fstab mounts on "/" counts. If no filesystem has
 * an fstab, the only iso9660 is used: an install disk.
 * Errors: -ENOENT, step "resolve.noroot", if there is none; -ENOTUNIQ, step "resolve.roots", if
 * there are several; the detail lists them
 */
int search_root(struct guest *g, struct root *ret, struct err *e);

#endif
