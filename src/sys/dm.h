/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm - libdevmapper: the maps that stand on a device of ours, and how they go */
#ifndef DOMU_SYS_DM_H
#define DOMU_SYS_DM_H

#include <stdbool.h>
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

#define DM_ON_MAX 8

/* A map of any kind, and what it stands on. */
struct dm_stacked {
	char name[128];
	dev_t rdev;
	bool deferred; /* it goes by itself when nobody holds it */
	unsigned int n_on;
	dev_t on[DM_ON_MAX];
};

/*
 * The maps whose name @is_meant takes, malloc'ed into *ret; what stands on more than DM_ON_MAX
 * devices is left out. Step "dm.stack".
 */
int dm_stack(
	bool (*is_meant)(const char *name), struct dm_stacked **ret, size_t *ret_n, struct err *e);

/* Takes a killed run's map over: the undo ("dm.remove") removes it. Fails only without memory. */
int dm_adopt(struct scope *s, const char *name, struct err *e);

/* The kernel's device-mapper version into to[size], "" when there is none or it can't be asked. */
void dm_version(char *to, size_t size);

/* 1 when the kernel has that target at hand (built in, or its module is loaded), 0 when not. */
int dm_has_target(const char *target);

#endif
