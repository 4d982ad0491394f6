/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blkdev - a block device that we hold open */
#ifndef DOMU_BLOCK_BLKDEV_H
#define DOMU_BLOCK_BLKDEV_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct blkdev {
	int fd;		/* O_RDONLY | O_CLOEXEC; belongs to the undo record that made the device */
	int backing_fd; /* what a loop device of ours reads, or where a layer keeps what is written;
			   -1 for a device-mapper map. Same owner */
	char node[32];	/* "/dev/loop7", "/dev/dm-3" */
	dev_t rdev;
	uint64_t size;		  /* bytes */
	unsigned int sector_size; /* logical, bytes */
};

/* Fills size and sector_size of a block device from @fd. Step "blkdev.size". */
int blkdev_geometry(
	int fd, const char *subject, uint64_t *ret_size, unsigned int *ret_sector, struct err *e);

#endif
