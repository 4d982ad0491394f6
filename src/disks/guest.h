/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest - what this run knows about the guest */
#ifndef DOMU_DISKS_GUEST_H
#define DOMU_DISKS_GUEST_H

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/probe.h"
#include "map/mapper.h"
#include "plan/plan.h"
#include "reader/reader.h"

/* One of the guest's disks. Members that are not known yet are zero. */
struct disk {
	struct undo undo;
	const struct plan_disk *plan;
	char subject[160]; /* "'/srv/guest.img' (xvda)" */
	int image_fd;	   /* -1 until it is opened */
	int data_fd;	   /* the disk's content: image_fd, or what the daemon serves; not owned */
	const struct qsd *server; /* the daemon of an image that is not raw; else NULL */
	uint64_t size;		  /* bytes */
	bool is_device;		  /* a block device, not a file */
	bool in_use;		  /* another process may be writing to it */
	bool attached;
	struct blkdev dev; /* its loop device; before attaching, what it will be */
	struct part_table table;
	struct superblock *superblock[PARTS_MAX + 1]; /* by table index + 1; [0] is the whole disk;
							 NULL: not read */
	struct maps maps;
};

#define VOLUME_NAME_MAX 256

/* Something that may hold a filesystem: a partition, a whole disk or an LVM logical volume. */
struct volume {
	struct disk *disk;	    /* of a logical volume: one of its group's disks */
	const struct part *part;    /* NULL: the whole disk, or a logical volume */
	const struct lvm_lv *lv;    /* NULL: not a logical volume */
	char name[VOLUME_NAME_MAX]; /* the guest's name for it: "xvda2", "vg/root" */
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
	const struct source *source; /* reads its files (source/source.h) */
	struct tree *tree;	     /* the mounted tree, of the source hostfs (mount/tree.h) */
	struct lvm *lvm;	     /* NULL: not scanned for yet (disks/lvm.h) */
	bool told_in_use;	     /* an earlier extraction of this run has warned */
	bool in_use;		     /* a disk that was needed is in use */
};

#endif
