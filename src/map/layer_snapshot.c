/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer_snapshot - layer by device-mapper's snapshot target, with a store in memory */
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/step.h"
#include "block/dm.h"
#include "block/dm_make.h"
#include "block/loopdev.h"
#include "fs/xfs.h"
#include "map/layer.h"
#include "sys/host.h"

/* The target may be a module, loaded on first use. */
static int layer_snapshot_usable(char *why, size_t size)
{
	if (!dm_available(why, size))
		return 0;
	if (dm_has_target("snapshot") || host_module("dm-snapshot"))
		return 1;
	snprintf(why, size, "the kernel has no snapshot target (CONFIG_DM_SNAPSHOT)");
	return 0;
}

/* A sparse file without a name, which ends with its last descriptor. */
static int make_store(struct scope *s, const struct layer_request *rq, int *ret_fd, struct err *e)
{
	int fd = STEP(e, "layer.store", rq->subject, fd_memory("domUloader layer", rq->limit));

	if (fd >= 0 && scope_push_fd(s, "store", fd) < 0)
		return err_set(e, -ENOMEM, "layer.store", "%s", rq->subject);
	*ret_fd = fd;
	return fd;
}

static int layer_snapshot_make(
	struct scope *s, const struct layer_request *rq, struct blkdev *ret, struct err *e)
{
	struct loopdev_request loop = {
		.subject = rq->subject, .sector_size = 512, .tag = rq->tag, .writable = true};
	struct blkdev store;
	char name[64];
	int r = make_store(s, rq, &loop.backing_fd, e);

	if (r >= 0)
		r = loopdev_attach(s, &loop, &store, e);
	if (r < 0)
		return r;
	snprintf(name, sizeof(name), "%s-domu-layer", strrchr(store.node, '/') + 1);
	r = dm_snapshot(s, name, rq->origin, &store, ret, e);
	return r < 0 ? r : xfs_never_retry(s, ret->node, e);
}

const struct layer layer_snapshot = {
	.name = "device-mapper",
	.help = "a device-mapper snapshot over memory",
	.device_mapper = true,
	.usable = layer_snapshot_usable,
	.make = layer_snapshot_make,
	.overflowed = dm_snapshot_overflowed,
};
