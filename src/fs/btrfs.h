/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs - btrfs: members, locks between runs, forgetting devices, subvolumes */
#ifndef DOMU_FS_BTRFS_H
#define DOMU_FS_BTRFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/scope.h"

/*
 * Check that each member of the btrfs mounted at @dir belongs to the guest. The kernel searches for
 * members by fsid among all devices ever scanned, including the host's.
 * @ours: tests whether a device is the guest's
 * Returns: 0, or a negative errno; step "btrfs.members"
 * Errors: -EXDEV if a member is not the guest's; the detail names it
 */
typedef bool (*btrfs_ours_fn)(const void *arg, dev_t rdev);
int btrfs_check_members(
	const char *dir, btrfs_ours_fn ours, const void *arg, const char *subject, struct err *e);

/*
 * Test whether the kernel can mount several btrfs of one fsid at a time, as of cloned disks: since
 * Linux 6.7.
 */
bool btrfs_takes_clones(void);

/*
 * Lock @fsid against other runs until @s ends; wait for a run that holds the lock.
 * Hold it over each mount: the kernel remembers one device for an fsid that is not mounted, and
 * since Linux 6.17 others may get between scanning and opening it. If the kernel cannot mount
 * clones, hold it as long as the filesystem is mounted.
 * The lock is on a byte of /dev/btrfs-control: no other program uses it, it ends with its owner and
 * leaves nothing behind.
 * @cancel_fd: cancels the wait when readable; -1 for none
 * Returns: 0, or a negative errno, -EINTR if cancelled; step "btrfs.lock"
 */
int btrfs_lock(struct scope *s, const char *fsid, int cancel_fd, struct err *e);

/*
 * Make the kernel forget that @node was a member of a btrfs. Call it after each mount, and before:
 * the kernel remembers a killed run's device of the same number. If that fsid is mounted elsewhere,
 * it takes the new device for the old one (EINVAL, seen with Linux 6.18).
 * Returns: 0, also for an unknown device, or a negative errno; step "btrfs.forget"
 */
int btrfs_forget(const char *node, struct err *e);

/*
 * Register @node with the kernel as a device of a btrfs.
 * Returns: >= 0, or a negative errno; step "btrfs.scan"
 */
int btrfs_scan(const char *node, struct err *e);

/*
 * List the subvolumes directly in a directory, sorted, up to BTRFS_SUBVOLUMES_MAX; distributions
 * have theirs in the top level.
 */
#define BTRFS_SUBVOLUMES_MAX 128
struct btrfs_subvolumes {
	unsigned int n;
	bool more;
	char guest_name[BTRFS_SUBVOLUMES_MAX][NAME_MAX + 1];
};
void btrfs_subvolumes(int dir_fd, struct btrfs_subvolumes *ret);

/* Format the subvolumes in @dir for a message: "'@', '@home'". */
void btrfs_list(const char *dir, char *to, size_t size);

#endif
