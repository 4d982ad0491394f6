/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_rows - the rows of doctor's table, while it is filled */
#ifndef DOMU_DOCTOR_DOCTOR_ROWS_H
#define DOMU_DOCTOR_DOCTOR_ROWS_H

#include "answer/doctor.h"
#include "plan/options.h"
#include "plan/plan.h"

#define DOCTOR_ROWS_MAX (17 + PLAN_FILESYSTEMS_MAX)
#define DOCTOR_AS_ROOT	"run it as root"

struct doctor {
	const struct options *o;
	bool root; /* has the capabilities that a run needs */
	bool has_dm;
	unsigned int n_mountable;
	struct doctor_row row[DOCTOR_ROWS_MAX];
	size_t n;
};

/*
 * Append a row.
 * @fix: how to fix it; NULL if there is no way. Omitted if @state is DOCTOR_OK.
 * @found: what was found; a printf format
 * Returns: the row, owned by @d
 */
__attribute__((format(printf, 5, 6))) struct doctor_row *doctor_add(struct doctor *d,
	const char *name, enum doctor_state state, const char *fix, const char *found, ...);

/* Append the rows of the tools: kpartx, lvm, FUSE and the qemu tools. */
void doctor_tools(struct doctor *d);

#endif
