/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer - temporary writable copy of a device, in which the kernel can replay a journal */
#ifndef DOMU_MAP_LAYER_H
#define DOMU_MAP_LAYER_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"

struct layer_request {
	const struct blkdev *origin; /* only read; writes go to the layer */
	uint64_t limit;		     /* bytes that may be written before the layer fails */
	const char *subject;	     /* for messages */
	const char *tag;	     /* the run's */
	int cancel_fd;		     /* cancels the run when readable */
};

struct layer {
	const char *name, *help;
	bool device_mapper; /* killed runs may leave maps, which must be removed */
	/* Returns 1 if usable on this host; 0, with the reason in @why, if not. */
	int (*usable)(char *why, size_t size);
	/* Make a layer and push its undo. Writes are held in memory, and lost with the layer. */
	int (*make)(
		struct scope *s, const struct layer_request *rq, struct blkdev *ret, struct err *e);
	/* Returns 1 if the layer is full and thus invalid. */
	int (*overflowed)(const struct blkdev *layer);
};

extern const struct layer layer_snapshot, layer_fuse;

/*
 * Choose the first layer that is usable on this host.
 * Returns: the layer, or NULL
 * Errors: -EOPNOTSUPP, step "layer.none"; the detail says what each would need
 */
const struct layer *layer_choose(const char *subject, struct err *e);

#endif
