/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs - which devices the kernel put together to one filesystem */
#ifndef DOMU_SYS_BTRFS_H
#define DOMU_SYS_BTRFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/scope.h"

/*
 * The kernel finds the members of a btrfs by its fsid among all devices that were ever scanned, the
 * host's included. Checks that each member of the filesystem mounted at @dir is one for which
 * @ours() is true: else -EXDEV, step "btrfs.members", the detail names the stranger.
 */
typedef bool (*btrfs_ours_fn)(void *arg, dev_t rdev);
int btrfs_check_members(
	const char *dir, btrfs_ours_fn ours, void *arg, const char *subject, struct err *e);

/*
 * Before Linux 6.7 the kernel mounts one btrfs of an fsid at a time. There this waits until no
 * other run of ours has one of @fsid mounted, and keeps others waiting until @s ends; elsewhere it
 * does nothing. The lock is a byte of /dev/btrfs-control: it is nobody else's, ends with its owner,
 * and leaves nothing. -EINTR when @cancel_fd (or -1) becomes readable. Step "btrfs.lock".
 */
int btrfs_lock(struct scope *s, const char *fsid, int cancel_fd, struct err *e);

/*
 * Has the kernel forget that @node was ever a member of a btrfs; a device that it doesn't know is
 * no error. Step "btrfs.forget".
 */
int btrfs_forget(const char *node, struct err *e);

#endif
