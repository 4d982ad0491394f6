/* SPDX-License-Identifier: GPL-2.0-or-later */
/* partition - a disk's partitions, or the whole disk if it has no table */
#ifndef DOMU_DISKS_PARTITION_H
#define DOMU_DISKS_PARTITION_H

#include "disks/guest.h"

#define VOLUME_SUBJECT_MAX (VOLUME_NAME_MAX + 200)

/* Name a volume for messages: "xvda2 on '/srv/guest.img'". Returns @to. */
const char *volume_subject(const struct volume *v, char *to, size_t size);

/* The volume of a partition of the disk's table, or of the whole disk if @part is NULL. */
struct volume volume_of_disk(struct disk *d, const struct part *part);

bool volume_is_same(const struct volume *a, const struct volume *b);

/*
 * Call @each for every partition of every disk, and for each disk without a table. Stops at the
 * first result that is not 0. Logical volumes: see lvm_each().
 * Returns: that result, or 0
 */
typedef int (*volume_fn)(struct guest *g, const struct volume *v, void *arg, struct err *e);
int partition_each(struct guest *g, volume_fn each, void *arg, struct err *e);

/* A volume's start on its disk and its size, in bytes. The start of a logical volume is 0. */
void volume_extent(const struct volume *v, uint64_t *ret_start, uint64_t *ret_size);

/*
 * Read a volume's superblock, on first use.
 * superblock_once() does this for callers with a reader and a cache (@known) of their own.
 * Returns: 1, or 0 if libblkid recognizes nothing
 */
int partition_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);
typedef int (*superblock_read_fn)(
	struct guest *g, const struct volume *v, struct superblock *ret, struct err *e);
int superblock_once(struct superblock **known, superblock_read_fn read, struct guest *g,
	const struct volume *v, const struct superblock **ret, struct err *e);

/*
 * Map a partition or whole disk to a device with @mapper, unless @maps has it already. The undo
 * goes on @s.
 */
int partition_map(struct guest *g, const struct mapper *mapper, struct scope *s,
	const struct volume *v, struct maps *maps, struct blkdev *ret, struct err *e);

/*
 * Whether an error is due to the volume alone (it cannot be probed, mapped or mounted). Then a
 * search continues with the next one; otherwise it fails.
 */
bool volume_is_to_blame(const struct err *e);

#endif
