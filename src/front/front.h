/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * front - the process that the toolstack started: it waits, writes the answer, and never touches a
 * device
 */
#ifndef DOMU_FRONT_FRONT_H
#define DOMU_FRONT_FRONT_H

#include "front/output.h"
#include "plan/plan.h"

/*
 * Starts the keeper, waits for it with the clock, and writes the answer to @out. Whatever ends the
 * run early (a signal, --timeout, a keeper that is killed), everything is undone when this returns,
 * or the error says what is not. *ret_unclean is the number of undos that failed. Steps "front.*".
 */
int front_run(const struct plan *p, struct output *out, unsigned int *ret_unclean, struct err *e);

#endif
