/* SPDX-License-Identifier: GPL-2.0-or-later */
/* find - look up a device by the guest's name for it, among the guest's disks only */
#ifndef DOMU_DISKS_FIND_H
#define DOMU_DISKS_FIND_H

#include "disks/volume.h"

/*
 * Find the volume that @want names. Opens only the disks needed to decide.
 * Errors: -ENOENT, step "find.none", if no volume matches: the detail lists the volumes; -ENOTUNIQ,
 * step "find.ambiguous" or "find.link", if several match; -EINVAL, step "find.foreign", if it
 * cannot be on a guest's disk
 */
int find_volume(struct guest *g, const struct devspec *want, struct volume *ret, struct err *e);

/*
 * Add a list of all volumes to the detail of @e: "the disks hold: xvda1 ext4 LABEL='boot'; ...".
 * Returns its code.
 */
int find_tell_held(struct guest *g, struct err *e);

#endif
