/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extents - where a file's bytes lie on the device of its filesystem */
#ifndef DOMU_FS_EXTENTS_H
#define DOMU_FS_EXTENTS_H

#include <stdint.h>

/* All in bytes. */
struct extent {
	uint64_t at; /* in the file */
	uint64_t on_device;
	uint64_t size; /* never 0; may go on behind the file's end */
};

#define EXTENTS_MAX 64

/*
 * The extents of the file in @fd from its byte @at on, one joining the other, which hold exactly
 * the file's bytes: up to a hole, to what is compressed, encrypted, inline, not written yet or
 * not known to the filesystem, or to EXTENTS_MAX. Returns how many, 0 when there is none of these
 * at @at, negative errno when the filesystem doesn't tell. To be asked of filesystems only that
 * lie on one device and count from its start: ext2, ext3, ext4, xfs. A file on XFS's realtime
 * device has none. The caller checks that they lie within the device.
 */
int extents_read(int fd, uint64_t at, struct extent ret[EXTENTS_MAX]);

/*
 * All of them from the file's start on, as far as extents_read() goes, as an array in a file in
 * memory: its descriptor, the caller's; or a negative errno.
 */
int extents_file(int fd);

#endif
