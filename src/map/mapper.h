/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapper - make a partition a block device */
#ifndef DOMU_MAP_MAPPER_H
#define DOMU_MAP_MAPPER_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/pieces.h"
#include "block/probe.h"

struct map_request {
	const struct blkdev *disk; /* a loop device of ours */
	const struct part *part;   /* NULL for the whole disk */
	const char *subject;	   /* for messages: "partition 2 of '/srv/guest.img'" */
	const char *tag;	   /* the run's */
	int cancel_fd;		   /* cancels the run when readable */
	bool direct;		   /* bypass the page cache: the disk is a block device */
	bool cut;		   /* the disk has partitions, even if all of it is requested */
};

/* A logical volume, in segments. */
struct pieces_request {
	const struct piece *piece; /* n segments in order, on disks of ours */
	size_t n;
	unsigned int number; /* unique in this run, for the map's name */
	const char *subject; /* for messages: "vg/root on '/srv/guest.img'" */
	const char *tag;     /* the run's */
	bool direct;	     /* bypass the page cache: a disk is a block device */
};

/*
 * The devices mapped from a disk so far. kpartx maps all partitions at once, and a filesystem may
 * be requested twice.
 */
struct maps {
	struct blkdev whole; /* of a disk with partitions; node "" if not requested yet */
	size_t n;
	struct mapped {
		uint64_t start; /* of the partition, in bytes */
		struct blkdev dev;
	} at[PARTS_MAX];
};

struct mapper {
	const char *name, *help;
	bool from_image; /* partitions are read from the backing file: the disk needs no device */
	bool device_mapper; /* killed runs may leave maps, which must be removed */
	/* Returns 1 if usable on this host; 0, with the reason in @why, if not. */
	int (*usable)(char *why, size_t size);
	/*
	 * Map the requested partition, and maybe others of the disk, and add them to @maps. Pushes
	 * an undo for each. A device starts where its partition starts and has its size.
	 */
	int (*map)(struct scope *s, const struct map_request *rq, struct maps *maps, struct err *e);
	/*
	 * Map a logical volume and push the undo.
	 * Errors: -EOPNOTSUPP, step "map.pieces", if it cannot join segments
	 */
	int (*map_pieces)(struct scope *s, const struct pieces_request *rq, struct blkdev *ret,
		struct err *e);
};

extern const struct mapper map_kpartx, map_loop;

/* Look up a mapper; NULL if there is none of this name. */
const struct mapper *mapper_by_name(const char *name);

/* Return "kpartx, loop", for messages. */
const char *mapper_names(void);

/*
 * Choose the first mapper usable on this host; with -v, print why. Never NULL: the last one needs
 * only the loop driver.
 */
const struct mapper *mapper_auto(void);

/*
 * Map a partition, or the whole disk, which needs nothing unless the disk has partitions. A device
 * that is smaller than the partition is warned about.
 * @s: must live as long as @maps
 * Returns: >= 0, or a negative errno
 * Errors: -ENXIO, step "map.range", if the partition begins beyond the disk's end; step
 * "map.missing" if the mapper did not map it; those of the mapper
 */
int mapper_map(const struct mapper *m, struct scope *s, const struct map_request *rq,
	struct maps *maps, struct blkdev *ret, struct err *e);

/*
 * Add a mapped device, for mappers. If two have the same start, the first is kept (an extended
 * partition has a device but no filesystem).
 */
void maps_add(struct maps *maps, uint64_t start, const struct blkdev *dev);

#endif
