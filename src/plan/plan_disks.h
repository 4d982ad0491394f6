/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_disks - the plan's disks, and the guest's names for them */
#ifndef DOMU_PLAN_PLAN_DISKS_H
#define DOMU_PLAN_PLAN_DISKS_H

#include "plan/plan.h"

/*
 * Add the disks of DISK, --disks and --disk to the plan, in the guest's order. p->job and the entry
 * must be set.
 * Errors: steps "plan.disks", "plan.names"
 */
int plan_disks(const struct options *o, struct plan *p, struct err *e);

#endif
