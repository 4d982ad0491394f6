/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_hold - maps that are ours to hold and to remove */
#ifndef DOMU_BLOCK_DM_HOLD_H
#define DOMU_BLOCK_DM_HOLD_H

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/dm.h"

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

/* Takes a killed run's map over: the undo ("dm.remove") removes it. Fails only without memory. */
int dm_adopt(struct scope *s, const char *name, struct err *e);

#endif
