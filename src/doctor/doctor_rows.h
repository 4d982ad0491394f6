/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_rows - the rows of doctor's table, as they are filled */
#ifndef DOMU_DOCTOR_DOCTOR_ROWS_H
#define DOMU_DOCTOR_DOCTOR_ROWS_H

#include "answer/doctor.h"
#include "plan/options.h"
#include "plan/plan.h"

#define DOCTOR_ROWS_MAX (17 + PLAN_FILESYSTEMS_MAX)
#define DOCTOR_AS_ROOT	"run it as root"

struct doctor {
	const struct options *o;
	bool root; /* has the capabilities that the job needs */
	bool has_dm;
	unsigned int n_mountable;
	struct doctor_row row[DOCTOR_ROWS_MAX];
	size_t n;
};

/*
 * Another row: what was found, and what would mend it (NULL: nothing; it is left away of a row that
 * is DOCTOR_OK).
 */
__attribute__((format(printf, 5, 6))) struct doctor_row *doctor_add(struct doctor *d,
	const char *name, enum doctor_state state, const char *mend, const char *found, ...);

/* The rows of the tools: kpartx, lvm, FUSE and what serves it. */
void doctor_tools(struct doctor *d);

#endif
