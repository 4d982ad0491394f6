/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mnt - libmount: a mount namespace of our own, read-only mounts in it, and the lines of a guest's
 * fstab
 */
#ifndef DOMU_FS_MNT_H
#define DOMU_FS_MNT_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"

/*
 * Mounts a tmpfs of mode 0700 on @target, an existing directory. Step "mnt.tmpfs"; the undo is
 * "mnt.umount".
 */
int mnt_tmpfs(struct scope *s, const char *target, struct err *e);

struct mnt_where {
	const char *place;  /* an empty directory of ours: the mount is made there, and moved */
	const char *target; /* the directory that gets it, or its descriptor in /proc/self/fd */
	const char *path;   /* that directory by a path that stays true, for the undo */
};

/*
 * Mounts @dev with exactly @fstype and @options (both ours, nothing is added) on @where->target. No
 * mount helper is run and no mtab or utab is written. The detail is libmount's own explanation.
 * Errors: step "mnt.mount" if the kernel refuses the filesystem, "mnt.place" if libmount or
 * @where->place fails, "mnt.move" if the mount cannot be moved. The undo is "mnt.umount".
 */
int mnt_filesystem(struct scope *s, const struct blkdev *dev, const char *fstype,
	const char *options, const struct mnt_where *where, struct err *e);

/* Whether such an error is a failure of ours, and says nothing of the filesystem. */
bool mnt_is_ours(const struct err *e);

/*
 * Calls @line for each entry of the fstab in @fd (a regular file, which is read from its start),
 * fields unescaped; lines that make no sense are skipped. More than 1 MiB is -EFBIG. Step
 * "mnt.fstab".
 */
typedef void (*mnt_fstab_fn)(
	void *arg, const char *source, const char *target, const char *fstype, const char *options);
int mnt_fstab(int fd, mnt_fstab_fn line, void *arg, const char *subject, struct err *e);

#endif
