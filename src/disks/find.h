/* SPDX-License-Identifier: GPL-2.0-or-later */
/* find - a device as the guest names it, looked up among the guest's disks and nowhere else */
#ifndef DOMU_DISKS_FIND_H
#define DOMU_DISKS_FIND_H

#include "disks/volume.h"

/*
 * The one volume that @want names. -ENOENT when there is none (step "find.none", the detail lists
 * what there is), -ENOTUNIQ when more than one is meant (step "find.ambiguous", the detail lists
 * them). Only what must be opened to know is opened.
 */
int find_volume(struct guest *g, const struct devspec *want, struct volume *ret, struct err *e);

/* "the disks hold: xvda1 ext4 LABEL='boot'; ...", added to the detail of @e. Returns its code. */
int find_tell_held(struct guest *g, struct err *e);

#endif
