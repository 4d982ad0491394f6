/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blkdev - an open block device */
#include "block/blkdev.h"

#include <linux/fs.h>
#include <sys/ioctl.h>

#include "base/step.h"

static int geometry(int fd, uint64_t *ret_size, unsigned int *ret_sector)
{
	int sector;

	if (ioctl(fd, BLKGETSIZE64, ret_size) < 0 || ioctl(fd, BLKSSZGET, &sector) < 0)
		return -errno;
	*ret_sector = (unsigned int)sector;
	return 0;
}

int blkdev_geometry(
	int fd, const char *subject, uint64_t *ret_size, unsigned int *ret_sector, struct err *e)
{
	return STEP_OURS(e, "blkdev.size", subject, geometry(fd, ret_size, ret_sector));
}
