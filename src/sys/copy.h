/* SPDX-License-Identifier: GPL-2.0-or-later */
/* copy - bytes from one descriptor to another, bounded */
#ifndef DOMU_SYS_COPY_H
#define DOMU_SYS_COPY_H

#include <stdint.h>

#include "base/err.h"

/*
 * Copies from @in_fd's start to @out_fd's start until end of file. More than @limit bytes is
 * -EFBIG (step "copy.limit"): by the file's size before anything is written, and counted while
 * copying, so that a growing file can't fill the disk (one byte more than @limit is written at
 * most). Reading fails as "copy.read", writing as "copy.write" (-ENOSPC and the rest);
 * failures of the quick ways ("copy.direct", "copy.send") are none, the slow one goes on from
 * there. @in_fd is read directly (O_DIRECT) for as long as this runs. Also "copy.stat",
 * "copy.rewind". @subject names the file, quoted. *ret_bytes is what was copied, on success
 * only. Signals don't interrupt it.
 */
int copy_bytes(int in_fd, int out_fd, uint64_t limit, const char *subject, uint64_t *ret_bytes,
	struct err *e);

/*
 * 1 when both files hold the same bytes, 0 when not; from their starts, without moving their
 * offsets. Step "copy.compare".
 */
int copy_equal(int a_fd, int b_fd, const char *subject, struct err *e);

#endif
