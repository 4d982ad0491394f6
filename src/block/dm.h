/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dm - device-mapper: what there is of it, and which maps stand on what */
#ifndef DOMU_BLOCK_DM_H
#define DOMU_BLOCK_DM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define DM_SECTOR 512 /* bytes: device-mapper's unit, whatever the device's own sectors are */

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

#define DM_ON_MAX 32

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

/* The kernel's device-mapper version into to[size], "" when there is none or it can't be asked. */
void dm_version(char *to, size_t size);

/* 1 when the kernel has that target at hand (built in, or its module is loaded), 0 when not. */
int dm_has_target(const char *target);

#endif
