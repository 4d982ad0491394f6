/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extents - physical location of a file's data on its filesystem's device */
#ifndef DOMU_FS_EXTENTS_H
#define DOMU_FS_EXTENTS_H

#include <stdint.h>

/* In bytes. */
struct extent {
	uint64_t at; /* in the file */
	uint64_t on_device;
	uint64_t size; /* never 0; may exceed the end of the file */
};

#define EXTENTS_MAX 64

/*
 * Get the contiguous extents of a file from byte @at on. The list ends at a hole, at data that is
 * compressed, encrypted, inline, unwritten or delayed, or after EXTENTS_MAX. Only for filesystems
 * on one device that count from its start: ext2, ext3, ext4, xfs. The caller checks that the
 * extents are within the device.
 * Returns: the number of extents; 0 if there is none at @at, or the file is on XFS's realtime
 * device; or a negative errno if the filesystem does not report extents
 */
int extents_read(int fd, uint64_t at, struct extent ret[EXTENTS_MAX]);

/*
 * Write the extents from the file's start on, as by extents_read(), to a memory file.
 * Returns: its descriptor, owned by the caller, or a negative errno
 */
int extents_file(int fd);

#endif
