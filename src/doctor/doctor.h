/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor - what this host supports, what is missing, and how to fix it */
#ifndef DOMU_DOCTOR_DOCTOR_H
#define DOMU_DOCTOR_DOCTOR_H

#include "base/err.h"
#include "plan/options.h"

/*
 * Examine this host and print what it supports. Directories and the list of filesystems are those
 * of @o. What only root can find out is reported as such.
 * Returns: EXIT_DONE if the main job can run here, else EXIT_FAILED; a negative errno if that is
 * unknown
 */
int doctor(const struct options *o, struct err *e);

#endif
