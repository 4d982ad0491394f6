/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree - the guest's tree, as far as it is mounted: what it is made of */
#ifndef DOMU_MOUNT_TREE_H
#define DOMU_MOUNT_TREE_H

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/probe.h"
#include "copy/copy_request.h"
#include "guest/fsstate.h"
#include "guest/fstab.h"

/*
 * The tmpfs that holds our mount points covers this directory, in our own mount namespace only.
 * Every kernel has it, nobody's image or output directory lies under it, and it vanishes with the
 * namespace.
 */
#define WORK_DIR "/proc/driver"
#define TREE_DIR                                                                                   \
	WORK_DIR "/guest" /* the guest's root, or the one filesystem that the entry names */
#define PLACE_DIR WORK_DIR "/place" /* where each mount is made, before it is moved */
#define TRY_DIR	  WORK_DIR "/try"   /* where a filesystem is looked into */
#define EMPTY_DIR WORK_DIR "/empty" /* the reader's root */

struct mounted {
	char volume[256];	 /* its name, "xvda2" */
	dev_t origin;		 /* the volume's device */
	struct blkdev dev;	 /* that, or the layer over it; its descriptors are others' */
	bool in_image;		 /* its files can be copied out of the image itself: */
	struct copy_image image; /* where it lies in it; no file's extents yet */
	struct superblock sb;
	enum journal journal;
	char guest_dir[256]; /* where in the tree: "/", "/boot" */
};

#define MOUNTS_MAX 16

/* A directory, whatever way leads to it; all zero: none. */
struct mountpoint {
	uint64_t mount, inode;
	uint32_t major, minor;
};

struct tree {
	/* Mounts what the line names on the directory: 1, or 0 where that may be left undone. */
	int (*mount_line)(void *arg, const struct fstab_mount *line, const char *guest_dir,
		int dir_fd, struct err *e);
	void *arg;
	bool is_part;	     /* the one filesystem that the entry names: no root, and no fstab */
	struct scope *scope; /* the mounts and what is open on them: the world, or above it */
	int fd;		     /* O_PATH on TREE_DIR, once something is mounted there; -1 */
	struct fstab fstab;
	struct mountpoint
		mountpoint[FSTAB_MOUNTS_MAX]; /* where its lines' targets lead, symlinks followed */
	unsigned int mountpoints_known;	      /* with so many mounts; 0: not looked up yet */
	struct mounted mount[MOUNTS_MAX];
	unsigned int n_mounts;
};

#endif
