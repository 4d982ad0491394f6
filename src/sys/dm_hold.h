/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_hold - maps that are ours to hold, to make and to remove */
#ifndef DOMU_SYS_DM_HOLD_H
#define DOMU_SYS_DM_HOLD_H

#include "base/scope.h"
#include "sys/blkdev.h"
#include "sys/dm.h"

/*
 * Takes hold of a map that we had made: opens its node by device number, and has the kernel remove
 * the map as soon as nobody holds it (deferred removal), so that it goes even if we are killed. The
 * undo removes it in order. Steps "dm.info", "dm.open", "dm.defer", "dm.remove".
 */
int dm_hold(struct scope *s, const struct dm_map *map, struct blkdev *ret, struct err *e);

/*
 * Makes a snapshot of @origin that keeps what is written in @store and is forgotten with it:
 * neither device is written to but @store, and udev is told to leave it alone. Held and undone as
 * dm_hold()'s maps are. Steps "dm.snapshot" and dm_hold()'s.
 */
int dm_snapshot(struct scope *s, const char *name, const struct blkdev *origin,
	const struct blkdev *store, struct blkdev *ret, struct err *e);

/* 1 when @snapshot's store is full, so that it is void; 0 when not, or when it can't be asked. */
int dm_snapshot_overflowed(const struct blkdev *snapshot);

/*
 * Removes a map by name, at once or as soon as it is free; one that is gone already is no error.
 * Step "dm.reap".
 */
int dm_remove(const char *name, struct err *e);

/* Takes a killed run's map over: the undo ("dm.remove") removes it. Fails only without memory. */
int dm_adopt(struct scope *s, const char *name, struct err *e);

#endif
