/* SPDX-License-Identifier: GPL-2.0-or-later */
/* default - choose the guest's default kernel if no entry names one */
#ifndef DOMU_KERNELS_DEFAULT_H
#define DOMU_KERNELS_DEFAULT_H

#include "disks/guest.h"
#include "kernels/survey.h"

/* Zero it before the first call. Each attempt replaces the previous one's. */
struct default_kernel {
	struct plan plan;     /* the original plan, with the chosen entry */
	struct survey survey; /* owns the entry's strings */
};

/*
 * If @g's plan has no entry, point it to c->plan, which has the default kernel's: that of the root
 * named by the plan, or of the only root, as domUloader list marks it.
 * Errors: step "default.kernel": -ENOENT if there is no kernel, -ENOTUNIQ if the choice is
 * ambiguous: the detail lists the entries; those of survey.h
 */
int default_kernel(struct guest *g, struct default_kernel *c, struct err *e);

void default_kernel_done(struct default_kernel *c);

#endif
