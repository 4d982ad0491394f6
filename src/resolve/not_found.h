/* SPDX-License-Identifier: GPL-2.0-or-later */
/* not_found - how a path that was not found may have been meant */
#ifndef DOMU_RESOLVE_NOT_FOUND_H
#define DOMU_RESOLVE_NOT_FOUND_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Adds to the detail of @e, which says that @guest_path was not found in a tree, how it may have
 * been meant: slips in its spelling; and if @is_part, so that the tree is the one filesystem that
 * the entry names, a path that begins at the guest's root. Nothing is added to other errors.
 */
void not_found_explain(int tree_fd, bool is_part, const char *guest_path, struct err *e);

#endif
