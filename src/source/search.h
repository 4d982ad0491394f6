/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search - find the root filesystem when none is named */
#ifndef DOMU_SOURCE_SEARCH_H
#define DOMU_SOURCE_SEARCH_H

#include "disks/root.h"

/*
 * The one filesystem among the disks that holds an /etc/fstab. Of a btrfs that is its default
 * subvolume, which a guest mounts that says nothing else; where there is none in it, the
 * subvolumes at its top are looked into: of several the one whose own fstab mounts "/" from it.
 * Where nothing holds one, it is the one iso9660: the disk that a distribution is installed from.
 * None is -ENOENT, step "resolve.noroot", more than one -ENOTUNIQ, step "resolve.roots", whose
 * detail lists them.
 */
int search_root(struct guest *g, struct root *ret, struct err *e);

#endif
