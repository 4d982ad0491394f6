/* SPDX-License-Identifier: GPL-2.0-or-later */
/* consistent - read a disk in use until two attempts agree */
#ifndef DOMU_KEEPER_CONSISTENT_H
#define DOMU_KEEPER_CONSISTENT_H

#include "plan/job.h"

/*
 * One complete attempt, from attaching to the teardown. Reports in @reading whether another one is
 * needed.
 */
typedef int (*consistent_try_fn)(void *arg, struct reading *reading, struct err *e);

/*
 * Run @attempt once; if a disk is in use, repeat it until two in a row give the same result or the
 * same failure, at most six times.
 * A single attempt proves nothing on a disk in use: a copy-on-write layer is not a snapshot while
 * the guest writes to the disk below it, and returns wrong data without an error. An attempt that
 * leaves nothing to compare with, such as a dry run, is not repeated.
 * Errors: -EBUSY, step "consistent.unsteady", if no two attempts agree; those of @attempt
 */
int consistent_read(consistent_try_fn attempt, void *arg, struct err *e);

#endif
