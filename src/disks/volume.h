/* SPDX-License-Identifier: GPL-2.0-or-later */
/* volume - what may hold a filesystem: its name, its superblock, a device of its own */
#ifndef DOMU_DISKS_VOLUME_H
#define DOMU_DISKS_VOLUME_H

#include "disks/partition.h"

/*
 * Calls @each for every partition, disk without one, and logical volume: partition_each().
 */
int volume_each(struct guest *g, volume_fn each, void *arg, struct err *e);

/*
 * What is known of the superblock there, read once. 1 known, 0 nothing there that libblkid knows.
 */
int volume_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);

/*
 * The device that holds exactly this volume, made where there is none yet; it is the world scope's.
 */
int volume_map(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e);

/* Whether it is one piece of one disk, and then where: a logical volume may be more. */
bool volume_is_one_piece(const struct guest *g, const struct volume *v,
	const struct disk **ret_disk, uint64_t *ret_start);

#endif
