/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stamp - a file's identity and times, which change whenever the file does */
#ifndef DOMU_FS_STAMP_H
#define DOMU_FS_STAMP_H

#include "base/err.h"

#define STAMP_SIZE 192

/*
 * Get a text that identifies a version of a file: "UUID INODE BORN MODIFIED CHANGED", times in
 * nanoseconds. Writing to the file or replacing it changes the text, as far as the filesystem keeps
 * such times: the change time can only be set back by changing the kernel's clock.
 * @uuid: of the filesystem
 * Returns: 0, or a negative errno; step "stamp.read"
 */
int stamp_read(int fd, const char *uuid, char to[STAMP_SIZE], struct err *e);

#endif
