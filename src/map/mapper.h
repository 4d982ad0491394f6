/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapper - how a partition becomes a block device of its own */
#ifndef DOMU_MAP_MAPPER_H
#define DOMU_MAP_MAPPER_H

#include <stdbool.h>

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/pieces.h"
#include "block/probe.h"

struct map_request {
	const struct blkdev *disk; /* a loop device of ours */
	const struct part *part;   /* NULL: the disk itself */
	const char *subject;	   /* "partition 2 of '/srv/guest.img'", for messages */
	const char *tag;	   /* the run's */
	int cancel_fd;		   /* readable when the run is to be given up */
	bool direct;		   /* past the page cache: the disk is a block device */
	bool cut;		   /* the disk has partitions, also where all of it is asked for */
};

/* A volume of several pieces: an LVM logical volume. */
struct pieces_request {
	const struct piece *piece; /* n of them, one after the other, on disks of ours */
	size_t n;
	unsigned int number; /* no other volume of this run has it: for the map's name */
	const char *subject; /* "vg/root on '/srv/guest.img'", for messages */
	const char *tag;     /* the run's */
	bool direct;	     /* past the page cache: a disk is a block device */
};

/*
 * What has been mapped of one disk so far: kpartx maps all of it at once, a filesystem may be asked
 * for twice.
 */
struct maps {
	struct blkdev whole; /* of a disk that is cut; node "": not asked for yet */
	size_t n;
	struct mapped {
		uint64_t start; /* of the partition, bytes */
		struct blkdev dev;
	} at[PARTS_MAX];
};

struct mapper {
	const char *name, *help;
	bool from_image;    /* partitions come out of the backing file: the disk needs no device */
	bool device_mapper; /* killed runs may have left maps, which nobody else removes */
	/* 1 it can be used here, 0 it can't (the reason in @why). */
	int (*usable)(char *why, size_t size);
	/*
	 * Adds the partition asked for, and others of the disk where they come with it, to @maps.
	 * Each pushes its own undo: there is no unmap() to forget. A device begins where its
	 * partition begins and is as long.
	 */
	int (*map)(struct scope *s, const struct map_request *rq, struct maps *maps, struct err *e);
	/*
	 * Pushes its own undo. -EOPNOTSUPP, step "map.pieces", where it can't put pieces together.
	 */
	int (*map_pieces)(struct scope *s, const struct pieces_request *rq, struct blkdev *ret,
		struct err *e);
};

extern const struct mapper map_kpartx, map_loop;

/* NULL when there is none of this name. */
const struct mapper *mapper_by_name(const char *name);

/* "kpartx, loop": for messages. */
const char *mapper_names(void);

/*
 * The first of the list that can be used here; says which and why with -v. Never NULL: the last one
 * needs nothing but the loop driver.
 */
const struct mapper *mapper_auto(void);

/*
 * Maps one partition, or the disk itself (when it has no table it is its own partition, and nothing
 * is made), and checks that the device has the partition's size. @s must live as long as
 * @maps.
 */
int mapper_map(const struct mapper *m, struct scope *s, const struct map_request *rq,
	struct maps *maps, struct blkdev *ret, struct err *e);

/*
 * For mappers. The same beginning twice (an extended partition is no filesystem, but has one) keeps
 * the first.
 */
void maps_add(struct maps *maps, uint64_t start, const struct blkdev *dev);

#endif
