/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer_fuse - qemu-storage-daemon through FUSE: where the kernel has no device-mapper */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "map/layer.h"
#include "sys/loopdev.h"
#include "sys/run.h"
#include "sys/storaged.h"
#include "sys/xfs.h"

/* Every kernel has it; the daemon covers it in a namespace of its own. */
#define DAEMON_DIR "/proc/driver"

static int usable(char *why, size_t size)
{
	if (access("/dev/fuse", R_OK | W_OK) < 0) {
		snprintf(why, size, "the kernel has no FUSE (/dev/fuse; module fuse)");
		return 0;
	}
	if (!run_tool_exists(STORAGED_TOOL) || !run_tool_exists(STORAGED_IMAGE)) {
		snprintf(why, size,
			"there is no " STORAGED_TOOL
			" (Debian: packages qemu-system-common, qemu-utils)");
		return 0;
	}
	return 1;
}

static int make(struct scope *s, const struct layer_request *rq, struct blkdev *ret, struct err *e)
{
	const struct storaged_request daemon = {.origin = rq->origin,
		.limit = rq->limit,
		.dir = DAEMON_DIR,
		.subject = rq->subject,
		.cancel_fd = rq->cancel_fd};
	struct loopdev_request loop = {
		.subject = rq->subject, .sector_size = 512, .tag = rq->tag, .writable = true};
	struct storaged_fds fds;
	int r = storaged_serve(s, &daemon, &fds, e);

	if (r < 0)
		return r;
	loop.backing_fd = fds.export_fd;
	r = loopdev_attach(s, &loop, ret, e);
	ret->backing_fd = fds.store_fd;
	return r < 0 ? r : xfs_never_retry(s, ret->node, e);
}

static int overflowed(const struct blkdev *layer)
{
	return storaged_is_full(layer->backing_fd);
}

const struct layer layer_fuse = {
	.name = "FUSE",
	.help = "a qemu-storage-daemon overlay in memory, through FUSE",
	.usable = usable,
	.make = make,
	.overflowed = overflowed,
};
