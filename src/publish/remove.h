/* SPDX-License-Identifier: GPL-2.0-or-later */
/* remove - remove a directory tree */
#ifndef DOMU_PUBLISH_REMOVE_H
#define DOMU_PUBLISH_REMOVE_H

#include "base/err.h"

#define TREE_DEPTH_MAX 64

/*
 * Remove @name in @dir_fd, a file or a directory with its contents. Symlinks are not followed, and
 * other filesystems are not entered. Returns 0 if absent.
 * Errors: step "remove.tree": -EXDEV at a mount point, -ELOOP below TREE_DEPTH_MAX directories
 */
int remove_tree(int dir_fd, const char *name, struct err *e);

#endif
