/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choose - the guest's default kernel, where no entry says which */
#ifndef DOMU_KERNELS_DEFAULT_H
#define DOMU_KERNELS_DEFAULT_H

#include "disks/guest.h"
#include "kernels/survey.h"

/* All zero at first; a try's takes the place of the last one's. */
struct choice {
	struct plan plan;     /* the guest's, with the entry that was chosen */
	struct survey survey; /* its strings are there */
};

/*
 * Where @g's plan has no entry, it becomes @c's: with the entry of the default kernel of the root
 * that is named, or of the only one, as domUloader list marks it. Step "choose.kernel": -ENOENT
 * there is none, -ENOTUNIQ it can't be told which.
 */
int choose_kernel(struct guest *g, struct choice *c, struct err *e);

void choice_done(struct choice *c);

#endif
