/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blkdev - an open block device */
#ifndef DOMU_BLOCK_BLKDEV_H
#define DOMU_BLOCK_BLKDEV_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct blkdev {
	int fd;		/* O_RDONLY | O_CLOEXEC; owned by the undo record of the device */
	int backing_fd; /* a loop device's backing file, or a layer's store; -1 for a device-mapper
			   map. Same owner */
	char node[32];	/* "/dev/loop7", "/dev/dm-3" */
	dev_t rdev;
	uint64_t size;		  /* bytes */
	unsigned int sector_size; /* logical, in bytes */
};

/*
 * Query size and logical sector size of a block device, in bytes.
 * Returns: >= 0, or a negative errno; step "blkdev.size"
 */
int blkdev_geometry(
	int fd, const char *subject, uint64_t *ret_size, unsigned int *ret_sector, struct err *e);

#endif
