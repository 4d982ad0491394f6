/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer - a throw-away writable copy of a device, in which the kernel can replay a journal */
#ifndef DOMU_MAP_LAYER_H
#define DOMU_MAP_LAYER_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"

struct layer_request {
	const struct blkdev *origin; /* read-only: what is written goes elsewhere */
	uint64_t limit;		     /* bytes that may be written before the layer breaks */
	const char *subject;	     /* for messages */
	const char *tag;	     /* the run's */
	int cancel_fd;		     /* readable when the run is to be given up */
};

struct layer {
	const char *name, *help;
	bool device_mapper; /* killed runs may have left maps, which nobody else removes */
	/* 1 it can be used here, 0 it can't (the reason in @why). */
	int (*usable)(char *why, size_t size);
	/* Pushes its own undo. What is written is held in memory, and goes with the layer. */
	int (*make)(
		struct scope *s, const struct layer_request *rq, struct blkdev *ret, struct err *e);
	/* 1 when more was written than the layer could hold, so that it is void. */
	int (*overflowed)(const struct blkdev *layer);
};

extern const struct layer layer_snapshot, layer_fuse;

/*
 * The first that can be used here. NULL when there is none: -EOPNOTSUPP, step "layer.none", the
 * detail says what each would need.
 */
const struct layer *layer_choose(const char *subject, struct err *e);

#endif
