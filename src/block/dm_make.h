/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm_make - maps of our own making: snapshots, and volumes of several pieces */
#ifndef DOMU_BLOCK_DM_MAKE_H
#define DOMU_BLOCK_DM_MAKE_H

#include <stddef.h>

#include "base/scope.h"
#include "block/pieces.h"

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
 * Makes a read-only map of the pieces, one after the other: linear, or striped. The rest is as with
 * a snapshot. Steps "dm.volume" and dm_hold()'s.
 */
int dm_volume(struct scope *s, const char *name, const struct piece *pieces, size_t n,
	struct blkdev *ret, struct err *e);

#endif
