/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvm - the logical volumes on the guest's disks, looked for when the request first needs them */
#ifndef DOMU_DISKS_LVM_H
#define DOMU_DISKS_LVM_H

#include "disks/partition.h"

/*
 * Calls @each for every logical volume that lvm reports of the guest's physical volumes (also those
 * that lvm_map() would refuse), until it returns something else than 0, which is returned. Without
 * a physical volume there is none, and nothing is run. Steps "lvm.*".
 */
int lvm_each(struct guest *g, volume_fn each, void *arg, struct err *e);

/*
 * The device that holds the logical volume, made once. What is not linear or striped is
 * -EOPNOTSUPP ("lvm.kind"), what lies on a physical volume that is not there -ENXIO
 * ("lvm.missing"), or beyond the end of one ("lvm.range"); and what the mapper says.
 */
int lvm_map(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e);

/* Of a volume that lvm_map() has mapped: whether it is one piece of one disk, and then where. */
bool lvm_is_one_piece(const struct guest *g, const struct lvm_lv *lv, const struct disk **ret_disk,
	uint64_t *ret_start);

/* As volume_superblock() has it. */
int lvm_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);

/*
 * 1 for a partition or disk that holds a physical volume, 0 for another one, also where it can't be
 * read; negative errno for what is not its own fault.
 */
int lvm_is_member(struct guest *g, const struct volume *v, struct err *e);

#endif
