/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btrfs_devices - find a btrfs's devices among the guest's, and register them only while mounted */
#include "mount/btrfs_devices.h"

#include <stdlib.h>
#include <string.h>

#include "base/step.h"
#include "disks/lvm.h"
#include "disks/volume.h"
#include "fs/btrfs.h"

/* ---- finding them ---- */

static bool is_itself(const struct filesystem *c, const struct volume *v)
{
	return volume_is_same(v, c->rq->volume);
}

static int btrfs_devices_consider(struct guest *g, const struct volume *v, void *arg, struct err *e)
{
	struct filesystem *c = arg;
	const struct superblock *sb;
	struct err why = {0};
	int r;

	if (is_itself(c, v))
		return 0;
	r = volume_superblock(g, v, &sb, &why);
	if (r < 0 && !volume_is_to_blame(&why)) {
		*e = why;
		return r;
	}
	if (r <= 0 || strcmp(sb->type, "btrfs") != 0 || strcmp(sb->guest_uuid, c->sb.guest_uuid))
		return 0;
	if (c->n_members == MEMBERS_MAX)
		return FAIL(e, -E2BIG, "btrfs.count", "%s", c->subject);
	r = volume_map(g, v, &c->member[c->n_members], e);
	if (r < 0)
		return r;
	c->n_members++;
	return 0;
}

int btrfs_devices_gather(struct filesystem *c, struct err *e)
{
	int r = partition_each(c->g, btrfs_devices_consider, c, e);

	if (r == 0 && c->n_members + 1 < c->state.members)
		r = lvm_each(c->g, btrfs_devices_consider, c, e);
	if (r < 0 || c->n_members + 1 == c->state.members)
		return r;
	FAIL(e, c->n_members + 1 < c->state.members ? -ENXIO : -ENOTUNIQ, "btrfs.count", "%s",
		c->subject);
	return err_detail(e,
		"it is a btrfs of %u devices, and the guest's disks have %u with its UUID",
		c->state.members, c->n_members + 1);
}

/* ---- registering them ---- */

struct registration {
	struct undo undo;
	char node[32];
};

static int registration_undo(struct undo *u, struct err *e)
{
	return btrfs_forget(container_of(u, struct registration, undo)->node, e);
}

static void registration_free(struct undo *u)
{
	free(container_of(u, struct registration, undo));
}

static int register_device(struct scope *s, const struct blkdev *dev, struct err *e)
{
	struct registration *reg = calloc(1, sizeof(*reg));

	if (!reg)
		return err_set(e, -ENOMEM, "btrfs.forget", "%s", dev->node);
	memcpy(reg->node, dev->node, sizeof(reg->node));
	scope_push(s, &reg->undo, reg->node, registration_undo, registration_free);
	return btrfs_forget(reg->node, e);
}

/* The first device is registered by the mount itself. */
int btrfs_devices_register(struct scope *s, const struct filesystem *c, struct err *e)
{
	int r = register_device(s, &c->dev, e);

	for (unsigned int i = 0; r >= 0 && i < c->n_members; i++) {
		r = register_device(s, &c->member[i], e);
		if (r >= 0)
			r = btrfs_scan(c->member[i].node, e);
	}
	return r;
}

static bool btrfs_devices_is_ours(const void *arg, dev_t rdev)
{
	const struct filesystem *c = arg;

	for (unsigned int i = 0; i < c->n_members; i++)
		if (c->member[i].rdev == rdev)
			return true;
	return c->dev.rdev == rdev;
}

int btrfs_devices_check(const struct filesystem *c, struct err *e)
{
	return btrfs_check_members(c->rq->path, btrfs_devices_is_ours, c, c->subject, e);
}
