/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mnt - libmount: read-only mounts in a private mount namespace, and parsing of fstab */
#ifndef DOMU_FS_MNT_H
#define DOMU_FS_MNT_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"

/*
 * Mount a tmpfs of mode 0700 on @target, an existing directory.
 * Returns: >= 0, or a negative errno; step "mnt.tmpfs", undo "mnt.umount"
 */
int mnt_tmpfs(struct scope *s, const char *target, struct err *e);

struct mnt_where {
	const char *place;  /* an empty directory of ours to mount on before moving */
	const char *target; /* the mount target, or its descriptor in /proc/self/fd */
	const char *path;   /* the mount target by a stable path, for the undo */
};

/*
 * Mount @dev with exactly this @fstype and these @options. No mount helper is run and no mtab or
 * utab is written. The detail has libmount's message.
 * Returns: >= 0, or a negative errno; undo "mnt.umount"
 * Errors: step "mnt.mount" if the kernel refuses the filesystem, "mnt.place" if libmount or
 * @where->place fails, "mnt.move" if the mount cannot be moved
 */
int mnt_filesystem(struct scope *s, const struct blkdev *dev, const char *fstype,
	const char *options, const struct mnt_where *where, struct err *e);

/* Test whether an error of mnt_filesystem() is not due to the filesystem. */
bool mnt_is_ours(const struct err *e);

/*
 * Call @line for each entry of an fstab, with unescaped fields. Malformed lines are skipped.
 * @fd: a regular file, read from its start
 * Returns: 0, or a negative errno; step "mnt.fstab"
 * Errors: -EFBIG if it exceeds 1 MiB
 */
typedef void (*mnt_fstab_fn)(
	void *arg, const char *source, const char *target, const char *fstype, const char *options);
int mnt_fstab(int fd, mnt_fstab_fn line, void *arg, const char *subject, struct err *e);

#endif
