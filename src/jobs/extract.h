/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract - extract kernel, initrds, modules and files, under their names in the guest */
#ifndef DOMU_JOBS_EXTRACT_H
#define DOMU_JOBS_EXTRACT_H

#include "answer/manifest.h"
#include "disks/guest.h"
#include "kernels/default.h"
#include "publish/stage.h"

struct extracted {
	struct default_kernel choice;
	struct manifest manifest;
	struct stage *stage; /* owned by the outputs scope; NULL: not started, or --stdout */
	int stdout_fd;	     /* memfd with the one file, for --stdout */
};

/*
 * Extract all that the plan names into a new staging directory, or into a memfd for --stdout.
 * Without an entry, the guest's default kernel is used. A repeated call discards the earlier
 * result.
 * Errors: -EEXIST, step "extract.name", if two files would get one name; steps "extract.*",
 * "stage.*", "tree.*", those of default.h and source.h
 */
int extract_all(struct guest *g, struct scope *outputs, struct extracted *x, struct err *e);

/* Whether both list the same names with the same digests. */
bool extract_is_same(const struct manifest *a, const struct manifest *b);

void extract_done(struct extracted *x);

#endif
