/* SPDX-License-Identifier: GPL-2.0-or-later */
/* remove - a directory and all that is in it, away */
#ifndef DOMU_PUBLISH_REMOVE_H
#define DOMU_PUBLISH_REMOVE_H

#include "base/err.h"

#define TREE_DEPTH_MAX 64

/*
 * Removes @name in @dir_fd, whatever it is, with what is in it; no symbolic link is followed, no
 * other filesystem entered. Nothing there is no failure. Step "remove.tree".
 */
int remove_tree(int dir_fd, const char *name, struct err *e);

#endif
