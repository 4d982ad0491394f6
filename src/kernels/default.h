/* SPDX-License-Identifier: GPL-2.0-or-later */
/* default - the guest's default kernel, where no entry says which */
#ifndef DOMU_KERNELS_DEFAULT_H
#define DOMU_KERNELS_DEFAULT_H

#include "disks/guest.h"
#include "kernels/survey.h"

/* All zero at first; a try's takes the place of the last one's. */
struct default_kernel {
	struct plan plan;     /* the guest's, with the entry that was chosen */
	struct survey survey; /* its strings are there */
};

/*
 * Where @g's plan has no entry, it becomes @c's: with the entry of the default kernel of the root
 * that is named, or of the only one, as domUloader list marks it. Step "default.kernel": -ENOENT
 * there is none, -ENOTUNIQ it can't be told which.
 */
int default_kernel(struct guest *g, struct default_kernel *c, struct err *e);

void default_kernel_done(struct default_kernel *c);

#endif
