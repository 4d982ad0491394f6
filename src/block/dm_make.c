/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_make - create device-mapper maps: snapshots, and volumes of several segments */
#include "block/dm_make.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/own.h"
#include "base/step.h"
#include "block/dm.h"
#include "block/dm_hold.h"
#include "block/dmtask.h"

/* These flags make udev's rules ignore the map: no links for a guest's filesystem. */
static int dm_make_create(struct dm_task *dmt)
{
	uint32_t cookie = 0;

	if (!dm_task_set_cookie(dmt, &cookie,
		    DM_UDEV_DISABLE_SUBSYSTEM_RULES_FLAG | DM_UDEV_DISABLE_DISK_RULES_FLAG |
			    DM_UDEV_DISABLE_OTHER_RULES_FLAG | DM_UDEV_DISABLE_LIBRARY_FALLBACK))
		return -EIO;
	return dmtask_run(dmt);
}

/* Hold the map if it was created, as @r tells. */
static int hold(struct scope *s, const char *name, int r, struct blkdev *ret, struct err *e)
{
	struct dm_map map = {.name = ""};

	if (r < 0)
		return err_detail(e, "%s", dmtask_words());
	snprintf(map.name, sizeof(map.name), "%s", name);
	return dm_hold(s, &map, ret, e);
}

/* ---- snapshots ---- */

/* Chunks of 8 sectors, 4 KiB; N: not persistent, so that only data is written. */
static int add_snapshot_target(
	struct dm_task *dmt, const struct blkdev *origin, const struct blkdev *store)
{
	char params[128];

	snprintf(params, sizeof(params), "%u:%u %u:%u N 8", major(origin->rdev),
		minor(origin->rdev), major(store->rdev), minor(store->rdev));
	return dm_task_add_target(dmt, 0, origin->size / DM_SECTOR, "snapshot", params) ? 0
											: -ENOMEM;
}

static int make_snapshot(const char *name, const struct blkdev *origin, const struct blkdev *store)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_CREATE, name);
	int r = dmt ? add_snapshot_target(dmt, origin, store) : -ENOMEM;

	return r < 0 ? r : dm_make_create(dmt);
}

int dm_snapshot(struct scope *s, const char *name, const struct blkdev *origin,
	const struct blkdev *store, struct blkdev *ret, struct err *e)
{
	int r = STEP_OURS(e, "dm.snapshot", name, make_snapshot(name, origin, store));

	return hold(s, name, r, ret, e);
}

int dm_snapshot_overflowed(const struct blkdev *snapshot)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_STATUS, NULL);
	uint64_t start, length;
	char *type = NULL, *status = NULL;

	if (!dmt || !dm_task_set_major(dmt, (int)major(snapshot->rdev)) ||
		!dm_task_set_minor(dmt, (int)minor(snapshot->rdev)) || dmtask_run(dmt) < 0)
		return 0;
	dm_get_next_target(dmt, NULL, &start, &length, &type, &status);
	return status && (!strcmp(status, "Invalid") || !strcmp(status, "Overflow"));
}

/* ---- volumes ---- */

/* "MAJOR:MINOR SECTOR" for each area, after "AREAS STRIPE-SECTORS" if striped */
static char *piece_params(const struct piece *p)
{
	char *params = NULL;
	size_t size;
	FILE *f = open_memstream(&params, &size);

	if (!f)
		return NULL;
	if (p->n > 1)
		fprintf(f, "%u %" PRIu64, p->n, p->stripe_size / DM_SECTOR);
	for (unsigned int i = 0; i < p->n; i++)
		fprintf(f, " %u:%u %" PRIu64, major(p->area[i].dev->rdev),
			minor(p->area[i].dev->rdev), p->area[i].start / DM_SECTOR);
	return fclose(f) == 0 ? params : NULL;
}

static int add_piece(struct dm_task *dmt, uint64_t at, const struct piece *p)
{
	own_free char *params = piece_params(p);

	return params && dm_task_add_target(dmt, at / DM_SECTOR, p->size / DM_SECTOR,
				 p->n > 1 ? "striped" : "linear", params)
		       ? 0
		       : -ENOMEM;
}

static int make_volume(const char *name, const struct piece *pieces, size_t n)
{
	own_dmtask struct dm_task *dmt = dmtask_new(DM_DEVICE_CREATE, name);
	int r = dmt && dm_task_set_ro(dmt) ? 0 : -ENOMEM;
	uint64_t at = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		r = add_piece(dmt, at, &pieces[i]);
		at += pieces[i].size;
	}
	return r < 0 ? r : dm_make_create(dmt);
}

int dm_volume(struct scope *s, const char *name, const struct piece *pieces, size_t n,
	struct blkdev *ret, struct err *e)
{
	int r = STEP_OURS(e, "dm.volume", name, make_volume(name, pieces, n));

	return hold(s, name, r, ret, e);
}
