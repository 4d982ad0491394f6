/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm - device-mapper: availability, maps, and what they are stacked on */
#ifndef DOMU_BLOCK_DM_H
#define DOMU_BLOCK_DM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define DM_SECTOR 512 /* bytes: device-mapper's unit, regardless of the device's sectors */

struct dm_map {
	char name[128];	      /* libdevmapper's limit */
	dev_t on;	      /* the device below */
	uint64_t start, size; /* bytes on that device */
};

/*
 * Test whether device-mapper is usable.
 * @why: set to the reason if not
 * Returns: 1 or 0
 */
int dm_available(char *why, size_t size);

/*
 * List the linear maps with one target whose name begins with @prefix.
 * @on: only maps on this device; 0 for any
 * @ret: malloc'ed, owned by the caller
 * Returns: 0, or a negative errno; step "dm.list"
 */
int dm_maps(const char *prefix, dev_t on, struct dm_map **ret, size_t *ret_n, struct err *e);

#define DM_ON_MAX 32

/* A map of any kind, and the devices below. */
struct dm_stacked {
	char name[128];
	dev_t rdev;
	bool deferred; /* removed when its last user closes it */
	unsigned int n_on;
	dev_t on[DM_ON_MAX];
};

/*
 * List the maps whose names @is_meant accepts. Maps on more than DM_ON_MAX devices are omitted.
 * @ret: malloc'ed, owned by the caller
 * Returns: 0, or a negative errno; step "dm.stack"
 */
int dm_stack(
	bool (*is_meant)(const char *name), struct dm_stacked **ret, size_t *ret_n, struct err *e);

/* Get the kernel's device-mapper version; "" if there is none. */
void dm_version(char *to, size_t size);

/* Test whether the kernel has a target built in or loaded: 1 or 0. */
int dm_has_target(const char *target);

#endif
