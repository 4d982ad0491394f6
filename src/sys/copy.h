/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - bytes from one descriptor to another, bounded */
#ifndef DOMU_SYS_COPY_H
#define DOMU_SYS_COPY_H

#include <stdint.h>

#include "base/err.h"

/*
 * Copies from @in_fd's start to @out_fd's start until end of file. More than @limit bytes is -EFBIG (step "copy.limit"), noticed while
 * copying: a growing or sparse file can't fill the disk. Reading fails as "copy.read", writing as "copy.write" (-ENOSPC and the
 * rest); @subject names the file in both. *ret_bytes is what was copied, on success only.
 */
int copy_bytes(int in_fd, int out_fd, uint64_t limit, const char *subject, uint64_t *ret_bytes, struct err *e);

#endif
