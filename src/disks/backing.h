/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backing - the files that an image consists of: each one allowed, open, and read for what it is */
#ifndef DOMU_DISKS_BACKING_H
#define DOMU_DISKS_BACKING_H

#include "disks/guest.h"
#include "image/header.h"

#define BACKING_DEPTH_MAX 16 /* images that stand on each other */
#define BACKING_FILES_MAX (IMAGE_EXTENTS_MAX + 2 * BACKING_DEPTH_MAX)

struct backing_layer {
	enum image_format format;
	bool is_device;
	int file, data_file; /* indices of chain.fd; data_file -1: there is none */
};

struct backing {
	struct undo undo;
	int fd[BACKING_FILES_MAX]; /* fd[0] is the disk's own, the others are the chain's */
	unsigned int n_fds;
	bool is_ours[BACKING_FILES_MAX]; /* made here, and no file of the host's */
	struct backing_layer layer[BACKING_DEPTH_MAX];
	unsigned int n_layers;
	uint64_t size;	 /* bytes of the disk, as the first header says; 0: it does not */
	char home[4096]; /* where the image lies, symlinks resolved; "": it may refer to none */
};

/*
 * Reads the image of @d, which is open, as @format, and follows what it refers to. @told: somebody
 * said that it is of this format; only then may it refer to what lies in its own directory, and
 * else only to what --allow-backing names. What is open when this returns is what was checked,
 * under whatever name. The memory and the descriptors are the world scope's. Steps "imagehead.*",
 * "chain.*".
 */
int backing_open(struct guest *g, struct disk *d, enum image_format format, bool told,
	struct backing **ret, struct err *e);

#endif
