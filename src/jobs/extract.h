/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract - kernel, initrds, modules and other files, by the names that they bear in the guest */
#ifndef DOMU_JOBS_EXTRACT_H
#define DOMU_JOBS_EXTRACT_H

#include "answer/manifest.h"
#include "disks/guest.h"
#include "kernels/default.h"
#include "publish/stage.h"

struct extracted {
	struct default_kernel choice;
	struct manifest manifest;
	struct stage *stage; /* in the outputs scope; NULL: not begun, or for standard output */
	int stdout_fd;	     /* the one file, for standard output */
};

/*
 * Everything that the plan wants of the guest, into a new stage or a memfd. Without an entry, the
 * guest's default kernel is taken. Steps "extract.*".
 */
int extract_all(struct guest *g, struct scope *outputs, struct extracted *x, struct err *e);

/* Whether both are the same bytes under the same names. */
bool extract_is_same(const struct manifest *a, const struct manifest *b);

void extract_done(struct extracted *x);

#endif
