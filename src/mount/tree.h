/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree - the guest's directory tree, as far as it is mounted */
#ifndef DOMU_MOUNT_TREE_H
#define DOMU_MOUNT_TREE_H

#include "base/scope.h"
#include "block/blkdev.h"
#include "block/probe.h"
#include "copy/copy_request.h"
#include "guest/fsstate.h"
#include "guest/fstab.h"

/*
 * A tmpfs with our mount points covers this directory, in our mount namespace only. Every kernel
 * has it, and no image or output directory lies below it. The tmpfs disappears with the namespace.
 */
#define WORK_DIR  "/proc/driver"
#define TREE_DIR  WORK_DIR "/guest" /* the guest's root, or the entry's filesystem */
#define PLACE_DIR WORK_DIR "/place" /* where mounts are made before they are moved */
#define TRY_DIR	  WORK_DIR "/try"   /* where filesystems are examined */
#define EMPTY_DIR WORK_DIR "/empty" /* the reader's root directory */

struct mounted {
	char volume[256];	 /* its name: "xvda2" */
	dev_t origin;		 /* the volume's device */
	struct blkdev dev;	 /* the same, or the layer over it; its descriptors are not owned */
	bool in_image;		 /* its files can be copied from the image: */
	struct copy_image image; /* its place there; without a file's extents */
	struct superblock sb;
	enum journal journal;
	char guest_dir[256]; /* mount point in the tree: "/", "/boot" */
};

#define MOUNTS_MAX 16

/* Identifies a directory, whatever its path. All zero: none. */
struct mountpoint {
	uint64_t mount, inode;
	uint32_t major, minor;
};

struct tree {
	/*
	 * Mount what the fstab line names on @dir_fd. Returns 1, or 0 if it is optional and
	 * missing.
	 */
	int (*mount_line)(void *arg, const struct fstab_mount *line, const char *guest_dir,
		int dir_fd, struct err *e);
	void *arg;
	bool is_part;	     /* the entry's filesystem alone: no root, no fstab */
	struct scope *scope; /* owns the mounts and the descriptors on them */
	int fd;		     /* O_PATH on TREE_DIR once it is mounted; else -1 */
	struct fstab fstab;
	struct mountpoint mountpoint[FSTAB_MOUNTS_MAX]; /* of fstab's targets, symlinks followed */
	unsigned int mountpoints_known; /* n_mounts when they were resolved; 0: never */
	struct mounted mount[MOUNTS_MAX];
	unsigned int n_mounts;
};

#endif
