/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inuse - detect whether an image or disk may be written by others */
#ifndef DOMU_BLOCK_INUSE_H
#define DOMU_BLOCK_INUSE_H

#include <stddef.h>

#include "base/err.h"

/*
 * Detect whether an image or disk is in use, without claiming or writing it.
 * A file is in use if it is open for writing anywhere, including a loop device: then no lease can
 * be taken. A block device is in use if it or a partition of it is mounted, held by another device
 * (device-mapper, md), attached by blkback, or open for writing in a process.
 * @fd: O_RDONLY, a regular file or block device
 * @who: set to the user if it is in use
 * Returns: 1 if in use, 0 if not or unknown (a file on a filesystem without leases), or a negative
 * errno; step "inuse.ask"
 */
int inuse_ask(int fd, const char *subject, char *who, size_t size, struct err *e);

#endif
