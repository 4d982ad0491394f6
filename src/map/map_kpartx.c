/* SPDX-License-Identifier: GPL-2.0-or-later */
/* map_kpartx - kpartx and device-mapper: the default where device-mapper exists */
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "map/mapper.h"
#include "sys/dm.h"
#include "sys/run.h"

/*
 * Between the disk's name and the partition's number: a map of ours is known by its name, to udev's
 * rules and to people.
 */
#define DELIMITER "-domu"

static int usable(char *why, size_t size)
{
	if (!dm_available(why, size))
		return 0;
	if (!run_tool_exists("kpartx")) {
		snprintf(why, size, "there is no kpartx (package kpartx or multipath-tools)");
		return 0;
	}
	return 1;
}

/*
 * Read-only, our delimiter, and without waiting for udev: that wait hangs where no udevd runs, and
 * leaves a semaphore behind when it is killed.
 */
static int run_kpartx(const struct map_request *rq, struct err *e)
{
	const char *const argv[] = {
		"kpartx", "-a", "-r", "-n", "-p", DELIMITER, rq->disk->node, NULL};

	return run_tool(argv, rq->cancel_fd, e);
}

static int find_maps(
	const struct map_request *rq, struct dm_map **ret, size_t *ret_n, struct err *e)
{
	char prefix[64];

	snprintf(prefix, sizeof(prefix), "%s" DELIMITER, strrchr(rq->disk->node, '/') + 1);
	return dm_maps(prefix, rq->disk->rdev, ret, ret_n, e);
}

/* All are taken hold of, also after a failure: what kpartx has made must have an owner. */
static int hold_all(
	struct scope *s, const struct dm_map *found, size_t n, struct maps *maps, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		struct blkdev dev;
		int one = dm_hold(s, &found[i], &dev, e);

		if (one < 0)
			r = one;
		else if (r >= 0)
			maps_add(maps, found[i].start, &dev);
	}
	return r;
}

/*
 * kpartx maps a whole disk at once and may number partitions as it likes: a map is known by where
 * it begins. What a failed kpartx has made is held as well, so that it goes with the scope.
 */
static int map(struct scope *s, const struct map_request *rq, struct maps *maps, struct err *e)
{
	own_free struct dm_map *found = NULL;
	size_t n = 0;
	int made = run_kpartx(rq, e);
	int r = find_maps(rq, &found, &n, e);

	if (r >= 0)
		r = hold_all(s, found, n, maps, e);
	return made < 0 ? made : r;
}

const struct mapper map_kpartx = {
	.name = "kpartx",
	.help = "kpartx and device-mapper",
	.device_mapper = true,
	.usable = usable,
	.map = map,
};
