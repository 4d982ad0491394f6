/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_hold - hold and remove our device-mapper maps */
#include "block/dm_hold.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/own.h"
#include "base/step.h"
#include "block/dmtask.h"

struct held {
	struct undo undo;
	char name[128];
	int fd;
};

/* Returns 1 and the map's number if it exists, 0 if not. */
static int query(const char *name, struct dm_info *info)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_INFO, name);
	int r = dmt ? dmtask_run(dmt) : -ENOMEM;

	if (r == -ENXIO)
		return 0;
	if (r < 0)
		return r;
	if (!dm_task_get_info(dmt, info))
		return -EIO;
	return info->exists ? 1 : 0;
}

/* Always deferred: it is removed now, or when its last user closes it. */
static int remove_map(const char *name)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_REMOVE, name);
	int r;

	if (!dmt || !dm_task_deferred_remove(dmt))
		return -ENOMEM;
	r = dmtask_run(dmt);
	return r == -ENXIO ? 0 : r;
}

static int remove_and_verify(const char *name)
{
	struct dm_info info;
	int r = remove_map(name);

	if (r < 0)
		return r;
	r = query(name, &info);
	return r == 1 ? -EBUSY : r;
}

static int held_undo(struct undo *u, struct err *e)
{
	struct held *h = container_of(u, struct held, undo);
	int r;

	fd_close(&h->fd);
	r = STEP_OURS(e, "dm.remove", h->name, remove_and_verify(h->name));
	if (r < 0 && *dmtask_words())
		err_detail(e, "%s", dmtask_words());
	return r;
}

static void held_free(struct undo *u)
{
	struct held *h = container_of(u, struct held, undo);

	fd_close(&h->fd);
	free(h);
}

static void held_by_hand(struct undo *u, char *to, size_t size)
{
	snprintf(to, size, "dmsetup remove %s", u->name);
}

static int info_of(const char *name, struct dm_info *info)
{
	int r = query(name, info);

	return r == 0 ? -ENXIO : r;
}

/* By device number, since udev manages the names in /dev/mapper. */
static int open_node(const char *node, dev_t rdev)
{
	own_fd int fd = open(node, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISBLK(st.st_mode) || st.st_rdev != rdev)
		return -ENODEV;
	return TAKE_FD(fd);
}

static int open_map(struct held *h, const struct dm_map *map, struct blkdev *ret, struct err *e)
{
	struct dm_info info;
	int r = STEP_OURS(e, "dm.info", map->name, info_of(map->name, &info));

	if (r < 0)
		return r;
	*ret = (struct blkdev){.backing_fd = -1, .rdev = makedev(info.major, info.minor)};
	snprintf(ret->node, sizeof(ret->node), "/dev/dm-%u", info.minor);
	h->fd = STEP_OURS(e, "dm.open", ret->node, open_node(ret->node, ret->rdev));
	if (h->fd < 0)
		return h->fd;
	ret->fd = h->fd;
	return 0;
}

static struct held *held_push(struct scope *s, const char *name)
{
	struct held *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->fd = -1;
	snprintf(h->name, sizeof(h->name), "%s", name);
	h->undo.by_hand = held_by_hand;
	scope_push(s, &h->undo, h->name, held_undo, held_free);
	return h;
}

int dm_hold(struct scope *s, const struct dm_map *map, struct blkdev *ret, struct err *e)
{
	struct held *h = held_push(s, map->name);
	struct blkdev dev;
	int r;

	if (!h)
		return err_set(e, -ENOMEM, "dm.open", "%s", map->name);
	/* The map exists: on a failure from here on, the undo removes it. */
	r = open_map(h, map, &dev, e);
	if (r >= 0)
		r = STEP_OURS(e, "dm.defer", map->name, remove_map(map->name));
	if (r >= 0)
		r = blkdev_geometry(dev.fd, dev.node, &dev.size, &dev.sector_size, e);
	if (r < 0)
		return r;
	*ret = dev;
	return 0;
}

int dm_adopt(struct scope *s, const char *name, struct err *e)
{
	return held_push(s, name) ? 0 : err_set(e, -ENOMEM, "dm.remove", "%s", name);
}

int dm_remove(const char *name, struct err *e)
{
	return STEP_OURS(e, "dm.reap", name, remove_map(name));
}
