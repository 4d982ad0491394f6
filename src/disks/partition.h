/* SPDX-License-Identifier: GPL-2.0-or-later */
/* partition - the volumes that a disk's table names, and the disk that has none */
#ifndef DOMU_DISKS_PARTITION_H
#define DOMU_DISKS_PARTITION_H

#include "disks/guest.h"

#define VOLUME_SUBJECT_MAX (VOLUME_NAME_MAX + 200)

/* "xvda2 on '/srv/guest.img'" */
const char *volume_subject(const struct volume *v, char *to, size_t size);

/* @part is one of the disk's table, or NULL. */
struct volume volume_of_disk(struct disk *d, const struct part *part);

bool volume_is_same(const struct volume *a, const struct volume *b);

/*
 * Calls @each for every partition of every disk, and for a disk that has none, until it returns
 * something else than 0, which is returned. Logical volumes are lvm_each()'s.
 */
typedef int (*volume_fn)(struct guest *g, const struct volume *v, void *arg, struct err *e);
int partition_each(struct guest *g, volume_fn each, void *arg, struct err *e);

/* Where on its disk it lies, in bytes; a logical volume's start is 0. */
void volume_extent(const struct volume *v, uint64_t *ret_start, uint64_t *ret_size);

/*
 * What is known of the superblock there, read once. 1 known, 0 nothing there that libblkid knows.
 * The other one is for those whose superblock is read and kept in another way.
 */
int partition_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);
typedef int (*superblock_read_fn)(
	struct guest *g, const struct volume *v, struct superblock *ret, struct err *e);
int superblock_once(struct superblock **known, superblock_read_fn read, struct guest *g,
	const struct volume *v, const struct superblock **ret, struct err *e);

/* Its device, or the disk's, made by that mapper, where there is none yet; @s has the undo. */
int partition_map(struct guest *g, const struct mapper *mapper, struct scope *s,
	const struct volume *v, struct maps *maps, struct blkdev *ret, struct err *e);

/*
 * True for a failure that speaks against a volume only (it can't be probed, mapped or mounted),
 * and not against this host or the whole run: a search goes on with the next one.
 */
bool volume_is_to_blame(const struct err *e);

#endif
