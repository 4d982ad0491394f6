/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prove - a disk that somebody else may be writing to is extracted until two extractions agree */
#ifndef DOMU_RUN_PROVE_H
#define DOMU_RUN_PROVE_H

#include "run/fetch.h"

/*
 * One whole extraction, from a fresh attach to the teardown; says in @f whether it settles the
 * matter.
 */
typedef int (*prove_extract_fn)(void *arg, struct fetched *f, struct err *e);

/*
 * A disk that nobody writes to is extracted once. Of one in use a single extraction proves nothing:
 * a copy-on-write layer is no point in time while the guest writes underneath, and gives wrong
 * bytes without an error. So it is repeated, within a bound, until two in a row give the same bytes
 * (or the same failure); else -EBUSY, step "prove.unsteady".
 */
int prove_extract(prove_extract_fn extract, void *arg, struct fetched *f, struct err *e);

#endif
