/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_make - create device-mapper maps: snapshots, and volumes of several segments */
#ifndef DOMU_BLOCK_DM_MAKE_H
#define DOMU_BLOCK_DM_MAKE_H

#include <stddef.h>

#include "base/scope.h"
#include "block/pieces.h"

/*
 * Create a snapshot of @origin that is lost with @store. Only @store is written to, and udev
 * ignores the map. It is held and undone as by dm_hold().
 * @store: receives the writes
 * Returns: 0, or a negative errno; steps "dm.snapshot" and those of dm_hold()
 */
int dm_snapshot(struct scope *s, const char *name, const struct blkdev *origin,
	const struct blkdev *store, struct blkdev *ret, struct err *e);

/* Test whether @snapshot is invalid since its store is full: 1; 0 if not or unknown. */
int dm_snapshot_overflowed(const struct blkdev *snapshot);

/*
 * Create a read-only map of @n segments, linear or striped. Otherwise as dm_snapshot().
 * Returns: 0, or a negative errno; steps "dm.volume" and those of dm_hold()
 */
int dm_volume(struct scope *s, const char *name, const struct piece *pieces, size_t n,
	struct blkdev *ret, struct err *e);

#endif
