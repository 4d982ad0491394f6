/* SPDX-License-Identifier: GPL-2.0-or-later */
/* survey - list everything on the guest's disks: volumes, roots, kernels */
#ifndef DOMU_KERNELS_SURVEY_H
#define DOMU_KERNELS_SURVEY_H

#include "disks/root.h"
#include "kernels/kernels.h"

struct survey {
	struct list list; /* the result; outlives the world, but not the plan */
	struct kernels kernels;
	struct roots roots;
	struct volume *mountable; /* volumes that could be mounted; valid in the world only */
	size_t n_mountable;
};

/*
 * Examine each volume of each disk, and find the kernels. Filesystems on the plan's list are
 * mounted one after the other: first each root with its fstab, then the filesystems that no fstab
 * reached.
 * A volume that cannot be read is listed with the reason.
 * Errors: those that concern this host or the whole run
 */
int survey_take(struct guest *g, struct survey *s, struct err *e);

void survey_done(struct survey *s);

#endif
