/* SPDX-License-Identifier: GPL-2.0-or-later */
/* map_loop - mapper by a loop device with offset and size; needs only the loop driver */
#include "map/mapper.h"

#include "base/step.h"
#include "block/loopdev.h"

static int always(char *why, size_t size)
{
	(void)why;
	(void)size;
	return 1;
}

/*
 * Reads the image itself, not the disk's loop device: one driver less. Sectors of 512 bytes suit
 * each filesystem, also one made on larger ones.
 */
static int map_loop_map(
	struct scope *s, const struct map_request *rq, struct maps *maps, struct err *e)
{
	const uint64_t room = rq->disk->size - rq->part->start;
	const struct loopdev_request loop = {
		.backing_fd = rq->disk->backing_fd,
		.subject = rq->subject,
		.offset = rq->part->start,
		.size = rq->part->size < room ? rq->part->size : room,
		.sector_size = 512,
		.tag = rq->tag,
		.direct = rq->direct,
	};

	struct blkdev dev;
	int r = loopdev_attach(s, &loop, &dev, e);

	if (r >= 0)
		maps_add(maps, rq->part->start, &dev);
	return r;
}

/* A loop device can only map one segment. */
static int map_loop_map_pieces(
	struct scope *s, const struct pieces_request *rq, struct blkdev *ret, struct err *e)
{
	const struct piece *only = &rq->piece[0];
	const struct loopdev_request loop = {
		.backing_fd = only->area[0].dev->backing_fd,
		.subject = rq->subject,
		.offset = only->area[0].start,
		.size = only->size,
		.sector_size = 512,
		.tag = rq->tag,
		.direct = rq->direct,
	};

	if (rq->n == 1 && only->n == 1)
		return loopdev_attach(s, &loop, ret, e);
	FAIL(e, -EOPNOTSUPP, "map.pieces", "%s", rq->subject);
	if (only->n > 1)
		return err_detail(e, "it has %u stripes", only->n);
	return err_detail(e, "it has %zu segments", rq->n);
}

const struct mapper map_loop = {
	.name = "loop",
	.help = "a loop device with the partition's offset and size",
	.from_image = true,
	.usable = always,
	.map = map_loop_map,
	.map_pieces = map_loop_map_pieces,
};
