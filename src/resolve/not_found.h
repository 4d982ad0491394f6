/* SPDX-License-Identifier: GPL-2.0-or-later */
/* not_found - suggest what a path that does not exist should be */
#ifndef DOMU_RESOLVE_NOT_FOUND_H
#define DOMU_RESOLVE_NOT_FOUND_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Add suggestions to the detail of an error about a path that does not exist: typing mistakes, and
 * a path that starts at the guest's root.
 * @is_part: the tree is only the filesystem that the entry names
 * @e: unchanged if it is another error
 */
void not_found_explain(int tree_fd, bool is_part, const char *guest_path, struct err *e);

#endif
