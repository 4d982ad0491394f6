/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapper - make a partition a block device */
#include "map/mapper.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/log.h"
#include "base/step.h"
#include "block/loopdev.h"

/* In the order in which `auto` tries them. */
static const struct mapper *const mappers[] = {&map_kpartx, &map_loop};

const struct mapper *mapper_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT(mappers); i++)
		if (!strcmp(mappers[i]->name, name))
			return mappers[i];
	return NULL;
}

const char *mapper_names(void)
{
	_Static_assert(COUNT(mappers) == 2, "name them all");
	return "kpartx, loop";
}

const struct mapper *mapper_auto(void)
{
	for (size_t i = 0; i + 1 < COUNT(mappers); i++) {
		char why[256] = "";

		if (mappers[i]->usable(why, sizeof(why))) {
			log_verbose("mapper: %s", mappers[i]->name);
			return mappers[i];
		}
		log_verbose("mapper: cannot use %s: %s", mappers[i]->name, why);
	}
	log_verbose("mapper: %s", mappers[COUNT(mappers) - 1]->name);
	return mappers[COUNT(mappers) - 1];
}

/*
 * A truncated image ends within the partition. That may suffice; otherwise reading fails with I/O
 * errors.
 */
static void compare_size(const struct map_request *rq, const struct blkdev *dev)
{
	if (dev->size < rq->part->size)
		log_warn("%s is truncated: it has %" PRIu64 " of %" PRIu64 " bytes", rq->subject,
			dev->size, rq->part->size);
}

static const struct blkdev *mapper_find(const struct maps *maps, uint64_t start)
{
	for (size_t i = 0; i < maps->n; i++)
		if (maps->at[i].start == start)
			return &maps->at[i].dev;
	return NULL;
}

void maps_add(struct maps *maps, uint64_t start, const struct blkdev *dev)
{
	if (!mapper_find(maps, start) && maps->n < PARTS_MAX)
		maps->at[maps->n++] = (struct mapped){.start = start, .dev = *dev};
}

static int check_range(const struct map_request *rq, struct err *e)
{
	if (rq->part->start < rq->disk->size)
		return 0;
	FAIL(e, -ENXIO, "map.range", "%s", rq->subject);
	return err_detail(e, "it starts at byte %" PRIu64 ", the disk ends at %" PRIu64,
		rq->part->start, rq->disk->size);
}

static int map_part(const struct mapper *m, struct scope *s, const struct map_request *rq,
	struct maps *maps, struct err *e)
{
	SCOPE(attempt); /* a failed mapper leaves nothing */
	int r = m->map(&attempt, rq, maps, e);

	if (r < 0)
		return r;
	if (!mapper_find(maps, rq->part->start))
		return FAIL(e, -ENXIO, "map.missing", "%s", rq->subject);
	scope_splice(s, &attempt);
	return 0;
}

/* Maps of partitions keep the disk busy, so the whole disk gets another loop device to mount. */
static int map_whole(
	struct scope *s, const struct map_request *rq, struct maps *maps, struct err *e)
{
	const struct loopdev_request loop = {.backing_fd = rq->disk->backing_fd,
		.subject = rq->subject,
		.sector_size = 512,
		.tag = rq->tag,
		.direct = rq->direct};

	return maps->whole.node[0] ? 0 : loopdev_attach(s, &loop, &maps->whole, e);
}

int mapper_map(const struct mapper *m, struct scope *s, const struct map_request *rq,
	struct maps *maps, struct blkdev *ret, struct err *e)
{
	int r;

	if (!rq->part) {
		bool apart = rq->cut && m->device_mapper;

		r = apart ? map_whole(s, rq, maps, e) : 0;
		*ret = apart ? maps->whole : *rq->disk;
		return r;
	}
	r = check_range(rq, e);
	if (r >= 0 && !mapper_find(maps, rq->part->start))
		r = map_part(m, s, rq, maps, e);
	if (r < 0)
		return r;
	*ret = *mapper_find(maps, rq->part->start);
	compare_size(rq, ret);
	return 0;
}
