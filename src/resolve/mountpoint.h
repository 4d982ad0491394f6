/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mountpoint - where in the tree the lines of the guest's fstab are mounted */
#ifndef DOMU_RESOLVE_MOUNTPOINT_H
#define DOMU_RESOLVE_MOUNTPOINT_H

#include "mount/tree.h"

/*
 * The line of the guest's fstab that is mounted on the directory @dir_fd (O_PATH), whose canonical
 * path is @guest_dir; NULL when there is none. A target that is or holds a symlink is followed in
 * the tree as it is now, which is what the guest's mount does when it comes to that line: links on
 * filesystems that are not on the way to the file are not seen. A target that is @guest_dir itself
 * comes first, then the last line that leads there.
 */
const struct fstab_mount *mountpoint_line(struct tree *t, const char *guest_dir, int dir_fd);

#endif
