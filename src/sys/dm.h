/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm - libdevmapper: the maps that stand on a device of ours, and how they go */
#ifndef DOMU_SYS_DM_H
#define DOMU_SYS_DM_H

#include <stddef.h>

#include "base/scope.h"
#include "sys/blkdev.h"

struct dm_map {
	char name[128];	      /* libdevmapper's limit */
	dev_t on;	      /* the one device that it stands on */
	uint64_t start, size; /* bytes: where on that device */
};

/*
 * 1 when the kernel has device-mapper and we can talk to it, 0 when not (the reason in @why). Never
 * an error.
 */
int dm_available(char *why, size_t size);

/*
 * The linear maps with one target whose name begins with @prefix and that stand on the one device
 * @on (0: on any), malloc'ed into *ret. Step "dm.list", "dm.table".
 */
int dm_maps(const char *prefix, dev_t on, struct dm_map **ret, size_t *ret_n, struct err *e);

/*
 * Takes hold of a map that we had made: opens its node by device number, and has the kernel remove
 * the map as soon as nobody holds it (deferred removal), so that it goes even if we are killed. The
 * undo removes it in order. Steps "dm.info", "dm.open", "dm.defer", "dm.remove".
 */
int dm_hold(struct scope *s, const struct dm_map *map, struct blkdev *ret, struct err *e);

/*
 * Removes a map by name, at once or as soon as it is free; one that is gone already is no error.
 * Step "dm.reap".
 */
int dm_remove(const char *name, struct err *e);

#endif
