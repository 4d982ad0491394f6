/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inuse - whether somebody else may be writing to an image or a disk */
#ifndef DOMU_BLOCK_INUSE_H
#define DOMU_BLOCK_INUSE_H

#include <stddef.h>

#include "base/err.h"

/*
 * Asks about what @fd (O_RDONLY, a regular file or a block device) is open on. A file: whether
 * anybody has it open for writing (a lease can't be had then), a loop device's kernel thread
 * included. A block device: whether it or a partition of it is mounted, held by another device
 * (device-mapper, md), attached by blkback, or open for writing in a process. Nothing is claimed
 * and nothing written for that. 1 in use (who, in @who), 0 not, or it can't be known (a file on a
 * filesystem without leases). Step "inuse.ask".
 */
int inuse_ask(int fd, const char *subject, char *who, size_t size, struct err *e);

#endif
