/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_disks - the disks that the command line names, and what the guest calls them */
#ifndef DOMU_PLAN_PLAN_DISKS_H
#define DOMU_PLAN_PLAN_DISKS_H

#include "plan/plan.h"

/*
 * plan_make()'s part: DISK, --disks and --disk, in the order in which they are the guest's; @p has
 * its job and its entry. Steps "plan.disks", "plan.names".
 */
int plan_disks(const struct options *o, struct plan *p, struct err *e);

#endif
