/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backing - open every file of an image's backing chain, and parse its headers */
#ifndef DOMU_DISKS_BACKING_H
#define DOMU_DISKS_BACKING_H

#include "disks/guest.h"
#include "image/header.h"

#define BACKING_DEPTH_MAX 16 /* images in one chain */
#define BACKING_FILES_MAX (IMAGE_EXTENTS_MAX + 2 * BACKING_DEPTH_MAX)

struct backing_layer {
	enum image_format format;
	bool is_device;
	int file, data_file; /* indices into backing.fd; data_file -1: none */
};

struct backing {
	struct undo undo;
	int fd[BACKING_FILES_MAX]; /* [0] is the disk's; the others are owned here */
	unsigned int n_fds;
	bool is_ours[BACKING_FILES_MAX]; /* a file we generated, not one of the host's */
	struct backing_layer layer[BACKING_DEPTH_MAX];
	unsigned int n_layers;
	uint64_t size;	 /* size of the disk in bytes, from the first header; 0: not stated */
	char home[4096]; /* the image's resolved directory; "": no files of it are allowed */
};

/*
 * Open and parse the image of disk @d, which must be open, and all files it refers to.
 * @format: the format to parse it as
 * @specified: the operator specified the format. Only then may the image refer to files in its own
 * directory; otherwise only --allow-backing counts.
 * @ret: owned by the world scope, as are its descriptors. They are the files that were checked,
 * even if their names have changed since.
 * Errors: steps "imagehead.*", "backing.*"
 */
int backing_open(struct guest *g, struct disk *d, enum image_format format, bool specified,
	struct backing **ret, struct err *e);

#endif
