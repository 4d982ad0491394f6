/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvm - find the logical volumes on the guest's disks, on first use */
#ifndef DOMU_DISKS_LVM_H
#define DOMU_DISKS_LVM_H

#include "disks/partition.h"

/*
 * Call @each for every logical volume on the guest's physical volumes, including those that
 * lvm_map() would refuse. Stops at the first result that is not 0. If there is no physical volume,
 * lvm is not run.
 * Returns: that result, or 0
 * Errors: steps "lvm.*"
 */
int lvm_each(struct guest *g, volume_fn each, void *arg, struct err *e);

/*
 * Map the logical volume to a device, on first use.
 * Errors: -EOPNOTSUPP, step "lvm.kind", if it is neither linear nor striped; -ENXIO, step
 * "lvm.missing", if one of its physical volumes is missing; -ENXIO, step "lvm.range", if an area
 * lies beyond the end of one; those of the mapper
 */
int lvm_map(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e);

/*
 * Whether a logical volume is one contiguous range of one disk. If so, return the disk and the
 * start in bytes. The volume must have been mapped by lvm_map().
 */
bool lvm_is_one_piece(const struct guest *g, const struct lvm_lv *lv, const struct disk **ret_disk,
	uint64_t *ret_start);

/* volume_superblock() for a logical volume. */
int lvm_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);

/*
 * Check whether a partition or disk is a physical volume.
 * Returns: 1 if it is, 0 if not or if it cannot be read; a negative errno only if the volume is not
 * the cause
 */
int lvm_is_member(struct guest *g, const struct volume *v, struct err *e);

#endif
