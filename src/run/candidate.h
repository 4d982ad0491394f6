/* SPDX-License-Identifier: GPL-2.0-or-later */
/* candidate - one filesystem on its way: what is known of it, and the devices that are mounted */
#ifndef DOMU_RUN_CANDIDATE_H
#define DOMU_RUN_CANDIDATE_H

#include "guest/fsstate.h"
#include "run/guest.h"
#include "run/mount.h"
#include "run/volume.h"

#define MEMBERS_MAX 16 /* devices of one btrfs */

struct candidate {
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
