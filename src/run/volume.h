/* SPDX-License-Identifier: GPL-2.0-or-later */
/* volume - what may hold a filesystem: its name, its superblock, a device of its own */
#ifndef DOMU_RUN_VOLUME_H
#define DOMU_RUN_VOLUME_H

#include "run/guest.h"

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
int volume_each_partition(struct guest *g, volume_fn each, void *arg, struct err *e);

/* Where on its disk it lies, in bytes; a logical volume's start is 0. */
void volume_extent(const struct volume *v, uint64_t *ret_start, uint64_t *ret_size);

/*
 * What is known of the superblock there, read once. 1 known, 0 nothing there that libblkid knows.
 */
int volume_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e);

/*
 * The device that holds exactly this volume, made where there is none yet; it is the world scope's.
 * The other one says itself which mapper makes it, of a partition or a disk, and whose it is.
 */
int volume_map(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e);
int volume_map_with(struct guest *g, const struct mapper *mapper, struct scope *s,
	const struct volume *v, struct maps *maps, struct blkdev *ret, struct err *e);

/* Whether it is one piece of one disk, and then where: a logical volume may be more. */
bool volume_is_one_piece(const struct guest *g, const struct volume *v,
	const struct disk **ret_disk, uint64_t *ret_start);

/*
 * True for a failure that speaks against a volume only (it can't be probed, mapped or mounted),
 * and not against this host or the whole run: a search goes on with the next one.
 */
bool volume_is_to_blame(const struct err *e);

#endif
