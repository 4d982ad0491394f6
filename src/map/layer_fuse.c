/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer_fuse - layer by qemu-storage-daemon and FUSE, for kernels without device-mapper */
#include "block/loopdev.h"
#include "block/qsd.h"
#include "fs/xfs.h"
#include "map/layer.h"

static int layer_fuse_usable(char *why, size_t size)
{
	return qsd_usable(true, why, size);
}

static int layer_fuse_make(
	struct scope *s, const struct layer_request *rq, struct blkdev *ret, struct err *e)
{
	const struct qsd_overlay overlay = {
		.common = {.subject = rq->subject, .cancel_fd = rq->cancel_fd},
		.origin = rq->origin,
		.limit = rq->limit};
	struct loopdev_request loop = {
		.subject = rq->subject, .sector_size = 512, .tag = rq->tag, .writable = true};
	struct qsd_fds fds;
	int r = qsd_overlay(s, &overlay, &fds, e);

	if (r < 0)
		return r;
	loop.backing_fd = fds.export_fd;
	r = loopdev_attach(s, &loop, ret, e);
	ret->backing_fd = fds.store_fd;
	return r < 0 ? r : xfs_never_retry(s, ret->node, e);
}

static int overflowed(const struct blkdev *layer)
{
	return qsd_is_full(layer->backing_fd);
}

const struct layer layer_fuse = {
	.name = "FUSE",
	.help = "a qemu-storage-daemon overlay in memory, through FUSE",
	.usable = layer_fuse_usable,
	.make = layer_fuse_make,
	.overflowed = overflowed,
};
