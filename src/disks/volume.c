/* SPDX-License-Identifier: GPL-2.0-or-later */
/* volume - a partition, disk or logical volume: its superblock, and a device for it */
#include "disks/volume.h"

#include "base/log.h"
#include "disks/lvm.h"

int volume_each(struct guest *g, volume_fn each, void *arg, struct err *e)
{
	int r = partition_each(g, each, arg, e);

	return r == 0 ? lvm_each(g, each, arg, e) : r;
}

int volume_superblock(
	struct guest *g, const struct volume *v, const struct superblock **ret, struct err *e)
{
	return v->lv ? lvm_superblock(g, v, ret, e) : partition_superblock(g, v, ret, e);
}

int volume_map(struct guest *g, const struct volume *v, struct blkdev *ret, struct err *e)
{
	char subject[VOLUME_SUBJECT_MAX];
	int r = v->lv ? lvm_map(g, v, ret, e)
		      : partition_map(g, g->mapper, g->world, v, &v->disk->maps, ret, e);

	if (r >= 0 && v->part) /* lvm_map() prints a logical volume's */
		log_verbose("%s is %s", volume_subject(v, subject, sizeof(subject)), ret->node);
	return r;
}

bool volume_is_one_piece(const struct guest *g, const struct volume *v,
	const struct disk **ret_disk, uint64_t *ret_start)
{
	if (v->lv)
		return lvm_is_one_piece(g, v->lv, ret_disk, ret_start);
	*ret_disk = v->disk;
	*ret_start = v->part ? v->part->start : 0;
	return true;
}
