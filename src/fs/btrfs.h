/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs - which devices the kernel put together to one filesystem */
#ifndef DOMU_FS_BTRFS_H
#define DOMU_FS_BTRFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/scope.h"

/*
 * The kernel finds the members of a btrfs by its fsid among all devices that were ever scanned, the
 * host's included. Checks that each member of the filesystem mounted at @dir is one for which
 * @ours() is true: else -EXDEV, step "btrfs.members", the detail names the stranger.
 */
typedef bool (*btrfs_ours_fn)(const void *arg, dev_t rdev);
int btrfs_check_members(
	const char *dir, btrfs_ours_fn ours, const void *arg, const char *subject, struct err *e);

/*
 * Linux 6.7 and newer have several btrfs of one fsid mounted at a time, as clones on different
 * devices are; before that it is one.
 */
bool btrfs_takes_clones(void);

/*
 * Waits for other runs of ours that hold the lock for @fsid, and keeps others waiting until @s
 * ends. To be held over each mount: the kernel remembers one device for an fsid that is not
 * mounted, and lets others in between scanning and opening it (6.17 and newer). Where the kernel
 * doesn't take clones, to be held as long as it is mounted. The lock is a byte of
 * /dev/btrfs-control: it is nobody else's, ends with its owner, and leaves nothing. -EINTR when
 * @cancel_fd (or -1) becomes readable. Step "btrfs.lock".
 */
int btrfs_lock(struct scope *s, const char *fsid, int cancel_fd, struct err *e);

/*
 * Has the kernel forget that @node was ever a member of a btrfs; a device that it doesn't know is
 * no error. To be asked after each mount, and before it: what a killed run's device of the same
 * number was is remembered, and with the same fsid mounted elsewhere the kernel takes the new one
 * for it (EINVAL, seen with 6.18). Step "btrfs.forget".
 */
int btrfs_forget(const char *node, struct err *e);

/* Tells the kernel that @node is a device of a btrfs. Step "btrfs.scan". */
int btrfs_scan(const char *node, struct err *e);

/*
 * The subvolumes that lie in a directory itself (that of the whole filesystem, where distributions
 * have theirs), the first of them in order.
 */
#define BTRFS_SUBVOLUMES_MAX 128
struct btrfs_subvolumes {
	unsigned int n;
	bool more;
	char guest_name[BTRFS_SUBVOLUMES_MAX][NAME_MAX + 1];
};
void btrfs_subvolumes(int dir_fd, struct btrfs_subvolumes *ret);

/* The same of the directory @dir, for a message: "'@', '@home'". */
void btrfs_list(const char *dir, char *to, size_t size);

#endif
