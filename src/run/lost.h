/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lost - where a path was meant that is not on the filesystem that the entry names */
#ifndef DOMU_RUN_LOST_H
#define DOMU_RUN_LOST_H

#include "run/guest.h"

/*
 * Adds to the detail of @e, which says that @guest_path was not found: where the entry names a
 * device, the paths begin at its filesystem and no fstab is followed, and the path may have been
 * meant otherwise. Nothing is added where that is not the reason.
 */
void lost_explain(const struct guest *g, const char *guest_path, struct err *e);

#endif
