/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elsewhere - find the entry or root that has files that were not found */
#ifndef DOMU_SOURCE_ELSEWHERE_H
#define DOMU_SOURCE_ELSEWHERE_H

#include "disks/guest.h"

/* Whether the error is a file of the plan's entry that does not exist. */
bool elsewhere_may_help(const struct plan *p, const struct err *e);

/*
 * Search other places for all files of the entry, and add to the error's detail what to change.
 * @g: has not entered a tree
 * @e: unchanged if the files are not found or the search fails
 */
void elsewhere_explain(struct guest *g, struct err *e);

#endif
