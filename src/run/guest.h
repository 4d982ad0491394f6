/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest - the guest as far as this run has come to know it */
#ifndef DOMU_RUN_GUEST_H
#define DOMU_RUN_GUEST_H

#include "base/scope.h"
#include "guest/fstab.h"
#include "map/mapper.h"
#include "run/plan.h"
#include "run/reader.h"
#include "sys/blkdev.h"
#include "sys/probe.h"

/*
 * The tmpfs that holds our mount points covers this directory, in our own mount namespace only.
 * Every kernel has it, nobody's image or output directory lies under it, and it vanishes with the
 * namespace.
 */
#define WORK_DIR "/proc/driver"
#define TREE_DIR                                                                                   \
	WORK_DIR "/guest"	  /* the guest's root, or the one filesystem that the entry names */
#define TRY_DIR	  WORK_DIR "/try" /* where a filesystem is looked into */
#define EMPTY_DIR WORK_DIR "/empty" /* the reader's root */

/* One of the guest's disks. What is not known yet is zero. */
struct disk {
	struct undo undo;
	const struct plan_disk *plan;
	char subject[160]; /* "'/srv/guest.img' (xvda)" */
	int image_fd;	   /* -1 until it is opened */
	int data_fd;	   /* the disk in it: image_fd, or what a daemon serves; another's */
	const struct storaged *server; /* of what is not raw; else NULL */
	uint64_t size;		       /* bytes */
	bool is_device;		       /* a block device, not a file */
	bool in_use;		       /* somebody else may be writing to it */
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

enum journal { JOURNAL_CLEAN, JOURNAL_REPLAYED, JOURNAL_STALE };

struct mounted {
	struct volume volume;
	struct blkdev dev; /* the volume's, or the layer over it; its descriptors are others' */
	struct superblock sb;
	enum journal journal;
	char guest_dir[256]; /* where in the tree: "/", "/boot" */
};

#define MOUNTS_MAX 16

/* A directory, whatever way leads to it; all zero: none. */
struct place {
	uint64_t mount, inode;
	uint32_t major, minor;
};

struct guest {
	const struct plan *plan;
	const char *tag;
	int cancel_fd;
	struct scope *world;
	struct scope *tree; /* the tree's mounts and what is open on them: the world, or above it */
	struct reader *reader;
	const struct mapper *mapper;
	struct disk **disk;
	size_t n_disks;
	int tree_fd;	 /* O_PATH on TREE_DIR, once something is mounted there; -1 */
	struct lvm *lvm; /* NULL: not looked for yet (run/lvm.h) */
	struct fstab fstab;
	struct place place[FSTAB_MOUNTS_MAX]; /* where its lines' targets lead, symlinks followed */
	unsigned int places_known;	      /* with so many mounts; 0: not looked up yet */
	struct mounted mount[MOUNTS_MAX];
	unsigned int n_mounts;
	bool told_in_use; /* by an earlier extraction of this run */
	bool in_use;	  /* one of the disks that were needed is */
};

#endif
