/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - what this host supports, what is missing, and how to fix it */
#ifndef DOMU_DOCTOR_DOCTOR_H
#define DOMU_DOCTOR_DOCTOR_H

#include "base/err.h"
#include "plan/options.h"

/*
 * Looks at the host and prints what it found. The directories and the list of filesystems are those
 * of @o. What can't be asked (without root) is told as such. Returns the exit code: EXIT_DONE when
 * the main job can run here, else EXIT_FAILED; negative errno when that can't be told.
 */
int doctor(const struct options *o, struct err *e);

#endif
