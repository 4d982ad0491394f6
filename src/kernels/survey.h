/* SPDX-License-Identifier: GPL-2.0-or-later */
/* survey - everything that is on the guest's disks: volumes, roots, kernels */
#ifndef DOMU_KERNELS_SURVEY_H
#define DOMU_KERNELS_SURVEY_H

#include "disks/root.h"
#include "kernels/kernels.h"

struct survey {
	struct list list; /* what is told; outlives the world, but not the plan */
	struct kernels kernels;
	struct roots roots;
	struct volume *mountable; /* those that could be mounted; of use in the world only */
	size_t n_mountable;
};

/*
 * Looks at each volume of each disk, mounts what is on the plan's list of filesystems, one after
 * the other, and finds the kernels: of each root by its own fstab, then on what no fstab mounted
 * on the way. A volume that can't be read is told with the reason; what speaks against this host,
 * or the whole run, is an error.
 */
int survey_take(struct guest *g, struct survey *s, struct err *e);

void survey_done(struct survey *s);

#endif
