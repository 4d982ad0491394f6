/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mountpoint - find the fstab line that is mounted on a directory of the tree */
#ifndef DOMU_RESOLVE_MOUNTPOINT_H
#define DOMU_RESOLVE_MOUNTPOINT_H

#include "mount/tree.h"

/*
 * Find the guest's fstab line that is mounted on the directory @dir_fd (O_PATH), whose canonical
 * path is @guest_dir.
 * Symlinks in a target are followed in the tree as mounted so far, as the guest's own mount would
 * do. Symlinks on filesystems off the way to the file are not seen. A target equal to @guest_dir
 * wins; otherwise the last line that leads there.
 * Returns: the line, owned by @t, or NULL if there is none
 */
const struct fstab_mount *mountpoint_line(struct tree *t, const char *guest_dir, int dir_fd);

#endif
