/* SPDX-License-Identifier: GPL-2.0-or-later */
/* map_kpartx - mapper by kpartx and device-mapper; the default if available */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/own.h"
#include "block/dm.h"
#include "block/dm_hold.h"
#include "block/dm_make.h"
#include "map/mapper.h"
#include "sys/tool.h"

/*
 * Between the disk's name and the partition's number: udev's rules and people recognize our maps by
 * it.
 */
#define DELIMITER "-domu"

static int map_kpartx_usable(char *why, size_t size)
{
	if (!dm_available(why, size))
		return 0;
	if (!tool_exists("kpartx")) {
		snprintf(why, size, "kpartx is not installed (package kpartx or multipath-tools)");
		return 0;
	}
	return 1;
}

/* -n: do not wait for udev. That hangs without udevd, and leaves a semaphore behind if killed. */
static int run_kpartx(const struct map_request *rq, struct err *e)
{
	const char *const argv[] = {
		"kpartx", "-a", "-r", "-n", "-p", DELIMITER, rq->disk->node, NULL};

	return tool_run(argv, rq->cancel_fd, e);
}

/* Maps of a disk that kpartx may have made and that are not held yet. */
struct made {
	struct undo undo;
	dev_t disk;
	char node[32], prefix[64];
};

/* The held maps are already removed; others exist only after a failure. */
static int made_undo(struct undo *u, struct err *e)
{
	const struct made *m = container_of(u, struct made, undo);
	own_free struct dm_map *left = NULL;
	size_t n = 0;
	int r = dm_maps(m->prefix, m->disk, &left, &n, e);

	for (size_t i = 0; r >= 0 && i < n; i++)
		r = dm_remove(left[i].name, e);
	return r;
}

static void made_free(struct undo *u)
{
	free(container_of(u, struct made, undo));
}

static void made_by_hand(struct undo *u, char *to, size_t size)
{
	const struct made *m = container_of(u, struct made, undo);

	snprintf(to, size, "kpartx -d -p " DELIMITER " %s", m->node);
}

/* Called before kpartx runs: from then on maps may exist, whatever its result. */
static int expect_maps(
	struct scope *s, const struct map_request *rq, const struct made **ret, struct err *e)
{
	struct made *m = calloc(1, sizeof(*m));

	if (!m)
		return err_set(e, -ENOMEM, "dm.list", "%s", rq->disk->node);
	m->disk = rq->disk->rdev;
	snprintf(m->node, sizeof(m->node), "%s", rq->disk->node);
	snprintf(m->prefix, sizeof(m->prefix), "%s" DELIMITER, strrchr(m->node, '/') + 1);
	m->undo.by_hand = made_by_hand;
	scope_push(s, &m->undo, m->node, made_undo, made_free);
	*ret = m;
	return 0;
}

/* Hold all maps, also after a failure: each map made by kpartx needs an owner. */
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
 * kpartx also fails if only some partition cannot be mapped, such as one beyond the disk's end.
 * That is ignored unless it is the requested one.
 */
static bool made_enough(const struct map_request *rq, const struct dm_map *found, size_t n,
	const struct err *refusal)
{
	if (strcmp(refusal->step, "tool.status") != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (found[i].start == rq->part->start) {
			log_warn("kpartx did not map every partition: %s", refusal->detail);
			return true;
		}
	return false;
}

/*
 * kpartx maps all partitions of a disk and may number them differently: maps are identified by
 * their start. Maps made by a failed kpartx are held, too, so that the scope removes them.
 */
static int map_kpartx_map(
	struct scope *s, const struct map_request *rq, struct maps *maps, struct err *e)
{
	own_free struct dm_map *found = NULL;
	struct err first = {0};
	const struct made *m = NULL;
	size_t n = 0;
	int made, r = expect_maps(s, rq, &m, e);

	if (r < 0)
		return r;
	made = run_kpartx(rq, &first);
	r = dm_maps(m->prefix, m->disk, &found, &n, e);
	if (r >= 0)
		r = hold_all(s, found, n, maps, e);
	if (made >= 0 || (r >= 0 && made_enough(rq, found, n, &first)))
		return r;
	*e = first; /* keep the first failure */
	return made;
}

/* A name that kpartx would not use, and that udev's rule recognizes. */
static int map_kpartx_map_pieces(
	struct scope *s, const struct pieces_request *rq, struct blkdev *ret, struct err *e)
{
	const char *disk = strrchr(rq->piece[0].area[0].dev->node, '/') + 1;
	char name[64];

	snprintf(name, sizeof(name), "%s-lv%u" DELIMITER, disk, rq->number);
	return dm_volume(s, name, rq->piece, rq->n, ret, e);
}

const struct mapper map_kpartx = {
	.name = "kpartx",
	.help = "kpartx and device-mapper",
	.device_mapper = true,
	.usable = map_kpartx_usable,
	.map = map_kpartx_map,
	.map_pieces = map_kpartx_map_pieces,
};
