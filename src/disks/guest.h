/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest - the guest as far as this run has come to know it */
#ifndef DOMU_DISKS_GUEST_H
#define DOMU_DISKS_GUEST_H

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/probe.h"
#include "map/mapper.h"
#include "plan/plan.h"
#include "reader/reader.h"

/* One of the guest's disks. What is not known yet is zero. */
struct disk {
	struct undo undo;
	const struct plan_disk *plan;
	char subject[160];	  /* "'/srv/guest.img' (xvda)" */
	int image_fd;		  /* -1 until it is opened */
	int data_fd;		  /* the disk in it: image_fd, or what a daemon serves; another's */
	const struct qsd *server; /* of what is not raw; else NULL */
	uint64_t size;		  /* bytes */
	bool is_device;		  /* a block device, not a file */
	bool in_use;		  /* somebody else may be writing to it */
	bool attached;
	struct blkdev dev; /* the loop device on it; until it is attached, what it would be */
	struct part_table table;
	struct superblock *superblock[PARTS_MAX + 1]; /* by table index + 1, [0] is the whole disk;
							 NULL: not looked at */
	struct maps maps;
};

#define VOLUME_NAME_MAX 256

/* What may hold a filesystem: a partition, a whole disk, or an LVM logical volume. */
struct volume {
	struct disk *disk;	    /* of a logical volume: one that its group lies on */
	const struct part *part;    /* NULL: the whole disk, or a logical volume */
	const struct lvm_lv *lv;    /* NULL: no logical volume */
	char name[VOLUME_NAME_MAX]; /* as the guest calls it: "xvda2", "vg/root" */
};

struct source;
struct tree;

struct guest {
	const struct plan *plan;
	const char *tag;
	int cancel_fd;
	struct scope *world;
	struct reader *reader;
	const struct mapper *mapper;
	struct disk **disk;
	size_t n_disks;
	const struct source *source; /* where its files come from (source/source.h) */
	struct tree *tree;	     /* of the source hostfs: what is mounted (mount/tree.h) */
	struct lvm *lvm;	     /* NULL: not looked for yet (disks/lvm.h) */
	bool told_in_use;	     /* by an earlier extraction of this run */
	bool in_use;		     /* one of the disks that were needed is */
};

#endif
