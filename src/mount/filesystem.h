/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filesystem - a filesystem about to be mounted: its devices, and what is known about it */
#ifndef DOMU_MOUNT_FILESYSTEM_H
#define DOMU_MOUNT_FILESYSTEM_H

#include "disks/volume.h"
#include "guest/fsstate.h"
#include "mount/tree.h"

/* What to mount where. */
struct mount_request {
	const struct volume *volume;
	const char *target; /* the directory, or /proc/self/fd/N of it */
	const char *path;   /* the directory's path, for the undo; stays valid */
	const char *subvol; /* "", or one "subvol=..." or "subvolid=..."; btrfs only */
	bool subvol_named;  /* the operator named it: refuse a filesystem without subvolumes */
};

#define MEMBERS_MAX 16 /* other devices of one btrfs */

struct filesystem {
	struct guest *g;
	const struct mount_request *rq;
	struct blkdev dev;
	struct blkdev member[MEMBERS_MAX]; /* a btrfs's other devices */
	unsigned int n_members;
	struct superblock sb;
	struct fsstate state;
	char subject[VOLUME_SUBJECT_MAX];
};

#endif
