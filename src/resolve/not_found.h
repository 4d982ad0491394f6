/* SPDX-License-Identifier: GPL-2.0-or-later */
/* not_found - where a path was meant that is not on the filesystem that the entry names */
#ifndef DOMU_RESOLVE_NOT_FOUND_H
#define DOMU_RESOLVE_NOT_FOUND_H

#include "base/err.h"

/*
 * Adds to the detail of @e, which says that @guest_path was not found, in a tree whose
 * paths begin at the one filesystem that the entry names; no fstab is followed, and the path may
 * have been meant otherwise. Nothing is added where that is not the reason.
 */
void not_found_explain(int tree_fd, const char *guest_path, struct err *e);

#endif
