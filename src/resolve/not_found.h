/* SPDX-License-Identifier: GPL-2.0-or-later */
/* not_found - explain why a path is missing on the filesystem that the entry names */
#ifndef DOMU_RESOLVE_NOT_FOUND_H
#define DOMU_RESOLVE_NOT_FOUND_H

#include "base/err.h"

/*
 * Extend the detail of @e, an error that @guest_path was not found, if the user may have meant
 * another path: with a device in the entry, paths start at that filesystem and no fstab is
 * followed. Otherwise add nothing.
 */
void not_found_explain(int tree_fd, const char *guest_path, struct err *e);

#endif
