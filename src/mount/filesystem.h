/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filesystem - one filesystem on its way: what is known of it, and the devices that are mounted */
#ifndef DOMU_MOUNT_FILESYSTEM_H
#define DOMU_MOUNT_FILESYSTEM_H

#include "disks/volume.h"
#include "guest/fsstate.h"
#include "mount/tree.h"

/* Where to mount what. */
struct mount_request {
	const struct volume *volume;
	const char *target; /* the directory, or a descriptor of it in /proc/self/fd */
	const char *path;   /* the directory by a path that stays true, for the undo */
	const char *subvol; /* "", or one "subvol=..." or "subvolid=..."; a btrfs only */
	bool subvol_named;  /* by the operator: what has no subvolumes is refused */
};

#define MEMBERS_MAX 16 /* devices of one btrfs */

struct filesystem {
	struct guest *g;
	const struct mount_request *rq;
	struct blkdev dev;
	struct blkdev member[MEMBERS_MAX]; /* a btrfs' other devices */
	unsigned int n_members;
	struct superblock sb;
	struct fsstate state;
	char subject[VOLUME_SUBJECT_MAX];
};

#endif
