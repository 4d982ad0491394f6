/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - what this host can do, what it lacks, and what would mend it */
#ifndef DOMU_DOCTOR_DOCTOR_H
#define DOMU_DOCTOR_DOCTOR_H

#include <stdio.h>

#include "plan/options.h"
#include "plan/plan.h"

enum doctor_format { DOCTOR_TEXT, DOCTOR_JSON };

/*
 * Looks at the host and writes what it found to @to. The directories and the list of filesystems
 * are those of @o. What can't be asked (without root) is told as such. Returns 1 when the main job
 * can run here, 0 when not, negative errno when that can't be told.
 */
int doctor(const struct options *o, enum doctor_format format, FILE *to, struct err *e);

#endif
