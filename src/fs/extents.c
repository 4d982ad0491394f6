/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extents - physical location of a file's data on its filesystem's device */
#include "fs/extents.h"

#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/own.h"

/* Shared extents are only read, so they are harmless. */
#define HARMLESS (FIEMAP_EXTENT_LAST | FIEMAP_EXTENT_MERGED | FIEMAP_EXTENT_SHARED)

#define ROUNDS_MAX 1024 /* of EXTENTS_MAX; files with more are read through the filesystem */

union answer {
	struct fiemap head;
	char space[sizeof(struct fiemap) + EXTENTS_MAX * sizeof(struct fiemap_extent)];
};

/*
 * XFS's realtime files have offsets on another device. Filesystems without this ioctl have no such
 * files.
 */
static bool is_realtime(int fd)
{
	struct fsxattr attributes = {0};

	return ioctl(fd, FS_IOC_FSGETXATTR, &attributes) == 0 &&
	       attributes.fsx_xflags & FS_XFLAG_REALTIME;
}

/* Get the part of @e from byte @at on; false if @e does not contain that byte as plain data. */
static bool from(const struct fiemap_extent *e, uint64_t at, struct extent *ret)
{
	uint64_t before = at - e->fe_logical;

	if (e->fe_flags & ~(uint32_t)HARMLESS || e->fe_logical > at || e->fe_length <= before ||
		e->fe_physical > UINT64_MAX - e->fe_length)
		return false;
	*ret = (struct extent){at, e->fe_physical + before, e->fe_length - before};
	return at <= UINT64_MAX - ret->size;
}

int extents_read(int fd, uint64_t at, struct extent ret[EXTENTS_MAX])
{
	static union answer a;
	int n = 0;

	if (is_realtime(fd))
		return 0;
	memset(&a, 0, sizeof(a));
	a.head.fm_start = at;
	a.head.fm_length = FIEMAP_MAX_OFFSET - at;
	a.head.fm_extent_count = EXTENTS_MAX;
	if (ioctl(fd, FS_IOC_FIEMAP, &a.head) < 0)
		return -errno;
	for (uint32_t i = 0; i < a.head.fm_mapped_extents && i < EXTENTS_MAX; i++) {
		if (!from(&a.head.fm_extents[i], at, &ret[n]))
			break;
		at += ret[n++].size;
	}
	return n;
}

int extents_file(int fd)
{
	own_fd int to_fd = fd_memory("extents", 0);
	struct extent list[EXTENTS_MAX];
	uint64_t at = 0;
	int n = EXTENTS_MAX;

	if (to_fd < 0)
		return -errno;
	for (int round = 0; n == EXTENTS_MAX && round < ROUNDS_MAX; round++) {
		n = extents_read(fd, at, list);
		if (n < 0)
			return n;
		if (fd_write_all(to_fd, list, (size_t)n * sizeof(list[0])) < 0)
			return -errno;
		if (n > 0)
			at = list[n - 1].at + list[n - 1].size;
	}
	return TAKE_FD(to_fd);
}
