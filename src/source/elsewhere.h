/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elsewhere - which other entry or root has the files that were not found */
#ifndef DOMU_SOURCE_ELSEWHERE_H
#define DOMU_SOURCE_ELSEWHERE_H

#include "disks/guest.h"

/* Whether @e says that a file of the plan's entry was not found. */
bool elsewhere_may_help(const struct plan *p, const struct err *e);

/*
 * Looks for the entry's files, all of them, where else they may have been meant, and adds to the
 * detail of @e what to change. For a @g that has entered no tree yet. Nothing is added if they are
 * not found, or if looking fails.
 */
void elsewhere_explain(struct guest *g, struct err *e);

#endif
