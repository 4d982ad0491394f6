/* SPDX-License-Identifier: GPL-2.0-or-later */
/* front - the process that the toolstack starts: waits for the keeper and writes the result */
#ifndef DOMU_FRONT_FRONT_H
#define DOMU_FRONT_FRONT_H

#include "front/output.h"
#include "plan/plan.h"

/*
 * Start the keeper, wait for it, and write the result to @out. Never touches a device.
 * If the run ends early (signal, --timeout, keeper killed), everything is undone when this returns,
 * or the error says what is not.
 * @ret_unclean: number of failed undos
 * Errors: steps "front.*"; those that the keeper reports, and of output_write()
 */
int front_run(const struct plan *p, struct output *out, unsigned int *ret_unclean, struct err *e);

#endif
