/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stamp - what changes when a file does, without reading it */
#ifndef DOMU_FS_STAMP_H
#define DOMU_FS_STAMP_H

#include "base/err.h"

#define STAMP_SIZE 192

/*
 * "UUID INODE BORN MODIFIED CHANGED" of a file on the filesystem of @uuid, times in nanoseconds.
 * Who writes to the file, or puts another in its place, makes it another text, as far as the
 * filesystem keeps such times: the change time is the kernel's, and nobody can set it back but by
 * its clock. Step "stamp.read".
 */
int stamp_read(int fd, const char *uuid, char to[STAMP_SIZE], struct err *e);

#endif
