/* SPDX-License-Identifier: GPL-2.0-or-later */
/* volume - a partition, disk or logical volume: its superblock, and a device for it */
#ifndef DOMU_DISKS_VOLUME_H
#define DOMU_DISKS_VOLUME_H

#include "disks/partition.h"

/*
 * Call @each for every partition, every disk without a table and every logical volume. Results as
 * for partition_each().
 */
int volume_each(struct guest *g, volume_fn each, void *arg, struct err *e);

/*
 * Read the volume's superblock, on first use.
 * Returns: 1, or 0 if libblkid recognizes nothing
 */
int volume_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);

/* Map the volume to a device of exactly its size, on first use. The world scope owns it. */
int volume_map(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e);

/*
 * Whether a volume is one contiguous range of one disk. If so, return the disk and the start in
 * bytes. A logical volume may have several segments.
 */
bool volume_is_one_piece(const struct guest *g, const struct volume *v,
	const struct disk **ret_disk, uint64_t *ret_start);

#endif
