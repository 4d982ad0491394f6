/* SPDX-License-Identifier: GPL-2.0-or-later */
/* consistent - a disk that somebody else may be writing to is read until two tries agree */
#ifndef DOMU_KEEPER_CONSISTENT_H
#define DOMU_KEEPER_CONSISTENT_H

#include "plan/job.h"

/*
 * One whole try, from a fresh attach to the teardown; says in @reading whether it settles the
 * matter.
 */
typedef int (*consistent_try_fn)(void *arg, struct reading *reading, struct err *e);

/*
 * A disk that nobody writes to is read once. Of one in use a single try proves nothing: a
 * copy-on-write layer is no point in time while the guest writes underneath, and gives wrong bytes
 * without an error. So it is repeated, within a bound, until two in a row give the same (or the
 * same failure); else -EBUSY, step "consistent.unsteady". A try that left nothing to compare with,
 * as a dry run's, is not repeated.
 */
int consistent_read(consistent_try_fn attempt, void *arg, struct err *e);

#endif
